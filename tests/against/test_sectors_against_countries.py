"""The pooled model of sectors against 175 countries: learned from the years to 2005, judged by 2006 to 2019.

World Bank (WDI through Gapminder): value added by sector in percent of GDP from 1960, employment by sector
(modelled by the ILO) from 1991, GDP per head in constant USD.
"""

import numpy as np
import polars as pl
import pytest

from calibration.sector_combination_fit import fit_combination
from calibration.sector_fit import fit_sectors, learn_elasticities
from urbium.forecast.workforce.jobs import SPAN
from urbium.forecast.workforce.labour import labour_force, people_of, persons
from urbium.forecast.workforce.workforce_rules import read_rules
from workforce_rules import FILES, back_test, world

pytestmark = [pytest.mark.shared, pytest.mark.long]

SERIES = pytest.mark.parametrize("series", ["output", "employment"])


@pytest.fixture(scope="module")
def trials(shared):
    """Return the trial of each series, which the page of back-tests shows, too."""
    assert shared.is_dir()  # it is read
    return {name: back_test(name, 2005, 2019) for name in FILES}


@SERIES
def test_more_than_150_countries_take_part_and_the_others_are_named_with_a_reason(trials, series):
    trial = trials[series]
    assert len(trial.used) > 150
    assert not set(trial.used) & set(trial.left_out["place"])
    assert trial.left_out["reason"].str.contains("2005").all()


@SERIES
@pytest.mark.parametrize(
    "rival",
    ["persistence", "persistence with bands", "linear trend", "linear trend with bands", "drift of all"],
)
def test_the_score_is_below_that_of_every_rival(trials, series, rival):
    assert trials[series].figure("crps") < trials[series].figure("crps", rival)


@SERIES
@pytest.mark.parametrize(
    "rival", ["persistence", "persistence with bands", "linear trend with bands", "drift of all"]
)
def test_the_score_of_the_combination_is_below_that_of_every_rival(trials, series, rival):
    assert trials[series].figure("crps", "combination") < trials[series].figure("crps", rival)


@SERIES
@pytest.mark.parametrize("horizon", range(1, 15))
def test_the_score_is_below_that_of_persistence_and_trend_at_every_horizon(trials, series, horizon):
    trial = trials[series]
    rivals = [
        trial.figure("crps", f"{rival} with bands", horizon=horizon)
        for rival in ("persistence", "linear trend")
    ]
    assert trial.figure("crps", horizon=horizon) < min(rivals)


@SERIES
def test_bands_hold_what_they_claim(trials, series):
    assert 0.76 <= trials[series].figure("coverage80") <= 0.84
    assert 0.93 <= trials[series].figure("coverage95") <= 0.97


@SERIES
@pytest.mark.parametrize("sector", ["agriculture", "industry", "services"])
def test_bands_of_each_sector_hold_about_what_they_claim(trials, series, sector):
    assert 0.76 <= trials[series].figure("coverage80", sector=sector) <= 0.85
    assert 0.93 <= trials[series].figure("coverage95", sector=sector) <= 0.97


@SERIES
@pytest.mark.parametrize("horizon", range(1, 15))
def test_bands_at_each_horizon_err_on_the_wide_side_if_at_all(trials, series, horizon):
    assert 0.76 <= trials[series].figure("coverage80", horizon=horizon) <= 0.88
    assert 0.93 <= trials[series].figure("coverage95", horizon=horizon) <= 0.98


def test_the_world_teaches_that_agriculture_gives_way_as_income_rises(trials):
    at = {
        name: trial.model.at_path(np.log([1000.0, 10_000.0, 40_000.0]))[:, 0]
        for name, trial in trials.items()
    }
    assert (np.diff(at["output"]) < 0).all()
    assert (np.diff(at["employment"]) < 0).all()


