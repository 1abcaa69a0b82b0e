"""Private layers: what they change, and that nothing of them leaves with the shared book."""

from __future__ import annotations

import ast
import copy
import html
import importlib
import io
import json
import os
import pickle
import pkgutil
import re
import string
import sys
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import openbook as ob
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openbook._shown import Shown
from openbook.cli import main
from small import small_book

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
# On the plan: standing 1,000 a month; 110 visits at £200 a month; quality 1,000 * 0.5 a quarter.
PLANNED = Decimal(6 * 1000 + 6 * 110 * 200 + 2 * 500)


def layer(**changes: Any) -> ob.Layer:
    fields: dict[str, Any] = {"party": "trust", "over": small_book()}
    return ob.Layer(**(fields | changes))


def waiver(**changes: Any) -> ob.Concession:
    return ob.Concession(**({"id": "they_waive", "concession": "waive", "on": "by_visit", "fraction": "10%"} | changes))


# -- what a layer changes -------------------------------------------------------------------------------------------


def test_beliefs_move_results_and_nothing_of_the_shared_book() -> None:
    book = small_book()
    seen = book.with_layer(layer(beliefs={"visits": 120, "Fee": "£2,000", "/inputs/score/plan": 1}))
    assert seen.settle(plan=True).position("trust") == 6 * 2000 + 6 * 130 * 200 + 2 * 2000
    assert book.settle(plan=True).position("trust") == PLANNED
    assert seen.shareable() is book
    assert (seen.digest, seen.to_json(), seen.private_to) == (book.digest, book.to_json(), "trust")
    assert {row["name"]: (row["shared"], row["believed"]) for row in seen.beliefs()} == {
        "visits": ("100", "120"),
        "Fee": ("£1,000", "£2,000"),
        "/inputs/score/plan": ("0.5", "1"),
    }
    assert seen.terms().where(name="fee")["value"] == ("£2,000",)
    assert seen.terms().where(name="fee")["source"] == ("private: what trust expects",)


def test_data_stand_before_beliefs_about_the_plan() -> None:
    seen = small_book().with_layer(layer(beliefs={"visits": 120}))
    assert seen.settle(DATA).position("trust") == small_book().settle(DATA).position("trust")


def test_expected_concessions_are_practised_and_not_written() -> None:
    settlement = small_book().with_layer(layer(expected_concessions=[waiver()])).settle(plan=True)
    assert settlement.position("trust") == PLANNED - 6 * 2200
    assert settlement.position("trust", basis="written") == PLANNED
    assert "private: expected by trust" in str(settlement.explain("trust"))


def test_outside_options_beside_a_settlement_and_a_simulation() -> None:
    assert ob.OutsideOption("a loss", "-£10,000").amount == -10_000
    options = [ob.OutsideOption("walk away", "£100k"), {"name": "block", "worth": 150_000, "words": "last year's"}]
    seen = small_book().with_layer(layer(outside_options=options))
    rows = {row["option"]: row for row in seen.against_outside_options(seen.settle(plan=True))}
    assert rows["walk away"]["better_by"] == PLANNED - 100_000
    assert rows["block"]["better_by"] == PLANNED - 150_000
    simulation = seen.simulate(400, seed=5, progress=False)
    draws = simulation.array("trust")
    table = seen.against_outside_options(simulation)
    assert table["p_worse"] == (float((draws < 100_000).mean()), float((draws < 150_000).mean()))
    assert 0 < table["p_worse"][1] < 1 or draws.max() < 150_000
    assert table["mean"][0] == pytest.approx(draws.mean())
    assert table.private_to == "trust"
    with pytest.raises(ob.BookError, match="another book, or without this layer"):
        seen.against_outside_options(small_book().settle(plan=True))


def test_private_notes_stand_beside_the_terms_for_their_party_only() -> None:
    seen = small_book().with_layer(layer(notes=[ob.Note(on="fee", text="We would take £600.", status="open")]))
    assert seen.notes_on("fee")["status"] == ("private, open",)
    assert seen.notes_on("fee")["author"] == ("trust",)
    assert len(seen.shareable().notes_on("fee")) == 0


def test_draws_are_the_same_to_the_bit() -> None:
    book = ob.examples.mental_health_alliance()
    own = ob.Layer(
        party="mental_health_ft",
        over=book,
        beliefs={"pain_ratio": "40%", "/drivers/placement_demand/deviation": "0.3", "ft_bed_day_cost": "£400"},
        expected_concessions=[ob.Concession(id="relief", concession="waive", on="ft_envelope", limit="£50,000")],
    )
    run = {"seed": 11, "track": ["ft_bed_days", "tsa_packages", "la_placements"], "progress": False}
    shared, seen = (b.simulate(300, **run) for b in (book, book.with_layer(own)))
    for name in ("ft_bed_days", "tsa_packages"):
        assert np.array_equal(shared.array(name, every="month"), seen.array(name, every="month"))
    # A driver that is believed to vary more takes other values from the same stream, in the same order.
    ours, theirs = (s.array("la_placements", every="month")[0] for s in (shared, seen))
    assert not np.array_equal(ours, theirs)
    assert np.array_equal(np.argsort(ours), np.argsort(theirs))
    assert not np.array_equal(shared.array("mental_health_ft"), seen.array("mental_health_ft"))


