"""Results that last: files that are read back as they were, and refused where they are not."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openbook as ob
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kills import killed
from openbook import _container, saving
from small import small_book

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "results"
DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
TOTAL = Decimal(6 * 1000 + 6 * 110 * 200 + 500 + 1000)


def settled(**options: Any) -> ob.Settlement:
    return small_book().settle(DATA, **options)


def simulated() -> ob.Simulation:
    return small_book().simulate(300, seed=7, progress=False)


def compared() -> ob.Comparison:
    book = small_book()
    return ob.compare({"now": book, "more": book.with_("fee", "£2,000")}, scenarios=300, seed=3, progress=False)


def choice() -> dict[str, ob.Book]:
    book = small_book()
    return {"now": book, "more": book.with_("fee", "£2,000"), "less": book.with_("price", "£150")}


def moved() -> ob.Movement:
    return settled(as_at="2016-08").versus(settled(as_at="2016-06"))


RESULTS: dict[str, Callable[[], Any]] = {
    "settlement": lambda: settled(as_at="2016-08", posted=settled(as_at="2016-06"), alternatives={"fee": "low"}),
    "simulation": simulated,
    "stress": lambda: small_book().stress(data=DATA),
    "comparison": compared,
    "reverse stress": lambda: small_book().reverse_stress(
        "position('trust') < £140k", seed=1, scenarios=200, importance_draws=200
    ),
    "movement": moved,
    "sensitivity": lambda: ob.sensitivity(small_book(), "trust", DATA, terms={"fee": ("£900", "£1,100")}, scenarios=50),
    "sensitivity of what is drawn": lambda: ob.sensitivity(small_book(), "trust", scenarios=50, seed=2, shocks="busy"),
    "marginal pounds": lambda: settled().marginal("trust"),
    "tornado": lambda: ob.sensitivity(small_book(), "trust", scenarios=50, measure="mean").tornado,
    "indices": lambda: ob.sensitivity(small_book(), "trust", scenarios=50).indices,
    "break-even": lambda: ob.break_even(
        small_book(), "fee", "trust", data=DATA, target="£150,000", high="£9,000", step="£10"
    ),
    "break-even of a mean": lambda: ob.break_even(
        small_book(), "fee", "trust", target="£150,000", measure="mean", scenarios=20, step="£100", points=3
    ),
    "break-even of two terms": lambda: ob.break_even(
        small_book(), ["price", "fee"], "trust", values=["£200", "£210"], target="£135,000", step="£10", points=3
    ),
    "value of information": lambda: ob.value_of_information(choice(), "trust", scenarios=50, outer=3, inner=4),
    "efficient frontier": lambda: ob.frontier(
        small_book(), {"fee": ["£900", "£1,000"]}, party="trust", scenarios=100, progress=False
    ),
    "frontier of books": lambda: ob.frontier(choice(), y=("mean", "icb"), party="trust", scenarios=100, progress=False),
    "stability": lambda: ob.stability(small_book(), 5, scenarios=50, progress=False),
    "backtest": lambda: ob.backtest(small_book(), DATA, until="2016-06", fit=False, scenarios=50, progress=False),
    "ledger": lambda: settled().ledger,
    "quantities": lambda: ob.examples.mental_health_alliance().settle(plan=True, disputes=False).quantities,
    "terms": lambda: small_book().terms(),
    "risk": lambda: simulated().risk("trust", every="term"),
    "explanation": lambda: settled().explain("trust"),
}


# -- what is read is what was saved ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_is_read_back_equal_and_of_its_class(name: str, tmp_path: Path) -> None:
    result = RESULTS[name]()
    result.save(tmp_path / "r.openbook")
    again = ob.read_result(tmp_path / "r.openbook")
    assert type(again) is type(result)
    assert again == result
    assert hash(again) == hash(result)
    assert pickle.loads(pickle.dumps(again)) == result
    again.save(tmp_path / "again.openbook")
    assert (tmp_path / "again.openbook").read_bytes() == (tmp_path / "r.openbook").read_bytes()


def test_a_settlement_that_was_read_answers_as_before(tmp_path: Path) -> None:
    settlement = RESULTS["settlement"]()
    settlement.save(tmp_path / "s.openbook")
    again = ob.Settlement.read(tmp_path / "s.openbook")
    assert again.request == settlement.request
    assert again.to_post == settlement.to_post
    assert again.explain("trust") == settlement.explain("trust")
    assert (again.release, again.edition) == (ob.__version__, settlement.edition)
    assert again.to_json() is not None
    assert again != settled()


def test_settlements_of_other_data_are_not_equal_though_they_come_to_the_same() -> None:
    """100 and 10 visits come to what 90 and 20 come to; what opens a figure is not the same."""
    other = small_book().settle(DATA | {"visits": [90] * 6, "other": [20] * 6})
    assert other.position("trust") == settled().position("trust")
    assert other != settled()


def test_tables_of_what_was_read_say_where_they_come_from(tmp_path: Path) -> None:
    settlement = settled(as_at="2016-06")
    settlement.save(tmp_path / "s.openbook")
    about = ob.read_result(tmp_path / "s.openbook").ledger.about
    assert about["digest"] == small_book().digest
    assert (about["book"], about["as_at"]) == ("small", "2016-06")


def test_a_stress_test_and_a_comparison_keep_what_they_are_made_of(tmp_path: Path) -> None:
    small_book().stress(data=DATA, every="year").save(tmp_path / "s.openbook")
    stress = ob.read_result(tmp_path / "s.openbook")
    assert stress.settlements["base"].position("trust") == TOTAL
    assert stress.by("month").party("trust")["base"][0] == 1000 + 110 * 200
    compared().save(tmp_path / "c.openbook")
    comparison = ob.read_result(tmp_path / "c.openbook")
    assert comparison.books["more"] == small_book().with_("fee", "£2,000")
    difference = comparison.simulation("more").array("trust") - comparison.simulation("now").array("trust")
    assert difference == pytest.approx(6 * 1000 + 1000)


def test_extras_travel_with_a_settlement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands under the names of the extras: tables, records of the package, exact numbers, lists."""
    from openbook import results

    class Receipted(results.Settlement):
        __slots__ = ("flex", "receipt")

    @dataclass(frozen=True)
    class Receipt:
        rows: int
        pounds: Decimal
        excluded: ob.Table
        months: tuple[str, ...]

    monkeypatch.setattr(results, "Settlement", Receipted)
    monkeypatch.setattr(ob, "Receipt", Receipt, raising=False)
    monkeypatch.setattr(ob, "__all__", [*ob.__all__, "Receipt"])
    settlement = Receipted(small_book(), settled().request)
    excluded = ob.Table(
        "Excluded", [ob.Column("row", "int"), ob.Column("value", "decimal")], {"row": [3], "value": ["1/3"]}
    )
    receipt = Receipt(24, Decimal("1.50"), excluded, ("2016-04", "2016-05"))
    object.__setattr__(settlement, "receipt", receipt)
    object.__setattr__(settlement, "flex", {"2016-09": "flex", "share": 0.5, "odd": float("inf"), "none": None})
    settlement.save(tmp_path / "s.openbook")
    again = ob.read_result(tmp_path / "s.openbook")
    assert again.receipt == receipt
    assert again.flex == {"2016-09": "flex", "share": 0.5, "odd": float("inf"), "none": None}
    assert set(settled()._extras()) == {"receipt"}
    object.__setattr__(settlement, "flex", object())
    with pytest.raises(TypeError, match="object .* cannot be kept in a file"):
        settlement.save(tmp_path / "t.openbook")
    assert not (tmp_path / "t.openbook").exists()
    # A reader that does not know the record says so and makes nothing.
    monkeypatch.setattr(ob, "__all__", [name for name in ob.__all__ if name != "Receipt"])
    with pytest.raises(ob.DataError, match="'Receipt', which this release does not have"):
        ob.read_result(tmp_path / "s.openbook")


