"""Sheets: every sheet with content is read, named as left out, or refuses the file; none vanishes."""

import polars as pl
import pytest
import xlsxwriter

import malformed
from urbium.errors import InputError
from urbium.sources import read_cities, read_file, template

HEAD, GOOD = malformed.HEAD, malformed.GOOD
OTHER = ["340200", "hospitals", "2012", "90", "ccsy"]
MAPPING = {
    "tables": [
        {
            "sheet": "Good",
            "layout": "long",
            "city": {"column": "city_code"},
            "variable": {"column": "variable"},
            "period": {"column": "period"},
            "value": {"column": "value"},
            "source": {"column": "source_id"},
        }
    ]
}


@pytest.fixture
def load(tmp_path, catalogue, small_cities):
    def load_sheets(sheets, **options):
        path = tmp_path / "t.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            for name, rows in sheets.items():
                page = workbook.add_worksheet(name)
                for i, row in enumerate(rows):
                    page.write_row(i, 0, row)
        return read_file(path, catalogue=catalogue, cities=small_cities, **options)

    return load_sheets


def not_read(reading):
    return [fault for fault in reading.faults if fault.rule == "sheet-not-read"]


def test_a_sheet_with_a_misspelt_heading_is_named_with_the_right_word(load):
    (fault,) = not_read(load({"Good": [HEAD, GOOD], "Bad": [[*HEAD[:3], "vlaue", "source_id"], OTHER]}))
    assert (fault.severity, fault.sheet) == ("warning", "Bad")
    assert "'value' for 'vlaue'" in fault.remedy


def test_an_empty_sheet_is_not_named(load):
    assert not_read(load({"Good": [HEAD, GOOD], "Sheet2": []})) == []


def test_a_sheet_is_not_taken_for_ours_by_its_name_alone(load):
    (fault,) = not_read(load({"Good": [HEAD, GOOD], "Lists": [["340200", "90"]]}))
    assert fault.sheet == "Lists"


def test_a_mapping_that_leaves_a_sheet_out_is_noted(load):
    (fault,) = not_read(load({"Good": [HEAD, GOOD], "Bad": [HEAD, OTHER]}, mapping=MAPPING))
    assert (fault.severity, fault.sheet) == ("note", "Bad")


def test_the_sheets_of_our_template_are_not_named(tmp_path, catalogue, small_cities):
    path = template(
        tmp_path / "t.xlsx", catalogue, variables=["gdp"], cities=small_cities.head(2), periods=["2012"]
    )
    with pytest.raises(InputError, match="headings but no figures"):
        read_file(path, catalogue=catalogue, cities=small_cities)


def test_the_sheets_of_a_marked_copy_are_not_named(tmp_path, load, catalogue, small_cities):
    reading = load({"Good": [HEAD, GOOD], "Bad": [["a"], ["b"]]})
    copy = reading.mark(tmp_path / "marked.xlsx")
    again = read_file(copy, catalogue=catalogue, cities=small_cities)
    assert [fault.sheet for fault in not_read(again)] == ["Bad"]


def test_a_register_names_the_sheets_it_leaves_out(tmp_path):
    path = tmp_path / "cities.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, code in (("North", "110000"), ("South", "340100")):
            page = workbook.add_worksheet(name)
            page.write_row(0, 0, ["code", "name_en", "level"])
            page.write_row(1, 0, [code, name, "prefecture"])
    register = read_cities(path)
    assert [(fault.severity, fault.sheet) for fault in register.faults] == [("warning", "South")]


def elsewhere(sheet_of, *, link="worksheet"):
    """Return a workbook whose second sheet lies outside the usual folder."""
    members = malformed.parts(malformed.sheet_xml([HEAD, GOOD]), names=("A", "B"))
    members["xl/worksheets/sheet2.xml"] = malformed.sheet_xml([HEAD, OTHER])
    links = members["xl/_rels/workbook.xml.rels"]
    members["xl/_rels/workbook.xml.rels"] = links.replace(
        f'/worksheet" Target="{"worksheets/sheet2.xml"}', f'/{link}" Target="{sheet_of}'
    )
    members[f"xl/{sheet_of}"] = members.pop("xl/worksheets/sheet2.xml")
    return members


def test_a_worksheet_outside_the_usual_folder_is_read(tmp_path, catalogue, small_cities):
    path = tmp_path / "t.xlsx"
    path.write_bytes(malformed.packed(elsewhere("sheets/sheet2.xml")))
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert set(reading.table["sheet"]) == {"A", "B"}


def test_the_cells_of_a_worksheet_outside_the_usual_folder_are_looked_into(tmp_path, catalogue, small_cities):
    members = elsewhere("sheets/sheet2.bin")
    members["xl/sheets/sheet2.bin"] = malformed.sheet_xml(
        [HEAD, [*OTHER[:3], '<c r="D2"><f>1+1</f><v>2</v></c>', "ccsy"]]
    )
    path = tmp_path / "t.xlsx"
    path.write_bytes(malformed.packed(members))
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert [(fault.sheet, fault.cell) for fault in reading.faults if fault.severity == "error"] == [
        ("B", "D2")
    ]


@pytest.mark.parametrize("kind", ["missing", "macro sheet", "twice"])
def test_a_sheet_that_is_no_worksheet_of_its_own_refuses_the_file(tmp_path, catalogue, small_cities, kind):
    members = elsewhere("sheets/sheet2.xml", link="xlMacrosheet" if kind == "macro sheet" else "worksheet")
    if kind == "missing":
        del members["xl/sheets/sheet2.xml"]
    if kind == "twice":
        members["xl/workbook.xml"] = members["xl/workbook.xml"].replace('name="B"', 'name="A"')
    path = tmp_path / "t.xlsx"
    path.write_bytes(malformed.packed(members))
    with pytest.raises(InputError, match="not a separate worksheet"):
        read_file(path, catalogue=catalogue, cities=small_cities)


def test_a_chart_sheet_beside_the_data_is_passed_over(tmp_path, catalogue, small_cities):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("Good")
        for i, row in enumerate([HEAD, GOOD]):
            page.write_row(i, 0, row)
        chart = workbook.add_chart({"type": "line"})
        chart.add_series({"values": "=Good!$D$2:$D$2"})
        workbook.add_chartsheet("Chart").set_chart(chart)
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert isinstance(reading.table, pl.DataFrame)
    assert (reading.table.height, not_read(reading)) == (1, [])
