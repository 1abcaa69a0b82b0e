"""What lint says of things that cannot happen."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest
from uncertain import book_of


def found(code: str, **lists: Any) -> list[str]:
    """Paths of the findings of a code."""
    book = book_of(["a"], quantities=[{"id": "q", "formula": "a"}], **lists)
    return [row["path"] for row in ob.lint(book, probe=False) if row["code"] == code]


FLOOD = {"id": "flood", "rate": "0.1"}
FLAG = {"id": "d", "of": "a", "kind": "jump", "hazard": "flood", "effect": "value"}


@pytest.mark.parametrize(
    ("hazard", "path"),
    [
        ({}, ""),
        ({"rate": 0}, "/hazards/0/rate"),
        ({"rate": {"value": 0, "steps": [{"from": "2020-08", "value": "0%"}]}}, "/hazards/0/rate"),
        ({"rate": {"value": 0, "steps": [{"from": "2020-08", "value": "1%"}]}}, ""),
        ({"starts": "2021-04"}, "/hazards/0"),
        ({"starts": "2021-03"}, ""),
        ({"ends": "2020-03"}, "/hazards/0"),
        ({"ends": "2020-04"}, ""),
    ],
)
def test_hazards_that_never_arrive(hazard: Any, path: str) -> None:
    assert found("cannot-happen", hazards=[FLOOD | hazard], drivers=[FLAG]) == ([path] if path else [])


@pytest.mark.parametrize(
    ("regimes", "paths"),
    [
        ([("low", 1, {"low": "0.5", "high": "0.5"}), ("high", None, {"low": 1})], []),
        ([("low", 1, {"low": 1}), ("high", None, {"low": 1})], ["/regime_chains/0/regimes/1"]),
        ([("low", 1, {"mid": 1}), ("mid", None, {"high": 1}), ("high", None, {"low": 1})], []),
        ([("low", None, {"low": 1, "high": 0}), ("high", None, {"low": 1})], ["/regime_chains/0/regimes/1"]),
    ],
)
def test_regimes_that_are_never_entered(regimes: Any, paths: list[str]) -> None:
    chain = {
        "id": "c",
        "regimes": [
            {"name": name, "next": following} | ({} if initial is None else {"initial": initial})
            for name, initial, following in regimes
        ],
    }
    fixed = {name: {"shape": "fixed", "value": 1} for name, _, _ in regimes}
    driver = {"id": "d", "of": "a", "kind": "regime_switching", "chain": "c", "regimes": fixed}
    assert found("cannot-happen", regime_chains=[chain], drivers=[driver]) == paths


def test_drivers_without_effect() -> None:
    one, two = {"shape": "fixed", "value": 1}, {"shape": "fixed", "value": 2}
    factor = FLAG | {"effect": "factor"}
    assert found("cannot-happen", hazards=[FLOOD], drivers=[factor | {"severity": one}]) == ["/drivers/0"]
    assert found("cannot-happen", hazards=[FLOOD], drivers=[factor | {"severity": two}]) == []
    added = factor | {"effect": "addition", "severity": one}
    assert found("cannot-happen", hazards=[FLOOD], drivers=[added]) == []
    season = {"id": "d", "of": "a", "kind": "seasonal", "months": [1] * 12}
    assert found("cannot-happen", drivers=[season]) == ["/drivers/0"]


def test_processes_that_no_driver_uses() -> None:
    series = {"id": "s", "starts": "2019-01", "values": [1, 2]}
    resampling = {"id": "r", "block_length": 1, "starts": "2019-01", "ends": "2019-02"}
    lists = {"hazards": [FLOOD], "recorded_series": [series], "resamplings": [resampling]}
    assert sorted(found("unused-process", **lists)) == ["/hazards/0", "/recorded_series/0", "/resamplings/0"]
    boot = {"id": "d", "of": "a", "kind": "bootstrap", "resampling": "r", "series": "s"}
    flag = FLAG | {"id": "e", "effect": "factor"}
    assert found("unused-process", **lists, drivers=[boot, flag]) == []
