"""The agreed model as one frozen value, and what can be asked of it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from . import _json
from ._files import write_atomic
from ._json import Json
from ._log import tell
from ._values import plain
from .between import Between
from .documents import diff, schema, validate
from .errors import BookError, Problem
from .model import BookRecord
from .table import Table
from .wording import speaking

if TYPE_CHECKING:
    from . import _core
    from ._progress import Progress
    from .agreed_seed import SeedDraw
    from .backtesting import Backtest
    from .data import Load, Needs
    from .explanation import Explanation
    from .results import Settlement
    from .reversing import ReverseStress
    from .sensitivities import BreakEven, Frontier, MarginalPounds, Sensitivity
    from .simulation import Simulation
    from .stressing import Shocks, StressTable
    from .supposing import WhatIf

__all__ = ["Book", "diff", "read_book", "schema", "terms", "validate"]

_log = logging.getLogger(__name__)


class Book(Between, BookRecord):
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

    __slots__ = ("_core", "_digest", "_original", "_plan")
    _record: ClassVar[str] = "book"
    _core: _core.Book
    _digest: str
    _original: bytes | None
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
        with speaking(text):
            core = _core.Book.read(text)
        canonical = core.canonical()
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_digest", hashlib.sha256(canonical.encode()).hexdigest())
        object.__setattr__(self, "_original", None)
        object.__setattr__(self, "_plan", None)
        self._set(_json.loads(core.write(False)), canonical)

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
        return cls.from_bytes(Path(path).read_bytes(), path)

    @classmethod
    def from_bytes(cls, original: bytes, name: str | Path = "") -> Self:
        """The book of a file's bytes, which it keeps (see `original`); `name` is told in the log."""
        book = cls.from_json(original)
        object.__setattr__(book, "_original", original)
        _tell_read(book)
        if name:
            _log.debug("from %s", name)
        return book

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
        write_atomic(path, self._written())

    def _written(self) -> str:
        text = self._core.write(True)
        return text if text.endswith("\n") else text + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical text, in hexadecimal: the same for books that say the same."""
        return self._digest

    def original(self) -> bytes:
        """The bytes of the file that the book was read from; of a book made otherwise, what `write` would write."""
        if self._original is not None:
            return self._original
        return self._written().encode()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.to_json(),)

    # -- changing ---------------------------------------------------------------------------------------------

    def with_(
        self,
        path_or_name: str,
        value: Any,
        *,
        starts: Any = None,
        ends: Any = None,
        source: str = "",
        illustrative: bool = False,
    ) -> Self:
        """A new book with one thing changed.

        Parameters
        ----------
        path_or_name
            The name of a term as people say it ("gain cap", "price of a bed day"; `terms` lists them): case,
            underscores, small words and the order of words do not matter while only one term can be meant. Or a JSON
            pointer (``"/contracts/0/clauses/1/amount"``; elements of lists also by id:
            ``"/contracts/acute/clauses/main/amount"``).
        value
            A number, text such as ``"£1.5m"``, ``"50%"`` or ``"10,000"``, a formula, a `Term`, a `Change`, or plain
            data. A bare value replaces a term's value from the start of the book: its unit and alternatives stay, its
            source and dated steps go.
        starts, ends
            First and last month of the new value ("2025-04" or a date); what was in force before stays in the book as
            its history. See `openbook.Change`.
        source, illustrative
            Where the new value comes from, and whether it is assumed.

        Raises
        ------
        BookError
            The name is unknown (the nearest are offered) or stands for several terms, the value does not fit what the
            term counts ("£2m" for a percentage), a month is outside the book, or the changed book is not valid.

        Examples
        --------
        >>> import openbook as ob
        >>> book = ob.examples.mental_health_alliance()
        >>> book.with_("Gain cap", "£2m").terms("outcome pot")["value"]
        ('£2m',)
        """
        from .changing import Change

        given = isinstance(value, Change)
        if given and (starts is not None or ends is not None or source or illustrative):
            message = "say months, source and illustrative in the Change or beside it, not both"
            raise BookError("two changes in one", [{"code": "twice", "path": "", "message": message}])
        change = value if given else Change(value, starts, ends, source, illustrative)
        return self.with_all({path_or_name: change})

    def with_all(self, changes: Mapping[str, Any]) -> Self:
        """A new book with several things changed at once, each as in `with_`; for months and sources give `Change`."""
        from .changing import apply_changes

        data = _json.loads(self.to_json())
        apply_changes(data, changes)
        return type(self).from_json(data)

    def _redone(self, content: Mapping[str, Any]) -> Book:
        """The book with another document; under the same layer if it lies under one."""
        return Book.from_json(content)

    # -- asking -----------------------------------------------------------------------------------------------

    def terms(self, about: str = "") -> Table:
        """Every term that the document states, or those that speak of something.

        Parameters
        ----------
        about
            Words that the names of a term must all have ("gain", "bed day"); also their beginnings.

        Returns
        -------
        Table
            Columns name (accepted by `with_`, unique), title (accepted where it is unique), path, value (as written;
            dated steps follow after "; from"), unit ("%" of a percentage, "yes or no" of a condition, "number" where
            there is none), source, illustrative, alternatives.

        Examples
        --------
        >>> import openbook as ob
        >>> ob.examples.mental_health_alliance().terms("reopener threshold")["name"]
        ('reopener_threshold',)
        """
        from .queries import terms

        return terms(self, about)

    def lint(self, data: Any = None, **options: Any) -> Table:
        """What a careful reader would question, of the book and of data for it; see `openbook.lint`."""
        from .linting import lint

        return lint(self, data, **options)

    def needs(self, period: str | int | None = None) -> Needs:
        """What data the book wants, as a table that writes a template to fill in; see `openbook.needs`."""
        from .data import needs

        return needs(self, period)

    def with_rows(self, dimension: str, data: Any, **options: Any) -> Book:
        """A new book whose dimension has a member for each row of a frame; see `openbook.data.with_rows`."""
        from .data.entities import with_rows

        return with_rows(self, dimension, data, **options)

    def load(self, data: Any, **options: Any) -> Load:
        """Read data for the book, with a receipt for every row; see `openbook.load` for the options."""
        from .data import load

        return load(self, data, **options)

    def validate(self) -> tuple[Problem, ...]:
        """The faults that show when the book is compiled: units or dimensions that do not fit, rules in a circle.

        What can be seen in the document alone was refused when the book was made.
        """
        return validate(self)

    def readings(self) -> Table:
        """The clauses with several readings: clause, reading, chosen, provisional, asserted_by, words."""
        from .queries import readings

        return readings(self)

    def settle(self, data: Any = None, **options: Any) -> Settlement:
        """Settle the book on data, exactly; see `openbook.settle` for the options."""
        from .settling import settle

        return settle(self, data, **options)

    def simulate(
        self,
        scenarios: int = 10_000,
        *,
        seed: int | Literal["sealed"] | SeedDraw = 0,
        progress: Progress = None,
        **options: Any,
    ) -> Simulation:
        """Simulate the book over many scenarios; see `openbook.simulate` for the options."""
        from .simulating import simulate

        return simulate(self, scenarios, seed=seed, progress=progress, **options)

    def backtest(self, data: Any, *, until: str, **options: Any) -> Backtest:
        """Forecast the known past and hold it against what happened; see `openbook.backtest`."""
        from .backtesting import backtest

        return backtest(self, data, until=until, **options)

    def stress(self, shocks: Shocks | None = None, data: Any = None, **options: Any) -> StressTable:
        """Settle the book again under shocks; see `openbook.stress` for the options."""
        from .stressing import stress

        return stress(self, shocks, data, **options)

    def reverse_stress(self, condition: str, **options: Any) -> ReverseStress:
        """What would make a condition over the results come true; see `openbook.reverse_stress` for the options."""
        from .reversing import reverse_stress

        return reverse_stress(self, condition, **options)

    def what_if(self, changes: Mapping[str, Any] | Book, data: Any = None, **options: Any) -> WhatIf:
        """Settle the book before and after changes on the same data; see `openbook.what_if`."""
        from .supposing import what_if

        return what_if(self, changes, data, **options)

    def sensitivity(self, party: str, data: Any = None, **options: Any) -> Sensitivity:
        """What moves a party's position: marginal pounds, tornado, Sobol' indices; see `openbook.sensitivity`."""
        from .sensitivities import sensitivity

        return sensitivity(self, party, data, **options)

    def marginal(self, party: str, data: Any = None, *, plan: bool | None = None, **options: Any) -> MarginalPounds:
        """Settle, and differentiate a party's position by everything that went into it; see `Settlement.marginal`.

        Without data inputs take their plan. Options are those of `openbook.settle` and of `Settlement.marginal`.
        """
        of_marginal = {name: options.pop(name) for name in ("every", "period", "basis", "terms") if name in options}
        settled = self.settle(data, plan=data is None if plan is None else plan, disputes=False, **options)
        return settled.marginal(party, **of_marginal)

    def break_even(self, term: str | Sequence[str], party: str, **options: Any) -> BreakEven | Frontier:
        """At what value of a term a party breaks even, or on which line of two terms; see `openbook.break_even`."""
        from .sensitivities import break_even

        found: BreakEven | Frontier = break_even(self, term, party, **options)
        return found

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


def _tell_read(book: Book) -> None:
    if _log.isEnabledFor(logging.INFO):  # the digest is not free
        tell(_log, logging.INFO, "book read", book=book.id, digest=book.digest)


def _unpickle(text: str) -> Book:
    return Book.from_json(text)


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
    if isinstance(source, (bytes, Mapping)) or (isinstance(source, str) and source.lstrip().startswith("{")):
        book = Book.from_json(source)
        _tell_read(book)
        return book
    return Book.read(source)


def terms(book: Book, about: str = "") -> Table:
    """The terms of a book by name, path, value, unit, source; see `Book.terms`."""
    return book.terms(about)
