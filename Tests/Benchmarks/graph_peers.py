#!/usr/bin/env python3
"""The measures of graph.* side by side with networkit, igraph, leidenalg, rustworkx, GraphBLAS, scipy and graph-tool.

    graph_peers.py [--networks sf10k,grid10k] [--measures wcc,betweenness] [--peers igraph,scipy] [--limit 45]
    graph_peers.py --two-threads [--networks ...] [--measures ...]    ours on one and on two threads, bytes compared
    graph_peers.py --all-measures [--networks sf10k]                  one request with all measures, and each alone
    graph_peers.py --million [--ids graph.structure.k_core,...]       memory on 10^6 agents with 5 * 10^6 links
    graph_peers.py --table FILE...                                    the table of earlier runs, from what --json wrote

Without --networks the four of 1,000 agents are run (--quick), which takes some minutes. Packages are those of
scripts/requirements/bench.txt; graph-tool is Debian's python3-graph-tool, left out where the system's python3 does not
have it. A measure whose component the library does not have is listed and left out.

How it is measured. Each tool holds the network in its own form before the clock starts: ours in a session
(aura_topology_from_csr). Each measure is then asked in a child process of its own, pinned to one core: CPU time of the
call only, from the tool's network to the answer in memory; median of three, of up to fifteen when they are quick, one
run when it passes a second. Memory is the peak while asking above what was resident just before. The tools take turns
measure by measure, so that a noisy neighbour hits them alike. Answers are brought to a common form outside the clock
and compared to five digits.

Ours is asked as a Python program would, by aura.Session.analyze with a request as text; the answer is in memory once
the columns are numpy arrays and, when it lies there alone, the text has been parsed. "columns" asks with columns_only,
which leaves lists that come as columns out of the text; "text" asks without it, so that the JSON of all lists is
written, and nothing is parsed. The first is compared: peers give arrays, not JSON.

The networks (seed 1): sf, growth by preferential attachment with triad closure, 4 links a newcomer; dsf, the same with
each link turned at random and a fifth answered; dag, from younger to older; grid, each point of a square joined to its
nearest earlier points. _w: weights in use, as lengths by distances, as strengths elsewhere, and as whole capacities
1 + floor(1000 w) by flows and cuts.
"""
import argparse
import gc
import hashlib
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / "build/bench/networks"
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS",
                    "NUMBA_NUM_THREADS")  # fmt: skip

# ------------------------------------------------------------------------------------------------- networks

# Agents, links, and the first digits of the SHA-256 of sources, targets (int32) and weights (float64).
NETWORKS = {
    "sf1k": (1000, 3990, "7131fc46c9d75e25"),
    "dsf1k": (1000, 4839, "7f11718ec926ff8f"),
    "dag1k": (1000, 3990, "75149bb1be5c21a2"),
    "grid1k": (1000, 1365, "35dee2d8d8ac76d0"),
    "sf10k": (10000, 39990, "546d63c477a0861b"),
    "dsf10k": (10000, 48012, "bd0f1678166a4e5f"),
    "dag10k": (10000, 39990, "9977032b51fa4fa4"),
    "grid10k": (10000, 13500, "b37dfa505f528346"),
    "sf100k": (100000, 399990, "65b8548807410cbd"),
    "dsf100k": (100000, 479444, "4b1d907ca8d19f80"),
    "dag100k": (100000, 399990, "1e65346a808e1720"),
}
QUICK = ["sf1k", "dsf1k", "dag1k", "grid1k"]


class Dice:
    """Draw k, counted from 1, is the splitmix64 finaliser of base + k * the golden ratio."""

    def __init__(self, seed):
        self.base = (seed * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D) & (1 << 64) - 1
        self.drawn = 0

    def uniform(self, count):
        """Doubles in [0, 1) of 53 random bits."""
        import numpy as np

        k = np.arange(self.drawn + 1, self.drawn + count + 1, dtype=np.uint64)
        self.drawn += count
        with np.errstate(over="ignore"):
            z = np.uint64(self.base) + k * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def each(self, block=1 << 16):
        while True:
            yield from self.uniform(block).tolist()

    def weights(self, count):
        import numpy as np

        return (self.uniform(count) * (1 - 2.0**-20) + 2.0**-20).astype(np.float32).astype(np.float64)


def scale_free(n, shape):
    import numpy as np

    dice, near, joined, ends, links = Dice(1), [[] for _ in range(n)], set(), [], []
    draw = dice.each().__next__

    def link(a, b):
        a, b = min(a, b), max(a, b)
        joined.add(a * n + b)
        links.append((a, b))

    def attach(a, b):
        link(a, b)
        near[a].append(b)
        near[b].append(a)
        ends.extend((a, b))

    for a in range(5):
        for b in range(a):
            attach(a, b)
    for new in range(5, n):
        made, last = 0, -1
        while made < 4:
            closing = last >= 0 and draw() < 0.7
            if closing:  # a neighbour of the last partner
                other = near[last][int(draw() * len(near[last]))]
            else:
                other = last = ends[int(draw() * len(ends))]
            if other == new or other * n + new in joined:
                if closing:
                    last = -1
                continue
            attach(new, other)
            made += 1
    pairs = np.array(sorted(links), dtype=np.int64)
    low, high, weights = pairs[:, 0], pairs[:, 1], dice.weights(len(pairs))
    if shape == "sf":
        return low, high, weights
    if shape == "dag":
        return high, low, weights
    turned = dice.uniform(len(pairs)) < 0.5
    source, target = np.where(turned, high, low), np.where(turned, low, high)
    answered = dice.uniform(len(pairs)) < 0.2
    back = dice.weights(len(pairs))
    return (np.concatenate([source, target[answered]]), np.concatenate([target, source[answered]]),
            np.concatenate([weights, back[answered]]))  # fmt: skip


def grid(n):
    import numpy as np

    dice = Dice(1)
    x, y = dice.uniform(n), dice.uniform(n)
    doubled = dice.uniform(n) < 0.35
    source, target, squares = [], [], []
    for k in range(1, n):
        dx, dy = x[:k] - x[k], y[:k] - y[k]
        square = dx * dx + dy * dy
        for turn in range(2 if doubled[k] and k > 1 else 1):
            nearest = int(np.argmin(square))
            source.append(nearest)
            target.append(k)
            squares.append(square[nearest])
            square[nearest] = 9.0
    weights = np.maximum(np.sqrt(np.array(squares)), 2.0**-20).astype(np.float32).astype(np.float64)
    return np.array(source), np.array(target), weights


def network_arrays(stem):
    """Sources, targets, weights; made once, then read from build/bench. They have to be the ones that are stated."""
    import numpy as np

    n, links, digest = NETWORKS[stem]
    path = CACHE / (stem + ".npz")
    if path.exists():
        with np.load(path) as kept:
            arrays = kept["source"], kept["target"], kept["weight"]
    else:
        made = grid(n) if stem.startswith("grid") else scale_free(n, stem.rstrip("0123456789k"))
        arrays = made[0].astype("<i4"), made[1].astype("<i4"), made[2].astype("<f8")
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = CACHE / f"{stem}.{os.getpid()}.npz"
        np.savez(draft, source=arrays[0], target=arrays[1], weight=arrays[2])
        draft.replace(path)
    found = hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()[:16]
    if found != digest or len(arrays[0]) != links:
        sys.exit(f"graph_peers: {stem} is not the network that it should be ({found}); remove {path} and run again")
    return arrays


class Network:
    """A network and what several tools derive from it."""

    def __init__(self, name):
        import numpy as np

        self.name, self.weighted = name, name.endswith("_w")
        self.stem = name.removesuffix("_w")
        self.i, self.j, self.w = network_arrays(self.stem)
        self.n, self.m = NETWORKS[self.stem][0], len(self.i)
        self.directed = self.stem.startswith("d")
        self.length = self.w if self.weighted else np.ones(self.m)
        self.capacity = (1 + np.floor(1000 * self.w)).astype(np.int64) if self.weighted else np.ones(self.m, np.int64)
        self.degree = np.bincount(self.i, minlength=self.n) + np.bincount(self.j, minlength=self.n)
        self.alpha = 1 / (2 * int(self.degree.max()))
        self.density = 2 * self.m / (self.n * (self.n - 1))

    def pairs(self, count):
        return [((7919 * q + 13) % self.n, (self.n - 1 - 104729 * q) % self.n) for q in range(count)]

    def far_pairs(self, count):
        linked = set(zip(self.i.tolist(), self.j.tolist()))
        return [p for p in self.pairs(4 * count) if p not in linked and p[0] != p[1]][:count]

    def links(self):
        import numpy as np

        return np.stack([self.i, self.j], axis=1)

    def both_ways(self, values):
        """Sources, targets, values; each undirected link in both directions."""
        import numpy as np

        if self.directed:
            return self.i, self.j, values
        return (np.concatenate([self.i, self.j]), np.concatenate([self.j, self.i]), np.concatenate([values, values]))

    def matrix(self, values=None):
        from scipy.sparse import csr_matrix

        i, j, v = self.both_ways(self.length if values is None else values)
        return csr_matrix((v, (i, j)), shape=(self.n, self.n))


# ------------------------------------------------------------------------------------------------- common forms


def scaled(vector, order):
    import numpy as np

    v = np.abs(np.asarray(vector, dtype=np.float64))
    return v / (v.sum() if order == 1 else np.sqrt((v * v).sum()))


def parts_and_largest(labels):
    import numpy as np

    sizes = np.bincount(np.asarray(labels))
    return [int((sizes > 0).sum()), int(sizes.max())]


