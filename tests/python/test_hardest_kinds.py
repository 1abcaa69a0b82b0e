"""The ten hard kinds of rule on the page of the language: its books on figures worked by hand."""

from __future__ import annotations

import datetime
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import openbook as ob
import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
sys.path.insert(0, str(DOCS))

from generators import running  # noqa: E402

PAGE = (DOCS / "explanation" / "language.md").read_text(encoding="utf-8")
BOOKS = {b.name.removesuffix(".json"): json.loads(b.text) for b in running.blocks(PAGE) if b.name.endswith(".json")}
NONE: list[Any] = [None]


def moved(name: str, data: dict[str, Any], **options: Any) -> dict[tuple[str, str], Decimal]:
    """What each clause moved in each month, as practised; nothing is left out."""
    entries = ob.read_book(BOOKS[name]).settle(data, plan=True, **options)._data["entries"]
    rows = [row for row in entries if row["basis"] == "practised" and Decimal(row["amount"])]
    return {(row["clause"], row["service_to"]): Decimal(row["amount"]) for row in rows}


def quantities(name: str, data: dict[str, Any]) -> dict[tuple[str, int], Any]:
    settlement = ob.read_book(BOOKS[name]).settle(data, plan=True)
    return {(row["id"], row["period"]): row["value"] for row in settlement.quantities}


def year(**months: int) -> dict[str, Decimal]:
    """Amounts by month, from names such as m2024_04."""
    return {month[1:].replace("_", "-"): Decimal(amount) for month, amount in months.items()}


def of_clause(found: dict[tuple[str, str], Decimal], clause: str) -> dict[str, Decimal]:
    return {month: amount for (name, month), amount in found.items() if name == clause}


def day(text: str) -> int:
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def test_there_are_ten() -> None:
    assert len(BOOKS) == 10


def test_instalments_accelerate_on_completion_and_are_taken_back_on_withdrawal() -> None:
    finished = [None, None] * 5 + [day("2024-09-20"), None] * 7
    withdrawn = [None, None] * 7 + [None, day("2024-08-20")] * 5
    found = moved("instalments", {"finished": finished, "withdrawn": withdrawn})
    # Amy: 80% of £9,000 in twelve parts of £600, 5% of it from the employer; in September all that is left of £9,000.
    # Ben: 80% of £6,000 in twelve parts of £400 from June; five were paid, two had been earned.
    employer = dict.fromkeys(("2024-04", "2024-05", "2024-06", "2024-07", "2024-08"), Decimal(30)) | {
        "2024-09": Decimal(300)
    }
    assert of_clause(found, "employer_pays") == employer
    assert of_clause(found, "fund_pays") == year(
        m2024_04=570, m2024_05=570, m2024_06=970, m2024_07=970, m2024_08=970,
        m2024_09=5700 + 400, m2024_10=400, m2024_11=-1200,
    )  # fmt: skip
    assert sum(found.values()) == 9000 + 800


@pytest.mark.parametrize(
    ("left_on", "parts"), [("2024-06-30", 0), ("2024-07-01", 1), ("2024-07-31", 1), ("2024-08-01", 2)]
)
def test_a_month_end_counts_only_who_was_there_after_it_began(left_on: str, parts: int) -> None:
    withdrawn = [None, None] * 7 + [None, day(left_on)] * 5
    found = moved("instalments", {"finished": NONE * 24, "withdrawn": withdrawn})
    assert sum(found.values()) == 12 * 600 + parts * 400


def test_instalments_stop_where_the_plan_ends() -> None:
    found = moved("instalments", {"finished": NONE * 24, "withdrawn": NONE * 24})
    assert sum(found.values()) == 12 * 600 + 10 * 400  # Amy's twelfth month end is March's; Ben has had ten


def test_a_limited_account_pays_by_priority() -> None:
    found = moved("limited_account", {"claimed": [600, 900, 300, 100, 200, 100] + [0] * 30})
    # April: £1,500 for £1,800. The hospital comes first; £900 for £1,200 leaves 3/4 of each claim, and 1/4 half paid.
    assert {key[0]: amount for key, amount in found.items() if key[1] == "2024-04"} == {
        "to_hospital": 600, "to_clinic": 675, "to_hospice": 225,
        "top_up_clinic": Decimal("112.50"), "top_up_hospice": Decimal("37.50"),
    }  # fmt: skip
    assert {key[0]: amount for key, amount in found.items() if key[1] == "2024-05"} == {
        "to_hospital": 100, "to_clinic": 200, "to_hospice": 100,
    }  # fmt: skip
    assert len(found) == 8


