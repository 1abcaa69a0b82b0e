"""`bears` holds whoever pays: what is negative flows from the receiver to the payer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest


def position(clause: dict[str, Any], party: str = "b", of: str = "b", **may: bool) -> Decimal:
    document = {
        "format": 1,
        "id": "bears",
        "calendar": {"start": "2024-04", "months": 1},
        "dimensions": [{"id": "each_party", "members": ["b", "c"]}],
        "parties": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
        "contracts": [{"id": "k", "payer": "a", "payee": "b", "clauses": [{"id": "p", **clause}]}],
    }
    for item in document["parties"]:
        if item["id"] == party and may:
            item["bears"] = [{"mechanism": "p", **may}]
    return ob.read_book(document).settle().position(of)


PAYMENT = {"kind": "payment", "amount": "-£6"}
SPLIT = {"kind": "payment", "amount": "-£6", "shares": [{"party": "b"}, {"party": "c"}]}
EACH = {"kind": "payment", "amount": "by_member('each_party', 'b', -£6, £6)", "each": "each_party"}
TRIGGER = {"kind": "trigger", "amount": "-£6", "tests": [{"name": "always", "holds": "true"}]}
PENALTY = {"kind": "penalty", "quantity": "6", "rate": "£1"}


@pytest.mark.parametrize("clause", [PAYMENT, EACH, TRIGGER, PENALTY])
def test_what_a_party_may_not_pay_is_not_taken_from_it(clause: dict[str, Any]) -> None:
    assert position(clause) == -6
    assert position(clause, may_pay=False) == 0
    assert position(clause, may_receive=False) == -6


def test_who_may_not_receive_is_not_let_off() -> None:
    assert position({"kind": "payment", "amount": "£6"}, may_receive=False) == 0
    assert position({"kind": "payment", "amount": "£6"}, may_pay=False) == 6
    assert position(EACH, may_receive=False, party="c", of="c") == 0


def test_the_others_bear_what_one_may_not() -> None:
    assert [position(SPLIT, of=party) for party in "abc"] == [6, -3, -3]
    assert [position(SPLIT, may_pay=False, of=party) for party in "abc"] == [6, 0, -6]
    assert [position(SPLIT, may_receive=False, of=party) for party in "abc"] == [6, -3, -3]


def test_a_payer_that_may_not_pay_pays_nothing() -> None:
    block = {"kind": "block", "amount": "£12"}
    assert position(block, of="a") == -1
    assert position(block, party="a", of="a", may_pay=False) == 0
