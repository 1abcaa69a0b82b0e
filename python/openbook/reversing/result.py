"""What a reverse stress test found: tables, sentences and a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .. import privacy
from .._lasting import Lasting
from ..table import Table
from . import tables
from .conditions import Asked, Condition
from .features import Feature
from .joint import Joint, Pilot
from .normal import Floats
from .region import Region
from .replaying import Certificate
from .single import Answer

if TYPE_CHECKING:
    from ..book import Book
    from ..saving import Parcel

__all__ = ["ReverseStress"]

#: The tables by name, in their order.
PARTS = ("single", "points", "point_drivers", "probability", "regions", "limits", "certificates")


class ReverseStress(Lasting):
    """What would make a condition come true, in three depths; made by `openbook.reverse_stress`. Frozen.

    Attributes
    ----------
    book, request
        Of which book it was asked, and what: condition, depths, levers, seed, inputs and choices.
    words
        The condition with the periods in which it is asked.
    single
        Depth one: for each lever every place at which the condition begins or ceases to hold, with the last value that
        is safe and the first that breaches; amounts in the unit `of`, the tail probability of a driver being that far
        out; how it was certified. A lever that cannot reach it has the outcome "never", and its nearest approach.
    points
        Depth two: the design points, likeliest first, with the reliability index and the first and second order.
    point_drivers
        How each driver stands there, in its own unit, against its plan (or mean), as a percentile of its draws, and its
        importance factor.
    probability
        By plain draws, importance sampling (with standard errors), first order (with bounds where there are several
        points) and second order.
    regions, limits
        Depth three: density, coverage and support of each box on fresh draws with 95% intervals, and its limits.
    certificates
        What was run again, and whether it came out as it should.
    about
        Book, digest, seed, number of draws, of dimensions, of evaluations of the lanes and of exact settlements.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.third_sector_cash()
    >>> found = book.reverse_stress("position('charity') < 0", depths="one", scenarios=100)
    >>> found.certified
    True
    """

    __slots__ = ("about", "book", "request", "words", *PARTS)
    _kind: ClassVar[str] = "reverse_stress"

    book: Book
    request: Mapping[str, Any]
    words: str
    about: Mapping[str, str]
    single: Table
    points: Table
    point_drivers: Table
    probability: Table
    regions: Table
    limits: Table
    certificates: Table

    def __init__(
        self, book: Book, request: Mapping[str, Any], words: str, about: Mapping[str, str], parts: Mapping[str, Table]
    ) -> None:
        object.__setattr__(self, "book", book)
        object.__setattr__(self, "request", MappingProxyType(dict(request)))
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "about", MappingProxyType(dict(about)))
        for name in PARTS:
            object.__setattr__(self, name, parts[name])

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a reverse stress test never changes")

    @classmethod
    def of(
        cls,
        book: Book,
        request: Mapping[str, Any],
        wanted: Condition,
        *,
        answers: Sequence[Answer],
        amounts: Mapping[tuple[int, int], tuple[float, float, str]],
        joint: Joint | None,
        importance: Sequence[Mapping[str, float]],
        shown: Sequence[Sequence[Feature]],
        at: Mapping[Asked, Floats],
        regions: Sequence[Region],
        sought: str,
        chosen: Sequence[Feature],
        seen: Pilot,
        plans: Mapping[Asked, float],
        certificates: Sequence[Certificate],
        about: Mapping[str, Any],
        illustrative: Sequence[str],
    ) -> Self:
        """From what the three depths found."""
        from .. import __version__

        told = {"book": book.id, "title": str(book.title or book.id), "digest": book.digest, "package": __version__}
        told |= {name: str(value) for name, value in about.items()}
        told |= {"depths": ", ".join(request["depths"]), "sought_on": sought, "illustrative": "; ".join(illustrative)}
        told |= {"private_to": book.private_to} if book.private_to else {}
        about_tables = ("book", "digest", "package", "seed", "private_to")
        known: dict[str, str] = {key: told[key] for key in about_tables if key in told}
        drivers = (
            row
            for number in range(len(joint.points) if joint is not None else 0)
            for row in tables.point_driver_rows(number, importance[number], shown[number], at, seen, plans)
        )
        rows: dict[str, tuple[str, Any, Iterator[dict[str, Any]]]] = {
            "single": ("One at a time", tables.SINGLE, tables.single_rows(answers, amounts)),
            "points": ("Most likely joint breaches", tables.POINTS, tables.point_rows(joint) if joint else iter(())),
            "point_drivers": ("How the drivers stand there", tables.POINT_DRIVERS, drivers),
            "probability": (
                "Probability", tables.PROBABILITY, tables.probability_rows(joint) if joint else iter(()),
            ),
            "regions": ("Regions, on fresh draws", tables.REGIONS, tables.region_rows(regions)),
            "limits": ("Limits of the regions", tables.LIMITS, tables.limit_rows(regions, chosen, seen, plans)),
            "certificates": ("Run again", tables.CERTIFICATES, tables.certificate_rows(certificates)),
        }  # fmt: skip
        made = {
            name: Table.of_rows(title, schema, list(content), "", known)
            for name, (title, schema, content) in rows.items()
        }
        told["share_of_draws"] = repr(seen.estimate().value)
        return cls(book, request, wanted.words, told, made)

    # -- asking -----------------------------------------------------------------------------------------------

    @property
    def condition(self) -> str:
        """The condition as it was written."""
        return str(self.request["condition"])

    @property
    def release(self) -> str:
        """The version of the package that calculated it."""
        return self.about["package"]

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" where none did."""
        return self.about.get("private_to", "")

    @property
    def certified(self) -> bool:
        """Whether everything that was run again came out as it should."""
        edges = all(one in ("settled exactly", "replayed", None) for one in self.single["certified"])
        return edges and all(self.certificates["agrees"])

    @property
    def reached(self) -> bool | None:
        """Whether the condition was seen to hold anywhere at all; None where nothing was looked for."""
        seen = float(self.about["share_of_draws"]) > 0
        return seen or bool(self.points) or any(o not in ("never", "safe as it stands") for o in self.single["outcome"])

    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        from .words import sentences

        return sentences(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ReverseStress):
            return NotImplemented
        same = self.book == other.book and self.request == other.request
        return same and all(getattr(self, n) == getattr(other, n) for n in PARTS)

    def __hash__(self) -> int:
        return hash((self.condition, self.about["digest"], self.about["seed"]))

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {name: getattr(self, name) for name in PARTS}
        return type(self), (self.book, dict(self.request), self.words, dict(self.about), parts)

    # -- keeping ----------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Plain data: condition, words, about, sentences, the schemas, and the rows of every table under its name."""
        rows = {name: getattr(self, name).to_dicts() for name in PARTS}
        schemas = {name: getattr(tables, name.upper()).id for name in PARTS}
        return {
            "condition": self.condition, "words": self.words, "about": dict(self.about), "certified": self.certified,
            "sentences": list(self.sentences()), "schemas": schemas, **rows,
        }  # fmt: skip

    def to_json(self, *, indent: int | None = None) -> str:
        """The same as JSON text."""
        import json

        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False, default=str)

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        return {
            "book": parcel.keep(self.book),
            "request": parcel.asked(self.request),
            "words": self.words,
            "about": dict(self.about),
            "tables": {name: getattr(self, name)._pack(parcel) for name in PARTS},
        }

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        parts = {name: Table._unpack(content["tables"][name], parcel) for name in PARTS}
        book = parcel.books[content["book"]]
        return cls(book, content["request"], str(content["words"]), content["about"], parts)

    def _made_again(self) -> Any:
        from .running import run
        from .working import Choices

        return run(self.book, self.request, Choices.again(self.request))

    def _compared(self) -> Mapping[str, Any]:
        return {name: getattr(self, name) for name in PARTS}

    # -- showing ----------------------------------------------------------------------------------------------

    def svg(self) -> str:
        """How far each driver is out at the most likely breach, in standard deviations, + = above its middle."""
        from .._display import reversing

        return reversing.drawn(self)

    def _blocks(self) -> list[Any]:
        from .._display import reversing

        return reversing.blocks(self)

    def __repr__(self) -> str:
        counts = f"{len(self.single)} lines, {len(self.points)} points, {len(self.regions)} regions"
        return f"<{privacy.titled(f'ReverseStress of {self.condition!r}: {counts}', self.private_to)}>"
