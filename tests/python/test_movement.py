"""What moved between two settlements: every step worked out by hand, and the whole to the penny."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openbook as ob
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook import _json, movement
from openbook._states import STEPS, Side, between
from openbook.cli import main
from small import MONTHS, small_book

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "60")) // 3
D = Decimal

#: Known to June: 3 months of £1,000, of 110 visits at £200, and £1,000 * 0.5 for quality.
THEN = {"visits": [100] * 3 + [None] * 3, "other": [10] * 6, "score": ["0.5", "1"]}
#: Known to August, with one more visit in April.
NOW = {"visits": [101] + [100] * 4 + [None], "other": [10] * 6, "score": ["0.5", "1"]}
AT_JUNE = D(3 * 1000 + 3 * 110 * 200 + 500)


def months(values: dict[str, Any]) -> dict[str, Any]:
    """The visits by month, without the months that are not known."""
    visits = {month: value for month, value in zip(MONTHS, values["visits"], strict=True) if value is not None}
    return {**values, "visits": visits}


def june(book: ob.Book | None = None, **options: Any) -> ob.Settlement:
    return (book or small_book()).settle(months(THEN), as_at="2016-06", **options)


def august(book: ob.Book | None = None, **options: Any) -> ob.Settlement:
    return (book or small_book()).settle(months(NOW), as_at="2016-08", **options)


def changes(table: ob.Movement, party: str = "trust") -> dict[str, Decimal]:
    return {row["step"]: row["change"] for row in table.party(party)}


# -- by hand -----------------------------------------------------------------------------------------------------


def test_every_step_is_what_one_works_out_by_hand() -> None:
    last = june()
    dearer = small_book().with_("price", 210)
    shock = [{"on": "visits", "action": "scale", "value": "1.1"}]
    this = august(dearer, alternatives={"fee": "low"}, shocks=shock, posted=last)
    moved = this.versus(last)
    assert moved.steps == ("version", "revised data", "new months", "terms", "readings", "shocks")
    assert changes(moved) == {
        "version": 0,
        "revised data": 200,  # one visit in April
        # two months of block and of 110 visits, and two of three months of a quarter's fee on a planned score of 0.5
        "new months": 2 * 1000 + 2 * 110 * 200 + D("333.33"),
        "terms": 10 * (111 + 4 * 110),  # £10 more for every visit
        # £400 less a month, £400 * 0.5 less for the first quarter, two thirds of that for the second
        "readings": -400 * 5 - 200 - D("133.33"),
        "shocks": D("50.1") * 210,  # a tenth of 501 visits
    }
    assert {step: -amount for step, amount in changes(moved).items()} == changes(moved, "icb")
    rows = list(moved.party("The Trust"))
    assert rows[0]["before"] == AT_JUNE == last.position("trust")
    assert rows[-1]["after"] == this.position("trust") == D("129731.00")
    assert all(one["after"] == two["before"] for one, two in itertools.pairwise(rows))
    assert moved.check().where(party="trust").to_dicts() == [
        {"party": "trust", "last": AT_JUNE, "movement": D("60231.00"), "this": D("129731.00"), "difference": 0}
    ]


def test_the_clauses_behind_every_step() -> None:
    moved = august(small_book().with_("price", 210), alternatives={"fee": "low"}).versus(june())
    found = {(row["step"], row["clause"]): row["change"] for row in moved.by_clause("trust")}
    assert found == {
        ("revised data", "by_visit"): 200,
        ("new months", "standing"): 2000,
        ("new months", "by_visit"): 2 * 110 * 200,
        ("new months", "quality"): D("333.33"),
        ("terms", "by_visit"): 5510,
        ("readings", "standing"): -2000,
        ("readings", "quality"): D("-333.33"),
    }
    assert set(moved.by_clause("trust")["contract"]) == {"acute"}
    assert {row["party"] for row in moved.by_clause()} == {"icb", "trust"}
    for party in ("icb", "trust"):
        for step, amount in changes(moved, party).items():
            assert sum(row["change"] for row in moved.by_clause(party) if row["step"] == step) == amount


def test_the_reasons_are_told() -> None:
    shock = [{"on": "visits", "action": "add", "value": "5", "starts": "2016-08"}]
    moved = august(small_book().with_("price", 210), alternatives={"fee": "low"}, shocks=shock).versus(june())
    assert moved.revised.to_dicts() == [
        {"step": "revised data", "input": "visits", "month": "2016-04", "member": "", "before": 100, "after": 101}
    ]
    new = {(row["input"], row["month"]): row["after"] for row in moved.inputs.where(step="new months")}
    assert new == {
        (name, month): count for name, count in (("visits", 100), ("other", 10)) for month in ("2016-07", "2016-08")
    }
    # A bare value replaces what was sourced: its source goes with it.
    terms = {row["path"]: (row["before"], row["after"]) for row in moved.terms}
    assert terms == {"/parameters/0/value/value": ("200", "210"), "/parameters/0/value/source": ('"Sch 1"', "")}
    assert moved.readings.to_dicts() == [{"what": "alternative", "of": "fee", "before": "", "after": "low"}]
    (added,) = moved.shocks
    assert (added["what"], added["on"], added["value"], added["starts"]) == ("added", "visits", "5", "2016-08")
    assert moved.remarks == ()


def test_another_order_splits_the_same_movement_differently() -> None:
    this, last = august(small_book().with_("price", 210)), june()
    order = ("terms", "readings", "shocks", "revised data", "new months")
    moved = this.versus(last, order=order)
    assert moved.steps == ("version", *order)
    found = changes(moved)
    assert found["terms"] == 10 * 330  # on the visits as they were known
    assert found["revised data"] == 210
    assert found["new months"] == 2 * 1000 + 2 * 110 * 210 + D("333.33")
    assert sum(found.values()) == sum(changes(this.versus(last)).values())


def test_periods_of_the_movement() -> None:
    moved = august().versus(june())
    found = {(row["period"], row["step"]): row["change"] for row in moved.by("month") if row["party"] == "trust"}
    assert found["2016-04", "revised data"] == 200
    assert found["2016-07", "new months"] == 1000 + 22_000
    assert found["2016-08", "new months"] == 1000 + 22_000 + D("333.33")
    assert sum(found.values()) == sum(changes(moved).values())
    assert len(moved.by("year").where(party="trust")) == len(moved.steps)
    with pytest.raises(ob.BookError, match="found 'week', expected 'month', 'year' or 'term'"):
        moved.by("week")


# -- readings ----------------------------------------------------------------------------------------------------


def disputed(**clause: Any) -> ob.Book:
    """£100 a month by one reading, £150 by the other."""
    readings = [ob.Reading(name="words"), ob.Reading(name="intent", overrides={"amount": "£150"})]
    charge = ob.Payment(id="charge", amount=clause.pop("amount", "£100"), readings=readings, **clause)
    return small_book(contracts=[ob.Contract(id="c", payer="icb", payee="trust", clauses=[charge])], scenarios=[])


def test_a_reading_agreed_in_the_book_is_a_reading_and_no_term() -> None:
    last = disputed(provisional="words").settle(plan=True)
    moved = disputed(reading="intent").settle(plan=True).versus(last)
    assert changes(moved)["readings"] == 6 * 50
    assert changes(moved)["terms"] == 0
    assert len(moved.terms) == 0
    assert moved.readings.to_dicts() == [
        {"what": "reading", "of": "charge", "before": "words (provisional)", "after": "intent"}
    ]
    # Terms and reading at once: a dearer price by the words, then the other reading.
    both = disputed(amount="£120", reading="intent").settle(plan=True).versus(last)
    assert (changes(both)["terms"], changes(both)["readings"]) == (6 * 20, 6 * 30)
    asked = disputed(provisional="words").settle(plan=True, readings={"charge": "intent"}).versus(last)
    assert changes(asked)["readings"] == 300


def test_a_clause_that_gains_its_readings_with_the_terms() -> None:
    plain = ob.Payment(id="charge", amount="£100")
    before = small_book(contracts=[ob.Contract(id="c", payer="icb", payee="trust", clauses=[plain])], scenarios=[])
    moved = disputed().settle(plan=True, readings={"charge": "intent"}).versus(before.settle(plan=True))
    assert changes(moved)["terms"] == 300
    assert changes(moved)["readings"] == 0
    back = before.settle(plan=True).versus(disputed().settle(plan=True, readings={"charge": "intent"}))
    assert changes(back)["terms"] == -300


# -- what only one of the books has --------------------------------------------------------------------------------


def test_an_extended_calendar_comes_with_the_terms() -> None:
    """Six more months, of which the first is settled."""
    longer = small_book(calendar=ob.Calendar(start="2016-04", months=12))
    data = {"visits": {f"2016-{m:02d}": 100 for m in range(4, 11)}, "other": {f"2016-{m:02d}": 10 for m in range(4, 11)},
            "score": {"2016-04": "0.5", "2016-07": 1}}  # fmt: skip
    this = longer.settle(data, as_at="2016-10")
    moved = this.versus(june())
    # To September on the earlier calendar, which ends there; October with the terms that have one.
    assert changes(moved)["new months"] == 3 * 1000 + 3 * 110 * 200 + 1000
    assert changes(moved)["terms"] == 1000 + 22_000 + D("166.67")
    assert {row["step"] for row in moved.inputs if row["month"] == "2016-10"} == {"terms"}
    assert moved.check().where(party="trust")["movement"] == (this.position("trust") - AT_JUNE,)
    earlier = june().versus(this)
    assert sum(changes(earlier).values()) == AT_JUNE - this.position("trust")


def test_a_new_input_and_a_new_party_come_with_the_terms() -> None:
    book = small_book()
    inputs = [*book.inputs, ob.Input(id="nights", unit="nights")]
    parties = [*book.parties, ob.Party(id="charity", roles=["provider"])]
    ward = ob.Contract(
        id="ward",
        payer="icb",
        payee="charity",
        clauses=[ob.Activity(id="by_night", quantity="nights", price=ob.Term(50, unit="£ per night"))],
    )
    wider = book.replace(inputs=inputs, parties=parties, contracts=[*book.contracts, ward])
    data = months(NOW) | {"nights": {month: 7 for month in MONTHS[:5]}}
    this = wider.settle(data, as_at="2016-08")
    moved = this.versus(june())
    assert changes(moved, "charity") == {
        "version": 0,
        "revised data": 0,
        "new months": 0,
        "terms": 5 * 7 * 50,
        "readings": 0,
        "shocks": 0,
    }
    assert {row["step"] for row in moved.inputs if row["input"] == "nights"} == {"terms"}
    # And away again: a party that only the earlier book has.
    away = june().versus(this)
    assert changes(away, "charity")["terms"] == -3 * 7 * 50
    assert changes(away, "charity")["new months"] == -2 * 7 * 50
    assert list(away.party("charity"))[-1]["after"] == 0
    assert len(away.check()) == 3


def test_a_step_that_cannot_be_settled_alone_is_told_with_the_next() -> None:
    """The later book has no 'other': nobody knows its July and August, so they cannot be settled on the earlier terms."""

    def book(formula: str, *inputs: ob.Input) -> ob.Book:
        clause = ob.Activity(id="by_visit", quantity=formula, price="price")
        contract = ob.Contract(id="acute", payer="icb", payee="trust", clauses=[clause])
        return small_book(inputs=list(inputs), contracts=[contract], scenarios=[], drivers=[])

    visits, other = (ob.Input(id=name, unit="attendances") for name in ("visits", "other"))
    last = book("visits + other", visits, other).settle(
        {name: {m: n for m in MONTHS[:3]} for name, n in (("visits", 100), ("other", 10))}, as_at="2016-06"
    )
    this = book("visits", visits).settle({"visits": {month: 100 for month in MONTHS[:5]}}, as_at="2016-08")
    moved = this.versus(last)
    assert moved.steps == ("version", "revised data", "new months and terms", "readings", "shocks")
    assert changes(moved)["new months and terms"] == 5 * 100 * 200 - 3 * 110 * 200
    assert "'new months' cannot be settled alone" in moved.remarks[0]
    assert moved.remarks[0] in repr(moved)
    apart = this.versus(last, order=("terms", "revised data", "new months", "readings", "shocks"))
    assert changes(apart)["terms"] == -3 * 10 * 200
    assert changes(apart)["new months"] == 2 * 100 * 200
    assert apart.remarks == ()


def test_data_in_place_of_a_plan() -> None:
    """Settled on the plan at first (110 visits a month, score 0.5), on data later."""
    last = small_book().settle(plan=True, as_at="2016-06")
    this = small_book().settle(
        {"visits": [120] * 3 + [100] * 3, "other": [10] * 6, "score": ["0.5", "1"]}, as_at="2016-06"
    )
    moved = this.versus(last)
    assert changes(moved)["revised data"] == 3 * 20 * 200
    assert {row["before"] for row in moved.revised} == {"plan"}
    assert sum(changes(last.versus(this)).values()) == -12_000


def test_a_missing_value_that_is_supplied_later_is_revised_data() -> None:
    inputs = [ob.Input(id="visits", unit="attendances", may_be_missing=True)]
    clause = ob.Payment(id="by_visit", amount="price * or_else(visits, 2)")
    contract = ob.Contract(id="c", payer="icb", payee="trust", clauses=[clause])
    book = small_book(inputs=inputs, contracts=[contract], scenarios=[], drivers=[])
    last = book.settle({"visits": {"2016-04": 1, "2016-06": 1}}, as_at="2016-06")
    moved = book.settle({"visits": {"2016-04": 1, "2016-05": 3, "2016-06": 1}}, as_at="2016-06").versus(last)
    assert moved.revised.to_dicts() == [
        {"step": "revised data", "input": "visits", "month": "2016-05", "member": "", "before": "missing", "after": 3}
    ]
    assert changes(moved)["revised data"] == sum(changes(moved).values()) == 200


def test_going_back_in_time() -> None:
    assert sum(changes(june().versus(august())).values()) == AT_JUNE - august().position("trust")
    assert changes(june().versus(august()))["revised data"] == -200


def test_a_concession_is_a_term() -> None:
    """Without the concession that was made, what is practised is what is written."""
    book = ob.examples.joint_venture_outcomes()
    assert len(book.concessions) == 1
    last = book.settle(plan=True, disputes=False)
    this = book.replace(concessions=[]).settle(plan=True, disputes=False)
    moved = this.versus(last)
    credited = {row["party"]: row["difference"] for row in last.summary() if row["difference"]}
    assert credited
    assert {row["party"]: -row["change"] for row in moved if row["change"]} == credited
    assert {row["step"] for row in moved if row["change"]} == {"terms"}
    written = this.versus(last, basis="written")
    assert written.basis == "written"
    assert not any(row["change"] for row in written)


# -- releases ------------------------------------------------------------------------------------------------------


def other_release(settlement: ob.Settlement, more: Decimal) -> ob.Settlement:
    """As if an earlier release had come to more for the first visit's month."""
    data = _json.loads(settlement.to_json())
    entry = next(row for row in data["entries"] if row["clause"] == "by_visit" and row["basis"] == "practised")
    entry["amount"] = str(D(entry["amount"]) + more)
    for row in data["positions"]:
        if row["basis"] == "practised" and row["period"] == 0:
            row["amount"] = str(D(row["amount"]) + (more if row["party"] == "trust" else -more))
    return ob.Settlement(settlement.book, settlement.request, data=data, release="0.0.9")


