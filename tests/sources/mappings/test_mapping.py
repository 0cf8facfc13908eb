"""Other people's tables: wide by variable, wide by year, a sheet a year, long, in any language."""

import pytest
import xlsxwriter

from urbium.errors import InputError
from urbium.sources import read_file, read_mapping

FIGURES = {("340100", "2011"), ("340100", "2012"), ("340200", "2011"), ("340200", "2012")}
CITY = {"column": "城市"}


def book(path, sheets):
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            page = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                page.write_row(i, 0, row)
    return path


@pytest.fixture
def read_book(tmp_path, catalogue, small_cities):
    def write_and_read(sheets, mapping):
        path = book(tmp_path / "别人的表.xlsx", sheets)
        full = {"source": "ccsy", "quality": "measured"} | mapping
        return read_file(path, catalogue=catalogue, cities=small_cities, mapping=full)

    return write_and_read


def cells(reading):
    assert not reading.is_refused, list(reading.lines())
    return {
        (row["city"], row["period"]): (row["value"], row["cell"])
        for row in reading.table.iter_rows(named=True)
    }


def test_one_column_a_variable(read_book):
    rows = [
        ["城市", "年份", "医院"],
        ["合肥市", 2011, 170],
        ["合肥市", 2012, 173],
        ["芜湖", 2011, 88],
        ["芜湖市", 2012, 90],
    ]
    table = {"city": CITY, "period": "年份", "columns": [{"column": "医院", "variable": "hospitals"}]}
    assert cells(read_book({"x": rows}, {"tables": [table]})) == {
        ("340100", "2011"): (170.0, "C2"),
        ("340100", "2012"): (173.0, "C3"),
        ("340200", "2011"): (88.0, "C4"),
        ("340200", "2012"): (90.0, "C5"),
    }


def test_one_column_a_year_below_two_title_rows(read_book):
    rows = [
        ["医院数"],
        [],
        ["城市", "2011年", "2012年", "备注"],
        ["合肥市", 170, 173, "x"],
        ["芜湖市", 88, 90, ""],
    ]
    table = {
        "layout": "periods",
        "header": 3,
        "city": CITY,
        "period": {"strip": ["年"]},
        "variable": {"value": "hospitals"},
    }
    found = cells(read_book({"x": rows}, {"tables": [table]}))
    assert found.keys() == FIGURES
    assert found["340200", "2012"] == (90.0, "C5")


def test_a_sheet_a_year(read_book):
    sheets = {
        year: [["城市", "医院"], ["合肥市", 170 + i], ["芜湖市", 88 + i]]
        for i, year in enumerate(("2011", "2012"))
    }
    table = {
        "city": CITY,
        "period": {"from": "sheet"},
        "columns": [{"column": "医院", "variable": "hospitals"}],
    }
    reading = read_book(sheets, {"tables": [table]})
    assert cells(reading).keys() == FIGURES
    assert set(reading.table["sheet"]) == {"2011", "2012"}


def test_a_long_table_with_its_own_words_for_variables_and_cities(read_book):
    rows = [["Ville", "Année", "Indicateur", "Valeur"], ["Hé-féi", 2012, "Hôpitaux", 173]]
    table = {
        "layout": "long",
        "city": "Ville",
        "period": "Année",
        "value": "Valeur",
        "variable": {"column": "Indicateur", "words": {"Hôpitaux": "hospitals"}},
    }
    reading = read_book({"x": rows}, {"names": {"Hé-féi": "340100"}, "tables": [table]})
    assert cells(reading) == {("340100", "2012"): (173.0, "D2")}


def test_words_for_missing_and_rows_to_skip(read_book):
    rows = [["城市", "医院"], ["(个)", "(个)"], ["合肥市", "-"], ["芜湖市", 90]]
    table = {
        "skip": [2],
        "city": CITY,
        "period": {"value": "2012"},
        "columns": [{"column": "医院", "variable": "hospitals"}],
    }
    assert cells(read_book({"x": rows}, {"missing": ["-"], "tables": [table]})) == {
        ("340200", "2012"): (90.0, "B4")
    }


