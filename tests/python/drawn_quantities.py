"""What formulas come to in draws of a simulation, beside the reference in exact fractions."""

from __future__ import annotations

from fractions import Fraction as F
from math import isnan
from typing import Any

import openbook as ob
from random_amounts import CONDITIONS, COUNTS
from reference_engine import NO_LIMIT, Engine, NotSettled
from reference_engine.formula import parse

Document = dict[str, Any]


def planned(document: Document) -> Document:
    """A book in which every input has a plan: a simulation needs one, a settlement takes what is missing as missing."""
    plans = {"date": "date('2024-07-31')"}
    inputs = [{"plan": plans.get(item.get("unit", ""), "4"), **item} for item in document["inputs"]]
    return {**document, "inputs": inputs}


def of_months(document: Document) -> list[str]:
    """Quantities by the month whose formula is asked for itself and comes to a number."""
    found = []
    for item in document["quantities"]:
        tree = parse(str(item["formula"])) if not isinstance(item["formula"], dict) else ("call", "")
        holds = tree[0] in CONDITIONS or (tree[0] == "call" and tree[1] in {*CONDITIONS, ""})
        if item["id"].startswith("asked") and item.get("every", "month") == "month" and not holds:
            found.append(item["id"])
    return found


def quantities_differ(document: Document, draws: int) -> tuple[list[str], int, int]:
    """Where a quantity is not the same in a draw; how many were compared, and how many stand too near a cliff."""
    document = planned(document)
    names, months = of_months(document), document["calendar"]["months"]
    if not names:
        return [], 0, 0
    try:
        run = ob.read_book(document).simulate(
            scenarios=draws, seed=7, progress=False, track=[*COUNTS, *names], track_every="month", every=("term",)
        )
    except ob.BookError as problem:
        if all(each.code == "weights" for each in problem.problems):  # known from the start to be none
            return [], 0, 0
        raise
    found: list[str] = []
    compared = skipped = 0
    for draw in range(draws):
        drawn = {
            name: [float(run.array(name, every="month", period=m + 1)[draw]) for m in range(months)]
            for name in (*COUNTS, *names)
        }
        for name in names:
            counts = {count: drawn[count] for count in COUNTS}
            engine, settling = Engine(document, counts, pennies=False), Engine(document, counts)

            def rounded(name: str, month: int, settling: Engine = settling) -> Any:
                """What no draw moves is known when the book is compiled, to the decimals that are stated."""
                return settling.value(name, settling.at("practised", "month", month))

            for month in range(months):
                try:
                    exact = engine.value(name, engine.at("practised", "month", month))
                except NotSettled:  # a settlement would be refused; the draw goes on with what is missing
                    break
                if engine.near < F(1, 1000):
                    skipped += 1
                    break
                compared += 1
                if not same(drawn[name][month], exact) and not same(drawn[name][month], rounded(name, month)):
                    shown = None if exact is None else float(exact)
                    found.append(
                        f"draw {draw}, {name} in {month}: the library {drawn[name][month]}, the reference {shown}"
                    )
    return found, compared, skipped


def same(drawn: float, exact: Any) -> bool:
    if exact is None or exact == NO_LIMIT or isinstance(exact, str):
        return isnan(drawn) or isinstance(exact, str)
    return not isnan(drawn) and abs(F(drawn) - exact) <= F(1, 10**6) * max(F(1), abs(exact))
