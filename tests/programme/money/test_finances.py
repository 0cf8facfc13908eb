"""Finances of a programme: what is computed once is computed again when an agreement changes it."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import polars as pl
import pytest

from market_of_towns import PROJECT, trial
from urbium.model.dossiers import Dossier
from urbium.programme.money.finances import Finances
from urbium.web.views.overview import plan_in_short

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


def test_what_the_overview_and_documents_say_of_unsigned_money_changes_with_an_agreement(programme):
    def said():
        overview, documents = plan_in_short(programme), programme.documents.basis().results
        return str(overview["undecided"]), documents["signed"].facts["unsigned"]

    before = said()
    sign_a_loan(programme)

    assert all(now != then for now, then in zip(said(), before, strict=True))


def test_the_fiscal_space_is_computed_once_while_no_agreement_changes(programme):
    assert programme.finances.space() is programme.finances.space()


def test_what_is_signed_reads_as_it_was_known_before_an_agreement(programme):
    before = datetime.now(UTC)
    sign_a_loan(programme)

    assert programme.finances.signed().agreements["agreement"].to_list() == ["loan"]
    assert programme.finances.signed(as_known_on=before).agreements.is_empty()


def _plan(improvement, possible=10.0, years=range(2020, 2023), unsigned=0.0):
    return SimpleNamespace(
        currency="CNY", start_years=years, improvement=improvement, unsigned=unsigned,
        objective=1.0, bound=2.0, has_useful_bound=True,
        closed=pl.DataFrame({"improvable": [possible / 2, possible / 2]}),
        table=pl.DataFrame({"capital": [1.0, 2.0]}),
    )  # fmt: skip


def _keeping(**kept):
    plans = type("Plans", (), {
        "__call__": lambda _: pl.DataFrame({"name": list(kept), "currency": "CNY"}),
        "called": lambda _, name: kept[name],
    })  # fmt: skip
    return SimpleNamespace(
        _plans=plans(), signed=lambda one: SimpleNamespace(facts={"unsigned": one.unsigned})
    )


def test_the_best_kept_plan_without_unsigned_money_stands_in_for_one_that_needs_it():
    kept = _keeping(poor=_plan(4.0), good=_plan(6.0), owing=_plan(7.0, unsigned=1.0))
    best = Finances.instead(kept, _plan(8.0, unsigned=2.0))
    assert (best.name, best.projects, best.capital, best.benefit) == ("good", 2, 3.0, 0.75)
    assert best.most == (6.0 + 1.0) / 8.0


def test_a_plan_of_other_years_or_of_other_needs_stands_in_for_none():
    kept = _keeping(later=_plan(6.0, years=range(2023, 2026)), other=_plan(6.0, possible=12.0))
    assert Finances.instead(kept, _plan(8.0, unsigned=2.0)) is None


def test_a_plan_without_unsigned_money_needs_no_other():
    assert Finances.instead(_keeping(good=_plan(6.0)), _plan(8.0)) is None
