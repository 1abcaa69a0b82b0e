"""The page of sources: where every figure of the reference packs and of the library of measures comes from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from openbook import examples
from openbook.examples.citing import KINDS, Citation, boundaries, citations_of, sources_in

from .markdown import page, table
from .systems import PACK

CHECKED = {
    "read": "read",
    "quoted": "read as quoted",
    "no": "**not verified**",
    "not needed": "no text outside",
}


def _packs() -> list[str]:
    """Books of published schemes, in alphabetical order."""
    return [
        name
        for name in examples.names()
        if any(golden["system"].startswith(PACK) for golden in examples.manifest(name)["golden"])
    ]


def _document(name: str) -> Any:
    return json.loads((examples.path(name) / "book.json").read_text(encoding="utf-8"))


def _measures() -> list[dict[str, Any]]:
    text = resources.files("openbook").joinpath("measures.json").read_text(encoding="utf-8")
    measures: list[dict[str, Any]] = json.loads(text)
    return measures


def _kinds() -> list[tuple[str, str, int, int]]:
    """Golden figures by the kind of the text that bears their rule, and how many of them that text prints itself."""
    counts: Counter[tuple[str, str]] = Counter()
    printed: Counter[tuple[str, str]] = Counter()
    for name in examples.names():
        for golden in examples.manifest(name)["golden"]:
            first = citations_of(golden["source"])[0]
            counts[first.kind, first.checked] += 1
            printed[first.kind, first.checked] += bool(golden.get("published"))
    order = [(kind, checked) for kind in KINDS for checked in CHECKED if counts[kind, checked]]
    return [(kind, CHECKED[checked], counts[kind, checked], printed[kind, checked]) for kind, checked in order]


def _cited(texts: Iterable[str]) -> Counter[Citation]:
    return Counter(citation for text in texts for citation in citations_of(text))


def _names(citation: Citation, texts: Iterable[str]) -> str:
    """The beginnings by which these texts name a source."""
    parts = [part for text in texts for part in text.split("; ")]
    return "; ".join(b for b in citation.begins if any(part.startswith(b) for part in parts)).removeprefix("the form: ")


def _of_pack(name: str) -> list[tuple[str, str, str, int, int, str, str]]:
    """One row for each text that a pack names: kind, whether it was read, terms, golden figures, finding, words."""
    terms = list(sources_in(_document(name)))
    golden = [item["source"] for item in examples.manifest(name)["golden"]]
    in_terms, in_golden = _cited(terms), _cited(golden)
    every = sorted({**in_terms, **in_golden}, key=lambda c: (KINDS.index(c.kind), c.begins))
    return [
        (
            _linked(_names(citation, [*terms, *golden]), citation.where),
            citation.kind,
            CHECKED[citation.checked],
            in_terms[citation],
            in_golden[citation],
            citation.finding,
            f"“{citation.words}”" if citation.words else "",
        )
        for citation in every
    ]


def _linked(name: str, where: str) -> str:
    address, _, rest = where.partition(" ")
    if not address.startswith("http"):
        return f"{name} ({where})" if where else name
    return f"[{name}]({address.rstrip(';')}) {rest}".strip()


def _of_measures() -> list[tuple[str, str, str, str]]:
    rows: dict[Citation, list[str]] = {}
    for measure in _measures():
        for citation in citations_of(measure["source"]) if "source" in measure else ():
            rows.setdefault(citation, []).append(f"`{measure['id']}`")
    return [
        (_linked("; ".join(c.begins), c.where), ", ".join(names), CHECKED[c.checked], c.finding)
        for c, names in rows.items()
    ]


def _expected(golden: Mapping[str, Any]) -> str:
    return f"`{golden['id']}`: {golden['expect']}"


def _bounds() -> list[tuple[str, str, str, str, str, str]]:
    rows = []
    for item in boundaries():
        cases = {golden["id"]: golden for golden in examples.manifest(item.book)["golden"]}
        below, at, above = (_expected(cases[name]) for name in (item.below, item.at, item.above))
        rows.append((f"`{item.book}`", item.words, item.where, below, at, above))
    return rows


def sources_page() -> str:
    """Kinds of sources, the texts of every reference pack and measure, and the boundary words."""
    header = ("source", "kind", "passage", "terms", "golden figures", "finding", "its words")
    packs = []
    for name in _packs():
        packs += [f"### `{name}`\n", table(header, _of_pack(name), "lllrrll")]
    return page(
        "Sources",
        "Where the figures of the shipped books come from, and what was found on comparing them with the texts. Counted from the "
        "`source` of every term and golden figure and from `examples/sources.json`, which says of each text whether the passage was "
        "read.\n",
        "## Golden figures by kind of source\n",
        "The kind is that of the text that bears the rule. Where the text does not print the figure itself, the figure was worked out "
        "from the rule by hand.\n",
        table(("kind", "passage", "golden figures", "printed by the source"), _kinds(), "llrr"),
        "## Reference packs\n",
        "*Not verified* means: the passage was not at hand, and the book says so in a note of its own. *Read as quoted* means: somebody "
        "else's quotation or table was read, not the text.\n",
        *packs,
        "## Library of measures\n",
        table(("source", "definitions", "passage", "finding"), _of_measures(), "llll"),
        "## Boundary words\n",
        "What happens just below a boundary, exactly at it and just above it: each is a golden figure.\n",
        table(("book", "words", "where", "below", "at", "above"), _bounds(), "llllll"),
    )
