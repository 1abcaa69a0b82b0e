"""What it is worth to know before one decides: expected value of perfect information."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from .. import _normals, privacy, queries
from .._kept_draws import kept_request, this_machine
from .._lasting import LastingRecord, Origin
from .._request import whole
from ..errors import BookError
from ..simulating import simulate
from ..simulation import Simulation
from ..table import Column, Schema, Table
from .estimators import IndexEstimate
from .factors import Factor, factors_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["INFORMATION", "Information", "perfect_information", "value_of_information"]

Floats = npt.NDArray[np.float64]

INFORMATION = Schema(
    "openbook.value_of_information",
    1,
    (Column("known"), Column("drivers"), Column("value", "float", "", "£"), Column("error", "float", "", "£")),
    "what it is worth, on average, to know before deciding: £ of the party, never negative but for error",
)


@dataclass(frozen=True, slots=True, repr=False)
class Information(LastingRecord):
    """What it is worth to one party to know more before it chooses between options. Frozen; made by
    `openbook.value_of_information`.

    Attributes
    ----------
    books, party
        The options by name, and whose position is to be as large as possible.
    means
        Expected position under each option, with its error.
    best
        The option that is chosen knowing nothing more.
    everything
        Expected value of perfect information: of knowing every driver.
    factors
        Of knowing one factor (a driver, or a correlation group) alone.
    outer, inner, seed
        How many values of each factor, how many draws of all others with each, of which seed.
    origin
        What it was made from, for `save` and for calculating it again.

    Examples
    --------
    >>> import openbook as ob
    >>> options = {
    ...     "tariff": ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book,
    ...     "block": ob.quick.block("£21m").book,
    ... }
    >>> found = ob.value_of_information(options, "provider", scenarios=2_000, outer=0)
    >>> found.best, found.everything.value > 0
    ('block', True)
    """

    books: Mapping[str, Book] = field(repr=False)
    party: str
    means: Mapping[str, IndexEstimate]
    best: str
    everything: IndexEstimate
    factors: tuple[tuple[Factor, IndexEstimate], ...]
    scenarios: int
    outer: int
    inner: int
    seed: int
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "value_of_information"

    def __post_init__(self) -> None:
        for name in ("books", "means"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __hash__(self) -> int:
        return hash((self.party, self.best, self.everything, self.factors, self.seed))

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for shared books."""
        return privacy.of_all(self.books.values())

    @property
    def table(self) -> Table:
        """Rows: everything, then each factor by its value. Columns known, drivers, value, error."""
        rows = [{"known": "everything", "drivers": "", "value": self.everything.value, "error": self.everything.error}]
        ordered = sorted(self.factors, key=lambda pair: -pair[1].value)
        rows += [
            {"known": f.name, "drivers": ", ".join(f.drivers), "value": e.value, "error": e.error} for f, e in ordered
        ]
        name = queries.party_name(next(iter(self.books.values())), self.party)
        means = "; ".join(f"{option} £{estimate.value:,.0f}" for option, estimate in self.means.items())
        note = (
            f"Knowing nothing more, {name} chooses '{self.best}' ({means}). {self.scenarios:,} draws, seed {self.seed}"
        )
        note += (
            f"; each factor at {self.outer:,} values with {self.inner:,} draws of the rest." if self.factors else "."
        )
        return Table.of_rows(
            f"What it is worth to {name} to know before choosing", INFORMATION, rows, note, private_to=self.private_to
        )

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks, figures

        rows = tuple((row["known"], figures.estimate(row["value"], row["error"])) for row in self.table)
        return [blocks.Grid(self.table.title, ("known", "worth (£)"), rows, "lr", self.table.note)]


def perfect_information(values: Floats) -> IndexEstimate:
    """Expected value of perfect information from what each option comes to in the same draws.

    Parameters
    ----------
    values
        Shape (options, draws), in pounds, large is good.

    Returns
    -------
    IndexEstimate
        E[max over options] - max over options of E: at least zero. The error is that of the mean of what the best
        option of each draw has over the option that is best on average.

    References
    ----------
    Raiffa and Schlaifer (1961), *Applied Statistical Decision Theory*, chapter 4.

    Examples
    --------
    >>> import numpy as np
    >>> perfect_information(np.array([[0.0, 0.0, 0.0, 0.0], [-2.0, -1.0, 1.0, 1.0]])).value
    0.5
    """
    best = int(values.mean(axis=1).argmax())
    gain = values.max(axis=0) - values[best]
    return IndexEstimate(float(gain.mean()), float(gain.std(ddof=1)) / math.sqrt(len(gain)))


