"""A payment function: in words, as a table, and drawn with its breakpoints numbered."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from .. import privacy
from . import figures
from .blocks import Block, Grid, Heading, Paragraph, Picture, counted
from .svg import HEAD, WIDTH, clipped, drawing, rule, short, ticks, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..payments import Breakpoint, PaymentFunction, Segment

__all__ = ["at_text", "blocks", "drawn", "marks", "points", "slope_text", "title"]

#: Breakpoints that a drawing names; the table has them all. Cliffs that get a warning of their own.
MOST_NAMED, MOST_CLIFFS = 12, 3


def at_text(function: PaymentFunction, x: Fraction) -> str:
    """A place in the unit of what varies."""
    if function.unit == "%":
        return f"{figures.exact(x * 100)}%"
    return f"-£{figures.exact(-x)}" if function.unit == "£" and x < 0 else f"{_sign(function)}{figures.exact(x)}"


def _sign(function: PaymentFunction) -> str:
    return "£" if function.unit == "£" else ""


def slope_text(function: PaymentFunction, segment: Segment) -> str:
    """Pounds per unit, as exactly as they are known."""
    if segment.slope is None:
        return segment.kind
    if segment.slope == 0:
        return "flat"
    per, slope, error = _per(function), segment.slope, segment.slope_error
    if function.unit == "%":
        slope, error = slope / 100, error / 100
    if error and slope != round(slope, 2):
        shown = figures.estimate(float(slope), float(error))
        return f"{'-' if slope < 0 else ''}£{shown.lstrip('-')}{per}"
    sign = "-" if slope < 0 else ""
    return f"{sign}£{figures.exact(abs(slope))}{per}"


def _per(function: PaymentFunction) -> str:
    if function.unit in ("", "number"):
        return " per unit"
    if function.unit == "%":
        return " per percentage point"
    if function.unit == "times":
        return " per 100%"
    return " per £1" if function.unit == "£" else f" for each {function.unit}"


def title(function: PaymentFunction) -> str:
    """Whose position it is, and what varies."""
    when = "over the term" if function.every == "term" else f"{function.every} {function.period}"
    return privacy.titled(f"{function.party_name}, {when}, as {function.name} varies", function.private_to)


def _words(function: PaymentFunction) -> str:
    jumps = [b for b in function.breakpoints if b.kind == "jump"]
    parts = [
        f"{counted(len(function.segments), 'segment')} from {at_text(function, function.low)} to "
        f"{at_text(function, function.high)}, {counted(len(function.breakpoints), 'breakpoint')}"
    ]
    if jumps:
        largest = max(jumps, key=lambda b: abs(b.jump))
        how = "jump" if len(jumps) == 1 else "jumps, the largest"
        parts.append(f"{len(jumps)} {how} of {figures.pounds(largest.jump)} at {at_text(function, largest.at)}")
    return "; ".join(parts) + "."


def _owner(b: Breakpoint) -> str:
    """The side to which a jump's own place belongs."""
    if b.kind != "jump":
        return ""
    near_left, near_right = abs(Fraction(b.value) - b.left), abs(Fraction(b.value) - b.right)
    return "before" if near_left < near_right else "after"


