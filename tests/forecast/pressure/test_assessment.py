"""Pressure: what runs short when, against closed forms; laws; boundaries apart; refusals with reasons."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from seeds import tries
from urbium.catalogue import load_catalogue
from urbium.errors import InputError, NotFoundError
from urbium.forecast import forecast_pressure
from urbium.forecast.paths import Paths
from urbium.model import OBSERVATION, Evidence, Norm

CATALOGUE = load_catalogue()
YEARS = np.arange(2012, 2023)
COUNT = 200
REGISTER = pl.DataFrame(
    {"code": ["A", "B"], "name_en": ["Ayton", "Beeton"], "province_en": ["Anhui", "Hubei"]}
)


def norm(service="beds", *, low=5.0, value=5.0, high=5.0, since=2000, **other):
    fixed = {
        "id": f"{service}.{since}", "service": service, "name": {"en": service.title()}, "unit": "beds",
        "per": 1000.0, "driver": "person", "ages": None, "low": low, "value": value, "high": high,
        "areas": ("city", "prefecture"), "provinces": (), "capacity": ("inpatient_beds", "hospital_beds"),
        "use": "", "indicator": "SC: EH: H: 4A", "valid_from": since, "evidence": Evidence.PUBLISHED,
        "source": "health_plan_2015", "status": "confirmed", "note": "as printed",
    } | other  # fmt: skip
    return Norm(**fixed)


def figure(variable="hospital_beds", value=6000.0, *, city="A", unit="beds", area="prefecture", **other):
    fixed = {
        "city": city, "variable": variable, "period": "2012", "value": value, "unit": unit, "area": area,
        "status": "reported", "quality": "measured", "source": "ccsy", "recorded_by": "me", "reason": "",
        "recorded_at": datetime(2020, 1, 1, tzinfo=UTC), "file": "beds.xlsx", "sheet": "Beds", "cell": "B2",
    }  # fmt: skip
    return fixed | other


def people(growth=0.02, *, start=1e6, keys=("A", "B"), count=COUNT, years=YEARS):
    """Return people that grow by the same rate in every path, or by a rate a path."""
    rate = np.broadcast_to(growth, count)
    values = start * (1 + rate)[None, None, :] ** (years - years[0])[None, :, None]
    return Paths(tuple(keys), years, np.repeat(values, len(keys), axis=0))


def pressed(*rows, norms=(), population=None, cities=REGISTER, **other):
    return forecast_pressure(
        pl.DataFrame(list(rows) or [figure()], schema=OBSERVATION, orient="row"),
        {"prefecture": people()} if population is None else population,
        norms or [norm()],
        cities=cities,
        variables=CATALOGUE.variables,
        sources=CATALOGUE.sources,
        **other,
    )


def verdict(pressure, city="A", service="beds"):
    return pressure.short.row(
        by_predicate=(pl.col("city") == city) & (pl.col("service") == service), named=True
    )


def demand(pressure, city="A", service="beds"):
    return pressure.table.filter(city=city, service=service).sort("year")["demand"].to_numpy()


def test_the_year_is_that_of_compound_growth():
    """1 million people growing by 2% need 6,000 beds at 5 per 1,000 after ln 1.2 / ln 1.02 = 9.2 years."""
    short = verdict(pressed())
    assert (short["status"], short["year"]) == ("runs short", 2022)
    assert (short["low95"], short["high95"]) == (2022, 2022)


def test_need_is_people_times_the_norm():
    assert demand(pressed()) == pytest.approx(5000 * 1.02 ** (YEARS - 2012))


def test_only_the_years_that_are_wanted_are_worked_out():
    """A figure of capacity of 2012 holds for them, however far they are from the first year."""
    table = pressed(years=[2019]).table
    assert table.select("city", "year", "capacity").rows() == [("A", 2019, 6000.0), ("B", 2019, None)]
    assert table["demand"].to_list() == pytest.approx([5000 * 1.02**7] * 2)


def test_a_norm_that_holds_later_leaves_the_years_before_empty():
    assert pressed(norms=[norm(since=2020)], years=[2019]).table.is_empty()


def test_the_share_of_paths_is_the_chance_that_the_norm_is_above_what_there_is():
    """People stay a million: short where a triangular norm of 4 to 8 exceeds 6 beds per 1,000."""
    pressure = pressed(norms=[norm(low=4.0, value=5.0, high=8.0)], population={"prefecture": people(0.0)})
    chance = stats.triang.sf(6.0, 0.25, loc=4.0, scale=4.0)
    assert verdict(pressure)["share"] == pytest.approx(chance, abs=1 / COUNT)


def test_bands_of_years_come_from_the_spread_of_growth():
    """A path with growth g runs short in the first year t with 1.2 < (1 + g) ** t, counted path by path."""
    growth = np.linspace(0.0, 0.06, COUNT)
    short = verdict(pressed(population={"prefecture": people(growth)}))
    with np.errstate(divide="ignore"):
        firsts = 2012 + np.floor(np.log(1.2) / np.log1p(growth)) + 1
    counted = [min(year for year in YEARS if (firsts <= year).mean() >= share) for share in (0.1, 0.5)]
    assert [short["low80"], short["year"]] == counted


def test_what_is_short_in_the_first_year_is_already_short():
    short = verdict(pressed(figure(value=4000.0)))
    assert (short["status"], short["year"], short["since"]) == ("already short", 2012, 2012)


def test_what_lasts_beyond_the_horizon_has_no_year():
    short = verdict(pressed(figure(value=9000.0)))
    assert (short["status"], short["year"], short["share"]) == ("lasts", None, 0.0)


def test_a_norm_that_rises_brings_the_shortage_in_its_year():
    rows = [norm(), norm(since=2018, low=7.0, value=7.0, high=7.0)]
    assert verdict(pressed(norms=rows, population={"prefecture": people(0.0)}))["year"] == 2018


def test_no_need_is_shown_before_a_norm_holds():
    pressure = pressed(norms=[norm(since=2015)])
    assert pressure.table.filter(city="A")["year"].min() == 2015
    assert verdict(pressure)["since"] == 2015


def test_a_norm_that_never_holds_is_refused():
    short = verdict(pressed(norms=[norm(since=2030)]))
    assert (short["status"], short["reason"]) == ("need unknown", "no norm applies before 2030")


def test_a_planned_project_puts_the_year_off():
    row = {"city": "A", "service": "beds", "year": 2020, "adds": 3000.0, "unit": "beds", "project": "Wing"}
    assert verdict(pressed(planned=pl.DataFrame([row])))["status"] == "lasts"


def test_a_service_that_another_drives_follows_it():
    staff = norm(
        "staff",
        low=2.0,
        value=2.0,
        high=2.0,
        per=1.0,
        driver="beds",
        unit="persons",
        capacity=(),
        indicator="",
    )
    pressure = pressed(norms=[norm(), staff])
    assert demand(pressure, service="staff") == pytest.approx(2 * demand(pressure))


def test_need_of_single_ages_is_that_of_their_share():
    ages = pl.DataFrame({"place": "CHN", "year": 2012, "sex": "B", "age": [0, 20], "value": [25.0, 75.0]})
    pressure = pressed(norms=[norm(ages=(0, 19))], ages=ages, nation="CHN")
    assert demand(pressure) == pytest.approx(0.25 * 5000 * 1.02 ** (YEARS - 2012))
    assert pressure.notes == (
        "For cities without their own age data, those of the nation are used (assumption).",
    )


def test_workers_drive_what_they_need():
    trips = norm("trips", driver="worker", low=2.0, value=2.0, high=2.0, per=1.0, capacity=(), indicator="")
    pressure = pressed(norms=[trips], workers={"prefecture": people(0.0, start=4e5)})
    assert demand(pressure, service="trips") == pytest.approx(np.full(len(YEARS), 8e5))


def test_the_norm_of_the_province_of_a_city_counts():
    rows = [norm(), norm(id="own", low=7.0, value=7.0, high=7.0, provinces=("Anhui",))]
    pressure = pressed(norms=rows)
    assert demand(pressure, "A")[0] == pytest.approx(7000)
    assert demand(pressure, "B")[0] == pytest.approx(5000)


def test_a_city_of_a_province_without_a_norm_is_refused():
    pressure = pressed(norms=[norm(provinces=("Anhui",))])
    assert verdict(pressure, "B")["reason"] == "no norm applies to Hubei"


def test_a_city_of_unknown_province_has_the_norm_for_all_others():
    rows = [norm(), norm(id="own", low=7.0, value=7.0, high=7.0, provinces=("Anhui",))]
    assert demand(pressed(norms=rows, cities=["A"]))[0] == pytest.approx(5000)


# Boundaries


def test_a_city_is_judged_where_both_need_and_capacity_are_known():
    population = {"city": people(start=5e5), "prefecture": people()}
    pressure = pressed(population=population)
    assert verdict(pressure, "A")["area"] == "prefecture"
    assert verdict(pressure, "B")["area"] == "city"


def test_beds_of_a_prefecture_are_not_set_against_the_people_of_the_agglomeration():
    only = norm(areas=("agglomeration",))
    short = verdict(pressed(norms=[only], population={"agglomeration": people()}))
    assert short["status"] == "capacity unknown"
    assert (
        short["reason"]
        == "reported only for a different boundary (whole prefecture), and figures for different boundaries "
        "are not mixed"
    )


def test_people_of_a_boundary_that_the_norm_is_not_for_are_not_used():
    short = verdict(pressed(population={"agglomeration": people()}))
    assert short["reason"] == "no forecast of its population within the boundaries city and whole prefecture"


def test_an_unknown_boundary_is_refused():
    with pytest.raises(InputError, match="population within 'prefectur': there is no such boundary"):
        pressed(population={"prefectur": people()})


def test_a_city_without_a_forecast_is_refused_and_the_others_are_not():
    pressure = pressed(population={"prefecture": people(keys=("A",))})
    assert verdict(pressure, "A")["status"] == "runs short"
    assert verdict(pressure, "B")["status"] == "need unknown"


def test_a_service_for_workers_without_workers_is_refused():
    trips = norm("trips", driver="worker", capacity=(), indicator="")
    assert verdict(pressed(norms=[trips]), service="trips")["reason"] == (
        "no forecast of its workers within the boundaries city and whole prefecture"
    )


def test_a_service_for_children_without_ages_is_refused():
    assert verdict(pressed(norms=[norm(ages=(6, 11))]))["reason"] == "the ages of its people are unknown"


# Laws


@settings(deadline=None, max_examples=tries(25))
@given(more=st.floats(1.0, 3.0), growth=st.floats(-0.05, 0.05))
def test_more_people_never_lower_the_need_nor_put_the_year_off(more, growth):
    few, many = (
        pressed(
            norms=[norm(low=4.0, value=5.0, high=8.0)], population={"prefecture": people(growth, start=size)}
        )
        for size in (1e6, 1e6 * more)
    )
    assert (demand(many) >= demand(few) - 1e-6).all()
    never = 3000
    assert (verdict(many)["year"] or never) <= (verdict(few)["year"] or never)


@settings(deadline=None, max_examples=tries(25))
@given(beds=st.floats(1.0, 1e4), more=st.floats(0.0, 1e4))
def test_more_beds_never_bring_the_year_forward(beds, more):
    norms = [norm(low=4.0, value=5.0, high=8.0)]
    less, most = (verdict(pressed(figure(value=value), norms=norms)) for value in (beds, beds + more))
    never = 3000
    assert (most["year"] or never) >= (less["year"] or never)
    assert most["share"] <= less["share"]


def test_the_same_input_gives_the_same_result():
    once, again = (pressed(norms=[norm(low=4.0, value=5.0, high=8.0)], seed=3) for _ in range(2))
    assert once.table.equals(again.table)


def test_leaving_out_a_service_changes_no_other():
    wide = norm(low=4.0, value=5.0, high=8.0)
    other = norm("other", low=1.0, value=2.0, high=9.0)
    assert pressed(norms=[wide]).table.equals(pressed(norms=[wide, other]).table.filter(service="beds"))


# Bad input


@pytest.mark.parametrize(
    ("population", "told"),
    [
        ({}, "no population is stated"),
        ({"prefecture": people(), "city": people(count=7)}, "different numbers of paths: 7 and 200"),
        ({"prefecture": people(), "city": people(years=YEARS[:-1])}, "different last years: 2021 and 2022"),
        ({"prefecture": people(start=np.nan)}, "is not a number, or is below zero"),
        ({"prefecture": people(start=-1.0)}, "is not a number, or is below zero"),
        ({"prefecture": people(keys=("A", "A"))}, "do not match"),
        ({"prefecture": replace(people(), years=YEARS[::-1])}, "do not match"),
        ({"prefecture": replace(people(), keys=("A",))}, "do not match"),
    ],
)
def test_paths_that_cannot_be_used_side_by_side_are_refused(population, told):
    with pytest.raises(InputError, match=told):
        pressed(population=population)


def test_a_norm_in_an_unknown_unit_is_refused():
    with pytest.raises(NotFoundError, match="did you mean 'beds'"):
        pressed(norms=[norm(unit="bedz")])


def test_a_norm_whose_driver_has_none_is_refused():
    with pytest.raises(InputError, match="beds depends on rooms, which has no norm"):
        pressed(norms=[norm(driver="rooms")])


def test_a_register_without_codes_is_refused():
    with pytest.raises(InputError, match="no column named code"):
        pressed(cities=pl.DataFrame({"name": ["A"]}))


def test_observations_without_a_column_are_refused():
    with pytest.raises(InputError, match="columns are missing from the observations: unit"):
        forecast_pressure(
            pl.DataFrame([figure()]).drop("unit"),
            {"prefecture": people()},
            [norm()],
            cities=["A"],
            variables=CATALOGUE.variables,
        )
