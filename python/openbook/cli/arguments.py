"""Arguments: what the verbs share, read from words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import BookError, DataError, OpenbookError

if TYPE_CHECKING:
    from ..book import Book

__all__ = [
    "Options",
    "choice_options",
    "common",
    "data_of",
    "data_options",
    "data_options_of",
    "json_option",
    "kept_options",
    "load_book",
    "options_of",
    "options_without_book",
    "pairs",
    "period_of",
    "plan_option",
    "private_option",
    "sampling_option",
    "sealed_book",
    "seed_of",
    "seed_option",
    "several",
    "shipped",
    "values_checked",
]

Options = dict[str, Any]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
private_option = click.option("--private", is_flag=True, help="Write a file though a layer went into it.")
plan_option = click.option("--plan/--no-plan", "plan", default=None, help="Inputs without data take their plan.")


@contextmanager
def values_checked() -> Iterator[None]:
    """A value that a verb does not know is an error of usage; what is wrong with book or data keeps its own code."""
    try:
        yield
    except OpenbookError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def pairs(given: Iterable[str], option: str) -> dict[str, str]:
    pairs = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise click.UsageError(f"{option}: found '{item}', expected NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


def several(given: Iterable[str], option: str) -> dict[str, list[str]]:
    """Values by name, of which each may be given several times."""
    found: dict[str, list[str]] = {}
    for item in given:
        for name, value in pairs([item], option).items():
            found.setdefault(name, []).append(value)
    return found


def value(text: str) -> Any:
    """A value on the command line: JSON where it is JSON, else text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def is_json(text: str) -> bool:
    return value(text) is not text


def load_book(name: str, changes: Iterable[str] = ()) -> Book:
    return open_book(name, changes)[0]


def open_book(name: str, changes: Iterable[str] = ()) -> tuple[Book, str | None]:
    """The book of a file or a shipped one, and, where it is under seal, the edition that settles it."""
    from .._json import loads
    from ..book import Book

    edition = None
    if not Path(name).exists() or Path(name).is_dir():
        book = shipped(name)
    else:
        sealed = sealed_book(name)
        if sealed is not None:
            book, edition = sealed.book, sealed.edition
        else:
            book = Book.from_bytes(Path(name).read_bytes(), name)
    wanted = pairs(changes, "--set")
    if wanted:
        book = book.with_all({key: loads(text) if is_json(text) else text for key, text in wanted.items()})
    return book, edition


def shipped(name: str) -> Book:
    """The shipped book of that name."""
    from .. import examples
    from .._values import nearest

    if name in examples.names():
        return examples.book(name)
    message = f"'{name}' is neither a file nor a shipped book{nearest(name, examples.names())}"
    raise BookError("no such book", [{"code": "unknown-book", "path": "", "message": message}])


def data_of(data: Sequence[str], inputs: str | None) -> Any:
    parts: list[Any] = []
    for name in data:
        path = Path(name)
        if not path.exists():
            raise DataError(
                "no such data", [{"code": "missing-file", "path": name, "message": "the file does not exist"}]
            )
        parts.append(path)
    if inputs is not None:
        from .._json import loads

        parts.append(loads(Path(inputs[1:]).read_bytes() if inputs.startswith("@") else inputs))
    return None if not parts else parts[0] if len(parts) == 1 else parts


def decorated(command: Callable[..., None], options: Iterable[Callable[..., Any]]) -> Callable[..., None]:
    """A command with more options, which are listed in their order."""
    for option in reversed(list(options)):
        command = option(command)
    return command


def kept_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a result that can be kept and drawn."""
    return decorated(
        command,
        [
            click.option("--save", metavar="FILE", help="Keep the result."),
            click.option("--svg", "picture", metavar="FILE.svg", help="Write the picture."),
            private_option,
        ],
    )


def data_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of everything that reads data; `openbook.load` says what they mean."""
    return decorated(
        command,
        [
            click.option(
                "--data",
                multiple=True,
                metavar="FILE",
                help="Data as .csv, .xlsx or .parquet; may be given several times.",
            ),
            click.option("--inputs", metavar="JSON", help="Inputs by id as JSON, or @FILE."),
            click.option("--where", multiple=True, metavar="COLUMN=CODE", help="Select rows, such as org_code=RF4."),
            click.option("--columns", multiple=True, metavar="OLD=NEW", help="Rename a column, such as Month=period."),
            click.option(
                "--codes", multiple=True, metavar="FILE", help="A map of codes, with a column headed 'target: NAME'."
            ),
            click.option(
                "--units", multiple=True, metavar="COLUMN=UNIT", help="The unit of a column, such as cost=£k."
            ),
            click.option("--decimals", type=click.IntRange(0), metavar="N", help="Round floats to N places."),
            click.option("--missing", metavar="FILE", help="Why months are missing: input, from, to, reason, ..."),
            click.option("--status", type=click.Choice(["any", "freeze"]), help="freeze: use frozen rows only."),
            click.option(
                "--status-by", multiple=True, metavar="COLUMN", help="What with the month makes up one submission."
            ),
            click.option(
                "--unmapped",
                type=click.Choice(["refuse", "suspend"]),
                help="suspend: set rows aside whose code cannot be placed; exits with 7.",
            ),
            click.option("--drop-outside", is_flag=True, help="Leave out data of months outside the calendar."),
            click.option("--day-first/--month-first", default=None, help="What 04/01/2024 means."),
        ],
    )


