"""What random formulas may name: dimensions, categories, inputs with missing values, tables, curves, definitions.

A book carries of it what its formulas name, and no more.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from openbook import measure_definitions
from random_crossings import Crossed

Document = dict[str, Any]
SITES = ("east", "west", "north", "south", "lake")
AREAS = ("city", "county", "coast")
REASONS = ("not_open", "closed", "merged_into", "not_submitted", "suppressed")
SECTIONS = (
    "dimensions",
    "categories",
    "definitions",
    "services",
    "inputs",
    "parameters",
    "curves",
    "tables",
    "quantities",
)


class Vocabulary:
    """Everything that could be named in one book, and data for it."""

    def __init__(self, random: Random, months: int, month: Any, providers: list[str]) -> None:
        self.random, self.months, self.month, self.providers = random, months, month, providers
        self.slow = random.choice(["quarter", "half_year", "year", "term", "financial_year"])
        self.sites = list(SITES[: random.randint(2, 5)])
        self.data: dict[str, list[Any]] = {}
        self.missing: list[Document] = []
        self.alternatives: dict[str, str] = {}
        dimensions = self.dimensions()
        self.crossed = Crossed(random, months, month, dimensions, self.later)
        self.items = {
            "dimensions": dimensions,
            "categories": self.categories(),
            "definitions": self.definitions(),
            "services": [{"id": "ward_care", "name": "Care on wards", "unit": "beds", "provider": "p0"}],
            "inputs": self.inputs(),
            "parameters": self.parameters(),
            "curves": self.curves(),
            "tables": self.tables(),
            "quantities": self.quantities(),
        }

    def chance(self, part: float) -> bool:
        return self.random.random() < part

    # -- lists ----------------

    def dimensions(self) -> list[Document]:
        pick = self.random.choice
        return [
            {"id": "zone", "members": ["inner", "outer"]},
            {"id": "area", "name": "Areas", "members": list(AREAS),
             "parents": {"zone": {"city": "inner", "county": "outer", "coast": pick(["inner", "outer"])}}},
            {"id": "site", "members": self.sites,
             "parents": {"area": {site: pick(AREAS) for site in self.sites}}},
            {"id": "trust", "members": self.providers},
        ]  # fmt: skip

    def categories(self) -> list[Document]:
        changes = [
            {"from": "open", "to": ["suspended", "closed"]},
            {"from": "suspended", "to": ["open", "closed"], "starts": self.month(1)},
            {"from": "closed", "to": ["open"], "ends": self.month(self.months - 1)},
        ]
        return [
            {"id": "severity", "name": "How severe", "values": ["low", "middle", "high"], "ordered": True},
            {"id": "grade_of_risk", "values": ["green", "amber", "red"]},
            {"id": "standing", "values": ["open", "suspended", "closed"], "initial": ["open", "suspended"],
             "transitions": changes},
        ]  # fmt: skip

    def definitions(self) -> list[Document]:
        own: list[Document] = [
            {"id": "change_of", "name": "Change", "words": "From the period before.", "source": "a manual",
             "arguments": [{"id": "of", "name": "what changes"}, {"id": "at_first"}],
             "formula": "of - previous(of, at_first)"},
            {"id": "part_of_all", "arguments": [{"id": "x"}], "formula": "x / sum(x)"},
            {"id": "by_group", "arguments": [{"id": "x"}, {"id": "above"}], "formula": "sum(x, above)"},
            {"id": "ratio_of", "unit": "£ per spell", "arguments": [{"id": "money_paid", "unit": "£"},
                                                                   {"id": "treated", "unit": "spells"}],
             "formula": "divide(money_paid, treated, £0) * half_or_all(treated)"},
            {"id": "half_or_all", "arguments": [{"id": "treated", "unit": "spells"}],
             "formula": "if(treated > 5, 0.5, 1)"},
        ]  # fmt: skip
        library = [json.loads(d.to_json()) if hasattr(d, "to_json") else d for d in measure_definitions()]
        return [*own, *library]

    # -- inputs and their data ----------------

    def inputs(self) -> list[Document]:
        pick, sites, months = self.random.choice, len(self.sites), self.months
        joined = ("sum", "mean", "first", "last", "minimum", "maximum")
        self.data["beds"] = [pick([10, 20, 20, self.random.randint(0, 60)]) for _ in range(sites * months)]
        self.data["returned"] = [pick([3, 5, self.random.randint(0, 9), "*", None]) for _ in range(sites * months)]
        self.data["deaths"] = [pick([4, 6, self.random.randint(0, 30), "*", None]) for _ in range(months)]
        self.data["state"] = self.walk()
        self.data["danger"] = [pick(["green", "amber", "red"]) for _ in range(sites * months)]
        self.data["finished"] = [pick([None, 19_700 + self.random.randint(0, 900)]) for _ in range(sites * months)]
        self.data["attained"] = [pick(["0.9", "0.92", f"0.{self.random.randint(500, 999)}"]) for _ in range(months)]
        self.data |= self.crossed.data()
        self.why_missing()
        planned = [{}, {"plan": "4"}][self.chance(0.4)]  # a plan stands in for what is not there
        return [
            {"id": "beds", "name": "Beds", "unit": "beds", "dimension": "site", "service": "ward_care", "party": "p0",
             "aggregate": pick(joined), "plan": {"value": "12", "illustrative": True}, "tags": ["capacity"]},
            {"id": "returned", "unit": "number", "dimension": "site", "aggregate": pick(joined),
             "may_be_missing": True, **planned},
            {"id": "deaths", "unit": "deaths", "aggregate": pick(joined), "may_be_missing": True, **planned},
            {"id": "state", "category": "standing", "aggregate": pick(["last", "first"]), "plan": "'open'"},
            {"id": "danger", "category": "grade_of_risk", "dimension": "site", "aggregate": "last", "plan": "'green'"},
            {"id": "finished", "unit": "date", "dimension": "site", "aggregate": pick(["last", "first"]),
             "may_be_missing": True, **({"plan": "date('2024-07-31')"} if planned else {})},
            {"id": "people", "name": "List", "unit": "people", "every": self.slow, "aggregate": pick(joined), "plan": "5000"},
            {"id": "attained", "unit": "%", "aggregate": pick(["last", "mean"]), "plan": "90%"},
            *self.crossed.inputs(planned),
        ]  # fmt: skip

    def walk(self) -> list[str]:
        """A history of a status, which is seldom not permitted."""
        found = [self.random.choice(["open", "suspended"])]
        onward = {"open": ["open", "suspended", "closed"], "suspended": ["suspended", "open", "closed"],
                  "closed": ["closed", "open"]}  # fmt: skip
        while len(found) < self.months:
            found.append("suspended" if self.chance(0.004) else self.random.choice(onward[found[-1]]))
        return found

    def why_missing(self) -> None:
        """Reasons for some of what is not there; an estimate that is agreed has a value."""
        named: dict[str, list[Any]] = {"returned": self.sites, "deaths": [None], **self.crossed.names_of()}
        for name, members in named.items():
            for i, value in enumerate(self.data[name]):
                if value is not None or not self.chance(0.7):
                    continue
                month, member = self.month(i // len(members)), members[i % len(members)]
                row = {"input": name, "from": month, "to": month, "reason": self.random.choice(REASONS)}
                row |= {"member": member} if member else {}
                row |= {"into": "another"} if row["reason"] == "merged_into" else {}
                if row["reason"] in ("not_submitted", "suppressed") and self.chance(0.4):
                    row |= {"value": self.random.randint(0, 9), "agreed_by": "payer"}
                self.missing.append(row)

    # -- parameters ----------------

    def by_site(self, *choices: str) -> Document:
        return {site: self.random.choice(choices) for site in self.sites}

    def later(self, value: str, other: str) -> Document:
        step = {"from": self.month(self.random.randrange(1, self.months)), "value": other, "source": "a letter"}
        left_open = {"deferred": "to be agreed by June"} if self.chance(0.3) else {}
        return {"value": value, "steps": [{**step, "illustrative": True, **left_open}]}

    def parameters(self) -> list[Document]:
        pick = self.random.choice
        return [
            {"id": "grade", "category": "severity", "dimension": "site",
             "members": self.by_site("'low'", "'middle'", "'high'")},
            {"id": "load", "name": "Load", "dimension": "site", "tags": ["money"],
             "members": self.by_site("£60k", "£30k", "£30k", "£0", "£1,234.56")},
            {"id": "site_limit", "dimension": "site", "members": self.by_site("£10k", "£90k", "£500")},
            {"id": "site_weight", "dimension": "site", "members": self.by_site("1", "2", "0", "0.4", "1/3")},
            {"id": "weight_of_it", "value": pick(["0.7", "-1.5", "2"])},
            {"id": "priority", "dimension": "site", "members": self.by_site("1", "2", "3")},
            {"id": "none_of_it", "dimension": "site", "value": "0"},
            {"id": "factor", "dimension": "area", "value": "1", "members": {"city": self.later("1.1", "1.25")}},
            {"id": "level", "dimension": "zone", "members": {"inner": "2", "outer": "3"}},
            {"id": "began", "dimension": "site", "members": self.by_site("date('2024-01-31')", "date('2023-05-15')",
                                                                       "date('2024-02-29')")},
            {"id": "charge", "value": {"value": "£1,500", "unit": "£ per pp", "source": "schedule 4"}},
            {"id": "fee", "value": {"value": pick(["£50", "£36.60"]), "unit": "£ per 1000 people per year"}},
            {"id": "rent", "value": {"value": "€300", "unit": "€"}},
            {"id": "exchange", "value": {**self.later("£0.80", "£0.85"), "unit": "£ per €"}},
            {"id": "goal", "value": {"value": "92%", "unit": "%"}},
            {"id": "sum_in_doubt", "value": {"value": "£900", "deferred": "to be agreed by June", "source": "a draft",
             "alternatives": [{"name": "as in the letter", "value": pick(["£700", "£900.50"]), "source": "a letter"}]}},
            *self.crossed.parameters(),
        ]  # fmt: skip

    def curves(self) -> list[Document]:
        pick = self.random.choice
        ys = sorted(self.random.sample(range(0, 90), 3), reverse=self.chance(0.5))
        points = [{"at": at, "value": str(y)} for at, y in zip(("0", "10", "25"), ys, strict=True)]
        ends = ["extend", "clamp", "missing"]
        return [{"id": "line", "name": "A line", "unit": "points", "points": points, "below": pick(ends), "above": pick(ends)}]  # fmt: skip

    def quantities(self) -> list[Document]:
        """Of members and of categories, which a book does not show but other formulas ask."""
        joined = ("sum", "mean", "first", "last", "minimum", "maximum")
        grows = self.random.choice(["0.5 * previous(kept_beds, 4) + number(beds)", "max(previous(kept_beds, 1, 2), weight_of_it)",
                                    "or_else(returned, previous(kept_beds, 0))", "priority"])  # fmt: skip
        return [
            {"id": "kept_beds", "dimension": "site", "aggregate": self.random.choice(joined), "formula": grows},
            {"id": "stage", "category": "grade_of_risk", "aggregate": self.random.choice(["first", "last"]),
             "formula": self.random.choice(["if(spells > 50, 'red', 'green')", "choose(visits < 20, 'green', spells > 90, 'red', 'amber')"])},
            {"id": "worst", "category": "severity", "dimension": "site", "aggregate": "last",
             "formula": "if(number(beds) > 20, grade, 'middle')"},
            *self.crossed.quantities(),
        ]  # fmt: skip

    def tables(self) -> list[Document]:
        pick = self.random.choice

        def rows(*keys: list[str]) -> list[Document]:
            places: list[list[str]] = [[]]
            for key in keys:
                places = [[*place, at] for place in places for at in key]
            found = [{"at": place, "value": self.later(f"{self.random.randint(0, 99) / 10}", "3") if self.chance(0.2)
                      else f"{self.random.randint(0, 99) / 10}"} for place in places]  # fmt: skip
            self.random.shuffle(found)
            return found

        def key(name: str, match: str) -> Document:
            found = {"name": name, "match": match, "uncovered": pick(["nearest", "otherwise"])}
            return found | ({"unit": "spells"} if name == "spells" else {})

        stepped = ("from", "above", "up_to", "below")
        otherwise = [{}, {"otherwise": "1"}, {"otherwise": self.later("0", "2")}]
        return [
            {"id": "scale", "name": "A scale", "keys": [key("x", pick(stepped))], "rows": rows(["2", "5", "10"]), **pick(otherwise)},
            {"id": "slope_table", "unit": "£", "keys": [key("x", "interpolate")],
             "rows": [{"at": [at], "value": value} for at, value in (("0", "£0"), ("4", "£100"), ("12", "£150.50"))]},
            {"id": "grid", "keys": [key("spells", pick(stepped)), key("x", "interpolate")],
             "rows": rows(["10", "100"], ["0", "10"]), **pick(otherwise)},
            {"id": "exact", "keys": [{"name": "year"}, key("x", pick(stepped))], "rows": rows(["1", "2"], ["0", "6"]),
             **pick(otherwise)},
            {"id": "by_grade", "keys": [{"name": "grade"}], "rows": rows(["'low'", "'middle'", "'high'"])},
        ]  # fmt: skip

    def unplanned(self) -> set[str]:
        return {item["id"] for item in self.items["inputs"] if "plan" not in item}

    # -- into the book ----------------

    def into(self, book: Document) -> tuple[Document, list[Document], Document]:
        """Adds what the book's formulas name; data, reasons and alternatives of it."""
        text = json.dumps(book, ensure_ascii=False)
        text += " no_pair" if "band" in text else ""  # sites and bands meet where something is stated for their pairs
        wanted: list[tuple[str, Document]] = []
        left = [(section, item) for section in SECTIONS for item in self.items[section]]
        words = set(re.findall(r"\w+", text))
        while found := [entry for entry in left if entry[1]["id"] in words]:
            wanted += found
            left = [entry for entry in left if entry not in found]
            words = set(re.findall(r"\w+", json.dumps([item for _, item in found], ensure_ascii=False)))
        names = {item["id"] for _, item in wanted}
        for section in SECTIONS:
            items = [item for item in self.items[section] if item["id"] in names]
            if items:
                book[section] = [*book.get(section, []), *items]
        data = {
            name: values
            for name, values in self.data.items()
            if name in names and (name in self.unplanned() or self.chance(0.8))
        }
        missing = [row for row in self.missing if row["input"] in data]
        chosen = {"sum_in_doubt": "as in the letter"} if "sum_in_doubt" in names else {}
        return data, missing, chosen
