"""Printing: tables with rich where somebody watches, plain text or JSON elsewhere."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..exit_codes import ExitCode

if TYPE_CHECKING:
    from ..table import Table

__all__ = ["keep_and_draw", "owned", "print_blocks", "print_json", "say_incomplete", "show_table"]


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def print_blocks(blocks: Iterable[Any]) -> None:
    """Blocks with rich; as plain text where nobody watches, so that lines are not folded."""
    from .._display import text
    from .._display.blocks import Grid

    if not sys.stdout.isatty():
        click.echo(text.render(list(blocks)))
        return
    console = _console()
    for block in blocks:
        if isinstance(block, Grid) and block.rows:
            from rich.table import Table as RichTable

            table = RichTable(
                title=_plain(block.title) if block.title else None,
                title_justify="left",
                caption=_plain(block.note) if block.note else None,
                caption_justify="left",
            )
            for header, side in zip(block.header, block.align, strict=True):
                table.add_column(_plain(header), justify="right" if side == "r" else "left", overflow="fold")
            for row in block.rows:
                table.add_row(*(_plain(cell) for cell in row))
            console.print(table)
        else:
            console.print(text.render([block]), markup=False)


def _plain(text: str) -> Any:
    """Text in which rich sees no markup and makes nothing bold; control characters are made visible."""
    from rich.text import Text

    from .._display.blocks import plain_words

    return Text(plain_words(text))


def show_table(table: Table, as_json: bool, *, most: int | None = None) -> None:
    if as_json:
        print_json([owned(table) | row for row in table])
    else:
        from .._display import blocks
        from ..drawn import RiskTable
        from ..stressing import StressTable

        estimated = isinstance(table, (RiskTable, StressTable))
        print_blocks(table._shown() if estimated else [blocks.of_table(table, most=most)])


def keep_and_draw(
    result: Any, save: str | None, picture: str | None, private: bool, *, drawn: Any = None, **of: Any
) -> None:
    """Write what was asked for of a result: itself, its picture, or that of a part of it."""
    from .. import privacy
    from .._files import write_atomic

    if save:
        result.save(save, private=private)
    if picture:
        privacy.permit(result.private_to, private, "picture")
        write_atomic(Path(picture), (result if drawn is None else drawn).svg(**of))


def owned(result: Any) -> dict[str, str]:
    """What JSON of a result begins with: to whom it is private, if it is."""
    return {"private_to": result.private_to} if result.private_to else {}


def print_json(value: Any) -> None:
    click.echo(json.dumps(_finite(value), indent=1, ensure_ascii=False, default=str, allow_nan=False))


def _finite(value: Any) -> Any:
    """Null for what is no number: JSON has no word for it."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def say_incomplete(*warnings: Table) -> None:
    """Say that rows were left out of a result that is printed already, and exit with 7; nothing where none were."""
    for table in warnings:
        for row in table.where(code="incomplete-data"):
            click.echo(f"incomplete: {row['message']}", err=True)
            sys.exit(ExitCode.INCOMPLETE)
