"""What every test shares: the library of this checkout, a network, a session, and a look for leaks."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / "bindings" / "python"
DATA = ROOT / "Tests" / "Data"

if not os.environ.get("AURA_LIBRARY"):
    for folder in ("build/lib", ".build/release", ".build/debug"):
        candidate = ROOT / folder / "libaura.so"
        if candidate.exists():
            os.environ["AURA_LIBRARY"] = str(candidate)
            break

# Programs that tests start find the same package and the same library.
os.environ["PYTHONPATH"] = str(PYTHON / "src")
sys.path.insert(0, str(PYTHON))

import aura  # noqa: E402


def network(agents: int = 12) -> dict[str, Any]:
    """A ring with chords whose agents differ: some are close to their capacity, some beyond."""
    nodes = [
        {"id": f"agent-{i}", "load": 3.0 + 0.9 * (i % 4), "capacity": 5.0 + i % 3, "queue": i % 5, "group": f"g{i % 2}"}
        for i in range(agents)
    ]
    links = [(i, (i + 1) % agents) for i in range(agents)] + [(i, (i + 3) % agents) for i in range(0, agents, 2)]
    edges = [{"source": f"agent-{a}", "target": f"agent-{b}", "weight": 1.0 + a % 3} for a, b in links if a != b]
    return {"directed": True, "multigraph": False, "graph": {}, "nodes": nodes, "edges": edges}


@pytest.fixture
def document() -> dict[str, Any]:
    return network()


@pytest.fixture
def session() -> Any:
    with aura.Session(threads=2) as opened:
        yield opened


@pytest.fixture
def held(session: aura.Session, document: dict[str, Any]) -> aura.Session:
    """A session that holds the network under the name "prod"."""
    session.observe(topology="prod", document=document)
    return session


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Any:
    report = yield
    if report.when == "call":
        item.passed = report.passed
    return report


@pytest.fixture(autouse=True)
def nothing_leaks(request: pytest.FixtureRequest) -> Any:
    gc.collect()
    before = aura.live_handles()
    yield
    gc.collect()
    if getattr(request.node, "passed", False):  # the traceback of a failed test holds what it touched
        after = aura.live_handles()
        assert after <= before, f"{after - before} handles were left behind"
