"""The documentation says what the code does: pages run, codes and families have their place, generated pages follow."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import generate
import openbook as ob
import pytest
from generators import (
    clauses,
    codes,
    command_line,
    error_codes,
    formula_examples,
    formulas,
    lint,
    notebooks,
    python_pages,
    running,
)
from openbook import _core, cli
from openbook._description import families
from small import small_book

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = DOCS / "reference"
PAGES = running.pages(DOCS)
ERRORS = {code: words for group in error_codes.GROUPS.values() for code, words in group.items()}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def sections(path: Path) -> set[str]:
    return set(re.findall(r"^#{1,3} (.+)$", text_of(path), re.M))


# -- pages ----------------


@pytest.mark.parametrize("path", PAGES, ids=[p.relative_to(DOCS).as_posix() for p in PAGES])
def test_code_on_a_page_runs_and_prints_what_stands_under_it(path: Path) -> None:
    assert running.with_outputs(path) == text_of(path)


@pytest.mark.parametrize("path", PAGES, ids=[p.relative_to(DOCS).as_posix() for p in PAGES])
def test_nothing_on_a_page_escapes_the_run(path: Path) -> None:
    page = text_of(path)
    assert not re.search(r"^[ \t>]+```", page, re.M), "a block that is indented is not seen"
    before: running.Block | None = None
    for block in running.blocks(page):
        assert block.language in ("python", "sh", "json", "csv", "text") or block.language.startswith("{"), (
            block.language
        )
        if block.language == "text":
            assert before is not None and before.language in running.RUNNING, f"line {block.line}: an output of nothing"
            assert not page[before.end : block.start].strip(), f"line {block.line}: words between code and output"
        before = block


def test_a_page_whose_output_differs_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```python\nx = 1\nprint(x)\nx + 1\n```\n\n```text\n1\n3\n```\n\nand\n\n```python\nx\n```\n")
    assert running.with_outputs(page) == text_of(page).replace("1\n3\n", "1\n2\n")
    page.write_text("```sh\nfalse\n```\n")
    with pytest.raises(RuntimeError, match="exit code 1"):
        running.with_outputs(page)
    page.write_text('```json block\n{"kind": "block", "id": "main"}\n```\n')
    with pytest.raises(ob.BookError):
        running.with_outputs(page)


# -- codes ----------------


def test_every_code_of_a_problem_has_its_section() -> None:
    raised = {**codes.of_cpp(), **codes.of_python()}
    assert {code: files for code, files in raised.items() if code not in ERRORS} == {}
    assert sorted(set(ERRORS) - set(raised)) == [], "a code that nothing raises"
    assert set(raised) <= sections(REFERENCE / "errors.md")
    for code in raised:
        page, _, anchor = ob.Problem(code, "", "").page.partition("#")
        assert (page, anchor) == ("reference/errors.html", code)


def test_codes_are_found_wherever_they_are_raised(tmp_path: Path) -> None:
    package, core = tmp_path / "package", tmp_path / "cpp"
    package.mkdir()
    core.mkdir()
    (package / "a.py").write_text(
        "def tell(where, code, message): return {'code': code}\n"
        "tell('x', 'by-position', 'm')\ntell('x', message='m', code='by-name')\n"
        "BookError('s', [{'code': 'in-a-dict', 'path': ''}])\nProblem('made-directly', '', 'm')\n"
        "tell('x', 'one-way' if x else 'other-way', 'm')\nother('no-code', 'm')\n"
        "def points() -> Iterator[Point]:\n    yield 'a-point', 'path', 'm'\n"
    )
    (package / "b.py").write_text(
        "def tell(name, given, expected): return name\ntell('no-code', 'an-argument', 'expected')\n"
    )
    (package / "c.py").write_text("from .b import tell\ntell('no-code', 'an-argument', 'expected')\n")
    (package / "d.py").write_text("from .a import tell\ntell('x', 'imported', 'm')\n")
    (core / "a.cpp").write_text(
        "void report(const std::string& code, const std::string& path);\nstd::vector<Problem> faults;\n"
        'report("by-function", path);\nfaults.push_back({"in-a-list", path, "m", ""});\n'
        'const Problem warning{"with-a-name", path, "m", ""};\n'
        'throw DataError("s",\n  {{"in-an-error", path, f("a", "b"), ""}});\n'
        'rows.push_back({{"only-json", value}, {"more-json", value}});\n// report("in-a-comment", path);\n'
    )
    assert set(codes.of_python(package)) == {
        "by-position", "by-name", "in-a-dict", "made-directly", "one-way", "other-way",
        "a-point", "imported",
    }  # fmt: skip
    assert set(codes.of_cpp(core)) == {"by-function", "in-a-list", "in-an-error", "with-a-name"}


def test_the_real_sources_are_scanned() -> None:
    assert {"cycle", "unknown-reading", "unknown-key", "too-large", "correlation", "not-estimated"} <= set(
        codes.of_cpp()
    )
    assert {"missing-month", "unknown-key", "digest", "unknown-book", "too-short", "ragged"} <= set(codes.of_python())


def test_an_example_that_raises_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(error_codes.EXAMPLES, "cycle", "ob.Block(id='main')")
    with pytest.raises(ValueError, match="the example of 'cycle' gives BookError"):
        error_codes.errors_page()


def test_every_code_of_lint_has_its_section() -> None:
    found = set(codes.of_lint()) | {
        row["code"] for name in ob.examples.names() for row in ob.examples.book(name).lint()
    }
    unused = small_book(
        parameters=[ob.Parameter(id="idle", value=1)],
        inputs=[ob.Input(id="idle_input", plan=1)],
        curves=[ob.Curve(id="idle_curve", points=[ob.Point(at=0, value=0)])],
        drivers=[ob.Normal(id="idle_driver", of="idle_input", deviation=1)],
        contracts=[],
        scenarios=[],
    ).lint()
    found |= set(unused["code"])
    assert {"unused-parameter", "unused-input", "unused-curve", "unused-driver", "cliff", "no-source"} <= found
    assert found <= set(lint.CODES)
    assert set(lint.CODES) <= sections(REFERENCE / "lint.md")
    for row in unused:
        assert row["page"] == f"reference/lint.html#{row['code']}"


# -- families, functions, commands, names ----------------

POSITIONS = {
    "block": {"trust": 1_200_000},
    "activity": {"trust": 12 * 900 * 2000},
    "forecast": {"trust": 12 * 100 * 1600 + 12 * 4 * 1600},
    "bands": {"trust": 10_000 * 2000 + 800 * 1000},
    "incentive": {"trust": 84_000},
    "penalty": {"trust": -12 * (80 - 50) * 120, "ccg": 43_200},
    "share": {"trust": -30_000 + 300_000, "partner": -24_000 - 200_000, "charity": -6_000 - 40_000},
    "netting": {"trust": 240_000, "partner": -200_000, "charity": -40_000},
    "waterfall": {"trust": -130_000, "fund": 80_000, "ccg": 50_000},
    "trigger": {"trust": 350_000},
    "payment": {"trust": 4 * 25_000},
}


def test_every_clause_family_has_a_page_with_an_example_that_moves_money() -> None:
    for record in families()["clause"]:
        path = REFERENCE / "clauses" / f"{record.name}.md"
        assert path.exists(), f"run python docs/generate.py: no page for {record.name}"
        assert f"\n{record.name}\n" in text_of(REFERENCE / "clauses" / "index.md")
        assert any(entry["amount"] for entry in clauses.settled(clauses.example_of(record)).payments), record.name


@pytest.mark.parametrize("name", POSITIONS)
def test_examples_of_clauses_come_to_what_is_worked_out_by_hand(name: str) -> None:
    [record] = [record for record in families()["clause"] if record.name == name]
    settlement = clauses.settled(clauses.example_of(record))
    for party, amount in POSITIONS[name].items():
        assert settlement.position(party) == amount
        assert f"{Decimal(amount):,.2f}" in text_of(REFERENCE / "clauses" / f"{name}.md")


def test_every_function_has_a_section_with_an_example() -> None:
    names = {function["name"] for function in _core.functions()}
    assert names == set(formula_examples.EXAMPLES)
    assert names <= sections(REFERENCE / "formulas.md")
    assert all(
        name + "(" in formula or name == "divide"
        for name, list_ in formula_examples.EXAMPLES.items()
        for formula, _ in list_
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("clip", ["115 spell"]),
        ("negative", ["£30,000.00"]),
        ("choose", ["2"]),
        ("whole", ["3 spell"]),
        ("modulo", ["10 spell"]),
        ("round", ["£1,234.57", "4 spell", "12"]),
        ("power", ["1.050625"]),
        ("curve", ["0", "1"]),
        ("count", ["2"]),
        ("cumulative", ["330 spell"]),
        ("plan", ["10 spell"]),
        ("paid", ["£200,000.00", "£2,820,000.00"]),
        ("position", ["£540,000.00"]),
        ("cash", ["-£140,000.00", "-£130,000.00"]),
        ("score", ["0"]),
        ("mean", ["1.25", "15"]),
        ("from_month", ["no", "yes"]),
    ],
)
def test_examples_of_functions_come_to_what_is_worked_out_by_hand(name: str, expected: list[str]) -> None:
    assert [result for _, _, result in formula_examples.results()[name]] == expected


@pytest.mark.parametrize(("name", "least", "most"), [("min", 1, 64), ("if", 3, 3), ("round", 2, 3), ("months", 0, 0)])
def test_how_many_arguments_a_function_takes(name: str, least: int, most: int) -> None:
    assert formulas.arity(name) == (least, most)


def test_every_command_is_on_the_page_with_its_options() -> None:
    page = command_line.command_line_page()
    for name, command in cli.cli.commands.items():
        assert f"## {name}\n" in page
        options = [o for p in command.params if isinstance(p, click.Option) for o in p.opts]
        assert all(option in page for option in options)
    for code in ob.ExitCode:
        assert re.search(rf"\| {int(code)} \| {re.escape(code.meaning)}\.", page, re.I)
    errors = error_codes.errors_page()
    for kind, number in ((ob.BookError, 3), (ob.DataError, 4), (ob.ReadingError, 5), (ob.LimitError, 6)):
        assert re.search(rf"\| `{kind.__name__}` \| [^|]+ \| {number} \|", errors)


def test_everything_public_is_on_a_page() -> None:
    made = python_pages.pages()
    text = "\n".join(made.values())
    for name in ob.__all__:
        value = getattr(ob, name)
        assert f":: openbook.{name}\n" in text or f"{value.__name__.rpartition('.')[2]}.md" in made or name == "model"
    for name in ob.model.__all__:
        assert f"openbook.{name}(" in text or f"openbook.model.{name}" in text
    assert all(f"\n{name.removesuffix('.md')}\n" in made["index.md"] for name in made if name != "index.md")


# -- making pages ----------------


def test_a_page_that_is_not_what_the_code_says_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in generate.pages().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert generate.stale(tmp_path) == []
    (tmp_path / "lint.md").write_text("# Lint\n", encoding="utf-8")
    (tmp_path / "clauses" / "gone.md").write_text("# Gone\n", encoding="utf-8")
    (tmp_path / "errors.md").unlink()
    assert generate.stale(tmp_path) == ["clauses/gone.md", "errors.md", "lint.md"]


def notebook(*cells: tuple[str, str]) -> dict[str, Any]:
    return {"cells": [{"cell_type": kind, "source": text.splitlines(keepends=True)} for kind, text in cells]}


def test_notebooks_become_pages_and_pages_of_gone_notebooks_go(tmp_path: Path) -> None:
    (tmp_path / "docs" / "tutorials").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    notebooks.write(tmp_path / "docs", tmp_path / "notebooks")
    assert list((tmp_path / "docs" / "tutorials").iterdir()) == []
    first = tmp_path / "notebooks" / "00_first.ipynb"
    first.write_text(
        json.dumps(notebook(("markdown", "# First\n\nWords."), ("code", "x = 1\nx"), ("code", ""), ("raw", "y")))
    )
    second = tmp_path / "notebooks" / "01_case_b.ipynb"
    second.write_text(json.dumps(notebook(("code", "1 + 1"))))
    notebooks.write(tmp_path / "docs", tmp_path / "notebooks")
    page = text_of(tmp_path / "docs" / "tutorials" / "notebook_00_first.md")
    assert page.startswith("# First\n\nWords.\n")
    assert page.endswith("```python\nx = 1\nx\n```\n")
    assert text_of(tmp_path / "docs" / "tutorials" / "notebook_01_case_b.md").startswith("# Case b\n")
    second.unlink()
    notebooks.write(tmp_path / "docs", tmp_path / "notebooks")
    assert [p.name for p in (tmp_path / "docs" / "tutorials").iterdir()] == ["notebook_00_first.md"]
