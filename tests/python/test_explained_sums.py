"""How formulas are opened: a sum of many is one level, and below one member's figure its own members stand."""

from __future__ import annotations

from typing import Any

import openbook as ob

SITES = [f"s{i}" for i in range(20)]


def book(**more: Any) -> ob.Book:
    return ob.read_book(
        {
            "format": 1,
            "id": "opened",
            "calendar": {"start": "2024-04", "months": 1},
            "parties": [{"id": "payer"}, *({"id": site} for site in SITES)],
            "dimensions": [{"id": "site", "members": SITES}, {"id": "kind", "members": ["day", "night"]}],
            "parameters": [
                *({"id": name, "value": value} for name, value in zip("abcde", (1, 2, 3, 4, 5), strict=True)),
                {"id": "beds", "dimension": "site", "members": {site: i for i, site in enumerate(SITES)}},
                {"id": "staff", "dimension": "site", "by": "kind", "value": 2, "pairs": {"s15": {"night": 7}}},
            ],
            **more,
        }
    )


def opened(formula: str) -> Any:
    made = book(quantities=[{"id": "asked", "formula": formula}])
    return made.settle(plan=True).explain("asked")


def children(node: Any) -> list[tuple[str, str]]:
    return [(child.label, str(child.value)) for child in node.children]


def test_a_sum_of_many_is_one_level() -> None:
    tree = opened("a + b + c - d + e")
    assert [value for _, value in children(tree.children[0] if len(tree.children) == 1 else tree)] == list("12345")


def test_a_product_of_many_is_one_level_and_brackets_stay() -> None:
    tree = opened("a * b / (c * d) * e")
    found = children(tree.children[0] if len(tree.children) == 1 else tree)
    assert [value for _, value in found] == ["1", "2", "12", "5"]


def notes(node: Any) -> list[str]:
    own = [node.note] if node.note else []
    return own + [note for child in node.children for note in notes(child)]


def test_below_the_figure_of_one_member_its_own_values_stand() -> None:
    assert notes(opened("member(beds * 2 + 1, 's15')"))[:2] == [
        "s15 31, ... of 20 members",
        "s15 30, ... of 20 members",
    ]
    assert "s15, day 2; s15, night 7, ... of 40 members" in notes(opened("sum(member(staff, 's15'))"))
    assert any(note.startswith("s0 0, s1 1,") for note in notes(opened("sum(beds)")))


def test_what_one_of_many_parties_is_paid_shows_its_own_members() -> None:
    contract = {
        "id": "contract",
        "payer": "payer",
        "payee": "s0",
        "clauses": [{"id": "paid", "kind": "payment", "every": "year", "each": "site", "amount": "£1 * beds"}],
    }
    settled = book(contracts=[contract]).settle(plan=True)
    opened = settled.explain("paid")
    (own,) = [child for child in opened.children if "to s17" in child.label]
    assert "s17 £17.00, ... of 20 members" in notes(own)


def test_what_a_member_is_compared_with_is_shown_beside_it() -> None:
    document = {
        "id": "means",
        "calendar": {"start": "2024-04", "months": 1},
        "dimensions": [{"id": "m", "members": ["b", "e"]}],
        "parties": [{"id": "a"}, {"id": "b"}, {"id": "e"}],
        "inputs": [{"id": "r", "unit": "£", "dimension": "m"}],
        "contracts": [
            {
                "id": "c",
                "payer": "a",
                "payee": "b",
                "clauses": [{"kind": "payment", "id": "p", "amount": "mean(r) + r", "each": "m"}],
            }
        ],
    }
    text = str(ob.read_book(document).settle({"r": [1, 2]}).explain("e"))
    mean, own = text.split("mean(r): £1.50")[1].split("└─ r, 2024-04", 1)[1].split("└─ r, 2024-04", 1)
    assert "e £2.00, b £1.00" in mean
    assert "e £2.00, ... of 2 members" in own
