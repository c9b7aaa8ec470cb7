"""One exception for each status of aura.h, each with the place that is to blame."""

from __future__ import annotations

import ctypes
from typing import Any, ClassVar

from . import _abi

_NO_OFFSET = 2**64 - 1


class AuraError(Exception):
    """A call failed; the subclasses say in which way."""

    status: int
    """The aura_status, a negative number that keeps its meaning for ever."""
    code: str
    """The status as a word, as JSON answers write it: "schema", "not_found", ..."""
    message: str
    """One line that says what is wrong."""
    offset: int | None
    """Byte offset into the (decoded) document, when one place is to blame."""
    pointer: str | None
    """JSON pointer (RFC 6901) of the offending value, when one value is to blame."""

    def __init__(
        self, message: str, *, status: int | None = None, offset: int | None = None, pointer: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = type(self)._status if status is None else status
        self.code = _CODES.get(self.status, f"status_{self.status}")
        self.message = message
        self.offset = offset
        self.pointer = pointer

    _status: ClassVar[int] = _abi.E_INTERNAL

    def __str__(self) -> str:
        where = f" at {self.pointer}" if self.pointer else ""
        where += f" (byte {self.offset})" if self.offset is not None else ""
        return f"{self.code}: {self.message}{where}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.message, self.status, self.offset, self.pointer)

    def as_dict(self) -> dict[str, Any]:
        """The error as JSON answers write one: code, message and, where known, "at" and "offset"."""
        found: dict[str, Any] = {"code": self.code}
        if self.pointer is not None:
            found["at"] = self.pointer
        found["message"] = self.message
        if self.offset is not None:
            found["offset"] = self.offset
        return found


class AuraArgumentError(AuraError):
    """An argument is out of range."""

    _status = _abi.E_ARGUMENT


class AuraHandleError(AuraError):
    """The session, result or token has been closed."""

    _status = _abi.E_HANDLE


class AuraSyntaxError(AuraError):
    """The document is not JSON, not UTF-8, or a damaged LZ4 frame."""

    _status = _abi.E_SYNTAX


class AuraSchemaError(AuraError):
    """The document is JSON, but not what is asked for."""

    _status = _abi.E_SCHEMA


class AuraLimitError(AuraError):
    """A limit of the session or of the request was reached."""

    _status = _abi.E_LIMIT


class AuraMemoryError(AuraError):
    """There is no memory of the size that the input asks for."""

    _status = _abi.E_MEMORY


class AuraCancelledError(AuraError):
    """A token or a progress callback cancelled the call."""

    _status = _abi.E_CANCELLED


class AuraTimeoutError(AuraCancelledError):
    """The call's own `timeout` cancelled it."""


class AuraNumericError(AuraError):
    """An iteration did not converge, or a value is not a number."""

    _status = _abi.E_NUMERIC


class AuraUnsupportedError(AuraError):
    """The request is understood, but not possible here."""

    _status = _abi.E_UNSUPPORTED


class AuraNotFoundError(AuraError):
    """There is no topology, component, agent or record of that name."""

    _status = _abi.E_NOT_FOUND


class AuraInternalError(AuraError):
    """A fault of the engine: please report it."""

    _status = _abi.E_INTERNAL


_CODES = {value: name[2:].lower() for name, value in vars(_abi).items() if name.startswith("E_")}
_CLASSES = {kind._status: kind for kind in AuraError.__subclasses__()}


def _restore(
    kind: type[AuraError], message: str, status: int, offset: int | None, pointer: str | None
) -> AuraError:
    return kind(message, status=status, offset=offset, pointer=pointer)


def new_error() -> _abi.aura_error:
    """An empty error for the library to fill."""
    return _abi.aura_error(ctypes.sizeof(_abi.aura_error))


def failure(status: int, error: _abi.aura_error | None = None) -> AuraError:
    """The exception for a status that is not AURA_OK; the caller raises it."""
    kind = _CLASSES.get(status, AuraError)
    if error is None or error.status != status:  # a function without aura_error, or one that left it alone
        return kind((kind.__doc__ or "").rstrip("."), status=status)
    return kind(
        error.message.decode("utf-8", "replace"),
        status=status,
        offset=None if error.offset == _NO_OFFSET else error.offset,
        pointer=error.pointer.decode("utf-8", "replace") or None,
    )
