"""Running the code blocks of the pages, and the outputs that stand under them.

Blocks that run, in the order of a page and in one folder of its own:

- ```` ```python ````: in one namespace; what it prints and the value of its last expression are its output;
- ```` ```sh ````: with bash, which stops at the first command that fails; the command line is on the path;
- ```` ```json name.json ````, ```` ```csv name.csv ````, ```` ```python name.py ````: saved under that name for the blocks below;
- ```` ```json block ````: built as the object of the document of that name;
- ```` ```text ```` right under a block that runs: its output. `python docs/generate.py --outputs` writes it down, and a test compares.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```[ ]*$", re.M | re.S)
RUNNING = ("python", "sh")
#: Pages whose blocks are made and run by their generators, or made when the site is built.
MADE = (
    "reference/document.md",
    "reference/costs.md",
    "reference/drivers.md",
    "reference/clauses/",
    "reference/errors.md",
    "reference/python/",
)
MADE += ("tutorials/notebook_",)


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    name: str
    text: str
    start: int
    end: int
    line: int


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    for match in FENCE.finditer(page):
        words = match["info"].split(maxsplit=1)
        language, name = [*words, "", ""][:2]
        yield Block(
            language, name.strip(), match["text"], match.start(), match.end(), page.count("\n", 0, match.start()) + 1
        )


def pages(docs: Path) -> list[Path]:
    """Pages with blocks that run, but for those whose generators run them."""
    found = []
    for path in sorted(docs.rglob("*.md")):
        if not path.relative_to(docs).as_posix().startswith(MADE) and any(
            b.language in (*RUNNING, "json") for b in blocks(path.read_text(encoding="utf-8"))
        ):
            found.append(path)
    return found


def value_of(code: str, names: dict[str, Any], title: str = "example") -> Any:
    """Run code and give the value of its last expression; None where it ends with a statement."""
    tree = ast.parse(code, title)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, title, "exec"), names)
    return eval(compile(ast.Expression(last.value), title, "eval"), names) if isinstance(last, ast.Expr) else None


def _python(block: Block, names: dict[str, Any]) -> str:
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard):
        value = value_of(block.text, names, f"line {block.line}")
    return heard.getvalue() + ("" if value is None else f"{value!r}\n")


def _shell(block: Block) -> str:
    """What a shell prints, standard error included, as a reader at a terminal sees it."""
    program = Path(".bin/openbook")
    if not program.exists():
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m openbook "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    folders = f"{program.parent.absolute()}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    import openbook

    sources = os.pathsep.join(filter(None, [str(Path(openbook.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]))
    environment = os.environ | {"PATH": folders, "PYTHONPATH": sources, "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"line {block.line}: exit code {done.returncode}:\n{done.stdout}")
    return done.stdout


def _object(block: Block) -> None:
    """Build the object that a piece of JSON stands for."""
    from openbook import model
    from openbook._description import class_name, families, records

    data = json.loads(block.text)
    if not block.name:
        return
    if block.name not in {*records(), *families()}:
        raise ValueError(f"line {block.line}: '{block.name}' is no object of the document")
    getattr(model, class_name(block.name)).from_json(data)


def _run(block: Block, names: dict[str, Any]) -> str | None:
    """The output of a block; None for blocks that have none."""
    if block.name and "." in block.name:
        Path(block.name).write_text(block.text, encoding="utf-8")
        return None
    if block.language == "python":
        return _python(block, names)
    if block.language == "sh":
        return _shell(block)
    if block.language == "json":
        _object(block)
    return None


def _follows(page: str, before: Block, after: Block | None) -> bool:
    """Whether a block is the output of the one before it."""
    return after is not None and after.language == "text" and not page[before.end : after.start].strip()


def with_outputs(path: Path) -> str:
    """The page with the outputs that its blocks give now."""
    page = path.read_text(encoding="utf-8")
    found = list(blocks(page))
    names: dict[str, Any] = {"__name__": "__main__"}
    pieces, at, before = [], 0, os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for block, after in zip(found, [*found[1:], None], strict=True):
                output = _run(block, names)
                if output is not None and after is not None and _follows(page, block, after):
                    pieces += [page[at : after.start], f"```text\n{_tidy(output)}\n```"]
                    at = after.end
        finally:
            os.chdir(before)
    return "".join(pieces) + page[at:]


def _tidy(output: str) -> str:
    return "\n".join(line.rstrip() for line in output.strip("\n").splitlines())
