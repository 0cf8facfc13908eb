"""A stage is a row: what is adopted, explained, exported and asked follows from it."""

from types import SimpleNamespace

import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.model import City
from urbium.money import Money
from urbium.plan import NATIONWIDE
from urbium.programme import new
from urbium.programme.base.stages import EXPLAINED, EXPORTED, PARTS, STAGES, Question, explained_by


def test_a_stage_follows_only_from_one_that_can_be_adopted():
    assert all(stage.basis.pack is not None for stage in STAGES.values())


def test_a_stage_stands_after_those_it_reads():
    order = list(STAGES)
    late = [
        name for name, row in STAGES.items() for need in row.needs if order.index(need) > order.index(name)
    ]

    assert late == []


def test_every_stage_has_a_title_and_says_what_to_run():
    assert all(row.title and row.basis.missing and row.basis.remedy for row in STAGES.values())


def test_what_is_explained_exported_and_forecast_is_read_from_the_rows():
    assert set(EXPLAINED) == {
        "score", "population", "nation", "ages", "households", "workforce", "pressure", "project",
        "appraisal", "figure",
    }  # fmt: skip
    assert EXPORTED == ("scores", "outlook", "plan", "costs", "talent")
    assert PARTS == ("population", "nation", "ages", "households", "workforce", "pressure")


@pytest.mark.parametrize(
    ("what", "question", "key"),
    [
        ("score", Question("A"), "A"),
        ("nation", Question("CHN", "urban"), "urban"),
        ("nation", Question("CHN"), "CHN"),
        ("ages", Question("CHN", period="2030"), "CHN 2030"),
        ("workforce", Question("CHN", "jobs"), "CHN jobs"),
        ("pressure", Question("A", "beds"), "A/beds"),
    ],
)
def test_a_question_is_answered_by_the_row_of_its_stage(what, question, key):
    assert explained_by(what).key(question) == key


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_that_is_not_adopted_says_what_to_run(tmp_path, name):
    with new(tmp_path / "own.db") as empty:
        assert empty.adopted(name) is None
        assert not empty.workspace.is_adopted(name)
        with pytest.raises(NotFoundError, match="--adopt"):
            empty.required(name)


def test_an_adopted_plan_carries_its_costs(tmp_path, towns):
    with new(tmp_path / "own.db") as programme:
        programme.adopt(towns.towns_plan(), by="office")

        assert programme.workspace.is_adopted("costs")
        assert programme.adopted("costs").capital == programme.finance().capital
        with pytest.raises(InputError, match="Costs cannot be adopted"):
            programme.adopt(programme.adopted("costs"), by="office")


def test_an_unknown_kind_of_explanation_is_refused_with_the_nearest(tmp_path):
    with new(tmp_path / "own.db") as programme:
        town = City("T1", {"en": "Town"}, "prefecture")
        programme.register(cities=[town], by="office", reason="a beginning")

        with pytest.raises(NotFoundError, match="did you mean 'score'"):
            programme.explain("Town", "scores")


def test_an_outlook_of_no_city_is_not_adopted():
    with new(":memory:", nation="NLD") as programme:
        programme.register(cities=[City("0503", {"en": "Delft"}, "municipality")], by="test", reason="towns")
        with pytest.raises(
            InputError, match=r"nothing to adopt: Outlook to .*: no city could be forecast.*urbium doctor"
        ):
            programme.adopt(programme.forecast(to=2030), by="test", reason="first")
        assert not programme.workspace.is_adopted("outlook")


def test_a_plan_is_made_again_with_its_own_years_and_budget():
    amounts = pl.DataFrame(
        {"place": NATIONWIDE, "year": [2027, 2028, 2029, 2030], "amount": [12_000.5] * 3 + [10_800.0]}
    )

    def remedy(budgets):
        roadmap = SimpleNamespace(budgets=budgets, settings=SimpleNamespace(currency="GEL"))
        return STAGES["plan"].again({}, SimpleNamespace(start_years=range(2027, 2030), roadmap=roadmap))

    said = remedy(amounts)
    assert said == "run urbium plan --years 2027-2029 --budget '12000.5 m GEL/year' --adopt"
    assert Money.parse("12000.5 m GEL/year").amount == 12_000_500_000
    changing = amounts.with_columns(amount=pl.col("year") * 1.0)
    assert remedy(changing).startswith("plan for 2027 to 2029 with this plan's current roadmap")