def test_what_another_release_calculated_is_the_first_step() -> None:
    moved = august().versus(other_release(june(), D("0.01")))
    assert changes(moved)["version"] == D("-0.01")
    assert changes(moved)["revised data"] == 200
    assert "calculated by openbook 0.0.9" in str(moved.explain("trust"))
    assert moved.check().where(party="trust")["last"] == (AT_JUNE + D("0.01"),)


def test_a_later_settlement_of_another_release_ends_with_a_step_of_its_own() -> None:
    moved = other_release(august(), D("0.02")).versus(june())
    assert moved.steps[-1] == "version of this"
    assert changes(moved)["version of this"] == D("0.02")
    assert "calculated by openbook 0.0.9" in moved.remarks[0]
    assert moved.check().where(party="trust")["this"] == (august().position("trust") + D("0.02"),)


def test_a_settlement_that_contradicts_its_own_ledger_does_not_add_up() -> None:
    last = june()
    data = _json.loads(last.to_json())
    for row in data["positions"]:
        row["amount"] = str(D(row["amount"]) + 1)
    with pytest.raises(ob.DataError, match="the movement does not add up"):
        august().versus(ob.Settlement(last.book, last.request, data=data)).check()


# -- what is refused -------------------------------------------------------------------------------------------------


def test_different_contracts_are_refused() -> None:
    with pytest.raises(ob.BookError, match="a settlement of 'small' .*, last one of 'third_sector_cash'"):
        june().versus(ob.examples.third_sector_cash().settle(plan=True))


