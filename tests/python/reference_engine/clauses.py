"""What each family of clauses moves in one of its periods, from its reference page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction as F
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from .members import together
from .money import rounded_alone
from .values import Members

if TYPE_CHECKING:
    from .engine import At, Engine, Entry

Document = dict[str, Any]
# Label, giver, taker, amount, first and last service month.
Flow = tuple[str, str, str, F, int, int]


def moved(
    engine: Engine, item: Document, group: Document, world: str, period: int, until: int | None = None
) -> list[Entry]:
    """The entries of one period, after concessions; or those of them that are posted until a month within it."""
    from .engine import Entry

    every = item.get("every", "month")
    at = engine.at(world, every, period)
    giver, taker = item.get("from") or group.get("payer"), item.get("to") or group.get("payee")
    whole = FAMILIES[item["kind"]](engine, item, at, giver, taker)
    flows = kept(engine, item, at, takewhile(lambda flow: until is None or flow[-1] <= until, whole))
    after = int(engine.need(item.get("paid_after", 0), at))
    return [
        Entry(item["id"], label, a, b, first, last, last + after, amount)
        for label, a, b, amount, first, last in waived(engine, item, at, flows)
    ]


def kept(engine: Engine, item: Document, at: At, flows: Iterable[Flow]) -> Iterator[Flow]:
    """Of a period in which another clause wins for a time, the part of the other months."""
    part = engine.kept(item["id"], at)
    for label, giver, taker, amount, first, last in flows:
        payer, receiver = (giver, taker) if amount >= 0 else (taker, giver)
        borne = may(engine, payer, item, "may_pay") and may(engine, receiver, item, "may_receive")
        amount = engine.pence(amount) if borne else F(0)
        yield label, giver, taker, amount if part == 1 else engine.pence(amount * part), first, last


def waived(engine: Engine, item: Document, at: At, flows: Iterable[Flow]) -> list[Flow]:
    """In practice a part of an amount is not moved; a limit holds for the period, over its entries in their order."""
    found = [(*flow[:3], engine.pence(flow[3]), *flow[4:]) for flow in flows]
    if at.world != "practised":
        return found
    for concession, conceding in engine.concessions(item["id"], at):
        if concession["concession"] != "waive":
            continue
        left = None if concession.get("limit") is None else engine.need(concession["limit"], conceding)
        for i, (label, giver, taker, amount, first, last) in enumerate(found):
            if concession.get("part", label) == label:
                less = engine.pence(amount * engine.need(concession.get("fraction", 1), conceding))
                if left is not None:
                    less = max(min(less, left), -left)
                    left -= abs(less)
                found[i] = (label, giver, taker, engine.pence(amount - less), first, last)
    return found


def block(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """Differences of rounded cumulatives within the contract year; or each instalment rounded, and what is left to one."""
    weights = [F(str(w)) for w in item.get("profile") or [1] * 12]
    years = engine.months.periods("year")

    def due(first: int, last: int) -> F:
        """Of some months, each its part of its contract year's amount."""
        total = F(0)
        for month in range(first, last + 1):
            start, _ = years[engine.months.containing("year", month)]
            total += engine.need(item["amount"], engine.at(at.world, "month", month)) * weights[month - start]
        return total / sum(weights)

    def to_date(last: int) -> F:
        """All that is due by the end of a month, rounded at the end of each contract year and then."""
        ended = [engine.pence(due(first, end)) for first, end in years if end < last]
        start = next((first for first, end in years if first <= last <= end), 0)
        return sum(ended, F(0)) + engine.pence(due(start, last))

    how = item.get("pennies", "fair")
    if how == "fair":
        yield "block", giver, taker, to_date(at.last) - to_date(at.first - 1), at.first, at.last
        return
    start, end = years[engine.months.containing("year", at.first)]
    instalments = [engine.months.periods(at.every)[p] for p in engine.months.inside(at.every, start, end)]
    amounts = {first: engine.pence(due(first, last)) for first, last in instalments or [(at.first, at.last)]}
    if how in ("first", "last") and instalments:
        paid = [(first, last) for first, last in instalments if engine.in_force(item["id"], first)]
        left = engine.pence(sum((due(*months) for months in paid), F(0))) - sum(amounts[first] for first, _ in paid)
        amounts[paid[0 if how == "first" else -1][0]] += left
    yield "block", giver, taker, amounts[at.first], at.first, at.last


