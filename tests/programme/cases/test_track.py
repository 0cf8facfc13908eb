"""Progress, warnings, lessons and replanning of programmes, as everybody may read them."""

import msgspec
import polars as pl
import pytest

from life_of import with_plan
from tracked_towns import FINISHED, TRUTH, VARIABLE, book_in_force, learning_programme, report_of
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.model import Evidence
from urbium.programme.cases.rules.track_cases import finished_projects, tracked_books
from urbium.track.early_warning import Warnings

INDICATOR = "ISO37122:City services available online %"


@pytest.fixture(scope="module")
def planned(towns):
    """Aston: of two tasks of the plan one is late and half delivered; its households fall too slowly."""
    with with_plan(towns) as programme:
        plan = programme.adopted("plan")
        mine = plan.table.filter(city="A").to_dicts()
        tasks = [
            {
                "code": row["project"], "title": row["solution"], "solution": row["solution"],
                "starts": row["start"], "ends": row["finish"], "money": {"CITY": row["capital"]},
                "deliverables": {"design": 0.25, "works": 0.75},
            }
            for row in mine
        ]  # fmt: skip
        targets = [{"indicator": "households", "year": 2024, "value": 150.0, "unit": "count", "base": 190.0}]
        book = {"plan": "1", "currency": "GBP", "tasks": tasks, "targets": targets}
        first = tasks[0]
        spent = first["money"]["CITY"]
        row = {
            "task": first["code"], "tendered": spent, "contracted": spent, "done": spent, "spent": spent,
            "delivered": ["design"], "posts": 3.0,
        }  # fmt: skip
        others = [{"task": one["code"]} for one in tasks[1:]]
        values = {2020: 190.0, 2021: 188.0, 2022: 187.0, 2023: 185.0}
        reports = [
            report_of(
                year,
                [row if year == 2020 else {"task": first["code"], "posts": 2.0}, *others],
                [{"indicator": "households", "value": value, "unit": "count", "source": "survey"}],
            )
            for year, value in values.items()
        ]
        book_in_force(programme, "t1", "A", book, reports)
        book_in_force(programme, "t2", "B", book | {"tasks": []}, reports, states=("signed", "submitted"))
        yield programme


@pytest.fixture(scope="module")
def learning():
    with learning_programme() as programme:
        yield programme


def row(table: pl.DataFrame, **where: object) -> dict[str, object]:
    return table.filter(**where).row(0, named=True)


def test_what_is_earned_is_the_share_of_what_was_delivered_and_not_what_was_spent(planned):
    earned = planned.track.progress().earned
    plan = planned.adopted("plan").table.filter(city="A").row(0, named=True)
    task = row(earned, level="task", item=plan["project"])
    assert task["ev"] == pytest.approx(0.25 * plan["capital"])
    assert task["ac"] == pytest.approx(plan["capital"])  # spent in 2020, at the prices of 2020
    assert task["eac"] == pytest.approx(4 * plan["capital"])
    assert (task["rule"], task["currency"], task["year"]) == ("accepted deliverables", "GBP", 2023)


def test_money_of_later_years_is_brought_to_the_prices_of_the_plan(planned):
    (book,) = tracked_books(planned._desk)
    assert book.real(104.04, 2022) == pytest.approx(100.0)  # two years of the declared 2%
    assert "at 2020 prices" in str(book.prices)


def test_a_task_that_is_not_finished_is_late_by_at_least_the_years_gone_by(planned):
    result = planned.track.progress()
    late = row(result.late, measure="finish")
    assert late["actual"] is None
    assert late["difference"] == 2023 + 1 - late["planned"]
    assert "not completed" in late["source"]


def test_a_narrow_screen_shows_figures_first_and_years_as_years(planned):
    first = planned.track.progress().overview
    assert first.columns[:5] == ["item", "measure", "planned", "actual", "difference"]
    assert {len(year) for year in first.filter(measure="start")["planned"]} == {4}


