"""Where a party breaks even: the values that were found, and their display."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from .. import privacy, queries
from .._lasting import LastingRecord, Origin
from .._literals import figure
from ..errors import BookError
from ..table import Column, Schema, Table

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["BREAK_EVEN", "FRONTIER", "BreakEven", "Crossing", "Frontier", "amount_text", "plain_number"]

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
        """ "exactly", "throughout" (nothing from one value to the other), "upwards", "downwards"."""
        if self.below == self.above:
            return "exactly"
        if self.difference_below == self.difference_above == 0:
            return "throughout"
        return "upwards" if self.difference_above > self.difference_below else "downwards"


@dataclass(frozen=True, slots=True, repr=False)
class BreakEven(LastingRecord):
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
        Whether the differences of these points only rise, or only fall.
    unproven
        Stretches, as two values, in which a pair of crossings may hide because the difference is not proven to be a
        straight line there; empty where every crossing of the range was found.
    origin
        What it was made from, for `save` and for calculating it again.

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
    unproven: tuple[tuple[str, str], ...] = ()
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "break_even"

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
        more = f". {self._proof()}"
        nothing = (
            "" if self.crossings else f" No change of sign: from {amount_text(self.evaluated[0][1])} at {self.low} "
        )
        nothing += "" if self.crossings else f"to {amount_text(self.evaluated[-1][1])} at {self.high}."
        return (
            f"Position ({self.measure}) against {self.target}; {len(self.evaluated)} points from {self.low} to "
            f"{self.high}, then halved to steps of {self.step}; {shape}{more}{nothing}"
        )

    def _proof(self) -> str:
        if not self.unproven:
            return "The plan is straight between these points: no crossing is missed."
        if len(self.unproven) == 1 or (self.unproven[0][0] == self.low and self.unproven[-1][1] == self.high):
            where = f"from {self.unproven[0][0]} to {self.unproven[-1][1]}"
        else:
            where = f"in {len(self.unproven)} stretches, the first from {' to '.join(self.unproven[0])}"
        return f"Not proven straight {where}: a pair of crossings closer than two of these points may hide there."

    def svg(self) -> str:
        """The difference over the range, with the crossings marked."""
        from .._display import curve

        points = [(plain_number(text), float(value)) for text, value in self.evaluated]
        marks = [(crossing.above, plain_number(crossing.above)) for crossing in self.crossings]
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
class Frontier(LastingRecord):
    """The line of two terms on which a party breaks even. Frozen; made by `openbook.break_even` with two terms.

    Attributes
    ----------
    first, second
        Names of the two terms.
    lines
        For each value of the first term, what was found for the second.
    origin
        What it was made from, for `save` and for calculating it again.
    """

    first: str
    second: str
    lines: tuple[tuple[str, BreakEven], ...]
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "break_even_line"

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

        points = [
            (plain_number(value), plain_number(found.crossings[0].above))
            for value, found in self.lines
            if found.crossings
        ]
        title = privacy.titled(f"'{self.second}' that breaks even, by '{self.first}'", self.private_to)
        return curve.drawing(sorted(points) or [(0.0, 0.0)], [], title=title)

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        rows = [f"{row['first']}: {row['second_above'] or row['crosses']}" for row in self.table]
        return [self.table._block(), blocks.Picture(self.svg(), "; ".join(rows))]


def plain_number(text: str) -> float:
    found = figure(text)
    return float(found.value) if found is not None else math.nan


def amount_text(value: float | Decimal) -> str:
    from .._display import figures

    return figures.pounds(value if isinstance(value, Decimal) else round(value, 2))
