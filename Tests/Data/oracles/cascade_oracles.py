#!/usr/bin/env python3
"""Writes cascade.*.json: reference answers of the cascade mechanisms, from the textbook definitions in a few dense
lines of numpy, over real topologies (../topologies) and random ones.

    python3 cascade_oracles.py [NAME ...]     all, or cascade.NAME.json alone; needs numpy, scipy and networkx

Nothing here shares code or data structures with the engine: loads come from all-pairs counting with matrices, flows
from a dense pseudo-inverse, thresholds and queues from plain matrix products, contagion from all that can happen.
"""
import itertools
import json
import os
import sys

import networkx as nx
import numpy as np
import scipy

HERE = os.path.dirname(os.path.abspath(__file__))


def topology(name):
    with open(os.path.join(HERE, "..", "topologies", name + ".json")) as f:
        return json.load(f)


def links_of(doc):
    return [(e["source"], e["target"], float(e.get("weight", 1.0))) for e in doc.get("edges", doc.get("links"))]


def dependence(doc):
    """Row i: how strongly i depends on each other agent."""
    n = len(doc["nodes"])
    a = np.zeros((n, n))
    for s, d, w in links_of(doc):
        a[s, d] += w
        if not doc["directed"]:
            a[d, s] += w
    np.fill_diagonal(a, 0)
    return a


def random_doc(n, m, seed, directed=False, weighted=False):
    g = nx.gnm_random_graph(n, m, seed=seed, directed=directed)
    r = np.random.default_rng(seed)
    edges = [{"source": u, "target": v} for u, v in g.edges()]
    if weighted:
        for e in edges:
            e["weight"] = round(float(r.uniform(0.2, 3.0)), 3)
    return {"directed": directed, "multigraph": False, "nodes": [{"id": i} for i in range(n)], "edges": edges}


# ---- shortest-path load -----------------------------------------------------------------------------------------
def path_load(skeleton, alive):
    """Ordered pairs of living agents: share of their shortest paths through each agent, end points included."""
    idx = np.flatnonzero(alive)
    g = nx.from_numpy_array(skeleton[np.ix_(idx, idx)])
    c = nx.betweenness_centrality(g, normalized=False, endpoints=True)
    load = np.zeros(len(alive))
    load[idx] = [2 * c[k] for k in range(len(idx))]
    return load


def redistribute(skeleton, alpha, seeds):
    n = len(skeleton)
    step = np.full(n, -1)
    step[seeds] = 0
    capacity = (1 + alpha) * path_load(skeleton, np.ones(n, bool))
    t = 0
    while (step < 0).any():
        over = (step < 0) & (path_load(skeleton, step < 0) > capacity * (1 + 1e-9))
        if not over.any():
            break
        t += 1
        step[over] = t
    return step


# ---- thresholds -------------------------------------------------------------------------------------------------
def thresholds(dep, theta, seeds):
    step = np.full(len(dep), -1)
    step[seeds] = 0
    total = dep.sum(1)
    t = 0
    while True:
        lost = dep @ (step >= 0)
        new = (step < 0) & (total > 0) & (lost >= (theta - 1e-12) * np.maximum(total, 1e-300))
        if not new.any():
            return step
        t += 1
        step[new] = t


# ---- local load sharing -----------------------------------------------------------------------------------------
def share(weights, load, capacity, seeds, rule):
    n = len(load)
    load = load.copy()
    step = np.full(n, -1)
    step[seeds] = 0
    fresh, t = list(seeds), 0
    while fresh:
        give = np.zeros(n)
        for i in fresh:
            near = (weights[i] > 0) & (step < 0)
            part = {"free_capacity": np.maximum(capacity - load, 0), "strength": weights[i], "load": load}[rule] * near
            if part.sum() <= 0:
                part = capacity * near
            if part.sum() > 0:
                give += load[i] * part / part.sum()
        load += give
        fresh = list(np.flatnonzero((step < 0) & (give > 0) & (load > capacity * (1 + 1e-9))))
        t += 1
        step[fresh] = t
    return step


