"""What can go wrong, by who has to act.

Every error carries a summary and the list of problems found; each problem names the place in the document, in its
path and
in the contract's words, what was found and what was expected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from .exit_codes import ExitCode

if TYPE_CHECKING:
    from .table import Table

__all__ = [
    "BookError",
    "DataError",
    "Fault",
    "IncompleteError",
    "LimitError",
    "OpenbookError",
    "Problem",
    "ReadingError",
]

#: Faults of data that a message shows; the rest is counted by code.
MOST_SHOWN = 20


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


@dataclass(frozen=True, slots=True)
class Fault(Problem):
    """One fault of the data, with the cell it stands in.

    Attributes
    ----------
    input
        Id of the input that the cell was read for; empty where no input is concerned.
    frame, row, column
        The file, sheet or frame; the row's number from 1 as in the file (a CSV's heading is its line 1); the column.
    value, expected
        What was found, and what was expected.
    """

    input: str = ""
    frame: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    expected: str = ""


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
    """The data do not fit what the book wants. As text it shows the first faults and counts the rest by code.

    Examples
    --------
    >>> error = DataError("the data do not fit", [Fault("negative", "", "found -1", row=7, column="visits")])
    >>> error.faults["row"], error.faults["column"]
    ((7,), ('visits',))
    """

    exit_code = ExitCode.DATA

    @property
    def faults(self) -> Table:
        """Every fault as a row: code, input, frame, row (from 1, as in the file), column, value, expected, message."""
        from .table import faults_table

        return faults_table(self.problems)

    def __str__(self) -> str:
        lines = [self.summary, *(f"  - {problem}" for problem in self.problems[:MOST_SHOWN])]
        rest = Counter(problem.code for problem in self.problems[MOST_SHOWN:])
        if rest:
            counted = ", ".join(f"{count:,} {code}" for code, count in rest.most_common())
            lines.append(f"  and {sum(rest.values()):,} more: {counted}; all are in the error's `faults`")
        return "\n".join(lines)


class ReadingError(OpenbookError, ValueError):
    """A clause has several readings and none is chosen."""

    exit_code = ExitCode.READING


class LimitError(OpenbookError, ValueError):
    """The request exceeds a stated limit."""

    exit_code = ExitCode.LIMIT


class IncompleteError(OpenbookError):
    """Some of many books failed; the others are done."""

    exit_code = ExitCode.INCOMPLETE
