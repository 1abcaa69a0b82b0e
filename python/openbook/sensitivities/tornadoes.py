"""Tornado: each uncertain thing moved to a low and a high value by itself, and what a party's position does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .. import _terms, privacy, queries
from .._calendar import Months
from .._dimensions import members_of
from .._lasting import LastingRecord, Origin, plain_request
from .._literals import figure
from .._term_units import as_written
from ..errors import BookError
from ..table import Column, Schema, Table
from ._known import Known

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["TORNADO", "Tornado", "tornado"]

TORNADO = Schema(
    "openbook.tornado",
    1,
    (
        Column("name"),
        Column("kind"),
        Column("low"),
        Column("high"),
        Column("at_low", "float", "", "£"),
        Column("at_low_error", "float", "", "£"),
        Column("base", "float", "", "£"),
        Column("base_error", "float", "", "£"),
        Column("at_high", "float", "", "£"),
        Column("at_high_error", "float", "", "£"),
        Column("swing", "float", "at high less at low", "£"),
        Column("swing_error", "float", "", "£"),
    ),
    "+ = in the party's favour; low and high are of what is moved, not of the position",
)

#: Places of a percentile of an input: more would only show how many draws it rests on.
_FIGURES = 9


@dataclass(frozen=True, slots=True, repr=False)
class Tornado(LastingRecord):
    """What each driver and each uncertain term moves by itself, largest swing first. Frozen.

    Attributes
    ----------
    book, party
        The book, and whose position.
    measure
        "settled": exact positions, the others at base; "mean": means over common draws of the others.
    table
        One row per driver and term: name, kind ("driver" or "term"), low and high (where it was moved to, in words),
        at_low, base, at_high (the position, each with its Monte Carlo error; 0 of settled ones), swing.
    origin
        What it was made from, for `save` and for calculating it again.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = ob.sensitivity(book, "provider", scenarios=500)
    >>> [(row["name"], row["swing"] > 0) for row in found.tornado.table]
    [('uncertainty', True)]
    """

    book: Book = field(repr=False)
    party: str
    measure: str
    table: Table
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "tornado"

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for the shared book."""
        return self.book.private_to

    def svg(self, most: int = 12) -> str:
        """Bars around the base: low ends and high ends of the `most` largest swings."""
        from .._display import tornado as drawn

        rows = list(self.table)[:most]
        name = queries.party_name(self.book, self.party)
        return drawn.drawing(rows, title=privacy.titled(f"What moves the position of {name} (£)", self.private_to))

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks, figures

        rows = [
            (
                row["name"],
                f"{row['low']} to {row['high']}",
                *(_estimate(row, column, figures) for column in ("at_low", "base", "at_high", "swing")),
            )
            for row in self.table
        ]
        header = ("moved", "from, to", "at low", "base", "at high", "swing")
        grid = blocks.Grid(self.table.title, header, tuple(rows), "llrrrr", self.table.note)
        words = "; ".join(f"{row['name']}: {row['swing']:+,.0f}" for row in self.table)
        return [grid, blocks.Picture(self.svg(), f"Swings (£): {words}")] if rows else [grid]


def _estimate(row: Mapping[str, Any], column: str, figures: Any) -> str:
    error = row[f"{column}_error"]
    text: str = figures.estimate(row[column], error) if error else figures.money(round(row[column], 2))
    return text


@dataclass(frozen=True, slots=True)
class _Moved:
    """One thing at its low and its high value: another book, or values of an input."""

    name: str
    kind: str
    low: str
    high: str
    books: tuple[Book, Book]
    inputs: tuple[dict[str, list[Any]], dict[str, list[Any]]]


def _columns(given: Any, members: Sequence[str]) -> list[str]:
    return [f"member({given.id}, '{member}')" for member in members] if members else [given.id]


def _percentiles(
    book: Book, inputs: Sequence[Any], probabilities: Sequence[float], known: Known, scenarios: int, seed: int
) -> dict[str, list[list[Decimal | None]]]:
    """Values of inputs of one calendar at each probability, period by period and member by member; None where one is
    missing.
    """
    formulas = {given.id: _columns(given, members_of(book, given)) for given in inputs}
    # Without shocks: they act on what is given, and would act twice.
    track = [formula for own in formulas.values() for formula in own]
    simulation = known.simulated(book, scenarios, seed, track=track, track_every=inputs[0].every, shocked=False)
    periods = len(Months.of(book.calendar).starts(inputs[0].every))
    found = {}
    for id_, own in formulas.items():
        drawn = np.array([simulation.array(formula).reshape(periods, -1) for formula in own])
        values = np.quantile(drawn, probabilities, axis=2, method="inverted_cdf")  # probability, member, period
        found[id_] = [[_rounded(float(x)) for x in at.T.ravel()] for at in values]
    return found


