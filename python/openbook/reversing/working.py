"""A book made ready to be asked: formulas stand in it as quantities, and every draw is a function of z."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import _json
from .._request import shock_list, texts, thread_count
from ..data import Load, loaded
from ..data.loads import shape_of
from ..errors import BookError
from .conditions import Asked, Condition
from .formulas import CALENDARS
from .normal import Floats

if TYPE_CHECKING:
    from ..book import Book
    from ..results import Settlement
    from ..simulation import Simulation

__all__ = ["Choices", "Exact", "Working", "columns_of"]

#: Points evaluated in one call.
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Choices:
    """How a book is read: its inputs and everything that settling and simulating have in common."""

    inputs: Mapping[str, Any]
    as_at: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    alternatives: Mapping[str, str] = field(default_factory=dict)
    shocks: tuple[Mapping[str, Any], ...] = ()
    threads: int | None = None
    reasons: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        book: Book,
        data: Any,
        *,
        as_at: str | None = None,
        readings: Any = None,
        alternatives: Any = None,
        shocks: Any = None,
        threads: int | None = None,
        **reading: Any,
    ) -> Choices:
        """From the options of `openbook.simulate`."""
        given = loaded(book, data, as_at=as_at, plan=True, **reading)
        changes = tuple(shock_list(book, shocks))
        chosen = (texts(readings), texts(alternatives), changes, thread_count(threads))
        return cls(given.request(), given.as_at, *chosen, given.reasons)

    def kept(self) -> dict[str, Any]:
        """As plain data, without what belongs to the machine."""
        return {
            "inputs": {name: list(values) for name, values in self.inputs.items()}, "as_at": self.as_at,
            "readings": dict(self.readings), "alternatives": dict(self.alternatives),
            "shocks": [dict(one) for one in self.shocks],
            **({"reasons": {name: list(why) for name, why in self.reasons.items()}} if self.reasons else {}),
        }  # fmt: skip

    @classmethod
    def again(cls, kept: Mapping[str, Any]) -> Choices:
        """From what `kept` gave."""
        return cls(
            kept["inputs"], kept["as_at"], kept["readings"], kept["alternatives"], tuple(kept["shocks"]),
            thread_count(None), kept.get("reasons", {}),
        )  # fmt: skip

    def load(self, book: Book, inputs: Mapping[str, Any] | None = None) -> Load:
        """The inputs for a working copy of the book; `inputs` stand in the place of the data's."""
        values = {name: tuple(column) for name, column in {**self.inputs, **(inputs or {})}.items()}
        return Load(
            _inputs=values, _shape=shape_of(book), receipt=None, faults=(), flex=(), warnings=(),
            as_at=None if inputs else self.as_at, plan=True, declared={},
            reasons={name: tuple(why) for name, why in self.reasons.items() if name not in (inputs or {})},
        )  # fmt: skip

    def simulate(self, book: Book, seed: int, track: Sequence[str], every: str) -> Simulation:
        """The book compiled as a simulation of one draw."""
        from ..simulating import simulate

        return simulate(
            book, 1, seed=seed, data=self.load(book), readings=self.readings, alternatives=self.alternatives,
            shocks=list(self.shocks) or None, every=["term"], track=list(track), track_every=every,
            threads=self.threads, progress=False,
        )  # fmt: skip

    def settle(
        self, book: Book, shocks: Iterable[Mapping[str, Any]], inputs: Mapping[str, Any] | None = None
    ) -> Settlement:
        """The book settled exactly; `inputs` stand in the place of the data's, to the end of the calendar."""
        from ..settling import settle

        return settle(
            book, self.load(book, inputs), plan=True, readings=self.readings, alternatives=self.alternatives,
            shocks=[*self.shocks, *shocks] or None, disputes=False,
        )  # fmt: skip


def _free_name(taken: Iterable[str], wanted: str) -> str:
    """A beginning of names that no id of the book has."""
    used = set(taken)
    while any(name.startswith(wanted) for name in used):
        wanted += "_"
    return wanted


def columns_of(
    book: Book, asked: Iterable[Asked], extra: Mapping[str, Any] | None = None
) -> tuple[Book, dict[tuple[str, str], str]]:
    """A working copy of a book in which each formula stands as a quantity of its calendar, and their ids.

    Parameters
    ----------
    extra
        Other changes of the document: for each of its lists a function of the list.
    """
    from ..book import Book as Plain

    document = _json.loads(book._core.write(False))
    for name, change in (extra or {}).items():
        document[name] = change(document.get(name) or [])
    ids = [
        str(item.get("id", ""))
        for part in document.values()
        if isinstance(part, list)
        for item in part
        if isinstance(item, dict)
    ]
    beginning = _free_name(ids, "asked_")
    names: dict[tuple[str, str], str] = {}
    for one in asked:
        names.setdefault((one.formula, one.period.every), f"{beginning}{len(names) + 1}")
    added = [
        {"id": name, "name": formula, "every": every, "formula": formula, "aggregate": "last"}
        for (formula, every), name in names.items()
    ]
    document["quantities"] = [*(document.get("quantities") or []), *added]
    return Plain.from_json(document), names


