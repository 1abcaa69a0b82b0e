"""Tables as frames and files: money as decimals, pence or floats, months as text or dates."""

from __future__ import annotations

import csv
import datetime
import io
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ._calendar import month_index
from ._files import guarded, write_atomic
from ._optional import optional
from .errors import DataError, LimitError

if TYPE_CHECKING:
    from .table import Column, Table

__all__ = ["Money", "arrow_types", "to_arrow", "to_csv", "to_dicts", "to_pandas", "to_parquet", "to_polars"]

#: How money leaves a table.
Money = Literal["decimal", "pence", "float"]
MONEY = ("decimal", "pence", "float")

#: What decimal128(18, 2) holds: sixteen digits before the point.
MOST_POUNDS = Decimal(10) ** 16

Form = Literal["text", "date", "int", "money", "exact", "float", "bool"]


@dataclass(frozen=True, slots=True)
class _Out:
    """A column as it leaves: its name, form, unit and how each value is turned."""

    source: str
    name: str
    form: Form
    unit: str
    turn: Callable[[Any], Any]


def _plan(column: Column, money: Money, dates: bool) -> _Out:
    def out(form: Form, turn: Callable[[Any], Any], name: str = "", unit: str = "") -> _Out:
        return _Out(column.name, name or column.name, form, unit or column.measure, turn)

    if column.kind == "money":
        if money == "pence":
            return out("int", lambda value: int(value * 100), f"{column.name}_pence", "pence")
        return out("float", float) if money == "float" else out("money", lambda value: value)
    if column.kind == "decimal":
        return out("float", _float) if money == "float" else out("exact", lambda value: value)
    if column.kind == "month":
        return out("date", _date) if dates else out("text", lambda value: value)
    return out(column.kind, lambda value: value)


def _float(value: Any) -> float:
    """An exact number, a fraction such as "1/3" included."""
    return float(value) if isinstance(value, Decimal) else float(Fraction(value))


def _date(value: Any) -> datetime.date | None:
    if value == "":
        return None
    year, month = divmod(month_index(value), 12)
    return datetime.date(year, month + 1, 1)


def _turned(table: Table, money: Money, dates: bool, *, fixed: bool = False) -> list[tuple[_Out, list[Any]]]:
    """The columns as they leave; `fixed` where decimals have sixteen digits before the point and two after it."""
    if money not in MONEY:
        raise ValueError(f"money: found {money!r}, expected 'decimal', 'pence' or 'float'")
    found = []
    for column in table.schema:
        values = table[column.name]
        if column.kind == "money" and (money == "pence" or (fixed and money == "decimal")):
            _check_pence(column.name, values)
        plan = _plan(column, money, dates)
        try:
            turned = [None if value is None else plan.turn(value) for value in values]
        except (ValueError, ZeroDivisionError):
            raise _unfit(column, plan, values) from None
        found.append((plan, turned))
    return found


def _unfit(column: Column, plan: _Out, values: Iterable[Any]) -> DataError:
    """Every value of a column that has no number or no month in it."""
    problems = []
    for row, value in enumerate(values):
        try:
            if value is not None:
                plan.turn(value)
        except (ValueError, ZeroDivisionError):
            wanted = "a month such as '2016-04'" if plan.form == "date" else "a number"
            message = f"column '{column.name}', row {row + 1}: found {value!r}, expected {wanted}"
            problems.append({"code": "not-a-number" if plan.form == "float" else "wrong-period", "message": message})
    return DataError(f"column '{column.name}' cannot be turned into a {plan.form}", problems)


def _check_pence(name: str, values: Iterable[Any]) -> None:
    problems = []
    for row, value in enumerate(values):
        if value is None:
            continue
        place = f"column '{name}', row {row + 1}: found £{value}"
        if abs(value) >= MOST_POUNDS:
            message = (
                f"{place}, expected less than £{MOST_POUNDS:,f}, what decimal128(18, 2) holds; money='float' takes it"
            )
            problems.append({"code": "too-large", "message": message})
        elif value * 100 != (value * 100).to_integral_value():
            message = f"{place}, expected whole pence; round it first, or take money='float'"
            problems.append({"code": "part-of-a-penny", "message": message})
    if problems:
        raise LimitError("amounts that cannot be written as pounds and pence", problems)


# -- plain Python, CSV --------------------------------------------------------------------------------------------


def to_dicts(table: Table, money: Money, dates: bool) -> list[dict[str, Any]]:
    """One dict per row."""
    if money == "decimal" and not dates:
        return list(table)
    turned = _turned(table, money, dates)
    names = [plan.name for plan, _ in turned]
    return [dict(zip(names, row, strict=True)) for row in zip(*(values for _, values in turned), strict=True)]


