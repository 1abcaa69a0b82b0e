"""Settlements, simulations, stress tests, comparisons: values asserted."""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path

import numpy as np
import openbook as ob
import pytest
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
# standing 1,000 a month; 110 visits at £200 a month; quality 1,000 * score a quarter
TOTAL = Decimal(6 * 1000 + 6 * 110 * 200 + 500 + 1000)


def settled(**options: object) -> ob.Settlement:
    return small_book().settle(DATA, **options)  # type: ignore[arg-type]


def test_positions_add_up_and_conserve() -> None:
    settlement = settled()
    assert settlement.position("trust") == TOTAL
    assert settlement.position("The Trust") == TOTAL
    assert settlement.position("icb") == -TOTAL
    months = [row["amount"] for row in settlement.practised if row["party"] == "trust" and row["every"] == "month"]
    assert sum(months) == TOTAL
    assert len(months) == 6


def test_tables_of_a_settlement() -> None:
    settlement = settled()
    assert sum(settlement.payments["amount"]) == TOTAL
    assert set(settlement.payments["basis"]) == {"practised"}
    assert set(settlement.ledger["basis"]) == {"practised", "written"}
    assert {row["period"] for row in settlement.gap if row["clause"] == "quality"} == {1, 2}
    assert all(row["gap"] == 0 for row in settlement.gap)
    last = [row for row in settlement.cash if row["party"] == "trust"][-1]
    assert last["received"] == TOTAL
    assert list(settlement.summary()["difference"]) == [0, 0]


def test_explanations_add_up_to_the_penny() -> None:
    settlement = settled()
    tree = settlement.explain("trust")
    assert tree.amount == TOTAL
    assert sum(child.amount for child in tree.children) == TOTAL
    clause = settlement.explain("clause:quality", period=2)
    assert clause.amount == 1000
    assert settlement.explain("trust", year=1).amount == TOTAL
    assert settlement.explain("trust", every="year", period="year 1").amount == TOTAL
    entry = next(row for row in settlement.payments if row["clause"] == "quality")
    assert settlement.explain(f"entry:{entry['id']}").amount == entry["amount"]


def test_explanations_name_inputs_and_sources() -> None:
    tree = settled().explain("trust")
    text = str(tree)
    assert "Sch 1" in text
    assert "illustrative" in text
    assert any("Price of a visit" in node.label for node in tree.inputs())
    assert len(tree.to_text(depth=1)) < len(text)
    assert "more below" in tree.to_text(depth=1)
    assert ob.Explanation.of(tree.to_dict()) == tree


def test_explaining_what_is_not_there() -> None:
    with pytest.raises(ob.BookError, match="did you mean 'trust'"):
        settled().explain("trsut")
    with pytest.raises(ob.BookError, match="no year '2020/21'"):
        settled().explain("trust", year="2020/21")
    with pytest.raises(ob.BookError, match="expected 1 for the first period"):
        settled().explain("trust", period=0)


def test_settling_again_posts_nothing_and_revised_data_post_the_difference() -> None:
    first = settled()
    assert len(small_book().settle(DATA, posted=first).to_post) == 0
    assert len(small_book().settle(DATA, posted=first.payments).to_post) == 0
    revised = small_book().settle(DATA | {"visits": [101, 100, 100, 100, 100, 100]}, posted=first)
    (row,) = revised.to_post
    assert (row["kind"], row["amount"]) == ("difference", Decimal("200.00"))


def test_as_at_leaves_later_months_out() -> None:
    settlement = small_book().settle(DATA, as_at="2016-06")
    assert settlement.as_at == "2016-06"
    assert settlement.position("trust") == 3 * 1000 + 3 * 110 * 200 + 500


def test_alternatives_and_plan() -> None:
    assert settled(alternatives={"fee": "low"}).position("trust") == 6 * 600 + 6 * 110 * 200 + 300 + 600
    assert small_book().settle(plan=True).position("trust") == 6 * 1000 + 6 * 110 * 200 + 500 + 500


