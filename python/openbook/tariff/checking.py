"""Rows whose quantity times unit cost is not their cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..data.cells import EXACT
from ..data.faults import Faults
from ..table import Column, Schema, Table
from .lines import Row, key_columns, read_rows

__all__ = ["check_costs"]

#: Digits that a double keeps of any decimal: what follows them may be the noise of a calculation.
_DOUBLE = 15


def checks_schema(keys: Sequence[str] = ()) -> Schema:
    """Columns of a check; those of the keys, named as in the frame, come last."""
    amounts = [Column(name, "decimal") for name in ("quantity", "price")]
    money = [Column(name, "decimal", "", "£") for name in ("product", "cost", "difference", "allowed")]
    own = (Column(name) for name in keys)
    return Schema("openbook.cost_checks", 1, [Column("row", "int"), Column("finding"), *amounts, *money, *own])


CHECKS = checks_schema()


def check_costs(
    data: Any,
    *,
    keys: str | Sequence[str],
    quantity: str,
    price: str,
    cost: str,
    places: Mapping[str, int] | None = None,
) -> Table:
    """List the rows whose quantity times price is not their cost by more than rounding explains, or that lack figures.

    A rounded number may be half of its last place away from what it was. The difference that this explains is
    ``|quantity| * half a place of the price + |price| * half a place of the quantity + half a place of the cost``. The
    last place is that of the column: as many decimal places, and as many digits in all, as its longest number shows;
    of digits 15 at most, which is what a float keeps. Quantities in whole numbers are counts, which are not rounded.

    Parameters
    ----------
    data
        A frame (pandas, polars, Arrow, DuckDB), mapping of columns or path.
    keys
        The columns that name a row.
    quantity, price, cost
        Columns of the quantity, the price of one unit, and what should be their product.
    places
        Decimal places to which columns were rounded, where their numbers do not show it: ``{"cost": 2}``.

    Returns
    -------
    Table
        One row for each finding, in the order of the data: row, the key columns, finding ("differs", "no quantity or
        price", "no cost"), quantity, price, product, cost, difference (cost less product), allowed. The note counts
        what was checked.

    Raises
    ------
    DataError
        A column is missing or a cell is no number; all faults at once.

    Examples
    --------
    >>> frame = {"code": ["A", "B", "C"], "n": [3, 3, None], "each": ["3.33", "3.33", None], "cost": [10, "10.02", 5]}
    >>> found = check_costs(frame, keys="code", quantity="n", price="each", cost="cost")
    >>> [(row["row"], row["finding"], row["difference"]) for row in found]
    [(2, 'differs', Decimal('0.03')), (3, 'no quantity or price', None)]
    """
    columns = key_columns(keys)
    faults = Faults()
    rows = read_rows(data, columns, [quantity, price, cost], faults)
    faults.raise_any("the costs cannot be checked")
    numbers = (quantity, price, cost)
    strange = [name for name in places or {} if name not in numbers]
    if strange:
        raise ValueError(f"places: found {strange}, expected columns of {', '.join(numbers)}")
    widths = {name: _width([row.value(name) for row in rows.rows], (places or {}).get(name)) for name in numbers}
    amounts = [row.value(quantity) for row in rows.rows]
    counted = quantity not in (places or {}) and all(n is None or n == n.to_integral_value() for n in amounts)
    found = []
    for row in rows.rows:
        finding = _finding(row, quantity, price, cost, widths, counted)
        if finding:
            found.append(rows.told(row) | finding)
    counts = {
        name: sum(row["finding"] == name for row in found) for name in ("differs", "no quantity or price", "no cost")
    }
    told = "; ".join(f"{count:,} {name}" for name, count in counts.items())
    return Table.of_rows(
        "Quantity times price against cost", checks_schema(columns), found, f"{len(rows.rows):,} rows: {told}."
    )


@dataclass(frozen=True, slots=True)
class _Width:
    """How far the numbers of a column are written out: decimal places, and digits in all."""

    places: int
    digits: int

    def half(self, value: Decimal) -> Decimal:
        """Half of the last place to which a number was rounded."""
        last = max(-self.places, value.adjusted() - self.digits + 1) if value else -self.places
        return Decimal(5).scaleb(last - 1)


def _width(values: Iterable[Decimal | None], places: int | None) -> _Width:
    """How far a column is written out; the zeros of "12.00" count, the one of "12.0" (a whole float) does not."""
    if places is not None:
        return _Width(places, _DOUBLE)
    most, digits = 0, 1
    for value in values:
        if value:
            _, of, exponent = value.as_tuple()
            shown = 0 if exponent == -1 and of[-1] == 0 else max(0, -int(exponent))
            most, digits = max(most, shown), max(digits, value.adjusted() + 1 + shown)
    return _Width(most, min(digits, _DOUBLE))


def _finding(
    row: Row, quantity: str, price: str, cost: str, widths: Mapping[str, _Width], counted: bool
) -> dict[str, Any]:
    amount, each, spent = row.value(quantity), row.value(price), row.value(cost)
    own = {"quantity": amount, "price": each, "cost": spent}
    if amount is None or each is None:
        return {} if amount is each is spent is None else own | {"finding": "no quantity or price"}
    if spent is None:
        return own | {"finding": "no cost", "product": EXACT.multiply(amount, each)}
    product = EXACT.multiply(amount, each)
    difference = EXACT.subtract(spent, product)
    allowed = EXACT.fma(amount.copy_abs(), widths[price].half(each), widths[cost].half(spent))
    if not counted:
        allowed = EXACT.fma(each.copy_abs(), widths[quantity].half(amount), allowed)
    if difference.copy_abs() <= allowed:
        return {}
    return own | {"finding": "differs", "product": product, "difference": difference, "allowed": allowed}
