#!/usr/bin/env python3
"""aura serve under load: requests a second, latency, and the CPU time that the service itself spends on a request.

    service.py [--seconds 3]

Each case starts a service of its own on a free port and asks it with wrk (32 connections, one thread) or hey (a fixed rate),
both Debian packages. CPU is that of the service's process, all threads, over the requests it answered: it moves less than
the rate when other work shares the cores. Any answer but 200 ends the run. "Equal" bodies are answered from memory after the
first; "different" ones have another seed each, so that the engine works on every one.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def network(agents):
    nodes = [{"id": f"agent-{i}", "load": 0.5 + 0.04 * (i % 10), "capacity": 1} for i in range(agents)]
    edges = [{"source": f"agent-{i}", "target": f"agent-{(i + 1) % agents}"} for i in range(agents)]
    return {"directed": True, "nodes": nodes, "edges": edges}


class Service:
    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aura", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
        )
        for line in self.process.stderr:
            found = re.search(r"listens on (http://\S+)", line)
            if found:
                self.url = found[1].rstrip("/")
                return self
        sys.exit("the service did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def cpu(self):
        """Seconds of CPU, user and system, of all threads."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK


def wrk(service, path, bodies, seconds):
    """Requests, their rate, and the 99th percentile in ms, with the bodies in turn."""
    with tempfile.TemporaryDirectory() as folder:
        lines = pathlib.Path(folder) / "bodies"
        lines.write_text("".join(body.replace("\n", "\\n") + "\n" for body in bodies))
        script = pathlib.Path(folder) / "ask.lua"
        script.write_text(
            f"local bodies, k = {{}}, 0\nfor line in io.lines('{lines}') do bodies[#bodies + 1] = line:gsub('\\\\n', '\\n') end\n"
            "function request() k = k % #bodies + 1; return wrk.format('POST', nil, nil, bodies[k]) end\n"
        )
        out = subprocess.run(
            ["wrk", "-t1", "-c32", f"-d{seconds}s", "--latency", "-s", script, service.url + path],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    if re.search(r"Non-2xx|Socket errors", out):
        sys.exit(out)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    scale = {"us": 1e-3, "ms": 1, "s": 1e3}[late[2]]
    return int(re.search(r"(\d+) requests in", out)[1]), float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), float(late[1]) * scale


def at_rate(service, path, body, rate, seconds):
    """The 99th percentile in ms of one body at a fixed rate, with 20 connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(body)
        file.flush()
        out = subprocess.run(
            ["hey", "-z", f"{seconds}s", "-c", "20", "-q", str(rate // 20), "-m", "POST", "-T", "application/json",
             "-D", file.name, service.url + path],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    if not re.search(r"\[200\]", out) or re.search(r"\[[1345]\d\d\]\s+\d+ responses|Error distribution", out):
        sys.exit(out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), 1e3 * float(re.search(r"99% in ([\d.]+)", out)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3)
    seconds = parser.parse_args().seconds
    small, middle = network(10), network(100)
    component = [{"id": "graph.structure.weak_components"}]

    def seeded(document, count, **more):
        return [json.dumps({"topology": document, "seed": k, **more}) for k in range(count)]

    def batches(count, first=0):
        return ["\n".join(seeded(middle, 100, analyses=component)[k:] + seeded(middle, 100, analyses=component)[:k])
                for k in range(first, first + count)]  # fmt: skip

    cases = [
        ("predict, 10 agents, equal", "/predict", [json.dumps(small)], 1),
        ("predict, 10 agents, different", "/predict", seeded(small, 20_000), 1),
        ("predict, 10 agents, 16 runs, different", "/predict", seeded(small, 20_000, runs=16, loss_effort=0), 1),
        ("predict, 100 agents, equal", "/predict", [json.dumps(middle)], 1),
        ("batch of 100 times 100 agents, one component, equal", "/batch/analyze", batches(1), 100),
    ]  # fmt: skip
    print(f"{'case':52} {'items/s':>9} {'p99 ms':>7} {'CPU us an item':>15}")
    for name, path, bodies, items in cases:
        with Service() as service:
            urllib.request.urlopen(urllib.request.Request(service.url + path, bodies[0].encode())).read()
            wrk(service, path, bodies[:1], 1)
            before = service.cpu()
            count, rate, late = wrk(service, path, bodies[1:] or bodies, seconds)
            print(f"{name:52} {rate * items:9.0f} {late:7.1f} {1e6 * (service.cpu() - before) / (count * items):15.1f}", flush=True)
    # Each network of a batch is another one: the engine reads and answers all of them.
    with Service() as service:
        before, done, began = service.cpu(), 0, os.times().elapsed
        for round_ in range(5 * seconds):
            lines = "\n".join(json.dumps({"topology": {**middle, "graph": {"name": f"{round_}-{k}"}}, "analyses": component}) for k in range(100))
            began_one = os.times().elapsed
            urllib.request.urlopen(urllib.request.Request(service.url + "/batch/analyze", lines.encode())).read()
            done += os.times().elapsed - began_one
        spent, count = service.cpu() - before, 500 * seconds
        print(f"{'the same, different, one batch after the other':52} {count / done:9.0f} {'':7} {1e6 * spent / count:15.1f}")
    with Service() as service:
        rate, late = at_rate(service, "/predict", json.dumps(middle), 1_000, seconds)
        print(f"{'predict, 100 agents, equal, 1,000 a second':52} {rate:9.0f} {late:7.1f}")
    print(f"{'spans, from protobuf to topology, one core':52} {spans():9.0f}")


def spans():
    """Spans a second of CPU: 3,600 of 400 bookings, decoded by the official library and joined by the engine."""
    import time

    import aura
    from aura.service import traces
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    one = ExportTraceServiceRequest.FromString((ROOT / "Tests/Data/imports/otlp.pb").read_bytes())
    many = ExportTraceServiceRequest()
    for k in range(400):
        for resource in one.resource_spans:
            copy = many.resource_spans.add()
            copy.CopyFrom(resource)
            for scope in copy.scope_spans:
                for span in scope.spans:
                    span.trace_id = span.trace_id[:14] + k.to_bytes(2, "big")
    body, best = many.SerializeToString(), 0.0
    for _ in range(5):
        with aura.Session(threads=1) as session:
            began = time.process_time()
            columns = traces.from_protobuf(body, {})
            session.observe(topology="t", spans={"owners": columns.owners}, arrays=columns.arrays).close()
            best = max(best, len(columns) / (time.process_time() - began))
    return best


if __name__ == "__main__":
    main()
