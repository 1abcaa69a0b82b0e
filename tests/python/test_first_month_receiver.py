"""The first month of a deputy finance director who receives a foreign book and distrusts it.

The Mental Health FT is sent a sealed book and a saved settlement by the commissioner. She has these files, the data,
last month's draft, and the signed paper with its short code; nothing else. Every figure that she relies on she works
out again: with the package, with `Decimal`, and by hand from the terms.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openbook as ob
import pytest

HERS = "mental_health_ft"
YEAR = 3
READINGS = {"reopener": None, "first_call": "first_call", "overspend_share": "where_it_falls"}
KEPT = ["planned_saving", "savings_from_year", "outcome_pot", "residential_measure", "la_commissioning_share"]
SIGN = ("ccg", "local_authority", HERS, "third_sector_a", "third_sector_b")
# What the commissioner keeps to itself while it prepares the files.
BELIEVED, STRATEGY, REMARK = "417283", "Concede the cap on the last evening", "Let the panel decide"


class Post(NamedTuple):
    """What lies on her desk."""

    sealed: Path
    settlement: Path
    data: Path
    draft: Path
    paper: str


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Post:
    """The commissioner decides what is open, looks at its own expectations, and sends what is shareable."""
    folder = tmp_path_factory.mktemp("post")
    draft = ob.examples.mental_health_alliance()
    book = draft.decide(READINGS | dict.fromkeys(KEPT))
    for note in draft.notes:
        if note.status in ("open", "in dispute"):
            book = book.with_note(note.on, "Settled at the meeting of the boards.", date="2015-03-20", status="settled")
    own = ob.Layer(
        party="ccg",
        over=book,
        beliefs={"placement_price": BELIEVED},
        strategy=STRATEGY,
        notes=[ob.Note(on="reopener", text=REMARK)],
    )
    seen = book.with_layer(own)
    assert seen.settle(plan=True, disputes=False).private_to == "ccg"
    who = {party: f"Director of {party}, finance" for party in SIGN}
    sealed = seen.shareable().seal(who, "2015-03-31", accept_illustrative=True)
    made = Post(
        folder / "alliance.sealed.json",
        folder / "year.settlement.json",
        folder / "data.csv",
        folder / "draft.json",
        sealed.short,
    )
    made.data.write_bytes(ob.examples.data("mental_health_alliance").read_bytes())
    draft.write(made.draft)
    sealed.write(made.sealed)
    sealed.settle(made.data, plan=True, disputes=False).save(made.settlement)
    return made


@pytest.fixture(scope="module")
def sealed(post: Post) -> ob.SealedBook:
    return ob.read_sealed(post.sealed)


@pytest.fixture(scope="module")
def received(post: Post) -> ob.Settlement:
    return ob.Settlement.read(post.settlement)


@pytest.fixture(scope="module")
def again(post: Post, sealed: ob.SealedBook) -> ob.Settlement:
    """The settlement as she makes it herself, from the sealed book and the data."""
    return sealed.settle(post.data, plan=True)


def number(text: str) -> Decimal:
    """A figure of the table of terms, read without the package: "£2.8m", "40%", "1,500"."""
    match = re.fullmatch(r"£?([\d,.]+)(%|k|m)?", text.strip())
    assert match, text
    scale = {"%": Decimal("0.01"), "k": Decimal(1000), "m": Decimal(1_000_000), None: Decimal(1)}[match[2]]
    return Decimal(match[1].replace(",", "")) * scale


# 1. Is this what was signed? ---------------------------------------------------------------------------------------


def test_the_file_is_what_was_signed(post: Post) -> None:
    table = ob.verify(post.sealed, short=post.paper)
    assert table.passed, table
    assert {"bytes of the document", "arithmetic edition", "figures on plan", "signatories"} <= set(table["check"])
    run = [sys.executable, "-m", "openbook", "verify", str(post.sealed), "--short", post.paper]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "Verified." in done.stdout


def test_a_file_that_was_touched_on_the_way_does_not_pass(post: Post, tmp_path: Path) -> None:
    text = post.sealed.read_text(encoding="utf-8")
    assert "£2.8m" in text
    touched = tmp_path / "touched.sealed.json"
    touched.write_text(text.replace("£2.8m", "£2.9m", 1), encoding="utf-8")
    table = ob.verify(touched, short=post.paper)
    failed = {row["check"] for row in table if row["passed"] is False}
    assert {"bytes of the document", "digest of the book", "figures on plan", "code on the signed paper"} <= failed
    with pytest.raises(ob.BookError, match="bytes of the document"):
        ob.read_sealed(touched)


def test_everybody_signed(sealed: ob.SealedBook) -> None:
    assert {signatory.party for signatory in sealed.signatories} == set(SIGN)


# 2. What would a careful reader question? --------------------------------------------------------------------------


def test_lint_has_no_errors_and_names_the_clauses(sealed: ob.SealedBook) -> None:
    table = sealed.book.lint()
    assert "error" not in table["severity"]
    cliffs = [row["where"] for row in table if row["code"] == "cliff"]
    assert "Alliance agreement, clause Reopener at 10% above plan (Alliance cl 8.4)" in cliffs
    assert not {"open-reading", "provisional-reading", "unanswered-note", "lost-note"} & set(table["code"])


# 3. The terms, where they come from, and the paragraph they stand in ------------------------------------------------


def test_every_figure_has_a_source_or_was_signed_as_illustrative(sealed: ob.SealedBook) -> None:
    accepted = set(sealed.illustrative()["name"])
    terms = sealed.book.terms()
    assert {row["name"] for row in terms if row["illustrative"]} <= accepted
    literal = [
        row
        for row in terms
        if re.fullmatch(r"£?[\d,.]+(%|k|m)?", row["value"]) and row["path"].startswith("/parameters")
    ]
    assert len(literal) > 10
    lacking = [
        row["name"]
        for row in literal
        if not row["source"] and not row["illustrative"] and row["value"] not in ("0", "1")
    ]
    flagged = {row["path"] for row in sealed.book.lint() if row["code"] == "no-source"}
    assert {row["path"] for row in literal if row["name"] in lacking} <= flagged


def test_every_clause_has_its_paragraph_and_words(sealed: ob.SealedBook) -> None:
    rows = {row["clause"]: row for row in sealed.book.words()}
    assert all(row["ref"] and row["words"] for row in rows.values())
    block = rows["ft_block"]
    assert (block["ref"], block["contract"]) == ("Sch 3A 1", "NHS Standard Contract, CCG and Mental Health FT")
    assert "monthly instalments" in block["words"]
    assert "less 12 times" in block["formula"]
    assert sealed.book.clause("Alliance cl 8.4").id == "reopener"


# 4. Is the settlement what the book and the data give? --------------------------------------------------------------


def test_the_settlement_comes_out_the_same_to_the_penny(received: ob.Settlement, again: ob.Settlement) -> None:
    assert received.book.digest == again.book.digest
    assert received.positions == again.positions
    assert received.ledger == again.ledger
    assert received.cash == again.cash


def test_the_ledger_adds_up_without_the_package(post: Post, received: ob.Settlement) -> None:
    """Positions from the entries of the file, with the standard library alone."""
    with zipfile.ZipFile(post.settlement) as archive:
        file = json.loads(archive.read("content.json"), parse_float=Decimal)
    assert file["book"] == json.loads(post.sealed.read_text(encoding="utf-8"))["digest"]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in file["result"]["entries"]:
        if entry["basis"] == "practised":
            sums[entry["to"]] += Decimal(entry["amount"])
            sums[entry["from"]] -= Decimal(entry["amount"])
    assert sum(sums.values()) == 0
    term = {
        row["party"]: Decimal(row["amount"])
        for row in file["result"]["positions"]
        if (row["every"], row["basis"]) == ("term", "practised")
    }
    assert {party: amount for party, amount in sums.items() if amount} == {p: a for p, a in term.items() if a}
    assert term[HERS] == received.position(HERS)


# 5. Why is her figure what it is? ----------------------------------------------------------------------------------


def test_her_figure_opens_down_to_inputs_with_sources(post: Post, received: ob.Settlement) -> None:
    tree = received.explain(HERS, year=YEAR)
    assert tree.amount == received.position(HERS, every="year", period=YEAR) == Decimal("42000.00")
    children = [Decimal(str(child.value)) for child in tree.children]
    assert sum(children, Decimal(0)) == tree.amount
    for clause in tree.children:
        if clause.children:
            assert sum((Decimal(str(entry.value)) for entry in clause.children), Decimal(0)) == clause.amount
    kinds = {node.kind for node in tree.walk()}
    assert {"position", "clause", "entry", "input", "parameter"} <= kinds
    parameters = [node for node in tree.inputs() if node.kind == "parameter"]
    assert len(parameters) > 10
    assert all(node.source or node.illustrative for node in parameters)
    # What is no parameter is an input, and stands in the data that she was sent.
    with post.data.open(encoding="utf-8", newline="") as file:
        sent = {(row["quantity"], row["period"]): Decimal(row["value"]) for row in csv.DictReader(file)}
    inputs = {node.label: Decimal(str(node.value)) for node in tree.inputs() if node.kind == "input"}
    assert inputs["Users in work, voluntary work, education or training, year 3"] == sent["employment_rate", "2017-04"]
    costs = {label[-7:]: -value for label, value in inputs.items() if label.startswith("less Other spending")}
    assert costs == {month: sent["ft_other_cost", month] for month in costs} and len(costs) == 12
    assert {node.where for node in tree.children if node.where} >= {
        "NHS Standard Contract, CCG and Mental Health FT, clause Block for standing services, Mental Health FT (Sch 3A 1)",
        "Alliance agreement, clause Gain and pain on outcomes, from year three (Alliance Sch 5)",
    }


# 6. Two clauses by hand, from the terms alone ----------------------------------------------------------------------


def test_two_clauses_by_hand(sealed: ob.SealedBook, received: ob.Settlement) -> None:
    value = {row["name"]: row["value"] for row in sealed.book.terms()}
    forecast = dict(re.findall(r"from (\d{4}-\d{2}): ([\d,.]+)", value["ft_forecast"]))["2017-04"]
    envelope = number(value["baseline"]) - number(value["planned_saving"])
    assert (envelope, forecast) == (Decimal("9200000"), "700")
    share, pot = number(value["ft_share"]), number(value["cquin_pot"])
    # Sch 3A 1: her share of the envelope, less the activity that is paid on forecast, less her part of CQUIN.
    block = envelope * share - 12 * number(forecast) * number(value["ft_price"]) - pot * share
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in received.payments:
        if row["to"] == HERS and "2017-04" <= row["service_from"] <= "2018-03":
            paid[row["clause"]] += row["amount"]
    assert paid["ft_block"] == block == Decimal("1944000")
    # Sch 4: her share of the CQUIN pot for twelve months.
    assert paid["cquin"] == pot * share == Decimal("56000")


# 7. What was in dispute, and what would it have been worth? --------------------------------------------------------


def test_disputes_are_listed_with_what_each_reading_is_worth_to_her(again: ob.Settlement) -> None:
    hers = [row for row in again.disputes if row["party"] == HERS]
    assert {row["clause"] for row in hers} == {"reopener", "first_call", "overspend_share"}
    for clause in ("reopener", "first_call", "overspend_share"):
        (chosen,) = [row for row in hers if row["clause"] == clause and row["chosen"]]
        assert chosen["position"] == again.position(HERS)
        assert chosen["where"].startswith("Alliance agreement, clause ")
    worth = {(row["clause"], row["reading"]): row["position"] - again.position(HERS) for row in hers}
    # Pooling shares one balance equally between the two statutory providers: 69,500 and -30,500 become 19,500 each.
    assert worth["first_call", "pooled"] == Decimal(50000)
    low, high = next((row["lowest"], row["highest"]) for row in again.joint_range if row["party"] == HERS)
    assert low <= min(row["position"] for row in hers) and max(row["position"] for row in hers) <= high
    assert again.provisional == ()


# 8. What is different from the draft that she knows? ----------------------------------------------------------------


def test_the_seal_differs_from_the_draft_in_what_was_decided_and_nothing_else(
    post: Post, sealed: ob.SealedBook
) -> None:
    draft = ob.read_book(post.draft)
    changes = draft.diff(sealed.book)
    undecided = {
        row["path"] for row in ob.open_points(draft, accept_illustrative=True) if row["code"] != "unanswered-note"
    }
    touched = {re.sub(r"/(alternatives|reading|provisional)$", "", path) for path in changes["path"]}
    answers = {row["path"]: row["what"] for row in changes if row["path"].startswith("/notes/")}
    assert touched - set(answers) == undecided
    assert set(answers.values()) == {"added"} and len(answers) == 6  # in the margin, outside the digest
    assert len(undecided) == len(READINGS) + len(KEPT)
    chosen = {row["path"]: json.loads(row["after"]) for row in changes if row["path"].endswith("/reading")}
    assert set(chosen.values()) == {"excess_only", "first_call", "where_it_falls"}
    assert draft.settle(post.data, plan=True, disputes=False).position(HERS) == sealed.settle(
        post.data, plan=True, disputes=False
    ).position(HERS)


# 9. Is there anything in it that is not for her? --------------------------------------------------------------------


def test_nothing_private_is_in_the_files(post: Post, sealed: ob.SealedBook, received: ob.Settlement) -> None:
    for file in (post.sealed, post.settlement):
        text = file.read_bytes().decode("utf-8", "replace")  # archives of openbook are not compressed
        for secret in (BELIEVED, "417,283", STRATEGY, REMARK, "private_to", '"layer"'):
            assert secret not in text
    assert (sealed.book.private_to, received.private_to) == ("", "")
    assert sealed.book.shareable() is sealed.book
    assert not [note for note in sealed.book.notes if note.status.startswith("private")]


# 10. What if? -------------------------------------------------------------------------------------------------------


def test_what_if_the_saving_were_smaller(post: Post, sealed: ob.SealedBook, again: ob.Settlement) -> None:
    tried = sealed.book.with_("planned_saving", "£2.5m")
    other = tried.settle(post.data, plan=True, disputes=False, edition=sealed.edition)

    def block(settlement: ob.Settlement, year: str) -> Decimal:
        rows: list[Any] = [
            r for r in settlement.payments if r["clause"] == "ft_block" and r["service_from"].startswith(year)
        ]
        return sum((row["amount"] for row in rows), Decimal(0))

    # £300,000 less is taken out of the envelope, of which she has 40%: £10,000 a month once the saving is taken.
    assert block(other, "2017") - block(again, "2017") == Decimal(120000)
    assert block(other, "2015") == block(again, "2015")
    assert tried.digest != sealed.book.digest
    assert ob.verify(post.sealed, short=post.paper).passed  # what she tries touches nothing that was signed


# 11. Her own view of it stays hers ----------------------------------------------------------------------------------


def test_she_lays_her_own_layer_over_the_sealed_book(post: Post, sealed: ob.SealedBook, tmp_path: Path) -> None:
    own = ob.Layer(
        party=HERS,
        over=sealed.book,
        expected_concessions=[ob.Concession(id="mercy", concession="waive", on="gain_pain", part="pain")],
        outside_options=[ob.OutsideOption("stay outside with last year's block", "-£10,000")],
    )
    seen = sealed.book.with_layer(own)
    mine = seen.settle(post.data, plan=True, disputes=False)
    (row,) = seen.against_outside_options(mine)
    assert row["better_by"] == mine.position(HERS) + 10_000
    with pytest.raises(ob.BookError, match="private=True"):
        mine.save(tmp_path / "mine.json")
    assert seen.shareable() == sealed.book
