"""What occurs in random contracts: records and their fields, choices, functions and their words. Prints it as a table.

python tests/python/random_coverage.py 2000
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from openbook._description import FieldType, RecordType, records
from random_contracts import Document, Maker, contracts_of
from reference_engine.formula import parse
from reference_engine.groups import FORMULAS

Place = tuple[str, ...]
#: Functions that take a key in place of a parent.
KEYED = {"sum", "mean", "largest", "smallest", "any_member", "all_members", "median", "quantile", "deviation", "weighted_mean",
         "rank", "percentile_group"}  # fmt: skip


def within(value: Any, kind: FieldType) -> Iterator[Place]:
    """Places below a value: ("field", record, field), ("choice", record, field, value), ("function", name), ..."""
    if kind.kind == "record" and isinstance(value, dict):
        yield from of_record(value, records()[value["kind"] if kind.alternatives else kind.record])
    elif kind.kind == "term" and isinstance(value, dict):
        yield from of_record(value, records()["term"])
    elif kind.kind in ("term", "formula"):
        yield from of_formula(parse(str(value)))
    elif kind.element is not None:
        inner = value if isinstance(value, list) else value.values() if kind.kind == "map" else [value]
        for item in inner:
            yield from within(item, kind.element)


def of_record(data: Document, record: RecordType) -> Iterator[Place]:
    for field in record.fields:
        if field.name in data:
            yield "field", record.name, field.name
            if field.type.kind == "choice":
                yield "choice", record.name, field.name, str(data[field.name])
            yield from within(data[field.name], field.type)


def keys_in(call: Any) -> list[Any]:
    """Formulas where a parent might stand: members are in one group where they come to the same."""
    if call[1] not in KEYED:
        return []
    return [part for part in call[2:] if part[0] not in ("text", "over", "where")][FORMULAS.get(call[1], 1) :]


def of_formula(tree: Any) -> Iterator[Place]:
    head = tree[0]
    if head == "call":
        yield "function", tree[1]
        yield "function", tree[1], f"{len(tree) - 2} arguments"
        yield from (("function", tree[1], part[1]) for part in tree[2:] if part[0] == "text")
        yield from (("function", tree[1], f"{part[0]}=") for part in tree[2:] if part[0] in ("over", "where"))
        yield from (("function", tree[1], "key") for part in keys_in(tree))
    elif head not in ("name", "text", "over", "where"):
        yield "sign", head
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from of_formula(part)


def counted(contracts: int) -> tuple[Counter[Place], int]:
    """How many books have what, of as many books as hold so many contracts."""
    found: Counter[Place] = Counter()
    made = books = 0
    while made < contracts:
        book = Maker(books).book()
        found.update(set(of_record(book, records()["book"])))
        made, books = made + contracts_of(book), books + 1
    return found, books


def main() -> None:
    found, books = counted(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    print(f"of {books} books")
    for place, count in sorted(found.items()):
        print(f"{count:6}  {' '.join(place)}")


if __name__ == "__main__":
    main()
