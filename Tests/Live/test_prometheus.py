"""Metrics and alert rules of `aura serve` before the real Prometheus: its tool, and a server that scrapes a service."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bindings/python/tests"))

from test_service import overloaded, running  # noqa: E402

OPS = ROOT / "bindings/python/src/aura/service/ops"


def test_the_tool_finds_nothing_wrong() -> None:
    with running() as service:
        service.ask("PUT", "/topologies/prod", overloaded())
        service.until("/topologies/prod/timeline", lambda found: found["points"])
        text = service.ask("GET", "/metrics").body
        found = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=30)
        assert (found.returncode, found.stdout, found.stderr) == (0, b"", b"")
        # A name against the rules is noticed.
        bad = subprocess.run(
            ["promtool", "check", "metrics"], input=text.replace(b"aura_events_total", b"auraEvents"),
            capture_output=True, timeout=30,
        )  # fmt: skip
        assert bad.returncode != 0
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        done = subprocess.run(["promtool", *command], cwd=OPS, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and "SUCCESS" in done.stdout, done.stdout + done.stderr


def test_a_server_scrapes_the_service_and_alerts(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running() as service:
        service.ask("PUT", "/topologies/prod", overloaded())
        service.until("/topologies/prod/timeline", lambda found: found["points"])
        config = {
            "global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"},
            "rule_files": [str(OPS / "alerts.yml")],
            "scrape_configs": [{"job_name": "aura", "static_configs": [{"targets": [f"127.0.0.1:{service.port}"]}]}],
        }
        (tmp_path / "prometheus.yml").write_text(json.dumps(config))
        server = subprocess.Popen(
            ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:

            def ask(path: str) -> Any:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{path}", timeout=5) as answer:
                    return json.loads(answer.read())["data"]

            def until(path: str, right: Any) -> Any:
                end = time.monotonic() + 20
                while True:
                    try:
                        found = ask(path)
                        if right(found):
                            return found
                    except OSError:
                        found = "no answer"
                    assert time.monotonic() < end, (path, found)
                    time.sleep(0.2)

            # Every series that a rule names is there.
            for name in set(re.findall(r"aura_[a-z_]+", (OPS / "alerts.yml").read_text())):
                query = "query?query=" + urllib.parse.quote(name)
                assert until(query, lambda found: found["result"])["resultType"] == "vector"
            alerts = until("alerts", lambda found: found["alerts"])["alerts"]
            assert {(one["labels"]["alertname"], one["labels"]["topology"]) for one in alerts} == {
                ("AuraCascadeComing", "prod")
            }
        finally:
            server.terminate()
            server.wait(20)
