"""At what value of a term a party breaks even: brackets whose two sides are settled again, in the term's own steps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _terms, privacy, queries
from .._literals import Figure, figure
from .._request import whole
from .._shown import Shown
from .._varying import exact_text, number
from ..errors import BookError
from ..settling import settle
from ..simulating import simulate
from ..table import Column, Schema, Table

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["BREAK_EVEN", "FRONTIER", "BreakEven", "Crossing", "Frontier", "break_even"]

BREAK_EVEN = Schema(
    "openbook.break_even",
    1,
    (
        Column("below"),
        Column("above"),
        Column("difference_below", "decimal", "", "£"),
        Column("difference_above", "decimal", "", "£"),
        Column("value_error", "decimal", "standard error of the value", "the term's unit"),
        Column("crosses"),
    ),
    "differences: position less target; + = in the party's favour",
)

FRONTIER = Schema(
    "openbook.frontier",
    1,
    (Column("first"), Column("second_below"), Column("second_above"), Column("crosses")),
    "values at which the party breaks even",
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two neighbouring values of a term between which the difference from the target changes its sign.

    Attributes
    ----------
    below, above
        The values as the document writes them; the same where the difference is zero at a value.
    difference_below, difference_above
        Position less target there, both evaluated at exactly these values: pounds.
    value_error
        Standard error of the value: that of the difference over its slope. 0 of settled positions, not a number where
        the slope is zero.
    """

    below: str
    above: str
    difference_below: float | Decimal
    difference_above: float | Decimal
    value_error: float = 0.0

    @property
    def crosses(self) -> str:
        """ "exactly", "upwards", "downwards"."""
        if self.below == self.above:
            return "exactly"
        return "upwards" if self.difference_above > self.difference_below else "downwards"


