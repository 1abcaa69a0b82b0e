"""Conditions as text: parsed by the document's own grammar, taken apart into comparisons, and written again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .. import _json
from .._calendar import Months, month_index
from .._prose import NAMED_OPERANDS
from ..errors import BookError

__all__ = [
    "CALENDARS",
    "Graph",
    "Period",
    "asked_periods",
    "calendars_in",
    "label",
    "number_in",
    "parsed",
    "period_named",
    "periods_in",
    "text_of",
    "without_periods",
]

#: From the shortest to the longest.
CALENDARS = ("month", "quarter", "half_year", "year", "financial_year", "term")

#: Of the functions that ask for a calendar, which argument names it.
_CALENDAR_AT = {
    **dict.fromkeys(("position", "provisional", "income", "cost", "paid", "over", "plan", "cumulative"), 1),
    "received": 2,
}
_SIGNS = {
    "or": (1, " or "), "and": (2, " and "), "less": (4, " < "), "less_equal": (4, " <= "), "greater": (4, " > "),
    "greater_equal": (4, " >= "), "equal": (4, " == "), "not_equal": (4, " != "), "add": (5, " + "),
    "subtract": (5, " - "), "multiply": (6, " * "), "divide": (6, " / "),
}  # fmt: skip
_NUMBERED = re.compile(r"(month|quarter|half_year|half-year|year|financial_year)\s+(\d+)")
_FINANCIAL = re.compile(r"(\d{4})/(\d{2}|\d{4})")
_MONTH = re.compile(r"\d{4}-\d{2}")

Graph = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period of a calendar, from 0."""

    every: str
    number: int


def parsed(text: str) -> Graph:
    """The typed graph of a formula.

    Raises
    ------
    BookError
        It is not one of the language; the message says where and what was expected.
    """
    from .. import _core

    if not isinstance(text, str) or not text.strip():
        message = f"found {text!r}, expected a formula such as \"position('trust', 'year') < -£1m\""
        raise BookError("not a condition", [{"code": "wrong-type", "path": "/condition", "message": message}])
    graph: Graph = _json.loads(_core.formula_graph(text))["graph"]
    return graph


def text_of(graph: Graph) -> str:
    """The formula of a graph, as the grammar reads it.

    Examples
    --------
    >>> text_of(parsed("1 - (x - 2) * 3 < £1.5m"))
    '1 - (x - 2) * 3 < £1500000'
    """
    return _written(graph)[0]


def _written(graph: Graph) -> tuple[str, int]:
    if "number" in graph or "money" in graph:
        value = str(graph.get("number", graph.get("money")))
        return ("£" if "money" in graph else "") + value, 9
    if "truth" in graph:
        return ("true" if graph["truth"] else "false"), 9
    if "text" in graph:
        return f"'{graph['text']}'", 9
    if "name" in graph:
        return str(graph["name"]), 9
    function, operands = str(graph["function"]), [_written(part) for part in graph["operands"]]

    def inner(part: tuple[str, int], least: int) -> str:
        return f"({part[0]})" if part[1] < least else part[0]

    if function == "negate":
        return f"-{inner(operands[0], 7)}", 7
    if function == "not":
        return f"not {inner(operands[0], 3)}", 3
    if function in _SIGNS and len(operands) == 2:
        binding, sign = _SIGNS[function]
        return inner(operands[0], binding) + sign + inner(operands[1], binding + 1), binding
    if function in NAMED_OPERANDS:
        return f"{function}{operands[0][0]}", 9
    return f"{function}({', '.join(text for text, _ in operands)})", 9


# -- periods ----------------------------------------------------------------------------------------------------------


def period_named(text: str, calendar: Any) -> Period | None:
    """The period that a label means: "year 2", "month 7", "2016-04", "2016/17"; None where it is none.

    Raises
    ------
    BookError
        It lies outside the book's calendar.
    """
    months = Months.of(calendar)
    numbered = _NUMBERED.fullmatch(text.strip())
    if numbered:
        every, number = numbered[1].replace("-", "_"), int(numbered[2]) - 1
    elif _MONTH.fullmatch(text.strip()):
        try:
            every, number = "month", month_index(text.strip()) - months.start
        except ValueError:
            return None
    elif financial := _FINANCIAL.fullmatch(text.strip()):
        every = "financial_year"
        first = int(financial[1]) * 12 + months.financial_year_starts - 1
        number = next((i for i, m in enumerate(months.ends(every)) if first < m <= first + 12), -1)
    else:
        return None
    count = len(months.starts(every))
    if not 0 <= number < count:
        message = f"found '{text}'; the book has {count} periods of the calendar '{every}'"
        raise BookError("no such period", [{"code": "unknown-period", "path": "/condition", "message": message}])
    return Period(every, number)


