"""What begins in the plan may be completed after it, within every limit of the years in which it is."""

from dataclasses import replace

import polars as pl
import pytest

import independent
from seeds import a_few_of
from trials import best_plan, check_bound, check_prices
from urbium.errors import InfeasibleError, InputError
from urbium.plan import Roadmap, Settings, certify, solve, summary
from urbium.plan.result.late import late_in


def slower(road):
    """Return the programme with a year more to build whatever is not committed."""
    longer = pl.col("build_years") + (pl.col("status") != "committed").cast(pl.Int64)
    return road.replace(projects=road.projects.with_columns(build_years=longer))


@pytest.fixture(scope="session")
def late(repaying, ending):
    """Make a random programme with every rule, of four years; in the last one or two nothing starts."""
    return lambda seed, **size: ending(slower(repaying(seed, span=4, **({"most": 4} | size))), 1 + seed % 2)


@pytest.fixture(scope="session")
def plain(programme, ending):
    """Make a random programme of five years, in the last two of which none starts."""
    return lambda seed: ending(slower(programme(seed, span=5, most=8)), 2)


def last_year_of_starts(road):
    return road.years[-1] - road.settings.ends_after


@pytest.mark.parametrize("seed", a_few_of(range(300), 14))
def test_a_plan_that_ends_later_is_worth_as_much_as_the_best_of_all_choices(seed, late, by_trying):
    road = late(seed)
    best = by_trying(road)
    plan = best_plan(road, best)
    assert plan is None or (plan.table["start"] <= last_year_of_starts(road)).all()


@pytest.mark.parametrize("seed", a_few_of(range(200), 8))
def test_a_second_model_finds_the_same_best_plan(seed, plain):
    road = plain(seed)
    best = independent.Model(road).solve()
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(road, work_limit=20)
        return
    plan = solve(road, work_limit=20)
    assert plan.objective == pytest.approx(best[0], rel=1e-6, abs=1e-7)
    assert plan.certificate.is_valid, plan.certificate


def test_in_some_of_these_programmes_something_is_completed_after_the_plan(plain):
    ends = 0
    for seed in range(40):
        road = plain(seed)
        best = independent.Model(road).solve()
        build = dict(road.projects.select("project", "build_years").iter_rows())
        ends += best is not None and any(
            begun + build[name] - 1 > last_year_of_starts(road) for name, begun in best[1].items()
        )
    assert ends >= 8


@pytest.mark.parametrize("seed", a_few_of(range(1000, 1020), 3))
def test_prices_never_promise_less_than_the_best_of_all_choices(seed, late, by_trying, by_decomposition):
    road = late(seed, cities=3)
    check_bound(road, by_trying(road), by_decomposition)


@pytest.mark.parametrize("seed", a_few_of(range(0, 60, 3), 4))
def test_no_price_of_any_rule_lowers_the_bound_below_the_best(seed, late, by_trying):
    road = late(seed)
    check_prices(road, by_trying(road), seed)


