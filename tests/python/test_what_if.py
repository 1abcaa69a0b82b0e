"""What changes would move: singly, together and beyond their sum, for every party and clause, to the penny."""

from __future__ import annotations

import json
import os
import pickle
import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openbook as ob
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbook.cli import main
from small import small_book

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
LINES = ("price", "visits", "interaction", "all together")


def waived() -> ob.Book:
    """The small book, where in practice half of what is due for visits is waived."""
    concession = ob.Concession(id="half", concession="waive", on="by_visit", fraction="50%", limit="£1m")
    return small_book(concessions=[concession])


def column(found: ob.WhatIf, party: str, basis: str = "practised") -> list[Decimal]:
    return [found.difference(party, change=line, basis=basis) for line in dict.fromkeys(found["change"])]


# -- terms and inputs -----------------------------------------------------------------------------------------
# 110 visits a month at £200 for six months. Price + £10: 110 * 10 * 6 = £6,600. Visits + 10%: 10 * 200 * 6 = £12,000.
# Both: (120 * 210 - 110 * 200) * 6 = £19,200, so that £600 = 10 * 10 * 6 come from both together.


def test_singles_interaction_and_together() -> None:
    found = small_book().what_if({"price": "£210", "visits": "+10%"}, DATA)
    assert tuple(dict.fromkeys(found["change"])) == LINES
    assert column(found, "trust") == [6600, 12000, 600, 19200]
    assert column(found, "icb") == [-6600, -12000, -600, -19200]
    assert column(found, "trust", "written") == [6600, 12000, 600, 19200]
    first = next(iter(found))
    assert (first["before"], first["after"]) == (-139_500, -146_100)  # 6,000 block + 132,000 visits + 1,500 quality
    beyond = next(row for row in found if row["change"] == "interaction")
    assert (beyond["before"], beyond["after"]) == (None, None)


def test_written_and_practised_are_moved_apart() -> None:
    found = waived().what_if({"price": "£210", "visits": "+10%"}, DATA)
    assert column(found, "trust") == [3300, 6000, 300, 9600]
    assert column(found, "trust", "written") == [6600, 12000, 600, 19200]
    assert "Difference, written" in repr(found)


def test_by_clause_adds_up() -> None:
    found = small_book().what_if({"price": "£210", "fee": "£2,000"}, DATA)
    trust = [row for row in found.clauses if (row["party"], row["basis"]) == ("trust", "practised")]
    assert {(row["change"], row["clause"], row["difference"]) for row in trust} == {
        ("price", "by_visit", 6600),
        ("fee", "standing", 6000),
        ("fee", "quality", 1500),
        ("all together", "by_visit", 6600),
        ("all together", "standing", 6000),
        ("all together", "quality", 1500),
    }
    assert {row["contract"] for row in trust} == {"acute"}


def test_one_change_stands_alone() -> None:
    found = small_book().what_if({"price": "£210"}, DATA)
    assert set(found["change"]) == {"price"}
    assert found.difference("The Trust") == 6600
    assert list(found.settlements) == ["base", "price"]
    assert found.after.book == small_book().with_("price", "£210")
    assert found.changes.to_dicts() == [
        {"change": "price", "what": "term", "path": "/parameters/0/value", "before": "200", "after": "£210"}
    ]


def test_only_together() -> None:
    found = small_book().what_if({"price": "£210", "visits": "+10%"}, DATA, singly=False)
    assert set(found["change"]) == {"all together"}
    assert found.difference("trust") == 19200


def test_by_period_and_from_a_month_on() -> None:
    change = ob.Change("£210", starts="2016-08")
    found = small_book().what_if({"price": change}, DATA, every="month")
    trust = [row for row in found if (row["party"], row["basis"]) == ("trust", "practised")]
    assert [row["difference"] for row in trust] == [0, 0, 0, 0, 1100, 1100]
    assert found.difference("trust", period=trust[4]["period"]) == 1100
    assert found.difference("trust") == 2200
    assert found.changes["after"] == ("£210 from 2016-08",)


@pytest.mark.parametrize(
    ("moved", "difference"),
    [
        ("+10%", 12_000),
        ("-10%", -12_000),
        ("x1.5", 60_000),
        ("× 0", -120_000),
        ("+5", 6_000),
        ("-5", -6_000),
        (ob.Change("+10%", starts="2016-09"), 2_000),
        (ob.Change("+10%", ends="2016-05"), 4_000),
        ([ob.Shock(on="visits", action="set", value=0)], -120_000),
        ({"on": "visits", "action": "scale", "value": "1.1"}, 12_000),
    ],
)
def test_inputs_are_moved_in_the_data(moved: Any, difference: int) -> None:
    assert small_book().what_if({"visits": moved}, DATA).difference("trust") == difference


