"""The folder of a run: one result per book, and a summary that says whether the run finished.

=====================  ==============================================================================
``<book>.openbook``    the settlement of one book; `openbook.Settlement.read` reads it
``run.json``           status, the books, what failed and why; what stands posted of a failed book
``run.csv``            the books, a line each
``errors.csv``         the problems, a line each
``to_post.csv``        of a run that posts: the entries to be posted
=====================  ==============================================================================

Each file is replaced whole or not at all, and holds no time of day: the same run writes the same bytes. While a run
works its ``run.json`` says "running"; such a folder is not taken for what was posted, and running again completes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import _json
from .._files import write_atomic
from ..errors import BookError, DataError, Problem
from ..results import Settlement
from .results import Failure, SettledBook, SettledMany, _plain

__all__ = ["ENDING", "RunFolder", "read", "results", "settlement", "status"]

ENDING = ".openbook"
FORMAT = "openbook-run-1"
SUMMARY = "run.json"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where a run writes.

    Attributes
    ----------
    path
        The folder; made where it is not there.
    posting
        Whether the run finds what is to be posted: its results are then not to be written over.
    """

    path: Path
    posting: bool

    def begin(self, names: Iterable[str]) -> None:
        """Say that a run has begun.

        Raises
        ------
        BookError
            A name cannot be the name of a file.
        DataError
            The folder holds a finished run that posted.
        """
        bad = [name for name in names if not name or name.startswith(".") or set(name) & set('/\\:*?"<>|\0')]
        if bad:
            problems = [
                {"code": "file-name", "path": "", "message": f"'{name}' cannot name a file; give books another name"}
                for name in bad
            ]
            raise BookError("books without a usable name", problems)
        if status(self.path) in ("done", "incomplete") and self.posting:
            message = (
                "the folder holds a finished run, which may have been posted; write to another folder and name this "
                "one as posted, or remove it where nothing of it was posted"
            )
            raise DataError("a finished run", [{"code": "finished-run", "path": str(self.path), "message": message}])
        self.path.mkdir(parents=True, exist_ok=True)
        self._write({"format": FORMAT, "status": "running", "posting": self.posting})

    def file(self, name: str) -> Path:
        """Where the settlement of a book is saved."""
        return self.path / f"{name}{ENDING}"

    def end(self, run: SettledMany) -> None:
        """Write what the run came to."""
        if self.posting:
            run.to_post.to_csv(self.path / "to_post.csv")
        run.summary().to_csv(self.path / "run.csv")
        run.errors.to_csv(self.path / "errors.csv")
        self._write(
            {
                "format": FORMAT,
                "status": "done" if run.ok else "incomplete",
                "posting": self.posting,
                "books": [_of_book(book) for book in run.books],
                "others": [{"book": name, **_of_failure(failure)} for name, failure in run.others],
            }
        )

    def _write(self, content: dict[str, Any]) -> None:
        write_atomic(self.path / SUMMARY, _json.dumps(content, indent=1) + "\n")


def _of_book(book: SettledBook) -> dict[str, Any]:
    facts: dict[str, Any] = _plain(book.facts)
    if book.failure is None:
        return {**facts, "file": book.file.name if book.file is not None else None}
    return {
        **facts,
        **_of_failure(book.failure),
        "posted": "unknown" if book.posted is None else [dict(row) for row in book.posted],
    }


def _of_failure(failure: Failure) -> dict[str, Any]:
    problems = [{"code": p.code, "path": p.path, "message": p.message, "where": p.where} for p in failure.problems]
    return {"exit_code": failure.exit_code, "error": failure.summary, "faults": problems}


# -- reading ------------------------------------------------------------------------------------------------------


def status(path: Path) -> str | None:
    """What the run in a folder came to, "running" where it did not finish; None where there is none."""
    content = _summary(path)
    return None if content is None else str(content.get("status"))


def _summary(path: Path) -> dict[str, Any] | None:
    try:
        content = _json.loads((path / SUMMARY).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, BookError) as error:
        problem = {"code": "unreadable-file", "path": str(path / SUMMARY), "message": str(error)}
        raise DataError("the summary of a run cannot be read", [problem]) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        message = f"expected the summary of a run, format {FORMAT}"
        raise DataError("not a run", [{"code": "malformed", "path": str(path / SUMMARY), "message": message}])
    return content


def read(path: Path) -> SettledMany:
    """The run whose results are in a folder.

    Raises
    ------
    DataError
        It is not the folder of a run, or the run did not finish.
    """
    content = _summary(path)
    if content is None or content["status"] == "running":
        found = "no run.json" if content is None else "a run that did not finish"
        message = f"found {found}, expected the folder of a finished run; run it again to complete it"
        raise DataError("not a finished run", [{"code": "unfinished-run", "path": str(path), "message": message}])
    try:
        return SettledMany(
            tuple(_book(path, given) for given in content["books"]),
            tuple((given["book"], _failure(given)) for given in content["others"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        problem = {"code": "malformed", "path": str(path / SUMMARY), "message": f"the summary of the run lacks {error}"}
        raise DataError("the summary of a run cannot be read", [problem]) from None


def _book(path: Path, given: dict[str, Any]) -> SettledBook:
    facts = {name: value for name, value in given.items() if name not in ("file", "error", "faults", "posted")}
    if given["status"] == "settled":
        return SettledBook(given["book"], facts, file=path / given["file"])
    facts.pop("exit_code")
    posted = None if given["posted"] == "unknown" else tuple(given["posted"])
    return SettledBook(given["book"], facts, _failure(given), posted)


def _failure(given: dict[str, Any]) -> Failure:
    return Failure(given["exit_code"], given["error"], tuple(Problem.of(problem) for problem in given["faults"]))


def results(path: Path) -> dict[str, Path]:
    """The saved settlements of a folder by name."""
    return {file.stem: file for file in sorted(path.glob(f"*{ENDING}")) if not file.name.startswith(".")}


def settlement(path: Path) -> Settlement:
    """A saved settlement.

    Raises
    ------
    DataError
        The file is not there, cannot be read, or is no settlement.
    """
    try:
        return Settlement.read(path)
    except OSError as error:
        problem = {"code": "unreadable-file", "path": str(path), "message": error.strerror or str(error)}
        raise DataError("an earlier result cannot be read", [problem]) from None
    except BookError as error:
        raise DataError(f"an earlier result cannot be read: {error.summary}", error.problems) from None
    except KeyError as error:
        problem = {"code": "malformed", "path": str(path), "message": f"the saved settlement lacks {error}"}
        raise DataError("an earlier result cannot be read", [problem]) from None