# -- what a layer may say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "/drivers/0/stream",
        "/drivers/demand/id",
        "/drivers/0/of",
        "/contracts/acute/payee",
        "/calendar/months",
        "/inputs/visits",
        "/contracts/0/clauses/0/reading",
        "/precedence",
    ],
)
def test_only_terms_can_be_believed_otherwise(name: str) -> None:
    with pytest.raises(ob.BookError) as caught:
        small_book().with_layer(layer(beliefs={name: "1"}))
    assert caught.value.problems[0].path == f"/beliefs/{name.replace('/', '~1')}"
    assert "is no term" in str(caught.value) or "nothing stands" in str(caught.value)


def test_a_term_that_is_not_stated_can_be_believed() -> None:
    book = small_book(inputs=[*small_book().inputs, ob.Input(id="spare", unit="persons")])
    seen = book.with_layer(layer(over=book, beliefs={"spare": 7, "/contracts/acute/clauses/quality/paid_after": 3}))
    assert seen.inputs[-1].plan.value == "7"
    assert seen.clause("quality").paid_after.value == "3"
    assert book.inputs[-1].plan is None


def test_what_does_not_fit_the_book_is_told_at_once() -> None:
    bad = layer(
        party="hospital",
        over="ab" * 32,
        beliefs={"prise": 1},
        notes=[ob.Note(on="nowhere", text="x")],
    )
    with pytest.raises(ob.BookError) as caught:
        small_book().with_layer(bad)
    assert [problem.path for problem in caught.value.problems] == ["/over", "/party", "/beliefs/prise", "/notes/0"]
    assert "did you mean 'price'" in str(caught.value)
    with pytest.raises(ob.BookError, match="no clause"):
        small_book().with_layer(layer(expected_concessions=[waiver(on="nothing")]))
    with pytest.raises(ob.BookError, match="already"):
        small_book().with_layer(layer()).with_layer(layer())


def test_a_layer_is_for_one_version_of_the_book() -> None:
    changed = small_book().with_("fee", "£1,500")
    with pytest.raises(ob.BookError, match=r"layer\.replace\(over=book\)"):
        changed.with_layer(layer())
    assert changed.with_layer(layer().replace(over=changed)).private_to == "trust"
    noted = small_book().with_note("fee", "Notes are outside the digest.")
    assert noted.with_layer(layer()).private_to == "trust"


def test_what_if_under_a_layer() -> None:
    seen = small_book().with_layer(layer(beliefs={"visits": 120, "fee": "£2,000"}))
    tried = seen.with_("fee", "£500")  # takes the place of the belief
    assert tried.private_to == "trust"
    assert tried.settle(plan=True).position("trust") == 6 * 500 + 6 * 130 * 200 + 2 * 250
    assert tried.shareable() == small_book().with_("fee", "£500")
    assert seen.with_("/title", "Another").shareable().title == "Another"


def test_a_movement_between_readings_stays_under_the_layer() -> None:
    book = ob.examples.mental_health_alliance()
    clause = next(row["clause"] for row in book.readings())
    names = [row["reading"] for row in book.readings() if row["clause"] == clause]
    first, second = (book.decide({clause: name}) for name in names[:2])
    believed = {"beliefs": {"reopener_threshold": "3%"}}
    seen = [b.with_layer(ob.Layer(party="mental_health_ft", over=b, **believed)) for b in (first, second)]
    last, this = (b.settle(plan=True, disputes=False) for b in seen)
    moved = this.versus(last)
    assert moved.check() and moved.private_to == "mental_health_ft"
    assert all(settled.private_to == "mental_health_ft" for _, settled in moved.settlements)


def test_the_document_of_a_layer_is_strict(tmp_path: Path) -> None:
    own = layer(
        beliefs={"visits": 120.5, "fee": ob.Term("£2,000", source="our ledger")},
        strategy='Say nothing of "the floor".\nÜber £1m',
        outside_options=[ob.OutsideOption("walk", "£1.2m", "words")],
        expected_concessions=[waiver()],
        notes=[ob.Note(on="fee", text="x")],
    )
    own.write(tmp_path / "own.layer.json")
    assert ob.Layer.read(tmp_path / "own.layer.json") == own
    assert hash(ob.Layer.from_json(own.to_json())) == hash(own)
    assert pickle.loads(pickle.dumps(own)) == own
    assert copy.deepcopy(own) == own
    assert json.loads(own.to_json())["format"] == "openbook-layer-1"
    data = json.loads(own.to_json())
    bad = data | {"format": "openbook-layer-2", "beleifs": {}, "party": 5, "notes": {}}
    with pytest.raises(ob.BookError) as caught:
        ob.Layer.from_json(bad)
    assert {problem.path for problem in caught.value.problems} == {"/format", "/beleifs", "/party", "/notes"}
    assert "did you mean 'beliefs'" in str(caught.value)
    inner = data | {
        "beliefs": {"fee": "1 +", "visits": None},
        "outside_options": [{"name": "x", "worth": "a lot", "wordes": ""}, {"worth": "£1"}, 3],
        "expected_concessions": [{"id": "w", "concession": "waive"}],
        "over": "abc",
    }
    with pytest.raises(ob.BookError) as caught:
        ob.Layer.from_json(inner)
    paths = {problem.path for problem in caught.value.problems}
    assert {
        "/over",
        "/beliefs/fee/value",
        "/outside_options/0/wordes",
        "/outside_options/1/name",
        "/outside_options/2",
        "/expected_concessions/0/on",
    } <= paths
    with pytest.raises(ob.BookError, match="expected an amount of money"):
        ob.OutsideOption("x", "a lot")
    with pytest.raises(ob.BookError, match="not valid JSON"):
        ob.Layer.from_json("{")


