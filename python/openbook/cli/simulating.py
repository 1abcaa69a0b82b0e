"""Verbs that simulate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import (
    common,
    json_option,
    load_book,
    options_of,
    private_option,
    sampling_option,
    sealed_book,
    seed_of,
    seed_option,
)
from .printing import owned, print_blocks, print_json, say_incomplete, show_table

__all__ = ["compare", "simulate"]


@click.command()
@common
@json_option
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws.")
@seed_option()
@click.option("--threads", type=int, help="Default: as many as allowed.")
@click.option("--every", multiple=True, default=("year", "term"), show_default=True, help="Calendars of the positions.")
@click.option("--track", multiple=True, metavar="FORMULA", help="Formulas to keep as well.")
@click.option(
    "--parties",
    type=click.Choice(["members", "all"]),
    default="members",
    show_default=True,
    help="Whose positions: members are commissioners and providers; all adds suppliers, funders and funds.",
)
@sampling_option
@click.option("--replications", type=int, help="Of Sobol' sequences and Latin hypercubes.  [default: 16]")
@click.option(
    "--target",
    type=(str, str, float),
    metavar="WHAT STATISTIC ERROR",
    help="Double the draws until this figure is known well enough, such as trust var99 10000.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.option("--save", metavar="FILE", help="Keep the simulation.")
@click.option("--draws", is_flag=True, help="With --save: keep the draws themselves too.")
@private_option
def simulate(
    as_json: bool,
    scenarios: int,
    seed: int | str,
    threads: int | None,
    every: Sequence[str],
    track: Sequence[str],
    parties: Any,
    sampling: str,
    replications: int | None,
    target: tuple[str, str, float] | None,
    quiet: bool,
    save: str | None,
    draws: bool,
    private: bool,
    **given: Any,
) -> None:
    """Simulate a book; every figure with its Monte Carlo error."""
    from ..simulating import simulate as run

    book, data, options = options_of(given)
    result = run(
        book,
        scenarios,
        seed=seed_of(given["book"], seed, given["changes"]),
        data=data,
        threads=threads,
        every=every,
        track=track,
        parties=parties,
        shocks=given["scenario"],
        sampling=sampling,
        replications=replications,
        target=target,
        progress=False if quiet else None,
        **options,
    )
    if save:
        result.save(save, draws=draws, private=private)
    summary = result.summary()
    if as_json:
        print_json(
            owned(result)
            | {
                "draws": result.draws,
                "seed": result.seed,
                "summary": summary.to_dicts(),
                "warnings": result.warnings.to_dicts(),
            }
        )
    else:
        print_blocks([summary._block(), *([result.warnings._block()] if result.warnings else [])])
    say_incomplete(result.warnings)


@click.command()
@click.argument("books", nargs=-1, required=True, metavar="NAME=BOOK ...")
@click.option("--scenarios", default=10_000, show_default=True)
@seed_option()
@click.option("--every", default="term", show_default=True)
@click.option("--save", metavar="FILE", help="Keep the comparison.")
@json_option
@click.option(
    "--statistic", "statistics", multiple=True, metavar="NAME", help="mean, sd, p_deficit, var95, es95, p5, ..."
)
@click.option("--party", help="With --statistic or --matrix: this party alone.")
@click.option("--matrix", is_flag=True, help="Every book against every other, for one party.")
def compare(
    books: Sequence[str],
    scenarios: int,
    seed: int | str,
    every: str,
    save: str | None,
    as_json: bool,
    statistics: Sequence[str],
    party: str | None,
    matrix: bool,
) -> None:
    """Simulate several books with the same draws; differences from the first, party by party."""
    from ..comparison import compare as run
    from ..queries import whose_positions

    if matrix and party is None:
        raise click.UsageError("--matrix: say of which party, --party NAME")
    named: dict[str, Any] = {}
    for item in books:
        name, equals, book = item.partition("=")
        place = book if equals else item
        named[name] = sealed_book(place) or load_book(place)
    kept = "all" if any(whose_positions(getattr(b, "book", b), party) == "all" for b in named.values()) else "members"
    table = run(named, scenarios=scenarios, seed=seed, every=every, parties=kept)  # type: ignore[arg-type]
    if save:
        table.save(save)
    if matrix:
        for statistic in statistics or ("mean",):
            show_table(table.matrix(str(party), statistic), as_json)
    elif statistics or party:
        show_table(table.paired(statistics or ("mean", "sd", "p_deficit", "var95", "es95"), party=party), as_json)
    else:
        show_table(table, as_json)
