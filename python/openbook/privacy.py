"""What is private to one party stays with it: the one place that marks displays and guards files.

A layer (`openbook.layers`) makes a book, and every result of it, private to the party that laid it. Whatever shows a
result says so, and whatever writes one to a file asks `permit` first. A new exporter calls `permit` as well; a test
looks for those that do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

from .errors import BookError

__all__ = ["banner", "mark_in", "marked", "of_all", "permit", "refuse", "refuse_pickle", "shared", "titled"]


def banner(private_to: str) -> str:
    """What every display of a private result says."""
    return f"Private to {private_to}: made with its own layer, not for the other parties."


def of_all(results: Iterable[Any]) -> str:
    """To whom something made of several results or books is private."""
    return ", ".join(dict.fromkeys(result.private_to for result in results if result.private_to))


def shared(book: Any) -> Any:
    """The book that all parties have: what is asked of the others, and kept with their data, goes by its document."""
    return getattr(book, "shared", book)


def marked(text: str, private_to: str) -> str:
    """A note or title with the banner before it, once."""
    if not private_to or banner(private_to) in text:
        return text
    return f"{banner(private_to)} {text}".strip()


def titled(title: str, private_to: str) -> str:
    """The title of a picture, with the mark that fits beside it, once."""
    mark = f" (private to {private_to})"
    return title if not private_to or title.endswith(mark) else title + mark


def mark_in(title: str) -> str:
    """The mark that a title ends with, which stays where the title is cut; "" where there is none."""
    found = _MARK.search(title)
    return found[0] if found else ""


_MARK = re.compile(r" \(private to [^()]*\)(?: \(£\))?$")


def permit(private_to: str, private: bool, what: str) -> dict[str, str]:
    """Whether a result may be written to a file, and what the file's header must then say.

    Returns
    -------
    dict
        ``{"private_to": party}`` of what is private, nothing of what is shared.

    Raises
    ------
    BookError
        The result is private and `private` was not asked for.
    """
    if private_to and not private:
        refuse(
            f"this {what} was made with the layer of '{private_to}'; a file of it may reach the other parties. Write "
            "private=True for a file of your own, or calculate it from book.shareable()"
        )
    return {"private_to": private_to} if private_to else {}


def refuse_pickle(private_to: str) -> None:
    """Pickles travel unseen: what is private is not pickled."""
    if private_to:
        refuse(
            f"this was made with the layer of '{private_to}' and is not pickled. Pass on book.shareable() and the "
            "layer, and lay it over the book again where it is needed: book.with_layer(layer)"
        )


def refuse(message: str) -> NoReturn:
    """Raise the error of everything that would give away a layer."""
    raise BookError("private to one party", [{"code": "private", "path": "", "message": message}])