def added_up(value: Any) -> F:
    """What is for each member is paid for all together."""
    total = together("sum", value.values) if isinstance(value, Members) else value
    if total is None:
        from .engine import Refused

        raise Refused("a value that is paid is missing")
    return F(total)


def activity(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    price = engine.operate("*", [engine.term(item[field], at) for field in ("quantity", "price")])
    yield "activity", giver, taker, added_up(price), at.first, at.last


def forecast(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """On account by forecast; at the end of the longer period corrected by what happened in those of its periods."""

    def priced(field: str, where: At) -> F:
        return engine.need(item[field], where) * engine.need(item["price"], where)

    yield "forecast", giver, taker, priced("forecast", at), at.first, at.last
    whole = engine.longer(at, item.get("reconcile", "quarter"))
    inside = engine.months.inside(at.every, whole.first, whole.last)
    paid = [p for p in inside if engine.in_force(item["id"], engine.months.periods(at.every)[p][0])]
    if at.last == engine.months.periods(at.every)[paid[-1]][1]:
        correction = engine.need(item.get("agreed_shift", 0), whole)
        for period in paid:
            where = engine.at(at.world, at.every, period)
            correction += priced("actual", where) - priced("forecast", where)
        yield "reconciliation", giver, taker, correction, engine.months.periods(at.every)[paid[0]][0], at.last


def bands(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    quantity, price = engine.need(item["quantity"], at), engine.need(item.get("price", 1), at)
    unit = F(1) if item.get("edges_of") is None else engine.need(item["edges_of"], at)
    total, start = engine.need(item.get("base", 0), at), F(0)
    for band in item["bands"]:
        end = max(quantity, start) if band.get("to") is None else engine.need(band["to"], at) * unit
        total += engine.need(band["rate"], at) * price * (min(max(quantity, start), end) - start)
        start = end
    paid = F(0)
    for month in range(at.first, at.last + 1):
        part = engine.pence(engine.need(item.get("on_account", 0), engine.at(at.world, "month", month)))
        paid += part
        yield "on account", giver, taker, part, month, month
    yield "balance" if item.get("on_account") else "bands", giver, taker, engine.pence(total) - paid, at.first, at.last


def incentive(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """Gain where the score is above nought, pain where it is below."""
    score = engine.score(item["framework"], at) if item.get("framework") else engine.need(item["score"], at)
    if at.world == "practised":
        for concession, conceding in engine.concessions(item["id"], at):
            if concession["concession"] == "credit":
                score = max(score, engine.need(concession.get("amount", 1), conceding))
    gain = engine.need(item["gain"], at)
    total = gain * max(score, F(0))
    if engine.need(item.get("modifier_applies", "false"), at):
        total = max(total - engine.need(item.get("modifier", 0), at) * gain, F(0))
    yield from shared(engine, item, at, "gain", giver, taker, total)
    yield from shared(
        engine, item, at, "pain", giver, taker, engine.need(item.get("pain", 0), at) * max(-score, F(0)), True
    )
    if item.get("within"):  # no new money: taken back out of what the other clause pays
        met = min(engine.pence(total), max(engine.paid(item["within"], at), F(0)))
        yield from shared(engine, item, at, "met from existing payment", giver, taker, met, True)


def may(engine: Engine, party: str, item: Document, what: str) -> bool:
    """Whether a party may pay or receive under a mechanism: a clause or a family."""
    named = engine.bearings.get((party, item["id"])) or engine.bearings.get((party, item["kind"]), {})
    return bool(named.get(what, True))


def taking(engine: Engine, parts: list[Document], item: Document, at: At, what: str) -> list[bool]:
    """Who takes part."""
    return [bool(engine.need(p.get("eligible", "true"), at)) and may(engine, p["party"], item, what) for p in parts]


def weighed(engine: Engine, parts: list[Document], item: Document, at: At, part: list[bool], total: F) -> list[F]:
    """Weights of those who take part; where all are nought, as the clause says."""
    from .engine import NotSettled

    weights = [engine.need(p.get("weight", 1), at) if takes else F(0) for p, takes in zip(parts, part, strict=True)]
    if item.get("zero_weights") == "equal" and not sum(weights):
        return [F(takes) for takes in part]
    if item.get("zero_weights") == "error" and not sum(weights) and total:
        raise NotSettled(f"all weights of {item['id']} are zero")
    return weights


def split(engine: Engine, item: Document, total: F, parts: list[Document], weights: list[F]) -> list[F]:
    """A sum to the penny in parts by weight: by largest remainder, or as the clause says."""
    how, total = item.get("pennies", "fair"), engine.pence(total)
    if how == "fair" or not engine.pennies:
        return engine.split(total, weights)
    able = [i for i, weight in enumerate(weights) if weight]
    named = [i for i in able if parts[i]["party"] == item.get("pennies_to")]
    takers = {"first": able[:1], "last": able[-1:], "named": named or able[:1], "each": []}[how]
    return rounded_alone(total, weights, takers[0] if takers else None)


def parted(
    engine: Engine, item: Document, at: At, label: str, giver: str, parts: list[Document], total: F, back: bool = False
) -> Iterator[Flow]:
    """From one party to several by weight, or back from them."""
    bears = "may_pay" if back == (total >= 0) else "may_receive"
    weights = weighed(engine, parts, item, at, taking(engine, parts, item, at, bears), total)
    for part, amount in zip(parts, split(engine, item, total, parts, weights), strict=True):
        a, b = (part["party"], giver) if back else (giver, part["party"])
        yield label, a, b, amount, at.first, at.last


def shared(
    engine: Engine, item: Document, at: At, label: str, giver: str, taker: str, total: F, back: bool = False
) -> Iterator[Flow]:
    yield from parted(engine, item, at, label, giver, item.get("shares") or [{"party": taker}], total, back)


def penalty(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    over = max(F(0), engine.need(item["quantity"], at) - engine.need(item.get("allowance", 0), at))
    charge = engine.need(item["rate"], at) * over
    if item.get("cap") is not None:
        charge = min(engine.need(item["cap"], at), charge)
    yield "penalty", taker, giver, charge * engine.need(item.get("enforcement", 1), at), at.first, at.last


def share(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """Each member ends with its part of what is shared instead of what it brought of it."""
    from .engine import NotSettled

    members = [
        m
        for m in item["members"]
        if engine.need(m.get("eligible", "true"), at)
        and may(engine, m["party"], item, "may_pay")
        and may(engine, m["party"], item, "may_receive")
    ]
    own = [engine.need(m["variance"], at) for m in members]
    pool = whole = sum(own, F(0))
    bounds = [engine.need(item[b], at) for b in ("cap", "collar") if item.get(b) is not None]
    kind, split, rate = item.get("shared", "both"), item.get("split", "weight"), engine.need(item.get("rate", 1), at)
    if (kind == "gains" and pool < 0) or (kind == "losses" and pool > 0):
        whole = F(0)
    if item.get("cap") is not None:
        whole = min(whole, engine.need(item["cap"], at))
    if item.get("collar") is not None:
        whole = max(whole, -engine.need(item["collar"], at))
    whole *= rate
    # Gains and losses that cancel are brought in whole, where both are shared and nothing bounds them to nought.
    brought = whole / pool if pool else rate if kind == "both" and all(bounds) else F(0)
    weights = {
        "weight": [engine.need(m.get("weight", 1), at) for m in members],
        "equal": [F(1)] * len(members),
        "causer": [max(-v if whole < 0 else v, F(0)) for v in own],
    }.get(split)
    if split == "weight" and weights and not sum(weights) and item.get("zero_weights") == "equal":
        weights = [F(1)] * len(members)
    if split == "weight" and weights and not sum(weights) and whole and item.get("zero_weights") == "error":
        raise NotSettled(f"all weights of {item['id']} are zero")
    if weights is not None and sum(weights):
        change = [whole * weight / sum(weights) - brought * v for weight, v in zip(weights, own, strict=True)]
        yield from transfers(engine, item, at, [m["party"] for m in members], change)


def netting(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """First call: underspends cover overspends, pro rata on both sides."""
    seats = [m for m in item["members"] if engine.need(m.get("eligible", "true"), at)]
    own = [engine.need(m["variance"], at) for m in seats]
    parties = [m["party"] for m in seats]
    gives = [max(v, F(0)) if may(engine, p, item, "may_pay") else F(0) for p, v in zip(parties, own, strict=True)]
    takes = [max(-v, F(0)) if may(engine, p, item, "may_receive") else F(0) for p, v in zip(parties, own, strict=True)]
    total = min(sum(gives, F(0)), sum(takes, F(0)))
    if total:
        change = [total * b / sum(takes) - total * a / sum(gives) for a, b in zip(gives, takes, strict=True)]
        yield from transfers(engine, item, at, parties, change)


def transfers(engine: Engine, item: Document, at: At, parties: list[str], change: list[F]) -> Iterator[Flow]:
    """From those who give to those who take: what each gives, split by what the takers have still to take."""
    gives, takes = [max(-x, F(0)) for x in change], [max(x, F(0)) for x in change]
    total = sum(gives, F(0))
    left = engine.split(total, takes)
    for party, part in zip(parties, engine.split(total, gives), strict=True):
        amounts = engine.split(part, left)
        left = [open_ - amount for open_, amount in zip(left, amounts, strict=True)]
        for other, amount in zip(parties, amounts, strict=True):
            yield item["kind"], party, other, amount, at.first, at.last


def waterfall(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """Tranches in their order, each of what is left."""
    left = engine.pence(max(engine.need(item["amount"], at), F(0)))
    givers = item.get("givers") or [{"party": giver}]
    for tranche in item["tranches"]:
        taken = left * engine.need(tranche.get("share", 1), at)
        if tranche.get("limit") is not None:
            taken = min(taken, max(engine.need(tranche["limit"], at), F(0)))
        taken = engine.pence(taken) if engine.need(tranche.get("when", "true"), at) else F(0)
        left -= taken
        given = split(
            engine,
            item,
            taken,
            givers,
            weighed(engine, givers, item, at, taking(engine, givers, item, at, "may_pay"), taken),
        )
        for part, amount in zip(givers, given, strict=True):
            yield from parted(engine, item, at, tranche["name"], part["party"], tranche["to"], amount)


def trigger(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    due = all([engine.need(test["holds"], at) for test in item["tests"]])
    yield from shared(engine, item, at, "trigger", giver, taker, engine.need(item["amount"], at) if due else F(0))


def payment(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    if not item.get("each"):
        yield from shared(engine, item, at, "payment", giver, taker, engine.need(item["amount"], at))
        return
    amounts = engine.dimensions.spread(engine.term(item["amount"], at), item["each"])
    for party, amount in zip(engine.dimensions.members(item["each"]), amounts.values, strict=True):
        yield "payment", giver, party, amount, at.first, at.last


def capitation(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """People, by weight, at a rate a year."""
    fields = (item["people"], item["rate"], item.get("weight", 1))
    a_year = engine.operate(
        "*", [engine.operate("*", [engine.term(f, at) for f in fields[:2]]), engine.term(fields[2], at)]
    )
    yield "capitation", giver, taker, added_up(a_year) * (at.last - at.first + 1) / 12, at.first, at.last


def pooled_fund(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """Contributions into a fund; what is under- or overspent goes back or is made good."""
    budget, spent = engine.need(item["budget"], at), engine.need(item["spent"], at)
    under = engine.pence(max(budget - spent, F(0)) * (1 - engine.need(item.get("carried", 0), at)))
    amounts = {
        "contribution": engine.pence(budget),
        "underspend": under,
        "overspend": engine.pence(max(spent - budget, F(0))),
    }
    for label, field in (("contribution", "contributions"), ("underspend", "underspend"), ("overspend", "overspend")):
        parts = item.get(field) or item["contributions"]
        yield from parted(engine, item, at, label, taker, parts, amounts[label], label != "underspend")


def subcontract(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """A part of another clause's price, less a margin, and of risks; of a subcontract above its price, and its risk."""

    def above(name: str, part: str) -> str:
        return part if engine.clauses[name][0]["kind"] == "subcontract" else ""

    portion = engine.need(item.get("portion", 1), at)
    kept = portion * (1 - engine.need(item.get("margin", 0), at))
    price = kept * engine.paid(item["of"], at, above(item["of"], "price passed down"))
    yield "price passed down", giver, taker, price, at.first, at.last
    risks = sum((engine.balance([n], giver, at, above(n, "risk passed down")) for n in item.get("risks", [])), F(0))
    yield "risk passed down", giver, taker, portion * engine.need(item.get("risk", 1), at) * risks, at.first, at.last


def fund(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    """A pot among those who earned it; what others did not earn is kept, or goes round."""
    members, pot = item["members"], engine.pence(engine.need(item["pot"], at))
    earned = [bool(engine.need(m.get("earned", "true"), at)) for m in members]
    part_of = taking(engine, members, item, at, "may_receive")
    if item.get("unearned", "kept") == "redistributed":
        part_of = [takes and has for takes, has in zip(part_of, earned, strict=True)]
    weights = weighed(engine, members, item, at, part_of, pot)
    for member, part, has in zip(members, split(engine, item, pot, members, weights), earned, strict=True):
        yield "fund", giver, member["party"], part if has else F(0), at.first, at.last


def challenge(engine: Engine, item: Document, at: At, giver: str, taker: str) -> Iterator[Flow]:
    lower = engine.need(item["price"], at) - engine.need(item.get("repriced", 0), at)
    amount = engine.need(item["quantity"], at) * engine.need(item.get("upheld", 1), at) * lower
    yield "challenge upheld", taker, giver, amount, at.first, at.last


FAMILIES = {
    family.__name__: family
    for family in (
        block, activity, forecast, bands, incentive, penalty, share, netting, waterfall, trigger, payment,
        capitation, pooled_fund, subcontract, fund, challenge,
    )
}  # fmt: skip


def outside(engine: Engine, world: str) -> Iterator[Entry]:
    """Costs, to the first supplier unless they say to whom, and funding."""
    from .engine import Entry

    suppliers = [p["id"] for p in engine.book["parties"] if "supplier" in p.get("roles", [])]
    for item in engine.finances.get("costs", []):
        closing = None
        for month in range(engine.months.count):
            at = engine.at(world, "month", month)
            if not engine.within(item, month):
                continue
            if item["kind"] == "fixed":
                amount = engine.need(item["amount"], at)
            elif item["kind"] == "variable":
                amount = engine.need(item["quantity"], at) * engine.need(item["rate"], at)
            elif item["kind"] == "step":
                capacity = engine.need(item["capacity"], at)
                steps = -((-engine.need(item["quantity"], at)) // capacity)
                engine.stepped(engine.need(item["quantity"], at), capacity)
                amount = steps * engine.need(item["rate"], at)
            else:
                below = engine.operate("<", [engine.need(item["quantity"], at), engine.need(item["closes_below"], at)])
                if below and closing is None:
                    closing = month + int(engine.need(item.get("notice", 0), at))
                amount = F(0) if closing is not None and month >= closing else engine.need(item["amount"], at)
            to = item.get("to") or suppliers[0]
            yield Entry(
                item.get("name", ""),
                item.get("name") or item["id"],
                item["party"],
                to,
                month,
                month,
                month,
                engine.pence(amount),
                "cost",
            )
    for item in engine.finances.get("funding", []):
        for period, (first, last) in enumerate(engine.months.periods(item.get("every", "month"))):
            amount = engine.pence(engine.need(item["amount"], engine.at(world, item.get("every", "month"), period)))
            yield Entry(
                item.get("name", ""),
                item.get("name") or item["id"],
                item["from"],
                item["party"],
                first,
                last,
                last,
                amount,
                "funding",
            )
