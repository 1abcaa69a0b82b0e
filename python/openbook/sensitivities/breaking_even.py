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

from .. import _terms, queries
from .._lasting import Origin, plain_request
from .._literals import Figure, figure
from .._request import whole
from .._varying import exact_text, number
from ..errors import BookError
from ..settling import settle
from ..simulating import simulate
from .crossings import BreakEven, Crossing, Frontier, amount_text, plain_number
from .straightness import Stretches, reach_of, straight_stretches

if TYPE_CHECKING:
    from ..book import Book
    from ..results import Settlement

__all__ = ["break_even"]

# -- the term's own numbers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """How a term writes its numbers: the document's text of a value, and the values on its lattice."""

    kind: str
    low: Fraction
    step: Fraction
    last: int

    def value(self, place: int) -> Fraction:
        return self.low + self.step * place

    def text(self, place: int) -> str:
        return _written(self.value(place), self.kind)


def _written(value: Fraction, kind: str) -> str:
    if kind == "percent":
        return f"{exact_text(value * 100)}%"
    sign, size = ("-" if value < 0 else ""), exact_text(abs(value))
    return f"{sign}£{size}" if kind == "money" else f"{sign}{size}"


def _bound(name: str, given: Any, kind: str) -> Fraction:
    found = figure(given)
    # "£5" and 5 are the same to a term in pounds.
    if found is None or (found.kind != kind and "percent" in (found.kind, kind)):
        wanted = {"money": "an amount such as £1,500", "percent": "a percentage such as 5%", "number": "a number"}[kind]
        message = f"{name}: found {given!r}, expected {wanted}"
        raise BookError("a value of another kind", [{"code": "wrong-unit", "path": f"/{name}", "message": message}])
    return Fraction(found.value)


def _own_step(written: Figure, unit: str) -> Fraction:
    """A penny, a hundredth of a percentage point, or the last decimal that is written where it is finer."""
    last = Fraction(1, 10 ** max(0, -int(written.value.as_tuple().exponent)))
    if written.kind == "money" or unit.startswith("£"):
        return min(last, Fraction(1, 100))
    if written.kind == "percent":
        return min(last, Fraction(1, 10_000))
    return last


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

    def grid(self, points: int) -> list[int]:
        """Places that are looked at first."""
        count = min(points - 1, self.scale.last)
        return sorted({round(self.scale.last * i / count) for i in range(count + 1)})

    def crossings(self, stretches: Stretches) -> list[Crossing]:
        """Every change of sign between two ends of stretches, and every end at which the difference is nothing."""
        places = stretches.places
        found: list[Crossing] = []
        start = None  # of a run of places that are nothing throughout
        for at, place in enumerate(places):
            nothing = self.at(place) == 0
            runs_on = nothing and at < len(stretches.straight) and stretches.straight[at]
            runs_on = runs_on and self.at(places[at + 1]) == 0
            if nothing:
                start = place if start is None else start
                if not runs_on:
                    found.append(self._crossing(start, place))
                    start = None
        for a, b in itertools.pairwise(places):
            if _sign(self.at(a)) * _sign(self.at(b)) < 0:
                found.append(self._between(a, b))
        found.sort(key=lambda crossing: plain_number(crossing.below))
        return found

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
    return None, amount, amount_text(amount)


def _amount_of(target: Any) -> Any:
    found = figure(target)
    return found.value if found is not None else target


