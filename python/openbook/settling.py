"""Settling a book: data and choices become one request to the core."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Unpack

from . import _json, privacy
from ._desk import Desk
from ._log import tell
from ._request import texts, whole
from .data import DataOptions, loaded
from .results import Settlement
from .scenarios.applying import apply
from .table import Table

if TYPE_CHECKING:
    from .book import Book
    from .explanation import Explanation

__all__ = ["explain", "posted_after", "posted_rows", "settle", "settle_at"]

_log = logging.getLogger(__name__)


def posted_after(settlement: Settlement) -> list[dict[str, Any]]:
    """The rows of the ledger that stand posted once a settlement is posted: what was before it, and what it posts.

    A settlement that was not made against a posted ledger is taken to be posted as a whole.
    """
    before = settlement.request.get("posted")
    if before is None:
        entries = settlement._data["entries"]
        return [dict(row) for row in entries if row["basis"] == "practised" and row["kind"] != "accrual"]
    return [dict(row) for row in (*before, *(settlement._data["to_post"] or ()))]


def posted_rows(
    given: Settlement | Table | Iterable[Mapping[str, Any]] | None, private_to: str = ""
) -> list[dict[str, Any]] | None:
    """What was posted as the core reads it: rows with exact text for amounts."""
    if given is None:
        return None
    owner = getattr(given, "private_to", "")
    if owner and owner != private_to:
        privacy.refuse(f"what was posted was settled with the layer of '{owner}'; the differences would tell of it")
    if isinstance(given, Settlement):
        return posted_after(given)
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
    edition: str | None = None,
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
        What was posted before: a settlement (with what had been posted before it), a ledger table or its rows. Only
        differences are then to be posted.
    readings
        Clause id to the name of its reading, for this settlement only.
    alternatives
        Parameter, quantity or input (its plan) by id, or any term by its path, to the name of one of its alternatives.
    shocks
        The name of a scenario of the book or of a standard set, a file of scenarios, or shocks; see `openbook.stress`.
        Several act together, in order. Events may change the book: the settlement's `book` is the changed one.
    disputes
        Whether the readings that were not chosen are settled as well.
    dispute_limit
        Most combinations of readings computed exactly; beyond it a bound is given that says so.
    edition
        Edition of the arithmetic, such as a sealed book names; None: the newest.
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
    >>> settlement = ob.settle(ob.examples.third_sector_cash(), plan=True)
    >>> settlement.position("charity"), sum(row["practised"] for row in settlement.summary())
    (Decimal('48000.00'), Decimal('0.00'))
    """
    return settle_at(
        Desk(),
        book,
        data,
        plan=plan,
        as_at=as_at,
        posted=posted,
        readings=readings,
        alternatives=alternatives,
        shocks=shocks,
        disputes=disputes,
        dispute_limit=dispute_limit,
        edition=edition,
        **options,
    )


def settle_at(
    desk: Desk,
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
    edition: str | None = None,
    **options: Unpack[DataOptions],
) -> Settlement:
    """As `settle`, with what other settlements of the same run have in common."""
    world = apply(book, shocks)
    book = world.book
    given = loaded(book, data, as_at=as_at, plan=plan, asked=desk.asked(book), **options)
    request = {
        "inputs": given.columns(),
        **given.request_reasons(),
        "mode": "plan" if plan or given.plan else "data",
        "as_at": given.as_at,
        "posted": posted_rows(posted, book.private_to),
        "readings": world.readings(readings),
        "alternatives": texts(alternatives),
        "shocks": list(world.changes),
        "disputes": bool(disputes),
        "dispute_limit": whole("dispute_limit", dispute_limit, 1, 1_000_000),
        **({} if edition is None else {"edition": edition}),
    }
    start = time.perf_counter()
    settlement = Settlement(
        book,
        request,
        receipt=given.receipt,
        flex=given.flex,
        notes=[*given.warnings, *world.notes],
        plans=desk.plans,
    )
    _tell(settlement, time.perf_counter() - start)
    return settlement


def _tell(settlement: Settlement, seconds: float) -> None:
    found, inputs = settlement._data, settlement.request["inputs"]
    tell(
        _log,
        logging.INFO,
        "settled",
        book=settlement.book.id,
        as_at=settlement.as_at,
        inputs=len(inputs),
        values=inputs.present,
        entries=len(found["entries"]),
        to_post=len(found["to_post"] or ()),
        provisional=len(settlement.provisional),
        warnings=len(found["warnings"]),
        seconds=round(seconds, 3),
    )
    # Warnings belong to the result, which carries them; their words may hold figures.
    for warning in found["warnings"] if _log.isEnabledFor(logging.DEBUG) else ():
        _log.debug("warning of %s: %s at %s", settlement.book.id, warning["code"], warning["path"])


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
