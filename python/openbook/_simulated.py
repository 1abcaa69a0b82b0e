"""Schemas of the tables of a simulation."""

from __future__ import annotations

from collections.abc import Sequence

from .table import Column, Schema

__all__ = ["COLUMNS", "FAN", "LEVELS", "PROBABILITIES", "RISK", "fan_schema", "level_name", "risk_schema"]

#: Levels of value at risk and expected shortfall, and probabilities of a fan, where none are asked for.
LEVELS = (0.95, 0.99)
PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

UNIT = "£, or the unit of a tracked formula"
IN_FAVOUR = "+ = in the party's favour."


def level_name(level: float) -> str:
    """ "95" of 0.95, "99.5" of 0.995."""
    return f"{level * 100:.10g}"


def risk_schema(levels: Sequence[float]) -> Schema:
    """Columns of risk figures, with value at risk and expected shortfall at some levels."""
    columns = [Column(name) for name in ("party", "basis", "every", "period")]
    headings = {"sd": "standard deviation", "p_deficit": "P(below zero)"}
    tails = [f"{kind}{level_name(level)}" for level in levels for kind in ("var", "es")]
    for name in ("mean", "sd", "p_deficit", *tails):
        unit = "share of draws" if name == "p_deficit" else UNIT
        columns += [Column(name, "float", headings.get(name, ""), unit), Column(f"{name}_error", "float", "", unit)]
    columns += [Column("minimum", "float", "", UNIT), Column("maximum", "float", "", UNIT)]
    said = "var and es are losses of the low tail, positive = loss. Nothing for an error: the draws are too few."
    return Schema("openbook.risk", 1, columns, f"{IN_FAVOUR} {said}")


def fan_schema(probabilities: Sequence[float]) -> Schema:
    """Columns of quantiles over time."""
    quantiles = (Column(f"p{level_name(p)}", "float", "", UNIT) for p in probabilities)
    below = Column("below", "float", "", "share of draws")
    return Schema("openbook.fan", 1, (Column("period"), *quantiles, below), IN_FAVOUR)


#: With levels and probabilities that nobody chose.
RISK = risk_schema(LEVELS)
FAN = fan_schema(PROBABILITIES)

COLUMNS = Schema(
    "openbook.simulation_columns",
    1,
    (
        Column("kind"),
        Column("party"),
        Column("basis"),
        Column("every"),
        Column("period", "int"),
        Column("label"),
        Column("formula"),
    ),
)
