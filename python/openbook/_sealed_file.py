"""The file of a sealed book: what stands in it, how it is laid out, and its digest."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from . import _codes
from ._strict import Fields

__all__ = ["FORMAT", "faults", "layout", "parsed", "seal_digest", "stamped"]

FORMAT = "openbook-sealed-1"
# Everything else is under the seal's digest.
_OVER_ITSELF = ("seal", "short")


def seal_digest(content: dict[str, Any]) -> str:
    """SHA-256 of everything in a seal but its own digest and short code; layout and order of keys do not matter."""
    covered = {key: value for key, value in content.items() if key not in _OVER_ITSELF}
    text = json.dumps(covered, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stamped(content: dict[str, Any]) -> dict[str, Any]:
    """The content with its digest and short code after the format."""
    digest = seal_digest({"format": FORMAT, **content})
    return {"format": FORMAT, "seal": digest, "short": _codes.short_code(digest), **content}


def layout(content: dict[str, Any]) -> bytes:
    """The bytes of the file."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "surrogatepass")


def parsed(raw: bytes) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The content of a file and what is wrong with its form; what is there is given even where something is wrong."""
    try:
        content = json.loads(raw.decode(), parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as error:
        message = f"not JSON in UTF-8: {error}"
        return {}, [{"code": "malformed", "path": "", "message": message}]
    problems = faults(content)
    return content if isinstance(content, dict) else {}, problems


def _no_fraction(text: str) -> Any:
    raise ValueError(f"found {text}, and a seal holds no fractions: amounts are text")


def faults(content: Any) -> list[dict[str, str]]:
    """What is wrong with the form of a seal: keys that lack, keys that are unknown, wrong types."""
    problems: list[dict[str, str]] = []
    read = Fields(content, "", problems)
    read.format(FORMAT, "a file written by SealedBook.write")
    read.texts("seal", "short", "id", "title", "digest", "document_sha256", "edition", "release", "date", "document")
    for key in ("document_bytes", "document_format"):
        read.whole(key)
    for number, item in enumerate(read.items("signatories")):
        inner = Fields(item, f"/signatories/{number}", problems)
        inner.texts("party", "name", "role")
        inner.done()
    for number, item in enumerate(read.items("illustrative")):
        inner = Fields(item, f"/illustrative/{number}", problems)
        inner.texts("name", "path", "value")
        inner.done()
    for number, item in enumerate(read.items("figures")):
        _figures(Fields(item, f"/figures/{number}", problems), problems)
    varies = read.optional("varies")
    if varies is not None:
        _varies(Fields(varies, "/varies", problems), problems)
    read.done()
    return problems


def _figures(inner: Fields, problems: list[dict[str, str]]) -> None:
    inner.texts("name", "mode", "as_at")
    _lists(inner, "inputs", inner.mapping("inputs"))
    reasons = inner.optional("reasons")  # of values that are missing, where there are any
    if reasons is not None:
        _lists(inner, "reasons", reasons)
    for number, item in enumerate(inner.items("positions")):
        row = Fields(item, f"{inner.path}/positions/{number}", problems)
        row.texts("party", "basis", "every", "label", "amount")
        row.whole("period")
        row.done()
    inner.done()


def _lists(inner: Fields, key: str, given: Any) -> None:
    if not isinstance(given, dict):
        inner.fault("wrong-type", f"{inner.path}/{key}", f"found {given!r}, expected lists by input")
        return
    for name, values in given.items():
        if not isinstance(values, list) or not all(value is None or isinstance(value, str) for value in values):
            inner.fault("wrong-type", f"{inner.path}/{key}/{name}", f"found {values!r}, expected a list of texts")


def _varies(inner: Fields, problems: list[dict[str, str]]) -> None:
    inner.texts("deed", "seal", "short", "date")
    for number, item in enumerate(inner.items("changes")):
        row = Fields(item, f"{inner.path}/changes/{number}", problems)
        row.texts("path", "what", "before", "after", "words")
        row.done()
    inner.done()
