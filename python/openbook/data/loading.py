"""Data at the door: any data frame becomes the inputs of a book, with a receipt, or every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Unpack

from .._calendar import Months, month_index, month_text
from .._values import nearest
from ..errors import DataError
from ..table import Column, Table, faults_table
from .cells import BadCell, Number, number_text, times
from .fates import Fate
from .faults import Faults
from .frames import Frame, frames_of, is_frame, numbered
from .missing import NOTHING, REASONS, Reason, Reasons, is_reasons
from .options import DataOptions, Options
from .periods import Periods, ranges
from .placing import Placing
from .receipt import Receipt, receipt_of
from .summing import Cells, cells_of
from .targets import Target, targets_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Load", "history", "load", "loaded"]

WARNINGS = (Column("code"), Column("path"), Column("message"))


class Load:
    """Data that fit a book. Frozen; made by `openbook.load`, accepted wherever data are.

    Attributes
    ----------
    inputs
        For every input with data one exact text per period (times members, member fastest): a decimal, a fraction such
        as "1/3", or None where it is missing or not wanted yet.
    receipt
        What came in and what became of it; see `Receipt`.
    faults
        Rows that were set aside with ``unmapped="suspend"``, each with row, column and value; else empty.
    flex
        Months ("2016-08") that rest on provisional data.
    warnings
        What the reader should know: code, path, message.
    as_at, plan
        As they were asked for.
    declared
        The unit of the column that an input was read from, where the column declares one ("£k").

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.acute_contract()
    >>> data = ob.load(book, ob.examples.data("acute_contract"), where={"org_code": "ZX1"})
    >>> data.inputs["type1_attendances"][0], data.receipt.balances
    ('8049', True)
    """

    __slots__ = ("_inputs", "_shape", "as_at", "declared", "faults", "flex", "plan", "receipt", "warnings")

    _inputs: dict[str, tuple[str | None, ...]]
    _shape: tuple[Any, ...]
    receipt: Receipt
    faults: Table
    flex: tuple[str, ...]
    warnings: Table
    as_at: str | None
    plan: bool
    declared: Mapping[str, str]

    def __init__(self, **content: Any) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, content[name])

    @property
    def inputs(self) -> Mapping[str, tuple[str | None, ...]]:
        """The values of each input by id."""
        return MappingProxyType(self._inputs)

    @property
    def complete(self) -> bool:
        """Whether no row was set aside."""
        return not self.faults

    def fits(self, book: Book) -> bool:
        """Whether a book has the calendar and the inputs that this was loaded for."""
        return self._shape == _shape(book)

    def request(self) -> dict[str, list[str | None]]:
        """The inputs as the core reads them."""
        return {name: list(values) for name, values in self._inputs.items()}

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a load never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, ({name: getattr(self, name) for name in self.__slots__},)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Load):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self._shape, tuple(self._inputs.items())))

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        values = sum(value is not None for column in self._inputs.values() for value in column)
        title = f"{len(self._inputs)} inputs, {values:,} values" + (f", to {self.as_at}" if self.as_at else "")
        shown: list[Any] = [blocks.Heading(title), self.receipt._block()]
        if self.flex:
            shown.append(blocks.Paragraph(f"Provisional (flex): {', '.join(self.flex)}", "warning"))
        shown += [blocks.of_table(table) for table in (self.warnings, self.faults) if table]
        return shown

    def __repr__(self) -> str:
        from .._display import text

        return text.render(self._blocks())

    def _repr_html_(self) -> str:
        from .._display import html

        return html.render(self._blocks())


def _rebuild(content: dict[str, Any]) -> Load:
    return Load(**content)


def _shape(book: Book) -> tuple[Any, ...]:
    members = {dimension.id: tuple(dimension.members) for dimension in book.dimensions}
    inputs = tuple((given.id, given.every, members.get(given.dimension, ())) for given in book.inputs)
    return (book.calendar.start, book.calendar.months, book.calendar.financial_year_starts, inputs)


def load(
    book: Book, data: Any, *, as_at: str | None = None, plan: bool = False, **options: Unpack[DataOptions]
) -> Load:
    """Read data for a book: every value finds its input, every row is accounted for, all faults come at once.

    Every verb that takes data (`settle`, `simulate`, `stress`, ...) takes these options as well, or a `Load` in place of
    the data.

    Parameters
    ----------
    data
        A frame (pandas, polars, Arrow, DuckDB, any object with the Arrow C stream), a path (CSV, XLSX, Parquet), a
        mapping from columns to lists (with ``period``), a mapping from input ids to lists (one value per period, members
        fastest) or from months to values, or a list of any of these. None: no data. A template that `openbook.needs`
        wrote is read as it is, its sheet of reasons too.
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
        The unit of a column, or of an input: ``{"cost": "£k"}``, also "£m", "pence", "thousands" or "%". A heading may say
        it too: ``cost [£k]``.
    decimals
        Places to which floats are rounded (half away from zero), for all columns or by column; else a float gives its
        shortest decimal.
    missing
        Why months are missing: a frame, path, list of rows or mapping, with ``input`` (id or name; empty: all),
        ``member`` (or a column named as the dimension, or as one of `where`), ``from`` and ``to`` (empty: start and end of
        the calendar), ``reason``, ``into`` (of merged_into), ``value`` and ``agreed_by``. With not_open, closed and
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
    chosen = Options.of(options)
    faults = Faults()
    months, targets = Months.of(book.calendar), targets_of(book)
    last = None if as_at is None else month_index_of(as_at, "as_at")
    placing, reasons = _read(data, targets, months, chosen, faults, last)
    cells = cells_of(placing)
    suspended = faults.take(_SUSPENDED) if chosen.unmapped == "suspend" else []
    stated: list[dict[str, Any]] = []
    warnings: list[dict[str, str]] = []
    aligned = _Alignment(targets, months, placing.last, reasons, faults, stated, warnings)
    inputs: dict[str, tuple[str | None, ...]] = {}
    for target in targets.values():
        stated_for = any(key[0] == target.id for key in reasons.stated)
        if target.id not in cells and not stated_for:
            if not plan and not target.may_be_missing:
                faults.of("missing-input", f"no data, expected {target.wanted}", target, expected=target.wanted)
            continue
        inputs[target.id] = aligned.values(target, cells.get(target.id, Cells()))
    faults.raise_any("the data do not fit the book")
    receipt = receipt_of(placing.lots, stated, placing.notes)
    flex = sorted({month for name in inputs if name in cells for month in cells[name].flex})
    warnings = [
        *_incomplete(placing, receipt),
        *_flex(targets, cells, flex),
        *warnings,
        *_unread(placing, targets, inputs),
    ]
    return Load(
        _inputs=inputs,
        _shape=_shape(book),
        receipt=receipt,
        faults=faults_table(suspended, "Rows set aside"),
        flex=tuple(month_text(month) for month in flex),
        warnings=Table.of_rows("Warnings", WARNINGS, warnings),
        as_at=None if last is None else month_text(last),
        plan=plan,
        declared=_declared(placing),
    )