def test_a_layer_shows_what_it_holds_to_its_party_and_counts_in_its_repr() -> None:
    own = layer(beliefs={"visits": 98765}, strategy="Wait.", outside_options=[ob.OutsideOption("walk", "£1")])
    assert repr(own).endswith(": 1 belief, 1 outside option>")
    assert "98765" not in repr(own)
    for shown in (str(own), own._repr_html_(), str(small_book().with_layer(own))):
        assert "98765" in shown and "Wait." in shown and "Private to trust" in shown


# -- what is made with a layer is private ---------------------------------------------------------------------------


def results() -> dict[str, Any]:
    seen = small_book().with_layer(layer(beliefs={"visits": 120}, expected_concessions=[waiver()]))
    settlement = seen.settle(plan=True)
    simulation = seen.simulate(50, progress=False, track=["visits"])
    reduced = ob.risk.reduce(seen, 50, [ob.risk.Moments(), ob.risk.Counts()], progress=False)
    controlled = simulation.controlled("trust", every="year")
    stressed = seen.stress()
    supposed = seen.what_if({"fee": "£900", "price": "£210"}, scenarios=20, progress=False)
    flows = ob.flows(settlement)
    bridge = ob.bridge(small_book().settle(plan=True), settlement, "trust")
    paid = ob.payment_function(seen, "fee", "£500", "£1,500", party="trust", probes=2)
    moved = settlement.versus(small_book().settle(plan=True))
    many = ob.settle_many({"shared": small_book(), "ours": seen}, plan=True)
    reverse = seen.reverse_stress("position('trust') < £140k", levers="visits", scenarios=100, importance_draws=100)
    found = ob.sensitivity(seen, "trust", scenarios=20)
    informed = ob.value_of_information({"shared": small_book(), "ours": seen}, "trust", scenarios=20, outer=2, inner=4)
    forms = ob.compare_forms({"ours": ob.Form(seen, "visits")}, [100, 600], price="£200", scenarios=20)
    return {
        "forms": forms,
        "reverse stress": reverse,
        "reverse stress, one at a time": reverse.single,
        "reverse stress, run again": reverse.certificates,
        "sensitivity": found,
        "marginal pounds": found.marginal,
        "marginal pounds as a table": found.marginal.table,
        "tornado": found.tornado,
        "indices of drivers": found.indices,
        "simulated marginals": ob.sensitivities.simulated_marginals(seen, "trust", scenarios=2),
        "break-even": ob.break_even(seen, "fee", "trust", points=3, step="£100"),
        "frontier": ob.break_even(seen, ["price", "fee"], "trust", values=["£200"], points=3, step="£100"),
        "value of information": informed,
        "risk transfer of a form": forms.transfers["ours"],
        "what if": supposed,
        "what if, filtered": supposed.where(party="trust"),
        "what if, clauses": supposed.clauses,
        "what if, changes": supposed.changes,
        "what if, simulated": supposed.simulated,
        "settlement of a what if": supposed.after,
        "flows": flows,
        "flows as a table": flows.table(),
        "bridge": bridge,
        "bridge as a table": bridge.table(),
        "bridge of an explanation": ob.Bridge.of_explanation(settlement.explain("trust")),
        "bridge of the gap": ob.Bridge.of_gap(settlement),
        "payment function": paid,
        "breakpoints": paid.breakpoint_table(),
        "segments": paid.segment_table(),
        "movement": moved,
        "movement by clause": moved.by_clause(),
        "movement by month": moved.by("month"),
        "movement of a party": moved.party("trust"),
        "movement explained": moved.explain("trust"),
        "movement, terms": moved.terms,
        "many": many,
        "one of many": many.books[1],
        "many, positions": many.positions,
        "many, summary": many.summary(),
        "many, totals": many.totals,
        "part of an explanation": settlement.explain("trust").children[0],
        "controlled": controlled,
        "controlled, table": controlled.table,
        "simulated warnings": simulation.warnings,
        "disputes": settlement.disputes,
        "written": settlement.written,
        "joint range": settlement.joint_range,
        "stress, filtered": stressed.where(scenario="Busy"),
        "comparison, filtered": ob.compare({"shared": small_book(), "ours": seen}, scenarios=20, progress=False).where(
            party="trust"
        ),
        "book": seen,
        "settlement": settlement,
        "simulation": simulation,
        "stress": stressed,
        "stress of a year": stressed.by("year"),
        "rows of a party": stressed.party("trust"),
        "receipt of a stress test": stressed.receipt,
        "receipt of scenarios": ob.scenarios.receipt(seen, "busy"),
        "attribution": stressed.attribution("trust"),
        "attributions": stressed.attributions(),
        "attribution by shock": stressed.attribution("trust").shocks,
        "attribution by clause": stressed.attribution("trust").clauses,
        "comparison": ob.compare({"shared": small_book(), "ours": seen}, scenarios=50, progress=False),
        "risk": simulation.risk("trust"),
        "fan": simulation.fan("trust"),
        "fan as a table": simulation.fan("trust").table(),
        "draw": simulation.draw(party="trust", percentile=5),
        "measures": simulation.measures("trust"),
        "allocation": simulation.allocate("trust", statistic="es90"),
        "allocation as a table": simulation.allocate("trust", statistic="es90").table(),
        "tail": simulation.tail("trust", worst=0.1),
        "tail as a table": simulation.tail("trust", worst=0.1).table(),
        "breaches": simulation.breaches("trust", "£20k"),
        "breaches as a table": simulation.breaches("trust", "£20k").table(),
        "insolvency": simulation.insolvency("trust"),
        "reduced": reduced,
        "reduced, moments": reduced.moments(),
        "reduced, counts": reduced.counts(),
        "reduced, measures": reduced.measure("trust", "mean"),
        "explanation": settlement.explain("trust"),
        "explanation of a draw": simulation.draw(party="trust", percentile=5).explain(),
        "terms": seen.terms(),
        "words": seen.words(),
        "readings": seen.readings(),
        "lint": seen.lint(),
        "notes": seen.notes_on("fee"),
        "changes": small_book().diff(seen),
        "open points": ob.open_points(seen),
        "columns": simulation.columns,
        **{name: getattr(settlement, name) for name in ("ledger", "payments", "positions", "gap", "cash")},
        **of_trust(seen, simulation),
        "part of a table": settlement.payments.where(clause="by_visit"),
        "summary": settlement.summary(),
    }


