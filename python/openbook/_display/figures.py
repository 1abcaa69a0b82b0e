"""Figures as text: money, and estimates to the digits that their error allows."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction

__all__ = [
    "alike",
    "decimals_for",
    "estimate",
    "exact",
    "in_words",
    "money",
    "number",
    "percent",
    "pounds",
    "readable",
    "share",
]

#: Days are counted from here, as in formulas.
_FIRST_DAY = dt.date(1970, 1, 1)
#: An exact number with more digits than this is shown rounded, to so many figures.
_LONG, _FIGURES = 15, 8


def money(value: Decimal | str | float | None) -> str:
    """Pounds and pence with thousands separators, without the pound sign: ``-2,800.00``.

    >>> money(Decimal("-2800")), money(None)
    ('-2,800.00', '')
    """
    return "" if value is None else f"{Decimal(str(value)):,.2f}"


def pounds(value: Decimal | Fraction | str | float) -> str:
    """An amount with its pound sign, to the penny; a fraction is rounded half away from zero.

    >>> pounds(Decimal("-2800")), pounds(Fraction(2000, 3))
    ('-£2,800.00', '£666.67')
    """
    if isinstance(value, Fraction):
        pence = math.floor(abs(value) * 100 + Fraction(1, 2))
        value = Decimal(-pence if value < 0 else pence) / 100
    text = money(value)
    return f"-£{text[1:]}" if text.startswith("-") else f"£{text}"


def pounds_in_full(value: str) -> str:
    """An amount with the decimals it has, so that one which nothing rounded to the penny can be told; six at most.

    >>> pounds_in_full("-2800.00"), pounds_in_full("209.625"), pounds_in_full("0.3333333333")
    ('-£2,800.00', '£209.625', '£0.333333…')
    """
    amount = Decimal(value)
    known = amount.quantize(Decimal("0.000001"), rounding=ROUND_DOWN).normalize()
    if known != amount:
        return f"{'-' if amount < 0 else ''}£{abs(known):,.6f}…"
    return f"{'-' if amount < 0 else ''}£{abs(known):,.{max(2, -int(known.as_tuple().exponent))}f}"


def whole_pounds(value: float) -> str:
    """An amount to the pound.

    >>> whole_pounds(-2799.6)
    '-£2,800'
    """
    return pounds(round(value)).removesuffix(".00")


def exact(value: Fraction) -> str:
    """A rational number in full: its decimals where these end, else a fraction with about what it comes to.

    >>> exact(Fraction(21, 2)), exact(Fraction(12000)), exact(Fraction(2000, 3))
    ('10.5', '12,000', '2,000/3 (about 666.667)')
    """
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    if rest == 1 and places <= 12:
        digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
        whole = f"{'-' if value < 0 else ''}{int(digits[: len(digits) - places]):,}"
        return f"{whole}.{digits[-places:]}" if places else whole
    about = f"{float(value):,.6g}" if abs(value) < 10**6 else f"{float(value):,.2f}"
    short = len(str(value.denominator)) <= 6
    return f"{value.numerator:,}/{value.denominator:,} (about {about})" if short else f"about {about}"


def share(value: float, error: float | None) -> str:
    """A share of draws in per cent; none and all are said in words, since their error cannot be estimated.

    >>> share(0.0712, 0.0031), share(0.0, 0.0), share(1.0, 0.0)
    ('7.12 ± 0.31%', 'no draw', 'every draw')
    """
    if error == 0 and value in (0.0, 1.0):
        return "every draw" if value else "no draw"
    return estimate(value, error, scale=100, unit="%")


def percent(value: float) -> str:
    """A level as people write it.

    >>> percent(0.05), percent(0.995)
    ('5%', '99.5%')
    """
    return f"{value * 100:.10g}%"


def alike(values: Sequence[float], money: bool = True) -> list[str]:
    """Estimates without an error of their own, all to the same digits: whole pounds, or four figures of the largest.

    >>> alike([-4.6e-10, 12000.4]), alike([0.12345, 0.5], money=False)
    (['0', '12,000'], ['0.1235', '0.5000'])
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    places = 0 if money or largest == 0 else min(6, max(0, 3 - math.floor(math.log10(largest))))
    return [f"{round(value, places) + 0.0:,.{places}f}" for value in values]


