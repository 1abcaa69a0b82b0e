"""What a book calls uncertain and what can never happen."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .findings import Finding, Reader, number_of

__all__ = ["cannot_happen", "unused_processes"]

Json = dict[str, Any]


def cannot_happen(reader: Reader) -> Iterator[Finding]:
    """Hazards that never arrive, regimes that are never entered, events and seasons without effect."""
    yield from _hazards(reader)
    for number, chain in enumerate(reader.data.get("regime_chains", ())):
        yield from _regimes(chain, f"/regime_chains/{number}")
    for number, driver in enumerate(reader.data.get("drivers", ())):
        if why := _without_effect(driver):
            message = f"driver '{driver['id']}' changes nothing: {why}"
            yield Finding("cannot-happen", "warning", f"/drivers/{number}", message)


def _states(term: Any) -> list[Decimal | None]:
    """Every number that a term has over time; None for what is not known without the rest of the book."""
    if not isinstance(term, dict):
        return [number_of(term)]
    first = [number_of({"value": term["value"]})] if term.get("value") is not None else []
    return first + [number_of(step.get("value")) for step in term.get("steps") or ()]


def _never(term: Any) -> bool:
    return all(value == 0 for value in _states(term))


def _hazards(reader: Reader) -> Iterator[Finding]:
    months = _months(reader.data)
    for number, hazard in enumerate(reader.data.get("hazards", ())):
        path = f"/hazards/{number}"
        if _never(hazard["rate"]):
            message = f"hazard '{hazard['id']}' never arrives: its rate is 0"
            yield Finding("cannot-happen", "warning", f"{path}/rate", message)
        first, last = hazard.get("starts", months[0]), hazard.get("ends", months[-1])
        if first > months[-1] or last < months[0]:
            when = f"not before {first}" if first > months[-1] else f"not after {last}"
            message = (
                f"hazard '{hazard['id']}' never arrives: {when}, and the calendar is from {months[0]} to {months[-1]}"
            )
            yield Finding("cannot-happen", "warning", path, message)


def _months(data: Json) -> list[str]:
    year, month = (int(part) for part in data["calendar"]["start"].split("-"))
    count = int(data["calendar"].get("months", 12))
    return [f"{year + (month - 1 + m) // 12}-{(month - 1 + m) % 12 + 1:02d}" for m in range(count)]


def _regimes(chain: Json, path: str) -> Iterator[Finding]:
    """Regimes that no path leads to from where the chain may begin."""
    names = [regime["name"] for regime in chain["regimes"]]
    leads = {
        regime["name"]: {to for to, term in regime["next"].items() if not _never(term)} for regime in chain["regimes"]
    }
    begins = {regime["name"] for regime in chain["regimes"] if "initial" in regime and not _never(regime["initial"])}
    reached = set(begins)
    if not begins:  # long-run shares: what another regime leads to, and not only itself
        reached = {name for name in names if any(name in leads[other] for other in names if other != name)}
    while more := {to for name in reached for to in leads.get(name, ())} - reached:
        reached |= more
    for number, name in enumerate(names):
        if name not in reached:
            message = f"regime '{name}' of '{chain['id']}' is never entered: nothing begins in it or leads to it"
            yield Finding("cannot-happen", "warning", f"{path}/regimes/{number}", message)


def _without_effect(driver: Json) -> str:
    """Why a driver has no effect; "" where it has one."""
    effect = driver.get("effect", "factor")
    nothing = {"factor": 1, "addition": 0}.get(effect)
    if nothing is None:
        return ""
    severity = driver.get("severity") if driver.get("kind") == "jump" else None
    if severity and severity.get("shape") == "fixed" and number_of(severity.get("value")) == nothing:
        return f"a severity of {nothing} as {'a factor' if effect == 'factor' else 'an addition'}"
    if driver.get("kind") == "seasonal" and all(number_of(figure) == nothing for figure in driver["months"]):
        return f"all its months are {nothing}"
    return ""


def unused_processes(reader: Reader) -> Iterator[Finding]:
    """Hazards, regime chains, resamplings and recorded series that no driver uses."""
    drivers = reader.data.get("drivers", ())
    for field, kind, key in (
        ("hazards", "hazard", "hazard"),
        ("regime_chains", "regime chain", "chain"),
        ("resamplings", "resampling", "resampling"),
        ("recorded_series", "recorded series", "series"),
    ):
        used = {driver.get(key) for driver in drivers}
        for number, item in enumerate(reader.data.get(field, ())):
            if item["id"] not in used:
                message = f"{kind} '{item['id']}' is used by no driver: it is drawn for nobody"
                yield Finding("unused-process", "warning", f"/{field}/{number}", message)
