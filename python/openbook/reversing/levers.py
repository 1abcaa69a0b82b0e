"""What is moved in depth one: one driver, input, quantity, parameter, term, or the strength of one scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from .._request import shock_list
from .._values import nearest
from .._varying import Varying, exact_text, formula_text, number
from ..errors import BookError

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Lever", "Shift", "levers_of", "plain_levers", "shifts"]

Kind = Literal["scale", "value", "strength", "deviations"]

#: Bounds where none are given.
RANGES: dict[str, tuple[str, str]] = {"scale": ("0", "2"), "strength": ("0", "3"), "deviations": ("-6", "6")}
#: Of a shock that can be taken in parts: its own words, and those of its value.
_OF_SHOCKS = {"on", "action", "value", "starts", "ends", "months", "narrative", "source", "illustrative"}
_OF_VALUES = {"value", "unit", "source", "illustrative"}
#: How far the answer is narrowed down where no step is given.
STEPS = {"scale": Fraction(1, 10**6), "strength": Fraction(1, 10**6), "deviations": Fraction(0)}


@dataclass(frozen=True, slots=True)
class Lever:
    """What a reverse stress test moves, and how far.

    Parameters
    ----------
    name
        A driver, a scenario, an input, quantity, parameter or term, by id or name.
    low, high
        From where to where: numbers or text such as "£1.5m" or "120%". By default 0 to 2 times, strength 0 to 3, six
        standard deviations to both sides; of a value they must be given.
    by
        "scale": what the data or the plan say is multiplied. "value": it is put in the place of an input, in each
        period, or of a term. "strength" of a scenario: 0 is nothing, 1 the scenario itself, 2 twice as far.
        "deviations" of a driver: so many standard deviations of its total, in the likeliest way to get there, with what
        is correlated moving along. By default what fits the name.
    step
        To which step the answer is narrowed down; by default whole units, pennies, hundredths of a percentage point, or
        a millionth of a multiple.

    Examples
    --------
    >>> Lever("type1_admissions", "90%", "150%").by
    ''
    """

    name: str
    low: Any = None
    high: Any = None
    by: Literal["", "scale", "value", "strength", "deviations"] = ""
    step: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """A lever that was found in a book.

    Attributes
    ----------
    name, unit
        What it is called, and in what it is counted.
    kind
        How it moves.
    low, high, step
        Exactly.
    neutral
        Where it moves nothing; None where it sets a value.
    """

    lever: Lever
    name: str
    unit: str
    kind: Kind
    low: Fraction
    high: Fraction
    step: Fraction
    neutral: Fraction | None
    target: str = ""
    parts: tuple[Mapping[str, Any], ...] = ()
    varying: Varying | None = None

    def shocks(self, x: Fraction) -> list[dict[str, Any]]:
        """The shocks to settle under where it takes the value x."""
        if self.kind == "strength":
            return [shock for part in self.parts for shock in _strengthened(part, formula_text(x, ""), x)]
        action = "scale" if self.kind == "scale" else "set"
        return [{"on": self.target, "action": action, "value": formula_text(x, "")}]

    def shocks_of(self, symbol: str) -> list[dict[str, Any]]:
        """The same shocks, moved by an input of the book that is zero where the lever is neutral."""
        if self.kind == "strength":
            return [shock for part in self.parts for shock in _strengthened(part, symbol, None)]
        return [{"on": self.target, "action": "scale", "value": f"1 + {symbol}"}]

    @property
    def joins(self) -> bool:
        """Whether it is moved by shocks that are nothing at zero, so that many levers share one compiled plan."""
        return self.kind in ("scale", "strength")


def _strengthened(shock: Mapping[str, Any], symbol: str, x: Fraction | None) -> list[dict[str, Any]]:
    """A shock of a scenario at another strength: x as an exact number, or a name that stands for it.

    Raises
    ------
    BookError
        It cannot be taken in parts: an event, a date, something that grows or was recorded.
    """
    given = shock.get("value")
    stepped = isinstance(given, Mapping) and bool(set(given) - _OF_VALUES)
    action = shock.get("action", "scale")
    if action not in ("scale", "add", "set") or set(shock) - _OF_SHOCKS or given is None or stepped:
        message = f"'{action}' on '{shock.get('on', '')}' cannot be taken in parts"
        raise BookError("not in parts", [{"code": "wrong-type", "path": "/levers", "message": message}])
    value = str(given["value"] if isinstance(given, Mapping) else given)
    months = {key: shock[key] for key in ("starts", "ends", "months") if shock.get(key)}
    if action == "scale":
        return [{"on": shock["on"], "action": "scale", "value": f"1 + {symbol} * (({value}) - 1)", **months}]
    if action == "add":
        return [{"on": shock["on"], "action": "add", "value": f"{symbol} * ({value})", **months}]
    if x == 1:
        return [dict(shock)]
    return [
        {"on": shock["on"], "action": "scale", "value": f"1 - {symbol}", **months},
        {"on": shock["on"], "action": "add", "value": f"{symbol} * ({value})", **months},
    ]


def _range(lever: Lever, kind: str) -> tuple[Fraction, Fraction]:
    low, high = lever.low, lever.high
    if low is None or high is None:
        if kind not in RANGES:
            message = f"'{lever.name}' is moved by value; expected its bounds, Lever('{lever.name}', low, high)"
            raise BookError("no bounds", [{"code": "no-bounds", "path": "/levers", "message": message}])
        low = RANGES[kind][0] if low is None else low
        high = RANGES[kind][1] if high is None else high
    start, end = number(low, "low"), number(high, "high")
    if start >= end:
        raise ValueError(f"low, high: found {lever.low!r} and {lever.high!r}, expected a range that ascends")
    return start, end


def _own_step(unit: str) -> Fraction:
    """The step in which a unit is counted: pennies, hundredths of a percentage point, whole units."""
    if unit.startswith("£"):
        return Fraction(1, 100)
    if unit == "%":
        return Fraction(1, 10_000)
    return Fraction(1, 10**6) if unit in ("", "number", "times") else Fraction(1)


def _found(book: Book, given: Lever) -> Shift:
    drivers = {name: driver for driver in book.drivers for name in (driver.id, driver.name) if name}
    scenarios = {name: one for one in book.scenarios for name in (one.id, one.name) if name}
    if given.by in ("", "strength") and given.name in scenarios:
        one = scenarios[given.name]
        low, high = _range(given, "strength")
        step = STEPS["strength"] if given.step is None else number(given.step, "step")
        parts = tuple(shock_list(book, one.id))
        return Shift(given, one.name or one.id, "strength", "strength", low, high, step, Fraction(0), one.id, parts)
    if given.by in ("", "deviations") and given.name in drivers:
        driver = drivers[given.name]
        low, high = _range(given, "deviations")
        name, none = driver.name or driver.id, Fraction(0)
        return Shift(given, name, "standard deviations", "deviations", low, high, none, none, driver.id)
    if given.by in ("strength", "deviations"):
        known = list(scenarios if given.by == "strength" else drivers)
        kind = "scenario" if given.by == "strength" else "driver"
        message = f"no {kind} '{given.name}'{nearest(given.name, known)}"
        raise BookError(f"no {kind} '{given.name}'", [{"code": "unknown-name", "path": "/levers", "message": message}])
    scaled: Sequence[Any] = [*book.inputs, *book.quantities, *book.parameters]
    item = next((one for one in scaled if given.name in (one.id, one.name)), None)
    by = given.by or ("scale" if item is not None else "value")
    low, high = _range(given, by)
    first, last = (exact_text(x) if told is None else told for told, x in ((given.low, low), (given.high, high)))
    varying = Varying.of(book, given.name, first, last, by)
    own = STEPS["scale"] if by == "scale" else _own_step(varying.unit)
    step = own if given.step is None else number(given.step, "step")
    if step <= 0:
        raise ValueError(f"step: found {given.step!r}, expected more than 0")
    neutral = Fraction(1) if by == "scale" else None
    return Shift(
        given,
        varying.name,
        "times" if by == "scale" else varying.unit,
        by,
        low,
        high,
        step,
        neutral,
        varying.target,
        (),
        varying,
    )


def shifts(book: Book, levers: Iterable[Any] | Mapping[str, Any] | str | Lever | None) -> tuple[Shift, ...]:
    """The levers of a reverse stress test.

    Parameters
    ----------
    levers
        None: every driver and every scenario of the book. Else names, `Lever` objects, or a mapping from names to
        (low, high).

    Raises
    ------
    BookError
        Nothing is called so, or bounds are wanted.
    """
    parts: list[Any] = [*book.drivers, *book.scenarios]
    given = [Lever(str(one.id)) for one in parts] if levers is None else _given(levers)
    return tuple(_found(book, one) for one in given)


def plain_levers(levers: Any) -> list[dict[str, Any]] | None:
    """Levers as plain data, from which `levers_of` makes them again; None where none were named."""
    if levers is None:
        return None
    found = []
    for one in _given(levers):
        bounds = {name: _text(getattr(one, name), name) for name in ("low", "high", "step")}
        found.append({"name": one.name, "by": one.by, **bounds})
    return found


def levers_of(plain: Iterable[Mapping[str, Any]] | None) -> list[Lever] | None:
    """Levers from plain data."""
    if plain is None:
        return None
    return [Lever(one["name"], one["low"], one["high"], one["by"], one["step"]) for one in plain]


def _text(given: Any, what: str) -> str | None:
    return given if given is None or isinstance(given, str) else exact_text(number(given, what))


def _given(levers: Any) -> list[Lever]:
    if isinstance(levers, (str, Lever)):
        return [_lever(levers)]
    if isinstance(levers, Mapping):
        return [Lever(str(name), *bounds) for name, bounds in levers.items()]
    return [_lever(one) for one in levers]


def _lever(given: Any) -> Lever:
    if isinstance(given, Lever):
        return given
    if isinstance(given, str):
        return Lever(given)
    message = f"found {given!r}, expected a name or a Lever"
    raise BookError("not a lever", [{"code": "wrong-type", "path": "/levers", "message": message}])
