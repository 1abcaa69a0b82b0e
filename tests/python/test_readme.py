"""What the first page says works as it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest


def test_the_first_steps_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).resolve().parents[2] / "README.md"
    [code] = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    names: dict[str, Any] = {}
    monkeypatch.chdir(tmp_path)
    exec(code.replace("100_000", "2_000"), names)
    assert len(names["settlement"].positions) > 0
    assert names["simulation"].draws == 2_000
    assert (tmp_path / "year.openbook").exists()
    assert names["ob"].verify(names["sealed"], short=names["sealed"].short).passed
