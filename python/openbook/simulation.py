"""Simulating a book over many scenarios: risk figures that say how far to trust them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from . import _json, queries
from ._progress import Bar, callback
from ._request import shock_list, texts, thread_count, whole
from ._values import nearest
from .errors import BookError
from .explanation import Explanation
from .frames import Outside, inputs_of
from .table import Column, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Draw", "Fan", "Progress", "RiskTable", "Simulation", "simulate"]

Progress = bool | Callable[[int, int], None] | None
Floats = npt.NDArray[np.float64]

MOST_DRAWS = 1_000_000_000
LEVELS = (0.95, 0.99)
HALF_A_PENNY = 0.005
FAN = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def level_name(level: float) -> str:
    """ "95" of 0.95, "99.5" of 0.995."""
    return f"{level * 100:.10g}"


class RiskTable(Table):
    """Risk figures, each with its Monte Carlo standard error in the column ``<figure>_error``.

    As a display every figure is rounded to the digits that its error allows.
    """

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import risks

        return risks.risk_grid(self)


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles over the periods of a calendar.

    Attributes
    ----------
    title
        What it shows.
    labels
        One per period.
    probabilities
        Ascending.
    values
        Quantiles, shape (probabilities, periods); pounds for positions, + = in the party's favour.
    money
        Whether the values are pounds.
    draws
        How many draws they are quantiles of.
    threshold, below
        A level, and the share of draws below it in each period; for positions zero, or what was asked for.
    illustrative
        Names of the drivers that are assumed, not agreed.
    """

    title: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    values: Floats
    money: bool = True
    draws: int = 0
    threshold: float | None = None
    below: tuple[float, ...] = ()
    illustrative: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What it says about the last period, in words: "In year 4, 7 in 100 end below zero, ..."."""
        from ._display import fans

        return fans.sentence(self)

    def table(self) -> Table:
        """One row per period, one column per probability; with a threshold also the share of draws below it."""
        columns = [Column("period"), *(Column(f"p{level_name(p)}", "float") for p in self.probabilities)]
        data: dict[str, Iterable[Any]] = {"period": self.labels}
        data |= {f"p{level_name(p)}": row.tolist() for p, row in zip(self.probabilities, self.values, strict=True)}
        if self.threshold is not None:
            columns.append(Column("below", "float"))
            data["below"] = self.below
        return Table(self.title, columns, data)

    def svg(self, *, realised: Sequence[float | None] | None = None) -> str:
        """A drawing; `realised` has what happened in each period, None where it is not known."""
        from ._display import fans

        return fans.drawn(self, realised)

    def _blocks(self) -> list[Any]:
        from ._display import fans

        return fans.blocks(self)

    def __str__(self) -> str:
        from ._display import text

        return text.render(self._blocks())

    def __repr__(self) -> str:
        return f"<Fan of {self.title}: {len(self.labels)} periods, {self.draws:,} draws>"

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._blocks())


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of a simulation.

    Attributes
    ----------
    number
        The draw's number; the same seed gives the same draw.
    value
        The position by which it was chosen, in pounds.
    basis
        Of that position.
    """

    simulation: Simulation
    number: int
    party: str
    every: str
    period: int
    value: float
    basis: str = "practised"

    def explain(self, what: str | None = None, *, every: str | None = None, period: int | None = None) -> Explanation:
        """Open a figure of this draw into what made it; by default the position by which the draw was chosen."""
        chosen = self.party if what is None else what
        return self.simulation.explain(
            self.number, chosen, every=every or self.every, period=period or self.period, basis=self.basis
        )

    def _blocks(self) -> list[Any]:
        from ._display import risks

        return risks.draw_blocks(self)

    def __repr__(self) -> str:
        return f"<Draw {self.number:,}: {self.party}, {self.every} {self.period}, {self.value:,.2f}>"

    def __str__(self) -> str:
        from ._display import text

        return text.render(self._blocks())

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._blocks())


