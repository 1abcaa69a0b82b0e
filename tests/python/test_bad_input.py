"""Wrong input is refused in the contract's words: where it stands, what was found, what was expected.

Nothing here may crash the interpreter or be swallowed.
"""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable
from typing import Any

import openbook as ob
import pytest

GOOD: dict[str, Any] = {
    "format": 1,
    "id": "small",
    "calendar": {"start": "2024-04", "months": 12},
    "parties": [
        {"id": "icb", "roles": ["commissioner"]},
        {"id": "trust", "roles": ["provider"]},
        {"id": "charity", "roles": ["provider"]},
    ],
    "inputs": [
        {"id": "spells", "unit": "spells", "plan": 100, "data": {"column": "activity", "where": {"code": "AA"}}},
        {"id": "list", "unit": "persons", "plan": 5000, "data": {"column": "activity", "where": {"code": "BB"}}},
    ],
    "parameters": [{"id": "price", "value": {"value": 2000, "unit": "£ per spell"}}],
    "contracts": [
        {
            "id": "acute",
            "name": "Acute 2024/25",
            "payer": "icb",
            "payee": "trust",
            "clauses": [
                {"id": "main", "ref": "7.3", "kind": "activity", "quantity": "spells", "price": "price"},
                {
                    "id": "gain",
                    "ref": "8.1",
                    "kind": "incentive",
                    "every": "year",
                    "gain": "£100k",
                    "score": 1,
                    "shares": [{"party": "trust", "weight": "60%"}, {"party": "charity", "weight": "40%"}],
                },
            ],
        }
    ],
    "drivers": [
        {"id": "demand", "of": "spells", "kind": "lognormal", "deviation": 0.1},
        {"id": "people", "of": "list", "kind": "normal", "mean": 1, "deviation": 0.1},
    ],
    "correlations": [{"id": "together", "drivers": ["demand", "people"], "matrix": [[1, 0.5], [0.5, 1]]}],
}


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    change(document)
    return document


def refused(source: Any, kind: type[ob.OpenbookError] = ob.BookError) -> ob.OpenbookError:
    """The error of reading, or of settling what was read."""
    with pytest.raises(kind) as caught:
        ob.read_book(source).settle(plan=True)
    assert caught.value.problems
    return caught.value


def says(error: ob.OpenbookError, path: str, *words: str) -> None:
    """One of the problems stands at the path and has all the words."""
    for problem in error.problems:
        text = f"{problem.message} {problem.where}"
        if path in problem.path and all(word in text for word in words):
            assert all(word in str(error) for word in words)
            return
    raise AssertionError(f"no problem at {path!r} says {words}: {error.problems}")


def clause(document: dict[str, Any], number: int = 0) -> dict[str, Any]:
    return document["contracts"][0]["clauses"][number]


def test_the_good_book_is_good() -> None:
    assert ob.read_book(GOOD).settle(plan=True).position("trust") == 2_460_000


# -- the document ----------------


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"format": 1,}',
        '{"format": 1 "id": "x"}',
        "{'format': 1}",
        '{"format": 1, "id": "\\ud800"',
        "{}[]",
        '{"id": nul}',
    ],
)
def test_malformed_json(text: str) -> None:
    error = refused(text.encode())
    assert any("line" in p.message or "character" in p.message or "byte" in p.message for p in error.problems), (
        error.problems
    )


def test_unknown_key_offers_the_nearest() -> None:
    says(
        refused(changed(lambda d: clause(d).update(qantity="spells"))), "/contracts/0/clauses/0", "qantity", "quantity"
    )


