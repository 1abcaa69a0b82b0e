"""Any data frame or file as plain columns that know where their cells stand."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .._files import unguarded
from .._optional import optional
from ..errors import DataError
from .columns import Column

__all__ = ["Frame", "frames_of", "heading_row", "is_frame"]

#: Rows above a heading (titles) that are looked through for it.
_DEEPEST_HEADING = 20


@dataclass(frozen=True, slots=True)
class Frame:
    """The columns of one frame, file or sheet.

    Attributes
    ----------
    name
        Of the file ("data.csv"), of the sheet ("data.xlsx, Data") or of the kind of frame ("pandas frame").
    data
        Values by column.
    lines
        The number of each row as in the file; from 1 in a frame that is no file.
    letters
        The letter of each column of a sheet; empty elsewhere.
    nan_is_missing
        The frame has no other way to say that a number is missing (pandas).
    remarks
        What a reader should know of how the file was read.
    """

    name: str
    data: Mapping[str, Sequence[Any]]
    lines: Sequence[int]
    letters: Mapping[str, str] = field(default_factory=dict)
    nan_is_missing: bool = False
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, column: str = "") -> str:
        """Where a cell stands, in words: "data.xlsx, Data!C7", "data.csv, line 7, column 'visits'"."""
        if column in self.letters:
            file, _, sheet = self.name.partition(", ")
            return f"{file}, {sheet}!{self.letters[column]}{self.lines[row]}"
        of = f", column '{column}'" if column else ""
        if self.letters:
            return f"{self.name}, row {self.lines[row]}{of}"
        word = "row" if isinstance(self.lines, range) else "line"
        return f"{self.name}, {word} {self.lines[row]}{of}"

    def renamed(self, names: Mapping[str, str]) -> Frame:
        """The same frame with other names of columns; names that it does not have are left out of account."""
        data = {names.get(name, name): column for name, column in self.data.items()}
        letters = {names.get(name, name): letter for name, letter in self.letters.items()}
        return replace(self, data=data, letters=letters)


def is_frame(data: Any) -> bool:
    """Whether `data` is one frame or file, rather than a mapping of inputs or several frames."""
    if isinstance(data, Mapping):
        return "period" in data
    return isinstance(data, (str, Path)) or not isinstance(data, (list, tuple))


def frames_of(data: Any, heading: Collection[str] = ()) -> list[Frame]:
    """The frames in a path (CSV, XLSX, Parquet), a mapping of columns, a frame that narwhals understands, or an object
    with the Arrow C stream; a workbook has one per sheet.

    Parameters
    ----------
    heading
        In a file, the heading is the first row with one of these names, else the first row that is not empty.

    Raises
    ------
    DataError
        It is none of these, or a file is not a table.
    OSError
        A file cannot be read.
    """
    if isinstance(data, Frame):
        return [data]
    if isinstance(data, (str, Path)):
        return _file(Path(data), heading)
    if isinstance(data, Mapping):
        return [_columns({str(name): list(column) for name, column in data.items()})]
    import narwhals as nw

    kind = type(data).__module__.partition(".")[0]
    if kind == "pandas":
        data = _with_index(data)
    try:
        frame: Any = nw.from_native(data, allow_series=False)
    except TypeError:
        frame = _from_stream(data)
    return [_from_narwhals(frame, f"{kind} frame", kind in ("pandas", "modin", "cudf"))]


def _columns(data: dict[str, list[Any]]) -> Frame:
    lengths = {name: len(column) for name, column in data.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise DataError("not a table", [_problem("ragged", f"found columns of different lengths: {listed}")])
    return Frame("columns", data, range(1, next(iter(lengths.values()), 0) + 1))


def _from_stream(data: Any) -> Any:
    if not hasattr(data, "__arrow_c_stream__"):
        message = (
            f"found {type(data).__name__}, expected a data frame, a path (CSV, XLSX, Parquet), or a mapping from "
            "inputs to lists"
        )
        raise DataError("not a data frame", [_problem("wrong-type", message)])
    import narwhals as nw

    return nw.from_native(optional("pyarrow").table(data), eager_only=True)


def _with_index(frame: Any) -> Any:
    """A pandas frame whose named index, as a grouping leaves it, stands among the columns."""
    names = [name for name in getattr(frame.index, "names", ()) if name is not None]
    own = set(getattr(frame, "columns", ()))
    return frame.reset_index(level=names) if names and not own & set(names) else frame


def _from_narwhals(frame: Any, name: str, nan_is_missing: bool) -> Frame:
    import narwhals as nw

    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    data = {str(column): Column(frame[column]) for column in frame.columns}
    return Frame(name, data, range(1, len(frame) + 1), nan_is_missing=nan_is_missing)


# -- files --------------------------------------------------------------------------------------------------------


def _file(path: Path, heading: Collection[str]) -> list[Frame]:
    suffix = path.suffix.casefold()
    if suffix in (".xlsx", ".xlsm"):
        from .workbooks import read_workbook

        return read_workbook(path, heading)
    if suffix in (".parquet", ".pq"):
        return [_parquet(path)]
    if suffix in (".xls", ".xlsb", ".ods", ".json", ".feather", ".zip"):
        message = (
            f"{path.name}: found a file of kind '{suffix}', expected .csv, .xlsx or .parquet; save it as one of these"
        )
        raise DataError("a file that cannot be read", [_problem("unknown-format", message)])
    return [_csv(path, heading)]


def _parquet(path: Path) -> Frame:
    import narwhals as nw

    with path.open("rb") as file:  # names a file that cannot be read, whatever the reader says
        if file.read(4) != b"PAR1":
            message = f"{path.name}: the file does not begin as a Parquet file does"
            raise DataError("not a Parquet file", [_problem("malformed", message)])
    try:
        native = optional("pyarrow.parquet").read_table(path)
    except ModuleNotFoundError:
        native = optional("polars").read_parquet(path)
    return _from_narwhals(nw.from_native(native, eager_only=True), path.name, False)


def _text(path: Path) -> tuple[str, tuple[str, ...]]:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), ()
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        remark = f"{path.name} is not UTF-8 (byte {error.start + 1}); it was read as Windows-1252"
    try:
        return content.decode("cp1252"), (remark,)
    except UnicodeDecodeError as error:
        message = f"{path.name}: byte {error.start + 1} is 0x{content[error.start]:02x}; expected UTF-8 text"
        raise DataError("not a text file", [_problem("malformed", message)]) from None


def _csv(path: Path, heading: Collection[str]) -> Frame:
    text, remarks = _text(path)
    reader = csv.reader(io.StringIO(text, newline=""))
    rows: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            if "".join(row).strip():
                rows.append(row)
                lines.append(before + 1)
            before = reader.line_num
    except csv.Error as error:
        message = f"{path.name}, line {reader.line_num}: {error}"
        raise DataError(f"{path.name} is not a CSV file", [_problem("malformed", message)]) from None
    if not rows:
        raise DataError(f"{path.name} is empty", [_problem("empty", "expected a header line")])
    top = heading_row(rows, heading)
    names = [name.strip() for name in rows[top]]
    problems = _doubled(path.name, names)
    if len(names) == 1 and ";" in names[0]:
        problems.append(_problem("ragged", f"{path.name}: found semicolons between the columns, expected commas"))
    for row, line in zip(rows[top + 1 :], lines[top + 1 :], strict=True):
        if len(row) != len(names):
            message = f"{path.name}, line {line}: found {len(row)} values, expected {len(names)}"
            problems.append(_problem("ragged", message))
    if problems:
        raise DataError(f"{path.name} is not a rectangular table", problems)
    cells = zip(*rows[top + 1 :], strict=True) if len(rows) > top + 1 else ([] for _ in names)
    data = {name: _stripped(column) for name, column in zip(names, cells, strict=True)}
    return Frame(path.name, data, lines[top + 1 :], remarks=remarks)


def _stripped(cells: Iterable[str]) -> list[str | None]:
    """Cells without blanks around them, and without the mark that keeps a spreadsheet from reading a formula."""
    found = [cell.strip() for cell in cells]
    return [(unguarded(cell) if cell[0] == "'" else cell) if cell else None for cell in found]


def heading_row(rows: Sequence[Sequence[Any]], names: Collection[str]) -> int:
    """Which row is the heading: the first near the top with one of the names, else the first."""
    for number, row in enumerate(rows[:_DEEPEST_HEADING]):
        if any(isinstance(cell, str) and cell.strip() in names for cell in row):
            return number
    return 0


def _doubled(file: str, names: Sequence[str]) -> list[dict[str, str]]:
    """Faults of names that stand twice."""
    return [
        _problem("duplicate-column", f"{file}: column '{name}' stands twice")
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]


def named_apart(frames: Iterator[Frame]) -> list[Frame]:
    """Frames with names of their own: the second "pandas frame" is "pandas frame 2"."""
    seen: dict[str, int] = {}
    result = []
    for frame in frames:
        seen[frame.name] = seen.get(frame.name, 0) + 1
        number = seen[frame.name]
        result.append(frame if number == 1 else replace(frame, name=f"{frame.name} {number}"))
    return result


def _problem(code: str, message: str) -> dict[str, str]:
    return {"code": code, "path": "", "message": message}
