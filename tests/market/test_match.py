"""A match goes from rules to shortlists to money, and keeps every limit."""

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from offered import mandate, prospect
from urbium.errors import InputError
from urbium.market.match import match
from urbium.market.preferences import Offers, interest, liking
from urbium.market.prospects import Pipeline


@pytest.fixture(scope="module")
def result():
    """Forty projects and six mandates, made up."""
    random = np.random.default_rng(5)
    projects = [
        prospect(f"p{at:02}", city=f"c{at % 9}", sector=["energy", "water"][at % 2], sought=float(amount))
        for at, amount in enumerate(random.integers(2, 60, 40))
    ]
    mandates = [
        mandate(f"m{at}", sectors=("energy",) if at % 2 else (), seats=3, ticket_least=4.0 + at, budget=60.0)
        for at in range(6)
    ]
    return match(Pipeline(projects), mandates)


def test_the_shortlists_are_stable(result):
    assert result.seats.is_stable


def test_money_keeps_tickets_and_budgets(result):
    paid = result.table.filter(pl.col("amount") > 0)
    limits = pl.DataFrame(
        {
            "mandate": [one.code for one in result.mandates],
            "least": [one.ticket_least for one in result.mandates],
        }
    )
    rows = paid.join(limits, on="mandate")
    assert (rows["amount"] >= rows["least"] - 1e-6).all()
    assert paid.group_by("mandate").agg(pl.col("amount").sum())["amount"].max() <= 60.0 + 1e-6


def test_no_project_is_paid_more_than_it_seeks(result):
    sought = {one.code: one.sought for one in result.pipeline.prospects}
    paid = result.table.group_by("project").agg(pl.col("amount").sum())
    assert all(amount <= sought[code] + 1e-6 for code, amount in paid.iter_rows())


def test_the_blocking_pairs_stand_largest_first(result):
    moved = [row.moved for row in result.blocking]
    assert all(one >= other for one, other in pairwise(moved))


def test_what_is_admitted_is_what_the_rules_leave(result):
    assert {code: result.removals(code)[-1].left for code in result.admitted} == result.admitted


def test_a_market_without_mandates_pays_nothing():
    empty = match(Pipeline([prospect()]), [])
    assert empty.table.is_empty()
    assert empty.placement.worth == 0


def test_a_mandate_in_another_currency_is_refused():
    with pytest.raises(InputError, match="the mandate is in USD"):
        match(Pipeline([prospect()]), [mandate(currency="USD")])


def test_a_mandate_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="twice"):
        match(Pipeline([prospect()]), [mandate(), mandate()])


def test_scores_are_the_declared_weights_of_their_parts():
    """A derived cost, fifth of eight grades, is 3/7 of 0.4, readiness 0, size 1/5 of 0.3; all is wanted."""
    pipeline, asked = Pipeline([prospect()]), mandate()
    assert interest(asked, pipeline)[0] == pytest.approx(0.4 * 3 / 7 + 0.3 * 0.2)
    assert liking(asked, pipeline, Offers.of([asked]))[0] == pytest.approx(1.0)
