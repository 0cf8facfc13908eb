"""Figures in force: which of several observations is chosen, and what those kept out lack."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.model import Status
from urbium.observations.disagreements import disagreements
from urbium.observations.in_force import (
    LACKS,
    SUSPECT,
    USABLE,
    choose_figures,
    decide,
    figures_in_force,
    in_order,
)
from urbium.observations.reasons import reason_in_force


@pytest.fixture
def chosen(variables):
    """Return a function from tables to the figures of beds of the city a in 2012."""

    def choose(*tables, maximum_age=3, cities=("a",)):
        return choose_figures(
            pl.concat(tables),
            {"beds": variables["beds"]},
            cities=cities,
            period=2012,
            maximum_age=maximum_age,
        )

    return choose


def beds(observe, value, year=2012, city="a", **given):
    return observe((city, "beds", year, value), **{"unit": "beds"} | given)


@pytest.mark.parametrize("turn", [1, -1])
def test_the_newest_year_goes_before_the_best_grade(chosen, observe, turn):
    tables = [beds(observe, 1, 2011), beds(observe, 2, 2012, quality="not graded")]
    found = chosen(*tables[::turn])
    assert (found.value.item(), found.year.item(), found.grade.item()) == (2, 2012, 5)


@pytest.mark.parametrize("turn", [1, -1])
def test_the_best_grade_goes_before_the_one_recorded_last(chosen, observe, turn):
    late = beds(observe, 1, quality="personal estimate").with_columns(
        recorded_at=pl.col("recorded_at").dt.offset_by("1d")
    )
    found = chosen(*[late, beds(observe, 2)][::turn])
    assert (found.value.item(), found.grade.item()) == (2, 0)


@pytest.mark.parametrize("turn", [1, -1])
def test_the_one_recorded_last_goes_before_the_first_source_of_the_alphabet(chosen, observe, turn):
    late = beds(observe, 1, source="z").with_columns(recorded_at=pl.col("recorded_at").dt.offset_by("1d"))
    assert chosen(*[late, beds(observe, 2, source="a")][::turn]).value.item() == 1


@pytest.mark.parametrize("turn", [1, -1])
def test_the_first_source_of_the_alphabet_decides_between_what_is_else_alike(chosen, observe, turn):
    tables = [beds(observe, 1, source="z"), beds(observe, 2, source="a")][::turn]
    assert chosen(*tables).value.item() == 2
    assert in_order(pl.concat(tables))["source"].to_list() == ["a", "z"]


def test_a_grade_that_is_not_known_counts_as_the_worst(chosen, observe):
    found = chosen(beds(observe, 1, quality="hearsay"), beds(observe, 2, quality="personal estimate"))
    assert (found.value.item(), found.grade.item()) == (2, 4)
    assert chosen(beds(observe, 1, quality="hearsay")).grade.item() == 5


def test_a_figure_may_be_as_old_as_allowed_and_no_older(chosen, observe):
    assert chosen(beds(observe, 7, 2009)).value.item() == 7
    old = chosen(beds(observe, 7, 2008))
    assert np.isnan(old.value.item())
    assert (old.state.item(), old.year.item(), old.grade.item()) == (
        LACKS.index("older than allowed"),
        -1,
        -1,
    )
    assert old.withheld.select("value", "why").rows() == [(7, "older than allowed")]


def test_of_figures_that_are_too_old_the_newest_is_shown_and_none_beside_one_in_force(chosen, observe):
    older = [beds(observe, 5, 2005), beds(observe, 7, 2007), beds(observe, 6, 2006)]
    assert chosen(*older).withheld["period"].to_list() == ["2007"]
    assert chosen(*older, beds(observe, 9, 2010)).withheld.is_empty()


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"status": "suspect"}, SUSPECT),
        ({"status": "projected"}, LACKS.index("a projection only")),
        ({"unit": "t"}, LACKS.index("in a unit of a different kind")),
        ({"unit": "furlongs"}, LACKS.index("in a unit of a different kind")),
        ({"status": "accepted"}, USABLE),
        ({"status": "reported"}, USABLE),
    ],
)
def test_what_a_figure_lacks_is_its_state(chosen, observe, given, state):
    found = chosen(beds(observe, 7, **given))
    assert found.state.item() == state
    assert found.withheld["why"].to_list() == ([] if state == USABLE else [LACKS[state]])


def test_the_state_is_that_of_the_figure_nearest_to_being_usable(chosen, observe):
    found = chosen(beds(observe, 7, status="projected"), beds(observe, 8, status="suspect"))
    assert found.state.item() == SUSPECT


def test_what_was_never_reported_has_the_state_of_that(chosen, observe):
    found = chosen(beds(observe, 7), cities=("b", "a"))
    assert found.cities == ("b", "a")
    assert found.state.ravel().tolist() == [LACKS.index("never reported"), USABLE]
    np.testing.assert_array_equal(found.value.ravel(), [np.nan, 7])


def test_figures_of_later_years_of_quarters_and_that_are_no_numbers_are_not_looked_at(chosen, observe):
    tables = [beds(observe, 7, 2013), beds(observe, 8, "2012-Q4"), beds(observe, float("nan"))]
    found = chosen(*tables)
    assert (found.state.item(), found.withheld.height) == (0, 0)


def test_values_are_in_base_units(variables, observe):
    table = observe(("a", "people", 2012, 50.0), unit="10k persons")
    found = choose_figures(table, {"people": variables["people"]}, cities=["a"], period=2012, maximum_age=0)
    assert found.value.item() == 500_000


@pytest.fixture
def two(observe):
    """One figure of beds from each of two sources, the second recorded a day later and not graded."""
    late = pl.col("recorded_at").dt.offset_by("1d")
    return pl.concat(
        [
            beds(observe, 1, source="register"),
            beds(observe, 3, source="yearbook", quality="not graded").with_columns(recorded_at=late),
        ]
    )


def in_force(table, **asked):
    return figures_in_force(table, **asked)["value"].to_list()


def test_a_declared_priority_of_sources_goes_before_the_grade(two, variables):
    declared = {"beds": replace(variables["beds"], source_priority=("yearbook",))}
    decided = decide(two, declared)
    assert decided.filter("is_in_force").select("value", "ground").rows() == [(3, "priority")]
    assert "yearbook is used by declared priority" in reason_in_force(decided.row(1, named=True))
    assert in_force(two) == [1]


def test_measuring_keeps_to_the_declared_priority_too(two, variables):
    declared = {"beds": replace(variables["beds"], source_priority=("yearbook", "register"))}
    figures = choose_figures(two, declared, cities=["a"], period=2012, maximum_age=0)
    assert figures.value.item() == 3


@pytest.mark.parametrize("status", list(Status)[1::2])
def test_what_is_neither_reported_nor_accepted_counts_only_where_it_is_admitted(observe, status):
    table = beds(observe, 5, status=status.value)
    assert in_force(table) == []
    assert in_force(table, also=[status]) == [5]


def test_an_admitted_projection_never_goes_before_a_reported_figure(observe):
    table = pl.concat(
        [
            beds(observe, 5, status="projected", source="a"),
            beds(observe, 6, quality="not graded", source="b"),
        ]
    )
    assert in_force(table, also=[Status.PROJECTED]) == [6]


def test_boundaries_are_never_mixed(observe):
    table = pl.concat([beds(observe, 1, area="city"), beds(observe, 2, area="prefecture")])
    assert in_force(table) == [1, 2]
    assert decide(table)["ground"].to_list() == ["only", "only"]


def test_as_known_on_an_instant_later_figures_are_left_out(two):
    late = two.with_columns(quality=pl.lit("measured"))
    assert in_force(late) == [3]
    assert in_force(late, as_known_on=late["recorded_at"].min()) == [1]


def test_in_a_history_the_last_version_of_each_source_counts(two):
    versions = two.with_columns(source=pl.lit("register"))
    decided = decide(versions, history=True)
    assert decided.select("value", "is_in_force", "ground").rows() == [
        (1, False, "superseded"),
        (3, True, "only"),
    ]


def test_sources_that_agree_are_no_disagreement(observe):
    table = pl.concat(
        [
            observe(("a", "people", 2012, 50.0), unit="10k persons", source="x"),
            observe(("a", "people", 2012, 500_000.0), unit="persons", source="y"),
        ]
    )
    assert decide(table).filter("is_in_force")["ground"].to_list() == ["agreed"]
    assert disagreements(table).is_empty()


def test_an_empty_table_has_no_figure_in_force(observe):
    assert figures_in_force(observe()).is_empty()
    assert disagreements(observe()).is_empty()


@given(rows=st.permutations(range(6)))
def test_the_order_of_rows_decides_nothing(rows):
    table = pl.DataFrame(
        {
            "city": "a", "variable": "beds", "period": ["2011", "2012"] * 3, "value": [1.0, 2, 3, 4, 5, 6],
            "unit": "beds", "area": "city", "status": ["reported"] * 5 + ["suspect"],
            "quality": ["survey extrapolated", "measured", "measured", None, "measured", "measured"],
            "source": ["z", "a", "b", "b", "a", "c"],
        }
    )  # fmt: skip
    assert sorted(figures_in_force(table[list(rows)])["value"]) == [2, 5]


def test_every_reason_is_a_message_with_a_code(two):
    for row in decide(two).iter_rows(named=True):
        reason = reason_in_force(row)
        assert reason.code.startswith("observations.")
