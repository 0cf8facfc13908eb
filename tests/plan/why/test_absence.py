"""Why and why not: the answers are true."""

import re
from dataclasses import replace

import highspy
import polars as pl
import pytest

from urbium.errors import InfeasibleError, NotFoundError
from urbium.plan import NATIONWIDE, Roadmap, Settings, explain_project, solve
from urbium.plan.why.facts import cost
from urbium.plan.why.forced import ForcedInclusion
from urbium.plan.why.least_change import ChangeOutcome, LeastChange
from urbium.plan.why.names import Labels, Names


@pytest.fixture(scope="module")
def plan():
    """Two cities; the town of X has 16 and then 3, so one project of 10 fits, and 4 lack for two."""
    projects = [
        ("X:GOOD", "X", "GOOD", 10.0, 1, "PUB"),
        ("X:LESS", "X", "LESS", 10.0, 1, "PUB"),
        ("X:LATE", "X", "LATE", 1.0, 1, "PUB"),
        ("X:FIRST", "X", "FIRST", 6.0, 1, "PUB"),
        ("X:POOR", "X", "POOR", 1.0, 1, "OIL"),
        ("X:BAN", "X", "BAN", 1.0, 1, "PUB"),
        ("X:IDLE", "X", "IDLE", 1.0, 1, "PUB"),
        ("Y:GOOD", "Y", "GOOD", 10.0, 1, "PUB"),
        ("X:LONG", "X", "LONG", 1.0, 3, "PUB"),
    ]
    columns = ["project", "city", "solution", "capital", "build_years", "finance_models"]
    table = pl.DataFrame(projects, schema=columns, orient="row").with_columns(
        operation=pl.lit(0.0),
        foreign_share_max=pl.lit(1.0),
        evidence=pl.lit("assumption"),
        status=pl.when(pl.col("solution") == "BAN").then(pl.lit("forbidden")).otherwise(pl.lit("candidate")),
    )
    road = Roadmap(
        years=range(2016, 2018),
        cities=pl.DataFrame({"city": ["X", "Y"], "weight": [1.0, 1.0]}),
        indicators=pl.DataFrame({"indicator": ["air"], "weight": [1.0]}),
        projects=table,
        prerequisites=pl.DataFrame({"project": ["X:LATE"], "requires": ["X:FIRST"], "lag": [1]}),
        effects=pl.DataFrame(
            {
                "project": ["X:GOOD", "X:LESS", "Y:GOOD", "X:BAN", "X:POOR"],
                "indicator": "air",
                "effect": [0.5, 0.3, 0.5, 0.5, 0.5],
                "lag": 0,
            }
        ),
        gaps=pl.DataFrame({"city": ["X", "Y"], "indicator": "air", "need": 1.0, "ceiling": 1.0}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["TOWN"],
                "finance_models": ["PUB"],
                "share_max": [1.0],
                "payer": ["city"],
                "is_foreign": [False],
            }
        ),
        budgets=pl.DataFrame(
            {
                "place": ["X", "X", "Y", "Y", NATIONWIDE],
                "year": [2016, 2017, 2016, 2017, 2016],
                "amount": [16.0, 3.0, 10.0, 10.0, 1.0],
                "evidence": "assumption",
                "note": "a tenth of the revenue",
            }
        ),
        omitted=pl.DataFrame(
            {"city": ["Y", "W"], "solution": ["LESS", "GOOD"], "reason": ["too warm there", "nobody counted"]}
        ),
        settings=Settings(currency="CNY", discount_rate=0.0, spending_price=0.001),
    )
    return solve(road, work_limit=20)


def said(explanation):
    return [node.what for node in explanation.walk()]


def test_a_chosen_project_is_explained_by_what_would_be_lost(plan):
    answer = plan.why("X:GOOD")
    assert answer.value == "in the plan, built from 2016 to 2016"
    # closes 0.5 of 1.0 in 2017, all that X improves, and costs 10 x 0.001
    assert answer.note == (
        "without this project, and with nothing in its place, the plan would lose 49% of its improvement, "
        "which is 98% of its improvement in this city"
    )
    assert answer.record()["children"][0] == {
        "what": "cost to build",
        "value": 10.0,
        "unit": "CNY million",
        "kind": "setting",
        "grade": "assumption",
        "messages": {
            "what": {"code": "plan.why.capital", "parameters": {}},
            "unit": {"code": "units.million", "parameters": {"currency": "CNY"}},
        },
    }


