"""What is behind a movement: inputs, terms, readings, shocks, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import _json, privacy, queries
from ._calendar import month_text
from ._states import Side
from .documents import CHANGES, diff
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .movement import Movement
    from .results import Settlement

__all__ = ["blocks", "inputs", "readings", "shocks", "terms", "words"]

INPUTS = Schema(
    "openbook.movement_inputs",
    1,
    (
        Column("step"),
        Column("input"),
        Column("month", "month"),
        Column("member"),
        Column("before", "decimal", unit="the input's unit"),
        Column("after", "decimal", unit="the input's unit"),
    ),
)
READINGS = Schema("openbook.movement_readings", 1, (Column("what"), Column("of"), Column("before"), Column("after")))
SHOCKS = Schema(
    "openbook.movement_shocks",
    1,
    (
        Column("what"),
        Column("on"),
        Column("action"),
        Column("value"),
        Column("starts", "month"),
        Column("ends", "month"),
    ),
)

#: Rows of inputs that a display shows.
MOST_INPUTS = 20


def inputs(settlements: Sequence[tuple[str, Settlement]]) -> Table:
    """The values that each step brings."""
    rows = []
    before = Side.of(settlements[0][1])
    for step, settlement in settlements[1:]:
        after = Side.of(settlement)
        for cell in sorted({**before.cells, **after.cells}):
            old, new = before.shown(cell), after.shown(cell)
            if old != new:
                month = month_text(cell.month)
                row = {"step": step, "input": cell.input, "month": month, "member": cell.member}
                rows.append({**row, "before": old, "after": new})
        before = after
    return Table.of_rows(
        "Inputs that are new or revised", INPUTS, rows, private_to=privacy.of_all(one for _, one in settlements)
    )


def terms(last: Settlement, this: Settlement) -> Table:
    """What the later book says differently, readings apart."""
    rows = [row for row in diff(last.book, this.book) if not _is_choice(row["path"])]
    return Table.of_rows("Terms that differ", CHANGES, rows, private_to=privacy.of_all((last, this)))


def _is_choice(path: str) -> bool:
    parts = path.split("/")
    return len(parts) == 6 and parts[3] == "clauses" and parts[5] in ("reading", "provisional")


def readings(last: Settlement, this: Settlement) -> Table:
    """The readings and alternatives that are not the same."""
    rows = []
    for what, chosen in (("reading", _chosen), ("alternative", _asked)):
        old, new = chosen(last), chosen(this)
        for name in {**old, **new}:
            if old.get(name, "") != new.get(name, ""):
                rows.append({"what": what, "of": name, "before": old.get(name, ""), "after": new.get(name, "")})
    return Table.of_rows(
        "Readings and alternatives that differ", READINGS, rows, private_to=privacy.of_all((last, this))
    )


def _chosen(settlement: Settlement) -> dict[str, str]:
    """The reading of every clause that has several."""
    asked: Mapping[str, str] = settlement.request["readings"]
    return {clause.id: _reading(clause, asked) for _, clause, _ in queries.clauses(settlement.book) if clause.readings}


def _reading(clause: Any, asked: Mapping[str, str]) -> str:
    chosen = asked.get(clause.id) or clause.reading
    return str(chosen or (f"{clause.provisional} (provisional)" if clause.provisional else ""))


def _asked(settlement: Settlement) -> dict[str, str]:
    return dict(settlement.request["alternatives"])


def shocks(last: Settlement, this: Settlement) -> Table:
    """The shocks that only one has."""
    old, new = ({_json.dumps(shock): shock for shock in one.request.get("shocks") or ()} for one in (last, this))
    rows = [{"what": "removed", **old[key]} for key in old if key not in new]
    rows += [{"what": "added", **new[key]} for key in new if key not in old]
    return Table.of_rows("Shocks that differ", SHOCKS, rows, private_to=privacy.of_all((last, this)))


def words(movement: Movement, step: str) -> str:
    """What a step consists of, in a few words."""
    found = []
    for part in step.split(" and "):
        if part in ("version", "version of this"):
            end = movement.last if part == "version" else movement.this
            found.append(
                f"calculated by openbook {end.release or '(not stated)'}, edition {end.edition or '(not stated)'}"
            )
        elif part in DIFFERING:
            table: Table = getattr(movement, part)
            found += _counted(len(table), DIFFERING[part], "differ")
    found += _counted(len(movement.inputs.where(step=step)), "value of an input", "new or revised")
    return "; ".join(found)


#: One of each, where the steps' own names are many.
DIFFERING = {"terms": "part of the book", "readings": "reading or alternative", "shocks": "shock"}


def _counted(count: int, one: str, what: str) -> list[str]:
    return [f"{what}: {count} × {one}"] if count else []


def blocks(movement: Movement) -> list[Any]:
    """Everything that the display of a movement shows."""
    from ._display import blocks as b

    wide = movement.table()
    moved = [row for row in wide if row["last"] != row["this"] or any(row[step] for step in movement.steps)]
    shown: list[Any] = []
    if moved:
        table = Table.of_rows(wide.title, wide.schema, moved, wide.note, wide.about)
        shown.append(b.of_table(table, most=None))
        party = max(moved, key=lambda row: max(abs(row[step]) for step in movement.steps))["party"]
        name = queries.party_name(movement.this.book, party)
        shown.append(b.Picture(movement.svg(party), f"Bridge of {name}, the party that moves most in one step."))
    else:
        shown.append(b.Paragraph(f"{wide.title}: no position moved."))
    for reasons in (movement.terms, movement.readings, movement.shocks, movement.inputs):
        if reasons:
            shown.append(b.of_table(reasons, most=MOST_INPUTS))
    shown += [b.Paragraph(remark, "warning") for remark in movement.remarks]
    return shown
