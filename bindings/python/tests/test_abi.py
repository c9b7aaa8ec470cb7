"""The ctypes form of the header is the header's."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import generate_abi
import pytest
from aura import _abi, _errors

STRUCTS = {
    name: kind
    for name, kind in vars(_abi).items()
    if isinstance(kind, type) and issubclass(kind, ctypes.Structure) and kind is not ctypes.Structure
}


def test_the_committed_file_is_what_the_generator_writes() -> None:
    fresh = generate_abi.generate(generate_abi.HEADER.read_text(encoding="utf-8"))
    assert generate_abi.OUTPUT.read_text(encoding="utf-8") == fresh, "run bindings/python/generate_abi.py"


@pytest.mark.parametrize(
    "text",
    [
        "typedef unsigned long aura_odd;",
        "AURA_API aura_unknown aura_f(void);",
        "union aura_u { int32_t a; };",
        "#define AURA_TEXT \"x\"\n",
        "typedef struct aura_s { int32_t a : 3; } aura_s;",
        "AURA_API int32_t aura_f(void)",
    ],
)
def test_the_generator_stops_at_what_it_does_not_know(text: str) -> None:
    with pytest.raises(generate_abi.Unreadable):
        generate_abi.Header(text)


def test_structs_lie_in_memory_as_a_c_compiler_lays_them(tmp_path: Path) -> None:
    lines = []
    for name, kind in STRUCTS.items():
        spelled = f"struct {name}" if name.startswith("Arrow") else name
        lines.append(f'printf("{name} %zu\\n", sizeof({spelled}));')
        for member, *_ in kind._fields_:
            lines.append(f'printf("{name}.{member} %zu\\n", offsetof({spelled}, {member}));')
    source = tmp_path / "layout.c"
    body = "\n".join([*lines, "return 0;"])
    source.write_text(f'#include <stdio.h>\n#include "aura.h"\nint main(void) {{\n{body}\n}}\n')
    program = tmp_path / "layout"
    subprocess.run(["cc", f"-I{generate_abi.HEADER.parent}", "-o", program, source], check=True)
    printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    measured = dict(line.split() for line in printed.splitlines())
    ours = {}
    for name, kind in STRUCTS.items():
        ours[name] = str(ctypes.sizeof(kind))
        for member, *_ in kind._fields_:
            ours[f"{name}.{member}"] = str(getattr(kind, member).offset)
    assert ours == measured


def test_every_status_has_its_exception() -> None:
    statuses = {value for name, value in vars(_abi).items() if name.startswith("E_")}
    assert statuses == set(_errors._CLASSES)
    assert len(statuses) == 11
