"""Simulating without keeping the draws: only what reducers gather, in memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from .. import _kept_columns, queries
from .._kept_draws import same_request
from .._request import whole
from .._simulated import IN_FAVOUR, UNIT
from ..drawn import HALF_A_PENNY
from ..errors import BookError
from ..explanation import Explanation
from ..simulated_run import SimulatedRun
from ..simulation import Simulation
from ..table import Column, Schema, Table
from ._figures import Figures, SketchValues
from .estimates import Floats, share_of, statistic
from .measures import MEASURES

if TYPE_CHECKING:
    from ..book import Book
    from ..saving import Parcel

__all__ = ["COUNTED", "MOMENTS", "Reduced"]

_WHICH = tuple(Column(name) for name in ("quantity", "basis", "horizon"))
MOMENTS = Schema(
    "openbook.reduced_moments",
    1,
    (
        *_WHICH,
        *(Column(name, "float", "", UNIT) for name in ("mean", "mean_error", "sd", "sd_error")),
        Column("skewness", "float"),
        Column("kurtosis", "float", "excess kurtosis"),
        Column("minimum", "float", "", UNIT),
        Column("maximum", "float", "", UNIT),
    ),
    IN_FAVOUR,
)
COUNTED = Schema(
    "openbook.reduced_counts",
    1,
    (
        *_WHICH,
        Column("below", "float", "", UNIT),
        *(Column(name, "float", "", "share of draws") for name in ("p", "p_error", "low", "high")),
    ),
    IN_FAVOUR,
)
#: What `Reduced.measure` gives where nothing is named.
USUAL = ("mean", "sd", "p_deficit", "p5", "p50", "p95", "var99", "es99")


class Reduced(SimulatedRun):
    """What was gathered of the draws of a simulation. Frozen; made by `openbook.risk.reduce`.

    The figures are those of a simulation of the same draws, to the bit for counts and kept draws, to rounding for
    moments, within the stated bound for sketches. They do not depend on threads.

    Attributes
    ----------
    draws, seed, first_draw
        How many draws, of which seed, starting at which.
    """

    __slots__ = ("_columns", "_figures", "_notes")
    _kind: ClassVar[str] = "reduced"
    _columns: list[dict[str, Any]]
    _figures: list[Figures]
    _notes: list[dict[str, Any]]

    def __init__(
        self,
        book: Book,
        request: Mapping[str, Any],
        columns: Sequence[dict[str, Any]],
        figures: Sequence[Figures],
        notes: Sequence[Mapping[str, Any]] = (),
        release: str = "",
    ) -> None:
        from .. import __version__

        object.__setattr__(self, "book", book)
        object.__setattr__(self, "request", dict(request))
        object.__setattr__(self, "release", release or __version__)
        object.__setattr__(self, "_columns", list(columns))
        object.__setattr__(self, "_figures", list(figures))
        object.__setattr__(self, "_notes", [dict(note) for note in notes])

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("what was gathered never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return Reduced, (self.book, self.request, self._columns, self._figures, self._notes, self.release)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Reduced):
            return NotImplemented
        same = self.book == other.book and same_request(self.request) == same_request(other.request)
        return same and all(_same(a, b) for a, b in zip(self._figures, other._figures, strict=True))

    __hash__ = SimulatedRun.__hash__

    @property
    def columns(self) -> Table:
        """What was simulated of every draw."""
        return _kept_columns.table_of(self._columns, self._about())

    @property
    def memory(self) -> int:
        """Bytes that the gathered draws and sketches take."""
        kept = sum(f.kept.nbytes for f in self._figures if f.kept is not None)
        return kept + sum(f.sketch.values.nbytes + f.sketch.weights.nbytes for f in self._figures if f.sketch)

    def _name(self, column: Mapping[str, Any]) -> dict[str, Any]:
        quantity = f"position of {column['party']}" if column["kind"] == "position" else column["formula"]
        return {"quantity": quantity, "basis": column["basis"], "horizon": column["label"]}

    def _note(self) -> str:
        note = f"{self.draws:,} draws, seed {self.seed}. {IN_FAVOUR} Errors are Monte Carlo standard errors."
        return f"{note} {queries.assumed([self.book])}".strip()

    # -- figures --------------------------------------------------------------------------------------------------

    def moments(self) -> Table:
        """Mean, deviation, skewness, kurtosis, least and greatest of each column of which moments were gathered."""
        rows = [
            self._name(column) | figures.shape()
            for column, figures in zip(self._columns, self._figures, strict=True)
            if figures.moments is not None
        ]
        return Table.of_rows(f"Moments in {self._title}", MOMENTS, rows, self._note(), self._about())

    def counts(self) -> Table:
        """The share of draws below each threshold, with its error and the interval of Wilson."""
        rows = []
        for column, figures in zip(self._columns, self._figures, strict=True):
            for below, count in figures.below.items():
                one = share_of(count, self.draws)
                found = {"below": below, "p": one.value, "p_error": one.error, "low": one.low, "high": one.high}
                rows.append(self._name(column) | found)
        return Table.of_rows(f"Draws below thresholds in {self._title}", COUNTED, rows, self._note(), self._about())

    def measure(
        self,
        what: str,
        statistics: Sequence[str] = USUAL,
        *,
        every: str = "term",
        period: int | str | None = None,
        basis: str = "practised",
    ) -> Table:
        """Statistics from what was gathered: kept draws if there are any, else moments, counts and sketch.

        Parameters and columns as for `openbook.risk.measure`. Of a sketch, low and high hold the Monte Carlo interval
        and the bound of the sketch, and method says the bound.

        Raises
        ------
        BookError
            Nothing that was gathered tells a statistic; the message says which reducer would.
        """
        names = [statistics] if isinstance(statistics, str) else list(statistics)
        asked = [statistic(name) for name in names]
        rows = []
        for found in self._select(what, every, period, basis):
            figures = self._figures[found]
            for one in asked:
                result = figures.estimate(one, HALF_A_PENNY if figures.money else 0.0)
                if result is None:
                    raise _lacking(what, one.kind, one.name)
                rows.append(self._name(self._columns[found]) | {"statistic": one.name, "tail": one.tail} | result.row())
        title = f"Risk of {queries.party_name(self.book, what)}"
        return Table.of_rows(title, MEASURES, rows, self._note(), self._about())

    def array(
        self, what: str, *, every: str = "term", period: int | str | None = None, basis: str = "practised"
    ) -> Floats:
        """The draws that `Quantiles` kept, read-only; as `Simulation.array`."""
        kept = [self._kept(found, what) for found in self._select(what, every, period, basis)]
        if len(kept) == 1:
            return kept[0]
        several: Floats = np.array(kept)
        several.setflags(write=False)
        return several

    def draw_number(
        self, *, party: str, percentile: float, every: str = "term", period: int | str = 1, basis: str = "practised"
    ) -> int:
        """The number of the draw that is a percentile of a position of which `Quantiles` kept the draws."""
        from .. import _core

        if not 0 <= percentile <= 100:
            raise ValueError(f"percentile: found {percentile!r}, expected a number from 0 to 100")
        (found,) = self._select(party, every, period, basis)[:1]
        return self.first_draw + int(_core.draw_at(self._kept(found, party), percentile / 100))

    def draw(self, number: int) -> Simulation:
        """One draw by its number, calculated again to the bit: a simulation of that draw, to be explained."""
        last = self.first_draw + self.draws - 1
        whole("number", number, self.first_draw, last)
        request = {**self.request, "draws": 1, "first_draw": number, "threads": 1}
        return Simulation(self.book, request, progress=False, notes=self._notes)

    def explain(self, number: int, what: str, **options: Any) -> Explanation:
        """Open a figure of one draw into what made it, by replaying that draw; see `Simulation.explain`."""
        return self.draw(number).explain(number, what, **options)

    def _kept(self, found: int, what: str) -> Floats:
        kept = self._figures[found].kept
        if kept is None:
            raise _lacking(what, "draws", "the draws")
        return kept

    def _select(self, what: str, every: str, period: int | str | None, basis: str) -> list[int]:
        return _kept_columns.meant(self.book, self._columns, what, every, period, basis)

    # -- keeping --------------------------------------------------------------------------------------------------

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        columns = []
        for number, figures in enumerate(self._figures):
            item: dict[str, Any] = {"below": [[repr(at), n] for at, n in figures.below.items()]}
            if figures.moments is not None:
                item["moments"] = [repr(value) for value in figures.moments]
            if figures.kept is not None:
                parcel.arrays[f"kept_{number}"] = figures.kept
            if figures.sketch is not None:
                parcel.arrays[f"values_{number}"] = figures.sketch.values
                parcel.arrays[f"weights_{number}"] = figures.sketch.weights.astype(np.float64)
                item["bound"] = figures.sketch.bound
            columns.append({**self._columns[number], "gathered": item})
        return {
            "book": parcel.keep(self.book),
            "package": self.release,
            "request": parcel.asked(same_request(self.request)),
            "columns": columns,
            "notes": self._notes,
        }

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        columns, figures = [], []
        draws = int(content["request"]["draws"])
        for number, column in enumerate(content["columns"]):
            item = column["gathered"]
            moments = tuple(float(value) for value in item["moments"]) if "moments" in item else None
            sketch = None
            if "bound" in item and moments is not None:
                weights = parcel.arrays[f"weights_{number}"].astype(np.int64)
                values = parcel.arrays[f"values_{number}"]
                sketch = SketchValues(values, weights, int(item["bound"]), moments[5], moments[6])
            below = {float(at): int(count) for at, count in item["below"]}
            kept = parcel.arrays.get(f"kept_{number}")
            figures.append(Figures(draws, column["kind"] == "position", moments, below, kept, sketch))
            columns.append({name: value for name, value in column.items() if name != "gathered"})
        from .._kept_draws import this_machine

        book, request = parcel.books[content["book"]], this_machine(content["request"])
        return cls(book, request, columns, figures, content["notes"], str(content["package"]))

    # -- showing --------------------------------------------------------------------------------------------------

    @property
    def _title(self) -> str:
        return str(self.book.title or self.book.id)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        shown: list[Any] = [
            blocks.Heading(f"{self.draws:,} draws of {self._title}", 4),
            *(blocks.of_table(table) for table in (self.moments(), self.counts()) if table),
        ]
        kept = sum(f.kept is not None for f in self._figures)
        sketches = sum(f.sketch is not None for f in self._figures)
        said = f"Draws kept of {kept} columns, sketches of {sketches}; {self.memory / 1e6:,.1f} MB."
        shown.append(blocks.Paragraph(said, "note"))
        if words := queries.assumed([self.book], most=None):
            shown.append(blocks.Paragraph(words, "warning"))
        return shown

    def __repr__(self) -> str:
        return str(self)


def _same(a: Figures, b: Figures) -> bool:
    if (a.moments, a.below) != (b.moments, b.below):
        return False
    if (a.kept is None) != (b.kept is None) or (a.sketch is None) != (b.sketch is None):
        return False
    if a.kept is not None and b.kept is not None and not np.array_equal(a.kept, b.kept):
        return False
    return a.sketch is None or b.sketch is None or np.array_equal(a.sketch.values, b.sketch.values)


def _lacking(what: str, kind: str, name: str) -> BookError:
    reducer = {"mean": "Moments", "sd": "Moments", "variance": "Moments", "p_deficit": "Counts"}.get(kind, "Quantiles")
    either = " or openbook.risk.Sketch()" if kind in ("p", "var", "es") else ""
    message = f"{name} of '{what}' was not gathered; reduce with openbook.risk.{reducer}(){either}"
    return BookError("not gathered", [{"code": "not-kept", "path": "", "message": message}])
