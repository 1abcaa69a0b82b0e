"""Deterministic stress tests: the book settled again under shocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import privacy, queries
from ._request import read_shocks, shock_list
from ._settled import SIGN
from ._views import Changed
from .data import DataOptions, loaded
from .errors import BookError
from .results import Settlement
from .settling import settle
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .saving import Parcel

__all__ = ["Shocks", "StressTable", "stress"]

# A scenario's name, shocks, several named shocks, or a JSON file with one of these.
Shocks = str | Path | Sequence[Any] | Mapping[str, Any] | Any

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

    `settlements` holds the settlement of each scenario by name, with the base as ``"base"``.
    """

    __slots__ = ("basis", "every", "settlements")
    _kind: ClassVar[str] = "stress"
    settlements: Mapping[str, Settlement]
    every: str
    basis: str

    @classmethod
    def _of(cls, settlements: Mapping[str, Settlement], every: str, basis: str) -> Self:
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
        object.__setattr__(table, "every", every)
        object.__setattr__(table, "basis", basis)
        return table

    def by(self, every: str, *, basis: str = "practised") -> StressTable:
        """The same scenarios by another calendar ("month", "year", "term") or on another basis."""
        return StressTable._of(self.settlements, every, basis)

    def party(self, party: str) -> Table:
        """The rows of one party."""
        return self.where(party=queries.require_party(self.settlements["base"].book, party))

    def __reduce__(self) -> tuple[Any, ...]:
        return StressTable._of, (dict(self.settlements), self.every, self.basis)

    @property
    def release(self) -> str:
        """The version of the package that calculated it."""
        return self.settlements["base"].release

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        settlements = [{"name": name, **one._pack(parcel)} for name, one in self.settlements.items()]
        return {"every": self.every, "basis": self.basis, "settlements": settlements}

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        settlements = {str(one["name"]): Settlement._unpack(one, parcel) for one in content["settlements"]}
        return cls._of(settlements, content["every"], content["basis"])

    def _recalculate(self) -> None:
        for settlement in self.settlements.values():
            settlement._recalculate()

    def svg(self, party: str) -> str:
        """Bars: what each scenario changes for one party."""
        from ._display import svg

        rows = [(f"{row['scenario']} {row['period']}".strip(), float(row["change"])) for row in self.party(party)]
        title = f"Change for {queries.party_name(self.settlements['base'].book, party)} (£)"
        return svg.bars(rows, title=privacy.titled(title, self.private_to))


def _positions(settlement: Settlement, every: str, basis: str) -> dict[tuple[str, int, str], Decimal]:
    return {
        (row["party"], row["period"], row["label"]): row["amount"]
        for row in settlement.positions
        if row["every"] == every and row["basis"] == basis
    }


def _scenarios(book: Book, shocks: Any) -> dict[str, Any]:
    """Named scenarios from whatever was given."""
    if shocks is None:
        if not book.scenarios:
            message = (
                "the book has no scenarios; give shocks, such as [{'on': 'demand', 'action': 'scale', 'value': '1.1'}]"
            )
            raise BookError("nothing to stress", [{"code": "no-scenario", "path": "/scenarios", "message": message}])
        return {scenario.name or scenario.id: scenario for scenario in book.scenarios}
    if isinstance(shocks, Path) or (isinstance(shocks, str) and shocks.endswith(".json")):
        shocks = read_shocks(shocks)
    if isinstance(shocks, str):
        return {shocks: shocks}
    if isinstance(shocks, Mapping) and "on" not in shocks and "shocks" not in shocks:
        return {str(name): content for name, content in shocks.items()}
    if isinstance(shocks, (list, tuple)) and shocks:
        if all(isinstance(item, str) for item in shocks):
            return {str(item): item for item in shocks}
        named = {_name(item): item for item in shocks}
        if all(named) and len(named) == len(shocks):
            return named
    return {_name(shocks) or "stress": shocks}


def _name(item: Any) -> str:
    """The name of a scenario; "" of anything else."""
    if isinstance(item, Mapping):
        return str(item.get("name") or item.get("id") or "stress") if "shocks" in item else ""
    return str(item.name or item.id) if getattr(item, "_record", "") == "scenario" else ""


def stress(
    book: Book,
    shocks: Shocks | None = None,
    data: Any = None,
    *,
    every: str = "term",
    basis: str = "practised",
    combined: bool = True,
    plan: bool | None = None,
    **options: Any,
) -> StressTable:
    """Settle a book again under shocks and compare every party's position with the base.

    Parameters
    ----------
    shocks
        None: every scenario of the book. Else the name of a scenario, a list of names, a list of shocks (`Shock`
        objects or dicts
        with on, action "set", "add" or "scale", value, and optionally starts and ends), a mapping from names to
        shocks, or the path
        of a JSON file with one of these.
    data
        The base, as for `openbook.settle`; without data every input takes its plan.
    every, basis
        Calendar and basis of the positions.
    combined
        With several scenarios, settle all of them together as well, under the name "combined".
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
    named = {name: shock_list(book, content) for name, content in _scenarios(book, shocks).items()}
    if "base" in named:
        raise BookError("a scenario may not be called 'base'", [])
    if combined and len(named) > 1:
        named["combined"] = [shock for content in named.values() for shock in content]
    use_plan = data is None if plan is None else plan
    reading: Any = {name: options.pop(name) for name in (*DataOptions.__annotations__, "as_at") if name in options}
    given = loaded(book, data, plan=use_plan, **reading)

    def run(content: Any) -> Settlement:
        return settle(book, given, plan=use_plan, shocks=content, disputes=False, **options)

    settlements = {"base": run(None)}
    settlements |= {name: run(content) for name, content in named.items()}
    return StressTable._of(settlements, every, basis)
