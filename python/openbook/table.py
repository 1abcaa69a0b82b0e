"""Frozen tables: columns of plain values that turn into any data frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from . import _exporting, privacy
from ._exporting import Money
from ._lasting import Lasting
from .errors import Problem

if TYPE_CHECKING:
    from .saving import Parcel

__all__ = ["FAULTS", "Column", "Schema", "Table", "faults_table"]

Kind = Literal["text", "month", "int", "money", "decimal", "float", "bool"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, how it is headed when shown, and its unit.

    Kinds: "text"; "month" (text such as "2016-04"); "int"; "money" (`Decimal` in pounds, to the penny;
    decimal128(18, 2) in Arrow); "decimal" (`Decimal` of any length; text in Arrow, so that nothing is lost); "float";
    "bool".
    """

    name: str
    kind: Kind = "text"
    heading: str = ""
    unit: str = ""

    @property
    def label(self) -> str:
        """The heading when shown."""
        return self.heading or (f"{self.name} (£)" if self.kind == "money" else self.name)

    @property
    def measure(self) -> str:
        """The unit of its numbers: "£" for money, what `unit` says for the rest, "" where there is none."""
        return self.unit or ("£" if self.kind == "money" else "")


class Schema(tuple[Column, ...]):
    """The columns of a table under a name and a version, such as ``openbook.ledger/1``.

    Whoever reads a table by its schema's name and version finds the same columns, of the same kinds, in every release:
    other columns are another version. `openbook.arrow_schemas` lists all schemas.

    Parameters
    ----------
    name, version
        Such as "openbook.ledger" and 1.
    columns
        In order.
    sign
        What plus and minus mean; "" for a table without money.

    Examples
    --------
    >>> Schema("openbook.ledger", 1, [Column("party"), Column("amount", "money")]).id
    'openbook.ledger/1'
    """

    name: str
    version: int
    sign: str

    def __new__(cls, name: str, version: int, columns: Iterable[Column], sign: str = "") -> Self:
        made = super().__new__(cls, columns)
        made.__dict__.update(name=name, version=version, sign=sign)
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a schema never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return Schema, (self.name, self.version, tuple(self), self.sign)

    @property
    def id(self) -> str:
        """Name and version."""
        return f"{self.name}/{self.version}"


