"""The base of every class of the document: frozen, checked by the core, equal and hashed by value."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar, Self, cast

from . import _json
from ._description import FieldType, RecordField, RecordType, class_name, common_fields, families, record_of, records
from ._json import Json
from .errors import BookError

__all__ = ["Value", "build", "class_for", "family_class", "nearest", "plain"]

_classes: dict[str, type[Value]] = {}
_families: dict[str, type[Value]] = {}


def nearest(name: str, names: Any) -> str:
    """The part of a message that offers the nearest names: ``"; did you mean 'a' or 'b'?"``, or nothing."""
    folded = {str(candidate).casefold(): str(candidate) for candidate in names}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(repr(folded[match]) for match in close)}?" if close else ""


def plain(value: Any) -> Json:
    """The JSON value of anything that a field accepts: objects, numbers, text, dates, lists, mappings."""
    if isinstance(value, Value):
        return value.to_dict()
    if value is None or isinstance(value, (bool, int, str, Decimal)):
        return value
    if isinstance(value, float):
        return Decimal(_json.decimal_text(value))
    if isinstance(value, datetime.date):
        return f"{value.year:04d}-{value.month:02d}"
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    item = getattr(value, "item", None)  # NumPy scalars
    if callable(item) and not hasattr(value, "__len__"):
        return plain(item())
    raise TypeError(f"{type(value).__name__} {value!r} cannot stand in a book")


def class_for(record: RecordType) -> type[Value]:
    """The class of a record, made once."""
    made = _classes.get(record.name)
    if made is None:
        body: dict[str, Any] = {
            "__slots__": (),
            "__doc__": _documentation(record),
            "__module__": "openbook.model",
            "_record": record.name,
        }
        body.update({field.python: _FieldAccess(field) for field in record.fields})
        base = Value
        if record.kind_of:
            body["kind"] = record.name
            base = family_class(record.kind_of)
        # Of several threads that come here at once, the first decides: there is one class of a name.
        made = _classes.setdefault(record.name, type(record.python, (base,), body))
    return made


def family_class(family: str) -> type[Value]:
    """The base class of a family, such as Clause; its `from_json` gives the class that "kind" names."""
    made = _families.get(family)
    if made is None:
        names = ", ".join(record.python for record in families()[family])
        body: dict[str, Any] = {
            "__slots__": (),
            "__doc__": f"Base of every {family}: {names}.",
            "__module__": "openbook.model",
            "_family": family,
        }
        body.update({field.python: _FieldAccess(field) for field in common_fields(family)})
        made = _families.setdefault(family, type(class_name(family), (Value,), body))
    return made


def _documentation(record: RecordType) -> str:
    lines = [record.documentation or record.python, "", "Parameters", "----------"]
    for field in record.fields:
        need = "required" if field.required else f"default {field.default!r}"
        unit = f" Unit: {field.unit}." if field.unit else ""
        lines += [f"{field.python} : {field.type.kind}, {need}", f"    {field.documentation}{unit}"]
    if record.source:
        lines += ["", f"From {record.source}."]
    if record.example:
        lines += ["", "As JSON::", "", f"    {record.example}"]
    return "\n".join(lines)


class _FieldAccess:
    """Reads one field of a value."""

    def __init__(self, field: RecordField) -> None:
        self.field = field
        self.__doc__ = field.documentation

    def __get__(self, value: Value | None, owner: type[Value]) -> Any:
        if value is None:
            return self
        return value._read(self.field)


def build(record: str, data: Json) -> Value:
    """A value from JSON that the core has already checked."""
    cls = class_for(records()[record])
    value = object.__new__(cls)
    value._set(data if isinstance(data, dict) else {"value": data}, None)
    return value


def rebuild(record: str, text: str) -> Value:
    """Used by pickle."""
    return class_for(records()[record]).from_json(text)


def _convert(kind: FieldType, data: Json) -> Any:
    if kind.kind == "optional":
        return None if data is None or kind.element is None else _convert(kind.element, data)
    if kind.kind == "list" and kind.element is not None:
        return tuple(_convert(kind.element, item) for item in data)
    if kind.kind == "map" and kind.element is not None:
        return MappingProxyType({key: _convert(kind.element, item) for key, item in data.items()})
    if kind.kind == "record":
        content = data if data is not None else {}
        return build(record_of(kind, content).name, content)
    if kind.kind == "term":
        return None if data in ("", None, {}) else build("term", data)
    if kind.kind == "decimal":
        return None if data is None else Decimal(str(data))
    if kind.kind == "formula":
        return data if isinstance(data, str) else _json.dumps(data)  # a number or a condition
    if kind.kind == "raw":
        return _frozen(data)
    return data


def _frozen(data: Json) -> Any:
    if isinstance(data, dict):
        return MappingProxyType({key: _frozen(item) for key, item in data.items()})
    if isinstance(data, list):
        return tuple(_frozen(item) for item in data)
    return data


class Value:
    """One object of the document.

    Objects never change: `replace` gives a changed copy. They are checked by the core when they are made, compare and
    hash by
    value, and travel through JSON and pickle unchanged.

    Parameters
    ----------
    **fields
        The fields by name; those that are not given (or None) take their defaults.

    Raises
    ------
    BookError
        A field is unknown, missing, of the wrong type or out of its limits; all faults at once.
    """

    __slots__ = ("_cache", "_data", "_text")
    _record: ClassVar[str] = ""
    _family: ClassVar[str] = ""
    _cache: dict[str, Any]
    _data: dict[str, Json]
    _text: str | None

    def __init__(self, *values: Any, **fields: Any) -> None:
        if not self._record:
            raise TypeError(f"{type(self).__name__} is only the base of its kinds")
        if values:
            if self._record != "term" or len(values) > 1 or "value" in fields:
                raise TypeError(f"{type(self).__name__} takes its fields by name")
            fields["value"] = values[0]
        self._adopt(_given(self._record, fields))

    # -- making -----------------------------------------------------------------------------------------------

    def _adopt(self, data: Json) -> None:
        from . import _core

        text = _core.check_value(self._record, _json.dumps(data))
        canonical = _json.loads(text)
        self._set(canonical if isinstance(canonical, dict) else {"value": canonical}, text)

    def _set(self, data: dict[str, Json], text: str | None) -> None:
        object.__setattr__(self, "_data", data)
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "_cache", {})

    @classmethod
    def from_json(cls, given: str | bytes | Mapping[str, Any]) -> Self:
        """The value that a JSON text (or an already parsed mapping) stands for."""
        data = _json.loads(given) if isinstance(given, (str, bytes)) else plain(given)
        if not cls._record:
            return cls._of_family(data)
        value = object.__new__(cls)
        value._adopt(data)
        return value

    @classmethod
    def _of_family(cls, data: Json) -> Self:
        for record in families().get(cls._family, ()):
            if isinstance(data, dict) and data.get("kind") == record.name:
                made: Any = class_for(record).from_json(data)
                return cast(Self, made)
        names = [record.name for record in families().get(cls._family, ())]
        found = data.get("kind") if isinstance(data, dict) else data
        message = f"found {found!r}, expected one of {', '.join(names)}{nearest(str(found), names)}"
        raise BookError(f"no such {cls._family}", [{"code": "unknown-kind", "path": "/kind", "message": message}])

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed; None puts a field back to its default."""
        data = dict(self._data)
        for name in changes:
            data.pop(_field(self._record, name).name, None)
        data.update(_given(self._record, changes))
        value = object.__new__(type(self))
        value._adopt(data)
        return value

    # -- reading ----------------------------------------------------------------------------------------------

    def _read(self, field: RecordField) -> Any:
        cache = self._cache
        if field.name not in cache:
            cache[field.name] = _convert(field.type, self._data.get(field.name, field.default))
        return cache[field.name]

    def _given_fields(self) -> Iterator[tuple[RecordField, Any]]:
        """The fields that differ from their defaults, with their values."""
        for field in records()[self._record].fields:
            if self._data.get(field.name, field.default) != field.default:
                yield field, self._read(field)

    def _canonical(self) -> str:
        if self._text is None:
            from . import _core

            object.__setattr__(self, "_text", _core.check_value(self._record, _json.dumps(self._data)))
        return str(self._text)

    def to_dict(self) -> Json:
        """The value as plain JSON data (numbers with a point are `Decimal`)."""
        return _json.loads(self._canonical())

    def to_json(self, *, indent: int | None = None) -> str:
        """The canonical JSON text; with `indent` spread over lines."""
        return self._canonical() if indent is None else _json.dumps(self.to_dict(), indent=indent)

    # -- being a value ----------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} never changes; replace({name}=...) gives a changed copy")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} never changes")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or self._record != other._record:
            return NotImplemented
        return self._same_text() == other._same_text()

    def __hash__(self) -> int:
        return hash((self._record, self._same_text()))

    def _same_text(self) -> str:
        """Text that is the same for equal values: 0.50 equals 0.5."""
        from . import _core

        if "" not in self._cache:  # no field has an empty name
            self._cache[""] = _core.check_value(self._record, self._canonical(), True)
        return str(self._cache[""])

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild, (self._record, self._canonical())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *(field.python for field in records()[self._record].fields)})

    def __repr__(self) -> str:
        if self._record == "term":
            rest = [f"{f.python}={v!r}" for f, v in self._given_fields() if f.name != "value"]
            return f"Term({', '.join([repr(self._data.get('value', '')), *rest])})"
        inside = ", ".join(f"{field.python}={_short(value)}" for field, value in self._given_fields())
        return f"{type(self).__name__}({inside})"

    def __str__(self) -> str:
        if self._record == "term" and set(self._data) <= {
            "value",
            "source",
            "illustrative",
            "deferred",
            "unit",
            "alternatives",
        }:
            value = self._data.get("value", "")
            return value if isinstance(value, str) else _json.dumps(value)
        return repr(self)

    def _repr_html_(self) -> str:
        from ._display import blocks, html

        return html.render([blocks.of_value(self)])


def _short(value: Any) -> str:
    if isinstance(value, tuple) and len(value) > 6:
        return "(" + ", ".join(repr(item) for item in value[:3]) + f", … {len(value)} in all)"
    if isinstance(value, MappingProxyType):
        return repr(dict(value))
    return repr(value)


def _field(record: str, name: str) -> RecordField:
    fields = records()[record].fields
    for field in fields:
        if name in (field.python, field.name):
            return field
    names = [field.python for field in fields]
    problem = {
        "code": "unknown-key",
        "path": f"/{name}",
        "message": f"'{name}' is not a field of {record}{nearest(name, names)} It has {', '.join(names)}.",
    }
    raise BookError(f"'{name}' is not a field of {record}", [problem])


def _given(record: str, fields: Mapping[str, Any]) -> dict[str, Json]:
    """The JSON of the fields that are given."""
    return {_field(record, name).name: plain(value) for name, value in fields.items() if value is not None}
