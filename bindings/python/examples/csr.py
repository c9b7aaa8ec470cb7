"""The bulk lane: a network of 10,000 agents as plain arrays, analysed with a progress callback, and a call that a token
cancels. Arrays of numpy and matrices of scipy go the same way; this needs neither.
"""

from array import array

import aura

AGENTS = 10_000
LINKS_OF_EACH = 4
RANK = {"topology": "mesh", "analyses": [{"id": "graph.centrality.pagerank"}]}

starts = array("q", (i * LINKS_OF_EACH for i in range(AGENTS + 1)))
targets = array("q", ((i * (2 * k + 3) + k + 1) % AGENTS for i in range(AGENTS) for k in range(LINKS_OF_EACH)))
weights = array("d", (1.0 / (k + 1) for _ in range(AGENTS) for k in range(LINKS_OF_EACH)))
load = array("d", (i * 37 % 100 for i in range(AGENTS)))


def progress(fraction):
    """Called on our own thread, now and then; a true answer would cancel the call."""
    assert 0 <= fraction <= 1


with aura.Session() as session, aura.Cancel() as cancel:
    session.topology_from_csr("mesh", (starts, targets, weights), directed=True, metrics={"load": load})
    ranks = session.analyze(RANK, cancel=cancel, progress=progress).columns["0/pagerank"]
    print(f"{len(ranks)} ranks, sum {sum(ranks):.6f}")

    cancel.set()  # from any thread, at any time; here before the call
    try:
        session.analyze(RANK, cancel=cancel, progress=progress)
        print("with the token set: not cancelled")
    except aura.AuraCancelledError:
        print("with the token set: cancelled")
