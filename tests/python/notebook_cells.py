"""Runs the code cells of a notebook one after the other in one fresh namespace, as a notebook does.

``python notebook_cells.py NOTEBOOK`` exits with 1 and the number and source of the first cell that fails.
"""

from __future__ import annotations

import ast
import json
import sys
import traceback
from pathlib import Path
from typing import Any

DISPLAYS = ("_repr_html_", "_repr_svg_", "_repr_markdown_")


def code_cells(notebook: dict[str, Any]) -> list[tuple[int, str]]:
    """Number (of all cells, from 1) and source of each cell with code."""
    cells = enumerate(notebook["cells"], 1)
    return [(number, "".join(cell["source"])) for number, cell in cells if cell["cell_type"] == "code"]


def show(value: Any) -> None:
    """Make every display that a notebook would ask for, so that one that fails is found."""
    for name in DISPLAYS:
        made = getattr(value, name, None)
        if callable(made):
            made()
    print(repr(value))


def run_cell(source: str, name: str, space: dict[str, Any]) -> None:
    """Run a cell; what its last line comes to is shown unless it ends in a semicolon."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), space)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), name, "eval"), space)
        if value is not None and not source.rstrip().endswith(";"):
            show(value)


def main(path: str) -> int:
    space: dict[str, Any] = {"__name__": "__main__"}
    for number, source in code_cells(json.loads(Path(path).read_text(encoding="utf-8"))):
        try:
            run_cell(source, f"<cell {number}>", space)
        except BaseException:
            traceback.print_exc()
            print(f"{Path(path).name}, cell {number} failed:\n{source}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
