"""The description of the document that the core gives: one entry per record, from which the Python classes derive."""

from __future__ import annotations

import json
import keyword
from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = [
    "FieldType",
    "RecordField",
    "RecordType",
    "class_name",
    "common_fields",
    "families",
    "python_name",
    "record_of",
    "records",
]


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type of a field: its kind and, where it has parts, what they are."""

    kind: str
    element: FieldType | None = None
    record: str = ""
    choices: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: dict[str, Any]) -> FieldType:
        element = given.get("element")
        return cls(
            kind=given["kind"],
            element=cls.of(element) if element else None,
            record=given.get("record") or "",
            choices=tuple(given.get("choices") or ()),
            alternatives=tuple(given.get("alternatives") or ()),
        )


@dataclass(frozen=True, slots=True)
class RecordField:
    """One field: its name in the document and in Python, meaning, type, default and limits."""

    name: str
    python: str
    documentation: str
    type: FieldType
    required: bool
    default: Any
    unit: str
    refers_to: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RecordType:
    """One record of the document and the Python class that stands for it."""

    name: str
    python: str
    kind_of: str
    documentation: str
    source: str
    example: str
    fields: tuple[RecordField, ...]

    def field(self, name: str) -> RecordField | None:
        """The field of that name in the document, or None."""
        return next((field for field in self.fields if field.name == name), None)


def class_name(record: str) -> str:
    """The CamelCase name of a record's class: ``"negative_binomial"`` is ``NegativeBinomial``."""
    return "BookRecord" if record == "book" else "".join(part.capitalize() for part in record.split("_"))


def python_name(field: str) -> str:
    """The Python name of a field: reserved words get an underscore."""
    return field + "_" if keyword.iskeyword(field) else field


@cache
def records() -> dict[str, RecordType]:
    """Every record by name, in the order of the description."""
    from . import _core

    result = {}
    for given in json.loads(_core.description())["records"]:
        fields = tuple(
            RecordField(
                name=field["name"],
                python=python_name(field["name"]),
                documentation=field.get("documentation") or "",
                type=FieldType.of(field["type"]),
                required=bool(field.get("required")),
                default=field.get("default"),
                unit=field.get("unit") or "",
                refers_to=field.get("refers_to") or "",
                low=field.get("low"),
                high=field.get("high"),
            )
            for field in given["fields"]
        )
        result[given["name"]] = RecordType(
            name=given["name"],
            python=class_name(given["name"]),
            kind_of=given.get("kind_of") or "",
            documentation=given.get("documentation") or "",
            source=given.get("source") or "",
            example=given.get("example") or "",
            fields=fields,
        )
    return result


@cache
def families() -> dict[str, tuple[RecordType, ...]]:
    """The records of each family ("clause", "cost", "driver"), which are told apart by "kind"."""
    found: dict[str, tuple[RecordType, ...]] = {}
    for record in records().values():
        if record.kind_of:
            found[record.kind_of] = (*found.get(record.kind_of, ()), record)
    return found


def common_fields(family: str) -> tuple[RecordField, ...]:
    """The fields that every record of a family has."""
    first, *others = families()[family]
    return tuple(field for field in first.fields if all(other.field(field.name) is not None for other in others))


def record_of(kind: FieldType, data: Any) -> RecordType:
    """The record that a JSON object is read as: of a family, the one that its "kind" names."""
    name = kind.record
    if kind.alternatives:
        name = str(data.get("kind")) if isinstance(data, dict) else ""
    return records()[name]
