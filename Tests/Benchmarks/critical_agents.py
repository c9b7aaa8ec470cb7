#!/usr/bin/env python3
"""How good graph.resilience.critical_agents is, beside other methods.

    critical_agents.py FOLDER [AURA [EFFORT]]

FOLDER holds test.index.json ([{"name", "file", ...}], each file a gzipped node-link document) and test.reference.json
({name: {method: {"R": ...}}}). AURA is the command, .build/release/aura-cli by default. Prints for each network our R,
counted here from the order by a union-find of its own, the best reference, their ratio, and the seconds taken.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time


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


def main():
    folder = sys.argv[1]
    aura = sys.argv[2] if len(sys.argv) > 2 else ".build/release/aura-cli"
    measure = "graph.resilience.critical_agents,effort=" + (sys.argv[3] if len(sys.argv) > 3 else "1")
    index = json.load(open(os.path.join(folder, "test.index.json")))
    references = json.load(open(os.path.join(folder, "test.reference.json")))
    ratios = []
    print(f"{'network':26}{'agents':>8}{'links':>8}{'R':>10}{'best':>10}{'ratio':>8}{'s':>7}  best method")
    for entry in index:
        document = json.load(gzip.open(os.path.join(folder, entry["file"])))
        links = [(e["source"], e["target"]) for e in document.get("links") or document["edges"]]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            begin = time.time()
            reply = subprocess.run([aura, "analyze", file.name, "--measure", measure, "--json"], check=True,
                                   capture_output=True, text=True).stdout
            seconds = time.time() - begin
        order = json.loads(reply)["answers"][0]["output"]["order"]
        ids = [node["id"] for node in document["nodes"]]
        assert sorted(order) == sorted(ids)
        ours = robustness(ids, links, order)
        method, best = min(((m, v["R"]) for m, v in references[entry["name"]].items()), key=lambda item: item[1])
        ratios.append(ours / best)
        print(f"{entry['name']:26}{len(ids):8}{len(links):8}{ours:10.5f}{best:10.5f}{ours / best:8.3f}{seconds:7.2f}"
              f"  {method}")
    print(f"mean ratio {sum(ratios) / len(ratios):.4f}, worst {max(ratios):.3f}")


if __name__ == "__main__":
    main()
