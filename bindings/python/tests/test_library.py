"""The right library is found, the wrong one refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import aura
import pytest
from aura import _abi, _library


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}
    )


def test_it_says_its_version() -> None:
    assert aura.version().startswith(f"{_abi.VERSION_MAJOR}.{_abi.VERSION_MINOR}.")
    assert aura.__version__ == _abi.VERSION
    assert isinstance(aura.build_info(), dict)


def test_it_says_its_features() -> None:
    assert all(aura.has_feature(name) for name in ("json", "lz4", "arrow", "csr", "cancel", "progress", "events"))
    assert not aura.has_feature("teleportation")
    assert not aura.has_feature("")


def test_importing_loads_nothing() -> None:
    done = run("import aura", AURA_LIBRARY="/nowhere/libaura.so")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_library_is_named() -> None:
    code = "import aura\ntry: aura.Session()\nexcept ImportError as e: print(e)"
    done = run(code, AURA_LIBRARY="/nowhere/libaura.so")
    assert "/nowhere/libaura.so" in done.stdout and "AURA_LIBRARY" in done.stdout, done.stderr


def test_another_library_is_refused() -> None:
    done = run("import aura\ntry: aura.version()\nexcept ImportError as e: print(e)", AURA_LIBRARY="libm.so.6")
    assert "libm.so.6 is not a libaura" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("found", "fits"),
    [((0, 1, 0), True), ((0, 1, 9), True), ((0, 2, 0), False), ((0, 0, 9), False), ((1, 1, 0), False)],
)
def test_before_1_0_the_minor_version_must_be_the_same(found: tuple[int, int, int], fits: bool) -> None:
    assert _library.split_version(found[0] * 10000 + found[1] * 100 + found[2]) == found
    if fits:
        _library._check_version(found, "x.so")
    else:
        with pytest.raises(aura.AuraLibraryError, match=r"x\.so is libaura .* speaks"):
            _library._check_version(found, "x.so")


def test_from_1_0_the_major_version_must_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_abi, "VERSION_MAJOR", 1)
    monkeypatch.setattr(_abi, "VERSION_MINOR", 2)
    _library._check_version((1, 0, 0), "x.so")
    _library._check_version((1, 3, 0), "x.so")
    with pytest.raises(aura.AuraLibraryError):
        _library._check_version((2, 2, 0), "x.so")


def test_the_variable_comes_before_the_bundled_copy_and_that_before_the_loader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(_library, "BUNDLED", tmp_path)
    monkeypatch.setenv("AURA_LIBRARY", "/chosen.so")
    assert _library._path() == "/chosen.so"
    monkeypatch.setenv("AURA_LIBRARY", "")
    assert _library._path() == "libaura.so.1"
    (tmp_path / "libaura.so.1").touch()
    assert _library._path() == str(tmp_path / "libaura.so.1")
