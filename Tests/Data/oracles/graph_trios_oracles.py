#!/usr/bin/env python3
"""Asks networkx and igraph for what the measures of three agents must give; see graph_oracles.py.

    v/bin/python Tests/Data/oracles/graph_trios_oracles.py

Trios are looked for in the simple network: that is what the tools are asked about. `graph.peers_differ_trios.json`
holds answers of tools that differ on purpose or by mistake.
"""
import json
import os

import igraph as ig
import networkit as nk
import networkx as nx
import rustworkx as rx

from graph_oracles import HERE, IG, NK, NX, TOPOLOGIES, Net, document, vector, write

RX = f"rustworkx {rx.__version__}"


def small(net, recipe, expect, tool=NX, **more):
    out = {"parameters": {}, "roles": {}, "tool": tool, "recipe": recipe, "tolerance": 0, **more, "expect": expect}
    return {"topology": net.name, **out} if net.name else {"document": net.doc, **out}


def simple_ig(net):
    return ig.Graph(n=net.n, edges=list(net.simple.edges()))


def ids(net, agents):
    return [net.doc["nodes"][i]["id"] for i in agents]


def means(values, net):
    linked = [v for i, v in enumerate(values) if net.simple.degree(i) > 1]
    return {"clustering": values, "mean": sum(values) / len(values) if values else None,
            "mean_linked": sum(linked) / len(linked) if linked else None}


