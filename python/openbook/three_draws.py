"""Three draws that stand for a good, a middling and a bad future, and what made them differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import privacy, queries
from ._shown import Shown
from .replaying import driver_values, parts_of
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .drawn import Draw
    from .simulation import Simulation

__all__ = ["PARTS", "ThreeDraws", "three_draws"]

NAMES = ("good", "middle", "bad")

PARTS = Schema(
    "openbook.three_draws",
    1,
    (
        Column("part"),
        *(Column(name, "money") for name in NAMES),
        Column("good_less_middle", "money"),
        Column("bad_less_middle", "money"),
    ),
    "+ = in the party's favour.",
)
WHAT_WAS_DRAWN = Schema(
    "openbook.three_draws_drivers",
    1,
    (
        *(Column(name) for name in ("driver", "of", "unit")),
        *(Column(name, "float", "", "the unit of what is driven") for name in NAMES),
        *(Column(name, "float", "", "the unit of what is driven") for name in ("mean", "sd")),
        Column("illustrative", "bool"),
    ),
)


@dataclass(frozen=True, slots=True)
class ThreeDraws(Shown):
    """A good, a middling and a bad draw of a party, explained; made by `Simulation.three_draws`.

    Attributes
    ----------
    title
        Whose, and when.
    good, middle, bad
        The draws.
    percentiles
        At which they stand.
    parts
        Clause by clause: part, good, middle, bad, good_less_middle, bad_less_middle, in pounds; a line for rounding
        where the parts, each to the penny, leave one, and the position last. What differs most stands first.
    drivers
        What was drawn: driver, of, unit, good, middle, bad, mean, sd (over the draws), illustrative.
    sentences
        One for each draw: what it leaves, and what made it so.
    """

    title: str
    good: Draw
    middle: Draw
    bad: Draw
    percentiles: tuple[float, float, float]
    parts: Table
    drivers: Table
    sentences: tuple[str, str, str]

    @property
    def private_to(self) -> str:
        """The party to which it is private; "" for draws of the shared book."""
        return self.middle.private_to

    def _blocks(self) -> list[Any]:
        from ._display import draws

        return draws.three_blocks(self)

    def __repr__(self) -> str:
        numbers = ", ".join(f"{draw.number:,}" for draw in (self.good, self.middle, self.bad))
        return f"<{privacy.titled(f'ThreeDraws of {self.title}: draws {numbers}', self.private_to)}>"


def three_draws(
    simulation: Simulation, party: str, percentiles: Sequence[float], every: str, period: int | str, basis: str
) -> ThreeDraws:
    """The draws at three percentiles, from good to bad, side by side.

    Raises
    ------
    ValueError
        There are not three percentiles in descending order.
    """
    at = tuple(float(p) for p in percentiles)
    if len(at) != 3 or not 100 >= at[0] > at[1] > at[2] >= 0:
        raise ValueError(f"percentiles: found {percentiles!r}, expected three from good to bad, such as (90, 50, 10)")
    which: dict[str, Any] = {"party": party, "every": every, "period": period, "basis": basis}
    draws = [simulation.draw(percentile=p, **which) for p in at]
    trees = [draw.explain() for draw in draws]
    parts = [parts_of(tree) for tree in trees]
    rows = []
    for label in dict.fromkeys(name for one in parts for name in one):
        rows.append(_row(label, [one.get(label, 0) for one in parts]))
    left = _row(
        "rounding of the parts to the penny", [t.amount - sum(p.values()) for t, p in zip(trees, parts, strict=True)]
    )
    rows.sort(key=lambda row: -max(abs(row["good_less_middle"]), abs(row["bad_less_middle"])))
    rows += [left] if any(left[name] for name in NAMES) else []
    rows.append(_row("position", [tree.amount for tree in trees]))
    drivers = [
        {**row, **dict(zip(NAMES, row["values"], strict=True))}
        for row in driver_values(simulation, [draw.number for draw in draws])
    ]
    drivers.sort(key=lambda row: -_apart(row))
    name = queries.party_name(simulation.book, draws[1].party)
    when = "over the term" if every == "term" else f"in {_label(simulation, draws[1])}"
    title = f"{name} {when}"
    note = f"+ = in the party's favour. {queries.assumed([simulation.book])}".strip()
    from ._display.draws import sentences

    return ThreeDraws(
        title,
        draws[0],
        draws[1],
        draws[2],
        (at[0], at[1], at[2]),
        Table.of_rows(f"Clause by clause: {title}", PARTS, rows, note, simulation._about()),
        Table.of_rows(
            f"What was drawn: {title}", WHAT_WAS_DRAWN, drivers, "Totals over the term.", simulation._about()
        ),
        sentences(name, when, draws, at, rows, drivers),
    )


def _row(label: str, amounts: Sequence[Any]) -> dict[str, Any]:
    good, middle, bad = amounts
    row = {"part": label, **dict(zip(NAMES, amounts, strict=True))}
    return row | {"good_less_middle": good - middle, "bad_less_middle": bad - middle}


def _apart(row: dict[str, Any]) -> float:
    """How far the good and the bad draw of a driver lie apart, in its own deviations."""
    return abs(row["good"] - row["bad"]) / row["sd"] if row["sd"] > 0 else 0.0


def _label(simulation: Simulation, draw: Draw) -> str:
    column = simulation._select(draw.party, draw.every, draw.period, draw.basis)[0]
    return str(simulation._columns()[column]["label"])
