"""`aura serve`: the engine behind HTTP and on a live page. Needs the extra `aura[service]`.

    from aura.service import Settings, create_app

    app = create_app(Settings(data=Path("/var/lib/aura")))  # an ASGI application, for any server

What it answers is in docs/service.md and, exactly, at /openapi.json.
"""

from __future__ import annotations

from .app import create_app
from .settings import Settings

__all__ = ["Settings", "create_app"]
