"""The hospital's contract on synthetic activity, and on real activity where it is at hand."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction as F
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import openbook as ob
import pytest
from reference import pence
from test_golden import book_of

SHIPPED = files("openbook").joinpath("examples", "acute_contract", "data.csv")
REAL = Path(__file__).parents[3] / "shared" / "data" / "nhs_ae_attendances_2016_2019.csv"
real = pytest.mark.skipif(not REAL.is_file(), reason="the real activity of NHS England is not beside this checkout")
TYPES = ("1", "2", "other")
NAMES = {"1": "type1", "2": "type2", "other": "other"}


def activity(path: Any, code: str) -> dict[tuple[str, str], dict[str, int]]:
    """Rows of one provider by month and type."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["period"][:7], row["type"]): {k: int(row[k]) for k in ("attendances", "breaches", "admissions")}
            for row in csv.DictReader(file)
            if row["org_code"] == code
        }


def parameter(book: ob.Book, name: str) -> F:
    """The value of a parameter as a plain fraction: "£1,900", "3%", 8000."""
    text = str(next(p.value.value for p in book.parameters if p.id == name))
    scale = F(1, 100) if text.endswith("%") else 1000 if text.endswith("k") else 1
    return F(text.strip("£%k").replace(",", "")) * scale


def plan_of(book: ob.Book, month: int) -> dict[str, F]:
    """Planned volumes of a month (0 the first), from level, trend and season."""
    result = {}
    for kind in ("type1", "type2", "other"):
        season = F(str(next(c.points[(3 + month) % 12].value.value for c in book.curves if c.id == f"{kind}_season")))
        level, trend = parameter(book, f"{kind}_level"), parameter(book, f"{kind}_trend")
        result[kind] = level * season * (1 + trend * month / 12)
    result["admissions"] = sum(parameter(book, f"{k}_admission_rate") * result[k] for k in ("type1", "type2", "other"))
    return result


def paid_by_hand(book: ob.Book, data: dict[tuple[str, str], dict[str, int]]) -> F:
    """What the commissioner pays over the term: cost and volume by year, less the penalty by month."""
    months = sorted({month for month, _ in data})
    get = lambda name: parameter(book, name)  # noqa: E731
    price = {k: get(f"{k}_price") for k in ("type1", "type2", "other")} | {"admissions": get("admission_price")}
    total = F(0)
    plans = [plan_of(book, i) for i in range(len(months))]
    for year in range(3):
        span = range(12 * year, 12 * year + 12)
        for kind, unit in price.items():
            plan = sum(plans[i][kind] for i in span)
            if kind == "admissions":
                actual = sum(data[months[i], t]["admissions"] for i in span for t in TYPES)
            else:
                actual = sum(data[months[i], t]["attendances"] for i in span for t in TYPES if NAMES[t] == kind)
            low, high = get("floor") * plan, get("ceiling") * plan
            inside = min(max(F(actual), low), high) - low
            above = max(actual - high, F(0))
            total += pence((low + inside + get("marginal_rate") * above) * unit)
    for i, month in enumerate(months):
        seen = sum(data[month, t]["attendances"] for t in TYPES)
        late = sum(data[month, t]["breaches"] for t in TYPES)
        value = sum(plans[i][kind] * unit for kind, unit in price.items())
        total -= pence(
            min(get("penalty_cap") * value, get("breach_charge") * max(late - get("breach_allowance") * seen, F(0)))
        )
    return total


def paid(settlement: Any) -> F:
    sign = {"hospital": 1, "commissioner": -1}
    rows = [r for r in settlement.payments if r["contract"] == "emergency_contract"]
    return sum((F(r["amount"]) * sign[r["to"]] for r in rows), F(0))


@pytest.mark.parametrize("code", ["ZX1", "ZX2"])
def test_the_synthetic_activity_settles_as_worked_out_by_hand(code: str) -> None:
    book = book_of("acute_contract")
    settlement = book.settle(str(SHIPPED), where={"org_code": code})
    assert paid(settlement) == paid_by_hand(book, activity(SHIPPED, code))
    assert sum(settlement.position(p.id) for p in book.parties) == 0


def test_two_providers_at_once_are_refused() -> None:
    with pytest.raises(ob.DataError, match="one provider|where="):
        book_of("acute_contract").settle(str(SHIPPED))


