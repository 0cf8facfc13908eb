"""A cell means what it shows: a share shown in percent, a date shown as a year or a month."""

from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter

from urbium.sources import read_file, template

HEAD = ("city_code", "variable", "period", "value", "unit", "source_id")
COVER, RATIO = "green_cover_rate", "fiscal_revenue_gdp"


@pytest.fixture
def shown(tmp_path, catalogue, small_cities):
    """Return a function that writes rows whose cells may be (value, number format), and reads them."""

    def write_and_read(*rows, head=HEAD):
        path = tmp_path / "shown.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet("Data")
            for i, row in enumerate((head, *rows)):
                for j, cell in enumerate(row):
                    value, form = cell if isinstance(cell, tuple) else (cell, None)
                    style = workbook.add_format({"num_format": form}) if form else None
                    is_day = isinstance(value, date)
                    (page.write_datetime if is_day else page.write)(i, j, value, style)
        return read_file(path, catalogue=catalogue, cities=small_cities)

    return write_and_read


def of_cover(value, unit="", period=2012):
    return ("340100", COVER, period, value, unit, "ccsy")


def values(reading):
    assert [fault.message for fault in reading.faults if fault.severity == "error"] == []
    return reading.table["value"].to_list()


@pytest.mark.parametrize("form", ["0%", "0.00%", "0.0%", "[Red]0%;[Blue]-0%", "#,##0.00%_ "])
def test_a_cell_that_shows_95_percent_is_95_percent(shown, form):
    assert values(shown(of_cover((0.4, form)))) == [40.0]


def test_the_percent_of_a_format_may_be_a_word_in_quotes_that_changes_nothing(shown):
    assert values(shown(of_cover((40, '0.0"%"')))) == [40.0]
    assert values(shown(of_cover((40, r"0.0\%")))) == [40.0]


@pytest.mark.parametrize("unit", ["", "%", "ratio"])
def test_the_unit_beside_a_percent_cell_does_not_scale_it_twice(shown, unit):
    assert values(shown(of_cover((0.4, "0%"), unit))) == [40.0]


def test_a_variable_stored_as_a_ratio_keeps_the_ratio(shown):
    assert values(shown(("340100", RATIO, 2012, (0.125, "0.0%"), "", "ccsy"))) == [0.125]


def test_percent_cells_and_plain_numbers_and_texts_stand_in_one_column(shown):
    reading = shown(
        of_cover((0.4, "0%"), period=2010), of_cover(41, period=2011), of_cover("42", period=2012),
        of_cover(("43", "0%"), period=2013),
    )  # fmt: skip

    assert sorted(values(reading)) == [40.0, 41.0, 42.0, 43.0]


def test_a_share_in_percent_has_no_digits_that_nobody_wrote(shown):
    assert values(shown(of_cover((0.57, "0%")), of_cover((0.07, "0%"), period=2011))) == [57.0, 7.0]


def test_a_percentage_of_what_is_no_share_is_refused_with_its_cell(shown):
    (fault,) = [
        fault
        for fault in shown(("340100", "hospitals", 2012, (0.95, "0%"), "", "ccsy")).faults
        if fault.severity == "error"
    ]

    assert (fault.sheet, fault.cell, fault.rule) == ("Data", "D2", "unit")
    assert fault.message == "the cell shows 95%, but Hospitals and health centres is measured in count"


def test_a_wide_table_reads_percent_cells_too(shown):
    reading = shown(
        ("340100", 2012, (0.4, "0%"), 100), ("340200", 2012, (0.41, "0%"), 90),
        head=("city_code", "period", COVER, "hospitals"),
    )  # fmt: skip

    assert reading.table.filter(variable=COVER)["value"].to_list() == [40.0, 41.0]
    assert reading.table.filter(variable="hospitals")["value"].to_list() == [100.0, 90.0]


def test_the_official_template_filled_in_with_percentages_is_read_as_it_looks(
    tmp_path, catalogue, small_cities
):
    path = template(
        tmp_path / "t.xlsx", catalogue, variables=[COVER], cities=small_cities.head(1), periods=[2012],
        source="ccsy",
    )  # fmt: skip
    book = openpyxl.load_workbook(path)
    heads = [cell.value for cell in book["Data"][1]]
    cell = book["Data"].cell(2, heads.index("value") + 1)
    cell.value, cell.number_format = 1.0, "0%"
    book.save(path)

    assert values(read_file(path, catalogue=catalogue, cities=small_cities)) == [100.0]


@pytest.mark.parametrize(
    ("form", "period"),
    [
        ("yyyy", "2012"),
        ('yyyy"年"', "2012"),
        ("[$-804]yyyy年", "2012"),
        ("yyyy-mm", "2012-03"),
        ("mmm yyyy", "2012-03"),
        ('yyyy"年"m"月"', "2012-03"),
        ("mmm-yy", "2012-03"),
        ("yyyy-mm-dd", "2012-03-31"),
        ("d mmm yyyy", "2012-03-31"),
        ('yyyy"年"m"月"d"日"', "2012-03-31"),
    ],
)
@pytest.mark.parametrize("kind", [date, datetime])
def test_a_date_is_the_period_that_its_cell_shows(shown, form, period, kind):
    assert shown(of_cover(40, period=(kind(2012, 3, 31), form))).table["period"].to_list() == [period]


def test_headings_that_are_dates_shown_as_years_are_years(shown, tmp_path, catalogue, small_cities):
    path = tmp_path / "years.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("Data")
        style = workbook.add_format({"num_format": "yyyy"})
        page.write(0, 0, "city")
        for j, year in enumerate((2011, 2012), start=1):
            page.write_datetime(0, j, date(year, 1, 1), style)
        page.write_row(1, 0, ["340100", 40, 41])
    mapping = {
        "tables": [
            {"layout": "periods", "city": {"column": "city"}, "variable": {"value": COVER},
             "source": {"value": "ccsy"}}
        ]
    }  # fmt: skip
    reading = read_file(path, catalogue=catalogue, cities=small_cities, mapping=mapping)

    assert sorted(reading.table["period"]) == ["2011", "2012"]


def test_a_figure_of_a_single_day_is_said_to_be_used_by_no_stage(shown):
    reading = shown(of_cover(40, period=(date(2012, 1, 1), "yyyy-mm-dd")))
    (fault,) = [fault for fault in reading.faults if fault.rule == "period-not-used"]

    assert fault.severity == "note"
    assert fault.cell == "C2"
    assert fault.remedy == "write 2012 if the figure is for the whole year"
