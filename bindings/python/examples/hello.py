"""Reads a network as node-link JSON, asks who will fail, prints the answer.

usage: hello.py FILE
"""

import sys
from pathlib import Path

import aura

with aura.Session() as session:
    forecast = session.predict(seed=7, topology=Path(sys.argv[1]).read_bytes())
    sys.stdout.buffer.write(forecast.json_bytes + b"\n")
