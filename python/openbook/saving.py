"""Results that last: one file per result, read back as an equal object of the same class.

A file holds everything that a later reader needs: the book with its digest, what was asked (data and choices included),
what came out, and by which version of the package and which arithmetic edition. It is a ZIP archive of JSON texts and
NumPy arrays that any tool opens; see `openbook.read_result`.
"""

from __future__ import annotations

import hashlib
import importlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from . import _container, _extras, _json, privacy
from ._container import refused
from ._files import write_atomic
from .errors import BookError, DataError, OpenbookError

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Parcel", "read_as", "read_result", "save"]

#: Kinds of results and their classes.
KINDS = {
    "settlement": ("results", "Settlement"),
    "simulation": ("simulation", "Simulation"),
    "reduced": ("risk.reduced", "Reduced"),
    "stress": ("stressing", "StressTable"),
    "comparison": ("comparison", "Comparison"),
    "movement": ("movement", "Movement"),
    "what_if": ("supposing", "WhatIf"),
    "table": ("table", "Table"),
    "explanation": ("explanation", "Explanation"),
    "reverse_stress": ("reversing", "ReverseStress"),
    "sensitivity": ("sensitivities", "Sensitivity"),
    "marginal_pounds": ("sensitivities", "MarginalPounds"),
    "tornado": ("sensitivities", "Tornado"),
    "driver_indices": ("sensitivities", "DriverIndices"),
    "break_even": ("sensitivities", "BreakEven"),
    "break_even_line": ("sensitivities", "Frontier"),
    "value_of_information": ("sensitivities", "Information"),
    "efficient_frontier": ("frontiers", "EfficientFrontier"),
    "stability": ("many_seeds", "Stability"),
    "backtest": ("backtesting", "Backtest"),
}

#: Files of the first releases: one JSON text, settlements only.
FIRST_FORMAT = "openbook-settlement-1"

R = TypeVar("R")


