"""Odd values end in a Python exception, never in a crash, a hang or a leak."""

from __future__ import annotations

import random
from typing import Any

import aura
import numpy
import pytest

ODD: list[Any] = [
    None, 0, -1, 2**80, 1.5, float("nan"), float("inf"), True, "", "\0", "{", "[]", "null", "{}", "\ud800", "é" * 99,
    b"", b"\0", b"{}", b"\xff\xfe", b"\x04\x22\x4d\x18", b"\xef\xbb\xbf{}", bytearray(), bytearray(b"{}"),
    memoryview(b""), memoryview(b"{}"), memoryview(b"{  }")[::2], [], [1, [2]], (), {}, {"nodes": 3}, {"nodes": []},
    {1: 2}, {"": {"": None}}, {"topology": {"nodes": [{}]}}, {"topology": "prod"}, {"a": object()}, {"a": {1, 2}},
    object(), type, len, Ellipsis, range(3), 3j, numpy.ones(3), numpy.float64(2), numpy.zeros((2, 2)), numpy.array([]),
]  # fmt: skip

VERBS = ["analyze", "predict", "intervene", "catalogue", "self_check", "explain", "observe", "apply", "events"]
MEMBERS = ["topology", "document", "changes", "seed", "horizon_s", "analyses", "after", "wait_ms", "ids", "action"]
ACCEPTED = (aura.AuraError, TypeError, ValueError, OverflowError, RecursionError)


def attempt(call: Any, *arguments: Any, **options: Any) -> bool:
    """Whether the call answered; any other ending than the accepted exceptions fails the test."""
    try:
        call(*arguments, **options)
    except ACCEPTED as error:
        assert not isinstance(error, aura.AuraInternalError), error
        return False
    return True


@pytest.mark.parametrize("verb", VERBS)
def test_odd_requests(held: aura.Session, verb: str) -> None:
    call = getattr(held, verb)
    for value in ODD:
        attempt(call, value)
        attempt(getattr(held, verb + "_bytes"), value)
        for member in MEMBERS:
            if member != "wait_ms" or not isinstance(value, int):  # a real wait is not what is tried here
                attempt(call, **{member: value})
    assert held.predict(topology="prod")["agents"], "the session still works"


def test_odd_options(held: aura.Session) -> None:
    for value in ODD:
        attempt(held.predict, topology="prod", cancel=value)
        attempt(held.predict, topology="prod", timeout=value)
        attempt(held.predict, topology="prod", progress=value)
        attempt(held.observe, topology="prod", time_s=1.0, arrays=value)
        attempt(held.observe, topology="prod", time_s=1.0, arrays={"load": value})
        attempt(held.observe, topology="prod", time_s=1.0, arrays={value: [1.0]} if value.__hash__ else None)
        for option in ("threads", "max_agents", "log_level", "log"):
            try:
                aura.Session(**{option: value}).close()
            except ACCEPTED:
                pass
    assert held.predict(topology="prod")["agents"]


def test_odd_networks(held: aura.Session) -> None:
    rows = ([0, 1, 2], [1, 0], [1.0, 2.0])
    for value in ODD:
        attempt(held.topology_from_csr, value, rows, directed=True)
        attempt(held.topology_from_csr, "a", value, directed=True)
        attempt(held.topology_from_csr, "a", rows, directed=value)
        attempt(held.topology_from_csr, "a", rows, directed=True, metrics=value)
        attempt(held.topology_from_csr, "a", rows, directed=True, metrics={"load": value})
        for place in range(3):
            attempt(held.topology_from_csr, "a", rows[:place] + (value,) + rows[place + 1 :], directed=True)
        attempt(held.topology_from_arrow, "a", value, value)
        attempt(held.topology_from_arrow, "a", (value, value), value)
    assert held.predict(topology="prod")["agents"]


def test_random_rows(session: aura.Session) -> None:
    """Whatever the numbers are, the engine reads only what the arrays hold."""
    dice = random.Random(5)
    values = [0, 1, 2, 3, 5, -1, 2**31, 2**62, -(2**63), 2**63 - 1]
    answered = 0
    for _ in range(1000):
        starts = [dice.choice(values[:4]) for _ in range(dice.randint(1, 5))]
        if dice.random() < 0.7:
            starts = [0, *sorted(starts)]
        targets = [dice.choice(values if dice.random() < 0.2 else values[:3]) for _ in range(starts[-1] % 7)]
        answered += attempt(session.topology_from_csr, "a", (starts, targets), directed=dice.random() < 0.5)
    assert 0 < answered < 1000


def test_deep_and_circular_requests(session: aura.Session) -> None:
    deep: Any = {}
    for _ in range(300):
        deep = {"nodes": deep}
    assert not attempt(session.predict, deep)
    circle: dict[str, Any] = {}
    circle["topology"] = circle
    assert not attempt(session.predict, circle)
    assert not attempt(session.predict, "[" * 1_000_000)


def test_names_that_are_not_text(session: aura.Session) -> None:
    with pytest.raises(ValueError, match="NUL"):
        session.topology_from_csr("a", ([0, 1], [0]), directed=True, metrics={"a\0b": [1.0]})
    with pytest.raises(TypeError, match="name"):
        session.topology_from_csr("a", ([0, 1], [0]), directed=True, metrics={3: [1.0]})  # type: ignore[dict-item]


def test_members_do_not_fit_into_text(session: aura.Session) -> None:
    with pytest.raises(TypeError, match="topology="):
        session.predict(b"{}", seed=7)
    with pytest.raises(ValueError, match="LZ4"):
        session.predict(topology=b"\x04\x22\x4d\x18 and so on", seed=7)
