"""Errors as application/problem+json (RFC 9457), with the engine's code and the place that is to blame."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Optional

from .._errors import AuraError, AuraTimeoutError

STATUS = {
    "syntax": 400,
    "not_found": 404,
    "limit": 413,
    "schema": 422,
    "argument": 422,
    "numeric": 422,
    "unsupported": 422,
    "cancelled": 503,
    "memory": 503,
    "handle": 503,
    "internal": 500,
}
"""HTTP status of each code of the engine."""


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        pointer: Optional[str] = None,
        offset: Optional[int] = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers
        self.pointer, self.offset = pointer, offset

    def as_dict(self, request_id: str = "") -> dict[str, Any]:
        """The members of the document."""
        found: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.pointer is not None:
            found["pointer"] = self.pointer
        if self.offset is not None:
            found["offset"] = self.offset
        if request_id:
            found["request_id"] = request_id
        return found

    def body(self, request_id: str) -> bytes:
        """The document."""
        return json.dumps(self.as_dict(request_id)).encode()


def problem_of(error: AuraError, *, within: str = "", before: int = 0) -> Problem:
    """The problem behind an error of the engine.

    `within` is where in the engine's request the caller's document stood, `before` how many bytes stood before it:
    callers see places in what they sent.
    """
    pointer, offset = error.pointer, error.offset
    if pointer is not None and within and (pointer == within or pointer.startswith(within + "/")):
        pointer = pointer[len(within) :]
    if offset is not None:
        offset = max(0, offset - before)
    status = 504 if isinstance(error, AuraTimeoutError) else STATUS.get(error.code, 500)
    return Problem(status, error.code, error.message, pointer=pointer, offset=offset)
