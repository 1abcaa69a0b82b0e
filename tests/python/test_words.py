"""Clauses in the contract's own words: in tables, errors, lint, explanations and ledgers."""

from __future__ import annotations

import json

import openbook as ob
import pytest
from openbook import _core, _places, _prose
from openbook.cli import main
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
CLIFF = [ob.Reading(name="all", words="x"), ob.Reading(name="part", overrides={"amount": "£1"})]


def acute(**changes: object) -> ob.Book:
    """A contract as a contracting analyst would write it, with a reference and words on two of three clauses."""
    clauses: list[ob.Clause] = [
        ob.Block(
            id="standing",
            name="7.1",
            amount="fee * 12",
            ref="Sch 3A 4.1",
            words="The Commissioner pays a standing fee.",
        ),
        ob.Activity(id="by_visit", name="Payment by visit", quantity="visits", price="price", ref="Sch 3A 4.2"),
        ob.Bands(
            id="marginal",
            name="7.3",
            quantity="visits",
            price="price",
            ref="Sch 3A 4.3",
            bands=[ob.Band(to="50", rate="100%"), ob.Band(rate="min(50%, fee / £2,000)")],
        ),
    ]
    contract = ob.Contract(id="acute", name="Acute 2024/25", payer="icb", payee="trust", clauses=clauses)
    return small_book(contracts=[contract], **changes)


def test_a_place_is_told_in_the_words_of_the_contract() -> None:
    data = json.loads(acute().to_json())
    told = {
        "/contracts/0/clauses/2": "Acute 2024/25, clause 7.3 (Sch 3A 4.3)",
        "/contracts/0/clauses/2/bands/1/rate": "Acute 2024/25, clause 7.3 (Sch 3A 4.3), band 2, rate",
        "/contracts/0/clauses/1/paid_after": "Acute 2024/25, clause Payment by visit (Sch 3A 4.2), paid after",
        "/contracts/0": "Acute 2024/25",
        "/parameters/0/value": "parameter Price of a visit, value",
        "/parties/1": "party The Trust",
        "/scenarios/0/shocks/0/value": "scenario Busy, shock 1, value",
        "/calendar/months": "",
        "/contracts/9/clauses/0": "",
        "": "",
    }
    for path, words in told.items():
        assert _places.in_words(data, path) == words


def test_errors_of_the_document_name_the_clause() -> None:
    data = json.loads(acute().to_json())
    data["contracts"][0]["clauses"][2]["bands"][1]["rate"] = "50% +"
    data["contracts"][0]["clauses"][0]["amonut"] = 5
    with pytest.raises(ob.BookError) as caught:
        ob.read_book(data)
    assert {problem.where for problem in caught.value.problems} == {
        "Acute 2024/25, clause 7.1 (Sch 3A 4.1), amonut",
        "Acute 2024/25, clause 7.3 (Sch 3A 4.3), band 2, rate",
    }
    assert "Acute 2024/25, clause 7.1 (Sch 3A 4.1), amonut, /contracts/0/clauses/0/amonut:" in str(caught.value)


def test_errors_of_settling_and_simulating_name_the_clause() -> None:
    wrong = acute().with_("/contracts/acute/clauses/by_visit/price", "pricee")
    undecided = acute().with_("/contracts/acute/clauses/standing/readings", [r.to_dict() for r in CLIFF])
    for run in (lambda b: b.settle(plan=True), lambda b: b.simulate(10, progress=False)):
        with pytest.raises(ob.BookError) as caught:
            run(wrong)
        assert caught.value.problems[0].where == "Acute 2024/25, clause Payment by visit (Sch 3A 4.2), price"
        with pytest.raises(ob.ReadingError) as open_:
            run(undecided)
        assert open_.value.problems[0].where == "Acute 2024/25, clause 7.1 (Sch 3A 4.1)"


def test_a_text_that_is_no_json_is_refused_as_before() -> None:
    with pytest.raises(ob.BookError):
        ob.read_book('{"format": 1, ')


