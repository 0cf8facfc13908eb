"""Sums of the market: they add up, and what few interests stand behind is not told to everybody."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import NotFoundError
from urbium.market.sums import DIMENSIONS, LEAST, hidden, market_sums

COUNTS = st.lists(st.integers(0, 6), min_size=1, max_size=8)


def pipeline() -> pl.DataFrame:
    rows = [
        ("p1", "A", "water", "North", 2020, 10.0, 4.0, ["PPP"], "derived", "green"),
        ("p2", "A", "water", "North", 2021, 20.0, 6.0, ["PPP", "LOAN"], "assumption", ""),
        ("p3", "B", "energy", "South", 2020, 30.0, 9.0, ["LOAN"], "published", ""),
    ]
    columns = (
        "project",
        "city",
        "sector",
        "region",
        "start",
        "capital",
        "sought",
        "instruments",
        "evidence",
        "readiness",
    )
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(currency=pl.lit("EUR"))


def interests(**counts: int) -> pl.DataFrame:
    rows = [(project, 1.5) for project, count in counts.items() for _ in range(count)]
    return pl.DataFrame(rows, schema={"project": pl.String, "amount": pl.Float64}, orient="row")


@pytest.mark.parametrize("by", [name for name in DIMENSIONS if name != "instrument"])
def test_sums_add_up_to_the_pipeline(by):
    sums = market_sums(pipeline(), by, interests(), may_see=False)
    assert sums["projects"].sum() == 3
    assert (sums["capital"].sum(), sums["sought"].sum()) == (60.0, 19.0)


def test_a_sum_bears_the_weakest_evidence_and_how_much_readiness_is_said():
    row = (
        market_sums(pipeline(), "sector", interests(), may_see=False)
        .filter(sector="water")
        .row(0, named=True)
    )
    assert (row["evidence"], row["said"], row["cities"], row["projects"]) == ("assumption", 1, 1, 2)


def test_a_project_counts_in_each_instrument_that_it_takes():
    sums = market_sums(pipeline(), "instrument", interests(), may_see=False)
    assert dict(sums.select("instrument", "projects").iter_rows()) == {"PPP": 2, "LOAN": 2}


def test_who_may_read_every_interest_sees_every_sum():
    sums = market_sums(pipeline(), "sector", interests(p1=1, p3=4), may_see=True)
    assert dict(sums.select("sector", "matched").iter_rows()) == {"water": 1.5, "energy": 6.0}


def test_one_interest_is_neither_told_nor_found_by_subtraction():
    sums = market_sums(pipeline(), "sector", interests(p1=1, p3=4), may_see=False)
    assert sums["matched"].to_list() == [None, None]
    assert sums["interests"].to_list() == [None, None]


def test_enough_interests_are_told():
    sums = market_sums(pipeline(), "sector", interests(p1=3, p3=4), may_see=False)
    assert sums["matched"].null_count() == 0


@given(COUNTS)
def test_what_is_hidden_stands_for_enough_or_is_everything(counts):
    mask = hidden(counts)
    told = [count for count, out in zip(counts, mask, strict=True) if not out]
    kept = sum(count for count, out in zip(counts, mask, strict=True) if out)
    assert all(count == 0 or count >= LEAST for count in told)
    assert kept == 0 or kept >= LEAST or not any(told)
    assert not any(mask) or 0 not in told  # that there is none here would tell where there are some


def test_an_unknown_dimension_is_named():
    with pytest.raises(NotFoundError, match="colour"):
        market_sums(pipeline(), "colour", interests(), may_see=False)
