"""A forecast of the past: fitted on its first part, drawn over the rest, held against what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np

from . import privacy, queries
from ._calendar import Months, month_text
from ._lasting import Lasting, LastingRecord, Origin
from ._progress import Progress
from .data import DataOptions, history
from .data.loading import last_month
from .drawn import Fan, Floats
from .errors import DataError
from .simulating import simulate
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .simulation import Simulation

__all__ = ["Backtest", "backtest"]

_UNIT = "£ for a party, else the unit of the input"
PERIODS = Schema(
    "openbook.backtest_periods",
    1,
    (
        *(Column(name) for name in ("what", "period")),
        Column("ahead", "int"),
        *(Column(name, "float", "", _UNIT) for name in ("realised", "median")),
        Column("transform", "float", "", "share of draws"),
        *(Column(name, "float", "", _UNIT) for name in ("crps", "naive_crps")),
    ),
    "+ = in the party's favour; crps: less is better.",
)
COVERAGE = Schema(
    "openbook.backtest_coverage",
    1,
    (
        Column("what"),
        Column("band", "float", "", "share of draws"),
        Column("periods", "int"),
        Column("inside", "int"),
        *(Column(name, "float", "", "share of periods") for name in ("share", "low", "high")),
        Column("verdict"),
    ),
)
SCORES = Schema(
    "openbook.backtest_scores",
    1,
    (
        Column("what"),
        Column("periods", "int"),
        *(Column(name, "float", "", _UNIT) for name in ("crps", "naive_crps", "better_by", "better_by_error")),
        Column("skill", "float", "", "share of the naive score"),
        Column("mean_transform", "float", "", "share of draws"),
        Column("naive"),
    ),
    "crps: less is better; better_by = naive_crps - crps, + = the book forecasts better.",
)


@dataclass(frozen=True, slots=True)
class Backtest(LastingRecord):
    """A fan held against what happened; made by `openbook.backtest`.

    Attributes
    ----------
    title
        What was tested.
    until
        The last month that was known to the forecast.
    fitted
        Whether the drivers were fitted on the months until then; else they are as written.
    forecast
        The simulation: every draw of it can be explained.
    periods
        One row for each party or input and period: realised, median of the draws, transform (share of draws below what
        happened), crps and naive_crps (scores of the draws and of the naive forecast, less is better).
    coverage
        For each band: in how many periods what happened lay inside, with the exact binomial interval of that share, and
        the verdict: "holds", "too narrow" (too few inside) or "too wide".
    scores
        For each party or input the mean scores, by how much the book is better than the naive forecast with the
        standard error of that, skill = 1 - crps / naive_crps, and the mean transform (below a half: less happened than
        was drawn).
    bands
        The central bands, such as 0.5, 0.8, 0.9.
    fans, realised
        The fan of each party or input, and what happened in its periods.
    illustrative
        Drivers that are assumed, not agreed.
    private_to
        The party to which it is private; its title says so.
    origin
        What it was made from beside the forecast, for `save` and for calculating it again.
    """

    title: str
    until: str
    fitted: bool
    forecast: Simulation
    periods: Table
    coverage: Table
    scores: Table
    bands: tuple[float, ...]
    fans: Mapping[str, Fan]
    realised: Mapping[str, tuple[float, ...]]
    illustrative: tuple[str, ...] = ()
    private_to: str = ""
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "backtest"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))
        for name in ("fans", "realised"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __hash__(self) -> int:
        return hash((self.title, self.until, self.fitted, self.periods))

    def _rests_on(self) -> Iterable[Lasting]:
        return (self.forecast,)

    def _made_again(self) -> Backtest | None:
        from ._backtested import held_against

        return None if self.origin is None else held_against(self.forecast, **dict(self.origin.asked))

    @property
    def sentence(self) -> str:
        """What it comes to, in words."""
        from ._display import backtest

        return backtest.sentence(self)

    def fan(self, what: str) -> Fan:
        """The fan of a party or an input, over the periods that were forecast.

        Raises
        ------
        ValueError
            It was not tested.
        """
        if what not in self.fans:
            raise ValueError(f"what: found {what!r}; there is {', '.join(self.fans)}")
        return self.fans[what]

    def svg(self, what: str | None = None) -> str:
        """A drawing: the fan of a party or an input with what happened; None: for each of them the share of draws below
        what happened, period by period, which is spread evenly where the forecast is right.
        """
        from ._display import backtest

        return backtest.drawn(self) if what is None else self.fan(what).svg(realised=self.realised[what])

    def _blocks(self) -> list[Any]:
        from ._display import backtest

        return backtest.blocks(self)

    def __repr__(self) -> str:
        return f"<Backtest of {self.title}: known until {self.until}, {len(self.fans)} forecasts>"


def backtest(
    book: Book,
    data: Any,
    *,
    until: str,
    fit: bool = True,
    what: Sequence[str] | None = None,
    scenarios: int = 10_000,
    seed: int = 0,
    every: str = "month",
    bands: Sequence[float] = (0.5, 0.8, 0.9),
    basis: str = "practised",
    readings: Mapping[str, str] | None = None,
    alternatives: Mapping[str, str] | None = None,
    threads: int | None = None,
    progress: Progress = None,
    **options: Unpack[DataOptions],
) -> Backtest:
    """Forecast the known past from a month on, and hold the forecast against what happened.

    Everything after `until` is hidden: the drivers are fitted on the months before (`openbook.calibrate`), the later
    months are drawn, and the fan is compared with the data. Parties' positions are compared with what the same book
    comes to on the data. Plans that clauses pay against stay as they are written: the fitted path is a factor on them,
    month by month, in the later months (of counts with zeros the plan itself follows the fit).

    A few periods say little, and neighbouring periods tend to err together, so that the intervals are, if anything, too
    narrow: a verdict of "holds" is no proof, one of "too narrow" is a warning.

    Parameters
    ----------
    data
        As for `openbook.calibrate`: known months before and after `until`.
    until
        Last month that the forecast knows ("2018-03").
    fit
        Fit level, trend, season and drivers on the months until then, of the shared book where it lies under a layer;
        False: plans and drivers as written, or as the layer believes.
    what
        Parties and monthly inputs; None for the parties whose positions are kept and the inputs that are driven.
    scenarios, seed, readings, alternatives, threads, progress
        As for `openbook.simulate`.
    every
        Calendar of what is compared: "month", "quarter", "half_year", "year", "financial_year"; a period that is known
        in part counts, with what was known of it.
    bands
        Central bands whose coverage is counted.
    basis
        Of the positions.
    **options
        How the data are read, as for `openbook.load`.

    Raises
    ------
    DataError
        The data do not fit, a history is too short to be fitted, or nothing lies after `until`.

    Examples
    --------
    >>> import openbook as ob
    >>> book, data = ob.examples.acute_contract(), ob.examples.data("acute_contract")
    >>> options = {"where": {"org_code": "ZX1"}, "what": ["type1_attendances"], "scenarios": 500}
    >>> found = ob.backtest(book, data, until="2018-03", **options)
    >>> [(row["band"], row["periods"]) for row in found.coverage]
    [(0.5, 12), (0.8, 12), (0.9, 12)]
    """
    from ._backtested import HeldAgainst

    if not bands or not all(0 < band < 1 for band in bands):
        raise ValueError(f"bands: found {bands!r}, expected numbers between 0 and 1, such as (0.5, 0.9)")
    calendar = Months.of(book.calendar)
    known_to = last_month(until, calendar)
    seen = history(book, data, **options)
    shocks: list[dict[str, Any]] = []
    if fit:
        book, shocks = _fitted(book, data, known_to, calendar, options)
    driven = {driver.of for driver in book.drivers}
    inputs = [name for name in seen if name in driven]
    final = min((max(seen[name]) for name in inputs), default=-1)
    final = min(final, calendar.start + calendar.count - 1)
    ends = calendar.ends(every)
    tested = [n for n, end in enumerate(ends) if known_to < end - 1 <= final]
    if not tested:
        message = f"the forecast knows until {month_text(known_to)}, and no period by {every} ends after it in the data"
        if inputs:
            message += f" (to {month_text(final)})" if final >= 0 else ""
        raise DataError("nothing to test", [{"code": "too-short", "path": "/until", "message": message}])
    chosen = _chosen(book, what, inputs)
    run: dict[str, Any] = {
        "every": (every,),
        "basis": (basis,),
        "track": [name for name in chosen if name in inputs],
        "track_every": every,
        "readings": readings,
        "alternatives": alternatives,
        "threads": threads,
        "seed": seed,
    }
    before = {"data": data, "as_at": month_text(known_to), **options} if known_to >= calendar.start else {}
    forecast = simulate(book, scenarios, progress=progress, shocks=shocks, **before, **run)
    past = simulate(book, 2, data=data, as_at=month_text(final), progress=False, **options, **run)
    made = HeldAgainst(book, forecast, past, every, basis, seen, calendar, tuple(tested), tuple(bands))
    names = list(chosen) if what is not None else [*forecast.parties, *chosen]
    return made.result(names, month_text(known_to), fit)


def _fitted(book: Book, data: Any, known_to: int, calendar: Months, options: Any) -> tuple[Book, list[dict[str, Any]]]:
    """The book with fitted drivers around its own plans, and the factors that lead from these to the fitted path."""
    from .calibration import calibrate

    book = privacy.shared(book)  # as `calibrate` does: what one party believes is no history
    fitted = calibrate(book, data, until=month_text(known_to), **options)
    factors = {d.of for d in fitted.drivers if d.id == f"{d.of}_fitted" and d.kind == "lognormal"}
    own = {item.id: item for item in book.inputs if item.id in factors and item.plan is not None}
    planned, path = _plans(book, list(own)), _plans(fitted, list(own))
    for name in [name for name in own if (planned[name] <= 0).any()]:
        del own[name]  # nothing to be a factor on
    kept = fitted.replace(inputs=[own.get(item.id, item) for item in fitted.inputs])
    shocks = []
    for name in own:
        for n in range(max(0, known_to + 1 - calendar.start), calendar.count):
            month = month_text(calendar.start + n)
            ratio = f"{path[name][n] / planned[name][n]:.12f}"
            shocks.append({"on": name, "action": "scale", "value": ratio, "starts": month, "ends": month})
    return kept, shocks


def _plans(book: Book, names: list[str]) -> dict[str, Floats]:
    """What some inputs are planned at, month by month."""
    if not names:
        return {}
    still = {driver.id for driver in book.drivers if driver.of in names}
    groups = [group for group in book.correlations if not still & set(group.drivers)]
    alone = book.replace(drivers=[d for d in book.drivers if d.id not in still], correlations=groups)
    drawn = simulate(alone, 1, every="term", track=names, track_every="month", progress=False)
    return {name: np.atleast_2d(drawn.array(name)).reshape(-1) for name in names}


def _chosen(book: Book, what: Sequence[str] | None, inputs: Sequence[str]) -> list[str]:
    """What is tested; of the parties, all when nothing is named."""
    if what is None:
        return list(inputs)
    found = []
    for name in [what] if isinstance(what, str) else what:
        if name in inputs:
            found.append(name)
            continue
        if name in {item.id for item in book.inputs}:
            message = f"'{name}' is not driven, or has no monthly data; there is {', '.join(inputs)}"
            raise DataError("nothing to test", [{"code": "missing-input", "path": "/what", "message": message}])
        found.append(queries.require_party(book, name))
    return found
