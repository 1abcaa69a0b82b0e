"""The columns that are kept of every draw, and which of them a party or a tracked formula means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from . import queries
from ._simulated import COLUMNS
from ._values import nearest
from .errors import BookError
from .table import Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["meant", "table_of"]

Columns = Sequence[Mapping[str, Any]]


def table_of(columns: Columns, about: Mapping[str, str]) -> Table:
    """The columns as a table, periods from 1."""
    rows = [{**column, "period": column["period"] + 1} for column in columns]
    return Table.of_rows("Columns", COLUMNS, rows, about=about)


def meant(book: Book, columns: Columns, what: str, every: str, period: int | str | None, basis: str) -> list[int]:
    """The numbers of the columns of a party's positions or a tracked formula, in order.

    Parameters
    ----------
    what
        A party by id or name, or a formula.
    every, basis
        Which positions; of a formula they say nothing.
    period
        By number (from 1) or label; None for all.

    Raises
    ------
    BookError
        Nothing is called so, nothing of it was kept, or there is no such period.
    """
    found = [i for i, c in enumerate(columns) if c["kind"] == "track" and c["formula"] == what]
    if not found:
        found = _positions(book, columns, what, every, basis)
    if period is None:
        return found
    chosen = [i for i in found if columns[i]["label"] == period or columns[i]["period"] + 1 == period]
    if not chosen:
        labels = ", ".join(str(columns[i]["label"]) for i in found)
        message = f"no period {period!r}; there is 1 to {len(found)}: {labels}"
        raise BookError("no such period", [{"code": "unknown-period", "path": "", "message": message}])
    return chosen


def _positions(book: Book, columns: Columns, what: str, every: str, basis: str) -> list[int]:
    ids = [party.id for party in book.parties]
    if what not in ids and not any(what == party.name for party in book.parties):
        formulas = {column["formula"] for column in columns if column["kind"] == "track"}
        message = f"neither a party nor a tracked formula: '{what}'{nearest(what, [*ids, *formulas])}"
        raise BookError(f"nothing is called '{what}'", [{"code": "unknown-name", "path": "", "message": message}])
    party = queries.require_party(book, what)
    own = [i for i, c in enumerate(columns) if c["kind"] == "position" and c["party"] == party]
    if not own:
        _not_kept(f"positions of '{party}', which stands outside, were not kept; simulate with parties='all'")
    found = [i for i in own if columns[i]["every"] == every and columns[i]["basis"] == basis]
    if not found:
        kept = ", ".join(sorted({f"{columns[i]['every']} ({columns[i]['basis']})" for i in own}))
        _not_kept(
            f"positions by {every} ({basis}) were not kept; there is {kept}; simulate with every=[...] or basis=[...]"
        )
    return found


def _not_kept(message: str) -> NoReturn:
    raise BookError("not kept", [{"code": "not-kept", "path": "", "message": message}])
