"""What a scenario moves, opened into its shocks and into clauses, adding up to the penny."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

from . import privacy
from ._calendar import Months, month_index
from ._settled import BASES
from .errors import BookError, LimitError, Problem
from .flowing import received
from .results import Settlement
from .scenarios.applying import apply_cases
from .scenarios.naming import Case
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .stressing import StressTable

__all__ = ["Attribution", "attribute", "attribute_all"]

INTERACTION = "interaction"
METHODS = ("first_order", "shapley")
#: Shapley values settle every subset of the shocks: 2 ** 8 settlements are the most.
MOST_SHARED = 8
SIGN = "+ = better for the party."

ATTRIBUTION = Schema(
    "openbook.attribution",
    1,
    (
        Column("scenario"),
        Column("party"),
        Column("shock"),
        Column("contract"),
        Column("clause"),
        Column("amount", "money"),
    ),
    SIGN,
)
ALL = Schema(
    "openbook.attributions",
    1,
    (Column("scenario"), Column("party"), Column("shock"), Column("amount", "money")),
    SIGN,
)
BY_SHOCK = Schema("openbook.attribution_by_shock", 1, (Column("shock"), Column("amount", "money")), SIGN)
BY_CLAUSE = Schema(
    "openbook.attribution_by_clause", 1, (Column("contract"), Column("clause"), Column("amount", "money")), SIGN
)

Key = tuple[str, str]
Amounts = dict[Key, Decimal]


class Attribution(Table):
    """What each shock of a scenario moves for a party, clause by clause: columns scenario, party, shock, contract,
    clause, amount.

    The amounts add up to the change, to the penny. In first order each shock stands with what it moves alone, and
    "interaction" is the rest: what they do together beyond the sum. With Shapley values there is no rest.
    """

    __slots__ = ()

    @property
    def change(self) -> Decimal:
        """What the whole scenario moves for the party."""
        return sum(self["amount"], Decimal("0.00"))

    @property
    def shocks(self) -> Table:
        """What each shock moves, over all clauses, and the interaction."""
        return self._sums("By shock", BY_SHOCK, ("shock",))

    @property
    def clauses(self) -> Table:
        """What the scenario moves in each clause; costs and funding stand under their own name. Nothing: left out."""
        table = self._sums("By clause", BY_CLAUSE, ("contract", "clause"))
        return Table.of_rows(table.title, BY_CLAUSE, (row for row in table if row["amount"]), table.note, table.about)

    def _sums(self, title: str, schema: Schema, names: Sequence[str]) -> Table:
        sums: dict[tuple[str, ...], Decimal] = {}
        for row in self:
            key = tuple(row[name] for name in names)
            sums[key] = sums.get(key, Decimal("0.00")) + row["amount"]
        rows = [{**dict(zip(names, key, strict=True)), "amount": amount} for key, amount in sums.items()]
        return Table.of_rows(title, schema, rows, SIGN, self.about)

    def svg(self) -> str:
        """Bars one after the other: how the shocks, and what they do together, add up to the change."""
        from ._display import svg

        steps = [(row["shock"], float(row["amount"])) for row in self.shocks]
        return svg.steps(steps, title=privacy.titled(f"{self.title} (£)", self.private_to), total="the scenario")

    def _blocks(self) -> list[Any]:
        from ._display import blocks

        words = "; ".join(f"{row['shock']}: {row['amount']:+,.2f}" for row in self.shocks)
        return [
            blocks.Heading(self.title, 3),
            blocks.of_table(self.shocks),
            blocks.of_table(self.clauses),
            blocks.Paragraph(f"Change: {self.change:+,.2f}. {self.note}"),
            blocks.Picture(self.svg(), words),
        ]


#: Settlements under some of a scenario's shocks, by their numbers; shared where several parties are asked about.
Settled = dict[frozenset[int], Settlement]


def attribute(
    table: StressTable, party: str, scenario: str, method: str, period: str | None, made: Settled | None = None
) -> Attribution:
    """The attribution of one scenario's change for one party; see `StressTable.attribution`."""
    made = {} if made is None else made
    if method not in METHODS:
        raise ValueError(f"method: found {method!r}, expected one of {', '.join(METHODS)}")
    if table.basis not in BASES:
        message = f"basis {table.basis!r} has no ledger of its own, so that its changes cannot be opened"
        raise BookError("no ledger", [Problem("no-ledger", "", message)])
    base, parts = table.settlements["base"], _parts(table, scenario)
    months = None if period is None else _months_of(base, table.every, period)

    def amounts(settlement: Settlement) -> Amounts:
        return _by_clause(settlement, party, table.basis, months)

    at_base, at_end = amounts(base), amounts(table.settlements[scenario])
    keys = list(dict.fromkeys((*at_base, *at_end)))
    known: dict[frozenset[int], Amounts] = {frozenset(): at_base, frozenset(range(len(parts))): at_end}

    def of(chosen: frozenset[int]) -> Amounts:
        if chosen not in known:
            if chosen not in made:
                made[chosen] = _again(base, [case for number, (_, case) in enumerate(parts) if number in chosen])
            known[chosen] = amounts(made[chosen])
            keys.extend(key for key in known[chosen] if key not in keys)
        return known[chosen]

    moved = _shapley(parts, of, keys) if method == "shapley" else _first_order(parts, of, keys)
    rows = []
    for shock, by_key in moved.items():
        # A shock that moves nothing is listed too.
        told = {key: amount for key, amount in by_key.items() if amount} or {("", ""): Decimal("0.00")}
        for (contract, clause), amount in told.items():
            row = {"scenario": scenario, "party": party, "shock": shock, "contract": contract, "clause": clause}
            rows.append({**row, "amount": amount})
    when = "over the term" if period is None else period
    title = f"{scenario}: what it moves for {party}, {when}, {table.basis}"
    note = "Each shock alone, and what they do together." if method == "first_order" else "Shapley values."
    return Attribution.of_rows(title, ATTRIBUTION, rows, f"{note} {SIGN}", base._about(), private_to=base.private_to)


