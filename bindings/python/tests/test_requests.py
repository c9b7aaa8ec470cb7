"""Every function of the engine can be asked from Python, in each form a request may have."""

from __future__ import annotations

import json
from typing import Any

import aura
import networkx
import numpy
import pytest

PAGERANK = {"id": "graph.centrality.pagerank"}


def test_analyze_answers_in_the_order_asked(held: aura.Session, document: dict[str, Any]) -> None:
    asked = ["graph.structure.k_core", "graph.centrality.pagerank", "graph.structure.weak_components"]
    result = held.analyze(topology="prod", analyses=[{"id": name} for name in asked])
    assert [answer["id"] for answer in result["answers"]] == asked
    assert result["agents"] == [node["id"] for node in document["nodes"]]
    assert set(result.columns) == set(result["columns"])
    assert len(result.columns["1/pagerank"]) == len(document["nodes"])


def test_an_analysis_that_fails_does_not_fail_the_call(held: aura.Session) -> None:
    misspelt = {**PAGERANK, "parameters": {"dampening": 0.5}}
    result = held.analyze(topology="prod", analyses=[misspelt, PAGERANK])
    error = result["answers"][0]["error"]
    assert (error["code"], error["at"]) == ("schema", "/analyses/0/parameters/dampening")
    assert "output" in result["answers"][1]
    with pytest.raises(aura.AuraNotFoundError) as caught:
        held.analyze(topology="prod", analyses=[PAGERANK, {"id": "no.such.thing"}])
    assert caught.value.pointer == "/analyses/1/id"


def test_predict_has_a_value_for_every_agent(held: aura.Session, document: dict[str, Any]) -> None:
    result = held.predict(topology="prod", seed=7)
    assert set(result.columns) >= {"probability", "time_to_failure_s", "own"}
    for name in result.columns:
        assert len(result.columns[name]) == len(document["nodes"])
    probability = result.columns["probability"]
    assert ((probability >= 0) & (probability <= 1)).all()


def test_intervene_plans_actions_and_explain_gives_their_evidence(held: aura.Session) -> None:
    plan = held.intervene(topology="prod", seed=7)["plan"]
    assert plan["actions"], "the network has loads beyond capacity, so there is something to do"
    evidence = held.explain(topology="prod", agent="agent-3", seed=7)
    assert "agent-3" in str(evidence["explanation"])
    assert held.explain(topology="prod", action=plan["actions"][0], seed=7)["explanation"]


def test_apply_keeps_what_became_of_an_action(held: aura.Session) -> None:
    action = held.intervene(topology="prod", seed=7)["plan"]["actions"][0]
    record = held.apply(kind="outcome", topology="prod", action=action, outcome="done", note="by hand")
    assert isinstance(record["record"], int)
    assert held.explain(record=record["record"])["record"]["outcome"] == "done"


def test_observe_applies_a_batch_whole_or_not_at_all(held: aura.Session) -> None:
    good = {"op": "set", "agent": "agent-1", "metrics": {"load": 2.5, "queue": None}}
    first = held.observe(topology="prod", time_s=1.0, changes=[good])
    assert first["applied"] == 1
    with pytest.raises(aura.AuraError) as caught:
        bad = {"op": "set", "agent": "nobody", "metrics": {"load": 1}}
        held.observe(topology="prod", time_s=2.0, changes=[good, bad])
    assert caught.value.pointer is not None and caught.value.pointer.startswith("/changes/1")
    again = held.observe(topology="prod", time_s=2.0, changes=[good])
    assert again["revision"] == first["revision"] + 1


def test_observe_adds_and_removes(held: aura.Session) -> None:
    changes = [
        {"op": "add_agent", "agent": "new", "metrics": {"load": 1.0}},
        {"op": "add_link", "source": "new", "target": "agent-0", "fields": {"weight": 2}},
        {"op": "remove_agent", "agent": "agent-5"},
    ]
    answer = held.observe(topology="prod", time_s=1.0, changes=changes)
    assert (answer["agents"], answer["applied"]) == (12, 3)


def test_events_follow_a_cursor(held: aura.Session) -> None:
    first = held.events(after=0)
    assert first["events"]
    assert not held.events(after=first["next"])["events"]
    held.observe(topology="prod", time_s=1.0, changes=[{"op": "set", "agent": "agent-1", "metrics": {"load": 9.0}}])
    assert held.events(after=first["next"], wait_ms=1000)["events"]


def test_catalogue_and_self_check_need_no_members(session: aura.Session) -> None:
    assert "graph.centrality.pagerank" in str(session.catalogue())
    one = session.catalogue(id="graph.centrality.pagerank")
    assert "graph.centrality.pagerank" in str(one) and "k_core" not in str(one)
    checked = session.self_check(ids=["graph.centrality.pagerank"])
    assert checked["passed"] >= 1 and checked["failed"] == 0


