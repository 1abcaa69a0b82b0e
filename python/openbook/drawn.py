"""What is drawn: risk figures, fans and single draws of a simulation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import privacy
from ._pennies import HALF_A_PENNY
from ._shown import Shown
from ._simulated import fan_schema, level_name
from .explanation import Explanation
from .table import Table

if TYPE_CHECKING:
    from .replaying import DrawDifference
    from .simulation import Simulation

__all__ = ["HALF_A_PENNY", "Draw", "Fan", "Floats", "RiskTable"]

Floats = npt.NDArray[np.float64]


class RiskTable(Table):
    """Risk figures, each with its Monte Carlo standard error in the column ``<figure>_error``.

    As a display every figure is rounded to the digits that its error allows.
    """

    __slots__ = ()

    def _block(self) -> Any:
        from ._display import risks

        return risks.risk_grid(self)


@dataclass(frozen=True, slots=True, eq=False)
class Fan(Shown):
    """Quantiles over the periods of a calendar.

    Attributes
    ----------
    title
        What it shows.
    labels
        One per period.
    probabilities
        Ascending.
    values
        Quantiles, shape (probabilities, periods); pounds for positions, + = in the party's favour.
    money
        Whether the values are pounds.
    draws
        How many draws they are quantiles of.
    threshold, below
        A level, and the share of draws below it in each period; for positions zero, or what was asked for.
    illustrative
        Names of the drivers that are assumed, not agreed.
    private_to
        The party to which it is private; its title says so.
    """

    title: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    values: Floats
    money: bool = True
    draws: int = 0
    threshold: float | None = None
    below: tuple[float, ...] = ()
    illustrative: tuple[str, ...] = ()
    private_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    def __eq__(self, other: object) -> bool:
        return self.table() == other.table() if isinstance(other, Fan) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.title, self.table()))

    @property
    def sentence(self) -> str:
        """What it says about the last period, in words: "In year 4, 7 in 100 end below zero, ..."."""
        from ._display import fans

        return fans.sentence(self)

    def said(self, period: int | str) -> str:
        """What it says about one period, by number (from 1) or label, in words.

        Raises
        ------
        ValueError
            It has no such period.

        Examples
        --------
        >>> import numpy as np
        >>> values = np.array([[-10.0, -2000.0], [20.0, 3000.0]])
        >>> fan = Fan("Trust", ("year 1", "year 2"), (0.05, 0.95), values, True, 1_000, 0.0, (0.01, 0.07))
        >>> fan.said(1)
        'In year 1, 1 in 100 ends below zero, 5 in 100 below -£10, 5 in 100 above £20. Of 1,000 draws.'
        """
        from ._display import fans

        for number, label in enumerate(self.labels):
            if period in (label, number + 1):
                return fans.sentence(self, number)
        raise ValueError(f"period: found {period!r}; there is 1 to {len(self.labels)}: {', '.join(self.labels)}")

    def table(self) -> Table:
        """One row per period, one column per probability, and the share of draws below the threshold if it has one."""
        data: dict[str, Iterable[Any]] = {"period": self.labels}
        data |= {f"p{level_name(p)}": row.tolist() for p, row in zip(self.probabilities, self.values, strict=True)}
        data["below"] = self.below or [None] * len(self.labels)
        return Table(self.title, fan_schema(self.probabilities), data, private_to=self.private_to)

    def svg(self, *, realised: Sequence[float | None] | None = None) -> str:
        """A drawing; `realised` has what happened in each period, None where it is not known."""
        from ._display import fans

        return fans.drawn(self, realised)

    def _blocks(self) -> list[Any]:
        from ._display import fans

        return fans.blocks(self)

    def __repr__(self) -> str:
        return f"<Fan of {self.title}: {len(self.labels)} periods, {self.draws:,} draws>"


@dataclass(frozen=True, slots=True)
class Draw(Shown):
    """One draw of a simulation.

    Attributes
    ----------
    number
        The draw's number; the same seed gives the same draw.
    party
        Whose position it was chosen by, or the tracked formula.
    every, period
        Calendar and number (from 1) of the period.
    value
        The position by which it was chosen, in pounds.
    basis
        Of that position.
    """

    simulation: Simulation
    number: int
    party: str
    every: str
    period: int
    value: float
    basis: str = "practised"

    @property
    def private_to(self) -> str:
        """The party to which it is private; "" for a draw of the shared book."""
        return self.simulation.private_to

    @property
    def percentile(self) -> float:
        """Where it stands among all draws of its simulation: 0 is the worst, 100 the best; ties by number."""
        from .choosing import percentile_of

        [column] = self.simulation._select(self.party, self.every, self.period, self.basis)[:1]
        return percentile_of(self.simulation._array()[column], self.number - self.simulation.first_draw)

    def versus(self, other: Draw) -> DrawDifference:
        """Why this draw came out otherwise than another of the same party: the position clause by clause, which adds up
        to the penny, and what was drawn in both.

        Examples
        --------
        >>> import openbook as ob
        >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 500, seed=7)
        >>> bad, middle = (sim.draw(percentile=p, party="mental_health_ft") for p in (10, 50))
        >>> bridge = bad.versus(middle).bridge
        >>> bridge.start[1] + sum(amount for _, amount in bridge.steps) == bridge.end[1]
        True
        """
        from .replaying import difference

        return difference(self, other)

    def explain(self, what: str | None = None, *, every: str | None = None, period: int | None = None) -> Explanation:
        """Open a figure of this draw into what made it; by default the position by which the draw was chosen."""
        chosen = self.party if what is None else what
        return self.simulation.explain(
            self.number, chosen, every=every or self.every, period=period or self.period, basis=self.basis
        )

    def _blocks(self) -> list[Any]:
        from ._display import risks

        return risks.draw_blocks(self)

    def __repr__(self) -> str:
        shown = f"Draw {self.number:,}: {self.party}, {self.every} {self.period}, {self.value:,.2f}"
        return f"<{privacy.titled(shown, self.private_to)}>"
