"""Files to fill in: a workbook with sheets to read, fill in and give reasons, or a plain CSV."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._calendar import MONTH_NAMES, Months, month_text
from .._files import guarded, write_atomic
from .._optional import optional
from .missing import REASONS
from .targets import Target, targets_of
from .units import is_money, is_percent

if TYPE_CHECKING:
    from .needing import Needs

__all__ = ["write_csv", "write_workbook"]

#: The oldest date that a ZIP archive knows: files of the same content are the same bytes, whenever they are written.
_STAMP = (1980, 1, 1, 0, 0, 0)
_DATE = datetime.datetime(2000, 1, 1)
#: Rows of the sheet of reasons with choices to click.
_REASON_ROWS = 200
_REASON_COLUMNS = (
    ("input", "The input that has no data, by id. Empty: all inputs."),
    ("member", "Of an input with members: which one. Empty: all."),
    ("from", "First month without data. Empty: from the start."),
    ("to", "Last month without data. Empty: to the end."),
    ("reason", "not_open, closed, merged_into: nothing happened, counts as 0. not_submitted, suppressed: not known."),
    ("into", "With merged_into: into whom."),
    ("value", "With not_submitted or suppressed: the estimate of each month that was agreed."),
    ("agreed_by", "Who agreed the estimate."),
    ("notes", "For the reader; not read by the program."),
)


@dataclass(frozen=True, slots=True)
class _Part:
    """Inputs of one calendar and dimension, which share a sheet."""

    title: str
    every: str
    dimension: str
    targets: tuple[Target, ...]

    @property
    def members(self) -> Sequence[str]:
        return list(self.targets[0].members) or [""]

    @property
    def axes(self) -> dict[str, list[str]]:
        """The columns that say of which member a row is, and what may stand in them: one for each dimension."""
        return {axis: list(places) for axis, places in self.targets[0].axes.items()}


def _parts(needs: Needs) -> list[_Part]:
    groups: dict[tuple[str, str], list[Target]] = {}
    for target in targets_of(needs.book).values():
        groups.setdefault((target.every, target.dimension), []).append(target)
    parts = []
    taken: set[str] = {"read me", "reasons"}
    for (every, dimension), targets in groups.items():
        if not needs.starts(every):
            continue
        words = [] if every == "month" else [every.replace("_", " ")]
        words += [dimension] if dimension else []
        title = "Data" + (f" by {' and '.join(words)}" if words else "")
        parts.append(_Part(_free(title, taken), every, dimension, tuple(targets)))
    return parts


def _free(title: str, taken: set[str]) -> str:
    """A title that a sheet may have and no other has."""
    clean = re.sub(r"[\[\]:*?/\\']", " ", title)[:28].strip() or "Data"
    name, number = clean, 2
    while name.casefold() in taken:
        name, number = f"{clean} {number}", number + 1
    taken.add(name.casefold())
    return name


def _heading(target: Target) -> str:
    """ "visits [attendances]": the id with the unit, which the reader of data understands."""
    unit = re.sub(r"[\[\]()]", " ", target.unit).strip()
    return f"{target.id} [{unit}]" if unit and unit == target.unit else target.id


def in_words(month: int, every: str, months: Months) -> str:
    """ "April 2024, M1 2024/25" ("January 2024, M1 2024" in calendar years); of a longer period "from April 2024"."""
    name = f"{MONTH_NAMES[month % 12]} {month // 12}"
    number = (month - (months.financial_year_starts - 1)) % 12 + 1
    year = (month - (number - 1)) // 12
    label = f"M{number} {year}" + ("" if months.financial_year_starts == 1 else f"/{(year + 1) % 100:02d}")
    return f"{name}, {label}" if every == "month" else f"{every.replace('_', ' ')} from {name}"


# -- CSV ------------------------------------------------------------------------------------------------------------


def write_csv(needs: Needs, path: Path) -> None:
    """One line per value: period, period in words, quantity, name, unit, the dimensions, value."""
    parts = _parts(needs)
    months = Months.of(needs.book.calendar)
    dimensions = list(dict.fromkeys(axis for part in parts for axis in part.axes))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["period", "period in words", "quantity", "name", "unit", *map(guarded, dimensions), "value"])
    for part in parts:
        for target in part.targets:
            for start in needs.starts(part.every):
                for member in part.members:
                    of = dict(zip(part.axes, target.parts_of(member), strict=True))
                    own = [of.get(name, "") for name in dimensions]
                    words = in_words(start, part.every, months)
                    row = [month_text(start), words, target.id, target.title, target.unit, *own, ""]
                    writer.writerow([guarded(cell) for cell in row])
    write_atomic(path, out.getvalue())


# -- the workbook ---------------------------------------------------------------------------------------------------


def write_workbook(needs: Needs, path: Path) -> None:
    """The template as a workbook."""
    write_atomic(path, _stable(_workbook(needs)))


def _workbook(needs: Needs) -> Any:
    openpyxl = optional("openpyxl")
    book = openpyxl.Workbook()
    book.properties.creator = "openbook"
    book.properties.title = f"Data for {needs.book.title or needs.book.id}"
    book.properties.created = _DATE
    style = _Style()
    parts = _parts(needs)
    sheet = book.active
    sheet.title = "Read me"
    _read_me(sheet, needs, parts, style)
    for part in parts:
        _data(book.create_sheet(part.title), needs, part, style)
    _reasons(book.create_sheet("Reasons"), needs, parts, style)
    if len(book.worksheets) > 2:
        book.active = 1
        sheet.sheet_view.tabSelected = False
    return book


class _Style:
    """Fonts and fills of a template, made once."""

    def __init__(self) -> None:
        styles = optional("openpyxl.styles")
        self.title = styles.Font(bold=True, size=14)
        self.bold = styles.Font(bold=True)
        self.grey = styles.Font(italic=True, color="666666")
        self.head = styles.PatternFill("solid", fgColor="DDE7EE")
        self.fill = styles.PatternFill("solid", fgColor="FFFBE6")
        self.wrap = styles.Alignment(wrap_text=True, vertical="top")
        side = styles.Side(style="thin", color="BBBBBB")
        self.box = styles.Border(left=side, right=side, top=side, bottom=side)


def _write(sheet: Any, row: int, column: int, value: Any, *, font: Any = None, wrap: Any = None) -> Any:
    """A cell; text stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str) and value:
        cell.value = value
        cell.data_type = "s"
        if guarded(value) != value:
            cell.quotePrefix = True
    elif value not in ("", None):
        cell.value = value
    if font is not None:
        cell.font = font
    if wrap is not None:
        cell.alignment = wrap
    return cell