# ---- DC power flow ----------------------------------------------------------------------------------------------
def power_flow(n, f, t, b, live, pd, pg, top):
    flow, served = np.zeros(len(f)), np.zeros(n)
    g = nx.Graph()
    g.add_nodes_from(range(n))
    g.add_edges_from((f[k], t[k]) for k in np.flatnonzero(live))
    for island in nx.connected_components(g):
        bus = sorted(island)
        demand, plan, cap = pd[bus].sum(), pg[bus].sum(), top[bus].sum()
        if cap <= 1e-9:
            continue
        phi = min(1.0, cap / demand) if demand > 0 else 1.0
        need = phi * demand
        if plan > need:
            gen = pg[bus] * (need / plan)
        elif cap > plan:
            gen = pg[bus] + (top[bus] - pg[bus]) * (need - plan) / (cap - plan)
        else:
            gen = pg[bus]
        served[bus] = phi
        inside = [k for k in np.flatnonzero(live) if f[k] in island]
        if inside:
            pos = {v: i for i, v in enumerate(bus)}
            lap = np.zeros((len(bus), len(bus)))
            for k in inside:
                i, j = pos[f[k]], pos[t[k]]
                lap[i, i] += b[k]
                lap[j, j] += b[k]
                lap[i, j] -= b[k]
                lap[j, i] -= b[k]
            angle = np.linalg.pinv(lap) @ (gen - pd[bus] * phi)
            for k in inside:
                flow[k] = b[k] * (angle[pos[f[k]]] - angle[pos[t[k]]])
    return flow, served


def grid_of(doc):
    n = len(doc["nodes"])
    links = doc.get("edges", doc.get("links"))
    f = np.array([e["source"] for e in links])
    t = np.array([e["target"] for e in links])
    b = np.array([1 / max(abs(e["x"]), 1e-4) for e in links])
    pd, pg, top = (np.array([max(0.0, float(v.get(k, 0))) for v in doc["nodes"]]) for k in ("pd", "pg", "pgmax"))
    return n, f, t, b, pd, pg, np.maximum(pg, top)


def blackout(doc, alpha, seeds, limit=400):
    """Lines trip as soon as they carry more than their rating; a bus below half of its demand fails a step later."""
    n, f, t, b, pd, pg, top = grid_of(doc)
    flow, _ = power_flow(n, f, t, b, np.ones(len(f), bool), pd, pg, top)
    a = np.abs(flow)
    rating = (1 + alpha) * np.maximum(a, 0.25 * np.median(a[a > 1e-9]))
    live = np.ones(len(f), bool)
    step = np.full(n, -1)
    step[seeds] = 0
    for now in range(limit):
        dead = step >= 0
        live &= ~(dead[f] | dead[t])
        flow, served = power_flow(n, f, t, b, live, np.where(dead, 0, pd), np.where(dead, 0, pg), np.where(dead, 0, top))
        trip = live & (np.abs(flow) > rating * (1 + 1e-9))
        fail = (step < 0) & ~(served >= 0.5)
        live &= ~trip
        step[fail] = now + 1
        if not trip.any() and not fail.any():
            break
    return step, rating


# ---- queues with retries ----------------------------------------------------------------------------------------
def queues(calls, share, ext, rate, room, patience, seeds, steps, retries, timeout, block):
    """calls[i, j]: calls to j for each request i finishes; share[i, j]: part of i's waiting that is for j."""
    n = len(ext)
    step = np.full(n, -1)
    step[seeds] = 0
    q, err, wait, mem = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    x = np.minimum(ARRIVALS, rate)
    for t in range(steps):
        dead = (step >= 0) & (step <= t)
        arrivals = ext + (calls.T @ x) * (1 + retries * err)
        slow = np.minimum(wait, 4) + 3 * dead
        mu = np.where(dead, 1e-9, np.maximum(rate / (1 + block * (share @ slow)), 1e-9))
        backlog = q + arrivals
        done = np.minimum(backlog, mu)
        left = backlog - done
        lost = np.maximum(left - room, 0) / np.maximum(arrivals, 1e-9)
        q = np.minimum(left, room)
        wait = np.minimum(q / mu, 20)
        err = np.clip(np.maximum((wait - timeout) / (2 * timeout), np.minimum(lost, 1)), 0, 1)
        err[dead], wait[dead], q[dead], done[dead] = 1, 20, 0, 0
        mem = np.where(dead, 0, np.where(q > 0.75 * room, mem + 1, np.maximum(mem - 0.5, 0)))
        x = done
        step[(step < 0) & (mem >= patience)] = t + 1
    return step


ARRIVALS = None


# ---- contagion --------------------------------------------------------------------------------------------------
def small_doc(n, m, seed, directed, weighted, parallel):
    """A small network; links of one pair may lie side by side, and some agents may be linked with nobody."""
    doc = random_doc(n, m, seed, directed, weighted)
    if parallel:
        doc["multigraph"] = True
        doc["edges"].append(dict(doc["edges"][0]))
    return doc


def passing(doc, p):
    """[j, i]: chance that failure passes from j to i at a try. Links side by side add up their strengths; a link of s
    times the mean strength is like s links, each with a try of its own."""
    mean = np.mean([w for _, _, w in links_of(doc)])
    return 1 - (1 - p) ** (dependence(doc).T / mean)


