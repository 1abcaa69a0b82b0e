"""What earlier runs posted, book by book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..settling import posted_rows
from . import folder
from .results import SettledMany

__all__ = ["Posted", "posted_from"]


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted, by the name of the book.

    Attributes
    ----------
    get
        What was posted of a book: a settlement, rows of a ledger, or a file; None where nothing was.
    names
        The books of which something was posted.
    posting
        Whether the run is to find what remains to be posted at all.
    """

    get: Callable[[str], Any]
    names: tuple[str, ...] = ()
    posting: bool = True

    def rows(self, name: str) -> list[dict[str, Any]] | None:
        """The rows posted of one book; None where the run does not post.

        Raises
        ------
        DataError
            The result of an earlier run cannot be read, so that what was posted is not known.
        """
        if not self.posting:
            return None
        given = self.get(name)
        return posted_rows(folder.settlement(Path(given)) if isinstance(given, (str, Path)) else given) or []


def posted_from(given: Any) -> Posted:
    """What a run was told of earlier ones.

    Parameters
    ----------
    given
        None: nothing is compared. A run's folder, a folder of saved settlements, a `SettledMany`, or a mapping from
        names to settlements, ledger tables, rows or files; a book that is not there has nothing posted yet.

    Raises
    ------
    DataError
        The folder is not there, or holds a run that did not finish.
    """
    if given is None:
        return Posted(lambda name: None, posting=False)
    if isinstance(given, SettledMany):
        return _of_run(given)
    if isinstance(given, (str, Path)):
        path = Path(given)
        if not path.is_dir():
            message = "no such folder; where nothing was posted yet, say posted={} (on the command line: --first)"
            raise DataError("no posted results", [{"code": "missing-file", "path": str(path), "message": message}])
        return _of_run(folder.read(path)) if folder.status(path) else _of_files(folder.results(path))
    if isinstance(given, Mapping):
        return _of_files({str(name): posted for name, posted in given.items() if posted is not None})
    message = f"found {type(given).__name__}, expected a folder, a mapping from names to results, or an earlier run"
    raise DataError("not posted results", [{"code": "wrong-type", "path": "/posted", "message": message}])


def _of_files(by_name: Mapping[str, Any]) -> Posted:
    return Posted(by_name.get, tuple(by_name))


def _of_run(run: SettledMany) -> Posted:
    """A book that failed in the earlier run stands where it stood before that run."""
    by_name = {book.name: book for book in run.books}

    def get(name: str) -> Any:
        book = by_name.get(name)
        if book is None:
            return None
        if book.failure is None:
            return book.result()
        if book.posted is None:
            message = "the earlier run could not read what had been posted before it; give the result of the run before"
            problem = {"code": "posted-unknown", "path": f"/posted/{name}", "message": message}
            raise DataError("what was posted is not known", [problem])
        return book.posted

    return Posted(get, tuple(name for name, book in by_name.items() if book.failure is None or book.posted != ()))
