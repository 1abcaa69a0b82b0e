"""Whose uncertainty a simulated figure owes its variance to: Sobol' indices of a book's drivers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .. import _normals, privacy, queries
from .._lasting import LastingRecord, Origin, plain_request
from .._request import whole
from ..errors import BookError
from ..table import Column, Schema, Table
from ._known import Known
from .estimators import Index, IndexEstimate, normal_samples, sobol_indices
from .factors import Factor, factors_of

if TYPE_CHECKING:
    from ..book import Book
    from ..simulation import Simulation

__all__ = ["INDICES", "DriverIndices", "driver_indices"]

_LEVEL = 0.95

INDICES = Schema(
    "openbook.sobol_indices",
    1,
    (
        Column("factor"),
        Column("drivers"),
        *(
            Column(name + suffix, "float", "", "share of the variance")
            for name in ("first", "total")
            for suffix in ("", "_error", "_low", "_high")
        ),
        Column("explained", "float", "variance gone once it is known (£²)", "£², or the square of a formula's unit"),
        Column("explained_error", "float", "", "£², or the square of a formula's unit"),
        Column("sd_left", "float", "sd left once it is known (£)", "£, or the unit of a formula"),
        Column("sd_left_error", "float", "", "£, or the unit of a formula"),
    ),
)


@dataclass(frozen=True, slots=True, repr=False)
class DriverIndices(LastingRecord):
    """Sobol' indices of a book's drivers for one figure of a simulation. Frozen.

    A factor is a driver over all its periods and members; drivers of one correlation group are one factor, because no
    part of the variance belongs to one of them alone.

    Attributes
    ----------
    book, what
        The book, and the party or formula that is looked at.
    rows, seed, shifts
        Rows of each of the two samples, their seed, and on how many lattices they lie (1: independent rows). The book
        was evaluated (factors + 2) * rows times.
    variance
        Variance of the figure, with its error.
    indices
        One `Index` per factor, largest total first.
    factors
        What each stands for.
    origin
        What it was made from, for `save` and for calculating it again.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = ob.sensitivity(book, "provider", scenarios=500)
    >>> [(index.factor, round(index.first.value, 6)) for index in found.indices.indices]
    [('uncertainty', 1.0)]
    """

    book: Book = field(repr=False)
    what: str
    rows: int
    seed: int
    shifts: int
    variance: IndexEstimate
    indices: tuple[Index, ...]
    factors: tuple[Factor, ...]
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "driver_indices"

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for the shared book."""
        return self.book.private_to

    @property
    def interactions(self) -> IndexEstimate:
        """Share of the variance that belongs to no factor alone: 1 less the sum of the first indices."""
        value = 1 - sum(index.first.value for index in self.indices)
        return IndexEstimate(value, math.sqrt(sum(index.first.error**2 for index in self.indices)))

    @property
    def table(self) -> Table:
        """One row per factor: factor, drivers, first and total index (each with error and 95% interval), explained (the
        variance that is gone on average once the factor is known: the value of knowing it), sd_left.
        """
        rows = [self._row(index) for index in self.indices]
        name = queries.party_name(self.book, self.what)
        lattices = f" on {self.shifts} shifted lattices" if self.shifts > 1 else ""
        note = (
            f"{self.rows:,} rows in each of two samples{lattices}, seed {self.seed}; intervals of 95%. "
            "A driver is one factor over all its periods; drivers that are correlated are one factor."
        )
        illustrative = queries.illustrative_drivers(self.book)
        note += f" Illustrative drivers: {', '.join(illustrative)}." if illustrative else ""
        about = {"book": self.book.id, "digest": self.book.digest, "seed": str(self.seed)}
        title = f"Whose uncertainty moves {name}"
        return Table.of_rows(title, INDICES, rows, note, about, private_to=self.private_to)

    def _row(self, index: Index) -> dict[str, Any]:
        factor = next(f for f in self.factors if f.name == index.factor)
        row: dict[str, Any] = {"factor": index.factor, "drivers": ", ".join(factor.drivers)}
        for name in ("first", "total"):
            estimate: IndexEstimate = getattr(index, name)
            low, high = estimate.interval(_LEVEL)
            row |= {name: estimate.value, f"{name}_error": estimate.error, f"{name}_low": low, f"{name}_high": high}
        left = max(0.0, self.variance.value - index.explained.value)
        sd = math.sqrt(left)
        error = math.hypot(self.variance.error, index.explained.error) / (2 * sd) if sd else math.nan
        row |= {"explained": index.explained.value, "explained_error": index.explained.error}
        return row | {"sd_left": sd, "sd_left_error": error}

    def svg(self) -> str:
        """Bars: the total index of each factor."""
        from .._display import svg

        title = f"Share of the variance of {queries.party_name(self.book, self.what)} that goes with each (total index)"
        return svg.bars(
            [(index.factor, index.total.value) for index in self.indices if math.isfinite(index.total.value)],
            title=privacy.titled(title, self.private_to),
        )

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks, figures

        rows = [
            (
                row["factor"] + (f" ({row['drivers']})" if row["drivers"] not in ("", row["factor"]) else ""),
                figures.estimate(row["first"], row["first_error"], scale=100, unit="%"),
                figures.estimate(row["total"], row["total_error"], scale=100, unit="%"),
                figures.estimate(row["sd_left"], row["sd_left_error"]),
            )
            for row in self.table
        ]
        header = ("factor", "alone (first)", "with interactions (total)", "sd left once it is known")
        sd = math.sqrt(self.variance.value) if self.variance.value > 0 else 0.0
        note = f"Standard deviation now: {figures.number(sd)}. {self.table.note}"
        grid = blocks.Grid(self.table.title, header, tuple(rows), "lrrr", note)
        words = "; ".join(f"{index.factor}: {index.total.value:.0%}" for index in self.indices if index.total.value > 0)
        return [grid, blocks.Picture(self.svg(), f"Total indices: {words}")] if rows else [grid]


