"""Results that last: kept in a file, read back, made again from what went into them, and compared."""

from __future__ import annotations

import copy
import importlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from ._shown import Shown
from .errors import DataError

if TYPE_CHECKING:
    from .book import Book
    from .saving import Parcel

__all__ = ["MAKERS", "Lasting", "LastingRecord", "Origin", "differing", "kept_fields", "plain_request"]

#: What makes a record again: module and function, called with what `Origin.asked` holds.
MAKERS = {
    "break_even": ("sensitivities", "break_even"),
    "driver_indices": ("sensitivities", "driver_indices"),
    "frontier": ("frontiers", "measured"),
    "sensitivity": ("sensitivities", "sensitivity"),
    "stability": ("many_seeds", "of_simulation"),
    "tornado": ("sensitivities", "tornado"),
    "value_of_information": ("sensitivities.information", "of_simulations"),
}

#: Arguments that change no figure.
OF_THE_MACHINE = frozenset({"threads", "block", "progress"})


class Lasting(Shown):
    """A result that a file can keep.

    A class says how it is packed (`_pack`, `_unpack`, and `_kind` by which `openbook.saving.KINDS` knows it) and what
    its figures follow from: other results that last (`_rests_on`), or everything that is needed to make it again
    (`_made_again`).
    """

    __slots__ = ()
    _kind: ClassVar[str] = ""

    def save(self, path: str | Path, *, private: bool = False) -> None:
        """Keep it in a file that `openbook.read_result` reads, with what it was made from.

        The file is replaced whole or not at all; the same result gives the same bytes on every machine. What is private
        to a party is refused without `private`; with it, the file says to whom, and holds the layer.
        """
        from .saving import save

        save(self, path, private=private)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read what `save` wrote; see `openbook.read_result`.

        Raises
        ------
        DataError
            The file holds a result of another class, or not as it was written.
        """
        from .saving import read_as

        return read_as(cls, path)

    def _pack(self, parcel: Parcel) -> Any:
        raise NotImplementedError

    @classmethod
    def _unpack(cls, content: Any, parcel: Parcel) -> Any:
        raise NotImplementedError

    def _rests_on(self) -> Iterable[Lasting]:
        """The results from which its figures follow."""
        return ()

    def _made_again(self) -> Self | None:
        """The same from what went into it; None where that is not kept."""
        return None

    def _compared(self) -> Mapping[str, Any]:
        """What is compared with the figures of the one that is made again."""
        raise NotImplementedError

    def _recalculate(self) -> None:
        """Calculate everything again, and compare.

        Raises
        ------
        DataError
            This release comes to other figures, or what it was made from is not kept.
        """
        rests_on = list(self._rests_on())
        for result in rests_on:
            result._recalculate()
        again = self._made_again()
        if again is None and not rests_on:
            message = f"a {type(self).__name__} is a figure without what it was made from; save the settlement instead"
            raise DataError("cannot be calculated again", [{"code": "no-request", "path": "", "message": message}])
        if again is None:
            return
        theirs = again._compared()
        strange = [name for name, value in self._compared().items() if differing(value, theirs.get(name))]
        if strange:
            release = getattr(self, "release", "")
            message = f"this release comes to another {', '.join(strange)} than openbook {release} did; ask again"
            problem = {"code": "not-reproduced", "path": f"/{strange[0]}", "message": message}
            raise DataError("not reproduced", [problem])


def differing(a: Any, b: Any) -> bool:
    """Whether two values differ by more than the order in which a machine adds."""
    if isinstance(a, float) and isinstance(b, float):
        return not (a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6))
    if hasattr(a, "tolist") and hasattr(b, "tolist"):
        return differing(a.tolist(), b.tolist())
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return list(a) != list(b) or any(differing(a[name], b[name]) for name in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) != len(b) or any(differing(x, y) for x, y in zip(a, b, strict=True))
    if hasattr(a, "to_dicts") and type(a) is type(b):
        return a.columns != b.columns or any(differing(a[name], b[name]) for name in a.columns)
    if is_dataclass(a) and type(a) is type(b):
        return any(differing(getattr(a, f.name), getattr(b, f.name)) for f in kept_fields(a) if f.compare)
    return bool(a != b)


def kept_fields(record: Any) -> list[Field[Any]]:
    """The fields of a dataclass that a file keeps: all but those that are made from the others when they are needed."""
    return [field for field in fields(record) if field.init and not field.metadata.get("made")]


# -- records ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """What a record was made from.

    Attributes
    ----------
    of
        What made it; one of `MAKERS`.
    asked
        The arguments by name: books, data as they were loaded, choices.
    release
        The version of the package that made it.
    """

    of: str
    asked: tuple[tuple[str, Any], ...]
    release: str

    @classmethod
    def here(cls, of: str, **asked: Any) -> Origin:
        """Of something that this release makes now."""
        from . import __version__

        kept = {name: _own(value) for name, value in asked.items() if name not in OF_THE_MACHINE}
        return cls(of, tuple(kept.items()), __version__)

    def made_again(self) -> Any:
        """The record, made from the same.

        Raises
        ------
        DataError
            What was asked is nothing that this release knows, or reaches for files.
        """
        asked = dict(self.asked)
        if self.of not in MAKERS or _reaching(asked):
            message = f"made by {self.of!r} from something that a file cannot bring with it"
            raise DataError("cannot be calculated again", [{"code": "malformed", "path": "", "message": message}])
        module, function = MAKERS[self.of]
        return getattr(importlib.import_module(f".{module}", __package__), function)(**asked)


def _own(value: Any) -> Any:
    """A copy of what could be changed afterwards."""
    return copy.deepcopy(value) if isinstance(value, (dict, list)) else value


def _reaching(asked: Mapping[str, Any]) -> bool:
    """Whether an argument would be looked up in the file system."""
    from .data import Load

    data, shocks = asked.get("data"), asked.get("shocks") or ()
    plain = isinstance(shocks, (list, tuple)) and all(isinstance(shock, Mapping) for shock in shocks)
    return not (data is None or isinstance(data, Load)) or not plain


def plain_request(book: Book, data: Any, options: Mapping[str, Any], *, plan: bool) -> dict[str, Any]:
    """Data and options of settling and simulating as a file can keep them: data as loaded, shocks opened."""
    from ._request import shock_list
    from .data import DataOptions, loaded
    from .scenarios.applying import apply

    reading = {name: value for name, value in options.items() if name in DataOptions.__annotations__}
    rest = {name: value for name, value in options.items() if name not in reading and name != "as_at"}
    world = apply(book, rest.pop("shocks", None))
    load = loaded(world.book, data, as_at=options.get("as_at"), plan=plan, **reading)
    rest = {name: dict(value) if isinstance(value, Mapping) else value for name, value in rest.items()}
    return {**rest, "data": load, "shocks": shock_list(book, options.get("shocks")) or None}


class LastingRecord(Lasting):
    """A dataclass that lasts: its fields are what a file keeps, its `origin` what makes it again."""

    __slots__ = ()
    origin: Origin | None

    @property
    def release(self) -> str:
        """The version of the package that made it."""
        from . import __version__

        return self.origin.release if self.origin is not None else __version__

    def _pack(self, parcel: Parcel) -> Any:
        return {field.name: parcel.encode(getattr(self, field.name)) for field in kept_fields(self)}

    @classmethod
    def _unpack(cls, content: Any, parcel: Parcel) -> Any:
        return cls(**{name: parcel.decode(value) for name, value in content.items()})

    def _made_again(self) -> Any:
        return None if self.origin is None else self.origin.made_again()

    def _compared(self) -> Mapping[str, Any]:
        return {field.name: getattr(self, field.name) for field in kept_fields(self) if field.compare}

    def __reduce__(self) -> tuple[Any, ...]:
        from types import MappingProxyType

        given = [getattr(self, field.name) for field in kept_fields(self)]
        plain = tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in given)
        return _rebuilt, (type(self), tuple(field.name for field in kept_fields(self)), plain)


def _rebuilt(kind: type[Any], names: tuple[str, ...], values: tuple[Any, ...]) -> Any:
    return kind(**dict(zip(names, values, strict=True)))
