"""What nothing uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Finding, Reader, formulas

__all__ = ["unused"]

_WORD = re.compile(r"[A-Za-z_]\w*")


def unused(reader: Reader) -> Iterator[Finding]:
    """Parameters, inputs, curves, tables and drivers that no formula uses."""
    words: set[str] = set()
    for place in reader.places:
        for text in formulas(place):
            words.update(_WORD.findall(text))
    named = {c.on for c in reader.book.concessions} | {d.of for d in reader.book.drivers}
    named |= {shock.on.partition("[")[0] for scenario in reader.book.scenarios for shock in scenario.shocks}
    for _, clause, _, _ in reader.clauses():
        for reading in clause.readings:
            for override in reading.overrides.values():
                words.update(_WORD.findall(str(override)))
    groups = (("parameters", "parameter"), ("inputs", "input"), ("curves", "curve"), ("tables", "table"))
    for field, kind in groups:
        for number, item in enumerate(reader.data.get(field, ())):
            own = kind == "parameter" and item["id"] in {c.on for c in reader.book.concessions}
            if item["id"] not in words and not own:
                shown = " (only drivers, shocks or concessions name it)" if item["id"] in named else ""
                yield Finding(
                    f"unused-{kind}",
                    "warning",
                    f"/{field}/{number}",
                    f"{kind} '{item['id']}' is used by no formula{shown}",
                )
    for number, driver in enumerate(reader.book.drivers):
        if driver.of not in words:
            message = f"driver '{driver.id}' moves '{driver.of}', which no formula uses"
            yield Finding("unused-driver", "warning", f"/drivers/{number}", message)
