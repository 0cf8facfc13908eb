"""API: the same figures as JSON and CSV, and one shape of error."""

import csv
import io
import json
import re

import pytest
from litestar.testing import TestClient

from urbium.web import create_app

PROBLEM = {"type", "title", "status", "detail", "code", "place", "remedy", "faults"}
FAULT = ["severity", "sheet", "cell", "city", "variable", "period", "value", "rule", "message", "remedy"]


def test_every_city_is_listed(client):
    assert len(client.get("/api/cities").json()) == 286


def test_a_city_carries_its_figures_with_their_cells(client):
    found = client.get("/api/cities/340100").json()
    assert found["name_en"] == "Hefei"
    assert all(item["cell"] for item in found["observations"])


def test_a_city_without_a_score_says_null_and_why(client):
    missing = [item for item in client.get("/api/cities").json() if item["score"] is None]
    assert missing
    assert all(item["reason"] for item in missing)


def test_scores_carry_their_pillars(client):
    assert {item["node"] for item in client.get("/api/scores").json()["pillars"]} == {
        "yearbook",
        "economy",
        "society",
        "environment",
    }


def test_the_outlook_of_a_city_has_bands(client):
    ahead = [item for item in client.get("/api/outlook/340100").json() if item["kind"] == "projected"]
    assert all(
        item["low95"] < item["low80"] < item["value"] < item["high80"] < item["high95"] for item in ahead
    )
    assert max(item["year"] for item in ahead) == 2035


def test_a_choice_of_the_plan_is_explained_as_a_tree(client):
    tree = client.get("/api/plan/explain?city=110000&solution=IOC").json()
    assert "Beijing" in tree["what"]
    assert tree["children"]


def test_findings_have_the_agreed_keys_in_the_agreed_order(client):
    found = client.get("/api/faults").json()
    assert found
    assert all(list(item)[: len(FAULT)] == FAULT for item in found)


def test_findings_can_be_narrowed_to_a_rule(client):
    found = client.get("/api/faults", params={"rule": "hard-range"}).json()
    assert {item["rule"] for item in found} == {"hard-range"}


def test_a_download_opens_in_a_spreadsheet_with_chinese_names(client):
    answer = client.get("/downloads/cities.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert {row["city"]: row["name_zh"] for row in rows}["340100"] == "合肥市"


def test_beside_a_download_stands_whence_it_is_and_under_which_licences(client):
    link = client.get("/downloads/cities.csv").headers["link"]
    about = client.get("/downloads/cities-metadata.json").json()

    assert link.startswith('</downloads/cities-metadata.json>; rel="describedby"')
    assert about["url"] == "cities.csv"
    assert "MIT (repository)" in about["dc:source"]
    assert re.search(r"computed by urbium \S+, \d+ \w+ \d{4}", about["dc:source"])
    assert about["dc:license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["dc:issued"])
    assert about["dc:publisher"] == "China's cities, a demonstration"
    assert re.match(r"Ranking of the cities by .+, 2012, as of \d+ \w+ \d{4}$", about["dc:title"])


def test_a_programme_without_a_licence_says_so_beside_its_downloads(empty):
    said = "No licence has been stated for these results."
    about = empty.get("/downloads/cities-metadata.json").json()

    assert "dc:license" not in about
    assert about["dc:rights"] == said
    assert said in empty.get("/cities").text


@pytest.mark.parametrize("table", ["cities", "projects", "starts"])
def test_beside_a_download_its_columns_have_the_names_of_the_file_and_are_explained(client, table):
    rows = csv.reader(io.StringIO(client.get(f"/downloads/{table}.csv").content.decode("utf-8-sig")))
    columns = client.get(f"/downloads/{table}-metadata.json").json()["tableSchema"]["columns"]
    assert [one["name"] for one in columns] == next(rows)
    titles = {one["name"]: one["titles"] for one in columns}
    assert [key for key, words in titles.items() if len(words) < 2] == []
    if table == "cities":
        assert titles["tier"] == ["tier", "Group of cities whose ranks cannot be told apart"]


def test_no_answer_holds_a_figure_that_is_not_a_number(client):
    for address in ("/api/cities", "/api/scores", "/api/plan", "/api/outlook/340100", "/api/faults"):
        json.loads(client.get(address).text, parse_constant=pytest.fail)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/cities/34010", 404),
        ("/api/cities/340100/explain/colour", 404),
        ("/api/plan/explain?city=340100&solution=IO", 404),
        ("/api/plan/explain", 400),
        ("/api/nothing", 404),
    ],
)
def test_an_error_is_always_a_problem_of_the_same_shape(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert set(answer.json()) == PROBLEM
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_an_error_names_the_nearest_city(client):
    assert client.get("/api/cities/34010").json()["remedy"].startswith("did you mean '340")


def test_a_stage_that_was_not_run_is_a_problem_with_the_command(empty):
    answer = empty.get("/api/scores")
    assert answer.status_code == 404
    assert "urbium measure" in answer.json()["remedy"]


def test_a_failure_inside_says_nothing_of_the_inside(bare, monkeypatch):
    monkeypatch.setattr(bare, "summary", lambda: 1 / 0)
    with TestClient(
        create_app(bare, drawer=_Idle()), base_url="http://127.0.0.1", raise_server_exceptions=False
    ) as client:
        answer = client.get("/api/summary")
    assert answer.status_code == 500
    assert "division" not in answer.text


class _Idle:
    """A drawer that is never asked to draw."""

    def warm(self):
        pass

    def close(self):
        pass

    def has(self, _keys):
        return True


def test_the_description_of_the_api_lists_its_addresses(client):
    paths = client.get("/schema/openapi.json").json()["paths"]
    assert {"/api/cities", "/api/cities/{code}", "/api/scores", "/api/plan", "/api/outlook/{code}"} <= set(
        paths
    )


def test_the_plan_by_year_is_given_with_its_budgets_and_people(client):
    told = client.get("/api/plan/years").json()

    assert [row["year"] for row in told["years"]] == list(range(2016, 2023))
    assert len(told["cities"]) == 285 * 7  # a city dissolved in 2011 has no plan
    assert {row["place"] for row in told["budgets"]} >= {"nation", "110000"}
    assert told["people"][0]["occupation"]
    assert told["shortfalls"][0]["place"]


def test_kept_plans_are_listed_and_compared(own, open_client):
    with open_client(own) as visitor:
        assert [row["name"] for row in visitor.get("/api/plans").json()] == ["half the money"]

        compared = visitor.get("/api/plan/compare", params={"b": "half the money"}).json()

    assert {row["year"] for row in compared["years"]} == {2020, 2021, 2022}
    assert len(compared["inputs"]) == 2


def test_the_adopted_plan_is_sent_as_a_workbook(client):
    answer = client.get("/downloads/plan.xlsx")

    assert answer.content.startswith(b"PK")
    assert answer.headers["content-disposition"] == 'attachment; filename="plan.xlsx"'
    assert "spreadsheetml" in answer.headers["content-type"]


def test_without_a_plan_there_is_no_workbook(empty):
    assert empty.get("/downloads/plan.xlsx").status_code == 404
