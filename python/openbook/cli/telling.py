"""Answers as JSON: the same whether a verb has just found them or they were read from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .printing import owned

__all__ = ["told"]


def told(result: Any) -> dict[str, Any]:
    """What the JSON of an answer holds; empty for a result that is no answer of one of these verbs."""
    found = _TOLD.get(type(result).__name__)
    return {} if found is None else {**owned(result), **found(result)}


def _tables(result: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(result, name).to_dicts() for name in names}


def _sensitivity(result: Any) -> dict[str, Any]:
    return {
        "party": result.party,
        "tornado": result.tornado.table.to_dicts(),
        "indices": result.indices.table.to_dicts() if result.indices is not None else [],
        "marginal": result.marginal.table.to_dicts(),
    }


def _break_even(result: Any) -> dict[str, Any]:
    return {"term": result.term, "monotone": result.monotone, "found": result.table.to_dicts()}


def _line(result: Any) -> dict[str, Any]:
    return {"first": result.first, "second": result.second, "found": result.table.to_dicts()}


def _frontier(result: Any) -> dict[str, Any]:
    axes = {"x": result.x.label, "y": result.y.label, "draws": result.draws, "seed": result.seed}
    return {**axes, "points": result.table().to_dicts()}


def _information(result: Any) -> dict[str, Any]:
    means = {name: {"mean": one.value, "error": one.error} for name, one in result.means.items()}
    return {"party": result.party, "best": result.best, "means": means, "information": result.table.to_dicts()}


def _stability(result: Any) -> dict[str, Any]:
    words = {"verdict": result.verdict, "sentence": result.sentence, "seeds": list(result.seeds)}
    return {**words, "draws": result.draws, **_tables(result, "ratios", "values")}


def _backtest(result: Any) -> dict[str, Any]:
    words = {"until": result.until, "fitted": result.fitted, "sentence": result.sentence}
    return {**words, **_tables(result, "scores", "coverage", "periods")}


def _rows(result: Any) -> dict[str, Any]:
    return {"rows": result.table.to_dicts()}


_TOLD: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "Backtest": _backtest,
    "BreakEven": _break_even,
    "DriverIndices": _rows,
    "EfficientFrontier": _frontier,
    "Frontier": _line,
    "Information": _information,
    "MarginalPounds": _rows,
    "Sensitivity": _sensitivity,
    "Stability": _stability,
    "Tornado": _rows,
}
