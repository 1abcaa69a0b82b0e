"""Figures and formulas of random contracts, often exactly what the inputs come to."""

from __future__ import annotations

from random import Random
from typing import Any

from random_formulas import FORMULAS, Formulas
from random_vocabulary import Vocabulary
from reference_engine.formula import parse

Document = dict[str, Any]
EVERY = ("month", "quarter", "half_year", "year")
# A financial year fits no other calendar but months, unless it begins with the book.
LENGTH = {"month": 1, "financial_year": 2, "quarter": 3, "half_year": 6, "year": 12, "term": 99}
COUNTS = ("spells", "visits")
# What a formula comes to, where it is no number.
CONDITIONS = {
    "and",
    "or",
    "not",
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "!=",
    "any",
    "all",
    "missing",
    "any_member",
    "all_members",
}
# Formulas of the whole language in each book.
ASKED = 4


def pounds(value: Any) -> str:
    return f"-£{-value}" if value < 0 else f"£{value}"


class Amounts:
    """The part of a maker that writes values."""

    def __init__(self, number: int, kinds: tuple[str, ...]) -> None:
        self.random, self.kinds, self.number = Random(f"contracts {number}"), kinds, number
        self.payer, self.overlaid = "payer", False
        pick = self.random.choice
        self.months = pick([12, 12, 12, 6, 15, 24])
        self.start = (2024, pick([1, 4, 4, 10]))
        self.count = self.random.randint(2, 4)
        self.providers = [f"p{i}" for i in range(self.count)]
        self.series: dict[str, list[int]] = {}
        # Clauses so far that a formula may name, with their calendar.
        self.paid: list[tuple[str, str]] = []
        self.surprised = self.chance(0.5)
        self.quantities: list[tuple[str, str, str]] = []
        self.clauses = 0
        self.vocabulary = Vocabulary(self.random, self.months, self.month, self.providers)

    def month(self, index: int) -> str:
        year, number = divmod(self.start[0] * 12 + self.start[1] - 1 + index, 12)
        return f"{year:04d}-{number + 1:02d}"

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    # -- numbers ----------------

    def known(self, name: str, every: str) -> int:
        """What an input comes to in one of the periods."""
        values, length = self.series[name], LENGTH[every]
        if name not in COUNTS:
            length = -(-length // 12)
        first = self.random.randrange(0, len(values), length) if len(values) > length else 0
        return sum(values[first : first + length])

    def boundary(self, name: str, every: str) -> int:
        return self.known(name, every) + self.random.choice([0, 0, 0, 1, -1])

    def money(self, low: int = 0, high: int = 500_000) -> str:
        return self.random.choice(
            [pounds(self.random.randint(low, high)), pounds(self.random.randint(low, high) / 100), "£0"]
        )

    def fraction(self) -> str:
        return self.random.choice(["0", "1", "0.5", "50%", "1/3", "0.07", "2.5%", "fraction", "70%"])

    def dated(self, value: str, other: str) -> Any:
        """A term that may change in the course of the year."""
        if self.chance(0.7):
            return value
        return {"value": value, "steps": [{"from": self.month(self.random.randrange(1, self.months)), "value": other}]}

    # -- formulas ----------------

    def formula(self, unit: str, every: str, depth: int = 2) -> str:
        if depth == 0 or self.chance(0.25):
            return self.leaf(unit, every)
        one, two = self.formula(unit, every, depth - 1), self.formula(unit, every, depth - 1)
        number = self.formula("number", every, 0)
        third = self.leaf(unit, every)
        over = f"number({one})" if unit == "number" else one  # a percentage would be refused beside a figure
        options = [
            f"({one} + {two})", f"({one} - {two})", f"-{one}" if one[0] not in "-(" else one, f"min({one}, {two})",
            f"max({one}, {two}, {third})", f"clip({one}, {third}, {third} + {third})", f"abs({one})", f"positive({one})",
            f"negative({one})", f"{one} * {number}", f"{one} / {self.random.randint(2, 9)}",
            f"if({self.condition(every, depth - 1)}, {one}, {two})",
            f"choose({self.condition(every, 0)}, {one}, {self.condition(every, 0)}, {two}, {third})",
            f"divide({over}, {number}, {third})", f"or_else({one} / {number}, {two})",
        ]  # fmt: skip
        if unit != "number":
            step = f"£{self.random.choice(['0.01', '1', '100'])}" if unit == "£" else self.random.choice(["1", "10"])
            mode = self.random.choice(["half_away", "half_up", "half_even", "floor", "ceiling", "truncate"])
            options += [f"round({one} / 3, {step}, '{mode}')", f"{one} * curve('ramp', {number})"]
        if unit in COUNTS:
            options += [f"whole({one}, {self.random.randint(2, 50)})", f"modulo({one}, {self.random.randint(2, 50)})"]
        return self.random.choice(options)

    def leaf(self, unit: str, every: str) -> str:
        own = [name for name, u, e in self.quantities if u == unit and LENGTH[e] <= LENGTH[every]]
        options = list(own)
        if unit == "£":
            options += [self.money(-50_000), "amount", "spells * spell_price", "visits * visit_price"]
            options += [f"paid('{name}')" for name, e in self.paid if LENGTH[e] <= LENGTH[every]][-3:]
            options += [f"v{self.random.randrange(self.count)}"] if LENGTH[every] >= 12 else []
            options += self.balances(every)
            options += (
                ["sum(admitted * tariff)", "sum(sum(load, where=number(beds) > 20) * band_weight)"]
                if self.chance(0.03)
                else []
            )
        elif unit == "number":
            options += [self.fraction(), str(self.random.randint(-3, 12)), "contract_year()", "months()", "month_number()",
                        "calendar_month()", f"count({self.condition(every, 0)}, {self.condition(every, 0)})",
                        f"number({self.random.choice(COUNTS)})", "divide(spells, plan(spells), 1)"]  # fmt: skip
            options += ["score", "score('outcomes')", "measure('second')"] if LENGTH[every] >= 12 else []
        else:
            options += [unit, unit, f"plan({unit})"]
            options += [f"cumulative({unit}, 'year')", f"over({unit}, 'year')"] if every in EVERY else []
        return self.random.choice(options)

    def length(self, every: str) -> int:
        """How many months a period has at most; of a financial year, which fits no other, hardly any."""
        return LENGTH[every]

    def longer(self, every: str) -> str:
        """A calendar whose periods hold those of this one."""
        if every == "financial_year":
            return self.random.choice([every, "term"])
        return self.random.choice([e for e in (*EVERY, "term") if LENGTH[e] >= LENGTH[every]])

    def asked(self, i: int) -> list[Document]:
        """One formula of those that are made in turn, and a number of it that other formulas may name."""
        every = self.random.choice(
            ["month", "month", "month", "quarter", "half_year", "year", "term", "financial_year"]
        )
        text = FORMULAS[(self.number * ASKED + i) % len(FORMULAS)](Formulas(self, every))
        aggregate = self.random.choice(["sum", "mean", "first", "last", "minimum", "maximum"])
        tree = parse(text)
        holds = tree[0] in CONDITIONS or (tree[0] == "call" and tree[1] in CONDITIONS)
        number = f"if(asked{i}, 1, 0)" if holds else f"number(asked{i})"
        calendar = {"every": every, "aggregate": aggregate}
        if every != "financial_year":
            self.quantities.append((f"given{i}", "number", every))
        return [
            {"id": f"asked{i}", **calendar, "formula": text},
            {"id": f"given{i}", "unit": "number", **calendar, "formula": f"clip(or_else({number}, 1), -9, 9)"},
        ]

    def balances(self, every: str) -> list[str]:
        """What a clause has brought a party, or, in an overlay, how parties stand before it."""
        party = self.random.choice(self.providers)
        found = [f"received('{name}', '{party}')" for name, e in self.paid if LENGTH[e] <= LENGTH[every]][-1:]
        if self.overlaid and every in EVERY:
            found += [f"{what}('{party}', 'year')" for what in ("provisional", "income", "cost")]
        return found

    def condition(self, every: str, depth: int = 1) -> str:
        pick = self.random.choice
        unit = pick(COUNTS)
        sign = pick(["<", "<=", ">", ">=", "==", "!="])
        options = [f"{unit} {sign} {self.boundary(unit, every)}", f"{unit} {sign} {self.boundary(unit, every)}",
                   f"from_month('{self.month(pick(range(self.months)))}')", f"missing(£1 / {unit})",
                   f"{unit} {sign} 110% * plan({unit})"]  # fmt: skip
        if LENGTH[every] >= 12:
            name = f"v{self.random.randrange(self.count)}"
            options += [f"{name} {sign} {pounds(self.boundary(name, every))}"] * 2
        if depth:
            a, b = self.condition(every, 0), self.condition(every, 0)
            options += [f"({a} and {b})", f"({a} or {b})", f"not ({a})", f"any({a}, {b})", f"all({a}, {b})",
                        f"{self.formula('£', every, 1)} {sign} {self.formula('£', every, 1)}"]  # fmt: skip
        return pick(options)

    def amount(self, every: str, low: int = 0) -> Any:
        """£: a formula, a figure, or figures by date."""
        if self.chance(0.4):
            formula = self.formula("£", every)
            return f"positive({formula})" if low == 0 else formula
        return self.dated(self.money(low), self.money(low))
