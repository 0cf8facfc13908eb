"""One golden model a limit: the rows that a tiny programme must have, read against the formula by hand."""

from pathlib import Path

import highspy
import polars as pl
import pytest

from urbium.plan import NATIONWIDE, Roadmap, Settings, solve, write_model

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def tiny() -> Roadmap:
    """Two projects of one city, two years: A costs 4 over one year, B 6 over two."""
    return Roadmap(
        years=range(2016, 2018),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["air"], "weight": [1.0]}),
        projects=pl.DataFrame(
            {
                "project": ["A", "B"],
                "city": "X",
                "solution": ["A", "B"],
                "capital": [4.0, 6.0],
                "operation": [1.0, 0.0],
                "build_years": [1, 2],
                "finance_models": ["PUB", "PUB"],
                "foreign_share_max": 1.0,
                "status": "candidate",
            }
        ),
        effects=pl.DataFrame({"project": ["A"], "indicator": ["air"], "effect": [0.5], "lag": [0]}),
        gaps=pl.DataFrame({"city": ["X"], "indicator": ["air"], "need": [1.0], "ceiling": [0.75]}),
        curve=pl.DataFrame({"segment": [1, 2], "width": [0.5, 0.5], "slope": [1.5, 0.5]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE"],
                "finance_models": ["PUB"],
                "share_max": [1.0],
                "payer": ["nation"],
                "is_foreign": [False],
            }
        ),
        settings=Settings(discount_rate=0.0),
    )


def _two_funds(road: Roadmap, **second) -> Roadmap:
    row = {
        "fund": "OTHER",
        "finance_models": "PUB",
        "share_max": 1.0,
        "payer": "outside",
        "is_foreign": False,
        "city_share_max": 1.0,
        "city_budgets_share_max": None,
    } | second
    return road.replace(
        funds=pl.concat([road.funds.select(*row), pl.DataFrame(row, schema_overrides=_SHARE)])
    )


def _status(road: Roadmap, status: str, start: int | None = None) -> Roadmap:
    here = pl.col("project") == "A"
    return road.replace(
        projects=road.projects.with_columns(
            status=pl.when(here).then(pl.lit(status)).otherwise("status"),
            start=pl.when(here).then(pl.lit(start, pl.Int64)).otherwise("start"),
        )
    )


def _projects(road: Roadmap, **columns) -> Roadmap:
    kinds = {"earliest": pl.Int64, "latest": pl.Int64}
    new = {name: pl.Series(values, dtype=kinds.get(name)) for name, values in columns.items()}
    return road.replace(projects=road.projects.with_columns(**new))


def _staffed(road: Roadmap, **tables) -> Roadmap:
    """A needs 2 planners while it is built and 1 after, B needs 5 while it is built."""
    return road.replace(
        occupations=pl.DataFrame({"occupation": ["planner"]}),
        staff=pl.DataFrame(
            {"project": ["A", "B"], "occupation": "planner", "building": [2.0, 5.0], "running": [1.0, 0.0]}
        ),
        **tables,
    )


def _two_regions(road: Roadmap) -> Roadmap:
    """X in the east closes with A, Y in the west has nothing to build; the west is promised half the mean."""
    return road.replace(
        cities=pl.DataFrame({"city": ["X", "Y"], "weight": [1.0, 1.0], "region": ["east", "west"]}),
        gaps=pl.DataFrame(
            {"city": ["X", "Y"], "indicator": "air", "need": [1.0, 1.0], "ceiling": [0.75, 1.0]}
        ),
        effects=road.effects.with_columns(effect=pl.lit(1.0)),
        fairness=pl.DataFrame({"rule": ["parity"], "place": ["west"], "share": [0.5]}),
        settings=_PRICED,
    )


_SHARE = {"city_budgets_share_max": pl.Float64}
_PRICED = Settings(discount_rate=0.0, shortfall_price=7.0)
_PAIR = pl.DataFrame({"group": ["g", "g"], "project": ["A", "B"]})

