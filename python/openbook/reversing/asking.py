"""`reverse_stress`: a condition over a book's results, asked in three depths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from .._request import whole
from .levers import plain_levers
from .result import ReverseStress
from .running import run
from .working import Choices

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["reverse_stress"]

DEPTHS = ("one", "joint", "region")


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
    request = {
        "condition": condition,
        "depths": list(asked),
        "levers": plain_levers(levers),
        "every": every,
        "period": period,
        "when": when,
        "scenarios": whole("scenarios", scenarios, 100, 5_000_000),
        "importance_draws": whole("importance_draws", importance_draws, 100, 5_000_000),
        "seed": whole("seed", seed, 0, 2**64 - 1),
        "points": whole("points", points, 3, 1_000_000),
        "most_points": whole("most_points", most_points, 1, 64),
        "most_regions": whole("most_regions", most_regions, 1, 64),
    }
    return run(book, request, Choices.of(book, data, **options))
