"""Every example in a docstring of the package runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import openbook as ob
import pytest

SKIPPED = {"openbook._core", "openbook.__main__"}
MODULES = [
    "openbook",
    *sorted(m.name for m in pkgutil.walk_packages(ob.__path__, "openbook.") if m.name not in SKIPPED),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert not failed, capsys.readouterr().out


def test_the_examples_are_found() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    with_examples = {
        test.name for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples
    }
    assert {
        "openbook",
        "openbook.settling.settle",
        "openbook.table.Table",
        "openbook.errors.OpenbookError",
    } <= with_examples


@pytest.mark.parametrize("name", ob.__all__)
def test_everything_public_says_what_it_is(name: str) -> None:
    assert inspect.getdoc(getattr(ob, name))