# -- simulations -------------------------------------------------------------------------------------------------


def test_a_simulation_without_its_draws_runs_again_to_the_bit(tmp_path: Path) -> None:
    simulation = simulated()
    simulation.save(tmp_path / "s.openbook")
    again = ob.read_result(tmp_path / "s.openbook")
    assert not again.holds_draws
    assert "without its draws" in repr(again) and "without its draws" in again._repr_html_()
    assert again.risk("trust", every="term") == simulation.risk("trust", every="term")
    assert (again.draws, again.seed, again.first_draw) == (300, 7, 0)
    assert again.columns == simulation.columns and again.parties == simulation.parties
    assert not again.holds_draws  # the figures so far came from the file
    assert again.array().tobytes() == simulation.array().tobytes()
    assert again.holds_draws and "without its draws" not in repr(again)
    assert again.fan("trust") == simulation.fan("trust")
    assert again.draw(party="trust", percentile=1).explain() == simulation.draw(party="trust", percentile=1).explain()


def test_a_simulation_with_its_draws_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulation = simulated()
    simulation.save(tmp_path / "s.openbook", draws=True)
    monkeypatch.setattr("openbook._kept_draws.execute", lambda *given: pytest.fail("the simulation was run"))
    again = ob.read_result(tmp_path / "s.openbook")
    assert again.holds_draws
    assert again.array().tobytes() == simulation.array().tobytes()
    assert not again.array().flags.writeable
    assert again.array("trust", every="term").tolist() == simulation.array("trust", every="term").tolist()
    assert np.array_equal(np.load(tmp_path / "s.openbook")["draws"], simulation.array())
    assert pickle.loads(pickle.dumps(again)).array().tobytes() == simulation.array().tobytes()


