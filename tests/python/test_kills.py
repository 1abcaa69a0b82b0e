"""A process that is killed while it writes leaves the old file or the new one, whichever way it writes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from kills import killed
from openbook import _files, _folders, _stubs
from openbook.cli import main
from openbook.many.folder import ENDING, SUMMARY, status
from small import small_book

PACKAGE = Path(ob.__file__).parent
DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}

Write = Callable[[Path, bool], Any]


@cache
def made(later: bool) -> dict[str, Any]:
    """What is written, in an earlier and a later state."""
    book = small_book(title="Later" if later else "Earlier")
    settlement = book.settle(DATA, as_at="2016-08" if later else "2016-06")
    decided = book.decide({"fee": None})
    return {
        "book": book,
        "settlement": settlement,
        "layer": ob.Layer(party="trust", over=book, strategy="Later" if later else "Earlier"),
        "sealed": decided.seal({"icb": "A", "trust": "B"}, "2016-03-31", accept_illustrative=True),
        "needs": ob.needs(book, "2016-08" if later else "2016-06"),
    }


def picture(path: Path, later: bool) -> None:
    book = path.with_name(f".book_{later}.json")
    made(later)["book"].write(book)
    with pytest.raises(SystemExit):
        main(["what-if", str(book), "--change", f"fee=£{900 + later}", "--svg", str(path)])


def forms(path: Path, later: bool) -> None:
    levels = ["8500", "12000" if later else "11500"]
    with pytest.raises(SystemExit):
        main(["forms", "seven_payment_forms", "cases", *levels, "--scenarios", "20", "--svg", str(path)])


def reverse_picture(path: Path, later: bool) -> None:
    book = path.with_name(f".book_{later}.json")
    made(later)["book"].write(book)
    condition = f"position('trust') < £{130 + later}k"
    with pytest.raises(SystemExit):
        main(["reverse-stress", str(book), condition, "--depth", "one", "--scenarios", "100", "--svg", str(path)])


def tornado(path: Path, later: bool) -> None:
    book = path.with_name(f".book_{later}.json")
    made(later)["book"].write(book)
    moved = f"fee=£800..£{1500 if later else 1000}"
    with pytest.raises(SystemExit):
        main(["sensitivity", str(book), "trust", "--scenarios", "20", "--term", moved, "--svg", str(path)])


def many(path: Path, later: bool) -> None:
    ob.settle_many({"a": made(later)["book"]}, {"a": DATA}, out=path.parent / "run", workers=1, progress=False)
    path.write_bytes((path.parent / "run" / SUMMARY).read_bytes())


#: Every way in which the package writes a file.
WRITERS: dict[str, Write] = {
    "book": lambda path, later: made(later)["book"].write(path),
    "layer": lambda path, later: made(later)["layer"].write(path),
    "seed draw": lambda path, later: ob.seed_draw(made(later)["sealed"]).write(path),
    "sealed book": lambda path, later: made(later)["sealed"].write(path),
    "result": lambda path, later: made(later)["settlement"].save(path),
    "csv": lambda path, later: made(later)["settlement"].ledger.to_csv(path),
    "parquet": lambda path, later: made(later)["settlement"].ledger.to_parquet(path),
    "report": lambda path, later: ob.report(made(later)["book"], path, settlement=made(later)["settlement"]),
    "template.csv": lambda path, later: made(later)["needs"].template(path),
    "template.xlsx": lambda path, later: made(later)["needs"].template(path),
    "picture": picture,
    "forms.svg": forms,
    "scenarios.json": lambda path, later: ob.scenarios.write(
        {"more": [{"on": "visits", "value": 2 if later else 3}]}, path
    ),
    "reverse.svg": reverse_picture,
    "tornado.svg": tornado,
}


def state(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


@pytest.mark.parametrize("name", WRITERS)
def test_a_kill_leaves_the_old_file_or_the_new_one(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write = WRITERS[name]
    path = tmp_path / (name if "." in name else "file")
    contents = []
    for later in (True, False):
        made(later)  # before the fork, so that only the writing is cut short
        write(path, later)
        contents.append(path.read_bytes())
    new, old = contents
    assert new != old
    found = []
    for moment in range(1, 60):
        path.write_bytes(old)
        done = not killed(moment, lambda: write(path, True))
        found.append(state(path))
        assert found[-1] in (old, new), f"moment {moment} left something else"
        left = {entry.name for entry in tmp_path.iterdir()} - {path.name}
        assert all(other.startswith(".") for other in left), "what is left beside it must not be taken for a file"
        if done:
            break
    assert found[0] == old and found[-1] == new and len(found) > 6
    assert found == sorted(found, key=lambda content: content == new)  # from one moment on it is the new one


def test_a_first_write_that_is_killed_leaves_no_file_or_a_whole_one(tmp_path: Path) -> None:
    book = made(False)["book"]
    for moment in range(1, 40):
        path = tmp_path / f"{moment}.json"
        done = not killed(moment, lambda path=path: book.write(path))
        if path.exists():
            assert ob.read_book(path) == book
        if done:
            assert path.exists()
            break


def test_a_run_of_many_books_that_is_killed_is_done_or_can_be_done_again(tmp_path: Path) -> None:
    books, data = {"a": made(False)["book"], "b": made(True)["book"]}, {"a": DATA, "b": DATA}
    states = set()
    for moment in (*range(1, 200, 9), 10_000):
        folder = tmp_path / str(moment)
        run: Callable[[], Any] = lambda folder=folder: ob.settle_many(  # noqa: E731
            books, data, out=folder, posted={}, workers=1, progress=False
        )
        was_killed = killed(moment, run)
        for file in folder.glob(f"*{ENDING}") if folder.exists() else ():
            assert ob.read_result(file)  # whole, or not there
        came_to = status(folder) if folder.exists() else None
        states.add(came_to)
        assert was_killed or came_to == "done"
        if came_to != "done":
            again = run()
            assert again.ok and status(folder) == "done"
    assert {"running", "done"} <= states


# -- no other way to write ------------------------------------------------------------------------------------------


def functions_that(calls: set[str]) -> set[tuple[str, str]]:
    """File and function of each function of the package that calls one of these."""
    found = set()
    for file in sorted(PACKAGE.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call):
                        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                        mode = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                        mode += [k.value.value for k in node.keywords if k.arg == "mode"]
                        opens = name == "open" and any(set(m) & set("wax+") and len(m) < 4 for m in mode)
                        if name in calls - {"open"} or (opens and "open" in calls):
                            found.add((file.relative_to(PACKAGE).as_posix(), function.name))
    return found


def test_only_two_functions_of_the_package_touch_files() -> None:
    touching = functions_that({"open", "write_text", "write_bytes", "fdopen", "mkstemp", "replace_with", "copyfile"})
    assert touching == {("_files.py", "write_atomic")}


def test_every_function_that_writes_is_among_those_that_are_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = set()
    for module, name in ((_files, "write_atomic"), (_folders, "replace_folder")):
        original = getattr(module, name)

        def noted(path: Any, content: Any, original: Any = original) -> Any:
            caller = sys._getframe(1)
            ran.add((Path(caller.f_code.co_filename).relative_to(PACKAGE).as_posix(), caller.f_code.co_name))
            return original(path, content)

        for loaded in list(sys.modules.values()):
            if getattr(loaded, "__name__", "").startswith("openbook") and vars(loaded).get(name) is original:
                monkeypatch.setattr(loaded, name, noted)
    for name, write in WRITERS.items():
        write(tmp_path / (name if "." in name else name.replace(" ", "_")), False)
    many(tmp_path / "many", False)
    made(False)["settlement"].to_parquet(tmp_path / "folder")  # killed in test_folders.py
    ran.add(("_stubs.py", "main"))  # a tool of those who develop the package; it writes through write_atomic as well
    assert "write_atomic" in vars(_stubs)
    assert functions_that({"write_atomic", "replace_folder"}) == ran
