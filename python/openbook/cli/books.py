"""Verbs on a book alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ..errors import BookError
from ..exit_codes import ExitCode
from .arguments import data_of, data_options, data_options_of, json_option, load_book
from .printing import print_blocks, print_json, show_table

__all__ = ["conform", "diff", "examples", "lint", "schema", "show", "terms", "validate"]


@click.command()
@click.argument("book")
@json_option
def validate(book: str, as_json: bool) -> None:
    """Check a book; says nothing wrong, or everything that is."""
    from dataclasses import asdict

    from ..documents import validate as faults_of

    try:
        loaded = load_book(book)
        if faults := faults_of(loaded):
            raise BookError("the book cannot be compiled", list(faults))
    except BookError as error:
        if as_json:
            print_json({"valid": False, "problems": [asdict(problem) for problem in error.problems]})
        raise
    if as_json:
        print_json({"valid": True, "id": loaded.id, "digest": loaded.digest, "problems": []})
    else:
        click.echo(f"{loaded.id}: valid, digest {loaded.digest}")


@click.command()
@click.argument("book")
@data_options
@click.option("--as-at", metavar="YYYY-MM", help="Data are wanted to this month.")
@click.option("--probe/--no-probe", default=True, help="Also try the book at other values of its inputs.")
@json_option
def lint(book: str, as_at: str | None, probe: bool, as_json: bool, **given: Any) -> None:
    """What a careful reader would question, of a book and of data for it."""
    data = data_of(given["data"], given["inputs"])
    table = load_book(book).lint(data, as_at=as_at, probe=probe, **data_options_of(given))
    show_table(table, as_json)
    if "error" in table["severity"]:
        sys.exit(BookError.exit_code)


@click.command()
@click.argument("book")
@click.argument("about", nargs=-1)
@json_option
def terms(book: str, about: Sequence[str], as_json: bool) -> None:
    """Every term, or those that speak of ABOUT: name, title, path, value, unit, source."""
    show_table(load_book(book).terms(" ".join(about)), as_json)


@click.command()
@click.argument("book")
@json_option
def show(book: str, as_json: bool) -> None:
    """Parties, contracts, clauses and readings of a book."""
    loaded = load_book(book)
    if as_json:
        click.echo(loaded.to_json())
    else:
        print_blocks(loaded._blocks())


@click.command()
@click.argument("before")
@click.argument("after")
@json_option
def diff(before: str, after: str, as_json: bool) -> None:
    """What changed from one book to another."""
    from ..documents import diff as run

    show_table(run(load_book(before), load_book(after)), as_json)


@click.command()
def schema() -> None:
    """The JSON Schema of the document."""
    from ..documents import schema as run

    print_json(run())


@click.command()
@json_option
def examples(as_json: bool) -> None:
    """The shipped books, what they make work, and how many figures are checked for each."""
    from .. import examples as shipped
    from ..table import Column
    from ..table import Table as Result

    rows = []
    for name in shipped.names():
        manifest = shipped.manifest(name)
        golden = manifest["golden"]
        rows.append(
            {"name": name, "title": shipped.book(name).title, "systems": manifest["systems"], "golden": len(golden)}
        )
    if as_json:
        print_json(rows)
        return
    shown = [row | {"systems": " ".join(row["systems"])} for row in rows]
    columns = (Column("name"), Column("title"), Column("systems"), Column("golden", "int"))
    show_table(Result.of_rows("Shipped books", columns, shown), False)


@click.command()
@click.argument("name", required=False)
@json_option
def conform(name: str | None, as_json: bool) -> None:
    """Recalculate every golden figure; exit code 1 where one differs."""
    from ..conformance import conform as run
    from ..table import Table as Result

    table = run(name)
    failed = [row for row in table if not row["passed"]]
    if as_json:
        print_json({"passed": len(table) - len(failed), "failed": len(failed), "figures": table.to_dicts()})
    else:
        if failed:
            show_table(Result.of_rows("Figures that differ", table.schema, failed), False)
        click.echo(table.note)
    if failed:
        sys.exit(ExitCode.FAILED)
