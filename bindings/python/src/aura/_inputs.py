"""Turns what Python programs hold (dicts, text, graphs, arrays, tables) into what aura.h takes, without copying where
the memory already has the right form. Nothing here checks meaning: the engine does, and says where."""

from __future__ import annotations

import ctypes
import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Union

from . import _abi

Text = Union[str, bytes, bytearray, memoryview]

# ------------------------------------------------------------------------------------------------- borrowed memory


class _PyBuffer(ctypes.Structure):
    """Py_buffer of CPython's buffer protocol."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    ]


_PYBUF_ND = 0x0008  # contiguous, read-only is enough
_PYBUF_FORMAT = 0x0004

_get_buffer = ctypes.pythonapi.PyObject_GetBuffer
_get_buffer.argtypes = [ctypes.py_object, ctypes.POINTER(_PyBuffer), ctypes.c_int]
_get_buffer.restype = ctypes.c_int
_release_buffer = ctypes.pythonapi.PyBuffer_Release
_release_buffer.argtypes = [ctypes.POINTER(_PyBuffer)]
_release_buffer.restype = None


def _borrow(value: object, stack: ExitStack) -> _PyBuffer:
    """The memory of `value`, locked until `stack` ends. Read-only memory will do, which `from_buffer` refuses."""
    view = _PyBuffer()
    _get_buffer(value, view, _PYBUF_ND | _PYBUF_FORMAT)
    stack.callback(_release_buffer, view)
    return view


def borrow_text(text: object, stack: ExitStack) -> tuple[Any, int]:
    """Pointer and length of a document, borrowed until `stack` ends; the pointer of bytes is the object itself."""
    if isinstance(text, str):
        text = text.encode()
    if isinstance(text, bytes):
        return text, len(text)
    try:
        view = _borrow(text, stack)
    except BufferError:  # a memoryview with steps
        text = bytes(memoryview(text))  # type: ignore[arg-type]
        return text, len(text)
    return view.buf if view.len else b"", view.len


# ------------------------------------------------------------------------------------------------- request documents


def is_text(value: object) -> bool:
    return isinstance(value, (str, bytes, bytearray, memoryview))


def _networkx_graph(value: object) -> bool:
    networkx = sys.modules.get("networkx")  # no graph of it can exist while it is not imported
    return networkx is not None and isinstance(value, networkx.Graph)


def _node_link(graph: Any) -> dict[str, Any]:
    node_link_data: Any = sys.modules["networkx"].node_link_data
    try:
        document = node_link_data(graph, edges="edges")
    except TypeError:  # networkx before 3.4 has no such argument
        document = node_link_data(graph)
    return dict(document)


def _plain(value: Any) -> Any:
    """What json.dumps calls for a value that it does not know."""
    if _networkx_graph(value):
        return _node_link(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):  # numpy scalars and arrays, array.array
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} cannot be written as JSON")


def _dumps(value: object) -> bytes:
    return json.dumps(value, default=_plain, separators=(",", ":")).encode()


def _member(key: str, value: object) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):  # a document that is text already
        text = bytes(value).strip()
        if not (text.startswith(b"{") and text.endswith(b"}")):
            raise ValueError(f"{key}: bytes must hold one JSON object; pass LZ4 frames as the whole request")
    else:
        text = _dumps(value)
    return _dumps(key) + b":" + text


def _object(members: Mapping[str, object]) -> bytes:
    return b"{" + b",".join(_member(key, value) for key, value in members.items() if value is not None) + b"}"


def request_text(request: object, members: Mapping[str, object], place: str) -> object:
    """The request document as text: `request` itself when it is text, else JSON of it and of `members`.

    A networkx graph or a node-link document becomes the member `place` when there are other members.
    """
    if request is None:
        return _object(members)
    if is_text(request):
        if members:
            raise TypeError(f"members cannot be added to text; if it is a network, pass it as {place}=")
        return request
    if _networkx_graph(request):
        request = _node_link(request)
    if not isinstance(request, Mapping):
        raise TypeError(
            f"a request is a mapping, text or a networkx graph, not {type(request).__name__}; "
            "matrices go through topology_from_csr, tables through topology_from_arrow"
        )
    if members:
        request = {place: request} if "nodes" in request else request
        return _object({**request, **members})
    return _dumps(request)


# ------------------------------------------------------------------------------------------------- arrays

_TYPES = {
    ("i", 4): _abi.TYPE_INT32,
    ("i", 8): _abi.TYPE_INT64,
    ("f", 4): _abi.TYPE_FLOAT32,
    ("f", 8): _abi.TYPE_FLOAT64,
}
_KINDS = {"i": "i", "l": "i", "q": "i", "f": "f", "d": "f"}  # of format characters
_ORDER = "@=<" if sys.byteorder == "little" else "@=>"


class Borrowed:
    """The memory of one array during a call."""

    __slots__ = ("address", "count", "type")

    def __init__(self, address: int, count: int, kind: int) -> None:
        self.address, self.count, self.type = address, count, kind


def borrow_array(value: Any, name: str, stack: ExitStack, only: int | None = None) -> Borrowed:
    """The memory of `value` itself when its type is one of AURA_TYPE_* (or is `only`), else that of a lossless copy.

    Raises TypeError for what is not a one-dimensional array of numbers.
    """
    for candidate in _forms(value, name, only):
        try:
            view = _borrow(candidate, stack)
        except (TypeError, BufferError, ValueError):  # no buffer, or not contiguous
            continue
        if view.ndim != 1:
            raise TypeError(f"{name}: one dimension is needed, not {view.ndim}")
        text = (view.format or b"B").decode().lstrip(_ORDER)
        kind = _TYPES.get((_KINDS.get(text, ""), view.itemsize))
        if kind is not None and only in (None, kind):
            return Borrowed(view.buf or 0, view.len // view.itemsize, kind)
    raise TypeError(f"{name}: an array of {'numbers' if only is None else _NAMES[only]} is needed")


_NAMES = {_abi.TYPE_INT64: "integers", _abi.TYPE_FLOAT64: "numbers"}


def _forms(value: Any, name: str, only: int | None) -> Any:
    """`value`, then what it converts to without loss."""
    if is_text(value) and not isinstance(value, memoryview):
        raise TypeError(f"{name}: text is not an array of numbers")
    if not isinstance(value, (list, tuple)):
        yield value
    if hasattr(value, "__array__") or (isinstance(value, memoryview) and numpy() is not None):
        np = numpy()
        plain = np.asarray(value)
        if plain.dtype.kind in "biuf":
            target = {None: plain.dtype, _abi.TYPE_INT64: np.int64, _abi.TYPE_FLOAT64: np.float64}[only]
            if only is None and (plain.dtype.kind, plain.dtype.itemsize) not in _TYPES:
                target = np.float64 if plain.dtype.kind == "f" else np.int64
            try:
                # Native byte order comes with the plain type; "safe" refuses what would lose digits.
                yield np.ascontiguousarray(plain.astype(np.dtype(target).newbyteorder("="), casting="safe"))
            except TypeError:
                return
        return
    if isinstance(value, memoryview):
        value = value.tolist()
    if not isinstance(value, Sequence):  # a set or a mapping has no order that means agents
        return
    for code, kind in (("q", _abi.TYPE_INT64), ("d", _abi.TYPE_FLOAT64)):
        if only in (None, kind):
            try:
                yield array(code, value)
            except (TypeError, ValueError, OverflowError):
                continue


def borrow_named(arrays: Mapping[str, Any], stack: ExitStack) -> Any:
    """A C array of aura_array for a mapping of names to arrays."""
    if not isinstance(arrays, Mapping):
        raise TypeError(f"arrays come as a mapping of names to arrays, not {type(arrays).__name__}")
    made = (_abi.aura_array * len(arrays))()
    for slot, (name, value) in zip(made, arrays.items()):
        memory = borrow_array(value, name, stack)
        slot.struct_size = ctypes.sizeof(_abi.aura_array)
        slot.type = memory.type
        slot.name = _c_name(name)
        slot.data = memory.address
        slot.count = memory.count
    return made


def _c_name(name: object) -> bytes:
    if not isinstance(name, str):
        raise TypeError(f"the name of an array is a str, not {type(name).__name__}")
    text = name.encode()
    if b"\0" in text:
        raise ValueError("the name of an array cannot hold a NUL")
    return text


def numpy() -> Any:
    """The numpy module, or None where it is not installed."""
    try:
        import numpy as found
    except ImportError:
        return None
    return found


# ------------------------------------------------------------------------------------------------- sparse rows


def matrix_parts(matrix: Any) -> tuple[Any, Any, Any]:
    """Starts, targets and weights of a scipy sparse matrix, of (starts, targets) or of (starts, targets, weights)."""
    if isinstance(matrix, (tuple, list)):
        if len(matrix) == 2:
            return matrix[0], matrix[1], None
        if len(matrix) == 3:
            return matrix[0], matrix[1], matrix[2]
        raise TypeError(f"a network is (starts, targets) or (starts, targets, weights), not {len(matrix)} parts")
    if hasattr(matrix, "tocsr"):
        rows = matrix.tocsr()
        if len(rows.shape) != 2 or rows.shape[0] != rows.shape[1]:
            raise ValueError(f"a network is a square matrix, not one of shape {rows.shape}")
        return rows.indptr, rows.indices, rows.data
    raise TypeError(f"a network is a scipy sparse matrix or its arrays, not {type(matrix).__name__}")


def borrow_csr(matrix: Any, directed: bool, metrics: Mapping[str, Any] | None, stack: ExitStack) -> _abi.aura_csr:
    """The aura_csr that points at the arrays of `matrix`."""
    starts, targets, weights = matrix_parts(matrix)
    rows = borrow_array(starts, "starts", stack, _abi.TYPE_INT64)
    columns = borrow_array(targets, "targets", stack, _abi.TYPE_INT64)
    if rows.count == 0:
        raise ValueError("starts: one value more than there are agents is needed, so at least one")
    csr = _abi.aura_csr(ctypes.sizeof(_abi.aura_csr), directed=bool(directed))
    csr.agents, csr.links = rows.count - 1, columns.count
    csr.starts = ctypes.cast(rows.address, ctypes.POINTER(ctypes.c_int64))
    csr.targets = ctypes.cast(columns.address, ctypes.POINTER(ctypes.c_int64))
    if weights is not None:
        values = borrow_array(weights, "weights", stack, _abi.TYPE_FLOAT64)
        if values.count != columns.count:  # the struct carries no length for them, so the engine cannot see it
            raise ValueError(f"weights: {columns.count} values are needed, not {values.count}")
        csr.weights = ctypes.cast(values.address, ctypes.POINTER(ctypes.c_double))
    if metrics is not None:
        csr.metrics, csr.metric_count = borrow_named(metrics, stack), len(metrics)
    return csr