def test_save_read_pickle_and_equality(tmp_path: Path) -> None:
    settlement = settled()
    settlement.save(tmp_path / "m06.json")
    for again in (ob.Settlement.read(tmp_path / "m06.json"), pickle.loads(pickle.dumps(settlement))):
        assert again == settlement
        assert hash(again) == hash(settlement)
        assert again.explain("trust").amount == TOTAL
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ob.DataError, match="not a saved result"):
        ob.Settlement.read(tmp_path / "other.json")
    with pytest.raises(AttributeError):
        settlement.book = small_book()  # type: ignore[misc]


def test_money_is_decimal_in_every_frame() -> None:
    payments = settled().payments
    pandas, polars, arrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    assert payments.to_pandas()["amount"].sum() == TOTAL
    assert payments.to_polars()["amount"].sum() == TOTAL
    assert payments.to_polars().schema["amount"] == polars.Decimal(18, 2)
    assert payments.to_arrow().schema.field("amount").type == arrow.decimal128(18, 2)
    assert polars.from_arrow(payments.to_arrow()).height == len(payments)
    assert arrow.table(payments).num_rows == len(payments)
    assert isinstance(payments.to_pandas(), pandas.DataFrame)
    assert payments.to_dicts()[0]["amount"] == payments["amount"][0]


