"""Verbs on data."""

from __future__ import annotations

from typing import Any

import click

from ..errors import DataError
from .arguments import data_of, data_options, data_options_of, json_option, load_book
from .printing import print_blocks, print_json, say_incomplete, show_table

__all__ = ["load", "needs"]


@click.command()
@click.argument("book")
@click.option(
    "--period", metavar="PERIOD", help='Part of the calendar: 2024/25, 2024-04, "2024-04 to 2024-09", or year 1.'
)
@click.option("--template", metavar="FILE", help="Write a template to fill in, as .xlsx or .csv.")
@json_option
def needs(book: str, period: str | None, template: str | None, as_json: bool) -> None:
    """What data a book wants: columns, units, codes, months."""
    from ..data import needs as run

    table = run(load_book(book), period)
    if template is None:
        show_table(table, as_json)
        return
    try:
        click.echo(str(table.template(template)))
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@click.command()
@click.argument("book")
@data_options
@click.option("--as-at", metavar="YYYY-MM", help="Data are wanted to this month.")
@click.option("--plan/--no-plan", default=False, help="Inputs without data are left to their plan.")
@click.option("--receipt", is_flag=True, help="Print what became of every row.")
@click.option("--faults", metavar="FILE.csv", help="Write all faults, or the rows set aside, to a file.")
@json_option
def load(
    book: str, as_at: str | None, plan: bool, receipt: bool, faults: str | None, as_json: bool, **given: Any
) -> None:
    """Read data for a book without settling: what fits, what is missing, what became of every row."""
    from ..data import load as run

    data = data_of(given["data"], given["inputs"])
    try:
        result = run(load_book(book), data, as_at=as_at, plan=plan, **data_options_of(given))
    except DataError as error:
        if faults is not None:
            error.faults.to_csv(faults)
        raise
    if faults is not None:
        result.faults.to_csv(faults)
    if as_json:
        shown = {"inputs": result.request(), "flex": result.flex, "warnings": result.warnings.to_dicts()}
        print_json(shown | ({"receipt": result.receipt.to_dicts()} if receipt else {}))
    else:
        from .._display import blocks

        tables = [*([result.receipt] if receipt else []), result.warnings, result.faults]
        values = sum(value is not None for column in result.inputs.values() for value in column)
        parts = ("in", "used", "excluded", "suspended")
        came, *went = (f"{result.receipt.rows(part):,} {part}" for part in parts)
        click.echo(f"{len(result.inputs)} inputs, {values:,} values; cells: {came} = {' + '.join(went)}")
        print_blocks([blocks.of_table(table, most=None) for table in tables if table])
    say_incomplete(result.warnings)