def test_output_shares_that_add_up_to_far_from_a_hundred_are_left_out_with_their_sum(shared):
    _, excluded = world(shared / "data" / "real" / "countries_wdi", "output")
    brazil = excluded.filter(pl.col("place") == "bra", pl.col("year") == 1970).row(0, named=True)
    assert brazil["sum"] == 0
    assert brazil["reason"] == "the shares add up to 0%; the sum must be from 70% to 110%"


# The declared figures, learned again


@pytest.fixture(scope="module")
def panels(shared):
    """Return the panel of each series, all years."""
    return {name: world(shared / "data" / "real" / "countries_wdi", name)[0] for name in FILES}


@pytest.fixture(scope="module")
def models(panels):
    """Return the model of each series, learned from all years."""
    return {name: fit_sectors(panel) for name, panel in panels.items()}


@SERIES
def test_the_declared_model_is_the_one_the_world_teaches(models, series):
    assert read_rules().models[series].figures() == pytest.approx(
        models[series].figures(), rel=0.02, abs=1e-4
    )


@SERIES
def test_the_declared_combination_is_the_one_the_world_teaches(panels, series):
    assert read_rules().combinations[series].figures() == pytest.approx(
        fit_combination(panels[series]).figures(), rel=0.02, abs=1e-4
    )


@SERIES
@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("combination", "combination"),
        ("model", "model"),
        ("persistence", "persistence with bands"),
        ("linear", "linear trend with bands"),
    ],
)
def test_the_declared_scores_are_those_of_the_trial(trials, series, name, method):
    declared = read_rules().rows[f"trial.{series}.crps.{name}"].value
    assert declared == pytest.approx(trials[series].figure("crps", method), rel=0.01)


@SERIES
@pytest.mark.parametrize("level", ["80", "95"])
def test_the_declared_coverage_is_that_of_the_trial(trials, series, level):
    declared = read_rules().rows[f"trial.{series}.coverage{level}"].value
    assert declared == pytest.approx(trials[series].figure(f"coverage{level}", "combination"), abs=0.01)


def test_the_declared_elasticities_are_those_the_world_teaches(panels):
    work, made = panels["employment"], panels["output"]
    both = sorted(set(work.places) & set(made.places))
    ends = [int(work.years[-1]) - SPAN * back for back in (3, 2, 1, 0)]
    rows, at = [made.places.index(place) for place in both], np.searchsorted(made.years, ends)
    output = np.log(made.shares[rows][:, at] * made.income[rows][:, at, None])
    jobs = np.log(
        work.shares[[work.places.index(place) for place in both]][:, np.searchsorted(work.years, ends)]
    )

    found = learn_elasticities(np.diff(jobs, axis=1) / SPAN, np.diff(output, axis=1) / SPAN)

    assert read_rules().jobs.figures() == pytest.approx(found.figures(), rel=1e-3)


# The declared participation rates


def china(shared):
    parts = []
    for sex, letter in (("male", "M"), ("female", "F")):
        path = shared / "data" / "real" / "population" / f"wpp2019_pop{letter}.txt"
        table = pl.read_csv(path, separator="\t", infer_schema_length=0).filter(pl.col("name") == "China")
        parts.append(
            table.select(
                place=pl.lit("CHN"),
                year=pl.lit(2015),
                sex=pl.lit(sex),
                age=pl.col("age").str.extract(r"^(\d+)").cast(pl.Int64),
                value=1000 * pl.col("2015").cast(pl.Float64),
            )
        )
    return people_of(pl.concat(parts))


def test_declared_participation_makes_71_percent_of_those_aged_15_and_over_in_2015(shared):
    people = china(shared)
    young = people_of_age(people, 15)
    force = labour_force(people, "CHN", [2015], read_rules().participation).item()
    assert force / (persons(people, "CHN", [2015]).item() - young) == pytest.approx(0.71, abs=0.005)


def people_of_age(people, below):
    return people.values[0, 0, :, : people.ages.index(below)].sum()
