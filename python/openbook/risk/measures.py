"""Any statistics of what a simulation kept, each with its quantity, horizon, tail, error and method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import queries
from .._dominated import dominated, sentence
from .._simulated import IN_FAVOUR, UNIT
from ..table import Column, Schema, Table
from ._batches import labels_of
from .estimates import estimate, statistic

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["MEASURES", "STATISTICS", "measure"]

#: What is asked where nothing else is.
STATISTICS = ("mean", "sd", "p_deficit", "p1", "p5", "p50", "p95", "p99", "var95", "es95", "var99", "es99")

MEASURES = Schema(
    "openbook.risk_measures",
    1,
    (
        Column("quantity"),
        Column("basis"),
        Column("horizon"),
        Column("statistic"),
        Column("tail"),
        Column("value", "float", "", UNIT),
        Column("error", "float", "", UNIT),
        Column("low", "float", "", UNIT),
        Column("high", "float", "", UNIT),
        Column("method"),
    ),
    f"{IN_FAVOUR} var and es are losses of the low tail, positive = loss.",
)


def _unknown(rows: Sequence[dict[str, Any]]) -> str:
    missing = [row["statistic"] for row in rows if None in (row["error"], row["low"], row["high"])]
    if not missing:
        return ""
    names = ", ".join(dict.fromkeys(missing))
    return f" Nothing stands where the draws are too few to tell an error or an end of the interval: {names}."


def measure(
    simulation: Simulation,
    what: str,
    statistics: Sequence[str] = STATISTICS,
    *,
    every: str = "term",
    period: int | str | None = None,
    basis: str = "practised",
) -> Table:
    """Statistics of a party's position or of a tracked formula, one row for each and for each period.

    Parameters
    ----------
    what
        A party (id or name) or a tracked formula.
    statistics
        Names as `openbook.risk.estimate` knows them: "mean", "sd", "variance", "p_deficit", "p5", "var99", "es97.5".
    every, period, basis
        As for `Simulation.array`.

    Returns
    -------
    Table
        Columns quantity, basis, horizon, statistic, tail (which draws it speaks of), value, error (one Monte Carlo
        standard error), low and high (a 95% interval), method (how error and interval were found). Pounds for
        positions; a probability is a share of draws. None where the draws are too few to tell an error or an end.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 1_000, seed=7, progress=False)
    >>> ob.risk.measure(sim, "mental_health_ft", ["es99"])["tail"]
    ('low: the worst 1%',)
    """
    names = [statistics] if isinstance(statistics, str) else list(statistics)
    asked = [statistic(name) for name in names]
    columns, draws = simulation._columns(), simulation._array()
    batches = labels_of(simulation.request)
    rows, one_draw = [], []
    for found in simulation._select(what, every, period, basis):
        column = columns[found]
        money = column["kind"] == "position"
        own = draws[found]
        share = dominated(float(own.min()), float(own.max()), float(own.mean()), float(own.std()), simulation.draws)
        one_draw.append((column["party"] or column["formula"], share))
        for one in asked:
            result = estimate(draws[found], one.name, nothing=simulation._nothing if money else 0.0, batches=batches)
            rows.append(
                {
                    "quantity": f"position of {column['party']}" if money else column["formula"],
                    "basis": column["basis"],
                    "horizon": column["label"],
                    "statistic": one.name,
                    "tail": one.tail,
                    **result.row(),
                }
            )
    note = (
        f"{simulation.draws:,} draws, seed {simulation.seed}. {IN_FAVOUR} var and es are losses, positive = loss; a "
        "probability is a share of draws; error is one Monte Carlo standard error, low and high its 95% interval."
        f"{_unknown(rows)} {sentence(one_draw)}"
    )
    title = f"Risk of {queries.party_name(simulation.book, what)}"
    return Table.of_rows(title, MEASURES, rows, note.rstrip(), simulation._about())