def test_options_that_are_none() -> None:
    with pytest.raises(ValueError, match="no step 'term'; did you mean 'terms'"):
        june().versus(june(), order=("term",))
    with pytest.raises(ValueError, match="expected each of revised data, new months"):
        june().versus(june(), order=STEPS[:4])
    with pytest.raises(ValueError, match="found 'written_world', expected 'practised' or 'written'"):
        june().versus(june(), basis="written_world")
    with pytest.raises(ob.BookError, match="did you mean 'trust'"):
        june().versus(june()).by_clause("trsut")


# -- every book, any change ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["third_sector_cash", "joint_venture_outcomes", "alliance_precedence"])
def test_states_that_change_nothing_settle_to_what_they_started_from(name: str) -> None:
    """The mixture of nothing from one side and everything from the other is each side itself."""
    book = ob.examples.book(name)
    middle = ob.examples.book(name).calendar
    until = f"{int(middle.start[:4]) + (int(middle.start[5:]) + 4) // 12}-{(int(middle.start[5:]) + 4) % 12 + 1:02d}"
    last, this = book.settle(plan=True, as_at=until, disputes=False), book.settle(plan=True, disputes=False)
    old, new = Side.of(last), Side.of(this)
    assert ob.Settlement(*between(old, new, frozenset())).payments == last.payments
    assert ob.Settlement(*between(old, new, frozenset(STEPS))).payments == this.payments
    assert ob.Settlement(*between(old, new, frozenset(["new months"]))).payments == this.payments


