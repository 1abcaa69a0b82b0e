"""Two dimensions cross: values for each pair, how they meet, what is added up over which, and the same as rows."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import openbook as ob
import pytest

SITES = ["general", "eye", "mercy"]
AGES = ["young", "old"]
PROVIDERS = {"general": "trust", "eye": "trust", "mercy": "charity"}
MONTHS = 3
PEOPLE = np.array([[[10, 20], [30, 40], [5, 7]], [[11, 22], [33, 44], [0, 9]], [[1, 2], [3, 4], [6, 8]]])
RATES = np.array([[Fraction(1), Fraction(2)], [Fraction(3, 2), Fraction(5, 2)], [Fraction(4), Fraction(4)]])
FORCES = np.array([Fraction(11, 10), Fraction(11, 10), Fraction(1)])  # of each site's provider
WEIGHTS = np.array([Fraction(1, 2), Fraction(3, 2)])  # by age
TARGETS = np.array([25, 70, 12])  # by site


def fields() -> dict[str, Any]:
    return {
        "format": 1,
        "id": "crossed",
        "calendar": {"start": "2024-04", "months": MONTHS},
        "dimensions": [
            {"id": "site", "members": SITES, "parents": {"provider": PROVIDERS}},
            {"id": "provider", "members": ["trust", "charity"]},
            {"id": "age", "members": AGES},
            {"id": "measure", "members": ["a", "b"]},
        ],
        "parties": [{"id": "icb"}, {"id": "trust"}],
        "inputs": [
            {"id": "people", "unit": "people", "dimension": "site", "by": "age", "plan": "rate_plan"},
            {"id": "score", "dimension": "measure", "plan": 1},
        ],
        "parameters": [
            {"id": "rate_plan", "value": 10},
            {
                "id": "rate",
                "dimension": "site",
                "by": "age",
                "value": {"value": 4, "unit": "£ per person"},
                "members": {"eye": "2.5"},
                "pairs": {"general": {"young": 1, "old": 2}, "eye": {"young": "1.5"}},
            },
            {"id": "forces", "dimension": "provider", "value": 1, "members": {"trust": "1.1"}},
            {"id": "weight", "dimension": "age", "members": {"young": "0.5", "old": "1.5"}},
            {"id": "target", "dimension": "site", "members": dict(zip(SITES, map(str, TARGETS), strict=True))},
        ],
        "quantities": [],
        "contracts": [
            {
                "id": "acute",
                "payer": "icb",
                "payee": "trust",
                "clauses": [
                    {
                        "id": "list_money",
                        "kind": "activity",
                        "quantity": "people * forces",
                        "price": "rate",
                    }
                ],
            }
        ],
    }


def book(**more: Any) -> ob.Book:
    made = fields()
    for key, items in more.items():
        made[key] = [*made.get(key, ()), *items]
    return ob.Book.from_json(made)


def asked(formulas: dict[str, str], **changes: Any) -> dict[str, list[Fraction | None]]:
    """What formulas come to in each month."""
    made = book(quantities=[{"id": f"q{i}", "formula": f} for i, f in enumerate(formulas.values())])
    settlement = made.settle({"people": PEOPLE, "score": [1, 1] * MONTHS} | changes, disputes=False)
    found: dict[str, list[Fraction | None]] = {}
    for row in settlement.quantities.to_dicts():
        found.setdefault(row["id"], []).append(None if row["value"] is None else Fraction(row["value"]))
    return {name: found[f"q{i}"] for i, name in enumerate(formulas)}


def each(values: Any) -> list[Fraction]:
    """As a settlement prints quantities: to ten decimals."""
    return [printed(value) for value in values]


def printed(value: Any) -> Fraction:
    scaled = Fraction(value) * 10**10
    half_away = (abs(scaled) + Fraction(1, 2)).__floor__()
    return Fraction(half_away if scaled >= 0 else -half_away, 10**10)


def test_a_product_meets_what_is_by_either_by_a_parent_or_by_both() -> None:
    exact = np.vectorize(Fraction)(PEOPLE)
    found = asked(
        {
            "both": "number(sum(people * rate))",
            "first": "number(sum(people * target))",
            "second": "number(sum(weight * people))",
            "parent": "number(sum(people * forces))",
            "all": "number(sum(people * rate * weight * forces * target))",
            "none": "number(sum(people * 3))",
        }
    )
    for name, factor in {
        "both": RATES,
        "first": TARGETS[:, None],
        "second": WEIGHTS[None, :],
        "parent": FORCES[:, None],
        "all": RATES * WEIGHTS[None, :] * FORCES[:, None] * TARGETS[:, None],
        "none": 3,
    }.items():
        assert found[name] == each((exact * factor).sum(axis=(1, 2))), name


def test_two_single_dimensions_meet_in_pairs_that_the_book_has_and_else_where_the_formula_says_so() -> None:
    outer = TARGETS[:, None] * WEIGHTS[None, :]
    crossed = {
        "declared": "sum(min(target * weight, 40))",
        "turned": "sum(min(weight * target, 40))",
        "spread": "sum(min(spread(target, 'age') * weight, 40))",
        "single": "sum(spread(1, 'site by age'))",
        "wide": "sum(spread(2, 'age by site'))",
        "other": "sum(spread(target, 'measure') * score)",
        "meets": "sum(spread(target, 'measure') + spread(score, 'site'))",
    }
    found = asked(crossed)
    assert found["declared"] == found["turned"] == found["spread"] == [np.minimum(outer, 40).sum()] * MONTHS
    assert found["single"] == [6] * MONTHS and found["wide"] == [12] * MONTHS
    assert found["other"] == [2 * TARGETS.sum()] * MONTHS
    assert found["meets"] == [2 * TARGETS.sum() + 6] * MONTHS
    for formula, words in {
        "sum(target * score)": "mixes the dimensions 'site' and 'measure', and neither is a parent",
        # What another formula has spread is no word of the book's.
        "sum(spread(target, 'measure')) + sum(target * score)": "write spread|Write spread",
        "sum(people * score)": "mixes the dimensions 'site', 'age' and 'measure': two cross at most",
        "sum(spread(people, 'measure'))": "two dimensions already, and three do not cross",
        "people": "",
    }.items():
        if words:
            with pytest.raises(ob.BookError, match=words):
                asked({"x": formula})


REDUCED: dict[str, Any] = {
    "sum": lambda x, axis: x.sum(axis=axis),
    "mean": lambda x, axis: x.sum(axis=axis) / Fraction(x.shape[axis]),
    "largest": lambda x, axis: x.max(axis=axis),
    "smallest": lambda x, axis: x.min(axis=axis),
    "max": lambda x, axis: x.max(axis=axis),
    "min": lambda x, axis: x.min(axis=axis),
    "product": lambda x, axis: x.prod(axis=axis),
    "first": lambda x, axis: x.take(0, axis=axis),
    "last": lambda x, axis: x.take(-1, axis=axis),
    "median": lambda x, axis: np.sort(x, axis=axis).take([(x.shape[axis] - 1) // 2, x.shape[axis] // 2], axis=axis).sum(axis=axis) / 2,
}  # fmt: skip


@pytest.mark.parametrize("function", REDUCED)
def test_a_reduction_goes_over_one_dimension_and_leaves_the_other(function: str) -> None:
    exact = np.vectorize(Fraction)(PEOPLE)
    x = "number(people)"
    formulas = {f"site {m}": f"member({function}({x}, over='age'), '{m}')" for m in SITES}
    formulas |= {f"age {m}": f"member({function}({x}, over='site'), '{m}')" for m in AGES}
    found = asked(formulas)
    for month in range(MONTHS):
        by_site, by_age = (REDUCED[function](exact[month], axis) for axis in (1, 0))
        assert [found[f"site {m}"][month] for m in SITES] == each(by_site)
        assert [found[f"age {m}"][month] for m in AGES] == each(by_age)


def test_the_remaining_dimension_may_be_named_instead() -> None:
    found = asked(
        {
            "over": "member(sum(number(people), over='age'), 'eye')",
            "to": "member(sum(number(people), 'site'), 'eye')",
            "parent": "member(sum(number(people), 'provider'), 'trust')",
            "twice": "member(sum(sum(number(people), over='age'), 'provider'), 'trust')",
            "by provider": "member(sum(number(people), 'provider by age'), 'trust', 'old')",
        }
    )
    assert found["over"] == found["to"] == each(PEOPLE[:, 1].sum(axis=1))
    assert found["parent"] == found["twice"] == each(PEOPLE[:, :2].sum(axis=(1, 2)))
    assert found["by provider"] == each(PEOPLE[:, :2, 1].sum(axis=1))


def test_one_of_two_dimensions_may_go_to_its_parent_and_leave_the_other() -> None:
    """As a score card does: of measures by hospital, domains by hospital."""
    old, number = "'trust', 'old')", "number(people)"
    found = asked(
        {
            "sum": f"member(sum({number}, 'provider', over='site'), {old}",
            "pairs": f"member(sum({number}, 'provider by age'), {old}",
            "mean": f"member(mean({number}, 'provider', over='site'), {old}",
            "skip": f"member(sum(if(people > 25, {number}, no_value()), 'provider', 'skip', over='site'), {old}",
            "where": f"member(sum({number}, 'provider', over='site', where=people > 25), {old}",
            "median": f"member(median({number}, 'provider', over='site'), {old}",
            "rank": f"member(rank({number}, 'provider', over='site'), 'eye', 'old')",
            "alone": "member(sum(number(target), 'provider', over='site'), 'trust')",
        }
    )
    trust = PEOPLE[:, :2, 1]
    above = np.where(trust > 25, trust, 0).sum(axis=1)
    assert found["sum"] == found["pairs"] == each(trust.sum(axis=1))
    assert found["mean"] == found["median"] == each(Fraction(int(of.sum()), 2) for of in trust)
    assert found["skip"] == found["where"] == each(above)
    assert found["rank"] == each([1, 1, 1])
    assert found["alone"] == each([TARGETS[:2].sum()] * MONTHS)


def test_missing_members_are_left_out_of_order_statistics_along_one_dimension() -> None:
    few = "if(people > 5, number(people), no_value())"
    found = asked(
        {
            "median": f"member(median({few}, 'skip', over='site'), 'young')",
            "quantile": f"member(quantile({few}, 0, 'skip', over='site'), 'young')",
            "all": f"member(median({few}, over='site'), 'old')",
        }
    )
    young = [sorted(int(v) for v in month if v > 5) for month in PEOPLE[:, :, 0]]
    middle = [Fraction(of[(len(of) - 1) // 2] + of[len(of) // 2], 2) for of in young]
    assert found["median"] == each(middle)
    assert found["quantile"] == each(of[0] for of in young)
    assert found["all"] == [Fraction(20), Fraction(22), None]


def test_a_quantity_of_pairs_is_given_pairs() -> None:
    declared = {"id": "by_pair", "unit": "people", "dimension": "site", "by": "age"}
    with pytest.raises(
        ob.BookError, match=r"members of 'age'.*should each have the same\? Write spread\(\.\.\., 'site by age'\)"
    ):
        book(quantities=[{**declared, "formula": "sum(people, over='site')"}]).settle(
            {"people": PEOPLE, "score": [1, 1] * MONTHS}
        )
    spread = [{**declared, "formula": "spread(sum(people, over='site'), 'site')"}]
    settled = book(quantities=[*spread, {"id": "q", "formula": "number(member(by_pair, 'eye', 'old'))"}]).settle(
        {"people": PEOPLE, "score": [1, 1] * MONTHS}
    )
    found = [Fraction(r["value"]) for r in settled.quantities.to_dicts() if r["id"] == "q"]
    assert found == [Fraction(int(v)) for v in PEOPLE[:, :, 1].sum(axis=1)]


def test_conditions_say_who_takes_part() -> None:
    x = PEOPLE
    found = asked(
        {
            "sum": "member(sum(number(people), over='age', where=number(people) > 5), 'mercy')",
            "all": "sum(number(people), where=number(people) > 5)",
            "count": "member(count(number(people) > 5, over='site'), 'young')",
            "count where": "count(number(people) > 5, where=number(people) < 30)",
            "mean": "mean(number(people), where=number(people) > 5)",
            "max": "member(max(number(people), over='site', where=number(people) < 30), 'old')",
            "min": "member(min(number(people), over='site', where=number(people) > 30), 'young')",
            "none": "or_else(member(min(number(people), over='site', where=number(people) > 300), 'young'), -1)",
            "product": "product(number(people), where=number(people) > 0)",
            "any": "member(number(any(number(people) > 30, over='age')), 'eye')",
            "all of": "member(number(all(number(people) > 5, over='age', where=number(people) > 0)), 'mercy')",
            "first": "or_else(member(first(number(people), over='site', where=number(people) > 8), 'young'), -1)",
            "last": "or_else(last(number(people), where=number(people) > 8), -1)",
            "weighted": "or_else(member(weighted_mean(number(people), target, over='site', where=number(people) > 4), 'old'), -1)",
            "by age alone": "sum(weight, where=weight > 1)",
        }
    )  # fmt: skip
    for month in range(MONTHS):
        a = x[month]
        old = [(v, w) for v, w in zip(a[:, 1], TARGETS, strict=True) if v > 4]
        expected = {
            "sum": sum(v for v in a[2] if v > 5),
            "all": a[a > 5].sum(),
            "count": (a[:, 0] > 5).sum(),
            "count where": ((a > 5) & (a < 30)).sum(),
            "mean": Fraction(int(a[a > 5].sum()), int((a > 5).sum())) if (a > 5).any() else None,
            "max": max(v for v in a[:, 1] if v < 30),
            "min": min((v for v in a[:, 0] if v > 30), default=None),
            "none": -1,
            "product": np.prod([int(v) for v in a.ravel() if v > 0], dtype=object),
            "any": int((a[1] > 30).any()),
            "all of": int(all(v > 5 for v in a[2] if v > 0)),
            "first": next((v for v in a[:, 0] if v > 8), -1),
            "last": next((v for v in reversed(a.ravel()) if v > 8), -1),
            "weighted": Fraction(int(sum(v * w for v, w in old)), int(sum(w for _, w in old))) if old else -1,
            "by age alone": Fraction(3, 2),
        }
        for name, value in expected.items():
            assert found[name][month] == (None if value is None else printed(value)), (name, month)


def test_places_running_sums_and_parts_are_within_the_other_dimension() -> None:
    x = "number(people)"
    formulas = {}
    for site in SITES:
        for age in AGES:
            here = f"'{site}', '{age}'"
            formulas |= {
                f"rank over site {here}": f"member(rank({x}, over='site'), {here})",
                f"rank over age {here}": f"member(rank({x}, over='age'), {here})",
                f"running over site {here}": f"member(running({x}, over='site'), {here})",
                f"running back {here}": f"member(running({x}, 'backwards', over='age'), {here})",
                f"largest so far {here}": f"member(running({x}, 'forwards', 'largest', over='site'), {here})",
                f"running by {here}": f"member(running_by({x}, -{x}, over='site'), {here})",
                f"part {here}": f"member(apportion(target, {x}, 1, over='age'), {here})",
                f"part of one {here}": f"member(apportion(100, {x}, over='site'), {here})",
                f"capped {here}": f"member(apportion_capped(30, {x}, 12, over='site'), {here})",
                f"group {here}": f"member(percentile_group({x}, 3, over='site'), {here})",
            }
    found = asked(formulas)
    for month in range(MONTHS):
        a = PEOPLE[month]
        for i, site in enumerate(SITES):
            for j, age in enumerate(AGES):
                here = f"'{site}', '{age}'"
                column, row, v = a[:, j], a[i], a[i, j]
                expected = {
                    "rank over site": 1 + (column > v).sum(),
                    "rank over age": 1 + (row > v).sum(),
                    "running over site": column[: i + 1].sum(),
                    "running back": row[j:].sum(),
                    "largest so far": column[: i + 1].max(),
                    "running by": column[column >= v].sum(),
                    "part of one": Fraction(100 * int(v), int(column.sum())),
                    "group": 1 + (3 * list(np.argsort(np.argsort(column, kind="stable"))).copy()[i]) // 3,
                }
                for name, value in expected.items():
                    assert found[f"{name} {here}"][month] == printed(value), (name, here, month)
        for i, site in enumerate(SITES):
            parts = [found[f"part '{site}', '{age}'"][month] for age in AGES]
            assert parts == each(_largest_remainder(int(TARGETS[i]), [int(v) for v in a[i]]))
        for j, age in enumerate(AGES):
            parts = [found[f"capped '{site}', '{age}'"][month] for site in SITES]
            assert parts == each(_capped(Fraction(30), [Fraction(int(v)) for v in a[:, j]], Fraction(12)))


def _largest_remainder(total: int, weights: list[int]) -> list[int]:
    due = [Fraction(total * w, sum(weights)) for w in weights]
    parts = [d.numerator // d.denominator for d in due]
    order = sorted(range(len(due)), key=lambda i: parts[i] - due[i])
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _capped(total: Fraction, weights: list[Fraction], cap: Fraction) -> list[Fraction]:
    full: set[int] = set()
    while True:
        rest = total - cap * len(full)
        open_ = [i for i in range(len(weights)) if i not in full and weights[i] > 0]
        if not open_:
            return [cap if i in full else Fraction(0) for i in range(len(weights))]
        level = rest / sum(weights[i] for i in open_)
        over = {i for i in open_ if weights[i] * level > cap}
        if not over:
            return [cap if i in full else weights[i] * level for i in range(len(weights))]
        full |= over


def test_deviation_and_slope_along_one_dimension() -> None:
    found = asked(
        {
            "deviation": "member(deviation(number(people), 'population', 12, over='site'), 'old')",
            "slope": "member(slope(number(people), target, over='site'), 'young')",
            "quantile": "member(quantile(number(people), 0.25, over='site'), 'young')",
        }
    )
    for month in range(MONTHS):
        young, old = PEOPLE[month][:, 0], PEOPLE[month][:, 1]
        assert float(found["deviation"][month] or 0) == pytest.approx(np.std(old), abs=1e-11)
        assert float(found["slope"][month] or 0) == pytest.approx(np.polyfit(TARGETS, young, 1)[0])
        assert float(found["quantile"][month] or 0) == pytest.approx(np.quantile(young, 0.25))


def test_members_by_one_name_by_two_and_where_both_dimensions_have_it() -> None:
    found = asked(
        {
            "pair": "member(number(people), 'eye, old')",
            "two": "member(number(people), 'eye', 'old')",
            "turned": "member(number(people), 'old', 'eye')",
            "row": "sum(member(number(people), 'eye'))",
            "column": "sum(member(number(people), 'old'))",
            "dated": "member(member(number(people), 'old', 'age'), 'eye')",
        }
    )
    assert found["pair"] == found["two"] == found["turned"] == found["dated"] == each(PEOPLE[:, 1, 1])
    assert found["row"] == each(PEOPLE[:, 1].sum(axis=1))
    assert found["column"] == each(PEOPLE[:, :, 1].sum(axis=1))
    for formula, words in {
        "member(people, 'nobody')": "'nobody' is no member of dimension 'site', nor of 'age'",
        "member(people, 'eye', 'general')": "no member of 'site' and one of 'age'",
        "member(target, 'eye', 'old')": "the value has one dimension, 'site'",
        "sum(people, over='measure')": "by 'site by age', which has no 'measure' to go over",
        "sum(people, 'site', over='age')": "beside over='age' a dimension is a parent of 'age', which 'site' is not",
        "sum(people, over='ages')": "'ages' in .* is no dimension",
        "rank(people, over='age', where=people > 3)": "takes no where",
        "sum(people, over=1)": "a dimension after over=",
        "sum(people, over='age', over='site')": "over once",
        "sum(people, over='age', 'skip')": "stand last",
        "apportion(target, number(people))": "apportions one total.*over=",
        "apportion(weight, number(people), over='age')": "the total is by 'age', but what is left",
        "count(people, over='age')": "counts the members for whom a condition holds",
        "sum(people, where=number(people))": "condition",
    }.items():
        with pytest.raises(ob.BookError, match=words):
            asked({"x": formula})


def test_skipping_and_reasons_go_along_one_dimension() -> None:
    made = fields()
    made["inputs"][0]["may_be_missing"] = True
    del made["inputs"][0]["plan"]
    made["contracts"] = []
    made["quantities"] = [
        {"id": "plain", "formula": "or_else(member(sum(number(people), over='site'), 'young'), -1)"},
        {"id": "skipped", "formula": "member(sum(number(people), 'skip', over='site'), 'young')"},
        {"id": "average", "formula": "member(mean(number(people), 'skip', over='site'), 'young')"},
        {"id": "least", "formula": "or_else(member(min(number(people), over='site', where=target > 20), 'young'), -1)"},
        {"id": "others", "formula": "member(sum(number(people), over='site'), 'old')"},
        {"id": "where", "formula": "member(sum(number(people), over='site', where=target > 30), 'young')"},
    ]
    values: list[Any] = PEOPLE[:1].ravel().tolist()
    values[0] = None  # general, young
    made["calendar"]["months"] = 1
    found = ob.Book.from_json(made).settle({"people": values, "score": [1, 1]}).quantities.to_dicts()
    assert {row["id"]: Decimal(row["value"]) for row in found} == {
        "plain": -1,
        "skipped": 35,
        "average": Decimal("17.5"),
        "least": -1,  # it takes part and is missing
        "others": 67,
        "where": 30,  # it takes no part
    }


# -- data at the door -------------------------------------------------------------------------------------------------


def rows() -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {"period": [], "site": [], "age": [], "people": []}
    for month in range(MONTHS):
        for i, site in enumerate(SITES):
            for j, age in enumerate(AGES):
                for name, value in zip(
                    table, (f"2024-{4 + month:02}", site, age, int(PEOPLE[month, i, j])), strict=True
                ):
                    table[name].append(value)
    return table


def amounts(settlement: Any) -> list[Decimal]:
    return [row["amount"] for row in settlement.ledger.to_dicts() if row["basis"] == "practised"]


SCORES = {"score": [1, 1] * MONTHS}


def test_data_name_both_dimensions_in_every_shape() -> None:
    made = book()
    expected = [
        Decimal(str(float((np.vectorize(Fraction)(PEOPLE[m]) * RATES * FORCES[:, None]).sum()))).quantize(
            Decimal("0.01")
        )
        for m in range(MONTHS)
    ]
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    shuffled = {name: [cells[i] for i in np.random.Generator(np.random.Philox(4)).permutation(18)] for name, cells in rows().items()}  # fmt: skip
    long = {"period": rows()["period"], "quantity": ["people"] * 18, "site": rows()["site"], "age": rows()["age"], "value": rows()["people"]}  # fmt: skip
    mapping = {site: {age: PEOPLE[:, i, j].tolist() for j, age in enumerate(AGES)} for i, site in enumerate(SITES)}
    by_month = {
        site: {age: {f"2024-{4 + m:02}": int(PEOPLE[m, i, j]) for m in range(MONTHS)} for j, age in enumerate(AGES)}
        for i, site in enumerate(SITES)
    }
    months = [f"2024-{4 + m:02}" for m in range(MONTHS)]
    under_months = {
        month: {site: dict(zip(AGES, own.tolist(), strict=True)) for site, own in zip(SITES, PEOPLE[m], strict=True)}
        for m, month in enumerate(months)
    }
    arrays = dict(zip(months, PEOPLE, strict=True))
    for given in (
        [rows(), SCORES],
        [shuffled, SCORES],
        [long, SCORES],
        [pandas.DataFrame(rows()), SCORES],
        [polars.DataFrame(rows()), SCORES],
        {"people": PEOPLE} | SCORES,
        {"people": PEOPLE.tolist()} | SCORES,
        {"people": PEOPLE.ravel().tolist()} | SCORES,
        {"people": mapping} | SCORES,
        {"people": by_month} | SCORES,
        {"people": under_months} | SCORES,
        {"people": arrays} | SCORES,
    ):
        assert amounts(made.settle(given, disputes=False)) == expected


def test_data_that_do_not_fit_the_pairs_are_refused_with_both_names() -> None:
    made = book()

    def refused(change: Any, match: str, scores: Any = SCORES) -> None:
        table = rows()
        change(table)
        with pytest.raises(ob.DataError, match=match):
            made.settle([table, scores])

    def cell(column: str, value: Any) -> Any:
        return lambda table: table[column].__setitem__(0, value)

    refused(cell("site", "generl"), "a member of site, which has no member 'generl'; did you mean 'general'")
    refused(cell("age", "yong"), "a member of age, which has no member 'yong'; did you mean 'young'")
    refused(lambda t: t.pop("age"), "no column 'age' that says the age of each row")
    refused(lambda t: [c.pop(0) for c in t.values()], "no value of site by age 'general, young' for 2024-04")
    refused(lambda t: [c.append(c[0]) for c in t.values()], "a second value for 2024-04, site by age 'general, young'")
    with pytest.raises(ob.DataError, match="in one row or as an array of 3 by 3 by 2"):
        made.settle({"people": PEOPLE.transpose(0, 2, 1)} | SCORES)
    with pytest.raises(ob.DataError, match="found 17 values.*for each of 6 pairs"):
        made.settle({"people": PEOPLE.ravel().tolist()[:-1]} | SCORES)
    with pytest.raises(ob.DataError, match="found 'generl', expected a member of site"):
        made.settle({"people": {"generl": {"young": [1, 2, 3]}}} | SCORES)
    with pytest.raises(ob.DataError, match="found 'yong', expected a member of age"):
        made.settle({"people": {"general": {"yong": [1, 2, 3]}}} | SCORES)
    with pytest.raises(ob.DataError, match="nan|NaN|not a number|a number"):
        made.settle({"people": np.where(PEOPLE == 9, np.nan, PEOPLE)} | SCORES)


def test_templates_have_a_column_for_each_dimension_and_come_back(tmp_path: Any) -> None:
    made = book()
    path = tmp_path / "data.csv"
    made.needs().template(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    heading = lines[0].split(",")
    assert heading.index("age") == heading.index("site") + 1
    assert sum(",people," in line for line in lines) == 18
    filled = iter(PEOPLE.ravel().tolist())
    done = [lines[0], *(line + str(next(filled) if ",people," in line else 1) for line in lines[1:])]
    path.write_text("\n".join(done), encoding="utf-8")
    assert amounts(made.settle(path)) == amounts(made.settle({"people": PEOPLE} | SCORES))
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "data.xlsx"
    made.needs().template(path)
    sheet = next(s for s in openpyxl.load_workbook(path).worksheets if "site" in s.title)
    assert [cell.value for cell in sheet[3]][:5] == ["period", "period in words", "site", "age", "people [people]"]
    assert [cell.value for cell in sheet[5]][2:4] == ["general", "old"]


# -- the same as rows -------------------------------------------------------------------------------------------------


def as_rows(made: dict[str, Any]) -> dict[str, Any]:
    """The book as it was written before: a dimension of the pairs, with both as parents."""
    old = copy.deepcopy(made)
    pairs = [(site, age) for site in SITES for age in AGES]
    names = [f"{site}/{age}" for site, age in pairs]
    old["dimensions"].insert(
        0,
        {
            "id": "cell",
            "members": names,
            "parents": {
                "site": {n: s for n, (s, _) in zip(names, pairs, strict=True)},
                "age": {n: a for n, (_, a) in zip(names, pairs, strict=True)},
            },
        },
    )
    for item in (*old["inputs"], *old["parameters"], *old["quantities"]):
        if item.pop("by", None):
            item["dimension"] = "cell"
            own, rows_ = item.pop("members", {}), item.pop("pairs", {})
            if own or rows_:
                item["members"] = {
                    n: value
                    for n, (s, a) in zip(names, pairs, strict=True)
                    if (value := rows_.get(s, {}).get(a, own.get(s))) is not None
                }
    return old


def both_ways() -> tuple[ob.Book, ob.Book]:
    made = fields()
    made["quantities"] = [
        {"id": "due", "dimension": "site", "by": "age", "formula": "round(1.005 * rate * people, £0.01)"},
        {"id": "by_site", "dimension": "site", "formula": "sum(due, 'site')"},
        {"id": "kept", "dimension": "site", "by": "age", "formula": "previous(kept, 0) + number(people) * 0.1"},
    ]
    made["contracts"][0]["clauses"] += [
        {"id": "rounded", "kind": "payment", "amount": "sum(due)"},
        {"id": "kept_paid", "kind": "payment", "amount": "£1 * sum(min(kept, 7))"},
        {
            "id": "quality",
            "kind": "incentive",
            "gain": "£1,000",
            "score": "mean(clip(number(people) / target, 0, 1))",
        },
        {
            "id": "slices",
            "kind": "bands",
            "quantity": "sum(number(people))",
            "price": "£2",
            "bands": [{"to": 100, "rate": 1}, {"rate": "0.5"}],
        },
    ]
    made["drivers"] = [
        {"id": "demand", "of": "people", "kind": "lognormal", "deviation": "0.2", "effect": "factor", "members": "each", "source": "an assumption", "illustrative": True},
        {"id": "noise", "of": "score", "kind": "normal", "mean": 1, "deviation": "0.1", "illustrative": True},
    ]  # fmt: skip
    return ob.Book.from_json(made), ob.Book.from_json(as_rows(made))


def test_a_book_of_rows_settles_to_the_same_pence_and_marginals() -> None:
    new, old = both_ways()
    given = {"people": PEOPLE.ravel().tolist()} | SCORES
    one, two = new.settle(given, disputes=False), old.settle(given, disputes=False)
    assert amounts(one) == amounts(two) and len(amounts(one)) >= 4 * MONTHS
    columns = ("left", "right", "cliff_left", "cliff_right")
    tables = [s.marginal("trust").table.to_dicts() for s in (one, two)]
    slopes = [[tuple(row[c] for c in columns) for row in table if row["member"]] for table in tables]
    assert slopes[0] == slopes[1] and len(slopes[0]) >= 18
    assert "general, young" in {row["member"] for row in tables[0]}


def test_a_book_of_rows_simulates_to_the_same_bits() -> None:
    new, old = both_ways()
    # Streams are called by input, driver and member: the names of the pairs are those of the rows here.
    text = old.to_json()
    for site in SITES:
        for age in AGES:
            text = text.replace(f'"{site}/{age}"', f'"{site}, {age}"')
    old = ob.Book.from_json(text)
    runs = [b.simulate(500, seed=7, track=["sum(people)"], progress=False) for b in (new, old)]
    assert np.array_equal(runs[0].array("trust", every="term"), runs[1].array("trust", every="term"))
    assert runs[0].array("trust", every="term").std() > 0
    for block in (64, 128):
        again = new.simulate(500, seed=7, progress=False, threads=2)
        assert np.array_equal(again.array("trust", every="term"), runs[0].array("trust", every="term")), block


def test_lanes_agree_with_exact_settlement_within_runs() -> None:
    formulas = [
        "member(rank(number(people), over='site'), 'eye', 'old')",
        "member(running(number(people), 'backwards', over='site'), 'eye', 'old')",
        "member(running(number(people), 'forwards', 'product', over='age'), 'eye', 'old')",
        "member(running_by(number(people), -number(people), over='site'), 'general', 'young')",
        "member(apportion(target, number(people), over='age'), 'mercy', 'old')",
        "member(apportion_capped(30, number(people), 12, over='site'), 'eye', 'young')",
        "sum(median(number(people), over='site'))",
        "sum(first(number(people), over='site', where=number(people) > 8))",
        "sum(min(number(people), over='age', where=number(people) > 0))",
        "member(mean(number(people), over='site', where=number(people) > 4), 'old')",
    ]
    made = book()
    found = asked({str(i): f for i, f in enumerate(formulas)})
    simulation = made.simulate(8, seed=1, data={"people": PEOPLE, **SCORES}, track=formulas, progress=False)
    for i, formula in enumerate(formulas):
        for month in range(MONTHS):
            exact, lanes = found[str(i)][month], simulation.array(formula, period=month + 1)
            if exact is None:
                assert np.isnan(lanes).all()
            else:
                assert lanes == pytest.approx(float(exact), abs=1e-9), (formula, month)


# -- what the document may not say --------------------------------------------------------------------------------------


def problems(change: Any) -> set[tuple[str, str]]:
    made = fields()
    change(made)
    with pytest.raises(ob.BookError) as error:
        ob.Book.from_json(made)
    return {(p.code, p.path) for p in error.value.problems}


def test_slips_in_by_and_pairs_are_named() -> None:
    def parameter(**more: Any) -> Any:
        return lambda made: made["parameters"][1].update(more)

    def of_input(**more: Any) -> Any:
        return lambda made: made["inputs"][0].update(more)

    at = "/parameters/1"
    assert problems(parameter(by="ages")) >= {("missing-reference", f"{at}/by")}
    assert problems(parameter(by="site", pairs={})) == {("dimension", f"{at}/by")}
    assert problems(parameter(by="provider", pairs={})) == {("dimension", f"{at}/by")}
    assert problems(of_input(dimension="age", by="site")) == {("dimension", "/inputs/0/by")}
    assert problems(of_input(dimension="")) == {("missing-key", "/inputs/0/dimension")}
    assert problems(parameter(pairs={"generl": {"young": 1}})) == {("missing-reference", f"{at}/pairs/generl")}
    assert problems(parameter(pairs={"general": {"yong": 1}})) == {("missing-reference", f"{at}/pairs/general/yong")}
    assert problems(lambda m: m["parameters"][4].update(pairs={"eye": {"old": 1}})) == {
        ("missing-key", "/parameters/4/by")
    }

    def many(made: dict[str, Any]) -> None:
        made["dimensions"] += [{"id": "a", "members": [f"a{i}" for i in range(400)]}, {"id": "b", "members": [f"b{i}" for i in range(300)]}]  # fmt: skip
        made["inputs"].append({"id": "wide", "dimension": "a", "by": "b"})

    assert problems(many) == {("too-many-pairs", "/inputs/2/by")}

    def same_name(made: dict[str, Any]) -> None:
        made["dimensions"] += [{"id": "a", "members": ["x", "x, y"]}, {"id": "b", "members": ["y, z", "z"]}]
        made["inputs"].append({"id": "wide", "dimension": "a", "by": "b"})

    assert problems(same_name) == {("duplicate-id", "/inputs/2/by")}
    made = fields()
    del made["parameters"][1]["value"]
    with pytest.raises(ob.BookError, match="no value for member 'mercy, young' of dimension 'site by age'"):
        ob.Book.from_json(made).settle({"people": PEOPLE} | SCORES)
    document = ob.Book.from_json(fields()).to_json()
    document = document.replace('"general":{"old":2,', '"general":{"old":2,"old":3,')
    assert '"old":2,"old":3' in document
    with pytest.raises(ob.BookError, match="twice|duplicate"):
        ob.Book.from_json(document)


def test_a_member_above_both_dimensions_is_ambiguous() -> None:
    made = fields()
    made["contracts"] = []
    made["dimensions"] += [{"id": "gp", "members": ["one", "two"], "parents": {"provider": {"one": "trust", "two": "charity"}}}]  # fmt: skip
    made["inputs"].append({"id": "flow", "dimension": "site", "by": "gp", "plan": 1})
    made["quantities"] = [{"id": "q", "formula": "sum(flow * forces)"}]
    with pytest.raises(ob.BookError, match="belongs to two members of 'provider'"):
        ob.Book.from_json(made).settle(plan=True)
    made["quantities"] = [{"id": "q", "formula": "sum(flow * spread(forces, 'site'))"}]
    settlement = ob.Book.from_json(made).settle(plan=True)
    assert Fraction(settlement.quantities.to_dicts()[0]["value"]) == 2 * sum(FORCES)


# -- python, shocks, explanations, terms --------------------------------------------------------------------------------


def test_python_classes_and_json_are_one_document() -> None:
    made = fields()
    parameter = ob.Parameter(
        id="rate",
        dimension="site",
        by="age",
        value=ob.Term(4, unit="£ per person"),
        members={"eye": "2.5"},
        pairs={"general": {"young": 1, "old": 2}, "eye": {"young": "1.5"}},
    )
    one = ob.Book.from_json(made)
    assert one.parameters[1] == parameter
    made["parameters"][1] = parameter.to_json() if isinstance(parameter.to_json(), dict) else made["parameters"][1]
    assert ob.Book.from_json(made).digest == one.digest
    changed = fields()
    changed["parameters"][1]["pairs"]["eye"]["young"] = "1.6"
    other = ob.Book.from_json(changed)
    assert other.digest != one.digest
    assert [row["path"] for row in one.diff(other).to_dicts()] == ["/parameters/1/pairs/eye/young"]


def test_explanations_name_both_members() -> None:
    new, _ = both_ways()
    settlement = new.settle({"people": PEOPLE} | SCORES, disputes=False)
    text = str(settlement.explain("rounded", period=1))
    assert "general, young £10.05; general, old £40.20; eye, young £45.23" in text and "mercy, old" in text


def test_shocks_act_on_a_pair_or_on_all_pairs_of_a_member() -> None:
    made = book()

    def total(on: str) -> Fraction:
        shock = ob.Shock(on=on, action="scale", value=2)
        shocked = made.settle({"people": PEOPLE} | SCORES, shocks=[shock], disputes=False)
        return Fraction(sum(amounts(shocked)))

    money = np.vectorize(Fraction)(PEOPLE) * RATES * FORCES[:, None]
    for on, extra in {
        "people[eye, old]": money[:, 1, 1],
        "people[eye,old]": money[:, 1, 1],
        "people[eye]": money[:, 1, :],
        "people[old]": money[:, :, 1],
        "rate[general]": money[:, 0, :],
        "people": money,
    }.items():
        assert abs(total(on) - money.sum() - extra.sum()) < Fraction(3, 100), on
    for on, words in {
        "people[nobody]": "no pair of 'site' by 'age', and no member of one",
        "people[eye, young, 3]": "no pair",
    }.items():
        with pytest.raises(ob.BookError, match=words):
            total(on)


def test_terms_of_pairs_are_found_and_changed() -> None:
    made = book()
    paths = {row["path"] for row in made.terms().to_dicts()}
    assert {"rate.pairs.general.old", "rate.members.eye"} <= {row["name"] for row in made.terms().to_dicts()}
    assert {"/parameters/1/pairs/general/old", "/parameters/1/members/eye", "/parameters/1/value"} <= paths
    base = Fraction(sum(amounts(made.settle({"people": PEOPLE} | SCORES, disputes=False))))
    changed = made.with_("/parameters/1/pairs/general/old", 3)
    after = Fraction(sum(amounts(changed.settle({"people": PEOPLE} | SCORES, disputes=False))))
    assert after - base == Fraction(int(PEOPLE[:, 0, 1].sum())) * Fraction(11, 10)


def test_rows_may_cross_with_a_dimension() -> None:
    made = fields()
    tabled = {"name": ["p", "q"], "site": ["eye", "general"]}
    made["dimensions"].insert(0, {"id": "ward", "members": ["example"], "parents": {"site": {"example": "eye"}}})
    made["inputs"] = [{"id": "beds", "dimension": "ward", "by": "age", "plan": 1}]
    made["contracts"] = []
    made["quantities"] = [{"id": "q", "formula": "number(sum(beds * rate))"}]
    filled = ob.Book.from_json(made).with_rows("ward", tabled, member="name", parents={"site": "site"})
    settlement = filled.settle({"beds": np.arange(12).reshape(3, 2, 2)})
    expected = [(np.arange(12).reshape(3, 2, 2)[m] * np.array([RATES[1], RATES[0]])).sum() for m in range(3)]
    assert [Fraction(row["value"]) for row in settlement.quantities.to_dicts()] == expected


def test_parties_are_paid_by_a_value_of_one_dimension_alone() -> None:
    made = fields()
    made["contracts"][0]["clauses"] = [{"id": "direct", "kind": "payment", "amount": "rate * people"}]
    with pytest.raises(ob.BookError, match="still has the dimension 'site by age'"):
        ob.Book.from_json(made).settle({"people": PEOPLE} | SCORES)


def test_what_folds_to_one_value_is_one_for_each_member() -> None:
    made = fields()
    made["quantities"] = [
        {"id": "switched", "formula": "choose(true, 2, number(target))"},
        {"id": "nothing", "formula": "0 * number(target) + 3"},
    ]
    made["contracts"][0]["clauses"] = [
        {"id": "a", "kind": "activity", "quantity": "switched", "price": "£1"},
        {"id": "b", "kind": "activity", "quantity": "nothing", "price": "£1"},
        {"id": "c", "kind": "payment", "amount": "£1 * sum(choose(true, 2, number(target)))"},
    ]
    made["parties"] += [{"id": site} for site in SITES]
    made["contracts"][0]["clauses"] += [
        {"id": "d", "kind": "payment", "each": "site", "amount": "£1 * choose(false, number(target), 4)"}
    ]
    settlement = ob.Book.from_json(made).settle({"people": PEOPLE} | SCORES, disputes=False)
    paid = {}
    for row in settlement.ledger.to_dicts():
        if row["basis"] == "practised":
            paid.setdefault(row["clause"], []).append(row["amount"])
    assert paid == {"a": [6] * MONTHS, "b": [9] * MONTHS, "c": [6] * MONTHS, "d": [4] * 3 * MONTHS}
    simulation = ob.Book.from_json(made).simulate(4, seed=1, progress=False)
    assert simulation.array("general", every="term") == pytest.approx(4 * MONTHS)
    assert simulation.array("trust", every="term") == pytest.approx(21 * MONTHS)


def test_the_pairs_that_data_are_needed_for_are_kept_apart() -> None:
    table = ob.needs(ob.examples.book("value_based_purchasing"))
    row = next(row for row in table if row["input"] == "performance")
    assert row["members"].startswith("adams, heart_survival; adams, lung_survival; adams, bloodstream")
    assert row["members"].endswith(" and 22 more")
    assert next(row for row in table if row["input"] == "drift")["members"].startswith("adams, baker, clark")