def to_csv(table: Table, path: str | Path, money: Money, dates: bool, own: Mapping[str, str]) -> None:
    """A CSV file; `own` are columns before the others, the same in every row."""
    turned = _turned(table, money, dates)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*own, *(plan.name for plan, _ in turned)])
    rows = zip(*(["" if v is None else guarded(v) for v in values] for _, values in turned), strict=True)
    writer.writerows([*own.values(), *row] for row in rows)
    write_atomic(path, text.getvalue())


# -- Arrow, Parquet -----------------------------------------------------------------------------------------------


#: The Arrow type of each form, as pyarrow names it.
ARROW: dict[Form, str] = {
    "text": "string",
    "date": "date32[day]",
    "int": "int64",
    "money": "decimal128(18, 2)",
    "exact": "string",
    "float": "double",
    "bool": "bool",
}


def arrow_types(column: Column, money: Money = "decimal", dates: bool = False) -> tuple[str, str, str]:
    """Name, Arrow type and unit of a column as it leaves."""
    plan = _plan(column, money, dates)
    return plan.name, ARROW[plan.form], plan.unit


def to_arrow(table: Table, money: Money, dates: bool) -> Any:
    """A `pyarrow.Table` with metadata."""
    pa = optional("pyarrow")
    types = {
        "text": pa.string(),
        "date": pa.date32(),
        "int": pa.int64(),
        "money": pa.decimal128(18, 2),
        "exact": pa.string(),
        "float": pa.float64(),
        "bool": pa.bool_(),
    }
    arrays, fields = [], []
    for plan, values in _turned(table, money, dates, fixed=True):
        metadata = {"unit": plan.unit} if plan.unit else None
        fields.append(pa.field(plan.name, types[plan.form], metadata=metadata))
        arrays.append(pa.array(_texts(plan.form, values), type=types[plan.form]))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=_metadata(table, money)))


def _metadata(table: Table, money: Money) -> dict[str, str]:
    """What a reader of the file needs to know, in a fixed order."""
    from .table import Schema

    found = {"openbook.title": table.title}
    if isinstance(table.schema, Schema):
        found["openbook.schema"] = table.schema.id
        if table.schema.sign:
            found["openbook.sign"] = table.schema.sign
    if table.note:
        found["openbook.note"] = table.note
    found["openbook.money"] = money
    return found | {f"openbook.{name}": table.about[name] for name in sorted(table.about)}


def _texts(form: Form, values: list[Any]) -> list[Any]:
    if form == "exact":
        return [None if v is None else format(v, "f") if isinstance(v, Decimal) else str(v) for v in values]
    if form == "text":
        return [None if v is None else v if isinstance(v, str) else str(v) for v in values]
    if form == "money":
        return [None if v is None else v.quantize(Decimal("0.01")) for v in values]
    return values


def to_parquet(table: Table, path: str | Path, money: Money, dates: bool) -> None:
    """A Parquet file."""
    write_atomic(path, parquet_bytes(table, money, dates))


def parquet_bytes(table: Table, money: Money, dates: bool) -> bytes:
    """The bytes of a Parquet file; every setting that shapes them is named, whatever the library's defaults become."""
    arrow = to_arrow(table, money, dates)
    buffer = io.BytesIO()
    optional("pyarrow.parquet").write_table(
        arrow,
        buffer,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        row_group_size=1 << 20,
        data_page_size=1 << 20,
        store_schema=True,
    )
    return buffer.getvalue()


# -- pandas, polars -----------------------------------------------------------------------------------------------


def to_pandas(table: Table, money: Money, dates: bool) -> Any:
    """A `pandas.DataFrame`."""
    pd = optional("pandas")
    types = {"date": "datetime64[s]", "int": "Int64", "float": "float64", "bool": "boolean"}
    columns = {
        plan.name: pd.Series(
            [math.nan if v is None else v for v in values] if plan.form == "float" else values,
            dtype=types.get(plan.form, "object"),
        )
        for plan, values in _turned(table, money, dates)
    }
    return pd.DataFrame(columns)


def to_polars(table: Table, money: Money, dates: bool) -> Any:
    """A `polars.DataFrame`."""
    pl = optional("polars")
    types = {
        "text": pl.String(),
        "date": pl.Date(),
        "int": pl.Int64(),
        "money": pl.Decimal(18, 2),
        "exact": pl.String(),
        "float": pl.Float64(),
        "bool": pl.Boolean(),
    }
    columns = {
        plan.name: pl.Series(_texts(plan.form, values), dtype=types[plan.form])
        for plan, values in _turned(table, money, dates, fixed=True)
    }
    return pl.DataFrame(columns)