settlements = st.fixed_dictionaries(
    {
        "price": st.sampled_from([200, 210, 250]),
        "fee": st.sampled_from(["£1,000", "£700"]),
        "visits": st.lists(st.integers(0, 150), min_size=6, max_size=6),
        "score": st.sampled_from(["0.5", "0.75"]),
        "known": st.integers(1, 6),
        "low": st.booleans(),
        "shock": st.sampled_from([None, "busy", "dear"]),
        "plan": st.booleans(),
    }
)


def made(given: dict[str, Any]) -> ob.Settlement:
    fee = {"value": given["fee"], "alternatives": [{"name": "low", "value": "£600"}]}
    book = small_book().with_all({"price": given["price"], "/parameters/fee/value": fee})
    data = {
        "visits": dict(zip(MONTHS, given["visits"], strict=True)),
        "other": [10] * 6,
        "score": [given["score"], "1"],
    }
    options = {"as_at": MONTHS[given["known"] - 1], "alternatives": {"fee": "low"} if given["low"] else None}
    if given["plan"]:
        del data["other"]
    return book.settle(data, plan=given["plan"], shocks=given["shock"], disputes=False, **options)


def expected(given: dict[str, Any]) -> Decimal:
    """The trust's position, worked out without the engine."""
    fee = D(600) if given["low"] else D(given["fee"].strip("£").replace(",", ""))
    price = D(given["price"] + (10 if given["shock"] == "dear" else 0))
    factor = D("1.1") if given["shock"] == "busy" else D(1)
    visits = given["visits"][: given["known"]]
    total = fee * given["known"]
    total += sum(((v * factor + 10) * price).quantize(D("0.01")) for v in visits)
    for quarter in range(2):
        passed = min(3, max(0, given["known"] - 3 * quarter))
        score = (D(given["score"]), D(1))[quarter] if passed == 3 else D("0.5")
        total += (fee * score * passed / 3).quantize(D("0.01"), rounding="ROUND_HALF_UP")
    return total


