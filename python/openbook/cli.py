"""The command line: ``openbook VERB BOOK ...``.

A BOOK is the path of a JSON file or the name of a shipped book. Results go to standard output, messages to standard
error.
Exit codes: 0 done, 2 usage, 3 book, 4 data, 5 reading, 6 limit, 7 incomplete.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .errors import BookError, DataError, OpenbookError

if TYPE_CHECKING:
    from .book import Book
    from .table import Table

__all__ = ["main"]

INCOMPLETE = 7
Options = dict[str, Any]


# -- reading arguments ------------------------------------------------------------------------------------------------


def _pairs(given: Iterable[str], option: str) -> dict[str, str]:
    pairs = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{option}: found '{item}', expected NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


def _value(text: str) -> Any:
    """A value on the command line: JSON where it is JSON, else text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _load(name: str, changes: Iterable[str] = ()) -> Book:
    from . import examples
    from ._json import loads
    from .book import Book

    if Path(name).exists() and not Path(name).is_dir():
        book = Book.read(name)
    elif name in examples.names():
        book = examples.book(name)
    else:
        from ._values import nearest

        message = f"'{name}' is neither a file nor a shipped book{nearest(name, examples.names())}"
        raise BookError("no such book", [{"code": "unknown-book", "path": "", "message": message}])
    pairs = _pairs(changes, "--set")
    if not pairs:
        return book
    return book.with_all({key: loads(value) if _is_json(value) else value for key, value in pairs.items()})


def _is_json(text: str) -> bool:
    return _value(text) is not text


