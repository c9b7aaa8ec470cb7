"""Networks and metrics as arrays and tables, handed over without copying where their form allows it."""

from __future__ import annotations

import ctypes
from array import array
from typing import Any

import aura
import networkx
import numpy
import pyarrow
import pytest
import scipy.sparse
from aura import _abi
from aura._library import library

PAGERANK = [{"id": "graph.centrality.pagerank"}]


@pytest.fixture
def graph() -> Any:
    made = networkx.gnp_random_graph(30, 0.1, seed=4, directed=True)
    for i, (_, _, fields) in enumerate(made.edges(data=True)):
        fields["weight"] = 1.0 + i % 5
    for node, fields in made.nodes(data=True):
        fields["load"] = float(node % 7)
    return made


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What crosses the border: addresses and counts, looked at on the way to the engine."""
    seen: dict[str, Any] = {}
    lib = library()
    from_csr, observe = lib.aura_topology_from_csr, lib.aura_observe

    def address(pointer: Any) -> int | None:
        return ctypes.cast(pointer, ctypes.c_void_p).value

    def arrays(pointer: Any, count: int) -> dict[str, tuple[int, int, int]]:
        return {pointer[i].name.decode(): (pointer[i].data, pointer[i].count, pointer[i].type) for i in range(count)}

    def spy_csr(session: Any, text: Any, length: int, csr: Any, *rest: Any) -> int:
        seen.update(starts=address(csr.starts), targets=address(csr.targets), weights=address(csr.weights))
        seen.update(agents=csr.agents, links=csr.links, directed=csr.directed)
        seen.update(metrics=arrays(csr.metrics, csr.metric_count))
        return int(from_csr(session, text, length, csr, *rest))

    def spy_observe(session: Any, text: Any, length: int, call: Any, *rest: Any) -> int:
        if call is not None:
            seen.update(arrays=arrays(call.arrays, call.array_count))
        return int(observe(session, text, length, call, *rest))

    monkeypatch.setattr(lib, "aura_topology_from_csr", spy_csr)
    monkeypatch.setattr(lib, "aura_observe", spy_observe)
    return seen


def wide(graph: Any) -> tuple[Any, Any, Any]:
    rows = scipy.sparse.csr_array(networkx.to_scipy_sparse_array(graph))
    return rows.indptr.astype(numpy.int64), rows.indices.astype(numpy.int64), rows.data.astype(numpy.float64)


def test_arrays_of_the_right_type_are_not_copied(session: aura.Session, graph: Any, passed: dict[str, Any]) -> None:
    starts, targets, weights = wide(graph)
    load = numpy.arange(30, dtype=numpy.float32)
    answer = session.topology_from_csr("a", (starts, targets, weights), directed=True, metrics={"load": load})
    assert passed["starts"] == starts.ctypes.data
    assert passed["targets"] == targets.ctypes.data
    assert passed["weights"] == weights.ctypes.data
    assert passed["metrics"] == {"load": (load.ctypes.data, 30, _abi.TYPE_FLOAT32)}
    assert (passed["agents"], passed["links"], passed["directed"]) == (30, len(targets), 1)
    assert (answer["agents"], answer["links"]) == (30, len(targets))


def test_read_only_arrays_are_taken_as_they_lie(session: aura.Session, graph: Any, passed: dict[str, Any]) -> None:
    parts = wide(graph)
    for part in parts:
        part.flags.writeable = False
    session.topology_from_csr("a", parts, directed=True)
    assert [passed[name] for name in ("starts", "targets", "weights")] == [part.ctypes.data for part in parts]


def test_a_scipy_matrix_gives_the_network_that_networkx_gives(session: aura.Session, graph: Any) -> None:
    matrix = networkx.to_scipy_sparse_array(graph, nodelist=range(30), dtype=float)
    load = [graph.nodes[i]["load"] for i in range(30)]
    session.topology_from_csr("a", matrix, directed=True, metrics={"load": load})
    session.observe(topology="b", document=graph)
    ask = {"analyses": PAGERANK, "roles": {"strength": "weight"}}
    first, second = (session.analyze(topology=name, **ask) for name in "ab")
    assert first["agents"] == list(range(30))
    assert first.columns["0/pagerank"] == pytest.approx(second.columns["0/pagerank"], abs=1e-9)


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "lil"])
@pytest.mark.parametrize("index", [numpy.int32, numpy.int64])
def test_every_sparse_form_is_taken(session: aura.Session, graph: Any, form: str, index: Any) -> None:
    matrix = networkx.to_scipy_sparse_array(graph, format=form)
    if form == "csr":
        matrix.indptr, matrix.indices = matrix.indptr.astype(index), matrix.indices.astype(index)
    assert session.topology_from_csr("a", matrix, directed=True)["links"] == graph.number_of_edges()
    assert session.topology_from_csr("b", matrix.astype(numpy.int8), directed=True)["links"] == graph.number_of_edges()


def test_undirected_links_are_listed_once(session: aura.Session) -> None:
    matrix = scipy.sparse.csr_array(numpy.triu(numpy.ones((4, 4)), 1))
    assert session.topology_from_csr("a", matrix, directed=False)["links"] == 6
    components = session.analyze(topology="a", analyses=[{"id": "graph.structure.weak_components"}])
    assert set(components.columns["0/labels"]) == {0}


def test_the_engine_says_what_is_wrong_with_rows(session: aura.Session) -> None:
    for matrix in (([0, 1, 2], [1, 9]), ([0, 2, 1], [1, 0]), ([1, 1, 2], [1, 0]), ([0, 1, 1], [1, 0])):
        with pytest.raises(aura.AuraError) as caught:
            session.topology_from_csr("a", matrix, directed=True)
        assert caught.value.code in ("argument", "schema") and caught.value.message


def test_what_the_engine_could_not_see_is_refused_here(session: aura.Session) -> None:
    with pytest.raises(ValueError, match="weights: 2 values"):
        session.topology_from_csr("a", ([0, 1, 2], [1, 0], [1.0]), directed=True)
    with pytest.raises(ValueError, match="starts"):
        session.topology_from_csr("a", ([], []), directed=True)
    with pytest.raises(ValueError, match="square"):
        session.topology_from_csr("a", scipy.sparse.csr_array((2, 3)), directed=True)
    with pytest.raises(TypeError, match="targets"):
        session.topology_from_csr("a", (numpy.array([0, 1]), numpy.array([0.5])), directed=True)
    with pytest.raises(TypeError, match="scipy"):
        session.topology_from_csr("a", numpy.ones((2, 2)), directed=True)
    with pytest.raises(aura.AuraError):  # a metric of the wrong length: the engine counts
        session.topology_from_csr("a", ([0, 1, 2], [1, 0]), directed=True, metrics={"load": [1.0]})


def test_metric_arrays_are_not_copied(held: aura.Session, passed: dict[str, Any]) -> None:
    given = {
        "load": numpy.linspace(0, 1, 12),
        "queue": numpy.arange(12, dtype=numpy.int32),
        "latency_ms": numpy.arange(12, dtype=numpy.float32),
        "attempts": array("q", range(12)),
    }
    held.observe(topology="prod", time_s=1.0, arrays=given)
    for name, kind in (("load", 4), ("queue", 1), ("latency_ms", 3)):
        assert passed["arrays"][name] == (given[name].ctypes.data, 12, kind)
    assert passed["arrays"]["attempts"] == (given["attempts"].buffer_info()[0], 12, 2)


def test_metrics_of_some_agents_come_with_their_positions(held: aura.Session) -> None:
    before = held.predict(topology="prod", seed=7).columns["probability"].tolist()
    held.observe(topology="prod", time_s=1.0, arrays={"agent": [3, 5], "load": [50.0, 60.0]})
    after = held.predict(topology="prod", seed=7).columns["probability"].tolist()
    assert before != after
    with pytest.raises(aura.AuraError):
        held.observe(topology="prod", time_s=2.0, arrays={"agent": [3, 500], "load": [1.0, 2.0]})
    assert held.predict(topology="prod", seed=7).columns["probability"].tolist() == after


@pytest.mark.parametrize(
    "value",
    [
        numpy.arange(24.0)[::2],
        numpy.arange(12, dtype=numpy.uint8),
        numpy.arange(12, dtype=numpy.float16),
        numpy.arange(12, dtype=">f8"),
        numpy.ones(12, dtype=bool),
        list(range(12)),
        tuple(float(i) for i in range(12)),
        range(12),
        array("h", range(12)),
        memoryview(array("d", range(24)))[::2],
        pyarrow.array(range(12)),
    ],
    ids=lambda value: type(value).__name__ + str(getattr(value, "dtype", "")),
)
def test_other_arrays_are_converted_without_loss(held: aura.Session, value: Any) -> None:
    assert held.observe(topology="prod", time_s=1.0, arrays={"load": value})["applied"]


@pytest.mark.parametrize(
    "value",
    [
        numpy.ones((3, 4)),
        numpy.float64(3),
        numpy.array(["a"] * 12),
        numpy.array([None] * 12),
        numpy.ones(12, dtype=complex),
        numpy.ones(12, dtype=numpy.uint64),
        numpy.zeros(12, dtype="datetime64[s]"),
        ["a"] * 12,
        [None] * 12,
        "text",
        b"bytes",
        3,
        None,
        {1: 2},
        object(),
    ],
    ids=lambda value: type(value).__name__ + str(getattr(value, "dtype", "")),
)
def test_what_is_no_array_of_numbers_is_refused(held: aura.Session, value: Any) -> None:
    with pytest.raises(TypeError, match="load"):
        held.observe(topology="prod", time_s=1.0, arrays={"load": value})


class Stream:
    """A table that shows nothing but the stream protocol."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


