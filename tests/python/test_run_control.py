"""Long runs: stopped by a signal, seen by a progress callback, and kind to other threads."""

from __future__ import annotations

import os
import signal
import threading
import time

import openbook as ob
import pytest


@pytest.mark.usefixtures("interruptible")
def test_a_signal_stops_a_run_and_leaves_nothing_broken() -> None:
    book = ob.examples.acute_contract()
    before = book.simulate(64, seed=1, progress=False).array(book.parties[0].id, every="term").copy()
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(1.0, interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        book.simulate(60_000_000, seed=1, progress=False)
    stopped = time.perf_counter()
    timer.join()
    # Half a second is the promise; a loaded machine may add to it, a run that goes on would take minutes.
    assert stopped - sent[0] < 5
    after = book.simulate(64, seed=1, progress=False).array(book.parties[0].id, every="term")
    assert (before == after).all()


def test_other_threads_go_on_during_a_run() -> None:
    book = ob.examples.acute_contract()
    ticks = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        start = ticks
        book.simulate(400_000, seed=1, threads=1, progress=False)
        assert ticks - start > 5
    finally:
        stop.set()
        thread.join()


def test_books_are_simulated_from_several_threads_at_once() -> None:
    book = ob.examples.acute_contract()
    party = book.parties[0].id
    expected = {
        seed: book.simulate(2_000, seed=seed, progress=False).array(party, every="term").copy() for seed in range(4)
    }
    found: dict[int, bool] = {}

    def run(seed: int) -> None:
        found[seed] = bool(
            (book.simulate(2_000, seed=seed, progress=False).array(party, every="term") == expected[seed]).all()
        )

    threads = [threading.Thread(target=run, args=(seed,)) for seed in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict.fromkeys(expected, True)
