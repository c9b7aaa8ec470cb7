"""The application: the table of routes, the page, the socket, and what they share."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Optional

import aura
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.routing import WebSocketRoute

from . import audit, openapi
from .access import Access, Caller
from .engine import Engine, Gone
from .events import Event, Hub
from .http import Call, ClientGone, Receive, Reply, Scope, Send, answer, header, read_body
from .metrics import Metrics
from .problems import Problem
from .residents import Residents
from .routes import ROUTES, Route
from .settings import Settings
from .sinks import LogSink, Sink, WebhookSink
from .store import Store, StoreError
from .stream import server_sent, socket

log = logging.getLogger("aura.service")

UI = Path(__file__).resolve().parent / "ui"
_PROBLEM = b"application/problem+json"
_NOBODY = Caller("anonymous", "viewer")
_REPLIES_S = 86_400.0
_STRAIGHT = ("/analyze", "/predict", "/intervene", "/batch/analyze")
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
        b"base-uri 'none'; form-action 'none'",
    ),
)
_TYPES = {".html": b"text/html; charset=utf-8",
          ".js": b"text/javascript; charset=utf-8", ".css": b"text/css; charset=utf-8",
          ".svg": b"image/svg+xml"}  # fmt: skip


class State:
    """What the routes share: made when the application starts, closed when it ends."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.access = Access(settings)
        self.stopping = asyncio.Event()
        self.store = Store(settings.data)
        self.engine = Engine(
            threads=settings.engine_threads, waiting=settings.max_waiting, timeout=settings.request_timeout_s,
            cache_bytes=settings.cache_bytes, max_document_bytes=settings.max_body_bytes,
            max_topologies=settings.max_topologies + settings.engine_threads + 1,
        )  # fmt: skip
        last, kept = self.store.run(lambda db: _kept_events(db, settings.keep_events))
        self.hub = Hub(settings.keep_events, last, kept)
        sinks: list[Sink] = []
        if settings.action_log is not None:
            sinks.append(LogSink(settings.action_log))
        if settings.webhook is not None:
            sinks.append(WebhookSink(settings.webhook))
        self.residents = Residents(settings, self.engine, self.store, self.hub, sinks)
        self.metrics = Metrics(self)
        self.openapi = openapi.build(self.engine.session)
        self.residents.load()
        self.under_way: set[tuple[str, str]] = set()

    async def close(self) -> None:
        """Ends streams, forecasts and calls; what was acknowledged is on disk already."""
        self.stopping.set()
        self.hub.close()
        await self.residents.close()
        await asyncio.to_thread(self.engine.close)
        held, head, trouble = await self.store.do(audit.verify)
        log.info("audit log: %d entries, head %s%s", held, head, f", {trouble}" if trouble else "")
        await asyncio.to_thread(self.store.close)

    def health(self) -> dict[str, Any]:
        """Up, degraded or down, with the state of each part."""
        parts: dict[str, Any] = {"engine": {"status": "up", "version": aura.version()}, "store": {"status": "up"}}
        if self.store.fault is not None:
            parts["store"] = {"status": "degraded", "reason": self.store.fault}
        troubled = {r.name: r.trouble for r in self.residents.all.values() if r.trouble is not None}
        parts["forecasts"] = {"status": "degraded", "reason": troubled} if troubled else {"status": "up"}
        status = "up" if all(part["status"] == "up" for part in parts.values()) else "degraded"
        return {"status": "down" if self.stopping.is_set() else status, "parts": parts}

    async def components(self, check: bool, gone: Optional[Gone]) -> dict[str, Any]:
        """Every component of the engine's catalogue and of the service, with its state."""
        failed: dict[str, str] = {}
        reason = "built in; not checked in this process"
        if check:
            found = json.loads(await self.engine.ask("self_check", b"{}", gone))
            for one in found["checks"]:
                if not one["passed"]:
                    failed[one["id"]] = one.get("detail") or "a known answer was not reached"
            reason = "its known answers were reached just now"
        catalogue = json.loads(await self.engine.ask("catalogue", b"{}", gone))
        rows = [
            {"id": one["id"], "kind": "engine", "state": "degraded" if one["id"] in failed else "up",
             "reason": failed.get(one["id"], reason)}
            for one in catalogue["components"]
        ]  # fmt: skip
        rows += self._host(await self.store.do(audit.verify))
        return {"version": aura.version(), "components": rows}

    def _host(self, chain: tuple[int, str, Optional[str]]) -> list[dict[str, Any]]:
        settings = self.settings

        def row(name: str, on: bool, reason: str, state: str = "up") -> dict[str, Any]:
            return {"id": "service." + name, "kind": "host", "state": state if on else "absent", "reason": reason}

        held, head, trouble = chain
        health = self.health()["parts"]
        return [
            row("store", True, health["store"].get("reason") or (
                f"SQLite in {settings.data}" if settings.data else "in memory: what is kept ends with the process"
            ), health["store"]["status"]),
            row("forecasts", True, str(health["forecasts"].get("reason") or f"{len(self.residents.all)} networks"),
                health["forecasts"]["status"]),
            row("stream", True, f"{len(self.hub.followers)} followers, last event {self.hub.last}"),
            row("audit", True, trouble or f"{held} entries hold, head {head}", "degraded" if trouble else "up"),
            row("authentication", settings.guarded,
                "bearer tokens" if settings.tokens else "client certificates" if settings.client_ca else
                "off: only this machine is listened to"),
            row("tls", settings.tls_cert is not None, "given" if settings.tls_cert else "no --tls-cert"),
            row("sink.log", settings.action_log is not None, str(settings.action_log or "no --action-log")),
            row("sink.webhook", settings.webhook is not None, "given" if settings.webhook else "no --webhook"),
        ]  # fmt: skip


