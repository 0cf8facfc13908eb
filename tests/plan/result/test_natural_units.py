"""What a plan changes in natural units follows from plain arithmetic; nothing is said without a base."""

import polars as pl
import pytest

from towns import rows
from urbium.plan import Settings
from urbium.plan.result.natural_units import amount_words, changes_table, changes_words

WASTE = (
    ("calls", "pct", -10.0, -20.0, "", "", ""),
    ("calls", "kg per person", -30.0, -130.0, "Solid waste", "study_limit", ""),
)
POTENTIALS = "indicator unit low high name evidence note"
EFFECTS = "project indicator effect lag low high evidence"
GAPS = "city indicator need ceiling low high figures evidence"
FIGURES = "city figure name value unit none_at all_at need evidence"
OF_PEOPLE = Settings(price_year="2020", currency="CNY", weight_unit="million people")


def gap(city, figure="", ceiling=1.0):
    """Return a gap of one half; measured where a figure of the city tells it."""
    return (city, "calls", 0.5, ceiling, 0.4, 0.6, figure, "measured_here" if figure else "derived")


def plan_of(towns, *, potentials=WASTE, figures=(), ceiling=1.0, settings=OF_PEOPLE, **tables):
    """Return the plan of two towns with ranges: Aston's centre and services are felt from 2022 on."""
    figure_of = {city: figure for city, figure, *_ in figures}
    effects = rows(
        EFFECTS,
        ("A:IOC", "calls", 0.4, 0, 0.2, 0.6, "derived"),
        ("A:EGOV", "calls", 0.2, 0, 0.1, 0.3, "published_elsewhere"),
        ("B:IOC", "calls", 0.5, 0, 0.25, 0.75, "derived"),
    )
    gaps = rows(GAPS, *(gap(city, figure_of.get(city, ""), ceiling) for city in "AB"))
    if figures:
        tables["figures"] = rows(FIGURES, *figures)
    return towns.towns_plan(
        roadmap=towns.towns_roadmap(
            settings=settings, potentials=rows(POTENTIALS, *potentials), effects=effects, gaps=gaps, **tables
        )
    )


def only(plan, **which):
    return changes_table(plan.changes.filter(**which)).row(0, named=True)


def test_the_amount_that_a_source_states_is_multiplied_by_share_need_and_people(towns):
    """Aston: a million people. Middle: 0.6 of 80 kg x 0.5 = 24 kg a head.

    Low: 0.3 of the middle of 10 to 20% is 4.5%, 0.45 of the low end's 10%: of 30 kg, x 0.4. High: 0.9 of
    15% is 13.5%, 0.675 of 20%: of 130 kg, x 0.6. Bourne's centre is finished in the last year, not felt.
    """
    row = only(plan_of(towns))

    assert row["middle"] == pytest.approx(-0.6 * 80 * 0.5 * 1e6 / 1000)
    assert row["low"] == pytest.approx(-0.45 * 30 * 0.4 * 1e6 / 1000)
    assert row["high"] == pytest.approx(-0.675 * 130 * 0.6 * 1e6 / 1000)
    assert (row["unit"], row["is_sum"], row["cities"], row["people"]) == ("t", True, 1, 1e6)
    assert (row["name"], row["base"], row["evidence"]) == ("Solid waste", "study_limit", "study_limit")


def test_what_several_projects_close_together_is_cut_at_the_ceiling_at_each_end(towns):
    """A ceiling of 0.5: the middle's 0.6 is cut to it, 0.675 of the high end too, 0.45 of the low is not."""
    plan = plan_of(towns, ceiling=0.5)
    whole, centre = only(plan), only(plan, project="A:IOC")

    assert whole["middle"] == pytest.approx(-0.5 * 80 * 0.5 * 1000)
    assert whole["high"] == pytest.approx(-0.5 * 130 * 0.6 * 1000)
    assert whole["low"] == pytest.approx(-0.45 * 30 * 0.4 * 1000)
    assert centre["middle"] == pytest.approx(whole["middle"] * 0.4 / 0.6)