def test_threads_are_no_part_of_a_simulation(tmp_path: Path) -> None:
    one = small_book().simulate(300, seed=7, threads=1, progress=False)
    two = small_book().simulate(300, seed=7, threads=2, block=64, progress=False)
    one.save(tmp_path / "1.openbook", draws=True)
    two.save(tmp_path / "2.openbook", draws=True)
    assert one == two and hash(one) == hash(two)
    assert (tmp_path / "1.openbook").read_bytes() == (tmp_path / "2.openbook").read_bytes()
    assert one != small_book().simulate(300, seed=8, progress=False)


def test_draws_that_this_release_does_not_come_to_are_said_to_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation = simulated()
    simulation.save(tmp_path / "s.openbook")
    again = ob.read_result(tmp_path / "s.openbook")
    other = small_book().simulate(300, seed=8, progress=False)
    monkeypatch.setattr("openbook._kept_draws.execute", lambda *given: other._core)
    assert again.summary() == simulation.summary()
    with pytest.raises(ob.DataError, match="draws other numbers.*the figures in the file still hold"):
        again.array()
    with pytest.raises(ob.DataError, match="not reproduced"):
        ob.read_result(tmp_path / "s.openbook", recalculate=True)


# -- bytes -------------------------------------------------------------------------------------------------------


SCRIPT = """
import sys; sys.path.insert(0, sys.argv[1])
from kills import killed
from small import small_book
data = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
small_book().settle(data).save(sys.argv[2] + "/settlement")
small_book().simulate(300, seed=7, progress=False).save(sys.argv[2] + "/simulation", draws=True)
"""


