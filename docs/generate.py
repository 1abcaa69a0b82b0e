"""Generate the reference pages from the code and the example library, and the outputs that the pages show.

python docs/generate.py              write docs/reference
python docs/generate.py --check      fail where a page of docs/reference is not what the code says
python docs/generate.py --outputs    run the code blocks of every page and write down what they print
"""

from __future__ import annotations

import pathlib
import sys

from generators import (
    clauses,
    command_line,
    document,
    error_codes,
    formulas,
    lint,
    running,
    scenario_sets,
    sources,
    systems,
)

here = pathlib.Path(__file__).resolve().parent


def pages() -> dict[str, str]:
    """Every generated page under docs/reference, by file."""
    return {
        **document.pages(),
        **clauses.pages(),
        "formulas.md": formulas.formulas_page(),
        "errors.md": error_codes.errors_page(),
        "lint.md": lint.lint_page(),
        "command_line.md": command_line.command_line_page(),
        "systems.md": systems.systems_page(),
        "sources.md": sources.sources_page(),
        "scenario_sets.md": scenario_sets.scenario_sets_page(),
    }


def stale(folder: pathlib.Path) -> list[str]:
    """Pages that are not what the code says, and files in the folders of generated pages that nothing generates."""
    made = pages()
    different = [
        name
        for name, text in made.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]
    known = {str(path.relative_to(folder)) for path in (folder / "clauses").glob("*.md")}
    return sorted({*different, *(known - set(made))})


def main(arguments: list[str]) -> int:
    """Do what the arguments say; the exit code."""
    if "--outputs" in arguments:
        for path in running.pages(here):
            path.write_text(running.with_outputs(path), encoding="utf-8")
        return 0
    folder = here / "reference"
    if "--check" in arguments:
        found = stale(folder)
        if found:
            print(f"not current: {', '.join(found)}; run python docs/generate.py", file=sys.stderr)
        return 1 if found else 0
    for name, text in pages().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