def _calendar_argument(graph: Graph) -> int | None:
    at = _CALENDAR_AT.get(str(graph.get("function", "")))
    if at is None or len(graph["operands"]) <= at:
        return None
    part = graph["operands"][at]
    return at if "text" in part or "name" in part else None


def _word(part: Graph) -> str:
    return str(part.get("text", part.get("name")))


def periods_in(graph: Graph, calendar: Any) -> set[Period]:
    """Every period that a formula names."""
    found: set[Period] = set()
    for part in graph.get("operands", ()):
        found |= periods_in(part, calendar)
    at = _calendar_argument(graph)
    if at is not None and (period := period_named(_word(graph["operands"][at]), calendar)):
        found.add(period)
    return found


def calendars_in(graph: Graph, own: Mapping[str, str]) -> set[str]:
    """Every calendar that a formula names without saying which period of it.

    Parameters
    ----------
    own
        The calendars of inputs and quantities: named outside a function that asks for a calendar, they are asked in
        their own.
    """
    found: set[str] = set()
    at = _calendar_argument(graph)
    for number, part in enumerate(graph.get("operands", ())):
        if at is None or number > 0:
            found |= calendars_in(part, own)
    if "name" in graph and graph["name"] in own:
        found.add(own[graph["name"]])
    if at is not None and _word(graph["operands"][at]) in CALENDARS:
        found.add(_word(graph["operands"][at]))
    return found


def without_periods(graph: Graph, calendar: Any) -> Graph:
    """The formula with "year" where it says "year 2": to be asked in that period."""
    if "operands" not in graph:
        return graph
    operands = [without_periods(part, calendar) for part in graph["operands"]]
    at = _calendar_argument(graph)
    if at is not None and (period := period_named(_word(operands[at]), calendar)):
        operands[at] = {"text": period.every}
    return {"function": graph["function"], "operands": operands}


def label(period: Period, calendar: Any) -> str:
    """What a period is called."""
    if period.every == "term":
        return "term"
    starts = Months.of(calendar).starts(period.every)
    if period.every in ("year",):
        return f"year {period.number + 1}"
    first = starts[period.number]
    month = f"{first // 12:04d}-{first % 12 + 1:02d}"
    if period.every == "month":
        return month
    if period.every == "financial_year":
        year = first // 12 - (first % 12 + 1 < Months.of(calendar).financial_year_starts)
        return f"{year}/{(year + 1) % 100:02d}"
    return f"{period.every.replace('_', '-')} from {month}"


def asked_periods(
    graph: Graph,
    named: set[Period],
    calendar: Any,
    own: Mapping[str, str],
    every: str | None,
    period: int | str | None,
) -> tuple[Period, ...]:
    """The periods in which a condition is asked as a whole.

    Parameters
    ----------
    named
        The periods that it names.
    own
        The calendars of inputs and quantities.
    every, period
        As they were asked for; None where not.
    """
    if every is not None and every not in CALENDARS:
        raise ValueError(f"every: found {every!r}, expected one of {', '.join(CALENDARS)}")
    if isinstance(period, str):
        found = period_named(period, calendar)
        if found is None or (every is not None and found.every != every):
            message = f"found '{period}', expected a label such as 'year 2', '2016-04' or a number"
            raise BookError("no such period", [{"code": "unknown-period", "path": "/period", "message": message}])
        return (found,)
    if every is None and period is None and len(named) == 1:
        return tuple(named)
    loose = calendars_in(graph, own)
    calendar_name = every or min(loose or {one.every for one in named} or {"term"}, key=CALENDARS.index)
    count = len(Months.of(calendar).starts(calendar_name))
    if period is None:
        if named and not loose and every is None:
            return (Period("term", 0),)
        return tuple(Period(calendar_name, number) for number in range(count))
    if not 1 <= period <= count:
        message = f"found {period}; the book has {count} periods of the calendar '{calendar_name}'"
        raise BookError("no such period", [{"code": "unknown-period", "path": "/period", "message": message}])
    return (Period(calendar_name, period - 1),)


def number_in(graph: Graph) -> Fraction | None:
    """The number that a formula states, with its sign; None where it is more than a number."""
    if "number" in graph or "money" in graph:
        return Fraction(str(graph.get("number", graph.get("money"))))
    if graph.get("function") == "negate":
        inner = number_in(graph["operands"][0])
        return None if inner is None else -inner
    return None
