"""What the clauses of a book pay as its inputs move, seen by drawing.

Each input is given a driver of its own whose draws are mostly its plan and else a place of a grid, so that one run of
the compiled book holds, for every input, draws in which that input alone has moved, and draws in which several have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .._calendar import Months
from .._dimensions import members_of
from .findings import Reader, nodes, number_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["Moved", "Probe", "asked_for", "drawn_by_the_book", "moved_inputs"]

#: Memory so near to 1 that all periods of a draw have one factor.
_LASTING = "0.99999999999999"
_GRID, _MOST_INPUTS, _MOST_DRAWS = 96, 150, 60_000
#: How often each place of the grid is to be drawn alone.
_OFTEN = 4
_SEED = 1
FAR = (Fraction(3), Fraction(5), Fraction(10))


@dataclass(frozen=True)
class Moved:
    """An input, and where it is moved to.

    Attributes
    ----------
    effect
        "factor": places are factors on the plan; "addition": added to it; "value": the values that formulas ask for.
    places
        The grid, in ascending order; it holds the plan itself.
    count
        How many numbers make up the input's total over the term, for what is added to each.
    far
        Places beyond the grid to which counts and amounts go where all inputs move together.
    """

    id: str
    effect: str
    places: tuple[Fraction, ...]
    total: str
    count: int
    far: tuple[Fraction, ...] = ()

    @property
    def rest(self) -> Fraction:
        """The place of the plan."""
        return Fraction(1 if self.effect == "factor" else 0)

    @property
    def steps(self) -> bool:
        """Whether it runs along a scale, on which it can rise."""
        return self.effect != "value"

    def at(self, place: Fraction) -> str:
        """A place in words."""
        if place == self.rest:
            return "its plan"
        if self.effect == "factor":
            return f"{float(place):.6g} times its plan" if place else "zero"
        return f"{float(abs(place)):,.6g} {'above' if place > 0 else 'below'} its plan"


def asked_for(reader: Reader) -> dict[str, set[Fraction]]:
    """The values for which formulas ask of each name with == or !=."""
    found: dict[str, set[Fraction]] = {}
    for place in reader.places:
        data = place.data if isinstance(place.data, dict) else {"value": place.data}
        for part in (data, *(data.get("steps") or ())):
            if part.get("value") is None:
                continue
            for node in nodes(reader.tree(str(part["value"]))):
                if node.get("function") in ("equal", "not_equal"):
                    a, b = node["operands"]
                    for name, number in ((a.get("name"), b.get("number")), (b.get("name"), a.get("number"))):
                        if name is not None and number is not None:
                            found.setdefault(name, set()).add(Fraction(str(number)))
    return found


def _bounds(reader: Reader, item: Any) -> tuple[Fraction, Fraction] | None:
    """How far below and above its plan an input lies whose driver draws it between two bounds, such as a score."""
    planned = number_of(item.plan)
    for driver in reader.book.drivers:
        if driver.of == item.id and driver.effect == "value" and planned is not None:
            ends = [number_of(getattr(driver, end)) for end in ("low", "high") if hasattr(driver, end)]
            if len(ends) == 2 and None not in ends and ends[0] <= planned <= ends[1] and ends[0] < ends[1]:  # type: ignore[operator]
                return Fraction(ends[0]) - Fraction(planned), Fraction(ends[1]) - Fraction(planned)  # type: ignore[arg-type]
    return None


def _reach(reader: Reader, item: Any) -> tuple[Fraction, Fraction]:
    """How far an input that is planned at 0 is moved: as far as its driver goes, else upwards as its unit suggests."""
    for driver in reader.book.drivers:
        if driver.of != item.id or driver.kind == "lognormal":
            continue
        terms = {name: getattr(driver, name, None) for name in ("mean", "deviation", "low", "high")}
        figures = {name: number_of(term) for name, term in terms.items() if term is not None}
        mean, three = Fraction(figures.get("mean") or 0), 3 * Fraction(figures.get("deviation") or 0)
        down, up = figures.get("low"), figures.get("high")
        ends = mean - three if down is None else Fraction(down), mean + three if up is None else Fraction(up)
        if min(ends) < max(ends):
            return min(ends[0], Fraction(0)), max(ends[1], Fraction(0))
    if item.unit == "£":
        money = [number_of(place.data) for place in reader.places if "£" in str(place.data)]
        sizes = [abs(Fraction(number)) for number in money if number is not None]
        return Fraction(0), max(sizes, default=Fraction(0)) or Fraction(1_000_000)
    return Fraction(0), Fraction(2 if item.unit in ("", "number") else 10)


def moved_inputs(reader: Reader) -> list[Moved]:
    """Every input that a formula may feel, with its grid; dates and names of a category stay at their plan."""
    asked, months = asked_for(reader), Months.of(reader.book.calendar)
    scales = (item for item in reader.book.inputs if item.unit != "date" and not item.category)
    items = [item for item in scales if item.plan is not None][:_MOST_INPUTS]
    half = max(8, min(_GRID, 1536 // max(1, len(items)))) // 2
    found = []
    for item in items:
        members = max(1, len(members_of(reader.book, item)))
        periods = len(months.starts(item.every)) if item.aggregate == "sum" else 1
        total = f"sum({item.id})" if item.dimension else item.id
        effect, places = "factor", [Fraction(step, half) for step in range(2 * half + 1)]
        if item.id in asked:
            effect, places = "value", sorted(asked[item.id] | {Fraction(0), Fraction(1)})
        elif number_of(item.plan) == 0 or _bounds(reader, item) is not None:
            down, up = _bounds(reader, item) or _reach(reader, item)
            effect, places = "addition", [down + (up - down) * Fraction(step, 2 * half) for step in range(2 * half + 1)]
            places = sorted({*places, Fraction(0)})
        counted = item.unit not in ("", "number", "%")
        far = tuple(times * (places[-1] / 2 if effect == "factor" else places[-1]) for times in FAR if counted)
        found.append(Moved(item.id, effect, tuple(places), total, members * periods, far))
    return found


@dataclass
class Probe:
    """One run: what each clause paid in each draw.

    Parameters
    ----------
    alone
        Whether inputs mostly stay at their plan, so that each is seen moving alone; else all move in every draw.
    """

    reader: Reader
    moved: Sequence[Moved]
    track: Sequence[str] = ()
    alone: bool = True
    changed: dict[str, Any] | None = None
    _simulation: Any = field(init=False)
    _alone: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        from ..book import Book

        count = len(self.moved)
        data = dict(self.changed or self.reader.data)
        data |= {"drivers": [self._driver(of, count) for of in self.moved]}
        data |= {"correlations": [], "concessions": [], "scenarios": [], "notes": []}
        draws = 4_000
        if self.alone:
            grid = max((len(of.places) for of in self.moved), default=1)
            draws = min(_MOST_DRAWS, max(2_000, int(2.72 * _OFTEN * max(2, count) * grid)))
        names = [*(of.total for of in self.moved), *self.track]
        self._simulation = Book(**data).simulate(
            draws, seed=_SEED, every="term", track=list(dict.fromkeys(names)), track_every="term", progress=False
        )

    def _driver(self, of: Moved, count: int) -> dict[str, Any]:
        resting = max(1, count - 1) * len(of.places) if self.alone else len(of.places) // 8
        values = [*of.places, *([of.rest] * resting), *(() if self.alone else of.far * (len(of.places) // 16))]
        if of.effect == "value":
            # Formulas ask for these values; the plan is among them where it is one of them.
            planned = number_of(next(item.plan for item in self.reader.book.inputs if item.id == of.id))
            values = [*of.places, *([Fraction(planned or 0)] * resting)]
        return {
            "kind": "empirical",
            "id": f"probe_of_{of.id}",
            "of": of.id,
            "effect": of.effect,
            "values": [_decimal(value) for value in values],
            "autoregression": _LASTING,
        }

    def drawn(self, formula: str) -> Floats:
        """A tracked formula over the term, draw by draw."""
        found: Floats = self._simulation.array(formula)
        return found

    def place(self, of: Moved) -> Floats:
        """Where an input stood in each draw, on its own scale."""
        import numpy as np

        now, planned = self.drawn(of.total), self.planned(of)
        if of.effect == "factor":
            return now / planned if planned else np.ones_like(now)
        return np.asarray((now - planned) / of.count, dtype=np.float64)

    def planned(self, of: Moved) -> float:
        """An input's total at its plan: what it most often is."""
        import numpy as np

        values, often = np.unique(self.drawn(of.total), return_counts=True)
        return float(values[often.argmax()])

    def response(self, of: Moved, formula: str) -> tuple[Floats, Floats]:
        """Where the input alone has moved: its places in ascending order, and what the formula was there."""
        import numpy as np

        if of.id not in self._alone:
            still = np.ones(len(self.drawn(formula)), dtype=bool)
            for number, other in enumerate(self.moved):
                if other.id != of.id:
                    still &= self._resting[number]
            places, draws = np.unique(np.round(self.place(of)[still], 9), return_index=True)
            self._alone[of.id] = places, np.flatnonzero(still)[draws]
        places, draws = self._alone[of.id]
        return places, self.drawn(formula)[draws]

    @cached_property
    def _resting(self) -> list[npt.NDArray[np.bool_]]:
        """For each input, in which draws it stands at its plan."""
        import numpy as np

        return [np.isclose(self.drawn(of.total), self.planned(of), rtol=1e-9, atol=1e-9) for of in self.moved]


def _decimal(value: Fraction) -> str:
    return f"{Decimal(f'{float(value):.12g}'):f}"


def drawn_by_the_book(reader: Reader, track: Sequence[str], scenario: str = "") -> Any:
    """What the book's own drivers draw, under one of its scenarios: gives the draws of each tracked formula."""
    book = reader.book.replace(concessions=[], notes=[])
    simulation = book.simulate(
        2_000,
        seed=_SEED,
        shocks=scenario or None,
        every="term",
        track=list(track),
        track_every="term",
        progress=False,
    )
    return simulation.array
