"""What a reverse stress test found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .result import ReverseStress

__all__ = ["sentences"]

#: With fewer effective breaches the standard error is not to be trusted.
FEW = 50
#: Drivers of a design point that are named.
NAMED = 4


def one_in(probability: float | None) -> str:
    """A probability as people say it.

    >>> one_in(0.25), one_in(0.0004), one_in(3e-9), one_in(0.9)
    ('25 in 100', '1 in 2,500', 'less than 1 in 100,000,000', '90 in 100')
    """
    if probability is None:
        return ""
    if probability >= 0.095:
        return f"{100 * probability:.0f} in 100"
    if probability < 1e-8:
        return "less than 1 in 100,000,000"
    size = 1 / probability
    digits = 10 ** max(0, len(str(int(size))) - 2)
    return f"1 in {round(size / digits) * digits:,}"


def figure(value: float, unit: str) -> str:
    """An amount with its unit.

    >>> figure(1234567.8, "£"), figure(1432.2, "bed days"), figure(0.4567, "number")
    ('£1,234,568', '1,432 bed days', '0.4567')
    """
    shown = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    if unit == "£":
        return f"-£{shown[1:]}" if shown.startswith("-") else f"£{shown}"
    if unit.startswith("£ "):
        return f"£{shown} {unit[2:]}"
    return shown if unit in ("", "number") else f"{shown} {unit}"


def sentences(found: ReverseStress) -> tuple[str, ...]:
    """Each depth in a few sentences."""
    return (*_first(found), *_single(found), *_joint(found), *_regions(found), *_certified(found))


def _first(found: ReverseStress) -> Iterator[str]:
    share, draws = float(found.about["share_of_draws"]), int(found.about["scenarios"])
    if share >= 1:
        yield f"It holds in every one of {draws:,} draws."
    elif share > 0:
        yield f"It holds in {one_in(share)} of {draws:,} plain draws."
    else:
        yield f"It holds in none of {draws:,} plain draws."


def _single(found: ReverseStress) -> Iterator[str]:
    never = []
    for row in found.single:
        if row["outcome"] == "never":
            never.append(row["lever"])
        elif row["outcome"] == "always":
            yield f"{row['lever']}: it holds all the way from {row['low']} to {row['high']} {row['unit']}."
        elif "as it stands" in row["outcome"]:
            yield f"{row['lever']}: {row['outcome']}; it cannot be taken in parts."
        else:
            yield _crossing(row)
    if never:
        yield f"Not reached by {', '.join(never)} alone, within the bounds that were tried."


def _crossing(row: dict[str, Any]) -> str:
    place = float(row["first_breach"])
    if row["unit"] == "standard deviations":
        side = "above" if place > 0 else "below"
        said = f"{row['lever']}: {abs(place):.2f} standard deviations {side} its middle"
        if row["amount"] is not None:
            unit, _, when = str(row["of"]).partition(", ")
            said += f", {figure(row['amount'], unit)}{f' in {when}' if when else ''}"
            if row["expected"]:
                said += f" ({100 * row['amount'] / row['expected']:.1f}% of what is expected)"
        tail = f"; {one_in(row['probability'])} lie on that side"
    elif row["unit"] == "strength":
        said, tail = f"{row['lever']}: strength {row['first_breach']}", ""
    elif row["unit"] == "times":
        said, tail = f"{row['lever']}: {100 * place:.4f}% of what data or plan say", ""
    else:
        sign, _, of = (
            str(row["unit"]).partition(" ") if str(row["unit"]).startswith("£") else ("", "", str(row["unit"]))
        )
        said, tail = f"{row['lever']}: {sign}{row['first_breach']:,f} {of}".rstrip(), ""
    more = "and above" if row["side"] == "above" else "and below"
    cliff = f" It jumps there: {row['last_safe']} is still safe." if row["kind"] == "cliff" else ""
    count = f" ({row['outcome'].removeprefix('crossed, ')} places)" if "," in row["outcome"] else ""
    return f"{said} {more}{tail}{count}.{cliff}"


def _joint(found: ReverseStress) -> Iterator[str]:
    for point in found.points:
        rows = [row for row in found.point_drivers if row["point"] == point["point"]]
        rows.sort(key=lambda row: -row["importance"])
        seen: dict[str, dict[str, Any]] = {}
        for row in rows:
            kept = seen.get(row["driver"])
            if kept is None or abs(row["deviations"]) > abs(kept["deviations"]):
                seen[row["driver"]] = row
        told = [_stand(row) for row in list(seen.values())[:NAMED] if row["importance"] >= 0.01]
        begun = "Most likely joint breach" if point["point"] == 1 else f"Another, number {point['point']}"
        where = f"reliability index {point['beta']:.2f}"
        yield f"{begun} ({where}): {'; '.join(told) if told else 'no driver stands out'}."
    around = "the point" if len(found.points) == 1 else "these points"
    for row in found.probability.where(method="draws by importance"):
        yield (
            f"Its probability is {row['probability']:.3g} ± {row['error']:.1g}, {one_in(row['probability'])}, by "
            f"{row['draws']:,} draws around {around} (as good as {row['effective']:,.0f} breaches)."
        )
        if row["effective"] < FEW:
            yield "So few effective breaches that the error itself is uncertain: take more draws by importance."


def _driver(row: dict[str, Any]) -> str:
    return f"{row['driver']}{'' if row['period'] == 'term' else ' in ' + row['period']}"


def _stand(row: dict[str, Any]) -> str:
    said = f"{_driver(row)} at {figure(row['value'], row['unit'])}"
    if row["ratio"] is not None:
        said += f", {100 * row['ratio']:.1f}% of its {row['against']}"
    return f"{said} (percentile {row['percentile']:.3g}, importance {100 * row['importance']:.0f}%)"


def _regions(found: ReverseStress) -> Iterator[str]:
    for region in found.regions:
        limits = [_limit(row) for row in found.limits if row["region"] == region["region"]]
        yield (
            f"Region {region['region']}: {' and '.join(limits)}. There it holds in {100 * region['density']:.0f}% of "
            f"the draws ({100 * region['density_low']:.0f} to {100 * region['density_high']:.0f}%); it has "
            f"{100 * region['coverage']:.0f}% of all breaches and {100 * region['support']:.3g}% of all draws."
        )


def _limit(row: dict[str, Any]) -> str:
    said = _driver(row)

    def side(name: str) -> str:
        share = row[f"{name}_of_expected"]
        own = figure(row[name], row["unit"])
        return own if share is None else f"{own} ({100 * share:.1f}% of {row['against']})"

    if row["low"] is not None and row["high"] is not None:
        return f"{said} between {side('low')} and {side('high')}"
    return f"{said} above {side('low')}" if row["low"] is not None else f"{said} below {side('high')}"


def _certified(found: ReverseStress) -> Iterator[str]:
    agreeing, total = sum(bool(x) for x in found.certificates["agrees"]), len(found.certificates)
    edges = [one for one in found.single["certified"] if one]
    fine = sum(one in ("settled exactly", "replayed") for one in edges)
    said = f"Run again: {agreeing} of {total} certificates agree"
    yield said + (f", and {fine} of {len(edges)} changes of side were confirmed on both sides." if edges else ".")