def test_a_gap_is_never_a_zero(tmp_path: Path) -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("2017-07-01,ZX1,2,")]
    (tmp_path / "gap.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(ob.DataError) as caught:
        book_of("acute_contract").settle(str(tmp_path / "gap.csv"), where={"org_code": "ZX1"})
    assert "2017-07" in str(caught.value) and "type2_attendances" in str(caught.value)


@real
@pytest.mark.parametrize("code", ["RF4", "R1H", "RJ1"])
def test_thirty_six_real_months_settle(code: str) -> None:
    book = book_of("acute_contract")
    settlement = book.settle(str(REAL), where={"org_code": code})
    assert paid(settlement) == paid_by_hand(book, activity(REAL, code))
    assert sum(settlement.position(p.id) for p in book.parties) == 0
    first = settlement.position("hospital", every="month", period=1)
    assert isinstance(first, Decimal) and first.is_finite()


@real
def test_a_provider_with_gaps_is_refused() -> None:
    with pytest.raises(ob.DataError):
        book_of("acute_contract").settle(str(REAL), where={"org_code": "AAH"})


# -- fitted on two years, asked about the third ----------------

SERIES = [f"{kind}_attendances" for kind in ("type1", "type2", "other")]


def covered(path: Any, code: str, names: list[str]) -> list[bool]:
    """Whether each month of the third year lies in the band of 90% that two years of history give."""
    where = {"org_code": code}
    fitted = ob.calibrate(book_of("acute_contract"), str(path), where=where, until="2018-03")
    simulation = fitted.simulate(
        2000, seed=11, data=str(path), where=where, as_at="2018-03", track=names, track_every="month", progress=False
    )
    data, hits = activity(path, code), []
    months = sorted({month for month, _ in data})
    for name in names:
        draws = simulation.array(name)
        kind, column = name.split("_", 1)
        where_type = next(t for t, k in NAMES.items() if k == kind)
        for i, month in enumerate(months):
            real_value = data[month, where_type][column]
            if i < 24:  # already known
                assert np.all(draws[i] == real_value)
                continue
            low, high = np.quantile(draws[i], [0.05, 0.95])
            assert low < high
            hits.append(bool(low <= real_value <= high))
    return hits


def test_the_synthetic_third_year_lies_in_its_fan() -> None:
    hits = [hit for code in ("ZX1", "ZX2") for hit in covered(SHIPPED, code, SERIES)]
    assert len(hits) == 72
    assert np.mean(hits) >= 0.7


@real
def test_the_real_third_year_against_its_fan() -> None:
    """A band of 90% from 24 months is no promise; over several providers most months should lie in it."""
    hits = {code: covered(REAL, code, SERIES) for code in ("RF4", "R1H", "RJ1")}
    assert all(len(found) == 36 for found in hits.values())
    assert np.mean([np.mean(found) for found in hits.values()]) >= 0.5


def test_departments_move_together_as_fitted() -> None:
    fitted = ob.calibrate(book_of("acute_contract"), str(SHIPPED), where={"org_code": "ZX1"}, until="2018-03")
    group = fitted.correlations[-1]
    matrix = np.array([[float(v) for v in row] for row in group.matrix])
    assert np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1)
    assert np.linalg.eigvalsh(matrix).min() > -1e-9


def test_settling_month_by_month_posts_each_thing_once_and_revisions_as_differences() -> None:
    """A late revision posts a difference; estimates of what is not yet due are never posted; a rerun posts nothing."""

    book = ob.examples.acute_contract()
    with open(ob.examples.data("acute_contract"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    code = rows[0]["org_code"]
    columns = ("period", "org_code", "type", "attendances", "breaches", "admissions")

    def until(month: str, changed: dict[tuple[str, str], int] | None = None) -> dict[str, list[object]]:
        frame: dict[str, list[object]] = {name: [] for name in columns}
        for row in rows:
            if row["period"][:7] > month or row["org_code"] != code:
                continue
            extra = (changed or {}).get((row["period"][:7], row["type"]), 0)
            for name in columns:
                value: object = row[name] if name in ("period", "org_code", "type") else int(row[name])
                frame[name].append(value + extra if name == "attendances" and isinstance(value, int) else value)
        return frame

    pandas = pytest.importorskip("pandas")
    posted: list[dict[str, object]] = []
    for month in ("2016-09", "2017-03", "2017-04"):
        changed = {("2016-05", "1"): 250} if month == "2017-04" else None  # found out after year one was closed
        data = pandas.DataFrame(until(month, changed))
        settlement = book.settle(data, where={"org_code": code}, as_at=month, posted=posted, disputes=False)
        fresh = settlement.to_post.to_dicts()
        assert all(entry["kind"] != "accrual" for entry in fresh)
        if month == "2017-04":
            differences = [entry for entry in fresh if entry["kind"] == "difference"]
            assert differences and all(entry["posting"] == "2017-04" for entry in differences)
        posted += fresh
        again = book.settle(data, where={"org_code": code}, as_at=month, posted=posted, disputes=False)
        assert len(again.to_post) == 0
    # What was posted in three steps is what one settlement at the end says.
    whole = book.settle(data, where={"org_code": code}, as_at="2017-04", disputes=False).ledger.to_dicts()
    total = sum(
        e["amount"] for e in whole if e["basis"] == "practised" and e["kind"] != "accrual" and e["to"] == "hospital"
    )
    assert sum(e["amount"] for e in posted if e["to"] == "hospital") == total
