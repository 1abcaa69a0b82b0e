"""Tables that know what in them is worth showing: every row is there, the display counts what says nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from .table import Table

__all__ = ["Changed", "Disputes", "Gap", "Lint", "Marginal", "Moving"]


class Moving(Table):
    """Amounts; lines of zero are counted, not shown."""

    __slots__ = ()
    _telling: ClassVar[tuple[str, ...]] = ("amount",)


class Changed(Table):
    """Figures beside others; lines without a change are counted, not shown."""

    __slots__ = ()
    _telling: ClassVar[tuple[str, ...]] = ("change",)
    _nothing: ClassVar[str] = "without a change"


class Gap(Table):
    """Written against practised; lines without a gap are counted, not shown."""

    __slots__ = ()
    _telling: ClassVar[tuple[str, ...]] = ("gap",)
    _nothing: ClassVar[str] = "without a gap"


class Marginal(Table):
    """Slopes by what went into a position; lines that move nothing are counted, not shown."""

    __slots__ = ()
    _telling: ClassVar[tuple[str, ...]] = ("left", "right", "cliff_left", "cliff_right")
    _nothing: ClassVar[str] = "that move nothing"


class Disputes(Table):
    """Readings of ambiguous clauses, shown clause by clause with the line of Python that chooses each."""

    __slots__ = ()

    def _blocks(self) -> list[Any]:
        from ._display import settled

        return settled.dispute_blocks(self)


class Lint(Table):
    """Findings; of many notes of one kind the first are shown and the rest counted."""

    __slots__ = ()

    def _blocks(self) -> list[Any]:
        from ._display import settled

        return settled.lint_blocks(self)
