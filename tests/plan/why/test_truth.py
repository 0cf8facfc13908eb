"""Why not is true: forced in, kept, dropped and eased in a second model, written apart from the planner's."""

import random
from dataclasses import dataclass

import polars as pl
import pytest

import independent
from seeds import a_few_of, tries
from urbium.errors import InfeasibleError, InputError
from urbium.explanation import Explanation
from urbium.plan import NATIONWIDE, Plan, Roadmap, solve
from urbium.plan.why.forced import ForcedInclusion, closure
from urbium.plan.why.names import Labels, Names

INFEASIBLE = tries(50)
EASE = 1e-6


def with_status(road, **status):
    wanted = pl.col("project").replace_strict(status, default=pl.col("status"))
    return road.replace(projects=road.projects.with_columns(status=wanted))


@dataclass(frozen=True)
class Case:
    """A project that a plan leaves out, the trial of it, and the same programme modelled apart."""

    plan: Plan
    project: str
    trial: ForcedInclusion
    against: tuple[Explanation, ...]
    model: independent.Model

    @property
    def changes(self):
        """The stated change: limit by name, and how much more of it."""
        nodes = [node for node in self.against if node.code == "plan.why.binds"]
        return [(node.what.parameters["row"], node.value) for node in nodes]

    @property
    def overruns(self):
        return {
            f"{limit}[{'nation' if place == NATIONWIDE else place},{year}]": amount
            for limit, place, year, amount in self.plan.overruns.iter_rows()
        }

    @property
    def held(self):
        """Start years of the plan, and what it leaves out but the project and what that requires."""
        begun = dict(self.plan.table.select("project", "start").iter_rows())
        may = {self.project, *closure(self.plan.roadmap, self.project)}
        return {p: begun.get(p) for p in self.plan.roadmap.projects["project"] if p in begun or p not in may}

    def eased(self, more=EASE):
        """The limits with the stated change."""
        given = self.overruns
        for name, amount in self.changes:
            given[name] = given.get(name, 0.0) + amount + more
        return given


def rejected(programme, scarce, few_people):
    """Yield projects that plans of random programmes leave out, with money scarce and with money not."""
    for seed in range(1000):
        road = programme(seed, cities=2 if seed % 2 else None)
        road = scarce(road, seed) if seed % 3 else road
        road = few_people(road, random.Random(seed)) if seed % 5 == 0 else road
        try:
            plan = solve(road, work_limit=20)
        except (InfeasibleError, InputError):
            continue
        for row in road.projects.filter(pl.col("status") == "candidate").iter_rows(named=True):
            if row["project"] not in set(plan.table["project"]):
                trial = ForcedInclusion(plan, row, Labels(plan.roadmap, Names(), row["city"]))
                against = tuple(trial.findings()[2])
                forced = with_status(road, **{row["project"]: "mandatory"})
                yield Case(plan, row["project"], trial, against, independent.Model(forced))


@pytest.fixture(
    scope="module",
    params=[24, pytest.param(60, marks=pytest.mark.long), pytest.param(200, marks=pytest.mark.release)],
)
def rejections(request):
    """How many projects that a plan leaves out are looked at."""
    return request.param


@pytest.fixture(scope="module")
def cases(rejections, programme, scarce, few_people):
    """So many projects left out that a plan can have, and those on the way that no plan can have."""
    found, priced = [], 0
    for case in rejected(programme, scarce, few_people):
        found.append(case)
        priced += case.trial.again.most is not None
        if priced == rejections:
            return found
    raise AssertionError(priced)


@pytest.fixture(scope="module")
def priced(cases):
    return [
        (case, case.model.solve(eased=case.overruns)) for case in cases if case.trial.again.most is not None
    ]


def test_forced_in_a_project_costs_at_least_the_stated_bound_of_its_price(priced):
    wrong = [
        (case.project, case.trial.least, case.plan.objective - best[0])
        for case, best in priced
        if case.plan.objective - best[0] < case.trial.least - 1e-7
    ]
    assert wrong == []


def test_forced_in_a_project_costs_at_most_its_stated_price(priced):
    wrong = [
        (case.project, case.trial.again.most, case.plan.objective - best[0])
        for case, best in priced
        if case.plan.objective - best[0] > case.trial.again.most + 1e-7
    ]
    assert wrong == []


def test_small_programmes_have_exact_prices_so_that_the_bounds_say_something(priced, rejections):
    assert len(priced) == rejections
    assert all(case.trial.again.is_exact for case, _ in priced)
    assert sum(case.trial.again.most > 1e-4 for case, _ in priced) > rejections / 2


def test_what_no_plan_can_have_has_no_plan_when_it_is_forced(cases, rejections):
    said = [case for case in cases if case.trial.again.is_infeasible]
    assert len(said) > rejections / 20
    assert [c.project for c in said if c.model.solve(eased=c.overruns, is_only_feasible=True)] == []


@pytest.fixture(scope="module")
def changed(cases, rejections):
    found = [case for case in cases if case.changes]
    assert len(found) >= rejections / 5
    return found


