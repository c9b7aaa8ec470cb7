"""Requests made up from the service's description: none ends in a fault, every answer is one that is described."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python/tests"))

from test_service import overloaded, running  # noqa: E402

pytest.importorskip("schemathesis")

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_schemathesis_finds_nothing() -> None:
    with running() as service:
        assert service.ask("PUT", "/topologies/prod", overloaded()).status == 201
        # The stream does not end; tests of its own ask for it.
        command = [
            Path(sys.executable).with_name("schemathesis"), "run", f"http://127.0.0.1:{service.port}/openapi.json",
            "--checks", CHECKS, "--max-examples", "10", "--exclude-path", "/stream", "--request-timeout", "30",
            "--seed", "1",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, done.stdout[-4_000:]
        service.stop()
        assert "Traceback" not in service.said
