"""What a careful reader of a book would question before signing it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Unpack

from . import _places, _terms, notes, queries
from ._calendar import month_index
from ._views import Lint
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .data import DataOptions, Load

__all__ = ["Finding", "lint"]

COLUMNS = Schema(
    "openbook.findings",
    1,
    (
        Column("severity"),
        Column("code"),
        Column("where", heading="in the contract"),
        Column("message"),
        Column("path"),
        Column("page"),
    ),
)
SEVERITIES = ("error", "warning", "note")

_NUMBER = re.compile(r"\s*(-?)\s*£?\s*(-?[\d,]+(?:\.\d+)?)\s*(%|k|m|bn)?\s*")
_WORD = re.compile(r"[A-Za-z_]\w*")
_JUMP = re.compile(r"[<>]=?|==|!=|(?<![<>=!])=(?!=)|\b(?:if|choose|whole|count|any|all)\s*\(")
#: Forms of contract whose name says that payment follows activity, and such as say that it does not.
_PRICED = ("local modification", "cost per case", "payment by results", "national tariff")
_FIXED = ("block",)
_SCALE = {"%": Decimal("0.01"), "k": Decimal(1000), "m": Decimal(10**6), "bn": Decimal(10**9), None: Decimal(1)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark.

    Attributes
    ----------
    code
        Stable word; the reference page has a section of that name.
    severity
        "error": settlement will refuse it; "warning": probably not what is meant; "note": worth knowing.
    path
        JSON pointer.
    message
        What was found, and what it means.
    """

    code: str
    severity: str
    path: str
    message: str

    @property
    def page(self) -> str:
        """Where the documentation explains it."""
        return f"reference/lint.html#{self.code}"


def number_of(text: Any) -> Decimal | None:
    """The number that a term states, or None when it is a formula.

    >>> number_of("£1.5m"), number_of("-£2,000"), number_of("50%"), number_of("2 * x")
    (Decimal('1500000.0'), Decimal('-2000'), Decimal('0.50'), None)
    """
    if isinstance(text, dict):
        return None if text.get("steps") else number_of(text.get("value"))
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, (int, Decimal)):
        return Decimal(text)
    match = _NUMBER.fullmatch(str(text))
    return Decimal(f"{match[1]}1") * Decimal(match[2].replace(",", "")) * _SCALE[match[3]] if match else None


def _formulas(place: _terms.Place) -> Iterator[str]:
    """Every formula text of a term."""
    data = place.data if isinstance(place.data, dict) else {"value": place.data}
    for part in (data, *(data.get("steps") or ()), *(data.get("alternatives") or ())):
        if part.get("value") is not None:
            yield str(part["value"])


