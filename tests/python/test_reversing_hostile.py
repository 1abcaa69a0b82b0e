"""Conditions made to fool reverse stress: windows, many teeth, spheres, nothing to measure by."""

from __future__ import annotations

import math
from typing import Any

import openbook as ob
import pytest

BROKE = "position('trust', 'year') < 0"


def book_of(amount: str, normals: int = 1) -> ob.Book:
    """The trust receives £1,000 times a function of independent standard normals x0, x1, ..."""
    return ob.Book.from_json(
        {
            "format": 1,
            "id": "hostile",
            "calendar": {"start": "2024-04", "months": 12},
            "parties": [{"id": "icb"}, {"id": "trust"}],
            "inputs": [{"id": f"x{i}", "unit": "number", "every": "year", "plan": 0} for i in range(normals)],
            "contracts": [
                {
                    "id": "c",
                    "payer": "icb",
                    "payee": "trust",
                    "clauses": [{"id": "p", "kind": "payment", "every": "year", "amount": f"£1000 * ({amount})"}],
                }
            ],
            "drivers": [
                {"id": f"d{i}", "kind": "normal", "of": f"x{i}", "effect": "value", "mean": 0, "deviation": 1}
                for i in range(normals)
            ],
        }
    )


def above(x: float) -> float:
    """P(a standard normal lies above x)."""
    return math.erfc(x / math.sqrt(2)) / 2


def asked(book: ob.Book, depth: str, **options: Any) -> ob.ReverseStress:
    return book.reverse_stress(BROKE, depths=depth, seed=7, **options)


def test_a_window_that_plain_draws_fell_into_is_found() -> None:
    """It is a tenth of the distance between two places of the scan, and the margin says nothing of it from outside."""
    found = asked(book_of("if(x0 > 1.2345 and x0 < 1.2357, -1, 1)"), "one", levers=["d0"])
    low, high = found.single
    assert (float(low["first_breach"]), float(high["first_breach"])) == (
        pytest.approx(1.2345, abs=1e-9),
        pytest.approx(1.2357, abs=1e-9),
    )
    [said] = [one for one in found.sentences() if one.startswith("d0")]
    share = above(1.2345) - above(1.2357)
    assert "from 1.23 standard deviations above" in said and f"1 in {round(1 / share, -2):,.0f} lie between" in said


def test_what_was_not_reached_says_how_narrow_a_window_may_be_missed() -> None:
    found = asked(book_of("x0 * x0 + 1"), "one", levers=["d0"])
    assert "a window narrower than 0.098% of them may be missed" in found.sentences()[1]  # 1 / 1024


def test_changes_of_side_that_are_not_told_are_counted() -> None:
    teeth = " or ".join(f"(x0 > {k / 10} and x0 < {k / 10 + 0.05})" for k in range(1, 11))
    rows = list(asked(book_of(f"if({teeth}, -1, 1)"), "one", levers=["d0"]).single)
    assert len(rows) == 12 and rows[-1]["note"] == "8 more changes of side further up"


def test_a_sphere_has_no_second_order() -> None:
    """Every direction is as near as any: Breitung's formula divides by nothing there, and gives 'probabilities' above 1."""
    found = asked(book_of("16 - x0 * x0 - x1 * x1", 2), "joint")
    for point in found.points:
        assert point["beta"] == pytest.approx(4.0, abs=1e-3)
        assert point["second_order_breitung"] is None and point["second_order"] is None
    truth = math.exp(-16 / 2)  # of a chi-square with two degrees of freedom
    [sampled] = found.probability.where(method="draws by importance")
    assert abs(sampled["probability"] - truth) < 4 * sampled["error"]
    assert sampled["low"] < sampled["probability"] < sampled["high"]


@pytest.mark.parametrize("curvature", [0.5, 2.0, 4.0])
def test_no_probability_is_above_one(curvature: float) -> None:
    found = asked(book_of(f"3 + {curvature} * x1 * x1 - x0", 2), "joint")
    [point] = found.points
    assert point["beta"] == pytest.approx(3.0, abs=1e-3)
    # Breitung: P(x0 > 3) / sqrt(1 + 3 * curvature of the boundary), which is twice the coefficient.
    assert point["second_order_breitung"] == pytest.approx(above(3) / math.sqrt(1 + 6 * curvature), rel=0.02)


def test_a_first_order_that_is_far_out_is_told() -> None:
    """Thirty normals on a sphere: the nearest point is nearly eight deviations away, and all directions lead there."""
    squares = " + ".join(f"x{i} * x{i}" for i in range(30))
    found = asked(book_of(f"60 - ({squares})", 30), "joint")
    assert any("far from what draws say" in said for said in found.sentences())
    straight = asked(book_of("x0 + x1 + 4", 2), "joint")
    assert not any("far from what draws say" in said for said in straight.sentences())


def test_no_breach_in_plain_draws_is_not_a_probability_of_none() -> None:
    [plain] = asked(book_of("x0 + 6"), "joint").probability.where(method="plain draws")
    z2 = 1.959963984540054**2
    assert plain["probability"] == 0 and plain["low"] == 0
    assert plain["high"] == pytest.approx(z2 / (plain["draws"] + z2), rel=1e-9)  # Wilson's interval of none


def test_nothing_is_no_measure() -> None:
    """Of an input that is expected to be nothing, give or take one, '−7,800% of what is expected' says nothing."""
    said = " ".join(asked(book_of("x0 + 2"), "one", levers=["d0"]).sentences())
    assert "2.00 standard deviations below" in said and "% of what is expected" not in said
