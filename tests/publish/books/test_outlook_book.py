"""The workbook of a forecast, read by another program: its figures are those of the results."""

import zipfile
from datetime import UTC, datetime

import numpy as np
import openpyxl
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.forecast import (
    Paths,
    forecast_population,
    forecast_pressure,
    forecast_workforce,
    futures,
    project_population,
    read_cohorts,
    reconcile_nation,
)
from urbium.forecast.households.households import forecast_households
from urbium.forecast.pressure.service_verdict import ServiceVerdict
from urbium.model import OBSERVATION
from urbium.model.words import AREAS
from urbium.publish.books.outlook_book import write_outlook
from urbium.publish.books.outlook_lists import CONTENTS
from urbium.publish.books.sheets import Book, Head

CATALOGUE = load_catalogue()
HOSTILE = "=cmd|' /C calc'!A0"
CITIES = [f"T{at:02d}" for at in range(4)]
NAMES = {"T00": HOSTILE, "T01": "+1+1", "CHN": "=China"}
SERVICES = ("hospital_beds", "primary_school", "commuting", "drinking_water", "waste_water")
LIMITS = ("value", "low80", "high80", "low95", "high95")
FIXED = {
    "area": "prefecture", "status": "reported", "quality": "measured", "source": "ccsy", "recorded_by": "me",
    "recorded_at": datetime(2020, 1, 1, tzinfo=UTC), "file": "towns.xlsx", "sheet": "S", "reason": "",
    "cell": "B2",
}  # fmt: skip


def row(city, variable, year, value, unit, **other):
    return FIXED | {"city": city, "variable": variable, "period": str(year), "unit": unit} | {
        "value": float(value)
    } | other  # fmt: skip


def towns():
    growth = np.cumsum(np.random.default_rng(5).normal(0.01, 0.01, (len(CITIES), 9)), axis=1)
    people = [
        row(city, "population_year_end", 2004 + year, 100 * np.exp(growth[at, year]), "10k persons")
        for at, city in enumerate(CITIES)
        for year in range(9)
    ]
    beds = [row(city, "hospital_beds", 2012, 4600 + 300 * at, "beds") for at, city in enumerate(CITIES[:3])]
    return pl.DataFrame([*people, *beds], schema=OBSERVATION)


def people():
    register = pl.DataFrame({"code": [*CITIES, "T99"]})
    return forecast_population(towns(), to=2025, cities=register, sources=CATALOGUE.sources)


def pressure(outlook):
    return forecast_pressure(
        towns(),
        futures(outlook, count=50),
        [norm for norm in CATALOGUE.norms.values() if norm.service in SERVICES],
        cities=pl.DataFrame({"code": CITIES, "name_en": [*CITIES[:3], ""], "province_en": "Anhui"}),
        variables=CATALOGUE.variables,
        sources=CATALOGUE.sources,
        outlooks=(outlook,),
    )


def nation():
    rows = [
        each
        for at, year in enumerate((2000, 2005, 2010))
        for each in (
            row("A", "population", year, 1e6 * 1.1**at, "persons", area="agglomeration"),
            row("N", "urban_population", year, 4e6 * 1.1**at, "persons", area="national"),
            row("N", "urban_population_share", year, 40 + 2 * at, "%", area="national"),
        )
    ]
    noise = np.exp(np.cumsum(np.random.default_rng(1).normal(0.02, 0.02, (1, 10, 60)), axis=1))
    paths = Paths(("A",), np.arange(2011, 2021), 1.21e6 * noise)
    return reconcile_nation(paths, pl.DataFrame(rows), to=2020, area={"A": "agglomeration"})