def test_tables_are_frozen_values(tmp_path: Path) -> None:
    payments = settled().payments
    assert payments == settled().payments
    assert hash(payments) == hash(settled().payments)
    assert pickle.loads(pickle.dumps(payments)) == payments
    with pytest.raises(AttributeError):
        payments.title = "x"  # type: ignore[misc]
    with pytest.raises(KeyError, match="no column 'amunt'"):
        payments["amunt"]
    payments.to_csv(tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()[0].startswith("id,service_from")


# -- stress -----------------------------------------------------------------------------------------------------------


def changes(table: ob.Table) -> dict[tuple[str, str], Decimal]:
    return {(row["scenario"], row["party"]): row["change"] for row in table}


def test_every_scenario_of_the_book_and_all_together() -> None:
    found = changes(small_book().stress(data=DATA))
    busy, dear = Decimal(6 * 10 * 200), Decimal(6 * 110 * 10)
    assert found["Busy", "trust"] == busy
    assert found["Dear", "trust"] == dear
    assert found["combined", "trust"] == 6 * 120 * 210 - 6 * 110 * 200
    assert found["Busy", "icb"] == -busy


def test_shocks_in_every_form(tmp_path: Path) -> None:
    book = small_book()
    shock = {"on": "visits", "action": "set", "value": 200, "starts": "2016-09"}
    (tmp_path / "s.json").write_text(
        '[{"on": "visits", "action": "set", "value": "200", "starts": "2016-09"}]', encoding="utf-8"
    )
    for given in (shock, [shock], ob.Shock(**shock), {"more": [shock]}, tmp_path / "s.json", str(tmp_path / "s.json")):
        assert set(changes(book.stress(given, DATA)).values()) == {Decimal(20000), Decimal(-20000)}
    assert changes(book.stress("busy", DATA)) == changes(book.stress(["busy"], DATA))
    assert changes(book.stress(["busy", "dear"], DATA))["combined", "trust"] == 6 * 120 * 210 - 6 * 110 * 200
    with pytest.raises(ob.BookError, match="did you mean 'busy'"):
        book.stress("bussy")
    with pytest.raises(ob.BookError):
        book.stress({"on": "nothing", "action": "scale", "value": 2}, DATA)


def test_stress_by_month_and_party() -> None:
    table = small_book().stress("busy", DATA)
    assert len(table.by("month")) == 12
    assert set(table.by("month").party("trust")["change"]) == {Decimal(2000)}
    assert table.settlements["base"].position("trust") == TOTAL
    assert pickle.loads(pickle.dumps(table)) == table


# -- simulation -------------------------------------------------------------------------------------------------------


def simulated(**options: object) -> ob.Simulation:
    return small_book().simulate(4000, seed=7, progress=False, **options)  # type: ignore[arg-type]


def test_draws_scatter_around_the_plan() -> None:
    simulation = simulated()
    total = simulation.array("trust", every="term")
    assert total.shape == (4000,)
    assert not total.flags.writeable
    (row,) = simulation.risk("trust", every="term")
    plan = float(small_book().settle(plan=True).position("trust"))
    assert abs(row["mean"] - plan) < 5 * row["mean_error"]
    assert row["mean"] == pytest.approx(float(np.mean(total)), rel=1e-12)
    # six independent months of 100 visits at £200 with a factor of deviation 0.1 on logs
    assert row["sd"] == pytest.approx(np.sqrt(6) * 100 * 200 * 0.1003, abs=5 * row["sd_error"])
    assert row["p_deficit"] == 0
    assert row["es99"] >= row["var99"] >= row["var95"]


def test_the_same_seed_gives_the_same_numbers() -> None:
    array = simulated().array()
    assert np.array_equal(array, simulated(threads=1).array())
    assert np.array_equal(array, pickle.loads(pickle.dumps(simulated())).array())
    assert not np.array_equal(array, small_book().simulate(4000, seed=8, progress=False).array())


def test_known_months_are_not_drawn() -> None:
    simulation = simulated(data=DATA, as_at="2016-08", track=["visits"])
    visits = simulation.array("visits")
    assert visits.shape == (6, 4000)
    assert (visits[:5] == 100).all()
    assert visits[5].std() > 5
    fan = simulation.fan("visits")
    assert fan.labels[0] == "2016-04"
    assert fan.values.shape == (7, 6)
    assert (np.diff(fan.values, axis=0) >= 0).all()


def test_a_chosen_draw_explains_itself() -> None:
    simulation = simulated()
    draw = simulation.draw(percentile=1, party="trust")
    tree = draw.explain()
    assert float(tree.amount) == pytest.approx(draw.value, abs=0.01)
    assert draw.value <= np.quantile(simulation.array("trust", every="term"), 0.02)


def test_what_cannot_be_asked_of_a_simulation() -> None:
    simulation = simulated()
    with pytest.raises(ob.BookError, match="did you mean 'trust'"):
        simulation.risk("trsut")
    with pytest.raises(ob.BookError, match="were not kept"):
        simulation.array("trust", every="month")
    with pytest.raises(ob.LimitError, match="expected a whole number"):
        small_book().simulate(0)
    with pytest.raises(ob.LimitError):
        small_book().simulate(10, seed=-1)


def test_progress_reaches_the_caller() -> None:
    seen: list[tuple[int, int]] = []
    small_book().simulate(200_000, seed=1, progress=lambda done, total: seen.append((done, total)))
    assert all(done <= total == 200_000 for done, total in seen)


def test_paired_differences_are_exact_where_nothing_else_changes() -> None:
    book = small_book()
    table = ob.compare({"now": book, "more": book.with_("fee", "£2,000")}, scenarios=500, seed=3, progress=False)
    (trust,) = [row for row in table if row["party"] == "trust"]
    assert trust["mean"] == pytest.approx(6 * 1000 + 1000)
    assert trust["mean_error"] == pytest.approx(0, abs=1e-6)
    assert trust["p_worse"] == 0
    with pytest.raises(ob.BookError, match="at least two books"):
        ob.compare({"one": book})


def test_a_position_to_date_is_opened_into_the_entries_that_make_it() -> None:
    """As at a date, and by month, an explanation adds up to the figure that the settlement reports."""
    book = ob.examples.mental_health_alliance()
    settlement = book.settle(ob.examples.data("mental_health_alliance"), plan=True, as_at="2016-09", disputes=False)
    positions = settlement.positions.to_dicts()
    for every, period in (("term", 1), ("year", 2), ("month", 18)):
        [row] = [
            r
            for r in positions
            if r["party"] == "mental_health_ft"
            and r["basis"] == "practised"
            and r["every"] == every
            and r["period"] == period
        ]
        tree = settlement.explain("mental_health_ft", every=every, period=period).to_dict()
        assert Decimal(tree["value"]) == row["amount"] != 0
        assert sum(Decimal(child["value"]) for child in tree["children"]) == row["amount"]
        for child in tree["children"]:
            assert sum(Decimal(entry["value"]) for entry in child.get("children", [])) == Decimal(child["value"])
    accruals = [
        e
        for c in settlement.explain("mental_health_ft", year=2).to_dict()["children"]
        for e in c.get("children", [])
        if "accrual" in e.get("note", "")
    ]
    assert accruals and "6 of 12 months" in accruals[0]["note"]
