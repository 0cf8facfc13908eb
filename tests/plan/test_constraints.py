"""One golden model a limit: the rows that a tiny programme must have, read against the formula by hand."""

from pathlib import Path

import highspy
import polars as pl
import pytest

from urbium.plan import NATIONWIDE, Roadmap, Settings, solve

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


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
    } | second
    return road.replace(funds=pl.concat([road.funds.select(*row), pl.DataFrame(row)]))


def _status(road: Roadmap, status: str, start: int | None = None) -> Roadmap:
    here = pl.col("project") == "A"
    return road.replace(
        projects=road.projects.with_columns(
            status=pl.when(here).then(pl.lit(status)).otherwise("status"),
            start=pl.when(here).then(pl.lit(start, pl.Int64)).otherwise("start"),
        )
    )


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
    "fund_limit": lambda: tiny().replace(
        fund_limits=pl.DataFrame({"fund": ["STATE"], "year": [2017], "amount": [3.0]})
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_model_is_the_golden_one(name, tmp_path):
    written = MODELS[name]().write_lp(tmp_path / "model.lp").read_text(encoding="utf-8")
    assert written == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_a_written_model_can_be_read_and_solved_by_others(ending, tmp_path, programme):
    road = programme(5)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.readModel(str(road.write_lp(tmp_path / f"model.{ending}")))
    solver.run()
    assert solver.getInfo().objective_function_value == pytest.approx(
        solve(road, time_limit=20).objective, abs=1e-6
    )
