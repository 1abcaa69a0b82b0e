"""What the command line exits with, each code by a process of its own, and how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import openbook as ob
import pytest
from openbook.exit_codes import ExitCode
from small import small_book

COMMAND = [sys.executable, "-m", "openbook"]
PATIENCE = 120

# One golden figure is changed, so that it differs from what is calculated.
DIFFERS = """
from openbook import examples
from openbook.cli import main
shipped = examples.manifest("third_sector_cash")
shipped["golden"] = [shipped["golden"][0] | {"expect": "1.23"}]
examples.manifest = lambda name: shipped
main(["conform", "third_sector_cash"])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("codes")
    small_book().write(path / "book.json")
    (path / "bad.json").write_text("{", encoding="utf-8")
    readings = [ob.Reading(name="a", words="x"), ob.Reading(name="b", words="y", overrides={"amount": "£2"})]
    clause = ob.Payment(id="p", amount="£1", readings=readings)
    small_book(contracts=[ob.Contract(id="c", payer="icb", payee="trust", clauses=[clause])]).write(path / "open.json")
    ob.examples.acute_contract().write(path / "acute.json")
    return path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (0, "settle book.json --plan", ""),
        (2, "settle", "Missing argument"),
        (2, "nonsense", "No such command"),
        (2, "stress book.json --shocks none.json", "No such file or directory: none.json"),
        (3, "validate bad.json", "not valid JSON"),
        (3, "settle-many bad.json --out raised --on-error raise", "book 'bad'"),
        (4, "settle book.json", "no data, expected column"),
        (4, "settle-many book.json --out raised --on-error raise", "book 'book'"),
        (5, "settle open.json --plan", "p"),
        (5, "settle-many open.json --plan --out raised --on-error raise", "book 'open'"),
        (6, "simulate book.json --scenarios 0", "expected a whole number from 1"),
        (6, "settle-many book.json --plan --workers 0 --out raised", "threads"),
        (7, "settle-many book.json bad.json --plan --out collected", ""),
    ],
)
def test_exit_codes(folder: Path, code: int, words: str, said: str) -> None:
    done = run(folder, *words.split())
    assert done.returncode == code
    assert said in done.stderr
    assert (done.stderr == "") == (said == "")


def test_a_figure_that_differs_fails() -> None:
    done = subprocess.run([sys.executable, "-c", DIFFERS], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (ExitCode.FAILED, "")
    assert "0 of 1 passed" in done.stdout


def test_a_missing_package_is_incomplete(folder: Path) -> None:
    script = "import sys; sys.modules['rich'] = None; import openbook.cli.books as b; b.show_table = lambda *a, **k: __import__('rich'); from openbook.cli import main; main(['terms', 'book.json'])"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (ExitCode.INCOMPLETE, "")
    assert "this needs the package 'rich'" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize(
    ("number", "code", "said"), [("SIGINT", 130, "interrupted\n"), ("SIGTERM", 143, "terminated\n")]
)
def test_a_signal_stops_a_run(folder: Path, number: str, code: int, said: str) -> None:
    process = subprocess.Popen(
        [*COMMAND, "-v", "simulate", "acute.json", "--scenarios", "60000000", "--quiet"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a runner in the background ignores it
    )
    try:
        assert process.stderr is not None
        assert "book read: book=acute" in process.stderr.readline()
        process.send_signal(getattr(signal, number))
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, out, err.splitlines(keepends=True)[-1]) == (code, "", said)
    assert "Traceback" not in err


@pytest.mark.skipif(os.name != "posix", reason="needs pipes as of POSIX")
@pytest.mark.parametrize("words", ["settle acute_contract --plan --json"])
@pytest.mark.parametrize("unbuffered", [False, True])
def test_a_reader_that_leaves_early_ends_it_quietly(folder: Path, words: str, unbuffered: bool) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    environment |= {"PYTHONUNBUFFERED": "1"} if unbuffered else {}
    process = subprocess.Popen(
        [*COMMAND, *words.split()], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    # Unbuffered, Python takes a write that was cut short for a whole one and does not notice.
    assert process.wait(PATIENCE) in ((0, ExitCode.CLOSED) if unbuffered else (ExitCode.CLOSED,))
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_head_of_help_is_no_error(folder: Path) -> None:
    command = f"{' '.join(COMMAND)} --help | true; {' '.join(COMMAND)} schema | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == ("{\n", "")


def test_help_lists_every_code(folder: Path) -> None:
    text = " ".join(run(folder, "--help").stdout.split())
    for code in ExitCode:
        assert f"{int(code)} {code.meaning}" in text


def test_the_errors_carry_the_codes_of_the_table() -> None:
    errors = {
        ob.BookError: 3,
        ob.DataError: 4,
        ob.ReadingError: 5,
        ob.LimitError: 6,
        ob.IncompleteError: 7,
        ob.OpenbookError: 1,
    }
    for error, code in errors.items():
        assert error.exit_code == code and isinstance(error.exit_code, ExitCode)
    assert [int(code) for code in ob.ExitCode] == [0, 1, 2, 3, 4, 5, 6, 7, 130, 141, 143]
    assert json.dumps({"exit_code": ob.ExitCode.DATA}) == '{"exit_code": 4}'


def test_signals_are_put_back_where_the_command_line_is_called_from_a_program(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from openbook.cli import main

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as stop:
        main(["validate", str(folder / "book.json")])
    assert stop.value.code == 0
    assert signal.getsignal(signal.SIGTERM) is before
