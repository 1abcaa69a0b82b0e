"""Objects of the document: made, frozen, compared, hashed, kept."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from pathlib import Path

import openbook as ob
import pytest
from openbook import _stubs
from openbook._description import families, records
from small import small_book


def test_keywords_become_fields() -> None:
    party = ob.Party(id="trust", name="The Trust", roles=["provider"])
    assert (party.id, party.name, party.roles, party.legal) == ("trust", "The Trust", ("provider",), "statutory")


def test_a_term_is_made_of_text_number_or_fields() -> None:
    block = ob.Block(id="main", amount="£1.5m")
    assert block.amount == ob.Term("£1.5m")
    assert block.amount.value == "£1.5m"
    assert ob.Term(2.5) == ob.Term(Decimal("2.5")) == ob.Term("2.5")
    assert ob.Term("£1m", source="Sch 3").source == "Sch 3"


def test_an_absent_limit_is_none_not_zero() -> None:
    penalty = ob.Penalty(id="p", quantity="late", rate="£100")
    assert penalty.cap is None
    assert penalty.allowance == ob.Term("0")


def test_nested_objects_are_tuples_and_read_only_maps() -> None:
    book = small_book()
    assert isinstance(book.parties, tuple)
    assert book.contracts[0].clauses[1].price == ob.Term("price")
    where = book.inputs[0].data.where
    assert where == {"type": "1"}
    with pytest.raises(TypeError):
        where["type"] = "2"  # type: ignore[index]


def test_kinds_of_clause_share_a_base() -> None:
    clause = small_book().contracts[0].clauses[0]
    assert isinstance(clause, ob.Block)
    assert isinstance(clause, ob.Clause)
    assert clause.kind == "block"
    assert ob.Clause.from_json(clause.to_json()) == clause


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(ob.BookError, match="did you mean 'block'"):
        ob.Clause.from_json({"kind": "blok", "id": "x"})


@pytest.mark.parametrize("name", ["amount", "id"])
def test_nothing_changes(name: str) -> None:
    block = ob.Block(id="main", amount="£1m")
    with pytest.raises(AttributeError, match="replace"):
        setattr(block, name, "x")
    with pytest.raises(AttributeError):
        delattr(block, name)


def test_replace_gives_a_copy_and_none_the_default() -> None:
    block = ob.Block(id="main", amount="£1m", every="quarter")
    assert block.replace(amount="£2m") == ob.Block(id="main", amount="£2m", every="quarter")
    assert block.replace(every=None).every == "month"
    assert block.every == "quarter"


def test_equality_hash_and_sets_go_by_value() -> None:
    a, b = ob.Part(party="x", weight="0.4"), ob.Part(party="x", weight="0.4")
    assert a == b
    assert hash(a) == hash(b)
    assert len({a, b, ob.Part(party="x", weight="0.5")}) == 2
    assert a != ob.Party(id="x")


def test_pickle_copy_and_json_round_trips() -> None:
    for value in (*small_book().contracts, *small_book().drivers, *small_book().parameters):
        assert pickle.loads(pickle.dumps(value)) == value
        assert type(value).from_json(value.to_json()) == value
        assert copy.deepcopy(value) is value
    book = small_book()
    assert pickle.loads(pickle.dumps(book)) == book


def test_faults_name_field_value_and_expectation() -> None:
    with pytest.raises(ob.BookError) as caught:
        ob.Party(id="trust", rolls=["provider"])  # type: ignore[call-arg]
    assert "did you mean 'roles'" in str(caught.value)
    with pytest.raises(ob.BookError) as caught:
        ob.Calendar(start="2016-04", months="six")  # type: ignore[arg-type]
    assert caught.value.problems[0].path == "/months"
    with pytest.raises(ValueError, match="finite"):
        ob.Term(float("nan"))


def test_repr_shows_what_was_given_and_html_escapes() -> None:
    party = ob.Party(id="a", name="<b>A</b>")
    assert repr(party) == "Party(id='a', name='<b>A</b>')"
    html = party._repr_html_()
    assert "&lt;b&gt;A&lt;/b&gt;" in html
    assert "<b>A" not in html


def test_every_record_has_a_class_with_documentation() -> None:
    for record in records().values():
        made = getattr(ob.model, record.python)
        assert record.documentation in (made.__doc__ or "")
        assert record.python in ob.model.__all__
    assert set(families()) == {"clause", "cost", "driver"}


def test_the_stub_is_current() -> None:
    stub = Path(_stubs.__file__).with_name("model.pyi")
    assert stub.read_text(encoding="utf-8") == _stubs.stub(), "run python -m openbook._stubs"
    assert _stubs.main(["--check"]) == 0
