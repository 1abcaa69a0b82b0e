"""What is got for what is risked, or by whom at whose cost: forms of a contract as points under the same draws."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from . import privacy, queries
from ._estimated import Estimated, Statistic, apart, by_design, designed
from ._kept_draws import kept_request, this_machine
from ._lasting import LastingRecord, Origin
from ._progress import Progress
from .drawn import RiskTable
from .errors import BookError, LimitError
from .sealed_seed import seed_of_all
from .simulating import simulate
from .simulation import Simulation
from .table import Column, Schema

if TYPE_CHECKING:
    from .agreed_seed import SeedDraw
    from .book import Book
    from .seals import SealedBook

__all__ = ["SCHEMA", "Axis", "EfficientFrontier", "FrontierPoint", "frontier"]

#: The terms of a point and their values.
Settings = tuple[tuple[str, str], ...]
_Point = tuple[str, Settings, Any, dict[str, Any]]
_Drawn = tuple[str, Settings, Estimated, Estimated]
_Run = tuple[str, Settings, Any, Mapping[str, Any]]
#: Points of one frontier: each is a simulation.
MOST_POINTS = 500

SCHEMA = Schema(
    "openbook.efficient_frontier",
    1,
    (
        Column("point"),
        *(
            Column(name + suffix, "float", "", "£, or a share of draws for p_deficit")
            for name in ("x", "y")
            for suffix in ("", "_error")
        ),
        Column("standing"),
        Column("clear", "bool"),
        Column("beaten_by"),
    ),
    "var and es are losses, positive = loss; everything else + = in the party's favour. The note says what is x and y.",
)


@dataclass(frozen=True, slots=True)
class Axis:
    """A statistic of one party's position.

    Attributes
    ----------
    statistic
        As in `Comparison.paired`: "mean", "sd", "p_deficit", "var95", "es95", "p5", ...
    party, name
        Its id and name.
    """

    statistic: str
    party: str
    name: str

    @property
    def label(self) -> str:
        """As the title of an axis."""
        unit = "share of draws" if Statistic(self.statistic).share else "£"
        return f"{Statistic(self.statistic).label} of {self.name} ({unit})"

    @property
    def favour(self) -> int:
        """1 where more is better for the party, -1 where less is."""
        return Statistic(self.statistic).favour


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One form of the contract.

    Attributes
    ----------
    name
        What it is called: the book's name, or the values of the terms.
    settings
        The terms that were swept and their values.
    x, x_error, y, y_error
        Both statistics with their Monte Carlo standard errors.
    standing
        "efficient": by the estimates no other point is at least as good both ways and better one way; "beaten": some
        point is.
    clear
        Whether the standing is beyond the error: a point is clearly beaten by one that is better both ways by more than
        two errors of the paired difference (or the same one way in every draw), clearly efficient where every other is
        worse one way by more than two.
    beaten_by
        The point that beats it most clearly, or of an efficient point that is not clear one that may beat it; "" where
        none does.
    """

    name: str
    settings: Settings
    x: float
    x_error: float
    y: float
    y_error: float
    standing: str
    clear: bool
    beaten_by: str = ""

    @property
    def words(self) -> str:
        """Standing, and whether it is clear."""
        return self.standing if self.clear else f"{self.standing}, not clear"


@dataclass(frozen=True, slots=True)
class EfficientFrontier(LastingRecord):
    """Points under the same draws, those marked that no other beats; made by `openbook.frontier`.

    Attributes
    ----------
    title
        What it shows.
    x, y
        What the axes are.
    points
        In the order of the books, or of the values.
    draws, seed
        How many draws of which seed, the same for every point.
    illustrative
        Drivers that are assumed, not agreed.
    private_to
        The party to which it is private; its title says so.
    origin
        What it was made from, for `save` and for calculating it again.
    """

    title: str
    x: Axis
    y: Axis
    points: tuple[FrontierPoint, ...]
    draws: int
    seed: int
    illustrative: tuple[str, ...] = ()
    private_to: str = ""
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "efficient_frontier"

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    @property
    def efficient(self) -> tuple[FrontierPoint, ...]:
        """The points that no other beats, from the worst to the best x for its party."""
        found = [point for point in self.points if point.standing == "efficient"]
        return tuple(sorted(found, key=lambda point: self.x.favour * point.x))

    def table(self) -> RiskTable:
        """One row per point: point, x, y, their errors, standing, clear, beaten_by."""
        rows = [
            {
                "point": p.name,
                "x": p.x,
                "x_error": p.x_error,
                "y": p.y,
                "y_error": p.y_error,
                "standing": p.standing,
                "clear": p.clear,
                "beaten_by": p.beaten_by,
            }
            for p in self.points
        ]
        about = {"draws": str(self.draws), "seed": str(self.seed)}
        return RiskTable.of_rows(self.title, SCHEMA, rows, self.note, about, private_to=self.private_to)

    @property
    def note(self) -> str:
        """What x and y are, what they come from, and how far to trust them."""
        words = (
            f"x: {self.x.label}; y: {self.y.label}. {self.draws:,} draws, seed {self.seed}, the same for every point; "
            "± is one Monte Carlo standard error. Not clear: within two errors of the paired difference with another."
        )
        return f"{words} {queries.assumed_drivers(self.illustrative)}".strip()

    def svg(self) -> str:
        """A drawing: for each point a cross of two standard errors to either side; the efficient ones joined."""
        from ._display import frontier

        return frontier.drawn(self)

    def _blocks(self) -> list[Any]:
        from ._display import frontier

        return frontier.blocks(self)

    def __repr__(self) -> str:
        return f"<EfficientFrontier of {self.title}: {len(self.points)} points, {len(self.efficient)} efficient>"


