"""One test a rule: a tiny file, the cell it names, and the words its message must hold."""

import re

import polars as pl
import pytest

from urbium.model import OBSERVATION


def found(reading, rule):
    return [fault for fault in reading.faults if fault.rule == rule]


def only(reading, rule):
    faults = found(reading, rule)
    assert len(faults) == 1, [str(fault) for fault in reading.faults]
    return faults[0]


def status(reading):
    return reading.table["status"].to_list()


# Faults that refuse the file.


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ('"12,3"', '"12,3" is not a number', "write 12.3"),
        ("1 234", '"1 234" is not a number', "write 1234"),
        ('"1,234,567"', '"1,234,567" is not a number', "write 1234567"),
        ('"1,234"', '"1,234" is not a number', "write 1234, or 1.234"),
        ('"1,200"', '"1,200" is not a number', "write 1200, or 1.2"),
        ('"8,37,737"', '"8,37,737" is not a number', "write 837737"),
        ("１２３", '"１２３" is not a number', "write 123"),
        ("12%", '"12%" is not a number', "write 12 and state the unit separately"),
        ("12 t", '"12 t" is not a number', "write 12 and state the unit separately"),
        ("2.9万", '"2.9万" is not a number', "write 29000"),
        ("2012-03-04", "is a date, not a number", "write a number"),
        ("TRUE", '"TRUE" is not a number', "write 1 or 0"),
        ("=1+1", "is a formula", "replace the formula with its value"),
        ("#REF!", "is a spreadsheet error", "leave the cell empty"),
        ("n/a", '"n/a" is not a number', "leave the cell empty"),
        ("inf", "is not a finite number", "write a number"),
    ],
)
def test_a_text_that_is_no_number_says_what_to_write(read, text, what, remedy):
    fault = only(read([("340100", "hospitals", 2012, text, "count", "ccsy")]), "type")
    assert (fault.severity, fault.cell) == ("error", "D2")
    assert what in fault.message
    assert remedy in fault.remedy


def test_the_message_reads_as_the_style_guide_asks(read):
    reading = read([("340100", "hospitals", 2012, "12,3", "count", "ccsy")], suffix=".xlsx")
    lines = list(reading.lines())
    assert any(
        'cities-2026.xlsx, sheet Water, D2: "12,3" is not a number; write 12.3' in line for line in lines
    )


def test_an_unknown_unit_is_refused_with_the_nearest_one(read):
    fault = only(read([("340100", "industrial_so2", 2012, 5000, "kgg", "ccsy")]), "unit")
    assert (fault.severity, fault.cell) == ("error", "E2")
    assert "'kgg' is not a known unit" in fault.message
    assert "is measured in 't'" in fault.remedy
    assert "'t'" in fault.remedy


def test_a_unit_of_another_kind_is_refused(read):
    fault = only(read([("340100", "industrial_so2", 2012, 5000, "m3", "ccsy")]), "unit")
    assert "measures something other than 't'" in fault.message


def test_a_unit_of_the_same_kind_is_converted_with_a_note(read):
    rows = [(city, "industrial_so2", 2012, 5_000_000, "kg", "ccsy") for city in ("340100", "340200")]
    reading = read(rows, suffix=".xlsx")
    note = only(reading, "unit-converted")
    assert (note.severity, note.sheet, note.cell) == ("note", "Water", "D2:D3")
    assert (
        note.message
        == "Industrial sulphur dioxide emissions is given in 'kg' and was converted to 't' (2 figures)"
    )
    assert reading.table.select("value", "unit").rows() == [(5000.0, "t")] * 2


def test_an_unknown_city_is_refused_with_the_nearest_name(read):
    fault = only(read([("Hefey", "hospitals", 2012, 173, "count", "ccsy")]), "unknown-city")
    assert (fault.severity, fault.cell) == ("error", "A2")
    assert "Hefei" in fault.remedy


def test_a_name_of_two_cities_is_refused_and_asks_for_the_code(read):
    fault = only(read([("Yichun", "hospitals", 2012, 173, "count", "ccsy")]), "unknown-city")
    assert "several cities (230700, 360900)" in fault.message
    assert "code" in fault.remedy


def test_an_unknown_variable_is_refused_with_the_nearest_name(read):
    fault = only(read([("340100", "hospitl_beds", 2012, 173, "beds", "ccsy")]), "unknown-variable")
    assert (fault.cell, fault.severity) == ("B2", "error")
    assert "hospital_beds" in fault.remedy


def test_an_unknown_source_is_refused(read):
    assert (
        "'ccsi' is not a source"
        in only(read([("340100", "hospitals", 2012, 173, "count", "ccsi")]), "unknown-source").message
    )


