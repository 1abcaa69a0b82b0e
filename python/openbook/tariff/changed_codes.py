"""Codes that were renamed, split or merged since a price list was made: the map from them to its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._values import nearest
from ..data.cells import code_text
from ..data.faults import Faults
from ..data.mapping import CodeMap
from .lines import LINE, Key, Rows, line_name, read_rows

__all__ = ["map_of_changes"]


def map_of_changes(
    names: Mapping[Key, str],
    keys: tuple[str, ...],
    changes: Any,
    becomes: Mapping[str, str],
    starts: str | None,
    ends: str | None,
    weight: str | None,
) -> CodeMap:
    """The map from the key columns of activity to the lines of a list; see `PriceList.codes`.

    Parameters
    ----------
    names
        The name of each line by its key, as in the list.
    keys
        The key columns.

    Raises
    ------
    ValueError
        `becomes` names no column of the key.
    DataError
        A column is missing, or a new code is not in the list; all faults at once.
    """
    strange = [name for name in becomes if name not in keys]
    if strange or not becomes:
        raise ValueError(f"becomes: found {strange or dict(becomes)}, expected columns of the key: {', '.join(keys)}")
    others = {"starts": starts, "ends": ends, "weight": weight}
    faults = Faults()
    rows = read_rows(changes, keys, (), faults, "changes")
    for column in (*becomes.values(), *(name for name in others.values() if name)):
        if column not in rows.frame.data:
            message = f"{rows.frame.name}: no column '{column}'{nearest(column, rows.frame.data)}"
            faults.once("missing-column", message, frame=rows.frame, column=column)
    faults.raise_any("the changes of codes do not hold")
    lines = _changed(rows, becomes, others, dict.fromkeys(names.values()), faults)
    faults.raise_any("the changes of codes do not hold")
    changed = {row.key for row in rows.rows}
    lines += [[*key, name, None, None, 1] for key, name in names.items() if key not in changed]
    own = [_apart(name, keys) for name in (LINE, *others)]
    columns: dict[str, list[Any]] = {name: [] for name in (*keys, *own)}
    for line in lines:
        for cells, cell in zip(columns.values(), line, strict=True):
            cells.append(cell)
    target, first, last, part = own
    return CodeMap(columns, source=keys, target=target, into=LINE, starts=first, ends=last, weight=part)


def _apart(name: str, keys: tuple[str, ...]) -> str:
    """A name for a column of the map that no column of the key has."""
    while name in keys:
        name = f"{name} of the map"
    return name


def _changed(
    rows: Rows, becomes: Mapping[str, str], others: Mapping[str, str | None], known: Mapping[str, Any], faults: Faults
) -> list[list[Any]]:
    """The lines of the map that a frame of changes states."""
    frame = rows.frame
    lines = []
    for row in rows.rows:
        new = {column: code_text(frame.data[at][row.number]) for column, at in becomes.items()}
        target: str | None = None
        if any(part is not None for part in new.values()):
            target = line_name(
                tuple(new.get(column, old) or "" for column, old in zip(rows.keys, row.key, strict=True))
            )
            if target not in known:
                message = (
                    f"{frame.place(row.number, next(iter(becomes.values())))}: found '{target}', expected a line "
                    f"of the price list{nearest(target, known)}"
                )
                faults.of("unknown-target", message, frame=frame, value=target)
        cells = {name: frame.data[at][row.number] if at else None for name, at in others.items()}
        weight = cells["weight"] if others["weight"] else 1
        lines.append([*row.key, target, cells["starts"], cells["ends"], weight])
    return lines
