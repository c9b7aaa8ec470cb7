#!/usr/bin/env python3
"""Asks independent tools about flows and cuts; writes `graph.flow.*.json` beside this file.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 networkit==11.3
    v/bin/python Tests/Data/oracles/graph_flow_oracles.py
"""
import os
import sys

import igraph as ig
import networkx as nx
from networkx.algorithms.connectivity import local_node_connectivity

from graph_loops_oracles import case, ids, networks
from graph_oracles import HERE, IG, NX, Net, document, write

SCALE = 10 ** 9  # capacities as whole numbers, so that the tools add exactly


def strengths(net):
    name, given = net.field("strength", "weight") if net.links else (None, None)
    if name is None:
        return [SCALE] * len(net.links)
    whole = [round(v * SCALE) for v in given]
    assert all(abs(w - v * SCALE) < 1e-4 for w, v in zip(whole, given)), net.name
    return whole


def carrying(net, capacities, directed=None):
    """The simple network, capacities of parallel links added up."""
    directed = net.directed if directed is None else directed
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(range(net.n))
    for (s, t), capacity in zip(net.links, capacities):
        if s != t:
            old = graph.get_edge_data(s, t, {"capacity": 0})["capacity"]
            graph.add_edge(s, t, capacity=old + capacity)
    return graph


def pairs(net):
    """Ends of a few questions: far apart in the order of agents, and the ends of a link."""
    n = net.n
    found = [(i * 7 % n, (n - 1 - i * 5) % n) for i in range(4)] if n else []
    found += [(s, t) for s, t in net.links[:1]]
    return [(s, t) for s, t in dict.fromkeys(found) if s != t]


def groups(net):
    """The same with several agents at each end."""
    out = [([s], [t]) for s, t in pairs(net)]
    if net.n >= 12:
        out.append(([0, 3, 5], [net.n - 1, net.n - 4]))
    return out


def joined(graph, sources, sinks, limit):
    graph = graph.copy()
    graph.add_edges_from([("s", v) for v in sources], capacity=limit)
    graph.add_edges_from([(v, "t") for v in sinks], capacity=limit)
    return graph


def maximum_flow(net):
    capacities = strengths(net)
    graph = carrying(net, capacities)
    for sources, sinks in groups(net):
        value = nx.maximum_flow_value(joined(graph, sources, sinks, 10 ** 30), "s", "t")
        yield case(net, NX, "maximum_flow_value(G with a source and a sink for all, capacities in units of 1e-9)",
                   {"value": value / SCALE}, {"from": ids(net, sources), "to": ids(net, sinks)}, tolerance=1e-12)


def minimum_cut(net):
    capacities = strengths(net)
    graph = carrying(net, capacities)
    for sources, sinks in groups(net):
        whole = joined(graph, sources, sinks, 10 ** 30)
        residual = nx.algorithms.flow.preflow_push(whole, "s", "t", value_only=False)
        left = nx.DiGraph((s, t) for s, t, link in residual.edges(data=True) if link["flow"] < link["capacity"])
        side = nx.descendants(left, "s") if "s" in left else set()
        crossing = [k for k, (s, t) in enumerate(net.links) if capacities[k] > 0
                    and (s in side and t not in side or not net.directed and t in side and s not in side)]
        assert sum(capacities[k] for k in crossing) == nx.minimum_cut_value(whole, "s", "t")
        expect = {"value": sum(capacities[k] for k in crossing) / SCALE, "links": crossing}
        if net.n <= 80:
            expect["side"] = [int(i in side) for i in range(net.n)]
        yield case(net, NX, "minimum_cut_value; descendants of the source in what preflow_push leaves", expect,
                   {"from": ids(net, sources), "to": ids(net, sinks)}, tolerance=1e-12)


def weakest(net, capacities):
    graph = carrying(net, [c for c in capacities], directed=False)
    graph.remove_edges_from([(s, t) for s, t, link in graph.edges(data=True) if link["capacity"] == 0])
    if net.n < 2:
        return None, graph
    if not nx.is_connected(graph):
        return 0, graph
    return nx.stoer_wagner(graph, weight="capacity")[0], graph


