"""`aura serve`: the command line of the service."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import importlib.util
import logging
import signal
import ssl
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, Optional

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from . import access, audit
from .app import Front, State, create_app
from .demo import WINDOW_S, Demo
from .settings import Settings, is_loopback
from .store import StoreError

_DEFAULTS = Settings()


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="aura serve",
        description="The engine behind HTTP and on a live page. Without options: this machine only, in memory.",
    )
    group = made.add_argument_group("where")
    group.add_argument("--host", default=_DEFAULTS.host, help="address to listen on (%(default)s)")
    group.add_argument("--port", type=int, default=_DEFAULTS.port, help="port, 0 for any that is free (%(default)s)")
    group.add_argument("--allow-host", action="append", default=[], metavar="NAME", help="name it may be called by")
    group.add_argument(
        "--allow-origin", action="append", default=[], metavar="ORIGIN", help="web origin that may write"
    )
    group = made.add_argument_group("what is kept")
    group.add_argument("--data", type=Path, metavar="FOLDER", help="keep networks, events and decisions there")
    group.add_argument("--action-log", type=Path, metavar="FILE", help="append approved actions to a file")
    group.add_argument("--webhook", metavar="URL", help="send approved actions there, as CloudEvents")
    group = made.add_argument_group("who may")
    group.add_argument("--tokens", type=Path, metavar="FILE", help="bearer tokens, hashed")
    group.add_argument(
        "--new-token", nargs=2, metavar=("NAME", "ROLE"),
        help=f"add a token to --tokens, print it, and end; roles: {', '.join(access.ROLES)}",
    )  # fmt: skip
    group.add_argument("--tls-cert", type=Path, metavar="FILE")
    group.add_argument("--tls-key", type=Path, metavar="FILE")
    group.add_argument("--client-ca", type=Path, metavar="FILE", help="demand client certificates of this authority")
    group.add_argument("--certificate-role", choices=access.ROLES, default=_DEFAULTS.certificate_role,
                       help="role of a client with a certificate and no token (%(default)s)")  # fmt: skip
    group = made.add_argument_group("traces (OTLP at /v1/traces)")
    group.add_argument("--alias", action="append", default=[], metavar="NAME=AGENT", help="another name of an agent")
    group.add_argument("--trace-window", type=int, default=_DEFAULTS.trace_window_s, metavar="SECONDS",
                       help="over how long calls are counted (%(default)s)")  # fmt: skip
    group = made.add_argument_group("limits")
    group.add_argument("--engine-threads", type=int, default=_DEFAULTS.engine_threads, help="(%(default)s)")
    group.add_argument(
        "--max-waiting", type=int, default=_DEFAULTS.max_waiting, help="calls that may wait (%(default)s)"
    )
    group.add_argument("--max-body", type=int, default=_DEFAULTS.max_body_bytes, metavar="BYTES", help="(%(default)s)")
    group.add_argument(
        "--timeout", type=float, default=_DEFAULTS.request_timeout_s, metavar="SECONDS", help="(%(default)s)"
    )
    group.add_argument(
        "--body-timeout", type=float, default=_DEFAULTS.body_timeout_s, metavar="SECONDS", help="(%(default)s)"
    )
    made.add_argument("--demo", action="store_true", help="watch a booking system in which a fault is coming")
    made.add_argument(
        "--verify-audit", type=Path, metavar="FOLDER", help="walk the audit log of a --data folder, and end"
    )
    made.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default=_DEFAULTS.log_level)
    return made


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Runs the service until it is told to end; the exit status is 0 then, 1 for what it refuses, 4 for files."""
    asked = parser().parse_args(arguments)
    try:
        if asked.verify_audit is not None:
            return _verify(asked.verify_audit)
        if asked.new_token is not None:
            if asked.tokens is None:
                raise ValueError("--new-token needs --tokens FILE")
            print(access.new_token(asked.tokens, *asked.new_token))
            return 0
        settings = _settings(asked)
        if not 1 <= settings.engine_threads <= 256:
            raise ValueError("--engine-threads is from 1 to 256")
        if asked.demo:
            if settings.guarded or settings.tls_cert is not None:
                raise ValueError("--demo is for this machine alone: without tokens and certificates")
            if importlib.util.find_spec("opentelemetry.exporter") is None:
                raise ValueError("--demo needs OpenTelemetry's SDK: pip install 'aura[service,demo]'")
            settings = dataclasses.replace(settings, trace_window_s=WINDOW_S)
        settings.check()
        return _serve(create_app(settings, State(settings)), settings, demo=asked.demo)
    except ValueError as error:
        print(f"aura serve: {error}", file=sys.stderr)
        return 1
    except (OSError, StoreError) as error:
        print(f"aura serve: {error}", file=sys.stderr)
        return 4