def workforce():
    at, ends = np.linspace(0, 1, 21), {"agriculture": (40, 20), "industry": (30, 35), "services": (30, 45)}
    shares = [
        row("CHN", f"{series}_{sector}", 1995 + year, first + at[year] * (last - first), "%", area="national")
        for series in ("gdp_share", "employment_share")
        for sector, (first, last) in ends.items()
        for year in range(21)
    ]
    income = [
        row("CHN", "gdp_per_capita_constant_usd", 1995 + year, 2000 * 1.03**year, "constant USD",
            area="national")
        for year in range(21)
    ]  # fmt: skip
    persons = pl.DataFrame(
        [("CHN", year, sex, age, 1e3) for year in (2015, 2030) for sex in ("male", "female")
         for age in range(0, 70, 5)],
        schema=["place", "year", "sex", "age", "value"], orient="row",
    )  # fmt: skip
    table = pl.DataFrame([*shares, *income], schema=OBSERVATION)
    return forecast_workforce(table, to=2025, place="CHN", paths=60, labour=persons)


def households(observe):
    """Two cities, of which one has a figure of its own and the other that of no nation."""
    sizes = observe(("A", "household_size", 2015, 3.0), unit="persons per household", area="city")
    years = np.arange(2015, 2031)
    both = Paths(("A", "B"), years, np.full((2, len(years), 40), 90_000.0))
    return forecast_households(sizes, {"city": both}, variables=load_catalogue().variables, nation="CHN")


@pytest.fixture(scope="module")
def parts(observe):
    outlook = people()
    return {
        "population": outlook,
        "nation": nation(),
        "ages": project_population(read_cohorts(), to=2030, paths=40),
        "households": households(observe),
        "workforce": workforce(),
        "pressure": pressure(outlook),
    }


@pytest.fixture(scope="module")
def path(parts, tmp_path_factory):
    target = tmp_path_factory.mktemp("book") / "outlook.xlsx"
    return write_outlook(target, parts, names=NAMES, known_on="2026-11-25T10:56:02+00:00")


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def partial(parts, tmp_path_factory):
    some = {"ages": parts["ages"]}
    missing = {"population": "no figures of people are stored"}
    return openpyxl.load_workbook(
        write_outlook(tmp_path_factory.mktemp("book") / "some.xlsx", some, missing=missing)
    )


def column(sheet, title):
    place = [cell.value for cell in sheet[3]].index(title) + 1
    return [sheet.cell(line, place).value for line in range(4, sheet.max_row + 1)]


def band(sheet, title):
    """The columns of a value and its limits."""
    words = [f"{end} ({level}%)" for level in (80, 95) for end in ("Low", "High")]
    return [column(sheet, title), *(column(sheet, f"{title}: {each}") for each in words)]


def bands_of(table, before=""):
    return [table[f"{before}{name}"].to_list() for name in LIMITS]


def said(sheet):
    return {label: text for label, text in sheet.iter_rows(min_row=3, max_col=2, values_only=True) if label}


# Figures are those of the results


def test_the_sheets_stand_in_the_order_in_which_they_are_announced(book):
    assert book.sheetnames == ["Read me", *CONTENTS]


def test_households_are_the_table_of_the_result_with_what_they_rest_on(book, parts):
    sheet, table = book["Households"], parts["households"].table
    assert column(sheet, "Code") == table["place"].to_list() == ["A"] * 16
    assert column(sheet, "Households")[0] == pytest.approx(30_000)  # 90,000 people, three in a home
    assert band(sheet, "Households") == bands_of(table)
    assert column(sheet, "Persons per household (median)") == table["size"].to_list()
    assert set(column(sheet, "Rests on")) == {"based on its own figures"}
    places = zip(column(book["Not used"], "Forecast of"), column(book["Not used"], "Code"), strict=True)
    assert ("Households", "B") in set(places)


def test_cities_are_the_table_of_the_outlook(book, parts):
    table = parts["population"].table

    assert column(book["Cities"], "Code") == table["city"].to_list()
    assert column(book["Cities"], "Year") == table["year"].to_list()
    assert column(book["Cities"], "Boundary") == [AREAS[area] for area in table["area"]]
    assert column(book["Cities"], "Observed or projected") == table["kind"].to_list()
    assert band(book["Cities"], "Persons") == bands_of(table)


