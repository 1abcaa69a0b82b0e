"""A national tariff settlement: every provider's activity in every currency and month, at one list of prices.

The prices and the national volumes are made from a fixed seed, of the size of the English national cost collection for
2024/25; the volumes are split over providers and months at random, so that they still add up. openbook settles one book
for each provider, exactly; the expected pennies are worked out in whole numbers beside it. pandas and polars join every
provider's rows with the prices, multiply, add up by month and round, in floating point: they must come to the same in
total, to a millionth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import openbook as ob
from turns import in_turn, told

LINES, MONTHS, PROVIDERS, SETTINGS = 13_362, 12, 200, 19
KEYS = ["setting", "currency"]
PERIODS = [f"{2024 + (3 + m) // 12}-{(3 + m) % 12 + 1:02d}" for m in range(MONTHS)]
#: Prices have four decimals.
UNITS = 10_000
SEED = 5


@dataclass(frozen=True, slots=True)
class Nation:
    """The made activity: prices in 1/10,000 of a pound by line; volume by provider, month and line."""

    setting: list[str]
    currency: list[str]
    price: np.ndarray
    activity: np.ndarray

    @classmethod
    def made(cls, lines: int, providers: int) -> Nation:
        rng = np.random.default_rng(SEED)
        price = np.maximum(1, np.round(UNITS * rng.lognormal(6.5, 1.3, lines))).astype(np.int64)
        volume = np.round(rng.lognormal(6.6, 2.0, lines)).astype(np.int64)
        share = rng.lognormal(0, 1, providers)[:, None] * rng.uniform(0.9, 1.1, MONTHS)
        split = rng.multinomial(volume, (share / share.sum()).ravel())
        activity = np.ascontiguousarray(split.T).reshape(providers, MONTHS, lines)
        setting = [f"Setting {line % SETTINGS + 1}" for line in range(lines)]
        currency = [
            f"{chr(65 + line // 500 % 26)}{chr(65 + line // SETTINGS % 26)}{line // SETTINGS:03d}"
            for line in range(lines)
        ]
        return cls(setting, currency, price, activity)

    @property
    def names(self) -> list[str]:
        return [f"provider {number + 1}" for number in range(len(self.activity))]

    def pennies(self) -> np.ndarray:
        """What each provider is paid in each month, rounded half away from zero, by whole numbers alone."""
        exact = self.activity @ self.price
        return (exact + UNITS // 200) // (UNITS // 100)


def polars_program(nation: Nation) -> tuple[Any, list[Any]]:
    """A function that settles all providers, and their frames, which share all columns but the volumes."""
    import polars as pl

    keys = {name: pl.Series(name, getattr(nation, name)) for name in KEYS}
    shared = pl.DataFrame(
        {name: pl.concat([column] * MONTHS, rechunk=True) for name, column in keys.items()}
        | {"period": pl.Series([period for period in PERIODS for _ in nation.setting])}
    )
    frames = [shared.with_columns(pl.Series("activity", volume.ravel())) for volume in nation.activity]
    prices = pl.DataFrame({**keys, "price": nation.price / UNITS})

    def settle() -> float:
        total = 0.0
        for frame in frames:
            joined = frame.lazy().join(prices.lazy(), on=KEYS, how="left")
            months = joined.group_by("period").agg((pl.col("activity") * pl.col("price")).sum().round(2).alias("paid"))
            total += months.collect()["paid"].sum()
        return total

    return settle, frames


def pandas_program(nation: Nation) -> Any:
    """A function that settles all providers."""
    import pandas as pd

    keys = {name: getattr(nation, name) for name in KEYS}
    shared = pd.DataFrame({name: column * MONTHS for name, column in keys.items()})
    shared["period"] = [period for period in PERIODS for _ in nation.setting]
    frames = [shared.assign(activity=volume.ravel()) for volume in nation.activity]
    prices = pd.DataFrame({**keys, "price": nation.price / UNITS})

    def settle() -> float:
        total = 0.0
        for frame in frames:
            joined = frame.merge(prices, on=KEYS, how="left", validate="many_to_one")
            total += float((joined["activity"] * joined["price"]).groupby(joined["period"]).sum().round(2).sum())
        return total

    return settle


def openbook_program(nation: Nation, frames: list[Any], workers: int) -> Any:
    """A function that settles all providers, from the list of prices on, and gives their ledger."""
    data = dict(zip(nation.names, frames, strict=True))
    columns = {name: getattr(nation, name) for name in KEYS}
    prices = {**columns, "price": [f"{price / UNITS:.4f}" for price in nation.price.tolist()]}

    def settle() -> ob.SettledMany:
        listed = ob.tariff.price_list(prices, keys=KEYS, price="price")
        book = listed.book(every="month")
        run = ob.settle_many(
            dict.fromkeys(nation.names, book),
            data,
            codes=listed.codes(),
            disputes=False,
            keep="ledger",
            workers=workers,
            progress=False,
        )
        run.raise_if_failed()
        return run

    return settle


def run(rounds: int, threads: int, lines: int = LINES, providers: int = PROVIDERS) -> dict[str, Any]:
    """Check that all come to the same, then time them in turn."""
    nation = Nation.made(lines, providers)
    with_polars, frames = polars_program(nation)
    with_pandas, own = pandas_program(nation), openbook_program(nation, frames, threads)
    found = {name: [None] * MONTHS for name in nation.names}
    for row in own().ledger:
        if row["basis"] == "practised":
            found[row["book"]][PERIODS.index(row["service_from"])] = int(row["amount"] * 100)
    expected = nation.pennies()
    if not np.array_equal(expected, np.array(list(found.values()))):
        raise SystemExit("the settlement is not what whole numbers come to, to the penny")
    total = int(expected.sum()) / 100
    for name, program in (("polars", with_polars), ("pandas", with_pandas)):
        if abs(program() / total - 1) > 1e-6:
            raise SystemExit(f"{name} comes to another total")
    seconds = in_turn(
        {
            "openbook, exact": lambda: own() is None or None,
            "pandas": lambda: with_pandas() is None or None,
            "polars": lambda: with_polars() is None or None,
        },
        rounds,
        warm=True,
    )
    cells = lines * MONTHS * providers
    print(
        f"tariff, {threads} thread(s): {lines:,} currencies x {MONTHS} months x {providers:,} providers, £{total:,.2f}"
    )
    return told(seconds, "openbook, exact", cells, "prices")