def test_a_figure_without_a_source_is_refused(read):
    fault = only(read([("340100", "hospitals", 2012, 173, "count", "")]), "missing-source")
    assert (fault.severity, fault.cell) == ("error", "F2")


def test_a_period_that_is_none_is_refused(read):
    fault = only(read([("340100", "hospitals", "FY12", 173, "count", "ccsy")]), "unknown-period")
    assert fault.cell == "C2"
    assert "2012-Q1" in fault.remedy


def test_two_figures_for_one_key_are_an_error_on_both_cells(read):
    rows = [
        ("340100", "hospitals", 2012, 173, "count", "ccsy"),
        ("340100", "hospitals", 2012, 174, "count", "ccsy"),
    ]
    reading = read(rows)
    assert [fault.cell for fault in found(reading, "duplicate")] == ["D2", "D3"]
    assert reading.is_refused


def test_the_same_figure_twice_is_a_note_and_taken_once(read):
    reading = read([("340100", "hospitals", 2012, 173, "count", "ccsy")] * 2)
    fault = only(reading, "duplicate")
    assert (fault.severity, fault.cell, reading.table.height) == ("note", "D3", 1)
    assert "first in D2" in fault.message


def test_an_accepted_figure_cannot_come_from_a_file(read):
    head = ("city_code", "variable", "period", "value", "status", "source_id")
    reading = read([("340100", "hospitals", 2012, 173, "accepted", "ccsy")], head=head)
    assert only(reading, "unknown-status").cell == "E2"


def test_an_unknown_boundary_is_refused(read):
    head = ("city_code", "variable", "period", "value", "area", "source_id")
    reading = read([("340100", "hospitals", 2012, 173, "prefectur", "ccsy")], head=head)
    assert "prefecture" in only(reading, "unknown-area").remedy


def test_all_faults_are_named_at_once(read):
    rows = [
        ("Hefey", "hospitals", 2012, '"12,3"', "count", "ccsy"),
        ("340100", "hospitl", 2012, 1, "", "ccsy"),
    ]
    rules = {fault.rule for fault in read(rows).faults if fault.severity == "error"}
    assert {"type", "unknown-variable"} <= rules


# Faults that make a value suspect.


def test_an_impossible_value_is_suspect_with_its_cell(read):
    reading = read([("340100", "waste_treatment_rate", 2012, 362, "%", "ccsy")])
    fault = only(reading, "hard-range")
    assert (fault.severity, fault.cell, fault.value) == ("warning", "D2", "362")
    assert "362% is above 100, the largest possible" in fault.message
    assert status(reading) == ["suspect"]
    assert reading.table["reason"][0].startswith("hard-range: 362%")


def test_strict_refuses_an_impossible_value(read):
    reading = read([("340100", "waste_treatment_rate", 2012, 362, "%", "ccsy")], strict=True)
    assert only(reading, "hard-range").severity == "error"
    assert reading.is_refused


def test_what_a_city_sends_of_itself_is_refused_for_an_impossible_value_and_nothing_else_is_said_of_it(read):
    stored = read([("340100", "hospital_beds", 2012, 13_655, "beds", "ccsy")]).table
    sent = [("340100", "hospital_beds", 2025, -5, "beds", "")]
    reading = read(sent, stored=stored, senders={"340100": "city_340100"})
    assert [(one.severity, one.rule) for one in reading.faults if one.cell == "D2"] == [
        ("error", "hard-range")
    ]
    assert reading.is_refused


def test_an_implausible_value_is_suspect(read):
    reading = read([("340100", "pupils", 2012, 0, "persons", "ccsy")])
    assert "outside the plausible range 15,000 to 5,000,000" in only(reading, "plausible-range").message
    assert status(reading) == ["suspect"]


def test_a_value_at_the_end_of_its_range_is_not_suspect(read):
    assert status(read([("340100", "waste_treatment_rate", 2012, 100, "%", "ccsy")])) == ["reported"]


def test_half_a_hospital_is_suspect(read):
    reading = read([("340100", "hospitals", 2012, 17.5, "count", "ccsy")])
    assert "a count must be a whole number" in only(reading, "whole-counts").message


def test_output_shares_that_sum_to_far_from_100_are_suspect(read):
    names = ("gdp_share_agriculture", "gdp_share_industry", "gdp_share_services")
    rows = [("CHN", name, 2012, value, "%", "wdi") for name, value in zip(names, (10, 17, 47), strict=True)]
    reading = read(rows)
    assert [fault.cell for fault in found(reading, "gdp-output-shares")] == ["D2", "D3", "D4"]
    assert "sum 74" in found(reading, "gdp-output-shares")[0].message


