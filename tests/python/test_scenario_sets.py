"""The standard sets: what they are, what they find in books, and what that comes to."""

from __future__ import annotations

import json
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from openbook.cli import main
from openbook.scenarios.finding import BROAD_SETS, looked_for
from small import small_book

SETS = (
    "budgets",
    "case_a",
    "case_b",
    "case_c",
    "demand_surge",
    "inflation",
    "late_data",
    "pandemic",
    "partner_exit",
    "payment_forms",
    "savings_slip",
    "tariff_rebasing",
    "winter",
)


def test_every_set_has_a_story_and_every_scenario_a_source() -> None:
    assert ob.scenarios.names() == SETS
    for name in SETS:
        found = ob.scenarios.standard(name)
        assert found.id == name and found.name and found.narrative
        for scenario in found.scenarios:
            assert scenario.name and scenario.narrative and scenario.source
            assert scenario.illustrative or scenario.source.startswith("research")
    table = ob.scenarios.sets()
    assert set(table["set"]) == set(SETS) and all(table["narrative"])
    with pytest.raises(ob.BookError, match="did you mean 'winter'"):
        ob.scenarios.standard("wintr")


def test_a_surge_finds_what_is_counted() -> None:
    table = small_book().stress("demand_surge")
    # Visits and the others, 110 a month at £200; the fee and the score are no counts.
    by_name = {row["scenario"]: row["change"] for row in table if row["party"] == "trust"}
    assert by_name["A surge of 5%"] == 6 * 110 * 200 * D("0.05")
    assert by_name["Demand 15% above plan"] == 6 * 110 * 200 * D("0.15")
    # Over eleven months from nothing in the first: in the book's six months 0 to 5 elevenths of a tenth.
    assert by_name["A surge that grows over a year and stays"] == pytest.approx(D(22_000) * D(15) / 110, abs=D("0.05"))
    assert "combined" not in by_name
    assert table.receipt["what"][0] == "Visits, type 1, other"


def test_prices_costs_and_what_follows_from_them() -> None:
    book = small_book(
        parameters=[
            *small_book().parameters,
            ob.Parameter(id="double_price", value=ob.Term("2 * price", unit="£ per attendance")),
            ob.Parameter(id="visit_cost", value=ob.Term(50, unit="£ per attendance")),
        ],
        finances={
            "costs": [
                {
                    "id": "visiting",
                    "kind": "variable",
                    "party": "trust",
                    "to": "icb",
                    "quantity": "visits",
                    "rate": "visit_cost",
                }
            ]
        },
    )
    # The dear price follows from the price; the cost of a visit is a cost.
    assert ob.scenarios.receipt(book, "tariff_rebasing/prices_down_4")["what"] == ("Price of a visit", "")
    assert ob.scenarios.receipt(book, "inflation/sudden")["found"] == (0, 1)
    assert book.stress("inflation/sudden").where(party="trust")["change"] == (D(-6 * 100 * 50) * D("0.05"),)


def test_a_cost_that_is_an_amount_given_from_outside_moves_once() -> None:
    """The input and the cost that repeats it are both found; 5% dearer is 5% dearer."""
    book = ob.examples.alliance_collar()
    receipt = ob.scenarios.receipt(book, "inflation/sudden")
    assert receipt["found"] == (1, 0) and "moves with actual_cost" in receipt["note"][1]

    def costs(**options: Any) -> D:
        ledger = book.settle(plan=True, disputes=False, **options).payments
        return sum((row["amount"] for row in ledger if row["kind"] == "cost"), D(0))

    assert costs(shocks="inflation/sudden") == costs() * D("1.05")
    own = {"on": "care_cost", "action": "scale", "value": "1.05"}  # said by name it is done, whatever else there is
    assert costs(shocks=[{"on": "actual_cost", "action": "scale", "value": "1.05"}, own]) == costs() * D("1.1025")
    mixed = ob.examples.mental_health_alliance()
    before, after = (mixed.settle(plan=True, disputes=False, shocks=s).payments for s in (None, "inflation/sudden"))
    totals = [sum(row["amount"] for row in ledger if row["kind"] == "cost") for ledger in (before, after)]
    assert totals[1] == pytest.approx(totals[0] * D("1.05"), abs=D("1"))


