"""Payment that changes its slope or is paid in two parts: marginal rate, blended payment, forecast and correction."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Unpack

from .._json import Json
from ._arguments import Arguments, Options
from ._draft import Draft, said, whole_plan
from ._quick import Quick
from .volume import bands_of, with_costs

__all__ = ["blended", "emergency_marginal_rate", "forecast"]


def emergency_marginal_rate(
    baseline: Any, price: Any, *, marginal: Any = "30%", plan: Any = None, **options: Unpack[Options]
) -> Quick:
    """The marginal rate for emergency admissions: full price up to a baseline, a part of it above.

    Parameters
    ----------
    baseline
        Admissions of the baseline year (10_000), or their value ("£20m"): the rule does not say which is meant, so say
        it here. The baseline itself is paid in full; each admission beyond it at the marginal rate.
    price
        Of an admission.
    marginal
        Part of the price above the baseline. By default 30%, the national rule of 2011-12 to 2014-15.
    plan
        Activity expected in the year, which is paid on account. None: the baseline.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.quick.emergency_marginal_rate(baseline=10_000, price="£2,000").pay(11_500)
    Decimal('20900000.00')
    """
    arguments = Arguments("emergency_marginal_rate")
    each = arguments.money("price", price)
    limit = arguments.sum_or_share("baseline", baseline, "nothing", example="£20m") if _is_money(baseline) else None
    count = arguments.count("baseline", baseline) if limit is None else limit
    rate = arguments.share("marginal", marginal, example="30%")
    usual = count.value if limit is None else (count.value / each.value if each.value else Decimal(0))
    expected = arguments.count("plan", usual if plan is None else plan)
    draft = Draft(arguments, "Emergency marginal rate", {"unit": "admission", **options})
    draft.words.append(
        f"{said(each)} for each {draft.unit} up to a baseline of {said(count)}; beyond it {said(rate)} of the price."
    )
    draft.volume_plan(expected)
    draft.price(each)
    draft.parameter("marginal_rate", "Marginal rate above the baseline", rate)
    if limit is None:
        draft.edge("baseline", draft.parameter("baseline", "Baseline", count, draft.units))
        bands: list[Json] = [{"to": "baseline", "rate": 1}, {"rate": "marginal_rate"}]
        bands_of(draft, "marginal_rate_rule", "Emergency marginal rate", bands)
        return with_costs(draft)
    draft.parameter("baseline", "Baseline value", count, "£")
    draft.edge("baseline", draft.quantity("baseline_volume", "Baseline", "baseline / year_price", draft.units))
    bands = [{"to": "baseline", "rate": 1}, {"rate": "marginal_rate"}]
    bands_of(draft, "marginal_rate_rule", "Emergency marginal rate", bands, quantity="activity * year_price", price=1)
    return with_costs(draft)


def _is_money(given: Any) -> bool:
    return isinstance(given, str) and "£" in given


def blended(
    plan: Any = None, price: Any = None, *, fixed: Any = None, variable: Any, **options: Unpack[Options]
) -> Quick:
    """Blended payment: a fixed sum and a part that follows activity.

    Parameters
    ----------
    plan
        Expected activity of the year; needed where no fixed sum is said.
    price
        Of a unit; needed where `variable` is a percentage or no fixed sum is said.
    fixed
        The fixed sum a year: "£16m". None: what is left of plan times price, so that the plan itself is paid in full.
    variable
        What each unit brings: "£400", or a part of the price, "20%".

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.blended(plan=10_000, price="£2,000", variable="20%")
    >>> form.pay(8_500), form.pay(11_500), ob.quick.blended(fixed="£16m", variable="£400").pay(11_500)
    (Decimal('19400000.00'), Decimal('20600000.00'), Decimal('20600000.00'))
    """
    arguments = Arguments("blended")
    part = not _is_money(variable)
    rate = arguments.share("variable", variable, example="20%") if part else arguments.money("variable", variable)
    expected = arguments.count("plan", 0 if plan is None else plan)
    each = arguments.money("price", 0 if price is None else price)
    whole = None if fixed is None else arguments.money("fixed", fixed, example="£16m")
    if plan is None and fixed is None:
        arguments.fault("plan", None, "the expected activity, since no fixed sum is said")
    if price is None and (part or fixed is None):
        arguments.fault("price", None, "the price, since the variable part or the fixed sum is a part of it")
    if price is not None and not part and fixed is not None:
        arguments.fault("price", price, "nothing, since fixed and variable are both said in £")
    draft = Draft(arguments, "Blended payment", options)
    draft.volume_plan(None if plan is None else expected)
    if price is not None and plan is not None:
        draft.price(each)
    elif price is not None:
        draft.parameter("price", f"Price per {draft.unit}", each, draft.each)
    title, unit = ("Variable part", "") if part else (f"Variable payment per {draft.unit}", draft.each)
    draft.parameter("variable", title, rate, unit)
    paid = "variable * price" if part else "variable"
    if whole is None:
        share = "planned_value - " + ("variable * planned_value" if part else "variable * plan_of_month")
        amount = f"12 * ({share})"
        sum_ = "the rest of the plan at the price"
    else:
        amount = draft.parameter("fixed", "Fixed sum a year", whole, "£")
        sum_ = said(whole)
    draft.words.append(
        f"A fixed sum of {sum_}, and {said(rate)}{' of the price' if part else ''} for each {draft.unit}."
    )
    draft.clause("block", "fixed_part", "Fixed part", amount=amount)
    draft.clause("activity", "variable_part", "Variable part", quantity="activity", price=paid)
    return with_costs(draft)


def forecast(plan: Any, price: Any, *, reconcile: str = "quarter", **options: Unpack[Options]) -> Quick:
    """Monthly payment on forecast activity, corrected to the actual activity.

    Parameters
    ----------
    plan
        Forecast of the year, a twelfth a month.
    price
        Of a unit.
    reconcile
        When the forecast is corrected: "month", "quarter" (by default), "half_year" or "year".

    Examples
    --------
    >>> import openbook as ob
    >>> ob.quick.forecast(12_000, "£100").pay(12_600)
    Decimal('1260000.00')
    """
    arguments = Arguments("forecast")
    expected, each = arguments.count("plan", plan, positive=True), arguments.money("price", price)
    when = arguments.choice("reconcile", reconcile, ("month", "quarter", "half_year", "year"))
    draft = Draft(arguments, "Payment on forecast activity", options)
    draft.words.append(
        f"A twelfth of {said(expected)} {draft.units} at {said(each)} each month, "
        f"corrected to the actual activity each {when.replace('_', ' ')}."
    )
    draft.volume_plan(expected)
    draft.parameter("price", f"Price per {draft.unit}", each, draft.each)
    draft.quantity("forecast_of_month", "Forecast", whole_plan(expected), draft.units, "month")
    draft.clause(
        "forecast",
        "forecast",
        "Payment on forecast",
        forecast="forecast_of_month",
        actual="activity",
        price="price",
        reconcile=when,
    )
    return with_costs(draft)
