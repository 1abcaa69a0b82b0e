"""What every run of draws has, whether its draws are kept or only what was gathered of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import queries
from ._lasting import Lasting
from .sampling import Sampling

if TYPE_CHECKING:
    from .book import Book

__all__ = ["SimulatedRun"]


class SimulatedRun(Lasting):
    """A book and the request by which its draws were made: `Simulation` and `risk.Reduced` are such.

    Attributes
    ----------
    book
        What was simulated.
    release
        The version of the package that drew.
    """

    __slots__ = ("book", "release", "request")
    book: Book
    request: dict[str, Any]
    release: str

    def __hash__(self) -> int:
        return hash((self.book, self.draws, self.seed, self.first_draw))

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.request["draws"])

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return int(self.request["seed"])

    @property
    def first_draw(self) -> int:
        """Number of the first draw."""
        return int(self.request["first_draw"])

    @property
    def sampling(self) -> Sampling:
        """How the draws were chosen."""
        return Sampling.of_request(self.request)

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for a simulation of the shared book."""
        return self.book.private_to

    def _about(self) -> dict[str, str]:
        about = {"book": self.book.id, "digest": self.book.digest, "package": self.release}
        about |= {"draws": str(self.draws), "seed": str(self.seed), "first_draw": str(self.first_draw)}
        assumed = queries.illustrative_drivers(self.book)
        about |= {"illustrative_drivers": "; ".join(assumed)} if assumed else {}
        about |= {} if self.sampling.method == "independent" else {"sampling": self.sampling.method}
        return about | ({"private_to": self.private_to} if self.private_to else {})