def in_words(value: float, draws: int) -> str:
    """A share of draws as people say it: of a hundred, or of as many as the number of draws can tell.

    >>> in_words(0.071, 10_000), in_words(0.0031, 10_000), in_words(0.0, 500), in_words(1.0, 500)
    ('7 in 100', '3 in 1,000', 'none of 500 draws', 'all of 500 draws')
    >>> in_words(0.9996, 10_000), in_words(0.0005, 2_000)
    ('all but 4 in 10,000', '1 in 2,000')
    """
    if value <= 0 or value >= 1:
        return f"{'none' if value <= 0 else 'all'} of {draws:,} draws"
    if round(value * 100) >= 100:
        return f"all but {in_words(1 - value, draws)}"
    size = 100
    while value * size < 0.995 and size * 10 <= draws:
        size *= 10
    if round(value * size) < 1:
        size = draws
    return f"{max(1, round(value * size)):,} in {size:,}"


def number(value: Decimal | int | float | str | None) -> str:
    """A number with the digits it has and thousands separators.

    >>> number(Decimal("12000.5")), number(20000000), number("1/3")
    ('12,000.5', '20,000,000', '1/3')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    try:
        return f"{Decimal(str(value)):,f}"
    except (ArithmeticError, ValueError):
        return str(value)


def date(value: Decimal | int | str) -> str:
    """A value in the unit `date`, which counts days from 1970, as the day that it is; as a number where it is no day.

    >>> date(19787), date("19787.5"), date(Decimal(10) ** 12)
    ('2024-03-05', '19,787.5', '1,000,000,000,000')
    """
    try:
        days = Fraction(str(value))
        return (
            (_FIRST_DAY + dt.timedelta(days=int(days))).isoformat() if days.denominator == 1 else readable(str(value))
        )
    except (ArithmeticError, ValueError):
        return readable(str(value))


def readable(value: Decimal | int | str | None) -> str:
    """An exact number as tables show it: in full where it is short, else to eight figures and at least two decimals.

    >>> readable(Decimal("12000.5")), readable("1/3"), readable("441135922270193025803827/72065854355040000000000")
    ('12,000.5', '1/3', '6.1212890')
    >>> readable(Decimal("2.320102952370995162997808")), readable("-123456789012345/1000003")
    ('2.3201030', '-123,456,418.64')
    """
    if value is None or sum(letter.isdigit() for letter in str(value)) <= _LONG:
        return number(value)
    try:
        exactly = Fraction(str(value))
    except (ArithmeticError, ValueError):
        return str(value)
    with localcontext() as context:
        context.prec = max(_FIGURES, len(str(abs(int(exactly)))) + 2)
        rounded = Decimal(exactly.numerator) / Decimal(exactly.denominator)
    places = max(2, _FIGURES - 1 - rounded.adjusted()) if rounded else 2
    return f"{rounded:,.{places}f}"


def decimals_for(error: float, *, most: int = 6) -> int:
    """How many decimals a value may be shown with when its standard error is `error`: two digits of the error; may be
    negative.
    """
    if not math.isfinite(error) or error <= 0:
        return 2
    return min(most, 1 - math.floor(math.log10(error)))


def estimate(value: float, error: float | None, *, scale: float = 1.0, unit: str = "") -> str:
    """Value and standard error, both to the digits that the error allows; an error that is not known is a question.

    >>> estimate(-2812.34, 12.4), estimate(0.12345, 0.0021, scale=100, unit="%"), estimate(5.0, 0.0)
    ('-2,812 ± 12', '12.35 ± 0.21%', '5.00 ± 0')
    >>> estimate(5.0, None)
    '5.00 ± ?'
    """
    if math.isnan(value):
        return f"?{unit}"
    value, error = value * scale, math.nan if error is None else error * scale
    if 0 < error < 1e-9 * abs(value):
        error = 0.0  # what the last bits of a sum leave, no uncertainty
    decimals = decimals_for(error)
    shown = max(0, decimals)
    rounded = round(value, decimals) + 0.0
    if error <= 0 or not math.isfinite(error):
        return f"{rounded:,.2f} ± {'0' if error == 0 else '?'}{unit}"
    return f"{rounded:,.{shown}f} ± {round(error, decimals):,.{shown}f}{unit}"
