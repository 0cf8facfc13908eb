"""The verbs that ask what else could be decided, as a newcomer types them."""

import json

import pytest

import urbium
from urbium.plan import solve


def adopt_one_city(path):
    with urbium.open(path) as programme:
        road = programme.adopted("plan").roadmap.of_city("340100")
        programme.adopt(solve(road, work_limit=20), by="test")


@pytest.fixture
def ask(run, demo_copy, once):
    """Ask a copy of the demo in which the plan of one city is adopted."""
    once(demo_copy, adopt_one_city)
    return lambda *arguments: run(*arguments, "-d", demo_copy)


def told(answer):
    code, out, _ = answer
    assert code == 0
    return json.loads(out)


@pytest.mark.long
def test_alternatives_say_what_every_plan_has(ask):
    found = told(ask("alternatives", "--share", "0.02", "--most", "1", "--time-limit", "5", "--json"))

    assert {row["kind"] for row in found["table"]} <= {"must-have", "choice", "never"}
    assert found["plans"] >= 1


def test_a_prospect_says_how_sure_the_plan_is(ask):
    code, out, _ = ask("risk", "--draws", "50")

    assert code == 0
    assert "Risk of" in out
    assert "note: ranges: low and high values from the catalogue" in out


def test_a_robust_plan_prints_what_robustness_costs_and_is_adopted(ask, demo_copy):
    code, out, _ = ask("robust", "--draws", "5", "--time-limit", "10", "--adopt", "--by", "test")

    assert code == 0
    assert "robustness costs" in out
    with urbium.open(demo_copy) as programme:
        assert programme.adopted("plan").settings["method"]


def test_a_front_lists_its_points_with_their_gaps(ask):
    found = told(ask("pareto", "--points", "3", "--time-limit", "10", "--json"))

    assert [row["point"] for row in found["table"]] == list(range(1, len(found["table"]) + 1))
    assert all(row["gap"] >= 0 for row in found["table"])


def test_a_front_against_the_city_that_gains_least_is_typed_with_a_hyphen(ask):
    found = told(ask("pareto", "--against", "least-closing", "--points", "2", "--time-limit", "10", "--json"))

    assert found["against"] == "least_closing"


def test_replanning_lists_what_moved_and_why(ask, demo_copy, tmp_path):
    with urbium.open(demo_copy) as programme:
        name = programme.adopted("plan").table["project"][0]
    reports = tmp_path / "actuals.csv"
    reports.write_text(f"project,status\n{name},dropped\n")
    found = told(ask("replan", reports, "--today", "2016", "--time-limit", "10", "--json"))
    row = next(row for row in found["table"] if row["project"] == name)

    assert (row["change"], row["cause"], row["reason"]) == ("dropped", "reported", "dropped")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("replan", "none.csv", "--today", "2017"), "none.csv: there is no such file"),
        (("alternatives", "--share", "2"), "a share of 2 of the best plan benefit"),
        (("risk", "--draws", "0"), "0 draws; request 1 or more"),
        (("pareto", "--points", "1"), "a front of 1 point is too small; request 2 or more"),
        (("robust", "--tail", "0"), "with a tail of 0"),
        (("risk", "--seed", "-1"), "the seed is -1; enter 0 or more"),
        (("robust", "--save", "plan.foo"), ".foo is not a file type"),
        (("robust", "--adopt", "--by", ""), "is not named"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(ask, typed, said):
    code, _, err = ask(*typed)

    assert code == 2
    assert said in err