def test_a_column_named_by_its_letter_and_in_another_unit(read_book):
    rows = [["城市", ""], ["合肥市", 7_110_000]]
    column = {"column": "$B", "variable": "population_year_end", "unit": "persons"}
    reading = read_book(
        {"x": rows}, {"tables": [{"city": CITY, "period": {"value": "2012"}, "columns": [column]}]}
    )
    assert cells(reading) == {("340100", "2012"): (711.0, "B2")}


def test_one_city_for_the_whole_file(read_book):
    rows = [["year", "hospitals"], [2012, 173]]
    table = {
        "city": {"code": "340100"},
        "period": "year",
        "columns": [{"column": "hospitals", "variable": "hospitals"}],
    }
    assert cells(read_book({"x": rows}, {"tables": [table]})) == {("340100", "2012"): (173.0, "B2")}


def test_a_csv_in_gb18030_is_read_when_the_mapping_says_so(tmp_path, catalogue, small_cities):
    path = tmp_path / "表.csv"
    path.write_bytes("城市;年份;医院\n合肥市;2012;173\n".encode("gb18030"))
    table = {"city": CITY, "period": "年份", "columns": [{"column": "医院", "variable": "hospitals"}]}
    mapping = {"source": "ccsy", "encoding": "gb18030", "tables": [table]}
    reading = read_file(path, catalogue=catalogue, cities=small_cities, mapping=mapping)
    assert cells(reading) == {("340100", "2012"): (173.0, "C2")}


def test_a_column_that_is_not_there_is_named_with_the_nearest(read_book):
    rows = [["城市", "年份", "医院数"], ["合肥市", 2012, 173]]
    table = {"city": CITY, "period": "年份", "columns": [{"column": "医院个数", "variable": "hospitals"}]}
    reading = read_book({"x": rows}, {"tables": [table]})
    (fault,) = [fault for fault in reading.faults if fault.severity == "error"]
    assert "there is no column '医院个数' in row 1" in fault.message
    assert "医院数" in fault.remedy


def test_a_merged_title_above_the_headings_is_no_fault(tmp_path, catalogue, small_cities):
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("x")
        page.merge_range("A1:C1", "统计表")
        page.write_row(1, 0, ["城市", "年份", "医院"])
        page.write_row(2, 0, ["合肥市", 2012, 173])
    table = {
        "header": 2,
        "city": CITY,
        "period": "年份",
        "columns": [{"column": "医院", "variable": "hospitals"}],
    }
    reading = read_file(
        path, catalogue=catalogue, cities=small_cities, mapping={"source": "ccsy", "tables": [table]}
    )
    assert cells(reading) == {("340100", "2012"): (173.0, "C3")}


def test_a_formula_beside_the_columns_read_is_no_fault(tmp_path, catalogue, small_cities):
    path = tmp_path / "beside.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("x")
        page.write_row(0, 0, ["城市", "年份", "医院", "增长"])
        page.write_row(1, 0, ["合肥市", 2012, 173])
        page.write_formula("D2", "=C2*2", None, 346)
    table = {"city": CITY, "period": "年份", "columns": [{"column": "医院", "variable": "hospitals"}]}
    reading = read_file(
        path, catalogue=catalogue, cities=small_cities, mapping={"source": "ccsy", "tables": [table]}
    )
    assert cells(reading) == {("340100", "2012"): (173.0, "C2")}


def test_every_fault_of_a_mapping_is_named_at_once():
    wrong = {"sauce": "x", "quality": "fine", "tables": [{"layout": "wide", "columns": [{"column": "x"}]}]}
    with pytest.raises(InputError) as caught:
        read_mapping(wrong)
    text = str(caught.value)
    assert "did you mean 'source'?" in text
    assert "'fine' is not allowed here" in text
    assert "'wide' is not allowed here" in text
    assert "variable is not stated" in text
    assert "city is not stated" in text


