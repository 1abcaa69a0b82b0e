"""Choosing single draws of a simulation: by number, by percentile, by nearness, or by any number for each draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from . import queries
from .drawn import Draw, Floats
from .errors import LimitError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = ["SCHEMA", "DrawTable", "at_percentiles", "chosen", "nearest_to", "order_of", "percentile_of", "values_of"]

Over = Literal["min", "max"]

SCHEMA = Schema(
    "openbook.draws",
    1,
    (
        Column("draw", "int"),
        Column("percentile", "float", "", "per cent of the draws"),
        Column("what"),
        Column("period"),
        Column("value", "float", "", "£, or the unit of a tracked formula"),
    ),
    "Positions: + = in the party's favour; percentile 0 is the worst draw for what they were chosen by.",
)


class DrawTable(Table):
    """Several draws, each with what it leaves every party: columns draw, percentile, what (a party, or the formula by
    which the draws were chosen), period, value. Shown with a line for each draw and a column for each party.
    """

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import draws

        return draws.grid(self)


def values_of(
    simulation: Simulation, what: str, every: str, period: int | str | None, basis: str, over: Over | None
) -> tuple[Floats, npt.NDArray[np.intp]]:
    """One number for each draw, and the column it stands in.

    Raises
    ------
    ValueError
        Several periods are left and nothing says which counts.
    """
    found = np.array(simulation._select(what, every, None if over else period, basis))
    everything = simulation._array()
    if over is None:
        if len(found) > 1:
            raise ValueError(f"period: found None for {len(found)} periods; name one, or say over='min' or over='max'")
        return everything[found[0]], np.full(simulation.draws, found[0])
    if over not in ("min", "max"):
        raise ValueError(f"over: found {over!r}, expected 'min' or 'max'")
    several = everything[found]
    at = several.argmin(axis=0) if over == "min" else several.argmax(axis=0)
    return np.take_along_axis(several, at[None, :], axis=0)[0], found[at]


def order_of(values: Floats) -> npt.NDArray[np.intp]:
    """Places of the draws from the lowest value to the highest, ties by draw number."""
    return np.argsort(values, kind="stable")


def percentile_of(values: Floats, place: int) -> float:
    """Where a draw stands among all: 0 is the lowest, 100 the highest; ties by draw number."""
    own = values[place]
    below = int((values < own).sum()) + int((values[:place] == own).sum())
    return 100 * below / (len(values) - 1) if len(values) > 1 else 50.0


def _one_per_draw(simulation: Simulation, by: Any) -> Floats:
    values = np.asarray(by, dtype=np.float64)
    if values.shape != (simulation.draws,):
        message = f"by: found shape {values.shape}, expected one number for each of {simulation.draws:,} draws"
        raise ValueError(message)
    if not np.isfinite(values).all():
        raise ValueError(f"by: found {values[~np.isfinite(values)][0]!r}, expected finite numbers")
    return values


def chosen(
    simulation: Simulation,
    number: int | None,
    party: str | None,
    percentile: float | None,
    value: float | None,
    by: Any,
    every: str,
    period: int | str | None,
    basis: str,
    over: Over | None,
) -> Draw:
    """The draw that is asked for.

    Raises
    ------
    ValueError
        Nothing chooses a draw, several things do, or the percentile is none.
    LimitError
        The simulation has no such draw.
    """
    asked = [
        name for name, given in (("number", number), ("percentile", percentile), ("value", value)) if given is not None
    ]
    if len(asked) != 1:
        raise ValueError(
            f"found {', '.join(asked) or 'nothing'} to choose a draw by; expected one of number, percentile, value"
        )
    what = simulation.parties[0] if party is None and simulation.parties else party
    if what is None or (number is None and party is None and by is None):
        raise ValueError("party: whose position, or which tracked formula, the draw is chosen by")
    values, columns = values_of(simulation, what, every, period, basis, over)
    ranked = values if by is None else _one_per_draw(simulation, by)
    if number is not None:
        place = place_of(simulation, number)
    elif percentile is not None:
        if not 0 <= percentile <= 100:
            raise ValueError(f"percentile: found {percentile!r}, expected a number from 0 to 100")
        place = int(order_of(ranked)[int(np.floor(percentile / 100 * (len(ranked) - 1) + 0.5))])
    else:
        place = int(nearest(ranked, float(value or 0.0), 1)[0])
    column = simulation._columns()[columns[place]]
    own = queries.require_party(simulation.book, what) if column["kind"] == "position" else what
    calendar = column["every"] or every
    drawn = float(values[place])
    return Draw(simulation, place + simulation.first_draw, own, calendar, column["period"] + 1, drawn, basis)


def at_percentiles(
    simulation: Simulation,
    what: str,
    percentiles: Sequence[float],
    every: str,
    period: int | str | None,
    basis: str,
    over: Over | None,
) -> DrawTable:
    """The draws at some percentiles of a party's position or a tracked formula."""
    drawn = [
        chosen(simulation, None, what, percentile, None, None, every, period, basis, over) for percentile in percentiles
    ]
    places = [draw.number - simulation.first_draw for draw in drawn]
    title = f"Draws by percentile of {queries.party_name(simulation.book, what)}"
    return table_of_draws(simulation, places, what, every, period, basis, over, title)


