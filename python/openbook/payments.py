"""The payment function: what a party is left with as one term, parameter or input takes other values."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol

from . import privacy, queries
from ._piecewise import Search
from ._request import whole
from ._shown import Shown
from ._varying import Positions, Varying, exact_text, number
from .results import Settlement
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Breakpoint", "Exactly", "PaymentFunction", "Segment", "payment_function", "shape"]


BREAKPOINTS = Schema(
    "openbook.breakpoints",
    1,
    (
        Column("at", "decimal"),
        Column("kind"),
        Column("before", "decimal", "before (£)"),
        Column("after", "decimal", "after (£)"),
        Column("value", "money"),
        Column("low", "decimal"),
        Column("high", "decimal"),
    ),
    "+ = in the party's favour.",
)
SEGMENTS = Schema(
    "openbook.segments",
    1,
    (
        Column("start", "decimal"),
        Column("end", "decimal"),
        Column("start_value", "decimal", "at start (£)"),
        Column("end_value", "decimal", "at end (£)"),
        Column("slope", "decimal", "£ per unit"),
        Column("slope_error", "float"),
        Column("kind"),
    ),
    "+ = in the party's favour.",
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch between two breakpoints.

    Attributes
    ----------
    start, end
        Where it begins and ends.
    start_value, end_value
        Pounds there, as the limits from inside; + = in the party's favour.
    slope
        Pounds per unit; None where the stretch is not straight.
    slope_error
        How far the slope may be off because entries are rounded to the penny; 0 where every settlement of the stretch
        lies on one line.
    kind
        "straight"; "curved" where it bends everywhere; "unresolved" where the settlements allowed did not suffice.
    """

    start: Fraction
    end: Fraction
    start_value: Fraction
    end_value: Fraction
    slope: Fraction | None
    slope_error: Fraction
    kind: str


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """Where the payment bends or jumps.

    Attributes
    ----------
    at
        The place; the plainest number that the settlements allow between `low` and `high`.
    kind
        "kink": another slope from here; "jump": another level.
    low, high
        The place lies between them; both equal `at` where the segments' lines are exact.
    left, right
        Pounds on both sides, as limits; different only at a jump.
    value
        Pounds at the place itself, as settled: it says which side a cliff's own place belongs to.
    """

    at: Fraction
    kind: Literal["kink", "jump"]
    low: Fraction
    high: Fraction
    left: Fraction
    right: Fraction
    value: Decimal

    @property
    def jump(self) -> Fraction:
        """Pounds by which the payment jumps, + = upwards; 0 at a kink."""
        return self.right - self.left if self.kind == "jump" else Fraction(0)


