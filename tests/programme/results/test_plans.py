"""Plans kept by name beside the adopted one: nothing is overwritten, and another process reads the same."""

import time

import pytest

import urbium as ub
from urbium.errors import InputError, NotFoundError
from urbium.model import City, Source
from urbium.programme import new
from urbium.reads import PLANS, noting
from urbium.store import FileStamp


@pytest.fixture
def programme(tmp_path):
    with new(tmp_path / "own.db") as made:
        yield made


def keep(programme, plan, name="lean", reason="a try"):
    return programme.keep_plan(plan, name=name, by="office", reason=reason)


def test_a_kept_plan_is_read_by_another_process_as_it_was(programme, towns, tmp_path):
    plan = towns.towns_plan()
    keep(programme, plan)
    with ub.open(tmp_path / "own.db") as other:
        again = other.plan_called("lean")

    assert again.table.equals(plan.table)
    assert again.training.equals(plan.training)
    assert (again.objective, again.bound) == (2.0, 2.1)


def test_keeping_another_plan_under_a_name_makes_its_next_version(programme, towns):
    versions = [keep(programme, towns.towns_plan()), keep(programme, towns.towns_plan(objective=1.5))]

    assert versions == [1, 2]
    assert programme.plan_called("lean").objective == 1.5
    assert programme.plan_called("lean", version=1).objective == 2.0


def test_a_plan_that_another_process_keeps_anew_is_read_anew(programme, towns, tmp_path):
    keep(programme, towns.towns_plan())
    assert programme.plan_called("lean").objective == 2.0
    with ub.open(tmp_path / "own.db") as other:
        keep(other, towns.towns_plan(objective=1.5))

    assert programme.plan_called("lean").objective == 1.5


def test_a_kept_plan_leaves_standing_what_is_made_of_adopted_results(programme, towns):
    programme.adopt(towns.towns_plan(), by="office", reason="first")
    adopted, known = programme.adopted("plan"), programme.workspace.known_on()
    keep(programme, towns.towns_plan(objective=1.5))

    assert programme.adopted("plan") is adopted
    assert programme.workspace.known_on() == known


def test_a_page_that_reads_kept_plans_is_made_again_after_one_is_kept(programme, towns):
    with noting() as reads:
        programme.plans()
    newest, before = programme.store.changes_since(0)
    keep(programme, towns.towns_plan())
    _, changes = programme.store.changes_since(newest)

    assert {kind for kind in reads.kinds if changes.get(kind, 0) != before.get(kind, 0)} == {PLANS}


def test_the_same_plan_kept_twice_is_one_version(programme, towns):
    assert [keep(programme, towns.towns_plan()), keep(programme, towns.towns_plan())] == [1, 1]


def test_kept_plans_are_listed_once_each_with_their_figures(programme, towns):
    keep(programme, towns.towns_plan(objective=1.5))
    keep(programme, towns.towns_plan())
    keep(programme, towns.towns_plan(), name="another")
    listed = programme.plans()

    assert listed["name"].to_list() == ["another", "lean"]
    assert listed.select("version", "years", "projects", "cities", "capital").row(1) == (
        2, "2020-2022", 3, 2, 60.0,
    )  # fmt: skip
    # 0.7 of a gap of 0.5 in the third year, of 1.5 a year in all three
    assert listed["closed"][1] == pytest.approx(0.35 / 1.05**2 / (1.5 * (1 + 1 / 1.05 + 1 / 1.05**2)))
    assert listed["gap"].to_list() == pytest.approx([0.05, 0.05])


def test_what_came_between_search_and_adoption_is_no_ground_of_a_plan(programme, towns, observe):
    cities = [City(code, {"en": code}, "prefecture") for code in "AB"]
    programme.register(cities=cities, sources=[Source("ccsy", "Yearbook", "Statistics")], by="a", reason="a")
    searched_on = programme.store.last_change()
    plan = programme.plan(towns.towns_roadmap(), work_limit=0.1)
    figures = observe(("A", "population", 2020, 5.0)).drop("recorded_at", "recorded_by")
    programme.store.record(figures, by="a", reason="later", file=FileStamp("figures.xlsx", "00" * 32))
    programme.adopt(plan, by="a", accept_unproven=True)

    assert programme.workspace.known_when_adopted("plan") == searched_on
    robust_plan = programme.robust_plan(draws=2, work_limit=0.1).plan
    assert robust_plan.settings["as_known_on"] == searched_on.isoformat()


def test_the_seconds_of_a_plan_are_those_of_its_roadmap_too(programme, towns, monkeypatch):
    now, late = time.monotonic, []
    monkeypatch.setattr(time, "monotonic", lambda: now() + 100 * len(late))
    monkeypatch.setattr(programme.plans, "roadmap", lambda **_: late.append(1) or towns.towns_roadmap())
    plan = programme.plan(years="2020-2022", budget="1 bn EUR/year", time_limit=50)

    assert plan.work.ended_by == "time"
    assert plan.work.spent == 0
    assert plan.table.height


def test_a_kept_plan_is_not_adopted(programme, towns):
    keep(programme, towns.towns_plan())

    assert programme.adopted("plan") is None


def test_a_search_begins_with_the_adopted_plan_unless_another_or_none_is_named(programme, towns):
    assert programme.plans.to_begin_with() is None

    keep(programme, towns.towns_plan(objective=1.5))
    programme.adopt(towns.towns_plan(), by="office", reason="first", accept_unproven=True)

    assert programme.plans.to_begin_with().objective == 2.0
    assert programme.plans.to_begin_with("lean").objective == 1.5
    assert programme.plans.to_begin_with("none") is None
    with pytest.raises(InputError, match="'none' cannot be the name of a plan"):
        keep(programme, towns.towns_plan(), name="none")


def test_two_plans_are_compared_by_name(programme, towns):
    programme.adopt(towns.towns_plan(), by="office", reason="first")
    keep(programme, towns.towns_plan(objective=1.5, table=towns.towns_plan().table.head(2)))

    found = programme.compare("lean")

    assert found.names == ("lean", "the adopted plan")
    assert found.counts["only in b"] == 1


def test_an_unknown_name_is_refused_with_the_nearest(programme, towns):
    keep(programme, towns.towns_plan())

    with pytest.raises(NotFoundError, match="did you mean 'lean'"):
        programme.plan_called("laen")


def test_an_unknown_version_is_refused(programme, towns):
    keep(programme, towns.towns_plan())

    with pytest.raises(NotFoundError, match="no version 7"):
        programme.plan_called("lean", version=7)


@pytest.mark.parametrize("name", ["", "  ", "adopted", "x" * 61, "two\nlines"])
def test_what_is_no_name_is_refused(programme, towns, name):
    with pytest.raises(InputError):
        keep(programme, towns.towns_plan(), name=name)


def test_without_an_adopted_plan_comparing_says_what_to_run(programme, towns):
    keep(programme, towns.towns_plan())

    with pytest.raises(NotFoundError, match="run urbium plan --years FIRST-LAST --budget"):
        programme.compare("lean", "adopted")