@given(before=settlements, after=settlements, order=st.permutations(STEPS))
@settings(max_examples=max(10, EXAMPLES), deadline=None)
def test_any_change_in_any_order_adds_up_and_every_step_is_its_own(
    before: dict[str, Any], after: dict[str, Any], order: list[str]
) -> None:
    moved = movement.versus(made(after), made(before), order=order)
    parts = {
        "revised data": ("visits", "score", "plan"),
        "new months": ("known",),
        "terms": ("price", "fee"),
        "readings": ("low",),
        "shocks": ("shock",),
    }
    state = dict(before)
    assert moved.remarks == ()
    assert changes(moved)["version"] == 0
    both = min(before["known"], after["known"])
    for step in order:
        state |= {name: after[name] for name in parts[step]}
        # Only months that both cover are revised; of the others there is one value, whichever settlement has it.
        mixed = dict(state)
        first = after if "revised data" in order[: order.index(step) + 1] else before
        longer = after if after["known"] > before["known"] else before
        mixed["visits"] = first["visits"][:both] + longer["visits"][both:]
        quarter = first if both >= 3 else longer
        mixed["score"] = quarter["score"]
        (row,) = moved.where(party="trust", step=step)
        assert row["after"] == expected(mixed), step
    assert all(row["difference"] == 0 for row in moved.check())
    assert moved.party("trust")["after"][-1] == made(after).position("trust")


