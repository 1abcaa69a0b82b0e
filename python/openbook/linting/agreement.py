"""What the parties have left open, claim or call by a wrong name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import notes
from .._calendar import month_index
from .findings import Finding, Reader, number_of

#: Words on whose meaning payments have hung and which say no figure.
_DISPUTED = re.compile(
    r"\b(?:un)?(?:reasonabl[ey]|material(?:ly)?|significant(?:ly)?|substantial(?:ly)?|exceptional(?:ly)?|"
    r"approximately|endeavours)\b",
    re.IGNORECASE,
)


def precedence(reader: Reader) -> Iterator[Finding]:
    """Overlays that claim to win, and clauses on one subject."""
    order = list(reader.book.precedence)
    for number, overlay in enumerate(reader.book.overlays):
        if overlay.claims_precedence and overlay.id not in order:
            message = (
                f"overlay '{overlay.id}' claims precedence over the contracts it wraps, but the order of "
                "precedence does not "
                "name it: where both speak of the same subject the contract's own term wins"
            )
            yield Finding("precedence", "warning", f"/overlays/{number}/claims_precedence", message)
    contracts = [(g, c, p) for g, c, overlay, p in reader.clauses() if not overlay and c.subject]
    for overlay, clause, is_overlay, path in reader.clauses():
        if not is_overlay or not clause.subject:
            continue
        for contract, other, _ in contracts:
            if other.subject != clause.subject or contract.id not in overlay.wraps:
                continue
            if not overlap((overlay, clause), (contract, other)):
                continue
            wins = overlay.id in order and (
                contract.id not in order or order.index(overlay.id) < order.index(contract.id)
            )
            winner, loser = (clause.id, other.id) if wins else (other.id, clause.id)
            why = "the order of precedence names the overlay first" if wins else "a contract's own term wins"
            message = (
                f"'{clause.id}' and '{other.id}' both speak of '{clause.subject}': {why}, so '{winner}' "
                f"is applied, '{loser}' not"
            )
            yield Finding("precedence", "warning", path, message)
    yield from _between_overlays(reader, order)


def _between_overlays(reader: Reader, order: list[str]) -> Iterator[Finding]:
    """Clauses of two overlays on one subject: the order decides where it names both."""
    placed = [(g, c, p) for g, c, overlay, p in reader.clauses() if overlay and c.subject]
    for number, (group, clause, _) in enumerate(placed):
        for others, other, path in placed[number + 1 :]:
            if (
                group.id == others.id
                or other.subject != clause.subject
                or not overlap((group, clause), (others, other))
            ):
                continue
            said = f"'{clause.id}' and '{other.id}' both speak of '{clause.subject}': "
            if group.id in order and others.id in order:
                first = order.index(group.id) < order.index(others.id)
                winner, loser = (clause.id, other.id) if first else (other.id, clause.id)
                said += f"the order of precedence names the overlay of '{winner}' first, so '{loser}' is not applied"
            else:
                said += (
                    f"the order of precedence does not name both '{group.id}' and '{others.id}', so both are settled"
                )
            yield Finding("precedence", "warning", path, said)


def readings(reader: Reader) -> Iterator[Finding]:
    """Clauses that are ambiguous."""
    for _, clause, _, path in reader.clauses():
        if not clause.readings or clause.reading:
            continue
        names = ", ".join(reading.name for reading in clause.readings)
        if clause.provisional:
            message = (
                f"'{clause.id}' is settled on the provisional reading '{clause.provisional}' (of "
                f"{names}): the parties have not agreed"
            )
            yield Finding("provisional-reading", "warning", path, message)
        else:
            message = f"'{clause.id}' has the readings {names} and none is chosen: settlement refuses it"
            yield Finding("open-reading", "error", path, message)


def unwritten_readings(reader: Reader) -> Iterator[Finding]:
    """Words that parties read in several ways, on a clause that has no readings."""
    for _, clause, _, path in reader.clauses():
        found = list(dict.fromkeys(word.casefold() for word in _DISPUTED.findall(clause.words)))
        if found and not clause.readings:
            said = ", ".join(f'"{word}"' for word in found)
            message = (
                f"the words of '{clause.id}' say {said}, which parties may read in "
                "several ways, and it has one reading: write the others down, or say what is agreed"
            )
            yield Finding("unwritten-readings", "note", path, message)


def deferred(reader: Reader) -> Iterator[Finding]:
    """Terms that have still to be agreed."""
    for place in reader.places:
        term = place.data if isinstance(place.data, dict) else {}
        for number, value in enumerate((term, *(term.get("steps") or ()))):
            if words := value.get("deferred"):
                begins = f" from {value['from']}" if number else ""
                until = f"{value.get('value')} is taken until then"
                message = f"'{place.name}'{begins} has still to be agreed ({words}); {until}"
                path = f"{place.path}/steps/{number - 1}" if number else place.path
                yield Finding("deferred-term", "warning", path, message)


def concessions(reader: Reader) -> Iterator[Finding]:
    """Waivers without limit; a credit and a recalibration cannot have one."""
    for number, concession in enumerate(reader.book.concessions):
        if concession.limit is None and concession.concession == "waive":
            message = (
                f"concession '{concession.id}' ({concession.concession} on '{concession.on}') has no "
                "limit: say how much one period may waive"
            )
            yield Finding("unlimited-concession", "warning", f"/concessions/{number}", message)


def advances(reader: Reader) -> Iterator[Finding]:
    """Clauses paid before the service."""
    for _, clause, _, path in reader.clauses():
        lag = number_of(reader.at(path).get("paid_after"))
        if lag is not None and lag < 0:
            months = f"{-lag:f} month{'s' if lag != -1 else ''}"
            message = (
                f"'{clause.id}' is paid {months} in advance: the payer carries the risk that the service "
                "is not delivered"
            )
            yield Finding("advance", "note", f"{path}/paid_after", message)


def references(reader: Reader) -> Iterator[Finding]:
    """Clauses that do not say where they stand."""
    for _, clause, _, path in reader.clauses():
        lacking = [name for name, has in (("paragraph reference", clause.ref), ("words", clause.words)) if not has]
        if lacking:
            message = (
                f"'{clause.id}' has no {' and no '.join(lacking)}: a reader cannot hold it against the signed "
                "contract; fill in ref and words"
            )
            yield Finding("no-reference", "note", path, message)


def remarks(reader: Reader) -> Iterator[Finding]:
    """Notes that are lost, open or unknown."""
    for number, note in notes.lost(reader.book):
        message = f"a note is on '{note['on']}', which the book does not have: \"{note['text']}\""
        yield Finding("lost-note", "warning", f"/notes/{number}", message)
    for number, note in enumerate(reader.data.get("notes") or ()):
        status = note.get("status") or "note"
        if status.casefold() not in notes.STATUSES:
            known = f"expected one of {', '.join(notes.STATUSES)}"
            message = f"a note on '{note.get('on', '')}' has the status '{status}', {known}"
            yield Finding("unknown-status", "warning", f"/notes/{number}", message)
    for _, place, note in notes.unresolved(reader.book):
        message = f'a note is {note["status"]} and has no answer: "{note["text"]}"'
        yield Finding("unanswered-note", "note", place, message)


def overlap(a: tuple[Any, Any], b: tuple[Any, Any]) -> bool:
    """Whether two clauses with what they stand in are in force in a common month (ends are the last month)."""
    starts = [month_index(item.starts) for item in (*a, *b) if item.starts]
    ends = [month_index(item.ends) for item in (*a, *b) if item.ends]
    return not starts or not ends or max(starts) <= min(ends)
