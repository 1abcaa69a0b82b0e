"""Tables as frames and files: decimals, pence, floats, dates, metadata, and bytes that stay the same."""

from __future__ import annotations

import datetime
import os
import pickle
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openbook as ob
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
TOTAL = Decimal(6 * 1000 + 6 * 110 * 200 + 500 + 1000)
PENCE = int(TOTAL * 100)
APRIL = datetime.date(2016, 4, 1)


def settled(**options: Any) -> ob.Settlement:
    return small_book().settle(DATA, **options)


def one_of_each() -> ob.Table:
    columns = [
        ob.Column("name"),
        ob.Column("month", "month"),
        ob.Column("count", "int"),
        ob.Column("amount", "money"),
        ob.Column("exact", "decimal"),
        ob.Column("share", "float"),
        ob.Column("done", "bool"),
    ]
    data = {
        "name": ["a", None, "c"],
        "month": ["2016-04", "2017-12", None],
        "count": [1, None, 3],
        "amount": ["-2800", None, "0.01"],
        "exact": ["12.5", "1/3", None],
        "share": [0.25, None, -1.0],
        "done": [True, False, None],
    }
    return ob.Table("One of each", columns, data)


# -- money ---------------------------------------------------------------------------------------------------------


def test_money_as_decimals_pence_and_floats() -> None:
    table = settled().payments
    assert sum(row["amount"] for row in table.to_dicts()) == TOTAL
    assert sum(row["amount_pence"] for row in table.to_dicts(money="pence")) == PENCE
    assert sum(row["amount"] for row in table.to_dicts(money="float")) == float(TOTAL)
    assert "amount" not in table.to_dicts(money="pence")[0]
    for money, name, kind, total in (
        ("decimal", "amount", pa.decimal128(18, 2), TOTAL),
        ("pence", "amount_pence", pa.int64(), PENCE),
        ("float", "amount", pa.float64(), float(TOTAL)),
    ):
        arrow = table.to_arrow(money=money)
        assert arrow.schema.field(name).type == kind
        assert sum(arrow.column(name).to_pylist()) == total
        assert arrow.schema.field(name).metadata == {b"unit": b"pence" if money == "pence" else "£".encode()}
        assert arrow.schema.metadata[b"openbook.money"] == money.encode()
        pandas = table.to_pandas(money=money)
        assert pandas[name].sum() == total
        assert str(pandas[name].dtype) == {"decimal": "object", "pence": "Int64", "float": "float64"}[money]
        polars = table.to_polars(money=money)
        assert polars[name].sum() == total
        assert polars.schema[name] == {"decimal": pl.Decimal(18, 2), "pence": pl.Int64(), "float": pl.Float64()}[money]


def test_nothing_is_lost_where_something_is_missing() -> None:
    table = one_of_each()
    assert table.to_dicts(money="pence", dates=True) == [
        {
            "name": "a",
            "month": APRIL,
            "count": 1,
            "amount_pence": -280_000,
            "exact": Decimal("12.5"),
            "share": 0.25,
            "done": True,
        },
        {
            "name": None,
            "month": datetime.date(2017, 12, 1),
            "count": None,
            "amount_pence": None,
            "exact": "1/3",
            "share": None,
            "done": False,
        },
        {"name": "c", "month": None, "count": 3, "amount_pence": 1, "exact": None, "share": -1.0, "done": None},
    ]
    assert table.to_dicts(money="float")[1]["exact"] == pytest.approx(1 / 3)
    arrow = table.to_arrow()
    assert arrow.column("exact").to_pylist() == ["12.5", "1/3", None]
    assert arrow.column("amount").to_pylist() == [Decimal("-2800.00"), None, Decimal("0.01")]
    assert [column.null_count for column in arrow.columns] == [1] * 7
    assert table.to_arrow(money="float").schema.field("exact").type == pa.float64()
    pandas = table.to_pandas(money="pence", dates=True)
    assert list(pandas.dtypes.astype(str)) == [
        "object",
        "datetime64[s]",
        "Int64",
        "Int64",
        "object",
        "float64",
        "boolean",
    ]
    assert pandas.isna().sum().tolist() == [1] * 7
    assert table.to_pandas(money="float")["amount"].tolist()[2] == 0.01
    assert table.to_polars().null_count().row(0) == (1,) * 7
    empty = ob.Table("Nothing", table.schema, {name: [] for name in table.columns})
    assert (
        empty.to_arrow(money="pence", dates=True).num_rows
        == len(empty.to_pandas(dates=True))
        == empty.to_polars().height
        == 0
    )