def test_a_mapping_file_that_is_no_toml_says_where(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text("source = \n", encoding="utf-8")
    with pytest.raises(InputError, match=r"m\.toml: the mapping file is not TOML"):
        read_mapping(path)


SERIES = {
    "layout": "long", "city": "Place", "period": "Year", "value": "Value",
    "variable": {"column": "Series", "words": {"Hospitals": "hospitals", "Pupils": "pupils"}},
}  # fmt: skip
ROWS = [
    ["Place", "Series", "Year", "Value", "Kind"],
    ["合肥市", "Hospitals", 2012, 173, "total"],
    ["合肥市", "Pupils", 2012, 410_000, "total"],
    ["Arab World", "Hospitals", 2012, 9_999, "total"],
    ["合肥市", "CO2 emissions", 2012, 5, "total"],
    ["合肥市", "Hospitals", 2012, 90, "of which rural"],
]


def keys(reading):
    return {(row["city"], row["variable"], row["cell"]) for row in reading.table.iter_rows(named=True)}


def test_a_mapping_reads_only_the_rows_it_asks_for(read_book):
    where = [{"column": "Series", "is": ["Hospitals"]}, {"column": "Kind", "not": "of which rural"}]
    table = SERIES | {"where": where, "city": {"column": "Place", "others": "skip"}}
    reading = read_book({"x": ROWS}, {"tables": [table]})
    assert not reading.is_refused, list(reading.lines())
    assert keys(reading) == {("340100", "hospitals", "D2")}


def test_what_a_mapping_skips_as_unknown_is_noted_with_its_name(read_book):
    where = {"column": "Kind", "is": "total"}
    table = SERIES | {
        "where": where,
        "city": {"column": "Place", "others": "skip"},
        "variable": SERIES["variable"] | {"others": "skip"},
    }
    reading = read_book({"x": ROWS}, {"tables": [table]})
    assert keys(reading) == {("340100", "hospitals", "D2"), ("340100", "pupils", "D3")}
    notes = {fault.rule: fault.message for fault in reading.faults if fault.severity == "note"}
    assert "1 figure is left out" in notes["skipped-city"]
    assert "Arab World" in notes["skipped-city"]
    assert "CO2 emissions" in notes["skipped-variable"]


def test_status_and_quality_can_be_given_for_each_column(read_book):
    columns = [
        {"column": "2012", "variable": "hospitals", "quality": "measured"},
        {"column": "2013 (plan)", "variable": "pupils", "status": "projected"},
    ]
    table = {"city": "Place", "period": {"value": "2012"}, "columns": columns}
    rows = [["Place", "2012", "2013 (plan)"], ["合肥市", 170, 400_000]]
    reading = read_book({"x": rows}, {"quality": "not graded", "tables": [table]})
    assert set(reading.table.select("variable", "status", "quality").iter_rows()) == {
        ("hospitals", "reported", "measured"), ("pupils", "projected", "not graded"),
    }  # fmt: skip


def test_a_condition_on_a_column_that_is_not_there_is_a_fault(read_book):
    table = SERIES | {"where": {"column": "Sort", "is": "total"}}
    reading = read_book({"x": ROWS}, {"tables": [table]})
    assert any("there is no column 'Sort'" in fault.message for fault in reading.faults)


_TABLE = {"city": "Place", "period": {"value": "2012"}, "columns": [{"column": "a", "variable": "gdp"}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"tables": 5},
        {"tables": [5]},
        {"tables": [_TABLE | {"columns": 5}]},
        {"tables": [_TABLE | {"columns": [5]}]},
        {"tables": [_TABLE | {"columns": "a"}]},
        {"tables": [_TABLE | {"header": True}]},
        {"tables": [_TABLE | {"header": "two"}]},
        {"tables": [_TABLE | {"skip": "two"}]},
        {"tables": [_TABLE | {"skip": [0]}]},
        {"tables": [_TABLE | {"where": 5}]},
        {"tables": [_TABLE | {"where": [{"column": "a"}]}]},
        {"tables": [_TABLE | {"where": [{"column": "a", "is": 5, "not": 6}]}]},
        {"tables": [_TABLE | {"where": [{"is": ["a"]}]}]},
        {"tables": [_TABLE | {"sheet": 5}]},
        {"tables": [_TABLE | {"city": 5}]},
        {"tables": [_TABLE | {"city": {"column": "a", "strip": 5}}]},
        {"tables": [_TABLE | {"city": {"column": "a", "words": 5}}]},
        {"tables": [_TABLE | {"columns": [{"column": "a", "variable": "gdp", "status": "guessed"}]}]},
        {"tables": [_TABLE | {"columns": [{"column": "a", "variable": "gdp", "quality": "fine"}]}]},
        {"tables": [_TABLE], "names": 5},
        {"tables": [_TABLE], "missing": 5},
        {"tables": [_TABLE], "status": ["reported"]},
        {"tables": [_TABLE], "projected_from": "soon"},
        {"tables": [_TABLE | {"name": 5}]},
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key_and_no_traceback(wrong):
    with pytest.raises(InputError) as caught:
        read_mapping(wrong)
    assert caught.value.faults
    assert all(fault.cell and fault.remedy for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"source = 'a'\nsource = 'b'\n", "not TOML"),
        (b"a" * 1_100_000, "MB, but at most"),
        (b"[" * 50_000, "not TOML"),
    ],
)
def test_a_mapping_file_that_cannot_be_read_is_refused(tmp_path, content, words):
    path = tmp_path / "m.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_mapping(path)
    assert caught.value.remedy


