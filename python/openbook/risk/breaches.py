"""Whether, when and how probably a limit is breached: control totals, cash that runs out, reserves that are used up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .. import privacy, queries
from .._display import figures
from .._shown import Shown
from ..table import Column, Schema, Table
from ._paths import followed
from .estimates import Estimate, Floats, batched, share_of

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["BREACHES", "Breaches", "breaches", "insolvency"]

_OF = "share of draws"
BREACHES = Schema(
    "openbook.breaches",
    1,
    (
        Column("period"),
        *(
            column
            for name, heading in (("at", "in breach"), ("ever", "in breach by then"), ("first", "first breach"))
            for column in (
                Column(name, "float", heading, _OF),
                Column(f"{name}_error", "float", "", _OF),
                Column(f"{name}_low", "float", "", _OF),
                Column(f"{name}_high", "float", "", _OF),
            )
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Breaches(Shown):
    """How many draws breach a limit, period by period.

    Attributes
    ----------
    title
        What it shows.
    quantity, limit
        What must not pass what, in words.
    labels
        One per period.
    at_counts, ever_counts, first_counts
        How many draws are in breach in the period; in it or in an earlier one; in it for the first time.
    draws
        Of how many.
    illustrative
        Names of the drivers that are assumed, not agreed.
    private_to
        The party to which it is private; its title says so.
    between, batches
        Of draws that are not independent: the errors at, by and first in each period, and between how many batches.
    """

    title: str
    quantity: str
    limit: str
    labels: tuple[str, ...]
    at_counts: tuple[int, ...]
    ever_counts: tuple[int, ...]
    first_counts: tuple[int, ...]
    draws: int
    illustrative: tuple[str, ...] = ()
    private_to: str = ""
    between: tuple[tuple[float, ...], ...] = ()
    batches: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    def _number(self, period: int | str | None) -> int:
        if period is None:
            return len(self.labels) - 1
        if isinstance(period, str) and period in self.labels:
            return self.labels.index(period)
        if isinstance(period, int) and 1 <= period <= len(self.labels):
            return period - 1
        raise ValueError(
            f"period: found {period!r}, expected 1 to {len(self.labels)} or one of {', '.join(self.labels)}"
        )

    def at(self, period: int | str | None = None) -> Estimate:
        """The probability of being in breach in a period (number from 1, or label; None: the last)."""
        return self._share(0, self._number(period))

    def by(self, period: int | str | None = None) -> Estimate:
        """The probability of having been in breach by the end of a period, in it or before."""
        return self._share(1, self._number(period))

    def first(self, period: int | str) -> Estimate:
        """The probability that the first breach is in a period."""
        return self._share(2, self._number(period))

    def _share(self, kind: int, number: int) -> Estimate:
        counts = (self.at_counts, self.ever_counts, self.first_counts)[kind]
        found = share_of(counts[number], self.draws)
        return batched(found, self.between[kind][number], self.batches) if self.between else found

    @property
    def median_date(self) -> str | None:
        """The period by which half of the draws that breach at all have done so; None where none does."""
        total = self.ever_counts[-1]
        return next(
            (label for label, n in zip(self.labels, self.ever_counts, strict=True) if n and 2 * n >= total), None
        )

    @property
    def sentence(self) -> str:
        """What it says, in words: "By 2020-03, 7 in 100 have been in breach ..."."""
        from .._display import breaching

        return breaching.sentence(self)

    def table(self) -> Table:
        """One row per period: probability in it, by then, and of the first breach, each with error and interval."""
        rows = []
        for number, label in enumerate(self.labels):
            row: dict[str, Any] = {"period": label}
            for name, found in (
                ("at", self.at(number + 1)),
                ("ever", self.by(number + 1)),
                ("first", self.first(number + 1)),
            ):
                row |= {name: found.value, f"{name}_error": found.error}
                row |= {f"{name}_low": found.low, f"{name}_high": found.high}
            rows.append(row)
        return Table.of_rows(self.title, BREACHES, rows, self._note(), private_to=self.private_to)

    def svg(self) -> str:
        """The probability over time: in breach by then with its interval, and in breach in the period."""
        from .._display import breaching

        return breaching.drawn(self)

    def _note(self) -> str:
        found = f"In breach: {self.quantity} {self.limit}. {self.draws:,} draws; "
        errors = f"errors between {self.batches} batches" if self.batches else "errors binomial, intervals of Wilson"
        return f"{found}{errors} (95%)."

    def _blocks(self) -> list[Any]:
        from .._display import breaching

        return breaching.blocks(self)

    def __repr__(self) -> str:
        return f"<Breaches of {self.title}: {len(self.labels)} periods, {self.draws:,} draws>"


def _limit(limit: Any) -> tuple[str, bool]:
    """A limit as a formula, and whether it is a bare number."""
    if isinstance(limit, str):
        return limit, False
    if isinstance(limit, bool) or not isinstance(limit, (int, float, Decimal)) or not np.isfinite(float(limit)):
        raise ValueError(f"limit: found {limit!r}, expected a finite number, a parameter or a formula")
    return f"{Decimal(repr(limit) if isinstance(limit, float) else limit):f}", True


def _in_words(text: str, bare: bool, money: bool) -> str:
    """A limit as it is shown."""
    return figures.pounds(Decimal(text)).removesuffix(".00") if bare and money else text


def breaches(
    simulation: Simulation,
    quantity: str,
    limit: float | Decimal | str = 0,
    *,
    above: bool = False,
    every: str = "year",
    tolerance: float | None = None,
) -> Breaches:
    """How probably a quantity passes a limit: in each period, by each date, and when first.

    The same draws are run again with what is needed kept: same seed, same bits.

    Parameters
    ----------
    quantity
        A party (id or name), for its position in each period as practised, or any formula of the book, such as
        ``"cash('charity')"``.
    limit
        A number, the id of a parameter, or a formula, looked up in each period; a bare number is in the quantity's
        unit. A control total is a parameter such as ``"control_total_trust"``.
    above
        Whether it is a breach to lie above the limit; below it otherwise.
    every
        Calendar: "month", "quarter", "half_year", "year", "financial_year", "term".
    tolerance
        How far beyond the limit a draw must lie; None: half a penny for a party, nothing for a formula. What the last
        bits of a sum leave is no breach.

    Returns
    -------
    Breaches
        A deficit in a period is another thing than ever having had one by then: both are told.

    Raises
    ------
    BookError
        The formula does not fit the book.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.examples.mental_health_alliance().simulate(1_000, seed=7, progress=False)
    >>> found = sim.breaches("third_sector_a", "-£40k", every="year")
    >>> found.by("year 4").value >= found.at("year 4").value
    True
    """
    book = simulation.book
    party = next((p.id for p in book.parties if quantity in (p.id, p.name)), "")
    formula = f"position('{party}')" if party else quantity
    text, bare = _limit(limit)
    gap = f"number({formula}) - ({text})" if bare else f"({formula}) - ({text})"
    far = simulation._nothing if party and tolerance is None else tolerance or 0.0
    if not 0 <= far < math.inf:
        raise ValueError(f"tolerance: found {tolerance!r}, expected a number of at least 0")
    labels, counts = followed(simulation, [gap], every, lambda values: values[0], far, above=above)
    what = f"position of {queries.party_name(book, party)}" if party else quantity
    words = f"{'above' if above else 'below'} {_in_words(text, bare, bool(party))}"
    return Breaches(
        f"{what}: {words}",
        what,
        words,
        labels,
        **counts,
        illustrative=queries.illustrative_drivers(book),
        private_to=simulation.private_to,
    )


def insolvency(
    simulation: Simulation,
    party: str,
    floor: float | Decimal | str = 0,
    *,
    of: Literal["cash", "reserves"] = "cash",
    every: str = "month",
) -> Breaches:
    """How probably a party's cash or reserves fall below a floor: in each month, by each month, and when first.

    Parameters
    ----------
    party
        By id or name.
    floor
        Pounds, the id of a parameter, or a formula, looked up in each period.
    of
        "cash": opening cash and all that was due by the end of the period. "reserves": what the book declares and all
        positions since, as practised.
    every
        "month", or a longer calendar.

    Returns
    -------
    Breaches

    Raises
    ------
    BookError
        There is no such party, or the book declares no reserves for it.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.examples.mental_health_alliance().simulate(1_000, seed=7, progress=False)
    >>> found = sim.insolvency("third_sector_a", "£150k")
    >>> found.labels[0], found.by().value >= found.at().value
    ('2015-04', True)
    """
    if of not in ("cash", "reserves"):
        raise ValueError(f"of: found {of!r}, expected 'cash' or 'reserves'")
    book = simulation.book
    own = queries.require_party(book, party)
    text, bare = _limit(floor)
    minus = f"(£{text})" if bare and not text.startswith("-") else f"(-£{text[1:]})" if bare else f"({text})"
    formulas = [f"{of}('{own}') - {minus}", *([f"position('{own}')"] if of == "reserves" else [])]
    labels, counts = followed(simulation, formulas, every, _left, simulation._nothing, above=False)
    name = queries.party_name(book, own)
    return Breaches(
        f"{name}: {of} below {_in_words(text, bare, True)}",
        f"{of} of {name}",
        f"below {_in_words(text, bare, True)}",
        labels,
        **counts,
        illustrative=queries.illustrative_drivers(book),
        private_to=simulation.private_to,
    )


def _left(values: list[Floats]) -> Floats:
    """What is left above the floor: of the first, and of all positions up to each period where there are any."""
    return values[0] if len(values) == 1 else values[0] + np.cumsum(values[1], axis=0)
