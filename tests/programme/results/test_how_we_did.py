"""How we did: an adopted outlook is scored by figures that come after it; the next one stands on them."""

import polars as pl
import pytest

import urbium
from urbium.errors import NotFoundError
from urbium.forecast.nation.how_we_did import hold_outlook
from urbium.store import FileStamp


@pytest.fixture
def copy(demo_copy):
    with urbium.open(demo_copy) as opened:
        yield opened


def figures(outlook, factor, year):
    """Return the projected people of a year times a factor, as what came."""
    rows = outlook.table.filter(pl.col("year") == year, pl.col("kind") == "projected")
    return rows.select("city", "area", "year", persons=factor * pl.col("value"))


def test_without_an_adopted_outlook_it_says_what_to_run(tmp_path):
    with urbium.new(tmp_path / "new.db") as programme, pytest.raises(NotFoundError, match="no outlook"):
        programme.how_we_did()


def test_where_nothing_came_since_there_is_nothing_to_say(copy):
    result = copy.how_we_did()

    assert result.table.is_empty()
    assert repr(result) == "Accuracy of 1 outlook, based on 0 later figures"


def test_what_came_is_held_against_the_bands_and_against_no_change(copy):
    outlook = copy.adopted("outlook")
    rows = hold_outlook(outlook, None, figures(outlook, 1.0, 2020), None, name="1")

    assert rows.height > 260
    assert rows["inside80"].all()
    assert (rows["observed"] == rows["value"]).all()
    far = hold_outlook(outlook, None, figures(outlook, 30.0, 2020), None, name="1")
    assert not far["inside95"].any()


def test_newly_loaded_figures_score_the_old_outlook_and_rebase_the_next(copy):
    """A total of 2025 far below the last: the old band is scored by it, and the new outlook begins there."""
    stored = copy.observations(cities=["CHN"], variables=["urban_population", "urban_population_share"])
    last = stored.filter(pl.col("period") == "2024")
    new = last.with_columns(
        period=pl.lit("2025"),
        value=pl.when(pl.col("variable") == "urban_population").then(925e6).otherwise(66.2),
    )
    _record(copy, new)

    result = copy.how_we_did()
    row = result.overview.filter(pl.col("what") == "nation").row(0, named=True)
    total = 100 * 925e6 / 66.2
    held = result.table.filter(pl.col("what") == "nation").row(0, named=True)
    assert (row["figures"], row["first"]) == (1, 2025)
    assert held["observed"] == pytest.approx(total)
    assert held["inside80"] is (held["low80"] <= total <= held["high80"])
    assert row["no_change"] == pytest.approx(held["last"] / total - 1)

    nation = copy.forecast("nation", to=2035).table.filter(pl.col("place") == "nation").sort("year")
    seen = nation.filter(pl.col("kind") == "observed").row(-1, named=True)
    first = nation.filter(pl.col("kind") == "projected").row(0, named=True)
    assert (seen["year"], seen["value"]) == (2025, pytest.approx(total))
    assert first["low80"] <= seen["value"] <= first["high80"]
    ages = copy.forecast("ages", to=2035)
    assert ages.settings["base"] == 2025
    assert ages.total().table("place").filter(year=2025)["value"].item() == pytest.approx(total, rel=1e-6)


def _record(programme, rows):
    """Store observations as a later load would."""
    table = rows.drop("recorded_at", "recorded_by").with_columns(
        file=pl.lit("later.csv"), cell=pl.format("A{}", pl.int_range(1, pl.len() + 1))
    )
    stamp = FileStamp("later.csv", "0" * 64)
    programme.register._store.record(table, by="office", reason="new figures", file=stamp)
