"""Where figures come from, and figures that look a thousand or a hundred times too large or small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .findings import Finding, Reader, number_of


def provenance(reader: Reader) -> Iterator[Finding]:
    """Figures without source; members of one parameter are one finding."""
    unsourced: dict[str, list[tuple[str, Any]]] = {}
    for place in reader.places:
        data = place.data if isinstance(place.data, dict) else {"value": place.data}
        illustrative = data.get("illustrative") or any(step.get("illustrative") for step in data.get("steps") or ())
        if illustrative:
            yield Finding(
                "illustrative",
                "note",
                place.path,
                f"'{place.name}' is illustrative: an assumption, not an agreed figure",
            )
            continue
        steps = data.get("steps") or ()
        sourced = data.get("source") or (steps and all(step.get("source") for step in steps))
        number = number_of(data.get("value"))
        literal = number is not None or bool(steps)
        plain = not steps and number is not None and number in (0, 1)
        if not literal or sourced or _sourced_above(reader, place.path) or plain:
            continue
        table, of_member, member = place.path.rpartition("/members/")
        if of_member and table.startswith("/parameters/"):
            unsourced.setdefault(table, []).append((member, data.get("value")))
            continue
        severity = "warning" if place.owner == "parameter" else "note"
        yield Finding(
            "no-source",
            severity,
            place.path,
            f"'{place.name}' has no source: say where {data.get('value')} comes from",
        )
    for table, members in unsourced.items():
        name = reader.data["parameters"][int(table.split("/")[2])]["id"]
        if len(members) == 1:
            [(member, value)] = members
            words = f"'{name}.members.{member}' has no source: say where {value} comes from"
            yield Finding("no-source", "warning", f"{table}/members/{member}", words)
            continue
        shown = ", ".join(f"{member} {value}" for member, value in members[:4]) + (", ..." if len(members) > 4 else "")
        words = f"{len(members)} members of '{name}' have no source: {shown}; one in its value holds for all of them"
        yield Finding("no-source", "warning", f"{table}/members", words)


def slips(reader: Reader) -> Iterator[Finding]:
    """Pounds for thousands of pounds, 95 for 95%."""
    from ..data.slips import in_data, in_terms

    for path, message in in_terms(reader.places, number_of):
        yield Finding("thousand-fold", "warning", path, message)
    if reader.load is not None:
        for code, path, message in in_data(reader.book, reader.load):
            yield Finding(code, "warning", path, message)


def _sourced_above(reader: Reader, path: str) -> bool:
    at: Any = reader.data
    for part in path.split("/")[1:-1]:
        at = at[int(part)] if isinstance(at, list) else at.get(part.replace("~1", "/").replace("~0", "~"))
        if not isinstance(at, dict) or "format" in at:
            continue
        shared = at.get("value") if "members" in at else None  # what the value says holds for the members
        if any(of.get("source") or of.get("illustrative") for of in (at, shared) if isinstance(of, dict)):
            return True
    return False