def _rounded(value: float) -> Decimal | None:
    return None if math.isnan(value) else Decimal(f"{value:.{_FIGURES}g}")


def _drivers(
    book: Book, percentiles: tuple[float, float], known: Known, scenarios: int, seed: int, measure: str
) -> tuple[list[_Moved], dict[str, list[Any]]]:
    """The drivers at both ends, and the medians of inputs that have no plan to stand at."""
    moved, base = [], {}
    low, high = (p / 100 for p in percentiles)
    inputs = {given.id: given for given in book.inputs}
    uncertain = {d.id: inputs[d.of] for d in book.drivers if None in known.inputs.get(d.of, (None,))}
    values: dict[str, list[list[Decimal | None]]] = {}
    for every in dict.fromkeys(given.every for given in uncertain.values()):
        own = list({given.id: given for given in uncertain.values() if given.every == every}.values())
        values |= _percentiles(book, own, (low, 0.5, high), known, scenarios, seed)
    for driver, given in uncertain.items():
        held = known.inputs.get(given.id) or [None] * len(values[given.id][0])
        # A simulation draws a period of which nothing is known, also before the last that the data speak of.
        stays = known.stays_missing(given, len(members_of(book, given)) or 1) if measure == "settled" else 0
        at_low, middle, at_high = (
            [own if held[i] is None and i >= stays else held[i] for i, own in enumerate(at)] for at in values[given.id]
        )
        if not _has_plan(given):
            base[given.id] = middle
        if list(held) == middle:
            continue  # what is not known of it stays missing
        from_, to = (f"{p:g}th percentile: {_span(v)}" for p, v in zip(percentiles, (at_low, at_high), strict=True))
        moved.append(_Moved(driver, "driver", from_, to, (book, book), ({given.id: at_low}, {given.id: at_high})))
    return moved, base


def _has_plan(given: Any) -> bool:
    plan = given.plan
    return plan is not None and str(getattr(plan, "value", plan)) != ""


def _span(values: Sequence[Any]) -> str:
    numbers = [float(value) for value in values if value is not None]
    low, high = min(numbers), max(numbers)
    return f"{low:,.6g}" if low == high else f"{low:,.6g} to {high:,.6g}"


def _terms_moved(book: Book, given: Mapping[str, tuple[Any, Any]] | None) -> list[_Moved]:
    """Terms with ends that the caller gives, else those whose sources give other figures."""
    if given is not None:
        ends = dict(given)
    else:
        ends = {}
        for place in _terms.places(book._data):
            data = place.data if isinstance(place.data, dict) else {}
            values = [data.get("value"), *(other.get("value") for other in data.get("alternatives") or ())]
            figures = [(one.value, as_written(value)) for value in values if (one := figure(value)) is not None]
            if len(figures) > 1:
                ends[place.path] = min(figures)[1], max(figures)[1]
    moved = []
    for name, pair in ends.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            message = f"'{name}': found {pair!r}, expected a low and a high value"
            raise BookError("no range", [{"code": "wrong-type", "path": name, "message": message}])
        found = _terms.meant(book._data, name)
        low, high = pair
        label = found.name if found is not None else name
        books = book.with_(name, low), book.with_(name, high)
        moved.append(_Moved(label, "term", as_written(_text(low)), as_written(_text(high)), books, ({}, {})))
    return moved


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else str(value)


