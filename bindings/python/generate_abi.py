#!/usr/bin/env python3
"""Writes src/aura/_abi.py, the ctypes form of include/aura.h, so that no struct is copied by hand.

usage: generate_abi.py [--print] [HEADER [OUTPUT]]

It reads the small part of C that the header uses and stops at anything else, so a declaration is never dropped
silently. `const char *` becomes c_void_p in parameters (the text comes with its length, as bytes or as an address),
c_char_p in members and as a result.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = HERE.parent.parent / "include" / "aura.h"
OUTPUT = HERE / "src" / "aura" / "_abi.py"

SCALARS = {
    "char": "c_char",
    "int32_t": "c_int32",
    "uint32_t": "c_uint32",
    "int64_t": "c_int64",
    "uint64_t": "c_uint64",
    "size_t": "c_size_t",
    "double": "c_double",
    "float": "c_float",
}

INDENT = " " * 12

Declarator = tuple[str, str]  # name, ctypes expression


class Unreadable(Exception):
    """The header says something that this generator does not know."""


class Header:
    """What one header declares, in its order."""

    def __init__(self, text: str) -> None:
        text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
        self.types = dict(SCALARS)
        self.constants: list[tuple[str, int]] = []
        self.blocks: list[str] = []  # class and callback definitions
        self.functions: list[tuple[str, str, list[str], str]] = []
        for name, value in re.findall(r"^#define (AURA_[A-Z0-9_]+) (.+?)\s*$", text, flags=re.M):
            if number := re.fullmatch(r"(?:\(\(aura_status\))?(-?\d+)\)?", value):
                self.constants.append((name.removeprefix("AURA_"), int(number[1])))
            elif name != "AURA_API":
                raise Unreadable(f"#define {name} {value}")
        code = re.sub(r"^#.*$", "", text, flags=re.M)
        for declaration in self.declarations(code.replace('extern "C" {', "")):
            self.read(declaration)

    def declarations(self, code: str) -> list[str]:
        """The text between semicolons that stand outside braces."""
        found, depth, start = [], 0, 0
        for i, c in enumerate(code):
            depth += {"{": 1, "}": -1}.get(c, 0)
            if c == ";" and depth == 0:
                found.append(" ".join(code[start:i].split()))
                start = i + 1
        if code[start:].strip() not in ("", "}"):  # the brace that ends extern "C"
            raise Unreadable(code[start:])
        return found

    def read(self, text: str) -> None:
        if m := re.fullmatch(r"typedef (\w+) (\w+)", text):
            self.types[m[2]] = self.scalar(m[1])
            self.blocks.append(f"{m[2]} = {self.types[m[2]]}")
        elif m := re.fullmatch(r"typedef (\w+) \(\*(\w+)\)\((.*)\)", text):
            self.types[m[2]] = m[2]
            self.blocks.append(f"{m[2]} = {self.callback(m[1], m[3])}")
        elif m := re.fullmatch(r"(?:typedef )?struct (\w+) \{(.*)\}(?: (\w+))?", text):
            self.struct(m[3] or m[1], m[2])
        elif m := re.fullmatch(r"AURA_API (.+?)\b(\w+)\((.*)\)", text):
            result = self.convert(m[1], place="result")
            self.functions.append((m[2], result, self.parameters(m[3]), f"{m[1].strip()} {m[2]}({m[3]})"))
        else:
            raise Unreadable(text)

    def struct(self, name: str, body: str) -> None:
        self.types[name] = name
        members = [self.member(part.strip()) for part in body.split(";") if part.strip()]
        rows = [f'("{member}", {kind}),' for member, kind in members]
        if any(re.search(rf"\b{name}\b", kind) for _, kind in members):  # a struct that points at its own kind
            self.blocks.append(f"class {name}(Structure):\n    pass\n\n\n{name}._fields_ = " + bracketed(rows, ""))
        else:
            self.blocks.append(f"class {name}(Structure):\n    _fields_ = " + bracketed(rows, "    "))

    def member(self, text: str) -> Declarator:
        if m := re.fullmatch(r"(\w+) \(\*(\w+)\)\((.*)\)", text):
            return m[2], self.callback(m[1], m[3])
        m = re.fullmatch(r"(.+?)(\w+)(?:\[(\d+)\])?", text)
        if not m:
            raise Unreadable(text)
        kind = self.convert(m[1], place="member")
        return m[2], f"{kind} * {m[3]}" if m[3] else kind

    def callback(self, result: str, parameters: str) -> str:
        kinds = [self.convert(result, place="result")]
        for kind in self.parameters(parameters):
            # A pointer to a struct arrives as an address: a callback has no use for a copy of it.
            kinds.append("c_void_p" if kind.startswith("POINTER") else kind)
        return f"CFUNCTYPE({', '.join(kinds)})"

    def parameters(self, text: str) -> list[str]:
        if text.strip() == "void":
            return []
        kinds = []
        for part in text.split(","):
            m = re.fullmatch(r"\s*(.+?)\b(\w+)\s*", part)
            # `struct ArrowSchema *` without a name would read as a name.
            named = m is not None and m[1].strip() not in ("struct", "const")
            kinds.append(self.convert(m[1] if m and named else part, place="parameter"))
        return kinds

    def convert(self, text: str, place: str) -> str:
        words = re.sub(r"\b(const|struct)\b", " ", text)
        stars, base = words.count("*"), words.replace("*", " ").strip()
        if base == "void":
            if stars == 0:
                return "None"
            kind, stars = "c_void_p", stars - 1
        elif base == "char" and stars:
            text_kind = "c_void_p" if place == "parameter" else "c_char_p"
            kind, stars = text_kind, stars - 1
        else:
            kind = self.scalar(base)
        for _ in range(stars):
            kind = f"POINTER({kind})"
        return kind

    def scalar(self, name: str) -> str:
        if name not in self.types:
            raise Unreadable(name)
        return self.types[name] if name in SCALARS else name


def bracketed(rows: list[str], indent: str) -> str:
    return "[\n" + "".join(f"{indent}    {row}\n" for row in rows) + f"{indent}]"


def generate(text: str) -> str:
    """The text of _abi.py for the text of aura.h."""
    header = Header(text)
    numbers = dict(header.constants)
    version = ".".join(str(numbers[f"VERSION_{part}"]) for part in ("MAJOR", "MINOR", "PATCH"))
    used = "\n".join(header.blocks) + "\n".join(f"{result} {kinds}" for _, result, kinds, _ in header.functions)
    names = sorted({n for n in (*SCALARS.values(), "c_void_p", "c_char_p") if re.search(rf"\b{n}\b", used)})
    out = [
        '"""The ctypes form of include/aura.h, written by generate_abi.py. Do not edit."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Callable",
        "from ctypes import (",
        "    CDLL,",
        "    CFUNCTYPE,",
        "    POINTER,",
        "    Structure,",
        *(f"    {name}," for name in names),
        ")",
        "from typing import Any",
        "",
        f'VERSION = "{version}"',
        "",
        *(f"{name} = {value}" for name, value in header.constants),
        "",
    ]
    for block in header.blocks:
        out += ["", "", block, "", ""] if block.startswith("class") else [block]
    out += [
        "",
        "",
        "def _bind(dll: CDLL, name: str, result: Any, *parameters: Any) -> Callable[..., Any]:",
        "    function = getattr(dll, name)",
        "    function.restype, function.argtypes = result, parameters",
        "    return function  # type: ignore[no-any-return]",
        "",
        "",
        "class Library:",
        '    """The functions of a loaded library; a missing one raises AttributeError."""',
        "",
        "    def __init__(self, dll: CDLL) -> None:",
    ]
    for name, result, kinds, _ in header.functions:
        call = f"        self.{name} = _bind("
        arguments = ["dll", f'"{name}"', result, *kinds]
        line = call + ", ".join(arguments) + ")"
        if len(line) <= 120:
            out.append(line)
        else:
            out += [call, *textwrap.wrap(", ".join(arguments), 120, initial_indent=INDENT, subsequent_indent=INDENT)]
            out += ["        )"]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(out)) + "\n"


def main(arguments: list[str]) -> int:
    show = "--print" in arguments
    paths = [Path(a) for a in arguments if a != "--print"]
    text = generate((paths[0] if paths else HEADER).read_text(encoding="utf-8"))
    if show:
        sys.stdout.write(text)
    else:
        (paths[1] if len(paths) > 1 else OUTPUT).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
