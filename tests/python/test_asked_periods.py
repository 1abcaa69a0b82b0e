"""Which period a figure is opened for: by number, by label, by a month in it, or a longer one added up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openbook as ob
import pytest


def three_years() -> ob.Settlement:
    """£1 for each of 10 units a month but in January and February; £5 a quarter; £1 a month in the third year."""
    clauses = [
        ob.Payment(id="surcharge", name="Surcharge", amount="if(month_number() > 2, £1 * units, £0)"),
        ob.Payment(id="fee", every="quarter", amount="£5"),
        ob.Payment(id="late", amount="£1", starts="2021-01"),
    ]
    book = ob.Book(
        id="three",
        calendar=ob.Calendar(start="2019-01", months=36),
        parties=[ob.Party(id="a"), ob.Party(id="b")],
        inputs=[ob.Input(id="units", plan=10)],
        quantities=[
            ob.Quantity(id="twice", formula="2 * units"),
            ob.Quantity(id="half", every="year", formula="units / 2"),
        ],
        contracts=[ob.Contract(id="c", payer="a", payee="b", clauses=clauses)],
    )
    return book.settle(plan=True)


@pytest.mark.parametrize(
    ("what", "asked", "label", "amount", "parts"),
    [
        ("surcharge", {"period": 5}, "Surcharge, 2019-05", 10, 1),
        ("surcharge", {"period": "2021-05"}, "Surcharge, 2021-05", 10, 1),
        ("surcharge", {"every": "month", "period": "2021-05"}, "Surcharge, 2021-05", 10, 1),
        ("surcharge", {"year": 3}, "Surcharge, year 3, 2021-01 to 2021-12", 120, 12),
        ("surcharge", {"every": "term"}, "Surcharge, term, 2019-01 to 2021-12", 340, 36),
        (
            "surcharge",
            {"every": "financial_year", "period": "2019/20"},
            "Surcharge, 2019/20, 2019-04 to 2020-03",
            120,
            12,
        ),
        ("fee", {"period": "2019-05"}, "fee, quarter from 2019-04", 5, 1),
        ("fee", {"year": "year 2"}, "fee, year 2, 2020-01 to 2020-12", 20, 4),
        ("twice", {"period": "2020-02"}, "twice, 2020-02", 20, 1),
        ("b", {"year": 2}, "position of b, year 2", 140, 2),
        ("b", {"every": "month", "period": "2021-04"}, "position of b, 2021-04", 11, 2),
    ],
)
def test_a_period_is_asked_for_by_number_label_or_month(
    what: str, asked: dict[str, Any], label: str, amount: int, parts: int
) -> None:
    tree = three_years().explain(what, **asked)
    assert (tree.label, tree.amount, len(tree.children)) == (label, amount, parts)


@pytest.mark.parametrize(
    ("what", "asked", "message"),
    [
        ("surcharge", {"year": 2021}, "no year 2021. There is year 1, year 2, year 3; or say its number, from 1"),
        ("surcharge", {"period": 40}, "no month 40. There is 2019-01, .* to 2021-12"),
        ("surcharge", {"period": "2021-13"}, "no month '2021-13'; did you mean '2021-12'"),
        ("late", {"period": "2019-02"}, "clause 'late' moves nothing in 2019-02"),
        ("late", {"year": 1}, "clause 'late' moves nothing in year 1, 2019-01 to 2019-12"),
        ("fee", {"every": "month", "period": "2019-05"}, "'fee' has one figure for each quarter, none for a month"),
        ("twice", {"year": 2}, "one figure for each month; say the period, '2020-01' to '2020-12' in year 2"),
        ("b", {"period": "2021-05"}, "no term '2021-05'. There is one term; .* say every='year'"),
        ("b", {"every": "decade"}, "found every 'decade', expected one of month"),
    ],
)
def test_a_period_that_is_not_there_says_which_are(what: str, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ob.BookError, match=message):
        three_years().explain(what, **asked)


def test_an_input_is_given_and_made_of_nothing() -> None:
    with pytest.raises(ob.BookError, match="'units' is an input: it is given, and nothing made it"):
        three_years().explain("units", period="2019-05")


def test_the_command_line_opens_a_year_of_a_monthly_clause(run: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "three.json")
    three_years().book.write(path)

    def told(*asked: str) -> str:
        _, out, err = run("explain", path, "clause:surcharge", *asked)
        return str(out) + str(err)

    assert "Surcharge, year 3, 2021-01 to 2021-12" in told("--year", "3")
    assert "Surcharge, 2021-05" in told("--period", "2021-05")
    assert "no year '2021'. There is year 1" in told("--year", "2021")
    assert "Surcharge, 2021-05" in told("--draw", "1", "--period", "2021-05")
    assert "Surcharge, year 3, 2021-01 to 2021-12" in told("--draw", "1", "--year", "3")
