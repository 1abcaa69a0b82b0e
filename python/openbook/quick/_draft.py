"""A book in the making: one contract, its parameters, inputs and clauses, from the terms of one form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .._calendar import month_index, month_text
from .._json import Json, decimal_text
from .._literals import Figure
from ..book import Book
from ._arguments import Arguments, Options, Volume
from ._quick import Quick, uncertain

__all__ = ["Draft", "name_to_id", "plural", "said", "whole_plan"]

STARTS = "2025-04"


def name_to_id(name: str) -> str:
    """A stable id from a name: "Flu vaccination" becomes "flu_vaccination"."""
    made = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return made if made and not made[0].isdigit() else f"x_{made}".rstrip("_")


def said(value: Figure) -> str:
    """A figure in words, with separators: £20,000,000, 10,000, 50%."""
    if value.kind == "percent":
        return value.text
    return f"{'£' if value.kind == 'money' else ''}{value.value:,f}"


def plural(word: str) -> str:
    """The plural of a unit, as the core understands it: cases, bed days, breaches, bodies.

    >>> plural("bed day"), plural("breach"), plural("body"), plural("spells")
    ('bed days', 'breaches', 'bodies', 'spells')
    """
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    if word.endswith(("ch", "sh", "ss", "x")):
        return f"{word}es"
    return word if word.endswith("s") else f"{word}s"


def whole_plan(plan: Figure) -> str:
    """The plan of a month in whole units (or in the plan's own last digit), so that the months add up to it."""
    exponent = plan.value.normalize().as_tuple().exponent
    step = decimal_text(Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0)))
    to_date = "cumulative(plan_of_month, 'year')"
    return f"round({to_date}, {step}) - round({to_date} - plan_of_month, {step})"


