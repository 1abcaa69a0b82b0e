"""A page for each clause family: fields, an example, and what the example settles to."""

from __future__ import annotations

import json
import re
from typing import Any

import openbook as ob
from openbook._description import RecordType, common_fields, families

from . import clause_words
from .document import places
from .markdown import SOURCES, Linker, fence, laid_out, page, table

#: Everything that the examples name. Inputs: unit, calendar, plan, what happened each period.
INPUTS: dict[str, tuple[str, str, str, str]] = {
    "spells": ("spells", "month", "850", "900"),
    "placements": ("placement months", "month", "100", "104"),
    "attendances": ("attendances", "month", "1000", "1000"),
    "breaches": ("attendances", "month", "50", "80"),
    "achieved": ("number", "year", "0.5", "0.6"),
    "demand": ("packages", "year", "10000", "11200"),
    "overspend": ("£", "year", "£0", "350000"),
    "registered": ("people", "month", "50000", "50200"),
    "spending": ("£", "year", "£1000000", "1060000"),
    "challenged": ("spells", "month", "0", "12"),
    "pool": ("£", "year", "£0", "130000"),
    "trust_variance": ("£", "year", "£0", "-300000"),
    "partner_variance": ("£", "year", "£0", "200000"),
    "charity_variance": ("£", "year", "£0", "40000"),
}
PARAMETERS = {
    "spell_price": (2000, "£ per spell"),
    "head_rate": (240, "£ per person"),
    "placement_price": (1600, "£ per placement month"),
    "breach_charge": (120, "£ per attendance"),
    "planned_demand": (10000, "packages"),
}
#: Examples in place of the description's: those that move money only among several members, or that a payer alone
#: would not show, and those that do not fit the units or ids of the setting.
FULLER: dict[str, dict[str, Any]] = {
    "forecast": {
        "kind": "forecast",
        "id": "placement_payment",
        "forecast": "plan(placements)",
        "actual": "placements",
        "price": "placement_price",
    },
    "bands": {
        "kind": "bands",
        "id": "cost_and_volume",
        "every": "year",
        "quantity": "spells",
        "price": "spell_price",
        "bands": [{"to": "10000", "rate": "1"}, {"rate": "50%"}],
    },
    "share": {
        "kind": "share",
        "id": "overspend_share",
        "every": "year",
        "members": [
            {"party": "trust", "variance": "trust_variance", "weight": "50%"},
            {"party": "partner", "variance": "partner_variance", "weight": "40%"},
            {"party": "charity", "variance": "charity_variance", "weight": "10%"},
        ],
    },
    "netting": {
        "kind": "netting",
        "id": "first_call",
        "every": "year",
        "members": [
            {"party": "trust", "variance": "trust_variance"},
            {"party": "partner", "variance": "partner_variance"},
            {"party": "charity", "variance": "charity_variance"},
        ],
    },
    "waterfall": {
        "kind": "waterfall",
        "id": "underspend",
        "every": "year",
        "amount": "pool",
        "givers": [{"party": "trust"}],
        "tranches": [
            {"name": "cohort", "limit": "£80k", "to": [{"party": "fund"}]},
            {"name": "rest", "to": [{"party": "ccg"}]},
        ],
    },
}
#: Clauses that an example needs beside it.
BESIDE: dict[str, list[dict[str, Any]]] = {"subcontract": [{"kind": "block", "id": "main_block", "amount": "£6m"}]}
MOST_ENTRIES = 14


def example_of(record: RecordType) -> dict[str, Any]:
    """The example that the page settles."""
    given: dict[str, Any] = FULLER.get(record.name) or json.loads(record.example)
    return given


def _named(example: dict[str, Any]) -> list[str]:
    words = re.findall(r"[a-z_]+", json.dumps(example))
    return [name for name in (*INPUTS, *PARAMETERS) if name in words]


def book_around(example: dict[str, Any]) -> ob.Book:
    """A year's contract between a commissioner and a trust with the example as its only clause."""
    document = {
        "format": 1,
        "id": "example",
        "calendar": {"start": "2024-04", "months": 12},
        "parties": [
            {"id": "ccg", "roles": ["commissioner"]},
            {"id": "trust", "roles": ["provider"]},
            {"id": "partner", "roles": ["provider"]},
            {"id": "charity", "roles": ["provider"], "legal": "third_sector"},
            {"id": "fund", "roles": ["fund"]},
        ],
        "inputs": [
            {"id": name, "unit": unit, "every": every, "plan": plan, "aggregate": "last" if unit == "number" else "sum"}
            for name, (unit, every, plan, _) in INPUTS.items()
        ],
        "parameters": [
            {"id": name, "value": {"value": value, "unit": unit}} for name, (value, unit) in PARAMETERS.items()
        ],
        "contracts": [
            {"id": "contract", "payer": "ccg", "payee": "trust", "clauses": [*BESIDE.get(example["kind"], ()), example]}
        ],
    }
    return ob.read_book(document)


def settled(example: dict[str, Any]) -> ob.Settlement:
    """The example's book on what happened."""
    data = {name: [value] * (12 if every == "month" else 1) for name, (_, every, _, value) in INPUTS.items()}
    return book_around(example).settle(data)


