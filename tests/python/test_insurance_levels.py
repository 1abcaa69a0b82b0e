"""Levels of insurance terms, and what each item has of what the layers pay: the book of tests/benchmarks/layer_terms.py.

The reference is written from what the Oasis engine does at each level and when it allocates back (OasisLMF, pytools/fm:
policy_extras.py and back_allocation.py, release 2.5.8), step by step and in exact fractions. `tests/benchmarks/layers.py` compares the
same book with the engine itself.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import openbook as ob

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
import layer_terms as terms  # type: ignore[import-not-found]

ZERO = Fraction(0)


@dataclass
class Left:
    """What a level leaves: a loss, what deductibles kept, what limits cut off, room under limits."""

    loss: Fraction
    kept: Fraction = ZERO
    over: Fraction = ZERO
    room: Fraction = ZERO


def item_level(loss: Fraction, deductible: Fraction, limit: Fraction) -> Left:
    """Rule 1."""
    if loss <= deductible:
        return Left(ZERO, loss, ZERO, min(loss, limit))
    if loss <= deductible + limit:
        return Left(loss - deductible, deductible, ZERO, min(deductible, deductible + limit - loss))
    return Left(limit, deductible, loss - deductible - limit, ZERO)


def site_level(x: Left, least: Fraction, most: Fraction, limit: Fraction) -> Left:
    """Rule 7 without a deductible of its own."""
    after = Left(x.loss, x.kept, x.over, x.room)
    if x.kept > most:
        change = x.kept - most
        given = min(change, x.room)
        after = Left(x.loss + given, most, x.over + change - given, x.room - given)
    elif x.kept < least:
        change = least - x.kept
        if change <= x.over:
            after = Left(x.loss, least, x.over - change, x.room)
        elif x.loss > change - x.over:
            taken = change - x.over
            after = Left(x.loss - taken, least, ZERO, x.room + taken)
        else:
            after = Left(ZERO, x.kept + x.loss + x.over, ZERO, x.room + x.loss)
    if after.loss > limit:
        return Left(limit, after.kept, after.over + after.loss - limit, ZERO)
    after.room = min(limit - after.loss, after.room)
    return after


def back(items: Sequence[Left], before: Left, after: Left) -> list[Fraction]:
    """Allocation rule 2: in proportion to what the level before had left."""
    if after.kept >= before.kept:
        return [item.loss * after.loss / before.loss if before.loss else ZERO for item in items]
    change = before.kept - after.kept
    if after.room > 0:
        more = [change * item.room / before.room for item in items]
    else:
        more = [change * item.kept / before.kept for item in items]
    return [(item.loss + m) * after.loss / (before.loss + change) for item, m in zip(items, more, strict=True)]


def recoveries(losses: Sequence[Fraction]) -> list[list[Fraction]]:
    """By layer and item."""
    due: list[Fraction] = []
    for site in range(terms.SITES):
        own = range(site * terms.PER_SITE, (site + 1) * terms.PER_SITE)
        items = [item_level(losses[i], Fraction(terms.DEDUCTIBLES[i]), Fraction(terms.LIMITS[i])) for i in own]
        before = Left(*(sum((getattr(i, name) for i in items), ZERO) for name in ("loss", "kept", "over", "room")))
        bounds = (terms.LEAST_KEPT[site], terms.MOST_KEPT[site], terms.SITE_LIMITS[site])
        due += back(items, before, site_level(before, *map(Fraction, bounds)))
    whole = sum(due, ZERO)
    found = []
    for layer in terms.LAYERS:
        above = whole - Fraction(layer.attachment)
        paid = Fraction(str(layer.share)) * max(min(above, Fraction(layer.limit)), ZERO)
        found.append([paid * item / whole if whole else ZERO for item in due])
    return found


def drawn(seed: int, count: int) -> list[list[Fraction]]:
    """Losses of all items: none, small, at the edges and a penny beside, and far above every limit."""
    draw = random.Random(seed)
    cases = [[ZERO] * terms.ITEMS, [Fraction(10**6)] * terms.ITEMS, [Fraction(500)] * terms.ITEMS]
    for _ in range(count):
        scale = draw.choice((300, 3_000, 30_000, 150_000))
        case = [Fraction(draw.randrange(100 * scale), 100) for _ in range(terms.ITEMS)]
        for i in draw.sample(range(terms.ITEMS), 3):
            edge = Fraction(draw.choice((terms.DEDUCTIBLES[i], terms.DEDUCTIBLES[i] + terms.LIMITS[i])))
            case[i] = edge + Fraction(draw.choice((-1, 0, 1)), 100)
        case[draw.randrange(terms.ITEMS)] = ZERO
        cases.append(case)
    return cases


def test_every_item_has_its_part_of_every_layer() -> None:
    cases = drawn(4, 40)
    document = terms.document(given=True)
    document["calendar"]["months"] = len(cases)
    for k in range(len(terms.LAYERS)):
        for i, item in enumerate(terms.item_names):
            document["quantities"].append({"id": f"part_{k}_{i}", "formula": f"member(recovered_{k}, '{item}')"})
    sizes = [str(float(loss)) for case in cases for loss in case]
    settlement = ob.Book.from_json(document).settle({"size": sizes}, disputes=False)
    found = {(row["id"], row["period"]): row["value"] for row in settlement.quantities}
    ways = set()
    for month, case in enumerate(cases, start=1):
        expected = recoveries(case)
        for k, by_item in enumerate(expected):
            for i, part in enumerate(by_item):
                assert abs(Fraction(found[f"part_{k}_{i}", month]) - part) < Fraction(1, 10**6), (month, k, i)
            assert abs(sum(by_item) - Fraction(found[f"layer_{k}", month])) < Fraction(1, 10**6)
            ways.add((k, sum(by_item) > 0))
    assert len(ways) == 2 * len(terms.LAYERS)