def sets_and_largest(groups):
    return [len(groups), max(map(len, groups))]


def order_holds(network, order):
    import numpy as np

    place = np.empty(network.n, np.int64)
    place[np.asarray(order)] = np.arange(network.n)
    return [int((place[network.i] < place[network.j]).all()), len(order)]


def modularity(network, labels):
    import numpy as np

    group = np.unique(np.asarray(labels), return_inverse=True)[1]
    w, count = network.length, int(group.max()) + 1
    total = np.bincount(group[network.i], w, count) + np.bincount(group[network.j], w, count)
    inside = w[group[network.i] == group[network.j]].sum() / w.sum()
    return {"quality": float(inside - ((total / (2 * w.sum())) ** 2).sum()), "communities": count}


def potts(network, labels):
    """Links within, less the density for each pair within, over all links: what Leiden with CPM makes large."""
    import numpy as np

    group = np.unique(np.asarray(labels), return_inverse=True)[1]
    sizes = np.bincount(group).astype(np.float64)
    inside = network.length[group[network.i] == group[network.j]].sum()
    quality = inside - network.density * (sizes * (sizes - 1) / 2).sum()
    return {"quality": float(quality / network.length.sum()), "communities": len(sizes)}


def histogram_mean(counts, first=1):
    import numpy as np

    counts = np.asarray(counts, dtype=np.float64)
    return float((counts * np.arange(first, first + len(counts))).sum() / counts.sum())


def digest(value):
    """A few numbers that stand for an answer."""
    import numpy as np

    if isinstance(value, dict):
        return value
    if isinstance(value, (list, tuple)) and len(value) < 5:
        return [float(v) for v in value]
    if np.ndim(value) == 0:
        return [float(value)]
    v = np.asarray(value, dtype=np.float64)
    bad = int((~np.isfinite(v)).sum())
    v = np.nan_to_num(v, nan=0.0, posinf=0.0, neginf=0.0)
    tag = ((np.arange(1, len(v) + 1) * 40503) % 65536) / 65536.0
    return [len(v), float(v.sum()), float(v.max()), float((v * tag).sum()), bad]


def equal(a, b):
    """To five digits."""
    if isinstance(a, dict) or isinstance(b, dict) or len(a) != len(b):
        return False
    return all(abs(x - y) <= 2e-5 * max(abs(x), abs(y)) + 1e-9 for x, y in zip(a, b))


# ------------------------------------------------------------------------------------------------- measures

EVERY, UNDIRECTED, DIRECTED, ACYCLIC = ("sf", "dsf", "grid"), ("sf", "grid"), ("dsf",), ("dag",)
SWEEP, HOPS = 0.2, {"hop_mean", "closeness", "harmonic"}


class Measure:
    """What is asked: on which networks, how large at most, of which component of ours with which parameters, and how
    its answer is brought to the form that peers' answers have."""

    def __init__(self, kinds, largest, component, form, parameters=None, length=False, capacity=False, compare="equal"):
        self.kinds, self.largest, self.component, self.form = kinds, largest, component, form
        self.parameters = parameters or (lambda network: [{}])
        self.length, self.capacity, self.compare = length, capacity, compare

    def suits(self, name, network):
        stem = network.removesuffix("_w")
        if stem.rstrip("0123456789k") not in self.kinds or NETWORKS[stem][0] > self.largest:
            return False
        return not network.endswith("_w") if name not in WEIGHTED else name != "length_mean" or network.endswith("_w")


WEIGHTED = {"strength", "length_mean", "betweenness", "closeness", "harmonic", "pagerank", "eigenvector", "maxflow_8",
            "mincut_global", "leiden_modularity", "fiedler"}  # fmt: skip


def column(name, after=None):
    def form(network, reply):
        value = reply.column(name)
        return value if after is None else after(value)

    return form


def member(name):
    """One number of the answer; the sum over answers when there are several."""

    def form(network, reply):
        return float(sum(output[name] for output in reply.outputs()))

    form.text = True
    return form


def count_and_largest(network, reply):
    return parts_and_largest(reply.column("labels"))


def ends(count, far=False):
    def parameters(network):
        return [{"from": [s], "to": [t]} for s, t in (network.far_pairs(count) if far else network.pairs(count))]

    return parameters


def vector(*names, after=None):
    """The first of these columns that the answer has."""

    def form(network, reply):
        value = reply.column(next(n for n in names if n in reply.columns()))
        return value if after is None else after(value)

    return form


def largest_truss(values):
    most = int(values.max())
    return [most, int((values == most).sum())]


def as_dict(key, name):
    def form(network, reply):
        return {key: reply.outputs()[0][name]}

    form.text = True
    return form


def cliques(network, reply):
    output = reply.outputs()[0]
    return [output["count"], max((size for size, groups in enumerate(output["by_size"]) if groups), default=0)]


cliques.text = True


def resistances(network, reply):
    return float(sum(reply.column("resistance", k)[0] for k in range(20)))


def sort(v):
    import numpy as np

    return np.sort(v)


ANY_SIZE, TEN_THOUSAND, THOUSAND = 10**9, 10**4, 10**3
MEASURES = {
    "wcc": Measure(EVERY, ANY_SIZE, "graph.structure.weak_components", count_and_largest),
    "scc": Measure(DIRECTED, ANY_SIZE, "graph.structure.strong_components", count_and_largest),
    "bicc": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.blocks", member("count")),
    "articulation": Measure(
        UNDIRECTED, ANY_SIZE, "graph.structure.articulation",
        lambda q, r: [sum(r.list("agents")), len(r.list("agents"))]),
    "bridges": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.bridges", lambda q, r: [len(r.list("links"))]),
    "dominators": Measure(
        DIRECTED, ANY_SIZE, "graph.structure.dominators", lambda q, r: dominated(r), lambda q: [{"agents": [0]}]),
    "toposort": Measure(
        ACYCLIC, ANY_SIZE, "graph.loops.topological_order", lambda q, r: order_holds(q, r.list("order"))),
    "layers": Measure(ACYCLIC, ANY_SIZE, "graph.loops.layers", column("layers", parts_and_largest)),
    "feedback_arcs": Measure(
        DIRECTED, ANY_SIZE, "graph.loops.feedback_links", lambda q, r: {"links": len(r.list("links"))},
        compare="fewest"),
    "strength": Measure(EVERY, ANY_SIZE, "graph.structure.degrees", column("strength_out")),
    "assortativity": Measure(
        EVERY, ANY_SIZE, "graph.structure.assortativity", member("assortativity")),
    "reciprocity": Measure(DIRECTED, ANY_SIZE, "graph.structure.reciprocity", member("reciprocity")),
    "kcore": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.k_core", column("core")),
    "ktruss": Measure(UNDIRECTED, TEN_THOUSAND, "graph.structure.k_truss", column("truss", largest_truss)),
    "triangles": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.triangles", member("total")),
    "clustering": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.clustering", column("clustering")),
    "transitivity": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.transitivity", member("transitivity")),
    "cliques": Measure(UNDIRECTED, TEN_THOUSAND, "graph.structure.maximal_cliques", cliques),
    "diameter": Measure(UNDIRECTED, ANY_SIZE, "graph.structure.diameter", member("diameter")),
    "diameter_bound": Measure(
        UNDIRECTED, ANY_SIZE, "graph.structure.diameter", as_dict("hops", "diameter"),
        compare="bound"),
    "hop_mean": Measure(EVERY, TEN_THOUSAND, "graph.structure.hop_distances", member("mean")),
    "length_mean": Measure(
        EVERY, TEN_THOUSAND, "graph.structure.length_distances", member("mean"), length=True),
    "betweenness": Measure(
        EVERY, TEN_THOUSAND, "graph.centrality.betweenness", column("betweenness"), length=True),
    "betweenness_link": Measure(
        EVERY, TEN_THOUSAND, "graph.centrality.betweenness_link",
        vector("betweenness_link", "betweenness", after=sort)),
    "betweenness_256": Measure(EVERY, ANY_SIZE, None, None),
    "betweenness_eps": Measure(
        UNDIRECTED, ANY_SIZE, "graph.centrality.betweenness_sampled", column("betweenness"),
        lambda q: [{"error": 0.01, "confidence": 0.9}], compare="none"),
    "closeness": Measure(
        UNDIRECTED, TEN_THOUSAND, "graph.centrality.closeness", column("closeness"), lambda q: [{"scaled": False}],
        length=True),
    "harmonic": Measure(
        EVERY, TEN_THOUSAND, "graph.centrality.harmonic", column("harmonic"), length=True),
    "pagerank": Measure(EVERY, ANY_SIZE, "graph.centrality.pagerank", column("pagerank")),
    "ppr": Measure(
        EVERY, ANY_SIZE, "graph.centrality.pagerank_personal", column("pagerank_personal"),
        lambda q: [{"agents": [0]}]),
    "eigenvector": Measure(
        UNDIRECTED, ANY_SIZE, "graph.centrality.eigenvector", column("eigenvector", lambda v: scaled(v, 2))),
    "katz": Measure(
        EVERY, ANY_SIZE, "graph.centrality.katz", column("katz", lambda v: scaled(v, 2)),
        lambda q: [{"alpha": q.alpha}]),
    "hits": Measure(DIRECTED, ANY_SIZE, "graph.centrality.hits", column("authority", lambda v: scaled(v, 1))),
    "collective_influence": Measure(
        UNDIRECTED, ANY_SIZE, "graph.centrality.collective_influence", column("collective_influence"),
        lambda q: [{"radius": 1}]),
    "current_flow_closeness": Measure(
        UNDIRECTED, THOUSAND, "graph.centrality.current_flow_closeness", column("current_flow_closeness")),
    "electrical_eps": Measure(
        UNDIRECTED, TEN_THOUSAND, "graph.centrality.current_flow_closeness", column("current_flow_closeness"),
        compare="none"),
    "kirchhoff": Measure(UNDIRECTED, THOUSAND, "graph.spectra.kirchhoff_index", member("kirchhoff_index")),
    "resistance_20": Measure(
        UNDIRECTED, TEN_THOUSAND, "graph.spectra.effective_resistance", resistances, ends(20)),
    "fiedler": Measure(
        UNDIRECTED, ANY_SIZE, "graph.spectra.algebraic_connectivity", member("algebraic_connectivity")),
    "spectral_radius": Measure(UNDIRECTED, ANY_SIZE, "graph.spectra.spectral_radius", member("spectral_radius")),
    "maxflow_8": Measure(
        EVERY, ANY_SIZE, "graph.flow.maximum_flow", member("value"), ends(8), capacity=True),
    "mincut_global": Measure(
        UNDIRECTED, TEN_THOUSAND, "graph.flow.global_cut", member("value"), capacity=True),
    "disjoint_links_8": Measure(EVERY, ANY_SIZE, "graph.flow.link_disjoint", member("count"), ends(8)),
    "disjoint_agents_8": Measure(
        DIRECTED, TEN_THOUSAND, "graph.flow.agent_disjoint", member("count"), ends(8, far=True)),
    "leiden_modularity": Measure(
        UNDIRECTED, ANY_SIZE, "graph.communities.leiden_modularity", lambda q, r: modularity(q, r.column("labels")),
        lambda q: [{"starts": 1}], compare="quality"),
    "leiden_cpm": Measure(
        UNDIRECTED, ANY_SIZE, "graph.communities.leiden_cpm", lambda q, r: potts(q, r.column("labels")),
        lambda q: [{"starts": 1}], compare="quality"),
    "louvain": Measure(
        UNDIRECTED, ANY_SIZE, "graph.communities.leiden_modularity", lambda q, r: modularity(q, r.column("labels")),
        lambda q: [{"starts": 1, "rounds": 1}], compare="quality"),
    "label_propagation": Measure(
        UNDIRECTED, ANY_SIZE, "graph.communities.label_propagation", lambda q, r: modularity(q, r.column("labels")),
        compare="none"),
    "percolation": Measure(
        UNDIRECTED, ANY_SIZE, "graph.resilience.removal_curve", member("R"), lambda q: [{"by": "degree"}]),
}  # fmt: skip


