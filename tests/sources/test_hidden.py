"""What a workbook hides: sheets and rows that whoever sends it may not know of."""

import openpyxl
import pytest

from urbium.sources.read import read_file

HEADINGS = ("city", "variable", "period", "value")


@pytest.fixture
def book():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Figures"
    for row in (HEADINGS, ("340100", "gdp", 2011, 173.0), ("340100", "gdp", 2012, 180.0)):
        sheet.append(row)
    return workbook


@pytest.fixture
def reading_of(tmp_path, catalogue, small_cities):
    def reading_of_book(book):
        book.save(tmp_path / "book.xlsx")
        return read_file(tmp_path / "book.xlsx", catalogue=catalogue, cities=small_cities, source="own")

    return reading_of_book


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_named_and_not_read(book, reading_of, state):
    other = book.create_sheet("Behind")
    for row in (HEADINGS, ("340100", "gdp", 2010, 999.0)):
        other.append(row)
    other.sheet_state = state

    reading = reading_of(book)
    assert reading.table["value"].to_list() == [173.0, 180.0]
    assert [
        (fault.sheet, fault.message.render()) for fault in reading.faults if fault.rule == "sheet-not-read"
    ] == [("Behind", "the sheet is not read (rows: 2): it is hidden")]


def test_figures_in_hidden_rows_are_said_with_their_place(book, reading_of):
    book["Figures"].row_dimensions[3].hidden = True

    (fault,) = [fault for fault in reading_of(book).faults if fault.rule == "hidden"]
    assert (fault.severity, fault.where) == ("warning", "Figures!A3")


def test_hidden_rows_that_hold_nothing_are_no_fault(book, reading_of):
    book["Figures"].row_dimensions[9].hidden = True

    assert [fault for fault in reading_of(book).faults if fault.rule == "hidden"] == []


def test_a_hidden_column_that_is_read_is_said_with_its_place(book, reading_of):
    book["Figures"].column_dimensions["D"].hidden = True

    (fault,) = [fault for fault in reading_of(book).faults if fault.rule == "hidden"]
    assert (fault.severity, fault.where) == ("warning", "Figures!D1")


def test_a_hidden_column_that_is_not_read_is_no_fault(book, reading_of):
    book["Figures"]["E1"] = "remark"
    book["Figures"].column_dimensions["E"].hidden = True

    assert [fault for fault in reading_of(book).faults if fault.rule == "hidden"] == []
