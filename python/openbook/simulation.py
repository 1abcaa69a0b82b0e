"""What a book comes to over many scenarios: figures that say how far to trust them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from . import _asked_periods, _kept_columns, _risk_figures, queries, wording
from ._kept_draws import KeptDraws, execute, figures_of, same_request, this_machine
from ._progress import Progress
from ._settled import WARNINGS
from ._simulated import LEVELS, PROBABILITIES
from .drawn import HALF_A_PENNY, Draw, Fan, Floats, RiskTable
from .explanation import Explanation
from .simulated_run import SimulatedRun
from .table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from ._pictures import Plots
    from .book import Book
    from .choosing import DrawTable
    from .controlling import Controlled
    from .many_seeds import Stability
    from .risk import Allocation, Breaches, TailComposition
    from .saving import Parcel
    from .three_draws import ThreeDraws

__all__ = ["Simulation"]


class Simulation(SimulatedRun):
    """Results of many draws. Frozen; made by `openbook.simulate`.

    Positions are in pounds, + = in the party's favour; low is bad. The same book, data and seed give the same draws
    to the bit,
    for any number of threads. A pickled simulation carries its book and request, and is run again when it is read; one
    that `save` has kept carries its figures, and its draws if they were kept too.

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

    __slots__ = ("_cache", "_kept", "_notes", "_running")
    _kind: ClassVar[str] = "simulation"

    _running: Any
    _kept: KeptDraws | None
    _notes: tuple[Mapping[str, Any], ...]
    _cache: dict[Any, Any]

    def __init__(
        self,
        book: Book,
        request: Mapping[str, Any],
        *,
        progress: Progress = None,
        notes: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        from . import __version__

        self._hold(book, request, execute(book, request, progress), None, __version__, notes)

    def _hold(
        self,
        book: Book,
        request: Mapping[str, Any],
        core: Any,
        kept: KeptDraws | None,
        release: str,
        notes: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        object.__setattr__(self, "book", book)
        object.__setattr__(self, "request", dict(request))
        object.__setattr__(self, "release", release)
        object.__setattr__(self, "_running", core)
        object.__setattr__(self, "_kept", kept)
        object.__setattr__(self, "_notes", tuple(dict(note) for note in notes))
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a simulation never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        if self._kept is not None:
            return _restored, (self.book, self.request, self._kept, self.release)
        return _rerun, (self.book, self.request, self._notes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Simulation):
            return NotImplemented
        same = self.book == other.book and same_request(self.request) == same_request(other.request)
        return same and figures_of(self._summaries(LEVELS)) == figures_of(other._summaries(LEVELS))

    __hash__ = SimulatedRun.__hash__

    @property
    def _core(self) -> Any:
        """The run; of a simulation that was read from a file it is run again when it is first asked for."""
        if self._running is None and self._kept is not None:
            object.__setattr__(self, "_running", self._kept.again(self.book, self.request, self.release))
        return self._running

    @property
    def holds_draws(self) -> bool:
        """Whether `array()` is at hand; False where the draws were not kept and are calculated again when asked for."""
        return self._running is not None or (self._kept is not None and self._kept.array is not None)

    @property
    def plot(self) -> Plots:
        """Pictures; needs matplotlib."""
        from ._pictures import Plots

        return Plots(self)

    def _columns(self) -> list[dict[str, Any]]:
        if "columns" not in self._cache:
            self._cache["columns"] = list(self._core.columns if self._kept is None else self._kept.columns)
        columns: list[dict[str, Any]] = self._cache["columns"]
        return columns

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties whose positions were kept, in the book's order."""
        return tuple(dict.fromkeys(c["party"] for c in self._columns() if c["kind"] == "position"))

    @property
    def columns(self) -> Table:
        """What was kept of every draw, in the order of the rows of `array()`."""
        return _kept_columns.table_of(self._columns(), self._about())

    @property
    def warnings(self) -> Table:
        """What the reader should know, of the simulation and of its data."""
        rows = [*self._core.warnings, *self._notes] if self._kept is None else self._kept.warnings
        return Table.of_rows("Warnings", WARNINGS, rows, about=self._about())

    # -- choosing columns -------------------------------------------------------------------------------------

    def _select(self, what: str, every: str, period: int | str | None, basis: str) -> list[int]:
        return _kept_columns.meant(self.book, self._columns(), what, every, period, basis)

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
        everything = self._array()
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

    def _array(self) -> Floats:
        kept = self._kept.array if self._kept is not None and self._running is None else None
        everything: Floats = self._core.array() if kept is None else kept
        return everything

    # -- figures ----------------------------------------------------------------------------------------------

    def _summaries(self, levels: Sequence[float]) -> list[dict[str, Any]]:
        key = ("summary", tuple(levels))
        if key not in self._cache:
            kept = self._kept.summary if self._kept is not None and tuple(levels) == LEVELS else None
            self._cache[key] = list(self._core.summary(list(levels)) if kept is None else kept)
        found: list[dict[str, Any]] = self._cache[key]
        return found

    @property
    def _nothing(self) -> float:
        """How far from zero a position must lie to count: in single precision a millionth of the largest."""
        return float(self._core.nothing) if self.request.get("precision") == "single" else HALF_A_PENNY

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
        title = f"Risk of {queries.party_name(self.book, what)}"
        return _risk_figures.risk_table(self, self._select(what, every, period, basis), levels, title)

    def summary(self, levels: Sequence[float] = LEVELS) -> RiskTable:
        """The same figures for everything that was kept."""
        return _risk_figures.risk_table(
            self, range(len(self._columns())), levels, f"Risk in {self.book.title or self.book.id}"
        )

    def controlled(
        self, what: str, *, every: str = "term", period: int | str | None = None, basis: str = "practised"
    ) -> Controlled:
        """Means with control variates whose expectation is known exactly; see `openbook.controlled`."""
        from .controlling import controlled

        return controlled(self, what, every=every, period=period, basis=basis)

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
        return _risk_figures.quantiles(self, self._select(what, every, period, basis), probabilities)

    def fan(
        self,
        what: str,
        *,
        every: str | None = None,
        probabilities: Sequence[float] = PROBABILITIES,
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
        return _risk_figures.fan(self, what, self._select(what, chosen, None, basis), probabilities, threshold)

    # -- risk: see `openbook.risk` -----------------------------------------------------------------------------

    def measures(self, what: str, statistics: Sequence[str] = (), **options: Any) -> Table:
        """Any statistics, each with quantity, horizon, tail, error and method; see `openbook.risk.measure`."""
        from . import risk

        return risk.measure(self, what, statistics or risk.STATISTICS, **options)

    def breaches(self, quantity: str, limit: Any = 0, **options: Any) -> Breaches:
        """How probably a position or formula passes a limit, and when first; see `openbook.risk.breaches`."""
        from . import risk

        return risk.breaches(self, quantity, limit, **options)

    def insolvency(self, party: str, floor: Any = 0, **options: Any) -> Breaches:
        """How probably cash or reserves fall below a floor, by each month; see `openbook.risk.insolvency`."""
        from . import risk

        return risk.insolvency(self, party, floor, **options)

    def tail(self, what: str | Sequence[str], **options: Any) -> TailComposition:
        """What the worst draws are made of: clauses, parties, drivers; see `openbook.risk.tail`."""
        from . import risk

        return risk.tail(self, what, **options)

    def allocate(self, what: str | Sequence[str], **options: Any) -> Allocation:
        """Share a statistic out to clauses, parties or drivers so that it adds up; see `openbook.risk.allocate`."""
        from . import risk

        return risk.allocate(self, what, **options)

    # -- single draws -----------------------------------------------------------------------------------------

    def draw(
        self,
        number: int | None = None,
        *,
        party: str | None = None,
        percentile: float | None = None,
        value: float | None = None,
        by: Any = None,
        every: str = "term",
        period: int | str | None = 1,
        basis: str = "practised",
        over: Literal["min", "max"] | None = None,
    ) -> Draw:
        """One draw: by its number, by the percentile at which it stands (1 is a bad draw, 50 the middle), or the one
        nearest to a value. What ties is in the order of the draws' numbers.

        Parameters
        ----------
        number, percentile, value
            One of the three.
        party
            Whose position chooses, or which tracked formula.
        by
            One number for each draw that chooses in its place: a sum of positions, a difference of two parties, any
            statistic of a draw, as a NumPy array.
        every, period, basis
            Which position; `period` by number (from 1) or label.
        over
            "min" or "max": each draw's worst or best period of the calendar `every`.

        Raises
        ------
        ValueError
            Nothing chooses a draw, or several things do.
        LimitError
            The simulation has no draw of that number.

        Examples
        --------
        >>> import openbook as ob
        >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 1_000, seed=7)
        >>> sim.draw(percentile=1, party="mental_health_ft").explain().kind
        'position'
        >>> worst_year = sim.draw(percentile=1, party="mental_health_ft", every="year", over="min")
        >>> worst_year.value == float(sorted(sim.array("mental_health_ft", every="year").min(axis=0))[10])
        True
        """
        from . import choosing

        return choosing.chosen(self, number, party, percentile, value, by, every, period, basis, over)

    def replay(self, number: int) -> Simulation:
        """One draw as a simulation of its own, calculated without the others: the same figures, to the bit."""
        from . import choosing, replaying

        choosing.place_of(self, number)
        return replaying.alone(self, number)

    def percentile_draws(
        self,
        party: str,
        percentiles: Sequence[float] = (1, 5, 25, 50, 75, 95, 99),
        *,
        every: str = "term",
        period: int | str | None = 1,
        basis: str = "practised",
        over: Literal["min", "max"] | None = None,
    ) -> DrawTable:
        """The draws at some percentiles of a party's position or a tracked formula, with what each leaves every party.

        Parameters are those of `draw`.
        """
        from . import choosing

        return choosing.at_percentiles(self, party, percentiles, every, period, basis, over)

    def nearest_draws(
        self,
        party: str,
        value: float,
        count: int = 5,
        *,
        every: str = "term",
        period: int | str | None = 1,
        basis: str = "practised",
        over: Literal["min", "max"] | None = None,
    ) -> DrawTable:
        """The draws in which a party's position or a tracked formula comes nearest to a value, the nearest first.

        Parameters are those of `draw`.
        """
        from . import choosing

        return choosing.nearest_to(self, party, value, count, every, period, basis, over)

    def three_draws(
        self,
        party: str,
        percentiles: Sequence[float] = (90, 50, 10),
        *,
        every: str = "term",
        period: int | str = 1,
        basis: str = "practised",
    ) -> ThreeDraws:
        """A good, a middling and a bad draw side by side: what each leaves the party, which clauses and which drivers
        made them differ.
        """
        from .three_draws import three_draws

        return three_draws(self, party, percentiles, every, period, basis)

    def explain(
        self, draw: int, what: str, *, every: str = "", period: int | str = 1, basis: str = "practised"
    ) -> Explanation:
        """Open a figure of one draw into what made it, by replaying that draw.

        Of a simulation that was read from a file with its draws, only that draw is calculated, and compared with what
        the file has of it, to the bit. `every` and `period` are as for `Settlement.explain`.

        Raises
        ------
        BookError
            Nothing answers to `what`; there is no such period, or nothing moves in it.
        DataError
            The simulation was read from a file, and this release draws other numbers.
        """
        from . import replaying

        core = replaying.core_of(self, draw)
        tree, target = _asked_periods.opened(
            self.book, what, every, period, basis, lambda asked: core.explain(draw, asked)
        )
        return wording.cited(self.book, tree, target.get("clause", ""))

    def stability(self, seeds: int | Sequence[int] = 20, **options: Any) -> Stability:
        """Whether the stated errors are honest: the same statistics under many seeds; see `openbook.stability`."""
        from .many_seeds import stability

        return stability(self, seeds, **options)

    def _extended(self, draws: int) -> Simulation:
        """The same with more draws, to the bit what one run of so many gives."""
        sampling = self.sampling
        if sampling.method == "latin_hypercube" and sampling.points is None:
            return Simulation(self.book, {**self.request, "draws": draws}, progress=False, notes=self._notes)

        from . import _core

        made = Simulation.__new__(Simulation)
        core = self._core.extended(draws, _core.Control(None))
        made._hold(self.book, {**self.request, "draws": draws}, core, None, self.release, self._notes)
        return made

    def _noting(self, note: Mapping[str, Any]) -> Simulation:
        """The same with one warning more."""
        made = Simulation.__new__(Simulation)
        made._hold(self.book, self.request, self._core, None, self.release, (*self._notes, note))
        return made

    # -- keeping ----------------------------------------------------------------------------------------------

    def save(self, path: str | Path, *, draws: bool = False, private: bool = False) -> None:
        """Keep book, request and figures in one file that `openbook.read_result` reads.

        The file is replaced whole or not at all; the same simulation gives the same bytes on every machine.

        Parameters
        ----------
        draws
            Keep the draws themselves too: float64, shape (columns, draws), which ``numpy.load(path)["draws"]`` reads as
            well. Without them the file is small; they are calculated again, to the bit, when they are asked for, and
            compared with the digest that the file has of them.
        private
            Write a simulation that is private to a party, which is refused otherwise; the file says to whom, and holds
            the layer.
        """
        from .saving import save

        save(self, path, draws=draws, private=private)

    def _pack(self, parcel: Parcel, *, draws: bool = False) -> dict[str, Any]:
        if draws:
            parcel.arrays["draws"] = self._array()
        kept = self._kept or KeptDraws.of(
            self._columns(), self._summaries(LEVELS), self.warnings.to_dicts(), self._array()
        )
        return {
            "book": parcel.keep(self.book),
            "package": self.release,
            "request": parcel.asked(same_request(self.request)),
            "result": kept.content(),
        }

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        kept = KeptDraws.read(content["result"], parcel.arrays.get("draws"))
        request = this_machine(content["request"])
        return cls._of_kept(parcel.books[content["book"]], request, kept, str(content["package"]))

    @classmethod
    def _of_kept(cls, book: Book, request: Mapping[str, Any], kept: KeptDraws, release: str) -> Self:
        simulation = cls.__new__(cls)
        simulation._hold(book, request, None, kept, release)
        return simulation

    def _recalculate(self) -> None:
        if self._kept is not None:
            self._kept.again(self.book, self.request, self.release)

    # -- showing ----------------------------------------------------------------------------------------------

    def _blocks(self) -> list[Any]:
        from ._display import simulated

        return simulated.simulation_blocks(self)

    def __repr__(self) -> str:
        return str(self)


def _rerun(book: Book, request: dict[str, Any], notes: Iterable[Mapping[str, Any]] = ()) -> Simulation:
    return Simulation(book, request, progress=False, notes=notes)


def _restored(book: Book, request: dict[str, Any], kept: KeptDraws, release: str) -> Simulation:
    return Simulation._of_kept(book, request, kept, release)
