"""Old Excel workbooks (.xls): read as calamine reads them, and refused where they are hostile or damaged."""

import shutil

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from urbium.errors import InputError
from urbium.sources import read_file
from urbium.sources.formats import old_package, old_workbook
from urbium.sources.formats.old_workbook import read_old_workbook

FILE = "data/real/cities/WUP2018-F12-Cities_Over_300K.xls"
FIRST_RECORD = b"\x09\x08\x10\x00"
"""Begin of stream: kind and length; its content is 16 bytes long."""


@pytest.fixture(scope="session")
def prospects(shared):
    return shared / FILE


def test_every_cell_of_an_old_workbook_is_what_another_reader_finds(prospects):
    (data, notes) = read_old_workbook(prospects)
    rows = CalamineWorkbook.from_path(prospects).get_sheet_by_name("Data").to_python(skip_empty_area=False)
    assert (data.sheet, notes.sheet) == ("Data", "NOTES")
    assert data.frame.shape == (len(rows), len(rows[0]))
    for place in (4, 8, 25):
        found = data.frame[str(place)].to_list()
        for cell, row in zip(found, rows, strict=True):
            if isinstance(row[place], float):
                assert float(cell) == row[place]
            else:
                assert cell == (row[place].strip() or None)
    assert data.merged[0] == (12, 0, 12, 8)


def test_agglomerations_of_the_united_nations_are_read_as_they_are(prospects, catalogue):
    rows = [("MEX", "Mexico", None), ("M1", "León de los Aldamas", "MEX"), ("M2", "Mérida", "MEX")]
    cities = pl.DataFrame(rows, schema=["code", "name_en", "parent"], orient="row")
    reading = read_file(prospects, catalogue=catalogue, cities=cities, mapping="wup-agglomerations")
    assert not reading.is_refused, list(reading.lines())
    people = {(row["city"], row["period"]): row for row in reading.table.iter_rows(named=True)}
    assert people["M1", "2015"]["value"] == pytest.approx(1714464)
    assert people["M1", "2015"]["cell"] == "V1180"
    assert people["M2", "2015"]["value"] == pytest.approx(1064114)  # not the Mérida of Venezuela
    assert {period for (_, period), row in people.items() if row["status"] == "projected"} == {
        "2020", "2025", "2030", "2035"
    }  # fmt: skip
    assert len(people) == 36


def damaged(prospects, tmp_path, change):
    path = tmp_path / "sent.xls"
    path.write_bytes(change(prospects.read_bytes()))
    return path


def with_macros(content):
    name = "\x05SummaryInformation".encode("utf-16-le")
    at = content.index(name) - 0
    macros = "_VBA_PROJECT_CUR".encode("utf-16-le")
    changed = bytearray(content)
    changed[at : at + 64] = macros + bytes(64 - len(macros))
    changed[at + 64 : at + 66] = (len(macros) + 2).to_bytes(2, "little")
    return bytes(changed)


def of_another_program(content):
    return content.replace("Workbook".encode("utf-16-le"), "Document".encode("utf-16-le"))


def encrypted(content):
    at = content.index(FIRST_RECORD) + 4 + 16
    return content[:at] + b"\x2f\x00" + content[at + 2 :]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_macros, "macros"),
        (encrypted, "encrypted"),
        (of_another_program, r"sent\.xls: the file contains no workbook from Excel 97 or later"),
        (lambda content: content[:600], "damaged"),
        (lambda content: content[:300_000], "damaged"),
        (lambda content: content[:48] + b"\xff\xff\x00\x00" + content[52:], "damaged"),
        (lambda content: content[:30] + b"\x1f\x00" + content[32:], "damaged"),
    ],
)
def test_an_old_workbook_that_is_hostile_or_damaged_is_refused(prospects, tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        read_old_workbook(damaged(prospects, tmp_path, change))


def test_an_old_workbook_that_is_too_large_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "sent.xls"
    path.write_bytes(bytes(1_000_001))
    monkeypatch.setattr(old_package, "MAX_BYTES", 1_000_000)
    with pytest.raises(InputError, match=r"sent\.xls: the file is larger than 1 MB; open it in a"):
        old_package.inspect_old_workbook(path)


def test_a_reader_that_asks_for_more_memory_than_it_may_is_refused(prospects, tmp_path, monkeypatch):
    greedy = tmp_path / "greedy.py"
    greedy.write_text(
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (512_000_000, 512_000_000))\n"
        "print(len(bytes(1_000_000_000)))\n"
    )
    monkeypatch.setattr(old_workbook, "_READER", greedy)
    with pytest.raises(InputError, match="memory"):
        read_old_workbook(prospects)


def test_what_a_file_is_called_and_what_it_is_must_agree(prospects, tmp_path, catalogue):
    cities = pl.DataFrame({"code": ["A"]})
    path = shutil.copy(prospects, tmp_path / "new.xlsx")
    with pytest.raises(InputError, match=r"old \.xls format"):
        read_file(path, catalogue=catalogue, cities=cities)
    text = tmp_path / "text.xls"
    text.write_text("city,year\n")
    with pytest.raises(InputError, match="does not start like"):
        read_file(text, catalogue=catalogue, cities=cities)
