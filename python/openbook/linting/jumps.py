"""What is written so that it may jump; where it does and by how much is measured in `behaviour`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .findings import Finding, Reader, formulas

__all__ = ["jumps"]

_JUMP = re.compile(r"[<>]=?|==|!=|(?<![<>=!])=(?!=)|\b(?:if|choose|whole|count|any|all)\s*\(")
#: Named operands are no comparisons.
_NAMED = re.compile(r",\s*(?:over|where)\s*=(?!=)")
#: Conditions say when something holds; that they compare is what they are for.
_CONDITIONS = ("eligible", "when", "modifier_applies", "holds")


def jumps(reader: Reader) -> Iterator[Finding]:
    """Measures in steps, curves with jumps, tests, and formulas that compare or choose."""
    for _, clause, _, path in reader.clauses():
        if clause.kind == "trigger":
            tests = "; ".join(str(test.holds) for test in clause.tests)
            message = f"'{clause.id}' pays only where its tests hold ({tests}): it may jump there"
            yield Finding("cliff", "note", path, message)
    for f, framework in enumerate(reader.book.frameworks):
        for m, measure in enumerate(framework.measures):
            if measure.shape == "steps":
                message = (
                    f"measure '{measure.id}' is scored in steps at {measure.pain_at} and {measure.gain_at}: payment "
                    "jumps there"
                )
                yield Finding("cliff", "warning", f"/frameworks/{f}/measures/{m}", message)
    for c, curve in enumerate(reader.book.curves):
        places = [str(point.at) for point in curve.points]
        for at in sorted({place for place in places if places.count(place) > 1}):
            yield Finding("cliff", "warning", f"/curves/{c}", f"curve '{curve.id}' jumps at {at}")
    for place in reader.places:
        if place.owner in ("test", "part", "member", "concession") or place.field in _CONDITIONS:
            continue
        text = next((text for text in formulas(place) if _JUMP.search(_NAMED.sub(",", text))), None)
        if text is not None and not place.path.startswith(("/inputs", "/scenarios", "/drivers")):
            yield Finding("cliff", "note", place.path, f"'{place.name}' compares or chooses ({text}): it may jump")
