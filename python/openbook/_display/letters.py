"""How wide text is: in columns of a terminal, and in a drawing."""

from __future__ import annotations

import unicodedata

__all__ = ["columns", "columns_of", "pieces"]


def columns_of(letter: str) -> int:
    """Columns that one character takes: two for East Asian letters and emoji, none for marks and joiners.

    >>> [columns_of(letter) for letter in "a日\\u0301"]
    [1, 2, 0]
    """
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def columns(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() else sum(columns_of(letter) for letter in text)


def pieces(word: str, most: int) -> list[str]:
    """A word in pieces of at most so many columns.

    >>> pieces("abcdefgh", 3)
    ['abc', 'def', 'gh']
    """
    found, room = [""], most
    for letter in word:
        width = columns_of(letter)
        if width > room:
            found.append("")
            room = most
        found[-1] += letter
        room -= width
    return found