def triangles(net):
    found = vector(nx.triangles(net.simple), net.n)
    yield small(net, "triangles(simple G)", {"triangles": found, "total": sum(found) // 3})


def clustering(net):
    # igraph makes nothing of a network of nobody.
    found = simple_ig(net).transitivity_local_undirected(mode="zero") if net.n else []
    expect = means(found, net)
    if net.n:
        expect["mean"] = nx.average_clustering(net.simple)
    yield small(net, "Graph(simple).transitivity_local_undirected(mode='zero'); average_clustering(simple G) of "
                + NX, expect, tool=IG, tolerance=1e-12)


def transitivity(net):
    found = simple_ig(net).transitivity_undirected() if net.n else float("nan")
    expect = {"transitivity": None if found != found else found}
    if found != found:
        assert nx.transitivity(net.simple) == 0
    pairs = {i: [(a, b) for a in net.simple[i] for b in net.simple[i] if a < b] for i in net.simple}
    expect["open"] = [sum(not net.simple.has_edge(*p) for p in pairs[i]) for i in range(net.n)]
    yield small(net, "Graph(simple).transitivity_undirected(); open pairs counted one by one", expect, tool=IG,
                tolerance=1e-15)


def k_truss(net):
    truss = {}
    k = 2
    while True:
        left = nx.k_truss(net.simple, k)
        if left.number_of_edges() == 0:
            break
        truss.update({(min(e), max(e)): k for e in left.edges()})
        k += 1
    values = [truss.get((min(e), max(e)), 0) for e in net.links]
    most = max(values, default=0)
    top = sorted({v for e, k in truss.items() if k == most for v in e})
    yield small(net, "k_truss(simple G, k) for k = 2, 3, ... until nothing is left",
                {"truss": values, "truss_max": most, "agents": ids(net, top)})


def arcs(net):
    """The simple directed network; links of an undirected one go both ways."""
    out = nx.DiGraph()
    out.add_nodes_from(range(net.n))
    for s, t in net.links:
        if s != t:
            out.add_edge(s, t)
            if not net.directed:
                out.add_edge(t, s)
    return out


def clustering_directed(net):
    found = vector(nx.clustering(arcs(net)), net.n) if net.n else []
    yield small(net, "clustering(simple DiGraph)", means(found, net), tolerance=1e-12)


def clustering_weighted(net):
    name = net.field("strength", "weight")[0] if net.links else None
    graph = net.simple.copy()
    for link, (s, t) in zip(net.doc["links"], net.links):
        if s != t:
            graph[s][t]["sum"] = graph[s][t].get("sum", 0) + (link[name] if name else 1)
    # networkx divides by the largest strength, also when it is 0.
    if any(w > 0 for _, _, w in graph.edges(data="sum")):
        found = vector(nx.clustering(graph, weight="sum"), net.n)
    else:
        found = [0] * net.n
    yield small(net, f"clustering(simple G, weight=sum of {name or 'links'})", means(found, net), tolerance=1e-12)


def maximal_cliques(net):
    groups = sorted((sorted(g) for g in nx.find_cliques(net.simple)), key=lambda g: (-len(g), g))
    by_size = [0] * (max(map(len, groups), default=0) + 1)
    largest = [0] * net.n
    for group in groups:
        by_size[len(group)] += 1
        for v in group:
            largest[v] = max(largest[v], len(group))
    yield small(net, "find_cliques(simple G)",
                {"count": len(groups), "complete": True, "by_size": by_size, "largest": largest,
                 "groups": [{"agents": ids(net, g)} for g in groups[:20]]})


def triads(net):
    graph = arcs(net)
    loops = [0] * net.n
    for loop in nx.simple_cycles(graph, length_bound=3):
        if len(loop) == 3:
            for v in loop:
                loops[v] += 1
    # networkx 3.6.1 wants three agents.
    census = nx.triadic_census(graph) if net.n > 2 else {name: 0 for name in nx.triadic_census(nx.empty_graph(
        3, create_using=nx.DiGraph))}
    yield small(net, "triadic_census(simple DiGraph); simple_cycles(simple DiGraph, length_bound=3)",
                {"census": census, "loops": loops})


ORACLES = {
    "graph.structure.triangles": triangles, "graph.structure.clustering": clustering,
    "graph.structure.transitivity": transitivity, "graph.structure.k_truss": k_truss,
    "graph.structure.clustering_directed": clustering_directed,
    "graph.structure.clustering_weighted": clustering_weighted,
    "graph.structure.maximal_cliques": maximal_cliques, "graph.structure.triads": triads,
}


def peers_differ():
    """What tools say where their conventions, or their mistakes, part from ours."""
    def differ(component, doc, tool, recipe, why, says, right):
        return {"component": "graph.structure." + component, "document": doc, "parameters": {}, "tool": tool,
                "recipe": recipe, "why": why, "tolerance": 1e-9, "says": says, "right": right}

    double = document(3, [(0, 1), (1, 2), (0, 2), (0, 1)])
    graph = nk.Graph(3)
    for link in double["links"]:
        graph.addEdge(link["source"], link["target"])
    yield differ("clustering", double, NK, "centrality.LocalClusteringCoefficient(G).run().scores()",
                 "it counts a triangle twice when a side is doubled",
                 {"clustering": nk.centrality.LocalClusteringCoefficient(graph).run().scores()},
                 {"clustering": [1, 1, 1]})
    other = rx.PyGraph(multigraph=True)
    other.add_nodes_from(range(3))
    other.add_edges_from([(e["source"], e["target"], None) for e in double["links"]])
    yield differ("transitivity", double, RX, "transitivity(G)", "it counts a triangle twice when a side is doubled",
                 {"transitivity": rx.transitivity(other)}, {"transitivity": 1})
    path = document(2, [(0, 1)])
    yield differ("transitivity", path, NX, "transitivity(G)", "it calls nothing to close not closed",
                 {"transitivity": nx.transitivity(nx.path_graph(2))}, {"transitivity": None})
    tail = document(4, [(0, 1), (1, 2), (0, 2), (2, 3)])
    alone = ig.Graph(n=4, edges=[(0, 1), (1, 2), (0, 2), (2, 3)]).transitivity_local_undirected()
    yield differ("clustering", tail, IG, "transitivity_local_undirected()",
                 "it gives no number for fewer than two partners",
                 {"clustering": [None if v != v else v for v in alone]},
                 {"clustering": [1, 1, 1 / 3, 0]})
    ring = document(3, [(0, 1), (1, 2), (2, 0)], True)
    yield differ("clustering_directed", ring, IG, "transitivity_local_undirected(mode='zero')",
                 "it leaves direction aside",
                 {"clustering": ig.Graph(n=3, edges=[(0, 1), (1, 2), (2, 0)],
                                         directed=True).transitivity_local_undirected(mode="zero")},
                 {"clustering": [0.5, 0.5, 0.5]})
    weak = document(3, [(0, 1), (1, 2), (0, 2)], strength=[1, 1, 0.125])
    barrat = ig.Graph(n=3, edges=[(0, 1), (1, 2), (0, 2)])
    yield differ("clustering_weighted", weak, IG, "transitivity_local_undirected(weights=strength, mode='zero')",
                 "it takes the mean of the two sides at the agent (Barrat): a closed triangle is 1 whatever it carries",
                 {"clustering": barrat.transitivity_local_undirected(weights=[1, 1, 0.125], mode="zero")},
                 {"clustering": [0.5, 0.5, 0.5]})
    loop = document(4, [(0, 1), (1, 2), (0, 2), (3, 3)], strength=[1, 1, 1, 8])
    heavy = nx.Graph([(0, 1, {"w": 1}), (1, 2, {"w": 1}), (0, 2, {"w": 1}), (3, 3, {"w": 8})])
    yield differ("clustering_weighted", loop, NX, "clustering(G, weight='strength')",
                 "it compares with the strength of a self loop",
                 {"clustering": vector(nx.clustering(heavy, weight="w"), 4)}, {"clustering": [1, 1, 1, 0]})


def main():
    nets = []
    for file in sorted(os.listdir(TOPOLOGIES)):
        if file.split("_")[0] in ("svc", "grid", "itz", "dag", "drawn") and file.endswith(".json"):
            with open(os.path.join(TOPOLOGIES, file)) as text:
                nets.append(Net(file[:-5], json.load(text)))
    octahedron = [(a, b) for a in range(6) for b in range(a + 1, 6) if a // 2 != b // 2]
    for doc in (document(0, []), document(1, []), document(2, [(0, 0), (1, 1)]), document(2, [(0, 1), (1, 0)], True),
                document(3, [(0, 1), (1, 2), (2, 0), (0, 2)], True), document(6, octahedron),
                document(4, [(0, 1), (0, 1), (1, 2), (0, 2), (2, 3)]),
                document(3, [(0, 1), (1, 2), (0, 2)], strength=[0, 0, 0]),
                document(5, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4)], strength=[1, 2, 4, 0.5, 0, 3])):
        nets.append(Net("", doc))
    for component, ask in ORACLES.items():
        cases = [answer for net in nets for answer in ask(net)]
        write(os.path.join(HERE, component + ".json"), {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases", os.path.getsize(os.path.join(HERE, component + ".json")), "bytes")
    differ = list(peers_differ())
    for entry in differ:
        print(entry["component"], entry["tool"], entry["says"], entry["right"])
    write(os.path.join(HERE, "graph.peers_differ_trios.json"), {"cases": differ}, None)


if __name__ == "__main__":
    main()
