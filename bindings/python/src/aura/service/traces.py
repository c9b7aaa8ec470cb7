"""OTLP traces as the columns that the engine joins (it keeps the window, the parents and the rates).

Whose span it is: `gen_ai.agent.name`, else `gen_ai.agent.id`, else the resource's `service.name`. A span failed when
its status says so, or, where its status says nothing, when it answered with an HTTP status of 500 or more (new or old
key). Kinds of spans are not looked at. Sampled spans count for as many as their tracestate says (`ot=th:`).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping
from typing import Any

from .problems import Problem

PROTOBUF = b"application/x-protobuf"
_AGENT = ("gen_ai.agent.name", "gen_ai.agent.id")
_HTTP = ("http.response.status_code", "http.status_code")
_HALVES = ("trace_hi", "trace_lo", "span_hi", "span_lo", "parent_hi", "parent_lo")


class Columns:
    """Spans as arrays, with the names of their owners."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self.owners: list[str] = []
        self.arrays: dict[str, array[Any]] = {name: array("d") for name in _HALVES}
        self.arrays["owner"] = array("i")
        self.arrays["error"] = array("i")
        for name in ("start_s", "duration_s", "weight"):
            self.arrays[name] = array("d")
        self._numbers: dict[str, int] = {}
        self._aliases = aliases

    def __len__(self) -> int:
        return len(self.arrays["owner"])

    def owner(self, name: str) -> int:
        """The position of a name; names that mean one agent share one."""
        name = self._aliases.get(name, name) or "unknown"
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.owners)
            self.owners.append(name)
        return found

    def add(
        self, trace: bytes, span: bytes, parent: bytes, owner: int, start: int, end: int, failed: bool, state: str
    ) -> None:
        """Takes a span; ids as bytes, times in ns. Ids of a wrong length are left out, as the specification says."""
        if len(trace) != 16 or len(span) != 8 or len(parent) not in (0, 8):
            return
        columns = self.arrays
        whole = int.from_bytes(trace[8:] + span, "big")
        columns["trace_hi"].append(whole >> 96)
        columns["trace_lo"].append(whole >> 64 & 0xFFFFFFFF)
        columns["span_hi"].append(whole >> 32 & 0xFFFFFFFF)
        columns["span_lo"].append(whole & 0xFFFFFFFF)
        above = int.from_bytes(parent, "big")
        columns["parent_hi"].append(above >> 32)
        columns["parent_lo"].append(above & 0xFFFFFFFF)
        columns["owner"].append(owner)
        columns["start_s"].append(start * 1e-9)
        columns["duration_s"].append(min(1e9, max(0, end - start) * 1e-9))
        columns["error"].append(1 if failed else 0)
        columns["weight"].append(_weight(state) if state else 1.0)


def _weight(state: str) -> float:
    """How many spans one stands for, by the sampling threshold in its tracestate."""
    for entry in state.split(","):
        key, _, value = entry.strip().partition("=")
        if key != "ot":
            continue
        for field in value.split(";"):
            name, _, digits = field.partition(":")
            if name == "th" and 0 < len(digits) <= 14:
                try:
                    rejected = int(digits.ljust(14, "0"), 16) / 2**56
                except ValueError:
                    return 1.0
                return 1 / (1 - rejected) if rejected < 1 else 1.0
    return 1.0


def from_protobuf(body: bytes, aliases: Mapping[str, str]) -> Columns:
    """Decodes an ExportTraceServiceRequest. Raises Problem 400 when it is none."""
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped,unused-ignore]
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise Problem(400, "syntax", f"the body is no ExportTraceServiceRequest: {error}") from error
    columns = Columns(aliases)
    for resource in request.resource_spans:
        service = ""
        for pair in resource.resource.attributes:
            if pair.key == "service.name":
                service = pair.value.string_value
        own = -1
        for scope in resource.scope_spans:
            for span in scope.spans:
                agent, status = "", 0
                for pair in span.attributes:
                    key = pair.key
                    if key in _AGENT:
                        if not agent or key == _AGENT[0]:
                            agent = pair.value.string_value
                    elif key in _HTTP:
                        status = pair.value.int_value
                if not agent and own < 0:
                    own = columns.owner(service)
                code = span.status.code
                columns.add(
                    span.trace_id,
                    span.span_id,
                    span.parent_span_id,
                    columns.owner(agent) if agent else own,
                    span.start_time_unix_nano,
                    span.end_time_unix_nano,
                    code == 2 or code == 0 and status >= 500,
                    span.trace_state,
                )
    return columns


def from_json(body: bytes, aliases: Mapping[str, str]) -> Columns:
    """Reads OTLP's JSON, whose ids are hexadecimal. Raises Problem 400 or 422."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "syntax", "the body is not JSON", offset=getattr(error, "pos", None)) from error
    columns = Columns(aliases)
    try:
        for resource in _list(request, "resourceSpans"):
            service = _attributes(resource.get("resource", {})).get("service.name", "")
            for scope in _list(resource, "scopeSpans"):
                for span in _list(scope, "spans"):
                    found = _attributes(span)
                    agent = found.get(_AGENT[0]) or found.get(_AGENT[1])
                    status = max((int(found.get(key, 0)) for key in _HTTP), default=0)
                    code = span.get("status", {}).get("code", 0)
                    code = {"STATUS_CODE_ERROR": 2, "STATUS_CODE_OK": 1, "STATUS_CODE_UNSET": 0}.get(code, code)
                    columns.add(
                        bytes.fromhex(span["traceId"]),
                        bytes.fromhex(span["spanId"]),
                        bytes.fromhex(span.get("parentSpanId") or ""),
                        columns.owner(str(agent or service)),
                        int(span["startTimeUnixNano"]),
                        int(span["endTimeUnixNano"]),
                        code == 2 or code == 0 and status >= 500,
                        span.get("traceState", ""),
                    )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Problem(422, "schema", f"the body is not OTLP's JSON: {error!r}", pointer="/resourceSpans") from error
    return columns


def _list(holder: Any, key: str) -> Iterable[Any]:
    found = holder.get(key, [])
    if not isinstance(found, list):
        raise TypeError(f"{key} is no list")
    return found


def _attributes(holder: Any) -> dict[str, Any]:
    return {one["key"]: next(iter(one.get("value", {"": ""}).values()), "") for one in _list(holder, "attributes")}
