"""A forecast held against what happened, period by period: the tables of a backtest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import queries
from ._calendar import Months
from ._intervals import binomial_interval
from ._kept_draws import kept_request, this_machine
from ._lasting import Origin
from .backtesting import COVERAGE, PERIODS, SCORES, Backtest
from .drawn import HALF_A_PENNY, Fan, Floats
from .errors import DataError
from .scoring import crps, naive_ensemble, quantiles_of, transform
from .simulation import Simulation
from .table import Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["HeldAgainst", "held_against"]


@dataclass(frozen=True, slots=True)
class _Target:
    """What was found of one party or input."""

    name: str
    fan: Fan
    rows: list[dict[str, Any]]
    inside: list[list[bool]]
    naive: str


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """A forecast and what the same book comes to on the data, and the periods in which they are compared."""

    book: Book
    forecast: Simulation
    past: Simulation
    every: str
    basis: str
    seen: Mapping[str, Mapping[int, Any]]
    calendar: Months
    tested: tuple[int, ...]
    bands: tuple[float, ...]

    def _arrays(self, simulation: Simulation, name: str) -> Floats:
        return np.atleast_2d(simulation.array(name, every=self.every, basis=self.basis)).reshape(-1, simulation.draws)

    def target(self, name: str) -> _Target | None:
        """One party or input; None where the data do not say what happened."""
        drawn, happened = self._arrays(self.forecast, name), self._arrays(self.past, name)
        money = name in self.forecast.parties
        near = HALF_A_PENNY if money else 1e-9 * max(1.0, float(np.abs(happened).max()))
        sure = [n for n in self.tested if abs(happened[n, 0] - happened[n, 1]) <= near]
        moving = [n for n in sure if float(np.ptp(drawn[n])) > near]
        if not moving:
            return None
        known = self._known(name, happened[:, 0])
        a_year = {"month": 12, "quarter": 4, "half_year": 2}.get(self.every, 1)
        rows, naive, inside = [], "", []
        labels = [str(self.forecast._columns()[i]["label"]) for i in self._columns(name)]
        for n in moving:
            y = float(happened[n, 0])
            plain = naive_ensemble(known, n, a_year)
            naive = naive or (plain[1] if plain else "")
            rows.append(
                {
                    "what": name,
                    "period": labels[n],
                    "ahead": n - self.tested[0] + 1,
                    "realised": y,
                    "median": quantiles_of(drawn[n], [0.5])[0],
                    "transform": transform(drawn[n], y, near),
                    "crps": crps(drawn[n], y),
                    "naive_crps": crps(plain[0], y) if plain else None,
                }
            )
            ends = [quantiles_of(drawn[n], [(1 - band) / 2, (1 + band) / 2]) for band in self.bands]
            inside.append([low - near <= y <= high + near for low, high in ends])
        probabilities = sorted({0.5, *(p for band in self.bands for p in ((1 - band) / 2, (1 + band) / 2))})
        values = np.array([quantiles_of(drawn[n], probabilities) for n in moving]).T
        values.setflags(write=False)
        fan = Fan(
            self._said(name),
            tuple(labels[n] for n in moving),
            tuple(probabilities),
            values,
            money,
            self.forecast.draws,
            None,
            (),
            queries.illustrative_drivers(self.book),
            self.forecast.private_to,
        )
        return _Target(name, fan, rows, inside, naive)

    def _columns(self, name: str) -> list[int]:
        return self.forecast._select(name, self.every, None, self.basis)

    def _said(self, name: str) -> str:
        item = next((i for i in self.book.inputs if i.id == name), None)
        return (item.name or item.id) if item is not None else queries.party_name(self.book, name)

    def _known(self, name: str, happened: Floats) -> dict[int, float]:
        """What was seen by period before the first that is tested; of a monthly input also before the calendar."""
        first = self.tested[0]
        known = {n: float(happened[n]) for n in range(first)}
        if self.every == "month" and name in self.seen:
            earlier = {month - self.calendar.start: float(v) for month, v in self.seen[name].items()}
            known = {n: v for n, v in earlier.items() if n < first}
        return known

    def result(self, names: Sequence[str], until: str, fit: bool) -> Backtest:
        """Everything put together: the parties and inputs of which the data say what happened."""
        targets = {name: self.target(name) for name in names}
        found = {name: target for name, target in targets.items() if target}
        if not found:
            message = "nothing that was asked for moves in the draws and is known from the data"
            raise DataError("nothing to test", [{"code": "missing-input", "path": "/what", "message": message}])
        how = "fitted on the months until then" if fit else "as written"
        note = (
            f"Known until {until}, drivers {how}; {self.forecast.draws:,} draws, seed {self.forecast.seed}. "
            f"{queries.assumed([self.book])}"
        ).strip()
        about = self.forecast._about()
        title = f"Backtest of {self.book.title or self.book.id}"
        rows = [row for target in found.values() for row in target.rows]
        coverage = [row for target in found.values() for row in self._coverage(target)]
        return Backtest(
            title,
            until,
            fit,
            self.forecast,
            Table.of_rows(f"{title}: period by period", PERIODS, rows, note, about),
            Table.of_rows(
                f"{title}: coverage",
                COVERAGE,
                coverage,
                f"Intervals: exact binomial, 95%, as if periods erred independently. {note}",
                about,
            ),
            Table.of_rows(f"{title}: scores", SCORES, [_score(target) for target in found.values()], note, about),
            self.bands,
            {name: target.fan for name, target in found.items()},
            {name: tuple(row["realised"] for row in target.rows) for name, target in found.items()},
            queries.illustrative_drivers(self.book),
            self.forecast.private_to,
            self._origin(names, until, fit),
        )

    def _origin(self, names: Sequence[str], until: str, fit: bool) -> Origin:
        past = self.past.book, kept_request(self.past.request)
        seen = {
            name: tuple((month, float(value)) for month, value in values.items())
            for name, values in self.seen.items()
            if name in names
        }
        asked: dict[str, Any] = {"every": self.every, "basis": self.basis, "tested": self.tested, "bands": self.bands}
        return Origin.here("backtest", past=past, seen=seen, names=tuple(names), until=until, fit=fit, **asked)

    def _coverage(self, target: _Target) -> list[dict[str, Any]]:
        rows = []
        for number, band in enumerate(self.bands):
            inside, count = sum(flags[number] for flags in target.inside), len(target.inside)
            low, high = binomial_interval(inside, count)
            verdict = "too narrow" if high < band else "too wide" if low > band else "holds"
            row = {"what": target.name, "band": band, "periods": count, "inside": inside, "share": inside / count}
            rows.append(row | {"low": low, "high": high, "verdict": verdict})
        return rows


def held_against(
    forecast: Simulation,
    *,
    past: tuple[Book, Mapping[str, Any]],
    seen: Mapping[str, Sequence[tuple[int, float]]],
    names: Sequence[str],
    until: str,
    fit: bool,
    **which: Any,
) -> Backtest:
    """The backtest of a forecast whose past was kept; what was fitted is in the forecast's book."""
    book, request = past
    happened = Simulation(book, this_machine(request), progress=False)
    history = {name: dict(values) for name, values in seen.items()}
    calendar = Months.of(forecast.book.calendar)
    made = HeldAgainst(forecast.book, forecast, happened, seen=history, calendar=calendar, **which)
    return made.result(names, until, fit)


def _score(target: _Target) -> dict[str, Any]:
    count = len(target.rows)
    own = math.fsum(row["crps"] for row in target.rows) / count
    row: dict[str, Any] = {"what": target.name, "periods": count, "crps": own, "naive": target.naive}
    row["mean_transform"] = math.fsum(r["transform"] for r in target.rows) / count
    if any(r["naive_crps"] is None for r in target.rows):
        return row
    naive = math.fsum(r["naive_crps"] for r in target.rows) / count
    better = [r["naive_crps"] - r["crps"] for r in target.rows]
    mean = naive - own
    spread = math.fsum((b - mean) ** 2 for b in better) / (count - 1) if count > 1 else math.nan
    row |= {"naive_crps": naive, "better_by": mean, "better_by_error": math.sqrt(spread / count)}
    return row | {"skill": 1 - own / naive if naive > 0 else None}
