"""The verb that puts the contracts of a book side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from .arguments import json_option, load_book, pairs, private_option, values_checked
from .printing import keep_and_draw, print_blocks, print_json

__all__ = ["forms"]


@click.command()
@click.argument("book")
@click.argument("activity", metavar="INPUT")
@click.argument("levels", nargs=-1, required=True, metavar="LEVEL ...")
@click.option(
    "--contract", "contracts", multiple=True, metavar="ID", help="Only this contract; several times for more."
)
@click.option("--price", help="Price of a unit under strict tariff.  [default: the parameter price]")
@click.option("--year", default=1, show_default=True, help="Contract year.")
@click.option("--reading", multiple=True, metavar="CLAUSE=NAME", help="Choose a reading.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help='Change a term: --set "baseline=11000".')
@click.option("--scenarios", default=10_000, show_default=True, help="Number of draws, where activity is uncertain.")
@click.option("--seed", default=0, show_default=True)
@click.option("--svg", "picture", metavar="FILE.svg", help="Write the picture.")
@private_option
@json_option
def forms(
    book: str,
    activity: str,
    levels: Sequence[str],
    contracts: Sequence[str],
    price: str | None,
    year: int,
    reading: Sequence[str],
    changes: Sequence[str],
    scenarios: int,
    seed: int,
    picture: str | None,
    private: bool,
    as_json: bool,
) -> None:
    """The contracts of a book side by side: what each pays at some LEVELs of an INPUT, and who bears its risk."""
    from ..forms import compare_forms
    from ..paying import Form

    read = load_book(book, changes)
    chosen = _chosen(read, contracts)
    readings = pairs(reading, "--reading")
    made = {
        contract.name or contract.id: Form(read, activity, [c.id for c in contract.clauses], year, readings)
        for contract in chosen
    }
    with values_checked():
        found = compare_forms(made, levels, price=price, scenarios=scenarios, seed=seed)
    keep_and_draw(found, None, picture, private)
    if as_json:
        print_json(
            {
                "forms": found.to_dicts(),
                "transfers": {name: transfer.table().to_dicts() for name, transfer in found.transfers.items()},
                "risk": found.risk.to_dicts() if found.risk is not None else [],
            }
        )
    else:
        print_blocks(found._blocks())


def _chosen(book: Any, wanted: Sequence[str]) -> list[Any]:
    """The contracts that are asked for, or all of them."""
    from .._values import nearest
    from ..errors import BookError, Problem

    known = {contract.id: contract for contract in book.contracts}
    for name in wanted:
        if name not in known:
            message = f"no contract '{name}'{nearest(name, known)}"
            raise BookError("no such contract", [Problem("unknown-name", "/contracts", message)])
    return [known[name] for name in wanted or known]