def attribute_all(table: StressTable, method: str) -> Table:
    """What each shock of each scenario moves for each party; see `StressTable.attributions`."""
    parties = [party for party in dict.fromkeys(table["party"]) if any(table.where(party=party)["change"])]
    rows = []
    for scenario in (name for name in table.settlements if name != "base"):
        made: Settled = {}
        for party in parties:
            opened = attribute(table, party, scenario, method, None, made)
            rows += [{"scenario": scenario, "party": party, **row} for row in opened.shocks]
    base = table.settlements["base"]
    title = f"What each shock moves, {table.basis}"
    return Table.of_rows(title, ALL, rows, f"Over the term. {SIGN}", base._about(), private_to=base.private_to)


def _parts(table: StressTable, scenario: str) -> list[tuple[str, Case]]:
    """What a scenario consists of: of all together the scenarios, else its shocks, each with a label of its own."""
    whole = table.cases.get(scenario)
    if whole is None and scenario == "combined":
        return [(case.name, case) for case in table.cases.values()]
    if whole is None:
        known = ", ".join(name for name in table.settlements if name != "base")
        raise KeyError(f"no scenario {scenario!r}; there is {known}")
    labels: dict[str, int] = {}
    parts = []
    for shock in whole.shocks:
        label = label_of(shock)
        labels[label] = labels.get(label, 0) + 1
        if labels[label] > 1:
            label = f"{label} ({labels[label]})"
        parts.append((label, Case(whole.name, (shock,), path=whole.path)))
    return parts


def label_of(shock: Any) -> str:
    """A shock in a few words."""
    on = shock.on or shock.select.kind
    value = "" if shock.value is None else str(shock.value)
    how = {"scale": f"× {value}", "add": f"+ {value}", "set": f"= {value}", "ramp": f"ramp to {value}"}
    said = how.get(shock.action, shock.action.replace("_", " ") + (f" {value}" if value else ""))
    months = "" if not shock.starts and not shock.ends else f", {shock.starts or 'start'} to {shock.ends or 'end'}"
    return f"{on} {said}{months}"


