"""The form of the outline: for the programme office alone; a file is kept whole or refused with its place."""

import json
import re

import pytest

from people_of import staffed

LAND = {"type": "Polygon", "coordinates": [[[3, 50], [8, 50], [8, 54], [3, 54], [3, 50]]]}
SAID = {"source": "The mapping <agency>", "licence": "CC0"}


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture
def olga(visitor):
    visitor.post("/demo/take-place", data={"code": "olga"}, follow_redirects=False)
    return visitor


def send(visitor, content, **fields):
    csrf = re.search(r'name="csrf" value="(\w+)"', visitor.get("/outline").text)[1]
    files = {"file": ("land.geojson", content if isinstance(content, bytes) else json.dumps(content))}
    return visitor.post(
        "/outline/send", data={"csrf": csrf} | SAID | fields, files=files, follow_redirects=False
    )


def test_the_office_brings_an_outline_in_and_maps_say_whose_it_is(olga, programme):
    assert send(olga, LAND).status_code == 303
    page = olga.get("/cities/map").text
    assert "The mapping &lt;agency&gt;" in page
    assert "not a statement on sovereignty" in page
    kept = programme.outlines.kept()
    assert kept["rings"] == LAND["coordinates"]
    csrf = re.search(r'name="csrf" value="(\w+)"', olga.get("/outline").text)[1]
    assert olga.post("/outline/remove", data={"csrf": csrf}, follow_redirects=False).status_code == 303
    assert programme.outlines.kept() is None


@pytest.mark.parametrize(
    ("content", "fields", "field"),
    [(b"", {}, "file"), (b"{", {}, "file"), (LAND | {"coordinates": [[[999, 0]]]}, {}, "file"),
     (LAND, {"source": ""}, "source"), (LAND, {"licence": " "}, "licence")],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_input_and_what_was_typed_stays(olga, programme, content, fields, field):
    page = send(olga, content, **{"only": "NLD"} | fields)
    assert page.status_code == 422
    assert f'aria-describedby="wrong-{field}"' in page.text
    assert 'value="NLD"' in page.text
    assert programme.outlines.kept() is None


@pytest.mark.parametrize(("who", "status"), [("carl", 404), ("eva", 404), ("ada", 404), ("olga", 200)])
def test_only_the_office_has_the_page(visitor, who, status):
    visitor.post("/demo/take-place", data={"code": who}, follow_redirects=False)
    assert visitor.get("/outline").status_code == status
    assert ('href="/outline"' in visitor.get("/desk").text) == (status == 200)


def test_an_outline_without_the_token_of_its_form_is_not_taken(olga, programme):
    files = {"file": ("land.geojson", json.dumps(LAND))}
    olga.post("/outline/send", data={"csrf": "wrong"} | SAID, files=files, follow_redirects=False)
    assert programme.outlines.kept() is None
