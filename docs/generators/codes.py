"""The codes of problems, findings and warnings, collected from the sources that raise them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CODE = r'"([a-z]+(?:-[a-z]+)*)"'
#: In C++ a code is the first word of a Problem in braces, or the first argument of a function that takes a code.
_BRACES = re.compile(r"\{\s*" + _CODE + r"\s*,")
_LISTS = re.compile(r"std::vector<Problem>\s*&?\s*(\w+(?:\s*,\s*\w+)*)")
_TAKES_CODE = re.compile(r"\b(\w+)\s*\(\s*(?:const\s+)?std::string(?:_view)?\s*&?\s*code\b")


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
    takers = {name for text in texts.values() for name in _TAKES_CODE.findall(text)}
    lists = {name for text in texts.values() for names in _LISTS.findall(text) for name in re.split(r"\s*,\s*", names)}
    called = re.compile(r"\b(?:" + "|".join(sorted(takers)) + r")\s*\(\s*" + _CODE)
    makes = re.compile(r"Error\s*\(|Problem\s*\{|\b(?:" + "|".join(sorted(lists)) + r")\.(?:push|emplace)_back\s*\(")
    found: dict[str, set[str]] = {}
    for path, text in texts.items():
        codes = set(called.findall(text))
        for statement in text.split(";"):
            if makes.search(statement):
                codes |= set(_in_braces(statement))
        for code in codes:
            found.setdefault(code, set()).add(str(path.relative_to(folder.parent)))
    return found


def _takers(trees: dict[Path, ast.Module]) -> dict[str, int]:
    """Functions of the package that have a parameter called `code`, with its position (without self)."""
    takers = {"Problem": 0}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
                if "code" in names:
                    takers[node.name] = names.index("code")
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


def of_python(folder: Path = ROOT / "python" / "openbook") -> dict[str, set[str]]:
    """Every code of a problem in the package, with the files that have it."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    takers = _takers(trees)
    found: dict[str, set[str]] = {}
    for path, tree in trees.items():
        for code in _python_codes(tree, takers):
            found.setdefault(code, set()).add(str(path.relative_to(folder.parents[1])))
    return found


def of_lint(file: Path = ROOT / "python" / "openbook" / "linting.py") -> set[str]:
    """Every code of a finding; those made of a kind of object (``f"unused-{kind}"``) are found by running lint."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Finding")
    return {text for call in calls for text in _constants(call.args[0] if call.args else None)}