# -- shown and kept ----------------------------------------------------------------------------------------------------


def test_the_display_has_the_same_words_in_text_and_html() -> None:
    moved = august(small_book().with_("price", 210), alternatives={"fee": "low"}).versus(june())
    text, page = repr(moved), moved._repr_html_()
    for words in ("69,500.00", "5,510.00", "-2,333.33", "Terms that differ", "/parameters/0/value/value", "alternative",
                  "visits", "2016-04", "Bridge of", "another order splits"):  # fmt: skip
        assert words in text and words in page
    drawing = moved.svg("The Trust")
    assert ElementTree.fromstring(drawing).tag.endswith("svg")
    assert "Movement of The Trust (£), from £69,500.00 to £119,210.00" in drawing
    assert "in all" in drawing
    still = repr(june().versus(june()))
    assert "no position moved" in still


def test_the_explanation_adds_up_and_is_drawn() -> None:
    moved = august(small_book().with_("price", 210)).versus(june())
    tree = moved.explain("trust")
    assert tree.amount == sum(changes(moved).values())
    for node in tree.walk():
        if node.children:
            assert sum(child.amount for child in node.children) == node.amount
    assert "differ: 2 × part of the book" in str(tree) and "from £69,500.00" in str(tree)
    axes = ob.plotting.bridge(tree)
    assert [label.get_text() for label in axes.get_yticklabels()][:2] == [
        "revised data",
        "new months",
    ]  # steps of nothing are left out


def test_one_row_per_party() -> None:
    moved = august().versus(june())
    row = moved.table().where(party="trust").to_dicts()[0]
    assert list(row) == ["party", "last", *moved.steps, "this"]
    assert row["last"] + sum(row[step] for step in moved.steps) == row["this"]


def test_a_movement_is_a_frozen_value() -> None:
    moved = august().versus(june())
    assert moved == august().versus(june()) and hash(moved) == hash(august().versus(june()))
    again = pickle.loads(pickle.dumps(moved))
    assert again == moved and again.explain("trust") == moved.explain("trust") and again.remarks == moved.remarks
    with pytest.raises(AttributeError):
        moved.basis = "written"  # type: ignore[misc]
    assert moved.about["last_as_at"] == "2016-06" and moved.about["as_at"] == "2016-08"


def test_last_may_be_a_file(tmp_path: Path) -> None:
    june().save(tmp_path / "m03.openbook")
    assert august().versus(tmp_path / "m03.openbook") == august().versus(june())
    assert august().versus(str(tmp_path / "m03.openbook")) == august().versus(june())


# -- the command line --------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    june().save(tmp_path / "m03.openbook")
    august(small_book().with_("price", 210)).save(tmp_path / "m05.openbook")
    return [str(tmp_path / "m03.openbook"), str(tmp_path / "m05.openbook")]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(stop.value.code or 0), printed.out, printed.err


def test_the_command_line_tells_the_movement(
    files: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "versus", *files)
    assert (code, err) == (0, "")
    assert "5,510.00" in out and "Terms that differ" in out
    code, out, _ = run(capsys, "versus", *files, "--json")
    found = json.loads(out)
    amounts = {row["step"]: row["change"] for row in found["movement"] if row["party"] == "trust"}
    assert amounts["terms"] == "5510.00" and amounts["revised data"] == "200.00"
    assert [row["input"] for row in found["inputs"] if row["step"] == "revised data"] == ["visits"]
    assert set(found) == {"movement", "inputs", "terms", "readings", "shocks", "remarks", "about"}
    _, out, _ = run(capsys, "versus", *files, "--party", "trust")
    assert re.search(r"terms: £5,510.00", out)
    _, out, _ = run(capsys, "versus", *files, "--party", "trust", "--json")
    assert {row["clause"] for row in json.loads(out)} == {"standing", "by_visit", "quality"}
    _, out, _ = run(capsys, "versus", *files, "--every", "month", "--json")
    assert {row["period"] for row in json.loads(out)} == set(MONTHS[:5])
    order = "terms,revised data,new months,readings,shocks"
    _, out, _ = run(capsys, "versus", *files, "--order", order, "--json", "--save", str(tmp_path / "v.openbook"))
    assert {r["step"]: r["change"] for r in json.loads(out)["movement"] if r["party"] == "trust"}["terms"] == "3300.00"
    _, out, _ = run(capsys, "read", str(tmp_path / "v.openbook"), "--recalculate")
    assert "3,300.00" in out


