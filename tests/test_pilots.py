"""The pilots of the demo: each says whether its list was seen, and where it lies."""

import csv
from collections import Counter

import pytest

from urbium.catalogue import DATA
from urbium.examples.demo import _pilots


@pytest.fixture(scope="module")
def pilots():
    return list(_pilots())


@pytest.fixture(scope="module")
def cities():
    with (DATA / "demo" / "cities.csv").open(encoding="utf-8", newline="") as table:
        return {row["code"]: row for row in csv.DictReader(table)}


def test_every_pilot_says_whether_its_list_was_seen(pilots):
    assert Counter(pilot.status for pilot in pilots) == {"seen": 33, "not seen": 8}


def test_a_round_that_no_source_names_is_left_empty(pilots):
    assert Counter(pilot.round for pilot in pilots) == {"1": 13, "2": 1, "": 11, "3": 16}


def test_pilots_are_linked_to_the_city_that_they_are_or_lie_in(pilots, cities):
    named = [pilot for pilot in pilots if pilot.level == "prefecture"]
    assert all(cities[pilot.city]["name_zh"] == pilot.name["zh"] for pilot in named)
    assert [pilot.name["zh"] for pilot in pilots if not pilot.city] == ["汶川县"]
    assert all(cities[pilot.city]["province_en"] == pilot.province for pilot in pilots if pilot.city)