def driver_indices(
    book: Book,
    what: str,
    data: Any = None,
    *,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    rows: int = 10_000,
    seed: int = 0,
    errors: Literal["asymptotic", "bootstrap"] = "asymptotic",
    shifts: int = 1,
    track: Sequence[str] = (),
    track_every: str = "month",
    **options: Any,
) -> DriverIndices:
    """First and total Sobol' indices of every driver for a party's position, or for a tracked formula.

    Parameters
    ----------
    book
        The book.
    what
        A party by id or name, or one of the formulas in `track`.
    every, period, basis
        Which position.
    rows, seed
        Rows of each of the two samples of standard normals, and their seed (numpy's Philox generator).
    errors
        "asymptotic" (delta method) or "bootstrap" (200 resamples).
    shifts
        1: independent rows. More, such as 8: rows on so many randomly shifted lattices, which are closer for the same
        work where few factors matter and the payment has no cliffs; errors then come from the scatter between lattices.
    track, track_every
        Formulas that may be looked at, and their calendar.
    data, **options
        What is known already, and how the book is read: as_at, readings, alternatives, shocks, threads, and how data
        are read.

    Raises
    ------
    BookError
        Nothing of the book is drawn, or nothing is called so.

    References
    ----------
    See `openbook.sensitivities.estimators`.

    Examples
    --------
    >>> import openbook as ob
    >>> from openbook.sensitivities import driver_indices
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = driver_indices(book, "provider", rows=500)
    >>> round(found.variance.value**0.5 / 1e6, 1)
    1.0
    """
    whole("rows", rows, 2, 10_000_000)
    whole("seed", seed, 0, 2**64 - 1)
    whole("shifts", shifts, 1, 1_000)
    request = plain_request(book, data, options, plan=True)
    known = Known.of(book, request["data"], {name: value for name, value in request.items() if name != "data"})
    simulation = known.simulated(book, 1, 0, every=[every], basis=[basis], track=list(track), track_every=track_every)
    column = simulation._select(what, every, period, basis)[0]
    asked: dict[str, Any] = {"every": every, "period": period, "basis": basis, "rows": rows, "seed": seed}
    asked |= {"errors": errors, "shifts": shifts, "track": tuple(track), "track_every": track_every}
    origin = Origin.here("driver_indices", book=book, what=what, **asked, **request)
    return _of_column(simulation, what, column, rows, seed, errors, shifts, origin)


def _of_column(
    simulation: Simulation,
    what: str,
    column: int,
    rows: int,
    seed: int,
    errors: Literal["asymptotic", "bootstrap"],
    shifts: int,
    origin: Origin,
) -> DriverIndices:
    dimensions = _normals.dimensions(simulation)
    if not dimensions:
        message = "no driver has any effect on it: there is no uncertainty to share out"
        raise BookError("nothing is drawn", [{"code": "missing-driver", "path": "/drivers", "message": message}])
    factors = factors_of(simulation.book, dimensions)
    a, b = normal_samples(rows, len(dimensions), seed, shifts=shifts)
    columns = {factor.name: factor.columns for factor in factors}

    def figure(z: Any) -> Any:
        return _normals.evaluate(simulation, z)[column]

    [found] = sobol_indices(figure, columns, a, b, errors=errors, seed=seed, shifts=shifts)
    found.sort(key=lambda index: -index.total.value if math.isfinite(index.total.value) else 0.0)
    variance = _variance(figure(a), figure(b))
    return DriverIndices(simulation.book, what, len(a), seed, shifts, variance, tuple(found), tuple(factors), origin)


def _variance(a: Any, b: Any) -> IndexEstimate:
    """Variance of both samples together, with the error from its fourth moment."""
    import numpy as np

    values = np.concatenate([a, b])
    square = (values - values.mean()) ** 2
    return IndexEstimate(float(values.var(ddof=1)), float(square.std(ddof=1)) / math.sqrt(len(values)))
