"""Verbs that hold several forms of an agreement against each other: the efficient frontier, the value of knowing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import (
    choice_options,
    json_option,
    kept_options,
    load_book,
    options_without_book,
    period_of,
    sealed_book,
    seed_option,
    several,
    values_checked,
)
from .printing import keep_and_draw, print_blocks, print_json
from .telling import told

__all__ = ["frontier", "value_of_information"]


def _books(given: Sequence[str], changes: Sequence[str]) -> dict[str, Any]:
    """Books by name: NAME=BOOK, or BOOK, which is then its name."""
    named: dict[str, Any] = {}
    for item in given:
        name, equals, place = item.partition("=")
        place = place if equals else item
        if name in named:
            raise click.UsageError(f"'{name}' is named twice; give each book a name: NAME=BOOK")
        sealed = None if changes else sealed_book(place)
        named[name] = sealed or load_book(place, changes)
    return named


@click.command()
@click.argument("books", nargs=-1, required=True, metavar="[NAME=]BOOK ...")
@choice_options
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Change a term of every book.")
@click.option(
    "--vary",
    multiple=True,
    metavar="NAME=VALUE",
    help='A term of one book and a value of it: --vary "gain cap=£1m" --vary "gain cap=£2m". Of several terms every '
    "combination.",
)
@click.option("--party", help="Whose position both axes are of.")
@click.option("--x", "across", default="es95", show_default=True, metavar="STATISTIC", help="mean, sd, es95, p5, ...")
@click.option("--y", "up", default="mean", show_default=True, metavar="STATISTIC")
@click.option("--x-party", metavar="PARTY", help="Of the first axis, where it is another's.")
@click.option("--y-party", metavar="PARTY", help="Of the second axis, where it is another's.")
@click.option("--every", default="term", show_default=True, help="Calendar of the position.")
@click.option("--period", default="1", show_default=True, help="Number or label of the period.")
@click.option("--basis", default="practised", show_default=True, help="practised, written or written_world.")
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws of each point.")
@seed_option()
@kept_options
@json_option
def frontier(
    books: Sequence[str],
    changes: Sequence[str],
    vary: Sequence[str],
    party: str | None,
    across: str,
    up: str,
    x_party: str | None,
    y_party: str | None,
    every: str,
    period: str,
    basis: str,
    scenarios: int,
    seed: Any,
    save: str | None,
    picture: str | None,
    private: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """What is got for what is risked under each of several BOOKs, or values of a term: which forms no other beats."""
    from ..frontiers import frontier as run

    if party is None and (x_party is None or y_party is None):
        raise click.UsageError("say whose position: --party NAME, or --x-party and --y-party")
    if bool(vary) == (len(books) > 1):
        raise click.UsageError("give several books, or one book with --vary NAME=VALUE for each value")
    named = _books(books, changes)
    data, options = options_without_book(given)
    with values_checked():
        result = run(
            named if len(named) > 1 else next(iter(named.values())),
            several(vary, "--vary") or None,
            x=(across, x_party or str(party)),
            y=(up, y_party or str(party)),
            scenarios=scenarios,
            seed=seed,
            every=every,
            period=period_of(period),
            basis=basis,
            data=data,
            shocks=given["scenario"],
            progress=False,
            **options,
        )
    keep_and_draw(result, save, picture, private)
    if as_json:
        print_json(told(result))
    else:
        print_blocks(result._shown())


@click.command()
@click.argument("books", nargs=-1, required=True, metavar="[NAME=]BOOK ...")
@choice_options
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Change a term of every book.")
@click.option("--party", required=True, help="Who chooses, and whose position is to be as large as possible.")
@click.option("--every", default="term", show_default=True, help="Calendar of the position.")
@click.option("--period", default="1", show_default=True, help="Number or label of the period.")
@click.option("--basis", default="practised", show_default=True, help="practised, written or written_world.")
@click.option("--scenarios", default=10_000, show_default=True, help="Draws for the value of knowing everything.")
@click.option("--outer", default=500, show_default=True, help="Values of each factor; 0: only of knowing everything.")
@click.option("--inner", default=500, show_default=True, help="Draws of all other factors with each value.")
@click.option("--seed", default=0, show_default=True)
@click.option("--save", metavar="FILE", help="Keep the result.")
@click.option("--private", is_flag=True, help="Write a file though a layer went into it.")
@json_option
def value_of_information(
    books: Sequence[str],
    changes: Sequence[str],
    party: str,
    every: str,
    period: str,
    basis: str,
    scenarios: int,
    outer: int,
    inner: int,
    seed: int,
    save: str | None,
    private: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """What it is worth to a party to know what is uncertain before it chooses between several BOOKs."""
    from ..sensitivities import value_of_information as run

    named = {name: getattr(book, "book", book) for name, book in _books(books, changes).items()}
    data, options = options_without_book(given)
    result = run(
        named,
        party,
        every=every,
        period=period_of(period),
        basis=basis,
        scenarios=scenarios,
        outer=outer,
        inner=inner,
        seed=seed,
        data=data,
        shocks=given["scenario"],
        **options,
    )
    keep_and_draw(result, save, None, private)
    if as_json:
        print_json(told(result))
    else:
        print_blocks(result._shown())
