"""The page of the command line, from its own declarations."""

from __future__ import annotations

import inspect

import click
from openbook import ExitCode, cli

from .markdown import fence, page, table

EXIT_CODES = tuple((int(code), f"{code.meaning[0].upper()}{code.meaning[1:]}.") for code in ExitCode)


def _option(parameter: click.Parameter, context: click.Context) -> tuple[str, str]:
    assert isinstance(parameter, click.Option)
    record = parameter.get_help_record(context)
    assert record is not None
    names, words = record
    return f"`{names}`", words


def _command(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"openbook {name}")
    usage = f"openbook {name} " + " ".join(command.collect_usage_pieces(context))
    parts = [f"## {name}\n", inspect.cleandoc(command.help or "") + "\n", fence("text", usage)]
    options = [p for p in command.get_params(context) if isinstance(p, click.Option) and "--help" not in p.opts]
    if options:
        parts.append(table(("option", "meaning"), (_option(option, context) for option in options)))
    return "\n".join(parts)


def command_line_page() -> str:
    """Verbs, options and exit codes."""
    intro = (
        "`openbook VERB BOOK ...`. A BOOK is the path of a JSON file or the name of a shipped book. Results go to standard "
        "output, messages to standard error. With `--json` the output is JSON, with money as text to the penny. "
        "`python -m openbook` is the same program. How to use it is told in [Command line](../guides/command_line.md).\n"
    )
    group = cli.cli
    commands = [_command(name, group.commands[name]) for name in group.list_commands(click.Context(group))]
    return page(
        "Command line",
        intro,
        "## Exit codes\n",
        table(("code", "meaning"), EXIT_CODES, "rl"),
        *commands,
    )
