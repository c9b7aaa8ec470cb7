#!/usr/bin/env python3
"""Asks networkx and scipy about routes: busiest links, shortest loops, delays, the nearest agents; see graph_oracles.py.

    v/bin/python Tests/Data/oracles/graph_routes_oracles.py [part of an id]

Of parallel links the first of the shortest carries all routes, where networkx lets equally short ones share: it is asked
about the network with that link alone.
"""
import json
import os
import sys
from importlib.metadata import version

import networkx as nx
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from graph_oracles import HERE, NX, TOPOLOGIES, Dice, Net, document, write

SP = f"scipy {version('scipy')}"


def drawn(seed, n, m, directed, lengths=True):
    dice = Dice(seed)
    links = [(dice.below(n), dice.below(n)) for _ in range(m)]
    fields = {"length": [(1 + dice.below(40)) / 10 for _ in links]} if lengths else {}
    return document(n, links, directed, **fields)


CASES = [
    document(0, []), document(1, []), document(1, [(0, 0)]), document(2, [(0, 0), (1, 1)]), document(4, []),
    document(2, [(0, 1), (1, 0)]), document(2, [(0, 1), (1, 0)], True), document(4, [(0, 1), (0, 1), (2, 3)]),
    document(6, [(i, i + 1) for i in range(5)]), document(6, [(i, i + 1) for i in range(5)], True),
    document(7, [(i, (i + 1) % 7) for i in range(7)]), document(7, [(i, (i + 1) % 7) for i in range(7)], True),
    document(3, [(0, 1), (1, 2), (0, 2)], length=[1, 1, 3]), document(6, [(0, i) for i in range(1, 6)]),
    document(4, [(0, 1), (1, 0), (1, 2), (2, 0), (2, 3), (3, 3)], length=[5, 2, 0.5, 0.25, 1, 9]),
    document(5, [(0, 1), (1, 2), (2, 3), (3, 0), (1, 3)], True, length=[2, 2, 2, 2, 2]),
    drawn(31, 12, 20, False), drawn(32, 14, 30, True), drawn(33, 20, 19, False), drawn(34, 25, 80, True),
    drawn(35, 18, 30, False, False), drawn(36, 18, 40, True, False),
]


def small(net, expect, tool=NX, **more):
    out = {"parameters": {}, "roles": {}, "tool": tool, "tolerance": 1e-12, **more, "expect": expect}
    return {"topology": net.name, **out} if net.name else {"document": net.doc, **out}


def settings(net):
    """Links counted; and their lengths, in units that are whole, where there are any."""
    yield None, {"ignore_length": True}
    links = net.doc["links"]
    if links and all(link.get("length", 0) > 0 for link in links):
        whole = [round(link["length"] * 100) for link in links]
        assert all(abs(w - link["length"] * 100) < 1e-9 * w for w, link in zip(whole, links))
        yield whole, {}


def bundles(net, lengths):
    """The network with the first of the shortest links of each bundle, and its link."""
    graph = nx.DiGraph() if net.directed else nx.Graph()
    graph.add_nodes_from(range(net.n))
    for k, (s, t) in enumerate(net.links):
        length = lengths[k] if lengths else 1
        if s != t and (not graph.has_edge(s, t) or length < graph[s][t]["whole"]):
            graph.add_edge(s, t, whole=length, link=k)
    return graph


def betweenness_link(net):
    for lengths, parameters in settings(net):
        graph = bundles(net, lengths)
        for normalised in (False, True):
            if normalised and lengths:
                continue
            found = [0.0] * len(net.links)
            by_pair = nx.edge_betweenness_centrality(graph, normalized=normalised, weight="whole" if lengths else None)
            for (s, t), value in by_pair.items():
                found[graph[s][t]["link"]] = value
            recipe = f"edge_betweenness_centrality(G, normalized={normalised}" + (", weight=whole)" if lengths else ")")
            yield small(net, {"betweenness_link": found}, recipe=recipe + ", G of the first shortest link of each bundle",
                        parameters={**parameters, **({"normalised": True} if normalised else {})}, tolerance=1e-10)


