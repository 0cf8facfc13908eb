"""What is typed into forms is read as the language of the form writes sizes, money and years."""

from decimal import Decimal

import pytest

from urbium.errors import Fault, InputError
from urbium.market.offers import Interest
from urbium.pilot.calls.applications import Application
from urbium.pilot.contracts.reports import Report
from urbium.pilot.contracts.taskbooks import SHARE, TaskBook
from urbium.pilot.fields import FieldWords, field_words
from urbium.pilot.selection.reviews import Review
from urbium.programme.cases.kinds import KINDS
from urbium.text import language
from urbium.web.desk.forms import Asked, fields_of
from urbium.web.desk.marks import problem_record
from urbium.web.desk.shown import parts_of
from urbium.web.desk.typed import decimal, read_form
from urbium.web.rendering.amounts import typed_in_size


def read(content, kind, **data):
    with language("zh"):
        return read_form(kind, content, frozenset({*content.__struct_fields__}), data, currency="CNY")


def test_a_project_is_typed_with_words_for_sizes_money_and_years():
    typed = {"projects[1].cost": "2000万元", "projects[1].private": "390万", "projects[1].starts": "2016年"}
    values, faults = read(Application, "application", **typed)
    (project,) = values["projects"]
    assert (project["cost"], project["private"], project["starts"]) == (20_000_000, 3_900_000, 2016)
    assert [one.cell for one in faults if one.cell in ("projects.1.cost", "projects.1.starts")] == []


def test_an_answer_for_all_of_them_at_once_is_set_in_each_record():
    typed = {
        "projects[0].title": "Tram",
        "projects[1].title": "Bus",
        "all.projects.land": "not_yet",
    }
    values, _ = read(Application, "application", **typed)
    assert [(one["land"], "clearances" in one) for one in values["projects"]] == [("not_yet", False)] * 2


def test_a_year_for_all_of_them_at_once_is_set_in_each_record_and_stands_there_when_the_form_is_shown_again():
    typed = {
        "projects[0].title": "Tram",
        "projects[1].title": "Bus",
        "projects[1].starts": "2016",
        "all.projects.starts": " 2028 ",
        "all.projects.ends": "",
    }
    values, faults = read(Application, "application", **typed)
    assert ([one["starts"] for one in values["projects"]], faults) == ([2028, 2028], [])
    (projects,) = fields_of("application", Application, frozenset({"projects"}), {}, typed)
    starts = [cell.value for row in projects.rows for cell in row.cells if cell.name.endswith(".starts")]
    assert starts[:2] == ["2028", "2028"]
    assert [one.name for one in projects.at_once if one.words.measure == "year"] == [
        "all.projects.starts",
        "all.projects.ends",
    ]


def test_a_record_that_is_to_be_removed_is_left_out_and_the_others_stay():
    typed = {"projects[0].title": "Tram", "projects[0].remove": "yes", "projects[1].title": "Bus"}
    values, _ = read(Application, "application", **typed)
    assert [one["title"] for one in values["projects"]] == ["Bus"]


def test_the_only_record_can_be_removed():
    typed = {"projects[0].title": "Tram", "projects[0].remove": "yes"}
    assert read(Application, "application", **typed)[0]["projects"] == []


def test_a_question_that_is_answered_with_nothing_says_so():
    questions = {"answers": {"in_service": Asked(FieldWords("In service", "", {}, ""))}}
    values = {"answers": {"in_service": []}}
    (part,) = parts_of("application", Application, values, {}, currency="EUR", asked=questions, names={})
    assert [(title, cell.said) for title, cell in part.pairs] == [("In service", "none named")]


@pytest.mark.parametrize("measure", ["of unit", "bytes", "", "count", "money"])
def test_every_number_takes_the_word_for_its_size_that_advice_names(measure):
    with language("zh"):
        assert decimal("1.2万", measure) == 12_000