def _read_me(sheet: Any, needs: Needs, parts: Sequence[_Part], style: _Style) -> None:
    book = needs.book
    where = {target.id: part.title for part in parts for target in part.targets}
    sheets = " and ".join(f"'{part.title}'" for part in parts)
    fill_in = (
        f"Please fill in the yellow cells of the sheet{'s' if len(parts) > 1 else ''} {sheets}, one value per cell."
    )
    lines = [
        fill_in if parts else "No data are wanted.",
        "Numbers may be written as 1234.5, 1,234.5, £1.5m, 50% or (2,800.00). Do not write 0 for what is not known.",
        "Leave a cell empty where there is no value, and say why in the sheet 'Reasons': a gap is never a zero.",
        "Do not change headings or months. Columns may be moved; rows without values may be deleted.",
        f'Then: openbook settle BOOK --data FILE.xlsx, or book.settle("FILE.xlsx"). Book {book.id}.',
    ]
    _write(sheet, 1, 1, f"Data for {book.title or book.id}", font=style.title)
    for number, line in enumerate(lines, 2):
        _write(sheet, number, 1, line)
    top = len(lines) + 3
    names = ("input", "name", "unit", "every", "months", "dimension", "members", "may_be_missing", "plan", "codes")
    labels = {column.name: column.label for column in needs.schema}
    for column, name in enumerate(("sheet", *names), 1):
        cell = _write(sheet, top, column, labels.get(name, name), font=style.bold)
        cell.fill = style.head
    for number, row in enumerate(needs, top + 1):
        _write(sheet, number, 1, where.get(row["input"], ""))
        for column, name in enumerate(names, 2):
            value = "yes" if row[name] is True else "no" if row[name] is False else row[name]
            _write(sheet, number, column, value, wrap=style.wrap)
    for letter, width in zip("ABCDEFGHIJK", (14, 24, 46, 20, 12, 24, 14, 24, 12, 36, 24), strict=True):
        sheet.column_dimensions[letter].width = width


