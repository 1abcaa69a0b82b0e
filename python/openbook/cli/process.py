"""The command line as a process among others: what stops it, and what it exits with."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Any

import click

from .._log import tell
from ..errors import OpenbookError
from ..exit_codes import ExitCode
from .logs import ROOT, is_json

__all__ = ["Verbs", "exit_code_of", "exit_codes", "stoppable"]


class Closed(Exception):
    """Nobody reads the output any more."""


class Terminated(BaseException):
    """The process was asked to end. As with Ctrl-C, what is being written is finished or taken back."""


class Verbs(click.Group):
    """A group of verbs that knows when its output is not read to the end."""

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        with _reading():
            return super().make_context(*arguments, **extra)

    def invoke(self, context: click.Context) -> Any:
        with _reading():
            try:
                return super().invoke(context)
            finally:
                sys.stdout.flush()

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in exit_codes()])


def exit_codes() -> list[tuple[int, str]]:
    """Every exit code and its meaning."""
    return [(int(code), code.meaning) for code in ExitCode]


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise Closed from None


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM stops the work as Ctrl-C does; only where signals can be received, and only for as long as it lasts."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminate(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def exit_code_of(run: Callable[[], Any]) -> int:
    """Run a command; say what went wrong on standard error."""
    try:
        code = run()
        return code if isinstance(code, int) else ExitCode.DONE
    except OpenbookError as error:
        _say(str(error), error.exit_code, summary=error.summary, problems=[asdict(p) for p in error.problems])
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        if is_json():
            _say(error.format_message(), ExitCode.USAGE)
        else:
            error.show()
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted", ExitCode.INTERRUPTED)
        return ExitCode.INTERRUPTED
    except Terminated:
        _say("terminated", ExitCode.TERMINATED)
        return ExitCode.TERMINATED
    except Closed:
        # What is still buffered goes nowhere, or the interpreter would complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.CLOSED
    except ModuleNotFoundError as error:
        message = f"this needs the package '{error.name}', which is not installed: pip install {error.name}"
        _say(message, ExitCode.INCOMPLETE)
        return ExitCode.INCOMPLETE
    except OSError as error:
        _say(f"{error.strerror or error}: {error.filename or ''}", ExitCode.USAGE)
        return ExitCode.USAGE


def _say(message: str, code: int, **facts: Any) -> None:
    """A message to whoever started the process; one JSON line where the log is JSON, so that it can be parsed."""
    if is_json():
        tell(ROOT, logging.ERROR, facts.pop("summary", message), exit_code=int(code), **facts)
    elif code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
        click.echo(message, err=True)
    else:
        click.echo(f"error: {message}", err=True)
