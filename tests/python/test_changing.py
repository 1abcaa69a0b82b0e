"""Terms found and changed by the names that people use: from a month on, with a source, and nothing that cannot be meant."""

from __future__ import annotations

import datetime
from decimal import Decimal

import openbook as ob
import pytest
from openbook._literals import figure, without_separators
from openbook._names import words_of
from small import small_book

MONTHS = [f"2016-{month:02d}" for month in range(4, 10)]


def prices(book: ob.Book) -> list[Decimal]:
    """What a hundred visits come to in each month: the price in force."""
    settled = book.settle({"visits": [1] * 6, "other": [0] * 6, "score": [0, 0]}, disputes=False)
    paid = {row["service_from"]: row["amount"] for row in settled.payments if row["clause"] == "by_visit"}
    return [paid.get(month, Decimal(0)) for month in MONTHS]


# -- figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "value", "kind"),
    [
        ("£2,000", "2000", "money"),
        ("£1.5m", "1500000", "money"),
        ("-£5k", "-5000", "money"),
        ("50%", "0.5", "percent"),
        ("+12.5 %", "0.125", "percent"),
        ("1,250%", "12.5", "percent"),
        ("10,000", "10000", "number"),
        ("1,234,567.5", "1234567.5", "number"),
        (10_000, "10000", "number"),
        (0.1, "0.1", "number"),
        (Decimal("2.50"), "2.50", "number"),
    ],
)
def test_figures_are_read_as_people_write_them(given: object, value: str, kind: str) -> None:
    found = figure(given)
    assert found is not None
    assert (found.value, found.kind) == (Decimal(value), kind)


@pytest.mark.parametrize("given", ["", "price * 2", "2m", "10,00", "1,000,00", True, None, "2016-04", [1], object()])
def test_what_is_no_figure(given: object) -> None:
    assert figure(given) is None


def test_figures_are_finite() -> None:
    with pytest.raises(ValueError, match="finite"):
        figure(float("nan"))


def test_separators_stay_inside_formulas() -> None:
    assert without_separators("max(1,000)") == "max(1,000)"
    assert without_separators("£1,000") == "£1,000"


# -- names ----------------------------------------------------------------------------------------------------


def test_words_that_tell_names_apart() -> None:
    assert words_of("Cap on the Gains") == words_of("gain_cap") == {"gain", "cap"}
    assert words_of("gainshare limit") == {"gain", "share", "cap"}
    assert words_of("losses") == {"losse"} == words_of("Losses")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("gain cap", "outcome_pot"),
        ("Gain_Cap", "outcome_pot"),
        ("GAIN  CAP", "outcome_pot"),
        ("cap on gain", "outcome_pot"),
        ("cap on the gains", "outcome_pot"),
        ("gainshare available a year", "outcome_pot"),
        ("Outcome pot", "outcome_pot"),
        ("baseline", "baseline"),
        ("budget of year one", "baseline"),
        ("year one budget", "baseline"),
        ("LA share", "la_share"),
        ("share of the local authority", "la_share"),
        ("local authority share", "la_share"),
        ("price of a bed day", "ft_price"),
        ("bed day price", "ft_price"),
        ("threshold of the reopener", "reopener_threshold"),
        ("employment target", "employment_target"),
        ("planned saving", "planned_saving"),
        ("pump priming", "pump_priming"),
    ],
)
def test_natural_names_in_the_shipped_alliance(said: str, found: str) -> None:
    book = ob.examples.mental_health_alliance()
    (row,) = (row for row in book.terms() if row["name"] == found)
    new = "7%" if row["unit"] == "%" else "£7"
    changed = book.with_(said, new)
    assert {difference["path"].split("/value")[0] for difference in book.diff(changed)} == {
        row["path"].removesuffix("/value")
    }
    assert changed.terms().where(name=found)["value"] == (new,)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("gain", "stands for 47 terms: 'outcome_pot'"),
        ("bed day", "'ft_price' \\(Price of a bed day\\)"),
        ("gian cap", "did you mean 'gain cap'"),
        ("", "no term or parameter is called ''"),
        ("the of a", "no term or parameter"),
        ("qqqqqqqqqqqqqqqqqqqqqqqqq ward zzzzzzzzzz", "nearest are '.*ward"),
    ],
)
def test_unclear_names_are_refused_and_others_offered(said: str, words: str) -> None:
    with pytest.raises(ob.BookError, match=words):
        ob.examples.mental_health_alliance().with_(said, "£1")