def shortest_cycle(net):
    found = [None] * net.n
    if net.directed:
        hops = dict(nx.all_pairs_shortest_path_length(net.nx))
        for i in range(net.n):
            found[i] = min((1 + hops[j][i] for j in net.nx.successors(i) if i in hops[j]), default=None)
        recipe = "1 + min over successors of shortest_path_length(G)"
    else:
        for i in range(net.n):
            lengths = []
            for k in {(min(e), max(e)) for e in net.links if i in e}:
                other = k[0] + k[1] - i
                if other == i:
                    lengths.append(1)
                    continue
                rest = net.nx.copy()
                rest.remove_edge(*k)
                if nx.has_path(rest, other, i):
                    lengths.append(1 + nx.shortest_path_length(rest, other, i))
            found[i] = min(lengths, default=None)
        recipe = "1 + min over links of shortest_path_length(G without it)"
    girth = min((x for x in found if x is not None), default=None)
    yield small(net, {"shortest_cycle": found, "girth": girth}, recipe=recipe, tolerance=0)


def length_distances(net):
    for lengths, parameters in settings(net):
        if lengths is None and net.doc["links"] and any("length" in link for link in net.doc["links"]):
            continue
        graph = bundles(net, lengths)
        unit = 100 if lengths else 1
        a = nx.to_scipy_sparse_array(graph, weight="whole", dtype=float) if net.n and graph.size() else csr_matrix(
            (net.n, net.n))
        d = dijkstra(a, directed=True) / unit if net.n else np.zeros((0, 0))
        off = ~np.eye(net.n, dtype=bool)
        far = d[off & np.isfinite(d)]
        means = [float(np.mean(row[np.isfinite(row) & off[i]])) if (np.isfinite(row) & off[i]).any() else None
                 for i, row in enumerate(d)]
        longest = [float(np.max(row[np.isfinite(row)])) for row in d]
        quantiles = [float(np.quantile(far, q, method="inverted_cdf")) for q in (.1, .25, .5, .75, .9, .99)] if len(
            far) else []
        yield small(net, {"mean": float(far.mean()) if len(far) else None, "quantiles": quantiles, "means": means,
                          "farthest": longest, "longest": float(far.max()) if len(far) else 0,
                          "reachable_share": len(far) / (net.n * (net.n - 1)) if net.n > 1 else 1}, tool=SP,
                    recipe="csgraph.dijkstra(G); numpy.quantile(method='inverted_cdf')")


def closeness_top(net):
    for direction in ("out", "in") if net.directed else ("out",):
        graph = net.nx.reverse() if net.directed and direction == "out" else net.nx
        values = nx.closeness_centrality(graph)
        order = sorted(range(net.n), key=lambda i: (-round(values[i], 12), i))
        for k in (10, 3):
            top = [i for i in order if values[i] > 0][:k]
            yield small(net, {"agents": [net.doc["nodes"][i]["id"] for i in top],
                              "closeness": [values[i] for i in top]},
                        recipe="closeness_centrality(G.reverse()), the best" if direction == "out"
                        else "closeness_centrality(G), the best",
                        parameters={**({} if k == 10 else {"count": k}), **({"direction": "in"} if direction == "in" else {})})


ORACLES = {
    "graph.centrality.betweenness_link": betweenness_link,
    "graph.loops.shortest_cycle": shortest_cycle,
    "graph.structure.length_distances": length_distances,
    "graph.centrality.closeness_top": closeness_top,
}


def shortened(value):
    """Thirteen digits will do."""
    if isinstance(value, float):
        return float(f"{value:.13g}")
    if isinstance(value, list):
        return [shortened(x) for x in value]
    if isinstance(value, dict):
        return {k: shortened(v) if k == "expect" else v for k, v in value.items()}
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
        cases = []
        for net in nets:
            for answer in ask(net):
                answer["expect"] = {k: shortened(v) for k, v in answer["expect"].items()}
                cases.append(answer)
        path = os.path.join(HERE, component + ".json")
        write(path, {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases", os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