@pytest.mark.parametrize(
    "shares",
    [(10, 40, 48), (3.08519, 30.84025, 60.50614), (1.7, 17.6, 70.2)],
    ids=["China, no taxes beside", "Mexico 2015, World Development Indicators", "taxes of a tenth"],
)
def test_taxes_on_products_are_missing_in_output_shares_and_make_none_suspect(read, shares):
    names = ("gdp_share_agriculture", "gdp_share_industry", "gdp_share_services")
    rows = [("CHN", name, 2012, value, "%", "wdi") for name, value in zip(names, shares, strict=True)]
    assert not found(read(rows), "gdp-output-shares")


def test_employment_shares_are_held_to_half_a_point(read):
    names = ("employment_share_agriculture", "employment_share_industry", "employment_share_services")
    rows = [("CHN", name, 2012, value, "%", "wdi") for name, value in zip(names, (30, 30, 39.4), strict=True)]
    assert len(found(read(rows), "employment-shares")) == 3


def test_retail_sales_above_output_make_both_suspect(read):
    rows = [
        ("340100", "gdp", 2012, 1_000_000, "", "ccsy"),
        ("340100", "retail_sales", 2012, 1_000_001, "", "ccsy"),
    ]
    reading = read(rows)
    assert {fault.cell for fault in found(reading, "retail-within-gdp")} == {"D2", "D3"}
    assert status(reading) == ["suspect", "suspect"]


def test_a_later_treatment_stage_is_within_the_stage_before_it(read, catalogue):
    unit = catalogue.variables["wastewater_primary"].unit
    names = ("wastewater_collected", "wastewater_primary", "wastewater_secondary", "wastewater_tertiary")
    rows = [("340100", name, 2012, v, unit, "ccsy") for name, v in zip(names, (100, 90, 50, 60), strict=True)]
    assert {fault.cell for fault in found(read(rows), "wastewater-stages")} == {"D4", "D5"}


def test_a_ratio_out_of_range_makes_the_first_figure_suspect(read):
    rows = [
        ("340100", "gdp", 2012, 4_346_864, "", "ccsy"),
        ("340100", "fdi_used", 2012, 1_333_239, "", "ccsy"),
    ]
    fault = only(read(rows), "fdi-to-gdp")
    assert fault.cell == "D3"
    assert "ratio 2.147" in fault.message  # 7 * 1333239 / 4346864


def test_a_ratio_to_a_suspect_figure_is_not_held_against_the_other(read):
    rows = [
        ("340100", "population_year_end", 2012, 11098.4, "", "ccsy"),
        ("340100", "hospital_beds", 2012, 15000, "", "ccsy"),
    ]
    reading = read(rows)
    assert dict(reading.table.select("variable", "status").iter_rows()) == {
        "population_year_end": "suspect",
        "hospital_beds": "reported",
    }


def test_a_spike_marks_the_value_that_both_neighbours_contradict(read_years):
    reading = read_years("population_year_end", [391, 391, 686, 394, 395])
    assert status(reading) == ["reported", "reported", "suspect", "reported", "reported"]
    assert "between 391 the year before and 394 the year after" in only(reading, "population-change").message


def test_a_single_jump_is_a_note_and_marks_nothing(read_years):
    reading = read_years("population_year_end", [391, 391, 500, 505, 507])
    assert only(reading, "population-change").severity == "note"
    assert set(status(reading)) == {"reported"}


def test_an_extreme_jump_at_the_end_marks_the_last_value(read_years):
    reading = read_years("population_year_end", [391, 391, 392, 800])
    assert status(reading)[-1] == "suspect"
    assert only(reading, "population-change").cell == "D5"


def test_an_extreme_jump_at_the_start_marks_the_first_value(read_years):
    reading = read_years("population_year_end", [800, 391, 392, 393])
    assert status(reading) == ["suspect", "reported", "reported", "reported"]


def test_a_break_between_two_coherent_halves_is_a_note(read_years):
    reading = read_years("population_year_end", [391, 392, 800, 805])
    assert set(status(reading)) == {"reported"}
    assert only(reading, "population-change").severity == "note"


def test_a_step_is_measured_in_points(read_years):
    reading = read_years("green_cover_rate", [37, 38, 12, 39])
    assert only(reading, "cover-step").cell == "D4"


def test_a_gap_of_years_is_no_jump(read):
    rows = [("340100", "population_year_end", year, v, "", "ccsy") for year, v in ((2004, 391), (2008, 800))]
    assert not found(read(rows), "population-change")


def known(rows):
    names = ("city", "variable", "period", "value", "area", "source", "status")
    kinds = {name: OBSERVATION[name] for name in names}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def test_a_jump_against_stored_values_is_found(read):
    stored = known(
        [
            ("340100", "population_year_end", str(year), 391.0, "prefecture", "ccsy", "reported")
            for year in (2009, 2010, 2011)
        ]
    )
    reading = read([("340100", "population_year_end", 2012, 800, "", "ccsy")], stored=stored)
    assert only(reading, "population-change").severity == "warning"