def test_a_city_s_own_figure_goes_before_what_a_source_states(towns):
    """Aston collects 400 kg a head: 15% x 0.6 x 0.5 of it in the middle; nothing more can ever be saved."""
    waste = (
        "A",
        "own",
        "Waste collected per person",
        400.0,
        "kg per person",
        0.0,
        800.0,
        0.5,
        "measured_here",
    )
    row = only(plan_of(towns, figures=[waste]))

    assert row["middle"] == pytest.approx(-400 * 0.15 * 0.6 * 0.5 * 1000)
    assert row["low"] == pytest.approx(-400 * 0.10 * 0.45 * 0.4 * 1000)
    assert row["high"] == pytest.approx(-400 * 0.20 * 0.675 * 0.6 * 1000)
    assert (row["name"], row["base"]) == ("Waste collected per person", "measured_here")
    assert row["evidence"] == "derived"


def test_points_of_a_share_are_a_mean_and_never_more_than_the_share_itself(towns):
    """Of 2% and 4% without work, 1 to 3 points: in Aston the high end is cut to the 2 points there are.

    Both towns' projects are felt two years after the plan; the mean is over 1 and 2 million people.
    """
    settings = Settings(price_year="2020", weight_unit="million people", years_after=2)
    figures = [
        ("A", "jobs", "Unemployment", 2.0, "%", 0.0, 4.0, 0.5, "measured_here"),
        ("B", "jobs", "Unemployment", 4.0, "%", 0.0, 4.0, 0.5, "measured_here"),
    ]
    road = towns.towns_roadmap()
    plan = plan_of(
        towns, potentials=[("calls", "pp", -1.0, -3.0, "", "", "")], figures=figures, settings=settings,
        projects=road.projects.with_columns(renewal=pl.lit(0.0)),
    )  # fmt: skip
    row, aston = only(plan), only(plan, city="A")

    assert aston["high"] == pytest.approx(-min(0.9 * 2 / 3, 1) * 2 * 0.6)
    bourne = -(0.75 * 2 / 3) * 3 * 0.6
    assert row["high"] == pytest.approx((aston["high"] + 2 * bourne) / 3)
    assert (row["unit"], row["is_sum"], row["cities"]) == ("percentage points", False, 2)


def test_nothing_is_said_where_no_figure_and_no_amount_is_known(towns):
    plan = plan_of(towns, potentials=[("calls", "pct", -10.0, -20.0, "", "", "")])

    assert changes_table(plan.changes).is_empty()
    assert plan.changes["middle"].null_count() == plan.changes.height > 0
    (said,) = changes_words(plan.changes, plan.roadmap)
    assert said == (
        "For 1 outcome that improves, the amount of the change is unknown: what sources state is "
        "relative, such as in per cent, and no city's figure is stored to apply that to (Calls answered)."
    )


def test_amounts_a_head_do_not_add_up_where_nobody_said_how_many_people_there_are(towns):
    row = only(plan_of(towns, settings=Settings(price_year="2020", currency="CNY")))

    assert (row["unit"], row["is_sum"], row["people"]) == ("kg per person", False, 0)
    assert row["middle"] == pytest.approx(-0.6 * 80 * 0.5)


def test_a_change_is_said_with_its_range_base_and_evidence(towns):
    plan = plan_of(towns)
    (said,) = changes_words(plan.changes, plan.roadmap)
    assert said == (
        "Solid waste: if what a study found elsewhere also holds in this one city, 5,400 to "
        "53,000 t less per year by 2022; nothing was measured locally, so this is not a forecast (evidence: "
        "limit given in a study)."
    )


def test_a_plan_says_it_in_its_notes_and_a_project_for_itself(towns):
    plan = plan_of(towns)
    said = [str(node.what) for node in plan.why("A", "EGOV").walk()]

    assert "5,400 to 53,000 t less per year by 2022" in " ".join(plan.notes)
    assert "Solid waste: 1,800 to 18,000 t less per year" in said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-3.4, -1.2, "1.2 to 3.4 percentage points less"),
        (1.2, 3.4, "1.2 to 3.4 percentage points more"),
        (-3.0, 0.0, "0 to 3 percentage points less"),
        (-0.2, 0.5, "between 0.2 percentage points less and 0.5 percentage points more"),
        (-1.0, 3.0, "between 1 percentage point less and 3 percentage points more"),
        (2.0, 2.0, "2 percentage points more"),
    ],
)
def test_a_range_says_on_which_side_of_nothing_each_end_lies(low, high, said):
    row = {"low": low, "high": high, "unit": "percentage points", "is_sum": False}
    assert str(amount_words(row)) == f"on average {said}"
