"""A roadmap refuses what is wrong in it, all at once, and survives being written and read."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.plan import Roadmap, solve
from urbium.plan.roadmap import TABLES


def change(table, where, **values):
    return table.with_columns(
        **{name: pl.when(where).then(pl.lit(value)).otherwise(name) for name, value in values.items()}
    )


FIRST = pl.col("project") == "P0"

WRONG = {
    "a cycle: P0 -> P1 -> P0": lambda r: {
        "prerequisites": pl.DataFrame({"project": ["P0", "P1"], "requires": ["P1", "P0"], "lag": [0, 0]})
    },
    "capital is -1.0, below 0": lambda r: {"projects": change(r.projects, FIRST, capital=-1.0)},
    "capital is nan": lambda r: {"projects": change(r.projects, FIRST, capital=float("nan"))},
    "capital is missing": lambda r: {"projects": change(r.projects, FIRST, capital=None)},
    "2050 is outside the plan": lambda r: {"budgets": r.budgets.with_columns(year=pl.lit(2050)).head(1)},
    "there is no project 'PX'": lambda r: {
        "effects": r.effects.with_columns(project=pl.lit("PX")).unique(
            ["project", "indicator"], maintain_order=True
        )
    },
    "P0 stands more than once": lambda r: {"projects": pl.concat([r.projects, r.projects.head(1)])},
    "the weights sum to 2": lambda r: {"indicators": r.indicators.with_columns(weight=pl.lit(1.0))},
    "which no project takes": lambda r: {
        "funds": change(r.funds, pl.col("fund") == "BANK", finance_models="COAL")
    },
    "status is 'maybe'": lambda r: {"projects": change(r.projects, FIRST, status="maybe")},
    "is committed with start 1999": lambda r: {
        "projects": change(r.projects, FIRST, status="committed", start=1999)
    },
    "and ends in 2026, after the plan": lambda r: {
        "projects": change(r.projects, FIRST, status="committed", start=2017, build_years=10)
    },
    "a slope rises": lambda r: {"curve": r.curve.with_columns(slope=pl.Series([0.5, 1.5]))},
    "share_max is 1.5": lambda r: {"funds": change(r.funds, pl.col("fund") == "BANK", share_max=1.5)},
    "build_years is 0": lambda r: {"projects": change(r.projects, FIRST, build_years=0)},
    "P0 is mandatory and requires P1, which is forbidden": lambda r: {
        "projects": change(
            change(r.projects, FIRST, status="mandatory"), pl.col("project") == "P1", status="forbidden"
        ),
        "prerequisites": pl.DataFrame({"project": ["P0"], "requires": ["P1"], "lag": [0]}),
    },
}


@pytest.fixture
def road(programme):
    found = programme(12, cities=1)
    return found.replace(
        projects=found.projects.with_columns(status=pl.lit("candidate"), start=pl.lit(None, pl.Int64)),
        prerequisites=found.prerequisites.clear(),
    )


def test_a_roadmap_without_faults_is_accepted(road):
    road.check()


@pytest.mark.parametrize("words", WRONG)
def test_a_roadmap_is_refused_when(words, road):
    wrong = road.replace(**WRONG[words](road))
    with pytest.raises(InputError) as error:
        wrong.check()
    assert words in str(error.value)
    assert all(fault.remedy for fault in error.value.faults)


def test_all_faults_are_told_at_once(road):
    wrong = road.replace(
        projects=change(road.projects, FIRST, capital=-1.0, status="maybe"),
        indicators=road.indicators.with_columns(weight=pl.lit(1.0)),
    )
    with pytest.raises(InputError) as error:
        wrong.check()
    assert {fault.rule for fault in error.value.faults} == {"negative", "word", "weights"}


def test_a_table_without_a_column_is_refused_when_it_is_given(road):
    with pytest.raises(InputError, match="no column capital"):
        road.replace(projects=road.projects.drop("capital"))


def test_a_roadmap_is_the_same_after_being_written_and_read(programme, tmp_path):
    road = programme(5)
    again = Roadmap.read(road.save(tmp_path / "roadmap"))
    assert again.years == road.years
    assert again.settings == road.settings
    assert all(again.tables[name].equals(road.tables[name]) for name in TABLES)


def test_a_folder_without_a_table_is_refused(programme, tmp_path):
    folder = programme(5).save(tmp_path / "roadmap")
    (folder / "funds.csv").unlink()
    with pytest.raises(InputError, match=r"no funds\.csv"):
        Roadmap.read(folder)


def test_a_plan_of_a_read_roadmap_is_that_of_the_written_one(programme, tmp_path):
    road = programme(5)
    again = Roadmap.read(road.save(tmp_path / "roadmap"))
    assert solve(again, time_limit=20).table.equals(solve(road, time_limit=20).table)
