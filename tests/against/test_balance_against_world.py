"""Reconciliation against what came: agglomerations of 30 large nations, known to 2000, forecast to 2015.

Cities by the UN (WUP 2018, file F12), drawn by the growth model; nations by the World Bank.
"""

import numpy as np
import polars as pl
import pytest
from python_calamine import load_workbook

from urbium.forecast import forecast_population
from urbium.forecast.nation.reconciliation import reconcile_nation
from urbium.forecast.paths import limits

pytestmark = [pytest.mark.shared, pytest.mark.long]

ORIGINS, TO = (1990, 1995, 2000), 2015
NATIONS = {
    "chn": 156, "ind": 356, "bra": 76, "usa": 840, "mex": 484, "jpn": 392, "rus": 643, "idn": 360, "nga": 566,
    "tur": 792, "deu": 276, "fra": 250, "gbr": 826, "kor": 410, "zaf": 710, "irn": 364, "pak": 586, "bgd": 50,
    "vnm": 704, "egy": 818, "col": 170, "arg": 32, "phl": 608, "tha": 764, "ukr": 804, "esp": 724, "ita": 380,
    "pol": 616, "can": 124, "aus": 36,
}  # fmt: skip
"""Codes of ISO 3166: by letters in the national files, by number in that of the cities."""


def observed(table, variable, unit, area):
    return table.with_columns(
        pl.col("value").cast(pl.Float64), variable=pl.lit(variable), unit=pl.lit(unit), area=pl.lit(area),
        status=pl.lit("reported"),
    ).select("city", "period", "value", "variable", "unit", "area", "status")  # fmt: skip


@pytest.fixture(scope="module")
def cities(shared):
    """Return the agglomerations of the 30 nations: nation, city, period, value (persons), to 2015."""
    path = shared / "data" / "real" / "cities" / "WUP2018-F12-Cities_Over_300K.xls"
    head, *body = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)[16:]
    letters = {number: name for name, number in NATIONS.items()}
    rows = [
        (letters[int(row[1])], str(int(row[3])), str(int(name)), 1000 * row[at])
        for row in body
        for at, name in enumerate(head)
        if row[0] != "" and row[1] in letters and isinstance(name, float) and name <= TO
    ]
    return pl.DataFrame(rows, schema=["nation", "city", "period", "value"], orient="row")


@pytest.fixture(scope="module")
def nations(shared):
    """Return the urban share and population of the 30 nations as observations."""
    parts = []
    for name, variable, unit in (
        ("urban_population_percent_of_total", "urban_population_share", "%"),
        ("urban_population", "urban_population", "persons"),
    ):
        table = pl.read_csv(shared / "data" / "real" / "countries_wdi" / f"{name}.csv")
        table = table.filter(pl.col("geo").is_in(list(NATIONS))).select(
            city="geo", period=pl.col("time").cast(pl.String), value=name
        )
        parts.append(observed(table, variable, unit, "national"))
    return pl.concat(parts)


@pytest.fixture(scope="module")
def both(cities, nations):
    """Return for each origin what came 5, 10 and 15 years later, and the bands before and after."""
    return {origin: _compared(cities, nations, origin) for origin in ORIGINS}


def _compared(cities, nations, origin):
    known = observed(cities, "population_agglomeration", "persons", "agglomeration").filter(
        pl.col("period").cast(pl.Int64) <= origin
    )
    to = origin + 15
    places = cities.select(code="city", country="nation").unique()
    outlook = forecast_population(known, to=to, cities=known["city"].unique(), places=places)
    came = cities.pivot(on="period", index=["nation", "city"], values="value").sort("city")
    before, after = [], []
    at = [4, 9, 14]
    for nation in NATIONS:
        paths = outlook.paths(came.filter(nation=nation)["city"].to_list(), paths=300)
        table = pl.concat([known.filter(pl.col("city").is_in(paths.keys)), nations.filter(city=nation)])
        settled = reconcile_nation(paths, table, to=to)
        before.append(limits(paths.values[:, at]))
        after.append(limits(settled.paths.values[: len(paths.keys), at]))
    order = np.concatenate([np.flatnonzero(came["nation"] == nation) for nation in NATIONS])
    later = came.select(str(origin + step) for step in (5, 10, 15)).to_numpy()[order]
    return later, np.concatenate(before), np.concatenate(after)


def test_the_cities_are_those_of_thirty_nations(both):
    assert both[2000][0].shape == (1461, 3)


@pytest.mark.parametrize("horizon", [1, 2])
@pytest.mark.parametrize("origin", [1990, 1995, 2000])
def test_reconciliation_lessens_the_median_and_the_mean_error_of_cities(both, origin, horizon):
    """Minimum trace of persons: medians of 0.949 and 0.921 from 2000, but 1.076 and 0.998 from 1995."""
    later, before, after = both[origin]
    errors = [np.abs(bands[:, horizon, 0] / later[:, horizon] - 1) for bands in (before, after)]
    assert np.median(errors[1]) < np.median(errors[0])
    assert np.mean(errors[1]) < np.mean(errors[0])


@pytest.mark.parametrize("horizon", [0, 1, 2])
def test_from_the_last_origin_it_lessens_the_median_and_the_mean_error(both, horizon):
    later, before, after = both[2000]
    errors = [np.abs(bands[:, horizon, 0] / later[:, horizon] - 1) for bands in (before, after)]
    assert np.median(errors[1]) < np.median(errors[0])
    assert np.mean(errors[1]) < np.mean(errors[0])
    # what the regression before the combination of members (decision 0024) left after reconciliation
    assert np.mean(errors[1]) < (0.0794, 0.1419, 0.1868)[horizon]


@pytest.mark.parametrize("horizon", [0, 1, 2])
def test_no_band_of_a_city_begins_at_nobody(both, horizon):
    _, before, after = both[2000]
    assert (after[:, horizon, 3] > 0.3 * before[:, horizon, 3]).all()


@pytest.mark.parametrize("horizon", [0, 1, 2])
def test_bands_hold_what_they_claim_after_reconciliation_as_the_mean_over_nations(both, cities, horizon):
    came, _, after = both[2000]
    places = cities.select("nation", "city").unique().sort("city")
    nation = np.concatenate([[name] * places.filter(nation=name).height for name in NATIONS])
    for low, high, least, most in ((1, 2, 0.74, 0.86), (3, 4, 0.90, 0.99)):
        inside = (came[:, horizon] >= after[:, horizon, low]) & (came[:, horizon] <= after[:, horizon, high])
        assert least <= np.mean([inside[nation == name].mean() for name in NATIONS]) <= most
