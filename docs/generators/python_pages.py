"""Pages of the Python interface, made when the site is built: whatever is public then is on them.

They hold only directives that Sphinx fills from the docstrings, so they are not kept in the repository.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import openbook
from openbook import model
from openbook._description import RecordType, class_name, common_fields, families, records

from .document import places
from .markdown import MARK, fence, table

#: Titles of the pages by module; a module that is not here is its own title.
TITLES = {
    "backtesting": "Backtests",
    "rolling": "Backtests from several origins",
    "book": "Books",
    "calibration": "Calibrating",
    "changing": "Changing and what if",
    "comparison": "Comparing",
    "conformance": "Golden figures",
    "errors": "Errors",
    "examples": "Shipped books",
    "explanation": "Explaining",
    "forms": "Forms side by side",
    "frontiers": "Frontiers",
    "frames": "Data",
    "layer": "Private layers",
    "linting": "Linting",
    "many": "Many books",
    "many_seeds": "Stability over seeds",
    "movement": "What moved",
    "plotting": "Pictures",
    "quick": "Forms in one line",
    "reporting": "Reporting",
    "results": "Settling",
    "risk": "Risk",
    "reversing": "Reverse stress",
    "saving": "Keeping results",
    "scenarios": "Scenarios",
    "seals": "Seals",
    "sensitivities": "Sensitivity",
    "simulation": "Simulating",
    "stressing": "Stressing",
    "table": "Tables",
    "tariff": "Price lists",
}
#: Pages by module where it is not its own.
PAGES = {
    "openbook.attributing": "stressing",
    "openbook.choosing": "simulation",
    "openbook.controlling": "simulation",
    "openbook.documents": "book",
    "openbook.drawn": "simulation",
    "openbook.exit_codes": "errors",
    "openbook.expecting": "simulation",
    "openbook.layers": "layer",
    "openbook.many.results": "many",
    "openbook.many.running": "many",
    "openbook.pairing": "comparison",
    "openbook.paying": "forms",
    "openbook.replaying": "simulation",
    "openbook.reversing.asking": "reversing",
    "openbook.reversing.levers": "reversing",
    "openbook.reversing.result": "reversing",
    "openbook.sampling": "simulation",
    "openbook.schemas": "saving",
    "openbook.sealing": "seals",
    **{
        f"openbook.sensitivities.{module}": "sensitivities"
        for module in (
            *("breaking_even", "crossings", "estimators", "information", "lattices", "marginal_pounds"),
            *("report", "simulated", "sobol", "tornadoes"),
        )
    },
    "openbook.agreed_seed": "seals",
    "openbook.settling": "results",
    "openbook.signing": "seals",
    "openbook.simulating": "simulation",
    "openbook.supposing": "changing",
    "openbook.three_draws": "simulation",
    "openbook.transferring": "forms",
    "openbook.verification": "seals",
}
#: Classes that a reader meets only as parts of others.
PARTS = {
    "openbook.between.Between": "book",
    "openbook.comparison.PairedDifferences": "comparison",
    "openbook.data.mapping.Entry": "mapping",
    "openbook.frontiers.Axis": "frontiers",
    "openbook.many.Failure": "many",
    "openbook.risk.tails.TailRow": "risk",
    "openbook.scenarios.naming.Case": "scenarios",
    "openbook.simulated_run.SimulatedRun": "simulation",
}


def public() -> dict[str, list[str]]:
    """Full names of everything public, by the module in which it is at home."""
    found: dict[str, list[str]] = {}
    known: set[int] = set()
    modules: list[ModuleType] = []
    for name in openbook.__all__:
        value = getattr(openbook, name)
        if inspect.ismodule(value):
            modules.append(value)
            continue
        known.add(id(value))
        found.setdefault(_home(value), []).append(f"openbook.{name}")
    for module in modules:
        if module is model:
            continue
        home = module.__name__.rpartition(".")[2]
        names = [n for n in getattr(module, "__all__", ()) if id(getattr(module, n)) not in known]
        found.setdefault(home, []).extend(f"{module.__name__}.{name}" for name in names)
    for name, home in PARTS.items():
        found[home].append(name)
    return {home: sorted(names, key=_order) for home, names in sorted(found.items())}


def _home(value: Any) -> str:
    return PAGES.get(value.__module__, str(value.__module__).rpartition(".")[2])


def _get(full: str) -> Any:
    return pkgutil.resolve_name(full)


def _order(full: str) -> tuple[bool, str]:
    return not inspect.isclass(_get(full)), full.rpartition(".")[2].casefold()


def _directive(full: str) -> str:
    value = _get(full)
    if inspect.isclass(value):
        return f".. autoclass:: {full}\n   :members:\n"
    return f".. autofunction:: {full}\n" if callable(value) and inspect.isfunction(value) else f".. autodata:: {full}\n"


def _page(title: str, intro: str, directives: list[str]) -> str:
    return "\n".join([MARK + f"# {title}\n", intro, fence("{eval-rst}", "\n".join(directives))])


def _summary(value: Any) -> str:
    return (inspect.getdoc(value) or "").strip().split("\n\n")[0].replace("\n", " ")


def _class(record: RecordType) -> str:
    """A class of the document: how it is called, what it is, where its fields are told."""
    common = {field.name for field in common_fields(record.kind_of)} if record.kind_of else set()
    own = [field for field in record.fields if field.required or field.name not in common]
    fields = sorted(own, key=lambda field: not field.required)
    arguments = ", ".join(field.python if field.required else f"{field.python}=None" for field in fields)
    arguments += ", **common" if common else ""
    start = "value=None, *, " if record.name == "term" else "*, " if fields else ""
    arguments = arguments.replace("value=None, ", "") if record.name == "term" else arguments
    file, _, anchor = places()[record.name].partition("#")
    about = f":canonical: openbook.model.{record.python}\n\n{record.documentation}\n\n[Fields](../{file}#{anchor or 'fields'})."
    return fence(f"{{py:class}} openbook.{record.python}({start}{arguments})", about)


def _model_pages() -> Iterator[tuple[str, str, str]]:
    words = (
        "A class for each object of the document, made from the core's own description. Its fields are keyword arguments; None "
        "stands for the default. A field whose name Python reserves has an underscore (`from_`)."
    )
    value = fence("{eval-rst}", ".. autoclass:: openbook.model.Value\n   :members:\n")
    others = [_class(record) for record in records().values() if not record.kind_of]
    yield (
        "document",
        "Objects of the document",
        "\n".join(
            [MARK + "# Objects of the document\n", words + " What every object can do stands first.\n", value, *others]
        ),
    )
    for family, kinds in families().items():
        title = f"{family.capitalize()}s"
        base = f"`**common` stands for the fields that every {family} has. The base of all is `openbook.model.{class_name(family)}`; its `from_json` gives the class that `kind` names.\n"
        yield f"{family}s", title, "\n".join([MARK + f"# {title}\n", words, base, *map(_class, kinds)])


def pages() -> dict[str, str]:
    """The pages by file, relative to docs/reference/python."""
    made, listed = {}, []
    for home, names in public().items():
        title = TITLES.get(home, home)
        intro = _summary(inspect.getmodule(_get(names[0])) or openbook) if home != "book" else ""
        made[f"{home}.md"] = _page(title, f"{intro}\n", [_directive(name) for name in names])
        listed.append((f"[{title}]({home}.md)", ", ".join(f"`{name.removeprefix('openbook.')}`" for name in names)))
    for file, title, text in _model_pages():
        made[f"{file}.md"] = text
        listed.append((f"[{title}]({file}.md)", "classes of `openbook`, such as `ob.Block`"))
    toctree = ":hidden:\n\n" + "\n".join(name.removesuffix(".md") for name in made)
    intro = "`import openbook as ob`. Every name below without a dot is an attribute of `ob`; each is loaded when it is first used.\n"
    made["index.md"] = "\n".join(
        [MARK + "# Python\n", intro, table(("page", "names"), listed), fence("{toctree}", toctree)]
    )
    return made


def write(docs: Path) -> None:
    """Write the pages where they differ, and take away those of names that are gone."""
    folder = docs / "reference" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for name, text in made.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