def test_a_clause_answers_to_id_name_and_reference() -> None:
    book = acute()
    for name in ("by_visit", "Payment by visit", "Sch 3A 4.2"):
        assert book.clause(name).id == "by_visit"
    with pytest.raises(ob.BookError, match=r"no clause 'Sch 3A 4.5'; did you mean 'Sch 3A 4\.\d'"):
        book.clause("Sch 3A 4.5")
    same = book.with_("/contracts/acute/clauses/standing/ref", "Sch 3A 4.2")
    with pytest.raises(ob.BookError, match="'Sch 3A 4.2' stands for 2 clauses: standing, by_visit"):
        same.clause("Sch 3A 4.2")


def test_words_stand_beside_what_is_calculated() -> None:
    rows = {row["clause"]: row for row in acute().words()}
    assert list(acute().words().columns) == [
        "contract",
        "clause",
        "name",
        "family",
        "ref",
        "words",
        "formula",
        "notes",
    ]
    assert rows["standing"]["contract"] == "Acute 2024/25"
    assert rows["standing"]["words"] == "The Commissioner pays a standing fee."
    assert rows["standing"]["formula"] == "amount: ‘Fee’ times 12"
    assert rows["by_visit"]["formula"] == "quantity: ‘Visits, type 1’; price: ‘Price of a visit’"
    assert rows["marginal"]["formula"] == (
        "quantity: ‘Visits, type 1’; price: ‘Price of a visit’; band 1, to: 50; band 1, rate: 1; "
        "band 2, rate: the smallest of 0.5 and ‘Fee’ divided by £2,000"
    )


def test_dated_steps_are_said() -> None:
    term = {"value": "£12", "steps": [{"from": "2016-07", "value": "fee * 2"}]}
    book = acute().with_("/contracts/acute/clauses/standing/amount", term)
    assert book.words()["formula"][0] == "amount: £12, from 2016-07 ‘Fee’ times 2"


@pytest.mark.parametrize("name", ob.examples.names())
def test_every_clause_of_a_shipped_book_is_said(name: str) -> None:
    book = ob.examples.book(name)
    table = book.words()
    assert len(table) == sum(len(c.clauses) for c in (*book.contracts, *book.overlays))
    assert all(row["formula"] for row in table if row["family"] not in ("netting",))


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a - (b - c)", "a less (b less c)"),
        ("a - b - c", "a less b less c"),
        ("a / (b * c)", "a divided by (b times c)"),
        ("(a + b) * c", "(a plus b) times c"),
        ("-(a + b)", "minus (a plus b)"),
        ("not (a > 1 and b <= 2) or c == 3", "(not (a is more than 1 and b is at most 2)) or c equals 3"),
        ("if(a >= 2, £1.5m, £0)", "£1,500,000 if a is at least 2, otherwise £0"),
        ("choose(a < 1, 2, b != 3, 4, 5)", "2 if a is less than 1, 4 if b differs from 3, otherwise 5"),
        ("a + if(b > 1, 2, 3)", "a plus (2 if b is more than 1, otherwise 3)"),
        ("divide(a, b + c, £0)", "a divided by (b plus c) (£0 where that is zero)"),
        ("max(a, b + c, 0)", "the largest of a, (b plus c) and 0"),
        ("previous(a, £5)", "a one period earlier (£5 at first)"),
        ("cumulative(a, 'year')", "a added up since the start of the year"),
        ("cumulative(a)", "a added up since the start of the term"),
        ("round(a, £0.01, 'floor')", "a rounded to a multiple of £0.01 (floor)"),
        ("received('c', 'p', 'year')", "what p receives under clause c over the year"),
        ("clip(a, -1, 1)", "a, but at least minus 1 and at most 1"),
        ("12000", "12,000"),
        ("rate + 5pp", "rate plus 5 percentage points"),
        ("€1,250", "€1,250"),
        ("in_unit(rate, 'per 1000')", "rate in per 1000"),
        ("by_category(status, 'open', fee, £0)", "by status: fee if it is open, otherwise £0"),
        ("standardised(deaths, people)", "standardised of deaths and people"),
        ("2.5%", "0.025"),
        ("true", "always"),
        ("", ""),
    ],
)
def test_formulas_in_words(formula: str, words: str) -> None:
    assert _prose.in_words(formula, {}) == words


