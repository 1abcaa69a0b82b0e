"""Where parties stand and how arrows run between them, so that every figure can be read: money flows downwards.

Parties stand in rows by what they do (funders, commissioners, providers, funds, suppliers), at most four in a row.
Arrows leave and arrive at places of their own, pass rows through gaps, and carry their figure where it hides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .svg import WIDTH, width_of

__all__ = ["Arrow", "Box", "Layout", "Party", "arranged"]

BOX, MOST_IN_ROW, LINE = 110.0, 4, 15.0
BETWEEN = 92.0
ROLES = ("funder", "commissioner", "provider", "fund", "supplier")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a drawing; `rank` orders rows, 0 on top."""

    id: str
    name: str
    rank: int

    @classmethod
    def of(cls, party: object) -> Party:
        """A party of a book; who commissions and provides stands with the providers."""
        roles = getattr(party, "roles", ())
        ranks = [ROLES.index(role) for role in roles if role in ROLES] or [ROLES.index("provider")]
        id_ = str(getattr(party, "id", ""))
        return cls(id_, str(getattr(party, "name", "") or id_), 2 if 2 in ranks else min(ranks))


@dataclass(frozen=True, slots=True)
class Box:
    """Where a party stands."""

    id: str
    lines: tuple[str, ...]
    row: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """One flow: the points of its curve, three per stretch after the first, and where its label stands (its middle)."""

    payer: str
    payee: str
    label: str
    thickness: float
    curve: tuple[Point, ...]
    at: Point

    def sampled(self, per_stretch: int = 16) -> list[Point]:
        """Points on the curve."""
        points = [self.curve[0]]
        for number in range(1, len(self.curve), 3):
            a, (b, c, d) = self.curve[number - 1], self.curve[number : number + 3]
            points += [_bezier(a, b, c, d, step / per_stretch) for step in range(1, per_stretch + 1)]
        return points


