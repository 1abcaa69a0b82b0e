"""The command line: ``openbook VERB BOOK ...``.

A BOOK is the path of a JSON file or the name of a shipped book. Results go to standard output, messages to standard
error.
Exit codes: 0 done, 2 usage, 3 book, 4 data, 5 reading, 6 limit, 7 incomplete.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from ..errors import OpenbookError
from . import books, loading, reporting, settling, simulating
from .printing import INCOMPLETE

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="openbook", prog_name="openbook")
def cli() -> None:
    """Evaluate, settle, simulate, stress test and explain health-service contracts."""


for module in (books, loading, settling, simulating, reporting):
    for name in module.__all__:
        cli.add_command(getattr(module, name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    try:
        code = cli.main(
            args=None if arguments is None else list(arguments), prog_name="openbook", standalone_mode=False
        )
        sys.exit(code if isinstance(code, int) else 0)
    except OpenbookError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except ModuleNotFoundError as error:
        click.echo(f"error: this needs the package '{error.name}', which is not installed", err=True)
        sys.exit(INCOMPLETE)
    except OSError as error:
        click.echo(f"error: {error.strerror or error}: {error.filename or ''}", err=True)
        sys.exit(2)
