#!/usr/bin/env python3
"""How good the order of graph.resilience.critical_agents is, beside the best of other methods.

    critical_agents.py [FOLDER [EFFORT]]

FOLDER holds test.index.json ([{"name", "file", ...}], each file a node-link document, gzipped or not) and
test.reference.json ({name: {method: {"R": ...}}}); without it, the networks in dismantling/ beside this file. The
command is `aura` on the path. R is counted here from the order, by a union-find of its own: the mean over q = 1..n of
the share of all agents that the largest part keeps after q losses (Schneider et al. 2011, doi:10.1073/pnas.1009440108).
Seconds are CPU time, of all threads, from reading the document to the answer.
"""
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile


def robustness(ids, links, order):
    near = {i: [] for i in ids}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    top, size, largest, area = {}, {}, 0, 0

    def find(i):
        while top[i] != i:
            top[i] = top[top[i]]
            i = top[i]
        return i

    for k, agent in enumerate(reversed(order), 1):
        top[agent], size[agent] = agent, 1
        for other in near[agent]:
            if other in top:
                a, b = find(agent), find(other)
                if a != b:
                    top[b] = a
                    size[a] += size[b]
        largest = max(largest, size[find(agent)])
        area += largest if k < len(order) else 0
    return area / len(order) ** 2


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as file:
        return json.load(file)


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    beside = os.path.join(os.path.dirname(os.path.realpath(__file__)), "dismantling")
    folder = sys.argv[1] if len(sys.argv) > 1 else beside
    measure = "graph.resilience.critical_agents,effort=" + (sys.argv[2] if len(sys.argv) > 2 else "1")
    if not os.path.exists(os.path.join(folder, "test.index.json")):
        print(f"skipped: there is no test.index.json in {folder}")
        return
    index = read(os.path.join(folder, "test.index.json"))
    references = read(os.path.join(folder, "test.reference.json"))
    ratios = []
    print(f"{'network':26}{'agents':>8}{'links':>8}{'R':>10}{'best':>10}{'ratio':>8}{'CPU s':>7}  best other method")
    for entry in index:
        document = read(os.path.join(folder, entry["file"]))
        links = [(e["source"], e["target"]) for e in document.get("links") or document["edges"]]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            before = spent()
            reply = subprocess.run(["aura", "analyze", file.name, "--measure", measure, "--json"], check=True,
                                   capture_output=True, text=True).stdout
            seconds = spent() - before
        answer = json.loads(reply)["answers"][0]["output"]
        ids = [node["id"] for node in document["nodes"]]
        assert sorted(answer["order"]) == sorted(ids)
        ours = robustness(ids, links, answer["order"])
        assert abs(ours - answer["R"]) < 1e-12
        method, best = min(((m, v["R"]) for m, v in references[entry["name"]].items()), key=lambda item: item[1])
        ratios.append(ours / best)
        print(f"{entry['name']:26}{len(ids):8}{len(links):8}{ours:10.5f}{best:10.5f}{ours / best:8.3f}{seconds:7.2f}"
              f"  {method}", flush=True)
    # References have five digits.
    better = sum(ratio < 0.9995 for ratio in ratios)
    worse = sum(ratio > 1.0005 for ratio in ratios)
    print(f"mean ratio {sum(ratios) / len(ratios):.4f}, worst {max(ratios):.3f}; better on {better} of {len(ratios)}, "
          f"worse on {worse}")


if __name__ == "__main__":
    main()
