"""Numbers as analysts write them, exactly: "£1.5m", "50%", "1,234", "(2,800.00)"."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from typing import Any, Literal

from .._json import decimal_text

__all__ = [
    "EXACT",
    "POWERS",
    "BadCell",
    "Cell",
    "Number",
    "Uncalculated",
    "add",
    "code_text",
    "decimal_of",
    "number_text",
    "number_texts",
    "read_date",
    "read_number",
    "read_share",
    "rounded",
    "shifted",
    "times",
    "total",
]

#: An exact number. Fractions arise only where a share such as 1/3 is no finite decimal.
Number = Decimal | Fraction
Mark = Literal["", "£", "k", "£k", "%", "blank", "suppressed"]

#: Sums and products of decimals without any rounding: what would be rounded raises instead.
EXACT = Context(prec=5000, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
_ROUNDING = Context(prec=5000, traps=[InvalidOperation])

#: Powers of ten that are kept; a double reaches from -324 to 308.
_LARGEST = 330
_SMALL = 10**18

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_WORDS = re.compile(
    r"(?P<before>[£(+-]{0,3})"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)"
    r"(?P<suffix>%|k|m|bn|thousand|million|billion)?(?P<close>\))?",
    re.ASCII,
)
POWERS = {"k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9}
_SUPPRESSED = frozenset({"*", "suppressed"})


class BadCell(ValueError):
    """A cell that cannot be understood: what was found and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"found {found}, expected {expected}")
        self.found, self.expected = found, expected

    def __reduce__(self) -> tuple[type[BadCell], tuple[str, str]]:
        return type(self), (self.found, self.expected)


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A cell of a workbook with a formula of which no value was kept."""

    formula: str

    def __str__(self) -> str:
        return f"the formula {self.formula} without a value"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number as it stands in a cell.

    Attributes
    ----------
    value
        The number; None where there is none.
    mark
        What the cell says of itself: "" a plain number, "£" pounds, "k" a number with its own power of ten ("1.5m"),
        "£k" pounds with their own power ("£1.5m"), "%" a percentage (the value is the ratio: 50% is 0.5), "blank",
        "suppressed".
    """

    value: Decimal | None
    mark: Mark = ""


_BLANK, _HIDDEN = Cell(None, "blank"), Cell(None, "suppressed")


