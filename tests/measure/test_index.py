"""Scores of cities: the whole way from observations to ranks, by hand arithmetic and by laws."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium import charts
from urbium.errors import InputError, NotFoundError
from urbium.measure import measure_index, sensitivity_of, what_if
from urbium.model import Choice, Variable

CODES = ("a", "b", "c", "d")
CITIES = pl.DataFrame({"code": CODES, "name_en": ("Anton", "Berta", "Cesar", "Dora")})


@pytest.fixture(scope="module")
def own(catalogue, indicators):
    """Return a catalogue of three percentages: x and y higher is better, z lower is better."""
    names = ("x", "y", "z")
    variables = {name: Variable(name, {"en": name}, "%", "prefecture") for name in names}
    made = {
        name: replace(
            indicators["cover"], id=name, numerator=((name, 1),), direction=-1 if name == "z" else 1
        )
        for name in names
    }
    return replace(catalogue, variables=variables, indicators=made)


@pytest.fixture(scope="module")
def measured(own, observe, flat_index):
    """Return a function from figures by indicator and city to the scores."""

    def measure(figures, *, cities=CITIES, runs=0, **index):
        rows = [
            (city, name, 2012, float(value))
            for name, values in figures.items()
            for city, value in zip(CODES, values, strict=True)
            if value is not None
        ]
        declared = flat_index(*figures, **index)
        return measure_index(observe(*rows, unit="%"), declared, own, cities=cities, period=2012, runs=runs)

    return measure


def by_city(scores, column="score"):
    return dict(scores.table.select("city", column).iter_rows())


def test_scores_and_ranks_are_those_of_hand_arithmetic(measured):
    scores = measured({"x": [0, 50, 100, 75], "z": [10, 20, 30, 10]})
    # x: 0, 50, 100, 75; z turned round: 100, 50, 0, 100
    assert by_city(scores) == pytest.approx({"a": 50, "b": 50, "c": 50, "d": 87.5})
    assert by_city(scores, "rank") == {"d": 1, "a": 2, "b": 2, "c": 2}


def test_the_best_city_stands_first_and_those_without_score_last(measured):
    scores = measured({"x": [None, 50, 100, 0]})
    assert scores.table["city"].to_list() == ["c", "b", "d", "a"]
    assert scores.table["rank"].to_list() == [1, 2, 3, None]


def test_a_city_that_reports_too_little_has_no_score_but_a_reason(measured):
    scores = measured({"x": [None, 50, 100, 0], "y": [None, 1, 2, 3], "z": [5, 1, 2, 3]}, availability=0.5)
    row = scores.table.row(by_predicate=pl.col("city") == "a", named=True)
    assert row["score"] is None
    assert row["coverage"] == pytest.approx(1 / 3)
    assert row["reason"] == "indicators known: 1 of 3 (33%); the index requires 50%"


def test_a_city_without_score_moves_no_goalpost(measured):
    with_it = measured({"x": [1000, 50, 100, 0], "y": [None, 1, 2, 3], "z": [None, 1, 2, 3]})
    without = measured({"x": [None, 50, 100, 0], "y": [None, 1, 2, 3], "z": [None, 1, 2, 3]})
    assert by_city(with_it) == by_city(without)


def test_cities_that_are_all_alike_get_a_reason_instead_of_a_score(measured):
    scores = measured({"x": [5, 5, 5, 5]})
    assert scores.table["score"].null_count() == 4
    assert scores.table["reason"][0].endswith("no indicator distinguishes between the cities")


def test_every_rank_has_an_interval_and_every_city_a_tier(measured):
    scores = measured({"x": [0, 1, 99, 100], "y": [0, 2, 98, 100]}, runs=50)
    ranks = {row[0]: row[1:] for row in scores.table.select("city", "rank_low", "rank", "rank_high").rows()}
    assert ranks["d"] == (1, 1, 2)  # c and d lie within the spread of their data and the geometric mean
    assert ranks["a"][2] == 4
    assert scores.table["tier"].to_list()[0] == 1
    assert scores.settings["runs"] == 50
    assert scores.uncertainty.table.height == 4


def test_without_runs_there_are_no_intervals(measured):
    scores = measured({"x": [0, 1, 99, 100]})
    assert scores.table.select("rank_low", "rank_high", "tier").null_count().row(0) == (4, 4, 4)
    assert scores.uncertainty is None
    with pytest.raises(InputError, match="no intervals"):
        sensitivity_of(scores)


def test_the_same_seed_gives_the_same_intervals_and_another_seed_may_not(measured, own, observe, flat_index):
    rows = [(c, "x", 2012, v) for c, v in zip(CODES, (1.0, 1.1, 1.2, 1.3), strict=True)]
    index = flat_index("x")

    def ranks(seed):
        given = {"cities": CITIES, "period": 2012, "runs": 40, "seed": seed}
        return measure_index(
            observe(*rows, unit="%", quality="not graded"), index, own, **given
        ).uncertainty.ranks

    assert (ranks(1) == ranks(1)).all()
    assert (ranks(1) != ranks(2)).any()


def test_the_sensitivity_names_what_varies(measured):
    found = sensitivity_of(measured({"x": [0, 1, 99, 100], "y": [5, 2, 98, 1]}, runs=5), base=8)
    assert found.factors == ("min-max", "aggregate", "weights", "data", "missing")
    with pytest.raises(InputError, match="no variance"):
        sensitivity_of(measured({"x": [0, 1, 99, 100]}, runs=5), base=1)


def test_a_planted_suspect_figure_changes_no_score(own, observe, flat_index):
    good = observe(*[(c, "x", 2012, v) for c, v in zip(CODES, (1.0, 2.0, 3.0, 4.0), strict=True)], unit="%")
    planted = observe(("a", "x", 2012, 99.0), ("b", "x", 2011, 88.0), unit="%", status="suspect")
    index = flat_index("x", maximum_age=1)
    clean = measure_index(good, index, own, cities=CITIES, period=2012)
    dirty = measure_index(pl.concat([planted, good]), index, own, cities=CITIES, period=2012)
    assert by_city(clean) == by_city(dirty)
    assert set(dirty.used["status"]) == {"reported"}


def test_no_suspect_figure_of_the_demo_reaches_a_score(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["yearbook"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    wrong = scores.indicators.filter(
        pl.col("indicator").is_in(["public_toilets_per_100k", "green_area_per_person"])
    )
    assert wrong["value"].null_count() == wrong.height
    assert wrong["normalised"].null_count() == wrong.height
    assert set(scores.used["status"]) == {"reported"}


def test_availability_given_by_hand_replaces_that_of_the_index(own, observe, flat_index):
    table = observe(("a", "x", 2012, 1.0), ("b", "x", 2012, 2.0), unit="%")
    index = flat_index("x", "y", availability=0.9)
    scores = measure_index(table, index, own, cities=CITIES, period=2012, availability=0.5)
    assert by_city(scores)["b"] == 100


def test_a_wrong_index_is_refused_with_every_fault(own, observe, flat_index):
    guess = Choice.row("guess")
    index = replace(flat_index("x"), steps=guess, aggregate=guess, availability=2)
    with pytest.raises(InputError) as caught:
        measure_index(observe(("a", "x", 2012, 1.0)), index, own, cities=CITIES, period=2012)
    assert len(caught.value.faults) == 3


def test_the_chart_ranks_the_cities_by_name_under_the_title_of_the_index(measured, monkeypatch):
    monkeypatch.setattr(charts, "ranking", lambda table, *, title: {"title": title, "rows": table.to_dicts()})
    chart = measured({"x": [None, 50, 100, 0]}).chart()
    assert chart["title"] == "Flat index, 2012"
    assert [(row["rank"], row["name"]) for row in chart["rows"]] == [
        (1, "Cesar"),
        (2, "Berta"),
        (3, "Dora"),
        (None, "Anton"),
    ]


def test_the_repr_is_a_sentence(measured):
    assert (
        repr(measured({"x": [None, 50, 100, 0]})) == "Scores of 4 cities, flat, 2012 (1 without enough data)"
    )


def test_a_city_that_was_not_measured_cannot_be_explained(measured):
    with pytest.raises(NotFoundError):
        measured({"x": [1, 50, 100, 0]}).explain("zz")


figures = st.lists(st.integers(0, 1000), min_size=4, max_size=4)


@settings(deadline=None, max_examples=tries(40))
@given(x=figures, y=figures, order=st.permutations(range(4)))
def test_the_order_of_the_cities_changes_no_score(x, y, order, measured):
    given_order = measured({"x": x, "y": y}, runs=10)
    other_order = measured({"x": x, "y": y}, cities=CITIES[list(order)], runs=10)
    assert given_order.table.equals(other_order.table)


@settings(deadline=None, max_examples=tries(40))
@given(x=figures, y=figures, better=st.integers(1, 1000))
def test_improving_between_the_goalposts_helps_the_city_and_moves_nobody_else(x, y, better, measured):
    # Cities c and d hold the goalposts of x; a stays between them, so that its own change moves no goalpost.
    held = [x[0], x[1], -1, 2001]
    before = by_city(measured({"x": held, "y": y}))
    after = by_city(measured({"x": [held[0] + better, *held[1:]], "y": y}))
    assert after.pop("a") > before.pop("a")
    assert after == before


@settings(deadline=None, max_examples=tries(40))
@given(x=figures, y=figures)
def test_a_better_best_city_keeps_its_score_and_never_raises_anothers(x, y, measured):
    # The goalpost itself moves: the holder stays at 100 in x, and nobody else can gain.
    before = by_city(measured({"x": [2000, *x[1:]], "y": y}))
    after = by_city(measured({"x": [4000, *x[1:]], "y": y}))
    assert after["a"] == before["a"]
    assert all(after[city] <= before[city] for city in "bcd")


def test_a_proxy_stands_in_and_is_named(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    row = scores.indicators.row(
        by_predicate=(pl.col("city") == "340100") & (pl.col("indicator") == "SC: EH: H: 4A"), named=True
    )
    raw = demo_figures.filter(pl.col("city") == "340100", pl.col("period") == "2012")
    figure = dict(raw.select("variable", "value").iter_rows())
    by_hand = figure["hospital_beds"] / figure["population_year_end"] * 10  # beds per 100,000 persons
    assert row["value"] == pytest.approx(by_hand)
    assert row["proxy"] == "hospital_beds_per_100k"


def test_a_proxy_is_turned_into_the_unit_of_what_it_stands_for(catalogue, demo_figures, demo_cities):
    scores = measure_index(
        demo_figures, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    staff = scores.indicators.filter(pl.col("city") == "340100", pl.col("indicator") == "SC: EH: H: 3C")[
        "value"
    ].item()
    raw = demo_figures.filter(
        pl.col("city") == "340100",
        pl.col("period") == "2012",
        pl.col("variable") == "health_staff_per_1000",
    )["value"].item()
    assert staff == pytest.approx(100 * raw)


def test_a_figure_of_the_standard_itself_goes_before_its_proxy(catalogue, observe, demo_cities):
    table = pl.concat(
        [
            observe(("340100", "inpatient_beds", 2012, 900.0), unit="beds", area="city"),
            observe(("340100", "population", 2012, 100_000.0), unit="persons", area="city"),
            observe(("340100", "hospital_beds", 2012, 5.0), unit="beds"),
            observe(("340100", "population_year_end", 2012, 1.0), unit="10k persons"),
        ]
    )
    scores = measure_index(
        table, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    row = scores.indicators.row(
        by_predicate=(pl.col("city") == "340100") & (pl.col("indicator") == "SC: EH: H: 4A"), named=True
    )
    assert (row["value"], row["proxy"]) == (pytest.approx(900), None)


def test_points_of_the_whole_u4ssc_index_stand_beside_their_coverage(catalogue, observe, demo_cities):
    table = pl.concat(
        [
            observe(
                ("340100", "households", 2012, 100.0), ("340100", "households_with_internet", 2012, 70.0)
            ),
            observe(("340100", "households_with_basic_water", 2012, 100.0)),
            observe(("340100", "households_with_sewerage", 2012, 50.0)),
        ]
    )
    scores = measure_index(
        table, catalogue.indices["u4ssc"], catalogue, cities=demo_cities, period=2012, runs=0
    )
    row = scores.table.row(by_predicate=pl.col("city") == "340100", named=True)
    marked = sum(
        catalogue.indicators[name].benchmark is not None for name in catalogue.indices["u4ssc"].indicators
    )
    assert row["points"] == 75  # 3 + 4 + 2 of 12
    assert row["points_coverage"] == pytest.approx(3 / marked)
    assert row["score"] is None


def test_the_settings_say_how_the_scores_were_made(measured):
    scores = measured({"x": [0, 50, 100, 75]}, availability=0.4, maximum_age=2)
    assert dict(scores.settings) == {
        "index": "flat",
        "period": 2012,
        "cities": 4,
        "steps": "screen > min-max",
        "aggregate": "arithmetic",
        "availability": 0.4,
        "maximum_age": 2,
        "statuses": "reported, accepted",
        "runs": 0,
        "seed": 0,
    }


def test_scores_answer_what_if_and_what_moves_their_ranks(measured):
    scores = measured({"x": [0, 1, 99, 100], "y": [5, 2, 98, 1]}, runs=5)
    assert scores.what_if(weights={"x": 3}).table.equals(what_if(scores, weights={"x": 3}).table)
    assert scores.sensitivity(base=8).total.tolist() == sensitivity_of(scores, base=8).total.tolist()
