"""What a reader sees: the words of a page and of a text, read from the output alone, and every display of one book."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import openbook as ob

INLINE = {"span", "strong", "bdi", "code"}
VOID = {"meta", "link", "br", "hr", "img"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.hidden = 0
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in VOID:
            return
        self.open.append(tag)
        self.hidden += tag in ("style", "svg", "head", "script")
        if tag not in INLINE:
            self.shown.append(" ")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"
        self.hidden -= tag in ("style", "svg", "head", "script")
        if tag not in INLINE:
            self.shown.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.shown.append(data)


def words_of_html(page: str) -> list[str]:
    """The visible words of a page, drawings left out, in order; every element must be closed."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert not reader.open
    return "".join(reader.shown).split()


def _columns(line: str) -> list[str]:
    """One item per column of the screen; the second column of a wide letter is empty."""
    found: list[str] = []
    for letter in line:
        if unicodedata.category(letter) in ("Mn", "Me", "Cf") and found:
            found[-1] += letter
            continue
        found.append(letter)
        if unicodedata.east_asian_width(letter) in "WF":
            found.append("")
    return found


def _cells(line: str, spans: list[tuple[int, int]]) -> list[str] | None:
    """A line cut at the columns of a table; None where words stand between columns."""
    columns = _columns(line)
    between = [(a[1], b[0]) for a, b in pairwise(spans)]
    if any("".join(columns[start:end]).strip() for start, end in between) or len(columns) > spans[-1][1]:
        return None
    return ["".join(columns[start:end]) for start, end in spans]


def words_of_text(text: str) -> list[str]:
    """The words of a text in order: ruled lines and the strokes of trees left out, cells that go on put together."""
    words: list[str] = []
    lines = text.split("\n")
    spans: list[tuple[int, int]] = []
    row: list[str] = []

    def flush() -> None:
        words.extend(" ".join(row).split())
        row.clear()

    for number, line in enumerate(lines):
        following = lines[number + 1 : number + 12]
        if re.fullmatch(r"-+(  -+)+", line):
            flush()
            continue
        if re.fullmatch(r"-+|=+", line):
            continue
        if not line.strip():
            flush()
            spans = []
            continue
        rulers = [after for after in following if re.fullmatch(r"-+(  -+)+", after)]
        if not spans and rulers and "" not in following[: following.index(rulers[0])]:
            ruled = [match.span() for match in re.finditer("-+", rulers[0])]
            if _cells(line, ruled) is not None and _heads(following, rulers[0], ruled):
                spans = ruled
        cells = _cells(line, spans) if spans else None
        if cells is None:
            flush()
            spans = [] if spans and row == [] else spans
            words.extend(re.sub(r"^[│├└─ ]+", "", line).split())
            continue
        if row and all(not cell.strip() or cell.startswith("  ") for cell in cells):
            row[:] = [f"{before} {cell}" for before, cell in zip(row, cells, strict=True)]
        else:
            flush()
            row.extend(cells)
    flush()
    return words


def _heads(following: list[str], ruler: str, spans: list[tuple[int, int]]) -> bool:
    """Whether what stands between a line and a ruler goes on with the line's cells: then the line is the head."""
    between = following[: following.index(ruler)]
    cut = [_cells(line, spans) for line in between]
    return all(cells is not None and all(not c.strip() or c.startswith("  ") for c in cells) for cells in cut)


@cache
def displays() -> dict[str, Any]:
    """Everything that has a display, of the shipped alliance."""
    book = ob.examples.mental_health_alliance()
    settled = book.settle(ob.examples.data("mental_health_alliance"), plan=True)
    simulated = book.simulate(500, seed=7, progress=False)
    plan = book.settle(plan=True, disputes=False)
    other = book.with_("reopener_threshold", "50%")
    return {
        "book": book,
        "terms": book.terms(),
        "readings": book.readings(),
        "lint": book.lint(),
        "settlement": settled,
        "positions": settled.positions,
        "practised": settled.practised,
        "gap": settled.gap,
        "disputes": settled.disputes,
        "ledger": settled.ledger,
        "explanation": ob.examples.third_sector_cash().settle(plan=True).explain("lowest_cash", period=2),
        "flows": ob.flows(settled),
        "bridge": ob.bridge(plan, settled, "mental_health_ft", labels=("plan", "actual")),
        "bridge_of_gap": ob.Bridge.of_gap(settled),
        "simulation": simulated,
        "risk": simulated.risk("mental_health_ft"),
        "fan": simulated.fan("mental_health_ft"),
        "draw": simulated.draw(percentile=1, party="mental_health_ft"),
        "stress": book.stress(),
        "comparison": ob.compare({"as agreed": book, "late reopener": other}, scenarios=300, seed=7),
        "difference": book.diff(other),
        "payment_function": ob.payment_function(
            ob.examples.step_down(), "cases", "85%", "115%", by="scale", party="collar_trust", probes=8
        ),
    }
