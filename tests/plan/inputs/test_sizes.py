"""What a city may spend: old figures carried to the year of most cities, and all to the prices of the "
"plan."""

import polars as pl
import pytest

from urbium.plan.inputs.sizes import carried


def amounts(years, growth=2.0):
    """Return what twelve cities have in two years, which grows by a factor, and one that has the first "
    "alone."""
    first, then = years
    rows = [(f"C{k}", first, 10.0 + k, False) for k in range(12)]
    rows += [(f"C{k}", then, (10.0 + k) * growth * (1 + 0.1 * (k % 3 - 1)), False) for k in range(12)]
    return pl.DataFrame(
        [*rows, ("OLD", first, 7.0, False)], schema=["city", "period", "own", "is_revenue"], orient="row"
    )


def test_an_old_amount_grows_as_the_median_of_the_cities_that_have_both_years():
    old = carried(amounts(("2006", "2012"))).filter(city="OLD").row(0, named=True)

    assert (old["own"], old["factor"], old["since"], old["peers"]) == (14.0, 2.0, "2012", 12)
    assert (old["low"], old["high"]) == pytest.approx((1.8, 2.2))


def test_an_amount_of_the_newest_year_stays_as_it_is():
    rows = carried(amounts(("2006", "2012"))).filter(pl.col("city") != "OLD")

    assert rows["factor"].null_count() == rows.height == 12
    assert rows.filter(city="C0")["own"].to_list() == pytest.approx([10.0 * 2.0 * 0.9])


def test_fewer_than_ten_cities_tell_no_growth():
    few = amounts(("2006", "2012")).filter(pl.col("city").is_in(["C0", "C1", "C2", "OLD"]))
    old = carried(few).filter(city="OLD").row(0, named=True)

    assert (old["own"], old["factor"]) == (7.0, None)


def test_revenue_and_output_are_not_mixed():
    mixed = amounts(("2006", "2012")).with_columns(is_revenue=pl.col("city") == "OLD")

    assert carried(mixed).filter(city="OLD")["factor"].to_list() == [None]
