"""Networks as documents: what a batch of changes makes of one, so that a long row of changes can be put together.

The engine is the judge of documents and changes; what comes here has been accepted by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

Document = dict[str, Any]


def links_of(document: Document) -> list[dict[str, Any]]:
    """The list of links, under whichever of its two names."""
    found: list[dict[str, Any]] = document.setdefault("links" if "links" in document else "edges", [])
    return found


def fold(document: bytes, batches: Iterable[bytes]) -> Document:
    """The document after all batches, in order.

    Agents and links keep their order, new ones come last; histories are those of the document, since what lies between
    two batches with a time is known to the engine alone.
    """
    found: Document = json.loads(document)
    for batch in batches:
        members = json.loads(batch)
        _apply(found, members.get("changes", ()))
        if members.get("time_s") is not None:
            found["time_s"] = members["time_s"]
            found.pop("history", None)
    return found


def _apply(document: Document, changes: Iterable[dict[str, Any]]) -> None:
    nodes: list[dict[str, Any]] = document["nodes"]
    links = links_of(document)
    place = {node["id"]: k for k, node in enumerate(nodes)}
    directed = bool(document.get("directed", False))
    gone: set[Any] = set()
    lost: set[int] = set()
    ends: dict[tuple[Any, Any], list[int]] = {}
    if any("source" in change for change in changes):
        for k, link in enumerate(links):
            ends.setdefault(_ends(link["source"], link["target"], directed), []).append(k)
    for change in changes:
        op = change.get("op", "set")
        if op == "add_agent":
            place[change["agent"]] = len(nodes)
            nodes.append({"id": change["agent"]})
        if op in ("set", "add_agent"):
            node = nodes[place[change["agent"]]]
            _set(node, change.get("metrics", {}))
        elif op == "remove_agent":
            gone.add(place.pop(change["agent"]))
            for k, link in enumerate(links):
                if change["agent"] in (link["source"], link["target"]):
                    lost.add(k)
        elif op == "add_link":
            key = _ends(change["source"], change["target"], directed)
            ends.setdefault(key, []).append(len(links))
            links.append({"source": change["source"], "target": change["target"]})
            _set(links[-1], change.get("fields", {}))
        elif op in ("set_link", "remove_link"):
            for k in ends.get(_ends(change["source"], change["target"], directed), ()):
                if op == "remove_link":
                    lost.add(k)
                elif k not in lost:
                    _set(links[k], change.get("fields", {}))
            if op == "remove_link":
                ends.pop(_ends(change["source"], change["target"], directed), None)
    if gone:
        nodes[:] = [node for k, node in enumerate(nodes) if k not in gone]
    if lost:
        links[:] = [link for k, link in enumerate(links) if k not in lost]


def _ends(source: Any, target: Any, directed: bool) -> tuple[Any, Any]:
    if directed:
        return source, target
    first, second = sorted((source, target), key=lambda end: (isinstance(end, str), end))
    return first, second


def _set(holder: dict[str, Any], values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            holder.pop(name, None)
        else:
            holder[name] = value