class _Plots:
    """Pictures of a simulation with matplotlib."""

    __slots__ = ("_simulation",)

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def fan(
        self, what: str, *, realised: Sequence[float | None] | None = None, axes: Any = None, **options: Any
    ) -> Any:
        """Nested quantile bands over time; see `Simulation.fan` and `openbook.plotting.fan`."""
        from . import plotting

        return plotting.fan(self._simulation.fan(what, **options), realised=realised, axes=axes)


class Simulation:
    """Results of many draws. Frozen; made by `openbook.simulate`.

    Positions are in pounds, + = in the party's favour; low is bad. The same book, data and seed give the same draws
    to the bit,
    for any number of threads. A pickled simulation carries its book and request, and is run again when it is read.

    Attributes
    ----------
    draws, seed, first_draw
        How many draws, of which seed, starting at which.
    columns
        What was kept of every draw: kind, party, basis, every, period (from 1), label, formula.
    warnings
        What the reader should know.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 1_000, seed=7)
    >>> sim.array("mental_health_ft", every="term").shape
    (1000,)
    """

    __slots__ = ("_cache", "_core", "book", "request")

    book: Book
    request: dict[str, Any]
    _core: Any
    _cache: dict[Any, Any]

    def __init__(self, book: Book, request: Mapping[str, Any], *, progress: Progress = None) -> None:
        from . import _core

        report = callback(progress)
        try:
            core = _core.simulate(book._core, _json.dumps(request), _core.Control(report), book._compiled())
        finally:
            if isinstance(report, Bar):
                report.close()
        book._keep_compiled(core.plan_only())
        object.__setattr__(self, "book", book)
        object.__setattr__(self, "request", dict(request))
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a simulation never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rerun, (self.book, self.request)

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self._core.draws)

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return int(self._core.seed)

    @property
    def first_draw(self) -> int:
        """Number of the first draw."""
        return int(self._core.first_draw)

    @property
    def plot(self) -> _Plots:
        """Pictures; needs matplotlib."""
        return _Plots(self)

    def _columns(self) -> list[dict[str, Any]]:
        if "columns" not in self._cache:
            self._cache["columns"] = list(self._core.columns)
        columns: list[dict[str, Any]] = self._cache["columns"]
        return columns

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties whose positions were kept, in the book's order."""
        return tuple(dict.fromkeys(c["party"] for c in self._columns() if c["kind"] == "position"))

    @property
    def columns(self) -> Table:
        """What was kept of every draw, in the order of the rows of `array()`."""
        schema = [
            Column("kind"),
            Column("party"),
            Column("basis"),
            Column("every"),
            Column("period", "int"),
            Column("label"),
            Column("formula"),
        ]
        return Table.of_rows("Columns", schema, [{**c, "period": c["period"] + 1} for c in self._columns()])

    @property
    def warnings(self) -> Table:
        """What the reader should know."""
        schema = (Column("code"), Column("path"), Column("message"))
        return Table.of_rows("Warnings", schema, self._core.warnings)

    # -- choosing columns -------------------------------------------------------------------------------------

    def _select(self, what: str, every: str, period: int | str | None, basis: str) -> list[int]:
        columns = self._columns()
        formulas = {column["formula"] for column in columns if column["kind"] == "track"}
        if what in formulas:
            found = [i for i, c in enumerate(columns) if c["kind"] == "track" and c["formula"] == what]
        else:
            ids = [party.id for party in self.book.parties]
            if what not in ids and not any(what == party.name for party in self.book.parties):
                message = f"neither a party nor a tracked formula: '{what}'{nearest(what, [*ids, *formulas])}"
                raise BookError(
                    f"nothing is called '{what}'", [{"code": "unknown-name", "path": "", "message": message}]
                )
            party = queries.require_party(self.book, what)
            own = [i for i, c in enumerate(columns) if c["kind"] == "position" and c["party"] == party]
            found = [i for i in own if columns[i]["every"] == every and columns[i]["basis"] == basis]
            if not own:
                message = f"positions of '{party}', which stands outside, were not kept; simulate with parties='all'"
                raise BookError("not kept", [{"code": "not-kept", "path": "", "message": message}])
            if not found:
                kept = ", ".join(sorted({f"{columns[i]['every']} ({columns[i]['basis']})" for i in own}))
                message = (
                    f"positions by {every} ({basis}) were not kept; there is {kept}; simulate with "
                    "every=[...] or basis=[...]"
                )
                raise BookError("not kept", [{"code": "not-kept", "path": "", "message": message}])
        if period is None:
            return found
        chosen = [i for i in found if columns[i]["label"] == period or columns[i]["period"] + 1 == period]
        if not chosen:
            labels = ", ".join(str(columns[i]["label"]) for i in found)
            message = f"no period {period!r}; there is 1 to {len(found)}: {labels}"
            raise BookError("no such period", [{"code": "unknown-period", "path": "", "message": message}])
        return chosen

    def array(
        self, what: str | None = None, *, every: str = "term", period: int | str | None = None, basis: str = "practised"
    ) -> Floats:
        """The draws themselves, read-only.

        Parameters
        ----------
        what
            A party or a tracked formula; None for everything, shape (columns, draws).
        every, period, basis
            Which positions; `period` by number (from 1) or label.

        Returns
        -------
        numpy.ndarray
            float64, shape (draws,) for one period, else (periods, draws); pounds for positions.
        """
        everything: Floats = self._core.array()
        if what is None:
            return everything
        found = self._select(what, every, period, basis)
        if len(found) == 1:
            one: Floats = everything[found[0]]
            return one
        if found == list(range(found[0], found[-1] + 1)):
            return everything[found[0] : found[-1] + 1]
        chosen: Floats = everything[found]
        chosen.setflags(write=False)
        return chosen

    # -- figures ----------------------------------------------------------------------------------------------

    def _summaries(self, levels: Sequence[float]) -> list[dict[str, Any]]:
        key = ("summary", tuple(levels))
        if key not in self._cache:
            self._cache[key] = list(self._core.summary(list(levels)))
        found: list[dict[str, Any]] = self._cache[key]
        return found

    def _below(self, column: int, level: float) -> float:
        """Share of draws below a level; of positions by half a penny or more, for the last bits of a sum of payments
        that cancel are no deficit.
        """
        limit = level - HALF_A_PENNY if self._columns()[column]["kind"] == "position" else level
        return float((self._core.array()[column] < limit).mean())

    def _risk(self, found: Sequence[int], levels: Sequence[float], title: str) -> RiskTable:
        for level in levels:
            if not 0 < level < 1:
                raise ValueError(f"levels: found {level!r}, expected numbers between 0 and 1, such as 0.95")
        columns, summaries = self._columns(), self._summaries(levels)
        rows = []
        for i in found:
            column, summary = columns[i], summaries[i]
            row: dict[str, Any] = {
                "party": column["party"] or column["formula"],
                "basis": column["basis"],
                "every": column["every"],
                "period": column["label"],
            }
            for name, key in (("mean", "mean"), ("sd", "deviation")):
                row[name], row[f"{name}_error"] = summary[key]
            below = self._below(i, 0.0)
            row["p_deficit"], row["p_deficit_error"] = below, math.sqrt(below * (1 - below) / self.draws)
            for number, level in enumerate(levels):
                for name, key in (("var", "value_at_risk"), ("es", "expected_shortfall")):
                    row[f"{name}{level_name(level)}"], row[f"{name}{level_name(level)}_error"] = summary[key][number]
            row["minimum"], row["maximum"] = summary["minimum"], summary["maximum"]
            rows.append(row)
        schema = [Column(name) for name in ("party", "basis", "every", "period")]
        headings = {"sd": "standard deviation", "p_deficit": "P(below zero)"}
        names = ["mean", "sd", "p_deficit"] + [
            f"{kind}{level_name(level)}" for level in levels for kind in ("var", "es")
        ]
        for name in names:
            schema += [Column(name, "float", headings.get(name, "")), Column(f"{name}_error", "float")]
        schema += [Column("minimum", "float"), Column("maximum", "float")]
        note = (
            f"{self.draws:,} draws, seed {self.seed}. Pounds, + = in the party's favour; var and es are losses of the "
            "low tail, "
            "positive = loss; ± is one Monte Carlo standard error."
        )
        return RiskTable.of_rows(title, schema, rows, note)

    def risk(
        self,
        what: str,
        *,
        every: str = "year",
        period: int | str | None = None,
        levels: Sequence[float] = LEVELS,
        basis: str = "practised",
    ) -> RiskTable:
        """Mean, deviation, probability below zero, value at risk and expected shortfall, with Monte Carlo errors.

        Parameters
        ----------
        what
            A party (id or name) or a tracked formula.
        every, period
            Calendar of the positions and, to choose one, its number (from 1) or label.
        levels
            Of value at risk and expected shortfall: 0.95 is the loss exceeded in 5% of the draws.
        basis
            "practised", or what else was simulated.
        """
        return self._risk(
            self._select(what, every, period, basis), levels, f"Risk of {queries.party_name(self.book, what)}"
        )

    def summary(self, levels: Sequence[float] = LEVELS) -> RiskTable:
        """The same figures for everything that was kept."""
        return self._risk(range(len(self._columns())), levels, f"Risk in {self.book.title or self.book.id}")

    def quantiles(
        self,
        what: str,
        probabilities: Sequence[float],
        *,
        every: str = "term",
        period: int | str | None = None,
        basis: str = "practised",
    ) -> Floats:
        """Quantiles by order statistic, shape (probabilities, periods)."""
        found = self._select(what, every, period, basis)
        return np.array([self._core.quantiles(i, [float(p) for p in probabilities]) for i in found]).T

    def fan(
        self,
        what: str,
        *,
        every: str | None = None,
        probabilities: Sequence[float] = FAN,
        basis: str = "practised",
        threshold: float | None = None,
    ) -> Fan:
        """Quantiles over time of a party's position (by year, or the calendar named) or of a tracked formula.

        Parameters
        ----------
        threshold
            A level of which the fan says how many draws end below it; of positions zero unless told otherwise. A
            position counts as below only by half a penny or more.
        """
        chosen = every or next((e for e in ("month", "quarter", "year") if e in self.request["every"]), "term")
        found = self._select(what, chosen, None, basis)
        columns = self._columns()
        labels = tuple(str(columns[i]["label"]) for i in found)
        values = np.array([self._core.quantiles(i, [float(p) for p in probabilities]) for i in found]).T
        values.setflags(write=False)
        money = columns[found[0]]["kind"] == "position"
        level = 0.0 if threshold is None and money else threshold
        below = () if level is None else tuple(self._below(i, level) for i in found)
        return Fan(
            queries.party_name(self.book, what),
            labels,
            tuple(probabilities),
            values,
            money,
            self.draws,
            level,
            below,
            queries.illustrative_drivers(self.book),
        )

    # -- single draws -----------------------------------------------------------------------------------------

    def draw(
        self, *, party: str, percentile: float, every: str = "term", period: int | str = 1, basis: str = "practised"
    ) -> Draw:
        """The draw that is a percentile of a party's position: 1 is a bad draw, 50 the middle.

        Examples
        --------
        >>> import openbook as ob
        >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 1_000, seed=7)
        >>> sim.draw(percentile=1, party="mental_health_ft").explain().kind
        'position'
        """
        if not 0 <= percentile <= 100:
            raise ValueError(f"percentile: found {percentile!r}, expected a number from 0 to 100")
        (column,) = self._select(party, every, period, basis)[:1]
        number = int(self._core.draw_at(column, percentile / 100))
        value = float(self._core.array()[column, number - self.first_draw])
        own = queries.require_party(self.book, party)
        return Draw(self, number, own, every, self._columns()[column]["period"] + 1, value, basis)

    def explain(
        self, draw: int, what: str, *, every: str = "term", period: int = 1, basis: str = "practised"
    ) -> Explanation:
        """Open a figure of one draw into what made it, by replaying that draw."""
        target = queries.target(self.book, what, every=every, period=period)
        target["basis"] = basis
        return Explanation.of(_json.loads(self._core.explain(draw, _json.dumps(target))))

    # -- showing ----------------------------------------------------------------------------------------------

    def _blocks(self) -> list[Any]:
        columns = self._columns()
        term = [i for i, c in enumerate(columns) if c["every"] == "term" and c["kind"] == "position"]
        table = self._risk(
            term or range(min(len(columns), 12)), LEVELS, f"Risk in {self.book.title or self.book.id} over the term"
        )
        from ._display import blocks

        shown: list[Any] = [table._block()]
        if self.warnings:
            shown.append(blocks.of_table(self.warnings))
        if assumed := queries.illustrative_drivers(self.book):
            words = f"Illustrative drivers, assumed and not agreed: {', '.join(assumed)}."
            shown.append(blocks.Paragraph(words, "warning"))
        return shown

    def __repr__(self) -> str:
        from ._display import text

        return text.render(self._blocks())

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._blocks())


