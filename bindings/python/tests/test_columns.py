"""Columns are the engine's own memory: not copied, read-only, alive as long as they are looked at."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys
from typing import Any

import aura
import numpy
import pytest
from aura import _abi
from aura._library import library


def engine_address(result: aura.Result, name: str) -> int | None:
    column = _abi.aura_array(ctypes.sizeof(_abi.aura_array))
    assert library().aura_result_column(result._owner_or_raise().handle, name.encode(), column) == 0
    return column.data


def test_a_column_lies_where_the_engine_put_it(session: aura.Session, document: dict[str, Any]) -> None:
    result = session.predict(document, seed=7)
    for name in result.columns:
        column = result.columns[name]
        assert isinstance(column, numpy.ndarray)
        assert column.ctypes.data == engine_address(result, name)
        assert not column.flags.owndata
        assert column.dtype in (numpy.float64, numpy.int32)
        assert column.dtype == result.columns[name].dtype


def test_a_column_is_read_only(session: aura.Session, document: dict[str, Any]) -> None:
    column = session.predict(document).columns["probability"]
    with pytest.raises(ValueError):
        column[0] = 1
    with pytest.raises(ValueError):
        column.flags.writeable = True


def test_a_column_keeps_its_result_alive(session: aura.Session, document: dict[str, Any]) -> None:
    before = aura.live_handles()
    result = session.predict(document, seed=7)
    expected = result.columns["probability"].tolist()
    column = result.columns["probability"][2:][::-1]
    result.close()
    del result
    gc.collect()
    assert aura.live_handles() == before + 1
    for _ in range(20):  # other answers would take the memory if it were free
        session.predict(document, seed=8)
    assert column.tolist() == expected[2:][::-1]
    del column
    assert aura.live_handles() == before, "freed by reference counting, without the collector"


def test_the_text_view_keeps_its_result_alive(session: aura.Session, document: dict[str, Any]) -> None:
    before = aura.live_handles()
    view = session.predict(document, seed=7).json_view
    assert aura.live_handles() == before + 1
    assert view[0] == ord("{")
    del view
    assert aura.live_handles() == before


def test_results_are_freed_as_soon_as_nobody_looks(session: aura.Session, document: dict[str, Any]) -> None:
    before = aura.live_handles()
    gc.disable()
    try:
        for _ in range(50):
            session.predict(document).columns["probability"].sum()
            assert aura.live_handles() == before
    finally:
        gc.enable()


def test_columns_are_the_numbers_of_the_answer(session: aura.Session, document: dict[str, Any]) -> None:
    answer = session.analyze(document, analyses=[{"id": "graph.centrality.pagerank"}])
    assert answer.columns["0/pagerank"].sum() == pytest.approx(1)


def test_a_column_that_is_not_there_is_a_key_error(session: aura.Session, document: dict[str, Any]) -> None:
    columns = session.predict(document).columns
    with pytest.raises(KeyError):
        columns["nothing"]
    assert "nothing" not in columns and columns.get("nothing") is None
    assert "probability" in columns and len(columns) == len(list(columns))
    with pytest.raises(TypeError):
        columns[3]  # type: ignore[index]
    with pytest.raises(ValueError):
        columns["a\0b"]


def test_an_empty_network_has_empty_columns(session: aura.Session) -> None:
    result = session.predict({"nodes": [], "edges": []})
    assert result.columns["probability"].shape == (0,)
    assert result.columns["probability"].dtype == numpy.float64


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None  # importing it fails from here on
from array import array
import aura
document = {"nodes": [{"id": 0, "load": 1.0}, {"id": 1, "load": 2.0}], "edges": [{"source": 0, "target": 1}]}
with aura.Session() as session:
    column = session.predict(document, seed=7).columns["probability"]
    assert type(column) is memoryview and column.readonly and column.format == "d", column.format
    assert len(column) == 2 and 0 <= column[1] <= 1 and len(column.tolist()) == 2
    made = session.topology_from_csr("a", (array("q", [0, 1, 1]), array("q", [1])), directed=True,
                                     metrics={"load": [1, 2], "queue": array("f", [1, 2])})
    assert (made["agents"], made["links"]) == (2, 1)
    made = session.topology_from_csr("b", ([0, 1, 1], array("i", [1]), [0.5]), directed=False)
    session.observe(topology="a", time_s=1.0, arrays={"load": memoryview(array("h", [3, 4]))})
    empty = session.predict({"nodes": [], "edges": []}).columns["probability"]
    assert len(empty) == 0 and empty.format == "d"
del column, empty, made
assert aura.live_handles() == 0, aura.live_handles()
print("fine")
"""


def test_all_of_it_works_without_numpy() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True)
    assert done.stdout == "fine\n", done.stderr
