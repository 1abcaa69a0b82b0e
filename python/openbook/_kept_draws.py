"""Running a simulation, and running it again to the bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import wording
from ._progress import Bar, Progress, callback
from ._request import request_text, thread_count
from .errors import DataError

if TYPE_CHECKING:
    from .book import Book

__all__ = ["KeptDraws", "execute", "figures_of", "kept_request", "same_request", "this_machine"]

Floats = npt.NDArray[np.float64]

#: What belongs to the machine and not to the result.
OF_THE_MACHINE = ("threads", "block", "level")


def execute(book: Book, request: Mapping[str, Any], progress: Progress) -> Any:
    """Run the core."""
    from . import _core

    report = callback(progress)
    try:
        with wording.speaking(book._data):
            core = _core.simulate(book._core, request_text(request), _core.Control(report), book._compiled())
    finally:
        if isinstance(report, Bar):
            report.close()
    book._keep_compiled(core.plan_only())
    return core


def same_request(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request without what does not change its result: equal for equal results."""
    return {name: value for name, value in request.items() if name not in OF_THE_MACHINE}


def kept_request(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request as a file keeps it: without what is the machine's, its keys in alphabetical order."""

    def ordered(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: ordered(value[key]) for key in sorted(value)}
        return [ordered(item) for item in value] if isinstance(value, (list, tuple)) else value

    kept: dict[str, Any] = ordered(same_request(request))
    return kept


def this_machine(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request that was kept, to be run here."""
    return {**request, "threads": thread_count(None), "block": 0, "level": ""}


@dataclass(frozen=True, slots=True)
class KeptDraws:
    """What a file has of a simulation.

    Attributes
    ----------
    columns, summary, warnings
        As the core gives them.
    digest
        SHA-256 of the draws as little-endian float64, column after column.
    array
        The draws themselves, where they were kept.
    """

    columns: list[dict[str, Any]]
    summary: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    digest: str
    array: Floats | None = None

    @classmethod
    def of(
        cls,
        columns: Sequence[dict[str, Any]],
        summary: Sequence[dict[str, Any]],
        warnings: Sequence[dict[str, Any]],
        array: Floats,
    ) -> KeptDraws:
        """From a run."""
        return cls(list(columns), list(summary), list(warnings), _digest(array))

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "columns": self.columns,
            "summary": self.summary,
            "warnings": self.warnings,
            "draws_sha256": self.digest,
        }

    @classmethod
    def read(cls, content: Mapping[str, Any], array: Floats | None) -> KeptDraws:
        """From JSON and, where they were kept, the draws.

        Raises
        ------
        DataError
            The draws are not those of the figures.
        """
        if array is not None and (found := _digest(array)) != content["draws_sha256"]:
            message = f"the digest of the draws is {found}, the file says {content['draws_sha256']}"
            raise DataError("changed draws", [{"code": "changed", "path": "/draws", "message": message}])
        columns, warnings = list(content["columns"]), list(content["warnings"])
        return cls(columns, _floats(content["summary"]), warnings, str(content["draws_sha256"]), array)

    def again(self, book: Book, request: Mapping[str, Any], release: str) -> Any:
        """Run it again, to the bit.

        Raises
        ------
        DataError
            This release draws other numbers; what the file has of the figures still holds.
        """
        from . import __version__

        core = execute(book, request, None)
        if (found := _digest(core.array())) != self.digest:
            message = (
                f"openbook {__version__} draws other numbers (digest {found[:12]}…) than openbook {release} did "
                f"({self.digest[:12]}…); the figures in the file still hold; simulate again for others"
            )
            raise DataError("not reproduced", [{"code": "not-reproduced", "path": "/result", "message": message}])
        return core


def figures_of(summaries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Figures without their errors, of which another release may have another opinion."""
    pairs, lists = ("mean", "deviation", "below_zero"), ("value_at_risk", "expected_shortfall")
    return [
        {**one, **{name: one[name][0] for name in pairs}, **{name: [x[0] for x in one[name]] for name in lists}}
        for one in summaries
    ]


def _digest(array: Floats) -> str:
    return hashlib.sha256(np.ascontiguousarray(array, dtype="<f8").data).hexdigest()


def _floats(value: Any) -> Any:
    """Every number as a float."""
    if isinstance(value, Mapping):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else value
