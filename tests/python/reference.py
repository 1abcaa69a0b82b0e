"""The catalogue's formulas worked out again in exact fractions.

Nothing here knows the library: each function is written from the entry of the research that it names, so that a
golden figure and its twins are checked against a second, independent calculation. Amounts are pounds as `Fraction`;
+ is in the party's favour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction as F
from math import ceil

Amounts = dict[str, F]

LA, FT, A, B = "local_authority", "mental_health_ft", "third_sector_a", "third_sector_b"
PROVIDERS = (LA, FT, A, B)
SHARES = {LA: F(40, 100), FT: F(40, 100), A: F(10, 100), B: F(10, 100)}  # RS-06


def pence(amount: F) -> F:
    """To the nearest penny, halves away from zero."""
    whole = abs(amount) * 100
    rounded = F(int(whole + F(1, 2)), 100)
    return rounded if amount >= 0 else -rounded


def gain_and_pain(
    pot: F,
    score: F,
    *,
    year: int = 3,
    shares: Mapping[str, F] = SHARES,
    modified: bool = False,
    modifier: F = F(2, 100),
    ratio: F = F(1),
) -> Amounts:
    """RS-05, RS-07, RS-09: what each provider receives (+) or pays (-); nothing in year one."""
    if year == 1:
        return {party: F(0) for party in shares}
    if score >= 0:
        total = max(pot * score - (modifier * pot if modified else 0), F(0))
    else:
        total = ratio * pot * score
    whole = sum(shares.values())
    return {party: total * share / whole for party, share in shares.items()}


def steps_score(value: F, pain_at: F, gain_at: F) -> int:
    """One outcome: +1 when the gain level is reached, -1 at the pain level or worse, 0 between."""
    up = gain_at > pain_at
    if value >= gain_at if up else value <= gain_at:
        return 1
    if value <= pain_at if up else value >= pain_at:
        return -1
    return 0


def reopened(
    planned_activity: F,
    activity: F,
    planned_cost: F,
    cost: F,
    mitigated: Sequence[bool],
    reading: str,
    threshold: F = F(10, 100),
) -> F:
    """RS-12, PAY-27: what the commissioners add to the envelope."""
    both = activity >= (1 + threshold) * planned_activity and cost >= (1 + threshold) * planned_cost
    if not (both and all(mitigated)) or reading == "declined":
        return F(0)
    return cost - planned_cost if reading == "cliff" else cost - (1 + threshold) * planned_cost


def first_call(variances: Mapping[str, F], eligible: Sequence[str]) -> Amounts:
    """RS-16, RS-17: underspends cover overspends, pro rata on both sides; what each receives (+) or gives (-)."""
    over = {party: max(-variances[party], F(0)) for party in eligible}
    under = {party: max(variances[party], F(0)) for party in eligible}
    moved = min(sum(over.values()), sum(under.values()))
    result = {party: F(0) for party in variances}
    if moved == 0:
        return result
    for party in eligible:
        result[party] = moved * over[party] / sum(over.values()) - moved * under[party] / sum(under.values())
    return result


def pooled(variances: Mapping[str, F], eligible: Sequence[str]) -> Amounts:
    """SCN-11, PAY-29: one balance, equal parts; what each receives or gives to get there."""
    each = sum(variances[party] for party in eligible) / len(eligible)
    return {party: each - variances[party] if party in eligible else F(0) for party in variances}


def losses_shared(variances: Mapping[str, F], reading: str, weights: Mapping[str, F] = SHARES) -> Amounts:
    """RS-11, S-B14: transfers after which each eligible provider carries its part of the loss."""
    members = [LA, FT] if reading == "statutory_only" else list(variances)
    pool = min(sum(variances[party] for party in members), F(0))
    result = {party: F(0) for party in variances}
    if pool == 0 or reading == "where_it_falls":
        return result
    for party in members:
        if reading == "equal":
            part = F(1, len(members))
        elif reading == "causer":
            part = max(-variances[party], F(0)) / sum(max(-variances[p], F(0)) for p in members)
        else:
            part = weights[party] / sum(weights[p] for p in members)
        result[party] = pool * part - variances[party]
    return result


def gain_waterfall(gain: F, year: int, low_demand: F = F(0), cohort: F = F(0)) -> Amounts:
    """RS-13 to RS-15, PAY-28: where an underspend goes."""
    if year == 1:
        return {"ccg": gain, "service_expansion": F(0), "cohort_services": F(0), "providers": F(0)}
    expansion = min(gain, low_demand)
    residents = min(gain - expansion, cohort)
    half = (gain - expansion - residents) / 2
    return {"ccg": half, "service_expansion": expansion, "cohort_services": residents, "providers": half}


def envelope(year: int, saving: F, baseline: F = F(12_000_000), from_year: int = 2, months: int = 12) -> F:
    """RS-10: what is affordable once the saving is taken out."""
    return (baseline - (saving if year >= from_year else 0)) * months / 12


def settled_placements(initial: F, rate: F, fewer_referrals: F, more_discharges: F) -> F:
    """S-B11: where the stock of placements settles."""
    return (rate * initial * (1 - fewer_referrals)) / (rate * (1 + more_discharges))


def placements_after(months: int, initial: F, rate: F, fewer_referrals: F, more_discharges: F) -> F:
    """S-B11: the stock month by month; discharges are a part of what was there."""
    stock, faster, referrals = initial, rate * (1 + more_discharges), rate * initial * (1 - fewer_referrals)
    for _ in range(months):
        stock = stock * (1 - faster) + referrals
    return stock


def cash_received(annual: F, lag: int, by_month: int, months: int = 24) -> F:
    """PM-16, S-A6: paid so far at the end of a month (0 the first) by a contract of so many months."""
    served = min(max(by_month + 1 - lag, 0), months)
    return annual / 12 * served


def step_down(
    cases: F,
    *,
    planned: F = F(10_000),
    price: F = F(2000),
    fixed: F = F(8_000_000),
    variable: F = F(1150),
    collar: F = F(5, 100),
) -> Amounts:
    """SCN-06, Q-1: the surplus of a trust under tariff, cap and collar, and block."""
    cost = fixed + variable * cases
    kept = min(max(cases, (1 - collar) * planned), (1 + collar) * planned)
    return {
        "tariff_trust": cases * price - cost,
        "collar_trust": kept * price - cost,
        "block_trust": planned * price - cost,
    }


def ramp(half: int, value: F, parts: Sequence[F] = (F(0), F(1, 100), F(2, 100), F(3, 100))) -> F:
    """PM-07, S-C2: outcome money of a half-year (0 the first)."""
    return parts[half] * value / 2


class CaseB:
    """L.2: one year of the alliance, from activity and spending to what every party ends with, without rounding."""

    forecast = {LA: (150, 110, 75, 75), FT: (1500, 1000, 700, 700), A: (100,) * 4, B: (80,) * 4}
    price = {LA: 2000, FT: 200, A: 600, B: 750}
    unit_cost = {LA: 1600, FT: 120, A: 400, B: 500}
    standing = {LA: 0, FT: 50_000, A: 20_000, B: 15_000}

    def __init__(self, year: int, saving: F = F(2_800_000)) -> None:
        self.year, self.months = year, 3 if year == 4 else 12
        self.envelope = envelope(year, saving, months=self.months)

    def planned(self, party: str) -> F:
        """Forecast activity a month."""
        return F(self.forecast[party][self.year - 1])

    def teams(self, placements: F) -> F:
        """Coordination teams, one for each started 25 placements."""
        return F(4000 * ceil(placements / 25))

    def cost(self, party: str, activity: Sequence[F], other: F) -> F:
        """Monthly activity and the year's other spending."""
        total = other + sum(self.unit_cost[party] * q for q in activity) + self.standing[party] * self.months
        if party == FT:  # RS-28: the ward costs nothing three months after bed days first fell below 600
            closed = next((month + 3 for month, days in enumerate(activity) if days < 600), self.months)
            total -= self.standing[party] * max(self.months - closed, 0)
        return total + (sum(self.teams(q) for q in activity) if party == LA else 0)

    def planned_other(self, party: str) -> F:
        """Other spending that makes the plan break even."""
        return self.envelope * SHARES[party] - self.cost(party, [self.planned(party)] * self.months, F(0))

    def variances(self, activity: Mapping[str, Sequence[F]], other: Mapping[str, F], moved: F = F(0)) -> Amounts:
        """Income less cost. Activity beyond forecast is reconciled; the excess over the envelope is returned."""
        beyond = {p: sum((q - self.planned(p)) * self.price[p] for q in activity[p]) for p in PROVIDERS}
        total = sum(beyond.values())
        same_way = {p: x if x * total > 0 else F(0) for p, x in beyond.items()}
        returned = {p: total * x / sum(same_way.values()) if total else F(0) for p, x in same_way.items()}
        shift = {LA: 15_000 * moved, FT: -15_000 * moved}
        return {
            p: self.envelope * SHARES[p]
            + beyond[p]
            - returned[p]
            + shift.get(p, F(0))
            - self.cost(p, activity[p], other[p])
            for p in PROVIDERS
        }

    def settle(
        self,
        activity: Mapping[str, Sequence[F]],
        other: Mapping[str, F],
        *,
        mitigated: bool,
        reopener: str,
        netting: str,
        split: str,
        cohort: F = F(0),
        score: F = F(0),
        modified: bool = False,
        moved: F = F(0),
        pot: F = F(140_000),
    ) -> Amounts:
        """Positions of all parties but the pooled budget and suppliers at the end of the year."""
        own = self.variances(activity, other, moved)
        planned_value = sum(self.planned(p) * self.price[p] * self.months for p in PROVIDERS)
        value = sum(q * self.price[p] for p in PROVIDERS for q in activity[p])
        cost = sum(self.cost(p, activity[p], other[p]) for p in PROVIDERS)
        relief = reopened(planned_value, value, self.envelope, cost, [mitigated], reopener)
        need = {p: max(-own[p], F(0)) for p in PROVIDERS}
        after = {p: own[p] + (relief * need[p] / sum(need.values()) if relief else 0) for p in PROVIDERS}
        net = (first_call if netting == "first_call" else pooled)(after, [LA, FT])
        after = {p: after[p] + net[p] for p in PROVIDERS}
        losses = losses_shared(after, split)
        after = {p: after[p] + losses[p] for p in PROVIDERS}
        gains = {p: max(after[p], F(0)) for p in (LA, FT)}
        pool = sum(gains.values())
        low = max(planned_value - value, F(0))
        parts = gain_waterfall(pool, self.year, low, cohort)
        outcome = gain_and_pain(pot * self.months / 12, score, year=self.year, modified=modified)
        if self.year == 2:  # met from CQUIN money that is paid anyway
            outcome = {p: min(x, F(0)) for p, x in outcome.items()}
        result = {p: after[p] - gains.get(p, F(0)) + parts["providers"] * SHARES[p] + outcome[p] for p in PROVIDERS}
        result["ccg"] = F(12_000_000) * self.months / 12 - self.envelope - relief + parts["ccg"] - sum(outcome.values())
        # Activity beyond forecast is paid and returned, and agreed shifts cancel: neither moves the CCG.
        result["service_expansion"], result["cohort_services"] = parts["service_expansion"], parts["cohort_services"]
        return result