@dataclass(frozen=True, slots=True, repr=False)
class BreakEven(Shown):
    """Where a party breaks even in one term of a book. Frozen; made by `openbook.break_even`.

    Attributes
    ----------
    book, term, path
        The book, and the term by name and path.
    party, target
        Whose position, and what it is to equal, in words.
    measure
        "settled", "mean", or the probability of a quantile such as 0.05, under common draws.
    low, high, step
        The range that was searched and the step between neighbouring values, as the document writes them.
    crossings
        Every change of sign that was found, from the low end on.
    evaluated
        Values and differences of the points that were looked at first, ascending.
    monotone
        Whether the differences of these points only rise, or only fall. Where they do not, further crossings may hide
        between two points.

    Examples
    --------
    >>> import openbook as ob
    >>> quick = ob.quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%")
    >>> found = ob.break_even(quick.book, "price", "provider", target="£15m", low="£1,000", high="£3,000", step="£1")
    >>> found.value
    '£1500'
    """

    book: Book = field(repr=False)
    term: str
    path: str
    party: str
    target: str
    measure: str | float
    low: str
    high: str
    step: str
    crossings: tuple[Crossing, ...]
    evaluated: tuple[tuple[str, float | Decimal], ...]
    monotone: bool

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for the shared book."""
        return self.book.private_to

    @property
    def value(self) -> str:
        """The one value at which the party breaks even, on the side of the crossing that is not below the target.

        Raises
        ------
        BookError
            There is no crossing in the range, or more than one.
        """
        if len(self.crossings) != 1:
            found = ", ".join(crossing.above for crossing in self.crossings) or "none"
            message = f"found {found} from {self.low} to {self.high}, expected one; look at crossings"
            raise BookError("no single value", [{"code": "not-single", "path": self.path, "message": message}])
        crossing = self.crossings[0]
        return crossing.above if crossing.difference_above >= 0 else crossing.below

    @property
    def table(self) -> Table:
        """The crossings as rows: below, above, difference_below, difference_above, value_error, crosses."""
        rows = [
            {**{name: getattr(c, name) for name in BREAK_EVEN_FIELDS}, "crosses": c.crosses} for c in self.crossings
        ]
        title = f"Where {queries.party_name(self.book, self.party)} breaks even in '{self.term}'"
        return Table.of_rows(title, BREAK_EVEN, rows, self._said(), private_to=self.private_to)

    def _said(self) -> str:
        shape = "the differences rise or fall throughout" if self.monotone else "the differences do not run one way"
        more = "" if self.monotone else ": more crossings may hide between two points"
        nothing = "" if self.crossings else f" No change of sign: from {_amount(self.evaluated[0][1])} at {self.low} "
        nothing += "" if self.crossings else f"to {_amount(self.evaluated[-1][1])} at {self.high}."
        return (
            f"Position ({self.measure}) against {self.target}; {len(self.evaluated)} points from {self.low} to "
            f"{self.high}, then halved to steps of {self.step}; {shape}{more}.{nothing}"
        )

    def svg(self) -> str:
        """The difference over the range, with the crossings marked."""
        from .._display import curve

        points = [(_plain(text), float(value)) for text, value in self.evaluated]
        marks = [(crossing.above, _plain(crossing.above)) for crossing in self.crossings]
        name = queries.party_name(self.book, self.party)
        return curve.drawing(points, marks, title=privacy.titled(f"{name} by '{self.term}' (£)", self.private_to))

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        words = ", ".join(crossing.above for crossing in self.crossings) or "nowhere in the range"
        return [self.table._block(), blocks.Picture(self.svg(), f"Breaks even at: {words}")]


BREAK_EVEN_FIELDS = ("below", "above", "difference_below", "difference_above", "value_error")


@dataclass(frozen=True, slots=True, repr=False)
class Frontier(Shown):
    """The line of two terms on which a party breaks even. Frozen; made by `openbook.break_even` with two terms.

    Attributes
    ----------
    first, second
        Names of the two terms.
    lines
        For each value of the first term, what was found for the second.
    """

    first: str
    second: str
    lines: tuple[tuple[str, BreakEven], ...]

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for the shared book."""
        return self.lines[0][1].private_to

    @property
    def table(self) -> Table:
        """One row per crossing: first, second_below, second_above, crosses; a value without one has none in its row."""
        rows: list[dict[str, Any]] = []
        for value, found in self.lines:
            rows += [
                {"first": value, "second_below": c.below, "second_above": c.above, "crosses": c.crosses}
                for c in found.crossings
            ] or [{"first": value, "second_below": "", "second_above": "", "crosses": "nowhere in the range"}]
        one = self.lines[0][1]
        title = f"Where {queries.party_name(one.book, one.party)} breaks even: '{self.second}' by '{self.first}'"
        note = f"Position ({one.measure}) against {one.target}; '{self.second}' from {one.low} to {one.high}."
        return Table.of_rows(title, FRONTIER, rows, note, private_to=self.private_to)

    def svg(self) -> str:
        """The line: the second term by the first, through the first crossing of each."""
        from .._display import curve

        points = [(_plain(value), _plain(found.crossings[0].above)) for value, found in self.lines if found.crossings]
        title = privacy.titled(f"'{self.second}' that breaks even, by '{self.first}'", self.private_to)
        return curve.drawing(sorted(points) or [(0.0, 0.0)], [], title=title)

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        rows = [f"{row['first']}: {row['second_above'] or row['crosses']}" for row in self.table]
        return [self.table._block(), blocks.Picture(self.svg(), "; ".join(rows))]


# -- the term's own numbers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a term writes its numbers: the document's text of a value, and the values on its lattice."""

    kind: str
    low: Fraction
    step: Fraction
    last: int

    def text(self, place: int) -> str:
        value = self.low + self.step * place
        return _written(value, self.kind)


def _written(value: Fraction, kind: str) -> str:
    if kind == "percent":
        return f"{exact_text(value * 100)}%"
    sign, size = ("-" if value < 0 else ""), exact_text(abs(value))
    return f"{sign}£{size}" if kind == "money" else f"{sign}{size}"


