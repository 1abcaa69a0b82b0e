"""An analyst's first month: ten tasks of somebody who knows pandas and a spreadsheet, and has never seen JSON.

Each task asserts figures that were worked out by hand.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import openbook as ob
import pytest

pd = pytest.importorskip("pandas")

MONTHS = pd.period_range("2025-04", "2026-03", freq="M")
# Attendances of the year: 12,600 in all, 600 above a plan of 12,000.
ATTENDANCES = [1000, 1020, 1040, 1060, 1080, 1050, 1030, 1070, 1100, 1110, 1010, 1030]
BREACHES = [40, 45, 50, 60, 70, 55, 50, 65, 80, 90, 45, 50]


def urgent_care() -> ob.Book:
    """Task 3: a book written in Python: cost and volume, a penalty, and a quality payment."""
    agreed: dict[str, Any] = {"source": "Schedule 3A"}
    return ob.Book(
        id="urgent_care",
        title="Urgent care 2025/26",
        calendar=ob.Calendar(start="2025-04", months=12),
        parties=[
            ob.Party(id="icb", name="Anytown ICB", roles=["commissioner"]),
            ob.Party(id="trust", name="Anytown Hospitals", roles=["provider"]),
        ],
        inputs=[
            ob.Input(id="attendances", name="Attendances", unit="attendances", plan="planned / 12"),
            ob.Input(id="breaches", name="Breaches of four hours", unit="attendances", plan=50),
        ],
        parameters=[
            ob.Parameter(id="planned", name="Planned attendances", value=ob.Term(12_000, unit="attendances", **agreed)),
            ob.Parameter(
                id="price", name="Price of an attendance", value=ob.Term("£150", unit="£ per attendance", **agreed)
            ),
            ob.Parameter(id="marginal", name="Marginal rate", value=ob.Term("50%", **agreed)),
            ob.Parameter(
                id="charge", name="Charge for a breach", value=ob.Term("£120", unit="£ per attendance", **agreed)
            ),
            ob.Parameter(id="tolerated", name="Tolerated breaches", value=ob.Term("5%", **agreed)),
        ],
        contracts=[
            ob.Contract(
                id="emergency",
                payer="icb",
                payee="trust",
                clauses=[
                    ob.Bands(
                        id="volume",
                        name="Cost and volume",
                        every="year",
                        quantity="attendances",
                        base="planned * price",
                        price="price",
                        on_account="planned * price / 12",
                        bands=[ob.Band(to="planned", rate=0), ob.Band(rate="marginal")],
                    ),
                    ob.Penalty(
                        id="four_hours", quantity="breaches", allowance="tolerated * attendances", rate="charge"
                    ),
                ],
            )
        ],
        drivers=[ob.Lognormal(id="demand", of="attendances", deviation="0.05", illustrative=True)],
    )


@pytest.fixture(scope="module")
def monthly() -> Any:
    """What the data warehouse gives: one row a month."""
    return pd.DataFrame({"period": MONTHS.to_timestamp(), "attendances": ATTENDANCES, "breaches": BREACHES})


def test_task_1_a_first_contract_in_one_line() -> None:
    contract = ob.quick.cost_and_volume(plan=12_000, price="£150", marginal="50%", source="Schedule 3A")
    # 12,000 at £150 is £1.8m; 600 more at £75 are £45,000.
    assert contract.pay(12_600) == 1_845_000
    assert contract.pay(11_000) == 1_800_000
    assert "50% of the price" in repr(contract)
    assert contract.curve(11_900, 12_100).at(12_100) == 1_807_500


def test_task_2_a_term_changed_by_its_name() -> None:
    contract = ob.quick.cost_and_volume(plan=12_000, price="£150", marginal="50%")
    assert contract.with_("marginal rate above", "30%").pay(12_600) == 1_800_000 + 600 * 45
    assert contract.with_("Price", "£160", starts="2025-10", source="deed 1").pay(12_000) == 6_000 * 150 + 6_000 * 160
    with pytest.raises(ob.BookError, match="'marginal_rate' .* found an amount of money, '£30'; expected a percentage"):
        contract.with_("marginal rate", "£30")
    with pytest.raises(ob.BookError, match="did you mean 'Marginal rate above'"):
        contract.with_("marginal rte abve", "30%")


def test_task_3_a_book_in_python() -> None:
    book = urgent_care()
    assert [row["name"] for row in book.terms("price")] == ["price", "volume.price"]
    assert book.terms("marginal rate").to_pandas().loc[0, ["value", "unit", "source"]].tolist() == [
        "50%",
        "%",
        "Schedule 3A",
    ]
    assert not [row for row in book.lint() if row["severity"] == "error"]
    with pytest.raises(ob.BookError, match="marginel"):
        book.with_("/contracts/emergency/clauses/volume/bands/1/rate", "marginel").settle(plan=True)


def test_task_4_a_month_and_the_year_from_a_frame(monthly: Any) -> None:
    book = urgent_care()
    june = book.settle(monthly.head(3), as_at="2025-06", plan=True)
    # Three months on account at £150,000. To June 3,060 attendances, 60 above the plan: with plan for the rest the
    # year's extra is 60 * £75, a quarter of which has accrued. No month has more breaches than 5%: 50, 51, 52.
    assert june.position("trust") == 450_000 + Decimal(60 * 75) / 4
    year = book.settle(monthly)
    # Breaches beyond 5%: 60 - 53, 70 - 54, 55 - 52.5, 65 - 53.5, 80 - 55, 90 - 55.5 = 7 + 16 + 2.5 + 11.5 + 25 + 34.5.
    assert year.position("trust") == 1_845_000 - Decimal("96.5") * 120
    assert sum(ATTENDANCES) == 12_600
    with pytest.raises(ob.DataError) as refused:
        book.settle(monthly.drop(index=4).assign(breaches=["n/a", *BREACHES[1:4], *BREACHES[5:]]))
    assert {problem.code for problem in refused.value.problems} == {"not-a-number", "missing-month"}


def test_task_5_a_figure_explained(monthly: Any) -> None:
    tree = urgent_care().settle(monthly).explain("trust")
    assert tree.amount == 1_833_420
    assert {child.label.partition(",")[0]: child.amount for child in tree.children} == {
        "Cost and volume": 1_845_000,
        "four_hours": -11_580,
    }
    assert "Schedule 3A" in {node.source for node in tree.inputs()}
    january = urgent_care().settle(monthly).explain("clause:four_hours", period=10)
    assert january.amount == Decimal("34.5") * 120


def test_task_6_two_forms_compared(monthly: Any) -> None:
    activity = monthly["attendances"]
    tariff = ob.quick.cost_per_case("£150", plan=12_000, deviation="5%")
    shared = ob.quick.cost_and_volume(12_000, "£150", "50%", below="50%", deviation="5%")
    assert (tariff.pay(activity), shared.pay(activity)) == (1_890_000, 1_845_000)
    found = tariff.what_if(shared, activity)
    assert found.difference("provider") == -45_000
    table = ob.compare({"tariff": tariff.book, "shared": shared.book}, scenarios=4_000, seed=7, progress=False)
    row = next(r for r in table if r["party"] == "provider")
    # Half of what the tariff deviates: half of 5% of £1.8m, and nothing in the mean.
    assert row["sd"] == pytest.approx(45_000, rel=0.05)
    assert abs(row["mean"]) < 4 * row["mean_error"]


def test_task_7_what_if(monthly: Any) -> None:
    found = urgent_care().what_if({"price": "£160", "marginal rate": "30%", "attendances": "+10%"}, monthly)
    # Price: 12,000 * 10 + 600 * 5. Rate: -600 * 150 * 20%. Attendances: 1,260 more at £75, and 5% of 10% more breaches
    # are tolerated: of the months beyond the tolerance all but September's 2.5 (of 5.25 more) keep
    # (5.3 + 5.4 + 5.35 + 5.5 + 5.55) + 2.5 = 29.6 breaches at £120.
    alone = {line: found.difference("trust", change=line) for line in ("price", "marginal rate", "attendances")}
    assert alone == {"price": 123_000, "marginal rate": -18_000, "attendances": 94_500 + Decimal("29.6") * 120}
    # All: 1,860 above the plan at £160 and 30%, beside 600 at £150 and 50%.
    together = 12_000 * 10 + 1_860 * 48 - 600 * 75 + Decimal("29.6") * 120
    assert found.difference("trust") == together
    assert found.difference("trust", change="interaction") == together - sum(alone.values())
    assert set(found.clauses["clause"]) == {"volume", "four_hours"}


def test_task_8_risk() -> None:
    form = ob.quick.cost_and_volume(12_000, "£150", "50%", unit_cost="£100", fixed_cost="£500k", deviation="5%")
    simulation = form.simulate(20_000, seed=7, progress=False)
    (risk,) = simulation.risk("provider", every="term")
    # With A attendances: 1.8m + 75 max(A - 12,000, 0) - 100 A - 500,000. E[max] is 600 * 0.3989.
    assert risk["mean"] == pytest.approx(100_000 + 75 * 600 * 0.3989, abs=4 * risk["mean_error"] + 500)
    assert risk["p_deficit"] < 0.01
    bad = simulation.draw(percentile=1, party="provider")
    assert bad.explain().amount == pytest.approx(Decimal(bad.value), abs=Decimal("0.06"))
    known = urgent_care().what_if({"price": "£160"}, scenarios=1_000, progress=False).simulated
    assert known is not None
    # £10 on the 12,000 planned, £5 on each of 600 * 0.3989 / sqrt(12) or so beyond them.
    assert next(r["mean"] for r in known if r["party"] == "trust") == pytest.approx(120_345, abs=30)


def test_task_9_kept_for_the_colleagues(monthly: Any, tmp_path: Path) -> None:
    book, year = urgent_care(), urgent_care().settle(monthly)
    book.write(tmp_path / "urgent_care.json")
    year.save(tmp_path / "year.openbook")
    assert ob.read_book(tmp_path / "urgent_care.json") == book
    again = ob.Settlement.read(tmp_path / "year.openbook")
    assert again == year
    assert again.position("Anytown Hospitals") == 1_833_420
    form = ob.quick.block("£1.2m", source="letter")
    form.book.write(tmp_path / "block.json")
    assert ob.read_book(tmp_path / "block.json").settle(plan=True).position("provider") == 1_200_000


def test_task_10_the_ledger_for_finance(monthly: Any, tmp_path: Path) -> None:
    year = urgent_care().settle(monthly)
    frame = year.payments.to_pandas()
    by_clause = frame.groupby("clause")["amount"].sum()
    assert by_clause["volume"] == 1_845_000
    assert by_clause["four_hours"] == 11_580
    assert (
        frame[frame["clause"] == "volume"].groupby("posting")["amount"].sum().loc["2025-04":"2026-02"] == 150_000
    ).all()
    year.payments.to_csv(tmp_path / "ledger.csv")
    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paid = {"trust": Decimal(0), "icb": Decimal(0)}
    for row in rows:
        paid[row["to"]] += Decimal(row["amount"])
        paid[row["from"]] -= Decimal(row["amount"])
    assert paid == {"trust": 1_833_420, "icb": -1_833_420}
    revised = monthly.assign(breaches=[*BREACHES[:9], 100, *BREACHES[10:]])  # ten more in January
    post = urgent_care().settle(revised, posted=year).to_post
    assert [(row["clause"], row["from"], row["amount"]) for row in post] == [("four_hours", "trust", 1_200)]
