"""Codes mapped by name: composite keys, dates of validity, one code to many with weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from .._calendar import Months, month_text
from .._values import nearest
from ..errors import DataError
from .cells import BadCell, Number, add, code_text, number_text, read_share, total
from .faults import Faults
from .frames import Frame, frames_of
from .key_places import KeyPlaces
from .periods import Periods

__all__ = ["CodeMap", "Entry", "Key"]

Key = tuple[str | None, ...]
_FIRST, _LAST = 0, 12 * 9999


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a map: a code that a key becomes (None: it is deliberately left out), its weight, and its months."""

    target: str | None
    weight: Number
    start: int
    end: int
    row: int


class CodeMap:
    """A table that says which code of the book each code of the data becomes. Frozen.

    Many codes may become one: their values are added. One code may become several with weights: its value is split
    exactly, thirds too. A key that is not in the map is a fault of the data (or is set aside with
    ``unmapped="suspend"``); a line with an empty target says that the key is deliberately left out.

    Parameters
    ----------
    data
        A frame, mapping of columns or path (CSV, XLSX, Parquet).
    source
        The columns that make up the key, by their name in the data; a mapping gives each its name in the map:
        ``{"HRG": "currency"}``.
    target
        The map's column of new codes. The data get it under the same name, or under `into`, such as "quantity" where
        the new codes are ids of inputs.
    starts, ends
        The map's columns of the first and the last month in which a line holds; an empty cell has no bound.
    weight
        The map's column of weights ("0.25", "25%", "1/3"); those of one key must sum to exactly 1 in every month.
    complete
        False: weights may sum to less than 1; the rest of a value is excluded, and the receipt says so.
    unwanted
        "refuse" codes in `target` that no input of the book wants, or "leave" them out, as a national map needs.

    Raises
    ------
    DataError
        The map contradicts itself: a key twice, validity that overlaps, weights that do not sum; all faults at once.

    Examples
    --------
    >>> codes = CodeMap(
    ...     {"hrg": ["AA01", "AA02", "ZZ09"], "service": ["stroke", "stroke", "ward"], "part": ["1", "1", "1"]},
    ...     source=["hrg"], target="service", weight="part")
    >>> [entry.target for entry in codes.find(("AA02",), 24291)]
    ['stroke']
    """

    __slots__ = ("_entries", "_places", "into", "name", "source", "unwanted")

    name: str
    source: tuple[str, ...]
    into: str
    unwanted: str
    _entries: dict[Key, tuple[Entry, ...]]
    _places: KeyPlaces | None

    def __init__(
        self,
        data: Any,
        *,
        source: str | Sequence[str] | Mapping[str, str],
        target: str,
        into: str | None = None,
        starts: str | None = None,
        ends: str | None = None,
        weight: str | None = None,
        complete: bool = True,
        unwanted: Literal["refuse", "leave"] = "refuse",
    ) -> None:
        if unwanted not in ("refuse", "leave"):
            raise ValueError(f"unwanted: found {unwanted!r}, expected 'refuse' or 'leave'")
        columns = {source: source} if isinstance(source, str) else source
        names = dict(columns) if isinstance(columns, Mapping) else {str(name): str(name) for name in columns}
        if not names:
            raise ValueError("source: found no column, expected at least one")
        wanted = [*names.values(), target, *(name for name in (starts, ends, weight) if name)]
        faults = Faults()
        frame = _one(frames_of(data, wanted), wanted)
        for name in wanted:
            if name not in frame.data:
                message = (
                    f"{frame.name}: no column '{name}'{nearest(name, frame.data)} (it has {', '.join(frame.data)})"
                )
                faults.once("missing-column", message, frame=frame, column=name)
        faults.raise_any("the map of codes does not hold")
        entries = _read(frame, list(names.values()), target, starts, ends, weight, faults)
        for key, lines in entries.items():
            _check(frame, target, key, lines, weight is not None, complete, faults)
        faults.raise_any("the map of codes does not hold")
        for slot, value in (
            ("name", frame.name),
            ("source", tuple(names)),
            ("into", into or target),
            ("unwanted", unwanted),
            ("_entries", {key: tuple(lines) for key, lines in entries.items()}),
            ("_places", None),
        ):
            object.__setattr__(self, slot, value)

    @classmethod
    def read(cls, path: str | Path) -> CodeMap:
        """A map from a file whose headings say what they are.

        The new codes stand in the one column headed ``target: NAME``, where NAME is the column that the data get;
        ``from``, ``to`` and ``weight`` are what they say (each may be absent), columns headed ``note: ...`` are for the
        reader, and every other column is part of the key.

        Raises
        ------
        DataError
            No column, or several, are headed as target, or the map contradicts itself.
        """
        frame = frames_of(path)[0]
        targets = [name for name in frame.data if name.casefold().startswith("target:")]
        if len(targets) != 1 or not targets[0].partition(":")[2].strip():
            found = ", ".join(frame.data)
            message = f"{frame.name}: found the headings {found}, expected one column headed 'target: NAME'"
            raise DataError("not a map of codes", [{"code": "missing-column", "path": "", "message": message}])
        own = {"from", "to", "weight", targets[0]}
        keys = [n for n in frame.data if n not in own and not n.casefold().startswith("note:")]
        return cls(
            path,
            source=keys,
            target=targets[0],
            into=targets[0].partition(":")[2].strip(),
            starts="from" if "from" in frame.data else None,
            ends="to" if "to" in frame.data else None,
            weight="weight" if "weight" in frame.data else None,
        )

    @classmethod
    def one_to_one(cls, name: str, source: Sequence[str], into: str, codes: Iterable[tuple[Key, str]]) -> CodeMap:
        """A map in which every key becomes one code, in all months.

        >>> CodeMap.one_to_one("lines", ["setting", "currency"], "line", [(("Elective", "AA01"), "Elective / AA01")])
        <CodeMap 'lines': 1 keys of setting, currency into line>
        """
        one = Decimal(1)
        lines = {key: (Entry(code, one, _FIRST, _LAST, row),) for row, (key, code) in enumerate(codes)}
        return _rebuild(name, tuple(source), into, "refuse", lines)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a map of codes never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.name, self.source, self.into, self.unwanted, self._entries)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CodeMap):
            return NotImplemented
        return (self.source, self.into, self.unwanted, self._entries) == (
            other.source,
            other.into,
            other.unwanted,
            other._entries,
        )

    def __hash__(self) -> int:
        return hash((self.source, self.into, len(self._entries)))

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<CodeMap {self.name!r}: {len(self):,} keys of {', '.join(self.source)} into {self.into}>"

    @property
    def dated(self) -> bool:
        """Whether some line holds in some months only."""
        return any(line.start > _FIRST or line.end < _LAST for lines in self._entries.values() for line in lines)

    @property
    def places(self) -> KeyPlaces:
        """Its keys, for many rows at once; made when it is first asked for."""
        if self._places is None:
            object.__setattr__(self, "_places", KeyPlaces(self._entries, len(self.source), (_FIRST, _LAST)))
        assert self._places is not None
        return self._places

    def find(self, key: Key, month: int) -> tuple[Entry, ...]:
        """What a key becomes in a month (months since January of year 0); nothing where it is not mapped then."""
        lines = self._entries.get(key, ())
        for line in lines:
            if not line.start <= month <= line.end:
                return tuple(line for line in lines if line.start <= month <= line.end)
        return lines

    def targets(self) -> dict[str, Entry]:
        """Every code that a key may become, with the first line that says so."""
        found: dict[str, Entry] = {}
        for lines in self._entries.values():
            for line in lines:
                if line.target is not None:
                    found.setdefault(line.target, line)
        return found

    def why_not(self, key: Key) -> str:
        """Why a key is not mapped: the months in which it is, or the nearest keys."""
        lines = self._entries.get(key)
        if lines:
            first, last = min(line.start for line in lines), max(line.end for line in lines)
            start = f" from {month_text(first)}" if first > _FIRST else ""
            end = f" to {month_text(last)}" if last < _LAST else ""
            return f"; the map has it{start}{end} only"
        hints = self.places.hints
        if key not in hints:
            hints[key] = nearest(_joined(key), map(_joined, self.places.alike(key)))
        return hints[key] or f"; the map {self.name} does not have it"


