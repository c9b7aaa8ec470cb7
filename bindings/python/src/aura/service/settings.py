"""What can be set, with its limits; `aura serve --help` lists the same."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class Settings:
    """Everything the service can be told; the defaults are those of one machine with nothing beside it."""

    host: str = "127.0.0.1"
    port: int = 8420
    data: Optional[Path] = None
    """Folder that keeps networks, events, decisions; None keeps them in memory, until the process ends."""
    tokens: Optional[Path] = None
    """File of bearer tokens, hashed; without one (and without client_ca) everybody on this machine is an admin."""
    tls_cert: Optional[Path] = None
    tls_key: Optional[Path] = None
    client_ca: Optional[Path] = None
    """Only clients with a certificate of this authority may connect (mTLS)."""
    certificate_role: str = "viewer"
    """Role of a client that has a certificate and no token."""
    allow_hosts: tuple[str, ...] = ()
    """Names beside localhost under which the service may be called."""
    allow_origins: tuple[str, ...] = ()
    """Web origins beside its own that may write, stream and open sockets."""
    engine_threads: int = 2
    """Calls of the engine that run at the same time."""
    max_waiting: int = 256
    """Calls that may wait for the engine; more are told to come back (503)."""
    max_body_bytes: int = 64 << 20
    max_batch: int = 10_000
    """Networks of one batch."""
    max_topologies: int = 64
    body_timeout_s: float = 10.0
    """Longest wait for the next piece of a body, and for the head of a request."""
    request_timeout_s: float = 60.0
    """Longest work of the engine on one request."""
    cache_bytes: int = 32 << 20
    """Answers to equal requests that are kept."""
    keep_events: int = 10_000
    """Events that a client may still resume from."""
    webhook: Optional[str] = None
    """Where approved actions and findings are sent, as CloudEvents."""
    action_log: Optional[Path] = None
    """File to which each approved or undone action is appended, a JSON line each."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Names in traces, and the agents that they mean."""
    trace_window_s: int = 60
    """Over how long calls in traces are counted."""
    refresh_s: float = 0.5
    """Least time between two forecasts of one network."""
    log_level: str = "info"

    @property
    def guarded(self) -> bool:
        """Whether callers have to show who they are."""
        return self.tokens is not None or self.client_ca is not None

    def check(self) -> None:
        """Raises ValueError for what may not be."""
        if not self.guarded and not is_loopback(self.host):
            raise ValueError(
                f"{self.host} is not this machine alone: give --tokens FILE (and see aura serve --new-token) or "
                "--client-ca FILE before listening there"
            )
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("--tls-cert and --tls-key belong together")
        if self.client_ca is not None and self.tls_cert is None:
            raise ValueError("--client-ca needs --tls-cert and --tls-key")
        for name in ("tls_cert", "tls_key", "client_ca", "tokens"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                raise ValueError(f"--{name.replace('_', '-')}: there is no file {path}")


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
