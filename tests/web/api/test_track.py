"""The page of progress, the part of a city, what programs are told, and planning again from reports."""

import io
import re

import openpyxl
import pytest

from life_of import with_plan
from tracked_towns import book_in_force, report_of


@pytest.fixture(scope="module")
def programme(towns, tmp_path_factory):
    """Aston with two reports and a target, in which the first task earns too little."""
    with with_plan(towns, tmp_path_factory.mktemp("track") / "programme.db") as programme:
        mine = programme.adopted("plan").table.filter(city="A").sort("start").to_dicts()
        tasks = [
            {"code": one["project"], "title": one["solution"], "solution": one["solution"],
             "starts": one["start"], "ends": one["finish"], "money": {"CITY": one["capital"]}}
            for one in mine
        ]  # fmt: skip
        targets = [{"indicator": "households", "year": 2024, "value": 150.0, "unit": "count", "base": 190.0}]
        book = {"plan": "1", "currency": "GBP", "tasks": tasks, "targets": targets}
        reports = [
            report_of(
                year,
                [{"task": task["code"], "contracted": 2.0, "done": 1.0, "spent": 1.5} for task in tasks],
                [{"indicator": "households", "unit": "count", "source": "survey",
                  "value": 190.0 - at - at * at / 9}],
            )
            for at, year in enumerate((2019, 2020, 2021, 2022))
        ]  # fmt: skip
        book_in_force(programme, "t1", "A", book, reports)
        yield programme


@pytest.fixture(scope="module")
def visitor(programme, open_client):
    with open_client(programme) as client:
        yield client


def test_the_page_says_what_was_planned_earned_and_spent_and_what_will_be_missed(visitor):
    page = visitor.get("/track").text
    for words in (
        "Earned value",
        "Schedule performance index (SPI)",
        "cost performance index (CPI) is the earned value",
        "Early warnings",
        "serious",
        "Plan against actuals",
        "accepted report",
    ):
        assert words in page, words
    assert "nan" not in re.sub(r"<[^>]*>", " ", page).lower().split()


def test_one_city_can_be_asked_for_and_its_page_has_a_part(visitor):
    assert "By task book" in visitor.get("/track?city=A").text
    assert 'id="progress"' in visitor.get("/cities/A/progress").text
    assert 'id="progress"' not in visitor.get("/cities/B/progress").text
    assert visitor.get("/track?city=nowhere").status_code == 404


def test_programs_are_told_the_same(visitor):
    answer = visitor.get("/api/track/progress").json()
    (whole,) = [row for row in answer["earned"] if row["level"] == "programme"]
    assert whole["ev"] < whole["pv"]
    assert whole["sv"] == pytest.approx(whole["ev"] - whole["pv"])
    (target,) = visitor.get("/api/track/targets").json()["table"]
    assert 0 <= target["chance"] < 0.5
    assert visitor.get("/api/track/lessons/NOWHERE").status_code == 404


def test_the_workbook_has_a_sheet_for_each_table(visitor):
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/downloads/track.xlsx").content))
    assert book.sheetnames == ["Read me", "Progress", "Earned value", "Targets"]


def test_sums_of_the_market_are_told_and_handed_out(visitor):
    page = visitor.get("/market?by=year").text
    assert 'id="sums"' in page
    assert visitor.get("/api/market/sums/sector").status_code == 200
    assert visitor.get("/api/market/sums/colour").status_code == 404
    assert visitor.get("/downloads/market-sums/region.csv").text.startswith("region,")
    assert visitor.get("/downloads/market-sums/region.xlsx").content[:2] == b"PK"
    assert visitor.get("/downloads/market-sums/region.pdf").status_code == 404


def test_only_the_office_plans_again(visitor):
    assert visitor.get("/track/replan", follow_redirects=False).headers["location"].startswith("/sign-in")
    assert visitor.post("/track/replan/begin", data={}, follow_redirects=False).status_code in (303, 403)


def test_an_empty_programme_says_what_is_missing(bare, open_client):
    with open_client(bare) as client:
        assert "No task book is in force" in client.get("/track").text


def test_a_job_plans_again_and_keeps_the_plan_with_its_difference(programme):
    from urbium.programme.job_kinds import prepare  # noqa: PLC0415

    office = programme.people.named("olga")
    noted = []
    # task books of earlier years than the plan's last: the year after the reports is still open
    finish = prepare(programme, "replan", office, {"work_limit": 2.0, "today": 2021}, noted.append)
    answer = finish()
    assert answer["name"] == "replanned-2021"
    assert "replanned-2021" in programme.plans()["name"].to_list()
    assert all({"project", "change", "before", "start"} <= set(row) for row in answer["changes"])
