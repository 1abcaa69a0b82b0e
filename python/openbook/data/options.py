"""The options of every verb that takes data, in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict

from .._values import nearest
from .mapping import CodeMap

if TYPE_CHECKING:
    from .frames import Frame

__all__ = ["DataOptions", "Options"]

Status = Literal["any", "freeze"]
Unmapped = Literal["refuse", "suspend"]
Outside = Literal["refuse", "drop"]


class DataOptions(TypedDict, total=False):
    """How data are read; `openbook.load` says what each option means."""

    where: Mapping[str, Any] | None
    columns: Mapping[str, str] | None
    codes: CodeMap | Sequence[CodeMap] | None
    units: Mapping[str, str] | None
    decimals: int | Mapping[str, int] | None
    missing: Any
    status: Status
    status_by: str | Sequence[str]
    unmapped: Unmapped
    outside: Outside
    day_first: bool | None


@dataclass(frozen=True, slots=True)
class Options:
    """The same, checked and complete."""

    where: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[CodeMap, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    decimals: int | Mapping[str, int] | None = None
    missing: Any = None
    status: Status = "any"
    status_by: tuple[str, ...] = ()
    unmapped: Unmapped = "refuse"
    outside: Outside = "refuse"
    day_first: bool | None = None

    @classmethod
    def of(cls, given: DataOptions | Mapping[str, Any]) -> Self:
        """From what a verb was given.

        Raises
        ------
        TypeError
            An option is unknown; the nearest are offered.
        ValueError
            A choice is none of those offered.
        """
        names = [field.name for field in fields(cls)]
        for name in given:
            if name not in names:
                raise TypeError(f"'{name}' is no option of data{nearest(name, names)} (there is {', '.join(names)})")
        for name, choices in _CHOICES.items():
            value = given.get(name, choices[0])
            if value not in choices:
                raise ValueError(f"{name}: found {value!r}, expected {' or '.join(map(repr, choices))}")
        made: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        for name in ("where", "columns", "units"):
            if name in made:
                made[name] = {str(key): str(value) for key, value in made[name].items()}
        if isinstance(made.get("codes"), CodeMap):
            made["codes"] = (made["codes"],)
        made["codes"] = tuple(made.get("codes", ()))
        for item in made["codes"]:
            if not isinstance(item, CodeMap):
                raise TypeError(f"codes: found {type(item).__name__}, expected a CodeMap or several")
        by = made.get("status_by", ())
        made["status_by"] = (by,) if isinstance(by, str) else tuple(by)
        return cls(**made)

    def headings(self) -> set[str]:
        """Names by which the heading of a file is known."""
        return {"period", *(name for name, new in self.columns.items() if new == "period")}

    def places(self, column: str) -> int | None:
        """Decimals to which floats of a column are rounded; None: their shortest decimal."""
        if self.decimals is None or isinstance(self.decimals, int):
            return self.decimals
        return self.decimals.get(column)

    def rename(self, frame: Frame) -> Frame:
        """A frame with its columns renamed."""
        names = {old: new for old, new in self.columns.items() if old in frame.data}
        return frame.renamed(names) if names else frame


_CHOICES: dict[str, tuple[str, ...]] = {
    "status": ("any", "freeze"),
    "unmapped": ("refuse", "suspend"),
    "outside": ("refuse", "drop"),
}
