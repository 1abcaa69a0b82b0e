"""Depth one in a book: how far one driver, scenario, input or term must move until a condition holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BookError
from .conditions import Condition, Test
from .design_points import gradient
from .features import Feature
from .levers import Shift
from .normal import Floats
from .root import Crossing, Crossings, Line, crossings, narrowed
from .working import Choices, Exact, Working

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Answer", "Edge", "driver_line", "single_answers"]

#: Places of a scan that settles exactly, where no plan can be compiled that is moved by the lever.
EXACT_POINTS = 33
#: Changes of side that are certified and told.
MOST_EDGES = 12
#: Breaching draws whose places along a driver are looked at too: a window too narrow for the scan may hold some.
PROBES = 512
#: How often the lattice around a place is widened until both sides are found.
WIDENINGS = 40


@dataclass(frozen=True, slots=True)
class Edge:
    """A change of side, certified.

    Attributes
    ----------
    last_safe, first_breach
        Neighbours in the lever's own steps, exactly (of a driver: neighbouring doubles).
    kind
        "root" where the margin passes through zero, "cliff" where it jumps over it.
    certified
        "settled exactly" or "replayed" on both sides; "not confirmed" where the exact settlement judges otherwise.
    """

    last_safe: Fraction
    first_breach: Fraction
    kind: str
    certified: str

    @property
    def above(self) -> bool:
        """Whether the condition holds above it."""
        return self.first_breach > self.last_safe


@dataclass(frozen=True, slots=True)
class Answer:
    """What one lever can do.

    Attributes
    ----------
    outcome
        "crossed", "always" or "never" within the bounds; of a scenario that cannot be taken in parts "holds as it
        stands" or "safe as it stands".
    edges
        Every change of side, ascending.
    at_base
        Whether the condition holds where the lever moves nothing; None where there is no such place.
    nearest, nearest_margin
        Where the margin is smallest, and the margin: in the comparison's own unit, of several comparisons in their
        usual sizes.
    resolution
        What is narrower was not looked for.
    feature
        Of a driver: over which period its total is moved.
    note
        Why it could not be moved in parts, and was judged as it stands; or how many changes of side are not told.
    """

    shift: Shift
    outcome: str
    edges: tuple[Edge, ...]
    at_base: bool | None
    nearest: float
    nearest_margin: float
    resolution: float
    feature: Feature | None = None
    note: str = ""


# -- functions of a lever ----------------------------------------------------------------------------------------------


def _lever_book(
    book: Book, choices: Choices, condition: Condition, moved: Sequence[Shift]
) -> tuple[Working, dict[Shift, str]]:
    """The book without its drivers, moved by an input for each lever whose value is its standard normal number."""
    beginning = "lever_of_reverse_stress_"
    names = {shift: f"{beginning}{n}" for n, shift in enumerate(moved)}
    inputs = [
        {"id": name, "every": "month", "unit": _unit_of(shift), "aggregate": "last"} for shift, name in names.items()
    ]
    drivers = [
        {"id": f"{name}_driver", "kind": "normal", "of": name, "effect": "value", "mean": 0, "deviation": 1}
        for name in names.values()
    ]
    extra: dict[str, Callable[[Any], Any]] = {
        "inputs": lambda given: [*given, *inputs], "drivers": lambda given: drivers, "correlations": lambda given: [],
    }  # fmt: skip
    shocks = tuple(choices.shocks)
    source = book
    for shift, name in names.items():
        if shift.joins:
            shocks += tuple(shift.shocks_of(name))
        elif shift.varying is not None and shift.varying.action == "write":
            pass
        else:
            shocks += ({"on": shift.target, "action": "set", "value": name},)
    written = {names[s]: s for s in moved if s.varying is not None and s.varying.action == "write"}
    if written:
        extra |= _written(source, written)
    changed = Choices(
        choices.inputs, choices.as_at, choices.readings, choices.alternatives, shocks, choices.threads, choices.reasons
    )
    return Working(source, changed, condition.asked(), 0, extra), names


def _unit_of(shift: Shift) -> str:
    """The unit of a lever's input: that of the term in whose place it stands."""
    varying = shift.varying
    if varying is None or varying.action != "write" or varying.unit in ("", "%", "times", "number"):
        return "£" if varying is not None and varying.action == "write" and varying.sign == "£" else "number"
    return varying.unit


def _written(book: Book, written: Mapping[str, Shift]) -> dict[str, Callable[[Any], Any]]:
    """Lists of the document in which a term is replaced by the name of a lever's input."""
    from .. import _json, _places

    changes: dict[str, Callable[[Any], Any]] = {}
    for name, shift in written.items():
        target = shift.target
        pointer = target if target.startswith("/") else _terms_path(book, target)
        first = pointer.split("/")[1]

        def change(given: Any, pointer: str = pointer, first: str = first, formula: str = name) -> Any:
            document = {first: _json.loads(_json.dumps(given))}
            parent, _, last = _places.resolve(document, pointer).rpartition("/")
            holder = _places.at(document, parent)
            key: Any = int(last) if isinstance(holder, list) else last
            term = holder[key] if not isinstance(holder, dict) or key in holder else None
            kept = {"unit": term["unit"]} if isinstance(term, dict) and term.get("unit") else {}
            holder[key] = {"value": formula, **kept}
            return document[first]

        changes[first] = change
    return changes