def _again(base: Settlement, cases: Sequence[Case]) -> Settlement:
    """The base settled again under some shocks."""
    world = apply_cases(base.book, cases)
    readings = world.readings(base.request.get("readings"))
    return Settlement(world.book, {**base.request, "readings": readings, "shocks": list(world.changes)})


def _by_clause(settlement: Settlement, party: str, basis: str, months: range | None) -> Amounts:
    """What a party receives less what it pays by clause, in some posting months or all."""
    entries = (
        row
        for row in settlement.ledger
        if row["basis"] == basis
        and party in (row["from"], row["to"])
        and (months is None or month_index(row["posting"]) in months)
    )
    sums = received(entries, ("contract", "clause"))
    return {(contract, clause): amount for (own, contract, clause), amount in sums.items() if own == party}


def _months_of(settlement: Settlement, every: str, period: str) -> range:
    """The posting months of a period of the table's calendar."""
    number = settlement.period(every, period) - 1
    months = Months.of(settlement.book.calendar)
    return range(months.starts(every)[number], months.ends(every)[number])


Of = Callable[[frozenset[int]], Amounts]


def _first_order(parts: Sequence[tuple[str, Case]], of: Of, keys: list[Key]) -> dict[str, Amounts]:
    """Each shock alone, and the rest."""
    nothing = Decimal("0.00")
    base, end = of(frozenset()), of(frozenset(range(len(parts))))
    alone = [of(frozenset({number})) for number in range(len(parts))]
    moved = {
        label: {key: alone[number].get(key, nothing) - base.get(key, nothing) for key in keys}
        for number, (label, _) in enumerate(parts)
    }
    if len(parts) > 1:
        explained = {key: sum((by_key[key] for by_key in moved.values()), nothing) for key in keys}
        change = {key: end.get(key, nothing) - base.get(key, nothing) for key in keys}
        moved[INTERACTION] = {key: change[key] - explained[key] for key in keys}
    return moved


def _shapley(parts: Sequence[tuple[str, Case]], of: Of, keys: list[Key]) -> dict[str, Amounts]:
    """Each shock's mean contribution over all orders in which the shocks could come (Shapley 1953), in whole pence.

    The order of the shocks that are there stays the scenario's own. What rounding leaves goes to the largest
    remainders, clause by clause.
    """
    n = len(parts)
    if n > MOST_SHARED:
        message = f"Shapley values settle every subset of the shocks; found {n} shocks, expected at most {MOST_SHARED}"
        raise LimitError("too many shocks", [Problem("out-of-range", "/method", message)])
    worth: dict[frozenset[int], Amounts] = {}
    for size in range(n + 1):
        for chosen in combinations(range(n), size):
            worth[frozenset(chosen)] = of(frozenset(chosen))
    moved: dict[str, Amounts] = {label: {} for label, _ in parts}
    for key in keys:
        shares = [_mean_contribution(number, n, worth, key) for number in range(n)]
        for (label, _), amount in zip(parts, _in_pence(shares), strict=True):
            moved[label][key] = amount
    return moved


def _mean_contribution(number: int, n: int, worth: Mapping[frozenset[int], Amounts], key: Key) -> Fraction:
    nothing = Decimal("0.00")
    total = Fraction(0)
    for chosen, amounts in worth.items():
        if number not in chosen:
            weight = Fraction(factorial(len(chosen)) * factorial(n - len(chosen) - 1), factorial(n))
            step = worth[chosen | {number}].get(key, nothing) - amounts.get(key, nothing)
            total += weight * Fraction(step)
    return total


def _in_pence(shares: Sequence[Fraction]) -> list[Decimal]:
    """Whole pence that add up: each rounded down, what is left to the largest remainders, the first of equals."""
    pence = [share * 100 for share in shares]
    whole = [int(share // 1) for share in pence]
    left = int(sum(pence, Fraction(0))) - sum(whole)
    by_remainder = sorted(range(len(pence)), key=lambda i: (whole[i] - pence[i], i))
    for i in by_remainder[:left]:
        whole[i] += 1
    return [Decimal(amount).scaleb(-2) for amount in whole]
