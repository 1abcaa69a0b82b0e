"""The page of what works: books that ship, with the golden figures that are checked for each."""

from __future__ import annotations

from openbook import examples

from .markdown import page, table

#: How a manifest names a published scheme outside the list of systems.
PACK = "pack: "


def _order(row: str) -> tuple[str, int]:
    return row[0], int("".join(c for c in row if c.isdigit()) or 0)


def systems_page() -> str:
    """Books, rows of the list of systems, and reference packs."""
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

    def covered(named: list[str]) -> list[tuple[str, str, int]]:
        return [
            (
                row.removeprefix(PACK).replace("_", " "),
                ", ".join(f"`{n}`" for n in rows.get(row, [])),
                counts.get(row, 0),
            )
            for row in named
        ]

    packs = sorted((row for row in set(rows) | set(counts) if row.startswith(PACK)), key=str.casefold)
    systems = sorted((set(rows) | set(counts)) - set(packs), key=_order)
    return page(
        "What works",
        "The books that ship with the package. A *golden figure* is an amount that was worked out independently and is "
        "checked to the penny; `openbook conform` recalculates all of them through the command line.\n",
        table(("book", "title", "what it is about", "golden figures"), books, "lllr"),
        "## Systems\n",
        "Rows of the list of systems for which a book ships, with the number of golden figures that are checked for each. A row "
        "that is not here does not work yet.\n",
        table(("row", "books", "golden figures"), covered(systems), "llr"),
        "## Reference packs\n",
        "Published payment schemes that are not rows of the list of systems, written as books with data only. Rates, thresholds and "
        "rounding name the text that they were taken from; the sums, volumes and what could not be found are marked illustrative, "
        "and notes in the book say so. Golden figures are worked by hand from the rule, or are the published example.\n",
        table(("pack", "books", "golden figures"), covered(packs), "llr"),
    )
