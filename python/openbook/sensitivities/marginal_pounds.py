"""The marginal pound of a settlement: what one more of anything that went into it moves, exactly, and through what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from .. import _json, _terms, queries
from .._dimensions import members_of
from .._literals import figure
from .._shown import Shown
from .._term_units import TermUnits
from .._values import nearest
from .._varying import exact_text
from .._views import Marginal
from ..errors import BookError
from ..explanation import Explanation
from ..table import Column, Schema, Table

if TYPE_CHECKING:
    from ..results import Settlement

__all__ = ["MARGINAL", "PASSAGE", "MarginalPounds", "marginal"]

Side = Literal["left", "right"]

MARGINAL = Schema(
    "openbook.marginal",
    1,
    (
        Column("name"),
        Column("title"),
        Column("period"),
        Column("member"),
        Column("value", "decimal"),
        Column("unit"),
        Column("left", "decimal", "£ for one less, per unit", "£ per unit"),
        Column("right", "decimal", "£ for one more, per unit", "£ per unit"),
        Column("percent", "decimal", "£ for 1% more", "£"),
        Column("cliff_left", "decimal", "£ at stake just below", "£"),
        Column("cliff_right", "decimal", "£ at stake just above", "£"),
        Column("note"),
    ),
    "+ = in the party's favour for one unit more",
)

PASSAGE = Schema(
    "openbook.marginal_passage",
    1,
    (
        Column("contract"),
        Column("clause"),
        Column("title"),
        Column("slope", "decimal", "£ per unit", "£ per unit"),
        Column("cliff", "decimal", "£ at stake", "£"),
    ),
    "+ = in the party's favour for one unit more",
)

_FIXED = "also decides how the plan is made; that part is not in the slope: settle again to see it"


@dataclass(frozen=True, slots=True, repr=False)
class MarginalPounds(Shown):
    """What one more of every input and every stated term moves in one party's position. Frozen; made by
    `Settlement.marginal`.

    Attributes
    ----------
    settlement
        What was differentiated.
    party, every, period, basis
        Whose position, over which period (from 1), "practised", "written" or "written_world".
    table
        One row per number that the position depends on: name, title, period, member, value, unit, left and right (£ for
        one unit less and more, as slopes beside the value), percent (£ for 1% more), cliff_left and cliff_right (£ that
        move at once where the number moves at all), note. The unit of a percentage is one percentage point.

    Examples
    --------
    >>> import openbook as ob
    >>> pounds = ob.examples.third_sector_cash().settle(plan=True).marginal("charity")
    >>> all(row["left"] == row["right"] for row in pounds.table if not row["note"])
    True
    """

    settlement: Settlement
    party: str
    every: str
    period: int
    basis: str
    table: Table
    _keys: tuple[tuple[str, int, int], ...] = field(repr=False, default=())
    _core: Any = field(repr=False, compare=False, default=None)

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for a settlement of the shared book."""
        return self.settlement.private_to

    def of(self, name: str, period: str = "", member: str = "") -> dict[str, Any]:
        """The row of one number.

        Parameters
        ----------
        name
            Id or name of an input, or a term as `Book.terms` lists it.
        period, member
            Label of the period and the member; "" where there is only one.

        Raises
        ------
        BookError
            There is no such row, or there are several.
        """
        number = self._row(name, period, member)
        return {column: self.table[column][number] for column in self.table.columns}

    def _row(self, name: str, period: str, member: str) -> int:
        rows = list(enumerate(self.table))
        found = [
            (number, row)
            for number, row in rows
            if name in (row["name"], row["title"]) and period in ("", row["period"]) and member in ("", row["member"])
        ]
        if len(found) == 1:
            return found[0][0]
        if found:
            message = f"'{name}' has {len(found)} rows; say which period ({_listed(found, 'period')})"
            message += f" or member ({_listed(found, 'member')})" if any(row["member"] for _, row in found) else ""
            raise BookError("an ambiguous name", [{"code": "ambiguous-name", "path": "", "message": message}])
        names = dict.fromkeys(row["name"] for _, row in rows)
        message = f"the position does not depend on '{name}' {period} {member}".rstrip() + nearest(name, names)
        raise BookError("no such number", [{"code": "unknown-name", "path": "", "message": message}])

    def through(self, name: str, period: str = "", member: str = "", *, side: Side = "right") -> Table:
        """Through which clauses, costs and funding the marginal pound of one number goes.

        Parameters
        ----------
        name, period, member
            As for `of`.
        side
            "right": one unit more; "left": one unit less.

        Returns
        -------
        Table
            Columns contract, clause, title, slope, cliff. Slopes add up to the row's `left` or `right`, cliffs to its
            cliff.
        """
        number = self._row(name, period, member)
        scale = _scale(self.table["unit"][number])
        path, step, place = self._keys[number]
        found = self._core.passages(self._target(), path, step, place, side == "right")
        rows = [{**row, "slope": _text(Fraction(row["slope"]) * scale)} for row in found]
        row = self.of(name, period, member)
        words = f"{row['title'] or name} {period} {member}".strip()
        title = f"Through what £{row[side]} for one more ({row['unit']}) of {words} reaches {self.party}"
        return Table.of_rows(title, PASSAGE, rows, f"{PASSAGE.sign}.", self.table.about)

    def holds(self, name: str, period: str = "", member: str = "", *, side: Side = "right") -> Decimal | str | None:
        """How many units the number may move before another slope holds: where the next kink or cliff is.

        Returns
        -------
        Decimal, str or None
            At least so many units, exactly where the next branch that matters binds ("2/3" where no decimal ends); None
            where no branch is ahead; 0 where the slope changes at once, because two things that move with the number
            are multiplied.
        """
        number = self._row(name, period, member)
        path, step, place = self._keys[number]
        far, bends = self._core.range_of(self._target(), path, step, place, side == "right")
        if bends or far is None:
            return Decimal(0) if bends else None
        units = Fraction(far) / _scale(self.table["unit"][number])
        text = exact_text(units)
        return text if "/" in text else Decimal(text)

    def chain(self, name: str, period: str = "", member: str = "", *, side: Side = "right") -> Explanation:
        """The chain from a number to the position: `Settlement.explain` with slopes in place of values.

        Each figure says how fast the value it stands for moves with the number. Children of positions and clauses add
        up; those of products and other formulas are what their operands move. What does not move is left out.

        Raises
        ------
        BookError
            The settlement is to a date, or the period is no year and not the term: use `through`.
        """
        number = self._row(name, period, member)
        path, step, place = self._keys[number]
        text = self._core.passage_tree(self._target(), path, step, place, side == "right")
        if text == "null":
            message = "a position to a date, or of a month, has no tree of slopes; ask through(...) for its clauses"
            raise BookError("no chain", [{"code": "not-kept", "path": "", "message": message}])
        tree = _moving(_json.loads(text), _scale(self.table["unit"][number]))
        return Explanation.of(tree).owned(self.private_to)

    def _target(self) -> str:
        return _target_text(self.party, self.every, self.period, self.basis)

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        return [blocks.of_table(self.table, without=("title",))]