def _kept_events(db: sqlite3.Connection, keep: int) -> tuple[int, list[Event]]:
    rows = db.execute("SELECT id, kind, topology, data FROM events ORDER BY id DESC LIMIT ?", (keep,)).fetchall()
    return (rows[0][0] if rows else 0), [Event(*row) for row in reversed(rows)]


class Endpoint:
    """One route as an ASGI application: identity, role, body, handler, problem, count."""

    def __init__(self, route: Route, holder: dict[str, State]) -> None:
        self._route, self._holder = route, holder
        self._reads = route.body is not None or route.writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route, state = self._route, self._holder["state"]
        began = time.perf_counter()
        request_id = _request_id(scope)
        status, started = 499, False

        async def first(message: dict[str, Any]) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                started, status = True, message["status"]
            await send(message)

        try:
            call = Call(scope, receive, send, request_id, self._caller(state, scope))
            if self._reads:
                call.body = await read_body(
                    scope, receive, state.settings.max_body_bytes, state.settings.body_timeout_s
                )
            if route.handler is None:
                call.send = first
                await server_sent(call, state.hub, state.stopping)
                return
            key = header(scope, b"idempotency-key") if route.writes else None
            found = await route.handler(state, call) if key is None else await self._once(state, call, key)
            status = found.status
            await answer(send, found, request_id)
        except ClientGone:
            pass
        except Problem as problem:
            status = problem.status
            if not started:
                await answer(send, Reply(problem.body(request_id), status, _PROBLEM, problem.headers), request_id)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("request %s to %s failed", request_id, route.path)
            status = 500
            if not started:
                fault = Problem(500, "internal", "a fault of the service; its log says more under the request id")
                await answer(send, Reply(fault.body(request_id), 500, _PROBLEM), request_id)
        finally:
            state.metrics.count(route.path, route.method, status, time.perf_counter() - began)

    def _caller(self, state: State, scope: Scope) -> Caller:
        host = origin = authorization = None
        for key, value in scope["headers"]:
            if key == b"host":
                host = value
            elif key == b"origin":
                origin = value
            elif key == b"authorization":
                authorization = value
        access, role = state.access, self._route.role
        access.check_host(host)
        if role is None:
            return _NOBODY
        if origin is not None:
            access.check_origin(origin, host)
        caller = access.caller(authorization)
        if not caller.may(role):
            raise Problem(403, "forbidden", f"this needs the role {role}; {caller.name} is {caller.role}")
        return caller

    async def _once(self, state: State, call: Call, key: bytes) -> Reply:
        """Does a write once for each key; says again what it said."""
        assert self._route.handler is not None
        if not 1 <= len(key) <= 128 or not all(33 <= byte <= 126 for byte in key):
            raise Problem(422, "argument", "an Idempotency-Key has 1 to 128 printable characters", pointer="")
        slot = (call.caller.name, key.decode())
        what = f"{self._route.method} {call.scope['path']} ".encode() + call.body
        request = hashlib.sha256(what).hexdigest()
        if slot in state.under_way:
            raise Problem(409, "busy", "a request with this Idempotency-Key is under way")
        state.under_way.add(slot)
        try:
            row = await state.store.do(
                lambda db: db.execute(
                    "SELECT request, status, type, body FROM replies WHERE who = ? AND key = ?", slot
                ).fetchone()
            )
            if row is not None:
                if row[0] != request:
                    raise Problem(422, "idempotency", "this Idempotency-Key came with another request before")
                return Reply(row[3], row[1], row[2].encode(), ((b"idempotency-replayed", b"true"),))
            found = await self._route.handler(state, call)
            now = time.time()

            def job(db: sqlite3.Connection) -> None:
                db.execute("DELETE FROM replies WHERE at < ?", (now - _REPLIES_S,))
                db.execute(
                    "INSERT INTO replies (who, key, request, status, type, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*slot, request, found.status, found.type.decode(), found.body, now),
                )

            try:
                await state.store.do(job)
            except StoreError as error:
                log.error("the answer to key %s was not kept: %s", slot[1], error)
            return found
        finally:
            state.under_way.discard(slot)


