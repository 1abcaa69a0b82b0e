"""Formulas that settle exactly in one way and are drawn, or read, in another."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .._prose import NAMED_OPERANDS
from .findings import Finding, Reader, formulas, nodes, number_of, texts_of

__all__ = ["COMPARES", "inexact", "member_units", "rounding_down"]

COMPARES = {
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "equal": "==",
    "not_equal": "!=",
}
_INEXACT = frozenset({"exp", "log", "power", "sqrt", "logistic", "deviation"})
_DOWN = frozenset({"floor", "ceiling", "truncate"})


def is_inexact(function: str) -> bool:
    """Whether a function has no exact value, so that a settlement rounds it to the decimals stated."""
    return function in _INEXACT or function.endswith(("_probability", "_quantile"))


def inexact(reader: Reader) -> Iterator[Finding]:
    """Inexact functions that decide at a threshold."""
    stepped = {table.id for table in reader.book.tables if any(key.match != "interpolate" for key in table.keys)}
    for curve in reader.book.curves:
        places = [str(point.at) for point in curve.points]
        if len(set(places)) < len(places):
            stepped.add(curve.id)
    scored = {
        f"/frameworks/{f}/measures/{m}/value"
        for f, framework in enumerate(reader.book.frameworks)
        for m, measure in enumerate(framework.measures)
        if measure.shape == "steps"
    }
    for place in reader.places:
        for text in formulas(place):
            met = _met(reader, reader.tree(text), stepped)
            if place.path in scored:
                met += [(name, "a measure scored in steps") for name in sorted(_made_of(reader, reader.tree(text)))]
            for function, where in dict.fromkeys(met):
                message = (
                    f"'{place.name}' lets {function} meet {where} ({text}): settlement decides on its rounded value, a "
                    "simulation on the value itself, so near the threshold they may differ; round(x, step) what is "
                    "compared"
                )
                yield Finding("inexact-threshold", "warning", place.path, message)


def _met(reader: Reader, node: dict[str, Any], stepped: set[str]) -> list[tuple[str, str]]:
    """The inexact functions under a node that meet a threshold, and what it is."""
    function, operands = node.get("function", ""), node.get("operands", [])
    found = [pair for operand in operands for pair in _met(reader, operand, stepped)]
    if function in COMPARES:
        where, facing = f"the comparison {COMPARES[function]}", operands
    elif function in ("whole", "modulo"):
        where, facing = f"{function}(), which jumps", operands[:1]
    elif function in ("lookup", "curve") and operands[0].get("text") in stepped:
        where, facing = f"the jumps of '{operands[0]['text']}'", operands[1:]
    else:
        return found
    return found + [(name, where) for operand in facing for name in sorted(_made_of(reader, operand))]


def _made_of(reader: Reader, node: dict[str, Any], seen: frozenset[str] = frozenset()) -> set[str]:
    """The inexact functions that a value is made of; round() ends them, for then the document says what carries on."""
    function = node.get("function", "")
    if function in ("round", *NAMED_OPERANDS):
        return set()
    if is_inexact(function):
        return {function}
    name = node.get("name")
    if name is not None:
        if name in seen:
            return set()
        meanings = reader.meanings.get(name, ())
        return {found for text in meanings for found in _made_of(reader, reader.tree(text), seen | {name})}
    if function in COMPARES or function in ("count", "any", "all"):
        return set()
    operands = node.get("operands", [])
    if function in ("if", "choose"):  # a condition does not pass its value on
        operands = [operand for number, operand in enumerate(operands) if number % 2 or number == len(operands) - 1]
    return {found for operand in operands for found in _made_of(reader, operand, seen)}


def rounding_down(reader: Reader) -> Iterator[Finding]:
    """Rounding in one direction of numbers that binary fractions do not hold, where a simulation may be a step off."""
    if not reader.book.drivers:
        return
    for place in reader.places:
        for text in formulas(place):
            for node in nodes(reader.tree(text)):
                operands = node.get("operands", [])
                function = node.get("function")
                if function == "round" and len(operands) > 2 and operands[2].get("text") in _DOWN:
                    said = f"round(..., '{operands[2]['text']}')"
                elif function in ("whole", "modulo"):
                    said = f"{function}()"
                else:
                    continue
                odd = _odd(reader, operands[0]) or _odd(reader, operands[1])
                if odd:
                    message = (
                        f"'{place.name}' has {said} on numbers such as {odd}, which binary fractions do not hold: "
                        "settlement is exact, a simulated draw may fall a step lower or higher where the exact value "
                        "stands on a step; round to finer digits first"
                    )
                    yield Finding("rounding-down", "note", place.path, message)


def _odd(reader: Reader, node: dict[str, Any], seen: frozenset[str] = frozenset()) -> str:
    """A number in a formula that has no finite binary fraction; "" where there is none, or where it is rounded."""
    if node.get("function") == "round":
        return ""
    text = node.get("number") or node.get("money")
    if text is not None:
        bottom = Fraction(str(text)).denominator
        return str(text) if bottom & (bottom - 1) else ""
    name = node.get("name")
    if name is not None and name not in seen:
        for meaning in reader.meanings.get(name, ()):
            found = _odd(reader, reader.tree(meaning), seen | {name})
            if found:
                return found
    return next(filter(None, (_odd(reader, operand, seen) for operand in node.get("operands", ()))), "")


def member_units(reader: Reader) -> Iterator[Finding]:
    """Members of a parameter of which some state a unit and others none."""
    for number, parameter in enumerate(reader.data.get("parameters", ())):
        stated = {name: _unit(term) for name, term in (parameter.get("members") or {}).items()}
        units = {unit for unit in stated.values() if unit}
        without = [name for name, unit in stated.items() if unit == ""]
        own = _unit(parameter.get("value"))
        if units and without:
            message = (
                f"of the members of '{parameter['id']}' some are in {', '.join(sorted(units))} and {_listed(without)} "
                "without a unit: all are taken to be the same; say the unit of each"
            )
        elif own and units and units != {own}:
            message = f"'{parameter['id']}' is in {own}, its members in {', '.join(sorted(units))}; say one unit"
        else:
            continue
        yield Finding("member-units", "warning", f"/parameters/{number}/members", message)


def _unit(term: Any) -> str | None:
    """The unit that a literal states; None of a formula, which has its own, and of 0, which may be of any."""
    unit = term.get("unit") if isinstance(term, dict) else ""
    number = number_of(next(texts_of(term), "")) if term is not None else None
    return None if number is None or number == 0 else str(unit or "")


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:4])
    return shown + (f" and {len(names) - 4} more" if len(names) > 4 else "")
