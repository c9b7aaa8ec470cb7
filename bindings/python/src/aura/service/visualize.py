"""Pictures of a network with the risk on it: positions for a page, SVG, Cytoscape, and Grafana's node graph.

The engine lays out up to 1,000 agents. Larger networks are laid out by groups (the agents' own `group`, else the
communities that the engine finds), the agents of a group in a spiral around its place.
"""

from __future__ import annotations

import json
import math
from html import escape
from typing import Any, Optional

from .documents import links_of
from .engine import Engine, Gone
from .residents import Resident, Residents

SINGLE = 1_000
"""Agents that are laid out one by one."""
_GOLDEN = math.pi * (3 - math.sqrt(5))


async def layout(
    residents: Residents, engine: Engine, resident: Resident, gone: Optional[Gone] = None
) -> dict[str, Any]:
    """Agents with places, links as pairs of positions, groups. Kept until agents or links come or go."""
    if resident.layout is not None:
        return {**resident.layout, "revision": resident.revision}
    document = await residents.document(resident)
    nodes, links = document["nodes"], links_of(document)
    place = {node["id"]: k for k, node in enumerate(nodes)}
    pairs = [(place[link["source"]], place[link["target"]]) for link in links]
    groups: list[Optional[str]] = [_text(node.get("group")) for node in nodes]
    if len(nodes) <= SINGLE:
        x, y = await _stress(engine, len(nodes), pairs, gone)
        centres: list[dict[str, Any]] = []
    else:
        if not 1 < len(set(groups)) <= SINGLE:
            groups = await _communities(engine, resident.name, gone)
        x, y, centres = await _by_groups(engine, groups, pairs, gone)
    found = {
        "topology": resident.name,
        "directed": bool(document.get("directed", False)),
        "agents": [node["id"] for node in nodes],
        "labels": [str(node.get("label") or node["id"]) for node in nodes],
        "x": [round(value, 4) for value in x],
        "y": [round(value, 4) for value in y],
        "links": [list(pair) for pair in pairs],
        "groups": groups,
        "centres": centres,
    }
    resident.layout = found
    return {**found, "revision": resident.revision}


def _text(value: Any) -> Optional[str]:
    return None if value is None else str(value)


async def _stress(
    engine: Engine, count: int, pairs: list[tuple[int, int]], gone: Optional[Gone]
) -> tuple[list[float], list[float]]:
    if count == 0:
        return [], []
    request = {
        "topology": {
            "nodes": [{"id": k} for k in range(count)],
            "edges": [{"source": s, "target": t} for s, t in pairs],
        },
        "analyses": [{"id": "graph.layout.stress"}],
    }
    answer = json.loads(await engine.ask("analyze", json.dumps(request).encode(), gone))["answers"][0]
    output = answer["output"]
    return output["x"], output["y"]


async def _communities(engine: Engine, name: str, gone: Optional[Gone]) -> list[Optional[str]]:
    request = {"topology": name, "analyses": [{"id": "graph.communities.leiden_modularity"}]}
    answer = json.loads(await engine.ask("analyze", json.dumps(request).encode(), gone))["answers"][0]
    sizes = answer["output"]["sizes"]
    # Beyond what can be laid out, and for those who are nearly alone, one place is enough.
    return [
        f"team {label + 1}" if label < SINGLE - 1 and sizes[label] > 1 else "others"
        for label in answer["output"]["labels"]
    ]


async def _by_groups(
    engine: Engine, groups: list[Optional[str]], pairs: list[tuple[int, int]], gone: Optional[Gone]
) -> tuple[list[float], list[float], list[dict[str, Any]]]:
    names = list(dict.fromkeys(groups))
    number = {name: k for k, name in enumerate(names)}
    members: list[list[int]] = [[] for _ in names]
    for k, group in enumerate(groups):
        members[number[group]].append(k)
    joined = sorted(
        {(min(a, b), max(a, b)) for a, b in ((number[groups[s]], number[groups[t]]) for s, t in pairs) if a != b}
    )
    gx, gy = await _stress(engine, len(names), joined, gone)
    # Room for the largest spiral between neighbouring places.
    radius = [math.sqrt(len(of)) for of in members]
    scale = 3.2 * max(radius)
    x, y = [0.0] * len(groups), [0.0] * len(groups)
    for g, of in enumerate(members):
        for turn, k in enumerate(of):
            far, angle = math.sqrt(turn + 0.5), turn * _GOLDEN
            x[k] = gx[g] * scale + far * math.cos(angle)
            y[k] = gy[g] * scale + far * math.sin(angle)
    centres = [
        {"group": name, "x": round(gx[g] * scale, 4), "y": round(gy[g] * scale, 4), "radius": round(radius[g], 4),
         "agents": len(members[g])}
        for g, name in enumerate(names)
    ]  # fmt: skip
    return x, y, centres


