"""Asks a small book for formulas, in settlement and in simulation."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest

MEMBERS = ("a", "b", "c", "d")


def book_of(**parts: Any) -> dict[str, Any]:
    """A book of six months from January 2024 with what is given."""
    return {
        "format": 1,
        "id": "asked",
        "calendar": {"start": "2024-01", "months": 6},
        "parties": [{"id": "payer"}, {"id": "payee"}],
        **parts,
    }


def settled(formulas: list[str], data: Any = None, **parts: Any) -> list[list[Any]]:
    """For each formula its value in each month, as settled."""
    book = ob.read_book(_asking(formulas, parts))
    rows = book.settle(data, plan=True).quantities
    return [[row["value"] for row in rows if row["id"] == f"asked_{n}"] for n in range(len(formulas))]


def alike(formulas: list[str], data: Any = None, **parts: Any) -> list[list[Any]]:
    """As settled; and the simulation gives the same, missing values included."""
    found = settled(formulas, data, **parts)
    book = ob.read_book(_asking(formulas, parts))
    simulation = book.simulate(8, seed=1, data=data, track=[f"asked_{n}" for n in range(len(formulas))], progress=False)
    for n, values in enumerate(found):
        for period, value in enumerate(values, 1):
            drawn = simulation.array(f"asked_{n}", period=period)
            wanted = float("nan") if value is None else float(value)
            assert drawn == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True), (formulas[n], period)
    return found


def refused(formula: str, said: str, **parts: Any) -> None:
    """The book does not compile, for a reason in these words."""
    with pytest.raises(ob.BookError) as error:
        ob.read_book(_asking([formula], parts)).settle(plan=True)
    assert said in str(error.value)


def _asking(formulas: list[str], parts: dict[str, Any]) -> dict[str, Any]:
    asked = [{"id": f"asked_{n}", "formula": formula} for n, formula in enumerate(formulas)]
    return book_of(**(parts | {"quantities": [*parts.get("quantities", []), *asked]}))