def blocks(function: PaymentFunction) -> list[Block]:
    """Drawing, breakpoints, segments, warnings of cliffs and of falling payments, and what was asked."""
    marked = tuple(
        (
            str(number),
            at_text(function, b.at),
            b.kind,
            figures.pounds(b.left) if b.kind == "jump" else figures.pounds(b.value),
            figures.pounds(b.right) if b.kind == "jump" else figures.pounds(b.value),
            _owner(b),
        )
        for number, b in enumerate(function.breakpoints, 1)
    )
    stretches = tuple(
        (
            at_text(function, s.start),
            at_text(function, s.end),
            slope_text(function, s),
            figures.pounds(s.start_value),
            figures.pounds(s.end_value),
        )
        for s in function.segments
    )
    step = at_text(function, function.probe_step)
    note = f"{counted(len(function.settled), 'exact settlement')}; what is narrower than {step} can be missed. "
    note += f"Jumps are bracketed to {at_text(function, function.resolution)}. "
    if function.rounding:
        note += f"Rounding of entries may move a position by {figures.pounds(function.rounding)}. "
    note += "+ = in the party's favour."
    shown: list[Block] = [Heading(title(function), 4), Picture(drawn(function, headed=False), _words(function))]
    shown += [Paragraph(words, "warning") for words in _cliffs(function)]
    if not function.monotone:
        shown.append(Paragraph("The payment rises in places and falls in others.", "warning"))
    if any(s.kind == "unresolved" for s in function.segments):
        shown.append(
            Paragraph("The settlements allowed did not suffice to resolve all of it; allow more with most=.", "warning")
        )
    header = ("number", "at", "what", "before", "after", "itself belongs to")
    if any(b.kind == "jump" for b in function.breakpoints):
        shown.append(Grid("Breakpoints", header, marked, "rrlrrl"))
    else:
        shown.append(Grid("Breakpoints", (*header[:3], "amount"), tuple(row[:4] for row in marked), "rrlr"))
    shown.append(Grid("Segments", ("from", "to", "slope", "at its start", "at its end"), stretches, "rrrrr", note))
    return shown


def _cliffs(function: PaymentFunction) -> list[str]:
    """A warning of each cliff; of more than a few, one for all."""
    jumps = [b for b in function.breakpoints if b.kind == "jump"]
    if len(jumps) > MOST_CLIFFS:
        places = ", ".join(at_text(function, b.at) for b in jumps[:MOST_CLIFFS])
        return [f"{len(jumps)} cliffs: at {places} and {len(jumps) - MOST_CLIFFS} more places."]
    return [
        f"A cliff at {at_text(function, b.at)}: the payment jumps by {figures.pounds(b.jump)}; "
        f"{at_text(function, b.at)} itself belongs to what comes {_owner(b)}."
        for b in jumps
    ]


def points(function: PaymentFunction, segment: Segment) -> list[tuple[float, float]]:
    """The points of a segment's line; of one that is not straight, its settlements."""
    ends = [(segment.start, segment.start_value), (segment.end, segment.end_value)]
    if segment.slope is None:
        ends[1:1] = [(x, Fraction(y)) for x, y in function.settled if segment.start < x < segment.end]
    return [(float(x), float(y)) for x, y in ends]


def marks(function: PaymentFunction) -> list[tuple[int, float, float, float, float]]:
    """Breakpoints as number, x, and £ before, after and at the place itself."""
    return [
        (number, float(b.at), float(b.left), float(b.right), float(b.value))
        for number, b in enumerate(function.breakpoints, 1)
    ]