def _terms_path(book: Book, name: str) -> str:
    from .. import _terms

    return str(_terms.find(book._data, name).path)


def _line(working: Working, condition: Condition, scales: Mapping[Test, float], stream: str, zero: float) -> Line:
    """g along one lever; `zero` is where its input is nothing."""
    where = [i for i, one in enumerate(working.dimensions) if one.stream == stream]

    def function(x: Floats) -> Floats:
        z = np.zeros((len(x), working.count))
        for column in where:
            z[:, column] = x - zero
        return condition.margin(working.values(z), scales)

    return function


def driver_line(working: Working, feature: Feature) -> Floats | None:
    """The unit direction of z in which a driver's total grows fastest; None where nothing moves it.

    Along it the total goes out the most for its distance from the middle, so it is the likeliest way to get there: what
    is correlated with the driver moves along as far as the correlation says.
    """

    def total(z: Floats) -> Floats:
        return working.values(z)[feature.asked]

    slopes = gradient(total, np.zeros(working.count), 0.25)
    length = float(np.linalg.norm(slopes))
    return slopes / length if length > 0 else None


# -- exact certification -----------------------------------------------------------------------------------------------


class _Lattice:
    """Whole steps of a lever, judged by exact settlements."""

    def __init__(self, shift: Shift, exact: Exact) -> None:
        self.shift, self.exact = shift, exact
        self.known: dict[int, bool] = {}
        self.books: dict[Fraction, Any] = {}
        self.first = math.ceil(shift.low / shift.step)
        self.last = math.floor(shift.high / shift.step)

    def at(self, k: int) -> Fraction:
        return k * self.shift.step

    def holds(self, k: int) -> bool:
        if k not in self.known:
            x = self.at(k)
            if self.shift.varying is not None and self.shift.varying.action == "write":
                book, _ = self.shift.varying.at(x)
                again = Exact(book, self.exact.choices, self.exact.condition)
                self.known[k] = again.holds(again.core())
                self.exact.settlements += again.settlements
            else:
                self.known[k] = self.exact.holds(self.exact.core(self.shift.shocks(x)))
        return self.known[k]

    def edge(self, place: Crossing) -> Edge:
        """The exact neighbours around a change that was found in doubles."""
        between = Fraction(place.last_safe + place.first_breach) / 2 / self.shift.step
        a = min(max(math.floor(between), self.first), self.last - 1)
        b, reach = a + 1, 1
        for _ in range(WIDENINGS):
            if self.holds(a) != self.holds(b):
                break
            outward_left = self.holds(a) == place.rising  # holding already: the change lies on the safe side
            if outward_left:
                a, b = max(self.first, a - reach), a
            else:
                a, b = b, min(self.last, b + reach)
            reach *= 2
            if a == b or abs(a - between) > 1e6:
                break
        if a == b or self.holds(a) == self.holds(b):
            return Edge(Fraction(place.last_safe), Fraction(place.first_breach), place.kind, "not confirmed")
        a, b = narrowed(self.holds, a, b)
        safe, breach = (b, a) if self.holds(a) else (a, b)
        return Edge(self.at(safe), self.at(breach), place.kind, "settled exactly")


def _exact_answer(shift: Shift, exact: Exact) -> Answer:
    """A scan that settles exactly at every place: for levers that the compiled plan cannot be moved by."""
    lattice = _Lattice(shift, exact)
    places = sorted(
        {round(lattice.first + (lattice.last - lattice.first) * i / (EXACT_POINTS - 1)) for i in range(EXACT_POINTS)}
    )
    edges = []
    for a, b in pairwise(places):
        if lattice.holds(a) != lattice.holds(b):
            left, right = narrowed(lattice.holds, a, b)
            safe, breach = (right, left) if lattice.holds(left) else (left, right)
            edges.append(Edge(lattice.at(safe), lattice.at(breach), "cliff or root", "settled exactly"))
    outcome = "crossed" if edges else "always" if lattice.holds(places[0]) else "never"
    return Answer(
        shift, outcome, tuple(edges), None, math.nan, math.nan, float(lattice.at(places[1]) - lattice.at(places[0]))
    )


def _exact_or_whole(shift: Shift, exact: Exact) -> Answer:
    """The scan; a scenario that cannot be taken in parts, such as one that moves a number of months, as it stands."""
    try:
        return _exact_answer(shift, exact)
    except BookError as error:
        if shift.kind != "strength":
            raise
        holds = exact.holds(exact.core(shift.parts))
        outcome = "holds as it stands" if holds else "safe as it stands"
        reason = error.problems[0].message if error.problems else error.summary
        return Answer(shift, outcome, (), None, math.nan, math.nan, math.nan, note=f"not in parts: {reason}")


