"""Golden figures: every shipped figure recalculated through the installed command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from . import examples
from ._request import thread_count
from .table import Column, Schema, Table

__all__ = ["conform", "figure_of", "settle_case"]

CONFORMANCE = Schema(
    "openbook.conformance",
    1,
    (
        Column("example"),
        Column("id"),
        Column("system"),
        Column("expected"),
        Column("found"),
        Column("passed", "bool"),
        Column("remark"),
    ),
)

#: Settlements that one command line makes.
AT_ONCE = 60


def settle_case(given: Mapping[str, Any]) -> dict[str, Any]:
    """What ``openbook settle --cases`` reads for a golden case."""
    kept = {key: given[key] for key in ("changes", "inputs", "readings", "alternatives", "as_at") if given.get(key)}
    return kept | ({"posted": settle_case(given["posted"])} if "posted" in given else {})


def _matches(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(row.get(key) == value for key, value in wanted.items())


def _sum(rows: Sequence[Mapping[str, Any]], wanted: Mapping[str, Any], key: str) -> Decimal:
    found = [row for row in rows if _matches(row, wanted)]
    if not found:
        raise LookupError(f"nothing in the settlement matches {dict(wanted)}")
    return sum((Decimal(str(row[key])) for row in found), Decimal(0))


def figure_of(settlement: Mapping[str, Any], figure: Mapping[str, Any], periods: Mapping[str, Any]) -> Decimal | str:
    """One figure out of a settlement's JSON.

    Parameters
    ----------
    settlement
        What ``openbook settle --json`` prints.
    figure
        ``{"party", "every", "period", "basis"?}``, ``{"clause", "period"?, "to"?, "label"?}``, ``{"quantity",
        "period"}``,
        ``{"gap": clause, "period"?}``, ``{"cash": party, "month"}``, ``{"dispute": clause, "reading", "party"}``,
        ``{"superseded": clause}`` or ``{"to_post": clause, "to"?, "label"?}`` of a case with ``posted``; periods from
        1.
    periods
        For each clause, the first months of its periods; an entry belongs to the period in which its service ends.
    """
    number = figure["period"] - 1 if "period" in figure else None
    if "superseded" in figure:
        return ", ".join(row["by"] for row in settlement["superseded"] if row["clause"] == figure["superseded"])
    if "quantity" in figure:
        values = [
            r for r in settlement["quantities"] if r["id"] == figure["quantity"] and number in (None, r["period"])
        ]
        if len(values) != 1:
            raise LookupError(f"{len(values)} values of {figure['quantity']}")
        value = values[0]["value"]
        return _number(value) if value is not None else "missing"
    if "gap" in figure:
        wanted = {"clause": figure["gap"]} | ({} if number is None else {"period": number})
        return _sum(settlement["gap"], wanted, "gap")
    if "cash" in figure:
        return _sum(settlement["cash"], {"party": figure["cash"], "month": figure["month"]}, "received")
    if "dispute" in figure:
        for line in settlement["disputes"]:
            if line["clause"] == figure["dispute"] and line["reading"] == figure["reading"]:
                return Decimal(line["positions"][figure["party"]])
        raise LookupError(f"no reading {figure['reading']} of {figure['dispute']}")
    if "to_post" in figure:
        posted = {"entries": settlement["to_post"]}
        return _clause(posted, {**figure, "clause": figure["to_post"]}, periods)
    if "clause" in figure:
        return _clause(settlement, figure, periods)
    wanted = {"party": figure["party"], "every": figure["every"], "basis": figure.get("basis", "practised")}
    return _sum(settlement["positions"], wanted | ({} if number is None else {"period": number}), "amount")


def _number(value: str) -> Decimal | str:
    try:
        return Decimal(value)
    except ArithmeticError:
        return value


def _clause(settlement: Mapping[str, Any], figure: Mapping[str, Any], periods: Mapping[str, Any]) -> Decimal:
    """What a clause moves: to one party (less what that party pays under it), or in all."""
    wanted = {"clause": figure["clause"], "basis": figure.get("basis", "practised")}
    if "label" in figure:
        wanted["label"] = figure["label"]
    rows = [row for row in settlement["entries"] if _matches(row, wanted)]
    if "period" in figure:
        months = periods[figure["clause"]]
        first = months[figure["period"] - 1]
        end = months[figure["period"]] if figure["period"] < len(months) else "9999-99"
        rows = [row for row in rows if first <= row["service_to"] < end]
    if "to" not in figure:
        return sum((Decimal(row["amount"]) for row in rows), Decimal(0))
    party = figure["to"]
    signed = [Decimal(r["amount"]) * ((r["to"] == party) - (r["from"] == party)) for r in rows]
    return sum(signed, Decimal(0))


def _settled(example: str, cases: Sequence[str]) -> list[dict[str, Any]]:
    """The settlements of several cases of one example, in order, from one command line."""
    command = [sys.executable, "-m", "openbook", "settle", example, "--json", "--plan", "--cases", "-"]
    lines = "".join(case + "\n" for case in cases)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False, encoding="utf-8")
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(printed) != len(cases):
        last = " ".join(done.stderr.strip().splitlines()[:3])
        printed += [{"error": f"exit code {done.returncode}: {last}"}] * (len(cases) - len(printed))
    return printed


def _periods(example: str) -> dict[str, list[str]]:
    from ._calendar import Months, month_text
    from .queries import clauses

    book = examples.book(example)
    months = Months.of(book.calendar)
    return {clause.id: [month_text(m) for m in months.starts(clause.every)] for _, clause, _ in clauses(book)}


def _figure(settlement: Mapping[str, Any], golden: Mapping[str, Any], periods: Mapping[str, Any]) -> Decimal | str:
    if "error" in settlement:
        raise LookupError(settlement["error"])
    return figure_of(settlement, golden["figure"], periods)


def _check(
    example: str, golden: Mapping[str, Any], settlements: Sequence[Mapping[str, Any]], periods: Mapping[str, Any]
) -> dict[str, Any]:
    row = {
        "example": example,
        "id": golden["id"],
        "system": golden.get("system", ""),
        "expected": str(golden["expect"]),
    }
    try:
        found = _figure(settlements[0], golden, periods)
        for other in settlements[1:]:
            less = _figure(other, golden, periods)
            if not isinstance(found, Decimal) or not isinstance(less, Decimal):
                raise LookupError("only numbers can be subtracted")
            found -= less
    except (LookupError, ValueError) as error:
        return row | {"found": "", "passed": False, "remark": str(error)}
    passed = found == _number(str(golden["expect"]))
    return row | {"found": str(found), "passed": passed, "remark": "" if passed else golden.get("text", "")}


def _cases(golden: Mapping[str, Any]) -> list[str]:
    """What must be settled for a figure, as lines of a command line."""
    disputes = {"disputes": "dispute" in golden["figure"]}
    cases = [golden, *([golden["minus"]] if "minus" in golden else [])]
    return [json.dumps(settle_case(case) | disputes, sort_keys=True) for case in cases]


def conform(name: str | None = None, *, threads: int | None = None) -> Table:
    """Recalculate every golden figure of the shipped books (or of one) through the command line.

    Parameters
    ----------
    name
        A shipped book; None for all.
    threads
        How many command lines run at a time; None: as many as this process may use.

    Returns
    -------
    Table
        Columns example, id, system, expected, found, passed, remark.

    Examples
    --------
    >>> from openbook import conform
    >>> all(conform("third_sector_cash")["passed"])
    True
    """
    chosen = examples.names() if name is None else (name,)
    golden = {example: examples.manifest(example)["golden"] for example in chosen}
    # Figures that look at the same settlement share it.
    cases = [
        (example, list(dict.fromkeys(case for each in figures for case in _cases(each))))
        for example, figures in golden.items()
    ]
    parts = [(example, own[i : i + AT_ONCE]) for example, own in cases for i in range(0, len(own), AT_ONCE)]
    with ThreadPoolExecutor(thread_count(threads)) as pool:
        found = pool.map(lambda part: _settled(*part), parts)
        settled = {
            (example, case): settlement
            for (example, own), settlements in zip(parts, found, strict=True)
            for case, settlement in zip(own, settlements, strict=True)
        }
    rows = []
    for example, figures in golden.items():
        periods = _periods(example)
        rows += [_check(example, one, [settled[example, case] for case in _cases(one)], periods) for one in figures]
    passed = sum(row["passed"] for row in rows)
    return Table.of_rows("Golden figures", CONFORMANCE, rows, f"{passed} of {len(rows)} passed")
