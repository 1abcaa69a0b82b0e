"""The file that keeps a result: a ZIP archive of JSON texts and arrays that is the same, byte for byte, for the same
content.

Members are stored, not compressed (what a compressor writes depends on its version), in a fixed order, with fixed times
and rights. The first member, ``openbook.json``, says what the file is and has the SHA-256 of every other member; the
archive's comment has the SHA-256 of everything before it, so that one changed byte anywhere is found. Nothing in the
file is code, and nothing in it is run.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

from . import _json
from .errors import BookError, DataError

__all__ = ["FORMAT", "pack", "refused", "unpack"]

FORMAT = "openbook-result-1"
MANIFEST = "openbook.json"

_FAMILY = "openbook-result-"
_SEAL = b"openbook sha256 "
_SIGNATURE = b"PK\x03\x04"
_LOCAL = struct.Struct("<4s5H3I2H")  # the header before a member
_TRAILER = len(_SEAL) + 64


def pack(manifest: Mapping[str, Any], members: Mapping[str, bytes]) -> bytes:
    """The bytes of a file.

    Parameters
    ----------
    manifest
        What the file is, beside "format" and "members", which are added.
    members
        Content by name, in the order in which they are written.
    """
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    first = _json.dumps({"format": FORMAT, **manifest, "members": digests}, indent=1).encode() + b"\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {MANIFEST: first, **members}.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
        archive.comment = _SEAL + b"0" * 64
    whole = buffer.getbuffer()
    whole[-64:] = hashlib.sha256(whole[:-_TRAILER]).hexdigest().encode()
    return bytes(whole)


def unpack(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a file is, and its members.

    Raises
    ------
    DataError
        It is another kind of file, cut off, changed since it was written, or of a newer format.
    """
    manifest = _manifest(content)
    _check_seal(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
                raise refused("changed", "a member is compressed; openbook stores them as they are")
            members = {info.filename: archive.read(info) for info in infos[1:]}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, UnicodeError, ValueError, EOFError) as error:
        raise refused("damaged", f"the archive cannot be opened: {error}") from None
    wanted = manifest["members"]
    digests = {member: hashlib.sha256(data).hexdigest() for member, data in members.items()}
    if digests != wanted:
        names = sorted(member for member in {**digests, **wanted} if digests.get(member) != wanted.get(member))
        raise refused("changed", f"{', '.join(names)} is not what {MANIFEST} says")
    return manifest, members


def _manifest(content: bytes) -> dict[str, Any]:
    """The first member, read before the digest, so that a newer format is called newer and not damaged."""
    if not content:
        raise refused("empty", "found an empty file, expected a file written by save")
    first = _first_member(content)
    if first is None:
        raise refused("foreign", f"found {_described(content)}, expected a file written by save")
    try:
        manifest = _json.loads(first)
    except BookError:
        raise refused("damaged", f"{MANIFEST} in it is not JSON; it was cut off or changed") from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        if isinstance(found, str) and found.startswith(_FAMILY):
            by = f", by openbook {manifest['package']}" if isinstance(manifest.get("package"), str) else ""
            message = f"written in format {found!r}{by}; this release reads {FORMAT!r}: use a newer release"
            raise refused("newer-format", message)
        raise refused("foreign", f"{MANIFEST} says format {found!r}, expected {FORMAT!r}")
    if not isinstance(manifest.get("members"), dict):
        raise refused("malformed", f"{MANIFEST} does not list the members")
    return dict(manifest)


def _first_member(content: bytes) -> bytes | None:
    """The content of the first member where it is the manifest, as far as the file goes."""
    if not content.startswith(_SIGNATURE) or len(content) < _LOCAL.size:
        return None
    header = _LOCAL.unpack_from(content)
    size, length, extra = header[8], header[9], header[10]
    start = _LOCAL.size + length
    if content[_LOCAL.size : start] != MANIFEST.encode():
        return None
    return content[start + extra : start + extra + size]


def _described(content: bytes) -> str:
    kinds = {
        b"PK": "a ZIP archive (a workbook, perhaps) that openbook did not write",
        b"PAR1": "a Parquet file",
        b"ARROW1": "an Arrow file",
        b"\x80": "a pickle, which is never opened",
        b"\x1f\x8b": "a gzip file: unpack it first",
        b"\x93NUMPY": "a NumPy array",
        b"<": "a page of HTML or XML",
        b"{": "JSON text",
        b"[": "JSON text",
    }
    for start, words in kinds.items():
        if content.lstrip()[: len(start)] == start:
            return words
    return f"a file that starts with {content[:12]!r}"


def _check_seal(content: bytes) -> None:
    seal = content[-_TRAILER:]
    if not seal.startswith(_SEAL):
        message = f"the digest at its end is missing; it was cut off after {len(content):,} bytes, or changed"
        raise refused("cut-off", message)
    written, found = seal[len(_SEAL) :], hashlib.sha256(memoryview(content)[:-_TRAILER]).hexdigest().encode()
    if written != found:
        message = (
            f"its digest is {found[:12].decode()}…, it was written with "
            f"{written[:12].decode(errors='replace')}…; it was damaged or changed since"
        )
        raise refused("changed", message)


def refused(code: str, message: str) -> DataError:
    """The error for a file that is not read."""
    return DataError("not a saved result, or not as it was saved", [{"code": code, "path": "", "message": message}])
