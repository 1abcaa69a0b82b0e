"""How many processors this process may use: its affinity, and the quota of the container it runs in."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

__all__ = ["available", "quota"]


def available() -> int:
    """Processors that this process may run on, no more than its container's quota; at least 1."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(allowed, quota() or allowed))


def quota(root: Path = Path("/")) -> int | None:
    """Whole processors that the control groups of this process allow; None where none of them sets a quota.

    A quota set on any group above the process's own holds for it too, so that the smallest counts. Part of a processor
    counts as one.

    Parameters
    ----------
    root
        Where ``/proc`` and the mounted groups are looked for.
    """
    found = [share for group in _groups(root) if (share := _share(group)) is not None]
    return max(1, math.ceil(min(found))) if found else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _groups(root: Path) -> Iterator[Path]:
    """The folders of the groups of this process that may limit processors, each from its own up to the mounted top."""
    own: dict[str, str] = {}  # "" is version 2; "cpu" the controller of version 1
    for line in _lines(root / "proc/self/cgroup"):
        fields = line.split(":", 2)
        if len(fields) == 3 and (not fields[1] or "cpu" in fields[1].split(",")):
            own["cpu" if fields[1] else ""] = fields[2]
    for line in _lines(root / "proc/self/mountinfo"):
        left, _, right = line.partition(" - ")
        places, kinds = left.split(), right.split()  # ... root, mounted at, options; kind, source, more options
        if len(places) < 5 or len(kinds) < 3:
            continue
        if kinds[0] == "cgroup2":
            path = own.get("")
        elif kinds[0] == "cgroup" and "cpu" in kinds[2].split(","):
            path = own.get("cpu")
        else:
            continue
        if path is not None:
            top, mounted = root / _unescaped(places[4]).lstrip("/"), PurePosixPath(_unescaped(places[3]))
            # A container may see a part of the tree only: `mounted` is its root. Of a path outside of it (a namespace
            # of groups shows "/../..") only that root can be looked at.
            inside = PurePosixPath(path)
            parts = inside.relative_to(mounted).parts if inside.is_relative_to(mounted) else ()
            for depth in range(0 if ".." in parts else len(parts), -1, -1):
                yield top.joinpath(*parts[:depth])


def _unescaped(text: str) -> str:
    """Spaces and the like are written in octal in mountinfo."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _share(group: Path) -> float | None:
    """Processors that one group allows; None where it sets no quota."""
    words = " ".join(_lines(group / "cpu.max")).split()
    if not words:
        words = [*_lines(group / "cpu.cfs_quota_us")[:1], *_lines(group / "cpu.cfs_period_us")[:1]]
    try:
        limit, period = int(words[0]), int(words[1])
    except (ValueError, IndexError):  # "max", or no such file
        return None
    return limit / period if limit > 0 and period > 0 else None
