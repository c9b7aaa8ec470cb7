"""`python -m aura` and the `aura` script: become the `aura` command that comes with this package, or serve."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent


def main() -> NoReturn:
    """Replaces this process by the command; its exit status is the command's. `aura serve` runs here."""
    if sys.argv[1:2] == ["serve"]:
        sys.exit(serve(sys.argv[2:]))
    try:
        command = native_command()
    except FileNotFoundError as error:
        sys.exit(f"aura: {error}")
    sys.stdout.flush()
    try:
        os.execv(command, ["aura", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"aura: cannot run {command}: {error.strerror}")


def native_command() -> Path:
    """The `aura` command that comes with this package. Raises FileNotFoundError when it does not."""
    chosen = os.environ.get("AURA_COMMAND")
    candidates = [Path(chosen)] if chosen else [HERE / "bin" / "aura", HERE / "lib" / "aura"]
    for command in candidates:
        if command.is_file():
            return command
    raise FileNotFoundError(f"the command is not in this package (looked for {', '.join(map(str, candidates))})")


def serve(arguments: list[str]) -> int:
    """Runs the HTTP service, which needs more than this package."""
    if sys.version_info < (3, 11):
        sys.exit("aura: aura serve needs Python 3.11 or newer")
    try:
        from .service.cli import main as service
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "aura":
            raise
        sys.exit(f"aura: aura serve needs {error.name}: pip install 'aura[service]'")
    return service(arguments)


if __name__ == "__main__":
    main()
