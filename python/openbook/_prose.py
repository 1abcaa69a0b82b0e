"""Formulas in words: what a reader without the language can check against the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from . import _json
from ._json import Json
from .errors import BookError

__all__ = ["in_words"]

# How tightly a phrase holds together; a looser one inside a tighter one gets brackets.
PHRASE, LOGIC, TEST, SUM, PRODUCT, ATOM = range(6)
Said = tuple[str, int]

_PAIRS = {
    "add": ("plus", SUM),
    "subtract": ("less", SUM),
    "multiply": ("times", PRODUCT),
    "divide": ("divided by", PRODUCT),
    "and": ("and", LOGIC),
    "or": ("or", LOGIC),
    "less": ("is less than", TEST),
    "less_equal": ("is at most", TEST),
    "greater": ("is more than", TEST),
    "greater_equal": ("is at least", TEST),
    "equal": ("equals", TEST),
    "not_equal": ("differs from", TEST),
}
_LISTS = {
    "min": "the smallest of",
    "max": "the largest of",
    "count": "how many hold of:",
    "any": "one of these holds:",
    "all": "all of these hold:",
}
_TEMPLATES = {
    "not": "not {0}",
    "negate": "minus {0}",
    "clip": "{0}, but at least {1} and at most {2}",
    "abs": "the size of {0}",
    "positive": "{0} where above zero, else zero",
    "negative": "how far {0} lies below zero",
    "whole": "{0} divided by {1}, in whole numbers, rounded down",
    "modulo": "what is left of {0} after whole parts of {1}",
    "exp": "e to the power {0}",
    "log": "the natural logarithm of {0}",
    "power": "{0} to the power {1}",
    "sqrt": "the square root of {0}",
    "logistic": "the logistic function of {0}",
    "curve": "curve {0} at {1}",
    "inverse": "where curve {0} reaches {1}",
    "solve": "the {0} between {3} and {4} at which {1} comes to {2}",
    "no_limit": "no limit",
    "no_value": "no value",
    "normal_probability": "the normal probability of at most {0}",
    "normal_quantile": "the normal quantile at {0}",
    "t_probability": "the probability of at most {0} of Student's t with {1} degrees of freedom",
    "t_quantile": "the quantile at {0} of Student's t with {1} degrees of freedom",
    "chi_square_probability": "the probability of at most {0} of chi-square with {1} degrees of freedom",
    "chi_square_quantile": "the quantile at {0} of chi-square with {1} degrees of freedom",
    "gamma_probability": "the probability of at most {0} of a gamma number of shape {1} and scale {2}",
    "gamma_quantile": "the quantile at {0} of a gamma number of shape {1} and scale {2}",
    "beta_probability": "the probability of at most {0} of a beta number ({1}, {2})",
    "beta_quantile": "the quantile at {0} of a beta number ({1}, {2})",
    "binomial_probability": "the probability of at most {0} of {1} events of probability {2}",
    "binomial_quantile": "the quantile at {0} of {1} events of probability {2}",
    "poisson_probability": "the probability of at most {0} events where {1} are expected",
    "poisson_quantile": "the quantile at {0} of events of which {1} are expected",
    "window": "{0} over the last {1} periods",
    "window_place": "of {0} over the last {1} periods the one in place {2}",
    "later": "{0} {1} periods later, {2} beyond the end",
    "first_when": "the first period in which {0}",
    "last_when": "the last period in which {0}",
    "date": "{0}",
    "period_start": "the first day of the period",
    "period_end": "the last day of the period",
    "days": "the days of the period",
    "year_of": "the year of {0}",
    "month_of": "the month of {0}",
    "day_of": "the day of the month of {0}",
    "weekday": "the weekday of {0} (1 for Monday)",
    "add_months": "{0} and {1} months",
    "months_between": "the whole months from {0} to {1}",
    "years_between": "the whole years from {0} to {1}",
    "month_ends": "the month ends from {0} to {1}",
    "working_days": "the working days from {0} to {1}",
    "year_fraction": "the years from {0} to {1}",
    "missing": "{0} is missing",
    "reason": "why {0} is missing",
    "in_unit": "{0} in {1}",
    "or_else": "{0}, or {1} where it is missing",
    "previous": "{0} one period earlier ({1} at first)",
    "cumulative": "{0} added up since the start of the {1}",
    "over": "{0} over the {1}",
    "plan": "planned {0}",
    "paid": "what clause {0} pays over the {1}",
    "received": "what {1} receives under clause {0} over the {2}",
    "position": "the position of {0} over the {1}",
    "provisional": "the position of {0} over the {1} before overlays",
    "income": "the contract income of {0} over the {1}",
    "cost": "the costs of {0} over the {1}",
    "cash": "the cash of {0}",
    "reserves": "the reserves of {0}",
    "score": "the score of {0}",
    "measure": "the score of measure {0}",
    "sum": "{0} summed over its members",
    "largest": "the largest of {0} over its members",
    "smallest": "the smallest of {0} over its members",
    "mean": "the mean of {0} over its members",
    "product": "the product of {0} over its members",
    "first": "the first member of {0}",
    "last": "the last member of {0}",
    "weighted_mean": "the mean of {0} weighted by {1}",
    "median": "the median of {0} over its members",
    "quantile": "the {1} quantile of {0} over its members",
    "deviation": "the standard deviation of {0} over its members ({1})",
    "slope": "the slope of {0} along {1}",
    "percentile_group": "the group of each member by {0}, of {1}",
    "running_by": "{0} summed over the members whose {1} is not above the member's own",
    "running_between": "{0} summed up to each member, kept from {1} to {2}",
    "sum_matching": "{0} summed over the members whose {1} is {2}",
    "apportion": "{0} apportioned by {1}",
    "apportion_capped": "{0} apportioned by {1}, nobody above {2}",
    "by_member": "for each member of {0} its own value",
    "any_member": "{0} for one of its members",
    "all_members": "{0} for all of its members",
    "rank": "the place of each member by {0}",
    "running": "{0} summed up to each member",
    "spread": "{0} for each member of {1}",
    "member": "{0} of {1}",
    "contract_year": "the number of the contract year",
    "month_number": "the number of the month",
    "calendar_month": "the month of the calendar (1 for January)",
    "months": "the months of the period",
    "from_month": "from {0} on",
    "number": "{0} without its unit",
    "money": "£ {0}",
}
#: Functions of a name and a calendar that may be left out: the period that asks, or of cumulative the whole term.
_CALENDAR_LAST = frozenset({"paid", "received", "position", "provisional", "income", "cost", "cumulative", "over"})
_ATOMS = frozenset({"plan", "score", "measure", "months", "contract_year", "month_number", "calendar_month", "cash"})


#: What the core calls operands with a name, as in sum(x, over='age', where=x > 3).
NAMED_OPERANDS = ("over=", "where=")


def in_words(formula: str, names: Mapping[str, str]) -> str:
    """A formula as an English phrase.

    Parameters
    ----------
    formula
        Its text.
    names
        What ids are called; an id that has no name is read with spaces for underscores.

    Examples
    --------
    >>> in_words("price * max(visits - floor, 0) / 2", {"visits": "attendances"})
    'price times the largest of (attendances less floor) and 0 divided by 2'
    >>> in_words("if(visits > 100, £1.5m, previous(fee, £0))", {})
    '£1,500,000 if visits is more than 100, otherwise fee one period earlier (£0 at first)'
    """
    from . import _core

    if not formula.strip():
        return ""
    try:
        graph = _json.loads(_core.formula_graph(formula))["graph"]
    except BookError:
        return formula  # a place that holds free text
    return _say(graph, lambda name: names.get(name) or name.replace("_", " "))[0]


def _say(node: Json, name: Callable[[str], str]) -> Said:
    if "number" in node:
        return _measured(_number(node["number"]), node.get("unit", "")), ATOM
    if "money" in node:
        return _money(node["money"]), ATOM
    if "truth" in node:
        return ("always" if node["truth"] else "never"), ATOM
    if "text" in node or "name" in node:
        return name(node.get("text") or node["name"]), ATOM
    operands = [operand for operand in node["operands"] if operand.get("function") not in NAMED_OPERANDS]
    said = _call(node["function"], [_say(operand, name) for operand in operands])
    for operand in node["operands"]:
        if operand not in operands:
            word = {"over=": "over the members of", "where=": "where"}[operand["function"]]
            text = said[0].replace(" over its members", "")
            said = f"{text} {word} {_within(_say(operand['operands'][0], name), PRODUCT)}", PHRASE
    return said


def _number(text: str) -> str:
    return text if "/" in text else f"{Decimal(text):,f}"


def _measured(number: str, unit: str) -> str:
    return f"{number} percentage points" if unit == "pp" else f"{unit}{number}"


def _money(text: str) -> str:
    number = _number(text)
    return f"-£{number[1:]}" if number.startswith("-") else f"£{number}"


def _within(said: Said, level: int) -> str:
    text, own = said
    return text if own >= level else f"({text})"


def _call(function: str, operands: Sequence[Said]) -> Said:
    if function in _PAIRS and len(operands) == 2:
        word, level = _PAIRS[function]
        # What is taken away or divided by holds together more tightly than what stands before it.
        right = level + 1 if function in ("subtract", "divide") or level == TEST else level
        left = level + 1 if level == TEST else level
        return f"{_within(operands[0], left)} {word} {_within(operands[1], right)}", level
    if function == "divide":
        return f"{_within(operands[0], PRODUCT)} divided by {_within(operands[1], ATOM)} " + (
            f"({operands[2][0]} where that is zero)"
        ), PRODUCT
    if function in _LISTS:
        return f"{_LISTS[function]} {_listed([_within(operand, PRODUCT) for operand in operands])}", PRODUCT
    if function in ("if", "choose"):
        *pairs, otherwise = operands
        cases = [f"{_within(pairs[i + 1], LOGIC)} if {pairs[i][0]}" for i in range(0, len(pairs), 2)]
        return f"{', '.join(cases)}, otherwise {otherwise[0]}", PHRASE
    if function == "round":
        mode = f" ({operands[2][0]})" if len(operands) > 2 else ""
        step = f" to a multiple of {operands[1][0]}" if len(operands) > 1 else ""
        return f"{_within(operands[0], PRODUCT)} rounded{step}{mode}", PHRASE
    if function == "by_category":
        *pairs, otherwise = operands[1:] if len(operands) % 2 == 0 else (*operands[1:], ("no value", ATOM))
        cases = [f"{_within(pairs[i + 1], LOGIC)} if it is {pairs[i][0]}" for i in range(0, len(pairs), 2)]
        return f"by {operands[0][0]}: {', '.join(cases)}, otherwise {otherwise[0]}", PHRASE
    texts = [_within(operand, PRODUCT) for operand in operands]
    if function == "lookup":
        return f"what table {texts[0]} says for {_listed(texts[1:])}", PHRASE
    template = _TEMPLATES.get(function)
    if template is None:
        return f"{function.replace('_', ' ')} of {_listed(texts)}", PHRASE
    wanted = 1 + max((int(digit) for digit in "01234" if f"{{{digit}}}" in template), default=-1)
    if function in _CALENDAR_LAST and len(texts) < wanted:
        texts.append("term" if function == "cumulative" else "period")
    if len(texts) < wanted:
        return f"{function.replace('_', ' ')} of {_listed(texts)}", PHRASE
    return template.format(*texts), ATOM if function in _ATOMS else PHRASE if function != "negate" else PRODUCT


def _listed(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
