#!/usr/bin/env python3
"""Writes the files of this folder with the programs that people use, so that the readers are tried on what those write.

    python3 -m venv v && v/bin/pip install networkx==3.6.1 igraph==1.0.0 pydot scipy lxml
    v/bin/python Tests/Data/formats/make_formats.py

`graphviz.dot` is `dot -Tdot networkx.dot` of Graphviz 2.43; `gephi.gexf` follows the GEXF 1.3 primer by hand.
"""
import os

import igraph as ig
import networkx as nx
import scipy.io
import scipy.sparse

os.chdir(os.path.dirname(os.path.abspath(__file__)))
G = nx.DiGraph(name="shop")
G.add_node("web", load=40.5, capacity=100, label="Front end")
G.add_node("cart", load=20, capacity=50)
G.add_node("a & <b>", load=1e-3)
G.add_node("données", status="up")
G.add_edge("web", "cart", weight=3.5, kind="call")
G.add_edge("web", "a & <b>", weight=1)
G.add_edge("cart", "données", weight=2)
G.add_edge("données", "cart", weight=0.25)
G.add_edge("cart", "cart", weight=7)

nx.write_graphml(G, "networkx.graphml")
nx.write_gexf(G, "networkx.gexf")
nx.write_gml(G, "networkx.gml")
nx.write_edgelist(G, "networkx.edgelist", delimiter="\t")
H = nx.relabel_nodes(G, {"a & <b>": "ab"})
nx.nx_pydot.write_dot(H, "networkx.dot")
P = nx.relabel_nodes(G, {"a & <b>": "a b"})
nx.write_pajek(nx.DiGraph([(u, v, {"weight": d["weight"]}) for u, v, d in P.edges(data=True)]), "networkx.net")
with open("networkx_adjacency.json", "w") as file:
    import json

    json.dump(nx.adjacency_data(G), file, ensure_ascii=False)
with open("networkx_undirected_adjacency.json", "w") as file:
    json.dump(nx.adjacency_data(nx.MultiGraph([(1, 2), (1, 2), (2, 3), (3, 3)])), file)

g = ig.Graph.TupleList([(u, v, d["weight"]) for u, v, d in G.edges(data=True)], directed=True, edge_attrs=["weight"])
g.write_graphml("igraph.graphml")
g.write_gml("igraph.gml")
g.write_pajek("igraph.net")
g.write_dot("igraph.dot")

scipy.io.mmwrite("scipy.mtx", scipy.sparse.coo_matrix(([3.5, 1, 2], ([0, 0, 1], [1, 2, 2])), shape=(4, 4)))
scipy.io.mmwrite("scipy_symmetric.mtx", scipy.sparse.coo_matrix(([1, 1, 2, 2], ([0, 1, 1, 2], [1, 0, 2, 1])), shape=(3, 3)))
