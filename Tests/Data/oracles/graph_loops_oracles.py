#!/usr/bin/env python3
"""Asks independent tools about loops and orders; writes `graph.loops.*.json` beside this file.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3
    v/bin/python Tests/Data/oracles/graph_loops_oracles.py
"""
import json
import os
import sys

import igraph as ig
import networkx as nx

from graph_oracles import HERE, IG, NX, TOPOLOGIES, Net, document, numbered, write

DEGENERATE = [
    document(0, []), document(1, []), document(1, [(0, 0)]), document(2, [(0, 1), (0, 1), (1, 0)]),
    document(4, [(0, 1), (2, 3)]), document(5, []), document(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 3)], True),
    document(6, [(5, 1), (5, 1), (3, 5), (1, 0), (4, 0)], True, length=[2.5, 7.25, 0, 0.125, 3]),
]


def case(net, tool, recipe, expect, parameters=None, roles=None, tolerance=0):
    out = {"parameters": parameters or {}, "roles": roles or {}, "tool": tool, "recipe": recipe,
           "tolerance": tolerance, "expect": expect}
    out.update({"topology": net.name} if net.name else {"document": net.doc})
    return out


def ids(net, agents):
    return [net.doc["nodes"][i]["id"] for i in agents]


def both_ways(net):
    """The directed network that carries what the links carry."""
    if net.directed:
        return net.nx
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(net.n))
    for s, t in net.links:
        graph.add_edge(s, t)
        if s != t:
            graph.add_edge(t, s)
    return graph


def loops_of(graph, groups):
    return [g for g in groups if len(g) > 1 or graph.has_edge(*(list(g) * 2))]


def grouped(groups, n):
    labels = [-1] * n
    for number, group in enumerate(sorted(groups, key=min)):
        for agent in group:
            labels[agent] = number
    return labels


def feedback(net):
    if net.directed:
        groups = loops_of(net.nx, nx.strongly_connected_components(net.nx))
        parts = nx.number_weakly_connected_components(net.nx) if net.n else 0
        recipe = "strongly_connected_components(G) with a loop"
    else:
        simple = net.simple.copy()  # doubled links over an agent in between, so that they are no bridge
        middle = net.n
        for s, t in net.links:
            if s != t and net.nx.number_of_edges(s, t) > 1:
                simple.add_edges_from([(s, middle), (middle, t)])
                middle += 1
        simple.remove_edges_from(list(nx.bridges(simple)))
        groups = [{a for a in g if a < net.n} for g in nx.connected_components(simple)]
        groups = loops_of(net.nx, [g for g in groups if g])
        parts = nx.number_connected_components(net.nx)
        recipe = "connected_components(G without bridges(G)) with a loop"
    expect = {"count": len(groups), "labels": grouped(groups, net.n), "rank": len(net.links) - net.n + parts}
    yield case(net, NX, recipe, expect)


def topological_order(net):
    for reverse in (False, True):
        graph = both_ways(net)
        if reverse:
            graph = graph.reverse()
        if nx.is_directed_acyclic_graph(graph):
            expect = {"acyclic": True, "order": ids(net, nx.lexicographical_topological_sort(graph))}
            recipe = "lexicographical_topological_sort(G)"
        else:
            looped = set().union(*loops_of(graph, nx.strongly_connected_components(graph)))
            stuck = looped.union(*(nx.descendants(graph, a) for a in looped))
            free = graph.subgraph(set(graph) - stuck)
            expect = {"acyclic": False, "order": ids(net, nx.lexicographical_topological_sort(free))}
            recipe = "lexicographical_topological_sort(G without loops and their descendants)"
        yield case(net, NX, recipe, expect, {"reverse": reverse})


def layers(net):
    for reverse in (False, True):
        graph = both_ways(net)
        if reverse:
            graph = graph.reverse()
        quotient = nx.condensation(graph) if net.n else nx.DiGraph()
        layer = [0] * net.n
        for depth, generation in enumerate(nx.topological_generations(quotient)):
            for group in generation:
                for agent in quotient.nodes[group]["members"]:
                    layer[agent] = depth
        yield case(net, NX, "topological_generations(condensation(G))", {"layers": layer}, {"reverse": reverse})


def critical_path(net):
    graph = both_ways(net)
    name, lengths = net.field("length", "x") if net.links else (None, None)
    if not nx.is_directed_acyclic_graph(graph):
        yield case(net, NX, "is_directed_acyclic_graph(G)", {"acyclic": False, "length": None, "path": []})
        return
    plain = nx.DiGraph(graph)
    for _, _, link in plain.edges(data=True):
        link["one"] = 1
    yield case(net, NX, "dag_longest_path_length(G)",
               {"acyclic": True, "length": nx.dag_longest_path_length(plain, weight="one") if net.n else 0},
               {"ignore_length": True})
    if name:
        longest = nx.DiGraph()
        longest.add_nodes_from(range(net.n))
        for (s, t), length in zip(net.links, lengths):
            old = longest.get_edge_data(s, t, {"length": 0})["length"]
            longest.add_edge(s, t, length=max(length, old))
        yield case(net, NX, f"dag_longest_path_length(G, weight={name})",
                   {"length": nx.dag_longest_path_length(longest, weight="length")}, roles={"length": name},
                   tolerance=1e-12)


def deadlock(net):
    graph = both_ways(net)
    loops = loops_of(graph, nx.strongly_connected_components(graph))
    stuck = set().union(*loops).union(*(nx.ancestors(graph, a) for g in loops for a in g))
    yield case(net, NX, "strongly_connected_components(G) with a loop; ancestors",
               {"groups": grouped(loops, net.n), "stuck": [int(i in stuck) for i in range(net.n)]})
    knots = loops_of(graph, nx.attracting_components(graph)) if net.n else []
    idle = [a for a in graph if graph.out_degree(a) == 0]
    free = set(idle).union(*(nx.ancestors(graph, a) for a in idle))
    yield case(net, NX, "attracting_components(G) with a loop; ancestors of agents without links",
               {"groups": grouped(knots, net.n), "stuck": [int(i not in free) for i in range(net.n)]},
               {"wait_for": "any"})


def feedback_links(net):
    if net.directed:
        loops = [e for e in net.links if e[0] == e[1]]
        rest = ig.Graph(n=net.n, edges=[e for e in net.links if e[0] != e[1]], directed=True)
        count = len(rest.feedback_arc_set(method="ip")) if rest.ecount() else 0
        yield case(net, IG, "feedback_arc_set(method='ip'), and the self loops", {"count": count + len(loops)})
    else:
        yield case(net, NX, "m - n + number_connected_components(G)",
                   {"count": len(net.links) - net.n + nx.number_connected_components(net.nx), "exact": True})


ORACLES = {
    "graph.loops.feedback": feedback,
    "graph.loops.deadlock": deadlock,
    "graph.loops.topological_order": topological_order,
    "graph.loops.layers": layers,
    "graph.loops.critical_path": critical_path,
    "graph.loops.feedback_links": feedback_links,
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
