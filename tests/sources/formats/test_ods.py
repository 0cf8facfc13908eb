"""OpenDocument tables are read as they look, and what hides in them is refused."""

import zipfile

import pytest

from urbium.errors import InputError
from urbium.sources import read_file

SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
HEAD = ("city_code", "variable", "period", "value", "source_id")
FILLER = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row>'
)


def text_cell(words, more=""):
    return f'<table:table-cell office:value-type="string" {more}><text:p>{words}</text:p></table:table-cell>'


def number_cell(number, kind="float", more="", shown=None):
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{number}" {more}>'
        f"<text:p>{shown or number}</text:p></table:table-cell>"
    )


def row(*cells, more=""):
    made = [cell if cell.startswith("<") else text_cell(cell) for cell in cells]
    return f"<table:table-row {more}>{''.join(made)}</table:table-row>"


@pytest.fixture
def read_ods(tmp_path, catalogue, small_cities):
    def write_and_read(rows, *, extra=None, prolog="", **options):
        path = tmp_path / "a.ods"
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<office:document-content {SPACES}><office:body>'
            f'<office:spreadsheet><table:table table:name="Water">{"".join(rows)}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            package.writestr("content.xml", content)
            for name, part in (extra or {}).items():
                package.writestr(name, part)
        return read_file(path, catalogue=catalogue, cities=small_cities, **options)

    return write_and_read


def test_an_ods_table_is_read_with_its_cells(read_ods):
    data = row("340100", "hospitals", number_cell(2012), number_cell(173), "ccsy")
    reading = read_ods([row(*HEAD), data, FILLER])
    assert reading.table.select("city", "period", "value", "sheet", "cell").rows() == [
        ("340100", "2012", 173.0, "Water", "D2")
    ]


def test_repeated_and_empty_cells_keep_their_places(read_ods):
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    gap = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    head = row("city", "year", empty, "source", "hospitals", "pupils")
    data = row("340100", "2012", empty, "ccsy", number_cell(170, more='table:number-columns-repeated="2"'))
    reading = read_ods([row("A title"), gap, head, data])
    assert reading.table.select("variable", "value", "cell").rows() == [
        ("hospitals", 170.0, "F6"), ("pupils", 170.0, "G6"),
    ]  # fmt: skip


def test_a_percentage_is_what_the_cell_shows(read_ods):
    cell = number_cell(0.95, "percentage", shown="95%")
    reading = read_ods([row(*HEAD), row("340100", "waste_treatment_rate", "2012", cell, "ccsy")])
    assert reading.table["value"].to_list() == [95.0]


def test_a_date_shown_as_a_year_is_that_year(read_ods):
    year = (
        '<table:table-cell office:value-type="date" office:date-value="2012-01-01"><text:p>2012</text:p>'
        "</table:table-cell>"
    )
    reading = read_ods([row(*HEAD), row("340100", "hospitals", year, number_cell(173), "ccsy")])
    assert reading.table["period"].to_list() == ["2012"]


def test_a_formula_is_refused_with_its_cell(read_ods):
    cell = number_cell(173, more='table:formula="of:=170+3"')
    reading = read_ods([row(*HEAD), row("340100", "hospitals", "2012", cell, "ccsy")])
    assert [(f.cell, f.rule) for f in reading.faults if f.severity == "error"] == [("D2", "formula")]


def test_merged_cells_are_refused(read_ods):
    city = text_cell("340100", 'table:number-rows-spanned="2"')
    data = [row(city, "hospitals", "2012", number_cell(1), "ccsy")]
    reading = read_ods([row(*HEAD), *data])
    assert [f.rule for f in reading.faults if f.severity == "error"] == ["merged-cells"]


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        (
            [row("x" * 100_000, more='table:number-rows-repeated="1000000"')],
            {},
            "together, the cells contain over",
        ),
        ([row("x", more='table:number-rows-repeated="9999999"')] * 2, {}, "cells"),
        ([row(text_cell("x", 'table:number-columns-repeated="16384"'))], {}, "columns"),
        ([row(*HEAD)], {"prolog": '<!DOCTYPE a [<!ENTITY e "x">]>'}, "document type"),
        ([row(*HEAD)], {"extra": {"Basic/Standard/Module1.xml": "x"}}, "macro"),
        (["<table:table-row>"], {}, "damaged"),
    ],
)
def test_a_hostile_ods_file_is_refused(read_ods, rows, options, words):
    with pytest.raises(InputError, match=words) as caught:
        read_ods(rows, **options)
    assert caught.value.remedy


def test_a_package_that_is_no_table_is_refused(tmp_path, catalogue, small_cities):
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "x")
    with pytest.raises(InputError, match="no OpenDocument spreadsheet"):
        read_file(path, catalogue=catalogue, cities=small_cities)


def test_hidden_rows_and_columns_of_an_ods_table_are_said(read_ods):
    hidden = 'table:visibility="collapse"'
    columns = f'<table:table-column table:number-columns-repeated="3"/><table:table-column {hidden}/>'
    cells = ("340100", "hospitals", number_cell(2012), number_cell(173), "ccsy")
    faults = read_ods([columns, row(*HEAD), row(*cells, more=hidden)]).faults

    assert [fault.cell for fault in faults if fault.rule == "hidden"] == ["A2", "D1"]
