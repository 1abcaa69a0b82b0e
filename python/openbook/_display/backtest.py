"""A backtest: what it comes to in words, coverage and scores, and where what happened fell in the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import queries
from . import figures
from .blocks import Block, Grid, Heading, Paragraph, Picture, counted
from .svg import HEAD, WIDTH, clipped, drawing, marked, rule, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..backtesting import Backtest
    from ..rolling import RollingBacktest

__all__ = ["blocks", "drawn", "rolling_blocks", "rolling_sentence", "sentence", "transforms"]

#: Forecasts that the sentence tells of, and fans that the display draws.
MOST_TOLD = 4


def sentence(backtest: Backtest) -> str:
    """For how many forecasts the widest band holds, how many others fail, and how often a naive one was beaten."""
    widest = max(backtest.bands)
    rows = [row for row in backtest.coverage if row["band"] == widest]
    told = rows if len(rows) <= MOST_TOLD else [row for row in rows if row["verdict"] != "holds"]
    parts = [
        f"{backtest.fans[row['what']].title}, {row['inside']} of {counted(row['periods'], 'period')} inside "
        f"({row['verdict']})"
        for row in told[:MOST_TOLD]
    ]
    parts += [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
    held = sum(row["verdict"] == "holds" for row in rows)
    text = f"The {figures.percent(widest)} band holds for {held} of {counted(len(rows), 'forecast')}"
    text += f": {'; '.join(parts)}." if parts else "."
    failed = [row for row in backtest.coverage if row["verdict"] != "holds" and row["band"] != widest]
    if failed:
        narrow = sum(row["verdict"] == "too narrow" for row in failed)
        text += f" Of the other bands {narrow} are too narrow and {len(failed) - narrow} too wide."
    judged = [row for row in backtest.scores if row["better_by"] is not None]
    if judged:
        better, worse = (sum(s * row["better_by"] > 2 * row["better_by_error"] for row in judged) for s in (1, -1))
        text += f" Clearly better than a naive forecast for {better} of {len(judged)}, clearly worse for {worse}."
    return f"{text} {queries.assumed_drivers(backtest.illustrative)}".strip()


def _amount(value: float | None, like: float) -> str:
    if value is None:
        return ""
    places = figures.decimals_for(abs(like) / 10 or 1.0)
    return f"{round(value, places) + 0.0:,.{max(0, places)}f}"


def blocks(backtest: Backtest) -> list[Block]:
    """Heading, the sentence, each fan with what happened, coverage and scores."""
    shown: list[Block] = [Heading(backtest.title, 4), Paragraph(sentence(backtest))]
    words = "Where what happened fell among the draws, period by period: 0 is below all of them, 1 above."
    shown.append(Picture(drawn(backtest, headed=False), words))
    for name, fan in list(backtest.fans.items())[:MOST_TOLD]:
        shown.append(Picture(fan.svg(realised=backtest.realised[name]), f"{fan.title}: the fan, and what happened."))
    coverage = tuple(
        (
            row["what"],
            figures.percent(row["band"]),
            f"{row['inside']} of {row['periods']}",
            figures.percent(round(row["share"], 3)),
            f"{row['low']:.0%} to {row['high']:.0%}",
            row["verdict"],
        )
        for row in backtest.coverage
    )
    header = ("what", "band", "inside", "share", "could be", "verdict")
    shown.append(Grid(backtest.coverage.title, header, coverage, "lrrrrl", backtest.coverage.note))
    scores = tuple(
        (
            row["what"],
            _amount(row["crps"], row["crps"]),
            _amount(row["naive_crps"], row["crps"]),
            "" if row["better_by"] is None else figures.estimate(row["better_by"], row["better_by_error"]),
            "" if row["skill"] is None else figures.percent(round(row["skill"], 3)),
            f"{row['mean_transform']:.2f}",
            row["naive"],
        )
        for row in backtest.scores
    )
    columns = ("what", "score (CRPS)", "naive", "better by", "skill", "mean share below", "the naive forecast")
    shown.append(Grid(backtest.scores.title, columns, scores, "lrrrrrl", backtest.scores.note))
    return shown


def transforms(backtest: Backtest, name: str) -> list[float]:
    """The share of draws below what happened, period by period."""
    return [row["transform"] for row in backtest.periods if row["what"] == name]


def drawn(backtest: Backtest, *, headed: bool = True) -> str:
    """One line for each party or input: a mark for each period where what happened fell among the draws."""
    step, top, left, right = 44.0, 58.0, 14.0, 14.0
    names = list(backtest.fans)
    bottom = top + step * len(names)

    def x(share: float) -> float:
        return left + (WIDTH - left - right) * share

    mark = "illustrative drivers" if backtest.illustrative else ""
    parts = [title_at(backtest.title, WIDTH - (width_of(mark) + 12 if mark else 0))] if headed else []
    parts += marked(mark)
    bands = ", ".join(figures.percent(band) for band in backtest.bands)
    parts.append(
        words_at(0, 38, clipped(f"Share of draws below what happened; shaded: bands of {bands}", WIDTH), kind="s")
    )
    for band in sorted(backtest.bands, reverse=True):
        a, b = x((1 - band) / 2), x((1 + band) / 2)
        parts.append(
            f'<rect x="{a:.1f}" y="{top - 8:.1f}" width="{b - a:.1f}" height="{bottom - top + 8:.1f}" '
            'style="fill:var(--accent);opacity:0.10"/>'
        )
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(rule(x(share), top - 8, x(share), bottom, "stroke:var(--line)"))
        parts.append(words_at(x(share), bottom + 17, f"{share:g}", "middle", "s"))
    for number, name in enumerate(names):
        y = top + step * number
        parts.append(words_at(0, y + 8, clipped(backtest.fans[name].title, WIDTH), kind="h"))
        parts.append(rule(x(0), y + 24, x(1), y + 24, "stroke:var(--soft)"))
        for share in transforms(backtest, name):
            parts.append(
                f'<circle cx="{x(share):.1f}" cy="{y + 24:.1f}" r="4.5" '
                'style="fill:var(--accent2);stroke:var(--ground);stroke-width:1;opacity:0.85"/>'
            )
    return drawing(bottom + 26, parts, backtest.title, 0 if headed or mark else HEAD)


def rolling_sentence(rolling: RollingBacktest) -> str:
    """For each forecast how far ahead the widest band holds."""
    widest = max(rolling.tests[0].bands)
    parts = []
    for name in dict.fromkeys(rolling.coverage["what"]):
        rows = [row for row in rolling.coverage if (row["what"], row["band"]) == (name, widest)]
        title = next(test.fans[name].title for test in rolling.tests if name in test.fans)
        failed = [row["ahead"] for row in rows if row["verdict"] != "holds"]
        inside, count = (sum(row[column] for row in rows) for column in ("inside", "forecasts"))
        said = f"{title}, {inside} of {counted(count, 'forecast')} inside"
        parts.append(f"{said} (fails {_ahead(failed)} ahead)" if failed else f"{said} (holds as far as can be told)")
    told = parts if len(parts) <= MOST_TOLD else [*parts[:MOST_TOLD], f"and {len(parts) - MOST_TOLD} more"]
    text = f"The {figures.percent(widest)} band from {counted(len(rolling.tests), 'origin')}: {'; '.join(told)}."
    return f"{text} {queries.assumed_drivers(rolling.illustrative)}".strip()


def _ahead(periods: list[int]) -> str:
    """Numbers of periods, runs of them as from and to."""
    runs: list[list[int]] = []
    for period in periods:
        if runs and period == runs[-1][1] + 1:
            runs[-1][1] = period
        else:
            runs.append([period, period])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)


def rolling_blocks(rolling: RollingBacktest) -> list[Block]:
    """Heading, the sentence, coverage of the widest band and scores by how far ahead."""
    widest = max(rolling.tests[0].bands)
    coverage = tuple(
        (
            row["what"],
            str(row["ahead"]),
            f"{row['inside']} of {row['forecasts']}",
            str(row["apart"]),
            f"{row['low']:.0%} to {row['high']:.0%}",
            row["verdict"],
        )
        for row in rolling.coverage
        if row["band"] == widest
    )
    header = ("what", "periods ahead", f"inside the {figures.percent(widest)} band", "apart", "could be", "verdict")
    scores = tuple(
        (
            row["what"],
            str(row["ahead"]),
            _amount(row["crps"], row["crps"]),
            _amount(row["naive_crps"], row["crps"]),
            "" if row["better_by"] is None else figures.estimate(row["better_by"], row["better_by_error"]),
            "" if row["skill"] is None else figures.percent(round(row["skill"], 3)),
            f"{row['mean_transform']:.2f}",
        )
        for row in rolling.scores
    )
    columns = ("what", "periods ahead", "score (CRPS)", "naive", "better by", "skill", "mean share below")
    return [
        Heading(rolling.title, 4),
        Paragraph(rolling_sentence(rolling)),
        Grid(rolling.coverage.title, header, coverage, "lrrrrl", rolling.coverage.note),
        Grid(rolling.scores.title, columns, scores, "lrrrrrr", rolling.scores.note),
    ]