# -- answers -----------------------------------------------------------------------------------------------------------


def single_answers(
    book: Book,
    choices: Choices,
    condition: Condition,
    scales: Mapping[Test, float],
    moved: Sequence[Shift],
    *,
    working: Working,
    lines: Mapping[str, Sequence[Feature]],
    exact: Exact,
    breaching: Floats | None = None,
    points: int = 1025,
) -> list[Answer]:
    """How far each lever must move, certified.

    Parameters
    ----------
    working
        The book as a function of its standard normal numbers, in which the features of `lines` are asked too.
    lines
        For each driver the features that its deviations may move: the year in which least of them suffices is told.
    exact
        Settles on both sides of each change.
    breaching
        Plain draws in which the condition holds, [draws, dimensions]: drivers are looked at where they stand in them.
    """
    if len(condition.tests()) == len(condition.periods):
        scales = {}  # one comparison has one unit: its margins are told as they are
    answers: dict[Shift, Answer] = {}
    joined = [shift for shift in moved if shift.joins]
    compiled: list[tuple[list[Shift], Working, dict[Shift, str]]] = []
    alone = [shift for shift in moved if shift.kind == "value"]
    for group in [joined, *([one] for one in alone)]:
        if group:
            compiled += _compiled(book, choices, condition, group)
    for group, ready, names in compiled:
        for shift in group:
            zero = 1.0 if shift.kind == "scale" else 0.0
            line = _line(ready, condition, scales, f"{names[shift]}_driver", zero)
            found = crossings(line, float(shift.low), float(shift.high), points=points)
            lattice = _Lattice(shift, exact)
            base = None if shift.neutral is None else bool(line(np.array([float(shift.neutral)]))[0] <= 0)
            answers[shift] = _answer(shift, found, base, lattice.edge)
    for shift in moved:
        if shift.kind == "deviations":
            answers[shift] = _along_driver(shift, working, condition, scales, lines, points, breaching)
        elif shift not in answers:
            answers[shift] = _exact_or_whole(shift, exact)
    return [answers[shift] for shift in moved]


def _compiled(
    book: Book, choices: Choices, condition: Condition, group: list[Shift]
) -> list[tuple[list[Shift], Working, dict[Shift, str]]]:
    """One plan for a group of levers; where it does not compile, one for each that does."""
    try:
        ready, names = _lever_book(book, choices, condition, group)
    except BookError:
        if len(group) == 1:
            return []
        return [item for one in group for item in _compiled(book, choices, condition, [one])]
    return [(group, ready, names)]


def _answer(shift: Shift, found: Crossings, base: bool | None, certify: Callable[[Crossing], Edge]) -> Answer:
    edges = tuple(dict.fromkeys(certify(place) for place in found.found[:MOST_EDGES]))
    more = len(found.found) - MOST_EDGES
    note = f"{more} more changes of side further up" if more > 0 else ""
    return Answer(shift, found.outcome, edges, base, found.nearest, found.nearest_margin, found.resolution, note=note)


def _along_driver(
    shift: Shift,
    working: Working,
    condition: Condition,
    scales: Mapping[Test, float],
    lines: Mapping[str, Sequence[Feature]],
    points: int,
    breaching: Floats | None,
) -> Answer:
    """A driver's total moved in each of its periods; the answer is that of the period in which the least suffices."""
    answers = []
    for feature in lines.get(shift.target, ()):
        direction = driver_line(working, feature)
        if direction is not None:
            answers.append(_along(shift, working, condition, scales, direction, points, feature, breaching))
    if not answers:
        still = np.zeros(working.count)
        return _along(shift, working, condition, scales, still, 3, None)

    def distance(answer: Answer) -> tuple[float, float]:
        least = min((abs(float(edge.first_breach)) for edge in answer.edges), default=math.inf)
        return least, answer.nearest_margin

    return min(answers, key=distance)


def _along(
    shift: Shift,
    working: Working,
    condition: Condition,
    scales: Mapping[Test, float],
    direction: Floats,
    points: int,
    feature: Feature | None,
    breaching: Floats | None = None,
) -> Answer:
    def line(x: Floats) -> Floats:
        return condition.margin(working.values(x[:, None] * direction), scales)

    def certify(place: Crossing) -> Edge:
        pair = np.array([place.last_safe, place.first_breach])
        alone = [bool(line(np.array([x]))[0] <= 0) for x in pair]
        certified = "replayed" if alone == [False, True] else "not confirmed"
        return Edge(Fraction(place.last_safe), Fraction(place.first_breach), place.kind, certified)

    also = None if breaching is None else breaching[:PROBES] @ direction
    found = crossings(line, float(shift.low), float(shift.high), points=points, also=also)
    return replace(_answer(shift, found, bool(line(np.zeros(1))[0] <= 0), certify), feature=feature)
