"""Where approved actions and findings go: a file of JSON lines, a webhook that takes CloudEvents."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Protocol


class Sink(Protocol):
    """Takes what was decided."""

    name: str

    async def deliver(self, kind: str, subject: str, data: dict[str, Any]) -> None:
        """Returns once it has arrived. Raises OSError when it has not."""


class LogSink:
    """Appends a JSON line to a file."""

    name = "log"

    def __init__(self, path: Path) -> None:
        self._path = path

    async def deliver(self, kind: str, subject: str, data: dict[str, Any]) -> None:
        line = json.dumps({"at": round(time.time(), 3), "kind": kind, "subject": subject, **data}) + "\n"

        def write() -> None:
            with self._path.open("a") as file:
                file.write(line)

        await asyncio.to_thread(write)


class WebhookSink:
    """Posts a CloudEvent (1.0, structured JSON), three times at most, with growing pauses."""

    name = "webhook"

    def __init__(self, url: str, source: str = "/aura", pause_s: float = 0.2) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"the webhook {url!r} is no http address")
        self._url, self._source, self._pause = url, source, pause_s

    async def deliver(self, kind: str, subject: str, data: dict[str, Any]) -> None:
        event = {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": self._source,
            "type": f"aura.{kind}",
            "subject": subject,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "datacontenttype": "application/json",
            "data": data,
        }
        body = json.dumps(event).encode()
        for attempt in range(3):
            try:
                await asyncio.to_thread(self._post, body)
                return
            except urllib.error.HTTPError as error:
                if error.code < 500 or attempt == 2:
                    raise
            except OSError:
                if attempt == 2:
                    raise
            await asyncio.sleep(self._pause * 4**attempt)

    def _post(self, body: bytes) -> None:
        request = urllib.request.Request(
            self._url, body, {"content-type": "application/cloudevents+json; charset=utf-8"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=5):
            pass
