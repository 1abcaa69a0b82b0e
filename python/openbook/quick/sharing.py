"""Risk and gain shared between the parties: against a target, on outcomes, beyond a reopener."""

from __future__ import annotations

from typing import Any, Unpack

from .._json import Json
from .._literals import Figure
from ._arguments import Arguments, Options
from ._draft import Draft, name_to_id, said
from ._quick import Quick

__all__ = ["gain_and_pain", "gain_share", "reopener"]


def _sum_of(draft: Draft, name: str, title: str, given: Figure, of: str) -> str:
    """A sum that is said in pounds or as a part of something; gives the formula of the pounds."""
    if given.kind == "percent":
        draft.parameter(name, f"{title}, of the {of}", given)
        return f"{name} * {of}"
    return draft.parameter(name, title, given, "£")


def gain_share(
    target: Any,
    *,
    gain: Any,
    pain: Any = "0%",
    cap: Any = None,
    collar: Any = None,
    minimum: Any = None,
    dead_band: Any = None,
    **options: Unpack[Options],
) -> Quick:
    """Gain share (and pain share) against a target cost: the provider gets a part of a saving, and bears a part of an
    overspend.

    What it is settled on is the year's spending. The commissioner meets the spending itself, outside this contract; the
    book has only the share.

    Parameters
    ----------
    target
        Target cost of the year: "£12m".
    gain
        The provider's part of a saving: "50%".
    pain
        The provider's part of an overspend. By default nothing.
    cap
        Largest saving that is shared: "£1m", or a percentage of the target. Beyond it the commissioner keeps all. None:
        no cap.
    collar
        Largest overspend that is shared. Beyond it the commissioner bears all. None: no collar.
    minimum
        Least saving, in pounds or as a percentage of the target: one that meets or exceeds it is shared from the first
        pound, a smaller one not at all. None: every saving is shared.
    dead_band
        Savings and overspends up to this are not shared; of larger ones only what exceeds it. Not together with
        `minimum`, which says the opposite of the first pound. None: no dead band.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.gain_share(target="£12m", gain="50%", pain="40%", cap="£1m", minimum="2%")
    >>> form.pay("£11.5m"), form.pay("£11,760,000"), form.pay("£11,760,000.01"), form.pay("£12.5m")
    (Decimal('250000.00'), Decimal('120000.00'), Decimal('0.00'), Decimal('-200000.00'))
    """
    arguments = Arguments("gain_share")
    goal = arguments.money("target", target, example="£12m")
    up, down = arguments.share("gain", gain), arguments.share("pain", pain)
    limits = {
        name: arguments.sum_or_share(name, given, "the target")
        for name, given in (("cap", cap), ("collar", collar), ("minimum", minimum), ("dead_band", dead_band))
        if given is not None
    }
    if minimum is not None and dead_band is not None:
        arguments.fault(
            "dead_band", dead_band, "no dead band beside a minimum: a saving is shared from one or the other"
        )
    draft = Draft(arguments, "Gain share", options)
    draft.parameter("target", "Target cost a year", goal, "£")
    draft.parameter("gain_share", "Provider's part of a saving", up)
    draft.parameter("pain_share", "Provider's part of an overspend", down)
    draft.input("spend", "Spending", "£", {"value": "target / 12"})
    draft.quantity("target_of_month", "Target of the month", "target / 12", "£", "month")
    draft.quantity("saving", "Saving against the target", "target_of_month - spend", "£")
    draft.edge("target", "target")
    sums = {
        "cap": "Largest saving shared (gain cap)",
        "collar": "Largest overspend shared (pain collar)",
        "minimum": "Least saving that is shared",
        "dead_band": "Saving or overspend that is not shared",
    }
    formulas = {name: _sum_of(draft, name, sums[name], given, "target") for name, given in limits.items()}
    saving, overspend = "positive(saving)", "positive(-saving)"
    if "minimum" in formulas:
        saving = f"if(saving >= {formulas['minimum']}, positive(saving), £0)"
    if "dead_band" in formulas:
        saving, overspend = (
            f"positive(saving - {formulas['dead_band']})",
            f"positive(-saving - {formulas['dead_band']})",
        )
    draft.quantity("saving_to_share", "Saving that is shared", saving, "£")
    draft.quantity("overspend_to_share", "Overspend that is shared", overspend, "£")
    for name, sign, shift in (
        ("cap", "-", True),
        ("collar", "+", True),
        ("minimum", "-", False),
        ("dead_band", "-", False),
    ):
        if name in formulas:
            beyond = f" {sign} {formulas['dead_band']}" if shift and "dead_band" in formulas else ""
            at = draft.quantity(
                f"spend_at_{name}", f"Spending at the {name}", f"target {sign} {formulas[name]}{beyond}", "£"
            )
            draft.edge(name.replace("_", " "), at, jump=name == "minimum")
    if "dead_band" in formulas:
        draft.edge(
            "dead band above",
            draft.quantity(
                "spend_above_dead_band", "Spending above the dead band", f"target + {formulas['dead_band']}", "£"
            ),
        )
    draft.words.append(
        f"The provider receives {up.text} of a saving against the target of {said(goal)}, and pays {down.text} of an "
        "overspend."
    )
    draft.words += [
        f"{sums[name]}: {said(given)}{' of the target' if given.kind == 'percent' else ''}."
        for name, given in limits.items()
    ]
    _shared(draft, "gain", "Share of a saving", "gains", "saving_to_share", "gain_share", cap=formulas.get("cap"))
    if down.value:
        _shared(
            draft,
            "pain",
            "Share of an overspend",
            "losses",
            "-overspend_to_share",
            "pain_share",
            collar=formulas.get("collar"),
        )
    return draft.quick("spend")


