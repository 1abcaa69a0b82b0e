"""Which data belong to which book of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import _json
from .._dimensions import columns_of
from .._values import nearest
from ..book import Book
from ..data import is_frame
from ..data.columns import Column, Ints, numbered
from ..data.frames import Frame, frames_of
from ..errors import BookError, DataError, Problem

__all__ = ["ABSENT", "DataFor", "data_for", "read", "without_column"]

ABSENT: Any = object()  # of a source that has data for other books


@dataclass(frozen=True, slots=True)
class DataFor:
    """Data by the name of the book.

    Attributes
    ----------
    get
        The data of one book, or `ABSENT`.
    names
        The books that the source names; None where it cannot say.
    wanted
        Where the data of a book were looked for, in words.
    column
        The column that names the book.
    """

    get: Callable[[str], Any]
    names: tuple[str, ...] | None
    wanted: Callable[[str], str]
    column: str = ""


def data_for(given: Any, by: str | None) -> DataFor:
    """The source that a run was given.

    Raises
    ------
    DataError
        It cannot be told which data belong to which book.
    """
    if by is not None:
        return _split(given, by)
    if given is None:
        return DataFor(lambda name: None, None, lambda name: "no data were given")
    if isinstance(given, (str, Path)) and Path(given).is_dir():
        return _folder(Path(given))
    if isinstance(given, Mapping) and not is_frame(given):
        parts = {str(name): part for name, part in given.items()}

        def wanted(name: str) -> str:
            return f"data['{name}'], or None where none are meant{nearest(name, parts)}"

        return DataFor(lambda name: parts.get(name, ABSENT), tuple(parts), wanted)
    if callable(given):
        return DataFor(lambda name: _loaded(given, name), None, lambda name: f"data('{name}')")
    if isinstance(given, (str, Path)) and not Path(given).exists():
        raise DataError("no such data", [{"code": "missing-file", "path": str(given), "message": "no such file"}])
    message = (
        f"found one {type(given).__name__} for several books; say by='column' where a column names the book, or give "
        "a mapping from names to data, a folder with a file per book, or a function of the name"
    )
    raise DataError("whose data?", [{"code": "which-book", "path": "", "message": message}])


def without_column(book: Book, data: list[Frame], column: str, where: Mapping[str, Any]) -> list[Frame]:
    """Data without the column that named the book, unless the book itself asks for it."""
    asked = {key for given in book.inputs if given.data for key in given.data.where}
    asked |= {name for given in book.inputs for name in columns_of(given)} | set(where)
    if column in asked:
        return data
    return [replace(part, data={name: cells for name, cells in part.data.items() if name != column}) for part in data]


def _some(frame: Frame, keep: Ints, name: str) -> Frame:
    data = {
        column: cells.take(keep) if isinstance(cells, Column) else [cells[row] for row in keep.tolist()]
        for column, cells in frame.data.items()
    }
    lines = frame.lines
    if isinstance(lines, range):
        return replace(frame, name=name, data=data, lines=(lines.start + lines.step * keep).tolist())
    return replace(frame, name=name, data=data, lines=[lines[row] for row in keep.tolist()])


def _loaded(load: Callable[[str], Any], name: str) -> Any:
    # A function of the caller's may fail in any way: a closed connection for one book shall not lose the others.
    try:
        return load(name)
    except MemoryError:
        raise
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        raise DataError(
            "the data cannot be loaded", [{"code": "not-loaded", "path": "", "message": message}]
        ) from error


# -- one file, or one folder, per book ----------------------------------------------------------------------------

ENDINGS = (".csv", ".json", ".parquet", ".xlsx")


def _folder(folder: Path) -> DataFor:
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            own = [file for file in sorted(path.iterdir()) if _is_data(file)]
            if own:
                files.setdefault(path.name, []).extend(own)
        elif _is_data(path):
            files.setdefault(path.stem, []).append(path)

    def get(name: str) -> Any:
        return [_File(path) for path in files[name]] if name in files else ABSENT

    return DataFor(get, tuple(files), lambda name: f"{folder / name}.csv{nearest(name, files)}")


def _is_data(path: Path) -> bool:
    return path.suffix in ENDINGS and not path.name.startswith(".") and path.is_file()


@dataclass(frozen=True, slots=True)
class _File:
    """A file of data that is read when its book is settled."""

    path: Path

    def read(self) -> Any:
        if self.path.suffix != ".json":
            return self.path
        try:
            data = _json.loads(self.path.read_bytes())
        except BookError as error:
            raise DataError("the data are not valid JSON", [_at(self.path, p) for p in error.problems]) from None
        if not isinstance(data, dict):
            message = f"found {type(data).__name__}, expected an object from inputs to values"
            raise DataError("not data", [{"code": "wrong-type", "path": str(self.path), "message": message}])
        return data


def _at(path: Path, problem: Problem) -> Problem:
    return replace(problem, path=str(path))


def read(data: Any) -> Any:
    """Data with what is still in files read."""
    if isinstance(data, list):
        return [part.read() if isinstance(part, _File) else part for part in data]
    return data


# -- one frame for all --------------------------------------------------------------------------------------------


def _split(given: Any, by: str) -> DataFor:
    parts: dict[str, list[tuple[Frame, Ints]]] = {}
    for frame in given if isinstance(given, (list, tuple)) else [given]:
        for columns in _readable(frame, by):
            if by not in columns.data:
                message = (
                    f"{columns.name}: no column '{by}'{nearest(by, columns.data)} (it has {', '.join(columns.data)})"
                )
                raise DataError("whose data?", [{"code": "missing-column", "path": "", "message": message}])
            for name, keep in _by_name(columns.data[by]).items():
                parts.setdefault(name, []).append((columns, keep))

    def get(name: str) -> Any:
        found = parts.get(name)
        if found is None:
            return ABSENT
        return [_some(frame, keep, f"{frame.name}, {by} = '{name}'") for frame, keep in found]

    return DataFor(get, tuple(parts), lambda name: f"rows with {by} = '{name}'{nearest(name, parts)}", by)


def _by_name(cells: Sequence[Any]) -> dict[str, Ints]:
    """The rows of each code, as text; "" of empty cells."""
    numbers, different = numbered(cells)
    names: dict[str, int] = {}
    number_of = [names.setdefault("" if c is None or c != c else str(c), len(names)) for c in different]
    own = np.asarray(number_of, np.int64)[numbers] if number_of else numbers
    order = np.argsort(own, kind="stable")
    bounds = np.searchsorted(own[order], np.arange(len(names) + 1))
    return {name: order[bounds[number] : bounds[number + 1]] for name, number in names.items()}


def _readable(frame: Any, by: str) -> list[Frame]:
    try:
        return frames_of(frame, {"period", by})
    except OSError as error:
        problem = {"code": "unreadable-file", "path": str(frame), "message": error.strerror or str(error)}
        raise DataError("the data cannot be read", [problem]) from None
