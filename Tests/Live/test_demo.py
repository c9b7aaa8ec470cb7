"""`aura serve --demo`: a cascade is seen coming, and prevented, within a minute or so."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python/tests"))

from test_service import Events, running  # noqa: E402

pytest.importorskip("opentelemetry.sdk")


def test_the_demonstrations_cascade_is_seen_and_prevented(tmp_path: Path) -> None:
    os.environ.setdefault("AURA_COMMAND", str(ROOT / "build/bin/aura"))
    log = tmp_path / "actions.jsonl"
    began = time.monotonic()
    with running("--demo", "--action-log", log) as service:

        def risk() -> float:
            points = service.ask("GET", "/topologies/train-ticket/timeline").json.get("points", [])
            return float(points[-1]["expected_failures"]) if points else 0.0

        seen: list[str] = []
        while time.monotonic() - began < 120 and seen[-1:] != ["prevented"]:
            now = risk()
            if not seen and 5 < time.monotonic() - began < 18 and now < 0.5:
                seen.append("calm")
            elif seen == ["calm"] and now > 1.5:
                seen.append("coming")
            elif seen == ["calm", "coming"] and log.exists() and now < 0.5:
                seen.append("prevented")
            time.sleep(0.5)
        assert seen == ["calm", "coming", "prevented"]
        document = service.ask("GET", "/topologies/train-ticket").json
        assert (len(document["nodes"]), len(document["edges"])) == (28, 55)
        events = Events(service, "?topology=train-ticket&after=0")
        kinds = set()
        while "decision" not in kinds:
            kind, data = events.next()
            kinds.add(kind)
        assert data["action"]["kind"] == "add_capacity" and data["action"]["targets"] == ["ts-order-service"]
        assert kinds >= {"topology", "forecast", "actions", "failure"}
        events.close()
        assert service.stop() == 0
