"""Pictures with matplotlib of what says how far to trust a simulation; public in `openbook.plotting`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .backtesting import Backtest
    from .frontiers import EfficientFrontier
    from .many_seeds import Stability
    from .simulation import Simulation

__all__ = ["Plots", "backtest", "frontier", "stability"]


class Plots:
    """Pictures of a simulation with matplotlib."""

    __slots__ = ("_simulation",)

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def fan(
        self, what: str, *, realised: Sequence[float | None] | None = None, axes: Any = None, **options: Any
    ) -> Any:
        """Nested quantile bands over time; see `Simulation.fan` and `openbook.plotting.fan`."""
        from . import plotting

        return plotting.fan(self._simulation.fan(what, **options), realised=realised, axes=axes)


def _start(
    axes: Any, size: tuple[float, float], illustrative: object, corner: tuple[float, str] = (0.98, "top")
) -> Any:
    from .plotting import _axes

    axes = _axes(axes, size)
    if illustrative:
        marked(axes, *corner)
    return axes


def marked(axes: Any, height: float = 0.98, side: str = "top") -> None:
    """Say on a picture that its drivers are assumed."""
    box = {"boxstyle": "round", "facecolor": "#fff4d6", "edgecolor": "none"}
    place = {"transform": axes.transAxes, "ha": "right", "va": side, "bbox": box, "color": "#5c4300"}
    axes.text(0.99, height, "illustrative drivers", fontsize="small", zorder=5, **place)


def frontier(data: EfficientFrontier, *, axes: Any = None) -> Any:
    """Points with crosses of two standard errors to either side; those that no other beats are filled and joined.

    Parameters
    ----------
    data
        From `openbook.frontier`.
    """
    from ._display.frontier import short_of
    from .plotting import _plain

    axes = _start(axes, (7, 5), data.illustrative, (0.02, "bottom"))
    best = data.efficient
    axes.plot([p.x for p in best], [p.y for p in best], "--", color="C0", linewidth=1)
    looks = {"efficient": ("C0", "C0"), "efficient, not clear": ("C0", "none")}
    looks |= {"beaten": ("0.5", "none"), "beaten, not clear": ("C1", "none")}
    for words, (colour, fill) in looks.items():
        some = [p for p in data.points if p.words == words]
        if some:
            across, up = [2 * p.x_error for p in some], [2 * p.y_error for p in some]
            axes.errorbar(
                [p.x for p in some],
                [p.y for p in some],
                up,
                across,
                fmt="o",
                color=colour,
                markerfacecolor=fill,
                markersize=6,
                linewidth=1,
                label=words,
            )
    for point in data.points if len(data.points) <= 12 else best:
        axes.annotate(
            _plain(point.name), (point.x, point.y), xytext=(6, 5), textcoords="offset points", fontsize="small"
        )
    axes.set_title(_plain(data.title))
    axes.set_xlabel(_plain(data.x.label))
    axes.set_ylabel(_plain(data.y.label))
    axes.xaxis.set_major_formatter(lambda value, position: short_of(data.x, value))
    axes.yaxis.set_major_formatter(lambda value, position: short_of(data.y, value))
    axes.legend(fontsize="small")
    axes.margins(0.1)
    return axes


def stability(data: Stability, *, party: str | None = None, statistic: str | None = None, axes: Any = None) -> Any:
    """One statistic seed by seed, with two stated errors to either side; shaded: one spread around the mean.

    Parameters
    ----------
    data
        From `openbook.stability`.
    party, statistic
        None: the statistic whose spread is furthest from its stated error.
    """
    import textwrap

    from ._display.stability import points
    from .many_seeds import label_of
    from .plotting import _plain, _pounds

    row = data.row(party, statistic)
    shown = points(data, row)
    axes = _start(axes, (7, 1.6 + 0.2 * len(shown)), data.illustrative)
    at = list(range(len(shown)))
    axes.axvspan(row["mean"] - row["spread"], row["mean"] + row["spread"], color="C0", alpha=0.15)
    axes.axvline(row["mean"], color="C0")
    errors = [2 * error for _, _, error in shown]
    axes.errorbar([value for _, value, _ in shown], at, xerr=errors, fmt="o", color="0.25", markersize=4, linewidth=1)
    axes.set_yticks(at, [seed if len(seed) < 8 else f"…{seed[-6:]}" for seed, _, _ in shown], fontsize="small")
    axes.set_ylabel("seed")
    axes.invert_yaxis()
    axes.set_title(_plain(data.title))
    axes.set_xlabel(_plain(f"{label_of(row)}\n{textwrap.fill(data.sentence, 90)}"), fontsize="small")
    if row["statistic"] == "p_deficit":
        axes.xaxis.set_major_formatter(lambda value, position: f"{value:.4g}")
    else:
        _pounds(axes.xaxis)
    return axes


def backtest(data: Backtest, what: str | None = None, *, axes: Any = None) -> Any:
    """The fan of a party or an input with what happened; without a name, where what happened fell among the draws.

    Parameters
    ----------
    data
        From `openbook.backtest`.
    what
        A party or an input that was tested; None for all of them, a line each.
    """
    from . import plotting
    from ._display.backtest import transforms

    if what is not None:
        return plotting.fan(data.fan(what), realised=data.realised[what], axes=axes)
    names = list(data.fans)
    axes = _start(axes, (9, 1.6 + 0.4 * len(names)), data.illustrative)
    for band in data.bands:
        axes.axvspan((1 - band) / 2, (1 + band) / 2, color="C0", alpha=0.12, linewidth=0)
    for number, name in enumerate(names):
        shares = transforms(data, name)
        axes.plot(shares, [number] * len(shares), "o", color="C1", alpha=0.8, markeredgecolor="white")
    axes.set_yticks(range(len(names)), [plotting._plain(data.fans[name].title) for name in names], fontsize="small")
    axes.set_ylim(len(names) - 0.4, -0.8)
    axes.set_xlim(-0.02, 1.02)
    bands = ", ".join(f"{band:.0%}" for band in data.bands)
    axes.set_xlabel(f"share of draws below what happened\nshaded: bands of {bands}", fontsize="small")
    axes.set_title(plotting._plain(data.title), loc="right", fontsize="medium")
    return axes
