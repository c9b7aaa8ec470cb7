#!/usr/bin/env python3
"""Asks independent tools for what answers that depend on chance or on a search must reach; writes
`graph.communities.label_propagation.json`, `graph.communities.stability.json`,
`graph.centrality.betweenness_sampled.json`, `graph.resilience.critical_agents.json` and `graph.layout.stress.json`
beside this file.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3 leidenalg==0.12.0 numpy==2.4.6
    v/bin/python Tests/Data/oracles/graph_bounds_oracles.py

`at_least` and `at_most` bound numbers of the answer. `divisions` with `variation`, and `exact`, are read by tests of
their own in OracleTests.swift, which hold the theorems too: no agent prefers another label, communities hang together.
"""
import collections
import itertools
import json
import math
import os
import random
import sys

import igraph as ig
import leidenalg as la
import networkx as nx
import numpy as np

from graph_oracles import DEGENERATE, HERE, IG, NX, TOPOLOGIES, Net, document, version, write

LA = f"leidenalg {version('leidenalg')}"
CLIQUES = document(10, [(b + i, b + j) for b in (0, 5) for i in range(5) for j in range(i)] + [(4, 5)])
FEW = [document(5, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4)]), CLIQUES,
       document(7, [(0, i) for i in range(1, 7)]), document(6, [(i, (i + 1) % 6) for i in range(6)], True)]


def case(net, tool, recipe, parameters=None, **members):
    network = {"topology": net.name} if net.name else {"document": net.doc}
    return {**network, "parameters": parameters or {}, "roles": {}, "tool": tool, "recipe": recipe, **members}


def weighted(net):
    """The undirected simple network with strengths summed, links of strength 0 left out; strengths of loops apart."""
    given = net.field("strength", "weight")[1] or [1] * len(net.links)
    graph, loops = nx.Graph(), 0
    graph.add_nodes_from(range(net.n))
    for (s, t), w in zip(net.links, given):
        if s == t:
            loops += w
        elif w > 0:
            graph.add_edge(s, t, weight=graph.get_edge_data(s, t, {"weight": 0})["weight"] + w)
    return graph, loops


def label_propagation(net):
    graph, loops = weighted(net)
    total = loops + graph.size(weight="weight")
    if not graph.number_of_edges():
        yield case(net, "definition", "nobody has a partner: everybody keeps its own label",
                   expect={"count": net.n, "labels": list(range(net.n)), "quality": 1 if total else 0})
        return
    counts, shares = [], []
    for seed in range(200):
        parts = list(nx.community.asyn_lpa_communities(graph, weight="weight", seed=seed))
        inside = loops + sum(graph.subgraph(part).size(weight="weight") for part in parts)
        counts.append(len(parts))
        shares.append(inside / total)
    yield case(net, NX, "asyn_lpa_communities(G, weight, seed): the least and the most communities, and share of "
               "strength within, of 200 seeds", at_least={"count": min(counts), "quality": min(shares)},
               at_most={"count": max(counts), "quality": max(shares)})


def stability(net):
    """Divisions that differ (three resolutions), and how far apart they are: what the component does with its own."""
    graph, _ = weighted(net)
    if not graph.number_of_edges():
        yield case(net, "definition", "nobody has a partner: every search finds everybody alone",
                   expect={"variation": 0})
        return
    peer = ig.Graph(n=net.n, edges=list(graph.edges()))
    weights = [w for _, _, w in graph.edges(data="weight")]
    divisions = []
    for resolution in (0.4, 1, 2.5):
        found = la.find_partition(peer, la.RBConfigurationVertexPartition, weights=weights, n_iterations=-1, seed=1,
                                  resolution_parameter=resolution).membership
        first = {}
        divisions.append([first.setdefault(c, len(first)) for c in found])
    apart = [ig.compare_communities(a, b, method="vi") for a, b in itertools.combinations(divisions, 2)]
    yield case(net, f"{LA}, {IG}", "find_partition(G, RBConfigurationVertexPartition) at resolutions 0.4, 1 and 2.5; "
               "mean of compare_communities(a, b, 'vi'); no division is farther from another than ln n",
               divisions=divisions, variation=sum(apart) / 3, at_least={"variation": 0},
               at_most={"variation": math.log(net.n)})


