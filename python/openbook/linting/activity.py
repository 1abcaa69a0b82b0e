"""Activity that is paid for twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from .._pennies import HALF_A_PENNY
from .agreement import overlap
from .findings import Finding, Reader

if TYPE_CHECKING:
    from .probing import Probe

__all__ = ["QUANTITIES", "paid_twice"]

#: Of the families that pay for a quantity, the fields that hold it.
QUANTITIES = {"activity": "quantity", "bands": "quantity", "forecast": "actual"}


def paid_twice(reader: Reader, probe: Probe, amounts: dict[str, str]) -> Iterator[Finding]:
    """Two clauses under which one party is paid more for one further unit, in the same months.

    Clauses that take turns, such as one up to the plan and one beyond it, do not rise together.
    """
    by_id = {of.id: of for of in probe.moved if of.steps}
    paying = []
    for group, clause, _, path in reader.clauses():
        field = QUANTITIES.get(clause.kind)
        if field is not None and not clause.subject:
            sides = clause.from_ or getattr(group, "payer", ""), clause.to or getattr(group, "payee", "")
            paying.append((group, clause, path, reader.names_in(str(getattr(clause, field))), sides))
    for (group, clause, _, counts, sides), (other_group, other, path, counted, others) in combinations(paying, 2):
        if sides != others or not overlap((group, clause), (other_group, other)):
            continue
        for name in sorted(counts & counted & by_id.keys()):
            rising = []
            for one in (clause, other):
                _, paid = probe.response(by_id[name], amounts[one.id])
                rising.append(paid[1:] - paid[:-1] > HALF_A_PENNY)
            if len(rising[0]) > 3 and (rising[0] & rising[1]).sum() * 4 >= len(rising[0]):
                message = (
                    f"'{clause.id}' and '{other.id}' both pay '{sides[1]}' for each further unit of '{name}' in the "
                    "same months: make sure that no unit is paid for twice"
                )
                yield Finding("paid-twice", "warning", path, message)