def test_sheets_that_the_mapping_does_not_name_are_said(read_book):
    table = {
        "sheet": "2013",
        "city": CITY,
        "period": {"value": "2013"},
        "columns": [{"column": "a", "variable": "gdp"}],
    }
    with pytest.raises(InputError, match="the sheets are '2011'"):
        read_book({"2011": [["a"]]}, {"tables": [table]})


TEXTS = [
    ["City", "State", "Time", "Kind", "Figure"],
    ["Yichun", "Jiangxi", "to 2012", "H", "1,173"],
    ["Yichun", "Heilongjiang", "to 2012", "H", "12,34,567"],
    ["Hefei", "Anhui", "to 2012", "other", "5"],
    ["Elsewhere", "Nowhere", "to 2012", "H", "7"],
]
LONG = {
    "layout": "long", "city": {"column": "City", "others": "skip"}, "within": {"column": "State"},
    "period": {"column": "Time", "pattern": r"(\d{4})$"}, "value": {"column": "Figure"},
    "variable": {"column": "Kind", "words": {"H": "hospitals"}, "others": "skip"},
}  # fmt: skip


def test_a_city_is_told_by_where_it_lies_and_others_are_left_out_and_counted(read_book):
    reading = read_book({"x": TEXTS}, {"tables": [LONG], "thousands": ","})
    assert cells(reading) == {("360900", "2012"): (1173, "E2"), ("230700", "2012"): (1234567, "E3")}
    notes = {fault.rule: fault.message for fault in reading.faults if fault.rule.startswith("skipped-")}
    assert "Elsewhere, Nowhere" in notes["skipped-city"]
    assert "other" in notes["skipped-variable"]


def test_what_is_left_out_nowhere_is_a_fault(read_book):
    strict = {**LONG, "city": {"column": "City"}, "variable": {**LONG["variable"], "others": "skip"}}
    reading = read_book({"x": TEXTS}, {"tables": [strict], "thousands": ","})
    assert [fault.cell for fault in reading.faults if fault.rule == "unknown-city"] == ["A5"]


def test_a_sign_between_thousands_is_no_decimal_sign(read_book):
    rows = [["City", "H"], ["Hefei", "1,5"], ["Wuhu", "2.500,5%"], ["CHN", "1.25"]]
    table = {
        "city": "City",
        "period": {"value": "2012"},
        "columns": [{"column": "H", "variable": "hospitals"}],
    }
    reading = read_book({"x": rows}, {"tables": [table], "thousands": ","})
    assert [fault.cell for fault in reading.faults if fault.rule == "type"] == ["B2", "B3"]
    reading = read_book({"x": rows}, {"tables": [table], "thousands": ".", "decimal": ",", "strip": ["%"]})
    assert [fault.cell for fault in reading.faults if fault.rule == "type"] == ["B4"]
    assert reading.table["value"].to_list() == [1.5, 2500.5]


