"""Sensitivity: the exact marginal pound, tornadoes, Sobol' indices, the value of knowing, break-even.

Loaded part by part: the marginal pound needs no NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .breaking_even import break_even
    from .crossings import BreakEven, Crossing, Frontier
    from .estimators import Index, IndexEstimate, sobol_indices
    from .information import Information, perfect_information, value_of_information
    from .marginal_pounds import MarginalPounds, marginal
    from .report import Sensitivity, sensitivity
    from .simulated import SimulatedMarginals, simulated_marginals
    from .sobol import DriverIndices, driver_indices
    from .tornadoes import Tornado, tornado

__all__ = [
    "BreakEven",
    "Crossing",
    "DriverIndices",
    "Frontier",
    "Index",
    "IndexEstimate",
    "Information",
    "MarginalPounds",
    "Sensitivity",
    "SimulatedMarginals",
    "Tornado",
    "break_even",
    "driver_indices",
    "marginal",
    "perfect_information",
    "sensitivity",
    "simulated_marginals",
    "sobol_indices",
    "tornado",
    "value_of_information",
]

_FROM = {
    "breaking_even": ("break_even",),
    "crossings": ("BreakEven", "Crossing", "Frontier"),
    "estimators": ("IndexEstimate", "Index", "sobol_indices"),
    "information": ("Information", "perfect_information", "value_of_information"),
    "marginal_pounds": ("MarginalPounds", "marginal"),
    "report": ("Sensitivity", "sensitivity"),
    "simulated": ("SimulatedMarginals", "simulated_marginals"),
    "sobol": ("DriverIndices", "driver_indices"),
    "tornadoes": ("Tornado", "tornado"),
}
_HOME = {name: module for module, names in _FROM.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module 'openbook.sensitivities' has no attribute '{name}'")