def test_what_is_set_aside_for_renewal_stands_beside_the_cost_to_run(plan):
    row = plan.roadmap.projects.row(0, named=True)
    yearly = [(node.what, node.value) for node in cost(plan, row | {"operation": 5.0, "renewal": 2.0})][1:]
    assert yearly == [("cost to run", 5.0), ("set aside for renewal", 2.0)]


def test_a_reason_is_a_code_with_the_codes_of_what_it_names(plan):
    names = Names(cities={"X": "Northton"}, solutions={"LESS": "Fewer lamps", "GOOD": "Good lamps"})
    answer = explain_project(plan, "X:LESS", names=names)
    assert answer.what == "Fewer lamps in Northton"
    city = answer.record()["messages"]["what"]["parameters"]["city"]
    assert (city["parameters"]["city"], city["text"]) == ("X", "Northton")
    money = next(node for node in answer.walk() if node.code == "plan.why.binds")
    assert money.what in ("budget of Northton, 2016 binds", "budget of Northton, 2017 binds")
    assert money.what.parameters["row"] in ("budget[X,2016]", "budget[X,2017]")


def test_a_project_of_another_city_is_called_by_its_city_too(plan):
    names = Names(cities={"X": "Northton", "Y": "Southton"}, solutions={"GOOD": "Good lamps"})
    labels = Labels(plan.roadmap, names, "X")
    assert (labels.project("X:GOOD"), labels.project("Y:GOOD")) == ("Good lamps", "Good lamps in Southton")
    assert labels.project("X:LESS") == "X:LESS"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("budget[nation,2016]", "budget of the nation, 2016"),
        ("people[X,engineer,2017]", "engineer posts in X, 2017"),
        ("precedence[X:LATE<-X:FIRST,2017]", "prerequisite: X:LATE after X:FIRST"),
        ("window[X:LATE,from_2017]", "window of start years: X:LATE and from_2017"),
    ],
)
def test_every_limit_has_a_name(row, words, plan):
    name = Labels(plan.roadmap, Names(), "X").limit(row)
    assert (name, name.parameters["row"]) == (words, row)


def test_a_project_for_want_of_money_names_the_budget_and_what_it_lacks(plan):
    answer = plan.why_not("X", "LESS")
    money = next(node for node in answer.walk() if node.what == "budget of X, 2016 binds")
    assert money.value == pytest.approx(4.0) or said(answer).count("budget of X, 2017 binds")


def test_a_budget_that_binds_says_what_its_amount_rests_on(plan):
    money = next(node for node in plan.why_not("X", "LESS").walk() if node.what.startswith("budget of X,"))
    (basis,) = money.children
    assert basis.kind == "assumption"
    assert basis.value == {"budget of X, 2016 binds": 16.0, "budget of X, 2017 binds": 3.0}[money.what]
    assert basis.note == "a tenth of the revenue"


def test_the_price_of_a_project_is_what_the_objective_loses_when_it_is_forced(plan):
    answer = plan.why_not("X", "LESS")
    price = next(
        node for node in answer.walk() if node.what == ("lost if this project is included in the plan")
    )
    forced = plan.roadmap.projects.with_columns(
        status=pl.when(pl.col("project") == "X:LESS").then(pl.lit("mandatory")).otherwise("status")
    )
    other = solve(plan.roadmap.replace(projects=forced), work_limit=20)
    assert price.value == pytest.approx(100 * (plan.objective - other.objective) / 1.0, abs=1e-4)
    assert price.unit == "% of the plan's improvement"


@pytest.mark.parametrize(
    ("solution", "words"),
    [
        ("LATE", "cannot be completed in time"),
        ("LONG", "cannot be completed in time"),
        ("POOR", "no eligible fund"),
        ("BAN", "forbidden"),
        ("LATE", "requires X:FIRST, which is not in the plan"),
        ("IDLE", "none of its own effects counts in the plan"),
    ],
)
def test_what_stands_against_a_project_is_named(solution, words, plan):
    assert words in said(plan.why_not("X", solution))


def test_an_omitted_solution_is_explained_by_its_reason(plan):
    assert plan.why_not("Y", "LESS").note == "too warm there"