class Single(Stream):
    """A record batch that shows nothing but the array protocol."""

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_array__(requested_schema)

    __arrow_c_stream__ = None  # type: ignore[assignment]


def tables(graph: Any, text: bool = True) -> tuple[Any, Any]:
    name = (lambda i: f"n{i}") if text else (lambda i: i)
    agents = pyarrow.table({"id": [name(i) for i in graph], "load": [graph.nodes[i]["load"] for i in graph]})
    links = pyarrow.table(
        {
            "source": [name(a) for a, _ in graph.edges],
            "target": [name(b) for _, b in graph.edges],
            "weight": [fields["weight"] for *_, fields in graph.edges(data=True)],
        }
    )
    return agents, links


@pytest.mark.parametrize("text", [True, False])
def test_tables_give_the_network_that_networkx_gives(session: aura.Session, graph: Any, text: bool) -> None:
    agents, links = tables(graph, text)
    session.topology_from_arrow("a", agents, links, directed=True)
    session.observe(topology="b", document=networkx.relabel_nodes(graph, lambda i: f"n{i}") if text else graph)
    first, second = (session.predict(topology=name, seed=7) for name in "ab")
    assert (first["agents"], first["forecast"]) == (second["agents"], second["forecast"])


def test_each_arrow_protocol_is_spoken(session: aura.Session, graph: Any) -> None:
    agents, links = tables(graph)
    batch_of = lambda table: table.combine_chunks().to_batches()[0]  # noqa: E731
    forms = [
        (agents, links),
        (Stream(agents), Stream(links)),
        (batch_of(agents), batch_of(links)),
        (Single(batch_of(agents)), Single(batch_of(links))),
        (batch_of(agents).__arrow_c_array__(), batch_of(links).__arrow_c_array__()),
        (pyarrow.RecordBatchReader.from_batches(agents.schema, agents.to_batches()), links),
        (batch_of(agents).slice(0, 30), links),
    ]
    for first, second in forms:
        answer = session.topology_from_arrow("a", first, second, directed=True)
        assert (answer["agents"], answer["links"]) == (30, graph.number_of_edges())