def _quantity(text: str, unit: str) -> str:
    number = f"{float(text.lstrip('£')):,.12g}"
    if unit.startswith("£"):
        return (f"-£{number[1:]}" if number.startswith("-") else f"£{number}") + unit[1:]
    return number if unit == "number" else f"{number} {unit}"


def _setting(example: dict[str, Any]) -> str:
    rows = []
    for name in _named(example):
        if name in INPUTS:
            unit, every, plan, actual = INPUTS[name]
            rows.append((f"`{name}`", "input", _quantity(plan, unit), _quantity(actual, unit), f"each {every}"))
        else:
            value, unit = PARAMETERS[name]
            rows.append((f"`{name}`", "parameter", _quantity(str(value), unit), "", ""))
    who = "In a contract that `ccg` pays and `trust` is paid under, over the year from April 2024"
    if not rows:
        return f"{who}.\n"
    return f"{who}, with\n\n" + table(("name", "is", "plan or value", "what happened", "how often"), rows, "llrrl")


def _months(row: dict[str, Any]) -> str:
    first, last = row["service_from"], row["service_to"]
    return first if first == last else f"{first} to {last}"


def _entries(settlement: ob.Settlement) -> str:
    entries = [row for row in settlement.payments if row["amount"]]
    rows = [
        (_months(r), r["posting"], r["due"], r["from"], r["to"], r["label"], f"{r['amount']:,.2f}")
        for r in entries[:MOST_ENTRIES]
    ]
    text = table(("service months", "posted", "due", "from", "to", "label", "£"), rows, "llllllr")
    more = len(entries) - len(rows)
    return text + (f"\nand {more} more like these.\n" if more > 0 else "")


def _positions(settlement: ob.Settlement) -> str:
    rows = [(row["party"], f"{row['practised']:,.2f}") for row in settlement.summary() if row["practised"]]
    return table(("party", "£ over the year, + = received"), rows, "lr")


def family_page(record: RecordType) -> str:
    """The page of one family."""
    linker = Linker(places(), f"clauses/{record.name}.md")
    common = {field.name for field in common_fields("clause")}
    example = example_of(record)
    clause = ob.model.Clause.from_json(example)
    settlement = settled(example)
    return page(
        record.name.replace("_", " ").capitalize(),
        f"Kind: `{record.name}`. {record.documentation}\n",
        f"From {record.source}.\n" if record.source else "",
        clause_words.WORDS.get(record.name, ""),
        "## Fields\n",
        linker.fields(field for field in record.fields if field.name not in common),
        "It also has the [fields of every clause](index.md#fields-of-every-clause).\n",
        "## Example\n",
        fence("json", laid_out(example)),
        "The same in Python:\n",
        fence("python", f"from openbook import {', '.join(_classes(clause))}\n\n{_python(clause)}"),
        "## What it settles to\n",
        _setting(example),
        "the clause moves (entries of £0 are left out)\n",
        _entries(settlement),
        "and leaves\n",
        _positions(settlement),
        "How the first period was worked out:\n",
        fence("text", settlement.explain(f"clause:{clause.id}", period=1).to_text()),
    )


def _classes(value: Any) -> list[str]:
    found = {type(value).__name__}
    for _, inner in value._given_fields():
        for item in inner if isinstance(inner, tuple) else ():
            if hasattr(item, "_given_fields"):
                found |= set(_classes(item))
    return sorted(found - {"Term"})


def _python(value: Any, indent: str = "") -> str:
    """An object as the call that makes it, with terms as their short form."""
    if isinstance(value, tuple):
        inside = [f"{indent}    {_python(item, indent + '    ')}," for item in value]
        return "\n".join(["[", *inside, f"{indent}]"])
    if type(value).__name__ == "Term":
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if not hasattr(value, "_given_fields"):
        return repr(value)
    given = [(field.python, item) for field, item in value._given_fields()]
    flat = ", ".join(f"{name}={_python(item)}" for name, item in given)
    call = f"{type(value).__name__}({flat})"
    if len(call) + len(indent) <= 88 and "\n" not in call:
        return call
    lines = [f"{indent}    {name}={_python(item, indent + '    ')}," for name, item in given]
    return "\n".join([f"{type(value).__name__}(", *lines, f"{indent})"])


def index_page() -> str:
    """What all families have in common, and the list of them."""
    linker = Linker(places(), "clauses/index.md")
    kinds = families()["clause"]
    rows = [
        (f"[{record.name}]({record.name}.md)", record.documentation.split(". ")[0].rstrip(".") + ".")
        for record in kinds
    ]
    toctree = fence("{toctree}", ":hidden:\n\n" + "\n".join(record.name for record in kinds))
    return page(
        "Clauses",
        "A clause is one rule that turns quantities into payments or transfers. Its `kind` names the family. What no family "
        "covers is a [payment](payment.md) with a [formula](../formulas.md); any number of any clause may be a formula.\n",
        table(("kind", "what it is"), rows),
        "## Fields of every clause\n",
        linker.fields(common_fields("clause")),
        SOURCES,
        toctree,
    )


def pages() -> dict[str, str]:
    """The pages by file."""
    made = {"clauses/index.md": index_page()}
    return made | {f"clauses/{record.name}.md": family_page(record) for record in families()["clause"]}
