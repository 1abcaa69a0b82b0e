"""Whether one draw makes much of a variance: then no standard error of a mean, deviation or tail is to be trusted."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["MUCH", "dominated", "sentence"]

#: Draws from which on it is asked, and the share of the squared deviations that one of them may make.
FEWEST, MUCH = 100, 0.2


def dominated(least: float, most: float, mean: float, deviation: float, draws: int) -> float:
    """The share of all squared deviations from the mean that the draw furthest from it makes; 0 for few draws.

    It tends to nothing as draws are added where the variance is finite, and does not where it is not (the ratio of the
    maximum to the sum: Embrechts, Klüppelberg and Mikosch, Modelling Extremal Events, 1997, section 6.2.6).

    Examples
    --------
    >>> dominated(-1.0, 199.0, 0.0, 10.0, 1_000) > MUCH, dominated(-3.0, 3.0, 0.0, 1.0, 1_000) > MUCH
    (True, False)
    """
    if draws < FEWEST or deviation <= 0:
        return 0.0
    furthest = max(most - mean, mean - least)
    return min(1.0, furthest * furthest / (deviation * deviation * (draws - 1)))


def sentence(found: Sequence[tuple[str, float]]) -> str:
    """What is to be known of quantities in which one draw makes too much; "" where there are none."""
    much = [(name, share) for name, share in found if share > MUCH]
    if not much:
        return ""
    names = ", ".join(dict.fromkeys(name for name, _ in much))
    worst = max(share for _, share in much)
    return (
        f"A single draw makes {worst:.0%} of the variance (of {names}): more draws may change mean, deviation and tail "
        "by more than their errors say, and where the variance is infinite no error or interval of them holds."
    )
