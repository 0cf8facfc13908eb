"""Validity: a place that was dissolved takes part in nothing later."""

import polars as pl
import pytest

from urbium.observations.validity import valid_places

PLACES = pl.DataFrame(
    {
        "code": ["always", "ended", "founded"],
        "valid_from": ["", "", "2014-03"],
        "valid_to": ["", "2011-08", ""],
    }
)


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        (2010, 2010, ["always", "ended"]),
        (2011, 2011, ["always", "ended"]),  # some part of the year
        (2011, 2012, ["always"]),
        (2013, 2013, ["always"]),
        (2014, 2020, ["always", "founded"]),
        (2010, 2014, ["always"]),
    ],
)
def test_a_place_takes_part_in_years_in_all_of_which_it_exists(first, last, codes):
    assert valid_places(PLACES, first, last)["code"].to_list() == codes
