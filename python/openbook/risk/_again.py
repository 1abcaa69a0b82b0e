"""The same draws again, with other columns kept: same seed, same bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import queries
from .._kept_draws import execute
from .._values import nearest
from ..errors import BookError
from .estimates import Floats

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["Horizon", "Kept", "horizon", "members", "rerun"]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Columns of a run and their draws, shape (columns, draws)."""

    columns: list[dict[str, Any]]
    draws: Floats

    def of(self, kind: str, **equals: Any) -> list[int]:
        """Numbers of the columns of a kind."""
        return [
            i
            for i, column in enumerate(self.columns)
            if column["kind"] == kind and all(column[name] == value for name, value in equals.items())
        ]


def rerun(
    simulation: Simulation,
    *,
    parts: Iterable[dict[str, Any]] = (),
    track: Sequence[str] = (),
    track_every: str = "month",
    every: Sequence[str] = (),
    stretch: tuple[int, int] | None = None,
) -> Kept:
    """Run the draws of a simulation again and keep other columns: parts of positions, formulas, positions.

    `stretch`: the first of the draws that are run, counted from 0, and how many; None: all.
    """
    request = {
        **simulation.request,
        "parts": list(parts),
        "track": list(dict.fromkeys(track)),
        "track_every": track_every,
        "every": list(every),
    }
    if stretch is not None:
        request |= {"first_draw": simulation.first_draw + stretch[0], "draws": stretch[1]}
    core = execute(simulation.book, request, None)
    return Kept(list(core.columns), core.array())


@dataclass(frozen=True, slots=True)
class Horizon:
    """A period of a calendar, as the core counts it and in words."""

    every: str
    period: int
    label: str

    @property
    def words(self) -> str:
        """Such as "over the term" or "in year 2"."""
        return "over the term" if self.every == "term" else f"in {self.label}"


def horizon(simulation: Simulation, every: str, period: int | str | None) -> Horizon:
    """A period by number (from 1) or label; the first where none is named and there is only one.

    Raises
    ------
    BookError
        There is no such calendar or period, or there are several and none is named.
    """
    labels = _labels(simulation, every)
    if period is None and len(labels) == 1:
        return Horizon(every, 0, labels[0])
    for number, label in enumerate(labels):
        if period in (label, number + 1):
            return Horizon(every, number, label)
    message = f"no period {period!r}; there is 1 to {len(labels)}: {', '.join(labels)}"
    raise BookError("no such period", [{"code": "unknown-period", "path": "", "message": message}])


def _labels(simulation: Simulation, every: str) -> list[str]:
    """The periods of a calendar, from a run of one draw."""
    kept = [c for c in simulation._columns() if c["kind"] == "position" and c["every"] == every]
    if not kept:
        request = {**simulation.request, "draws": 1, "threads": 1, "every": [every], "track": []}
        kept = [c for c in execute(simulation.book, request, False).columns if c["kind"] == "position"]
    found: dict[int, str] = {}
    for column in kept:
        found.setdefault(column["period"], str(column["label"]))
    return [found[number] for number in sorted(found)]


def members(simulation: Simulation, what: str | Sequence[str]) -> tuple[str, list[str]]:
    """A party, several parties, or all that sign an overlay: how they are called together, and their ids.

    Raises
    ------
    BookError
        There is no such party or overlay.
    """
    book = simulation.book
    if not isinstance(what, str):
        ids = list(dict.fromkeys(queries.require_party(book, party) for party in what))
        if not ids:
            raise ValueError("what: found no party, expected at least one")
        return ", ".join(queries.party_name(book, party) for party in ids), ids
    for overlay in book.overlays:
        if what in (overlay.id, overlay.name) and overlay.parties:
            return str(overlay.name or overlay.id), list(overlay.parties)
    if not any(what in (party.id, party.name) for party in book.parties):
        names = [*(party.id for party in book.parties), *(overlay.id for overlay in book.overlays)]
        message = f"no party or overlay '{what}'{nearest(what, names)} There are {', '.join(names)}."
        raise BookError(f"no party '{what}'", [{"code": "unknown-party", "path": "/parties", "message": message}])
    party = queries.require_party(book, what)
    return queries.party_name(book, party), [party]


def sums(kept: Kept, groups: dict[Any, list[int]]) -> Floats:
    """The sum of the columns of each group, shape (groups, draws)."""
    return np.array(
        [kept.draws[rows].sum(axis=0) if len(rows) > 1 else kept.draws[rows[0]] for rows in groups.values()]
    )
