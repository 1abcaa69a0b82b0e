"""What only the compiled book shows: jumps and their pounds, payments that fall, what is without effect."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .._pennies import HALF_A_PENNY
from ..errors import BookError, OpenbookError
from ..scenarios.applying import apply
from .activity import QUANTITIES, paid_twice
from .cliffs import cliffs, least_moved, pounds
from .findings import Finding, Reader, formulas, number_of, reached
from .forms import forms
from .formulas import COMPARES
from .probing import Probe, asked_for, drawn_by_the_book, moved_inputs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["behaviour"]

_MOST_WORLDS = 5
_FAR = "twice its plan, counts and amounts ten times"
#: Families that pass money among members, so that their payer sees only a part of it.
_AMONG_MEMBERS = ("share", "netting", "waterfall")


def behaviour(reader: Reader) -> Iterator[Finding]:
    """Everything that is found by trying the book at many values of its inputs."""
    clauses = list(reader.clauses())
    moved = moved_inputs(reader)
    if not clauses or not moved:
        yield from forms(reader)
        return
    amounts = {clause.id: _amount(reader, clause) for _, clause, _, _ in clauses}
    incomes = {party.id: _income(reader, party.id) for party in reader.book.parties}
    rising = _rising(reader)
    wanted = {incomes[party] for _, _, party in rising}
    probe = None
    try:
        probe = Probe(reader, moved, [*amounts.values(), *sorted(wanted)])
        yield from forms(reader, probe, amounts)
        yield from cliffs(reader, probe, amounts)
        yield from _falls(reader, probe, rising, incomes)
        yield from paid_twice(reader, probe, amounts)
        yield from _without_effect(reader, probe, amounts)
    except OpenbookError as error:
        reason = error.problems[0].message if getattr(error, "problems", ()) else str(error)
        message = (
            f"the book cannot be tried at other values of its inputs ({reason}): jumps, payments that fall and what is "
            "without effect were not looked for"
        )
        yield Finding("not-probed", "note", "", message)
    if probe is None:
        yield from forms(reader)


def _amount(reader: Reader, clause: Any) -> str:
    """What a clause moves over the term, as a formula."""
    if clause.kind not in _AMONG_MEMBERS:
        return f"paid('{clause.id}', 'term')"
    parties = (party.id for party in reader.book.parties)
    return " + ".join(f"positive(received('{clause.id}', '{party}', 'term'))" for party in parties)


def _income(reader: Reader, party: str) -> str:
    """What a party receives under all clauses over the term, less what it pays under them."""
    return " + ".join(f"received('{clause.id}', '{party}', 'term')" for _, clause, _, _ in reader.clauses())


# -- payments that fall ---------------------------------------------------------------------------------------


def _rising(reader: Reader) -> list[tuple[str, int, str]]:
    """The inputs of which more is better paid or better, the way in which they go, and who is paid for them."""
    found: dict[tuple[str, str], int] = {}
    measures = {framework.id: framework.measures for framework in reader.book.frameworks}
    names = {item.id for item in reader.book.inputs if item.unit not in ("", "number", "£", "%")}
    scores = {item.id for item in reader.book.inputs}
    for group, clause, _, _ in reader.clauses():
        payee = clause.to or getattr(group, "payee", "")
        quantity = QUANTITIES.get(clause.kind)
        if quantity:
            # An input that only sways the quantity, such as a wait, is not what is paid for.
            found |= {(name, payee): 1 for name in names & reader.names_in(str(getattr(clause, quantity)))}
        if clause.kind != "incentive":
            continue
        receivers = [part.party for part in clause.shares] or [payee]
        good = {str(clause.score): 1} if str(clause.score) in scores else {}
        for measure in measures.get(clause.framework, ()):
            pain, gain = _figure(reader, measure.pain_at), _figure(reader, measure.gain_at)
            if str(measure.value) in scores and None not in (pain, gain):
                good[str(measure.value)] = 1 if gain > pain else -1  # type: ignore[operator]
        found |= {(name, receiver): way for name, way in good.items() for receiver in receivers}
    return [(name, way, payee) for (name, payee), way in found.items() if payee]


def _figure(reader: Reader, term: Any) -> Fraction | None:
    """The number of a term, also where it is the name of a parameter."""
    if term is None:
        return None
    texts = reader.meanings.get(str(term), [str(term)])
    number = number_of(texts[0]) if texts else None
    return None if number is None else Fraction(number)


def _falls(
    reader: Reader, probe: Probe, rising: list[tuple[str, int, str]], incomes: dict[str, str]
) -> Iterator[Finding]:
    """Stretches in which more activity, or better quality, leaves the party that delivers it with less."""
    by_id = {of.id: (number, of) for number, of in enumerate(probe.moved)}
    numbers = {item.id: number for number, item in enumerate(reader.book.inputs)}
    for name, way, party in rising:
        of = by_id[name][1] if name in by_id else None
        if of is None or not of.steps:
            continue
        x, y = probe.response(of, incomes[party])
        if len(x) < 4:
            continue
        least = least_moved(y)
        a, b, fall = _deepest(x[::way], y[::way])
        if fall <= least:
            continue
        rises = float(max(0.0, _deepest(x[::way], -y[::way])[2])) > least
        what = "rises" if way > 0 else "falls, which is better,"
        from_, to = of.at(Fraction(a).limit_denominator(10**6)), of.at(Fraction(b).limit_denominator(10**6))
        message = (
            f"what '{party}' receives falls by {pounds(fall)} over the term as '{name}' {what} from {from_} to {to}"
            + ("" if rises else ", and rises nowhere")
        )
        yield Finding("falling-payment", "warning" if rises else "note", f"/inputs/{numbers[name]}", message)


def _deepest(x: Floats, y: Floats) -> tuple[float, float, float]:
    """The stretch in which a function falls throughout that costs most: start, end, how far it falls."""
    best, start = (0.0, 0.0, 0.0), 0
    for i in range(1, len(y)):
        if y[i] > y[i - 1]:
            start = i
        elif float(y[start] - y[i]) > best[2]:
            best = (float(x[start]), float(x[i]), float(y[start] - y[i]))
    return best


# -- without effect -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Limit:
    clause: str
    kind: str
    path: str
    words: str


def _limits(reader: Reader) -> Iterator[_Limit]:
    """The limits that clauses state, but for such as a reading, or a name of a category, may change."""
    named = {item["id"] for item in reader.data.get("inputs", ()) if item.get("category")}
    for _, clause, _, path in reader.clauses():
        terms = (place for place in reader.places if place.path.startswith(path + "/"))
        trees = [reader.tree(text) for place in terms for text in formulas(place)] if named else []
        if any(node.get("name") in named for node in reached(reader, trees)):
            continue
        other = {name for reading in clause.readings for name in reading.overrides}
        for field in ("cap", "collar"):
            if getattr(clause, field, None) is not None and field not in other:
                yield _Limit(clause.id, field, f"{path}/{field}", f"the {field} of '{clause.id}'")
        for number, tranche in enumerate(getattr(clause, "tranches", ())):
            if tranche.limit is not None and "tranches" not in other:
                words = f"the limit of '{clause.id}', tranche '{tranche.name}'"
                yield _Limit(clause.id, "limit", f"{path}/tranches/{number}/limit", words)
        bands: tuple[Any, ...] = getattr(clause, "bands", ())
        if len(bands) > 1 and "bands" not in other and str(bands[-1].rate) != str(bands[-2].rate):
            yield _Limit(clause.id, "band", f"{path}/bands/{len(bands) - 1}", f"the last band of '{clause.id}'")


def _without_effect(reader: Reader, probe: Probe, amounts: dict[str, str]) -> Iterator[Finding]:
    """Clauses that never move money, and limits that never bind, wherever the inputs go together."""
    silent = [clause for clause, amount in amounts.items() if not _moves(probe.drawn(amount))]
    limits = list(_limits(reader))
    if not silent and not limits:
        return
    every = sorted(set(amounts.values()))
    split = {limit.clause: _split(reader, limit.clause) for limit in limits}
    together = Probe(reader, probe.moved, [*every, *split.values()], alone=False)
    dead = {clause for clause in silent if not _moves(together.drawn(amounts[clause]))}
    for scenario in _worlds(reader) if dead else ():
        drawn = drawn_by_the_book(reader, every, scenario)
        dead = {clause for clause in dead if not _moves(drawn(amounts[clause]))}
    if dead:  # what is paid and given back leaves nothing over the term
        entries = reader.book.settle(plan=True, disputes=False)._data["entries"]
        dead -= {row["clause"] for row in entries if Decimal(row["amount"])}
    for _, clause, _, path in reader.clauses():
        # A reading may say that nothing is paid, and what gives way to another clause is told by `precedence`.
        if clause.id not in dead or clause.subject:
            continue
        switches, unseen = _rests_on(reader, path)
        if unseen:
            continue
        why = "its tests never hold all at once" if clause.kind == "trigger" else "it never moves money"
        off = f"; see whether {', '.join(switches)} switch it off" if switches else ""
        message = (
            f"'{clause.id}' is without effect: {why}, with every input between nothing and {_FAR} and in all that the "
            f"book's drivers and scenarios draw{off}"
        )
        yield Finding("dead-clause", "note" if switches else "warning", path, message)
    waiting = [limit for limit in limits if _moves(together.drawn(split[limit.clause]))]
    while waiting:
        # One limit of each clause is taken out at a time; each clause then shows by itself whether that one binds.
        now = {limit.clause: limit for limit in reversed(waiting)}
        waiting = [limit for limit in waiting if limit not in now.values()]
        without = Probe(
            reader, probe.moved, sorted(split.values()), alone=False, changed=_taken_out(reader, now.values())
        )
        for clause, limit in now.items():
            if abs(without.drawn(split[clause]) - together.drawn(split[clause])).max() < HALF_A_PENNY:
                message = (
                    f"{limit.words} is never reached, with every input between nothing and {_FAR}: see whether its "
                    "figure and its unit are meant"
                )
                yield Finding("unreached-limit", "warning", limit.path, message)


def _moves(amounts: Floats) -> bool:
    return bool((abs(amounts) >= HALF_A_PENNY).any())


def _rests_on(reader: Reader, path: str) -> tuple[list[str], bool]:
    """The parameters that may switch a clause off, and whether it rests on what is not tried: readings of clauses,
    names of a category, or members of a dimension that move one by one."""
    parameters = {item["id"]: item for item in reader.data.get("parameters", ())}
    wide = {item["id"] for item in reader.data.get("inputs", ()) if item.get("dimension") or item.get("category")}
    read = {clause.id for _, clause, _, _ in reader.clauses() if clause.readings}
    rested = _rested_on(reader, path)
    if {reader.at(at)["id"] for at in rested} & read:
        return [], True
    asked = asked_for(reader)
    paths = tuple(f"{at}/" for at in rested)
    trees = [reader.tree(text) for place in reader.places if place.path.startswith(paths) for text in formulas(place)]
    names, settled = set[str](), set[str]()
    for node in reached(reader, trees):
        names |= {node[kind] for kind in ("name", "text") if kind in node}
        if node.get("function") in COMPARES:
            # A comparison of parameters alone comes out the same whatever happens.
            inside = {found["name"] for found in reached(reader, [node]) if "name" in found}
            settled |= set() if inside & reader.plans.keys() else inside
    switches = []
    for name in sorted(names & parameters.keys()):
        number = number_of(parameters[name].get("value"))
        if number is not None and (name in asked or name in settled or number in (0, 1)):
            switches.append(f"'{name}' ({number:f})")
    return switches, bool(names & (wide | read))


def _rested_on(reader: Reader, path: str) -> list[str]:
    """Where a clause stands, and where those stand that it passes down, to any depth."""
    by_id = {clause.id: (clause, at) for _, clause, _, at in reader.clauses()}
    found, waiting = list[str](), [path]
    while waiting:
        at = waiting.pop()
        if at in found:
            continue
        found.append(at)
        clause = by_id[reader.at(at)["id"]][0]
        waiting += [
            by_id[name][1] for name in (getattr(clause, "of", ""), *getattr(clause, "risks", ())) if name in by_id
        ]
    return found


def _split(reader: Reader, clause: str) -> str:
    """A sum in which each party's part of what a clause moves counts differently, so that any other split shows."""
    parties = (party.id for party in reader.book.parties)
    return " + ".join(
        f"{1 + number / 8} * received('{clause}', '{party}', 'term')" for number, party in enumerate(parties)
    )


def _worlds(reader: Reader) -> list[str]:
    worlds = [""]
    for scenario in reader.book.scenarios:
        # What cannot be applied is told by `scenario-not-applicable`.
        with contextlib.suppress(BookError):
            apply(reader.book, scenario.id)
            worlds.append(scenario.id)
    return worlds[:_MOST_WORLDS]


def _taken_out(reader: Reader, limits: Any) -> dict[str, Any]:
    data = copy.deepcopy(reader.data)
    for limit in limits:
        *above, last = limit.path.split("/")[1:]
        at: Any = data
        for part in above:
            at = at[int(part)] if isinstance(at, list) else at[part]
        if limit.kind == "band":
            at[int(last)]["rate"] = at[int(last) - 1]["rate"]
        else:
            del at[last]
    return data
