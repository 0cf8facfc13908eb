"""A roadmap refuses what is wrong in it, all at once, and survives being written and read."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.errors import InputError, UrbiumError
from urbium.plan import Roadmap, check_roadmap, solve
from urbium.plan.problem.tables import OPTIONAL, TABLES


def change(table, where, **values):
    return table.with_columns(
        **{name: pl.when(where).then(pl.lit(value)).otherwise(name) for name, value in values.items()}
    )


def needs(**row):
    return pl.DataFrame(
        {"project": ["P0"], "requires": ["P1"], "lag": [0]} | {k: [v] for k, v in row.items()}
    )


def own_share(project, fund, share):
    return pl.DataFrame({"project": [project], "fund": [fund], "share_max": [share]})


def staffed(occupation="planner", building=1.0):
    return {
        "occupations": pl.DataFrame({"occupation": ["planner"]}),
        "staff": pl.DataFrame(
            {"project": ["P0"], "occupation": [occupation], "building": [building], "running": [0.0]}
        ),
    }


def pool(year, places):
    return pl.DataFrame({"place": ["C0"], "occupation": ["planner"], "year": [year], "places": [places]})


def trained(most=1, cost=1.0):
    return pl.DataFrame(
        {"occupation": ["planner"], "cost": [cost], "places": [1.0], "most": [most], "lag": [0]}
    )


def priced(road, price=1.0):
    return {"settings": replace(road.settings, shortfall_price=price)}


def promised(road, deadline=2018, covered="open", price=1.0):
    return priced(road, price) | {
        "standards": pl.DataFrame({"standard": ["open"], "city": ["C0"], "deadline": [deadline]}),
        "covers": pl.DataFrame({"standard": [covered], "project": ["P0"]}),
    }


def fair(place, rule="least_closing", share=0.5):
    return pl.DataFrame({"rule": [rule], "place": [place], "share": [share]})


FIRST = pl.col("project") == "P0"

NEW_COLUMNS = {
    "cities": ["region"],
    "projects": ["earliest", "latest", "outside_share_max"],
    "prerequisites": ["kind", "loss"],
    "effects": ["rollout"],
    "funds": ["city_share_max", "city_budgets_share_max"],
}

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
    "P0 appears more than once": lambda r: {"projects": pl.concat([r.projects, r.projects.head(1)])},
    "the weights sum to 2": lambda r: {"indicators": r.indicators.with_columns(weight=pl.lit(1.0))},
    "which no project uses": lambda r: {
        "funds": change(r.funds, pl.col("fund") == "BANK", finance_models="COAL")
    },
    "status is 'maybe'": lambda r: {"projects": change(r.projects, FIRST, status="maybe")},
    "is committed to start in 1999": lambda r: {
        "projects": change(r.projects, FIRST, status="committed", start=1999)
    },
    "and ends in 2026, after the last year": lambda r: {
        "projects": change(r.projects, FIRST, status="committed", start=2017, build_years=10)
    },
    "a slope rises": lambda r: {"curve": r.curve.with_columns(slope=pl.Series([0.5, 1.5]))},
    "share_max is 1.5": lambda r: {"funds": change(r.funds, pl.col("fund") == "BANK", share_max=1.5)},
    "build_years is 0": lambda r: {"projects": change(r.projects, FIRST, build_years=0)},
    "the earliest year (2018) is later than the latest year (2017)": lambda r: {
        "projects": change(r.projects, FIRST, earliest=2018, latest=2017)
    },
    "is committed to start in 2016, outside its window": lambda r: {
        "projects": change(r.projects, FIRST, status="committed", start=2016, build_years=1, earliest=2017)
    },
    "outside_share_max is 1.5": lambda r: {"projects": change(r.projects, FIRST, outside_share_max=1.5)},
    "kind is 'firm'": lambda r: {"prerequisites": needs(kind="firm")},
    "the soft prerequisite P1, but no loss is entered": lambda r: {
        "prerequisites": needs(kind="soft", loss=0.0)
    },
    "loss is -1.0, below 0": lambda r: {"prerequisites": needs(kind="soft", loss=-1.0)},
    "rollout is 0": lambda r: {"effects": r.effects.with_columns(rollout=pl.lit(0))},
    "city_share_max is 2.0": lambda r: {"funds": r.funds.with_columns(city_share_max=pl.lit(2.0))},
    "city_budgets_share_max is -0.5": lambda r: {
        "funds": r.funds.with_columns(city_budgets_share_max=pl.lit(-0.5))
    },
    "is limited by the budgets of C0, which has no budget for 2016, 2017 and 2018": lambda r: {
        "funds": r.funds.with_columns(city_budgets_share_max=pl.lit(0.5)),
        "budgets": r.budgets.filter(pl.col("place") != "C0"),
    },
    "there is no fund 'BUNK'": lambda r: {"fund_shares": own_share("P0", "BUNK", 0.5)},
    "share_max is 7.0": lambda r: {"fund_shares": own_share("P0", "BANK", 7.0)},
    "ABROAD may not pay for P1 at all": lambda r: {
        "projects": change(r.projects, pl.col("project") == "P1", finance_models="PUB"),
        "fund_shares": own_share("P1", "ABROAD", 0.5),
    },
    "there is no occupation 'plumber'": lambda r: staffed(occupation="plumber"),
    "P0 needs planner, but neither C0 nor the nation has a pool for this occupation": lambda r: staffed(),
    "building is -1.0, below 0": lambda r: staffed(building=-1.0),
    "2030 is outside the plan": lambda r: staffed() | {"pools": pool(2030, 1.0)},
    "places is -2.0, below 0": lambda r: staffed() | {"pools": pool(2016, -2.0)},
    "most is -1, below 0": lambda r: staffed() | {"training": trained(most=-1)},
    "cost is -1.0, below 0": lambda r: staffed() | {"training": trained(cost=-1.0)},
    "1940 is outside the plan": lambda r: promised(r, deadline=1940),
    "no project covers open": lambda r: promised(r) | {"covers": r.covers.clear()},
    "there is no standard 'shut'": lambda r: promised(r, covered="shut"),
    "shortfall_price is missing, but there is a standards table": lambda r: promised(r, price=0.0),
    "shortfall_price is missing, but there is a fairness table": lambda r: {"fairness": fair("C0")},
    "there is no city 'C9'": lambda r: priced(r) | {"fairness": fair("C9")},
    "there is no region 'C0'": lambda r: priced(r) | {"fairness": fair("C0", rule="parity")},
    "city C0 has nothing to improve": lambda r: (
        priced(r) | {"fairness": fair("C0"), "gaps": r.gaps.with_columns(need=pl.lit(0.0))}
    ),
    "share is 1.2": lambda r: priced(r) | {"fairness": fair("C0", share=1.2)},
    "rule is 'envy'": lambda r: priced(r) | {"fairness": fair("C0", rule="envy")},
    "carry_over is 1.5": lambda r: {"settings": replace(r.settings, carry_over=1.5)},
    "is_foreign is missing": lambda r: {"funds": r.funds.with_columns(is_foreign=None)},
    "solution is empty": lambda r: {"projects": change(r.projects, FIRST, solution="")},
    "P0: is mandatory, and no fund pays for LOTTERY": lambda r: {
        "projects": change(r.projects, FIRST, status="mandatory", finance_models="LOTTERY")
    },
    "P0 is mandatory, but P1, which it requires, is forbidden": lambda r: {
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
    check_roadmap(road)


@pytest.mark.parametrize("words", WRONG)
def test_a_roadmap_is_refused_when(words, road):
    wrong = road.replace(**WRONG[words](road))
    with pytest.raises(InputError) as error:
        check_roadmap(wrong)
    assert words in str(error.value)
    assert all(fault.remedy for fault in error.value.faults)


def test_blanks_between_finance_models_say_nothing(road):
    spaced = road.replace(projects=change(road.projects, FIRST, finance_models=" PUB ;  MDB"))
    assert spaced.projects.filter(FIRST)["finance_models"].item() == "PUB;MDB"


def test_all_faults_are_told_at_once(road):
    wrong = road.replace(
        projects=change(road.projects, FIRST, capital=-1.0, status="maybe"),
        indicators=road.indicators.with_columns(weight=pl.lit(1.0)),
    )
    with pytest.raises(InputError) as error:
        check_roadmap(wrong)
    assert {fault.rule for fault in error.value.faults} == {"negative", "word", "weights"}


def test_a_table_without_a_column_is_refused_when_it_is_given(road):
    with pytest.raises(InputError, match="columns are missing: capital"):
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
    with pytest.raises(InputError, match="tables are missing: funds"):
        Roadmap.read(folder)


def test_a_folder_written_before_there_were_people_and_promises_is_still_read(programme, tmp_path):
    road = programme(5)
    folder = road.save(tmp_path / "roadmap")
    for name in OPTIONAL:
        (folder / f"{name}.csv").unlink()
    for name, columns in NEW_COLUMNS.items():
        pl.read_csv(folder / f"{name}.csv").drop(columns).write_csv(folder / f"{name}.csv")
    settings = pl.read_csv(folder / "settings.csv")
    new = pl.col("setting").is_in(["shortfall_price", "carry_over"])
    settings.filter(~new).write_csv(folder / "settings.csv")
    again = Roadmap.read(folder)
    assert again.settings == road.settings
    assert all(again.tables[name].equals(road.tables[name]) for name in TABLES)


def test_an_empty_cell_of_a_new_column_is_as_if_the_column_were_left_out(programme):
    road = programme(5)
    kinds = {"kind": pl.String, "loss": pl.Float64}
    rows = road.prerequisites.drop("kind", "loss")
    nulls = rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in kinds.items())
    assert road.replace(prerequisites=nulls).prerequisites.equals(road.prerequisites)


def test_a_plan_of_a_read_roadmap_is_that_of_the_written_one(programme, tmp_path):
    road = programme(5)
    again = Roadmap.read(road.save(tmp_path / "roadmap"))
    assert solve(again, work_limit=20).table.equals(solve(road, work_limit=20).table)


def test_the_example_is_planned_and_its_plan_is_certified():
    plan = solve(Roadmap.example())
    assert plan.table["project"].to_list() == ["lamps harbour", "lamps hill"]
    assert plan.certificate.is_valid


def test_a_row_that_is_added_stands_in_the_new_roadmap_alone():
    road = Roadmap.example()
    more = road.add("budgets", place="hill", year=2030, amount=7)
    assert (road.budgets.height, more.budgets.height) == (10, 11)
    assert more.budgets.row(-1, named=True)["amount"] == 7.0


@pytest.mark.parametrize(
    ("table", "cells", "words"),
    [
        ("project", {}, "did you mean 'projects'"),
        (
            "projects",
            {"projekt": "x", "city": "hill"},
            "there is no column 'projekt'; did you mean 'project'",
        ),
        (
            "projects",
            {"project": "x", "city": "hill"},
            "columns are missing: solution, capital, operation, build_years",
        ),
        ("budgets", {"place": "hill", "year": 2030, "amount": "much"}, "use values of the right type"),
    ],
)
def test_a_row_that_a_table_cannot_take_is_refused(table, cells, words):
    with pytest.raises(UrbiumError, match=words):
        Roadmap.example().add(table, **cells)
