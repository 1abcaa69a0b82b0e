"""The page of the standard sets of scenarios: what each looks for, and what it finds in the books that ship."""

from __future__ import annotations

from openbook import examples, scenarios
from openbook.scenarios.finding import BROAD_SETS, looked_for

from .markdown import page, table

#: Things that a cell names; of more, how many there are.
MOST = 5


def scenario_sets_page() -> str:
    """Sets, what they look for, and set by book what is there."""
    found = {name: looked_for(examples.book(name)) for name in examples.names()}
    counts = [(f"`{name}`", *(_count(sets[one]) for one in BROAD_SETS)) for name, sets in found.items()]
    return page(
        "Standard sets of scenarios",
        "What the sets that ship with the package look for, and what of it is in each book that ships. A set is written for any "
        "book: it finds activity by its unit, costs and prices by what they are, and the rest by words in names or by `tags` of "
        "the document. What a book does not say, no set can find: an empty cell is an answer, and `openbook.scenarios.receipt` "
        "gives it shock by shock. [Stress](../guides/stress.md) shows how sets are used.\n",
        "## How many things each set finds\n",
        table(("book", *(f"`{one}`" for one in BROAD_SETS)), counts, "l" + "r" * len(BROAD_SETS)),
        *(part for one in BROAD_SETS for part in _of_set(one, found)),
    )


def _names(looked: dict[str, tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(name for names in looked.values() for name in names))


def _count(looked: dict[str, tuple[str, ...]]) -> str:
    return str(len(_names(looked)) or "")


def _of_set(one: str, found: dict[str, dict[str, dict[str, tuple[str, ...]]]]) -> list[str]:
    """One set: its story, what it looks for, where it finds what, and where nothing."""
    told = scenarios.standard(one)
    within = {book: _names(sets[one]) for book, sets in found.items()}
    looks = next(iter(found.values()))[one]
    rows = [(f"`{book}`", _listed(names)) for book, names in within.items() if names]
    nothing = [f"`{book}`" for book, names in within.items() if not names]
    where = f"Nothing of it is in {len(nothing)} books: {', '.join(nothing)}.\n" if nothing else ""
    return [
        f"## {told.name}: `{one}`\n",
        f"{told.narrative} Scenarios: {', '.join(scenario.name for scenario in told.scenarios)}.\n",
        "It looks for: " + "; or ".join(f"*{words.replace('; ', ', ')}*" for words in looks) + ".\n",
        f"It finds something in {len(rows)} of {len(within)} books.\n",
        table(("book", "finds"), rows),
        where,
    ]


def _listed(names: list[str]) -> str:
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")