def _data(sheet: Any, needs: Needs, part: _Part, style: _Style) -> None:
    get_letter = optional("openpyxl.utils").get_column_letter
    comment = optional("openpyxl.comments").Comment
    months = Months.of(needs.book.calendar)
    _write(sheet, 1, 1, f"{needs.book.title or needs.book.id}: {part.title}", font=style.title)
    leading = ["period", "period in words", *part.axes]
    for column, name in enumerate(leading, 1):
        _write(sheet, 3, column, name, font=style.bold).fill = style.head
    notes = len(leading) + len(part.targets) + 1
    for column, target in enumerate(part.targets, len(leading) + 1):
        _write(sheet, 2, column, target.title, font=style.grey, wrap=style.wrap)
        cell = _write(sheet, 3, column, _heading(target), font=style.bold)
        cell.fill = style.head
        cell.comment = comment(_about(target), "openbook", height=140, width=320)
        sheet.column_dimensions[get_letter(column)].width = max(16, min(40, len(_heading(target)) + 3))
    _write(sheet, 3, notes, "notes", font=style.bold).fill = style.head
    row = 3
    for start in needs.starts(part.every):
        for member in part.members:
            row += 1
            cell = _write(sheet, row, 1, datetime.date(start // 12, start % 12 + 1, 1))
            cell.number_format = "mmm yyyy"
            _write(sheet, row, 2, in_words(start, part.every, months), font=style.grey)
            for column, name in enumerate(part.targets[0].parts_of(member), 3):
                _write(sheet, row, column, name)
            for column, target in enumerate(part.targets, len(leading) + 1):
                cell = sheet.cell(row, column)
                cell.number_format = _format(target)
                cell.fill, cell.border = style.fill, style.box
    for column, width in enumerate((12, 30, 24, 24)[: len(leading)], 1):
        sheet.column_dimensions[get_letter(column)].width = width
    sheet.column_dimensions[get_letter(notes)].width = 30
    sheet.row_dimensions[2].height = 45
    sheet.freeze_panes = sheet.cell(4, len(leading) + 1)
    sheet.print_title_rows = "1:3"
    sheet.page_setup.orientation = "landscape"
    if row > 3:
        _choices(sheet, part, leading, row, get_letter)


def _choices(sheet: Any, part: _Part, leading: Sequence[str], last: int, get_letter: Callable[[int], str]) -> None:
    """What may be written into the cells."""
    for letter, (axis, names) in zip("CD", part.axes.items(), strict=False):
        _pick(sheet, f"{letter}4:{letter}{last}", names, axis)
    validation = optional("openpyxl.worksheet.datavalidation").DataValidation
    for column, target in enumerate(part.targets, len(leading) + 1):
        if target.count:
            rule = validation(
                type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True, showErrorMessage=True
            )
            rule.errorStyle = "warning"
            rule.errorTitle, rule.error = target.id[:32], f"expected a number of {target.unit}, at least 0"[:225]
            rule.add(f"{get_letter(column)}4:{get_letter(column)}{last}")
            sheet.add_data_validation(rule)


def _pick(sheet: Any, cells: str, choices: Sequence[str], what: str) -> None:
    """A list to choose from: in the rule where it is short, else in a hidden column of the sheet."""
    validation = optional("openpyxl.worksheet.datavalidation").DataValidation
    get_letter = optional("openpyxl.utils").get_column_letter
    text = ",".join(choices)
    if len(text) <= 250 and not any("," in choice or '"' in choice for choice in choices):
        source = f'"{text}"'
    else:
        column = sheet.max_column + 2
        letter = get_letter(column)
        for row, choice in enumerate(choices, 4):
            _write(sheet, row, column, choice)
        sheet.column_dimensions[letter].hidden = True
        source = f"${letter}$4:${letter}${3 + len(choices)}"
    rule = validation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = what[:32], f"expected a {what} from the list"[:225]
    rule.add(cells)
    sheet.add_data_validation(rule)


def _format(target: Target) -> str:
    if is_money(target.unit):
        return '"£"#,##0.00'
    if is_percent(target.unit):  # 95 becomes 95% when it is typed, and what is shown is what is read
        return "0.00%"
    return "#,##0" if target.count else "General"


def _about(target: Target) -> str:
    lines = [target.title or target.id]
    lines.append(f"Unit: {target.unit or 'a plain number'}. One value per {target.every.replace('_', ' ')}.")
    if is_percent(target.unit):
        lines.append("Write 95% as 95%, or as 95.")
    if target.count:
        lines.append("A count: 0 or more.")
    lines.append("May be missing." if target.may_be_missing else "A missing value needs a reason (sheet 'Reasons').")
    return "\n".join(lines)


def _reasons(sheet: Any, needs: Needs, parts: Sequence[_Part], style: _Style) -> None:
    get_letter = optional("openpyxl.utils").get_column_letter
    comment = optional("openpyxl.comments").Comment
    title = "Why values are missing: one line for each input (or all) and run of months"
    _write(sheet, 1, 1, title, font=style.title)
    for column, (name, about) in enumerate(_REASON_COLUMNS, 1):
        _write(sheet, 2, column, about, font=style.grey, wrap=style.wrap)
        cell = _write(sheet, 3, column, name, font=style.bold)
        cell.fill = style.head
        cell.comment = comment(about, "openbook", height=100, width=300)
        sheet.column_dimensions[get_letter(column)].width = 22
    last = 3 + _REASON_ROWS
    for row in range(4, last + 1):
        for column, (name, _) in enumerate(_REASON_COLUMNS, 1):
            cell = sheet.cell(row, column)
            cell.fill, cell.border = style.fill, style.box
            if name in ("from", "to"):
                cell.number_format = "mmm yyyy"
    sheet.row_dimensions[2].height = 60
    sheet.freeze_panes = "A4"
    _pick(sheet, f"A4:A{last}", [target.id for part in parts for target in part.targets], "input")
    members = list(dict.fromkeys(name for part in parts for names in part.axes.values() for name in names))
    if members:
        _pick(sheet, f"B4:B{last}", members, "member")
    _pick(sheet, f"E4:E{last}", REASONS, "reason")


# -- the same bytes for the same book -------------------------------------------------------------------------------


def _stable(book: Any) -> bytes:
    """A workbook as bytes without the time of writing."""
    raw = io.BytesIO()
    book.save(raw)
    result = io.BytesIO()
    with zipfile.ZipFile(raw) as given, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in _members(given):
            entry = zipfile.ZipInfo(name, date_time=_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            package.writestr(entry, content)
    return result.getvalue()


def _members(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in package.namelist():
        content = package.read(name)
        if name == "docProps/core.xml":
            stamp = _DATE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
            content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
        yield name, content
