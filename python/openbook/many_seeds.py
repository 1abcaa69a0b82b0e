"""The same statistics under many seeds: do they scatter as far as their stated errors say?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from . import privacy, queries
from ._estimated import Statistic
from ._intervals import chi_square_quantile
from ._kept_draws import kept_request, this_machine
from ._lasting import LastingRecord, Origin
from ._progress import Progress
from ._simulated import level_name
from .simulating import simulate
from .simulation import Simulation
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .agreed_seed import SeedDraw
    from .book import Book
    from .seals import SealedBook

__all__ = ["RATIOS", "Stability", "stability"]

_UNIT = "£, the unit of a tracked formula, or a share of draws for p_deficit"
RATIOS = Schema(
    "openbook.stability",
    1,
    (
        *(Column(name) for name in ("party", "period", "statistic")),
        *(Column(name, "float", "", _UNIT) for name in ("mean", "lowest", "highest", "spread", "stated")),
        *(Column(name, "float") for name in ("ratio", "ratio_low", "ratio_high")),
        Column("cover", "float", "", "share of seeds"),
        Column("verdict"),
    ),
    "var and es are losses, positive = loss; ratio = spread / stated.",
)
VALUES = Schema(
    "openbook.stability_values",
    1,
    (
        Column("seed"),
        *(Column(name) for name in ("party", "period", "statistic")),
        Column("value", "float", "", _UNIT),
        Column("error", "float", "", _UNIT),
    ),
    "var and es are losses, positive = loss.",
)

#: Fewest seeds that say anything about a spread.
LEAST_SEEDS = 5


#: Verdicts on statistics of which nothing can be said.
UNTESTED = ("no spread", "too few draws")


@dataclass(frozen=True, slots=True)
class Stability(LastingRecord):
    """How far statistics scatter over seeds, beside the errors that each run states; made by `openbook.stability`.

    Attributes
    ----------
    title
        What was simulated.
    ratios
        One row per party, period and statistic: mean, lowest and highest over the seeds, spread (standard deviation
        over the seeds), stated (root mean square of the stated errors), ratio (spread / stated) with its interval,
        cover (share of seeds within two stated errors of the mean) and verdict: "honest" (the interval has 1 in it),
        "understated" (it lies above: the true error is larger than stated), "overstated", "no spread", or "too few
        draws" for an error.
    values
        One row per seed and statistic: seed, party, period, statistic, value, error.
    seeds, draws
        The seeds, and how many draws each run has.
    level
        Probability with which all intervals hold together, were the stated errors right and the estimates normal.
    illustrative
        Drivers that are assumed, not agreed.
    private_to
        The party to which it is private; its title says so.
    origin
        What it was made from, for `save` and for calculating it again.
    """

    title: str
    ratios: Table
    values: Table
    seeds: tuple[int, ...]
    draws: int
    level: float
    illustrative: tuple[str, ...] = ()
    private_to: str = ""
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "stability"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    @property
    def verdict(self) -> str:
        """ "honest", "understated", "overstated", "mixed" (some one way, some the other), or "no spread".

        What has too few draws for an error is left out.
        """
        found = set(self.ratios["verdict"]) - {"honest", *UNTESTED}
        if len(found) > 1:
            return "mixed"
        return found.pop() if found else "honest" if "honest" in self.ratios["verdict"] else "no spread"

    @property
    def sentence(self) -> str:
        """The verdict in words, with its own uncertainty."""
        from ._display import stability

        return stability.sentence(self)

    def svg(self, party: str | None = None, statistic: str | None = None) -> str:
        """A drawing of one statistic: for each seed its value and two stated errors to either side, across the mean.

        Parameters
        ----------
        party, statistic
            None: the statistic whose ratio is furthest from 1.
        """
        from ._display import stability

        return stability.drawn(self, self.row(party, statistic))

    def row(self, party: str | None = None, statistic: str | None = None) -> dict[str, Any]:
        """The row of a party and statistic, or the one whose ratio is furthest from 1.

        Raises
        ------
        ValueError
            There is none.
        """
        rows = [row for row in self.ratios if party in (None, row["party"]) and statistic in (None, row["statistic"])]
        if not rows:
            known = ", ".join(dict.fromkeys(f"{r['party']} {r['statistic']}" for r in self.ratios))
            raise ValueError(f"found {party!r}, {statistic!r}; there is {known}")
        return max(rows, key=_apart)

    def _blocks(self) -> list[Any]:
        from ._display import stability

        return stability.blocks(self)

    def __repr__(self) -> str:
        return f"<Stability of {self.title}: {len(self.seeds)} seeds of {self.draws:,} draws, {self.verdict}>"


def _apart(row: dict[str, Any]) -> float:
    """How far spread and stated error lie apart; below nothing where nothing can be said of them."""
    if row["verdict"] in UNTESTED:
        return -1.0
    return abs(math.log(row["ratio"])) if 0 < row["ratio"] < math.inf else math.inf


def _seeds(given: int | Sequence[int], first: int) -> tuple[int, ...]:
    """The seeds: as listed, or so many from the first on."""
    if isinstance(given, int) and not isinstance(given, bool):
        chosen = [(first + number) % 2**64 for number in range(max(given, 0))]
    else:
        chosen = [int(seed) for seed in given]  # type: ignore[union-attr]
    if len(set(chosen)) < LEAST_SEEDS or len(set(chosen)) != len(chosen):
        raise ValueError(f"seeds: found {given!r}, expected at least {LEAST_SEEDS}, all different")
    return tuple(chosen)


def _runs(simulation: Simulation, seeds: Sequence[int], progress: Progress) -> Iterator[Simulation]:
    for seed in seeds:
        if seed == simulation.seed:
            yield simulation
        else:
            yield Simulation(simulation.book, this_machine({**simulation.request, "seed": seed}), progress=progress)


def stability(
    of: Book | SealedBook | Simulation,
    seeds: int | Sequence[int] = 20,
    *,
    scenarios: int = 10_000,
    seed: int | Literal["sealed"] | SeedDraw = 0,
    what: Sequence[str] | None = None,
    levels: Sequence[float] = (0.95,),
    every: str = "term",
    period: int | str | None = 1,
    basis: str = "practised",
    level: float = 0.95,
    progress: Progress = None,
    **options: Any,
) -> Stability:
    """Run a simulation under many seeds, and hold the scatter of its statistics against the errors that they state.

    Were the stated errors right and the estimates normal, the ratio of both squared, times one less than the number of
    seeds, would follow a chi-square distribution: that gives the ratio its interval (Casella and Berger, Statistical
    Inference, 2002, section 9.2). Of many figures some would stray by chance, so the intervals are widened to hold
    together (Bonferroni).

    Parameters
    ----------
    of
        A book, a sealed book, or a simulation: the same draws' number and choices under other seeds.
    seeds
        How many, from `seed` (or the simulation's own) on, one after the other; or the seeds themselves. Five at least.
    scenarios, seed, progress, **options
        As for `openbook.simulate`; of a simulation they are its own.
    what
        Parties and tracked formulas; None for the parties.
    levels
        Of value at risk and expected shortfall.
    every, period, basis
        Which positions; `period` None for every one of the calendar.
    level
        Probability with which all intervals hold together.

    Examples
    --------
    >>> import openbook as ob
    >>> found = ob.stability(ob.examples.mental_health_alliance(), 8, scenarios=500, what=["ccg"])
    >>> len(found.values), found.ratios["statistic"]
    (40, ('mean', 'sd', 'p_deficit', 'var95', 'es95'))
    """
    if not 0 < level < 1:
        raise ValueError(f"level: found {level!r}, expected a probability between 0 and 1, such as 0.95")
    if isinstance(of, Simulation):
        first = of
    else:
        run: dict[str, Any] = {"every": (every,), "basis": (basis,), "progress": progress} | options
        first = simulate(of, scenarios, seed=seed, **run)
    which = {"every": every, "period": period, "levels": tuple(levels), "basis": basis}
    return _held_together(first, _seeds(seeds, first.seed), what, which, level, progress)


def of_simulation(
    book: Book,
    request: Mapping[str, Any],
    seeds: Sequence[int],
    what: Sequence[str] | None,
    which: Mapping[str, Any],
    level: float,
) -> Stability:
    """The stability of a simulation whose book and request were kept."""
    return _held_together(Simulation(book, this_machine(request)), seeds, what, which, level, None)


def _held_together(
    first: Simulation,
    chosen: Sequence[int],
    what: Sequence[str] | None,
    which: Mapping[str, Any],
    level: float,
    progress: Progress,
) -> Stability:
    """The statistics of every seed, and their ratios."""
    levels = [level_name(one) for one in which["levels"]]
    names = ("mean", "sd", "p_deficit", *(f"{kind}{one}" for one in levels for kind in ("var", "es")))
    rows: list[dict[str, Any]] = []
    for simulation in _runs(first, chosen, progress):
        for party in first.parties if what is None else what:
            for row in simulation.risk(party, **which):
                where = {"seed": str(simulation.seed), "party": row["party"], "period": row["period"]}
                rows += [{**where, "statistic": n, "value": row[n], "error": row[f"{n}_error"]} for n in names]
    ratios = _ratios(rows, level)
    note = (
        f"{len(chosen)} seeds from {chosen[0]} to {chosen[-1]}, {first.draws:,} draws each. spread: standard deviation "
        "over the seeds; stated: root mean square of the errors that the runs state; the intervals of the ratio hold "
        f"together with {level:.0%}, for normal estimates. {queries.assumed([first.book])}"
    ).strip()
    title = f"Stability of {first.book.title or first.book.id}"
    about = {**first._about(), "seed": f"{chosen[0]} and {len(chosen) - 1} more"}
    asked = {"book": first.book, "request": kept_request(first.request), "seeds": tuple(chosen), "level": level}
    asked |= {"what": None if what is None else tuple(what), "which": dict(which)}
    return Stability(
        title,
        Table.of_rows(title, RATIOS, ratios, note, about),
        Table.of_rows(f"{title}, seed by seed", VALUES, rows, note, about),
        tuple(chosen),
        first.draws,
        level,
        queries.illustrative_drivers(first.book),
        first.private_to,
        Origin.here("stability", **asked),
    )


def _ratios(rows: Sequence[dict[str, Any]], level: float) -> list[dict[str, Any]]:
    grouped: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault((row["party"], row["period"], row["statistic"]), []).append(row)
    # Figures that do not move at all are not tested, and need no share of the level.
    moving = sum(any(row["value"] != group[0]["value"] or row["error"] for row in group) for group in grouped.values())
    tail = (1 - level) / max(1, moving) / 2
    return [
        {"party": party, "period": period, "statistic": name, **_ratio(group, tail)}
        for (party, period, name), group in grouped.items()
    ]


def _ratio(group: Sequence[dict[str, Any]], tail: float) -> dict[str, Any]:
    values, count = [row["value"] for row in group], len(group)
    mean = math.fsum(values) / count
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    known = [row["error"] for row in group if row["error"] is not None]
    stated = math.sqrt(math.fsum(error * error for error in known) / count) if len(known) == count else math.nan
    if spread < 1e-12 * max(1.0, abs(mean)):
        spread = 0.0  # what the last bits of a mean leave
    found = {"mean": mean, "lowest": min(values), "highest": max(values), "spread": spread, "stated": stated}
    if math.isnan(stated):
        nothing = dict.fromkeys(("cover", "ratio", "ratio_low", "ratio_high"), math.nan)
        return found | nothing | {"verdict": "too few draws"}
    found["cover"] = sum(abs(row["value"] - mean) <= 2 * row["error"] + 1e-12 * abs(mean) for row in group) / count
    if spread == 0 == stated:
        return found | {"ratio": math.nan, "ratio_low": math.nan, "ratio_high": math.nan, "verdict": "no spread"}
    ratio = spread / stated if stated else math.inf
    low = ratio * math.sqrt((count - 1) / chi_square_quantile(1 - tail, count - 1))
    high = ratio * math.sqrt((count - 1) / chi_square_quantile(tail, count - 1))
    verdict = "understated" if low > 1 else "overstated" if high < 1 else "honest"
    return found | {"ratio": ratio, "ratio_low": low, "ratio_high": high, "verdict": verdict}


def label_of(row: dict[str, Any]) -> str:
    """A statistic in words."""
    return f"{Statistic(row['statistic']).label} of {row['party']}, {row['period']}"