#: In how many of the books that ship each set finds something, at least: what they say, not what one might wish.
LEAST = {
    "demand_surge": 69,
    "winter": 52,
    "pandemic": 89,
    "inflation": 87,
    "late_data": 105,
    "savings_slip": 15,
    "partner_exit": 105,
    "tariff_rebasing": 72,
}


def test_every_set_finds_what_the_shipped_books_say() -> None:
    assert set(LEAST) == set(BROAD_SETS)
    found = {name: looked_for(ob.examples.book(name)) for name in ob.examples.names()}
    for one, least in LEAST.items():
        books = [name for name, sets in found.items() if any(sets[one].values())]
        assert len(books) >= least, one
        # What a set looks for somewhere is found somewhere: no selector is dead.
        for words in found["third_sector_cash"][one]:
            assert any(sets[one][words] for sets in found.values()), (one, words)
    saved = {name for name, sets in found.items() if any(sets["savings_slip"].values())}
    assert {"residential_flow", "savings_targets", "business_case_portfolio"} <= saved
    # A road has no winter beds and saves nothing; its receipt says so.
    road = ob.scenarios.receipt(ob.examples.toll_road_guarantee(), "savings_slip")
    assert set(road["found"]) == {0} and all(note == "found nothing to act on" for note in road["note"])


def test_tags_are_among_the_words() -> None:
    tagged = ob.examples.winter_and_pandemic()
    [agency] = [item for item in tagged.inputs if item.id == "agency_price"]
    assert list(agency.tags) == ["cost"]
    # What staff cost is a cost, not a price that a tariff sets anew.
    assert "Agency price of a day" not in ob.scenarios.receipt(tagged, "tariff_rebasing/prices_down_4")["what"][0]
    assert "Agency price of a day" in ob.scenarios.receipt(tagged, "inflation/sudden")["what"][0]
    surge = ob.examples.surge_relaxed_to_marginal_rate()
    assert ob.scenarios.receipt(surge, "winter/hard_winter")["what"][0] == "Cases treated"
    billed = ob.scenarios.receipt(ob.examples.tariff_converted_to_block(), "demand_surge/surge_5")
    assert billed["found"] == (0, 1) or billed["found"] == (1, 1)
    assert billed["what"][1] == "Activity at tariff as billed"


def test_partners_leave_one_at_a_time() -> None:
    table = ob.examples.mental_health_alliance().stress("partner_exit/provider_leaves")
    assert [name.partition(": ")[2] for name in dict.fromkeys(table["scenario"])] == [
        "Local Authority",
        "Mental Health NHS Foundation Trust",
        "Third-sector provider A",
        "Third-sector provider B",
    ]
    own = table.where(scenario="A provider leaves: Third-sector provider A", party="third_sector_a")["change"][0]
    assert own < 0


def test_what_finds_nothing_says_so() -> None:
    table = small_book().stress("winter")
    found = table.receipt.where(scenario="A hard winter")
    assert found["found"] == (0, 0) or found["found"] == (2, 0)
    assert "found nothing to act on" in found["note"][-1]
    settled = small_book().settle(plan=True, shocks="savings_slip/none")
    assert {row["code"] for row in settled.warnings if "nothing in the book" in row["message"]} == {
        "shock-found-nothing"
    }
    with pytest.raises(ob.BookError) as wrong:
        small_book().stress("winter/mild")
    assert "hard_winter" in wrong.value.problems[0].message


