#!/usr/bin/env python3
"""Asks independent tools for the answers that the graph components must give.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3
    v/bin/python Tests/Data/oracles/graph_oracles.py

Writes `drawn_*.json` into ../topologies and `graph.*.json` beside this file. Each oracle file holds the component's
id and a list of cases: the network (a file of ../topologies, or a document), the request's parameters and roles, the
tool with its version, the recipe (the call), the tolerance, and what the answer must contain. `graph.peers_differ.json`
holds cases in which a tool departs from our conventions: what it says there must not be our answer.
"""
import json
import os
from importlib.metadata import version

import igraph as ig
import networkit as nk
import networkx as nx

HERE = os.path.dirname(os.path.abspath(__file__))
TOPOLOGIES = os.path.join(HERE, "..", "topologies")
NX, IG, NK = (f"{name} {version(name)}" for name in ("networkx", "igraph", "networkit"))


class Dice:
    """SplitMix64: number k is the finaliser of seed + (k + 1) * 0x9E3779B97F4A7C15."""

    def __init__(self, seed):
        self.seed, self.k = seed, 0

    def below(self, bound):
        mask = (1 << 64) - 1
        self.k += 1
        z = (self.seed + self.k * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return ((z ^ (z >> 31)) * bound) >> 64


def drawn(name, seed, n, m, directed):
    """m links whose ends are drawn evenly from n agents: self loops, parallel links, pieces, all by chance. Lengths
    are whole, 1 to 9; strengths are thousandths from 0 to 5, a tenth of them 0."""
    dice = Dice(seed)
    links = []
    for _ in range(m):
        s, t = dice.below(n), dice.below(n)
        length = 1 + dice.below(9)
        strength = 0 if dice.below(10) == 0 else dice.below(5001) / 1000
        links.append({"source": s, "target": t, "length": length, "strength": strength})
    source = f"graph_oracles.py: drawn(seed={seed}, n={n}, m={m})"
    return {
        "directed": directed, "multigraph": True,
        "graph": {"name": name, "source": source, "license": "Apache-2.0"},
        "nodes": [{"id": i} for i in range(n)], "links": links,
    }


class Net:
    def __init__(self, name, doc):
        self.name, self.doc = name, doc
        self.n = len(doc["nodes"])
        place = {node["id"]: i for i, node in enumerate(doc["nodes"])}
        self.directed = doc["directed"]
        self.links = [(place[e["source"]], place[e["target"]]) for e in doc["links"]]
        multi = nx.MultiDiGraph if self.directed else nx.MultiGraph
        self.nx = multi()
        self.nx.add_nodes_from(range(self.n))
        for (s, t), link in zip(self.links, doc["links"]):
            self.nx.add_edge(s, t, **{k: v for k, v in link.items() if k not in ("source", "target")})
        simple = {(min(e), max(e)) for e in self.links if e[0] != e[1]}
        self.simple = nx.Graph()
        self.simple.add_nodes_from(range(self.n))
        self.simple.add_edges_from(sorted(simple))
        self.ig = ig.Graph(n=self.n, edges=self.links, directed=self.directed)

    def field(self, *names):
        for name in names:
            if self.links and name in self.doc["links"][0]:
                return name, [link[name] for link in self.doc["links"]]
        return None, None


def vector(by_agent, n):
    return [by_agent[i] for i in range(n)]


def numbered(groups, n):
    """Labels and sizes, groups numbered by their first agent."""
    labels, sizes = [0] * n, []
    for number, group in enumerate(sorted(groups, key=min)):
        sizes.append(len(group))
        for agent in group:
            labels[agent] = number
    return {"labels": labels, "sizes": sizes, "count": len(sizes)}


def case(net, tool, recipe, expect, parameters=None, roles=None, tolerance=0):
    network = {"topology": net.name} if net.name else {"document": net.doc}
    return {**network, "parameters": parameters or {}, "roles": roles or {}, "tool": tool, "recipe": recipe,
            "tolerance": tolerance, "expect": expect}


def weak(net):
    if net.directed:
        yield case(net, NX, "weakly_connected_components(G)", numbered(nx.weakly_connected_components(net.nx), net.n))
    else:
        yield case(net, NX, "connected_components(G)", numbered(nx.connected_components(net.nx), net.n))


def strong(net):
    if net.directed:
        groups = numbered(nx.strongly_connected_components(net.nx), net.n)
        yield case(net, NX, "strongly_connected_components(G)", groups)
    else:
        yield case(net, NX, "connected_components(G)", numbered(nx.connected_components(net.nx), net.n))


def articulation(net):
    agents = sorted(nx.articulation_points(net.simple))
    parts = []
    for agent in agents:
        part = net.simple.subgraph(nx.node_connected_component(net.simple, agent) - {agent})
        parts.append(nx.number_connected_components(part))
    ids = [net.doc["nodes"][agent]["id"] for agent in agents]
    yield case(net, NX, "articulation_points(simple G); number_connected_components(its part without it)",
               {"agents": ids, "parts": parts})


def k_core(net):
    simple = ig.Graph(n=net.n, edges=list(net.simple.edges()))
    yield case(net, IG, "Graph(simple).coreness()", {"core": simple.coreness()})
    loopless = ig.Graph(n=net.n, edges=[e for e in net.links if e[0] != e[1]], directed=net.directed)
    yield case(net, IG, "Graph(without self loops).coreness(mode='all')", {"core": loopless.coreness(mode="all")},
               {"core": "total"})


def betweenness(net):
    plain = vector(nx.betweenness_centrality(net.nx, normalized=False), net.n)
    yield case(net, NX, "betweenness_centrality(G, normalized=False)", {"betweenness": plain},
               {"ignore_length": True}, tolerance=1e-10)
    shares = vector(nx.betweenness_centrality(net.nx, normalized=True), net.n)
    yield case(net, NX, "betweenness_centrality(G, normalized=True)", {"betweenness": shares},
               {"ignore_length": True, "normalised": True}, tolerance=1e-10)
    name, lengths = net.field("length", "x")
    # Some reactances are negative: no length.
    if name and min(lengths) > 0:
        whole = [round(v * 10 ** 7) for v in lengths]
        assert all(abs(w - v * 10 ** 7) < 1e-6 * max(1, w) for w, v in zip(whole, lengths))
        for _, _, link in net.nx.edges(data=True):
            link["whole"] = round(link[name] * 10 ** 7)
        by_length = vector(nx.betweenness_centrality(net.nx, normalized=False, weight="whole"), net.n)
        yield case(net, NX, f"betweenness_centrality(G, normalized=False, weight=whole), whole = {name} in units of 1e-7",
                   {"betweenness": by_length}, roles={"length": name}, tolerance=1e-10)


def pagerank(net):
    name, strengths = net.field("strength", "weight")
    yield case(net, IG, "pagerank()", {"pagerank": net.ig.pagerank()}, {"ignore_strength": True}, tolerance=1e-9)
    yield case(net, IG, f"pagerank(weights={name})", {"pagerank": net.ig.pagerank(weights=strengths)}, tolerance=1e-9)
    low = net.ig.pagerank(damping=0.3, weights=strengths)
    yield case(net, IG, f"pagerank(damping=0.3, weights={name})", {"pagerank": low}, {"damping": 0.3}, tolerance=1e-9)
    if net.directed:
        same = vector(nx.pagerank(net.nx, weight=name, tol=1e-15, max_iter=1000), net.n)
        yield case(net, NX, f"pagerank(G, weight={name}, tol=1e-15)", {"pagerank": same}, tolerance=1e-9)


ORACLES = {
    "graph.structure.weak_components": weak,
    "graph.structure.strong_components": strong,
    "graph.structure.articulation": articulation,
    "graph.structure.k_core": k_core,
    "graph.centrality.betweenness": betweenness,
    "graph.centrality.pagerank": pagerank,
}


def document(n, links, directed=False, **fields):
    edges = [{"source": s, "target": t, **{k: v[i] for k, v in fields.items()}} for i, (s, t) in enumerate(links)]
    return {"directed": directed, "multigraph": True, "graph": {}, "nodes": [{"id": i} for i in range(n)],
            "links": edges}


# Nobody, one agent, self loops, parallel links, pieces, direction, weights: what real networks seldom have all alone.
DEGENERATE = [
    document(0, []), document(0, [], True), document(1, []), document(1, [(0, 0)]), document(5, []),
    document(2, [(0, 1), (0, 1), (1, 0)]), document(2, [(0, 1), (0, 1), (1, 0)], True), document(4, [(0, 1), (2, 3)]),
    document(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 3)], True),
    document(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4)], length=[1, 2, 4, 1, 1, 1],
             strength=[1, 0, 2.5, 0.125, 1, 3]),
]