def moments(first, weight):
    """Of outcomes (first step of each agent, -1 for never) with weights: what a simulation estimates, with variances."""
    hit = first >= 0
    freq = weight @ hit
    count = np.maximum(freq, 1e-300)
    mean = weight @ np.where(hit, first, 0) / count
    var = weight @ (np.where(hit, first - mean, 0) ** 2) / count
    size = hit.sum(1)
    return freq, mean, var, weight @ size, weight @ (size - weight @ size) ** 2


def spread_once(chance, seeds):
    """Independent cascade: every way in which the tries can end, with its probability."""
    n = len(chance)
    tries = [(j, i) for j in range(n) for i in range(n) if chance[j, i] > 0 and i not in seeds]
    odds = np.array([chance[t] for t in tries])
    first, weight = [], []
    for ends in itertools.product((0, 1), repeat=len(tries)):
        ends = np.array(ends, bool)
        w = np.where(ends, odds, 1 - odds).prod()
        if w == 0:
            continue
        step = np.full(n, -1)
        step[seeds] = 0
        for t in range(n):
            for (j, i), open_ in zip(tries, ends):
                if open_ and step[j] == t and step[i] < 0:
                    step[i] = t + 1
        first.append(step)
        weight.append(w)
    return moments(np.array(first), np.array(weight))


def spread_again(chance, recovery, seeds, steps):
    """Susceptible, infected, susceptible: the Markov chain over who is infected and who has never been, with the
    first step of each agent. The infected recover at the beginning of a step and can then be infected at its end."""
    n = len(chance)
    states = list(itertools.product((0, 1, 2), repeat=n))  # never, now, no longer infected
    move = np.zeros((len(states), len(states)))
    for a, state in enumerate(states):
        ill = np.array(state) == 1
        caught = 1 - (1 - chance[ill]).prod(0)
        row = np.ones(1)
        for i in range(n):
            c = caught[i]
            own = {0: (1 - c, c, 0), 1: (0, 1 - recovery, recovery), 2: (0, c, 1 - c)}[state[i]]
            row = np.kron(row, own)
        move[a] = row
    now = np.zeros(len(states))
    now[states.index(tuple(1 if i in seeds else 0 for i in range(n)))] = 1
    ever = np.array(states) > 0
    before = now @ ever
    freq, total, square = before.copy(), np.zeros(n), np.zeros(n)
    for t in range(1, steps + 1):
        now = now @ move
        gain = now @ ever - before
        before = now @ ever
        freq, total, square = before, total + t * gain, square + t * t * gain
    count = np.maximum(freq, 1e-300)
    mean = total / count
    size = ever.sum(1)
    return freq, mean, square / count - mean ** 2, now @ size, now @ (size - now @ size) ** 2


def exact(found):
    freq, mean, var, size, size_var = found
    r = lambda x: np.round(np.maximum(x, 0), 12).tolist()
    return {"frequency": r(freq), "mean_step": r(mean), "step_variance": r(var), "size": float(round(size, 12)),
            "size_variance": float(round(max(size_var, 0), 12))}


ASKED = set()


def write(name, cases):
    if ASKED and name not in ASKED:
        return
    doc = {"recipe": "cascade_oracles.py", "numpy": np.__version__, "scipy": scipy.__version__,
           "networkx": nx.__version__, "cases": cases}
    with open(os.path.join(HERE, "cascade.%s.json" % name), "w") as f:
        f.write(json.dumps(doc, separators=(",", ":")) + "\n")
    print(name, len(cases), "cases", [int((np.array(c["step"]) >= 0).sum()) if "step" in c else c["size"] for c in cases])


