"""Forms of payment side by side: grids of what each pays, and lines that are told apart without colour."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from .. import privacy
from . import figures, payment
from .blocks import Block, Grid, Heading, Paragraph, Picture, counted, of_table
from .svg import WIDTH, clipped, drawing, rule, short, ticks, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..forms import FormComparison
    from ..transferring import RiskTransfer

__all__ = ["STROKES", "blocks", "drawn", "ends_apart", "lines", "transfer_blocks"]

#: Dashes of the lines, in turn: the first eight are told apart even printed in one colour.
STROKES = ("", "7 3", "2 3", "9 3 2 3", "14 5", "5 2 1 2 1 2", "1 4", "3 2 9 2")
COLOURS = ("--accent", "--accent2")


def lines(compared: FormComparison) -> dict[str, list[tuple[float, float]]]:
    """For each form the points of its payment from the lowest activity to the highest; a jump is upright."""
    return {
        name: [point for segment in t.payment.segments for point in payment.points(t.payment, segment)]
        for name, t in compared.transfers.items()
    }


def ends_apart(ends: Sequence[tuple[str, float]], gap: float, low: float, high: float) -> dict[str, float]:
    """Heights for names at the ends of lines: in the lines' order, at least `gap` apart where there is room."""
    ordered = sorted(ends, key=lambda end: end[1])
    placed: list[float] = []
    for _, at in ordered:
        placed.append(max(at, placed[-1] + gap) if placed else max(at, low))
    over = placed[-1] - high if placed else 0.0
    for number in reversed(range(len(placed))):
        if over <= 0:
            break
        limit = placed[number + 1] - gap if number + 1 < len(placed) else high
        placed[number] = min(placed[number], limit)
    return {name: at for (name, _), at in zip(ordered, placed, strict=True)}