def test_a_slice_is_read_from_where_it_begins(session: aura.Session, graph: Any) -> None:
    agents, links = tables(graph)
    more = pyarrow.concat_tables([agents.slice(0, 5), agents]).combine_chunks().slice(5)
    answer = session.topology_from_arrow("a", more, links, directed=True)
    assert answer["agents"] == 30
    assert session.analyze(topology="a", analyses=PAGERANK)["agents"][0] == "n0"


def test_several_batches_are_joined_or_refused(session: aura.Session, graph: Any) -> None:
    agents, links = tables(graph)
    split = pyarrow.concat_tables([agents.slice(0, 10), agents.slice(10)])
    assert len(split.to_batches()) == 2
    assert session.topology_from_arrow("a", split, links, directed=True)["agents"] == 30
    with pytest.raises(ValueError, match="agents: .*several record batches"):
        session.topology_from_arrow("b", Stream(split), links, directed=True)
    with pytest.raises(ValueError, match="links: .*no record batch"):
        session.topology_from_arrow("b", agents, Stream(links.slice(0, 0)), directed=True)


def test_a_table_may_be_empty(session: aura.Session, graph: Any) -> None:
    agents, links = tables(graph)
    answer = session.topology_from_arrow("a", agents, links.slice(0, 0), directed=True)
    assert (answer["agents"], answer["links"]) == (30, 0)


