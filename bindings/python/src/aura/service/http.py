"""One request and its answer, close to ASGI: what every route shares. No object of a framework is made of it."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Optional
from urllib.parse import parse_qsl

from .access import Caller
from .problems import Problem

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

JSON = b"application/json"


class Reply(NamedTuple):
    """An answer whose body is there as a whole."""

    body: bytes
    status: int = 200
    type: bytes = JSON
    headers: Headers = ()


def reply(value: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A value as JSON."""
    return Reply(json.dumps(value, separators=(",", ":")).encode(), status, JSON, headers)


class Call:
    """A request: who asks for what, and its body once it is read."""

    __slots__ = ("scope", "receive", "send", "id", "caller", "body", "_query")

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str, caller: Caller) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.id, self.caller = request_id, caller
        self.body = b""
        self._query: Optional[dict[str, str]] = None

    def path(self, name: str) -> str:
        """A part of the path."""
        found: str = self.scope["path_params"][name]
        return found

    @property
    def query(self) -> dict[str, str]:
        """The query, the last of equal names."""
        if self._query is None:
            self._query = dict(parse_qsl(self.scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        return self._query

    def header(self, name: bytes) -> Optional[bytes]:
        """A header, by its name in small letters."""
        return header(self.scope, name)

    def whole_number(self, name: str, default: Optional[int], least: int, most: int) -> Optional[int]:
        """A number of the query. Raises 422 when it is none, or out of range."""
        text = self.query.get(name)
        if text is None or text == "":
            return default
        if not (text.isascii() and text.isdigit() and least <= int(text[:20]) <= most):
            raise Problem(422, "argument", f"{name} is a whole number from {least} to {most}", pointer=f"?{name}")
        return int(text)

    def json(self) -> dict[str, Any]:
        """The body as an object; for small bodies. Raises 400 or 422."""
        try:
            found = json.loads(self.body or b"{}")
        except (ValueError, RecursionError) as error:
            offset = getattr(error, "pos", None)
            raise Problem(400, "syntax", "the body is not JSON", offset=offset) from error
        if not isinstance(found, dict):
            raise Problem(422, "schema", "the body is a JSON object", pointer="")
        return found

    async def gone(self) -> None:
        """Ends when the client has gone away. Only after the body has been read."""
        while True:
            message = await self.receive()
            if message["type"] in ("http.disconnect", "websocket.disconnect"):
                return


def header(scope: Scope, name: bytes) -> Optional[bytes]:
    """A header of a request, by its name in small letters."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None


async def read_body(scope: Scope, receive: Receive, limit: int, patience: float) -> bytes:
    """The body, decompressed. Raises 413 beyond `limit` bytes, 408 when nothing comes for `patience` seconds, 415."""
    length = header(scope, b"content-length")
    if length is not None and length.isdigit() and int(length) > limit:
        raise Problem(413, "limit", f"a body has {limit} bytes at most", headers=((b"connection", b"close"),))
    message = await _piece(receive, patience)
    if not message.get("more_body", False):
        body: bytes = message.get("body", b"")
    else:
        pieces, size = [message.get("body", b"")], len(message.get("body", b""))
        while message.get("more_body", False):
            message = await _piece(receive, patience)
            piece = message.get("body", b"")
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise Problem(413, "limit", f"a body has {limit} bytes at most", headers=((b"connection", b"close"),))
        body = b"".join(pieces)
    if len(body) > limit:
        raise Problem(413, "limit", f"a body has {limit} bytes at most")
    coding = header(scope, b"content-encoding")
    if coding is None or coding.lower() == b"identity":
        return body
    if coding.lower() not in (b"gzip", b"deflate"):
        raise Problem(415, "unsupported", "bodies are plain, gzip or deflate (the engine takes LZ4 frames as they are)")
    return _inflated(body, limit)


async def _piece(receive: Receive, patience: float) -> dict[str, Any]:
    try:
        async with asyncio.timeout(patience):
            message = await receive()
    except TimeoutError:
        raise Problem(
            408, "timeout", f"no more of the body came for {patience:g} s", headers=((b"connection", b"close"),)
        ) from None
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message


class ClientGone(Exception):
    """The client has closed the connection; there is nobody to answer."""


def _inflated(body: bytes, limit: int) -> bytes:
    inflater = zlib.decompressobj(wbits=47)  # gzip or zlib, by its head
    try:
        out = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise Problem(400, "syntax", f"the body cannot be decompressed: {error}") from error
    if len(out) > limit:
        raise Problem(413, "limit", f"a body has {limit} bytes at most when decompressed")
    if not inflater.eof:
        raise Problem(400, "syntax", "the compressed body ends too early")
    return out


async def answer(send: Send, found: Reply, request_id: str) -> None:
    """Sends an answer."""
    headers = [
        (b"content-type", found.type),
        (b"content-length", b"%d" % len(found.body)),
        (b"x-request-id", request_id.encode("latin-1")),
        *found.headers,
    ]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})