def test_the_nation_comes_before_its_cities_with_the_figures_of_the_result(book, parts):
    sheet, table = book["Nation"], parts["nation"].table
    places = column(sheet, "Code")
    key = ["place", "year"]
    cells = dict(zip(LIMITS, band(sheet, "Persons"), strict=True))
    found = pl.DataFrame(cells, schema=dict.fromkeys(LIMITS, pl.Float64), strict=False).with_columns(
        place=pl.Series(places), year=pl.Series(column(sheet, "Year"))
    )

    assert list(dict.fromkeys(places)) == ["nation", "urban", "other urban", "rural", "A"]
    assert found.select(*key, *LIMITS).sort(key).equals(table.select(*key, *LIMITS).sort(key))


def test_the_urban_share_is_that_of_the_result_with_a_chart_over_all_its_years(book, parts):
    sheet, share = book["Urban share"], parts["nation"].share

    assert band(sheet, "Urban share") == bands_of(share)
    assert sheet["B4"].number_format == "0.0%"
    (chart,) = sheet._charts
    assert chart.series[0].xVal.numRef.f == f"'Urban share'!$A$4:$A${share.height + 3}"
    assert chart.series[0].yVal.numRef.f == f"'Urban share'!$B$4:$B${share.height + 3}"


def test_ages_are_the_table_of_the_cohorts_in_groups_that_can_be_read(book, parts):
    table = parts["ages"].table

    assert band(book["Ages"], "Persons") == bands_of(table)
    assert column(book["Ages"], "Age from") == table["age"].to_list()
    assert column(book["Ages"], "Age group (years)")[:2] == ["0 to 4", "5 to 9"]
    assert column(book["Ages"], "Age group (years)")[20] == "100 and over"


def test_the_pyramid_sets_the_first_and_the_last_year_side_by_side(book, parts):
    table, sheet = parts["ages"].table, book["Pyramid"]
    men = table.filter(sex="male", year=2030)["value"].to_list()

    assert column(sheet, "Women 2020 (persons)") == table.filter(sex="female", year=2020)["value"].to_list()
    assert column(sheet, "Men 2030 (persons)") == men
    assert column(sheet, "Men 2030, on the left") == [-value for value in men]


def test_the_chart_of_the_pyramid_draws_men_to_the_left_and_women_to_the_right(book):
    (chart,) = book["Pyramid"]._charts

    assert [each.val.numRef.f for each in chart.series] == [
        f"Pyramid!${letter}$4:${letter}$24" for letter in ("I", "G", "H", "E")
    ]


def test_births_deaths_and_moves_are_what_was_assumed(book, parts):
    sheet = book["Demographic assumptions"]

    assert band(sheet, "Value") == bands_of(parts["ages"].assumed)
    assert column(sheet, "Unit") == parts["ages"].assumed["unit"].to_list()


@pytest.mark.parametrize("series", ["output", "employment"])
def test_output_and_employment_stand_in_columns_of_their_own(book, parts, series):
    sheet, table = book["Sectors"], parts["workforce"].table.filter(series=series)
    found = pl.DataFrame(dict(zip(LIMITS, band(sheet, f"Share of {series}"), strict=True))).with_columns(
        sector=pl.Series(column(sheet, "Economic sector")), year=pl.Series(column(sheet, "Year"))
    )

    assert found.equals(table.sort("sector", "year").select(*LIMITS, "sector", "year"))


def test_jobs_are_those_of_the_work_force(book, parts):
    assert band(book["Jobs"], "Persons") == bands_of(parts["workforce"].jobs)
    assert column(book["Jobs"], "Quantity") == parts["workforce"].jobs["quantity"].to_list()


def test_what_runs_short_says_year_band_need_capacity_and_reason(book, parts):
    sheet, key = book["Shortages"], ["city", "service"]
    titles = {
        "city": "Code",
        "service": "Service identifier",
        "status": "Verdict",
        "year": "Shortage from",
        "low80": "Shortage from: Low (80%)",
        "high95": "Shortage from: High (95%)",
        "share": "Share of paths with a shortage by the last year",
        "demand": "Demand in the last year of the outlook",
        "capacity": "Capacity in the last year",
    }
    found = pl.DataFrame({name: column(sheet, title) for name, title in titles.items()})
    short = parts["pressure"].short
    reasons = [text or "" for text in column(sheet, "Reason")]

    labels = {verdict.value: str(verdict.label) for verdict in ServiceVerdict}
    shown = short.with_columns(pl.col("status").replace(labels))
    assert found.sort(key).equals(shown.select(*titles).sort(key))
    assert sorted(reasons) == sorted(short["reason"])