def _settings(asked: argparse.Namespace) -> Settings:
    aliases = tuple(tuple(pair.split("=", 1)) for pair in asked.alias)
    if not all(len(pair) == 2 and all(pair) for pair in aliases):
        raise ValueError("--alias takes NAME=AGENT")
    if not 1 <= asked.trace_window <= 3_600:
        raise ValueError("--trace-window is from 1 to 3600")
    return Settings(
        aliases=aliases, trace_window_s=asked.trace_window,
        host=asked.host, port=asked.port, data=asked.data, tokens=asked.tokens, tls_cert=asked.tls_cert,
        tls_key=asked.tls_key, client_ca=asked.client_ca, certificate_role=asked.certificate_role,
        allow_hosts=tuple(asked.allow_host), allow_origins=tuple(asked.allow_origin),
        engine_threads=asked.engine_threads, max_waiting=asked.max_waiting, max_body_bytes=asked.max_body,
        body_timeout_s=asked.body_timeout, request_timeout_s=asked.timeout, webhook=asked.webhook,
        action_log=asked.action_log, log_level=asked.log_level,
    )  # fmt: skip


def _verify(folder: Path) -> int:
    held, head, trouble = audit.verify_file(folder)
    print(f"{held} entries hold, head {head}")
    if trouble is not None:
        print(f"aura serve: {trouble}", file=sys.stderr)
        return 3
    return 0


class _Server(uvicorn.Server):
    """Says where it listens, and tells the streams to end as soon as it is told to."""

    def __init__(self, config: uvicorn.Config, app: Any, demo: bool) -> None:
        super().__init__(config)
        self._app, self._shows = app, demo
        self._demo: Optional[Demo] = None

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            for server in self.servers:
                for listening in server.sockets:
                    host, port = listening.getsockname()[:2]
                    shown = f"[{host}]" if ":" in host else host
                    scheme = "https" if self.config.is_ssl else "http"
                    print(f"AURA listens on {scheme}://{shown}:{port}/", file=sys.stderr, flush=True)
                    if self._shows and self._demo is None:
                        self._demo = Demo(f"{scheme}://{shown}:{port}")
                        self._demo.start()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ends in order when told to: the exit status says so, which a signal raised again would hide."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: Optional[FrameType]) -> None:
        super().handle_exit(sig, frame)
        if self._demo is not None:
            self._demo.stop()
        state = getattr(self._app.state, "aura", None)
        if state is not None:
            state.stopping.set()
            state.hub.close()


def _protocol(patience: float) -> type[HttpToolsProtocol]:
    class Patient(HttpToolsProtocol):
        """Closes connections on which no request's head has come in time."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._late = asyncio.get_running_loop().call_later(patience, self._too_late)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._late.cancel()
            self._late = asyncio.get_running_loop().call_later(patience, self._too_late)

        def on_headers_complete(self) -> None:
            self._late.cancel()
            super().on_headers_complete()

        def connection_lost(self, exc: Optional[Exception]) -> None:
            self._late.cancel()
            super().connection_lost(exc)

        def _too_late(self) -> None:
            if self.transport is not None and not self.transport.is_closing():
                self.transport.close()

    return Patient


def _serve(app: Any, settings: Settings, demo: bool = False) -> int:
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    if not is_loopback(settings.host) and settings.tls_cert is None:
        logging.getLogger("aura.service").warning("tokens travel in clear: give --tls-cert, or put TLS in front")
    config = uvicorn.Config(
        Front(app), host=settings.host, port=settings.port, http=_protocol(settings.body_timeout_s), access_log=False,
        log_level="warning", lifespan="on", server_header=False, date_header=True, timeout_graceful_shutdown=30,
        timeout_keep_alive=30, ws="websockets-sansio", ws_max_size=4 << 20, backlog=2_048,
        ssl_certfile=settings.tls_cert, ssl_keyfile=settings.tls_key,
        ssl_ca_certs=str(settings.client_ca) if settings.client_ca else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if settings.client_ca else ssl.CERT_NONE,
    )  # fmt: skip
    server = _Server(config, app, demo)
    server.run()
    return 0 if server.started else 4
