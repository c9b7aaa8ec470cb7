"""`python -m aura` and the `aura` script: become the `aura` command that comes with this package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent


def main() -> NoReturn:
    """Replaces this process by the command; its exit status is the command's."""
    chosen = os.environ.get("AURA_COMMAND")
    candidates = [Path(chosen)] if chosen else [HERE / "bin" / "aura", HERE / "lib" / "aura"]
    for command in candidates:
        if command.is_file():
            sys.stdout.flush()
            try:
                os.execv(command, ["aura", *sys.argv[1:]])
            except OSError as error:
                sys.exit(f"aura: cannot run {command}: {error.strerror}")
    sys.exit(f"aura: the command is not in this package (looked for {', '.join(map(str, candidates))})")


if __name__ == "__main__":
    main()