def test_the_stated_change_brings_the_project_in_beside_all_the_plan_has(changed):
    wrong = [
        (case.project, case.changes)
        for case in changed
        if case.model.solve(eased=case.eased(), starts=case.held, is_only_feasible=True) is None
    ]
    assert wrong == []


def test_changes_of_many_kinds_are_stated(changed, rejections):
    kinds = {name.split("[")[0] for case in changed for name, _ in case.changes}
    every = {"budget", "fund_limit", "start_limit", "exclusion", "people", "people_of_nation"}
    assert len(every & kinds) >= (len(every) if rejections == 200 else 3)


def test_a_little_less_than_a_stated_change_of_one_limit_does_not_do(changed, rejections):
    alone = [case for case in changed if len(case.changes) == 1 and "exclusion" not in case.changes[0][0]]
    assert len(alone) > rejections / 20
    wrong = [
        (case.project, case.changes)
        for case in alone
        if case.model.solve(
            eased=case.eased(-max(1e-3, 0.01 * case.changes[0][1])), starts=case.held, is_only_feasible=True
        )
    ]
    assert wrong == []


def test_where_nothing_need_change_the_project_fits_beside_all_the_plan_has(cases, rejections):
    said = [c for c in cases if any(node.code == "plan.why.room" for node in c.against)]
    assert len(said) > rejections / 20
    assert [
        c.project
        for c in said
        if c.model.solve(eased=c.overruns, starts=c.held, is_only_feasible=True) is None
    ] == []


# Infeasible requests


def hard_request(road, seed, scarce, few_people):  # noqa: PLR0911 - one kind of request each
    """A request of a kind that often cannot be met: all wanted, little money, few starts, rivals, no base."""
    rng = random.Random(seed)
    names = road.projects["project"].to_list()
    wanted = with_status(road, **dict.fromkeys(rng.sample(names, min(len(names), 4)), "mandatory"))
    match seed % 7:
        case 0:
            return scarce(wanted, seed)
        case 1:
            one = pl.DataFrame({"place": NATIONWIDE, "year": list(road.years), "most": 1})
            return wanted.replace(start_limits=one)
        case 2:
            pairs = wanted.projects.filter(pl.col("status") == "mandatory")
            rivals = pairs.filter(pl.col("city") == pairs["city"][0])["project"].to_list()
            return wanted.replace(exclusions=pl.DataFrame({"group": "rivals", "project": rivals}))
        case 3:
            late = wanted.prerequisites.with_columns(lag=pl.lit(2))
            return wanted.replace(prerequisites=late)
        case 4:
            early = pl.when(pl.col("status") == "mandatory").then(road.years[0]).otherwise(None)
            return wanted.replace(
                projects=wanted.projects.with_columns(latest=early.cast(pl.Int64)),
                budgets=wanted.budgets.with_columns(pl.col("amount") * 0.6),
            )
        case 5:
            return few_people(wanted, rng)
        case _:
            own = wanted.projects.filter(pl.col("city") == wanted.projects["city"][0])["project"].to_list()
            out = with_status(wanted, **dict.fromkeys(own[-2:], "forbidden"))
            return out.replace(alternatives=pl.DataFrame({"group": "any", "project": own[-2:]}))


@pytest.fixture(scope="module")
def refused(programme, scarce, few_people):
    """Requests without a plan, fifty in the long run: the roadmap's second model, and the named limits."""
    found = []
    for seed in range(2000):
        road = hard_request(programme(seed, cities=2 if seed % 4 == 0 else None), seed, scarce, few_people)
        try:
            solve(road, work_limit=20)
        except InputError:
            continue
        except InfeasibleError as error:
            found.append((seed, independent.Model(road), [fault.cell for fault in error.faults]))
        if len(found) == INFEASIBLE:
            return found
    raise AssertionError(len(found))


def test_the_second_model_has_no_plan_of_what_was_refused(refused):
    assert [seed for seed, model, _ in refused if model.solve(is_only_feasible=True)] == []


def test_the_named_limits_alone_have_no_plan(refused):
    assert [seed for seed, model, names in refused if model.solve(kept=names, is_only_feasible=True)] == []


def test_each_named_limit_is_needed(refused):
    wrong = [
        (seed, name)
        for seed, model, names in refused
        for name in names
        if model.solve(kept=set(names) - {name}, is_only_feasible=True) is None
    ]
    assert wrong == []


@pytest.mark.long
def test_the_requests_conflict_with_limits_of_many_kinds(refused):
    kinds = {name.split("[")[0] for _, _, names in refused for name in names}
    assert kinds >= {
        "window",
        "people",
        "people_of_nation",
        "mandatory",
        "budget",
        "start_limit",
        "exclusion",
        "precedence",
        "alternative",
        "forbidden",
    }


# The witness


@pytest.mark.parametrize("seed", a_few_of(range(0, 100, 5), 8))
def test_the_second_model_agrees_with_trying_all(seed, programme, by_trying):
    road: Roadmap = programme(seed)
    tried, found = by_trying(road), independent.Model(road).solve()
    assert (tried is None) == (found is None)
    assert tried is None or found[0] == pytest.approx(tried[0], abs=1e-6)