def test_the_command_line_refuses_as_it_should(
    files: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "versus", *files, "--order", "term")[0] == 2
    assert run(capsys, "versus", *files, "--basis", "hoped")[0] == 2
    assert run(capsys, "versus", files[0], str(tmp_path / "absent"))[0] == 2
    (tmp_path / "other").write_text("party,amount", encoding="utf-8")
    code, out, err = run(capsys, "versus", files[0], str(tmp_path / "other"))
    assert (code, out) == (4, "")
    assert "expected a file written by save" in err
    ob.examples.third_sector_cash().settle(plan=True).save(tmp_path / "cash")
    assert run(capsys, "versus", files[0], str(tmp_path / "cash"))[0] == 3


def test_the_command_line_keeps_and_shows_every_kind(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small_book().write(tmp_path / "b.json")
    book, kept = str(tmp_path / "b.json"), str(tmp_path / "r")
    assert run(capsys, "settle", book, "--plan", "--save", kept)[0] == 0
    assert "139,100" in run(capsys, "read", kept)[1] or "139,000" in run(capsys, "read", kept)[1]
    assert json.loads(run(capsys, "read", kept, "--json")[1])["book"] == "small"
    assert run(capsys, "simulate", book, "--scenarios", "100", "--save", kept, "--draws")[0] == 0
    assert ob.read_result(kept).holds_draws
    assert json.loads(run(capsys, "read", kept, "--json")[1])["draws"] == 100
    assert run(capsys, "stress", book, "--save", kept)[0] == 0
    assert {row["scenario"] for row in json.loads(run(capsys, "read", kept, "--json")[1])} == {
        "Busy",
        "Dear",
        "combined",
    }
    assert run(capsys, "compare", f"a={book}", f"b={book}", "--scenarios", "100", "--save", kept)[0] == 0
    assert isinstance(ob.read_result(kept), ob.Comparison)
    code, _, err = run(capsys, "settle", book, "--plan", "--posted", kept)
    assert code == 4 and "found a Comparison, expected a Settlement" in err


def test_members_of_a_dimension_are_revised_one_by_one() -> None:
    """Two currencies at £10 and £3; a third month comes, and one spell of one currency in the first."""
    members = ["hrg_a", "hrg_b"]
    book = ob.Book.from_json(
        {
            "format": 1, "id": "tariff", "calendar": {"start": "2024-04", "months": 3},
            "dimensions": [{"id": "currency", "members": members}],
            "parties": [{"id": "icb"}, {"id": "trust"}],
            "inputs": [{"id": "spells", "unit": "spells", "dimension": "currency", "plan": 10}],
            "parameters": [{"id": "price", "dimension": "currency", "value": {"value": 0, "unit": "£ per spell"},
                            "members": {"hrg_a": "10", "hrg_b": "3"}}],
            "contracts": [{"id": "acute", "payer": "icb", "payee": "trust",
                           "clauses": [{"id": "at_tariff", "kind": "activity", "quantity": "spells", "price": "price"}]}],
        }
    )  # fmt: skip
    last = book.settle({"spells": [5, 7, 5, 7, None, None]}, as_at="2024-05")
    moved = book.settle({"spells": [5, 8, 5, 7, 1, 2]}, as_at="2024-06").versus(last)
    assert changes(moved)["revised data"] == 3
    assert changes(moved)["new months"] == 1 * 10 + 2 * 3
    assert moved.revised.to_dicts() == [
        {"step": "revised data", "input": "spells", "month": "2024-04", "member": "hrg_b", "before": 7, "after": 8}
    ]
    # Another member in the later book: its cells come with the terms.
    wider = json.loads(book.to_json())
    wider["dimensions"][0]["members"] = [*members, "hrg_c"]
    wider["parameters"][0]["members"]["hrg_c"] = "100"
    this = ob.Book.from_json(wider).settle({"spells": [5, 8, 1, 5, 7, 1, 1, 2, 1]}, as_at="2024-06")
    assert changes(this.versus(last))["terms"] == 300
    assert {row["step"] for row in this.versus(last).inputs if row["member"] == "hrg_c"} == {"terms"}
