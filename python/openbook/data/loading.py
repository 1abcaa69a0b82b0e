"""Data at the door: any data frame becomes the inputs of a book, with a receipt, or every fault at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Unpack

from .._calendar import Months, month_text
from .._log import tell
from .._settled import WARNINGS
from .._values import nearest
from ..errors import DataError
from ..table import Table, faults_table
from .aligning import Alignment, incomplete, provisional, running, unread
from .cells import BadCell, Number
from .faults import Faults
from .frames import Frame, frames_of, is_frame, named_apart
from .given import GivenValues
from .lists import frame_of_values
from .loads import Load, shape_of
from .missing import Reasons, is_reasons
from .options import DataOptions, Options
from .periods import Periods
from .placing import Placing
from .receipt import receipt_of
from .summing import Cells, cells_of
from .targets import Target, targets_of

if TYPE_CHECKING:
    from .._desk import Asked
    from ..book import Book

__all__ = ["history", "last_month", "load", "loaded"]

_log = logging.getLogger("openbook.data")


def load(
    book: Book, data: Any, *, as_at: str | None = None, plan: bool = False, **options: Unpack[DataOptions]
) -> Load:
    """Read data for a book: every value finds its input, every row is accounted for, all faults come at once.

    Every verb that takes data (`settle`, `simulate`, `stress`, ...) takes these options as well, or a `Load` in place
    of the data.

    Parameters
    ----------
    data
        A frame (pandas, polars, Arrow, DuckDB, any object with the Arrow C stream), a path (CSV, XLSX, Parquet), a
        mapping from columns to lists (with ``period``), a mapping from input ids to lists (one value per period,
        members fastest) or from months to values, or a list of any of these. None: no data. A template that
        `openbook.needs` wrote is read as it is, its sheet of reasons too.
    as_at
        Month up to which data are wanted ("2016-09"). Periods that end later are not used, and may be absent.
    plan
        Inputs without any data are left to their plan instead of being a fault.
    where
        Column and code that select rows: ``{"org_code": "RF4"}``.
    columns
        New names of columns: ``{"Attendances": "attendances", "Month": "period"}``.
    codes
        A `CodeMap`, or several that are applied in turn.
    units
        The unit of a column, or of an input: ``{"cost": "£k"}``, also "£m", "pence", "thousands" or "%" (45 is
        45%). A heading may say it too: ``cost [£k]``.
    decimals
        Places to which floats are rounded (half away from zero), for all columns or by column; else a float gives its
        shortest decimal.
    missing
        Why months are missing: a frame, path, list of rows or mapping, with ``input`` (id or name; empty: all),
        ``member`` (or a column named as the dimension, or as one of `where`), ``from`` and ``to`` (empty: start and end
        of the calendar), ``reason``, ``into`` (of merged_into), ``value`` and ``agreed_by``. With not_open, closed and
        merged_into nothing happened: an input that adds up over months counts 0, which receipt and warnings say. With
        not_submitted and suppressed the value is unknown: it stays missing where the input may be missing, or takes
        the agreed `value`. A month without value and reason is refused: a gap is never a zero.
    status
        A column ``status`` says flex or freeze. "any": where an input has frozen rows in a month, its flex rows of that
        month are superseded. "freeze": flex rows are not used at all. Frames without the column count as final.
    status_by
        Columns that with the month make up one submission, such as ``"org_code"``: where it has a frozen row, all its
        flex rows are superseded, whichever input they are of.
    unmapped
        "refuse" rows whose code cannot be placed, or "suspend" them: they are set aside, and the result is openly
        incomplete (warning "incomplete-data", exit code 7 on the command line).
    outside
        "refuse" months outside the calendar, or "drop" them.
    day_first
        What "04/01/2024" means: True 4 January, False 1 April; it is refused otherwise.

    Returns
    -------
    Load

    Raises
    ------
    DataError
        All faults at once, each naming file, row, column, value and what was expected; its `faults` are a table.
    TypeError
        An option is unknown.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.alliance_precedence()
    >>> frame = {"Month": [f"M{m} 2015/16" for m in range(1, 13)], "visits_made": ["1,000"] * 12}
    >>> ob.load(book, frame, columns={"Month": "period"}).inputs["visits_made"][0]
    '1000'
    """
    return _load(book, data, as_at, plan, Options.of(options), targets_of(book), shape_of(book))


def _load(
    book: Book,
    data: Any,
    as_at: str | None,
    plan: bool,
    chosen: Options,
    targets: dict[str, Target],
    shape: tuple[Any, ...],
) -> Load:
    faults = Faults()
    months = Months.of(book.calendar)
    last = None if as_at is None else last_month(as_at, months)
    placing, reasons = _read(data, targets, months, chosen, faults, last)
    cells = cells_of(placing)
    suspended = faults.take(_SUSPENDED) if chosen.unmapped == "suspend" else []
    aligned = Alignment(months, placing.last, reasons, faults, plan=plan)
    stated = {name for name, _, _ in reasons.stated}
    inputs: dict[str, GivenValues] = {}
    for target in targets.values():
        if target.id not in cells and target.id not in stated:
            if not plan and not target.may_be_missing and not faults.of_input(target, ("wrong-unit",)):
                faults.of("missing-input", f"no data, expected {target.wanted}", target, expected=target.wanted)
            continue
        inputs[target.id] = aligned.values(target, cells.get(target.id, Cells()))
    faults.raise_any("the data do not fit the book")
    receipt = receipt_of(placing.lots, aligned.stated, placing.notes)
    flex = sorted({month for name in inputs if name in cells for month in cells[name].flex})
    warnings = [
        *incomplete(placing, receipt),
        *provisional(targets, cells, flex),
        *aligned.warnings,
        *running(placing),
        *unread(placing, targets, inputs),
    ]
    return Load(
        _inputs=inputs,
        _shape=shape,
        receipt=receipt,
        faults=faults_table(suspended, "Rows set aside"),
        flex=tuple(month_text(month) for month in flex),
        warnings=Table.of_rows("Warnings", WARNINGS, warnings),
        as_at=None if last is None else month_text(last),
        plan=plan,
        reasons=aligned.why,
        declared={
            name: claim.lot.values.declared.text
            for name, claims in placing.claims.items()
            for claim in claims
            if claim.lot.values.declared is not None
        },
    )


#: Faults of rows whose code cannot be placed.
_SUSPENDED = frozenset({"unmapped-code", "unknown-code", "unknown-quantity"})


def loaded(
    book: Book,
    data: Any,
    *,
    as_at: str | None = None,
    plan: bool = False,
    asked: Asked | None = None,
    **options: Unpack[DataOptions],
) -> Load:
    """The load of what a verb was given: data with options, or a `Load`. `asked`: what the book asks, where known.

    Raises
    ------
    DataError
        As for `load`; or a `Load` was made for other inputs, to another month, or comes with options of its own.
    """
    if not isinstance(data, Load):
        targets, shape = (targets_of(book), shape_of(book)) if asked is None else (asked.targets, asked.shape)
        return _load(book, data, as_at, plan, Options.of(options), targets, shape)
    problems = []
    given = [name for name, value in options.items() if value is not None]
    if given:
        message = f"found {', '.join(given)} beside a Load, expected these options where the data are loaded"
        problems.append({"code": "already-loaded", "path": "", "message": message})
    if as_at is not None and month_text(last_month(as_at, Months.of(book.calendar))) != data.as_at:
        message = (
            f"found as_at {as_at} beside a Load to {data.as_at or 'the end'}, expected ob.load(..., as_at='{as_at}')"
        )
        problems.append({"code": "already-loaded", "path": "/as_at", "message": message})
    if not data.fits(book):
        message = "found a Load for other inputs or another calendar, expected one made with this book"
        problems.append({"code": "another-book", "path": "", "message": message})
    if problems:
        raise DataError("the load does not fit", problems)
    return data


def history(book: Book, data: Any, **options: Unpack[DataOptions]) -> dict[str, dict[int, Number]]:
    """The values of every monthly input without dimension that the data hold, inside the calendar or not.

    Returns
    -------
    dict
        For each input its values by month (months since January of year 0), in order.

    Raises
    ------
    DataError
        As for `load`, but months may lie outside the calendar and may be missing.
    """
    if isinstance(data, Load):
        months = Months.of(book.calendar).starts("month")
        values = {
            name: zip(months, given, strict=False) for name, given in loaded(book, data, **options).inputs.items()
        }
        found = {name: {month: _number(text) for month, text in given if text} for name, given in values.items()}
    else:
        faults = Faults()
        targets = targets_of(book)
        placing, _ = _read(data, targets, Months.of(book.calendar), Options.of(options), faults, None, everywhere=True)
        cells = cells_of(placing)
        faults.raise_any("the data do not fit the book")
        found = {name: {month: value for (month, _), value in given.in_order()} for name, given in cells.items()}
    monthly = [item.id for item in book.inputs if item.every == "month" and not item.dimension]
    return {name: found[name] for name in monthly if found.get(name)}


def _number(text: str) -> Number:
    from fractions import Fraction

    return Fraction(text) if "/" in text else Decimal(text)


def last_month(as_at: Any, months: Months) -> int:
    """The last month of the period that a settlement is made to.

    Raises
    ------
    DataError
        It is no month, or could be two.
    """
    try:
        span = Periods(months).read(as_at)
    except BadCell as error:
        problem = {"code": "wrong-period", "path": "/as_at", "message": f"as_at: {error}"}
        raise DataError("as_at is not a month", [problem]) from None
    return span.start + span.months - 1 if span.months else months.start + months.count - 1


# -- reading --------------------------------------------------------------------------------------------------------


def _read(
    data: Any,
    targets: dict[str, Target],
    months: Months,
    options: Options,
    faults: Faults,
    last: int | None,
    *,
    everywhere: bool = False,
) -> tuple[Placing, Reasons]:
    placing = Placing(targets, months, options, faults, last=last, everywhere=everywhere)
    reasons = Reasons(targets, months, options, faults)
    reasons.add(options.missing)
    frames = named_apart(_frames(data, targets, months, options, faults, placing))
    if data is not None:
        tell(_log, logging.INFO, "data read", frames=len(frames), rows=sum(map(len, frames)))
    for frame in frames:
        if is_reasons(frame):
            reasons.frame(frame)
        else:
            placing.add(frame)
    if data is not None:
        placing.finish()
    return placing, reasons


def _frames(
    data: Any, targets: dict[str, Target], months: Months, options: Options, faults: Faults, placing: Placing
) -> Iterator[Frame]:
    if data is None:
        return
    if isinstance(data, Mapping) and not is_frame(data) and not set(options.headings()) & set(data):
        for name, values in data.items():
            target = targets.get(str(name))
            if target is None:
                message = f"the book has no input '{name}'{nearest(str(name), [*targets, 'period'])}"
                faults.of("unknown-quantity", message, column=str(name))
            else:
                placing.seen.add(target.id)
                yield frame_of_values(target, values, months, options, faults)
    elif isinstance(data, (list, tuple)):
        for part in data:
            yield from _frames(part, targets, months, options, faults, placing)
    else:
        frames = frames_of(data, options.headings() | {"reason"})
        dated = [frame for frame in frames if options.headings() & set(frame.data) or is_reasons(frame)]
        if dated and len(dated) < len(frames):
            left = [frame.name for frame in frames if frame not in dated]
            dated[0] = replace(
                dated[0], remarks=(*dated[0].remarks, f"Sheets without periods are not read: {'; '.join(left)}.")
            )
        yield from dated or frames
