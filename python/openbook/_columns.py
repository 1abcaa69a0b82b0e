"""Any data frame as plain columns."""

from __future__ import annotations

import csv
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ._log import tell
from ._optional import optional
from .errors import DataError

__all__ = ["Columns", "columns_of", "is_frame"]

_log = logging.getLogger("openbook.frames")


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a frame as lists.

    `nan_is_missing`: the frame has no other way to say that a number is missing (pandas).
    """

    name: str
    data: dict[str, list[Any]]
    nan_is_missing: bool = False

    def __len__(self) -> int:
        return len(next(iter(self.data.values()), []))

    def rows(self, keep: Sequence[int]) -> Columns:
        """Some of the rows."""
        return Columns(
            self.name, {name: [column[i] for i in keep] for name, column in self.data.items()}, self.nan_is_missing
        )


def is_frame(data: Any) -> bool:
    """Whether `data` is one frame, rather than a mapping of inputs or several frames."""
    if isinstance(data, Mapping):
        return "period" in data
    return isinstance(data, (str, Path)) or not isinstance(data, (list, tuple))


def columns_of(data: Any) -> Columns:
    """Read a CSV path, a mapping of columns, a frame that narwhals understands, or an object with the Arrow C stream.

    What was read before is given back as it is.

    Raises
    ------
    DataError
        It is none of these, or a CSV file is not rectangular.
    OSError
        A file cannot be read.
    """
    if isinstance(data, Columns):
        return data
    columns = _read(data)
    tell(_log, logging.INFO, "data read", rows=len(columns), columns=len(columns.data))
    return columns


def _read(data: Any) -> Columns:
    if isinstance(data, (str, Path)):
        return _csv(Path(data))
    if isinstance(data, Mapping):
        return Columns("columns", {str(name): list(column) for name, column in data.items()})
    import narwhals as nw

    kind = type(data).__module__.partition(".")[0]
    try:
        frame: Any = nw.from_native(data, allow_series=False)
    except TypeError:
        frame = _from_stream(data)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    names = list(frame.columns)
    return Columns(f"{kind} frame", {str(n): frame[n].to_list() for n in names}, kind in ("pandas", "modin", "cudf"))


def _from_stream(data: Any) -> Any:
    if not hasattr(data, "__arrow_c_stream__"):
        message = f"found {type(data).__name__}, expected a data frame, a CSV path, or a mapping from inputs to lists"
        raise DataError("not a data frame", [{"code": "wrong-type", "path": "", "message": message}])
    import narwhals as nw

    return nw.from_native(optional("pyarrow").table(data), eager_only=True)


def _csv(path: Path) -> Columns:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, None)
        if not header:
            raise DataError(
                f"{path.name} is empty", [{"code": "empty", "path": "", "message": "expected a header line"}]
            )
        names = [name.strip() for name in header]
        problems = []
        for name in sorted({name for name in names if names.count(name) > 1}):
            problems.append(
                {"code": "duplicate-column", "path": "", "message": f"{path.name}: column '{name}' stands twice"}
            )
        rows = []
        for row in reader:
            if not row:
                continue
            if len(row) != len(names):
                message = f"{path.name}, line {reader.line_num}: found {len(row)} values, expected {len(names)}"
                problems.append({"code": "ragged", "path": "", "message": message})
            rows.append(row)
    if problems:
        raise DataError(f"{path.name} is not a rectangular table", problems)
    columns = {name: [row[i].strip() or None for row in rows] for i, name in enumerate(names)}
    return Columns(path.name, columns)
