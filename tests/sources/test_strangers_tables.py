"""Tables as strangers hand them in: running numbers, units in titles, preliminary years, double heads."""

import tomllib

import openpyxl
import polars as pl
import pytest

from urbium.sources import draft_mapping, read_cities, read_file

PLACE = ("code", "name_en", "name_zh", "province_en", "province_zh", "level", "parent")
CITIES = pl.DataFrame(
    [("C-A", "Aston", None, None, None, "city", None), ("C-B", "Belton", None, None, None, "city", None)],
    schema=dict.fromkeys(PLACE, pl.String),
    orient="row",
)
NONE = CITIES.clear()
VIETNAMESE = """Dân số phân theo địa phương,,,,,,
Đơn vị: 1000 người - Unit: Thous. pers.,,,,,,
STT,Thành phố,Tỉnh,Vĩ độ,Kinh độ,2022,Sơ bộ 2023
1,Dĩ An,Bình Dương,10.90,106.77,463,474
2,Năm Căn,Cà Mau,8.76,104.99,66,67
"""


@pytest.fixture
def drafted(tmp_path, catalogue):
    def draft(table, cities=CITIES, nation=""):
        path = tmp_path / "theirs.csv"
        path.write_text(table, encoding="utf-8")
        proposal = draft_mapping(
            path, variables=catalogue.variables, cities=cities, sources=["ccsy"], nation=nation
        )
        return proposal, tomllib.loads(proposal)

    return draft


@pytest.fixture
def read(tmp_path, catalogue):
    def read_by(mapping, name="theirs.csv"):
        return read_file(tmp_path / name, catalogue=catalogue, cities=CITIES, mapping=mapping)

    return read_by


def rules(reading, severity):
    return [fault.rule for fault in reading.faults if fault.severity == severity]


def test_a_running_number_is_no_code_and_province_and_coordinates_are_registered(drafted):
    proposal, mapping = drafted(VIETNAMESE, NONE, "VNM")

    assert '# code = "..."' in proposal
    assert mapping["cities"]["name"] == "Thành phố"
    assert mapping["cities"]["province"] == "Tỉnh"
    assert (mapping["cities"]["latitude"], mapping["cities"]["longitude"]) == ("Vĩ độ", "Kinh độ")


def test_the_register_of_a_draft_is_read_with_province_and_place(drafted, tmp_path):
    rows = (
        "No.;Code;City;Province;Latitude;Longitude;Beds",
        "1;C-A;Aston;North;1.5;2.5;10",
        "2;C-B;Belton;South;2;3;9",
    )
    _, mapping = drafted("\n".join(rows), NONE)
    register = read_cities(tmp_path / "theirs.csv", registered=NONE, mapping=mapping)

    assert [(city.code, city.latitude, city.longitude) for city in register.cities] == [
        ("C-A", 1.5, 2.5), ("C-B", 2.0, 3.0)
    ]  # fmt: skip
    assert [set(city.province.values()) for city in register.cities] == [{"North"}, {"South"}]


def test_a_running_number_that_happens_to_be_a_code_does_not_name_the_city(drafted):
    numbered = CITIES.with_columns(code=pl.Series(["1", "2"]))
    _, mapping = drafted("#,City,Population\n1,Belton,900\n2,Aston,800\n", numbered)

    assert mapping["tables"][0]["city"] == {"column": "City"}


def test_columns_that_a_draft_leaves_out_are_named_in_it(drafted):
    proposal, _ = drafted("No.,City,2020,2021,Remark\n1,Aston,9,8,x\n2,Belton,7,6,y\n")

    assert '# left out, as no line names them: "No.", "Remark"' in proposal


@pytest.mark.parametrize(
    ("title", "nation"),
    [
        ("Đơn vị: 1000 người - Unit: Thous. pers.", "VNM"),
        ("Unit: Thousand persons", ""),
        ("Unidade: mil habitantes", "BRA"),
        ("ერთეული: ათასი კაცი", "GEO"),
    ],
)
def test_a_unit_after_a_colon_in_a_title_is_that_of_the_figures(drafted, title, nation):
    _, by_year = drafted(f"{title},,\nCity,2020,2021\nAston,9,8\nBelton,7,6\n", nation=nation)
    _, by_variable = drafted(f"{title},,\nCity,Population,Hospitals\nAston,9,8\nBelton,7,6\n", nation=nation)

    assert by_year["tables"][0]["unit"] == {"value": "1k persons"}
    people, hospitals = by_variable["tables"][0]["columns"]
    assert people["unit"] == "1k persons"
    assert "unit" not in hospitals


