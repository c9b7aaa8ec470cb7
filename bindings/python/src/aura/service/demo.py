"""`aura serve --demo`: a world to watch. Traffic of a real booking system, exported by OpenTelemetry's SDK, one of
whose services loses half of its capacity now and then.

Train Ticket's 28 services call each other along the links that were recorded of the running system, at a fifth of the
load of `aura demo`. After 20 s ts-order-service loses capacity: it slows down, fails what it cannot do, and that fails
its callers' calls. Whoever approves the action that is proposed gives the capacity back; if nobody has within 20 s, the
demonstration does, and says so in its reason.
"""

from __future__ import annotations

import json
import logging
import random
import subprocess
import threading
import time
import urllib.error
import urllib.request
from typing import Any, Optional

from ..__main__ import native_command

log = logging.getLogger("aura.service")

NAME = "train-ticket"
FAULTY = "ts-order-service"
SCALE = 0.2
HEALTHY = 1.9
"""The faulty service's capacity before the fault, in that of the recorded one after it."""
QUIET_S, WAIT_S, ROUND_S = 20, 20, 60
"""When the fault comes, how long somebody else may decide, when it comes again."""
PAST_S = 8
"""Seconds of traffic before the first one, told at once: rates that rise from nothing would be taken for a trend."""
WINDOW_S = 5


