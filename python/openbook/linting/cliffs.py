"""Where a payment jumps, and by how many pounds, seen by trying the book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .._simplest import simplest
from .findings import Finding, Reader, formulas, reached
from .formulas import COMPARES
from .probing import Moved, Probe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["cliffs", "least_moved", "pounds"]

_POUND, _PART = 1.0, 0.003
_FINE, _MOST_JUMPS, _MOST_CELLS = 64, 6, 8
#: So many fine steps beside a step are looked at with it, so that a bend in its first is not taken for a jump.
_BESIDE = 2
#: Functions whose value may jump.
_JUMPING = frozenset({*COMPARES, "if", "choose", "whole", "modulo", "count", "any", "all", "lookup", "curve", "round"})


@dataclass(frozen=True)
class _Jump:
    of: Moved
    low: float
    high: float
    size: float
    path: str
    clause: str


def least_moved(y: Floats) -> float:
    """What counts as a movement of money: a pound, and a part of everything that moves over the range."""
    return max(_POUND, _PART * float(y.max() - y.min()))


def _outside(x: Floats, y: Floats) -> Floats:
    """By how much each step of a function goes beyond what the slopes on its two sides explain."""
    import numpy as np

    wide, rise = np.diff(x), np.diff(y)
    slope = rise / wide
    before = np.concatenate([slope[1:2], slope[:-1]]) * wide
    after = np.concatenate([slope[1:], slope[-2:-1]]) * wide
    low, high = np.minimum(before, after), np.maximum(before, after)
    return np.where(rise > high, rise - high, np.where(rise < low, rise - low, 0.0))


def _cells(x: Floats, y: Floats) -> list[tuple[float, float, float]]:
    """The steps that may hold a jump: start, end, pounds; the largest first."""
    if len(x) < 4:
        return []
    least = least_moved(y)
    beyond = _outside(x, y)
    found = [(float(x[i]), float(x[i + 1]), float(beyond[i])) for i in range(len(beyond)) if abs(beyond[i]) > least]
    return sorted(found, key=lambda cell: -abs(cell[2]))[:_MOST_CELLS]


def _bends(x: Floats, y: Floats) -> list[tuple[float, float, float]]:
    """The steps beside which the slope changes, so that a jump may hide there: start, end, twice the least that counts.

    A reward that grows with what is saved and ends at a gate falls back to nothing along its own slope, where the gate
    is one step of the grid or less from where the saving begins.
    """
    import numpy as np

    if len(x) < 4:
        return []
    wide = np.diff(x)
    slope = np.diff(y) / wide
    hidden = abs(slope[2:] - slope[:-2]) * wide[1:-1]
    least = least_moved(y)
    places = sorted(np.flatnonzero(hidden > least), key=lambda place: -hidden[place])
    return [(float(x[i + 1]), float(x[i + 2]), 2 * least) for i in places]


def cliffs(reader: Reader, probe: Probe, amounts: dict[str, str]) -> Iterator[Finding]:
    """Jumps of what a clause moves, each looked at again from nearby."""
    chooses = {clause.id for _, clause, _, path in reader.clauses() if _chooses(reader, clause, path)}
    suspected: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    closer: dict[str, set[tuple[float, float]]] = {}
    for of in probe.moved:
        if of.steps:
            for clause, amount in amounts.items():
                x, y = probe.response(of, amount)
                cells = _cells(x, y)
                if clause in chooses:
                    shown = {cell[:2] for cell in cells}
                    cells += [cell for cell in _bends(x, y) if cell[:2] not in shown][:_MOST_CELLS]
                if cells:
                    suspected[of.id, clause] = cells
                    closer.setdefault(of.id, set()).update((a, b) for a, b, _ in cells)
    if not suspected:
        return
    near = [replace(of, places=_near(of, closer[of.id])) for of in probe.moved if of.id in closer]
    fine = Probe(reader, near, sorted(set(amounts.values())))
    jumps: list[_Jump] = []
    paths = {clause.id: path for _, clause, _, path in reader.clauses()}
    for of in near:
        for clause, amount in amounts.items():
            x, y = fine.response(of, amount)
            for a, b, size in suspected.get((of.id, clause), ()):
                beside = _BESIDE * (b - a) / _FINE + 1e-9
                around = (x >= a - beside) & (x <= b + beside)
                found = [cell for cell in _cells(x[around], y[around]) if cell[0] > a - 1e-9 and cell[1] < b + 1e-9]
                if found and abs(found[0][2]) >= abs(size) / 2:
                    low, high, stake = found[0]
                    jumps.append(_Jump(of, low, high, stake, paths[clause], clause))
    yield from _told(jumps)


def _chooses(reader: Reader, clause: Any, path: str) -> bool:
    """Whether a formula of a clause, or of what it names, compares, looks up or otherwise may jump."""
    if clause.kind in ("trigger", "incentive"):
        return True
    trees = [
        reader.tree(text) for place in reader.places if place.path.startswith(path + "/") for text in formulas(place)
    ]
    return any(node.get("function") in _JUMPING for node in reached(reader, trees))


def _near(of: Moved, cells: set[tuple[float, float]]) -> tuple[Fraction, ...]:
    places = {of.rest}
    for a, b in cells:
        low, high = Fraction(a).limit_denominator(10**9), Fraction(b).limit_denominator(10**9)
        places |= {low + (high - low) * Fraction(step, _FINE) for step in range(-_BESIDE, _FINE + _BESIDE + 1)}
    return tuple(sorted(place for place in places if of.places[0] <= place <= of.places[-1]))


def _told(jumps: list[_Jump]) -> Iterator[Finding]:
    """One finding for each place of an input, at the clause that moves most there; the largest of each pair first."""
    places: list[list[_Jump]] = []
    for jump in sorted(jumps, key=lambda jump: -abs(jump.size)):
        for group in places:
            first = group[0]
            if first.of.id == jump.of.id and jump.low <= first.high and first.low <= jump.high:
                group.append(jump)
                break
        else:
            places.append([jump])
    told: dict[tuple[str, str], list[tuple[_Jump, list[_Jump]]]] = {}
    for first, *others in places:
        told.setdefault((first.path, first.of.id), []).append((first, others))
    for (path, _), found in told.items():
        first, others = found[0]
        at = simplest(Fraction(first.low).limit_denominator(10**12), Fraction(first.high).limit_denominator(10**12))
        where = f"where '{first.of.id}' passes {first.of.at(at)}"
        if len(found) >= _MOST_JUMPS:
            message = (
                f"'{first.clause}' moves in steps as '{first.of.id}' does; the largest step found is "
                f"{pounds(first.size)} over the term, {where}"
            )
            yield Finding("cliff", "note", path, message)
            continue
        also = _listed(first, others)
        rest = len(found) - 1
        more = f"; it jumps at {rest} more place{'' if rest == 1 else 's'}" if rest else ""
        message = (
            f"'{first.clause}' jumps by {pounds(first.size)} over the term {where}{also}{more}: check who owns the "
            "boundary"
        )
        yield Finding("cliff", "warning", path, message)


def _listed(first: _Jump, others: Sequence[_Jump]) -> str:
    names = list(dict.fromkeys(jump.clause for jump in others if jump.clause != first.clause))
    if not names:
        return ""
    shown = ", ".join(f"'{name}'" for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"; {shown} with it"


def pounds(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.0f}"
