"""The tables of a reverse stress test: their columns, and rows from what was found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .._varying import exact_text
from ..table import Column, Schema
from .conditions import Asked
from .design_points import DesignPoint
from .features import Feature, expected, measures, percentile
from .importance import proportion_interval
from .joint import Joint, Pilot
from .normal import Floats, probability_above
from .region import Region
from .replaying import Certificate
from .single import Answer, Edge

__all__ = ["CERTIFICATES", "LIMITS", "POINTS", "POINT_DRIVERS", "PROBABILITY", "REGIONS", "SINGLE"]

SINGLE = Schema(
    "openbook.reverse_stress.single",
    1,
    (
        Column("lever"),
        Column("unit"),
        Column("outcome"),
        Column("last_safe", "decimal", "last that is safe"),
        Column("first_breach", "decimal", "first that breaches"),
        Column("side", "text", "breaches"),
        Column("kind"),
        Column("amount", "float"),
        Column("of"),
        Column("expected", "float"),
        Column("probability", "float"),
        Column("certified"),
        Column("low", "decimal"),
        Column("high", "decimal"),
        Column("nearest", "float"),
        Column("nearest_margin", "float"),
        Column("resolution", "float"),
        Column("note"),
    ),
)
POINTS = Schema(
    "openbook.reverse_stress.points",
    1,
    (
        Column("point", "int"),
        Column("beta", "float", "reliability index"),
        Column("first_order", "float"),
        Column("second_order", "float"),
        Column("second_order_breitung", "float", "second order (Breitung)"),
        Column("share", "float", "share of the breaches"),
        Column("converged", "bool"),
        Column("smooth", "bool"),
    ),
    "probabilities; the reliability index is negative where the condition holds at the middle of the drivers",
)
POINT_DRIVERS = Schema(
    "openbook.reverse_stress.point_drivers",
    1,
    (
        Column("point", "int"),
        Column("driver"),
        Column("period"),
        Column("value", "float"),
        Column("unit"),
        Column("expected", "float"),
        Column("against"),
        Column("ratio", "float", "of expected"),
        Column("percentile", "float"),
        Column("deviations", "float", "standard deviations"),
        Column("importance", "float"),
    ),
)
PROBABILITY = Schema(
    "openbook.reverse_stress.probability",
    1,
    (
        Column("method"),
        Column("probability", "float"),
        Column("error", "float"),
        Column("low", "float"),
        Column("high", "float"),
        Column("draws", "int"),
        Column("breaching", "int"),
        Column("effective", "float", "effective breaching draws"),
        Column("apart", "float", "errors from plain draws"),
    ),
)
LIMITS = Schema(
    "openbook.reverse_stress.limits",
    1,
    (
        Column("region", "int"),
        Column("driver"),
        Column("period"),
        Column("low", "float"),
        Column("high", "float"),
        Column("unit"),
        Column("low_of_expected", "float", "low, of expected"),
        Column("high_of_expected", "float", "high, of expected"),
        Column("against"),
    ),
)
REGIONS = Schema(
    "openbook.reverse_stress.regions",
    1,
    (
        Column("region", "int"),
        *(
            Column(f"{name}{end}", "float", f"{name}{end.replace('_', ' ')}")
            for name in ("density", "coverage", "support")
            for end in ("", "_low", "_high")
        ),
        Column("base", "float"),
        Column("draws", "int"),
        Column("inside", "int"),
        Column("breaching", "int"),
    ),
    "shares of fresh draws, with 95% intervals",
)
CERTIFICATES = Schema(
    "openbook.reverse_stress.certificates",
    1,
    (
        Column("answer"),
        Column("place"),
        Column("how"),
        Column("expected", "bool", "should hold"),
        Column("found", "bool", "holds"),
        Column("agrees", "bool"),
        Column("note"),
    ),
)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _decimal(value: Fraction) -> str:
    """An exact number; a double as the shortest decimal that stands for it."""
    text = exact_text(value)
    return text if "/" not in text and len(text) <= 24 else format(Decimal(repr(float(value))), "f")


def single_rows(
    answers: Sequence[Answer], amounts: Mapping[tuple[int, int], tuple[float, float, str]]
) -> Iterator[dict[str, Any]]:
    """One row for each change of side; one for a lever that has none. `amounts` are of drivers, by answer and edge."""
    for number, answer in enumerate(answers):
        shift = answer.shift
        row: dict[str, Any] = {
            "lever": shift.name, "unit": shift.unit, "outcome": answer.outcome, "low": _decimal(shift.low),
            "high": _decimal(shift.high), "nearest": _known(answer.nearest),
            "nearest_margin": _known(answer.nearest_margin),
            "resolution": _known(answer.resolution), "note": answer.note,
        }  # fmt: skip
        if answer.outcome != "crossed":
            yield row
        for place, edge in enumerate(answer.edges):
            amount = amounts.get((number, place))
            yield {
                **row,
                "outcome": "crossed" if len(answer.edges) == 1 else f"crossed, {place + 1} of {len(answer.edges)}",
                "last_safe": _decimal(edge.last_safe), "first_breach": _decimal(edge.first_breach),
                "side": "above" if edge.above else "below", "kind": edge.kind, "certified": edge.certified,
                **({} if amount is None else {"amount": amount[0], "expected": amount[1], "of": amount[2]}),
                **({"probability": _tail(edge)} if shift.kind == "deviations" else {}),
            }  # fmt: skip


def _tail(edge: Edge) -> float | None:
    """How probable it is that the driver's total lies on the breaching side, to first order."""
    place = float(edge.first_breach)
    return probability_above(place if edge.above else -place)


