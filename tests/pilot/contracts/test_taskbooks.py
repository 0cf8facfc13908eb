"""Task books of a plan that is added up in the head, and amendments of them."""

import msgspec
import polars as pl
import pytest

from urbium.pilot.contracts.amendments import amended, amendment_faults, difference, effect
from urbium.pilot.contracts.taskbook_of_plan import planned_money, taskbook_faults, taskbook_of
from urbium.pilot.contracts.taskbooks import SHARE, Amendment, Target


@pytest.fixture(scope="module")
def plan(towns):
    return towns.towns_plan(with_people=False)


@pytest.fixture(scope="module")
def book(plan):
    return taskbook_of(plan, "A", title="Aston", version="1", names={"IOC": "Operations centre"})


def signed(book):
    return msgspec.structs.replace(
        book, tasks=[msgspec.structs.replace(task, body="City works") for task in book.tasks]
    )


def amendment(book, **changes):
    whole = {"title": "x", "reason": "land", "tasks": book.tasks, "targets": book.targets}
    return Amendment(**whole | changes)


def said(faults):
    return [(one.cell, str(one.message)) for one in faults]


def test_the_projects_of_a_city_are_tasks_with_years_and_money_by_fund(book):
    assert [(task.code, task.title, task.starts, task.ends, task.money) for task in book.tasks] == [
        ("A:IOC", "Operations centre", 2020, 2021, {"City budget": 10.0, "National grant": 20.0}),
        ("A:EGOV", "EGOV", 2021, 2021, {"City budget": 10.0}),
    ]
    assert (book.currency, book.plan, {task.body for task in book.tasks}) == ("CNY", "1", {""})


def test_targets_are_what_is_left_of_a_need_in_the_years_in_which_it_falls(book):
    """Need 0.5; both are finished in 2021, so in 2022 0.5 + 0.2 of it is closed and 0.15 is left."""
    assert book.targets == [Target(indicator="calls", year=2022, value=0.15, unit=SHARE, base=0.5)]


def test_a_need_that_one_figure_tells_is_a_target_of_that_figure(towns):
    """Figure 60 between 80 (no need) and 40 (all): the need is 0.5; 0.15 of it is left at 74."""
    rows, road = towns.rows, towns.towns_roadmap(with_people=False)
    figures = rows(
        "city figure name value unit period none_at all_at need",
        ("A", "answered", "Calls answered", 60.0, "%", "2019", 80.0, 40.0, 0.5),
    )
    gaps = rows(
        "city indicator need ceiling figures",
        ("A", "calls", 0.5, 1.0, "answered"),
        ("B", "calls", 0.5, 1.0, ""),
    )
    plan = towns.towns_plan(with_people=False, roadmap=road.replace(figures=figures, gaps=gaps))
    assert taskbook_of(plan, "A", title="Aston").targets == [
        Target(indicator="answered", year=2022, value=74.0, unit="%", base=60.0)
    ]


def test_a_task_needs_a_body_years_and_the_money_of_the_plan(plan, book):
    assert said(taskbook_faults(book, plan, "A")) == [
        ("A:IOC", "no responsible body is named"),
        ("A:EGOV", "no responsible body is named"),
    ]
    assert said(taskbook_faults(signed(book), plan, "A")) == []
    first, second = signed(book).tasks
    wrong = [
        msgspec.structs.replace(first, money={"City budget": 10.0}),
        msgspec.structs.replace(second, starts=None),
    ]
    changed = msgspec.structs.replace(book, tasks=wrong)
    assert said(taskbook_faults(changed, plan, "A")) == [
        ("A:EGOV", "its construction years are missing or in the wrong order"),
        ("A:IOC", "its amounts add up to CNY 10.00 million, but the plan has CNY 30.00 million"),
    ]


def test_a_target_needs_unit_and_base_and_a_book_its_plan(plan, book):
    bare = msgspec.structs.replace(signed(book), targets=[Target(indicator="x", year=2022, value=1, unit="")])
    assert said(taskbook_faults(bare, plan, "A")) == [
        ("x 2022", "its unit, or the indicator's previous value, is missing")
    ]
    assert said(taskbook_faults(signed(book), None, "A")) == [
        ("plan", "it does not name a version of an adopted plan")
    ]


