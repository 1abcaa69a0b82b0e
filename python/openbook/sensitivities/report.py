"""Everything about what a party's position is sensitive to, in one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _normals, queries
from .._lasting import LastingRecord, Origin, plain_request
from ._known import Known
from .marginal_pounds import MarginalPounds, marginal
from .sobol import DriverIndices, driver_indices
from .tornadoes import Tornado, tornado

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Sensitivity", "sensitivity"]


@dataclass(frozen=True, slots=True, repr=False)
class Sensitivity(LastingRecord):
    """What a party's position is sensitive to. Frozen; made by `openbook.sensitivity`.

    Attributes
    ----------
    book, party
        The book, and whose position.
    marginal
        Exact marginal pounds of the settled position: `MarginalPounds`.
    tornado
        Each driver and each uncertain term moved by itself: `Tornado`.
    indices
        Sobol' indices of the drivers: `DriverIndices`; None where nothing is drawn.
    origin
        What it was made from, for `save` and for calculating it again.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = ob.sensitivity(book, "provider", scenarios=500)
    >>> found.marginal.of("price")["right"]
    Decimal('10000')
    """

    book: Book = field(repr=False)
    party: str
    marginal: MarginalPounds
    tornado: Tornado
    indices: DriverIndices | None
    origin: Origin | None = field(default=None, repr=False, compare=False)
    _kind: ClassVar[str] = "sensitivity"

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for the shared book."""
        return self.book.private_to

    def __repr__(self) -> str:
        return str(self)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        name = queries.party_name(self.book, self.party)
        shown: list[Any] = [blocks.Heading(f"What the position of {name} is sensitive to")]
        shown += self.tornado._blocks()
        if self.indices is not None:
            shown += self.indices._blocks()
        return [*shown, *self.marginal._blocks()]


def sensitivity(
    book: Book,
    party: str,
    data: Any = None,
    *,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    percentiles: tuple[float, float] = (10, 90),
    terms: Mapping[str, tuple[Any, Any]] | None = None,
    measure: str = "settled",
    scenarios: int = 10_000,
    seed: int = 0,
    **options: Any,
) -> Sensitivity:
    """What moves one party's position: exact marginal pounds, a tornado, and Sobol' indices of the drivers.

    Parameters
    ----------
    book, party
        The book, and whose position by id or name.
    data
        What is known already, as for `openbook.settle`; the rest takes its plan, or is drawn.
    every, period, basis
        Which position.
    percentiles, terms, measure
        Of the tornado: to which percentiles drivers are moved, low and high values of uncertain terms (default: those
        for which sources give alternatives), "settled" or "mean".
    scenarios, seed
        Draws of the percentiles and of "mean"; rows of each of the two samples of the indices.
    **options
        As for `openbook.settle`: as_at, readings, alternatives, shocks, and how data are read.

    Raises
    ------
    BookError
        There is no such party, term or period, or a value does not fit its term.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.quick.cost_per_case("£2,000", plan=10_000, deviation="5%").book
    >>> found = ob.sensitivity(book, "provider", scenarios=500, terms={"price": ("£1,900", "£2,100")})
    >>> sorted(found.tornado.table["kind"])
    ['driver', 'term']
    """
    party = queries.require_party(book, party)
    where: dict[str, Any] = {"every": every, "period": period, "basis": basis}
    request = plain_request(book, data, options, plan=True)
    load = request["data"]
    options = {name: value for name, value in request.items() if name != "data"}
    known = Known.of(book, load, options)
    pounds = marginal(known.settled(book), party, **where)
    asked: dict[str, Any] = {
        "percentiles": percentiles,
        "terms": terms,
        "measure": measure,
        "scenarios": scenarios,
        "seed": seed,
    }
    moved = tornado(book, party, load, **asked, **where, **options)
    one = known.simulated(book, 1, seed, every=[every], basis=[basis])
    drawn = party in one.parties and bool(_normals.dimensions(one))
    indices = driver_indices(book, party, rows=scenarios, seed=seed, data=load, **where, **options) if drawn else None
    origin = Origin.here("sensitivity", book=book, party=party, **asked, **where, **request)
    return Sensitivity(book, party, pounds, moved, indices, origin)
