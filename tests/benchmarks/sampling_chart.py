"""The chart of docs/explanation/sampling.md: error against seconds, each way of drawing a line, on logarithmic axes."""

from __future__ import annotations

import pathlib
from typing import Any

#: Method, name, colour (told apart by eyes that see few colours), mark.
LOOKS = {
    "independent": ("independent", "#333333", "o"),
    "antithetic": ("antithetic", "#0072b2", "s"),
    "latin_hypercube": ("Latin hypercube", "#d55e00", "^"),
    "sobol": ("Sobol'", "#009e73", "D"),
    "independent, controls": ("independent, controls", "#cc79a7", "v"),
}
FIGURES = {"mean": "Error of the mean (£)", "var99": "Error of the 99% value at risk (£)"}


def draw(reports: dict[str, Any], file: pathlib.Path) -> None:
    """A row for each book, a column for each figure; the same bytes from the same numbers."""
    import matplotlib
    from matplotlib.figure import Figure

    settings = {"svg.hashsalt": "openbook", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(9, 3.6 * len(reports)), layout="constrained", facecolor="white")
        grid = figure.subplots(len(reports), len(FIGURES), squeeze=False)
        for row, report in zip(grid, reports.values(), strict=True):
            for axes, (name, title) in zip(row, FIGURES.items(), strict=True):
                panel(axes, report, name)
                axes.set_title(f"{report['title']}", fontsize=9, loc="left")
                axes.set_ylabel(title)
                axes.set_xlabel("seconds of computing, one thread")
        handles, labels = grid[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, metadata={"Date": None, "Creator": None})


def panel(axes: Any, report: dict[str, Any], name: str) -> None:
    """Points with two of their errors to either side, and the line fitted to them with its slope."""
    for method, own in report["methods"].items():
        label, colour, mark = LOOKS[method]
        rows = [row for row in own["rows"] if name in row] if name in own["lines"] else []
        if not rows:
            if name == "mean":
                axes.plot([], [], mark, color=colour, markersize=4, label=label)
            continue
        seconds, errors = [row["seconds"] for row in rows], [row[name] for row in rows]
        spread = [2 * row[name] / (2 * row["repetitions"]) ** 0.5 for row in rows]
        axes.errorbar(seconds, errors, spread, fmt=mark, color=colour, markersize=4, linewidth=0.8, label=label)
        line = own["lines"][name]["seconds"]
        used = [row["seconds"] for row in rows if row["seconds"] > 10 * own["fixed"]] or seconds
        at = [min(used), max(used)]
        height = [2.718281828459045 ** line["level"] * x ** line["slope"] for x in at]
        axes.plot(at, height, color=colour, linewidth=1)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, position: f"{value:,.0f}")
    axes.grid(which="major", color="#dddddd", linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
