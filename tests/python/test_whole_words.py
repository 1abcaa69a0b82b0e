"""Dates, amounts and the codes of seals reach the reader in one piece: no markup, colour or line break inside them."""

from __future__ import annotations

import io
import re
import sys

import openbook as ob
import pytest
from openbook._display import html
from openbook._display.blocks import Grid, Heading, Paragraph, Tree
from openbook.cli import printing
from seen import displays

#: A month or a date; a code of four groups.
WHOLE = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b|\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
CODE = "12AB-34CD-5678-90EF"
LINE = f"From 2016-04 to 2017-03-31, sealed as {CODE}: -£1,200.50, (-3) and 2016/17 [bold]not bold[/bold] [2016-05]."


def sealed() -> ob.SealedBook:
    book = ob.examples.third_sector_cash().decide({"payment_lag": None, "monthly_cost": None})
    return book.seal({party.id: "A Jones" for party in book.parties}, "2016-03-31", accept_illustrative=True)


def pieces(page: str) -> list[str]:
    """What stands between two tags."""
    return re.split(r"<[^>]*>", page)


def whole(page: str) -> None:
    visible = re.sub(r"<(style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    joined = re.sub(r"</?(span|strong|bdi|code)\b[^>]*>", "", visible)
    assert sorted(WHOLE.findall(" ".join(pieces(joined)))) == sorted(WHOLE.findall(" ".join(pieces(visible))))


def test_no_element_of_a_page_begins_inside_a_date_or_a_code() -> None:
    blocks = [
        Heading(LINE),
        Paragraph(LINE),
        Paragraph(LINE, "warning"),
        Grid(LINE, ("month", "seal"), ((LINE, CODE),), "lr", LINE),
        Tree(LINE, LINE, (LINE,)),
    ]
    page = html.render(blocks)
    assert len(WHOLE.findall(" ".join(pieces(page)))) == 4 * 9 + 1
    assert '<span class="n">-£1,200.50</span>' in page and '(<span class="n">-3</span>)' in page
    whole(page)
    shown = sealed()
    assert shown.short in shown._repr_html_() and "2016-03-31" in shown._repr_html_()
    for result in (shown, *displays().values()):
        whole(result._repr_html_())
    with pytest.raises(AssertionError):
        whole("<p>2016<span>-04</span></p>")


def test_no_colour_of_a_terminal_begins_inside_a_date_or_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console

    screen = io.StringIO()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(
        printing, "_console", lambda: Console(file=screen, force_terminal=True, width=600, highlight=False)
    )
    printing.print_blocks([Paragraph(LINE), Grid(LINE, ("2016-04", LINE), ((CODE, LINE),), "ll", LINE)])
    shown, coloured = re.subn(r"\x1b\[[\d;]*m", "|", screen.getvalue())
    assert coloured  # a terminal's colours are there to be wrong
    assert len(WHOLE.findall(shown)) == 5 * 4 + 2
    assert shown.count("[bold]not bold[/bold]") == 5
