"""The verbs of a plan: kept, listed, compared, written as a workbook; refused before a search."""

import io
import json
import sys

import openpyxl
import pytest

from urbium.cli import main
from urbium.model import City
from urbium.plan import Roadmap, check_roadmap, plan_file, solve
from urbium.programme import new, open_programme

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")  # bars of cells


@pytest.fixture
def own(tmp_path, towns, once):
    """A programme with an adopted plan and one kept by name, in which Bourne is left alone."""
    return once(tmp_path / "own.db", lambda path: adopt_and_keep(path, towns))


def adopt_and_keep(path, towns):
    with new(path) as programme:
        whole = towns.towns_plan()
        programme.adopt(whole, by="office", reason="first")
        lean = towns.towns_plan(
            table=whole.table.head(2),
            money=whole.money.filter(whole.money["city"] == "A"),
            objective=1.4,
        )
        programme.keep_plan(lean, name="lean", by="office", reason="without Bourne")


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
    assert "2 the same, 0 moved, 0 only in a, 1 only in b" in out
    assert "Both plans answer the same question" in out
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
        (("--keep", "adopted", "--by", "office"), "is the name of the plan shown on the pages"),
        (("--keep", "lean", "--by", ""), "is not named"),
        (("--adopt", "--by", ""), "is not named"),
        (("--workbook", "plan.pdf"), "use a name that ends in .xlsx"),
        (("--workbook", "no/such/folder/plan.xlsx"), "an existing folder"),
        (("--save", "plan.foo"), ".foo is not a file type"),
        (("--save", "no/such/folder/plan.csv"), "an existing folder"),
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
    assert "best plan so far  3 projects" in err
    assert "\nkept: lean" in err
    assert "kept: lean, version 2" in err
    assert (tmp_path / "found.xlsx").stat().st_size > 10_000


@pytest.fixture
def registered(own, towns, tmp_path):
    """The folder of the towns' roadmap; the towns are registered."""
    with open_programme(own) as programme:
        cities = [City(code, {"en": name}, "town") for code, name in (("A", "Aston"), ("B", "Bourne"))]
        programme.register(cities=cities, by="office", reason="two towns")
    return towns.towns_roadmap().save(tmp_path / "towns")


def test_a_roadmap_of_ones_own_is_planned(run, own, registered):
    code, out, _ = run("plan", "--roadmap", registered, "--time-limit", 60, "-d", own)

    assert code == 0
    assert "B:IOC" in out


def test_a_search_begins_with_a_kept_plan(run, own, registered):
    asked = "--roadmap", registered, "--time-limit", 5, "--gap", 0.5, "--seed", 3, "-d", own

    assert run("plan", *asked, "--begin", "lean")[0] == 0
    assert "did you mean 'lean'" in run("plan", *asked, "--begin", "laen")[2]


def test_a_roadmap_with_faults_is_refused_with_each_cell(run, own, registered):
    projects = registered / "projects.csv"
    projects.write_text(projects.read_text().replace("30.0", "thirty"))
    code, _, err = run("plan", "--roadmap", registered, "-d", own)

    assert code == 2
    assert "projects!D2: capital is 'thirty'; enter a number" in err


def test_without_years_and_roadmap_it_says_what_to_give(run, own):
    code, _, err = run("plan", "-d", own)

    assert code == 2
    assert "supply years and budget" in err
    assert "search ended" not in err


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("hefei.xlsx", marks=pytest.mark.long),
        pytest.param("model.lp", marks=pytest.mark.long),
        "folder",
    ],
)
def test_the_roadmap_is_written(name, run, demo_file, tmp_path):
    asked = "--years", "2016-2016", "--budget", "1 bn CNY/year", "-d", demo_file
    code, out, _ = run("roadmap", tmp_path / name, *asked)

    assert code == 0
    assert "projects in 285 cities" in out
    assert (tmp_path / name).exists()