def dominated(reply):
    known = [v for k, v in enumerate(reply.list("dominators")) if k and v is not None and v >= 0]
    return [len(known), sum(known)]


# ------------------------------------------------------------------------------------------------- ours


class Reply:
    """One answer, as the forms above read it."""

    def __init__(self, result, columns):
        self.result, self.taken = result, columns

    def outputs(self):
        answers = self.result.answer["answers"]
        wrong = [answer["error"]["message"] for answer in answers if "error" in answer]
        if wrong:
            raise RuntimeError(wrong[0])
        return [answer["output"] for answer in answers]

    def columns(self):
        return {name.partition("/")[2] for name in self.taken}

    def column(self, name, answer=0):
        self.outputs()
        return self.taken[f"{answer}/{name}"]

    def list(self, name):
        """A list of the answer, from its column (agents by position, which are their ids here) or from the text."""
        held = self.taken.get("0/" + name)
        return self.outputs()[0][name] if held is None else held.tolist()


def aura_module():
    sys.path.insert(0, str(ROOT / "bindings/python/src"))
    os.environ.setdefault("AURA_LIBRARY", str(ROOT / "build/lib/libaura.so"))
    import aura

    return aura


def columns_only(session):
    """Whether the library can leave lists that are columns out of the text."""
    try:
        session.analyze({"nodes": [], "columns_only": True, "analyses": []})
        return True
    except Exception:
        return False


# Cheap measures that between them need every form of the network's rows. A session builds a form when it is first
# needed and keeps it; as peers hold theirs before the clock starts, these are asked beforehand.
ROWS = ["graph.structure.articulation", "graph.structure.k_core", "graph.structure.strong_components",
        "graph.centrality.pagerank"]  # fmt: skip


class Ours:
    def __init__(self, network):
        import numpy as np

        self.network, self.aura = network, aura_module()
        order = np.argsort(network.i, kind="stable")
        starts = np.concatenate([[0], np.cumsum(np.bincount(network.i, minlength=network.n))]).astype(np.int64)
        self.rows = starts, network.j[order].astype(np.int64)
        self.weights = network.w[order]
        self.capacities = network.capacity[order].astype(np.float64)
        with self.aura.Session(threads=1) as session:
            self.short = columns_only(session)
            components = session.catalogue().answer["components"]
            self.components = {c["id"] for c in components}
            self.alone = [c["id"] for c in components if c["id"].startswith("graph.")]

    def session(self, capacity=False, threads=1):
        session = self.aura.Session(threads=threads)
        network = self.network
        weights = () if not network.weighted else (self.capacities if capacity else self.weights,)
        session.topology_from_csr("network", self.rows + weights, directed=network.directed)
        session.analyze({"topology": "network", "analyses": [{"id": c} for c in ROWS if c in self.components]})
        return session

    def request(self, name, short):
        measure = MEASURES[name]
        asked = [{"id": measure.component, "parameters": p} for p in measure.parameters(self.network)]
        request = {"topology": "network", "seed": 1, "analyses": asked}
        if measure.length and self.network.weighted:
            request["roles"] = {"length": "weight"}
        if short:
            request["columns_only"] = True
        return json.dumps(request)

    def measure(self, name, threads=1):
        """(call, form, what else to time)."""
        measure = MEASURES[name]
        if measure.component not in self.components:
            raise LookupError("no component")
        session = self.session(measure.capacity, threads)
        short, full = self.request(name, True), self.request(name, False)


        def asking(request, parse):
            names = None  # of columns: whoever asks knows them, here they are read from the first answer

            def call():
                nonlocal names
                result = session.analyze(request)
                if names is None:
                    names = result.answer["columns"]
                columns = {name: result.columns[name] for name in names}
                if parse:
                    result.answer
                return result, columns

            return call

        def form(found):
            return measure.form(self.network, Reply(*found))

        call = asking(short, getattr(measure.form, "text", False)) if self.short else asking(full, False)
        return call, form, asking(full, False)


# ------------------------------------------------------------------------------------------------- peers
# Each makes the network its own and returns (version, {measure: (call, common form)}).


def plain(value):
    return value


