"""Several books under the same draws: paired differences for every party."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from . import privacy
from ._extras import table_content, table_of
from ._kept_draws import same_request, this_machine
from ._progress import Progress
from .drawn import HALF_A_PENNY, Floats, RiskTable
from .errors import BookError, DataError
from .simulating import simulate
from .simulation import Simulation
from .table import Column, Schema

if TYPE_CHECKING:
    from .book import Book
    from .saving import Parcel

__all__ = ["SCHEMA", "Comparison", "PairedDifferences", "compare", "paired_figures"]


class PairedDifferences(RiskTable):
    """Paired differences under the same draws, each with its Monte Carlo error."""

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import risks

        return risks.comparison_grid(self)


class Comparison(PairedDifferences):
    """Paired differences from the first book: one row per party and other book.

    Columns: book, against, party, mean (of the difference, + = better for the party than under `against`), sd,
    p_worse (share of
    draws in which the party is worse off), each with its Monte Carlo standard error.

    `books` holds the books by name; `simulation` runs one of them again, to the bit.
    """

    __slots__ = ("basis", "books", "every", "period", "release", "requests")
    _kind: ClassVar[str] = "comparison"
    books: Mapping[str, Book]
    requests: Mapping[str, Mapping[str, Any]]
    every: str
    period: int | str
    basis: str
    release: str

    @classmethod
    def _of(cls, simulations: Iterable[tuple[str, Simulation]], every: str, period: int | str, basis: str) -> Self:
        """From simulations under the same draws, one at a time: the first is the base."""
        one_by_one = iter(simulations)
        first, base = next(one_by_one)
        books, requests, rows = {first: base.book}, {first: base.request}, []
        same = "the same for every book"
        drawn = base._core.streams() if base.sampling.method == "sobol" else None
        for name, other in one_by_one:
            books[name], requests[name] = other.book, other.request
            if drawn is not None and other._core.streams() != drawn:
                same = "Sobol' sequences of other coordinates where books draw other drivers"
            for party in (p for p in base.parties if p in other.parties):
                before = base.array(party, every=every, period=period, basis=basis)
                difference = other.array(party, every=every, period=period, basis=basis) - before
                rows.append(
                    {"book": name, "against": first, "party": party, **paired_figures(before, difference, base)}
                )
        note = (
            f"{base.draws:,} draws, seed {base.seed}, {same}. Pounds, + = better for the party; "
            "± is one Monte Carlo standard error of the paired difference."
        )
        private_to = privacy.of_all(books.values())
        table = cls.of_rows(f"Compared with {first}", SCHEMA, rows, note, base._about(), private_to=private_to)
        table._carry(books, requests, every, period, basis, base.release)
        return table

    def _carry(
        self,
        books: Mapping[str, Book],
        requests: Mapping[str, Mapping[str, Any]],
        every: str,
        period: int | str,
        basis: str,
        release: str,
    ) -> None:
        object.__setattr__(self, "books", MappingProxyType(dict(books)))
        object.__setattr__(self, "requests", MappingProxyType(dict(requests)))
        object.__setattr__(self, "every", every)
        object.__setattr__(self, "period", period)
        object.__setattr__(self, "basis", basis)
        object.__setattr__(self, "release", release)

    def simulation(self, name: str, *, progress: Progress = None) -> Simulation:
        """Run the simulation of one of the books again, under the same draws."""
        return Simulation(self.books[name], self.requests[name], progress=progress)

    def __reduce__(self) -> tuple[Any, ...]:
        carried = (dict(self.books), dict(self.requests), self.every, self.period, self.basis, self.release)
        return _rebuild, (super().__reduce__()[1], carried)

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        runs = [
            {"name": name, "book": parcel.keep(book), "request": parcel.asked(same_request(self.requests[name]))}
            for name, book in self.books.items()
        ]
        asked = {"every": self.every, "period": self.period, "basis": self.basis, "package": self.release}
        return {"table": table_content(self), "runs": runs, **asked}

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        books = {str(run["name"]): parcel.books[run["book"]] for run in content["runs"]}
        requests = {str(run["name"]): this_machine(run["request"]) for run in content["runs"]}
        table = table_of(content["table"], cls)
        table._carry(books, requests, content["every"], content["period"], content["basis"], str(content["package"]))
        return table

    def _recalculate(self) -> None:
        again = Comparison._of(
            ((name, self.simulation(name)) for name in self.books), self.every, self.period, self.basis
        )
        if not _close(again, self):
            message = (
                f"this release does not come to the figures that openbook {self.release} calculated; compare again"
            )
            raise DataError("not reproduced", [{"code": "not-reproduced", "path": "/table", "message": message}])


POUNDS = {"base": "£", "mean": "£", "sd": "£", "p_worse": "share of draws"}
SCHEMA = Schema(
    "openbook.comparison",
    1,
    (
        Column("book"),
        Column("against"),
        Column("party"),
        *(Column(name + suffix, "float", "", unit) for name, unit in POUNDS.items() for suffix in ("", "_error")),
    ),
    "+ = better for the party than under `against`; base is its mean there, + = in its favour.",
)


def _rebuild(table: tuple[Any, ...], carried: tuple[Any, ...]) -> Comparison:
    made = Comparison(*table)
    made._carry(*carried)
    return made


def _close(a: Comparison, b: Comparison) -> bool:
    """Whether two comparisons have the same figures, but for the order in which a machine adds."""
    pairs = zip((x for row in a for x in row.values()), (x for row in b for x in row.values()), strict=False)
    return len(a) == len(b) and all(
        x == y or (isinstance(x, float) and isinstance(y, float) and math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-6))
        for x, y in pairs
    )


def paired_figures(before: Floats, difference: Floats, run: Simulation | None = None) -> dict[str, float]:
    """What a comparison says of the draws of one party: the columns of figures, each with its Monte Carlo error.

    `run` says how the draws were chosen, where they are not independent of each other.
    """
    figures = _figures(before, difference)
    names = list(POUNDS)

    def values(draws: Floats) -> list[float]:
        part = _figures(draws[0], draws[1])
        return [part[name] for name in names]

    errors = run.sampling.errors(values, np.stack([before, difference]), run.first_draw) if run else None
    return figures | ({f"{name}_error": error for name, error in zip(names, errors, strict=True)} if errors else {})


def _figures(before: Floats, difference: Floats) -> dict[str, float]:
    """Figures of draws that are independent of each other."""
    count = len(difference)
    sd = float(difference.std(ddof=1)) if count > 1 else math.nan
    centred = difference - difference.mean()
    square = centred * centred  # a power of four may come out by another bit on another machine
    fourth = float((square * square).mean())
    worse = float((difference <= -HALF_A_PENNY).mean())
    return {
        "base": float(before.mean()),
        "base_error": float(before.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan,
        "mean": float(difference.mean()),
        "mean_error": sd / math.sqrt(count),
        "sd": sd,
        "sd_error": math.sqrt(max(0.0, fourth - sd**4) / count) / (2 * sd) if sd > 0 else 0.0,
        "p_worse": worse,
        "p_worse_error": math.sqrt(worse * (1 - worse) / count),
    }


def compare(
    books: Mapping[str, Book],
    *,
    scenarios: int = 10_000,
    seed: int = 0,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    progress: Progress = None,
    **options: Any,
) -> Comparison:
    """Simulate several books with the same draws and compare each with the first, party by party.

    Drivers of the same stream take the same values in every book, so that a difference between two books is estimated
    far more
    closely than either position.

    Parameters
    ----------
    books
        Name to book, two at least; parties are matched by id, and those that only one book has are left out.
    scenarios, seed, every, period, basis, progress, **options
        As for `openbook.simulate` and `Simulation.array`.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance()
    >>> table = ob.compare({"as it is": book, "again": book}, scenarios=500)
    >>> set(table["mean"])
    {0.0}
    """
    if len(books) < 2:
        message = f"found {len(books)}, expected at least two books by name"
        raise BookError("nothing to compare", [{"code": "too-few", "path": "", "message": message}])
    options.setdefault("basis", (basis,))
    run = {"seed": seed, "every": (every,), "progress": progress, **options}
    simulations = ((name, simulate(book, scenarios, **run)) for name, book in books.items())
    return Comparison._of(simulations, every, period, basis)
