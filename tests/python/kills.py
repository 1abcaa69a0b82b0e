"""Processes that end, without any clean-up, in the middle of what they do to the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

CALLS = (
    (os, "replace"),
    (os, "rename"),
    (os, "mkdir"),
    (os, "chmod"),
    (os, "fsync"),
    (os, "fdopen"),
    (tempfile, "mkstemp"),
)


def killed(moment: int, work: Callable[[], Any]) -> bool:
    """Do some work in another process that ends just before or after one of its calls to the disk.

    Moments count from 1, two for each call. Whether it was killed; else it has done its work.
    """
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in (0, 9)
        return code == 9
    left = moment

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(9)

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            step()
            result = call(*given, **named)
            step()
            return result

        return run

    try:
        for module, name in CALLS:
            setattr(module, name, counted(getattr(module, name)))
        work()
        os._exit(0)
    finally:
        os._exit(1)
