"""The steps of the pipeline against the files of COINr 1.1.14 on its ASEM example, and where ours differs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from urbium.measure.steps.denominate import denominate
from urbium.measure.steps.impute import impute_mean, impute_median, impute_siblings
from urbium.measure.steps.normalise import (
    borda,
    distance_to_maximum,
    distance_to_reference,
    distance_to_target,
    fraction_of_maximum,
    goalposts,
    min_max,
    percentile,
    rank_score,
    scaled,
    z_score,
)
from urbium.measure.steps.screen import screen
from urbium.measure.steps.treat import (
    box_cox,
    kurtosis,
    log_ct_orig,
    log_ct_plus,
    log_gii,
    log_shift,
    skewness,
    treat,
    winsorise,
)

pytestmark = pytest.mark.shared
UP = np.array([1])


@pytest.fixture(scope="module", params=["x", "y"])
def vector(request: pytest.FixtureRequest, shared: Path) -> pl.DataFrame:
    """One of two short vectors, and what every function of the reference makes of it."""
    path = shared / "data" / "reference" / "coinr" / f"s3_scalar_functions_{request.param}.csv"
    return pl.read_csv(path).cast(pl.Float64)


@pytest.fixture(scope="module")
def stage(asem: Any) -> Callable[[str], np.ndarray]:
    """Return the reader of a stored set of indicators, in our order of rows and columns."""
    return lambda name: asem.array(name, asem.leaves)


def same(found: np.ndarray, expected: np.ndarray) -> None:
    """Agree to 1e-9 of the figure; near 0, to 1e-12."""
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


SCALARS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "minmax": lambda x: min_max(x, UP),
    "zscore": lambda x: z_score(x, UP),
    "scaled_m10_400": lambda x: scaled(x, UP, low=-10, high=400),
    "rank_min": lambda x: rank_score(x, UP),
    "rank_avg": lambda x: rank_score(x, UP, ties="average"),
    "borda": lambda x: borda(x, UP),
    "prank": lambda x: percentile(x, UP),
    "dist2max": lambda x: distance_to_maximum(x, UP),
    "dist2ref_row3": lambda x: distance_to_reference(x, UP, row=2),
    "dist2ref_row3_cap": lambda x: distance_to_reference(x, UP, row=2, cap=True),
    "dist2targ_100": lambda x: distance_to_target(x, UP, targets=100),
    "dist2targ_100_cap": lambda x: distance_to_target(x, UP, targets=100, cap=True),
    "dist2targ_1_neg": lambda x: distance_to_target(x, -UP, targets=1),
    "dist2targ_1_neg_cap": lambda x: distance_to_target(x, -UP, targets=1, cap=True),
    "fracmax": lambda x: fraction_of_maximum(x, UP),
    "goalposts_0_100": lambda x: goalposts(x, UP, low=0, high=100, scale=1),
    "goalposts_neg": lambda x: goalposts(x, -UP, low=0, high=100, scale=1),
    "goalposts_notrunc": lambda x: goalposts(x, UP, low=0, high=100, scale=1, truncate=False),
    "log_CT": log_shift,
    "log_CT_plus": log_ct_plus,
    "log_CT_orig": log_ct_orig,
    "winsorise5": lambda x: winsorise(x, 5),
    "winsorise1": lambda x: winsorise(x, 1),
    "boxcox_l05": lambda x: box_cox(x, 0.5),
    "boxcox_l0": lambda x: box_cox(x, 0),
}


@pytest.mark.parametrize("name", SCALARS)
def test_every_function_gives_the_figures_of_the_reference_on_a_short_vector(
    name: str, vector: pl.DataFrame
) -> None:
    values = vector["x"].to_numpy()[:, None]
    same(SCALARS[name](values)[:, 0], vector[name].to_numpy())


def test_skewness_and_kurtosis_of_a_short_vector_are_those_of_the_reference(vector: pl.DataFrame) -> None:
    values = vector["x"].to_numpy()[:, None]
    same(np.hstack([skewness(values), kurtosis(values)]), vector.select("skew", "kurt").row(0))


def test_no_function_of_the_short_vectors_is_left_out(vector: pl.DataFrame) -> None:
    assert {*SCALARS, "x", "skew", "kurt", "log_GII"} == set(vector.columns)


def test_the_reference_returns_untreated_data_from_log_gii(vector: pl.DataFrame) -> None:
    values = vector["x"].to_numpy()
    assert vector["log_GII"].equals(vector["x"])
    ours = log_gii(values[:, None])[:, 0]
    low, high = np.nanmin(values), np.nanmax(values)
    same(ours, np.log((high - 1) * (values - low) / (high - low) + 1))
    assert not np.allclose(ours, values, equal_nan=True)


def test_totals_divided_by_their_denominators_are_those_of_the_reference(asem, stage):
    found = asem.raw.values.copy()
    for name, denominator in asem.raw.denominators.items():
        columns = [place for place, each in enumerate(asem.leaves) if asem.meta[each]["Denominator"] == name]
        found[:, columns] = denominate(found[:, columns], denominator)
    same(found, stage("s1_denominated"))


def test_group_means_fill_the_gaps_as_in_the_reference(asem, stage):
    same(impute_mean(stage("s1_denominated"), asem.raw.groups["EurAsia_group"]), stage("s1_imputed"))


def test_means_fill_the_gaps_as_in_the_reference(stage):
    same(impute_mean(stage("s1_denominated")), stage("s6_impute_i_mean"))


def test_medians_fill_the_gaps_as_in_the_reference(stage):
    same(impute_median(stage("s1_denominated")), stage("s6_impute_i_median"))


def test_group_medians_fill_the_gaps_as_in_the_reference(asem, stage):
    found = impute_median(stage("s1_denominated"), asem.raw.groups["GDP_group"])
    same(found, stage("s6_impute_i_median_grp_GDP"))


def test_means_of_the_pillar_fill_the_gaps_as_in_the_reference(asem, stage):
    raw, is_up = stage("s1_denominated"), asem.raw.directions > 0
    filled = impute_siblings(min_max(raw, asem.raw.directions, low=0, high=1), asem.raw.parents)
    low, high = np.nanmin(raw, axis=0), np.nanmax(raw, axis=0)
    back = np.where(is_up, low + filled * (high - low), high - filled * (high - low))
    same(np.where(np.isnan(raw), back, raw), stage("s6_impute_i_mean_byrow_pillar"))


def test_the_rows_screened_are_those_of_the_reference(asem, stage):
    found = screen(stage("s1_imputed"), availability=0.9)
    figures = asem.array("s1_screen_summary", ["Dat_Avail", "Non_Zero"])
    same(np.column_stack([found.availability, found.nonzero]), figures)
    kept = asem.table("s1_screen_summary").filter(
        pl.col("Included").cast(pl.String).str.to_lowercase() == "true"
    )
    assert {row for row, is_in in zip(asem.raw.rows, found.is_in, strict=True) if is_in} == {*kept["uCode"]}
    same(stage("s1_imputed")[found.is_in], stage("s1_screened"))


def test_the_data_availability_before_imputing_is_that_of_the_reference(asem, stage):
    found = screen(stage("s1_raw"))
    figures = asem.array("s5_data_avail", ["Dat_Avail", "Non_Zero"])
    same(np.column_stack([found.availability, found.nonzero]), figures)


def test_the_treated_set_is_that_of_the_reference(stage):
    same(treat(stage("s1_screened")).values, stage("s1_treated"))


def test_the_table_of_treatment_is_that_of_the_reference(asem, stage):
    found = treat(stage("s1_screened"))
    table = pl.DataFrame({"iCode": asem.leaves}).join(
        asem.table("s1_treat_details"), on="iCode", maintain_order="left"
    )
    before, after = (
        table.select(f"check_SkewKurt{step}.{name}" for name in ("Skew", "Kurt")) for step in (0, 1)
    )
    treated = np.flatnonzero(found.winsorised)
    same(np.column_stack([found.skew_before, found.kurtosis_before]), before.to_numpy())
    same(np.column_stack([found.skew_after, found.kurtosis_after])[treated], after.drop_nulls().to_numpy())
    assert found.winsorised.tolist() == table["winsorise.nwin"].fill_null(0).to_list()
    assert found.passes.all()


SETS: dict[str, Callable[..., np.ndarray]] = {
    "minmax_0_100": min_max,
    "zscore_0_1": z_score,
    "zscore_10_2": partial(z_score, mean=10, spread=2),
    "dist2max": distance_to_maximum,
}
RANKS: dict[str, Callable[..., np.ndarray]] = {
    "rank": rank_score,
    "rank_min": partial(rank_score, ties="min"),
    "prank": percentile,
    "borda": borda,
}


@pytest.mark.parametrize("name", SETS)
def test_the_treated_set_on_each_scale_is_that_of_the_reference(name, asem, stage):
    same(SETS[name](stage("s1_treated"), asem.raw.directions), stage(f"s3_norm_{name}"))


def test_the_distance_to_a_row_is_that_of_the_reference(asem, stage):
    fifth = asem.raw.rows.index(asem.table("s1_treated")["uCode"][4])
    found = distance_to_reference(stage("s1_treated"), asem.raw.directions, row=fifth)
    same(found, stage("s3_norm_dist2ref_row5"))


def test_the_distance_to_the_targets_is_that_of_the_reference(asem, stage):
    found = distance_to_target(stage("s1_treated"), asem.raw.directions, targets=asem.raw.targets)
    same(found, stage("s3_norm_dist2targ_iMeta"))


def test_the_set_between_fixed_bounds_is_that_of_the_reference(asem, stage):
    # the reference turns an indicator round by its sign and takes the bounds 0 and 100 for what comes out
    is_up = asem.raw.directions > 0
    low, high = np.where(is_up, 0, -100), np.where(is_up, 100, 0)
    same(scaled(stage("s1_treated"), asem.raw.directions, low=low, high=high), stage("s3_norm_scaled"))


@pytest.mark.parametrize("name", RANKS)
def test_the_treated_set_in_ranks_is_that_of_the_reference(name, asem, stage):
    found = RANKS[name](stage("s1_treated"), asem.raw.directions)
    places = [place for place, column in enumerate(asem.leaves) if column != "TolMin"]  # see the next test
    same(found[:, places], stage(f"s3_norm_{name}")[:, places])


def test_the_reference_ranks_figures_apart_that_differ_by_rounding_only(asem, stage):
    column = asem.leaves.index("TolMin")
    values, theirs = stage("s1_treated")[:, column], stage("s3_norm_rank")[:, column]
    ours = rank_score(stage("s1_treated"), asem.raw.directions)[:, column]
    assert set(theirs[values == 5.1]) == {26, 27}
    assert set(ours[values == 5.1]) == {26}
    same(ours, np.array([theirs[values == value].min() for value in values]))


def test_fractions_of_the_maximum_are_those_of_the_reference_where_higher_is_better(asem, stage):
    is_up = asem.raw.directions > 0
    found = fraction_of_maximum(stage("s1_treated"), asem.raw.directions)
    same(found[:, is_up], stage("s3_norm_fracmax")[:, is_up])


def test_the_reference_puts_the_worst_first_in_fractions_of_the_maximum_where_lower_is_better(asem, stage):
    values, theirs, is_down = stage("s1_treated"), stage("s3_norm_fracmax"), asem.raw.directions < 0
    low, high = values.min(axis=0), values.max(axis=0)
    divides = is_down & (low > 0)
    assert (theirs.argmax(axis=0) == values.argmax(axis=0))[divides].all()  # the highest is the worst
    assert not np.isfinite(theirs[:, is_down & (low == 0)]).any()
    ours = fraction_of_maximum(values, asem.raw.directions)
    same(ours[:, divides], 1 - theirs[:, divides] * (low / high)[divides])
    assert (ours.argmax(axis=0) == values.argmin(axis=0))[is_down].all()
    assert np.isfinite(ours).all()


def test_every_normalised_set_of_the_reference_is_compared(asem):
    files = {path.stem.removeprefix("s3_norm_") for path in asem.folder.glob("s3_norm_*.csv")}
    assert files == {*SETS, *RANKS, "dist2ref_row5", "dist2targ_iMeta", "scaled", "fracmax"}


def test_years_screened_and_treated_alone_and_put_on_one_scale_are_those_of_the_reference(asem):
    panel = asem.table("in_ASEM_iData_panel").with_columns(pl.col(asem.leaves).cast(pl.Float64))
    figures, years = panel.select(pl.col(asem.leaves).fill_null(np.nan)).to_numpy(), panel["Time"].to_numpy()
    treated, is_in = figures.copy(), screen(figures, availability=0.9).is_in
    for year in range(2018, 2023):
        place = is_in & (years == year)
        treated[place] = treat(figures[place]).values
    found = (
        panel.select("Time", "uCode")
        .filter(is_in)
        .with_columns(pl.DataFrame(min_max(treated[is_in], asem.raw.directions), schema=asem.leaves))
    )
    expected = asem.table("s9_purse_normalised").select("Time", "uCode", *asem.leaves).sort("Time", "uCode")
    assert found.sort("Time", "uCode").select("Time", "uCode").equals(expected.select("Time", "uCode"))
    wanted = expected.select(pl.col(asem.leaves).cast(pl.Float64).fill_null(np.nan)).to_numpy()
    same(found.sort("Time", "uCode").select(asem.leaves).to_numpy(), wanted)
