"""Shares that do not sum, and who may not or cannot bear one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .._calendar import month_index
from .agreement import overlap
from .findings import Finding, Reader, number_of, texts_of

__all__ = ["bearing", "lists_of", "no_bearer", "portions", "shares"]

#: The lists of parts that clauses have, and of them those whose parties may have to pay, and what comes of a sum of
#: a pooled fund that nobody takes or pays.
_LISTS = ("shares", "members", "givers", "contributions", "underspend", "overspend")
_GIVING = ("givers", "contributions", "overspend")
_LEFT = {"underspend": "what is not spent stays in the fund", "overspend": "an overspend stays with the fund"}


def shares(reader: Reader) -> Iterator[Finding]:
    """Literal weights that do not sum to 1."""
    for _, clause, _, path in reader.clauses():
        if clause.kind == "share" and clause.split != "weight":
            continue
        for of, place, parts in lists_of(clause, path):
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
        for of, place, parts in lists_of(clause, path):
            takes = [part for part in parts if _eligible(part)]
            rules = [(part.party, _rule(limits, part.party, clause)) for part in takes]
            payers = [party for party, rule in rules if rule is None or rule.may_pay]
            receivers = [party for party, rule in rules if rule is None or rule.may_receive]
            field = place.rsplit("/", 1)[1]
            does = _LEFT.get(field, "it moves nothing")
            if not takes:
                yield Finding("no-bearer", "warning", place, f"nobody in {of} is eligible: {does}")
            elif clause.kind in ("share", "netting") and not (payers and receivers):
                may = "receive" if payers else "pay"
                message = f"nobody who takes part in {of} may {may} under it (`bears`): {does}"
                yield Finding("no-bearer", "warning", place, message)
            elif field in _GIVING and not payers:
                yield Finding("no-bearer", "warning", place, f"nobody in {of} may pay under it: {does}")


def portions(reader: Reader) -> Iterator[Finding]:
    """Subcontracts of one lead that pass down more than the whole of what a clause pays, or of a gain or loss."""
    passed: dict[tuple[str, str, str], list[tuple[Any, str]]] = {}
    for group, clause, _, path in reader.clauses():
        stated = {field for reading in clause.readings for field in reading.overrides}
        if clause.kind != "subcontract" or clause.subject or stated & {"portion", "margin", "risk", "risks", "of"}:
            continue
        lead = clause.from_ or getattr(group, "payer", "")
        if _least(reader, clause.margin) != 1:
            passed.setdefault((lead, clause.of, "price"), []).append(((group, clause), path))
        for risk in clause.risks:
            passed.setdefault((lead, risk, "risk"), []).append(((group, clause), path))
    for (lead, of, what), parts in passed.items():
        for place, path in parts:  # the most that is passed down at a time begins with one of them
            together = [other for other, _ in parts if overlap(place, other) and _has_begun(other, place)]
            total = sum((_passed(reader, clause, what) for _, clause in together), Decimal(0))
            if len(together) > 1 and total > 1:
                *names, last = (f"'{clause.id}'" for _, clause in together)
                does = "of what is paid under" if what == "price" else "of the gains and losses under"
                message = (
                    f"{', '.join(names)} and {last} pass down {(total * 100).normalize():f}% {does} '{of}', "
                    f"of which '{lead}' has no more than the whole; portions of subcontracts are not normalised"
                )
                yield Finding("shares", "warning", f"{path}/portion", message)
                break


def _has_begun(other: tuple[Any, Any], place: tuple[Any, Any]) -> bool:
    return _begins(other) <= _begins(place)


def _begins(place: tuple[Any, Any]) -> int:
    return max((month_index(item.starts) for item in place if item.starts), default=0)


def _passed(reader: Reader, clause: Any, what: str) -> Decimal:
    """The least that a subcontract passes down, as a part of the whole; 0 where no figure says it."""
    portion = _least(reader, clause.portion) or Decimal(0)
    return portion if what == "price" else portion * (_least(reader, clause.risk) or Decimal(0))


def _least(reader: Reader, term: Any) -> Decimal | None:
    """The least figure that a term states, or that the parameter which it names has; None where one is a formula."""
    texts = list(texts_of(getattr(term, "_data", term)))
    if len(texts) == 1:
        texts = reader.meanings.get(texts[0], texts)
    numbers = [number_of(text) for text in texts]
    known = [number for number in numbers if number is not None]
    return min(known) if known and len(known) == len(numbers) else None


def _eligible(part: Any) -> bool:
    weight = number_of(getattr(part, "weight", None))
    return _condition(part) != "false" and weight != 0


def _condition(part: Any) -> str:
    """What a part hangs on: of a member of a fund what it is earned by, of others who is eligible."""
    return str(part.earned if hasattr(part, "earned") else part.eligible)


def lists_of(clause: Any, path: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every list of parts of a clause: what it is of, where it stands, the parts."""
    for field in _LISTS:
        parts = getattr(clause, field, ())
        if isinstance(parts, tuple) and parts:
            named = clause.kind == "pooled_fund" or field == "givers"
            yield f"the {field} of '{clause.id}'" if named else f"'{clause.id}'", f"{path}/{field}", parts
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
