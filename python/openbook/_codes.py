"""Short codes to print, read aloud and type: four groups of four characters, the last of which checks the others.

Fifteen characters of base 32 hold 75 bits of a digest. The alphabet (Crockford's) has no I, L, O or U; small letters
and the characters that are taken for others are understood. The check character is a weighted sum over the field with
32 elements, so that any one wrong character, and any two that changed places, are noticed.
"""

from __future__ import annotations

from .errors import BookError

__all__ = ["normal", "short_code"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 15
_READ_AS = str.maketrans("OIL", "011")


def _times(a: int, b: int) -> int:
    """The product in the field of 32 elements, modulo x^5 + x^2 + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 32:
            a ^= 0b100101
        b >>= 1
    return product


def _check(values: list[int]) -> int:
    total, weight = 0, 1
    for value in values:
        weight = _times(weight, 2)  # powers of a primitive element: all different, none of them 1
        total ^= _times(weight, value)
    return total


def short_code(digest: str) -> str:
    """The short code of a SHA-256 digest in hexadecimal.

    >>> short_code("00" * 32), short_code("ff" * 32)
    ('0000-0000-0000-0000', 'ZZZZ-ZZZZ-ZZZZ-ZZZN')
    """
    number = int(digest, 16) >> (4 * len(digest) - 5 * LETTERS)
    values = [(number >> 5 * (LETTERS - 1 - i)) & 31 for i in range(LETTERS)]
    text = "".join(ALPHABET[value] for value in (*values, _check(values)))
    return "-".join(text[i : i + 4] for i in range(0, LETTERS + 1, 4))


def normal(code: str) -> str:
    """A code as it is printed, from what somebody typed.

    Raises
    ------
    BookError
        It has a wrong length or character, or its check character does not fit.
    """
    text = "".join(code.upper().split()).replace("-", "").translate(_READ_AS)
    strange = sorted(set(text) - set(ALPHABET))
    fault = ""
    if strange:
        fault = f"'{strange[0]}' is no character of a code"
    elif len(text) != LETTERS + 1:
        fault = f"it has {len(text)} characters, expected {LETTERS + 1}"
    else:
        values = [ALPHABET.index(letter) for letter in text]
        if _check(values[:-1]) != values[-1]:
            fault = "its last character does not fit the others: one was misheard or mistyped"
    if fault:
        raise BookError("not a short code", [{"code": "malformed", "path": "", "message": f"found '{code}': {fault}"}])
    return "-".join(text[i : i + 4] for i in range(0, LETTERS + 1, 4))
