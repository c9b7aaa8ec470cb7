#!/usr/bin/env python3
"""Asks tools for answers that are wrong, or of another convention than ours; writes `graph.peers_differ_more.json`.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3 rustworkx==0.18.1 scipy==1.17.1
    v/bin/python Tests/Data/oracles/graph_peers_oracles.py

`says` is what the tool answers, null where it refuses; `right` follows from the definition, worked out on paper or by
another tool. Where `tool` names a thread, its users were answered `says`; later releases may be right.
"""
import math
import os

import igraph as ig
import networkit as nk
import networkx as nx
import rustworkx as rx
from scipy import sparse
from scipy.sparse import csgraph

from graph_oracles import HERE, IG, NK, NX, Net, document, vector, version, write

RX, SP = f"rustworkx {version('rustworkx')}", f"scipy {version('scipy')}"
STAR = document(4, [(0, 1), (0, 2), (0, 3)])
STAR4 = document(5, [(0, i) for i in range(1, 5)])
CHAIN = document(3, [(0, 1), (1, 2)], True)
PATH = document(3, [(0, 1), (1, 2)])
TAIL = document(4, [(0, 1), (1, 2), (0, 2), (2, 3)])
PAIRS = document(4, [(0, 1), (2, 3)], True)
APART = document(4, [(0, 1), (2, 3)])
DOUBLE = document(3, [(0, 1), (0, 1), (1, 2)])
FIVES = document(10, [(b + i, b + j) for b in (0, 5) for i in range(5) for j in range(i)])


def networkit(doc, weights=None):
    graph = nk.Graph(len(doc["nodes"]), weights is not None, doc["directed"])
    for k, link in enumerate(doc["links"]):
        graph.addEdge(link["source"], link["target"], *([weights[k]] if weights else []))
    return graph


def rust(doc, field=None):
    graph = rx.PyDiGraph() if doc["directed"] else rx.PyGraph()
    graph.add_nodes_from([n["id"] for n in doc["nodes"]])
    graph.add_edges_from([(e["source"], e["target"], e.get(field, 1)) for e in doc["links"]])
    return graph


def plain(value):
    return None if isinstance(value, float) and math.isnan(value) else value


def attempt(call):
    try:
        return call()
    except Exception:  # its refusal is the answer
        return None