def test_inputs_by_title_and_in_pounds() -> None:
    assert small_book().what_if({"Visits, type 1": "+10%"}, DATA).difference("trust") == 12_000
    assert small_book().what_if({"input visits": "+10%"}, DATA).difference("trust") == 12_000
    book = ob.read_book(
        {
            "format": 1,
            "id": "pounds",
            "calendar": {"start": "2024-04", "months": 3},
            "parties": [{"id": "icb"}, {"id": "trust"}],
            "inputs": [{"id": "spend", "unit": "£", "plan": "£100"}],
            "contracts": [
                {
                    "id": "c",
                    "payer": "icb",
                    "payee": "trust",
                    "clauses": [{"id": "passed", "kind": "payment", "amount": "spend"}],
                }
            ],
        }
    )
    assert book.what_if({"spend": "+£10"}).difference("trust") == 30
    assert book.what_if({"spend": "-£10"}).difference("trust") == -30
    assert book.what_if({"spend": "+10"}).difference("trust") == 30


def test_the_base_may_be_shocked_too() -> None:
    shocks = [{"on": "visits", "action": "scale", "value": "2"}]
    found = small_book().what_if({"price": "£210", "visits": "+10%"}, DATA, shocks=shocks)
    # 210 visits a month: + £10 is 12,600; + 10% of 200 is 20 * 200 * 6 = 24,000; both 1,200 more.
    assert column(found, "trust") == [12_600, 24_000, 1_200, 37_800]


# -- readings, books ------------------------------------------------------------------------------------------


def test_readings_and_terms_together() -> None:
    form = ob.quick.reopener("£12m")
    changes = {"reading of reopener": "cliff", "threshold": "5%"}
    found = form.what_if(changes, "£13.5m")
    # Excess of £13.5m over 110% is 0.3; the cliff pays 1.5, so + 1.2. Over 105% it is 0.9: + 0.6. Both: 1.5 - 0.3.
    assert column(found, "provider") == [1_200_000, 600_000, -600_000, 1_200_000]
    assert found.changes["before"] == ("excess_only (provisional)", "10%")


def test_a_reading_that_is_changed_wins_over_one_that_is_chosen() -> None:
    form = ob.quick.reopener("£12m")
    found = form.what_if({"reading of reopener": "cliff"}, "£13.5m", readings={"reopener": "declined"})
    assert found.difference("provider") == 1_500_000


def test_another_book() -> None:
    other = small_book().with_("price", 210).replace(title="Offer")
    found = small_book().what_if(other, DATA)
    assert set(found["change"]) == {"other book: Offer"}
    assert found.difference("trust") == 6600
    assert small_book().what_if({"their offer": other}, DATA).difference("trust", change="their offer") == 6600
    block, tariff = ob.quick.block("£20m"), ob.quick.cost_per_case("£2,000")
    assert block.what_if(tariff, 9_000).difference("provider") == -2_000_000


def test_parties_that_only_one_book_has() -> None:
    joined = small_book().replace(
        parties=[*small_book().parties, ob.Party(id="charity", roles=["provider"])],
        contracts=[
            *small_book().contracts,
            ob.Contract(id="grant", payer="icb", payee="charity", clauses=[ob.Block(id="gift", amount="£1,200")]),
        ],
    )
    found = small_book().what_if(joined, DATA)
    assert found.difference("charity") == 600
    assert found.difference("icb") == -600


# -- the shipped alliance -------------------------------------------------------------------------------------


def test_the_gain_cap_of_the_alliance() -> None:
    book = ob.examples.mental_health_alliance()
    found = book.what_if({"gain cap": "£280k"}, ob.examples.data("mental_health_alliance"), plan=True)
    paid = [row for row in found.clauses if row["basis"] == "practised" and row["clause"] == "gain_pain"]
    assert {row["party"] for row in paid} >= {"ccg", "local_authority", "mental_health_ft"}
    assert all(row["after"] == 2 * row["before"] for row in paid)  # gain, pain and modifier are parts of the pot
    assert sum(row["difference"] for row in found if row["basis"] == "practised") == 0


