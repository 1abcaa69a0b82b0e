"""What this repository promises its engineers: one list of checks, presets that configure, no test left out unseen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import conftest
import pytest

ROOT = Path(__file__).resolve().parents[2]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_contributing_names_what_every_commit_must_pass() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", text_of("CONTRIBUTING.md"), re.DOTALL)
    told = [line.split("#")[0].strip() for line in blocks[0].splitlines()]
    script = text_of(".ci/run").split("\n\n", 1)[1]
    ran = [line.strip() for line in script.splitlines() if line.strip() and not line.startswith("#")]
    assert told == ran
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`?\bmake ([a-z-]+)", text_of("CONTRIBUTING.md")))
    assert named <= targets and {"nightly", "sanitize", "footprint", "bench"} <= named


def test_a_commit_is_checked_by_what_make_lint_runs() -> None:
    hooks = text_of(".pre-commit-config.yaml")
    assert re.findall(r"^ *- repo: (.*)$", hooks, re.MULTILINE) == ["local"]
    entries = re.findall(r"^ *entry: (.*)$", hooks, re.MULTILINE)
    assert len(entries) == hooks.count("language: system") == hooks.count("pass_filenames: false") == 4
    tools = re.findall(r"\.venv/bin/([\w-]+)", "\n".join(entries))
    assert tools == ["ruff", "ruff", "mypy", "clang-format"]
    (recipe,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE)
    assert "s/^ *entry: //p" in recipe and ".pre-commit-config.yaml" in recipe
    assert not re.search(r"ruff|mypy|clang-format", recipe)  # nothing that the hooks do not have


def test_the_lint_recipe_runs_each_entry_and_stops_at_the_first_that_fails(tmp_path: Path) -> None:
    (recipe,) = re.findall(r"^lint:.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE)
    loop = recipe[recipe.index("@sed") + 1 :].replace("$$", "$")
    (tmp_path / ".pre-commit-config.yaml").write_text(
        "      entry: bash -c 'echo \"a\" > one'\n      entry: false\n      entry: touch two\n"
    )
    ran = subprocess.run(["sh", "-c", loop], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 1
    assert (tmp_path / "one").read_text() == "a\n" and not (tmp_path / "two").exists()


def test_presets_cover_what_engineers_ask_for() -> None:
    presets = json.loads(text_of("CMakePresets.json"))
    shown = {p["name"]: p["cacheVariables"] for p in presets["configurePresets"] if not p.get("hidden")}
    assert set(shown) == {"dev", "release", "asan", "tsan", "coverage"}
    for kind in ("buildPresets", "testPresets"):
        assert {p["name"] for p in presets[kind]} == set(shown)
    assert shown["asan"]["OPENBOOK_SANITIZE"] == "address,undefined"
    assert shown["tsan"]["OPENBOOK_SANITIZE"] == "thread"
    options = set(re.findall(r"\b(OPENBOOK_[A-Z]+)\b", text_of("CMakeLists.txt")))
    used = {name for p in presets["configurePresets"] for name in p["cacheVariables"] if name.startswith("OPENBOOK_")}
    assert used <= options


@pytest.mark.parametrize(
    ("reason", "allowed"),
    [
        ("Skipped: the real data of NHS England are not beside this checkout", not conftest.SHARED.exists()),
        ("Skipped: could not import 'no_such_package': No module named 'no_such_package'", False),
        ("Skipped: could not import 'numpy'", False),
        ("Skipped: needs signals", False),
        ("Skipped: unconditional skip", False),
    ],
)
def test_only_stated_reasons_let_a_test_be_skipped(reason: str, allowed: bool) -> None:
    assert conftest.may_be_skipped(reason) is allowed


def test_an_optional_package_may_be_missing_but_not_where_all_is_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("OPENBOOK_TEST_FULL", raising=False)
    monkeypatch.setattr(conftest.importlib.util, "find_spec", lambda name: None)
    assert conftest.may_be_skipped("Skipped: could not import 'polars'")
    monkeypatch.setenv("OPENBOOK_TEST_FULL", "1")
    assert not conftest.may_be_skipped("Skipped: could not import 'polars'")
    assert "OPENBOOK_TEST_FULL=1" in text_of(".ci/run")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("import pytest\ndef test_a():\n    pytest.skip('not today')\n", 1),
        ("import pytest\npytest.importorskip('no_such_package')\ndef test_a():\n    assert True\n", 1),
        ("import pytest\n@pytest.mark.skip(reason='slow')\ndef test_a():\n    assert True\n", 1),
        ("def test_a():\n    assert True\n", 0),
    ],
)
def test_a_run_with_an_unexpected_skip_fails(tmp_path: Path, content: str, code: int) -> None:
    (tmp_path / "conftest.py").write_text(Path(conftest.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "test_some.py").write_text(content)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )
    assert ran.returncode == code, ran.stdout
    assert ("skipped though it should have run" in ran.stdout) == bool(code)


def test_the_fuzzer_runs_with_every_build_of_the_tests() -> None:
    recipes = dict(re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)+)", text_of("Makefile"), re.MULTILINE))
    assert "-DOPENBOOK_FUZZ=ON" in recipes["test-cpp"] and "fuzz_document" in recipes["test-cpp"]
    assert "tests/fuzz/longer.sh" in recipes["sanitize"] and "tests/packaging/sanitized.sh" in recipes["sanitize"]
    for script in ("tests/fuzz/longer.sh", "tests/packaging/sanitized.sh", ".ci/run"):
        assert os.access(ROOT / script, os.X_OK), script
        subprocess.run(["bash", "-n", str(ROOT / script)], check=True)


def test_the_corpus_of_the_fuzzer_is_read() -> None:
    corpus = list((ROOT / "tests" / "fuzz" / "corpus").glob("*.json"))
    assert len(corpus) >= 2 and all(path.read_bytes() for path in corpus)
