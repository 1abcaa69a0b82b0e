"""Funders, suppliers and funds: their positions are asked for by name, without saying that they be kept."""

from __future__ import annotations

import json
from typing import Any

import openbook as ob
import pytest
from openbook import queries
from small import small_book

SELLER = ("gas_take_or_pay", "seller")


def test_who_stands_outside_is_whom_the_core_leaves_out() -> None:
    for name in ("gas_take_or_pay", "hospice_cap", "mental_health_alliance", "milk_quota_levy", "debt_waterfall"):
        book = ob.examples.book(name)
        kept = set(book.simulate(1, progress=False).parties)
        assert {p.id for p in book.parties if not queries.stands_outside(book, p.id)} == kept, name
    assert not queries.stands_outside(small_book(), "nobody")


def test_a_party_without_roles_is_kept_and_one_that_is_outside_is_not() -> None:
    book = small_book()
    parties = [p.replace(legal="outside" if n == 0 else p.legal, roles=()) for n, p in enumerate(book.parties)]
    changed = book.replace(parties=parties)
    first = parties[0].id
    assert [queries.stands_outside(changed, p.id) for p in parties] == [p.id == first for p in parties]
    assert queries.whose_positions(changed, None, parties[1].id) == "members"
    assert queries.whose_positions(changed, None, first) == "all"


def test_the_command_line_answers_for_a_supplier(run: Any) -> None:
    book, seller = SELLER

    def printed(*words: str) -> Any:
        code, out, err = run(*words, "--json")
        assert code == 0, err
        return json.loads(out)

    mean = next(row for row in printed("risk", book, seller, "--scenarios", "200", "--quiet")["measures"])
    buyer = next(row for row in printed("risk", book, "buyer", "--scenarios", "200", "--quiet")["measures"])
    assert mean["value"] == -buyer["value"] != 0
    few = ("--scenarios", "50", "--quiet")
    assert {row["party"] for row in printed("simulate", book, *few)["summary"]} == {"buyer"}
    assert {row["party"] for row in printed("simulate", book, *few, "--parties", "all")["summary"]} == {"buyer", seller}
    rows = printed("compare", f"a={book}", f"b={book}", "--party", seller, "--scenarios", "50")
    assert {row["party"] for row in rows} == {seller}


def test_draws_of_a_supplier_are_explained(run: Any) -> None:
    book, seller = SELLER
    for words in (["--draw", "3"], ["--percentile", "5", "--scenarios", "100"]):
        code, out, _ = run("explain", book, seller, *words, "--depth", "1")
        assert code == 0 and "position of Seller" in out


def test_functions_that_name_a_supplier_keep_it() -> None:
    name, seller = SELLER
    book = ob.examples.book(name)
    made = ob.frontier(book, {"base_price": ["£4,000", "£5,000"]}, party=seller, scenarios=100)
    low, high = sorted(point.y for point in made.points)
    assert 0 < low < high
    dearer = book.with_("base_price", "£6,000")
    known = ob.value_of_information({"as it is": book, "dearer": dearer}, party=seller, scenarios=200, outer=0)
    assert known.party == seller


def test_a_comparison_that_did_not_keep_a_party_says_so() -> None:
    book = ob.examples.book(SELLER[0])
    made = ob.compare({"a": book, "b": book}, scenarios=20)
    with pytest.raises(ob.BookError, match="stands outside, were not kept; compare with parties='all'"):
        made.paired(("mean",), party=SELLER[1])
