"""How often bands held in the back-test of a nation, in a sentence."""

import polars as pl
import pytest

from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.outlook_explanation import band_record, band_record_words


def report(*rows):
    columns = ["area", "method", "horizon", "coverage80"]
    return pl.DataFrame(list(rows), schema=columns, orient="row", strict=False)


HELD = report(
    ("agglomeration", METHOD, 5, 0.63), ("agglomeration", METHOD, 15, 0.52),
    ("agglomeration", METHOD, 10, 0.66), ("agglomeration", "drift", 20, None),
    ("prefecture", METHOD, 1, 0.79),
)  # fmt: skip


def test_the_record_spans_the_years_ahead_and_the_shares_of_one_boundary():
    assert band_record(HELD, "agglomeration") == {"near": 5, "far": 15, "low": 0.52, "high": 0.66}


@pytest.mark.parametrize(
    ("area", "said"),
    [
        (
            "agglomeration",
            (
                "80% bands up to 15 years ahead contained the outcome in 5 to 7 of 10 cases (built-up "
                "agglomeration)."
            ),
        ),
        ("prefecture", "80% bands 1 year ahead contained the outcome in 8 of 10 cases (whole prefecture)."),
        (
            "city",
            "There is no record yet of how often outcomes fell within the 80% bands for this nation (city).",
        ),
    ],
)
def test_a_reader_is_told_in_how_many_of_ten_cases_bands_held(area, said):
    assert str(band_record_words(HELD, area)).endswith(said)
