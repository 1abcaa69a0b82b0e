"""Files of scenarios, and the standard sets that ship with the package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from .. import _json
from .._files import write_atomic
from .._values import Value, nearest, plain
from ..errors import BookError, Problem
from .checking import check_set

__all__ = ["names", "read", "sets", "standard", "write"]

_FOLDER = "scenario_sets"


def read(path: str | Path) -> Any:
    """Read scenarios from a JSON file.

    Parameters
    ----------
    path
        A file with a set (an object with "scenarios"), one scenario (an object with "shocks"), a list of scenarios or
        of shocks, or an object from names to lists of shocks.

    Returns
    -------
    ScenarioSet
        With every scenario of the file; the set is called after the file where it does not say its id.

    Raises
    ------
    OSError
        The file cannot be read.
    BookError
        It is no valid JSON, or not understood as scenarios; every fault with its path in the file.

    Examples
    --------
    >>> import openbook as ob, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "hard_winter.json"
    >>> _ = path.write_text('{"more": [{"on": "visits", "value": "1.1"}]}')
    >>> found = ob.scenarios.read(path)
    >>> found.id, found.scenarios[0].name, str(found.scenarios[0].shocks[0].value)
    ('hard_winter', 'more', '1.1')
    """
    return read_as(path)[0]


def read_as(path: str | Path) -> tuple[Any, bool]:
    """The set of a file, and whether the file itself is a set: its scenarios are alternatives then."""
    path = Path(path)
    data = _json.loads(path.read_bytes())
    return check_set(_set_of(data, _identifier(path.stem))), isinstance(data, dict) and "scenarios" in data


def _identifier(text: str) -> str:
    plainly = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in text.lower()).strip("_")
    return (plainly if plainly[:1].isalpha() else f"s_{plainly}")[:60] or "scenarios"


def _set_of(data: Any, name: str) -> Any:
    """The set that a file's content stands for."""
    from ..model import ScenarioSet

    if isinstance(data, dict) and "scenarios" in data:
        return ScenarioSet.from_json({"id": name, **data})
    if isinstance(data, dict) and ("shocks" in data or "includes" in data):
        data = [data]
    elif isinstance(data, dict) and ("on" in data or "select" in data):
        data = [{"id": name, "shocks": [data]}]
    elif isinstance(data, dict):
        data = [_titled(title, content) for title, content in data.items()]
    elif isinstance(data, list) and not any(isinstance(item, dict) and "shocks" in item for item in data):
        data = [{"id": name, "name": "stress", "shocks": data}]
    if not isinstance(data, list):
        message = f"found {_json.dumps(data)[:60]}, expected scenarios: an object or a list"
        raise BookError("not scenarios", [Problem("wrong-type", "", message)])
    scenarios = [
        {"id": f"{name}_{number}", **item} if isinstance(item, dict) else item for number, item in enumerate(data, 1)
    ]
    return ScenarioSet.from_json({"id": name, "scenarios": scenarios})


def _titled(title: str, content: Any) -> Any:
    if isinstance(content, dict) and "shocks" in content:
        return {"id": _identifier(title), "name": title, **content}
    shocks = content if isinstance(content, list) else [content]
    return {"id": _identifier(title), "name": title, "shocks": shocks}


def write(scenarios: Any, path: str | Path) -> None:
    """Write scenarios to a JSON file, laid out for reading; the file is replaced whole or not at all.

    Parameters
    ----------
    scenarios
        A `ScenarioSet`, a `Scenario`, several scenarios, or a mapping from names to shocks.
    path
        The file.

    Raises
    ------
    OSError
        The file cannot be written.
    BookError
        They are no scenarios.

    Examples
    --------
    >>> import openbook as ob, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "surge.json"
    >>> surge = ob.Scenario(id="surge", shocks=[ob.Shock(on="visits", value="1.1")])
    >>> ob.scenarios.write(surge, path)
    >>> ob.scenarios.read(path).scenarios == (surge,)
    True
    """
    path = Path(path)
    if isinstance(scenarios, Value) and scenarios._record == "scenario_set":
        made: Any = scenarios
    else:
        if isinstance(scenarios, Iterable) and not isinstance(scenarios, (Mapping, Value, str)):
            scenarios = [plain(item) for item in scenarios]
        made = _set_of(plain(scenarios), _identifier(path.stem))
    write_atomic(path, check_set(made).to_json(indent=1) + "\n")


@cache
def names() -> tuple[str, ...]:
    """The names of the standard sets, in alphabetical order.

    >>> "winter" in names()
    True
    """
    folder = files("openbook").joinpath(_FOLDER)
    return tuple(sorted(file.name.removesuffix(".json") for file in folder.iterdir() if file.name.endswith(".json")))


@cache
def standard(name: str) -> Any:
    """A standard set by name.

    Raises
    ------
    BookError
        There is no such set; the nearest are offered.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.scenarios.standard("inflation").scenarios[0].id
    'pay_and_prices'
    """
    from ..model import ScenarioSet

    if name not in names():
        message = f"no standard set '{name}'{nearest(name, names()) or '.'} There is {', '.join(names())}."
        raise BookError(f"no standard set '{name}'", [Problem("unknown-scenario", "", message)])
    return check_set(ScenarioSet.from_json(files("openbook").joinpath(_FOLDER, f"{name}.json").read_bytes()))


def sets() -> Any:
    """The standard sets: columns set, scenario, name, narrative, source, illustrative.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.scenarios.sets().where(set="partner_exit")["scenario"]
    ('provider_leaves', 'provider_fails', 'commissioner_leaves')
    """
    from ..table import Table
    from .schemas import SETS

    rows = []
    for name in names():
        found = standard(name)
        for scenario in found.scenarios:
            rows.append(
                {
                    "set": name,
                    "scenario": scenario.id,
                    "name": scenario.name,
                    "narrative": scenario.narrative or found.narrative,
                    "source": scenario.source or found.source,
                    "illustrative": scenario.illustrative or found.illustrative,
                }
            )
    return Table.of_rows("Standard sets of scenarios", SETS, rows)