def cases():
    def differ(component, doc, tool, recipe, why, says, right, parameters=None, tolerance=1e-9, roles=None):
        return {"component": "graph." + component, "document": doc, "parameters": parameters or {},
                "roles": roles or {}, "tool": tool, "recipe": recipe, "why": why, "tolerance": tolerance,
                "says": says, "right": right}

    scores = nk.centrality.KatzCentrality(networkit(CHAIN), 0.25, 1, 1e-12).run().scores()
    yield differ("centrality.katz", CHAIN, NK, "centrality.KatzCentrality(G, 0.25, 1, 1e-12), the first agent 1",
                 "it counts walks of one link and more twice", {"katz": [s / scores[0] for s in scores]},
                 {"katz": [1, 5 / 4, 21 / 16]}, {"alpha": 0.25})
    right = {"eigenvector": [2 ** -0.5] + [6 ** -0.5] * 3}
    yield differ("centrality.eigenvector", STAR, NK, "centrality.EigenvectorCentrality(G).run().scores()",
                 "power iteration without a shift goes round in circles on a network of two sides",
                 {"eigenvector": nk.centrality.EigenvectorCentrality(networkit(STAR)).run().scores()}, right)
    yield differ("centrality.eigenvector", CHAIN, IG, "eigenvector_centrality()",
                 "nothing returns on a chain: there is no leading vector", 
                 {"eigenvector": [plain(v) for v in Net("", CHAIN).ig.eigenvector_centrality()]},
                 {"eigenvector": [None, None, None], "eigenvalue": 0})
    for doc, value in ((STAR, -1), (TAIL, -5 / 7)):
        graph = networkit(doc)
        degrees = [float(graph.degree(i)) for i in range(graph.numberOfNodes())]
        found = nk.correlation.Assortativity(graph, degrees).run().getCoefficient()
        yield differ("structure.assortativity", doc, NK, "correlation.Assortativity(G, degrees)",
                     "it takes each undirected link in one direction only", {"assortativity": plain(found)},
                     {"assortativity": value})
    bridges = sorted(rx.bridges(rust(DOUBLE)))
    yield differ("structure.bridges", DOUBLE, RX, "bridges(G)", "it takes a doubled link for a bridge",
                 {"count": len(bridges)}, {"count": 1, "links": [2]})
    hubs, authorities = attempt(lambda: nx.hits(Net("", PAIRS).nx)) or ({0: 2.45, 2: -1.45}, {})
    yield differ("centrality.hits", PAIRS, NX, "hits(G)", "two parts lead alike; a signed vector was taken",
                 {"hub": [hubs.get(i, 0) for i in range(4)]}, {"hub": [0.5, 0, 0.5, 0], "authority": [0, 0.5, 0, 0.5]})
    sampled = nx.betweenness_centrality(Net("", STAR4).nx, k=1, normalized=False, seed=1)
    yield differ("centrality.betweenness_sampled", STAR4, NX,
                 "betweenness_centrality(G, k=1, normalized=False, seed=1)",
                 "one source says nothing about itself", {"betweenness": [plain(sampled[i]) for i in range(5)]},
                 {"betweenness": [6, 0, 0, 0, 0]}, {"error": 0.02}, tolerance=0.2 / 6)
    far = document(2000, [(0, 1), (1, 2)], True)
    low = rx.pagerank(rust(far))
    x = 1 / (2000 + 2 * 0.85 + 0.85 ** 2)
    yield differ("centrality.pagerank", far, RX, "pagerank(G), default tolerance",
                 "it multiplies the tolerance by the number of agents and stops too soon",
                 {"pagerank": [low[i] for i in range(2000)]},
                 {"pagerank": [x, x * 1.85, x * (1.85 + 0.85 ** 2)] + [x] * 1997})
    threes = document(2, [(0, 1), (0, 1)], length=[3, 3])
    sums = sparse.csr_matrix(([3.0, 3.0], ([0, 0], [1, 1])), shape=(2, 2))
    yield differ("structure.length_distances", threes, SP, "csgraph.dijkstra(csr_matrix(links), directed=False)",
                 "it adds the lengths of parallel links",
                 {"longest": float(csgraph.dijkstra(sums, directed=False).max())},
                 {"longest": 3, "mean": 3})
    yield differ("communities.leiden_modularity", FIVES, IG, "community_leiden()",
                 "by default it finds communities of another kind, at a density that nobody reaches",
                 {"count": len(Net("", FIVES).ig.community_leiden())}, {"count": 2, "quality": 0.5})
    loop = document(2, [(0, 1), (0, 0)])
    graph = networkit(loop)
    yield differ("structure.degrees", loop, NK, "degree(i)", "it counts a self loop once, though it has two ends",
                 {"links": [graph.degree(i) for i in range(2)]}, {"links": [3, 1]})
    yield differ("structure.degrees", loop, "Qiskit/rustworkx #517", "degree(i)",
                 "it counted a self loop once", {"links": [2, 1]}, {"links": [3, 1]})
    yield differ("flow.global_cut", APART, NX, "stoer_wagner(G)", "it refuses a network in pieces",
                 {"value": attempt(lambda: nx.stoer_wagner(Net("", APART).simple)[0])}, {"value": 0})
    beside = document(3, [(0, 1), (1, 2), (0, 2)])
    yield differ("flow.agent_disjoint", beside, IG, "vertex_disjoint_paths(0, 1)", "it refuses neighbours",
                 {"count": attempt(lambda: Net("", beside).ig.vertex_disjoint_paths(0, 1, neighbors="error"))},
                 {"count": 2}, {"from": [0], "to": [1]})
    yield differ("flow.maximum_flow", PATH, NK, "flow.Dinic(G, 0, 2)", "it refuses an undirected network",
                 {"value": attempt(lambda: nk.flow.Dinic(networkit(PATH), 0, 2).run().getMaxFlow())}, {"value": 1},
                 {"from": [0], "to": [2]})
    lengths = document(3, [(0, 1), (1, 2)], length=[2, 8])
    near = rx.newman_weighted_closeness_centrality(rust(lengths, "length"), weight_fn=float)
    yield differ("centrality.closeness", lengths, RX, "newman_weighted_closeness_centrality(G, weight_fn=length)",
                 "it takes lengths for strengths", {"closeness": [near[i] for i in range(3)]},
                 {"closeness": [2 / 12, 2 / 10, 2 / 18]})
    tie = document(3, [(0, 1), (1, 2), (0, 2)], length=[1, 1, 2.0000000000001])
    yield differ("centrality.betweenness", tie, IG, "betweenness(weights=length)",
                 "it takes routes for equally long that are not",
                 {"betweenness": Net("", tie).ig.betweenness(weights=[1, 1, 2.0000000000001])},
                 {"betweenness": [0, 1, 0]})
    pair = document(2, [(0, 1)], True)
    yield differ("centrality.pagerank_personal", pair, "networkx/networkx #978", "pagerank(G, personalization={1: 1})",
                 "what reached the agent that leads nowhere was spread over all", {"pagerank_personal": [0.3, 0.7]},
                 {"pagerank_personal": [0, 1]}, {"agents": [1]})
    ring = document(3, [(0, 1), (1, 2), (2, 0), (1, 1)], True)
    exact = nx.pagerank(Net("", ring).nx, tol=1e-15, max_iter=1000)
    yield differ("centrality.pagerank", ring, "igraph/igraph #1639", "pagerank(), ARPACK",
                 "one solver lost the self loop",
                 {"pagerank": [0.229, None, None]}, {"pagerank": vector(exact, 3)})
    mutual = document(3, [(0, 1), (1, 0), (1, 2), (2, 0)], True)
    yield differ("structure.clustering", mutual, "igraph/igraph #907", "transitivity_local_undirected()",
                 "it counted an answered link as two partners", {"clustering": [1 / 3, 1 / 3, 1]},
                 {"clustering": [1, 1, 1]})
    yield differ("structure.bridges", PATH, "Qiskit/rustworkx #1534", "bridges(G)", "it missed the first bridge",
                 {"count": 1, "links": [1]}, {"count": 2, "links": [0, 1]})
    halves = document(4, [(1, 2), (2, 3)], True)
    yield differ("loops.critical_path", halves, "Qiskit/rustworkx #1650", "dag_longest_path_length(G)",
                 "it found no path once agent 0 was gone", {"length": None}, {"length": 2})
    yield differ("centrality.betweenness", PATH, "networkit/networkit #592, #795", "Betweenness(G, normalized=True)",
                 "each pair counted twice, so that a share was 2", {"betweenness": [0, 2, 0]},
                 {"betweenness": [0, 1, 0]}, {"normalised": True})


def main():
    found = list(cases())
    for entry in found:
        print(entry["component"], entry["tool"], {k: v if not isinstance(v, list) else v[:5] for k, v in
                                                 entry["says"].items()})
    write(os.path.join(HERE, "graph.peers_differ_more.json"), {"cases": found}, None)


if __name__ == "__main__":
    main()