@pytest.mark.parametrize("name", ob.examples.names())
def test_names_of_terms_are_unique_and_every_term_has_a_unit(name: str) -> None:
    terms = ob.examples.book(name).terms()
    assert len(set(terms["name"])) == len(terms)
    assert all(terms["unit"])


def test_units_of_terms_are_what_their_formulas_come_to() -> None:
    terms = ob.examples.mental_health_alliance().terms()
    units = dict(zip(terms["name"], terms["unit"], strict=True))
    assert units["la_share"] == "%"
    assert units["la_price"] == "£ per placement month"
    assert units["la_activity.forecast"] == "placement months"
    assert units["la_activity.price"] == "£ per placement month"
    assert units["gain_pain.gain"] == "£"
    assert units["gain_pain.modifier_applies"] == "yes or no"
    assert units["costs.ft_ward.closes_below"] == "bed days"
    assert units["costs.ft_ward.notice"] == "months"
    assert units["cost_over_envelope.formula"] == "number"
    assert units["la_spending.deviation"] == "£"
    assert units["placement_demand.deviation"] == "number"
    assert units["referral_numbers.mean"] == "referrals"
    assert units["employment_missed.shocks.employment_rate.value"] == "number"
    assert units["ward_closes.shocks.ft_bed_days.value"] == "number"
    small = dict(zip(small_book().terms()["name"], small_book().terms()["unit"], strict=True))
    assert small["by_visit.quantity"] == "attendances"
    assert small["standing.amount"] == "£"


def test_terms_that_speak_of_something() -> None:
    book = small_book()
    assert book.terms("price")["name"] == ("price", "by_visit.price", "dear.shocks.price.value")
    assert book.terms("visit pri")["name"] == ("price", "by_visit.price")
    assert book.terms("FEE")["name"] == ("fee",)
    nothing = book.terms("prise of visits")
    assert len(nothing) == 0
    assert "none speaks of" in nothing.note
    assert ob.terms(book, "fee") == book.terms("fee")
    assert len(book.terms("  ")) == len(book.terms())


# -- units ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("la share", "£2m", "'la_share' .*found an amount of money, '£2m'; expected a percentage"),
        ("la share", 45, "found a number, '45'; expected a percentage such as '45%'"),
        ("employment rate", 45, "expected a percentage such as '45%'"),
        ("la price", "10%", "expected an amount in £ per placement month"),
        ("ward closes below", "£600", "expected a figure in bed days"),
        ("ward closes below", "60%", "expected a figure in bed days"),
        ("savings from year", "£2", "expected a number without a unit"),
        ("gain_pain.modifier_applies", "£1", "expected a condition"),
        ("la share", "+5%", "say the new value itself"),
        ("/parameters/la_share/value", "£2m", "expected a percentage"),
        ("la share", float("inf"), "finite"),
    ],
)
def test_figures_that_cannot_be_meant_are_refused(name: str, value: object, words: str) -> None:
    with pytest.raises(ob.BookError, match=words):
        ob.examples.mental_health_alliance().with_(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("la share", "45%"),
        ("la share", 0.45),
        ("la share", "ft_share"),
        ("la price", "£2,100"),
        ("la price", 2_100),
        ("baseline", "£13m"),
        ("savings from year", 3),
        ("tsa forecast", "1,000"),
        ("gain_pain.modifier_applies", "true"),
    ],
)
def test_figures_that_can_be_meant_are_taken(name: str, value: object) -> None:
    book = ob.examples.mental_health_alliance()
    assert book.with_(name, value) != book


def test_all_faults_of_several_changes_at_once() -> None:
    with pytest.raises(ob.BookError) as refused:
        small_book().with_all({"prise": 1, "fee": "50%", "/contrac/0": 1, "price": 300})
    assert [problem.code for problem in refused.value.problems] == ["unknown-name", "wrong-unit", "unknown-path"]


def test_a_path_that_is_no_term_is_put_as_before() -> None:
    assert small_book().with_("/title", "New").title == "New"
    assert small_book().with_("/parameters/price/name", "Fee of a visit").parameters[0].name == "Fee of a visit"
    with pytest.raises(ob.BookError, match="is no term"):
        small_book().with_("/title", "New", source="letter")


# -- months ---------------------------------------------------------------------------------------------------


