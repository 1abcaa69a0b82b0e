"""Draws from 64 bits a pair: their distribution, tails, spacing and dependence, against what normal numbers must do.

Every statistic is compared with its own distribution at a fixed seed; a level of one in a million leaves nothing to chance.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import openbook as ob
import pytest

Floats = npt.NDArray[np.float64]
DRAWS = 400_000
PERIODS = 12
FAR = 4.9  # two-sided: one in a million


@pytest.fixture(scope="module")
def normals() -> Floats:
    """Shape (periods, draws), of one driver; a year of months uses three counters of four normals."""
    book = ob.Book.from_json(
        {
            "format": 1,
            "id": "draws",
            "calendar": {"start": "2024-04", "months": PERIODS},
            "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
            "inputs": [{"id": "z", "plan": "0"}],
            "drivers": [{"id": "z_driver", "of": "z", "kind": "normal", "effect": "value", "deviation": "1"}],
            "contracts": [
                {
                    "id": "contract",
                    "payer": "payer",
                    "payee": "payee",
                    "clauses": [{"id": "paid", "kind": "payment", "amount": "£1"}],
                }
            ],
        }
    )
    simulation = book.simulate(DRAWS, seed=11, track=["z"], progress=False)
    return np.asarray(simulation.array("z"))


def cumulative(z: Floats) -> Floats:
    return np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in z])


def test_equal_cells_are_equally_full(normals: Floats) -> None:
    edges = np.array([-1.15034938, -0.67448975, -0.31863936, 0.0, 0.31863936, 0.67448975, 1.15034938])
    for row in normals:
        counts = np.bincount(np.searchsorted(edges, row), minlength=8)
        chi_square = ((counts - DRAWS / 8) ** 2 / (DRAWS / 8)).sum()
        assert chi_square < 7 + FAR * math.sqrt(14) + FAR**2  # 7 degrees of freedom


def test_the_largest_gap_to_the_normal_distribution_is_small(normals: Floats) -> None:
    for row in normals[[0, 3, 7, 11]]:
        ordered = cumulative(np.sort(row))
        steps = np.arange(1, DRAWS + 1) / DRAWS
        gap = max((steps - ordered).max(), (ordered - steps + 1 / DRAWS).max())
        assert gap * math.sqrt(DRAWS) < 2.7  # Kolmogorov: beyond it once in a million


def test_tails_are_as_heavy_as_they_should_be(normals: Floats) -> None:
    sizes = np.abs(normals)
    for beyond in (3.0, 4.0, 4.5):
        probability = math.erfc(beyond / math.sqrt(2))
        expected = probability * normals.size
        assert abs((sizes > beyond).sum() - expected) < FAR * math.sqrt(expected) + 1
    assert sizes.max() < 6.77


def test_no_two_draws_are_the_same(normals: Floats) -> None:
    """Pairs have 64 bits: of 4.8 million numbers hardly any two are equal."""
    assert len(np.unique(normals)) >= normals.size - 2


def test_neighbours_do_not_depend_on_each_other(normals: Floats) -> None:
    """Within a pair, within a counter, over counters and over draws: products of values, of squares and of signs."""
    bound = FAR / math.sqrt(DRAWS)
    for lag in (1, 2, 3, 4, 5):
        for early, late in zip(normals[:-lag], normals[lag:], strict=True):
            assert abs((early * late).mean()) < bound
            assert abs(((early**2 - 1) * (late**2 - 1)).mean()) < 2 * bound
            assert abs((np.sign(early) * np.sign(late)).mean()) < bound
    for row in normals:
        assert abs((row[:-1] * row[1:]).mean()) < bound
        assert abs((row[:-16] * row[16:]).mean()) < bound


def test_a_pair_fills_the_plane_evenly(normals: Floats) -> None:
    """Radius and angle of a pair: sixteen rings by sixteen sectors, all equally full."""
    for first in (0, 2, 4, 6):
        x, y = normals[first], normals[first + 1]
        ring = np.minimum((np.exp(-(x * x + y * y) / 2) * 16).astype(int), 15)
        sector = np.minimum(((np.arctan2(y, x) / (2 * np.pi) + 0.5) * 16).astype(int), 15)
        counts = np.bincount(ring * 16 + sector, minlength=256)
        chi_square = ((counts - DRAWS / 256) ** 2 / (DRAWS / 256)).sum()
        assert abs(chi_square - 255) < FAR * math.sqrt(510)
