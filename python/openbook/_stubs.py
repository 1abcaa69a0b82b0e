"""Writes ``model.pyi`` from the core's description: ``python -m openbook._stubs``; ``--check`` only says whether it is
current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from ._description import FieldType, RecordField, RecordType, class_name, common_fields, families, records
from ._files import write_atomic

__all__ = ["main", "stub"]

HEADER = '''"""Classes of the document. Written by ``python -m openbook._stubs``; do not edit."""

# fmt: off
# ruff: noqa: E501, F821
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from ._values import Value as Value

TermLike = Term | str | int | float | Decimal | Mapping[str, Any]
MonthLike = str | datetime.date
'''


def _reads(kind: FieldType) -> str:
    """What reading a field gives."""
    match kind.kind:
        case "boolean":
            return "bool"
        case "integer":
            return "int"
        case "decimal":
            return "Decimal"
        case "text" | "month" | "formula":
            return "str"
        case "choice":
            return f"Literal[{', '.join(repr(choice) for choice in kind.choices)}]".replace("'", '"')
        case "term":
            return "Term"
        case "record":
            return class_name(kind.record)
    inner = _reads(kind.element) if kind.element else "Any"
    return {"list": f"tuple[{inner}, ...]", "map": f"Mapping[str, {inner}]", "optional": f"{inner} | None"}.get(
        kind.kind, "Any"
    )


def _takes(kind: FieldType) -> str:
    """What making an object accepts for a field."""
    match kind.kind:
        case "decimal":
            return "Decimal | float | str"
        case "month":
            return "MonthLike"
        case "formula":
            return "str | float | Decimal"
        case "term":
            return "TermLike"
        case "record":
            return f"{_reads(kind)} | Mapping[str, Any]"
    inner = _takes(kind.element) if kind.element else "Any"
    return {"list": f"Sequence[{inner}]", "map": f"Mapping[str, {inner}]", "optional": f"{inner} | None"}.get(
        kind.kind, _reads(kind)
    )


def _property_type(field: RecordField) -> str:
    empty = field.type.kind == "term" and not field.required and field.default in ("", None, {})
    return _reads(field.type) + (" | None" if empty else "")


def _class(record: RecordType) -> str:
    arguments = []
    for field in record.fields:
        takes = _takes(field.type)
        optional = takes if takes.endswith("| None") else f"{takes} | None"
        arguments.append(f"{field.python}: {takes}" if field.required else f"{field.python}: {optional} = None")
    start = "self, value: TermLike | None = None, *" if record.name == "term" else "self, *"
    if record.name == "term":
        arguments = [a for a in arguments if not a.startswith("value:")]
    base = class_name(record.kind_of) if record.kind_of else "Value"
    lines = [f"class {record.python}({base}):", f'    """{record.documentation.strip() or record.python}"""', ""]
    lines.append("    def __init__(")
    lines.append(f"        {start}," if arguments else "        self,")
    lines += [f"        {argument}," for argument in arguments]
    lines.append("    ) -> None: ...")
    if record.kind_of:
        lines.append("    kind: str")
    lines += _properties(record.fields)
    return "\n".join(lines)


def _properties(fields: Iterable[RecordField]) -> list[str]:
    lines = []
    for field in fields:
        lines += [
            "    @property",
            f"    def {field.python}(self) -> {_property_type(field)}:",
            f'        """{field.documentation.strip()}"""',
        ]
    return lines


def _family(family: str) -> str:
    names = ", ".join(record.python for record in families()[family])
    lines = [f"class {class_name(family)}(Value):", f'    """Base of every {family}: {names}."""', "    kind: str"]
    return "\n".join([*lines, *_properties(common_fields(family))])


def stub() -> str:
    """The whole text of ``model.pyi``."""
    names = ["Value", *map(class_name, families()), *(record.python for record in records().values())]
    listed = ", ".join(f'"{name}"' for name in sorted(names))
    parts = [
        HEADER,
        f"__all__ = [{listed}]",
        *map(_family, families()),
        *(_class(record) for record in records().values()),
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the stub, or check it: returns 0 when it is (now) current."""
    path = Path(__file__).with_name("model.pyi")
    text = stub()
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        return 0 if path.exists() and path.read_text(encoding="utf-8") == text else 1
    write_atomic(path, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
