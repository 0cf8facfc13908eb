"""Examples: programmes of other nations, from nothing to their outlook, and what is refused on the way."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from urbium.errors import ConflictError, NotFoundError
from urbium.examples import countries
from urbium.examples.countries import example, example_names, open_example
from urbium.programme import open_programme
from urbium.sources.mappings.packaged_mappings import mapping_path

FILES = "data/real/indicators"


@pytest.fixture(scope="session")
def mexico_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("examples") / "mexico.db"
    open_example("mexico", path, with_plan=False).close()
    return path


@pytest.fixture
def mexico(mexico_file, tmp_path):
    with open_programme(shutil.copy(mexico_file, tmp_path / "mexico.db")) as programme:
        yield programme


def test_mexico_has_its_name_its_money_and_65_metropolitan_areas(mexico):
    settings = mexico.settings()
    assert (settings.nation, settings.currency) == ("MEX", "MXN")
    assert mexico.register.cities().height == 65
    assert set(mexico.register.cities()["parent"]) == {"MEX"}


def test_mexico_is_scored_by_an_index_of_its_own_and_projected(mexico):
    scores, outlook = mexico.adopted("scores"), mexico.adopted("outlook")
    assert scores.index.id == "functional_areas"
    assert scores.table["score"].null_count() == 0
    assert set(outlook.table["city"]) >= {"MX3530597", "MX3998655"}  # Mexico City and León


def test_rates_of_unemployment_that_repeat_their_state_are_suspect_in_mexico(mexico):
    rates = mexico.register.observations(variables=["unemployment_rate_functional_area"])
    assert set(rates["status"]) == {"suspect"}


def test_a_figure_of_mexico_is_explained_by_the_oecd(mexico):
    found = mexico.explain_observation("MX3530597", "pm25_exposure_functional_area", "2019")
    assert "OECD" in str(found)


def test_an_example_is_opened_again_and_no_other_programme_is(mexico_file, tmp_path):
    path = shutil.copy(mexico_file, tmp_path / "again.db")
    with open_example("mexico", path, with_plan=False) as programme:
        assert programme.register.cities().height == 65
    with pytest.raises(ConflictError, match="a different programme"):
        open_example("europe", path, with_plan=False)


@pytest.mark.long
def test_europe_is_a_programme_of_several_nations_in_euros(tmp_path):
    with open_example("europe", tmp_path / "europe.db", with_plan=False) as programme:
        assert programme.settings().currency == "EUR"
        cities = programme.register.cities()
        assert cities.height >= 25
        assert cities["province_en"].n_unique() >= 20
        assert programme.adopted("scores").table["score"].drop_nulls().len() >= 60


def test_india_says_which_file_it_needs_and_where_it_is_had(tmp_path):
    with pytest.raises(NotFoundError) as refused:
        open_example("india", tmp_path / "india.db")
    assert "india_smart_city_challenge_2016.csv" in refused.value.message
    assert "--files" in refused.value.remedy
    assert not (tmp_path / "india.db").exists()


@pytest.mark.long
def test_india_is_built_from_the_file_of_the_user(shared, tmp_path):
    with open_example("india", tmp_path / "india.db", files=shared / FILES, with_plan=False) as programme:
        assert programme.settings().currency == "INR"
        assert programme.register.cities().height == 97
        scores = programme.adopted("scores").table
        assert scores.filter(rank=1)["city"].to_list() == ["IN1275817"]  # Bhubaneswar, the first of the list


def test_a_build_that_fails_leaves_no_file(tmp_path, monkeypatch):
    broken = replace(example("mexico"), index="no_such_index")
    monkeypatch.setattr(countries, "example", lambda _: broken)
    with pytest.raises(NotFoundError):
        open_example("mexico", tmp_path / "mexico.db", with_plan=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", example_names())
def test_what_an_example_names_is_there(name):
    asked = example(name)
    for load in asked.loads:
        assert load.is_given or (asked.folder / load.file).is_file()
        beside: Path = asked.folder / load.mapping
        assert beside.is_file() or mapping_path(load.mapping).is_file()


def test_an_example_that_is_not_there_is_named_by_the_nearest():
    with pytest.raises(NotFoundError, match="mexco"):
        example("mexco")


@pytest.mark.long
def test_mexico_is_planned_in_pesos_by_what_its_cities_may_spend(mexico):
    asked = example("mexico")
    plan = mexico.plan(years=asked.years, budget=asked.budget, work_limit=3.0)
    assert plan.currency == "MXN"
    assert plan.roadmap.cities.height == 65
    assert plan.table.height > 0
    a_head = 411.2e9 / 119.713e6  # pesos: what IMCO says was spent in 2014, over the people of 2014
    budgets = plan.roadmap.budgets.filter(place="MX3533462")["amount"].to_list()  # Acapulco
    rise = 1.02 ** (int(plan.roadmap.settings.price_year) - 2014)
    a_year = 0.0025 * a_head * 785_809 / 1e6 * rise
    assert budgets == pytest.approx([a_year] * 5 + [0.9 * a_year] * 2, rel=1e-3)  # less the reserve
    assert plan.changes["unit"].to_list() == [""] * plan.changes.height  # of illness no city has a figure
    assert any("the amount of the change is unknown" in note for note in plan.notes)
