"""Names, time and worlds: what everything is in every period; and the ledger that follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction as F
from typing import Any

from . import clauses
from .crossings import Crossings
from .formula import Tree, parse, written_out
from .functions import Value, aggregate
from .groups import Groups
from .language import Language
from .money import largest_remainder, pence, proportional
from .months import Months
from .over_members import OverMembers
from .values import Members, Word

Document = dict[str, Any]
# Practised: concessions are made. Words: a clause by its words, on the history as practised. Written world: none anywhere.
# Provisional: none in the period that is asked for, on the history as practised; a concession is decided on it.
WORLDS = {"practised": "practised", "written": "words", "written_world": "written_world"}


class Refused(Exception):
    """What the reference does not evaluate."""


class NotSettled(Exception):
    """What a settlement has to refuse: weights that cannot be, a status not permitted, rules that need each other."""


@dataclass(frozen=True)
class At:
    """Where a formula is asked for."""

    world: str
    every: str
    first: int
    last: int

    @property
    def history(self) -> At:
        return self if self.world == "written_world" else replace(self, world="practised")

    @property
    def others(self) -> At:
        """Where a clause reads what others pay in the same period."""
        return replace(self, world="practised") if self.world == "words" else self

    def begun(self, month: int) -> At:
        """This, or its history where something ended with an earlier month."""
        return self.history if month < self.first else self


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


class Engine(Language, OverMembers, Groups):
    """One book on given data, with readings and alternatives chosen.

    Without `pennies` nothing is rounded where it is entered, nor to stated decimals. `missing` are rows that say why a
    value is not there: input, member, from, to, reason, value.
    """

    def __init__(
        self,
        book: Document,
        data: dict[str, list[Any]] | None = None,
        readings: dict[str, str] | None = None,
        pennies: bool = True,
        missing: list[Document] | None = None,
        alternatives: dict[str, str] | None = None,
    ) -> None:
        self.book, self.months = book, Months(book["calendar"])
        self.data, self.missing, self.alternatives = data or {}, missing or [], alternatives or {}
        self.pennies = pennies
        self.pence = pence if pennies else (lambda amount: amount)
        self.split = largest_remainder if pennies else proportional
        self.near = F(1)  # how near the nearest comparison came to its boundary, as a part of the size of its sides
        self.dimensions = Crossings(book)
        self.named: dict[str, tuple[str, Document]] = {}
        for kind, section in (("input", "inputs"), ("parameter", "parameters"), ("quantity", "quantities")):
            self.named.update({item["id"]: (kind, item) for item in book.get(section, [])})
        self.curves = {item["id"]: item for item in book.get("curves", [])}
        self.tables = {item["id"]: item for item in book.get("tables", [])}
        self.categories = {item["id"]: item for item in book.get("categories", [])}
        self.definitions = {
            item["id"]: (tuple(argument["id"] for argument in item["arguments"]), item["formula"])
            for item in book.get("definitions", [])
        }
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
        self.trees: dict[str, Tree] = {}
        self.scales: dict[Tree, F | None] = {}
        self.dimensioned: dict[Tree, str | None] = {}

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

    def parsed(self, text: str) -> Tree:
        """A formula, with definitions written out."""
        if text not in self.trees:
            self.trees[text] = written_out(parse(text), self.definitions)
        return self.trees[text]

    def term(self, term: Any, at: At, of: str = "") -> Value:
        """The value in force in the period's first month; or another that the sources give, where it is chosen."""
        if not isinstance(term, dict):
            return self.evaluate(self.parsed(str(term)), at)
        for alternative in term.get("alternatives", []):
            if self.alternatives.get(of) == alternative["name"]:
                return self.evaluate(self.parsed(str(alternative["value"])), at)
        value = term.get("value")
        for step in term.get("steps", []):
            if self.months.index(step["from"]) <= at.first:
                value = step["value"]
        return self.evaluate(self.parsed(str(value)), at)

    def need(self, term: Any, at: At) -> F:
        value = self.term(term, at)
        if value is None:
            raise Refused("a value that is paid is missing")
        return value

    def memo(self, key: Any, work: Any) -> Any:
        if key not in self.known:
            if key in self.asking:
                raise NotSettled(f"a circle at {key}")
            self.asking.add(key)
            try:
                self.known[key] = work()
            finally:
                self.asking.discard(key)
        return self.known[key]

    def value(self, name: str, at: At, planned: bool = False) -> Value:
        """A named thing over a period, its own periods joined by its aggregate."""
        kind, item = self.named[name]
        if kind == "parameter":  # as it stands in the first month
            month = self.at(at.world, "month", at.first)
            return self.memo((name, month), lambda: self.parameter(item, month))
        if kind == "clause":
            return self.paid(name, at)
        every = item.get("every", "month")
        own = self.months.inside(every, at.first, at.last)
        if not own:
            raise Refused(f"{name} is no finer than asked for")
        values = [
            self.memo((name, at.world, p, planned), lambda p=p: self.own_value(kind, item, every, p, at.world, planned))
            for p in own
        ]
        if len(values) == 1:
            return values[0]
        how = item.get("aggregate", "sum")
        return self.dimensions.pointwise(lambda *alone: aggregate(how, list(alone)), *values)

    def own_value(self, kind: str, item: Document, every: str, period: int, world: str, planned: bool) -> Value:
        at = self.at(world, every, period)
        if kind == "input" and not planned and item["id"] in self.data:
            return self.known_value(item, at, period)
        term = item["formula"] if kind == "quantity" else item.get("plan")
        value = None if term is None else self.term(term, at, item["id"])
        return self.declared(item, value)

    def declared(self, item: Document, value: Value) -> Value:
        """A value as its name says that it is: for each member, of a category."""
        if item.get("category"):
            order = self.categories[item["category"]]["values"]
            value = self.dimensions.pointwise(lambda v: None if v is None else Word(v, order), value)
        of = self.dimensions.of(item)
        return value if of is None else self.dimensions.spread(value, of)

    # -- data ----------------

    def cells(self, item: Document, period: int, reasons: bool = False) -> Value:
        """What was given for a period, or why it was not."""
        of = self.dimensions.of(item)
        names = self.dimensions.members(of) if of else [None]
        given = self.data.get(item["id"], [])[period * len(names) : (period + 1) * len(names)]
        found = [self.cell(item, name, period, value)[reasons] for name, value in zip(names, given, strict=True)]
        return Members(of, tuple(found)) if of else found[0]

    def cell(self, item: Document, member: str | None, period: int, value: Any) -> tuple[Value, Word]:
        """A value and the reason for its absence."""
        if value not in (None, "*"):
            return (Word(value) if item.get("category") else F(str(value))), Word("none")
        first, _ = self.months.periods(item.get("every", "month"))[period]
        for row in self.missing:
            here = self.months.index(row["from"]) <= first <= self.months.index(row["to"])
            if row["input"] == item["id"] and row.get("member") == member and here:
                if row.get("value") is not None:
                    return F(str(row["value"])), Word(row["reason"])
                nothing = row["reason"] in ("not_open", "closed", "merged_into")
                adds_up = item.get("aggregate", "sum") == "sum"
                return (F(0) if nothing and adds_up else None), Word(row["reason"])
        if value == "*":
            return None, Word("suppressed")
        stays = item.get("plan") is None or period < self.spoken(item)
        return None, Word("not_stated" if stays else "none")

    def spoken(self, item: Document) -> int:
        """Of so many periods the data of an input that may be missing speak: to the last with a value or a reason."""
        return self.memo((item["id"], "spoken"), lambda: self.last_spoken(item)) if item.get("may_be_missing") else 0

    def last_spoken(self, item: Document) -> int:
        names = self.dimensions.members(item["dimension"]) if item.get("dimension") else [None]
        every = item.get("every", "month")
        spoken = -(-max((i + 1 for i, v in enumerate(self.data[item["id"]]) if v is not None), default=0) // len(names))
        for row in self.missing:
            if row["input"] == item["id"]:
                for period, (first, _) in enumerate(self.months.periods(every)):
                    if self.months.index(row["from"]) <= first <= self.months.index(row["to"]):
                        spoken = max(spoken, period + 1)
        return spoken

    def known_value(self, item: Document, at: At, period: int) -> Value:
        """What was given; where nothing was, the plan stands in, but not in a gap that may be one."""
        value = self.declared(item, self.cells(item, period))
        if item.get("plan") is None or period < self.spoken(item):
            return value
        planned = self.declared(item, self.term(item["plan"], at))
        return self.dimensions.pointwise(lambda v, plan: plan if v is None else v, value, planned)

    def reasons(self, name: str, at: At) -> Value:
        """Why an input is missing in a period: of several, the first reason."""
        item = self.named[name][1]
        own = self.months.inside(item.get("every", "month"), at.first, at.last)
        if name not in self.data:
            value = self.value(name, at)
            return self.dimensions.pointwise(lambda _: Word("none"), value)
        found = [self.cells(item, period, True) for period in own]
        return self.dimensions.pointwise(
            lambda *alone: next((reason for reason in alone if reason != "none"), Word("none")), *found
        )

    def check_statuses(self) -> None:
        """Refuses a change from one period to the next that is not permitted."""
        for name, (kind, item) in self.named.items():
            status = self.categories.get(item.get("category", ""), {})
            if kind == "parameter" or not (status.get("transitions") or status.get("initial")):
                continue
            before: list[Any] | None = None
            for period, (first, _) in enumerate(self.months.periods(item.get("every", "month"))):
                value = self.value(name, self.at("practised", item.get("every", "month"), period))
                now = list(value.values) if isinstance(value, Members) else [value]
                for old, new in zip(before or [None] * len(now), now, strict=True):
                    if not self.permitted(status, old, new, first, before is None):
                        raise NotSettled(f"{name}: {old} to {new} in {self.months.text(first)}")
                before = now

    def permitted(self, status: Document, old: Any, new: Any, month: int, begins: bool) -> bool:
        if begins:
            return not status.get("initial") or new in status["initial"] or new is None
        if old is None or new is None or old == new or not status.get("transitions"):
            return True
        return any(
            change["from"] == old and new in change["to"] and self.within(change, month)
            for change in status["transitions"]
        )

    def parameter(self, item: Document, at: At) -> Value:
        if at.world == "practised":
            for concession, conceding in self.concessions(item["id"], at):
                return self.term(concession["amount"], conceding)
        of = self.dimensions.of(item)
        if of is None:
            return self.declared(item, self.term(item["value"], at, item["id"]))
        terms = [self.dimensions.stated_term(item, member) for member in self.dimensions.members(of)]
        return self.declared(item, Members(of, tuple(self.term(term, at) for term in terms)))

    def concessions(self, on: str, at: At) -> list[tuple[Document, At]]:
        """Those in force and whose condition holds by the words; and where their other terms are asked for."""
        by_words = replace(at, world="provisional")
        return [
            (c, by_words)
            for c in self.book.get("concessions", [])
            if c["on"] == on and self.within(c, at.first) and self.term(c.get("when", "true"), by_words)
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

    # -- formulas that ask about money and scores ----------------

    def beside(self, a: F, b: F) -> None:
        """Remembers how near two sides of a comparison are; those that are equal are so by construction."""
        if a != b and isinstance(a, F) and isinstance(b, F):
            self.near = min(self.near, abs(a - b) / (abs(a) + abs(b)))

    def stepped(self, x: F, step: F, offset: F = F(0)) -> None:
        """The same for a place where a function steps: a tenth is as near as a thousandth of a comparison's sides."""
        over = (x + offset) % abs(step)
        if over and abs(step) >= 1:
            self.near = min(self.near, min(over, abs(step) - over) / 100)

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

    def call_cash(self, at: At, party: Tree) -> Value:
        opening = self.finances.get("opening_cash", {}).get(party[1], 0)
        found: list[Entry] = []
        for name, (item, _) in self.clauses.items():
            for period, (first, last) in enumerate(self.months.periods(item.get("every", "month"))):
                world = at.others.begun(last).world
                after = self.need(item.get("paid_after", 0), self.at(world, item.get("every", "month"), period))
                if self.in_force(name, first) and first + after <= at.last:
                    found += self.period_entries(name, world, period)
        for world in {at.others.world, at.history.world}:
            found += [e for e in self.elsewhere(world) if at.others.begun(e.last).world == world]
        due = [self.signed(e, party[1]) for e in found if e.due <= at.last]
        return self.need(opening, self.at(at.history.world, "month", 0)) + sum(due, F(0))

    def elsewhere(self, world: str) -> list[Entry]:
        """Costs and funding."""
        found: list[Entry] = self.memo(("outside", world), lambda: list(clauses.outside(self, world)))
        return found

    def call_reserves(self, at: At, party: Tree) -> Value:
        return self.term(self.finances.get("reserves", {}).get(party[1], 0), at)

    def score(self, framework: str, at: At) -> F:
        measures = self.frameworks[framework]["measures"]
        return sum((self.need(m["weight"], at) * self.measured(m, at) for m in measures), F(0))

    def measured(self, measure: Document, at: At) -> F:
        value, good = self.need(measure["value"], at), self.need(measure["gain_at"], at)
        if measure.get("pain_at") is None:
            self.beside(value, good)
            return F(value >= good)  # above or below pain_at says which way is good: without it, above
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
        """Whether a period of the clause may begin in this month, and nothing wins over it all the time."""
        item, group = self.clauses[name]
        every = item.get("every", "month")
        own = self.at("", every, self.months.containing(every, month))
        return self.within(item, month) and self.within(group, month) and self.kept(name, own) > 0

    def kept(self, name: str, at: At) -> F:
        """The part of the months of a period in which nothing wins over the clause."""
        item, group = self.clauses[name]
        months = range(at.first, at.last + 1)
        return F(sum(1 for month in months if not self.superseded(item, group, month)), len(months))

    def period_entries(self, name: str, world: str, period: int) -> list[Entry]:
        item, group = self.clauses[name]
        key = (name, "entries", world, period)
        found: list[Entry] = self.memo(key, lambda: clauses.moved(self, item, group, world, period))
        return found

    def superseded(self, item: Document, group: Document, month: int) -> bool:
        """Whether another agreement's clause of the same subject wins in this month."""
        order = self.book.get("precedence", [])
        for other, theirs in self.clauses.values():
            if not item.get("subject") or other.get("subject") != item["subject"] or group is theirs:
                continue
            if group in self.book.get("overlays", []) and theirs in self.book.get("overlays", []):
                if group["id"] not in order or theirs["id"] not in order:
                    continue
                winner = min(group, theirs, key=lambda overlay: order.index(overlay["id"]))
            else:
                if group["id"] not in theirs.get("wraps", []) and theirs["id"] not in group.get("wraps", []):
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
        item, group = self.clauses[name]
        world = at.others.world
        found: list[Entry] = []
        for period, (first, last) in enumerate(self.months.periods(item.get("every", "month"))):
            if not (first <= at.last and at.first <= last and self.in_force(name, first)):
                continue
            if last <= at.last:
                found += self.period_entries(name, world, period)
            elif item.get("on_account"):  # the period goes on; only what is paid on account is posted before its end
                found += clauses.moved(self, item, group, world, period, until=at.last)
        return [entry for entry in found if at.first <= entry.last]

    def paid(self, name: str, at: At, part: str = "") -> F:
        """What leaves the clause's payer, less what comes back; or of that what is called so."""
        item, group = self.clauses[name]
        payer = item.get("from") or group.get("payer")
        entries = [e for e in self.over(name, at) if part in ("", e.label)]
        if payer is None:  # all that moves
            return sum((entry.amount for entry in entries if entry.giver != entry.taker), F(0))
        return -sum((self.signed(e, payer) for e in entries), F(0))

    @staticmethod
    def signed(entry: Entry, party: str) -> F:
        return entry.amount * ((entry.taker == party) - (entry.giver == party))

    def balance(self, names: Any, party: str, at: At, part: str = "") -> F:
        entries = (e for name in names for e in self.over(name, at) if part in ("", e.label))
        return sum((self.signed(e, party) for e in entries), F(0))

    def outside(self, party: str, at: At, kind: str = "") -> F:
        """Costs and funding of a party over some months."""
        entries = self.elsewhere(at.others.world)
        return sum(
            (self.signed(e, party) for e in entries if at.first <= e.last <= at.last and kind in ("", e.kind)), F(0)
        )

    def ledger(self, basis: str) -> list[Entry]:
        """All entries of one basis; those of nothing are left out."""
        found: list[Entry] = self.memo(("ledger", basis), lambda: self.everything(WORLDS[basis]))
        return found

    def everything(self, world: str) -> list[Entry]:
        found = [e for name in self.clauses for e in self.entries(name, world)]
        found += self.elsewhere(world)
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
