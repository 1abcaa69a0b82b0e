"""Calls of a book's definitions written out, so that every check sees what a formula is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["written_out"]

Tree = dict[str, Any]
#: Arguments and body of each definition.
Definitions = Mapping[str, tuple[tuple[str, ...], str]]


def written_out(tree: Tree, definitions: Definitions, parsed: Callable[[str], Tree]) -> Tree:
    """A formula's tree with the bodies of the definitions that it calls, as the core writes them out."""
    if not definitions or "operands" not in tree:
        return tree
    operands = [written_out(operand, definitions, parsed) for operand in tree["operands"]]
    called = definitions.get(tree["function"])
    if called is None:
        return {**tree, "operands": operands}
    names, body = called
    given = dict(zip(names, operands, strict=False))
    return written_out(_substituted(parsed(body), given), definitions, parsed)


def _substituted(tree: Tree, given: Mapping[str, Tree]) -> Tree:
    if "name" in tree:
        return given.get(tree["name"], tree)
    if "operands" not in tree:
        return tree
    return {**tree, "operands": [_substituted(operand, given) for operand in tree["operands"]]}
