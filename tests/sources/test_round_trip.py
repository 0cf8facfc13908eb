"""What is written comes back: as CSV, as Excel, and through the template in both forms."""

import math
import re
from dataclasses import replace

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.errors import InputError, NotFoundError
from urbium.sources import read_file, template
from urbium.text import language, languages
from urbium.units import unit_words

HEAD = ("city_code", "variable", "period", "value", "unit", "area", "status", "quality", "source_id")
VARIABLES = ("gdp", "hospitals", "green_cover_rate", "population_agglomeration")
CODES = ("340100", "340200")

figures = st.floats(min_value=-1e300, max_value=1e300, width=64)  # Excel rounds the very largest to infinity
keys = st.tuples(
    st.sampled_from(CODES), st.sampled_from(VARIABLES), st.sampled_from(("2010", "2011", "2012-Q3"))
)
grades = st.sampled_from(("measured", "survey extrapolated", "not graded"))
tables = st.dictionaries(keys, st.tuples(figures, grades), min_size=1, max_size=12)
several = settings(
    max_examples=tries(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rows_of(table, catalogue):
    for (city, name, period), (value, grade) in table.items():
        variable = catalogue.variables[name]
        yield city, name, period, value, variable.unit, variable.area, "reported", grade, "ccsy"


def same(reading, table):
    assert not reading.is_refused, list(reading.lines())
    found = reading.table.select("city", "variable", "period", "value", "quality")
    assert {row[:3]: row[3:] for row in found.iter_rows()} == table


@several
@given(tables)
def test_a_csv_file_comes_back(tmp_path, catalogue, small_cities, table):
    path = tmp_path / "t.csv"
    pl.DataFrame(list(rows_of(table, catalogue)), schema=list(HEAD), orient="row").write_csv(path)
    same(read_file(path, catalogue=catalogue, cities=small_cities), table)


@several
@given(tables)
def test_an_excel_file_comes_back(tmp_path, catalogue, small_cities, table):
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet()
        for i, row in enumerate([HEAD, *rows_of(table, catalogue)]):
            page.write_row(i, 0, row)
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    found = reading.table.select("city", "variable", "period", "value").rows()
    assert {row[:3] for row in found} == set(table)
    assert all(
        math.isclose(value, table[tuple(key)][0], rel_tol=1e-15) for *key, value in found
    )  # 16 digits are written


def filled(path, form, table):
    """Fill in a template with another library, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book["Data"]
    top = next(i for i, row in enumerate(sheet.iter_rows(values_only=True), start=1) if "city_code" in row)
    head = {cell.value: cell.column for cell in sheet[top]}
    for row in range(top + 1, sheet.max_row + 1):
        city, period = (sheet.cell(row, head[name]).value for name in ("city_code", "period"))
        for (code, name, when), (value, grade) in table.items():
            is_row = (city, period) == (code, when)
            if form == "long":
                is_row = is_row and sheet.cell(row, head["variable"]).value == name
            if is_row:
                sheet.cell(row, head["value" if form == "long" else name]).value = value
                sheet.cell(row, head["quality"]).value = grade
    book.save(path)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        keys, st.tuples(st.integers(1, 10**6).map(float), st.just("measured")), min_size=1, max_size=12
    )
)
@pytest.mark.parametrize("form", ["long", "wide"])
def test_a_filled_template_comes_back(tmp_path, catalogue, small_cities, form, table):
    path = tmp_path / "t.xlsx"
    cities = small_cities.filter(pl.col("code").is_in(CODES))
    periods = ("2010", "2011", "2012-Q3")
    template(path, catalogue, variables=VARIABLES, cities=cities, periods=periods, form=form, source="ccsy")
    filled(path, form, table)
    same(read_file(path, catalogue=catalogue, cities=small_cities), table)


def test_an_empty_template_says_that_it_holds_no_figures(tmp_path, catalogue, small_cities):
    path = template(tmp_path / "t.xlsx", catalogue, variables=["gdp"], cities=small_cities, periods=[2012])
    with pytest.raises(InputError, match="headings but no figures"):
        read_file(path, catalogue=catalogue, cities=small_cities)


def test_a_template_shows_unit_boundary_and_range_of_the_catalogue(tmp_path, catalogue, small_cities):
    path = template(
        tmp_path / "t.xlsx", catalogue, variables=["gdp"], cities=small_cities.head(1), periods=[2012]
    )
    sheet = openpyxl.load_workbook(path)["Data"]
    row = dict(zip(*([cell.value for cell in sheet[i]] for i in (1, 2)), strict=True))
    assert (row["unit"], row["area"], row["plausible"]) == ("10k CNY", "prefecture", "300,000 to 250,000,000")


def test_a_template_offers_the_words_of_status_and_quality(tmp_path, catalogue, small_cities):
    path = template(tmp_path / "t.xlsx", catalogue, variables=["gdp"], cities=small_cities, periods=[2012])
    lists = [rule.formula1 for rule in openpyxl.load_workbook(path)["Data"].data_validations.dataValidation]
    assert any("reported" in words for words in lists)
    assert any("higher-level extrapolated" in words for words in lists)


def test_a_template_hides_nothing(tmp_path, catalogue, small_cities):
    path = template(tmp_path / "t.xlsx", catalogue, variables=["gdp"], cities=small_cities, periods=[2012])
    assert {sheet.sheet_state for sheet in openpyxl.load_workbook(path)} == {"visible"}


def test_a_template_of_an_unknown_variable_names_the_nearest(tmp_path, catalogue, small_cities):
    with pytest.raises(NotFoundError, match="did you mean 'gdp'"):
        template(tmp_path / "t.xlsx", catalogue, variables=["gdpp"], cities=small_cities, periods=[2012])


def test_a_template_of_no_city_is_refused(tmp_path, catalogue, small_cities):
    with pytest.raises(InputError, match=r"a template cannot be written to .*t\.xlsx \(rows: 0\)"):
        template(
            tmp_path / "t.xlsx", catalogue, variables=["gdp"], cities=small_cities.head(0), periods=[2012]
        )


def test_a_template_in_chinese_is_chinese_and_comes_back_with_names_units_and_grades(
    tmp_path, catalogue, small_cities
):
    path = tmp_path / "t.xlsx"
    with language("zh"):
        template(path, catalogue, variables=["gdp"], cities=small_cities, periods=[2012], source="ccsy")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["填写说明", "数据", "指标说明", "选项"]
    sheet = book["数据"]
    head = {cell.value: cell.column for cell in sheet[1]}
    assert {"城市代码", "时期", "数值", "单位", "统计口径", "质量等级"} <= head.keys()
    name = sheet.cell(2, head["指标名称"]).value
    sheet.cell(2, head["指标代码"]).value = name
    sheet.cell(2, head["时期"]).value = "2012年"
    sheet.cell(2, head["数值"]).value = 12.5
    sheet.cell(2, head["质量等级"]).value = "实测"
    book.save(path)
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert not reading.is_refused, list(reading.lines())
    rows = reading.table.select("variable", "period", "value", "unit", "quality").rows()
    assert rows == [("gdp", "2012", 12.5, catalogue.variables["gdp"].unit, "measured")]


def test_a_table_with_chinese_headings_and_names_is_read(tmp_path, catalogue, small_cities):
    path = tmp_path / "t.csv"
    name = catalogue.variables["gdp"].name["zh"]
    path.write_text(f"城市代码,指标,年份,数值,单位,来源\n340100,{name},2012年,12.5,,ccsy\n", encoding="utf-8")
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert reading.table.select("variable", "period", "value").rows() == [("gdp", "2012", 12.5)]


def test_a_table_that_names_cities_and_variables_and_gives_no_codes_is_read(
    tmp_path, catalogue, small_cities
):
    path = tmp_path / "t.csv"
    rows = "合肥市,地区生产总值(当年价格),2012,12.5,ccsy\n合肥,Population of nowhere,2012,3,ccsy\n"
    path.write_text("城市名称,指标名称,年份,数值,来源\n" + rows, encoding="utf-8")
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert [(fault.cell, fault.rule) for fault in reading.faults if fault.severity == "error"] == [
        ("B3", "unknown-variable")
    ]
    path.write_text("城市名称,年份,地区生产总值（当年价格）,来源\n合肥市,2012,12.5,ccsy\n", encoding="utf-8")
    wide = read_file(path, catalogue=catalogue, cities=small_cities)
    assert wide.table.select("city", "variable", "value").rows() == [("340100", "gdp", 12.5)]


def test_a_name_of_several_variables_is_refused_at_its_cell(tmp_path, catalogue, small_cities):
    twin = replace(catalogue.variables["gdp"], id="gdp_twin")
    twice = replace(catalogue, variables=dict(catalogue.variables) | {"gdp_twin": twin})
    path = tmp_path / "t.csv"
    path.write_text(
        "城市名称,指标名称,年份,数值,来源\n合肥市,地区生产总值（当年价格）,2012,12.5,ccsy\n", encoding="utf-8"
    )
    (fault,) = (
        one for one in read_file(path, catalogue=twice, cities=small_cities).faults if one.severity == "error"
    )
    assert (fault.cell, fault.remedy) == ("B2", "write the id of the variable that you mean")
    assert "(gdp, gdp_twin)" in fault.message


def test_boundaries_and_definitions_of_a_template_are_said_in_its_language(tmp_path, catalogue, small_cities):
    path = tmp_path / "t.xlsx"
    with language("zh"):
        template(
            path,
            catalogue,
            variables=["gdp"],
            cities=small_cities,
            periods=[2012],
            source="ccsy",
            form="wide",
        )
    book = openpyxl.load_workbook(path)
    assert [cell.value for cell in book["数据"]["F"][:4]] == ["指标名称", "单位", "统计口径", "合理范围"]
    assert not re.search("[a-z]{4}", " ".join(str(cell.value) for cell in book["指标说明"][2][1:]))


def test_money_in_hundred_millions_is_read_as_chinese_tables_write_it(tmp_path, catalogue, small_cities):
    path = tmp_path / "t.csv"
    path.write_text(
        "城市名称,指标名称,年份,数值,单位,来源\n合肥市,地区生产总值（当年价格）,2012,4164.34,亿元,ccsy\n",
        encoding="utf-8",
    )
    assert read_file(path, catalogue=catalogue, cities=small_cities).table["value"].to_list() == [41_643_400]


@pytest.mark.parametrize("tongue", languages())
def test_the_unit_that_a_template_writes_for_a_variable_is_read_as_that_unit(
    tmp_path, catalogue, small_cities, tongue
):
    path = tmp_path / "t.csv"
    head = "city_code,variable,period,value,unit,source_id\n"
    variables = catalogue.variables.values()
    rows = [f'340100,{one.id},2012,1,"{unit_words(one.unit).render(tongue)}",ccsy\n' for one in variables]
    path.write_text(head + "".join(rows), encoding="utf-8")
    reading = read_file(path, catalogue=catalogue, cities=small_cities)
    assert [fault.message for fault in reading.faults if fault.rule.startswith("unit")] == []


def test_another_unit_is_refused_with_the_one_unit_to_write(tmp_path, catalogue, small_cities):
    path = tmp_path / "t.csv"
    rows = "340100,hospital_beds,2012,1,万张,ccsy\n340100,gdp,2012,1,个,ccsy\n"
    path.write_text("city_code,variable,period,value,unit,source_id\n" + rows, encoding="utf-8")
    faults = [
        one for one in read_file(path, catalogue=catalogue, cities=small_cities).faults if one.rule == "unit"
    ]
    assert "Beds in hospitals and health centres is measured in 'beds'; write that unit" in [
        str(one.remedy) for one in faults
    ]
    assert any("which measures something other than '10k CNY'" in str(one.message) for one in faults)
