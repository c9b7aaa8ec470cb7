"""The answers that the engine's own tools wrote down, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import aura
import pytest
from conftest import DATA

GOLDEN = sorted((DATA / "golden").glob("*.txt"))


def blocks(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Title, verb, request and answer of each block: comments, verb, request lines, `----`, answer lines, blank."""
    for text in path.read_text(encoding="utf-8").split("\n\n"):
        lines = text.strip("\n").split("\n")
        title = " ".join(line[1:].strip() for line in lines if line.startswith("#"))
        lines = [line for line in lines if not line.startswith("#")]
        if lines in ([], [""]):
            continue
        cut = lines.index("----")
        yield title, lines[0], "\n".join(lines[1:cut]), "\n".join(lines[cut + 1 :])


def ask(session: aura.Session, verb: str, request: str) -> bytes:
    """The engine's answer, or the error of a call that failed as an object."""
    try:
        return bytes(getattr(session, f"{verb}_bytes")(request))
    except aura.AuraError as error:
        found = {name: getattr(error, name) for name in ("status", "offset", "pointer", "message")}
        return json.dumps({"error": found}, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_replay(path: Path) -> None:
    """Each file is one session, in order."""
    replayed = 0
    with aura.Session() as session:
        for title, verb, request, answer in blocks(path):
            assert ask(session, verb, request) == answer.encode(), title
            replayed += 1
    assert replayed, "the file holds a block"


def test_there_is_something_to_replay() -> None:
    assert GOLDEN, f"no golden file in {DATA / 'golden'}"
