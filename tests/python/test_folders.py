"""Folders of Parquet files: whole or not at all, and never over what somebody else has put there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import openbook as ob
import pyarrow.parquet as pq
import pytest
from kills import killed
from openbook import _folders
from openbook.cli import main
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
PENCE = (6 * 1000 + 6 * 110 * 200 + 500 + 1000) * 100


def settled(**options: Any) -> ob.Settlement:
    return small_book().settle(DATA, **options)


def test_every_table_goes_into_a_folder(tmp_path: Path) -> None:
    first = settled(as_at="2016-06")
    settlement = settled(posted=first)
    settlement.to_parquet(tmp_path / "m06", money="pence")
    listed = json.loads((tmp_path / "m06" / "tables.json").read_text(encoding="utf-8"))
    assert listed["format"] == "openbook-tables-1"
    assert (listed["about"]["digest"], listed["money"]) == (small_book().digest, "pence")
    names = {item["name"] for item in listed["tables"]}
    assert names >= {"ledger", "positions", "cash", "gap", "disputes", "quantities", "summary", "to_post", "warnings"}
    assert {entry.name for entry in (tmp_path / "m06").iterdir()} == {f"{name}.parquet" for name in names} | {
        "tables.json"
    }
    for item in listed["tables"]:
        arrow = pq.read_table(tmp_path / "m06" / item["file"])
        assert arrow.num_rows == item["rows"]
        assert arrow.schema.metadata[b"openbook.schema"].decode() == item["schema"]
    query = f"select sum(amount_pence) from '{tmp_path}/m06/to_post.parquet'"
    assert duckdb.sql(query).fetchall() == [(PENCE - (3 * 1000 + 3 * 110 * 200 + 500) * 100,)]
    first.to_parquet(tmp_path / "m06")  # replaced as a whole: nothing was posted before
    assert not (tmp_path / "m06" / "to_post.parquet").exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["m06"]


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    settled().to_parquet(tmp_path / "mine")  # an empty folder may be taken
    (tmp_path / "mine" / "letter.docx").write_text("dear", encoding="utf-8")
    with pytest.raises(ob.DataError, match="holds letter.docx, which openbook did not write"):
        settled().to_parquet(tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.docx").read_text(encoding="utf-8") == "dear"
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ob.DataError, match="is a file, expected a folder"):
        settled().to_parquet(tmp_path / "file")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "tables.json").write_text('{"tables": [{"file": "letter.docx"}]}', encoding="utf-8")
    (tmp_path / "other" / "letter.docx").write_text("dear", encoding="utf-8")
    with pytest.raises(ob.DataError, match="holds letter.docx"):
        settled().to_parquet(tmp_path / "other")


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    settled().to_parquet(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "ledger.parquet").exists()


@pytest.mark.parametrize("exchange", [True, False])
def test_a_kill_at_any_moment_leaves_the_old_folder_or_the_new_one(
    exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = {"a": b"old", "b": b"old"}, {"a": b"new", "b": b"new", "c": b"new"}
    states = []
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    exchange = exchange and _folders._exchange(tmp_path / "one", tmp_path / "other")
    for moment in range(1, 80):
        folder = tmp_path / str(moment) / "tables"
        folder.parent.mkdir()
        _folders.replace_folder(folder, old)
        if not exchange:
            monkeypatch.setattr(_folders, "_exchange", lambda one, other: False)
        done = not killed(moment, lambda folder=folder: _folders.replace_folder(folder, new))
        found = {entry.name: entry.read_bytes() for entry in folder.iterdir()} if folder.exists() else None
        states.append(found)
        assert found in (old, new, None)
        if found is None:  # only between two moves, where the system cannot exchange: both are beside it
            assert not exchange
            beside = [{e.name: e.read_bytes() for e in d.iterdir()} for d in folder.parent.iterdir()]
            assert old in beside and new in beside
        if done:
            break
    else:
        pytest.fail("the folder was never written")
    assert states[0] == old and states[-1] == new
    assert (None in states) == (not exchange)


def test_a_failure_leaves_the_old_folder_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled().to_parquet(tmp_path / "m06")
    before = {entry.name: entry.read_bytes() for entry in (tmp_path / "m06").iterdir()}

    def broken(path: Path, content: bytes) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(_folders, "write_atomic", broken)
    with pytest.raises(OSError, match="disk is full"):
        settled(as_at="2016-05").to_parquet(tmp_path / "m06")
    assert {entry.name: entry.read_bytes() for entry in (tmp_path / "m06").iterdir()} == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["m06"]


def test_the_command_line_writes_parquet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_book().write(tmp_path / "b.json")
    with pytest.raises(SystemExit) as stop:
        main(["settle", str(tmp_path / "b.json"), "--plan", "--parquet", str(tmp_path / "out")])
    assert not stop.value.code
    capsys.readouterr()
    assert pq.read_table(tmp_path / "out" / "summary.parquet").num_rows == 2
