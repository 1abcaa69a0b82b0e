"""Settling many books: each on a thread of its own, none at the expense of the others."""

from __future__ import annotations

import csv
import inspect
import logging
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .._desk import Desk
from .._log import tell
from .._progress import Bar, callback
from .._request import thread_count
from .._values import nearest
from ..data import DataOptions
from ..errors import BookError, DataError, OpenbookError
from ..settling import settle, settle_at
from . import data as many_data
from .books import Books, NamedBook, named_books
from .data import ABSENT, DataFor, data_for
from .folder import RunFolder
from .posted import Posted, posted_from
from .results import Failure, Keep, SettledBook, SettledMany

__all__ = ["settle_many"]

_log = logging.getLogger("openbook.many")

Options = Mapping[str, Any]


def settle_many(
    books: Books,
    data: Any = None,
    *,
    by: str | None = None,
    each: Mapping[str, Options] | None = None,
    posted: Any = None,
    out: str | Path | None = None,
    keep: Keep = "all",
    on_error: Literal["collect", "raise"] = "collect",
    others: Literal["refuse", "drop"] = "refuse",
    workers: int | None = None,
    progress: bool | Callable[[int, int], None] | None = None,
    **options: Any,
) -> SettledMany:
    """Settle many books; a book that fails does not lose the others.

    Parameters
    ----------
    books
        A mapping from names to books (or files, or documents); a list of books and files; or a folder, whose files
        ``*.json`` are taken in the order of their names. A list names a book by its id, a file by its name without
        ending.
    data
        A mapping from names to data; a folder with ``<name>.csv``, ``<name>.json`` (inputs by id) or a folder
        ``<name>`` of such files; one frame (or several) for all, with `by`; or a function of the name, which is called
        here, one book after the other, shortly before its book is settled. None: the books need none. A book that
        wants data and has none fails; a mapping may say None where none are meant.
    by
        Column of the frame that names the book of each row.
    each
        Options of single books by name; they take the place of the common ones.
    posted
        What earlier runs posted: a run's folder, the `SettledMany` of an earlier run, or a mapping from names to what
        `settle` takes. ``{}`` where nothing was posted yet. Only differences are then to be posted, and a book that
        failed in an earlier run posts what is missing since.
    out
        A folder that gets one saved settlement per book and the summary of the run; see `openbook.many.folder`.
    keep
        "all" keeps the settlements; "ledger" their positions, ledger and what is to be posted; "positions" only those.
        What was saved with `out` can still be asked for.
    on_error
        "collect" goes on with the other books and lists the problems; "raise" raises those of the first book that
        fails, in the order of the books.
    others
        "refuse" data and posted results that name none of the books (as a problem of the run), or "drop" them.
    workers
        Books settled at the same time. None: what ``OPENBOOK_THREADS`` says, else as many as this process may use.
        Results do not depend on it.
    progress
        As for `openbook.simulate`.
    **options
        Options of `openbook.settle` for all books: ``plan``, ``as_at``, ``where``, ``readings``, ...

    Raises
    ------
    BookError, DataError
        It cannot be told which books there are, or which data belong to which.
    OpenbookError
        With ``on_error="raise"``, the error of the first book that failed.

    Examples
    --------
    >>> import openbook as ob
    >>> small = ob.examples.third_sector_cash()
    >>> first = ob.settle_many({"a": small, "b": small}, plan=True, posted={})
    >>> len(first.to_post) == 2 * len(small.settle(plan=True).payments)
    True
    >>> len(ob.settle_many({"a": small, "b": small}, plan=True, posted=first).to_post)
    0
    """
    _chosen("keep", keep, "positions", "ledger", "all")
    _chosen("on_error", on_error, "collect", "raise")
    _chosen("others", others, "refuse", "drop")
    listed = named_books(books)
    names = [book.name for book in listed]
    workers = min(thread_count(workers), len(listed))
    own = _options(options, each or {}, names)
    source, before = data_for(data, by), posted_from(posted)
    folder = _folder(out, posted, before)
    if folder is not None:
        folder.begin(names)
    tell(_log, logging.INFO, "settling many", books=len(listed), workers=workers)
    run = _Run(own, source, before, folder, keep, threading.Event(), Desk())
    report = callback(progress, "books")
    done: list[SettledBook] = []
    try:
        with closing(_in_order(run, listed, workers)) as outcomes:
            for number, (book, error) in enumerate(outcomes, 1):
                if error is not None and on_error == "raise":
                    summary = f"book '{book.name}': {error.summary}"
                    raise type(error)(summary, error.problems) from error
                done.append(book)
                if report is not None:
                    report(number, len(listed))
    finally:
        if isinstance(report, Bar):
            report.close()
    result = SettledMany(tuple(done), _left_over(names, source, before) if others == "refuse" else ())
    if folder is not None:
        folder.end(result)
    failed = sum(book.failure is not None for book in done)
    tell(_log, logging.INFO, "settled many", books=len(done), failed=failed, others=len(result.others))
    return result


# -- what was asked -----------------------------------------------------------------------------------------------


def _chosen(name: str, given: object, *choices: str) -> None:
    if given not in choices:
        raise ValueError(f"{name}: found {given!r}, expected {' or '.join(map(repr, choices))}")


