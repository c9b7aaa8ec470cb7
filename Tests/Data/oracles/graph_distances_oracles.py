#!/usr/bin/env python3
"""Asks networkx for the answers that the components of distance must give; see graph_oracles.py.

    v/bin/python Tests/Data/oracles/graph_distances_oracles.py

Closeness and harmonic centrality of networkx look inward: of a directed network it is asked about the reversed one.
"""
import json
import os

import networkx as nx

from graph_oracles import HERE, NX, TOPOLOGIES, Net, document, vector, write


def small(net, expect, **more):
    """A case of a document rather than of a file."""
    out = {"parameters": {}, "roles": {}, "tool": NX, "tolerance": 1e-12, **more, "expect": expect}
    return {"topology": net.name, **out} if net.name else {"document": net.doc, **out}


def turned(net):
    return net.nx.reverse() if net.directed else net.nx


def hops(net):
    return {i: d for i, d in nx.all_pairs_shortest_path_length(net.nx)}


def hop_distances(net):
    all_of_them = [d for of in hops(net).values() for d in of.values() if d > 0]
    histogram = [all_of_them.count(d) for d in range(1, max(all_of_them, default=0) + 1)]
    pairs = net.n * (net.n - 1)
    yield small(net, {"histogram": histogram, "longest": len(histogram),
                      "mean": sum(all_of_them) / len(all_of_them) if all_of_them else None,
                      "reachable_share": len(all_of_them) / pairs if pairs else 1},
                recipe="all_pairs_shortest_path_length(G)")


def parts(net):
    return sorted((sorted(p) for p in (nx.weakly_connected_components if net.directed
                                       else nx.connected_components)(net.nx)), key=min)


def eccentricity(net):
    far = [max(of.values()) for _, of in sorted(hops(net).items())]
    yield small(net, {"eccentricity": far}, recipe="all_pairs_shortest_path_length(G), the largest of each agent")
    if not net.directed:
        by_part = [0] * net.n
        for part in parts(net):
            for i, d in nx.eccentricity(net.nx.subgraph(part)).items():
                by_part[i] = d
        assert by_part == far
        largest = max(parts(net), key=len, default=[])
        expect = {"radius": nx.radius(net.nx.subgraph(largest)) if largest else None,
                  "centre": [net.doc["nodes"][i]["id"] for i in sorted(nx.center(net.nx.subgraph(largest)))]
                  if largest else []}
        yield small(net, expect, recipe="radius(largest part), center(largest part)")


def diameter(net):
    if net.directed:
        far = hops(net)
        each = [max(max(far[i].values()) for i in part) for part in parts(net)]
    else:
        each = [nx.diameter(net.nx.subgraph(part)) for part in parts(net)]
    recipe = "largest of all_pairs_shortest_path_length(part)" if net.directed else "diameter(part)"
    yield small(net, {"diameters": each}, recipe=recipe)


def lengths(net):
    """Whole lengths only: their sums are exact whatever their order."""
    links = net.doc["links"]
    return "length" if links and all(float(e.get("length", 0)).is_integer() and e["length"] > 0 if "length" in e
                                     else False for e in links) else None


def harmonic(net):
    plain = vector(nx.harmonic_centrality(turned(net)), net.n)
    yield small(net, {"harmonic": plain}, parameters={"ignore_length": True}, recipe="harmonic_centrality(G.reverse())")
    if net.directed:
        yield small(net, {"harmonic": vector(nx.harmonic_centrality(net.nx), net.n)},
                    parameters={"ignore_length": True, "direction": "in"}, recipe="harmonic_centrality(G)")
    if lengths(net):
        far = vector(nx.harmonic_centrality(turned(net), distance="length"), net.n)
        yield small(net, {"harmonic": far}, recipe="harmonic_centrality(G.reverse(), distance='length')")


def closeness(net):
    ask = nx.closeness_centrality
    yield small(net, {"closeness": vector(ask(turned(net)), net.n)}, parameters={"ignore_length": True},
                recipe="closeness_centrality(G.reverse())")
    if net.directed:
        yield small(net, {"closeness": vector(ask(net.nx), net.n)},
                    parameters={"ignore_length": True, "direction": "in"}, recipe="closeness_centrality(G)")
    if net.n < 100:
        yield small(net, {"closeness": vector(ask(turned(net), wf_improved=False), net.n)},
                    parameters={"ignore_length": True, "scaled": False},
                    recipe="closeness_centrality(G.reverse(), wf_improved=False)")
    if lengths(net):
        yield small(net, {"closeness": vector(ask(turned(net), distance="length"), net.n)},
                    recipe="closeness_centrality(G.reverse(), distance='length')")


def efficiency(net):
    if net.directed:
        total = sum(1 / d for of in hops(net).values() for d in of.values() if d > 0)
        value = total / (net.n * (net.n - 1)) if net.n > 1 else 0
        recipe = "sum of 1 / all_pairs_shortest_path_length(G), over n (n - 1)"
    else:
        value, recipe = nx.global_efficiency(nx.Graph(net.nx)), "global_efficiency(simple G)"
    yield small(net, {"efficiency": value}, parameters={"ignore_length": True}, recipe=recipe)


ORACLES = {
    "graph.structure.hop_distances": hop_distances, "graph.structure.eccentricity": eccentricity,
    "graph.structure.diameter": diameter, "graph.structure.efficiency": efficiency,
    "graph.centrality.closeness": closeness, "graph.centrality.harmonic": harmonic,
}


def main():
    nets = []
    for file in sorted(os.listdir(TOPOLOGIES)):
        if file.split("_")[0] in ("svc", "grid", "itz", "dag", "drawn") and file.endswith(".json"):
            with open(os.path.join(TOPOLOGIES, file)) as text:
                nets.append(Net(file[:-5], json.load(text)))
    chain = [(i, i + 1) for i in range(5)]
    for doc in (document(0, []), document(1, []), document(2, [(0, 0), (1, 1)]), document(6, chain),
                document(6, chain, True), document(4, [(0, 1), (0, 1), (2, 3)]),
                document(3, [(0, 1), (1, 2), (0, 2)], length=[1, 1, 3])):
        nets.append(Net("", doc))
    for component, ask in ORACLES.items():
        cases = [answer for net in nets for answer in ask(net)]
        write(os.path.join(HERE, component + ".json"), {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases")


if __name__ == "__main__":
    main()
