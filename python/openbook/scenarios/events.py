"""Events that befall a party or a rule, in terms of what books already have; see decision 0011."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .. import _places
from .._calendar import Months, month_index, month_text
from .._json import Json
from .._literals import figure
from .._values import nearest, plain
from ..errors import BookError, Problem
from .laying import text_of
from .targets import Index, Target, find

__all__ = ["Effect", "event"]

#: The subject of clauses that go on when the rest of a contract ends.
TERMINATION = "termination"


@dataclass(slots=True)
class Effect:
    """What a shock comes to in one book.

    Attributes
    ----------
    changes
        For the core, in order.
    edits
        Path to value, made in the document before it is compiled.
    found
        What it acts on, in words.
    notes
        What the reader should know.
    still
        What it acts on and does not move: in none of its periods.
    read
        Clauses whose reading it chooses.
    """

    changes: list[dict[str, Json]] = field(default_factory=list)
    edits: dict[str, Json] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    still: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)


def event(index: Index, shock: Any, on: str, path: str, selected: list[Target] | None = None) -> Effect:
    """What an event comes to.

    Parameters
    ----------
    on
        The party, contract, clause, input or parameter that it befalls.
    path
        Where the shock stands, for errors.
    selected
        The inputs that its selector found, where it has one that is not of parties.

    Raises
    ------
    BookError
        It names something else than its action needs, or lacks something.
    """
    return _EVENTS[shock.action](index, shock, on, path, selected)


def _refuse(code: str, path: str, message: str) -> BookError:
    return BookError("an event that cannot be applied", [Problem(code, path, message)])


def _require(index: Index, on: str, path: str, action: str, *kinds: str) -> tuple[str, str, Mapping[str, Any]]:
    """Kind, path and data of what an event befalls; a party also by its name."""
    named = on if on in index.ids else next((n for n, _, i in index.of_kind(*kinds) if i.get("name") == on), on)
    if named in index.ids and index.ids[named][0] in kinds:
        return index.ids[named]
    known = [name for name, _, _ in index.of_kind(*kinds)]
    message = f"'{on}' is no {' or '.join(kinds)}, which {action} needs{nearest(on, known) or '.'}"
    raise _refuse("missing-reference", f"{path}/on", message)


def _first(index: Index, shock: Any, path: str) -> int:
    if not shock.starts:
        raise _refuse("missing-key", f"{path}/starts", f"{shock.action} needs 'starts': the first month of it")
    return month_index(shock.starts)


# -- leaving ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """A clause where it stands."""

    name: str
    path: str
    data: Mapping[str, Any]
    group: Mapping[str, Any]

    @property
    def payer(self) -> str:
        return str(self.data.get("from") or self.group.get("payer") or "")

    @property
    def payee(self) -> str:
        return str(self.data.get("to") or self.group.get("payee") or "")

    @property
    def called(self) -> str:
        return str(self.data.get("name") or self.name)


def _clauses(index: Index, groups: tuple[str, ...] = ()) -> Iterator[_Placed]:
    for name, path, data in index.of_kind("clause"):
        group = _places.at(index.data, path.rpartition("/clauses/")[0])
        if not groups or group["id"] in groups:
            yield _Placed(name, path, data, group)


def _withdrawal(index: Index, shock: Any, on: str, path: str, selected: Any) -> Effect:
    """Its contracts end, it takes no part any more in what is split, its costs go on as stated."""
    _, _, party = _require(index, on, path, shock.action, "party")
    first, effect = _first(index, shock, path), Effect()
    for clause in _clauses(index, shock.contracts):
        goes_on = clause.name in shock.keeps or clause.data.get("subject") == TERMINATION
        each = _paid_each(index, clause)
        alone = (clause.payer,) if each else (clause.payer, clause.payee)  # whose leaving ends all of it
        if party["id"] in alone and not goes_on:
            _end(index, clause, first, effect)
        elif party["id"] in each and not goes_on:
            own = {"on": f"{clause.path}/amount", "member": party["id"], "action": "set", "value": "0"}
            effect.changes.append({**own, "starts": month_text(first), "words": "it has left"})
            effect.found.append(f"what it receives of {clause.called}")
        for pointer in _parts_of(clause, party["id"]):
            effect.changes.append(
                {"on": pointer, "action": "set", "value": "false", "starts": month_text(first), "words": "it has left"}
            )
            effect.found.append(f"its part in {clause.called}")
        if party["id"] in (*alone, *each) and goes_on:
            effect.notes.append(f"{clause.called} goes on")
    _costs(index, shock, party["id"], first, effect)
    return effect


def _paid_each(index: Index, clause: _Placed) -> tuple[str, ...]:
    """The parties that a payment pays each their own amount, whoever the contract's receiver is; none of any other."""
    named = clause.data.get("each")
    members = (item.get("members", ()) for item in index.data.get("dimensions", ()) if item["id"] == named)
    return tuple(next(members, ())) if named else ()


