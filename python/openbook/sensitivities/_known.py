"""Runs over the whole calendar on what is known already: the rest takes its plan, or is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from .._json import decimal_text
from .._request import texts, thread_count, whole
from ..data import loaded
from ..results import Settlement
from ..scenarios.applying import Applied, apply
from ..simulation import Simulation

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Known"]

#: Options that say how data are read, and those that say how a book is.
_READING = frozenset(
    [
        "where",
        "columns",
        "codes",
        "units",
        "decimals",
        "missing",
        "status",
        "status_by",
        "unmapped",
        "outside",
        "day_first",
    ]
)
_ASKED = frozenset({"readings", "alternatives", "shocks", "edition", "threads"})


@dataclass(frozen=True)
class Known:
    """What is known of a book's inputs, and how the book is to be read.

    Attributes
    ----------
    inputs
        Values by input, as the core reads them; None where a value is not known.
    options
        readings, alternatives, shocks, edition, threads.
    reasons
        Why values are missing, by input, in the places of its values.
    """

    inputs: Mapping[str, Sequence[Any]]
    options: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Book, data: Any, options: Mapping[str, Any]) -> Known:
        """From data and options as `openbook.settle` takes them.

        Raises
        ------
        TypeError
            An option is none of these.
        """
        reading = {name: value for name, value in options.items() if name in _READING}
        rest = {name: value for name, value in options.items() if name not in _READING and name != "as_at"}
        if unknown := set(rest) - _ASKED:
            raise TypeError(f"unexpected options: {', '.join(sorted(unknown))}")
        given = loaded(book, data, as_at=options.get("as_at"), plan=True, **reading)
        return cls(dict(given.request()), rest, dict(given.reasons))

    def stays_missing(self, given: Any, width: int) -> int:
        """Up to which place what is not known of an input stays missing in a settlement: to the end of the last period
        that the data speak of, where it may be missing.
        """
        if not given.may_be_missing:
            return 0
        said = zip_longest(self.inputs.get(given.id, ()), self.reasons.get(given.id, ()))
        last = max((place for place, (value, why) in enumerate(said) if value is not None or why), default=-1)
        return -(-(last + 1) // width) * width

    def _request(self, world: Applied, moved: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        values = {name: [None if v is None else _text(v) for v in own] for name, own in moved.items()}
        edition = self.options.get("edition")
        return {
            "inputs": {**self.inputs, **values},
            "readings": world.readings(self.options.get("readings")),
            "alternatives": texts(self.options.get("alternatives")),
            "shocks": list(world.changes),
            **({"reasons": {name: list(why) for name, why in self.reasons.items()}} if self.reasons else {}),
            **({} if edition is None else {"edition": edition}),
        }

    def settled(self, book: Book, moved: Mapping[str, Sequence[Any]] | None = None) -> Settlement:
        """The whole calendar settled; `moved` has further values of inputs, which come first."""
        own = {"mode": "plan", "as_at": None, "posted": None, "disputes": False, "dispute_limit": 1}
        world = apply(book, self.options.get("shocks"))
        return Settlement(world.book, {**self._request(world, moved or {}), **own})

    def simulated(
        self,
        book: Book,
        draws: int,
        seed: int,
        moved: Mapping[str, Sequence[Any]] | None = None,
        *,
        shocked: bool = True,
        **kept: Any,
    ) -> Simulation:
        """The book simulated, under its shocks or without; `kept` says which columns are kept: every, basis, track,
        track_every.
        """
        world = apply(book, self.options.get("shocks") if shocked else None)
        asked = {"every": ["term"], "basis": ["practised"], "track": [], "track_every": "month", **kept}
        own = {
            "draws": whole("scenarios", draws, 1, 100_000_000),
            "seed": whole("seed", seed, 0, 2**64 - 1),
            "first_draw": 0,
            "threads": thread_count(self.options.get("threads")),
            "all_parties": False,
        }
        return Simulation(world.book, {**self._request(world, moved or {}), **own, **asked}, progress=False)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else decimal_text(value)