def test_of_a_city_that_is_not_in_the_roadmap_nothing_more_is_said(plan):
    assert plan.why_not("Z", "GOOD").note == "the city is not in the roadmap"


def test_an_unknown_solution_is_answered_with_the_nearest_one(plan):
    with pytest.raises(NotFoundError, match="GOOD"):
        plan.why_not("X", "GOD")


def test_asking_why_not_of_a_chosen_project_says_that_it_is_in_the_plan(plan):
    assert str(plan.why_not("Y", "GOOD").value).startswith("in the plan")


def test_a_city_left_out_of_the_roadmap_is_explained_by_its_true_reason(plan):
    assert plan.why_not("W", "GOOD").note == "nobody counted"


@pytest.fixture(scope="module")
def with_base(plan):
    """A town with money for all: TOP requires BASE; one of DEAR and DEARER must be chosen, neither pays."""
    rows = [("X:BASE", 30.0, 0.01), ("X:TOP", 10.0, 0.4), ("X:DEAR", 60.0, 0.01), ("X:DEARER", 90.0, 0.01)]
    names, capital, effect = zip(*rows, strict=True)
    projects = plan.roadmap.projects.head(4).with_columns(
        project=pl.Series(names),
        solution=pl.Series(names).str.slice(2),
        capital=pl.Series(capital),
    )
    return plan.roadmap.replace(
        projects=projects,
        prerequisites=pl.DataFrame({"project": ["X:TOP"], "requires": ["X:BASE"], "lag": [0]}),
        alternatives=pl.DataFrame({"group": ["heat", "heat"], "project": ["X:DEAR", "X:DEARER"]}),
        effects=pl.DataFrame({"project": names, "indicator": "air", "effect": effect, "lag": 0}),
        budgets=plan.roadmap.budgets.with_columns(amount=pl.lit(200.0)),
        years=range(2016, 2019),
    )


def test_a_prerequisite_is_explained_first_by_what_requires_it(with_base):
    plan = solve(with_base, work_limit=20)
    # by itself: closes 0.01 in 2017 and 2018 for 30 x 0.001; the plan improves 0.02 and 0.42
    assert plan.why("X:BASE").note == (
        "1 chosen project requires it: X:TOP; by itself, it reduces the plan's improvement by the "
        "equivalent of 2.3%"
    )


def test_the_only_chosen_one_of_alternatives_is_explained_by_its_group(with_base):
    plan = solve(with_base, work_limit=20)
    # by itself: closes 0.01 in 2017 and 2018 for 60 x 0.001
    assert plan.why("X:DEAR").note == (
        "it is the only chosen project of group heat; at least one project of the group must be chosen; by "
        "itself, it reduces the plan's improvement by the equivalent of 9.1%"
    )


def test_a_dear_project_that_lowers_the_objective_is_called_so(with_base):
    plan = solve(with_base, work_limit=20)
    more = plan.table.filter(pl.col("project") == "X:DEAR").with_columns(
        project=pl.lit("X:DEARER"),
        solution=pl.lit("DEARER"),
        capital=pl.lit(90.0),
        lost_without_it=pl.lit(-0.07),
    )
    worse = replace(plan, table=pl.concat([plan.table, more]), objective=plan.objective - 0.07)
    assert worse.why("X:DEARER").note == (
        "by itself, it reduces the plan's improvement by the equivalent of 15%; the plan is not proven "
        "to be the best (see its gap)"
    )


def _without(plan, project):
    """The plan with a project left out, its objective lower by what the project adds."""
    gone = plan.table.filter(pl.col("project") == project)
    return replace(
        plan,
        table=plan.table.filter(pl.col("project") != project),
        money=plan.money.filter(pl.col("project") != project),
        objective=plan.objective - gone["lost_without_it"][0],
    )