def test_from_a_month_on_the_history_stays() -> None:
    book = small_book().with_("price", "£210", starts="2016-06", source="deed 1")
    assert prices(book) == [200, 200, 210, 210, 210, 210]
    term = book.parameters[0].value
    assert term is not None
    assert (term.value, term.source, term.unit) == ("200", "Sch 1", "£ per attendance")
    assert [(step.from_, step.value, step.source) for step in term.steps] == [("2016-06", "£210", "deed 1")]


def test_later_steps_are_replaced_and_earlier_ones_stay() -> None:
    book = small_book().with_("price", 210, starts="2016-05").with_("price", 230, starts="2016-08")
    assert prices(book) == [200, 210, 210, 210, 230, 230]
    assert prices(book.with_("price", 220, starts="2016-07")) == [200, 210, 210, 220, 220, 220]
    assert prices(book.with_("price", 220, starts="2016-05")) == [200, 220, 220, 220, 220, 220]


def test_for_some_months_what_would_have_been_holds_again() -> None:
    book = small_book().with_("price", 210, starts="2016-05").with_("price", 230, starts="2016-08")
    assert prices(book.with_("price", 100, starts="2016-06", ends="2016-06")) == [200, 210, 100, 210, 230, 230]
    assert prices(book.with_("price", 100, starts="2016-06", ends="2016-08")) == [200, 210, 100, 100, 100, 230]
    assert prices(book.with_("price", 100, starts="2016-06", ends="2016-07")) == [200, 210, 100, 100, 230, 230]
    assert prices(book.with_("price", 100, ends="2016-05")) == [100, 100, 210, 210, 230, 230]
    again = book.with_("price", 100, ends="2016-04", illustrative=True).parameters[0].value
    assert again is not None
    assert again.illustrative is True
    assert again.source == ""
    assert [(step.from_, step.value, step.source) for step in again.steps][:2] == [
        ("2016-05", "210", ""),
        ("2016-08", "230", ""),
    ]


def test_sources_travel_with_what_holds_again() -> None:
    book = small_book().with_("price", 100, starts="2016-05", ends="2016-06")
    term = book.parameters[0].value
    assert term is not None
    assert [(step.from_, step.value, step.source) for step in term.steps] == [
        ("2016-05", "100", ""),
        ("2016-07", "200", "Sch 1"),
    ]


def test_dates_formulas_and_short_terms() -> None:
    book = small_book().with_("standing.amount", "fee * 24", starts=datetime.date(2016, 7, 1))
    settled = book.settle({"visits": [0] * 6, "other": [0] * 6, "score": [0, 0]})
    assert [row["amount"] for row in settled.payments if row["clause"] == "standing"] == [1000] * 3 + [2000] * 3


def test_the_same_change_as_an_object_in_several_changes() -> None:
    change = ob.Change("£210", starts="2016-06", source="deed 1")
    assert small_book().with_("price", change) == small_book().with_("price", "£210", starts="2016-06", source="deed 1")
    assert prices(small_book().with_all({"price": change, "fee": "£5"})) == [200, 200, 210, 210, 210, 210]
    assert change.words == "£210 from 2016-06"
    with pytest.raises(ob.BookError, match="not both"):
        small_book().with_("price", change, starts="2016-07")


def test_source_and_illustrative_of_a_whole_value() -> None:
    term = small_book().with_("price", 250, source="letter", illustrative=True).parameters[0].value
    assert term == ob.Term(250, source="letter", illustrative=True, unit="£ per attendance")


@pytest.mark.parametrize(
    ("months", "codes"),
    [
        ({"starts": "2017-04"}, ["outside-calendar"]),
        ({"starts": "2016-13"}, ["wrong-period"]),
        ({"starts": "FY25", "ends": "soon"}, ["wrong-period", "wrong-period"]),
        ({"starts": "2016-06", "ends": "2016-05"}, ["outside-calendar"]),
        ({"ends": "2016-03"}, ["outside-calendar"]),
    ],
)
def test_months_that_cannot_be_meant(months: dict[str, str], codes: list[str]) -> None:
    with pytest.raises(ob.BookError) as refused:
        small_book().with_("price", 210, **months)  # type: ignore[arg-type]
    assert [problem.code for problem in refused.value.problems] == codes


def test_a_dated_value_has_no_steps_of_its_own() -> None:
    steps = {"value": 1, "steps": [{"from": "2016-05", "value": 2}]}
    with pytest.raises(ob.BookError, match="steps of its own"):
        small_book().with_("price", steps, starts="2016-06")