def _plain(text: str) -> float:
    found = figure(text)
    return float(found.value) if found is not None else math.nan


def _amount(value: float | Decimal) -> str:
    from .._display import figures

    return figures.pounds(value if isinstance(value, Decimal) else round(value, 2))


def _bound(name: str, given: Any, kind: str) -> Fraction:
    found = figure(given)
    # "£5" and 5 are the same to a term in pounds.
    if found is None or (found.kind != kind and "percent" in (found.kind, kind)):
        wanted = {"money": "an amount such as £1,500", "percent": "a percentage such as 5%", "number": "a number"}[kind]
        message = f"{name}: found {given!r}, expected {wanted}"
        raise BookError("a value of another kind", [{"code": "wrong-unit", "path": f"/{name}", "message": message}])
    return Fraction(found.value)


def _own_step(written: Figure, unit: str) -> Fraction:
    """A penny, a hundredth of a percentage point, or the last decimal that is written."""
    if written.kind == "money" or unit.startswith("£"):
        return Fraction(1, 100)
    if written.kind == "percent":
        return Fraction(1, 10_000)
    return Fraction(1, 10 ** max(0, -int(written.value.as_tuple().exponent)))


def _scale(place: _terms.Place, low: Any, high: Any, step: Any) -> _Scale:
    data = place.data.get("value") if isinstance(place.data, dict) else place.data
    written = figure(data)
    if written is None:
        message = f"'{place.name}' is {data!r}, a formula; name a term that is a plain number"
        raise BookError("no number", [{"code": "not-a-number", "path": place.path, "message": message}])
    now = Fraction(written.value)
    start = _bound("low", low, written.kind) if low is not None else min(Fraction(0), 2 * now)
    stop = _bound("high", high, written.kind) if high is not None else max(Fraction(0), 2 * now)
    width = _bound("step", step, written.kind) if step is not None else _own_step(written, place.unit)
    steps = (stop - start) / width if width > 0 else Fraction(0)
    if steps < 1:
        message = f"from {_written(start, written.kind)} to {_written(stop, written.kind)} in steps of "
        message += f"{_written(width, written.kind)}: expected low below high, a step apart at least"
        raise BookError("no range", [{"code": "out-of-range", "path": place.path, "message": message}])
    return _Scale(written.kind, start, width, math.floor(steps))


# -- the search ------------------------------------------------------------------------------------------------------

Difference = Callable[[str], tuple[float | Decimal, float]]


