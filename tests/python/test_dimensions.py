"""A clause is written once and applied over the members of a dimension."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import openbook as ob
import pytest

MEMBERS = [f"hrg_{i:03d}" for i in range(40)]
PRICES = [Decimal(1000 + 37 * i) / 100 for i in range(40)]


def fields() -> dict[str, Any]:
    return {
        "format": 1,
        "id": "tariff",
        "calendar": {"start": "2024-04", "months": 3},
        "dimensions": [{"id": "currency", "members": MEMBERS}, {"id": "site", "members": ["north", "south"]}],
        "parties": [{"id": "icb"}, {"id": "trust"}],
        "inputs": [
            {"id": "spells", "unit": "spells", "dimension": "currency", "plan": 10},
            {"id": "beds", "unit": "beds", "dimension": "site", "plan": 2},
        ],
        "parameters": [
            {
                "id": "price",
                "dimension": "currency",
                "value": {"value": 0, "unit": "£ per spell"},
                "members": dict(zip(MEMBERS, map(str, PRICES), strict=True)),
            }
        ],
        "quantities": [
            {"id": "dearest", "unit": "£", "formula": "largest(spells * price)"},
            {"id": "first", "unit": "£", "formula": "member(spells * price, 'hrg_000')"},
            {"id": "value", "unit": "£", "formula": "sum(spells * price)"},
        ],
        "contracts": [
            {
                "id": "acute",
                "payer": "icb",
                "payee": "trust",
                "clauses": [{"id": "at_tariff", "kind": "activity", "quantity": "spells", "price": "price"}],
            }
        ],
    }


def test_prices_meet_activity_member_by_member() -> None:
    book = ob.Book.from_json(fields())
    activity = [[(7 * m + 3 * c) % 23 for c in range(40)] for m in range(3)]
    settlement = book.settle({"spells": [x for month in activity for x in month], "beds": [1, 2] * 3}, disputes=False)
    expected = [sum(a * p for a, p in zip(month, PRICES, strict=True)) for month in activity]
    found = [r["amount"] for r in settlement.ledger.to_dicts() if r["basis"] == "practised"]
    assert found == expected
    values = {(r["id"], r["period"]): Decimal(r["value"]) for r in settlement.quantities.to_dicts()}
    assert values["dearest", 1] == max(a * p for a, p in zip(activity[0], PRICES, strict=True))
    assert values["first", 2] == activity[1][0] * PRICES[0]
    assert values["value", 3] == expected[2]


def test_simulation_applies_the_same_members() -> None:
    book = ob.Book.from_json(fields())
    simulation = book.simulate(16, seed=1, track=["sum(spells * price)"], progress=False)
    total = float(sum(10 * p for p in PRICES))
    assert simulation.array("sum(spells * price)", period=1) == pytest.approx(total)
    assert simulation.array("trust", every="term") == pytest.approx(3 * total)


def test_members_of_different_dimensions_do_not_mix_and_are_not_reduced_silently() -> None:
    mixed = fields()
    mixed["quantities"].append({"id": "mixed", "formula": "number(spells) * number(beds)"})
    with pytest.raises(ob.BookError, match="mixes the dimensions 'currency' and 'site', and neither is a parent"):
        ob.Book.from_json(mixed).settle(plan=True)
    silent = fields()
    silent["contracts"][0]["clauses"].append({"id": "unreduced", "kind": "payment", "amount": "spells * price"})
    with pytest.raises(ob.BookError, match="still has the dimension 'currency'; reduce it with sum"):
        ob.Book.from_json(silent).settle(plan=True)


# -- members that belong to members of other dimensions --------------------------------------------------------------

SITES = {"a1": "trust_a", "a2": "trust_a", "b1": "trust_b", "c1": "trust_c"}
LINES = {"a1/x": ("a1", "x"), "a1/y": ("a1", "y"), "a2/x": ("a2", "x"), "b1/y": ("b1", "y"), "c1/x": ("c1", "x")}


def nested() -> dict[str, Any]:
    """Lines of activity, each of a site and a currency; sites of providers; provider "trust_d" has no site."""
    return {
        "format": 1,
        "id": "nested",
        "calendar": {"start": "2024-04", "months": 1},
        "dimensions": [
            {
                "id": "line",
                "members": list(LINES),
                "parents": {
                    "site": {k: v[0] for k, v in LINES.items()},
                    "currency": {k: v[1] for k, v in LINES.items()},
                },
            },
            {"id": "site", "members": list(SITES), "parents": {"provider": dict(SITES)}},
            {"id": "provider", "members": ["trust_a", "trust_b", "trust_c", "trust_d"]},
            {"id": "currency", "members": ["x", "y"]},
        ],
        "parties": [{"id": "icb"}, {"id": "trust"}],
        "inputs": [
            {"id": "spells", "unit": "spells", "dimension": "line", "plan": 10},
            {"id": "score", "dimension": "provider", "may_be_missing": True},
        ],
        "parameters": [
            {
                "id": "price",
                "dimension": "currency",
                "value": {"value": 0, "unit": "£ per spell"},
                "members": {"x": "10", "y": "100"},
            },
            {"id": "forces", "dimension": "provider", "value": "1", "members": {"trust_b": "1.1"}},
        ],
        "quantities": [],
        "contracts": [
            {
                "id": "acute",
                "payer": "icb",
                "payee": "trust",
                "clauses": [{"id": "tariff", "kind": "activity", "quantity": "spells * forces", "price": "price"}],
            }
        ],
    }


SPELLS = [1, 2, 3, 4, 5]  # a1/x, a1/y, a2/x, b1/y, c1/x


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("sum(spells * price)", 1 * 10 + 2 * 100 + 3 * 10 + 4 * 100 + 5 * 10),
        ("sum(spells * price * forces)", 10 + 200 + 30 + Decimal("1.1") * 400 + 50),  # across two generations
        ("member(sum(spells, 'site'), 'a1')", 3),
        ("member(sum(spells, 'provider'), 'trust_a')", 6),
        ("member(sum(spells, 'provider'), 'trust_d')", 0),
        ("member(sum(sum(spells, 'site'), 'provider'), 'trust_a')", 6),
        ("member(mean(spells, 'provider'), 'trust_a')", 2),
        ("member(largest(spells, 'provider'), 'trust_a')", 3),
        ("member(smallest(spells, 'provider'), 'trust_a')", 1),
        ("missing(member(largest(spells, 'provider'), 'trust_d'))", 1),
        ("missing(member(mean(spells, 'provider'), 'trust_d'))", 1),
        # the ratio of sums and the mean of ratios differ
        ("divide(sum(spells * price), sum(spells), £0)", Decimal(690) / 15),
        ("mean(spells * price / spells)", Decimal(230) / 5),
        ("sum(spells >= 3)", 3),
        ("member(sum(spells >= 2, 'provider'), 'trust_a')", 2),
        ("any_member(spells > 4)", 1),
        ("any_member(spells > 5)", 0),
        ("all_members(spells >= 1)", 1),
        ("member(all_members(spells >= 2, 'provider'), 'trust_a')", 0),
        ("sum(if(spells > spread(mean(spells), 'line'), spells, 0))", 9),
        ("sum(if(price > £50 per spell, spells, 0))", 6),
        ("member(rank(spells), 'c1/x')", 1),
        ("member(rank(spells, 'ascending'), 'c1/x')", 5),
        ("member(rank(price), 'y')", 1),
        ("member(rank(whole(spells, 2)), 'a1/y')", 3),  # 0 1 1 2 2
        ("member(rank(whole(spells, 2), 'descending', 'mean'), 'a1/y')", Decimal("3.5")),
        ("member(rank(whole(spells, 2), 'descending', 'order'), 'a2/x')", 4),
        ("member(running(spells), 'a2/x')", 6),
        ("member(running(spells, 'backwards'), 'a2/x')", 12),
        ("member(rank(score), 'trust_b')", 2),
        ("missing(member(rank(score), 'trust_c'))", 1),
        ("missing(sum(score))", 1),
        ("sum(or_else(score, 0))", 9),
    ],
)
def test_functions_over_members(formula: str, expected: Any) -> None:
    given = nested()
    if "£50 per spell" in formula:
        formula = formula.replace("£50 per spell", "limit")
        given["parameters"].append({"id": "limit", "value": {"value": "50", "unit": "£ per spell"}})
    given["quantities"] = [
        {
            "id": "result",
            "formula": f"number({formula})"
            if "missing" not in formula and ">" not in formula.split("(")[0]
            else formula,
        }
    ]
    if formula.startswith(("any_member", "all_members", "member(all", "missing")):
        given["quantities"] = [{"id": "result", "formula": f"if({formula}, 1, 0)"}]
    book = ob.Book.from_json(given)
    data = {"spells": SPELLS, "score": [7, 2, None, 0]}
    settlement = book.settle(data, disputes=False)
    value = settlement.quantities.to_dicts()[0]["value"]
    assert Decimal(str(value)) == expected
    # the lanes say the same
    driven = book.simulate(8, data=data, track=["result"], progress=False)
    assert driven.array("result", period=1) == pytest.approx(float(expected))


def test_a_clause_meets_its_prices_through_parents() -> None:
    settlement = ob.Book.from_json(nested()).settle({"spells": SPELLS, "score": [0] * 4}, disputes=False)
    assert settlement.position("trust") == Decimal("730.00")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b["dimensions"][1]["parents"]["provider"].pop("a2"), 'the member "a2" has no member of "provider"'),
        (
            lambda b: b["dimensions"][1]["parents"]["provider"].update(a2="trust_z"),
            '"trust_z" is no member of dimension "provider"',
        ),
        (lambda b: b["dimensions"][1]["parents"].update(region={}), '"region" is no dimension'),
        (
            lambda b: b["dimensions"][2].update(
                parents={"site": dict.fromkeys(["trust_a", "trust_b", "trust_c", "trust_d"], "a1")}
            ),
            "is a parent of itself",
        ),
        (lambda b: b["dimensions"][0]["parents"].update(provider=dict.fromkeys(LINES, "trust_d")), "belongs to both"),
    ],
)
def test_parents_are_checked(change: Any, message: str) -> None:
    given = nested()
    change(given)
    with pytest.raises(ob.BookError, match=message):
        ob.Book.from_json(given)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("sum(spells, 'payer')", "'payer' in .* is no dimension"),
        ("sum(score, 'site')", "'site' is no parent of 'provider'"),
        ("rank(spells, 'upwards')", "expected one of: descending, ascending"),
        ("spread(spells, 'provider')", "'line' is no parent of 'provider'"),
        ("sum(3)", "needs a value with a dimension"),
        ("any_member(spells)", "needs a condition on the members"),
    ],
)
def test_what_members_cannot_do(formula: str, message: str) -> None:
    given = nested() | {"quantities": [{"id": "result", "formula": formula}]}
    with pytest.raises(ob.BookError, match=message):
        ob.Book.from_json(given).settle(plan=True)


def test_one_missing_member_leaves_the_others() -> None:
    """A member that may be missing stays so, also where inputs without data take their plan; the others keep their data."""
    given = nested() | {"quantities": [{"id": "result", "formula": "sum(number(spells))"}]}
    data = {"spells": [1, None, 3, 4, 5], "score": [0] * 4}
    with pytest.raises(ob.DataError, match="of line 'a1/y'"):
        ob.Book.from_json(given).settle(data)
    given["inputs"][0]["may_be_missing"] = True
    given["contracts"][0]["clauses"][0]["quantity"] = "or_else(spells, 0)"
    book = ob.Book.from_json(given)
    assert book.settle(data, plan=True, disputes=False).quantities.to_dicts()[0]["value"] is None
    assert book.settle(data, disputes=False).quantities.to_dicts()[0]["value"] is None


def test_prices_of_members_step_each_in_its_month_whether_plain_or_reckoned() -> None:
    """Plain numbers are lowered once for each step; a formula that says the same must come to the same."""

    def paid(dear: Any, **options: Any) -> list[Decimal]:
        book = ob.Book.from_json(
            {
                "format": 1,
                "id": "stepping",
                "calendar": {"start": "2024-04", "months": 6},
                "dimensions": [{"id": "kind", "members": ["cheap", "dear", "other"]}],
                "parties": [{"id": "icb"}, {"id": "trust"}],
                "inputs": [{"id": "cases", "dimension": "kind", "unit": "cases"}],
                "parameters": [
                    {
                        "id": "price",
                        "dimension": "kind",
                        "value": {"value": "5", "unit": "£ per case", "steps": [{"from": "2024-08", "value": "6"}]},
                        "members": {
                            "cheap": {"value": "10", "steps": [{"from": "2024-06", "value": "20"}]},
                            "dear": dear,
                        },
                    }
                ],
                "contracts": [
                    {
                        "id": "acute",
                        "payer": "icb",
                        "payee": "trust",
                        "clauses": [{"id": "all", "kind": "payment", "every": "month", "amount": "sum(cases * price)"}],
                    }
                ],
            }
        )
        settlement = book.settle({"cases": [1, 2, 3] * 6}, **options)
        return [row["amount"] for row in settlement.payments]

    first, second = 10 + 2 * 100 + 3 * 5, 20 + 2 * 100 + 3 * 5
    third, last = 20 + 2 * 300 + 3 * 5, 20 + 2 * 300 + 3 * 6
    expected = [first, first, second, third, last, last]
    plain = {"value": "100", "steps": [{"from": "2024-07", "value": "300"}]}
    assert paid(plain) == expected
    assert paid({"value": "200 / 2", "steps": [{"from": "2024-07", "value": "100 * 3"}]}) == expected
    doubled = {"on": "price", "action": "scale", "value": "2", "starts": "2024-05", "ends": "2024-06"}
    assert paid(plain, shocks=[doubled]) == [first, 2 * first, 2 * second, third, last, last]


# -- drivers of inputs with a dimension ------------------------------------------------------------------------------


def driven(members: str, **more: Any) -> dict[str, Any]:
    return {
        "format": 1,
        "id": "driven",
        "calendar": {"start": "2024-04", "months": 1},
        "dimensions": [{"id": "site", "members": ["north", "south"]}],
        "parties": [{"id": "icb"}],
        "parameters": [{"id": "planned", "dimension": "site", "members": {"north": 100, "south": 300}}],
        "inputs": [
            {"id": "beds", "unit": "beds", "dimension": "site", "plan": "planned"},
            {"id": "other", "unit": "beds", "plan": 10},
        ],
        "drivers": [
            {"id": "moved", "of": "beds", "kind": "normal", "mean": 1, "deviation": "10%", "members": members},
            {"id": "moved_too", "of": "other", "kind": "normal", "mean": 1, "deviation": "10%"},
        ],
        **more,
    }


def draws(document: dict[str, Any]) -> Any:
    track = ["member(beds, 'north')", "member(beds, 'south')", "other"]
    simulation = ob.read_book(document).simulate(40_000, seed=3, track=track, progress=False)
    return [simulation.array(formula, period=1) for formula in track]


def test_one_draw_moves_all_members_together_or_each_has_its_own() -> None:
    north, south, other = draws(driven("together"))
    assert north * 3 == pytest.approx(south)
    assert north.mean() == pytest.approx(100, abs=0.25) and north.std() == pytest.approx(10, abs=0.2)
    own_north, own_south, same = draws(driven("each"))
    assert abs(np.corrcoef(own_north, own_south)[0, 1]) < 0.025
    assert own_south.mean() == pytest.approx(300, abs=0.75) and own_south.std() == pytest.approx(30, abs=0.6)
    assert (same == other).all()  # nobody else's draws change


def test_members_share_what_their_group_shares() -> None:
    group = {"id": "together", "drivers": ["moved_too", "moved"], "matrix": [["1", "0.6"], ["0.6", "1"]]}
    north, south, other = draws(driven("each", correlations=[group]))
    assert np.corrcoef(north, other)[0, 1] == pytest.approx(0.6, abs=0.02)
    assert np.corrcoef(south, other)[0, 1] == pytest.approx(0.6, abs=0.02)
    assert np.corrcoef(north, south)[0, 1] == pytest.approx(0.36, abs=0.03)