def test_posts_and_indicators_stand_beside_what_was_planned(planned):
    table = planned.track.progress().table
    people = row(table, measure="people")
    assert (people["actual"], people["evidence"]) == (2.0, "report")
    effect = row(table, measure="effect")
    begins = planned.adopted("plan").table.filter(city="A")["start"].min() - 1
    assert effect["planned"] == pytest.approx(190 - 40 * (2023 - begins) / (2024 - begins))
    assert (effect["actual"], effect["evidence"], effect["source"]) == (185.0, "report", "survey")


def test_a_target_that_falls_behind_is_warned_of_with_what_can_be_done(planned):
    result = planned.track.warnings()
    warning = result.table.row(0, named=True)
    assert (warning["indicator"], warning["year"], warning["severity"]) == ("households", 2024, "serious")
    assert warning["low"] < warning["value"] < warning["high"] < 190
    assert warning["remedy"]
    assert "1 of 1 target" in repr(result)


def test_where_no_target_can_be_judged_no_count_of_bad_ones_is_said():
    nothing = Warnings(
        table=pl.DataFrame({"severity": []}), unknown=(("A", "Open data", 2024), ("A", "Permits", 2024))
    )
    assert repr(nothing) == "Early warning: none of the 2 remaining targets can be judged yet"


def test_what_is_not_public_enters_nothing(planned):
    result = planned.track.progress()
    assert set(result.table["taskbook"]) == {"t1"}
    with pytest.raises(NotFoundError):
        planned.track.progress("nowhere")
    assert planned.track.progress("B").table.is_empty()


def test_reports_become_facts_of_a_new_plan(planned):
    actuals = planned.track.actuals()
    first = planned.adopted("plan").table.filter(city="A").row(0, named=True)["project"]
    assert row(actuals, project=first)["status"] == "started"
    assert row(actuals, project=first)["start"] == 2020
    assert planned.track.first_open_year() == 2024


def test_planning_again_without_reports_says_what_to_do(towns):
    with (
        with_plan(towns) as programme,
        pytest.raises(InputError, match="no report has been accepted") as refused,
    ):
        programme.track.replan()
    assert "accept reports first" in str(refused.value)


def test_a_plan_from_reports_moves_what_is_late(towns):
    with with_plan(towns) as programme:
        plan = programme.adopted("plan")
        mine = plan.table.filter(city="A").sort("start").to_dicts()
        tasks = [
            {"code": one["project"], "title": one["solution"], "starts": one["start"], "ends": one["finish"],
             "money": {"CITY": one["capital"]}}
            for one in mine
        ]  # fmt: skip
        first = tasks[0]
        assert first["starts"] == plan.years[0]
        nothing = report_of(plan.years[0], [{"task": task["code"]} for task in tasks])
        book_in_force(programme, "t1", "A", {"plan": "1", "currency": "GBP", "tasks": tasks}, [nothing])
        result = programme.track.replan(work_limit=5.0)
        assert result.today == plan.years[0] + 1
        moved = row(result.table, project=first["code"])
        assert moved["is_news"]
        assert moved["start"] is None or moved["start"] > first["starts"]


# --- lessons --------------------------------------------------------------------------------------------


def test_the_effect_that_was_put_in_is_found_in_every_town(learning):
    result = learning.track.lessons("DATA_PLATFORM", INDICATOR, VARIABLE)
    assert result.table["city"].to_list() == list(FINISHED)
    assert all(result.table["counts"])
    for one in result.table.iter_rows(named=True):
        assert one["effect"] == pytest.approx(TRUTH, abs=3 * one["error"])
        assert one["donors"] == 9  # the towns with the project are compared with no other of them
    low, high = result.range
    assert low < TRUTH < high
    assert high - low < 15  # narrower than declared


def test_the_years_from_the_beginning_of_the_work_until_it_can_have_an_effect_tell_nothing(learning):
    finished, begun = finished_projects(tracked_books(learning._desk), "DATA_PLATFORM", lag=1.0)

    assert [(one.before, one.begin) for one in finished] == [(2013, 2017)] * 3  # built in 2014 and 2015
    assert [one.city for one in finished] == begun == list(FINISHED)


