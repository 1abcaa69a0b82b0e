"""Verbs between the parties: words, notes, open points, seals."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import BookError
from .arguments import json_option, load_book, pairs
from .printing import print_blocks, print_json, show_table

__all__ = ["notes", "open_points", "seal", "verify", "words"]


@click.command()
@click.argument("book")
@json_option
def words(book: str, as_json: bool) -> None:
    """Every clause beside the contract's own words: paragraph, words, what is calculated, notes."""
    show_table(load_book(book).words(), as_json, most=None)


@click.command()
@click.argument("book")
@click.argument("on", required=False, default="")
@json_option
def notes(book: str, on: str, as_json: bool) -> None:
    """The notes beside the terms: all, or those ON a path, an id or a term."""
    show_table(load_book(book).notes_on(on), as_json, most=None)


@click.command("open")
@click.argument("book")
@click.option("--accept-illustrative", is_flag=True, help="Leave out terms that are marked as illustrative.")
@json_option
def open_points(book: str, accept_illustrative: bool, as_json: bool) -> None:
    """What must be settled before a book can be sealed; exit code 3 where something must."""
    from ..sealing import open_points as run

    table = run(load_book(book), accept_illustrative=accept_illustrative)
    show_table(table, as_json, most=None)
    if table:
        sys.exit(BookError.exit_code)


@click.command()
@click.argument("book")
@click.option(
    "--signatory",
    "signatories",
    multiple=True,
    metavar="PARTY=NAME[, OFFICE]",
    help="Who signs for a party; once for each.",
)
@click.option("--date", required=True, metavar="YYYY-MM-DD", help="Day of the seal.")
@click.option("--out", metavar="FILE", help="Default: the book's id and .sealed.json.")
@click.option("--decide", multiple=True, metavar="NAME=CHOICE", help="Choose a reading or an alternative for good.")
@click.option("--data", multiple=True, metavar="NAME=FILE.csv", help="Check figures on these data too.")
@click.option("--accept-illustrative", is_flag=True, help="Seal illustrative terms, listed by name.")
@click.option("--vary", metavar="FILE", help="The seal that this one varies.")
@click.option("--deed", default="", metavar="TEXT", help="What it is varied by.")
@json_option
def seal(
    book: str,
    signatories: Sequence[str],
    date: str,
    out: str | None,
    decide: Sequence[str],
    data: Sequence[str],
    accept_illustrative: bool,
    vary: str | None,
    deed: str,
    as_json: bool,
) -> None:
    """Freeze a book for signature; refuses what is still open, and says what to do."""
    from ..seals import read_sealed
    from ..signing import seal as run

    if bool(vary) != bool(deed):
        raise click.UsageError("--vary and --deed go together")
    loaded = load_book(book)
    if decide:
        loaded = loaded.decide(dict(pairs(decide, "--decide")))
    who: Any = pairs(signatories, "--signatory")
    options: dict[str, Any] = {"data": _named_data(data), "accept_illustrative": accept_illustrative}
    if vary:
        sealed = read_sealed(vary).vary(loaded, deed=deed, date=date, signatories=who or None, **options)
    else:
        sealed = run(loaded, who, date, **options)
    target = Path(out or f"{loaded.id}.sealed.json")
    sealed.write(target)
    if as_json:
        print_json({"file": str(target), "seal": sealed.digest, "short": sealed.short, "edition": sealed.edition})
    else:
        print_blocks(sealed._blocks())
        click.echo(f"\n{target}: sealed as {sealed.short}")


def _named_data(data: Sequence[str]) -> dict[str, Path]:
    named = {name: Path(file) for name, file in pairs(data, "--data").items()}
    for file in named.values():
        if not file.exists():
            raise click.UsageError(f"--data: there is no file '{file}'")
    return named


@click.command()
@click.argument("file")
@click.option("--before", multiple=True, metavar="FILE", help="The seal that it varies; all earlier ones.")
@click.option("--short", default="", metavar="CODE", help="The short code on the signed paper.")
@json_option
def verify(file: str, before: Sequence[str], short: str, as_json: bool) -> None:
    """Check a sealed book from its file alone; exit code 3 where something is wrong."""
    from ..verification import verify as run

    table = run(Path(file), before=[Path(name) for name in before], short=short)
    if as_json:
        print_json({"passed": table.passed, "checks": table.to_dicts()})
    else:
        show_table(table, False)
    if not table.passed:
        sys.exit(BookError.exit_code)
