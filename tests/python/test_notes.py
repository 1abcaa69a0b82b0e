"""Notes beside the terms: in the file, outside the digest, on what exists, answered or open."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import openbook as ob
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook.notes import ASKING, CLOSING, STATUSES, unresolved
from small import small_book

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12")) * 4


def test_a_note_is_in_the_file_and_outside_the_digest(tmp_path: Path) -> None:
    book = small_book()
    noted = book.with_note("price", "Is this with the market forces factor?", author="A Jones", date="2016-03-01")
    assert noted.digest == book.digest
    assert noted == book  # the same terms
    noted.write(tmp_path / "book.json")
    assert "market forces factor" in (tmp_path / "book.json").read_text(encoding="utf-8")
    (note,) = ob.read_book(tmp_path / "book.json").notes
    assert (note.on, note.author, note.date, note.status) == ("price", "A Jones", "2016-03-01", "note")
    assert noted.settle(plan=True)._data == book.settle(plan=True)._data


def test_a_path_is_kept_by_ids_so_that_the_note_stays_with_its_term() -> None:
    book = small_book().with_note("/contracts/0/clauses/1/price", "Which price?", status="open")
    assert book.notes[0].on == "/contracts/acute/clauses/by_visit/price"
    contract = book.contracts[0]
    longer = contract.replace(clauses=[ob.Block(id="first", amount="£1"), *contract.clauses])
    moved = book.replace(contracts=[longer])
    assert moved.notes_on("by_visit.price")["text"] == ("Which price?",)
    assert moved.terms().where(name="by_visit.price")["notes"] == ("open: Which price?",)
    assert moved.terms().where(name="first.amount")["notes"] == ("",)


def test_notes_on_a_place_and_below_it() -> None:
    book = (
        small_book()
        .with_note("acute", "On the contract.")
        .with_note("by_visit", "On the clause.")
        .with_note("by_visit.price", "On the term.")
        .with_note("fee", "On the parameter.")
        .with_note("/parameters/fee/value", "On its value.")
        .with_note("", "On the whole book.")
    )
    assert book.notes_on("acute")["text"] == ("On the contract.", "On the clause.", "On the term.")
    assert book.notes_on("by_visit")["text"] == ("On the clause.", "On the term.")
    assert book.notes_on("by_visit.price")["text"] == ("On the term.",)
    assert book.notes_on("fee")["text"] == ("On the parameter.", "On its value.")
    assert book.notes_on("Fee")["text"] == book.notes_on("/parameters/1/value")["text"] == book.notes_on("fee")["text"]
    assert len(book.notes_on("")) == 6
    assert book.terms().where(name="fee")["notes"] == ("note: On the parameter.; note: On its value.",)
    assert book.notes_on("by_visit")["where"] == ("acute, clause by_visit", "acute, clause by_visit, price")
    with pytest.raises(ob.BookError, match="nothing in the book is called 'by_visits'; did you mean 'by_visit'"):
        book.notes_on("by_visits")


def test_what_is_wrong_with_a_note_is_told_at_once() -> None:
    with pytest.raises(ob.BookError) as caught:
        small_book().with_note("prise", " ", status="agred", date="2016-13")
    told = {problem.path: problem.message for problem in caught.value.problems}
    assert "did you mean 'price'" in told["/on"]
    assert "says nothing" in told["/text"]
    assert "did you mean 'agreed'" in told["/status"]
    assert "2016-05" not in told["/date"] and "expected a date" in told["/date"]
    for path in ("/contracts/0/clauses/9", "/contracts/acute/clauses/none/price", "/nothing"):
        with pytest.raises(ob.BookError, match="nothing stands at"):
            small_book().with_note(path, "x")


def test_what_only_one_party_may_see_is_sent_to_its_layer() -> None:
    with pytest.raises(ob.BookError, match=r"openbook\.Layer\(notes"):
        small_book().with_note("fee", "We would take half.", status="private")


@pytest.mark.parametrize("date", ["2016", "2016-02", "2016-02-29", datetime.date(2016, 2, 29), ""])
def test_dates(date: str | datetime.date) -> None:
    assert small_book().with_note("fee", "x", date=date).notes[0].date == str(date)


@pytest.mark.parametrize("date", ["2016-02-30", "2016-00", "March", "16-02-01", "2016-2-1", "20160201"])
def test_what_is_no_date(date: str) -> None:
    with pytest.raises(ob.BookError, match="expected a date"):
        small_book().with_note("fee", "x", date=date)


def test_an_answer_closes_the_question_on_its_place_only() -> None:
    asked = small_book().with_note("fee", "Per visit or a month?", status="open").with_note("price", "?", status="open")
    answered = asked.with_note("/parameters/fee/value", "A month.", status="agreed")
    assert [note["on"] for _, _, note in unresolved(answered)] == ["price"]
    again = answered.with_note("fee", "From when?", status="in dispute")
    assert [note["text"] for _, _, note in unresolved(again)] == ["?", "From when?"]
    remarked = asked.with_note("fee", "Just a remark.")
    assert len(unresolved(remarked)) == 2


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["fee", "price", "acute"]), st.sampled_from(sorted(STATUSES))), max_size=8))
def test_questions_are_open_until_a_later_answer(given_notes: list[tuple[str, str]]) -> None:
    book = small_book()
    book = book.replace(notes=[{"on": on, "status": status, "text": "x"} for on, status in given_notes])
    wanted = [
        number
        for number, (on, status) in enumerate(given_notes)
        if status in ASKING and not any(o == on and s in CLOSING for o, s in given_notes[number + 1 :])
    ]
    assert [number for number, _, _ in unresolved(book)] == wanted


@pytest.mark.parametrize(
    ("asked", "answered", "later"),
    [
        ("2024-02-01", "2024-03-01", True),
        ("2024-02", "2024-03-01", True),
        ("2023", "2024-01", True),
        ("2024-02-01", "2024-01-31", False),
        ("2024-03-01", "2023", False),
        # a month holds both, one has no date, or what it has is none
        ("2024-02", "2024-02-10", False),
        ("2024-02-10", "2024-02", False),
        ("2024-02", "2024-02", False),
        ("2024-02-10", "", False),
        ("", "2024-02-10", False),
        ("soon", "2024-02-10", False),
    ],
)
def test_an_answer_that_stands_before_its_question_has_a_later_date(asked: str, answered: str, later: bool) -> None:
    question = {"on": "fee", "status": "open", "text": "A month?", "date": asked}
    answer = {"on": "fee", "status": "agreed", "text": "A month.", "date": answered}
    for listed, is_answered in (([question, answer], True), ([answer, question], later)):
        notes = [{name: value for name, value in note.items() if value} for note in listed]
        book = small_book().replace(notes=notes)
        assert bool(unresolved(book)) is not is_answered
        assert ("unanswered-note" in book.lint()["code"]) is not is_answered
        assert ("unanswered-note" in ob.open_points(book)["code"]) is not is_answered


def test_lint_finds_lost_notes_strange_statuses_and_open_questions() -> None:
    book = small_book().replace(
        notes=[
            {"on": "gone", "text": "On a clause that was taken out."},
            {"on": "fee", "status": "maybe", "text": "Hm."},
            {"on": "price", "status": "open", "text": "With what uplift?"},
        ]
    )
    rows = {row["code"]: row for row in book.lint()}
    assert rows["lost-note"]["severity"] == "warning"
    assert "'gone'" in rows["lost-note"]["message"]
    assert "'maybe'" in rows["unknown-status"]["message"]
    assert (rows["unanswered-note"]["severity"], rows["unanswered-note"]["where"]) == (
        "note",
        "parameter Price of a visit",
    )
    assert not {"lost-note", "unknown-status", "unanswered-note"} & set(small_book().lint()["code"])


@pytest.mark.parametrize("name", ob.examples.names())
def test_notes_of_shipped_books_are_on_what_exists(name: str) -> None:
    codes = set(ob.examples.book(name).lint()["code"])
    assert not codes & {"lost-note", "unknown-status"}


def test_notes_are_shown_with_the_book_and_in_reports(tmp_path: Path) -> None:
    book = small_book().with_note("by_visit", "Counted how?", author="B Khan", status="open")
    for shown in (str(book), book._repr_html_()):
        assert "Counted how?" in shown and "B Khan" in shown
    page = ob.report(book, tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Counted how?" in page
    assert "open (B Khan): Counted how?" in repr(book.words())


def test_the_command_line_lists_notes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from openbook.cli import main

    small_book().with_note("fee", "a").with_note("price", "b").write(tmp_path / "b.json")
    for arguments, wanted in (([], ["a", "b"]), (["price"], ["b"])):
        with pytest.raises(SystemExit):
            main(["notes", str(tmp_path / "b.json"), *arguments, "--json"])
        assert [row["text"] for row in json.loads(capsys.readouterr().out)] == wanted
