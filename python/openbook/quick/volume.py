"""Payment by activity: from a fixed sum to a price for every unit, and bands in between."""

from __future__ import annotations

from typing import Any, Unpack

from .._json import Json
from ._arguments import Arguments, Options
from ._draft import Draft, said
from ._quick import Quick

__all__ = ["activity_cap", "bands_of", "block", "cap_and_collar", "cost_and_volume", "cost_per_case", "with_costs"]

#: What is paid each month before the year's account is made up.
ON_ACCOUNT = "planned_value"
READINGS = ("neutral", "from_plan", "full_price")


def block(amount: Any, *, plan: Any = None, **options: Unpack[Options]) -> Quick:
    """A block contract: a fixed sum a year in twelve instalments, whatever the activity.

    Parameters
    ----------
    amount
        The sum a year: "£20m".
    plan
        Activity expected in the year; only for the implicit price of a unit. None: no activity is planned.
    **options
        See `Options`.

    Raises
    ------
    BookError
        An argument cannot be used; all faults at once. So for every form.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.quick.block("£20m").pay(11_500)
    Decimal('20000000.00')
    """
    arguments = Arguments("block")
    sum_ = arguments.money("amount", amount, example="£20m")
    expected = None if plan is None else arguments.count("plan", plan)
    draft = Draft(arguments, "Block contract", options)
    draft.words.append(f"{said(sum_)} a year in monthly instalments, whatever the activity.")
    draft.parameter("amount", "Fixed sum a year", sum_, "£")
    draft.volume_plan(expected)
    draft.inputs[0]["may_be_missing"] = True
    draft.quantity("implicit_price", f"What a {draft.unit} comes to", "amount / activity", draft.each)
    draft.clause("block", "block", "Block", amount="amount")
    draft.provider_costs("activity")
    return draft.quick("activity")


def cost_per_case(price: Any, *, plan: Any = None, **options: Unpack[Options]) -> Quick:
    """Cost per case, Payment by Results, tariff: a price for every unit, paid each month, without limit.

    Parameters
    ----------
    price
        Of a unit: "£2,000".
    plan
        Activity expected in the year; simulations need it. None: nothing is planned.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.quick.cost_per_case("£2,000").pay(11_500)
    Decimal('23000000.00')
    """
    arguments = Arguments("cost_per_case")
    each = arguments.money("price", price)
    expected = None if plan is None else arguments.count("plan", plan)
    draft = Draft(arguments, "Cost per case", options)
    draft.words.append(f"{said(each)} for each {draft.unit}.")
    draft.volume_plan(expected)
    draft.parameter("price", f"Price per {draft.unit}", each, draft.each)
    draft.clause("activity", "tariff", "Price for each unit", quantity="activity", price="price")
    draft.provider_costs("activity")
    return draft.quick("activity")


def activity_cap(plan: Any, price: Any, *, cap: Any = "100%", **options: Unpack[Options]) -> Quick:
    """A price for every unit up to a cap; what is done beyond it is not paid for.

    Parameters
    ----------
    plan
        Activity of the year: 10_000.
    price
        Of a unit.
    cap
        The last unit that is paid: a part of the plan ("105%") or a number of units. By default the plan: the
        commissioner's right of 2011-12 to refuse payment above forecast.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.quick.activity_cap(10_000, "£2,000").pay(11_500)
    Decimal('20000000.00')
    """
    arguments = Arguments("activity_cap")
    expected, each = arguments.count("plan", plan, positive=True), arguments.money("price", price)
    limit = arguments.volume("cap", cap)
    draft = Draft(arguments, "Payment by activity up to a cap", options)
    draft.words.append(f"{said(each)} for each {draft.unit} up to {draft.said_volume(limit)}; nothing beyond.")
    draft.volume_plan(expected)
    draft.price(each)
    top = draft.volume("cap", "Cap", limit)
    bands_of(draft, "capped_payment", "Payment up to the cap", [{"to": top, "rate": 1}, {"rate": 0}])
    draft.provider_costs("activity")
    return draft.quick("activity")


def bands_of(draft: Draft, name: str, title: str, bands: list[Json], base: str = "", **more: Json) -> None:
    """A yearly account of bands at the price of the year, paid on account by the plan."""
    fields: dict[str, Json] = {
        "every": "year",
        "quantity": "activity",
        "price": "year_price",
        "on_account": ON_ACCOUNT,
        "bands": bands,
    }
    if base:
        fields["base"] = base
    draft.clause("bands", name, title, **{**fields, **more})


