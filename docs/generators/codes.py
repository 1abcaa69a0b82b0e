"""The codes of problems, findings and warnings, collected from the sources that raise them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CODE = r'"([a-z]+(?:-[a-z]+)*)"'
#: In C++ a code is the first word of a Problem in braces, or an argument of a function (or of one that is kept) that takes a code.
_BRACES = re.compile(r"\{\s*" + _CODE + r"\s*,")
_LISTS = re.compile(r"std::vector<Problem>\s*&?\s*(\w+(?:\s*,\s*\w+)*)")
_TAKES_CODE = re.compile(r"\b(\w+)\s*\((?:[^()]*,)?\s*(?:const\s+)?std::string(?:_view)?\s*&?\s*code\b")
_KEPT = re.compile(r"\bReport\s*&?\s*(\w+)")


def _in_braces(statement: str) -> Iterator[str]:
    """The codes of problems in braces: those with more than one thing after them (a pair in braces is JSON)."""
    for match in _BRACES.finditer(statement):
        depth = 0
        for character in statement[match.end() :]:
            depth += (character in "({[") - (character in ")}]")
            if depth < 0:
                break
            if character == "," and depth == 0:
                yield match[1]
                break


def of_cpp(folder: Path = ROOT / "cpp") -> dict[str, set[str]]:
    """Every code in the C++ sources, with the files that have it."""
    texts = {
        path: re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.[ch]pp"))
    }
    takers = {name for text in texts.values() for name in (*_TAKES_CODE.findall(text), *_KEPT.findall(text))}
    lists = {name for text in texts.values() for names in _LISTS.findall(text) for name in re.split(r"\s*,\s*", names)}
    called = re.compile(r"\b(?:" + "|".join(sorted(takers)) + r")\s*\((?:[^;\"]*,)?\s*" + _CODE)
    makes = re.compile(
        r"Error\s*\(|Problem\s*\w*\s*\{|\b(?:" + "|".join(sorted(lists)) + r")\.(?:push|emplace)_back\s*\("
    )
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        codes = set(called.findall(text))
        for statement in text.split(";"):
            if makes.search(statement):
                codes |= set(_in_braces(statement))
        for code in codes:
            found.setdefault(code, set()).add(str(path.relative_to(folder.parent)))
    return found


def _defined(tree: ast.Module) -> dict[str, int | None]:
    """Functions that a file defines, each with the position of its parameter `code` (without self); None without one."""
    found: dict[str, int | None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
            found[node.name] = names.index("code") if "code" in names else found.get(node.name)
    return found


def _imported(path: Path, tree: ast.Module) -> Iterator[Path]:
    """The files beside a file from which it imports names or whole modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            yield folder.with_suffix(".py")
            yield from (folder / f"{alias.name}.py" for alias in node.names)


def _takers(trees: dict[Path, ast.Module]) -> dict[Path, dict[str, int]]:
    """For every file the functions with a parameter called `code`, with its position (without self).

    Where another function of the same name has no such parameter, the file's own and then those that it imports from
    decide which one is meant.
    """
    defined = {path: _defined(tree) for path, tree in trees.items()}
    everywhere: dict[str, set[int | None]] = {}
    for functions in defined.values():
        for name, at in functions.items():
            everywhere.setdefault(name, set()).add(at)
    takers: dict[Path, dict[str, int]] = {}
    for path, tree in trees.items():
        takers[path] = {"Problem": 0}
        near = [defined[path], *(defined[other] for other in _imported(path, tree) if other in defined)]
        for name, positions in everywhere.items():
            at = next((functions[name] for functions in near if name in functions), None)
            if len(positions) == 1:
                at = next(iter(positions))
            if at is not None:
                takers[path][name] = at
    return takers


def _constants(node: ast.AST | None) -> Iterator[str]:
    """The texts that an expression may give: a constant, or either branch of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _python_codes(tree: ast.Module, takers: dict[str, int]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "code":
                    yield from _constants(value)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in takers:
                at = takers[name]
                yield from _constants(node.args[at] if len(node.args) > at else None)
                yield from (text for k in node.keywords if k.arg == "code" for text in _constants(k.value))
        elif isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Iterator[Point]":
            for given in ast.walk(node):  # points are told as (code, path, message)
                if isinstance(given, ast.Yield) and isinstance(given.value, ast.Tuple):
                    yield from _constants(given.value.elts[0])


def of_python(folder: Path = ROOT / "python" / "openbook") -> dict[str, set[str]]:
    """Every code of a problem in the package, with the files that have it."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    takers = _takers(trees)
    found: dict[str, set[str]] = {}
    for path, tree in trees.items():
        for code in _python_codes(tree, takers[path]):
            found.setdefault(code, set()).add(str(path.relative_to(folder.parents[1])))
    return found


def of_lint(folder: Path = ROOT / "python" / "openbook" / "linting") -> set[str]:
    """Every code of a finding; those made of a kind of object (``f"unused-{kind}"``) are found by running lint."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.py"))]
    calls = (
        n
        for tree in trees
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Finding"
    )
    return {text for call in calls for text in _constants(call.args[0] if call.args else None)}
