"""Finances of a programme: what is computed once is computed again when an agreement changes it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from market_of_towns import PROJECT, trial
from urbium.model.dossiers import Dossier

LOAN = {"project": PROJECT, "fund": "BANK", "amount": 5.0, "currency": "GBP"}


@pytest.fixture
def programme(towns, tmp_path):
    """The two towns with a plan of which the loan is repaid for two years after it."""
    with trial(towns, tmp_path / "programme.db") as made:
        plan = made.adopted("plan")
        terms = [("BANK", "city", after, 0.5, "assumption") for after in (9, 10)]
        repayments = towns.rows("fund payer after share evidence", *terms)
        repaid = replace(plan, roadmap=plan.roadmap.replace(repayments=repayments))
        made.adopt(repaid, by="test", reason="with repayments", accept_unproven=True)
        yield made


def sign_a_loan(programme):
    content = {"title": "Loan", "signed_on": "2020-02-01", "funding": [LOAN]}
    loan = Dossier(kind="agreement", code="loan", state="signed", content=content)
    programme.store.dossiers.record([loan], by="test", what="agreement: record", reason="a loan")


def test_what_is_signed_after_it_was_computed_counts_in_the_fiscal_space(programme):
    before = programme.finances.space()
    sign_a_loan(programme)

    assert before.table["signed"].sum() == 0
    assert programme.finances.space().table["signed"].sum() > 0


def test_the_fiscal_space_is_computed_once_while_no_agreement_changes(programme):
    assert programme.finances.space() is programme.finances.space()


def test_what_is_signed_reads_as_it_was_known_before_an_agreement(programme):
    before = datetime.now(UTC)
    sign_a_loan(programme)

    assert programme.finances.signed().agreements["agreement"].to_list() == ["loan"]
    assert programme.finances.signed(as_known_on=before).agreements.is_empty()