def test_the_same_result_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-c", SCRIPT, str(Path(__file__).parent), str(tmp_path / seed)]
        subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"})
    for name in ("settlement", "simulation"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_order_in_which_choices_were_given_changes_no_byte(tmp_path: Path) -> None:
    book = ob.examples.mental_health_alliance()
    choices = {"first_call": "pooled", "overspend_share": "causer"}
    for name, readings in (("1", choices), ("2", dict(reversed(choices.items())))):
        book.settle(plan=True, disputes=False, readings=readings).save(tmp_path / name)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_file_opens_with_any_zip_tool(tmp_path: Path) -> None:
    settled().save(tmp_path / "s.openbook")
    with zipfile.ZipFile(tmp_path / "s.openbook") as archive:
        assert archive.testzip() is None
        digest = small_book().digest
        assert archive.namelist() == ["openbook.json", f"books/{digest}.json", "content.json"]
        manifest = json.loads(archive.read("openbook.json"))
        assert ob.read_book(archive.read(f"books/{digest}.json")) == small_book()
    assert manifest["format"] == "openbook-result-1"
    assert (manifest["kind"], manifest["package"]) == ("settlement", ob.__version__)
    assert manifest["edition"] == settled().edition
    assert manifest["books"] == {digest: "small"}


# -- what is refused ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "s.openbook"
    settled().save(path)
    return path.read_bytes()


def refused(path: Path, content: bytes, words: str, code: str = "") -> None:
    path.write_bytes(content)
    with pytest.raises(ob.DataError, match=words or None) as error:
        ob.read_result(path)
    assert error.value.summary.startswith(path.name)
    if code:
        assert [problem.code for problem in error.value.problems] == [code]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_anywhere_is_found(data: st.DataObject, whole: bytes, tmp_path: Path) -> None:
    at = data.draw(st.integers(0, len(whole) - 1))
    bits = data.draw(st.integers(1, 255))
    refused(tmp_path / "s.openbook", whole[:at] + bytes([whole[at] ^ bits]) + whole[at + 1 :], "")


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_that_is_cut_off_or_too_long_is_refused(data: st.DataObject, whole: bytes, tmp_path: Path) -> None:
    end = data.draw(st.integers(0, len(whole) - 1))
    refused(tmp_path / "s.openbook", whole[:end], "")
    refused(tmp_path / "s.openbook", whole + data.draw(st.binary(min_size=1, max_size=40)), "")


def test_messages_say_what_was_found(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "s.openbook"
    refused(path, b"", "found an empty file", "empty")
    refused(path, whole[:2000], "the digest at its end is missing; it was cut off after 2,000 bytes", "cut-off")
    middle = len(whole) // 2
    refused(path, whole[:middle] + b"\0" + whole[middle + 1 :], "its digest is .*, it was written with", "changed")
    refused(path, b"PAR1....", "found a Parquet file", "foreign")
    refused(path, b"<!DOCTYPE html>", "found a page of HTML", "foreign")
    refused(path, b"party,amount\n", "starts with b'party,amount", "foreign")
    refused(path, b"{}", "found JSON without a format", "foreign")
    refused(path, b'{"format": "geojson"}', "found format 'geojson'", "foreign")
    refused(path, b'{"format": ', "not valid in this release")
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    refused(path, workbook.getvalue(), "a ZIP archive .a workbook, perhaps. that openbook did not write", "foreign")
    with pytest.raises(OSError):
        ob.read_result(tmp_path / "absent.openbook")
    with pytest.raises(OSError):
        ob.read_result(tmp_path)


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return pytest.fail, ("a pickle was opened",)


def test_a_pickle_is_never_opened(whole: bytes, tmp_path: Path) -> None:
    refused(tmp_path / "s.openbook", pickle.dumps(Trap()), "a pickle, which is never opened", "foreign")
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.array([Trap()], dtype=object), allow_pickle=True)
    manifest, members = _unpacked(whole)
    manifest["kind"] = "simulation"
    refused(
        tmp_path / "s.openbook",
        _packed(manifest, members | {"draws.npy": buffer.getvalue()}),
        "Object arrays",
        "malformed",
    )


def _unpacked(whole: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("openbook.json"))
    return {name: manifest[name] for name in ("kind", "package", "edition", "books")}, members


def _packed(manifest: dict[str, Any], members: dict[str, bytes]) -> bytes:
    """What a forger would write: every digest is right."""
    return _container.pack(manifest, members)


def test_files_of_a_newer_release_are_called_newer(
    whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, members = _unpacked(whole)
    path = tmp_path / "s.openbook"
    refused(
        path,
        _packed(manifest | {"kind": "negotiation"}, members),
        "holds a 'negotiation'.*use a newer release",
        "newer-format",
    )
    words = "arithmetic edition '2031.4'; this release knows 2026.1: use a newer release"
    refused(path, _packed(manifest | {"edition": "2031.4"}, members), words, "newer-edition")
    monkeypatch.setattr(_container, "FORMAT", "openbook-result-2")
    newer = _packed(manifest | {"package": "9.1.0"}, members)
    monkeypatch.undo()
    # Called newer even where its end is not what this release would look for.
    refused(path, newer[:-100], "in format 'openbook-result-2', by openbook 9.1.0; this release reads", "newer-format")


def test_a_figure_that_was_changed_with_all_its_digests_is_found_by_calculating_again(
    whole: bytes, tmp_path: Path
) -> None:
    manifest, members = _unpacked(whole)
    forged = members["content.json"].replace(b'"139500.00"', b'"139600.00"')
    assert forged != members["content.json"]
    path = tmp_path / "s.openbook"
    path.write_bytes(_packed(manifest, members | {"content.json": forged}))
    believed = ob.read_result(path)
    assert believed.position("trust") == TOTAL + 100
    with pytest.raises(ob.DataError, match=r"139600.00 then, 139500.00 now"):
        believed.explain("trust")
    with pytest.raises(ob.DataError, match="not reproduced"):
        ob.read_result(path, recalculate=True)
    path.write_bytes(whole)
    assert ob.read_result(path, recalculate=True) == settled()


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("sensitivity", lambda r: r.tornado.table["at_low"][0]),
        ("break-even", lambda r: r.crossings[0].below),
        ("value of information", lambda r: r.means["now"].value),
        ("efficient frontier", lambda r: r.points[0].x),
        ("stability", lambda r: r.ratios["spread"][0]),
        ("backtest", lambda r: r.scores["crps"][0]),
    ],
)
def test_answers_that_were_changed_with_all_their_digests_are_found(
    name: str, figure: Callable[[Any], Any], tmp_path: Path
) -> None:
    result = RESULTS[name]()
    result.save(tmp_path / "r.openbook")
    manifest, members = _unpacked((tmp_path / "r.openbook").read_bytes())
    value = figure(result)
    written = value if isinstance(value, str) else repr(value)
    other = "£1" if isinstance(value, str) else repr(value * 1.001)
    forged = members["content.json"].replace(written.encode(), other.encode())
    assert forged != members["content.json"]
    path = tmp_path / "forged.openbook"
    path.write_bytes(_packed(manifest, members | {"content.json": forged}))
    assert figure(ob.read_result(path)) != value
    with pytest.raises(ob.DataError, match="not reproduced"):
        ob.read_result(path, recalculate=True)


