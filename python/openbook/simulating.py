"""Simulating a book: data and choices become one request to the core."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack

from ._log import tell
from ._progress import Progress
from ._request import texts, thread_count, whole
from .data import DataOptions, loaded
from .sampling import Sampling, Target, run_to
from .scenarios.applying import apply
from .sealed_seed import opened
from .simulation import Simulation

if TYPE_CHECKING:
    from .agreed_seed import SeedDraw
    from .book import Book
    from .seals import SealedBook

__all__ = ["simulate"]

_log = logging.getLogger("openbook.simulation")

#: As many as the core takes in one run.
MOST_DRAWS = 100_000_000


def _all_parties(parties: str) -> bool:
    if parties not in ("members", "all"):
        raise ValueError(f"parties: found {parties!r}, expected 'members' or 'all'")
    return parties == "all"


def simulate(
    book: Book | SealedBook,
    scenarios: int = 10_000,
    *,
    seed: int | Literal["sealed"] | SeedDraw = 0,
    data: Any = None,
    as_at: str | None = None,
    readings: Mapping[str, str] | None = None,
    alternatives: Mapping[str, str] | None = None,
    shocks: Any = None,
    every: Sequence[str] = ("year", "term"),
    basis: Sequence[str] = ("practised",),
    track: Sequence[str] = (),
    track_every: str = "month",
    parties: Literal["members", "all"] = "members",
    precision: Literal["double", "single"] = "double",
    first_draw: int = 0,
    sampling: Sampling | str = "independent",
    replications: int | None = None,
    target: Target | tuple[str, str, float] | None = None,
    threads: int | None = None,
    progress: Progress = None,
    block: int = 0,
    level: str = "",
    edition: str | None = None,
    **options: Unpack[DataOptions],
) -> Simulation:
    """Simulate a book over many scenarios of its drivers.

    Parameters
    ----------
    book
        A book; a sealed book is simulated by its own edition.
    scenarios
        Number of draws.
    seed
        From 0 to 2**64 - 1. The same seed gives the same numbers to the bit. ``"sealed"``: drawn from the seal of a
        sealed book, so that neither side picks it (`openbook.sealed_seed` states the rule); the results print it. A
        `SeedDraw`: drawn by the parties together, so that nobody could choose it by sealing again.
    data, as_at, **options
        What is already known, as for `openbook.load`: up to `as_at` the data hold, later months are drawn around their
        plan.
    readings, alternatives, shocks
        As for `openbook.settle`.
    every
        Calendars of the positions that are kept: "month", "quarter", "half_year", "year", "financial_year", "term".
    basis
        "practised", "written", "written_world".
    track
        Formulas to be kept as well, each on every period of `track_every`.
    parties
        Whose positions are kept: "members" are commissioners and providers; "all" adds suppliers, funders and funds.
    precision
        Of the arithmetic inside a draw. "single" takes about half the time and rounds every value to 24 bits: the draws
        are the same draws, rounded; a position is right to about a ten-millionth of the money that went into it.
        Results and statistics are doubles either way. Thresholds are then met by rounded values, too.
    first_draw
        Number of the first draw, to compute a long run in pieces.
    sampling
        "independent", "sobol", "latin_hypercube", "antithetic", or a `Sampling`; every figure's standard error follows.
    replications
        Independent randomisations of a Sobol' sequence or a Latin hypercube; None: 16.
    target
        Stop only when a figure is known well enough: (what, statistic, standard error), such as
        ``("mental_health_ft", "var99", 10_000)``, or a `Target`. `scenarios` is then how many draws to begin with; they
        are doubled until the error is reached, and the last warning says how it ended.
    threads
        None: what ``OPENBOOK_THREADS`` says, else as many as this process may use.
    progress
        None: a bar on long runs where somebody is watching; True, False, or a function of (done, total).
    block, level
        Draws per block and instruction set, for tests of equality: 0 and "" choose the best; results do not depend on
        them.
    edition
        Edition of the arithmetic, such as a sealed book names; None: the newest.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C, within half a second.
    LimitError
        A count is out of bounds.
    BookError
        ``seed="sealed"`` of a book that is not under seal.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 1_000, seed=7, progress=False)
    >>> sim.risk("mental_health_ft", every="term").columns[4:6]
    ('mean', 'mean_error')
    """
    if precision not in ("double", "single"):
        raise ValueError(f"precision: found {precision!r}, expected 'double' or 'single'")
    book, seed, own_edition, notes = opened(book, seed)
    edition = own_edition if edition is None else edition
    world = apply(book, shocks)
    book = world.book
    chosen, wanted = Sampling.read(sampling, replications), None if target is None else Target.read(target)
    known = loaded(book, data, as_at=as_at, plan=True, **options)
    request = {
        "draws": chosen.enough(whole("scenarios", scenarios, 1, MOST_DRAWS)),
        "seed": whole("seed", seed, 0, 2**64 - 1),
        "first_draw": whole("first_draw", first_draw, 0, 2**63),
        "threads": thread_count(threads),
        "block": whole("block", block, 0, 1_000_000),
        "level": level,
        "inputs": known.request(),
        **known.request_reasons(),
        "readings": world.readings(readings),
        "alternatives": texts(alternatives),
        "shocks": list(world.changes),
        "every": [every] if isinstance(every, str) else list(every),
        "all_parties": _all_parties(parties),
        "track": [track] if isinstance(track, str) else list(track),
        "track_every": track_every,
        **({} if precision == "double" else {"precision": precision}),
        "basis": [basis] if isinstance(basis, str) else list(basis),
        **({} if edition is None else {"edition": edition}),
        **chosen.request(),
    }
    start = time.perf_counter()
    simulation = Simulation(book, request, progress=progress, notes=[*known.warnings, *notes, *world.notes])
    if wanted is not None:
        simulation = run_to(wanted, simulation)
    core = simulation._core
    tell(
        _log,
        logging.INFO,
        "simulated",
        book=book.id,
        draws=core.draws,
        seed=core.seed,
        threads=core.threads,
        instruction_set=core.level,
        seconds=round(time.perf_counter() - start, 3),
    )
    _log.debug("plan of %s: %d instructions, %d registers", book.id, core.instructions, core.registers)
    return simulation
