"""What a row says twice must agree, headings are read in any case, and no column is dropped in silence."""

import polars as pl
import pytest

from urbium.sources import read_file

MEXICO = pl.DataFrame(
    {
        "code": ["MEX05", "MEX03", "MEX01"],
        "name_en": ["León", "Monterrey", "Mexico City"],
        "name_zh": [None] * 3,
    }
)
SHORT = ("city", "variable", "period", "value", "source_id")
HEAD = ("city_code", "name", "variable", "period", "value", "source_id")


def errors(reading):
    return [fault for fault in reading.faults if fault.severity == "error"]


@pytest.fixture
def mexican(read):
    def write_and_read(*rows, head=HEAD, **options):
        return read(rows, head=head, cities=MEXICO, **options)

    return write_and_read


def test_a_row_with_the_code_of_one_city_and_the_name_of_another_is_refused_with_both(mexican):
    (fault,) = errors(mexican(("MEX05", "Monterrey", "hospitals", 2012, 30, "ccsy")))
    assert fault.cell == "B2"
    assert fault.message == (
        "the row has the code 'MEX05', which belongs to León, but the name 'Monterrey', "
        "which belongs to MEX03"
    )
    assert "correct the code or the name" in fault.remedy


def test_a_name_that_no_city_bears_is_refused_where_it_is_not_a_spelling_of_the_own_one(mexican):
    (fault,) = errors(mexican(("MEX05", "Guadalajara", "hospitals", 2012, 30, "ccsy")))
    assert "'MEX05', which belongs to León, but the name 'Guadalajara'" in fault.message
    assert "[names]" in fault.remedy


@pytest.mark.parametrize("name", ["León", "leon", "LEÓN", "León de los Aldama", "Leön", "莱昂", ""])
def test_spellings_of_the_own_name_agree_with_the_code(mexican, name):
    assert errors(mexican(("MEX05", name, "hospitals", 2012, 30, "ccsy"))) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_second_column_of_the_city_must_mean_the_same_city(mexican, suffix):
    head = ("city_code", "city", "variable", "period", "value", "source_id")
    row = ("MEX05", "Monterrey", "hospitals", 2012, 30, "ccsy")
    assert errors(mexican(row, head=head, suffix=suffix))[0].rule == "contradicting-city"


def test_period_and_year_that_disagree_are_refused_and_those_that_agree_are_read(mexican):
    head = ("city_code", "variable", "period", "year", "value", "source_id")
    reading = mexican(
        ("MEX05", "hospitals", 2012, 2011, 30, "ccsy"),
        ("MEX05", "hospitals", 2011, 2011, 30, "ccsy"),
        head=head,
    )
    (fault,) = errors(reading)
    assert (fault.cell, fault.rule) == ("D2", "contradicting-period")
    assert "'2012' in one column of the period but '2011' in another" in fault.message


def test_a_mapping_can_name_the_column_of_the_names(mexican):
    table = {
        "layout": "long", "city": "Code", "name": "City", "variable": {"value": "hospitals"}, "period": "Y",
        "value": "V",
    }  # fmt: skip
    rows = [("MEX05", "Monterrey", 2012, 30), ("MEX03", "monterrey", 2012, 31)]
    reading = mexican(*rows, head=("Code", "City", "Y", "V"), mapping={"source": "ccsy", "tables": [table]})
    assert [fault.cell for fault in errors(reading)] == ["B2"]


@pytest.mark.parametrize(
    "head",
    [
        ("City_Code", "VARIABLE", "Period", "Value", "Source_ID"),
        ("CITY CODE", "Variable", "YEAR", "value", "Source Id"),
        ("city-code", "variable ", "Year", "VALUE", "SOURCE"),
    ],
)
def test_headings_are_read_in_any_case(mexican, head):
    reading = mexican(("MEX05", "hospitals", 2012, 30, "ccsy"), head=head)
    assert errors(reading) == []
    assert reading.table.select("city", "period", "value").rows() == [("MEX05", "2012", 30.0)]


def test_the_variables_of_a_wide_table_are_read_in_any_case(mexican):
    reading = mexican(
        ("MEX05", 2012, 30, 9000, "ccsy"), head=("City", "Year", "Hospitals", "HOSPITAL BEDS", "Source")
    )
    assert errors(reading) == []
    assert dict(reading.table.select("variable", "value").iter_rows()) == {
        "hospitals": 30,
        "hospital_beds": 9000,
    }


