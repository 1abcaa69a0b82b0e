"""Finding where a function that is straight between breakpoints bends and jumps, from exact values at chosen places.

The function is probed on a grid; every interval is tested at its middle. Where the middle is off the chord, the lines
on both sides are made to meet, or the jump between them is narrowed down, or the interval is halved. Nothing is
assumed that was not tested, but what is narrower than the grid and touches none of its probes cannot be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from ._pieces import Break, Chord, Piece, straight
from ._simplest import Line, fit, simplest

__all__ = ["Search"]

#: How often what was found is tested again at places that are no midpoints.
ROUNDS = 8
#: Where: as shares of each piece, so that symmetric features do not hide.
ELSEWHERE = (Fraction(191, 500), Fraction(809, 1000))


class _SpentError(Exception):
    """No evaluation is left."""


class Search:
    """One search; `run` gives pieces and breaks.

    Parameters
    ----------
    function
        Exact values; called once for each place.
    slack
        How far rounding may have moved any value so far from the straight lines underneath.
    probes
        How many intervals are probed at first.
    resolution
        How closely a jump is bracketed.
    most
        How many values may be asked for.
    """

    def __init__(
        self,
        function: Callable[[Fraction], Fraction],
        low: Fraction,
        high: Fraction,
        *,
        slack: Callable[[], Fraction],
        probes: int,
        resolution: Fraction,
        most: int,
    ) -> None:
        self.function, self.low, self.high = function, low, high
        self.slack, self.probes, self.resolution, self.most = slack, probes, resolution, most
        self.known: dict[Fraction, Fraction] = {}

    # -- values -----------------------------------------------------------------------------------------------

    def at(self, x: Fraction, *, extra: bool = False) -> Fraction:
        """The value at x; beyond the number allowed only where it is `extra`."""
        if x not in self.known:
            if len(self.known) >= self.most and not extra:
                raise _SpentError
            self.known[x] = self.function(x)
        return self.known[x]

    def _points(self, a: Fraction, b: Fraction) -> list[tuple[Fraction, Fraction]]:
        return sorted((x, y) for x, y in self.known.items() if a <= x <= b)

    def _chord(self, a: Fraction, b: Fraction) -> Chord:
        return Chord(a, self.at(a), b, self.at(b))

    def _on(self, line: Chord, x: Fraction) -> bool:
        return abs(self.at(x) - line(x)) <= self.slack() * (1 + line.reach(x))

    def _straight(self, a: Fraction, b: Fraction) -> bool:
        return self._on(self._chord(a, b), (a + b) / 2)

    # -- the search -------------------------------------------------------------------------------------------

    def run(self) -> tuple[tuple[Piece, ...], tuple[Break, ...]]:
        step = (self.high - self.low) / self.probes
        grid = [self.low + step * number for number in range(self.probes + 1)]
        for x in (*grid, *(x + step / 2 for x in grid[:-1])):
            self.at(x, extra=True)
        cells = [(a, b, self._straight(a, b)) for a, b in pairwise(grid)]
        pieces: list[Piece] = []
        for number, (a, b, on_chord) in enumerate(cells):
            if on_chord:
                pieces.append(Piece(a, b, "straight"))
                continue
            following = cells[number + 1] if number + 1 < len(cells) else None
            right = self._chord(following[0], following[1]) if following and following[2] else None
            pieces += self._resolve(a, b, self._before(pieces, a), right)
        merged = self._merged(pieces)
        for _ in range(ROUNDS):
            again = self._tested(merged)
            if again is None:
                break
            merged = self._merged(again)
        return self._joined(merged)

    def _before(self, pieces: Sequence[Piece], a: Fraction) -> Chord | None:
        """The line of the piece that ends at `a`."""
        last = pieces[-1] if pieces else None
        return self._chord(last.start, last.end) if last and last.kind == "straight" and last.end == a else None

    def _resolve(self, a: Fraction, b: Fraction, left: Chord | None, right: Chord | None) -> list[Piece]:
        """Pieces of an interval that is not straight, between the lines on its sides where these are known."""
        if b - a <= self.resolution:
            return [Piece(a, b, "gap")]
        try:
            found = self._edge(a, b, left, right)
            if found is None and left is not None and right is not None:
                found = self._corner(a, b, left, right) or self._jump(a, b, left, right)
            if found is not None:
                return found
            if self._curved(a, b):
                return [Piece(a, b, "curved")]
            middle = (a + b) / 2
            first, second = self._straight(a, middle), self._straight(middle, b)
            after = self._chord(middle, b) if second else None
            pieces = [Piece(a, middle, "straight")] if first else self._resolve(a, middle, left, after)
            pieces += (
                [Piece(middle, b, "straight")]
                if second
                else self._resolve(middle, b, self._before(pieces, middle), right)
            )
        except _SpentError:
            return [Piece(a, b, "unresolved")]
        return pieces

    def _edge(self, a: Fraction, b: Fraction, left: Chord | None, right: Chord | None) -> list[Piece] | None:
        """A value at the very end of the range that does not belong to what follows."""
        middle = (a + b) / 2
        if left is None and right is not None and a == self.low:
            inner = a + self.resolution
            if not self._on(right, a) and self._on(right, inner) and self._on(right, middle):
                return [Piece(a, inner, "gap"), Piece(inner, b, "straight")]
        if right is None and left is not None and b == self.high:
            inner = b - self.resolution
            if not self._on(left, b) and self._on(left, inner) and self._on(left, middle):
                return [Piece(a, inner, "straight"), Piece(inner, b, "gap")]
        return None

    def _corner(self, a: Fraction, b: Fraction, left: Chord, right: Chord) -> list[Piece] | None:
        """Both lines go on until they meet."""
        if left.slope == right.slope:
            return None
        x = (right(Fraction(0)) - left(Fraction(0))) / (left.slope - right.slope)
        if not a < x < b:
            return None
        # A jump beside the place where the lines would meet is told from a corner close to that place.
        near = max(self.resolution, 16 * self.slack() / abs(left.slope - right.slope))
        low, high = max(a, x - near), min(b, x + near)
        on_left = (self._on(left, place) for place in ((a + x) / 2, low, x))
        on_right = (self._on(right, place) for place in (x, high, (x + b) / 2))
        if not (all(on_left) and all(on_right)):
            return None
        return [*straight(a, low), Piece(low, high, "gap"), *straight(high, b)]

    def _jump(self, a: Fraction, b: Fraction, left: Chord, right: Chord) -> list[Piece] | None:
        """One line goes on to a place from which the other holds; plain numbers are tried first."""
        low, high, tiny = a, b, self.resolution
        while high - low > tiny:
            margin = (high - low) / 4
            x = simplest(low + margin, high - margin)
            on_left, on_right = self._on(left, x), self._on(right, x)
            if on_left == on_right:
                return None
            if on_left:
                low = x
                if low + tiny < high and self._on(right, low + tiny):
                    high = low + tiny
            else:
                high = x
                if high - tiny > low and self._on(left, high - tiny):
                    low = high - tiny
        if not (self._on(left, (a + low) / 2) and self._on(right, (high + b) / 2)):
            return None
        return [*straight(a, low), Piece(low, high, "gap"), *straight(high, b)]

    def _curved(self, a: Fraction, b: Fraction) -> bool:
        """Whether the interval bends everywhere alike, as no few kinks would."""

        def bends(parts: int) -> list[Fraction]:
            y = [self.at(a + (b - a) * number / parts) for number in range(parts + 1)]
            return [y[n] - 2 * y[n + 1] + y[n + 2] for n in range(parts - 1)]

        def alike(found: list[Fraction], factor: Fraction) -> bool:
            sizes = [abs(bend) for bend in found]
            same_way = all(bend > 0 for bend in found) or all(bend < 0 for bend in found)
            return same_way and max(sizes) <= factor * min(sizes) and min(sizes) > 4 * self.slack()

        coarse = bends(4)
        if not alike(coarse, Fraction(3, 2)):
            return False
        fine = bends(8)
        return alike(fine, Fraction(2)) or all(abs(bend) <= 8 * self.slack() for bend in fine)

    # -- putting together -------------------------------------------------------------------------------------

    def _merged(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Neighbours that lie on one line are one piece; lines are fitted to every value of their piece."""
        merged: list[Piece] = []
        for piece in pieces:
            if piece.kind == "straight":
                piece = replace(piece, line=self._line(piece.start, piece.end))
            if piece.kind == "straight" and len(merged) > 1 and merged[-1].kind == "gap":
                across = self._across(merged[-2], piece)
                if across is not None:  # the same line on both sides: there was nothing in between
                    merged[-2:] = [across]
                    continue
            last = merged[-1] if merged else None
            if last is not None and last.kind == piece.kind and last.end == piece.start:
                if piece.kind != "straight":
                    merged[-1] = replace(last, end=piece.end)
                    continue
                line = fit(self._points(last.start, piece.end), self.slack())
                if line is not None:
                    merged[-1] = replace(last, end=piece.end, line=line)
                    continue
            merged.append(piece)
        return self._curved_through(self._without_slivers(merged))

    def _across(self, a: Piece, b: Piece) -> Piece | None:
        line = fit(self._points(a.start, b.end), self.slack()) if a.kind == b.kind == "straight" else None
        return None if line is None else replace(a, end=b.end, line=line)

    def _line(self, a: Fraction, b: Fraction) -> Line:
        line = fit(self._points(a, b), self.slack())
        if line is None:  # its values contradict each other: the chord, which the next test refuses
            chord = self._chord(a, b)
            line = Line(chord.slope, chord(Fraction(0)))
        return line

    def _without_slivers(self, pieces: Sequence[Piece]) -> list[Piece]:
        """A short piece around a kink, straight only to the penny, goes where its neighbours explain its values."""
        kept = list(pieces)
        number = 1
        while number + 1 < len(kept):
            a, piece, b = kept[number - 1 : number + 2]
            x = a.line.crosses(b.line) if a.line and b.line and piece.kind == "straight" else None
            if x is not None and a.line and b.line and piece.start <= x <= piece.end:
                near = 2 * self.slack()
                points = self._points(piece.start, piece.end)
                lines = ((a.line if p <= x else b.line, p, y) for p, y in points)
                if all(abs(line(p) - y) <= near for line, p, y in lines):
                    kept[number - 1 : number + 2] = [replace(a, end=x), replace(b, start=x)]
                    continue
            number += 1
        return kept

    def _curved_through(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Bits of a curve that are straight to the penny, left where a jump cuts a probed interval, are curve too."""
        step = (self.high - self.low) / self.probes
        kept = list(pieces)
        number = 0
        while number + 1 < len(kept):
            a, b = kept[number : number + 2]
            kinds = {a.kind, b.kind}
            bit = a if a.kind == "straight" else b
            if kinds == {"curved"} or (kinds == {"curved", "straight"} and bit.end - bit.start < step):
                kept[number : number + 2] = [Piece(a.start, b.end, "curved")]
                number = max(0, number - 1)
            else:
                number += 1
        return kept

    def _tested(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """Each piece tested again where it was not; None where all stand, else the pieces with what fell opened."""
        result: list[Piece] = []
        fell = False
        for piece in pieces:
            opened = self._opened(piece) if piece.kind == "straight" else None
            fell = fell or opened is not None
            result += [piece] if opened is None else opened
        return result if fell else None

    def _opened(self, piece: Piece) -> list[Piece] | None:
        a, b = piece.start, piece.end
        if b - a <= self.resolution:
            return None
        for share in ELSEWHERE:
            x = a + (b - a) * share
            try:
                self.at(x)
            except _SpentError:
                return None
            points = self._points(a, b)
            if fit(points, self.slack()) is not None:
                continue
            before = max(place for place, _ in points if place < x)
            after = min(place for place, _ in points if place > x)
            left = self._chord(a, before) if a < before else None
            right = self._chord(after, b) if after < b else None
            parts = straight(a, before)
            parts += self._resolve(before, x, left, None)
            parts += self._resolve(x, after, self._before(parts, x), right)
            return [*parts, *straight(after, b)]
        return None

    def _joined(self, pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Break, ...]]:
        """The final pieces, which end where they meet, and the breaks between them."""
        whole = [piece for piece in pieces if piece.kind != "gap"]
        gaps = {(piece.start, piece.end) for piece in pieces if piece.kind == "gap"}
        breaks: list[Break] = []
        for number, piece in enumerate(whole):
            if number == 0:
                if piece.start > self.low:
                    breaks.append(self._at_gap(None, piece, self.low, piece.start))
                    whole[0] = replace(piece, start=self.low)
                continue
            before = whole[number - 1]
            if "unresolved" in (before.kind, piece.kind):
                continue
            if (before.end, piece.start) in gaps:
                found = self._at_gap(before, piece, before.end, piece.start)
            else:
                found = self._meeting(before, piece)
            breaks.append(found)
            whole[number - 1], whole[number] = replace(before, end=found.x), replace(piece, start=found.x)
        if whole and whole[-1].end < self.high:
            breaks.append(self._at_gap(whole[-1], None, whole[-1].end, self.high))
            whole[-1] = replace(whole[-1], end=self.high)
        return tuple(whole), tuple(breaks)

    def _limit(self, piece: Piece | None, x: Fraction, own: Fraction) -> Fraction:
        """What a piece comes to at x; of a curved piece, or of none, the value at its own end."""
        return piece.line(x) if piece is not None and piece.line is not None else self.at(own, extra=True)

    def _at_gap(self, a: Piece | None, b: Piece | None, low: Fraction, high: Fraction) -> Break:
        if a is not None and b is not None and a.line and b.line:
            x = a.line.crosses(b.line)
            blur = self._blur(a.line, b.line)
            if x is not None and low - blur <= x <= high + blur:
                return self._meeting(a, b)
        x = simplest(low, high) if a is not None and b is not None else low if a is None else high
        left, right = self._limit(a, x, low), self._limit(b, x, high)
        lines = [piece.line for piece in (a, b) if piece is not None and piece.line is not None]
        near = 4 * self.slack()
        if len(lines) < 2:
            near += sum(abs(line.slope) for line in lines) * (high - low)
        kind = "jump" if abs(right - left) > near else "kink"
        return Break(x, kind, low, high, left, right, self.at(x, extra=True))

    def _blur(self, a: Line, b: Line) -> Fraction:
        """How far from the place where two lines seem to meet they may meet."""
        return 4 * self.slack() / abs(a.slope - b.slope) if (a.error or b.error) and a.slope != b.slope else Fraction(0)

    def _meeting(self, a: Piece, b: Piece) -> Break:
        """The place where two lines meet, as exactly as these are known."""
        x = a.line.crosses(b.line) if a.line and b.line else None
        if x is not None and a.line and b.line and a.start < x < b.end:
            blur = self._blur(a.line, b.line)
            low, high = max(x - blur, a.start), min(x + blur, b.end)
            plain = simplest(low, high) if blur else x
            plain = plain if a.start < plain < b.end else x
            value = self.at(plain, extra=True)
            if abs(value - a.line(plain)) <= 8 * self.slack():
                return Break(plain, "kink", low, high, a.line(plain), b.line(plain), value)
        x = a.end
        value = self.at(x, extra=True)
        return Break(x, "kink", x, x, self._limit(a, x, x), self._limit(b, x, x), value)