def test_a_lesson_is_adopted_by_somebody_else_as_a_row_of_the_catalogue(learning):
    first, second = learning.people.named("olga"), learning.people.named("oscar")
    asked = {"title": "Platforms", "solution": "DATA_PLATFORM", "indicator": INDICATOR, "variable": VARIABLE}
    with pytest.raises(ForbiddenError):
        learning.casework.begin(ANYBODY, "lesson", "l1", asked)
    learning.casework.begin(first, "lesson", "l1", asked)
    assert effect(learning).low == 5.0  # nothing changes by itself
    with pytest.raises(NotFoundError):
        learning.casework.opened(ANYBODY, "lesson", "l1")
    with pytest.raises(ForbiddenError):
        learning.casework.act(first, "lesson", "l1", "adopt", version=1)
    learning.casework.act(second, "lesson", "l1", "adopt", version=1)
    adopted = effect(learning)
    content = learning.casework.opened(ANYBODY, "lesson", "l1").dossier.content
    assert (adopted.low, adopted.high) == pytest.approx((content["low"], content["high"]), rel=1e-5)
    assert adopted.evidence is Evidence.MEASURED_HERE
    assert adopted.note.startswith("observed in 3 cities (lesson l1); previously 5 to 20, assumption")
    assert learning.catalogues.history().row(-1, named=True)["recorded_by"] == "oscar"
    again = learning.track.lessons("DATA_PLATFORM", INDICATOR, VARIABLE)
    assert again.range is None  # no city counts twice
    assert all("lesson l1" in reason for reason in again.table["reason"])


def effect(programme):
    named = ("DATA_PLATFORM", INDICATOR)
    return next(one for one in programme.catalogue.effects if (one.solution, one.indicator) == named)


def test_a_lesson_that_is_out_of_date_is_not_adopted():
    with learning_programme(nation="IND", currency="INR") as programme:
        first, second = programme.people.named("olga"), programme.people.named("oscar")
        asked = {
            "title": "Platforms", "solution": "DATA_PLATFORM", "indicator": INDICATOR, "variable": VARIABLE,
        }  # fmt: skip
        programme.casework.begin(first, "lesson", "l1", asked)
        dossiers = programme.store.dossiers
        gone = dossiers.one("report", "b0-2015")
        withdrawn = msgspec.structs.replace(gone, state="returned")
        dossiers.record([withdrawn], by="test", what="report: return", reason="wrong")
        with pytest.raises(InputError, match="is not possible yet"):
            programme.casework.act(second, "lesson", "l1", "adopt", version=1)
        assert effect(programme).low == 5.0
        renamed = msgspec.structs.replace(
            dossiers.one("lesson", "l1"),
            content=dossiers.one("lesson", "l1").content | {"solution": "RETIRED"},
        )
        dossiers.record([renamed], by="test", what="lesson: change", reason="its solution is retired")
        (fault,) = programme.casework.faults(second, "lesson", "l1", "adopt")
        assert "have changed since" in fault.message


def test_a_lesson_of_nothing_is_not_proposed(learning):
    office = learning.people.named("olga")
    asked = {"title": "x", "solution": "BACKBONE", "variable": VARIABLE}
    with pytest.raises(InputError, match="has not been saved yet"):
        learning.casework.begin(office, "lesson", "l9", asked)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("IOC",), "declared effects"),
        (("NOWHERE",), "NOWHERE"),
        (("DATA_PLATFORM", INDICATOR), "no single variable"),
        (("DATA_PLATFORM", INDICATOR, "nothing"), "nothing"),
        (("DATA_PLATFORM", "nothing"), "nothing"),
    ],
)
def test_a_wrong_question_is_told_what_may_be_asked(learning, asked, words):
    with pytest.raises((InputError, NotFoundError), match=words):
        learning.track.lessons(*asked)
