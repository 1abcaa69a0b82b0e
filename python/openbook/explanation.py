"""Why a figure is what it is: a tree from a position down to inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import _json
from ._lasting import Lasting

if TYPE_CHECKING:
    from .saving import Parcel

__all__ = ["Explanation"]

# Written only where there is something to say.
OPTIONAL = ("formula", "source", "illustrative", "note", "where", "words", "private_to")


@dataclass(frozen=True, slots=True)
class Explanation(Lasting):
    """One figure and what made it.

    Attributes
    ----------
    label
        What the figure is, in the contract's words.
    value
        The figure as exact text; None where it has none.
    unit
        ``"£"``, ``"attendance"``, ...; ``""`` for a plain number.
    kind
        position, entry, clause, formula, input, parameter, constant or branch.
    formula, source, note
        How it is calculated, where it comes from, which branch bound and how far its boundary was.
    illustrative
        Whether the value is an assumption of the book's author.
    where, words
        Of a clause: where it stands (``"Acute 2024/25, clause 7.3 (Sch 3A 4.2)"``), and the contract's words.
    private_to
        The party to which the figure is private; see `openbook.layers`.
    children
        What the figure is made of; the children of positions and clauses add up to it.

    Examples
    --------
    >>> node = Explanation("position", "-2800.00", "£", "position")
    >>> node.amount
    Decimal('-2800.00')
    """

    label: str
    value: str | None = None
    unit: str = ""
    kind: str = ""
    formula: str = ""
    source: str = ""
    illustrative: bool = False
    note: str = ""
    children: tuple[Explanation, ...] = ()
    where: str = ""
    words: str = ""
    private_to: str = ""
    _kind: ClassVar[str] = "explanation"

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The tree from the core's JSON data."""
        value = data.get("value")
        return cls(
            label=str(data.get("label", "")),
            value=None if value is None else str(value),
            unit=str(data.get("unit") or ""),
            kind=str(data.get("kind") or ""),
            formula=str(data.get("formula") or ""),
            source=str(data.get("source") or ""),
            illustrative=bool(data.get("illustrative")),
            note=str(data.get("note") or ""),
            children=tuple(cls.of(child) for child in data.get("children") or ()),
            where=str(data.get("where") or ""),
            words=str(data.get("words") or ""),
            private_to=str(data.get("private_to") or ""),
        )

    @property
    def amount(self) -> Decimal:
        """The value as a number.

        Raises
        ------
        ValueError
            The node has no numeric value.
        """
        try:
            return Decimal(str(self.value))
        except ArithmeticError:
            raise ValueError(f"'{self.label}' has the value {self.value!r}, not a number") from None

    def walk(self) -> Iterator[Explanation]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def inputs(self) -> tuple[Explanation, ...]:
        """The inputs and parameters at the ends of the tree, each once, in order."""
        found = {(node.kind, node.label): node for node in self.walk() if node.kind in ("input", "parameter")}
        return tuple(found.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain data, without what is empty."""
        data: dict[str, Any] = {"label": self.label, "value": self.value, "unit": self.unit, "kind": self.kind}
        data.update(
            {name: getattr(self, name) for name in OPTIONAL if getattr(self, name)},
        )
        if self.children:
            data["children"] = [child.to_dict() for child in self.children]
        return data

    def to_json(self, *, indent: int | None = None) -> str:
        """The tree as JSON text."""
        return _json.dumps(self.to_dict(), indent=indent)

    def owned(self, private_to: str) -> Self:
        """The same tree, each node of it private to a party; itself where there is none."""
        if not private_to:
            return self
        children = tuple(child.owned(private_to) for child in self.children)
        return replace(self, private_to=private_to, children=children)

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        return self.to_dict()

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        if "label" not in content or set(content) - {field.name for field in fields(cls)}:
            raise ValueError(f"expected a label, found {', '.join(sorted(content)) or 'nothing'}")
        return cls.of(content)

    def to_text(self, *, depth: int | None = None) -> str:
        """The tree as text, down to `depth` levels below this node; None for all of it."""
        from ._display import explained, text

        return text.render([explained.of_tree(self, depth)])

    def _blocks(self) -> list[Any]:
        from ._display import explained

        return [explained.of_tree(self, explained.depth_that_fits(self))]

    def __repr__(self) -> str:
        return self.to_text(depth=3)
