"""Every golden figure of every shipped book, computed from the book's inputs."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import openbook as ob
import pytest

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def period_of(book: ob.Book, every: str, number: int) -> int:
    """The period of a calendar in which a month lies, both from zero."""
    if every == "term":
        return 0
    if every != "financial_year":
        return number // MONTHS[every]
    starts = book.calendar.financial_year_starts - 1
    first, now = month(book.calendar.start), month(book.calendar.start) + number
    return (now - starts) // 12 - (first - starts) // 12


EXAMPLES = sorted(
    p.name for p in files("openbook").joinpath("examples").iterdir() if p.joinpath("manifest.json").is_file()
)


@cache
def book_of(example: str) -> ob.Book:
    return ob.read_book(files("openbook").joinpath("examples", example, "book.json").read_bytes())


@cache
def manifest_of(example: str) -> dict[str, Any]:
    return json.loads(files("openbook").joinpath("examples", example, "manifest.json").read_text(encoding="utf-8"))


CASES = [(example, case) for example in EXAMPLES for case in manifest_of(example)["golden"]]


def month(text: str) -> int:
    return int(text[:4]) * 12 + int(text[5:7]) - 1


@cache
def settled(example: str, given: str) -> tuple[ob.Book, dict[str, Any]]:
    case = json.loads(given)
    settlement = settlement_of(book_of(example), case)
    return settlement.book, json.loads(settlement.to_json())


def settlement_of(book: ob.Book, case: dict[str, Any]) -> ob.Settlement:
    """One case, against what the case before it posted."""
    changed = book.with_all(case["changes"]) if case.get("changes") else book
    return changed.settle(
        case.get("inputs") or None,
        plan=True,
        readings=case.get("readings"),
        alternatives=case.get("alternatives"),
        as_at=case.get("as_at"),
        disputes=bool(case.get("disputes")),
        posted=settlement_of(book, case["posted"]) if "posted" in case else None,
    )


def settle(book: ob.Book, case: dict[str, Any]) -> tuple[ob.Book, dict[str, Any]]:
    """One settlement of a golden case: the book with its changes, on its inputs and otherwise on plan.

    Cases that differ only in the figure that they look at share it.
    """
    keys = ("changes", "inputs", "readings", "alternatives", "as_at", "posted")
    given = {key: case[key] for key in keys if key in case and (case[key] or key == "posted")}
    given["disputes"] = "dispute" in case.get("figure", {})
    return settled(book.id, json.dumps(given, sort_keys=True))


def calendar_of(book: ob.Book, clause: str) -> str:
    document = json.loads(book.to_json())
    containers = document.get("contracts", []) + document.get("overlays", [])
    found = {
        item["id"]: item.get("every", "month") for container in containers for item in container.get("clauses", [])
    }
    return str(found[clause])


def figure(book: ob.Book, found: dict[str, Any], wanted: dict[str, Any]) -> Fraction | str:
    """The figure that a golden case names. Periods are counted from 1."""
    period = wanted.get("period", 1) - 1
    if "superseded" in wanted:
        return next((row["by"] for row in found["superseded"] if row["clause"] == wanted["superseded"]), "")
    if "dispute" in wanted:
        row = next(
            r for r in found["disputes"] if (r["clause"], r["reading"]) == (wanted["dispute"], wanted["reading"])
        )
        return Fraction(row["positions"][wanted["party"]])
    if "quantity" in wanted:
        return Fraction(
            next(r["value"] for r in found["quantities"] if (r["id"], r["period"]) == (wanted["quantity"], period))
        )
    if "gap" in wanted:
        return sum(
            (
                Fraction(r["gap"])
                for r in found["gap"]
                if r["clause"] == wanted["gap"] and ("period" not in wanted or r["period"] == period)
            ),
            Fraction(0),
        )
    if "cash" in wanted:
        return Fraction(
            next(r["received"] for r in found["cash"] if (r["party"], r["month"]) == (wanted["cash"], wanted["month"]))
        )
    if "to_post" in wanted:
        wanted, found = {"clause": wanted["to_post"], **wanted}, {"entries": found["to_post"]}
    if "clause" in wanted:
        every, begins = calendar_of(book, wanted["clause"]), month(book.calendar.start)
        of = [period_of(book, every, m) for m in range(book.calendar.months)]
        total = Fraction(0)
        for entry in found["entries"]:
            if entry["clause"] != wanted["clause"] or entry["basis"] != wanted.get("basis", "practised"):
                continue
            if entry["label"] != wanted.get("label", entry["label"]):
                continue
            if "period" in wanted and of[month(entry["service_to"]) - begins] != period:
                continue
            to = wanted.get("to", entry["to"])  # to nobody in particular: what the clause moves in all
            total += Fraction(entry["amount"]) * ((entry["to"] == to) - (entry["from"] == to))
        return total
    rows = [
        r
        for r in found["positions"]
        if r["basis"] == wanted.get("basis", "practised")
        and (r["party"], r["every"], r["period"]) == (wanted["party"], wanted["every"], period)
    ]
    assert len(rows) == 1, wanted
    return Fraction(rows[0]["amount"])


def evaluate(book: ob.Book, case: dict[str, Any]) -> Fraction | str:
    """A golden figure: one settlement, or the difference of two."""
    value = figure(*settle(book, case), case["figure"])
    if "minus" not in case:
        return value
    return value - figure(*settle(book, case["minus"]), case["figure"])  # type: ignore[operator]


@pytest.mark.parametrize(("example", "case"), CASES, ids=[f"{e}-{c['id']}" for e, c in CASES])
def test_golden_figure(example: str, case: dict[str, Any]) -> None:
    found = evaluate(book_of(example), case)
    assert found == (case["expect"] if isinstance(found, str) else Fraction(case["expect"])), case["text"]


def test_every_case_names_its_row_and_source() -> None:
    ids = [(example, case["id"]) for example, case in CASES]
    assert len(set(ids)) == len(ids)
    for example in EXAMPLES:
        manifest = manifest_of(example)
        assert set(manifest["systems"]) == {case["system"] for case in manifest["golden"]}
        assert all(case["source"] and case["text"] for case in manifest["golden"])


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_shipped_book_reads_back_settles_and_conserves(example: str) -> None:
    book = book_of(example)
    assert ob.read_book(book.to_json()) == book
    _, found = settle(book, {})
    totals: dict[tuple[str, str, int], Fraction] = {}
    for row in found["positions"]:
        key = (row["basis"], row["every"], row["period"])
        totals[key] = totals.get(key, Fraction(0)) + Fraction(row["amount"])
    assert totals and not any(totals.values())


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_shipped_book_says_where_its_figures_come_from(example: str) -> None:
    for parameter in book_of(example).parameters:
        assert parameter.value.source or parameter.value.illustrative, parameter.id
