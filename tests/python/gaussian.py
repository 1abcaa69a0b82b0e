"""A book of normal amounts whose risk is known in closed form."""

from __future__ import annotations

import openbook as ob

#: Mean and deviation of the yearly amounts that the trust receives, and the correlation of the first two.
MEANS = {"a": 30_000.0, "b": 10_000.0, "c": -20_000.0}
DEVIATIONS = {"a": 40_000.0, "b": 30_000.0, "c": 20_000.0}
CORRELATION = 0.5


def gaussian_book(scale: int = 1) -> ob.Book:
    """The trust receives a and b from the icb and c from the other; all are normal, a and b move together."""
    pay = {"a": "icb", "b": "icb", "c": "other"}
    return ob.Book(
        id="gaussian",
        calendar=ob.Calendar(start="2024-04", months=12),
        parties=[ob.Party(id=name, name=f"The {name}") for name in ("icb", "other", "trust")],
        inputs=[
            ob.Input(id=name, unit="£", every="year", plan=f"£{MEANS[name]:.0f}".replace("£-", "-£")) for name in MEANS
        ],
        contracts=[
            ob.Contract(
                id=f"contract_{payer}",
                payer=payer,
                payee="trust",
                clauses=[
                    ob.Payment(id=f"pay_{name}", name=f"Payment {name}", every="year", amount=f"{scale} * {name}")
                    for name in MEANS
                    if pay[name] == payer
                ],
            )
            for payer in ("icb", "other")
        ],
        drivers=[
            ob.Normal(id=f"driver_{name}", of=name, effect="addition", deviation=int(DEVIATIONS[name]))
            for name in MEANS
        ],
        correlations=[
            ob.Correlation(id="together", drivers=["driver_a", "driver_b"], matrix=[[1, CORRELATION], [CORRELATION, 1]])
        ],
    )


def covariance(x: str, y: str) -> float:
    """Of two amounts."""
    if x == y:
        return DEVIATIONS[x] ** 2
    together = CORRELATION if {x, y} == {"a", "b"} else 0.0
    return together * DEVIATIONS[x] * DEVIATIONS[y]


def with_total(x: str) -> float:
    """The covariance of an amount with the sum."""
    return sum(covariance(x, y) for y in MEANS)
