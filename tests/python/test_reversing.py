"""Reverse stress of books whose answers can be worked out by hand."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook.cli import main
from openbook.reversing.conditions import Condition
from openbook.reversing.formulas import label, parsed, text_of
from openbook.reversing.replaying import Scenario
from openbook.reversing.working import Choices, Exact, Working
from small import small_book

PHI = NormalDist().cdf


def spending_book(**changes: Any) -> ob.Book:
    """A trust with £100,000 a month that spends £500 on each of about 200 visits: 24 months, independent months.

    The year's visits are normal with mean 2,400 and standard deviation 200 * 0.05 * sqrt(12); each visit is worth £500.
    """
    fields: dict[str, Any] = dict(
        id="spending",
        title="A trust that spends",
        calendar=ob.Calendar(start="2024-04", months=24),
        parties=[
            ob.Party(id="icb", roles=["commissioner"]),
            ob.Party(id="trust", roles=["provider"]),
            ob.Party(id="suppliers", roles=["supplier"]),
        ],
        inputs=[ob.Input(id="visits", name="Visits", unit="visits", plan=200), ob.Input(id="other", unit="£", plan=0)],
        parameters=[
            ob.Parameter(id="budget", name="Budget", value={"value": "£1.2m", "unit": "£"}),
            ob.Parameter(id="spend_rate", name="Spend on a visit", value={"value": 500, "unit": "£ per visit"}),
            ob.Parameter(id="least", name="Least reserves", value={"value": "£10,000", "unit": "£"}),
        ],
        contracts=[
            ob.Contract(id="main", payer="icb", payee="trust", clauses=[ob.Block(id="block", amount="budget")])
        ],
        finances=ob.Finances(
            costs=[
                {"kind": "variable", "id": "visit_costs", "party": "trust", "to": "suppliers", "quantity": "visits",
                 "rate": "spend_rate"},
                {"kind": "fixed", "id": "other_costs", "party": "trust", "to": "suppliers", "amount": "other"},
            ],
            opening_cash={"trust": "£100k"},
        ),
        drivers=[ob.Normal(id="demand", name="Demand", of="visits", effect="factor", mean=1, deviation="0.05")],
        scenarios=[
            ob.Scenario(id="surge", name="Surge", shocks=[ob.Shock(on="visits", action="scale", value="1.1")]),
            ob.Scenario(id="bill", name="Bill", shocks=[ob.Shock(on="other", action="add", value="£2,000", starts="2025-04")]),
            ob.Scenario(id="fixed", name="Fixed", shocks=[ob.Shock(on="visits", action="set", value=260)]),
        ],
    )  # fmt: skip
    fields.update(changes)
    return ob.Book(**fields)


DEVIATION = 500 * 200 * 0.05 * math.sqrt(12)  # of a year's position, in pounds


# -- conditions -------------------------------------------------------------------------------------------------------


def condition(text: str, **options: Any) -> Condition:
    book = spending_book()
    own = {str(item.id): str(item.every) for item in book.inputs}
    return Condition.of(text, book.calendar, own=own, **options)


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("position('trust', 'year 2') < -£1m", ["year 2"]),
        ("position('trust', 'year') < -£1m", ["year 1", "year 2"]),
        ("position('trust') < -£1m", ["term"]),
        ("position('trust', '2024/25') < 0 and cash('trust') < least", ["2024/25"]),
        ("position('trust', '2025-01') < 0", ["2025-01"]),
        ("position('trust', 'year 1') + position('trust', 'year 2') < 0", ["term"]),
        ("over(visits, 'year') > 2500", ["year 1", "year 2"]),
        ("over(visits, 'term') > 5000", ["term"]),
    ],
)
def test_in_which_periods_a_condition_is_asked(text: str, periods: list[str]) -> None:
    assert [label(one, spending_book().calendar) for one in condition(text).periods] == periods


def test_a_bare_input_is_asked_in_its_own_calendar() -> None:
    assert len(condition("visits > 300").periods) == 24
    assert len(condition("visits > 300", every="year", period=2).periods) == 1


def test_the_sign_of_the_margin_is_the_comparison_to_the_last_bit() -> None:
    values = np.array([-1.0, -5e-324, 0.0, 5e-324, 1.0, np.nan])
    for sign, expected in {
        "<": values < 0, "<=": values <= 0, ">": values > 0, ">=": values >= 0, "==": values == 0, "!=": values != 0,
    }.items():  # fmt: skip
        wanted = condition(f"position('trust') {sign} 0")
        [asked] = wanted.asked()
        expected = expected & ~np.isnan(values)
        assert ((wanted.margin({asked: values}) <= 0) == expected).all(), sign
        opposite = condition(f"not (position('trust') {sign} 0)")
        there = ~np.isnan(values)
        assert ((opposite.margin({asked: values}) <= 0)[there] == ~expected[there]).all(), sign
        scaled = wanted.margin({asked: values}, dict.fromkeys(wanted.tests(), 1e300))
        assert ((scaled <= 0) == expected).all(), "a scale moves no sign"


def test_and_or_not_become_largest_smallest_and_the_opposite() -> None:
    wanted = condition("not (position('trust') >= 0 or cash('trust') > £5k)")
    position, cash = wanted.asked()
    values = {position: np.array([-3.0, -3.0, 3.0]), cash: np.array([4000.0, 6000.0, 4000.0])}
    assert (wanted.margin(values) <= 0).tolist() == [True, False, False]
    exact = {one: Fraction(float(values[one][0])) for one in values}
    assert wanted.holds(exact) and not wanted.holds(exact | {cash: None})


@pytest.mark.parametrize(
    "text", ["a - (b - c) * 2 < £1.5m", "not (a or b) and c > -2", "min(a, 3%) / (b * c) = 2", "-(a + b) <= 1"]
)
def test_formulas_are_written_so_that_they_read_the_same(text: str) -> None:
    assert parsed(text_of(parsed(text))) == parsed(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("position('trust', 'year 3') < 0", "unknown-period"),
        ("position('trust') <", "formula"),
        ("", "wrong-type"),
        ("1 < 2", "type"),
        ("abs(position('trust', 'year 1') - position('trust', 'year 2')) > 0", "several-periods"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, code: str) -> None:
    with pytest.raises(ob.BookError) as error:
        spending_book().reverse_stress(text)
    assert error.value.problems[0].code == code


def test_wrong_names_options_and_kinds_are_refused() -> None:
    book = spending_book()
    with pytest.raises(ob.BookError, match="trusty"):
        book.reverse_stress("position('trusty') < 0")
    with pytest.raises(ob.BookError, match="position"):
        book.reverse_stress("position('trust') + 1 < visits")
    with pytest.raises(ValueError, match="found 'two'"):
        book.reverse_stress("position('trust') < 0", depths="two")
    with pytest.raises(ob.BookError, match="its bounds"):
        book.reverse_stress("position('trust') < 0", levers=ob.Lever("block", by="value"))
    with pytest.raises(ob.BookError, match="demnad"):
        book.reverse_stress("position('trust') < 0", levers=ob.Lever("demnad", by="deviations"))
    with pytest.raises(ob.LimitError):
        book.reverse_stress("position('trust') < 0", scenarios=3)
    with pytest.raises(ValueError, match="when"):
        book.reverse_stress("position('trust') < 0", when="some")
    with pytest.raises(ValueError, match="ascends"):
        book.reverse_stress("position('trust') < 0", levers=ob.Lever("visits", 2, 1))


# -- depth one --------------------------------------------------------------------------------------------------------


def one(text: str, *levers: Any, **options: Any) -> list[dict[str, Any]]:
    found = spending_book().reverse_stress(text, depths="one", levers=levers, scenarios=200, **options)
    assert found.certified
    return list(found.single)


def test_a_multiple_of_an_input_to_its_last_step() -> None:
    # 1,200,000 - 500 * 2,400 x < -30,000 beyond x = 1.025, and at x = 1.025 itself it is not less.
    [row] = one("position('trust', 'year 2') < -£30,000", "visits")
    assert (row["last_safe"], row["first_breach"]) == (Decimal("1.025"), Decimal("1.025001"))
    assert (row["certified"], row["side"], row["kind"], row["unit"]) == ("settled exactly", "above", "root", "times")
    [row] = one("position('trust', 'year 2') <= -£30,000", "visits")
    assert (row["last_safe"], row["first_breach"]) == (Decimal("1.024999"), Decimal("1.025"))


def test_whole_units_and_pennies() -> None:
    # 200 visits a month leave nothing; 201 cost £6,000 a year.
    [row] = one("position('trust', 'year 2') < 0", ob.Lever("visits", 100, 300, by="value"))
    assert (row["last_safe"], row["first_breach"], row["unit"]) == (Decimal(200), Decimal(201), "visits")
    [row] = one("position('trust', 'year 1') < -£100", ob.Lever("budget", "£1m", "£2m", by="value"))
    assert (row["last_safe"], row["first_breach"], row["side"]) == (Decimal(1199900), Decimal("1199899.99"), "below")
    [row] = one("position('trust', 'year 1') < -£100", ob.Lever("spend_rate", 400, 600, by="value"))
    assert (row["last_safe"], row["first_breach"]) == (Decimal("500.04"), Decimal("500.05"))  # 2,400 * 0.05 = 120


def test_the_strength_of_scenarios_that_scale_add_and_set() -> None:
    # 10% more at strength s: 120,000 s; a bill of 2,000 s in each of 12 months; visits set to 200 + 60 s. The bill is
    # booked to the penny, so two millionths more of it are nothing yet.
    rows = one("position('trust', 'year 2') < -£45,000", "surge", "bill", "fixed")
    assert [row["last_safe"] for row in rows] == [Decimal("0.375"), Decimal("1.875002"), Decimal("0.125")]
    assert [row["first_breach"] - row["last_safe"] for row in rows] == [Decimal("0.000001")] * 3
    assert {row["unit"] for row in rows} == {"strength"}


def test_a_driver_alone_is_as_far_out_as_the_design_point() -> None:
    [row] = one("position('trust', 'year 2') < -£40,000", "demand")
    beta = 40_000.005 / DEVIATION  # half a penny below £40,000
    assert float(row["first_breach"]) == pytest.approx(beta, abs=1e-9)
    assert row["probability"] == pytest.approx(PHI(-beta), rel=1e-6)
    assert row["amount"] == pytest.approx(2400 * 1 + 40_000 / 500) and row["expected"] == 2400
    assert row["of"] == "visits, year 2" and row["certified"] == "replayed"


def test_several_roots_are_all_told() -> None:
    rows = one("position('trust', 'year 2') < -£60,000 or position('trust', 'year 2') > £120,000", "visits")
    assert [row["outcome"] for row in rows] == ["crossed, 1 of 2", "crossed, 2 of 2"]
    assert [row["first_breach"] for row in rows] == [Decimal("0.899999"), Decimal("1.050001")]
    assert [row["side"] for row in rows] == ["below", "above"]


def test_a_narrow_window_that_fools_a_bisection() -> None:
    rows = one("position('trust', 'year 2') > £1,000 and position('trust', 'year 2') < £1,003", "visits")
    assert [row["side"] for row in rows] == ["above", "below"]
    # 1,200,000 (1 - x) between 1,000 and 1,003: x from 0.99916416... to 0.99916666...
    assert [row["first_breach"] for row in rows] == [Decimal("0.999165"), Decimal("0.999166")]


def test_a_cliff_is_an_interval() -> None:
    book = spending_book(
        finances=ob.Finances(
            costs=[{"kind": "step", "id": "teams", "party": "trust", "to": "suppliers", "quantity": "visits", "capacity": 250,
                    "rate": "£90,000"}]
        )
    )  # fmt: skip
    found = book.reverse_stress(
        "position('trust', 'year 1') < 0", depths="one", levers=ob.Lever("visits", 100, 400, by="value"), scenarios=200
    )
    [row] = found.single
    assert (row["last_safe"], row["first_breach"], row["kind"]) == (Decimal(250), Decimal(251), "cliff")
    assert "It jumps there: 250 is still safe" in " ".join(found.sentences())


def test_what_cannot_be_reached_and_what_always_holds() -> None:
    never, always = one("position('trust', 'year 2') < -£2m", ob.Lever("visits", 1, 2), ob.Lever("visits", "2.7", 3))
    assert (never["outcome"], never["first_breach"], never["nearest"]) == ("never", None, 2.0)
    assert always["outcome"] == "always"
    found = spending_book().reverse_stress(
        "position('trust', 'year 2') < -£2m", depths="one", levers="surge", scenarios=200
    )
    assert "Not reached by Surge alone" in " ".join(found.sentences())


def test_data_and_shocks_are_the_base() -> None:
    data = {"visits": [210] * 24, "other": [0] * 24}
    [row] = one("position('trust', 'year 1') < -£72,000", "visits", data=data)
    assert (row["last_safe"], row["first_breach"]) == (Decimal("1.009523"), Decimal("1.009524"))  # 2,544 / 2,520
    [row] = one("position('trust', 'year 1') < -£72,000", "visits", shocks="surge")
    assert row["last_safe"] == Decimal("0.963636")  # 2,544 / 2,640


# -- depth two --------------------------------------------------------------------------------------------------------


def test_a_linear_book_has_its_exact_index_and_probability() -> None:
    beta = 60_000 / DEVIATION
    found = spending_book().reverse_stress(
        "position('trust', 'year 2') < -£60,000", depths="joint", seed=3, scenarios=4_000
    )
    [point] = found.points
    assert point["beta"] == pytest.approx(beta, abs=1e-6) and point["converged"] and point["smooth"]
    by = {row["method"]: row for row in found.probability}
    assert by["first order"]["probability"] == pytest.approx(PHI(-beta), rel=1e-5)
    assert by["second order"]["probability"] == pytest.approx(PHI(-beta), rel=1e-4)
    sampled = by["draws by importance"]
    assert abs(sampled["probability"] - PHI(-beta)) < 4 * sampled["error"] and sampled["error"] < 0.03 * PHI(-beta)
    [row] = found.point_drivers
    assert row["value"] == pytest.approx(2400 + 60_000 / 500, abs=1e-3) and row["ratio"] == pytest.approx(2520 / 2400)
    assert row["importance"] == pytest.approx(1.0) and (row["driver"], row["period"]) == ("Demand", "year 2")
    assert found.certified and len(found.certificates) == 6


def test_any_of_two_years_is_a_series_of_two_points() -> None:
    beta = 60_000 / DEVIATION
    found = spending_book().reverse_stress(
        "position('trust', 'year') < -£60,000", depths="joint", seed=3, scenarios=4_000
    )
    assert found.points["beta"] == pytest.approx([beta, beta], abs=1e-6)
    assert {row["period"] for row in found.point_drivers if abs(row["deviations"]) > 2} == {"year 1", "year 2"}
    by = {row["method"]: row for row in found.probability}
    exact = 1 - PHI(beta) ** 2
    assert by["first order"]["low"] == pytest.approx(exact, rel=1e-5) == by["first order"]["high"]
    assert abs(by["draws by importance"]["probability"] - exact) < 4 * by["draws by importance"]["error"]
    assert sum(found.points["share"]) == pytest.approx(1.0)


def test_two_correlated_drivers_by_their_formula() -> None:
    # £500 a visit, and another bill of normal £0 ± £10,000 a month, correlated 0.5 month by month.
    book = spending_book(
        drivers=[
            ob.Normal(id="demand", of="visits", effect="factor", mean=1, deviation="0.05"),
            ob.Normal(id="bills", of="other", effect="value", mean=0, deviation=10_000),
        ],
        correlations=[ob.Correlation(id="both", drivers=["demand", "bills"], matrix=[[1, 0.5], [0.5, 1]])],
    )
    spread = math.sqrt(12 * (5_000**2 + 10_000**2 + 2 * 0.5 * 5_000 * 10_000))
    found = book.reverse_stress("position('trust', 'year 2') < -£150,000", depths="joint", seed=1, scenarios=2_000)
    assert found.points["beta"] == pytest.approx([150_000 / spread], abs=1e-6)
    stands = {row["driver"]: row["value"] for row in found.point_drivers}
    # E[visits beyond | total] by covariance: 12 * (25e6 + 25e6) of the spread's square, in visits of £500.
    assert stands["Visits" if "Visits" in stands else "demand"] == pytest.approx(
        2400 + 150_000 * 12 * (25e6 + 25e6) / spread**2 / 500, abs=0.01
    )


def test_lognormal_demand_in_one_month_is_exact() -> None:
    book = spending_book(
        calendar=ob.Calendar(start="2024-04", months=1),
        drivers=[ob.Lognormal(id="demand", of="visits", deviation="0.2")],
        scenarios=[],
    )
    found = book.reverse_stress("position('trust') < -£80,000", depths="joint", seed=1, scenarios=2_000)
    # 100,000 - 500 * 200 * exp(0.2 z - 0.02) < -80,000
    assert found.points["beta"] == pytest.approx([(math.log(1.8) + 0.02) / 0.2], abs=1e-6)


def test_never_and_always_have_no_points() -> None:
    never = spending_book().reverse_stress(
        "visits < -1000", depths=["joint", "region"], scenarios=500, every="month", period=1
    )
    assert len(never.points) == 0 or never.points["beta"][0] > 10
    same = spending_book().reverse_stress("budget < 0", depths=["joint", "region"], scenarios=500)
    assert (len(same.points), len(same.regions), same.reached) == (0, 0, False)
    always = spending_book().reverse_stress("budget > 0", depths=["joint", "region"], scenarios=500)
    assert (len(always.points), always.reached) == (0, True)
    assert "every one of 500 draws" in always.sentences()[0]


def test_a_condition_that_holds_at_the_middle_has_a_negative_index() -> None:
    found = spending_book().reverse_stress(
        "position('trust', 'year 2') < £20,000", depths="joint", seed=2, scenarios=2_000
    )
    assert found.points["beta"] == pytest.approx([-20_000 / DEVIATION], abs=1e-6) and found.certified


def test_the_settlement_of_a_point_is_what_the_lanes_say() -> None:
    book = ob.examples.mental_health_alliance()
    wanted = Condition.of("position('third_sector_a', 'year') < 0", book.calendar)
    choices = Choices.of(book, None)
    working = Working(book, choices, wanted.asked(), 7)
    z = working.draws(0, 2)
    exact, scenario = Exact(book, choices, wanted), Scenario(book, choices, working)
    core = exact.core(inputs=scenario.at(z[1]))
    lanes = working.values(z)
    for one in wanted.asked():
        assert float(exact.value(core, one) or 0) == pytest.approx(float(lanes[one][1]), abs=1.0)  # pennies of entries


# -- depth three ------------------------------------------------------------------------------------------------------


def test_the_region_of_a_linear_book_is_its_driver_above_a_figure() -> None:
    found = spending_book().reverse_stress(
        "position('trust', 'year 2') < -£20,000", depths="region", seed=5, scenarios=8_000
    )
    assert [(row["driver"], row["period"], row["high"]) for row in found.limits] == [("Demand", "year 2", None)]
    assert found.limits["low"][0] == pytest.approx(2440, abs=2) and found.limits["low_of_expected"][0] == pytest.approx(
        2440 / 2400, abs=1e-3
    )
    [row] = found.regions
    assert row["density"] > 0.98 and row["coverage"] > 0.95
    exact = PHI(-20_000 / DEVIATION)
    assert row["support_low"] - 0.01 < exact < row["support_high"] + 0.01 and row["draws"] == 8_000


def test_a_rare_region_is_found_by_importance() -> None:
    found = spending_book().reverse_stress(
        "position('trust', 'year 2') < -£70,000", depths="region", seed=5, scenarios=2_000
    )
    assert found.about["sought_on"] == "draws by importance"
    [row] = found.regions
    assert found.limits["low"][0] == pytest.approx(2540, abs=4) and row["density_high"] > 0.8
    exact = PHI(-70_000 / DEVIATION)
    assert row["base"] == pytest.approx(exact, rel=0.2)


# -- results ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> ob.ReverseStress:
    return spending_book().reverse_stress(
        "position('trust', 'year 2') < -£40,000", seed=9, scenarios=2_000, importance_draws=4_000
    )


def test_the_same_seed_gives_the_same_and_threads_do_not_matter(whole: ob.ReverseStress) -> None:
    options: dict[str, Any] = {"scenarios": 2_000, "importance_draws": 4_000}
    text = "position('trust', 'year 2') < -£40,000"
    assert spending_book().reverse_stress(text, seed=9, threads=1, **options) == whole
    other = spending_book().reverse_stress(text, seed=10, **options)
    assert other != whole and other.single == whole.single


def test_it_is_kept_shown_and_written(whole: ob.ReverseStress, tmp_path: Any) -> None:
    whole.save(tmp_path / "r.openbook")
    again = ob.read_result(tmp_path / "r.openbook", recalculate=True)
    assert again == whole and hash(again) == hash(whole) and str(again) == str(whole)
    read = json.loads(whole.to_json())
    assert read["schemas"]["points"] == "openbook.reverse_stress.points/1"
    assert read["certified"] is True and read["points"][0]["beta"] == pytest.approx(40_000 / DEVIATION)
    assert "Most likely joint breach" in whole._repr_html_() and "<svg" in whole.svg()
    with pytest.raises(AttributeError, match="never changes"):
        whole.words = "x"
    assert "Demand" in repr(whole.single) or "Demand" in str(whole.single)


def test_a_layer_makes_it_private(tmp_path: Any) -> None:
    book = small_book()
    seen = book.with_layer(ob.Layer(party="trust", over=book, beliefs={"visits": 120}))
    found = seen.reverse_stress("position('trust') < £140k", levers="visits", scenarios=200, importance_draws=500)
    plain = book.reverse_stress("position('trust') < £140k", levers="visits", depths="one", scenarios=200)
    assert found.private_to == "trust" and "Private to trust" in str(found) and "private to trust" in found.svg()
    # 6,000 + 1,000 + 6 * 200 * (120 x + 10) = 140,000
    assert float(found.single["last_safe"][0]) == pytest.approx((140_000 - 7_000 - 12_000) / 144_000, abs=1e-6)
    assert float(plain.single["last_safe"][0]) == pytest.approx((140_000 - 7_000 - 12_000) / 120_000, abs=1e-6)
    with pytest.raises(ob.BookError, match="private"):
        found.save(tmp_path / "x.openbook")


def test_a_book_without_drivers_has_depth_one_only() -> None:
    book = spending_book(drivers=[])
    found = book.reverse_stress("position('trust', 'year 2') < -£45,000", scenarios=200)
    assert found.single["last_safe"] == (Decimal("0.375"), Decimal("1.875002"), Decimal("0.125"))
    assert (len(found.points), len(found.regions)) == (0, 0)


def test_members_of_a_dimension_are_settled_again_too() -> None:
    book = spending_book(
        dimensions=[ob.Dimension(id="site", members=["north", "south"])],
        inputs=[
            ob.Input(id="visits", name="Visits", unit="visits", dimension="site", plan=100),
            ob.Input(id="other", unit="£", plan=0),
        ],
        finances=ob.Finances(
            costs=[{"kind": "variable", "id": "visit_costs", "party": "trust", "to": "suppliers", "quantity": "sum(visits)",
                    "rate": "spend_rate"}]
        ),
        drivers=[ob.Normal(id="demand", of="visits", effect="factor", mean=1, deviation="0.05", members="each")],
        scenarios=[],
    )  # fmt: skip
    found = book.reverse_stress("position('trust', 'year 2') < -£40,000", depths="joint", seed=1, scenarios=1_000)
    assert found.points["beta"] == pytest.approx([40_000 / (500 * 100 * 0.05 * math.sqrt(24))], abs=1e-6)
    assert found.certified and "settled exactly" in found.certificates["how"]
    assert found.point_drivers["value"] == pytest.approx([2480], abs=1e-3)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return stop.value.code, capsys.readouterr().out


def test_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    path = tmp_path / "book.json"
    spending_book().write(path)
    text = "position('trust', 'year 2') < -£30,000"
    code, out = run(
        capsys, "reverse-stress", str(path), text, "--depth", "one", "--lever", "visits=90%..150%", "--lever", "surge",
        "--value", "budget=£1m..£2m", "--scenarios", "200", "--json", "--save", str(tmp_path / "r.openbook"),
        "--svg", str(tmp_path / "r.svg"),
    )  # fmt: skip
    read = json.loads(out)
    assert code == 0 and [row["last_safe"] for row in read["single"]] == ["1.025", "0.25", "1170000"]
    assert ob.read_result(tmp_path / "r.openbook").single["lever"][1] == "Surge"
    code, out = run(
        capsys, "reverse-stress", str(path), text, "--depth", "joint", "--scenarios", "500", "--importance", "500"
    )
    assert code == 0 and "reliability index 1.73" in out
    assert run(capsys, "reverse-stress", str(path), "position('trust'")[0] == 3
    assert run(capsys, "reverse-stress", str(path), text, "--lever", "visits=1")[0] == 2


def test_a_scenario_that_cannot_be_taken_in_parts_is_judged_as_it_stands() -> None:
    book = ob.examples.third_sector_cash()  # its scenario moves a number of months
    found = book.reverse_stress("cash('charity') < £1m", depths="one", scenarios=100)
    assert found.single["outcome"][0] == "holds as it stands" and "whole number of months" in found.single["note"][0]
    found = book.reverse_stress("cash('charity') < -£1bn", depths="one", scenarios=100)
    assert found.single["outcome"][0] == "safe as it stands" and found.reached is False


def test_a_term_that_must_be_a_constant_is_scanned_by_settlements() -> None:
    # £150,000 in hand, £48,000 out a month, £50,000 in with a lag of L months: the least is 150 - 48 L thousand.
    book = ob.examples.third_sector_cash()
    lag = ob.Lever("payment_lag", 0, 8, by="value", step=1)
    [row] = book.reverse_stress("cash('charity') < 0", depths="one", levers=lag, every="month", scenarios=100).single
    assert (row["last_safe"], row["first_breach"], row["certified"]) == (Decimal(3), Decimal(4), "settled exactly")


@pytest.mark.parametrize(
    ("name", "condition", "points"),
    [
        ("non_elective_cap", "position('acute_trust') < -£217,864", 2),  # too much activity, or too little
        ("three_part_payment", "position('community_trust') < £600,677", None),
        ("painshare_fund", "position('local_authority') < £14,400,783", 1),
        ("pooled_budget", "position('local_authority') < -£6,027,433", 1),
        ("savings_retention", "position('organisation') < -£167,852", 2),
        ("surge_relaxed_to_marginal_rate", "position('trust') < -£652,438", 2),
    ],
)
def test_shipped_books(name: str, condition: str, points: int | None) -> None:
    book = ob.examples.book(name)
    found = book.reverse_stress(
        condition, depths=["joint"], seed=1, scenarios=4_000, importance_draws=4_000, most_points=2
    )
    assert found.certified, str(found.certificates)
    assert points is None or len(found.points) == points
    sampled = found.probability.where(method="draws by importance")
    assert sampled["apart"][0] < 4.5 and sampled["error"][0] < found.probability["error"][0] * 1.2


def test_what_the_last_bits_of_a_sum_leave_is_no_breach() -> None:
    # In many draws the client pays all that the cap allows, £13,122,000 give or take the last bits, and never more.
    found = ob.examples.book("construction_target_cost").reverse_stress(
        "position('client') < -£13,122,000", depths="joint", seed=1, scenarios=2_000, importance_draws=2_000
    )
    assert found.certified and found.probability["probability"][0] == 0.0


def test_money_is_compared_to_half_a_penny() -> None:
    book = spending_book()
    wanted = Condition.of("position('trust', 'year 1') < 0", book.calendar).to_the_penny({"position('trust', 'year')"})
    [asked] = wanted.asked()
    values = {asked: np.array([-0.02, -0.004, 0.0, 0.004])}
    assert (wanted.margin(values) <= 0).tolist() == [True, False, False, False]
    for sign, expected in {
        "<=": [1, 1, 1, 1],
        "==": [0, 1, 1, 1],
        "!=": [1, 0, 0, 0],
        ">": [0] * 4,
        ">=": [0, 1, 1, 1],
    }.items():
        other = Condition.of(f"position('trust', 'year 1') {sign} 0", book.calendar)
        other = other.to_the_penny({"position('trust', 'year')"})
        assert (other.margin(values) <= 0).tolist() == [bool(x) for x in expected], sign
