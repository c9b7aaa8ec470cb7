"""What comes in from real life: traces as OpenTelemetry's exporters send them, and what other systems say."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import aura
import pytest
from conftest import DATA

pytest.importorskip("fastapi", reason="aura[service] is not installed")

from aura.service import importers  # noqa: E402
from aura.service.problems import Problem  # noqa: E402
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest  # noqa: E402
from test_service import Service, running  # noqa: E402

IMPORTS = DATA / "imports"
OTLP = (IMPORTS / "otlp.pb").read_bytes()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running("--alias", "pay=payment") as one:
        yield one


def send(service: Service, body: bytes, topology: str, kind: str = "application/x-protobuf") -> Any:
    return service.ask("POST", f"/v1/traces?topology={topology}", body, Content_Type=kind)


def links(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(edge["source"], edge["target"]): edge for edge in document["edges"]}


# ------------------------------------------------------------------------------------------------- traces


def test_what_the_sdk_exports_becomes_the_call_graph(service: Service) -> None:
    found = send(service, OTLP, "booking")
    assert (found.status, found.body, found.headers["content-type"]) == (200, b"", "application/x-protobuf")
    document = service.ask("GET", "/topologies/booking").json
    assert document["directed"] is True
    assert set(links(document)) == {("gateway", "booking"), ("booking", "seat"), ("booking", "payment")}
    agents = {node["id"]: node for node in document["nodes"]}
    # Two bookings, one of which failed; payment was asked once.
    for name, calls, errors in (("gateway", 2, 0.5), ("booking", 2, 0.5), ("seat", 2, 0.5), ("payment", 1, 0)):
        assert agents[name]["calls_per_s"] == calls and agents[name]["error_rate"] == errors, name
    assert agents["seat"]["latency_ms"] == pytest.approx(21)
    again = send(service, OTLP, "booking")
    assert again.status == 200
    assert service.ask("GET", "/topologies/booking").json["nodes"] == document["nodes"]  # it came twice, it counts once


def test_a_failed_trace_is_told_from_its_first_failure_to_its_last_victim(service: Service) -> None:
    send(service, OTLP, "chain")
    (failed,) = {
        span.trace_id.hex()
        for resource in ExportTraceServiceRequest.FromString(OTLP).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
        if span.status.code == 2
    }
    found = service.ask("GET", f"/topologies/chain/traces/{failed}").json
    assert [step["agent"] for step in found["chain"]] == ["seat", "booking", "gateway"]
    times = [step["after_s"] for step in found["chain"]]
    assert times == sorted(times) and found["open"] is False
    assert service.ask("GET", "/topologies/chain/traces/" + "0" * 32).status == 404
    assert service.ask("GET", "/topologies/chain/traces/xyz").status == 422


def shuffled(body: bytes, seed: int, missing: bool = False) -> list[bytes]:
    """The spans of a request one by one, in another order, each with its resource."""
    request = ExportTraceServiceRequest.FromString(body)
    out = []
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                one = ExportTraceServiceRequest()
                held = one.resource_spans.add(resource=resource.resource)
                span.kind = seed % 6  # wrong kinds change nothing
                held.scope_spans.add(spans=[span])
                if not (missing and not span.parent_span_id):
                    out.append(one.SerializeToString())
    random.Random(seed).shuffle(out)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_late_parents_and_wrong_kinds_change_nothing(service: Service, seed: int) -> None:
    send(service, OTLP, "right")
    for piece in shuffled(OTLP, seed):
        send(service, piece, f"late{seed}")
    right, late = (service.ask("GET", f"/topologies/{name}").json for name in ("right", f"late{seed}"))
    for one, other in (
        ({node["id"]: node for node in right["nodes"]}, {node["id"]: node for node in late["nodes"]}),
        (links(right), links(late)),
    ):
        assert one.keys() == other.keys()
        for key, fields in one.items():  # what was counted otherwise at first is taken away again: sums may be rounded
            assert fields.keys() == other[key].keys()
            for name, value in fields.items():
                near = value if isinstance(value, str) else pytest.approx(value, rel=1e-12)
                assert other[key][name] == near, (key, name)


def test_missing_parents_are_calls_from_outside(service: Service) -> None:
    for piece in shuffled(OTLP, 1, missing=True):
        send(service, piece, "missing")
    document = service.ask("GET", "/topologies/missing").json
    assert set(links(document)) == {("booking", "seat"), ("booking", "payment")}
    assert {node["id"]: node["calls_per_s"] for node in document["nodes"]}["booking"] == 2


def as_json() -> dict[str, Any]:
    """The same request as OTLP's JSON, ids in hexadecimal."""
    spans = []
    for resource in ExportTraceServiceRequest.FromString(OTLP).resource_spans:
        of = [
            {
                "traceId": span.trace_id.hex(),
                "spanId": span.span_id.hex(),
                "parentSpanId": span.parent_span_id.hex(),
                "startTimeUnixNano": str(span.start_time_unix_nano),
                "endTimeUnixNano": str(span.end_time_unix_nano),
                "status": {"code": span.status.code} if span.status.code else {},
            }
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        name = next(pair.value.string_value for pair in resource.resource.attributes if pair.key == "service.name")
        attributes = [{"key": "service.name", "value": {"stringValue": name}}]
        spans.append({"resource": {"attributes": attributes}, "scopeSpans": [{"spans": of}]})
    return {"resourceSpans": spans}


def test_json_gives_what_protobuf_gives(service: Service) -> None:
    send(service, OTLP, "binary")
    found = send(service, json.dumps(as_json()).encode(), "text", "application/json")
    assert (found.status, found.json) == (200, {})
    binary, text = (service.ask("GET", f"/topologies/{name}").json for name in ("binary", "text"))
    assert binary["nodes"] == text["nodes"] and binary["edges"] == text["edges"]


def test_agents_of_one_process_names_new_and_old_and_aliases(service: Service) -> None:
    def span(number: int, parent: int, attributes: dict[str, Any], state: str = "") -> dict[str, Any]:
        kinds = {str: "stringValue", int: "intValue"}
        return {
            "traceId": "0" * 31 + "7",
            "spanId": f"{number:016x}",
            "parentSpanId": f"{parent:016x}" if parent else "",
            "startTimeUnixNano": str(10**18),
            "endTimeUnixNano": str(10**18 + 10**6),
            "traceState": state,
            "attributes": [{"key": k, "value": {kinds[type(v)]: v}} for k, v in attributes.items()],
        }

    spans = [
        span(1, 0, {"gen_ai.agent.name": "planner", "gen_ai.agent.id": "a1"}),
        span(2, 1, {"gen_ai.agent.id": "a2", "http.status_code": 503}),
        span(3, 2, {"http.response.status_code": 500}, state="x=1,ot=th:8"),
        span(4, 2, {"gen_ai.agent.name": "pay"}),
    ]
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
    body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}
    assert send(service, json.dumps(body).encode(), "agents", "application/json").status == 200
    document = service.ask("GET", "/topologies/agents").json
    assert set(links(document)) == {("planner", "a2"), ("a2", "shop"), ("a2", "payment")}
    agents = {node["id"]: node for node in document["nodes"]}
    assert agents["a2"]["error_rate"] == 1 and agents["planner"]["error_rate"] == 0
    assert agents["shop"]["calls_per_s"] == 2  # one of two was sampled


