"""Called from several threads at once, and in forked, spawned and pooled processes: the same results, and no deadlock."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from pools import DATA, pass_on, refuse, work
from small import small_book

PATIENCE = 120.0  # seconds after which a process counts as stuck; nothing here needs a tenth of it

forking = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def in_child(call: Callable[[], Any]) -> Any:
    """What `call` gives in a forked child; a child that is stuck is killed and fails the test."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(read)
            with os.fdopen(write, "wb") as pipe:
                pickle.dump(call(), pipe)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    watchdog = threading.Timer(PATIENCE, os.kill, (child, signal.SIGKILL))
    watchdog.start()
    try:
        with os.fdopen(read, "rb") as pipe:
            content = pipe.read()
        _, status = os.waitpid(child, 0)
    finally:
        watchdog.cancel()
        watchdog.join()
    assert os.waitstatus_to_exitcode(status) == 0, "the child was stuck or failed"
    return pickle.loads(content)


def tasks() -> int:
    """Threads of this process as the system counts them, the core's own included."""
    return len(os.listdir("/proc/self/task"))


# -- forks ------------------------------------------------------------------------------------------------------------


@forking
def test_a_forked_child_settles_and_simulates_what_its_parent_did() -> None:
    book = small_book()
    expected = work(book, threads=4)
    assert in_child(lambda: work(book, threads=4)) == expected
    assert in_child(lambda: in_child(lambda: work(small_book(), threads=4))) == expected
    assert work(book, threads=4) == expected


@forking
def test_a_child_that_is_forked_in_the_middle_of_runs_is_not_stuck() -> None:
    book, busy = small_book(), ob.examples.acute_contract()
    expected = work(book, threads=2)
    stop = threading.Event()

    def simulate() -> None:
        while not stop.is_set():
            busy.simulate(40_000, threads=2, progress=False)

    def settle() -> None:
        while not stop.is_set():
            ob.settle_many({str(n): busy for n in range(4)}, plan=True, workers=2, disputes=False)

    threads = [threading.Thread(target=target) for target in (simulate, settle)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            assert in_child(lambda: work(book, threads=2)) == expected
            assert in_child(lambda: busy.simulate(64, progress=False).draws) == 64
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_no_thread_outlives_its_run() -> None:
    book = small_book()
    work(book, threads=4)
    before = tasks()
    for _ in range(3):
        work(book, threads=4)
        # A thread that has been joined may be listed for a moment longer.
        patience = time.monotonic() + PATIENCE
        while tasks() > before:
            assert time.monotonic() < patience, "a thread outlived its run"
            time.sleep(0.01)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_pools_of_processes(method: str) -> None:
    book = small_book()
    expected, settlement = work(book), book.settle(DATA)
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(work, [book] * 4, timeout=PATIENCE)) == [expected] * 4
        again = pool.submit(pass_on, settlement).result(PATIENCE)
        with pytest.raises(ob.DataError) as refused:
            pool.submit(refuse, book).result(PATIENCE)
    assert len(again.to_post) == 0 and again.positions == settlement.positions
    assert [problem.code for problem in refused.value.problems] == ["negative", "negative"]


# -- threads ----------------------------------------------------------------------------------------------------------


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """The results of calls that all begin at once."""
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        barrier.wait(PATIENCE)
        return call()

    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(one, call) for call in calls]]


