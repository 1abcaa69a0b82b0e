"""The values of inputs as columns of numbers, which become texts where somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from .cells import number_text
from .numbers import Numbers

__all__ = ["GivenValues", "Inputs"]

Flags = npt.NDArray[np.bool_]


class GivenValues(Sequence[str | None]):
    """One exact text per period (times members, member fastest), or None where a value is missing. Frozen."""

    __slots__ = ("_missing", "_numbers", "_texts")

    def __init__(self, numbers: Numbers, missing: Flags) -> None:
        self._numbers, self._missing = numbers, missing
        self._texts: tuple[str | None, ...] | None = None

    @property
    def texts(self) -> tuple[str | None, ...]:
        """All of them; made when they are first asked for."""
        if self._texts is None:
            texts = self._numbers.texts()
            gaps = zip(texts, self._missing.tolist(), strict=True)
            self._texts = tuple(None if gap else text for text, gap in gaps) if self._missing.any() else tuple(texts)
        return self._texts

    @property
    def present(self) -> int:
        """How many are not missing."""
        return len(self) - int(self._missing.sum())

    def column(self) -> tuple[Any, int, Any, dict[int, str]]:
        """As the core reads it: whole numbers, their decimals, which are missing, and numbers that are no such."""
        odd = {at: number_text(number) for at, number in self._numbers.odd.items() if not self._missing[at]}
        missing = self._missing
        if odd or missing.any():
            missing = missing.copy()
            missing[list(odd)] = True
            return self._numbers.units, self._numbers.places, missing, odd
        return self._numbers.units, self._numbers.places, None, odd

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> str | None: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str | None, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str | None, ...] | None:
        return self.texts[at]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, GivenValues):
            return self.texts == other.texts
        return self.texts == tuple(other) if isinstance(other, (tuple, list)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.texts)

    def __repr__(self) -> str:
        return repr(self.texts)


class Inputs(Mapping[str, list[str | None]]):
    """The inputs of a request: lists of texts for who reads them, columns for the core. Frozen."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Sequence[str | None]]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> list[str | None]:
        return list(self._values[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(dict(self))

    @property
    def present(self) -> int:
        """How many values there are in all."""
        return sum(v.present if isinstance(v, GivenValues) else len(v) - v.count(None) for v in self._values.values())

    def columns(self) -> dict[str, tuple[Any, int, Any, dict[int, str]]]:
        """What the core reads as columns."""
        return {name: values.column() for name, values in self._values.items() if isinstance(values, GivenValues)}

    def listed(self) -> dict[str, list[str | None]]:
        """What the core reads as texts: all others."""
        return {name: list(values) for name, values in self._values.items() if not isinstance(values, GivenValues)}
