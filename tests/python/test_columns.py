"""Data read by columns come to what they come to when every cell is read by itself, to the last digit and word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook.data import CodeMap
from openbook.data.cells import decimal_of, number_text, total
from openbook.data.columns import Column, numbered
from openbook.data.numbers import Numbers
from openbook.errors import DataError

MONTHS = [f"2024-{month:02d}" for month in range(4, 10)]
SETTINGS, CURRENCIES = ("Elective", "Emergency"), ("AA01", "AA02", "ZZ09")
LINES = [f"{setting} / {currency}" for setting in SETTINGS for currency in CURRENCIES]
PRICES = {line: Fraction(12_345 + 1_111 * place, 10_000) for place, line in enumerate(LINES)}


def tariff() -> ob.Book:
    """Six lines with prices of four decimals, paid each month."""
    return ob.read_book(
        {
            "format": 1,
            "id": "tariff",
            "calendar": {"start": "2024-04", "months": len(MONTHS)},
            "parties": [{"id": "icb"}, {"id": "trust"}],
            "dimensions": [{"id": "line", "members": LINES}],
            "inputs": [
                {
                    "id": "activity",
                    "unit": "units",
                    "dimension": "line",
                    "may_be_missing": True,
                    "data": {"column": "n"},
                }
            ],
            "parameters": [
                {
                    "id": "price",
                    "dimension": "line",
                    "value": {"value": 0, "unit": "£ per unit", "illustrative": True},
                    "members": {line: f"{float(price):.4f}" for line, price in PRICES.items()},
                }
            ],
            "contracts": [
                {
                    "id": "c",
                    "payer": "icb",
                    "payee": "trust",
                    "clauses": [{"kind": "payment", "id": "p", "amount": "sum(or_else(activity, 0) * price)"}],
                }
            ],
        }
    )


WHOLE = [0, 1, 7, 1_200, 10**9]
FLOATS = [0.0, 2.5, 0.1 + 0.2, 1e-7, 123_456.789, 1 / 3, 1e15]
HUGE = [3, 10**17, 10**18, 2**62, 10**30]
TEXTS = ["1", "2.50", "1,234", "1e3", "0.0000001", "123456789012345678.5", " 12 ", "£x", "*", ""]


def rows_of(rng: random.Random, numbers: list[Any], faulty: bool) -> dict[str, list[Any]]:
    """Activity by code: gaps, codes that are not known, doubled rows and negative numbers where it is to be faulty."""
    rows = [
        {"period": month, "setting": setting, "currency": currency, "n": rng.choice(numbers)}
        for month in MONTHS
        for setting in SETTINGS
        for currency in CURRENCIES
        if rng.random() < 0.8
    ]
    rng.shuffle(rows)
    if faulty:
        rows.append(dict(rows[0]))
        rows.append(rows[1] | {"currency": "AA03"})
        rows.append(rows[2] | {"period": "2031-01"})
        if not isinstance(numbers[0], str):
            rows[3]["n"] = -rows[3]["n"] - 1
            rows[4]["n"] = None
    return {name: [row[name] for row in rows] for name in rows[0]}


def polars(columns: dict[str, list[Any]]) -> Any:
    import polars as pl

    return pl.DataFrame(columns, strict=False)


def categories(columns: dict[str, list[Any]]) -> Any:
    import polars as pl

    return pl.DataFrame(columns, strict=False).with_columns(pl.col("setting", "currency").cast(pl.Categorical))


def pandas(columns: dict[str, list[Any]]) -> Any:
    import pandas as pd

    return pd.DataFrame(columns)


def objects(columns: dict[str, list[Any]]) -> Any:
    import pandas as pd

    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


def arrow(columns: dict[str, list[Any]]) -> Any:
    import pyarrow as pa

    whole = pa.table(columns)
    return pa.concat_tables([whole.slice(0, 7), whole.slice(7)])  # of several chunks


def found(read: Callable[[], ob.Load]) -> dict[str, Any]:
    """All that a load says, but for the name of the frame; or all its faults."""
    try:
        load = read()
    except DataError as error:
        words = [
            re.sub(r"\b(polars frame|pandas frame|pyarrow frame|columns), row", "row", str(p)) for p in error.problems
        ]
        faults = [(p.code, said, getattr(p, "row", None)) for p, said in zip(error.problems, words, strict=True)]
        return {"faults": faults, "shown": [getattr(p, "value", "") for p in error.problems]}
    receipt = [{name: cell for name, cell in row.items() if name != "frame"} for row in load.receipt]
    warnings = [row["code"] for row in load.warnings]
    aside = [{name: cell for name, cell in row.items() if name not in ("frame", "message")} for row in load.faults]
    return {"inputs": dict(load.inputs), "receipt": receipt, "warnings": warnings, "aside": aside}


@pytest.mark.parametrize("form", [polars, categories, pandas, objects, arrow])
@pytest.mark.parametrize("numbers", [WHOLE, FLOATS, HUGE, TEXTS], ids=["whole", "floats", "huge", "texts"])
def test_every_form_of_a_frame_is_read_as_its_cells_are(form: Any, numbers: list[Any]) -> None:
    book = tariff()
    keys = [(setting, currency) for setting in SETTINGS for currency in CURRENCIES]
    codes = CodeMap.one_to_one("lines", ["setting", "currency"], "line", zip(keys, LINES, strict=True))
    for seed in range(4):
        rng = random.Random(seed)
        columns = rows_of(rng, numbers, faulty=seed % 2 == 1)
        for unmapped in ("refuse", "suspend"):
            options: dict[str, Any] = {
                "codes": codes,
                "unmapped": unmapped,
                "outside": "drop" if seed == 3 else "refuse",
            }
            try:
                frame = form(columns)
            except (OverflowError, ValueError):  # numbers that this kind of frame cannot hold
                continue
            plain = {name: list(frame[name].to_pylist() if form is arrow else frame[name]) for name in columns}
            plain = {name: [None if c is None or c != c else c for c in cells] for name, cells in plain.items()}
            plain["n"] = [cell.item() if isinstance(cell, np.generic) else cell for cell in plain["n"]]
            expected = found(lambda plain=plain, options=options: ob.load(book, plain, **options))
            assert found(lambda frame=frame, options=options: ob.load(book, frame, **options)) == expected


@pytest.mark.parametrize("numbers", [WHOLE, FLOATS, HUGE], ids=["whole", "floats", "huge"])
def test_a_settlement_pays_the_exact_sum_of_rows_times_prices(numbers: list[Any]) -> None:
    book = tariff()
    keys = [(setting, currency) for setting in SETTINGS for currency in CURRENCIES]
    codes = CodeMap.one_to_one("lines", ["setting", "currency"], "line", zip(keys, LINES, strict=True))
    for seed in range(4):
        columns = rows_of(random.Random(seed), numbers, faulty=False)
        paid = dict.fromkeys(MONTHS, Fraction(0))
        for month, setting, currency, n in zip(*columns.values(), strict=True):
            paid[month] += Fraction(repr(n)) * PRICES[f"{setting} / {currency}"]
        frame = polars(columns) if numbers is not HUGE else columns
        settled = book.settle(frame, codes=codes)
        ledger = {row["service_from"]: Fraction(row["amount"]) for row in settled.payments}
        pennies = {month: Fraction(int(2 * 100 * value + 1) // 2, 100) for month, value in paid.items()}
        assert ledger == pennies
        assert settled.receipt.total("used") == total(decimal_of(n) for n in columns["n"])
        again = ob.settle(book, ob.load(book, frame, codes=codes))
        assert again == settled and dict(again.request["inputs"]) == dict(settled.request["inputs"])


def test_keys_that_share_a_line_are_added_up_and_shares_are_exact() -> None:
    book, third = tariff(), Fraction(1, 3)
    lines = {"currency": ["a", "b", "c", "c", "d"], "line": [LINES[0], LINES[0], LINES[1], LINES[2], None]}
    codes = CodeMap(lines | {"w": ["1", "1", "1/3", "2/3", "1"]}, source="currency", target="line", weight="w")
    months = [month for month in MONTHS for _ in range(4)]
    frame = polars({"period": months, "currency": ["a", "b", "c", "d"] * 6, "n": [1.25, 2, 10, 5] * 6})
    load = ob.load(book, frame, codes=codes)
    values = load.inputs["activity"]
    assert [values[m * 6 : m * 6 + 3] for m in range(6)] == [("3.25", number_text(10 * third), "20/3")] * 6
    assert (load.receipt.total("used"), load.receipt.total("excluded")) == (Decimal("79.50"), Decimal(30))
    assert load.receipt.balances
    doubled = polars({"period": months[:2], "currency": ["a", "a"], "n": [1, 2]})
    with pytest.raises(DataError) as caught:
        ob.load(book, doubled, codes=codes)
    assert [problem.code for problem in caught.value.problems] == ["duplicate-month"]


def test_one_frame_for_many_books_is_what_each_book_gets_by_itself() -> None:
    book = tariff()
    keys = [(setting, currency) for setting in SETTINGS for currency in CURRENCIES]
    codes = CodeMap.one_to_one("lines", ["setting", "currency"], "line", zip(keys, LINES, strict=True))
    own = {
        name: rows_of(random.Random(seed), FLOATS, faulty=False) for seed, name in enumerate(["north", "south", "east"])
    }
    together: dict[str, list[Any]] = {"trust": [name for name, columns in own.items() for _ in columns["n"]]}
    for column in ("period", "setting", "currency", "n"):
        together[column] = [cell for columns in own.values() for cell in columns[column]]
    order = random.Random(9).sample(range(len(together["n"])), len(together["n"]))
    mixed = polars({name: [cells[row] for row in order] for name, cells in together.items()})
    books = dict.fromkeys(own, book)
    one = ob.settle_many(books, mixed, by="trust", codes=codes, disputes=False, workers=2)
    each = ob.settle_many(books, {name: polars(columns) for name, columns in own.items()}, codes=codes, disputes=False)
    assert one.ok and one.ledger == each.ledger
    assert all(one.settlements[name].receipt.balances for name in own)


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_are_those_that_were_given() -> None:
    rng = random.Random(3)
    for _ in range(60):
        values = [
            rng.choice([Decimal(rng.randint(-99, 99)).scaleb(-rng.randint(0, 6)), Decimal("1E+3"), Fraction(1, 3)])
            if rng.random() < 0.9
            else Decimal(rng.randint(0, 10**25)).scaleb(-rng.randint(0, 20))
            for _ in range(rng.randint(1, 30))
        ]
        numbers = Numbers.of(values)
        assert [numbers[at] for at in range(len(values))] == values
        assert numbers.texts() == [number_text(value) for value in values]
        assert numbers.total() == total(values)
        marked = np.asarray([rng.random() < 0.5 for _ in values])
        assert numbers.total(marked) == total(value for value, own in zip(values, marked, strict=True) if own)
        group = np.asarray([rng.randint(0, 3) for _ in values])
        sums = numbers.summed(group, 4)
        assert [sums[g] for g in range(4)] == [
            total(v for v, own in zip(values, group, strict=True) if own == g) for g in range(4)
        ]
        at = np.asarray([rng.randrange(len(values)) for _ in range(7)])
        taken = numbers.take(at)
        assert [taken[place] for place in range(7)] == [values[place] for place in at]
        joined = Numbers.joined([numbers, taken])
        assert [joined[place] for place in range(len(joined))] == [*values, *(values[place] for place in at)]
        assert numbers.negative().tolist() == [value < 0 for value in values]


def test_floats_give_their_shortest_decimal() -> None:
    rng = random.Random(7)
    values = [
        0.0,
        -0.0,
        0.1 + 0.2,
        1e22,
        5e-324,
        1.7976931348623157e308,
        123_456_789.125,
        1e15,
        1e16,
        9_007_199_254_740_993.0,
    ]
    values += [rng.lognormvariate(0, 20) * rng.choice((1, -1)) for _ in range(500)]
    values += [round(rng.uniform(-1_000, 1_000), rng.randint(0, 8)) for _ in range(500)]
    numbers = Numbers.of_floats(np.asarray(values))
    for at, value in enumerate(values):
        exact = decimal_of(value or 0.0)
        assert (numbers[at], number_text(numbers[at])) == (exact, number_text(exact))


def test_units_round_as_decimals_do() -> None:
    values = np.asarray([0.5, -0.5, 1.005, 2.675, -2.675, 12.0, 1e-9])
    for places in (0, 2, 5, 25):
        rounded = Numbers.of_floats(values).rounded(places)
        assert [str(rounded[at]) for at in range(7)] == [
            str(ob.data.cells.rounded(decimal_of(value), places)) for value in values.tolist()
        ]


def test_different_cells_are_numbered_as_they_first_occur() -> None:
    import polars as pl

    rng = random.Random(1)
    long = "a text of more than twelve letters"
    for cells in (
        [rng.choice(["x", "y", None, long, long + "!"]) for _ in range(300)],
        [rng.choice([1, 2, None, 10**12]) for _ in range(300)],
        [rng.choice([0.5, None, 2.0]) for _ in range(300)],
    ):
        for dtype in (None, pl.Categorical) if isinstance(next(c for c in cells if c), str) else (None,):
            series = pl.concat(
                [pl.Series(cells[:100], dtype=dtype), pl.Series(cells[100:], dtype=dtype)], rechunk=False
            )
            import narwhals as nw

            column = Column(nw.from_native(series, series_only=True))
            numbers, different = column.numbered()
            expected, names = numbered(cells)
            assert (numbers.tolist(), different) == (expected.tolist(), names)
            rows = np.asarray(sorted(rng.sample(range(300), 40)))
            own, some = column.take(rows).numbered()
            expected, names = numbered([cells[row] for row in rows])
            assert (own.tolist(), some) == (expected.tolist(), names)
