"""The columns of the tables about scenarios."""

from __future__ import annotations

from ..table import Column, Schema

__all__ = ["RECEIPT", "SETS"]

RECEIPT = Schema(
    "openbook.scenario_receipt",
    1,
    (
        Column("scenario"),
        Column("shock", "int"),
        Column("action"),
        Column("on"),
        Column("found", "int"),
        Column("what"),
        Column("note"),
    ),
)
SETS = Schema(
    "openbook.scenario_sets",
    1,
    (
        Column("set"),
        Column("scenario"),
        Column("name"),
        Column("narrative"),
        Column("source"),
        Column("illustrative", "bool"),
    ),
)