def _shared(draft: Draft, name: str, title: str, shared: str, variance: str, part: str, **limit: Json) -> None:
    """The commissioner's variance shared with the provider."""
    members = [
        {"party": "commissioner", "variance": variance, "weight": f"1 - {part}"},
        {"party": "provider", "variance": "£0", "weight": part},
    ]
    draft.clause("share", name, title, every="year", shared=shared, members=members, **limit)


def gain_and_pain(pool: Any, *, pain: Any = None, shares: Any = None, **options: Unpack[Options]) -> Quick:
    """Gain and pain on outcomes: a pool that is gained or lost with a score between -1 and 1, split by fixed shares.

    Parameters
    ----------
    pool
        Most that can be gained in the year: "£140,000".
    pain
        Most that can be lost. None: as much as can be gained.
    shares
        Providers and their part of gain and pain, which add up to 100%: ``{"Local authority": "40%", ...}``. None: one
        provider.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.gain_and_pain("£140k", shares={"Trust": "60%", "Charity": "40%"})
    >>> form.pay(1), form.pay("-50%"), form.settle(1).position("trust")
    (Decimal('140000.00'), Decimal('-70000.00'), Decimal('84000.00'))
    """
    arguments = Arguments("gain_and_pain")
    most = arguments.money("pool", pool, example="£140,000")
    loss = most if pain is None else arguments.money("pain", pain, example="£140,000")
    parts = {} if shares is None else arguments.names("shares", shares, "percentages")
    split = {name: arguments.share(f"shares[{name!r}]", given, example="40%") for name, given in parts.items()}
    if split and sum(part.value for part in split.values()) != 1:
        total = sum(part.value for part in split.values())
        arguments.fault("shares", f"{total:.2%} in all", "shares that add up to 100%")
    draft = Draft(arguments, "Gain and pain on outcomes", options)
    draft.parameter("pool", "Most that can be gained a year (gain cap)", most, "£")
    draft.parameter("pain", "Most that can be lost a year (pain cap)", loss, "£")
    draft.input("score", "Score, between -1 and 1", "number", draft.term(0), "year", "mean")
    draft.words.append(
        f"Up to {said(most)} is gained, up to {said(loss)} lost, in proportion to a score between -1 and 1."
    )
    bounds = [
        draft.quantity(f"{word}_score", f"{word.capitalize()} score", at, "number")
        for word, at in (("lowest", "-1"), ("neutral", "0"), ("highest", "1"))
    ]
    for name in bounds:
        draft.edge(name.removesuffix("_score"), name)
    fields: dict[str, Json] = {}
    if split:
        draft.providers = {name_to_id(name): name for name in split}
        fields["shares"] = [
            {
                "party": name_to_id(name),
                "weight": draft.parameter(f"{name_to_id(name)}_share", f"Share of {name}", part),
            }
            for name, part in split.items()
        ]
    draft.clause(
        "incentive",
        "gain_and_pain",
        "Gain and pain",
        every="year",
        gain="pool",
        pain="pain",
        score="clip(score, -1, 1)",
        **fields,
    )
    return draft.quick("score")


