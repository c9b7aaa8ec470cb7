"""Writes what real sources say, for the tests of importers: `python make.py` in an environment with the packages named
in README.md. Ids and times are made the same each time where the source allows it."""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def langgraph():
    """A compiled graph with a conditional edge, as LangGraph writes it."""
    from typing import TypedDict

    from langgraph.graph import END, START, StateGraph

    class State(TypedDict):
        question: str

    graph = StateGraph(State)
    for name in ("triage", "search", "answer"):
        graph.add_node(name, lambda state: state)
    graph.add_edge(START, "triage")
    graph.add_conditional_edges("triage", lambda state: "search", {"search": "search", "answer": "answer"})
    graph.add_edge("search", "answer")
    graph.add_edge("answer", END)
    (HERE / "langgraph.json").write_text(json.dumps(graph.compile().get_graph().to_json(), indent=1) + "\n")


def otlp():
    """One failed booking and one that went well, exported by OpenTelemetry's SDK: the bytes that a collector gets."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.sdk.trace.id_generator import IdGenerator
    from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

    class Counted(IdGenerator):
        last = 0

        def generate_span_id(self):
            Counted.last += 1
            return 0xB00C_0000_0000_0000 + Counted.last

        def generate_trace_id(self):
            Counted.last += 1
            return (0x5EED << 112) + Counted.last

    exporter = InMemorySpanExporter()
    tracers = {}
    for service in ("gateway", "booking", "seat", "payment"):
        provider = TracerProvider(resource=Resource({"service.name": service}), id_generator=Counted())
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        tracers[service] = provider.get_tracer("test")
    clock = [1_700_000_000_000_000_000]

    def span(service, name, parent, kind, millis, failed, inner=()):
        context = set_span_in_context(parent) if parent else None
        one = tracers[service].start_span(name, context, kind, start_time=clock[0])
        clock[0] += 1_000_000
        for arguments in inner:
            span(*arguments[:2], one, *arguments[2:])
        if failed:
            one.set_status(Status(StatusCode.ERROR, "no seat"))
        clock[0] += millis * 1_000_000
        one.end(end_time=clock[0])

    for failed in (True, False):
        seat = ("seat", "reserve", SpanKind.SERVER, 20, failed)
        # The caller's own span of the call comes between, as instrumented clients write it.
        call = ("booking", "POST seat", SpanKind.CLIENT, 1, failed, [seat])
        pay = ("payment", "charge", SpanKind.CONSUMER, 5, False)
        book = ("booking", "book", SpanKind.SERVER, 3, failed, [call] if failed else [call, pay])
        span("gateway", "GET /book", None, SpanKind.SERVER, 2, failed, [book])
    (HERE / "otlp.pb").write_bytes(encode_spans(exporter.get_finished_spans()).SerializeToString())


if __name__ == "__main__":
    langgraph()
    otlp()