def _end(index: Index, clause: _Placed, first: int, effect: Effect) -> None:
    """The clause begins no period from that month on; one that has begun is settled to its end."""
    data, group = clause.data, clause.group
    begins = max(month_index(owner["starts"]) if owner.get("starts") else 0 for owner in (data, group))
    ends = min(month_index(owner["ends"]) if owner.get("ends") else first - 1 for owner in (data, group))
    if ends < first - 1:
        return
    calendar = index.data["calendar"]
    months = Months(month_index(calendar["start"]), calendar.get("months", 12))
    if max(begins, months.start) >= first:  # it never begins: its months lie beyond the calendar
        beyond = month_text(months.start + months.count + 12)
        effect.edits |= {f"{clause.path}/starts": beyond, f"{clause.path}/ends": beyond}
    else:
        effect.edits[f"{clause.path}/ends"] = month_text(first - 1)
    effect.found.append(clause.called)


def _parts_of(clause: _Placed, party: str) -> Iterator[str]:
    """Paths of the conditions under which a party takes part in what a clause splits or pools."""

    def below(data: Any, path: str) -> Iterator[str]:
        if isinstance(data, dict):
            if data.get("party") == party and "id" not in data:
                yield f"{path}/{'earned' if clause.data.get('kind') == 'fund' else 'eligible'}"
            for key, item in data.items():
                if key != "readings":
                    yield from below(item, f"{path}/{key}")
        elif isinstance(data, list):
            for number, item in enumerate(data):
                yield from below(item, f"{path}/{number}")

    yield from below(clause.data, clause.path)


def _costs(index: Index, shock: Any, party: str, first: int, effect: Effect) -> None:
    kept = text_of(shock.costs) if shock.costs is not None else "1"
    costs = [(name, path, item) for name, path, item in index.of_kind("cost") if item.get("party") == party]
    if costs and kept == "1":
        effect.notes.append("its costs go on")
    elif costs:
        effect.notes.append(f"{kept} of its costs goes on")
        for name, _, _ in costs:
            change = {"action": "scale", "value": kept, "starts": month_text(first), "words": "its costs end in part"}
            effect.changes.append({"on": find(index, name).key, **change})


def _insolvency(index: Index, shock: Any, on: str, path: str, selected: Any) -> Effect:
    """A withdrawal after which what it owes is paid in part: the rest is not moved, though the words still say so."""
    _, _, party = _require(index, on, path, shock.action, "party")
    effect = _withdrawal(index, shock, on, path, selected)
    first = _first(index, shock, path)
    share = figure(text_of(shock.recovered) if shock.recovered is not None else "0")
    if share is None or not Decimal(0) <= share.value <= 1:
        found = text_of(shock.recovered)
        raise _refuse("out-of-range", f"{path}/recovered", f"recovered: found {found!r}, expected a part from 0 to 1")
    concessions = [dict(item) for item in index.data.get("concessions", ())]
    for clause in _clauses(index, shock.contracts):
        if clause.payer != party["id"]:
            continue
        lag = _figure(index, clause.data.get("paid_after", "0"))
        if lag is None:
            effect.notes.append(f"{clause.called}: when it is paid is a formula, so that only new amounts are lost")
        due = first - int(lag.value if lag else 0)
        taken = {item["id"] for item in concessions} | set(index.ids)
        name = next(n for n in _names(f"unpaid_by_{party['id']}") if n not in taken)
        calendar_start = month_index(index.data["calendar"]["start"])
        concessions.append(
            {
                "id": name,
                "name": f"Unpaid by {party.get('name') or party['id']}",
                "concession": "waive",
                "on": clause.name,
                "starts": month_text(max(due, calendar_start)),
                "fraction": str(1 - share.value),
                "words": "What falls due from an insolvent party is paid in part only.",
            }
        )
        effect.found.append(f"what it owes under {clause.called}")
    if concessions:
        effect.edits["/concessions"] = concessions
    return effect


def _figure(index: Index, term: Any) -> Any:
    """The figure that a term states, or the parameter that it names; None of any other formula."""
    text = text_of(term)
    if text in index.ids and index.ids[text][0] == "parameter":
        text = text_of(index.ids[text][2].get("value"))
    return figure(text)


def _names(stem: str) -> Iterator[str]:
    yield stem[:60]
    number = 2
    while True:
        yield f"{stem[:56]}_{number}"
        number += 1


# -- what a party does ------------------------------------------------------------------------------------------------