def test_suspect_stored_values_are_not_held_against_a_file(read):
    stored = known([("340100", "population_year_end", "2011", 39.0, "prefecture", "ccsy", "suspect")])
    assert not found(
        read([("340100", "population_year_end", 2012, 391, "", "ccsy")], stored=stored), "population-change"
    )


def test_populations_of_two_sources_over_five_percent_apart_are_suspect(read):
    rows = [
        ("340100", "population_year_end", 2012, 391, "", "ccsy"),
        ("340100", "population_year_end", 2012, 412, "", "wdi"),
    ]
    reading = read(rows)
    assert {fault.cell for fault in found(reading, "population-spread")} == {"D2", "D3"}


def test_populations_of_two_sources_five_percent_apart_pass(read):
    rows = [
        ("340100", "population_year_end", 2012, 400, "", "ccsy"),
        ("340100", "population_year_end", 2012, 420, "", "wdi"),
    ]
    assert not found(read(rows), "population-spread")


def test_populations_of_different_boundaries_are_never_compared(read):
    rows = [
        ("340100", "population_year_end", 2012, 391, "", "ccsy"),
        ("340100", "population_agglomeration", 2012, 3_000_000, "", "wup18"),
    ]
    assert not found(read(rows), "population-spread")


def test_figures_without_a_grade_get_the_lowest_and_a_note(read):
    reading = read([("340100", "hospitals", 2012, 173, "count", "ccsy")])
    assert only(reading, "quality").severity == "note"
    assert reading.table["quality"][0] == "not graded"


def test_output_that_ends_far_lower_after_a_gap_of_years_is_suspect(read):
    rows = [
        ("340100", "gdp", 2006, 13346102, "10k CNY", "ccsy"),
        ("340100", "gdp", 2012, 5897000, "10k CNY", "ccsy"),
    ]
    reading = read(rows)

    fault = only(reading, "gdp-fall")
    assert (fault.cell, fault.severity) == ("D3", "warning")
    assert "5,897,000 follows 13,346,102" in fault.message
    assert status(reading) == ["reported", "suspect"]


ROW = [
    (variable, year, value, unit)
    for variable, unit, early, late in (
        ("gdp", "10k CNY", 13346102, 5897000), ("retail_sales", "10k CNY", 4690023, 2397739),
        ("industrial_output", "10k CNY", 14931357, 6592754),
        ("population_year_end", "10k persons", 478.9, 444.68),
    )
    for year, value in ((2006, early), (2012, late))
]  # fmt: skip
"""Figures of Hefei: those of 2012 continue the series of output, sales and industry before 2004."""


def test_people_of_a_row_whose_other_figures_are_suspect_are_noted_and_still_count(read):
    reading = read([("340100", variable, year, value, unit, "ccsy") for variable, year, value, unit in ROW])

    fault = only(reading, "people-of-doubted-row")
    assert (fault.severity, fault.period, fault.variable) == ("note", "2012", "population_year_end")
    assert re.search(
        r"suspect figures for Gross domestic product.* and Retail sales of consumer goods", fault.message
    )
    assert reading.table.filter(variable="population_year_end")["status"].unique().to_list() == ["reported"]


def test_people_beside_two_suspect_figures_are_not_noted(read):
    rows = [row for row in ROW if row[0] != "industrial_output"]

    assert not found(read([("340100", *row, "ccsy") for row in rows]), "people-of-doubted-row")


def test_output_that_ends_higher_after_a_gap_of_years_is_plausible(read):
    rows = [
        ("340100", "gdp", 2006, 13346102, "10k CNY", "ccsy"),
        ("340100", "gdp", 2012, 41643000, "10k CNY", "ccsy"),
    ]

    assert status(read(rows)) == ["reported", "reported"]


def test_a_figure_that_was_accepted_is_not_doubted_again(read):
    rows = [("340100", "waste_treatment_rate", 2011, 362, "%", "ccsy")]
    doubted = read(rows)
    accepted = doubted.table.with_columns(status=pl.lit("accepted"))

    again = read(rows, stored=accepted)

    assert status(doubted) == ["suspect"]
    assert status(again) == ["accepted"]
    assert found(again, "hard-range") == []


def test_a_new_figure_is_doubted_though_another_was_accepted(read):
    accepted = read([("340100", "waste_treatment_rate", 2011, 362, "%", "ccsy")]).table
    again = read(
        [("340100", "waste_treatment_rate", 2011, 363, "%", "ccsy")],
        stored=accepted.with_columns(status=pl.lit("accepted")),
    )

    assert status(again) == ["suspect"]