class Table(Lasting):
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
    about
        What the figures come from: "book", "digest", "edition", ...; written into the metadata of Arrow and Parquet.
    private_to
        The party to which the table is private, because a layer of its own went into it; "" for what all may see. The
        note says so, and files are written only when asked for (see `openbook.layers`). Part of `about`.

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

    __slots__ = ("_data", "about", "note", "schema", "title")
    _kind: ClassVar[str] = "table"

    title: str
    schema: tuple[Column, ...]
    note: str
    about: Mapping[str, str]
    _data: dict[str, tuple[Any, ...]]

    def __init__(
        self,
        title: str,
        schema: Sequence[Column],
        data: Mapping[str, Iterable[Any]],
        note: str = "",
        about: Mapping[str, str] | None = None,
        *,
        private_to: str = "",
    ) -> None:
        columns = {column.name: _values(data[column.name], column.kind) for column in schema}
        if len({len(column) for column in columns.values()}) > 1:
            lengths = ", ".join(f"{name}: {len(column)}" for name, column in columns.items())
            raise ValueError(f"columns of different lengths: {lengths}")
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "schema", schema if isinstance(schema, Schema) else tuple(schema))
        known = dict(about or {}) | ({"private_to": private_to} if private_to else {})
        object.__setattr__(self, "note", privacy.marked(note, known.get("private_to", "")))
        object.__setattr__(self, "about", MappingProxyType(known))
        object.__setattr__(self, "_data", columns)

    @classmethod
    def of_rows(
        cls,
        title: str,
        schema: Sequence[Column],
        rows: Iterable[Mapping[str, Any]],
        note: str = "",
        about: Mapping[str, str] | None = None,
        *,
        private_to: str = "",
    ) -> Self:
        """A table from one mapping per row; keys that a row lacks are None, keys that the schema lacks are left out."""
        rows = list(rows)
        data = {column.name: [row.get(column.name) for row in rows] for column in schema}
        return cls(title, schema, data, note, about, private_to=private_to)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a table never changes")

    @property
    def private_to(self) -> str:
        """The party to which the table is private; "" for what all may see."""
        return self.about.get("private_to", "")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.title, self.schema, self._data, self.note, dict(self.about))

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
        """The same kind of table with other rows; of a kind that holds more than columns what it is without that."""
        from ._extras import bare

        kind = next(base for base in type(self).__mro__ if issubclass(base, Table) and bare(base))
        return kind(self.title, self.schema, data, self.note, self.about)

    # -- turning into frames, files ---------------------------------------------------------------------------
    #
    # `money` and `dates` mean the same everywhere; `_exporting` says how.

    def to_dicts(self, *, money: Money = "decimal", dates: bool = False) -> list[dict[str, Any]]:
        """One dict per row.

        Parameters
        ----------
        money
            "decimal": `Decimal` in pounds. "pence": whole pence, in columns named ``<name>_pence`` so that they are
            never taken for pounds. "float": pounds as floats, and exact numbers as floats as well.
        dates
            Months as dates, the first of the month, instead of text such as "2016-04".

        Raises
        ------
        LimitError
            With "pence", an amount is not in whole pence, or beyond £9,999,999,999,999,999.99.

        Examples
        --------
        >>> table = Table("Payments", [Column("amount", "money")], {"amount": ["-2800"]})
        >>> table.to_dicts(money="pence"), table.to_dicts(money="float")
        ([{'amount_pence': -280000}], [{'amount': -2800.0}])
        """
        return _exporting.to_dicts(self, money, dates)

    def to_arrow(self, *, money: Money = "decimal", dates: bool = False) -> Any:
        """A `pyarrow.Table`; the schema's name and version, units, sign and origin are in its metadata.

        Parameters
        ----------
        money
            "decimal": decimal128(18, 2) in pounds. "pence": int64, in columns named ``<name>_pence``. "float":
            float64 in pounds. Exact numbers are text, so that nothing is lost; with "float" they are float64.
        dates
            Months as date32, the first of the month, instead of text.

        Raises
        ------
        LimitError
            An amount (not with "float") is not in whole pence, or beyond £9,999,999,999,999,999.99.
        """
        return _exporting.to_arrow(self, money, dates)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        stream: object = self.to_arrow().__arrow_c_stream__(requested_schema)
        return stream

    def to_pandas(self, *, money: Money = "decimal", dates: bool = False) -> Any:
        """A `pandas.DataFrame`.

        Parameters
        ----------
        money
            "decimal": columns of `Decimal` objects, exact numbers as well. "pence": Int64, in columns named
            ``<name>_pence``. "float": float64, exact numbers as well.
        dates
            Months as datetime64[s], the first of the month, instead of text.

        Raises
        ------
        LimitError
            With "pence", an amount is not in whole pence, or beyond £9,999,999,999,999,999.99.
        """
        return _exporting.to_pandas(self, money, dates)

    def to_polars(self, *, money: Money = "decimal", dates: bool = False) -> Any:
        """A `polars.DataFrame`.

        Parameters
        ----------
        money
            "decimal": Decimal(18, 2) in pounds. "pence": Int64, in columns named ``<name>_pence``. "float": Float64 in
            pounds. Exact numbers are text, so that nothing is lost; with "float" they are Float64.
        dates
            Months as Date, the first of the month, instead of text.

        Raises
        ------
        LimitError
            An amount (not with "float") is not in whole pence, or beyond £9,999,999,999,999,999.99.
        """
        return _exporting.to_polars(self, money, dates)

    def to_csv(self, path: str | Path, *, money: Money = "decimal", dates: bool = False, private: bool = False) -> None:
        """Write a CSV file: UTF-8, a header line; replaced whole or not at all.

        Parameters
        ----------
        money, dates
            As for `to_dicts`.
        private
            Write a table that is private to a party, which is refused otherwise; the first column says to whom.
        """
        own = privacy.permit(self.private_to, private, "table")
        _exporting.to_csv(self, path, money, dates, own)

    def to_parquet(
        self, path: str | Path, *, money: Money = "decimal", dates: bool = False, private: bool = False
    ) -> None:
        """Write a Parquet file; replaced whole or not at all. Needs pyarrow.

        Rows keep their order. Equal tables of the same origin give the same bytes, whenever and wherever they are
        written with the same versions of openbook and pyarrow: nothing of time or machine is in the file.

        Parameters
        ----------
        money, dates
            As for `to_arrow`, whose metadata are in the file.
        private
            Write a table that is private to a party, which is refused otherwise; the metadata say to whom.
        """
        privacy.permit(self.private_to, private, "table")
        _exporting.to_parquet(self, path, money, dates)

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        from ._extras import bare, table_content

        if not bare(type(self)):
            raise TypeError(
                f"a {type(self).__name__} holds more than columns: it needs a kind, _pack and _unpack of its own"
            )
        content: dict[str, Any] = table_content(self)
        return content

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Table:
        from ._extras import any_table

        return any_table(content)

    def _compared(self) -> Mapping[str, Any]:
        return {"table": {name: self[name] for name in self.columns}}

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
        return str(self)


#: Of everything that is wrong with a book or with data.
FAULTS = Schema(
    "openbook.faults",
    1,
    (
        Column("code"),
        Column("input"),
        Column("frame"),
        Column("row", "int"),
        Column("column"),
        Column("value"),
        Column("expected"),
        Column("message"),
    ),
)


def faults_table(problems: Iterable[Problem], title: str = "Faults") -> Table:
    """Problems as rows: code, input, frame, row, column, value, expected, message."""
    names = [column.name for column in FAULTS[:-1]]
    rows = []
    for problem in problems:
        row: dict[str, Any] = {name: getattr(problem, name, None if name == "row" else "") for name in names}
        row["message"] = f"{problem.where}: {problem.message}" if problem.where else problem.message
        rows.append(row)
    return Table.of_rows(title, FAULTS, rows)


def _values(values: Iterable[Any], kind: Kind) -> tuple[Any, ...]:
    return tuple(values) if kind in ("text", "month") else tuple(_value(value, kind) for value in values)


def _value(value: Any, kind: Kind) -> Any:
    if value is None:
        return value
    if kind == "money":
        return value if isinstance(value, Decimal) else Decimal(str(value))
    if kind == "decimal":
        return _exact(value)
    if kind == "float":
        number = float(value)
        return math.nan if math.isnan(number) else number  # the one of the library, so that equal tables are equal
    return {"int": int, "bool": bool}[kind](value)


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return str(value)  # a fraction such as "1/3", a word such as "missing"
