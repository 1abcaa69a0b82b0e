"""A price list as a contract: prices by a key of several columns, settled on activity in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from ..data.cells import EXACT, BadCell, rounded
from ..data.faults import Faults
from ..data.mapping import CodeMap
from ..errors import DataError
from ..table import Column, Schema, Table
from .changed_codes import map_of_changes
from .lines import (
    LINE,
    Key,
    Rows,
    fitting,
    frame_with,
    key_columns,
    month_of,
    own_names,
    read_rows,
    unique,
    year_start,
)

if TYPE_CHECKING:
    from ..book import Book
    from ..results import Settlement

__all__ = ["LINE", "PriceList", "price_list"]

#: Digits that a number of a book may have.
MOST_DIGITS = 18


def unpriced_schema(name: str, keys: Sequence[str] = (), amounts: Sequence[Column] = ()) -> Schema:
    """Columns of rows that have no price; those of the keys, named as in the frame, come last."""
    return Schema(name, 1, [Column("row", "int"), Column("reason"), *amounts, *(Column(key) for key in keys)])


WITHOUT_PRICE = unpriced_schema("openbook.rows_without_price")
NOT_PRICED = unpriced_schema(
    "openbook.rows_not_priced", (), (Column("quantity", "decimal"), Column("cost", "decimal", "", "£"))
)


class PriceList:
    """Prices by line; made by `openbook.tariff.price_list`. Frozen.

    Attributes
    ----------
    keys
        The columns that make up a line's key.
    prices
        Price by name of the line ("Elective / AA01A"), exact.
    without_price
        Rows of the list that have no price, and why. They are never priced at zero: activity of theirs is set aside.

    Examples
    --------
    >>> listed = price_list(
    ...     {"setting": ["Elective", "Emergency"], "currency": ["AA01", "AA01"], "unit_cost": ["1200.50", 3000]},
    ...     keys=["setting", "currency"], price="unit_cost")
    >>> listed
    <PriceList of 2 lines by setting, currency>
    >>> activity = {"setting": ["Elective", "Emergency"], "currency": ["AA01", "AA01"], "activity": [2, 10]}
    >>> listed.settle(activity, quantity="activity", period="2024/25").position("provider")
    Decimal('32401.00')
    """

    __slots__ = ("_names", "keys", "name", "prices", "without_price")

    keys: tuple[str, ...]
    name: str
    prices: Mapping[str, Decimal]
    without_price: Table
    _names: Mapping[Key, str]

    def __init__(self, rows: Rows, price: str, values: Sequence[Decimal | None]) -> None:
        names = own_names(rows)
        prices: dict[str, Decimal] = {}
        without = []
        for row, value in zip(rows.rows, values, strict=True):
            if value is None:
                without.append(rows.told(row) | {"reason": row.why_not(price)})
            else:
                prices[names[row.key]] = value
        if not prices:
            message = f"{rows.frame.name}, column '{price}': found no price, expected at least one"
            raise DataError("no prices", [{"code": "empty", "path": "", "message": message}])
        schema = unpriced_schema("openbook.rows_without_price", rows.keys)
        told = Table.of_rows("Rows without a price", schema, without)
        priced = {key: name for key, name in names.items() if name in prices}
        self._hold(rows.keys, rows.frame.name, prices, told, priced)

    def _hold(
        self,
        keys: tuple[str, ...],
        name: str,
        prices: Mapping[str, Decimal],
        without: Table,
        names: Mapping[Key, str],
    ) -> None:
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "prices", MappingProxyType(prices))
        object.__setattr__(self, "without_price", without)
        object.__setattr__(self, "_names", MappingProxyType(names))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a price list never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        values = (self.keys, self.name, dict(self.prices), self.without_price, dict(self._names))
        return _rebuild, values

    def __len__(self) -> int:
        return len(self.prices)

    def __repr__(self) -> str:
        return f"<PriceList of {len(self):,} lines by {', '.join(self.keys)}>"

    def codes(
        self,
        changes: Any = None,
        *,
        becomes: Mapping[str, str] | None = None,
        starts: str | None = None,
        ends: str | None = None,
        weight: str | None = None,
    ) -> CodeMap:
        """The map from the key columns of activity to the lines of this list.

        Parameters
        ----------
        changes
            A frame of codes that were renamed, split or merged: the key columns hold the code as the data have it, the
            columns of `becomes` the code of this list. A key that stands here is mapped as it says, every other key of
            the list to itself. An empty new code leaves the rows out on purpose.
        becomes
            For key columns, the column of `changes` that holds the new part; key columns that it does not name stay as
            they are: ``{"currency": "new_currency"}``.
        starts, ends
            Columns of the first and the last month in which a change holds; empty cells have no bound.
        weight
            The column of weights where one code becomes several; those of one key must sum to 1.

        Raises
        ------
        DataError
            A new code is not in the list (the nearest are offered), or the changes contradict each other.

        Examples
        --------
        >>> listed = price_list({"currency": ["B1", "B2"], "price": [100, 300]}, keys="currency", price="price")
        >>> split = {"currency": ["A", "A"], "new": ["B1", "B2"], "part": ["3/4", "1/4"]}
        >>> codes = listed.codes(split, becomes={"currency": "new"}, weight="part")
        >>> old = {"currency": ["A"], "n": [8]}
        >>> listed.settle(old, quantity="n", period="2024/25", codes=codes).position("provider")
        Decimal('1200.00')
        """
        if changes is None:
            return CodeMap.one_to_one(self.name, self.keys, LINE, self._names.items())
        return map_of_changes(self._names, self.keys, changes, becomes or {}, starts, ends, weight)

    def book(
        self,
        *,
        start: str = "2024-04",
        months: int = 12,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] = "year",
        by: str | None = None,
        quantity: str = "activity",
        unit: str = "units",
        payer: str = "commissioner",
        payee: str = "provider",
        id: str = "price_list",
        title: str = "Price list",
        source: str = "",
    ) -> Book:
        """A book with one contract: the payer pays the payee quantity times price, added over all lines.

        Parameters
        ----------
        start, months
            The calendar.
        every
            How often activity is given and paid.
        by
            A key column: one clause for each of its codes, so that the ledger shows what each comes to. None: one
            clause.
        quantity
            The id of the input, and the column of the data that it is read from.
        unit
            What is counted.
        payer, payee
            Ids of the parties.
        source
            Where the prices come from; without it they are marked illustrative.

        Raises
        ------
        ValueError
            `by` is no key column.
        """
        from .contract import book_of

        if by is not None and by not in self.keys:
            raise ValueError(f"by: found {by!r}, expected one of {', '.join(self.keys)}")
        groups = None if by is None else (by, {name: key[self.keys.index(by)] for key, name in self._names.items()})
        return book_of(
            self.prices,
            groups,
            start=start,
            months=months,
            every=every,
            quantity=quantity,
            unit=unit,
            payer=payer,
            payee=payee,
            id=id,
            title=title,
            source=source,
        )

    def settle(
        self,
        activity: Any,
        *,
        quantity: str,
        period: str | None = None,
        codes: CodeMap | None = None,
        book: Book | None = None,
        unmapped: Literal["refuse", "suspend"] = "suspend",
        **options: Any,
    ) -> Settlement:
        """Settle activity at these prices.

        Rows whose key is not in the list, and rows without a quantity, are set aside and never count as zero: the
        settlement's `receipt` says how many and how much, its `warnings` say that it is incomplete, and `unplaced`
        lists them one by one.

        Parameters
        ----------
        activity
            A frame with the key columns and the quantity.
        quantity
            The column of the quantity.
        period
            Which period the rows are of ("2024/25", "2024-07"), where the frame has no column ``period``.
        codes
            From `codes`, where codes were renamed, split or merged; None: keys stand for themselves.
        book
            From `book`, with other parties, calendar or clauses; None: one year that begins as `period` says.
        unmapped
            "suspend" rows whose key is not in the list, or "refuse" them.
        **options
            As for `openbook.load`.

        Raises
        ------
        DataError
            Faults of the data, all at once.
        """
        faults = Faults()
        wanted = [*self.keys, quantity, *([] if period is not None else ["period"])]
        frame = frame_with(activity, wanted, faults, "activity")
        faults.raise_any("the activity cannot be settled")
        assert frame is not None  # else a fault was raised
        kept = [*wanted, *(name for name in ("status",) if name in frame.data), *(options.get("where") or ())]
        data = {name: frame.data[name] for name in kept if name in frame.data}
        data["period"] = [period] * len(frame) if period is not None else frame.data["period"]
        given = replace(frame, data=data)
        chosen = book or self.book(start=year_start(data["period"]))
        column = next((item.data.column for item in chosen.inputs if item.dimension == LINE and item.data), None)
        if column is None:
            raise ValueError("book: found no input of the lines of a price list, expected one made by `book`")
        given = given.renamed({quantity: column})
        return chosen.settle(given, codes=codes or self.codes(), unmapped=unmapped, **options)

    def unplaced(
        self,
        activity: Any,
        *,
        quantity: str,
        cost: str | None = None,
        codes: CodeMap | None = None,
        period: str | None = None,
    ) -> Table:
        """Rows of activity that these prices do not reach, and why: one row each.

        Columns: row, the key columns, reason ("not in the price list", "no price in the list", "no value",
        "suppressed", "left out by the map of codes"), quantity and, where a column is named, cost. A dated map of codes
        needs the `period` that the rows are of.

        Raises
        ------
        DataError
            Faults of the data, all at once.

        Examples
        --------
        >>> listed = price_list({"code": ["A"], "price": [10]}, keys="code", price="price")
        >>> frame = {"code": ["A", "B", "A"], "n": [1, 2, None], "cost": [10, 22, 5]}
        >>> found = listed.unplaced(frame, quantity="n", cost="cost")
        >>> [(row["row"], row["reason"], row["cost"]) for row in found]
        [(2, 'not in the price list', Decimal('22')), (3, 'no value', Decimal('5'))]
        """
        fitting(codes, self.keys)
        faults = Faults()
        rows = read_rows(activity, self.keys, [quantity, *([cost] if cost else [])], faults, "activity")
        faults.raise_any("the activity cannot be read")
        empty = {tuple(row[name] for name in self.keys) for row in self.without_price}
        month = month_of(codes, period)
        found = []
        for row in rows.rows:
            reason = ""
            if row.value(quantity) is None:
                reason = row.why_not(quantity)
            elif codes is not None and (lines := codes.find(row.key, month)):
                reason = "" if any(line.target for line in lines) else "left out by the map of codes"
            elif row.key not in self._names:
                reason = "no price in the list" if row.key in empty else "not in the price list"
            if reason:
                told = {"reason": reason, "quantity": row.value(quantity)}
                found.append(rows.told(row) | told | {"cost": row.value(cost) if cost else None})
        amounts = (Column("quantity", "decimal"), Column("cost", "decimal", "", "£"))
        columns = unpriced_schema("openbook.rows_not_priced", self.keys, amounts)
        note = f"{len(found):,} of {len(rows.rows):,} rows are not priced."
        return Table.of_rows("Rows that are not priced", columns, found, note)


def price_list(data: Any, *, keys: str | Sequence[str], price: str, decimals: int | None = None) -> PriceList:
    """A price list from a frame.

    Parameters
    ----------
    data
        A frame (pandas, polars, Arrow, DuckDB), mapping of columns or path (CSV, XLSX, Parquet).
    keys
        The columns that together tell its rows apart, such as setting and currency; their codes are text ("01" stays
        "01").
    price
        The column of prices, in pounds. Rows without a price are kept apart in `PriceList.without_price`.
    decimals
        Places to which prices are rounded, half away from zero; None: they stay as they are.

    Raises
    ------
    DataError
        A column is missing, a key stands twice or is empty, a price is no number or has more than 18 digits; all faults
        at once, each with row, column and value.

    Examples
    --------
    >>> price_list({"code": ["01", "02"], "cost": ["65.56", None]}, keys="code", price="cost").without_price["code"]
    ('02',)
    """
    faults = Faults()
    rows = read_rows(data, key_columns(keys), [price], faults, "prices")
    unique(rows, faults)
    prices = [row.value(price) for row in rows.rows]
    if decimals is not None:
        prices = [None if value is None else rounded(value, decimals) for value in prices]
    for row, value in zip(rows.rows, prices, strict=True):
        if value is not None and len(value.normalize(EXACT).as_tuple().digits) > MOST_DIGITS:
            wrong = BadCell(
                f"a price of more than {MOST_DIGITS} digits", f"at most {MOST_DIGITS}, or `decimals=` places"
            )
            faults.at("out-of-range", rows.frame, row.number, price, wrong)
    faults.raise_any("the price list does not hold")
    return PriceList(rows, price, prices)


def _rebuild(keys: Any, name: Any, prices: Any, without: Any, names: Any) -> PriceList:
    made = object.__new__(PriceList)
    made._hold(keys, name, prices, without, names)
    return made
