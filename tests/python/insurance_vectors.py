"""Rule vectors of the Oasis engine: terms, losses and what levels below left, and what the rule pays.

From its tests (OasisLMF, tests/pytools/fm/test_policy.py and test_policy_extra.py, release 2.5.8), of which these are the
numbers: https://github.com/OasisLMF/OasisLMF
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

TENS = "0 10 20 30 40 50 60"
#: Losses, and what deductibles kept, limits cut off, and room under limits.
BELOW = (
    "20 20 20 20 20 20 1 20 60",
    "0 0 0 30 30 30 16 10 10",
    "0 3 10 10 10 0 0 10 10",
    "0 10 10 0 5 15 0 10 10",
)


class Vector(NamedTuple):
    rule: str
    terms: dict[str, str]
    paid: str
    below: bool = False


_MONEY = {"deductible": "5", "least": "10", "most": "20", "limit": "30"}
_RATE = {"rate": "1/4", "least": "10", "most": "20", "limit": "30"}
_CEDED = {"ceded": "1/2", "placed": "3/4", "order": "4/5"}
PUBLISHED = (
    Vector("1", {"deductible": "15", "limit": "30"}, "0 0 5 15 25 30 30"),
    Vector("2", {"deductible": "15", "attachment": "10", "limit": "30", "share": "1/2"}, "0 0 0 2.5 7.5 12.5 15"),
    Vector("3", {"deductible": "15", "limit": "30"}, "0 0 20 30 30 30 30"),
    Vector("5", {"rate": "0.25", "limit_rate": "0.8"}, "0 7.5 15 22.5 30 37.5 45"),
    Vector("5", {"rate": "0.25", "limit_rate": "0.5"}, "0 5 10 15 20 25 30"),
    Vector("12", {"deductible": "15"}, "0 0 5 15 25 35 45"),
    Vector("14", {"limit": "30"}, "0 10 20 30 30 30 30"),
    Vector("15", {"deductible": "15", "limit_rate": "0.6"}, "0 0 5 15 24 30 36"),
    Vector("16", {"rate": "1/4"}, "0 7.5 15 22.5 30 37.5 45"),
    Vector("17", {"rate": "1/4", "attachment": "10", "limit": "25", "share": "1/2"}, "0 0 2.5 6.25 10 12.5 12.5"),
    Vector("20", {"deductible": "25"}, "0 10 20 0 0 0 0"),
    Vector("22", {"limit": "40", **_CEDED}, "0 3 6 9 12 15 18"),
    Vector("23", {"limit": "40", **_CEDED}, "0 6 12 18 24 24 24"),
    Vector("24", {"attachment": "5", "limit": "20", **_CEDED}, "0 0 3 6 9 12 12"),
    Vector("25", _CEDED, "0 3 6 9 12 15 18"),
    Vector("33", {"rate": "1/4", "limit": "30"}, "0 7.5 15 22.5 30 30 30"),
    Vector("34", {"deductible": "15", "attachment": "10", "share": "1/2"}, "0 0 0 2.5 7.5 12.5 17.5"),
    Vector("7", _MONEY, "10 13 20 20 25 30 0 15 30", below=True),
    Vector("8", _MONEY, "10 13 20 15 15 15 0 15 30", below=True),
    Vector("10", _MONEY, "15 15 15 20 25 30 0 15 55", below=True),
    Vector("11", _MONEY, "10 13 20 15 15 15 0 15 55", below=True),
    Vector("13", _MONEY, "10 13 20 20 25 30 0 15 55", below=True),
    Vector("19", _RATE, "10 13 20 20 25 30 0.75 15 50", below=True),
    Vector("26", _RATE, "10 13 20 20 25 30 0.75 15 30", below=True),
    Vector("35", {**_RATE, "limit_rate": "4/5"}, "10 13 16 16 16 16 0.75 15 48", below=True),
    Vector("36", {**_MONEY, "limit_rate": "4/5"}, "10 13 16 16 16 16 0 15 48", below=True),
)


def numbers(text: str) -> list[Fraction]:
    return [Fraction(part) for part in text.split()]
