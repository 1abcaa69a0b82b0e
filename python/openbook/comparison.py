"""Several books under the same draws: paired differences for every party."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeVar

import numpy as np

from . import privacy, queries
from ._estimated import Design, Statistic, designed
from ._extras import table_content, table_of
from ._kept_draws import same_request, this_machine
from ._pennies import SINGLE_PRECISION_LEAVES
from ._progress import Progress
from .drawn import HALF_A_PENNY, Floats, RiskTable
from .errors import BookError
from .pairing import SCHEMA as PAIRS
from .pairing import PairedStatistics, PairMatrix, pair_rows
from .sealed_seed import seed_of_all
from .simulating import simulate
from .simulation import Simulation
from .table import Column, Schema

if TYPE_CHECKING:
    from .agreed_seed import SeedDraw
    from .book import Book
    from .saving import Parcel
    from .seals import SealedBook

__all__ = ["SCHEMA", "Comparison", "PairedDifferences", "compare", "paired_figures"]

P = TypeVar("P", bound=PairedStatistics)


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

    `books` holds the books by name; `simulation` runs one of them again, to the bit. `paired` compares any other
    statistic, `matrix` every book with every other.
    """

    __slots__ = ("_draws", "basis", "books", "every", "period", "release", "requests")
    _kind: ClassVar[str] = "comparison"
    books: Mapping[str, Book]
    requests: Mapping[str, Mapping[str, Any]]
    every: str
    period: int | str
    basis: str
    release: str
    _draws: dict[str, dict[str, Floats]]

    @classmethod
    def _of(cls, simulations: Iterable[tuple[str, Simulation]], every: str, period: int | str, basis: str) -> Self:
        """From simulations under the same draws, one at a time: the first is the base."""
        one_by_one = iter(simulations)
        first, base = next(one_by_one)
        books, requests, rows = {first: base.book}, {first: base.request}, []
        draws = {first: _of_parties(base, every, period, basis)}
        same = "the same for every book"
        drawn = base._core.streams() if base.sampling.method == "sobol" else None
        for name, other in one_by_one:
            books[name], requests[name] = other.book, other.request
            draws[name] = _of_parties(other, every, period, basis)
            if drawn is not None and other._core.streams() != drawn:
                same = "Sobol' sequences of other coordinates where books draw other drivers"
            for party in (p for p in base.parties if p in other.parties):
                before = draws[first][party]
                difference = draws[name][party] - before
                figures = paired_figures(before, difference, base)
                rows.append({"book": name, "against": first, "party": party, **figures})
        note = (
            f"{base.draws:,} draws, seed {base.seed}, {same}. Pounds, + = better for the party; "
            "± is one Monte Carlo standard error of the paired difference."
        )
        note = f"{note} {queries.assumed(books.values())}".strip()
        private_to = privacy.of_all(books.values())
        table = cls.of_rows(f"Compared with {first}", SCHEMA, rows, note, base._about(), private_to=private_to)
        table._carry(books, requests, every, period, basis, base.release)
        if sum(own.nbytes for book in draws.values() for own in book.values()) <= MOST_BYTES:
            table._draws.update(draws)
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
        object.__setattr__(self, "_draws", {})

    def _paired_draws(self) -> dict[str, dict[str, Floats]]:
        """The positions in every draw, by book and party; where they were not kept the books are run again."""
        if not self._draws:
            for name in self.books:
                self._draws[name] = _of_parties(self.simulation(name), self.every, self.period, self.basis)
        return self._draws

    def paired(
        self,
        statistics: str | Sequence[str] = ("mean", "sd", "p_deficit", "var95", "es95"),
        *,
        party: str | None = None,
        pairs: Literal["first", "all"] = "first",
    ) -> PairedStatistics:
        """Any statistic of every book, the paired differences with their errors, and who is better off how often.

        Parameters
        ----------
        statistics
            "mean", "sd", "p_deficit", and with any level "var95" and "es95" (losses, positive = loss) and "p5" (the
            position that 5 in 100 draws end below).
        party
            By id or name; None for all that every book has.
        pairs
            "first": each book against the first; "all": each against every other, both ways.

        Returns
        -------
        PairedStatistics
            The error of a difference takes in how far both statistics move together over the draws: correlated scores
            (influence functions), which for quantiles needs no density, since their own errors are those of order
            statistics.

        Raises
        ------
        BookError
            There is no such party.

        Examples
        --------
        >>> import openbook as ob
        >>> book = ob.examples.mental_health_alliance()
        >>> more = book.with_("reopener_threshold", "5%")
        >>> table = ob.compare({"as it is": book, "5%": more}, scenarios=500).paired(["var95"], party="ccg")
        >>> [row] = table
        >>> row["difference"] == row["value"] - row["base"], row["statistic"]
        (True, 'var95')
        """
        if pairs not in ("first", "all"):
            raise ValueError(f"pairs: found {pairs!r}, expected 'first' or 'all'")
        draws = self._paired_draws()
        chosen, own = list(_names(statistics)), self._parties(party)
        rows = pair_rows(draws, chosen, own, pairs == "all", self._near(), self._design())
        title = "Paired statistics" if pairs == "all" else self.title
        return self._pairs(PairedStatistics, rows, title)

    def matrix(self, party: str, statistic: str = "mean") -> PairMatrix:
        """Every book (rows) against every other (columns) for one party: the difference of a statistic with its paired
        error, and in how many draws the party is better off.

        Parameters
        ----------
        party
            By id or name.
        statistic
            As in `paired`.
        """
        [own] = self._parties(party)
        rows = pair_rows(self._paired_draws(), [statistic], [own], True, self._near(), self._design())
        name = queries.party_name(next(iter(self.books.values())), own)
        return self._pairs(PairMatrix, rows, f"{name}: {Statistic(statistic).label}, row less column")

    def _design(self) -> Design | None:
        return designed(next(iter(self.requests.values())))

    def _near(self) -> float:
        """Money nearer to zero than this is none: half a penny, in single precision a millionth of the largest."""
        if all(request.get("precision") != "single" for request in self.requests.values()):
            return HALF_A_PENNY
        return SINGLE_PRECISION_LEAVES * max(
            float(abs(own).max()) for book in self._paired_draws().values() for own in book.values()
        )

    def _parties(self, party: str | None) -> list[str]:
        books = list(self.books.values())
        every = [p for p in self._paired_draws()[next(iter(self.books))] if all(p in d for d in self._draws.values())]
        if party is None:
            return every
        own = queries.require_party(books[0], party)
        if own not in every:
            message = f"'{own}' is not in every book; there is {', '.join(every)}"
            if queries.stands_outside(books[0], own):
                message = f"positions of '{own}', which stands outside, were not kept; compare with parties='all'"
            raise BookError(f"no party '{party}'", [{"code": "unknown-party", "path": "/parties", "message": message}])
        return [own]

    def _pairs(self, kind: type[P], rows: Iterable[Mapping[str, Any]], title: str) -> P:
        note = f"{self.note} P(better off) counts draws in which the party has half a penny more."
        return kind.of_rows(title, PAIRS, list(rows), note, self.about, private_to=self.private_to)

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

    def _made_again(self) -> Comparison:
        simulations = ((name, self.simulation(name)) for name in self.books)
        return Comparison._of(simulations, self.every, self.period, self.basis)


def _names(statistics: str | Sequence[str]) -> Sequence[str]:
    return [statistics] if isinstance(statistics, str) else statistics


def _of_parties(simulation: Simulation, every: str, period: int | str, basis: str) -> dict[str, Floats]:
    """Copies, so that the rest of the simulation need not be kept."""
    return {p: simulation.array(p, every=every, period=period, basis=basis).copy() for p in simulation.parties}


#: Positions of every draw are kept with a comparison up to so many bytes; beyond, the books are run again when asked.
MOST_BYTES = 2**26

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
    books: Mapping[str, Book | SealedBook],
    *,
    scenarios: int = 10_000,
    seed: int | Literal["sealed"] | SeedDraw = 0,
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
    seed
        A number, or "sealed": drawn from the seals of all the books together (`openbook.sealed_seed`).
    scenarios, every, period, basis, progress, **options
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
    run = {"seed": seed_of_all(books.values(), seed), "every": (every,), "progress": progress, **options}
    simulations = ((name, simulate(book, scenarios, **run)) for name, book in books.items())
    return Comparison._of(simulations, every, period, basis)