def test_what_is_short_already_comes_before_what_is_not_known(book):
    order = ["already short", "shortage expected", "sufficient", "capacity unknown", "demand unknown"]
    places = [order.index(status) for status in column(book["Shortages"], "Verdict")]

    assert places == sorted(places)


def test_services_count_every_city_once(book, parts):
    sheet, short = book["Services"], parts["pressure"].short
    titles = ("already short", "shortage expected", "sufficient", "capacity unknown", "demand unknown")
    counts = np.array([column(sheet, f"Cities: {title}") for title in titles])

    assert counts.sum(axis=0).tolist() == [len(CITIES)] * short["service"].n_unique()
    assert counts[0].sum() == short.filter(status="already short").height


def test_the_pressure_is_the_table_of_the_result(book, parts):
    sheet, table = book["Pressure"], parts["pressure"].table
    titles = {"city": "Code", "year": "Year", "demand": "Demand",
              "low80": "Demand: Low (80%)",
              "capacity": "Capacity", "shortfall": "Shortfall", "utilisation": "Demand over capacity",
              "shortfall_high95": "Shortfall: High (95%)",
              "share_by_then": "Share of paths with a shortage by that year"}  # fmt: skip
    found = pl.DataFrame({name: column(sheet, title) for name, title in titles.items()})

    assert found.equals(table.select(*titles))


def test_norms_stand_with_range_evidence_and_source(book, parts):
    norms = parts["pressure"].norms.values()
    sheet = book["Norms"]

    assert column(sheet, "Norm identifier") == [norm.id for norm in norms]
    assert list(zip(column(sheet, "Lowest"), column(sheet, "Highest"), strict=True)) == [
        (norm.low, norm.high) for norm in norms
    ]
    assert column(sheet, "Evidence") == [norm.evidence.value.replace("_", " ") for norm in norms]
    assert CATALOGUE.sources["gbt50331_2002"].title in " ".join(column(sheet, "Source"))


def test_the_back_tests_are_those_of_the_results(book, parts):
    cities, sectors = parts["population"].backtest, parts["workforce"].backtest

    assert column(book["Back-test cities"], "Median error") == cities["median_ape"].to_list()
    assert column(book["Back-test sectors"], "CRPS") == sectors["crps"].to_list()
    assert column(book["Back-test sectors"], "Within the 95% band") == sectors["coverage95"].to_list()


def test_a_city_that_could_not_be_forecast_is_listed_with_the_reason(book, parts):
    reasons = dict(parts["population"].refused.iter_rows())
    sheet = book["Not used"]

    assert dict(zip(column(sheet, "Code"), column(sheet, "Reason"), strict=True))["T99"] == reasons["T99"]


def test_sources_count_the_figures_of_every_publisher(book, parts):
    sheet = book["Sources"]
    counts = dict(zip(column(sheet, "Source"), column(sheet, "Figures used"), strict=True))
    used = [parts[name].figures for name in ("population", "nation", "households", "workforce")]
    used.append(parts["pressure"].capacity.figures)
    norms = sum(norm.source == "ccsy" for norm in parts["pressure"].norms.values())

    assert counts["ccsy"] == sum(table.filter(source="ccsy").height for table in used) + norms


# What is said


def test_it_says_what_it_is_when_it_was_known_and_what_is_in_it(book, parts):
    told = said(book["Read me"])

    assert told["Figures known on"] == "2026-11-25T10:56:02+00:00"
    assert told["Last year"] == "2030"
    assert {repr(each) for each in parts.values()} <= {cell.value for cell in book["Read me"]["B"]}