def test_the_arrow_memory_is_given_back(session: aura.Session, graph: Any) -> None:
    before = pyarrow.total_allocated_bytes()
    for _ in range(20):
        agents, links = tables(graph)
        split = pyarrow.concat_tables([agents.slice(0, 10), agents.slice(10)])
        session.topology_from_arrow("a", agents, links, directed=True)
        session.topology_from_arrow("a", split, Stream(links), directed=True)
        for bad in ((Stream(split), links), (agents, Stream(split)), (agents, "no table")):
            with pytest.raises((ValueError, TypeError)):
                session.topology_from_arrow("a", *bad, directed=True)
        with pytest.raises(aura.AuraError):
            session.topology_from_arrow("a", links, agents, directed=True)
    del agents, links, split
    del bad
    assert pyarrow.total_allocated_bytes() == before


def test_what_is_no_table_is_refused(session: aura.Session, graph: Any) -> None:
    agents, links = tables(graph)
    for bad in (None, 3, "table", b"", [1], {"id": [1]}, (1, 2), object(), links.schema):
        with pytest.raises(TypeError):
            session.topology_from_arrow("a", bad, links)
        with pytest.raises(TypeError):
            session.topology_from_arrow("a", agents, bad)
    capsules = agents.to_batches()[0].__arrow_c_array__()
    with pytest.raises(TypeError):
        session.topology_from_arrow("a", capsules[::-1], links)
    with pytest.raises(TypeError):
        session.topology_from_arrow(3, agents, links)  # type: ignore[arg-type]


def test_a_moved_batch_cannot_be_given_twice(session: aura.Session, graph: Any) -> None:
    agents, links = (table.to_batches()[0].__arrow_c_array__() for table in tables(graph))
    session.topology_from_arrow("a", agents, links, directed=True)
    with pytest.raises(aura.AuraError):
        session.topology_from_arrow("a", agents, links, directed=True)


def test_the_engine_says_what_is_wrong_with_a_table(session: aura.Session) -> None:
    agents = pyarrow.table({"id": ["a", "b", "a"]})
    links = pyarrow.table({"source": ["a"], "target": ["nobody"]})
    for first, second in ((agents, links), (agents.slice(0, 2), links), (links, links)):
        with pytest.raises(aura.AuraError) as caught:
            session.topology_from_arrow("a", first, second)
        assert caught.value.message
    dated = pyarrow.table({"id": pyarrow.array([1], pyarrow.date32())})
    with pytest.raises(aura.AuraError):
        session.topology_from_arrow("a", dated, links)
