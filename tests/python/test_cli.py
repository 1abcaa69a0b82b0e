"""The command line: what it prints and what it exits with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from small import small_book

INPUTS = json.dumps({"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]})
TOTAL = "139500.00"


@pytest.fixture
def path(tmp_path: Path) -> str:
    small_book().write(tmp_path / "book.json")
    return str(tmp_path / "book.json")


def test_settle_prints_json(run: Any, path: str) -> None:
    code, out, err = run("settle", path, "--inputs", INPUTS, "--json")
    assert (code, err) == (0, "")
    positions = json.loads(out)["positions"]
    wanted = {"party": "trust", "basis": "practised", "every": "term", "period": 0}
    assert [p["amount"] for p in positions if wanted.items() <= p.items()] == [TOTAL]


def test_settle_prints_tables(run: Any, path: str, tmp_path: Path) -> None:
    code, out, _ = run("settle", path, "--inputs", INPUTS, "--ledger", "--save", str(tmp_path / "m.json"))
    assert code == 0
    assert "139,500.00" in out
    assert "by_visit" in out
    code, out, _ = run("settle", path, "--inputs", INPUTS, "--posted", str(tmp_path / "m.json"))
    assert out.rstrip().endswith("To post\n(none)")


def test_settle_from_csv_with_codes(run: Any, tmp_path: Path, path: str) -> None:
    rows = ["period,org_code,type,attendances"]
    rows += [
        f"2016-{m:02d}-01,{org},{kind},{n}"
        for m in range(4, 10)
        for org, kind, n in (("A", 1, 100), ("A", "other", 10), ("B", 1, 5))
    ]
    (tmp_path / "d.csv").write_text("\n".join(rows), encoding="utf-8")
    score = json.dumps({"score": [0.5, 1]})
    code, out, _ = run(
        "settle", path, "--data", str(tmp_path / "d.csv"), "--where", "org_code=A", "--inputs", score, "--json"
    )
    assert code == 0
    assert TOTAL in out
    code, _, err = run("settle", path, "--data", str(tmp_path / "d.csv"), "--where", "org_code=C", "--inputs", score)
    assert code == 4
    assert "no row has org_code = 'C'" in err


def test_changes_on_the_command_line(run: Any, path: str) -> None:
    _, out, _ = run("settle", path, "--inputs", INPUTS, "--set", "fee=£2,000", "--json")
    assert "147000.00" in out
    _, out, _ = run("settle", path, "--inputs", INPUTS, "--alternative", "fee=low", "--json")
    assert "136500.00" in out
    _, out, _ = run("settle", path, "--inputs", INPUTS, "--scenario", "busy", "--json")
    assert "151500.00" in out


def test_several_cases_in_one_run(path: str) -> None:
    inputs = json.loads(INPUTS)
    cases = [{"inputs": inputs}, {"inputs": inputs, "changes": {"fee": "£2,000"}}, {"changes": {"nothing": 1}}]
    done = subprocess.run(
        [sys.executable, "-m", "openbook", "settle", path, "--json", "--plan", "--cases", "-"],
        input="".join(json.dumps(case) + "\n" for case in cases),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert TOTAL in json.dumps(first)
    assert "147000.00" in json.dumps(second)
    assert third["exit_code"] == 3


def test_exit_codes(run: Any, path: str, tmp_path: Path) -> None:
    assert run("settle")[0] == 2
    assert run("nonsense")[0] == 2
    assert run("settle", path, "--set", "fee")[0] == 2
    code, out, err = run("validate", "no_such_book")
    assert (code, out) == (3, "")
    assert "neither a file nor a shipped book" in err
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    assert run("validate", str(tmp_path / "bad.json"))[0] == 3
    assert run("settle", path)[0] == 4
    assert run("simulate", path, "--scenarios", "0")[0] == 6
    readings = [ob.Reading(name="a", words="x"), ob.Reading(name="b", words="y", overrides={"amount": "£2"})]
    clause = ob.Payment(id="p", amount="£1", readings=readings)
    contract = ob.Contract(id="c", payer="icb", payee="trust", clauses=[clause])
    small_book(contracts=[contract]).write(tmp_path / "open.json")
    code, _, err = run("settle", str(tmp_path / "open.json"), "--plan")
    assert code == 5
    assert "Traceback" not in err
    assert run("settle", str(tmp_path / "open.json"), "--plan", "--reading", "p=b")[0] == 0


def test_validate_compiles_the_book(run: Any, tmp_path: Path) -> None:
    """A wrong unit, and a table with too few places in a row, which lint reads too."""
    clause = ob.Payment(id="p", amount="lookup('rates', 1, 1)")
    contract = ob.Contract(id="c", payer="icb", payee="trust", clauses=[clause])
    keys = [ob.TableKey(name="one"), ob.TableKey(name="two")]
    rows = [ob.TableRow(at=["1", "1"], value="1"), ob.TableRow(at=["1"], value="2")]
    wrong = {
        "row 2 has 1 places for 2 keys": small_book(contracts=[contract], tables=[ob.LookupTable(id="rates", keys=keys, rows=rows)]),
        "amount must be in £": small_book(contracts=[contract.replace(clauses=[clause.replace(amount="5")])]),
    }  # fmt: skip
    for words, book in wrong.items():
        book.write(tmp_path / "wrong.json")
        code, out, err = run("validate", str(tmp_path / "wrong.json"))
        assert (code, out) == (3, "") and words in err
        code, out, _ = run("validate", str(tmp_path / "wrong.json"), "--json")
        assert code == 3 and json.loads(out)["valid"] is False
        assert run("lint", str(tmp_path / "wrong.json"))[0] in (0, 3)


def test_validate_lint_terms_show(run: Any, path: str) -> None:
    assert run("validate", path)[1] == f"small: valid, digest {small_book().digest}\n"
    assert json.loads(run("validate", path, "--json")[1])["valid"] is True
    assert "no-source" in run("lint", path)[1] or "illustrative" in run("lint", path)[1]
    gate = str(Path(ob.__file__).parent / "examples" / "admissions_risk_share" / "book.json")
    jumps = "jumps by £1,500,000 over the term where 'reduction' passes its plan"
    assert [jumps in run("lint", gate, "--json", *way)[1] for way in ([], ["--no-probe"])] == [True, False]
    assert {row["name"] for row in json.loads(run("terms", path, "--json")[1])} >= {"price", "fee"}
    assert "Integrated Care Board" in run("show", path)[1]


def test_explain(run: Any, path: str) -> None:
    code, out, _ = run("explain", path, "trust", "--inputs", INPUTS, "--year", "1")
    assert code == 0
    assert "£139,500.00" in out.splitlines()[0]
    code, out, _ = run("explain", path, "clause:quality", "--period", "2", "--inputs", INPUTS, "--json")
    assert json.loads(out)["value"] == "1000.00"
    assert run("explain", path, "trsut", "--inputs", INPUTS)[0] == 3


def test_simulate_stress_compare(run: Any, path: str) -> None:
    code, out, _ = run("simulate", path, "--scenarios", "500", "--seed", "3", "--json")
    assert code == 0
    assert json.loads(out)["draws"] == 500
    code, out, _ = run("stress", path, "--inputs", INPUTS, "--json")
    assert {row["scenario"] for row in json.loads(out)} == {"Busy", "Dear", "combined"}
    code, out, _ = run("compare", f"a={path}", f"b={path}", "--scenarios", "200", "--json")
    assert {row["mean"] for row in json.loads(out)} == {0.0}


def test_simulate_chooses_draws_and_when_there_are_enough(run: Any, path: str) -> None:
    quasi = ("--sampling", "sobol", "--replications", "4")
    code, out, _ = run("simulate", path, "--scenarios", "64", *quasi, "--target", "trust", "mean", "1e9", "--json")
    shown = json.loads(out)
    assert (code, shown["draws"], shown["warnings"][-1]["code"]) == (0, 64, "target-reached")
    assert run("simulate", path, "--scenarios", "7", *quasi)[0] == 6
    assert "halton" in run("simulate", path, "--sampling", "halton")[2]


def test_diff_and_schema(run: Any, path: str, tmp_path: Path) -> None:
    small_book(title="Other").write(tmp_path / "other.json")
    assert [row["path"] for row in json.loads(run("diff", path, str(tmp_path / "other.json"), "--json")[1])] == [
        "/title"
    ]
    assert "$schema" in json.loads(run("schema")[1])


def test_examples_list_systems_and_golden_figures(run: Any) -> None:
    rows = {row["name"]: row for row in json.loads(run("examples", "--json")[1])}
    assert set(rows) == set(ob.examples.names())
    assert "B4" in rows["mental_health_alliance"]["systems"]
    assert rows["mental_health_alliance"]["golden"] > 50
    assert "mental_health_alliance" in run("examples")[1]


def test_conform_counts(run: Any) -> None:
    code, out, _ = run("conform", "third_sector_cash", "--json")
    result = json.loads(out)
    assert (code, result["failed"]) == (0, 0)
    assert result["passed"] == len(ob.examples.manifest("third_sector_cash")["golden"])


def test_report(run: Any, path: str, tmp_path: Path) -> None:
    code, out, _ = run("report", path, "--inputs", INPUTS, "--out", str(tmp_path / "o"), "--scenarios", "200")
    assert code == 0
    assert out.strip() == str(tmp_path / "o" / "small.html")
    assert Path(out.strip()).stat().st_size > 10_000


def test_import_loads_nothing_that_is_not_needed() -> None:
    script = (
        "import sys, openbook; book = openbook.examples.third_sector_cash(); book.settle(plan=True); "
        "repr(book.terms()); names = ('pandas', 'polars', 'pyarrow', 'matplotlib', 'rich', 'narwhals', 'click', 'openpyxl'); "
        "print([m for m in names if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("hidden", ["matplotlib", "openpyxl", "pandas", "polars", "pyarrow", "rich"])
def test_optional_packages_are_optional(hidden: str) -> None:
    script = (
        f"import sys; sys.modules['{hidden}'] = None; import openbook as ob; b = ob.examples.third_sector_cash(); "
        "s = b.settle(plan=True); print(len(s.payments) > 0, '<table' in s._repr_html_(), len(b.lint()) >= 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]


def test_everything_that_is_announced_is_there() -> None:
    for name in (*ob.__all__, *ob.model.__all__):
        assert getattr(ob, name, getattr(ob.model, name, None)) is not None
    with pytest.raises(AttributeError, match="no attribute 'Blok'"):
        ob.Blok  # type: ignore[attr-defined]  # noqa: B018


def test_the_demo_settles_simulates_stresses_and_reports(run: Any, tmp_path: Path) -> None:
    code, out, err = run("demo", "--out", str(tmp_path), "--scenarios", "500")
    assert code == 0, err
    assert "Written against practised" in out and "70,000.00" in out
    page = (tmp_path / "mental_health_alliance.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 5 and "Stress tests" in page and "Range over all readings" in page


def test_risk_prints_what_was_asked_for(run: Any, path: str) -> None:
    few = ("risk", path, "trust", "--scenarios", "500", "--seed", "3", "--quiet")
    code, out, _ = run(*few, "--statistic", "mean", "--statistic", "es90", "--json")
    assert code == 0
    told = json.loads(out)
    simulation = small_book().simulate(500, seed=3, progress=False)
    assert [row["value"] for row in told["measures"]] == list(simulation.measures("trust", ["mean", "es90"])["value"])
    asked = ("--by", "clause", "--share", "sd", "--tail", "0.1", "--limit", "£140k", "--insolvency", "cash")
    code, out, _ = run(*few, *asked, "--json")
    told = json.loads(out)
    assert (code, set(told)) == (0, {"draws", "seed", "allocation", "tail", "breaches", "insolvency"})
    assert {row["id"] for row in told["allocation"]} == {"standing", "by_visit", "quality"}
    assert len(told["insolvency"]) == 6
    code, out, _ = run(*few, *asked)
    assert code == 0
    assert "the worst 10% over the term" in out and "by_visit" in out and "cash below £0" in out
    code, _, err = run(*few, "--statistic", "es")
    assert code == 2 and "expected 'mean', 'sd'" in err
