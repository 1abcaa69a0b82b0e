"""Many books in one run: a failed one does not lose the others, and a rerun posts only what is new."""

from .results import Failure, SettledBook, SettledMany
from .running import settle_many

__all__ = ["Failure", "SettledBook", "SettledMany", "settle_many"]
