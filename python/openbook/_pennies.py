"""What counts as no money: the last bits of a sum leave more than nothing."""

from __future__ import annotations

__all__ = ["HALF_A_PENNY", "SINGLE_PRECISION_LEAVES"]

#: Money less than this from zero is zero.
HALF_A_PENNY = 0.005
#: Of the largest amount of a run in single precision, what rounding may leave of a sum; the core has the same share.
SINGLE_PRECISION_LEAVES = 1e-6
