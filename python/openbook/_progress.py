"""A progress line for long runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

__all__ = ["Bar", "Progress", "callback"]

#: Whether progress is shown, or what is told of it.
Progress = bool | Callable[[int, int], None] | None

#: Runs shorter than this many seconds show nothing.
PATIENCE = 1.0


class Bar:
    """One line on standard error: how many draws (or books) are done and how long the rest will take."""

    def __init__(self, patience: float = PATIENCE, unit: str = "draws") -> None:
        self.unit = unit
        self.start = time.monotonic()
        self.patience = patience
        self.shown = False

    def __call__(self, done: int, total: int) -> None:
        passed = time.monotonic() - self.start
        if passed < self.patience or not total:
            return
        part = min(1.0, done / total)
        rest = f", {passed / part - passed:.0f} s left" if part > 0.02 else ""
        filled = round(part * 30)
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done:,} of {total:,} {self.unit}{rest}   ")
        sys.stderr.flush()
        self.shown = True

    def close(self) -> None:
        """Remove the line."""
        if self.shown:
            sys.stderr.write("\r" + " " * 78 + "\r")
            sys.stderr.flush()


def _watched() -> bool:
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    shell = sys.modules.get("IPython")
    instance = shell.get_ipython() if shell is not None and hasattr(shell, "get_ipython") else None
    return type(instance).__name__ == "ZMQInteractiveShell"


def callback(progress: Progress, unit: str = "draws") -> Callable[[int, int], None] | None:
    """What to call during a run: a bar where somebody watches (None), always (True), never (False), or one's own."""
    if callable(progress):
        return progress
    if progress is None:
        return Bar(unit=unit) if _watched() else None
    return Bar(0.0, unit) if progress else None