def test_duplicate_key() -> None:
    says(refused(json.dumps(GOOD).replace('"id": "small"', '"id": "small", "id": "twice"')), "", "id", "twice")


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (lambda d: d.update(parties={}), "/parties", ("list",)),
        (lambda d: d["calendar"].update(months="many"), "/calendar/months", ("many", "whole number")),
        (lambda d: d["calendar"].update(start=2024), "/calendar/start", ("2024", "month")),
        (lambda d: d["parties"][0].update(legal="friendly"), "/parties/0/legal", ("friendly", "statutory")),
        (lambda d: clause(d).update(price=["£1"]), "/contracts/0/clauses/0/price", ("number",)),
        (lambda d: clause(d).update(every="fortnight"), "/contracts/0/clauses/0/every", ("fortnight", "quarter")),
        (lambda d: clause(d).update(kind="bribe"), "/contracts/0/clauses/0", ("bribe", "activity")),
        (lambda d: d.update(format=99), "/format", ("99", "1")),
        (lambda d: clause(d).pop("kind"), "/contracts/0/clauses/0", ("kind",)),
        (lambda d: d["calendar"].update(months=0), "/calendar/months", ("0", "1")),
        (lambda d: d["calendar"].update(start="2024-13"), "/calendar/start", ("2024-13",)),
    ],
)
def test_wrong_type_or_choice(change: Callable[[dict[str, Any]], Any], path: str, words: tuple[str, ...]) -> None:
    says(refused(changed(change)), path, *words)


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (lambda d: d["contracts"][0].update(payee="trsut"), "/contracts/0/payee", ("trsut", "trust")),
        (lambda d: clause(d).update(quantity="spell"), "/contracts/0/clauses/0/quantity", ("spell", "spells")),
        (
            lambda d: clause(d, 1)["shares"][0].update(party="nobody"),
            "/contracts/0/clauses/1/shares/0/party",
            ("nobody",),
        ),
        (lambda d: d["drivers"][0].update(of="nothing"), "/drivers/0/of", ("nothing",)),
        (lambda d: d["inputs"][0].update(dimension="age"), "/inputs/0/dimension", ("age",)),
        (lambda d: d["correlations"][0]["drivers"].append("ghost"), "/correlations/0", ("ghost",)),
        (lambda d: d.update(precedence=["acute", "ghost"]), "/precedence/1", ("ghost",)),
        (
            lambda d: d.update(concessions=[{"id": "kind", "concession": "waive", "on": "ghost"}]),
            "/concessions/0/on",
            ("ghost",),
        ),
    ],
)
def test_missing_reference(change: Callable[[dict[str, Any]], Any], path: str, words: tuple[str, ...]) -> None:
    says(refused(changed(change)), path, *words)


def test_the_same_id_twice() -> None:
    says(refused(changed(lambda d: d["parties"].append({"id": "trust"}))), "/parties/3", "trust")


def test_a_cycle_names_its_clauses() -> None:
    error = refused(
        changed(
            lambda d: (
                clause(d).update(id="first", kind="payment", amount="paid('second') + £1"),
                clause(d).pop("quantity"),
                clause(d).pop("price"),
                d["contracts"][0]["clauses"].append({"id": "second", "kind": "payment", "amount": "paid('first') * 2"}),
            )
        )
    )
    says(error, "", "first", "second", "previous")


def test_a_quantity_that_needs_itself() -> None:
    says(
        refused(changed(lambda d: d.update(quantities=[{"id": "stock", "formula": "stock + 1"}]))),
        "",
        "stock",
        "previous",
    )


@pytest.mark.parametrize("weights", [("60%", "30%"), ("60%", "50%"), (0.3, 0.3)])
def test_percentages_that_do_not_sum(weights: tuple[Any, Any]) -> None:
    def change(d: dict[str, Any]) -> None:
        for part, weight in zip(clause(d, 1)["shares"], weights, strict=True):
            part["weight"] = weight

    book = ob.read_book(changed(change))
    rows = [row for row in book.lint() if "sum" in row["message"]]
    assert rows and all("/contracts/0/clauses/1" in row["path"] for row in rows)


def test_weights_that_are_all_nothing_or_negative() -> None:
    says(
        refused(changed(lambda d: clause(d, 1)["shares"][0].update(weight=-1))),
        "/contracts/0/clauses/1/shares/0/weight",
        "-1",
        "negative",
    )


def test_money_and_counts_are_not_added() -> None:
    says(
        refused(changed(lambda d: clause(d).update(price="price + 1 * spells"))),
        "/contracts/0/clauses/0/price",
        "spell",
    )
    says(refused(changed(lambda d: clause(d).update(price="2"))), "/contracts/0/clauses/0", "£")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "nan", "inf"])
