"""Calls from many threads, in forked children, stopped from outside and followed from inside."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aura
import pytest
from conftest import network

WAIT = 60_000  # ms: far longer than any test may take


@pytest.fixture
def waiting(held: aura.Session) -> dict[str, Any]:
    """A request that lasts until somebody ends it."""
    return {"after": held.events(after=0)["next"], "wait_ms": WAIT}


def test_eight_threads_share_one_session(held: aura.Session) -> None:
    expected = [held.predict_bytes(topology="prod", seed=seed) for seed in range(8)]
    start = threading.Barrier(8)

    def work(seed: int) -> bool:
        start.wait()
        same = True
        for turn in range(25):
            result = held.predict(topology="prod", seed=seed)
            column = result.columns["probability"]
            same &= result.json_bytes == expected[seed] and len(column) == 12
            if turn % 5 == 0:
                held.observe(topology=f"own-{seed}", document=network(4 + turn))
        return same

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


def test_a_call_lets_other_threads_run(held: aura.Session, waiting: dict[str, Any]) -> None:
    with aura.Cancel() as cancel, ThreadPoolExecutor(1) as pool:
        running = pool.submit(held.events, waiting, cancel=cancel)
        ticks = sum(1 for _ in range(1000))  # this thread has the interpreter while the other is in the engine
        assert ticks == 1000 and not running.done()
        cancel.set()
        with pytest.raises(aura.AuraCancelledError):
            running.result(30)


def test_a_timer_cancels(held: aura.Session, waiting: dict[str, Any]) -> None:
    with aura.Cancel() as cancel:
        timer = threading.Timer(0.1, cancel.set)
        began = time.monotonic()
        timer.start()
        with pytest.raises(aura.AuraCancelledError) as caught:
            held.events(waiting, cancel=cancel)
        timer.join()
        assert 0.05 < time.monotonic() - began < 10
        assert type(caught.value) is aura.AuraCancelledError and caught.value.code == "cancelled"
        assert cancel.is_set
        with pytest.raises(aura.AuraCancelledError):  # now and later
            held.predict(topology="prod", cancel=cancel)
    assert held.predict(topology="prod")["agents"]


def test_a_timeout_is_told_apart_from_a_cancellation(held: aura.Session, waiting: dict[str, Any]) -> None:
    with pytest.raises(aura.AuraTimeoutError) as caught:
        held.events(waiting, timeout=0.1)
    assert caught.value.code == "cancelled"
    with aura.Cancel() as shared:
        with pytest.raises(aura.AuraTimeoutError):
            held.events(waiting, timeout=0.05, cancel=shared)
        assert not shared.is_set, "the token may serve other calls"
        timer = threading.Timer(0.05, shared.set)
        timer.start()
        with pytest.raises(aura.AuraCancelledError) as other:
            held.events(waiting, timeout=WAIT, cancel=shared)
        timer.join()
        assert type(other.value) is aura.AuraCancelledError
        with pytest.raises(aura.AuraCancelledError):
            held.events(waiting, timeout=WAIT, cancel=shared)
    assert held.predict(topology="prod", timeout=float("inf"))["agents"]
    assert held.predict(topology="prod", timeout=WAIT)["agents"]


@pytest.mark.parametrize("timeout", [-1, float("nan"), "soon"])
def test_a_timeout_is_a_length_of_time(held: aura.Session, timeout: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        held.predict(topology="prod", timeout=timeout)


def test_timeouts_leave_no_threads(held: aura.Session) -> None:
    before = threading.active_count()
    for _ in range(20):
        held.predict(topology="prod", timeout=WAIT)
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before


def test_a_progress_callback_follows_and_cancels(held: aura.Session) -> None:
    seen: list[tuple[float, int]] = []
    held.predict(topology="prod", progress=lambda fraction: seen.append((fraction, threading.get_ident())))
    assert seen, "progress was told"
    fractions = [fraction for fraction, _ in seen]
    assert all(0 <= fraction <= 1 for fraction in fractions) and fractions == sorted(fractions)
    assert {thread for _, thread in seen} == {threading.get_ident()}, "on the calling thread only"
    with pytest.raises(aura.AuraCancelledError):
        held.predict(topology="prod", progress=lambda fraction: True)


def test_an_exception_in_a_progress_callback_comes_out_of_the_call(held: aura.Session) -> None:
    for raised in (ZeroDivisionError, KeyboardInterrupt, SystemExit):

        def progress(_: float, kind: Any = raised) -> None:
            raise kind

        with pytest.raises(raised):
            held.predict(topology="prod", progress=progress)
    with pytest.raises(TypeError):
        held.predict(topology="prod", progress=lambda: None)
    with pytest.raises(TypeError):
        held.predict(topology="prod", progress=3)


def test_a_log_callback_is_told(document: dict[str, Any]) -> None:
    told: list[tuple[int, str]] = []
    with aura.Session(log=lambda level, text: told.append((level, text)), log_level=aura.LOG_DEBUG) as session:
        session.observe(topology="prod", document=document)
        session.predict(topology="prod")
        with pytest.raises(aura.AuraError):
            session.predict(topology="nowhere")
    assert told
    assert all(aura.LOG_ERROR <= level <= aura.LOG_DEBUG and isinstance(text, str) and text for level, text in told)
    count = len(told)
    gc.collect()
    assert len(told) == count


def test_closing_a_session_ends_a_wait(document: dict[str, Any]) -> None:
    session = aura.Session()
    session.observe(topology="prod", document=document)
    after = session.events(after=0)["next"]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(session.events, after=after, wait_ms=WAIT)
        time.sleep(0.05)
        session.close()
        error = running.exception(30)
    assert error is None or isinstance(error, aura.AuraError)
    with pytest.raises(aura.AuraHandleError):
        session.events()


# ------------------------------------------------------------------------------------------------- fork

_inherited: aura.Session


def _in_child(seed: int) -> tuple[int, bytes, bytes]:
    with aura.Session() as own:
        own.observe(topology="prod", document=network())
        fresh = own.predict_bytes(topology="prod", seed=seed)
    return os.getpid(), _inherited.predict_bytes(topology="prod", seed=seed), fresh


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_pool_of_forked_children_gives_the_parent_s_answers(held: aura.Session) -> None:
    global _inherited
    _inherited = held
    expected = [held.predict_bytes(topology="prod", seed=seed) for seed in range(16)]
    with multiprocessing.get_context("fork").Pool(3) as pool:
        answers = pool.map_async(_in_child, range(16), chunksize=1).get(120)
        pool.close()
        pool.join()
    assert os.getpid() not in {pid for pid, *_ in answers}
    assert [inherited for _, inherited, _ in answers] == expected
    assert [fresh for *_, fresh in answers] == expected
    assert held.predict_bytes(topology="prod", seed=3) == expected[3]
    del _inherited


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_other_threads_are_in_the_engine(held: aura.Session) -> None:
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            held.predict(topology="prod", seed=1)

    expected = held.predict_bytes(topology="prod", seed=5)
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(busy) for _ in range(3)]
        try:
            for _ in range(10):
                read, write = os.pipe()
                child = os.fork()
                if child == 0:
                    try:
                        with aura.Session() as own:
                            own.observe(topology="prod", document=network())
                            os.write(write, b"1" if own.predict_bytes(topology="prod", seed=5) == expected else b"0")
                    finally:
                        os._exit(0)
                os.close(write)
                deadline = time.monotonic() + 30
                while os.waitpid(child, os.WNOHANG)[0] == 0:
                    if time.monotonic() > deadline:
                        os.kill(child, 9)
                        os.waitpid(child, 0)
                        pytest.fail("a forked child hangs")
                    time.sleep(0.005)
                with os.fdopen(read, "rb") as answer:
                    assert answer.read() == b"1"
        finally:
            stop.set()
        for done in running:
            done.result(30)


# ------------------------------------------------------------------------------------------------- life

AT_EXIT = """
import threading, time, aura
session = aura.Session(log=lambda level, text: None, log_level=aura.LOG_DEBUG)
session.observe(topology="prod", document={"nodes": [{"id": 1}], "edges": []})
column = session.predict(topology="prod").columns["probability"]
def work():
    while True:
        session.predict(topology="prod")
threading.Thread(target=work, daemon=True).start()
waiting = threading.Thread(target=lambda: session.events(after=99, wait_ms=60000), daemon=True)
waiting.start()
time.sleep(0.1)
print(len(column))
"""


def test_a_program_ends_well_in_the_middle_of_calls() -> None:
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", AT_EXIT], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


def test_nothing_is_pickled_by_accident(held: aura.Session) -> None:
    import pickle

    result = held.predict(topology="prod")
    with aura.Cancel() as cancel:
        for value in (held, result, cancel):
            with pytest.raises(TypeError, match="process"):
                pickle.dumps(value)
    assert pickle.loads(pickle.dumps(dict(result))) == json.loads(result.json_bytes)
