"""A column of a data frame in the memory of the program that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Column", "Ints", "numbered", "plain_numbers"]

Ints = npt.NDArray[np.int64]


class Column(Sequence[Any]):
    """The cells of one column; they become objects of Python only where somebody looks at single ones.

    What most rows need is read by columns: which cells are different (`numbered`), and plain numbers (`numbers`).

    Parameters
    ----------
    series
        A series of narwhals.
    """

    __slots__ = ("_cells", "_numbered", "_of", "_rows", "_series")

    def __init__(self, series: Any, of: Column | None = None, rows: Ints | None = None) -> None:
        self._series, self._of, self._rows = series, of, rows
        self._cells: list[Any] | None = None
        self._numbered: tuple[Ints, list[Any]] | None = None

    @property
    def series(self) -> Any:
        """The series of narwhals; of some rows of another column, made when somebody asks."""
        if self._series is None and self._of is not None:
            self._series = self._of.series[self._rows]
        return self._series

    def __len__(self) -> int:
        return len(self._series if self._rows is None else self._rows)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._objects())

    def __getitem__(self, row: Any) -> Any:
        return self._objects()[row]

    def _objects(self) -> list[Any]:
        if self._cells is None:
            self._cells = list(self.series.to_list())
        return self._cells

    def take(self, rows: Ints) -> Column:
        """The cells of some rows; which of them are different is found out once for all rows."""
        return Column(None, self, rows)

    def numbered(self) -> tuple[Ints, list[Any]]:
        """Each row's number among the different cells, in the order in which they first occur, and these cells."""
        if self._numbered is None and self._of is not None and self._rows is not None:
            numbers, different = self._of.numbered()
            self._numbered = _in_order(numbers[self._rows], different)
        elif self._numbered is None:
            self._numbered = self._natively() or _numbered_objects(self._objects())
        return self._numbered

    def numbers(self) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None] | None:
        """Whole numbers or floats, and which are missing (None: none is); None where the column holds anything else."""
        array = self._array()
        if array is not None:
            return (array.astype(np.int64 if array.dtype.kind == "i" else np.float64, copy=False), None)
        column = self._arrow()
        if column is None:
            return plain_numbers(self._objects())
        found: tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None] | None = column.numbers()
        return found

    def _natively(self) -> tuple[Ints, list[Any]] | None:
        array = self._array()
        found = None
        if array is not None:
            found = _first_seen(array)
        elif (column := self._arrow()) is not None:
            found = column.numbered()
        if found is None:
            return None
        numbers, first = found
        return numbers, self.series[first].to_list() if len(first) else []

    def _array(self) -> npt.NDArray[Any] | None:
        """Numbers or times where the series is such an array of NumPy."""
        native = self.series.to_native()
        kind = getattr(getattr(native, "dtype", None), "kind", "")
        if isinstance(getattr(native, "dtype", None), np.dtype) and kind in "ifM" and native.dtype.itemsize <= 8:
            array: npt.NDArray[Any] = native.to_numpy()
            return array
        return None

    def _arrow(self) -> Any:
        """The column by Arrow's interface; None where the series has none."""
        from .. import _core

        native = self.series.to_native()
        objects = str(getattr(native, "dtype", "")).casefold() == "object"
        if objects or not hasattr(native, "__arrow_c_stream__"):
            return None
        try:
            return _core.Column(native.__arrow_c_stream__())
        except Exception:  # another program's: it lacks pyarrow, or has no such form for these cells
            return None


def plain_numbers(cells: Sequence[Any]) -> tuple[npt.NDArray[Any], None] | None:
    """Objects that are nothing but whole numbers, or nothing but floats, as an array; None where they are not."""
    kinds = set(map(type, cells))
    if kinds == {float}:
        return np.asarray(cells, np.float64), None
    if kinds != {int}:
        return None
    try:
        return np.asarray(cells, np.int64), None
    except OverflowError:
        return None


def numbered(column: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Each cell's number among the different cells, and these; cells that are no keys are taken as text."""
    return column.numbered() if isinstance(column, Column) else _numbered_objects(column)


def _numbered_objects(column: Sequence[Any]) -> tuple[Ints, list[Any]]:
    try:
        different = list(dict.fromkeys(column))
    except TypeError:
        column = [str(cell) if getattr(cell, "__hash__", None) is None else cell for cell in column]
        different = list(dict.fromkeys(column))
    index = {cell: number for number, cell in enumerate(different)}
    return np.fromiter(map(index.__getitem__, column), np.int64, len(column)), different


def _first_seen(array: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """Numbers in the order in which values first occur, and where they do."""
    _, first, numbers = np.unique(array, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place[numbers], first[order].astype(np.int64)


def _in_order(numbers: Ints, different: list[Any]) -> tuple[Ints, list[Any]]:
    """The numbers of some rows, of which only some cells are left, numbered anew as they first occur."""
    first = np.full(len(different), -1, np.int64)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    left = np.flatnonzero(first >= 0)
    left = left[np.argsort(first[left])]
    place = np.zeros(len(different), np.int64)
    place[left] = np.arange(len(left))
    return place[numbers], [different[number] for number in left.tolist()]