class Working:
    """A book with formulas to be asked, as a function of its standard normal numbers.

    Parameters
    ----------
    book
        As agreed, or under a layer.
    choices
        Data and readings.
    asked
        Formulas and periods that are wanted of every draw.
    seed
        Of the draws.
    extra
        Other changes of the document, see `columns_of`.
    """

    def __init__(
        self,
        book: Book,
        choices: Choices,
        asked: Sequence[Asked],
        seed: int = 0,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.source, self.choices, self.seed = book, choices, seed
        self.evaluated = 0
        self.asked = tuple(dict.fromkeys(asked))
        self.book, self.names = columns_of(book, self.asked, extra)
        self.every = min((one.period.every for one in self.asked), key=CALENDARS.index)
        self.simulation = self._compiled()
        self._rows = self._found_rows()
        from .. import _normals

        self.dimensions = _normals.dimensions(self.simulation)

    def _compiled(self) -> Simulation:
        tracked = [self._tracked(every, name) for (_, every), name in self.names.items()]
        try:
            return self.choices.simulate(self.book, self.seed, tracked, self.every)
        except BookError as error:
            raise BookError(error.summary, [_spoken(problem, self.names) for problem in error.problems]) from None

    def _tracked(self, every: str, name: str) -> str:
        """The formula that gives a quantity in each period of the shortest calendar."""
        return name if every == self.every else f"over({name}, '{every}')"

    def _found_rows(self) -> dict[Asked, int]:
        """The row of each formula and period; those of a longer calendar stand in each period of the shorter one."""
        from .._calendar import Months

        months = Months.of(self.book.calendar)
        starts = months.starts(self.every)
        rows = {
            (column["formula"], column["period"]): number
            for number, column in enumerate(self.simulation._columns())
            if column["kind"] == "track"
        }
        found = {}
        for one in self.asked:
            end = months.ends(one.period.every)[one.period.number]
            inside = max(i for i, start in enumerate(starts) if start < end)
            every = one.period.every
            found[one] = rows[self._tracked(every, self.names[one.formula, every]), inside]
        return found

    @property
    def count(self) -> int:
        """How many standard normal numbers there are."""
        return len(self.dimensions)

    def money(self, asked: Iterable[Asked]) -> set[str]:
        """Which of some formulas give amounts of money."""
        found = set()
        for one in {one.formula: one for one in asked}.values():
            target = {"quantity": self.names[one.formula, one.period.every], "period": one.period.number}
            tree = _json.loads(self.simulation._core.explain(0, _json.dumps(target | {"basis": "practised"})))
            if tree.get("unit") == "£":
                found.add(one.formula)
        return found

    def draws(self, first: int, count: int) -> Floats:
        """z of draws by number, [count, dimensions]."""
        from .. import _normals

        return _normals.normals(self.simulation, range(first, first + count))

    def values(self, z: Floats) -> dict[Asked, Floats]:
        """Every formula at points [n, dimensions]."""
        from .. import _normals

        self.evaluated += len(z)
        parts = [
            _normals.evaluate(self.simulation, z[begin : begin + BLOCK])[list(self._rows.values())]
            for begin in range(0, len(z), BLOCK)
        ]
        found = np.concatenate(parts, axis=1) if parts else np.empty((len(self._rows), 0))
        return dict(zip(self._rows, found, strict=True))


def _spoken(problem: Any, names: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """A fault of a formula that was put in, in the words of who asked for it."""
    message, path = problem.message, problem.path
    for (formula, _), name in reversed(list(names.items())):  # longer numbers first
        message = message.replace(f"quantity '{name}'", f"'{formula}'").replace(name, formula)
    return {
        "code": problem.code,
        "path": "/condition" if path.startswith(("/quantities", "/track")) else path,
        "message": message,
    }


class Exact:
    """A book with formulas to be asked of exact settlements."""

    def __init__(self, book: Book, choices: Choices, condition: Condition, asked: Sequence[Asked] = ()) -> None:
        self.choices, self.condition = choices, condition
        self.wanted = tuple(dict.fromkeys([*condition.truths(), *condition.asked(), *asked]))
        self.book, self.names = columns_of(book, self.wanted)
        self.settlements = 0

    def core(
        self,
        shocks: Iterable[Mapping[str, Any]] = (),
        inputs: Mapping[str, Any] | None = None,
        book: Book | None = None,
    ) -> Any:
        """One exact settlement, opened by `value`."""
        self.settlements += 1
        return self.choices.settle(self.book if book is None else book, shocks, inputs)._core

    def value(self, core: Any, one: Asked) -> Fraction | None:
        """A formula in its period; None where it is missing."""
        target = {
            "quantity": self.names[one.formula, one.period.every],
            "period": one.period.number,
            "basis": "practised",
        }
        return _fraction(_json.loads(core.explain(_json.dumps(target))).get("value"))

    def holds(self, core: Any) -> bool:
        """Whether the condition holds in a settlement, exactly."""
        values: dict[Asked, Fraction | None] = {}
        for test in self.condition.tests():
            if test.truth is not None:
                values[test.truth] = self.value(core, test.truth) or Fraction(0)
            else:
                for side in (test.left, test.right):
                    if side is not None:
                        values |= {one: self.value(core, one) for one in side.everything()}
        return self.condition.holds(values)


def _fraction(text: Any) -> Fraction | None:
    if text is None or text == "":
        return None
    words = str(text).strip()
    if words in ("yes", "true"):
        return Fraction(1)
    if words in ("no", "false"):
        return Fraction(0)
    try:
        return Fraction(words)
    except ValueError:
        return None
