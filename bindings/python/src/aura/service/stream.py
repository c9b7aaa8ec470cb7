"""Events to those who follow: server-sent events that can be resumed, and a socket that also takes observations."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Optional

from .access import Caller
from .events import Follower, Hub
from .http import Call, Receive, Scope, Send
from .problems import Problem
from .residents import Residents

HEARTBEAT_S = 15.0
WINDOW = 256
"""Events that the socket sends ahead of the last acknowledged one."""
MESSAGE_BYTES = 4 << 20

LOST = b'event: lost\ndata: {"detail":"events were missed: read the networks anew"}\n\n'


async def server_sent(call: Call, hub: Hub, stopping: asyncio.Event, heartbeat: float = HEARTBEAT_S) -> None:
    """Answers with events until the client leaves, is too slow, or the service stops."""
    text = (call.header(b"last-event-id") or b"").decode("latin-1") or call.query.get("after")
    if text is not None and not (text.isascii() and text.isdigit()):
        raise Problem(422, "argument", "Last-Event-ID is the id of an event", pointer="?after")
    follower = hub.follow(call.query.get("topology") or None, int(text) if text is not None else None)
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"), (b"x-request-id", call.id.encode("latin-1")),
    ]  # fmt: skip
    gone = asyncio.ensure_future(call.gone())
    try:
        await call.send({"type": "http.response.start", "status": 200, "headers": headers})
        # The id of now: a client that sees no event before it loses the connection resumes from here.
        first = b"retry: 1000\n" + (b"id: %d\n\n" % hub.last if text is None else b"\n")
        await call.send({"type": "http.response.body", "body": first, "more_body": True})
        while not gone.done() and not stopping.is_set():
            event = await _next(follower, gone, heartbeat)
            if event is not None:
                piece = event.sse()
            elif follower.lost:
                await call.send({"type": "http.response.body", "body": LOST, "more_body": True})
                break
            else:
                piece = b": still here\n\n"
            await call.send({"type": "http.response.body", "body": piece, "more_body": True})
        if not gone.done():
            await call.send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        hub.leave(follower)


async def _next(follower: Follower, gone: asyncio.Future[None], timeout: float) -> Any:
    waiting = asyncio.ensure_future(follower.next(timeout))
    try:
        await asyncio.wait((waiting, gone), return_when=asyncio.FIRST_COMPLETED)
        return waiting.result() if waiting.done() else None
    finally:
        waiting.cancel()


async def socket(
    scope: Scope, receive: Receive, send: Send, caller: Caller, hub: Hub, residents: Residents, stopping: asyncio.Event,
    check: Callable[[Caller, str], None],
) -> None:  # fmt: skip
    """Serves one socket. Messages are JSON objects with an `op`:

    subscribe {topology?, after?} · observe {topology, changes, time_s?, ref?} · ack {id} · ping

    Answers: subscribed, observed, pong, error, event, lost. At most WINDOW events are sent beyond the last one that
    `ack` named; the others wait, and a reader that stays too far behind is lost.
    """
    await receive()
    protocols = scope.get("subprotocols") or []
    await send({"type": "websocket.accept", "subprotocol": "aura" if "aura" in protocols else None})
    follower: Optional[Follower] = None
    pump: Optional[asyncio.Task[None]] = None
    flow = _Flow()
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        while True:
            incoming = asyncio.ensure_future(receive())
            await asyncio.wait((incoming, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not incoming.done():
                incoming.cancel()
                await send({"type": "websocket.close", "code": 1001, "reason": "the service stops"})
                return
            message = incoming.result()
            if message["type"] == "websocket.disconnect":
                return
            ref: Any = None
            try:
                asked = _message(message)
                ref = asked.get("ref")
                op = asked.get("op")
                if op == "subscribe":
                    if pump is not None:
                        pump.cancel()
                    if follower is not None:
                        hub.leave(follower)
                    after = _number(asked, "after")
                    follower = hub.follow(asked.get("topology"), after)
                    flow = _Flow()
                    answer: dict[str, Any] = {"op": "subscribed", "last": hub.last, "window": WINDOW}
                    await send({"type": "websocket.send", "text": json.dumps(_with(answer, ref))})
                    pump = asyncio.create_task(_pump(follower, flow, send))
                    continue
                if op == "observe":
                    check(caller, "operator")
                    name = asked.get("topology")
                    if not isinstance(name, str):
                        raise Problem(422, "schema", "topology is the name of a network", pointer="/topology")
                    batch = {key: asked[key] for key in ("changes", "time_s") if key in asked}
                    found = await residents.change(name, json.dumps(batch).encode(), caller)
                    answer = {"op": "observed", **json.loads(found)}
                elif op == "ack":
                    number = _number(asked, "id")
                    if number is None:
                        raise Problem(422, "schema", "ack names the id of an event", pointer="/id")
                    flow.acknowledge(number)
                    continue
                elif op == "ping":
                    answer = {"op": "pong"}
                else:
                    raise Problem(422, "schema", "op is subscribe, observe, ack or ping", pointer="/op")
            except Problem as problem:
                answer = {"op": "error", **problem.as_dict()}
            await send({"type": "websocket.send", "text": json.dumps(_with(answer, ref))})
    finally:
        stopped.cancel()
        if pump is not None:
            pump.cancel()
        if follower is not None:
            hub.leave(follower)


class _Flow:
    """How many events may be sent ahead."""

    def __init__(self) -> None:
        self.sent: list[int] = []
        self._room = asyncio.Event()
        self._room.set()

    def acknowledge(self, number: int) -> None:
        self.sent = [id for id in self.sent if id > number]
        if len(self.sent) < WINDOW:
            self._room.set()

    async def room(self) -> None:
        if len(self.sent) >= WINDOW:
            self._room.clear()
            await self._room.wait()


async def _pump(follower: Follower, flow: _Flow, send: Send) -> None:
    while True:
        await flow.room()
        event = await follower.next(HEARTBEAT_S)
        if event is not None:
            flow.sent.append(event.id)
            await send({"type": "websocket.send", "text": event.message()})
        elif follower.lost:
            await send(
                {"type": "websocket.send", "text": '{"op":"lost","detail":"events were missed: subscribe anew"}'}
            )
            return


def _message(message: dict[str, Any]) -> dict[str, Any]:
    text = message.get("text")
    data = message.get("bytes") if text is None else text
    if data is None or len(data) > MESSAGE_BYTES:
        raise Problem(413, "limit", f"a message has {MESSAGE_BYTES} bytes at most")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "syntax", "the message is not JSON", offset=getattr(error, "pos", None)) from error
    if not isinstance(found, dict):
        raise Problem(422, "schema", "a message is a JSON object", pointer="")
    return found


def _number(asked: dict[str, Any], name: str) -> Optional[int]:
    value = asked.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Problem(422, "schema", f"{name} is the id of an event", pointer=f"/{name}")
    return value


def _with(answer: dict[str, Any], ref: Any) -> dict[str, Any]:
    return answer if ref is None else {**answer, "ref": ref}
