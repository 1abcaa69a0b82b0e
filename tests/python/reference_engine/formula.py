"""Formulas: text to a tree by recursive descent. Numbers are exact."""

from __future__ import annotations

import re
from fractions import Fraction as F
from functools import lru_cache
from typing import Any

Tree = tuple[Any, ...]

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[£€$]\d{1,3}(?:,\d{3})+(?!\d)|[£€$]?\d+)(?:\.\d+)?(?:e[+-]?\d+)?(?:%|pp\b|bn\b|m\b|k\b)?)"
    r"|(?P<name>[A-Za-z_]\w*)|'(?P<text>[^']*)'|(?P<sign><=|>=|==|!=|[-+*/(),<>=]))"
)
SCALE = {"k": 1000, "m": 10**6, "n": 10**9, "%": F(1, 100)}


def number(text: str) -> F:
    text = text.lstrip("£€$").replace(",", "").removesuffix("pp")
    if text[-1] == "n":
        return F(text[:-2]) * SCALE["n"]
    return F(text[:-1]) * SCALE[text[-1]] if text[-1] in SCALE else F(text)


def tokens(text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    text, at = text.strip(), 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no formula: {text!r} at {at}")
        kind = str(match.lastgroup)
        if kind == "number":
            sign = "points" if match[kind].endswith("pp") else "ratio" if match[kind].endswith("%") else kind
            sign = "money" if match[kind][0] in "£€$" else sign
            found.append((sign, number(match[kind])))
        else:
            found.append((kind, match[kind]))
        at = match.end()
    return [*found, ("end", "")]


class Parser:
    """One formula; each method reads one level of the grammar, from the loosest."""

    def __init__(self, text: str) -> None:
        self.tokens, self.at = tokens(text), 0

    def accept(self, *signs: str) -> str | None:
        kind, value = self.tokens[self.at]
        if kind in ("sign", "name") and value in signs:
            self.at += 1
            return str(value)
        return None

    def whole(self) -> Tree:
        tree = self.either()
        if self.tokens[self.at][0] != "end":
            raise ValueError(f"something is left: {self.tokens[self.at :]}")
        return tree

    def either(self) -> Tree:
        tree = self.both()
        while self.accept("or"):
            tree = ("or", tree, self.both())
        return tree

    def both(self) -> Tree:
        tree = self.negated()
        while self.accept("and"):
            tree = ("and", tree, self.negated())
        return tree

    def negated(self) -> Tree:
        return ("not", self.negated()) if self.accept("not") else self.comparison()

    def comparison(self) -> Tree:
        tree = self.sums()
        sign = self.accept("<", "<=", ">", ">=", "==", "!=")
        return (sign, tree, self.sums()) if sign else tree

    def sums(self) -> Tree:
        tree = self.products()
        while sign := self.accept("+", "-"):
            tree = (sign, tree, self.products())
        return tree

    def products(self) -> Tree:
        tree = self.signed()
        while sign := self.accept("*", "/"):
            tree = (sign, tree, self.signed())
        return tree

    def signed(self) -> Tree:
        if self.accept("-"):
            return ("negated", self.signed())
        return self.signed() if self.accept("+") else self.single()

    def single(self) -> Tree:
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind in ("number", "money", "ratio", "points"):
            return (kind, value)
        if kind == "text":
            return ("text", value)
        if (kind, value) == ("sign", "("):
            tree = self.either()
            if not self.accept(")"):
                raise ValueError("a bracket is open")
            return tree
        if kind != "name":
            raise ValueError(f"unexpected {value!r}")
        if not self.accept("("):
            return ("number", F(value == "true")) if value in ("true", "false") else ("name", value)
        arguments: list[Tree] = []
        while not self.accept(")"):
            if arguments and not self.accept(","):
                raise ValueError("a comma is missing")
            arguments.append(self.argument())
        return ("call", value, *arguments)

    def argument(self) -> Tree:
        """One of a call's; `over` and `where` are said with their name."""
        kind, value = self.tokens[self.at]
        if kind == "name" and value in ("over", "where") and self.tokens[self.at + 1] == ("sign", "="):
            self.at += 2
            said = self.either()
            return (value, said[1] if value == "over" else said)
        return self.either()


@lru_cache(maxsize=50_000)
def parse(text: str) -> Tree:
    return Parser(text).whole()


def replaced(tree: Tree, given: dict[str, Tree]) -> Tree:
    """The tree with arguments in the place of their names."""
    if tree[0] == "name":
        return given.get(tree[1], tree)
    if tree[0] in ("number", "money", "ratio", "points", "text"):
        return tree
    return tuple(replaced(part, given) if isinstance(part, tuple) else part for part in tree)


def written_out(tree: Tree, definitions: dict[str, tuple[tuple[str, ...], str]]) -> Tree:
    """The tree with what definitions say in the place of their calls."""
    if tree[0] in ("name", "number", "money", "ratio", "points", "text"):
        return tree
    tree = tuple(written_out(part, definitions) if isinstance(part, tuple) else part for part in tree)
    if tree[0] == "call" and tree[1] in definitions:
        names, formula = definitions[tree[1]]
        return written_out(replaced(parse(formula), dict(zip(names, tree[2:], strict=True))), definitions)
    return tree