def of_trust(seen: ob.Book, simulation: ob.Simulation) -> dict[str, Any]:
    """What says how far to trust a simulation."""
    compared = ob.compare({"shared": small_book(), "ours": seen}, scenarios=20, progress=False)
    three = simulation.three_draws("trust")
    two = simulation.draw(1, party="trust").versus(simulation.draw(2, party="trust"))
    swept = ob.frontier({"shared": small_book(), "ours": seen}, party="trust", scenarios=20, progress=False)
    stable = simulation.stability(5)
    tested = ob.backtest(seen, DATA, until="2016-06", fit=False, scenarios=20, progress=False)
    origins = ["2016-06", "2016-07"]
    rolled = ob.rolling_backtest(seen, DATA, until=origins, fit=False, scenarios=20, progress=False)
    return {
        "paired statistics": compared.paired(),
        "matrix of pairs": compared.matrix("trust"),
        "efficient frontier": swept,
        "efficient frontier as a table": swept.table(),
        "draws by percentile": simulation.percentile_draws("trust"),
        "difference of draws": two,
        "drivers of two draws": two.drivers,
        "bridge of two draws": two.bridge,
        "three draws": three,
        "parts of three draws": three.parts,
        "drivers of three draws": three.drivers,
        "stability": stable,
        "ratios of stability": stable.ratios,
        "backtest": tested,
        "rolling backtest": rolled,
        "coverage of a rolling backtest": rolled.coverage,
        "periods of a backtest": tested.periods,
        "fan of a backtest": tested.fan("trust"),
    }


#: Made without a book under a layer, or about what is shared alone.
SHARED = {"Layer", "Load", "Needs", "Quick", "Curve", "Receipt", "SealedBook", "Verification"}
SHARED |= {"PriceAndVolume"}  # made of frames alone
SHARED |= {"SeedDraw"}  # of a seal, which is of the shared book


def test_every_display_is_among_the_results() -> None:
    """A new kind of result joins `results`, or `SHARED` with the reason why nothing of a layer can be in it."""
    for module in pkgutil.walk_packages(ob.__path__, "openbook."):
        if module.name != "openbook.__main__":
            importlib.import_module(module.name)
    kinds = set(subclasses(Shown))
    shown = {type(result) for result in results().values()}
    missing = {kind.__name__ for kind in kinds if not any(issubclass(one, kind) for one in shown)}
    assert missing == SHARED & {kind.__name__ for kind in kinds}
    root = Path(ob.__file__).parent
    marked_by = {str(f.relative_to(root)) for f in root.rglob("*.py") if "def _repr_html_" in f.read_text("utf-8")}
    assert marked_by == {"_shown.py", "_values.py", "book.py"}  # objects of the document, and the book itself


def subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("openbook"):
            if vars(sys.modules[one.__module__]).get(one.__name__) is one:  # a dataclass with slots is made twice
                yield one
            yield from subclasses(one)


def test_every_display_says_to_whom_it_is_private() -> None:
    for name, result in results().items():
        shown = [repr(result), *([result._repr_html_()] if hasattr(result, "_repr_html_") else [])]
        for text in shown:
            assert "rivate to trust" in text, name
        if hasattr(result, "private_to"):
            assert result.private_to == "trust", name
    shared = small_book()
    for result in (shared, shared.settle(plan=True), shared.terms(), shared.settle(plan=True).explain("trust")):
        assert "rivate to" not in repr(result)