def value_of_information(
    options: Mapping[str, Book],
    party: str,
    *,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    scenarios: int = 10_000,
    outer: int = 500,
    inner: int = 500,
    seed: int = 0,
    **request: Any,
) -> Information:
    """What it is worth to a party to know drivers before it chooses between books or concessions.

    Knowing everything, the party chooses for each draw the option that is best in it; knowing one factor, the option
    that is best on average over all others. What either gains over the choice made knowing nothing is the value of the
    information: no survey or audit that tells as much is worth more. Drivers of the same stream and period are the same
    in all options.

    Parameters
    ----------
    options
        Name to book, two at least: the book as it is, with a concession, with another form of payment.
    party
        Whose position is to be as large as possible on average.
    every, period, basis
        Which position.
    scenarios
        Draws for the value of knowing everything.
    outer, inner
        For each factor: how many values of it, and how many draws of all others with each. `outer` 0: only everything.
        The average over `inner` draws makes the best look better than it is; half of the draws are held against all of
        them to take this bias off (the jackknife of two halves).
    seed
        Of all draws.
    **request
        As for `openbook.simulate`.

    Raises
    ------
    BookError
        Fewer than two options, or no such party.

    References
    ----------
    Brennan, Kharroubi, O'Hagan and Chilcott (2007), *Calculating partial expected value of perfect information via
    Monte Carlo sampling algorithms*; Rainforth and others (2018), *On nesting Monte Carlo estimators*, for the bias.
    """
    if len(options) < 2:
        message = f"found {len(options)}, expected at least two options by name"
        raise BookError("nothing to choose from", [{"code": "too-few", "path": "/options", "message": message}])
    whole("outer", outer, 0, 1_000_000)
    whole("inner", inner, 4, 1_000_000)
    first = next(iter(options.values()))
    party = queries.require_party(first, party)
    asked: dict[str, Any] = {**request, "every": (every,), "basis": (basis,), "progress": False, "seed": seed}
    asked.setdefault("parties", queries.whose_positions(first, party))
    runs = {name: simulate(book, scenarios, **asked) for name, book in options.items()}
    return _informed(runs, party, {"every": every, "period": period, "basis": basis}, outer, inner, seed)


def of_simulations(
    runs: Sequence[tuple[str, Book, Mapping[str, Any]]],
    party: str,
    where: Mapping[str, Any],
    outer: int,
    inner: int,
    seed: int,
) -> Information:
    """The value of information of options whose books and requests were kept."""
    made = {name: Simulation(book, this_machine(request), progress=False) for name, book, request in runs}
    return _informed(made, party, where, outer, inner, seed)


def _informed(
    runs: Mapping[str, Simulation], party: str, where: Mapping[str, Any], outer: int, inner: int, seed: int
) -> Information:
    """What knowing everything, and knowing each factor, is worth over the option that is best on average."""
    values = np.array([run.array(party, **where) for run in runs.values()])
    means = {
        name: IndexEstimate(float(own.mean()), float(own.std(ddof=1)) / math.sqrt(len(own)))
        for name, own in zip(runs, values, strict=True)
    }
    best = max(means, key=lambda name: means[name].value)
    factors: tuple[tuple[Factor, IndexEstimate], ...] = ()
    if outer:
        columns = [run._select(party, **where)[0] for run in runs.values()]
        factors = _each_factor(list(runs.values()), columns, outer, inner, seed)
    everything = perfect_information(values)
    books = {name: run.book for name, run in runs.items()}
    kept = tuple((name, run.book, kept_request(run.request)) for name, run in runs.items())
    asked = {"runs": kept, "party": party, "where": dict(where), "outer": outer, "inner": inner, "seed": seed}
    origin = Origin.here("value_of_information", **asked)
    return Information(books, party, means, best, everything, factors, values.shape[1], outer, inner, seed, origin)


def _each_factor(
    runs: Sequence[Simulation], columns: Sequence[int], outer: int, inner: int, seed: int
) -> tuple[tuple[Factor, IndexEstimate], ...]:
    """The value of knowing each factor alone, in two levels of draws."""
    own = [_normals.dimensions(run) for run in runs]
    everything = list(dict.fromkeys(dimension for dimensions in own for dimension in dimensions))
    factors = factors_of(runs[0].book, everything)
    where = [[everything.index(dimension) for dimension in dimensions] for dimensions in own]
    generator = np.random.Generator(np.random.Philox(seed))
    known = generator.standard_normal((outer, len(everything)))
    found = []
    for factor in factors:
        halves = np.zeros((2, len(runs), outer))
        for number in range(outer):
            z = generator.standard_normal((inner, len(everything)))
            z[:, list(factor.columns)] = known[number, list(factor.columns)]
            for option, run in enumerate(runs):
                values = _normals.evaluate(run, z[:, where[option]])[columns[option]]
                half = inner // 2
                halves[:, option, number] = values[:half].mean(), values[half : 2 * half].mean()
        found.append((factor, _without_bias(halves)))
    return tuple(found)


def _without_bias(halves: Floats) -> IndexEstimate:
    """Twice the estimate on all inner draws less the mean of those on each half, shape (halves, options, outer)."""
    together = halves.mean(axis=0)
    best = int(together.mean(axis=1).argmax())

    def gains(means: Floats) -> Floats:
        gain: Floats = means.max(axis=0) - means[best]
        return gain

    corrected = 2 * gains(together) - (gains(halves[0]) + gains(halves[1])) / 2
    return IndexEstimate(float(corrected.mean()), float(corrected.std(ddof=1)) / math.sqrt(corrected.shape[0]))
