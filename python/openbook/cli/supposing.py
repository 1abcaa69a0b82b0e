"""The verb that asks what a change would move."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import click

from .arguments import common, is_json, json_option, kept_options, load_book, options_of, pairs, plan_option
from .printing import keep_and_draw, owned, print_blocks, print_json

__all__ = ["what_if"]

_DATED = re.compile(r"(.+?)(?:\s+from\s+(\d{4}-\d{2}))?(?:\s+to\s+(\d{4}-\d{2}))?")


@click.command()
@common
@plan_option
@json_option
@click.option(
    "--change",
    "wanted",
    multiple=True,
    metavar="NAME=VALUE",
    help='A term ("gain cap=£2m", "price=£2,100 from 2025-04"), a reading ("reading of CLAUSE=NAME"), or an input '
    '("placements=+5%"). May be given several times.',
)
@click.option("--to", "other", metavar="BOOK", help="Another book in place of this one.")
@click.option("--every", default="term", show_default=True, help="Calendar of the positions.")
@click.option("--together", is_flag=True, help="Only all changes together, not each of them singly.")
@click.option("--scenarios", default=0, show_default=True, help="Simulate the differences as well.")
@click.option("--seed", default=0, show_default=True)
@kept_options
def what_if(
    as_json: bool,
    wanted: Sequence[str],
    other: str | None,
    every: str,
    together: bool,
    scenarios: int,
    seed: int,
    save: str | None,
    picture: str | None,
    private: bool,
    plan: bool | None,
    **given: Any,
) -> None:
    """What changes would move, for every party and clause, to the penny."""
    from ..supposing import what_if as run

    if bool(wanted) == bool(other):
        raise click.UsageError("say what changes with --change NAME=VALUE, or another book with --to BOOK")
    book, data, options = options_of(given)
    changes: Any = (
        load_book(other) if other else {name: _value(text) for name, text in pairs(wanted, "--change").items()}
    )
    result = run(
        book,
        changes,
        data,
        every=every,
        singly=not together,
        scenarios=scenarios,
        seed=seed,
        plan=plan,
        shocks=given["scenario"],
        **options,
    )
    keep_and_draw(result, save, picture, private)
    if as_json:
        simulated = result.simulated.to_dicts() if result.simulated is not None else []
        print_json(
            owned(result)
            | {
                "changes": result.changes.to_dicts(),
                "differences": result.to_dicts(),
                "clauses": result.clauses.to_dicts(),
                "simulated": simulated,
            }
        )
    else:
        print_blocks(result._shown())


def _value(text: str) -> Any:
    """A value, with its months where the words "from" and "to" say them: "£2,100 from 2025-04 to 2026-03"."""
    from .._json import loads
    from ..changing import Change

    match = _DATED.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return loads(text) if is_json(text) else text
    return Change(match[1], starts=match[2], ends=match[3])
