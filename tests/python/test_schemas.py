"""What pipelines rely on: the columns of every table, by name and version."""

from __future__ import annotations

import importlib
import inspect
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "arrow_schemas.json"


def settled(**options: Any) -> ob.Settlement:
    return small_book().settle(DATA, **options)


def stated() -> dict[str, list[list[str]]]:
    """For each schema and version its columns: name, Arrow type, unit."""
    found: dict[str, list[list[str]]] = {}
    for row in ob.arrow_schemas():
        found.setdefault(f"{row['schema']}/{row['version']}", []).append([row["column"], row["type"], row["unit"]])
    return found


def test_no_schema_changes_under_its_version() -> None:
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8")), stated()
    changed = [name for name in golden if name in now and now[name] != golden[name]]
    for name in changed:
        old, new = ({tuple(column) for column in one[name]} for one in (golden, now))
        pytest.fail(
            f"the columns of {name} changed: gone {sorted(old - new)}, new {sorted(new - old)} (or their order). "
            f"Pipelines rely on them: give the schema the next version, and then write the golden file again with "
            f"OPENBOOK_WRITE_GOLDEN=1 pytest {Path(__file__).name}"
        )
    if os.environ.get("OPENBOOK_WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return
    different = sorted(set(golden) ^ set(now))
    assert not different, (
        f"schemas that are new, gone, or of another version: {', '.join(different)}. If that is meant, write the golden "
        f"file again with OPENBOOK_WRITE_GOLDEN=1 pytest {Path(__file__).name}, and say so in CHANGELOG.md"
    )


def public() -> Iterator[tuple[str, Any]]:
    """Every public function, method and property, by name: of the package, its modules and its classes."""
    modules = [ob, *(importlib.import_module(f"openbook.{name}") for name in ob._MODULES)]
    for module in modules:
        for name in module.__all__ if hasattr(module, "__all__") else vars(module):
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield f"{value.__module__.removeprefix('openbook.')}.{name}", value
            elif inspect.isclass(value) and value.__module__.startswith("openbook"):
                for base in value.__mro__:
                    if base.__module__.startswith("openbook"):
                        yield from (
                            (f"{value.__name__}.{member}", content)
                            for member, content in vars(base).items()
                            if not member.startswith("_")
                        )


def returns_table(value: Any) -> bool:
    function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    told = str(getattr(function, "__annotations__", {}).get("return", "")) if callable(function) else ""
    kinds = {"Table", *(kind.__name__ for kind in subclasses(ob.Table))}
    return told.strip("'\"") in kinds


def subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


#: Functions that give the rows of a table that they are given, with its schema; and what `Quick.curve` is made by.
ROWS = {"where", "party", "of_payments"}


@cache
def tables() -> dict[str, Any]:
    """What each public function that gives a table came to, by its name."""
    settlement = ob.examples.mental_health_alliance().settle(plan=True, disputes=False)
    book = small_book()
    seen = book.with_layer(
        ob.Layer(party="trust", over=book, beliefs={"visits": 120}, outside_options=[ob.OutsideOption("block", "£1m")])
    )
    simulation = book.simulate(50, seed=1, progress=False)
    reduced = ob.risk.reduce(book, 50, [ob.risk.Moments(), ob.risk.Counts()], progress=False)
    moved = settled(as_at="2016-06").versus(settled(as_at="2016-05"))
    supposed = book.what_if({"visits": "+5%"}, DATA, scenarios=10, progress=False)
    many = ob.settle_many({"a": book, "b": "missing.json"}, {"a": DATA}, others="drop")
    loaded = ob.load(book, DATA)
    decided = book.decide({"fee": None})
    signed = {"icb": "A Jones", "trust": "B Khan"}
    sealed = decided.seal(signed, "2016-03-31", accept_illustrative=True)
    varied = sealed.vary(
        decided.with_("price", 210, source="Deed 1"), deed="Deed 1", date="2016-06-30", accept_illustrative=True
    )
    stressed = book.stress(data=DATA)
    paid = ob.payment_function(book, "price", 100, 300, party="trust", probes=2)
    reverse = book.reverse_stress("position('trust') < £140k", seed=1, scenarios=400, importance_draws=200)
    form = ob.quick.activity_cap(1000, "£100", cap="110%")
    forms = ob.compare_forms(
        {"tariff": ob.quick.cost_per_case("£100", plan=1000)}, [900, 1100], scenarios=50, deviation="5%"
    )
    transfer = ob.risk_transfer(ob.quick.activity_cap(1000, "£100", cap="110%"), 900, 1200)
    costs = {"code": ["a", "b", "c"], "n": [1, 2, 3], "each": [5, 6, None], "cost": [5, 13, 1]}
    found = ob.sensitivity(book, "trust", DATA, scenarios=20, terms={"price": ("£190", "£210")})
    even = ob.break_even(book, "price", "trust", target="£1", data=DATA, points=3, step="£1")
    frontier = ob.break_even(book, ["fee", "price"], "trust", values=["£1"], data=DATA, points=3, step="£1")
    informed = ob.value_of_information({"a": book, "b": book}, "trust", scenarios=20, outer=2, inner=4)
    prices = ob.tariff.price_list(costs, keys="code", price="each")
    moving = ob.tariff.price_and_volume(costs, costs, keys="code", quantity="n", price="each")
    months = {"period": ["2016-04", "2016-06"], "org_code": ["A", "A"], "attendances": [1, 2]}
    with pytest.raises(ob.DataError) as wrong:
        ob.load(book, {"visits": ["x"] * 6})
    made: dict[str, Any] = {f"Settlement.{name}": getattr(settlement, name) for name in SETTLEMENT}
    made |= {
        f"Book.{name}": made_by()
        for name, made_by in {
            "terms": book.terms,
            "lint": book.lint,
            "readings": book.readings,
            "words": book.words,
            "stress": book.stress,
            "needs": lambda: ob.needs(book),
        }.items()
        if hasattr(ob.Book, name)
    }
    return made | {
        "Settlement.summary": settlement.summary(),
        "Settlement.members": ob.examples.customer_service_league().settle(plan=True).members("shared_place"),
        "Settlement.versus": moved,
        "Book.diff": book.diff(book.with_("fee", "£1")),
        "Book.notes_on": book.with_note("fee", "Why?").notes_on("fee"),
        "Book.what_if": supposed,
        "LayeredBook.beliefs": seen.beliefs(),
        "LayeredBook.against_outside_options": seen.against_outside_options(seen.settle(plan=True)),
        "drawn against outside options": seen.against_outside_options(seen.simulate(20, progress=False)),
        "Movement.table": moved.table(),
        "Movement.by": moved.by("month"),
        "Movement.by_clause": moved.by_clause(),
        "Movement.check": moved.check(),
        "Movement.revised": moved.revised,
        **{f"Movement.{name}": getattr(moved, name) for name in ("inputs", "terms", "readings", "shocks")},
        "Simulation.risk": simulation.risk("trust"),
        "Simulation.summary": simulation.summary(),
        "Simulation.controlled": simulation.controlled("trust", every="year").table,
        "Simulation.columns": simulation.columns,
        "Simulation.warnings": simulation.warnings,
        "Simulation.measures": simulation.measures("trust"),
        "risk.measures.measure": ob.risk.measure(simulation, "trust"),
        "Allocation.table": simulation.allocate("trust", statistic="es90").table(),
        "TailComposition.table": simulation.tail("trust", worst=0.1).table(),
        "Breaches.table": simulation.breaches("trust", "£20k").table(),
        **{f"Reduced.{name}": getattr(reduced, name)() for name in ("moments", "counts")},
        "Reduced.measure": reduced.measure("trust", ["mean"]),
        "Reduced.columns": reduced.columns,
        "Fan.table": simulation.fan("trust").table(),
        "WhatIf.clauses": supposed.clauses,
        "changes of a what if": supposed.changes,
        "a what if, simulated": supposed.simulated,
        "StressTable.by": stressed.by("year"),
        "StressTable.receipt": stressed.receipt,
        "StressTable.attribution": stressed.attribution("trust"),
        "StressTable.attributions": stressed.attributions(),
        "Attribution.shocks": stressed.attribution("trust").shocks,
        "Attribution.clauses": stressed.attribution("trust").clauses,
        "scenarios.receipt": ob.scenarios.receipt(book),
        "scenarios.sets": ob.scenarios.sets(),
        **{
            f"SettledMany.{name}": getattr(many, name)
            for name in ("ledger", "positions", "totals", "errors", "to_post")
        },
        "SettledMany.summary": many.summary(),
        "SettledBook.table": many.books[0].table("ledger"),
        "SealedBook.figures": sealed.figures(),
        "SealedBook.illustrative": sealed.illustrative(),
        "SeedDraw.choosers": ob.seed_draw(sealed).choosers(),
        "SealedBook.changes": varied.changes(),
        "SealedBook.stress": sealed.stress(),
        "Flows.table": ob.flows(settlement).table(),
        "Bridge.table": ob.Bridge.of_gap(settlement).table(),
        "PaymentFunction.breakpoint_table": paid.breakpoint_table(),
        "PaymentFunction.segment_table": paid.segment_table(),
        "DataError.faults": wrong.value.faults,
        "receipt of a load": loaded.receipt,
        "warnings of a load": loaded.warnings,
        "faults of a load": loaded.faults,
        **{f"ReverseStress.{name}": getattr(reverse, name) for name in ob.ReverseStress.__slots__[4:]},
        "Quick.curve": form.curve(900, 1100, step=100),
        "Quick.what_if": form.what_if({"price": "£90"}),
        "forms.compare_forms": forms,
        "risk of forms": forms.risk,
        "RiskTransfer.table": transfer.table(),
        "MarginalPounds.table": found.marginal.table,
        "MarginalPounds.through": found.marginal.through("fee"),
        "Tornado.table": found.tornado.table,
        "DriverIndices.table": ob.sensitivities.driver_indices(book, "trust", rows=20).table,
        "SimulatedMarginals.table": ob.sensitivities.simulated_marginals(book, "trust", scenarios=2).table,
        "BreakEven.table": even.table,
        "Frontier.table": frontier.table,
        "Information.table": informed.table,
        "tariff.checking.check_costs": ob.tariff.check_costs(
            costs, keys="code", quantity="n", price="each", cost="cost"
        ),
        "tariff.effects.price_and_volume": moving,
        "PriceAndVolume.by_group": moving.by_group(),
        "rows set aside": moving.set_aside,
        "PriceList.unplaced": prices.unplaced(costs, quantity="n"),
        "rows without a price": prices.without_price,
        "schemas.arrow_schemas": ob.arrow_schemas(),
        "sealing.open_points": ob.open_points(book),
        "verification.verify": ob.verify(sealed),
        "comparison.compare": ob.compare({"a": book, "b": book}, scenarios=10, progress=False),
        **of_trust(book, simulation, DATA),
        "data.missing.gaps": ob.data.gaps(months),
        "movement.versus": moved,
    }


def of_trust(book: ob.Book, simulation: ob.Simulation, data: Any) -> dict[str, Any]:
    """Tables that say how far to trust a simulation."""
    compared = ob.compare({"a": book, "b": book}, scenarios=10, progress=False)
    tested = ob.backtest(book, data, until="2016-06", fit=False, scenarios=10, progress=False)
    rolled = ob.rolling_backtest(book, data, until=["2016-06", "2016-07"], fit=False, scenarios=10, progress=False)
    found = ob.stability(book, 5, scenarios=10, progress=False)
    three = simulation.three_draws("trust")
    two = simulation.draw(1, party="trust").versus(simulation.draw(2, party="trust"))
    swept = ob.frontier(book, {"price": [100, 200]}, party="trust", scenarios=10, progress=False)
    return {
        "Comparison.paired": compared.paired(),
        "Comparison.matrix": compared.matrix("trust"),
        "EfficientFrontier.table": swept.table(),
        "Simulation.percentile_draws": simulation.percentile_draws("trust"),
        "Simulation.nearest_draws": simulation.nearest_draws("trust", 0.0),
        "DrawDifference.table": two.table(),
        "drivers of two draws": two.drivers,
        "parts of three draws": three.parts,
        "drivers of three draws": three.drivers,
        "ratios of stability": found.ratios,
        "values of stability": found.values,
        **{f"backtest, {name}": getattr(tested, name) for name in ("periods", "coverage", "scores")},
        **{f"rolling backtest, {name}": getattr(rolled, name) for name in ("coverage", "scores")},
    }


SETTLEMENT = [
    "ledger",
    "payments",
    "to_post",
    "positions",
    "written",
    "practised",
    "written_world",
    "cash",
    "gap",
    "disputes",
    "joint_range",
    "quantities",
    "superseded",
    "warnings",
]


#: The columns that are always the same, where some are named as what was asked for.
VARYING = {
    "openbook.curve/1": slice(1, None),
    "openbook.movement_wide/1": slice(None, 2),
    "openbook.cost_checks/1": slice(None, 8),
    "openbook.rows_without_price/1": slice(None, 2),
    "openbook.rows_not_priced/1": slice(None, 4),
}


def test_what_is_stated_is_what_is_written() -> None:
    """Every table that the package makes has the columns of its schema, as Arrow sees them."""
    known, seen = stated(), set()
    for made_by, table in tables().items():
        arrow = table.to_arrow()
        assert b"openbook.schema" in arrow.schema.metadata, f"{made_by} gives a table without a schema"
        name = arrow.schema.metadata[b"openbook.schema"].decode()
        assert name in known, f"{made_by} gives {name}, which ob.arrow_schemas() does not list"
        seen.add(name)
        units = [(field.metadata or {}).get(b"unit", b"").decode() for field in arrow.schema]
        columns = [[f.name, str(f.type), unit] for f, unit in zip(arrow.schema, units, strict=True)]
        keep = VARYING.get(name, slice(None))
        assert columns[keep] == known[name][keep], name
        if any(column.kind == "money" for column in table.schema) and name != "openbook.books.summary/1":
            assert table.schema.sign, name
    assert set(known) - seen == {"openbook.conformance/1"}  # made by running every golden figure


def test_every_public_function_that_gives_a_table_is_among_those_whose_schema_is_listed() -> None:
    found = {name for name, value in public() if returns_table(value) and name.rpartition(".")[2] not in ROWS}
    made = set(tables())
    same = {name.rpartition(".")[2] for name in made}  # the same method of another class or module gives the same table
    unknown = {name for name in found if name not in made and name.rpartition(".")[2] not in same}
    assert unknown == {"conformance.conform"}, (
        "give each new table a schema, state it in schemas.py, and add it to tables()"
    )
    assert len(found) > 40


def test_schemas_for_pence_and_dates() -> None:
    ledger = ob.arrow_schemas(money="pence", dates=True).where(schema="openbook.ledger")
    kinds = dict(zip(ledger["column"], ledger["type"], strict=True))
    assert (kinds["amount_pence"], kinds["due"]) == ("int64", "date32[day]")
