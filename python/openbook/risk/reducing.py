"""Running draws through reducers, and joining the pieces of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import wording
from .._kept_draws import same_request
from .._progress import Bar, Progress, callback
from .._request import request_text, whole
from .._values import nearest
from ..errors import BookError
from ..simulating import MOST_DRAWS, simulate
from ._figures import Figures
from .reduced import Reduced
from .reducers import Reducer, wanted

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["join", "reduce"]


def reduce(
    book: Book, scenarios: int, reducers: Sequence[Reducer], *, progress: Progress = None, **options: Any
) -> Reduced:
    """Simulate a book and keep only what reducers gather; memory does not grow with the draws.

    Parameters
    ----------
    scenarios
        Number of draws.
    reducers
        What to gather: `Moments`, `Counts` and `Sketch` in memory that does not grow, `Quantiles` at 8 bytes for each
        draw and column. Draws are gathered in groups of 2,048 that are joined in a fixed order: the same bits for any
        number of threads.
    progress
        As for `openbook.simulate`.
    **options
        As for `openbook.simulate`: seed, data, as_at, readings, alternatives, shocks, every, basis, track, threads, ...

    Returns
    -------
    Reduced

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C, within half a second.
    BookError
        A reducer names neither a party nor a tracked formula.
    ValueError
        A result is missing in some draws.

    Examples
    --------
    >>> import openbook as ob
    >>> from openbook.risk import Counts, Moments, Quantiles, Sketch
    >>> book = ob.examples.mental_health_alliance()
    >>> many = ob.risk.reduce(
    ...     book, 20_000, [Moments(), Counts(below=[0, -200_000]), Sketch(of="third_sector_a")],
    ...     seed=7, every="term", progress=False,
    ... )
    >>> len(many.moments()), many.measure("third_sector_a", ["es99"])["statistic"]
    (5, ('es99',))
    """
    from .. import _core

    number = whole("scenarios", scenarios, 1, MOST_DRAWS)
    given = [reducers] if isinstance(reducers, Reducer) else list(reducers)
    if not given or not all(isinstance(r, Reducer) and type(r) is not Reducer for r in given):
        raise ValueError(f"reducers: found {reducers!r}, expected Moments, Counts, Quantiles or Sketch, one or several")
    # One draw checks everything and compiles; the rest uses its plan again.
    one = simulate(book, 1, progress=False, **options)
    request = {**one.request, "draws": number}
    if request.get("sampling"):
        method = request["sampling"].get("method")
        raise ValueError(f"sampling: found {method!r}, expected 'independent': reducers know no replications")
    if request.get("precision") == "single":
        raise ValueError("precision: found 'single', expected 'double': how far rounding reaches is known too late")
    columns = one._columns()
    chosen = wanted(columns, [(reducer, _named(book, columns, reducer)) for reducer in given])
    for column in chosen:
        column.moments = column.moments or column.sketch > 0
    report = callback(progress)
    try:
        with wording.speaking(book._data):
            prepared = _core.prepare(book._core, request_text(request), book._compiled())
            reduction = _core.Reduction([column.core() for column in chosen], number)
            _core.gather(prepared, reduction, _core.Control(report))
    finally:
        if isinstance(report, Bar):
            report.close()
    figures = [Figures.of(reduction.column(i), number, column.money, column.below) for i, column in enumerate(chosen)]
    return Reduced(book, request, columns, figures, one.warnings.to_dicts())


def join(pieces: Sequence[Reduced]) -> Reduced:
    """The pieces of one long run, such as several machines made, as what one run gathers.

    They are joined in the order of their draws, in whatever order they are given. Counts and kept draws are those of
    one run, moments are so to rounding; the values of sketches are put together, and their bounds add up.

    Parameters
    ----------
    pieces
        Of one book, seed and request, with the same reducers; each begins with the draw after the last of the one
        before (`first_draw`).

    Raises
    ------
    ValueError
        They do not fit together.

    Examples
    --------
    >>> import openbook as ob
    >>> book, moments = ob.examples.mental_health_alliance(), ob.risk.Moments()
    >>> pieces = [
    ...     ob.risk.reduce(book, 1_000, moments, seed=7, first_draw=first, progress=False) for first in (1_000, 0)
    ... ]
    >>> ob.risk.join(pieces).draws
    2000
    """
    ordered = sorted(pieces, key=lambda piece: piece.first_draw)
    if not ordered:
        raise ValueError("pieces: found none, expected one at least")
    figures, draws = ordered[0]._figures, ordered[0].draws
    for piece in ordered[1:]:
        if piece.book != ordered[0].book or _asked(piece) != _asked(ordered[0]):
            raise ValueError("pieces: expected one book, one seed and one request, found several")
        if [f.kinds() for f in piece._figures] != [f.kinds() for f in figures]:
            raise ValueError("pieces: expected the same reducers in each")
        if piece.first_draw != ordered[0].first_draw + draws:
            expected = ordered[0].first_draw + draws
            raise ValueError(f"pieces: expected one that begins with draw {expected:,}, found {piece.first_draw:,}")
        figures = [earlier.joined(later) for earlier, later in zip(figures, piece._figures, strict=True)]
        draws += piece.draws
    first = ordered[0]
    return Reduced(first.book, {**first.request, "draws": draws}, first._columns, figures, first._notes, first.release)


def _asked(piece: Reduced) -> dict[str, Any]:
    return {name: value for name, value in same_request(piece.request).items() if name not in ("draws", "first_draw")}


def _named(book: Book, columns: Sequence[Mapping[str, Any]], reducer: Reducer) -> frozenset[str]:
    """The ids of the parties and the tracked formulas that a reducer names."""
    known = {str(c["party"] or c["formula"]) for c in columns}
    found = set()
    for name in reducer.of:
        party = next((p.id for p in book.parties if name in (p.id, p.name)), name)
        if party not in known:
            message = (
                f"neither a party whose position is kept nor a tracked formula: '{name}'{nearest(name, sorted(known))}"
            )
            raise BookError(f"nothing is called '{name}'", [{"code": "unknown-name", "path": "", "message": message}])
        found.add(str(party))
    return frozenset(found)
