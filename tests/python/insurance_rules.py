"""Calculation rules of insurance terms: as formulas of a book, and as what the published rules say, in exact fractions.

The rules are those of the Oasis loss modelling framework: their published logic (ktools, docs/md/fmprofiles.md) where it is
written out, and beyond it what its engine does (OasisLMF, pytools/fm/policy.py, policy_extras.py and
financial_structure.py, release 2.5.8). `PUBLISHED` are the engine's own rule vectors (OasisLMF, tests/pytools/fm). The
references here are ladders of conditions, written from those sources; the formulas are minima and positive parts.

Names: loss, deductible, attachment, limit, shares (ceded, placed, order), insured (total insured value); least and most
that deductibles keep in all; of the levels below: kept (by deductibles), over (limits), room (that deductibles leave
under limits).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

Terms = Mapping[str, Fraction]

# -- as formulas ---------------------------------------------------------------------------------------------------

#: Where deductibles keep more than the most, less than the least, or neither; `own` is the level's own deductible.
MOST = "if(kept + {own} > most, positive(loss + min(kept - most, room)), {rest})"
LEAST = (
    "if(kept + {own} < least, if(over >= least - kept - {own}, if(loss > {own}, loss, £0), "
    "positive(loss + over + kept - least)), {rest})"
)


def _between(own: str, *, least: bool = True, most: bool = True) -> str:
    formula = f"positive(loss - {own})"
    if least:
        formula = LEAST.format(own=own, rest=formula)
    return MOST.format(own=own, rest=formula) if most else formula


FORMULAS = {
    "1": "min(positive(loss - deductible), limit)",
    "2": "share * min(positive(loss - deductible - attachment), limit)",
    "3": "if(loss > deductible, min(loss, limit), £0)",
    "4": "min(positive(loss - rate * insured), limit)",
    "5": "min(loss - rate * loss, limit_rate * loss)",
    "6": "positive(loss - rate * insured)",
    "7": f"min({_between('deductible')}, limit)",
    "8": f"min({_between('deductible', most=False)}, limit)",
    "9": "min(positive(loss - rate * limit), limit)",
    "10": _between("deductible", least=False),
    "11": _between("deductible", most=False),
    "12": "positive(loss - deductible)",
    "13": _between("deductible"),
    "14": "min(loss, limit)",
    "15": "min(positive(loss - deductible), limit_rate * loss)",
    "16": "loss - rate * loss",
    "17": "share * min(positive(loss - rate * loss - attachment), limit)",
    "18": "share * min(positive(loss - rate * insured - attachment), limit)",
    "19": _between("rate * loss"),
    "20": "if(loss > deductible, £0, loss)",
    "21": _between("rate * insured"),
    "22": "min(ceded * loss, limit) * placed * order",
    "23": "min(loss, limit) * placed * order",
    "24": "min(positive(ceded * loss - attachment), limit) * placed * order",
    "25": "ceded * loss * placed * order",
    "26": f"min({_between('rate * loss')}, limit)",
    "33": "min(loss - rate * loss, limit)",
    "34": "share * positive(loss - deductible - attachment)",
    "35": f"min({_between('rate * loss')}, limit_rate * loss)",
    "36": f"min({_between('deductible')}, limit_rate * loss)",
    "39": "if(loss > deductible, loss, £0)",
    "40": "min(positive(loss - deductible), limit)",
    "41": "min(loss, limit)",
    "100": "loss",
    "200": "share * loss",
}
#: A non-layer policy with a share is rule so many hundreds less, times its share.
FORMULAS |= {
    str(100 + int(rule)): f"share * ({FORMULAS[rule]})"
    for rule in ["1", "3", "5", "7", "8", "10", "11", "12", "13", "14", "15", "16", "19", "20", "26", "33", "35", "36"]
}

#: Rules by steps; `step` is a dimension, and each term but the loss and the insured value has a value for each step.
_REACHED = "loss >= trigger_start * insured and loss < trigger_end * insured"
_ADDED = "({0} + min({0} * extra_rate, extra_limit)) * (1 + expenses)"
STEP_FORMULAS = {
    "27": (
        "sum(if((loss > £0 or kept > £0) and " + _REACHED + ", paid, £0))",
        "min(positive(payout * insured - step_deductible), step_limit)",
    ),
    "28": ("sum(if(" + _REACHED + ", paid, £0))", "positive(payout * loss - step_deductible)"),
    "29": (
        "sum(if((loss > £0 or kept > £0) and " + _REACHED + ", paid, £0))",
        "positive(payout * insured - step_deductible)",
    ),
    "30": (
        "sum(if((loss > £0 or kept > £0) and " + _REACHED + ", paid, £0))",
        "positive(payout * step_limit - step_deductible)",
    ),
    "31": ("sum(if((loss > £0 or kept > £0) and " + _REACHED + ", paid, £0))", "positive(fixed - step_deductible)"),
    "32": ("sum(if(loss >= trigger_amount, paid, £0))", "min(payout * loss, step_limit)"),
    "37": (
        "sum(if(" + _REACHED + ", paid, £0))",
        "min(positive(payout * loss - step_deductible), step_limit)",
    ),
}
STEP_FORMULAS = {rule: (whole, _ADDED.format(f"({base})")) for rule, (whole, base) in STEP_FORMULAS.items()}
#: A condition on what steps have paid so far: cover on top, of a part of it.
CONDITIONAL = {
    "38": f"if({_REACHED}, (paid + min(paid * extra_rate, extra_limit)) * (1 + expenses), paid)",
    "281": f"if({_REACHED}, paid + min(paid * extra_rate, extra_limit) * (1 + expenses), paid)",
}

# -- as the published rules say ------------------------------------------------------------------------------------


class State(NamedTuple):
    """A loss, and what levels below have left."""

    loss: Fraction
    kept: Fraction = Fraction(0)
    over: Fraction = Fraction(0)
    room: Fraction = Fraction(0)


def _between_limits(x: State, own: Fraction, terms: Terms, *, least: bool = True, most: bool = True) -> Fraction:
    if most and x.kept + own > terms["most"]:
        change = x.kept - terms["most"]
        if change > x.room:
            return x.loss + x.room
        return x.loss + change if x.loss >= -change else Fraction(0)
    if least and x.kept + own < terms["least"]:
        change = terms["least"] - own - x.kept
        if change <= x.over:
            return x.loss if x.loss > own else Fraction(0)
        wanted = change - x.over + own
        return x.loss - wanted if x.loss > wanted else Fraction(0)
    return x.loss - own if x.loss > own else Fraction(0)


def _capped(value: Fraction, limit: Fraction) -> Fraction:
    return limit if value > limit else value


def _layer(loss: Fraction, start: Fraction, limit: Fraction, share: Fraction) -> Fraction:
    if loss <= start:
        return Fraction(0)
    return share * (loss - start) if loss <= start + limit else share * limit


ONE, NONE = Fraction(1), Fraction(0)
REFERENCES: dict[str, Callable[[State, Terms], Fraction]] = {
    "1": lambda x, t: _layer(x.loss, t["deductible"], t["limit"], ONE),
    "2": lambda x, t: _layer(x.loss, t["deductible"] + t["attachment"], t["limit"], t["share"]),
    "3": lambda x, t: NONE if x.loss <= t["deductible"] else _capped(x.loss, t["limit"]),
    "4": lambda x, t: _layer(x.loss, t["rate"] * t["insured"], t["limit"], ONE),
    "5": lambda x, t: x.loss * (1 - t["rate"] if t["rate"] + t["limit_rate"] >= 1 else t["limit_rate"]),
    "6": lambda x, t: NONE if x.loss <= t["rate"] * t["insured"] else x.loss - t["rate"] * t["insured"],
    "7": lambda x, t: _capped(_between_limits(x, t["deductible"], t), t["limit"]),
    "8": lambda x, t: _capped(_between_limits(x, t["deductible"], t, most=False), t["limit"]),
    "9": lambda x, t: _layer(x.loss, t["rate"] * t["limit"], t["limit"], ONE),
    "10": lambda x, t: _between_limits(x, t["deductible"], t, least=False),
    "11": lambda x, t: _between_limits(x, t["deductible"], t, most=False),
    "12": lambda x, t: NONE if x.loss <= t["deductible"] else x.loss - t["deductible"],
    "13": lambda x, t: _between_limits(x, t["deductible"], t),
    "14": lambda x, t: _capped(x.loss, t["limit"]),
    "15": lambda x, t: (
        NONE
        if x.loss <= t["deductible"]
        else x.loss - t["deductible"]
        if x.loss <= t["deductible"] / (1 - t["limit_rate"])
        else x.loss * t["limit_rate"]
    ),
    "16": lambda x, t: x.loss * (1 - t["rate"]),
    "17": lambda x, t: _layer(x.loss * (1 - t["rate"]), t["attachment"], t["limit"], t["share"]),
    "18": lambda x, t: _layer(x.loss, t["rate"] * t["insured"] + t["attachment"], t["limit"], t["share"]),
    "19": lambda x, t: _between_limits(x, t["rate"] * x.loss, t),
    "20": lambda x, t: NONE if x.loss > t["deductible"] else x.loss,
    "21": lambda x, t: _between_limits(x, t["rate"] * t["insured"], t),
    "22": lambda x, t: _layer(x.loss * t["ceded"], NONE, t["limit"], t["placed"] * t["order"]),
    "23": lambda x, t: _layer(x.loss, NONE, t["limit"], t["placed"] * t["order"]),
    "24": lambda x, t: _layer(x.loss * t["ceded"], t["attachment"], t["limit"], t["placed"] * t["order"]),
    "25": lambda x, t: x.loss * t["ceded"] * t["placed"] * t["order"],
    "26": lambda x, t: _capped(_between_limits(x, t["rate"] * x.loss, t), t["limit"]),
    "33": lambda x, t: _capped(x.loss * (1 - t["rate"]), t["limit"]),
    "34": lambda x, t: max(x.loss - t["deductible"] - t["attachment"], NONE) * t["share"],
    "35": lambda x, t: _capped(_between_limits(x, t["rate"] * x.loss, t), x.loss * t["limit_rate"]),
    "36": lambda x, t: _capped(_between_limits(x, t["deductible"], t), x.loss * t["limit_rate"]),
    "39": lambda x, t: NONE if x.loss <= t["deductible"] else x.loss,
    "40": lambda x, t: _layer(x.loss, t["deductible"], t["limit"], ONE),
    "41": lambda x, t: _capped(x.loss, t["limit"]),
    "100": lambda x, t: x.loss,
    "200": lambda x, t: x.loss * t["share"],
}


def expected(rule: str, state: State, terms: Terms) -> Fraction:
    """What the published rule pays."""
    if rule in REFERENCES:
        return REFERENCES[rule](state, terms)
    return REFERENCES[str(int(rule) - 100)](state, terms) * terms["share"]