@dataclass(frozen=True, slots=True)
class PaymentFunction(Shown):
    """What a party is left with, in pounds, as one thing varies; made by `openbook.payment_function`.

    Attributes
    ----------
    name, unit
        What varies, and its unit ("£", "%", a unit of the book, "times" where it is scaled).
    party, party_name, basis, every, period
        Whose position it is, and of which period.
    segments, breakpoints
        The shape, from left to right.
    settled
        Every settlement that was made: what varied, and the party's position to the penny.
    probe_step, resolution, rounding
        What lies between neighbouring probes; how closely jumps are bracketed; how many pounds the rounding of entries
        to pennies may have added to or taken from any position.
    private_to
        The party to which it is private; its title says so.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.step_down()
    >>> found = ob.payment_function(book, "planned_cases", 9_000, 11_000, party="block_trust", probes=4)
    >>> found.segments[0].slope, found.breakpoints
    (Fraction(850, 1), ())
    >>> found(10_500) - found(10_000)
    Fraction(425000, 1)
    """

    name: str
    unit: str
    party: str
    party_name: str
    basis: str
    every: str
    period: int
    segments: tuple[Segment, ...]
    breakpoints: tuple[Breakpoint, ...]
    settled: tuple[tuple[Fraction, Decimal], ...]
    probe_step: Fraction
    resolution: Fraction
    rounding: Fraction
    private_to: str = ""

    @property
    def low(self) -> Fraction:
        """Where the range begins."""
        return self.settled[0][0]

    @property
    def high(self) -> Fraction:
        """Where the range ends."""
        return self.settled[-1][0]

    def __call__(self, x: Any) -> Fraction:
        """Pounds at x: on the segment's line, or between the nearest settlements where it is not straight.

        Raises
        ------
        ValueError
            x lies outside the range.
        """
        at = number(x, "x")
        if not self.low <= at <= self.high:
            raise ValueError(f"x: found {x!r}, expected a number from {self.low} to {self.high}")
        for place in self.breakpoints:
            if place.at == at:
                return Fraction(place.value)
        segment = next(s for s in self.segments if s.start <= at <= s.end)
        if segment.slope is not None:
            return segment.start_value + segment.slope * (at - segment.start)
        after = max(1, bisect.bisect_left(self.settled, at, key=lambda item: item[0]))
        (a, low), (b, high) = self.settled[after - 1 : after + 1]
        return Fraction(low) + (Fraction(high) - Fraction(low)) * (at - a) / (b - a)

    @property
    def monotone(self) -> bool:
        """Whether the payment never falls, or never rises, as x grows."""
        moves = [s.end_value - s.start_value for s in self.segments] + [b.jump for b in self.breakpoints]
        return all(move >= 0 for move in moves) or all(move <= 0 for move in moves)

    def breakpoint_table(self) -> Table:
        """One row per breakpoint: at, kind, before, after, value (£), low, high; exact numbers."""
        rows = [
            {
                "at": exact_text(b.at),
                "kind": b.kind,
                "before": exact_text(b.left),
                "after": exact_text(b.right),
                "value": b.value,
                "low": exact_text(b.low),
                "high": exact_text(b.high),
            }
            for b in self.breakpoints
        ]
        return Table.of_rows(f"Breakpoints of {self.name}", BREAKPOINTS, rows, private_to=self.private_to)

    def segment_table(self) -> Table:
        """One row per segment: start, end, start_value, end_value (£), slope (£ per unit), slope_error, kind."""
        rows = [
            {
                "start": exact_text(s.start),
                "end": exact_text(s.end),
                "start_value": exact_text(s.start_value),
                "end_value": exact_text(s.end_value),
                "slope": None if s.slope is None else exact_text(s.slope),
                "slope_error": float(s.slope_error),
                "kind": s.kind,
            }
            for s in self.segments
        ]
        return Table.of_rows(f"Segments of {self.name}", SEGMENTS, rows, private_to=self.private_to)

    # -- showing ----------------------------------------------------------------------------------------------

    def svg(self) -> str:
        """A drawing with the breakpoints marked and numbered."""
        from ._display import payment

        return payment.drawn(self)

    def _blocks(self) -> list[Any]:
        from ._display import payment

        return payment.blocks(self)

    def __repr__(self) -> str:
        counts = f"{len(self.segments)} segments, {len(self.breakpoints)} breakpoints"
        shown = privacy.titled(f"PaymentFunction of {self.party} over {self.name}: {counts}", self.private_to)
        return f"<{shown}>"