def test_the_money_of_a_year_moves_with_its_task(plan, book):
    first = book.tasks[0]
    assert [planned_money(plan, first, year) for year in (2020, 2021, 2022)] == [15.0, 15.0, 0.0]
    moved = msgspec.structs.replace(first, starts=2021, ends=2022)
    assert [planned_money(plan, moved, year) for year in (2020, 2021, 2022)] == [0.0, 15.0, 15.0]
    assert planned_money(None, first, 2020) is None


def test_the_difference_names_what_is_added_removed_moved_paid_and_aimed_at(book):
    first, second = book.tasks
    after = amendment(
        book,
        tasks=[
            msgspec.structs.replace(first, starts=2021, ends=2022, money={"City budget": 30.0}),
            msgspec.structs.replace(second, code="A:NEW"),
        ],
        targets=[msgspec.structs.replace(book.targets[0], value=0.2)],
    )
    assert [(one.kind, one.name, one.before, one.after) for one in difference(book, after)] == [
        ("removed", "A:EGOV", "2021-2021", ""),
        ("added", "A:NEW", "", "2021-2021"),
        ("moved", "A:IOC", "2020-2021", "2021-2022"),
        ("money", "A:IOC", "City budget 10.00; National grant 20.00", "City budget 30.00"),
        ("target", "calls 2022", "0.15 share of the need", "0.2 share of the need"),
    ]
    assert said(amendment_faults(book, after)) == []
    assert said(amendment_faults(book, amendment(book, reason=" "))) == [
        ("reason", "it does not state a reason"), ("tasks", "it changes nothing"),
    ]  # fmt: skip


def test_the_effect_of_an_amendment_is_counted_from_the_plans_tables(plan, book):
    """Aston weighs 1 with a need of 0.5; nothing is felt before 2022, which counts 1 / 1.05 / 1.05.

    As planned: 0.5 x (0.5 + 0.2) of that; without the services of Aston 0.5 x 0.5. Bourne's centre is
    finished at the end of 2022 and felt after the plan.
    """
    said = effect(plan, book, amendment(book, tasks=book.tasks[:1]))
    figures = said.parameters["parts"][0].parameters
    assert figures["share"] == pytest.approx((0.25 - 0.35) / 0.35)
    assert "-28.57%" in str(said)


def test_what_lacks_a_project_that_must_come_first_is_not_counted_as_built(towns):
    """Centre 2020-2021, counter in 2022, felt in 2023: without the centre neither brings anything."""
    rows = towns.rows
    needs = rows("project requires lag kind", ("A:EGOV", "A:IOC", 0, "hard"))
    road = towns.towns_roadmap(with_people=False, years=range(2020, 2024), prerequisites=needs)
    table = towns.towns_plan(with_people=False).table.with_columns(
        start=pl.when(pl.col("project") == "A:EGOV").then(2022).otherwise("start")
    )
    plan = towns.towns_plan(with_people=False, roadmap=road, table=table, years=range(2020, 2024))
    book = taskbook_of(plan, "A", title="Aston")
    said = effect(plan, book, amendment(book, tasks=book.tasks[1:]))
    figures, bourne = said.parameters["parts"][0].parameters, 2 * 0.5 * 0.5 / 1.05**3
    aston = 0.25 / 1.05**2 + 0.35 / 1.05**3
    assert figures["share"] == pytest.approx(-aston / (aston + bourne))
    assert "A:EGOV would lack a project that must be finished before it" in str(said)


def test_what_the_plan_cannot_value_is_said(plan, book):
    first, second = book.tasks
    cheaper = amendment(book, tasks=[msgspec.structs.replace(first, money={"City budget": 20.0}), second])
    assert str(effect(plan, book, cheaper)) == (
        "The plan benefit does not change: no planned project is dropped or moved. The effect of changing "
        "only the money for a project is not included, because the plan contains no smaller versions of "
        "projects."
    )
    new = amendment(book, tasks=[first, second, msgspec.structs.replace(second, code="A:NEW")])
    assert "A:NEW is not a project in the plan, so its benefit is unknown." in str(effect(plan, book, new))
    assert "is unknown" in str(effect(None, book, new))


def test_an_amended_task_book_keeps_its_plan_and_says_why(book):
    after = amended(book, amendment(book, tasks=book.tasks[:1]), "less")
    assert (after.plan, after.reason, after.effect, len(after.tasks)) == ("1", "land", "less", 1)
