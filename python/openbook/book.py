"""The agreed model as one frozen value, and what can be asked of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import _json, _terms
from ._files import write_atomic
from ._json import Json
from ._values import plain
from .errors import BookError, Problem
from .model import BookRecord
from .table import Column, Table

if TYPE_CHECKING:
    from . import _core
    from .data import Load, Needs
    from .explanation import Explanation
    from .results import Settlement
    from .simulation import Progress, Simulation
    from .stressing import Shocks, StressTable

__all__ = ["Book", "diff", "read_book", "schema", "terms", "validate"]

TERM_COLUMNS = (
    Column("name"),
    Column("path"),
    Column("value"),
    Column("unit"),
    Column("source"),
    Column("illustrative", "bool"),
    Column("alternatives"),
)


class Book(BookRecord):
    """The whole agreed model: calendar, parties, contracts, overlays, frameworks, finances, drivers, scenarios.

    A book never changes; `with_` and `replace` give changed copies. It is equal to another book, and has the same
    `digest`,
    exactly when both say the same.

    Parameters
    ----------
    **fields
        The fields of the document by name (``id=``, ``calendar=``, ``parties=``, ...), as objects of `openbook.model`
        or as
        plain data.

    Raises
    ------
    BookError
        Something in it is wrong; every fault is listed with its path, what was found and what was expected.

    Examples
    --------
    >>> from openbook import Block, Book, Calendar, Contract, Party
    >>> book = Book(
    ...     id="small",
    ...     calendar=Calendar(start="2024-04", months=12),
    ...     parties=[Party(id="icb", roles=["commissioner"]), Party(id="trust", roles=["provider"])],
    ...     contracts=[Contract(id="acute", payer="icb", payee="trust",
    ...                         clauses=[Block(id="main", amount="£12m")])],
    ... )
    >>> book.contracts[0].clauses[0].amount
    Term('£12m')
    """

    __slots__ = ("_core", "_plan")
    _record: ClassVar[str] = "book"
    _core: _core.Book
    _plan: Any

    if not TYPE_CHECKING:

        def __init__(self, **fields: Any) -> None:
            super().__init__(**fields)

    def _adopt(self, data: Json) -> None:
        self._hold(_json.dumps(data))

    def _hold(self, text: str | bytes) -> None:
        from . import _core

        if isinstance(text, bytes):
            text = _decoded(text)
        core = _core.Book.read(text)
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_plan", None)
        self._set(_json.loads(core.write(False)), core.canonical())

    def _same_text(self) -> str:
        return str(self._core.canonical())

    def _compiled(self) -> Any:
        """What the last simulation compiled, or None; used again where only draws, seed or machine differ."""
        return self._plan

    def _keep_compiled(self, plan: Any) -> None:
        object.__setattr__(self, "_plan", plan)

    # -- reading and writing ----------------------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a book from a JSON file.

        Raises
        ------
        OSError
            The file cannot be read.
        BookError
            The document is not a valid book.
        """
        return cls.from_json(Path(path).read_bytes())

    @classmethod
    def from_json(cls, given: str | bytes | Mapping[str, Any]) -> Self:
        """The book that a JSON text (or an already parsed mapping) stands for."""
        book = object.__new__(cls)
        book._hold(given if isinstance(given, (str, bytes)) else _json.dumps(plain(given)))
        return book

    def to_json(self, *, indent: int | None = None) -> str:
        """The document as JSON text: compact, or laid out for reading with `indent`."""
        return self._core.write(False) if indent is None else self._core.write(True)

    def write(self, path: str | Path) -> None:
        """Write the document to a file, laid out for reading; the file is replaced whole or not at all."""
        text = self._core.write(True)
        write_atomic(path, text if text.endswith("\n") else text + "\n")

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal: the same for books that say the same."""
        return hashlib.sha256(self._core.canonical().encode()).hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.to_json(),)

    # -- changing ---------------------------------------------------------------------------------------------

    def with_(self, path_or_name: str, value: Any) -> Self:
        """A new book with one thing changed.

        Parameters
        ----------
        path_or_name
            A JSON pointer (``"/contracts/0/clauses/1/amount"``; elements of lists also by id:
            ``"/contracts/acute/clauses/main/amount"``) or the name or id of a term or parameter (see `terms`).
        value
            A number, text such as ``"£1.5m"``, a formula, a `Term`, or plain data. A bare value replaces a term's
            value from the
            start of the book: its unit and alternatives stay, its source and dated steps go.

        Raises
        ------
        BookError
            The name is unknown (the nearest are offered) or stands for several terms, or the changed book is not valid.
        """
        return self.with_all({path_or_name: value})

    def with_all(self, changes: Mapping[str, Any]) -> Self:
        """A new book with several things changed at once, each as in `with_`."""
        data = _json.loads(self.to_json())
        for name, value in changes.items():
            new = plain(value)
            if name.startswith("/"):
                _terms.put(data, name, new)
            else:
                place = _terms.find(data, name)
                _terms.put(data, place.path, _terms.scalar(place.data, new))
        return type(self).from_json(data)

    # -- asking -----------------------------------------------------------------------------------------------

    def terms(self) -> Table:
        """Every term that the document states.

        Returns
        -------
        Table
            Columns name (accepted by `with_`), path, value (as written; dated steps follow after "; from"), unit,
            source,
            illustrative, alternatives.
        """
        rows = []
        for place in _terms.places(self._data):
            data = place.data if isinstance(place.data, dict) else {"value": place.data}
            steps = "".join(
                f"; from {step['from']}: {_as_written(step.get('value'))}" for step in data.get("steps") or ()
            )
            rows.append(
                {
                    "name": place.name,
                    "path": place.path,
                    "value": _as_written(data.get("value")) + steps,
                    "unit": place.unit,
                    "source": data.get("source") or "",
                    "illustrative": bool(data.get("illustrative")),
                    "alternatives": "; ".join(
                        f"{other['name']}: {_as_written(other.get('value'))}"
                        for other in data.get("alternatives") or ()
                    ),
                }
            )
        return Table.of_rows(f"Terms of {self.id}", TERM_COLUMNS, rows)

    def lint(self, data: Any = None, **options: Any) -> Table:
        """What a careful reader would question, of the book and of data for it; see `openbook.lint`."""
        from .linting import lint

        return lint(self, data, **options)

    def needs(self, period: str | int | None = None) -> Needs:
        """What data the book wants, as a table that writes a template to fill in; see `openbook.needs`."""
        from .data import needs

        return needs(self, period)

    def load(self, data: Any, **options: Any) -> Load:
        """Read data for the book, with a receipt for every row; see `openbook.load` for the options."""
        from .data import load

        return load(self, data, **options)

    def validate(self) -> tuple[Problem, ...]:
        """The faults of the book: none, since a book is checked when it is made. `openbook.validate` checks files."""
        return ()

    def readings(self) -> Table:
        """The clauses with several readings: clause, reading, chosen, provisional, asserted_by, words."""
        from .queries import readings

        return readings(self)

    def settle(self, data: Any = None, **options: Any) -> Settlement:
        """Settle the book on data, exactly; see `openbook.settle` for the options."""
        from .settling import settle

        return settle(self, data, **options)

    def simulate(
        self, scenarios: int = 10_000, *, seed: int = 0, progress: Progress = None, **options: Any
    ) -> Simulation:
        """Simulate the book over many scenarios; see `openbook.simulate` for the options."""
        from .simulation import simulate

        return simulate(self, scenarios, seed=seed, progress=progress, **options)

    def stress(self, shocks: Shocks | None = None, data: Any = None, **options: Any) -> StressTable:
        """Settle the book again under shocks; see `openbook.stress` for the options."""
        from .stressing import stress

        return stress(self, shocks, data, **options)

    def explain(self, what: str, data: Any = None, **options: Any) -> Explanation:
        """Settle and open one figure into what made it; see `openbook.explain`."""
        from .settling import explain

        return explain(self, what, data, **options)

    def diff(self, other: Book) -> Table:
        """What another book says differently; see `openbook.diff`."""
        return diff(self, other)

    # -- showing ----------------------------------------------------------------------------------------------

    def _blocks(self) -> Sequence[Any]:
        from ._display.overview import of_book

        return of_book(self)

    def __repr__(self) -> str:
        clauses = sum(len(c.clauses) for c in self.contracts) + sum(len(o.clauses) for o in self.overlays)
        return (
            f"<Book {self.id!r}: {self.title or 'untitled'}; {len(self.parties)} parties, {len(self.contracts)} "
            "contracts, "
            f"{clauses} clauses, {self.calendar.months} months from {self.calendar.start}, digest {self.digest[:12]}>"
        )

    def __str__(self) -> str:
        from ._display import text

        return text.render(self._blocks())

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._blocks())


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is 0x{text[error.start]:02x}; expected UTF-8 text"
        raise BookError("not valid JSON", [{"code": "malformed", "path": "", "message": message}]) from None


def _unpickle(text: str) -> Book:
    return Book.from_json(text)


def _as_written(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else _json.dumps(value)


def read_book(source: str | Path | bytes | Mapping[str, Any]) -> Book:
    """Read a book.

    Parameters
    ----------
    source
        Path of a JSON file, JSON text or bytes, or an already parsed mapping.

    Raises
    ------
    OSError
        The file cannot be read.
    BookError
        The document is not a valid book; every fault is listed.

    Examples
    --------
    >>> read_book('{"format": 1, "id": "small", "calendar": {"start": "2024-04", "months": 12}}').id
    'small'
    """
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return Book.from_json(source)
    if isinstance(source, (bytes, Mapping)):
        return Book.from_json(source)
    return Book.read(source)


def validate(source: Book | str | Path | bytes | Mapping[str, Any]) -> tuple[Problem, ...]:
    """Every fault of a document, or nothing when it is a valid book.

    Parameters
    ----------
    source
        As for `read_book`.

    Examples
    --------
    >>> [problem.path for problem in validate('{"format": 1, "id": "x", "calender": {}}')][:1] != []
    True
    """
    if isinstance(source, Book):
        return ()
    try:
        read_book(source)
    except BookError as error:
        return error.problems or (Problem("book", "", error.summary),)
    return ()


def terms(book: Book) -> Table:
    """Every term of a book by name, path, value, unit, source; see `Book.terms`."""
    return book.terms()


def diff(a: Book, b: Book) -> Table:
    """What changed from one book to another.

    Returns
    -------
    Table
        Columns path, what (added, removed, changed), before, after, words.

    Examples
    --------
    >>> small = read_book('{"format": 1, "id": "small", "title": "A", "calendar": {"start": "2024-04", "months": 12}}')
    >>> len(diff(small, small)), len(diff(small, small.replace(title="B")))
    (0, 1)
    """
    from . import _core

    rows = [
        {key: value if isinstance(value, str) or value is None else _json.dumps(value) for key, value in row.items()}
        for row in _json.loads(_core.diff(a._core, b._core))
    ]
    columns = [Column(name) for name in ("path", "what", "before", "after", "words")]
    return Table.of_rows(f"Changes from {a.id} to {b.id}", columns, rows)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    from . import _core

    return dict(_json.loads(_core.json_schema()))
