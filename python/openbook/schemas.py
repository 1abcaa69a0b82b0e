"""The schemas of all tables, as a table: what a pipeline may rely on."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from ._exporting import Money, arrow_types
from .table import Column, Schema, Table

__all__ = ["arrow_schemas"]

#: Where schemas are stated.
MODULES = (
    "agreed_seed",
    "_moved",
    "_reasons",
    "_settled",
    "_simulated",
    "attributing",
    "backtesting",
    "rolling",
    "bridging",
    "choosing",
    "comparison",
    "conformance",
    "controlling",
    "data.missing",
    "data.needing",
    "data.receipt",
    "documents",
    "flowing",
    "forms",
    "frontiers",
    "layers",
    "linting",
    "many.results",
    "notes",
    "pairing",
    "payments",
    "queries",
    "quick._curve",
    "scenarios.schemas",
    "risk.allocating",
    "risk.breaches",
    "risk.measures",
    "risk.reduced",
    "risk.tails",
    "replaying",
    "reversing.tables",
    "schemas",
    "sealing",
    "sensitivities.crossings",
    "sensitivities.information",
    "sensitivities.marginal_pounds",
    "sensitivities.simulated",
    "sensitivities.sobol",
    "sensitivities.tornadoes",
    "seals",
    "many_seeds",
    "stressing",
    "supposing",
    "table",
    "tariff.checking",
    "tariff.effects",
    "tariff.prices",
    "three_draws",
    "transferring",
    "verification",
    "wording",
)

SCHEMAS = Schema(
    "openbook.schemas",
    1,
    (
        Column("schema"),
        Column("version", "int"),
        Column("column"),
        Column("type"),
        Column("unit"),
        Column("sign"),
    ),
)


def _all() -> Iterator[Schema]:
    found = {}
    for module in MODULES:
        for value in vars(importlib.import_module(f".{module}", __package__)).values():
            if isinstance(value, Schema):
                found[value.id] = value
    yield from (found[name] for name in sorted(found))


def arrow_schemas(*, money: Money = "decimal", dates: bool = False) -> Table:
    """Name, version and columns of every table's schema, as `Table.to_arrow` and `Table.to_parquet` write them.

    The columns of a name and version never change. A release that needs others gives the schema a new version, which
    stands in the metadata of each table and file under ``openbook.schema``: ``b"openbook.ledger/1"``.

    Parameters
    ----------
    money, dates
        As for `Table.to_arrow`.

    Returns
    -------
    Table
        Columns schema, version, column, type (as Arrow names it), unit, sign (what plus and minus mean). Of risk
        figures and fans it has the columns for the levels that are taken where none are asked for, of a movement those
        of the usual steps; a curve's first column is named as what varies.

    Examples
    --------
    >>> import openbook as ob
    >>> cash = ob.arrow_schemas().where(schema="openbook.cash")
    >>> list(zip(cash["column"], cash["type"], cash["unit"]))
    [('party', 'string', ''), ('month', 'string', ''), ('received', 'decimal128(18, 2)', '£')]
    """
    rows = []
    for schema in _all():
        for column in schema:
            name, kind, unit = arrow_types(column, money, dates)
            row = {"schema": schema.name, "version": schema.version, "sign": schema.sign}
            rows.append({**row, "column": name, "type": kind, "unit": unit})
    return Table.of_rows("Schemas", SCHEMAS, rows)
