"""The verbs of people and of planned money, as a newcomer types them, for people and for programs."""

import json
import re

import polars as pl
import pytest

from urbium.model import City
from urbium.programme import new

FILES = {
    "team.csv": "person,isco08,skills,certificate,valid_from,valid_until\n"
    "P1,2512,python,Cloud,2020-01-01,2020-12-31\n",
    "Technology Skills.txt": "O*NET-SOC Code\tExample\tCommodity Title\tHot Technology\tIn Demand\n"
    "15-1252.00\tPython\tObject oriented languages\tY\tY\n",
    "Related Occupations.txt": "O*NET-SOC Code\tRelated O*NET-SOC Code\tRelatedness Tier\tIndex\n"
    "15-1252.00\t15-1254.00\tPrimary\t1\n",
    "Occupation Data.txt": "O*NET-SOC Code\tTitle\n15-1252.00\tSoftware Developers\n"
    "15-1254.00\tWeb Developers\n",
    "history.csv": "project,start,end,seen,budget,spent\n"
    + "".join(f"P{at},2020,2022,2022,100,90\n" for at in range(10)),
}
TEAM = ("Bourne", "--day", "2026-06-01")


@pytest.fixture
def store(tmp_path, towns):
    with new(tmp_path / "own.db") as own:
        cities = [City("A", {"en": "Aston"}, "prefecture"), City("B", {"en": "Bourne"}, "prefecture")]
        own.register(cities=cities, by="office", reason="a beginning")
        own.adopt(towns.towns_plan(), by="office")
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path / "own.db"


@pytest.fixture
def ask(run, store):
    """Ask the programme of two towns; returns what is printed."""

    def answer(*arguments):
        code, out, _ = run(*arguments, "-d", store)
        assert code == 0
        return out

    return answer


def test_the_people_of_one_city_are_shown_and_saved_without_those_of_others(ask, tmp_path):
    saved = tmp_path / "people.csv"
    rows = json.loads(ask("talent", "--city", "Bourne", "--save", saved, "--json"))

    assert [(row["year"], row["posts"]) for row in rows if row["posts"]] == [(2022, 3.0)]
    assert pl.read_csv(saved).filter(pl.col("posts") > 0)["posts"].to_list() == [3.0]
    assert "People in the plan in Bourne (full-time posts)" in ask("talent", "--city", "Bourne")


def test_a_team_is_shown_with_its_certificates_that_are_over_and_what_employers_ask_for(ask, tmp_path):
    out = ask("team", tmp_path / "team.csv", *TEAM, "--references", tmp_path)

    assert "Team on 1 Jun 2026: 3.0 of 3.0 posts are unfilled" in out
    assert "Certificates that are no longer valid" in out
    assert re.search(r"Person +┃ Certificate +┃ Valid until", out)
    assert "Cloud" in out


def test_a_program_reads_a_team_under_names_that_stay(ask, tmp_path):
    answer = json.loads(ask("team", tmp_path / "team.csv", *TEAM, "--references", tmp_path, "--json"))

    assert list(answer) == ["about", "occupations", "lapsed", "skills"]
    assert answer["about"].startswith("Team on 1 Jun 2026")
    assert answer["lapsed"] == [{"person": "P1", "certificate": "Cloud", "valid_until": "2020-12-31"}]


def test_a_curriculum_shows_what_employers_ask_for_and_who_could_be_trained(ask, tmp_path):
    out = ask("curriculum", "2512", tmp_path)

    assert "Technology, most requested first" in out
    assert "Python" in out
    assert "Occupations from which people could be retrained" in out
    assert "Web Developers" in out


def test_what_past_projects_spent_is_shown_by_quarter_of_their_duration(ask, tmp_path):
    out = ask("spending", "--history", tmp_path / "history.csv")

    assert "Absorption of 10 projects: 90% of the amount due" in out
    assert re.search(r"duration +┃ Projects +┃ Low +┃ Share spent +┃ High", out)


def test_a_training_programme_says_where_it_was_written(run, store, tmp_path):
    code, out, err = run("training-programme", tmp_path / "training.md", "-d", store)

    assert (code, out, err) == (0, "", f"written: {tmp_path / 'training.md'}\n")
    assert (tmp_path / "training.md").read_text(encoding="utf-8").startswith("# Training programme of ")
