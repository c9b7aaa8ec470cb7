#!/usr/bin/env python3
"""Asks independent tools about the structure of networks; writes `graph.structure.*.json` beside this file.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3
    v/bin/python Tests/Data/oracles/graph_structure_oracles.py
"""
import json
import math
import os
import sys

import igraph as ig
import networkx as nx

from graph_oracles import HERE, IG, NX, TOPOLOGIES, Net, document, numbered, write

DEGENERATE = [
    document(0, []), document(1, []), document(1, [(0, 0)]), document(2, [(0, 1), (0, 1), (1, 0)]),
    document(4, [(0, 1), (2, 3)]), document(5, []), document(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 3)], True),
    document(6, [(5, 1), (5, 1), (3, 5), (1, 0), (4, 0), (5, 3)], True, length=[2.5, 7.25, 0, 0.125, 3, 1],
             strength=[0.5, 0, 3, 2.25, 1, 8]),
    document(8, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 3), (5, 6), (6, 5), (6, 7), (7, 7)],
             length=[3, 1, 2, 2, 2, 2, 2, 4, 5, 1, 0]),
]


def case(net, tool, recipe, expect, parameters=None, roles=None, tolerance=0):
    out = {"parameters": parameters or {}, "roles": roles or {}, "tool": tool, "recipe": recipe,
           "tolerance": tolerance, "expect": expect}
    out.update({"topology": net.name} if net.name else {"document": net.doc})
    return out


def ids(net, agents):
    return [None if i is None else net.doc["nodes"][i]["id"] for i in agents]