class Draft:
    """Collects the parts of the book of one form."""

    def __init__(self, arguments: Arguments, title: str, options: Mapping[str, Any], *, unit: str = "case") -> None:
        self.arguments = arguments
        self.options: Options = arguments.options(options)
        self.title = self.options.get("title") or title
        self.unit = self.options.get("unit") or unit
        self.source = self.options.get("source") or ""
        self.months = 12
        self.starts = self._starts()
        self.words: list[str] = []
        self.edges: list[tuple[str, str, bool]] = []
        self.inputs: list[Json] = []
        self.parameters: list[Json] = []
        self.quantities: list[Json] = []
        self.clauses: list[Json] = []
        self.costs: list[Json] = []
        self.providers: dict[str, str] = {"provider": self.options.get("provider") or "Provider"}
        self.spread = arguments.share("deviation", self.options.get("deviation", 0), example="5%")
        named = (("fixed_cost", "£8m"), ("unit_cost", "£1,150"))
        self.cost_terms = {
            name: arguments.money(name, self.options[name], example=example)  # type: ignore[literal-required]
            for name, example in named
            if name in self.options
        }
        arguments.check()

    def _starts(self) -> int:
        given = self.options.get("starts", STARTS)
        try:
            return month_index(given)
        except ValueError as error:
            self.arguments.fault("starts", given, str(error).partition("expected ")[2])
            return month_index(STARTS)

    # -- terms ------------------------------------------------------------------------------------------------

    def term(self, value: Json, unit: str = "") -> dict[str, Json]:
        """A term with the source of the form, or marked illustrative."""
        made: dict[str, Json] = {"value": value}
        if unit:
            made["unit"] = unit
        return {**made, "source": self.source} if self.source else {**made, "illustrative": True}

    def parameter(self, name: str, title: str, value: Figure | Json, unit: str = "") -> str:
        """A named term; gives its id."""
        text = value.text if isinstance(value, Figure) else value
        self.parameters.append({"id": name, "name": title, "value": self.term(text, unit)})
        return name

    def quantity(self, name: str, title: str, formula: str, unit: str, every: str = "year") -> str:
        """A named formula; gives its id."""
        aggregate = "sum" if every == "month" else "last"
        self.quantities.append(
            {"id": name, "name": title, "unit": unit, "every": every, "aggregate": aggregate, "formula": formula}
        )
        return name

    def input(self, name: str, title: str, unit: str, plan: Json, every: str = "month", aggregate: str = "sum") -> str:
        """What is measured; gives its id."""
        self.inputs.append(
            {"id": name, "name": title, "unit": unit, "every": every, "aggregate": aggregate, "plan": plan}
        )
        return name

    def edge(self, label: str, name: str, *, jump: bool = False) -> None:
        """Note where the payment bends or jumps: at the value of a parameter or quantity."""
        self.edges.append((label, name, jump))

    # -- what most forms share --------------------------------------------------------------------------------

    @property
    def units(self) -> str:
        """The unit in the plural."""
        return plural(self.unit)

    @property
    def each(self) -> str:
        """Pounds for each unit."""
        return f"£ per {self.unit}"

    def volume_plan(self, plan: Figure | None, title: str = "Planned activity a year") -> None:
        """The input "activity" with its plan by the month, if there is one."""
        if plan is None:
            self.inputs.append({"id": "activity", "name": "Activity", "unit": self.units})
            return
        self.parameter("planned_activity", title, plan, self.units)
        self.quantity("plan_of_month", "Planned activity", "planned_activity / 12", self.units, "month")
        self.input("activity", "Activity", self.units, {"value": whole_plan(plan)})
        self.edge("plan", "planned_activity")

    def price(self, price: Figure) -> None:
        """The price, the plan at the price, and the price of the year: the average over the plan's months."""
        self.parameter("price", f"Price per {self.unit}", price, self.each)
        self.quantity("planned_value", "Plan at the price", "plan_of_month * price", "£", "month")
        average = "if(plan_of_month > 0, planned_value / plan_of_month, price)"
        self.quantity("year_price", "Price of the year", average, self.each)

    def said_volume(self, given: Volume) -> str:
        """A number of units, or a part of the plan, in words."""
        return f"{given.figure.text} of the plan" if given.of_plan else f"{said(given.figure)} {self.units}"

    def volume(self, name: str, title: str, given: Volume) -> str:
        """A number of units, or a part of the plan; gives the id of the units."""
        if not given.of_plan:
            self.edge(title.casefold(), name)
            return self.parameter(name, title, given.figure, self.units)
        self.parameter(name, f"{title}, of the plan", given.figure)
        self.edge(title.casefold(), f"{name}_volume")
        return self.quantity(f"{name}_volume", title, f"{name} * plan_of_month", self.units)

    def clause(self, kind: str, name: str, title: str, **fields: Json) -> None:
        """A clause of the contract, with its rule in words."""
        words = " ".join(self.words)
        made = {"kind": kind, "id": name, "name": title, "words": words, "source": self.source, **fields}
        self.clauses.append({key: value for key, value in made.items() if value not in ("", None)})

    def provider_costs(self, quantity: str, per: str = "") -> None:
        """The provider's costs, if there are any: a fixed sum a year, and one for each unit."""
        named = (
            ("fixed_cost", "Fixed cost a year", "£", ""),
            ("unit_cost", f"Cost per {self.unit}", self.each, quantity),
        )
        for name, title, unit, times in named:
            if name not in self.cost_terms:
                continue
            self.parameter(name, title, self.cost_terms[name], unit)
            year = f"{name} * {times}{per}" if times else f"{name} / 12"
            exact = self.quantity(f"{name}_of_month", f"{title}, month", year, "£", "month")
            paid = f"round(cumulative({exact}, 'year'), £0.01) - round(cumulative({exact}, 'year') - {exact}, £0.01)"
            self.costs.append(
                {
                    "kind": "fixed",
                    "id": f"{name}s",
                    "name": title,
                    "party": "provider",
                    "to": "suppliers",
                    "amount": paid,
                }
            )

    # -- the result -------------------------------------------------------------------------------------------

    def quick(self, *main: str) -> Quick:
        """The finished form; `main` are the inputs that a plain number stands for or that are uncertain.

        Raises
        ------
        BookError
            An argument cannot be used; all faults at once.
        """
        if not self.costs:
            for name in self.cost_terms:
                self.arguments.fault(name, self.options.get(name), "nothing: this form does not follow the costs")
        self.arguments.check()
        book = Book.from_json(self._document())
        if self.spread.value:
            book = uncertain(book, main, decimal_text(self.spread.value))
        return Quick(self.arguments.form, book, main, " ".join(self.words), tuple(self.edges))

    def _document(self) -> dict[str, Json]:
        commissioner = self.options.get("commissioner") or "Commissioner"
        parties: list[Json] = [{"id": "commissioner", "name": commissioner, "roles": ["commissioner"]}]
        parties += [{"id": key, "name": name, "roles": ["provider"]} for key, name in self.providers.items()]
        if self.costs:
            suppliers = {"id": "suppliers", "name": "Staff and other suppliers", "roles": ["supplier"]}
            parties.append({**suppliers, "legal": "outside"})
        document: dict[str, Json] = {
            "format": 1,
            "id": self.arguments.form,
            "title": self.title,
            "description": " ".join(self.words),
            "calendar": {"start": month_text(self.starts), "months": self.months},
            "parties": parties,
            "inputs": self.inputs,
            "parameters": self.parameters,
            "quantities": self.quantities,
            "contracts": [
                {
                    "id": "contract",
                    "name": self.title,
                    "payer": "commissioner",
                    "payee": next(iter(self.providers)),
                    "clauses": self.clauses,
                }
            ],
        }
        return {**document, "finances": {"costs": self.costs}} if self.costs else document
