"""The same forecast from several months of the past: does it hold for a month ahead, and for a year?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import privacy, queries
from ._calendar import month_index, month_text
from ._intervals import binomial_interval
from ._shown import Shown
from .backtesting import Backtest, backtest
from .drawn import HALF_A_PENNY
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["RollingBacktest", "rolling_backtest"]

_UNIT = "£ for a party, else the unit of the input"
COVERAGE = Schema(
    "openbook.rolling_backtest_coverage",
    1,
    (
        Column("what"),
        Column("ahead", "int", "periods ahead"),
        Column("band", "float", "", "share of draws"),
        *(Column(name, "int") for name in ("forecasts", "apart", "inside")),
        *(Column(name, "float", "", "share of forecasts") for name in ("share", "low", "high")),
        Column("verdict"),
    ),
)
SCORES = Schema(
    "openbook.rolling_backtest_scores",
    1,
    (
        Column("what"),
        Column("ahead", "int", "periods ahead"),
        *(Column(name, "int") for name in ("forecasts", "apart")),
        *(Column(name, "float", "", _UNIT) for name in ("crps", "naive_crps", "better_by", "better_by_error")),
        Column("skill", "float", "", "share of the naive score"),
        Column("mean_transform", "float", "", "share of draws"),
    ),
    "crps: less is better; better_by = naive_crps - crps, + = the book forecasts better.",
)


@dataclass(frozen=True, slots=True)
class RollingBacktest(Shown):
    """Backtests from several origins, counted by how far they look ahead; made by `openbook.rolling_backtest`.

    Attributes
    ----------
    title
        What was tested.
    tests
        The backtest from each origin, the earliest first.
    coverage
        For each party or input, each number of periods ahead and each band: of how many forecasts what happened lay
        inside, and the exact binomial interval of that share. `apart` is how many of the forecasts do not overlap: a
        forecast of twelve months from April and one from July have nine months in common and err together, so that the
        interval is that of as many forecasts as are apart.
    scores
        For each of them the mean scores of the book and of a naive forecast, by how much the book is better, with a
        standard error of as many forecasts as are apart, and the mean transform.
    illustrative
        Drivers that are assumed, not agreed.
    private_to
        The party to which it is private; its title says so.
    """

    title: str
    tests: tuple[Backtest, ...]
    coverage: Table
    scores: Table
    illustrative: tuple[str, ...] = ()
    private_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    @property
    def origins(self) -> tuple[str, ...]:
        """The last month that each forecast knew."""
        return tuple(test.until for test in self.tests)

    @property
    def sentence(self) -> str:
        """What it comes to, in words."""
        from ._display import backtest as shown

        return shown.rolling_sentence(self)

    def _blocks(self) -> list[Any]:
        from ._display import backtest as shown

        return shown.rolling_blocks(self)

    def __repr__(self) -> str:
        return f"<RollingBacktest of {self.title}: {len(self.tests)} origins from {self.origins[0]}>"


def rolling_backtest(
    book: Book,
    data: Any,
    *,
    until: Sequence[str],
    most_ahead: int | None = None,
    **options: Any,
) -> RollingBacktest:
    """Forecast the known past from several months on, each time knowing only what was known then (rolling origin).

    One backtest says how one forecast went. Several say whether it holds for a period ahead and fails for twelve, and
    whether a good or a bad year was luck.

    Parameters
    ----------
    data
        As for `openbook.backtest`.
    until
        Last month that each forecast knows, two at least: ``["2017-09", "2017-12", "2018-03"]``.
    most_ahead
        Periods ahead that are counted; None: as many as the data have.
    **options
        As for `openbook.backtest`: fit, what, scenarios, seed, every, bands, ...

    Raises
    ------
    DataError
        As `openbook.backtest` does, of the first origin that fails.

    References
    ----------
    L. J. Tashman (2000), "Out-of-sample tests of forecasting accuracy: an analysis and review", International Journal
    of Forecasting 16.

    Examples
    --------
    >>> import openbook as ob
    >>> book, data = ob.examples.acute_contract(), ob.examples.data("acute_contract")
    >>> options = {"where": {"org_code": "ZX1"}, "what": ["type1_attendances"], "scenarios": 200, "bands": [0.8]}
    >>> found = ob.rolling_backtest(book, data, until=["2018-03", "2018-09"], most_ahead=6, **options)
    >>> [(row["ahead"], row["forecasts"], row["apart"]) for row in found.coverage][:2]
    [(1, 2, 2), (2, 2, 2)]
    """
    if isinstance(until, str) or len(set(until)) < 2:
        raise ValueError(f"until: found {until!r}, expected two months at least, such as ['2017-09', '2018-03']")
    if most_ahead is not None and not (isinstance(most_ahead, int) and most_ahead >= 1):
        raise ValueError(f"most_ahead: found {most_ahead!r}, expected a whole number from 1")
    origins = sorted({month_text(month_index(month)) for month in until})
    tests = tuple(backtest(book, data, until=origin, **options) for origin in origins)
    first = tests[0]
    found = _gathered(tests, most_ahead)
    how = "fitted on the months until then" if first.fitted else "as written"
    note = (
        f"{len(tests)} origins from {origins[0]} to {origins[-1]}, drivers {how}; {first.forecast.draws:,} draws. "
        f"apart: forecasts without a period in common; intervals and errors are of so many. "
        f"{queries.assumed_drivers(first.illustrative)}"
    ).strip()
    about = first.forecast._about()
    title = first.title.removesuffix(f" ({first.private_to})") if first.private_to else first.title
    title = title.replace("Backtest of", "Backtests of", 1)
    coverage = [row for one in found.values() for row in one.coverage(first.bands)]
    return RollingBacktest(
        title,
        tests,
        Table.of_rows(f"{title}: coverage", COVERAGE, coverage, f"Intervals: exact binomial, 95%. {note}", about),
        Table.of_rows(f"{title}: scores", SCORES, [one.score() for one in found.values()], note, about),
        first.illustrative,
        first.private_to,
    )


@dataclass(slots=True)
class _Ahead:
    """The forecasts of one party or input that look equally far ahead."""

    what: str
    ahead: int
    rows: list[Mapping[str, Any]]
    inside: list[tuple[bool, ...]]
    places: list[int]  # the period that was forecast, counted on one calendar

    @property
    def apart(self) -> int:
        """How many of them have no period in common: from each to the next as many periods as it looks ahead."""
        count, free = 0, -math.inf
        for place in sorted(self.places):
            if place - self.ahead >= free:
                count, free = count + 1, place
        return count

    def coverage(self, bands: Sequence[float]) -> list[dict[str, Any]]:
        rows = []
        for number, band in enumerate(bands):
            inside, count = sum(flags[number] for flags in self.inside), len(self.inside)
            apart = self.apart
            low, high = binomial_interval(round(inside / count * apart), apart)
            verdict = "too narrow" if high < band else "too wide" if low > band else "holds"
            row = {"what": self.what, "ahead": self.ahead, "band": band, "forecasts": count, "apart": apart}
            rows.append(row | {"inside": inside, "share": inside / count, "low": low, "high": high, "verdict": verdict})
        return rows

    def score(self) -> dict[str, Any]:
        count = len(self.rows)
        own = math.fsum(row["crps"] for row in self.rows) / count
        found: dict[str, Any] = {"what": self.what, "ahead": self.ahead, "forecasts": count, "apart": self.apart}
        found |= {"crps": own, "mean_transform": math.fsum(row["transform"] for row in self.rows) / count}
        if any(row["naive_crps"] is None for row in self.rows):
            return found
        better = [row["naive_crps"] - row["crps"] for row in self.rows]
        mean, naive = math.fsum(better) / count, math.fsum(row["naive_crps"] for row in self.rows) / count
        if self.apart > 1:
            spread = math.fsum((b - mean) ** 2 for b in better) / (count - 1)
            found["better_by_error"] = math.sqrt(spread / self.apart)
        return found | {"naive_crps": naive, "better_by": mean, "skill": 1 - own / naive if naive > 0 else None}


def _gathered(tests: Sequence[Backtest], most_ahead: int | None) -> dict[tuple[str, int], _Ahead]:
    """The forecasts by what they are of and how far they look ahead, in the order of the first test."""
    found: dict[tuple[str, int], _Ahead] = {}
    for test in tests:
        places = {str(row["label"]): int(row["period"]) for row in test.forecast.columns}
        for row in test.periods:
            name, ahead = str(row["what"]), int(row["ahead"])
            if most_ahead is not None and ahead > most_ahead:
                continue
            one = found.setdefault((name, ahead), _Ahead(name, ahead, [], [], []))
            one.rows.append(row)
            one.inside.append(_inside(test, row))
            one.places.append(places[row["period"]])
    names = list(dict.fromkeys(name for name, _ in found))
    return {key: found[key] for key in sorted(found, key=lambda key: (names.index(key[0]), key[1]))}


def _inside(test: Backtest, row: Mapping[str, Any]) -> tuple[bool, ...]:
    """For each band whether what happened lies inside."""
    fan = test.fans[row["what"]]
    at, happened = fan.labels.index(row["period"]), float(row["realised"])
    near = HALF_A_PENNY if fan.money else 1e-9 * max(1.0, abs(happened))
    quantile = dict(zip(fan.probabilities, fan.values[:, at], strict=True))
    ends = [(quantile[(1 - band) / 2], quantile[(1 + band) / 2]) for band in test.bands]
    return tuple(bool(low - near <= happened <= high + near) for low, high in ends)