def _request_id(scope: Scope) -> str:
    given = header(scope, b"x-request-id")
    if given is not None and 1 <= len(given) <= 128 and all(33 <= byte <= 126 for byte in given):
        return given.decode()
    return os.urandom(12).hex()


class _File:
    """A file of the page, read once."""

    def __init__(self, path: Path) -> None:
        body = path.read_bytes()
        tag = b'"' + hashlib.sha256(body).hexdigest()[:20].encode() + b'"'
        self._tag = tag
        self._reply = Reply(body, 200, _TYPES[path.suffix], ((b"cache-control", b"no-cache"), (b"etag", tag), *_SAFE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        same = header(scope, b"if-none-match") == self._tag
        found = Reply(b"", 304, self._reply.type, self._reply.headers) if same else self._reply
        await answer(send, found, _request_id(scope))


class _Socket:
    """The socket's door: who it is, and from where."""

    def __init__(self, holder: dict[str, State]) -> None:
        self._holder = holder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = self._holder["state"]
        host, origin = header(scope, b"host"), header(scope, b"origin")
        authorization = header(scope, b"authorization")
        for word in scope.get("subprotocols") or []:
            if word.startswith("token."):
                authorization = b"Bearer " + word[6:].encode("latin-1", "replace")
        try:
            state.access.check_host(host)
            state.access.check_origin(origin, host)
            caller = state.access.caller(authorization)
        except Problem as problem:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": problem.detail[:120]})
            return

        def check(who: Caller, role: str) -> None:
            if not who.may(role):
                raise Problem(403, "forbidden", f"this needs the role {role}; {who.name} is {who.role}")

        await socket(scope, receive, send, caller, state.hub, state.residents, state.stopping, check)


class Front:
    """The application with the engine's own routes straight at its door: what FastAPI does on the way to a route (three
    layers, a search) costs as much as the rest of a small request."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._straight = {
            (route.path, next(iter(route.methods or ()))): route.app
            for route in app.router.routes
            if isinstance(route, StarletteRoute) and route.path in _STRAIGHT
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            straight: Any = self._straight.get((scope["path"], scope["method"]))
            if straight is not None:
                await straight(scope, receive, send)
                return
        await self.app(scope, receive, send)  # type: ignore[arg-type]


def create_app(settings: Optional[Settings] = None, made: Optional[State] = None) -> FastAPI:
    """The service as an ASGI application. Raises ValueError for settings that may not be.

    Its state is made when the server starts it (lifespan), or before; it is `app.state.aura` from then on.
    """
    chosen = settings or Settings()
    chosen.check()
    holder: dict[str, State] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state = holder["state"] = app.state.aura = made or State(chosen)
        state.residents.start()
        try:
            yield
        finally:
            await state.close()

    app = FastAPI(title="AURA", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    for route in ROUTES:
        app.router.routes.append(StarletteRoute(route.path, Endpoint(route, holder), methods=[route.method]))
    app.router.routes.append(WebSocketRoute("/ws", _Socket(holder)))
    for path in sorted(UI.iterdir()) if UI.is_dir() else []:
        if path.suffix in _TYPES:
            names = {"index.html": "/", "docs.html": "/docs"}
            where = names.get(path.name, f"/ui/{path.name}")
            app.router.routes.append(StarletteRoute(where, _File(path), methods=["GET"]))

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        code = {404: "not_found", 405: "method"}.get(error.status_code, "http")
        words = {
            404: f"there is nothing at {request.url.path}",
            405: f"{request.url.path} does not take {request.method}",
        }
        problem = Problem(error.status_code, code, words.get(error.status_code, str(error.detail)))
        request_id = _request_id(dict(request.scope))
        return Response(
            problem.body(request_id), error.status_code, {**(error.headers or {}), "x-request-id": request_id},
            _PROBLEM.decode(),
        )  # fmt: skip

    return app
