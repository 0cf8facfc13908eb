"""Base databases are measured by the reports of a city, and set minimum conditions of a task book."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from people_of import actor, staffed
from urbium.errors import InputError
from urbium.pilot.contracts.grading import graded
from urbium.pilot.contracts.taskbooks import Minimum, TaskBook
from urbium.programme.cases.rules.base_data import base_data_of

DAY = (datetime.now(UTC).date() - timedelta(days=10)).isoformat()
PEOPLE = {
    "title": "People", "database": "people", "as_of": DAY, "records": 100_000, "identified": 90_000,
    "updated": DAY, "links": [{"database": "locations", "linked": 81_000, "basis": "counted"}],
}  # fmt: skip


@pytest.fixture
def programme():
    with staffed() as one:
        one.settings.change(by="test", reason="test", base_data="eif")
        yield one


def reported(programme, **changes):
    """The city reports, its signatory signs, and the office accepts."""
    case = programme.casework
    case.begin(actor(programme, "carl"), "base_report", "b1", PEOPLE | changes, city="0503")
    case.act(actor(programme, "sven"), "base_report", "b1", "submit", version=1)
    case.act(actor(programme, "olga"), "base_report", "b1", "accept", version=2)


def people_of(programme):
    standing = {one.database.code: one for one in programme.base_data.standing("0503")}
    return {name: row.share for name, row in standing["people"].measures.items()}


def count_people(programme, tmp_path, value):
    file = tmp_path / "people.csv"
    pl.DataFrame(
        {
            "city": ["0503"],
            "variable": ["population"],
            "period": ["2024"],
            "value": [value],
            "unit": ["persons"],
        }
    ).write_csv(file)
    programme.load(file, source="test", by="test")


def test_without_a_figure_of_the_city_completeness_is_not_measurable_and_says_so(programme):
    reported(programme)
    assert people_of(programme) == {"completeness": None, "linkage": 0.9, "freshness": 1.0}
    table = programme.base_data.table("0503").filter(database="people", measure="completeness")
    assert table["why"].item() == "not measurable: no figure shows how many records to expect"


def test_a_report_that_nobody_has_accepted_counts_for_nothing(programme):
    case = programme.casework
    case.begin(actor(programme, "carl"), "base_report", "b1", PEOPLE, city="0503")
    assert people_of(programme) == dict.fromkeys(("completeness", "linkage", "freshness"))


def test_counts_that_cannot_be_are_refused_with_every_field_named(programme):
    wrong = {
        "identified": 200_000,
        "database": "ghosts",
        "updated": (datetime.now(UTC).date() + timedelta(days=9)).isoformat(),
    }
    case = programme.casework
    case.begin(actor(programme, "carl"), "base_report", "b1", PEOPLE | wrong, city="0503")
    with pytest.raises(InputError) as refusal:
        case.act(actor(programme, "sven"), "base_report", "b1", "submit", version=1)
    assert {fault.cell for fault in refusal.value.faults} == {"database", "identified", "updated"}


@pytest.mark.parametrize(
    ("measure", "threshold", "met"), [("linkage", 0.9, 1), ("linkage", 0.95, 0), ("completeness", 0.1, 0)]
)
def test_a_condition_of_a_task_book_asks_a_share_of_a_base_database(programme, measure, threshold, met):
    reported(programme)
    book = TaskBook(title="x", conditions=[Minimum(database="people", measure=measure, threshold=threshold)])
    grade = graded("eu-contract", book, [], version=1, base_data=base_data_of(programme._desk, "0503"))
    (part,) = [one for one in grade.parts if one.kind == "minimum"]
    assert (part.met, part.weight) == (met, 0)


def test_a_programme_that_asks_for_none_shows_none():
    with staffed() as one:
        assert one.base_data.standing("0503") == []
        assert one.settings().base_data == ""
        assert date.fromisoformat(DAY) < datetime.now(UTC).date()
