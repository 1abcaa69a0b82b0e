"""A recorded path as a shock: from a data frame or a file."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .._calendar import Months, month_text
from ..data.cells import BadCell, number_text, read_number
from ..data.frames import frames_of
from ..data.periods import Periods
from ..errors import DataError, Problem

__all__ = ["replay"]


def replay(
    on: str,
    data: Any,
    value: str = "value",
    *,
    period: str = "period",
    plan: str | None = None,
    aligned: Any = None,
    where: dict[str, str] | None = None,
    source: str = "",
) -> Any:
    """A shock that replays what was recorded: values by month, or their ratios to what was planned then.

    Parameters
    ----------
    on
        What takes the path: an input, parameter or quantity, or a member of a dimension as "activity[site_a]".
    data
        A data frame, a mapping of columns, or the path of a CSV, XLSX or Parquet file with one row a month.
    value, period
        The columns of the values and of the months.
    plan
        The column of what was planned; the path is then the ratio of value to plan, in exact decimals to 10 places.
    aligned
        The month of the book that the first recorded month falls on; None: itself.
    where
        Column and code that select rows: ``{"org_code": "RF4"}``.
    source
        Where the record comes from.

    Returns
    -------
    Shock

    Raises
    ------
    DataError
        A column is missing, a cell is no number or no month, a month stands twice, or a plan is zero or missing.

    Examples
    --------
    >>> import openbook as ob
    >>> frame = {"period": ["2020-03", "2020-04"], "visits": [90, 50], "planned": [100, 100]}
    >>> shock = ob.scenarios.replay("visits", frame, "visits", plan="planned", aligned="2024-06")
    >>> shock.path["2020-04"], shock.recorded, shock.aligned
    (Decimal('0.5'), 'ratio_to_plan', '2024-06')
    """
    from ..model import Shock

    wanted = [period, value, *([plan] if plan else []), *(where or {})]
    frames = frames_of(data, set(wanted))
    if len(frames) != 1:
        raise _fault("wrong-type", "", f"found {len(frames)} frames, expected one with {', '.join(wanted)}")
    (frame,) = frames
    for name in wanted:
        if name not in frame.data:
            raise _fault("missing-column", name, f"no column '{name}'; it has {', '.join(frame.data)}")
    months = Periods(Months(0, 0))
    path: dict[str, Decimal] = {}
    for row in range(len(frame)):
        if any(str(frame.data[name][row]) != code for name, code in (where or {}).items()):
            continue
        number = _number(frame, value, row)
        if number is None:
            continue  # not recorded: the book's own value stays
        try:
            span = months.read(frame.data[period][row])
        except BadCell as error:
            raise _fault("wrong-period", frame.place(row, period), f"{frame.place(row, period)}: {error}") from None
        if span.months != 1:
            raise _fault("wrong-period", frame.place(row, period), f"{frame.place(row, period)}: {span} is no month")
        month = month_text(span.start)
        if month in path:
            raise _fault(
                "duplicate-period", frame.place(row, period), f"{frame.place(row, period)}: {month} stands twice"
            )
        if plan:
            planned = _number(frame, plan, row)
            if not planned:
                raise _fault("out-of-range", frame.place(row, plan), f"{frame.place(row, plan)}: no plan, so no ratio")
            number = round(number / planned, 10).normalize()
        path[month] = number
    if not path:
        raise _fault("no-data", "", f"no rows with a value in '{value}'")
    return Shock(
        on=on,
        action="replay",
        path=path,
        recorded="ratio_to_plan" if plan else "value",
        aligned=None if aligned is None else month_text(months.read(aligned).start),
        source=source,
    )


def _number(frame: Any, column: str, row: int) -> Decimal | None:
    try:
        found = read_number(frame.data[column][row], nan_is_missing=frame.nan_is_missing).value
    except BadCell as error:
        raise _fault("not-a-number", frame.place(row, column), f"{frame.place(row, column)}: {error}") from None
    return None if found is None else Decimal(number_text(found))


def _fault(code: str, path: str, message: str) -> DataError:
    return DataError("the record cannot be replayed", [Problem(code, path, message)])
