"""The verb that settles many books."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import DataError
from .arguments import json_option, shipped
from .printing import print_blocks

__all__ = ["settle_many"]


@click.command("settle-many")
@click.argument("books", nargs=-1, required=True)
@click.option("--data", metavar="FOLDER|FILE.csv", help="A folder with <book>.csv each, or one file with --by.")
@click.option("--by", metavar="COLUMN", help="Column of the file that names the book of each row.")
@click.option("--posted", metavar="FOLDER", help="The folder of the run before: only differences are to be posted.")
@click.option("--first", is_flag=True, help="Nothing was posted before: everything is to be posted.")
@click.option("--out", required=True, metavar="FOLDER", help="Where results and summary are written.")
@click.option("--on-error", type=click.Choice(["collect", "raise"]), default="collect", show_default=True)
@click.option("--others", type=click.Choice(["refuse", "drop"]), default="refuse", show_default=True)
@click.option("--options", metavar="FILE.json", help="Options of single books: name to readings, where, as_at, ...")
@click.option("--as-at", metavar="YYYY-MM", help="Settle to this month.")
@click.option("--plan/--no-plan", "plan", default=False, help="Inputs without data take their plan.")
@click.option("--drop-outside", is_flag=True, help="Leave out data of months outside the calendar.")
@click.option("--disputes/--no-disputes", default=True, help="Settle the other readings as well.")
@click.option("--workers", type=int, help="Books at the same time; default: as many as allowed.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@json_option
def settle_many(
    books: Sequence[str],
    data: str | None,
    by: str | None,
    posted: str | None,
    first: bool,
    out: str,
    options: str | None,
    drop_outside: bool,
    workers: int | None,
    quiet: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Settle many books: files, folders of files, or shipped books.

    Writes <book>.openbook for each, run.json, run.csv, errors.csv and, with --posted or --first, to_post.csv. A book
    that fails is listed and the others go on; the exit code is then 7.
    """
    from ..many import settle_many as run

    if posted is not None and first:
        raise click.UsageError("--posted and --first exclude each other")
    result = run(
        [Path(place) if Path(place).exists() else shipped(place) for place in books],
        Path(data) if data is not None else None,
        by=by,
        each=_options(options),
        posted={} if first else posted,
        out=out,
        keep="ledger" if posted is not None or first else "positions",
        workers=workers,
        progress=False if quiet else None,
        outside="drop" if drop_outside else "refuse",
        **given,
    )
    if as_json:
        click.echo(result.to_json(indent=1))
    else:
        print_blocks(result._shown())
    return result.exit_code


def _options(path: str | None) -> dict[str, dict[str, Any]] | None:
    if path is None:
        return None
    from .._json import loads

    given = loads(Path(path).read_bytes())
    if isinstance(given, dict) and all(isinstance(options, dict) for options in given.values()):
        return given
    message = 'expected an object from names of books to options: {"acute": {"readings": {"cap": "value"}}}'
    raise DataError("options are not understood", [{"code": "wrong-type", "path": path, "message": message}])