def read_number(value: Any, *, nan_is_missing: bool = False) -> Cell:
    """The number in a cell, with all its digits; a float gives its shortest decimal.

    Raises
    ------
    BadCell
        It is no number, not finite, or can be read in two ways ("1,5", "1.234,56").

    Examples
    --------
    >>> read_number("£1.5m").value, read_number("(2,800.00)").value, read_number("50%").value
    (Decimal('1500000'), Decimal('-2800.00'), Decimal('0.50'))
    >>> read_number(0.1).value, read_number("").mark, read_number("*").mark
    (Decimal('0.1'), 'blank', 'suppressed')
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return _BLANK
    if isinstance(value, str):
        return _read_text(value)
    if hasattr(value, "item") and not isinstance(value, bytes):  # NumPy scalar
        narrow = type(value).__name__ in ("float32", "float16") and math.isfinite(value)
        value = Decimal(str(value)) if narrow else value.item()
    if isinstance(value, bool):
        return Cell(Decimal(int(value)))
    if isinstance(value, (int, float, Decimal)):
        if isinstance(value, float) and math.isnan(value) and nan_is_missing:
            return _BLANK
        if isinstance(value, float) and not math.isfinite(value):
            raise BadCell(str(value), "a finite number")
        return Cell(decimal_of(value))
    if isinstance(value, Uncalculated):
        raise BadCell(str(value), "a number; open the workbook in a spreadsheet program and save it")
    raise BadCell(f"{value!r} of type {type(value).__name__}", "a number")


def read_date(value: Any) -> dt.date | None:
    """A date out of a cell: a date, a time, or text such as 2024-04-15; None where it is empty.

    Examples
    --------
    >>> read_date("2024-04-15"), read_date(None)
    (datetime.date(2024, 4, 15), None)
    """
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if hasattr(value, "astype"):  # NumPy's
        value = value.astype("datetime64[D]").item()
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise BadCell(f"'{value}'", "a date such as 2024-04-15") from None


def decimal_of(value: int | float | Decimal) -> Decimal:
    """A number as a decimal of plain digits, within the range that is kept."""
    if isinstance(value, float):
        text = repr(value)
        return Decimal(text[:-2] if text.endswith(".0") else text)
    if isinstance(value, int) and value.bit_length() > 4 * _LARGEST:
        raise BadCell("a whole number of more than 330 digits", "a number of reasonable size")
    if type(value) is int and -_SMALL < value < _SMALL:
        return Decimal(value)
    exact = Decimal(value)
    if not exact.is_finite():
        raise BadCell(str(value), "a finite number")
    digits = len(exact.as_tuple().digits)
    if digits > 4 * _LARGEST or (exact and abs(exact.adjusted()) > _LARGEST) or abs(_exponent(exact)) > 4 * _LARGEST:
        raise BadCell("a number of more than 330 digits", "a number of reasonable size")
    return exact


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _read_text(value: str) -> Cell:
    text = value.strip()
    if text == "":
        return _BLANK
    if _PLAIN.fullmatch(text):
        short = len(text) <= 60 and "e" not in text and "E" not in text
        return Cell(Decimal(text) if short else decimal_of(Decimal(text)))
    folded = text.casefold()
    if folded in _SUPPRESSED:
        return _HIDDEN
    if folded.lstrip("+-") in ("nan", "inf", "infinity"):
        raise BadCell(repr(text), "a finite number")
    match = _WORDS.fullmatch(
        re.sub(r"[\s\u00a0\u202f]+(?=%|[a-z]|\)|£)|(?<=[(£+-])\s+", "", folded.replace("\u2212", "-"))
    )
    if match is None or not _consistent(match):
        raise BadCell(_what(text), _hint(text))
    number = Decimal(match["number"].replace(",", ""))
    if "(" in match["before"] or "-" in match["before"]:
        number = -number
    suffix, pounds = match["suffix"] or "", "£" in match["before"]
    if suffix == "%":
        return Cell(shifted(number, -2), "%")
    if suffix:
        return Cell(shifted(number, POWERS[suffix]), "£k" if pounds else "k")
    return Cell(decimal_of(number), "£" if pounds else "")


def _consistent(match: re.Match[str]) -> bool:
    """One £ and one minus at most (a bracket is one), brackets that close, and no percentage of pounds."""
    before, pounds = match["before"], match["before"].count("£")
    if pounds > 1 or len(before) - pounds > 1 or ("(" in before) != bool(match["close"]):
        return False
    return not (pounds and match["suffix"] == "%")


def _what(text: str) -> str:
    return f"the text {text[:80]!r}" + (" …" if len(text) > 80 else "")


def _hint(text: str) -> str:
    if text.strip("-\u2013\u2014. ") == "":
        return "a number; write 0 where there was none and leave the cell empty where it is not known"
    if not any(c.isdigit() for c in text):
        return "a number"
    comma = re.fullmatch(r"[£(\s-]*(\d+(?:\.\d{3})*,\d+)\)?", text)
    if comma:
        english, continental = comma[1].replace(",", ""), comma[1].replace(".", "").replace(",", ".")
        readings = f"{comma[1]!r} could be {continental} or {english}"
        return f"a number such as 1,234.56, with commas between groups of three digits ({readings})"
    if any(sign in text for sign in "$€"):
        return "a number, with money in pounds and other currencies without their sign"
    return 'a number such as 1234.5, "1,234.5", "£1.5m", "50%" or "(2,800.00)"'


def read_share(value: Any) -> Number:
    """A weight: a number, a percentage or a fraction such as "1/3".

    Raises
    ------
    BadCell
        It is none of these.

    Examples
    --------
    >>> read_share("1/3"), read_share("25%"), read_share(0.4)
    (Fraction(1, 3), Decimal('0.25'), Decimal('0.4'))
    """
    if isinstance(value, Fraction):
        return value
    parts = re.fullmatch(r"\s*(\d{1,18})\s*/\s*(\d{1,18})\s*", value, re.ASCII) if isinstance(value, str) else None
    if parts and int(parts[2]):
        exact = Fraction(int(parts[1]), int(parts[2]))
        return exact if _finite_decimal(exact) is None else Decimal(number_text(exact))
    cell = read_number(value)
    if cell.value is None or cell.mark not in ("", "%"):
        raise BadCell(repr(value), 'a weight from 0 to 1, such as 0.25, "25%" or "1/3"')
    return cell.value


def code_text(value: Any) -> str | None:
    """A code as text: 1 and 1.0 are "1"; None where there is none.

    >>> code_text(1.0), code_text(" RF4 "), code_text(float("nan"))
    ('1', 'RF4', None)
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float) or type(value).__name__.startswith("float"):
        number = float(value)
        if math.isnan(number):
            return None
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else str(value)
    return str(value)


