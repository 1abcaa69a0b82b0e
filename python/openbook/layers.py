"""Private layers: what one party keeps to itself, laid over the book that all parties share.

A layer is a document of its own. It holds what a party really expects (beliefs: its own values of terms, plans and
parameters of drivers), which concessions it expects, what it could do instead of signing (outside options), its
strategy and its notes. Laid over a shared book it makes a `LayeredBook`, which settles and simulates with all of that.

Nothing of a layer leaves with the book. The document of a layered book (`to_json`, `write`, `digest`, `original`) is
the shared document; what would carry the layer on unseen (pickles, `replace`, seals) is refused; every result says to
whom it is private, and is written to a file only with ``private=True``. `shareable` gives back the shared book.

A layer does not touch the draws: streams, correlations and ids are no terms, and only terms can be believed
otherwise. The same seed gives every shared driver the same random numbers with and without a layer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from . import _json, _places, _terms, notes, privacy, queries
from ._json import Json
from ._values import plain
from .book import Book
from .errors import BookError
from .layer import Layer
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .results import Settlement
    from .simulation import Simulation

__all__ = ["LayeredBook", "kept", "laid_over", "restored", "shareable"]

_MAIN = {"parameters": "value", "inputs": "plan", "quantities": "formula"}


BELIEFS = Schema("openbook.beliefs", 1, [Column(name) for name in ("name", "path", "shared", "believed")])
_WORTH = (Column("option"), Column("worth", "money"))
_FAVOUR = "+ = in the party's favour."
OPTIONS = Schema(
    "openbook.outside_options", 1, (*_WORTH, Column("position", "money"), Column("better_by", "money")), _FAVOUR
)
OPTIONS_DRAWN = Schema(
    "openbook.outside_options.simulated",
    1,
    (
        *_WORTH,
        *(Column(name, "float", "", "£") for name in ("mean", "mean_error")),
        *(Column(name, "float", "", "share of draws") for name in ("p_worse", "p_worse_error")),
    ),
    _FAVOUR,
)


class LayeredBook(Book):
    """A shared book under one party's layer. Made by `Book.with_layer`.

    What it is asked (`terms`, `settle`, `simulate`, `stress`, `lint`, ...) it answers with the layer; what is written
    of it is the shared document. It equals only a book with the same document and the same layer.

    Attributes
    ----------
    layer
        The party's layer.
    shared
        The book that all parties have.
    private_to
        Id of the party.
    """

    __slots__ = ("_party", "layer", "shared")
    _record: ClassVar[str] = "book"
    layer: Layer
    shared: Book
    _party: str

    @property
    def private_to(self) -> str:
        """Id of the party to which the book is private."""
        return self._party

    # -- the document is the shared one -----------------------------------------------------------------------

    def _canonical(self) -> str:
        return self.shared._canonical()

    def _same_text(self) -> str:
        return f"{self.shared._same_text()}\n{self.layer.to_json()}"

    def to_json(self, *, indent: int | None = None) -> str:
        """The shared document as JSON text; nothing of the layer."""
        return self.shared.to_json(indent=indent)

    def _written(self) -> str:
        return self.shared._written()

    def original(self) -> bytes:
        """The bytes of the shared document."""
        return self.shared.original()

    @property
    def digest(self) -> str:
        """The digest of the shared document."""
        return self.shared.digest

    def __reduce__(self) -> tuple[Any, ...]:
        privacy.refuse_pickle(self.private_to)
        return super().__reduce__()

    @classmethod
    def from_json(cls, given: Any) -> Self:
        """Refused: a document is of a shared book; a layered one is made by `Book.with_layer`."""
        privacy.refuse("read the shared book, ob.Book.from_json(...), and lay the layer over it, book.with_layer(...)")

    # -- changing ---------------------------------------------------------------------------------------------

    def with_all(self, changes: Mapping[str, Any]) -> Self:
        """The shared book changed, under the same layer; a change of a term takes the place of a belief about it."""
        shared = self.shared.with_all(changes)
        changed = set()
        for name in changes:
            with _collected([], ""):  # what is no term is believed by nobody
                changed.add(_pointer(self.shared._data, name))
        kept = {n: v for n, v in self.layer.beliefs.items() if _pointer(self.shared._data, n) not in changed}
        made: Any = laid_over(shared, self.layer.replace(over=shared, beliefs=kept))
        return cast(Self, made)

    def _redone(self, content: Mapping[str, Any]) -> Book:
        shared = Book.from_json(content)
        return laid_over(shared, self.layer.replace(over=shared))

    def replace(self, **changes: Any) -> Self:
        """Refused: fields of a layered book hold private things, which would enter the shared document."""
        privacy.refuse("change the shared book, book.shareable().replace(...), and lay the layer over it again")

    def with_note(self, *given: Any, **options: Any) -> Book:
        """Refused: say whether the note is shared or private."""
        privacy.refuse(
            "a note on a layered book is either shared, book.shareable().with_note(...), or private, "
            "layer.replace(notes=[...])"
        )

    # -- asking -----------------------------------------------------------------------------------------------

    def beliefs(self) -> Table:
        """What the party believes otherwise than the shared book says: name, path, shared, believed."""
        mine = self._data
        rows = []
        for name in self.layer.beliefs:
            pointer = _pointer(self.shared._data, name)
            before, after = (_shown(data, pointer) for data in (self.shared._data, mine))
            rows.append({"name": name, "path": pointer, "shared": before, "believed": after})
        return Table.of_rows(f"Beliefs of {self.private_to}", BELIEFS, rows, private_to=self.private_to)

    def against_outside_options(self, result: Settlement | Simulation, *, basis: str = "practised") -> Table:
        """What signing is worth to the party over the term, beside what it could do instead.

        Parameters
        ----------
        result
            A settlement or simulation of this book.
        basis
            "practised", "written" or "written_world", as far as it was calculated.

        Returns
        -------
        Table
            One row per outside option. Of a settlement: option, worth, position, better_by. Of a simulation: option,
            worth, mean, mean_error, p_worse (share of draws in which the party is worse off than with the option) and
            p_worse_error. Pounds, + = in the party's favour.

        Raises
        ------
        BookError
            The result is of another book.
        """
        from .drawn import RiskTable
        from .results import SIGN, Settlement

        if result.book != self:
            message = "the result was calculated from another book, or without this layer"
            raise BookError("another book", [{"code": "other-book", "path": "", "message": message}])
        owner = self.private_to
        options = [(option.name, option.amount) for option in self.layer.outside_options]
        title = f"Outside options of {queries.party_name(self, owner)}"
        if isinstance(result, Settlement):
            position = result.position(owner, basis=basis)
            exact = [{"option": n, "worth": w, "position": position, "better_by": position - w} for n, w in options]
            note = f"Positions over the term, {basis}. {SIGN}"
            return Table.of_rows(title, OPTIONS, exact, note, private_to=owner)
        draws = result.array(owner, every="term", basis=basis)
        drawn = [{"option": n, "worth": w, **_odds(draws, float(w), result)} for n, w in options]
        note = f"{result.draws:,} draws, seed {result.seed}. Positions over the term, {basis}. {SIGN}"
        note = f"{note} {queries.assumed([result.book])}".strip()
        return RiskTable.of_rows(title, OPTIONS_DRAWN, drawn, note, private_to=owner)

    # -- showing ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<Private to {self.private_to}: {self.shared!r} under {self.layer!r}>"

    def _blocks(self) -> list[Any]:
        from ._display import blocks

        own = [blocks.of_table(self.beliefs())] if self.layer.beliefs else []
        return [*super()._blocks(), *own, *self.layer._blocks()]


def _odds(draws: Any, worth: float, run: Simulation) -> dict[str, float]:
    def figures(part: Any) -> tuple[float, float]:
        return float(part.mean()), float((part <= worth - run._nothing).mean())

    count = len(draws)
    mean, worse = figures(draws)
    errors = run.sampling.errors(figures, draws, run.first_draw)
    if errors is not None:
        return {"mean": mean, "mean_error": errors[0], "p_worse": worse, "p_worse_error": errors[1]}
    return {
        "mean": mean,
        "mean_error": float(draws.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan,
        "p_worse": worse,
        "p_worse_error": math.sqrt(worse * (1 - worse) / count),
    }


def _shown(data: Json, pointer: str) -> str:
    try:
        term = _places.at(data, pointer)
    except BookError:
        return ""
    value = term.get("value", "") if isinstance(term, dict) else term
    steps = term.get("steps") or () if isinstance(term, dict) else ()
    return "; ".join([_text(value), *(f"from {step['from']}: {_text(step.get('value'))}" for step in steps)])


def _text(value: Json) -> str:
    return value if isinstance(value, str) else _json.dumps(value)


# -- laying a layer over a book -------------------------------------------------------------------------------------


def _pointer(data: dict[str, Json], name: str) -> str:
    """Where a belief goes: the pointer of a term that is stated or may be.

    Raises
    ------
    BookError
        Nothing answers to the name, or what does is no term.
    """
    if name.startswith("/"):
        parent, _, last = name.rpartition("/")
        base = _places.resolve(data, parent)
        whole = isinstance(_places.at(data, base), list)
        pointer = _places.resolve(data, name) if whole else f"{base}/{last}"
    else:
        try:
            return _terms.find(data, name).path
        except BookError as error:
            if error.problems[0].code == "ambiguous-name":
                raise
        pointer = _places.resolve(data, name)  # the id of a thing whose main term is not stated
        pointer += f"/{_MAIN.get(pointer.split('/')[1], '')}"
    if not _places.is_term(data, pointer):
        message = (
            f"'{name}' is no term; a layer believes otherwise only about terms: plans, parameters, formulas, "
            "parameters of drivers. Ids, parties, dates, streams and correlations are the shared book's"
        )
        raise BookError("not a term", [{"code": "not-a-term", "path": name, "message": message}])
    return pointer


def _believed(old: Json, new: Json, party: str) -> Json:
    """A term as a party believes it: in the unit of the shared one, and saying whose belief it is."""
    unit = {"unit": old["unit"]} if isinstance(old, dict) and old.get("unit") else {}
    new = unit | (new if isinstance(new, dict) else {"value": new})
    source = f" ({new['source']})" if new.get("source") else ""
    return {**new, "source": f"private: what {party} expects{source}", "illustrative": True}


def laid_over(book: Book, layer: Layer) -> LayeredBook:
    """A book under a layer; see `Book.with_layer`.

    Raises
    ------
    BookError
        The layer was made for another book, its party is not in the book, or something in it does not fit; all faults
        at once.
    """
    if book.private_to:
        privacy.refuse(f"the book lies under the layer of '{book.private_to}' already; take book.shareable()")
    problems: list[Any] = []
    if layer.over != book.digest:
        message = (
            f"the layer was made over the book with digest {layer.over}, this one has {book.digest}; where the change "
            "is known, layer.replace(over=book)"
        )
        problems.append({"code": "other-book", "path": "/over", "message": message})
    party = layer.party
    with _collected(problems, "/party"):
        party = queries.require_party(book, layer.party)
    data = _json.loads(book._core.write(False))
    for name, value in layer.beliefs.items():
        with _collected(problems, f"/beliefs/{name.replace('~', '~0').replace('/', '~1')}"):
            pointer = _pointer(data, name)
            _terms.put(data, pointer, _believed(_stated(data, pointer), value, party))
    for number, note in enumerate(layer.notes):
        with _collected(problems, f"/notes/{number}"):
            _places.resolve(data, note.on)
    if problems:
        raise BookError("the layer does not fit the book", problems)
    concessions = [_expected(item.to_dict(), party) for item in layer.expected_concessions]
    data["concessions"] = [*(data.get("concessions") or ()), *concessions]
    data["notes"] = [*(data.get("notes") or ()), *(_private(note.to_dict(), party) for note in layer.notes)]
    try:
        seen = Book.from_json(data)
    except BookError as error:
        raise BookError("the layer does not fit the book", error.problems) from None
    layered = object.__new__(LayeredBook)
    layered._set(seen._data, None)
    held = {"_core": seen._core, "_original": None, "_plan": None, "shared": book, "layer": layer, "_party": party}
    for name, content in held.items():
        object.__setattr__(layered, name, content)
    return layered


@contextmanager
def _collected(problems: list[Any], path: str) -> Iterator[None]:
    """Gathers what is refused inside, under a path of the layer."""
    try:
        yield
    except BookError as error:
        problems += [{"code": p.code, "path": path, "message": p.message} for p in error.problems]


def _stated(data: Json, pointer: str) -> Json:
    try:
        return _places.at(data, pointer)
    except BookError:
        return None


def _expected(concession: Any, party: str) -> Json:
    source = concession.get("source") or "no source given"
    return {**concession, "source": f"private: expected by {party} ({source})", "illustrative": True}


def _private(note: Any, party: str) -> Json:
    status = f"{notes.PRIVATE}, {note['status']}" if note.get("status") else notes.PRIVATE
    return {**note, "status": status, "author": note.get("author") or party}


# -- taking it off --------------------------------------------------------------------------------------------------


def shareable(book: Book) -> Book:
    """The book that every party may have: of a layered book the shared one, and without notes that say "private".

    What comes from it (documents, settlements, reports, errors, pickles) holds nothing of any layer.
    """
    shared = book.shared if isinstance(book, LayeredBook) else book
    public = [note for note in shared.notes if not notes.is_private(note.status)]
    return shared if len(public) == len(shared.notes) else shared.replace(notes=public)


def kept(book: Book) -> dict[str, Json]:
    """What a private file of a result keeps, to be read again."""
    return {"layer": _json.loads(book.layer.to_json())} if isinstance(book, LayeredBook) else {}


def restored(book: Book, data: Mapping[str, Any]) -> Book:
    """The book of a saved result, under its layer again if one was kept."""
    return book.with_layer(Layer.from_json(plain(data["layer"]))) if data.get("layer") else book
