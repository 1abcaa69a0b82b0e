"""Verbs on frames of prices, activity and costs, without a book."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from ..errors import DataError, OpenbookError
from .arguments import json_option
from .printing import print_json, show_table

__all__ = ["check_costs", "price_and_volume"]


def _columns(command: Callable[..., None]) -> Callable[..., None]:
    """Options that name the columns."""
    for option in reversed(
        (
            click.option(
                "--key", "keys", multiple=True, required=True, help="A column of the key; several may be given."
            ),
            click.option("--quantity", required=True, metavar="COLUMN", help="The column of the quantity."),
            click.option("--price", required=True, metavar="COLUMN", help="The column of the price of one unit."),
        )
    ):
        command = option(command)
    return command


@click.command("check-costs")
@click.argument("data")
@_columns
@click.option("--cost", required=True, metavar="COLUMN", help="The column of what should be their product.")
@click.option("--places", multiple=True, metavar="COLUMN=N", help="Decimal places to which a column was rounded.")
@json_option
def check_costs(
    data: str, keys: Sequence[str], quantity: str, price: str, cost: str, places: Sequence[str], as_json: bool
) -> None:
    """List rows of DATA whose quantity times price is not their cost; the exit code is 4 where there are some."""
    from ..tariff import check_costs as checked

    with _asked():
        table = checked(data, keys=keys, quantity=quantity, price=price, cost=cost, places=_places(places))
    show_table(table, as_json)
    if "differs" in table["finding"]:
        sys.exit(DataError.exit_code)


@contextmanager
def _asked() -> Iterator[None]:
    """What was asked for wrongly is a matter of usage; data that are wrong are told as such."""
    try:
        yield
    except OpenbookError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _places(given: Sequence[str]) -> dict[str, int] | None:
    made = {}
    for text in given:
        column, _, number = text.rpartition("=")
        if not column or not number.isdecimal():
            raise click.BadParameter(f"found '{text}', expected COLUMN=N such as cost=2", param_hint="--places")
        made[column] = int(number)
    return made or None


@click.command("price-and-volume")
@click.argument("before")
@click.argument("after")
@_columns
@click.option("--cost", metavar="COLUMN", help="The cost, told of rows that are set aside.")
@click.option("--by", metavar="COLUMN", help="A column of the key: volume is told apart from mix within its codes.")
@click.option(
    "--weights",
    type=click.Choice(["after", "before"]),
    default="after",
    show_default=True,
    help="Quantities of the price effect.",
)
@json_option
def price_and_volume(before: str, after: str, as_json: bool, **given: Any) -> None:
    """What is price, volume, mix, new, discontinued in the movement from BEFORE to AFTER, to the penny."""
    from ..tariff import price_and_volume as taken_apart

    with _asked():
        moved = taken_apart(before, after, **given)
    if as_json:
        print_json({"totals": dict(moved.totals), "lines": list(moved), "set_aside": list(moved.set_aside)})
        return
    show_table(moved.bridge().table(), False)
    if given["by"]:
        show_table(moved.by_group(), False)
    click.echo(moved.note)