def test_months_as_text_or_dates() -> None:
    table = settled().ledger
    assert table.to_arrow().schema.field("due").type == pa.string()
    arrow = table.to_arrow(dates=True)
    for name in ("service_from", "service_to", "posting", "due"):
        assert arrow.schema.field(name).type == pa.date32()
    assert arrow.column("service_from").to_pylist()[0] == APRIL
    assert table.to_pandas(dates=True)["posting"][0] == pd.Timestamp("2016-04-01")
    assert table.to_polars(dates=True)["posting"][0] == APRIL
    assert table.to_pandas()["posting"][0] == table["posting"][0] == "2016-04"


@pytest.mark.parametrize("amount", ["10000000000000000", "-10000000000000000.00", "0.005", "-1.001"])
def test_what_decimal128_cannot_hold_is_an_error_that_says_so(amount: str) -> None:
    table = ob.Table("Large", [ob.Column("amount", "money")], {"amount": ["1.00", amount]})
    words = (
        "row 2: found £.*less than £10,000,000,000,000,000" if "000" in amount[2:8] else "row 2: found £.*whole pence"
    )
    for to in (
        table.to_arrow,
        table.to_polars,
        lambda: table.to_arrow(money="pence"),
        lambda: table.to_dicts(money="pence"),
    ):
        with pytest.raises(ob.LimitError, match=words):
            to()
    assert table.to_arrow(money="float").column("amount").to_pylist()[1] == float(amount)
    assert table.to_pandas()["amount"][1] == Decimal(amount)


def test_the_largest_amounts_fit() -> None:
    most = Decimal("9999999999999999.99")
    table = ob.Table("Largest", [ob.Column("amount", "money")], {"amount": [most, -most]})
    assert table.to_arrow().column("amount").to_pylist() == [most, -most]
    assert table.to_polars()["amount"].to_list() == [most, -most]
    assert table.to_arrow(money="pence").column("amount_pence").to_pylist() == [999999999999999999, -999999999999999999]


def test_bad_options_and_values_are_named() -> None:
    table = one_of_each()
    for to in (table.to_dicts, table.to_arrow, table.to_pandas, table.to_polars):
        with pytest.raises(ValueError, match="found 'pounds', expected 'decimal', 'pence' or 'float'"):
            to(money="pounds")
    words = ob.Table("Words", [ob.Column("exact", "decimal")], {"exact": ["missing", "1", "plan"]})
    assert words.to_arrow().column("exact").to_pylist() == ["missing", "1", "plan"]
    with pytest.raises(ob.DataError, match="row 1: found 'missing', expected a number") as error:
        words.to_pandas(money="float")
    assert len(error.value.problems) == 2
    late = ob.Table("Months", [ob.Column("month", "month")], {"month": ["2016-13"]})
    with pytest.raises(ob.DataError, match="row 1: found '2016-13', expected a month"):
        late.to_arrow(dates=True)