def test_the_caveats_of_every_part_are_in_it(book, parts):
    text = "\n".join(cell.value or "" for cell in book["Read me"]["B"]).lower()
    notes = [note.lower() for name in ("population", "nation", "workforce", "pressure")
             for note in parts[name].notes]  # fmt: skip

    assert [note for note in notes if note not in text] == []


def test_a_missing_part_says_why_on_its_sheet_and_in_the_read_me(partial):
    why = "no figures of people are stored"

    assert why in partial["Cities"]["A2"].value
    assert partial["Cities"].max_row == 2
    assert f"Missing: {why}" in [cell.value for cell in partial["Read me"]["B"]]


def test_a_part_that_nobody_asked_for_says_so(partial):
    assert "it was not requested" in partial["Pressure"]["A2"].value


# Nothing is a formula, nothing is no number


def test_no_cell_is_a_formula_or_an_error(book):
    assert {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line} <= {"n", "s"}


def test_a_name_that_begins_like_a_formula_stays_text_even_when_it_is_edited(book):
    sheet = book["Cities"]
    cell = sheet.cell(column(sheet, "City").index(HOSTILE) + 4, 1)

    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_no_chart_takes_its_title_from_a_formula(path):
    with zipfile.ZipFile(path) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]

    assert sum("<a:t>Population by sex and age, =China, 2030" in text for text in charts) == 1
    assert ["<c:tx><c:strRef>" in text for text in charts] == [False, False]


def test_what_is_no_finite_number_is_an_empty_cell(tmp_path):
    book = Book("t", datetime(2020, 1, 1, tzinfo=UTC))
    table = pl.DataFrame({"a": [1.5, float("nan"), float("inf"), None, -2e-300]})
    book.rows("S", "t", "n", table, (Head("a", "A"),))
    (tmp_path / "x.xlsx").write_bytes(book.content())

    assert column(openpyxl.load_workbook(tmp_path / "x.xlsx")["S"], "A") == [1.5, None, None, None, -2e-300]


def test_texts_with_marks_of_xml_and_numbers_beyond_a_block_are_kept(tmp_path):
    book = Book("t", datetime(2020, 1, 1, tzinfo=UTC))
    count = 45_000
    table = pl.DataFrame({"a": np.arange(count), "b": ["<a&b>\"'\n  x\x07", "", None] * (count // 3)})
    book.rows("S", "t", "n", table, (Head("b", "B"), Head("a", "A", "0")))
    (tmp_path / "x.xlsx").write_bytes(book.content())
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["S"]

    assert column(sheet, "A") == list(range(count))
    assert column(sheet, "B") == ["<a&b>\"'\n  x_x0007_", None, None] * (count // 3)


# The file


def test_the_same_parts_give_the_same_bytes(parts, path, tmp_path):
    again = write_outlook(tmp_path / "again.xlsx", parts, names=NAMES, known_on="2026-11-25T10:56:02+00:00")

    assert again.read_bytes() == path.read_bytes()


def test_a_folder_that_is_not_there_is_told_with_what_to_do(parts, tmp_path):
    with pytest.raises(InputError, match=r"cannot be written.*choose an existing folder") as error:
        write_outlook(tmp_path / "nowhere" / "x.xlsx", {"ages": parts["ages"]})

    assert error.value.place.endswith("x.xlsx")


def test_another_ending_is_refused(parts, tmp_path):
    with pytest.raises(InputError, match=r"use a name that ends in \.xlsx"):
        write_outlook(tmp_path / "x.csv", {"ages": parts["ages"]})


def test_a_forecast_without_any_part_is_refused_with_the_reasons(tmp_path):
    with pytest.raises(InputError, match="no figures are stored"):
        write_outlook(tmp_path / "x.xlsx", {}, missing={"population": "no figures are stored"})


def test_an_unknown_part_is_refused(parts, tmp_path):
    with pytest.raises(NotFoundError, match="weather"):
        write_outlook(tmp_path / "x.xlsx", {"weather": parts["ages"]})
