"""Folders of tables, replaced as a whole or not at all."""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _json
from ._exporting import Money, parquet_bytes
from ._files import write_atomic
from .errors import BookError, DataError
from .table import Schema

if TYPE_CHECKING:
    from .table import Table

__all__ = ["FORMAT", "LIST", "replace_folder", "write_tables"]

FORMAT = "openbook-tables-1"
LIST = "tables.json"


def write_tables(
    folder: str | Path, tables: Mapping[str, Table], about: Mapping[str, str], money: Money, dates: bool
) -> None:
    """Write tables as Parquet files and a list of them into a folder."""
    _refuse_foreign(Path(folder))
    files = {f"{name}.parquet": parquet_bytes(table, money, dates) for name, table in tables.items()}
    listed = [
        {
            "name": name,
            "file": f"{name}.parquet",
            "schema": table.schema.id if isinstance(table.schema, Schema) else None,
            "rows": len(table),
            "sha256": hashlib.sha256(files[f"{name}.parquet"]).hexdigest(),
        }
        for name, table in tables.items()
    ]
    content = {"format": FORMAT, "about": dict(about), "money": money, "dates": dates, "tables": listed}
    replace_folder(folder, {**files, LIST: (_json.dumps(content, indent=1) + "\n").encode()})


def _refuse_foreign(folder: Path) -> None:
    """Only what was written here may be replaced: a folder with anything else in it stays."""
    if not folder.exists():
        return
    if not folder.is_dir():
        message = f"{folder} is a file, expected a folder, new or empty"
        raise DataError("not a folder", [{"code": "wrong-type", "path": "", "message": message}])
    found = {entry.name for entry in folder.iterdir()}
    own = {LIST} | _listed(folder / LIST)
    if strange := sorted(found - own):
        shown = ", ".join(strange[:8]) + (f" and {len(strange) - 8} more" if len(strange) > 8 else "")
        message = f"{folder} holds {shown}, which openbook did not write; name a new or an empty folder"
        raise DataError("the folder holds something else", [{"code": "foreign-folder", "path": "", "message": message}])


def _listed(path: Path) -> set[str]:
    try:
        content: Any = _json.loads(path.read_bytes())
        return {str(item["file"]) for item in content["tables"]} if content["format"] == FORMAT else set()
    except (OSError, BookError, KeyError, TypeError):
        return set()


def replace_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder beside the target, then put it in the target's place.

    On Linux and macOS an existing folder and the new one change places in one step. Elsewhere the old folder is moved
    away first: a kill at that moment leaves both beside the target, under names that start with a point.
    """
    target = Path(os.path.realpath(folder))
    made = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    made.mkdir()
    try:
        for name, content in files.items():
            write_atomic(made / name, content)
        if target.exists():
            made.chmod(target.stat().st_mode & 0o777)
        if not target.exists():
            os.rename(made, target)
        elif not _exchange(made, target):
            _move_twice(made, target)
    finally:
        shutil.rmtree(made, ignore_errors=True)  # what was replaced, or what could not be put in place


def _move_twice(made: Path, target: Path) -> None:
    aside = made.with_name(made.name + ".old")
    os.rename(target, aside)
    try:
        os.rename(made, target)
    except BaseException:
        os.rename(aside, target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system or the file system cannot."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            here = -100  # AT_FDCWD: paths are relative to the working folder
            call, swap = library.renameat2, 2  # RENAME_EXCHANGE
            return bool(call(here, os.fsencode(one), here, os.fsencode(other), swap) == 0)
        if sys.platform == "darwin":
            return bool(library.renamex_np(os.fsencode(one), os.fsencode(other), 2) == 0)  # RENAME_SWAP
    except (OSError, AttributeError, TypeError):
        pass
    return False