def _rerun(book: Book, request: dict[str, Any]) -> Simulation:
    return Simulation(book, request, progress=False)


def _all_parties(parties: str) -> bool:
    if parties not in ("members", "all"):
        raise ValueError(f"parties: found {parties!r}, expected 'members' or 'all'")
    return parties == "all"


def simulate(
    book: Book,
    scenarios: int = 10_000,
    *,
    seed: int = 0,
    data: Any = None,
    where: Mapping[str, Any] | None = None,
    as_at: str | None = None,
    readings: Mapping[str, str] | None = None,
    alternatives: Mapping[str, str] | None = None,
    shocks: Any = None,
    every: Sequence[str] = ("year", "term"),
    basis: Sequence[str] = ("practised",),
    track: Sequence[str] = (),
    track_every: str = "month",
    parties: Literal["members", "all"] = "members",
    first_draw: int = 0,
    threads: int | None = None,
    progress: Progress = None,
    outside: Outside = "refuse",
    block: int = 0,
    level: str = "",
) -> Simulation:
    """Simulate a book over many scenarios of its drivers.

    Parameters
    ----------
    scenarios
        Number of draws.
    seed
        From 0 to 2**64 - 1. The same seed gives the same numbers to the bit.
    data, where, as_at, outside
        What is already known, as for `openbook.settle`: up to `as_at` the data hold, later months are drawn around
        their plan.
    readings, alternatives, shocks
        As for `openbook.settle`.
    every
        Calendars of the positions that are kept: "month", "quarter", "half_year", "year", "financial_year", "term".
    basis
        "practised", "written", "written_world".
    track
        Formulas to be kept as well, each on every period of `track_every`.
    parties
        Whose positions are kept: "members" are commissioners and providers; "all" adds suppliers, funders and funds.
    first_draw
        Number of the first draw, to compute a long run in pieces.
    threads
        None: as many as this process may use.
    progress
        None: a bar on long runs where somebody is watching; True, False, or a function of (done, total).
    block, level
        Draws per block and instruction set, for tests of equality: 0 and "" choose the best; results do not depend on
        them.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C, within half a second.
    LimitError
        A count is out of bounds.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 1_000, seed=7, progress=False)
    >>> sim.risk("mental_health_ft", every="term").columns[4:6]
    ('mean', 'mean_error')
    """
    request = {
        "draws": whole("scenarios", scenarios, 1, MOST_DRAWS),
        "seed": whole("seed", seed, 0, 2**64 - 1),
        "first_draw": whole("first_draw", first_draw, 0, 2**63),
        "threads": thread_count(threads),
        "block": whole("block", block, 0, 1_000_000),
        "level": level,
        "inputs": inputs_of(book, data, where=where, as_at=as_at, plan=True, outside=outside, forget=True),
        "readings": texts(readings),
        "alternatives": texts(alternatives),
        "shocks": shock_list(book, shocks),
        "every": [every] if isinstance(every, str) else list(every),
        "all_parties": _all_parties(parties),
        "track": [track] if isinstance(track, str) else list(track),
        "track_every": track_every,
        "basis": [basis] if isinstance(basis, str) else list(basis),
    }
    return Simulation(book, request, progress=progress)
