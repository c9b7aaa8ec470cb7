"""`python -m aura` becomes the command that the package carries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import aura


def run(package: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aura", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(package.parent), **environment},
    )


def copy(folder: Path) -> Path:
    """The package without what a wheel may have put into it."""
    package = folder / "aura"
    package.mkdir()
    for source in Path(aura.__file__).parent.glob("*.py"):
        (package / source.name).write_bytes(source.read_bytes())
    return package


def put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_it_passes_arguments_and_exit_status(tmp_path: Path) -> None:
    package = copy(tmp_path)
    put(package / "lib" / "aura", '#!/bin/sh\necho "$# $1"\nexit 7\n')
    done = run(package, "a b", "--json", "", AURA_LIBRARY="/nowhere", AURA_COMMAND="")
    assert (done.returncode, done.stdout, done.stderr) == (7, "3 a b\n", "")
    put(package / "bin" / "aura", "#!/bin/sh\necho bin\n")
    assert run(package, AURA_COMMAND="").stdout == "bin\n"
    put(tmp_path / "elsewhere", "#!/bin/sh\necho chosen\n")
    assert run(package, AURA_COMMAND=str(tmp_path / "elsewhere")).stdout == "chosen\n"


def test_it_says_when_there_is_no_command(tmp_path: Path) -> None:
    package = copy(tmp_path)
    done = run(package, "demo", AURA_COMMAND="")
    assert done.returncode == 1 and "not in this package" in done.stderr
    put(package / "lib" / "aura", "#!/bin/sh\n")
    (package / "lib" / "aura").chmod(0o644)
    done = run(package, "demo", AURA_COMMAND="")
    if os.geteuid() != 0 or done.returncode:  # root needs an execute bit as well
        assert done.returncode == 1 and "cannot run" in done.stderr
