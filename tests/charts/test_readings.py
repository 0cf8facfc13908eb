"""Readings: what the line that follows the pointer says, and the data of a chart, are its tooltips'."""

import polars as pl

from urbium import charts
from urbium.charts.progress import progress_curve
from urbium.charts.pyramid import pyramid
from urbium.charts.readings import data_table, reading

MONEY = charts.money(
    pl.DataFrame(
        {"year": [2016, 2016, 2017], "fund": ["City", "Nation", "City"], "amount": [1234.0, 1.0, 2.0]}
    ),
    y_title="CNY million",
)
FAN = charts.fan(
    pl.DataFrame(
        {"year": [2020, 2030], "value": [1000.0, 1500.0], "kind": ["observed", "projected"],
         "low80": [None, 1400.0], "high80": [None, 1600.0], "low95": [None, 1.0], "high95": [None, 2.0]}
    ),
    y_title="Persons",
)  # fmt: skip


def test_all_series_of_a_year_are_read_together():
    said = reading(MONEY)
    assert (said["channel"], said["at"], said["unit"]) == ("x", [2016, 2017], "CNY million")
    assert said["lines"] == [[("City", "1,234"), ("Nation", "1")], [("City", "2")]]


def test_a_projected_value_is_read_with_its_band():
    assert reading(FAN)["lines"] == [
        [("Persons", "1,000")], [("Persons", "1,500 (80% band: 1,400 to 1,600)")]
    ]  # fmt: skip


def test_a_year_in_which_a_series_has_no_figure_leaves_it_out():
    rows = pl.DataFrame(
        {"year": [2020, 2021], "planned": [1.0, 2.0], "earned": [1.0, None], "spent": [2.0, None]}
    )
    assert [len(lines) for lines in reading(progress_curve(rows))["lines"]] == [3, 1]


def test_a_chart_of_rows_is_read_row_by_row():
    rows = pl.DataFrame(
        {"sex": ["male", "female"], "age": [0, 0], "value": [-3.0, 2.0], "low80": None, "high80": None}
    )
    said = reading(pyramid(rows))
    assert (said["channel"], said["at"]) == ("y", ["0+"])
    assert said["lines"] == [[("Men", "−3"), ("Women", "2")]]


def test_a_chart_of_which_no_row_can_be_read_has_no_reading():
    assert reading(charts.histogram(pl.DataFrame({"score": [1.0, 2.0]}))) is None
    assert reading({"$schema": "https://vega.github.io/schema/vega/v6.json"}) is None


def test_the_data_of_a_chart_stand_under_the_words_of_its_tooltips():
    table = data_table(MONEY)
    assert table.columns == ["year", "fund", "CNY million"]
    assert table.rows() == [(2016, "City", 1234.0), (2016, "Nation", 1.0), (2017, "City", 2.0)]


def test_the_data_of_counted_bars_are_what_was_counted():
    assert data_table(charts.histogram(pl.DataFrame({"score": [1.0, 2.0]}))).rows() == [(1.0,), (2.0,)]


def test_small_sums_in_millions_keep_their_digits_in_a_file_and_persons_are_whole():
    tips = [{"field": "year", "title": "Year"}, {"field": "sum", "title": "Sum", "format": ",.0f"}]
    for sums, expected in (([0.3, 1.4], [0.3, 1.4]), ([3732447.02, 4685552.4], [3732447, 4685552])):
        rows = [{"year": 2020 + at, "sum": amount} for at, amount in enumerate(sums)]
        table = data_table({"data": {"values": rows}, "encoding": {"tooltip": tips}})
        assert table["Sum"].to_list() == expected