@pytest.mark.parametrize("millions", [0.01, 0.1, 1.005, 8.31, 12.345678, 3_271_880.0])
def test_an_amount_is_kept_exactly_as_it_was_typed_in_the_size_of_the_language(millions):
    with language("zh"):
        typed = typed_in_size(str(millions), "million")
        values, faults = read(Interest, "interest", amount=typed, currency="CNY", per_million="100")
    assert Decimal(typed) == 100 * Decimal(str(millions))
    assert (values["amount"], faults) == (millions, [])


def test_amounts_by_name_are_typed_in_the_size_of_the_language():
    book = {"tasks": [{"code": "t", "title": "Tram", "money": {"CITY": 12.5}}]}
    with language("zh"):
        (tasks,) = fields_of("taskbook", TaskBook, frozenset({"tasks"}), book, {})
        (money,) = (one for one in tasks.rows[0].cells if one.name.endswith(".money"))
        typed = money.rows[0].cells[1].value
        sent = {"tasks[0].title": "Tram", "tasks[0].money[0].name": "CITY", "tasks[0].money[0].value": typed}
        values, _ = read(TaskBook, "taskbook", **sent, per_million="100")
    assert typed == "1250"
    assert values["tasks"][0]["money"] == {"CITY": 12.5}


def test_what_was_typed_in_one_language_means_the_same_in_another():
    typed = {"amount": "1 250", "per_million": "100"}
    (field,) = fields_of("interest", Interest, frozenset({"amount"}), {}, typed)
    assert field.value == "12.5"
    with language("zh"):
        (field,) = fields_of("interest", Interest, frozenset({"amount"}), {}, {"amount": "12.5"})
    assert field.value == "1250"


def test_a_form_that_does_not_say_its_size_is_typed_in_millions():
    values, _ = read(Interest, "interest", amount="12.5")
    assert values["amount"] == 12.5


@pytest.mark.parametrize("measure", ["count", "whole"])
def test_a_number_of_people_or_places_has_a_whole_number_as_its_example(measure):
    with pytest.raises(InputError) as refused:
        decimal("five", measure)
    assert refused.value.remedy == "write a whole number, such as 5"


def test_what_is_wrong_with_a_form_is_listed_in_its_order():
    stored = {"scores": {"leader": "120", "plan": "good"}}
    fields = fields_of(
        "review", Review, frozenset({"scores"}), stored, {},
        asked={"scores": {name: Asked(field_words("", name)) for name in ("leader", "plan")}},
    )  # fmt: skip
    wrong = InputError(
        "x",
        faults=[Fault("error", "b", "", cell="scores.plan"), Fault("error", "a", "", cell="scores.leader")],
    )
    record = problem_record(wrong, KINDS["review"], {}, fields)
    assert [one["message"] for one in record["faults"]] == ["a", "b"]


@pytest.mark.parametrize(("typed", "millions"), [("50", 50), ("5000万元", 50), ("1.2亿", 120)])
def test_an_amount_in_millions_may_say_its_size(typed, millions):
    values, faults = read(Interest, "interest", amount=typed)
    assert (values["amount"], faults) == (millions, [])


@pytest.mark.parametrize(("typed", "measure"), [("390万美元", "money"), ("390万", "share")])
def test_another_currency_and_a_size_of_what_has_none_are_refused(typed, measure):
    with language("zh"), pytest.raises(InputError):
        decimal(typed, measure, "CNY")


@pytest.mark.parametrize("share", [0.57, 0.29, 1 / 3, 0.5712345678901234, 1.0, 0.0])
def test_a_share_of_a_need_is_typed_in_per_cent_and_comes_back_without_rounding(share):
    stored = {"reached": [{"indicator": "7.7", "value": share, "unit": SHARE, "source": "police"}]}
    (field,) = fields_of("report", Report, frozenset({"reached"}), stored, {})
    typed = {cell.name: cell.value for cell in field.rows[0].cells}
    assert float(typed["reached[0].value"]) == pytest.approx(100 * share)
    content, faults = read_form("report", Report, frozenset({"reached"}), typed)
    assert (content["reached"][0]["value"], faults) == (share, [])
