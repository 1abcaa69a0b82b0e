"""Pictures with matplotlib, which is loaded when the first is drawn.

Every function draws into `axes` (or a new figure) and returns the axes; ``axes.figure.savefig("x.svg")`` keeps the
picture. The same pictures without matplotlib: `Fan.svg`, `Bridge.svg`, `Flows.svg`, `PaymentFunction.svg`,
`FormComparison.svg`, `EfficientFrontier.svg`,
`Stability.svg`, `Backtest.svg`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import privacy
from ._optional import optional
from ._pictures import backtest, frontier, marked, stability
from .bridging import Bridge
from .explanation import Explanation
from .flowing import Flows

if TYPE_CHECKING:
    from .drawn import Fan
    from .forms import FormComparison
    from .payments import Breakpoint, PaymentFunction
    from .replaying import DrawDifference
    from .results import Settlement

__all__ = ["backtest", "bridge", "fan", "flows", "forms", "frontier", "gap", "payment", "stability", "svg_text"]


def _axes(axes: Any, size: tuple[float, float] = (8, 4)) -> Any:
    if axes is not None:
        return axes
    figure = optional("matplotlib.figure").Figure(figsize=size, layout="constrained")
    return figure.subplots()


def _pounds(axis: Any) -> None:
    from ._display.svg import short

    axis.set_major_formatter(lambda value, position: short(value))


def fan(data: Fan, *, realised: Sequence[float | None] | None = None, axes: Any = None) -> Any:
    """Nested quantile bands around the median, with what happened as points and the fan's sentence below.

    Parameters
    ----------
    data
        From `Simulation.fan`.
    realised
        What happened in each period; None where it is not known.
    """
    import textwrap

    axes = _axes(axes)
    at = list(range(len(data.labels)))
    pairs = len(data.probabilities) // 2
    one = len(at) == 1
    for number in range(pairs):
        low, high = data.values[number], data.values[-1 - number]
        name = f"{data.probabilities[number]:.0%} to {data.probabilities[-1 - number]:.0%}"
        axes.fill_between(
            [-0.2, 0.2] if one else at,
            [low[0]] * 2 if one else low,
            [high[0]] * 2 if one else high,
            color="C0",
            alpha=0.15 + 0.35 * number / max(1, pairs),
            linewidth=0,
            label=name,
        )
    if len(data.probabilities) % 2:
        middle = data.values[pairs]
        axes.plot([-0.2, 0.2] if one else at, [middle[0]] * 2 if one else middle, color="C0", label="median")
    if data.threshold is not None:
        axes.axhline(data.threshold, color="0.4", linewidth=0.8, linestyle="--")
    if realised is not None:
        known = [(i, value) for i, value in enumerate(realised) if value is not None]
        axes.plot([i for i, _ in known], [v for _, v in known], "o", color="C1", markersize=5, label="realised")
    step = max(1, math.ceil(len(at) / 8))
    axes.set_xticks(at[::step], [data.labels[i] for i in at[::step]])
    axes.set_title(data.title)
    axes.set_xlabel(textwrap.fill(data.sentence, 90), fontsize="small")
    if data.illustrative:
        box = {"boxstyle": "round", "facecolor": "#fff4d6", "edgecolor": "none"}
        axes.text(0.99, 0.98, "illustrative drivers", transform=axes.transAxes, ha="right", va="top", bbox=box)
    axes.legend(fontsize="small", loc="lower left")
    _pounds(axes.yaxis)
    return axes


def bridge(steps: Bridge | Explanation | DrawDifference, *, axes: Any = None) -> Any:
    """The steps of a bridge, or from one draw to another, as a waterfall; of an explanation, its children as steps.

    Raises
    ------
    ValueError
        The children of the explanation do not add up to its value.
    """
    from ._display.svg import short

    made = Bridge.of_explanation(steps) if isinstance(steps, Explanation) else steps
    if not isinstance(made, Bridge):
        made = made.bridge
    items = made.drawn()
    axes = _axes(axes, (8, 0.9 + 0.4 * len(items)))
    for number, (_, start, stop, total) in enumerate(items):
        colour = "C0" if total else "C2" if stop >= start else "C3"
        axes.barh(number, stop - start, left=start, color=colour)
        text = short(stop - start)
        axes.annotate(
            text if total or stop < start else f"+{text}",
            (max(start, stop), number),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
        if number + 1 < len(items):
            axes.plot([stop, stop], [number, number + 1], color="0.5", linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(items)), [label for label, *_ in items])
    axes.invert_yaxis()
    axes.axvline(0, color="0.5", linewidth=0.8)
    axes.margins(x=0.12)
    axes.set_title(f"{made.title} (£)")
    if getattr(steps, "illustrative", ()):
        marked(axes, 0.02, "bottom")
    _pounds(axes.xaxis)
    return axes


def gap(settlement: Settlement, *, axes: Any = None) -> Any:
    """From what is written to what is practised, clause by clause."""
    return bridge(Bridge.of_gap(settlement), axes=axes)


def flows(paid: Flows | Settlement, *, axes: Any = None) -> Any:
    """Who paid whom: parties in boxes, an arrow with its pounds for each pair."""
    from ._display.svg import WIDTH
    from .flowing import flows as of_settlement

    made = paid if isinstance(paid, Flows) else of_settlement(paid)
    layout = made.layout()
    patches, path = optional("matplotlib.patches"), optional("matplotlib.path").Path
    axes = _axes(axes, (8, 8 * max(0.3, layout.height / WIDTH)))
    for arrow in layout.arrows:
        codes = [path.MOVETO] + [path.CURVE4] * (len(arrow.curve) - 1)
        axes.add_patch(
            patches.FancyArrowPatch(
                path=path(arrow.curve, codes),
                arrowstyle="-|>",
                mutation_scale=12 + arrow.thickness,
                linewidth=arrow.thickness,
                color="C0",
                alpha=0.75,
                shrinkA=0,
                shrinkB=0,
            )
        )
    for box in layout.boxes:
        shape = patches.FancyBboxPatch(
            (box.x + 2, box.y + 2),
            box.width - 4,
            box.height - 4,
            boxstyle="round,pad=2",
            facecolor="0.96",
            edgecolor="0.4",
        )
        axes.add_patch(shape)
        middle = (box.x + box.width / 2, box.y + box.height / 2)
        axes.annotate(_plain("\n".join(box.lines)), middle, ha="center", va="center", fontsize="small")
    ground = {"facecolor": axes.get_facecolor(), "edgecolor": "none", "pad": 1, "alpha": 0.85}
    for arrow in layout.arrows:
        axes.annotate(_plain(arrow.label), arrow.at, ha="center", va="center", fontsize="small", bbox=ground)
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(layout.height, 20)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(_plain(made.title))
    return axes


def _plain(text: str) -> str:
    """Text in which matplotlib sees no mathematics."""
    return text.replace("$", r"\$")


def payment(function: PaymentFunction, *, axes: Any = None) -> Any:
    """A payment function with its breakpoints marked and numbered; hollow marks are limits that do not hold at a jump.

    Parameters
    ----------
    function
        From `openbook.payment_function`.
    """
    from ._display import payment as shown

    axes = _axes(axes, (8, 4.5))
    for segment in function.segments:
        line = shown.points(function, segment)
        style = "--" if segment.kind == "unresolved" else "-"
        axes.plot([x for x, _ in line], [y for _, y in line], style, color="C0", linewidth=2)
    for number, at, before, after, own in shown.marks(function):
        place = function.breakpoints[number - 1]
        if place.kind == "jump":
            axes.plot([at, at], [before, after], ":", color="C1")
            hollow = [value for value in (before, after) if abs(value - own) > abs(before - after) / 2]
            axes.plot([at] * len(hollow), hollow, "o", color="C1", markerfacecolor="white")
        axes.plot([at], [own], "o", color="C1")
        axes.annotate(
            f"{number}: {shown.at_text(function, place.at)}",
            (at, own),
            xytext=(0, 9 if _peaks(function, place) else -16),
            textcoords="offset points",
            ha="center",
            fontsize="small",
        )
    axes.set_title(_plain(shown.title(function)))
    unit = "" if function.unit in ("", "number") else f" ({function.unit})"
    axes.set_xlabel(_plain(f"{function.name}{unit}"))
    axes.set_ylabel(_plain(f"position of {function.party_name} (£)"))
    axes.margins(y=0.15)
    if function.unit == "%":
        axes.xaxis.set_major_formatter(lambda value, position: f"{value * 100:.6g}%")
    _pounds(axes.yaxis)
    return axes


def forms(compared: FormComparison, *, axes: Any = None) -> Any:
    """The payment of several forms by activity: a line for each, told apart by its dashes as well, with its name at its
    end; marks where activity was compared.

    Lines and text take the axes' own colours, so that the picture can be read on a dark ground and printed in grey.

    Parameters
    ----------
    compared
        From `openbook.compare_forms`.
    """
    from ._display import forms as shown

    axes = _axes(axes, (8, 4.5))
    lines = shown.lines(compared)
    ink = axes.xaxis.label.get_color()
    low = min(y for line in lines.values() for _, y in line)
    high = max(y for line in lines.values() for _, y in line)
    names = shown.ends_apart([(name, line[-1][1]) for name, line in lines.items()], (high - low) / 18, low, high)
    for number, (name, line) in enumerate(lines.items()):
        dashes = shown.STROKES[number % len(shown.STROKES)]
        style = (0, tuple(float(part) / 2 for part in dashes.split())) if dashes else "-"
        axes.plot([x for x, _ in line], [y for _, y in line], linestyle=style, color=f"C{number % 10}", linewidth=2)
        points = [(float(r["activity"]), float(r["payment"])) for r in compared if r["form"] == name]
        axes.plot([x for x, _ in points], [y for _, y in points], "o", color=f"C{number % 10}", markersize=4)
        axes.annotate(
            _plain(name),
            line[-1],
            xytext=(1.04, names[name]),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            fontsize="small",
            color=ink,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": f"C{number % 10}", "linestyle": style, "linewidth": 1.2},
        )
    function = next(iter(compared.transfers.values())).payment
    unit = "" if function.unit in ("", "number") else f" ({function.unit})"
    axes.set_xlabel(_plain(f"{function.name}{unit}"))
    axes.set_ylabel("payment (£)")
    axes.set_title(_plain(privacy.titled(compared.title, compared.private_to)))
    axes.margins(x=0)
    _pounds(axes.yaxis)
    return axes


def _peaks(function: PaymentFunction, place: Breakpoint) -> bool:
    """Whether the payment bends downwards at a breakpoint, so that there is room above it."""
    before = next((s.slope for s in function.segments if s.end == place.at), None) or 0
    after = next((s.slope for s in function.segments if s.start == place.at), None) or 0
    return before >= after


def svg_text(axes: Any) -> str:
    """A picture as SVG text, to stand in a page."""
    buffer = io.StringIO()
    axes.figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