def test_csv_in_every_form(tmp_path: Path) -> None:
    one_of_each().to_csv(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode().splitlines() == [
        "name,month,count,amount,exact,share,done",
        "a,2016-04,1,-2800,12.5,0.25,True",
        ",2017-12,,,1/3,,False",
        "c,,3,0.01,,-1.0,",
    ]
    one_of_each().to_csv(tmp_path / "t.csv", money="pence", dates=True)
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()[:2] == [
        "name,month,count,amount_pence,exact,share,done",
        "a,2016-04-01,1,-280000,12.5,0.25,True",
    ]


# -- metadata --------------------------------------------------------------------------------------------------------


def test_arrow_tables_say_what_they_are() -> None:
    settlement = settled(as_at="2016-06")
    metadata = settlement.ledger.to_arrow().schema.metadata
    assert metadata[b"openbook.schema"] == b"openbook.ledger/1"
    assert metadata[b"openbook.sign"] == b"Amounts move from `from` to `to`."
    assert metadata[b"openbook.digest"] == small_book().digest.encode()
    assert metadata[b"openbook.book"] == b"small"
    assert metadata[b"openbook.as_at"] == b"2016-06"
    assert metadata[b"openbook.edition"] == settlement.edition.encode()
    assert metadata[b"openbook.package"] == ob.__version__.encode()
    positions = settlement.positions.where(party="trust").to_arrow().schema.metadata
    assert positions[b"openbook.schema"] == b"openbook.positions/1"
    assert "+ = received by the party" in positions[b"openbook.sign"].decode()
    assert b"openbook.schema" not in one_of_each().to_arrow().schema.metadata
    risk = small_book().simulate(100, seed=5, progress=False).risk("trust", levels=(0.9,)).to_arrow().schema
    assert (risk.metadata[b"openbook.schema"], risk.metadata[b"openbook.seed"]) == (b"openbook.risk/1", b"5")
    assert risk.field("p_deficit").metadata[b"unit"] == b"share of draws"
    assert "var90" in risk.names


def test_schemas_are_frozen_values() -> None:
    schema = settled().ledger.schema
    assert isinstance(schema, ob.Schema) and schema.id == "openbook.ledger/1"
    assert pickle.loads(pickle.dumps(schema)) == schema
    assert pickle.loads(pickle.dumps(schema)).id == schema.id
    with pytest.raises(AttributeError):
        schema.version = 2
    table = pickle.loads(pickle.dumps(settled().ledger))
    assert table.schema.id == schema.id and dict(table.about) == dict(settled().ledger.about)
    with pytest.raises(TypeError):
        table.about["digest"] = "x"


# -- Parquet ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("money", ["decimal", "pence", "float"])
def test_parquet_round_trips(money: Any, tmp_path: Path) -> None:
    table = settled().ledger
    path = tmp_path / "ledger.parquet"
    table.to_parquet(path, money=money, dates=True)
    name = "amount_pence" if money == "pence" else "amount"
    wanted = [row[name] for row in table.to_dicts(money=money)]
    ids = list(table["id"])  # rows keep their order
    arrow = pq.read_table(path)
    assert arrow.equals(table.to_arrow(money=money, dates=True), check_metadata=True)
    polars = pl.read_parquet(path)
    assert (polars["id"].to_list(), polars[name].to_list()) == (ids, wanted)
    assert polars["due"].dtype == pl.Date()
    pandas = pd.read_parquet(path)
    assert (pandas["id"].tolist(), pandas[name].tolist()) == (ids, wanted)
    found = duckdb.sql(f"select id, {name}, service_from from '{path}'").fetchall()
    assert [row[:2] for row in found] == list(zip(ids, wanted, strict=True))
    assert found[0][2] == APRIL
    kind = duckdb.sql(f"select typeof({name}) from '{path}' limit 1").fetchall()
    assert kind == [({"decimal": "DECIMAL(18,2)", "pence": "BIGINT", "float": "DOUBLE"}[money],)]


def test_frames_meet_without_files() -> None:
    ledger = settled().ledger
    stream = pl.DataFrame(ledger)
    assert stream["amount"].sum() == ledger.to_polars()["amount"].sum()
    arrow = ledger.to_arrow()
    assert duckdb.from_arrow(arrow).aggregate("sum(amount)").fetchall() == [(sum(ledger["amount"]),)]


SCRIPT = """
import sys; sys.path.insert(0, sys.argv[1])
from small import small_book
small_book().settle({"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}).to_parquet(sys.argv[2])
"""


def test_equal_tables_give_equal_bytes_in_another_process(tmp_path: Path) -> None:
    settled().to_parquet(tmp_path / "here")
    command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent), str(tmp_path / "there")]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "UTC+9"})
    names = sorted(entry.name for entry in (tmp_path / "here").iterdir())
    assert names == sorted(entry.name for entry in (tmp_path / "there").iterdir())
    for name in names:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name
