"""The page of error codes: what each means, what to do, and an example with the message that it gives."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import textwrap
from typing import Any

import openbook as ob
from openbook import cli

from . import error_examples, error_examples_results, error_words, error_words_results
from .error_examples import SETTING
from .error_words import Words
from .markdown import fence, page, table
from .running import value_of

GROUPS = {**error_words.GROUPS, **error_words_results.GROUPS}
EXAMPLES = {**error_examples.EXAMPLES, **error_examples_results.EXAMPLES}
INTRO = """
Every error has a summary and a list of problems. A problem has a *code* (a stable word, below), a *path* in the document, the same
place in the contract's words (*where*), and a *message* that says what was found and what was expected. All faults are collected
before an error is raised.
""".strip()
TYPES = (
    (ob.BookError, "the document is not a valid book, or does not have what was asked for"),
    (ob.DataError, "the data or a file do not fit what is wanted"),
    (ob.ReadingError, "a clause has several readings and none is chosen"),
    (ob.LimitError, "a request exceeds a stated limit"),
)


def raised(example: str) -> tuple[str, list[Any]]:
    """What an example raises: the error's class ("" for warnings of a result) and its problems."""
    names: dict[str, Any] = {}
    exec(SETTING, names)
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            result = value_of(example, names)
        except ob.OpenbookError as error:
            return type(error).__name__, list(error.problems)
        finally:
            os.chdir(before)
    rows = result.to_dicts() if isinstance(result, ob.Table) else []
    return "", [ob.Problem(row["code"], row["path"], row["message"]) for row in rows]


def printed(command: str) -> str:
    """What a command line prints to standard error."""
    heard = io.StringIO()
    with contextlib.redirect_stderr(heard), contextlib.suppress(SystemExit):
        cli.main(command.removeprefix("$ openbook ").split())
    return heard.getvalue()


def _section(code: str, words: Words) -> str:
    parts = [f"### {code}\n", f"{words.means}\n", f"*What to do:* {words.fix}\n"]
    example = EXAMPLES.get(code, "").strip("\n")
    if example.startswith("$"):
        parts += [fence("console", example), fence("text", printed(example))]
    elif example:
        kind, problems = raised(example)
        own = [problem for problem in problems if problem.code == code]
        if not own:
            raise ValueError(f"the example of '{code}' gives {kind or 'no error'} with {[p.code for p in problems]}")
        said = textwrap.fill(f"{kind or 'warning'}: {own[0]}", 88, subsequent_indent="  ", break_on_hyphens=False)
        parts += [fence("python", example), fence("text", said)]
    return "\n".join(parts)


def errors_page() -> str:
    """One section for each code, in groups."""
    sections = []
    for title, group in GROUPS.items():
        sections.append(f"## {title}\n")
        sections += [_section(code, group[code]) for code in sorted(group)]
    return page(
        "Errors",
        INTRO + "\n",
        table(
            ("error", "raised when", "the command line exits with"),
            ((f"`{kind.__name__}`", when, int(kind.exit_code)) for kind, when in TYPES),
            "llr",
        ),
        "The examples below run after these lines; under each stands what it says.\n",
        fence("python", SETTING.strip()),
        *sections,
    )
