"""Pages of the notebooks, made when the site is built: their text and code, in order, without running them.

The notebooks themselves are run by the tests, so what the pages show has run.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .markdown import fence

PREFIX = "notebook_"


def page_of(notebook: dict[str, Any], name: str) -> str:
    """A notebook as Markdown."""
    parts = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"]).strip()
        if not text or cell["cell_type"] == "raw":
            continue
        parts.append(text + "\n" if cell["cell_type"] == "markdown" else fence("python", text))
    if not parts or not parts[0].startswith("# "):
        parts.insert(0, f"# {re.sub(r'[_-]+', ' ', name.lstrip('0123456789_- ')).capitalize()}\n")
    parts.insert(
        1,
        f"*This page is the notebook `notebooks/{name}.ipynb`; open it in Jupyter to see the results beside the code.*\n",
    )
    return "\n".join(parts)


def write(docs: Path, notebooks: Path) -> None:
    """Write a page for each notebook, and take away those of notebooks that are gone."""
    folder = docs / "tutorials"
    made = {}
    for path in sorted(notebooks.glob("*.ipynb")):
        made[f"{PREFIX}{path.stem}.md"] = page_of(json.loads(path.read_text(encoding="utf-8")), path.stem)
    for name, text in made.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob(f"{PREFIX}*.md"):
        if path.name not in made:
            path.unlink()
