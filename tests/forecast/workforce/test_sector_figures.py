"""Figures of sectors: which years can be closed to one, and what is said of the others."""

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.forecast.workforce.sector_figures import close_with_reasons, lay_out_sectors


def year(agriculture, industry, services, place="a", when=2000):
    return pl.DataFrame(
        {
            "place": [place],
            "year": [when],
            "agriculture": [agriculture],
            "industry": [industry],
            "services": [services],
        },
        schema_overrides=dict.fromkeys(("agriculture", "industry", "services"), pl.Float64),
    )


def reason(*shares, series="output"):
    return close_with_reasons(year(*shares), series)[0]["reason"].item()


def test_shares_are_closed_and_what_was_missing_stays_visible():
    row = close_with_reasons(year(0.1, 0.3, 0.5), "output")[0].row(0, named=True)
    assert row["agriculture"] == pytest.approx(1 / 9)
    assert row["residual"] == pytest.approx(0.1)
    assert row["reason"] is None


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((0.6, 0.6, 0.6), "the shares add up to 180%; the sum must be from 70% to 110%"),
        ((0.04, 0.04, 0.04), "the shares add up to 12%; the sum must be from 70% to 110%"),
        ((-0.1, 0.5, 0.6), "the share of agriculture is negative"),
        ((0.1, None, 0.6), "no figure for industry"),
        ((0.0, 0.0, 0.0), "the shares add up to 0%; the sum must be from 70% to 110%"),
    ],
)
def test_a_year_that_cannot_be_used_says_why(shares, words):
    assert reason(*shares) == words


def test_employment_must_add_up_more_closely_than_output():
    assert reason(0.1, 0.3, 0.5, series="output") is None
    assert "the sum must be from 97% to 103%" in reason(0.1, 0.3, 0.5, series="employment")


def test_a_zero_share_is_made_small_not_left_out():
    row = close_with_reasons(year(0.0, 0.4, 0.6), "employment")[0].row(0, named=True)
    assert row["agriculture"] == 0.0005
    assert row["services"] / row["industry"] == pytest.approx(1.5)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="columns are missing: services"):
        close_with_reasons(year(0.1, 0.3, 0.5).drop("services"), "output")


def test_a_panel_holds_every_place_and_year_and_lists_what_was_left_out():
    table = pl.concat([year(0.2, 0.3, 0.5), year(0.2, 0.3, 0.5, "b", 2002), year(0.9, 0.9, 0.9, "b", 2001)])
    income = pl.DataFrame({"place": ["a", "c"], "year": [2000, 2000], "income": [900.0, 5.0]})

    panel, excluded = lay_out_sectors(close_with_reasons(table, "output")[0], income)

    assert panel.places == ("a", "b")
    assert panel.years.tolist() == [2000, 2001, 2002]
    assert np.isfinite(panel.shares[..., 0]).tolist() == [[True, False, False], [False, False, True]]
    assert panel.income[0, 0] == 900
    assert excluded.row(0) == (
        "b",
        2001,
        pytest.approx(2.7),
        "the shares add up to 270%; the sum must be from 70% to 110%",
    )


def test_nothing_usable_is_an_empty_panel():
    panel, excluded = lay_out_sectors(
        close_with_reasons(year(0.9, 0.9, 0.9), "output")[0],
        pl.DataFrame(schema={"place": pl.String, "year": pl.Int64, "income": pl.Float64}),
    )
    assert panel.places == ()
    assert excluded.height == 1
