"""Balances along members that are kept between bounds at every step: stores with a capacity, accounts with a floor."""

from __future__ import annotations

import random
from typing import Any

import openbook as ob
import pytest

DAYS = [f"d{i}" for i in range(1, 9)]
FLOW = [60, 70, -150, 40, -10, 90, -200, 5]
CHANCE = random.Random(13)


def kept(flows: list[int], low: float | list[int], high: float | list[int], start: float = 0) -> list[float]:
    levels, level = [], start
    for i, flow in enumerate(flows):
        least = low[i] if isinstance(low, list) else low
        most = high[i] if isinstance(high, list) else high
        level = min(max(level + flow, least), most)
        levels.append(level)
    return levels


def book(formulas: dict[str, str], *, moved: bool = False) -> ob.Book:
    """With `moved` a driver of no width stands before each flow: nothing is known before a simulation runs."""
    document: dict[str, Any] = {
        "format": 1,
        "id": "store",
        "calendar": {"start": "2024-04", "months": 1},
        "parties": [{"id": "owner"}],
        "dimensions": [{"id": "day", "members": DAYS}, {"id": "site", "members": ["east", "west"]}],
        "inputs": [{"id": "one", "unit": "number", "plan": 1}],
        "parameters": [
            {"id": "given", "dimension": "day", "members": dict(zip(DAYS, FLOW, strict=True))},
            {"id": "capacity", "dimension": "day", "members": {d: 100 - 5 * i for i, d in enumerate(DAYS)}},
            {"id": "share", "dimension": "site", "members": {"east": 1, "west": 2}},
        ],
        "quantities": [
            {"id": "flow", "dimension": "day", "formula": "given * one"},
            {"id": "of_site", "dimension": "day", "by": "site", "formula": "flow * share"},
            *({"id": name, "formula": formula} for name, formula in formulas.items()),
        ],
    }
    drivers = [ob.Normal(id="still", of="one", mean=1, deviation=0)] if moved else []
    return ob.read_book(document).replace(drivers=drivers)


CASES: dict[str, tuple[str, list[float]]] = {
    "a store": ("running_between(flow, 0, 100)", [60, 100, 0, 40, 30, 100, 0, 5]),
    "half full at first": ("running_between(flow, 0, 100, 50)", kept(FLOW, 0, 100, 50)),
    "a floor alone": ("running_between(flow, 0, no_limit())", kept(FLOW, 0, float("inf"))),
    "a cap alone": ("running_between(flow, no_limit(), 100)", kept(FLOW, float("-inf"), 100)),
    "no bounds": ("running_between(flow, no_limit(), no_limit(), 7)", kept(FLOW, float("-inf"), float("inf"), 7)),
    "a capacity for each day": (
        "running_between(flow, 0, capacity)",
        kept(FLOW, 0, [100 - 5 * i for i in range(len(DAYS))]),
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_levels_are_those_of_a_walk_by_hand(name: str) -> None:
    formula, expected = CASES[name]
    levels = {f"level_{day}": f"member({formula}, '{day}')" for day in DAYS}
    settled = book(levels).settle(plan=True)
    found = {row["id"]: float(row["value"]) for row in settled.quantities.to_dicts() if row["value"] is not None}
    assert [found[f"level_{day}"] for day in DAYS] == expected
    draws = book(levels, moved=True).simulate(scenarios=2, seed=1, track=list(levels), progress=False)
    assert [draws.array(f"level_{day}")[1] for day in DAYS] == pytest.approx(expected)


@pytest.mark.parametrize(("over", "times"), [("day", 1), ("day", 2)])
def test_along_one_of_two_dimensions_each_member_of_the_other_has_its_own(over: str, times: int) -> None:
    site = "east" if times == 1 else "west"
    levels = {
        f"level_{day}": f"member(running_between(of_site, 0, 100, over='{over}'), '{day}', '{site}')" for day in DAYS
    }
    settled = book(levels).settle(plan=True)
    found = {row["id"]: float(row["value"]) for row in settled.quantities.to_dicts() if row["value"] is not None}
    assert [found[f"level_{day}"] for day in DAYS] == kept([times * flow for flow in FLOW], 0, 100)


def test_what_it_is_given_must_be_of_one_kind() -> None:
    with pytest.raises(ob.BookError, match="bounds"):
        book({"level": "sum(running_between(flow, £0, £100))"}).settle(plan=True)
    with pytest.raises(ob.BookError, match="needs a value with a dimension"):
        book({"level": "running_between(3, 0, 100)"}).settle(plan=True)
    with pytest.raises(ob.BookError, match="3 to 4"):
        book({"level": "sum(running_between(flow, 0))"}).settle(plan=True)
