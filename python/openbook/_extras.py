"""Values of the package as JSON, and back: tables, dataclasses, exact numbers, lists and mappings of these.

A class is named by its public name in `openbook`, or is among `RECORDS`, and must be a table or a dataclass: nothing
else is ever made, and nothing is run. Books, arrays, loads of data and other results go into the file beside it, where
there is one.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from . import _views
from ._json import Json
from ._lasting import Lasting, kept_fields
from .errors import DataError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .saving import Parcel

__all__ = ["RECORDS", "any_table", "bare", "decode", "encode", "table_content", "table_of"]

T = TypeVar("T", bound=Table)


#: Dataclasses inside results, which have no public name of their own, and where they are.
RECORDS = {
    "Axis": "frontiers",
    "Crossing": "sensitivities.crossings",
    "Factor": "sensitivities.factors",
    "Index": "sensitivities.estimators",
    "IndexEstimate": "sensitivities.estimators",
    "Origin": "_lasting",
}


def encode(value: Any, parcel: Parcel | None = None) -> Json:
    """The JSON of a value; what is large goes into the parcel.

    Raises
    ------
    TypeError
        It is of a class that a file cannot keep.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"$float": repr(float(value))}
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, tuple) and not hasattr(value, "_fields") and type(value) is tuple:
        return {"$tuple": [encode(item, parcel) for item in value]}
    if isinstance(value, list):
        return [encode(item, parcel) for item in value]
    if isinstance(value, (dict, MappingProxyType)):
        if any(not isinstance(key, str) or key.startswith("$") for key in value):
            return {"$mapping": [[encode(key, parcel), encode(item, parcel)] for key, item in value.items()]}
        return {key: encode(item, parcel) for key, item in value.items()}
    if isinstance(value, Table) and bare(type(value)):
        return {"$table": table_content(value)}
    if is_dataclass(value) and not isinstance(value, type) and _public(type(value).__name__) is type(value):
        content = {field.name: encode(getattr(value, field.name), parcel) for field in kept_fields(value)}
        return {"$class": type(value).__name__, "fields": content}
    if parcel is not None and (large := _beside(value, parcel)) is not None:
        return large
    raise TypeError(f"{type(value).__name__} {value!r} cannot be kept in a file")


def _beside(value: Any, parcel: Parcel) -> Json:
    """What stands for a value that goes into the parcel; None where it is nothing of the kind."""
    from .book import Book
    from .data import Load

    if isinstance(value, Book):
        return {"$book": parcel.keep(value)}
    if isinstance(value, Load):
        return {"$load": parcel.lay_in({name: encode(getattr(value, name)) for name in sorted(value.__slots__)})}
    if isinstance(value, Lasting):
        return {"$result": parcel.pack(value)}
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return {"$array": parcel.put(value)}
    return None


def decode(value: Json, parcel: Parcel | None = None) -> Any:
    """The value that JSON stands for.

    Raises
    ------
    DataError
        It names a class that this release does not have.
    """
    if isinstance(value, list):
        return [decode(item, parcel) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "$float" in value:
        return float(value["$float"])
    if "$decimal" in value:
        return Decimal(value["$decimal"])
    if "$tuple" in value:
        return tuple(decode(item, parcel) for item in value["$tuple"])
    if "$mapping" in value:
        return {decode(key, parcel): decode(item, parcel) for key, item in value["$mapping"]}
    if "$table" in value:
        return any_table(value["$table"])
    if "$class" in value:
        return _known(value["$class"])(**{name: decode(item, parcel) for name, item in value["fields"].items()})
    if parcel is not None and len(value) == 1 and next(iter(value)).startswith("$"):
        return _from_beside(value, parcel)
    return {key: decode(item, parcel) for key, item in value.items()}


def _from_beside(value: Mapping[str, Any], parcel: Parcel) -> Any:
    from .data import Load

    [(what, content)] = value.items()
    if what == "$book":
        return parcel.books[content]
    if what == "$array":
        return parcel.arrays[content]
    if what == "$result":
        return parcel.unpack(content)
    if what == "$load":
        return Load(**{name: decode(item) for name, item in parcel.loads[content].items()})
    raise ValueError(f"found {what!r}, which this release does not know")


def _public(name: str) -> Any:
    import openbook

    if name in _views.__all__:
        return getattr(_views, name)
    if name in RECORDS:
        return getattr(importlib.import_module(f".{RECORDS[name]}", __package__), name)
    return getattr(openbook, name, None) if name in openbook.__all__ else None


def _known(name: str) -> Any:
    found = _public(name)
    if not isinstance(found, type) or not is_dataclass(found):
        message = f"found the class {name!r}, which this release does not have: use a newer release"
        raise DataError("written by a newer release", [{"code": "newer-format", "path": "", "message": message}])
    return found


# -- tables ---------------------------------------------------------------------------------------------------------


def table_content(table: Table) -> Json:
    """A table by column, with the name of its class."""
    schema = table.schema
    content: dict[str, Json] = {
        "class": type(table).__name__,
        "title": table.title,
        "note": table.note,
        "about": dict(table.about),
        "columns": [
            {"name": c.name, "kind": c.kind, "heading": c.heading, "unit": c.unit, "values": _values(table[c.name])}
            for c in schema
        ],
    }
    if isinstance(schema, Schema):
        content["schema"] = {"name": schema.name, "version": schema.version, "sign": schema.sign}
    return content


def _values(values: tuple[Any, ...]) -> list[Json]:
    return [_value(value) for value in values]


def _value(value: Any) -> Json:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    return encode(value)


def table_of(content: Mapping[str, Any], cls: type[T]) -> T:
    """The table that `table_content` stands for."""
    given = content["columns"]
    columns = [Column(c["name"], c["kind"], c["heading"], c["unit"]) for c in given]
    named = content.get("schema")
    schema = Schema(named["name"], named["version"], columns, named["sign"]) if named else tuple(columns)
    data = {c["name"]: [decode(value) for value in c["values"]] for c in given}
    return cls(content["title"], schema, data, content["note"], content["about"])


def bare(cls: type[Table]) -> bool:
    """Whether a class adds nothing to a table but its display and questions."""
    return cls._kind == "table" and not any(
        vars(base).get("__slots__", "more") for base in cls.__mro__[: cls.__mro__.index(Table)]
    )


def any_table(content: Mapping[str, Any]) -> Table:
    """A table of the class that was kept: `Table` itself, or one that differs in its display alone.

    Raises
    ------
    DataError
        This release does not have the class.
    """
    cls = _public(str(content["class"]))
    if not (isinstance(cls, type) and issubclass(cls, Table) and bare(cls)):
        message = f"found a table of class {content['class']!r}, which this release does not have"
        raise DataError("written by a newer release", [{"code": "newer-format", "path": "", "message": message}])
    return table_of(content, cls)
