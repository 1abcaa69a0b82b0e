"""A small library of measures: definitions in the language of books, ready to be put into a book."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ._values import nearest

if TYPE_CHECKING:
    from .model import Definition

__all__ = ["measure_definitions"]


@cache
def _library() -> dict[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("measures.json").read_text(encoding="utf-8")
    return {item["id"]: {key: value for key, value in item.items() if value != ""} for item in json.loads(text)}


def measure_definitions(*names: str) -> tuple[Definition, ...]:
    """Definitions of standard measures, with those that they call: a part of a book, and no code beside it.

    A book carries the definitions that it uses, so that whoever has the book can check and settle it. Each says what it
    is given and where its method comes from.

    Parameters
    ----------
    *names
        Which: directly_standardised_rate, directly_standardised_rate_lower and _upper (Fay and Feuer 1997),
        expected_events, indirectly_standardised_ratio with _lower and _upper (Byar), byar_lower and byar_upper,
        wilson_lower and wilson_upper, funnel_lower and funnel_upper (Spiegelhalter 2005), xmr_centre,
        xmr_moving_range, xmr_lower and xmr_upper. None: all.

    Returns
    -------
    tuple of Definition
        In the order of the library, for `Book.definitions`.

    Raises
    ------
    ValueError
        A name is not in the library.

    Examples
    --------
    >>> [definition.id for definition in measure_definitions("byar_lower")]
    ['normal_deviate', 'byar_lower']
    >>> import openbook as ob
    >>> book = ob.Book(
    ...     id="limits",
    ...     calendar=ob.Calendar(start="2024-04", months=1),
    ...     parties=[ob.Party(id="payer"), ob.Party(id="provider")],
    ...     definitions=measure_definitions("byar_lower", "byar_upper"),
    ...     quantities=[ob.Quantity(id="lower", formula="round(byar_lower(10, 95%), 0.01)")],
    ... )
    >>> book.settle().quantities.to_dicts()[0]["value"]
    Decimal('4.79')
    """
    from .model import Definition

    library = _library()
    wanted: set[str] = set()

    def take(name: str) -> None:
        if name in wanted:
            return
        wanted.add(name)
        for called in re.findall(r"([a-z_]+)\(", str(library[name]["formula"])):
            if called in library:
                take(called)

    for name in names or library:
        if name not in library:
            raise ValueError(f"'{name}' is no measure of the library{nearest(name, library)}")
        take(name)
    return tuple(Definition(**item) for name, item in library.items() if name in wanted)