def cost_and_volume(
    plan: Any,
    price: Any,
    marginal: Any,
    *,
    below: Any = "0%",
    floor: Any = None,
    ceiling: Any = None,
    reading: str | None = None,
    **options: Unpack[Options],
) -> Quick:
    """Cost and volume: the plan at the price is paid as a fixed sum, with a marginal rate above and one below.

    Paid on account by the month, made up at the end of the year.

    Parameters
    ----------
    plan
        Target activity of the year: 10_000.
    price
        Of a unit; plan times price is the fixed sum.
    marginal
        Part of the price that each unit above the plan (or the ceiling) is paid at: "50%".
    below
        Part of the price that is taken back for each unit below the plan (or the floor). By default nothing: the
        fixed sum stands.
    floor, ceiling
        Corridor around the plan in which the payment is not adjusted: a part of the plan ("98%", "102%") or a number of
        units. By default both are the plan. At the floor or the ceiling itself nothing is adjusted yet.
    reading
        With a floor or ceiling the words leave three readings, and `Settlement.disputes` tells what each is worth:
        "neutral" (nothing is adjusted inside the corridor; used provisionally while none is chosen), "from_plan" (the
        marginal rates apply from the plan on), "full_price" (inside the corridor each unit has its full price).

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.cost_and_volume(1_000, "£2,000", "50%", below="50%", floor="98%", ceiling="102%")
    >>> form.pay(1_080), form.pay(930), form.pay(1_020)
    (Decimal('2060000.00'), Decimal('1950000.00'), Decimal('2000000.00'))
    """
    arguments = Arguments("cost_and_volume")
    expected, each = arguments.count("plan", plan, positive=True), arguments.money("price", price)
    above = arguments.share("marginal", marginal)
    back = arguments.share("below", below)
    low = None if floor is None else arguments.volume("floor", floor, example="98%")
    high = None if ceiling is None else arguments.volume("ceiling", ceiling, example="102%")
    if low is not None and low.units(expected.value) > expected.value:
        arguments.fault("floor", floor, f"at most the plan, {said(expected)}")
    if high is not None and high.units(expected.value) < expected.value:
        arguments.fault("ceiling", ceiling, f"at least the plan, {said(expected)}")
    corridor = low is not None or high is not None
    if reading is not None and corridor:
        arguments.choice("reading", reading, READINGS)
    elif reading is not None:
        arguments.fault("reading", reading, "none, since there is neither floor nor ceiling")
    draft = Draft(arguments, "Cost and volume", options)
    draft.words.append(
        f"A fixed sum for {said(expected)} {draft.units} at {said(each)}; each one above is paid at {above.text} of "
        f"the price, for each one below {back.text} of it is taken back."
    )
    draft.volume_plan(expected)
    draft.price(each)
    draft.parameter("marginal_rate", "Marginal rate above", above)
    draft.parameter("below_rate", "Rate taken back below", back)
    if not corridor:
        base = "planned_value - below_rate * planned_value"
        bands = [{"to": "plan_of_month", "rate": "below_rate"}, {"rate": "marginal_rate"}]
        bands_of(draft, "cost_and_volume", "Cost and volume", bands, base)
        return with_costs(draft)
    draft.words.append("Inside the corridor nothing is adjusted.")
    start = "plan_of_month" if low is None else draft.volume("floor", "Floor", low)
    end = "plan_of_month" if high is None else draft.volume("ceiling", "Ceiling", high)
    ways = _corridor(start, end)
    more: dict[str, Json] = {
        "readings": [
            {"name": name, "words": words, "overrides": {"base": base, "bands": bands}}
            for name, (words, base, bands) in ways.items()
        ]
    }
    more["reading" if reading else "provisional"] = reading or "neutral"
    _, base, bands = ways[reading or "neutral"]
    bands_of(draft, "cost_and_volume", "Cost and volume with a corridor", bands, base, **more)
    return with_costs(draft)


def with_costs(draft: Draft) -> Quick:
    """The finished form, with the costs of activity if they were given."""
    draft.provider_costs("activity")
    return draft.quick("activity")


def _corridor(start: str, end: str) -> dict[str, tuple[str, str, list[Json]]]:
    """The three readings of a corridor: words, base and bands."""
    back = f"below_rate * {start} * year_price"
    return {
        "neutral": (
            "Nothing is adjusted inside the corridor; beyond it each unit has its marginal rate.",
            f"planned_value - {back}",
            [{"to": start, "rate": "below_rate"}, {"to": end, "rate": 0}, {"rate": "marginal_rate"}],
        ),
        "from_plan": (
            "The marginal rates apply to every unit above or below the plan.",
            "planned_value - below_rate * planned_value",
            [{"to": "plan_of_month", "rate": "below_rate"}, {"rate": "marginal_rate"}],
        ),
        "full_price": (
            "Inside the corridor each unit has its full price; beyond it its marginal rate.",
            f"planned_value - (plan_of_month - {start}) * year_price - {back}",
            [{"to": start, "rate": "below_rate"}, {"to": end, "rate": 1}, {"rate": "marginal_rate"}],
        ),
    }


def cap_and_collar(plan: Any, price: Any, *, cap: Any, collar: Any, **options: Unpack[Options]) -> Quick:
    """Cap and collar: a price for every unit, but never for fewer than the collar nor for more than the cap.

    Parameters
    ----------
    plan, price
        As in `cost_and_volume`.
    cap, collar
        Most and least units that are paid for: a part of the plan ("105%", "95%") or a number of units.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.cap_and_collar(10_000, "£2,000", cap="105%", collar="95%")
    >>> form.pay(8_500), form.pay(10_100), form.pay(11_500)
    (Decimal('19000000.00'), Decimal('20200000.00'), Decimal('21000000.00'))
    """
    arguments = Arguments("cap_and_collar")
    expected, each = arguments.count("plan", plan, positive=True), arguments.money("price", price)
    low, high = arguments.volume("collar", collar, example="95%"), arguments.volume("cap", cap)
    if low.units(expected.value) > high.units(expected.value):
        arguments.fault("collar", collar, f"at most the cap, {cap!r}")
    draft = Draft(arguments, "Cap and collar", options)
    draft.words.append(
        f"{said(each)} for each {draft.unit}, for at least {draft.said_volume(low)} and at most "
        f"{draft.said_volume(high)}."
    )
    draft.volume_plan(expected)
    draft.price(each)
    start, end = draft.volume("collar", "Collar", low), draft.volume("cap", "Cap", high)
    bands = [{"to": start, "rate": 0}, {"to": end, "rate": 1}, {"rate": 0}]
    bands_of(draft, "cap_and_collar", "Cap and collar", bands, f"{start} * year_price")
    return with_costs(draft)
