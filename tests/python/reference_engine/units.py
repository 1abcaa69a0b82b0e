"""How many of what the scale and the time of a unit are: all that `in_unit` and percentage points need."""

from __future__ import annotations

import re
from fractions import Fraction as F

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "half-year": 6, "year": 12}


def scale_of(unit: str) -> F:
    """One of this unit, in units without a scale and with months as time: 0.01 of a point, 1/12000 "per 1000 per year"."""
    numerator, *below = re.split(r"\bper\b", unit)
    scale = F(1, 100) if numerator.strip() == "pp" else F(1)
    if numerator.strip() in MONTHS or numerator.strip().rstrip("s") in MONTHS:
        scale = F(MONTHS[numerator.strip().rstrip("s")])
    for part in below:
        number, word = re.fullmatch(r"\s*([\d,]*)\s*(.*?)\s*", part).groups()  # type: ignore[union-attr]
        scale /= F(number.replace(",", "") or 1)
        scale /= F(1, 100) if word == "pp" else F(MONTHS.get(word.rstrip("s"), 1))
    return scale
