"""Payment on outcomes: a part of the contract's value that hangs on what is achieved."""

from __future__ import annotations

from typing import Any, Unpack

from .._calendar import month_text
from ._arguments import Arguments, Options
from ._draft import Draft, said
from ._quick import Quick

__all__ = ["outcome_payment", "ramp", "three_part"]

LENGTHS = {"quarter": 3, "half_year": 6, "year": 12}


def outcome_payment(value: Any, *, at_risk: Any, every: str = "year", **options: Unpack[Options]) -> Quick:
    """Outcome payment: a part of the contract's value is withheld and paid as far as outcomes are achieved.

    What it is settled on is the achievement between 0 and 1; it is not new money, so that a missed outcome costs.

    Parameters
    ----------
    value
        Contract value a year: "£12m".
    at_risk
        Part of the value that hangs on outcomes: "1%"; or a list of parts, one for each period in turn.
    every
        Periods in which outcomes are paid: "year" (by default), "half_year" or "quarter".

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.outcome_payment("£12m", at_risk="5%")
    >>> form.pay(1), form.pay("70%"), form.pay(0)
    (Decimal('12000000.00'), Decimal('11820000.00'), Decimal('11400000.00'))
    """
    return _outcomes("outcome_payment", "Outcome payment", value, at_risk, every, options)


def ramp(value: Any, at_risk: Any, *, every: str = "half_year", **options: Unpack[Options]) -> Quick:
    """A ramp: an outcome payment whose part at risk grows from period to period.

    Parameters
    ----------
    value
        Contract value a year.
    at_risk
        The part at risk in each period in turn, such as ``["0%", "1%", "2%", "3%"]``; the contract runs for as many.
    every
        The periods: "half_year" (by default), "quarter" or "year".

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.ramp("£20m", ["0%", "1%", "2%", "3%"])
    >>> form.pay(1) - form.pay(0)
    Decimal('600000.00')
    """
    return _outcomes("ramp", "Outcome payment with a ramp", value, at_risk, every, options)


def _outcomes(form: str, title: str, value: Any, at_risk: Any, every: str, options: Options) -> Quick:
    arguments = Arguments(form)
    worth = arguments.money("value", value, example="£12m")
    when = arguments.choice("every", every, LENGTHS)
    given = list(at_risk) if isinstance(at_risk, (list, tuple)) else [at_risk]
    parts = [arguments.share("at_risk", part, example="1%") for part in given]
    if not parts:
        arguments.fault("at_risk", at_risk, "at least one part, such as '1%'")
    draft = Draft(arguments, title, options)
    draft.months = 12 if len(parts) == 1 else LENGTHS[when] * len(parts)
    draft.parameter("value", "Contract value a year", worth, "£")
    draft.parameter("at_risk", "Part at risk", parts[0])
    steps = [
        {**draft.term(part.text), "from": month_text(draft.starts + LENGTHS[when] * number)}
        for number, part in enumerate(parts)
        if number
    ]
    if steps:
        draft.parameters[-1]["value"]["steps"] = steps
    draft.input("achievement", "Achievement of outcomes, between 0 and 1", "number", draft.term(1), when, "mean")
    parts_said = ", then ".join(part.text for part in parts) + (f" each {when.replace('_', ' ')}" if steps else "")
    draft.words.append(f"Of {said(worth)} a year {parts_said} is paid as far as outcomes are achieved.")
    draft.quantity("nothing_achieved", "Nothing achieved", "0", "number")
    draft.quantity("all_achieved", "All achieved", "1", "number")
    draft.edge("nothing", "nothing_achieved")
    draft.edge("all", "all_achieved")
    draft.clause("block", "certain_part", "Certain part", amount="value * (1 - at_risk)")
    draft.clause(
        "incentive",
        "outcome_part",
        "Outcome part",
        every=when,
        gain="value * at_risk * months() / 12",
        score="clip(achievement, 0, 1)",
    )
    return draft.quick("achievement")


def three_part(value: Any, *, fixed: Any, outcome: Any, contingency: Any, **options: Unpack[Options]) -> Quick:
    """Fixed payment, outcome payment and contingency: three parts of one budget.

    Inputs are "achievement" (between 0 and 1; a plain number) and "draw", what is drawn of the contingency.

    Parameters
    ----------
    value
        The budget a year: "£20m".
    fixed, outcome, contingency
        Its parts, which add up to 100%. The outcome part is paid as far as outcomes are achieved, the contingency as it
        is drawn and no further than its part.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.three_part("£20m", fixed="94%", outcome="3%", contingency="3%")
    >>> form.pay(0), form.pay({"achievement": 1, "draw": "£1m"})
    (Decimal('18800000.00'), Decimal('20000000.00'))
    """
    arguments = Arguments("three_part")
    worth = arguments.money("value", value, example="£20m")
    named = {"fixed": fixed, "outcome": outcome, "contingency": contingency}
    parts = {name: arguments.share(name, given, example="94%") for name, given in named.items()}
    total = sum(part.value for part in parts.values())
    if total != 1 and not arguments.problems:
        arguments.fault("fixed, outcome, contingency", f"{total:.2%} in all", "parts that add up to 100%")
    draft = Draft(arguments, "Fixed, outcome and contingency", options)
    draft.parameter("value", "Budget a year", worth, "£")
    for name, part in parts.items():
        draft.parameter(f"{name}_part", f"{name.capitalize()} part", part)
    draft.input("achievement", "Achievement of outcomes, between 0 and 1", "number", draft.term(1), "year", "mean")
    draft.input("draw", "Drawn of the contingency", "£", draft.term("£0"), "year")
    draft.quantity("nothing_achieved", "Nothing achieved", "0", "number")
    draft.quantity("all_achieved", "All achieved", "1", "number")
    draft.edge("nothing", "nothing_achieved")
    draft.edge("all", "all_achieved")
    draft.words.append(
        f"Of {said(worth)} a year {parts['fixed'].text} is fixed, {parts['outcome'].text} is paid on outcomes, and "
        f"up to {parts['contingency'].text} can be drawn."
    )
    draft.clause("block", "fixed_payment", "Fixed payment", amount="fixed_part * value")
    draft.clause(
        "incentive",
        "outcome_payment",
        "Outcome payment",
        every="year",
        gain="outcome_part * value",
        score="clip(achievement, 0, 1)",
    )
    draft.clause(
        "payment", "contingency_draw", "Contingency", every="year", amount="clip(draw, £0, contingency_part * value)"
    )
    return draft.quick("achievement")
