"""The verb that asks a simulation for its risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import common, json_option, options_of, period_of, values_checked
from .printing import owned, print_blocks, print_json, say_incomplete

__all__ = ["risk"]


@click.command()
@common
@click.argument("what")
@json_option
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws.")
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", type=int, help="Default: as many as allowed.")
@click.option("--every", default="term", show_default=True, help="Calendar of the position.")
@click.option("--period", help="Its number, from 1, or label.")
@click.option("--statistic", multiple=True, metavar="NAME", help="mean, sd, variance, p_deficit, p5, var99, es99, ...")
@click.option("--by", type=click.Choice(["clause", "party", "driver"]), help="Share a statistic out to them.")
@click.option("--share", default="es99", show_default=True, metavar="NAME", help="With --by: the statistic.")
@click.option("--tail", type=float, metavar="SHARE", help="Take the worst draws apart, such as 0.01.")
@click.option("--limit", metavar="LIMIT", help="How probably it falls below a number, parameter or formula.")
@click.option("--insolvency", type=click.Choice(["cash", "reserves"]), help="How probably they fall below --floor.")
@click.option("--floor", default="£0", show_default=True, metavar="LIMIT", help="With --insolvency.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def risk(
    what: str,
    as_json: bool,
    scenarios: int,
    seed: int,
    threads: int | None,
    every: str,
    period: str | None,
    statistic: Sequence[str],
    by: Any,
    share: str,
    tail: float | None,
    limit: str | None,
    insolvency: Any,
    floor: str,
    quiet: bool,
    **given: Any,
) -> None:
    """Statistics of the position of WHAT, with errors; who bears it, what its worst draws are made of, when it breaks.

    WHAT is a party; with --by and --tail it may also be an overlay, whose signatories are taken together.
    """
    from ..queries import whose_positions
    from ..risk import STATISTICS
    from ..simulating import simulate

    book, data, options = options_of(given)
    simulation = simulate(
        book,
        scenarios,
        seed=seed,
        data=data,
        threads=threads,
        every=["term"] if every == "term" else [every, "term"],
        shocks=given["scenario"],
        parties=whose_positions(book, what),
        progress=False if quiet else None,
        **options,
    )
    which = {"every": every, "period": None if period is None else period_of(period)}
    found: dict[str, Any] = {}
    with values_checked():
        if by:
            found["allocation"] = simulation.allocate(what, by=by, statistic=share, **which)
        if tail is not None:
            found["tail"] = simulation.tail(what, worst=tail, **which)
        if limit is not None:
            found["breaches"] = simulation.breaches(what, limit, every=every)
        if insolvency:
            found["insolvency"] = simulation.insolvency(what, floor, of=insolvency)
        if statistic or not found:
            found["measures"] = simulation.measures(what, statistic or STATISTICS, **which)
    if as_json:
        tables = {name: one if name == "measures" else one.table() for name, one in found.items()}
        print_json(
            owned(simulation)
            | {"draws": simulation.draws, "seed": simulation.seed}
            | {name: table.to_dicts() for name, table in tables.items()}
        )
    else:
        print_blocks([block for one in found.values() for block in one._shown()])
    say_incomplete(simulation.warnings)
