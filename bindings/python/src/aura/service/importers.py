"""What other systems say of who calls whom, as networks: small readers of their JSON, bytes in and a document out.

Each takes what its source really answers; where a source leaves the direction to the reader, links point from the one
who depends to the one depended on, as everywhere here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .problems import Problem

Document = dict[str, Any]


def read(kind: str, body: bytes) -> bytes:
    """The document of a body of a kind. Raises Problem: 415 for a kind that is not known, 400, 422."""
    reader = READERS.get(kind)
    if reader is None:
        raise Problem(415, "unsupported", f"format is one of {', '.join(READERS)}", pointer="?format")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "syntax", "the body is not JSON", offset=getattr(error, "pos", None)) from error
    try:
        document = reader(found)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Problem(422, "schema", f"this is not what {kind} answers: {error!r}", pointer="") from error
    return json.dumps(document).encode()


class _Network:
    """Agents and links in the order in which they are met; equal links are one."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: dict[tuple[str, str], dict[str, Any]] = {}

    def agent(self, name: str, **fields: Any) -> None:
        node = self.nodes.setdefault(name, {"id": name})
        node.update({key: value for key, value in fields.items() if value is not None})

    def link(self, source: str, target: str, **fields: Any) -> dict[str, Any]:
        self.agent(source)
        self.agent(target)
        edge = self.edges.setdefault((source, target), {"source": source, "target": target})
        edge.update({key: value for key, value in fields.items() if value is not None})
        return edge

    def document(self) -> Document:
        return {"directed": True, "nodes": list(self.nodes.values()), "edges": list(self.edges.values())}


def zipkin(found: Any) -> Document:
    """`GET /api/v2/dependencies`: parent, child, callCount, errorCount."""
    network = _Network()
    for one in found:
        calls, errors = float(one["callCount"]), float(one.get("errorCount", 0))
        network.link(
            one["parent"], one["child"], strength=calls, error_rate=min(1.0, errors / calls) if calls else None
        )
    return network.document()


def jaeger(found: Any) -> Document:
    """`GET /api/dependencies`: the same under `data`, without errors."""
    network = _Network()
    for one in found["data"]:
        network.link(one["parent"], one["child"], strength=float(one["callCount"]))
    return network.document()


_PAIRS = (
    ("client", "server"),
    ("source_workload", "destination_workload"),
    ("source_service", "destination_service"),
    ("source_app", "destination_app"),
)


def prometheus(found: Any) -> Document:
    """`GET /api/v1/query` of a rate of service-graph or Istio requests, a vector.

    A query such as `sum by (client, server) (rate(traces_service_graph_request_total[5m]))`; series whose name or
    labels speak of failures (`_failed_`, a `response_code` of 5xx) count as failures of the same link.
    """
    network = _Network()
    if found["status"] != "success" or found["data"]["resultType"] != "vector":
        raise ValueError("a vector of a successful query is wanted")
    calls: dict[tuple[str, str], float] = {}
    failures: dict[tuple[str, str], float] = {}
    for series in found["data"]["result"]:
        labels, rate = series["metric"], float(series["value"][1])
        pair = next(((labels[a], labels[b]) for a, b in _PAIRS if a in labels and b in labels), None)
        if pair is None:
            raise ValueError(f"a series without client and server: {labels}")
        failed = "_failed_" in labels.get("__name__", "")
        wrong = failed or labels.get("response_code", "").startswith("5")
        if wrong:
            failures[pair] = failures.get(pair, 0.0) + rate
        if not failed:
            calls[pair] = calls.get(pair, 0.0) + rate
    for pair in {**calls, **failures}:
        rate = calls.get(pair, 0.0)
        share = min(1.0, failures.get(pair, 0.0) / rate) if rate > 0 else (1.0 if failures.get(pair) else None)
        network.link(*pair, calls_per_s=rate, error_rate=share)
    served: dict[str, list[float]] = {}
    for (_, server), rate in calls.items():
        served.setdefault(server, []).append(rate)
    for server, rates in served.items():
        network.agent(server, calls_per_s=sum(rates))
    return network.document()


def langgraph(found: Any) -> Document:
    """`get_graph().to_json()` of a compiled graph: nodes and edges, some conditional."""
    network = _Network()
    for node in found["nodes"]:
        data = node.get("data")
        network.agent(str(node["id"]), label=data.get("name") if isinstance(data, dict) else None)
    for edge in found["edges"]:
        network.link(
            str(edge["source"]), str(edge["target"]), kind="conditional" if edge.get("conditional") else "always"
        )
    return network.document()


def a2a(found: Any) -> Document:
    """One agent card, or a list of them: who exists. Cards say nothing of who calls whom."""
    network = _Network()
    for card in found if isinstance(found, list) else [found]:
        network.agent(card["name"], version=card.get("version"), host=card.get("url") or _first_url(card))
    return network.document()


def _first_url(card: Any) -> Any:
    for one in card.get("supportedInterfaces") or card.get("additionalInterfaces") or []:
        return one.get("url")
    return None


def ray(found: Any) -> Document:
    """`GET /api/v0/actors` of the dashboard: actors, and the nodes that they need."""
    network = _Network()
    result = found["data"]["result"]["result"] if "data" in found else found
    for actor in result:
        name = actor.get("name") or f"{actor['class_name']} {actor['actor_id'][:8]}"
        status = {"ALIVE": "up", "DEAD": "down"}.get(actor["state"], actor["state"].lower())
        network.agent(name, status=status, host=actor.get("node_id"), group=actor.get("class_name"))
        if actor.get("node_id"):
            network.agent(f"node {actor['node_id'][:8]}", group="node")
            network.link(name, f"node {actor['node_id'][:8]}", kind="runs on")
    return network.document()


def kubernetes(found: Any) -> Document:
    """A `List` of pods (`kubectl get pods -o json`): pods, what owns them, the nodes that they share."""
    network = _Network()
    for item in found["items"]:
        if item.get("kind", "Pod") != "Pod":
            continue
        meta, status = item["metadata"], item.get("status", {})
        name = f"pod/{meta['name']}"
        ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))
        phase = status.get("phase", "Unknown")
        node = item.get("spec", {}).get("nodeName")
        network.agent(
            name, status="up" if ready else "down" if phase in ("Failed", "Unknown") else phase.lower(),
            group=meta.get("namespace"), host=node,
        )  # fmt: skip
        if node:
            network.agent(f"node/{node}", group="node")
            network.link(name, f"node/{node}", kind="runs on")
        for owner in meta.get("ownerReferences", []):
            network.link(f"{owner['kind'].lower()}/{owner['name']}", name, kind="owns")
    return network.document()


READERS: dict[str, Callable[[Any], Document]] = {
    one.__name__: one for one in (zipkin, jaeger, prometheus, langgraph, a2a, ray, kubernetes)
}
"""Formats by name."""
