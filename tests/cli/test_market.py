"""The market as a newcomer asks for it: the pipeline, what suits a mandate, the one page of a project."""

import json

import pytest

from market_of_towns import MANDATE, PROJECT, act, trial


@pytest.fixture(scope="module")
def towns_file(towns, tmp_path_factory):
    """The store of a market of two towns with two mandates, one of which finds nothing."""
    path = tmp_path_factory.mktemp("market") / "programme.db"
    with trial(towns, path) as programme:
        office = programme.people.named("office")
        for code, sectors in (("finds", ["IOC"]), ("nothing", ["water"])):
            programme.casework.begin(office, "mandate", code, MANDATE | {"sectors": sectors})
            act(programme, "office", "mandate", code, "publish")
    return path


@pytest.fixture
def ask(run, towns_file):
    """Ask the programme of the towns; returns exit code, standard output and standard error."""
    return lambda *arguments: run(*arguments, "-d", towns_file)


def told(answer):
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_pipeline_is_listed_with_unit_prices_and_evidence(ask):
    (row,) = told(ask("market", "--least", "1", "--json"))
    assert (row["project"], row["sought"], row["currency"], row["price_year"]) == (
        PROJECT,
        20.0,
        "GBP",
        "2020",
    )
    assert (row["basis"], row["evidence"], row["is_cost_only"]) == ("real", "assumption", True)
    assert told(ask("market", "--least", "21", "--json")) == []


def test_a_mandate_that_finds_nothing_is_told_why_by_each_rule(ask):
    facts = told(ask("match", "nothing", "--json"))
    assert facts["projects"] == []
    assert {row["rule"] for row in facts["removals"] if row["alone"]} == {"sector"}
    assert "would suit" in facts["change"]


def test_all_mandates_are_matched_with_stable_shortlists(ask):
    facts = told(ask("match", "--json"))
    assert set(facts["admitted"]) == {"finds", "nothing"}
    assert facts["is_stable"]


def test_the_page_of_a_project_is_written(ask, tmp_path):
    code, _, err = ask("sheet", PROJECT, "--to", tmp_path / "page.pdf")
    assert (code, "page.pdf" in err) == (0, True)
    assert (tmp_path / "page.pdf").read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("sheet", "X", "--to", "page.docx"), 2, "a page can be written only as .pdf or .xlsx"),
        (("sheet", "nowhere:IOC", "--to", "page.pdf"), 3, "nowhere:IOC"),
        (("match", "find"), 3, "finds"),
        (("market", "--evidence", "hearsay"), 2, "'hearsay' is unknown here"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(ask, typed, code, said):
    answer = ask(*typed)
    assert answer[0] == code
    assert said in answer[2]


@pytest.mark.long
def test_one_foreign_mandate_finds_a_bundle_across_three_cities(run, demo_file, tmp_path):
    """It takes a plan that was searched for as long as the demo does on a machine with nothing else to do."""
    bundle = told(run("match", "example-foreign", "--json", "-d", demo_file))["bundles"][0]
    assert len(bundle["cities"]) >= 3
    assert 40 * 6.64 <= bundle["sought"] <= 80 * 6.64  # its ticket in USD, at the declared rate
    asked = "--bundle", "1", "--to", tmp_path / "page.pdf"
    assert run("sheet", "example-foreign", *asked, "-d", demo_file)[0] == 0
    assert (tmp_path / "page.pdf").read_bytes()[:5] == b"%PDF-"
