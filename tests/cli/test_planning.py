"""The verbs of a plan: kept, listed, compared, written as a workbook; refused before a search."""

import json

import openpyxl
import pytest

from urbium.programme import new

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # bars of cells


@pytest.fixture
def own(tmp_path, towns):
    """A programme with an adopted plan and one kept by name, in which Bourne is left alone."""
    path = tmp_path / "own.db"
    with new(path) as programme:
        whole = towns.towns_plan()
        programme.adopt(whole, by="office", reason="first")
        lean = towns.towns_plan(
            table=whole.table.head(2),
            money=whole.money.filter(whole.money["city"] == "A"),
            objective=1.4,
        )
        programme.keep_plan(lean, name="lean", by="office", reason="without Bourne")
    return path


def test_kept_plans_are_listed(run, own):
    code, out, _ = run("plans", "-d", own)

    assert code == 0
    assert "lean" in out
    assert "without Bourne" in out


def test_kept_plans_are_listed_for_programs(run, own):
    _, out, _ = run("plans", "-d", own, "--json")

    assert [(row["name"], row["version"], row["capital"]) for row in json.loads(out)] == [("lean", 1, 40.0)]


def test_without_kept_plans_it_says_how_to_keep_one(run, tmp_path):
    run("new", "-d", tmp_path / "new.db")

    assert "--keep NAME" in run("plans", "-d", tmp_path / "new.db")[1]


def test_two_plans_are_compared_in_tables(run, own):
    code, out, _ = run("compare", "lean", "-d", own)

    assert code == 0
    assert "2 projects the same, 0 moved, 0 only in a, 1 only in b" in out
    assert "Both answer the same question" in out
    assert "B:IOC" in out


def test_two_plans_are_compared_for_programs(run, own):
    _, out, _ = run("compare", "adopted", "lean", "-d", own, "--json")
    told = json.loads(out)

    assert (told["capital_a"], told["capital_b"], told["only_in_a"]) == (60.0, 40.0, 1)


def test_a_comparison_is_saved(run, own, tmp_path):
    run("compare", "lean", "-d", own, "--save", tmp_path / "both.csv")

    assert (tmp_path / "both.csv").read_text(encoding="utf-8").count("\n") == 4


def test_an_unknown_plan_is_said_with_the_nearest_name(run, own):
    code, _, err = run("compare", "laen", "-d", own)

    assert code == 3
    assert "did you mean 'lean'" in err


def test_the_adopted_plan_is_written_as_a_workbook(run, own, tmp_path):
    code, _, err = run("finance", "-d", own, "--workbook", tmp_path / "plan.xlsx")

    assert code == 0
    assert "plan.xlsx" in err
    assert "Projects" in openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--keep", "adopted", "--by", "office"), "is the plan that pages show"),
        (("--keep", "lean", "--by", ""), "nobody is named"),
        (("--adopt", "--by", ""), "nobody is named"),
        (("--workbook", "plan.pdf"), "end the name in .xlsx"),
        (("--workbook", "no/such/folder/plan.xlsx"), "a folder that is there"),
    ],
)
def test_what_would_be_refused_after_the_search_is_refused_before_it(run, own, monkeypatch, given, said):
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.setattr("urbium.programme.Programme.plan", lambda *_, **__: pytest.fail("it searched"))
    code, _, err = run("plan", "--years", "2020", "--budget", "1 bn CNY/year", "-d", own, *given)

    assert code == 2
    assert said in err


def test_a_plan_is_kept_and_written_as_it_was_found(run, own, monkeypatch, towns, tmp_path):
    monkeypatch.setattr("urbium.programme.Programme.plan", lambda *_, **__: towns.towns_plan())
    code, _, err = run(
        "plan", "--years", "2020-2022", "--budget", "1 bn CNY/year", "-d", own, "--by", "office",
        "--keep", "lean", "--workbook", tmp_path / "found.xlsx",
    )  # fmt: skip

    assert code == 0
    assert "2, with 3 projects" in err
    assert "\nkept: lean" in err
    assert "kept: lean, version 2" in err
    assert (tmp_path / "found.xlsx").stat().st_size > 10_000
