"""Single draws: chosen, made again alone to the bit, explained, and held against each other."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook import _core
from openbook.cli import main
from small import small_book

FT = "mental_health_ft"


@cache
def alliance() -> ob.Simulation:
    book = ob.examples.mental_health_alliance()
    run = {"seed": 7, "every": ["month", "year", "term"], "track": ["cost_over_envelope"], "track_every": "year"}
    return book.simulate(600, progress=False, **run)


@cache
def small() -> ob.Simulation:
    book = small_book(
        drivers=[
            ob.Lognormal(id="demand", name="Demand", of="visits", deviation="0.1"),
            ob.Lognormal(id="others", of="other", deviation="0.2", illustrative=True),
        ]
    )
    return book.simulate(500, seed=3, every=["month", "term"], progress=False, track=["visits"])


# -- the same bits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["", *_core.levels()])
@pytest.mark.parametrize(("threads", "block"), [(1, 0), (2, 16), (1, 64)])
def test_a_draw_made_alone_has_the_same_bits(level: str, threads: int, block: int) -> None:
    whole = alliance()
    other = ob.Simulation(
        whole.book, {**whole.request, "threads": threads, "block": block, "level": level}, progress=False
    )
    for number in (0, 1, 299, 599):
        alone = other.replay(number)
        assert (alone.draws, alone.first_draw) == (1, number)
        assert alone.array()[:, 0].tobytes() == whole.array()[:, number].tobytes()


def test_an_explanation_is_of_the_draw_itself() -> None:
    draw = alliance().draw(percentile=3, party=FT)
    tree = draw.explain()
    assert tree.amount == Decimal(f"{draw.value:.2f}")
    assert abs(sum(child.amount for child in tree.children) - tree.amount) <= Decimal("0.005") * len(tree.children)
    month = alliance().draw(percentile=3, party=FT, every="month", period=5)
    assert month.explain().amount == Decimal(f"{month.value:.2f}")


def test_a_piece_of_a_long_run_has_the_same_draws() -> None:
    later = ob.Simulation(small().book, {**small().request, "draws": 100, "first_draw": 400}, progress=False)
    draw = later.draw(450, party="trust")
    assert draw.value == small().draw(450, party="trust").value
    with pytest.raises(ob.LimitError, match="from 400 to 499"):
        later.draw(399, party="trust")


# -- choosing -------------------------------------------------------------------------------------------------------


def test_percentiles_are_places_in_the_order_of_positions() -> None:
    simulation = small()
    values = simulation.array("trust")
    order = np.argsort(values, kind="stable")
    for percentile, place in ((0, 0), (100, 499), (50, 250), (10, 50), (0.1, 0), (33.3, 166)):
        draw = simulation.draw(percentile=percentile, party="trust")
        assert draw.number == order[place]
        assert draw.value == values[draw.number]
        assert draw.percentile == pytest.approx(100 * place / 499)
    visits = simulation.array("visits", every="month", period=4)
    draw = simulation.draw(percentile=90, party="visits", period=4)
    assert (draw.party, draw.every, draw.period) == ("visits", "month", 4)
    assert draw.value == visits[np.argsort(visits)[449]]


def test_ties_are_in_the_order_of_the_draws_numbers() -> None:
    still = small_book(drivers=[]).simulate(11, progress=False)
    assert [still.draw(percentile=p, party="trust").number for p in (0, 50, 100)] == [0, 5, 10]
    assert [still.draw(n, party="trust").percentile for n in (0, 5, 10)] == [0.0, 50.0, 100.0]


def test_the_worst_month_and_any_other_number_choose() -> None:
    simulation = small()
    months = simulation.array("trust", every="month")
    worst = simulation.draw(percentile=0, party="trust", every="month", over="min")
    assert worst.value == months.min()
    assert months[worst.period - 1, worst.number] == months.min()
    best = simulation.draw(percentile=100, party="trust", every="month", over="max")
    assert best.value == months.max()
    gap = months[5] - months[0]
    assert simulation.draw(percentile=100, party="trust", by=gap).number == int(gap.argmax())
    assert simulation.draw(value=0.0, party="icb", by=gap).number == int(np.abs(gap).argmin())


def test_the_nearest_draws() -> None:
    simulation = small()
    values = simulation.array("trust")
    table = simulation.nearest_draws("The Trust", 140_000, 4)
    order = np.argsort(np.abs(values - 140_000), kind="stable")[:4]
    assert list(dict.fromkeys(table["draw"])) == order.tolist()
    assert simulation.draw(value=140_000, party="trust").number == order[0]
    rows = table.where(what="trust")
    assert rows["value"] == tuple(values[order])
    assert table.where(what="icb")["value"] == tuple(-values[order])


def test_draws_as_a_table() -> None:
    simulation = small()
    table = simulation.percentile_draws("trust", [5, 50, 95])
    rows = table.where(what="trust")
    assert list(rows["draw"]) == [simulation.draw(percentile=p, party="trust").number for p in (5, 50, 95)]
    assert rows["percentile"] == pytest.approx([100 * place / 499 for place in (25, 250, 474)])
    tracked = simulation.percentile_draws("visits", [0, 100], every="month", period=2)
    assert set(tracked["what"]) == {"visits", "icb", "trust"}  # and what each leaves the parties in that month
    shown = str(table).splitlines()
    assert shown[1].split() == ["draw", "percentile", "period", "icb", "trust"] and len(shown) >= 6
    assert "Illustrative drivers" in table.note


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "found nothing to choose"),
        ({"party": "trust"}, "found nothing to choose"),
        ({"number": 1, "percentile": 5, "party": "trust"}, "found number, percentile"),
        ({"percentile": 101, "party": "trust"}, "from 0 to 100"),
        ({"percentile": 5}, "whose position"),
        ({"percentile": 5, "party": "trust", "every": "month", "period": None}, "name one, or say over"),
        ({"percentile": 5, "party": "trust", "over": "mean"}, "expected 'min' or 'max'"),
        ({"percentile": 5, "party": "trust", "by": [1, 2]}, "one number for each of 500"),
        ({"percentile": 5, "party": "trust", "by": [float("nan")] * 500}, "finite"),
        ({"value": float("inf"), "party": "trust"}, "finite"),
    ],
)
def test_what_chooses_no_draw_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        small().draw(**asked)


def test_draws_that_are_not_there_are_refused() -> None:
    for number in (-1, 500, 1.5, True):
        with pytest.raises(ob.LimitError, match="whole number from 0 to 499"):
            small().draw(number, party="trust")
    with pytest.raises(ob.LimitError):
        small().replay(500)
    with pytest.raises(ValueError, match="count: found 0"):
        small().nearest_draws("trust", 0, 0)


# -- two draws ------------------------------------------------------------------------------------------------------


def test_a_difference_adds_up_clause_by_clause() -> None:
    simulation = alliance()
    for one, other in ((1, 50), (90, 10), (99, 0)):
        this, that = (simulation.draw(percentile=p, party=FT) for p in (one, other))
        found = this.versus(that)
        steps = dict(found.bridge.steps)
        assert found.bridge.start[1] == Decimal(f"{that.value:.2f}")
        assert found.bridge.end[1] == Decimal(f"{this.value:.2f}")
        assert sum(steps.values()) == found.bridge.end[1] - found.bridge.start[1]
        assert abs(steps.get("rounding of the parts to the penny", Decimal(0))) < Decimal("0.20")
        amount = this.explain().children[0].amount - that.explain().children[0].amount
        assert steps.get(this.explain().children[0].label, Decimal(0)) == amount


def test_what_was_drawn_stands_beside_the_difference() -> None:
    simulation = small()
    high, low = (simulation.draw(percentile=p, party="trust") for p in (95, 5))
    table = high.versus(low).drivers
    assert abs(table["apart"][0]) >= abs(table["apart"][1])
    [first, second] = sorted(table, key=lambda row: row["driver"])
    assert (first["driver"], first["of"], first["unit"]) == ("Demand", "Visits, type 1", "attendances")
    for draw, name in ((high, "this"), (low, "other")):
        visits = simulation.array("visits", every="month")[:, draw.number]
        assert first[name] == pytest.approx(visits.sum())
    longer = ob.Simulation(simulation.book, {**simulation.request, "draws": 1_000}, progress=False)
    totals = longer.array("visits", every="month").sum(axis=0)
    assert first["mean"] == pytest.approx(totals.mean())
    assert first["apart"] == pytest.approx((first["this"] - first["other"]) / totals.std(ddof=1))
    assert (first["illustrative"], second["illustrative"]) == (False, True)
    # £200 a visit: the difference of the positions is that of the visits of both kinds.
    visits = first["this"] - first["other"] + second["this"] - second["other"]
    assert high.value - low.value == pytest.approx(200 * visits)


def test_the_same_draw_under_two_books() -> None:
    book = small().book
    dearer = book.with_("price", "£220").simulate(500, seed=3, progress=False, every=["month", "term"])
    ours, theirs = (s.draw(percentile=50, party="trust") for s in (small(), small()))
    found = dearer.draw(ours.number, party="trust").versus(theirs)
    assert next(label for label, _ in found.bridge.steps) == "by_visit"
    assert set(found.drivers["apart"]) == {0.0}


def test_a_difference_of_assumed_draws_is_marked() -> None:
    simulation = small()
    found = simulation.draw(1, party="trust").versus(simulation.draw(2, party="trust"))
    assert found.illustrative == ("others",)
    assert "illustrative drivers" in found.svg() and "illustrative drivers" not in found.bridge.svg()
    axes = ob.plotting.bridge(found)
    assert "illustrative drivers" in [text.get_text() for text in axes.texts]
    assert "Illustrative drivers" in found.table().note and "Illustrative drivers" in str(
        simulation.draw(1, party="icb")
    )


def test_draws_of_other_things_are_not_compared() -> None:
    simulation = small()
    trust = simulation.draw(1, party="trust")
    with pytest.raises(ValueError, match="same party, period and basis"):
        trust.versus(simulation.draw(2, party="icb"))
    with pytest.raises(ValueError, match="only positions are sums"):
        simulation.draw(1, party="visits", period=1).versus(simulation.draw(2, party="visits", period=1))


# -- three draws ----------------------------------------------------------------------------------------------------


def test_three_draws_say_what_made_them_differ() -> None:
    three = small().three_draws("trust")
    values = [draw.value for draw in (three.good, three.middle, three.bad)]
    assert values == sorted(values, reverse=True)
    assert [round(draw.percentile) for draw in (three.good, three.middle, three.bad)] == [90, 50, 10]
    rows = {row["part"]: row for row in three.parts}
    for name, draw in (("good", three.good), ("middle", three.middle), ("bad", three.bad)):
        assert rows["position"][name] == Decimal(f"{draw.value:.2f}")
        assert sum(row[name] for row in three.parts if row["part"] != "position") == rows["position"][name]
    assert rows["standing"]["good_less_middle"] == 0
    assert three.parts["part"][0] == "by_visit" and three.parts["part"][-1] == "position"
    good, middle, bad = three.sentences
    gain = three.good.value - three.middle.value
    assert good.startswith(f"Good (draw {three.good.number:,}; 10 in 100 are better): The Trust has £")
    assert f"£{round(gain):,} more than in the middle draw: by_visit +£" in good
    assert "Drawn furthest from their means: " in good and "standard deviations)" in good
    assert middle.startswith(f"Middle (draw {three.middle.number:,}; half of the draws are better)")
    assert "10 in 100 are worse" in bad and "less than in the middle draw: by_visit -£" in bad
    assert all(sentence in str(three) for sentence in three.sentences)
    with pytest.raises(ValueError, match="three from good to bad"):
        small().three_draws("trust", (10, 50, 90))


def test_three_draws_of_a_book_without_drivers() -> None:
    still = small_book(drivers=[]).simulate(10, progress=False).three_draws("trust")
    assert len(still.drivers) == 0
    assert still.sentences[0].endswith("£0 more than in the middle draw.")


# -- draws of a file ------------------------------------------------------------------------------------------------


def test_a_kept_draw_is_explained_alone(tmp_path: Path) -> None:
    small().save(tmp_path / "s.openbook", draws=True)
    kept = ob.read_result(tmp_path / "s.openbook")
    draw = kept.draw(percentile=5, party="trust")
    assert draw.explain() == small().draw(percentile=5, party="trust").explain()
    assert kept._running is None  # nothing but that draw was calculated


def test_a_release_that_draws_other_numbers_says_so(tmp_path: Path) -> None:
    small().save(tmp_path / "s.openbook", draws=True)
    kept = ob.read_result(tmp_path / "s.openbook")
    other = kept._kept.array.copy()
    column = kept._select("trust", "term", 1, "practised")[0]
    other[column, 7] = np.nextafter(other[column, 7], np.inf)  # one bit
    changed = ob.Simulation._of_kept(
        kept.book, kept.request, dataclasses.replace(kept._kept, array=other), kept.release
    )
    assert changed.draw(8, party="trust").explain()
    with pytest.raises(ob.DataError, match=r"in draw 7 \(column") as caught:
        changed.draw(7, party="trust").explain()
    assert caught.value.problems[0].code == "not-reproduced"


# -- command line ---------------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exit_:
        main(list(arguments))
    out = capsys.readouterr()
    return int(exit_.value.code or 0), out.out, out.err


def test_draws_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "b.json")
    small().book.write(path)
    simulation = small().book.simulate(200, seed=9, every=["term"], progress=False)
    draw = simulation.draw(percentile=5, party="trust")
    code, out, err = run(
        capsys, "explain", path, "trust", "--percentile", "5", "--scenarios", "200", "--seed", "9", "--json"
    )
    assert code == 0 and json.loads(out)["value"] == draw.explain().value
    assert err.strip().endswith(f"draw {draw.number:,} of seed 9")
    number = str(draw.number)
    code, out, _ = run(capsys, "explain", path, "trust", "--draw", number, "--seed", "9", "--json")
    assert json.loads(out)["value"] == draw.explain().value
    code, out, _ = run(capsys, "explain", path, "clause:by_visit", "--draw", number, "--seed", "9", "--depth", "0")
    assert code == 0 and "by_visit" in out
    code, out, _ = run(capsys, "explain", path, "trust", "--draw", number, "--against", "3", "--seed", "9", "--json")
    steps = json.loads(out)
    assert Decimal(steps[0]["amount"]) == Decimal(f"{simulation.draw(3, party='trust').value:.2f}")
    assert Decimal(steps[-1]["amount"]) == Decimal(f"{draw.value:.2f}")
    code, out, _ = run(capsys, "explain", path, "trust", "--percentile", "5", "--against", "50", "--scenarios", "200")
    assert code == 0 and "standard deviations apart" in out
    for wrong in (["--against", "3"], ["--draw", "1", "--percentile", "5"]):
        assert run(capsys, "explain", path, "trust", *wrong)[0] == 2
    assert run(capsys, "explain", path, "trust", "--draw", "1", "--against", "2.5")[0] != 0