def _inputs_of(index: Index, on: str, path: str, action: str, selected: list[Target] | None) -> list[Target]:
    """The inputs of a party, or the one that is named; with a selector those of them that it found."""
    if not on:
        return selected or []
    kind, _, item = _require(index, on, path, action, "party", "input")
    if kind == "input":
        return [find(index, item["id"], path)]
    found = []
    for name, _, given in index.of_kind("input"):
        service = index.ids[given["service"]][2] if given.get("service") in index.ids else {}
        if item["id"] in (given.get("party") or service.get("provider"),):
            found.append(find(index, name, path))
    if selected is None:
        return found
    keys = {target.key for target in selected}
    return [target for target in found if target.key in keys]


def _key_person(index: Index, shock: Any, on: str, path: str, selected: list[Target] | None) -> Effect:
    """What the party does and scores falls to a part, for the months it takes to replace the person."""
    if shock.value is None:
        raise _refuse("missing-key", f"{path}/value", "key_person_leaves needs a value: what is left, such as 0.9")
    _first(index, shock, path)
    effect = Effect()
    for target in _inputs_of(index, on, path, shock.action, selected):
        if index.ids[target.key][2].get("unit", "").startswith("£"):
            continue  # money is what follows
        span = {key: getattr(shock, key) for key in ("starts", "ends") if getattr(shock, key)}
        change = {"action": "scale", "value": text_of(shock.value), "words": "a key person has left"}
        effect.changes.append({"on": target.key, **change, **span})
        effect.found.append(target.name)
    return effect


def _embargo(index: Index, shock: Any, on: str, path: str, selected: list[Target] | None) -> Effect:
    """Values are not known for some months: they stay missing where they may, or something stated stands for them."""
    effect = Effect()
    for target in _inputs_of(index, on, path, shock.action, selected):
        item = index.ids[target.key][2]
        how = _standing(shock, target, item, path)
        span = {key: getattr(shock, key) for key in ("starts", "ends") if getattr(shock, key)}
        effect.changes.append({"on": target.key, **how, **span})
        effect.found.append(target.name)
    return effect


def _standing(shock: Any, target: Target, item: Mapping[str, Any], path: str) -> dict[str, Json]:
    words = "the data are withheld"
    if shock.value is not None:
        return {"action": "set", "value": text_of(shock.value), "words": f"{words}: an agreed value"}
    if shock.stand_in == "plan":
        if not item.get("plan"):
            raise _refuse("missing-plan", f"{path}/stand_in", f"input '{target.key}' has no plan to stand in")
        return {"action": "set", "value": "1", "of_plan": True, "words": f"{words}: the plan stands in"}
    if shock.stand_in == "last":
        return {"action": "hold", "words": f"{words}: the last known value"}
    if shock.stand_in == "zero":
        return {"action": "set", "value": "0", "words": f"{words}: counted as nothing"}
    if not item.get("may_be_missing"):
        message = (
            f"input '{target.key}' may not be missing: say what stands for it, by 'stand_in' plan, last or zero, or by "
            "an agreed 'value'"
        )
        raise _refuse("missing-value", f"{path}/stand_in", message)
    return {"action": "missing", "words": words}


# -- rules -----------------------------------------------------------------------------------------------------------


def _rule_change(index: Index, shock: Any, on: str, path: str, selected: Any) -> Effect:
    """A reading, an alternative or a figure holds from a month on."""
    effect = Effect()
    if on in index.ids and index.ids[on][0] == "clause" and shock.chosen:
        _reread(index, shock, on, shock.chosen, path, effect)
        return effect
    if bool(shock.chosen) == (shock.value is not None):
        message = "a rule_change says either what is 'chosen', a reading or an alternative, or the new 'value'"
        raise _refuse("missing-key", f"{path}/chosen", message)
    target = find(index, on, path)
    new = _alternative(index, shock, target, path) if shock.chosen else text_of(shock.value)
    span = {key: getattr(shock, key) for key in ("starts", "ends") if getattr(shock, key)}
    words = f"the rule changes to {shock.chosen or new}"
    member = {"member": target.member} if target.member else {}
    effect.changes.append({"on": target.key, **member, "action": "set", "value": new, "words": words, **span})
    effect.found.append(target.name)
    return effect


def _alternative(index: Index, shock: Any, target: Target, path: str) -> str:
    stated = index.ids[target.key][2].get("value") if target.key in index.ids else None
    data = stated if stated is not None else target.place.data if target.place else None
    known = {item["name"]: item["value"] for item in data.get("alternatives", ())} if isinstance(data, dict) else {}
    if shock.chosen not in known:
        message = f"'{target.name}' has no alternative {shock.chosen!r}{nearest(shock.chosen, known) or '.'}"
        message += f" It has {', '.join(known) or 'none'}."
        raise _refuse("unknown-alternative", f"{path}/chosen", message)
    return text_of(known[shock.chosen])