class _Search:
    """Differences on the lattice of a term's values, each evaluated once."""

    def __init__(self, scale: _Scale, difference: Difference) -> None:
        self.scale = scale
        self._difference = difference
        self._known: dict[int, tuple[float | Decimal, float]] = {}

    def at(self, place: int) -> float | Decimal:
        if place not in self._known:
            self._known[place] = self._difference(self.scale.text(place))
        return self._known[place][0]

    def crossings(self, points: int) -> tuple[list[int], list[Crossing]]:
        count = min(points - 1, self.scale.last)
        grid = sorted({round(self.scale.last * i / count) for i in range(count + 1)})
        found: list[Crossing] = []
        for place in grid:
            if self.at(place) == 0:
                found.append(self._crossing(place, place))
        for a, b in itertools.pairwise(grid):
            if _sign(self.at(a)) * _sign(self.at(b)) < 0:
                found.append(self._between(a, b))
        found.sort(key=lambda crossing: _plain(crossing.below))
        return grid, found

    def _between(self, a: int, b: int) -> Crossing:
        """Halves until two neighbours are left, or a value where the difference is zero."""
        side = _sign(self.at(a))
        while b - a > 1:
            middle = (a + b) // 2
            sign = _sign(self.at(middle))
            if sign == 0:
                return self._crossing(middle, middle)
            a, b = (middle, b) if sign == side else (a, middle)
        return self._crossing(a, b)

    def _crossing(self, a: int, b: int) -> Crossing:
        error = max(self._known[a][1], self._known[b][1])
        value_error = 0.0
        if error > 0:
            # Over a step wide enough that the difference moves by more than rounding.
            reach = max(1, self.scale.last // 64)
            left, right = max(0, a - reach), min(self.scale.last, b + reach)
            rise = float(self.at(right)) - float(self.at(left))
            run = float(self.scale.step * (right - left))
            value_error = error / abs(rise / run) if rise else math.nan
        return Crossing(self.scale.text(a), self.scale.text(b), self.at(a), self.at(b), value_error)


def _sign(value: float | Decimal) -> int:
    return (value > 0) - (value < 0)


def _one_way(values: Sequence[float | Decimal]) -> bool:
    steps = [b - a for a, b in zip(map(float, values), map(float, values[1:]), strict=False)]
    return all(step >= 0 for step in steps) or all(step <= 0 for step in steps)


# -- what is compared with the target --------------------------------------------------------------------------------


def _target(book: Book, target: Any) -> tuple[str | None, Decimal, str]:
    """A party, or an amount; in words."""
    if isinstance(target, str) and figure(target) is None:
        party = queries.require_party(book, target)
        return party, Decimal(0), f"the position of {queries.party_name(book, party)}"
    amount = Decimal(exact_text(number(_amount_of(target), "target")))
    return None, amount, _amount(amount)


def _amount_of(target: Any) -> Any:
    found = figure(target)
    return found.value if found is not None else target


def _settled(
    book: Book,
    path: str,
    party: str,
    other: str | None,
    amount: Decimal,
    data: Any,
    where: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Difference:
    def difference(text: str) -> tuple[Decimal, float]:
        settlement = settle(book.with_(path, text), data, disputes=False, **options)
        own = settlement.position(party, **where)
        return own - (settlement.position(other, **where) if other else amount), 0.0

    return difference


def _simulated(
    book: Book,
    path: str,
    party: str,
    other: str | None,
    amount: Decimal,
    run: Mapping[str, Any],
    where: Mapping[str, Any],
    quantile: float | None,
) -> Difference:
    def draws_of(simulation: Any, whose: str) -> Any:
        return simulation.array(whose, **where)

    def difference(text: str) -> tuple[float, float]:
        simulation = simulate(book.with_(path, text), every=(where["every"],), basis=(where["basis"],), **run)
        own = draws_of(simulation, party)
        against = draws_of(simulation, other) if other else float(amount)
        if quantile is None:
            values = own - against
            return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values))
        if other is None:
            value, error = _quantile(own, quantile)
            return value - float(amount), error
        (a, first), (b, second) = _quantile(own, quantile), _quantile(against, quantile)
        return a - b, math.hypot(first, second)

    return difference


def _quantile(draws: Any, probability: float) -> tuple[float, float]:
    """A quantile by order statistic; its error from the order statistics one binomial deviation to each side."""
    ordered = np.sort(draws)
    n = len(ordered)
    spread = math.sqrt(n * probability * (1 - probability))
    place = min(n - 1, max(0, math.ceil(n * probability) - 1))
    low, high = max(0, math.floor(place - spread)), min(n - 1, math.ceil(place + spread))
    return float(ordered[place]), float(ordered[high] - ordered[low]) / 2