def _axis(given: str | tuple[str, str], party: str | None, book: Book, which: str) -> Axis:
    statistic, own = given if isinstance(given, tuple) else (given, party)
    if own is None:
        raise ValueError(f"{which}: found {given!r}; say of which party: party=..., or ({given!r}, 'party')")
    found = queries.require_party(book, own)
    return Axis(Statistic(statistic).name, found, queries.party_name(book, found))


def _swept(book: Book, sweep: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Settings, Book]]:
    """A book for each combination of the values."""
    if not sweep or not all(len(values) for values in sweep.values()):
        message = "expected terms and their values, such as {'gain cap': ['£1m', '£2m']}"
        raise BookError("nothing to vary", [{"code": "no-change", "path": "", "message": message}])
    for values in product(*sweep.values()):
        settings = tuple((name, str(value)) for name, value in zip(sweep, values, strict=True))
        name = ", ".join(f"{term} {value}" for term, value in settings) if len(sweep) > 1 else str(values[0])
        yield name, settings, book.with_all(dict(zip(sweep, values, strict=True)))


def _bounded(count: int) -> None:
    if count > MOST_POINTS:
        message = f"found {count:,} points, each of which is a simulation; expected at most {MOST_POINTS}"
        raise LimitError("too many points", [{"code": "out-of-range", "path": "/sweep", "message": message}])


def frontier(
    books: Book | SealedBook | Mapping[str, Book | SealedBook],
    sweep: Mapping[str, Sequence[Any]] | None = None,
    *,
    x: str | tuple[str, str] = "es95",
    y: str | tuple[str, str] = "mean",
    party: str | None = None,
    scenarios: int = 10_000,
    seed: int | Literal["sealed"] | SeedDraw = 0,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    progress: Progress = None,
    **options: Any,
) -> EfficientFrontier:
    """What is got for what is risked (mean against expected shortfall of one party), or party against party.

    Every point is simulated under the same draws, so that whether one point beats another is judged by the error of
    their paired difference. A point is *efficient* where no other is at least as good both ways and better one way
    (Pareto; for mean and variance Markowitz, Portfolio selection, Journal of Finance 7, 1952). Among points drawn at
    random some are efficient by chance: what is within two errors of another standing is marked as not clear.

    Parameters
    ----------
    books
        Books by name; or one book with `sweep`.
    sweep
        Terms (as `Book.with_` takes them) and the values to give them; with several terms every combination.
    x, y
        A statistic of `party` as in `Comparison.paired`, or a pair (statistic, party).
    party
        By id or name.
    seed
        A number, or "sealed" (see `openbook.simulate`).
    scenarios, every, period, basis, progress, **options
        As for `openbook.simulate` and `Simulation.array`.

    Raises
    ------
    BookError
        A party or term is unknown, there are no values, or a changed book is not valid.
    LimitError
        More than 500 points.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance()
    >>> made = ob.frontier(book, {"gain cap": ["£0.5m", "£1m", "£2m"]}, party="mental_health_ft", scenarios=300)
    >>> [point.name for point in made.points], made.x.statistic, made.y.statistic
    (['£0.5m', '£1m', '£2m'], 'es95', 'mean')
    >>> axes = {"x": ("mean", "ccg"), "y": ("mean", "mental_health_ft")}
    >>> both = ob.frontier(book, {"gain cap": ["£1m", "£2m"]}, **axes, scenarios=300)
    >>> both.x.label
    'mean of Clinical Commissioning Group (£)'
    """
    given, points_of = _given(books, sweep)
    run = {"seed": seed_of_all(given, seed), "every": (every,), "progress": progress, **options}
    run.setdefault("basis", (basis,))
    plain = getattr(given[0], "book", given[0])
    across, up = _axis(x, party, plain, "x"), _axis(y, party, plain, "y")
    run.setdefault("parties", queries.whose_positions(plain, across.party, up.party))
    simulated = ((name, settings, simulate(book, scenarios, **(own | run))) for name, settings, book, own in points_of)
    return _drawn_up(simulated, across, up, {"every": every, "period": period, "basis": basis})


