"""Households: people of each path over persons per household, by roles, with what they rest on."""

import numpy as np
import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.forecast.ages.people_by_age import PeopleByAge
from urbium.forecast.households.headship import households_by_headship
from urbium.forecast.households.households import HEADS, OF_NATION, OWN, forecast_households
from urbium.forecast.paths import Paths
from urbium.forecast.pressure.assessment import forecast_pressure
from urbium.model import Filler
from urbium.observations.roles import PACKAGED, Roles

YEARS = np.arange(2020, 2041)
DELFT, GOUDA = "Delft", "Gouda"
FIGURES = [
    ("NLD", "nation_household_size", 2010, 2.4, "persons per household", "national"),
    ("NLD", "nation_household_size", 2020, 2.2, "persons per household", "national"),
    (DELFT, "household_size", 2020, 1.8, "persons per household", "city"),
]


def people(*keys, paths=400, start=1e5):
    growth = 0.01 * (YEARS - 2020)[None, :, None] + np.zeros((len(keys), 1, paths))
    return Paths(keys, YEARS, start * np.exp(growth))


@pytest.fixture(scope="module")
def variables():
    return load_catalogue().variables


def observations(observe, figures):
    return pl.concat([observe(figure[:4], unit=figure[4], area=figure[5]) for figure in figures])


def made(observe, variables, figures=FIGURES, **more):
    table = observations(observe, figures)
    return forecast_households(
        table, {"city": people(DELFT, GOUDA)}, variables=variables, nation="NLD", **more
    )


def test_people_over_persons_per_household_by_hand_in_the_year_of_the_figure(observe, variables):
    households = made(observe, variables, total=people("NLD", start=1.7e7))

    now = {row["place"]: row for row in households.table.filter(year=2020).iter_rows(named=True)}
    assert now[DELFT]["value"] == pytest.approx(1e5 / 1.8)
    assert now["NLD"]["value"] == pytest.approx(1.7e7 / 2.2)
    assert now["NLD"]["low80"] == pytest.approx(now["NLD"]["high80"])
    assert now[GOUDA]["value"] == pytest.approx(1e5 / 2.2, rel=0.02)
    assert now[GOUDA]["low80"] < now[GOUDA]["value"] < now[GOUDA]["high80"]
    assert {place: row["basis"] for place, row in now.items()} == {
        DELFT: OWN, GOUDA: OF_NATION, "NLD": OF_NATION,
    }  # fmt: skip


def test_smaller_households_make_more_households_than_the_people_grow(observe, variables):
    table = made(observe, variables, total=people("NLD", start=1.7e7)).table.filter(place="NLD")
    assert table["value"][-1] / table["value"][0] > 1.05 * np.exp(0.2)


def test_which_variable_is_meant_is_said_by_roles(observe, variables):
    figures = [("NLD", "members_of_a_home", 2020, 2.5, "persons per household", "national")]
    role = "nation_household_size"
    roles = Roles(PACKAGED.kinds, (*PACKAGED.fillers, Filler(role, "members_of_a_home", 5)))

    assert made(observe, variables, figures, roles=roles).table["size"][0] == pytest.approx(2.5, rel=0.02)
    with pytest.raises(NotFoundError):
        made(observe, variables, figures)


def test_without_any_figure_the_missing_role_is_named_and_what_could_fill_it(observe, variables):
    with pytest.raises(NotFoundError, match="neither the number of households nor") as caught:
        made(observe, variables, [("NLD", "gdp", 2020, 1.0, "million CNY", "city")])
    assert caught.value.place == "role household_size"
    assert "nation_household_size" in str(caught.value.remedy)


def test_a_city_without_figures_and_without_a_nation_is_refused_by_name(observe, variables):
    households = made(observe, variables, FIGURES[2:])
    assert households.refused["place"].to_list() == [GOUDA]
    assert households.table["place"].unique().to_list() == [DELFT]


def test_a_count_of_households_counts_only_within_the_boundary_of_the_people(observe, variables):
    counts = [
        (DELFT, "households", 2020, 40_000.0, "households", "city"),
        (GOUDA, "households", 2020, 40_000.0, "households", "prefecture"),
    ]
    persons = pl.DataFrame({"place": [DELFT, GOUDA], "area": "city", "year": 2020, "persons": 1e5})
    households = made(observe, variables, counts, persons=persons)

    assert households.table.filter(year=2020, place=DELFT)["value"].item() == pytest.approx(40_000.0)
    assert households.refused["place"].to_list() == [GOUDA]


def by_age():
    values = np.zeros((1, 2, 2, 4, 1))
    values[0, 0, :, :, 0] = [[10, 20, 30, 40], [10, 20, 30, 60]]
    values[0, 1] = 2 * values[0, 0]
    return PeopleByAge(
        table=pl.DataFrame(),
        places=("NLD",),
        years=np.array([2020, 2025]),
        ages=(0, 5, 10, 15),
        values=values,
    )


def test_heads_of_households_are_counted_by_age_as_by_hand():
    heads = households_by_headship(by_age(), {10: 0.1, 15: 0.5})
    assert heads.values[0, :, 0].tolist() == pytest.approx([0.1 * 60 + 0.5 * 100, 2 * 56.0])
    with pytest.raises(InputError, match="outside the range 0 to 1"):
        households_by_headship(by_age(), {15: 50.0})


def test_where_no_size_of_the_nation_is_known_its_heads_by_age_tell_it(observe, variables):
    households = made(observe, variables, FIGURES[2:], ages=by_age(), headship={10: 0.1, 15: 0.5},
                      total=people("NLD", start=1.7e7))  # fmt: skip
    first = households.table.filter(place="NLD", year=2020)
    assert first["size"].item() == pytest.approx(220 / 56)
    assert set(households.table.filter(place=GOUDA)["basis"]) == {HEADS}


def test_its_explanation_ends_at_the_figures_and_calls_the_nations_an_assumption(observe, variables):
    households = made(observe, variables)
    own, other = households.explain(f"{DELFT} 2030"), households.explain(GOUDA)

    assert [node.value for node in own.walk() if node.kind == "observation"] == [1.8]
    assert [node.value for node in other.walk() if node.kind == "observation"] == [2.4, 2.2]
    size = next(node for node in other.walk() if node.what == "Persons per household")
    assert size.kind == "assumption"
    with pytest.raises(NotFoundError):
        households.explain("Breda")


def test_dwellings_are_needed_by_households_where_they_are_known_and_by_heads_elsewhere(observe, variables):
    norms = load_catalogue().norms.values()
    persons = {"city": people(DELFT, GOUDA)}
    households = made(observe, variables, FIGURES[2:])
    pressure = forecast_pressure(
        observations(observe, FIGURES),
        persons,
        norms,
        cities=[DELFT, GOUDA],
        variables=variables,
        households=households,
    )

    def needed(city, service):
        return pressure.table.filter(city=city, service=service, year=2040)["demand"].item()

    counted = households.table.filter(place=DELFT, year=2040)["value"].item()
    assert needed(DELFT, "households") == pytest.approx(counted)
    assert 1.0 < needed(DELFT, "dwellings") / counted < 1.1
    told = [str(node.what) for node in pressure.explain(f"{DELFT}/dwellings").walk()]
    assert f"Households of {DELFT}" in told
    assert "Norm: Households" not in told
    heads = pressure.explain(f"{GOUDA}/dwellings")
    assert any("derived from its population using the norm" in node.note for node in heads.walk())
    assert needed(GOUDA, "hospital_beds") == needed(DELFT, "hospital_beds")
