"""Who bears the risk: a statistic shared out to clauses, parties or drivers so that the shares add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .. import privacy, queries
from .._shown import Shown
from .._simulated import UNIT
from ..table import Column, Schema, Table
from ._again import Horizon, Kept, horizon, members, rerun, sums
from ._batches import labels_of
from ._drivers import explained, values_of_drivers
from .contributions import METHODS, contributions, share_errors
from .estimates import Floats, estimate, statistic

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["ALLOCATION", "Allocation", "By", "allocate"]

By = Literal["clause", "party", "driver"]

ALLOCATION = Schema(
    "openbook.risk_allocation",
    1,
    (
        Column("kind"),
        Column("id"),
        Column("name"),
        Column("contribution", "float", "", UNIT),
        Column("contribution_error", "float", "", UNIT),
        Column("share", "float", "", "share of the total"),
        Column("share_error", "float", "", "share of the total"),
        Column("alone", "float", "", UNIT),
    ),
    "var, es: + = adds to the loss. sd, variance: + = adds to the spread. mean: + = in the party's favour.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Allocation(Shown):
    """A statistic of a position, shared out.

    Attributes
    ----------
    title
        What it shows.
    quantity, horizon, statistic, tail
        Whose position, over which period, and what is shared out.
    by
        "clause", "party" or "driver".
    total, total_error
        The statistic itself and its Monte Carlo standard error. Losses are positive for "var" and "es".
    rows
        One for each part: kind, id, name, contribution and its error, its share of the total and its error, and what
        the part would come to alone. Contributions add up to the total.
    method
        How contributions and errors were found.
    draws
        How many draws they come from.
    private_to
        The party to which it is private; its title says so.
    """

    title: str
    quantity: str
    horizon: str
    statistic: str
    tail: str
    by: str
    total: float
    total_error: float
    rows: tuple[tuple[str, str, str, float, float, float | None, float | None, float], ...]
    method: str
    draws: int
    private_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Allocation):
            return NotImplemented
        return (self.title, self.total, self.rows) == (other.title, other.total, other.rows)

    def __hash__(self) -> int:
        return hash((self.title, self.total, self.rows))

    @property
    def diversification(self) -> float:
        """What the parts would come to alone, less the total: never below zero for "es" and "sd" (to rounding)."""
        return sum(row[-1] for row in self.rows) - self.total

    def table(self) -> Table:
        """Columns kind, id, name, contribution, contribution_error, share, share_error, alone."""
        data = dict(zip((c.name for c in ALLOCATION), zip(*self.rows, strict=True), strict=True)) if self.rows else {}
        columns = {column.name: data.get(column.name, ()) for column in ALLOCATION}
        return Table(self.title, ALLOCATION, columns, self._note(), private_to=self.private_to)

    def svg(self) -> str:
        """Bars: what each part adds, and the total."""
        from .._display import allocated

        return allocated.drawn(self)

    def _note(self) -> str:
        kind = statistic(self.statistic).kind
        sign = {"mean": "+ = in the party's favour", "es": "+ = adds to the loss", "var": "+ = adds to the loss"}
        unit = "Square pounds" if kind == "variance" else "Pounds"
        return (
            f"{unit}, {sign.get(kind, '+ = adds to the spread')}. {self.draws:,} draws, tail: {self.tail}. "
            f"Method: {self.method}."
        )

    def _blocks(self) -> list[Any]:
        from .._display import allocated

        return allocated.blocks(self)

    def __repr__(self) -> str:
        return f"<Allocation of {self.statistic} by {self.by}: {self.title}, {len(self.rows)} parts>"


def allocate(
    simulation: Simulation,
    what: str | Sequence[str],
    *,
    by: By = "clause",
    statistic: str = "es99",
    every: str = "term",
    period: int | str | None = None,
    basis: str = "practised",
) -> Allocation:
    """Share a statistic of a position out so that the shares add up to it.

    The same draws are run again with what is needed kept: same seed, same bits.

    Parameters
    ----------
    what
        A party (id or name), several parties, or an overlay, whose signatories are taken together.
    by
        "clause": clauses, funding and costs. "party": of several parties each one's position; of a single party those
        whom it pays and by whom it is paid. "driver": what each driver explains by itself, by an additive regression;
        what no driver explains by itself stands as a line of its own.
    statistic
        "es99", "var95", "sd", "variance" or "mean"; any level. "variance" says who bears what share of the variance:
        the covariance of each part with the whole.
    every, period, basis
        Which position.

    Returns
    -------
    Allocation
        Contributions that add up to the statistic, each with its error.

    Raises
    ------
    BookError
        There is no such party, overlay or period.
    LimitError
        Too few draws to tell the drivers apart.
    ValueError
        A statistic that cannot be shared out: a probability or a quantile.

    Notes
    -----
    Euler's rule for a statistic that doubles with the sum: Tasche (1999), Risk contributions and performance
    measurement; McNeil, Frey and Embrechts (2015), Quantitative Risk Management, section 8.5. For "var" the mean of a
    part given the quantile is a local line through the draws next to it; for drivers Rosen and Saunders (2010).

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.examples.mental_health_alliance().simulate(2_000, seed=7, progress=False)
    >>> shared = sim.allocate("mental_health_ft", by="clause", statistic="es95")
    >>> round(sum(shared.table()["contribution"]) - shared.total, 2)
    0.0
    """
    asked = _asked(statistic)
    if by not in ("clause", "party", "driver"):
        raise ValueError(f"by: found {by!r}, expected 'clause', 'party' or 'driver'")
    name, ids = members(simulation, what)
    when = horizon(simulation, every, period)
    wanted = [{"party": party, "every": every, "period": when.period, "basis": basis} for party in ids]
    kept = rerun(simulation, parts=wanted)
    if by == "driver":
        labels, parts = _by_driver(simulation, kept, when, with_mean=asked.kind not in ("sd", "variance"))
    else:
        labels, parts = _by_part(simulation, kept, by, ids)
    total = parts.sum(axis=0)
    batches = labels_of(simulation.request)
    found = contributions(parts, total, asked, batches)
    variance = share_errors(parts, total, batches) if asked.kind == "variance" else None
    rows = []
    for number, label in enumerate(labels):
        value, error = found.values[number], found.errors[number]
        if label[0] == "mean" and asked.kind in ("es", "var", "mean"):  # its own error, which no tail has
            error = estimate(total, "mean", batches=batches).error
        # What the last bits of a sum leave has no shares.
        nothing = simulation._nothing
        known = abs(found.total) >= (nothing**2 if asked.kind == "variance" else nothing)
        share = value / found.total if known else None
        share_error = None
        if known:
            share_error = variance[number] if variance else error / abs(found.total)
        rows.append((*label, value, error, share, share_error, found.alone[number]))
    method = METHODS[asked.kind] if batches is None else METHODS[asked.kind].split(";")[0] + "; errors between batches"
    method += "; drivers: additive regression, halves of the draws fitted apart" * (by == "driver")
    return Allocation(
        f"{name}: {asked.name} {when.words}, by {by}",
        f"position of {name}" + (f" ({basis})" if basis != "practised" else ""),
        when.words,
        asked.name,
        asked.tail,
        by,
        found.total,
        found.total_error,
        tuple(rows),
        method,
        simulation.draws,
        simulation.private_to,
    )


def _asked(name: str) -> Any:
    asked = statistic(name)
    if asked.kind in ("p", "p_deficit"):
        raise ValueError(
            f"statistic: found {name!r}, which parts do not add up to; expected es, var, sd, variance, mean"
        )
    return asked


def _by_part(simulation: Simulation, kept: Kept, by: str, ids: list[str]) -> tuple[list[tuple[str, str, str]], Floats]:
    """Parts of the position by clause, funding and cost, or by party."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i in kept.of("part"):
        column = kept.columns[i]
        if by == "clause":
            key = (column["formula"], column["owner"])
        else:
            key = ("party", column["party"] if len(ids) > 1 else column["other"])
        groups.setdefault(key, []).append(i)
    if not groups:
        return [], np.zeros((0, simulation.draws))
    names = names_of(simulation.book)
    return [(kind, own, names.get((kind, own), own)) for kind, own in groups], sums(kept, groups)


def names_of(book: Any) -> dict[tuple[str, str], str]:
    """Names of clauses, costs, funding and parties, by kind and id."""
    names = {("clause", clause.id): clause.name or clause.id for _, clause, _ in queries.clauses(book)}
    names |= {("cost", item.id): item.name or item.id for item in book.finances.costs}
    names |= {("funding", item.id): item.name or item.id for item in book.finances.funding}
    names |= {("party", party.id): party.name or party.id for party in book.parties}
    return names


def _by_driver(
    simulation: Simulation, kept: Kept, when: Horizon, *, with_mean: bool
) -> tuple[list[tuple[str, str, str]], Floats]:
    """The mean, what each driver explains by itself, and the rest."""
    own = kept.of("part")
    total = kept.draws[own].sum(axis=0) if own else np.zeros(simulation.draws)
    drivers = values_of_drivers(simulation, when)
    parts = explained(total, drivers)
    labels = [("driver", driver.id, driver.name) for driver in drivers]
    labels.append(("rest", "rest", "drivers together, and what none explains"))
    if not with_mean:
        return labels, parts
    constant = np.full((1, simulation.draws), total.mean())
    return [("mean", "mean", "mean of all draws"), *labels], np.concatenate([constant, parts])
