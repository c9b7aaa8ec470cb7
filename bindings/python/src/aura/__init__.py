"""AURA sees the shape of failure before it happens.

Hand it a network of agents and it answers with the network's structure, each agent's probability of failing within a
horizon and the cascade that would follow, and the interventions that prevent it:

    import aura

    with aura.Session() as session:
        forecast = session.predict({"nodes": [...], "edges": [...]})
        print(forecast["agents"], forecast.columns["probability"])

The package moves bytes to libaura and back; what they mean stands in the library's catalogue and schemas.
"""

from __future__ import annotations

import json
from typing import Any

from ._abi import (
    LOG_DEBUG,
    LOG_ERROR,
    LOG_INFO,
    LOG_WARNING,
)
from ._abi import VERSION as __version__
from ._errors import (
    AuraArgumentError,
    AuraCancelledError,
    AuraError,
    AuraHandleError,
    AuraInternalError,
    AuraLimitError,
    AuraMemoryError,
    AuraNotFoundError,
    AuraNumericError,
    AuraSchemaError,
    AuraSyntaxError,
    AuraTimeoutError,
    AuraUnsupportedError,
)
from ._library import AuraLibraryError, library, split_version
from ._results import Columns, Result
from ._session import Cancel, Session

__all__ = [
    "LOG_DEBUG",
    "LOG_ERROR",
    "LOG_INFO",
    "LOG_WARNING",
    "AuraArgumentError",
    "AuraCancelledError",
    "AuraError",
    "AuraHandleError",
    "AuraInternalError",
    "AuraLibraryError",
    "AuraLimitError",
    "AuraMemoryError",
    "AuraNotFoundError",
    "AuraNumericError",
    "AuraSchemaError",
    "AuraSyntaxError",
    "AuraTimeoutError",
    "AuraUnsupportedError",
    "Cancel",
    "Columns",
    "Result",
    "Session",
    "__version__",
    "build_info",
    "has_feature",
    "live_handles",
    "version",
]


def version() -> str:
    """The version of the loaded library."""
    return ".".join(map(str, split_version(library().aura_version())))


def build_info() -> dict[str, Any]:
    """How the loaded library was built and what it links, for bug reports."""
    found: dict[str, Any] = json.loads(library().aura_build_info())
    return found


def has_feature(name: str) -> bool:
    """Whether the loaded library has a feature ("json", "lz4", "arrow", ...)."""
    return bool(library().aura_has_feature(name.encode()))


def live_handles() -> int:
    """Sessions, results and tokens of this process that have not been freed: 0 when nothing leaks."""
    return int(library().aura_live_handles())
