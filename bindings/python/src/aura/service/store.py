"""What has to survive a restart, in one SQLite file: networks, events, actions, the audit chain, answers to writes.

One thread owns the connection. Writes that arrive together share a transaction, and a write is acknowledged once its
transaction is on disk (write-ahead log, synchronous FULL).
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional, TypeVar

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], Any]

_SCHEMA = """
CREATE TABLE topologies (
  name TEXT PRIMARY KEY, document BLOB NOT NULL, revision INTEGER NOT NULL, updated REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE changes (
  id INTEGER PRIMARY KEY, topology TEXT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX changes_of ON changes (topology, id);
CREATE TABLE events (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, topology TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE actions (
  topology TEXT NOT NULL, id TEXT NOT NULL, action TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (topology, id)
) WITHOUT ROWID;
CREATE TABLE audit (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE replies (
  who TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, type TEXT NOT NULL,
  body BLOB NOT NULL, at REAL NOT NULL, PRIMARY KEY (who, key)
) WITHOUT ROWID;
"""
VERSION = 1
_LARGEST_SHARE = 256


class StoreError(Exception):
    """The file cannot be used, in words."""


class Store:
    """The file, or memory when `folder` is None."""

    def __init__(self, folder: Optional[Path]) -> None:
        self._jobs: queue.SimpleQueue[Optional[tuple[Job, Callable[[Any, Optional[BaseException]], None]]]] = (
            queue.SimpleQueue()
        )
        self.fault: Optional[str] = None
        ready: queue.SimpleQueue[Optional[BaseException]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, args=(folder, ready), name="aura-store", daemon=True)
        self._thread.start()
        error = ready.get()
        if error is not None:
            raise StoreError(str(error)) from error

    def close(self) -> None:
        """Ends after all writes that were asked for are done."""
        self._jobs.put(None)
        self._thread.join()

    def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Does a job and waits for it; for use before the event loop runs."""
        answer: queue.SimpleQueue[tuple[Any, Optional[BaseException]]] = queue.SimpleQueue()
        self._jobs.put((job, lambda value, error: answer.put((value, error))))
        value, error = answer.get()
        if error is not None:
            raise error
        found: T = value
        return found

    async def do(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Does a job; the answer comes once it is on disk."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(value: Any, error: Optional[BaseException]) -> None:
            if future.cancelled():
                return
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

        def done(value: Any, error: Optional[BaseException]) -> None:
            loop.call_soon_threadsafe(settle, value, error)

        self._jobs.put((job, done))
        return await future

    # ---------------------------------------------------------------------------------------------- the thread

    def _serve(self, folder: Optional[Path], ready: queue.SimpleQueue[Optional[BaseException]]) -> None:
        try:
            connection = _open(folder)
        except (OSError, sqlite3.Error, StoreError) as error:
            ready.put(error)
            return
        ready.put(None)
        ended = False
        while not ended:
            share = [self._jobs.get()]
            while len(share) < _LARGEST_SHARE:
                try:
                    share.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            settled: list[tuple[Callable[[Any, Optional[BaseException]], None], Any, Optional[BaseException]]] = []
            try:
                connection.execute("BEGIN")
                for item in share:
                    if item is None:
                        ended = True
                        continue
                    job, settle = item
                    connection.execute("SAVEPOINT job")
                    try:
                        settled.append((settle, job(connection), None))
                    except BaseException as error:  # what a job raises belongs to whoever asked
                        connection.execute("ROLLBACK TO job")
                        settled.append((settle, None, error))
                    connection.execute("RELEASE job")
                connection.execute("COMMIT")
                self.fault = None
            except sqlite3.Error as error:
                self.fault = str(error)
                if connection.in_transaction:
                    connection.rollback()
                asked = [item[1] for item in share if item is not None]
                settled = [(settle, None, StoreError(f"nothing was stored: {error}")) for settle in asked]
            for settle, value, trouble in settled:
                try:
                    settle(value, trouble)
                except RuntimeError:  # the loop of whoever asked has ended
                    pass
        connection.close()


def _open(folder: Optional[Path]) -> sqlite3.Connection:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = ":memory:" if folder is None else str(folder / "aura.sqlite")
    connection = sqlite3.connect(path, isolation_level=None, timeout=1)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # Two services on one file would each believe to know it.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={VERSION}")
        elif found != VERSION:
            raise StoreError(f"{path} is of version {found}, this program reads version {VERSION}")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        connection.close()
        if "locked" in str(error):
            raise StoreError(f"{path} is in use by another process") from error
        raise
    return connection
