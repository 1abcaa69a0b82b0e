"""The document of one party's layer: read and written strictly, never part of the shared book."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from . import _json
from ._files import write_atomic
from ._json import Json
from ._shown import Shown
from ._strict import Fields
from ._values import plain
from .errors import BookError
from .linting import number_of
from .model import Concession, Note, Term

if TYPE_CHECKING:
    from .book import Book

__all__ = ["FORMAT", "Layer", "OutsideOption"]

FORMAT = "openbook-layer-1"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class OutsideOption:
    """What a party could do instead of signing.

    Attributes
    ----------
    name
        What it is called.
    worth
        The party's position over the term if it takes the option, + = in its favour: ``"£11.2m"`` or a number of
        pounds.
    words
        More about it.
    """

    name: str
    worth: str
    words: str = ""

    def __post_init__(self) -> None:
        given: Any = self.worth
        text = given if isinstance(given, str) else _json.dumps(plain(given))
        object.__setattr__(self, "worth", text)
        problems = []
        if not isinstance(self.name, str) or not self.name.strip():
            problems.append({"code": "missing-key", "path": "/name", "message": "an outside option needs a name"})
        if number_of(text) is None:
            message = f"found {given!r}, expected an amount of money such as '£11.2m'"
            problems.append({"code": "wrong-type", "path": "/worth", "message": message})
        if problems:
            raise BookError("not an outside option", problems)

    @property
    def amount(self) -> Decimal:
        """What it is worth, in pounds."""
        number = number_of(self.worth)
        assert number is not None  # checked when it was made
        return number


@dataclass(frozen=True, slots=True)
class Layer(Shown):
    """What one party keeps to itself about a shared book; see `openbook.layers`.

    Parameters
    ----------
    party
        Whose layer it is, by id or name.
    over
        The shared book, or its digest.
    beliefs
        What the party really expects: the name or path of a term (as for `Book.with_`) to its own value. Plans of
        inputs and parameters of drivers are the common ones: ``{"visits": 12_400, "/drivers/demand/deviation": 0.2}``.
    expected_concessions
        Concessions that the party expects to be made in practice.
    outside_options
        What it could do instead of signing.
    notes
        Private notes on places of the book.
    strategy
        Text.

    Raises
    ------
    BookError
        Something in it is not what it should be; every fault at once. Whether it fits the book is checked when it is
        laid over it.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.acute_contract()
    >>> layer = ob.Layer(party="hospital", over=book, beliefs={"type1_level": 9500}, strategy="Hold the floor.")
    >>> seen = book.with_layer(layer)
    >>> seen.digest == book.digest, seen.shareable() == book
    (True, True)
    """

    party: str
    over: str
    notes: Sequence[Note] = ()
    outside_options: Sequence[OutsideOption] = ()
    expected_concessions: Sequence[Concession] = ()
    beliefs: Mapping[str, Json] = field(default_factory=dict)
    strategy: str = ""

    def __init__(
        self,
        *,
        party: str,
        over: Book | str,
        notes: Sequence[Note | Mapping[str, Any]] = (),
        outside_options: Sequence[OutsideOption | Mapping[str, Any]] = (),
        expected_concessions: Sequence[Concession | Mapping[str, Any]] = (),
        beliefs: Mapping[str, Any] | None = None,
        strategy: str = "",
    ) -> None:
        problems: list[dict[str, str]] = []
        digest = over if isinstance(over, str) else over.digest
        if not _DIGEST.fullmatch(digest):
            message = f"found {digest!r}, expected a book or its digest of 64 hexadecimal digits"
            problems.append({"code": "malformed", "path": "/over", "message": message})
        for name, text in (("party", party), ("strategy", strategy)):
            if not isinstance(text, str) or (name == "party" and not text):
                problems.append({"code": "wrong-type", "path": f"/{name}", "message": f"found {text!r}, expected text"})
        values: dict[str, Any] = {
            "party": party,
            "over": digest,
            "notes": _made(Note, notes, "/notes", problems),
            "outside_options": _made(OutsideOption, outside_options, "/outside_options", problems),
            "expected_concessions": _made(Concession, expected_concessions, "/expected_concessions", problems),
            "beliefs": _beliefs(beliefs or {}, problems),
            "strategy": strategy,
        }
        if problems:
            raise BookError("not a layer", problems)
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        values: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        return type(self)(**(values | changes))

    # -- reading and writing ----------------------------------------------------------------------------------

    def to_json(self, *, indent: int | None = None) -> str:
        """The layer as JSON text. It is private: pass on the book, not this."""
        data = {
            "format": FORMAT,
            "party": self.party,
            "over": self.over,
            "strategy": self.strategy,
            "beliefs": dict(self.beliefs),
            "expected_concessions": [plain(item) for item in self.expected_concessions],
            "outside_options": [
                {"name": option.name, "worth": option.worth, "words": option.words} for option in self.outside_options
            ],
            "notes": [plain(item) for item in self.notes],
        }
        return _json.dumps({key: value for key, value in data.items() if value}, indent=indent)

    @classmethod
    def from_json(cls, given: str | bytes | Mapping[str, Any]) -> Self:
        """The layer that a JSON text stands for; unknown keys are refused."""
        problems: list[dict[str, str]] = []
        data = _json.loads(given) if isinstance(given, (str, bytes)) else plain(given)
        read = Fields(data, "", problems)
        read.format(FORMAT, "a layer is a document of its own")
        values: dict[str, Any] = {
            "party": read.text("party"),
            "over": read.text("over"),
            "strategy": read.text("strategy", ""),
            "beliefs": read.mapping("beliefs", {}),
            "expected_concessions": read.items("expected_concessions", []),
            "outside_options": read.items("outside_options", []),
            "notes": read.items("notes", []),
        }
        read.done()
        if problems:
            raise BookError("not a layer", problems)
        return cls(**values)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a layer from its file."""
        return cls.from_json(Path(path).read_bytes())

    def write(self, path: str | Path) -> None:
        """Write the layer to a file of its own, which is the party's own: keep it away from the book's folder."""
        write_atomic(path, self.to_json(indent=2) + "\n")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)

    def __hash__(self) -> int:
        return hash(self.to_json())

    # -- showing ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        counts = {
            "belief": len(self.beliefs),
            "expected concession": len(self.expected_concessions),
            "outside option": len(self.outside_options),
            "note": len(self.notes),
        }
        parts = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count]
        held = ", ".join(parts) or "nothing yet"
        return f"<Layer of {self.party} over {self.over[:12]}: {held}>"

    def _blocks(self) -> list[Any]:
        from ._display import blocks as b

        shown: list[Any] = [b.Heading(f"Layer of {self.party}", 3), *b.of_privacy(self.party)]
        if self.strategy:
            shown.append(b.Paragraph(self.strategy))
        if self.beliefs:
            rows = tuple((name, _text(value)) for name, value in self.beliefs.items())
            shown.append(b.Grid("Beliefs", ("term", "believed"), rows, "ll"))
        if self.outside_options:
            options = tuple((option.name, option.worth, option.words) for option in self.outside_options)
            shown.append(b.Grid("Outside options", ("option", "worth", "words"), options, "lrl"))
        if self.expected_concessions:
            made = tuple((c.id, c.concession, c.on, c.words) for c in self.expected_concessions)
            shown.append(b.Grid("Expected concessions", ("id", "concession", "on", "words"), made, "llll"))
        if self.notes:
            remarks = tuple((note.on, note.status, note.text) for note in self.notes)
            shown.append(b.Grid("Private notes", ("on", "status", "text"), remarks, "lll"))
        return shown


