"""Many Ray workers look at one network that lies in the object store once.

usage: ray_share.py [AGENTS [LINKS]]

The arrays of the network go into the object store with one `ray.put`. Every task and actor that asks for them gets
read-only views of the same shared memory, and their addresses go straight to the engine: on its way there the network
is never copied. The engine then makes its own compact form of it, once for each session, so an actor that keeps its
session answers any number of questions without reading the network again.

Ray sets OMP_NUM_THREADS to the CPUs a task asked for, and a session starts no more threads than that: leave the
variable alone where the driver starts, or every worker inherits the driver's.

Prints one line of JSON: what each worker measured about the memory it was given.
"""

import json
import os
import sys

import aura
import numpy as np
import ray


def make_network(agents, links):
    """Random rows in the form that the engine takes without converting: int64 positions, float64 weights."""
    dice = np.random.default_rng(7)
    sources = np.sort(dice.integers(0, agents, links))
    return {
        "starts": np.searchsorted(sources, np.arange(agents + 1)).astype(np.int64),
        "targets": dice.integers(0, agents, links),
        "weights": dice.uniform(0.1, 1.0, links),
        "load": dice.uniform(0.0, 1.0, agents),
    }


def own_bytes():
    """Memory that belongs to this process alone; views of the object store do not count."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))


def place(array):
    """Which file the memory of an array is mapped from, and where in it the array begins, when it is shared."""
    address = array.ctypes.data
    with open("/proc/self/maps") as maps:
        for line in maps:
            span, access, offset, device, inode, *_ = line.split()
            first, last = (int(part, 16) for part in span.split("-"))
            if first <= address and address + array.nbytes <= last and access[3] == "s":
                return f"{device}/{inode}+{address - first + int(offset, 16)}"
    return None


def hand_over(session, network):
    """Gives the arrays to the engine as they lie, and says what that took."""
    return session.topology_from_csr(
        "shared",
        (network["starts"], network["targets"], network["weights"]),
        directed=True,
        metrics={"load": network["load"]},
    )


def evidence(network, before):
    """What is known about the memory of the arrays before the engine has them."""
    return {
        "pid": os.getpid(),
        "places": [place(array) for array in network.values()],
        "writeable": any(array.flags.writeable for array in network.values()),
        "grown_bytes": own_bytes() - before,
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS"),
    }


@ray.remote(num_cpus=1)
def count_components(reference):
    """A task: opens a session for one question."""
    before = own_bytes()
    network = ray.get(reference[0])
    seen = evidence(network, before)
    with aura.Session() as session:
        hand_over(session, network)
        answer = session.analyze(topology="shared", analyses=[{"id": "graph.structure.weak_components"}])
        return {**seen, "answer": answer["answers"][0]["output"]["count"]}


@ray.remote(num_cpus=1)
class Analyst:
    """An actor: keeps its session, so that the second question is only a question."""

    def __init__(self, reference):
        before = own_bytes()
        network = ray.get(reference[0])
        self.seen = evidence(network, before)
        self.session = aura.Session()
        self.size = hand_over(self.session, network)

    def look(self):
        """What it saw of the memory, and how large the engine finds the network."""
        return {**self.seen, "agents": self.size["agents"], "links": self.size["links"]}

    def ask(self, analysis):
        """The largest number in the first column of an analysis."""
        answer = self.session.analyze(topology="shared", analyses=[{"id": analysis}])
        return float(answer.columns[answer["columns"][0]].max())


def main(agents=50_000, links=400_000):
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        object_store_memory=200 * 1024 * 1024,
        _node_ip_address="127.0.0.1",
    )
    try:
        network = make_network(agents, links)
        # In a list, so that Ray hands over the reference and the worker itself fetches (and measures) the arrays.
        reference = [ray.put(network)]
        tasks = ray.get([count_components.remote(reference) for _ in range(4)])
        analysts = [Analyst.remote(reference) for _ in range(2)]
        print(
            json.dumps(
                {
                    "bytes": sum(array.nbytes for array in network.values()),
                    "tasks": tasks,
                    "actors": ray.get([analyst.look.remote() for analyst in analysts]),
                    "core": ray.get([analyst.ask.remote("graph.structure.k_core") for analyst in analysts]),
                    "rank": ray.get([analyst.ask.remote("graph.centrality.pagerank") for analyst in analysts]),
                }
            )
        )
    finally:
        ray.shutdown()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
