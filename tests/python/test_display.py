"""What people see: text and HTML with the same content, pictures, reports."""

from __future__ import annotations

import html as entities
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openbook as ob
import pytest
from openbook._display import figures, html, svg, text
from openbook._display.blocks import Grid, Heading, Paragraph, Picture, Tree
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}

BLOCKS = [
    Heading("A <title>", 2),
    Paragraph("Some words & more", "warning"),
    Grid("Amounts", ("party", "amount (£)"), (("trust", "-2,800.00"), ("<b>x</b>", "1.00")), "lr", "+ = received"),
    Grid("Nothing", ("party",), (), "l"),
    Tree("position", "£5", ("a note",), (Tree("clause", "£3"), Tree("other", "£2"))),
]


def words(page: str) -> set[str]:
    """Every word that a page shows."""
    shown: list[str] = []

    class Reader(HTMLParser):
        hidden = False

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.hidden = tag == "style"

        def handle_data(self, data: str) -> None:
            if not self.hidden:
                shown.append(data)

    Reader().feed(page)
    return set(re.findall(r"[\w£.,<>/-]+", " ".join(shown)))


def test_text_is_aligned() -> None:
    assert text.render(BLOCKS[2:3]) == "\n".join(
        [
            "Amounts",
            "party     amount (£)",
            "--------  ----------",
            "trust      -2,800.00",
            "<b>x</b>        1.00",
            "+ = received",
        ]
    )


def test_trees_in_text() -> None:
    assert text.render(BLOCKS[4:]) == "position: £5\n│  a note\n├─ clause: £3\n└─ other: £2"


def test_html_escapes_everything_and_says_the_same() -> None:
    page = html.render(BLOCKS)
    assert "<b>x" not in page
    assert "A &lt;title&gt;" in page
    plain = set(re.findall(r"[\w£.,<>/-]+", text.render(BLOCKS)))
    strokes = {"--------", "----------", "-----"}
    assert {word for word in plain if word.strip("-") and word not in strokes} - {"WARNING"} <= words(page)


@pytest.mark.parametrize("make", ["settle", "simulate", "stress", "lint", "terms"])
def test_results_say_the_same_in_text_and_html(make: str) -> None:
    book = small_book()
    shown = {
        "settle": lambda: book.settle(DATA),
        "simulate": lambda: book.simulate(500, progress=False),
        "stress": lambda: book.stress("busy", DATA),
        "lint": book.lint,
        "terms": book.terms,
    }[make]()
    numbers = set(re.findall(r"\d[\d,.]*\d", repr(shown)))
    page = entities.unescape(shown._repr_html_())
    assert numbers
    assert all(number in page for number in numbers)
    assert "<script" not in page


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (-2812.34, 12.4, "-2,812 ± 12"),
        (1234567.0, 4321.0, "1,234,600 ± 4,300"),
        (0.00123, 0.00021, "0.00123 ± 0.00021"),
        (5.0, 0.0, "5.00 ± 0"),
        (-0.2, 30.0, "0 ± 30"),
    ],
)
def test_figures_have_the_digits_that_their_error_allows(value: float, error: float, shown: str) -> None:
    assert figures.estimate(value, error) == shown


def test_drawings_are_well_formed_and_escaped() -> None:
    drawings = [
        svg.fan(["a<b", "c"], [0.1, 0.5, 0.9], [[1, 2], [2, 3], [3, 5]], title="x & y", realised=[2, None]),
        svg.fan(["term"], [0.1, 0.9], [[1.0], [2.0]], title="one period"),
        svg.fan(["a", "b"], [0.5], [[0.0, 0.0]], title="flat"),
        svg.bars([("a & b", 5.0), ("c", -3.0)], title="t", total="in all"),
        svg.bars([], title="nothing"),
        svg.flows({"a": "A", "b": "<B>", "c": "C"}, [("a", "b", "x"), ("b", "c", "y"), ("c", "c", "self")]),
    ]
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).tag.endswith("svg")


def test_a_report_is_one_file_that_needs_nothing(tmp_path: Path) -> None:
    book = small_book(title="Book <1>")
    file = ob.report(
        book,
        tmp_path / "out" / "report.html",
        settlement=book.settle(DATA),
        simulation=book.simulate(500, progress=False, track=["visits"]),
        stress=book.stress(data=DATA),
    )
    page = file.read_text(encoding="utf-8")
    assert "Book &lt;1&gt;" in page
    assert book.digest in page
    for part in (
        "Parties",
        "Written against practised",
        "Risk",
        "Stress tests",
        "Terms and where they come from",
        "<svg",
    ):
        assert part in page
    assert "illustrative" in page
    assert not re.search(r"<script|<link|src=|href=|url\((?!#)|https?://(?!www\.w3\.org/2000/svg)", page)
    assert "prefers-color-scheme:dark" in page
    assert "@media print" in page
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["report.html"]


def test_pictures_with_matplotlib() -> None:
    pytest.importorskip("matplotlib")
    book = small_book()
    settlement, simulation = book.settle(DATA), book.simulate(500, progress=False, track=["visits"])
    axes = simulation.plot.fan("visits", realised=[100, None, 90, 80, None, None])
    assert axes.get_title() == "visits"
    assert len(axes.get_lines()[-1].get_xdata()) == 3
    for drawn in (
        ob.plotting.bridge(settlement.explain("trust")),
        ob.plotting.flows(settlement),
        ob.plotting.gap(settlement),
        ob.plotting.payment(book, "fee", ["£0", "£1,000", "£2,000"], party="trust"),
    ):
        assert ob.plotting.svg_text(drawn).startswith("<svg")
    line = ob.plotting.payment(book, "fee", ["£0", "£1,000"], party="trust").get_lines()[0]
    assert line.get_ydata()[1] - line.get_ydata()[0] == 6 * 1000 + 1000


def test_a_picture_in_text_is_its_words() -> None:
    assert text.render([Picture("<svg/>", "who pays whom")]) == "who pays whom"
