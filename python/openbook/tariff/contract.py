"""A price list as a contract: one input and one price for each line, and clauses that pay quantity times price."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from .. import model
from .._json import decimal_text
from ..book import Book
from ..errors import DataError
from .lines import LINE

__all__ = ["book_of"]

Every = Literal["month", "quarter", "half_year", "year", "financial_year", "term"]


def book_of(
    prices: Mapping[str, Decimal],
    groups: tuple[str, Mapping[str, str]] | None,
    *,
    start: str,
    months: int,
    every: Every,
    quantity: str,
    unit: str,
    payer: str,
    payee: str,
    id: str,
    title: str,
    source: str,
) -> Book:
    """A book with one contract over the lines of a price list; see `PriceList.book`.

    Parameters
    ----------
    prices
        Price by name of the line.
    groups
        What the lines are grouped by, and the group of each: one clause for each group. None: one clause.
    """
    mark: dict[str, Any] = {"source": source} if source else {"illustrative": True}
    one = unit[:-1] if unit.endswith("s") else unit
    spend = f"or_else({quantity}, 0) * price"
    # What has thousands of members is plain data here, so that it is checked once, with the book.
    lines: dict[str, Any] = {"id": LINE, "name": "Lines of the price list", "members": list(prices)}
    dimensions = [lines]
    if groups is None:
        amounts = {"": f"sum({spend})"}
    else:
        by, group_of = groups
        codes = list(dict.fromkeys(group_of.values()))
        parent = "group" if by in (LINE, quantity, "price") or not by.isidentifier() else by
        dimensions = [lines | {"parents": {parent: group_of}}, {"id": parent, "members": codes}]
        amounts = {code: f"member(sum({spend}, '{parent}'), {_quoted(code)})" for code in codes}
    words = mark if source else {}
    clauses = [
        model.Payment(id=f"payment_{number}" if groups else "payment", name=code, every=every, amount=amount, **words)
        for number, (code, amount) in enumerate(amounts.items(), 1)
    ]
    given = model.Input(
        id=quantity,
        unit=unit,
        dimension=LINE,
        every=every,
        may_be_missing=True,
        data=model.Source(column=quantity),
    )
    price = {
        "id": "price",
        "dimension": LINE,
        "value": {"value": 0, "unit": f"£ per {one}", **mark},
        "members": {name: decimal_text(each) for name, each in prices.items()},
    }
    return Book(
        id=id,
        title=title,
        calendar=model.Calendar(start=start, months=months),
        dimensions=dimensions,
        parties=[model.Party(id=payer, roles=["commissioner"]), model.Party(id=payee, roles=["provider"])],
        inputs=[given],
        parameters=[price],
        contracts=[model.Contract(id="contract", payer=payer, payee=payee, clauses=clauses)],
    )


def _quoted(code: str) -> str:
    """A code as text of a formula."""
    for mark in "'\"":
        if mark not in code:
            return f"{mark}{code}{mark}"
    message = f"found {code!r}, expected a code without both kinds of quotation marks; leave `by` out"
    raise DataError("a code that no formula can name", [{"code": "malformed", "path": "", "message": message}])
