"""Replanning: facts hold, what need not move stays, and what moves says why."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from urbium.errors import InfeasibleError, InputError, NotFoundError
from urbium.plan import NATIONWIDE, Roadmap, Settings, check_roadmap, read_actuals, replan, solve
from urbium.plan.analysis import changes, replanning

NOTHING = pl.DataFrame(schema={"project": pl.String, "status": pl.String})


def chain(*, budget=100.0, later_budget=None, **tables):
    """FIRST, then SECOND, then THIRD; OTHER stands alone. Each costs 10 and is built in one year."""
    names = ["FIRST", "SECOND", "THIRD", "OTHER"]
    years = range(2020, 2028)
    amounts = [budget if later_budget is None or year < 2022 else later_budget for year in years]
    road = Roadmap(
        years=years,
        cities=pl.DataFrame({"city": ["C"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": names, "weight": [0.25] * 4}),
        projects=pl.DataFrame(
            {
                "project": names, "city": ["C"] * 4, "solution": names, "capital": [10.0] * 4,
                "operation": [0.0] * 4, "build_years": [1] * 4, "finance_models": ["PUB"] * 4,
                "foreign_share_max": [1.0] * 4,
            }
        ),
        prerequisites=pl.DataFrame(
            {"project": ["SECOND", "THIRD"], "requires": ["FIRST", "SECOND"], "lag": [0, 0]}
        ),
        effects=pl.DataFrame({"project": names, "indicator": names, "effect": [0.8] * 4, "lag": [0] * 4}),
        gaps=pl.DataFrame({"city": ["C"] * 4, "indicator": names, "need": [1.0] * 4, "ceiling": [1.0] * 4}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["STATE"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["nation"],
                "is_foreign": [False],
            }
        ),
        budgets=pl.DataFrame({"place": [NATIONWIDE] * 8, "year": list(years), "amount": amounts}),
        settings=Settings(currency="CNY", discount_rate=0.05, spending_price=0.0001),
    )  # fmt: skip
    return road.replace(**tables)


def starts(plan):
    return dict(plan.table.select("project", "start").iter_rows())


def report(**columns):
    return pl.DataFrame({name: [value] for name, value in columns.items()})


@pytest.mark.parametrize("seed", a_few_of([1, 2, 3, 5, 9, 13], 3))
@pytest.mark.parametrize("today", [2016, 2017, 2019])
def test_with_no_news_the_plan_stays_the_same(seed, today, programme):
    plan = solve(programme(seed, cities=2, most=10, span=5), work_limit=10)
    found = replan(plan, NOTHING, today, work_limit=10)

    assert starts(found.plan) == starts(plan)
    assert found.table.is_empty()
    assert found.plan.objective == pytest.approx(plan.objective)


def test_a_late_prerequisite_moves_exactly_its_followers():
    plan = solve(chain(), work_limit=10)
    found = replan(plan, report(project="FIRST", status="started", finish=2022), 2021, work_limit=10)

    assert starts(plan) == {"FIRST": 2020, "SECOND": 2021, "THIRD": 2022, "OTHER": 2020}
    assert starts(found.plan) == {"FIRST": 2020, "SECOND": 2023, "THIRD": 2024, "OTHER": 2020}
    assert found.table.select("project", "change", "cause", "because_of").rows() == [
        ("FIRST", "late", "reported", ""),
        ("SECOND", "moved", "prerequisite", "FIRST"),
        ("THIRD", "moved", "prerequisite", "SECOND"),
    ]
    assert found.changes == 2


@pytest.mark.parametrize(
    ("finish", "behind"), [(2022, {"SECOND": 2023, "THIRD": 2024}), (2026, {"SECOND": 2027})]
)
def test_the_search_begins_with_the_plan_before_its_followers_behind_what_is_late(
    finish, behind, monkeypatch
):
    plan = solve(chain(), work_limit=10)
    begun = []
    monkeypatch.setattr(
        replanning, "solve", lambda road, **given: begun.append(given["first"]) or solve(road, **given)
    )
    replan(plan, report(project="FIRST", status="started", finish=finish), 2021, work_limit=10)

    assert [starts(first) for first in begun] == [{"FIRST": 2020, "OTHER": 2020} | behind]


def test_a_move_is_explained_down_to_the_news():
    plan = solve(chain(), work_limit=10)
    told = replan(plan, report(project="FIRST", status="started", finish=2022), 2021, work_limit=10).explain(
        "THIRD"
    )

    assert told.value == "moved from 2022 to 2024"
    assert [node.what for node in told.walk()] == ["THIRD", "SECOND", "FIRST"]
    assert list(told.walk())[-1].note == "started in 2020, now expected to be completed in 2022"


@pytest.mark.parametrize("seed", a_few_of([2, 9, 17, 3, 13], 3))
def test_a_higher_stability_price_never_moves_more(seed, programme):
    plan = solve(programme(seed, cities=2, most=10, span=5), work_limit=10)
    early = plan.table.filter(pl.col("start") < 2018)["project"]
    news = report(project=early[0], status="started", finish=2019)
    prices = [1e-6, 0.01, 0.05, 0.2, 10.0]
    moves = [replan(plan, news, 2018, stability=price, work_limit=10).changes for price in prices]

    assert (np.diff(moves) <= 0).all()


@pytest.mark.parametrize("price", [1e-6, 0.05, 1.0])
@pytest.mark.parametrize("seed", [2, 5])
def test_no_choice_is_worth_more_after_the_price_of_its_moves(seed, price, programme, every_plan):
    plan = solve(programme(seed, most=4, span=3), work_limit=10)
    found = replan(plan, NOTHING, 2017, stability=price, work_limit=10)
    road = found.plan.roadmap
    promised = np.array([starts(plan).get(p, 2015) - 2016 for p in road.projects["project"]])
    from_now = road.projects["start"].fill_null(9999).to_numpy() >= 2017
    values = []
    for choice in every_plan(road):
        if (choice[from_now] == 0).any():
            continue  # a start before today
        years = pl.Series([int(c) + 2016 if c >= 0 else None for c in choice], dtype=pl.Int64)
        status = pl.when(years.is_not_null()).then(pl.lit("committed")).otherwise(pl.lit("forbidden"))
        fixed = road.replace(
            projects=road.projects.with_columns(start=years, status=status, earliest=None, latest=None)
        )
        values.append(solve(fixed, work_limit=10).objective - price * (choice != promised).sum())

    assert found.plan.settings["searched_objective"] == pytest.approx(max(values), abs=1e-8)
    assert found.plan.objective - price * found.changes == pytest.approx(max(values), abs=1e-8)
    assert found.gap <= 1e-6


def test_a_limit_that_moves_a_project_is_named_with_its_user():
    plan = solve(chain(budget=10.0, prerequisites=chain().prerequisites.clear()), work_limit=10)
    first, second = sorted(starts(plan), key=starts(plan).get)[:2]
    news = report(project=first, status="started", finish=2021, capital=20.0, spent=10.0)
    found = replan(plan, news, 2021, stability=0.5, work_limit=10)
    row = found.table.filter(pl.col("project") == second).row(0, named=True)

    assert starts(plan)[second] == 2021
    assert found.changes == 1
    assert (row["change"], row["start"], row["cause"], row["because_of"]) == ("moved", 2024, "limit", first)
    assert row["reason"].startswith("budget of the nation, 2021 would be exceeded by CNY 10 million")


def test_what_was_dropped_makes_room_for_what_it_kept_out():
    both = chain(budget=0.0).budgets.with_columns(
        amount=pl.when(pl.col("year").is_in([2020, 2022])).then(10.0).otherwise(0.0)
    )
    plan = solve(chain(budgets=both, prerequisites=chain().prerequisites.clear()), work_limit=10)
    left, right = sorted(plan.table["project"], key=starts(plan).get)
    found = replan(plan, report(project=right, status="dropped"), 2021, work_limit=10)
    row = found.table.filter(pl.col("change") == "added").row(0, named=True)

    assert plan.table.height == 2
    assert starts(found.plan)[left] == 2020
    assert (row["cause"], row["because_of"], row["start"]) == ("limit", right, 2022)
    assert "now has room for this project" in row["reason"]


def test_budgets_of_past_years_limit_nothing():
    plan = solve(chain(budget=20.0), work_limit=10)
    news = report(project="FIRST", status="finished", capital=500.0, spent=500.0)
    found = replan(plan, news, 2021, work_limit=10)

    assert starts(found.plan) == starts(plan)
    assert found.plan.overruns.is_empty()
    assert found.facts_table.filter(pl.col("project") == "FIRST")["spent"].to_list() == [500.0]


def test_only_what_is_not_spent_yet_is_still_paid():
    plan = solve(chain(), work_limit=10)
    news = report(project="FIRST", status="started", finish=2022, capital=40.0, spent=28.0)
    found = replan(plan, news, 2021, work_limit=10)
    to_come = found.plan.money.filter((pl.col("project") == "FIRST") & (pl.col("year") >= 2021))

    assert to_come.group_by("year").agg(pl.col("amount").sum()).sort("year").rows() == [
        (2021, 6.0),
        (2022, 6.0),
    ]


def test_what_is_finished_after_the_plan_closes_nothing_and_holds_its_followers_back():
    plan = solve(chain(), work_limit=10)
    found = replan(plan, report(project="FIRST", status="started", finish=2030), 2021, work_limit=10)

    assert set(starts(found.plan)) == {"FIRST", "OTHER"}
    assert found.plan.certificate.is_valid
    assert found.table.filter(pl.col("project") == "SECOND")["because_of"].to_list() == ["FIRST"]


def test_a_delayed_project_keeps_its_place_or_its_year_is_news():
    plan = solve(chain(), work_limit=10)
    found = replan(plan, report(project="THIRD", status="delayed", start=2024), 2021, work_limit=10)

    assert starts(found.plan) == starts(plan) | {"THIRD": 2024}
    assert found.table.select("project", "change", "cause").rows() == [("THIRD", "moved", "reported")]
    assert found.changes == 0


def test_what_is_committed_to_a_year_is_released_when_its_prerequisite_is_late():
    road = chain()
    own = pl.col("project") == "SECOND"
    projects = road.projects.with_columns(
        status=pl.when(own).then(pl.lit("committed")).otherwise("status"),
        start=pl.when(own).then(2021).otherwise("start"),
    )
    plan = solve(road.replace(projects=projects), work_limit=10)
    found = replan(plan, report(project="FIRST", status="started", finish=2022), 2021, work_limit=10)

    assert starts(found.plan)["SECOND"] == 2023


def test_new_budgets_of_today_are_taken_from_the_roadmap_given():
    plan = solve(chain(), work_limit=10)
    found = replan(plan, NOTHING, 2021, roadmap=chain(later_budget=0.0), work_limit=10)

    assert set(starts(found.plan)) == {"FIRST", "SECOND", "OTHER"}
    assert found.table.select("project", "change", "cause").rows() == [("THIRD", "dropped", "limit")]


def test_what_was_trained_before_today_is_there_and_none_is_trained_in_the_past():
    staff = pl.DataFrame(
        {"project": ["THIRD"], "occupation": ["engineer"], "building": [2.0], "running": [0.0]}
    )
    road = chain(
        occupations=pl.DataFrame({"occupation": ["engineer"]}),
        staff=staff,
        training=pl.DataFrame(
            {"occupation": ["engineer"], "cost": [1.0], "places": [2.0], "most": [1], "lag": [2]}
        ),
    )
    plan = solve(road, work_limit=10)
    found = replan(plan, NOTHING, 2021, work_limit=10)

    assert plan.training["year"].to_list() == [2020]
    assert starts(found.plan) == starts(plan)
    assert found.plan.training.is_empty()


def test_what_past_budgets_left_as_planned_is_still_carried_over():
    road = chain(settings=Settings(currency="CNY", discount_rate=0.05, spending_price=0.0001, carry_over=1.0))
    once = road.budgets.with_columns(amount=pl.when(pl.col("year") == 2020).then(30.0).otherwise(0.0))
    plan = solve(road.replace(budgets=once), work_limit=10)
    found = replan(plan, NOTHING, 2021, work_limit=10)

    assert starts(plan) == {"FIRST": 2020, "OTHER": 2020, "SECOND": 2021}
    assert starts(found.plan) == starts(plan)
    assert found.plan.certificate.is_valid


def test_a_fund_that_pays_a_share_of_a_citys_budgets_keeps_their_past():
    road = chain()
    bank = pl.DataFrame(
        {
            "fund": ["BANK"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["outside"],
            "is_foreign": [False], "city_budgets_share_max": [0.5],
        }
    )  # fmt: skip
    budgets = pl.DataFrame({"place": ["C"] * 8, "year": list(road.years), "amount": [10.0] * 8})
    none = road.budgets.with_columns(amount=pl.lit(0.0))
    plan = solve(
        road.replace(
            funds=pl.concat([road.funds, bank], how="diagonal"),
            budgets=pl.concat([none, budgets], how="diagonal"),
        ),
        work_limit=10,
    )
    found = replan(plan, NOTHING, 2021, work_limit=10)

    assert plan.table.height == 4
    assert starts(found.plan) == starts(plan)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"project": "FIRS", "status": "started"}, "there is no project 'FIRS'"),
        ({"project": "FIRST", "status": "begun"}, "FIRST: 'begun' is not a status"),
        ({"project": "FIRST", "status": "started", "start": 2023}, "FIRST cannot have been started in 2023"),
        (
            {"project": "FIRST", "status": "finished", "finish": 2022},
            "FIRST is reported as finished in 2022, which is not in the past",
        ),
        (
            {"project": "FIRST", "status": "finished", "start": 2021},
            "FIRST is reported as finished but begins in 2021, which is not in the past",
        ),
        (
            {"project": "THIRD", "status": "finished"},
            "THIRD is finished and was planned to start in 2022, but no start has been reported",
        ),
        (
            {"project": "THIRD", "status": "delayed", "start": 2020},
            "THIRD is delayed to 2020, which is in the past",
        ),
        ({"project": "FIRST", "status": "started", "spent": -1.0}, "FIRST: spent is below 0"),
    ],
)
def test_a_report_that_cannot_be_is_named(row, said):
    with pytest.raises(InputError, match="the reports have one fault") as error:
        replan(solve(chain(), work_limit=10), report(**row), 2021)

    assert error.value.faults[0].message == said


def test_a_year_outside_the_plan_and_a_negative_price_are_refused():
    plan = solve(chain(), work_limit=10)
    with pytest.raises(InputError, match="enter a year from 2020 to 2027"):
        replan(plan, NOTHING, 2030)
    with pytest.raises(InputError, match="a stability price of -1"):
        replan(plan, NOTHING, 2021, stability=-1.0)


def test_no_plan_with_what_has_happened_names_the_limits():
    own = pl.col("project") == "OTHER"
    road = chain(alternatives=pl.DataFrame({"group": ["one"], "project": ["OTHER"]}))
    plan = solve(road, work_limit=10)
    assert plan.table.filter(own).height == 1
    with pytest.raises(InfeasibleError, match="alternative"):
        replan(plan, report(project="OTHER", status="dropped"), 2020, work_limit=10)


def test_an_unknown_project_is_not_explained():
    with pytest.raises(NotFoundError):
        replan(solve(chain(), work_limit=10), NOTHING, 2021, work_limit=10).explain("NONE")


def test_reports_are_read_from_a_file(tmp_path):
    path = tmp_path / "actuals.csv"
    path.write_text("project,status,finish\nFIRST,started,2022\n")
    found = replan(solve(chain(), work_limit=10), read_actuals(path), 2021, work_limit=10)

    assert found.changes == 2


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv"):
        read_actuals(tmp_path / "none.csv")


def test_the_sentence_says_what_moved():
    plan = solve(chain(), work_limit=10)
    found = replan(plan, report(project="FIRST", status="started", finish=2022), 2021, work_limit=10)

    assert repr(found) == (
        "Replanning of 4 projects as of 2021: 1 item of news; other projects: 2 moved, 0 dropped, 0 "
        "added; proven within 0.00%"
    )


def test_what_has_begun_before_its_year_began_today():
    plan = solve(chain(), work_limit=10)
    found = replan(plan, report(project="OTHER", status="started"), 2020)
    late = replan(found.plan, report(project="THIRD", status="started"), 2021)

    assert starts(late.plan)["THIRD"] == 2021
    assert late.facts["news"] == 1


def _long():
    """The chain, each project built in three years."""
    road = chain()
    return road.replace(projects=road.projects.with_columns(build_years=pl.lit(3, pl.Int64)))


def _paid(plan, project):
    own = plan.money.filter((pl.col("project") == project) & (pl.col("kind") == "capital"))
    return dict(own.group_by("year").agg(pl.col("amount").sum()).sort("year").iter_rows())


def test_a_plan_that_was_replanned_is_replanned_again():
    first = replan(solve(_long(), work_limit=10), NOTHING, 2021)
    again = replan(first.plan, NOTHING, 2021)
    later = replan(again.plan, NOTHING, 2022)

    assert starts(first.plan) == starts(again.plan) == starts(later.plan)
    assert later.plan.certificate.is_valid, later.plan.certificate
    assert later.plan.roadmap.projects["note"][0] == "CNY 6.67 million spent before 2022, 3.33 million to go"


def test_what_was_spent_and_what_is_left_are_paid_as_they_are():
    spent = report(project="FIRST", status="started", spent=7.0)
    first = replan(solve(_long(), work_limit=10), spent, 2021)

    assert _paid(first.plan, "FIRST") == pytest.approx({2020: 7.0, 2021: 1.5, 2022: 1.5})
    assert first.plan.table.row(by_predicate=pl.col("project") == "FIRST", named=True)["capital"] == 10.0
    assert first.plan.certificate.is_valid, first.plan.certificate

    as_planned = replan(first.plan, NOTHING, 2022)
    assert _paid(as_planned.plan, "FIRST") == pytest.approx({2020: 4.25, 2021: 4.25, 2022: 1.5})
    more = replan(first.plan, report(project="FIRST", status="started", spent=9.0), 2022)
    assert _paid(more.plan, "FIRST") == pytest.approx({2020: 4.5, 2021: 4.5, 2022: 1.0})
    assert more.plan.roadmap.projects["note"][0] == "CNY 9 million spent before 2022, 1 million to go"


def test_what_is_finished_costs_what_was_spent():
    spent = report(project="FIRST", status="finished", finish=2021, spent=14.0)
    found = replan(solve(_long(), work_limit=10), spent, 2022)

    assert _paid(found.plan, "FIRST") == pytest.approx({2020: 7.0, 2021: 7.0})
    assert found.plan.certificate.is_valid, found.plan.certificate


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("FIRST", 2020, 10.0)],
            "the outlays of FIRST do not fall exactly in its construction years",
        ),
        ([("FIRST", year, 3.0) for year in (2020, 2021, 2022)], "the outlays of FIRST add up to 9"),
        ([("FIRST", 2019, 10.0)], "2019 is outside the plan"),
        ([("FRIST", 2020, 10.0)], "there is no project 'FRIST'"),
    ],
)
def test_outlays_that_do_not_add_up_are_named(rows, said):
    road = _long()
    is_first = pl.col("project") == "FIRST"
    committed = road.projects.with_columns(
        status=pl.when(is_first).then(pl.lit("committed")).otherwise("status"),
        start=pl.when(is_first).then(2020).otherwise("start"),
    )
    outlays = pl.DataFrame(rows, schema=road.outlays.schema, orient="row")
    with pytest.raises(InputError) as error:
        check_roadmap(road.replace(projects=committed, outlays=outlays))
    assert said in [fault.message for fault in error.value.faults]


def test_a_roadmap_of_today_in_another_currency_is_refused():
    plan = solve(chain(), work_limit=10)
    other = plan.roadmap.replace(settings=replace(plan.roadmap.settings, currency="USD"))
    with pytest.raises(InputError, match="the current roadmap is in USD, but the plan is in CNY"):
        replan(plan, NOTHING, 2021, roadmap=other)


def test_what_a_limit_on_repayments_is_exceeded_by_is_told_in_money():
    assert str(changes._amount(("repayment", "A", 2026, 4.276), "CNY")) == "CNY 4.3 million"
