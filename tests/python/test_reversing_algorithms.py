"""The algorithms of reverse stress testing against closed forms; they know nothing of books."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest
from openbook.reversing.curvature import second_order
from openbook.reversing.design_points import DesignPoint, design_point, design_points, gradient, starting_points
from openbook.reversing.importance import crude, importance, proportion_interval, refined_centres
from openbook.reversing.normal import both_above, density, probability_above, probability_below, quantile
from openbook.reversing.regions import Box, Limit, boxes, quality
from openbook.reversing.root import crossings, narrowed
from openbook.reversing.series import series_bounds

Floats = npt.NDArray[np.float64]
PHI = NormalDist().cdf


def draws(n: int, d: int, seed: int = 3) -> Floats:
    return np.random.Generator(np.random.Philox(key=seed)).standard_normal((n, d))


def found_points(g, d: int, **options) -> tuple[DesignPoint, ...]:
    z = draws(4000, d)
    margins = g(z)
    return design_points(g, starting_points(z, margins), scale=float(margins.std()), **options)


# -- the normal distribution ------------------------------------------------------------------------------------------


def test_the_normal_distribution_far_out() -> None:
    assert probability_above(6.0) == pytest.approx(9.865876450376946e-10, rel=1e-12)  # tables
    assert probability_below(-10.0) == pytest.approx(7.619853024160526e-24, rel=1e-12)
    assert quantile(0.975) == pytest.approx(1.959963984540054, abs=1e-12)
    assert density(0.0) == pytest.approx(0.3989422804014327)


@pytest.mark.parametrize("r", [-0.95, -0.5, 0.0, 0.3, 0.9, 0.999])
def test_two_normals_above_zero_have_sheppards_probability(r: float) -> None:
    assert both_above(0.0, 0.0, r) == pytest.approx(0.25 + math.asin(r) / (2 * math.pi), abs=1e-12)


def test_two_normals_that_are_one_or_opposite() -> None:
    assert both_above(1.0, 2.0, 1.0) == pytest.approx(probability_above(2.0))
    assert both_above(1.0, 2.0, 0.0) == pytest.approx(probability_above(1.0) * probability_above(2.0), rel=1e-12)
    assert both_above(-1.0, -2.0, -1.0) == pytest.approx(probability_below(1.0) - probability_below(-2.0))
    assert both_above(1.0, 2.0, -1.0) == 0.0


# -- depth one --------------------------------------------------------------------------------------------------------


def test_a_straight_line_crosses_once_at_neighbouring_numbers() -> None:
    found = crossings(lambda x: 5.0 - x, 0.0, 10.0)
    [place] = found.found
    assert (found.outcome, found.monotone, place.kind, place.rising) == ("crossed", True, "root", True)
    assert place.first_breach == 5.0 and place.last_safe == np.nextafter(5.0, 0.0)
    assert found.holding == ((5.0, 10.0),)


def test_a_function_that_is_not_monotone_has_two_roots() -> None:
    found = crossings(lambda x: (x - 2.0) * (x - 7.0), 0.0, 10.0)
    assert [place.first_breach for place in found.found] == pytest.approx([2.0, 7.0], abs=1e-14)
    assert [place.rising for place in found.found] == [True, False] and not found.monotone
    assert found.holding == ((2.0, 7.0),)


def test_a_cliff_is_an_interval_between_neighbours() -> None:
    found = crossings(lambda x: np.where(x < 4.2, 1e6, -1e-9), 0.0, 10.0)
    [place] = found.found
    assert (place.last_safe, place.first_breach, place.kind) == (np.nextafter(4.2, 0.0), 4.2, "cliff")
    assert (place.margin_safe, place.margin_breach) == (1e6, -1e-9)


def test_a_cliff_owned_by_the_safe_side() -> None:
    [place] = crossings(lambda x: np.where(x <= 4.2, 1.0, -1.0), 0.0, 10.0).found
    assert (place.last_safe, place.first_breach) == (4.2, np.nextafter(4.2, 10.0))


def test_a_plateau_on_the_boundary_holds_where_the_comparison_says_so() -> None:
    flat = lambda x: np.maximum(x - 2.0, 0.0) + np.maximum(1.0 - x, 0.0)  # noqa: E731
    at_most = crossings(flat, 0.0, 10.0)
    assert at_most.holding == ((1.0, 2.0),)
    strictly = crossings(lambda x: np.where(flat(x) == 0, 5e-324, flat(x)), 0.0, 10.0)
    assert (strictly.outcome, strictly.nearest_margin) == ("never", 5e-324)


def test_a_narrow_valley_that_fools_a_bisection() -> None:
    # Both ends are safe, and it holds on a fifty-millionth of the range: a bisection sees nothing, a scan a valley.
    found = crossings(lambda x: np.abs(x - 6.123) - 1e-7, 0.0, 10.0)
    assert [place.first_breach for place in found.found] == pytest.approx([6.1229999, 6.1230001], abs=1e-12)


def test_a_spike_with_both_ends_breaching() -> None:
    # At both ends it holds, and it is safe on a small stretch between.
    [place_a, place_b] = crossings(lambda x: 1e-4 - np.abs(x - 3.3), 0.0, 10.0).found
    assert (place_a.last_safe, place_b.last_safe) == pytest.approx((3.2999, 3.3001), abs=1e-12)


def test_what_is_narrower_than_the_scan_and_has_no_valley_is_not_seen_and_the_result_says_how_wide_it_was() -> None:
    hidden = lambda x: np.where(np.abs(x - 6.1234567) < 1e-6, -1.0, 1.0)  # noqa: E731
    found = crossings(hidden, 0.0, 10.0, points=101)
    assert found.outcome == "never" and found.resolution == pytest.approx(0.1)
    assert crossings(hidden, 6.1234, 6.1235, points=101).outcome == "crossed"


def test_never_and_always() -> None:
    never = crossings(lambda x: 1.0 + (x - 0.25) ** 2, -3.0, 3.0)
    assert (never.outcome, never.found, never.holding) == ("never", (), ())
    assert never.nearest == pytest.approx(0.25, abs=1e-6) and never.nearest_margin == pytest.approx(1.0)
    always = crossings(lambda x: -1.0 - x, 0.0, 1.0)
    assert (always.outcome, always.holding) == ("always", ((0.0, 1.0),))


def test_roots_of_a_sine_are_all_found() -> None:
    found = crossings(lambda x: np.sin(np.pi * x), 0.5, 20.5)
    assert sorted(place.first_breach for place in found.found) == pytest.approx(range(1, 21), abs=1e-12)


def test_missing_values_do_not_hold() -> None:
    found = crossings(lambda x: np.where(x < 5.0, np.nan, -1.0), 0.0, 10.0)
    assert found.found[0].first_breach == 5.0


def test_a_range_that_does_not_ascend_is_refused() -> None:
    for low, high in [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)]:
        with pytest.raises(ValueError, match="expected a range"):
            crossings(lambda x: x, low, high)
    with pytest.raises(ValueError, match="at least 3"):
        crossings(lambda x: x, 0.0, 1.0, points=2)
    with pytest.raises(ValueError, match="gave shape"):
        crossings(lambda x: x[:2], 0.0, 1.0)


def test_narrowing_whole_numbers() -> None:
    asked = []

    def holds(k: int) -> bool:
        asked.append(k)
        return k < 731

    assert narrowed(holds, 0, 1000) == (730, 731) and len(asked) <= 12
    with pytest.raises(ValueError, match="holds at 0 and at 5"):
        narrowed(holds, 0, 5)


# -- depth two: design points -----------------------------------------------------------------------------------------


def test_the_gradient_of_a_quadratic_is_exact() -> None:
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    z = np.array([0.3, -1.2])
    assert gradient(lambda p: np.einsum("ni,ij,nj->n", p, a, p), z, 0.1) == pytest.approx(2 * a @ z)


@pytest.mark.parametrize("beta", [0.3, 2.0, 5.0, 8.0])
def test_a_linear_boundary_has_its_distance(beta: float) -> None:
    a = np.array([0.48, -0.6, 0.64])
    found = design_point(lambda z: 7.0 * (beta - z @ a), np.zeros(3), scale=7.0)
    assert found is not None and found.converged
    assert found.beta == pytest.approx(beta, abs=1e-9)
    assert found.direction == pytest.approx(a, abs=1e-9)
    assert found.point == pytest.approx(beta * a, abs=1e-8)
    assert found.probability == pytest.approx(PHI(-beta), rel=1e-8)


def test_where_the_origin_breaches_the_index_is_negative() -> None:
    [found] = found_points(lambda z: -1.0 - z[:, 0], 2)
    assert found.beta == pytest.approx(-1.0) and found.probability == pytest.approx(PHI(1.0))


def test_correlated_normal_drivers_in_pounds() -> None:
    # A = 100 + 10 x, B = 80 + 20 y with correlation 0.6: A + B above 230 lies (230 - 180) / sd(A + B) out.
    root = np.linalg.cholesky(np.array([[1.0, 0.6], [0.6, 1.0]]))
    g = lambda z: 230.0 - (100 + 10 * (z @ root.T)[:, 0] + 80 + 20 * (z @ root.T)[:, 1])  # noqa: E731
    [found] = found_points(g, 2)
    assert found.beta == pytest.approx(50 / math.sqrt(100 + 400 + 2 * 0.6 * 200), abs=1e-8)


def test_two_lognormal_factors_have_the_distance_that_their_logarithms_have() -> None:
    g = lambda z: math.log(300.0) - (math.log(100) + 0.2 * z[:, 0] + 0.1 * z[:, 1])  # noqa: E731
    product = lambda z: 300.0 - 100.0 * np.exp(0.2 * z[:, 0]) * np.exp(0.1 * z[:, 1])  # noqa: E731
    beta = math.log(3.0) / math.hypot(0.2, 0.1)
    for function in (g, product):
        [found] = found_points(function, 2)
        assert found.beta == pytest.approx(beta, abs=1e-6)


def test_students_t_by_its_own_quantile() -> None:
    # X has Student's t of 2 degrees, F(t) = 1/2 + t / (2 sqrt(2 + t^2)); X > 9 has the distance of its own probability.
    def student(z: Floats) -> Floats:
        p = np.clip([PHI(x) for x in z], 1e-300, 1 - 1e-16)
        return (2 * p - 1) / np.sqrt(2 * p * (1 - p))

    [found] = [p for p in found_points(lambda z: 9.0 - student(z[:, 0]), 1) if p.beta > 0]
    assert found.probability == pytest.approx(0.5 - 9.0 / (2 * math.sqrt(2 + 81)), rel=1e-5)


def test_a_two_sided_condition_has_two_points() -> None:
    one, other = found_points(lambda z: 2.5 - np.abs(z[:, 0]), 3)
    assert sorted([one.direction[0], other.direction[0]]) == pytest.approx([-1.0, 1.0])
    assert one.beta == pytest.approx(2.5) == other.beta


def test_a_series_of_two_boundaries() -> None:
    points = found_points(lambda z: np.minimum(2.5 - z[:, 0], 2.8 - z[:, 1]), 4)
    assert [p.beta for p in points] == pytest.approx([2.5, 2.8], abs=1e-8)
    low, high = series_bounds(points)
    exact = 1 - PHI(2.5) * PHI(2.8)
    assert low == pytest.approx(exact, rel=1e-9) == high


def test_parallel_boundaries_meet_in_their_corner() -> None:
    [found] = found_points(lambda z: np.maximum(1.5 - z[:, 0], 2.0 - z[:, 1]), 2)
    assert found.beta == pytest.approx(2.5, abs=1e-3)


def test_a_step_is_found_though_it_has_no_gradient() -> None:
    points = found_points(lambda z: np.floor(6.0 - 2.0 * z[:, 0] - z[:, 1]) + 0.5, 2)
    assert points[0].beta == pytest.approx(6.0 / math.sqrt(5.0), abs=0.02)
    assert not second_order(lambda z: np.floor(6.0 - 2.0 * z[:, 0] - z[:, 1]) + 0.5, points[0]).steady


def test_many_dimensions() -> None:
    a = np.ones(300) / math.sqrt(300.0)
    [found] = found_points(lambda z: 3.0 - z @ a, 300)
    assert found.beta == pytest.approx(3.0, abs=1e-6) and found.direction == pytest.approx(a, abs=1e-6)


def test_nothing_is_found_where_nothing_can_be() -> None:
    assert found_points(lambda z: 1.0 + 0.0 * z[:, 0], 2) == ()
    assert design_point(lambda z: 2.0 + np.tanh(z[:, 0]), np.zeros(1), scale=1.0) is None


# -- depth two: second order ------------------------------------------------------------------------------------------


def test_breitungs_formula_on_a_paraboloid() -> None:
    k = np.array([0.5, -0.1])
    bowl = lambda z: 3.0 - z[:, 0] + 0.5 * (z[:, 1:] ** 2) @ k  # noqa: E731
    [point] = found_points(bowl, 3)
    found = second_order(bowl, point)
    assert found.curvatures == pytest.approx([0.5, -0.1], abs=1e-6) and found.steady
    assert found.breitung == pytest.approx(PHI(-3.0) / math.sqrt((1 + 1.5) * (1 - 0.3)), rel=1e-6)


def test_second_order_of_a_paraboloid_is_close_to_its_integral() -> None:
    # P(z1 > 3 + (z2^2 + z3^2) / 4): the sum of squares is exponential with mean 2, so P = int e^(-x/2)/2 Phi(-(3+x/4)).
    x = np.linspace(0.0, 120.0, 400_001)
    inner = np.array([0.5 * math.erfc((3 + v / 4) / math.sqrt(2)) for v in x[::100]])
    exact = float(np.trapezoid(0.5 * np.exp(-x[::100] / 2) * inner, x[::100]))
    bowl = lambda z: 3.0 - z[:, 0] + 0.25 * (z[:, 1] ** 2 + z[:, 2] ** 2)  # noqa: E731
    [point] = found_points(bowl, 3)
    found = second_order(bowl, point)
    assert point.probability / exact > 2.5  # the first order is far off
    assert found.hohenbichler_rackwitz == pytest.approx(exact, rel=0.06)
    sampled = importance(lambda z: bowl(z) <= 0, [point.point], 40_000, seed=4)
    assert abs(sampled.value - exact) < 4 * sampled.error and sampled.error < 0.02 * exact


def test_a_sphere_has_the_curvature_of_its_radius() -> None:
    sphere = lambda z: 9.0 - ((z + np.array([1.0, 0.0])) ** 2).sum(axis=1)  # noqa: E731
    [point] = [p for p in found_points(sphere, 2) if p.converged]
    assert point.beta == pytest.approx(2.0, abs=1e-6)  # the near side of a circle of radius 3 around (-1, 0)
    assert second_order(sphere, point).curvatures == pytest.approx([-1 / 3], abs=1e-3)


def test_a_curvature_beyond_the_centre_gives_nothing() -> None:
    narrow = lambda z: 3.0 - z[:, 0] - 0.5 * z[:, 1] ** 2  # noqa: E731
    point = DesignPoint(np.array([3.0, 0.0]), 3.0, np.array([1.0, 0.0]), 1.0, True, 1)
    assert second_order(narrow, point).breitung is None


# -- depth two: probabilities by sampling -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_importance_sampling_is_unbiased_even_with_centres_that_are_wrong(seed: int) -> None:
    exact = 1 - PHI(3.0)
    for centre in ([3.0, 0.0], [2.0, 2.0], [0.0, 1.0]):
        found = importance(lambda z: z[:, 0] > 3.0, [np.array(centre)], 30_000, seed=seed)
        assert abs(found.value - exact) < 4.5 * found.error


def test_the_error_is_that_of_repeated_estimates() -> None:
    found = [importance(lambda z: z[:, 0] > 3.0, [np.array([3.0, 0.0])], 2_000, seed=s) for s in range(200)]
    spread = float(np.std([one.value for one in found], ddof=1))
    assert spread == pytest.approx(float(np.mean([one.error for one in found])), rel=0.2)


def test_shares_and_seeds() -> None:
    holds = lambda z: (z[:, 0] > 2.5) | (z[:, 1] > 2.8)  # noqa: E731
    centres = [np.array([2.5, 0.0]), np.array([0.0, 2.8])]
    found = importance(holds, centres, 40_000, seed=1)
    assert found.shares[0] == pytest.approx((1 - PHI(2.5)) / (2 - PHI(2.5) - PHI(2.8)), abs=0.03)
    assert found == importance(holds, centres, 40_000, seed=1) != importance(holds, centres, 40_000, seed=2)
    assert found.effective > 1000


def test_refined_centres_lie_beyond_the_boundary_and_along_the_given_ones() -> None:
    [centre], weights = refined_centres(lambda z: z[:, 0] > 3.0, [np.array([3.0, 0.0, 0.0])], 4_000, seed=1)
    assert centre[0] == pytest.approx(density(3.0) / probability_above(3.0), abs=0.02)  # the mean beyond 3
    assert centre[1:] == pytest.approx([0.0, 0.0], abs=1e-12) and weights == [1.0]


def test_crude_shares_and_their_intervals() -> None:
    found = crude(lambda z: z[:, 0] > 0.0, 2, 10_000, seed=1)
    assert abs(found.value - 0.5) < 4 * found.error and found.error == pytest.approx(0.005, rel=0.01)
    low, high = proportion_interval(8, 40)
    # Wilson by hand: the middle is (0.2 + 0.0480182) / 1.0960365, half the width 1.788229 sqrt(0.004 + 0.000600228).
    assert (low, high) == pytest.approx((0.10500, 0.34757), abs=1e-5)
    assert proportion_interval(0, 0) == (0.0, 1.0)


# -- depth three ------------------------------------------------------------------------------------------------------


def uniform(n: int, d: int, seed: int) -> Floats:
    return np.random.Generator(np.random.Philox(key=seed)).random((n, d))


def test_a_corner_is_found_and_certified_on_fresh_draws() -> None:
    inside = lambda x: (x[:, 0] > 0.8) & (x[:, 2] < 0.4)  # noqa: E731
    x = uniform(6_000, 5, 1)
    [box] = boxes(x, inside(x), most=1)
    limits = {limit.feature: (limit.low, limit.high) for limit in box.limits}
    assert limits[0] == pytest.approx((0.8, math.inf), abs=0.02) and limits[2] == pytest.approx(
        (-math.inf, 0.4), abs=0.02
    )
    fresh = uniform(6_000, 5, 2)
    found = quality(box, fresh, inside(fresh))
    assert found.density > 0.95 and found.coverage > 0.95 and found.support == pytest.approx(0.08, abs=0.01)
    assert found.density_interval[0] <= found.density <= found.density_interval[1]


def test_two_corners_are_two_boxes() -> None:
    inside = lambda x: ((x[:, 0] > 0.85) & (x[:, 1] > 0.7)) | ((x[:, 2] < 0.15) & (x[:, 3] < 0.3))  # noqa: E731
    x = uniform(10_000, 4, 5)
    found = boxes(x, inside(x), most=3)
    assert [sorted(limit.feature for limit in box.limits) for box in found[:2]] in ([[0, 1], [2, 3]], [[2, 3], [0, 1]])


def test_chance_gives_no_box() -> None:
    x = uniform(4_000, 3, 7)
    assert boxes(x, uniform(4_000, 1, 8)[:, 0] < 0.3) == ()
    assert boxes(x, np.zeros(4_000, dtype=bool)) == () == boxes(x, np.ones(4_000, dtype=bool))


def test_a_box_has_no_more_limits_than_can_be_read() -> None:
    x = uniform(20_000, 8, 9)
    holds = (x > 0.35).all(axis=1)
    [box] = boxes(x, holds, most=1, limits=3)
    assert len(box.limits) <= 3


def test_whole_numbers_with_ties_are_peeled_value_by_value() -> None:
    x = np.floor(uniform(5_000, 2, 11) * 4)
    [box] = boxes(x, x[:, 0] == 3, most=1)
    assert box == Box((Limit(0, 3.0, math.inf),))


def test_weighted_quality_is_that_of_the_distribution_the_weights_stand_for() -> None:
    # Draws are moved by 2; with their weights the box z > 2 has the support of a standard normal.
    z = draws(200_000, 1, 13) + 2.0
    weights = np.exp(-2.0 * z[:, 0] + 2.0)
    found = quality(Box((Limit(0, 2.0),)), z, z[:, 0] > 3.0, weights)
    assert found.support == pytest.approx(1 - PHI(2.0), rel=0.02)
    assert found.density == pytest.approx((1 - PHI(3.0)) / (1 - PHI(2.0)), rel=0.03)
    assert found.coverage == pytest.approx(1.0)
    assert found.density_interval[0] < (1 - PHI(3.0)) / (1 - PHI(2.0)) < found.density_interval[1]
