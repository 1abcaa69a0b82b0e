"""Functions over groups of members, sums as other members ask, lags that data decide, places among periods."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest

CHANCE = random.Random(31)
ROWS = [f"r{i}" for i in range(24)]
REGIONS = ["north", "south", "west", "nobody"]
REGION = {row: CHANCE.choice(REGIONS[:3]) for row in ROWS}
X = [None if CHANCE.random() < 0.15 else CHANCE.randint(1, 9) for _ in ROWS]
KEY = [CHANCE.randint(1, 4) for _ in ROWS]
W = [CHANCE.randint(1, 5) for _ in ROWS]

Wanted = float | int | None
OfGroup = Callable[[list[int]], Wanted]


def book(formulas: dict[str, str], *, amount: str = "£0", every: str = "year", months: int = 12) -> ob.Book:
    """A driver of no width stands before each value: in a simulation nothing is known beforehand, and all is as here."""
    parameter = {"dimension": "row", "value": "1"}
    still = [ob.Normal(id=f"still_{name}", of=f"one_{name}", mean=1, deviation=0) for name in "xkw"]
    return ob.read_book(
        {
            "format": 1,
            "id": "groups",
            "calendar": {"start": "2024-04", "months": months},
            "parties": [{"id": "payer"}, {"id": "provider"}],
            "dimensions": [
                {"id": "region", "members": REGIONS},
                {"id": "row", "members": ROWS, "parents": {"region": REGION}},
            ],
            "inputs": [{"id": f"one_{name}", "every": every, "aggregate": "last", "plan": 1} for name in "xkw"],
            "parameters": [
                {
                    "id": "given_x",
                    **parameter,
                    "members": {r: "no_value()" if v is None else v for r, v in zip(ROWS, X, strict=True)},
                },
                {"id": "given_k", **parameter, "members": dict(zip(ROWS, KEY, strict=True))},
                {"id": "given_w", **parameter, "members": dict(zip(ROWS, W, strict=True))},
            ],
            "quantities": [
                *({"id": name, "every": every, "formula": f"given_{name} * one_{name}"} for name in "xkw"),
                *({"id": name, "every": every, "formula": formula} for name, formula in formulas.items()),
            ],
            "contracts": [
                {
                    "id": "agreement",
                    "payer": "payer",
                    "payee": "provider",
                    "clauses": [{"kind": "payment", "id": "paid", "every": every, "amount": amount}],
                }
            ],
        }
    ).replace(drivers=still)


def values(of: Iterable[int], numbers: list[Any] = X) -> list[Any]:
    return [numbers[i] for i in of if numbers[i] is not None]


def quantile(numbers: list[Any], p: float, definition: str) -> Wanted:
    ordered, count = sorted(numbers), len(numbers)
    if not count:
        return None
    at = {"inclusive": (count - 1) * p, "exclusive": (count + 1) * p - 1, "nearest": math.ceil(count * p) - 1}[
        definition
    ]
    at = min(max(at, 0), count - 1)
    low, along = int(at), at - int(at)
    return float(ordered[low] * (1 - along) + (ordered[low + 1] * along if along else 0))


def weighted(of: list[int]) -> Wanted:
    there = [i for i in of if X[i] is not None]
    return sum(X[i] * W[i] for i in there) / sum(W[i] for i in there) if there else None


def spread_of(of: list[int]) -> Wanted:
    return statistics.stdev(values(of)) if len(values(of)) > 1 else None


ALL, PARENT, KEYED = "", ", 'region'", ", k"
GROUPED: list[tuple[str, OfGroup]] = [
    ("median(x{}, 'skip')", lambda of: statistics.median(values(of)) if values(of) else None),
    ("median(w{})", lambda of: statistics.median(values(of, W)) if of else None),
    ("quantile(x, 25%{}, 'skip')", lambda of: quantile(values(of), 0.25, "inclusive")),
    ("quantile(x, 30%, 'exclusive'{}, 'skip')", lambda of: quantile(values(of), 0.3, "exclusive")),
    ("quantile(x, 30%, 'nearest'{}, 'skip')", lambda of: quantile(values(of), 0.3, "nearest")),
    ("deviation(x, 'sample', 12{}, 'skip')", spread_of),
    ("deviation(w, 'population', 12{})", lambda of: statistics.pstdev(values(of, W)) if of else None),
    ("weighted_mean(x, w{}, 'skip')", weighted),
]
BY_KEY: list[tuple[str, OfGroup]] = [
    ("sum(x, k, 'skip')", lambda of: sum(values(of))),
    ("sum(x, k)", lambda of: None if None in [X[i] for i in of] else sum(values(of))),
    ("mean(x, k, 'skip')", lambda of: statistics.mean(values(of)) if values(of) else None),
    ("largest(x, k, 'skip')", lambda of: max(values(of), default=None)),
    ("smallest(x, k, 'skip')", lambda of: min(values(of), default=None)),
    ("smallest(x, k)", lambda of: None if None in [X[i] for i in of] else min(values(of))),
    ("any_member(w > 4, k)", lambda of: int(any(W[i] > 4 for i in of))),
    ("all_members(w > 1, k)", lambda of: int(all(W[i] > 1 for i in of))),
    ("sum(w > 2, k)", lambda of: sum(W[i] > 2 for i in of)),
]


def of_key(row: int) -> list[int]:
    return [i for i in range(len(ROWS)) if KEY[i] == KEY[row]]


def of_region(region: str) -> list[int]:
    return [i for i, row in enumerate(ROWS) if REGION[row] == region]


def places(of: list[int], row: int, *, descending: bool) -> tuple[Wanted, Wanted, Wanted]:
    """Best, mean and order of a row among others."""
    if X[row] is None:
        return None, None, None
    there = [i for i in of if X[i] is not None]
    before = sum(X[i] > X[row] if descending else X[i] < X[row] for i in there)
    equal = [i for i in there if X[i] == X[row]]
    return before + 1, before + (len(equal) + 1) / 2, before + 1 + equal.index(row)


def expected() -> dict[str, tuple[str, Any]]:
    """Formula and what it comes to, by member or once."""
    cases: list[tuple[str, Any]] = []
    for formula, of_group in GROUPED:
        if "'skip'" in formula:
            cases.append((formula.format(ALL), of_group(list(range(len(ROWS))))))
        cases.append((formula.format(PARENT), {region: of_group(of_region(region)) for region in REGIONS}))
        cases.append((formula.format(KEYED), {row: of_group(of_key(i)) for i, row in enumerate(ROWS)}))
    cases += [(formula, {row: of_group(of_key(i)) for i, row in enumerate(ROWS)}) for formula, of_group in BY_KEY]
    for place, ties in enumerate(("best", "mean", "order")):
        cases.append(
            (f"rank(x, '{ties}', k)", {row: places(of_key(i), i, descending=True)[place] for i, row in enumerate(ROWS)})
        )
        in_region = {row: places(of_region(REGION[row]), i, descending=False)[place] for i, row in enumerate(ROWS)}
        cases.append((f"rank(x, 'ascending', '{ties}', 'region')", in_region))
    halves = {}
    for i, row in enumerate(ROWS):
        of = of_region(REGION[row])
        before = sum(W[j] < W[i] or (W[j] == W[i] and j < i) for j in of)
        halves[row] = before * 2 // len(of) + 1
    cases.append(("percentile_group(w, 2, 'region')", halves))
    cases.append(("sum_matching(w, k, 2)", sum(w for w, k in zip(W, KEY, strict=True) if k == 2)))
    after = {row: sum(w for w, k in zip(W, KEY, strict=True) if k == KEY[i] + 1) for i, row in enumerate(ROWS)}
    cases.append(("sum_matching(w, k, k + 1)", after))
    cases.append(("sum_matching(w > 3, k, k)", {row: sum(W[j] > 3 for j in of_key(i)) for i, row in enumerate(ROWS)}))
    cases.append(("running_by(w, k, 2.5)", sum(w for w, k in zip(W, KEY, strict=True) if k <= 2.5)))
    cases.append(
        (
            "running_by(w, k, sum(k, 'region') - 20)",
            {
                region: sum(w for w, k in zip(W, KEY, strict=True) if k <= sum(KEY[i] for i in of_region(region)) - 20)
                for region in REGIONS
            },
        )
    )
    return {f"case_{n}": case for n, case in enumerate(cases)}


EXPECTED = expected()


def near(got: Any, wanted: Any) -> bool:
    return got is None if wanted is None else got is not None and abs(float(got) - float(wanted)) < 1e-9


def test_groups_by_parent_and_by_key() -> None:
    settled = book({name: formula for name, (formula, _) in EXPECTED.items()}).settle(plan=True)
    single = {row["id"]: row["value"] for row in settled.quantities}
    for name, (formula, wanted) in EXPECTED.items():
        if not isinstance(wanted, dict):
            assert near(single[name], wanted), (formula, single[name], wanted)
            continue
        got = {row["member"]: row["value"] for row in settled.members(name)}
        assert list(got) == list(wanted), formula
        assert not [(m, got[m], v) for m, v in wanted.items() if not near(got[m], v)], formula


@pytest.mark.parametrize("part", range(4))
def test_draws_come_to_the_same(part: int) -> None:
    """Every case as an amount: what is not known beforehand gives in each draw what a settlement gives."""
    some = dict(list(EXPECTED.items())[part::4])
    parts = [
        f"sum(or_else({n}, 0.5) * {i + 1})" if isinstance(w, dict) else f"{i + 1} * or_else({n}, 0.5)"
        for i, (n, (_, w)) in enumerate(some.items())
    ]
    made = book({name: formula for name, (formula, _) in some.items()}, amount=f"£1 * ({' + '.join(parts)})")
    wanted = sum(
        (i + 1) * sum(0.5 if v is None else float(v) for v in (w.values() if isinstance(w, dict) else [w]))
        for i, (_, w) in enumerate(some.values())
    )
    assert float(made.settle(plan=True).position("provider")) == pytest.approx(wanted, abs=0.006)
    drawn = made.simulate(scenarios=9, seed=1, progress=False).array("provider")
    assert list(drawn) == pytest.approx([wanted] * 9, rel=1e-9)


def test_slopes_pass_through_groups() -> None:
    """One more of what stands before every x moves each key's sum, and each row of the key asks for it."""
    made = book(
        {"of_key": "sum(x, k, 'skip')"}, amount="£1 * sum(if(missing(x), 0, of_key)) + £1 * sum_matching(x, k, 2)"
    )
    slope = sum(sum(values(of_key(i))) for i, x in enumerate(X) if x is not None)
    slope += sum(x for x, key in zip(X, KEY, strict=True) if key == 2)
    row = made.settle(plan=True).marginal("provider", terms=False).of("one_x")
    assert (row["left"], row["right"]) == (slope, slope)
    keyed = book({}, amount="£1 * sum(sum(w, k))").settle(plan=True).marginal("provider", terms=False).of("one_w")
    assert keyed["right"] == sum(sum(W[j] for j in of_key(i)) for i in range(len(ROWS)))


