"""What a plan owes, what of it is signed, the cheapest mix and returns, as a newcomer asks the command."""

import json

import pytest

from market_of_towns import PROJECT, trial
from urbium.model.dossiers import Dossier

FUNDING = {"project": PROJECT, "fund": "BANK", "amount": 5.0, "currency": "GBP"}


@pytest.fixture(scope="module")
def towns_file(towns, tmp_path_factory):
    """The store of two towns, an agreement in force that gives a quarter of the loan, and two others."""
    path = tmp_path_factory.mktemp("finances") / "programme.db"
    with trial(towns, path) as programme:
        deals = [
            Dossier(kind="agreement", code=code, state=state,
                    content={"title": title, "signed_on": "2020-02-01", "funding": [FUNDING]})
            for code, state, title in (("loan", "signed", "Loan"), ("secret", "proposed", "Secret talks"),
                                       ("old", "ended", "Old loan"))
        ]  # fmt: skip
        programme.store.dossiers.record(deals, by="test", what="agreement: record", reason="a loan")
    return path


@pytest.fixture
def ask(run, towns_file):
    """Ask the programme of the towns; returns exit code, standard output and standard error."""
    return lambda *arguments: run(*arguments, "-d", towns_file)


def told(answer):
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def test_only_agreements_in_force_sign_money_and_no_other_is_named(ask):
    facts = told(ask("signed", "--json"))

    assert [(row["agreement"], row["counted"]) for row in facts["agreements"]] == [("loan", 5.0)]
    assert (facts["signed"], facts["unsigned"]) == (5.0, 15.0)
    assert "in real terms, at 2020 prices" in facts["unit"]
    assert "Secret" not in json.dumps(facts)


def test_signed_money_for_people_says_which_agreement(ask):
    code, out, _ = ask("signed")

    assert code == 0
    assert "5.0 of 20.0 million from outside the budgets is covered by signed agreements" in out
    assert "Loan" in out


def test_liabilities_are_told_by_year_with_unit_terms_and_evidence(ask):
    facts = told(ask("liabilities", "--json"))

    assert facts["is_change"] is True
    assert "GBP in real terms, at 2020 prices" in facts["unit"]
    assert {"debt", "commitments", "contingent", "deficit_with"} <= set(facts["years"][0])
    assert ask("liabilities", "--city", "Bourne")[0] == 0


def test_a_base_that_leaves_out_a_year_is_refused_with_the_year(ask, tmp_path):
    base = tmp_path / "base.csv"
    base.write_text("place,year,revenue,spending,debt\nB,2020,1,1,0\n")
    code, _, err = ask("liabilities", "--base", base)

    assert code == 2
    assert "there is no information on the budget of" in err


def test_a_base_with_a_word_for_a_number_is_refused_with_its_cell(ask, tmp_path):
    base = tmp_path / "base.csv"
    base.write_text("place,year,revenue,spending,debt\nB,2020,much,1,0\n")
    code, _, err = ask("liabilities", "--base", base)

    assert code == 2
    assert "C2" in err


def test_the_mix_says_what_each_instrument_gives_and_why_others_do_not(ask):
    facts = told(ask("mix", "A:IOC", "--json"))

    assert {"instrument", "amount", "all_in", "evidence"} <= set(facts["instruments"][0])
    assert all(row["reason"] for row in facts["reasons"])
    assert ask("mix", "--city", "Bourne")[0] == 0


def test_a_cost_only_project_is_said_to_be_and_shows_no_return(ask):
    assert told(ask("appraise", "--project", PROJECT, "--json")) == {"project": PROJECT, "kind": "cost-only"}
    code, out, _ = ask("appraise", "--project", PROJECT)
    assert code == 0
    assert "is cost-only: no net present value, return or debt cover is shown" in out


def test_a_project_that_is_not_planned_is_not_found(ask):
    assert ask("appraise", "--project", "X:Y")[0] == 3
    assert ask("mix", "X:Y")[0] == 3


@pytest.mark.parametrize("place", ["0.5", "1"])
def test_terms_at_another_end_of_their_range_are_taken(ask, place):
    assert told(ask("liabilities", "--at", place, "--json"))["evidence"]


def test_an_earning_project_of_the_demo_shows_rates_and_values(run, demo_file, demo):
    earning = demo.adopted("appraisal").table.filter(kind="earning")["project"][0]
    facts = told(run("appraise", "--project", earning, "--json", "-d", demo_file))

    assert facts["kind"] == "earning"
    assert facts["profile"][0]["value"] != facts["profile"][-1]["value"]
    assert "net present value" in run("appraise", "--project", earning, "-d", demo_file)[1]
