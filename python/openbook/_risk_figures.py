"""Risk figures and fans of a simulation's columns, each with what says how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import queries
from ._dominated import dominated, sentence
from ._simulated import level_name, risk_schema
from .drawn import Fan, Floats, RiskTable

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = ["fan", "quantiles", "risk_table"]


def risk_table(
    simulation: Simulation, found: Sequence[int], levels: Sequence[float], title: str, *, marked: bool = True
) -> RiskTable:
    """Mean, deviation, probability below zero, value at risk and expected shortfall of some columns.

    Parameters
    ----------
    found
        The numbers of the columns.
    marked
        Whether the note names the drivers that are assumed.

    Raises
    ------
    ValueError
        A level is none.
    """
    for level in levels:
        if not 0 < level < 1:
            raise ValueError(f"levels: found {level!r}, expected numbers between 0 and 1, such as 0.95")
    columns, summaries = simulation._columns(), simulation._summaries(levels)
    rows = [_figures(columns[i], summaries[i], levels) for i in found]
    draws = simulation.draws
    note = (
        f"{draws:,} draws, seed {simulation.seed}. Pounds, + = in the party's favour; var and es are losses of the "
        "low tail, positive = loss; ± is one Monte Carlo standard error."
    )
    assumed = queries.assumed([simulation.book]) if marked else ""
    one_draw = [(r["party"], dominated(r["minimum"], r["maximum"], r["mean"], r["sd"], draws)) for r in rows]
    said = (note, assumed, simulation.sampling.sentence, sentence(one_draw))
    note = " ".join(part for part in said if part)
    return RiskTable.of_rows(title, risk_schema(levels), rows, note, simulation._about())


def _figures(column: dict[str, Any], summary: dict[str, Any], levels: Sequence[float]) -> dict[str, Any]:
    """The row of one column."""
    row: dict[str, Any] = {
        "party": column["party"] or column["formula"],
        "basis": column["basis"],
        "every": column["every"],
        "period": column["label"],
    }
    for name, key in (("mean", "mean"), ("sd", "deviation"), ("p_deficit", "below_zero")):
        row[name], row[f"{name}_error"] = summary[key]
    for number, level in enumerate(levels):
        for name, key in (("var", "value_at_risk"), ("es", "expected_shortfall")):
            row[f"{name}{level_name(level)}"], row[f"{name}{level_name(level)}_error"] = summary[key][number]
    row["minimum"], row["maximum"] = summary["minimum"], summary["maximum"]
    return row


def quantiles(simulation: Simulation, found: Sequence[int], probabilities: Sequence[float]) -> Floats:
    """Quantiles of some columns by order statistic, shape (probabilities, columns)."""
    asked = [float(p) for p in probabilities]
    return np.array([simulation._core.quantiles(i, asked) for i in found]).T


def fan(
    simulation: Simulation, what: str, found: Sequence[int], probabilities: Sequence[float], threshold: float | None
) -> Fan:
    """Quantiles of a party's or a formula's columns over time; see `Simulation.fan`."""
    columns = [simulation._columns()[i] for i in found]
    money = columns[0]["kind"] == "position"
    values = quantiles(simulation, found, probabilities)
    if money:
        values = np.where(np.abs(values) < simulation._nothing, 0.0, values)  # what the last bits of a sum leave
    values.setflags(write=False)
    level = 0.0 if threshold is None and money else threshold
    return Fan(
        queries.party_name(simulation.book, what),
        tuple(str(column["label"]) for column in columns),
        tuple(probabilities),
        values,
        money,
        simulation.draws,
        level,
        () if level is None else tuple(_below(simulation, i, level) for i in found),
        queries.illustrative_drivers(simulation.book),
        simulation.private_to,
    )


def _below(simulation: Simulation, column: int, level: float) -> float:
    """Share of draws below a level; of positions by half a penny or more (in single precision, by a millionth of
    the largest), for the last bits of a sum of payments that cancel are no deficit.
    """
    draws = simulation._array()[column]
    money = simulation._columns()[column]["kind"] == "position"
    return float((draws <= level - simulation._nothing if money else draws < level).mean())
