"""What the package costs to have stays small, and the page that says so is what the script writes."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import openbook as ob
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def footprint() -> ModuleType:
    spec = importlib.util.spec_from_file_location("footprint", ROOT / "tests" / "benchmarks" / "footprint.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_importing_costs_little_more_than_numpy(footprint: ModuleType) -> None:
    """In one run, whatever the machine: the quickest of some turns of each."""
    quickest = {"numpy": 60.0, "openbook": 60.0}
    for _ in range(5):
        for name in quickest:
            work = footprint.TIMED.format(work=footprint.WORK[name][0])
            ran = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=True)
            quickest[name] = min(quickest[name], float(ran.stdout.split()[0]))
    assert quickest["openbook"] - quickest["numpy"] < footprint.MOST_AFTER_NUMPY


def test_importing_loads_no_library_and_not_the_core() -> None:
    script = "import sys, openbook; print(sorted(m.partition('.')[0] for m in sys.modules))"
    ran = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, env={
        "PYTHONPATH": str(Path(ob.__file__).parents[1])
    })  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    for library in ("numpy", "pandas", "polars", "pyarrow", "matplotlib", "narwhals", "click", "rich"):
        assert f"'{library}'" not in ran.stdout
    assert "'openbook'" in ran.stdout


def test_the_package_zipped_is_below_the_limit(footprint: ModuleType) -> None:
    on_disk, zipped = footprint.installed()
    assert 500_000 < zipped < min(on_disk, footprint.MOST_WHEEL)


def test_the_page_is_of_this_script(footprint: ModuleType) -> None:
    page = (ROOT / "docs" / "reference" / "footprint.md").read_text(encoding="utf-8")
    assert re.search(r"One measurement of \d{4}-\d\d-\d\d: openbook", page) and "make footprint" in page
    figures = {
        "date": "2026-01-01", "openbook": "", "numpy": "", "python": "", "system": "", "runs": 1, "wheel": 1, "on_disk": 1,
        "seconds": dict.fromkeys(footprint.WORK, 0.0), "peak_bytes": dict.fromkeys(footprint.WORK, 0), "after_numpy": 0,
    }  # fmt: skip
    shape = [re.sub(r"[\d.,]+ (ms|MB)", "", line) for line in footprint.page(figures).splitlines() if line[:1] == "|"]
    assert [re.sub(r"[\d.,]+ (ms|MB)", "", line) for line in page.splitlines() if line[:1] == "|"] == shape


def test_it_fails_where_the_wheel_is_too_large(
    footprint: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(footprint, "measured", lambda runs: dict.fromkeys(footprint.WORK, (0.1, 10**7)))
    wheel = tmp_path / "x.whl"
    for size, code in ((4_999_999, 0), (5_000_000, 1)):
        wheel.write_bytes(b"\0" * size)
        assert footprint.main(["--wheel", str(wheel), "--runs", "1"]) == code
    late = dict.fromkeys(footprint.WORK, (0.1, 10**7)) | {"openbook": (0.131, 10**7)}
    monkeypatch.setattr(footprint, "measured", lambda runs: late)
    assert footprint.main(["--runs", "1"]) == 1
    assert "31 ms longer than import numpy" in capsys.readouterr().err
