"""The result of pressure: explained down to the norm and the cell, drawn, and kept."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.charts import render
from urbium.errors import NotFoundError
from urbium.forecast import forecast_population, forecast_pressure, futures
from urbium.model import OBSERVATION

CATALOGUE = load_catalogue()
CITIES = [f"T{at:02d}" for at in range(20)]
FIXED = {
    "area": "prefecture", "status": "reported", "quality": "measured", "source": "ccsy", "recorded_by": "me",
    "recorded_at": datetime(2020, 1, 1, tzinfo=UTC), "file": "towns.xlsx", "sheet": "S", "reason": "",
}  # fmt: skip
SERVICES = (
    "hospital_beds",
    "doctors",
    "primary_school",
    "primary_staff",
    "drinking_water",
    "waste_water",
    "commuting",
)


def observed():
    rng = np.random.default_rng(5)
    rows = []
    for at, city in enumerate(CITIES):
        growth = np.cumsum(rng.normal(0.01, 0.01, 9))
        rows += [
            FIXED
            | {
                "city": city,
                "variable": "population_year_end",
                "period": str(2004 + year),
                "unit": "10k persons",
            }
            | {"value": float(100 * np.exp(growth[year])), "cell": f"B{year + 2}"}
            for year in range(9)
        ]
        own = FIXED | {"city": city, "period": "2012", "cell": f"C{at + 2}"}
        rows.append(own | {"variable": "hospital_beds", "unit": "beds", "value": 4600.0 + 300 * (at % 4)})
        rows.append(own | {"variable": "health_staff_per_1000", "unit": "per 1k persons", "value": 2.6})
        rows.append(own | {"variable": "pupils", "unit": "persons", "value": 1.4e5})
    return pl.DataFrame(rows, schema=OBSERVATION)


@pytest.fixture(scope="module")
def pressure():
    table = observed()
    register = pl.DataFrame(
        {"code": CITIES, "name_en": [f"Town {code}" for code in CITIES], "province_en": "Anhui"}
    )
    outlook = forecast_population(table, to=2030, cities=register, sources=CATALOGUE.sources)
    wing = {"city": "T00", "service": "hospital_beds", "year": 2016, "adds": 200.0, "unit": "beds"}
    ages = pl.DataFrame(
        {"place": "CHN", "year": 2012, "sex": "B", "age": [0, 5, 10, 15], "value": [5, 6, 7, 82]}
    )
    return forecast_pressure(
        table,
        futures(outlook, count=200),
        [norm for norm in CATALOGUE.norms.values() if norm.service in SERVICES],
        cities=register,
        variables=CATALOGUE.variables,
        sources=CATALOGUE.sources,
        planned=pl.DataFrame([wing | {"project": "North wing"}]),
        ages=ages,
        nation="CHN",
        outlooks=(outlook,),
    )


def test_a_person_reads_first_what_is_short_first(pressure):
    told = {"T00": "lasts", "T01": "already short"}
    known = pl.col("capacity").is_not_null() & pl.col("city").is_in(list(told))
    status = pl.when(known).then(pl.col("city").replace(told)).otherwise("status")
    shown = replace(pressure, short=pressure.short.with_columns(status=status)).overview["when"]
    words = shown.str.extract(r"^(already a shortage|shortage|sufficient)").to_list()
    assert set(words) == {"already a shortage", "shortage", "sufficient"}
    assert words == sorted(words, key=["already a shortage", "shortage", "sufficient"].index)


def whats(explanation):
    return [node.what for node in explanation.walk()]


def test_every_city_has_a_verdict_on_every_service(pressure):
    assert pressure.short.height == len(CITIES) * len(SERVICES)
    assert pressure.short.select("city", "service").is_unique().all()


def test_its_facts_count_every_verdict(pressure):
    assert sum(pressure.facts["verdicts"].values()) == pressure.short.height
    assert pressure.facts["verdicts"]["need unknown"] == len(CITIES)


def test_it_says_what_it_is(pressure):
    assert repr(pressure) == "Pressure on 7 services in 20 cities to 2030"


def test_an_explanation_ends_at_the_norm_with_its_source_and_evidence(pressure):
    tree = pressure.explain("T00/hospital_beds")
    norm = next(node for node in tree.walk() if node.what == "Norm: Hospital beds")
    assert norm.unit == "beds per 1,000 persons"
    assert norm.grade.startswith("published, ")
    assert norm.origin is not None
    assert (
        norm.origin.publisher.startswith("State Council") or "National Development" in norm.origin.publisher
    )


def test_an_explanation_ends_at_the_cell_of_the_capacity(pressure):
    tree = pressure.explain("T00/hospital_beds")
    beds = next(node for node in tree.walk() if node.what == "hospital_beds")
    assert (beds.value, beds.period, beds.area) == (4600.0, "2012", "prefecture")
    assert (beds.origin.file, beds.origin.cell) == ("towns.xlsx", "C2")


def test_an_explanation_holds_the_forecast_of_the_people(pressure):
    tree = pressure.explain("T00/hospital_beds")
    assert "Population of Town T00" in whats(tree)
    assert any(node.what == "population_year_end" and node.origin.cell == "B10" for node in tree.walk())


def test_an_explanation_names_planned_projects(pressure):
    wing = next(node for node in pressure.explain("T00/hospital_beds").walk() if node.what == "North wing")
    assert (wing.value, wing.period, wing.kind) == (200.0, "2016", "project")
    assert "North wing" not in whats(pressure.explain("T01/hospital_beds"))


def test_a_figure_per_person_is_explained_with_its_people(pressure):
    notes = [
        node.note for node in pressure.explain("T00/doctors").walk() if node.what == "health_staff_per_1000"
    ]
    assert notes[0].startswith("multiplied by the population of 1,")


def test_a_service_that_another_drives_shows_both_norms(pressure):
    assert {"Norm: Staff of primary schools", "Norm: Primary school places"} <= set(
        whats(pressure.explain("T00/primary_staff"))
    )


def test_the_ages_of_the_nation_are_called_an_assumption(pressure):
    ages = next(node for node in pressure.explain("T00/primary_school").walk() if node.what == "Ages 6 to 11")
    assert ages.kind == "assumption"
    assert "CHN" in ages.note


def test_pupils_are_shown_as_use_and_not_as_capacity(pressure):
    tree = pressure.explain("T00/primary_school")
    pupils = next(node for node in tree.walk() if node.what == "pupils")
    assert "does not show the capacity" in pupils.note
    assert any(node.what == "Capacity" and node.kind == "missing" for node in tree.walk())


def test_a_service_without_a_need_is_explained_by_its_reason(pressure):
    tree = pressure.explain("T00/commuting")
    reason = (
        "no forecast of its workers within the boundaries city, built-up agglomeration and whole prefecture"
    )
    assert tree.value == f"demand unknown: {reason}"


def test_an_explanation_is_of_the_year_asked_for(pressure):
    (row,) = pressure.table.filter(city="T00", service="hospital_beds", year=2028).to_dicts()
    demand = next(node for node in pressure.explain("T00/hospital_beds/2028").walk() if node.what == "Demand")
    assert (demand.value, demand.period) == (row["demand"], "2028")
    assert f"80% band {row['low80']:,.5g} to {row['high80']:,.5g}" in demand.note
    with pytest.raises(NotFoundError, match="2099"):
        pressure.explain("T00/hospital_beds/2099")


def test_a_demand_says_why_it_is_not_the_people_times_the_norm(pressure):
    demand = next(node for node in pressure.explain("T00/hospital_beds").walk() if node.what == "Demand")
    assert "this is the median of 200 paths, each with a norm drawn from its range" in demand.note


def test_what_runs_short_earlier_is_explained_for_the_last_year_too_by_its_people_and_its_norm(pressure):
    (row,) = pressure.table.filter(city="T01", service="hospital_beds", year=2030).to_dicts()
    last = next(node for node in pressure.explain("T01/hospital_beds").children if node.period == "2030")
    people, norm = last.children

    assert (last.what, last.value) == ("Demand in 2030", row["demand"])
    assert (people.what, people.period) == ("Population", "2030")
    assert (norm.what, norm.value, norm.period) == ("Norm: Hospital beds", 6.0, "from 2020")


def test_a_norm_that_is_recalled_has_no_file(pressure):
    norms = [node for node in pressure.explain("T00/hospital_beds/2012").walk() if node.value == 4.0]
    assert [norm.origin.file for norm in norms] == [""]


def test_how_many_paths_run_short_is_said_together_with_the_capacity_it_holds_for(pressure):
    assert pressure.explain("T01/hospital_beds").note.endswith("if capacity stays as counted in 2012")
    assert pressure.explain("T00/hospital_beds").note.endswith("apart from planned projects")


def test_an_unknown_city_or_service_suggests_the_nearest(pressure):
    with pytest.raises(NotFoundError, match="did you mean 'T1"):
        pressure.explain("T1/hospital_beds")
    with pytest.raises(NotFoundError, match="did you mean 'hospital_beds'"):
        pressure.explain("T00/hospital_bed")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"status": "already short", "since": 2012}, "already a shortage in 2012"),
        ({"status": "runs short", "year": 2020, "low80": 2018, "high80": 2024},
         "shortage from 2020 (2018 to 2024)"),
        ({"status": "runs short", "year": 2020, "low80": 2018, "high80": None},
         "shortage from 2020 (2018 to after 2030)"),
        ({"status": "lasts", "since": 2012}, "sufficient until 2030 if the capacity of 2012 is kept"),
        ({"status": "capacity unknown", "reason": "never reported"}, "capacity unknown: never reported"),
    ],
)  # fmt: skip
def test_a_verdict_is_told_in_a_few_words(pressure, row, told):
    assert pressure.told(row) == told


def test_the_strip_of_a_city_is_drawn_with_its_verdicts(pressure):
    drawn = render(pressure.chart("T00")).decode()
    assert "Hospital beds" in drawn
    assert "capacity unknown" in drawn


def test_the_strip_of_all_cities_is_drawn(pressure):
    assert render(pressure.chart()).startswith(b"<svg")


def test_the_table_is_saved(pressure, tmp_path):
    assert pl.read_csv(pressure.save(tmp_path / "pressure.csv")).height == pressure.table.height


def test_what_must_be_said_is_said(pressure):
    assert any("Registered population" in note for note in pressure.notes)
    assert any("those of the nation" in note for note in pressure.notes)
