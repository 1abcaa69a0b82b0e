"""Functions of days. A day is counted from 1 January 1970."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction as F
from math import floor
from typing import Any

EPOCH = date(1970, 1, 1)


def day(text: str) -> F:
    return F((date.fromisoformat(text) - EPOCH).days)


def dated(value: F) -> date:
    return EPOCH + timedelta(days=floor(value))


def counted(of: date) -> F:
    return F((of - EPOCH).days)


def first_of(ordinal: int) -> date:
    """The first day of a month, counted from year nought."""
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def month_of(of: date) -> int:
    return of.year * 12 + of.month - 1


def last_day(ordinal: int) -> int:
    return (first_of(ordinal + 1) - timedelta(days=1)).day


def add_months(start: F, months: F, rule: str = "same_day") -> F:
    of = dated(start)
    target = month_of(of) + int(months)
    number = min(of.day, last_day(target))
    if rule == "month_end" and of.day == last_day(month_of(of)):
        number = last_day(target)
    return counted(first_of(target).replace(day=number))


def months_between(a: F, b: F) -> F:
    """The most that can be added to a without passing b."""
    months = month_of(dated(b)) - month_of(dated(a)) + 1
    while add_months(a, F(months)) > b:
        months -= 1
    return F(months)


def month_ends(a: F, b: F) -> F:
    """From a, included, to b, not included; b before a counts backwards."""
    if b < a:
        return -month_ends(b, a)
    found = 0
    for month in range(month_of(dated(a)), month_of(dated(b)) + 1):
        end = counted(first_of(month + 1)) - 1
        found += a <= end < b
    return F(found)


def working_days(a: F, b: F, holidays: set[F]) -> F:
    if b < a:
        return -working_days(b, a, holidays)
    days = [F(n) for n in range(int(a), int(b))]
    return F(sum(1 for each in days if dated(each).weekday() < 5 and each not in holidays))


def year_fraction(a: F, b: F, rule: str = "actual_365") -> F:
    if rule != "thirty_360":
        return (b - a) / int(rule[-3:])
    first, second = dated(a), dated(b)  # bond basis: a 31st is a 30th, at the end only where it begins on one
    begins = min(first.day, 30)
    days = (min(second.day, 30) if begins == 30 else second.day) - begins
    return F(360 * (second.year - first.year) + 30 * (second.month - first.month) + days, 360)


ONE: dict[str, Callable[..., Any]] = {
    "year_of": lambda d: F(dated(d).year),
    "month_of": lambda d: F(dated(d).month),
    "day_of": lambda d: F(dated(d).day),
    "weekday": lambda d: F(dated(d).isoweekday()),
    "add_months": add_months,
    "months_between": months_between,
    "years_between": lambda a, b: F(floor(months_between(a, b) / 12)),
    "month_ends": month_ends,
    "year_fraction": year_fraction,
}
