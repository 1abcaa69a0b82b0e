"""Work that the processes of a pool do; in a module of its own, since a spawned process has to import it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
from many_small import DATA

# What one book came to: positions, draws to the bit, an explanation, a run of several books.
Found = tuple[tuple[Any, ...], bytes, str, Decimal]


def work(book: ob.Book, seed: int = 7, threads: int | None = None) -> Found:
    """Settle, simulate, explain and settle several of one book."""
    settlement = book.settle(DATA)
    simulation = book.simulate(4_000, seed=seed, threads=threads, progress=False)
    changed = book.with_("fee", "£1,500").settle(DATA)
    run = ob.settle_many({"a": book, "b": book}, {"a": DATA, "b": DATA})
    explained = settlement.explain("trust").to_json() + simulation.draw(percentile=5, party="trust").explain().to_json()
    positions = settlement.positions["amount"] + changed.positions["amount"]
    return positions, simulation.array().tobytes(), explained, sum(run.totals["practised"], Decimal(0))


def refuse(book: ob.Book) -> None:
    """Fail with two faults."""
    book.settle(DATA | {"visits": [-1, 100, 100, 100, 100, -1]})


def pass_on(settlement: ob.Settlement) -> ob.Settlement:
    """Settle again against what was posted."""
    return settlement.book.settle(DATA, posted=settlement)
