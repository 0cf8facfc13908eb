"""Progress, lessons and sums of the market as a newcomer asks for them, and replanning without a file."""

import json

import pytest

from tracked_towns import FINISHED, VARIABLE, learning_programme

INDICATOR = "ISO 37122:2019 10.2"


@pytest.fixture(scope="module")
def towns_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("track") / "programme.db"
    learning_programme(path).close()
    return path


@pytest.fixture
def ask(run, towns_file):
    return lambda *arguments: run(*arguments, "-d", towns_file)


def test_progress_is_told_to_people_and_to_programs(ask, tmp_path):
    code, out, err = ask("track", "--workbook", tmp_path / "progress.xlsx")
    assert (code, err.startswith("written: ")) == (0, True)
    assert "3 task books" in out
    assert (tmp_path / "progress.xlsx").read_bytes()[:2] == b"PK"
    answer = json.loads(ask("track", "--city", "T00", "--json")[1])
    assert {row["city"] for row in answer["table"]} == {"T00"}
    assert answer["earned"][0]["cpi"] == 1.0


def test_finished_projects_are_listed_to_learn_from(ask):
    rows = json.loads(ask("lessons", "--json")[1])
    assert [(row["city"], row["finished"]) for row in rows] == [(code, 2015) for code in FINISHED]


def test_a_lesson_is_told_and_proposed_by_somebody_with_the_right(ask):
    asked = ("lessons", "DATA_PLATFORM", "--indicator", INDICATOR, "--variable", VARIABLE)
    code, out, _ = ask(*asked)
    assert (code, "proposed" in out) == (0, True)
    assert ask(*asked, "--propose", "l1")[0] != 0  # the public proposes nothing
    assert ask(*asked, "--propose", "l1", "--as", "olga")[0] == 0


def test_replanning_without_a_file_asks_for_an_adopted_plan(ask):
    code, _, err = ask("replan")
    assert code != 0
    assert "plan" in err


def test_a_file_of_reports_needs_the_first_open_year(ask, tmp_path):
    (tmp_path / "reports.csv").write_text("project,status\n", encoding="utf-8")
    code, _, err = ask("replan", tmp_path / "reports.csv")
    assert (code, "--today YEAR" in err) == (2, True)


def test_sums_are_written_as_csv_or_workbook_only(ask, tmp_path):
    code, _, err = ask("market", "--by", "region", "--to", tmp_path / "sums.pdf")
    assert (code, ".csv or .xlsx" in err) == (2, True)
