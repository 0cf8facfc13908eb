"""Sobol indices: the design, the estimates against SALib and COINr, the bounds against brute force."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from urbium.errors import InputError
from urbium.measure.uncertainty.sensitivity import saltelli, saltelli_from, sobol_indices

A, B = 7.0, 0.1  # of the Ishigami function
THREE = ("x1", "x2", "x3")


def ishigami(shares):
    x = np.pi * (2 * shares - 1)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def analytic():
    """First and total indices of the Ishigami function (Saltelli et al., Global Sensitivity Analysis)."""
    one = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    two, both = A**2 / 8, 8 * B**2 * np.pi**8 / 225
    whole = one + two + both
    return np.array([one, two, 0]) / whole, np.array([one + both, two, both]) / whole


def salib(outputs, factors, resamples=100):
    """Ask SALib, whose runs go base row by base row: A, AB1 ... ABd, B."""
    sobol = pytest.importorskip("SALib.analyze.sobol")
    base = len(outputs) // (factors + 2)
    blocks = outputs.reshape(factors + 2, base)
    order = np.concatenate([blocks[:1], blocks[2:], blocks[1:2]]).T.ravel()
    problem = {"num_vars": factors, "names": list(range(factors)), "bounds": [[0, 1]] * factors}
    found = sobol.analyze(problem, order, calc_second_order=False, num_resamples=resamples, seed=1)
    scale = (2 * base - 1) / (2 * base)  # SALib divides the variance by 2N, we by 2N - 1
    return {key: np.asarray(values, dtype=float) * scale for key, values in found.items()}


def literal(outputs, factors, weights=None):
    """The two estimators as printed, row by row."""
    base = len(outputs) // (factors + 2)
    blocks = outputs.reshape(factors + 2, base)
    rows = np.arange(base) if weights is None else np.repeat(np.arange(base), weights)
    a, b = blocks[0, rows], blocks[1, rows]
    spread = np.var(np.concatenate([a, b]), ddof=1)
    first = [np.mean(b * (blocks[2 + i, rows] - a)) / spread for i in range(factors)]
    total = [np.mean((a - blocks[2 + i, rows]) ** 2) / 2 / spread for i in range(factors)]
    return np.array(first), np.array(total)


# The design


def test_the_third_and_later_blocks_are_the_first_sample_with_one_column_of_the_second():
    first, second = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([[-1.0, -2, -3], [-4, -5, -6]])
    assert saltelli_from(first, second).tolist() == [
        *([1, 2, 3], [4, 5, 6]),
        *([-1, -2, -3], [-4, -5, -6]),
        *([-1, 2, 3], [-4, 5, 6]),
        *([1, -2, 3], [4, -5, 6]),
        *([1, 2, -3], [4, 5, -6]),
    ]


def test_a_design_has_factors_plus_two_runs_for_each_base_row():
    assert saltelli(100, 4).shape == (600, 4)


def test_a_design_lies_between_zero_and_one():
    runs = saltelli(64, 3)
    assert (runs >= 0).all()
    assert (runs < 1).all()


def test_each_column_of_a_design_of_a_power_of_two_has_one_point_in_each_part():
    parts = np.floor(saltelli(16, 2)[:16] * 16)
    assert np.sort(parts, axis=0).tolist() == [[part, part] for part in range(16)]


def test_the_two_samples_of_a_design_differ():
    runs = saltelli(8, 1)
    assert not np.isclose(runs[:8], runs[8:16]).any()


def test_the_same_seed_gives_the_same_design():
    assert (saltelli(8, 2, seed=5) == saltelli(8, 2, seed=5)).all()


def test_another_seed_gives_another_design():
    assert (saltelli(8, 2, seed=5) != saltelli(8, 2, seed=6)).all()


def test_a_seed_left_out_is_zero():
    assert (saltelli(8, 2) == saltelli(8, 2, seed=0)).all()


def test_a_short_design_is_the_start_of_a_longer_one():
    assert (saltelli(5, 2)[:5] == saltelli(8, 2)[:5]).all()


def test_two_base_rows_of_one_factor_are_a_design():
    assert saltelli(2, 1).shape == (6, 1)


@pytest.mark.parametrize(("base", "factors"), [(1, 3), (4, 0)])
def test_too_small_a_design_is_refused(base, factors):
    with pytest.raises(
        InputError, match=rf"not a valid design \(base rows: {base}; factors: {factors}\)"
    ) as caught:
        saltelli(base, factors)
    assert "request 2 or more base rows" in caught.value.remedy


@pytest.mark.parametrize("second", [np.zeros((3, 3)), np.zeros((2, 2)), np.zeros(3)])
def test_samples_of_other_shapes_are_refused(second):
    with pytest.raises(InputError, match="cannot be combined into a design"):
        saltelli_from(np.zeros((3, 2)), second)


def test_samples_that_are_no_tables_are_refused():
    with pytest.raises(InputError, match=r"\(3,\) and \(3,\)") as caught:
        saltelli_from(np.zeros(3), np.zeros(3))
    assert "use two independent samples of the same shape" in caught.value.remedy


# The estimates


def test_the_estimates_of_the_ishigami_function_come_near_its_analytic_indices():
    found = sobol_indices(ishigami(saltelli(4096, 3)), THREE, resamples=0)
    first, total = analytic()
    assert found.first == pytest.approx(first, abs=0.01)
    assert found.total == pytest.approx(total, abs=0.01)


def test_the_analytic_indices_of_a_small_sample_lie_within_its_bounds():
    found = sobol_indices(ishigami(saltelli(512, 3, seed=1)), THREE, confidence=0.99)
    first, total = analytic()
    assert ((found.first_low < first) & (first < found.first_high)).all()
    assert ((found.total_low < total) & (total < found.total_high)).all()


def test_the_estimates_are_those_of_salib():
    outputs = ishigami(saltelli(256, 3, seed=3)) + 20
    found, other = sobol_indices(outputs, THREE, resamples=0), salib(outputs, 3)
    assert found.first == pytest.approx(other["S1"], rel=1e-9)
    assert found.total == pytest.approx(other["ST"], rel=1e-9)


def test_the_bounds_are_as_wide_as_those_of_salib():
    outputs = ishigami(saltelli(256, 3, seed=3))
    found = sobol_indices(outputs, THREE, resamples=2000, confidence=0.95)
    other = salib(outputs, 3, resamples=2000)
    assert (found.first_high - found.first_low) / 2 == pytest.approx(other["S1_conf"], rel=0.1)
    assert (found.total_high - found.total_low) / 2 == pytest.approx(other["ST_conf"], rel=0.1)


def test_without_centring_the_estimates_are_those_printed():
    outputs = ishigami(saltelli(64, 3)) + 5
    found = sobol_indices(outputs, THREE, is_centred=False, resamples=0)
    first, total = literal(outputs, 3)
    assert found.first == pytest.approx(first, rel=1e-9)
    assert found.total == pytest.approx(total, rel=1e-9)


def test_a_shift_of_the_outputs_changes_nothing():
    outputs = ishigami(saltelli(64, 3))
    plain, shifted = (sobol_indices(each, THREE) for each in (outputs, outputs + 100))
    assert shifted.first == pytest.approx(plain.first, abs=1e-10)
    assert shifted.first_low == pytest.approx(plain.first_low, abs=1e-10)


def test_the_bounds_are_quantiles_of_the_estimates_of_base_rows_drawn_anew():
    outputs = ishigami(saltelli(32, 3))
    found = sobol_indices(outputs, THREE, is_centred=False, resamples=50, confidence=0.8, seed=4)
    counts = np.random.default_rng(4).multinomial(32, np.full(32, 1 / 32), size=50)
    first, total = (np.array(each) for each in zip(*(literal(outputs, 3, w) for w in counts), strict=True))
    assert found.first_low == pytest.approx(np.quantile(first, 0.1, axis=0), rel=1e-9)
    assert found.first_high == pytest.approx(np.quantile(first, 0.9, axis=0), rel=1e-9)
    assert found.total_low == pytest.approx(np.quantile(total, 0.1, axis=0), rel=1e-9)
    assert found.total_high == pytest.approx(np.quantile(total, 0.9, axis=0), rel=1e-9)


def test_what_is_left_out_is_a_thousand_resamples_ninety_percent_and_seed_zero():
    outputs = ishigami(saltelli(16, 3))
    plain = sobol_indices(outputs, THREE)
    told = sobol_indices(outputs, THREE, is_centred=True, resamples=1000, confidence=0.9, seed=0)
    assert plain.table.equals(told.table)


def test_without_resamples_there_are_no_bounds():
    found = sobol_indices(ishigami(saltelli(16, 3)), THREE, resamples=0)
    assert np.isnan([found.first_low, found.first_high, found.total_low, found.total_high]).all()
    assert not np.isnan(found.first).any()


def test_several_outputs_are_estimated_side_by_side():
    runs = saltelli(32, 3)
    outputs = np.stack([ishigami(runs), runs @ [1.0, 2.0, 3.0]], axis=1)
    both, alone = sobol_indices(outputs, THREE), sobol_indices(outputs[:, 1], THREE)
    assert both.first.shape == (3, 2)
    assert both.first[:, 1] == pytest.approx(alone.first, abs=1e-12)
    assert both.total_high[:, 1] == pytest.approx(alone.total_high, abs=1e-12)
    assert both.base_used.tolist() == [32, 32]


def test_a_base_row_with_a_run_without_output_is_left_out():
    outputs = ishigami(saltelli(16, 3))
    holed = outputs.copy()
    holed[2 * 16 + 4] = np.nan  # base row 4, first factor
    without = outputs[[place for place in range(len(outputs)) if place % 16 != 4]]
    found = sobol_indices(holed, THREE, resamples=0)
    expected = sobol_indices(without, THREE, resamples=0)
    assert found.first == pytest.approx(expected.first, rel=1e-9)
    assert found.total == pytest.approx(expected.total, rel=1e-9)
    assert found.base_used == 15


def test_outputs_that_never_vary_have_no_indices():
    found = sobol_indices(np.full(30, 0.1), THREE)
    assert np.isnan(found.first).all()
    assert np.isnan(found.total_high).all()


def test_outputs_that_never_vary_have_no_indices_even_uncentred():
    assert np.isnan(sobol_indices(np.full(30, 0.1), THREE, is_centred=False).total).all()


def test_no_output_at_all_gives_no_indices():
    found = sobol_indices(np.full(30, np.nan), THREE)
    assert np.isnan(found.total).all()
    assert found.base_used == 0


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(np.nan)), min_size=20, max_size=20))
def test_missing_outputs_never_raise(outputs):
    found = sobol_indices(np.array(outputs), THREE, resamples=20)
    assert found.total.shape == (3,)


@pytest.mark.parametrize(("runs", "factors"), [(11, THREE), (0, THREE), (10, ())])
def test_runs_that_are_no_design_are_refused(runs, factors):
    with pytest.raises(
        InputError, match=f"{runs} runs do not make a valid design for {len(factors)} factors"
    ):
        sobol_indices(np.zeros(runs), factors)


def test_the_refusal_says_what_number_of_runs_would_do():
    with pytest.raises(InputError, match="a multiple of 5"):
        sobol_indices(np.zeros(11), THREE)


def test_the_table_has_a_row_for_each_factor_and_output():
    runs = saltelli(16, 2)
    found = sobol_indices(np.stack([runs[:, 0], np.ones(len(runs))], axis=1), ("a", "b"), resamples=10)
    assert found.table.select("factor", "output").rows() == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]
    assert found.table["total"].to_list()[1::2] == [None, None]
    assert found.table["total"][0] == found.total[0, 0]
    assert found.table["first_low"][2] == found.first_low[1, 0]


# COINr


def reference(shared: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(shared / "data" / "reference" / "coinr" / f"s8_{name}.csv")


@pytest.mark.shared
def test_the_estimates_of_the_stored_ishigami_runs_are_those_of_coinr(shared):
    sample, expected = reference(shared, "ishigami_sample"), reference(shared, "ishigami_indices")
    found = sobol_indices(sample["y"].to_numpy(), THREE, is_centred=False, resamples=0)
    assert found.first == pytest.approx(expected["Si"].to_numpy(), rel=1e-9)
    assert found.total == pytest.approx(expected["STi"].to_numpy(), rel=1e-9)


@pytest.mark.shared
def test_the_stored_ishigami_runs_are_a_design_of_ours(shared):
    sample = reference(shared, "ishigami_sample").select("V1", "V2", "V3").to_numpy()
    assert (saltelli_from(sample[:2000], sample[2000:4000]) == sample).all()


@pytest.mark.shared
def test_the_estimates_of_the_stored_rank_shifts_are_those_of_coinr(shared):
    scores = reference(shared, "SA100_scores").drop("uCode").cast(pl.Float64).to_numpy()
    ranks = rankdata(-scores.round(10), method="min", axis=0)
    shifts = np.abs(ranks[:, 1:] - ranks[:, :1]).mean(axis=0)
    expected = reference(shared, "SA100_sensitivity")
    found = sobol_indices(shifts, tuple(expected["Variable"]), is_centred=False)
    assert found.first == pytest.approx(expected["Si"].to_numpy(), rel=1e-9)
    assert found.total == pytest.approx(expected["STi"].to_numpy(), rel=1e-9)
    assert found.total_low == pytest.approx(expected["STi_q5"].to_numpy(), rel=0.1)
    assert found.total_high == pytest.approx(expected["STi_q95"].to_numpy(), rel=0.1)
