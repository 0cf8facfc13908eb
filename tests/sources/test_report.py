"""Faults as a table, as JSON, as lines, as one error, and as a marked copy of the file."""

import json

import openpyxl
import pytest

from english_words import english_of
from urbium.columns import heading
from urbium.errors import InputError
from urbium.sources import read_file
from urbium.text import language, languages

KEYS = [
    "severity",
    "sheet",
    "cell",
    "city",
    "variable",
    "period",
    "value",
    "rule",
    "message",
    "remedy",
    "code",
]
ROWS = [
    ("340100", "waste_treatment_rate", 2012, 362, "%", "ccsy"),
    ("340200", "waste_treatment_rate", 2012, 95.5, "%", "ccsy"),
]


@pytest.fixture
def marked(read, tmp_path):
    """Return a function that reads rows, marks them and opens the copy."""

    def write_and_mark(rows, suffix=".xlsx"):
        reading = read(rows, suffix=suffix)
        return openpyxl.load_workbook(reading.mark(tmp_path / "marked.xlsx"))

    return write_and_mark


def test_a_record_has_the_public_keys_and_is_json(read):
    records = json.loads(json.dumps(read(ROWS).records()))
    assert [list(record) for record in records] == [KEYS] * len(records)


def test_records_come_gravest_first(read):
    rows = [*ROWS, ("340100", "hospitals", 2012, "x", "", "ccsy")]
    levels = [record["severity"] for record in read(rows).records()]
    assert levels == ["error", "warning", "note", "note"]


def test_the_table_of_findings_has_the_same_columns(read):
    assert read(ROWS).findings.columns == KEYS


def test_a_readable_file_raises_nothing(read):
    assert read(ROWS).raise_if_refused() is None


def test_a_refused_file_raises_one_error_with_all_faults(read):
    rows = [("340100", "hospitals", year, "x", "", "ccsy") for year in (2010, 2011)]
    with pytest.raises(InputError) as caught:
        read(rows).raise_if_refused()
    assert [fault.cell for fault in caught.value.faults] == ["D2", "D3"]


def test_a_single_error_names_file_sheet_and_cell(read):
    with pytest.raises(
        InputError, match=r"cities-2026\.xlsx, sheet Water, D2: \"12,3\" is not a number; write 12\.3"
    ):
        read([("340100", "hospitals", 2012, "12,3", "", "ccsy")], suffix=".xlsx").raise_if_refused()


def test_every_observation_names_its_cell(read):
    table = read(ROWS, suffix=".xlsx").table
    assert table.select("file", "sheet", "cell").rows() == [
        ("cities-2026.xlsx", "Water", f"D{i}") for i in (2, 3)
    ]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_marked_copy_has_the_same_values(marked, suffix):
    sheet = marked(ROWS, suffix).worksheets[0]
    assert [sheet.cell(i, 4).value for i in (1, 2, 3)] == ["value", 362, 95.5]


def test_the_cell_in_question_is_coloured_and_says_why(marked):
    cell = marked(ROWS)["Water"]["D2"]
    assert cell.fill.fgColor.rgb == "FFFFE699"
    assert "362% is above 100" in cell.comment.text
    assert "correct it at its source" in cell.comment.text


def test_a_marked_copy_speaks_the_language_of_its_reader(marked):
    with language("zh"):
        book = marked(ROWS)
    said = book["Water"]["D2"].comment.text, *(cell.value for cell in book.worksheets[-1][2][8:10])
    assert book.sheetnames[-1] == "检查结果"
    assert [cell.value for cell in book.worksheets[-1][1]][:3] == ["严重程度", "工作表", "单元格"]
    assert [english_of(words)[0].total() for words in said] == [0, 0, 0]


@pytest.mark.parametrize("tongue", languages())
def test_a_marked_copy_can_be_mended_and_sent_back_as_it_is(read, catalogue, small_cities, tmp_path, tongue):
    with language(tongue):
        copy = read([("340100", "hospitals", 2012, "x", "", "ccsy")]).mark(tmp_path / "marked.xlsx")
    book = openpyxl.load_workbook(copy)
    book.worksheets[0]["D2"] = 173
    book.save(copy)

    again = read_file(copy, catalogue=catalogue, cities=small_cities)

    assert [fault for fault in again.faults if fault.severity != "note"] == []
    assert again.table["value"].to_list() == [173.0]


def test_a_sound_cell_is_not_coloured(marked):
    cell = marked(ROWS)["Water"]["D3"]
    assert cell.fill.fill_type is None
    assert cell.comment is None


def test_an_empty_cell_that_should_hold_something_is_coloured(marked):
    book = marked([("340100", "hospitals", 2012, 173, "count", "")])
    assert book["Water"]["F2"].fill.fgColor.rgb == "FFF4B6B6"


def test_the_findings_are_listed_on_a_sheet_of_their_own(marked):
    sheet = marked(ROWS)["Findings"]
    assert [cell.value for cell in sheet[1]] == [heading(key) for key in KEYS]
    assert sheet["C2"].value == "D2"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+cmd", "-1+cmd", "@SUM(1)"])
def test_a_text_never_becomes_a_formula_in_the_marked_copy(marked, text):
    book = marked([(text, "hospitals", 2012, 173, "count", "ccsy")])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_all_cells_of_a_column_finding_are_coloured_and_one_has_the_comment(read, tmp_path, small_cities):
    import polars as pl  # noqa: PLC0415 - only here

    codes = [f"3401{i:02d}" for i in range(12)]
    rows = [(code, "population_year_end", 2012, 3_000_000 + i, "", "ccsy") for i, code in enumerate(codes)]
    reading = read(rows, suffix=".xlsx", cities=pl.DataFrame({"code": codes}))
    sheet = openpyxl.load_workbook(reading.mark(tmp_path / "m.xlsx"))["Water"]
    column = [sheet.cell(i, 4) for i in range(2, 14)]
    assert {cell.fill.fgColor.rgb for cell in column} == {"FFFFE699"}
    assert sum(cell.comment is not None for cell in column) == 1


def test_a_file_that_changed_since_is_not_marked(read, tmp_path):
    reading = read(ROWS)
    reading.path.write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="has changed since"):
        reading.mark(tmp_path / "m.xlsx")


def test_a_reading_says_what_it_is(read):
    assert repr(read(ROWS)).startswith("Reading of cities-2026.csv: 2 observations (1 suspect), readable;")
