"""Every figure of the shipped books and measures has a source, of a known kind, and says whether it was read."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from openbook import examples
from openbook.examples.citing import KINDS, Citation, boundaries, citations, citations_of, sources_in

NAMES = examples.names()
PACKS = [n for n in NAMES if any(g["system"].startswith("pack: ") for g in examples.manifest(n)["golden"])]


def document(name: str) -> Any:
    return json.loads((examples.path(name) / "book.json").read_text(encoding="utf-8"))


def golden(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = examples.manifest(name)["golden"]
    return found


def measures() -> list[dict[str, Any]]:
    text = resources.files("openbook").joinpath("measures.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def cited_in(name: str) -> dict[Citation, str]:
    """Every text that a book or its golden figures name, with one place where it is named."""
    return {
        c: text
        for text in [*sources_in(document(name)), *(g["source"] for g in golden(name))]
        for c in citations_of(text)
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_golden_figure_and_sourced_term_has_a_source_of_a_known_kind(name: str) -> None:
    assert all(g["source"].strip() for g in golden(name))
    assert {c.kind for c in cited_in(name)} <= set(KINDS)


def test_every_measure_with_a_method_of_its_own_names_a_text_of_the_register() -> None:
    found = {m["id"]: citations_of(m["source"]) for m in measures() if m.get("source")}
    assert len(found) >= 18
    assert all(c.kind == "primary text" for cited in found.values() for c in cited)


def test_no_entry_of_the_register_is_idle() -> None:
    used = {c for name in NAMES for c in cited_in(name)}
    used |= {c for m in measures() if m.get("source") for c in citations_of(m["source"])}
    assert [c.begins for c in citations() if c not in used] == []


def test_what_was_read_can_be_opened_and_what_was_not_says_so() -> None:
    for citation in citations():
        assert citation.checked in ("read", "quoted", "no", "not needed"), citation
        if citation.checked in ("read", "quoted"):
            assert citation.where and citation.words and "not verified" not in citation.finding, citation
        if citation.checked == "no":
            assert "not verified against the primary text" in citation.finding, citation
        if citation.checked == "not needed":
            assert citation.kind in ("own computation", "research catalogue", "assumption"), citation


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_says_itself_which_of_its_texts_were_not_verified(name: str) -> None:
    notes = [note["text"] for note in document(name)["notes"] if note["status"] == "not verified"]
    unread = {c: text for c, text in cited_in(name).items() if c.checked == "no"}
    assert len(notes) == bool(unread)
    for citation, text in unread.items():
        starts = [b.removeprefix("the form: ") for b in citation.begins if b in text]
        assert any(start.rstrip(" ,(") in notes[0] for start in starts), (name, citation.begins)
    for citation in cited_in(name):
        if citation.checked in ("read", "quoted") and notes:
            assert not any(f"; {start};" in notes[0] for start in citation.begins), (name, citation.begins)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_that_its_source_prints_has_a_source_that_prints(name: str) -> None:
    for item in golden(name):
        if item.get("published"):
            assert citations_of(item["source"])[0].kind in ("primary text", "faithful summary"), item["id"]


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(LookupError, match="no entry in examples/sources.json begins like 'hearsay'"):
        citations_of("hearsay")


def test_the_longest_beginning_names_the_text() -> None:
    whole, section = (
        citations_of("42 CFR 425.605"),
        citations_of("42 CFR 425.605(b)(1), table of minimum savings rates"),
    )
    assert whole[0].checked == "quoted"
    assert section[0].checked == "read"


@pytest.mark.parametrize("item", boundaries(), ids=lambda b: f"{b.book}-{b.words[:40]}")
def test_boundary_words_are_golden_figures_below_at_and_above(item: Any) -> None:
    cases = {g["id"]: g for g in golden(item.book)}
    three = [cases[name] for name in (item.below, item.at, item.above)]
    asked = {
        json.dumps({k: c.get(k) for k in ("figure", "inputs", "changes", "readings")}, sort_keys=True) for c in three
    }
    assert len(asked) == 3


def test_every_pack_has_its_boundary_words() -> None:
    assert {item.book for item in boundaries()} == set(PACKS)