def _rebuild(name: str, source: tuple[str, ...], into: str, unwanted: str, entries: Any) -> CodeMap:
    made = object.__new__(CodeMap)
    for slot, value in (
        ("name", name),
        ("source", source),
        ("into", into),
        ("unwanted", unwanted),
        ("_entries", entries),
        ("_places", None),
    ):
        object.__setattr__(made, slot, value)
    return made


def _one(frames: list[Frame], wanted: Sequence[str]) -> Frame:
    """The frame that a map stands in: of several sheets the first with the columns wanted."""
    return next((frame for frame in frames if all(name in frame.data for name in wanted)), frames[0])


def _joined(key: Key) -> str:
    return " / ".join(part or "" for part in key)


def _read(
    frame: Frame,
    keys: Sequence[str],
    target: str,
    starts: str | None,
    ends: str | None,
    weight: str | None,
    faults: Faults,
) -> dict[Key, list[Entry]]:
    periods = Periods(Months(_FIRST, 1))
    entries: dict[Key, list[Entry]] = {}

    def bound(column: str | None, row: int, otherwise: int) -> int:
        cell = frame.data[column][row] if column else None
        if code_text(cell) is None:
            return otherwise
        try:
            span = periods.read(cell)
        except BadCell as error:
            faults.at("wrong-period", frame, row, str(column), error)
            return otherwise
        return span.start if column == starts else span.start + max(1, span.months) - 1

    for row in range(len(frame)):
        key = tuple(code_text(frame.data[name][row]) for name in keys)
        share: Number = Decimal(1)
        if weight:
            try:
                share = read_share(frame.data[weight][row])
                if not 0 <= share <= 1:
                    raise BadCell(repr(frame.data[weight][row]), "a weight from 0 to 1")
            except BadCell as error:
                faults.at("wrong-weight", frame, row, weight, error)
                continue
        first, last = bound(starts, row, _FIRST), bound(ends, row, _LAST)
        if last < first:
            wrong = BadCell(f"{month_text(first)} to {month_text(last)}", "an end that is not before the start")
            faults.at("wrong-period", frame, row, str(ends), wrong)
            continue
        line = Entry(code_text(frame.data[target][row]), share, first, last, row)
        entries.setdefault(key, []).append(line)
    return entries