WRONG = [
    ("sum(x, k, w)", "two keys"),
    ("sum(x, 'region', k)", "names a parent and a key"),
    ("product(x, k)", "not by a key"),
    ("median(x, 'regoin')", "'regoin'"),
    ("rank(x, 'skip')", "unknown"),
    ("sum(sum(x, 'region', 'skip'), k)", "the key is of 'row'"),
    ("sum(x, k, 'suppressed')", "leaves out all"),
    ("sum_matching(2, 1, x)", "needs a value or a key with a dimension"),
    ("max(x)", "largest(x)"),
    ("min(x)", "smallest(x)"),
    ("count(x > 2)", "sum(x > 2)"),
    ("any(x > 2)", "any_member(x > 2)"),
    ("all(x > 2)", "all_members(x > 2)"),
]


@pytest.mark.parametrize(("formula", "words"), WRONG)
def test_what_groups_cannot_do(formula: str, words: str) -> None:
    with pytest.raises(ob.BookError) as error:
        book({"asked": formula}).settle(plan=True)
    assert words in str(error.value)


def test_a_member_without_a_key_is_in_no_group() -> None:
    settled = book({"own": "if(k == 2, no_value(), k)", "together": "sum(w, own)", "place": "rank(w, own)"}).settle(
        plan=True
    )
    for name in ("together", "place"):
        got = {row["member"]: row["value"] for row in settled.members(name)}
        assert [got[row] is None for row in ROWS] == [key == 2 for key in KEY]
    assert sum(1 for key in KEY if key == 2) > 1