def test_one_sentence_says_what_would_make_room_and_with_that_there_is_room(plan):
    answer = plan.why_not("X", "LESS").answer
    words = (
        r"Together with everything in the plan, it costs more than X can spend\. With CNY ([\d.]+) million "
        r"more in (\d{4}), nothing else would have to be left out\."
    )
    millions, year = re.fullmatch(words, answer).groups()
    budgets = plan.roadmap.budgets
    here = (pl.col("place") == "X") & (pl.col("year") == int(year))
    mandatory = plan.roadmap.projects.with_columns(
        status=pl.when(pl.col("project").is_in([*plan.table["project"], "X:LESS"]))
        .then(pl.lit("mandatory"))
        .otherwise("status")
    )

    def solved(more):
        raised = budgets.with_columns(amount=pl.col("amount") + pl.when(here).then(more).otherwise(0.0))
        return solve(plan.roadmap.replace(projects=mandatory, budgets=raised), work_limit=20)

    assert "X:LESS" in solved(float(millions) + 0.01).table["project"]
    with pytest.raises(InfeasibleError):
        solved(float(millions) - 0.1)


def test_one_sentence_says_which_of_the_money_is_needed_without_end(plan):
    row = plan.roadmap.projects.filter(pl.col("project") == "X:LESS").row(0, named=True)
    trial = ForcedInclusion(plan, row, Labels(plan.roadmap, Names(), "X"))
    changes = (("budget[X,2016]", 4.0), ("budget[X,2017]", 3.0), ("upkeep[X,2018]", 2.0))
    vars(trial)["_change_needed"] = LeastChange(ChangeOutcome.FOUND, changes)
    assert trial.answer == (
        "Together with everything in the plan, it costs more than X can spend each year. With up to CNY 4 "
        "million more a year from 2016 to 2017, nothing else would have to be left out. After that, its "
        "running costs and renewal still need CNY 2 million more a year, indefinitely."
    )


def test_one_sentence_says_that_a_project_is_not_worth_its_price(plan):
    assert plan.why_not("X", "IDLE").answer == (
        "There is money for this project, but it achieves too little for its cost."
    )


def test_a_good_project_that_the_search_missed_is_not_said_to_close_too_little(plan):
    answer = _without(plan, "X:GOOD").why_not("X", "GOOD")
    words = " ".join(node.note for node in answer.walk())
    assert "too little" not in words
    assert (
        "this project would fit, and the plan is not proven to be the best (see the plan's gap)"
        in answer.note
    )
    money = next(node for node in answer.walk() if node.code == "plan.why.room")
    assert "would fit" in money.note


def test_a_project_that_fits_and_is_not_worth_its_price_is_said_to_close_too_little(plan):
    money = next(node for node in plan.why_not("X", "IDLE").walk() if node.code == "plan.why.room")
    assert "too little for its cost" in money.note


@pytest.mark.parametrize(
    ("status", "said_of_it", "never"),
    [
        (
            "kInfeasible",
            "no change in money alone can bring the project into the plan",
            "not found within the work limit",
        ),
        (
            "kTimeLimit",
            "not found within the work limit",
            ("no change in money alone can bring the project into the plan"),
        ),
    ],
)
def test_only_an_infeasible_trial_says_that_no_money_brings_a_project_in(
    status, said_of_it, never, plan, monkeypatch
):
    class Cut(highspy.Highs):
        def getModelStatus(self):  # noqa: N802 - the solver's own name
            return getattr(highspy.HighsModelStatus, status)

    def cut(**settings):
        solver = Cut()
        solver.silent()
        return solver

    row = plan.roadmap.projects.filter(pl.col("project") == "X:LESS").row(0, named=True)
    trial = ForcedInclusion(plan, row, Labels(plan.roadmap, Names(), "X"))
    monkeypatch.setattr("urbium.plan.why.least_change.highs", cut)
    (told,) = trial._least_change()
    words = f"{told.what}: {told.note}"
    assert said_of_it in words
    assert never not in words


def test_a_plan_draws_one_chart(plan):
    assert "$schema" in plan.chart()


def test_a_plan_says_what_it_is(plan):
    assert (
        repr(plan) == "Plan of 2 projects in 2 cities, 2016-2017: CNY 20 million (paid 100% by the cities), "
        "proven to be within 0.00% of the best"
    )


def test_a_chosen_project_tells_what_would_come_in_its_place(plan):
    loss = next(node for node in plan.why("X:GOOD").walk() if node.code == "plan.why.lost_without")
    # LESS costs the same and closes 0.3 in place of 0.5
    assert (loss.value, loss.unit) == (pytest.approx(20.0), "% of the plan's improvement")
    assert loss.note.endswith("the whole programme re-optimised; exact")
    assert [node.what for node in loss.children] == ["instead, X:LESS added in 2016"]