def test_a_unit_that_is_not_understood_is_asked(drafted):
    proposal, mapping = drafted("Unit:,Crowns a head,\nCity,2020,2021\nAston,9,8\nBelton,7,6\n")

    assert mapping["tables"][0]["unit"] == {"value": "..."}
    assert "Crowns a head" in proposal


def test_a_draft_says_where_no_unit_is_written(drafted):
    proposal, _ = drafted("City,Year,Population\nAston,2020,9\nBelton,2020,7\n")

    assert "# no unit is written: read as persons" in proposal


def test_reading_says_once_for_a_variable_which_unit_is_taken(drafted, read):
    drafted("city,variable,period,value,source\nC-A,population,2012,9,ccsy\nC-B,population,2012,8,ccsy\n")
    notes = [fault for fault in read(None).faults if fault.rule == "unit-not-written"]

    assert [str(note.message) for note in notes] == [
        "no unit is stated; Inhabitants of the city is assumed to be in persons, the unit of the variable"
    ]


@pytest.mark.parametrize("heading", ["Sơ bộ 2011", "2011 (e)", "Prel. 2011", "2011p", "Ước tính 2011"])
def test_preliminary_years_are_estimates_and_no_mark_is_lost(drafted, read, heading):
    _, mapping = drafted(f"City,2010,{heading}\nAston,900000,800000\nBelton,700000,600000\n")
    mapping["tables"][0]["variable"] = {"value": "population"}
    grades = read(mapping).table.select("period", "quality").unique().sort("period").rows()
    assert grades == [("2010", "not graded"), ("2011", "estimate with assumptions")]

    del mapping["tables"][0]["quality"]
    (fault,) = [fault for fault in read(mapping).faults if fault.severity == "error"]
    assert (fault.rule, fault.cell) == ("mark", "C1")
    mapping["tables"][0] |= tomllib.loads(str(fault.remedy).partition(": ")[2])
    assert not read(mapping).is_refused


def test_a_forecast_year_is_a_projection(drafted, read):
    _, mapping = drafted("City,2010,Forecast 2011\nAston,900000,800000\nBelton,700000,600000\n")
    mapping["tables"][0]["variable"] = {"value": "population"}

    assert read(mapping).table.filter(pl.col("period") == "2011")["status"].unique().to_list() == [
        "projected"
    ]


def test_a_mark_in_a_column_of_years_is_read_or_refused(drafted, read):
    _, mapping = drafted("City,Year,Population\nAston,2010,900000\nBelton,2011 (p),700000\n")
    table = read(mapping).table.sort("city")
    assert table["quality"].to_list() == ["not graded", "estimate with assumptions"]

    del mapping["tables"][0]["quality"]
    assert rules(read(mapping), "error") == ["mark"]


def test_a_second_row_of_headings_below_an_empty_cell_belongs_to_them(tmp_path, catalogue, read):
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["City", "Population (thousand persons)", None, "Hospitals", None],
        [None, 2010, "Prel. 2011", 2010, 2011],
        ["Aston", 900, 910, 20, 21],
        ["Belton", 800, 810, 10, 11],
    ):
        page.append(row)
    page.merge_cells("B1:C1")
    page.merge_cells("D1:E1")
    book.save(tmp_path / "two.xlsx")
    mapping = tomllib.loads(
        draft_mapping(tmp_path / "two.xlsx", variables=catalogue.variables, cities=CITIES, sources=["ccsy"])
    )
    assert mapping["tables"][0]["header"] == [1, 2]
    figures = read(mapping, "two.xlsx").table
    assert figures.filter(variable="population", city="C-A")["value"].sort().to_list() == [900_000, 910_000]
    assert figures.filter(variable="hospitals").height == 4