# ------------------------------------------------------------------------------------------------- formats


_SHADES = ((0.01, "#8fa3b8"), (0.1, "#e6c454"), (0.25, "#f0963c"), (0.5, "#e0602b"), (math.inf, "#b3202a"))


def colour(risk: Optional[float]) -> str:
    """The colour of a probability, the same as on the page and in reports."""
    return next(shade for below, shade in _SHADES if (risk or 0.0) < below)


def svg(found: dict[str, Any], risk: dict[Any, float]) -> bytes:
    """A drawing of 960 by 720 that stands alone."""
    width, height, margin = 960.0, 720.0, 40.0
    x, y = found["x"], found["y"]
    low_x, high_x = (min(x), max(x)) if x else (0.0, 1.0)
    low_y, high_y = (min(y), max(y)) if y else (0.0, 1.0)
    scale = min((width - 2 * margin) / ((high_x - low_x) or 1.0), (height - 2 * margin) / ((high_y - low_y) or 1.0))

    def at(k: int) -> tuple[str, str]:
        px = width / 2 + (x[k] - (low_x + high_x) / 2) * scale
        py = height / 2 + (y[k] - (low_y + high_y) / 2) * scale
        return f"{px:.1f}", f"{py:.1f}"

    places = [at(k) for k in range(len(x))]
    size = max(2.0, min(9.0, 160 / math.sqrt(len(x) + 1)))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'font-family="sans-serif" font-size="11"><title>{escape(found["topology"])}: probability of failing</title>'
        '<g stroke="#8a94a6" stroke-opacity="0.45">'
    ]
    for s, t in found["links"]:
        (ax, ay), (bx, by) = places[s], places[t]
        out.append(f'<line x1="{ax}" y1="{ay}" x2="{bx}" y2="{by}"/>')
    out.append("</g><g>")
    for k, agent in enumerate(found["agents"]):
        px, py = places[k]
        value = risk.get(agent)
        words = escape(found["labels"][k]) + ("" if value is None else f": {100 * value:.0f} %")
        out.append(f'<circle cx="{px}" cy="{py}" r="{size:.1f}" fill="{colour(value)}"><title>{words}</title></circle>')
    out.append("</g>")
    if len(places) <= 60:
        out.append('<g text-anchor="middle" fill="#556">')
        for k, label in enumerate(found["labels"]):
            px, py = places[k]
            out.append(f'<text x="{px}" y="{float(py) + size + 12:.1f}">{escape(label)}</text>')
        out.append("</g>")
    out.append("</svg>")
    return "".join(out).encode()


def cytoscape(found: dict[str, Any], risk: dict[Any, float]) -> dict[str, Any]:
    """Elements as Cytoscape.js reads them (preset layout)."""
    nodes = [
        {
            "data": {
                "id": str(agent), "label": found["labels"][k], "group": found["groups"][k], "risk": risk.get(agent),
                "colour": colour(risk.get(agent)),
            },
            "position": {"x": found["x"][k] * 100, "y": found["y"][k] * 100},
        }
        for k, agent in enumerate(found["agents"])
    ]  # fmt: skip
    names = [str(agent) for agent in found["agents"]]
    edges = [
        {"data": {"id": f"link-{k}", "source": names[s], "target": names[t]}} for k, (s, t) in enumerate(found["links"])
    ]
    return {"elements": {"nodes": nodes, "edges": edges}, "layout": {"name": "preset"}}


def grafana(found: dict[str, Any], risk: dict[Any, float]) -> dict[str, Any]:
    """Two tables of rows with the fields that Grafana's node graph panel knows."""
    nodes = []
    for k, agent in enumerate(found["agents"]):
        value = risk.get(agent)
        known = 0.0 if value is None else value
        nodes.append(
            {
                "id": str(agent), "title": found["labels"][k], "subtitle": found["groups"][k] or "",
                "mainstat": "unknown" if value is None else f"{100 * value:.1f} %", "color": colour(value),
                "arc__failing": known, "arc__holding": 1 - known,
            }
        )  # fmt: skip
    edges = [
        {"id": f"link-{k}", "source": nodes[s]["id"], "target": nodes[t]["id"]}
        for k, (s, t) in enumerate(found["links"])
    ]
    return {"nodes": nodes, "edges": edges}
