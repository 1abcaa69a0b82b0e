"""Verbs that ask how far figures can be trusted: under other seeds, and against the known past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import (
    common,
    json_option,
    kept_options,
    options_of,
    period_of,
    sampling_option,
    seed_of,
    seed_option,
    values_checked,
)
from .printing import keep_and_draw, print_blocks, print_json
from .telling import told

__all__ = ["backtest", "stability"]


def _numbers(given: Sequence[str], option: str) -> tuple[float, ...]:
    """Numbers separated by commas, or several times."""
    try:
        return tuple(float(part) for item in given for part in item.split(","))
    except ValueError:
        raise click.UsageError(f"{option}: found '{', '.join(given)}', expected numbers such as 0.5,0.9") from None


@click.command()
@common
@click.option("--seeds", default=20, show_default=True, help="How many, from --seed on; five at least.")
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws under each seed.")
@seed_option()
@click.option("--what", multiple=True, metavar="PARTY", help="Whose positions. Default: every party's.")
@click.option("--levels", multiple=True, default=("0.95",), show_default=True, help="Of value at risk and shortfall.")
@click.option("--every", default="term", show_default=True, help="Calendar of the positions.")
@click.option("--period", help="Number or label of the period. Default: every one of the calendar.")
@click.option("--basis", default="practised", show_default=True, help="practised, written or written_world.")
@sampling_option
@click.option("--threads", type=int, help="Default: as many as allowed.")
@kept_options
@json_option
def stability(
    seeds: int,
    scenarios: int,
    seed: int | str,
    what: Sequence[str],
    levels: Sequence[str],
    every: str,
    period: str | None,
    basis: str,
    sampling: str,
    threads: int | None,
    save: str | None,
    picture: str | None,
    private: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Whether the stated errors are honest: the same statistics under many seeds, their scatter beside their errors."""
    from ..many_seeds import stability as run

    book, data, options = options_of(given)
    with values_checked():
        result = run(
            book,
            seeds,
            scenarios=scenarios,
            seed=seed_of(given["book"], seed, given["changes"]),
            what=list(what) or None,
            levels=_numbers(levels, "--levels"),
            every=every,
            period=None if period is None else period_of(period),
            basis=basis,
            data=data,
            threads=threads,
            shocks=given["scenario"],
            sampling=sampling,
            progress=False,
            **options,
        )
    keep_and_draw(result, save, picture, private)
    if as_json:
        print_json(told(result))
    else:
        print_blocks(result._shown())


@click.command()
@common
@click.option("--until", required=True, metavar="YYYY-MM", help="The last month that the forecast knows.")
@click.option("--fit/--as-written", default=True, show_default=True, help="Fit drivers on the months before, or not.")
@click.option("--what", multiple=True, metavar="NAME", help="A party, or a monthly input that is driven.")
@click.option("--every", default="month", show_default=True, help="Calendar of what is compared.")
@click.option("--bands", multiple=True, default=("0.5,0.8,0.9",), show_default=True, help="Central bands.")
@click.option("--basis", default="practised", show_default=True, help="practised, written or written_world.")
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws.")
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", type=int, help="Default: as many as allowed.")
@click.option("--fan", metavar="NAME", help="With --svg: the fan of this party or input.")
@kept_options
@json_option
def backtest(
    until: str,
    fit: bool,
    what: Sequence[str],
    every: str,
    bands: Sequence[str],
    basis: str,
    scenarios: int,
    seed: int,
    threads: int | None,
    fan: str | None,
    save: str | None,
    picture: str | None,
    private: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Forecast the known past from a month on, and hold the forecast against what happened in the data."""
    from ..backtesting import backtest as run

    if given["as_at"] or given["scenario"]:
        raise click.UsageError("a backtest takes no --as-at and no --scenario: it knows the data --until a month")
    book, data, options = options_of(given)
    del options["as_at"], options["edition"]
    if data is None:
        raise click.UsageError("a backtest needs what happened: --data FILE")
    with values_checked():
        result = run(
            book,
            data,
            until=until,
            fit=fit,
            what=list(what) or None,
            scenarios=scenarios,
            seed=seed,
            every=every,
            bands=_numbers(bands, "--bands"),
            basis=basis,
            threads=threads,
            progress=False,
            **options,
        )
        keep_and_draw(result, save, picture, private, what=fan)
    if as_json:
        print_json(told(result))
    else:
        print_blocks(result._shown())
