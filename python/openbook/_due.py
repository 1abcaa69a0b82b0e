"""How fast what is due moves with activity, before any entry is rounded to the penny."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ._varying import exact_text
from .errors import OpenbookError
from .paying import Paid, spread
from .payments import Segment
from .sensitivities.marginal_pounds import target_text

__all__ = ["due_segments"]


def due_segments(paid: Paid, segments: Sequence[Segment], rounding: Fraction) -> tuple[Segment, ...]:
    """Segments with the slope of what is due, where the slope through the settled pennies agrees with it.

    The slope is the marginal pound of the clauses in the middle of the segment, as `Settlement.marginal` derives it. It
    is taken where rounding to the penny alone can have made the difference; else the segment stays as it was settled,
    as where a formula itself rounds.
    """
    return tuple(_due(paid, segment, rounding) for segment in segments)


def _due(paid: Paid, segment: Segment, rounding: Fraction) -> Segment:
    if segment.slope is None:
        return segment
    slope = _slope(paid, (segment.start + segment.end) / 2)
    near = segment.slope_error + 4 * rounding / (segment.end - segment.start)
    if slope is None or abs(slope - segment.slope) > near:
        return segment
    return replace(segment, slope=slope, slope_error=Fraction(0))


def _slope(paid: Paid, x: Fraction) -> Fraction | None:
    """The marginal pound of the clauses for one more of the year's activity; None where it cannot be derived."""
    form, item = paid.form, paid.item
    places = spread(form, item, x)
    if any("/" in exact_text(place.value) for place in places):
        return None
    data = {item.id: [exact_text(place.value) for place in places]}
    try:
        settlement = form.book.settle(data, plan=True, disputes=False, readings=form.readings)
    except OpenbookError:
        return None
    target = target_text(paid.payee, "year", form.year, "practised")
    if any(row["quantity"] == item.id and row["whole_step"] for row in settlement._core.marginals(target)):
        return None  # a formula rounds: what one more brings is no slope beside the value
    slope = Fraction(0)
    for number, place in enumerate(places):
        for row in settlement._core.passages(target, item.id, number, 0, True):
            if row["clause"] in paid.clauses:
                slope += place.part * Fraction(row["slope"])
    return slope