def test_what_a_file_asks_for_is_never_looked_up_elsewhere(tmp_path: Path) -> None:
    """Nobody makes a reader open other files: data and shocks come with the file or not at all."""
    found = RESULTS["break-even"]()
    for name, value in (("data", "/etc/hosts"), ("shocks", "elsewhere.json")):
        asked = tuple((n, value if n == name else v) for n, v in found.origin.asked)
        replace(found, origin=replace(found.origin, asked=asked)).save(tmp_path / "r.openbook")
        with pytest.raises(ob.DataError, match="something that a file cannot bring with it"):
            ob.read_result(tmp_path / "r.openbook", recalculate=True)
    with pytest.raises(ob.DataError, match="cannot bring with it"):
        replace(found.origin, of="settle").made_again()


def test_marginal_pounds_that_were_read_open_the_plan_when_they_are_asked(tmp_path: Path) -> None:
    pounds = settled().marginal("trust")
    pounds.save(tmp_path / "m.openbook")
    again = ob.read_result(tmp_path / "m.openbook")
    assert again.through("fee") == pounds.through("fee")
    assert again.holds("price") == pounds.holds("price")


def test_recalculating_every_kind(tmp_path: Path) -> None:
    for name in RESULTS.keys() - {"ledger", "quantities", "terms", "risk", "explanation"}:
        RESULTS[name]().save(tmp_path / name)
        assert ob.read_result(tmp_path / name, recalculate=True) == RESULTS[name](), name
    settled().ledger.save(tmp_path / "ledger")
    with pytest.raises(ob.DataError, match="a Table is a figure without what it was made from"):
        ob.read_result(tmp_path / "ledger", recalculate=True)


def test_a_book_that_is_not_the_one_that_was_settled_is_refused(whole: bytes, tmp_path: Path) -> None:
    manifest, members = _unpacked(whole)
    name = f"books/{small_book().digest}.json"
    other = {**members, name: small_book().with_("fee", "£1").to_json().encode()}
    refused(tmp_path / "s.openbook", _packed(manifest, other), "the book's digest is .*, the file says", "digest")
    invalid = {**members, name: b'{"format": 1, "id": "small"}'}
    refused(tmp_path / "s.openbook", _packed(manifest, invalid), "not valid in this release")
    foreign = ob.examples.third_sector_cash()
    swapped = {f"books/{foreign.digest}.json": foreign.to_json().encode()}
    content = json.loads(members["content.json"]) | {"book": foreign.digest}
    swapped["content.json"] = json.dumps(content).encode()
    refused(tmp_path / "s.openbook", _packed(manifest, swapped), "the result is of book 'small'", "malformed")


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        "null",
        '{"book": 1}',
        '{"class": "Settlement", "columns": []}',
        '{"class": "Table", "columns": 3}',
        "[" * 5000,
    ],
)
@pytest.mark.parametrize("kind", list(saving.KINDS))
def test_content_that_is_none_is_refused_and_never_a_crash(kind: str, content: str, tmp_path: Path) -> None:
    manifest = {"kind": kind, "package": "0.1.0", "edition": "2026.1", "books": {}}
    (tmp_path / "r").write_bytes(_packed(manifest, {"content.json": content.encode()}))
    with pytest.raises(ob.DataError):
        ob.read_result(tmp_path / "r")


