"""The market as a newcomer asks for it: the pipeline, what suits a mandate, the one page of a project."""

import json

import pytest


@pytest.fixture
def ask(run, demo_file):
    """Ask the demo programme; returns exit code, standard output and standard error."""
    return lambda *arguments: run(*arguments, "-d", demo_file)


def told(answer):
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_pipeline_is_listed_by_what_is_sought(ask):
    rows = told(ask("market", "--least", "1", "--json"))
    sought = [row["sought"] for row in rows]
    assert sought == sorted(sought, reverse=True)
    assert min(sought) >= 1
    assert {"currency", "price_year", "basis", "evidence", "is_cost_only"} <= rows[0].keys()


def test_a_mandate_that_finds_nothing_is_told_why_by_each_rule(ask):
    facts = told(ask("match", "example-nothing", "--json"))
    assert facts["projects"] == []
    assert {row["rule"] for row in facts["removals"] if row["alone"]} >= {"sector", "evidence"}
    assert "would suit" in facts["change"]


def test_all_mandates_are_matched_with_stable_shortlists(ask):
    facts = told(ask("match", "--json"))
    assert set(facts["admitted"]) == {"example-foreign", "example-nothing"}
    assert facts["is_stable"]


def test_the_page_of_a_project_is_written(ask, tmp_path):
    project = told(ask("market", "--json"))[0]["project"]
    code, _, err = ask("sheet", project, "--to", tmp_path / "page.pdf")
    assert (code, "page.pdf" in err) == (0, True)
    assert (tmp_path / "page.pdf").read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("sheet", "X", "--to", "page.docx"), 2, "a page is written as .pdf or .xlsx"),
        (("sheet", "nowhere:IOC", "--to", "page.pdf"), 3, "nowhere:IOC"),
        (("match", "example-foreing"), 3, "example-foreign"),
        (("market", "--evidence", "hearsay"), 2, "'hearsay' is not known here"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(ask, typed, code, said):
    answer = ask(*typed)
    assert answer[0] == code
    assert said in answer[2]


@pytest.mark.long
def test_one_foreign_mandate_finds_a_bundle_across_three_cities(ask, tmp_path):
    """It takes a plan that was searched for as long as the demo does on a machine with nothing else to do."""
    bundle = told(ask("match", "example-foreign", "--json"))["bundles"][0]
    assert len(bundle["cities"]) >= 3
    assert 40 * 6.64 <= bundle["sought"] <= 80 * 6.64  # its ticket in USD, at the declared rate
    assert ask("sheet", "example-foreign", "--bundle", "1", "--to", tmp_path / "page.pdf")[0] == 0
    assert (tmp_path / "page.pdf").read_bytes()[:5] == b"%PDF-"