def test_values_by_member_are_a_table_and_can_be_explained() -> None:
    settled = book({"twice": "2 * w", "late": "if(k > 3, no_value(), w)"}).settle(plan=True)
    table = settled.members("twice")
    assert [(row["member"], row["value"]) for row in table] == [
        (r, Decimal(2 * w)) for r, w in zip(ROWS, W, strict=True)
    ]
    assert {(row["every"], row["period"], row["label"], row["dimension"]) for row in table} == {
        ("year", 1, "year 1", "row")
    }
    assert [row["value"] is None for row in settled.members("late")] == [key > 3 for key in KEY]
    assert f"r0 {2 * W[0]}" in settled.explain("quantity:twice").note
    with pytest.raises(ob.BookError, match="no quantity is called 'twise'") as error:
        settled.members("twise")
    assert "twice" in str(error.value)
    with pytest.raises(ob.BookError, match="no members"):
        book({"single": "sum(w)"}).settle(plan=True).members("single")
    with pytest.raises(ob.BookError, match="no year 7"):
        settled.explain("quantity:twice", period=7)


def test_values_by_member_of_a_kept_settlement(tmp_path: Any) -> None:
    settled = book({"twice": "2 * w"}).settle(plan=True)
    settled.save(tmp_path / "kept.openbook")
    assert ob.read_result(tmp_path / "kept.openbook").members("twice") == settled.members("twice")