# -- exact arithmetic ---------------------------------------------------------------------------------------------


def add(a: Number, b: Number) -> Number:
    """The exact sum."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return EXACT.add(a, b)
    return _simple(Fraction(a) + Fraction(b))


def times(a: Number, b: Number) -> Number:
    """The exact product."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return EXACT.multiply(a, b)
    return _simple(Fraction(a) * Fraction(b))


def total(values: Iterable[Number]) -> Number:
    """The exact sum of many."""
    items = list(values)
    if set(map(type, items)) <= {Decimal}:
        with localcontext(EXACT):
            return sum(items, Decimal(0))
    result: Number = Decimal(0)
    for item in items:
        result = add(result, item)
    return result


def shifted(value: Decimal, power: int) -> Decimal:
    """Times a power of ten, exactly.

    >>> shifted(Decimal("1.5"), 6), shifted(Decimal(45), -2)
    (Decimal('1500000'), Decimal('0.45'))
    """
    moved = EXACT.scaleb(value, power)
    return Decimal(int(moved)) if moved == moved.to_integral_value(context=EXACT) else moved


def rounded(value: Decimal, places: int) -> Decimal:
    """To a number of decimals, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_ROUNDING)


def _simple(value: Fraction) -> Number:
    places = _finite_decimal(value)
    if places is None:
        return value
    return shifted(Decimal(value.numerator * 10**places // value.denominator), -places)


def _finite_decimal(value: Fraction) -> int | None:
    """Decimals of a fraction; None where it has no end."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def number_text(value: Number) -> str:
    """The text that the core reads: a plain decimal, or a fraction where it is none or has more than 18 digits.

    >>> number_text(Decimal("2.50")), number_text(Fraction(1, 3)), number_text(Decimal("1.5E+6"))
    ('2.50', '1/3', '1500000')
    """
    if isinstance(value, Decimal):
        text = str(value)
        if "E" in text:
            text = format(value, "f")
        if len(text) <= 18:
            return text
        if len(value.normalize(EXACT).as_tuple().digits) <= 18:
            return decimal_text(value)
        value = Fraction(value)
        return f"{value.numerator}/{value.denominator}"
    places = _finite_decimal(value)
    return f"{value.numerator}/{value.denominator}" if places is None else number_text(_simple(value))


def number_texts(values: Sequence[Number]) -> list[str]:
    """The texts of many numbers, as `number_text` writes each."""
    texts = list(map(str, values))
    if not texts or (set(map(type, values)) <= {Decimal} and max(map(len, texts)) <= 18 and "E" not in "".join(texts)):
        return texts
    return list(map(number_text, values))
