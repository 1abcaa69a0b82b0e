"""Names as values: categories, statuses with permitted changes, at the door, in formulas, in both evaluators."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest
from asking import book_of, refused, settled

SEVERITY = {"id": "severity", "values": ["low", "middle", "high"], "ordered": True}
STATUS = {
    "id": "standing",
    "values": ["open", "suspended", "closed"],
    "initial": ["open"],
    "transitions": [
        {"from": "open", "to": ["suspended", "closed"]},
        {"from": "suspended", "to": ["open"], "ends": "2024-04"},
        {"from": "suspended", "to": ["closed"]},
    ],
}
PARTS: dict[str, Any] = {
    "categories": [SEVERITY, STATUS],
    "dimensions": [{"id": "site", "members": ["east", "west"]}],
    "inputs": [
        {"id": "state", "category": "standing", "aggregate": "last", "plan": "'open'"},
        {"id": "need", "category": "severity", "dimension": "site", "aggregate": "last", "plan": "'low'"},
    ],
    "parameters": [
        {"id": "kind", "category": "severity", "dimension": "site", "members": {"east": "'high'", "west": "'low'"}}
    ],
    "tables": [
        {
            "id": "fee",
            "unit": "£",
            "keys": [{"name": "severity"}],
            "rows": [{"at": ["'low'"], "value": "£10"}, {"at": ["'high'"], "value": "£30"}],
        }
    ],
}
STATES = ["open", "suspended", "open", "suspended", "suspended", "closed"]
NEEDS = ["low", "high"] * 6

MEANS = [
    ("state == 'open'", [1, 0, 1, 0, 0, 0]),
    ("'open' != state", [0, 1, 0, 1, 1, 1]),
    ("by_category(state, 'open', £100, 'suspended', £50, £0)", [100, 50, 100, 50, 50, 0]),
    ("by_category(state, 'open', 1, 'suspended', 2, 'closed', 3)", [1, 2, 1, 2, 2, 3]),
    ("number(state)", [1, 2, 1, 2, 2, 3]),
    ("sum(need == 'high')", [1] * 6),
    ("sum(need >= 'middle')", [1] * 6),
    ("largest(need) == 'high'", [1] * 6),
    ("member(lookup('fee', kind), 'east')", [30] * 6),
    ("sum(if(kind == need, 1, 0))", [0] * 6),
    ("previous(state, 'closed') == 'closed'", [1, 0, 0, 0, 0, 0]),
    ("window(state == 'open', 3)", [1, 1, 2, 1, 1, 0]),
    ("first_when(state == 'suspended')", [None, 2, 2, 2, 2, 2]),
]


def test_names_are_compared_and_chosen_by() -> None:
    found = settled([formula for formula, _ in MEANS], {"state": STATES, "need": NEEDS}, **PARTS)
    for (formula, expected), values in zip(MEANS, found, strict=True):
        assert [None if v is None else float(v) for v in values] == expected, formula


def test_a_quantity_has_a_name_as_its_value() -> None:
    quantity = {
        "id": "now",
        "category": "standing",
        "aggregate": "last",
        "formula": "if(state == 'closed', 'closed', 'open')",
    }
    book = ob.read_book(book_of(**PARTS, quantities=[quantity]))
    settlement = book.settle({"state": STATES, "need": NEEDS})
    assert [row["value"] for row in settlement.quantities] == ["open"] * 5 + ["closed"]
    assert {row["unit"] for row in settlement.quantities} == {"category"}
    assert "closed" in str(settlement.explain("now", period=6))


def test_simulation_draws_nothing_else() -> None:
    book = ob.read_book(book_of(**PARTS))
    tracked = [formula for formula, expected in MEANS if None not in expected]
    simulation = book.simulate(8, seed=1, data={"state": STATES, "need": NEEDS}, track=tracked, progress=False)
    for formula, expected in MEANS:
        if None not in expected:
            for period, value in enumerate(expected, 1):
                assert simulation.array(formula, period=period) == pytest.approx(value), formula


def test_an_unknown_name_is_refused_at_the_door() -> None:
    book = ob.read_book(book_of(**PARTS))
    with pytest.raises(ob.DataError) as error:
        book.settle({"state": ["opem", *STATES[1:]], "need": NEEDS})
    assert "'opem'" in str(error.value)
    assert "did you mean 'open'" in str(error.value)
    frame = {"period": ["2024-01"], "state": [1]}
    with pytest.raises(ob.DataError, match="one of open, suspended, closed"):
        book.settle(frame, plan=True)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["suspended"] * 6, "'state' is 'suspended' in"),
        (["open", "closed", "open", "closed", "closed", "closed"], "'state' goes from 'closed' to 'open' in"),
        (["open", "suspended", "suspended", "suspended", "open", "open"], "'state' goes from 'suspended' to 'open' in"),
    ],
)
def test_a_forbidden_change_is_named_with_its_month(states: list[str], said: str) -> None:
    with pytest.raises(ob.DataError) as error:
        ob.read_book(book_of(**PARTS)).settle({"state": states, "need": NEEDS})
    assert said in str(error.value)
    (problem, *_) = error.value.problems
    assert problem.code == "forbidden-transition"
    assert problem.path == "/inputs/0"


def test_the_month_and_what_is_permitted_are_told() -> None:
    states = ["open", "suspended", "suspended", "suspended", "open", "open"]
    with pytest.raises(ob.DataError) as error:
        ob.read_book(book_of(**PARTS)).settle({"state": states, "need": NEEDS})
    assert "May 2024" in str(error.value) or "2024-05" in str(error.value)
    assert "suspended to closed" in str(error.value)
    assert "suspended to open" not in str(error.value).split("may go")[1]  # only until April
    book = ob.read_book(book_of(**PARTS))
    assert book.settle({"state": states, "need": NEEDS}, as_at="2024-04") is not None  # May has not come


def test_a_status_that_is_computed_is_checked_too() -> None:
    formula = "if(month_number() == 3, 'closed', 'open')"
    status = {"id": "own", "category": "standing", "aggregate": "last", "formula": formula}
    with pytest.raises(ob.BookError, match="'own' goes from 'closed' to 'open'"):
        ob.read_book(book_of(**PARTS, quantities=[status])).settle({"state": STATES, "need": NEEDS})


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("state == 'opened'", "did you mean 'open'?"),
        ("state < 'closed'", "stand in no order"),
        ("state + 1", "calculates with a name"),
        ("sum(need)", "calculates with a name"),
        ("largest(spread(state, 'site'))", "stand in no order"),
        ("state == 1", "a name of category 'standing' and a number"),
        ("member(kind, 'east') == state", "one of category"),
        ("by_category(state, 'open', 1)", "has no value for 'suspended'"),
        ("by_category(state, 'open', 1, 'open', 2, 3)", "stands twice"),
        ("by_category(sum(need == 'low'), 'open', 1, 2)", "needs a value of a category"),
        ("1 == 'open'", "compared with what is of no category"),
        ("state", 'say so with "category"'),
        ("over(state, 'term')", 'say so with "category"'),
    ],
)
def test_a_slip_with_a_name_is_refused(formula: str, said: str) -> None:
    refused(formula, said, **PARTS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"categories": [{"id": "standing", "values": ["open", "open"]}]}, "stands twice"),
        ({"categories": [{"id": "standing", "values": []}]}, "at least one value"),
        ({"categories": [STATUS | {"initial": ["opne"]}]}, 'did you mean "open"?'),
        (
            {"categories": [STATUS | {"transitions": [{"from": "open", "to": ["shut"]}]}]},
            'no value of category "standing"',
        ),
        ({"inputs": [{"id": "state", "category": "severty"}]}, 'did you mean "severity"?'),
        ({"inputs": [{"id": "state", "category": "standing", "unit": "£"}]}, "has no unit"),
    ],
)
def test_a_category_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    categories = [SEVERITY, STATUS]
    with pytest.raises(ob.BookError) as error:
        ob.read_book(book_of(**({"categories": categories} | change)))
    assert said in str(error.value)


def test_cells_of_names_are_refused_as_names() -> None:
    book = ob.examples.book("farmers_averaging")
    other = {"result": [1] * 9, "other_income": [0] * 9}

    def problems(*claims: str | None) -> list[tuple[str, str]]:
        with pytest.raises(ob.DataError) as refused:
            book.settle({**other, "claim": ["none"] * (9 - len(claims)) + list(claims)})
        return [(problem.code, problem.message) for problem in refused.value.problems]

    [(code, message)] = problems("Two")
    assert code == "unknown-choice"
    assert message == "found 'Two', expected one of none, two_years, five_years; did you mean 'two_years'?"
    [(code, message)] = problems(None)
    assert code == "missing-month"
    assert "expected one of none, two_years, five_years, or its reason" in message