# -- simulated ------------------------------------------------------------------------------------------------


def test_simulated_differences_are_paired() -> None:
    book = small_book()
    found = book.what_if({"price": "£210", "visits": "+10%"}, scenarios=4_000, seed=5, progress=False)
    table = found.simulated
    assert table is not None
    assert list(dict.fromkeys(table["book"])) == list(LINES)
    rows = {row["book"]: row for row in table if row["party"] == "trust"}
    draws = book.simulate(4_000, seed=5, progress=False, track=["over(visits, 'term')"], track_every="term")
    visits = draws.array("over(visits, 'term')", every="term", period=1)
    for line, wanted in (
        ("price", 10 * (visits + 60)),
        ("visits", 20 * visits),
        ("interaction", visits),
        ("all together", 31 * visits + 600),
    ):
        assert rows[line]["mean"] == pytest.approx(wanted.mean(), rel=1e-9)
        assert rows[line]["sd"] == pytest.approx(wanted.std(ddof=1), rel=1e-6)
        assert rows[line]["mean_error"] == pytest.approx(wanted.std(ddof=1) / np.sqrt(4_000), rel=1e-6)
    assert rows["price"]["base"] == pytest.approx(200 * (visits + 60).mean() + 6_000 + 1_000, rel=1e-9)
    again = ob.compare({"base": book, "price": book.with_("price", "£210")}, scenarios=4_000, seed=5, progress=False)
    assert next(r for r in again if r["party"] == "trust")["mean"] == rows["price"]["mean"]
    assert "± " in repr(found)
    assert "Paired differences, simulated" in found._repr_html_()


def test_simulated_on_both_bases() -> None:
    found = waived().what_if({"price": "£210"}, scenarios=500, progress=False)
    assert found.simulated is not None
    assert found.simulated_written is not None
    practised, written = (
        next(row["mean"] for row in table if row["party"] == "trust")
        for table in (found.simulated, found.simulated_written)
    )
    assert practised == pytest.approx(written / 2, rel=1e-5)  # pennies are rounded in every month


def test_without_scenarios_nothing_is_simulated() -> None:
    found = small_book().what_if({"price": "£210"}, DATA)
    assert found.simulated is None
    assert found.simulated_written is None


# -- showing and keeping --------------------------------------------------------------------------------------


def test_text_and_html_say_the_same() -> None:
    found = waived().what_if({"price": "£210", "visits": "+10%"}, DATA)
    page = unescape(found._repr_html_())
    for figure in set(re.findall(r"-?\d[\d,.]*\d", repr(found))):
        assert figure in page
    assert "<script" not in page


def test_pictures() -> None:
    found = small_book().what_if({"price": "£210", "visits": "+10%"}, DATA)
    assert {"The Trust", "Integrated Care Board"} <= set(ElementTree.fromstring(found.svg()).itertext())
    words = set(ElementTree.fromstring(found.svg("trust")).itertext())
    assert {"price", "visits", "interaction", "all together", "19.2k"} <= words
    nothing = small_book().what_if({"price": "£200"}, DATA)
    assert "none, for no party" in repr(nothing)


def test_frozen_and_pickled() -> None:
    found = small_book().what_if({"price": "£210", "visits": "+10%"}, DATA, scenarios=200, progress=False)
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.clauses == found.clauses
    assert again.simulated == found.simulated
    with pytest.raises(AttributeError):
        found.changes = None  # type: ignore[assignment,misc]


# -- bad input ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ["no-change"]),
        (None, ["no-change"]),
        ({"prise": "£1", "fee": "50%"}, ["unknown-name", "wrong-unit"]),
        ({"reading of by_visit": "x"}, ["unknown-clause"]),
        ({"visits": "+£5"}, ["wrong-change"]),
        ({"visits": ob.Change("+5%", starts="2016-13", ends="x")}, ["wrong-period", "wrong-period"]),
        ({"price": "+5%"}, ["unknown-input"]),
        ({"/title": "x"}, ["not-a-term"]),
        ({"all together": "£1"}, ["reserved"]),
        ({"offer": small_book(), "price": "£1"}, ["two-books"]),
        ({"price": "1 +"}, ["formula"]),
    ],
)
def test_what_cannot_be_changed(changes: Any, codes: list[str]) -> None:
    with pytest.raises(ob.BookError) as refused:
        small_book().what_if(changes, DATA)
    assert [problem.code for problem in refused.value.problems] == codes


