"""Collecting faults of data, each with the cell it stands in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._calendar import month_text
from ..errors import DataError, Fault, Problem
from .cells import BadCell
from .frames import Frame
from .targets import Target

__all__ = ["Faults"]


class Faults:
    """A list of faults that is filled while data are read."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._said: set[tuple[str, str, str]] = set()

    def __bool__(self) -> bool:
        return bool(self.found)

    def at(
        self,
        code: str,
        frame: Frame,
        row: int,
        column: str,
        error: BadCell,
        target: Target | None = None,
        month: int | None = None,
        value: Any = None,
    ) -> None:
        """A fault of one cell."""
        words = [
            frame.place(row, column),
            target.place if target else "",
            month_text(month) if month is not None else "",
        ]
        self.found.append(
            Fault(
                code=code,
                path=f"/inputs/{target.number}" if target else "",
                message=str(error),
                where=", ".join(word for word in words if word),
                input=target.id if target else "",
                frame=frame.name,
                row=frame.lines[row],
                column=column,
                value=shown(frame.data[column][row] if value is None and column in frame.data else value),
                expected=error.expected,
            )
        )

    def of(
        self,
        code: str,
        message: str,
        target: Target | None = None,
        *,
        month: int | None = None,
        frame: Frame | None = None,
        column: str = "",
        value: str = "",
        expected: str = "",
    ) -> None:
        """A fault of something that is no single cell: a column, an input, a month."""
        words = [target.place if target else "", month_text(month) if month is not None else ""]
        self.found.append(
            Fault(
                code=code,
                path=f"/inputs/{target.number}" if target else "",
                message=message,
                where=", ".join(word for word in words if word),
                input=target.id if target else "",
                frame=frame.name if frame else "",
                column=column,
                value=value,
                expected=expected,
            )
        )

    def once(self, code: str, message: str, target: Target | None = None, **more: Any) -> None:
        """The same as `of`, but said once however often it is found."""
        key = (code, message, target.id if target else "")
        if key not in self._said:
            self._said.add(key)
            self.of(code, message, target, **more)

    def of_input(self, target: Target, codes: Iterable[str]) -> bool:
        """Whether one of these faults was found for an input."""
        path, wanted = f"/inputs/{target.number}", set(codes)
        return any(fault.path == path and fault.code in wanted for fault in self.found)

    def take(self, codes: Iterable[str]) -> list[Problem]:
        """The faults of single rows with these codes, taken out of the list."""
        wanted = set(codes)
        rows = [isinstance(f, Fault) and f.row is not None and f.code in wanted for f in self.found]
        taken = [fault for fault, take in zip(self.found, rows, strict=True) if take]
        self.found = [fault for fault, take in zip(self.found, rows, strict=True) if not take]
        return taken

    def raise_any(self, summary: str) -> None:
        """Raise all that was found, if anything was.

        Raises
        ------
        DataError
            With every fault.
        """
        if self.found:
            count = len(self.found)
            raise DataError(f"{summary}: {count:,} fault{'s' if count > 1 else ''}", self.found)


def shown(value: Any) -> str:
    """A cell's content in a list of faults."""
    if value is None:
        return ""
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
