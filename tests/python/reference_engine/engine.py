"""Names, time and worlds: what everything is in every period; and the ledger that follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction as F
from itertools import pairwise
from typing import Any

from . import clauses
from .formula import Tree, parse
from .functions import JUMPS, PLAIN, STEPPED, Value, aggregate, nearest, on_curve, plain
from .money import largest_remainder, pence, proportional
from .months import Months

Document = dict[str, Any]
# Practised: concessions are made. Words: a clause by its words, on the history as practised. Written world: none anywhere.
WORLDS = {"practised": "practised", "written": "words", "written_world": "written_world"}


class Refused(Exception):
    """What the reference does not evaluate."""


@dataclass(frozen=True)
class At:
    """Where a formula is asked for."""

    world: str
    every: str
    first: int
    last: int

    @property
    def history(self) -> At:
        return replace(self, world="practised") if self.world == "words" else self


@dataclass(frozen=True)
class Entry:
    """Money of one clause, cost or funding: from, to, for service months, posted in the last of them."""

    clause: str
    label: str
    giver: str
    taker: str
    first: int
    last: int
    due: int
    amount: F
    kind: str = "payment"


class Engine:
    """One book on given data, with readings chosen. Without `pennies` nothing is rounded where it is entered."""

    def __init__(
        self,
        book: Document,
        data: dict[str, list[Any]] | None = None,
        readings: dict[str, str] | None = None,
        pennies: bool = True,
    ) -> None:
        self.book, self.months = book, Months(book["calendar"])
        self.data = {name: [None if v is None else F(str(v)) for v in values] for name, values in (data or {}).items()}
        self.pennies = pennies
        self.pence = pence if pennies else (lambda amount: amount)
        self.split = largest_remainder if pennies else proportional
        self.near = F(1)  # how near the nearest comparison came to its boundary, as a part of the size of its sides
        self.named: dict[str, tuple[str, Document]] = {}
        for kind, section in (("input", "inputs"), ("parameter", "parameters"), ("quantity", "quantities")):
            self.named.update({item["id"]: (kind, item) for item in book.get(section, [])})
        self.curves = {item["id"]: item for item in book.get("curves", [])}
        self.frameworks = {item["id"]: item for item in book.get("frameworks", [])}
        self.measures = {m["id"]: m for f in self.frameworks.values() for m in f.get("measures", [])}
        self.finances = book.get("finances", {})
        self.bearings = {
            (party["id"], bearing["mechanism"]): bearing
            for party in book["parties"]
            for bearing in party.get("bears", [])
        }
        self.groups = [*book.get("contracts", []), *book.get("overlays", [])]
        self.clauses: dict[str, tuple[Document, Document]] = {}
        for group in self.groups:
            for clause in group.get("clauses", []):
                self.clauses[clause["id"]] = (self.read_as(clause, readings or {}), group)
                self.named[clause["id"]] = ("clause", clause)
        self.overlaid = {clause["id"] for group in book.get("overlays", []) for clause in group.get("clauses", [])}
        self.known: dict[Any, Any] = {}
        self.asking: set[Any] = set()

    # -- terms and names ----------------

    @staticmethod
    def read_as(clause: Document, readings: dict[str, str]) -> Document:
        """A clause in the reading that is chosen."""
        chosen = readings.get(clause["id"]) or clause.get("reading") or clause.get("provisional")
        for reading in clause.get("readings", []):
            if reading["name"] == chosen:
                return {**clause, **reading.get("overrides", {})}
        if clause.get("readings"):
            raise Refused(f"no reading of {clause['id']} is chosen")
        return clause

    def term(self, term: Any, at: At) -> Value:
        """The value in force in the period's first month."""
        if not isinstance(term, dict):
            return self.evaluate(parse(str(term)), at)
        value = term.get("value")
        for step in term.get("steps", []):
            if self.months.index(step["from"]) <= at.first:
                value = step["value"]
        return self.evaluate(parse(str(value)), at)

    def need(self, term: Any, at: At) -> F:
        value = self.term(term, at)
        if value is None:
            raise Refused("a value that is paid is missing")
        return value

    def memo(self, key: Any, work: Any) -> Any:
        if key not in self.known:
            if key in self.asking:
                raise Refused(f"a circle at {key}")
            self.asking.add(key)
            try:
                self.known[key] = work()
            finally:
                self.asking.discard(key)
        return self.known[key]

    def value(self, name: str, at: At, planned: bool = False) -> Value:
        """A named thing over a period, its own periods joined by its aggregate."""
        kind, item = self.named[name]
        if kind == "parameter":
            return self.memo((name, at), lambda: self.parameter(item, at))
        if kind == "clause":
            return self.paid(name, at)
        every = item.get("every", "month")
        own = self.months.inside(every, at.first, at.last)
        if not own:
            raise Refused(f"{name} is no finer than asked for")
        return aggregate(
            item.get("aggregate", "sum"),
            [
                self.memo(
                    (name, at.world, p, planned), lambda p=p: self.own_value(kind, item, every, p, at.world, planned)
                )
                for p in own
            ],
        )

    def own_value(self, kind: str, item: Document, every: str, period: int, world: str, planned: bool) -> Value:
        at = self.at(world, every, period)
        if kind == "quantity":
            return self.term(item["formula"], at)
        given = self.data.get(item["id"], []) if not planned else []
        return given[period] if period < len(given) else self.term(item["plan"], at)

    def parameter(self, item: Document, at: At) -> Value:
        if at.world == "practised":
            for concession in self.concessions(item["id"], at):
                return self.term(concession["amount"], at)
        return self.term(item["value"], at)

    def concessions(self, on: str, at: At) -> list[Document]:
        """Those in force and whose condition holds."""
        return [
            c
            for c in self.book.get("concessions", [])
            if c["on"] == on and self.within(c, at.first) and self.term(c.get("when", "true"), at)
        ]

    def at(self, world: str, every: str, period: int) -> At:
        return At(world, every, *self.months.periods(every)[period])

    def within(self, dated: Document, month: int) -> bool:
        starts, ends = dated.get("starts"), dated.get("ends")
        return not (starts and month < self.months.index(starts)) and not (ends and month > self.months.index(ends))

    def longer(self, at: At, every: str | None) -> At:
        """The period of another calendar that a period lies in."""
        if every is None:
            return at
        return self.at(at.world, every, self.months.containing(every, at.last))

    # -- formulas ----------------

    def evaluate(self, tree: Tree, at: At) -> Value:
        head = tree[0]
        if head == "number":
            return F(tree[1])
        if head == "name":
            return self.value(tree[1], at)
        if head == "call":
            return self.call(tree[1], tree[2:], at)
        return self.operate(head, [self.evaluate(argument, at) for argument in tree[1:]])

    def operate(self, name: str, values: list[Value]) -> Value:
        if name in JUMPS and None not in values:
            self.beside(*(F(v or 0) for v in values))
        elif name in STEPPED and None not in values and values[1]:
            self.stepped(F(values[0] or 0), F(values[1]))
        return plain(name, values)

    def beside(self, a: F, b: F) -> None:
        """Remembers how near two sides of a comparison are; those that are equal are so by construction."""
        if a != b:
            self.near = min(self.near, abs(a - b) / (abs(a) + abs(b)))

    def stepped(self, x: F, step: F, offset: F = F(0)) -> None:
        """The same for a place where a function steps: a tenth is as near as a thousandth of a comparison's sides."""
        over = (x + offset) % abs(step)
        if over and abs(step) >= 1:
            self.near = min(self.near, min(over, abs(step) - over) / 100)

    def call(self, name: str, arguments: Any, at: At) -> Value:
        own = getattr(self, f"call_{name}", None)
        if own is not None:
            result: Value = own(at, *arguments)
            return result
        if name in PLAIN:
            return self.operate(name, [self.evaluate(argument, at) for argument in arguments])
        raise Refused(f"unknown function {name}")

    def call_if(self, at: At, *arguments: Tree) -> Value:
        return self.call_choose(at, *arguments)

    def call_choose(self, at: At, *arguments: Tree) -> Value:
        for condition, then in zip(arguments[:-1:2], arguments[1:-1:2], strict=True):
            holds = self.evaluate(condition, at)
            if holds is None:
                return None
            if holds:
                return self.evaluate(then, at)
        return self.evaluate(arguments[-1], at)

    def call_divide(self, at: At, a: Tree, b: Tree, if_zero: Tree) -> Value:
        below = self.evaluate(b, at)
        return self.evaluate(if_zero, at) if below == 0 else plain("/", [self.evaluate(a, at), below])

    def call_round(self, at: At, x: Tree, step: Tree, mode: Tree = ("text", "half_away")) -> Value:
        value, unit = self.evaluate(x, at), self.evaluate(step, at)
        if value is None or not unit:
            return None
        self.stepped(value, unit, unit / 2 if mode[1].startswith("half") else F(0))
        return nearest(value, unit, mode[1])

    def call_curve(self, at: At, curve: Tree, x: Tree) -> Value:
        item, value = self.curves[curve[1]], self.evaluate(x, at)
        points = [(self.need(p["at"], at), self.need(p["value"], at)) for p in item["points"]]
        if value is None:
            return None
        for (a, _), (b, _) in pairwise(points):
            if a == b:
                self.beside(value, a)
        return on_curve(item, points, value)

    def call_missing(self, at: At, x: Tree) -> Value:
        return F(self.evaluate(x, at) is None)

    def call_or_else(self, at: At, x: Tree, y: Tree) -> Value:
        value = self.evaluate(x, at)
        return self.evaluate(y, at) if value is None else value

    def call_previous(self, at: At, name: Tree, initial: Tree) -> Value:
        kind, item = self.named[name[1]]
        every = item.get("every", "month") if kind != "parameter" else at.every
        before = self.months.containing(every, at.first) - 1
        if before < 0:
            return self.evaluate(initial, at)
        return self.value(name[1], self.at(at.history.world, every, before))

    def call_cumulative(self, at: At, name: Tree, every: Tree = ("text", None)) -> Value:
        return self.value(name[1], replace(at, first=self.longer(at, every[1]).first))

    def call_over(self, at: At, name: Tree, every: Tree) -> Value:
        return self.value(name[1], self.longer(at, every[1]))

    def call_plan(self, at: At, name: Tree, every: Tree = ("text", None)) -> Value:
        return self.value(name[1], self.longer(at, every[1]), planned=True)

    def call_paid(self, at: At, clause: Tree, every: Tree = ("text", None)) -> Value:
        return self.paid(clause[1], self.longer(at, every[1]))

    def call_received(self, at: At, clause: Tree, party: Tree, every: Tree = ("text", None)) -> Value:
        at = self.longer(at, every[1])
        return self.balance([clause[1]], party[1], at)

    def call_position(self, at: At, party: Tree, every: Tree = ("text", None)) -> Value:
        at = self.longer(at, every[1])
        return self.balance(self.clauses, party[1], at) + self.outside(party[1], at)

    def call_provisional(self, at: At, party: Tree, every: Tree = ("text", None)) -> Value:
        at = self.longer(at, every[1])
        return self.call_income(at, party) + self.outside(party[1], at)

    def call_income(self, at: At, party: Tree, every: Tree = ("text", None)) -> F:
        return self.balance([c for c in self.clauses if c not in self.overlaid], party[1], self.longer(at, every[1]))

    def call_cost(self, at: At, party: Tree, every: Tree = ("text", None)) -> Value:
        return -self.outside(party[1], self.longer(at, every[1]), "cost")

    def call_score(self, at: At, framework: Tree) -> Value:
        return self.score(framework[1], at)

    def call_measure(self, at: At, measure: Tree) -> Value:
        return self.measured(self.measures[measure[1]], at)

    def call_contract_year(self, at: At) -> Value:
        return F(self.months.containing("year", at.first) + 1)

    def call_month_number(self, at: At) -> Value:
        return F(at.last + 1)

    def call_calendar_month(self, at: At) -> Value:
        return F(self.months.calendar_month(at.first))

    def call_months(self, at: At) -> Value:
        return F(at.last - at.first + 1)

    def call_from_month(self, at: At, month: Tree) -> Value:
        return F(at.first >= self.months.index(month[1]))

    def score(self, framework: str, at: At) -> F:
        measures = self.frameworks[framework]["measures"]
        return sum((self.need(m["weight"], at) * self.measured(m, at) for m in measures), F(0))

    def measured(self, measure: Document, at: At) -> F:
        value, good = self.need(measure["value"], at), self.need(measure["gain_at"], at)
        if measure.get("pain_at") is None:
            raise Refused("a measure without pain")
        bad = self.need(measure["pain_at"], at)
        if measure.get("shape", "steps") == "linear":
            return min(max(F(-1), (2 * value - good - bad) / (good - bad)), F(1))
        self.beside(value, good)
        self.beside(value, bad)
        up = good > bad
        if value >= good if up else value <= good:
            return F(1)
        return F(-1) if (value <= bad if up else value >= bad) else F(0)

    # -- money ----------------

    def entries(self, clause: str, world: str) -> list[Entry]:
        found: list[Entry] = self.memo((clause, "entries", world), lambda: list(self.entered(clause, world)))
        return found

    def entered(self, name: str, world: str) -> Any:
        """Everything that a clause moves."""
        for period, (first, _) in enumerate(self.months.periods(self.clauses[name][0].get("every", "month"))):
            if self.in_force(name, first):
                yield from self.period_entries(name, world, period)

    def in_force(self, name: str, month: int) -> bool:
        """Whether a period of the clause may begin in this month, and nothing wins over it."""
        item, group = self.clauses[name]
        return self.within(item, month) and self.within(group, month) and not self.superseded(item, group, month)

    def period_entries(self, name: str, world: str, period: int) -> list[Entry]:
        item, group = self.clauses[name]
        key = (name, "entries", world, period)
        found: list[Entry] = self.memo(key, lambda: clauses.moved(self, item, group, world, period))
        return found

    def superseded(self, item: Document, group: Document, month: int) -> bool:
        """Whether another agreement's clause of the same subject wins in this month."""
        order = self.book.get("precedence", [])
        for other, theirs in self.clauses.values():
            wraps = group["id"] in theirs.get("wraps", []) or theirs["id"] in group.get("wraps", [])
            if not item.get("subject") or other.get("subject") != item["subject"] or not wraps:
                continue
            overlay, contract = (theirs, group) if "wraps" in theirs else (group, theirs)
            named = overlay["id"] in order and (
                contract["id"] not in order or order.index(overlay["id"]) < order.index(contract["id"])
            )
            winner = overlay if named else contract
            every = other.get("every", "month")
            begun = self.months.periods(every)[self.months.containing(every, month)][0]
            if winner is theirs and self.within(other, begun) and self.within(theirs, begun):
                return True
        return False

    def over(self, name: str, at: At) -> list[Entry]:
        """What a clause posts in some months, without asking for other periods than these."""
        found: list[Entry] = []
        for period, (first, last) in enumerate(self.months.periods(self.clauses[name][0].get("every", "month"))):
            if at.first <= last <= at.last and self.in_force(name, first):
                found += self.period_entries(name, at.history.world, period)
        return found

    def paid(self, name: str, at: At) -> F:
        """What leaves the clause's payer, less what comes back."""
        item, group = self.clauses[name]
        payer = item.get("from") or group["payer"]
        return -sum((self.signed(e, payer) for e in self.over(name, at)), F(0))

    @staticmethod
    def signed(entry: Entry, party: str) -> F:
        return entry.amount * ((entry.taker == party) - (entry.giver == party))

    def balance(self, names: Any, party: str, at: At) -> F:
        return sum((self.signed(e, party) for name in names for e in self.over(name, at)), F(0))

    def outside(self, party: str, at: At, kind: str = "") -> F:
        """Costs and funding of a party over some months."""
        entries = self.memo(("outside", at.history.world), lambda: list(clauses.outside(self, at.history.world)))
        return sum(
            (self.signed(e, party) for e in entries if at.first <= e.last <= at.last and kind in ("", e.kind)), F(0)
        )

    def ledger(self, basis: str) -> list[Entry]:
        """All entries of one basis; those of nothing are left out."""
        found: list[Entry] = self.memo(("ledger", basis), lambda: self.everything(WORLDS[basis]))
        return found

    def everything(self, world: str) -> list[Entry]:
        found = [e for name in self.clauses for e in self.entries(name, world)]
        found += self.memo(("outside", world), lambda: list(clauses.outside(self, world)))
        return [e for e in found if e.amount and e.giver != e.taker]

    def positions(self, basis: str, every: str) -> dict[tuple[str, int], F]:
        """Received less paid, by party and period of posting."""
        found: dict[tuple[str, int], F] = defaultdict(F)
        for entry in self.ledger(basis):
            period = self.months.containing(every, entry.last)
            found[entry.taker, period] += entry.amount
            found[entry.giver, period] -= entry.amount
        return found

    def cash(self, since: str) -> dict[tuple[str, str], F]:
        """Opening cash and all that was due by the end of each month, in practice."""
        opening = self.finances.get("opening_cash", {})
        start = self.at("practised", "month", 0)
        found: dict[tuple[str, str], F] = {}
        for party in (p["id"] for p in self.book["parties"]):
            for month in range(self.months.index(since), self.months.count):
                due = [self.signed(e, party) for e in self.ledger("practised") if e.due <= month]
                found[party, self.months.text(month)] = self.need(opening.get(party, 0), start) + sum(due, F(0))
        return found
