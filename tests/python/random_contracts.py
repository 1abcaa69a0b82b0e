"""Random books of contracts and overlays, made on purpose to stand on boundaries.

Every book is a plain document. The same number gives the same book. Inputs have whole values, and edges, thresholds,
caps and limits are often exactly what the inputs come to. What the whole language can say is asked in turn
(`random_formulas`), so that nothing is rare.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from random_amounts import ASKED, COUNTS, EVERY, LENGTH, Amounts, Document, pounds
from random_trimmings import trimmed

SHARED = ("share", "netting")
SPLIT = ("block", "payment", "trigger", "incentive", "waterfall", "pooled_fund", "fund")
LATER = ("capitation", "pooled_fund", "subcontract", "fund", "challenge")
FAMILIES = (
    "block", "activity", "forecast", "bands", "incentive", "penalty", "share", "netting", "waterfall", "trigger",
    "payment", *LATER,
)  # fmt: skip
# Parts of what some families move.
LABELS = {
    "incentive": ["gain", "pain"], "subcontract": ["price passed down", "risk passed down"],
    "waterfall": ["tranche 0", "tranche 1"], "pooled_fund": ["contribution", "underspend", "overspend"],
    "forecast": ["forecast", "reconciliation"], "payment": ["payment"],
}  # fmt: skip


class Maker(Amounts):
    """Makes one book."""

    def __init__(self, number: int, kinds: tuple[str, ...] = FAMILIES) -> None:
        super().__init__(number, kinds)

    # -- clauses ----------------

    def bound(self, every: str) -> Any:
        """A cap or a limit, seldom none at all."""
        return "no_limit()" if self.chance(0.08) else self.amount(every)

    def able(self) -> list[str]:
        """Who may have a part."""
        return self.providers

    def parts(self, others: tuple[str, ...] = ()) -> list[Document]:
        """Parties and weights; one weight at least is above nought."""
        able = [*self.able(), *others]
        named = self.random.sample(able, self.random.randint(1, min(len(able), 4)))
        parts: list[Document] = [
            {"party": p, "weight": self.random.choice(["0", "1", "1", "2", "3", "0.4"])} for p in named
        ]
        parts[0]["weight"] = self.random.choice(["1", "7", "0.35"])
        if self.chance(0.1):  # what comes to nought without being written so
            for part in parts:
                part["weight"] = "0 * fraction"
        for part in parts:
            if self.chance(0.15):
                part["eligible"] = self.random.choice(["true", "false", self.condition("month", 0)])
        return parts

    def seats(self, every: str) -> list[Document]:
        seats: list[Document] = []
        for i, party in enumerate(self.providers):
            variance = f"v{i}" if LENGTH[every] >= 12 and self.chance(0.7) else self.formula("£", every, 1)
            seats.append({"party": party, "variance": variance, "weight": self.random.choice(["1", "2", "0.5", "3"])})
            if self.chance(0.15):
                seats[-1]["eligible"] = self.random.choice(["false", self.condition(every, 0)])
        if self.chance(0.1):
            for seat in seats:
                seat["weight"] = "0 * fraction"
        return seats

    def price(self, unit: str) -> Any:
        one = unit.rstrip("s")
        term = {"value": f"{self.random.randint(0, 90000) / 100}", "unit": f"£ per {one}"}
        return self.random.choice([f"{one}_price", f"{one}_price * {self.fraction()}", term])

    def bands(self, unit: str, every: str) -> Document:
        edges = sorted({max(self.boundary(unit, every), 1) * self.random.choice([1, 1, 2]) for _ in range(3)})
        rates = [self.random.choice(["0", "1", "50%", "0.7", "fraction", "-20%"]) for _ in [*edges, 0]]
        found: Document = {"quantity": unit, "base": self.amount(every), "price": self.price(unit)}
        ends: list[Any] = [str(edge) for edge in edges]
        if self.chance(0.3):
            found["edges_of"], ends = f"plan({unit})", ["95%", "1", "110%"][: len(edges)]
        found["bands"] = [{"to": end, "rate": rate} for end, rate in zip(ends, rates, strict=False)]
        if self.chance(0.8):
            found["bands"].append({"rate": rates[-1]})
        if self.chance(0.3):
            first = self.random.choice(["£0", "£1,234.56"])
            found["on_account"] = self.dated(first, self.money(0, 20_000))
        return found

    def fields(self, kind: str, every: str) -> Document:
        pick = self.random.choice
        unit = pick(COUNTS)
        count: Any = self.formula(unit, every) if self.chance(0.4) else unit
        if kind == "block":
            found: Document = {"amount": self.dated(self.money(), self.money())}
            if self.chance(0.4):
                found["profile"] = [str(self.random.randint(1, 9)) for _ in range(12)]
            return found
        if kind == "activity" and self.chance(0.15):
            return {
                "quantity": pick(
                    ["admitted", "admitted * site_weight", "or_else(waiting, 1) / number(admitted + 1) * admitted"]
                ),
                "price": "tariff",
            }
        if kind == "activity":
            return {"quantity": count, "price": self.price(unit)}
        if kind == "forecast":
            return {"forecast": pick([f"plan({unit})", f"{unit} * 0.9"]), "actual": unit, "price": self.price(unit),
                    "agreed_shift": self.money(-20_000), "reconcile": self.longer(every) if self.chance(0.9) or every != "month" else "financial_year"}  # fmt: skip
        if kind == "bands":
            return self.bands(unit, every)
        if kind == "incentive":
            found = {"gain": self.amount(every), "pain": self.amount(every)}
            if LENGTH[every] >= 12:
                found |= pick(
                    [{"score": "score"}, {"score": pick(["-1", "-0.4", "0", "1/3", "1"])}, {"framework": "outcomes"}]
                )
            else:
                found["score"] = f"clip({self.formula('number', every, 1)}, -1, 1)"
            if self.chance(0.3):
                found |= {"modifier": pick(["2%", "50%", "1"]), "modifier_applies": self.condition(every, 0)}
            above = [name for name, e in self.paid if LENGTH[e] <= LENGTH[every]]
            found |= {"within": pick(above)} if above and self.chance(0.3) else {}
            return found | ({"shares": self.parts()} if self.chance(0.6) else {})
        if kind == "penalty":
            found = {
                "quantity": count,
                "allowance": pick([f"5% * {unit}", f"plan({unit})", "0"]),
                "rate": self.price(unit),
            }
            if self.chance(0.5):
                found["cap"] = self.bound(every)
            return found | ({"enforcement": self.fraction()} if self.chance(0.4) else {})
        if kind == "share":
            found = {"members": self.seats(every), "shared": pick(["gains", "losses", "both"]), "rate": self.fraction()}
            found["split"] = pick(["weight", "weight", "equal", "causer", "where_it_falls"])
            for bound in ("cap", "collar"):
                if self.chance(0.4):
                    found[bound] = self.bound(every)
            return found
        if kind == "netting":
            return {"members": self.seats(every)}
        if kind == "waterfall":
            tranches = []
            for i in range(self.random.randint(1, 3)):
                tranche: Document = {"name": f"tranche {i}", "to": self.parts(("payer", "fund"))}
                tranche |= pick([{}, {"limit": self.bound(every)}, {"share": self.fraction()}])
                tranches.append(tranche | ({"when": self.condition(every, 0)} if self.chance(0.3) else {}))
            found = {"amount": self.formula("£", every), "tranches": tranches}
            return found | ({"givers": self.parts()} if self.chance(0.6) else {})
        if kind == "trigger":
            tests = [{"name": f"test {i}", "holds": self.condition(every)} for i in range(self.random.randint(1, 2))]
            found = {"tests": tests, "amount": self.amount(every, -50_000)}
            return found | ({"shares": self.parts()} if self.chance(0.4) else {})
        if kind == "payment" and self.chance(0.1):
            return {
                "amount": f"sum(owed, over='band'{pick(['', ', where=band_weight >= 1'])}) * {self.fraction()}",
                "each": "trust",
            }
        if kind == "payment" and self.chance(0.15):
            cases = "".join(f", '{p}', {self.formula('£', every, 1)}" for p in self.providers[:-1])
            return {"amount": f"by_member('trust'{cases}, {self.money()})", "each": "trust"}
        if kind == "payment":
            found = {"amount": self.formula("£", every, 3)}
            return found | ({"shares": self.parts()} if self.chance(0.4) else {})
        return self.later_fields(kind, every, unit, count)

    def later_fields(self, kind: str, every: str, unit: str, count: str) -> Document:
        pick = self.random.choice
        if kind == "capitation" and self.chance(0.3):
            rate = {"value": str(self.random.randint(0, 40000) / 100), "unit": "£ per bed"}
            return {"people": "beds", "rate": rate, "weight": pick(["site_weight", "factor", "0.8", "1 / level"])}
        if kind == "capitation" and self.chance(0.3):
            rate = {"value": str(self.random.randint(0, 40000) / 100), "unit": "£ per case"}
            return {
                "people": "admitted",
                "rate": rate,
                "weight": pick(["band_weight", "area_rate", "site_weight", "0.8"]),
            }
        if kind == "capitation":
            rate = {"value": str(self.random.randint(0, 40000) / 100), "unit": f"£ per {unit.rstrip('s')}"}
            return {"people": count, "rate": rate, "weight": pick(["1", "0.8", "1.7", "fraction"])}
        if kind == "pooled_fund":
            found: Document = {"budget": self.amount(every), "contributions": self.parts(), "spent": self.amount(every)}
            for field in ("underspend", "overspend"):
                found |= {field: self.parts()} if self.chance(0.4) else {}
            return found | {"carried": pick(["0", "1", "0.25"]), "to": "fund"}
        if kind == "subcontract":
            above = [name for name, e in self.paid if LENGTH[e] <= LENGTH[every]]
            return {"of": pick(above), "portion": self.fraction(), "margin": pick(["0", "5%", "1"]),
                    "risks": self.random.sample(above, min(len(above), pick([0, 1, 2]))), "risk": self.fraction()}  # fmt: skip
        if kind == "fund":
            members = [{"party": p, "weight": str(self.random.randint(1, 5)),
                        **({"earned": self.condition(every)} if self.chance(0.6) else {})} for p in self.able()]  # fmt: skip
            return {"pot": self.amount(every), "members": members, "unearned": pick(["kept", "redistributed"])}
        return {"quantity": count, "price": self.price(unit), "upheld": self.fraction(), "repriced": self.price(unit)}

    def clause(self, payer: str, payee: str, overlay: bool) -> Document:
        pick = self.random.choice
        name, self.payer, self.overlaid = f"c{self.clauses}", payer, overlay
        self.clauses += 1
        kind = pick([k for k in self.kinds if k not in SHARED or overlay])
        every = pick(["year", "year", *EVERY] if kind in (*SHARED, "waterfall") else [*EVERY, "month"])
        if self.chance(0.1):
            every = pick(["term", "financial_year"])
        if kind == "subcontract" and not any(LENGTH[e] <= LENGTH[every] for _, e in self.paid):
            kind = "activity"
        if kind == "forecast":
            every = pick(["month", "month", "month", "quarter", "half_year", "year"])
        found: Document = {"id": name, "kind": kind, "every": every, **self.fields(kind, every)}
        if overlay and kind not in SHARED:
            found = {"from": payer, "to": payee, **found}
        if self.chance(0.2):
            found["paid_after"] = pick([-2, 1, 3])
        if self.chance(0.15):
            found[pick(["starts", "ends"])] = self.month(self.random.randrange(self.months))
        if self.chance(0.15):
            found["subject"] = pick(["one", "two"])
        if kind in (*SPLIT, "share") and self.chance(0.3):
            found["zero_weights"] = pick(["equal", "nothing", "error"])
        if kind in SPLIT and self.chance(0.2):
            found["pennies"] = pick(["first", "last", "each"])
            if kind != "block" and self.chance(0.3):
                self.name_taker(found)
        if self.chance(0.15):
            self.read_in_ways(found, kind, every)
        if kind not in (*SHARED, "waterfall", "pooled_fund"):
            self.paid.append((name, "term" if every == "financial_year" else every))
        return found

    def name_taker(self, clause: Document) -> None:
        """The pennies fall to one party, which has a part in everything that is split."""
        lists = [
            clause.get(field) for field in ("shares", "members", "givers", "contributions", "underspend", "overspend")
        ]
        lists += [tranche["to"] for tranche in clause.get("tranches", [])]
        party = self.random.choice(self.providers)
        for parts in (parts for parts in lists if parts):
            if party not in [part["party"] for part in parts]:
                parts.append({"party": party, "weight": "0.5"})
        if any(lists) and (clause["kind"] != "waterfall" or "givers" in clause):
            clause |= {"pennies": "named", "pennies_to": party}

    def read_in_ways(self, clause: Document, kind: str, every: str) -> None:
        """Two readings: as it stands, and with some of its fields otherwise."""
        other = self.fields(kind, every)
        changed = {
            key: other[key] for key in other if key in clause and key not in ("of", "risks", "framework", "score", "to")
        }
        if kind in (
            "bands",
            "activity",
            "penalty",
            "forecast",
            "challenge",
            "capitation",
        ):  # their fields have to fit by unit
            changed = {}
            for field in ("base", "cap", "enforcement", "agreed_shift", "upheld", "weight"):
                if field in clause:
                    changed[field] = self.fraction() if field in ("enforcement", "upheld", "weight") else self.money()
        if "each" in clause or "each" in other:
            changed = {}
        if "pennies_to" in clause:
            changed = {key: value for key, value in changed.items() if not isinstance(value, list)}
        words = {"words": "Read otherwise.", "asserted_by": "payer"} if self.chance(0.3) else {}
        clause["readings"] = [{"name": "as it stands"}, {"name": "otherwise", **words, "overrides": changed}]
        clause[self.random.choice(["reading", "provisional"])] = self.random.choice(["as it stands", "otherwise"])

    # -- the book ----------------

    def case(self) -> Document:
        """A book, and data that differ from its plan in some; why values are missing, which alternatives may be chosen."""
        book = self.document()
        data, missing, alternatives = self.vocabulary.into(book)
        data |= {name: self.series[name] for name in COUNTS} if self.surprised else {}
        alternatives |= trimmed(book, self.random)
        return {"book": book, "data": data, "missing": missing, "alternatives": alternatives}

    def book(self) -> Document:
        """A book that needs no data: what has no plan has no value."""
        return self.case()["book"]

    def document(self) -> Document:
        pick, rand = self.random.choice, self.random.randint
        inputs = [self.counted(name) for name in COUNTS]
        years = -(-self.months // 12)
        for i in range(self.count):
            self.series[f"v{i}"] = [pick([0, rand(-90_000, 90_000), 1000 * rand(-50, 50)]) for _ in range(years)]
            inputs.append(self.input(f"v{i}", "£", "year", pounds))
        self.series["score"] = [0] * years
        inputs.append({"id": "score", "unit": "number", "every": "year", "aggregate": "mean",
                       "plan": pick(["-1", "-0.4", "0", "0.25", "1"])})  # fmt: skip
        parameters: list[Document] = [
            {"id": "amount", "value": self.dated(self.money(), self.money())},
            {"id": "fraction", "value": self.dated(pick(["0.5", "1/3", "12%"]), pick(["0", "0.9"]))},
            {"id": "target", "value": pick(["0.25", "0.5", "0"])},
        ]
        for unit in ("spell", "visit"):
            price = self.dated(f"{rand(0, 90000) / 100}", f"{rand(0, 900)}")
            price = price if isinstance(price, dict) else {"value": price}
            parameters.append({"id": f"{unit}_price", "value": {**price, "unit": f"£ per {unit}"}})
        found: Document = {
            "format": 1, "id": "random", "calendar": self.calendar(),
            "inputs": inputs, "parameters": parameters, "curves": [self.curve()], "frameworks": [self.framework()],
            "quantities": [q for i in range(ASKED) for q in self.asked(i)] + [self.quantity(i) for i in range(rand(0, 3))],
        }  # fmt: skip
        found["contracts"] = [self.group(f"contract{i}", False) for i in range(rand(1, 3))]
        found["overlays"] = [self.group(f"overlay{i}", True, found["contracts"]) for i in range(rand(0, 2))]
        self.overlaid = False
        found["quantities"] += self.report([*found["contracts"], *found["overlays"]]) if self.chance(0.7) else []
        groups = [g["id"] for g in [*found["contracts"], *found["overlays"]]]
        if self.chance(0.5):
            found["precedence"] = self.random.sample(groups, rand(1, len(groups)))
        found["parties"] = self.parties()
        found["concessions"] = [c for i in range(pick([0, 0, 1, 2])) for c in self.concession(i, found)]
        found["finances"] = self.finances()
        found["drivers"] = [
            {"id": f"d_{name}", "of": name, "kind": "lognormal", "deviation": "0.1"} for name in COUNTS
        ] + [
            {"id": f"d{i}", "of": f"v{i}", "effect": "addition", "kind": "normal", "mean": 0, "deviation": 20_000}
            for i in range(self.count)
        ]  # fmt: skip
        return found

    def calendar(self) -> Document:
        found: Document = {"start": self.month(0), "months": self.months}
        if self.chance(0.3):
            found["financial_year_starts"] = self.random.choice([1, 4, 7])
        return found | ({"holidays": ["2024-05-06", "2024-12-25", "2025-01-01"]} if self.chance(0.3) else {})

    def counted(self, name: str) -> Document:
        base = self.random.choice([0, 10, 100, 333])
        self.series[name] = [
            self.random.choice([base, base, self.random.randint(0, 2 * base)]) for _ in range(self.months)
        ]
        return self.input(name, name, "month", str)

    def input(self, name: str, unit: str, every: str, text: Any) -> Document:
        """The plan by steps: what the series says, or in some books something else."""
        values = self.series[name]
        if self.surprised and name in COUNTS:
            values = [value + self.random.choice([0, 0, 5, -value]) for value in values]
        steps = [
            {"from": self.month(i * LENGTH[every]), "value": text(b)}
            for i, (a, b) in enumerate(pairwise(values), 1)
            if a != b
        ]
        return {"id": name, "unit": unit, "every": every, "plan": {"value": text(values[0]), "steps": steps}}

    def curve(self) -> Document:
        places = sorted(self.random.sample(["0", "0.25", "0.5", "0.8", "1", "1.1", "2"], 3), key=float)
        places += [places[-1]] * self.chance(0.5)
        points = [{"at": at, "value": self.random.choice(["0", "0.5", "1", "-1"])} for at in places]
        ends = ["extend", "clamp"] if places[-1] != places[-2] else ["clamp"]
        return {"id": "ramp", "points": points, "at_jump": self.random.choice(["upper", "lower"]),
                "below": self.random.choice(["extend", "clamp"]), "above": self.random.choice(ends)}  # fmt: skip

    def framework(self) -> Document:
        pick = self.random.choice
        measures = [
            {"id": "first", "value": "score", "weight": "0.4", "pain_at": "-0.4", "gain_at": pick(["target + 0.1", "1"])},
            {"id": "second", "value": "divide(spells, 12 * 100, 0)", "weight": "60%", "pain_at": pick(["1", "1.2"]),
             "gain_at": pick(["0.5", "0"]), "shape": pick(["steps", "linear"])},
        ]  # fmt: skip
        if self.chance(0.2):  # no pain at all
            del measures[0]["pain_at"]
        return {"id": "outcomes", "measures": measures}

    def quantity(self, i: int) -> Document:
        unit, every = self.random.choice(["£", "spells", "number"]), self.random.choice(["month", "quarter", "year"])
        formula = self.formula(unit, every)
        if self.chance(0.3):
            zero = {"£": "£0", "spells": "0", "number": "1"}[unit]
            formula = f"0.5 * previous(q{i}, {zero}) + {self.leaf(unit, every)}"
        aggregate = self.random.choice(["sum", "mean", "first", "last", "minimum", "maximum"])
        self.quantities.append((f"q{i}", unit, every))
        return {"id": f"q{i}", "unit": unit, "every": every, "aggregate": aggregate, "formula": formula}

    def group(self, name: str, overlay: bool, contracts: list[Document] | None = None) -> Document:
        payer, payee = "payer", self.random.choice(self.providers)
        if not overlay and name != "contract0" and self.chance(0.5):
            payer, payee = self.random.sample(self.providers, 2)  # below a contract
        clauses = [self.clause(payer, payee, overlay) for _ in range(self.random.randint(1, 3))]
        found: Document = {"id": name, "clauses": clauses}
        if overlay:
            found |= {
                "parties": ["payer", *self.providers],
                "wraps": [c["id"] for c in contracts or [] if self.chance(0.7)],
            }
        else:
            found |= {"payer": payer, "payee": payee}
        if self.chance(0.2):
            found[self.random.choice(["starts", "ends"])] = self.month(self.random.randrange(self.months))
        return found

    def parties(self) -> list[Document]:
        providers: list[Document] = [{"id": p, "roles": ["provider"]} for p in self.providers]
        for party in providers:
            if self.chance(0.2):
                others = ("waterfall", "payment", "incentive", "fund", "penalty", "block", "activity", "trigger", "c0")
                may = self.random.choice(["may_pay", "may_receive"])
                party["bears"] = [
                    {"mechanism": self.random.choice([*SHARED, *others]), may: False, "reason": "its law"}
                ]
        return [
            {"id": "payer", "roles": ["commissioner"]}, *providers, {"id": "fund", "roles": ["fund"]},
            {"id": "outside", "roles": ["supplier"], "legal": "outside"},
        ]  # fmt: skip

    def concession(self, i: int, book: Document) -> list[Document]:
        pick = self.random.choice
        clauses = [c for g in [*book["contracts"], *book["overlays"]] for c in g["clauses"]]
        on = pick(clauses)
        head: Document = {"id": f"k{i}", "on": on["id"]}
        recalibrates = self.chance(0.15)  # what a parameter is stands for each month
        if self.chance(0.3):
            head["when"] = self.condition("month" if recalibrates else on["every"], 0)
        if self.chance(0.3):
            head[pick(["starts", "ends"])] = self.month(self.random.randrange(self.months))
        before = self.before_concessions("month" if recalibrates else on["every"], on)
        if self.chance(0.4):
            head["when"] = f"{pick(before)} {pick(['<', '<=', '>', '>='])} {pounds(pick([-20_000, 0, 1, 20_000]))}"
        if recalibrates:
            return [{**head, "on": "target", "concession": "recalibrate", "amount": "-0.35"}]
        if on["kind"] == "incentive" and self.chance(0.6):
            return [{**head, "concession": "credit", "amount": pick(["1", "0", "0.5"])}]
        limit = {"limit": self.money(0, 20_000)} if self.chance(0.5) else {}
        if self.chance(0.1):
            limit = {"limit": "£100 / 3"}
        if self.chance(0.2):
            limit = {"limit": f"positive({pick(['', '-'])}{pick(before)})"}
        if on["kind"] in LABELS and self.chance(0.4):
            head["part"] = pick(LABELS[on["kind"]])
        return [{**head, "concession": "waive", "fraction": self.fraction(), **limit}]

    def before_concessions(self, every: str, on: Document) -> list[str]:
        """What a concession may be decided on: how its own period would stand without it."""
        party = self.random.choice(["payer", *self.providers])
        own = [f"{what}('{party}')" for what in ("position", "provisional", "income", "cash")]
        clause = [f"paid('{on['id']}')", f"cumulative({on['id']})"] if every == on["every"] else []
        return [*own, *clause]

    def finances(self) -> Document:
        pick = self.random.choice
        rate = {"value": "1.37", "unit": "£ per visit"}
        every = pick(["month", "year", "quarter", "half_year", "term", "financial_year"])
        costs: list[Document] = [
            {"kind": "fixed", "amount": self.dated(self.money(), self.money())},
            {"kind": "variable", "quantity": "visits", "rate": rate},
            {"kind": "step", "quantity": "spells", "capacity": "50", "rate": self.money()},
            {"kind": "stranded", "amount": self.money(), "quantity": "spells",
             "closes_below": str(self.boundary("spells", "month")), "notice": pick([0, 2])},
        ]  # fmt: skip
        chosen = self.random.sample(costs, self.random.randint(0, 2))
        return {
            "opening_cash": {party: self.money() for party in self.random.sample(self.providers, 1)},
            "reserves": {"p0": self.dated(self.money(), self.money())},
            "costs": [self.cost(i, cost) for i, cost in enumerate(chosen)],
            "funding": [{"id": "grant", "party": "p0", "from": "payer", "every": every, "amount": self.money()}]
            * self.chance(0.3),
        }

    def cost(self, i: int, cost: Document) -> Document:
        pick = self.random.choice
        found = {"id": f"cost{i}", "party": pick(self.providers), **cost}
        if self.chance(0.2):
            found[pick(["starts", "ends"])] = self.month(self.random.randrange(self.months))
        return found | ({"to": "fund"} if self.chance(0.1) else {})

    # -- what is asked of the result ----------------

    def report(self, groups: list[Document]) -> list[Document]:
        """A quantity that no rule names: how a party stands, and what a clause brought it."""
        pick = self.random.choice
        every, party = pick([*EVERY, "term", "financial_year"]), pick([*self.providers, "payer"])
        clause = pick([c for group in groups for c in group["clauses"]])
        moved = [f"paid('{clause['id']}'"]
        longer = f", '{self.longer(every)}'" if every in EVERY and self.chance(0.3) else ""
        options = [f"cash('{party}')", f"reserves('{party}') / £2",
                   *(f"{what}('{party}'{longer})" for what in ("position", "provisional", "income", "cost"))]  # fmt: skip
        fits = every == clause["every"] or (LENGTH[clause["every"]] < LENGTH[every] and clause["every"] in EVERY)
        if fits and every != "financial_year":
            options += [f"{paid}{longer})" for paid in moved] + [clause["id"]] * len(moved)
            options += [f"received('{clause['id']}', '{party}'{longer})"]
            options += [f"cumulative({clause['id']}, 'term')", f"window({clause['id']}, 3, 'largest')"] * len(moved)
        if LENGTH[every] >= 12:
            options += ["score('outcomes')", "measure('first')"]
        return [{"id": "report", "every": every, "formula": pick(options)}]


def contracts_of(book: Document) -> int:
    """How many agreements a book holds."""
    return len(book["contracts"]) + len(book["overlays"])