# -- periods ----------------------------------------------------------------------------------------------------------

YIELDS = [45, 37, 20, 42, 18, 43, 17, 50, 41, 12, 33, 29]


def monthly(formula: str, data: list[Any] | None = None) -> list[Any]:
    fields = {
        "format": 1,
        "id": "periods",
        "calendar": {"start": "2024-04", "months": 12},
        "inputs": [
            {"id": "grown", "aggregate": "last", "may_be_missing": True},
            {"id": "back", "aggregate": "last", "may_be_missing": True},
        ],
        "quantities": [{"id": "asked", "formula": formula}],
    }
    settled = ob.read_book(fields).settle({"grown": YIELDS, "back": [1] * 12 if data is None else data})
    return [row["value"] for row in settled.quantities if row["id"] == "asked"]


@pytest.mark.parametrize("place", [1, 2, 5, -1, -2, -5])
def test_places_among_periods(place: int) -> None:
    wanted = []
    for now in range(12):
        last = sorted(YIELDS[max(0, now - 4) : now + 1], reverse=place < 0)
        wanted.append(last[abs(place) - 1] if abs(place) <= len(last) else None)
    assert monthly(f"window_place(grown, 5, {place})") == wanted


def test_median_of_periods() -> None:
    assert monthly("window(grown, 4, 'median')") == [
        Decimal(str(statistics.median(YIELDS[max(0, now - 3) : now + 1]))) for now in range(12)
    ]


@pytest.mark.parametrize(
    "formula", ["window_place(grown, 5, 0)", "window_place(grown, 5, 6)", "window_place(grown, 5, 1.5)"]
)
def test_places_that_are_none(formula: str) -> None:
    with pytest.raises(ob.BookError, match="the book cannot be compiled") as error:
        monthly(formula)
    assert "from 1, the smallest, to 5" in str(error.value)


