"""One open book for health-service contracts: evaluate, settle, simulate, stress test and explain.

>>> import openbook as ob
>>> book = ob.examples.third_sector_cash()
>>> book.settle(plan=True).position("charity")
Decimal('48000.00')

Everything is loaded when it is first used: importing the package costs little more than importing NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import BookError, DataError, IncompleteError, LimitError, OpenbookError, Problem, ReadingError
from .exit_codes import ExitCode

if TYPE_CHECKING:
    from . import calibration, data, examples, model, plotting, quick, risk, scenarios, sensitivities, tariff
    from .agreed_seed import SeedDraw, seed_draw
    from .attributing import Attribution
    from .backtesting import Backtest, backtest
    from .book import Book, read_book, terms
    from .bridging import Bridge, bridge
    from .calibration import calibrate
    from .changing import Change
    from .choosing import DrawTable
    from .comparison import Comparison, compare
    from .conformance import conform
    from .controlling import Controlled, controlled
    from .data import CodeMap, Load, Needs, Receipt, load, needs
    from .documents import diff, schema, validate
    from .drawn import Draw, Fan, RiskTable
    from .expecting import expected_payment
    from .explanation import Explanation
    from .flowing import Flows, flows
    from .forms import FormComparison, compare_forms
    from .frontiers import EfficientFrontier, FrontierPoint, frontier
    from .layer import Layer, OutsideOption
    from .layers import LayeredBook
    from .linting import lint
    from .many import SettledBook, SettledMany, settle_many
    from .many_seeds import Stability, stability
    from .measuring import measure_definitions
    from .model import *  # noqa: F403
    from .movement import Movement, versus
    from .pairing import PairedStatistics, PairMatrix
    from .paying import Form
    from .payments import Breakpoint, PaymentFunction, Segment, payment_function
    from .replaying import DrawDifference
    from .reporting import report
    from .results import Settlement
    from .reversing import Lever, ReverseStress, reverse_stress
    from .rolling import RollingBacktest, rolling_backtest
    from .sampling import Sampling, Target
    from .saving import read_result
    from .schemas import arrow_schemas
    from .sealing import open_points
    from .seals import SealedBook, Signatory, read_sealed
    from .sensitivities import (
        BreakEven,
        DriverIndices,
        Frontier,
        Information,
        MarginalPounds,
        Sensitivity,
        SimulatedMarginals,
        Tornado,
        break_even,
        sensitivity,
        value_of_information,
    )
    from .settling import explain, settle
    from .signing import seal
    from .simulating import simulate
    from .simulation import Simulation
    from .stressing import StressTable, stress
    from .supposing import WhatIf, what_if
    from .table import Column, Schema, Table
    from .three_draws import ThreeDraws
    from .transferring import RiskTransfer, risk_transfer
    from .verification import Verification, verify

__version__ = "0.1.0"

_FROM = {
    "agreed_seed": ("SeedDraw", "seed_draw"),
    "attributing": ("Attribution",),
    "backtesting": ("Backtest", "backtest"),
    "book": ("Book", "read_book", "terms"),
    "bridging": ("Bridge", "bridge"),
    "calibration": ("calibrate",),
    "changing": ("Change",),
    "choosing": ("DrawTable",),
    "comparison": ("Comparison", "compare"),
    "conformance": ("conform",),
    "controlling": ("Controlled", "controlled"),
    "data": ("CodeMap", "Load", "Needs", "Receipt", "load", "needs"),
    "documents": ("diff", "schema", "validate"),
    "drawn": ("Draw", "Fan", "RiskTable"),
    "expecting": ("expected_payment",),
    "explanation": ("Explanation",),
    "layer": ("Layer", "OutsideOption"),
    "layers": ("LayeredBook",),
    "linting": ("lint",),
    "measuring": ("measure_definitions",),
    "many": ("SettledBook", "SettledMany", "settle_many"),
    "movement": ("Movement", "versus"),
    "flowing": ("Flows", "flows"),
    "forms": ("FormComparison", "compare_forms"),
    "frontiers": ("EfficientFrontier", "FrontierPoint", "frontier"),
    "pairing": ("PairMatrix", "PairedStatistics"),
    "paying": ("Form",),
    "payments": ("Breakpoint", "PaymentFunction", "Segment", "payment_function"),
    "replaying": ("DrawDifference",),
    "reporting": ("report",),
    "results": ("Settlement",),
    "reversing": ("Lever", "ReverseStress", "reverse_stress"),
    "rolling": ("RollingBacktest", "rolling_backtest"),
    "sampling": ("Sampling", "Target"),
    "saving": ("read_result",),
    "schemas": ("arrow_schemas",),
    "sealing": ("open_points",),
    "sensitivities": (
        *("BreakEven", "DriverIndices", "Frontier", "Information", "MarginalPounds", "Sensitivity"),
        *("SimulatedMarginals", "Tornado", "break_even", "sensitivity", "value_of_information"),
    ),
    "seals": ("SealedBook", "Signatory", "read_sealed"),
    "settling": ("explain", "settle"),
    "signing": ("seal",),
    "simulating": ("simulate",),
    "simulation": ("Simulation",),
    "many_seeds": ("Stability", "stability"),
    "stressing": ("StressTable", "stress"),
    "supposing": ("WhatIf", "what_if"),
    "table": ("Column", "Schema", "Table"),
    "three_draws": ("ThreeDraws",),
    "transferring": ("RiskTransfer", "risk_transfer"),
    "verification": ("Verification", "verify"),
}
_HOME = {name: module for module, names in _FROM.items() for name in names}
_MODULES = frozenset(
    {"calibration", "data", "examples", "model", "plotting", "quick", "risk", "scenarios", "sensitivities", "tariff"}
)

__all__ = [
    "Attribution",
    "Backtest",
    "Book",
    "BookError",
    "BreakEven",
    "Breakpoint",
    "Bridge",
    "Change",
    "CodeMap",
    "Column",
    "Comparison",
    "Controlled",
    "DataError",
    "Draw",
    "DrawDifference",
    "DrawTable",
    "DriverIndices",
    "EfficientFrontier",
    "ExitCode",
    "Explanation",
    "Fan",
    "Flows",
    "Form",
    "FormComparison",
    "Frontier",
    "FrontierPoint",
    "IncompleteError",
    "Information",
    "Layer",
    "LayeredBook",
    "Lever",
    "LimitError",
    "Load",
    "MarginalPounds",
    "Movement",
    "Needs",
    "OpenbookError",
    "OutsideOption",
    "PairMatrix",
    "PairedStatistics",
    "PaymentFunction",
    "Problem",
    "ReadingError",
    "Receipt",
    "ReverseStress",
    "RiskTable",
    "RiskTransfer",
    "RollingBacktest",
    "Sampling",
    "Schema",
    "SealedBook",
    "SeedDraw",
    "Segment",
    "Sensitivity",
    "SettledBook",
    "SettledMany",
    "Settlement",
    "Signatory",
    "SimulatedMarginals",
    "Simulation",
    "Stability",
    "StressTable",
    "Table",
    "Target",
    "ThreeDraws",
    "Tornado",
    "Verification",
    "WhatIf",
    "arrow_schemas",
    "backtest",
    "break_even",
    "bridge",
    "calibrate",
    "calibration",
    "compare",
    "compare_forms",
    "conform",
    "controlled",
    "data",
    "diff",
    "examples",
    "expected_payment",
    "explain",
    "flows",
    "frontier",
    "lint",
    "load",
    "measure_definitions",
    "model",
    "needs",
    "open_points",
    "payment_function",
    "plotting",
    "quick",
    "read_book",
    "read_result",
    "read_sealed",
    "report",
    "reverse_stress",
    "risk",
    "risk_transfer",
    "rolling_backtest",
    "scenarios",
    "schema",
    "seal",
    "seed_draw",
    "sensitivities",
    "sensitivity",
    "settle",
    "settle_many",
    "simulate",
    "stability",
    "stress",
    "tariff",
    "terms",
    "validate",
    "value_of_information",
    "verify",
    "versus",
    "what_if",
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
