"""An answer of the engine: its JSON, and its columns in the engine's own memory."""

from __future__ import annotations

import ctypes
import json
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

from . import _abi
from ._errors import failure
from ._inputs import _c_name, numpy
from ._library import library

_FORMATS = {
    _abi.TYPE_INT32: (ctypes.c_int32, "i"),
    _abi.TYPE_INT64: (ctypes.c_int64, "q"),
    _abi.TYPE_FLOAT32: (ctypes.c_float, "f"),
    _abi.TYPE_FLOAT64: (ctypes.c_double, "d"),
}


class _Owner:
    """Keeps one aura_result alive; everything that points into its memory refers to this."""

    __slots__ = ("handle", "__weakref__")

    def __init__(self, handle: _abi.aura_result) -> None:
        self.handle = handle
        # At the end of the process there is no need to free, and other exit code may still read a column.
        weakref.finalize(self, library().aura_result_free, handle).atexit = False

    def view(self, address: int | None, count: int, kind: Any, code: Any) -> memoryview:
        """Read-only memory of the result that keeps it alive."""
        if not address or not count:
            return memoryview(b"").cast(code)
        memory = (kind * count).from_address(address)
        memory.owner = self
        return memoryview(memory).cast("B").cast(code).toreadonly()

    def text(self) -> tuple[int, int]:
        text, length = ctypes.c_void_p(), ctypes.c_size_t()
        status = library().aura_result_json(self.handle, text, length)
        if status:
            raise failure(status)
        return text.value or 0, length.value


class Columns(Mapping[str, Any]):
    """The columns of a result by name, each a read-only numpy array (a memoryview where numpy is not installed) over
    the engine's memory, which stays as long as the array does."""

    __slots__ = ("_result",)

    def __init__(self, result: Result) -> None:
        self._result = result

    def __getitem__(self, name: str) -> Any:
        owner = self._result._owner_or_raise()
        column = _abi.aura_array(ctypes.sizeof(_abi.aura_array))
        status = library().aura_result_column(owner.handle, _c_name(name), column)
        if status == _abi.E_NOT_FOUND:
            raise KeyError(name)
        if status:
            raise failure(status)
        kind, code = _FORMATS[column.type]
        view = owner.view(column.data, column.count, kind, code)
        np = numpy()
        if np is None:
            return view
        return np.frombuffer(view, dtype=code) if len(view) else np.frombuffer(b"", dtype=code)

    def __iter__(self) -> Iterator[str]:
        return iter(self._result.get("columns", ()))

    def __len__(self) -> int:
        return len(self._result.get("columns", ()))

    def __repr__(self) -> str:
        return f"<aura.Columns {list(self)}>"


class Result(Mapping[str, Any]):
    """An answer: a mapping of its JSON members, with the numbers of every agent in `columns`.

    The engine's memory is freed when the result and every column taken from it are gone, or, columns permitting, at
    the end of a `with` block or by close().
    """

    __slots__ = ("_owner", "_answer", "__weakref__")

    def __init__(self, handle: _abi.aura_result) -> None:
        self._owner: _Owner | None = _Owner(handle)
        self._answer: Any = None

    def _owner_or_raise(self) -> _Owner:
        owner = self._owner
        if owner is None:
            raise failure(_abi.E_HANDLE)
        return owner

    @property
    def json_bytes(self) -> bytes:
        """The engine's JSON text, byte for byte (a copy)."""
        return ctypes.string_at(*self._owner_or_raise().text())

    @property
    def json_view(self) -> memoryview:
        """The engine's JSON text in the engine's memory, read-only."""
        owner = self._owner_or_raise()
        return owner.view(*owner.text(), ctypes.c_ubyte, "B")

    @property
    def answer(self) -> Any:
        """The JSON text as Python objects, read once."""
        if self._answer is None:
            self._answer = json.loads(self.json_bytes)
        return self._answer

    @property
    def columns(self) -> Columns:
        """The columns by name."""
        return Columns(self)

    def close(self) -> None:
        """Lets go of the engine's memory; columns taken before stay valid. May be called more than once."""
        self._owner = None

    def __enter__(self) -> Result:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getitem__(self, key: str) -> Any:
        return self.answer[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answer)

    def __len__(self) -> int:
        return len(self.answer)

    def __str__(self) -> str:
        return self.json_bytes.decode()

    def __repr__(self) -> str:
        state = "closed" if self._owner is None else f"{self._owner.text()[1]} bytes"
        return f"<aura.Result, {state}>"

    def __reduce__(self) -> Any:
        raise TypeError("an aura.Result belongs to its process; send .json_bytes or dict(result)")


