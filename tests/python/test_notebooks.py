"""The notebooks run, cell by cell, in a process of their own; what they printed is not kept in the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import notebook_cells
import openbook as ob
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def run(notebook: Path) -> subprocess.CompletedProcess[str]:
    """A notebook run where it lies, without the repository around it."""
    package = str(Path(ob.__file__).parents[1])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.run(
        [sys.executable, notebook_cells.__file__, notebook.name],
        cwd=notebook.parent,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=600,
    )


def test_the_notebooks_are_there() -> None:
    assert [path.name[:2] for path in NOTEBOOKS][:2] == ["00", "01"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_outputs(path: Path) -> None:
    content = read(path)
    assert content["nbformat"] == 4
    for number, cell in enumerate(content["cells"], 1):
        assert set(cell) <= {"cell_type", "id", "metadata", "source", "outputs", "execution_count", "attachments"}
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], f"cell {number} keeps what it printed; clear all outputs"
            assert cell["execution_count"] is None, f"cell {number} keeps its number of execution; clear all outputs"
            assert not cell["metadata"], f"cell {number} has metadata"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "notebooks"
    shutil.copytree(FOLDER, copy)
    ran = run(copy / path.name)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()  # something was shown
    assert read(copy / path.name) == read(path)


def test_a_cell_that_fails_is_named_with_its_source(tmp_path: Path) -> None:
    code: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": ["x = 1\n", "x"]},
        {"cell_type": "markdown", "metadata": {}, "source": ["Words."]},
        {**code, "source": ["y = x + 1\n", "assert y == 3, 'not three'"]},
        {**code, "source": ["open('reached', 'w')"]},
    ]
    notebook = tmp_path / "bad.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "cells": cells}), encoding="utf-8")
    ran = run(notebook)
    assert (ran.returncode, ran.stdout) == (1, "1\n")
    assert "bad.ipynb, cell 3 failed:\ny = x + 1\nassert y == 3" in ran.stderr and "not three" in ran.stderr
    assert not (tmp_path / "reached").exists()