class Parcel:
    """What goes into a file beside a result's own content: books, each once, and arrays."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.layers: dict[str, str] = {}
        self.arrays: dict[str, npt.NDArray[np.float64]] = {}
        self.loads: dict[str, Any] = {}

    def keep(self, book: Book) -> str:
        """Put a book into the file; its digest stands for it."""
        digest = book.digest
        self.books.setdefault(digest, book.shareable())
        if not book.private_to:
            return digest
        layer: str = book.layer.to_json()  # type: ignore[attr-defined]
        name = f"{digest}-{hashlib.sha256(layer.encode()).hexdigest()[:16]}"
        self.layers[name] = layer
        return name

    @classmethod
    def asked(cls, request: Any) -> Any:
        """A request with its keys in alphabetical order: what was asked in another order is the same."""
        if isinstance(request, Mapping):
            return {key: cls.asked(request[key]) for key in sorted(request)}
        return [cls.asked(item) for item in request] if isinstance(request, (list, tuple)) else request

    def encode(self, value: Any) -> Any:
        """A value as JSON; books, arrays and other results in it go into the file."""
        return _extras.encode(value, self)

    def decode(self, value: Any) -> Any:
        """The value that JSON stands for."""
        return _extras.decode(value, self)

    def put(self, array: npt.NDArray[Any]) -> str:
        """Put an array into the file; its name there."""
        name = f"array_{len(self.arrays)}"
        self.arrays[name] = np.asarray(array, dtype=np.float64)
        return name

    def lay_in(self, load: Any) -> str:
        """Put data, as they were loaded, into the file, each once; their name there."""
        name = hashlib.sha256(_json.dumps(load).encode()).hexdigest()[:16]
        self.loads.setdefault(name, load)
        return name

    def pack(self, result: Any) -> dict[str, Any]:
        """A result inside another, with its kind."""
        return {"kind": result._kind, "content": result._pack(self)}

    def unpack(self, packed: Mapping[str, Any]) -> Any:
        """The result of `pack`."""
        return _class_of(packed["kind"])._unpack(packed["content"], self)

    @staticmethod
    def check_result(result: Any, book: Book) -> None:
        """Whether a settlement's result is one of this book and of an edition that this release knows.

        Raises
        ------
        DataError
            It is not.
        """
        if not isinstance(result, dict) or result.get("book") != book.id:
            found = result.get("book") if isinstance(result, dict) else result
            raise refused("malformed", f"the result is of book {found!r}, the file's book is {book.id!r}")
        _known_edition(result.get("edition"))
        missing = [name for name in ("entries", "positions", "cash", "gap", "warnings") if name not in result]
        if missing:
            raise refused("malformed", f"the result lacks {', '.join(missing)}")


def _known_edition(edition: Any) -> None:
    from . import _core

    if edition and edition not in _core.editions:
        known = ", ".join(_core.editions)
        message = f"calculated by arithmetic edition {edition!r}; this release knows {known}: use a newer release"
        raise refused("newer-edition", message)


# -- writing ------------------------------------------------------------------------------------------------------


def save(result: Any, path: str | Path, *, private: bool = False, **options: Any) -> None:
    """Keep a result in a file; replaced whole or not at all. What is private to a party needs `private`."""
    from . import __version__, _core

    own = privacy.permit(getattr(result, "private_to", ""), private, type(result).__name__.lower())
    parcel = Parcel()
    content = result._pack(parcel, **options)
    members = {f"books/{digest}.json": _text(book.to_json()) for digest, book in parcel.books.items()}
    members |= {f"layers/{digest}.json": _text(layer) for digest, layer in parcel.layers.items()}
    members |= {f"loads/{name}.json": _text(_json.dumps(load)) for name, load in parcel.loads.items()}
    members["content.json"] = _text(_json.dumps(content))
    for name, array in parcel.arrays.items():
        members[f"{name}.npy"] = _array_bytes(array)
    manifest = {
        "kind": result._kind,
        "package": getattr(result, "release", __version__),
        "edition": getattr(result, "edition", _core.editions[-1]),
        "books": {digest: book.id for digest, book in parcel.books.items()},
        **own,
    }
    write_atomic(path, _container.pack(manifest, members))


def _text(text: str) -> bytes:
    return text.encode() + b"\n"


def _array_bytes(array: npt.NDArray[np.float64]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array, dtype="<f8"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


# -- reading ------------------------------------------------------------------------------------------------------


def read_result(path: str | Path, *, recalculate: bool = False) -> Any:
    """Read a result that `save` has kept: a settlement, simulation, stress test, comparison, movement, table or
    explanation.

    The file is checked before anything in it is believed: its digest, the digests of its members and of its books, its
    format and its arithmetic edition. Nothing in it is run. Files of the first releases (JSON, settlements) are read
    too.

    Parameters
    ----------
    path
        The file.
    recalculate
        Calculate everything again, and refuse a file whose figures this release does not come to. Digests show that a
        file is as it was written; this shows that its figures follow from its book and its data.

    Returns
    -------
    Settlement, Simulation, StressTable, Comparison, Movement, Table or Explanation
        Equal to what was saved.

    Raises
    ------
    OSError
        The file cannot be read.
    DataError
        It is another kind of file, cut off, damaged, changed, or of a newer release; the message says which.

    Examples
    --------
    >>> import tempfile, openbook as ob
    >>> settlement = ob.examples.third_sector_cash().settle(plan=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     settlement.save(f"{folder}/m12.openbook")
    ...     ob.read_result(f"{folder}/m12.openbook", recalculate=True) == settlement
    True
    """
    content = Path(path).read_bytes()
    try:
        result = (
            _first_settlement(content) if content.lstrip().startswith(b"{") else _built(*_container.unpack(content))
        )
        if recalculate:
            result._recalculate()
    except DataError as error:
        raise DataError(f"{Path(path).name}: {error.summary}", error.problems) from None
    return result


def read_as(cls: type[R], path: str | Path) -> R:
    """Read a result of one class.

    Raises
    ------
    DataError
        As for `read_result`, or the file holds a result of another class.
    """
    result = read_result(path)
    if not isinstance(result, cls):
        found = type(result).__name__
        message = f"found a {found}, expected a {cls.__name__}; openbook.read_result reads any"
        problem = {"code": "other-kind", "path": "", "message": message}
        raise DataError(f"{Path(path).name}: not a {cls.__name__}", [problem])
    return result


def _class_of(kind: Any) -> Any:
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise refused("newer-format", f"holds a {kind!r}; this release reads {known}: use a newer release")
    module, cls = KINDS[kind]
    return getattr(importlib.import_module(f".{module}", __package__), cls)


def _built(manifest: Mapping[str, Any], members: Mapping[str, bytes]) -> Any:
    kind = manifest.get("kind")
    cls = _class_of(kind)
    _known_edition(manifest.get("edition"))
    parcel = Parcel()
    try:
        parcel.books = _books(members)
        loads = {name: content for name, content in members.items() if name.startswith("loads/")}
        parcel.loads = {name[6:].removesuffix(".json"): _json.loads(content) for name, content in loads.items()}
        arrays = {name: content for name, content in members.items() if name.endswith(".npy")}
        parcel.arrays = {name.removesuffix(".npy"): _array(content) for name, content in arrays.items()}
        return cls._unpack(_json.loads(members["content.json"]), parcel)
    except BookError as error:
        raise DataError("not valid in this release", error.problems) from None
    except OpenbookError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        message = f"its content is not that of a {kind}: {type(error).__name__}: {error}"
        raise refused("malformed", message) from None


def _books(members: Mapping[str, bytes]) -> dict[str, Book]:
    from .book import Book
    from .layer import Layer

    books = {}
    for member, content in members.items():
        if member.startswith("books/"):
            wanted = member.removeprefix("books/").removesuffix(".json")
            books[wanted] = _same_book(Book.from_json(content), wanted)
    for member, content in members.items():
        if member.startswith("layers/"):
            name = member.removeprefix("layers/").removesuffix(".json")
            books[name] = books[name.partition("-")[0]].with_layer(Layer.from_json(content))
    return books


def _same_book(book: Book, wanted: Any) -> Book:
    if book.digest != wanted:
        message = f"the book's digest is {book.digest}, the file says {wanted}"
        raise DataError("a changed book", [{"code": "digest", "path": "/book", "message": message}])
    return book


def _array(content: bytes) -> npt.NDArray[np.float64]:
    array: npt.NDArray[np.float64] = np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
    if array.dtype != np.dtype("<f8"):
        raise refused("malformed", f"an array of {array.dtype}, expected little-endian float64")
    array = array.astype(np.float64, copy=False)
    array.setflags(write=False)
    return array


def _first_settlement(content: bytes) -> Any:
    """A settlement in the format of the first releases."""
    from .book import Book
    from .results import Settlement

    try:
        data = _json.loads(content)
        found = data.get("format")
        if found != FIRST_FORMAT:
            said = f"format {found!r}" if found else "JSON without a format"
            raise refused("foreign", f"found {said}, expected a file written by save")
        book = _same_book(Book.from_json(data["book"]), data["digest"])
        Parcel.check_result(data["result"], book)
        return Settlement(book, data["request"], data=data["result"], release="")
    except BookError as error:
        raise DataError("not valid in this release", error.problems) from None
    except KeyError as error:
        raise refused("malformed", f"it lacks {error}") from None
