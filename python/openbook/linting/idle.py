"""Parts of a clause that stand where nothing reaches them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .findings import Finding, Reader, number_of, texts_of

__all__ = ["idle_parts"]

_NO_LIMIT = "no_limit()"


def idle_parts(reader: Reader) -> Iterator[Finding]:
    """Tranches behind one that takes everything, tranches that take nothing, and bands that are empty."""
    for _, clause, _, path in reader.clauses():
        other = {field for reading in clause.readings for field in reading.overrides}
        if clause.kind == "waterfall" and "tranches" not in other:
            yield from _tranches(reader, clause, f"{path}/tranches")
        if clause.kind == "bands" and "bands" not in other:
            yield from _bands(reader, clause, f"{path}/bands")


def _tranches(reader: Reader, clause: Any, path: str) -> Iterator[Finding]:
    before, switched = "", False
    for number, tranche in enumerate(clause.tranches):
        said = f"tranche '{tranche.name}' of '{clause.id}' is without effect: "
        share, limit = _Figure(reader, tranche.share), _Figure(reader, tranche.limit)
        never = str(tranche.when) == "false"
        if before:
            yield _finding(f"{path}/{number}", f"{said}'{before}' before it takes all that is left", switched)
        elif never or share.value == 0 or limit.value == 0:
            named = not never and (share.named if share.value == 0 else limit.named)
            yield _finding(f"{path}/{number}", f"{said}it takes nothing", named)
        elif share.value == 1 and limit.text in ("", _NO_LIMIT) and str(tranche.when) == "true":
            before, switched = tranche.name, share.named


def _bands(reader: Reader, clause: Any, path: str) -> Iterator[Finding]:
    before, open_at = _Figure(reader, 0), 0
    for number, band in enumerate(clause.bands, start=1):
        end = _Figure(reader, band.to)
        said = f"band {number} of '{clause.id}' is without effect: "
        if open_at:
            yield _finding(f"{path}/{number - 1}", f"{said}band {open_at} before it has no end", False)
        elif end.text == _NO_LIMIT:
            open_at = number
        elif end.same(before):
            at = f"'{end.text}'" if end.named else end.text
            message = f"{said}it ends where it starts, at {at}"
            yield _finding(f"{path}/{number - 1}", message, end.named or before.named)
        before = end


class _Figure:
    """What a term states: its text, and its figure, also where it names a parameter that has one throughout."""

    def __init__(self, reader: Reader, term: Any) -> None:
        texts = [] if term is None else list(texts_of(getattr(term, "_data", term)))
        self.text = texts[0] if len(texts) == 1 else "" if not texts else "?"
        meanings = reader.meanings.get(self.text, ())
        self.named = self.text in reader.meanings
        figures = [number_of(text) for text in (meanings if self.named else texts)]
        self.value: Decimal | None = figures[0] if len(figures) == 1 else None
        #: Whether the term says one thing at all times.
        self.one = len(texts) == 1

    def same(self, other: _Figure) -> bool:
        if not (self.one and other.one):
            return False
        if self.value is not None and other.value is not None:
            return self.value == other.value
        return self.text == other.text


def _finding(path: str, message: str, switched: bool) -> Finding:
    """A note where a parameter's figure makes it so, which may be a switch."""
    return Finding("dead-clause", "note" if switched else "warning", path, message)
