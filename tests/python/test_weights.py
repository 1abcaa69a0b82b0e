"""What becomes of a sum where all weights are zero, and weights and fractions that cannot be, on the data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from asking import MEMBERS, alike, book_of, refused, settled

PARTS: dict[str, Any] = {
    "dimensions": [{"id": "site", "members": list(MEMBERS)}],
    "inputs": [
        {"id": "beds", "unit": "number", "dimension": "site", "aggregate": "last", "plan": 0},
        {"id": "share_of_a", "unit": "number", "aggregate": "last", "plan": 0},
        {"id": "share_of_b", "unit": "number", "aggregate": "last", "plan": 0},
    ],
    "parameters": [
        {"id": "nought", "dimension": "site", "members": dict.fromkeys(MEMBERS, 0)},
        {"id": "cap", "dimension": "site", "members": dict(zip(MEMBERS, ("£5", "£100", "£12", "£100"), strict=True))},
    ],
}


def test_a_rule_for_weights_that_are_all_zero() -> None:
    found = alike(
        [
            "sum(apportion(£100, beds))",
            "sum(apportion(£100, beds, 'nothing'))",
            "member(apportion(£100, beds, 'equal'), 'a')",
            "sum(apportion(£100, beds, 'equal'))",
            "member(apportion_capped(£100, beds, cap, 'equal'), 'a')",
            "member(apportion_capped(£100, beds, cap, 'equal'), 'c')",
            "round(member(apportion_capped(£100, beds, cap, 'equal'), 'b'), £0.01)",
            "sum(apportion(£0, beds, 'error'))",
            "member(apportion(£100, nought, 'equal'), 'd')",
        ],
        **PARTS,
    )
    # £100 equally is £25 each: a holds at £5 and c at £12, the other £83 go to b and d alike.
    assert [Decimal(values[0]) for values in found] == [0, 0, 25, 100, 5, 12, Decimal("41.5"), 0, 25]


def test_pennies_of_equal_parts_add_up() -> None:
    (found,) = settled(["sum(apportion(£0.10, beds, £0.01, 'equal'))"], **PARTS)
    assert found[0] == Decimal("0.10")
    (found,) = settled(["member(apportion(£0.10, beds, £0.01, 'equal'), 'a')"], **PARTS)
    assert found[0] == Decimal("0.03")


def test_where_some_weigh_the_rule_is_not_asked() -> None:
    beds = [1, 3, 0, 0] * 6
    (found,) = settled(["member(apportion(£100, beds, 'equal'), 'b')"], {"beds": beds}, **PARTS)
    assert found[0] == 75


def _problem(parts: dict[str, Any], data: Any = None) -> ob.Problem:
    with pytest.raises(ob.DataError) as error:
        ob.read_book(book_of(**parts)).settle(data, plan=True)
    return error.value.problems[0]


def test_an_error_is_one() -> None:
    parts = PARTS | {"quantities": [{"id": "parts", "formula": "sum(apportion(£100, beds, 'error'))"}]}
    problem = _problem(parts)
    assert problem.code == "weights"
    assert "100 is to be apportioned, and all weights are zero" in problem.message


def test_a_weight_below_zero_is_refused_with_its_member() -> None:
    parts = PARTS | {"quantities": [{"id": "parts", "formula": "sum(apportion(£100, beds))"}]}
    problem = _problem(parts, {"beds": [1, 2, -3, 4] * 6})
    assert problem.code == "negative"
    assert "'c'" in problem.message
    assert "it is -3" in problem.message


def paying(rule: str, **clause: Any) -> dict[str, Any]:
    incentive = {
        "kind": "incentive",
        "id": "gain",
        "gain": "£100",
        "pain": "£0",
        "score": "1",
        "shares": [{"party": "a", "weight": "share_of_a"}, {"party": "b", "weight": "share_of_b"}],
        "zero_weights": rule,
    }
    contract = {"id": "contract", "payer": "payer", "payee": "payee", "clauses": [incentive | clause]}
    return PARTS | {"parties": [{"id": name} for name in ("payer", "payee", "a", "b")], "contracts": [contract]}


def test_a_clause_says_what_becomes_of_its_sum() -> None:
    for rule, each in (("nothing", 0), ("equal", 50 * 6)):
        settlement = ob.read_book(book_of(**paying(rule))).settle(plan=True)
        assert [settlement.position(party) for party in ("a", "b")] == [each, each]
    eligible = [
        {"party": "a", "weight": "share_of_a", "eligible": "false"},
        {"party": "b", "weight": "share_of_b"},
    ]
    settlement = ob.read_book(book_of(**paying("equal", shares=eligible))).settle(plan=True)
    assert [settlement.position(party) for party in ("a", "b")] == [0, 600]
    problem = _problem(paying("error"))
    assert problem.code == "weights"
    assert problem.path == "/contracts/0/clauses/0/shares/0/weight"


def test_a_weight_of_a_clause_below_zero_is_refused_with_its_path() -> None:
    problem = _problem(paying("nothing"), {"share_of_a": [2] * 6, "share_of_b": [1, 1, -1, 1, 1, 1]})
    assert problem.code == "negative"
    assert problem.path == "/contracts/0/clauses/0/shares/1/weight"
    assert "it is -1" in problem.message


def test_members_who_share_a_pool_by_no_weight_at_all() -> None:
    members = [
        {"party": "a", "variance": "£100", "weight": "share_of_a"},
        {"party": "b", "variance": "-£40", "weight": "share_of_b"},
    ]
    share = {"kind": "share", "id": "pool", "every": "term", "members": members}
    parts = PARTS | {"parties": [{"id": "a"}, {"id": "b"}]}
    found = {}
    for rule in ("nothing", "equal"):
        overlay = {"id": "alliance", "parties": ["a", "b"], "clauses": [share | {"zero_weights": rule}]}
        settlement = ob.read_book(book_of(**parts, overlays=[overlay])).settle(plan=True)
        found[rule] = settlement.position("a")
    # The pool is £60: equally £30 each, so that a gives £70 of its £100.
    assert found["equal"] == -70


@pytest.mark.parametrize(
    ("clause", "path", "said"),
    [
        (
            {"kind": "penalty", "quantity": "1", "rate": "£10", "cap": "-£5"},
            "cap",
            "cap must not be negative, it is -5",
        ),
        ({"score": "1.2"}, "score", "a score must lie between -1 and 1, it is 1.2"),
        (
            {
                "kind": "waterfall",
                "amount": "£10",
                "tranches": [{"name": "all", "share": "120%", "to": [{"party": "a"}]}],
            },
            "tranches/0/share",
            "must lie between 0 and 1, it is 1.2",
        ),
    ],
)
def test_a_fraction_that_cannot_be_is_refused(clause: dict[str, Any], path: str, said: str) -> None:
    base = {"id": "gain"} if "kind" in clause else {"kind": "incentive", "id": "gain", "gain": "£1"}
    contract = {"id": "contract", "payer": "payer", "payee": "payee", "clauses": [base | clause]}
    parties = [{"id": name} for name in ("payer", "payee", "a")]
    with pytest.raises(ob.BookError) as error:
        ob.read_book(book_of(parties=parties, contracts=[contract])).settle(plan=True)
    assert said in str(error.value)
    assert error.value.problems[0].path == f"/contracts/0/clauses/0/{path}"


def test_a_score_out_of_its_bounds_is_found_on_the_data() -> None:
    contract = {
        "id": "contract",
        "payer": "payer",
        "payee": "payee",
        "clauses": [{"kind": "incentive", "id": "gain", "gain": "£1", "score": "share_of_a"}],
    }
    problem = _problem(PARTS | {"contracts": [contract]}, {"share_of_a": [0, 1, 2, 0, 0, 0]})
    assert problem.code == "out-of-range"
    assert "it is 2" in problem.message


CONCESSION = {"id": "waived", "concession": "waive", "on": "fee", "source": "assumed"}


@pytest.mark.parametrize(
    ("concession", "said"),
    [
        ({"fraction": "150%"}, "must lie between 0 and 1, it is 1.5"),
        ({"concession": "credit", "limit": "£5"}, "it is the most that is waived, and this is to credit"),
        ({"concession": "recalibrate", "on": "price", "amount": "£2", "limit": "£5"}, "this is to recalibrate"),
        ({"concession": "credit", "fraction": "50%"}, "it is the fraction that is waived"),
        ({"amount": "£5"}, "it is what is credited or recalibrated"),
    ],
)
def test_what_has_no_effect_in_a_concession_is_refused(concession: dict[str, Any], said: str) -> None:
    clause = {"kind": "payment", "id": "fee", "amount": "price"}
    parts = {
        "parameters": [{"id": "price", "value": "£1"}],
        "contracts": [{"id": "contract", "payer": "payer", "payee": "payee", "clauses": [clause]}],
        "concessions": [CONCESSION | concession],
    }
    with pytest.raises(ob.BookError) as error:
        ob.read_book(book_of(**parts)).settle(plan=True)
    assert said in str(error.value)


def test_a_circle_has_a_place() -> None:
    clauses = [{"kind": "payment", "id": name, "amount": f"{other} + £1"} for name, other in (("x", "y"), ("y", "x"))]
    contract = {"id": "contract", "payer": "payer", "payee": "payee", "clauses": clauses}
    with pytest.raises(ob.BookError) as error:
        ob.read_book(book_of(contracts=[contract])).settle(plan=True)
    assert error.value.problems[0].path == "/contracts/0/clauses/0"


def test_a_word_that_is_no_rule_is_refused() -> None:
    refused("sum(apportion(£1, beds, 'evenly'))", "expected one of: nothing, equal, error", **PARTS)
    refused("sum(apportion_capped(£1, beds, cap, £0.01))", "has caps and no step", **PARTS)