def drawn(compared: FormComparison, *, headed: bool = True) -> str:
    """The drawing: a line for each form, named at its end, and the activities compared as upright lines."""
    shown = lines(compared)
    first = next(iter(compared.transfers.values())).payment
    widest = max(width_of(name) for name in shown)
    height, left, right, top = 360.0, 56.0, min(240.0, widest + 52), 34.0 if headed else 12.0
    bottom = height - 46
    xs = [x for line in shown.values() for x, _ in line]
    ys = [y for line in shown.values() for _, y in line]
    low_x, high_x = min(xs), max(xs)
    pad = (max(ys) - min(ys)) * 0.06 or max(1.0, abs(max(ys)) * 0.1)
    low_y, high_y = min(ys) - pad, max(ys) + pad

    def x(value: float) -> float:
        return left + (WIDTH - left - right) * (value - low_x) / ((high_x - low_x) or 1.0)

    def y(value: float) -> float:
        return top + (bottom - top) * (high_y - value) / (high_y - low_y)

    title = privacy.titled(compared.title, compared.private_to)
    parts = [title_at(privacy.titled(f"{compared.title} (£)", compared.private_to))] if headed else []
    for tick in ticks(low_y, high_y):
        parts.append(rule(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(words_at(left - 6, y(tick) + 4.5, short(tick), "end", "s"))
    levels = sorted({float(Fraction(value)) for value in compared["activity"]})
    for level in levels:
        parts.append(rule(x(level), top, x(level), bottom, "stroke:var(--line);stroke-dasharray:1 3"))
    room = max(width_of(f"{level:,.6g}") for level in levels) + 8
    told = levels if all(x(b) - x(a) >= room for a, b in pairwise(levels)) else ticks(low_x, high_x, 3)
    for tick in told:
        parts.append(rule(x(tick), bottom, x(tick), bottom + 4, "stroke:var(--soft)"))
        parts.append(words_at(x(tick), bottom + 18, f"{tick:,.6g}", "middle", "s"))
    unit = "" if first.unit in ("", "£", "%", "number") else f" ({first.unit})"
    middle = (left + WIDTH - right) / 2
    parts.append(words_at(middle, bottom + 37, clipped(f"{first.name}{unit}", WIDTH - right), "middle", "s"))
    names = ends_apart([(name, y(line[-1][1])) for name, line in shown.items()], 17.0, top + 6, bottom)
    for number, (name, line) in enumerate(shown.items()):
        style = stroke(number)
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line)
        parts.append(f'<polyline points="{path}" style="fill:none;{style};stroke-width:2.2"/>')
        end, at = x(line[-1][0]), names[name]
        parts.append(rule(end + 2, y(line[-1][1]), end + 16, at, "stroke:var(--soft);stroke-width:0.8"))
        parts.append(rule(end + 18, at, end + 44, at, f"{style};stroke-width:2.2"))
        parts.append(words_at(end + 49, at + 4.5, clipped(name, WIDTH - end - 49)))
    return drawing(height, parts, title)


def stroke(number: int) -> str:
    """Colour and dashes of a line."""
    dashes, turn = STROKES[number % len(STROKES)], number // len(STROKES)
    return f"stroke:var({COLOURS[(number + turn) % len(COLOURS)]})" + (f";stroke-dasharray:{dashes}" if dashes else "")


def _wide(compared: FormComparison, title: str, column: str, note: str = "") -> Grid:
    """A column of the table with a row for each form and a column for each activity."""
    levels = list(dict.fromkeys(compared["activity"]))
    rows = []
    for name in compared.transfers:
        found = {row["activity"]: row for row in compared if row["form"] == name}
        rows.append((name, *(_cell(found[level], column) for level in levels)))
    header = ("form", *(figures.number(level) for level in levels))
    return Grid(title, header, tuple(rows), "l" + "r" * len(levels), note)


def _cell(row: dict[str, Decimal | str | None], column: str) -> str:
    if column != "coefficient":
        return figures.money(row[column])
    left, right = row["left"], row["right"]
    if left == right or (left is None and Fraction(row["activity"] or 0) == 0):  # nothing lies below no activity
        return _said(right)
    return f"{_said(left)} | {_said(right)}"


def _said(coefficient: Decimal | str | None) -> str:
    return "?" if coefficient is None else figures.exact(Fraction(coefficient))


def blocks(compared: FormComparison) -> list[Block]:
    """Payments, what the payee is left with, risk transfer, the drawing and the figures of risk."""
    first = next(iter(compared.transfers.values()))
    unit = first.payment.unit or "units"
    about = f"£ for the year by {unit}, + = to the payee."
    shown: list[Block] = [Heading(compared.title, 4), _wide(compared, "Payment", "payment", about)]
    if any(row["payment"] != row["position"] for row in compared):
        rest = "After its costs and all its other payments."
        shown.append(_wide(compared, "What the payee is left with", "position", rest))
    price = figures.exact(first.price)
    note = f"£ for one more of the {unit} over the price of £{price}; 1 = the payer bears the volume, 0 = the payee. "
    note += "Where the payment bends: just below | just above."
    shown.append(_wide(compared, "Risk transfer", "coefficient", note))
    if compared.risk is not None:
        shown.append(compared.risk._block())
    words = f"Drawing of the payment of {counted(len(compared.transfers), 'form')} by activity"
    shown.append(Picture(drawn(compared, headed=False), words))
    return shown


def transfer_blocks(transfer: RiskTransfer) -> list[Block]:
    """The coefficient stretch by stretch, and the payment drawn."""
    function = transfer.payment
    jumps = [b for b in function.breakpoints if b.kind == "jump"]
    shown: list[Block] = [Heading(f"Risk transfer: {transfer.name}", 4)]
    shown += [
        Paragraph(f"The payment jumps by {figures.pounds(b.jump)} at {payment.at_text(function, b.at)}.", "warning")
        for b in jumps
    ]
    shown.append(Picture(payment.drawn(function), f"Drawing of the payment: {transfer.name}"))
    shown.append(of_table(transfer.table()))
    return shown
