"""What the command line shows of the package's log: on standard error, as text or as JSON lines."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["ROOT", "configure", "is_json", "restored"]

ROOT = logging.getLogger("openbook")


class _Json(logging.Formatter):
    """One object per line: time (UTC), level, logger, thread, event, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{moment}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "thread": record.threadName,
            "event": getattr(record, "event", None) or record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(verbosity: int, form: str) -> None:
    """Show the log: warnings; with verbosity 1 what was done, with 2 from where as well."""
    handler = logging.StreamHandler()  # standard error as it is now
    handler.setFormatter(_Json() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    ROOT.addHandler(handler)
    ROOT.setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])
    ROOT.propagate = False


def is_json() -> bool:
    """Whether standard error is read as JSON lines."""
    return any(isinstance(handler.formatter, _Json) for handler in ROOT.handlers)


@contextmanager
def restored() -> Iterator[None]:
    """Leave logging as it was, since the command line may be called from within a program."""
    handlers, level, propagate = list(ROOT.handlers), ROOT.level, ROOT.propagate
    try:
        yield
    finally:
        for handler in set(ROOT.handlers) - set(handlers):
            ROOT.removeHandler(handler)
        ROOT.setLevel(level)
        ROOT.propagate = propagate
