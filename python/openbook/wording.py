"""The contract's own words: which paragraph a clause comes from, what it says, and what is calculated from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import _json, _places, _prose, _terms, queries
from ._json import Json
from ._values import nearest
from .errors import BookError, OpenbookError, Problem
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .explanation import Explanation
    from .model import Clause

__all__ = ["Citation", "citations", "cited", "clause", "speaking", "told", "words"]

COLUMNS = Schema(
    "openbook.words",
    1,
    (
        Column("contract"),
        Column("clause"),
        Column("name"),
        Column("family"),
        Column("ref"),
        Column("words"),
        Column("formula"),
        Column("notes"),
    ),
)
# Fields of a clause that say when it is settled and paid, not how much; said only where they are not the usual ones.
_USUAL = {"paid_after": "1"}


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a clause stands in the contract, and its words.

    Attributes
    ----------
    path
        JSON pointer.
    where
        In the contract's words: ``"Acute 2024/25, clause 7.3 (Sch 3A 4.2)"``.
    title
        The clause's name, or its id where it has none.
    ref, words
        The paragraph it comes from, and what it says; "" where the book does not say.
    """

    path: str
    where: str
    title: str
    ref: str
    words: str


def citations(book: Book) -> dict[str, Citation]:
    """The place of every clause, by the clause's id."""
    data = book._data
    found = {}
    for kind in ("contracts", "overlays"):
        for g, group in enumerate(data.get(kind, ())):
            for c, item in enumerate(group.get("clauses", ())):
                path = f"/{kind}/{g}/clauses/{c}"
                where = _places.in_words(data, path)
                title, ref = item.get("name") or item["id"], item.get("ref", "")
                found[item["id"]] = Citation(path, where, title, ref, item.get("words", ""))
    return found


def clause(book: Book, name: str) -> Clause:
    """The clause of an id, a name, or a paragraph reference.

    Raises
    ------
    BookError
        No clause answers to it (the nearest are offered), or several do.

    Examples
    --------
    >>> import openbook as ob
    >>> clause(ob.examples.acute_contract(), "four_hour_penalty").ref
    'Sch 4A'
    """
    everything: list[Clause] = [item for _, item, _ in queries.clauses(book)]
    for field in ("id", "name", "ref"):
        found = [item for item in everything if getattr(item, field) == name]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(item.id for item in found)
            message = f"'{name}' stands for {len(found)} clauses: {ids}; name one of these"
            raise BookError("an ambiguous name", [{"code": "ambiguous-name", "path": "", "message": message}])
    known = [alias for item in everything for alias in (item.id, item.name, item.ref) if alias]
    message = f"no clause '{name}'{nearest(name, known)}"
    raise BookError(f"no clause '{name}'", [{"code": "unknown-clause", "path": "", "message": message}])


def words(book: Book) -> Table:
    """Every clause beside the contract's own words.

    Returns
    -------
    Table
        Columns contract, clause (id), name, family, ref (paragraph of the contract), words (of the contract), formula
        (what is calculated, in words) and notes.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.examples.third_sector_cash().words()["formula"]
    ('paid after: ‘Months between service and payment’; amount: ‘Value of the contract a year’',)
    """
    from .notes import beside

    data, names = book._data, _names(book)
    remarks = beside(book)
    stated: dict[str, list[_terms.Place]] = {}
    places = citations(book)
    for place in _terms.places(data):
        home = place.path.split("/")
        if len(home) > 5 and home[3] == "clauses":
            stated.setdefault("/".join(home[:5]), []).append(place)
    rows = []
    for group, item, _ in queries.clauses(book):
        path = places[item.id].path
        rows.append(
            {
                "contract": group.name or group.id,
                "clause": item.id,
                "name": item.name,
                "family": item.kind,
                "ref": item.ref,
                "words": item.words,
                "formula": "; ".join(_calculated(data, path, stated.get(path, ()), names)),
                "notes": remarks(path),
            }
        )
    return Table.of_rows(f"Words of {book.id}", COLUMNS, rows, private_to=book.private_to)


def _calculated(
    data: Json, clause_path: str, stated: Sequence[_terms.Place], names: Mapping[str, str]
) -> Iterator[str]:
    """Each stated term of a clause: which one, and its formula in words."""
    skipped = len(_places.in_words(data, clause_path))
    for place in stated:
        term = place.data if isinstance(place.data, dict) else {"value": place.data}
        said = _prose.in_words(str(term.get("value", "")), names)
        for step in term.get("steps") or ():
            said += f", from {step['from']} {_prose.in_words(str(step.get('value', '')), names)}"
        if _USUAL.get(place.field) != said:
            yield f"{_places.in_words(data, place.path)[skipped + 2 :]}: {said}"


def _names(book: Book) -> dict[str, str]:
    """What formulas call things by: their names, quoted."""
    found = {}
    for group in (book.parties, book.inputs, book.parameters, book.curves, book.quantities, book.frameworks):
        found.update({item.id: f"‘{item.name}’" for item in group if item.name})
    found.update({item.id: f"‘{item.name}’" for framework in book.frameworks for item in framework.measures})
    found.update({item.id: f"‘{item.name or item.id}’" for _, item, _ in queries.clauses(book)})
    return found


# -- errors and explanations ----------------------------------------------------------------------------------------


def told(error: OpenbookError, data: Json) -> OpenbookError:
    """The same error with every place told in the contract's words."""
    problems = [_told(problem, data) for problem in error.problems]
    return type(error)(error.summary, problems)


def _told(problem: Problem, data: Json) -> Problem:
    where = _places.in_words(data, problem.path)
    return replace(problem, where=where) if where else problem


@contextmanager
def speaking(document: Json) -> Iterator[None]:
    """What is refused inside is told in the words of a document, given as data or as text."""
    try:
        yield
    except OpenbookError as error:
        raise told(error, _parsed(document) if isinstance(document, str) else document) from None


def _parsed(text: str) -> Json:
    """The data of a text, also of one that is no valid book; nothing of one that is no JSON."""
    try:
        return _json.loads(text)
    except BookError:
        return None


def cited(book: Book, tree: Explanation, clause_id: str = "") -> Explanation:
    """An explanation whose clauses say where they stand and what their words are.

    Parameters
    ----------
    clause_id
        The clause that the root explains; of the others the core gives the titles.
    """
    places = citations(book)
    titled: dict[str, list[Citation]] = {}
    for place in places.values():
        titled.setdefault(place.title, []).append(place)
    root = _with_citation(tree, [places[clause_id]]) if clause_id in places else tree
    return _cite(root, titled).owned(book.private_to)


def _cite(node: Explanation, titled: Mapping[str, Sequence[Citation]]) -> Explanation:
    if node.kind == "clause" and not node.where and node.label in titled:
        node = _with_citation(node, titled[node.label])
    children = tuple(_cite(child, titled) for child in node.children)
    same = all(new is old for new, old in zip(children, node.children, strict=True))
    return node if same else replace(node, children=children)


def _with_citation(node: Explanation, places: Sequence[Citation]) -> Explanation:
    where = "; ".join(place.where for place in places)
    said = "; ".join(dict.fromkeys(place.words for place in places if place.words))
    # The core gives the reference of a clause as its formula, for want of a better field.
    formula = "" if any(node.formula == place.ref for place in places) else node.formula
    return replace(node, where=where, words=said, formula=formula)
