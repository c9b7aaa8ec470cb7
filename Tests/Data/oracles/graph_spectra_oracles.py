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


def laplacian(net, values):
    """Of the undirected network, parallel links added up, without self loops; the parts that positive links join."""
    a = np.zeros((net.n, net.n))
    graph = nx.Graph()
    graph.add_nodes_from(range(net.n))
    for k, (s, t) in enumerate(net.links):
        w = 1 if values is None else values[k]
        if s != t and w > 0:
            a[s, t] += w
            a[t, s] += w
            graph.add_edge(s, t, weight=a[s, t])
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: part[0])
    return np.diag(a.sum(axis=1)) - a, graph, parts


def even(net, values):
    """Whether dense linear algebra, which subtracts, can be trusted."""
    return values is None or all(w == 0 or w > 1e-3 * max(values) for w in values)


def algebraic_connectivity(net):
    for values, parameters in settings(net):
        l, _, parts = laplacian(net, values)
        if not parts:
            continue
        part = max(parts, key=len)
        value = float(np.linalg.eigvalsh(l[np.ix_(part, part)])[1]) if len(part) > 1 else 0
        yield case(net, NP, "linalg.eigvalsh(L)[1], of the largest part",
                   {"algebraic_connectivity": value if len(parts) == 1 else 0, "largest_part": value,
                    "parts": len(parts)}, parameters)


def fiedler_vector(net):
    for values, parameters in settings(net):
        l, graph, parts = laplacian(net, values)
        if not parts or len(max(parts, key=len)) < 2 or not even(net, values):
            continue
        part = max(parts, key=len)
        value, vectors = np.linalg.eigh(l[np.ix_(part, part)])
        expect = {"eigenvalue": float(value[1]), "degenerate": bool(len(part) > 2 and value[2] < value[1] * (1 + 1e-7))}
        tool, recipe = NP, "linalg.eigh(L), of the largest part"
        if not expect["degenerate"]:
            x = vectors[:, 1]
            if len(part) == net.n and net.n > 5:
                x = nx.fiedler_vector(graph, tol=1e-12, method="tracemin_lu", seed=1)
                tool, recipe = NX, "fiedler_vector(G, tol=1e-12, method='tracemin_lu')"
                x = x / np.linalg.norm(x)
            x = x * np.sign(next(v for v in x if abs(v) > 1e-6))
            whole = [None] * net.n
            for i, v in zip(part, x):
                whole[i] = float(v)
            expect["fiedler_vector"] = whole
        yield case(net, tool, recipe, expect, parameters, 1e-6)


def resistances(net, values):
    l, graph, parts = laplacian(net, values)
    r = np.full((net.n, net.n), np.inf)
    for part in parts:
        g = np.linalg.pinv(l[np.ix_(part, part)], hermitian=True)
        d = np.diag(g)
        r[np.ix_(part, part)] = d[:, None] + d[None, :] - 2 * g
    return r, graph, parts