def test_a_chosen_project_without_a_rival_says_that_nothing_takes_its_place(plan):
    loss = next(node for node in plan.why("Y:GOOD").walk() if node.code == "plan.why.lost_without")
    assert loss.value == pytest.approx(49.0)
    assert [node.what for node in loss.children] == ["nothing takes its place"]


def test_what_a_chosen_project_uses_of_a_full_limit_is_told(plan):
    road = plan.roadmap
    tight = road.replace(budgets=road.budgets.with_columns(amount=pl.col("amount").replace(16.0, 10.0)))
    uses = [
        node for node in solve(tight, work_limit=20).why("X:GOOD").walk() if node.what.startswith("uses ")
    ]
    assert [(node.what, node.value) for node in uses] == [("uses budget of X, 2016", 10.0)]
    assert uses[0].note.startswith("fully used: CNY 10 million")


def test_a_base_is_told_by_what_requires_it_and_goes_only_with_it(with_base):
    answer = solve(with_base, work_limit=20).why("X:BASE")
    assert "required by X:TOP" in said(answer)
    loss = next(node for node in answer.walk() if node.code == "plan.why.lost_without")
    # BASE in 2016 and TOP in 2017: 0.01 in 2017 and 0.41 in 2018 (with DEAR 0.01 in both), for 40 x 0.001
    assert loss.value == pytest.approx(100 * (0.01 + 0.41 - 0.04) / 0.44)
    assert any(node.code == "plan.why.dropped" for node in answer.walk())


def test_what_no_plan_is_without_says_so(with_base):
    only = with_base.replace(
        alternatives=pl.DataFrame({"group": ["heat"], "project": ["X:DEAR"]}),
    )
    loss = next(
        node
        for node in solve(only, work_limit=20).why("X:DEAR").walk()
        if node.code == "plan.why.lost_without"
    )
    assert loss.note == "the whole programme re-optimised; no plan can do without this project"


def test_the_price_of_a_project_left_out_says_what_is_lost_at_least(plan):
    price = next(
        node
        for node in plan.why_not("X", "LESS").walk()
        if node.what == ("lost if this project is included in the plan")
    )
    assert price.note == f"at least {price.value:.2g}%, whatever the other cities do"


@pytest.fixture(scope="module")
def rivals(plan):
    """X may build one of two, both in one year, one start a year in all: money is there for both."""
    road = plan.roadmap
    return road.replace(
        projects=road.projects.filter(pl.col("project").is_in(["X:GOOD", "X:LESS", "Y:GOOD"])),
        prerequisites=road.prerequisites.clear(),
        effects=road.effects.filter(pl.col("project").is_in(["X:GOOD", "X:LESS", "Y:GOOD"])),
        exclusions=pl.DataFrame({"group": ["one"] * 2, "project": ["X:GOOD", "X:LESS"]}),
        budgets=road.budgets.with_columns(amount=pl.lit(100.0)),
    )


def test_an_exclusion_is_named_as_the_change_where_money_is_there(rivals):
    answer = solve(rivals, work_limit=20).why_not("X", "LESS")
    change = next(node for node in answer.walk() if node.what == "limit of one project from group one binds")
    assert (change.value, change.unit) == (pytest.approx(1.0), "more")
    assert "no change in money alone can bring the project into the plan" in said(answer)


def test_starts_are_named_as_the_change_where_too_few_may_start(rivals):
    one = pl.DataFrame({"place": ["X", "X"], "year": [2016, 2017], "most": [1, 0]})
    road = rivals.replace(exclusions=rivals.exclusions.clear(), start_limits=one)
    answer = solve(road, work_limit=20).why_not("X", "LESS")
    (change,) = [node for node in answer.walk() if node.code == "plan.why.binds"]
    assert change.value == pytest.approx(1.0)


def test_a_project_whose_window_closes_before_it_can_start_says_so(plan):
    road = plan.roadmap
    late = pl.when(pl.col("project") == "X:IDLE")
    windows = road.projects.with_columns(
        earliest=late.then(pl.lit(2017)).otherwise(pl.lit(None, pl.Int64)),
        latest=late.then(pl.lit(2017)).otherwise(pl.lit(None, pl.Int64)),
    )
    needs = pl.DataFrame({"project": ["X:IDLE"], "requires": ["X:LESS"], "lag": [1]})
    answer = solve(road.replace(projects=windows, prerequisites=needs), work_limit=20).why_not("X", "IDLE")
    node = next(node for node in answer.walk() if node.what == "latest possible start")
    assert (node.value, node.note) == ("2017", "it must wait for X:LESS, so it cannot start before 2018")
    assert answer.answer == (
        "It cannot be completed in time: because it must wait for X:LESS, it cannot start before 2018."
    )