def test_reading_a_result_of_another_class(tmp_path: Path) -> None:
    simulated().save(tmp_path / "s.openbook")
    with pytest.raises(ob.DataError, match="found a Simulation, expected a Settlement"):
        ob.Settlement.read(tmp_path / "s.openbook")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.openbook"
    settled().save(path)
    before = path.read_bytes()

    def broken(*given: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk is full"):
        settled(as_at="2016-06").save(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.openbook"]


def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    old, new = settled(as_at="2016-06"), settled(as_at="2016-08")
    path = tmp_path / "s.openbook"
    found = []
    for moment in range(1, 40):
        old.save(path)
        done = not killed(moment, lambda: new.save(path))
        found.append(ob.read_result(path).as_at)
        if done:
            break
    assert found[0] == "2016-06" and found[-1] == "2016-08"
    assert found == sorted(found)  # from one moment on it is the new one
    assert len(found) > 6


# -- earlier releases --------------------------------------------------------------------------------------------


def same_figures(a: ob.Settlement, b: ob.Settlement) -> bool:
    """Whether they come to the same; requests of earlier releases also held the values after `as_at`, and there are
    warnings that they did not give."""
    figures = {name: table for name, table in a._tables().items() if name != "warnings"}
    return a.book == b.book and all(table == b._tables()[name] for name, table in figures.items())


def test_settlements_of_the_first_format_are_read(tmp_path: Path) -> None:
    settlement = ob.read_result(GOLDEN / "settlement-1.json", recalculate=True)
    assert same_figures(settlement, settlement.book.settle(DATA, as_at="2016-06"))
    assert settlement.position("trust") == 3 * 1000 + 3 * 110 * 200 + 500
    assert settlement.release == ""
    content = json.loads((GOLDEN / "settlement-1.json").read_text(encoding="utf-8"))
    del content["result"]["edition"]  # as the very first had none
    (tmp_path / "old.json").write_text(json.dumps(content), encoding="utf-8")
    old = ob.Settlement.read(tmp_path / "old.json")
    assert old.edition == "" and old.explain("trust").amount == settlement.position("trust")
    content["book"]["title"] = "Another"
    (tmp_path / "old.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ob.DataError, match="the book's digest is"):
        ob.Settlement.read(tmp_path / "old.json")
    del content["result"]
    (tmp_path / "old.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ob.DataError):
        ob.Settlement.read(tmp_path / "old.json")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.openbook")), ids=lambda path: path.stem)
def test_files_that_an_earlier_release_wrote_are_read_and_reproduced(path: Path, tmp_path: Path) -> None:
    result = ob.read_result(path, recalculate=True)
    release, name = path.stem.split("-")
    assert result.release == release
    if name == "settlement":
        posted = result.book.settle(DATA, as_at="2016-06")
        assert same_figures(result, result.book.settle(DATA, as_at="2016-08", posted=posted))
        assert result.position("trust") == 5 * 1000 + 5 * 110 * 200 + 500 + Decimal("333.33")
    else:
        again = result.book.simulate(50, seed=7, progress=False)
        assert result == again
        assert result.array().tobytes() == again.array().tobytes()


def test_a_table_of_a_class_that_holds_more_is_not_kept_by_halves(tmp_path: Path) -> None:
    class Curve(ob.Table):
        __slots__ = ("bends",)

    class Named(ob.Table):
        __slots__ = ()

    with pytest.raises(TypeError, match="a Curve holds more than columns"):
        Curve("Curve", [ob.Column("x", "int")], {"x": [1]}).save(tmp_path / "c")
    assert not (tmp_path / "c").exists()
    Named("Named", [ob.Column("x", "int")], {"x": [1]}).save(tmp_path / "n")
    with pytest.raises(ob.DataError, match="a table of class 'Named', which this release does not have"):
        ob.read_result(tmp_path / "n")