def test_tags_roles_and_words_choose() -> None:
    inputs = [item.replace(tags=["saving"]) if item.id == "other" else item for item in small_book().inputs]
    book = small_book(inputs=inputs)

    def found(**selector: Any) -> str:
        return ob.scenarios.receipt(book, {"select": {"kind": "input", **selector}, "value": 2})["what"][0]

    assert found(tags=["saving"]) == "other"
    assert found(units=["attend*"]) == found(units=["attendances"]) == "Visits, type 1, other"
    assert found(words=["visit"], without=["type"]) == ""
    assert found(units=["number"]) == "score"
    party = {"select": {"kind": "party", "roles": ["provider"], "legal": ["statutory"]}, "action": "withdrawal"}
    assert ob.scenarios.receipt(book, {**party, "starts": "2016-06"})["found"] == (3,)
    drivers = {"select": {"kind": "driver", "words": ["visit"]}, "value": "1.1"}
    assert ob.scenarios.receipt(book, drivers)["what"] == ("demand",)


@pytest.mark.parametrize("name", ["third_sector_cash", "step_down", "better_care_fund", "capitation_of_over_65s"])
def test_every_set_applies_to_books_that_it_was_not_made_for(name: str) -> None:
    book = ob.examples.book(name)
    for one in SETS:
        assert len(ob.scenarios.receipt(book, one)) > 0


# -- on the command line, and in lint ---------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "book.json"
    small_book().write(path)
    code, out, _ = run(capsys, "stress", str(path), "--set", "demand_surge", "--set", "price=100", "--json")
    rows = json.loads(out)
    assert code == 0 and rows[1]["scenario"] == "A surge of 5%" and {r["change"] for r in rows} >= {"3300.00"}
    code, out, _ = run(capsys, "stress", str(path), "--set", "winter", "--receipt")
    assert code == 0 and "found nothing to act on" in out
    code, out, _ = run(capsys, "stress", str(path), "--attribution", "trust")
    assert code == 0 and "interaction" in out and "Change: +19,200.00" in out
    code, out, _ = run(capsys, "stress", str(path), "--attribution", "trust", "--shapley", "--json")
    found = json.loads(out)["attribution"]
    assert {(r["scenario"], r["shock"]): r["amount"] for r in found}[("combined", "Busy")] == "12300.00"
    code, out, _ = run(capsys, "settle", str(path), "--plan", "--scenario", "demand_surge/surge_5", "--json")
    assert code == 0
    assert run(capsys, "stress", str(path), "--set", "wintr")[0] == ob.ExitCode.BOOK
    shocks = tmp_path / "s.json"
    shocks.write_text('[{"on": "visits"}]')
    code, _, err = run(capsys, "stress", str(path), "--shocks", str(shocks))
    assert code == ob.ExitCode.BOOK and "/scenarios/0/shocks/0/value" in err


def test_lint_finds_scenarios_that_do_nothing() -> None:
    def linted(*shocks: Any) -> list[tuple[str, str]]:
        book = small_book(scenarios=[ob.Scenario(id="s", shocks=list(shocks))])
        codes = ("scenario-not-applicable", "shock-finds-nothing", "scenario-without-effect")
        return [(row["code"], row["path"]) for row in book.lint() if row["code"] in codes]

    assert linted(ob.Shock(on="visits", value="1.1")) == []
    assert linted(ob.Shock(on="visits", value=1)) == [("scenario-without-effect", "/scenarios/0")]
    assert linted(ob.Shock(on="visits", value=2, starts="2019-01")) == [("scenario-without-effect", "/scenarios/0")]
    assert linted(ob.Shock(on="demand.deviation", value=2)) == []
    assert linted(ob.Shock(on="/contracts/acute/clauses/gone/price", value=2)) == [
        ("scenario-not-applicable", "/scenarios/0/shocks/0/on")
    ]
    nothing = ob.Shock(select=ob.Selector(tags=["saving"]), value=2)
    assert linted(nothing) == [("shock-finds-nothing", "/scenarios/0"), ("scenario-without-effect", "/scenarios/0")]
