"""Shares that do not sum, and who may not or cannot bear one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .findings import Finding, Reader, number_of

__all__ = ["bearing", "no_bearer", "shares"]

#: The lists of parts that clauses have, and of them those whose parties may have to pay.
_LISTS = ("shares", "members", "givers", "contributions", "underspend", "overspend")
_GIVING = ("givers", "contributions", "overspend")


def shares(reader: Reader) -> Iterator[Finding]:
    """Literal weights that do not sum to 1."""
    for _, clause, _, path in reader.clauses():
        if clause.kind == "share" and clause.split != "weight":
            continue
        for of, place, parts in _lists(clause, path):
            if len(parts) > 1:
                yield from _sum_to_one(reader, of, place, parts)


def bearing(reader: Reader) -> Iterator[Finding]:
    """Parties that take part in what they may not pay under."""
    limits = _limits(reader)
    for _, clause, _, path in reader.clauses():
        for part in _taking_part(clause):
            rule = _rule(limits, part.party, clause)
            if rule is None or rule.may_pay or _condition(part) != "true":
                continue
            reason = f" ({rule.reason})" if rule.reason else ""
            message = (
                f"'{part.party}' takes part in '{clause.id}' but may not pay under it{reason}: it will be "
                "left out, the others bear its part"
            )
            yield Finding("may-not-bear", "warning", path, message)


def no_bearer(reader: Reader) -> Iterator[Finding]:
    """Lists of which nobody may take part, or nobody on the side that gives or the side that takes."""
    limits = _limits(reader)
    for _, clause, _, path in reader.clauses():
        for of, place, parts in _lists(clause, path):
            takes = [part for part in parts if _eligible(part)]
            rules = [(part.party, _rule(limits, part.party, clause)) for part in takes]
            payers = [party for party, rule in rules if rule is None or rule.may_pay]
            receivers = [party for party, rule in rules if rule is None or rule.may_receive]
            if not takes:
                yield Finding("no-bearer", "warning", place, f"nobody in {of} is eligible: it moves nothing")
            elif clause.kind in ("share", "netting") and not (payers and receivers):
                does = "receive" if payers else "pay"
                message = f"nobody who takes part in {of} may {does} under it (`bears`): it moves nothing"
                yield Finding("no-bearer", "warning", place, message)
            elif place.rsplit("/", 1)[1] in _GIVING and not payers:
                yield Finding("no-bearer", "warning", place, f"nobody in {of} may pay under it: it moves nothing")


def _eligible(part: Any) -> bool:
    weight = number_of(getattr(part, "weight", None))
    return _condition(part) != "false" and weight != 0


def _condition(part: Any) -> str:
    """What a part hangs on: of a member of a fund what it is earned by, of others who is eligible."""
    return str(part.earned if hasattr(part, "earned") else part.eligible)


def _lists(clause: Any, path: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every list of parts of a clause: what it is of, where it stands, the parts."""
    for field in _LISTS:
        parts = getattr(clause, field, ())
        if isinstance(parts, tuple) and parts:
            yield f"'{clause.id}'", f"{path}/{field}", parts
    for number, tranche in enumerate(getattr(clause, "tranches", ())):
        yield f"'{clause.id}', tranche '{tranche.name}'", f"{path}/tranches/{number}/to", tranche.to


def _limits(reader: Reader) -> dict[str, dict[str, Any]]:
    return {party.id: {b.mechanism: b for b in party.bears} for party in reader.book.parties}


def _rule(limits: dict[str, dict[str, Any]], party: str, clause: Any) -> Any:
    """What a party may bear under a clause, by its id or its family; None where the book does not say."""
    own = limits.get(party, {})
    return own.get(clause.id) or own.get(clause.kind)


def _taking_part(clause: Any) -> list[Any]:
    """Those who may have to pay; members of a fund and takers of an underspend only receive."""
    fields = [field for field in _LISTS if field != "underspend" and clause.kind != "fund"]
    return [part for field in fields for part in getattr(clause, field, ()) or ()]


def _sum_to_one(reader: Reader, name: str, path: str, parts: Any) -> Iterator[Finding]:
    known = [weight for part in parts if (weight := _weight(reader, part)) is not None]
    if len(known) < len(parts) or not known or sum(known) == 1:
        return
    total = sum(known)
    if len(set(known)) == 1 and total == len(known):
        return  # equal parts, left at 1 each
    message = (
        f"the weights of {name} sum to {total:f}, not to 1; they are normalised, so each part is its weight "
        f"out of {total:f}"
    )
    yield Finding("shares", "warning", path, message)


def _weight(reader: Reader, part: Any) -> Decimal | None:
    """A weight that is a number, or the name of a parameter that is a fraction; sizes, such as values, need no sum."""
    number = number_of(part.weight)
    if number is not None:
        return number
    meanings = reader.meanings.get(str(part.weight), ())
    fraction = number_of(meanings[0]) if len(meanings) == 1 and "£" not in meanings[0] else None
    return fraction if fraction is not None and 0 <= fraction <= 1 else None