def test_files_are_written_only_when_asked_for_and_say_whose_they_are(tmp_path: Path) -> None:
    made = results()
    seen, settlement = made["book"], made["settlement"]
    for write in (
        lambda **options: settlement.save(tmp_path / "s.json", **options),
        lambda **options: settlement.payments.to_csv(tmp_path / "p.csv", **options),
        lambda **options: made["risk"].to_csv(tmp_path / "r.csv", **options),
        lambda **options: ob.report(seen, tmp_path / "1.html", **options),
        lambda **options: ob.report(small_book(), tmp_path / "2.html", settlement=settlement, **options),
        lambda **options: ob.report(small_book(), tmp_path / "3.html", simulation=made["simulation"], **options),
        lambda **options: ob.report(small_book(), tmp_path / "4.html", stress=made["stress"], **options),
    ):
        before = sorted(tmp_path.iterdir())
        with pytest.raises(ob.BookError, match="private=True") as caught:
            write()
        assert caught.value.problems[0].code == "private"
        assert sorted(tmp_path.iterdir()) == before
        write(private=True)
    assert len(list(tmp_path.iterdir())) == 7
    assert (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()[0].startswith("private_to,id,")
    assert (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()[1].startswith("trust,")
    assert b'"private_to": "trust"' in (tmp_path / "s.json").read_bytes()[:600]
    for number in "1234":
        page = (tmp_path / f"{number}.html").read_text(encoding="utf-8")
        assert "(private to trust)</title>" in page
        assert page.index("Private to trust") < page.index("<h1")
    again = ob.Settlement.read(tmp_path / "s.json")
    assert again == settlement
    assert again.private_to == "trust"
    assert again.explain("trust").amount == settlement.position("trust")


def test_a_layered_book_writes_the_shared_document(tmp_path: Path) -> None:
    seen = results()["book"]
    seen.write(tmp_path / "seen.json")
    small_book().write(tmp_path / "shared.json")
    assert (tmp_path / "seen.json").read_bytes() == (tmp_path / "shared.json").read_bytes()
    assert seen.original() == small_book().original()
    assert seen.to_dict() == small_book().to_dict()


def test_what_would_carry_the_layer_on_unseen_is_refused() -> None:
    made = results()
    for name, result in made.items():
        with pytest.raises(ob.BookError, match="not pickled"):
            pickle.dumps(result)
            pytest.fail(name)
    seen = made["book"]
    with pytest.raises(ob.BookError, match=r"book\.shareable\(\)\.replace"):
        seen.replace(title="x")
    with pytest.raises(ob.BookError, match="either shared"):
        seen.with_note("fee", "x")
    with pytest.raises(ob.BookError, match=r"seal book\.shareable\(\)"):
        seen.seal({"icb": "A", "trust": "B"}, "2016-03-31", accept_illustrative=True)
    with pytest.raises(ob.BookError, match="differences would tell"):
        small_book().settle(DATA, posted=seen.settle(DATA))
    assert len(seen.settle(DATA, posted=seen.settle(DATA)).to_post) == 0
    assert copy.deepcopy(seen) is seen


def test_a_layered_book_is_not_the_shared_one() -> None:
    shared, seen = small_book(), results()["book"]
    assert shared != seen and seen != shared
    assert seen == results()["book"] and hash(seen) == hash(results()["book"])
    assert seen != small_book().with_layer(layer(beliefs={"visits": 121}))
    assert {shared: 1, seen: 2}[small_book()] == 1


def test_notes_that_say_private_are_taken_out() -> None:
    book = small_book().replace(
        notes=[{"on": "fee", "status": "Private", "text": "ours"}, {"on": "fee", "text": "everybody's"}]
    )
    assert [note.text for note in book.shareable().notes] == ["everybody's"]
    assert book.shareable().digest == book.digest


def test_plots_carry_the_mark() -> None:
    pytest.importorskip("matplotlib")
    made = results()
    plots = [ob.plotting.gap(made["settlement"]), ob.plotting.flows(made["settlement"])]
    plots += [ob.plotting.bridge(made["explanation"]), made["simulation"].plot.fan("trust")]
    assert all("(private to trust)" in axes.get_title() for axes in plots)
    plots += [ob.plotting.flows(made["flows"]), ob.plotting.payment(made["payment function"])]
    assert all("(private to trust)" in axes.get_title() for axes in plots)
    for name, result in made.items():
        if hasattr(result, "svg"):
            parties = ("trust",) if isinstance(result, (ob.StressTable, ob.Movement)) else ()
            drawing = result.svg(*parties)
            visible = re.sub("<title>.*?</title>", "", drawing)
            assert "(private to trust)" in visible, name
            assert "(private to trust)" in re.search("<title>(.*?)</title>", drawing)[1], name
    assert "(private to trust)" in made["what if"].svg("trust")
    headless = re.sub("<title>.*?</title>", "", ob.Flows("long " * 40, "practised", "", (), (), "trust").svg())
    assert "… (private to trust)" in headless


# -- nothing leaks --------------------------------------------------------------------------------------------------


def number_forms(number: Decimal) -> Iterator[str]:
    """Every way in which an amount may be written."""
    for scale in (1, 100, 1000, 1_000_000):  # pounds, pence, thousands, millions
        for value in (number / scale, number * scale):
            for text in (f"{value:f}", f"{value:.2f}", f"{value:,.2f}", f"{value:,f}", repr(float(value))):
                yield text
                if "." in text:
                    yield text.rstrip("0").rstrip(".")
    yield f"{number:E}"
    yield f"{float(number):e}"


def text_forms(text: str) -> Iterator[str]:
    yield from (text, html.escape(text), repr(text)[1:-1], json.dumps(text)[1:-1])
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield " ".join(text.split())


def forms(sentinels: list[Any]) -> set[str]:
    found = set()
    for sentinel in sentinels:
        found.update(number_forms(sentinel) if isinstance(sentinel, Decimal) else text_forms(sentinel))
    return {form for form in found if len(form.strip("0.,-£")) > 5}


def refusals(book: ob.Book) -> str:
    """The messages of what is refused."""
    told = []
    for attempt in (
        lambda: book.with_("fie", 1),
        lambda: book.with_("fee", "1 +"),
        lambda: book.with_("by_visit.price", "visits * pries").settle(plan=True),
        lambda: book.settle({"visits": [1]}),
        lambda: book.settle(DATA).explain("trast"),
        lambda: book.clause("7"),
        lambda: book.notes_on("none"),
        lambda: book.with_note("none", "x"),
        lambda: book.decide({"by_visit": "x", "fee": "y"}),
        lambda: book.simulate(10, track=["a +"], progress=False),
        lambda: book.stress("nothing"),
        lambda: book.seal({}, "x"),
        lambda: book.with_layer(ob.Layer(party="nobody", over="ab" * 32)),
        lambda: ob.read_book(book.to_json().replace('"format"', '"fromat"')),
    ):
        with pytest.raises(ob.OpenbookError) as caught:
            attempt()
        told.append(str(caught.value))
    return "\n".join(told)


def outputs(book: ob.Book, folder: Path) -> dict[str, bytes]:
    """Everything that can be got out of a shared book."""
    folder.mkdir()
    settlement = book.settle(plan=True)
    simulation = book.simulate(30, seed=2, progress=False, track=["visits"])
    stressed = book.stress()
    settlement.save(folder / "settlement.json")
    settlement.ledger.to_csv(folder / "ledger.csv")
    book.write(folder / "book.json")
    ob.report(book, folder / "report.html", settlement=settlement, simulation=simulation, stress=stressed)
    signed = {"icb": "A Jones", "trust": "B Khan"}
    decided = book.decide({"fee": None})
    decided.seal(signed, "2016-03-31", accept_illustrative=True).write(folder / "sealed.json")
    texts = {
        "json": book.to_json(),
        "json, laid out": book.to_json(indent=1),
        "canonical": book._canonical(),
        "repr": repr(book),
        "text": str(book),
        "html": book._repr_html_(),
        "data": repr(book.to_dict()),
        "settlement": settlement.to_json() + repr(settlement) + settlement._repr_html_(),
        "simulation": repr(simulation) + simulation._repr_html_() + simulation.fan("trust").svg(),
        "explanation": str(settlement.explain("trust"))
        + simulation.draw(party="trust", percentile=5).explain().to_json(),
        "tables": repr([book.terms(), book.lint(), book.words(), book.notes_on(""), book.readings()]),
        "comparison": repr(ob.compare({"a": book, "b": book.with_("fee", "£900")}, scenarios=20, progress=False)),
        "errors": refusals(book),
        "schema": json.dumps(ob.schema()),
    }
    found = {name: text.encode() for name, text in texts.items()}
    cheaper = book.with_("fee", "£900")
    made = {
        "settlement": settlement,
        "simulation": simulation,
        "stress test": stressed,
        "filtered stress test": stressed.where(scenario="Busy"),
        "what if": book.what_if({"fee": "£900", "price": "£210"}, scenarios=10, progress=False),
        "flows": ob.flows(settlement),
        "bridge": ob.bridge(settlement, cheaper.settle(plan=True), "trust"),
        "bridge of the gap": ob.Bridge.of_gap(settlement),
        "payment function": ob.payment_function(book, "fee", "£500", "£1,500", party="trust", probes=2),
        "fan": simulation.fan("trust"),
        "risk": simulation.risk("trust"),
        "draw": simulation.draw(party="trust", percentile=5),
        "movement": settlement.versus(cheaper.settle(plan=True)),
        "reverse stress": book.reverse_stress("position('trust') < £140k", scenarios=100, importance_draws=100),
        "needs": ob.needs(book),
        "load": ob.load(book, DATA),
        "explanation tree": settlement.explain("trust"),
        "several": ob.settle_many({"a": book, "b": cheaper}, plan=True),
    }
    ob.settle_many({"a": book, "b": cheaper}, plan=True, out=folder / "many")
    for name, result in made.items():
        found[f"{name}, shown"] = (repr(result) + str(result) + result._repr_html_()).encode()
        found[f"{name}, pickled"] = pickle.dumps(result)
        if hasattr(result, "save") and name != "needs":
            result.save(folder / f"{name}.saved")
        if hasattr(result, "svg"):
            found[f"{name}, drawn"] = result.svg(*(("trust",) if name in ("stress test", "movement") else ())).encode()
    tables = {"ledger": settlement.ledger, "terms": book.terms(), "stress": stressed, "flows": made["flows"].table()}
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
        found[f"{name}, pandas"] = pickle.dumps(table.to_pandas())
    ob.needs(book).template(folder / "template.xlsx")
    ob.needs(book).template(folder / "template.csv")
    for ending in ("png", "svg"):
        picture = {"Date": None} if ending == "svg" else {"Software": None}
        for name, axes in (("gap", ob.plotting.gap(settlement)), ("fan", ob.plotting.fan(made["fan"]))):
            with matplotlib.rc_context({"svg.hashsalt": "the same"}):
                axes.figure.savefig(folder / f"{name}.{ending}", metadata=picture, dpi=40)
    return found | {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def unpacked(content: bytes) -> str:
    """Everything that is written in some bytes, also where they are packed: workbooks, saved draws, Parquet, PNG."""
    parts = [content]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts += [packed.read(entry) for entry in packed.namelist()]
    elif content[:4] == b"PAR1":
        arrow = pyarrow.parquet.read_table(io.BytesIO(content))
        parts += [repr((arrow.schema.metadata, arrow.to_pylist())).encode(), str(arrow.schema).encode()]
    elif content[1:4] == b"PNG":
        at = 8
        while at < len(content):
            size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
            body = content[at + 8 : at + 8 + size]
            if kind in (b"zTXt", b"iTXt"):
                parts.append(zlib.decompress(body.partition(b"\0")[2][1:]) if kind == b"zTXt" else body)
            at += 12 + size
    return "\n".join(part.decode("utf-8", "ignore") for part in parts)


def secret_text() -> st.SearchStrategy[str]:
    letters = st.text(string.ascii_letters, min_size=10, max_size=14)
    odd = st.sampled_from(["", ' "quoted"', " <b> & ", " naïve £", "\n\\n\t", " 漢字"])
    return st.tuples(letters, odd, letters).map("".join)


SECRET_NUMBER = st.decimals(
    min_value=Decimal("1000003.07"), max_value=Decimal("99999989.93"), places=2, allow_nan=False, allow_infinity=False
).filter(lambda number: len(set(str(number))) > 5)


@settings(
    max_examples=min(60, max(3, EXAMPLES // 6)),
    deadline=None,
    phases=[Phase.reuse, Phase.generate],  # an example takes seconds, and its secrets tell enough as they are
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    numbers=st.lists(SECRET_NUMBER, min_size=6, max_size=6, unique=True),
    texts=st.lists(secret_text(), min_size=7, max_size=7),
)
def test_nothing_of_a_layer_is_in_what_is_shared(
    numbers: list[Decimal], texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("leak")
    book = small_book().with_note("fee", "A shared remark.")
    own = ob.Layer(
        party="trust",
        over=book,
        beliefs={
            "visits": numbers[0],
            "price": ob.Term(f"£{numbers[1]}", source=texts[0]),
            "/drivers/demand/deviation": "0.25",
            "fee": {"value": f"£{numbers[2]:,}", "source": texts[1]},
        },
        expected_concessions=[waiver(limit=f"£{numbers[3]}", words=texts[2], source=texts[3])],
        outside_options=[ob.OutsideOption(texts[4], f"£{numbers[4]}", texts[4])],
        notes=[ob.Note(on="price", text=f"{texts[5]} {numbers[5]:,}", author=texts[5])],
        strategy=f"{texts[6]} £{numbers[5]}",
    )
    seen = book.with_layer(own)
    # The party works with its layer first: whatever is remembered from that must not come out later.
    settlement = seen.settle(plan=True)
    assert settlement.position("trust") != book.settle(plan=True).position("trust")
    simulation = seen.simulate(30, seed=2, progress=False, track=["visits"])
    ob.report(
        seen, folder / "own.html", settlement=settlement, simulation=simulation, stress=seen.stress(), private=True
    )
    secrets = forms([*numbers, *texts])
    page = (folder / "own.html").read_text(encoding="utf-8")
    assert sum(form in page for form in secrets) > 5  # the search finds what is there

    shared = outputs(seen.shareable(), folder / "shared")
    never = outputs(small_book().with_note("fee", "A shared remark."), folder / "never")
    for name, content in shared.items():
        text, without = unpacked(content), unpacked(never[name])
        leaked = [form for form in secrets if form in text and form not in without]  # a coordinate may look like one
        assert not leaked, f"{name}: {leaked}"
        assert content == never[name], name
    document = {seen.to_json(), seen.to_json(indent=1), repr(seen.to_dict()), seen.original().decode(), repr(seen)}
    assert not [form for form in secrets for text in document if form in text]


def test_every_exporter_asks_before_it_writes() -> None:
    """Whoever writes a file either asks `privacy.permit`, or writes what holds nothing of a layer."""
    allowed = {
        ("book.py", "write"),  # the shared document
        ("layer.py", "write"),  # the layer itself, its party's own file
        ("seals.py", "write"),  # a sealed book is shared
        ("_files.py", "write_atomic"),
        ("_exporting.py", "to_csv"),  # Table.to_csv asks
        ("_exporting.py", "to_parquet"),  # Table.to_parquet asks
        ("data/template.py", "write_csv"),  # what the shared book wants
        ("data/template.py", "write_workbook"),
        ("_folders.py", "replace_folder"),  # Settlement.to_parquet asks
        ("many/folder.py", "_write"),  # the summary of a run; each settlement asks when it is saved
        ("_stubs.py", "main"),
        ("scenarios/files.py", "write"),  # scenarios, which hold nothing of a layer
    }
    writers = {"write_atomic", "write_text", "write_bytes", "savefig"}
    asked, not_asked = set(), set()
    root = Path(ob.__file__).parent
    for file in sorted(root.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if not any(f"{writer}(" in source for writer in writers):
            continue
        for function in ast.walk(ast.parse(source)):
            if not isinstance(function, ast.FunctionDef):
                continue
            called = {
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
            }
            if called & writers:
                place = (str(file.relative_to(root)), function.name)
                (asked if "permit" in called else not_asked).add(place)
    assert {("saving.py", "save"), ("reporting.py", "report")} <= asked
    # A new exporter: call privacy.permit(result.private_to, private, "...") and put what it gives into the header.
    allowed |= {("agreed_seed.py", "write")}  # the record of a seal, which is of the shared book
    assert not_asked <= allowed | {("plotting.py", "svg_text")}  # a picture in memory; its title carries the mark


def test_the_example_of_the_page_runs() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "between_parties.md"
    (example,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    *statements, last = example.strip().splitlines()
    scope: dict[str, Any] = {"ob": ob}
    exec("\n".join(statements), scope)
    table = eval(last, scope)
    assert table.private_to == "mental_health_ft"
    assert table["option"] == ("last year's block",)
    assert 0 <= table["p_worse"][0] <= 1


# -- command line ---------------------------------------------------------------------------------------------------


def test_the_command_line_lays_a_layer_over_a_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, own = str(tmp_path / "book.json"), str(tmp_path / "own.json")
    small_book().write(book)
    layer(beliefs={"visits": 120}).write(own)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    code, out, _ = run("settle", book, "--plan", "--layer", own, "--json")
    assert (code, json.loads(out)["private_to"]) == (0, "trust")
    assert "163000.00" in out
    assert "Private to trust" in run("settle", book, "--plan", "--layer", own)[1]
    assert "Private to trust" in run("simulate", book, "--layer", own, "--scenarios", "20")[1]
    assert json.loads(run("simulate", book, "--layer", own, "--scenarios", "20", "--json")[1])["private_to"] == "trust"
    assert {row["private_to"] for row in json.loads(run("stress", book, "--layer", own, "--json")[1])} == {"trust"}
    saved = str(tmp_path / "s.json")
    code, _, err = run("settle", book, "--plan", "--layer", own, "--save", saved)
    assert (code, Path(saved).exists()) == (3, False)
    assert "private" in err
    assert run("settle", book, "--plan", "--layer", own, "--save", saved, "--private")[0] == 0
    out_file = str(tmp_path / "r.html")
    assert run("report", book, "--layer", own, "--out", out_file, "--scenarios", "0")[0] == 3
    assert run("report", book, "--layer", own, "--out", out_file, "--scenarios", "0", "--private")[0] == 0
    changed = ("what-if", book, "--layer", own, "--change", "fee=£900")
    assert run(*changed)[1].startswith("Warning: Private to trust")
    assert json.loads(run(*changed, "--json")[1])["private_to"] == "trust"
    assert '"private_to":"trust"' in run("explain", book, "trust", "--plan", "--layer", own, "--json")[1].replace(
        " ", ""
    )
    drawn = str(tmp_path / "d.openbook")
    simulated = ("simulate", book, "--layer", own, "--scenarios", "20", "--quiet", "--save", drawn)
    assert run(*simulated)[0] == 3 and run(*simulated, "--private")[0] == 0
    assert json.loads(run("read", drawn, "--json")[1])["private_to"] == "trust"
    moved = str(tmp_path / "m.openbook")
    assert run("versus", saved, saved, "--save", moved)[0] == 3
    assert run("versus", saved, saved, "--save", moved, "--private")[0] == 0
    assert json.loads(run("versus", saved, saved, "--json")[1])["private_to"] == "trust"
    assert {row["private_to"] for row in json.loads(run("read", moved, "--json")[1])} == {"trust"}


def test_what_the_other_parties_are_asked_for_goes_by_the_shared_plan(tmp_path: Path) -> None:
    seen = small_book().with_layer(layer(beliefs={"visits": 98765}))
    assert ob.needs(seen) == ob.needs(small_book()) and "98765" not in str(ob.needs(seen))
    assert "Private" not in str(ob.needs(seen))
    for ending in ("csv", "xlsx"):
        ob.needs(seen).template(tmp_path / f"own.{ending}")
        ob.needs(small_book()).template(tmp_path / f"shared.{ending}")
        assert (tmp_path / f"own.{ending}").read_bytes() == (tmp_path / f"shared.{ending}").read_bytes()
    loaded = ob.load(seen, DATA)
    assert "98765" not in repr((loaded, loaded.warnings, loaded.faults, loaded.receipt))
    assert small_book().settle(loaded).position("trust") == small_book().settle(DATA).position("trust")


def test_what_is_made_of_a_layered_book_is_private_too(tmp_path: Path) -> None:
    made = results()
    seen, shared = made["book"], small_book()
    supposed = seen.what_if({"visits": "+5%"}, scenarios=16, progress=False)
    moved = made["settlement"].versus(made["settlement"])
    many = ob.settle_many({"a": seen, "b": shared}, plan=True)
    for table in (
        *(supposed, supposed.changes, supposed.clauses, supposed.simulated),
        *(moved, moved.terms, moved.inputs, moved.table()),
        *(many.ledger, many.positions, many.totals),
        ob.compare({"a": shared, "b": seen}, scenarios=16, progress=False),
    ):
        assert table is not None and table.private_to == "trust", table.title
        with pytest.raises(ob.BookError, match="private=True"):
            table.save(tmp_path / "x.openbook")
    assert not list(tmp_path.iterdir())
    supposed.save(tmp_path / "x.openbook", private=True)
    again = ob.read_result(tmp_path / "x.openbook")
    assert again == supposed and again.private_to == "trust"
    assert again.settlements["base"].book.layer == seen.layer
    assert shared.what_if({"visits": "+5%"}).private_to == ""
