"""What the headings of a frame mean: new names of columns, and the units that columns declare."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .._values import nearest
from .faults import Faults
from .frames import Frame
from .options import Options
from .targets import Target
from .units import Unit, known_units

__all__ = ["Headings", "declared_in"]

_HEADING = re.compile(r"(.+?)\s*[\[(]([^\[\]()]*)[\])]")


def declared_in(heading: str) -> Unit | None:
    """The unit that a heading declares by itself; None where it declares none that is known.

    >>> declared_in("cost [£k]").power, declared_in("length (nights)")
    (3, None)
    """
    match = _HEADING.fullmatch(heading)
    return None if match is None else Unit.read(match[2].strip())


class Headings:
    """Reads the headings of every frame.

    Attributes
    ----------
    wanted
        Names of columns that mean something by themselves.
    columns
        Names of all columns that were found.
    named
        Which entries of options were used: the option and the entry.
    """

    def __init__(self, targets: Mapping[str, Target], options: Options, faults: Faults) -> None:
        self.targets, self.options, self.faults = targets, options, faults
        self.columns: set[str] = set()
        self.named: set[tuple[str, str]] = set()
        self._numbers = {"value", *targets, *(t.column for t in targets.values() if t.column)}
        codes = {key for t in targets.values() for key in t.where}
        dimensions = {axis for t in targets.values() for axis in t.axes}
        self.wanted = {"period", "quantity"} | self._numbers | codes | dimensions

    def read(self, frame: Frame) -> tuple[Frame, dict[str, Unit]]:
        """The frame under its new names, and the units of its columns."""
        frame = self._renamed(frame)
        declared: dict[str, Unit] = {}
        names: dict[str, str] = {}
        for heading in frame.data:
            match = _HEADING.fullmatch(heading)
            if match is None or heading in self.wanted or match[1] not in self._numbers or match[1] in frame.data:
                continue
            names[heading] = name = match[1]
            unit = self._unit(frame, name, match[2].strip(), heading, own_means_nothing=True)
            if unit is not None:
                declared[name] = unit
        frame = frame.renamed(names) if names else frame
        for name, text in self.options.units.items():
            if name in frame.data or name in self.targets:
                self.named.add(("units", name))
            if self._holds(frame, name) and (unit := self._unit(frame, name, text, name)) is not None:
                declared[name] = unit
        self.columns |= set(frame.data)
        return frame, declared

    def _holds(self, frame: Frame, name: str) -> bool:
        """Whether a frame has a column, or an input's values under another name."""
        target = self.targets.get(name)
        return name in frame.data or (target is not None and bool({"value", target.column} & set(frame.data)))

    def _renamed(self, frame: Frame) -> Frame:
        for old, new in self.options.columns.items():
            if old not in frame.data:
                continue
            self.named.add(("columns", old))
            if new in frame.data and new not in self.options.columns:
                message = f"{frame.name}: '{old}' is to be '{new}', but there is a column '{new}' already"
                self.faults.of("duplicate-column", message, frame=frame, column=new)
        return self.options.rename(frame)

    def _unit(
        self, frame: Frame, name: str, text: str, heading: str, *, own_means_nothing: bool = False
    ) -> Unit | None:
        """The unit that a text means; None where it is the inputs' own, and plain numbers are in it as it is.

        Plain numbers of an input in % are ratios: a heading "rate [%]" says that 45 is 45%, as the option does.
        """
        readers = [t for t in self.targets.values() if name in (t.id, t.column)]
        is_own = not text or _folded(text) in {_folded(target.unit) for target in readers}
        unit = Unit.read(text)
        if is_own and (unit is None or (own_means_nothing and unit.base != "%")):
            return None
        if unit is not None and (not readers or any(unit.fits(target.unit) for target in readers)):
            return unit
        own = sorted({target.unit for target in readers if target.unit})
        expected = " or ".join(dict.fromkeys([*own, *known_units(target.unit for target in readers)]))
        message = f"{frame.name}, column '{heading}': found the unit '{text}', expected {expected}"
        self.faults.of("wrong-unit", message, frame=frame, column=heading, value=text, expected=expected)
        return None

    def fit(self, frame: Frame, column: str, unit: Unit, readers: Sequence[Target]) -> bool:
        """Whether the unit that a column declares is one of all its readers; faults of the others."""
        unfit = [target for target in readers if not unit.fits(target.unit)]
        for target in unfit:
            expected = " or ".join(dict.fromkeys([target.unit or "number", *known_units([target.unit])]))
            message = f"{frame.name}, column '{column}': found the unit '{unit.text}', expected {expected}"
            self.faults.of("wrong-unit", message, target, frame=frame, column=column, value=unit.text)
        return not unfit

    def finish(self) -> None:
        """Faults of options that named no column of any frame."""
        for key, wanted in self.options.where.items():
            if key not in self.columns and self.columns:
                message = f"where={{'{key}': '{wanted}'}}: no data has a column '{key}'{nearest(key, self.columns)}"
                self.faults.of("unknown-column", message, column=key)
        decimals = self.options.decimals if isinstance(self.options.decimals, Mapping) else {}
        self.named |= {("decimals", name) for name in decimals if name in self.columns}
        options = (("columns", self.options.columns), ("units", self.options.units), ("decimals", decimals))
        for option, names in options:
            for name in names:
                if (option, name) not in self.named:
                    message = f"{option}: no data has a column '{name}'{nearest(name, self.columns)}"
                    self.faults.of("unknown-column", message, column=name)


def _folded(unit: str) -> str:
    return " ".join(unit.casefold().split())
