"""The marginal pound of a simulation: what one more of anything moves in a draw, and on average."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .. import _normals, _terms, queries
from .._request import whole
from .._shown import Shown
from .._term_units import TermUnits
from ..simulating import simulate
from ..simulation import Simulation
from ..table import Column, Schema, Table
from .marginal_pounds import as_read, input_words, term_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..book import Book

__all__ = ["SIMULATED_MARGINAL", "SimulatedMarginals", "gradient", "simulated_marginals"]

Floats = npt.NDArray[np.float64]

#: Draws that are differentiated together: bounds the memory.
CHUNK = 256

SIMULATED_MARGINAL = Schema(
    "openbook.simulated_marginal",
    1,
    (
        Column("name"),
        Column("title"),
        Column("period"),
        Column("member"),
        Column("unit"),
        Column("slope", "float", "£ per unit", "£ per unit"),
        Column("slope_error", "float", "", "£ per unit"),
        Column("moves", "float", "share of draws in which it moves", "share of draws"),
    ),
    "+ = in the party's favour for one unit more",
)


@dataclass(frozen=True, slots=True, repr=False)
class SimulatedMarginals(Shown):
    """What one more of every input and every stated term moves in a simulated position. Frozen.

    Attributes
    ----------
    book, what
        The book, and the party or formula that is looked at.
    draws, seed
        Over which draws the slopes are averaged.
    table
        One row per number: name, title, period, member, unit, slope (mean over the draws, with its Monte Carlo error),
        moves (share of draws in which the slope is not zero).
    """

    book: Book = field(repr=False)
    what: str
    draws: int
    seed: int
    table: Table

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for the shared book."""
        return self.book.private_to

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks, figures

        moving = [row for row in self.table if row["moves"] > 0]
        rows = tuple(
            (
                " ".join(filter(None, (row["name"], row["member"], row["period"]))),
                row["unit"],
                figures.estimate(row["slope"], row["slope_error"]),
                figures.percent(round(row["moves"], 3)),
            )
            for row in moving[: blocks.MOST_ROWS]
        )
        left = len(moving) - len(rows)
        note = (f"{blocks.counted(left, 'more row')}. " if left else "") + self.table.note
        return [blocks.Grid(self.table.title, ("of", "unit", "£ per unit", "moves in"), rows, "llrr", note)]


def gradient(simulation: Simulation, z: npt.ArrayLike, what: str, **where: Any) -> Floats:
    """Derivatives of a party's position, or of a tracked formula, by every standard normal at given points.

    Parameters
    ----------
    simulation
        A simulation of the book.
    z
        Standard normals, shape (n, dimensions), in the order of the simulation's dimensions.
    what, **where
        As for `Simulation.array`: every, period, basis; one period.

    Returns
    -------
    numpy.ndarray
        Shape (n, dimensions): pounds for one standard deviation of each normal. On a kink, of the branch taken.

    Examples
    --------
    >>> import numpy as np
    >>> import openbook as ob
    >>> from openbook.sensitivities.simulated import gradient
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> simulation = book.simulate(10, progress=False)
    >>> dimensions = len(simulation._core.streams())
    >>> slopes = gradient(simulation, np.zeros((1, dimensions)), "provider")
    >>> slopes.shape == (1, dimensions) and bool((slopes > 0).all())
    True
    """
    options = {"every": "term", "period": 1, "basis": "practised", **where}
    column = simulation._select(what, options["every"], options["period"], options["basis"])[0]
    found: Floats = simulation._core.gradient(np.ascontiguousarray(z, dtype=np.float64), [column])[:, 0, :]
    return found


def simulated_marginals(
    book: Book,
    what: str,
    data: Any = None,
    *,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    scenarios: int = 1_000,
    seed: int = 0,
    first_draw: int = 0,
    terms: bool = True,
    **options: Any,
) -> SimulatedMarginals:
    """Slopes of a simulated position by every input and every stated term, averaged over draws.

    Each draw is differentiated by itself along its own path, in doubles, by one walk back through the plan; the mean
    of these slopes is the slope of the mean, with its Monte Carlo error, wherever the payment is continuous. Where it
    jumps it is not: how the probability of a jump moves is in no pathwise derivative. A break-even or a tornado sees
    jumps.

    Parameters
    ----------
    book, what
        The book, and a party by id or name, or a formula that is tracked (``track=``).
    data, **options
        As for `openbook.simulate`.
    every, period, basis
        Which position.
    scenarios, seed, first_draw
        Which draws; one draw alone with ``scenarios=1, first_draw=number``.
    terms
        Also by every plain number that the document states.

    References
    ----------
    Glasserman (2003), *Monte Carlo Methods in Financial Engineering*, section 7.2, on when pathwise slopes are
    unbiased.

    Examples
    --------
    >>> import openbook as ob
    >>> from openbook.sensitivities import simulated_marginals
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = simulated_marginals(book, "provider", scenarios=50)
    >>> next(round(row["slope"]) for row in found.table if row["name"] == "activity")
    2000
    """
    whole("scenarios", scenarios, 1, 1_000_000)
    asked = simulate(book, 1, seed=seed, data=data, every=(every,), basis=(basis,), progress=False, **options)
    document = as_read(book._data, asked.request.get("readings") or {})
    places = {place.path: place for place in _terms.places(document)} if terms else {}
    simulation = Simulation(book, {**asked.request, "open": list(places)}, progress=False)
    column = simulation._select(what, every, period, basis)[0]
    numbers = simulation._core.numbers()
    total, squares, moves = (np.zeros(len(numbers)) for _ in range(3))
    for start in range(first_draw, first_draw + scenarios, CHUNK):
        draws = range(start, min(start + CHUNK, first_draw + scenarios))
        slopes = simulation._core.slopes(_normals.normals(simulation, draws), [column])[:, 0, :]
        total += slopes.sum(axis=0)
        squares += (slopes**2).sum(axis=0)
        moves += (slopes != 0).sum(axis=0)
    mean = total / scenarios
    spread = np.sqrt(np.maximum(0.0, squares / scenarios - mean**2) / max(1, scenarios - 1))
    units = TermUnits(book._data)
    rows = []
    for number, one in enumerate(numbers):
        words, scale = _words(one, book, places, units)
        figures = {"slope": mean[number] * scale, "slope_error": spread[number] * scale if scenarios > 1 else math.nan}
        rows.append({**words, **figures, "moves": moves[number] / scenarios})
    name = queries.party_name(book, what)
    note = f"{scenarios:,} draws from {first_draw}, seed {seed}: means of the slope in each draw. "
    note += f"{SIMULATED_MARGINAL.sign}; what a jump moves is not in them."
    about = {"book": book.id, "digest": book.digest, "seed": str(seed)}
    table = Table.of_rows(
        f"Marginal pounds of {name}, simulated", SIMULATED_MARGINAL, rows, note, about, private_to=book.private_to
    )
    return SimulatedMarginals(book, what, scenarios, seed, table)


def _words(
    one: Mapping[str, Any], book: Book, places: Mapping[str, Any], units: TermUnits
) -> tuple[dict[str, str], float]:
    words, scale = term_words(one, places[one["quantity"]], units) if one["term"] else input_words(one, book)
    return words, float(scale)
