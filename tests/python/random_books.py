"""Random valid books, drawn from what the core says about its records: a new record or field is drawn without a change here.

A draft has every field with some chance and values that may fit. What the reader refuses is taken out, place by place,
until it is a book. `missed` says which fields no book of a run had; the last books of a run are steered to these.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import openbook as ob
from openbook._description import FieldType, RecordField, RecordType, records

#: Lists of the book whose things are referred to by id, by what a reference to one of them is called.
LISTS = {
    "party": "parties", "service": "services", "input": "inputs", "dimension": "dimensions", "parameter": "parameters",
    "quantity": "quantities", "framework": "frameworks", "contract": "contracts", "overlay": "overlays",
    "driver": "drivers", "curve": "curves", "category": "categories", "recorded_series": "recorded_series",
    "resampling": "resamplings", "regime_chain": "regime_chains", "hazard": "hazards",
}  # fmt: skip
TEXTS = [
    "Plain words.",
    'He said "no" & left <b>',
    "naïve £1.5m – 漢字",
    "two\nlines\tand a tab",
    "back\\slash",
    " ",
    "🙂",
]
CLAUSES = [record.name for record in records().values() if record.kind_of == "clause"]
#: The fields of each shape of a distribution.
SHAPES = {
    "fixed": ["value"], "normal": ["mean", "deviation"], "lognormal": ["mean", "deviation"],
    "student_t": ["location", "scale", "degrees_of_freedom"], "triangular": ["low", "mode", "high"],
    "pert": ["low", "mode", "high"], "beta": ["alpha", "beta", "low", "high"], "pareto": ["minimum", "tail"],
    "poisson": ["mean"], "negative_binomial": ["mean", "dispersion"], "empirical": ["values"],
}  # fmt: skip
MONTHS = ["2016-04", "2016-07", "2016-10", "2017-01", "2017-03"]
UNITS = ["attendances", "persons", "£", "number", "£ per attendance", "%"]


class Draft:
    """One document as it is drawn; with what is wanted of it, which it has more often."""

    def __init__(self, seed: int, wanted: Iterable[tuple[str, str]] = ()) -> None:
        self.random, self.wanted = random.Random(seed), set(wanted)
        self.counts = {kind: self.random.randint(1, 3) for kind in LISTS} | {"party": 3, "input": 3}
        self.made: dict[str, int] = {}

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def among(self, kinds: Iterable[str]) -> str:
        """One of several records; mostly one with a field that is wanted."""
        wanted = [kind for kind in kinds if any(record == kind for record, _ in self.wanted)]
        return self.random.choice(wanted if wanted and self.maybe(0.7) else list(kinds))

    def number(self) -> str:
        kinds = ["0", "1", "3", "0.5", "12.50", "1000", "1e2", "10%", "1/3", str(self.random.randint(1, 10**6))]
        return self.random.choice(kinds)

    def name(self, kinds: str) -> str:
        kind = self.random.choice([kind for kind in kinds.split(" or ") if kind in LISTS] or ["party"])
        return f"{kind}_{self.random.randrange(self.counts[kind])}"

    def text(self, record: str, field: RecordField) -> str:
        if field.name == "id":
            number = self.made[record] = self.made.get(record, -1) + 1
            return f"{record}_{number}"
        if field.refers_to == "clause":
            return f"{self.random.choice(CLAUSES)}_0"
        if field.refers_to:
            return self.name(field.refers_to)
        if field.name in ("unit", "currency", "date"):
            return {"currency": "EUR", "date": "2016-05-01"}.get(field.name) or self.random.choice(UNITS)
        if field.name in ("reading", "provisional", "asserted_by"):
            return "as practised" if field.name != "asserted_by" else self.name("party")
        if field.name == "on":
            return self.name("input or parameter or contract")
        if field.name == "mechanism":
            return self.random.choice(CLAUSES)
        return self.random.choice(TEXTS) + str(self.random.randrange(100))

    def formula(self, unit: str = "") -> str:
        if unit.startswith("£"):
            return self.random.choice(["£1,250.50", "£2m", "£3", "parameter_0", "£10 + £1"])
        if unit == "months":
            return str(self.random.randint(0, 3))
        usual = [self.number(), self.name("input"), self.name("parameter"), "input_0 > 3", "min(input_1, 4)", "£7"]
        return self.random.choice(usual)

    def term(self, unit: str) -> Any:
        if self.maybe(0.5):
            return self.formula(unit)
        term: dict[str, Any] = {"value": self.formula(unit)}
        for field in records()["term"].fields[1:]:
            if self.maybe(0.3):
                term[field.name] = self.value("term", field)
        return term

    def value(self, record: str, field: RecordField, kind: FieldType | None = None) -> Any:
        kind = kind or field.type
        if kind.kind == "text":
            return self.text(record, field)
        if kind.kind == "term":
            return self.term(field.unit)
        if kind.kind == "choice":
            shapes = [shape for shape, own in SHAPES.items() if any((record, name) in self.wanted for name in own)]
            return self.random.choice(shapes if record == "distribution" and shapes else kind.choices)
        if kind.kind == "boolean":
            return not field.default
        if kind.kind == "integer":
            return {"format": 1}.get(field.name, 1)
        if kind.kind == "month":
            return self.random.choice(MONTHS)
        if kind.kind == "decimal":
            return "0.25"
        if kind.kind == "formula":
            return self.formula(field.unit)
        if kind.kind == "raw":
            return self.number()
        if kind.kind == "optional":
            return self.value(record, field, kind.element)
        if kind.kind == "map":
            key = "paid_after" if kind.element and kind.element.kind == "raw" else self.name(field.refers_to or "party")
            return {key: self.value(record, field, kind.element)}
        if kind.kind == "list":
            return [self.value(record, field, kind.element) for _ in range(self.random.randint(1, 2))]
        return self.record(records()[self.among(kind.alternatives or (kind.record,))])

    def record(self, record: RecordType) -> dict[str, Any]:
        made: dict[str, Any] = {"kind": record.name} if record.kind_of else {}
        for field in record.fields:
            if field.required or (record.name, field.name) in self.wanted or self.maybe(0.35):
                made[field.name] = self.value(record.name, field)
        return _agreed(record.name, made)

    def book(self) -> dict[str, Any]:
        made: dict[str, Any] = {"format": 1, "id": "random"}
        for field in records()["book"].fields:
            element = field.type.element
            if element is not None and element.kind == "record":
                kinds = element.alternatives or (element.record,)
                known = next((kind for kind, name in LISTS.items() if name == field.name), "")
                count = self.counts.get(known, self.random.randint(1, 2))
                made[field.name] = [self.record(records()[self.among(kinds)]) for _ in range(count)]
                if known:
                    for number, thing in enumerate(made[field.name]):
                        thing["id"] = f"{known}_{number}"
            elif field.name not in made:
                made[field.name] = self.value("book", field)
        made["calendar"] = {"start": "2016-04"}
        made["calendar"] |= {"months": 24} if self.maybe(0.5) else {}
        made["calendar"] |= {"financial_year_starts": 1} if self.maybe(0.3) else {}
        _cross(made)
        made["calendar"] |= {"holidays": ["2016-05-02"]} if self.maybe(0.3) else {}
        made["inputs"][0] = {"id": "input_0", "unit": "attendances", "plan": "100"}
        made["parameters"][0] = {"id": "parameter_0", "value": {"value": "£5", "unit": "£"}}
        return made


def _cross(made: dict[str, Any]) -> None:
    """Dimensions that cross belong to none of each other, and stand in the order in which they do."""
    for kind in ("inputs", "parameters", "quantities"):
        for item in made.get(kind, ()):
            if "by" in item:
                item |= {"dimension": "place", "by": "age"}
            if "pairs" in item:
                item |= {"dimension": "place", "by": "age"}
                (value,) = next(iter(item["pairs"].values())).values()
                item["pairs"] = {"north": {"young": value}}
    if any(item.get("by") for kind in ("inputs", "parameters", "quantities") for item in made.get(kind, ())):
        made["dimensions"] = [
            *made.get("dimensions", ()),
            {"id": "place", "members": ["north", "south"]},
            {"id": "age", "members": ["young", "old"]},
        ]


def _agreed(record: str, made: dict[str, Any]) -> dict[str, Any]:
    """What must agree within one record, and chance alone would hardly find."""
    if record == "distribution":
        own = SHAPES[made["shape"]]
        made = {name: value for name, value in made.items() if name in ("shape", *own)}
        made |= {name: ["0.25", "0.5"] if name == "values" else "0.25" for name in own if name not in made}
    if record == "regime_chain":
        made["regimes"] = [
            {"name": "usual", "initial": "0.75", "next": {"usual": "0.9", "severe": "0.1"}},
            {"name": "severe", "initial": "0.25", "next": {"severe": "1"}},
        ]
    if record == "regime_switching":
        made["regimes"] = dict.fromkeys(("usual", "severe"), next(iter(made["regimes"].values())))
    if record in ("seasonal", "calendar_month"):
        made["months"] = [made["months"][0]] * 12
    if record == "recorded_series":
        made |= {"starts": "2015-04", "values": ["1", "2", "3", "4.5", "0", "7"]}
    if record == "resampling":
        made |= {"starts": "2015-05", "ends": "2015-08"}
    if record == "hazard":
        made |= {"rate": "0.25"} | ({"lasts": 2} if "lasts" in made else {})
    if record == "correlation":
        made["drivers"] = ["driver_0", "driver_1"]
        made |= {"degrees_of_freedom": "4"} if "degrees_of_freedom" in made else {}
        made["matrix"] = [["1", "0.25"], ["0.25", "1"]]
    if record == "reading":
        made["name"] = "as practised"
    if record == "dimension":
        made["members"] = ["north", "south"]
        if "parents" in made:
            made["parents"] = {"dimension_1": {"north": "north", "south": "north"}}
    elif isinstance(made.get("members"), dict):
        made["members"] = dict.fromkeys(("north", "south"), next(iter(made["members"].values())))
        made.setdefault("dimension", "dimension_0")
    if "readings" in made:
        made["readings"] = made["readings"][:1]
    else:
        made.pop("reading", None)
        made.pop("provisional", None)
    if "reading" in made:
        made.pop("provisional", None)
    if record == "shock" and "select" not in made:
        made["on"] = "input_0"
    if record == "category":
        made["values"] = ["open", "held", "closed"]
        made |= {"initial": ["open"]} if "initial" in made else {}
    if record == "transition":
        made |= {"from": "open", "to": ["held", "closed"]}
    if "category" in made:
        made.pop("unit", None)
        if isinstance(made.get("value"), dict):
            made["value"].pop("unit", None)
    if record == "concession":
        waives = made["concession"] == "waive"
        made["on"] = f"{CLAUSES[len(str(made)) % len(CLAUSES)]}_0" if waives else made["on"]
        for field in ("amount",) if waives else ("limit", "fraction", "part"):
            made.pop(field, None)
    if "steps" in made and record == "shock":
        made["steps"] = 2
    if "points" in made:
        made["points"] = [{"at": "0", "value": "0"}, {"at": "10", "value": "1"}]
    return made


# -- from a draft to a book -----------------------------------------------------------------------------------------


def _remove(data: Any, path: str) -> bool:
    """Take out what stands at a place; what lacks something is taken out whole."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]
    places = [data]
    for key in keys:
        inner = places[-1]
        if isinstance(inner, list) and key.isdecimal() and int(key) < len(inner):
            places.append(inner[int(key)])
        elif isinstance(inner, dict) and key in inner:
            places.append(inner[key])
        else:
            keys = keys[: len(places) - 1]
            break
    if not keys:
        return False
    holder = places[len(keys) - 1]
    del holder[int(keys[-1]) if isinstance(holder, list) else keys[-1]]
    return True


