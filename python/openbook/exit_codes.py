"""What the command line exits with: one table for the command line, the errors, their documentation and tests."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """What a run of the command line came to.

    Attributes
    ----------
    meaning
        In words.

    Examples
    --------
    >>> ExitCode.DATA, ExitCode(7).meaning[:12]
    (<ExitCode.DATA: 4>, 'done in part')
    """

    meaning: str

    def __new__(cls, value: int, meaning: str = "") -> ExitCode:
        """A code and its meaning."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    DONE = 0, "done"
    FAILED = 1, "a check failed (conform), or a defect of the program"
    USAGE = 2, "the command is not understood, or a file cannot be opened"
    BOOK = 3, "the book is not valid, or has not what was asked for"
    DATA = 4, "the data do not fit the book"
    READING = 5, "a clause has several readings and none is chosen"
    LIMIT = 6, "the request exceeds a limit"
    INCOMPLETE = 7, "done in part: some of many books failed, or an optional package is missing"
    INTERRUPTED = 130, "interrupted by Ctrl-C"
    CLOSED = 141, "the reader of the output went away"
    TERMINATED = 143, "stopped by SIGTERM"
