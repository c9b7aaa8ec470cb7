"""Files of other tools as networks: the `aura` command reads them, since it knows their formats."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path, PurePath

from ..__main__ import native_command
from .problems import Problem

SUFFIXES = ("json", "csv", "tsv", "txt", "graphml", "gexf", "gml", "dot", "gv", "net", "pajek", "mtx")
"""Ends of names that tell a format."""
_PATIENCE_S = 30.0


async def converted(body: bytes, name: str, directed: bool) -> bytes:
    """The node-link JSON of a file.

    Args:
        body: what is in it.
        name: what it is called; the end tells the format, else how it begins.
        directed: links of a list that says no direction point from source to target.

    Raises Problem: 415 when the end of the name is none that is known, 422 with the command's own words.
    """
    suffix = PurePath(name).suffix.lower().lstrip(".")
    if suffix and suffix not in SUFFIXES:
        raise Problem(415, "unsupported", f"files end in .{', .'.join(SUFFIXES)}", pointer="?file")
    try:
        command = native_command()
    except FileNotFoundError as error:
        raise Problem(503, "absent", str(error)) from error
    with tempfile.TemporaryDirectory(prefix="aura-") as folder:
        path = Path(folder) / ("network." + (suffix or "txt"))
        await asyncio.to_thread(path.write_bytes, body)
        arguments = ["convert", *(["--directed"] if directed else []), "--to", "json", str(path)]
        process = await asyncio.create_subprocess_exec(
            command, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                out, said = await process.communicate()
        except TimeoutError:
            raise Problem(504, "timeout", f"the file was not read within {_PATIENCE_S:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        words = said.decode("utf-8", "replace").strip().replace(str(path), name or "the file")
        raise Problem(422, "syntax", re.sub(r"^aura: ", "", words) or "the file cannot be read", pointer="")
    return out
