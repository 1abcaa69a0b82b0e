"""Common forms of contract in one line each; every one is a proper book that can be built upon.

>>> import openbook as ob
>>> ob.quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%").pay(10_800)
Decimal('20800000.00')
"""

from __future__ import annotations

from ._arguments import Options
from ._curve import Curve
from ._quick import Quick
from .incentives import incentive, milestones, penalty
from .mixed import blended, emergency_marginal_rate, forecast
from .outcomes import outcome_payment, ramp, three_part
from .people import capitation
from .sharing import gain_and_pain, gain_share, reopener
from .volume import activity_cap, block, cap_and_collar, cost_and_volume, cost_per_case

__all__ = [
    "Curve",
    "Options",
    "Quick",
    "activity_cap",
    "blended",
    "block",
    "cap_and_collar",
    "capitation",
    "cost_and_volume",
    "cost_per_case",
    "emergency_marginal_rate",
    "forecast",
    "gain_and_pain",
    "gain_share",
    "incentive",
    "milestones",
    "outcome_payment",
    "penalty",
    "ramp",
    "reopener",
    "three_part",
]
