"""`reverse_stress`: a condition over a book's results, asked in three depths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .. import queries
from .._request import whole
from .conditions import Asked, Condition, label
from .features import Feature, expected, features, periods_of
from .joint import Joint, Pilot, importance_by_driver, joint_breach, pilot
from .levers import shifts
from .region import Region, regions_of
from .replaying import Certificate, Scenario, certified_point, signs_agree
from .result import ReverseStress
from .single import Answer, driver_line, single_answers
from .tables import point_values
from .working import Choices, Exact, Working

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["reverse_stress"]

DEPTHS = ("one", "joint", "region")
#: Draws whose comparisons the engine judges as well.
JUDGED = 2_000


def _depths(given: Sequence[str] | str) -> tuple[str, ...]:
    asked = (given,) if isinstance(given, str) else tuple(given)
    for one in asked:
        if one not in DEPTHS:
            raise ValueError(f"depths: found {one!r}, expected some of {', '.join(DEPTHS)}")
    return asked


def reverse_stress(
    book: Book,
    condition: str,
    *,
    depths: Sequence[str] | str = DEPTHS,
    levers: Iterable[Any] | Mapping[str, Any] | str | None = None,
    every: str | None = None,
    period: int | str | None = None,
    when: Literal["any", "all"] = "any",
    scenarios: int = 20_000,
    importance_draws: int = 20_000,
    seed: int = 0,
    data: Any = None,
    points: int = 1_025,
    most_points: int = 4,
    most_regions: int = 3,
    **options: Any,
) -> ReverseStress:
    """What would make a condition over a book's results come true: one driver, the likeliest joint shock, the region.

    Depth one moves one thing at a time and finds every place at which the condition begins or ceases to hold, also
    where it does so several times, jumps, or never does. Depth two finds the design points: the places at which the
    drivers together reach the condition with the least improbable shock, its probability by the first and second
    order, and an unbiased check by importance sampling. Depth three gives boxes over the drivers in which it mostly
    holds, judged on fresh draws. Every answer is run again; `certificates` says how it came out.

    Parameters
    ----------
    condition
        A formula of the language that is true or false, such as ``"position('trust', 'year 2') < -£1m and
        cash('trust') < £500k"``. Where a formula names a calendar, one of its periods may stand: 'year 2', 'month 7',
        '2016-04', '2016/17'. A number beside money counts pounds.
    depths
        Any of "one", "joint", "region".
    levers
        What depth one moves: names or `Lever` objects, or a mapping from names to (low, high). A driver is moved in
        standard deviations of its total (the likeliest way there, what is correlated moving along), a scenario in
        strength, an input, quantity or parameter as a multiple, a term in its value. None: every driver and scenario.
    every, period, when
        In which periods it is asked: by default those that the condition names; else every period of the shortest
        calendar that it or what it names has, and "any" of them suffices; "all" for every one.
    scenarios
        Plain draws for finding, and as many again for judging.
    importance_draws
        Draws around the design points.
    seed
        Of the draws; the same seed gives the same answers to the bit.
    data, **options
        As for `openbook.simulate`: what is known already, as_at, readings, alternatives, shocks, threads and how the
        data are read.
    points
        Places of each scan in depth one: what is narrower than their distance and shows in no valley is not seen.
    most_points, most_regions
        At most so many design points and regions.

    Returns
    -------
    ReverseStress
        Tables `single`, `points`, `point_drivers`, `probability`, `regions`, `limits`, `certificates`.

    Raises
    ------
    BookError
        The condition is no formula, is not true or false, names what the book does not have, or a lever is unknown.
    DataError
        The data do not fit, or an input has neither driver, plan nor data.

    Notes
    -----
    Sources: Rackwitz and Fiessler (1978) and Zhang and Der Kiureghian (1995) for the design point, Breitung (1984) and
    Hohenbichler and Rackwitz (1988) for the second order, Friedman and Fisher (1999) for the regions.

    Examples
    --------
    >>> import openbook as ob
    >>> found = ob.reverse_stress(
    ...     ob.examples.acute_contract(), "position('hospital', 'year 2') < £5.5m",
    ...     depths="one", levers=["breach_volume"], scenarios=2_000)
    >>> [(row["outcome"], row["side"], row["certified"]) for row in found.single]
    [('crossed', 'above', 'replayed')]
    """
    asked = _depths(depths)
    draws = whole("scenarios", scenarios, 100, 5_000_000)
    more = whole("importance_draws", importance_draws, 100, 5_000_000)
    whole("seed", seed, 0, 2**64 - 1)
    named: list[Any] = [*book.quantities, *book.inputs]
    own = {str(item.id): str(item.every) for item in named}
    wanted = Condition.of(condition, book.calendar, own=own, every=every, period=period, when=when)
    moved = shifts(book, levers) if "one" in asked else ()
    choices = Choices.of(book, data, **options)
    chosen = features(book, periods_of(wanted, book))
    working = Working(book, choices, _everything(wanted, chosen), seed)
    seen = pilot(working, wanted, 0, draws)
    plans = {one.planned: float(seen.values[one.planned][0]) for one in chosen if one.planned is not None}
    certificates = [_judged(working, wanted, seen)]
    exact = Exact(book, choices, wanted)

    answers: list[Answer] = []
    if "one" in asked:
        lines = _lines(chosen, wanted)
        answers = single_answers(
            book, choices, wanted, seen.scales, moved, working=working, lines=lines, exact=exact, points=points
        )
    joint: Joint | None = None
    if "joint" in asked or "region" in asked:
        joint = joint_breach(working, wanted, seen, chosen, draws=more, seed=seed, most=most_points)
    if joint is not None and "joint" in asked:
        scenario = Scenario(book, choices, working) if joint.points else None
        for number, point in enumerate(joint.points):
            name = f"point {number + 1}"
            certificates += certified_point(name, point, working, wanted, seen.scales, scenario, exact)
    regions: tuple[Region, ...] = ()
    sought = ""
    if "region" in asked:
        fresh = pilot(working, wanted, draws, draws, seen.scales)
        regions, sought = regions_of(
            working, wanted, seen, fresh, joint, chosen, most=most_regions, draws=more, seed=seed
        )
    return ReverseStress.of(
        book,
        wanted,
        answers=answers,
        amounts=_amounts(answers, working, plans, seen),
        joint=joint if "joint" in asked else None,
        importance=[importance_by_driver(book, working, p) for p in joint.points] if joint is not None else [],
        shown=_shown_at(joint, working, wanted, chosen, book) if joint is not None else [],
        at=working.values(point_values(joint.points)) if joint is not None and joint.points else {},
        regions=regions,
        sought=sought,
        chosen=chosen,
        seen=seen,
        plans=plans,
        certificates=certificates,
        about={"seed": seed, "scenarios": draws, "settlements": exact.settlements, "dimensions": working.count},
        depths=asked,
        illustrative=queries.illustrative_drivers(book),
    )


def _everything(wanted: Condition, chosen: Sequence[Feature]) -> list[Asked]:
    planned = [one.planned for one in chosen if one.planned is not None]
    return [*wanted.asked(), *wanted.truths(), *(one.asked for one in chosen), *planned]


def _judged(working: Working, wanted: Condition, seen: Pilot) -> Certificate:
    """Whether the sign of g is the engine's own judgement of every comparison, in plain draws."""
    agreeing, total = signs_agree(working, wanted, seen.z[:JUDGED])
    note = f"{agreeing:,} of {total:,} comparisons" if total else "no comparison that the engine judges by itself"
    return Certificate("condition", "plain draws", "judged by the engine", True, agreeing == total, note)


