"""What can go wrong, by who has to act.

Every error carries a summary and the list of problems found; each problem names the place in the document, in its
path and
in the contract's words, what was found and what was expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from .exit_codes import ExitCode

__all__ = ["BookError", "DataError", "IncompleteError", "LimitError", "OpenbookError", "Problem", "ReadingError"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    Attributes
    ----------
    code
        Stable, documented word: ``"unknown-key"``, ``"missing-month"``, ...
    path
        Place in the document, as a JSON pointer.
    message
        What was found and what was expected.
    where
        The same place in the contract's words; empty when there is no such place.
    """

    code: str
    path: str
    message: str
    where: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.path) if part)
        return f"{place}: {self.message} [{self.code}]" if place else f"{self.message} [{self.code}]"

    @property
    def page(self) -> str:
        """Where the documentation explains the code."""
        return f"reference/errors.html#{self.code}"

    @classmethod
    def of(cls, given: Problem | Mapping[str, str]) -> Problem:
        """The problem, from a mapping with the same keys."""
        if isinstance(given, Problem):
            return given
        return cls(**{field.name: str(given.get(field.name, "") or "") for field in fields(cls)})


class OpenbookError(Exception):
    """Base of all errors of the package.

    Parameters
    ----------
    summary
        One sentence.
    problems
        Every fault found, as `Problem` objects or mappings with the same keys.

    Examples
    --------
    >>> try:
    ...     raise BookError("not a valid book", [{"code": "missing-key", "path": "/id", "message": "none"}])
    ... except OpenbookError as error:
    ...     print(error.problems[0].code, error.problems[0].page)
    missing-key reference/errors.html#missing-key
    """

    #: What the command line exits with.
    exit_code = ExitCode.FAILED

    def __init__(self, summary: str, problems: Iterable[Problem | Mapping[str, str]] = ()) -> None:
        super().__init__(summary)
        self.summary = summary
        self.problems: tuple[Problem, ...] = tuple(Problem.of(problem) for problem in problems)

    def __str__(self) -> str:
        return "\n".join([self.summary, *(f"  - {problem}" for problem in self.problems)])

    def __reduce__(self) -> tuple[type[OpenbookError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.summary, self.problems)


class BookError(OpenbookError, ValueError):
    """The document is not a valid book."""

    exit_code = ExitCode.BOOK


class DataError(OpenbookError, ValueError):
    """The data do not fit what the book wants."""

    exit_code = ExitCode.DATA


class ReadingError(OpenbookError, ValueError):
    """A clause has several readings and none is chosen."""

    exit_code = ExitCode.READING


class LimitError(OpenbookError, ValueError):
    """The request exceeds a stated limit."""

    exit_code = ExitCode.LIMIT


class IncompleteError(OpenbookError):
    """Some of many books failed; the others are done."""

    exit_code = ExitCode.INCOMPLETE