def networkit(q, threads):
    import networkit as nk
    import numpy as np

    nk.setNumberOfThreads(threads)
    nk.setSeed(1, False)

    def graph(values, i, j, weighted, directed):
        return nk.GraphFromCoo((values, (i.astype(np.uint64), j.astype(np.uint64))), n=q.n, weighted=weighted,
                               directed=directed)  # fmt: skip

    g = graph(q.length, q.i, q.j, q.weighted, q.directed)
    c, half = nk.centrality, 1.0 if q.directed else 0.5

    def scores(make):
        return lambda: make().run().scores()

    def halved(values):
        return np.array(values) * half

    def communities(make, quality=modularity):
        return lambda: make().run().getPartition(), lambda p: quality(q, p.getVector())

    def flow(unit):  # its Dinic wants a directed network
        i, j, capacity = q.both_ways((np.ones(q.m) if unit else q.capacity).astype(np.float64))
        h = graph(capacity, i, j, True, True)

        def run():
            total = 0.0
            for s, t in q.pairs(8):
                search = nk.flow.Dinic(h, s, t)
                search.run()
                total += search.getMaxFlow()
            return total

        return run, plain

    def ran(algorithm, get):
        algorithm.run()
        return get(algorithm)

    table = {
        "wcc": (lambda: (nk.components.WeaklyConnectedComponents if q.directed else
                         nk.components.ParallelConnectedComponents)(g).run(),
                lambda r: parts_and_largest(r.getPartition().getVector())),
        "scc": (lambda: nk.components.StronglyConnectedComponents(g).run(),
                lambda r: parts_and_largest(r.getPartition().getVector())),
        "kcore": (scores(lambda: c.CoreDecomposition(g)), plain),
        "clustering": (scores(lambda: c.LocalClusteringCoefficient(g, True)), plain),
        "betweenness": (scores(lambda: c.Betweenness(g)), halved),
        "betweenness_256": (scores(lambda: c.EstimateBetweenness(g, 256, False, True)), halved),
        "betweenness_eps": (scores(lambda: c.KadabraBetweenness(g, 0.01, 0.1)), plain),
        "closeness": (scores(lambda: c.Closeness(g, True, c.ClosenessVariant.Standard)), plain),
        "harmonic": (scores(lambda: c.HarmonicCloseness(g, False)), plain),
        "pagerank": (scores(lambda: c.PageRank(g, 0.85, 1e-12, distributeSinks=c.SinkHandling.DistributeSinks)),
                     lambda r: scaled(r, 1)),
        "eigenvector": (scores(lambda: c.EigenvectorCentrality(g, 1e-12)), lambda r: scaled(r, 2)),
        "katz": (scores(lambda: c.KatzCentrality(g, q.alpha, 1.0, 1e-12)), lambda r: scaled(r, 2)),
        "electrical_eps": (scores(lambda: c.ApproxElectricalCloseness(g, 0.1)), plain),
        "maxflow_8": flow(False),
        "disjoint_links_8": flow(True),
        "leiden_modularity": communities(lambda: nk.community.ParallelLeiden(g)),
        "louvain": communities(lambda: nk.community.PLM(g)),
        "label_propagation": communities(lambda: nk.community.PLP(g)),
        "diameter": (lambda: ran(nk.distance.Diameter(g, nk.distance.DiameterAlgo.EXACT), lambda d: d.getDiameter()[0]),
                     int),
        "diameter_bound": (lambda: ran(nk.distance.Diameter(g, nk.distance.DiameterAlgo.ESTIMATED_RANGE, error=0.1),
                                       lambda d: d.getDiameter()[0]), lambda d: {"hops": d}),
    }  # fmt: skip
    if not q.directed:
        h = nk.Graph(g)
        h.indexEdges()

        def maximal_cliques():
            found = [0, 0]

            def seen(members):
                found[0] += 1
                found[1] = max(found[1], len(members))

            nk.clique.MaximalCliques(g, callback=seen).run()
            return found

        def commute():
            d = nk.distance.CommuteTimeDistance(g, 1e-8)
            return [d.runSinglePair(s, t) for s, t in q.pairs(20)]

        table.update({
            "assortativity": (lambda: ran(nk.correlation.Assortativity(g, [float(x) for x in q.degree]),
                                          lambda a: a.getCoefficient()), plain),
            "triangles": (lambda: ran(nk.sparsification.TriangleEdgeScore(h), lambda e: e.scores()),
                          lambda r: int(sum(r)) // 3),
            "betweenness_link": (lambda: c.Betweenness(h, False, True).run().edgeScores(),
                                 lambda r: np.sort(halved(r))),
            "hop_mean": (lambda: ran(nk.distance.NeighborhoodFunction(g), lambda f: f.getNeighborhoodFunction()),
                         lambda r: histogram_mean(np.diff(np.concatenate([[0], r])))),
            "length_mean": (lambda: ran(nk.distance.APSP(g), lambda a: sum(float(np.sum(r)) for r in a.getDistances())),
                            lambda total: total / (q.n * (q.n - 1.0))),
            "cliques": (maximal_cliques, plain),
            "bicc": (lambda: nk.components.BiconnectedComponents(g).run(), lambda r: [r.numberOfComponents()]),
            "resistance_20": (commute, lambda r: sum(x * x for x in r) / (2.0 * q.m)),
        })  # fmt: skip
    return nk.__version__, table


def igraph(q, threads):
    import random

    import igraph as ig
    import numpy as np

    random.seed(1)
    g = ig.Graph(n=q.n, edges=q.links(), directed=q.directed)
    w = q.w.tolist() if q.weighted else None
    capacity = q.capacity.astype(float).tolist()
    out = "out" if q.directed else "all"
    d = q.directed
    pivots = list(range(0, q.n, max(1, q.n // 256)))[:256]

    def dominators(found):
        known = [x for v, x in enumerate(found) if v and x == x and x >= 0]
        return [len(known), int(sum(known))]

    def communities(make, quality=modularity):
        return make, lambda r: quality(q, r.membership)

    return ig.__version__, {
        "wcc": (lambda: g.connected_components(mode="weak"), lambda r: parts_and_largest(r.membership)),
        "scc": (lambda: g.connected_components(mode="strong"), lambda r: parts_and_largest(r.membership)),
        "bicc": (lambda: g.biconnected_components(), lambda r: [len(r)]),
        "articulation": (g.articulation_points, lambda r: [int(sum(r)), len(r)]),
        "bridges": (g.bridges, lambda r: [len(r)]),
        "dominators": (lambda: g.dominator(0), dominators),
        "toposort": (lambda: g.topological_sorting(mode="out"), lambda r: order_holds(q, r)),
        "feedback_arcs": (lambda: g.feedback_arc_set(method="eades"), lambda r: {"links": len(r)}),
        "strength": (lambda: g.strength(mode=out, weights=w), plain),
        "assortativity": (lambda: g.assortativity_degree(directed=d), plain),
        "reciprocity": (g.reciprocity, plain),
        "kcore": (lambda: g.coreness(mode="all"), plain),
        "triangles": (lambda: len(g.list_triangles()), int),
        "clustering": (lambda: g.transitivity_local_undirected(mode="zero"), plain),
        "transitivity": (g.transitivity_undirected, plain),
        "cliques": (g.maximal_cliques, sets_and_largest),
        "diameter": (lambda: g.diameter(directed=d), int),
        "hop_mean": (lambda: g.average_path_length(directed=d), plain),
        "length_mean": (lambda: g.average_path_length(directed=d, weights=w), plain),
        "betweenness": (lambda: g.betweenness(directed=d, weights=w), plain),
        "betweenness_link": (lambda: g.edge_betweenness(directed=d, weights=w), np.sort),
        "betweenness_256": (lambda: g.betweenness(directed=d, weights=w, sources=pivots),
                            lambda r: np.array(r) * (q.n / 256.0)),
        "closeness": (lambda: g.closeness(mode=out, weights=w), plain),
        "harmonic": (lambda: g.harmonic_centrality(mode=out, weights=w, normalized=False), plain),
        "pagerank": (lambda: g.pagerank(directed=d, weights=w), plain),
        "ppr": (lambda: g.personalized_pagerank(directed=d, weights=w, reset_vertices=[0]), plain),
        "eigenvector": (lambda: g.eigenvector_centrality(scale=False, weights=w), lambda r: scaled(r, 2)),
        "spectral_radius": (lambda: g.eigenvector_centrality(return_eigenvalue=True), lambda r: float(r[1])),
        "hits": (lambda: g.authority_score(weights=w), lambda r: scaled(r, 1)),
        "maxflow_8": (lambda: sum(g.maxflow_value(s, t, capacity) for s, t in q.pairs(8)), plain),
        "mincut_global": (lambda: g.mincut_value(capacity=capacity), plain),
        "disjoint_links_8": (lambda: sum(g.edge_disjoint_paths(s, t) for s, t in q.pairs(8)), plain),
        "disjoint_agents_8": (lambda: sum(g.vertex_disjoint_paths(s, t) for s, t in q.far_pairs(8)), plain),
        "leiden_modularity": communities(lambda: g.community_leiden("modularity", weights=w, n_iterations=-1)),
        "leiden_cpm": communities(
            lambda: g.community_leiden("CPM", weights=w, resolution=q.density, n_iterations=-1), potts),
        "louvain": communities(lambda: g.community_multilevel(weights=w)),
        "label_propagation": communities(lambda: g.community_label_propagation(weights=w)),
    }  # fmt: skip


def leidenalg(q, threads):
    from importlib.metadata import version

    import igraph as ig
    import leidenalg as la

    g = ig.Graph(n=q.n, edges=q.links(), directed=q.directed)
    w = q.w.tolist() if q.weighted else None

    def run(kind, quality, **more):
        return (lambda: la.find_partition(g, kind, weights=w, seed=1, n_iterations=-1, **more),
                lambda r: quality(q, r.membership))  # fmt: skip

    return version("leidenalg"), {
        "leiden_modularity": run(la.ModularityVertexPartition, modularity),
        "leiden_cpm": run(la.CPMVertexPartition, potts, resolution_parameter=q.density),
    }


def rustworkx(q, threads):
    import numpy as np
    import rustworkx as rx

    g = (rx.PyDiGraph if q.directed else rx.PyGraph)(multigraph=False)
    g.add_nodes_from(range(q.n))
    g.add_edges_from(list(zip(q.i.tolist(), q.j.tolist(), q.length.tolist())))
    weight = (lambda e: e) if q.weighted else None

    def numbers(found):
        return np.array([found[k] for k in range(q.n)], dtype=np.float64)

    def dominators(found):
        known = [x for v, x in found.items() if v != 0 and x is not None]
        return [len(known), int(sum(known))]

    table = {
        "wcc": (lambda: (rx.weakly_connected_components if q.directed else rx.connected_components)(g),
                sets_and_largest),
        "scc": (lambda: rx.strongly_connected_components(g), sets_and_largest),
        "bicc": (lambda: rx.biconnected_components(g), lambda r: [len(set(r.values()))]),
        "articulation": (lambda: rx.articulation_points(g), lambda r: [int(sum(r)), len(r)]),
        "bridges": (lambda: rx.bridges(g), lambda r: [len(r)]),
        "dominators": (lambda: rx.immediate_dominators(g, 0), dominators),
        "toposort": (lambda: rx.topological_sort(g), lambda r: order_holds(q, list(r))),
        "layers": (lambda: rx.topological_generations(g), sets_and_largest),
        "kcore": (lambda: rx.core_number(g), numbers),
        "transitivity": (lambda: rx.transitivity(g), plain),
        "hop_mean": (lambda: rx.unweighted_average_shortest_path_length(g, disconnected=True), plain),
        "betweenness_link": (lambda: rx.edge_betweenness_centrality(g, normalized=False),
                             lambda r: np.sort(np.array(list(r.values())))),
        "eigenvector": (lambda: rx.eigenvector_centrality(g, weight, max_iter=10000, tol=1e-10),
                        lambda r: scaled(numbers(r), 2)),
        "katz": (lambda: rx.katz_centrality(g, q.alpha, 1.0, weight, max_iter=10000, tol=1e-12),
                 lambda r: scaled(numbers(r), 2)),
        "mincut_global": (lambda: rx.stoer_wagner_min_cut(g, (lambda e: 1 + int(1000 * e)) if q.weighted else
                                                          (lambda e: 1)), lambda r: float(r[0])),
    }  # fmt: skip
    if q.weighted:  # it reads weights as strengths, of which lengths are the inverse; betweenness takes none
        table["closeness"] = (
            lambda: rx.newman_weighted_closeness_centrality(g, lambda e: 1.0 / e, wf_improved=False), numbers)
        del table["eigenvector"]
    else:
        table["closeness"] = (lambda: rx.closeness_centrality(g, wf_improved=False), numbers)
        table["betweenness"] = (lambda: rx.betweenness_centrality(g, normalized=False), numbers)
    if q.directed:
        table["pagerank"] = (lambda: rx.pagerank(g, 0.85, weight, tol=1e-12, max_iter=1000), numbers)
        table["ppr"] = (
            lambda: rx.pagerank(g, 0.85, weight, personalization={0: 1.0}, tol=1e-12, max_iter=1000), numbers)
        table["hits"] = (lambda: rx.hits(g, weight, tol=1e-12, max_iter=10000), lambda r: scaled(numbers(r[1]), 1))
    return rx.__version__, table


def graphblas(q, threads):
    import graphblas as gb
    import numpy as np

    gb.init("suitesparse", blocking=True)
    gb.ss.config["nthreads"] = threads
    from graphblas import Matrix, Vector, binary, monoid, semiring, unary

    rows = q.matrix()
    rows.sort_indices()
    A = Matrix.ss.import_csr(nrows=q.n, ncols=q.n, indptr=rows.indptr.astype(np.uint64), sorted_cols=True,
                             col_indices=rows.indices.astype(np.uint64), values=rows.data.astype(np.float64))
    B = A.apply(unary.one[int]).new(dtype=int)
    T = A.T.new()

    def dense(v):
        return v.to_dense(fill_value=0)

    def triangles():
        low = gb.select.tril(B, -1).new()
        c = Matrix(int, q.n, q.n)
        c(low.S) << semiring.plus_pair(low @ low.T)
        return int(c.reduce_scalar(monoid.plus).value)

    def clustering():
        c = Matrix(int, q.n, q.n)
        c(B.S) << semiring.plus_pair(B @ B.T)
        trios, d = dense(c.reduce_rowwise(monoid.plus).new()).astype(np.float64), q.degree.astype(np.float64)
        return np.divide(trios, d * (d - 1), out=np.zeros(q.n), where=d > 1)

    def truss():
        k, c, kept = 2, B, None
        while c.nvals:
            kept = [k, c.nvals // 2]
            k += 1
            while True:
                s = Matrix(int, q.n, q.n)
                s(c.S) << semiring.plus_pair(c @ c.T)
                d = gb.select.value(s >= k - 2).new()
                if d.nvals == c.nvals:
                    break
                c = d
        return kept

    def iterate(step, x, tolerance=1e-12, limit=3000):
        for _ in range(limit):
            y = step(x)
            if abs(dense(y) - dense(x)).sum() < tolerance:
                return y
            x = y
        return x

    def pagerank(start):
        def run():
            out = dense(A.reduce_rowwise(monoid.plus).new())
            share = Vector.from_dense(np.divide(0.85, out, out=np.zeros(q.n), where=out > 0))
            hang = out == 0
            v = np.full(q.n, 1.0 / q.n) if start is None else np.bincount([start], minlength=q.n).astype(float)
            base = Vector.from_dense(v)

            def step(x):
                lost = 0.15 + 0.85 * dense(x)[hang].sum()
                y = semiring.plus_times(T @ x.ewise_mult(share, binary.times).new()).new()
                return y.ewise_add(base.apply(binary.times, right=lost).new(), binary.plus).new()

            return iterate(step, base)

        return run, dense

    def power(matrices):
        def run():
            def step(x):
                y = x
                for matrix in matrices:
                    y = semiring.plus_times(matrix @ y).new()
                if len(matrices) == 1:  # shifted, so that a bipartite network converges too
                    y = y.ewise_add(x, binary.plus).new()
                z = dense(y)
                return y.apply(binary.times, right=1.0 / np.sqrt((z * z).sum())).new()

            return iterate(step, Vector.from_dense(np.full(q.n, 1.0 / np.sqrt(q.n))), 1e-11)

        return run

    def katz():
        one = Vector.from_dense(np.ones(q.n))
        return iterate(
            lambda x: semiring.plus_times(T @ x).new().apply(binary.times, right=q.alpha).new()
            .ewise_add(one, binary.plus).new(), one, 1e-12 * q.n)  # fmt: skip

    return gb.__version__, {
        "strength": (lambda: A.reduce_rowwise(monoid.plus).new(), dense),
        "triangles": (triangles, int),
        "clustering": (clustering, plain),
        "ktruss": (truss, plain),
        "pagerank": pagerank(None),
        "ppr": pagerank(0),
        "eigenvector": (power([A]), lambda r: scaled(dense(r), 2)),
        "katz": (katz, lambda r: scaled(dense(r), 2)),
        "hits": (power([A, T]), lambda r: scaled(dense(r), 1)),
    }


def scipy(q, threads):
    import numpy as np
    import scipy as sp
    from scipy.sparse import csgraph, csr_matrix, diags, identity
    from scipy.sparse.linalg import eigsh, lobpcg, splu

    a = q.matrix()
    into = a.T.tocsr()
    out = np.asarray(a.sum(axis=1)).ravel()
    ones = q.matrix(np.ones(q.m))

    def rows(step, chunk=256):
        total = 0.0
        for r in range(0, q.n, chunk):
            d = csgraph.dijkstra(a, directed=True, unweighted=not q.weighted,
                                 indices=np.arange(r, min(q.n, r + chunk)))  # fmt: skip
            total = total + step(d, r)
        return total

    def placed(values, r):
        whole = np.zeros(q.n)
        whole[r : r + len(values)] = values
        return whole

    def reached(d, r):
        known = np.isfinite(d) & (d > 0)
        return np.array([d[known].sum(), known.sum()])

    def harmonic(d, r):
        with np.errstate(divide="ignore"):
            return placed(np.where(d > 0, 1.0 / d, 0.0).sum(axis=1), r)

    def closeness(d, r):
        known = np.isfinite(d)
        return placed((known.sum(axis=1) - 1) / np.maximum(np.where(known, d, 0).sum(axis=1), 1e-300), r)

    def longest(d, r):
        return placed(np.where(np.isfinite(d), d, 0).max(axis=1), r)

    def pagerank(start):
        def run():
            share = np.divide(0.85, out, out=np.zeros(q.n), where=out > 0)
            base = np.full(q.n, 1.0 / q.n) if start is None else np.bincount([start], minlength=q.n) * 1.0
            x = base
            for _ in range(1000):
                y = into @ (x * share) + (0.15 + 0.85 * x[out == 0].sum()) * base
                if abs(y - x).sum() < 1e-12:
                    return y
                x = y
            return x

        return run, plain

    def katz():
        x = np.ones(q.n)
        while True:
            y = 1.0 + q.alpha * (into @ x)
            if abs(y - x).sum() < 1e-12 * q.n:
                return y
            x = y

    def hits():
        x = np.full(q.n, 1.0 / q.n)
        for _ in range(10000):
            y = into @ (a @ x)
            y /= y.sum()
            if abs(y - x).sum() < 1e-12:
                return y
            x = y
        return x

    def laplacian():
        return (diags(out) - a).tocsc()

    def fiedler():
        return eigsh(laplacian(), k=2, sigma=-1e-4, which="LM", return_eigenvectors=False, tol=1e-8)

    def fiedler_blocks():  # constants deflated, diagonal preconditioner
        i = np.arange(q.n)
        x = np.stack([np.cos(0.7 * i), np.sin(0.3 * i), np.cos(1.9 * i)], axis=1)
        return lobpcg(laplacian().tocsr(), x, M=diags(1.0 / out), Y=np.ones((q.n, 1)), largest=False, tol=1e-6,
                      maxiter=1000)[0]  # fmt: skip

    def inverse():
        return np.linalg.inv(laplacian().toarray() + 1.0 / q.n)

    def current_flow(p):
        d = np.diag(p)
        return 1.0 / (q.n * d + d.sum() - 2 * p.sum(axis=1))

    def resistance():
        factors, total = splu((laplacian() + 1e-9 * identity(q.n)).tocsc()), 0.0
        for s, t in q.pairs(20):
            b = np.zeros(q.n)
            b[s], b[t] = 1.0, -1.0
            x = factors.solve(b)
            total += x[s] - x[t]
        return total

    def flow(unit):
        c = q.matrix(np.ones(q.m, np.int32) if unit else q.capacity.astype(np.int32)).astype(np.int32)
        return (lambda: sum(int(csgraph.maximum_flow(c, s, t, method="dinic").flow_value) for s, t in q.pairs(8)),
                float)  # fmt: skip

    def triangles():
        low = csr_matrix(sp.sparse.tril(ones, -1))
        return int((low @ low).multiply(low).sum())

    def clustering():
        trios, d = np.asarray((ones @ ones).multiply(ones).sum(axis=1)).ravel(), q.degree.astype(float)
        return np.divide(trios, d * (d - 1), out=np.zeros(q.n), where=d > 1)

    def connected(how):
        return (lambda: csgraph.connected_components(a, directed=q.directed or how == "strong", connection=how),
                lambda r: parts_and_largest(r[1]))  # fmt: skip

    sparse = q.m < 2 * q.n or q.n < 2000  # the factors of a grid stay sparse, those of a network with hubs do not
    table = {
        "wcc": connected("weak"),
        "scc": connected("strong"),
        "strength": (lambda: np.asarray(a.sum(axis=1)).ravel(), plain),
        "triangles": (triangles, int),
        "clustering": (clustering, plain),
        "hop_mean": (lambda: rows(reached), lambda r: float(r[0] / r[1])),
        "length_mean": (lambda: rows(reached), lambda r: float(r[0] / r[1])),
        "closeness": (lambda: rows(closeness), plain),
        "harmonic": (lambda: rows(harmonic), plain),
        "pagerank": pagerank(None),
        "ppr": pagerank(0),
        "eigenvector": (lambda: eigsh(a, k=1, which="LA", tol=1e-10)[1][:, 0], lambda r: scaled(r, 2)),
        "spectral_radius": (lambda: eigsh(a, k=1, which="LA", tol=1e-8, return_eigenvectors=False),
                            lambda r: float(r[0])),
        "katz": (katz, lambda r: scaled(r, 2)),
        "hits": (hits, plain),
        "collective_influence": (lambda: (q.degree - 1) * (ones @ (q.degree - 1.0)), plain),
        "current_flow_closeness": (inverse, current_flow),
        "kirchhoff": (inverse, lambda p: float(q.n * (np.trace(p) - 1.0))),
        "resistance_20": (resistance, plain),
        "fiedler": (fiedler, lambda r: float(sorted(r)[1])) if sparse else (fiedler_blocks, lambda r: float(min(r))),
        "maxflow_8": flow(False),
        "disjoint_links_8": flow(True),
    }  # fmt: skip
    if q.n <= 10000:
        table["diameter"] = (lambda: rows(longest), lambda r: int(r.max()))
    return sp.__version__, table


def graphtool(q, threads):
    import graph_tool.all as gt
    import numpy as np

    gt.openmp_set_num_threads(threads)
    gt.seed_rng(1)

    def graph(links, directed):
        g = gt.Graph(directed=directed)
        g.add_vertex(q.n)
        g.add_edge_list(links)
        return g

    g = graph(q.links(), q.directed)
    w = g.new_edge_property("double", vals=q.w) if q.weighted else None
    capacities = g.new_edge_property("double", vals=q.capacity.astype(float))
    pivots = np.arange(0, q.n, max(1, q.n // 256))[:256]

    def array(p):
        return np.array(p.a)

    def flow(unit):
        i, j, c = q.both_ways(np.ones(q.m, np.int64) if unit else q.capacity)
        h = graph(np.stack([i, j], axis=1), True)
        c = h.new_edge_property("int64_t", vals=c)

        def run():
            total = 0
            for s, t in q.pairs(8):
                left = gt.boykov_kolmogorov_max_flow(h, h.vertex(s), h.vertex(t), c)
                total += sum(c[e] - left[e] for e in h.vertex(t).in_edges())
                total -= sum(c[e] - left[e] for e in h.vertex(t).out_edges() if c[e] > left[e])
            return float(total)

        return run, plain

    def percolation():  # it adds agents back, the last removed first
        order = np.lexsort((np.arange(q.n), -q.degree))[::-1]
        return gt.vertex_percolation(g, order.astype(np.int64))[0]

    def dominators(found):
        d = array(found)
        known = d >= 0
        known[0] = False
        return [int(known.sum()), int(d[known].sum())]

    def labels(found):
        return parts_and_largest(array(found[0]))

    def cut_agents(found):
        return [int(np.nonzero(array(found))[0].sum()), int(array(found).astype(bool).sum())]

    table = {
        "wcc": (lambda: gt.label_components(g, directed=False), labels),
        "scc": (lambda: gt.label_components(g, directed=True), labels),
        "bicc": (lambda: gt.label_biconnected_components(g), lambda r: [len(r[2])]),
        "articulation": (lambda: gt.label_biconnected_components(g)[1], cut_agents),
        "dominators": (lambda: gt.dominator_tree(g, g.vertex(0)), dominators),
        "toposort": (lambda: gt.topological_sort(g), lambda r: order_holds(q, r)),
        "strength": (lambda: g.degree_property_map("out", w), array),
        "reciprocity": (lambda: gt.edge_reciprocity(g), plain),
        "kcore": (lambda: gt.kcore_decomposition(g), array),
        "clustering": (lambda: gt.local_clustering(g), array),
        "transitivity": (lambda: gt.global_clustering(g)[0], plain),
        "cliques": (lambda: [len(c) for c in gt.max_cliques(g)], lambda r: [len(r), max(r)]),
        "diameter_bound": (lambda: gt.pseudo_diameter(g)[0], lambda d: {"hops": int(d)}),
        "hop_mean": (lambda: gt.distance_histogram(g, bins=[0, 1]), lambda r: histogram_mean(r[0], 0)),
        "betweenness": (lambda: gt.betweenness(g, weight=w, norm=False)[0], array),
        "betweenness_link": (lambda: gt.betweenness(g, weight=w, norm=False)[1], lambda r: np.sort(array(r))),
        "betweenness_256": (lambda: gt.betweenness(g, weight=w, norm=False, pivots=pivots)[0],
                            lambda r: array(r) * (q.n / 256.0)),
        "closeness": (lambda: gt.closeness(g, weight=w), array),
        "harmonic": (lambda: gt.closeness(g, weight=w, norm=False, harmonic=True), array),
        "pagerank": (lambda: gt.pagerank(g, weight=w, epsilon=1e-12), lambda r: scaled(array(r), 1)),
        "eigenvector": (lambda: gt.eigenvector(g, weight=w, epsilon=1e-12)[1], lambda r: scaled(array(r), 2)),
        "spectral_radius": (lambda: gt.eigenvector(g, epsilon=1e-10)[0], float),
        "katz": (lambda: gt.katz(g, alpha=q.alpha, epsilon=1e-12), lambda r: scaled(array(r), 2)),
        "hits": (lambda: gt.hits(g, weight=w, epsilon=1e-12)[1], lambda r: scaled(array(r), 1)),
        "maxflow_8": flow(False),
        "disjoint_links_8": flow(True),
        "mincut_global": (lambda: gt.min_cut(g, capacities)[0], float),
        "percolation": (percolation, lambda r: float(np.asarray(r, float)[:-1].sum()) / (q.n * float(q.n))),
    }  # fmt: skip
    if not q.directed:
        table["assortativity"] = (lambda: gt.scalar_assortativity(g, "out")[0], plain)
    return gt.__version__.split()[0], table


PEERS = {"networkit": networkit, "igraph": igraph, "leidenalg": leidenalg, "rustworkx": rustworkx,
         "graphblas": graphblas, "scipy": scipy, "graphtool": graphtool}  # fmt: skip

# ------------------------------------------------------------------------------------------------- one run


def resident():
    """(resident now, its high-water mark) in MiB."""
    found = {}
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(("VmRSS", "VmHWM")):
                found[line[:5]] = int(line.split()[1]) / 1024
    return found["VmRSS"], max(found["VmHWM"], found["VmRSS"])


def settle():
    """Gives back what is free, maps the code of all libraries, and forgets the high-water mark, so that the next peak
    is memory that the call takes."""
    import ctypes

    gc.collect()
    try:
        libc = ctypes.CDLL(None)
        libc.malloc_trim(0)
        with open("/proc/self/maps") as file:
            maps = [text.split() for text in file]
        for span, rights, *_, path in (m for m in maps if len(m) == 6 and m[5].startswith("/")):
            begin, end = (int(address, 16) for address in span.split("-"))
            if rights.startswith("r"):
                libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), 22)  # MADV_POPULATE_READ
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except (OSError, AttributeError):
        pass  # then the peak of this young process must do
    return resident()[0]


def timed(call):
    """(CPU seconds of each run, wall seconds of each run, the last answer)."""
    cpu, wall, answer, began = [], [], None, time.monotonic()
    while True:
        answer = None
        c, t = time.process_time_ns(), time.monotonic_ns()
        answer = call()
        wall.append((time.monotonic_ns() - t) / 1e9)
        cpu.append((time.process_time_ns() - c) / 1e9)
        if cpu[0] >= 1 or len(cpu) >= 15 or (len(cpu) >= 3 and time.monotonic() - began > 0.3):
            return cpu, wall, answer


def median(values):
    ordered = sorted(values)
    k = len(ordered) // 2
    return ordered[k] if len(ordered) % 2 else (ordered[k - 1] + ordered[k]) / 2


def one_run(tool, table, name):
    if tool == "aura":
        call, form, with_text = table.measure(name)
    else:
        (call, form), with_text = table[name], None
    base = settle()
    cpu, wall, answer = timed(call)
    peak = resident()[1]
    row = {"cpu": median(cpu), "first": cpu[0], "runs": len(cpu), "wall": median(wall), "mib": max(0.0, peak - base)}
    row["answer"] = digest(form(answer))
    if with_text is not None:
        answer = None
        base = settle()
        cpu, _, _ = timed(with_text) if median(cpu) < 1 and table.short else (cpu, wall, None)
        row["text"], row["text_mib"] = median(cpu), max(0.0, resident()[1] - base)
    return row


def cpu_of(process):
    """CPU seconds that a process has taken. (A limit by setrlimit would make its own clock coarse.)"""
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def in_child(work, limit):
    """Runs `work` in a forked child and returns what it returns, or what went wrong in words. The limit is of CPU time;
    ten times as long by the clock ends it too."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            try:
                row = work()
            except BaseException as error:
                row = {"error": f"{type(error).__name__}: {error}".split("\n")[0][:200]}
                if not isinstance(error, LookupError):
                    traceback.print_exc()
            with os.fdopen(write, "w") as pipe:
                json.dump(row, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    text, ends_at = b"", time.monotonic() + 10 * limit
    late = False
    while True:
        if not select.select([read], [], [], 0.25)[0]:
            if cpu_of(child) > limit or time.monotonic() > ends_at:
                os.kill(child, signal.SIGKILL)
                late = True
                break
            continue
        block = os.read(read, 1 << 16)
        if not block:
            break
        text += block
    os.close(read)
    status = os.waitpid(child, 0)[1]
    if late:
        return {"error": f"> {limit:.0f} s"}
    try:
        return json.loads(text)
    except ValueError:
        return {"error": f"ended with status {status}"}


def pin(cores):
    try:
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[-cores:])
    except (AttributeError, OSError):
        pass


def worker(network, tool):
    """Holds the network in the form of one tool; a line on standard input names what to measure, a line answers."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not come between

    def say(row):
        print(json.dumps(row), file=answers, flush=True)

    pin(1)
    try:
        if tool == "graphtool":
            import graph_tool  # noqa: F401 (before the rest, so that the message says what is missing)
        q = Network(network)
        began = time.process_time()
        if tool == "aura":
            table = Ours(q)
            version = table.aura.__version__ if hasattr(table.aura, "__version__") else "?"
            has = [m for m, measure in MEASURES.items() if measure.component in table.components]
        else:
            version, table = PEERS[tool](q, 1)
            has = list(table)
        say({"tool": tool, "version": version, "has": has, "build": time.process_time() - began,
             "columns_only": tool == "aura" and table.short})  # fmt: skip
    except ImportError as error:
        return say({"tool": tool, "error": f"not importable ({error})"})
    gc.freeze()
    for line in sys.stdin:
        name, limit = line.split()
        say(in_child(lambda: one_run(tool, table, name), float(limit)))


class Worker:
    def __init__(self, network, tool):
        environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, "1")}
        python = sys.executable
        if tool == "graphtool":  # a Debian package, so the system's Python
            python = os.environ.get("GRAPH_TOOL_PYTHON") or shutil.which("python3", path=os.defpath) or python
        self.tool = tool
        self.process = subprocess.Popen(
            [python, os.path.abspath(__file__), "--worker", network, tool], stdin=subprocess.PIPE, text=True,
            stdout=subprocess.PIPE, stderr=open(CACHE.parent / f"graph_peers.{tool}.log", "a"), env=environment)
        self.about = self.answer()
        self.has = set(self.about.get("has", ()))

    def answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "ended"}

    def measure(self, name, limit):
        try:
            self.process.stdin.write(f"{name} {limit}\n")
            self.process.stdin.flush()
        except OSError:
            return {"error": "ended"}
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# ------------------------------------------------------------------------------------------------- tables


def agreement(measure, row):
    """Whether the peers' answers are ours, in words."""
    ours = row["tools"]["aura"].get("answer")
    given = {t: r["answer"] for t, r in row["tools"].items() if t != "aura" and "answer" in r}
    if ours is None or not given:
        return ""
    compare = MEASURES[measure].compare
    if compare == "none":
        return "" if isinstance(ours, dict) else "estimates"
    if compare == "bound":
        return f"exact {ours['hops']}, bounds {', '.join(str(a['hops']) for a in given.values())}"
    if compare in ("quality", "fewest"):
        key = "links" if compare == "fewest" else "quality"
        best = (min if compare == "fewest" else max)(a[key] for a in given.values())
        good = ours[key] <= best if compare == "fewest" else ours[key] >= best - 0.005
        figure = "{}" if compare == "fewest" else "{:.4f}"
        words = f"{key} {figure.format(ours[key])}, best of theirs {figure.format(best)}"
        return words if good else words + " **worse**"
    other = [t for t, a in given.items() if not equal(a, ours)]
    if not other:
        return f"all {len(given)} equal"
    return f"{len(given) - len(other)} of {len(given)}; not {', '.join(other)}"


def verdict(measure, row):
    """What the table states of one cell, and which goals it misses."""
    tools = row["tools"]
    ours = tools["aura"]
    peers = sorted(((t, r) for t, r in tools.items() if t != "aura" and "cpu" in r), key=lambda item: item[1]["cpu"])
    cell = {"ours": ours, "best": peers[0] if peers else None, "missed": []}
    if "cpu" not in ours or not peers:
        return cell
    goal = SWEEP if measure in HOPS and not row["network"].endswith("_w") else 0.7
    cell["ratio"] = ours["cpu"] / peers[0][1]["cpu"]
    cell["lean"] = min(r["mib"] for _, r in peers[:3])
    if cell["ratio"] > goal:
        cell["missed"].append(f"CPU {cell['ratio']:.2g} of {peers[0][0]}, goal {goal}")
    if ours["mib"] > max(cell["lean"], 0.25):  # a quarter of a MiB is what the kernel does not count exactly
        cell["missed"].append(f"memory {ours['mib']:.1f} MiB, leanest {cell['lean']:.1f}")
    return cell


def figure(seconds):
    return f"{seconds * 1e3:.3g}" if seconds < 99.9 else f"{seconds * 1e3:.0f}"


HEADER = ("| measure | ours | with text | best peer | ratio | others | MiB ours | leanest of 3 | answers |\n"
          "|---|---|---|---|---|---|---|---|---|")  # fmt: skip


BRIEF = ("| measure | ours | best peer | ratio | MiB ours | leanest of 3 | answers |\n"
         "|---|---|---|---|---|---|---|")  # fmt: skip


def line(row, brief=False):
    measure = row["measure"]
    cell, tools = verdict(measure, row), row["tools"]
    ours = cell["ours"]
    others = [f"{t} {figure(r['cpu'])}" for t, r in sorted(tools.items(), key=lambda item: item[1].get("cpu", 1e9))
              if t != "aura" and "cpu" in r][1:]  # fmt: skip
    others += [f"{t} {r['error']}" for t, r in tools.items() if t != "aura" and "error" in r]
    best = f"{cell['best'][0]} {figure(cell['best'][1]['cpu'])}" if cell["best"] else "-"
    if "cpu" not in ours and brief:
        return f"| {measure} | {ours['error']} | {best} | **-** | | | |"
    if "cpu" not in ours:
        return f"| {measure} | {ours['error']} | | {best} | | {', '.join(others)} | | | |"
    ratio = f"{cell['ratio']:.2g}" if "ratio" in cell else "-"
    if any(m.startswith("CPU") for m in cell["missed"]):
        ratio = f"**{ratio}**"
    memory = f"{ours['mib']:.1f}"
    if any(m.startswith("memory") for m in cell["missed"]):
        memory = f"**{memory}**"
    lean = f"{cell['lean']:.1f}" if "lean" in cell else "-"
    if brief:
        return (f"| {measure} | {figure(ours['cpu'])} | {best} | {ratio} | {memory} | {lean} | "
                f"{agreement(measure, row)} |")  # fmt: skip
    return (f"| {measure} | {figure(ours['cpu'])} | {figure(ours['text'])} | {best} | {ratio} | {', '.join(others)} | "
            f"{memory} | {lean} | {agreement(measure, row)} |")  # fmt: skip


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for text in file:
            if text.startswith("model name"):
                model = text.partition(":")[2].strip()
                break
    return f"{model}, {len(os.sched_getaffinity(0))} CPUs, load {os.getloadavg()[0]:.1f}"


def summary(rows):
    cells = [verdict(r["measure"], r) for r in rows]
    known = [c for c in cells if "ratio" in c]
    fast = sum(not any(m.startswith("CPU") for m in c["missed"]) for c in known)
    lean = sum(not any(m.startswith("memory") for m in c["missed"]) for c in known)
    print(f"{len(known)} cells with a peer: {fast} reach their CPU goal, {lean} their memory goal.")


def table(paths, brief=False):
    found = {}
    for path in paths:
        for text in open(path):
            row = json.loads(text)
            if "measure" in row:
                found[row["network"], row["measure"]] = row  # the last run of a cell counts
    for network in dict.fromkeys(n for n, _ in found):
        rows = [r for (n, _), r in found.items() if n == network]
        rows.sort(key=lambda r: list(MEASURES).index(r["measure"]))
        print(f"\n### {network}\n\n{BRIEF if brief else HEADER}")
        for row in rows:
            print(line(row, brief))
        print()
        summary(rows)
        for row in [] if brief else rows:
            for missed in verdict(row["measure"], row)["missed"]:
                print(f"- {row['measure']}: {missed}")


# ------------------------------------------------------------------------------------------------- what is asked


def compare(options):
    CACHE.mkdir(parents=True, exist_ok=True)
    print(machine())
    log = open(options.json, "a") if options.json else None
    everything, absent = [], set()
    for network in options.networks:
        network_arrays(network.removesuffix("_w"))
        wanted = [m for m in options.measures if MEASURES[m].suits(m, network)]
        if not wanted:
            continue
        workers = [Worker(network, tool) for tool in ["aura"] + options.peers]
        ours = workers[0]
        if "error" in ours.about:
            sys.exit(f"graph_peers: {ours.about['error']}")
        for w in [w for w in workers if "error" in w.about]:
            if w.tool not in absent:
                print(f"left out: {w.tool}, {w.about['error']}")
            absent.add(w.tool)
            workers.remove(w)
            w.close()
        print(f"\n### {network}: {NETWORKS[network.removesuffix('_w')][0]} agents, "
              f"{NETWORKS[network.removesuffix('_w')][1]} links\n")  # fmt: skip
        print("CPU ms; with " + ", ".join(f"{w.tool} {w.about['version']}" for w in workers) + ".")
        if not ours.about["columns_only"]:
            print("This library always writes all lists as JSON text: that is in the figures of ours.")
        missing = [m for m in wanted if m not in ours.has]
        if missing:
            named = [f"{m} ({MEASURES[m].component or 'no such measure here'})" for m in missing]
            print("Not in the catalogue: " + ", ".join(named) + ".")
        print(f"\n{HEADER}", flush=True)
        rows = []
        for measure in wanted:
            if measure in missing:
                continue
            row = {"network": network, "measure": measure, "tools": {}}
            for w in workers:
                if measure in w.has:
                    row["tools"][w.tool] = w.measure(measure, options.limit)
            rows.append(row)
            print(line(row), flush=True)
            if log:
                print(json.dumps(row), file=log, flush=True)
        print()
        summary(rows)
        everything += rows
        for w in workers:
            w.close()
    if len(options.networks) > 1:
        print("\nAll networks: ", end="")
        summary(everything)
    wrong = [f"{r['measure']} on {r['network']}: {r['tools']['aura']['error']}" for r in everything
             if "error" in r["tools"]["aura"] and not r["tools"]["aura"]["error"].startswith(">")]  # fmt: skip
    for text in wrong:
        print(f"graph_peers: {text}", file=sys.stderr)
    return 1 if wrong else 0


def two_threads(options):
    """Ours on one thread and on two: how much faster, what it costs, whether the bytes are equal."""
    print(machine())
    print("Wall ms is the least of several runs, and means something on an idle machine only; CPU ms is of that run.")
    for network in options.networks:
        ours = Ours(Network(network))
        print(f"\n### {network}: where one thread takes over 50 ms\n")
        print("| measure | one thread: wall, CPU | two threads: wall, CPU | times faster | bytes |")
        print("|---|---|---|---|---|")
        for name in options.measures:
            if not MEASURES[name].suits(name, network) or MEASURES[name].component not in ours.components:
                continue

            def run(threads):
                pin(threads)
                call, _, with_text = ours.measure(name, threads)
                seen = hashlib.sha256(with_text()[0].json_bytes).hexdigest()
                cpu, wall, _ = timed(call)
                wall, cpu = min(zip(wall, cpu))
                return {"wall": wall, "cpu": cpu, "bytes": seen}

            one, two = (in_child(lambda: run(threads), options.limit * 4) for threads in (1, 2))
            if "error" in one or "error" in two:
                print(f"| {name} | {one.get('error', '')} | {two.get('error', '')} | | |", flush=True)
            elif one["wall"] > 0.05 or one["bytes"] != two["bytes"]:
                cells = [f"{figure(r['wall'])}, {figure(r['cpu'])}" for r in (one, two)]
                same = "equal" if one["bytes"] == two["bytes"] else "**differ**"
                print(f"| {name} | {' | '.join(cells)} | {one['wall'] / two['wall']:.2f} | {same} |", flush=True)
    return 0


def all_measures(options):
    """One request with all analyses that suit no question, against each of them alone."""
    print(machine())
    for network in options.networks:
        ours = Ours(Network(network))
        print(f"\n### {network}: all measures in one request\n")

        def ask(analyses):
            pin(1)
            session = ours.session()
            request = {"topology": "network", "seed": 1, "analyses": analyses}
            if ours.short:
                request["columns_only"] = True
            text = json.dumps(request)
            base = settle()
            began = time.process_time()
            result = session.analyze(text)
            spent = time.process_time() - began
            answers = result.answer["answers"]
            return {"cpu": spent, "mib": resident()[1] - base, "ids": [a["id"] for a in answers],
                    "failed": [a["id"] for a in answers if "error" in a]}  # fmt: skip

        probe = in_child(lambda: {"ids": [i for i in ours.alone if not needs_parameters(ours, i)]}, 60)
        alone, late = {}, []
        for component in probe["ids"]:
            row = in_child(lambda: ask([{"id": component}]), options.limit)
            if "error" in row or row.get("failed"):
                late.append(f"{component} ({row.get('error', 'refused')})")
            else:
                alone[component] = row["cpu"]
        dearest = sorted(alone.items(), key=lambda item: -item[1])
        whole = in_child(lambda: ask([{"id": c} for c in alone]), options.limit * 10)
        total, three = sum(alone.values()), sum(cpu for _, cpu in dearest[:3])
        print(f"{len(alone)} measures, each alone in a session of its own: {figure(total)} ms. The three dearest: "
              + ", ".join(f"{c} {figure(cpu)}" for c, cpu in dearest[:3]) + f"; together {figure(three)}.")  # fmt: skip
        if "error" in whole:
            print(f"All in one request: {whole['error']}.")
        else:
            print(f"All in one request: {figure(whole['cpu'])} ms, {whole['cpu'] / three:.2f} of the three dearest, "
                  f"{whole['cpu'] / total:.2f} of all alone; {whole['mib']:.0f} MiB.")  # fmt: skip
        if late:
            print("Left out: " + ", ".join(late) + ".")
    return 0


def million(options):
    """Peak memory of a whole process that holds 10^6 agents with 5 * 10^6 links and asks for one measure, for each
    measure whose card says that 10^6 agents are comfortable."""
    import numpy as np

    print(machine())
    n = 10**6
    dice = Dice(1)
    young = np.repeat(np.arange(5, n + 5) % n, 5)
    old = (young * dice.uniform(len(young)) ** 2).astype(np.int64)  # to an earlier one, the older the likelier
    order = np.lexsort((old, young))
    starts = np.concatenate([[0], np.cumsum(np.bincount(young, minlength=n))]).astype(np.int64)
    links = old[order].copy()
    del young, old, order
    aura = aura_module()
    with aura.Session(threads=1) as session:
        components = session.catalogue().answer["components"]
    wanted = [c["id"] for c in components
              if c["id"].startswith("graph.") and re.search(r"10\^[67] agents", c.get("cost", ""))]  # fmt: skip
    wanted = [c for c in wanted if not options.ids or c in options.ids]
    print(f"\n{n} agents, {len(links)} links\n\n| measure | CPU s | MiB before | peak MiB |")
    print("|---|---|---|---|", flush=True)

    def hold(ask):
        session = aura.Session(threads=1)
        session.topology_from_csr("network", (starts, links), directed=False)
        settle()
        base, began = resident()[0], time.process_time()
        answer = ask(session)
        return {"base": base, "mib": resident()[1], "cpu": time.process_time() - began, "error": answer}

    for component in wanted:
        def ask(session):
            parameters = PARAMETERS_OF_MANY.get(component, {})
            request = {"topology": "network", "columns_only": True,
                       "analyses": [{"id": component, "parameters": parameters}]}  # fmt: skip
            return session.analyze(request).answer["answers"][0].get("error", {}).get("message")

        row = in_child(lambda: hold(ask), options.limit)
        if "mib" not in row or row["error"]:
            print(f"| {component} | {row['error']} | | |", flush=True)
        else:
            over = "**" if row["mib"] > 1024 else ""
            print(f"| {component} | {row['cpu']:.1f} | {row['base']:.0f} | {over}{row['mib']:.0f}{over} |", flush=True)
    return 0


# What the measures that need to be told something are told.
PARAMETERS_OF_MANY = {
    "graph.structure.dominators": {"agents": [0]}, "graph.centrality.pagerank_personal": {"agents": [0]},
    "graph.flow.maximum_flow": {"from": [0], "to": [999999]}, "graph.flow.minimum_cut": {"from": [0], "to": [999999]},
    "graph.flow.link_disjoint": {"from": [0], "to": [999999]},
    "graph.flow.agent_disjoint": {"from": [0], "to": [999999]},
    "graph.spectra.effective_resistance": {"from": [0], "to": [999999]},
}  # fmt: skip


def needs_parameters(ours, component):
    with ours.aura.Session(threads=1) as session:
        session.topology_from_csr("two", ([0, 1, 1], [1]), directed=False)
        reply = session.analyze({"topology": "two", "analyses": [{"id": component}]}).answer["answers"][0]
        return "error" in reply and reply["error"]["code"] == "schema"


def main():
    if sys.argv[1:2] == ["--worker"]:
        return worker(*sys.argv[2:])
    names = [n + w for n in NETWORKS for w in ("", "_w")]

    def several(known):
        def read(text):
            chosen = [word for word in text.split(",") if word]
            odd = [word for word in chosen if word not in known]
            if odd:
                raise argparse.ArgumentTypeError(f"{odd[0]} is none of {', '.join(known)}")
            return chosen

        return read

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=several(names), help="by default those of --quick")
    parser.add_argument("--quick", action="store_true", help=",".join(QUICK))
    parser.add_argument("--measures", type=several(list(MEASURES)), default=list(MEASURES))
    parser.add_argument("--peers", type=several(list(PEERS)), default=list(PEERS))
    parser.add_argument("--limit", type=float, default=45, help="seconds of CPU for each cell of each tool")
    parser.add_argument("--json", metavar="FILE", help="append what was measured, one line a cell")
    parser.add_argument("--two-threads", action="store_true")
    parser.add_argument("--all-measures", action="store_true")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--ids", type=lambda text: text.split(","), help="with --million: these components only")
    parser.add_argument("--table", nargs="+", metavar="FILE")
    parser.add_argument("--brief", action="store_true", help="with --table: without the other peers")
    options = parser.parse_args()
    if options.table:
        return table(options.table, options.brief)
    if options.quick or not options.networks:
        options.networks = (options.networks or []) + QUICK if not options.all_measures else ["sf10k"]
    if options.million:
        return million(options)
    if options.all_measures:
        return all_measures(options)
    return two_threads(options) if options.two_threads else compare(options)


if __name__ == "__main__":
    sys.exit(main())
