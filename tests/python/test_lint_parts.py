"""Parts of clauses: portions of subcontracts, lists of a fund, tranches and bands that nothing reaches; marks in %."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest
from test_lint import findings
from test_lint_behaviour import ACTIVITY, book, price

PERCENT = ob.Input(id="seen", unit="%", every="year", aggregate="last", plan="90%")
COUNT = ob.Input(id="count", unit="cases", every="year", plan=90)
SUM = ob.Input(id="left", unit="£", every="year", plan="£100k")
PENALTY = ob.Penalty(id="fine", quantity="cases", rate=ob.Term("£1", unit="£ per case"))


def part(id: str, portion: Any, **fields: Any) -> ob.Subcontract:
    return ob.Subcontract(id=id, **{"from_": "trust", "to": "charity", "of": "main", "portion": portion} | fields)


def dated(first: str, then: str) -> ob.Term:
    return ob.Term(first, source="s", steps=[{"from": "2024-10", "value": then}])


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([part("a", "60%"), part("b", "60%", to="icb")], "'a' and 'b' pass down 120% of what is paid under 'main'"),
        ([part("a", "50%"), part("b", "50%"), part("c", "half / 5"), part("d", "1%")], "'a', 'b', 'c' and 'd' pass"),
        ([part("a", "half"), part("b", "60%")], "pass down 110% of what"),
        ([part("a", "60%", ends="2024-10"), part("b", "60%", starts="2024-10")], "pass down 120%"),
        # 50% of the fine and 80% of 75%: 110%.
        (
            [part("a", "50%", risks=["fine"]), part("b", "75%", margin=1, risks=["fine"], risk="80%")],
            "pass down 110% of the gains and losses under 'fine'",
        ),
        ([part("a", "60%"), part("b", "40%", to="icb")], ""),
        ([part("a", "60%", ends="2024-09"), part("b", "60%", starts="2024-10")], ""),
        ([part("a", dated("60%", "40%")), part("b", "60%", starts="2024-10")], ""),
        # The second passes down a gain or loss and none of the price.
        ([part("a", 1), part("b", 1, margin=1, risks=["fine"])], ""),
        # What the charity was passed it passes on.
        ([part("a", "60%"), part("b", "60%", from_="charity", to="icb")], ""),
        ([part("a", "60%"), part("b", "1 - half")], ""),
    ],
)
def test_portions_of_one_clause(parts: list[ob.Subcontract], says: str) -> None:
    half = ob.Parameter(id="half", value=ob.Term("50%", source="s"))
    messages = [row["message"] for row in findings(book(ACTIVITY, PENALTY, *parts, parameters=[half]), "shares")]
    assert len(messages) == bool(says) and all(says in message for message in messages)


def test_lists_of_a_pooled_fund() -> None:
    def pooled(**fields: Any) -> ob.Book:
        lists = {"contributions": [ob.Part(party="icb", weight="60%"), ob.Part(party="trust", weight="40%")]} | fields
        clause = ob.PooledFund(id="pool", to="charity", every="year", budget="£90k", spent="left", **lists)
        return book(clause, inputs=[SUM])

    nobody = [ob.Part(party=party, eligible=False) for party in ("icb", "trust")]
    uneven = [ob.Part(party="icb", weight="60%"), ob.Part(party="trust", weight="30%")]
    assert not findings(pooled(), "shares") and not findings(pooled(), "no-bearer")
    for field in ("contributions", "underspend", "overspend"):
        (row,) = findings(pooled(**{field: uneven}), "shares")
        assert f"the weights of the {field} of 'pool' sum to 0.90" in row["message"]
        assert row["path"] == f"/contracts/0/clauses/0/{field}"
    (row,) = findings(pooled(overspend=nobody), "no-bearer")
    assert row["message"] == "nobody in the overspend of 'pool' is eligible: an overspend stays with the fund"
    assert not findings(pooled(overspend=[*nobody[:1], ob.Part(party="trust")]), "no-bearer")


def handed_down(*tranches: dict[str, Any], **fields: Any) -> ob.Book:
    steps = [{"name": name, "to": [{"party": "trust"}]} | step for name, step in zip("abc", tranches, strict=False)]
    changes = {"inputs": [SUM], "parameters": [ob.Parameter(id="whole", value=ob.Term(1, source="s"))]}
    return book(ob.Waterfall(id="down", every="year", amount="left", tranches=steps), **(changes | fields))


def idle(of: ob.Book) -> list[tuple[str, str]]:
    rows = findings(of, "dead-clause")
    return [(row["severity"], row["path"].removeprefix("/contracts/0/clauses/0/")) for row in rows]


@pytest.mark.parametrize(
    ("tranches", "found"),
    [
        ([{}, {}, {}], [("warning", "tranches/1"), ("warning", "tranches/2")]),
        ([{"limit": "£50k"}, {}, {}], [("warning", "tranches/2")]),
        ([{"limit": "no_limit()"}, {}], [("warning", "tranches/1")]),
        ([{"share": "whole"}, {}], [("note", "tranches/1")]),
        ([{"limit": "£0"}, {}], [("warning", "tranches/0")]),
        ([{"when": False}, {}], [("warning", "tranches/0")]),
        ([{"limit": "£50k"}, {}], []),
        ([{"share": "50%"}, {}], []),
        ([{"when": "left > £50k"}, {}], []),
        ([{"share": dated("1", "50%")}, {}], []),
    ],
)
def test_tranches_that_nothing_reaches(tranches: list[dict[str, Any]], found: list[tuple[str, str]]) -> None:
    assert idle(handed_down(*tranches)) == found


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        ([1200, 1200, None], [("warning", "bands/1")]),
        ([0, None], [("warning", "bands/0")]),
        (["1200", "limit", None], [("note", "bands/1")]),
        (["2 * limit", "2 * limit", None], [("warning", "bands/1")]),
        (["no_limit()", None], [("warning", "bands/1")]),
        ([1200, 1300, None], []),
        ([dated("1200", "1250"), 1250, None], []),
        (["limit", "2 * limit", None], []),
    ],
)
def test_bands_that_nothing_reaches(ends: list[Any], found: list[tuple[str, str]]) -> None:
    steps = [ob.Band(to=to, rate=f"{90 - 10 * number}%") for number, to in enumerate(ends)]
    clause = ob.Bands(id="bands", every="year", quantity="cases", price=price("£20"), bands=steps)
    assert idle(book(clause, parameters=[ob.Parameter(id="limit", value=ob.Term(1200, source="s"))])) == found


def test_a_reading_may_give_other_tranches_and_bands() -> None:
    limited = [{"name": "a", "limit": "£50k", "to": [{"party": "trust"}]}, {"name": "b", "to": [{"party": "trust"}]}]
    made = handed_down({}, {})
    clause = made.contracts[0].clauses[0]
    readings = [ob.Reading(name="whole"), ob.Reading(name="capped", overrides={"tranches": limited})]
    assert not idle(book(clause.replace(readings=readings, reading="whole"), inputs=[SUM]))


def table(unit: str, of_key: str, at: Any, value: Any) -> dict[str, Any]:
    key = ob.TableKey(name="seen", unit=of_key, match="from", uncovered="nearest")
    rows = [ob.TableRow(at=[0], value="50%"), ob.TableRow(at=[at], value=value)]
    return {"tables": [ob.LookupTable(id="rate", unit=unit, keys=[key], rows=rows)]}


def measured(value: str, **marks: Any) -> dict[str, Any]:
    return {"frameworks": [ob.Framework(id="f", measures=[ob.Measure(id="m", value=value, weight=1, **marks)])]}


LOOKED_UP = ob.Payment(id="paid", every="year", amount="£1k * lookup('rate', seen)")
SCORED = ob.Incentive(id="paid", every="year", gain="£1k", pain="£1k", framework="f")
CURVE = {"curves": [ob.Curve(id="ramp", unit="%", points=[ob.Point(at=0, value=0), ob.Point(at=90, value=70)])]}
RAMP = ob.Payment(id="paid", every="year", amount="£1k * curve('ramp', number(count))")


def compared(test: str) -> ob.Payment:
    return ob.Payment(id="paid", every="year", amount=f"if({test}, £1k, £0)")


@pytest.mark.parametrize(
    ("clause", "changes", "path"),
    [
        (LOOKED_UP, table("%", "%", "90%", 95), "/tables/0/rows/1/value"),
        (LOOKED_UP, table("%", "%", 90, "95%"), "/tables/0/rows/1/at/0"),
        (SCORED, measured("seen", gain_at=95), "/frameworks/0/measures/0/gain_at"),
        (SCORED, measured("seen", gain_at="95%", pain_at=80), "/frameworks/0/measures/0/pain_at"),
        (RAMP, CURVE, "/curves/0/points/1/value"),
        (compared("seen >= 95"), {}, "/contracts/0/clauses/0/amount"),
        (
            compared("seen >= 95%"),
            {"drivers": [ob.Triangular(id="d", of="seen", effect="value", low=80, mode="90%", high="95%")]},
            "/drivers/0/low",
        ),
        (LOOKED_UP, table("%", "%", "90%", "95%"), ""),
        (LOOKED_UP, table("", "", 90, 95), ""),
        (LOOKED_UP, table("%", "%", "0.9", "1.2"), ""),
        (SCORED, measured("seen", gain_at="95%", pain_at="0.8"), ""),
        (SCORED, measured("count", gain_at=95, pain_at=80), ""),
        (compared("seen >= 95% and count > 95"), {}, ""),
        (compared("100 * seen >= 95"), {}, ""),
    ],
)
def test_marks_in_percent_without_their_sign(clause: ob.Clause, changes: dict[str, Any], path: str) -> None:
    rows = findings(book(clause, **({"inputs": [PERCENT, COUNT]} | changes)), "percent-figure")
    assert [row["path"] for row in rows] == [path] * bool(path)
    assert all("write " in row["message"] and "00%" in row["message"] for row in rows)


@pytest.mark.parametrize("kind", ["pooled_fund", "waterfall", "givers", "fund"])
def test_lists_whose_parts_are_rounded_by_themselves(kind: str) -> None:
    """£100 in thirds are 33.33 three times."""
    parties = [ob.Party(id=party) for party in ("icb", "trust", "charity", "holder")]
    thirds = [ob.Part(party=party) for party in ("icb", "trust", "charity")]

    def rounded(pennies: str) -> list[str]:
        common: dict[str, Any] = {"id": "split", "every": "year", "pennies": pennies}
        step = ob.Tranche(name="all", to=thirds if kind == "waterfall" else [ob.Part(party="holder")])
        givers = thirds if kind == "givers" else [ob.Part(party="holder")]
        members = [ob.FundMember(party=part.party, earned="true") for part in thirds]
        clause = {
            "pooled_fund": lambda: ob.PooledFund(
                to="holder", budget="£100", spent="left / 1000", contributions=thirds, **common
            ),
            "fund": lambda: ob.Fund(from_="holder", pot="£100", members=members, **common),
        }.get(kind, lambda: ob.Waterfall(amount="left / 1000", givers=givers, tranches=[step], **common))()
        made = book(clause, inputs=[SUM], parties=parties)
        return [row["message"] for row in findings(made, "pennies-apart") if row["severity"] == "warning"]

    (message,) = rounded("each")
    assert "£99.99 of £100.00 is paid for 2024-04 to 2025-03" in message
    assert not rounded("fair")
