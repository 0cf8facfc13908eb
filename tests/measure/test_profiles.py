"""The profile of a city: levels, strengths, peers by four ways, progress towards targets."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.measure import city_profile, measure_index
from urbium.model import Variable

CODES = tuple("abcdef")
CITIES = pl.DataFrame({"code": CODES, "name_en": [f"City {code.upper()}" for code in CODES]})
FEATURES = pl.DataFrame(
    {
        "city": CODES,
        "people": [4e5, 4.9e5, 5e5, 9e6, 1e7, None],
        "income": [10.0, 20.0, 30.0, 40.0, 50.0, None],
        "region": ["n", "n", "s", "s", "s", None],
    }
)


@pytest.fixture(scope="module")
def measured(catalogue, indicators, observe, flat_index):
    """Return a function from a year and figures by indicator to scores; beds have a benchmark of 10."""
    variables = {name: Variable(name, {"en": name}, "%", "prefecture") for name in ("beds", "dust", "jobs")}
    leaves = {
        name: replace(
            indicators["cover"],
            id=name,
            name={"en": name.title()},
            numerator=((name, 1),),
            direction=-1 if name == "dust" else 1,
            benchmark=10.0 if name == "beds" else None,
        )
        for name in variables
    }
    own = replace(catalogue, variables=variables, indicators=leaves)

    def scores(year, **figures):
        rows = [(c, n, year, v) for n, values in figures.items() for c, v in zip(CODES, values, strict=True)]
        index = flat_index(*figures, availability=0)
        table = observe(*[row for row in rows if row[3] is not None], unit="%")
        return measure_index(table, index, own, cities=CITIES, period=year, runs=0)

    return scores


@pytest.fixture(scope="module")
def scores(measured):
    return measured(2012, beds=[1, 2, 3, 4, 5, 6.0], dust=[6, 5, 4, 3, 2, None], jobs=[6, 1, 2, 3, 4, 5.0])


def test_the_levels_are_told_with_score_and_rank(scores):
    found = city_profile(scores, "a", FEATURES)
    root = found.table.row(by_predicate=pl.col("node") == "flat", named=True)
    assert root["score"] == pytest.approx((0 + 0 + 100) / 3)
    assert found.table.filter(pl.col("node") == "jobs").select("rank", "of").row(0) == (1, 6)


def test_strengths_and_weaknesses_carry_names_values_and_units(scores):
    found = city_profile(scores, "a", FEATURES)
    assert found.strengths.select("name", "rank", "value", "unit").rows() == [("Jobs", 1, 6.0, "%")]
    assert found.weaknesses.select("name", "rank", "of").rows() == [("Beds", 6, 6)]


def test_the_most_strengths_are_as_many_as_asked_for(scores):
    assert city_profile(scores, "a", FEATURES, count=0).strengths.is_empty()


@pytest.mark.parametrize(
    ("by", "city", "peers"),
    [
        ("region", "c", {"d", "e"}),
        ("size", "a", {"b"}),  # c has exactly 500,000 people and belongs to the next class
        ("size", "c", set()),
        ("size", "f", set()),  # nobody knows its size
        ("income", "a", set()),  # each fifth holds one
        ("region", "f", set()),
    ],
)
def test_peers_are_those_of_the_same_group(scores, by, city, peers):
    found = city_profile(scores, city, FEATURES, by=by)
    assert set(found.peers["city"]) == peers
    assert found.peers["distance"].null_count() == len(peers)
    assert found.by == by


def test_the_nearest_peer_is_nearest_in_the_logarithms_of_people_and_income(scores):
    found = city_profile(scores, "a", FEATURES)
    logs = np.log(FEATURES.select("people", "income").to_numpy().astype(float)[:5])
    scaled = (logs - logs.mean(axis=0)) / logs.std(axis=0, ddof=1)
    apart = np.sqrt(((scaled - scaled[0]) ** 2).sum(axis=1))
    assert found.peers["city"].to_list() == [CODES[place] for place in np.argsort(apart)[1:]]
    assert found.peers["distance"].is_sorted()


def test_a_city_without_features_has_no_nearest_peer(scores):
    assert city_profile(scores, "f", FEATURES).peers.is_empty()


def test_it_stands_among_its_peers(scores):
    row = city_profile(scores, "c", FEATURES, by="region").among.row(0, named=True)
    assert (row["indicator"], row["value"], row["median"], row["rank"], row["of"]) == ("beds", 3, 4.5, 3, 3)


def test_progress_is_told_of_indicators_with_a_target(measured, scores):
    earlier = measured(2006, beds=[0, 2, 6, 5, 12, 1.0], dust=[1.0] * 6, jobs=[1.0] * 6)
    told = {}
    for city in "abce":
        found = city_profile(scores, city, FEATURES, earlier=earlier, target_year=2024)
        assert found.progress["indicator"].to_list() == ["beds"]
        told[city] = found.progress.row(0, named=True)
    # a: from 0 to 1 in 6 of 18 years towards 10: 1/6 against 10/18 a year
    assert told["a"]["share"] == pytest.approx(0.1)
    assert told["a"]["pace"] == pytest.approx(0.3)
    assert (told["a"]["grade"], told["a"]["since"], told["a"]["baseline"]) == ("stagnating", 2006, 0)
    assert told["b"]["grade"] == "stagnating"
    assert told["c"]["grade"] == "moving away"


def test_a_reached_target_is_reached_whatever_went_before(measured):
    now = measured(2012, beds=[11, 2, 3, 4, 5, 6.0])
    found = city_profile(now, "a", FEATURES)
    assert found.progress["grade"].to_list() == ["target reached"]


def test_without_an_earlier_year_no_pace_is_told(scores):
    row = city_profile(scores, "a", FEATURES, target_year=2030).progress.row(0, named=True)
    assert (row["pace"], row["baseline"], row["grade"]) == (None, None, "not known")


def test_an_unknown_city_or_way_to_find_peers_is_refused(scores):
    with pytest.raises(NotFoundError):
        city_profile(scores, "x", FEATURES)
    with pytest.raises(InputError, match="peers cannot be chosen by 'age'") as caught:
        city_profile(scores, "a", FEATURES, by="age")
    assert "nearest, size, income and region" in caught.value.remedy


def test_it_explains_an_indicator_beside_the_peers(scores):
    found = city_profile(scores, "c", FEATURES, by="region")
    told = found.explain("beds")
    assert told.what == "Beds, City C"
    assert told.note == "rank 3 of 3 among the city and its peers (region)"
    assert told.children[0].value == 4.5
    with pytest.raises(NotFoundError):
        found.explain("bed")


def test_it_reads_as_a_sentence_and_records_every_table(scores):
    found = city_profile(scores, "c", FEATURES, by="region")
    assert repr(found) == "City profile of City C with 2 peers (region)"
    assert {"strengths", "weaknesses", "peers", "among", "progress", "table"} <= found.record().keys()


def test_income_classes_are_fifths_even_where_all_are_alike(scores):
    alike = FEATURES.with_columns(income=pl.lit(7.0))
    assert city_profile(scores, "a", alike, by="income").peers.height == 5
    nobody = FEATURES.with_columns(income=pl.lit(None, pl.Float64))
    assert city_profile(scores, "a", nobody, by="income").peers.is_empty()


def test_a_node_without_an_english_name_is_called_by_the_name_it_has(scores):
    layout = scores.build.layout
    bare = tuple(replace(node, name={"zh": "名"}) for node in layout.nodes)
    found = city_profile(
        replace(scores, build=replace(scores.build, layout=replace(layout, nodes=bare))), "a", FEATURES
    )
    assert found.table["name"].to_list() == ["名"] * len(bare)


def test_the_settings_say_whose_portrait_it_is_and_how_its_peers_were_found(scores):
    assert dict(city_profile(scores, "c", FEATURES, by="size").settings) == {
        "index": "flat", "period": 2012, "city": "c", "by": "size"
    }  # fmt: skip


def test_an_indicator_that_is_missing_is_explained_as_missing(scores):
    told = city_profile(scores, "f", FEATURES).explain("dust")
    assert (told.value, told.kind, told.note) == (None, "missing", "not ranked")
    assert city_profile(scores, "a", FEATURES).explain("dust").kind == "indicator"


def test_nobody_has_more_peers_by_features_than_twelve(scores):
    codes = [f"c{place:02}" for place in range(15)]
    many = scores.build.raw
    raw = replace(
        many,
        rows=tuple(codes),
        values=np.tile(np.arange(15.0)[:, None], (1, 3)),
        groups={},
        is_in=np.ones(15, dtype=bool),
        years=np.zeros(15, dtype=np.int64),
    )
    build = replace(scores.build, raw=raw, scores=np.zeros((15, 4)))
    features = pl.DataFrame(
        {
            "city": codes,
            "people": [float(2**place) for place in range(15)],
            "income": [1.0] * 15,
            "region": ["n"] * 15,
        }
    )
    table = pl.concat([scores.table.head(1)] * 15).with_columns(city=pl.Series(codes))
    found = city_profile(replace(scores, build=build, table=table), "c00", features)
    assert found.peers["city"].to_list() == codes[1:13]
