"""What each step of a movement moves: by party, by clause and by period, as rows that add up to the penny."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ._settled import SIGN
from ._states import STEPS
from .errors import BookError, DataError
from .flowing import received
from .table import Column, Schema

if TYPE_CHECKING:
    from .results import Settlement

__all__ = ["BY_CLAUSE", "BY_PERIOD", "CHECK", "MOVEMENT", "adding_up", "by_clause", "by_party", "by_period", "parties"]

_MOVES = (Column("step"), Column("before", "money"), Column("change", "money"), Column("after", "money"))
MOVEMENT = Schema("openbook.movement", 1, (Column("party"), *_MOVES), f"Positions: {SIGN} change = after - before.")
BY_CLAUSE = Schema(
    "openbook.movement_by_clause",
    1,
    (Column("party"), Column("contract"), Column("clause"), *_MOVES),
    MOVEMENT.sign,
)
BY_PERIOD = Schema("openbook.movement_by_period", 1, (Column("party"), Column("period"), *_MOVES), MOVEMENT.sign)


def wide_schema(steps: Sequence[str]) -> Schema:
    """Columns of a movement with one column per step."""
    columns = (Column("party"), *(Column(name, "money") for name in ("last", *steps, "this")))
    return Schema("openbook.movement_wide", 1, columns, SIGN)


WIDE = wide_schema(STEPS)
CHECK = Schema(
    "openbook.movement_check",
    1,
    (Column("party"), *(Column(name, "money") for name in ("last", "movement", "this", "difference"))),
    SIGN,
)

#: The settlements of a movement: step and settlement, the earlier one first.
Chain = Sequence[tuple[str, "Settlement"]]
Key = tuple[str, ...]
#: For each settlement of a chain its amounts.
Sums = Sequence[tuple[str, Mapping[Key, Decimal]]]
Row = dict[str, Any]


def parties(chain: Chain) -> list[str]:
    """The parties of the later book in its order, then those that only an earlier one has."""
    return list(dict.fromkeys(party.id for _, one in reversed(chain) for party in one.book.parties))


def by_party(chain: Chain, basis: str) -> list[Row]:
    """What each step moves for each party."""
    sums = [(step, received(_entries(one, basis))) for step, one in chain]
    return list(_rows(sums, ("party",), [(party,) for party in parties(chain)]))


def by_clause(chain: Chain, basis: str, wanted: str | None) -> list[Row]:
    """What each step moves for each party, or the one wanted, by clause; what moves nothing is left out."""
    names = ("contract", "clause")
    sums = [(step, received(_entries(one, basis), names)) for step, one in chain]
    keys = [key for key in _keys(sums) if wanted in (None, key[0])]
    place = _places(chain)
    rows = _rows(sums, ("party", *names), sorted(keys, key=lambda key: place(key[0])))
    return [row for row in rows if row["change"]]


def by_period(chain: Chain, basis: str, every: str) -> list[Row]:
    """What each step moves for each party by the periods of a calendar.

    Raises
    ------
    BookError
        None of the settlements has such a calendar.
    """
    sums: Sums = [
        (step, {(row["party"], row["label"]): row["amount"] for row in _positions(one, every, basis)})
        for step, one in chain
    ]
    keys = _keys(sums)
    if not keys:
        message = f"found {every!r}, expected 'month', 'year' or 'term'"
        raise BookError("no such calendar", [{"code": "unknown-period", "path": "", "message": message}])
    place = _places(chain)
    ordered = sorted(keys, key=lambda key: (place(key[0]), key[1] if every == "month" else ""))
    return list(_rows(sums, ("party", "period"), ordered))


def adding_up(chain: Chain, basis: str, moved: Iterable[Mapping[str, Any]]) -> list[Row]:
    """What each party has in the first and the last settlement, and what moved by clause in between.

    Raises
    ------
    DataError
        They do not add up: a settlement contradicts its own ledger.
    """
    nothing = Decimal(0)
    changes: dict[str, Decimal] = {}
    for row in moved:
        changes[row["party"]] = changes.get(row["party"], nothing) + row["change"]
    last, this = (
        {row["party"]: row["amount"] for row in _positions(one, "term", basis)} for one in (chain[0][1], chain[-1][1])
    )
    rows = []
    for party in parties(chain):
        before, after, change = (amounts.get(party, nothing) for amounts in (last, this, changes))
        left = after - before - change
        rows.append({"party": party, "last": before, "movement": change, "this": after, "difference": left})
    wrong = [
        f"{row['party']}: {row['last']} and {row['movement']} is not {row['this']}" for row in rows if row["difference"]
    ]
    if wrong:
        problems = [{"code": "not-adding-up", "path": "", "message": message} for message in wrong]
        raise DataError("the movement does not add up", problems)
    return rows


def _rows(sums: Sums, names: Sequence[str], keys: Iterable[Key]) -> Iterator[Row]:
    """For each key a row per step: what it was before, and what it is after."""
    nothing = Decimal(0)
    for key in keys:
        for (_, earlier), (step, later) in pairwise(sums):
            before, after = earlier.get(key, nothing), later.get(key, nothing)
            moves = {"step": step, "before": before, "change": after - before, "after": after}
            yield {**dict(zip(names, key, strict=True)), **moves}


def _keys(sums: Sums) -> list[Key]:
    return list(dict.fromkeys(key for _, one in sums for key in one))


def _places(chain: Chain) -> Callable[[str], int]:
    """Where a party stands among the others; what is no party of any book comes last."""
    order = {party: number for number, party in enumerate(parties(chain))}
    return lambda party: order.get(party, len(order))


def _entries(settlement: Settlement, basis: str) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in settlement._data["entries"] if entry["basis"] == basis)


def _positions(settlement: Settlement, every: str, basis: str) -> list[dict[str, Any]]:
    return [row for row in settlement.positions if row["every"] == every and row["basis"] == basis]