def _lines(chosen: Sequence[Feature], wanted: Condition) -> dict[str, list[Feature]]:
    """For each driver the features that its deviations may move: of the year in which it is asked, or of each."""
    named = {period for period in wanted.periods if period.every == "year"}
    found: dict[str, list[Feature]] = {}
    for one in chosen:
        if len(named) != 1 or one.period in named:
            found.setdefault(one.driver, []).append(one)
    return found


def _shown_at(
    joint: Joint, working: Working, wanted: Condition, chosen: Sequence[Feature], book: Book
) -> list[tuple[Feature, ...]]:
    """For each design point the features of the period in which the condition holds there."""
    if not joint.points:
        return []
    values = working.values(point_values(joint.points))
    legs = np.argmin(wanted.leg_margins(values), axis=0)
    shown = []
    for leg in legs:
        label_of = ""
        if len(wanted.periods) > 1 and len(wanted.legs()) == len(wanted.periods):
            label_of = _year_of(wanted, int(leg), book)
        elif len(wanted.periods) == 1:
            label_of = _year_of(wanted, 0, book)
        shown.append(tuple(one for one in chosen if not label_of or one.label in ("", label_of)))
    return shown


def _year_of(wanted: Condition, number: int, book: Book) -> str:
    from .._calendar import Months
    from .formulas import Period

    period = wanted.periods[number]
    if period.every == "term":
        return ""
    months = Months.of(book.calendar)
    last = months.ends(period.every)[period.number] - 1
    year = max(n for n, start in enumerate(months.starts("year")) if start <= last)
    return label(Period("year", year), book.calendar)


def _amounts(
    answers: Sequence[Answer], working: Working, plans: Mapping[Asked, float], seen: Pilot
) -> dict[tuple[int, int], tuple[float, float, str]]:
    """What a driver comes to at each place where it reaches the condition, in its own unit."""
    found = {}
    for number, answer in enumerate(answers):
        one = answer.feature
        direction = driver_line(working, one) if one is not None and answer.edges else None
        if one is None or direction is None:
            continue
        places = np.array([float(edge.first_breach) for edge in answer.edges])
        values = working.values(places[:, None] * direction)[one.asked]
        usual, _ = expected(one, seen.values, plans)
        words = f"{one.unit}, {one.label}" if one.label else one.unit
        for place, value in enumerate(values):
            found[number, place] = (float(value), usual, words)
    return found
