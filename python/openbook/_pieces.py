"""What a function that is straight between breakpoints is made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ._simplest import Line

__all__ = ["Break", "Chord", "Piece", "straight"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the function: "straight" (with its line), "curved", "gap" (narrower than the resolution, with a
    break inside) or "unresolved".
    """

    start: Fraction
    end: Fraction
    kind: str
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Where two pieces meet, somewhere from `low` to `high`: a "kink" or a "jump".

    `left` and `right` are the limits from both sides, `value` is what holds at `x` itself.
    """

    x: Fraction
    kind: str
    low: Fraction
    high: Fraction
    left: Fraction
    right: Fraction
    value: Fraction


@dataclass(frozen=True, slots=True)
class Chord:
    """The line through two values, and how far rounding of these may move it."""

    x0: Fraction
    y0: Fraction
    x1: Fraction
    y1: Fraction

    @property
    def slope(self) -> Fraction:
        return (self.y1 - self.y0) / (self.x1 - self.x0)

    def __call__(self, x: Fraction) -> Fraction:
        return self.y0 + self.slope * (x - self.x0)

    def reach(self, x: Fraction) -> Fraction:
        """By what rounding of the two values is multiplied at x."""
        width = self.x1 - self.x0
        return abs((self.x1 - x) / width) + abs((x - self.x0) / width)


def straight(a: Fraction, b: Fraction) -> list[Piece]:
    """The straight piece between two places, or nothing."""
    return [Piece(a, b, "straight")] if a < b else []