def nearest_to(
    simulation: Simulation,
    what: str,
    value: float,
    count: int,
    every: str,
    period: int | str | None,
    basis: str,
    over: Over | None,
) -> DrawTable:
    """The draws in which a party's position or a tracked formula comes nearest to a value, the nearest first."""
    values, _ = values_of(simulation, what, every, period, basis, over)
    places = [int(place) for place in nearest(values, value, count)]
    title = f"Draws nearest to {value:,.2f}, {queries.party_name(simulation.book, what)}"
    return table_of_draws(simulation, places, what, every, period, basis, over, title)


def place_of(simulation: Simulation, number: int) -> int:
    """Where a draw stands in the arrays.

    Raises
    ------
    LimitError
        The simulation has no such draw.
    """
    first, last = simulation.first_draw, simulation.first_draw + simulation.draws - 1
    if isinstance(number, bool) or not hasattr(number, "__index__") or not first <= number.__index__() <= last:
        message = f"draw: found {number!r}, expected a whole number from {first:,} to {last:,}"
        raise LimitError("no such draw", [{"code": "out-of-range", "path": "/draw", "message": message}])
    return number.__index__() - first


def nearest(values: Floats, value: float, count: int) -> npt.NDArray[np.intp]:
    """Places of the draws nearest to a value, the nearest first, ties by draw number."""
    if not np.isfinite(value):
        raise ValueError(f"value: found {value!r}, expected a finite number")
    if count < 1:
        raise ValueError(f"count: found {count!r}, expected 1 or more")
    return np.argsort(np.abs(values - value), kind="stable")[:count]


def table_of_draws(
    simulation: Simulation,
    places: Sequence[int],
    what: str,
    every: str,
    period: int | str | None,
    basis: str,
    over: Over | None,
    title: str,
) -> DrawTable:
    """The draws at some places, with what each leaves every party in the same period."""
    values, columns = values_of(simulation, what, every, period, basis, over)
    everything, all_columns = simulation._array(), simulation._columns()
    rows = []
    for place in places:
        chosen_by = all_columns[columns[place]]
        others = [
            i
            for i, c in enumerate(all_columns)
            if c["kind"] == "position"
            and (c["every"], c["period"], c["basis"]) == (chosen_by["every"] or every, chosen_by["period"], basis)
        ]
        shown = others if columns[place] in others else [int(columns[place]), *others]
        for i in shown:
            rows.append(
                {
                    "draw": place + simulation.first_draw,
                    "percentile": percentile_of(values, place),
                    "what": all_columns[i]["party"] or all_columns[i]["formula"],
                    "period": all_columns[i]["label"],
                    "value": float(everything[i, place]),
                }
            )
    note = f"Of {simulation.draws:,} draws, seed {simulation.seed}; percentile 0 is the worst for {what}. "
    note += "Pounds, + = in the party's favour."
    note = f"{note} {queries.assumed([simulation.book])}".strip()
    return DrawTable.of_rows(title, SCHEMA, rows, note, simulation._about())
