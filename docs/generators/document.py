"""The pages of the document's objects: one for the records, one for each family but the clauses."""

from __future__ import annotations

from openbook._description import RecordType, common_fields, families, records

from .markdown import SOURCES, Linker, fence, one_line, page

CLAUSES = "clauses"
FAMILY_PAGES = {"cost": "costs.md", "driver": "drivers.md"}
FAMILY_TITLES = {"cost": "Costs", "driver": "Drivers"}
FAMILY_WORDS = {
    "cost": "What a party spends outside the contracts, month by month. A cost goes to a declared outside party, so that "
    "positions still sum to zero over all parties. `kind` says which of the following a cost is.",
    "driver": "An uncertain input: its distribution, its path in time and, in correlation groups, what it moves with. "
    "A driver acts only in a simulation; a settlement never draws. `kind` says which distribution it has. How the draws "
    "are made is told in [Randomness](../explanation/randomness.md).",
}


def page_of_family(family: str) -> str:
    """The file of a family's page, under docs/reference."""
    return FAMILY_PAGES.get(family, f"{family}s.md")


def places() -> dict[str, str]:
    """For every record the file, and where it has one the section, that describes it."""
    found = {}
    for record in records().values():
        if record.kind_of == "clause":
            found[record.name] = f"{CLAUSES}/{record.name}.md"
        elif record.kind_of:
            found[record.name] = f"{page_of_family(record.kind_of)}#{record.name}"
        else:
            found[record.name] = f"document.md#{record.name}"
    return found


def section(record: RecordType, linker: Linker, without: frozenset[str] = frozenset()) -> str:
    """A record's section: meaning, sources, fields, example."""
    parts = [f"## {record.name}\n", record.documentation + "\n"]
    if record.source:
        parts.append(f"From {record.source}.\n")
    parts.append(linker.fields(field for field in record.fields if field.name not in without))
    if record.example:
        parts.append(fence("json", one_line(record.example)))
    return "\n".join(parts)


def document_page() -> str:
    """The records that belong to no family."""
    linker = Linker(places(), "document.md")
    others = ", ".join(
        f"[{FAMILY_TITLES.get(family, family + 's').lower()}]({page_of_family(family)})"
        for family in families()
        if family != "clause"
    )
    intro = (
        "Every object of a book, its fields and what they mean. A field without a default is required. In Python each "
        "object is a class of `openbook` with keyword arguments (`ob.Party(id=..., roles=[...])`). The kinds of "
        f"[clauses](clauses/index.md) have a page each; {others} have their own pages. "
        "`openbook schema` prints the same as a JSON Schema.\n"
    )
    sections = [section(record, linker) for record in records().values() if not record.kind_of]
    return page("The document", intro, SOURCES, *sections)


def family_page(family: str) -> str:
    """A family other than the clauses: the fields of all kinds once, then each kind."""
    linker = Linker(places(), page_of_family(family))
    common = common_fields(family)
    names = frozenset(field.name for field in common)
    return page(
        FAMILY_TITLES.get(family, family.capitalize() + "s"),
        FAMILY_WORDS.get(family, ""),
        SOURCES,
        f"## Fields of every {family}\n",
        linker.fields(common),
        *(section(record, linker, names) for record in families()[family]),
    )


def pages() -> dict[str, str]:
    """The pages by file."""
    made = {"document.md": document_page()}
    return made | {page_of_family(family): family_page(family) for family in families() if family != "clause"}
