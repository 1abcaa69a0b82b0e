"""Frozen tables: columns of plain values that turn into any data frame."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from ._optional import optional

__all__ = ["Column", "Table"]

Kind = Literal["text", "int", "money", "decimal", "float", "bool"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and how it is headed when shown.

    Kinds: "text"; "int"; "money" (`Decimal` in pounds, to the penny; decimal128(18, 2) in Arrow); "decimal"
    (`Decimal` of any
    length; text in Arrow, so that nothing is lost); "float"; "bool".
    """

    name: str
    kind: Kind = "text"
    heading: str = ""

    @property
    def label(self) -> str:
        """The heading when shown."""
        return self.heading or (f"{self.name} (£)" if self.kind == "money" else self.name)


class Table:
    """Rows and columns that never change.

    Parameters
    ----------
    title
        What the table is.
    schema
        The columns, in order.
    data
        Values of each column by name, all of the same length.
    note
        Printed under the table; for money it states the sign convention.

    Examples
    --------
    >>> table = Table("Payments", [Column("party"), Column("amount", "money")], {"party": ["a"], "amount": ["-2800"]})
    >>> table.to_dicts()
    [{'party': 'a', 'amount': Decimal('-2800')}]
    >>> print(table)
    Payments
    party  amount (£)
    -----  ----------
    a       -2,800.00
    """

    __slots__ = ("_data", "note", "schema", "title")

    title: str
    schema: tuple[Column, ...]
    note: str
    _data: dict[str, tuple[Any, ...]]

    def __init__(self, title: str, schema: Sequence[Column], data: Mapping[str, Iterable[Any]], note: str = "") -> None:
        columns = {column.name: tuple(_value(value, column.kind) for value in data[column.name]) for column in schema}
        if len({len(column) for column in columns.values()}) > 1:
            lengths = ", ".join(f"{name}: {len(column)}" for name, column in columns.items())
            raise ValueError(f"columns of different lengths: {lengths}")
        for name, content in (("title", title), ("schema", tuple(schema)), ("note", note), ("_data", columns)):
            object.__setattr__(self, name, content)

    @classmethod
    def of_rows(cls, title: str, schema: Sequence[Column], rows: Iterable[Mapping[str, Any]], note: str = "") -> Self:
        """A table from one mapping per row; keys that a row lacks are None, keys that the schema lacks are left out."""
        rows = list(rows)
        return cls(title, schema, {column.name: [row.get(column.name) for row in rows] for column in schema}, note)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a table never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.title, self.schema, self._data, self.note)

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.schema)

    def __len__(self) -> int:
        return len(next(iter(self._data.values()), ()))

    def __bool__(self) -> bool:
        return len(self) > 0

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        if name not in self._data:
            raise KeyError(f"no column '{name}'; there are {', '.join(self._data)}")
        return self._data[name]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in zip(*self._data.values(), strict=True):
            yield dict(zip(self._data, row, strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self.schema == other.schema and self._data == other._data

    def __hash__(self) -> int:
        return hash((self.schema, tuple(self._data.items())))

    def where(self, **equals: Any) -> Table:
        """The rows whose columns equal the given values."""
        keep = [number for number, row in enumerate(self) if all(row[name] == value for name, value in equals.items())]
        for name in equals:
            self[name]
        return self._with({n: [c[i] for i in keep] for n, c in self._data.items()})

    def _with(self, data: Mapping[str, Iterable[Any]]) -> Table:
        """The same kind of table with other rows."""
        return type(self)(self.title, self.schema, data, self.note)

    # -- turning into frames ----------------------------------------------------------------------------------

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict per row; money and exact numbers are `Decimal`."""
        return list(self)

    def to_arrow(self) -> Any:
        """A `pyarrow.Table`; money is decimal128(18, 2), exact numbers are text."""
        pa = optional("pyarrow")

        types = {
            "text": pa.string(),
            "int": pa.int64(),
            "money": pa.decimal128(18, 2),
            "decimal": pa.string(),
            "float": pa.float64(),
            "bool": pa.bool_(),
        }
        arrays = [pa.array(_arrow(self._data[c.name], c.kind), type=types[c.kind]) for c in self.schema]
        return pa.Table.from_arrays(arrays, names=list(self.columns))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        stream: object = self.to_arrow().__arrow_c_stream__(requested_schema)
        return stream

    def to_pandas(self) -> Any:
        """A `pandas.DataFrame`; money and exact numbers are columns of `Decimal` objects."""
        pd = optional("pandas")

        return pd.DataFrame({c.name: pd.Series(self._data[c.name], dtype=_pandas(c.kind)) for c in self.schema})

    def to_polars(self) -> Any:
        """A `polars.DataFrame`; money is Decimal(18, 2), exact numbers are text."""
        pl = optional("polars")

        types: dict[str, Any] = {
            "text": pl.String(),
            "int": pl.Int64(),
            "money": pl.Decimal(18, 2),
            "decimal": pl.String(),
            "float": pl.Float64(),
            "bool": pl.Boolean(),
        }
        return pl.DataFrame(
            {c.name: pl.Series(_arrow(self._data[c.name], c.kind), dtype=types[c.kind]) for c in self.schema}
        )

    def to_csv(self, path: str | Path) -> None:
        """Write a CSV file: UTF-8, a header line, exact numbers."""
        from ._files import write_atomic

        lines: list[str] = []

        class _Lines:
            def write(self, text: str) -> int:
                lines.append(text)
                return len(text)

        writer = csv.writer(_Lines(), lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([["" if value is None else value for value in row.values()] for row in self])
        write_atomic(path, "".join(lines))

    # -- showing ----------------------------------------------------------------------------------------------

    #: Columns of money that make a line worth showing; a line that is zero in all of them is counted. None: every line.
    _telling: ClassVar[tuple[str, ...]] = ()
    #: How lines that are not shown are called, after their number.
    _nothing: ClassVar[str] = "of zero"

    def _lines(self) -> list[int]:
        """Numbers of the rows that a display shows."""
        columns = [self[name] for name in self._telling]
        return [i for i in range(len(self)) if not columns or any(column[i] for column in columns)]

    def _block(self) -> Any:
        from ._display import blocks

        return blocks.of_table(self)

    def _blocks(self) -> list[Any]:
        return [self._block()]

    def __repr__(self) -> str:
        from ._display import text

        return text.render(self._blocks())

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._blocks())


def _value(value: Any, kind: Kind) -> Any:
    if value is None or kind == "text":
        return value
    if kind == "money":
        return value if isinstance(value, Decimal) else Decimal(str(value))
    if kind == "decimal":
        return _exact(value)
    return {"int": int, "float": float, "bool": bool}[kind](value)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return str(value)  # a fraction such as "1/3", a word such as "missing"


def _arrow(values: Iterable[Any], kind: Kind) -> list[Any]:
    if kind == "decimal":
        return [
            None if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
            for value in values
        ]
    if kind == "text":
        return [None if value is None else value if isinstance(value, str) else str(value) for value in values]
    if kind == "money":
        return [None if value is None else value.quantize(Decimal("0.01")) for value in values]
    return list(values)


def _pandas(kind: Kind) -> Any:
    return {"int": "Int64", "float": "float64", "bool": "boolean"}.get(kind, "object")
