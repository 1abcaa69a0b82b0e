"""Seeds that nobody could choose: commitments before secrets, or a public value of a later day."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from small import small_book

SECRETS = {"icb": "0f" * 32, "trust": "a1" * 32}


def sealed(**changes: Any) -> ob.SealedBook:
    book = small_book(**changes).decide({"fee": None})
    return book.seal({"icb": "A Jones", "trust": "B Khan"}, "2016-03-31", accept_illustrative=True)


def committed(seal: ob.SealedBook) -> ob.SeedDraw:
    draw = ob.seed_draw(seal)
    for party, secret in SECRETS.items():
        draw = draw.commit(party, draw.commitment(party, secret))
    return draw


def drawn(seal: ob.SealedBook) -> ob.SeedDraw:
    draw = committed(seal)
    for party, secret in SECRETS.items():
        draw = draw.tell(party, secret)
    return draw


def test_the_rule_as_it_is_written() -> None:
    seal = sealed()
    draw = drawn(seal)
    text = f"openbook-seed-2:{seal.digest}:{SECRETS['icb']},{SECRETS['trust']}"
    assert draw.seed() == int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") // 2
    own = hashlib.sha256(f"openbook-commit-1:{seal.digest}:trust:{SECRETS['trust']}".encode()).hexdigest()
    assert draw.commitments["trust"] == own
    later = ob.seed_draw(seal, beacon="first pulse of the day", on="2016-04-01").came_out("AB12")
    text = f"openbook-seed-3:{seal.digest}:AB12"
    assert later.seed() == int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") // 2
    assert drawn(sealed(title="Another")).seed() != draw.seed()


def test_one_random_secret_is_enough() -> None:
    """Whatever one party holds, the other's secret scatters the seed over all numbers."""
    seal, seeds = sealed(), []
    base = ob.seed_draw(seal)
    base = base.commit("icb", base.commitment("icb", SECRETS["icb"]))
    for n in range(400):
        secret = hashlib.sha256(str(n).encode()).hexdigest()
        draw = base.commit("trust", base.commitment("trust", secret)).tell("icb", SECRETS["icb"]).tell("trust", secret)
        seeds.append(draw.seed())
    assert len(set(seeds)) == 400 and all(0 <= seed < 2**63 for seed in seeds)
    upper = sum(seed >= 2**62 for seed in seeds)
    assert abs(upper - 200) < 4 * 10  # four standard deviations of a fair coin
    assert len(ob.SeedDraw.secret()) == 64 and ob.SeedDraw.secret() != ob.SeedDraw.secret()


def test_steps_out_of_order_are_refused() -> None:
    draw = ob.seed_draw(sealed())
    first = draw.commit("icb", draw.commitment("icb", SECRETS["icb"]))
    for wrong, words in (
        (lambda: first.tell("icb", SECRETS["icb"]), "told before all have committed; awaited: trust"),
        (lambda: first.commit("icb", "00" * 32), "has committed already"),
        (lambda: draw.commit("council", "00" * 32), "'council' takes no part"),
        (lambda: draw.commit("icb", "short"), "expected 64 hexadecimal digits"),
        (lambda: draw.commitment("icb", "A1" * 32), "small letters"),
        (lambda: committed(sealed()).tell("trust", SECRETS["icb"]), "committed to another secret"),
        (lambda: committed(sealed()).seed(), "awaited: icb, trust"),
        (lambda: first.seed(), "awaited: trust"),
        (lambda: ob.seed_draw(sealed(), beacon="x", on="soon"), "expected a day"),
        (lambda: ob.seed_draw(sealed(), beacon="x", on="2016-05-01").seed(), "awaited: the value of x"),
        (lambda: ob.seed_draw(sealed(), beacon="x", on="2016-05-01").came_out("ü"), "printable ASCII"),
    ):
        with pytest.raises(ob.BookError, match=words):
            wrong()
    with pytest.raises(ob.BookError, match="has committed already, and stands by it"):
        committed(sealed()).tell("icb", SECRETS["icb"]).commit("trust", "00" * 32)


def test_who_could_have_chosen() -> None:
    seal = sealed()
    table = drawn(seal).choosers()
    assert [(row["who"], row["could_choose"]) for row in table] == [
        ("icb", "no"), ("trust", "no"), ("icb, trust", "all of them together")
    ]  # fmt: skip
    assert all(table["could_withhold"])
    assert committed(seal).choosers()["could_choose"] == ("not yet known",)
    late = ob.seed_draw(seal, beacon="pulse", on="2016-04-01").choosers()
    assert [(row["who"], row["could_choose"]) for row in late][:2] == [("icb", "no"), ("trust", "no")]
    early = ob.seed_draw(seal, beacon="pulse", on="2016-03-31").choosers()
    assert early["could_choose"] == ("by trying",) and "whoever sealed knew it" in early["why"][0]
    alone = replace(ob.seed_draw(seal), parties=("icb",))
    alone = alone.commit("icb", alone.commitment("icb", SECRETS["icb"])).tell("icb", SECRETS["icb"])
    assert alone.choosers()["could_choose"] == ("by trying",)


def test_the_doubt_about_the_seal_alone_is_real() -> None:
    """Whoever seals can seal again: of a few words in a title one gives a seed in the upper half. A draw cannot be had so."""
    tries = [sealed(title=f"Contract {n}").seed() for n in range(12)]
    assert len(set(tries)) == 12 and max(tries) > 2**62 > min(tries)
    other = sealed(title="Contract 1")
    with pytest.raises(ob.BookError, match="the seed was drawn for the seal"):
        other.simulate(10, seed=drawn(sealed()), progress=False)


def test_a_simulation_takes_it_and_says_so() -> None:
    seal = sealed()
    draw = drawn(seal)
    run = seal.simulate(50, seed=draw, progress=False)
    assert run.seed == draw.seed()
    [note] = run.warnings.where(code="agreed-seed")["message"]
    assert str(draw.seed()) in note and seal.short in note
    assert ob.simulate(seal, 50, seed=draw, progress=False) == run
    assert (
        ob.compare({"a": seal, "b": seal}, seed=draw, scenarios=20, progress=False).simulation("a").seed == draw.seed()
    )
    with pytest.raises(ob.BookError, match="is not under seal"):
        ob.simulate(seal.book, 50, seed=draw)  # type: ignore[arg-type]


def test_a_record_is_kept_and_a_forged_one_is_found(tmp_path: Path) -> None:
    draw = drawn(sealed())
    draw.write(tmp_path / "draw.json")
    again = ob.SeedDraw.read(tmp_path / "draw.json")
    assert again == draw and hash(again) == hash(draw) and pickle.loads(pickle.dumps(draw)) == draw
    assert again.seed() == draw.seed() and again.to_json() == draw.to_json()
    assert "could choose" in str(draw) or "could_choose" in str(draw)
    for change, words in (
        ({"secrets": {"icb": SECRETS["icb"], "trust": "b2" * 32}}, "committed to another secret"),
        ({"commitments": {"icb": draw.commitments["icb"]}}, "before all have committed"),
        ({"secret": {}}, "unknown"),
        ({"parties": "icb"}, "expected a list"),
    ):
        with pytest.raises(ob.BookError, match=words):
            ob.SeedDraw.from_json(json.dumps(json.loads(draw.to_json()) | change))
    with pytest.raises(ob.BookError, match="not JSON"):
        ob.SeedDraw.from_json("{")
