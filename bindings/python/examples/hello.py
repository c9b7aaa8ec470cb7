"""Forecasts who fails in the network of a file, from a fixed seed.

usage: hello.py TOPOLOGY.json
"""

import sys
from pathlib import Path

import aura

with aura.Session() as session:
    forecast = session.predict(topology=Path(sys.argv[1]).read_bytes(), seed=7)
    sys.stdout.buffer.write(forecast.json_bytes)
