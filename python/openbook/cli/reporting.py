"""Verbs that report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .arguments import Options, common, options_of, plan_option, private_option, seed_of, seed_option
from .printing import print_blocks, say_incomplete

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["demo", "report"]


@click.command()
@common
@plan_option
@click.option("--out", default="out", show_default=True, metavar="FILE", help="A folder, or an HTML file.")
@click.option("--scenarios", default=10_000, show_default=True, help="0: no simulation.")
@seed_option()
@private_option
def report(out: str, scenarios: int, seed: int | str, private: bool, plan: bool | None, **given: Any) -> None:
    """Settle, simulate and stress a book, and write one HTML file."""
    book, data, options = options_of(given)
    use_plan = data is None if plan is None else plan
    drawn = seed_of(given["book"], seed, given["changes"]) if scenarios else 0
    path, settlement, _, _ = _report(book, data, options, use_plan, out, scenarios, drawn, private)
    click.echo(str(path))
    say_incomplete(settlement.warnings)


def _report(
    book: Book, data: Any, options: Options, plan: bool, out: str, scenarios: int, seed: int, private: bool
) -> tuple[Path, Any, Any, Any]:
    from ..reporting import report as write
    from ..settling import settle as run_settle
    from ..simulating import simulate as run_simulate
    from ..stressing import stress as run_stress

    settlement = run_settle(book, data, plan=plan, **options)
    simulation = run_simulate(book, scenarios, seed=seed, data=data, **options) if scenarios else None
    stressed = run_stress(book, None, data, plan=plan, **options) if book.scenarios else None
    path = Path(out) if out.endswith((".html", ".htm")) else Path(out) / f"{book.id}.html"
    write(book, path, settlement=settlement, simulation=simulation, stress=stressed, private=private)
    return path, settlement, simulation, stressed


@click.command()
@click.option("--out", default="out", show_default=True, metavar="FOLDER")
@click.option("--scenarios", default=100_000, show_default=True)
@click.option("--seed", default=7, show_default=True)
def demo(out: str, scenarios: int, seed: int) -> None:
    """Settle, simulate and stress test the shipped mental health alliance; tables here, an HTML report in OUT."""
    import time

    from .. import examples as shipped

    book = shipped.book("mental_health_alliance")
    start = time.perf_counter()
    from ..reporting import report as write
    from ..settling import settle as run_settle
    from ..simulating import simulate as run_simulate
    from ..stressing import stress as run_stress

    # An illustrative life of the alliance is settled; what could have happened is drawn and stressed around the plan.
    settlement = run_settle(book, shipped.data("mental_health_alliance"), plan=True)
    simulation = run_simulate(book, scenarios, seed=seed) if scenarios else None
    stressed = run_stress(book, None, plan=True)
    path = Path(out) / f"{book.id}.html"
    write(book, path, settlement=settlement, simulation=simulation, stress=stressed)
    took = time.perf_counter() - start
    blocks = [*settlement._shown(), *(simulation._blocks() if simulation is not None else [])]
    if stressed is not None:
        blocks.append(stressed._block())
    print_blocks(blocks)
    click.echo(f"\nSettled, simulated {scenarios:,} draws, stressed and reported in {took:.1f} s: {path}")
