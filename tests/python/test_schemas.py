"""What pipelines rely on: the columns of every table, by name and version."""

from __future__ import annotations

import json
import os
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


def test_what_is_stated_is_what_is_written() -> None:
    """Every table that the package makes has the columns of its schema, as Arrow sees them."""
    settlement = ob.examples.mental_health_alliance().settle(plan=True, disputes=False)
    book = small_book()
    simulation = book.simulate(50, seed=1, progress=False)
    moved = settled(as_at="2016-06").versus(settled(as_at="2016-05"))
    supposed = book.what_if({"visits": "+5%"}, DATA)
    many = ob.settle_many({"a": book, "b": "missing.json"}, {"a": DATA}, others="drop")
    tables = [
        *settlement._tables().values(),
        settlement.payments,
        settlement.to_post,
        settlement.practised,
        book.stress(data=DATA),
        ob.compare({"a": book, "b": book}, scenarios=10, progress=False),
        simulation.risk("trust"),
        simulation.columns,
        simulation.warnings,
        simulation.fan("trust").table(),
        book.terms(),
        book.lint(),
        book.readings(),
        book.diff(book.with_("fee", "£1")),
        moved,
        moved.by("month"),
        moved.by_clause(),
        moved.check(),
        moved.inputs,
        moved.terms,
        moved.readings,
        moved.shocks,
        ob.arrow_schemas(),
        *(supposed, supposed.clauses, supposed.changes),
        *(many.ledger, many.positions, many.totals, many.errors, many.summary()),
    ]
    known, seen = stated(), set()
    for table in tables:
        arrow = table.to_arrow()
        name = arrow.schema.metadata[b"openbook.schema"].decode()
        seen.add(name)
        units = [(field.metadata or {}).get(b"unit", b"").decode() for field in arrow.schema]
        columns = [[f.name, str(f.type), unit] for f, unit in zip(arrow.schema, units, strict=True)]
        assert columns == known[name], name
        if any(column.kind == "money" for column in table.schema) and name != "openbook.books.summary/1":
            assert table.schema.sign, name
    assert set(known) - seen == {"openbook.conformance/1"}  # made by running every golden figure


def test_schemas_for_pence_and_dates() -> None:
    ledger = ob.arrow_schemas(money="pence", dates=True).where(schema="openbook.ledger")
    kinds = dict(zip(ledger["column"], ledger["type"], strict=True))
    assert (kinds["amount_pence"], kinds["due"]) == ("int64", "date32[day]")
