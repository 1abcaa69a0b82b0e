"""The command line: ``openbook VERB BOOK ...``.

A BOOK is the path of a JSON file or the name of a shipped book. Results go to standard output, messages and the log to
standard error. What it exits with is listed in `openbook.ExitCode` and by ``openbook --help``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from . import (
    books,
    forms,
    frontiers,
    keeping,
    loading,
    logs,
    many,
    parties,
    process,
    reporting,
    reversing,
    risks,
    sensitivities,
    settling,
    simulating,
    supposing,
    tariffs,
    trusting,
)

__all__ = ["main"]


@click.group(cls=process.Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", count=True, help="Say what is done, on standard error; -vv says more.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.version_option(package_name="openbook", prog_name="openbook")
def cli(verbose: int, log_format: str) -> None:
    """Evaluate, settle, simulate, stress test and explain health-service contracts."""
    if verbose or log_format == "json":
        logs.configure(verbose, log_format)


for module in (
    books,
    parties,
    loading,
    settling,
    many,
    simulating,
    risks,
    reversing,
    sensitivities,
    frontiers,
    trusting,
    forms,
    supposing,
    keeping,
    reporting,
    tariffs,
):
    for name in module.__all__:
        cli.add_command(getattr(module, name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    given = None if arguments is None else list(arguments)
    with process.stoppable(), logs.restored():
        code = process.exit_code_of(lambda: cli.main(args=given, prog_name="openbook", standalone_mode=False))
    sys.exit(code)
