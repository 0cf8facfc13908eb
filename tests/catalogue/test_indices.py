"""Several standards over one collection: the declared trees hold what their lists say, and no more."""

import csv
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from urbium.catalogue import DATA, load_catalogue
from urbium.catalogue.checks.formulas import formula_faults
from urbium.measure import measure_index
from urbium.measure.indicators import indicator_values
from urbium.model import OBSERVATION

NEW = ("sdg11", "mohurd_trial", "gbt33356", "gbt33356_2022")


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def listed(name: str) -> list[dict[str, str]]:
    with (DATA / "crosswalk" / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def of(catalogue, standard):
    return {name: each for name, each in catalogue.indicators.items() if each.standard == standard}


def parents(index):
    return {node.id: node.parent for node in index.nodes}


def depth(index, name):
    above, steps = parents(index), 0
    while above[name]:
        name, steps = above[name], steps + 1
    return steps


def figures(*rows: tuple[str, str, float, str]) -> pl.DataFrame:
    """Observations of 2025, as (city, variable, value, unit)."""
    base = {
        "period": "2025",
        "area": "city",
        "status": "reported",
        "quality": "measured",
        "source": "ccsy",
        "recorded_at": datetime(2026, 1, 2, tzinfo=UTC),
        "recorded_by": "anna",
        "file": "figures.xlsx",
        "sheet": "Data",
        "cell": "C14",
        "reason": "",
    }
    records = [{**base, "city": c, "variable": v, "value": x, "unit": u} for c, v, x, u in rows]
    return pl.DataFrame(records, schema=dict(OBSERVATION))


CITIES = pl.DataFrame(
    {"code": ["a", "b"], "name_en": ["A", "B"], "name_zh": ["甲", "乙"], "level": ["prefecture"] * 2}
)


# What is declared


def test_every_row_of_the_list_of_sdg_11_is_an_indicator_with_its_name(catalogue):
    expected = {f"SDG {row['code']}": row["indicator"] for row in listed("sdg11_indicators.csv")}

    assert len(expected) == 15
    assert {name: each.name["en"] for name, each in of(catalogue, "SDG 11").items()} == expected


def test_an_sdg_indicator_makes_the_unit_of_its_list(catalogue):
    made = {name.removeprefix("SDG "): each.unit for name, each in of(catalogue, "SDG 11").items()}
    units = {row["code"]: row["unit"] for row in listed("sdg11_indicators.csv")}
    ours = {
        "%": "%", "ratio": "ratio", "currency per capita": "CNY per person", "% of GDP": "%",
        "per 100 000 population": "per 100k persons", "number": "count", "ug/m3": "ug/m3",
    }  # fmt: skip
    countries = {"11.a.1": "yes/no", "11.b.1": "yes/no"}  # a count of countries: here of the own one

    assert made == {code: ours[unit] for code, unit in units.items()} | countries


def test_wording_that_is_recalled_and_not_seen_is_unconfirmed(catalogue):
    unconfirmed = {name for name, each in of(catalogue, "SDG 11").items() if each.status == "unconfirmed"}

    assert unconfirmed == {"SDG 11.4.1", "SDG 11.5.3", "SDG 11.6.1", "SDG 11.7.2", "SDG 11.a.1"}


def test_the_index_of_sdg_11_holds_what_can_be_said_of_a_city_in_a_direction(catalogue):
    index = catalogue.indices["sdg11"]
    of_cities = {
        name
        for name, each in of(catalogue, "SDG 11").items()
        if each.direction and all(catalogue.variables[v].level == "city" for v in each.variables)
    }

    assert set(index.indicators) == of_cities
    assert len(of_cities) == 10
    assert all(
        parents(index)[f"SDG {row['code']}"] == f"target_{row['target'].replace('.', '_')}"
        for row in listed("sdg11_indicators.csv")
        if f"SDG {row['code']}" in of_cities
    )


def test_every_row_of_the_trial_set_is_an_indicator_with_its_name_in_order(catalogue):
    rows = listed("mohurd_pilot_indicators.csv")

    assert len(rows) == 57
    assert [each.name["zh"] for each in of(catalogue, "MOHURD trial set").values()] == [
        row["level3"] for row in rows
    ]
    assert list(catalogue.indices["mohurd_trial"].indicators) == list(of(catalogue, "MOHURD trial set"))


def test_the_trial_set_has_4_first_11_second_and_57_third_level_indicators(catalogue):
    index = catalogue.indices["mohurd_trial"]

    assert Counter(depth(index, node.id) for node in index.nodes) == {0: 1, 1: 4, 2: 11, 3: 57}


def test_each_indicator_of_the_trial_set_hangs_below_its_two_levels(catalogue):
    index = catalogue.indices["mohurd_trial"]
    names = {node.id: f"{node.name.get('zh')} / {node.name['en']}" for node in index.nodes}
    above = parents(index)

    found = [(names[above[above[leaf]]], names[above[leaf]]) for leaf in index.indicators]

    assert found == [(row["level1"], row["level2"]) for row in listed("mohurd_pilot_indicators.csv")]


def test_what_was_seen_of_the_trial_set_is_told_apart_from_what_is_remembered(catalogue):
    status = Counter(each.status for each in of(catalogue, "MOHURD trial set").values())

    assert status == {"confirmed": 2, "listed": 2, "unconfirmed": 53}


def test_the_weights_of_gb_t_33356_are_points_of_a_hundred(catalogue):
    index = catalogue.indices["gbt33356"]
    weights = {node.id.removeprefix("GBT33356 "): node.weight for node in index.nodes}
    first = ("services_for_people", "L2", "L3", "L4", "L5", "L6", "L7", "L8")
    services = [f"L1P{place}" for place in range(1, 10)]

    assert [round(100 * weights[name], 9) for name in first] == [37, 9, 8, 7, 7, 8, 4, 20]
    assert [round(37 * weights[name], 9) for name in services] == [8, 3, 3, 3, 3, 3, 7, 5, 2]
    assert len(index.indicators) == 16


def test_a_weight_of_gb_t_33356_that_is_recalled_is_unconfirmed(catalogue):
    rows = {name: each for name, each in of(catalogue, "GB/T 33356").items() if each.edition == "2016"}
    recalled = {name for name, each in rows.items() if "recalled" in each.note}

    assert recalled == {"GBT33356 L1P9", "GBT33356 L8"}
    assert {catalogue.indicators[name].status for name in recalled} == {"unconfirmed"}


@pytest.mark.parametrize("name", NEW)
def test_every_row_of_a_new_index_says_its_status_and_its_source(catalogue, name):
    index = catalogue.indices[name]
    rows = list(of(catalogue, index.standard).values())

    assert {each.status for each in rows} <= {"confirmed", "listed", "unconfirmed"}
    assert all(each.evidence and each.name["zh"] for each in rows)
    assert [fault for each in rows for fault in formula_faults(each, catalogue.variables)] == []
    assert all(catalogue.indicators[leaf].direction for leaf in index.indicators)


def test_the_edition_of_2022_has_the_nine_first_level_indicators_that_were_read_of_and_nothing_below(
    catalogue,
):
    index = catalogue.indices["gbt33356_2022"]

    assert Counter(depth(index, node.id) for node in index.nodes) == {0: 1, 1: 9}
    assert {catalogue.indicators[name].edition for name in index.indicators} == {"2022"}
    assert index.note.index("were not seen") < index.note.index("assumption")
    assert all(catalogue.indicators[name].note.startswith("not read") for name in index.indicators)


def test_the_crosswalk_of_editions_names_every_first_level_indicator_of_both(catalogue):
    rows = catalogue.editions.filter(standard="GB/T 33356")
    first = {"gbt33356": "old", "gbt33356_2022": "new"}
    shown = {
        name: {
            node.name["zh"]
            for node in catalogue.indices[name].nodes
            if depth(catalogue.indices[name], node.id) == 1
        }
        for name in first
    }

    assert {name: set(rows[f"{side}_name_zh"]) - {""} for name, side in first.items()} == shown
    assert set(rows["relation"]) <= {"same", "changed", "new", "gone"}
    assert all(rows["evidence"])
    assert all(
        (row["old_name_zh"] == row["new_name_zh"]) == (row["relation"] == "same")
        for row in rows.iter_rows(named=True)
    )
    assert all((row["old"] == "") == (row["relation"] == "new") for row in rows.iter_rows(named=True))


@pytest.mark.parametrize("name", ["sdg11", "mohurd_trial", "gbt33356_2022"])
def test_weights_that_are_not_known_are_equal_and_called_an_assumption(catalogue, name):
    index = catalogue.indices[name]
    below = Counter(node.parent for node in index.nodes)

    assert all(node.weight == pytest.approx(1 / below[node.parent]) for node in index.nodes)
    assert "assumption" in index.note


# What they measure


def test_figures_collected_once_serve_two_standards(catalogue):
    table = figures(
        ("a", "disaster_losses", 30.0, "million CNY"),
        ("a", "city_gdp", 1200.0, "million CNY"),
        ("a", "population_near_stop", 60.0, "persons"),
        ("a", "population", 80.0, "persons"),
    )
    asked = ("SC: SH: SA: 2C", "SDG 11.5.2", "EC: I: T: 2A", "SDG 11.2.1")

    values = indicator_values(
        table,
        {name: catalogue.indicators[name] for name in asked},
        catalogue.variables,
        period=2025,
    )

    assert dict(zip(values["indicator"], values["value"], strict=True)) == pytest.approx(
        {"SC: SH: SA: 2C": 2.5, "SDG 11.5.2": 2.5, "EC: I: T: 2A": 75.0, "SDG 11.2.1": 75.0}
    )


def test_most_indicators_of_sdg_11_for_a_city_read_what_u4ssc_collects(catalogue):
    u4ssc = {name for each in of(catalogue, "U4SSC").values() for name in each.variables}
    whole = {
        leaf
        for leaf in catalogue.indices["sdg11"].indicators
        if set(catalogue.indicators[leaf].variables) <= u4ssc
    }

    assert whole == {"SDG 11.1.1", "SDG 11.2.1", "SDG 11.4.1", "SDG 11.5.2", "SDG 11.6.2"}


@pytest.fixture(scope="module")
def graded(catalogue):
    """City a has every point of services for people and half of all else; b lacks citizen experience."""
    scores = {leaf: 100.0 if "L1P" in leaf else 50.0 for leaf in catalogue.indices["gbt33356"].indicators}
    variables = {leaf: catalogue.indicators[leaf].variables[0] for leaf in scores}
    rows = [("a", variables[leaf], score, "score 0-100") for leaf, score in scores.items()]
    rows += [("b", variables[leaf], 60.0, "score 0-100") for leaf in scores if leaf != "GBT33356 L8"]
    index = catalogue.indices["gbt33356"]
    return measure_index(figures(*rows), index, catalogue, cities=CITIES, period=2025)


def test_the_points_of_gb_t_33356_add_up_to_the_score(graded):
    scores = dict(graded.table.select("city", "score").rows())

    assert scores["a"] == pytest.approx(37 + 63 / 2)
    assert scores["b"] == pytest.approx(60.0)


def test_a_city_is_scored_by_both_editions_each_over_its_figures(catalogue):
    scores = {}
    for name, given in (("gbt33356", 50.0), ("gbt33356_2022", 70.0)):
        index = catalogue.indices[name]
        rows = [
            ("a", catalogue.indicators[leaf].variables[0], given, "score 0-100") for leaf in index.indicators
        ]
        table = measure_index(figures(*rows), index, catalogue, cities=CITIES, period=2025).table
        scores[name] = dict(table.select("city", "score").rows())["a"]

    assert scores == pytest.approx({"gbt33356": 50.0, "gbt33356_2022": 70.0})


def test_a_dimension_that_is_not_reported_shows_in_the_coverage(graded):
    covered = dict(graded.table.select("city", "coverage").rows())

    assert covered == pytest.approx({"a": 1.0, "b": 15 / 16})


@pytest.mark.parametrize("name", NEW)
def test_an_index_nobody_reports_for_gives_no_score_and_says_why(catalogue, name):
    nothing = figures(("a", "population", 80.0, "persons"))

    scores = measure_index(nothing, catalogue.indices[name], catalogue, cities=CITIES, period=2025)

    assert scores.table["score"].to_list() == [None, None]
    assert all(scores.table["reason"])


# What a licensed city adds


def write(folder: Path, name: str, header: list[str], *rows: dict[str, str]) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def header(name: str) -> list[str]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return next(csv.reader(table))


@pytest.fixture
def licensed(tmp_path):
    """A city that holds ISO 37120 adds an indicator of it, and an index over that and one of ours."""
    own = {
        "id": "ISO37120 5.1", "name_en": "Unemployment rate", "unit": "%", "numerator": "unemployed",
        "denominator": "labour_force", "factor": "100", "direction": "-1", "standard": "ISO 37120",
        "edition": "2014", "evidence": "published", "status": "licensed", "source": "licensed copy",
    }  # fmt: skip
    write(tmp_path, "indicators/iso37120.csv", header("indicators/yearbook.csv"), own)
    tree = [("own", "", "1"), ("ISO37120 5.1", "own", "0.75"), ("SDG 11.2.1", "own", "0.25")]
    nodes = [{"index": "own", "id": i, "parent": p, "weight": w, "name_en": i} for i, p, w in tree]
    write(tmp_path, "indicators/index_tree.csv", header("indicators/index_tree.csv"), *nodes)
    index = {
        "id": "own", "name_en": "Own index", "steps": "min-max", "aggregate": "arithmetic",
        "availability": "1", "maximum_age": "0", "standard": "ISO 37120",
    }  # fmt: skip
    write(tmp_path, "indicators/indices.csv", header("indicators/indices.csv"), index)
    return load_catalogue(tmp_path)


def test_a_licensed_city_adds_its_own_indicator_and_keeps_the_packaged_ones(catalogue, licensed):
    assert licensed.indicators.keys() - catalogue.indicators.keys() == {"ISO37120 5.1"}
    assert licensed.indices.keys() - catalogue.indices.keys() == {"own"}
    assert licensed.indicators["ISO37120 5.1"].status == "licensed"


def test_the_name_it_defines_is_the_one_the_crosswalk_knows(licensed):
    row = licensed.crosswalk.row(
        by_predicate=(pl.col("standard") == "ISO 37120")
        & (pl.col("edition") == "2014")
        & (pl.col("clause") == "5.1"),
        named=True,
    )

    assert row["name"] == licensed.indicators["ISO37120 5.1"].name["en"]


def test_no_iso_indicator_is_packaged_but_by_name(catalogue):
    assert not [each for each in catalogue.indicators.values() if each.standard.startswith("ISO")]


def test_an_index_over_the_own_indicator_is_measured(licensed):
    table = figures(
        *((city, "unemployed", x, "persons") for city, x in (("a", 5.0), ("b", 10.0))),
        *((city, "labour_force", 100.0, "persons") for city in "ab"),
        *((city, "population_near_stop", x, "persons") for city, x in (("a", 40.0), ("b", 80.0))),
        *((city, "population", 100.0, "persons") for city in "ab"),
    )

    scores = measure_index(table, licensed.indices["own"], licensed, cities=CITIES, period=2025)

    assert dict(scores.table.select("city", "score").rows()) == pytest.approx({"a": 75.0, "b": 25.0})