@pytest.mark.parametrize("asked", [1499, 1500, 1501, 4000])
def test_the_first_priority_is_met_before_any_other(asked: int) -> None:
    found = moved("limited_account", {"claimed": [asked, 10, 10] + [0] * 33})
    left = max(0, 1500 - asked)
    assert found["to_hospital", "2024-04"] == min(asked, 1500)
    assert found.get(("to_clinic", "2024-04"), 0) == Decimal(left) / 2
    balance = quantities("limited_account", {"claimed": [asked, 10, 10] + [0] * 33})["balance", 1]
    assert balance == 0


def test_bands_are_emptied_from_the_last() -> None:
    found = moved("bands_with_reversals", {"net_units": [80, 60, -30, 150] + [0] * 8})
    # 80 at £10; 20 at £10 and 40 at £8; 30 given back at £8; 90 at £8 and 60 at £5
    assert of_clause(found, "fees") == year(m2024_04=800, m2024_05=200 + 320, m2024_06=-240, m2024_07=720 + 300)


@pytest.mark.parametrize("order", [(100, 100, 50), (250, -50, 50), (50, 250, -50), (300, -300, 250)])
def test_bands_depend_on_the_net_total_alone(order: tuple[int, ...]) -> None:
    found = moved("bands_with_reversals", {"net_units": [*order] + [0] * 9})
    assert sum(found.values()) == 1000 + 800 + 250


@pytest.mark.parametrize(
    ("losses", "paid"),
    [
        # withheld 50 + 20 + 10 = 80, at most 60: 37.5 + 15 + 7.5; north 62.5 + 15 = 77.5, limit 62; 90% of 62 + 2.5
        ((100_000, 30_000, 10_000), 58_050),
        # withheld 20, at least 40, but no more than the loss of 30
        ((0, 30_000, 0), 0),
        # withheld 20, at least 40: 60 - 40; 90%
        ((0, 60_000, 0), 18_000),
        # withheld 50, between the two: 110 - 50 = 60 within the limit of 62
        ((110_000, 0, 0), 54_000),
        ((0, 0, 0), 0),
    ],
)
def test_nested_deductibles(losses: tuple[int, ...], paid: int) -> None:
    assert sum(moved("nested_deductibles", {"loss": list(losses)}).values()) == paid


def test_successive_protections() -> None:
    found = moved("successive_protections", {"loss": [50_000, 120_000, 200_000]})
    # ceded 10 + 80 + 100 = 190, at most 152; left 370 - 152 = 218, half of what is above 150
    assert found == {("layers", "2025-03"): 152_000, ("stop_loss", "2025-03"): 34_000}
    without = moved("successive_protections", {"loss": [40_000, 40_000, 70_000]})
    assert without == {("layers", "2025-03"): 30_000}  # 150 - 30 = 120 is below 150


def test_a_limit_is_refilled_once_for_a_charge() -> None:
    events = {"event": [40_000, 60_000, 80_000, 90_000] + [0] * 8}
    found = moved("reinstated_limit", events)
    # to date 40, 100, 180, 270 less 50, at most 200: 0, 50, 130, 200; refilled 50, then 50 more of the first 100
    assert of_clause(found, "recoveries") == year(m2024_05=50_000, m2024_06=80_000, m2024_07=70_000)
    assert of_clause(found, "refill_charge") == year(m2024_05=10_000, m2024_06=10_000)
    timed = moved("reinstated_limit", events, readings={"refill_charge": "by_amount_and_time"})
    assert of_clause(timed, "refill_charge") == {
        "2024-05": Decimal("8333.33"),
        "2024-06": Decimal("7500"),
    }  # 10/12, 9/12


def test_a_budget_neutral_factor() -> None:
    score = {"score": [0.2, 0.5, 0.8]}
    found = moved("neutral_factor", score)
    # c is full at 125% of £40,000; £30,000 over 0.2 * 20,000 + 0.5 * 20,000 = 14,000 is 2.142857: at 2.1429 the pounds
    # are 8,572 + 21,429 + 50,000, one too many
    assert {key[0]: amount for key, amount in found.items()} == {"to_a": 8571, "to_b": 21_428, "to_c": 50_000}
    values = quantities("neutral_factor", score)
    assert (values["slope", 1], values["left_over", 1]) == (Decimal("2.1428"), 1)


