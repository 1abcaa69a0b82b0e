"""Activity that is paid for twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

from .._pennies import HALF_A_PENNY
from .agreement import overlap
from .findings import Finding, Reader

if TYPE_CHECKING:
    from .probing import Probe

__all__ = ["QUANTITIES", "paid_twice"]

#: Of the families that pay for a quantity, the fields that hold it.
QUANTITIES = {"activity": "quantity", "bands": "quantity", "forecast": "actual"}
#: Functions of a formula that leave a quantity in its own unit, so that a price still counts its units.
_KEEPING = frozenset({"add", "subtract", "negate", "sum", "over", "min", "max", "positive", "clip"})


def paid_twice(reader: Reader, probe: Probe, amounts: dict[str, str]) -> Iterator[Finding]:
    """Two clauses under which one party is paid more for one further unit, in the same months.

    Clauses that take turns, such as one up to the plan and one beyond it, do not rise together.
    """
    by_id = {of.id: of for of in probe.moved if of.steps}
    paying = []
    for group, clause, _, path in reader.clauses():
        counts = _paid_for(reader, clause)
        if counts and not clause.subject:
            sides = clause.from_ or getattr(group, "payer", ""), clause.to or getattr(group, "payee", "")
            paying.append((group, clause, path, counts, sides))
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


def _paid_for(reader: Reader, clause: Any) -> set[str]:
    """The names of what a clause pays for by the unit: a family's quantity, a list of people, or x of `price * x`."""
    if clause.kind == "payment":
        inputs = [item for item in reader.book.inputs if item.unit not in ("", "number", "%") and "£" not in item.unit]
        found = _priced(reader.tree(str(clause.amount)))
        # Of an input with members a second factor may choose some: two clauses may then pay for different members.
        return {item.id for item in inputs if item.id in found and (found[item.id] <= 2 or not item.dimension)}
    field = "people" if clause.kind == "capitation" else QUANTITIES.get(clause.kind)
    return set() if field is None else reader.names_in(str(getattr(clause, field)))


def _priced(tree: dict[str, Any], factors: int = 1) -> dict[str, int]:
    """The names in a sum of products that stand there in their own unit, with how many factors their product has.

    Where `number(x)`, a comparison or a table stands between, x only sways the sum: no price counts its units.
    """
    function, operands = tree.get("function"), tree.get("operands", ())
    if function is None:
        return {tree["name"]: factors} if factors > 1 and "name" in tree else {}
    if function == "multiply":
        product = [factor for factor in _factors(tree) if "number" not in factor]
        operands, factors = product, max(2, factors - 1 + len(product))
    elif function == "divide":
        operands = operands[:1]
    elif function not in _KEEPING:
        return {}
    return {name: most for operand in operands for name, most in _priced(operand, factors).items()}


def _factors(tree: dict[str, Any]) -> list[dict[str, Any]]:
    if tree.get("function") != "multiply":
        return [tree]
    return [factor for operand in tree["operands"] for factor in _factors(operand)]
