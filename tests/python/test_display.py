"""What people see: text and HTML say the same, nothing in a book can disguise itself, colours can be read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from openbook._display import figures, html, overview, style, text
from openbook._display.blocks import Grid, Heading, Paragraph, Picture, Tree
from openbook._display.explained import depth_that_fits, of_tree
from openbook.table import Column, Table
from seen import displays, words_of_html, words_of_text
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}

BLOCKS = [
    Heading("A <title>", 2),
    Paragraph("Some words & more", "warning"),
    Grid("Amounts", ("party", "amount (£)"), (("trust", "-2,800.00"), ("<b>x</b>", "1.00")), "lr", "+ = received"),
    Grid("Nothing", ("party",), (), "l"),
    Tree("position", "£5", ("a note",), (Tree("clause", "£3"), Tree("other", "£2")), "bound: a, £1 from the next"),
]


# -- text and HTML ----------------------------------------------------------------------------------------------------


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


def test_long_cells_go_on_and_are_never_cut() -> None:
    grid = Grid("", ("who", "what"), (("a", "one two three four"), ("b", "unbreakable12345")), "ll")
    assert text.render([grid], widest=10).split("\n") == [
        "who  what",
        "---  ----------",
        "a    one two",
        "       three",
        "       four",
        "b    unbreaka",
        "       ble12345",
    ]


def test_trees_in_text() -> None:
    assert text.render(BLOCKS[4:]).split("\n") == [
        "position: £5",
        "│  bound: a, £1 from the next",
        "│  a note",
        "├─ clause: £3",
        "└─ other: £2",
    ]


def test_html_escapes_everything_and_says_the_same() -> None:
    page = html.render(BLOCKS)
    assert "<b>x" not in page
    assert "A &lt;title&gt;" in page
    assert words_of_html(page) == words_of_text(text.render(BLOCKS))
    assert words_of_html(page)[:7] == ["A", "<title>", "Warning:", "Some", "words", "&", "more"]


def test_every_display_says_the_same_in_text_and_html() -> None:
    for name, shown in displays().items():
        in_text, in_html = words_of_text(str(shown)), words_of_html(shown._repr_html_())
        if name == "ledger":  # its ids are longer than a cell
            assert "".join(in_text) == "".join(in_html)
        else:
            assert in_text == in_html, name
        assert len(in_text) > 20, name
        assert "<script" not in shown._repr_html_()


def test_what_reads_the_words_can_tell_a_difference() -> None:
    shown = displays()["disputes"]
    in_html = words_of_html(shown._repr_html_())
    assert in_html != words_of_text(str(shown).replace("-50,000.00", "-50,000.01"))
    assert in_html != words_of_text(str(shown).replace("5 parties are left the same", "parties are left the same"))
    first, second = "local_authority       69,500.00", "mental_health_ft     -30,500.00"
    swapped = str(shown).replace(first, "#").replace(second, first).replace("#", second)
    assert swapped != str(shown) and in_html != words_of_text(swapped)


# -- what is shown, and what is counted -------------------------------------------------------------------------------


def test_lines_of_nothing_are_counted_and_stay_in_the_table() -> None:
    settled = displays()["settlement"]
    gap, positions = settled.gap, settled.practised
    assert len(gap) == 355
    assert len(gap._block().rows) == 1
    assert "354 lines without a gap." in str(gap)
    shown = len(positions._block().rows)
    zeros = sum(1 for amount in positions["amount"] if not amount)
    assert f"{len(positions) - zeros - shown:,} more rows. {zeros:,} lines of zero." in str(positions)
    assert len(positions.to_dicts()) == len(positions) > 300
    assert all(row[-1] != "0.00" for row in positions._block().rows)
    same = small_book().settle(DATA)
    assert "What is paid is what is written: 14 lines without a gap." in str(same)


def test_a_filtered_table_is_shown_like_the_whole() -> None:
    settled, stressed = displays()["settlement"], displays()["stress"]
    year = settled.practised.where(every="year")
    assert "lines of zero" in str(year)
    party = stressed.party("ccg")
    assert "lines without a change" in str(party)
    assert isinstance(party, ob.Table) and not hasattr(party, "settlements")
    risk = displays()["risk"].where(period="year 1")
    assert "±" in str(risk)


def test_disputes_name_the_line_that_chooses_each_reading() -> None:
    disputes = displays()["disputes"]
    shown = str(disputes)
    assert 'book.settle(..., readings={"first_call": "pooled"})' in shown
    assert "Every reading leaves every party the same." in shown  # the reopener was not reached
    assert "7 parties are left the same by every reading." in shown
    row = next(row for row in disputes if (row["reading"], row["party"]) == ("pooled", "mental_health_ft"))
    assert str(row["difference"]) == "50000.00"
    settled = displays()["settlement"]
    book, calls = settled.book, []

    class Recorder:
        def settle(self, *data: Any, **options: Any) -> None:
            calls.append((data, options))

    eval(row["choose"], {"book": Recorder()})
    ((data, options),) = calls
    assert data == (...,)
    chosen = book.settle(ob.examples.data("mental_health_alliance"), plan=True, disputes=False, **options)
    assert chosen.position("mental_health_ft") == row["position"]


def test_lint_shows_counts_first_and_counts_what_repeats() -> None:
    lint = displays()["lint"]
    shown = str(lint).split("\n")
    errors, warnings, notes = (sum(s == kind for s in lint["severity"]) for kind in ("error", "warning", "note"))
    assert shown[3] == f"{errors} errors, {warnings} warnings, {notes} notes."
    assumed = lint.where(code="illustrative")
    assert f"{len(assumed) - 4} more of illustrative" in str(lint)
    assert ob.Book.from_json({"id": "x", "calendar": {"start": "2024-04", "months": 12}}).lint()._blocks()[1:] == [
        Paragraph("0 errors, 0 warnings, 0 notes.")
    ]


def test_an_explanation_says_which_branch_bound_and_how_far() -> None:
    tree = displays()["explanation"]
    shown = str(tree)
    assert "bound: previous(lowest_cash, £150000), £2,000.00 from the next" in shown
    assert "bound: cash_held, £48,000.00 from the next" in shown
    page = tree._repr_html_()
    assert '<div class="detail bound">bound: cash_held' in page
    assert page.count("<details open>") >= 1 and "<details>" in page
    choice = ob.Explanation(
        "pay", "5", "£", formula="choose(a > 1, £1, any(b, c), £5, £0)", note="condition 2 held", children=(tree,)
    )
    assert of_tree(choice).bound == "held: any(b, c)"
    plain = ob.Explanation("pay", "5", "£", formula="£5", note="condition 2 held")
    assert of_tree(plain).bound == "condition 2 held"
    over = ob.Explanation("pay", "1234567.5", "£", note="above zero by £1234567.50")
    assert (of_tree(over).bound, of_tree(over).value) == ("above zero by £1,234,567.50", "£1,234,567.50")
    noted = ob.Explanation("entry", "1", "£", note="accrual: 3 of 12 months of the amount below")
    assert (of_tree(noted).bound, of_tree(noted).details) == ("", (noted.note,))


def test_a_large_explanation_is_shown_to_a_depth_and_the_rest_counted() -> None:
    leaf = ob.Explanation("leaf", "1", "£")
    tree = leaf
    for _ in range(6):  # 1 + 5 + 25 + ... + 15,625
        tree = ob.Explanation("sum", "5", "£", children=(tree,) * 5)
    assert depth_that_fits(tree, 200) == 3
    assert depth_that_fits(leaf) is None
    shown = tree._repr_html_()
    assert shown.count("… 155 more below") == 125
    assert len(tree.to_text().split("\n")) == sum(5**n for n in range(7))


def test_a_draw_says_where_it_stands() -> None:
    draw = displays()["draw"]
    shown = str(draw)
    assert shown.startswith(f"Draw {draw.number:,} of seed 7")
    assert "1 in 100 leave it less." in shown or "in 500 leave it less." in shown
    assert "draw.explain() opens every one" in shown
    worst = draw.simulation.draw(percentile=0, party="mental_health_ft")
    assert "no draw leaves it less." in str(worst)
    assert repr(draw).startswith("<Draw ")


def test_comparisons_say_what_is_not_clear() -> None:
    columns = [Column(name) for name in ("book", "against", "party")]
    names = ("base", "mean", "sd", "p_worse")
    columns += [Column(name + end, "float") for name in names for end in ("", "_error")]
    rows = [
        dict(
            book="b",
            against="a",
            party="x",
            base=0,
            base_error=1,
            mean=mean,
            mean_error=1,
            sd=sd,
            sd_error=0,
            p_worse=p,
            p_worse_error=e,
        )
        for mean, sd, p, e in ((5, 9, 0.2, 0.01), (-5, 9, 0.8, 0.01), (1.5, 9, 0.4, 0.01), (0, 0, 0, 0))
    ]
    table = ob.Comparison.of_rows("Compared", columns, rows)
    assert [row[5] for row in table._block().rows] == ["better", "worse", "not clear", "none"]
    assert table._block().rows[3][7] == "no draw"


# -- figures ----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("share", "draws", "said"),
    [
        (0.07, 10_000, "7 in 100"),
        (0.5, 2, "50 in 100"),
        (0.004, 100_000, "4 in 1,000"),
        (0.00004, 100_000, "4 in 100,000"),
        (0.002, 500, "1 in 500"),
        (0.0, 500, "none of 500 draws"),
        (1.0, 500, "all of 500 draws"),
        (0.998, 10_000, "all but 2 in 1,000"),
        (0.994, 10_000, "99 in 100"),
    ],
)
def test_shares_in_words(share: float, draws: int, said: str) -> None:
    assert figures.in_words(share, draws) == said


# -- what a book may try ----------------------------------------------------------------------------------------------

NASTY = [
    "<script>alert('x')</script>",
    'a "quoted" & <b>bold</b> name',
    "Trust 🏥 👩‍⚕️ of 東京",
    "مستشفى الملك",
    "pays \u202e00.000,1£\u202c now",
    "tab\tbell\x07 end",
    "Very " + "long" * 60 + " name of a trust that goes on " + "and on " * 30,
]


@pytest.mark.parametrize("name", NASTY)
def test_names_cannot_disguise_themselves(name: str, tmp_path: Path) -> None:
    parties = [
        ob.Party(id="icb", name=name, roles=["commissioner"]),
        ob.Party(id="trust", name=f"{name} 2", roles=["provider"]),
    ]
    book = small_book(parties=parties, title=name, description=name)
    settled = book.settle(DATA)
    simulated = book.simulate(200, progress=False)
    shown = [
        book,
        settled,
        ob.flows(settled),
        simulated,
        simulated.fan("trust"),
        simulated.draw(percentile=5, party="trust"),
        settled.explain("trust"),
        ob.bridge(settled, book.settle(DATA, shocks="dear"), "trust"),
        ob.payment_function(book, "price", 100, 300, party="trust", data=DATA, probes=2),
    ]
    for one in shown:
        page, plain = one._repr_html_(), str(one)
        assert "".join(words_of_html(page)) == "".join(words_of_text(plain))
        for forbidden in ("<script", "<b>", "\u202e", "\x07"):
            assert forbidden not in page
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f]", plain)
    file = ob.report(book, tmp_path / "r.html", settlement=settled, simulation=simulated, stress=book.stress(data=DATA))
    page = file.read_text(encoding="utf-8")
    assert "<script" not in page and "\u202e" not in page
    assert words_of_html(page)


def test_what_steers_text_is_made_visible() -> None:
    page = html.render([Paragraph("pays \u202e00.1\u202c now"), Heading("a\x00b")])
    assert "pays &lt;U+202E&gt;00.1&lt;U+202C&gt; now" in page
    assert "a&lt;U+0000&gt;b" in page
    family = "👩\u200d👧"  # joiners inside emoji stay
    assert family in html.render([Paragraph(family)])


def test_wide_letters_are_counted_twice_in_text() -> None:
    grid = Grid("", ("name", "n"), (("東京", "1"), ("Leeds", "2")), "lr")
    assert text.render([grid]).split("\n") == ["name   n", "-----  -", "東京   1", "Leeds  2"]


# -- colours ----------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    """The palettes as the style sheet has them, in its order."""
    found = re.findall(r"\{(--ink:[^}]*)\}", style.STYLE)
    names = ("light", "dark", "notebook light", "notebook dark", "printed")
    return {
        name: dict(pair.removeprefix("--").split(":") for pair in rule.split(";"))
        for name, rule in zip(names, found, strict=True)
    }


def test_contrast_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark", "notebook light", "notebook dark", "printed"])
def test_colours_can_be_read(scheme: str) -> None:
    colours = schemes()[scheme]
    for ink in ("ink", "soft", "accent", "accent2", "good", "bad"):
        for ground in ("ground", "band"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["warnink"], colours["warn"]) >= 4.5
    assert contrast(colours["line"], colours["ground"]) >= 1.2  # a rule need not be read, only seen


def test_the_style_sheet_follows_reader_notebook_and_paper() -> None:
    assert "@media (prefers-color-scheme:dark){.openbook{--ink" in style.STYLE
    assert '[data-jp-theme-light="false"] .openbook' in style.STYLE
    assert "@media print{" in style.STYLE
    assert "</" not in style.STYLE
    used = set(re.findall(r"var\(--(\w+)\)", style.STYLE + style.PAGE))
    assert used <= set(style.LIGHT) == set(style.DARK) == set(style.PRINT)


# -- reports ----------------------------------------------------------------------------------------------------------


def test_a_report_is_one_file_that_needs_nothing(tmp_path: Path) -> None:
    book = small_book(title="Book <1>")
    file = ob.report(
        book,
        tmp_path / "out" / "report.html",
        settlement=book.settle(DATA),
        simulation=book.simulate(500, progress=False, track=["visits"]),
        stress=book.stress(data=DATA),
        payments=[ob.payment_function(book, "price", 100, 300, party="trust", data=DATA, probes=2)],
    )
    page = file.read_text(encoding="utf-8")
    assert "Book &lt;1&gt;" in page
    assert "as Price of a visit varies" in page
    assert words_of_html(page)
    assert book.digest in page
    for part in (
        "Parties",
        "Who paid whom",
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


def test_a_picture_in_text_is_its_words() -> None:
    assert text.render([Picture("<svg/>", "who pays whom")]) == "who pays whom"


def test_tables_of_any_kind_show_every_line_unless_told() -> None:
    table = Table("T", [Column("n", "int")], {"n": range(70)})
    assert str(table).split("\n")[-1] == "10 more rows."
    assert len(table._block().rows) == 60


def test_a_book_names_who_really_pays_and_receives() -> None:
    """Members of `each`, parts of a split, and a clause with sides of its own; contracts without clauses as they say."""
    plans = [f"plan_{number}" for number in range(1, 8)]
    parties = [ob.Party(id=party) for party in ("payer", "enrollees", "agent", *plans)]
    over = ob.Input(id="amount", unit="£", dimension="plan")
    clauses = [
        ob.Payment(id="capitation", amount="amount", each="plan"),
        ob.Payment(id="premiums", from_="enrollees", amount="amount", each="plan"),
        ob.Payment(id="fee", amount="£9", shares=[ob.Part(party="agent"), ob.Part(party="plan_7")]),
        ob.Payment(id="back", from_="plan_7", to="payer", amount="£1"),
    ]
    book = ob.Book(
        id="sides",
        calendar=ob.Calendar(start="2024-01", months=12),
        parties=parties,
        dimensions=[ob.Dimension(id="plan", members=plans)],
        inputs=[over],
        contracts=[
            ob.Contract(id="k", payer="payer", payee="plan_1", clauses=clauses),
            ob.Contract(id="other", payer="agent", payee="payer"),
        ],
    )
    assert [row[5] for row in overview.clause_grid(book).rows] == [
        "payer → plan_1, plan_2, plan_3, plan_4 and 3 more",
        "enrollees → plan_1, plan_2, plan_3, plan_4 and 3 more",
        "payer → agent, plan_7",
        "plan_7 → payer",
    ]
    drawn = overview.flows(book)
    assert {(payer, payee) for payer, payee, _ in drawn} == {
        *(("payer", plan) for plan in (*plans, "agent")),
        *(("enrollees", plan) for plan in plans),
        ("plan_7", "payer"),
        ("agent", "payer"),
    }
    shown = str(book)
    assert (
        "enrollees pays plan_1, plan_2, plan_3, plan_4 and 3 more (k)" in shown and "agent pays payer (other)" in shown
    )


def test_dates_are_shown_as_days_and_kept_as_numbers() -> None:
    """5 March 2024 is day 19,787 from 1970; the last day of April is 19,843, and is later."""
    parties = [ob.Party(id=party) for party in ("payer", "provider")]
    members = [f"stay {number}" for number in range(1, 15)]
    amount = "£1 * number(late - due) + £1 * sum(number(own - due)) + £1 * sum(number(crossed - due))"
    when = {"unit": "date", "aggregate": "last"}
    book = ob.Book(
        id="dates",
        calendar=ob.Calendar(start="2024-04", months=1),
        parties=parties,
        dimensions=[ob.Dimension(id="stay", members=members), ob.Dimension(id="site", members=["north", "south"])],
        parameters=[ob.Parameter(id="due", value=ob.Term("date('2024-03-05')", unit="date"))],
        quantities=[
            ob.Quantity(id="late", formula="max(period_end(), due)", **when),
            ob.Quantity(id="own", formula="spread(due, 'stay')", dimension="stay", **when),
            ob.Quantity(id="crossed", formula="spread(own, 'site')", dimension="stay", by="site", **when),
        ],
        contracts=[
            ob.Contract(
                id="k", payer="payer", payee="provider", clauses=[ob.Payment(id="p", every="month", amount=amount)]
            )
        ],
    )
    settlement = book.settle(plan=True)
    tree = settlement.explain("clause:p")
    assert {node.value for node in tree.walk() if node.unit == "date"} == {"19787", "19843", None}
    assert settlement.quantities.to_dicts()[0]["value"] == 19843
    shown = tree.to_text()
    assert "due: 2024-03-05" in shown and "late, 2024-04: 2024-04-30" in shown
    assert "stay 1 2024-03-05, stay 2 2024-03-05" in shown and "stay 12 2024-03-05, ... of 14 members" in shown
    assert "stay 1, north 2024-03-05; stay 1, south 2024-03-05" in shown and "2024-03-05, ... of 28 members" in shown
    for text_ in (shown, tree._repr_html_(), str(settlement.quantities), str(settlement.members("own"))):
        assert "2024" in text_ and "19787" not in text_ and "19,787" not in text_ and "19,843" not in text_


def test_givers_and_tranches_of_a_waterfall_are_named() -> None:
    rows = {row[1]: row[5] for row in overview.clause_grid(ob.examples.painshare_fund()).rows}
    receivers = "local_authority, mental_health_ft, third_sector_a, third_sector_b"
    assert rows["out_of_the_fund"] == f"dedicated_fund → {receivers}"