def betweenness_sampled(net):
    if net.n > 120:
        return
    exact = nx.betweenness_centrality(net.nx, normalized=False)
    yield case(net, NX, "betweenness_centrality(G, normalized=False)", {"error": 0.1},
               exact=[exact[i] for i in range(net.n)])


def area(graph, order):
    graph, total = graph.copy(), 0
    for agent in order:
        graph.remove_node(agent)
        total += max(map(len, nx.connected_components(graph)), default=0)
    return total


def adaptive(graph, score):
    graph, order = graph.copy(), []
    while len(graph):
        values = score(graph)
        order.append(min(graph, key=lambda i: (-values[i], i)))
        graph.remove_node(order[-1])
    return order


def critical_agents(net):
    graph, n = net.simple, net.n
    if n == 0:
        yield case(net, "definition", "nobody: R is 0", {"effort": 0}, expect={"R": 0})
    elif n <= 7:
        best = min(area(graph, order) for order in itertools.permutations(range(n)))
        yield case(net, NX, "connected_components after each loss, the least R of all orders", {"effort": 1},
                   expect={"R": best / n / n}, tolerance=1e-12)
    elif n <= 80:
        best = min(area(graph, adaptive(graph, lambda g: dict(g.degree()))),
                   area(graph, adaptive(graph, nx.betweenness_centrality)))
        yield case(net, NX, "connected_components after each loss, the better R of two orders: the best linked that is "
                   "left, and the one on most routes that is left; some agent is left until the last loss", {"effort": 1},
                   at_most={"R": best / n / n}, at_least={"R": (n - 1) / n / n})


def drawn_stress(graph, seed):
    """Mean of (drawn distance / hops - 1)^2 over pairs of one part, each part at its best scale."""
    total = pairs = 0
    for part in nx.connected_components(graph):
        part = sorted(part)
        if len(part) < 2:
            continue
        sub = ig.Graph(n=len(part), edges=[(part.index(a), part.index(b)) for a, b in graph.subgraph(part).edges()])
        random.seed(seed)
        start = [(random.random(), random.random()) for _ in part]
        places = np.array(sub.layout_kamada_kawai(seed=start, maxiter=50 * len(part)).coords)
        hops = np.array(sub.distances(), dtype=float)
        upper = np.triu_indices(len(part), 1)
        apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(-1))[upper] / hops[upper]
        scale = apart.sum() / (apart ** 2).sum()
        total += ((scale * apart - 1) ** 2).sum()
        pairs += len(upper[0])
    return total / pairs if pairs else 0


def stress(net):
    if net.n > 150:
        return
    found = [drawn_stress(net.simple, seed) for seed in range(20)]
    yield case(net, IG, "layout_kamada_kawai(seed=random places): the least stress of 20, each part at its best scale; "
               "ours, of one start, is at most a fifth larger", at_least={"stress": 0},
               at_most={"stress": min(found) * 1.2 + 1e-3})


ORACLES = {
    "graph.communities.label_propagation": (label_propagation, FEW),
    "graph.communities.stability": (stability, FEW),
    "graph.centrality.betweenness_sampled": (betweenness_sampled, FEW),
    "graph.resilience.critical_agents": (critical_agents, FEW),
    "graph.layout.stress": (stress, FEW),
}


def main():
    nets = [Net("", doc) for doc in DEGENERATE]
    for file in sorted(os.listdir(TOPOLOGIES)):
        if file.split("_")[0] in ("svc", "grid", "itz", "dag", "drawn") and file.endswith(".json"):
            with open(os.path.join(TOPOLOGIES, file)) as text:
                nets.append(Net(file[:-5], json.load(text)))
    for component, (ask, more) in ORACLES.items():
        if len(sys.argv) > 1 and component not in sys.argv[1:]:
            continue
        cases = [answer for net in nets + [Net("", doc) for doc in more] for answer in ask(net)]
        write(os.path.join(HERE, component + ".json"), {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases")


if __name__ == "__main__":
    main()
