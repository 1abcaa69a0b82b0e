"""One open book for health-service contracts: evaluate, settle, simulate, stress test and explain.

>>> import openbook as ob
>>> book = ob.examples.mental_health_alliance()
>>> book.settle(plan=True).position("mental_health_ft") != 0
True

Everything is loaded when it is first used: importing the package costs little more than importing NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import BookError, DataError, LimitError, OpenbookError, Problem, ReadingError

if TYPE_CHECKING:
    from . import calibration, data, examples, model, plotting
    from .book import Book, diff, read_book, schema, terms, validate
    from .calibration import calibrate
    from .comparison import Comparison, compare
    from .conformance import conform
    from .data import CodeMap, Load, Needs, Receipt, load, needs
    from .explanation import Explanation
    from .linting import lint
    from .model import *  # noqa: F403
    from .reporting import report
    from .results import Settlement
    from .settling import explain, settle
    from .simulation import Draw, Fan, RiskTable, Simulation, simulate
    from .stressing import StressTable, stress
    from .table import Column, Table

__version__ = "0.1.0"

_FROM = {
    "book": ("Book", "diff", "read_book", "schema", "terms", "validate"),
    "calibration": ("calibrate",),
    "comparison": ("Comparison", "compare"),
    "conformance": ("conform",),
    "data": ("CodeMap", "Load", "Needs", "Receipt", "load", "needs"),
    "explanation": ("Explanation",),
    "linting": ("lint",),
    "reporting": ("report",),
    "results": ("Settlement",),
    "settling": ("explain", "settle"),
    "simulation": ("Draw", "Fan", "RiskTable", "Simulation", "simulate"),
    "stressing": ("StressTable", "stress"),
    "table": ("Column", "Table"),
}
_HOME = {name: module for module, names in _FROM.items() for name in names}
_MODULES = frozenset({"calibration", "data", "examples", "model", "plotting"})

__all__ = [
    "Book",
    "BookError",
    "CodeMap",
    "Column",
    "Comparison",
    "DataError",
    "Draw",
    "Explanation",
    "Fan",
    "LimitError",
    "Load",
    "Needs",
    "OpenbookError",
    "Problem",
    "ReadingError",
    "Receipt",
    "RiskTable",
    "Settlement",
    "Simulation",
    "StressTable",
    "Table",
    "calibrate",
    "calibration",
    "compare",
    "conform",
    "data",
    "diff",
    "examples",
    "explain",
    "lint",
    "load",
    "model",
    "needs",
    "plotting",
    "read_book",
    "report",
    "schema",
    "settle",
    "simulate",
    "stress",
    "terms",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    elif name in _MODULES:
        value = importlib.import_module(f".{name}", __name__)
    elif name.startswith("_"):
        raise AttributeError(f"module 'openbook' has no attribute '{name}'")
    else:  # a class of the document, such as Block
        model = importlib.import_module(".model", __name__)
        try:
            value = getattr(model, name)
        except AttributeError:
            raise AttributeError(f"module 'openbook' has no attribute '{name}'") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
