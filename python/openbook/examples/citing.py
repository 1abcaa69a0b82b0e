"""Where the figures of the shipped books come from, and what was found on comparing them with their sources.

`sources.json` says of every text that a book names of which kind it is, whether the passage was read, and what was
found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["KINDS", "Boundary", "Citation", "boundaries", "citations", "citations_of", "sources_in"]

#: What a source is.
KINDS = ("primary text", "faithful summary", "research catalogue", "own computation", "assumption")


@dataclass(frozen=True)
class Citation:
    """A text that books name.

    Attributes
    ----------
    begins
        How the books' `source` begins where it names this text.
    kind
        One of `KINDS`.
    checked
        "read": the passage was read in the text or a faithful copy; "quoted": as somebody else quotes it; "no": it was
        not at hand; "not needed": there is no text outside the books.
    where, words, finding
        Where it can be opened, a few of its words, and what was found.
    """

    begins: tuple[str, ...]
    kind: str
    checked: str
    where: str = ""
    words: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Boundary:
    """A rule's words about a boundary, and the golden figures below it, exactly at it and above it."""

    book: str
    words: str
    where: str
    below: str
    at: str
    above: str


#: What needs no entry in the file: the research catalogues and plain assumptions.
WITHIN = (
    Citation(("research 0",), "research catalogue", "not needed", finding="the catalogue's own mark is carried"),
    Citation(("assumed",), "assumption", "not needed", finding="marked illustrative where it is a figure"),
)


@cache
def _register() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(__file__).with_name("sources.json").read_text(encoding="utf-8"))
    return content


@cache
def citations() -> tuple[Citation, ...]:
    """Every text that a shipped book or the library of measures names, in the order of the file."""
    named = (Citation(**{**item, "begins": tuple(item["begins"])}) for item in _register()["sources"])
    return (*named, *WITHIN)


@cache
def boundaries() -> tuple[Boundary, ...]:
    """The boundary words of the reference packs with the golden figures that test them."""
    return tuple(Boundary(**item) for item in _register()["boundaries"])


def citations_of(source: str) -> tuple[Citation, ...]:
    """The texts that a `source` names, the first of which bears the rule.

    Parts are separated by semicolons; a part that begins like no known text goes on about the one before it. The
    longest beginning wins, so that a section may have an entry of its own.

    Raises
    ------
    LookupError
        Its first part names no text of the register.

    Examples
    --------
    >>> from openbook.examples.citing import citations_of
    >>> [(c.kind, c.checked) for c in citations_of("45 CFR 153.510(b), (c)")]
    [('primary text', 'read')]
    """
    found: list[Citation] = []
    for number, part in enumerate(source.split("; ")):
        known = {start: c for c in citations() for start in c.begins if part.startswith(start)}
        if known:
            found.append(known[max(known, key=len)])
        elif number == 0:
            raise LookupError(f"no entry in examples/sources.json begins like '{source}'")
    return tuple(dict.fromkeys(found))


def sources_in(document: Any) -> Iterator[str]:
    """Every `source` in a document, in its order."""
    if isinstance(document, Mapping):
        if isinstance(document.get("source"), str):
            yield document["source"]
        for value in document.values():
            yield from sources_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from sources_in(value)