#: Faults of rows whose code cannot be placed.
_SUSPENDED = frozenset({"unmapped-code", "unknown-code", "unknown-quantity"})


def loaded(
    book: Book, data: Any, *, as_at: str | None = None, plan: bool = False, **options: Unpack[DataOptions]
) -> Load:
    """The load of what a verb was given: data with options, or a `Load`.

    Raises
    ------
    DataError
        As for `load`; or a `Load` was made for other inputs, to another month, or comes with options of its own.
    """
    if not isinstance(data, Load):
        return load(book, data, as_at=as_at, plan=plan, **options)
    problems = []
    if options:
        message = f"found {', '.join(options)} beside a Load, expected these options where the data are loaded"
        problems.append({"code": "already-loaded", "path": "", "message": message})
    if as_at is not None and month_text(month_index_of(as_at, "as_at")) != data.as_at:
        message = f"found as_at {as_at} beside a Load to {data.as_at or 'the end'}, expected ob.load(..., as_at='{as_at}')"
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
        values = {name: zip(months, given, strict=False) for name, given in loaded(book, data, **options).inputs.items()}
        found = {name: {month: _number(text) for month, text in given if text} for name, given in values.items()}
    else:
        faults = Faults()
        targets = targets_of(book)
        placing, _ = _read(data, targets, Months.of(book.calendar), Options.of(options), faults, None, everywhere=True)
        cells = cells_of(placing)
        faults.raise_any("the data do not fit the book")
        found = {
            name: {month: value for (month, _), value in sorted(given.values.items())} for name, given in cells.items()
        }
    monthly = [item.id for item in book.inputs if item.every == "month" and not item.dimension]
    return {name: found[name] for name in monthly if found.get(name)}


def _number(text: str) -> Number:
    from fractions import Fraction

    return Fraction(text) if "/" in text else Decimal(text)