def test_every_function_of_the_language_has_words() -> None:
    said = {*_prose._TEMPLATES, *_prose._LISTS, *_prose._PAIRS, "if", "choose", "round", "lookup", "by_category"}
    assert {function["name"] for function in _core.functions()} <= said


def test_lint_names_the_clause_and_asks_for_references() -> None:
    rows = [row for row in acute().lint() if row["code"] == "no-reference"]
    assert [(row["severity"], row["where"]) for row in rows] == [
        ("note", "Acute 2024/25, clause Payment by visit (Sch 3A 4.2)"),
        ("note", "Acute 2024/25, clause 7.3 (Sch 3A 4.3)"),
    ]
    assert "has no words" in rows[0]["message"]
    bare = small_book().lint().where(code="no-reference")
    assert len(bare) == 3
    assert "no paragraph reference and no words" in bare["message"][0]


def test_explanations_carry_the_words() -> None:
    settlement = acute().settle(DATA)
    tree = settlement.explain("trust")
    found = {node.label: (node.where, node.words) for node in tree.children}
    assert found["7.1"] == ("Acute 2024/25, clause 7.1 (Sch 3A 4.1)", "The Commissioner pays a standing fee.")
    assert found["Payment by visit"] == ("Acute 2024/25, clause Payment by visit (Sch 3A 4.2)", "")
    shown = tree.to_text(depth=1)
    assert "Acute 2024/25, clause 7.1 (Sch 3A 4.1)" in shown
    assert "‘The Commissioner pays a standing fee.’" in shown
    assert "‘The Commissioner pays a standing fee.’" in tree._repr_html_()
    clause = settlement.explain("clause:standing", period=2)
    assert (clause.where, clause.formula) == ("Acute 2024/25, clause 7.1 (Sch 3A 4.1)", "")
    entry = next(row for row in settlement.payments if row["clause"] == "by_visit")
    assert settlement.explain(f"entry:{entry['id']}").where == "Acute 2024/25, clause Payment by visit (Sch 3A 4.2)"
    assert ob.Explanation.of(json.loads(tree.to_json())) == tree
    draw = acute().simulate(20, progress=False).explain(3, "trust")
    assert draw.children[0].where == "Acute 2024/25, clause 7.1 (Sch 3A 4.1)"


def test_clauses_of_one_title_in_two_contracts_are_both_named() -> None:
    def contract(name: str) -> ob.Contract:
        clause = ob.Block(id=f"{name}_main", name="Main", amount="£12", ref=f"{name} 1")
        return ob.Contract(id=name, payer="icb", payee="trust", clauses=[clause])

    tree = small_book(contracts=[contract("a"), contract("b")]).settle(plan=True, disputes=False).explain("trust")
    assert tree.children[0].where == "a, clause Main (a 1); b, clause Main (b 1)"


def test_ledgers_say_where_an_entry_comes_from() -> None:
    settlement = acute().settle(DATA)
    rows = {row["clause"]: row["where"] for row in settlement.ledger}
    assert rows["marginal"] == "Acute 2024/25, clause 7.3 (Sch 3A 4.3)"
    assert set(settlement.gap["where"]) == set(rows.values())
    assert "in the contract" in repr(settlement.payments)
    assert len(acute().settle(DATA, posted=settlement.payments).to_post) == 0
    costs = ob.examples.third_sector_cash().settle(plan=True).ledger
    assert any(row["where"] == "" for row in costs)


def test_the_command_line_prints_words(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    acute().write(f"{tmp_path}/book.json")
    with pytest.raises(SystemExit) as stop:
        main(["words", f"{tmp_path}/book.json", "--json"])
    assert stop.value.code == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["ref"] for row in rows] == ["Sch 3A 4.1", "Sch 3A 4.2", "Sch 3A 4.3"]
    with pytest.raises(SystemExit):
        main(["words", f"{tmp_path}/book.json"])
    assert "The Commissioner pays a standing fee." in capsys.readouterr().out