@dataclass(frozen=True, slots=True)
class Layout:
    """A drawing's boxes and arrows, and its height."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    height: float


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    s = 1 - t
    weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
    x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
    return x, y


def arranged(parties: Sequence[Party], flows: Sequence[tuple[str, str, str, float]], *, top: float = 34.0) -> Layout:
    """Boxes and arrows for flows (payer, payee, label, size); parties without a flow are left out."""
    ids = {end for payer, payee, _, _ in flows for end in (payer, payee)}
    boxes, height = _boxes([party for party in parties if party.id in ids], flows, top)
    paths = _paths(boxes, flows)
    largest = max((abs(size) for *_, size in flows), default=0.0) or 1.0
    bare = [
        Arrow(payer, payee, label, 1.2 + 3 * math.sqrt(abs(size) / largest), tuple(path), path[0])
        for (payer, payee, label, size), path in zip(flows, paths, strict=True)
    ]
    return Layout(tuple(boxes.values()), tuple(_labelled(bare, list(boxes.values()))), height)


def _rows(parties: Sequence[Party]) -> list[list[Party]]:
    rows: list[list[Party]] = []
    for rank in sorted({party.rank for party in parties}):
        same = [party for party in parties if party.rank == rank]
        count = math.ceil(len(same) / MOST_IN_ROW)
        size = math.ceil(len(same) / count)
        rows += [same[start : start + size] for start in range(0, len(same), size)]
    return rows


def _boxes(
    parties: Sequence[Party], flows: Sequence[tuple[str, str, str, float]], top: float
) -> tuple[dict[str, Box], float]:
    from .svg import lines_of

    boxes: dict[str, Box] = {}
    y = last = top
    rows, number = _rows(parties), 0
    for number, row in enumerate(rows):
        slot = WIDTH / len(row)
        # A row as long as the one before stands a little aside: arrows then pass between its boxes.
        shift = 0.0
        if number and len(row) == len(rows[number - 1]) and len(row) > 1:
            shift = 12.0 if number % 2 else -12.0
        lines = {party.id: tuple(lines_of(party.name, BOX - 4, 4)) for party in row}
        tallest = max(len(text) for text in lines.values()) * LINE + 10
        for place, party in enumerate(row):
            middle = slot * (place + 0.5) + shift
            middle = min(max(middle, BOX / 2 + 2), WIDTH - BOX / 2 - 2)
            boxes[party.id] = Box(party.id, lines[party.id], number, middle - BOX / 2, y, BOX, tallest)
        within, above = {party.id for party in row}, set(boxes)
        inside = sum(1 for payer, payee, _, _ in flows if payer in within and payee in within)
        passing = sum(1 for payer, payee, _, _ in flows if (payer in above) != (payee in above))
        y += tallest + BETWEEN + 10 * inside + 2 * passing
        last = y - (BETWEEN + 10 * inside + 2 * passing)
    lowest = [abs(boxes[a].middle - boxes[b].middle) for a, b, _, _ in flows if boxes[a].row == boxes[b].row == number]
    return boxes, last + (30 + 0.13 * max(lowest) if lowest else 8)


@dataclass(slots=True)
class _Ports:
    """Places along one side of a box, one for each arrow that touches it."""

    ends: list[tuple[float, int]] = field(default_factory=list)

    def at(self, box: Box, flow: int) -> float:
        order = [number for _, number in sorted(self.ends)]
        return box.x + box.width * (order.index(flow) + 1) / (len(order) + 1)


def _paths(boxes: Mapping[str, Box], flows: Sequence[tuple[str, str, str, float]]) -> list[list[Point]]:
    sides: dict[tuple[str, str], _Ports] = {}

    def side(box: Box, other: Box) -> str:
        return "bottom" if other.row >= box.row else "top"

    for number, (payer, payee, _, _) in enumerate(flows):
        a, b = boxes[payer], boxes[payee]
        for box, other in ((a, b), (b, a)):
            sides.setdefault((box.id, side(box, other)), _Ports()).ends.append((other.middle, number))
    used: dict[tuple[int, float], int] = {}
    paths = []
    for number, (payer, payee, _, _) in enumerate(flows):
        a, b = boxes[payer], boxes[payee]
        ends = []
        for box, other in ((a, b), (b, a)):
            edge = side(box, other)
            x = sides[box.id, edge].at(box, number)
            ends.append((x, box.y + box.height if edge == "bottom" else box.y))
        paths.append(_curve(a, b, ends[0], ends[1], boxes, used))
    return paths


def _curve(
    a: Box, b: Box, start: Point, end: Point, boxes: Mapping[str, Box], used: dict[tuple[int, float], int]
) -> list[Point]:
    if a.row == b.row:
        drop = 26 + 0.16 * abs(end[0] - start[0])
        return [start, (start[0], start[1] + drop), (end[0], end[1] + drop), end]
    way = 1 if b.row > a.row else -1
    stops = [start]
    for row in range(a.row + way, b.row, way):
        inside = [box for box in boxes.values() if box.row == row]
        y = inside[0].y + inside[0].height / 2
        share = (y - start[1]) / (end[1] - start[1])
        stops.append((_gap(inside, row, start[0] + (end[0] - start[0]) * share, used), y))
    stops.append(end)
    path = [stops[0]]
    for (x1, y1), (x2, y2) in pairwise(stops):
        bend = (y2 - y1) * 0.45
        path += [(x1, y1 + bend), (x2, y2 - bend), (x2, y2)]
    return path


def _gap(row: Sequence[Box], number: int, wanted: float, used: dict[tuple[int, float], int]) -> float:
    """The place nearest to the one wanted where an arrow passes a row between its boxes."""
    edges = sorted((box.x, box.x + box.width) for box in row)
    gaps = [(0.0, edges[0][0])]
    gaps += [(right, left) for (_, right), (left, _) in pairwise(edges)]
    gaps.append((edges[-1][1], float(WIDTH)))
    low, high = min(gaps, key=lambda gap: max(gap[0] + 4 - wanted, wanted - gap[1] + 4, 0.0) - 1e-3 * (gap[1] - gap[0]))
    room = max(0.0, (high - low) / 2 - 4)
    x = min(max(wanted, low + min(8.0, (high - low) / 2)), high - min(8.0, (high - low) / 2))
    key = (number, low)
    offset = used.get(key, 0)
    used[key] = offset + 1
    x += (7.0 if offset % 2 else -7.0) * ((offset + 1) // 2)
    middle = (low + high) / 2
    return min(max(x, middle - room), middle + room)


def _labelled(arrows: Sequence[Arrow], boxes: Sequence[Box]) -> list[Arrow]:
    """Each arrow with the place of its label: off boxes and other labels, and as far from other arrows as may be."""
    sampled = [arrow.sampled() for arrow in arrows]
    taken: list[tuple[float, float, float, float]] = []
    places: dict[int, Point] = {}
    for number in sorted(range(len(arrows)), key=lambda n: len(sampled[n])):
        arrow, points = arrows[number], sampled[number]
        half = width_of(arrow.label) / 2 + 2
        others = [point for n, other in enumerate(sampled) if n != number for point in other[1:-1]]
        best: tuple[float, Point] | None = None
        for step in range(2, len(points) - 1):
            x = min(max(points[step][0], half), WIDTH - half)
            y = points[step][1]
            rectangle = (x - half, y - 9, x + half, y + 9)
            share = step / (len(points) - 1)
            cost = abs(share - 0.5) * 12 + max(0.0, share - 0.75) * 160 + max(0.0, 0.15 - share) * 100
            cost += sum(_overlap(rectangle, other) for other in taken) * 40
            cost += sum(_overlap(rectangle, (b.x, b.y, b.x + b.width, b.y + b.height)) for b in boxes) * 40
            near = min((math.hypot((px - x) / 1.6, py - y) for px, py in others), default=99.0)
            cost += max(0.0, 22 - near)
            if best is None or cost < best[0]:
                best = (cost, (x, y))
        assert best is not None
        places[number] = best[1]
        taken.append((best[1][0] - half, best[1][1] - 9, best[1][0] + half, best[1][1] + 9))
    return [Arrow(a.payer, a.payee, a.label, a.thickness, a.curve, places[number]) for number, a in enumerate(arrows)]


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return width * height if width > 0 and height > 0 else 0.0