@pytest.mark.parametrize(
    ("town", "bank_abroad", "most", "payable"),
    [
        (0.5, 0.4, (1.0, 1.0), "90%"),  # the town's half and the bank's 0.4
        (0.5, 0.9, (0.3, 1.0), "80%"),  # from outside 0.3 at most
        (0.5, 0.9, (1.0, 0.2), "70%"),  # from abroad 0.2 at most
        (0.0, 0.9, (0.6, 0.4), "40%"),  # all of it from abroad and outside: the smaller of both
    ],
)
def test_a_project_that_its_funds_may_not_pay_in_full_is_told_how_much_they_may(
    town, bank_abroad, most, payable, plan
):
    road = plan.roadmap
    funds = pl.DataFrame(
        {
            "fund": ["TOWN", "BANK"],
            "finance_models": "PUB",
            "share_max": [1.0, bank_abroad],
            "payer": ["city", "outside"],
            "is_foreign": [False, True],
        }
    )
    own = pl.DataFrame({"project": ["X:LESS"], "fund": ["TOWN"], "share_max": [town]})
    is_less = pl.col("project") == "X:LESS"
    projects = road.projects.with_columns(
        finance_models=pl.lit("PUB"),
        outside_share_max=pl.when(is_less).then(most[0]).otherwise(1.0),
        foreign_share_max=pl.when(is_less).then(most[1]).otherwise(1.0),
    )
    rich = road.replace(projects=projects, funds=funds, fund_shares=own)
    node = next(
        node
        for node in solve(rich, work_limit=20).why_not("X", "LESS").walk()
        if node.what == "no eligible fund"
    )
    assert node.note == f"its funds may pay at most {payable} of its cost"


@pytest.mark.parametrize(
    ("deadline", "covering", "state"),
    [
        (2016, ["X:GOOD"], "met by this project alone"),
        (2016, ["X:GOOD", "X:FIRST"], "met, also by X:FIRST"),
        (2016, ["X:GOOD", "X:POOR"], "met by this project alone"),
        (2015, ["X:GOOD"], "completed too late to meet the standard"),
    ],
)
def test_a_chosen_project_tells_which_standards_it_meets(deadline, covering, state, plan):
    road = plan.roadmap
    must = pl.when(pl.col("project") == "X:FIRST").then(pl.lit("mandatory")).otherwise("status")
    promised = replace(
        plan,
        roadmap=road.replace(
            projects=road.projects.with_columns(status=must),
            standards=pl.DataFrame({"standard": ["clean air"], "city": ["X"], "deadline": [deadline]}),
            covers=pl.DataFrame({"standard": "clean air", "project": covering}),
        ),
        table=plan.table.vstack(
            plan.table.filter(pl.col("project") == "X:GOOD").with_columns(project=pl.lit("X:FIRST"))
        ),
    )
    node = next(node for node in promised.why("X:GOOD").walk() if node.code == "plan.why.covers")
    assert node.value == state


@pytest.mark.parametrize(("start", "state"), [(2017, "met"), (2016, "not met")])
def test_a_chosen_project_tells_whether_it_follows_what_it_should(start, state, plan):
    soft = pl.DataFrame({"project": ["Y:GOOD"], "requires": ["X:GOOD"], "lag": [0]}).with_columns(
        kind=pl.lit("soft"), loss=pl.lit(0.1)
    )
    moved = plan.table.with_columns(
        start=pl.when(pl.col("project") == "Y:GOOD").then(pl.lit(start, pl.Int64)).otherwise("start")
    )
    wishing = replace(plan, roadmap=plan.roadmap.replace(prerequisites=soft), table=moved)
    node = next(node for node in wishing.why("Y:GOOD").walk() if node.what == "should follow X:GOOD")
    assert (node.value, node.note) == (
        state,
        ""
        if state == "met"
        else "if this order is not followed, the plan loses the equivalent of 10% of its improvement",
    )