def _text(value: Json) -> str:
    inner = value.get("value", "") if isinstance(value, dict) else value
    return inner if isinstance(inner, str) else _json.dumps(inner)


def _made(cls: Any, given: Any, path: str, problems: list[dict[str, str]]) -> tuple[Any, ...]:
    """Objects of a class from objects or mappings; what is wrong with each is told under its own path."""
    if isinstance(given, (str, bytes, Mapping)) or not hasattr(given, "__iter__"):
        problems.append({"code": "wrong-type", "path": path, "message": f"found {given!r}, expected a list"})
        return ()
    made = []
    for number, item in enumerate(given):
        place = f"{path}/{number}"
        try:
            if isinstance(item, cls):
                made.append(item)
            elif isinstance(item, Mapping):
                made.append(_option(item) if cls is OutsideOption else cls.from_json(item))
            else:
                problems.append({"code": "wrong-type", "path": place, "message": f"found {item!r}, expected an object"})
        except BookError as error:
            problems += [{"code": p.code, "path": place + p.path, "message": p.message} for p in error.problems]
    return tuple(made)


def _option(given: Mapping[str, Any]) -> OutsideOption:
    problems: list[dict[str, str]] = []
    data = plain(given)
    if isinstance(data, dict) and isinstance(data.get("worth"), (int, Decimal)):
        data["worth"] = _json.dumps(data["worth"])
    read = Fields(data, "", problems)
    name, worth, words = read.text("name"), read.text("worth"), read.text("words", "")
    read.done()
    if problems:
        raise BookError("not an outside option", problems)
    return OutsideOption(name, worth, words)


def _beliefs(given: Any, problems: list[dict[str, str]]) -> Mapping[str, Json]:
    """Beliefs as JSON, each checked to be what a term may be."""
    if not isinstance(given, Mapping):
        problems.append({"code": "wrong-type", "path": "/beliefs", "message": f"found {given!r}, expected an object"})
        return MappingProxyType({})
    found = {}
    for name, value in given.items():
        place = f"/beliefs/{str(name).replace('~', '~0').replace('/', '~1')}"
        try:
            data = plain(value)
            Term.from_json(data if isinstance(data, dict) else {"value": data})
            found[str(name)] = data
        except BookError as error:
            problems += [{"code": p.code, "path": place + p.path, "message": p.message} for p in error.problems]
        except TypeError as error:
            problems.append({"code": "wrong-type", "path": place, "message": str(error)})
    return MappingProxyType(found)
