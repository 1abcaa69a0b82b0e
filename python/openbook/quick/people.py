"""Payment for a population: a rate for every person on the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from .._literals import Figure
from ._arguments import Arguments, Options
from ._draft import Draft, name_to_id, said
from ._quick import Quick

__all__ = ["capitation"]


def capitation(list_size: Any, rate: Any, **options: Unpack[Options]) -> Quick:
    """Capitation: a yearly rate for every person on the list, paid by the month for those who are on it then.

    Parameters
    ----------
    list_size
        Persons expected on the list: 50_000; or by group, ``{"under 65": 40_000, "65 and over": 10_000}``.
    rate
        Pounds a person a year: "£4,000"; by the same groups where the list is by group.
    **options
        See `Options`; with `fixed_cost` and `unit_cost` (a person a year) the provider's position is the gain that it
        keeps, or its loss.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.capitation(list_size=50_000, rate="£4,000", unit_cost="£3,600")
    >>> form.pay(51_000), form.settle(51_000).position("provider")
    (Decimal('204000000.00'), Decimal('20400000.00'))
    """
    arguments = Arguments("capitation")
    groups = _groups(arguments, list_size, rate)
    draft = Draft(arguments, "Capitation", options, unit="person")
    several = len(groups) > 1
    people, amounts = [], []
    for name, (size, each) in groups.items():
        tail, of = (f"_{name_to_id(name)}", f", {name}") if several else ("", "")
        expected = draft.parameter(f"list_size{tail}", f"List size{of}", size, draft.units)
        per = draft.parameter(f"rate{tail}", f"Rate a year{of}", each, draft.each)
        on_list = draft.input(
            f"people{tail}", f"People on the list{of}", draft.units, {"value": expected}, aggregate="mean"
        )
        people.append(on_list)
        amounts.append(f"{on_list} * {per}")
        draft.words.append(f"{said(each)} a year for each {draft.unit} on the list{of}.")
    if not several:
        draft.edge("expected list", "list_size")
    draft.clause("block", "capitation", "Capitation", amount=" + ".join(amounts))
    draft.provider_costs(f"({' + '.join(people)})", per=" / 12")
    return draft.quick(*people)


def _groups(arguments: Arguments, list_size: Any, rate: Any) -> dict[str, tuple[Figure, Figure]]:
    if not isinstance(list_size, Mapping) and not isinstance(rate, Mapping):
        return {"": (arguments.count("list_size", list_size), arguments.money("rate", rate, example="£4,000"))}
    sizes, rates = arguments.names("list_size", list_size, "persons"), arguments.names("rate", rate, "rates")
    if sizes and rates and sizes.keys() != rates.keys():
        arguments.fault("rate", sorted(rates), f"a rate for each group of the list: {', '.join(sizes)}")
        return {}
    return {
        name: (
            arguments.count(f"list_size[{name!r}]", sizes[name]),
            arguments.money(f"rate[{name!r}]", rates[name], example="£4,000"),
        )
        for name in sizes
        if name in rates
    }
