"""Verbs that settle."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import OpenbookError
from .arguments import (
    Options,
    common,
    json_option,
    options_of,
    period_of,
    plan_option,
    private_option,
    seed_of,
    seed_option,
)
from .printing import owned, print_blocks, print_json, say_incomplete, show_table

if TYPE_CHECKING:
    from ..book import Book
    from ..results import Settlement

__all__ = ["explain", "settle", "stress"]


@click.command()
@common
@plan_option
@json_option
@click.option("--disputes/--no-disputes", default=True, help="Settle the other readings as well.")
@click.option("--posted", metavar="FILE", help="A saved settlement that was posted before.")
@click.option("--ledger", is_flag=True, help="Print the ledger as well.")
@click.option("--members", metavar="ID", multiple=True, help="Print a quantity by member as well; may be repeated.")
@click.option("--save", metavar="FILE", help="Keep the settlement.")
@click.option("--parquet", metavar="FOLDER", help="Write every table as a Parquet file into a folder.")
@private_option
@click.option(
    "--cases",
    metavar="FILE",
    help="Settle once per line of JSON: changes, inputs, readings, alternatives, as_at, posted (the case before).",
)
def settle(
    as_json: bool,
    disputes: bool,
    posted: str | None,
    ledger: bool,
    members: tuple[str, ...],
    save: str | None,
    parquet: str | None,
    private: bool,
    cases: str | None,
    plan: bool | None,
    **given: Any,
) -> None:
    """Settle a book on data, exactly."""
    from ..results import Settlement
    from ..settling import settle as run

    book, data, options = options_of(given)
    if cases is not None:
        _settle_cases(book, cases, bool(plan), options)
        return
    before = Settlement.read(posted) if posted else None
    result = run(book, data, plan=bool(plan), disputes=disputes, posted=before, shocks=given["scenario"], **options)
    if save:
        result.save(save, private=private)
    if parquet:
        result.to_parquet(parquet, private=private)
    if as_json:
        click.echo(result.to_json())
        say_incomplete(result.warnings)
        return
    from .._display import blocks

    shown = list(result._shown())
    if ledger:
        shown.append(blocks.of_table(result.payments, most=None))
    shown.extend(blocks.of_table(result.members(quantity), most=None) for quantity in members)
    if before is not None:
        shown.append(blocks.of_table(result.to_post, most=None))
    print_blocks(shown)
    say_incomplete(result.warnings)


def _settle_cases(book: Book, cases: str, plan: bool, options: Options) -> None:
    """One settlement per line, as JSON; a case that is refused prints its error and the next goes on."""
    from .._json import loads

    warnings = []
    lines = sys.stdin if cases == "-" else Path(cases).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.strip():
            continue
        case = loads(line)
        try:
            settlement = _settle_case(book, case, plan, options)
            click.echo(settlement.to_json())
            warnings.append(settlement.warnings)
        except OpenbookError as error:
            click.echo(json.dumps({"error": str(error), "exit_code": error.exit_code}))
    say_incomplete(*warnings)


def _settle_case(book: Book, case: dict[str, Any], plan: bool, options: Options) -> Settlement:
    """One case, against what the case before it posted, where there is one."""
    from ..settling import settle as run

    changed = book.with_all(case["changes"]) if case.get("changes") else book
    one = options | {"readings": case.get("readings"), "alternatives": case.get("alternatives")}
    one |= {"as_at": case.get("as_at") or options["as_at"]}
    before = None if case.get("posted") is None else _settle_case(book, case["posted"], plan, options)
    return run(changed, case.get("inputs"), plan=plan, disputes=case.get("disputes", True), posted=before, **one)


@click.command()
@common
@plan_option
@json_option
@click.option(
    "--shocks", "shock_file", metavar="FILE.json", help="A file of scenarios, or of shocks: a list, or lists by name."
)
@click.option("--every", default="term", show_default=True, help="Calendar of the positions.")
@click.option("--attribution", metavar="PARTY", help="Open every change of a party into its shocks and clauses.")
@click.option("--shapley", is_flag=True, help="With --attribution: no rest, by Shapley values.")
@click.option("--receipt", is_flag=True, help="Say what each shock acts on, and settle nothing.")
@click.option("--save", metavar="FILE", help="Keep the stress test.")
@private_option
def stress(
    as_json: bool,
    shock_file: str | None,
    every: str,
    attribution: str | None,
    shapley: bool,
    receipt: bool,
    save: str | None,
    plan: bool | None,
    private: bool,
    **given: Any,
) -> None:
    """Settle a book again under every scenario of the book, one scenario, the scenarios of a file, or a standard set of
    scenarios: --set winter (without "=", where --set NAME=VALUE changes a term).
    """
    from ..stressing import stress as run

    sets = [name for name in given["changes"] if "=" not in name]
    given["changes"] = [change for change in given["changes"] if "=" in change]
    book, data, options = options_of(given)
    asked = [*([Path(shock_file)] if shock_file else []), *([given["scenario"]] if given["scenario"] else []), *sets]
    shocks: Any = asked[0] if len(asked) == 1 else asked or None
    if receipt:
        from ..scenarios import receipt as receive

        show_table(receive(book, shocks), as_json)
        return
    table = run(book, shocks, data, every=every, plan=plan, **options)
    if save:
        table.save(save, private=private)
    if attribution:
        _show_attributions(table, attribution, "shapley" if shapley else "first_order", as_json)
    else:
        show_table(table, as_json)
    say_incomplete(table.settlements["base"].warnings)


def _show_attributions(table: Any, party: str, method: str, as_json: bool) -> None:
    opened = [table.attribution(party, name, method=method) for name in table.settlements if name != "base"]
    if as_json:
        print_json(owned(table) | {"attribution": [row for one in opened for row in one.to_dicts()]})
    else:
        print_blocks([block for one in opened for block in one._blocks()])


@click.command()
@common
@plan_option
@json_option
@click.argument("what")
@click.option("--year", metavar="N", help="Number (from 1) or label of the year.")
@click.option(
    "--every", default="", help="term, year, ...; default: of a party the term, else the figure's own calendar."
)
@click.option("--period", default="1", help="Number (from 1) or label of the period, or a month in it: 2021-05.")
@click.option("--basis", default="practised", show_default=True)
@click.option("--depth", type=int, metavar="N", help="Levels shown; default all, down to the inputs.")
@click.option("--draw", type=int, metavar="N", help="In draw N of a simulation, not settled: that draw alone is made.")
@click.option("--percentile", type=float, metavar="P", help="In the draw at a percentile of a party: 1 is a bad one.")
@click.option("--against", type=float, metavar="N", help="With --draw or --percentile: what differs from another one.")
@click.option("--scenarios", default=10_000, show_default=True, help="Draws among which --percentile chooses.")
@seed_option()
def explain(
    what: str,
    as_json: bool,
    year: str | None,
    every: str,
    period: str,
    basis: str,
    depth: int | None,
    draw: int | None,
    percentile: float | None,
    against: float | None,
    scenarios: int,
    seed: int | str,
    plan: bool | None,
    **given: Any,
) -> None:
    """Open one figure: a party, clause:ID, quantity:ID or entry:ID; settled, or in one draw of a simulation."""
    from ..settling import settle as run

    if draw is not None or percentile is not None:
        when = ("year", period_of(year)) if year is not None else (every, period_of(period))
        run_seed = seed_of(given["book"], seed, given["changes"])
        _explain_draw(what, draw, percentile, against, scenarios, run_seed, when, basis, depth, as_json, given)
        return
    if against is not None:
        raise click.UsageError("--against: say which draw, --draw N or --percentile P")

    book, data, options = options_of(given)
    settlement = run(
        book, data, plan=data is None if plan is None else plan, disputes=False, shocks=given["scenario"], **options
    )
    tree = settlement.explain(
        what, every=every, period=period_of(period), year=None if year is None else period_of(year), basis=basis
    )
    click.echo(tree.to_json(indent=1) if as_json else tree.to_text(depth=depth))
    say_incomplete(settlement.warnings)


def _explain_draw(
    what: str,
    draw: int | None,
    percentile: float | None,
    against: float | None,
    scenarios: int,
    seed: int,
    when: tuple[str, int | str],
    basis: str,
    depth: int | None,
    as_json: bool,
    given: dict[str, Any],
) -> None:
    """A figure in one draw, or what differs between two."""
    from ..errors import LimitError
    from ..queries import whose_positions
    from ..simulating import simulate

    if draw is not None and percentile is not None:
        raise click.UsageError("say --draw or --percentile, not both")
    book, data, options = options_of(given)
    every, period = when
    options |= {"seed": seed, "data": data, "every": (every or "term",), "basis": (basis,), "shocks": given["scenario"]}
    options["parties"] = whose_positions(book, what)
    if draw is not None and against is None and ":" in what:
        made = simulate(book, 1, first_draw=draw, progress=False, **options)
        tree = made.explain(draw, what, every=every, period=period, basis=basis)
    else:
        which: dict[str, Any] = {"party": what, "every": every or "term", "period": period, "basis": basis}
        if draw is not None:
            if against is not None and against != int(against):
                raise LimitError(
                    "no such draw", [{"code": "out-of-range", "path": "/draw", "message": f"found {against}"}]
                )
            numbers = [draw] if against is None else [draw, int(against)]
            chosen = [simulate(book, 1, first_draw=n, progress=False, **options).draw(n, **which) for n in numbers]
        else:
            made = simulate(book, scenarios, **options)
            places = [percentile] if against is None else [percentile, against]
            chosen = [made.draw(percentile=place, **which) for place in places]
        click.echo(f"draw {chosen[0].number:,} of seed {seed}", err=True)
        if against is not None:
            difference = chosen[0].versus(chosen[1])
            if as_json:
                show_table(difference.table(), as_json)
            else:
                print_blocks(difference._shown())
            return
        tree = chosen[0].explain()
    click.echo(tree.to_json(indent=1) if as_json else tree.to_text(depth=depth))
