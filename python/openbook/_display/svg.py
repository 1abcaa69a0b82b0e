"""Drawings as SVG text: pure functions, every text escaped, bytes that never vary.

A drawing stands alone: its colours are plain attributes, which any program understands, and its ground is white. On a
page the style sheet goes before attributes, and colours it by its classes for a light or a dark screen or paper.
Drawings are 520 wide, so that their text can be read on a phone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape

from .. import privacy
from .blocks import plain_words
from .letters import columns_of
from .style import LIGHT

__all__ = [
    "HEAD",
    "WIDTH",
    "bars",
    "clipped",
    "drawing",
    "lines_of",
    "marked",
    "rule",
    "short",
    "stacked",
    "steps",
    "ticks",
    "title_at",
    "width_of",
    "words_at",
]

WIDTH = 520
#: What a drawing's title takes.
HEAD = 24.0
#: Fonts for programs that do not know "system-ui".
_FONTS = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
#: Attributes of the kinds of text.
_KINDS = {"t": ' font-weight="600"', "s": f' fill="{LIGHT["soft"]}"', "w": f' fill="{LIGHT["warnink"]}"'}
#: Widths of letters at 13 px in the widest of the usual fonts.
_NARROW, _WIDE = frozenset("ijl.,:;'|!()[]ftrI "), frozenset("mwMW%@–→")


def drawing(height: float, parts: Iterable[str], title: str, above: float = 0.0) -> str:
    """The whole picture; `title` is what a screen reader says, `above` is left off at the top."""
    said = escape(plain_words(title), quote=True)
    size = f'width="{WIDTH}" height="{height - above:.0f}"'
    body = _STYLE.sub(lambda match: _attributes(match[1]), "".join(parts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {above:.0f} {WIDTH} {height - above:.0f}" '
        f'{size} role="img" aria-label="{said}" font-family="{_FONTS}" font-size="13" fill="{LIGHT["ink"]}">'
        f'<title>{said}</title><path d="M0 {above:.0f}h{WIDTH}v{height - above:.0f}h-{WIDTH}z" '
        f"{_attributes('fill:var(--ground)')}/>{body}</svg>"
    )


_STYLE = re.compile(r'style="([^"]*)"')
_COLOUR = re.compile(r"var\(--(\w+)\)")


def _attributes(style: str) -> str:
    """Properties of a style as attributes; a colour of the style sheet as itself, and as a class for the sheet."""
    classes, attributes = [], []
    for item in filter(None, style.split(";")):
        name, value = item.split(":")
        if named := _COLOUR.fullmatch(value):
            classes.append(f"{name}-{named[1]}")
            value = LIGHT[named[1]]
        attributes.append(f'{name}="{value}"')
    return " ".join([*([f'class="{" ".join(classes)}"'] if classes else []), *attributes])


def words_at(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """Text; `kind` is "t" for titles, "s" for what is said softly, "h" for what stands on lines, "w" for a warning."""
    style = f' class="{kind}"{_KINDS.get(kind, "")}' if kind else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    behind = _ground_behind(x, y, words, anchor) if kind == "h" else ""
    return f'{behind}<text x="{x:.1f}" y="{y:.1f}"{side}{style}>{escape(plain_words(words))}</text>'


def _ground_behind(x: float, y: float, words: str, anchor: str) -> str:
    """Ground under what stands on lines; on a page the style sheet puts it around the letters themselves instead."""
    wide = width_of(words)
    left = x - {"middle": wide / 2, "end": wide}.get(anchor, 0.0)
    return (
        f'<path class="under" d="M{left:.1f} {y - 11:.1f}h{wide:.1f}v14h-{wide:.1f}z" '
        f'fill="{LIGHT["ground"]}" fill-opacity="0.8"/>'
    )


def rule(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" style="{style}"/>'


def width_of(words: str) -> float:
    """About how wide a text is, on the safe side."""
    return sum(_letter(letter) for letter in plain_words(words))


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 5.2
    if letter in _WIDE:
        return 12.4
    if letter.isascii():
        return 8.9 if letter.isupper() else 8.1
    return 8.4 * columns_of(letter)


def clipped(words: str, width: float) -> str:
    """A text that fits into a width, with an ellipsis where it was cut."""
    words = plain_words(words)
    if width_of(words) <= width:
        return words
    kept, room = "", width - 12.4
    for letter in words:
        room -= _letter(letter)
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def lines_of(words: str, width: float, most: int) -> list[str]:
    """A text over at most so many lines; the last is cut where there is more."""
    lines: list[str] = []
    for word in plain_words(words).split(" "):
        if lines and width_of(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [clipped(line, width) for line in lines]


def short(value: float) -> str:
    """A figure for an axis: 1.5m, -200k, 12.

    >>> short(1500000), short(-200000), short(12), short(0), short(999_999)
    ('1.5m', '-200k', '12', '0', '1m')
    """
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= size * 0.9995:
            return f"{value / size:.3g}{letter}"
    return f"{value + 0.0:.3g}"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values covering a range."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low]
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [k * step + 0.0 for k in range(first, math.floor(high / step + 1e-9) + 1)]


def title_at(words: str, room: float = WIDTH) -> str:
    """The title of a drawing, in bold at its top."""
    mark = privacy.mark_in(words) or (" (£)" if words.endswith(" (£)") else "")
    fitting = room / 1.12
    if mark and width_of(words) > fitting:
        beside = width_of(f"x{mark}") - width_of("x")  # with the blank before it
        words = clipped(words.removesuffix(mark), fitting - beside) + mark
    return words_at(0, 15, clipped(words, fitting), kind="t")


def marked(mark: str) -> list[str]:
    """Words of warning set beside the title; nothing where there are none."""
    if not mark:
        return []
    wide = width_of(mark) + 8
    box = f'<rect x="{WIDTH - wide:.1f}" y="1" width="{wide:.1f}" height="20" rx="3" style="fill:var(--warn)"/>'
    return [box, words_at(WIDTH - 4, 15, mark, "end", "w")]


def bars(rows: Sequence[tuple[str, float]], *, title: str) -> str:
    """Horizontal bars from zero, + to the right: each under its label, its figure at the right."""
    return stacked([(label, 0.0, value, short(value), "") for label, value in rows], title=title, chained=False)


def steps(rows: Sequence[tuple[str, float]], *, title: str, total: str) -> str:
    """Bars one after the other, each from where the one before ended, and their total."""
    at, items = 0.0, []
    for label, value in rows:
        items.append((label, at, at + value, f"{'+' if value > 0 else ''}{short(value)}", ""))
        at += value
    return stacked([*items, (total, 0.0, at, short(at), "--accent")], title=title)


def stacked(
    items: Sequence[tuple[str, float, float, str, str]],
    *,
    title: str,
    headed: bool = True,
    mark: str = "",
    chained: bool = True,
) -> str:
    """Bars one under the other: label, where it begins and ends, its figure, and its colour or "" for its sign's.

    `headed` says whether the title is drawn, `mark` is a warning beside it, `chained` whether each bar begins where the
    one before ended, which is then shown.
    """
    ends = [end for _, start, stop, _, _ in items for end in (start, stop)] + [0.0]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    top, step = 30.0, 40.0
    height = top + max(len(items) * step, 20) + 6

    def x(value: float) -> float:
        return 2 + (WIDTH - 4) * (value - low) / span

    parts = [title_at(title, WIDTH - (width_of(mark) + 12 if mark else 0))] if headed else []
    parts += marked(mark)
    if not items:
        return drawing(height, [*parts, words_at(0, top + 13, "nothing moves", kind="s")], title)
    parts.append(rule(x(0), top - 4, x(0), height - 4, "stroke:var(--soft)"))
    for number, (label, start, stop, figure, colour) in enumerate(items):
        y = top + number * step
        colour = colour or ("--good" if stop >= start else "--bad")
        a, b = sorted((x(start), x(stop)))
        parts.append(words_at(0, y + 13, clipped(label, WIDTH - width_of(figure) - 20), kind="h"))
        parts.append(words_at(WIDTH, y + 13, figure, "end", "h"))
        if start != stop:
            parts.append(
                f'<rect x="{a:.1f}" y="{y + 19:.1f}" width="{max(b - a, 1):.1f}" height="13" rx="2" '
                f'style="fill:var({colour})"/>'
            )
        if chained and number + 1 < len(items):
            y = y + 32
            parts.append(rule(x(stop), y, x(stop), y + step - 13, "stroke:var(--soft);stroke-dasharray:2 3"))
    return drawing(height, parts, title, 0 if headed or mark else HEAD)