def test_bad_traces_are_refused_and_change_nothing(service: Service) -> None:
    for body, kind, status in (
        (b"\xff\xff", "application/x-protobuf", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}', "application/json", 422),
        (b"x", "text/plain", 415),
    ):
        assert send(service, body, "bad", kind).status == status, body
    assert service.ask("GET", "/topologies/bad").status == 404
    assert send(service, b"", "bad").status == 200  # nothing, well said
    short = {"resourceSpans": [{"scopeSpans": [{"spans": [{**as_json()["resourceSpans"][0]["scopeSpans"][0]["spans"][0],
                                                            "spanId": "12"}]}]}]}  # fmt: skip
    assert send(service, json.dumps(short).encode(), "bad", "application/json").status == 200
    assert service.ask("GET", "/topologies/bad").status == 404


def test_what_traces_made_survives_a_restart(tmp_path: Any) -> None:
    with running("--data", tmp_path) as first:
        send(first, OTLP, "kept")
        before = first.ask("GET", "/topologies/kept").json
        first.stop()
    with running("--data", tmp_path) as second:
        assert second.ask("GET", "/topologies/kept").json == before
        assert second.ask("GET", "/topologies/kept/forecast").json["agents"]


def test_the_engine_refuses_arrays_that_are_no_spans() -> None:
    names = (
        "trace_hi",
        "trace_lo",
        "span_hi",
        "span_lo",
        "parent_hi",
        "parent_lo",
        "owner",
        "start_s",
        "duration_s",
        "error",
    )
    good = {name: [1.0, 2.0] for name in names} | {"owner": [0.0, 1.0], "error": [0.0, 1.0]}

    def tell(spans: Any = None, **arrays: Any) -> Any:
        from array import array

        told = {name: array("d", values) for name, values in {**good, **arrays}.items() if values is not None}
        with aura.Session(threads=1) as session:
            return session.observe(topology="t", spans=spans or {"owners": ["a", "b"]}, arrays=told).answer

    assert tell()["spans"]["taken"] == 2
    for words, arrays in (
        ('array "owner"', {"owner": [0.0, 2.0]}),
        ('array "owner"', {"owner": [0.0, 0.5]}),
        ('array "error"', {"error": [0.0, 2.0]}),
        ('array "start_s"', {"start_s": [float("nan"), 1.0]}),
        ('array "duration_s"', {"duration_s": [-1.0, 1.0]}),
        ('array "span_hi"', {"span_hi": [0.5, 1.0]}),
        ('array "weight"', {"weight": [0.0, 1.0]}),
        ('need an array "error"', {"error": None}),
        ('no array "colour"', {"colour": [1.0, 1.0]}),
        ("equally long", {"start_s": [1.0]}),
    ):
        with pytest.raises(aura.AuraArgumentError, match=words):
            tell(**arrays)
    with pytest.raises(aura.AuraSchemaError, match="a name") as caught:
        tell({"owners": ["a", ""]})
    assert caught.value.pointer == "/spans/owners/1"
    with aura.Session(threads=1) as session, pytest.raises(aura.AuraSchemaError, match="hexadecimal"):
        session.observe(topology="t", spans={"trace": "xyz"})


