"""A panel of several years against COINr's purse (s9): screened and treated year by year, then on one scale.

The reference screens (90% known) and treats each year on its own and normalises all years together; so do
these tests, with the steps of a year made by :func:`prepare` and the joint ones by :func:`build`.
"""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build, prepare
from urbium.model import Choice

pytestmark = pytest.mark.shared

OF_A_YEAR = Method(Choice.row("screen(availability=0.9) > winsorise(limit=5, then=log)"))
OF_ALL = Method(Choice.row("min-max(low=0, high=100)"), (Choice("arithmetic"),))


@pytest.fixture(scope="module")
def data(asem):
    return asem.table("in_ASEM_iData_panel").sort("Time", "uCode")


@pytest.fixture(scope="module")
def panel(asem, data):
    """Return the matrix of all cities in all years, each year screened and treated on its own."""
    raw = matrix(
        data.select(pl.col(asem.leaves).cast(pl.Float64)).fill_null(np.nan).to_numpy(),
        directions=asem.raw.directions,
        rows=tuple(data["uCode"]),
        columns=tuple(asem.leaves),
        parents=asem.layout.parents,
        years=data["Time"].to_numpy(),
    )
    parts = [_year(raw, year) for year in np.unique(raw.years)]
    return replace(
        raw,
        values=np.vstack([part.values for part in parts]),
        is_in=np.concatenate([part.is_in for part in parts]),
    )


def _year(raw, year):
    rows = raw.years == year
    own = replace(
        raw,
        rows=tuple(np.array(raw.rows)[rows]),
        values=raw.values[rows],
        years=raw.years[rows],
        is_in=raw.is_in[rows],
    )
    return prepare(own, OF_A_YEAR)[-1].matrix


@pytest.fixture(scope="module")
def built(asem, panel):
    return build(panel, asem.layout, OF_ALL)


def stored(asem, data, name, columns):
    """Return columns of a stored table in the order of our rows, NaN for a city that was screened out."""
    keys = data.select("Time", "uCode")
    joined = keys.join(asem.table(name), on=["Time", "uCode"], how="left", maintain_order="left")
    return joined.select(pl.col(columns).cast(pl.Float64)).fill_null(np.nan).to_numpy()


def test_the_same_cities_are_screened_out_of_each_year(asem, data, panel):
    kept = data.select("Time", "uCode").filter(pl.Series(panel.is_in))

    assert kept.equals(asem.table("s9_purse_normalised").select("Time", "uCode").sort("Time", "uCode"))
    assert kept["Time"].n_unique() == 5


def test_normalising_over_all_years_agrees(asem, data, built, agree):
    agree(built.normalised, stored(asem, data, "s9_purse_normalised", asem.leaves))


def test_every_node_of_every_year_agrees(asem, data, built, agree):
    agree(built.scores, stored(asem, data, "s9_purse_aggregated", asem.nodes))
