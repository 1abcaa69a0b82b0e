"""What a document may say without another result: names, words, sources, tags; and other figures that may be chosen."""

from __future__ import annotations

from random import Random
from typing import Any

Document = dict[str, Any]
WORDS = {"name": "A name", "words": "In these words.", "source": "a letter"}
# Without effect where nothing is split by weight, or among members.
NOT_SPLIT = {
    "pennies": ["first", "last", "named", "each"], "pennies_to": ["p0"], "zero_weights": ["nothing", "equal", "error"],
}  # fmt: skip
MAY_HAVE: dict[str, Document] = {
    "clause": {**WORDS, "ref": "Sch 3A 4.2", "tags": ["one"]},
    "contract": {"name": "A contract", "form": "NHS Standard Contract"},
    "overlay": {"name": "An overlay", "claims_precedence": True},
    "party": {"name": "A party", "tags": ["one"]},
    "concession": {**WORDS, "illustrative": True},
    "cost": {"name": "A cost", "tags": ["one"]},
    "funding": {"name": "A grant"},
    "input": {"name": "An input", "tags": ["one"], "data": {"column": "n", "where": {"code": "1"}}},
    "parameter": {"name": "A parameter", "tags": ["one"]},
    "quantity": {"name": "A quantity", "tags": ["one"]},
    "curve": {"name": "A curve"},
    "book": {
        "title": "A random book",
        "description": "Made by chance.",
        "currency": "GBP",
        "notes": [{"on": "c0", "author": "payer", "date": "2024-05-01", "status": "open", "text": "Is that so?"}],
    },
    "framework": {"name": "A framework"},
    "measure": {"name": "A measure"},
}


def trimmed(book: Document, random: Random) -> dict[str, str]:
    """Adds such fields here and there; what may be chosen otherwise, and how."""

    def trim(kind: str, items: list[Document]) -> None:
        for item in items:
            for field, value in MAY_HAVE[kind].items():
                if field not in item and random.random() < 0.05:
                    item[field] = value

    groups = [*book["contracts"], *book["overlays"]]
    clauses = [clause for group in groups for clause in group["clauses"]]
    trim("clause", clauses)
    for clause in clauses:
        split = ("share", "netting", "fund", "waterfall", "pooled_fund", "block")
        if clause["kind"] in ("share", "netting") and random.random() < 0.05:
            clause |= {"from": "payer", "to": "p0"}
        if clause["kind"] in split or "shares" in clause or clause["kind"] in ("payment", "trigger", "incentive"):
            continue
        for field, values in NOT_SPLIT.items():
            if random.random() < 0.3:
                clause[field] = random.choice(values)
    trim("book", [book])
    for party in book["parties"]:
        if "legal" not in party and random.random() < 0.1:
            party["legal"] = random.choice(["private", "third_sector"])
    for kind, section in (("contract", "contracts"), ("overlay", "overlays"), ("concession", "concessions"),
                          ("input", "inputs"), ("parameter", "parameters"), ("quantity", "quantities"),
                          ("curve", "curves"), ("framework", "frameworks"), ("party", "parties")):  # fmt: skip
        trim(kind, book[section])
    trim("measure", [measure for framework in book["frameworks"] for measure in framework["measures"]])
    trim("cost", book["finances"]["costs"])
    trim("funding", book["finances"]["funding"])
    return otherwise(book, random)


def otherwise(book: Document, random: Random) -> dict[str, str]:
    """Other figures for a parameter and for a quantity's formula, and their choice."""
    chosen: dict[str, str] = {}
    if random.random() < 0.2:
        amount = next(item for item in book["parameters"] if item["id"] == "amount")
        term = amount["value"] if isinstance(amount["value"], dict) else {"value": amount["value"]}
        amount["value"] = {**term, "alternatives": [{"name": "higher", "value": "£4,321", "source": "a letter"}]}
        chosen["amount"] = "higher"
    if random.random() < 0.2:
        given = random.choice([item for item in book["quantities"] if item["id"].startswith("given")])
        given["formula"] = {
            "value": given["formula"],
            "alternatives": [{"name": "otherwise", "value": "months() / 3 - 0.75"}],
        }
        chosen[given["id"]] = "otherwise"
    return chosen