def drawn(function: PaymentFunction, *, headed: bool = True) -> str:
    """The drawing: segments, numbered breakpoints (hollow where a jump's own place does not belong), and their list."""
    lines = [points(function, segment) for segment in function.segments]
    named = function.breakpoints[:MOST_NAMED]
    height, left, right, top = 280.0, 56.0, 20.0, 34.0
    bottom = height - 46
    values = [y for line in lines for _, y in line] + [float(b.value) for b in function.breakpoints]
    low, high = min(values), max(values)
    pad = (high - low) * 0.1 or max(1.0, abs(high) * 0.1)
    low, high = low - pad, high + pad
    first, last = float(function.low), float(function.high)

    def x(value: float) -> float:
        return left + (WIDTH - left - right) * (value - first) / (last - first)

    def y(value: float) -> float:
        return top + (bottom - top) * (high - value) / (high - low)

    parts = [title_at(f"{title(function)} (£)")] if headed else []
    for tick in ticks(low, high):
        parts.append(rule(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(words_at(left - 6, y(tick) + 4.5, short(tick), "end", "s"))
    percent = function.unit == "%"
    for tick in ticks(first, last, 5):
        shown = f"{tick * 100:.6g}%" if percent else f"{_sign(function)}{_tick(tick, last)}"
        parts.append(rule(x(tick), bottom, x(tick), bottom + 4, "stroke:var(--soft)"))
        middle = min(x(tick), WIDTH - width_of(shown) / 2)
        parts.append(words_at(middle, bottom + 18, shown, "middle", "s"))
    unit = "" if function.unit in ("", "£", "%", "number") else f" ({function.unit})"
    parts.append(
        words_at((left + WIDTH) / 2, bottom + 37, clipped(f"{function.name}{unit}", WIDTH - left), "middle", "s")
    )
    for segment, line in zip(function.segments, lines, strict=True):
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line)
        dashed = ";stroke-dasharray:5 4" if segment.kind == "unresolved" else ""
        parts.append(f'<polyline points="{path}" style="fill:none;stroke:var(--accent);stroke-width:2.2{dashed}"/>')
    dots = [(x(at), y(value)) for _, at, *values in marks(function) for value in values]
    for number, at, before, after, own in marks(function):
        if function.breakpoints[number - 1].kind == "jump":
            parts.append(rule(x(at), y(before), x(at), y(after), "stroke:var(--accent2);stroke-dasharray:3 3"))
            hollow = [value for value in (before, after) if abs(value - own) > abs(before - after) / 2]
            parts += [_dot(x(at), y(value), "var(--ground)") for value in hollow]
        parts.append(_dot(x(at), y(own), "var(--accent2)"))
    numbers: list[tuple[float, float]] = []
    for number, at, _, _, own in marks(function)[:MOST_NAMED]:
        numbers.append(_free(x(at), y(own), dots, numbers, top, bottom))
        parts.append(words_at(numbers[-1][0], numbers[-1][1] + 4.5, str(number), "middle", "h"))
    for row, b in enumerate(named):
        parts.append(words_at(left, height + 12 + 18 * row, clipped(_named(function, row + 1, b), WIDTH - left)))
    rest = len(function.breakpoints) - len(named)
    if rest:
        parts.append(words_at(left, height + 12 + 18 * len(named), f"and {counted(rest, 'more breakpoint')}", kind="s"))
    tall = height + 18 * (len(named) + bool(rest)) + 4
    return drawing(tall, parts, title(function), 0 if headed else HEAD)


def _tick(value: float, largest: float) -> str:
    return short(value) if abs(largest) >= 100_000 else f"{value:,.6g}"


def _named(function: PaymentFunction, number: int, b: Breakpoint) -> str:
    if b.kind == "jump":
        return f"{number}: jump at {at_text(function, b.at)}, {figures.pounds(b.left)} → {figures.pounds(b.right)}"
    return f"{number}: {at_text(function, b.at)}, {figures.pounds(b.value)}"


def _dot(x: float, y: float, fill: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" style="fill:{fill};stroke:var(--accent2);stroke-width:1.8"/>'


def _free(
    x: float,
    y: float,
    dots: Sequence[tuple[float, float]],
    numbers: Sequence[tuple[float, float]],
    top: float,
    bottom: float,
) -> tuple[float, float]:
    """A place for a number near its breakpoint, on no dot and on no other number."""
    for reach in (14.0, 20.0, 28.0, 40.0):
        for dx, dy in ((0.0, -1.0), (0.8, 0.7), (-0.8, 0.7), (0.8, -0.7), (-0.8, -0.7), (0.0, 1.0)):
            spot = (min(max(x + dx * reach, 8.0), WIDTH - 8.0), y + dy * reach)
            clear = all(abs(spot[0] - a) > 14 or abs(spot[1] - b) > 13 for a, b in numbers)
            clear = clear and all(abs(spot[0] - a) > 9 or abs(spot[1] - b) > 11 for a, b in dots)
            if clear and top - 6 <= spot[1] <= bottom - 4:
                return spot
    return x, max(top, y - 14)
