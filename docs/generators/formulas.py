"""The page of the formula language: grammar in words, and a section for each function."""

from __future__ import annotations

from openbook import _core, errors

from . import formula_examples
from .markdown import page, table

#: More than any function takes.
MOST_ARGUMENTS = 65

INTRO = """
A formula is a typed graph, written as text. It is part of the document, never code, and nothing in it is evaluated as code.

- *Numbers*: `12`, `0.5`, `1e3`, `50%`, `5pp` (percentage points), `£1.5m`, `£140k`, `£1,234.56`, `€300`, `$300`. `true` and `false` are
  conditions. A text such as `'open'` is a value of a category.
- *Names*: parameters, inputs, quantities, and clauses (what the clause pays). Definitions of the book are called like functions.
- *Operators*, from the loosest: `or`, `and`, `not`, comparisons (`<`, `<=`, `>`, `>=`, `==`, `!=`), `+ -`, `* /`, the sign. Comparisons
  stand one at a time: join two with `and`. `>=` owns its boundary, `>` does not.

**Calendars.** A name means its value over the period of the rule that asks: monthly values are joined by their declared aggregate.
Asking for a finer period than a thing has is an error.

**Units.** Units are checked: adding unlike units is an error, a number without unit takes its neighbour's, and money must be written
with its sign. Price per spell times spells is money. Percentage points are put to percentages; a plain number from 1 on is not put to what is
declared in %, but for the whole (`1 + rate`, `index - 1`). Scale and time of a unit are converted by `in_unit` alone.

**Missing values.** Division by zero is missing, unless `divide` says what it gives. A comparison with a missing value is missing; `if`
and `choose` are missing where their condition is.

**Members.** A function over members may say along which dimension it goes, and for whom: `sum(people, over='age')` adds up the age bands
of a value by site and age band and leaves the sites; `rank(people, over='site')` compares sites within each band; `where=people > 5` lets only
those take part for whom the condition holds. `over` and `where` stand last. `sum`, `mean`, `product`, `largest`, `smallest`, `any_member`,
`all_members`, `first`, `last` and `weighted_mean` take both; `median`, `quantile`, `deviation`, `slope`, `rank`, `percentile_group`, `running`,
`running_by`, `apportion` and `apportion_capped` take `over`. With one of the two `count`, `min`, `max`, `any` and `all` are over members too:
`count(people > 5, over='age')`. Where it is missing whether a member takes part the result is missing. Where nobody takes part a sum is
zero, a product 1, `any` no and `all` yes, and the others are missing.

**Limits.** A formula has at most 10,000 characters, 2,000 parts and 48 levels.
""".strip()


def _understood(name: str, count: int) -> bool:
    try:
        _core.formula_graph(f"{name}({', '.join(['1'] * count)})")
    except errors.BookError:
        return False
    return True


def arity(name: str) -> tuple[int, int]:
    """Fewest and most arguments of a function: those that the parser takes."""
    taken = [count for count in range(MOST_ARGUMENTS + 1) if _understood(name, count)]
    return taken[0], taken[-1]


def _arguments(name: str) -> str:
    least, most = arity(name)
    if most == 0:
        return "none"
    return str(least) if least == most else f"{least} to {most}"


def formulas_page() -> str:
    """Grammar, table and sections."""
    results = formula_examples.results()
    functions = _core.functions()
    rows = [(f"[`{f['signature']}`](#{f['name']})", f["meaning"]) for f in functions]
    sections = []
    for function in functions:
        name = function["name"]
        examples = [(f"`{formula}`", label, result) for formula, label, result in results.get(name, ())]
        sections += [
            f"### {name}\n",
            f"`{function['signature']}`: {function['meaning']}. Arguments: {_arguments(name)}.\n",
            table(("example", "asked for", "gives"), examples),
        ]
    return page(
        "Formulas",
        INTRO + "\n",
        "## Functions\n",
        table(("function", "meaning"), rows),
        "A calendar as last argument may be left out: it is then the calendar of the rule that asks, and of cumulative the whole term.\n",
        formula_examples.SETTING + "\n",
        *sections,
    )
