"""A book: read, written, changed, asked."""

from __future__ import annotations

import json
from pathlib import Path

import openbook as ob
import pytest
from small import small_book


def test_read_and_write_round_trip(tmp_path: Path) -> None:
    book = small_book()
    book.write(tmp_path / "book.json")
    again = ob.read_book(tmp_path / "book.json")
    assert again == book
    assert again.digest == book.digest
    assert len(book.digest) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["book.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "book.json"
    with pytest.raises(FileNotFoundError):
        small_book().write(target)


def test_digest_follows_meaning_not_layout() -> None:
    book = small_book()
    assert ob.read_book(json.loads(book.to_json(indent=1))).digest == book.digest
    assert book.replace(title="Another").digest != book.digest


@pytest.mark.parametrize(
    "name", ["price", "Price of a visit", "PRICE", "/parameters/0/value", "/parameters/price/value"]
)
def test_with_finds_a_term_by_name_id_or_path(name: str) -> None:
    changed = small_book().with_(name, 250)
    assert changed.parameters[0].value.value == "250"
    assert small_book().parameters[0].value.value == "200"


def test_with_keeps_unit_and_alternatives_but_not_the_source() -> None:
    value = small_book().with_("price", 250).parameters[0].value
    assert (value.unit, value.source) == ("£ per attendance", "")
    fee = small_book().with_("fee", "£2,000").parameters[1].value
    assert [other.name for other in fee.alternatives] == ["low"]
    assert fee.illustrative is False


def test_with_reaches_clause_terms_and_plans() -> None:
    book = small_book()
    assert book.with_("standing.amount", "£6").contracts[0].clauses[0].amount == ob.Term("£6")
    assert book.with_("visits", 120).inputs[0].plan == ob.Term(120)
    assert book.with_("by_visit.price", ob.Term("£1")).contracts[0].clauses[1].price == ob.Term("£1")


def test_with_refuses_unknown_and_ambiguous_names() -> None:
    with pytest.raises(ob.BookError, match="did you mean 'price'"):
        small_book().with_("prise", 1)
    twice = small_book(
        parameters=[ob.Parameter(id="price", name="Fee", value=1), ob.Parameter(id="fee", name="fee", value=2)]
    )
    with pytest.raises(ob.BookError, match="stands for 2 terms"):
        twice.with_("Fee ", 3)
    with pytest.raises(ob.BookError, match="nothing stands at 'contrac"):
        small_book().with_("/contrac/0/id", "x")


def test_with_checks_the_changed_book() -> None:
    with pytest.raises(ob.BookError):
        small_book().with_("price", "1 +")


def test_terms_list_everything_with_its_provenance() -> None:
    rows = {row["name"]: row for row in small_book().terms()}
    assert rows["price"] == {
        "name": "price",
        "title": "Price of a visit",
        "path": "/parameters/0/value",
        "value": "200",
        "unit": "£ per attendance",
        "source": "Sch 1",
        "illustrative": False,
        "alternatives": "",
        "notes": "",
    }
    assert rows["fee"]["illustrative"] is True
    assert rows["fee"]["alternatives"] == "low: £600"
    assert rows["standing.amount"]["value"] == "fee * 12"
    assert len({row["name"] for row in small_book().terms()}) == len(small_book().terms())


@pytest.mark.parametrize("name", ob.examples.names())
def test_every_term_of_a_shipped_book_answers_to_its_name(name: str) -> None:
    book = ob.examples.book(name)
    data = json.loads(book.to_json())
    from openbook import _terms

    for row in book.terms():
        assert _terms.find(data, row["name"]).path == row["path"]


def test_diff_says_what_changed() -> None:
    book = small_book()
    assert len(ob.diff(book, book)) == 0
    (row,) = ob.diff(book, book.with_("price", ob.Term(250, source="Sch 1", unit="£ per attendance")))
    assert row["path"].startswith("/parameters/")
    assert "250" in row["after"]


def test_validate_lists_all_faults() -> None:
    assert ob.validate(small_book()) == ()
    bad = json.loads(small_book().to_json())
    bad["titel"] = "x"
    bad["calendar"]["months"] = "six"
    problems = ob.validate(bad)
    assert {problem.path for problem in problems} >= {"/titel", "/calendar/months"}
    assert ob.validate("{not json")[0].code != ""


def test_displays_show_parties_contracts_clauses_and_flows() -> None:
    book = small_book()
    text, html = str(book), book._repr_html_()
    for words in ("Integrated Care Board", "acute", "by_visit", "icb pays trust"):
        assert words in text
    assert "<svg" in html
    assert "by_visit" in html
    assert "<script" not in html
    assert repr(book).startswith("<Book 'small': A small book; 2 parties, 1 contracts, 3 clauses")


def test_schema_is_json_schema() -> None:
    assert "$schema" in ob.schema()