def month_index_of(text: Any, name: str) -> int:
    """A month given as an option.

    Raises
    ------
    DataError
        It is no month.
    """
    try:
        return month_index(text)
    except ValueError as error:
        problem = {"code": "wrong-period", "path": f"/{name}", "message": f"{name}: {error}"}
        raise DataError(f"{name} is not a month", [problem]) from None


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
    frames = numbered(_frames(data, targets, months, options, faults, placing))
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
                message = f"the book has no input '{name}'{nearest(str(name), targets)}"
                faults.of("unknown-quantity", message, column=str(name))
            else:
                placing.seen.add(target.id)
                yield _listed(target, values, months, options, faults)
    elif isinstance(data, (list, tuple)):
        for part in data:
            yield from _frames(part, targets, months, options, faults, placing)
    else:
        frames = frames_of(data, options.headings())
        dated = [frame for frame in frames if options.headings() & set(frame.data) or is_reasons(frame)]
        if dated and len(dated) < len(frames):
            left = [frame.name for frame in frames if frame not in dated]
            dated[0] = replace(dated[0], remarks=(*dated[0].remarks, f"Sheets without periods are not read: {'; '.join(left)}."))
        yield from dated or frames


def _listed(target: Target, values: Any, months: Months, options: Options, faults: Faults) -> Frame:
    """A frame of the values that a mapping gives for one input."""
    members: Sequence[str] = list(target.members) or [""]
    rows: list[tuple[Any, str, Any]] = []
    starts = [month_text(month) for month in months.starts(target.every)]

    def in_order(items: Any, names: Sequence[str]) -> None:
        items = list(items) if hasattr(items, "__iter__") and not isinstance(items, str) else [items]
        if len(items) != len(starts) * len(names):
            each = f" for each of {len(names)} members" if len(names) > 1 else ""
            expected = f"{len(starts)} ({target.every} periods){each}"
            message = f"found {len(items)} values, expected {expected}"
            faults.of("wrong-length", message, target, value=str(len(items)), expected=expected)
            return
        for number, value in enumerate(items):
            rows.append((starts[number // len(names)], names[number % len(names)], value))

    if not isinstance(values, Mapping):
        in_order(values, members)
    for key, inner in values.items() if isinstance(values, Mapping) else ():
        if target.dimension and str(key) in target.members:
            if isinstance(inner, Mapping):
                rows += [(month, str(key), value) for month, value in inner.items()]
            else:
                in_order(inner, [str(key)])
        else:
            rows.append((key, "", inner))
    columns: dict[str, list[Any]] = {"period": [row[0] for row in rows], target.id: [row[2] for row in rows]}
    if target.dimension:
        columns[target.dimension] = [row[1] or None for row in rows]
    return Frame("values", columns, range(1, len(rows) + 1))


# -- one value per period -------------------------------------------------------------------------------------------


class _Alignment:
    """Puts an input's numbers in order, with reasons for the gaps."""

    def __init__(
        self,
        targets: Mapping[str, Target],
        months: Months,
        last: int,
        reasons: Reasons,
        faults: Faults,
        stated: list[dict[str, Any]],
        warnings: list[dict[str, str]],
    ) -> None:
        self.months, self.last, self.reasons, self.faults = months, last, reasons, faults
        self.stated, self.warnings = stated, warnings

    def values(self, target: Target, cells: Cells) -> tuple[str | None, ...]:
        """One text per period and member."""
        starts, ends = self.months.starts(target.every), self.months.ends(target.every)
        names = list(target.members) or [""]
        result: list[str | None] = []
        absent: dict[int, list[int]] = {}
        used: dict[tuple[Reason, int], list[int]] = {}
        for start, end in zip(starts, ends, strict=True):
            for member in range(len(names)):
                value = cells.values.get((start, member))
                reason = self.reasons.stated.get((target.id, start, member))
                if end - 1 > self.last:
                    value = None
                elif value is None and reason is not None:
                    value = self._by_reason(target, reason)
                    if value is not None or target.may_be_missing:
                        used.setdefault((reason, member), []).append(start)
                    else:
                        absent.setdefault(member, []).append(start)
                elif value is None and not target.may_be_missing:
                    absent.setdefault(member, []).append(start)
                elif value is not None and reason is not None:
                    self._contradiction(target, start, value, reason)
                result.append(None if value is None else number_text(value))
        step = starts[1] - starts[0] if len(starts) > 1 else 1
        for (reason, member), found in used.items():
            self._tell(target, names[member], reason, found, step)
        if not self.faults.of_input(target, ("unknown-code", "missing-column", "wrong-length", "unmapped-code")):
            for member, found in absent.items():
                self._absent(target, names[member], member, found, step, cells)
        return tuple(result)

    @staticmethod
    def _by_reason(target: Target, reason: Reason) -> Number | None:
        """What a stated reason makes of a gap: nothing where values add up, an agreed estimate, or still a gap."""
        if reason.reason in NOTHING and target.aggregate == "sum":
            return Decimal(0)
        return reason.value

    def _contradiction(self, target: Target, start: int, value: Number, reason: Reason) -> None:
        if reason.reason in NOTHING and value != 0:
            error = BadCell(f"the value {number_text(value)} in a month stated as {reason.words}", "no value, or no reason")
            self.faults.at("wrong-reason", reason.frame, reason.row, "reason", error, target, start)
        elif reason.reason not in NOTHING:
            message = f"{target.place}: {month_text(start)} has a value, though it was stated as {reason.words}"
            self.warnings.append({"code": "reason-not-needed", "path": f"/inputs/{target.number}", "message": message})

    def _tell(self, target: Target, member: str, reason: Reason, found: list[int], step: int) -> None:
        value = self._by_reason(target, reason)
        of = f" of {target.dimension} '{member}'" if member else ""
        when = f"{target.place}{of}: {ranges(found, step)}"
        if value is None:
            code, words = "left-missing", f"{reason.words}: left missing"
        elif reason.value is None:
            code, words = "nothing-happened", f"{reason.words}: counted as 0"
        else:
            code, words = "estimated-month", f"{reason.words}: {number_text(value)} as agreed by {reason.agreed_by}"
        self.warnings.append({"code": code, "path": f"/inputs/{target.number}", "message": f"{when} {words}"})
        self.stated.append(
            {
                "frame": reason.frame.name,
                "column": target.id + (f", {member}" if member else ""),
                "unit": target.unit,
                "part": "stated",
                "reason": words,
                "rows": len(found),
                "value": number_text(times(value or Decimal(0), Decimal(len(found)))),
                "without_value": len(found) if value is None else 0,
            }
        )

    def _absent(self, target: Target, name: str, member: int, found: list[int], step: int, cells: Cells) -> None:
        of = f" of {target.dimension} '{name}'" if name else ""
        hidden = [month for month in found if (month, member) in cells.hidden]
        parts = [(month, cells.incomplete[month, member]) for month in found if (month, member) in cells.incomplete]
        notes = [f"suppressed in {ranges(hidden, step)}"] if hidden else []
        notes += [f"in {month_text(month)} {have} codes have a value and {lack} have none" for month, (have, lack) in parts[:3]]
        reason = self.reasons.stated.get((target.id, found[0], member))
        if reason is not None and reason.reason in NOTHING:
            notes.append(f"stated as {reason.words}, which makes 0 only of what adds up; agree a value with not_submitted")
        elif reason is not None:
            notes.append(f"stated as {reason.words}; agree a value (value, agreed_by)")
        expected = "a number (a gap is never a zero), or its reason in missing=: " + ", ".join(REASONS)
        message = f"no value{of} for {ranges(found, step)}" + "".join(f"; {note}" for note in notes) + f", expected {expected}"
        self.faults.of("missing-month", message, target, month=found[0], value=ranges(found, step), expected=expected)


# -- warnings -------------------------------------------------------------------------------------------------------


def _incomplete(placing: Placing, receipt: Receipt) -> Iterator[dict[str, str]]:
    lines = [row for row in receipt if row["part"] == "suspended" and row["rows"]]
    if not lines:
        return
    rows = len(
        {
            (id(lot.rows), row)
            for lot in placing.lots
            for row, fate in zip(lot.row.tolist(), lot.by_row().tolist(), strict=True)
            if Fate(fate).part == "suspended"
        }
    )
    told = []
    for line in lines:
        money = "£" in line["unit"]
        value = f"£{line['value']:,.2f}" if money and isinstance(line["value"], Decimal) else f"{line['value']} {line['unit']}"
        told.append(f"{line['frame']}, {line['column']}: {value.strip()} ({line['reason']}, {line['rows']:,} rows)")
    message = f"{rows:,} rows could not be placed and are left out: {'; '.join(told)}"
    yield {"code": "incomplete-data", "path": "/inputs", "message": message}


def _flex(targets: Mapping[str, Target], cells: Mapping[str, Cells], flex: Sequence[int]) -> Iterator[dict[str, str]]:
    if flex:
        names = [name for name in targets if name in cells and cells[name].flex]
        message = f"{ranges(list(flex), 1)} still rest on provisional (flex) data: {', '.join(names)}"
        yield {"code": "flex-data", "path": "/inputs", "message": message}


def _unread(placing: Placing, targets: Mapping[str, Target], inputs: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Columns that nobody read though they look like those of an input that has no data."""
    wanted = [name for t in targets.values() if t.id not in inputs for name in (t.id, t.column) if name]
    for column in dict.fromkeys(placing.unread):
        hint = nearest(column, wanted)
        if hint:
            message = f"column '{column}' is not read{hint}"
            yield {"code": "unread-column", "path": "/inputs", "message": message}


def _declared(placing: Placing) -> dict[str, str]:
    return {
        name: claim.lot.values.declared.text
        for name, claims in placing.claims.items()
        for claim in claims
        if claim.lot.values.declared is not None
    }