def test_a_lag_that_data_decide() -> None:
    lags = [1, 1, 2, 3, None, 2, 7, 1.5, 0, 9, 20, 4]
    wanted = []
    for now, lag in enumerate(lags):
        if lag is None or lag < 1 or lag != int(lag):
            wanted.append(None)
        else:
            wanted.append(-1 if lag > now else YIELDS[now - int(lag)])
    assert monthly("previous(grown, -1, back)", lags) == wanted
    assert monthly("previous(2 * grown, -2, back)", lags) == [None if w is None else 2 * w for w in wanted]


def test_a_lag_of_each_member() -> None:
    made = book(
        {"total": "cumulative(w)", "back": "min(w, 2)", "before": "previous(total, 0, back)"}, every="month", months=3
    )
    got = [row["value"] for row in made.settle(plan=True).members("before") if row["period"] == 3]
    assert got == [Decimal((3 - min(w, 2)) * w) for w in W]


def test_zero_money_makes_no_money_of_a_figure() -> None:
    with pytest.raises(ob.BookError) as error:
        monthly("if(grown > 3, 5, £0)")
    assert "write £ before the number" in str(error.value)
    assert monthly("if(grown > 100, £5, 0)") == [0] * 12


def test_steps_of_rounding_are_amounts() -> None:
    with pytest.raises(ob.BookError) as error:
        monthly("round(£3.456, 2)")
    assert "£0.01 for pennies" in str(error.value)
    assert monthly("round(£3.456, £0.01)")[0] == Decimal("3.46")


SAID = [
    ("average(grown)", "mean(x)"),
    ("sumif(grown)", "sum_matching"),
    ("iferror(grown, 0)", "or_else"),
    ("Max(1, 2)", "max(...)"),
]


@pytest.mark.parametrize(("formula", "words"), SAID)
def test_functions_that_are_called_otherwise_elsewhere(formula: str, words: str) -> None:
    with pytest.raises(ob.BookError) as error:
        monthly(formula)
    assert words in str(error.value)


def test_first_time_is_explained_by_the_period_that_decided() -> None:
    fields = {
        "format": 1,
        "id": "first",
        "calendar": {"start": "2024-04", "months": 12},
        "inputs": [{"id": "grown", "aggregate": "last"}],
        "quantities": [
            {"id": "asked", "formula": "first_when(grown >= 50)"},
            {"id": "latest", "formula": "last_when(grown >= 41)"},
        ],
    }
    settled = ob.read_book(fields).settle({"grown": YIELDS})
    first = str(settled.explain("quantity:asked", period=12))
    assert "held first in period 8 of 12" in first
    assert "grown, 2024-11: 50" in first
    assert "grown, 2024-10" not in first
    assert "held in none of 7 periods" in str(settled.explain("quantity:asked", period=7))
    assert "grown, 2024-12: 41" in str(settled.explain("quantity:latest", period=12))


def test_days_in_a_row_as_rows() -> None:
    """A rolling sum over rows: what fell in the 72 hours up to each day, and the three days that were worst."""
    chance = random.Random(5)
    losses = [chance.choice([0, 5, 20, 80]) for _ in ROWS]
    fields = {
        "format": 1,
        "id": "hours",
        "calendar": {"start": "2024-01", "months": 1},
        "dimensions": [{"id": "row", "members": ROWS}],
        "inputs": [{"id": "loss", "unit": "£", "dimension": "row"}],
        "parameters": [{"id": "day", "dimension": "row", "members": {row: i for i, row in enumerate(ROWS)}}],
        "quantities": [{"id": "event", "formula": "largest(running_by(loss, day) - running_by(loss, day, day - 3))"}],
    }
    [found] = [row["value"] for row in ob.read_book(fields).settle({"loss": losses}).quantities]
    assert Fraction(found) == max(sum(losses[max(0, i - 2) : i + 1]) for i in range(len(ROWS)))
