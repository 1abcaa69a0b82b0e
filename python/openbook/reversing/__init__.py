"""Reverse stress testing: what would break us, in three depths.

The algorithms (`root`, `design_points`, `curvature`, `series`, `importance`, `regions`) know nothing of books: they
work on any function g of points, at most zero where a condition holds. The other modules make a book such a function
and put what is found in its words.
"""

from __future__ import annotations

from .asking import reverse_stress
from .levers import Lever
from .result import ReverseStress

__all__ = ["Lever", "ReverseStress", "reverse_stress"]
