"""People of a programme's plan, from the store to documents."""

from datetime import date

import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.model import City
from urbium.programme import new


@pytest.fixture
def programme(tmp_path, towns):
    with new(tmp_path / "own.db") as own:
        cities = [City("A", {"en": "Aston"}, "prefecture"), City("B", {"en": "Bourne"}, "prefecture")]
        own.register(cities=cities, by="office", reason="a beginning")
        own.adopt(towns.towns_plan(), by="office")
        yield own


def test_without_a_plan_it_is_said_what_to_run(tmp_path):
    with new(tmp_path / "own.db") as empty, pytest.raises(NotFoundError, match="--adopt"):
        empty.talent.staff()


def test_an_adopted_plan_carries_its_people(programme):
    people = programme.adopted("talent")

    assert people.differences == 0
    assert people.by_occupation("B").filter(year=2022)["posts"].sum() == 3.0
    assert people.explain("").value == people.most()["posts"].max()


def test_people_that_a_place_brings_stand_in_place_of_the_pools(programme):
    brought = pl.DataFrame({"place": ["B"], "occupation": ["eng"], "stock": [3.0]})
    short = programme.talent.staff(supply=brought).shortage.by_city

    assert short.filter(city="B", year=2022)["lacking"].item() < 0.2
    assert programme.talent.staff().shortage.by_city.filter(city="B", year=2022)["lacking"].item() == 3.0


def test_a_plan_whose_money_has_no_rate_has_people_and_no_priced_remedy(tmp_path, towns):
    from urbium.plan import Settings  # noqa: PLC0415

    with new(tmp_path / "own.db") as own:
        strange = Settings(price_year="2020", currency="XTS")
        own.adopt(towns.towns_plan(roadmap=towns.towns_roadmap(settings=strange)), by="office")
        people = own.adopted("talent")

    assert people.remedies.is_empty()
    assert "no exchange rate to convert the assumed costs to XTS" in str(people.notes[0])


def test_a_training_programme_is_written_as_text_and_as_a_document_that_is_tagged(programme, tmp_path):
    words = programme.talent.training_programme(tmp_path / "training.md").read_text()
    pdf = programme.talent.training_programme(tmp_path / "training.pdf").read_bytes()

    assert words.startswith("# Training programme of ")
    assert "Engineers" in words
    assert "are based on assumptions" in words
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf
    with pytest.raises(InputError, match=r"\.doc is not a document format"):
        programme.talent.training_programme(tmp_path / "training.doc")


def test_a_team_is_held_against_its_citys_part_of_the_plan(programme, tmp_path):
    file = tmp_path / "team.csv"
    file.write_text("person,isco08\nP1,2512\n")
    result = programme.talent.team(file, "Bourne", day=date(2026, 1, 1))

    assert result.table["needed"].sum() == 3.0
    assert result.table["missing"].sum() == 3.0  # nobody of the town is an engineer


def test_a_plan_is_held_against_what_accepted_reports_and_budgets_say(programme):
    assert programme.spending.reported().is_empty()
    assert programme.spending.stretch().is_empty()
    with pytest.raises(InputError, match="too few to learn from"):
        programme.spending.absorption()