_CHOICES = (
    click.option("--as-at", metavar="YYYY-MM", help="Settle to this month."),
    click.option("--reading", multiple=True, metavar="CLAUSE=NAME", help="Choose a reading."),
    click.option("--alternative", multiple=True, metavar="TERM=NAME", help="Choose another stated figure."),
    click.option("--scenario", metavar="NAME", help="Apply a scenario of the book."),
)


def choice_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of everything that settles or simulates, whichever its books are."""
    return decorated(command, [data_options, *_CHOICES])


def common(command: Callable[..., None]) -> Callable[..., None]:
    """A book, and the options of everything that settles or simulates it."""
    return decorated(
        command,
        [
            click.argument("book"),
            choice_options,
            click.option(
                "--set", "changes", multiple=True, metavar="NAME=VALUE", help='Change a term: --set "gain cap=£2m".'
            ),
            click.option(
                "--layer", metavar="FILE", help="Lay one party's own layer over the book; results are private."
            ),
        ],
    )


def data_options_of(given: Options) -> Options:
    """How data are read, as keyword arguments; what was not given is left out."""
    from ..data import CodeMap

    options: Options = {name: pairs(given[name], f"--{name}") for name in ("where", "columns", "units")}
    options["codes"] = [CodeMap.read(path) for path in given["codes"]]
    options["status_by"] = list(given["status_by"])
    options |= {name: given[name] for name in ("decimals", "missing", "status", "unmapped", "day_first")}
    options["outside"] = "drop" if given["drop_outside"] else None
    return {name: value for name, value in options.items() if value not in (None, {}, [])}


def options_of(given: Options) -> tuple[Book, Any, Options]:
    """Book, data and the keyword arguments that settling and simulating share."""
    book, edition = open_book(given["book"], given["changes"])
    if given["layer"]:
        from ..layer import Layer

        book = book.with_layer(Layer.read(given["layer"]))
    data, options = options_without_book(given)
    return book, data, options | {"edition": edition}


def options_without_book(given: Options) -> tuple[Any, Options]:
    """Data and keyword arguments that settling and simulating share, whatever the book."""
    options = {
        "as_at": given["as_at"],
        "readings": pairs(given["reading"], "--reading"),
        "alternatives": pairs(given["alternative"], "--alternative"),
    }
    return data_of(given["data"], given["inputs"]), options | data_options_of(given)


class Seed(click.ParamType[int | str]):
    """A whole number, or "sealed"."""

    name = "seed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        if value == "sealed":
            return "sealed"
        try:
            return int(str(value))
        except ValueError:
            self.fail(f"found '{value}', expected a whole number, or 'sealed' for a book under seal", param, ctx)


sampling_option = click.option(
    "--sampling",
    type=click.Choice(["independent", "sobol", "latin_hypercube", "antithetic"]),
    default="independent",
    show_default=True,
    help="How draws are chosen.",
)


def seed_option(default: int = 0) -> Callable[..., Any]:
    words = 'A number, or "sealed": drawn from the seal of a sealed book, so that neither side picks it.'
    return click.option("--seed", type=Seed(), default=default, show_default=True, metavar="N|sealed", help=words)


def seed_of(name: str, seed: int | str, changes: Iterable[str] = ()) -> int:
    """The seed as a number; one that is drawn from a seal is said on standard error."""
    if seed != "sealed":
        return int(seed)
    from ..sealed_seed import opened

    sealed = sealed_book(name)
    if sealed is None or any(changes):
        book = load_book(name, changes)
        return int(opened(book, seed).seed)  # which is refused
    found = opened(sealed, seed)
    click.echo(f"seed: {found.notes[0]['message']}", err=True)
    return int(found.seed)


def sealed_book(name: str) -> Any:
    """The sealed book of a file; None where it is none."""
    path = Path(name)
    if path.is_file() and b'"openbook-sealed-' in (raw := path.read_bytes())[:200]:
        from ..seals import SealedBook

        return SealedBook.from_bytes(raw)
    return None


def period_of(text: str) -> int | str:
    return int(text) if text.isdigit() and len(text) < 4 else text