def _check(
    frame: Frame, column: str, key: Key, lines: list[Entry], weighted: bool, complete: bool, faults: Faults
) -> None:
    """The lines of one key: no two may hold in one month unless weights share its value among different codes."""
    if len(lines) == 1 and (not weighted or lines[0].weight == 1):
        return
    lines.sort(key=lambda line: (line.start, line.end))
    clash = False
    for number, line in enumerate(lines):
        for other in lines[:number]:
            if other.end < line.start or (weighted and other.target != line.target):
                continue
            clash = True
            same = (other.start, other.end) == (line.start, line.end)
            months = f" in {month_text(line.start)}" if line.start > _FIRST else ""
            error = BadCell(
                f"'{_joined(key)}' again{months} (it also stands in row {frame.lines[other.row]})",
                "one line for each key and month" + ("" if weighted else "; several need a column of weights"),
            )
            faults.at(
                "duplicate-key" if same else "overlapping-validity", frame, line.row, column, error, value=_joined(key)
            )
            break
    if not weighted or clash:
        return
    for month in sorted({line.start for line in lines} | {line.end + 1 for line in lines if line.end < _LAST}):
        valid = [line for line in lines if line.start <= month <= line.end]
        sum_ = total(line.weight for line in valid)
        if not valid or sum_ == 1 or (not complete and add(sum_, Decimal(-1)) < 0):
            continue
        when = f" in {month_text(month)}" if month > _FIRST else ""
        wanted = "exactly 1" if complete else "at most 1"
        error = BadCell(f"weights of '{_joined(key)}' that sum to {number_text(sum_)}{when}", f"a sum of {wanted}")
        faults.at("wrong-weight", frame, valid[0].row, column, error, value=number_text(sum_))
