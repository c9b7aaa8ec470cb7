"""A failed call says what, where and in which way."""

from __future__ import annotations

import pickle
from typing import Any

import aura
import pytest


def test_syntax_says_the_byte(session: aura.Session) -> None:
    with pytest.raises(aura.AuraSyntaxError) as caught:
        session.predict('{"topology": nope}')
    error = caught.value
    assert (error.code, error.status) == ("syntax", -3)
    assert error.offset == 13
    assert error.message and error.message in str(error) and "byte 13" in str(error)


def test_schema_says_the_pointer(session: aura.Session, document: dict[str, Any]) -> None:
    document["edges"][3]["target"] = "nobody"
    with pytest.raises(aura.AuraSchemaError) as caught:
        session.predict(document, seed=7)
    assert caught.value.code == "schema"
    assert caught.value.pointer == "/topology/edges/3/target"
    assert "/topology/edges/3/target" in str(caught.value)


def test_a_misspelt_member_is_refused(session: aura.Session, document: dict[str, Any]) -> None:
    with pytest.raises(aura.AuraSchemaError) as caught:
        session.predict(document, sead=7)
    assert caught.value.pointer == "/sead"


def test_an_unknown_topology_is_not_found(session: aura.Session) -> None:
    with pytest.raises(aura.AuraNotFoundError) as caught:
        session.predict(topology="nowhere")
    assert caught.value.code == "not_found"


def test_a_limit_is_a_limit(document: dict[str, Any]) -> None:
    with aura.Session(max_agents=3) as session, pytest.raises(aura.AuraLimitError):
        session.predict(document)


def test_a_bad_option_is_an_argument_error() -> None:
    with pytest.raises(aura.AuraArgumentError):
        aura.Session(threads=100_000)


def test_a_closed_session_is_a_handle_error(document: dict[str, Any]) -> None:
    session = aura.Session()
    kept = session.predict(document, seed=7)
    session.close()
    session.close()
    assert "closed" in repr(session)
    with pytest.raises(aura.AuraHandleError):
        session.predict(document)
    with pytest.raises(aura.AuraHandleError):
        session.topology_from_csr("x", ([0, 1, 1], [1]), directed=True)
    assert len(kept.columns["probability"]) == 12, "results outlive their session"


def test_work_is_limited_by_the_request(session: aura.Session, document: dict[str, Any]) -> None:
    with pytest.raises(aura.AuraLimitError):
        session.predict(document, work_max=1)


@pytest.mark.parametrize("kind", [aura.AuraSchemaError, aura.AuraTimeoutError, aura.AuraError])
def test_errors_travel_between_processes(kind: type[aura.AuraError]) -> None:
    error = kind("what", status=-4, offset=3, pointer="/a")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert vars(copy) == vars(error) and str(copy) == str(error)


def test_an_error_can_be_written_as_json() -> None:
    assert aura.AuraSchemaError("what", pointer="/a").as_dict() == {"code": "schema", "message": "what", "at": "/a"}
    assert aura.AuraSyntaxError("what", offset=0).as_dict() == {"code": "syntax", "message": "what", "offset": 0}


def test_a_status_of_a_later_library_is_still_an_error() -> None:
    from aura import _errors

    later = _errors.failure(-55)
    assert type(later) is aura.AuraError and later.status == -55 and later.code == "status_-55"


@pytest.mark.parametrize("name", ["threads", "max_agents", "log_level"])
def test_numbers_that_do_not_fit_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        aura.Session(**{name: 2**70 + 5})
    if name != "log_level":
        with pytest.raises(ValueError, match=name):
            aura.Session(**{name: -1})
    with pytest.raises(TypeError):
        aura.Session(**{name: "many"})
