"""Every clause family of the core is at work in a shipped book, and lint reads a book of each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import openbook as ob
import pytest
from generators.clauses import book_around, example_of
from openbook._description import RecordType, families
from test_golden import CASES, book_of, evaluate, settle


def kinds_of_the_schema() -> list[str]:
    """The families that a contract's clauses may be of, as the published schema lists them."""
    schema = ob.schema()
    items = schema["$defs"]["contract"]["properties"]["clauses"]["items"]
    names = [choice["$ref"].rsplit("/", 1)[1] for choice in items["anyOf"]]
    return [schema["$defs"][name]["properties"]["kind"]["const"] for name in names]


KINDS = kinds_of_the_schema()


def clauses_of(book: ob.Book) -> dict[str, str]:
    """The kind of every clause of a book, by its id."""
    groups = (*book.contracts, *book.overlays)
    return {clause.id: clause.kind for group in groups for clause in group.clauses}


def golden_of(kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The golden cases whose figure is what a clause of the family pays, and is not nothing."""
    return [
        (example, case)
        for example, case in CASES
        if clauses_of(book_of(example)).get(case["figure"].get("clause")) == kind and Fraction(case["expect"]) != 0
    ]


def test_the_schema_lists_the_families_of_the_core() -> None:
    assert [record.name for record in families()["clause"]] == KINDS
    assert len(set(KINDS)) == len(KINDS) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_a_family_moves_money_in_a_golden_case_of_a_shipped_book(kind: str) -> None:
    """A family without one has no book that shows what it is for, and no figure from outside the core."""
    cases = golden_of(kind)
    assert cases, f"no golden case of a shipped book looks at what a '{kind}' clause pays: write one"
    example, case = cases[0]
    assert evaluate(book_of(example), case) == Fraction(case["expect"])
    book, found = settle(book_of(example), case)
    ids = {name for name, of in clauses_of(book).items() if of == kind}
    assert any(row["clause"] in ids and Fraction(row["amount"]) for row in found["entries"])


@pytest.mark.parametrize("kind", ["capitation", "pooled_fund", "subcontract", "fund", "challenge"])
def test_mechanisms_of_partners_stand_in_more_than_one_book(kind: str) -> None:
    assert len({example for example, _ in golden_of(kind)}) >= 2


# -- lint reads a book of every family ----------------


@pytest.mark.parametrize("record", families()["clause"], ids=KINDS)
def test_lint_reads_a_book_of_every_family(record: RecordType) -> None:
    book = book_around(example_of(record))
    found = book.lint()
    assert "not-probed" not in set(found["code"])
    last = len(book.contracts[0].clauses) - 1
    assert f"/contracts/0/clauses/{last}" in {row["path"] for row in found if row["code"] == "no-reference"}
