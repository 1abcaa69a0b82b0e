"""What a careful reader of a book would question before signing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Unpack

from .. import _places
from .._views import Lint
from ..table import Column, Schema, Table
from . import (
    agreement,
    behaviour,
    chances,
    forms,
    formulas,
    idle,
    jumps,
    language,
    naming,
    pennies,
    scenarios,
    sharing,
    sources,
    tables,
)
from .findings import Finding, Reader, number_of

if TYPE_CHECKING:
    from ..book import Book
    from ..data import DataOptions

__all__ = ["Finding", "lint", "number_of"]

COLUMNS = Schema(
    "openbook.findings",
    1,
    (
        Column("severity"),
        Column("code"),
        Column("where", heading="in the contract"),
        Column("message"),
        Column("path"),
        Column("page"),
    ),
)
SEVERITIES = ("error", "warning", "note")

#: What is read off the document. What only the compiled book shows is in `behaviour`.
CHECKS: tuple[Callable[[Reader], Iterator[Finding]], ...] = (
    agreement.precedence,
    agreement.readings,
    agreement.unwritten_readings,
    agreement.deferred,
    sharing.shares,
    sharing.bearing,
    sharing.no_bearer,
    sharing.portions,
    agreement.concessions,
    idle.idle_parts,
    jumps.jumps,
    agreement.advances,
    tables.tables,
    formulas.inexact,
    formulas.rounding_down,
    formulas.member_units,
    language.percent_figures,
    language.unused_words,
    naming.unused,
    scenarios.scenarios,
    chances.unused_processes,
    chances.cannot_happen,
    sources.slips,
    sources.provenance,
    agreement.references,
    agreement.remarks,
)

#: What the compiled book shows; with it what a contract is called is held against what it pays.
TRYING: tuple[Callable[[Reader], Iterator[Finding]], ...] = (
    behaviour.behaviour,
    scenarios.without_effect,
    pennies.rounded_apart,
)


def lint(
    book: Book, data: Any = None, *, as_at: str | None = None, probe: bool = True, **options: Unpack[DataOptions]
) -> Table:
    """What a careful reader would question.

    Parameters
    ----------
    data, as_at, **options
        As for `openbook.load`: the values are then compared with their plan and with each other. Inputs without data
        are left to their plan.
    probe
        Whether the book is also compiled and tried at many values of its inputs, one at a time and together, between
        nothing and twice their plan: jumps with their pounds, payments that fall, clauses and limits without effect.

    Returns
    -------
    Table
        Columns severity ("error", "warning", "note"), code, where (in the contract's words), message, path, page (of
        the documentation); the gravest first.

    Examples
    --------
    >>> import openbook as ob
    >>> "illustrative" in ob.lint(ob.examples.mental_health_alliance())["code"]
    True
    """
    load = None
    if data is not None:
        from ..data import loaded

        load = loaded(book, data, as_at=as_at, plan=True, **options)
    reader = Reader(book, load)
    checks = [*CHECKS, *(TRYING if probe else [forms.forms])]
    findings = [finding for check in checks for finding in check(reader)]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    rows = [
        {
            "severity": f.severity,
            "code": f.code,
            "where": _places.in_words(book._data, f.path),
            "message": f.message,
            "path": f.path,
            "page": f.page,
        }
        for f in findings
    ]
    numbers = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITIES}
    counts = ", ".join(f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in numbers.items())
    return Lint.of_rows(f"Lint of {book.id}", COLUMNS, rows, counts, private_to=book.private_to)