class _Linter:
    def __init__(self, book: Book, load: Load | None) -> None:
        self.book, self.load = book, load
        self.data = book._data
        self.places = list(_terms.places(self.data))
        self.paths = {}
        for kind in ("contracts", "overlays"):
            for g, group in enumerate(self.data.get(kind, ())):
                for c, clause in enumerate(group.get("clauses", ())):
                    self.paths[group["id"], clause["id"]] = f"/{kind}/{g}/clauses/{c}"

    def clauses(self) -> Iterator[tuple[Any, Any, bool, str]]:
        for group, clause, overlay in queries.clauses(self.book):
            yield group, clause, overlay, self.paths[group.id, clause.id]

    # -- checks -----------------------------------------------------------------------------------------------

    def precedence(self) -> Iterator[Finding]:
        order = list(self.book.precedence)
        for number, overlay in enumerate(self.book.overlays):
            if overlay.claims_precedence and overlay.id not in order:
                message = (
                    f"overlay '{overlay.id}' claims precedence over the contracts it wraps, but the order of "
                    "precedence does not "
                    "name it: where both speak of the same subject the contract's own term wins"
                )
                yield Finding("precedence", "warning", f"/overlays/{number}/claims_precedence", message)
        contracts = [(g, c, p) for g, c, overlay, p in self.clauses() if not overlay and c.subject]
        for overlay, clause, is_overlay, path in self.clauses():
            if not is_overlay or not clause.subject:
                continue
            for contract, other, _ in contracts:
                if other.subject != clause.subject or contract.id not in overlay.wraps:
                    continue
                if not _overlap((overlay, clause), (contract, other)):
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

    def provenance(self) -> Iterator[Finding]:
        for place in self.places:
            data = place.data if isinstance(place.data, dict) else {"value": place.data}
            illustrative = data.get("illustrative") or any(step.get("illustrative") for step in data.get("steps") or ())
            if illustrative:
                yield Finding(
                    "illustrative",
                    "note",
                    place.path,
                    f"'{place.name}' is illustrative: an assumption, not an agreed figure",
                )
                continue
            sourced = data.get("source") or any(step.get("source") for step in data.get("steps") or ())
            number = number_of(data.get("value"))
            literal = number is not None or bool(data.get("steps"))
            if not literal or sourced or self._sourced_above(place.path) or (number is not None and number in (0, 1)):
                continue
            severity = "warning" if place.owner == "parameter" else "note"
            yield Finding(
                "no-source",
                severity,
                place.path,
                f"'{place.name}' has no source: say where {data.get('value')} comes from",
            )

    def references(self) -> Iterator[Finding]:
        for _, clause, _, path in self.clauses():
            lacking = [name for name, has in (("paragraph reference", clause.ref), ("words", clause.words)) if not has]
            if lacking:
                message = (
                    f"'{clause.id}' has no {' and no '.join(lacking)}: a reader cannot hold it against the signed "
                    "contract; fill in ref and words"
                )
                yield Finding("no-reference", "note", path, message)

    def remarks(self) -> Iterator[Finding]:
        for number, note in notes.lost(self.book):
            message = f"a note is on '{note['on']}', which the book does not have: \"{note['text']}\""
            yield Finding("lost-note", "warning", f"/notes/{number}", message)
        for number, note in enumerate(self.data.get("notes") or ()):
            status = note.get("status") or "note"
            if status.casefold() not in notes.STATUSES:
                known = f"expected one of {', '.join(notes.STATUSES)}"
                message = f"a note on '{note.get('on', '')}' has the status '{status}', {known}"
                yield Finding("unknown-status", "warning", f"/notes/{number}", message)
        for _, place, note in notes.unresolved(self.book):
            message = f'a note is {note["status"]} and has no answer: "{note["text"]}"'
            yield Finding("unanswered-note", "note", place, message)

    def _sourced_above(self, path: str) -> bool:
        at: Any = self.data
        for part in path.split("/")[1:-1]:
            at = at[int(part)] if isinstance(at, list) else at.get(part.replace("~1", "/").replace("~0", "~"))
            if not isinstance(at, dict) or "format" in at:
                continue
            shared = at.get("value") if "members" in at else None  # what the value says holds for the members
            if any(of.get("source") or of.get("illustrative") for of in (at, shared) if isinstance(of, dict)):
                return True
        return False

    def deferred(self) -> Iterator[Finding]:
        for place in self.places:
            words = place.data.get("deferred") if isinstance(place.data, dict) else None
            if words:
                value = place.data.get("value")
                message = f"'{place.name}' has still to be agreed ({words}); {value} is taken until then"
                yield Finding("deferred-term", "warning", place.path, message)

    def readings(self) -> Iterator[Finding]:
        for _, clause, _, path in self.clauses():
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

    def forms(self) -> Iterator[Finding]:
        """Contracts that are called what their clauses are not."""
        for number, contract in enumerate(self.book.contracts):
            form = contract.form.casefold()
            kinds = {clause.kind for clause in contract.clauses}
            follows, fixed = bool(kinds & {"activity", "bands", "forecast"}), "block" in kinds
            priced = next((name for name in _PRICED if name in form), "")
            block = next((name for name in _FIXED if name in form), "")
            if priced and fixed and not follows:
                does = f"a {priced} sets a price for activity, but its clauses pay a fixed sum whatever the activity"
            elif block and not priced and follows and not fixed:
                does = f"a {block} is a fixed sum, but its clauses pay by activity"
            else:
                continue
            message = f"contract '{contract.id}' is called \"{contract.form}\": {does}"
            yield Finding("form", "warning", f"/contracts/{number}/form", message)

    def shares(self) -> Iterator[Finding]:
        for _, clause, _, path in self.clauses():
            yield from self._lists(clause, path, clause.id)

    def _lists(self, terms: Any, path: str, name: str) -> Iterator[Finding]:
        if terms.kind == "share" and terms.split != "weight":
            return
        for field in ("shares", "members", "givers"):
            parts = getattr(terms, field, ())
            if isinstance(parts, tuple) and len(parts) > 1:
                yield from _sum_to_one(f"'{name}'", f"{path}/{field}", parts)
        for number, tranche in enumerate(getattr(terms, "tranches", ())):
            if len(tranche.to) > 1:
                yield from _sum_to_one(
                    f"'{name}', tranche '{tranche.name}'", f"{path}/tranches/{number}/to", tranche.to
                )

    def unused(self) -> Iterator[Finding]:
        words: set[str] = set()
        for place in self.places:
            for text in _formulas(place):
                words.update(_WORD.findall(text))
        named = {c.on for c in self.book.concessions} | {d.of for d in self.book.drivers}
        named |= {shock.on for scenario in self.book.scenarios for shock in scenario.shocks}
        for _, clause, _, _ in self.clauses():
            for reading in clause.readings:
                for override in reading.overrides.values():
                    words.update(_WORD.findall(str(override)))
        groups = (("parameters", "parameter"), ("inputs", "input"), ("curves", "curve"))
        for field, kind in groups:
            for number, item in enumerate(self.data.get(field, ())):
                own = kind == "parameter" and item["id"] in {c.on for c in self.book.concessions}
                if item["id"] not in words and not own:
                    shown = " (only drivers, shocks or concessions name it)" if item["id"] in named else ""
                    yield Finding(
                        f"unused-{kind}",
                        "warning",
                        f"/{field}/{number}",
                        f"{kind} '{item['id']}' is used by no formula{shown}",
                    )
        for number, driver in enumerate(self.book.drivers):
            if driver.of not in words:
                message = f"driver '{driver.id}' moves '{driver.of}', which no formula uses"
                yield Finding("unused-driver", "warning", f"/drivers/{number}", message)

    def jumps(self) -> Iterator[Finding]:
        for _, clause, _, path in self.clauses():
            if clause.kind == "trigger":
                tests = "; ".join(str(test.holds) for test in clause.tests)
                message = (
                    f"'{clause.id}' pays all or nothing at its tests ({tests}): a small change of an input "
                    "moves the whole amount"
                )
                yield Finding("cliff", "warning", path, message)
        for f, framework in enumerate(self.book.frameworks):
            for m, measure in enumerate(framework.measures):
                if measure.shape == "steps":
                    message = (
                        f"measure '{measure.id}' is scored in steps at {measure.pain_at} and "
                        f"{measure.gain_at}: payment jumps there"
                    )
                    yield Finding("cliff", "warning", f"/frameworks/{f}/measures/{m}", message)
        for c, curve in enumerate(self.book.curves):
            places = [str(point.at) for point in curve.points]
            for at in sorted({place for place in places if places.count(place) > 1}):
                yield Finding("cliff", "warning", f"/curves/{c}", f"curve '{curve.id}' jumps at {at}")
        for place in self.places:
            if place.owner in ("test", "part", "member", "concession") or place.field in (
                "eligible",
                "when",
                "modifier_applies",
                "holds",
            ):
                continue
            text = next((text for text in _formulas(place) if _JUMP.search(text)), None)
            if text is not None and not place.path.startswith(("/inputs", "/scenarios", "/drivers")):
                yield Finding("cliff", "note", place.path, f"'{place.name}' compares or chooses ({text}): it may jump")

    def advances(self) -> Iterator[Finding]:
        for _, clause, _, path in self.clauses():
            lag = number_of(self._term_at(path, "paid_after"))
            if lag is not None and lag < 0:
                months = f"{-lag:f} month{'s' if lag != -1 else ''}"
                message = (
                    f"'{clause.id}' is paid {months} in advance: the payer carries the risk that the service "
                    "is not delivered"
                )
                yield Finding("advance", "note", f"{path}/paid_after", message)

    def _term_at(self, path: str, field: str) -> Any:
        at: Any = self.data
        for part in path.split("/")[1:]:
            at = at[int(part)] if isinstance(at, list) else at[part]
        return at.get(field)

    def concessions(self) -> Iterator[Finding]:
        for number, concession in enumerate(self.book.concessions):
            if concession.limit is None and concession.concession != "recalibrate":
                message = (
                    f"concession '{concession.id}' ({concession.concession} on '{concession.on}') has no "
                    "limit: say how much one period may move"
                )
                yield Finding("unlimited-concession", "warning", f"/concessions/{number}", message)

    def bearing(self) -> Iterator[Finding]:
        limits = {party.id: {b.mechanism: b for b in party.bears} for party in self.book.parties}
        for _, clause, _, path in self.clauses():
            family = clause.kind
            for part in self._taking_part(clause):
                own = limits.get(part.party, {})
                rule = own.get(clause.id) or own.get(family)
                if rule is None or rule.may_pay or str(part.eligible) != "true":
                    continue
                reason = f" ({rule.reason})" if rule.reason else ""
                message = (
                    f"'{part.party}' takes part in '{clause.id}' but may not pay under it{reason}: it will be "
                    "left out, the others bear its part"
                )
                yield Finding("may-not-bear", "warning", path, message)

    def slips(self) -> Iterator[Finding]:
        from .data.slips import in_data, in_terms

        found = [*in_terms(self.places, number_of), *(in_data(self.book, self.load) if self.load is not None else ())]
        yield from (Finding("thousand-fold", "warning", path, message) for path, message in found)

    def _taking_part(self, clause: Any) -> list[Any]:
        return [part for field in ("shares", "members", "givers") for part in getattr(clause, field, ()) or ()]


