"""The log of decisions and changes: a chain of hashes, so that what was altered or taken out shows.

Each entry holds the hash of the one before it. Whoever notes the last hash elsewhere (it is in the log of the process
and in `GET /debug/components`) sees when the end was cut off, too.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from pathlib import Path
from typing import Any, Optional

FIRST = "0" * 64


def entry_hash(before: str, entry: str) -> str:
    """The hash of an entry that follows another."""
    return hashlib.sha256(f"{before}\n{entry}".encode()).hexdigest()


def append(connection: sqlite3.Connection, who: str, role: str, what: str, **facts: Any) -> str:
    """Adds an entry inside the caller's transaction; returns its hash."""
    last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq, before = (last[0] + 1, last[1]) if last else (1, FIRST)
    members = {"seq": seq, "at": round(time.time(), 3), "who": who, "role": role, "what": what, **facts}
    entry = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    value = entry_hash(before, entry)
    connection.execute("INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?)", (seq, entry, value))
    return value


def verify(connection: sqlite3.Connection) -> tuple[int, str, Optional[str]]:
    """Walks the chain: how many entries hold, the last hash that does, and what is wrong with the next, if anything."""
    before, count = FIRST, 0
    for seq, entry, value in connection.execute("SELECT seq, entry, hash FROM audit ORDER BY seq"):
        if seq != count + 1:
            return count, before, f"entry {count + 1} is missing, entry {seq} follows entry {count}"
        if entry_hash(before, entry) != value:
            return count, before, f"entry {seq} was altered, or the one before it"
        before, count = value, seq
    return count, before, None


def verify_file(folder: Path) -> tuple[int, str, Optional[str]]:
    """The same for the file of a service that is not running (one that runs says it at GET /audit).

    Raises OSError when there is no file, or when it is in use.
    """
    path = folder / "aura.sqlite"
    if not path.is_file():
        raise FileNotFoundError(f"there is no {path}")
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return verify(connection)
    except sqlite3.OperationalError as error:
        raise OSError(f"{path}: {error}; ask a service that runs at GET /audit") from error
    finally:
        connection.close()


def entries(connection: sqlite3.Connection, after: int, limit: int) -> list[dict[str, Any]]:
    """Entries after a number, each with its hash."""
    rows = connection.execute("SELECT entry, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [{**json.loads(entry), "hash": value} for entry, value in rows]
