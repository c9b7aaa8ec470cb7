#!/usr/bin/env python3
"""Asks independent tools about spectra and walks; writes `graph.spectra.*.json` and its part of `graph.centrality.*.json`
beside this file.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3 rustworkx==0.18.1 numpy scipy
    v/bin/python Tests/Data/oracles/graph_spectra_oracles.py [part of an id]

Dense linear algebra is numpy's. Where a network has several leading parts, the definition stands in for a tool: what
(A + 1)^(2^40) makes of the all-ones vector.
"""
import json
import math
import os
import sys
from importlib.metadata import version

import networkx as nx
import numpy as np
import rustworkx as rx

from graph_oracles import HERE, IG, NX, TOPOLOGIES, Dice, Net, document, write

NP, RX = (f"{name} {version(name)}" for name in ("numpy", "rustworkx"))


def drawn(seed, n, m, directed, strengths=True):
    dice = Dice(seed)
    links = [(dice.below(n), dice.below(n)) for _ in range(m)]
    fields = {"strength": [0 if dice.below(10) == 0 else (1 + dice.below(5000)) / 1000 for _ in links]}
    return document(n, links, directed, **(fields if strengths else {}))


CASES = [
    document(0, []), document(1, []), document(1, [(0, 0)]), document(2, [(0, 1), (0, 1), (1, 0)]), document(5, []),
    document(4, [(0, 1), (2, 3)]), document(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 3)], True),
    document(6, [(5, 1), (5, 1), (3, 5), (1, 0), (4, 0)], True, strength=[2.5, 7.25, 0, 0.125, 3]),
    document(7, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3), (5, 6)]),
    document(5, [(0, 1), (1, 2), (2, 3), (3, 0), (1, 1)], strength=[1, 1e-6, 1e6, 3, 2]),
    document(8, [(i, i + 1) for i in range(7)]), document(6, [(i, (i + 1) % 6) for i in range(6)], True),
    document(6, [(0, i) for i in range(1, 6)]),
    document(7, [(0, 1), (1, 0), (1, 2), (2, 3), (3, 2), (3, 4), (5, 6), (6, 5)], True),
    drawn(11, 12, 14, False), drawn(12, 12, 26, False), drawn(13, 12, 20, True), drawn(14, 15, 45, True),
    drawn(15, 20, 60, False), drawn(16, 25, 50, True), drawn(17, 25, 24, False), drawn(18, 30, 40, False, False),
]


def case(net, tool, recipe, expect, parameters=None, tolerance=1e-8):
    out = {"parameters": parameters or {}, "roles": {}, "tool": tool, "recipe": recipe, "tolerance": tolerance,
           "expect": expect}
    out.update({"topology": net.name} if net.name else {"document": net.doc})
    return out


def strengths(net):
    for name in ("strength", "weight"):
        if any(name in link for link in net.doc["links"]):
            return [link.get(name, 1) for link in net.doc["links"]]
    return None


def matrix(net, values=None):
    """a[i][j]: strength from i to j; a self loop of an undirected network counts twice."""
    a = np.zeros((net.n, net.n))
    for k, (s, t) in enumerate(net.links):
        a[s, t] += 1 if values is None else values[k]
        if not net.directed:
            a[t, s] += 1 if values is None else values[k]
    return a


def settings(net):
    """Strengths as they are, and once as if there were none."""
    own = strengths(net)
    yield own, {}
    if own is not None:
        yield None, {"ignore_strength": True}


def radius_of(net, a):
    """Largest eigenvalue, part by part, since numpy cannot tell the eigenvalues of a nilpotent matrix from 0; how many
    parts have it."""
    best, count = 0.0, 0
    graph = nx.DiGraph()
    graph.add_nodes_from(range(net.n))
    graph.add_edges_from((int(i), int(j)) for i, j in zip(*np.nonzero(a)))
    for part in nx.strongly_connected_components(graph):
        part = sorted(part)
        inner = a[np.ix_(part, part)]
        if not inner.any():
            continue
        value = float(max(abs(np.linalg.eigvals(inner))) if net.directed else np.linalg.eigvalsh(inner)[-1])
        if value > best * (1 + 1e-9):
            best, count = value, 1
        elif value > best * (1 - 1e-9):
            count += 1
    return best, count


def pagerank_personal(net):
    for values, parameters in settings(net):
        for start in ([0], [net.n - 1, 0, 0]) if net.n else ():
            reset = [start.count(i) for i in range(net.n)]
            ids = [net.doc["nodes"][i]["id"] for i in start]
            found = net.ig.personalized_pagerank(reset=reset, weights=values)
            yield case(net, IG, f"personalized_pagerank(reset=..., weights={'given' if values else None})",
                       {"pagerank_personal": found}, {**parameters, "agents": ids}, 1e-9)


def katz(net):
    for values, parameters in settings(net):
        a = matrix(net, values)
        radius, _ = radius_of(net, a)
        sums = a.sum(axis=0).max() if net.n else 0
        alpha = 0.85 / radius if radius else 0.85 / sums if sums else 0.85
        for given, label in ((alpha, {}), (alpha / 3, {"alpha": alpha / 3})):
            found = np.linalg.solve(np.eye(net.n) - given * a.T, np.ones(net.n))
            yield case(net, NP, "linalg.solve(I - alpha * A.T, 1)", {"katz": found.tolist(), "alpha": given},
                       {**parameters, **label}, 1e-9)


