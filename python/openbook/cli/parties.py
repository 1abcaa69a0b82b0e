"""Verbs between the parties: words and notes."""

from __future__ import annotations

import click

from .arguments import json_option, load_book
from .printing import show_table

__all__ = ["notes", "words"]


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