@pytest.mark.long
def test_a_written_roadmap_can_be_read(run, demo_file, tmp_path):
    asked = "--years", "2016-2017", "--budget", "1 bn CNY/year", "--without", "people", "-d", demo_file
    run("roadmap", tmp_path / "road.xlsx", *asked)
    road = Roadmap.read(tmp_path / "road.xlsx")
    check_roadmap(road)

    assert road.cities.height == 285
    assert road.occupations.is_empty()


def test_the_adopted_plan_is_certified(run, own, registered):
    run("plan", "--roadmap", registered, "--time-limit", 5, "-d", own, "--keep", "solved", "--by", "office")
    code, out, _ = run("certify", "solved", "-d", own)

    assert code == 0
    assert "Independent check passed" in out


def test_a_plan_of_anybody_is_certified(run, own, registered, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    run("plan", "--roadmap", registered, "--time-limit", 5, "-d", own, "--keep", "solved", "--by", "office")
    (tmp_path / "late.csv").write_text("project,start\nA:IOC,2022\n")
    code, out, err = run("certify", "solved", "--starts", tmp_path / "late.csv", "-d", own)

    assert code == 2
    assert "Independent check failed" in out
    assert "fail" in err
    assert "not met at" in err
    rows = [line.split("│")[1].strip() for line in out.splitlines() if line.startswith("│")]
    results = [result for result in rows if result]
    assert results == sorted(results, reverse=True)  # ✗ before ✓
    assert results[0].startswith("✗")
    assert len(results) > 20  # no row is left out
    assert "…" not in out
    assert "What must hold" in out
    assert "too wide" not in out


@pytest.mark.parametrize("name", ["towns.xlsx", "towns.mps"])
def test_the_roadmap_of_a_plan_is_written(name, run, own, tmp_path):
    code, out, _ = run("roadmap", tmp_path / name, "--of", "lean", "-d", own)

    assert code == 0
    assert "4 projects in 2 cities" in out
    assert (tmp_path / name).is_file()


def test_rules_are_left_out_of_a_roadmap_of_the_catalogue_only(run, own, tmp_path):
    code, _, err = run("roadmap", tmp_path / "towns.xlsx", "--without", "people", "-d", own)

    assert code == 2
    assert "write for example 2016-2020" in err


class Gone(io.StringIO):
    """A standard output whose reader went away."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_a_plan_is_adopted_although_whoever_reads_it_goes_away(own, registered, monkeypatch):
    monkeypatch.setattr(sys, "stdout", Gone())
    asked = "--roadmap", str(registered), "--time-limit", "5", "--gap", "0.5", "-d", str(own)
    with pytest.raises(SystemExit) as stop:
        main(["plan", *asked, "--adopt", "--accept-unproven", "--by", "office", "--reason", "again"])

    assert stop.value.code == 141  # as cat's
    with open_programme(own) as programme:
        assert programme.workspace.adopted_number("plan") == 2


def test_the_plan_of_the_proof_page_is_certified_without_a_programme(run, tmp_path):
    plan = solve(Roadmap.example())
    (tmp_path / "plan.json").write_bytes(plan_file(plan))
    plan.table.select("project", "start").write_csv(tmp_path / "starts.csv")
    code, out, _ = run("certify", tmp_path / "plan.json", "-d", tmp_path / "none.db")
    assert (code, str(plan.certificate.said) in " ".join(out.split())) == (0, True)
    again = run("certify", tmp_path / "plan.json", "--starts", tmp_path / "starts.csv")
    assert (again[0], "Independent check passed" in again[1]) == (0, True)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"tables": {"plan": "AAAA"}}', "\udcff"])
def test_a_file_that_is_no_plan_is_refused(run, tmp_path, content):
    (tmp_path / "plan.json").write_bytes(content.encode(errors="surrogateescape"))
    code, _, said = run("certify", tmp_path / "plan.json")
    assert (code, "this is not a plan file" in said) == (2, True)