def point_rows(joint: Joint) -> Iterator[dict[str, Any]]:
    """One row for each design point."""
    shares = (
        joint.sampled.shares if joint.sampled is not None and len(joint.sampled.shares) == len(joint.points) else ()
    )
    for number, (point, bent) in enumerate(zip(joint.points, joint.bent, strict=True)):
        yield {
            "point": number + 1, "beta": point.beta, "first_order": point.probability,
            "second_order": bent.hohenbichler_rackwitz, "second_order_breitung": bent.breitung,
            "share": shares[number] if shares else None, "converged": point.converged, "smooth": bent.steady,
        }  # fmt: skip


def point_driver_rows(
    number: int,
    importance: Mapping[str, float],
    chosen: Iterable[Feature],
    at: Mapping[Asked, Floats],
    seen: Pilot,
    plans: Mapping[Asked, float],
) -> Iterator[dict[str, Any]]:
    """How each driver stands at a design point, in its own units."""
    for one in chosen:
        value = float(at[one.asked][number])
        usual, against = expected(one, seen.values, plans)
        place, deviations = percentile(seen.values[one.asked], value)
        yield {
            "point": number + 1, "driver": one.name, "period": one.label or "term", "value": value, "unit": one.unit,
            "expected": usual, "against": against, "percentile": place,
            "ratio": value / usual if measures(one, usual, seen.values) else None,
            "deviations": deviations, "importance": importance.get(one.driver, 0.0),
        }  # fmt: skip


def probability_rows(joint: Joint) -> Iterator[dict[str, Any]]:
    """The probability by each method, and how far the others are from the plain draws.

    Of draws an interval of 95%: Wilson's of plain ones, which holds for none as well; two errors to either side of
    draws by importance. Of the first order its bounds.
    """
    plain = joint.plain

    def sampled(method: str, found: Any, low: float, high: float) -> dict[str, Any]:
        return {
            "method": method, "probability": found.value, "error": found.error, "draws": found.draws,
            "breaching": found.breaching, "effective": found.effective, "low": low, "high": high,
        }  # fmt: skip

    yield sampled("plain draws", plain, *proportion_interval(plain.breaching, plain.draws))
    if joint.sampled is not None:
        one, reach = joint.sampled, 1.96 * joint.sampled.error
        ends = max(0.0, one.value - reach), min(1.0, one.value + reach)
        yield {**sampled("draws by importance", one, *ends), "apart": one.apart(plain)}
    if joint.points:
        low, high = joint.series
        yield {"method": "first order", "probability": (low + high) / 2, "low": low, "high": high}
        second = [bent.hohenbichler_rackwitz for bent in joint.bent]
        if len(second) == 1 and second[0] is not None:
            yield {"method": "second order", "probability": second[0]}
        elif second and all(one is not None for one in second) and joint.points[0].beta > 0:
            parts = [float(one) for one in second if one is not None]
            yield {
                "method": "second order",
                "low": max(parts),
                "high": min(1.0, sum(parts)),
                "probability": min(1.0, sum(parts)),
            }


def limit_rows(
    regions: Sequence[Region], chosen: Sequence[Feature], seen: Pilot, plans: Mapping[Asked, float]
) -> Iterator[dict[str, Any]]:
    """The limits of each region in the drivers' own units."""
    for number, region in enumerate(regions):
        for limit in region.box.limits:
            one = chosen[limit.feature]
            usual, against = expected(one, seen.values, plans)
            low, high = (x if math.isfinite(x) else None for x in (limit.low, limit.high))
            by = usual if measures(one, usual, seen.values) else None
            yield {
                "region": number + 1, "driver": one.name, "period": one.label or "term", "low": low, "high": high,
                "unit": one.unit, "low_of_expected": low / by if low is not None and by else None,
                "high_of_expected": high / by if high is not None and by else None, "against": against,
            }  # fmt: skip


def region_rows(regions: Sequence[Region]) -> Iterator[dict[str, Any]]:
    """How good each region is on fresh draws."""
    for number, region in enumerate(regions):
        q = region.quality
        yield {
            "region": number + 1,
            "density": q.density, "density_low": q.density_interval[0], "density_high": q.density_interval[1],
            "coverage": q.coverage, "coverage_low": q.coverage_interval[0], "coverage_high": q.coverage_interval[1],
            "support": q.support, "support_low": q.support_interval[0], "support_high": q.support_interval[1],
            "base": q.base, "draws": q.draws, "inside": q.inside, "breaching": q.breaching,
        }  # fmt: skip


def certificate_rows(found: Iterable[Certificate]) -> Iterator[dict[str, Any]]:
    """One row for each thing that was run again."""
    for one in found:
        yield {
            "answer": one.answer, "place": one.place, "how": one.how, "expected": one.expected, "found": one.found,
            "agrees": one.agrees, "note": one.note,
        }  # fmt: skip


def point_values(points: Sequence[DesignPoint]) -> Floats:
    """z of the design points, [points, dimensions]."""
    import numpy as np

    return np.array([point.point for point in points])
