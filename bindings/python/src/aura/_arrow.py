"""Takes record batches from any library that speaks the Arrow PyCapsule protocol (pyarrow, nanoarrow, polars, ...)."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from . import _abi

_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
_capsule_pointer.restype = ctypes.c_void_p


class _ArrowArrayStream(ctypes.Structure):
    """The Arrow C Stream Interface, as its specification gives it."""

    _fields_ = [
        ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)),
        ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)),
        ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)),
        ("private_data", ctypes.c_void_p),
    ]


class Batch:
    """One record batch as the two structs of the Arrow C Data Interface, released when nobody took it."""

    def __init__(self, table: Any, name: str) -> None:
        self._owned: list[Any] = []  # structs that are ours to release
        self._capsules: Any = None  # or capsules, which release what they hold
        self.array: _abi.ArrowArray
        self.schema: _abi.ArrowSchema
        if isinstance(table, tuple) and len(table) == 2:  # what __arrow_c_array__ returns
            self._from_capsules(table, name)
            return
        table = _one_batch(table)
        if hasattr(table, "__arrow_c_array__"):
            self._from_capsules(table.__arrow_c_array__(), name)
        elif hasattr(table, "__arrow_c_stream__"):
            self._from_stream(table, name)
        else:
            raise TypeError(f"{name}: an Arrow table or record batch is needed, not {type(table).__name__}")

    def _from_capsules(self, pair: Any, name: str) -> None:
        schema, array = pair
        try:
            schema_address = _capsule_pointer(schema, b"arrow_schema")
            array_address = _capsule_pointer(array, b"arrow_array")
        except ValueError:
            raise TypeError(f"{name}: two Arrow capsules (schema, array) are needed") from None
        self._capsules = pair
        self.schema = _abi.ArrowSchema.from_address(schema_address)
        self.array = _abi.ArrowArray.from_address(array_address)

    def _from_stream(self, table: Any, name: str) -> None:
        capsule = table.__arrow_c_stream__()
        stream = _ArrowArrayStream.from_address(_capsule_pointer(capsule, b"arrow_array_stream"))
        here = ctypes.byref(stream)

        def ask(function: Any, out: Any) -> None:
            if function(here, ctypes.byref(out)):
                text = stream.get_last_error(here) or b"no reason given"
                raise ValueError(f"{name}: the Arrow stream failed ({text.decode('utf-8', 'replace')})")
            if out.release:
                self._owned.append(out)

        try:
            self.schema, self.array, more = _abi.ArrowSchema(), _abi.ArrowArray(), _abi.ArrowArray()
            ask(stream.get_schema, self.schema)
            ask(stream.get_next, self.array)
            if not self.array.release:
                raise ValueError(f"{name}: the Arrow stream holds no record batch")
            ask(stream.get_next, more)
            if more.release:
                raise ValueError(
                    f"{name}: the Arrow stream holds several record batches; combine them into one first"
                )
        except ValueError:
            self.close()
            raise

    def close(self) -> None:
        """Releases what the library has not taken."""
        owned, self._owned = self._owned, []
        for struct in owned:
            if struct.release:
                struct.release(ctypes.addressof(struct))
        self._capsules = None


def _one_batch(table: Any) -> Any:
    """The table with its chunks joined, where it offers that as pyarrow does; a single chunk is not copied."""
    if not (hasattr(table, "combine_chunks") and hasattr(table, "to_batches")):
        return table
    joined = table.combine_chunks()
    batches = joined.to_batches()
    if len(batches) == 1:
        return batches[0]
    if batches:
        return joined  # more than 2 GiB of text does not fit into one: the stream is refused with a reason
    # A table without rows has no batch either; one of no rows still tells its columns.
    pyarrow = sys.modules[type(joined).__module__.partition(".")[0]]
    columns = [pyarrow.array([], type=field.type) for field in joined.schema]
    return pyarrow.RecordBatch.from_arrays(columns, schema=joined.schema)
