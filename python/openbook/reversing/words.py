"""What a reverse stress test found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .result import ReverseStress

__all__ = ["sentences"]

#: With fewer effective breaches the standard error is not to be trusted.
FEW = 50
#: How far outside the intervals of draws the first order may lie.
OUT = 1.5
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
    never, rows = [], list(found.single)
    while rows:
        row = rows.pop(0)
        if row["outcome"] == "never":
            never.append(row)
        elif row["outcome"] == "always":
            yield f"{row['lever']}: it holds all the way from {row['low']} to {row['high']} {row['unit']}."
        elif "as it stands" in row["outcome"]:
            yield f"{row['lever']}: {row['outcome']}; it cannot be taken in parts."
        elif row["side"] == "above" and rows and (rows[0]["lever"], rows[0]["side"]) == (row["lever"], "below"):
            yield _stretch(row, rows.pop(0))
        else:
            yield _crossing(row)
    if never:
        names = ", ".join(row["lever"] for row in never)
        yield f"Not reached by {names} alone, within the bounds that were tried{_unseen(never)}."


def _unseen(rows: list[dict[str, Any]]) -> str:
    """How narrow a window may be missed, where a scan was made."""
    shares = [
        row["resolution"] / float(row["high"] - row["low"])
        for row in rows
        if row["resolution"] and row["high"] is not None and row["low"] is not None and row["high"] > row["low"]
    ]
    return f"; a window narrower than {100 * max(shares):.2g}% of them may be missed" if shares else ""


def _place(row: dict[str, Any]) -> str:
    """Where the side changes, in the lever's own words."""
    place = float(row["first_breach"])
    if row["unit"] == "standard deviations":
        said = f"{abs(place):.2f} standard deviations {'above' if place > 0 else 'below'} its middle"
        if row["amount"] is not None:
            unit, _, when = str(row["of"]).partition(", ")
            said += f", {figure(row['amount'], unit)}{f' in {when}' if when else ''}"
            if row["expected"]:
                said += f" ({100 * row['amount'] / row['expected']:.1f}% of what is expected)"
        return said
    if row["unit"] == "strength":
        return f"strength {row['first_breach']}"
    if row["unit"] == "times":
        return f"{100 * place:.4f}% of what data or plan say"
    sign, _, of = str(row["unit"]).partition(" ") if str(row["unit"]).startswith("£") else ("", "", str(row["unit"]))
    return f"{sign}{row['first_breach']:,f} {of}".rstrip()


def _cliff(row: dict[str, Any]) -> str:
    return f" It jumps there: {row['last_safe']} is still safe." if row["kind"] == "cliff" else ""


def _count(*rows: dict[str, Any]) -> str:
    """Which of several places, and what is not told."""
    several = [row["outcome"].removeprefix("crossed, ").partition(" of ") for row in rows if "," in row["outcome"]]
    more = f"; {rows[0]['note']}" if several and rows[0]["note"] and several[-1][0] == several[-1][2] else ""
    return f" ({' and '.join(one[0] for one in several)} of {several[0][2]} places{more})" if several else ""


def _crossing(row: dict[str, Any]) -> str:
    more = "and above" if row["side"] == "above" else "and below"
    tail = f"; {one_in(row['probability'])} lie on that side" if row["unit"] == "standard deviations" else ""
    return f"{row['lever']}: {_place(row)} {more}{tail}{_count(row)}.{_cliff(row)}"


def _stretch(low: dict[str, Any], high: dict[str, Any]) -> str:
    """From where to where it holds, with what lies between."""
    tail = ""
    if low["unit"] == "standard deviations":
        between = max(0.0, low["probability"] + high["probability"] - 1.0)
        tail = f"; {one_in(between)} lie between"
    cliffs = _cliff(low) + _cliff(high)
    return f"{low['lever']}: from {_place(low)} to {_place(high)}{tail}{_count(low, high)}.{cliffs}"


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
        yield from _far_from_straight(found, row)


def _far_from_straight(found: ReverseStress, sampled: dict[str, Any]) -> Iterator[str]:
    """Where the first order is out by more than half; plain draws say so even where importance sampling sees little."""
    plain = next(iter(found.probability.where(method="plain draws")))
    known = [plain, *([sampled] if sampled["effective"] >= FEW else [])]
    for row in found.probability.where(method="first order"):
        if not all(one["low"] / OUT <= row["probability"] <= one["high"] * OUT for one in known):
            yield (
                f"The first order, {row['probability']:.2g}, is far from what draws say: the boundary is bent, or "
                "there are more points than were found."
            )
    if sampled["high"] < plain["low"]:
        yield "Plain draws have more breaches than draws by importance account for: trust the plain ones."


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
