"""Several books under the same draws: paired differences for every party."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import BookError
from .simulation import HALF_A_PENNY, Progress, RiskTable, Simulation, simulate
from .table import Column

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Comparison", "compare"]


class Comparison(RiskTable):
    """Paired differences from the first book: one row per party and other book.

    Columns: book, against, party, mean (of the difference, + = better for the party than under `against`), sd,
    p_worse (share of
    draws in which the party is worse off), each with its Monte Carlo standard error.
    """

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import risks

        return risks.comparison_grid(self)


SCHEMA = (
    Column("book"),
    Column("against"),
    Column("party"),
    *(Column(name + suffix, "float") for name in ("base", "mean", "sd", "p_worse") for suffix in ("", "_error")),
)


def compare(
    books: Mapping[str, Book],
    *,
    scenarios: int = 10_000,
    seed: int = 0,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    progress: Progress = None,
    **options: Any,
) -> Comparison:
    """Simulate several books with the same draws and compare each with the first, party by party.

    Drivers of the same stream take the same values in every book, so that a difference between two books is estimated
    far more
    closely than either position.

    Parameters
    ----------
    books
        Name to book, two at least; parties are matched by id, and those that only one book has are left out.
    scenarios, seed, every, period, basis, progress, **options
        As for `openbook.simulate` and `Simulation.array`.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance()
    >>> table = ob.compare({"as it is": book, "again": book}, scenarios=500)
    >>> set(table["mean"])
    {0.0}
    """
    if len(books) < 2:
        message = f"found {len(books)}, expected at least two books by name"
        raise BookError("nothing to compare", [{"code": "too-few", "path": "", "message": message}])
    options.setdefault("basis", (basis,))
    (first, base_book), *others = books.items()
    run = {"seed": seed, "every": (every,), "progress": progress, **options}
    base: Simulation = simulate(base_book, scenarios, **run)
    rows = []
    for name, book in others:
        other = simulate(book, scenarios, **run)
        for party in (p for p in base.parties if p in other.parties):
            before = base.array(party, every=every, period=period, basis=basis)
            difference = other.array(party, every=every, period=period, basis=basis) - before
            count = len(difference)
            sd = float(difference.std(ddof=1)) if count > 1 else math.nan
            centred = difference - difference.mean()
            fourth = float((centred**4).mean())
            sd_error = math.sqrt(max(0.0, fourth - sd**4) / count) / (2 * sd) if sd > 0 else 0.0
            worse = float((difference < -HALF_A_PENNY).mean())  # the last bits of two sums are no difference
            rows.append(
                {
                    "book": name,
                    "against": first,
                    "party": party,
                    "base": float(before.mean()),
                    "base_error": float(before.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan,
                    "mean": float(difference.mean()),
                    "mean_error": sd / math.sqrt(count),
                    "sd": sd,
                    "sd_error": sd_error,
                    "p_worse": worse,
                    "p_worse_error": math.sqrt(worse * (1 - worse) / count),
                }
            )
    note = (
        f"{scenarios:,} draws, seed {seed}, the same for every book. Pounds, + = better for the party; "
        "± is one Monte Carlo standard error of the paired difference."
    )
    return Comparison.of_rows(f"Compared with {first}", SCHEMA, rows, note)