def main():
    itz = ["itz_AttMpls", "itz_Deltacom"]
    svc = ["svc_train_ticket", "svc_petshop", "dag_Deltacom"]
    grids = ["grid_73_ieee_rts", "grid_118_ieee", "grid_300_ieee"]
    randoms = {"random_%d" % s: random_doc(40, 70, s) for s in (1, 2, 3)}
    directed = {"random_d%d" % s: random_doc(40, 90, s, True, True) for s in (4, 5)}

    def docs(names, extra):
        return [(x, topology(x)) for x in names] + list(extra.items())

    def case(name, doc, **more):
        c = {"topology": name, **more}
        if name.startswith("random"):
            c["document"] = doc
        return c

    out = []
    for name, doc in docs(itz + ["grid_118_ieee"], randoms):
        a = ((dependence(doc) + dependence(doc).T) > 0).astype(float)
        hub = int(a.sum(1).argmax())
        for alpha in (0.05, 0.3):
            out.append(case(name, doc, alpha=alpha, agents=[hub], step=redistribute(a, alpha, [hub]).tolist()))
    write("motter_lai", out)

    out = []
    for name, doc in docs(itz + svc, {**randoms, **directed}):
        dep = dependence(doc)
        hub = [int(v) for v in np.argsort(-dep.sum(0), kind="stable")[:2]]
        for theta in (0.18, 0.35, 0.5):
            out.append(case(name, doc, threshold=theta, agents=hub, step=thresholds(dep, theta, hub).tolist()))
    write("threshold", out)

    out = []
    for k, (name, doc) in enumerate(docs(itz + svc, {**randoms, **directed})):
        w = dependence(doc)
        w = w + w.T if doc["directed"] else w
        r = np.random.default_rng(100 + k)
        load = np.round(r.uniform(1, 10, len(w)), 3)
        capacity = np.round(load * r.uniform(1.05, 1.9, len(w)), 3)
        hub = [int((w > 0).sum(1).argmax())]
        for rule in ("free_capacity", "strength", "load"):
            out.append(case(name, doc, share=rule, agents=hub, load=load.tolist(), capacity=capacity.tolist(),
                            step=share(w, load, capacity, hub, rule).tolist()))
    write("load_sharing", out)

    out = []
    for name in grids:
        doc = topology(name)
        n, f, t, b, pd, pg, top = grid_of(doc)
        flow, served = power_flow(n, f, t, b, np.ones(len(f), bool), pd, pg, top)
        hub = int(np.bincount(np.concatenate([f, t])).argmax())
        dark = np.ones(len(f), bool)
        dark[(f == hub) | (t == hub)] = False
        cut, fed = power_flow(n, f, t, b, dark, pd, pg, top)
        for alpha in (0.1, 0.4):
            step, rating = blackout(doc, alpha, [hub])
            out.append(case(name, doc, alpha=alpha, agents=[hub], flow=np.round(flow, 9).tolist(),
                            cut_flow=np.round(cut, 9).tolist(), cut_served=np.round(fed, 12).tolist(),
                            step=step.tolist()))
    write("dc_power", out)

    global ARRIVALS
    out = []
    for k, (name, doc) in enumerate(docs(svc, directed)):
        dep = dependence(doc)
        n = len(dep)
        r = np.random.default_rng(200 + k)
        # A network at rest: calls are four fifths of what a caller does, by strength; arrivals add up.
        total = dep.sum(1)
        per = 0.8 * dep / np.where(total > 0, total, 1)[:, None]
        outside = r.uniform(5, 50, n)
        ARRIVALS = np.linalg.solve(np.eye(n) - per.T, outside)
        rate = ARRIVALS * r.uniform(1.05, 1.6, n)
        sh = dep / np.where(total > 0, total, 1)[:, None]
        hub = [int((dep > 0).sum(0).argmax())]
        for retries in (1.0, 3.0):
            step = queues(per, sh, outside, rate, 6 * rate, 3, hub, 60, retries, 1.2, 0.6)
            out.append(case(name, doc, retries=retries, agents=hub, load=ARRIVALS.tolist(), capacity=rate.tolist(),
                            step=step.tolist()))
    write("retry_queue", out)

    once, again = [], []
    for k in range(28):
        r = np.random.default_rng(300 + k)
        n = 3 + k % 4
        directed, weighted = k % 2 == 1, k % 3 == 1
        most = n * (n - 1) // (1 if directed else 2)
        m = min(most, int(r.integers(n - 1, n + 3)))
        doc = small_doc(n, m, 300 + k, directed, weighted, k % 5 == 2)
        a = dependence(doc)
        seeds = sorted({int(a.sum(0).argmax()), *([int(r.integers(n))] if k % 4 == 3 else [])})
        p = [0.15, 0.4, 0.7, 1.0][int(r.integers(4))] if k % 6 else 1.0
        case = {"topology": "random_%d" % k, "document": doc, "agents": seeds, "probability": p}
        once.append({**case, **exact(spread_once(passing(doc, p), seeds))})
        if n > 5:  # 3^n states
            continue
        for recovery in (0.3, 0.8):
            steps = int(r.integers(2, 9))
            more = {**case, "probability": min(p, 0.7), "recovery": recovery, "steps": steps}
            again.append({**more, **exact(spread_again(passing(doc, min(p, 0.7)), recovery, seeds, steps))})
    write("contagion", once)
    write("contagion_sis", again)
    return 0


if __name__ == "__main__":
    ASKED.update(sys.argv[1:])
    sys.exit(main())