def peers_differ():
    """What tools say where their conventions, or their mistakes, part from ours."""
    def differ(component, doc, tool, recipe, why, says, right, parameters=None, tolerance=1e-9):
        return {"component": component, "document": doc, "parameters": parameters or {}, "tool": tool,
                "recipe": recipe, "why": why, "tolerance": tolerance, "says": says, "right": right}

    loop = document(2, [(0, 1), (1, 1)])
    yield differ("graph.structure.k_core", loop, IG, "coreness()", "it counts a self loop as two partners",
                 {"core": Net("", loop).ig.coreness()}, {"core": [1, 1]})
    mutual = document(2, [(0, 1), (1, 0)], True)
    yield differ("graph.structure.k_core", mutual, IG, "coreness(mode='all')",
                 "it counts an exchange in both directions as two partners",
                 {"core": Net("", mutual).ig.coreness(mode="all")}, {"core": [1, 1]})
    tie = document(3, [(0, 1), (1, 2), (0, 2)], length=[0.1, 0.2, 0.3])
    yield differ("graph.centrality.betweenness", tie, NX, "betweenness_centrality(G, normalized=False, weight='length')",
                 "it adds in binary, where 0.1 + 0.2 is above 0.3",
                 {"betweenness": vector(nx.betweenness_centrality(Net("", tie).nx, normalized=False, weight="length"), 3)},
                 {"betweenness": [0, 0.5, 0]})
    double = document(4, [(0, 1), (0, 1), (1, 3), (0, 2), (2, 3)])
    yield differ("graph.centrality.betweenness", double, IG, "betweenness()", "it takes a doubled link for two routes",
                 {"betweenness": Net("", double).ig.betweenness()}, {"betweenness": [0.5, 0.5, 0.5, 0.5]})
    chain = document(3, [(0, 1), (1, 2)])
    graph = nk.Graph(3)
    graph.addEdge(0, 1)
    graph.addEdge(1, 2)
    yield differ("graph.centrality.betweenness", chain, NK, "centrality.Betweenness(G).run().scores()",
                 "it counts each pair of an undirected network twice",
                 {"betweenness": nk.centrality.Betweenness(graph).run().scores()}, {"betweenness": [0, 1, 0]})
    far = document(1000, [(0, 1), (1, 2)], True)
    x = 1 / (1000 + 2 * 0.85 + 0.85 ** 2)
    exact = [x, x * 1.85, x * (1.85 + 0.85 ** 2)] + [x] * 997
    yield differ("graph.centrality.pagerank", far, NX, "pagerank(G), default tolerance",
                 "it multiplies the tolerance by the number of agents and stops too soon",
                 {"pagerank": vector(nx.pagerank(Net("", far).nx), 1000)}, {"pagerank": exact}, tolerance=1e-9)
    kept = document(3, [(0, 1), (1, 2), (2, 2)])
    yield differ("graph.centrality.pagerank", kept, NX, "pagerank(G, tol=1e-15)",
                 "it counts a self loop of an undirected network once, though it has two ends",
                 {"pagerank": vector(nx.pagerank(Net("", kept).nx, tol=1e-15, max_iter=1000), 3)},
                 {"pagerank": Net("", kept).ig.pagerank()})