def book(seed: int, wanted: Iterable[tuple[str, str]] = ()) -> ob.Book:
    """A random valid book; the same for the same seed and what is wanted of it."""
    for attempt in range(100):
        data = Draft(seed * 1000 + attempt, wanted).book()
        for _ in range(60):
            try:
                return ob.Book.from_json(data)
            except ob.BookError as error:
                paths = sorted(
                    {problem.path for problem in error.problems}, key=lambda p: (p.count("/"), p), reverse=True
                )
                if not all([_remove(data, path) for path in paths[:1] if path]) or not paths[0]:
                    break
    raise AssertionError(f"no valid book from seed {seed}")


def books(count: int) -> Iterator[ob.Book]:
    """Many of them: half of them by chance, the others with the fields of one record that were missed until then."""
    lacking = fields_of_books()
    for seed in range(count):
        wanted: set[tuple[str, str]] = set()
        if seed >= count // 2 and lacking:
            record, field = sorted(lacking)[seed % len(lacking)]
            wanted = {place for place in lacking if place[0] == record}
            if field in ("reading", "provisional"):  # not both at once, and not without what they choose among
                wanted = {(record, field), (record, "readings")}
        made = book(seed, wanted)
        lacking -= set(fields_of(json.loads(made.to_json()), records()["book"]))
        yield made


