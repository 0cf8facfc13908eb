"""An address that is a row sends what the programme says, with what its row names, and refuses the rest."""

import pytest

from urbium.packaged import packaged_rows

PUBLIC = [row for row in packaged_rows("addresses") if "{" not in row["address"]]


@pytest.fixture(scope="module")
def description(client):
    return client.get("/schema/openapi.json").json()


@pytest.mark.parametrize("row", PUBLIC, ids=lambda row: row["name"])
def test_what_is_answered_has_every_field_that_is_described(client, description, row):
    answer = client.get(row["address"])
    if answer.status_code == 404:
        assert answer.json()["remedy"]
        return
    name = row["answer"].removesuffix("[]")
    fields = description["components"]["schemas"][name]["properties"].keys()
    for record in answer.json() if row["answer"].endswith("[]") else [answer.json()]:
        assert fields - record.keys() == set()


def test_what_a_reader_asks_for_reaches_the_programme(client):
    projects = client.get("/api/market").json()
    middle = sorted(project["sought"] for project in projects)[len(projects) // 2]
    large = client.get("/api/market", params={"least": middle, "order": "start"}).json()

    assert {project["project"] for project in large} == {
        project["project"] for project in projects if project["sought"] >= middle
    }
    assert [project["start"] for project in large] == sorted(project["start"] for project in large)


def test_the_words_of_a_search_are_asked_for_as_on_the_pages(client):
    city = client.get("/api/market").json()[0]["city"]
    place = client.get(f"/api/cities/{city}").json()["name_en"]

    assert city in {project["city"] for project in client.get("/api/market", params={"q": place}).json()}
    assert client.get("/api/market", params={"q": "no such words"}).json() == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/market?least=-1", 400),
        ("/api/market?least=much", 400),
        (f"/api/market?payer={'x' * 81}", 400),
        ("/api/plan/compare?b=nowhere", 404),
        ("/api/track/progress?city=nowhere", 404),
        ("/api/track/lessons/NOWHERE", 404),
    ],
)
def test_what_cannot_be_answered_is_refused(client, address, status):
    assert client.get(address).status_code == status


def test_two_plans_are_set_side_by_side_with_their_years(client):
    comparison = client.get("/api/plan/compare").json()

    assert comparison["only_in_a"] == comparison["only_in_b"] == comparison["moved"] == 0
    assert {row["capital_a"] - row["capital_b"] for row in comparison["cities"]} == {0}
    spent = sum(row["capital_a"] for row in comparison["years"])
    assert spent == pytest.approx(sum(project["capital_a"] for project in comparison["table"]))