def test_a_column_that_is_not_read_is_named(mexican):
    reading = mexican(
        ("MEX05", "hospitals", 2012, 30, "ccsy", "measured", "x"),
        head=("city_code", "variable", "period", "value", "source_id", "qualty", "remarks"),
    )
    (fault,) = [fault for fault in reading.faults if fault.rule == "unread-column"]
    assert (fault.severity, fault.cell) == ("warning", "F1")
    assert "2 columns are not read: 'qualty', 'remarks'" in fault.message
    assert "'quality' instead of 'qualty'" in fault.remedy
    assert set(reading.table["status"]) == {"reported"}


def test_a_unit_column_in_a_wide_table_is_not_dropped_in_silence(mexican):
    reading = mexican(
        ("MEX05", 2012, "beds", 30, "ccsy"), head=("city", "year", "unit", "hospitals", "source")
    )
    assert ["'unit'" in fault.message for fault in reading.faults if fault.rule == "unread-column"] == [True]


def test_columns_that_a_mapping_leaves_out_are_noted(mexican):
    table = {"city": "city", "period": "year", "columns": [{"column": "A", "variable": "hospitals"}]}
    mapping = {"source": "ccsy", "tables": [table]}
    reading = mexican(("MEX05", 2012, 30, 7), head=("city", "year", "A", "B"), mapping=mapping)
    (fault,) = [fault for fault in reading.faults if fault.rule == "unread-column"]
    assert (fault.severity, "'B'" in fault.message) == ("note", True)


def test_columns_of_our_own_exports_are_no_finding(mexican):
    head = (*HEAD, "note", "plausible", "variable_name", "recorded_at", "province")
    row = ("MEX05", "León", "hospitals", 2012, 30, "ccsy", "a", "b", "c", "d", "e")
    assert [fault for fault in mexican(row, head=head).faults if fault.rule == "unread-column"] == []


def test_every_fault_of_a_row_is_named_in_one_round(mexican):
    head = ("city_code", "variable", "period", "value", "unit", "status", "quality", "source_id")
    reading = mexican(("MEX99", "hospitls", "2o12", "x12", "bedz", "gone", "fine", "nobody"), head=head)
    assert {(fault.cell, fault.rule) for fault in errors(reading)} == {
        ("A2", "unknown-city"),
        ("B2", "unknown-variable"),
        ("C2", "unknown-period"),
        ("D2", "type"),
        ("E2", "unit"),
        ("F2", "unknown-status"),
        ("G2", "unknown-quality"),
        ("H2", "unknown-source"),
    }


def test_a_missing_column_hides_no_other_fault(tmp_path, catalogue):
    path = tmp_path / "a.csv"
    path.write_text("Code,Year,V\nMEX99,2o12,x\n", encoding="utf-8")
    table = {
        "layout": "long", "city": "Code", "period": "Year", "variable": {"column": "Indicator"}, "value": "V",
    }  # fmt: skip
    reading = read_file(
        path, catalogue=catalogue, cities=MEXICO, mapping={"source": "ccsy", "tables": [table]}
    )
    assert {fault.cell for fault in errors(reading)} == {"A1", "A2", "B2", "C2"}


ACCENTS = pl.DataFrame(
    {
        "code": ["1", "2", "3", "4", "5"],
        "name_en": ["León", "Mérida", "Merida", "Ioánnina", "Kaki"],
        "name_zh": [None, None, None, None, "かき"],
    }
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("León", "1"), ("LEÓN", "1"), ("leon", "1"), ("Leo\N{COMBINING ACUTE ACCENT}n", "1"),
        ("Mérida", "2"), ("merida", "3"), ("Ioannina", "4"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_case_and_encoding_and_without_its_accents(read, written, code):
    reading = read([(written, "hospitals", 2012, 30, "ccsy")], head=SHORT, cities=ACCENTS)
    assert reading.table["city"].to_list() == [code]


def test_a_name_without_accents_that_two_cities_bear_is_refused_with_both(read):
    twice = ACCENTS.with_columns(name_en=pl.Series(["Córdoba", "Cordobá", "x", "y", "z"]))
    (fault,) = errors(read([("Cordoba", "hospitals", 2012, 30, "ccsy")], head=SHORT, cities=twice))
    assert "several cities (1, 2)" in fault.message


def test_marks_that_tell_letters_of_other_scripts_apart_do_not_vanish(read):
    (fault,) = errors(read([("がき", "hospitals", 2012, 30, "ccsy")], head=SHORT, cities=ACCENTS))
    assert fault.rule == "unknown-city"