def _listed(found: Sequence[tuple[int, Mapping[str, Any]]], column: str) -> str:
    names = list(dict.fromkeys(str(row[column]) for _, row in found))
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def _target_text(party: str, every: str, period: int, basis: str) -> str:
    return _json.dumps({"party": party, "every": every, "period": period - 1, "basis": basis})


def _scale(unit: str) -> Fraction:
    """A slope is by 1 in the plan, where a percentage point is 0.01."""
    return Fraction(1, 100) if unit == "percentage point" else Fraction(1)


def _text(value: Fraction) -> str:
    return exact_text(value)


def _moving(node: dict[str, Any], scale: Fraction) -> dict[str, Any]:
    """The part of a tree that moves; its notes speak of values, which these are not."""
    value = Fraction(node["value"]) * scale if node.get("value") is not None else None
    children = [
        _moving(child, scale)
        for child in node.get("children", ())
        if child.get("value") is None or Fraction(child["value"]) != 0
    ]
    kept = {name: content for name, content in node.items() if name not in ("note", "unit")}
    children = [child for child in children if child["value"] is not None or child["children"]]
    return {**kept, "value": None if value is None else _text(value), "unit": "", "children": children}


def marginal(
    settlement: Settlement,
    party: str,
    *,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    terms: bool = True,
) -> MarginalPounds:
    """Slopes of one party's position by every input and every stated term; see `Settlement.marginal`."""
    party = queries.require_party(settlement.book, party)
    number = settlement.period(every, period)
    book = settlement.book
    places = {place.path: place for place in _terms.places(book._data)} if terms else {}
    if settlement._core is None:
        object.__setattr__(settlement, "_core", settlement._again())
    core = settlement._core.opened(list(places)) if places else settlement._core
    rows, keys = [], []
    units = TermUnits(book._data)
    for found in core.marginals(_target_text(party, every, number, basis)):
        if found["term"]:
            rows.append(_term_row(found, places[found["quantity"]], units))
        else:
            rows.append(_row(found, Fraction(1), **input_words(found, book)))
        keys.append((found["quantity"], found["period"], found["member"]))
    title = f"Marginal pounds of {queries.party_name(book, party)}, {queries.period_label(settlement, every, number)}"
    note = (
        f"{MARGINAL.sign}. Left and right are slopes beside the value, exact; steps of rounding are passed over. "
        "A cliff is what moves at once."
    )
    table = Marginal.of_rows(title, MARGINAL, rows, note, settlement._about())
    return MarginalPounds(settlement, party, every, number, basis, table, tuple(keys), core)


