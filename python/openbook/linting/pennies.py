"""Parts that are each rounded by themselves, so that they need not add up to the whole."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import queries
from ..errors import OpenbookError
from .findings import Finding, Reader
from .sharing import lists_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["rounded_apart"]

#: What a clause moves, by contract year of a block and by period of what is split over parties.
Sums = dict[str, dict[str, Decimal]]


def rounded_apart(reader: Reader) -> Iterator[Finding]:
    """Clauses whose `pennies` are "each": at the plan, what their parts come to against the whole."""
    apart = [(clause, path) for _, clause, _, path in reader.clauses() if _in_parts(clause)]
    if not apart:
        return
    try:
        parts, wholes = _sums(reader.book), _sums(_adding_up(reader, [path for _, path in apart]))
    except OpenbookError:  # why it cannot be settled is told by `not-probed`
        parts, wholes = {}, {}
    for clause, path in apart:
        paid, whole = parts.get(clause.id, {}), wholes.get(clause.id, {})
        off = {when: paid.get(when, Decimal(0)) - due for when, due in whole.items() if paid.get(when) != due}
        message = f"'{clause.id}' rounds each part by itself, so that their sum may differ from the whole"
        if off:
            when = max(off, key=lambda when: abs(off[when]))
            count = len(off)
            message += (
                f": at the plan {_pounds(paid.get(when, Decimal(0)))} of {_pounds(whole[when])} is paid for {when}"
                + (f", and it differs in {count} periods" if count > 1 else "")
            )
        message += (
            "; see whether the contract says so, else let the pennies fall fairly, to the first, the last or one named"
        )
        yield Finding("pennies-apart", "warning" if off else "note", f"{path}/pennies", message)


def _in_parts(clause: Any) -> bool:
    split = any(len(parts) > 1 for _, _, parts in lists_of(clause, ""))
    instalments = clause.kind == "block" and clause.every in ("month", "quarter", "half_year")
    return str(clause.pennies) == "each" and (split or instalments)


def _adding_up(reader: Reader, paths: list[str]) -> Book:
    """The book with the pennies of these clauses falling fairly."""
    from ..book import Book

    data = copy.deepcopy(reader.data)
    for path in paths:
        _, kind, group, _, number = path.split("/")
        data[kind][int(group)]["clauses"][int(number)]["pennies"] = "fair"
    return Book(**data)


def _sums(book: Book) -> Sums:
    found: Sums = defaultdict(lambda: defaultdict(Decimal))
    settlement = book.settle(plan=True, disputes=False)
    years = _years(book)
    kinds = {clause.id: clause.kind for _, clause, _ in queries.clauses(book)}
    for row in settlement._data["entries"]:
        if row["basis"] != "practised" or row["kind"] not in ("payment", "transfer"):
            continue
        first, last = row["service_from"], row["service_to"]
        kind = kinds[row["clause"]]
        when = years[last] if kind == "block" else first if first == last else f"{first} to {last}"
        # What goes into a fund and what comes out of it are sums of their own, and so are the steps of a waterfall.
        part = f"{when}, {row['label']}" if kind in ("pooled_fund", "waterfall") else when
        found[row["clause"]][part] += Decimal(row["amount"])
    return found


def _years(book: Book) -> dict[str, str]:
    """The contract year of each month."""
    from .._calendar import Months, month_text

    months = Months.of(book.calendar)
    spans = zip(months.starts("year"), months.ends("year"), strict=True)
    return {month_text(month): f"year {n}" for n, (start, end) in enumerate(spans, 1) for month in range(start, end)}


def _pounds(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}"
