"""Makes a document that fails as small as it can while it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Path = tuple[Any, ...]
NAMES = ("id", "name", "kind", "every", "party", "start")


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a document, the outermost first."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, _ in reversed(items):
        yield (*path, key)
    for key, inside in reversed(items):
        yield from places(inside, (*path, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def smaller(value: Any) -> list[Any]:
    """Simpler values to try in a place."""
    if isinstance(value, dict) and "value" in value and "steps" in value:
        return [{k: v for k, v in value.items() if k != "steps"}]
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        return [0, 1]
    if isinstance(value, str) and len(value) > 2:
        return ["£0", "£1", "£100", "0", "1", "100", "true", "spells", "£10 * spells"]
    return []


def shrunk(document: Any, fails: Callable[[Any], bool], most: int = 1500) -> Any:
    """Leaves out or simplifies one thing after the other; what no longer fails, or is no book any more, is not taken."""
    tried = 0

    def holds(candidate: Any) -> bool:
        nonlocal tried
        tried += 1
        try:
            return fails(candidate)
        except Exception:
            return False  # no book any more

    changed = True
    while changed and tried < most:
        changed = False
        for path in list(places(document)):
            if tried >= most:
                break
            try:
                here = at(document, path)
            except (KeyError, IndexError, TypeError):
                continue  # went with something else
            candidate = deepcopy(document)
            del at(candidate, path[:-1])[path[-1]]
            if holds(candidate):
                document, changed = candidate, True
                continue
            for simple in [] if path[-1] in NAMES else smaller(here):
                if simple == here:
                    break
                candidate = deepcopy(document)
                at(candidate, path[:-1])[path[-1]] = simple
                if holds(candidate):
                    document, changed = candidate, True
                    break
    return document