def test_a_change_that_only_the_compiler_refuses_is_named() -> None:
    with pytest.raises(ob.BookError, match="with 'price' changed: the book cannot be compiled"):
        small_book().what_if({"fee": "£2,000", "price": "fee"}, DATA)


def test_unknown_readings_and_figures() -> None:
    form = ob.quick.reopener("£12m")
    with pytest.raises(ob.BookError, match="has no reading 'clif'; did you mean 'cliff'"):
        form.what_if({"reading of reopener": "clif"}, "£13.5m")
    found = small_book().what_if({"price": "£210"}, DATA)
    with pytest.raises(KeyError, match="no change 'fee'"):
        found.difference("trust", change="fee")
    with pytest.raises(ob.BookError, match="no party 'trist'"):
        found.difference("trist")


# -- law ------------------------------------------------------------------------------------------------------


@given(
    price=st.integers(0, 500),
    fee=st.integers(0, 5_000),
    by=st.integers(-90, 200),
    visits=st.lists(st.integers(0, 300), min_size=6, max_size=6),
)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_always_adds_up(price: int, fee: int, by: int, visits: list[int]) -> None:
    data = {**DATA, "visits": visits}
    found = waived().what_if({"price": price, "fee": f"£{fee}", "visits": f"{by:+}%"}, data, every="month")
    singles = ("price", "fee", "visits")
    for basis in ("practised", "written"):
        for party in ("icb", "trust"):
            parts = sum(found.difference(party, change=line, basis=basis) for line in (*singles, "interaction"))
            assert parts == found.difference(party, basis=basis)
            for line in dict.fromkeys(found["change"]):
                rows = found.clauses.where(change=line, party=party, basis=basis)
                assert sum(rows["difference"]) == found.difference(party, change=line, basis=basis)
        for line in dict.fromkeys(found["change"]):
            assert found.difference("icb", change=line, basis=basis) == -found.difference(
                "trust", change=line, basis=basis
            )
    # By hand: each month's visits cost price * (visits + 10), of which half is paid; the fee is 12 a year and by score.
    moved = sum(Decimal(price) * (v * (1 + Decimal(by) / 100) + 10) - 200 * (v + 10) for v in visits)
    assert found.difference("trust", basis="written") == pytest.approx(
        moved + (fee - 1000) * Decimal("7.5"), abs=Decimal("0.04")
    )


# -- command line ---------------------------------------------------------------------------------------------


def test_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small_book().write(tmp_path / "book.json")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["what-if", str(tmp_path / "book.json"), "--inputs", json.dumps(DATA), *arguments])
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    picture = tmp_path / "bars.svg"
    code, out, _ = run(
        "--change", "price=£210 from 2016-08", "--change", "visits=+10%", "--svg", str(picture), "--json"
    )
    found = json.loads(out)
    assert code == 0
    trust = [r for r in found["differences"] if (r["party"], r["basis"]) == ("trust", "practised")]
    # From August on: 110 * 10 * 2 = 2,200; with 10% more visits 10 * 10 * 2 = 200 on top.
    assert [r["difference"] for r in trust] == ["2200.00", "12000.00", "200.00", "14400.00"]
    assert found["changes"][0]["after"] == "£210 from 2016-08"
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    code, out, _ = run("--change", "price=210", "--set", "fee=£2,000", "--scenarios", "200")
    assert code == 0
    assert "6,600.00" in out
    assert "simulated" in out
    small_book().with_("price", 210).write(tmp_path / "other.json")
    code, out, _ = run("--to", str(tmp_path / "other.json"), "--together")
    assert code == 0
    assert "6,600.00" in out
    assert run("--change", "prise=1")[0] == 3
    code, _, err = run()
    assert code == 2
    assert "--change NAME=VALUE" in err


def test_what_if_is_kept_with_all_that_it_holds(tmp_path: Path) -> None:
    book = small_book()
    changes = {"visits": "+5%", "other": "-10%"}
    found = book.what_if(changes, scenarios=64, seed=3, progress=False)
    found.save(tmp_path / "what.openbook")
    again = ob.read_result(tmp_path / "what.openbook", recalculate=True)
    assert type(again) is ob.WhatIf and again == found and str(again) == str(found)
    assert again.changes == found.changes and again.simulated == found.simulated
    assert dict(again.settlements) == dict(found.settlements)
    assert again.difference("trust") == found.difference("trust") != 0
