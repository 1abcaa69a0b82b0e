"""Thousand-fold slips, pounds for thousands of pounds, and hundred-fold slips, 95 for 95%: in the data and in the book.

Two numbers are held to be a thousand-fold slip when one is between 300 and 3,000 times the other. Of counts and money
the larger must be at least 1,000, so that small numbers may vary as they do; zeros say nothing. Of percentages a
hundred-fold slip is looked for instead: one is between 30 and 3,000 times the other where it is above 100%, else
between 50 and 200 times. A series is compared with its plan month by month, and each of its values with the median of
the others where there are at least four of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING, Any

from .. import _terms, privacy
from .._calendar import Months, month_text
from ..errors import OpenbookError
from .loads import Load
from .targets import Target, targets_of
from .units import Unit, is_money, is_percent

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["in_data", "in_terms", "is_percent_slip", "is_slip"]

_LEAST, _MOST = 300, 3000
#: Of percentages: where the larger is above 100%, and where both are below.
_ABOVE_ALL, _BELOW_ALL = (30, 3000), (50, 200)
#: Fewest other values of a series with which one is compared, and from where counts and money are compared at all.
_OTHERS, _SIZE = 4, 1000
#: In thousands of pounds, this is a billion; or, with pence, ten million.
_LARGE, _LARGE_WITH_PENCE = 1_000_000, 10_000
_MOST_SHOWN = 6
_RATIOS = "a plain number is a ratio, 0.95 for 95%, where the column is not headed [%]"

Exact = Decimal | Fraction
#: By month and member.
Plans = Mapping[tuple[int, str], Decimal]


def is_slip(a: Exact, b: Exact, size: int = 0) -> bool:
    """Whether one number is near a thousand times the other.

    >>> is_slip(Decimal(100), Decimal("104_000")), is_slip(Decimal(100), Decimal(9000))
    (True, False)
    """
    small, large = sorted((abs(Fraction(a)), abs(Fraction(b))))
    return small > 0 and large >= size and _LEAST * small <= large <= _MOST * small


def is_percent_slip(a: Exact, b: Exact) -> bool:
    """Whether one percentage looks like the other without its sign: 12 for 12%, or 0.12% for 12%.

    >>> is_percent_slip(Decimal(12), Decimal("0.10")), is_percent_slip(Decimal("0.12"), Decimal("0.10"))
    (True, False)
    """
    small, large = sorted((abs(Fraction(a)), abs(Fraction(b))))
    least, most = _ABOVE_ALL if large > 1 else _BELOW_ALL
    return small > 0 and least * small <= large <= most * small


def in_data(book: Book, load: Load) -> Iterator[tuple[str, str, str]]:
    """What looks wrong in data that were loaded: code, path and message."""
    targets = targets_of(book)
    plans = _plans(book, [target for name, target in targets.items() if name in load.inputs])
    months = Months.of(book.calendar)
    for name, values in load.inputs.items():
        target = targets[name]
        found = _of_input(target, values, months, plans.get(name, {}))
        if found:
            shown = "; ".join(found[:_MOST_SHOWN])
            more = f" and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
            code, words = "thousand-fold", f"near a thousand times off in {shown}{more}"
            if is_percent(target.unit):
                code, words = "hundred-fold", f"near a hundred times off in {shown}{more}; {_RATIOS}"
            yield code, f"/inputs/{target.number}", f"{target.place}: {words}"
        declared = Unit.read(load.declared.get(name, ""))
        if declared is not None and declared.power >= 3:
            scale = Fraction(10) ** declared.power
            raw = [Fraction(text) / scale for text in values if text]
            large = [value for value in raw if _looks_like_pounds(value)]
            if large:
                message = (
                    f"{len(large)} of {len(raw)} values in {declared.text} look like pounds, such as {_plain(large[0])}"
                )
                yield "thousand-fold", f"/inputs/{target.number}", f"{target.place}: {message}"


def _of_input(target: Target, values: Iterable[str | None], months: Months, plans: Plans) -> list[str]:
    width = max(1, len(target.members))
    size = _SIZE if target.count or is_money(target.unit) else 0
    percent = is_percent(target.unit)
    write = _percentage if percent else _plain

    def slipped(one: Exact, other: Exact) -> bool:
        return is_percent_slip(one, other) if percent else is_slip(one, other, size)

    names = list(target.members) or [""]
    series: dict[int, list[tuple[int, Fraction]]] = {}
    starts = months.starts(target.every)
    for number, text in enumerate(values):
        if text is not None and Fraction(text) != 0:
            series.setdefault(number % width, []).append((starts[number // width], Fraction(text)))
    found = []
    for member, points in series.items():
        sizes = [abs(value) for _, value in points]
        for place, (month, value) in enumerate(points):
            beside = []
            plan = plans.get((month, names[member]))
            if plan is not None and slipped(value, plan):
                beside.append(f"plan {write(Fraction(plan))}")
            others = sizes[:place] + sizes[place + 1 :]
            if len(others) >= _OTHERS and slipped(value, middle := median(others)):
                beside.append(f"median of the others {write(middle)}")
            if beside:
                of = f" {target.dimension} '{names[member]}'" if target.dimension else ""
                found.append(f"{month_text(month)}{of}: {write(value)} ({', '.join(beside)})")
    return found


def _plans(book: Book, targets: list[Target]) -> Mapping[str, Plans]:
    """The planned value of each input by month and member ("" without one); of none that depends on clauses."""
    from ..model import Quantity

    book = privacy.shared(book)
    planned = {row["path"] for row in book.terms()}
    wanted = {
        f"plan_of_{number}": target
        for number, target in enumerate(targets)
        if f"/inputs/{target.number}/plan" in planned
    }
    formulas = [
        Quantity.from_json({"id": own, "formula": f"plan({target.id})", "every": target.every})
        for own, target in wanted.items()
    ]
    months = Months.of(book.calendar)
    result: dict[str, dict[tuple[int, str], Decimal]] = {}
    try:
        bare = book.replace(quantities=[*book.quantities, *formulas], **{name: None for name in _REST})
        settled = bare.settle(plan=True, disputes=False) if formulas else None
    except OpenbookError:  # a plan that depends on clauses; the series itself is still compared
        return {}
    if settled is None:
        return {}
    of_members = [row for own, target in wanted.items() if target.dimension for row in settled.members(own)]
    for row in [*settled.quantities, *of_members]:
        if row["id"] in wanted and isinstance(row["value"], Decimal):
            target = wanted[row["id"]]
            start = months.starts(target.every)[row["period"] - 1]
            result.setdefault(target.id, {})[start, row.get("member", "")] = row["value"]
    return result


#: What a plan does not need.
_REST = (
    "contracts",
    "overlays",
    "frameworks",
    "concessions",
    "drivers",
    "correlations",
    "scenarios",
    "precedence",
)


def in_terms(places: Iterable[_terms.Place], number_of: Any) -> Iterator[tuple[str, str]]:
    """Terms whose steps or alternatives differ a thousand-fold, and thousands of pounds that look like pounds."""
    for place in places:
        data = place.data if isinstance(place.data, dict) else {"value": place.data}
        value = number_of(data.get("value"))
        before = value
        unit = Unit.read(place.unit)
        size = _SIZE if is_money(place.unit) else 0
        for step in data.get("steps") or ():
            number = number_of(step.get("value"))
            if number is not None and before is not None and is_slip(before, number, size):
                yield (
                    place.path,
                    f"'{place.name}' goes from {_plain(before)} to {_plain(number)} in {step['from']}: near a thousand "
                    "times",
                )
            before = number
        for other in data.get("alternatives") or ():
            number = number_of(other.get("value"))
            if number is not None and value is not None and is_slip(value, number, size):
                yield (
                    place.path,
                    f"'{place.name}' is {_plain(value)}, its alternative '{other['name']}' {_plain(number)}: near a "
                    "thousand times",
                )
        if unit is not None and unit.power >= 3 and value is not None and _looks_like_pounds(Fraction(value)):
            yield place.path, f"'{place.name}' is {_plain(value)} in {place.unit}: this looks like pounds"


def _looks_like_pounds(value: Fraction) -> bool:
    """Of a number of thousands: a billion, or ten million with pence."""
    pence = value * 100
    with_pence = pence.denominator == 1 and value.denominator != 1
    return abs(value) >= (_LARGE_WITH_PENCE if with_pence else _LARGE)


def _plain(value: Exact) -> str:
    number = float(value)
    return f"{number:,.0f}" if abs(number) >= 1000 or number == int(number) else f"{number:,.6g}"


def _percentage(value: Exact) -> str:
    return f"{_plain(Fraction(value) * 100)}%"
