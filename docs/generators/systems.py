"""The page of what works: books that ship, with the golden figures that are checked for each."""

from __future__ import annotations

from openbook import examples

from .markdown import page, table


def _order(row: str) -> tuple[str, int]:
    return row[0], int("".join(c for c in row if c.isdigit()) or 0)


def systems_page() -> str:
    """Books and rows of the list of systems."""
    rows: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    books = []
    for name in examples.names():
        manifest = examples.manifest(name)
        for system in manifest["systems"]:
            rows.setdefault(system, []).append(name)
        for golden in manifest["golden"]:
            counts[golden["system"]] = counts.get(golden["system"], 0) + 1
        book = examples.book(name)
        books.append((f"`{name}`", book.title, book.description, len(manifest["golden"])))
    covered = [
        (row, ", ".join(f"`{n}`" for n in rows.get(row, [])), counts.get(row, 0))
        for row in sorted(set(rows) | set(counts), key=_order)
    ]
    return page(
        "What works",
        "The books that ship with the package. A *golden figure* is an amount that was worked out independently and is "
        "checked to the penny; `openbook conform` recalculates all of them through the command line.\n",
        table(("book", "title", "what it is about", "golden figures"), books, "lllr"),
        "## Systems\n",
        "Rows of the list of systems for which a book ships, with the number of golden figures that are checked for each. A row "
        "that is not here does not work yet.\n",
        table(("row", "books", "golden figures"), covered, "llr"),
    )
