"""Each kind of bad input is refused with its place and its remedy; a commitment that overruns is reported."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.plan import Roadmap, Settings, certify, solve

PROJECTS = ["A", "B", "C"]


@pytest.fixture
def road():
    """One town with three projects, ten a year, two funds and two indicators."""
    return Roadmap(
        years=range(2020, 2024),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["air", "water"], "weight": [0.6, 0.4]}),
        projects=pl.DataFrame(
            {
                "project": PROJECTS,
                "city": "X",
                "solution": PROJECTS,
                "capital": [10.0, 8.0, 6.0],
                "operation": 0.5,
                "build_years": [2, 1, 1],
                "finance_models": "PUB",
                "foreign_share_max": 1.0,
                "status": "candidate",
                "start": pl.Series([None] * 3, dtype=pl.Int64),
            }
        ),
        effects=pl.DataFrame({"project": PROJECTS, "indicator": "air", "effect": [0.3, 0.2, 0.1], "lag": 0}),
        gaps=pl.DataFrame({"city": ["X"], "indicator": ["air"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["TOWN", "BANK"],
                "finance_models": ["PUB", "PUB;PPP"],
                "share_max": [1.0, 0.5],
                "payer": ["city", "outside"],
                "is_foreign": [False, False],
            }
        ),
        budgets=pl.DataFrame({"place": "X", "year": list(range(2020, 2024)), "amount": 10.0}),
        settings=Settings(spending_price=0.0001),
    )


def requiring(*pairs):
    return pl.DataFrame(pairs, schema=["project", "requires"], orient="row").with_columns(lag=pl.lit(0))


def where(project, **values):
    is_own = pl.col("project") == project
    return [pl.when(is_own).then(pl.lit(value)).otherwise(name).alias(name) for name, value in values.items()]


BAD = {
    "a cycle of two": (
        lambda r: {"prerequisites": requiring(("A", "B"), ("B", "A"))},
        ("prerequisites", "A"), "a cycle: A -> B -> A", "remove one of these rows",
    ),
    "a cycle of three": (
        lambda r: {"prerequisites": requiring(("A", "B"), ("B", "C"), ("C", "A"))},
        ("prerequisites", "A"), "a cycle: A -> B -> C -> A", "remove one of these rows",
    ),
    "itself as prerequisite": (
        lambda r: {"prerequisites": requiring(("B", "B"))},
        ("prerequisites", "B"), "a cycle: B -> B", "remove one of these rows",
    ),
    "a negative cost": (
        lambda r: {"projects": r.projects.with_columns(where("B", capital=-8.0))},
        ("projects", "B"), "capital is -8.0, below 0", "enter 0 or more",
    ),
    "a negative operation": (
        lambda r: {"projects": r.projects.with_columns(where("B", operation=-0.1))},
        ("projects", "B"), "operation is -0.1, below 0", "enter 0 or more",
    ),
    "a budget outside the horizon": (
        lambda r: {"budgets": r.budgets.with_columns(year=pl.col("year").replace(2023, 2024))},
        ("budgets", "X, 2024"), "2024 is outside the plan", "enter a year from 2020 to 2023",
    ),
    "a fund's limit outside the horizon": (
        lambda r: {"fund_limits": pl.DataFrame({"fund": ["BANK"], "year": [2019], "amount": [1.0]})},
        ("fund_limits", "BANK, 2019"), "2019 is outside the plan", "enter a year from 2020 to 2023",
    ),
    "a committed start outside the horizon": (
        lambda r: {"projects": r.projects.with_columns(where("C", status="committed", start=2030))},
        ("projects", "C"), "is committed to start in 2030", "enter a start year from 2020 to 2023",
    ),
    "a committed project that ends after the horizon": (
        lambda r: {"projects": r.projects.with_columns(where("A", status="committed", start=2023))},
        ("projects", "A"), "ends in 2024, after the last year", "lengthen the plan or start earlier",
    ),
    "a fund that is never eligible": (
        lambda r: {"funds": r.funds.with_columns(pl.col("finance_models").replace("PUB;PPP", "FDI"))},
        ("funds", "BANK"), "BANK pays for FDI, which no project uses", "the projects use PUB",
    ),
    "weights that do not sum to one": (
        lambda r: {"indicators": r.indicators.with_columns(weight=pl.Series([0.6, 0.5]))},
        ("indicators", "weight"), "the weights sum to 1.1", "make them sum to 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_refused_with_place_and_remedy(kind, road):
    change, place, words, remedy = BAD[kind]
    with pytest.raises(InputError) as error:
        solve(road.replace(**change(road)), work_limit=20)
    (fault,) = error.value.faults
    assert (fault.sheet, fault.cell) == place
    assert words in fault.message
    assert fault.remedy == remedy


def test_the_roadmap_without_a_fault_is_planned(road):
    assert solve(road, work_limit=20).table.height == 3


@pytest.fixture
def committed(road):
    """B committed in 2020 with 3 there for it: the bank pays half of 8, so that 1 is lacking."""
    poor = pl.col("amount") - 7.0 * (pl.col("year") == 2020).cast(pl.Float64)
    return road.replace(
        projects=road.projects.with_columns(where("B", status="committed", start=2020)),
        budgets=road.budgets.with_columns(amount=poor),
    )


def test_a_committed_project_that_breaks_a_budget_is_planned_and_reported(committed):
    plan = solve(committed, work_limit=20)
    assert plan.overruns.rows() == [("budget", "X", 2020, pytest.approx(1.0))]
    assert plan.table.filter(pl.col("project") == "B")["start"].to_list() == [2020]
    assert certify(plan.roadmap, plan).is_valid


def test_a_committed_project_that_breaks_a_fund_s_limit_is_reported_there(committed):
    bank = pl.DataFrame({"fund": ["BANK"], "year": [2020], "amount": [1.0]})
    plan = solve(committed.replace(fund_limits=bank, budgets=committed.budgets.clear()), work_limit=20)
    assert plan.overruns.height == 0  # the town has no limit and pays the rest
    both = solve(committed.replace(fund_limits=bank), work_limit=20)
    assert both.overruns["amount"].sum() == pytest.approx(8.0 - 3.0 - 1.0)


def test_an_overrun_gives_nothing_to_projects_that_are_not_committed(committed):
    plan = solve(committed, work_limit=20)
    first = plan.money.filter(pl.col("year") == 2020)
    assert set(first["project"]) == {"B"}


def test_the_same_overrun_without_a_commitment_is_not_certified(committed):
    plan = solve(committed, work_limit=20)
    free = committed.replace(projects=committed.projects.with_columns(status=pl.lit("candidate")))
    assert [check.limit for check in certify(free, plan).faults] == ["overrun by committed projects"]
