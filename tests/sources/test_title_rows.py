"""Title rows above a table are read in every format; what stands below a table is never eaten in silence."""

import zipfile

import pytest
import xlsxwriter

from urbium.errors import InputError
from urbium.sources import draft_mapping, read_cities, read_file
from urbium.sources.formats.csv_ import read_csv
from urbium.sources.formats.csv_layout import CsvForm

HEAD = ["city_code", "variable", "period", "value", "source_id"]
HEFEI = ["340100", "hospitals", "2012", "120", "ccsy"]
WUHU = ["340200", "hospitals", "2012", "90", "ccsy"]
TITLES = [['"Hospitals of cities, by year"'], ["Source: the yearbook; table 7 of 2013"], []]
MAPPING = {
    "source": "ccsy",
    "tables": [
        {
            "layout": "variables",
            "header": 4,
            "city": "Code",
            "period": {"value": "2012"},
            "columns": [{"column": "Hospitals", "variable": "hospitals"}],
        }
    ],
}


def csv_lines(rows):
    return "\n".join(",".join(row) for row in rows) + "\n"


def write_ods(path, rows):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    lines = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="Data">{lines}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
        )


def write(path, rows):
    if path.suffix == ".csv":
        path.write_text(csv_lines(rows), encoding="utf-8")
    elif path.suffix == ".ods":
        write_ods(path, rows)
    else:
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet("Data")
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return path


@pytest.fixture
def reading(tmp_path, catalogue, small_cities):
    def read(rows, suffix=".csv", **options):
        path = write(tmp_path / f"hospitals{suffix}", rows)
        return read_file(path, catalogue=catalogue, cities=small_cities, **options)

    return read


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".ods"])
def test_title_rows_above_the_headings_are_read_over_in_every_format(reading, suffix):
    read = reading([*TITLES, HEAD, HEFEI, WUHU], suffix)

    assert read.table.select("city", "value", "cell").rows() == [
        ("340100", 120.0, "D5"),
        ("340200", 90.0, "D6"),
    ]
    assert [fault for fault in read.faults if fault.severity != "note"] == []


def test_a_title_with_more_commas_than_the_table_has_columns_is_refused_with_its_row(reading):
    with pytest.raises(InputError) as refused:
        reading([["Hospitals", "beds", "doctors", "nurses", "wards", "patients"], HEAD, HEFEI, WUHU])

    assert refused.value.faults[0].rule == "row-width"


def test_titles_do_not_decide_by_which_sign_a_table_is_parted(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text(
        "Hospitals, beds, doctors\nof 2012\nCode;Hospitals\n340100;120\n340200;90\n", encoding="utf-8"
    )

    assert read_csv(path, CsvForm(may_have_titles=True)).frame.rows()[2:] == [
        ("Code", "Hospitals"),
        ("340100", "120"),
        ("340200", "90"),
    ]


def test_a_quoted_title_of_two_lines_keeps_the_rows_of_the_table_in_their_place(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text('"Hospitals\nof 2012"\n\nCode,Hospitals\n340100,120\n340200,90\n', encoding="utf-8")

    assert read_csv(path, CsvForm(may_have_titles=True)).frame.rows()[-3:] == [
        ("Code", "Hospitals"),
        ("340100", "120"),
        ("340200", "90"),
    ]


def test_headings_that_are_fewer_than_the_cells_below_are_no_title(reading):
    with pytest.raises(InputError) as refused:
        reading([HEAD[:4], HEFEI, WUHU])

    assert (refused.value.faults[0].rule, refused.value.faults[0].cell) == ("row-width", "A1:D1")


def test_a_mapping_whose_row_of_headings_is_a_title_is_refused_with_the_rows(reading):
    rows = [["Code", "Hospitals"], ["340100", "120", "5"], ["340200", "90", "6"]]
    with pytest.raises(InputError) as refused:
        reading(rows, mapping={**MAPPING, "tables": [MAPPING["tables"][0] | {"header": 1}]})

    assert refused.value.faults[0].rule == "row-width"


def test_a_mapping_reads_below_title_rows_of_a_csv(reading):
    read = reading([*TITLES, ["Code", "Hospitals"], ["340100", "120"], ["340200", "90"]], mapping=MAPPING)

    assert read.table["value"].to_list() == [120.0, 90.0]


def test_a_register_is_read_below_title_rows_of_a_csv(tmp_path):
    path = write(
        tmp_path / "cities.csv",
        [*TITLES, ["code", "name_en", "level"], ["1", "Hefei", "city"], ["2", "Wuhu", "city"]],
    )

    assert [city.code for city in read_cities(path).cities] == ["1", "2"]


def test_a_mapping_is_drafted_for_a_csv_below_title_rows(tmp_path, catalogue, small_cities):
    path = write(tmp_path / "t.csv", [*TITLES, ["Code", "Hospitals"], ["340100", "120"], ["340200", "90"]])

    assert "header = 4" in draft_mapping(path, variables=catalogue.variables, cities=small_cities)


def test_a_short_note_below_a_csv_is_refused_unless_the_mapping_skips_its_row(reading):
    rows = [*TITLES, ["Code", "Hospitals"], ["340100", "120"], ["340200", "90"], ["* preliminary"]]
    with pytest.raises(InputError) as refused:
        reading(rows, mapping=MAPPING)
    skipping = {**MAPPING, "tables": [MAPPING["tables"][0] | {"skip": [7]}]}

    assert (refused.value.faults[0].cell, "skip" in refused.value.remedy) == ("A7:A7", True)
    assert reading(rows, mapping=skipping).table["value"].to_list() == [120.0, 90.0]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_note_below_a_table_is_named_as_not_read(reading, suffix):
    note = ["Note: figures of the yearbook", "", "", "", ""]
    read = reading([HEAD, HEFEI, WUHU, note], suffix)
    (fault,) = [fault for fault in read.faults if fault.rule == "row-not-read"]

    assert (fault.severity, fault.cell) == ("warning", "A4")
    assert "Note: figures of the yearbook" in fault.message
    assert read.table.height == 2


def test_a_city_without_a_figure_is_no_row_that_is_not_read(reading):
    read = reading([HEAD, HEFEI, [*WUHU[:3], "", "ccsy"]])

    assert [fault for fault in read.faults if fault.rule == "row-not-read"] == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_total_below_a_table_refuses_the_file(reading, suffix):
    read = reading([HEAD, HEFEI, WUHU, ["Total", "hospitals", "2012", "210", "ccsy"]], suffix)

    assert [(fault.rule, fault.cell) for fault in read.faults if fault.severity == "error"] == [
        ("unknown-city", "A4")
    ]