def tornado(
    book: Book,
    party: str,
    data: Any = None,
    *,
    percentiles: tuple[float, float] = (10, 90),
    terms: Mapping[str, tuple[Any, Any]] | None = None,
    measure: str = "settled",
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    scenarios: int = 10_000,
    seed: int = 0,
    **options: Any,
) -> Tornado:
    """Move each driver to a low and a high percentile, and each uncertain term to its two ends, one at a time.

    A driver stands at a percentile in all its periods together: each period's own percentile of the input, from
    `scenarios` draws of it. With measure "settled" everything else is at base: inputs at their plan, driven inputs
    without a plan at their medians. With "mean" everything else is drawn, the same draws for every row, and the
    position is its mean.

    Parameters
    ----------
    book, party
        The book, and whose position by id or name.
    data
        What is known already; known months are not moved.
    percentiles
        Low and high, in per cent.
    terms
        Term by name or path to its low and high value. None: every term for which sources give alternatives, from the
        lowest to the highest figure.
    measure
        "settled" or "mean".
    every, period, basis
        Which position.
    scenarios, seed
        Of the simulations.
    **options
        As for `openbook.settle`: as_at, readings, alternatives, shocks, and how data are read.

    Raises
    ------
    BookError
        An unknown party or term, a value that does not fit its term, percentiles out of order.

    Examples
    --------
    >>> import openbook as ob
    >>> from openbook.sensitivities import tornado
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = tornado(book, "provider", terms={"price": ("£1,900", "£2,100")}, scenarios=500)
    >>> [(row["name"], row["at_low"]) for row in found.table if row["kind"] == "term"]
    [('price', 19000000.0)]
    """
    low, high = percentiles
    if not 0 < low < high < 100:
        message = f"found {percentiles!r}, expected two numbers between 0 and 100, the lower first"
        raise BookError("no range", [{"code": "out-of-range", "path": "/percentiles", "message": message}])
    if measure not in ("settled", "mean"):
        message = f"found {measure!r}, expected 'settled' or 'mean'"
        raise BookError("no such measure", [{"code": "unknown-choice", "path": "/measure", "message": message}])
    party = queries.require_party(book, party)
    request = plain_request(book, data, options, plan=True)
    known = Known.of(book, request["data"], {name: value for name, value in request.items() if name != "data"})
    moved, base = _drivers(book, percentiles, known, scenarios, seed, measure)
    moved += _terms_moved(book, terms)
    where = {"every": every, "period": period, "basis": basis}
    if measure == "settled":
        rows = _settled_rows(book, party, moved, base, known, where)
        note = "Exact settlements, one thing moved at a time, everything else at base."
    else:
        rows = _mean_rows(book, party, moved, known, where, scenarios, seed)
        note = (
            f"Means over {scenarios:,} draws, seed {seed}, the same for every row; ± is one Monte Carlo standard error."
        )
    rows.sort(key=lambda row: -abs(row["swing"]))
    title = f"What moves the position of {queries.party_name(book, party)}"
    about = {"book": book.id, "digest": book.digest}
    note = f"{note} {TORNADO.sign}.{_rare(moved)}"
    table = Table.of_rows(title, TORNADO, rows, note, about, private_to=book.private_to)
    asked: dict[str, Any] = {"percentiles": tuple(percentiles), "terms": terms, "measure": measure, "seed": seed}
    origin = Origin.here("tornado", book=book, party=party, scenarios=scenarios, **asked, **where, **request)
    return Tornado(book, party, measure, table, origin)


def _rare(moved: Sequence[_Moved]) -> str:
    """What of drivers that a tornado cannot move, such as events that come once in twenty years."""
    still = [one.name for one in moved if one.kind == "driver" and one.inputs[0] == one.inputs[1]]
    if not still:
        return ""
    return (
        f" At both percentiles the same: {', '.join(still)}. What is rarer than the percentiles say is not seen by a "
        "tornado; take percentiles farther out, or shares of the variance."
    )


def _row(one: _Moved, figures: Mapping[str, float]) -> dict[str, Any]:
    return {"name": one.name, "kind": one.kind, "low": one.low, "high": one.high, **figures}


def _settled_rows(
    book: Book,
    party: str,
    moved: Sequence[_Moved],
    base: Mapping[str, Any],
    known: Known,
    where: Mapping[str, Any],
) -> list[dict[str, Any]]:
    def position(of: Book, changed: Mapping[str, Any]) -> Decimal:
        return known.settled(of, {**base, **changed}).position(party, **where)

    middle = position(book, {})
    rows = []
    for one in moved:
        low, high = (position(of, changed) for of, changed in zip(one.books, one.inputs, strict=True))
        figures = {"at_low": float(low), "base": float(middle), "at_high": float(high), "swing": float(high - low)}
        rows.append(_row(one, figures | {f"{name}_error": 0.0 for name in figures}))
    return rows


def _mean_rows(
    book: Book,
    party: str,
    moved: Sequence[_Moved],
    known: Known,
    where: Mapping[str, Any],
    scenarios: int,
    seed: int,
) -> list[dict[str, Any]]:
    def draws(of: Book, changed: Mapping[str, Any]) -> Any:
        every, basis = [where["every"]], [where["basis"]]
        return known.simulated(of, scenarios, seed, changed, every=every, basis=basis).array(party, **where)

    base = draws(book, {})
    rows = []
    for one in moved:
        low, high = (draws(of, changed) for of, changed in zip(one.books, one.inputs, strict=True))
        figures = {}
        for name, values in (("at_low", low), ("base", base), ("at_high", high), ("swing", high - low)):
            figures[name] = float(values.mean())
            figures[f"{name}_error"] = (
                float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
            )
        rows.append(_row(one, figures))
    return rows
