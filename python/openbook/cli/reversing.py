"""The verb that asks what would break us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from .arguments import common, json_option, kept_options, options_of, period_of
from .printing import keep_and_draw, print_blocks

__all__ = ["reverse_stress"]


def _levers(given: Sequence[str], values: Sequence[str]) -> Iterator[Any]:
    from ..reversing import Lever

    for item in given:
        name, equals, bounds = item.partition("=")
        yield Lever(name.strip(), *_bounds(bounds, "--lever", item)) if equals else Lever(name.strip())
    for item in values:
        name, _, bounds = item.partition("=")
        low, high = _bounds(bounds, "--value", item)
        yield Lever(name.strip(), low, high, by="value")


def _bounds(text: str, option: str, item: str) -> tuple[str, str]:
    low, dots, high = text.partition("..")
    if not (dots and low.strip() and high.strip()):
        raise click.UsageError(f"{option}: found '{item}', expected NAME=LOW..HIGH")
    return low.strip(), high.strip()


@click.command()
@common
@click.argument("condition")
@json_option
@click.option(
    "--depth", "depths", multiple=True, type=click.Choice(["one", "joint", "region"]), help="Default: all three."
)
@click.option(
    "--lever",
    "levers",
    multiple=True,
    metavar="NAME[=LOW..HIGH]",
    help="What is moved alone: a driver (standard deviations), a scenario (strength), an input or parameter "
    "(a multiple). Default: every driver and scenario.",
)
@click.option("--value", "values", multiple=True, metavar="NAME=LOW..HIGH", help="A term or input moved in its value.")
@click.option("--every", help="Calendar of the periods in which it is asked.")
@click.option("--period", metavar="N", help="Number (from 1) or label of the period.")
@click.option("--when", type=click.Choice(["any", "all"]), default="any", show_default=True, help="Of several periods.")
@click.option("--scenarios", default=20_000, show_default=True, help="Number of plain draws.")
@click.option("--importance", default=20_000, show_default=True, help="Number of draws around the design points.")
@click.option("--seed", default=0, show_default=True)
@kept_options
def reverse_stress(
    condition: str,
    as_json: bool,
    depths: Sequence[str],
    levers: Sequence[str],
    values: Sequence[str],
    every: str | None,
    period: str | None,
    when: Any,
    scenarios: int,
    importance: int,
    seed: int,
    save: str | None,
    picture: str | None,
    private: bool,
    **given: Any,
) -> None:
    """What would make a CONDITION true: "position('trust', 'year 2') < -£1m"."""
    from ..reversing import reverse_stress as run

    book, data, options = options_of(given)
    options.pop("edition")
    result = run(
        book,
        condition,
        depths=depths or ("one", "joint", "region"),
        levers=list(_levers(levers, values)) or None,
        every=every,
        period=None if period is None else period_of(period),
        when=when,
        scenarios=scenarios,
        importance_draws=importance,
        seed=seed,
        data=data,
        shocks=given["scenario"],
        **options,
    )
    keep_and_draw(result, save, picture, private)
    if as_json:
        click.echo(result.to_json(indent=1))
    else:
        print_blocks(result._shown())
