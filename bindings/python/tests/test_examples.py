"""The examples run and do what they say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import aura
import pytest
from conftest import PYTHON, network

EXAMPLES = PYTHON / "examples"


def run(*command: object, timeout: float = 60, **environment: str) -> bytes:
    clean = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, timeout=timeout, env={**clean, **environment}
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_hello_prints_the_answer_and_nothing_else(tmp_path: Path, session: aura.Session) -> None:
    topology = tmp_path / "topology.json"
    topology.write_text(json.dumps(network()))
    assert run(EXAMPLES / "hello.py", topology) == session.predict_bytes(network(), seed=7) + b"\n"


def test_csr_ranks_and_cancels() -> None:
    lines = run(EXAMPLES / "csr.py").decode().splitlines()
    assert lines == ["10000 ranks, sum 1.000000", "with the token set: cancelled"]


def test_observe_tells_what_has_happened() -> None:
    lines = run(EXAMPLES / "observe.py").decode().splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["observed", "loads", "queues"]
    assert len(lines) == 7 and json.loads(lines[-1].removeprefix("events: "))["events"]


def test_the_lines_of_the_readme_run(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (PYTHON / "README.md").read_text(encoding="utf-8"), flags=re.S)
    (tmp_path / "network.json").write_text(json.dumps(network()))
    program = tmp_path / "readme.py"
    program.write_text(code)
    done = subprocess.run([sys.executable, program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "agent-" in done.stdout


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    """What ray_share.py measured."""
    # A short folder: Ray's sockets lie below it. No usage reports from tests.
    out = run(EXAMPLES / "ray_share.py", timeout=240, RAY_USAGE_STATS_ENABLED="0", RAY_TMPDIR="/tmp")
    return dict(json.loads(out.splitlines()[-1]))


def test_ray_workers_see_one_network_in_shared_memory(shared: dict[str, Any]) -> None:
    everyone = shared["tasks"] + shared["actors"]
    assert len({worker["pid"] for worker in everyone}) >= 3, "one process for each actor, and at least one for tasks"
    assert all(place is not None for worker in everyone for place in worker["places"]), "every array is shared memory"
    assert len({tuple(worker["places"]) for worker in everyone}) == 1, "the same bytes of the same file for everyone"
    assert not any(worker["writeable"] for worker in everyone)


def test_ray_workers_copy_nothing_on_the_way(shared: dict[str, Any]) -> None:
    for worker in shared["tasks"] + shared["actors"]:
        assert worker["grown_bytes"] < shared["bytes"] / 10, worker


def test_ray_workers_are_told_how_many_threads_to_start(shared: dict[str, Any]) -> None:
    assert {worker["omp_num_threads"] for worker in shared["tasks"]} == {"1"}


def test_ray_workers_agree(shared: dict[str, Any]) -> None:
    assert len({worker["answer"] for worker in shared["tasks"]}) == 1
    assert {(actor["agents"], actor["links"]) for actor in shared["actors"]} == {(50_000, 400_000)}
    for question in ("core", "rank"):
        assert len(shared[question]) == 2 and len(set(shared[question])) == 1
