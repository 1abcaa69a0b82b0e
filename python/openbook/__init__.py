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
    from . import calibration, examples, frames, model, plotting
    from .book import Book, diff, read_book, schema, terms, validate
    from .bridging import Bridge, bridge
    from .calibration import calibrate
    from .comparison import Comparison, compare
    from .conformance import conform
    from .explanation import Explanation
    from .flowing import Flows, flows
    from .linting import lint
    from .model import *  # noqa: F403
    from .payments import Breakpoint, PaymentFunction, Segment, payment_function
    from .reporting import report
    from .results import Settlement, explain, settle
    from .simulation import Draw, Fan, RiskTable, Simulation, simulate
    from .stressing import StressTable, stress
    from .table import Column, Table

__version__ = "0.1.0"

_FROM = {
    "book": ("Book", "diff", "read_book", "schema", "terms", "validate"),
    "bridging": ("Bridge", "bridge"),
    "calibration": ("calibrate",),
    "comparison": ("Comparison", "compare"),
    "conformance": ("conform",),
    "explanation": ("Explanation",),
    "flowing": ("Flows", "flows"),
    "linting": ("lint",),
    "payments": ("Breakpoint", "PaymentFunction", "Segment", "payment_function"),
    "reporting": ("report",),
    "results": ("Settlement", "explain", "settle"),
    "simulation": ("Draw", "Fan", "RiskTable", "Simulation", "simulate"),
    "stressing": ("StressTable", "stress"),
    "table": ("Column", "Table"),
}
_HOME = {name: module for module, names in _FROM.items() for name in names}
_MODULES = frozenset({"calibration", "examples", "frames", "model", "plotting"})

__all__ = [
    "Book",
    "BookError",
    "Breakpoint",
    "Bridge",
    "Column",
    "Comparison",
    "DataError",
    "Draw",
    "Explanation",
    "Fan",
    "Flows",
    "LimitError",
    "OpenbookError",
    "PaymentFunction",
    "Problem",
    "ReadingError",
    "RiskTable",
    "Segment",
    "Settlement",
    "Simulation",
    "StressTable",
    "Table",
    "bridge",
    "calibrate",
    "calibration",
    "compare",
    "conform",
    "diff",
    "examples",
    "explain",
    "flows",
    "frames",
    "lint",
    "model",
    "payment_function",
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