def _data(data: Sequence[str], inputs: str | None) -> Any:
    parts: list[Any] = []
    for name in data:
        path = Path(name)
        if not path.exists():
            raise DataError(
                "no such data", [{"code": "missing-file", "path": name, "message": "the file does not exist"}]
            )
        parts.append(path)
    if inputs is not None:
        from ._json import loads

        parts.append(loads(Path(inputs[1:]).read_bytes() if inputs.startswith("@") else inputs))
    return None if not parts else parts[0] if len(parts) == 1 else parts


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The options of everything that settles or simulates."""
    for option in reversed(
        [
            click.argument("book"),
            click.option("--data", multiple=True, metavar="FILE.csv", help="Data as CSV; may be given several times."),
            click.option("--inputs", metavar="JSON", help="Inputs by id as JSON, or @FILE."),
            click.option("--where", multiple=True, metavar="COLUMN=CODE", help="Select rows, such as org_code=RF4."),
            click.option("--as-at", metavar="YYYY-MM", help="Settle to this month."),
            click.option("--reading", multiple=True, metavar="CLAUSE=NAME", help="Choose a reading."),
            click.option("--alternative", multiple=True, metavar="TERM=NAME", help="Choose another stated figure."),
            click.option(
                "--set", "changes", multiple=True, metavar="NAME=VALUE", help='Change a term: --set "gain cap=£2m".'
            ),
            click.option("--scenario", metavar="NAME", help="Apply a scenario of the book."),
            click.option("--drop-outside", is_flag=True, help="Leave out data of months outside the calendar."),
        ]
    ):
        command = option(command)
    return command


_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_plan_option = click.option("--plan/--no-plan", "plan", default=None, help="Inputs without data take their plan.")


def _options(given: Options) -> tuple[Book, Any, Options]:
    """Book, data and the keyword arguments that settling and simulating share."""
    book = _load(given["book"], given["changes"])
    data = _data(given["data"], given["inputs"])
    options = {
        "where": _pairs(given["where"], "--where") or None,
        "as_at": given["as_at"],
        "readings": _pairs(given["reading"], "--reading"),
        "alternatives": _pairs(given["alternative"], "--alternative"),
        "outside": "drop" if given["drop_outside"] else "refuse",
    }
    return book, data, options


# -- printing ---------------------------------------------------------------------------------------------------------


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _print_blocks(blocks: Iterable[Any]) -> None:
    """Blocks with rich; as plain text where nobody watches, so that lines are not folded."""
    from ._display import text
    from ._display.blocks import Grid

    if not sys.stdout.isatty():
        click.echo(text.render(list(blocks)))
        return
    console = _console()
    for block in blocks:
        if isinstance(block, Grid) and block.rows:
            from rich.table import Table as RichTable

            table = RichTable(
                title=block.title or None, title_justify="left", caption=block.note or None, caption_justify="left"
            )
            for header, side in zip(block.header, block.align, strict=True):
                table.add_column(header, justify="right" if side == "r" else "left", overflow="fold")
            for row in block.rows:
                table.add_row(*(_plain(cell) for cell in row))
            console.print(table)
        else:
            console.print(text.render([block]), markup=False)


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _show(table: Table, as_json: bool, *, most: int | None = None) -> None:
    if as_json:
        _print_json(table.to_dicts())
    else:
        from ._display import blocks
        from .simulation import RiskTable
        from .stressing import StressTable

        estimated = isinstance(table, (RiskTable, StressTable))
        _print_blocks(table._blocks() if estimated else [blocks.of_table(table, most=most)])


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


# -- verbs ------------------------------------------------------------------------------------------------------------


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="openbook", prog_name="openbook")
def cli() -> None:
    """Evaluate, settle, simulate, stress test and explain health-service contracts."""


@cli.command()
@click.argument("book")
@_json_option
def validate(book: str, as_json: bool) -> None:
    """Check a book; says nothing wrong, or everything that is."""
    from dataclasses import asdict

    try:
        loaded = _load(book)
    except BookError as error:
        if as_json:
            _print_json({"valid": False, "problems": [asdict(problem) for problem in error.problems]})
        raise
    if as_json:
        _print_json({"valid": True, "id": loaded.id, "digest": loaded.digest, "problems": []})
    else:
        click.echo(f"{loaded.id}: valid, digest {loaded.digest}")


@cli.command()
@click.argument("book")
@_json_option
def lint(book: str, as_json: bool) -> None:
    """What a careful reader would question."""
    table = _load(book).lint()
    _show(table, as_json)
    if "error" in table["severity"]:
        sys.exit(BookError.exit_code)


@cli.command()
@click.argument("book")
@_json_option
def terms(book: str, as_json: bool) -> None:
    """Every term: name, path, value, unit, source."""
    _show(_load(book).terms(), as_json)


@cli.command()
@click.argument("book")
@_json_option
def show(book: str, as_json: bool) -> None:
    """Parties, contracts, clauses and readings of a book."""
    loaded = _load(book)
    if as_json:
        click.echo(loaded.to_json())
    else:
        _print_blocks(loaded._blocks())


@cli.command()
@_common
@_plan_option
@_json_option
@click.option("--disputes/--no-disputes", default=True, help="Settle the other readings as well.")
@click.option("--posted", metavar="FILE", help="A saved settlement that was posted before.")
@click.option("--ledger", is_flag=True, help="Print the ledger as well.")
@click.option("--save", metavar="FILE", help="Keep the settlement.")
@click.option(
    "--cases", metavar="FILE", help="Settle once per line of JSON: changes, inputs, readings, alternatives, as_at."
)
def settle(
    as_json: bool,
    disputes: bool,
    posted: str | None,
    ledger: bool,
    save: str | None,
    cases: str | None,
    plan: bool | None,
    **given: Any,
) -> None:
    """Settle a book on data, exactly."""
    from .results import Settlement
    from .results import settle as run

    book, data, options = _options(given)
    if cases is not None:
        _settle_cases(book, cases, bool(plan), options)
        return
    before = Settlement.read(posted) if posted else None
    result = run(book, data, plan=bool(plan), disputes=disputes, posted=before, shocks=given["scenario"], **options)
    if save:
        result.save(save)
    if as_json:
        click.echo(result.to_json())
        return
    from ._display import blocks

    shown = list(result._blocks())
    if ledger:
        shown.append(blocks.of_table(result.payments, most=None))
    if before is not None:
        shown.append(blocks.of_table(result.to_post, most=None))
    _print_blocks(shown)


def _settle_cases(book: Book, cases: str, plan: bool, options: Options) -> None:
    """One settlement per line, as JSON; a case that is refused prints its error and the next goes on."""
    from ._json import loads
    from .results import settle as run

    lines = sys.stdin if cases == "-" else Path(cases).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.strip():
            continue
        case = loads(line)
        try:
            changed = book.with_all(case["changes"]) if case.get("changes") else book
            one = options | {"readings": case.get("readings"), "alternatives": case.get("alternatives")}
            one |= {"as_at": case.get("as_at") or options["as_at"]}
            settlement = run(changed, case.get("inputs"), plan=plan, disputes=case.get("disputes", True), **one)
            click.echo(settlement.to_json())
        except OpenbookError as error:
            click.echo(json.dumps({"error": str(error), "exit_code": error.exit_code}))


@cli.command()
@_common
@_json_option
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws.")
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", type=int, help="Default: as many as allowed.")
@click.option("--every", multiple=True, default=("year", "term"), show_default=True, help="Calendars of the positions.")
@click.option("--track", multiple=True, metavar="FORMULA", help="Formulas to keep as well.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def simulate(
    as_json: bool,
    scenarios: int,
    seed: int,
    threads: int | None,
    every: Sequence[str],
    track: Sequence[str],
    quiet: bool,
    **given: Any,
) -> None:
    """Simulate a book; every figure with its Monte Carlo error."""
    from .simulation import simulate as run

    book, data, options = _options(given)
    result = run(
        book,
        scenarios,
        seed=seed,
        data=data,
        threads=threads,
        every=every,
        track=track,
        shocks=given["scenario"],
        progress=False if quiet else None,
        **options,
    )
    summary = result.summary()
    if as_json:
        _print_json(
            {
                "draws": result.draws,
                "seed": result.seed,
                "summary": summary.to_dicts(),
                "warnings": result.warnings.to_dicts(),
            }
        )
    else:
        _print_blocks([summary._block()])


@cli.command()
@_common
@_plan_option
@_json_option
@click.option("--shocks", "shock_file", metavar="FILE.json", help="Shocks: a list, or an object from names to lists.")
@click.option("--every", default="term", show_default=True, help="Calendar of the positions.")
def stress(as_json: bool, shock_file: str | None, every: str, plan: bool | None, **given: Any) -> None:
    """Settle a book again under every scenario of the book, one scenario, or the shocks of a file."""
    from .stressing import stress as run

    book, data, options = _options(given)
    shocks: Any = Path(shock_file) if shock_file else given["scenario"]
    _show(run(book, shocks, data, every=every, plan=plan, **options), as_json)


@cli.command()
@_common
@_plan_option
@_json_option
@click.argument("what")
@click.option("--year", metavar="N", help="Number (from 1) or label of the year.")
@click.option("--every", default="", help="term or year.")
@click.option("--period", default="1", help="Number (from 1) or label of the period.")
@click.option("--basis", default="practised", show_default=True)
@click.option("--depth", type=int, metavar="N", help="Levels shown; default all, down to the inputs.")
def explain(
    what: str,
    as_json: bool,
    year: str | None,
    every: str,
    period: str,
    basis: str,
    depth: int | None,
    plan: bool | None,
    **given: Any,
) -> None:
    """Open one figure: a party, clause:ID, quantity:ID or entry:ID."""
    from .results import settle as run

    book, data, options = _options(given)
    settlement = run(
        book, data, plan=data is None if plan is None else plan, disputes=False, shocks=given["scenario"], **options
    )
    tree = settlement.explain(
        what, every=every, period=_period(period), year=None if year is None else _period(year), basis=basis
    )
    click.echo(tree.to_json(indent=1) if as_json else tree.to_text(depth=depth))


def _period(text: str) -> int | str:
    return int(text) if text.isdigit() and len(text) < 4 else text


@cli.command()
@click.argument("books", nargs=-1, required=True, metavar="NAME=BOOK ...")
@click.option("--scenarios", default=10_000, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--every", default="term", show_default=True)
@_json_option
def compare(books: Sequence[str], scenarios: int, seed: int, every: str, as_json: bool) -> None:
    """Simulate several books with the same draws; differences from the first, party by party."""
    from .comparison import compare as run

    named = {}
    for item in books:
        name, equals, book = item.partition("=")
        named[name] = _load(book if equals else item)
    _show(run(named, scenarios=scenarios, seed=seed, every=every), as_json)


@cli.command()
@click.argument("before")
@click.argument("after")
@_json_option
def diff(before: str, after: str, as_json: bool) -> None:
    """What changed from one book to another."""
    from .book import diff as run

    _show(run(_load(before), _load(after)), as_json)


@cli.command()
def schema() -> None:
    """The JSON Schema of the document."""
    from .book import schema as run

    _print_json(run())


@cli.command()
@_json_option
def examples(as_json: bool) -> None:
    """The shipped books, what they make work, and how many figures are checked for each."""
    from . import examples as shipped
    from .table import Column
    from .table import Table as Result

    rows = []
    for name in shipped.names():
        manifest = shipped.manifest(name)
        golden = manifest["golden"]
        rows.append(
            {"name": name, "title": shipped.book(name).title, "systems": manifest["systems"], "golden": len(golden)}
        )
    if as_json:
        _print_json(rows)
        return
    shown = [row | {"systems": " ".join(row["systems"])} for row in rows]
    columns = (Column("name"), Column("title"), Column("systems"), Column("golden", "int"))
    _show(Result.of_rows("Shipped books", columns, shown), False)


@cli.command()
@click.argument("name", required=False)
@_json_option
def conform(name: str | None, as_json: bool) -> None:
    """Recalculate every golden figure; exit code 1 where one differs."""
    from .conformance import conform as run
    from .table import Table as Result

    table = run(name)
    failed = [row for row in table if not row["passed"]]
    if as_json:
        _print_json({"passed": len(table) - len(failed), "failed": len(failed), "figures": table.to_dicts()})
    else:
        if failed:
            _show(Result.of_rows("Figures that differ", table.schema, failed), False)
        click.echo(table.note)
    if failed:
        sys.exit(1)


@cli.command()
@_common
@_plan_option
@click.option("--out", default="out", show_default=True, metavar="FILE", help="A folder, or an HTML file.")
@click.option("--scenarios", default=10_000, show_default=True, help="0: no simulation.")
@click.option("--seed", default=0, show_default=True)
def report(out: str, scenarios: int, seed: int, plan: bool | None, **given: Any) -> None:
    """Settle, simulate and stress a book, and write one HTML file."""
    book, data, options = _options(given)
    use_plan = data is None if plan is None else plan
    click.echo(str(_report(book, data, options, use_plan, out, scenarios, seed)[0]))


def _report(
    book: Book, data: Any, options: Options, plan: bool, out: str, scenarios: int, seed: int
) -> tuple[Path, Any, Any, Any]:
    from .reporting import report as write
    from .results import settle as run_settle
    from .simulation import simulate as run_simulate
    from .stressing import stress as run_stress

    settlement = run_settle(book, data, plan=plan, **options)
    simulation = run_simulate(book, scenarios, seed=seed, data=data, **options) if scenarios else None
    stressed = run_stress(book, None, data, plan=plan, **options) if book.scenarios else None
    path = Path(out) if out.endswith((".html", ".htm")) else Path(out) / f"{book.id}.html"
    write(book, path, settlement=settlement, simulation=simulation, stress=stressed)
    return path, settlement, simulation, stressed


@cli.command()
@click.option("--out", default="out", show_default=True, metavar="FOLDER")
@click.option("--scenarios", default=100_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
def demo(out: str, scenarios: int, seed: int) -> None:
    """Settle, simulate and stress test the shipped mental health alliance; tables here, an HTML report in OUT."""
    import time

    from . import examples as shipped

    book = shipped.book("mental_health_alliance")
    start = time.perf_counter()
    from .reporting import report as write
    from .results import settle as run_settle
    from .simulation import simulate as run_simulate
    from .stressing import stress as run_stress

    # An illustrative life of the alliance is settled; what could have happened is drawn and stressed around the plan.
    settlement = run_settle(book, shipped.data("mental_health_alliance"), plan=True)
    simulation = run_simulate(book, scenarios, seed=seed) if scenarios else None
    stressed = run_stress(book, None, plan=True)
    path = Path(out) / f"{book.id}.html"
    write(book, path, settlement=settlement, simulation=simulation, stress=stressed)
    took = time.perf_counter() - start
    blocks = [*settlement._blocks(), *(simulation._blocks() if simulation is not None else [])]
    if stressed is not None:
        blocks.append(stressed._block())
    _print_blocks(blocks)
    click.echo(f"\nSettled, simulated {scenarios:,} draws, stressed and reported in {took:.1f} s: {path}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    try:
        code = cli.main(
            args=None if arguments is None else list(arguments), prog_name="openbook", standalone_mode=False
        )
        sys.exit(code if isinstance(code, int) else 0)
    except OpenbookError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except ModuleNotFoundError as error:
        click.echo(f"error: this needs the package '{error.name}', which is not installed", err=True)
        sys.exit(INCOMPLETE)
    except OSError as error:
        click.echo(f"error: {error.strerror or error}: {error.filename or ''}", err=True)
        sys.exit(2)
