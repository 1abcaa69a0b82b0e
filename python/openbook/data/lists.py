"""The values that a mapping gives for one input: lists by period, and mappings of months and members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._calendar import Months, month_text
from .._dimensions import pair
from .._values import nearest
from .cells import BadCell
from .faults import Faults
from .frames import Frame
from .options import Options
from .periods import Periods
from .targets import Target

__all__ = ["frame_of_values"]


def frame_of_values(target: Target, values: Any, months: Months, options: Options, faults: Faults) -> Frame:
    """A frame of the values that a mapping gives for one input."""
    return _Lists(target, months, options, faults).read(values)


class _Lists:
    """Puts values of one input into rows: period, member, value."""

    def __init__(self, target: Target, months: Months, options: Options, faults: Faults) -> None:
        self.target, self.faults = target, faults
        self.members: Sequence[str] = list(target.members) or [""]
        self.starts = [month_text(month) for month in months.starts(target.every)]
        self.periods = Periods(months, options.day_first)
        self.rows: list[tuple[Any, str, Any]] = []

    def read(self, values: Any) -> Frame:
        """All rows as a frame."""
        if isinstance(values, Mapping):
            for key, inner in values.items():
                self._under(key, inner)
        else:
            self._in_order(self._in_a_row(values), self.members)
        target, rows = self.target, self.rows
        columns: dict[str, list[Any]] = {"period": [row[0] for row in rows], target.id: [row[2] for row in rows]}
        for place, axis in enumerate(target.axes):
            columns[axis] = [target.parts_of(row[1])[place] or None for row in rows]
        return Frame("values", columns, range(1, len(rows) + 1))

    def _under(self, key: Any, inner: Any) -> None:
        """What stands under one key: a month, a member, or a member of the first of two dimensions."""
        target = self.target
        if not target.dimension:
            self.rows.append((key, "", inner))
        elif str(key) in target.members:
            if isinstance(inner, Mapping):
                self.rows += [(month, str(key), value) for month, value in inner.items()]
            else:
                self._in_order(inner, [str(key)])
        elif str(key) not in next(iter(target.axes.values())) and self._is_period(key):
            self._of_a_month(key, inner)
        elif len(target.axes) == 2:
            self._across(key, inner)
        else:
            wanted = f"a member of {target.dimension}{nearest(str(key), target.members)}, or a month"
            self.faults.of("unknown-code", f"found '{key}', expected {wanted}", target, value=str(key), expected=wanted)

    def _is_period(self, key: Any) -> bool:
        try:
            self.periods.read(key)
        except BadCell:
            return False
        return True

    def _in_a_row(self, items: Any) -> Any:
        """An array by period and member, or by period and the members of two dimensions, as one row."""
        nested = np.asarray(items, dtype=object) if _is_nested(items) else None
        wanted = (len(self.starts), *map(len, self.target.axes.values()))
        return items if nested is None or nested.shape != wanted else nested.ravel().tolist()

    def _in_order(self, items: Any, names: Sequence[str]) -> None:
        starts, target = self.starts, self.target
        items = list(items) if hasattr(items, "__iter__") and not isinstance(items, str) else [items]
        if len(items) == len(starts) * len(names):
            for number, value in enumerate(items):
                self.rows.append((starts[number // len(names)], names[number % len(names)], value))
            return
        each = f" for each of {len(names)} {self._members_word}" if len(names) > 1 else ""
        expected = f"{len(starts)} ({target.every} periods){each}"
        if _is_nested(items):
            shape = (len(starts), *map(len, target.axes.values()))
            expected += f", in one row or as an array of {' by '.join(map(str, shape))}"
        message = f"found {len(items)} values, expected {expected}"
        self.faults.of("wrong-length", message, target, value=str(len(items)), expected=expected)

    @property
    def _members_word(self) -> str:
        return "pairs" if len(self.target.axes) > 1 else "members"

    def _of_a_month(self, month: Any, inner: Any) -> None:
        """The values of all members in one month: by name, or in their order."""
        if isinstance(inner, Mapping):
            for name, value in inner.items():
                nested = value if isinstance(value, Mapping) else None
                own = (
                    [(str(name), value)]
                    if nested is None
                    else [(pair(str(name), str(n)), v) for n, v in nested.items()]
                )
                for member, one in own:
                    self._member(month, member, one)
            return
        items = np.asarray(inner, dtype=object).ravel().tolist() if hasattr(inner, "__iter__") else [inner]
        if isinstance(inner, str) or len(items) != len(self.members):
            found = "one value" if isinstance(inner, str) or not hasattr(inner, "__iter__") else f"{len(items)} values"
            expected = f"one for each of {len(self.members)} {self._members_word}, in their order or by name"
            self.faults.once("wrong-length", f"found {found} for a month, expected {expected}", self.target)
            return
        self.rows += [(month, member, value) for member, value in zip(self.members, items, strict=True)]

    def _member(self, month: Any, member: str, value: Any) -> None:
        if member in self.target.members:
            self.rows.append((month, member, value))
            return
        wanted = f"a member of {self.target.dimension}{nearest(member, self.target.members)}"
        self.faults.once("unknown-code", f"found '{member}', expected {wanted}", self.target, value=member)

    def _across(self, key: Any, inner: Any) -> None:
        # {"general": {"urgent": [...]}}: the values of each pair, in order or by month.
        first, second = self.target.axes.items()
        for name, (dimension, known) in (
            (key, first),
            *((n, second) for n in (inner if isinstance(inner, Mapping) else ())),
        ):
            if str(name) not in known:
                message = f"found '{name}', expected a member of {dimension}{nearest(str(name), known)}"
                self.faults.of(
                    "unknown-code", message, self.target, value=str(name), expected=f"a member of {dimension}"
                )
                return
        if not isinstance(inner, Mapping):
            self._in_order(inner, [pair(str(key), other) for other in second[1]])
            return
        for other, own in inner.items():
            member = pair(str(key), str(other))
            if isinstance(own, Mapping):
                self.rows.extend((month, member, value) for month, value in own.items())
            else:
                self._in_order(own, [member])


def _is_nested(items: Any) -> bool:
    """Whether something is an array of more than one dimension, or lists of lists."""
    first = items[0] if isinstance(items, (list, tuple)) and items else None
    return getattr(items, "ndim", 1) > 1 or isinstance(first, (list, tuple)) or getattr(first, "ndim", 0) > 0