def test_a_bare_document_is_a_request(session: aura.Session, document: dict[str, Any]) -> None:
    bare = session.predict(document)
    assert len(bare["agents"]) == 12
    assert bare.json_bytes == session.predict({"topology": document}).json_bytes


def test_one_network_in_every_form_gives_the_same_bytes(session: aura.Session, document: dict[str, Any]) -> None:
    graph = networkx.node_link_graph(document, edges="edges")
    document = networkx.node_link_data(graph, edges="edges")  # the links in the order that networkx keeps
    text = json.dumps(document)
    forms = [
        session.predict(document, seed=7),
        session.predict({"topology": document, "seed": 7}),
        session.predict({"topology": document}, seed=7),
        session.predict(topology=document, seed=7),
        session.predict(topology=text.encode(), seed=7),
        session.predict(topology=bytearray(text.encode()), seed=7, horizon_s=None),
        session.predict(graph, seed=7),
        session.predict(topology=graph, seed=7),
        session.predict(f'{{"topology":{text},"seed":7}}'),
        session.predict(f'{{"topology":{text},"seed":7}}'.encode()),
        session.predict(bytearray(f'{{"topology":{text},"seed":7}}'.encode())),
        session.predict(memoryview(f'{{"topology":{text},"seed":7}}'.encode())),
    ]
    assert len({result.json_bytes for result in forms}) == 1


def test_numbers_of_numpy_are_numbers(session: aura.Session, document: dict[str, Any]) -> None:
    plain = session.predict(document, seed=7).json_bytes
    for node in document["nodes"]:
        node["load"] = numpy.float64(node["load"])
        node["queue"] = numpy.int32(node["queue"])
    assert session.predict(document, seed=numpy.int64(7)).json_bytes == plain


def test_ids_come_back_in_the_form_they_came_in(session: aura.Session) -> None:
    graph = networkx.DiGraph([(1, "two"), ("two", 3), ("3", 1)])
    assert session.analyze(graph, analyses=[PAGERANK])["agents"] == [1, "two", 3, "3"]


@pytest.mark.parametrize("kind", [networkx.Graph, networkx.DiGraph, networkx.MultiGraph, networkx.MultiDiGraph])
def test_each_kind_of_networkx_graph_is_taken(session: aura.Session, kind: Any) -> None:
    graph = kind([(0, 1), (1, 2), (2, 0), (2, 3)])
    assert session.predict(graph, seed=7)["agents"] == [0, 1, 2, 3]


def test_the_bytes_variants_give_the_engine_s_text(held: aura.Session, document: dict[str, Any]) -> None:
    for name in ("analyze", "predict", "intervene"):
        request = json.dumps({"topology": "prod", "seed": 7}).encode()
        text = getattr(held, f"{name}_bytes")(request)
        assert isinstance(text, bytes)
        assert text == getattr(held, name)(request).json_bytes
    for name in ("catalogue", "self_check", "events"):
        assert json.loads(getattr(held, f"{name}_bytes")())
    assert json.loads(held.explain_bytes(topology="prod", agent="agent-0"))
    assert json.loads(held.observe_bytes(topology="other", document=document))["agents"] == 12
    with pytest.raises(aura.AuraError):
        held.apply_bytes(kind="nothing")


def test_a_result_is_a_mapping(session: aura.Session, document: dict[str, Any]) -> None:
    with session.predict(document) as result:
        assert dict(result) == json.loads(str(result)) == json.loads(result.json_bytes)
        assert "agents" in result and result.get("nothing") is None
        assert bytes(result.json_view) == result.json_bytes and result.json_view.readonly
        assert len(result) == len(result.answer)
    assert "closed" in repr(result)
    assert result["agents"], "what was read stays"
    with pytest.raises(aura.AuraHandleError):
        result.columns["probability"]


def test_the_log_says_how_each_request_went(document: dict[str, Any]) -> None:
    heard: list[tuple[int, str]] = []
    with aura.Session(log=lambda level, text: heard.append((level, text)), log_level=3) as session:
        session.observe(topology="prod", document=document)
        session.predict(topology="prod")
        with pytest.raises(aura.AuraError):
            session.predict(topology="nobody")
    levels, texts = zip(*heard, strict=True)
    assert [text.split(":")[0] for text in texts] == ["topology prod", "observe", "predict", "predict"]
    assert levels == (3, 3, 3, 2)
    assert "not_found" in texts[-1] and "/topology" in texts[-1]
