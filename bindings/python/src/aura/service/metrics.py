"""What the service counts, in Prometheus's words. Agents are never labels: there may be 100,000 of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from .app import State

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """Counters of one process."""

    def __init__(self, state: State) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "aura_http_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "aura_http_request_duration_seconds", "Time from a request's head to its answer.", ("route",),
            registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip
        self._state = state
        self.registry.register(self)
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Books a request."""
        key = (route, method, status)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (self.requests.labels(route, method, str(status)), self.seconds.labels(route))
        found[0].inc()
        found[1].observe(seconds)

    def text(self) -> bytes:
        """The page."""
        return generate_latest(self.registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing ahead of time: `collect` says all."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """What is known without counting."""
        state = self._state
        engine, residents = state.engine, state.residents
        asked = CounterMetricFamily(
            "aura_engine_requests", "Requests to the engine by where the answer came from.", labels=("answer",)
        )
        asked.add_metric(("memory",), engine.hits)
        asked.add_metric(("computed",), engine.misses)
        asked.add_metric(("refused",), engine.refused)
        yield asked
        yield CounterMetricFamily(
            "aura_engine_busy_seconds", "Time that calls of the engine took, waiting included.", value=engine.seconds
        )
        yield GaugeMetricFamily(
            "aura_stream_followers", "Streams and sockets that follow events.", value=len(state.hub.followers)
        )
        yield CounterMetricFamily("aura_events", "Events published since the store was made.", value=state.hub.last)
        decisions = CounterMetricFamily("aura_decisions", "Decisions on actions.", labels=("decision",))
        for decision, count in residents.decisions.items():
            decisions.add_metric((decision,), count)
        yield decisions
        families = (
            ("aura_topology_agents", "Agents of a network.", "agents"),
            ("aura_topology_links", "Links of a network.", "links"),
            ("aura_topology_revision", "Changes that a network has taken.", "revision"),
            ("aura_topology_expected_failures", "Agents expected to fail within the horizon.", "expected"),
            ("aura_topology_large_cascade_probability", "Chance that a large part of a network falls.", "large"),
            ("aura_topology_at_risk_agents", "Agents more likely than not to fail within the horizon.", "at_risk"),
        )
        for name, words, attribute in families:
            family = GaugeMetricFamily(name, words, labels=("topology",))
            for resident in residents.all.values():
                family.add_metric((resident.name,), float(getattr(resident, attribute)))
            yield family
        age = GaugeMetricFamily(
            "aura_topology_forecast_age_revisions",
            "Changes that the last forecast does not know of.",
            labels=("topology",),
        )
        for resident in residents.all.values():
            age.add_metric((resident.name,), float(resident.revision - max(0, resident.forecast_revision)))
        yield age
        fault = GaugeMetricFamily("aura_store_up", "Whether the last write to the store succeeded.")
        fault.add_metric((), 0.0 if state.store.fault else 1.0)
        yield fault
