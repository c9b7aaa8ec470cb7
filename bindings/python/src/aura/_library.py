"""Finds libaura and refuses one that speaks another version of the interface."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from . import _abi

BUNDLED = Path(__file__).resolve().parent / "lib"
SONAME = "libaura.so.1"

_loaded: _abi.Library | None = None


class AuraLibraryError(ImportError):
    """libaura was not found, cannot be loaded, or has another version than this package."""


def library() -> _abi.Library:
    """The loaded library.

    The first call loads it: from the environment variable AURA_LIBRARY, else the copy in this package, else wherever
    the system's loader finds libaura.so.1.
    """
    global _loaded
    if _loaded is None:
        _loaded = _load()
    return _loaded


def _path() -> str:
    chosen = os.environ.get("AURA_LIBRARY")
    if chosen:
        return chosen
    bundled = BUNDLED / SONAME
    return str(bundled) if bundled.exists() else SONAME


def _load() -> _abi.Library:
    path = _path()
    try:
        dll = ctypes.CDLL(path)
    except OSError as error:
        raise AuraLibraryError(
            f"cannot load libaura ({error}); set AURA_LIBRARY to its path, or install it where the loader looks",
            name="libaura",
            path=path,
        ) from None
    try:
        dll.aura_version.restype = ctypes.c_uint32
        found = split_version(dll.aura_version())
        _check_version(found, path)
        return _abi.Library(dll)
    except AttributeError as error:
        raise AuraLibraryError(f"{path} is not a libaura ({error})", name="libaura", path=path) from None


def split_version(number: int) -> tuple[int, int, int]:
    """The three parts of an AURA_VERSION_NUMBER."""
    return number // 10000, number // 100 % 100, number % 100


def _check_version(found: tuple[int, int, int], path: str) -> None:
    """A major version is a promise; before 1.0 each minor version may differ."""
    wanted = (_abi.VERSION_MAJOR, _abi.VERSION_MINOR)
    same = found[0] == wanted[0] and (wanted[0] > 0 or found[1] == wanted[1])
    if not same:
        raise AuraLibraryError(
            f"{path} is libaura {'.'.join(map(str, found))}, but this package speaks {_abi.VERSION}",
            name="libaura",
            path=path,
        )