def payment_function(
    book: Book,
    name: str,
    low: Any,
    high: Any,
    *,
    party: str,
    data: Any = None,
    by: Literal["value", "scale"] = "value",
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    probes: int = 16,
    resolution: Any = None,
    most: int = 2_000,
    settle: Callable[..., Settlement] | None = None,
    **options: Any,
) -> PaymentFunction:
    """A party's position as one term, parameter or input takes other values: every breakpoint, slope and jump, exactly.

    The book is settled, exactly, at evenly spaced probes and halfway between them. Where a settlement lies off the
    straight line between its neighbours, the lines on both sides are made to meet (a kink, solved exactly), or the jump
    between them is narrowed down with plain numbers tried first (a cliff at exactly 10% is found at exactly 10%, with
    the side to which 10% itself belongs), or the interval is halved and tested again. Every segment is then settled at
    two more places.

    What it cannot see: a feature that lies wholly between two neighbouring settlements, which are
    ``(high - low) / (2 * probes)`` apart, and a value that holds at a single place only. A ramp steeper than
    `resolution` shows as a jump. Entries are rounded to pennies, so what moves the position by less than half a penny
    for each entry that depends on x counts as straight; slopes then carry a `slope_error`. Curves (a price times a
    volume that both depend on x) are reported as curved, not as many kinks.

    Parameters
    ----------
    name
        An input or quantity by id or name; else a term or parameter as for `Book.with_`.
    low, high
        The range: numbers, or text such as ``"£1.5m"`` or ``"20%"``.
    party
        Whose position, by id or name.
    data, **options
        As for `openbook.settle`; without data every input takes its plan.
    by
        "value": x is the value itself, of an input or quantity in each of its periods. "scale": what the data or the
        book say is multiplied by x (inputs, quantities and parameters).
    every, period, basis
        Which position, as for `Settlement.position`.
    probes
        How many intervals are probed at first; more find narrower features and take longer.
    resolution
        How closely a jump is bracketed; by default a millionth of the range.
    most
        Most settlements that are made; what is not resolved by then is reported as "unresolved".
    settle
        Settles the changed book in place of `data` and `options`; called with the book, and with ``shocks=`` as well
        for inputs, quantities and scaling.

    Raises
    ------
    BookError
        Nothing is called `name`, several things are, or the book does not allow such a value.
    ValueError
        The range is empty or not a range of numbers.

    Examples
    --------
    >>> import openbook as ob
    >>> found = ob.payment_function(
    ...     ob.examples.step_down(), "cases", "85%", "115%", by="scale", party="commissioner", probes=8)
    >>> [str(place.at) for place in found.breakpoints]
    ['19/20', '21/20']
    """
    varying = Varying.of(book, name, low, high, by)
    probes = whole("probes", probes, 2, 100_000)
    most = whole("most", most, 2 * probes + 1, 10_000_000)
    width = varying.high - varying.low
    fine = width / 10**6 if resolution is None else number(resolution, "resolution")
    if not 0 < fine <= width / (2 * probes):
        raise ValueError(f"resolution: found {resolution!r}, expected more than 0 and less than the distance of probes")
    if settle is None:
        settled = {"plan": data is None, "disputes": False, **options}

        def settle(changed: Book, **shocks: Any) -> Settlement:
            return changed.settle(data, **settled, **shocks)
    elif data is not None or options:
        given = ", ".join([*(["data"] if data is not None else []), *options])
        raise ValueError(f"settle: the function given settles the book; found {given} as well")
    own = queries.require_party(book, party)
    varying, start = varying.tried(settle)
    when = start.period(every, period)
    positions = Positions(varying, settle, {"party": own, "every": every, "period": when, "basis": basis})
    segments, found = shape(positions, varying.low, varying.high, probes=probes, resolution=fine, most=most)
    return PaymentFunction(
        name=varying.name,
        unit=varying.unit,
        party=own,
        party_name=queries.party_name(book, own),
        basis=basis,
        every=every,
        period=when,
        segments=segments,
        breakpoints=found,
        settled=tuple(sorted(positions.settled.items())),
        probe_step=width / (2 * probes),
        resolution=fine,
        rounding=positions.rounding(),
        private_to=privacy.of_all((book, start)),
    )


class Exactly(Protocol):
    """A payment that can be asked for at any place, exactly."""

    settled: dict[Fraction, Decimal]

    def __call__(self, x: Fraction) -> Fraction:
        """Pounds at x, kept in `settled`."""
        ...

    def rounding(self) -> Fraction:
        """How many pounds rounding may have added to or taken from any of them."""
        ...


def shape(
    positions: Exactly, low: Fraction, high: Fraction, *, probes: int, resolution: Fraction, most: int
) -> tuple[tuple[Segment, ...], tuple[Breakpoint, ...]]:
    """Segments and breakpoints of a payment between two places; see `payment_function`."""
    search = Search(positions, low, high, slack=positions.rounding, probes=probes, resolution=resolution, most=most)
    pieces, breaks = search.run()

    def limit(piece: Any, x: Fraction) -> Fraction:
        return piece.line(x) if piece.line is not None else search.at(x, extra=True)

    segments = tuple(
        Segment(
            piece.start,
            piece.end,
            limit(piece, piece.start),
            limit(piece, piece.end),
            None if piece.line is None else piece.line.slope,
            Fraction(0) if piece.line is None else piece.line.error,
            piece.kind,
        )
        for piece in pieces
    )
    found = tuple(
        Breakpoint(b.x, "jump" if b.kind == "jump" else "kink", b.low, b.high, b.left, b.right, positions.settled[b.x])
        for b in breaks
    )
    return segments, found
