"""The marginal pound of a settlement: what one more of anything that went into it moves, exactly, and through what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .. import _json, _terms, queries
from .._dimensions import members_of
from .._lasting import Lasting, LastingRecord
from .._literals import figure
from .._term_units import TermUnits
from .._values import nearest
from .._varying import exact_text
from .._views import Marginal
from ..errors import BookError
from ..explanation import Explanation
from ..table import Column, Schema, Table

if TYPE_CHECKING:
    from ..results import Settlement

__all__ = ["MARGINAL", "PASSAGE", "MarginalPounds", "marginal", "target_text"]

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
class MarginalPounds(LastingRecord):
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
    terms
        Whether stated terms are among the rows, or inputs alone.

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
    terms: bool = True
    _keys: tuple[tuple[str, int, int], ...] = field(repr=False, default=())
    _core: Any = field(repr=False, compare=False, default=None, metadata={"made": True})
    _kind: ClassVar[str] = "marginal_pounds"

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for a settlement of the shared book."""
        return self.settlement.private_to

    @property
    def release(self) -> str:
        """The version of the package that settled."""
        return self.settlement.release

    def _rests_on(self) -> Iterable[Lasting]:
        return (self.settlement,)

    def _made_again(self) -> MarginalPounds:
        asked: dict[str, Any] = {"every": self.every, "period": self.period, "basis": self.basis, "terms": self.terms}
        return marginal(self.settlement, self.party, **asked)

    def _opened(self) -> Any:
        """The plan with its terms opened; of a result that was read from a file it is made when it is first needed."""
        if self._core is None:
            object.__setattr__(self, "_core", _opened(self.settlement, self.terms)[0])
        return self._core

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
        scale = scale_of(self.table["unit"][number])
        path, step, place = self._keys[number]
        found = self._opened().passages(self._target(), path, step, place, side == "right")
        rows = [{**row, "slope": _text(Fraction(row["slope"]) * scale)} for row in found]
        row = self.of(name, period, member)
        words = f"{row['title'] or name} {period} {member}".strip()
        from .._display import figures

        amount = figures.readable(row[side])
        title = f"Through what £{amount} for one more ({row['unit']}) of {words} reaches {self.party}"
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
        far, bends = self._opened().range_of(self._target(), path, step, place, side == "right")
        if bends or far is None:
            return Decimal(0) if bends else None
        units = Fraction(far) / scale_of(self.table["unit"][number])
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
        text = self._opened().passage_tree(self._target(), path, step, place, side == "right")
        if text == "null":
            message = "a position to a date, or of a month, has no tree of slopes; ask through(...) for its clauses"
            raise BookError("no chain", [{"code": "not-kept", "path": "", "message": message}])
        tree = _moving(_json.loads(text), scale_of(self.table["unit"][number]))
        return Explanation.of(tree).owned(self.private_to)

    def _target(self) -> str:
        return target_text(self.party, self.every, self.period, self.basis)

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        return [blocks.of_table(self.table, without=("title",))]


def _listed(found: Sequence[tuple[int, Mapping[str, Any]]], column: str) -> str:
    names = list(dict.fromkeys(str(row[column]) for _, row in found))
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")


def target_text(party: str, every: str, period: int, basis: str) -> str:
    """A position as the core is asked for it; the period counts from 1."""
    return _json.dumps({"party": party, "every": every, "period": period - 1, "basis": basis})


def scale_of(unit: str) -> Fraction:
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
    core, places = _opened(settlement, terms)
    rows, keys = [], []
    units = TermUnits(book._data)
    target = target_text(party, every, number, basis)
    for found in core.marginals(target):
        if found["term"]:
            words, scale = term_words(found, places[found["quantity"]], units)
        else:
            words, scale = input_words(found, book)
        rows.append(_in_steps(core, target, found, scale, _row(found, scale, **words)))
        keys.append((found["quantity"], found["period"], found["member"]))
    title = f"Marginal pounds of {queries.party_name(book, party)}, {queries.period_label(settlement, every, number)}"
    note = (
        f"{MARGINAL.sign}. Left and right are slopes beside the value, exact, shown rounded where they are long; "
        "steps of rounding are passed over, and "
        "where one more is less than a step the note says what it brings. A cliff is what moves at once."
    )
    if "solve(" in book.to_json():
        note += " What solve(...) finds is held as it is: its own movement is not in the slopes."
    table = Marginal.of_rows(title, MARGINAL, rows, note, settlement._about())
    return MarginalPounds(settlement, party, every, number, basis, table, terms, tuple(keys), core)


def _opened(settlement: Settlement, terms: bool) -> tuple[Any, dict[str, Any]]:
    """The plan of a settlement with its terms as numbers that can move, and where they stand."""
    document = as_read(settlement.book._data, settlement.request.get("readings") or {})
    places = {place.path: place for place in _terms.places(document)} if terms else {}
    if settlement._core is None:
        object.__setattr__(settlement, "_core", settlement._again())
    return (settlement._core.opened(list(places)) if places else settlement._core), places


def as_read(document: Mapping[str, Any], chosen: Mapping[str, str]) -> dict[str, Any]:
    """The document with what the readings in force put in the place of clauses' fields."""

    def read(clause: Mapping[str, Any]) -> Mapping[str, Any]:
        name = chosen.get(clause["id"]) or clause.get("reading") or clause.get("provisional")
        taken = (reading for reading in clause.get("readings", ()) if reading["name"] == name)
        overrides: Mapping[str, Any] = next(taken, {"overrides": {}}).get("overrides", {})
        return {**clause, **overrides}

    def group(given: Mapping[str, Any]) -> dict[str, Any]:
        return {**given, "clauses": [read(clause) for clause in given.get("clauses", ())]}

    return {
        **document,
        **{kind: [group(item) for item in document[kind]] for kind in ("contracts", "overlays") if kind in document},
    }


def input_words(found: Mapping[str, Any], book: Any) -> tuple[dict[str, str], Fraction]:
    """How a value of an input is called, and how large its unit is in the plan."""
    given = next(item for item in book.inputs if item.id == found["quantity"])
    member = next((name for i, name in enumerate(members_of(book, given)) if i == found["member"]), "")
    unit = {"£": "£1", "%": "percentage point"}.get(given.unit, given.unit or "unit")
    words = {"name": given.id, "title": given.name, "period": found["label"], "member": member, "unit": unit}
    return words, scale_of(unit)


def _in_steps(core: Any, target: str, found: Mapping[str, Any], scale: Fraction, row: dict[str, Any]) -> dict[str, Any]:
    """The row of a number behind a coarse rounding: one unit more is less than a whole step, so that the slope, which
    passes over roundings, is not what one more brings. That is then told exactly, and so is 1% more.
    """
    if found["whole_step"] is None or (units := Fraction(found["whole_step"]) / scale) <= 1:
        return row

    def change(more: Fraction) -> str:
        by = core.change_by(target, found["quantity"], found["period"], found["member"], exact_text(more))
        return _text(Fraction(by))

    one_more, one_less = change(scale), change(-scale)
    from .._display import figures

    more, less = (figures.pounds(Fraction(moved)) for moved in (one_more, one_less))
    said = f"rounded in steps of {figures.readable(_text(units))}: one more brings {more}, one less {less}"
    percent = change(abs(Fraction(found["value"])) / 100)
    return {**row, "percent": percent, "note": "; ".join(part for part in (row["note"], said) if part)}


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
    return words, scale_of(unit)


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
