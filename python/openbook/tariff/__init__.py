"""Price lists of any size: a contract from a frame of prices, price and volume apart, and costs that do not add up.

`price_list` reads prices whose key may be made of several columns, and settles activity at them in one call;
`price_and_volume` takes a movement between two years apart; `check_costs` lists rows whose quantity times unit cost is
not their cost. Columns are named by whoever calls; nothing here knows a particular price list.
"""

from __future__ import annotations

from .checking import check_costs
from .effects import PriceAndVolume, price_and_volume
from .prices import PriceList, price_list

__all__ = ["PriceAndVolume", "PriceList", "check_costs", "price_and_volume", "price_list"]
