"""Payment for what is reached or missed: incentives on goals, milestones, penalties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Unpack

from .._json import Json
from .._literals import Figure
from ._arguments import Arguments, Options
from ._draft import Draft, name_to_id, said
from ._quick import Quick

__all__ = ["incentive", "milestones", "penalty"]


def incentive(
    value: Any, *, thresholds: Any, share: Any = "100%", weights: Any = None, **options: Unpack[Options]
) -> Quick:
    """An incentive on goals, such as CQUIN: a pot that is earned goal by goal as thresholds are met.

    Parameters
    ----------
    value
        The pot ("£1.5m"), or the contract value of which `share` is the pot.
    thresholds
        For one goal, or a mapping from goals to these:

        - one target, "90%": all or nothing; it is earned by a result that meets or exceeds it;
        - a pair, ("50%", "90%"): nothing up to the first, all from the second on, in proportion between; a second that
          is smaller than the first means that less is better;
        - a list of steps, [("50%", "25%"), ("90%", "100%")]: each result that meets or exceeds a step earns its part.
    share
        Part of the value that is the pot: "1%". By default all of it.
    weights
        Goal to its part of the pot; they add up to 100%. None: equal parts.

    Examples
    --------
    >>> import openbook as ob
    >>> one = ob.quick.incentive("£1m", thresholds="90%")
    >>> one.pay("90%"), one.pay("89.9%")
    (Decimal('1000000.00'), Decimal('0.00'))
    >>> goals = {"flu": (0, 1), "dementia": (0, 1), "safety": (0, 1)}
    >>> weights = {"flu": "50%", "dementia": "30%", "safety": "20%"}
    >>> form = ob.quick.incentive("£150m", share="1%", thresholds=goals, weights=weights)
    >>> form.pay({"flu": 1, "dementia": "50%", "safety": 0})
    Decimal('975000.00')
    """
    arguments = Arguments("incentive")
    worth = arguments.money("value", value, example="£1.5m")
    part = arguments.share("share", share, example="1%")
    goals = (
        arguments.names("thresholds", thresholds, "thresholds") if isinstance(thresholds, Mapping) else {"": thresholds}
    )
    read = {
        name: _thresholds(arguments, f"thresholds[{name!r}]" if name else "thresholds", given)
        for name, given in goals.items()
    }
    parts = _weights(arguments, weights, list(goals))
    draft = Draft(arguments, "Incentive on goals", options)
    if part.value == 1:
        pot = draft.parameter("pot", "Most that can be earned a year", worth, "£")
        draft.words.append(f"{said(worth)} a year is earned on goals.")
    else:
        draft.parameter("value", "Contract value a year", worth, "£")
        draft.parameter("share", "Part of the value that is earned on goals", part)
        pot = draft.quantity("pot", "Most that can be earned", "share * value", "£")
        draft.words.append(f"{part.text} of {said(worth)} a year is earned on goals.")
    inputs, earned = [], []
    for name, steps in read.items():
        goal = name_to_id(name) if name else "goal"
        title = name or "Goal"
        formula, expected = _earned(draft, goal if name else "", title, steps)
        if name in parts:
            draft.parameter(f"{goal}_weight", f"Weight of {title}", parts[name])
        result = draft.input(
            f"{goal}_result" if f"{goal}" == "goal" else goal,
            f"Result: {title}",
            "number",
            draft.term(expected),
            "year",
            "mean",
        )
        inputs.append(result)
        draft.quantity(f"{goal}_earned", f"Part earned: {title}", formula.replace("RESULT", result), "number")
        earned.append(
            f"{goal}_weight * {goal}_earned"
            if name in parts
            else f"{goal}_earned" + (f" / {len(read)}" if len(read) > 1 else "")
        )
    draft.clause("incentive", "incentive", "Incentive", every="year", gain=pot, score=" + ".join(earned))
    if len(inputs) > 1:
        draft.edges.clear()
    return draft.quick(*inputs)


Steps = tuple[str, list[tuple[Figure, Figure]]]


def _thresholds(arguments: Arguments, name: str, given: Any) -> Steps:
    """How a goal is earned: "all" at one target, "line" between two, or "steps"."""
    nothing, everything = Figure(Decimal(0), "number", "0"), Figure(Decimal(1), "number", "1")
    if not isinstance(given, (list, tuple)):
        return "all", [(arguments.level(name, given), everything)]
    if len(given) == 2 and not any(isinstance(item, (list, tuple)) for item in given):
        low, high = arguments.level(name, given[0]), arguments.level(name, given[1])
        if low.value == high.value:
            arguments.fault(name, given, "two different thresholds, or one alone for all or nothing")
        return "line", [(low, nothing), (high, everything)]
    steps = []
    for item in given:
        if not isinstance(item, (list, tuple)) or len(item) != 2:
            arguments.fault(name, given, "a target, a pair, or a list of (threshold, part earned)")
            return "all", [(nothing, everything)]
        steps.append((arguments.level(name, item[0]), arguments.share(name, item[1], example="25%")))
    if not steps or any(a[0].value >= b[0].value for a, b in pairwise(steps)):
        arguments.fault(name, given, "at least one step, in ascending order")
    return "steps", steps


def _earned(draft: Draft, goal: str, title: str, steps: Steps) -> tuple[str, Json]:
    """The formula of the part earned, and the result that earns all."""
    kind, levels = steps
    head = f"{goal}_" if goal else ""
    if kind == "line":
        low, high = (
            draft.parameter(f"{head}{word}_threshold", f"{word.capitalize()} threshold: {title}", level)
            for word, (level, _) in zip(("lower", "upper"), levels, strict=True)
        )
        draft.edge("lower threshold", low)
        draft.edge("upper threshold", high)
        draft.words.append(
            f"{title}: nothing at {levels[0][0].text}, all at {levels[1][0].text}, in proportion between."
        )
        return f"clip((RESULT - {low}) / ({high} - {low}), 0, 1)", high
    if kind == "all":
        target = draft.parameter(f"{head}target", f"Target: {title}", levels[0][0])
        draft.edge("target", target, jump=True)
        draft.words.append(f"{title}: earned by a result that meets or exceeds {levels[0][0].text}.")
        return f"if(RESULT >= {target}, 1, 0)", target
    cases: list[str] = []
    for number, (level, part) in enumerate(levels, start=1):
        at = draft.parameter(f"{head}step_{number}", f"Step {number}: {title}", level)
        earns = draft.parameter(f"{head}step_{number}_earns", f"Step {number} earns: {title}", part)
        draft.edge(f"step {number}", at, jump=True)
        cases.insert(0, f"RESULT >= {at}, {earns}")
    said = ", ".join(f"{part.text} from {level.text}" for level, part in levels)
    draft.words.append(f"{title}: {said}; each step is earned by a result that meets or exceeds it.")
    return f"choose({', '.join(cases)}, 0)", f"{head}step_{len(levels)}"


def _weights(arguments: Arguments, weights: Any, goals: Sequence[str]) -> dict[str, Figure]:
    if weights is None:
        return {}
    given = arguments.names("weights", weights, "percentages")
    if given and set(given) != set(goals):
        arguments.fault("weights", sorted(given), f"a weight for each goal: {', '.join(goals)}")
        return {}
    read = {name: arguments.share(f"weights[{name!r}]", given[name]) for name in goals if name in given}
    if read and sum(part.value for part in read.values()) != 1:
        arguments.fault(
            "weights", f"{sum(part.value for part in read.values()):.2%} in all", "weights that add up to 100%"
        )
    return read


def milestones(amounts: Any, **options: Unpack[Options]) -> Quick:
    """Milestone payments: a sum for each step of a transition that is reached in the year.

    Settled on a mapping from milestones (by id) to 1 for reached, 0 for not; those that are not named are not reached.

    Parameters
    ----------
    amounts
        Milestone to its sum: ``{"payment mechanism": "£150k", "shared records": "£200k"}``.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.milestones({"payment mechanism": "£150k", "shared records": "£200k"})
    >>> form.pay({"shared_records": 1}), form.pay()
    (Decimal('200000.00'), Decimal('0.00'))
    """
    arguments = Arguments("milestones")
    given = arguments.names("amounts", amounts, "sums")
    sums = {name: arguments.money(f"amounts[{name!r}]", amount, example="£150k") for name, amount in given.items()}
    draft = Draft(arguments, "Milestone payments", options)
    for name, amount in sums.items():
        step = name_to_id(name)
        draft.input(step, f"Reached: {name}", "number", draft.term(0), "year", "maximum")
        draft.parameter(f"{step}_sum", f"For {name}", amount, "£")
        tests = [{"name": f"{name} is reached", "holds": f"{step} >= 1"}]
        draft.words.append(f"{said(amount)} when {name} is reached.")
        draft.clause("trigger", f"{step}_payment", name, every="year", tests=tests, amount=f"{step}_sum")
    return draft.quick()


def penalty(
    rate: Any,
    *,
    threshold: Any = 0,
    of: Any = None,
    value: Any = None,
    cap: Any = None,
    enforcement: Any = "100%",
    **options: Unpack[Options],
) -> Quick:
    """A penalty for breaches beyond a threshold, with a cap; with the contract's value it is taken from that.

    What it is settled on is the year's breaches (input "breaches"). Breaches up to and at the threshold go free.

    Parameters
    ----------
    rate
        Charge for each breach beyond the threshold: "£120".
    threshold
        Breaches that go free: a number, or a percentage of the activity, "5%". By default none.
    of
        Planned activity of the year (input "activity"), of which the threshold is a percentage. Needed then.
    value
        Contract value a year, paid as a block, so that the payment is what is left of it. None: the penalty alone.
    cap
        Most that is charged in the year: "£500k", or a percentage of the contract value, "2.5%". None: no cap.
    enforcement
        Part of the penalty that is enforced. By default all of it.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.penalty(rate="£120", threshold="5%", of=100_000, value="£20m", cap="2.5%")
    >>> form.pay(5_000), form.pay(6_000), form.pay(20_000)
    (Decimal('20000000.00'), Decimal('19880000.00'), Decimal('19500000.00'))
    """
    arguments = Arguments("penalty")
    each = arguments.money("rate", rate, example="£120")
    free = arguments.volume("threshold", threshold, example="5%")
    planned = arguments.count("of", 0 if of is None else of, example="100_000")
    worth = None if value is None else arguments.money("value", value, example="£20m")
    most = None if cap is None else arguments.sum_or_share("cap", cap, "the contract value")
    enforced = arguments.share("enforcement", enforcement)
    if free.of_plan and of is None:
        arguments.fault("of", None, "the planned activity, since the threshold is a percentage of it")
    if of is not None and not free.of_plan:
        arguments.fault("of", of, "nothing, since the threshold is a number of breaches")
    if most is not None and most.kind == "percent" and worth is None:
        arguments.fault("value", None, "the contract value, since the cap is a percentage of it")
    draft = Draft(arguments, "Penalty for breaches", {"unit": "attendance" if free.of_plan else "breach", **options})
    draft.parameter("rate", "Charge for each breach beyond the threshold", each, draft.each)
    if free.of_plan:
        draft.parameter("planned_activity", "Planned activity a year", planned, draft.units)
        draft.input("activity", "Activity", draft.units, {"value": "planned_activity / 12"})
        draft.parameter("threshold", "Threshold, as a part of the activity", free.figure)
        allowance = draft.quantity("breaches_free", "Breaches that go free", "threshold * activity", draft.units)
        plan = "threshold * planned_activity / 12"
    else:
        allowance = draft.parameter("threshold", "Breaches that go free", free.figure, draft.units)
        plan = "threshold / 12"
    draft.input("breaches", "Breaches", draft.units, {"value": plan})
    draft.edge("threshold", allowance)
    beyond = f"{free.figure.text}{' of the activity' if free.of_plan else ''}"
    draft.words.append(f"{said(each)} for each breach beyond {beyond}.")
    fields: dict[str, Json] = {}
    if worth is not None:
        draft.parameter("contract_value", "Contract value a year", worth, "£")
    if most is not None:
        percent = most.kind == "percent"
        draft.parameter(
            "cap",
            "Most that is charged a year" + (", of the contract value" if percent else ""),
            most,
            "" if percent else "£",
        )
        fields["cap"] = "cap * contract_value" if percent else "cap"
        draft.words.append(f"At most {said(most)}{' of the contract value' if percent else ''} a year.")
        at = draft.quantity(
            "breaches_at_cap", "Breaches at the cap", f"{allowance} + {fields['cap']} / rate", draft.units
        )
        draft.edge("cap", at)
    if enforced.value != 1:
        fields["enforcement"] = draft.parameter("enforcement", "Part that is enforced", enforced)
        draft.words.append(f"{enforced.text} of it is enforced.")
    if worth is not None:
        draft.clause("block", "contract_payment", "Contract value", amount="contract_value")
    draft.clause(
        "penalty", "penalty", "Penalty", every="year", quantity="breaches", allowance=allowance, rate="rate", **fields
    )
    return draft.quick("breaches")
