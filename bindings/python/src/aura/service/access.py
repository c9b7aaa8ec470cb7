"""Who may do what: tokens, roles, and the hosts and origins that may call."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import NamedTuple, Optional

from .problems import Problem
from .settings import LOCAL_HOSTS, Settings

ROLES = ("viewer", "operator", "approver", "admin")
"""Each may do what those before it may."""
RANK = {role: rank for rank, role in enumerate(ROLES)}


class Caller(NamedTuple):
    """Who asks."""

    name: str
    role: str

    def may(self, role: str) -> bool:
        """Whether the caller has a role, or a higher one."""
        return RANK[self.role] >= RANK[role]


LOCAL = Caller("local", "admin")
_CHALLENGE = ((b"www-authenticate", b'Bearer realm="aura"'),)


def new_token(path: Path, name: str, role: str) -> str:
    """Adds a token to the file and returns it; the file holds its SHA-256 only (the token has 256 random bits)."""
    if role not in RANK:
        raise ValueError(f"{role!r} is none of {', '.join(ROLES)}")
    if not name or len(name) > 64 or not name.isprintable():
        raise ValueError("a token's name is 1 to 64 printable characters")
    token = "aura_" + secrets.token_urlsafe(32)
    line = json.dumps({"name": name, "role": role, "sha256": _hash(token.encode()).hex()}) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write(line)
    return token


def _hash(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


class Access:
    """Decides from the headers of a request."""

    def __init__(self, settings: Settings) -> None:
        self._open = not settings.guarded
        self._certificate = Caller("certificate", settings.certificate_role) if settings.client_ca is not None else None
        self._tokens = _read(settings.tokens) if settings.tokens is not None else {}
        names = {*LOCAL_HOSTS, settings.host.lower(), *(host.lower() for host in settings.allow_hosts)}
        self._hosts = {name.encode() for name in names}
        self._origins = {origin.rstrip("/").lower().encode() for origin in settings.allow_origins}

    def caller(self, authorization: Optional[bytes]) -> Caller:
        """Who asks. Raises 401 for no token, or one that is not known."""
        if authorization is None:
            if self._open:
                return LOCAL
            if self._certificate is not None:
                return self._certificate
            raise Problem(401, "unauthenticated", "a bearer token is needed", headers=_CHALLENGE)
        kind, _, token = authorization.partition(b" ")
        if kind.lower() != b"bearer":
            raise Problem(401, "unauthenticated", "only bearer tokens are understood", headers=_CHALLENGE)
        if self._open:
            return LOCAL
        digest = _hash(token.strip())
        found = self._tokens.get(digest)
        if found is None or not hmac.compare_digest(found[0], digest):
            raise Problem(401, "unauthenticated", "the token is not known", headers=_CHALLENGE)
        return found[1]

    def check_host(self, host: Optional[bytes]) -> None:
        """Refuses names under which this service is not known: a page elsewhere may make a browser send them."""
        name = (host or b"").lower()
        bare = name[: name.rindex(b":")] if b":" in name and not name.endswith(b"]") else name
        if bare not in self._hosts:
            raise Problem(421, "host", "this service is not called by that name (see --allow-host)")

    def check_origin(self, origin: Optional[bytes], host: Optional[bytes]) -> None:
        """Refuses web pages of other origins."""
        if origin is None:
            return
        value = origin.rstrip(b"/").lower()
        own = value.partition(b"://")[2]
        if own != (host or b"").lower() and value not in self._origins:
            raise Problem(403, "origin", "pages of that origin may not call this service (see --allow-origin)")


def _read(path: Path) -> dict[bytes, tuple[bytes, Caller]]:
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            digest = bytes.fromhex(entry["sha256"])
            caller = Caller(entry["name"], entry["role"])
            if len(digest) != 32 or caller.role not in RANK:
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: not a token that --new-token wrote") from error
        found[digest] = (digest, caller)
    return found
