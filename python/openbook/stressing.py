"""Deterministic stress tests: the book settled again under scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import privacy, queries
from ._extras import table_content, table_of
from ._settled import SIGN
from ._views import Changed
from .data import DataOptions, loaded
from .errors import BookError
from .results import Settlement
from .scenarios.applying import apply_cases, receipt_of
from .scenarios.naming import Case, cases, cases_of_book, shock_of
from .settling import settle
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .attributing import Attribution
    from .book import Book
    from .saving import Parcel

__all__ = ["Shocks", "StressTable", "stress"]

# Scenarios by name, a set, shocks, several of them by name, or a JSON file with one of these.
Shocks = str | Path | Sequence[Any] | Mapping[str, Any] | Any
COMBINED = "combined"

SCHEMA = Schema(
    "openbook.stress",
    1,
    (
        Column("scenario"),
        Column("party"),
        Column("period"),
        Column("base", "money"),
        Column("stressed", "money"),
        Column("change", "money"),
    ),
    f"Positions: {SIGN} change = stressed - base.",
)


class StressTable(Changed):
    """Position of every party under every scenario, beside the base: columns scenario, party, period, base, stressed,
    change.

    Attributes
    ----------
    settlements
        The settlement of each scenario by name, with the base as ``"base"``.
    cases
        What each scenario was: its shocks, narrative and source.
    receipt
        Which shock found what in the book; see `openbook.scenarios.receipt`.
    """

    __slots__ = ("basis", "cases", "every", "receipt", "settlements")
    _kind: ClassVar[str] = "stress"
    settlements: Mapping[str, Settlement]
    cases: Mapping[str, Case]
    receipt: Table
    every: str
    basis: str

    @classmethod
    def _of(
        cls,
        settlements: Mapping[str, Settlement],
        every: str,
        basis: str,
        cases: Mapping[str, Case] | None = None,
        receipt: Table | None = None,
    ) -> Self:
        base = settlements["base"]
        rows = []
        for name, stressed in settlements.items():
            if name == "base":
                continue
            amounts = _positions(stressed, every, basis)
            for (party, period, label), amount in _positions(base, every, basis).items():
                other = amounts.get((party, period, label), Decimal(0))
                rows.append(
                    {
                        "scenario": name,
                        "party": party,
                        "period": label,
                        "base": amount,
                        "stressed": other,
                        "change": other - amount,
                    }
                )
        title = f"Stress test of {base.book.title or base.book.id}"
        table = cls.of_rows(title, SCHEMA, rows, f"Positions by {every}, {basis}. {SIGN}", base._about())
        object.__setattr__(table, "settlements", MappingProxyType(dict(settlements)))
        object.__setattr__(table, "cases", MappingProxyType(dict(cases or {})))
        object.__setattr__(table, "receipt", receipt_of(base.book, ()) if receipt is None else receipt)
        object.__setattr__(table, "every", every)
        object.__setattr__(table, "basis", basis)
        return table

    def by(self, every: str, *, basis: str = "practised") -> StressTable:
        """The same scenarios by another calendar ("month", "year", "term") or on another basis."""
        return StressTable._of(self.settlements, every, basis, self.cases, self.receipt)

    def party(self, party: str) -> Table:
        """The rows of one party."""
        return self.where(party=queries.require_party(self.settlements["base"].book, party))

    def attribution(
        self, party: str, scenario: str | None = None, *, method: str = "first_order", period: str | None = None
    ) -> Attribution:
        """What a scenario moves for a party, opened into its shocks and into clauses; everything adds up to the penny.

        Parameters
        ----------
        party
            Id or name.
        scenario
            Its name; None: all of them combined, or the only one there is. Of "combined" the parts are the scenarios.
        method
            "first_order": each shock alone, and "interaction", what they do together beyond the sum. "shapley": each
            shock's mean contribution over all orders in which they could come (L. S. Shapley, "A value for n-person
            games", 1953), without a rest; of at most 8 shocks.
        period
            Label of one period of the table's calendar; None: the whole term.

        Raises
        ------
        KeyError
            There is no such scenario or period.
        LimitError
            Too many shocks for Shapley values.

        Examples
        --------
        >>> import openbook as ob
        >>> table = ob.examples.acute_contract().stress("winter_pressure")
        >>> opened = table.attribution("hospital")
        >>> [(row["shock"].split(",")[0], str(row["amount"])) for row in opened.shocks][-1][0]
        'interaction'
        >>> opened.change == table.party("hospital")["change"][0]
        True
        """
        from .attributing import attribute

        chosen = queries.require_party(self.settlements["base"].book, party)
        names = [name for name in self.settlements if name != "base"]
        if scenario is None:
            if len(names) != 1 and COMBINED not in names:
                raise KeyError(f"scenario: found None, expected one of {', '.join(names)}")
            scenario = names[0] if len(names) == 1 else COMBINED
        if scenario not in names:
            raise KeyError(f"no scenario {scenario!r}; there is {', '.join(names)}")
        return attribute(self, chosen, scenario, method, period)

    def attributions(self, *, method: str = "first_order") -> Table:
        """What each shock of each scenario moves for each party: columns scenario, party, shock, amount.

        The amounts of a scenario and a party add up to its change over the term, "interaction" included. Parties that
        nothing moves are left out.

        Examples
        --------
        >>> import openbook as ob
        >>> table = ob.examples.third_sector_cash().stress({"less": [{"on": "annual_value", "value": "0.9"}]})
        >>> [(row["party"], str(row["amount"])) for row in table.attributions()]
        [('commissioner', '120000.00'), ('charity', '-120000.00')]
        """
        from .attributing import attribute_all

        return attribute_all(self, method)

    def __reduce__(self) -> tuple[Any, ...]:
        held = (dict(self.settlements), self.every, self.basis, dict(self.cases), self.receipt)
        return StressTable._of, held

    @property
    def release(self) -> str:
        """The version of the package that calculated it."""
        return self.settlements["base"].release

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        settlements = [{"name": name, **one._pack(parcel)} for name, one in self.settlements.items()]
        cases = [
            {
                "name": case.name,
                "narrative": case.narrative,
                "source": case.source,
                "illustrative": case.illustrative,
                "path": case.path,
                "shocks": [shock.to_dict() for shock in case.shocks],
            }
            for case in self.cases.values()
        ]
        content = {"every": self.every, "basis": self.basis, "settlements": settlements}
        return content | {"scenarios": cases, "receipt": table_content(self.receipt)}

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        settlements = {str(one["name"]): Settlement._unpack(one, parcel) for one in content["settlements"]}
        cases = {
            str(one["name"]): Case(**{**one, "shocks": tuple(shock_of(shock) for shock in one["shocks"])})
            for one in content.get("scenarios", ())
        }
        receipt = table_of(content["receipt"], Table) if "receipt" in content else None
        return cls._of(settlements, content["every"], content["basis"], cases, receipt)

    def _rests_on(self) -> Iterable[Settlement]:
        return self.settlements.values()

    def svg(self, party: str | None = None) -> str:
        """The whole table in colours, party by scenario; of one party bars: what each scenario changes for it."""
        from ._display import svg
        from ._display.heat import heat

        book = self.settlements["base"].book
        if party is None:
            cells: dict[tuple[str, str], float] = {}
            for row in self:
                key = (queries.party_name(book, row["party"]), row["scenario"])
                cells[key] = cells.get(key, 0.0) + float(row["change"])
            moved = [
                name for name in dict.fromkeys(row for row, _ in cells) if any(cells[k] for k in cells if k[0] == name)
            ]
            names = list(dict.fromkeys(column for _, column in cells))
            title = privacy.titled("Change by party and scenario (£)", self.private_to)
            return heat(moved, names, cells, title=title)
        own = list(self.party(party))
        dated = len({row["period"] for row in own}) > 1
        rows = [(f"{row['scenario']} {row['period'] if dated else ''}".strip(), float(row["change"])) for row in own]
        title = f"Change for {queries.party_name(book, party)} (£)"
        return svg.bars(rows, title=privacy.titled(title, self.private_to))


def _positions(settlement: Settlement, every: str, basis: str) -> dict[tuple[str, int, str], Decimal]:
    return {
        (row["party"], row["period"], row["label"]): row["amount"]
        for row in settlement.positions
        if row["every"] == every and row["basis"] == basis
    }


def _cases(book: Book, shocks: Any) -> dict[str, Case]:
    """The scenarios by name, each name once."""
    if shocks is None and not book.scenarios:
        message = (
            "the book has no scenarios; give shocks, such as [{'on': 'demand', 'action': 'scale', 'value': '1.1'}]"
        )
        raise BookError("nothing to stress", [{"code": "no-scenario", "path": "/scenarios", "message": message}])
    found: dict[str, Case] = {}
    for case in cases_of_book(book) if shocks is None else cases(book, shocks):
        name, number = case.name, 2
        while name in found:
            name, number = f"{case.name} ({number})", number + 1
        found[name] = replace(case, name=name)
    if "base" in found:
        raise BookError("a scenario may not be called 'base'", [])
    return found


def stress(
    book: Book,
    shocks: Shocks | None = None,
    data: Any = None,
    *,
    every: str = "term",
    basis: str = "practised",
    combined: bool | None = None,
    plan: bool | None = None,
    **options: Any,
) -> StressTable:
    """Settle a book again under shocks and compare every party's position with the base.

    Parameters
    ----------
    shocks
        None: every scenario of the book. Else the name of a scenario of the book, of a standard set (see
        `openbook.scenarios.sets`) or of one scenario in it ("winter/hard_winter"); a `Scenario` or a `ScenarioSet`; a
        list of these, or of shocks (`Shock` objects or dicts with on, action, value, and optionally starts and ends); a
        mapping from names to shocks; or the path of a JSON file with one of these.
    data
        The base, as for `openbook.settle`; without data every input takes its plan.
    every, basis
        Calendar and basis of the positions.
    combined
        With several scenarios, settle all of them together as well, in their order, under the name "combined". Order
        matters: a shock that scales after one that sets scales what was set. None: unless they are alternatives, as the
        scenarios of a set are.
    plan
        Inputs without data take their plan; by default when there are no data.
    **options
        As for `openbook.settle`: as_at, readings, alternatives, and how the data are read.

    Raises
    ------
    BookError
        An unknown scenario, or a shock on something that the book does not have.

    Examples
    --------
    >>> import openbook as ob
    >>> table = ob.stress(ob.examples.third_sector_cash())
    >>> all(row["change"] == row["stressed"] - row["base"] for row in table)
    True
    """
    named = _cases(book, shocks)
    # Asked for, alternatives are applied as they are, and together if that is asked for.
    runs = {name: [replace(case, among="")] for name, case in named.items()}
    alternatives = any(case.among for case in named.values())
    if len(named) > 1 and (combined or (combined is None and not alternatives)):
        runs[COMBINED] = [case for run in runs.values() for case in run]
    use_plan = data is None if plan is None else plan
    reading: Any = {name: options.pop(name) for name in (*DataOptions.__annotations__, "as_at") if name in options}
    given = loaded(book, data, plan=use_plan, **reading)

    def run(content: Any) -> Settlement:
        return settle(book, given, plan=use_plan, shocks=content, disputes=False, **options)

    settlements = {"base": run(None)} | {name: run(content) for name, content in runs.items()}
    rows: Iterable[Any] = [row for case in named.values() for row in apply_cases(book, [case]).rows]
    return StressTable._of(settlements, every, basis, named, receipt_of(book, rows))