class Demo(threading.Thread):
    """Makes one second of traffic a second, until it is stopped."""

    def __init__(self, url: str) -> None:
        super().__init__(name="aura-demo", daemon=True)
        self._url = url.rstrip("/")
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ends after the present second."""
        self._stopping.set()

    def run(self) -> None:
        try:
            world = World(json.loads(subprocess.run(
                [native_command(), "demo", "--network"], capture_output=True, check=True, timeout=20
            ).stdout), self._url)  # fmt: skip
            self._live(world)
        except Exception:
            if not self._stopping.is_set():
                log.exception("the demonstration has ended")

    def _live(self, world: World) -> None:
        now = time.time()
        for k in range(PAST_S, 1, -1):
            world.second(now - k)
        world.flush()
        begin, second = time.monotonic(), 0
        fault: Optional[int] = None
        untold = set(world.capacity)
        while not self._stopping.wait(max(0.0, begin + second - time.monotonic())):
            world.second(time.time() - 1)
            if untold:
                # Capacities are not in traces: each is told once its service is known.
                there = self._agents() & untold
                self._tell({name: {"capacity": round(world.capacity[name], 2)} for name in there})
                untold -= there
            known = FAULTY not in untold
            if known and fault is None and second % ROUND_S == QUIET_S:
                fault = second
                world.capacity[FAULTY] = world.least
                self._tell({FAULTY: {"capacity": world.least}})
            elif fault is not None:
                done = self._approved()
                if done is None and second - fault >= WAIT_S:
                    done = self._approve()
                if done is not None:
                    fault = None
                    world.capacity[FAULTY] = world.least * HEALTHY
                    self._tell({FAULTY: {"capacity": world.capacity[FAULTY]}})
                    self._post(
                        f"/actions/{done}/undo", {"reason": "the demonstration begins again with the next fault"}
                    )
            if known and second % 2 == 0:
                told = world.queue.keys() - untold
                self._tell({name: {"queue": round(world.queue[name], 1)} for name in told})
            second += 1

    # ---------------------------------------------------------------------------------------------- the service

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}/topologies/{NAME}{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def _agents(self) -> set[str]:
        try:
            return {node["id"] for node in self._ask("GET", "")["nodes"]}
        except urllib.error.HTTPError:  # no spans have arrived yet
            return set()

    def _tell(self, metrics: dict[str, dict[str, float]]) -> None:
        if not metrics:
            return
        changes = [{"agent": name, "metrics": values} for name, values in metrics.items()]
        try:
            self._ask("PATCH", "", {"changes": changes})
        except urllib.error.HTTPError as error:
            log.debug("the demonstration's metrics were refused: %s", error)

    def _actions(self, state: str) -> list[Any]:
        found = self._ask("GET", "/actions")["actions"]
        return [one for one in found if one["state"] == state and FAULTY in one["targets"]]

    def _approved(self) -> Optional[str]:
        return next((one["id"] for one in self._actions("approved") if one["kind"] == "add_capacity"), None)

    def _approve(self) -> Optional[str]:
        for one in self._actions("proposed"):
            if one["kind"] == "add_capacity":
                self._post(
                    f"/actions/{one['id']}/approve", {"reason": "nobody else has decided: the demonstration goes on"}
                )
                return str(one["id"])
        return None

    def _post(self, path: str, body: Any) -> None:
        try:
            self._ask("POST", path, body)
        except urllib.error.HTTPError as error:
            log.debug("the demonstration's decision was refused: %s", error)


class World:
    """The services, their calls, and the spans of a second."""

    def __init__(self, network: dict[str, Any], url: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = OTLPSpanExporter(f"{url}/v1/traces?topology={NAME}")
        self._processor = BatchSpanProcessor(
            exporter, max_queue_size=20_000, max_export_batch_size=20_000, schedule_delay_millis=1_000
        )
        self._dice = random.Random(7)
        self.load = {node["id"]: node["load"] * SCALE for node in network["nodes"]}
        self.capacity = {node["id"]: node["capacity"] * SCALE for node in network["nodes"]}
        self.least = self.capacity[FAULTY]
        self.capacity[FAULTY] = self.least * HEALTHY
        self.queue = dict.fromkeys(self.load, 0.0)
        self._calls: dict[str, list[tuple[str, float]]] = {name: [] for name in self.load}
        for edge in network["edges"]:
            self._calls[edge["source"]].append((edge["target"], edge["calls_per_s"] * SCALE))
        self._left = dict.fromkeys(((s, t) for s, calls in self._calls.items() for t, _ in calls), 0.0)
        self._order = self._callers_first()
        self._tracers = {}
        for name in self.load:
            provider = TracerProvider(resource=Resource({"service.name": name}))
            provider.add_span_processor(self._processor)
            self._tracers[name] = provider.get_tracer("aura-demo")

    def _callers_first(self) -> list[str]:
        order: list[str] = []
        seen: set[str] = set()

        def visit(name: str) -> None:
            if name not in seen:
                seen.add(name)
                for target, _ in self._calls[name]:
                    visit(target)
                order.append(name)

        for name in self._calls:
            visit(name)
        return order[::-1]

    def second(self, now: float) -> None:
        """One second of traffic that began at `now`, in seconds since 1970."""
        from opentelemetry.trace import Status, StatusCode, set_span_in_context

        begin = int(now * 1e9)
        served: dict[str, list[Any]] = {name: [] for name in self.load}
        place = {name: k for k, name in enumerate(self._order)}
        gateway = self._order[0]
        for k in range(round(self.load[gateway])):
            start = begin + int(k * 9e8 / self.load[gateway])
            served[gateway].append([self._tracers[gateway].start_span("request", start_time=start), start, False, None])
        for name in self._order:
            for target, rate in self._calls[name]:
                # Calls against the order (a circle) would have no caller yet.
                if place[target] <= place[name] or not served[name]:
                    continue
                self._left[name, target] += rate
                count = int(self._left[name, target])
                self._left[name, target] -= count
                for k in range(count):
                    caller = served[name][k % len(served[name])]
                    start = caller[1] + 1_000_000
                    span = self._tracers[target].start_span("call", set_span_in_context(caller[0]), start_time=start)
                    served[target].append([span, start, False, caller])
        for name in reversed(self._order):
            count, capacity = len(served[name]), self.capacity[name]
            self.queue[name] = max(0.0, self.queue[name] + count - capacity)
            waited = self.queue[name] / max(1.0, capacity)
            share = min(0.6, max(0.0, (waited - 2) / 10))
            for one in served[name]:
                span, start, failed, caller = one
                failed = failed or self._dice.random() < share
                took = 0.004 * (1 + self._dice.random()) * (1 + 50 * min(20.0, waited))
                if failed:
                    span.set_status(Status(StatusCode.ERROR))
                    if caller is not None and self._dice.random() < 0.5:
                        caller[2] = True
                span.end(end_time=start + int(took * 1e9))

    def flush(self) -> None:
        """Sends what has been made."""
        self._processor.force_flush()