def both_ways(net):
    """The directed network that carries what the links carry, parallel links once."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(net.n))
    for s, t in net.links:
        graph.add_edge(s, t)
        if not net.directed:
            graph.add_edge(t, s)
    return graph


def undirected(net):
    return ig.Graph(n=net.n, edges=net.links)


def bridges(net):
    graph = undirected(net)
    links = sorted(graph.bridges())
    cut = []
    for k in links:
        less = graph.copy()
        less.delete_edges([k])
        cut.append(min(len(less.subcomponent(v)) for v in net.links[k]))
    yield case(net, IG, "bridges(); subcomponent() of both ends without the link",
               {"links": links, "cut": cut, "count": len(links)})


def two_link_components(net):
    subdivided = nx.Graph()  # parallel links over an agent in between
    subdivided.add_nodes_from(range(net.n))
    middle = net.n
    for s, t in net.links:
        if subdivided.has_edge(s, t):
            subdivided.add_edges_from([(s, middle), (middle, t)])
            middle += 1
        elif s != t:
            subdivided.add_edge(s, t)
    zones = [{a for a in zone if a < net.n} for zone in nx.k_edge_components(subdivided, 2)] if net.n else []
    yield case(net, NX, "k_edge_components(G with parallel links subdivided, 2)",
               numbered([zone for zone in zones if zone], net.n))


def blocks(net):
    block = {}
    agents = list(nx.biconnected_components(net.simple))
    for number, edges in enumerate(nx.biconnected_component_edges(net.simple)):
        for edge in edges:
            block[frozenset(edge)] = number
    members = {}
    for (s, t), number in ((tuple(edge), number) for edge, number in block.items()):
        members.setdefault(number, set()).update((s, t))
    assert sorted(map(sorted, agents)) == sorted(map(sorted, members.values()))
    names, labels = {}, []
    for s, t in net.links:
        labels.append(-1 if s == t else names.setdefault(block[frozenset((s, t))], len(names)))
    sizes = [len(members[number]) for number in names]
    memberships = [sum(v in group for group in members.values()) for v in range(net.n)]
    yield case(net, NX, "biconnected_component_edges(simple G)",
               {"labels": labels, "sizes": sizes, "memberships": memberships, "count": len(sizes)})


def degrees(net):
    graph = net.ig
    expect = {"in": graph.indegree(), "out": graph.outdegree(), "links": graph.degree(),
              "partners": [net.simple.degree(i) for i in range(net.n)]}
    yield case(net, IG, "indegree(), outdegree(), degree(); nx degree of simple G", expect)
    name, strengths = net.field("strength", "weight") if net.links else (None, None)
    if name:
        yield case(net, IG, f"strength(mode, weights={name})",
                   {"strength_in": graph.strength(mode="in", weights=strengths),
                    "strength_out": graph.strength(mode="out", weights=strengths),
                    "strength": graph.strength(weights=strengths)}, tolerance=1e-12)


def condensation(net):
    graph = both_ways(net)
    groups = sorted(nx.strongly_connected_components(graph), key=min)
    expect = numbered(groups, net.n)
    label = expect["labels"]
    quotient = nx.condensation(graph, groups) if net.n else nx.DiGraph()
    name, strengths = net.field("strength", "weight") if net.links else (None, None)
    sums = {edge: 0 for edge in sorted(quotient.edges)}
    for k, (s, t) in enumerate(net.links):
        if label[s] != label[t]:
            sums[label[s], label[t]] += strengths[k] if name else 1
    levels = [0] * len(groups)
    for depth, generation in enumerate(nx.topological_generations(quotient)):
        for group in generation:
            levels[group] = depth
    expect.update({"groups": expect.pop("labels"), "levels": levels, "sources": [s for s, _ in sums], "targets": [t for _, t in sums],
                   "strengths": list(sums.values())})
    yield case(net, NX, "condensation(G), strengths summed; topological_generations of it", expect, tolerance=1e-12)


def number(value):
    return None if value is None or math.isnan(value) else value


def assortativity(net):
    value = number(net.ig.assortativity_degree(directed=net.directed)) if net.links else None
    expect = {"assortativity": value}
    if net.links:
        by = nx.average_neighbor_degree(both_ways(net), source="out", target="in")
        if len(set(net.links)) == len(net.links) and all(s != t for s, t in net.links) and (
                net.directed or len(net.simple.edges) == len(net.links)):
            expect["partner_links"] = [by[i] if net.ig.outdegree(i) else None for i in range(net.n)]
    yield case(net, IG, "assortativity_degree(directed); nx average_neighbor_degree(G) of simple ones", expect,
               tolerance=1e-10)


def reciprocity(net):
    graph = both_ways(net)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    value = ig.Graph(n=net.n, edges=list(graph.edges), directed=True).reciprocity() if graph.edges else None
    asked = [graph.out_degree(i) for i in range(net.n)]
    answered = [len(set(graph.successors(i)) & set(graph.predecessors(i))) for i in range(net.n)]
    if graph.edges:
        assert abs(value - nx.overall_reciprocity(graph)) < 1e-12
    yield case(net, IG, "reciprocity() of the simple directed network",
               {"reciprocity": value, "asked": asked, "answered": answered}, tolerance=1e-15)


def backbone(net):
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(net.n))
    name, lengths = net.field("length", "x") if net.links else (None, None)
    if name and min(lengths) < 0:  # some reactances are: no length
        name = None
    for k, (s, t) in enumerate(net.links):
        graph.add_edge(s, t, length=lengths[k] if name else 1)
    least = list(nx.minimum_spanning_edges(graph, weight="length", keys=False, data=True))
    roles = {"length": name} if name else {}
    yield case(net, NX, f"minimum_spanning_edges(G, weight={name})",
               {"count": len(least), "length": math.fsum(data["length"] for _, _, data in least)}, roles=roles,
               tolerance=1e-12)


def dominators(net):
    if not net.n:
        return
    graph = both_ways(net)
    busiest = max(range(net.n), key=lambda i: (graph.out_degree(i), -i))
    fed = max(range(net.n), key=lambda i: (graph.in_degree(i), -i))
    starts = [{0}, {busiest}, {0, net.n // 2, net.n - 1}]
    for reverse, start in [(False, s) for s in starts] + [(True, {fed})]:
        above = net.n  # leads to all starts
        way = graph.reverse() if reverse else graph.copy()
        way.add_edges_from((above, s) for s in start)
        way.remove_edges_from([(s, t) for s, t in way.edges if t in start and s != above])
        nearest = nx.immediate_dominators(way, above)
        last = [None if nearest.get(i, above) == above else nearest[i] for i in range(net.n)]
        reached = {i for i in range(net.n) if i in nearest}
        held = [0 if i in reached else -1 for i in range(net.n)]
        for i in reached:
            while last[i] is not None:
                i = last[i]
                held[i] += 1
        yield case(net, NX, "immediate_dominators(G with an agent that leads to all starts, that agent)",
                   {"dominators": ids(net, last), "held": held, "unreached": net.n - len(reached)},
                   {"agents": ids(net, sorted(start)), "reverse": reverse})


def onion(net):
    layer = nx.onion_layers(net.simple) if net.n else {}
    layers = [layer[i] for i in range(net.n)]
    sizes = [layers.count(k + 1) for k in range(max(layers, default=0))]
    yield case(net, NX, "onion_layers(simple G)", {"layers": layers, "sizes": sizes, "count": len(sizes)})


ORACLES = {
    "graph.structure.bridges": bridges,
    "graph.structure.two_link_components": two_link_components,
    "graph.structure.blocks": blocks,
    "graph.structure.degrees": degrees,
    "graph.structure.condensation": condensation,
    "graph.structure.assortativity": assortativity,
    "graph.structure.reciprocity": reciprocity,
    "graph.structure.backbone": backbone,
    "graph.structure.dominators": dominators,
    "graph.structure.onion": onion,
}


def networks():
    nets = [Net("", doc) for doc in DEGENERATE]
    for file in sorted(os.listdir(TOPOLOGIES)):
        if file.split("_")[0] in ("svc", "grid", "itz", "dag", "drawn") and file.endswith(".json"):
            with open(os.path.join(TOPOLOGIES, file)) as text:
                nets.append(Net(file[:-5], json.load(text)))
    return nets


def main():
    nets = networks()
    for component, ask in ORACLES.items():
        if len(sys.argv) > 1 and component not in sys.argv[1:]:
            continue
        cases = [answer for net in nets for answer in ask(net)]
        path = os.path.join(HERE, component + ".json")
        write(path, {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases", os.path.getsize(path), "bytes")


if __name__ == "__main__":
    main()
