"""The declared tables of indicators and indices against the reference lists they were made from."""

import csv

import pytest

from urbium.units import unit


@pytest.fixture(scope="module")
def u4ssc(catalogue):
    return {name: each for name, each in catalogue.indicators.items() if each.standard == "U4SSC"}


def table(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.shared
def test_all_91_indicators_carry_name_and_direction_of_the_reference_list(shared, u4ssc):
    names = {row["code"]: row["kpi"] for row in table(shared / "data" / "u4ssc_kpis.csv")}
    directions = {
        row["code"]: int(row["direction"]) for row in table(shared / "data" / "u4ssc_kpis_direction.csv")
    }
    assert len(names) == 91
    assert {code: each.name["en"] for code, each in u4ssc.items()} == names
    assert {code: each.direction for code, each in u4ssc.items()} == directions


@pytest.mark.shared
def test_each_indicator_hangs_below_its_sub_dimension_and_dimension(shared, catalogue):
    nodes = {node.id: node for node in catalogue.indices["u4ssc"].nodes}
    found = {
        code: (node.name["en"], nodes[node.parent].name["en"])
        for code in catalogue.indices["u4ssc"].indicators
        if (node := nodes[nodes[code].parent])
    }
    expected = {
        row["code"]: (row["sub_dimension"], row["dimension"])
        for row in table(shared / "data" / "u4ssc_kpis.csv")
    }
    assert found == expected


@pytest.mark.shared
def test_a_per_100_000_indicator_of_the_list_is_one_here(shared, u4ssc):
    listed = {r["code"] for r in table(shared / "data" / "u4ssc_kpis.csv") if "per 100 000" in r["unit"]}
    here = {code for code, each in u4ssc.items() if "per 100k" in each.unit}
    assert here == listed


@pytest.mark.shared
def test_a_percentage_of_the_list_is_one_here(shared, u4ssc):
    listed = {r["code"] for r in table(shared / "data" / "u4ssc_kpis.csv") if r["unit"].startswith("%")}
    assert {code for code, each in u4ssc.items() if each.unit == "%"} == listed


@pytest.mark.shared
def test_the_demo_variables_carry_unit_and_ranges_of_the_reference_table(shared, catalogue):
    def read(text):
        return float(text) if text else None

    for row in table(shared / "data" / "demo" / "variables.csv"):
        here = catalogue.variables[row["id"]]
        hard = read(row["hard_min"]), read(row["hard_max"])
        low, high = read(row["plausible_min"]), read(row["plausible_max"])
        assert (here.unit, here.area, here.source) == (row["unit"], row["area"], row["source_id"])
        assert (here.hard_min, here.hard_max) == hard
        if here.area == "national" and low is not None:  # the table speaks of China, ours of any nation
            assert here.plausible_min <= low < high <= here.plausible_max
        else:
            assert (here.plausible_min, here.plausible_max) == (low, high)


def test_a_benchmark_is_only_what_full_coverage_is_by_definition_and_is_called_an_assumption(u4ssc):
    marked = [each for each in u4ssc.values() if each.benchmark is not None]
    assert {(each.unit, each.benchmark) for each in marked} <= {
        ("%", 100.0),
        ("index 0-1", 1.0),
        ("ratio", 1.0),
        ("yes/no", 1.0),
    }
    assert all("assumption" in each.note for each in marked)


def test_every_proxy_is_declared_and_measures_the_same_kind_of_thing(catalogue):
    kinds = {
        each.indicator: (
            unit(catalogue.indicators[each.indicator].unit).dimension,
            unit(catalogue.indicators[each.proxy].unit).dimension,
        )
        for each in catalogue.proxies
        if each.use == "value"
    }
    assert len(kinds) == 4
    assert all(one == other for one, other in kinds.values())


def test_population_is_one_variable_in_the_whole_u4ssc_set(u4ssc):
    per_head = {each.denominator for each in u4ssc.values() if "person" in each.unit}
    assert per_head == {(("population", 1),)}


def test_the_registered_population_is_warned_of_wherever_it_divides(catalogue):
    dividing = [
        each for each in catalogue.indicators.values() if ("population_year_end", 1) in each.denominator
    ]
    assert len(dividing) == 5
    assert all("Shenzhen, Dongguan" in each.note for each in dividing)
