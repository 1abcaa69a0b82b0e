"""Scenarios of the book that act on nothing, cannot be applied, or change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import BookError, OpenbookError
from ..scenarios.applying import apply_cases
from ..scenarios.naming import cases_of_book
from .findings import Finding, Reader

__all__ = ["scenarios", "without_effect"]


def scenarios(reader: Reader) -> Iterator[Finding]:
    """Scenarios with shocks on what the book does not have, and shocks that find nothing."""
    try:
        found = cases_of_book(reader.book)
    except BookError as error:
        for problem in error.problems:
            message = f"the scenarios cannot be applied: {problem.message}"
            yield Finding("scenario-not-applicable", "error", problem.path or "/scenarios", message)
        return
    for case in found:
        try:
            world = apply_cases(reader.book, [case])
        except BookError as error:
            for problem in error.problems:
                path = problem.path if problem.path.startswith("/scenarios") else case.path
                message = f"'{case.name}' cannot be applied: {problem.message}"
                yield Finding("scenario-not-applicable", "error", path, message)
            continue
        for row in world.rows:
            if not row["found"]:
                message = f"'{case.name}', shock {row['shock']}: nothing in the book is {row['on']}"
                yield Finding("shock-finds-nothing", "warning", case.path, message)


def without_effect(reader: Reader) -> Iterator[Finding]:
    """Scenarios under which the plan comes to the same: no position, no cash and no named quantity differs."""
    if not reader.book.scenarios:
        return
    try:
        before = _come_to(reader, None)
        found = cases_of_book(reader.book)
    except OpenbookError:
        return  # what cannot be settled on its plan is told by `not-probed`
    drawn = {driver.id for driver in reader.book.drivers}
    for case in found:
        try:
            after = _come_to(reader, [case])
        except OpenbookError:
            continue
        of_drivers = any(shock.on.partition(".")[0] in drawn for shock in case.shocks)
        if after == before and not of_drivers:
            message = (
                f"'{case.name}' changes nothing: on the plan no position, no cash and no quantity differs under it"
            )
            yield Finding("scenario-without-effect", "warning", case.path, message)


def _come_to(reader: Reader, shocks: Any) -> tuple[Any, ...]:
    from ..settling import settle

    made = settle(reader.book, plan=True, shocks=shocks, disputes=False)
    return tuple(made._data[name] for name in ("positions", "cash", "quantities"))
