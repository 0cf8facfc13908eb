"""What the API sends is described field by field, stage by stage, and a message is sent as it reads."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.serialization import encode_json, get_serializer
from litestar.testing import TestClient

import urbium
from urbium.programme.base.stages import STAGES
from urbium.text import text
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with urbium.new(tmp_path_factory.mktemp("bare") / "programme.db") as programme:
        yield create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))


@pytest.fixture(scope="module")
def bare(app):
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def described(bare):
    return bare.get("/schema/openapi.json").json()


def _names_a_record(operation):
    answers = operation["responses"]
    content = next(answers[status] for status in ("200", "201", "202") if status in answers)["content"]
    if "application/json" not in content:  # a file, or a stream of events
        files = {"application/octet-stream", "application/pdf", "application/zip", "text/event-stream"}
        return content.keys() <= files
    schema = content["application/json"]["schema"]
    return "$ref" in schema or "$ref" in schema.get("items", {})


def test_every_stage_is_listed_with_what_to_run(bare):
    rows = bare.get("/api/stages").json()

    assert [row["name"] for row in rows] == list(STAGES)
    assert not any(row["is_adopted"] for row in rows)
    assert {row["remedy"] for row in rows if row["follows"] == "outlook"} == {
        "run urbium forecast population --to YEAR --adopt"
    }


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_that_is_not_adopted_says_what_to_run(bare, name):
    answer = bare.get(f"/api/stages/{name}")

    assert answer.status_code == 404
    assert answer.json()["remedy"] == STAGES[name].basis.remedy


def test_an_unknown_stage_is_refused_with_the_nearest(bare):
    assert "did you mean 'scores'" in bare.get("/api/stages/score").json()["remedy"]


def test_every_answer_of_the_api_names_its_fields(described):
    operations = {
        (path, method): what for path, item in described["paths"].items() for method, what in item.items()
    }
    untyped = [
        place
        for place, operation in operations.items()
        if place[1] in ("get", "post") and not _names_a_record(operation)
    ]

    assert untyped == []


def test_a_message_in_an_answer_is_its_sentence(app):
    sent = encode_json({"said": text("{n} beds", n=3)}, get_serializer(app.type_encoders))

    assert sent == b'{"said":"3 beds"}'