def _options(common: Options, each: Mapping[str, Options], names: Iterable[str]) -> dict[str, Options]:
    known = {*inspect.signature(settle).parameters, *DataOptions.__annotations__}
    known -= {"book", "data", "posted", "options"}
    for given in (common, *each.values()):
        for name in given:
            if name not in known:
                raise TypeError(f"settle_many() has no option '{name}'{nearest(name, known)}")
    own: dict[str, Options] = {name: {**common, **each.get(name, {})} for name in names}
    unknown = [name for name in each if name not in own]
    if unknown:
        problems = [_unknown(name, own, "options") for name in unknown]
        raise BookError("options of no book", problems)
    return own


def _unknown(name: str, names: Iterable[str], what: str) -> dict[str, str]:
    found = f"'{name}' names none of the books{nearest(name, names)}" if name else "the name of the book is empty"
    return {"code": "unknown-book", "path": f"/{what}/{name}", "message": f"{what}: {found}"}


def _left_over(names: Iterable[str], source: DataFor, before: Posted) -> tuple[tuple[str, Failure], ...]:
    known = set(names)
    problems: dict[str, list[dict[str, str]]] = {}
    for what, found in (("data", source.names or ()), ("posted", before.names)):
        for name in found:
            if name not in known:
                problems.setdefault(name, []).append(_unknown(name, known, what))
    return tuple(
        (name, Failure.of(DataError(f"'{name}' names none of the books", faults))) for name, faults in problems.items()
    )


def _folder(out: str | Path | None, posted: Any, before: Posted) -> RunFolder | None:
    if out is None:
        return None
    if isinstance(posted, (str, Path)) and Path(posted).resolve() == Path(out).resolve():
        message = (
            "results would be written over what was posted; a run that stops in the middle would lose the difference"
        )
        raise DataError("out is posted", [{"code": "same-folder", "path": str(out), "message": message}])
    return RunFolder(Path(out), before.posting)


# -- one book -----------------------------------------------------------------------------------------------------

# A book of the run, and the error with which it failed.
Outcome = tuple[SettledBook, OpenbookError | None]


@dataclass(frozen=True, slots=True)
class _Run:
    """What the threads share; nothing of it changes but `stopped`, and what is remembered at the desk."""

    options: Mapping[str, Options]
    source: DataFor
    before: Posted
    folder: RunFolder | None
    keep: Keep
    stopped: threading.Event
    desk: Desk

    def data(self, name: str) -> Any:
        """The data of a book, or the error with which they could not be loaded."""
        try:
            return self.source.get(name)
        except OpenbookError as error:
            return error

    def outcome(self, named: NamedBook, data: Any) -> Outcome | None:
        """Settle one book; None where the run has stopped."""
        if self.stopped.is_set():
            return None
        name, book, posted = named.name, None, None
        file = self.folder.file(name) if self.folder is not None else None
        try:
            posted = self.before.rows(name)
            book = named.load()
            read = self._read(named.name, book, data)
            settlement = settle_at(self.desk, book, read, posted=posted, **self.options[name])
        except OpenbookError as error:
            return self._failed(name, error, book, posted), error
        except (OSError, UnicodeError, csv.Error) as cause:  # of a file of data
            path = str(getattr(cause, "filename", None) or "")
            problem = {"code": "unreadable-file", "path": path, "message": f"{type(cause).__name__}: {cause}"}
            unreadable = DataError("the data cannot be read", [problem])
            return self._failed(name, unreadable, book, posted), unreadable
        if self.stopped.is_set():
            return None
        if file is not None:
            settlement.save(file)
        return SettledBook.settled(name, settlement, self.keep, file), None

    def _read(self, name: str, book: Any, data: Any) -> Any:
        if isinstance(data, OpenbookError):
            raise data
        if data is ABSENT:
            if all(given.may_be_missing for given in book.inputs):
                return None
            message = f"no data, expected {self.source.wanted(name)}"
            raise DataError("no data", [{"code": "missing-data", "path": "", "message": message}])
        data = many_data.read(data)
        if self.source.column:
            return many_data.without_column(book, data, self.source.column, self.options[name].get("where") or {})
        return data

    def _failed(self, name: str, error: OpenbookError, book: Any, posted: Any) -> SettledBook:
        kind = Failure.of(error).kind
        codes = ",".join(dict.fromkeys(problem.code for problem in error.problems))
        tell(_log, logging.WARNING, "book failed", book=name, kind=kind, codes=codes)
        if self.folder is not None:  # of an attempt that was interrupted
            self.folder.file(name).unlink(missing_ok=True)
        return SettledBook.failed(name, error, book, posted if self.before.posting else ())


# -- all books ----------------------------------------------------------------------------------------------------


def _in_order(run: _Run, books: Iterable[NamedBook], workers: int) -> Generator[Outcome, None, None]:
    """The outcomes in the order of the books; data are loaded for no more than twice as many as are worked on.

    Threads do, since the core computes without holding Python's lock. The pool ends with the run: none is left for a
    child that is forked later.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="openbook")
    pending: deque[Future[Outcome | None]] = deque()
    finished = False
    try:
        for book in books:
            pending.append(pool.submit(run.outcome, book, run.data(book.name)))
            if len(pending) >= 2 * workers:
                yield from _outcome(pending.popleft())
        while pending:
            yield from _outcome(pending.popleft())
        finished = True
    finally:
        # After an interruption nothing new begins; what is being computed ends by itself and is not written.
        run.stopped.set()
        pool.shutdown(wait=finished, cancel_futures=True)


def _outcome(future: Future[Outcome | None]) -> Iterator[Outcome]:
    outcome = future.result()
    if outcome is not None:
        yield outcome
