"""Pictures with matplotlib, which is loaded when the first is drawn.

Every function draws into `axes` (or a new figure) and returns the axes; ``axes.figure.savefig("x.svg")`` keeps the
picture.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from . import privacy
from ._optional import optional

if TYPE_CHECKING:
    from .book import Book
    from .explanation import Explanation
    from .results import Settlement
    from .simulation import Fan

__all__ = ["bridge", "fan", "flows", "gap", "payment", "svg_text"]


def _axes(axes: Any, size: tuple[float, float] = (8, 4)) -> Any:
    if axes is not None:
        return axes
    figure = optional("matplotlib.figure").Figure(figsize=size, layout="constrained")
    return figure.subplots()


def _pounds(axis: Any) -> None:
    from ._display.svg import short

    axis.set_major_formatter(lambda value, position: short(value))


def fan(data: Fan, *, realised: Sequence[float | None] | None = None, axes: Any = None) -> Any:
    """Nested quantile bands around the median, with what happened as points.

    Parameters
    ----------
    data
        From `Simulation.fan`.
    realised
        What happened in each period; None where it is not known.
    """
    axes = _axes(axes)
    at = list(range(len(data.labels)))
    pairs = len(data.probabilities) // 2
    for number in range(pairs):
        low, high = data.values[number], data.values[-1 - number]
        name = f"{data.probabilities[number]:.0%} to {data.probabilities[-1 - number]:.0%}"
        axes.fill_between(
            at, low, high, color="C0", alpha=0.15 + 0.35 * number / max(1, pairs), linewidth=0, label=name
        )
    if len(data.probabilities) % 2:
        axes.plot(at, data.values[pairs], color="C0", label="median")
    if realised is not None:
        known = [(i, value) for i, value in enumerate(realised) if value is not None]
        axes.plot([i for i, _ in known], [v for _, v in known], "o", color="C1", markersize=4, label="realised")
    step = max(1, math.ceil(len(at) / 8))
    axes.set_xticks(at[::step], [data.labels[i] for i in at[::step]])
    axes.set_title(data.title)
    axes.legend(fontsize="small")
    _pounds(axes.yaxis)
    return axes


def _waterfall(rows: Sequence[tuple[str, float]], total: str, title: str, axes: Any) -> Any:
    axes = _axes(axes, (8, 0.6 + 0.4 * (len(rows) + 1)))
    at = 0.0
    for number, (_, value) in enumerate(rows):
        axes.barh(number, value, left=at, color="C2" if value >= 0 else "C3")
        at += value
    axes.barh(len(rows), at, color="C0")
    axes.set_yticks(range(len(rows) + 1), [label for label, _ in rows] + [total])
    axes.invert_yaxis()
    axes.axvline(0, color="0.5", linewidth=0.8)
    axes.set_title(title)
    _pounds(axes.xaxis)
    return axes


def bridge(tree: Explanation, *, axes: Any = None) -> Any:
    """The children of an explanation as steps to its value."""
    rows = [(child.label, float(child.amount)) for child in tree.children if child.value is not None]
    return _waterfall(rows, tree.label, privacy.titled(tree.label, tree.private_to), axes)


def gap(settlement: Settlement, *, axes: Any = None) -> Any:
    """From what is written to what is practised, clause by clause."""
    rows = [(f"{row['clause']} {row['label']}".strip(), float(row["gap"])) for row in settlement.gap if row["gap"]]
    title = privacy.titled("Written against practised (£)", settlement.private_to)
    return _waterfall(rows, "practised - written", title, axes)


def flows(settlement: Settlement, *, axes: Any = None) -> Any:
    """What each party paid each other, as practised over the settlement."""
    sums: dict[tuple[str, str], float] = {}
    for row in settlement.payments:
        pair = (row["from"], row["to"])
        sums[pair] = sums.get(pair, 0.0) + float(row["amount"])
    rows = sorted(sums.items(), key=lambda item: -abs(item[1]))
    axes = _axes(axes, (8, 0.6 + 0.4 * max(1, len(rows))))
    axes.barh(range(len(rows)), [value for _, value in rows], color="C0")
    axes.set_yticks(range(len(rows)), [f"{a} → {b}" for (a, b), _ in rows])
    axes.invert_yaxis()
    axes.set_title(privacy.titled("Payments between parties (£)", settlement.private_to))
    _pounds(axes.xaxis)
    return axes


def payment(
    book: Book,
    name: str,
    values: Sequence[Any],
    *,
    party: str,
    settle: Callable[[Book], Settlement] | None = None,
    axes: Any = None,
) -> Any:
    """The payment function: a party's position over the term as one term or parameter takes other values.

    Parameters
    ----------
    name
        A term or parameter, as for `Book.with_`.
    values
        What it takes: numbers, or text with a unit such as ``"£1,000"``.
    party
        Whose position is drawn.
    settle
        How a book is settled; by default on its plan.
    """
    from .linting import number_of

    run = settle or (lambda changed: changed.settle(plan=True, disputes=False))
    positions = [float(run(book.with_(name, value)).position(party)) for value in values]
    axes = _axes(axes)
    axes.plot([float(number_of(value) or 0) for value in values], positions, marker=".")
    axes.set_xlabel(name)
    axes.set_ylabel(privacy.titled(f"position of {party} (£)", book.private_to))
    _pounds(axes.yaxis)
    return axes


def svg_text(axes: Any) -> str:
    """A picture as SVG text, to stand in a page."""
    buffer = io.StringIO()
    axes.figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
