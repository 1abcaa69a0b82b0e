"""Parts that are capped come to the same in a draw as in a settlement, whatever the weights and caps."""

from __future__ import annotations

import random
from fractions import Fraction

import openbook as ob
import pytest


def parts(total: str, weights: list[str], caps: list[str]) -> tuple[list[float], list[Fraction]]:
    """What each member gets in a draw and in a settlement."""
    members = [f"m{n}" for n in range(len(weights))]
    book = ob.Book(
        id="capped",
        calendar=ob.Calendar(start="2024-04", months=1),
        parties=[ob.Party(id="a"), ob.Party(id="b")],
        dimensions=[ob.Dimension(id="member", members=members)],
        inputs=[ob.Input(id="whole", plan=total)],  # not known when the plan is made
        parameters=[
            ob.Parameter(id="weight", dimension="member", members=dict(zip(members, weights, strict=True))),
            ob.Parameter(id="cap", dimension="member", members=dict(zip(members, caps, strict=True))),
        ],
        quantities=[
            ob.Quantity(id=f"of_{m}", formula=f"member(apportion_capped(whole, weight, cap), '{m}')") for m in members
        ],
        contracts=[
            ob.Contract(id="c", payer="a", payee="b", clauses=[ob.Payment(id="p", amount="£1 * whole")])
        ],
    )  # fmt: skip
    names = [f"of_{m}" for m in members]
    drawn = book.simulate(1, seed=1, track=names, progress=False)
    settled = {row["id"]: Fraction(str(row["value"])) for row in book.settle(plan=True).quantities}
    return [float(drawn.array(n, every="month", period=1)[0]) for n in names], [settled[n] for n in names]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        # Weights 0.4 and 1/3 of 11/15: sums in another order differ in the last bit.
        ("0", [0, 0, 0]),
        ("0.2", [0, Fraction("0.2") * 6 / 11, Fraction("0.2") * 5 / 11]),
        ("0.85", [0, Fraction("0.85") * 6 / 11, Fraction("0.85") * 5 / 11]),
        ("0.89", [0, Fraction("0.49"), Fraction("0.4")]),  # 0.89 * 5/11 is above 0.4: the rest goes to the other
        ("1", [0, Fraction("0.5"), Fraction("0.4")]),  # both full; 0.1 is left
    ],
)
def test_by_hand(total: str, expected: list[Fraction]) -> None:
    drawn, settled = parts(total, ["0", "0.4", "1/3"], ["0.4", "0.5", "0.4"])
    assert settled == pytest.approx(expected, abs=1e-9)
    assert drawn == pytest.approx([float(part) for part in expected], abs=1e-9)


def test_in_draws_as_in_settlements() -> None:
    dice = random.Random(20)
    for _ in range(60):
        count = dice.randrange(2, 7)
        weights = [dice.choice(["0", "0.1", "0.2", "0.3", "1/3", "2/7", "0.7", "1"]) for _ in range(count - 1)] + [
            "0.6"
        ]
        caps = [dice.choice(["0", "0.1", "0.3", "1/3", "0.9", "5"]) for _ in range(count)]
        total = dice.choice(["0", "0.1", "0.5", "1/3", "1", "2.4", "20"])
        drawn, settled = parts(total, weights, caps)
        assert drawn == pytest.approx([float(part) for part in settled], abs=1e-9), (total, weights, caps)
        whole = min(
            Fraction(total), sum((Fraction(c) for c, w in zip(caps, weights, strict=True) if w != "0"), Fraction(0))
        )
        assert float(sum(settled)) == pytest.approx(float(whole), abs=1e-8)
