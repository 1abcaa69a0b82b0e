"""The drawing of a tornado: bars to both sides of a base, the widest on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .svg import WIDTH, clipped, rule, short, ticks, title_at, width_of, words_at
from .svg import drawing as picture

__all__ = ["drawing"]


def drawing(rows: Sequence[Mapping[str, Any]], *, title: str) -> str:
    """Bars from the base to where the position is at the low end (pale) and at the high end (full).

    Parameters
    ----------
    rows
        With name, low, high, at_low, base, at_high.
    """
    ends: list[float] = [row[name] for row in rows for name in ("at_low", "base", "at_high")] or [0.0, 1.0]
    low, high = min(ends), max(ends)
    pad = (high - low) * 0.05 or max(1.0, abs(high) * 0.05)
    low, high = low - pad, high + pad
    top, step = 46.0, 40.0
    height = top + len(rows) * step + 24

    def x(value: float) -> float:
        return 6 + (WIDTH - 12) * (value - low) / (high - low)

    parts = [title_at(title), words_at(0, 34, "pale: at its low value; full: at its high value", kind="s")]
    for tick in ticks(low, high):
        parts.append(rule(x(tick), top, x(tick), height - 20, "stroke:var(--line)"))
        parts.append(words_at(x(tick), height - 4, short(tick), "middle"))
    if rows:
        parts.append(rule(x(rows[0]["base"]), top, x(rows[0]["base"]), height - 20, "stroke:var(--soft)"))
    for number, row in enumerate(rows):
        y = top + number * step
        figure = f"{short(row['at_low'])} … {short(row['at_high'])}"
        parts.append(words_at(0, y + 13, clipped(str(row["name"]), WIDTH - width_of(figure) - 20), kind="h"))
        parts.append(words_at(WIDTH, y + 13, figure, "end", "h"))
        for name, opacity in (("at_low", 0.45), ("at_high", 1.0)):
            a, b = sorted((x(row["base"]), x(row[name])))
            if row["base"] != row[name]:
                parts.append(
                    f'<rect x="{a:.1f}" y="{y + 19:.1f}" width="{max(b - a, 1):.1f}" height="13" rx="2" '
                    f'style="fill:var(--accent);opacity:{opacity:g}"/>'
                )
    return picture(height, parts, title)