def effective_resistance(net):
    for values, parameters in settings(net):
        if not net.n or not even(net, values):
            continue
        r, graph, parts = resistances(net, values)
        ids = [node["id"] for node in net.doc["nodes"]]
        start = ids[net.n // 2]
        yield case(net, NP, "linalg.pinv(L), d[i] + d[j] - 2 g[i, j]", {"resistance": r[net.n // 2].tolist()},
                   {**parameters, "from": [start]})
        if len(parts) == 1 and net.n > 3:
            pairs = [(i, j) for i in (0, 1) for j in (net.n - 1, net.n // 3)]
            found = [nx.resistance_distance(graph, i, j, "weight", invert_weight=False) if i != j else 0 for i, j in pairs]
            yield case(net, NX, "resistance_distance(G, s, t, 'weight', invert_weight=False)",
                       {"resistance": [float(x) for x in found]},
                       {**parameters, "from": ids[:2], "to": [ids[net.n - 1], ids[net.n // 3]]})


def link_resistance(net):
    for values, parameters in settings(net):
        if not even(net, values):
            continue
        r, _, _ = resistances(net, values)
        w = [1 if values is None else x for x in values or net.links]
        found = [x * r[s, t] if x > 0 and s != t else 0 for x, (s, t) in zip(w, net.links)]
        yield case(net, NP, "linalg.pinv(L): strength times the resistance between the ends of each link",
                   {"link_resistance": [float(x) for x in found]}, parameters)


def kirchhoff_index(net):
    for values, parameters in settings(net):
        if not even(net, values):
            continue
        r, graph, parts = resistances(net, values)
        sums = np.where(np.isfinite(r), r, 0).sum(axis=1)
        yield case(net, NP, "linalg.pinv(L), sums over the part of each agent",
                   {"kirchhoff_index": float(sums.sum() / 2) if len(parts) < 2 else None,
                    "within_parts": float(sums.sum() / 2), "resistance_sum": sums.tolist()}, parameters)
        if len(parts) == 1 and net.n > 1:
            value = float(nx.effective_graph_resistance(graph, "weight", invert_weight=False))
            yield case(net, NX, "effective_graph_resistance(G, 'weight', invert_weight=False)",
                       {"kirchhoff_index": value}, parameters)


def spanning_trees(net):
    for values, parameters in settings(net):
        l, graph, parts = laplacian(net, values)
        if not even(net, values):
            continue
        logs = [float(np.linalg.slogdet(l[np.ix_(part[1:], part[1:])])[1]) if len(part) > 1 else 0 for part in parts]
        yield case(net, NP, "linalg.slogdet of L without the first agent, part by part",
                   {"log_trees": sum(logs) if len(parts) < 2 else None, "log_forests": sum(logs),
                    "log_trees_of_parts": logs}, parameters, 1e-9)
        if len(parts) == 1 and net.n > 1 and sum(logs) < 600:
            count = nx.number_of_spanning_trees(graph, weight="weight")
            yield case(net, NX, "log(number_of_spanning_trees(G, weight='weight'))", {"log_trees": math.log(count)},
                       parameters, 1e-9)


def current_flow_closeness(net):
    for values, parameters in settings(net):
        if not even(net, values):
            continue
        r, graph, parts = resistances(net, values)
        if len(parts) == 1 and net.n > 1:
            found = nx.current_flow_closeness_centrality(graph, weight="weight", solver="lu")
            yield case(net, NX, "current_flow_closeness_centrality(G, weight='weight')",
                       {"current_flow_closeness": [float(found[i]) for i in range(net.n)]}, parameters)
        else:
            sums = np.where(np.isfinite(r), r, 0).sum(axis=1)
            size = {i: len(part) for part in parts for i in part}
            found = [((size[i] - 1) / (net.n - 1)) ** 2 / sums[i] if size[i] > 1 else 0 for i in range(net.n)]
            yield case(net, NP, "linalg.pinv(L): (joined others / others)^2 / sum of resistances",
                       {"current_flow_closeness": found}, parameters)


def current_flow_betweenness(net):
    for values, parameters in settings(net):
        if not even(net, values):
            continue
        _, graph, parts = laplacian(net, values)
        total = [0.0] * net.n
        for part in parts:
            if len(part) > 2:
                found = nx.current_flow_betweenness_centrality(
                    graph.subgraph(part), normalized=True, weight="weight", solver="lu")
                for i in part:
                    total[i] = float(found[i]) * (len(part) - 1) * (len(part) - 2) / 2
        yield case(net, NX, "current_flow_betweenness_centrality(part, normalized=True, weight='weight') times pairs",
                   {"current_flow_betweenness": total}, parameters)
        pairs = (net.n - 1) * (net.n - 2) / 2
        if pairs:
            yield case(net, NX, "the same over all pairs", {"current_flow_betweenness": [x / pairs for x in total]},
                       {**parameters, "normalised": True})


def simple_rows(net):
    rows = [set() for _ in range(net.n)]
    for s, t in net.links:
        if s != t:
            rows[s].add(t)
            rows[t].add(s)
    return rows


def collective_influence(net):
    rows = simple_rows(net)
    for radius in (0, 1, 2, 3):
        found = []
        for i in range(net.n):
            seen, rim = {i}, {i}
            for _ in range(radius):
                rim = {k for j in rim for k in rows[j]} - seen
                seen |= rim
            # Who has no partner has no influence, even where minus one times minus one would be one.
            found.append(max(0, len(rows[i]) - 1) * sum(max(0, len(rows[j]) - 1) for j in rim))
        yield case(net, "Python", "definition: sets of agents at the distance", {"collective_influence": found},
                   {} if radius == 2 else {"radius": radius}, 0)


def non_backtracking(net):
    rows = simple_rows(net)
    arcs = [(i, j) for i in range(net.n) for j in sorted(rows[i])]
    # Part by part, and without the trees that hang from it, whose eigenvalues of 0 numpy cannot tell.
    core = nx.k_core(net.simple, 2) if net.n else nx.Graph()
    best = 0.0
    for part in nx.connected_components(core):
        graph = core.subgraph(part)
        a = nx.to_numpy_array(graph)
        d = np.diag(a.sum(axis=1)) - np.eye(len(a))
        values = np.linalg.eigvals(np.block([[a, -d], [np.eye(len(a)), np.zeros_like(a)]]))
        # A ring keeps what walks on it: its double eigenvalue 1 is blurred.
        best = max(best, 1.0 if graph.size() == len(graph) else float(max(abs(values))))
    yield case(net, NP, "linalg.eigvals of the 2n x 2n form, of each part of the 2-core",
               {"non_backtracking_radius": best, "percolation_threshold": 1 / best if best else None})


def subgraph(net):
    rows = simple_rows(net)
    if net.n > 1:
        found = nx.subgraph_centrality(net.simple)
        yield case(net, NX, "subgraph_centrality(simple G)", {"subgraph": [float(found[i]) for i in range(net.n)]})
    else:
        yield case(net, "Python", "a walk of no link", {"subgraph": [1] * net.n})


ORACLES = {
    "graph.centrality.pagerank_personal": pagerank_personal,
    "graph.centrality.katz": katz,
    "graph.centrality.eigenvector": eigenvector,
    "graph.centrality.hits": hits,
    "graph.spectra.spectral_radius": spectral_radius,
    "graph.spectra.algebraic_connectivity": algebraic_connectivity,
    "graph.spectra.fiedler_vector": fiedler_vector,
    "graph.spectra.effective_resistance": effective_resistance,
    "graph.spectra.link_resistance": link_resistance,
    "graph.spectra.kirchhoff_index": kirchhoff_index,
    "graph.spectra.spanning_trees": spanning_trees,
    "graph.centrality.current_flow_closeness": current_flow_closeness,
    "graph.centrality.current_flow_betweenness": current_flow_betweenness,
    "graph.centrality.collective_influence": collective_influence,
    "graph.spectra.non_backtracking": non_backtracking,
    "graph.centrality.subgraph": subgraph,
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
