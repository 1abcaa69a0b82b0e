"""Every display of the shipped alliance against golden files: text, HTML and drawings, exactly.

``OPENBOOK_UPDATE_GOLDEN=1 python -m pytest tests/python/test_display_golden.py`` writes them anew; look at the
difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from openbook._display import html
from seen import displays

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "display"
UPDATE = os.environ.get("OPENBOOK_UPDATE_GOLDEN") == "1"
NAMES = (
    "book",
    "lint",
    "settlement",
    "practised",
    "gap",
    "disputes",
    "explanation",
    "flows",
    "bridge",
    "bridge_of_gap",
    "simulation",
    "risk",
    "fan",
    "draw",
    "stress",
    "comparison",
    "payment_function",
)
DRAWN = ("bridge", "fan", "flows", "payment_function")


def agrees(name: str, found: str) -> None:
    file = FOLDER / name
    if UPDATE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found, encoding="utf-8", newline="\n")
    assert file.exists(), f"{name} is missing: run with OPENBOOK_UPDATE_GOLDEN=1"
    assert found == file.read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_text(name: str) -> None:
    agrees(f"{name}.txt", str(displays()[name]) + "\n")


@pytest.mark.parametrize("name", NAMES)
def test_html(name: str) -> None:
    """Without the style sheet, one element a line."""
    page = html.render(displays()[name]._blocks(), style=False)
    assert displays()[name]._repr_html_() == html.render(displays()[name]._blocks())
    agrees(f"{name}.html", page.replace("><", ">\n<") + "\n")


@pytest.mark.parametrize("name", DRAWN)
def test_drawing(name: str) -> None:
    agrees(f"{name}.svg", displays()[name].svg().replace("><", ">\n<") + "\n")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}.{kind}" for name in NAMES for kind in ("txt", "html")} | {f"{name}.svg" for name in DRAWN}
    assert {file.name for file in FOLDER.iterdir()} == wanted
