"""What a shock's `on` stands for in a book: an id, a member, a driver, a cost, a date, or a term by name or path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import _names, _places, _terms
from .._description import records
from .._dimensions import columns_of, pair
from .._term_units import TermUnits
from .._values import nearest
from ..errors import BookError, Problem

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Index", "Target", "find"]

_MEMBER = re.compile(r"(?P<id>[^\[\]]+)\[(?P<member>[^\[\]]+)\]")
_VALUES = {"inputs": "input", "parameters": "parameter", "quantities": "quantity"}
_DATES = frozenset({"starts", "ends"})


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a shock acts on.

    Attributes
    ----------
    key
        How the core knows it: the id of an input, parameter or quantity, or the path of a driver, a term or a date.
    kind
        "input", "parameter", "quantity", "driver", "term" or "date".
    name
        What a reader calls it.
    member
        Of its dimension; "" for all.
    place
        The term, where it is one.
    """

    key: str
    kind: str
    name: str
    member: str = ""
    place: _terms.Place | None = field(default=None, repr=False)


class Index:
    """A book by ids, clauses and terms, made once for all shocks of a run."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.data: dict[str, Any] = book._data
        self.ids: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
        for kind, path, item in _with_ids(self.data):
            self.ids[item["id"]] = (kind, path, item)

    @cached_property
    def places(self) -> list[_terms.Place]:
        """Every term that the document states, but those of scenarios."""
        return [place for place in _terms.places(self.data) if not place.path.startswith("/scenarios")]

    @cached_property
    def units(self) -> TermUnits:
        """The unit of every term."""
        return TermUnits(self.data)

    def of_kind(self, *kinds: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Id, path and data of everything of some kinds, in the document's order."""
        for name, (kind, path, item) in self.ids.items():
            if kind in kinds:
                yield name, path, item


_KINDS = {
    "parties": "party",
    "services": "service",
    "inputs": "input",
    "parameters": "parameter",
    "quantities": "quantity",
    "contracts": "contract",
    "overlays": "overlay",
    "clauses": "clause",
    "costs": "cost",
    "funding": "funding",
    "drivers": "driver",
    "measures": "measure",
    "frameworks": "framework",
    "dimensions": "dimension",
    "scenarios": "scenario",
}


