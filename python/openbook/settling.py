"""Settling a book: data and choices become one request to the core."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Unpack

from . import _json
from ._request import shock_list, texts, whole
from .data import DataOptions, loaded
from .results import Settlement
from .table import Table

if TYPE_CHECKING:
    from .book import Book
    from .explanation import Explanation

__all__ = ["explain", "settle"]


def _posted(given: Settlement | Table | Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    if isinstance(given, Settlement):
        return [dict(row) for row in given._data["entries"] if row["basis"] == "practised"]
    rows = [dict(row) for row in given]
    for row in rows:
        if isinstance(row.get("amount"), (Decimal, float, int)):
            row["amount"] = _json.decimal_text(row["amount"])
    return rows


def settle(
    book: Book,
    data: Any = None,
    *,
    plan: bool = False,
    as_at: str | None = None,
    posted: Settlement | Table | Iterable[Mapping[str, Any]] | None = None,
    readings: Mapping[str, str] | None = None,
    alternatives: Mapping[str, str] | None = None,
    shocks: Any = None,
    disputes: bool = True,
    dispute_limit: int = 256,
    **options: Unpack[DataOptions],
) -> Settlement:
    """Settle a book on data, in exact arithmetic.

    Parameters
    ----------
    data
        Any data frame, path (CSV, XLSX, Parquet), mapping or list of them, or a `Load`; see `openbook.load`. None where
        the book needs none, or with `plan`.
    plan
        Inputs without data take their plan; otherwise a missing input is a `DataError`.
    as_at
        Month ("2016-09") to which the settlement is made; later months are not wanted.
    posted
        What was posted before: a settlement, a ledger table or its rows. Only differences are then to be posted.
    readings
        Clause id to the name of its reading, for this settlement only.
    alternatives
        Term (parameter id, name or path) to the name of one of its alternatives.
    shocks
        The name of a scenario of the book, or shocks (set, add, scale); see `openbook.stress`.
    disputes
        Whether the readings that were not chosen are settled as well.
    dispute_limit
        Most combinations of readings computed exactly; beyond it a bound is given that says so.
    **options
        How the data are read, as for `openbook.load`: where, columns, codes, units, decimals, missing, status,
        status_by, unmapped, outside, day_first.

    Returns
    -------
    Settlement
        Its `receipt` says what became of every row of the data.

    Raises
    ------
    DataError
        The data do not fit; all faults at once.
    ReadingError
        A clause has several readings, none chosen and none provisional.

    Examples
    --------
    >>> import openbook as ob
    >>> settlement = ob.settle(ob.examples.mental_health_alliance(), plan=True)
    >>> settlement.payments["amount"][0] > 0
    True
    """
    given = loaded(book, data, as_at=as_at, plan=plan, **options)
    request = {
        "inputs": given.request(),
        "mode": "plan" if plan or given.plan else "data",
        "as_at": given.as_at,
        "posted": _posted(posted),
        "readings": texts(readings),
        "alternatives": texts(alternatives),
        "shocks": shock_list(book, shocks),
        "disputes": bool(disputes),
        "dispute_limit": whole("dispute_limit", dispute_limit, 1, 1_000_000),
    }
    return Settlement(book, request, receipt=given.receipt, flex=given.flex, notes=given.warnings)


def explain(
    book: Book,
    what: str,
    data: Any = None,
    *,
    every: str = "",
    period: int | str = 1,
    year: int | str | None = None,
    basis: str = "practised",
    **options: Any,
) -> Explanation:
    """Settle a book and open one figure into what made it.

    Parameters
    ----------
    what, every, period, year, basis
        As for `Settlement.explain`.
    data, **options
        As for `settle`.

    Examples
    --------
    >>> import openbook as ob
    >>> tree = ob.explain(ob.examples.mental_health_alliance(), "mental_health_ft", plan=True, year=1)
    >>> sum(child.amount for child in tree.children) == tree.amount
    True
    """
    settlement = settle(book, data, disputes=False, **options)
    return settlement.explain(what, every=every, period=period, year=year, basis=basis)