def _reread(index: Index, shock: Any, on: str, value: str, path: str, effect: Effect) -> None:
    """The clause is read otherwise; with months, field by field, which only terms can be."""
    _, at, clause = index.ids[on]
    readings = {item["name"]: item for item in clause.get("readings", ())}
    if value not in readings:
        message = (
            f"'{on}' has no reading {value!r}{nearest(value, readings) or '.'} It has {', '.join(readings) or 'none'}."
        )
        raise _refuse("unknown-reading", f"{path}/chosen", message)
    effect.read.add(on)
    effect.found.append(f"{clause.get('name') or on}, read as {value}")
    if not shock.starts and not shock.ends:
        effect.edits[f"{at}/reading"] = value
        return
    before = readings.get(clause.get("reading") or clause.get("provisional") or "")
    if before is None:
        message = f"'{on}' has no reading before the change: choose one in the book"
        raise _refuse("reading-not-chosen", f"{path}/on", message)
    old, new = dict(before.get("overrides") or {}), dict(readings[value].get("overrides") or {})
    overrides = {}
    for name in {**old, **new}:
        was, will = old.get(name, clause.get(name)), new.get(name, clause.get(name))
        overrides[name] = was if was == will else _dated(index, at, name, was, will, shock, path)
    name = f"{before['name']}; {value}" + (f" from {shock.starts}" if shock.starts else "")
    name += f" to {shock.ends}" if shock.ends else ""
    mixed = {"name": name, "words": readings[value].get("words", ""), "overrides": overrides}
    effect.edits[f"{at}/readings"] = [*(dict(item) for item in clause["readings"]), mixed]
    effect.edits[f"{at}/reading"] = name


def _dated(index: Index, at: str, name: str, was: Any, will: Any, shock: Any, path: str) -> Json:
    """A field that has one value before and another in the months of the change."""
    was, will = plain(was), plain(will)
    if was == will:
        return was
    if isinstance(was, list) and isinstance(will, list) and len(was) == len(will):
        pairs = zip(was, will, strict=True)
        return [_dated(index, at, f"{name}/{n}", a, b, shock, path) for n, (a, b) in enumerate(pairs)]
    within = "/" in name and isinstance(was, dict) and isinstance(will, dict) and was.keys() == will.keys()
    if within and "value" not in was:  # a band, a part: each of its fields
        return {key: _dated(index, at, f"{name}/{key}", was[key], will[key], shock, path) for key in was}
    old, new = (side if isinstance(side, dict) else {"value": side} for side in (was, will))
    is_term = "/" in name or _places.is_term(index.data, f"{at}/{name}")
    if not is_term or any(side.get("steps") or side.get("value") in (None, "") for side in (old, new)):
        message = (
            f"the readings differ in '{name}', which is no term, is not stated by both, or has steps of its own; a "
            "reading that holds for some months only differs in terms alone: leave 'starts' and 'ends' away"
        )
        raise _refuse("undated-field", f"{path}/starts", message)
    steps = [{"from": shock.starts, "value": new["value"]}] if shock.starts else []
    if shock.ends:
        steps.append({"from": month_text(month_index(shock.ends) + 1), "value": old["value"]})
    unit = {key: side[key] for side in (new, old) for key in ("unit",) if side.get(key)}
    return {**old, **unit, "value": old["value"] if shock.starts else new["value"], "steps": steps}


def _delay(index: Index, shock: Any, on: str, path: str, selected: Any) -> Effect:
    """What is due is paid so many months later: cash moves, positions do not."""
    months = figure(text_of(shock.value)) if shock.value is not None else None
    if months is None or months.value != int(months.value):
        found = "nothing" if shock.value is None else repr(text_of(shock.value))
        raise _refuse("out-of-range", f"{path}/value", f"delay_of_payment: found {found}, expected whole months")
    kind, _, item = _require(index, on, path, shock.action, "party", "contract", "overlay", "clause")
    effect = Effect()
    span = {key: getattr(shock, key) for key in ("starts", "ends") if getattr(shock, key)}
    for clause in _clauses(index, shock.contracts):
        if item["id"] not in {"party": (clause.payer,), "clause": (clause.name,)}.get(kind, (clause.group["id"],)):
            continue
        words = f"paid {months.text} months late"
        change = {"on": f"{clause.path}/paid_after", "action": "add", "value": months.text, "words": words}
        effect.changes.append({**change, **span})
        effect.found.append(clause.called)
    return effect


_EVENTS = {
    "withdrawal": _withdrawal,
    "insolvency": _insolvency,
    "key_person_leaves": _key_person,
    "data_embargo": _embargo,
    "rule_change": _rule_change,
    "delay_of_payment": _delay,
}
