"""What more would be worth, what a delay costs and how alike cities are, as a newcomer asks it."""

import json

import pytest

import urbium


@pytest.fixture
def ask(run, demo_file):
    """Ask the demo programme; returns exit code, standard output and standard error."""
    return lambda *arguments: run(*arguments, "-d", demo_file)


def told(answer):
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.long
def test_the_nation_s_billion_of_a_year_is_priced_and_tried(ask):
    rows = told(ask("marginal-value", "--limit", "budget[nation,2016]", "--work", "1", "--json"))["table"]
    own = next(row for row in rows if row["name"] == "budget[nation,2016]")

    assert (own["more"], own["unit"]) == (1000.0, "CNY million")
    assert own["gained_at_most"] >= own["gained"] >= own["gained_without"] >= 0
    assert {row["limit"] for row in rows} == {"budget", "fund_limit", "people", "people_of_nation", "upkeep"}


def test_limits_are_shown_to_people_by_their_whole_name(run, towns, tmp_path):
    with urbium.new(tmp_path / "own.db") as programme:
        programme.adopt(towns.towns_plan(), by="office", reason="first")
    limit = "budget[nation,2020]"

    assert limit in run("marginal-value", "--limit", limit, "-d", tmp_path / "own.db")[1]


def test_another_amount_may_be_asked_about(ask):
    rows = told(ask("marginal-value", "--more", "city_budget=3", "--json"))["table"]

    own = [row for row in rows if row["place"] == "340100" and row["limit"] == "budget"]
    assert {row["more"] for row in own} == {3.0}


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("marginal-value", "--limit", "budget[nation,1999]"), 3, "did you mean 'budget[nation,"),
        (
            ("marginal-value", "--more", "budget"),
            2,
            "'budget': no amount is stated; use the form budget=1000",
        ),
        (("marginal-value", "--more", "budget=x"), 2, "'x' is not a number; use the form budget=1000"),
        (("marginal-value", "--more", "engineers=10"), 2, "engineers cannot be queried"),
        (("delay", "Hefey"), 3, "Hefei"),
        (("delay", "Hefei", "SPONGE"), 3, "no planned solution 'SPONGE'"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(ask, typed, code, said):
    answer = ask(*typed)

    assert answer[0] == code
    assert said in answer[2]


def test_a_later_city_costs_more_the_later_it_is(ask):
    rows = told(ask("delay", "Hefei", "--years", "1", "2", "--json"))["table"]

    assert [row["years"] for row in rows] == [1, 2]
    assert 0 < rows[0]["lost_at_most"] < rows[1]["lost_at_most"]


def test_a_late_project_is_told_with_what_it_moves(ask):
    solution = told(ask("delay", "Hefei", "--json"))["table"][0]["what"]
    code, out, _ = ask("delay", "Hefei")

    assert code == 0
    assert solution == "340100"
    assert "a delay to 340100" in out


def test_cities_with_the_same_plan_are_told(ask):
    said = told(ask("similarity", "--json"))

    assert 0 <= said["by_chance"] < said["alike"] <= 1
    assert len(said["table"]) == 285
