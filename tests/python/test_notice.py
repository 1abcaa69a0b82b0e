"""NOTICE names every library whose code is in the wheel, with its licence and, where that asks for it, its text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTICE = " ".join((ROOT / "NOTICE").read_text(encoding="utf-8").split())

#: Folder of headers: how the library is called, its package, its licence, and a part of the text that must be passed on.
BUNDLED = {
    "Eigen": ("Eigen", "cmeel-eigen", "Mozilla Public License 2.0", "Its source is available"),
    "boost": ("Boost", "libboost-headers", "Boost Software License 1.0", ""),
    "nlohmann": (
        "nlohmann/json",
        "nlohmann-json",
        "MIT License",
        "The above copyright notice and this permission notice",
    ),
    "pybind11": ("pybind11", "pybind11", "BSD 3-Clause License", "Redistributions in binary form must reproduce"),
}


def test_every_library_that_is_included_is_named_with_its_licence() -> None:
    sources = [*(ROOT / "cpp").rglob("*.[ch]pp"), *(ROOT / "python" / "bindings").rglob("*.[ch]pp")]
    included = {
        folder
        for source in sources
        for folder in re.findall(r"#include <([A-Za-z0-9_]+)/", source.read_text(encoding="utf-8"))
    }
    assert included == set(BUNDLED)
    for name, _, licence, text in BUNDLED.values():
        assert f"- {name} (https://" in NOTICE and licence in NOTICE and text in NOTICE, name
    assert NOTICE.count("- ") >= len(BUNDLED) and len(re.findall(r"- \S+ \(https://", NOTICE)) == len(BUNDLED)


def test_what_the_build_asks_for_is_what_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {re.split(r"[<>=~!]", requirement)[0] for requirement in project["build-system"]["requires"]}
    assert asked - {"scikit-build-core"} == {package for _, package, _, _ in BUNDLED.values()}
    assert set(project["project"]["license-files"]) == {"LICENSE", "NOTICE"}