@pytest.fixture
def eager_switching() -> Any:
    """Python changes threads as often as it can, so that what is not guarded shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_switching")
def test_shared_books_give_every_thread_what_one_thread_gets() -> None:
    books = [small_book(), small_book(id="dear").with_("price", 300)]
    expected = [work(small_book()), work(small_book(id="dear").with_("price", 300))]
    found = together([lambda n=n: work(books[n % 2], threads=1 + n % 3) for n in range(12)])  # type: ignore[misc]
    assert [found[n] == expected[n % 2] for n in range(12)] == [True] * 12


@pytest.mark.usefixtures("eager_switching")
def test_one_book_simulated_in_different_ways_at_once_keeps_its_plans_apart() -> None:
    book = small_book()
    ways: list[dict[str, Any]] = [
        {"every": "month"},
        {"every": "term", "track": ["visits"]},
        {"every": "year", "basis": ["written"]},
        {"every": "term", "parties": "all", "shocks": "busy"},
        {"every": "month", "data": DATA, "as_at": "2016-06"},
    ]

    def drawn(of: ob.Book, way: dict[str, Any], seed: int) -> bytes:
        return of.simulate(500, seed=seed, progress=False, **way).array().tobytes()

    expected = [drawn(small_book(), way, seed) for seed in range(4) for way in ways]
    for _ in range(3):
        assert together([lambda w=way, s=seed: drawn(book, w, s) for seed in range(4) for way in ways]) == expected  # type: ignore[misc]


@pytest.mark.usefixtures("eager_switching")
def test_a_settlement_that_was_read_explains_itself_to_several_threads(tmp_path: Path) -> None:
    settlement = small_book().settle(DATA)
    settlement.save(tmp_path / "s.json")
    what = ["trust", "icb", "clause:quality", "clause:by_visit"]
    expected = [settlement.explain(name).to_json() for name in what] * 3
    for _ in range(5):
        read = ob.Settlement.read(tmp_path / "s.json")
        assert together([lambda n=name, r=read: r.explain(n).to_json() for name in what * 3]) == expected  # type: ignore[misc]
        assert read == settlement


FIRST_USE = """
import sys, threading
sys.setswitchinterval(1e-6)
import openbook as ob
{prepare}
barrier, found = threading.Barrier(8), []
def run():
    barrier.wait()
    {use}
threads = [threading.Thread(target=run) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(found) == 8 and all(one == found[0] for one in found), found
{check}
"""


@pytest.mark.parametrize("attempt", range(2))
def test_the_first_use_of_the_package_may_be_in_several_threads(attempt: int) -> None:
    use = "book = ob.examples.third_sector_cash(); found.append((type(book.parties[0]), book, book.settle(plan=True).positions))"
    script = FIRST_USE.format(prepare="", use=use, check="assert found[0][0] is ob.Party")
    subprocess.run([sys.executable, "-c", script], check=True, timeout=PATIENCE)


@pytest.mark.parametrize("attempt", range(3))
def test_there_is_one_class_of_a_name_whichever_thread_makes_it(attempt: int) -> None:
    script = FIRST_USE.format(
        prepare="from openbook._values import class_for; from openbook._description import records; names = list(records())",
        use="found.append([class_for(records()[name]) for name in names])",
        check="assert found[0] == [getattr(ob.model, records()[name].python) for name in names]",
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=PATIENCE)


def test_a_run_in_one_thread_is_cancelled_from_another() -> None:
    book = ob.examples.acute_contract()
    small = small_book()
    expected = work(small)
    cancel, begun = threading.Event(), threading.Event()

    class Cancelled(Exception):
        pass

    def watch(done: int, total: int) -> None:
        begun.set()
        if cancel.is_set():
            raise Cancelled

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        long = pool.submit(book.simulate, 60_000_000, seed=1, threads=1, progress=watch)
        assert begun.wait(PATIENCE)
        assert work(small) == expected  # others go on meanwhile
        cancel.set()
        with pytest.raises(Cancelled):
            long.result(PATIENCE)
    assert book.simulate(64, seed=1, progress=False).draws == 64


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_many_books() -> None:
    book = ob.examples.residential_flow()
    sent: list[float] = []

    def interrupt(done: int, total: int) -> None:
        if done == 2:
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        ob.settle_many({str(n): book for n in range(5_000)}, plan=True, progress=interrupt)
    # 5,000 books take minutes; those that were being settled end by themselves.
    assert time.monotonic() - sent[0] < PATIENCE
    patience = time.monotonic() + PATIENCE
    while any(thread.name.startswith("openbook") for thread in threading.enumerate()):
        assert time.monotonic() < patience
        time.sleep(0.01)
