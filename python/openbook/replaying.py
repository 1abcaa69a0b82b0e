"""Single draws made again alone, to the bit, and what makes one differ from another, by clause and by driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from . import privacy, queries
from ._kept_draws import execute, this_machine
from ._shown import Shown
from .bridging import Bridge
from .errors import DataError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .drawn import Draw
    from .explanation import Explanation
    from .simulation import Simulation

__all__ = ["DRIVERS", "DrawDifference", "alone", "core_of", "difference", "driver_values", "verified"]

#: Draws from which the usual value of a driver, and how far it strays, are taken.
REFERENCE = 1_000

DRIVERS = Schema(
    "openbook.drawn_drivers",
    1,
    (
        *(Column(name) for name in ("driver", "of", "unit")),
        Column("this", "float", "this draw", "the unit of what is driven"),
        Column("other", "float", "the other", "the unit of what is driven"),
        Column("mean", "float", "mean of all", "the unit of what is driven"),
        Column("apart", "float", "standard deviations apart", "standard deviations"),
        Column("illustrative", "bool"),
    ),
)

#: The line of a difference for what rounding its parts to the penny leaves.
PENNIES = "rounding of the parts to the penny"


def alone(simulation: Simulation, number: int) -> Simulation:
    """One draw of a simulation as a simulation of its own, calculated without the others."""
    return type(simulation)(simulation.book, request_of(simulation, number), progress=False)


def request_of(simulation: Simulation, number: int, draws: int = 1) -> dict[str, Any]:
    """The request of some draws of a simulation alone, from a number on.

    A Latin hypercube depends on how many points it has, so that it is said how many the whole run had.
    """
    request = {**simulation.request, "draws": draws, "first_draw": number}
    sampling = request.get("sampling")
    if isinstance(sampling, dict) and sampling.get("method") == "latin_hypercube" and "points" not in sampling:
        points = -(-simulation.draws // int(sampling.get("replications", 1)))
        request["sampling"] = {**sampling, "points": points}
    return request


def verified(simulation: Simulation, number: int, kept: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    """The run of one draw alone, after a look whether this release makes it as it was kept, to the bit.

    Raises
    ------
    DataError
        This release draws other numbers.
    """
    from . import __version__

    core = execute(simulation.book, this_machine(request_of(simulation, number)), None)
    again = core.array()[:, 0]
    if again.tobytes() != np.ascontiguousarray(kept).tobytes():
        worst = int(np.argmax(np.abs(again - kept)))
        message = (
            f"openbook {__version__} comes to {again[worst]!r} in draw {number:,} (column {worst}) where openbook "
            f"{simulation.release} came to {kept[worst]!r}; the figures in the file still hold, but this release "
            "cannot explain them: use the release that made them"
        )
        raise DataError("not reproduced", [{"code": "not-reproduced", "path": "/draws", "message": message}])
    return core


def core_of(simulation: Simulation, number: int) -> Any:
    """What explains a draw: the run, or, where the draws were kept, that draw calculated again alone."""
    kept = simulation._kept.array if simulation._kept is not None and simulation._running is None else None
    place = number - simulation.first_draw
    if kept is None or not 0 <= place < simulation.draws:
        return simulation._core
    return verified(simulation, number, kept[:, place])


# -- drivers ----------------------------------------------------------------------------------------------------------


def _driven(simulation: Simulation) -> dict[str, tuple[Any, str, str, str]]:
    """What each driver moves: the formula of its total over the term, the driver, what is moved, and its unit."""
    items: dict[str, Any] = {}
    both: tuple[Any, ...] = (*simulation.book.inputs, *simulation.book.quantities)
    for item in both:
        items[item.id] = item
    found = {}
    for driver in simulation.book.drivers:
        item = items.get(driver.of)
        if item is not None:
            formula = f"sum({item.id})" if getattr(item, "dimension", "") else item.id
            found[driver.id] = (driver, formula, item.name or item.id, item.unit)
    return found


def _reference(simulation: Simulation) -> tuple[int, int]:
    """The draws with which a driver is compared: their first number and how many; a Latin hypercube has no more than
    its points.
    """
    asked = request_of(simulation, simulation.first_draw).get("sampling") or {}
    if asked.get("method") != "latin_hypercube":
        return simulation.first_draw, REFERENCE
    return 0, min(REFERENCE, int(asked["points"]) * int(asked["replications"]))


def driver_values(simulation: Simulation, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """For every driver what it moves came to over the term in some draws, beside its mean and deviation over
    `REFERENCE` draws of the same seed.

    Returns
    -------
    list of dict
        driver, of, unit, illustrative, values (one for each number), mean, sd.
    """
    driven = _driven(simulation)
    if not driven:
        return []
    formulas = list(dict.fromkeys(formula for _, formula, _, _ in driven.values()))
    asked = {"every": ["term"], "track": formulas, "track_every": "term"}
    usual, *ones = (
        type(simulation)(simulation.book, this_machine(request_of(simulation, n, count) | asked), progress=False)
        for n, count in [_reference(simulation), *((n, 1) for n in numbers)]
    )
    assumed = set(queries.illustrative_drivers(simulation.book))
    rows = []
    for driver, formula, name, unit in driven.values():
        all_of_it = usual.array(formula)
        rows.append(
            {
                "driver": driver.name or driver.id,
                "of": name,
                "unit": unit,
                "illustrative": (driver.name or driver.id) in assumed,
                "values": [float(one.array(formula)[0]) for one in ones],
                "mean": float(all_of_it.mean()),
                "sd": float(all_of_it.std(ddof=1)),
            }
        )
    return rows


# -- two draws --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DrawDifference(Shown):
    """Why one draw came out otherwise than another; made by `Draw.versus`.

    Attributes
    ----------
    this, other
        Both draws.
    bridge
        From the other draw's position to this one's, clause by clause and cost by cost; it adds up to the penny.
    drivers
        What was drawn: driver, of, unit, this, other, mean, apart (this - other in standard deviations over the draws),
        illustrative; what differs most stands first.
    """

    this: Draw
    other: Draw
    bridge: Bridge
    drivers: Table

    @property
    def private_to(self) -> str:
        """The party to which it is private; "" for draws of the shared book."""
        return self.bridge.private_to

    @property
    def illustrative(self) -> tuple[str, ...]:
        """Drivers that are assumed, not agreed."""
        return queries.illustrative_drivers(self.this.simulation.book)

    def table(self) -> Table:
        """The steps of the bridge: step, amount, so_far."""
        return self.bridge.table()

    def svg(self) -> str:
        """A drawing of the steps; it says where drivers are illustrative."""
        return self.bridge._drawing("illustrative drivers" if self.illustrative else "")

    def _blocks(self) -> list[Any]:
        from ._display import draws

        return draws.difference_blocks(self)

    def __repr__(self) -> str:
        return f"<DrawDifference: draw {self.this.number:,} against draw {self.other.number:,}, {self.bridge.title}>"


def parts_of(tree: Explanation) -> dict[str, Decimal]:
    """The parts of a position by label, to the penny; parts with the same label are added."""
    found: dict[str, Decimal] = {}
    for child in tree.children:
        if child.value is not None:
            found[child.label] = found.get(child.label, Decimal(0)) + child.amount
    return found


def steps_between(before: Explanation, after: Explanation) -> tuple[list[tuple[str, Decimal]], int]:
    """What each part of a position adds from one draw to the other, with what rounding leaves, and how many add
    nothing.
    """
    first, second = parts_of(before), parts_of(after)
    nothing = Decimal(0)
    steps = [
        (label, second.get(label, nothing) - first.get(label, nothing)) for label in dict.fromkeys([*first, *second])
    ]
    left = after.amount - before.amount - sum((amount for _, amount in steps), nothing)
    told = [(label, amount) for label, amount in steps if amount]
    return [*told, *([(PENNIES, left)] if left else [])], len(steps) - len(told)


def difference(this: Draw, other: Draw) -> DrawDifference:
    """From one draw to another.

    Raises
    ------
    ValueError
        They are of different parties or periods, or were chosen by something that is no party's position.
    """
    kinds = [(d.party, d.every, d.period, d.basis) for d in (this, other)]
    if kinds[0] != kinds[1]:
        raise ValueError(f"other: found {other!r}, expected a draw of the same party, period and basis as {this!r}")
    if this.party not in this.simulation.parties:
        raise ValueError(f"other: '{this.party}' is no party; only positions are sums of clauses")
    before, after = other.explain(), this.explain()
    steps, unchanged = steps_between(before, after)
    name = queries.party_name(this.simulation.book, this.party)
    owner = privacy.of_all((this, other))
    start = (f"draw {other.number:,}", before.amount)
    end = (f"draw {this.number:,}", after.amount)
    title = f"{name}, draw {this.number:,} against draw {other.number:,}"
    note = f"+ = in the party's favour. {queries.assumed([this.simulation.book])}".strip()
    bridge = Bridge(title, start, tuple(steps), end, unchanged, note, owner)
    return DrawDifference(this, other, bridge, _drivers_between(this, other))


def _drivers_between(this: Draw, other: Draw) -> Table:
    if this.simulation is other.simulation or this.simulation == other.simulation:
        rows = driver_values(this.simulation, [this.number, other.number])
        pairs = [(row, row["values"][0], row["values"][1]) for row in rows]
    else:
        ours = driver_values(this.simulation, [this.number])
        theirs = {row["driver"]: row["values"][0] for row in driver_values(other.simulation, [other.number])}
        pairs = [(row, row["values"][0], theirs[row["driver"]]) for row in ours if row["driver"] in theirs]
    told = [
        {**row, "this": own, "other": its, "apart": (own - its) / row["sd"] if row["sd"] > 0 else 0.0}
        for row, own, its in pairs
    ]
    told.sort(key=lambda row: -abs(row["apart"]))
    title = f"What was drawn: draw {this.number:,} against draw {other.number:,}, over the term"
    return Table.of_rows(title, DRIVERS, told, private_to=this.private_to or other.private_to)