def _with_ids(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for pointer, item in _places._with_ids(dict(data), ()):
        parts = pointer.split("/")
        yield _KINDS.get(parts[-2], parts[-2]), pointer, item


def _main_terms(kind: str, path: str, item: Mapping[str, Any]) -> str:
    """The path of the term that a cost, funding or measure is about."""
    if kind == "measure":
        return f"{path}/value"
    return f"{path}/{'rate' if item.get('kind') in ('variable', 'step') else 'amount'}"


def find(index: Index, on: str, path: str = "") -> Target:
    """The thing that `on` stands for.

    Parameters
    ----------
    path
        Where the shock stands, for errors.

    Raises
    ------
    BookError
        Nothing answers to it (the nearest are offered), several things do, or it has no such member.
    """
    match = _MEMBER.fullmatch(on.strip())
    if match:
        return _member(index, match["id"].strip(), match["member"].strip(), path)
    if on in index.ids:
        return _of_id(index, on, path)
    date = _date(index, on, path)
    if date is not None:
        return date
    spoken = [name for name, _, item in index.of_kind("input", "quantity", "driver") if _called(item, on)]
    if len(spoken) == 1:
        return _of_id(index, spoken[0], path)
    return _term(index, on, path)


def _called(item: Mapping[str, Any], on: str) -> bool:
    return bool(item.get("name")) and _names.words_of(str(item["name"])) == _names.words_of(on)


def _of_id(index: Index, on: str, path: str) -> Target:
    kind, at, item = index.ids[on]
    name = str(item.get("name") or on)
    if kind in _VALUES.values():
        return Target(on, kind, name)
    if kind == "driver":
        return Target(at, kind, name)
    if kind in ("cost", "funding", "measure"):
        at = _main_terms(kind, at, item)
        return Target(at, "term", name, place=next((p for p in index.places if p.path == at), None))
    terms = [place.name for place in index.places if place.path.startswith(f"{at}/")]
    listed = f"; say one of its terms: {', '.join(terms[:12])}" if terms else ""
    message = f"'{on}' is a {kind}, which has no value of its own{listed}"
    raise BookError("a shock on no value", [Problem("not-a-value", f"{path}/on", message)])


def _member(index: Index, on: str, member: str, path: str) -> Target:
    target = find(index, on, path)
    item = index.ids[target.key][2] if target.key in index.ids else {}
    dimensions = columns_of(item)
    if not dimensions:
        message = f"'{on}' has no dimension, so that '{member}' is no member of it"
        raise BookError("no such member", [Problem("missing-member", f"{path}/on", message)])
    own = {name: list(index.ids[name][2].get("members") or ()) for name in dimensions}
    if len(dimensions) == 2:
        member = _of_pairs(own, member, path)
    elif member not in own[dimensions[0]]:
        hint = nearest(member, own[dimensions[0]]) or "."
        message = f"'{member}' is no member of '{dimensions[0]}'{hint}"
        raise BookError("no such member", [Problem("missing-member", f"{path}/on", message)])
    return Target(target.key, target.kind, f"{target.name}, {member}", member)


def _of_pairs(own: Mapping[str, list[str]], said: str, path: str) -> str:
    """What a shock on a value over two dimensions acts on: a pair, or all pairs of a member of one of them."""
    (first, of_first), (second, of_second) = own.items()
    pairs = [pair(a, b) for a in of_first for b in of_second]
    if said in of_first and said in of_second:
        message = f"'{said}' is a member of '{first}' and of '{second}'; name a pair, such as '{pairs[0]}'"
        raise BookError("no such member", [Problem("missing-member", f"{path}/on", message)])
    member = ", ".join(part.strip() for part in said.split(",")) if said not in pairs else said
    if member in pairs or member in of_first or member in of_second:
        return member
    hint = nearest(member, [*of_first, *of_second, *pairs[:1000]]) or "."
    message = f"'{said}' is no pair of '{first}' by '{second}', and no member of one of them{hint}"
    raise BookError("no such member", [Problem("missing-member", f"{path}/on", message)])


def _pointer(index: Index, on: str, path: str) -> str:
    """A path with elements of lists by number; its last part may stand at its default."""
    above, _, last = on.rpartition("/")
    try:
        return f"{_places.resolve(index.data, above)}/{last}"
    except BookError as error:
        problems = [Problem(p.code, f"{path}/on", f"{on}: {p.message}") for p in error.problems]
        raise BookError(error.summary, problems) from None


def _date(index: Index, on: str, path: str) -> Target | None:
    """A first or last month in the document, by path or as "acute.ends"; also the month of a dated step."""
    owner, dot, name = on.rpartition(".")
    if dot and name in _DATES and owner in index.ids:
        return Target(f"{index.ids[owner][1]}/{name}", "date", on)
    last = on.rpartition("/")[2]
    if not on.startswith("/") or last not in (*_DATES, "from"):
        return None
    pointer = _pointer(index, on, path)
    if last == "from" and "/steps/" not in pointer:
        return None
    return Target(pointer, "date", on)


def _term(index: Index, on: str, path: str) -> Target:
    """A term by its name, or by its path though it stands at its default."""
    owner, dot, name = on.rpartition(".")
    if dot and owner in index.ids and _may_be_a_term(index, f"{index.ids[owner][1]}/{name}"):
        on = f"{index.ids[owner][1]}/{name}"  # also where it stands at its default
    if on.startswith("/"):
        pointer = _pointer(index, on, path)
        place = next((p for p in index.places if p.path == pointer), None)
        if place is None and not _may_be_a_term(index, pointer):
            message = f"no term stands at '{on}'"
            raise BookError("a shock on no term", [Problem("not-a-term", f"{path}/on", message)])
    else:
        try:
            place = _terms.find(index.data, on)
        except BookError as error:
            known = [*index.ids, *(alias for p in index.places for alias in p.names)]
            detail = error.problems[0]
            if detail.code == "unknown-name":
                message = f"nothing in the book is called '{on}'{nearest(on, known) or '.'}"
                raise BookError("an unknown name", [Problem("unknown-name", f"{path}/on", message)]) from None
            raise BookError("an ambiguous name", [Problem(detail.code, f"{path}/on", detail.message)]) from None
        pointer = place.path
    if place is not None:
        whole = {"parameter": "value", "quantity": "formula"}.get(place.owner)
        if place.field == whole and place.path.count("/") == 3:
            owner = _places.at(index.data, place.path.rpartition("/")[0])
            return Target(owner["id"], place.owner, place.title or place.name)
        if place.owner == "parameter" and "/members/" in place.path:
            owner = _places.at(index.data, "/".join(place.path.split("/")[:3]))
            member = place.path.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            return Target(owner["id"], "parameter", place.name, member)
    return Target(pointer, "term", place.title or place.name if place else on, place=place)


def _may_be_a_term(index: Index, pointer: str) -> bool:
    try:
        return _places.is_term(index.data, pointer)
    except BookError:
        return False


def is_event(action: str) -> bool:
    """Whether an action is something that befalls a party or a rule."""
    kinds = records()["shock"].field("action")
    return kinds is not None and action in kinds.type.choices[5:]