@pytest.fixture
def fibre():
    """One city and one project of three years' work that cannot begin before the plan's last year, 2018.

    It costs 10 a year to 2020, works from 2021 on and is then run for 2 and renewed for 1 a year, which the
    city can pay: it has 10 a year, and 3 for running costs later. What was built counts to 2022.
    """
    return Roadmap(
        years=range(2016, 2021),
        cities=pl.DataFrame({"city": ["X"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["reach"], "weight": [1.0]}),
        projects=pl.DataFrame(
            {
                "project": ["X:FIBRE"], "city": "X", "solution": "FIBRE", "capital": 30.0, "operation": 2.0,
                "renewal": 1.0, "build_years": 3, "finance_models": "PUB", "foreign_share_max": 1.0,
                "earliest": 2018,
            }
        ),
        effects=pl.DataFrame({"project": ["X:FIBRE"], "indicator": ["reach"], "effect": [0.5], "lag": [0]}),
        gaps=pl.DataFrame({"city": ["X"], "indicator": ["reach"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {"fund": ["TOWN"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["city"],
             "is_foreign": [False]}
        ),
        budgets=pl.DataFrame({"place": "X", "year": [*range(2016, 2021)], "amount": 10.0}),
        upkeep=pl.DataFrame({"place": ["X"], "since": [2021], "amount": [3.0]}),
        settings=Settings(ends_after=2, years_after=2),
    )  # fmt: skip


def test_its_later_money_is_paid_and_its_later_benefit_counts(fibre):
    plan = solve(fibre, work_limit=5)
    assert plan.table.select("start", "finish").rows() == [(2018, 2020)]
    assert plan.money.select("year", "amount").rows() == [(2018, 10.0), (2019, 10.0), (2020, 10.0)]
    assert plan.objective == pytest.approx(0.5 * (1.05**-5 + 1.05**-6))
    assert plan.certificate.is_valid, plan.certificate


@pytest.mark.parametrize("year", [2019, 2020])
def test_a_limit_of_a_year_after_the_plan_keeps_it_out(fibre, year):
    less = pl.when(pl.col("year") == year).then(9.9).otherwise("amount")
    assert solve(
        fibre.replace(budgets=fibre.budgets.with_columns(amount=less)), work_limit=5
    ).table.is_empty()


@pytest.mark.parametrize(
    "later", [{"ends_after": 3}, {"ends_after": 2, "last": 2019}, {"ends_after": 0, "last": 2018}]
)
def test_what_cannot_begin_in_the_plan_or_end_soon_after_is_not_built(fibre, later):
    years = range(2016, later.get("last", 2020) + 1)
    road = fibre.replace(
        years=years,
        budgets=fibre.budgets.filter(pl.col("year").is_in(list(years))),
        settings=replace(fibre.settings, ends_after=later["ends_after"]),
    )
    assert solve(road, work_limit=5).table.is_empty()
    assert [*late_in(road)["solution"]] == ["FIBRE"]


def _without_its_last_payment(plan):
    return replace(plan, money=plan.money.filter(pl.col("year") < 2020))


def _paid_by_nobody_known(plan):
    return replace(plan, money=plan.money.with_columns(fund=pl.lit("ELSEWHERE")))


def _begun_a_year_later(plan):
    later = [pl.col(name) + 1 for name in ("start", "finish")]
    return replace(
        plan, table=plan.table.with_columns(later), money=plan.money.with_columns(pl.col("year") + 1)
    )


def _said_to_end_in_the_plan(plan):
    return replace(plan, table=plan.table.with_columns(finish=pl.lit(2018)))


def _worth_as_if_it_worked_at_once(plan):
    return replace(plan, objective=plan.objective + 0.5 * 1.05**-4)


@pytest.mark.parametrize(
    ("tamper", "check"),
    [
        (_without_its_last_payment, "capital is paid"), (_paid_by_nobody_known, "eligible fund"),
        (_begun_a_year_later, "horizon"), (_said_to_end_in_the_plan, "stated finish"),
        (_worth_as_if_it_worked_at_once, "objective"),
    ],
)  # fmt: skip
def test_the_certificate_finds_what_is_wrong_after_the_plan(fibre, tamper, check):
    plan = solve(fibre, work_limit=5)
    broken = {done.limit for done in certify(fibre, tamper(plan)).checks if not done.is_kept}
    assert check in broken


def test_the_certificate_finds_a_later_year_whose_limit_is_exceeded(fibre):
    plan = solve(fibre, work_limit=5)
    less = pl.when(pl.col("year") == 2020).then(9.9).otherwise("amount")
    poorer = fibre.replace(budgets=fibre.budgets.with_columns(amount=less))
    assert [check.limit for check in certify(poorer, plan).checks if not check.is_kept] == ["budget"]


def test_a_project_that_is_committed_to_begin_after_the_plan_is_refused(fibre):
    road = fibre.replace(projects=fibre.projects.with_columns(status=pl.lit("committed"), start=pl.lit(2019)))
    with pytest.raises(InputError) as refusal:
        solve(road, work_limit=5)
    assert "enter a start year from 2016 to 2018" in str(refusal.value)


def test_years_in_which_nothing_may_begin_are_not_all_years(fibre):
    road = fibre.replace(settings=replace(fibre.settings, ends_after=5))
    with pytest.raises(
        InputError,
        match=r"nothing may start in the last years of the plan \(5\), and the plan has no other years \(5\)",
    ):
        solve(road, work_limit=5)


def test_what_is_completed_after_the_plan_and_paid_then_is_said(fibre):
    plan = solve(fibre.replace(settings=replace(fibre.settings, currency="CNY")), work_limit=5)
    said = [str(sentence) for _, sentence in summary(plan)]
    assert (
        "1 project starts in the plan years and is completed after them, in 2020: FIBRE. Of its "
        "CNY 30 million, CNY 20 million is paid after 2018."
    ) in said
    assert (
        "The cities' combined budgets, with running costs, renewal and repayments: CNY 10 million "
        "of CNY 30 million (33%) is used in the plan years; the peak year is 2018, with 100% of that "
        "year's budget."
    ) in said
    assert (
        "The cities' budgets together in 2019, after the plan: CNY 10 million of CNY 10 million is used."
        in said
    )
    assert plan.why("X:FIBRE").value == (
        "in the plan, built from 2018 to 2020: completed 2 years after the plan, with CNY 20 million of its "
        "cost paid after 2018"
    )


def test_a_kept_plan_has_its_later_years_again(fibre):
    plan = solve(fibre, work_limit=5)
    again = type(plan).unpack(plan.pack())
    assert (again.years, again.start_years) == (range(2016, 2021), range(2016, 2019))
    assert certify(again.roadmap, again).is_valid


def test_a_roadmap_file_keeps_how_long_after_the_plan_it_goes_on(fibre, tmp_path):
    again = Roadmap.read(fibre.save(tmp_path / "road.xlsx"))
    assert (again.years, again.start_years) == (range(2016, 2021), range(2016, 2019))
