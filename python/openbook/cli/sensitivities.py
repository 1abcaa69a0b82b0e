"""Verbs that ask what a party's position is sensitive to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import common, json_option, kept_options, options_of, pairs, period_of, plan_option, several
from .printing import keep_and_draw, print_blocks, print_json
from .telling import told

__all__ = ["break_even", "sensitivity"]

_position = (
    click.option("--every", default="term", show_default=True, help="Calendar of the position."),
    click.option("--period", default="1", show_default=True, help="Number or label of the period."),
    click.option("--basis", default="practised", show_default=True, help="practised, written or written_world."),
    click.option("--scenarios", default=10_000, show_default=True, help="Number of draws."),
    click.option("--seed", default=0, show_default=True),
)


def _positioned(command: Any) -> Any:
    for option in reversed(_position):
        command = option(command)
    return command


@click.command()
@common
@click.argument("party")
@_positioned
@json_option
@click.option(
    "--term",
    "terms",
    multiple=True,
    metavar="NAME=LOW..HIGH",
    help='An uncertain term: "price=£1,900..£2,100". Default: terms for which sources give alternatives.',
)
@click.option("--percentiles", default="10,90", show_default=True, help="To which percentiles drivers are moved.")
@click.option(
    "--measure", type=click.Choice(["settled", "mean"]), default="settled", show_default=True, help="Of the tornado."
)
@kept_options
def sensitivity(
    party: str,
    every: str,
    period: str,
    basis: str,
    scenarios: int,
    seed: int,
    as_json: bool,
    terms: Sequence[str],
    percentiles: str,
    measure: str,
    save: str | None,
    picture: str | None,
    private: bool,
    **given: Any,
) -> None:
    """What moves a party's position: marginal pounds, a tornado, Sobol' indices."""
    from ..sensitivities import sensitivity as run

    book, data, options = options_of(given)
    result = run(
        book,
        party,
        data,
        every=every,
        period=period_of(period),
        basis=basis,
        percentiles=_two_numbers(percentiles),
        terms=_ranges(terms) if terms else None,
        measure=measure,
        scenarios=scenarios,
        seed=seed,
        shocks=given["scenario"],
        **options,
    )
    keep_and_draw(result, save, picture, private, drawn=result.tornado)
    if as_json:
        print_json(told(result))
    else:
        print_blocks(result._shown())


def _two_numbers(text: str) -> tuple[float, float]:
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(f"--percentiles: found '{text}', expected two numbers such as 10,90") from None
    return low, high


def _ranges(given: Sequence[str]) -> dict[str, tuple[str, str]]:
    ranges = {}
    for name, text in pairs(given, "--term").items():
        low, dots, high = text.partition("..")
        if not dots or not low.strip() or not high.strip():
            raise click.UsageError(f"--term: found '{text}', expected LOW..HIGH")
        ranges[name] = low.strip(), high.strip()
    return ranges


@click.command()
@common
@click.argument("term")
@click.argument("party")
@_positioned
@plan_option
@json_option
@click.option("--target", default="0", show_default=True, help="An amount, or another party.")
@click.option("--low", help="Low end of the range, as the term is written.")
@click.option("--high", help="High end of the range.")
@click.option("--step", help="Step between neighbouring values.")
@click.option(
    "--measure", default="settled", show_default=True, help='"settled", "mean", or a probability such as 0.05.'
)
@click.option(
    "--vary",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another term and a value of it; several times: at each value, where TERM breaks even.",
)
@click.option("--points", default=17, show_default=True, help="Places of the range that are looked at first.")
@kept_options
def break_even(
    term: str,
    party: str,
    every: str,
    period: str,
    basis: str,
    scenarios: int,
    seed: int,
    plan: bool | None,
    as_json: bool,
    target: str,
    low: str | None,
    high: str | None,
    step: str | None,
    measure: str,
    vary: Sequence[str],
    points: int,
    save: str | None,
    picture: str | None,
    private: bool,
    **given: Any,
) -> None:
    """At what value of a TERM a party's position is zero, an amount, or another party's."""
    from ..sensitivities import break_even as run

    book, data, options = options_of(given)
    if measure == "settled" and plan is not None:
        options["plan"] = plan
    by = several(vary, "--vary")
    if len(by) > 1:
        raise click.UsageError(f"--vary: found {', '.join(by)}, expected values of one other term")
    [(first, values)] = by.items() or [("", [])]
    result = run(
        book,
        [first, term] if by else term,
        party,
        values=values or None,
        points=points,
        target=target,
        low=low,
        high=high,
        step=step,
        measure=measure if measure in ("settled", "mean") else _probability(measure),
        data=data,
        every=every,
        period=period_of(period),
        basis=basis,
        scenarios=scenarios,
        seed=seed,
        shocks=given["scenario"],
        **options,
    )
    keep_and_draw(result, save, picture, private)
    if as_json:
        print_json(told(result))
    else:
        print_blocks(result._shown())


def _probability(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(f"--measure: found '{text}', expected settled, mean or a probability") from None
