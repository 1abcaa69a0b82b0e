"""No limit is decided for each period, member and branch: above everything in bounds and comparisons, missing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest

TWO = "if(month_number() == 1, no_limit(), £5)"
"""No cap in the first month, £5 then."""


def paid(amount: Any, clause: dict[str, Any] | None = None, **book: Any) -> list[Decimal]:
    """What a payment comes to in two months in which x is £100."""
    document = {
        "format": 1,
        "id": "limits",
        "calendar": {"start": "2024-04", "months": 2},
        "dimensions": [{"id": "site", "members": ["u", "v"]}],
        "parties": [{"id": "a"}, {"id": "b"}],
        "inputs": [
            {"id": "x", "unit": "£"},
            {"id": "w", "unit": "number", "dimension": "site"},
            {"id": "g", "unit": "number", "may_be_missing": True},
        ],
        "contracts": [
            {
                "id": "c",
                "payer": "a",
                "payee": "b",
                "clauses": [clause or {"kind": "payment", "id": "p", "amount": amount}],
            }
        ],
        **book,
    }
    data = {"x": [100, 100], "w": [1, 1, 1, 1], "g": [None, 3]}
    ledger = ob.read_book(document).settle(data).ledger
    moved = [Decimal(0), Decimal(0)]
    for row in ledger:
        if row["basis"] == "practised":
            sign = 1 if row["to"] == "b" else -1
            moved[0 if str(row["service_from"]).startswith("2024-04") else 1] += sign * row["amount"]
    return moved


@pytest.mark.parametrize(
    ("formula", "first", "second"),
    [
        (f"min(x, {TWO})", 100, 5),
        ("min(x, choose(month_number() == 1, no_limit(), £5))", 100, 5),
        ("min(x, if(month_number() == 1, £5, no_limit()))", 5, 100),
        ("min(x, lim)", 100, 5),
        ("min(x, dated)", 100, 5),
        (f"if(x < {TWO}, £1, £2)", 1, 2),
        (f"if(x > {TWO}, £1, £2)", 2, 1),
        ("if(g < no_limit(), £1, £2)", None, 1),
        (f"if({TWO} == £5, £1, £2)", 2, 1),
        (f"if({TWO} != no_limit(), £1, £2)", 2, 1),
        ("if(no_limit() <= no_limit(), £1, £2)", 1, 1),
        ("if(no_limit() < no_limit(), £1, £2)", 2, 2),
        (f"clip(x, £0, {TWO})", 100, 5),
        ("clip(no_limit(), £0, £5)", 5, 5),
        (f"min({TWO}, £7)", 7, 5),
        ("min(x, lookup('steps', month_number()))", 100, 5),
        ("min(x, lookup('from_two', month_number()))", 100, 9),
        ("min(x, by_category(state, 'open', no_limit(), £5))", 100, 5),
        (f"min(max({TWO}, £6), £8)", 8, 6),
        (f"min(x, or_else(no_value(), {TWO}))", 100, 5),
        ("min(x, if(g == 3, £5, no_limit()))", None, 5),
        ("sum(min(x * w, by_member('site', 'u', no_limit(), £7)))", 107, 107),
        ("sum(min(x * w, cap))", 107, 107),
        ("min(x, member(cap, 'u'))", 7, 7),
        ("min(x, member(cap, 'v'))", 100, 100),
        ("sum(clip(x * w, £0, if(running(w) == 1, £7, no_limit())))", 107, 107),
        ("member(running_between(x * w, £0, if(running(w) == 1, £7, no_limit())), 'v')", 107, 107),
        ("member(apportion_capped(x, w, cap), 'v')", 93, 93),
        ("member(apportion_capped(x, w, no_limit()), 'v')", 50, 50),
        (f"min(x, {TWO} - £1)", None, 4),
        (f"min(x, -{TWO})", None, -5),
        (f"min(x, 0 * {TWO})", None, 0),
    ],
)
def test_no_limit_holds_where_it_is_said(formula: str, first: int | None, second: int) -> None:
    rules = {
        "quantities": [
            {"id": "lim", "unit": "£", "formula": TWO},
            {"id": "state", "category": "stage", "formula": "if(month_number() == 1, 'open', 'shut')"},
        ],
        "categories": [{"id": "stage", "values": ["open", "shut"]}],
        "tables": [
            {
                "id": "steps",
                "unit": "£",
                "keys": [{"name": "month", "match": "exact"}],
                "rows": [{"at": ["1"], "value": "no_limit()"}, {"at": ["2"], "value": "£5"}],
            },
            {
                "id": "from_two",
                "unit": "£",
                "keys": [{"name": "month", "match": "from"}],
                "rows": [{"at": ["2"], "value": "£9"}],
                "otherwise": "no_limit()",
            },
        ],
        "parameters": [
            {
                "id": "dated",
                "value": {"value": "no_limit()", "unit": "£", "steps": [{"from": "2024-05", "value": "£5"}]},
            },
            {"id": "cap", "dimension": "site", "value": {"value": "£7", "unit": "£"}, "members": {"v": "no_limit()"}},
        ],
    }
    if first is None:
        with pytest.raises(ob.DataError, match=r"'p' \(payment\) for 2024-04 depends on a value that is missing"):
            paid(formula, **rules)
        assert paid({"value": f"or_else({formula}, £0)"}, **rules)[1] == second
    else:
        assert paid(formula, **rules) == [first, second]


@pytest.mark.parametrize(
    ("clause", "amounts"),
    [
        ({"kind": "penalty", "quantity": "x", "rate": 1, "cap": TWO}, [-100, -5]),
        ({"kind": "waterfall", "amount": "x", "tranches": [{"name": "t", "limit": TWO, "to": [{"party": "b"}]}]}, [100, 5]),
        ({"kind": "bands", "quantity": "number(x)", "price": "£1", "bands": [{"to": "no_limit()", "rate": "100%"}]}, [100, 100]),
        (
            {
                "kind": "bands", "quantity": "number(x)", "price": "£1",
                "bands": [{"to": "if(month_number() == 1, no_limit(), 30)", "rate": "100%"}, {"rate": "50%"}],
            },
            [100, 65],
        ),
    ],
)  # fmt: skip
def test_clauses_take_a_limit_that_is_none_for_a_time(clause: dict[str, Any], amounts: list[int]) -> None:
    assert paid("", {"id": "p", **clause}) == amounts


def test_a_share_without_a_cap_for_a_time() -> None:
    members = [{"party": "a", "variance": "x"}, {"party": "b", "variance": "£0"}]
    share = {"kind": "share", "id": "p", "members": members, "cap": TWO, "collar": "no_limit()"}
    overlays = [{"id": "o", "clauses": [share]}]
    assert paid("£0", overlays=overlays, contracts=[]) == [50, Decimal("2.5")]