@dataclass(frozen=True, slots=True)
class _Settled:
    """Positions settled at values of a term; the plan of the last few is kept, to be asked how far its slopes hold."""

    book: Book
    path: str
    party: str
    other: str | None
    amount: Decimal
    data: Any
    where: Mapping[str, Any]
    options: Mapping[str, Any]
    kept: dict[str, Settlement] = field(default_factory=dict)

    def at(self, text: str) -> Settlement:
        if text not in self.kept:
            while len(self.kept) >= 4:
                del self.kept[next(iter(self.kept))]
            self.kept[text] = settle(self.book.with_(self.path, text), self.data, disputes=False, **self.options)
        return self.kept[text]

    def difference(self, text: str) -> tuple[Decimal, float]:
        settlement = self.at(text)
        own = settlement.position(self.party, **self.where)
        return own - (settlement.position(self.other, **self.where) if self.other else self.amount), 0.0

    def stretches(self, search: _Search, grid: Sequence[int]) -> Stretches:
        """Where the difference is straight, by the plan."""
        parties = [self.party, *([self.other] if self.other else [])]

        def reach(place: int) -> Fraction | None:
            return reach_of(self.at(search.scale.text(place)), parties, self.path, dict(self.where))

        def rounding(place: int) -> float:  # half a penny for every entry, on both ends of the chord and between
            return 0.01 * max(1, len(self.at(search.scale.text(place))._data["entries"]))

        scale = search.scale
        exact: Any = search.at
        return straight_stretches(grid, scale.value, scale.step, reach, exact, rounding)


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

    kept: dict[str, Any] = {"every": (where["every"],), "basis": (where["basis"],)}
    kept |= {"parties": queries.whose_positions(book, party, other), **run}

    def difference(text: str) -> tuple[float, float]:
        simulation = simulate(book.with_(path, text), **kept)
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

    Of settled positions the plan says how far a slope holds, so that places are added where it changes, and between any
    two of them the position is a straight line: no pair of crossings hides. Where the plan cannot say so (two things
    that move with the term are multiplied, or the term decides how the plan is made), and of simulated measures, the
    result names the stretches in which a pair could hide (`BreakEven.unproven`).

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
    whole("points", points, 3, 1_000)
    plan = options.pop("plan", data is None) if measure == "settled" else True
    request = plain_request(book, data, options, plan=plan) | ({"plan": plan} if measure == "settled" else {})
    asked = {"target": target, "low": low, "high": high, "step": step, "measure": measure}
    asked |= {"every": every, "period": period, "basis": basis, "points": points, "scenarios": scenarios, "seed": seed}
    if not isinstance(term, str):
        return _frontier(book, term, party, values, {**asked, **request})
    origin = Origin.here("break_even", book=book, term=term, party=party, **asked, **request)
    load, options = request.pop("data"), request
    place = _terms.find(book._data, term) if not term.startswith("/") else _terms.at_path(book._data, term)
    if place is None:
        message = "no term stands there; Book.terms lists all of them"
        raise BookError("no term", [{"code": "unknown-path", "path": term, "message": message}])
    scale = _scale(place, low, high, step)
    party = queries.require_party(book, party)
    other, amount, words = _target(book, target)
    where = {"every": every, "period": period, "basis": basis}
    settled = None
    if measure == "settled":
        settled = _Settled(book, place.path, party, other, amount, load, where, options)
        difference: Difference = settled.difference
    else:
        run = {"scenarios": scenarios, "seed": seed, "data": load, "progress": False, **options}
        difference = _simulated(book, place.path, party, other, amount, run, where, _probability(measure))
    search = _Search(scale, difference)
    grid = search.grid(points)
    nothing_proven = Stretches(tuple(grid), tuple(b - a == 1 for a, b in itertools.pairwise(grid)))
    stretches = settled.stretches(search, grid) if settled is not None else nothing_proven
    found = search.crossings(stretches)
    grid = sorted({*grid, *stretches.places})
    values_found = [search.at(at) for at in grid]
    pairs = zip(itertools.pairwise(stretches.places), stretches.straight, strict=True)
    unproven = tuple((scale.text(a), scale.text(b)) for (a, b), straight in pairs if not straight)
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
        unproven,
        origin,
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
    origin = Origin.here("break_even", book=book, term=(first, second), party=party, values=tuple(values), **options)
    return Frontier(first, second, tuple(lines), origin)
