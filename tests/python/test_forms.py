"""Forms side by side: table Q-1 of research 004 to the penny, risk transfer at and beside every bend, variance."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from fractions import Fraction as F
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openbook as ob
import pytest
from openbook._display import forms as shown
from openbook._display import svg
from openbook.forms import _variance
from seen import words_of_html, words_of_text

quick = ob.quick
COSTS: dict[str, Any] = {"fixed_cost": "£8m", "unit_cost": "£1,150"}
QUICK = {
    "tariff": quick.cost_per_case("£2,000", plan=10_000, **COSTS),
    "block": quick.block("£20m", plan=10_000, **COSTS),
    "marginal": quick.emergency_marginal_rate(baseline=10_000, price="£2,000", **COSTS),
    "capped": quick.activity_cap(10_000, "£2,000", **COSTS),
    "volume": quick.cost_and_volume(10_000, "£2,000", "50%", **COSTS),
    "collar": quick.cap_and_collar(10_000, "£2,000", cap="105%", collar="95%", **COSTS),
    "blended": quick.blended(10_000, "£2,000", variable="20%", **COSTS),
}
BOOK = ob.examples.seven_payment_forms()
BOOKS = {name: ob.Form(BOOK, "cases", [f"{name}_payment"]) for name in QUICK}
LEVELS = (8_500, 10_000, 11_500)
# Payment and provider's margin in £m at 8,500, 10,000 and 11,500, and the coefficient from bend to bend.
Q_1: dict[str, tuple[tuple[str, ...], tuple[str, ...], dict[tuple[int, int], F]]] = {
    "tariff": (("17", "20", "23"), ("-0.775", "0.5", "1.775"), {(8_350, 11_650): F(1)}),
    "block": (("20", "20", "20"), ("2.225", "0.5", "-1.225"), {(8_350, 11_650): F(0)}),
    "marginal": (
        ("17", "20", "20.9"),
        ("-0.775", "0.5", "-0.325"),
        {(8_350, 10_000): F(1), (10_000, 11_650): F(3, 10)},
    ),
    "capped": (("17", "20", "20"), ("-0.775", "0.5", "-1.225"), {(8_350, 10_000): F(1), (10_000, 11_650): F(0)}),
    "volume": (("20", "20", "21.5"), ("2.225", "0.5", "0.275"), {(8_350, 10_000): F(0), (10_000, 11_650): F(1, 2)}),
    "collar": (
        ("19", "20", "21"),
        ("1.225", "0.5", "-0.225"),
        {(8_350, 9_500): F(0), (9_500, 10_500): F(1), (10_500, 11_650): F(0)},
    ),
    "blended": (("19.4", "20", "20.6"), ("1.625", "0.5", "-0.625"), {(8_350, 11_650): F(1, 5)}),
}
MADE = {"quick": QUICK, "book": BOOKS}


@cache
def compared(made: str) -> ob.FormComparison:
    options: dict[str, Any] = {"deviation": "5%"} if made == "quick" else {}
    return ob.compare_forms(MADE[made], LEVELS, scenarios=2_000, seed=7, **options)


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("form", Q_1)
def test_q_1_to_the_penny(made: str, form: str) -> None:
    payments, margins, _ = Q_1[form]
    rows = [row for row in compared(made) if row["form"] == form]
    assert [row["activity"] for row in rows] == list(LEVELS)
    assert [row["payment"] for row in rows] == [Decimal(paid) * 1_000_000 for paid in payments]
    assert [row["position"] for row in rows] == [Decimal(margin) * 1_000_000 for margin in margins]
    assert compared(made).at(form, "11,500") == Decimal(payments[-1]) * 1_000_000


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("form", Q_1)
def test_the_coefficient_is_exact_at_and_beside_every_bend(made: str, form: str) -> None:
    transfer, stretches = compared(made).transfers[form], Q_1[form][2]
    assert [(s.start, s.end) for s in transfer.payment.segments] == list(stretches)
    assert all(s.slope_error == 0 for s in transfer.payment.segments)
    for (start, end), theta in stretches.items():
        assert transfer.right(start) == theta == transfer.left(end)
        for x in (F(start) + F(1, 10**6), start + 1, F(start + end, 2), end - 1, F(end) - F(1, 10**6)):
            assert transfer.left(x) == transfer.right(x) == transfer.at(x) == theta
    for start, _ in list(stretches)[1:]:
        with pytest.raises(ValueError, match="ask for left or right"):
            transfer.at(start)
    with pytest.raises(ValueError, match="more than the low end"):
        transfer.left(8_350)
    with pytest.raises(ValueError, match="less than the high end"):
        transfer.right(11_650)
    with pytest.raises(ValueError, match="from 8350 to 11650"):
        transfer.right(11_651)


def test_the_table_says_both_sides() -> None:
    rows = {(row["form"], row["activity"]): (row["left"], row["right"]) for row in compared("quick")}
    assert rows["marginal", 10_000] == (Decimal(1), Decimal("0.3"))
    assert rows["volume", 10_000] == (Decimal(0), Decimal("0.5"))
    assert rows["collar", 10_000] == (Decimal(1), Decimal(1))
    assert rows["collar", 8_500] == (Decimal(0), Decimal(0))


def test_the_table_of_one_form_says_who_bears_what() -> None:
    table = compared("quick").transfers["marginal"].table()
    assert table["coefficient"] == (Decimal(1), Decimal("0.3")) and table["slope"] == (2000, 600)
    assert table["borne"] == ("the payer, all of it", "the payer 0.3 of it, the payee the rest")


def test_a_cliff_and_bends_that_are_no_whole_units() -> None:
    """A payment of £1m more from 1,000 cases on; and a cap at a third of a case."""
    parties = [ob.Party(id="a", roles=["commissioner"]), ob.Party(id="b", roles=["provider"])]

    def form(amount: str) -> ob.Form:
        clause = ob.Payment(id="pay", every="year", amount=amount)
        return ob.Form(
            ob.Book(
                id="t",
                calendar=ob.Calendar(start="2024-04", months=12),
                parties=parties,
                inputs=[ob.Input(id="cases", unit="cases", plan=90)],
                contracts=[ob.Contract(id="k", payer="a", payee="b", clauses=[clause])],
            ),
            "cases",
        )

    jump = ob.risk_transfer(form("£3 * number(cases) + if(cases >= 1000, £1m, £0)"), 900, 1_100, price=6)
    (place,) = jump.payment.breakpoints
    assert (place.at, place.kind, place.jump) == (1_000, "jump", 1_000_000)
    assert jump.left(1_000) == jump.right(1_000) == F(1, 2)
    with pytest.raises(ValueError, match="bends or jumps"):
        jump.at(1_000)
    assert "jumps by £1,000,000.00 at 1,000" in str(jump)
    third = ob.risk_transfer(form("min(£300 * number(cases), £300,100)"), 900, 1_100, price="£300")
    (bend,) = third.payment.breakpoints
    assert bend.low <= F(3_001, 3) <= bend.high and bend.high - bend.low < F(1, 1_000)
    assert third.left(1_000) == 1 and third.right(1_001) == 0
    curved = ob.risk_transfer(form("money(number(cases) * number(cases))"), 900, 1_100, price=300)
    assert curved.at(1_000) is None and "changes all along" in str(curved)


def one_payment(amount: str, every: str = "month") -> ob.Form:
    """A book that pays `amount` for `cases`, of which 1,200 are planned in the year."""
    parties = [ob.Party(id="a", roles=["commissioner"]), ob.Party(id="b", roles=["provider"])]
    planned = ob.Input(id="cases", unit="cases", every=every, plan=ob.Term(1_200 if every == "year" else 100))
    clause = ob.Payment(id="pay", every=every, amount=amount)
    contract = ob.Contract(id="k", payer="a", payee="b", clauses=[clause])
    calendar = ob.Calendar(start="2024-04", months=12)
    return ob.Form(ob.Book(id="t", calendar=calendar, parties=parties, inputs=[planned], contracts=[contract]), "cases")


@pytest.mark.parametrize(
    ("every", "price", "rate"),
    [
        ("year", "0.01", "1/3"),
        ("year", "1234.57", "1/3"),
        ("year", "0.01", "1/10000"),
        ("month", "150.55", "33.33%"),
        ("month", "10", "2/7"),
    ],
)
def test_the_coefficient_is_exact_where_a_case_is_no_whole_penny(every: str, price: str, rate: str) -> None:
    """The first 600 cases of a year are paid in full, or 50 of a month, the others at the rate."""
    whole = 600 if every == "year" else 50
    amount = f"£{price} * (min(number(cases), {whole}) + {rate} * positive(number(cases) - {whole}))"
    found = ob.risk_transfer(one_payment(amount, every), 300, 2_100, price=price)
    exact = F("0.3333") if rate == "33.33%" else F(rate)
    assert (found.left(1_500), found.right(1_500), found.left(450)) == (exact, exact, 1)
    assert all(segment.slope_error == 0 for segment in found.payment.segments)


def test_where_a_formula_rounds_the_settled_slope_stands() -> None:
    """A third of a penny for each case, rounded to whole pounds: nothing for one more case between the steps."""
    found = ob.risk_transfer(one_payment("round(£0.01 * number(cases) / 3, £1)", "year"), 800, 1_000, price="£0.01")
    assert found.at(900) == 0
    doubtful = ob.risk_transfer(one_payment("round(£0.0123 * number(cases), £0.02)"), 600, 1_800, price="£0.0123")
    error = max(segment.slope_error for segment in doubtful.payment.segments)
    assert error > 0 and "may leave it off by up to" in str(doubtful.table().note)


def test_readings_side_by_side_h16() -> None:
    """Research 000, H16: 1,080 cases are £2.06m, £2.08m or £2.10m; between plan and ceiling a case is worth 0, 0.5 or 1."""
    book = ob.examples.cost_and_volume_corridor()
    forms = {
        reading: ob.Form(book, "cases", "disputed_clause", readings={"disputed_clause": reading})
        for reading in ("neutral", "from_plan", "from_ceiling")
    }
    forms["nominal"] = ob.Form(book, "cases", "nominal_clause", year=3)
    found = ob.compare_forms(forms, [930, 1_010, 1_080], scenarios=4_000, seed=1)
    assert [found.at(name, 1_080) for name in forms] == [2_060_000, 2_080_000, 2_100_000, 2_000_000]
    assert [found.at(name, 930) for name in forms] == [1_950_000, 1_930_000, 1_910_000, 2_000_000]
    assert [found.transfers[name].at(1_010) for name in forms] == [0, F(1, 2), 1, 0]
    assert [found.transfers[name].at(1_030) for name in forms] == [F(1, 2), F(1, 2), F(1, 2), 0]
    assert found.risk is not None
    risk = {row["form"]: row for row in found.risk}
    # Half the price throughout leaves a quarter of the variance; wide corridors leave nothing.
    assert risk["from_plan"]["transferred"] == pytest.approx(0.75, abs=1e-9)
    assert risk["nominal"]["transferred"] == 1
    assert risk["from_ceiling"]["transferred"] < 0.75 < risk["neutral"]["transferred"] < 1


def test_transferred_variance() -> None:
    """Tariff 0, block 1, blended 1 - v**2; the rest between, as far as their error says."""
    risk = compared("quick").risk
    assert risk is not None
    rows = {row["form"]: row for row in risk}
    assert rows["tariff"]["transferred"] == rows["tariff"]["transferred_error"] == 0
    assert rows["block"]["transferred"] == 1 and rows["block"]["sd"] == 0
    assert rows["blended"]["transferred"] == pytest.approx(0.96, abs=1e-9)
    # Near plan activity is as often above as below: half the square of the slope, less the square of the mean's move.
    lost = 1 - 1 / np.pi
    assert rows["capped"]["transferred"] == pytest.approx(1 - lost / 2, abs=5 * rows["capped"]["transferred_error"])
    assert rows["volume"]["transferred"] == pytest.approx(1 - lost / 8, abs=5 * rows["volume"]["transferred_error"])
    order = ["tariff", "collar", "marginal", "capped", "volume", "blended", "block"]
    assert sorted(order, key=lambda name: rows[name]["transferred"]) == order
    again = ob.compare_forms({"volume": QUICK["volume"]}, LEVELS, scenarios=2_000, seed=7, deviation="5%").risk
    assert again is not None and dict(next(iter(again))) == rows["volume"]  # whatever stands beside it


def test_the_error_of_the_transferred_variance_is_what_repetition_shows() -> None:
    random = np.random.default_rng(11)
    found, errors = [], []
    for _ in range(400):
        x = random.normal(10_000, 500, 500)
        figures = _variance(2_000 * np.minimum(x, 10_000), 2_000 * x)
        found.append(figures["transferred"])
        errors.append(figures["transferred_error"])
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.15)


def test_without_uncertainty_there_are_no_figures_of_risk() -> None:
    plain = ob.compare_forms({"block": quick.block("£20m")}, [10_000], price="£2,000")
    assert plain.risk is None and plain.at("block", 10_000) == 20_000_000
    assert plain.transfers["block"].at(10_000) == 0


def stepped(steps: list[dict[str, Any]], *, value: str = "£10", months: int = 24) -> ob.Book:
    """Ten cases a month or more at a price that changes."""
    return ob.Book(
        id="dear",
        calendar=ob.Calendar(start="2024-04", months=months),
        parties=[ob.Party(id="payer"), ob.Party(id="provider")],
        inputs=[ob.Input(id="cases", unit="cases", plan=10)],
        parameters=[
            ob.Parameter(id="base", value=ob.Term("£9", unit="£ per case")),
            ob.Parameter(id="price", value=ob.Term(value, unit="£ per case", steps=steps)),
        ],
        contracts=[
            ob.Contract(
                id="c", payer="payer", payee="provider", clauses=[ob.Activity(id="a", quantity="cases", price="price")]
            )
        ],
    )


def test_a_price_that_changes_in_the_year_is_told_with_its_values() -> None:
    steps = [{"from": "2024-10", "value": "£12"}, {"from": "2025-04", "value": "£15"}]
    first = ob.Form(stepped(steps), "cases", ["a"])
    with pytest.raises(ob.BookError) as caught:
        ob.risk_transfer(first, 100, 200)
    (problem,) = caught.value.problems
    assert problem.message == (
        "price: the parameter 'price' of dear changes in the year that is looked at: £10 from 2024-04, £12 from "
        "2024-10; say price=, one of these or another amount of money above £0"
    )
    # 120 cases are 10 a month: six months at £10 and six at £12
    assert first.pay(120) == 60 * 10 + 60 * 12
    assert ob.risk_transfer(first, 120, 121, price="£12").price == 12
    forms = {"a": first, "b": quick.cost_per_case("£10", plan=100)}
    with pytest.raises(ob.BookError, match="'price' of a changes in the year that is looked at: £10 from"):
        ob.compare_forms(forms, [100])
    # in the second year it is £15 throughout
    second = ob.Form(stepped(steps), "cases", ["a"], year=2)
    assert ob.risk_transfer(second, 100, 200).price == 15
    assert ob.compare_forms({"a": second}, [120]).at("a", 120) == 1_800
    with pytest.raises(ob.BookError, match="expected a contract year from 1 to 2"):
        ob.risk_transfer(ob.Form(stepped(steps), "cases", ["a"], year=3), 100, 200)


def test_a_price_that_is_no_amount_is_told_as_it_is_written() -> None:
    with pytest.raises(ob.BookError, match=r"'price' of dear is 'base \* 2', no stated amount; say price="):
        ob.risk_transfer(ob.Form(stepped([], value="base * 2"), "cases"), 100, 200)
    with pytest.raises(ob.BookError, match=r"£10 from 2024-04, 'base \* 2' from 2024-10; say price="):
        ob.risk_transfer(ob.Form(stepped([{"from": "2024-10", "value": "base * 2"}]), "cases"), 100, 200)
    same = stepped([{"from": "2024-10", "value": "£10.00"}])
    assert ob.risk_transfer(ob.Form(same, "cases"), 100, 200).price == 10


def test_what_cannot_be_compared() -> None:
    block = quick.block("£20m")
    with pytest.raises(ob.BookError, match="no parameter 'price'; say price="):
        ob.compare_forms({"block": block}, LEVELS)
    with pytest.raises(ob.BookError, match="£1000, £2000; say price="):
        ob.compare_forms({"a": quick.cost_per_case(1_000), "b": quick.cost_per_case(2_000)}, LEVELS)
    with pytest.raises(ob.BookError, match="found 0, expected an amount of money above £0"):
        ob.compare_forms({"block": block}, LEVELS, price=0)
    with pytest.raises(ob.BookError, match="found no form"):
        ob.compare_forms({}, LEVELS)
    with pytest.raises(ob.BookError, match="found no activity"):
        ob.compare_forms({"block": block}, [], price=1)
    with pytest.raises(ValueError, match="activity: found -1, expected a number of at least 0"):
        ob.compare_forms({"block": block}, [-1], price=1)
    with pytest.raises(ValueError, match="low, high: found 5 and 5"):
        ob.risk_transfer(block, 5, 5, price=1)
    with pytest.raises(TypeError, match="found Book, expected a form"):
        ob.compare_forms({"book": BOOK}, LEVELS)  # type: ignore[dict-item]
    for form, words in (
        (ob.Form(BOOK, "case", ["block_payment"]), "did you mean 'cases'"),
        (ob.Form(BOOK, "cases", ["blok_payment"]), "did you mean 'block_payment'"),
        (ob.Form(BOOK, "cases"), "expected clauses that pay one party"),
        (ob.Form(BOOK, "cases", "block_payment", year=2), "expected a contract year from 1 to 1"),
        (ob.Form(ob.examples.tariff_by_spell(), "trust_spells", "trust_tariff"), "has the dimension 'currency'"),
    ):
        with pytest.raises(ob.BookError, match=words):
            form.pay(10_000)
    with pytest.raises(ob.BookError, match="a comparison needs one input"):
        ob.compare_forms({"goals": quick.incentive("£1m", thresholds={"a": "90%", "b": "80%"})}, [1], price=1)
    with pytest.raises(KeyError, match="did you mean 'block'"):
        compared("quick").at("blok", 10_000)
    with pytest.raises(KeyError, match="none of the activities"):
        compared("quick").at("block", 10_001)


# -- command line -----------------------------------------------------------------------------------------------------


def test_contracts_of_a_book_on_the_command_line(run: Any, tmp_path: Path) -> None:
    options = ("--contract", "marginal_contract", "--scenarios", "200")
    code, printed, _ = run("forms", "seven_payment_forms", "cases", "8500", "11,500", *options, "--json")
    told = json.loads(printed)
    assert code == 0 and [row["payment"] for row in told["forms"]] == ["17000000.00", "20900000.00"]
    assert [row["coefficient"] for row in told["transfers"]["Emergency marginal rate"]] == ["1", "0.3"]
    assert 0.4 < told["risk"][0]["transferred"] < 0.7
    picture = tmp_path / "forms.svg"
    changed = ("--set", "baseline=11000", "--svg", str(picture))
    code, printed, _ = run("forms", "seven_payment_forms", "cases", "11500", *options, *changed)
    assert code == 0 and "22,300,000.00" in printed and picture.read_text(encoding="utf-8").startswith("<svg")
    code, printed, _ = run(
        "forms",
        "cost_and_volume_corridor",
        "cases",
        "1080",
        "--scenarios",
        "100",
        "--reading",
        "disputed_clause=from_plan",
    )
    assert code == 0 and "2,080,000.00" in printed
    assert run("forms", "seven_payment_forms", "cases", "8500", "--contract", "marginal")[0] == ob.ExitCode.BOOK
    assert run("forms", "seven_payment_forms", "cases", "many")[0] == 2


# -- showing ----------------------------------------------------------------------------------------------------------


def test_text_and_html_say_the_same() -> None:
    for result in (compared("quick"), compared("book"), compared("quick").transfers["marginal"]):
        page = result._repr_html_()
        assert words_of_text(str(result)) == words_of_html(page)
        assert "<svg" in page
    text = str(compared("quick"))
    assert "1 | 0.3" in text and "20,900,000.00" in text and "-325,000.00" in text


def test_the_drawing_names_every_line_and_tells_them_apart_without_colour() -> None:
    drawing = compared("quick").svg()
    assert drawing == compared("quick").svg()
    root = ElementTree.fromstring(drawing)
    space = "{http://www.w3.org/2000/svg}"
    words = {node.text: node for node in root.iter(f"{space}text")}
    assert set(QUICK) <= set(words)
    drawn = [dict(node.attrib) for node in root.iter(f"{space}polyline")]
    strokes = [(line.get("stroke-dasharray"), line.get("stroke-width")) for line in drawn]
    assert len(set(strokes)) == len(strokes) == len(QUICK)
    for line in drawn:  # colours are the page's, light, dark or printed, and by themselves those of the light one
        assert line["class"].startswith("fill-none stroke-") or line["class"].startswith("stroke-")
    for a, b in combinations([words[name] for name in QUICK], 2):
        assert abs(float(a.attrib["y"]) - float(b.attrib["y"])) >= 16
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for node in words.values():
        wide = svg.width_of(node.text or "") * (1.12 if node.attrib.get("class") == "t" else 1)
        shift = {"end": wide, "middle": wide / 2}.get(node.attrib.get("text-anchor", ""), 0)
        assert float(node.attrib["x"]) - shift >= -1 and float(node.attrib["x"]) - shift + wide <= width + 1
        assert 0 < float(node.attrib["y"]) < height


def test_names_at_the_ends_stay_apart_and_inside() -> None:
    assert shown.ends_apart([("a", 5), ("b", 5), ("c", 6)], 10, 0, 100) == {"a": 5, "b": 15, "c": 25}
    assert shown.ends_apart([("a", 99), ("b", 98), ("c", 10)], 10, 0, 100) == {"c": 10, "b": 90, "a": 100}


def test_the_picture_draws_every_form() -> None:
    pytest.importorskip("matplotlib")
    axes = ob.plotting.forms(compared("quick"))
    assert [text.get_text() for text in axes.texts] == list(QUICK)
    lines = axes.lines[::2]
    assert len({str(line._dash_pattern) for line in lines}) == len(QUICK)
    assert [float(y) for y in lines[2].get_ydata()] == [16_700_000, 20_000_000, 20_000_000, 20_990_000]
    assert ob.plotting.svg_text(axes).startswith("<svg")


def test_a_comparison_is_pickled_whole() -> None:
    again = pickle.loads(pickle.dumps(compared("quick")))
    assert again == compared("quick") and str(again) == str(compared("quick"))
    assert again.transfers["collar"].left(9_500) == 0
    with pytest.raises(TypeError, match="holds more than columns"):
        again.save("comparison.json")
