"""Sealed books: what is refused, what is kept, what is found when somebody touches them."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import os
import pickle
import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook import _codes, _core, _sealed_file
from openbook.cli import main
from small import small_book

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
WHO = {"icb": "A Jones, chief finance officer", "The Trust": "B Khan"}
DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
PLANNED = Decimal(6 * 1000 + 6 * 110 * 200 + 2 * 500)
SETTLED = Decimal(6 * 1000 + 6 * 110 * 200 + 500 + 1000)


def decided(**changes: Any) -> ob.Book:
    return small_book(**changes).decide({"fee": None})


def sealed(book: ob.Book | None = None, **options: Any) -> ob.SealedBook:
    return ob.seal(book or decided(), WHO, "2016-03-31", **({"accept_illustrative": True} | options))


def failed(table: ob.Verification) -> list[str]:
    return [row["check"] for row in table if row["passed"] is False]


def with_readings(**fields: Any) -> ob.Book:
    readings = [ob.Reading(name="whole", words="x"), ob.Reading(name="part", overrides={"amount": "£1"})]
    clause = ob.Payment(id="gain", name="Gain", ref="Sch 5", amount="£2", readings=readings, **fields)
    return decided(contracts=[ob.Contract(id="acute", name="Acute", payer="icb", payee="trust", clauses=[clause])])


# -- what is kept ---------------------------------------------------------------------------------------------------


def test_a_seal_says_what_was_signed_by_whom_and_when() -> None:
    book = decided()
    seal = sealed(book)
    assert (seal.book, seal.date, seal.edition) == (book, datetime.date(2016, 3, 31), _core.editions[-1])
    assert seal.release == ob.__version__
    assert seal.signatories == (
        ob.Signatory("icb", "A Jones", "chief finance officer"),
        ob.Signatory("trust", "B Khan", ""),
    )
    assert seal.illustrative()["name"] == ("fee",)
    term = {(row["party"], row["basis"]): row["amount"] for row in seal.figures() if row["every"] == "term"}
    assert term == {("trust", b): PLANNED for b in ("practised", "written")} | {
        ("icb", b): -PLANNED for b in ("practised", "written")
    }
    assert seal.document == book.original()
    assert ob.read_book(seal.document.decode()) == book


def test_the_same_seal_gives_the_same_bytes_and_another_day_another_digest() -> None:
    assert sealed().to_bytes() == sealed().to_bytes()
    assert sealed() == sealed() and hash(sealed()) == hash(sealed())
    other = ob.seal(decided(), WHO, datetime.date(2016, 4, 1), accept_illustrative=True)
    assert other.digest != sealed().digest and other.short != sealed().short
    assert other.book.digest == sealed().book.digest


def test_the_digest_covers_everything_whatever_the_layout() -> None:
    content = json.loads(sealed().to_bytes())
    covered = {key: value for key, value in content.items() if key not in ("seal", "short")}
    text = json.dumps(covered, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == sealed().digest == content["seal"]


def test_original_bytes_are_kept(tmp_path: Path) -> None:
    laid_out = json.dumps(json.loads(decided().to_json()), indent=7).replace("\n", "\r\n") + "\r\n\t \r\n"
    raw = laid_out.replace('"small"', '"small"  ').replace("A small book", "A sm\\u0061ll book £").encode()
    (tmp_path / "book.json").write_bytes(raw)
    sealed(ob.read_book(tmp_path / "book.json")).write(tmp_path / "book.sealed.json")
    again = ob.read_sealed(tmp_path / "book.sealed.json")
    assert again.document == raw
    assert again.book.original() == raw
    assert again.verify().passed
    assert pickle.loads(pickle.dumps(again)) == again


def test_named_data_are_kept_with_their_figures(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(
        "period,visits,other\n" + "".join(f"2016-{m:02d},100,10\n" for m in range(4, 10)), encoding="utf-8"
    )
    data = {"the half-year": DATA, "to June": decided().settle(DATA, as_at="2016-06")}
    seal = sealed(data=data)
    term = {
        row["data"]: row["amount"]
        for row in seal.figures()
        if (row["party"], row["every"], row["basis"]) == ("trust", "term", "practised")
    }
    assert term == {"plan": PLANNED, "the half-year": SETTLED, "to June": Decimal(3000 + 66000 + 500)}
    checks = seal.verify()
    assert checks.passed
    assert {"figures on plan", "figures on the half-year", "figures on to June"} <= set(checks["check"])
    with pytest.raises(ob.BookError, match="'plan' names the figures"):
        sealed(data={"plan": DATA})
    with pytest.raises(ob.BookError, match="it is of another book"):
        sealed(data={"x": decided().with_("price", 1).settle(DATA)})
    with pytest.raises(ob.BookError, match="made with other shocks"):
        sealed(data={"x": decided().settle(DATA, shocks="busy")})
    with pytest.raises(ob.DataError):
        sealed(data={"x": {"visits": [1]}})


def test_a_sealed_book_is_settled_by_its_edition() -> None:
    seal = sealed()
    settlement = seal.settle(DATA)
    assert settlement.position("trust") == SETTLED
    assert settlement.request["edition"] == seal.edition
    assert seal.simulate(20, progress=False).seed == seal.seed()
    assert seal.simulate(20, seed=3, progress=False).request["edition"] == seal.edition
    assert seal.stress("busy", DATA).settlements["base"].request["edition"] == seal.edition
    with pytest.raises(ob.OpenbookError, match="2099"):
        seal.book.settle(DATA, edition="2099.1")
    assert "edition" not in seal.book.settle(DATA).request


def test_the_seed_is_drawn_from_the_seal() -> None:
    seal = sealed()
    bits = bin(int(hashlib.sha256(f"openbook-seed-1:{seal.digest}".encode()).hexdigest(), 16))[2:].zfill(256)
    assert seal.seed() == int(bits[:63], 2)
    assert 0 <= seal.seed() < 2**63


def test_seed_sealed_is_that_of_the_seal_and_is_printed() -> None:
    seal = sealed()
    drawn = ob.simulate(seal, 20, seed="sealed", progress=False)
    assert (
        drawn
        == seal.simulate(20, progress=False)
        == seal.book.simulate(20, seed=seal.seed(), edition=seal.edition, progress=False)
    )
    [note] = drawn.warnings.where(code="sealed-seed")["message"]
    assert str(seal.seed()) in note and seal.short in note and "sealed again for another one" in note
    assert str(seal.seed()) in drawn.risk("trust").note and str(seal.seed()) in str(drawn)
    assert ob.simulate(seal, 20, seed=4, progress=False).seed == 4
    assert "sealed-seed" not in ob.simulate(seal, 20, seed=4, progress=False).warnings["code"]
    other = ob.seal(decided(), WHO, "2016-04-01", accept_illustrative=True)
    assert other.seed() != seal.seed()


def test_a_book_that_is_not_sealed_has_no_seal_to_draw_from() -> None:
    seal = sealed()
    for ask in (
        lambda: decided().simulate(20, seed="sealed"),
        lambda: seal.book.simulate(20, seed="sealed"),
        lambda: ob.compare({"a": seal, "b": decided()}, seed="sealed"),
        lambda: ob.frontier(decided(), {"price": [1, 2]}, party="trust", seed="sealed"),
        lambda: ob.stability(decided(), 5, seed="sealed"),
    ):
        with pytest.raises(ob.BookError, match="not under seal") as caught:
            ask()
        assert caught.value.problems[0].code == "unsealed" and caught.value.problems[0].path == "/seed"
    with pytest.raises(ob.LimitError, match="found 'sealt'"):
        ob.simulate(seal, 20, seed="sealt")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="found str"):
        ob.simulate("small", 20)  # type: ignore[arg-type]


def test_several_seals_have_one_seed_in_any_order() -> None:
    first = sealed()
    second = ob.seal(decided().with_("price", "£210"), WHO, "2016-03-31", accept_illustrative=True)
    text = "openbook-seed-1:" + ",".join(sorted([first.digest, second.digest]))
    seed = int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) // 2
    run = {"seed": "sealed", "scenarios": 30, "progress": False}
    for books in ({"a": first, "b": second}, {"b": second, "a": first}):
        assert {request["seed"] for request in ob.compare(books, **run).requests.values()} == {seed}
    same = ob.compare({"a": first, "again": first}, **run)
    assert {request["seed"] for request in same.requests.values()} == {first.seed()}
    assert ob.frontier(first, {"price": [190, 210]}, party="trust", **run).seed == first.seed()
    assert ob.frontier({"a": first, "b": second}, party="trust", **run).seed == seed
    assert ob.stability(first, 5, **run).seeds[0] == first.seed()


def test_the_sealed_seed_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seal = sealed()
    path, plain = str(tmp_path / "s.sealed.json"), str(tmp_path / "b.json")
    seal.write(path)
    decided().write(plain)
    run = ["--scenarios", "20", "--json", "--seed", "sealed"]
    for arguments, code in ((["simulate", path, *run], 0), (["simulate", plain, *run], 3)):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        out = capsys.readouterr()
        assert caught.value.code == code
        if code == 0:
            assert json.loads(out.out)["seed"] == seal.seed()
            assert f"seed {seal.seed()} is drawn from the seal {seal.short}" in out.err
        else:
            assert "not under seal" in out.err
    with pytest.raises(SystemExit) as caught:
        main(["simulate", path, "--set", "price=£300", *run])
    assert caught.value.code == 3 and "not under seal" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["compare", f"a={path}", f"b={path}", *run])
    assert caught.value.code == 0 and capsys.readouterr().out


def test_it_never_changes_and_shows_itself() -> None:
    seal = sealed()
    with pytest.raises(AttributeError, match="never changes"):
        seal.book = small_book()
    for shown in (str(seal), re.sub("<wbr>|<strong>|</strong>|<span[^>]*>|</span>", "", seal._repr_html_())):
        for words in (seal.short, "A Jones", "chief finance officer", "139,000.00", "Signed though illustrative"):
            assert words in shown
    assert repr(seal) == f"<SealedBook 'small', {seal.short}, 2016-03-31, edition {seal.edition}>"


# -- what is refused ------------------------------------------------------------------------------------------------


def refused(book: ob.Book, **options: Any) -> dict[str, ob.Problem]:
    with pytest.raises(ob.BookError, match="cannot be sealed") as caught:
        sealed(book, **options)
    return {problem.code: problem for problem in caught.value.problems}


def test_undecided_and_provisional_readings() -> None:
    found = refused(with_readings())["open-reading"]
    assert found.where == "Acute, clause Gain (Sch 5)"
    assert 'book.decide({"gain": "whole"})' in found.message
    assert set(refused(with_readings(provisional="part"))) == {"provisional-reading"}
    assert sealed(with_readings(provisional="part").decide({"gain": None})).book.clause("gain").reading == "part"
    assert sealed(with_readings(reading="whole")).verify().passed


def test_alternatives_open_notes_and_deferred_terms() -> None:
    assert 'book.decide({"fee": None})' in refused(small_book())["open-alternative"].message
    asked = decided().with_note("by_visit", "At which price?", status="open")
    assert refused(asked)["unanswered-note"].where == "acute, clause by_visit"
    assert sealed(asked.with_note("by_visit", "At £200.", status="agreed")).verify().passed
    assert refused(decided().with_note("price", "We offer £210.", status="without prejudice"))["unanswered-note"]
    assert refused(decided().replace(notes=[{"status": "private", "text": "ours"}]))["private-note"]
    for said in (
        "to be agreed",
        "Sch 1, TBC",
        "t.b.d.",
        "subject to agreement of the boards",
        "To be confirmed in May",
    ):
        later = decided().with_("price", ob.Term(200, source=said, unit="£ per attendance"))
        assert said in refused(later)["deferred-term"].message
    later = decided().with_("price", ob.Term(200, unit="£ per attendance", deferred="once the audit is in"))
    assert "once the audit is in" in refused(later)["deferred-term"].message
    for fine in ("agreed in May", "Sch TBCX 1", "the price to be paid"):
        assert sealed(decided().with_("price", ob.Term(200, source=fine, unit="£ per attendance"))).verify().passed


def test_illustrative_terms_are_sealed_only_by_name() -> None:
    found = refused(decided(), accept_illustrative=False)["illustrative"]
    assert "fee" in found.message and "accept_illustrative=True" in found.message
    plain = decided().with_("fee", ob.Term("£1,000", source="Sch 2"))
    assert len(sealed(plain, accept_illustrative=False).illustrative()) == 0


def test_what_cannot_be_calculated() -> None:
    problem = refused(decided().with_("by_visit.price", "pricee"))["missing-reference"]
    assert problem.where == "acute, clause by_visit, price"
    no_plan = decided(inputs=[*small_book().inputs[:2], ob.Input(id="score", unit="number", every="quarter")])
    with pytest.raises(ob.OpenbookError, match="check figures on plan cannot be settled"):
        sealed(no_plan)


def test_signatories_and_date() -> None:
    def problems(who: Any, date: Any = "2016-03-31") -> dict[str, str]:
        with pytest.raises(ob.BookError) as caught:
            ob.seal(decided(), who, date, accept_illustrative=True)
        return {problem.path: problem.message for problem in caught.value.problems}

    assert "nobody signs for trust" in problems({"icb": "A"})["/signatories"]
    assert "did you mean 'trust'" in problems({"icb": "A", "trsut": "B"})["/signatories/1"]
    assert "nobody is named" in problems({"icb": " ", "trust": "B"})["/signatories/0"]
    assert (
        "signs twice"
        in problems([ob.Signatory("icb", "A"), ob.Signatory("trust", "B"), {"party": "The Trust", "name": "C"}])[
            "/signatories/2"
        ]
    )
    assert '"nme" is unknown' in problems([{"party": "icb", "nme": "A"}])["/signatories/0/nme"]
    for date in ("2016-02-30", "March", "2016-03", 20160331):
        assert "expected a day" in problems(WHO, date)["/date"]


def test_only_those_who_contract_must_sign() -> None:
    parties = [
        *small_book().parties,
        ob.Party(id="outsider", roles=["supplier"], legal="outside"),
        ob.Party(id="pool", roles=["fund"]),
        ob.Party(id="charity", roles=["provider"]),
    ]
    overlay = ob.Overlay(id="alliance", parties=["icb", "trust", "pool", "charity"], wraps=["acute"])
    book = decided(parties=parties, overlays=[overlay])
    assert refused(book)["missing-signatory"].message.startswith("nobody signs for charity,")
    assert ob.seal(book, WHO | {"charity": "C"}, "2016-03-31", accept_illustrative=True).verify().passed


def test_deciding() -> None:
    book = small_book()
    low = book.decide({"fee": "low"}).parameters[1].value
    assert (low.value, low.source, low.illustrative, low.alternatives) == ("£600", "letter", False, ())
    kept = book.decide({"Fee": None}).parameters[1].value
    assert (kept.value, kept.source, kept.illustrative, kept.alternatives) == ("£1,000", "assumed", True, ())
    assert book.decide({"/parameters/fee/value": "low"}) == book.decide({"fee": "low"})
    with pytest.raises(ob.BookError) as caught:
        with_readings().decide({"gain": "hole", "fee": "x", "nothing": None})
    told = {problem.path: problem.message for problem in caught.value.problems}
    assert "did you mean 'whole'" in told["/gain"]
    assert "has no alternative 'x'" in told["/fee"]
    assert "no term or parameter is called 'nothing'" in told["/nothing"]
    with pytest.raises(ob.BookError, match="no reading that could be kept"):
        with_readings().decide({"gain": None})


@pytest.mark.parametrize("name", ["acute_contract", "alliance_precedence", "step_down"])
def test_shipped_books_without_open_points_are_sealed(name: str) -> None:
    book = ob.examples.book(name)
    who = {party.id: "N" for party in book.parties if party.legal != "outside"}
    seal = book.seal(who, "2020-01-31", accept_illustrative=True)
    assert seal.verify(short=seal.short).passed
    assert seal.document == (ob.examples.path(name) / "book.json").read_bytes()


# -- what is found --------------------------------------------------------------------------------------------------


def test_an_untouched_seal_passes_every_check() -> None:
    table = sealed().verify(short=sealed().short.lower().replace("-", " "))
    assert set(table["passed"]) == {True}
    assert table.note.startswith("Verified.")
    assert {
        "form of the file",
        "layout of the file",
        "digest of the seal",
        "bytes of the document",
        "digest of the book",
        "arithmetic edition",
        "format of the document",
        "signatories",
        "figures on plan",
        "code on the signed paper",
    } <= set(table["check"])


RAW = sealed(data={"half-year": DATA}).to_bytes()


@settings(max_examples=EXAMPLES * 5, deadline=None)
@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found(at: int, change: int) -> None:
    touched = bytearray(RAW)
    touched[at] ^= change
    table = ob.verify(bytes(touched))
    assert not table.passed
    assert failed(table) and table.note.startswith("NOT VERIFIED: ")
    try:
        seal = ob.SealedBook.from_bytes(bytes(touched))
    except ob.OpenbookError:
        return
    assert seal.to_bytes() == RAW  # nothing but the layout was touched


def touched(old: bytes, new: bytes, raw: bytes = RAW) -> list[str]:
    assert raw.count(old) >= 1 and old != new
    return failed(ob.verify(raw.replace(old, new, 1)))


def test_what_was_touched_is_named() -> None:
    digests = ["digest of the seal", "short code"]
    content = json.loads(RAW)
    amount = next(
        row["amount"] for row in content["figures"][0]["positions"] if (row["party"], row["every"]) == ("trust", "term")
    ).encode()
    wrong = amount.replace(b"139000.00", b"139000.01")
    assert touched(b'"amount": "' + amount, b'"amount": "' + wrong) == [*digests, "figures on plan"]
    edition = f'"edition": "{content["edition"]}"'.encode()
    named = touched(edition, b'"edition": "2026.0"')
    assert {"arithmetic edition", *digests} <= set(named)
    assert touched(b"A Jones", b"A Janes") == digests
    assert touched(b'"date": "2016-03-31"', b'"date": "2016-03-30"') == digests
    assert touched(content["document_sha256"].encode(), b"0" * 64) == [*digests, "bytes of the document"]
    assert touched(content["digest"].encode(), b"0" * 64) == [*digests, "digest of the book"]
    assert touched(content["seal"].encode(), b"0" * 64) == ["digest of the seal"]
    assert touched(content["short"].encode(), b"0000-0000-0000-0000") == ["short code"]
    assert touched(b'"party": "icb",\n   "name"', b'"party": "icq",\n   "name"') == [*digests, "signatories"]
    assert touched(b'"name": "fee"', b'"name": "fie"') == [*digests, "illustrative terms"]
    assert touched(b'"document_format": 1', b'"document_format": 9') == [*digests, "format of the document"]
    assert touched(b'"edition"', b'"edicion"')[0] == "form of the file"
    table = ob.verify(RAW.replace(b'"edition"', b'"edicion"', 1))
    assert "did you mean 'edition'" in table["found"][0] and '"edition" is missing' in table["found"][0]


def test_a_figure_that_does_not_settle_is_told_to_the_penny() -> None:
    content = json.loads(RAW)
    rows = content["figures"][0]["positions"]
    row = next(r for r in rows if (r["party"], r["every"], r["basis"]) == ("trust", "term", "practised"))
    row["amount"] = "139000.01"
    # Whoever changes a figure can seal again; the figure is still not what the book settles to.
    forged = _sealed_file.layout(
        _sealed_file.stamped({k: v for k, v in content.items() if k not in ("format", "seal", "short")})
    )
    table = ob.verify(forged)
    assert failed(table) == ["figures on plan"]
    (found,) = [r["found"] for r in table if r["passed"] is False]
    assert found == "trust, term term, practised: settled again 139,000.00, sealed 139,000.01"
    del rows[0]
    lost = _sealed_file.layout(
        _sealed_file.stamped({k: v for k, v in content.items() if k not in ("format", "seal", "short")})
    )
    assert "sealed 'nothing'" in next(r["found"] for r in ob.verify(lost) if r["passed"] is False)


def test_whitespace_is_found_wherever_it_is() -> None:
    assert touched(b'"edition": ', b'"edition":  ') == ["layout of the file"]
    assert failed(ob.verify(RAW + b"\n")) == ["layout of the file"]
    assert failed(ob.verify(json.dumps(json.loads(RAW), indent=4).encode())) == ["layout of the file"]
    inside = failed(ob.verify(RAW.replace(b'\\"small\\"', b'\\"small\\" ', 1)))
    assert inside == ["digest of the seal", "short code", "bytes of the document"]  # the terms are the same
    twice = RAW.replace(b'"edition"', b'"edition": "x",\n "edition"', 1)
    assert failed(ob.verify(twice)) == ["layout of the file"]


def test_a_changed_term_sealed_again_differs_from_the_signed_paper() -> None:
    signed = sealed()
    other = sealed(decided().with_("price", ob.Term(201, source="Sch 1", unit="£ per attendance")))
    assert other.verify().passed
    table = other.verify(short=signed.short)
    assert failed(table) == ["code on the signed paper"]
    misheard = signed.short[:-1] + ("0" if signed.short[-1] != "0" else "1")
    table = signed.verify(short=misheard)
    assert failed(table) == ["code on the signed paper"]
    assert "misheard or mistyped" in next(row["found"] for row in table if row["passed"] is False)


def test_a_book_that_was_not_decided_is_found_under_a_proper_seal() -> None:
    content = json.loads(sealed(with_readings(provisional="part").decide({"gain": None})).to_bytes())
    book = with_readings(provisional="part")
    document = book.original()
    content |= {"document": document.decode(), "document_sha256": hashlib.sha256(document).hexdigest()}
    content |= {"document_bytes": len(document), "digest": book.digest}
    forged = _sealed_file.stamped({k: v for k, v in content.items() if k not in ("format", "seal", "short")})
    table = ob.verify(_sealed_file.layout(forged))
    assert failed(table) == ["nothing left open"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "openbook-sealed-1"}',
        b'{"format": NaN}',
        b'{"a": 1.5}',
        b'"\\ud800"',
        b'{"figures": ' + b"[" * 400 + b"]" * 400 + b"}",
        b"[" * 100_000,
        b'{"document_bytes": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_sealed_file_is_refused_and_not_crashed_on(raw: bytes, tmp_path: Path) -> None:
    table = ob.verify(raw)
    assert table["passed"][0] is False
    assert repr(table)
    (tmp_path / "x").write_bytes(raw)
    with pytest.raises(ob.BookError, match="not a sealed book"):
        ob.read_sealed(tmp_path / "x")


@settings(max_examples=EXAMPLES * 3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_value_in_any_place_is_found_and_named(chance: random.Random) -> None:
    content = json.loads(RAW)
    place: Any = content
    while True:
        key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
        if not isinstance(place[key], (dict, list)) or not place[key] or chance.random() < 0.1:
            break
        place = place[key]
    old = place[key]
    place[key] = chance.choice([v for v in (None, "", "x", 0, -1, [], {}, ["1"], "\ud800", "1e9") if v != old])
    table = ob.verify(_sealed_file.layout(content))
    assert not table.passed, (key, old, place[key])


# -- short codes ----------------------------------------------------------------------------------------------------


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_one_wrong_character_or_two_exchanged_are_noticed(digest: bytes) -> None:
    code = _codes.short_code(digest.hex())
    assert _codes.normal(code) == code
    assert len(code) == 19 and set(code.replace("-", "")) <= set(_codes.ALPHABET)
    letters = code.replace("-", "")
    for at, letter in itertools.product(range(16), _codes.ALPHABET):
        if letter != letters[at]:
            with pytest.raises(ob.BookError):
                _codes.normal(letters[:at] + letter + letters[at + 1 :])
    for a, b in itertools.combinations(range(16), 2):
        if letters[a] != letters[b]:
            swapped = list(letters)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            with pytest.raises(ob.BookError):
                _codes.normal("".join(swapped))


def test_codes_hold_the_first_75_bits_and_forgive_what_looks_alike() -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    bits = bin(int(digest, 16))[2:].zfill(256)[:75]
    wanted = "".join(_codes.ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, 75, 5))
    code = _codes.short_code(digest)
    assert code.replace("-", "")[:15] == wanted
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert _codes.normal(spoken) == code
    with pytest.raises(ob.BookError, match="it has 3 characters"):
        _codes.normal("ABC")
    with pytest.raises(ob.BookError, match="'U' is no character"):
        _codes.normal("UUUU-UUUU-UUUU-UUUU")


# -- variations -----------------------------------------------------------------------------------------------------


def varied(first: ob.SealedBook, price: int = 210, date: str = "2016-06-01") -> ob.SealedBook:
    book = first.book.with_("price", ob.Term(price, source="Deed", unit="£ per attendance"))
    return first.vary(book, deed=f"Deed to {price}", date=date, accept_illustrative=True)


def test_a_variation_names_the_seal_before_and_what_changed() -> None:
    first = sealed()
    second = varied(first)
    assert (second.varies, second.deed) == (first.digest, "Deed to 210")
    assert second.signatories == first.signatories
    assert any("210" in words for words in second.changes()["words"])
    alone = second.verify()
    assert alone.passed
    (row,) = [row for row in alone if row["passed"] is None]
    assert first.short in row["expected"]
    assert "not checked" in repr(alone)
    both = second.verify(before=first)
    assert set(both["passed"]) == {True}
    third = varied(second, 220, "2016-07-01")
    assert set(third.verify(before=[first, second])["passed"]) == {True}
    assert len(failed(third.verify(before=first))) == 1  # the one between is missing
    assert "Deed to 210" in str(second) and first.short in str(second)


def test_a_variation_is_found_out_when_the_seal_before_is_another() -> None:
    first = sealed()
    second = varied(first)
    other = ob.seal(decided(), WHO, "2016-03-30", accept_illustrative=True)
    assert failed(second.verify(before=other)) == ["seal before (Deed to 210)"]
    broken = first.to_bytes().replace(b'139000.00"', b'139000.01"', 1)
    assert len(failed(ob.verify(second.to_bytes(), before=broken))) == 1


def resealed(seal: ob.SealedBook, **changes: Any) -> bytes:
    content = {k: v for k, v in json.loads(seal.to_bytes()).items() if k not in ("format", "seal", "short")}
    content["varies"] = content["varies"] | changes.pop("varies", {})
    return _sealed_file.layout(_sealed_file.stamped(content | changes))


def test_the_links_of_a_chain_are_checked_one_by_one() -> None:
    first = sealed()
    second = varied(first)
    name, changes = "seal before (Deed to 210)", "changes (Deed to 210)"
    assert failed(ob.verify(resealed(second, varies={"changes": []}), before=first)) == [changes]
    assert failed(ob.verify(resealed(second, varies={"short": "0000-0000-0000-0000"}), before=first)) == [name]
    assert failed(ob.verify(resealed(second, varies={"date": "2016-01-01"}), before=first)) == [name]
    assert failed(ob.verify(resealed(second, date="2016-01-01"), before=first)) == [name]
    assert failed(ob.verify(resealed(second), before=first)) == []


def test_what_is_no_variation() -> None:
    first = sealed()
    changed = first.book.with_("price", ob.Term(210, source="Deed", unit="£ per attendance"))
    for book, options, told in (
        (first.book, {"deed": "D", "date": "2016-06-01"}, "nothing is varied"),
        (changed.replace(id="another"), {"deed": "D", "date": "2016-06-01"}, "a variation keeps the id"),
        (changed, {"deed": "D", "date": "2016-03-30"}, "or a later one"),
        (changed, {"deed": " ", "date": "2016-06-01"}, "Deed of variation 1"),
        (small_book(), {"deed": "D", "date": "2016-06-01"}, "lists other figures"),
    ):
        with pytest.raises(ob.BookError, match=told):
            first.vary(book, accept_illustrative=True, **options)


# -- command line ---------------------------------------------------------------------------------------------------


def test_the_command_line_seals_and_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, file = str(tmp_path / "book.json"), str(tmp_path / "s.sealed.json")
    small_book().write(book)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    who = ("--signatory", "icb=A Jones, chief finance officer", "--signatory", "trust=B Khan", "--date", "2016-03-31")
    code, out, err = run("seal", book, *who, "--out", file)
    assert code == 3 and not Path(file).exists()
    assert "open-alternative" in err and "illustrative" in err
    assert run("open", book)[0] == 3
    assert "open-alternative" in run("open", book, "--accept-illustrative", "--json")[1]
    ready = ("--decide", "fee=low", "--accept-illustrative")
    code, out, err = run("seal", book, *who, *ready, "--out", file, "--json")
    assert code == 0, err
    short = json.loads(out)["short"]
    assert ob.read_sealed(file).short == short
    code, out, _ = run("verify", file, "--short", short)
    assert code == 0 and "Verified." in out
    assert run("verify", file, "--short", "0000-0000-0000-0000")[0] == 3
    # Every verb takes a sealed book, and settles it by its edition.
    code, out, _ = run("settle", file, "--plan", "--json")
    assert code == 0 and "136200.00" in out  # 6 * 600 + 132,000 + 2 * 300 at the fee of £600
    assert run("verify", str(tmp_path / "book.json"))[0] == 3
    assert run("verify", str(tmp_path / "nothing.json"))[0] == 2
    # A deed of variation, and the chain.
    varied_book, second = str(tmp_path / "book2.json"), str(tmp_path / "s2.sealed.json")
    small_book().decide({"fee": "low"}).with_("price", ob.Term(210, source="Deed", unit="£ per attendance")).write(
        varied_book
    )
    assert run("seal", varied_book, "--date", "2016-06-01", "--vary", file, "--out", second)[0] == 2
    deed = ("--vary", file, "--deed", "Deed of variation 1", "--date", "2016-06-01", "--out", second)
    assert run("seal", varied_book, *deed, "--accept-illustrative")[0] == 0
    code, out, _ = run("verify", second, "--before", file, "--json")
    assert code == 0 and json.loads(out)["passed"] is True
    touched = Path(file).read_text(encoding="utf-8").replace("A Jones", "A Janes")
    Path(file).write_text(touched, encoding="utf-8")
    code, out, _ = run("verify", file)
    assert code == 3 and "NOT VERIFIED: digest of the seal, short code." in out
    assert run("verify", second, "--before", file)[0] == 3
    code, _, err = run("settle", file, "--plan")
    assert code == 3 and "digest of the seal" in err
