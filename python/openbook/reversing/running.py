"""Running a reverse stress test from plain data: what was asked, and how the book is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import queries
from .conditions import Asked, Condition
from .features import Feature, expected, features, measures, periods_of
from .formulas import Period, label
from .joint import Joint, Pilot, importance_by_driver, joint_breach, pilot
from .levers import levers_of, shifts
from .region import Region, regions_of
from .replaying import Certificate, Scenario, certified_point, signs_agree
from .result import ReverseStress
from .single import Answer, driver_line, single_answers
from .tables import point_values
from .working import Choices, Exact, Working

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["run"]

#: Draws whose comparisons the engine judges as well.
JUDGED = 2_000


def run(book: Book, request: Mapping[str, Any], choices: Choices) -> ReverseStress:
    """One reverse stress test; `openbook.reverse_stress` says what the keys of the request mean."""
    depths, draws, more, seed = (request[key] for key in ("depths", "scenarios", "importance_draws", "seed"))
    named: list[Any] = [*book.quantities, *book.inputs]
    own = {str(item.id): str(item.every) for item in named}
    when = {key: request[key] for key in ("every", "period", "when")}
    wanted = Condition.of(request["condition"], book.calendar, own=own, **when)
    moved = shifts(book, levers_of(request["levers"])) if "one" in depths else ()
    chosen = features(book, periods_of(wanted, book))
    working = Working(book, choices, _everything(wanted, chosen), seed)
    wanted = wanted.to_the_penny(working.money(wanted.asked()))
    seen = pilot(working, wanted, 0, draws)
    plans = {one.planned: float(seen.values[one.planned][0]) for one in chosen if one.planned is not None}
    certificates = [_judged(working, wanted, seen)]
    exact = Exact(book, choices, wanted)

    answers: list[Answer] = []
    if "one" in depths:
        lines = _lines(chosen, wanted)
        answers = single_answers(
            book,
            choices,
            wanted,
            seen.scales,
            moved,
            working=working,
            lines=lines,
            exact=exact,
            breaching=seen.z[seen.holds],
            points=request["points"],
        )
    joint: Joint | None = None
    if "joint" in depths or "region" in depths:
        joint = joint_breach(working, wanted, seen, chosen, draws=more, seed=seed, most=request["most_points"])
    if joint is not None and "joint" in depths:
        scenario = Scenario(book, choices, working) if joint.points else None
        for number, point in enumerate(joint.points):
            name = f"point {number + 1}"
            certificates += certified_point(name, point, working, wanted, seen.scales, scenario, exact)
    regions: tuple[Region, ...] = ()
    sought = ""
    if "region" in depths:
        fresh = pilot(working, wanted, draws, draws, seen.scales)
        most = request["most_regions"]
        regions, sought = regions_of(working, wanted, seen, fresh, joint, chosen, most=most, draws=more, seed=seed)
    return ReverseStress.of(
        book,
        {**request, **choices.kept()},
        wanted,
        answers=answers,
        amounts=_amounts(answers, working, plans, seen),
        joint=joint if "joint" in depths else None,
        importance=[importance_by_driver(book, working, p) for p in joint.points] if joint is not None else [],
        shown=_shown_at(joint, working, wanted, chosen, book) if joint is not None else [],
        at=working.values(point_values(joint.points)) if joint is not None and joint.points else {},
        regions=regions,
        sought=sought,
        chosen=chosen,
        seen=seen,
        plans=plans,
        certificates=certificates,
        about={
            "seed": seed,
            "scenarios": draws,
            "dimensions": working.count,
            "evaluations": working.evaluated,
            "settlements": exact.settlements,
        },
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
            found[number, place] = (float(value), usual if measures(one, usual, seen.values) else 0.0, words)
    return found