def test_no_number_at_all_in_a_document(value: str) -> None:
    text = json.dumps(GOOD).replace('"plan": 100', f'"plan": {value}')
    error = refused(text)
    assert error.problems


def test_steps_must_stand_in_order_and_once() -> None:
    def steps(*dates: str) -> Callable[[dict[str, Any]], Any]:
        return lambda d: d["parameters"][0]["value"].update(
            steps=[{"from": x, "value": f"£{i}"} for i, x in enumerate(dates, 1)]
        )

    says(refused(changed(steps("2024-06", "2024-06"))), "/parameters/0/value/steps", "2024-06")
    says(refused(changed(steps("2024-09", "2024-06"))), "/parameters/0/value/steps", "2024-06")


def test_dates_that_end_before_they_start() -> None:
    says(
        refused(changed(lambda d: clause(d).update(starts="2024-09", ends="2024-06"))),
        "/contracts/0/clauses/0",
        "2024-09",
        "2024-06",
    )


def test_an_impossible_correlation_matrix_offers_the_nearest() -> None:
    def change(d: dict[str, Any]) -> None:
        d["inputs"].append({"id": "third", "unit": "£", "plan": "£1"})
        d["drivers"].append({"id": "other", "of": "third", "kind": "normal", "deviation": 1})
        d["correlations"][0] = {
            "id": "together",
            "drivers": ["demand", "people", "other"],
            "matrix": [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]],
        }

    says(refused(changed(change)), "/correlations/0/matrix", "nearest")
    says(
        refused(changed(lambda d: d["correlations"][0].update(matrix=[[1, 0.5], [0.4, 1]]))),
        "/correlations/0/matrix",
        "0.4",
    )
    says(
        refused(changed(lambda d: d["correlations"][0].update(matrix=[[1, 2], [2, 1]]))), "/correlations/0/matrix", "2"
    )
    says(refused(changed(lambda d: d["correlations"][0].update(matrix=[[1, 0.5]]))), "/correlations/0/matrix")


def test_an_undecided_reading_is_not_settled() -> None:
    readings = [{"name": "cliff", "overrides": {"gain": "£1m"}}, {"name": "excess", "overrides": {"gain": "£1k"}}]
    error = refused(changed(lambda d: clause(d, 1).update(readings=readings)), ob.ReadingError)
    says(error, "/contracts/0/clauses/1", "cliff", "excess")


# -- documents that mean harm ----------------


@pytest.mark.parametrize("make", [lambda n: "[" * n + "]" * n, lambda n: '{"a":' * n + "1" + "}" * n])
@pytest.mark.parametrize("depth", [200, 100_000])
def test_a_deeply_nested_document(make: Callable[[int], str], depth: int) -> None:
    error = refused((make(depth) if depth > 200 else '{"format": 1, "id": ' + make(depth) + "}").encode())
    assert any("deep" in p.message or "nest" in p.message for p in error.problems), error.problems


def test_a_document_of_a_hundred_megabytes() -> None:
    text = b'{"format": 1, "id": "big", "title": "' + b"x" * 100_000_000 + b'"}'
    started = time.monotonic()
    with pytest.raises((ob.BookError, ob.LimitError)) as caught:
        ob.read_book(text)
    assert time.monotonic() - started < 10
    assert "MB" in str(caught.value) or "bytes" in str(caught.value) or "characters" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "lambda: 0",
        "price; price",
        "price.__class__",
        "price if 1 else 2",
        "'" * 3,
        "\\u0000",
        "price + ",
        "((((((((((",
        "1 < 2 < 3",
        "price ** 9",
        "eval('1')",
        "open('/etc/passwd')",
        "spells[0]",
        "${HOME}",
        "%s%n",
        "1e999999999",
        "9" * 5000,
        "previous(",
        "max()",
        "curve('none', 1)",
        "position('nobody')",
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 5000 + "1",
        "1 + " * 5000 + "1",
        "price'",
        "£",
        "£1q",
        "50%%",
        "if(spells > 1, 2)",
        "not",
        "\x00",
        "príce",
    ],
)
def test_a_hostile_formula_is_only_refused(text: str) -> None:
    error = refused(changed(lambda d: clause(d, 1).update(gain=text)))
    assert all(problem.path and problem.message for problem in error.problems)
    assert any("/contracts/0/clauses/1/gain" in problem.path for problem in error.problems), error.problems