def fields_of(data: Any, record: RecordType) -> Iterator[tuple[str, str]]:
    """The records and fields that a document has."""
    for field in record.fields:
        if field.name in data:
            yield record.name, field.name
            yield from _within(data[field.name], field.type)


def _within(value: Any, kind: FieldType) -> Iterator[tuple[str, str]]:
    if kind.kind == "record" and isinstance(value, dict):
        yield from fields_of(value, records()[value["kind"] if kind.alternatives else kind.record])
    elif kind.kind == "term" and isinstance(value, dict):
        yield from fields_of(value, records()["term"])
    elif kind.element is not None:
        inner: Iterable[Any] = value if isinstance(value, list) else value.values() if kind.kind == "map" else [value]
        for item in inner:
            yield from _within(item, kind.element)


def missed(some: Iterable[ob.Book]) -> set[tuple[str, str]]:
    """Fields of records that none of the books has."""
    seen = {place for one in some for place in fields_of(json.loads(one.to_json()), records()["book"])}
    return fields_of_books() - seen


def fields_of_books() -> set[tuple[str, str]]:
    """Every record and field that a book may have; a set of scenarios is a document of its own."""
    of_books = (record for record in records().values() if record.name != "scenario_set")
    return {(record.name, field.name) for record in of_books for field in record.fields}