# ------------------------------------------------------------------------------------------------- other systems


def imported(kind: str, name: str | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(importers.read(kind, (IMPORTS / f"{name or kind}.json").read_bytes()))
    with aura.Session(threads=1) as session:
        session.observe(topology="t", document=document).close()
    return document


def test_dependencies_of_zipkin_and_jaeger() -> None:
    found = links(imported("zipkin"))
    assert set(found) == {("frontend", "cart"), ("cart", "db"), ("frontend", "mail")}
    assert found["frontend", "cart"] == {"source": "frontend", "target": "cart", "strength": 200, "error_rate": 0.05}
    assert "error_rate" not in found["frontend", "mail"]
    assert {pair: link["strength"] for pair, link in links(imported("jaeger")).items()} == {
        ("frontend", "cart"): 200,
        ("cart", "db"): 400,
    }


def test_service_graphs_of_prometheus_and_istio() -> None:
    found = imported("prometheus")
    assert links(found)["frontend", "cart"]["calls_per_s"] == 12.5
    assert links(found)["frontend", "cart"]["error_rate"] == 0.2
    assert next(node for node in found["nodes"] if node["id"] == "cart")["calls_per_s"] == 12.5
    mesh = links(imported("prometheus", "istio"))["frontend", "cart"]
    assert (mesh["calls_per_s"], mesh["error_rate"]) == (10, 0.1)


def test_graphs_of_langgraph() -> None:
    found = imported("langgraph")
    assert {node["id"] for node in found["nodes"]} == {"__start__", "triage", "search", "answer", "__end__"}
    assert links(found)["triage", "search"]["kind"] == "conditional"
    assert links(found)["search", "answer"]["kind"] == "always"


def test_cards_actors_and_pods() -> None:
    cards = {node["id"]: node for node in imported("a2a")["nodes"]}
    assert cards["planner"]["host"] == "https://planner.example/a2a" and cards["booker"]["version"] == "0.9.1"
    actors = imported("ray")
    status = {node["id"]: node.get("status") for node in actors["nodes"]}
    assert (status["Worker 31405554"], status["store"]) == ("up", "down")
    assert ("store", "node 361e50ac") in links(actors)
    pods = imported("kubernetes")
    assert {node["id"]: node.get("status") for node in pods["nodes"]} == {
        "pod/cart-5d4-x": "up", "node/n1": None, "replicaset/cart-5d4": None,
        "pod/db-0": "down", "statefulset/db": None, "pod/new-1": "pending",
    }  # fmt: skip
    assert links(pods)["statefulset/db", "pod/db-0"]["kind"] == "owns"


@pytest.mark.parametrize("kind", importers.READERS)
def test_what_a_source_does_not_say_is_refused(kind: str) -> None:
    for body in (b"3", b'{"a":1}', b"[[]]", b'{"data":{"result":3}}'):
        with pytest.raises(Problem) as caught:
            importers.read(kind, body)
        assert (caught.value.status, kind in caught.value.detail) == (422, True)
    with pytest.raises(Problem) as caught:
        importers.read(kind, b"{")
    assert caught.value.status == 400


def test_another_systems_answer_is_kept_over_http(service: Service) -> None:
    body = (IMPORTS / "zipkin.json").read_bytes()
    assert service.ask("POST", "/topologies/zip/import?format=zipkin", body).json["links"] == 3
    assert service.ask("POST", "/topologies/zip/import?format=splunk", body).status == 415
