"""Small drawings as SVG text: pure functions, colours from the page's style sheet, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

__all__ = ["bars", "fan", "flows"]

WIDTH = 720


def _svg(height: float, body: str, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" role="img" '
        f'aria-label="{escape(title, quote=True)}"><title>{escape(title)}</title>{body}</svg>'
    )


def _text(x: float, y: float, words: str, anchor: str = "start", extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" style="{style}"/>'


def short(value: float) -> str:
    """A figure for an axis: 1.5m, -200k, 12.

    >>> short(1500000), short(-200000), short(12), short(0)
    ('1.5m', '-200k', '12', '0')
    """
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values covering a range."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low]
    raw = span / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw)
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, math.floor(high / step + 1e-9) + 1)]


def fan(
    labels: Sequence[str],
    probabilities: Sequence[float],
    bands: Sequence[Sequence[float]],
    *,
    title: str,
    realised: Sequence[float | None] | None = None,
) -> str:
    """Quantiles over time: nested bands around the median, with what happened as a dotted line.

    Parameters
    ----------
    labels
        One per period.
    probabilities
        Ascending; the bands are drawn between the first and the last, the second and the last but one, ...
    bands
        For each probability its quantile in each period.
    realised
        What happened, one value per period; None where it is not known.
    """
    height, left, right, top, bottom = 320.0, 70.0, 16.0, 30.0, 40.0
    values = [v for band in bands for v in band] + [v for v in realised or () if v is not None]
    low, high = min(values), max(values)
    pad = (high - low) * 0.06 or max(1.0, abs(high) * 0.1)
    low, high = low - pad, high + pad

    def x(number: int) -> float:
        count = len(labels)
        return left + (WIDTH - left - right) * ((number + 0.5) / count)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (high - value) / (high - low)

    parts = [_text(left, 16, title, extra=' font-weight="600"')]
    for tick in ticks(low, high):
        parts.append(_line(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(_text(left - 8, y(tick) + 4, short(tick), "end"))
    every = max(1, math.ceil(len(labels) / 12))
    parts += [_text(x(n), height - 16, label, "middle") for n, label in enumerate(labels) if n % every == 0]

    def path(series: Sequence[float]) -> list[str]:
        points = [f"{x(n):.1f},{y(v):.1f}" for n, v in enumerate(series)]
        if len(series) == 1:  # one period: a bar's width
            return [f"{x(0) - 40:.1f},{y(series[0]):.1f}", f"{x(0) + 40:.1f},{y(series[0]):.1f}"]
        return points

    pairs = len(probabilities) // 2
    for number in range(pairs):
        outline = path(bands[number]) + path(bands[len(bands) - 1 - number])[::-1]
        opacity = 0.15 + 0.35 * number / max(1, pairs)
        parts.append(f'<polygon points="{" ".join(outline)}" style="fill:var(--accent);opacity:{opacity:.2f}"/>')
    if len(probabilities) % 2:
        line = " ".join(path(bands[pairs]))
        parts.append(f'<polyline points="{line}" style="fill:none;stroke:var(--accent);stroke-width:2"/>')
    for n, value in enumerate(realised or ()):
        if value is not None:
            parts.append(f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="3.5" style="fill:var(--accent2)"/>')
    return _svg(height, "".join(parts), title)


def bars(rows: Sequence[tuple[str, float]], *, title: str, total: str = "") -> str:
    """Horizontal bars from zero, + to the right; with `total` as a waterfall whose last bar is the sum."""
    items = [(label, 0.0, value) for label, value in rows]
    if total:
        at, items = 0.0, []
        for label, value in rows:
            items.append((label, at, at + value))
            at += value
        items.append((total, 0.0, at))
    ends = [end for _, start, stop in items for end in (start, stop)] + [0.0]
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    left, right, step, top = 230.0, 80.0, 26.0, 34.0

    def x(value: float) -> float:
        return left + (WIDTH - left - right) * (value - low) / span

    parts = [_text(8, 16, title, extra=' font-weight="600"')]
    for number, (label, start, stop) in enumerate(items):
        y = top + number * step
        colour = "--good" if stop >= start else "--bad"
        if total and number == len(items) - 1:
            colour = "--accent"
        a, b = sorted((x(start), x(stop)))
        parts.append(_text(left - 8, y + 13, label if len(label) < 34 else label[:33] + "…", "end"))
        parts.append(
            f'<rect x="{a:.1f}" y="{y:.1f}" width="{max(b - a, 1):.1f}" height="17" rx="2" style="fill:var({colour})"/>'
        )
        parts.append(_text(b + 6, y + 13, short(stop - start)))
    height = top + len(items) * step + 10
    parts.append(_line(x(0), top - 6, x(0), height - 8, "stroke:var(--soft)"))
    return _svg(height, "".join(parts), title)


def flows(names: Mapping[str, str], edges: Sequence[tuple[str, str, str]], *, title: str = "Who pays whom") -> str:
    """Parties as boxes, payers on the left and payees on the right, with an arrow per pair."""
    payers = [party for party in names if any(edge[0] == party for edge in edges)]
    payees = [party for party in names if any(edge[1] == party for edge in edges) and party not in payers]
    both = payers + payees
    payees = payees or both[1:]
    payers = [party for party in payers if party not in payees] or both[:1]
    step, box, top = 54.0, 190.0, 34.0
    rows = max(len(payers), len(payees), 1)
    height = top + rows * step + 6

    def spot(party: str) -> tuple[float, float]:
        side = payers if party in payers else payees
        gap = (rows - len(side)) * step / 2
        return (8.0 if side is payers else WIDTH - 8 - box), top + gap + side.index(party) * step

    parts = [
        _text(8, 16, title, extra=' font-weight="600"'),
        '<defs><marker id="ob-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" style="fill:var(--soft)"/></marker></defs>',
    ]
    known = set(payers) | set(payees)
    for payer, payee, words in edges:
        if payer not in known or payee not in known or payer == payee:
            continue
        (x1, y1), (x2, y2) = spot(payer), spot(payee)
        start, end = (x1 + box, x2) if x1 < x2 else (x1, x2 + box)
        if x1 == x2:
            start = end = x1 + box if x1 < WIDTH / 2 else x1
        parts.append(
            f'<line x1="{start:.1f}" y1="{y1 + 18:.1f}" x2="{end:.1f}" y2="{y2 + 18:.1f}" '
            'style="stroke:var(--soft)" marker-end="url(#ob-arrow)"/>'
        )
        at = 0.74  # near the receivers the arrows are apart
        cut = words if len(words) < 40 else words[:39] + "…"
        parts.append(_text(start + (end - start) * at, y1 - 5 + (y2 - y1) * at, cut, "middle"))
    for party in dict.fromkeys([*payers, *payees]):
        x, y = spot(party)
        name = names.get(party, party)
        name = name if len(name) < 28 else name[:27] + "…"
        parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{box:.1f}" height="36" rx="5" '
            'style="fill:var(--band);stroke:var(--line)"/>' + _text(x + box / 2, y + 22, name, "middle")
        )
    return _svg(height, "".join(parts), title)
