"""Written, practised, gap and written world on a book where a concession in year one changes a baseline in year two."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest


def penalised(fraction: str = "1") -> dict[str, Any]:
    """Breaches cost £100 each. Next year's block is the last year's block less the penalty that was actually paid: a penalty waived
    in year one raises the baseline of year two."""
    return {
        "format": 1,
        "id": "moving_baseline",
        "calendar": {"start": "2020-04", "months": 36},
        "parties": [{"id": "icb", "roles": ["commissioner"]}, {"id": "trust", "roles": ["provider"]}],
        "inputs": [{"id": "breaches", "unit": "breaches", "every": "year", "plan": 0}],
        "quantities": [
            {
                "id": "baseline",
                "every": "year",
                "unit": "£",
                "formula": "previous(baseline, £1m) - previous(penalty, £0)",
            },
        ],
        "contracts": [
            {
                "id": "acute",
                "payer": "icb",
                "payee": "trust",
                "clauses": [
                    {"id": "main", "kind": "payment", "every": "year", "amount": "baseline"},
                    {
                        "id": "penalty_clause",
                        "kind": "penalty",
                        "every": "year",
                        "quantity": "breaches",
                        "rate": {"value": 100, "unit": "£ per breach"},
                    },
                ],
            }
        ],
        "concessions": [
            {
                "id": "waived",
                "concession": "waive",
                "on": "penalty_clause",
                "fraction": fraction,
                "ends": "2020-04",
                "source": "test",
            }
        ],
    }


def book(fraction: str = "1") -> ob.Book:
    data = penalised(fraction)
    # What the penalty clause took, as the trust's payment.
    data["quantities"].append(
        {"id": "penalty", "every": "year", "unit": "£", "formula": "-received('penalty_clause', 'trust')"}
    )
    return ob.Book.from_json(data)


def amounts(settlement: Any, basis: str, clause: str) -> list[Decimal]:
    rows = [r for r in settlement.ledger.to_dicts() if r["basis"] == basis and r["clause"] == clause]
    return [r["amount"] for r in sorted(rows, key=lambda r: r["service_from"])]


def position(settlement: Any, basis: str, year: int) -> Decimal:
    [row] = [
        r
        for r in settlement.positions.to_dicts()
        if r["party"] == "trust" and r["basis"] == basis and r["every"] == "year" and r["period"] == year
    ]
    return row["amount"]


def test_a_concession_moves_next_years_baseline_in_the_practised_world_only() -> None:
    breaches = [500, 200, 0]
    settlement = book().settle({"breaches": breaches}, disputes=False)
    # Practised: nothing is taken in year one, so year two starts from £1m; £20,000 is taken in year two.
    assert [position(settlement, "practised", y) for y in (1, 2, 3)] == [
        Decimal(1_000_000),
        Decimal(980_000),
        Decimal(980_000),
    ]
    # The words on the history as practised: year one would take £50,000; years two and three read the practised history.
    assert [position(settlement, "written", y) for y in (1, 2, 3)] == [
        Decimal(950_000),
        Decimal(980_000),
        Decimal(980_000),
    ]
    # A world without the concession has a history of its own: baseline £950,000 in year two, £930,000 in year three.
    assert [position(settlement, "written_world", y) for y in (1, 2, 3)] == [
        Decimal(950_000),
        Decimal(930_000),
        Decimal(930_000),
    ]
    gaps = {(r["clause"], r["period"]): r["gap"] for r in settlement.gap.to_dicts() if r["gap"]}
    # + = more paid by the icb than the words say: the penalty that was not taken, and nothing else.
    assert {key: abs(value) for key, value in gaps.items()} == {("penalty_clause", 1): Decimal(50_000)}
    assert amounts(settlement, "practised", "main") == [Decimal(1_000_000), Decimal(1_000_000), Decimal(980_000)]


def test_a_partial_waiver_follows_an_exact_calculation() -> None:
    for fraction, breaches in (("0.35", (333, 217, 41)), ("1/3", (101, 7, 3))):
        settlement = book(fraction).settle({"breaches": list(breaches)}, disputes=False)
        share = Fraction(fraction)
        waived = Fraction(round(breaches[0] * 100 * 100 * share), 100)
        taken = [breaches[0] * 100 - waived, Fraction(breaches[1] * 100), Fraction(breaches[2] * 100)]
        baseline = [Fraction(1_000_000)]
        for year in (0, 1):
            baseline.append(baseline[year] - taken[year])
        for year in (1, 2, 3):
            assert Fraction(position(settlement, "practised", year)) == baseline[year - 1] - taken[year - 1]


def test_worlds_agree_without_concessions_and_in_simulation() -> None:
    data = penalised()
    data["quantities"].append(
        {"id": "penalty", "every": "year", "unit": "£", "formula": "-received('penalty_clause', 'trust')"}
    )
    data["drivers"] = [{"id": "d", "of": "breaches", "kind": "poisson", "mean": 300, "effect": "value"}]
    with_concession = ob.Book.from_json(data)
    data = dict(data, concessions=[])
    without = ob.Book.from_json(data)
    a = without.simulate(512, seed=3, progress=False)
    b = with_concession.simulate(512, seed=3, progress=False, basis=["practised", "written_world"])
    free = a.array("trust", every="term")
    world = b.array("trust", every="term", basis="written_world")
    practised = b.array("trust", every="term", basis="practised")
    assert (free == world).all()
    # Whatever is drawn in year one is waived once and stays in the baseline twice.
    year_one = b.array("trust", every="year", period=1, basis="practised") - b.array(
        "trust", every="year", period=1, basis="written_world"
    )
    assert abs(practised - world - 3 * year_one).max() < 1e-6
    assert year_one.min() > 0


def let_off(**terms: Any) -> ob.Book:
    """A trust that has £40,000 a year before £1,000 for each breach; a concession is decided on its position."""
    data = penalised()
    data["quantities"] = []
    data["parties"].append({"id": "staff", "roles": ["supplier"]})
    data["contracts"][0]["clauses"][0]["amount"] = "£1m"
    data["contracts"][0]["clauses"][1]["rate"] = {"value": 1000, "unit": "£ per breach"}
    data["finances"] = {"costs": [{"id": "pay", "kind": "fixed", "party": "trust", "to": "staff", "amount": "£80k"}]}
    data["concessions"] = [{"id": "solvency", "concession": "waive", "on": "penalty_clause", **terms}]
    return ob.Book.from_json(data)


def test_a_concession_is_decided_on_the_positions_that_the_words_would_make() -> None:
    short = "position('trust', 'year')"
    # Up to the deficit: years of £10,000 over, exactly nothing left, £30,000 short.
    book = let_off(when=f"{short} < £0", limit=f"-{short}")
    settled = book.settle({"breaches": [30, 40, 70]}, disputes=False)
    assert [position(settled, "practised", y) for y in (1, 2, 3)] == [Decimal(10_000), Decimal(0), Decimal(0)]
    assert [position(settled, "written", y) for y in (1, 2, 3)] == [Decimal(10_000), Decimal(0), Decimal(-30_000)]
    # A fraction of what falls short; the income of the commissioner's payee; what the clause itself would take.
    for terms, kept in (
        ({"fraction": f"clip(-{short} / £60000, 0, 1)"}, 40_000 - 70_000 * (1 - Fraction(30_000, 60_000))),
        ({"when": "income('trust', 'year') < £930001", "fraction": "10%"}, 40_000 - 63_000),
        ({"when": "income('trust', 'year') < £930000", "fraction": "10%"}, 40_000 - 70_000),
        ({"when": "paid('penalty_clause') <= -£70000", "limit": "-paid('penalty_clause') / 7"}, 40_000 - 60_000),
        ({"when": "cash('trust') <= £50k", "limit": "£5k"}, 40_000 - 65_000),
    ):
        settled = let_off(**terms).settle({"breaches": [0, 0, 70]}, disputes=False)
        assert position(settled, "practised", 3) == kept, terms


def test_earlier_periods_of_a_concessions_terms_are_as_practised() -> None:
    # Year one is let off, so nothing is taken. Year two would bring £31,000, which is taken, and year three then £61,000. By
    # the words alone year two would have stood at £61,000 as well.
    book = let_off(when="-cumulative(penalty_clause) <= £30000")
    settled = book.settle({"breaches": [30, 31, 30]}, disputes=False)
    assert [position(settled, "practised", y) for y in (1, 2, 3)] == [Decimal(40_000), Decimal(9_000), Decimal(10_000)]
    # £20,000 in year two: nothing was taken before, so it is let off; by the words £50,000 would have stood.
    settled = book.settle({"breaches": [30, 20, 31]}, disputes=False)
    assert [position(settled, "practised", y) for y in (1, 2, 3)] == [Decimal(40_000), Decimal(40_000), Decimal(9_000)]


def test_what_a_concession_is_decided_on_is_explained_and_its_faults_have_a_path() -> None:
    short = "position('trust', 'year')"
    text = str(
        let_off(when=f"{short} < £0", limit=f"-{short}")
        .settle({"breaches": [0, 0, 70]})
        .explain("penalty_clause", period=3)
    )
    assert "most that is waived: £30,000.00" in text
    assert "position of trust, year 3, before concessions: -£30,000.00" in text
    for terms, path in (
        ({"when": "position('trsut') < £0"}, "/concessions/0/when"),
        ({"limit": "breaches"}, "/concessions/0/limit"),
        ({"fraction": "nothing"}, "/concessions/0/fraction"),
    ):
        with pytest.raises(ob.BookError) as refused:
            let_off(**terms).settle({"breaches": [0, 0, 70]})
        assert [problem.path for problem in refused.value.problems] == [path]