def global_cut(net):
    for parameters, capacities in (({}, strengths(net)), ({"ignore_strength": True}, [SCALE] * len(net.links))):
        value, _ = weakest(net, capacities)
        expect = {"value": None if value is None else value / SCALE}
        yield case(net, NX, "stoer_wagner(simple G, capacities of links between two agents added up)", expect,
                   parameters, tolerance=1e-12)


def cut_tree(net):
    for parameters, capacities in (({}, strengths(net)), ({"ignore_strength": True}, [SCALE] * len(net.links))):
        if net.n > 120 and not parameters:
            continue
        held, least = [None] * net.n, None
        if net.n > 1:
            edges = [(e, c) for e, c in zip(net.links, capacities) if e[0] != e[1]]
            graph = ig.Graph(n=net.n, edges=[e for e, _ in edges])
            tree = graph.gomory_hu_tree(capacity=[c for _, c in edges])
            for edge in tree.es:
                value = edge["flow"]
                least = value if least is None else min(least, value)
                for i in edge.tuple:
                    held[i] = value if held[i] is None else max(held[i], value)
        expect = {"held": [None if h is None else h / SCALE for h in held],
                  "least": None if least is None else least / SCALE}
        yield case(net, IG, "gomory_hu_tree(capacity): the largest flow at each agent, the least of all", expect,
                   parameters, tolerance=1e-9)


def link_disjoint(net):
    graph = carrying(net, [1] * len(net.links))
    for sources, sinks in groups(net):
        count = nx.maximum_flow_value(joined(graph, sources, sinks, 10 ** 9), "s", "t")
        yield case(net, NX, "maximum_flow_value(G with a source and a sink for all), 1 for each link",
                   {"count": count}, {"from": ids(net, sources), "to": ids(net, sinks), "limit": 0})
        simple = carrying(net, [1] * len(net.links))
        if len(sources) == 1 and simple.number_of_edges() == len(net.links):
            count = nx.edge_connectivity(simple, sources[0], sinks[0])
            yield case(net, NX, "edge_connectivity(G, s, t)", {"count": count},
                       {"from": ids(net, sources), "to": ids(net, sinks), "limit": 0})


def agent_disjoint(net):
    graph = carrying(net, [1] * len(net.links))
    for s, t in pairs(net):
        direct = int(graph.has_edge(s, t))
        count = nx.node_connectivity(graph, s, t)
        yield case(net, NX, "node_connectivity(G, s, t)", {"count": count, "direct": direct},
                   {"from": ids(net, [s]), "to": ids(net, [t]), "limit": 0})


def redundancy(net):
    graph = carrying(net, [1] * len(net.links))

    def ways(s, t):
        return min(3, local_node_connectivity(graph, s, t, cutoff=3))

    if net.n:
        expect = {"ways": [-1 if i == 0 else ways(0, i) for i in range(net.n)]}
        yield case(net, NX, "node_connectivity(G, s, t), at most 3", expect, {"agents": ids(net, [0])})
    if net.n <= 40:
        expect = {"ways": [min((ways(j, i) for j in range(net.n) if j != i), default=0) for i in range(net.n)]}
        yield case(net, NX, "least node_connectivity(G, s, t) over s, at most 3", expect)


ORACLES = {
    "graph.flow.maximum_flow": maximum_flow,
    "graph.flow.minimum_cut": minimum_cut,
    "graph.flow.global_cut": global_cut,
    "graph.flow.link_disjoint": link_disjoint,
    "graph.flow.agent_disjoint": agent_disjoint,
    "graph.flow.redundancy": redundancy,
    "graph.flow.cut_tree": cut_tree,
}


def main():
    nets = networks()
    nets.append(Net("", document(8, [(i, j) for i in range(8) for j in range(i)])))
    nets.append(Net("", document(
        9, [(i, j) for i in range(5) for j in range(i)] + [(i, j) for i in range(4, 9) for j in range(4, i)] + [(0, 8)])))
    for component, ask in ORACLES.items():
        if len(sys.argv) > 1 and component not in sys.argv[1:]:
            continue
        cases = [answer for net in nets for answer in ask(net)]
        path = os.path.join(HERE, component + ".json")
        write(path, {"component": component, "cases": cases}, None)
        print(component, len(cases), "cases", os.path.getsize(path), "bytes", flush=True)


if __name__ == "__main__":
    main()
