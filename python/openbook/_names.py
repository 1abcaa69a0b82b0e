"""Names as people say them: case, underscores, small words and the order of words do not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ._values import nearest

if TYPE_CHECKING:
    from ._terms import Place

__all__ = ["answering", "called", "fold", "offered", "speaking_of", "words_of"]

_WORD = re.compile(r"[\w£%]+")
_SMALL = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "per", "the", "to"}
)
_SAME = {
    "gainshare": ("gain", "share"),
    "painshare": ("pain", "share"),
    "limit": ("cap",),
    "max": ("cap",),
    "maximum": ("cap",),
    "percentage": ("share",),
}


def fold(name: str) -> str:
    """The name in small letters, with single spaces in place of underscores."""
    return " ".join(name.replace("_", " ").casefold().split())


def words_of(name: str) -> frozenset[str]:
    """The words that tell a name apart: no small words, singular, one word for things that mean the same.

    >>> sorted(words_of("Cap on the gains")), words_of("gain_cap") == words_of("Cap on the gains")
    (['cap', 'gain'], True)
    """
    found: list[str] = []
    for word in _WORD.findall(fold(name)):
        if word not in _SMALL:
            one = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
            found += _SAME.get(one, (one,))
    return frozenset(found)


def _vocabulary(place: Place) -> frozenset[str]:
    return frozenset(word for alias in place.names for word in words_of(alias))


def called(places: Sequence[Place], name: str) -> list[Place]:
    """The terms that are called exactly so, else those whose names differ only in case, spaces and underscores."""
    folded = fold(name)
    for same in (lambda alias: alias == name, lambda alias: fold(alias) == folded):
        found = [place for place in places if any(same(alias) for alias in place.names)]
        if found:
            return found
    return []


def answering(places: Sequence[Place], name: str) -> list[Place]:
    """The terms that a name stands for: the one that is called exactly so, else that differs only in case and spaces,
    else has the same words in another order, else has all the words in its names. Several when it is not clear.
    """
    if found := called(places, name):
        return found
    wanted = words_of(name)
    if not wanted:
        return []
    found = [place for place in places if any(words_of(alias) == wanted for alias in place.names)]
    return found or [place for place in places if wanted <= _vocabulary(place)]


def speaking_of(places: Iterable[Place], about: str) -> list[Place]:
    """The terms whose names have every word of `about`, or a word that begins with it."""
    wanted = words_of(about)
    return [
        place for place in places if all(any(have.startswith(word) for have in _vocabulary(place)) for word in wanted)
    ]


def offered(places: Sequence[Place], name: str, most: int = 5) -> str:
    """What a message offers for a name that nothing answers to: the nearest spellings, else names that share words."""
    close = nearest(name, [alias for place in places for alias in place.names])
    if close:
        return close
    wanted = words_of(name)
    shared = sorted(
        ((len(wanted & _vocabulary(place)), -number, place) for number, place in enumerate(places)), reverse=True
    )
    names = [place.called for count, _, place in shared[:most] if count]
    return f"; nearest are {', '.join(names)}" if names else ""
