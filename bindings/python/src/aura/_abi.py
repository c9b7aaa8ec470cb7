"""The ctypes form of include/aura.h, written by generate_abi.py. Do not edit."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import (
    CDLL,
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char,
    c_char_p,
    c_double,
    c_int32,
    c_int64,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import Any

VERSION = "0.1.0"

VERSION_MAJOR = 0
VERSION_MINOR = 1
VERSION_PATCH = 0
VERSION_NUMBER = 100
OK = 0
E_ARGUMENT = -1
E_HANDLE = -2
E_SYNTAX = -3
E_SCHEMA = -4
E_LIMIT = -5
E_MEMORY = -6
E_CANCELLED = -7
E_NUMERIC = -8
E_UNSUPPORTED = -9
E_NOT_FOUND = -10
E_INTERNAL = -99
LOG_ERROR = 1
LOG_WARNING = 2
LOG_INFO = 3
LOG_DEBUG = 4
TYPE_INT32 = 1
TYPE_INT64 = 2
TYPE_FLOAT32 = 3
TYPE_FLOAT64 = 4

aura_status = c_int32


class aura_error(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("status", aura_status),
        ("offset", c_uint64),
        ("message", c_char * 240),
        ("pointer", c_char * 256),
    ]


class aura_session(Structure):
    _fields_ = [
        ("id", c_uint64),
    ]


class aura_result(Structure):
    _fields_ = [
        ("id", c_uint64),
    ]


class aura_cancel(Structure):
    _fields_ = [
        ("id", c_uint64),
    ]


aura_log_fn = CFUNCTYPE(None, c_void_p, c_int32, c_void_p, c_size_t)
aura_progress_fn = CFUNCTYPE(c_int32, c_void_p, c_double)


class aura_session_options(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("threads", c_uint32),
        ("max_agents", c_uint64),
        ("max_links", c_uint64),
        ("max_document_bytes", c_uint64),
        ("max_topologies", c_uint64),
        ("max_history_values", c_uint64),
        ("max_events", c_uint64),
        ("log", aura_log_fn),
        ("log_user", c_void_p),
        ("log_level", c_int32),
        ("reserved", c_uint32),
    ]


class aura_array(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("type", c_int32),
        ("name", c_char_p),
        ("data", c_void_p),
        ("count", c_uint64),
    ]


class aura_call(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("cancel", aura_cancel),
        ("progress", aura_progress_fn),
        ("progress_user", c_void_p),
        ("arrays", POINTER(aura_array)),
        ("array_count", c_uint64),
    ]


class aura_csr(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("directed", c_int32),
        ("agents", c_uint64),
        ("links", c_uint64),
        ("starts", POINTER(c_int64)),
        ("targets", POINTER(c_int64)),
        ("weights", POINTER(c_double)),
        ("metrics", POINTER(aura_array)),
        ("metric_count", c_uint64),
    ]


class ArrowSchema(Structure):
    pass


ArrowSchema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", c_char_p),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(ArrowSchema))),
    ("dictionary", POINTER(ArrowSchema)),
    ("release", CFUNCTYPE(None, c_void_p)),
    ("private_data", c_void_p),
]


class ArrowArray(Structure):
    pass


ArrowArray._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(ArrowArray))),
    ("dictionary", POINTER(ArrowArray)),
    ("release", CFUNCTYPE(None, c_void_p)),
    ("private_data", c_void_p),
]


def _bind(dll: CDLL, name: str, result: Any, *parameters: Any) -> Callable[..., Any]:
    function = getattr(dll, name)
    function.restype, function.argtypes = result, parameters
    return function  # type: ignore[no-any-return]


class Library:
    """The functions of a loaded library; a missing one raises AttributeError."""

    def __init__(self, dll: CDLL) -> None:
        self.aura_version = _bind(dll, "aura_version", c_uint32)
        self.aura_build_info = _bind(dll, "aura_build_info", c_char_p)
        self.aura_has_feature = _bind(dll, "aura_has_feature", c_int32, c_void_p)
        self.aura_live_handles = _bind(dll, "aura_live_handles", c_uint64)
        self.aura_session_open = _bind(
            dll, "aura_session_open", aura_status, POINTER(aura_session_options), POINTER(aura_session),
            POINTER(aura_error)
        )
        self.aura_session_close = _bind(dll, "aura_session_close", aura_status, aura_session)
        self.aura_analyze = _bind(
            dll, "aura_analyze", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_predict = _bind(
            dll, "aura_predict", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_intervene = _bind(
            dll, "aura_intervene", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_catalogue = _bind(
            dll, "aura_catalogue", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_self_check = _bind(
            dll, "aura_self_check", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_explain = _bind(
            dll, "aura_explain", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_observe = _bind(
            dll, "aura_observe", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_apply = _bind(
            dll, "aura_apply", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call), POINTER(aura_result),
            POINTER(aura_error)
        )
        self.aura_events = _bind(
            dll, "aura_events", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_call), POINTER(aura_result),
            POINTER(aura_error)
        )
        self.aura_topology_from_arrow = _bind(
            dll, "aura_topology_from_arrow", aura_status, aura_session, c_void_p, c_size_t, POINTER(ArrowArray),
            POINTER(ArrowSchema), POINTER(ArrowArray), POINTER(ArrowSchema), POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_topology_from_csr = _bind(
            dll, "aura_topology_from_csr", aura_status, aura_session, c_void_p, c_size_t, POINTER(aura_csr),
            POINTER(aura_result), POINTER(aura_error)
        )
        self.aura_result_json = _bind(
            dll, "aura_result_json", aura_status, aura_result, POINTER(c_void_p), POINTER(c_size_t)
        )
        self.aura_result_column = _bind(
            dll, "aura_result_column", aura_status, aura_result, c_void_p, POINTER(aura_array)
        )
        self.aura_result_free = _bind(dll, "aura_result_free", aura_status, aura_result)
        self.aura_cancel_new = _bind(dll, "aura_cancel_new", aura_status, POINTER(aura_cancel))
        self.aura_cancel_set = _bind(dll, "aura_cancel_set", aura_status, aura_cancel)
        self.aura_cancel_free = _bind(dll, "aura_cancel_free", aura_status, aura_cancel)
