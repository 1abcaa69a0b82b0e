"""A second, slow evaluator of a book, in exact fractions, that knows nothing of the library.

Written from design.md and the reference pages alone: it reads the JSON document, evaluates every name of every period
when it is asked for, and moves the money of every clause. What it and the library both say of random contracts is
compared in `test_differential.py`.
"""

from .engine import Engine, Entry, NotSettled, Refused
from .money import largest_remainder, pence
from .values import NO_LIMIT

__all__ = ["NO_LIMIT", "Engine", "Entry", "NotSettled", "Refused", "largest_remainder", "pence"]
