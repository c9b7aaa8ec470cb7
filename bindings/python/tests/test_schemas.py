"""The schemas that the engine prints describe what it takes and what it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import aura
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from test_golden import GOLDEN, blocks


@pytest.fixture(scope="module")
def schemas() -> Iterator[dict[str, Any]]:
    with aura.Session() as session:
        yield {name: session.catalogue(schema=name).answer for name in session.catalogue()["schemas"]}


def test_every_schema_is_a_schema(schemas: dict[str, Any]) -> None:
    assert len(schemas) > 10
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema", name


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_requests_and_answers_fit_their_schemas(path: Any, schemas: dict[str, Any]) -> None:
    for title, verb, request, answer in blocks(path):
        found = json.loads(answer)
        if "error" in found or "schema" in json.loads(request):
            continue
        for kind, document in (("request", json.loads(request)), ("answer", found)):
            errors = Draft202012Validator(schemas[f"{verb}.{kind}"]).iter_errors(document)
            assert not [f"{error.json_path}: {error.message}" for error in errors], f"{title} ({kind})"


def test_a_misspelt_member_does_not_fit(schemas: dict[str, Any]) -> None:
    for verb in ("analyze", "predict", "intervene", "observe", "events", "catalogue"):
        with pytest.raises(ValidationError):
            Draft202012Validator(schemas[f"{verb}.request"]).validate({"sead": 7})