@pytest.mark.parametrize("scores", [[0.4, 0.4, 0.4], [0.1, 0.9, 0.6], [1, 1, 1], [0.33, 0.71, 0.48]])
def test_the_factor_spends_the_fund_but_for_rounding(scores: list[float]) -> None:
    values = quantities("neutral_factor", {"score": scores})
    assert 0 <= values["left_over", 1] <= 10


def test_a_quality_score() -> None:
    given = {"rate": [0.8, 0.75, 0.6, 0.95, 0.8], "cases": [100, 40, 10, 60, 5]}
    # m1: 6.67 is 7 against 4.5 is 5; m2: 2.5 is 3 against 5.63 is 6; m3 and m5 have too few cases; m4: 10
    # clinical 6.5 of 10, safety 10 of 10 and at most 90%: (0.4 * 0.65 + 0.3 * 0.9) / 0.7 of £70,000
    assert moved("quality_score", given) == {("quality", "2025-03"): 53_000}


@pytest.mark.parametrize(("cases", "paid"), [(24, 53_000), (25, 53_900)])
def test_a_measure_counts_from_its_fewest_cases_on(cases: int, paid: int) -> None:
    # With 25 cases m5 (0.8 between 0.5 and 0.9: 7.5 is 8) brings experience back: 0.26 + 0.27 + 0.3 * 0.8 = 0.77.
    given = {"rate": [0.8, 0.75, 0.6, 0.95, 0.8], "cases": [100, 40, 10, 60, cases]}
    assert sum(moved("quality_score", given).values()) == paid


def test_a_standardised_measure_opens_a_payment() -> None:
    people = [500, 500] * 2 + [1500, 1000] * 2
    given = {"deaths": [4, 6, 20, 30], "people": people}
    values = quantities("standardised_gate", given)
    assert [values["expected", n] for n in (1, 2, 3, 4)] == [15, 15, 35, 35]
    # 4 is suppressed; 6: half of chi-square 26.119 of 14 degrees, over 15; 20 and 30: Byar's 30.89 and 42.83 over 35
    ratios = [values["upper_ratio", n] for n in (1, 2, 3, 4)]
    assert ratios == [None, Decimal("0.871"), Decimal("0.883"), Decimal("1.224")]
    assert moved("standardised_gate", given) == {
        ("outcome_reward", "2026-03"): 250_000,
        ("outcome_reward", "2027-03"): 250_000,
    }


@pytest.mark.parametrize(
    ("deaths", "known", "exact"), [(4, False, True), (5, True, True), (9, True, True), (10, True, False)]
)
def test_suppression_and_the_switch_of_method(deaths: int, known: bool, exact: bool) -> None:
    values = quantities("standardised_gate", {"deaths": [deaths] * 4, "people": [500, 500] * 4})
    assert (values["upper_ratio", 1] is not None) is known
    assert values["upper", 1] == values["exact_upper" if exact else "approximate_upper", 1]


def test_a_life_table_runs_both_ways() -> None:
    book = ob.read_book(BOOKS["standardised_gate"])
    book = book.replace(
        quantities=[
            *book.quantities,
            ob.Quantity(id="lived", every="year", formula="first(periods_to_live)"),
            ob.Quantity(id="left", every="year", formula="last(alive)"),
        ]
    )
    values = {row["id"]: row["value"] for row in book.settle(plan=True).quantities if row["period"] == 1}
    assert (values["left"], values["lived"]) == (Decimal("0.72"), Decimal("1.62"))  # 0.9 * 0.8; 0.9 + 0.72


WAITS = [12, 9, 8, 7, 11, 9, 9, 12, 8, 8, 8, 8]


def test_runs_of_three_and_more() -> None:
    found = moved("runs_and_trends", {"waits": WAITS})
    # May to July, and December to March; September and October are two
    months = ("2024-05", "2024-06", "2024-07", "2024-12", "2025-01", "2025-02", "2025-03")
    assert of_clause(found, "rewards") == dict.fromkeys(months, Decimal(1000))
    assert quantities("runs_and_trends", {"waits": WAITS})["first_trend", 12] == 4  # 12 > 9 > 8 > 7


def test_membership_that_is_known_only_later_is_posted_then() -> None:
    book = ob.read_book(BOOKS["runs_and_trends"])
    posted = None
    positions = []
    for months in (2, 3, 4, 5):
        data = {"waits": WAITS[:months] + [None] * (12 - months)}
        posted = book.settle(data, as_at=f"2024-{3 + months:02}", posted=posted)
        positions.append(posted.position("provider"))
    assert positions == [0, 0, 3000, 3000]
