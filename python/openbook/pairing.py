"""Books in pairs under the same draws: statistics of both, the difference with its error, who is better off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from ._estimated import Design, Statistic, apart, share_error, statistics
from .drawn import HALF_A_PENNY, Floats, RiskTable
from .table import Column, Schema

if TYPE_CHECKING:
    from ._estimated import Estimated

__all__ = ["SCHEMA", "PairMatrix", "PairedStatistics", "pair_rows"]

#: Draws of each book by party.
Draws = Mapping[str, Mapping[str, Floats]]

_UNIT = "£; share of draws for p_deficit"
SCHEMA = Schema(
    "openbook.pairs",
    1,
    (
        *(Column(name) for name in ("book", "against", "party", "statistic")),
        *(
            Column(name + suffix, "float", "", _UNIT)
            for name in ("base", "value", "difference")
            for suffix in ("", "_error")
        ),
        *(
            Column(name + suffix, "float", "", "share of draws")
            for name in ("p_better", "p_worse")
            for suffix in ("", "_error")
        ),
        Column("favour"),
    ),
    "difference = value (under `book`) - base (under `against`); var and es are losses, positive = loss; favour says "
    "whether the difference is for the party.",
)


class PairedStatistics(RiskTable):
    """Statistics of pairs of books under the same draws; made by `Comparison.paired`.

    Columns: book, against, party, statistic, base (under `against`), value (under `book`), difference (value - base),
    p_better and p_worse (shares of draws in which the party is better or worse off by half a penny or more under
    `book`; of the draws, whatever the statistic), each with its Monte Carlo standard error, and favour: "better",
    "worse", "none" (no difference at all), or "not clear" (within two errors of no difference).
    """

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import pairs

        return pairs.grid(self)


class PairMatrix(PairedStatistics):
    """Every book against every other for one party and one statistic; shown as a square. Columns as in
    `PairedStatistics`.
    """

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import pairs

        return pairs.square(self)


def favour_of(difference: float, error: float, favour: int, same: bool) -> str:
    """Whether a difference is for the party."""
    if same or difference == error == 0:
        return "none"
    if not abs(difference) > 2 * error:  # of an error that is not known, too
        return "not clear"
    return "better" if difference * favour > 0 else "worse"


def pair_rows(
    draws: Draws,
    names: Sequence[str],
    parties: Sequence[str],
    every_pair: bool,
    near: float = HALF_A_PENNY,
    design: Design | None = None,
) -> Iterator[dict[str, Any]]:
    """One row for each pair of books, party and statistic: each book with the first, or every book with every other.

    What lies nearer to zero than `near` is none; `design` gives the errors of draws that are not independent.
    """
    chosen = statistics(names)
    books = list(draws)
    ordered = permutations(books, 2) if every_pair else ((book, books[0]) for book in books[1:])
    known: dict[tuple[str, str, str], Estimated] = {}

    def estimated(book: str, party: str, statistic: Statistic) -> Estimated:
        key = (book, party, statistic.name)
        if key not in known:
            known[key] = statistic.of(draws[book][party], near)
        return known[key]

    for book, against in ordered:
        for party in parties:
            for row in _pair(draws, book, against, party, chosen, estimated, near):
                if design is not None:
                    row |= _errors_by_design(draws[against][party], draws[book][party], row, near, design)
                yield row


#: Figures of a row that have errors, in the order in which `_figures` gives them.
_WITH_ERRORS = ("base", "value", "difference", "p_better", "p_worse")


def _errors_by_design(
    before: Floats, after: Floats, row: dict[str, Any], near: float, design: Design
) -> dict[str, Any]:
    """The errors of a row whose draws are not independent, and what they say of its difference."""
    statistic = Statistic(row["statistic"])

    def figures(draws: Floats) -> list[float]:
        change = draws[1] - draws[0]
        base, value = statistic.of(draws[0], near).value, statistic.of(draws[1], near).value
        difference = float(change.mean()) if statistic.name == "mean" else value - base
        return [base, value, difference, float((change >= near).mean()), float((change <= -near).mean())]

    errors = design(figures, np.stack([before, after]))
    if errors is None:
        return {}
    found = {f"{name}_error": error for name, error in zip(_WITH_ERRORS, errors, strict=True)}
    same = not (row["p_better"] or row["p_worse"])
    return found | {"favour": favour_of(row["difference"], found["difference_error"], statistic.favour, same)}


def _pair(
    draws: Draws,
    book: str,
    against: str,
    party: str,
    chosen: Sequence[Statistic],
    estimated: Callable[[str, str, Statistic], Estimated],
    near: float,
) -> Iterator[dict[str, Any]]:
    change = draws[book][party] - draws[against][party]
    count = len(change)
    better, worse = float((change >= near).mean()), float((change <= -near).mean())
    shares = {"p_better": better, "p_better_error": share_error(better, count)}
    shares |= {"p_worse": worse, "p_worse_error": share_error(worse, count)}
    for statistic in chosen:
        before, after = estimated(against, party, statistic), estimated(book, party, statistic)
        difference, error = apart(after, before)
        if statistic.name == "mean":  # of the differences themselves: no rounding of two large sums
            own = statistic.of(change)
            difference, error = own.value, own.error
        yield {
            "book": book,
            "against": against,
            "party": party,
            "statistic": statistic.name,
            "base": before.value,
            "base_error": before.error,
            "value": after.value,
            "value_error": after.error,
            "difference": difference,
            "difference_error": error,
            **shares,
            "favour": favour_of(difference, error, statistic.favour, not (better or worse)),
        }