READINGS = {
    "excess_only": ("The commissioner meets what exceeds the threshold.", "positive(cost - reopening_cost)"),
    "cliff": ("Once reopened, the commissioner meets the whole overspend.", "positive(cost - envelope_of_month)"),
    "declined": ("To reconsider is not to pay.", "£0"),
}


def reopener(envelope: Any, *, threshold: Any = "10%", reading: str | None = None, **options: Unpack[Options]) -> Quick:
    """Overspends stay with the provider until they meet or exceed a threshold; then the envelope is reopened.

    What it is settled on is the year's cost; the book has only the commissioner's relief.

    Parameters
    ----------
    envelope
        Agreed sum of the year: "£12m".
    threshold
        Overspend that reopens it, as a percentage of the envelope; at exactly this it is reopened ("10% or more"). By
        default 10%, as in Case Study B.
    reading
        What reopening means, for the words leave it open: "excess_only" (relief above the threshold; used provisionally
        while none is chosen), "cliff" (the whole overspend) or "declined" (nothing). `Settlement.disputes` tells what
        each is worth.

    Examples
    --------
    >>> import openbook as ob
    >>> [ob.quick.reopener("£12m", reading=name).pay("£13.5m") for name in ("cliff", "excess_only", "declined")]
    [Decimal('1500000.00'), Decimal('300000.00'), Decimal('0.00')]
    """
    arguments = Arguments("reopener")
    agreed = arguments.money("envelope", envelope, example="£12m")
    limit = arguments.share("threshold", threshold, example="10%")
    if reading is not None:
        arguments.choice("reading", reading, READINGS)
    draft = Draft(arguments, "Envelope with a reopener", options)
    draft.words.append(
        f"Overspends against {said(agreed)} stay with the provider unless the cost exceeds it by {limit.text} or more."
    )
    draft.parameter("envelope", "Envelope a year", agreed, "£")
    draft.parameter("threshold", "Overspend that reopens the envelope", limit)
    draft.input("cost", "Cost of the service", "£", {"value": "envelope / 12"})
    draft.quantity("envelope_of_month", "Envelope of the month", "envelope / 12", "£", "month")
    at = draft.quantity("reopening_cost", "Cost that reopens the envelope", "(1 + threshold) * envelope_of_month", "£")
    draft.edge("envelope", "envelope")
    draft.edge("reopener", at, jump=True)
    chosen = reading or "excess_only"
    draft.clause(
        "trigger",
        "reopener",
        "Reopener",
        every="year",
        tests=[{"name": f"cost is {limit.text} above the envelope or more", "holds": "cost >= reopening_cost"}],
        amount=READINGS[chosen][1],
        readings=[{"name": n, "words": w, "overrides": {"amount": a}} for n, (w, a) in READINGS.items()],
        **{"reading" if reading else "provisional": chosen},
    )
    return draft.quick("cost")