def _overlap(a: tuple[Any, Any], b: tuple[Any, Any]) -> bool:
    """Whether two clauses with what they stand in are in force in a common month (ends are the last month)."""
    starts = [month_index(item.starts) for item in (*a, *b) if item.starts]
    ends = [month_index(item.ends) for item in (*a, *b) if item.ends]
    return not starts or not ends or max(starts) <= min(ends)


def _sum_to_one(name: str, path: str, parts: Any) -> Iterator[Finding]:
    weights = [number_of(part.weight._data) if part.weight is not None else None for part in parts]
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights) or not known or sum(known) == 1:
        return
    total = sum(known)
    if len(set(known)) == 1 and total == len(known):
        return  # equal parts, left at 1 each
    message = (
        f"the weights of {name} sum to {total:f}, not to 1; they are normalised, so each part is its weight "
        f"out of {total:f}"
    )
    yield Finding("shares", "warning", path, message)


def lint(book: Book, data: Any = None, *, as_at: str | None = None, **options: Unpack[DataOptions]) -> Table:
    """What a careful reader would question.

    Parameters
    ----------
    data, as_at, **options
        As for `openbook.load`: the values are then compared with their plan and with each other. Inputs without data
        are left to their plan.

    Returns
    -------
    Table
        Columns severity ("error", "warning", "note"), code, where (in the contract's words), message, path, page (of
        the documentation); the gravest first.

    Examples
    --------
    >>> import openbook as ob
    >>> "illustrative" in ob.lint(ob.examples.mental_health_alliance())["code"]
    True
    """
    load = None
    if data is not None:
        from .data import loaded

        load = loaded(book, data, as_at=as_at, plan=True, **options)
    linter = _Linter(book, load)
    checks: list[Callable[[], Iterator[Finding]]] = [
        linter.precedence,
        linter.forms,
        linter.readings,
        linter.deferred,
        linter.shares,
        linter.bearing,
        linter.concessions,
        linter.jumps,
        linter.advances,
        linter.unused,
        linter.slips,
        linter.provenance,
        linter.references,
        linter.remarks,
    ]
    findings = [finding for check in checks for finding in check()]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    rows = [
        {
            "severity": f.severity,
            "code": f.code,
            "where": _places.in_words(book._data, f.path),
            "message": f.message,
            "path": f.path,
            "page": f.page,
        }
        for f in findings
    ]
    numbers = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITIES}
    counts = ", ".join(f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in numbers.items())
    return Lint.of_rows(f"Lint of {book.id}", COLUMNS, rows, counts, private_to=book.private_to)
