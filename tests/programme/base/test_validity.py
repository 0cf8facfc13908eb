"""A city that was dissolved takes part in no stage that looks at a later year."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.model import City, Source
from urbium.programme import new
from urbium.store import FileStamp, Store

YEARS = range(2004, 2013)


def record(programme, table, name):
    figures = table.drop("recorded_at", "recorded_by").with_columns(file=pl.lit(f"{name}.csv"))
    programme.store.record(figures, by="office", reason="figures", file=FileStamp(f"{name}.csv", name))


@pytest.fixture
def programme(tmp_path, observe):
    """Two cities, the second a little ahead; the first was dissolved in August 2011."""
    rows = [
        (city, variable, year, value * ahead * 1.02 ** (year - 2004))
        for city, ahead in (("GONE", 1.0), ("HERE", 1.1))
        for year in YEARS
        for variable, value in (("population_year_end", 100.0), ("gdp", 1e6), ("waste_treatment_rate", 60.0))
    ]
    units = {"population_year_end": "10k persons", "gdp": "10k CNY", "waste_treatment_rate": "%"}
    with new(tmp_path / "own.db") as made:
        made.register(
            sources=[Source("ccsy", "Bureau", "Yearbook")],
            cities=[
                City("GONE", {"en": "Deleted at source"}, "prefecture", valid_to="2011-08"),
                City("HERE", {"en": "Here"}, "prefecture"),
            ],
            by="office",
            reason="founding",
        )
        for variable, unit in units.items():
            record(made, observe(*(row for row in rows if row[1] == variable), unit=unit), variable)
        ratio = observe(*((city, "fiscal_revenue_gdp", 2012, 0.2) for city in ("GONE", "HERE")), unit="ratio")
        record(made, ratio, "ratio")
        yield made


@pytest.mark.parametrize(("period", "cities"), [(2010, {"GONE", "HERE"}), (2012, {"HERE"})])
def test_it_is_measured_in_the_years_in_which_it_was_there(programme, period, cities):
    scores = programme.measure("yearbook", period=period, availability=0.0)
    assert set(scores.table["city"]) == cities


def test_it_is_compared_over_years_only_where_it_was_there_in_all_of_them(programme):
    programme.adopt(programme.measure("yearbook", period=2010, availability=0.0), by="office", reason="first")
    before, over = programme.panel("2009-2010"), programme.panel("2010-2012")

    assert set(before.table["city"]) == {"GONE", "HERE"}
    assert set(over.table["city"]) == {"HERE"}
    assert any("Left out because it does not exist" in str(caution) for caution in over.cautions)
    assert not any("Left out" in str(caution) for caution in before.cautions)


def test_it_has_no_outlook(programme):
    outlook = programme.forecast(to=2020)
    assert set(outlook.table["city"]) == {"HERE"}


def test_it_gets_no_projects_after_its_end(programme):
    road = programme.plans.roadmap(years="2016-2020", budget="1 bn CNY/year")
    assert road.cities["city"].to_list() == ["HERE"]
    assert "GONE" not in set(road.omitted["city"])


def test_a_roadmap_of_ones_own_with_it_is_refused(programme):
    road = programme.plans.roadmap(years="2009-2010", budget="1 bn CNY/year")
    assert set(road.cities["city"]) == {"GONE", "HERE"}
    late = road.replace(years=range(2016, 2018), budgets=road.budgets.clear())
    with pytest.raises(InputError, match="0 plan years"):  # both are for completing what was begun before
        programme.plans.solve(late)
    late = late.replace(settings=replace(road.settings, ends_after=0))
    with pytest.raises(InputError, match="not registered as a city for every year from 2016 to 2017: GONE"):
        programme.plans.solve(late)


def test_its_validity_comes_back_from_the_store(programme):
    assert programme.register.city("GONE").valid_to == "2011-08"
    assert programme.register.city("HERE").valid_to == ""
    programme.store.verify()


def test_a_store_of_before_validity_is_opened_and_holds(tmp_path):
    """What was stored without validity has none in its content, so the audit chain still holds."""
    with Store.open(tmp_path / "old.db", create=True) as store:
        store.add_cities([City("A", {"en": "A"}, "prefecture")], by="office", reason="founding")
        store.verify()
        assert store.cities().select("valid_from", "valid_to").row(0) == ("", "")