MODELS = {
    "started_attainment_funding": tiny,
    "precedence": lambda: tiny().replace(
        years=range(2016, 2020), prerequisites=pl.DataFrame({"project": ["B"], "requires": ["A"], "lag": [1]})
    ),
    "exclusion": lambda: tiny().replace(exclusions=_PAIR),
    "alternative": lambda: tiny().replace(alternatives=_PAIR),
    "mandatory": lambda: _status(tiny(), "mandatory"),
    "forbidden": lambda: _status(tiny(), "forbidden"),
    "committed": lambda: _status(tiny(), "committed", 2017),
    "start_limit": lambda: tiny().replace(
        start_limits=pl.DataFrame({"place": [NATIONWIDE], "year": [2016], "most": [1]})
    ),
    "fund_share": lambda: _two_funds(tiny(), share_max=0.25),
    "foreign_of_project": lambda: _two_funds(tiny(), is_foreign=True).replace(
        projects=tiny().projects.with_columns(foreign_share_max=pl.lit(0.5))
    ),
    "foreign_in_all": lambda: _two_funds(tiny(), is_foreign=True).replace(
        settings=Settings(discount_rate=0.0, foreign_share_max=0.1)
    ),
    "budget": lambda: tiny().replace(
        budgets=pl.DataFrame({"place": [NATIONWIDE, "X"], "year": [2016, 2017], "amount": [5.0, 0.5]})
    ),
    "upkeep": lambda: tiny().replace(upkeep=pl.DataFrame({"place": ["X"], "since": [2018], "amount": [0.5]})),
    "repayment": lambda: _two_funds(tiny()).replace(
        upkeep=pl.DataFrame({"place": ["X"], "since": [2018], "amount": [0.5]}),
        repayments=pl.DataFrame(
            {"fund": ["OTHER"] * 3, "payer": "city", "after": [1, 2, 3], "share": [0.25, 0.75, 0.125]}
        ),
    ),
    "repaid_in_plan_years": lambda: _two_funds(tiny()).replace(
        budgets=pl.DataFrame({"place": ["X"], "year": [2017], "amount": [3.0]}),
        repayments=pl.DataFrame({"fund": ["OTHER"], "payer": ["city"], "after": [1], "share": [0.25]}),
    ),
    "fund_limit": lambda: tiny().replace(
        fund_limits=pl.DataFrame({"fund": ["STATE"], "year": [2017], "amount": [3.0]})
    ),
    "window": lambda: _projects(tiny(), earliest=[2017, None], latest=[None, 2015]),
    "soft_precedence": lambda: tiny().replace(
        prerequisites=pl.DataFrame(
            {"project": ["A"], "requires": ["B"], "lag": [0], "kind": ["soft"], "loss": [0.25]}
        )
    ),
    "rollout": lambda: tiny().replace(
        years=range(2016, 2019), effects=tiny().effects.with_columns(rollout=pl.lit(2))
    ),
    "own_fund_share": lambda: _two_funds(tiny()).replace(
        fund_shares=pl.DataFrame({"project": ["A"], "fund": ["OTHER"], "share_max": [0.125]})
    ),
    "outside_of_project": lambda: _projects(_two_funds(tiny()), outside_share_max=[0.5, 1.0]),
    "fund_share_of_city": lambda: _two_funds(tiny(), city_share_max=0.25),
    "fund_share_of_budgets": lambda: _two_funds(tiny(), city_budgets_share_max=0.25).replace(
        budgets=pl.DataFrame({"place": ["X", "X"], "year": [2016, 2017], "amount": [4.0, 8.0]})
    ),
    "carry_over": lambda: tiny().replace(
        budgets=pl.DataFrame({"place": [NATIONWIDE] * 2, "year": [2016, 2017], "amount": [5.0, 3.0]}),
        settings=Settings(discount_rate=0.0, carry_over=0.75),
    ),
    "people": lambda: _staffed(
        tiny(),
        pools=pl.DataFrame({"place": ["X"], "occupation": ["planner"], "year": [2017], "places": [3.0]}),
        teaching=pl.DataFrame({"project": ["A"], "occupation": ["planner"], "places": [4.0], "lag": [0]}),
    ),
    "people_of_nation": lambda: _staffed(
        tiny(),
        pools=pl.DataFrame(
            {"place": [NATIONWIDE], "occupation": ["planner"], "year": [2016], "places": [3.0]}
        ),
        training=pl.DataFrame(
            {"occupation": ["planner"], "cost": [0.5], "places": [6.0], "most": [2], "lag": [1]}
        ),
        budgets=pl.DataFrame({"place": [NATIONWIDE], "year": [2016], "amount": [5.0]}),
    ),
    "standard": lambda: tiny().replace(
        standards=pl.DataFrame({"standard": ["open"], "city": ["X"], "deadline": [2016]}),
        covers=pl.DataFrame({"standard": ["open", "open"], "project": ["A", "B"]}),
        settings=_PRICED,
    ),
    "least_closing": lambda: tiny().replace(
        fairness=pl.DataFrame({"rule": ["least_closing"], "place": ["X"], "share": [0.5]}), settings=_PRICED
    ),
    "parity": lambda: _two_regions(tiny()),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_model_is_the_golden_one(name, tmp_path):
    written = write_model(MODELS[name](), tmp_path / "model.lp").read_text(encoding="utf-8")
    assert written == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_a_written_model_can_be_read_and_solved_by_others(ending, tmp_path, programme):
    road = programme(5)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.readModel(str(write_model(road, tmp_path / f"model.{ending}")))
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(
        solve(road, work_limit=20).objective, abs=1e-6
    )
