"""Every route, once: who may use it, what it takes and gives, and what does it. The application, the documentation and
the tests of access are made from this table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Optional

import msgspec

from . import audit, files, importers, metrics, traces, visualize
from .http import JSON, Call, Reply, reply
from .problems import Problem
from .residents import STEPS, Resident

if TYPE_CHECKING:
    from .app import State

Handler = Callable[["State", Call], Awaitable[Reply]]

NDJSON = b"application/x-ndjson"


@dataclass(frozen=True)
class Parameter:
    """A part of the query."""

    name: str
    words: str
    schema: dict[str, Any]
    required: bool = False


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    role: Optional[str]
    """The least role that may use it; None for everybody."""
    handler: Optional[Handler]
    """None for what answers piece by piece: the stream."""
    summary: str
    answers: dict[int, str]
    """What statuses mean beside those that every route of its kind has."""
    schema: dict[str, Any] = field(default_factory=dict)
    """Of the answer."""
    type: str = "application/json"
    body: Optional[dict[str, Any]] = None
    body_types: tuple[str, ...] = ("application/json",)
    query: tuple[Parameter, ...] = ()
    engine: bool = False
    """Whether the engine may refuse the body, be busy, or take too long."""

    @property
    def writes(self) -> bool:
        """Whether it changes something that stays: such requests may carry an Idempotency-Key."""
        return self.method in ("PUT", "PATCH", "DELETE") or (
            self.method == "POST" and self.role in ("operator", "approver")
        )


# ------------------------------------------------------------------------------------------------- asking


def _ask(verb: str) -> Handler:
    async def handler(state: State, call: Call) -> Reply:
        return Reply(await state.engine.ask(verb, call.body, call.gone))

    return handler


_RAW = msgspec.json.Decoder(list[msgspec.Raw])


async def _batch(state: State, call: Call) -> Reply:
    verb = call.query.get("verb", "analyze")
    if verb not in ("analyze", "predict", "intervene"):
        raise Problem(422, "argument", "verb is analyze, predict or intervene", pointer="?verb")
    lines = not call.body.lstrip()[:1] == b"["
    if lines:
        bodies = [line for line in call.body.split(b"\n") if line and not line.isspace()]
    else:
        try:
            bodies = [bytes(item) for item in _RAW.decode(call.body)]
        except msgspec.DecodeError as error:
            raise Problem(400, "syntax", f"the body is neither a JSON array nor lines of JSON: {error}") from error
    if len(bodies) > state.settings.max_batch:
        raise Problem(413, "limit", f"a batch has {state.settings.max_batch} networks at most")
    answers = await state.engine.batch(verb, bodies, call.gone)
    pieces = [answer if isinstance(answer, bytes) else b'{"error":' + answer.body("") + b"}" for answer in answers]
    if lines:
        return Reply(b"\n".join(pieces) + b"\n" if pieces else b"", 200, NDJSON)
    return Reply(b"[" + b",".join(pieces) + b"]")


# ------------------------------------------------------------------------------------------------- resident networks


async def _list(state: State, call: Call) -> Reply:
    rows = [
        {
            "name": resident.name, "revision": resident.revision, "agents": resident.agents, "links": resident.links,
            "expected_failures": resident.expected, "large_cascade": resident.large, "trouble": resident.trouble,
        }
        for resident in sorted(state.residents.all.values(), key=lambda resident: resident.name)
    ]  # fmt: skip
    return reply({"topologies": rows})


def _size(resident: Resident, created: bool) -> Reply:
    answer = {
        "topology": resident.name, "revision": resident.revision, "agents": resident.agents, "links": resident.links,
    }  # fmt: skip
    return reply(answer, 201 if created else 200)


async def _put(state: State, call: Call) -> Reply:
    resident, created = await state.residents.put(call.path("name"), call.body, call.caller, call.gone)
    return _size(resident, created)


async def _import(state: State, call: Call) -> Reply:
    kind = call.query.get("format")
    if kind:
        document = await asyncio.to_thread(importers.read, kind, call.body)
    else:
        directed = call.query.get("directed", "true") not in ("0", "false")
        document = await files.converted(call.body, call.query.get("file", ""), directed)
    resident, created = await state.residents.put(call.path("name"), document, call.caller, call.gone)
    return _size(resident, created)


async def _traces(state: State, call: Call) -> Reply:
    kind = (call.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind not in (traces.PROTOBUF, JSON):
        raise Problem(415, "unsupported", "spans come as application/x-protobuf or application/json")
    decode = traces.from_protobuf if kind == traces.PROTOBUF else traces.from_json
    columns = await asyncio.to_thread(decode, call.body, dict(state.settings.aliases))
    if len(columns):
        await state.residents.spans(call.query.get("topology") or "traces", columns, call.caller, call.gone)
    return Reply(b"" if kind == traces.PROTOBUF else b"{}", 200, kind)


async def _trace(state: State, call: Call) -> Reply:
    return reply(await state.residents.trace(call.path("name"), call.path("id")))


async def _timeline(state: State, call: Call) -> Reply:
    limit = call.whole_number("limit", 240, 1, 1_000) or 240
    points = await state.residents.timeline(call.path("name"), limit)
    return reply({"topology": call.path("name"), "points": points})


async def _change(state: State, call: Call) -> Reply:
    return Reply(await state.residents.change(call.path("name"), call.body, call.caller, call.gone))


async def _document(state: State, call: Call) -> Reply:
    resident = state.residents.get(call.path("name"))
    document = await state.residents.document(resident)
    return reply(document, headers=((b"etag", b'"%d"' % resident.revision),))


async def _remove(state: State, call: Call) -> Reply:
    await state.residents.remove(call.path("name"), call.caller)
    return Reply(b"", 204)


async def _forecast(state: State, call: Call) -> Reply:
    answer, revision = await state.residents.forecast(call.path("name"), call.gone)
    return Reply(answer, headers=((b"etag", b'"%d"' % revision),))


async def _actions(state: State, call: Call) -> Reply:
    return reply(await state.residents.actions(call.path("name")))


def _decide(step: str) -> Handler:
    async def handler(state: State, call: Call) -> Reply:
        asked = call.json()
        reason = asked.get("reason", "")
        if not isinstance(reason, str) or len(reason) > 2_000:
            raise Problem(422, "schema", "reason is a text of 2,000 characters at most", pointer="/reason")
        if step != "approve" and not reason.strip():
            raise Problem(422, "schema", f"to {step} an action a reason is needed", pointer="/reason")
        unknown = set(asked) - {"reason"}
        if unknown:
            raise Problem(422, "schema", "no such member", pointer="/" + sorted(unknown)[0])
        return reply(await state.residents.decide(call.path("name"), call.path("id"), step, reason, call.caller))

    return handler


async def _what_if(state: State, call: Call) -> Reply:
    return reply(await state.residents.what_if(call.path("name"), call.json(), call.gone))


async def _visualize(state: State, call: Call) -> Reply:
    resident = state.residents.get(call.query.get("topology", ""))
    kind = call.query.get("format", "svg")
    if kind not in ("svg", "cytoscape", "grafana", "layout"):
        raise Problem(422, "argument", "format is svg, cytoscape, grafana or layout", pointer="?format")
    found = await visualize.layout(state.residents, state.engine, resident, call.gone)
    if kind == "layout":
        return reply(found)
    answer = json.loads((await state.residents.forecast(resident.name, call.gone))[0])
    risk = dict(zip(answer["agents"], answer["forecast"]["probability"]))
    if kind == "svg":
        return Reply(visualize.svg(found, risk), 200, b"image/svg+xml")
    return reply((visualize.cytoscape if kind == "cytoscape" else visualize.grafana)(found, risk))


# ------------------------------------------------------------------------------------------------- the service itself


async def _live(state: State, call: Call) -> Reply:
    return reply({"status": "up"})


async def _ready(state: State, call: Call) -> Reply:
    health = state.health()
    return reply(health, 200 if health["status"] != "down" else 503)


async def _metrics(state: State, call: Call) -> Reply:
    return Reply(state.metrics.text(), 200, metrics.CONTENT_TYPE)


async def _components(state: State, call: Call) -> Reply:
    return reply(await state.components(check=call.query.get("check", "") in ("1", "true"), gone=call.gone))


async def _audit(state: State, call: Call) -> Reply:
    after = call.whole_number("after", 0, 0, 2**53) or 0
    limit = call.whole_number("limit", 100, 1, 1_000) or 100

    found = await state.store.do(lambda db: (audit.entries(db, after, limit), audit.verify(db)))
    held, last, trouble = found[1]
    return reply({"entries": found[0], "verified": held, "head": last, "trouble": trouble})


async def _openapi(state: State, call: Call) -> Reply:
    return Reply(state.openapi)


_OBJECT: dict[str, Any] = {"type": "object"}
_TOPOLOGY = {"$ref": "#/components/schemas/topology"}
_REASON = {
    "type": "object",
    "properties": {"reason": {"type": "string", "maxLength": 2_000}},
    "additionalProperties": False,
}
_SIZE = {
    "type": "object",
    "required": ["topology", "revision", "agents", "links"],
    "properties": {
        "topology": {"type": "string"}, "revision": {"type": "integer"}, "agents": {"type": "integer"},
        "links": {"type": "integer"},
    },
}  # fmt: skip
_WHAT_IF = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "fail": {"type": "array", "items": {"type": ["string", "integer"]}},
        "add_links": {"type": "array", "items": {"type": "object", "required": ["source", "target"]}},
        "remove_links": {"type": "array", "items": {"type": "object", "required": ["source", "target"]}},
        "set": {"type": "array", "items": {"type": "object", "required": ["agent", "metrics"]}},
        "horizon_s": {"type": "number", "minimum": 0.001, "maximum": 1e9},
        "seed": {"type": "integer", "minimum": 0},
    },
}
_FORMAT = Parameter(
    "format", "svg, cytoscape, grafana or layout.",
    {"type": "string", "enum": ["svg", "cytoscape", "grafana", "layout"], "default": "svg"},
)  # fmt: skip


def _request(verb: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{verb}.request"}


def _answer(verb: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{verb}.answer"}


def _decision(step: str, words: str) -> Route:
    return Route(
        "POST", f"/topologies/{{name}}/actions/{{id}}/{step}", "approver", _decide(step), words,
        {200: "The decision, and what the sinks said.", 404: "No such network or action.",
         409: f"It is not {STEPS[step][0]}."},
        _OBJECT, body=_REASON,
    )  # fmt: skip


ROUTES: tuple[Route, ...] = (
    Route("POST", "/analyze", "viewer", _ask("analyze"), "The shape of a network.", {200: "Analyses."},
          _answer("analyze"), body=_request("analyze"), engine=True),
    Route("POST", "/predict", "viewer", _ask("predict"), "Who fails, when, and what falls with it.",
          {200: "A forecast."},
          _answer("predict"), body=_request("predict"), engine=True),
    Route("POST", "/intervene", "viewer", _ask("intervene"), "What to do about it, proved by simulation.",
          {200: "A plan."}, _answer("intervene"), body=_request("intervene"), engine=True),
    Route("POST", "/batch/analyze", "viewer", _batch,
          "Many networks in one request: a JSON array, or a line for each. Answers come in order; one that is bad is "
          '{"error": problem} and spoils no other.',
          {200: "An answer for each."}, {"type": "array", "items": {"type": "object"}}, engine=True,
          body={"type": "array", "items": _request("analyze")}, body_types=("application/json", "application/x-ndjson"),
          query=(Parameter("verb", "What is asked of each.",
                           {"type": "string", "enum": ["analyze", "predict", "intervene"], "default": "analyze"}),)),
    Route("GET", "/topologies", "viewer", _list, "Networks that are kept.", {200: "One row each."}, _OBJECT),
    Route("PUT", "/topologies/{name}", "operator", _put, "Keep a network, or replace it.",
          {200: "Replaced.", 201: "New."}, _SIZE, body=_TOPOLOGY, engine=True),
    Route("POST", "/topologies/{name}/import", "operator", _import,
          "Keep the network that a file holds: JSON, CSV, TSV, GraphML, GEXF, GML, DOT, Pajek, Matrix Market.",
          {200: "Replaced.", 201: "New."}, _SIZE, body={"type": "string"}, body_types=("application/octet-stream",),
          engine=True,
          query=(Parameter("format", "What another system answers, instead of a file.",
                           {"type": "string", "enum": list(importers.READERS)}),
                 Parameter("file", "What it is called; the end tells the format, else how it begins.",
                           {"type": "string"}),
                 Parameter("directed", "Whether links of a list have a direction.",
                           {"type": "string", "enum": ["0", "1", "false", "true"], "default": "true"}))),
    Route("PATCH", "/topologies/{name}", "operator", _change, "Take a batch of changes; a bad batch changes nothing.",
          {200: "What the network is now.", 404: "No such network."}, _answer("observe"), engine=True,
          body={"$ref": "#/components/schemas/changes"}),
    Route("POST", "/topologies/{name}/observe", "operator", _change, "The same, for whoever can only POST.",
          {200: "What the network is now.", 404: "No such network."}, _answer("observe"), engine=True,
          body={"$ref": "#/components/schemas/changes"}),
    Route("GET", "/topologies/{name}", "viewer", _document, "A network as a document, all changes applied.",
          {200: "Node-link JSON; its ETag is the revision.", 404: "No such network."}, _TOPOLOGY),
    Route("DELETE", "/topologies/{name}", "admin", _remove, "Forget a network.",
          {204: "It is forgotten.", 404: "No such network."}),
    Route("GET", "/topologies/{name}/forecast", "viewer", _forecast, "The forecast of a network as it is now.",
          {200: "A forecast; its ETag is the revision.", 404: "No such network."}, _answer("predict"), engine=True),
    Route("GET", "/topologies/{name}/timeline", "viewer", _timeline, "What the last forecasts said, oldest first.",
          {200: "A point for each.", 404: "No such network."}, _OBJECT,
          query=(Parameter("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 240}),)),
    Route("POST", "/v1/traces", "operator", _traces,
          "Spans, as OpenTelemetry's exporters send them: calls between agents are kept as a network.",
          {200: "Taken."}, _OBJECT, body=_OBJECT, engine=True,
          body_types=("application/x-protobuf", "application/json"),
          query=(Parameter("topology", "Name of the network.", {"type": "string", "default": "traces"}),)),
    Route("GET", "/topologies/{name}/traces/{id}", "viewer", _trace,
          "How a trace failed: from its first failing span to its last victim, with times.",
          {200: "The chain.", 404: "It did not fail, or is no longer held."}, _OBJECT, engine=True),
    Route("GET", "/topologies/{name}/actions", "viewer", _actions, "Actions that are proposed or decided.",
          {200: "The plan and its actions.", 404: "No such network."}, _OBJECT),
    _decision("approve", "Approve an action: it is written down and handed to the sinks."),
    _decision("reject", "Reject an action, with a reason."),
    _decision("undo", "Take an approved action back, with a reason."),
    Route("POST", "/topologies/{name}/whatif", "viewer", _what_if,
          "The forecast if agents failed, links came or went, metrics changed; nothing is kept.",
          {200: "Before, after, and the difference.", 404: "No such network."}, _OBJECT, body=_WHAT_IF, engine=True),
    Route("GET", "/stream", "viewer", None,
          "Events as they happen (server-sent events); resume with Last-Event-ID or after.",
          {200: "Events: topology, removed, forecast, actions, decision, failure; lost when some were missed."},
          {"type": "string"}, type="text/event-stream",
          query=(Parameter("topology", "Of one network only.", {"type": "string"}),
                 Parameter("after", "Events after this id.", {"type": "integer", "minimum": 0}))),
    Route("GET", "/topology/visualize", "viewer", _visualize, "A picture of a network with the risk on it.",
          {200: "A picture, or what draws one.", 404: "No such network."}, {}, type="*/*", engine=True,
          query=(Parameter("topology", "Its name.", {"type": "string"}, required=True), _FORMAT)),
    Route("GET", "/audit", "admin", _audit, "Decisions and changes, a chain of hashes, and whether it holds.",
          {200: "Entries."}, _OBJECT,
          query=(Parameter("after", "Entries after this number.", {"type": "integer", "minimum": 0, "default": 0}),
                 Parameter("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}))),
    Route("GET", "/metrics", "viewer", _metrics, "What the service counts, for Prometheus.", {200: "Metrics."},
          {"type": "string"}, type="text/plain"),
    Route("GET", "/health", None, _ready, "Whether the service can work, and which part cannot.",
          {200: "Up, or degraded.", 503: "Down."}, _OBJECT),
    Route("GET", "/health/ready", None, _ready, "The same.", {200: "Up, or degraded.", 503: "Down."}, _OBJECT),
    Route("GET", "/health/live", None, _live, "Whether the process answers.", {200: "It does."}, _OBJECT),
    Route("GET", "/debug/components", "viewer", _components,
          "Every component of the engine and of the service: up, degraded or absent, and why.", {200: "One row each."},
          _OBJECT, engine=True,
          query=(Parameter("check", "Run the engine's known answers first.",
                           {"type": "string", "enum": ["0", "1", "false", "true"], "default": "0"}),)),
    Route("GET", "/openapi.json", None, _openapi, "This description.", {200: "OpenAPI 3.1."}, _OBJECT),
)  # fmt: skip