def test_a_flag_beside_a_figure_stays_with_it(read_book):
    rows = [["City", "2009", "2010", "2011", "2012"], ["Hefei", "173 p", "1 176 (b)", "178", 179],
            ["Wuhu", "88e", "1e2", "89%", "90 q"]]  # fmt: skip
    table = {"layout": "periods", "city": "City", "variable": {"value": "hospitals"}}
    flags = {"thousands": " ", "strip": ["p", "e", "(b)", "%"]}
    reading = read_book({"x": rows}, {"tables": [table]} | flags)
    figures = {cell: (value, reason) for cell, value, reason in
               reading.table.select("cell", "value", "reason").iter_rows()}  # fmt: skip
    assert figures["B2"][0] == 173
    assert figures["B2"][1].endswith("marked 'p' in its cell")
    assert figures["C2"][0] == 1176
    assert figures["C2"][1].endswith("marked '(b)' in its cell")
    assert figures["B3"][1].endswith("marked 'e' in its cell")
    assert figures["C3"][0] == 100
    assert not any("marked" in figures[cell][1] for cell in ("D2", "E2", "C3", "D3"))
    assert [fault.cell for fault in reading.faults if fault.rule == "type"] == ["E3"]


def test_a_column_that_not_every_file_has_may_be_absent(read_book):
    columns = [
        {"column": "H", "variable": "hospitals", "optional": True},
        {"column": "P", "variable": "pupils", "optional": True},
    ]
    table = {"city": "City", "period": {"value": "2012"}, "columns": columns}
    assert cells(read_book({"x": [["City", "H"], ["Hefei", 3]]}, {"tables": [table]})) == {
        ("340100", "2012"): (3, "B2")
    }


def test_a_mapping_refuses_a_pattern_without_one_group_and_a_word_as_sign():
    table = {**LONG, "period": {"column": "Time", "pattern": "("}, "city": {"column": "C", "pattern": "x"}}
    with pytest.raises(InputError) as refused:
        read_mapping({"tables": [table], "thousands": "comma"})
    assert [fault.cell for fault in refused.value.faults] == [
        "tables[0].city.pattern", "tables[0].period.pattern", "thousands",
    ]  # fmt: skip


def test_statuses_and_units_can_be_in_the_words_of_the_file(read_book):
    rows = [["City", "Year", "Unit", "Flag", "Figure"], ["Hefei", "2012", "PS", "F", "700000"]]
    table = {
        "layout": "long", "city": "City", "period": "Year", "value": "Figure",
        "variable": {"value": "pupils"},
        "unit": {"column": "Unit", "words": {"PS": "persons"}},
        "status": {"column": "Flag", "words": {"A": "reported", "F": "projected"}},
    }  # fmt: skip
    (row,) = read_book({"x": rows}, {"tables": [table]}).table.iter_rows(named=True)
    assert (row["unit"], row["status"]) == ("persons", "projected")


def test_sdmx_csv_is_a_long_table_with_its_own_words(tmp_path, catalogue, small_cities):
    lines = [
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,MEASURE,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT",
        "dataflow,X:CITIES(1.0),I,340100,POP,2012,711.5,A,4",
        "dataflow,X:CITIES(1.0),I,340100,POP,2030,8000,F,3",
        "dataflow,X:CITIES(1.0),I,ZZZ,POP,2012,1,A,0",
        "dataflow,X:CITIES(1.0),I,340100,OTHER,2012,1,A,0",
    ]
    path = tmp_path / "sdmx.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = {
        "layout": "long", "city": {"column": "REF_AREA", "others": "skip"}, "period": "TIME_PERIOD",
        "value": "OBS_VALUE",
        "variable": {"column": "MEASURE", "words": {"POP": "population_year_end"}, "others": "skip"},
        "unit": {"column": "UNIT_MULT", "words": {"0": "persons", "3": "1k persons", "4": "10k persons"}},
        "status": {"column": "OBS_STATUS", "words": {"A": "reported", "F": "projected"}},
    }  # fmt: skip
    mapping = {"source": "ccsy", "quality": "measured", "tables": [table]}
    reading = read_file(path, catalogue=catalogue, cities=small_cities, mapping=mapping)
    assert not reading.is_refused, list(reading.lines())
    keys = ("city", "period", "value", "unit", "status")
    assert [tuple(row[key] for key in keys) for row in reading.table.iter_rows(named=True)] == [
        ("340100", "2012", 711.5, "10k persons", "reported"),
        ("340100", "2030", 800.0, "10k persons", "projected"),
    ]