def measured(points: Sequence[_Run], x: Axis, y: Axis, where: Mapping[str, Any]) -> EfficientFrontier:
    """The frontier of points whose books and requests were kept."""
    runs = ((name, settings, Simulation(book, this_machine(request))) for name, settings, book, request in points)
    return _drawn_up(runs, x, y, where)


def _drawn_up(
    simulated: Iterable[tuple[str, Settings, Simulation]], across: Axis, up: Axis, where: Mapping[str, Any]
) -> EfficientFrontier:
    """The points, simulated one at a time, held against each other."""
    found: list[_Drawn] = []
    runs: list[_Run] = []
    owners: dict[str, None] = {}
    assumed: dict[str, None] = {}
    drawn, scenarios = 0, 0
    for name, settings, simulation in simulated:

        def of(axis: Axis, simulation: Simulation = simulation) -> Estimated:
            draws = simulation.array(axis.party, **where)
            return by_design(Statistic(axis.statistic), draws, designed(simulation.request))

        found.append((name, settings, of(across), of(up)))
        runs.append((name, settings, simulation.book, kept_request(simulation.request)))
        owners |= dict.fromkeys([simulation.private_to] if simulation.private_to else [])
        assumed |= dict.fromkeys(queries.illustrative_drivers(simulation.book))
        drawn, scenarios = simulation.seed, simulation.draws
    title = f"{_capital(Statistic(up.statistic).label)} against {Statistic(across.statistic).label}, {up.name}"
    if across.party != up.party:
        title = f"{up.name} against {across.name}"
    points = tuple(_standing(found, number, across.favour, up.favour) for number in range(len(found)))
    origin = Origin.here("frontier", points=tuple(runs), x=across, y=up, where=dict(where))
    return EfficientFrontier(title, across, up, points, scenarios, drawn, tuple(assumed), ", ".join(owners), origin)


def _given(books: Any, sweep: Mapping[str, Sequence[Any]] | None) -> tuple[list[Any], Iterator[_Point]]:
    """The books as they were given, and each point to be simulated: name, settings, book, options of its own."""
    if isinstance(books, Mapping):
        if sweep is not None:
            raise ValueError("sweep: give one book with a sweep, or several books by name without")
        if len(books) < 2:
            message = f"found {len(books)}, expected at least two books by name, or one with a sweep"
            raise BookError("nothing to compare", [{"code": "too-few", "path": "", "message": message}])
        _bounded(len(books))
        return list(books.values()), ((name, (), book, {}) for name, book in books.items())
    plain = getattr(books, "book", books)
    own = {} if plain is books else {"edition": books.edition}
    values = dict(sweep or {})
    _bounded(math.prod(len(each) for each in values.values()))
    swept = list(_swept(plain, values))  # every value is checked before the first is simulated
    return [books], ((name, settings, book, own) for name, settings, book in swept)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _standing(found: Sequence[_Drawn], number: int, across: int, up: int) -> FrontierPoint:
    """A point with what beats it, or may beat it, if anything does."""
    name, settings, x, y = found[number]
    beaten, doubtful = "", ""
    most = -math.inf
    clearly = False
    for other, (their_name, _, their_x, their_y) in enumerate(found):
        if other == number:
            continue
        (more_x, error_x), (more_y, error_y) = apart(their_x, x), apart(their_y, y)
        gains, errors = (across * more_x, up * more_y), (error_x, error_y)
        if max(map(abs, gains)) == 0 or any(gain < -2 * error for gain, error in zip(gains, errors, strict=True)):
            continue  # the same, or clearly worse one way
        doubtful = doubtful or their_name
        if min(gains) >= 0:
            clear = all(gain > 2 * error or gain == error == 0 for gain, error in zip(gains, errors, strict=True))
            size = sum(gain / error for gain, error in zip(gains, errors, strict=True) if error)
            if (clear, size) > (clearly, most) or not beaten:
                beaten, most, clearly = their_name, size, clear
    standing = "beaten" if beaten else "efficient"
    unclear = bool(beaten and not clearly) or bool(doubtful and not beaten)
    by = beaten or doubtful
    return FrontierPoint(name, settings, x.value, x.error, y.value, y.error, standing, not unclear, by)