def break_even(
    book: Book,
    term: str | Sequence[str],
    party: str,
    *,
    target: Any = 0,
    low: Any = None,
    high: Any = None,
    step: Any = None,
    values: Sequence[Any] | None = None,
    measure: str | float = "settled",
    data: Any = None,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    points: int = 17,
    scenarios: int = 10_000,
    seed: int = 0,
    **options: Any,
) -> Any:
    """At what value of a term a party's position is zero, another amount, or equal to another party's.

    The range is looked at in `points` places. Between neighbours whose differences from the target have opposite signs
    the range is halved on the lattice of the term's own steps until two neighbouring values are left; the book is
    evaluated at exactly these two. Nothing is interpolated.

    Parameters
    ----------
    book
        The book.
    term
        A term that is a plain number, by name or path as for `Book.with_`; its dated steps go. Two terms: the second is
        solved for at each of `values` of the first.
    party
        Whose position, by id or name.
    target
        Pounds, or another party: the value at which both have the same.
    low, high, step
        The range and the step, as the term is written ("£1,500", "4%"). Default: from 0 to twice its value; in pennies,
        hundredths of a percentage point, or units of the last decimal written.
    values
        With two terms: the values of the first.
    measure
        "settled": exact positions on data or plan; "mean": of the simulated position; a probability such as 0.05: that
        quantile of it. Simulations of all values have the same draws.
    data, **options
        As for `openbook.settle` or, with another measure, `openbook.simulate`. Without data inputs take their plan.
    every, period, basis
        Which position.
    points
        Places that are looked at first, 3 to 1,000.
    scenarios, seed
        Of the simulations.

    Returns
    -------
    BreakEven or Frontier
        With one term, or with two.

    Raises
    ------
    BookError
        The term is no plain number, the range is empty or of another unit, or there is no such party.

    Examples
    --------
    >>> import openbook as ob
    >>> quick = ob.quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%")
    >>> found = ob.break_even(quick.book, "price", "provider", target="£15m", low="£1,000", high="£3,000", step="£1")
    >>> found.crossings[0].below, found.crossings[0].difference_below
    ('£1500', Decimal('0.00'))
    """
    if not isinstance(term, str):
        asked = {"target": target, "low": low, "high": high, "step": step, "measure": measure, "data": data}
        asked |= {"every": every, "period": period, "basis": basis, "points": points, "scenarios": scenarios}
        return _frontier(book, term, party, values, {**asked, "seed": seed, **options})
    whole("points", points, 3, 1_000)
    place = _terms.find(book._data, term) if not term.startswith("/") else _terms.at_path(book._data, term)
    if place is None:
        message = "no term stands there; Book.terms lists all of them"
        raise BookError("no term", [{"code": "unknown-path", "path": term, "message": message}])
    scale = _scale(place, low, high, step)
    party = queries.require_party(book, party)
    other, amount, words = _target(book, target)
    where = {"every": every, "period": period, "basis": basis}
    if measure == "settled":
        plan = {"plan": options.pop("plan", data is None)}
        difference = _settled(book, place.path, party, other, amount, data, where, options | plan)
    else:
        run = {"scenarios": scenarios, "seed": seed, "data": data, "progress": False, **options}
        difference = _simulated(book, place.path, party, other, amount, run, where, _probability(measure))
    search = _Search(scale, difference)
    grid, found = search.crossings(points)
    values_found = [search.at(at) for at in grid]
    return BreakEven(
        book,
        place.name,
        place.path,
        party,
        words,
        measure,
        scale.text(0),
        scale.text(scale.last),
        _written(scale.step, scale.kind),
        tuple(found),
        tuple((scale.text(at), value) for at, value in zip(grid, values_found, strict=True)),
        _one_way(values_found),
    )


def _probability(measure: Any) -> float | None:
    if measure == "mean":
        return None
    if isinstance(measure, float) and 0 < measure < 1:
        return measure
    message = f"found {measure!r}, expected 'settled', 'mean' or a probability such as 0.05"
    raise BookError("no such measure", [{"code": "unknown-choice", "path": "/measure", "message": message}])


def _frontier(
    book: Book, terms: Sequence[str], party: str, values: Sequence[Any] | None, options: Mapping[str, Any]
) -> Frontier:
    if len(terms) != 2 or not values:
        message = f"found {len(terms)} terms and {len(values or ())} values, expected two terms and values of the first"
        raise BookError("no frontier", [{"code": "too-few", "path": "/term", "message": message}])
    first, second = terms
    lines = []
    for value in values:
        changed = book.with_(first, value)
        written = figure(value)
        lines.append((written.text if written else str(value), break_even(changed, second, party, **options)))
    return Frontier(first, second, tuple(lines))