def power_limit(a):
    m = a.T + np.eye(len(a)) * max(1e-300, a.sum(axis=0).max() / 8)
    for _ in range(40):
        m = m @ m
        m /= abs(m).max()
    x = m @ np.ones(len(a))
    return x / np.linalg.norm(x)


def eigenvector(net):
    for values, parameters in settings(net):
        a = matrix(net, values)
        radius, count = radius_of(net, a)
        if radius == 0:
            yield case(net, NP, "no eigenvalue but 0", {"eigenvector": [None] * net.n, "eigenvalue": 0}, parameters)
            continue
        if net.directed and count > 1 and net.n == 7:
            continue  # a fastest part feeds another one: powers run away from every eigenvector but one
        graph = nx.from_numpy_array(a, create_using=nx.DiGraph if net.directed else nx.Graph)
        joined = nx.is_strongly_connected(graph) if net.directed else nx.is_connected(graph)
        expect = {"eigenvalue": radius, "degenerate": count > 1}
        if joined and net.n > 2:
            by_agent = nx.eigenvector_centrality_numpy(graph, weight="weight")
            found, tool, recipe = [by_agent[i] for i in range(net.n)], NX, "eigenvector_centrality_numpy(G, 'weight')"
        else:
            found, tool, recipe = power_limit(a).tolist(), NP, "(A.T + shift)^(2^40) 1, of 2-norm 1"
        yield case(net, tool, recipe, {"eigenvector": found, **expect}, parameters)


def spectral_radius(net):
    for values, parameters in settings(net):
        a = matrix(net, values)
        radius, count = radius_of(net, a)
        expect = {"spectral_radius": radius, "spreading_threshold": 1 / radius if radius else None}
        if radius and count == 1:
            right, left = power_limit(a), power_limit(a.T)
            expect["share"] = (left * right / (left @ right)).tolist()
        yield case(net, NP, "linalg.eigvals(A), part by part; share from the power limits of A and A.T", expect, parameters)


def hits(net):
    for values, parameters in settings(net):
        a = matrix(net, values)
        if not a.any():
            yield case(net, NP, "no link", {"hub": [0] * net.n, "authority": [0] * net.n}, parameters)
            continue
        # The projection of the all-ones vector on the leading eigenvectors of A A.T.
        square = a @ a.T
        value, vectors = np.linalg.eigh(square / abs(square).max())
        leading = vectors[:, value > value[-1] * (1 - 1e-10)]
        if values is not None and 0 < min(values) < 1e-9 * max(values):
            continue  # eigenvalues too close to call
        hub = abs(leading @ (leading.T @ np.ones(net.n)))
        authority = a.T @ hub
        yield case(net, NP, "linalg.eigh(A @ A.T): the shadow of the all-ones vector on the leading vectors",
                   {"hub": (hub / hub.sum()).tolist(), "authority": (authority / authority.sum()).tolist()}, parameters)
        pairs = {}
        for k, (s, t) in enumerate(net.links):
            pairs[s, t] = pairs.get((s, t), 0) + (1 if values is None else values[k])
        if net.directed and leading.shape[1] == 1 and value[-2] < 0.98 * value[-1]:
            graph = rx.PyDiGraph()
            graph.add_nodes_from(range(net.n))
            graph.add_edges_from([(s, t, w) for (s, t), w in pairs.items()])
            h, z = rx.hits(graph, weight_fn=float, tol=1e-13, max_iter=10000)
            yield case(net, RX, "hits(D, weight_fn=float, tol=1e-13)",
                       {"hub": [h[i] for i in range(net.n)], "authority": [z[i] for i in range(net.n)]}, parameters)


ORACLES = {
    "graph.centrality.pagerank_personal": pagerank_personal,
    "graph.centrality.katz": katz,
    "graph.centrality.eigenvector": eigenvector,
    "graph.centrality.hits": hits,
    "graph.spectra.spectral_radius": spectral_radius,
}


def shortened(value):
    """Twelve digits will do."""
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    if isinstance(value, list):
        return [shortened(x) for x in value]
    if isinstance(value, dict):
        return {k: shortened(v) if k != "parameters" and k != "document" else v for k, v in value.items()}
    return value


def main():
    nets = []
    for file in sorted(os.listdir(TOPOLOGIES)):
        if file.split("_")[0] in ("svc", "grid", "itz", "dag", "drawn") and file.endswith(".json"):
            with open(os.path.join(TOPOLOGIES, file)) as text:
                nets.append(Net(file[:-5], json.load(text)))
    nets += [Net("", doc) for doc in CASES]
    for component, ask in ORACLES.items():
        if not any(part in component for part in sys.argv[1:] or [""]):
            continue
        cases = [shortened(answer) for net in nets for answer in ask(net) if net.n <= 130]
        path = os.path.join(HERE, component + ".json")
        write(path, {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases", os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