@pytest.mark.parametrize("value", [b"\xff\xfe{}", b"", b"null", b"[]", b"12", b'"text"', "\ufeff{}".encode("utf-16")])
def test_what_is_no_document(value: bytes) -> None:
    assert refused(value).problems


# -- data ----------------

MONTHS = [f"2024-{m:02d}" for m in range(4, 13)] + [f"2025-{m:02d}" for m in range(1, 4)]


def rows(drop: tuple[str, ...] = (), **codes: float) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {"period": [], "code": [], "activity": []}
    for code, value in (codes or {"AA": 100, "BB": 5000}).items():
        for month in MONTHS:
            if (code, month) not in drop and month not in drop:
                columns["period"].append(month)
                columns["code"].append(code)
                columns["activity"].append(value)
    return columns


def data_refused(data: Any, **options: Any) -> ob.DataError:
    with pytest.raises(ob.DataError) as caught:
        ob.read_book(GOOD).settle(data, **options)
    return caught.value


def test_good_data_settles() -> None:
    assert ob.read_book(GOOD).settle(rows()).position("charity") == 40_000


def test_missing_months_are_named_and_never_zero() -> None:
    error = data_refused(rows(drop=("2024-06", "2024-07")))
    says(error, "", "2024-06", "2024-07")
    says(error, "", "spells")


def test_a_duplicate_month() -> None:
    data = rows()
    for column in data.values():
        column.append(column[0])
    says(data_refused(data), "", "2024-04")


def test_missing_and_unknown_codes() -> None:
    says(data_refused(rows(AA=100)), "", "BB")
    error = data_refused(rows(AA=100, XX=5))
    says(error, "", "BB")


def test_unknown_columns_and_inputs() -> None:
    says(data_refused({"period": MONTHS, "spels": [1] * 12}), "", "spels")
    says(data_refused({"spels": [1] * 12}), "", "spels", "spells")


def test_a_list_of_the_wrong_length() -> None:
    says(data_refused({"spells": [1] * 11, "list": [1] * 12}), "", "11", "12")


def test_a_negative_list() -> None:
    says(data_refused({"spells": [1] * 12, "list": [-1] + [1] * 11}), "", "-1", "at least 0")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "NaN", "inf", "twelve", object()])
def test_no_number_at_all_in_the_data(value: Any) -> None:
    error = data_refused({"spells": [value] + [1] * 11, "list": [1] * 12})
    assert any(
        "2024-04" in f"{p.message} {p.where} {p.path}" or "spells" in f"{p.message} {p.where}" for p in error.problems
    )


def test_months_outside_the_calendar() -> None:
    data = rows()
    for name, value in (("period", "2026-01"), ("code", "AA"), ("activity", 1)):
        data[name].append(value)
    says(data_refused(data), "", "2026-01")


def test_all_faults_at_once() -> None:
    error = data_refused({"spells": [-1] + [1] * 11, "list": [1] * 5})
    assert len(error.problems) >= 2


def test_a_settlement_date_outside_the_calendar() -> None:
    error = data_refused(rows(), as_at="2030-01")
    assert "2030-01" in str(error)


def test_a_ledger_of_another_book() -> None:
    other = ob.read_book({**GOOD, "id": "another"}).settle(plan=True)
    error = data_refused(rows(), posted=other)
    says(error, "", "another")


def test_unknown_reading_and_alternative() -> None:
    book = ob.read_book(GOOD)
    with pytest.raises(ob.OpenbookError, match="ghost"):
        book.settle(plan=True, readings={"ghost": "cliff"})
    with pytest.raises(ob.OpenbookError, match="ghost"):
        book.settle(plan=True, alternatives={"price": "ghost"})


@pytest.mark.parametrize("draws", [0, -1, 10**13, 1.5, "many"])
def test_an_impossible_number_of_draws(draws: Any) -> None:
    with pytest.raises((ob.LimitError, TypeError)):
        ob.read_book(GOOD).simulate(draws)