def input_words(found: Mapping[str, Any], book: Any) -> dict[str, str]:
    """How a value of an input is called."""
    given = next(item for item in book.inputs if item.id == found["quantity"])
    member = next((name for i, name in enumerate(members_of(book, given)) if i == found["member"]), "")
    unit = "£1" if given.unit == "£" else given.unit or "unit"
    return {"name": given.id, "title": given.name, "period": found["label"], "member": member, "unit": unit}


def _term_row(found: Mapping[str, Any], place: Any, units: TermUnits) -> dict[str, Any]:
    words, scale = term_words(found, place, units)
    return _row(found, scale, **words)


def term_words(found: Mapping[str, Any], place: Any, units: TermUnits) -> tuple[dict[str, str], Fraction]:
    """How a term is called, and how large its unit is in the plan."""
    data = place.data if isinstance(place.data, dict) else {"value": place.data}
    steps = data.get("steps") or ()
    step = found["period"]
    text = data.get("value") if step == 0 else steps[step - 1]["value"]
    since = f"from {steps[step - 1]['from']}" if step else f"before {steps[0]['from']}" if steps else ""
    written = figure(text)
    percentage = written is not None and written.kind == "percent"
    unit = "percentage point" if percentage else units.of_place(place)
    unit = {"number": "unit", "£": "£1"}.get(unit, f"£1 per {unit[6:]}" if unit.startswith("£ per ") else unit)
    words = {"name": place.name, "title": place.title, "period": since, "member": "", "unit": unit}
    return words, _scale(unit)


def _row(found: Mapping[str, Any], scale: Fraction, **words: str) -> dict[str, Any]:
    left, right, value = (Fraction(found[name]) for name in ("left", "right", "value"))
    notes = []
    if found["fixed"]:
        notes.append(_FIXED)
    if left != right:
        notes.append("a kink")
    if Fraction(found["cliff_left"]) or Fraction(found["cliff_right"]):
        notes.append("a cliff")
    return {
        **words,
        "value": _text(value / scale),
        "left": _text(left * scale),
        "right": _text(right * scale),
        "percent": _text(right * abs(value) / 100),
        "cliff_left": Decimal(found["cliff_left"]) if "/" not in found["cliff_left"] else found["cliff_left"],
        "cliff_right": Decimal(found["cliff_right"]) if "/" not in found["cliff_right"] else found["cliff_right"],
        "note": "; ".join(notes),
    }
