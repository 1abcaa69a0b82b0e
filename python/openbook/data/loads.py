"""Data that fit a book, with the receipt of how they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .._dimensions import dimension_of, members_by_dimension
from .._shown import Shown
from ..table import Table
from .given import GivenValues, Inputs
from .receipt import Receipt

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Load", "shape_of"]


class Load(Shown):
    """Data that fit a book. Frozen; made by `openbook.load`, accepted wherever data are.

    Attributes
    ----------
    inputs
        For every input with data one exact text per period (times members, member fastest): a decimal, a fraction such
        as "1/3", or None where it is missing or not wanted yet.
    receipt
        What came in and what became of it; see `Receipt`.
    faults
        Rows that were set aside with ``unmapped="suspend"``, each with row, column and value; else empty.
    flex
        Months ("2016-08") that rest on provisional data.
    warnings
        What the reader should know: code, path, message.
    as_at, plan
        As they were asked for.
    reasons
        For every input of which values are missing for a reason: not_open, closed, merged_into, not_submitted or
        suppressed, in the places of its values; None where there is none.
    declared
        The unit of the column that an input was read from, where the column declares one ("£k").

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.acute_contract()
    >>> data = ob.load(book, ob.examples.data("acute_contract"), where={"org_code": "ZX1"})
    >>> data.inputs["type1_attendances"][0], data.receipt.balances
    ('8049', True)
    """

    __slots__ = ("_inputs", "_shape", "as_at", "declared", "faults", "flex", "plan", "reasons", "receipt", "warnings")

    _inputs: Mapping[str, Sequence[str | None]]
    _shape: tuple[Any, ...]
    receipt: Receipt
    faults: Table
    flex: tuple[str, ...]
    warnings: Table
    as_at: str | None
    plan: bool
    declared: Mapping[str, str]
    reasons: Mapping[str, tuple[str | None, ...]]

    def __init__(self, **content: Any) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, content[name])

    @property
    def inputs(self) -> Mapping[str, tuple[str | None, ...]]:
        """The values of each input by id."""
        return MappingProxyType({name: _texts(values) for name, values in self._inputs.items()})

    @property
    def complete(self) -> bool:
        """Whether no row was set aside."""
        return not self.faults

    def fits(self, book: Book) -> bool:
        """Whether a book has the calendar and the inputs that this was loaded for."""
        return self._shape == shape_of(book)

    def request(self) -> dict[str, list[str | None]]:
        """The inputs as texts for the core."""
        return {name: list(values) for name, values in self._inputs.items()}

    def columns(self) -> Inputs:
        """The inputs as columns for the core."""
        return Inputs(self._inputs)

    def request_reasons(self) -> dict[str, dict[str, list[str | None]]]:
        """The reasons as the core reads them, where there are any."""
        return {"reasons": {name: list(why) for name, why in self.reasons.items()}} if self.reasons else {}

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a load never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, ({name: getattr(self, name) for name in self.__slots__},)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Load):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self._shape, tuple((name, _texts(values)) for name, values in self._inputs.items())))

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        values = self.columns().present
        title = f"{len(self._inputs)} inputs, {values:,} values" + (f", to {self.as_at}" if self.as_at else "")
        shown: list[Any] = [blocks.Heading(title), self.receipt._block()]
        if self.flex:
            shown.append(blocks.Paragraph(f"Provisional (flex): {', '.join(self.flex)}", "warning"))
        shown += [blocks.of_table(table) for table in (self.warnings, self.faults) if table]
        return shown

    def __repr__(self) -> str:
        return str(self)


def _texts(values: Sequence[str | None]) -> tuple[str | None, ...]:
    return values.texts if isinstance(values, GivenValues) else tuple(values)


def _rebuild(content: dict[str, Any]) -> Load:
    return Load(**content)


def shape_of(book: Book) -> tuple[Any, ...]:
    members = members_by_dimension(book)
    inputs = tuple((given.id, given.every, members.get(dimension_of(given), ())) for given in book.inputs)
    return (book.calendar.start, book.calendar.months, book.calendar.financial_year_starts, inputs)
