"""Options of a programme: asked of the adopted plan, here that of one city of the demo."""

import polars as pl
import pytest

import urbium
from urbium.errors import InputError, NotFoundError
from urbium.plan import solve

HEFEI = "340100"


def adopt_one_city(path):
    with urbium.open(path) as opened:
        road = opened.adopted("plan").roadmap.of_city(HEFEI)
        opened.adopt(solve(road, work_limit=20), by="test")


@pytest.fixture
def programme(demo_copy, once):
    """Open a copy of the demo with the plan of one city adopted."""
    with urbium.open(once(demo_copy, adopt_one_city)) as opened:
        yield opened


@pytest.mark.long  # several searches
def test_alternatives_of_the_adopted_plan_are_within_the_share(programme):
    plan = programme.adopted("plan")
    found = programme.alternatives(share=0.05, most=2, work_limit=6)

    assert found.best.objective == pytest.approx(plan.objective)
    assert min(each.objective for each in found.plans) >= plan.objective - 0.05 * abs(plan.objective) - 1e-9


def test_the_prospect_of_the_adopted_plan_rests_on_the_ranges_of_the_catalogue(programme):
    found = programme.risk(draws=200, seed=1)

    assert found.facts["low"] < found.facts["planned"] < found.facts["high"]
    assert any("low and high values from the catalogue" in note for note in found.notes)


def test_a_robust_plan_is_no_worse_in_its_worst_draw_and_can_be_adopted(programme):
    found = programme.robust_plan(aim="worst", draws=10, work_limit=20)
    programme.adopt(found.plan, by="test")
    worst = found.table.filter(pl.col("measure") == "worst").row(0, named=True)

    assert worst["robust"] >= worst["plain"] - 1e-9
    assert programme.adopted("plan").table.equals(found.plan.table)


def test_a_front_begins_with_the_adopted_plan(programme):
    found = programme.pareto(points=3, work_limit=20)

    assert found.table["worth"][0] == pytest.approx(programme.adopted("plan").objective)
    assert found.table["capital"].is_sorted(descending=True)


def test_replanning_takes_the_budgets_of_today_from_a_file(programme, tmp_path):
    plan = programme.adopted("plan")
    road = plan.roadmap
    less = pl.when((pl.col("place") == HEFEI) & (pl.col("year") > plan.years[0])).then(0.8 * pl.col("amount"))
    today = road.replace(budgets=road.budgets.with_columns(amount=less.otherwise("amount")))
    nothing = pl.DataFrame(schema={"project": pl.String, "status": pl.String})
    found = programme.replan(
        nothing, today=plan.years[1], roadmap=today.save(tmp_path / "today.xlsx"), work_limit=10
    )
    of_hefei = (pl.col("place") == HEFEI) & (pl.col("year") > plan.years[0])
    left = found.plan.roadmap.budgets.filter(of_hefei)["amount"].to_list()
    drawn = plan.money.filter(
        pl.col("city") == HEFEI, pl.col("year") == plan.years[0], pl.col("kind") == "capital"
    )
    terms = road.repayments.filter(pl.col("payer") == "city").select("fund", "after", "share")
    owed = drawn.join(terms, on="fund").select("after", repaid=pl.col("amount") * pl.col("share"))
    by_year = [owed.filter(pl.col("after") == after)["repaid"].sum() for after in range(1, len(left) + 1)]

    assert [amount + repaid for amount, repaid in zip(left, by_year, strict=True)] == pytest.approx(
        today.budgets.filter(of_hefei)["amount"].to_list()
    )
    assert found.plan.certificate.is_valid


def test_a_replanned_programme_keeps_what_it_need_not_move(programme, tmp_path):
    plan = programme.adopted("plan")
    name = plan.table.filter(pl.col("start") < 2018)["project"][0]
    path = tmp_path / "actuals.csv"
    path.write_text(f"project,status,finish\n{name},started,2020\n")
    found = programme.replan(path, today=2018, stability=100.0, work_limit=20)
    followers = {
        p for p, q in plan.roadmap.prerequisites.select("project", "requires").iter_rows() if q == name
    }

    assert found.facts["news"] == 1
    assert set(found.table.filter(~pl.col("is_news"))["project"]) <= followers
    assert found.plan.certificate.is_valid


def test_a_time_in_which_nothing_can_be_found_is_refused(programme):
    with pytest.raises(InputError, match="0 s is too short for a search"):
        programme.pareto(time_limit=0)
    with pytest.raises(InputError, match="0 units of work are too few for a search"):
        programme.pareto(work_limit=0)


def test_without_an_adopted_plan_it_is_said_what_to_run(tmp_path):
    with (
        urbium.new(tmp_path / "empty.db") as empty,
        pytest.raises(NotFoundError, match="no plan has been adopted yet; run urbium plan --years"),
    ):
        empty.risk()