def write(path, value, indent=1):
    with open(path, "w") as file:
        json.dump(value, file, indent=indent, allow_nan=False)
        file.write("\n")


def main():
    for name, seed, n, m, directed in (
            ("drawn_directed", 1, 60, 130, True), ("drawn_undirected", 2, 60, 90, False),
            ("drawn_sparse", 3, 80, 70, True), ("drawn_dense", 4, 30, 200, False)):
        write(os.path.join(TOPOLOGIES, name + ".json"), drawn(name, seed, n, m, directed), None)
    nets = []
    for file in sorted(os.listdir(TOPOLOGIES)):
        if file.split("_")[0] in ("svc", "grid", "itz", "dag", "drawn") and file.endswith(".json"):
            with open(os.path.join(TOPOLOGIES, file)) as text:
                nets.append(Net(file[:-5], json.load(text)))
    nets += [Net("", doc) for doc in DEGENERATE]
    for component, ask in ORACLES.items():
        cases = [answer for net in nets for answer in ask(net)]
        write(os.path.join(HERE, component + ".json"), {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases")
    differ = list(peers_differ())
    for entry in differ:
        print(entry["component"], entry["tool"], {k: v[:4] for k, v in entry["says"].items()},
              {k: v[:4] for k, v in entry["right"].items()})
    write(os.path.join(HERE, "graph.peers_differ.json"), {"cases": differ}, None)


if __name__ == "__main__":
    main()
