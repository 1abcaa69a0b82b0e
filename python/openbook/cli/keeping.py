"""Verbs on results that were kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import json_option, private_option
from .printing import owned, print_blocks, print_json, show_table
from .telling import told

__all__ = ["read", "versus"]


@click.command()
@click.argument("last")
@click.argument("this")
@json_option
@click.option("--basis", default="practised", show_default=True, type=click.Choice(["practised", "written"]))
@click.option("--party", metavar="PARTY", help="Clauses of one party instead of all parties.")
@click.option("--every", type=click.Choice(["month", "year"]), help="By month or year instead of over the term.")
@click.option(
    "--order", metavar="STEPS", help='The steps in another order, separated by commas: "terms,new months,...".'
)
@click.option("--save", metavar="FILE", help="Keep the movement.")
@private_option
def versus(
    last: str,
    this: str,
    as_json: bool,
    basis: str,
    party: str | None,
    every: str | None,
    order: str | None,
    save: str | None,
    private: bool,
) -> None:
    """What moved from the saved settlement LAST to the saved settlement THIS, and why, to the penny."""
    from ..movement import STEPS, check_order
    from ..movement import versus as run
    from ..results import Settlement

    steps: Sequence[str] = STEPS if order is None else [step.strip() for step in order.split(",")]
    try:
        check_order(steps)
    except ValueError as error:
        raise click.UsageError(f"--{error}") from None
    movement = run(Settlement.read(this), Settlement.read(last), order=steps, basis=basis)
    movement.check()
    if save:
        movement.save(save, private=private)
    if every:
        show_table(movement.by(every), as_json)
    elif party:
        if as_json:
            print_json([owned(movement) | row for row in movement.by_clause(party)])
        else:
            from .._display import explained

            print_blocks([explained.of_tree(movement.explain(party))])
    elif as_json:
        parts = {"movement": movement, "inputs": movement.inputs, "terms": movement.terms}
        parts |= {"readings": movement.readings, "shocks": movement.shocks}
        tables = {name: table.to_dicts() for name, table in parts.items()}
        print_json({**owned(movement), **tables, "remarks": list(movement.remarks), "about": dict(movement.about)})
    else:
        print_blocks(movement._shown())


@click.command()
@click.argument("file")
@json_option
@click.option("--recalculate", is_flag=True, help="Calculate everything again, and refuse the file where it differs.")
def read(file: str, as_json: bool, recalculate: bool) -> None:
    """Show a result that was kept with --save, after checking that it is as it was written."""
    from ..saving import read_result
    from ..table import Table

    result = read_result(file, recalculate=recalculate)
    if isinstance(result, Table) and as_json:
        print_json([owned(result) | row for row in result])
    elif as_json and (answer := told(result)):
        print_json(answer)
    elif as_json:
        click.echo(result.to_json() if hasattr(result, "to_json") else _json_of(result))
    else:
        click.echo(str(result))


def _json_of(simulation: Any) -> str:
    from .. import _json

    figures = {"draws": simulation.draws, "seed": simulation.seed, "summary": simulation.summary().to_dicts()}
    return _json.dumps({**owned(simulation), **figures, "warnings": simulation.warnings.to_dicts()})
