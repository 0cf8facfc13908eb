"""Cities, sources and pilots: added once, changed by new versions, never lost."""

import json

import pytest

from urbium.errors import InputError
from urbium.model import City, Pilot, Quality, Source


def pilot(**changes):
    usual = {
        "programme": "cn",
        "round": "1",
        "kind": "new",
        "name": {"en": "Hefei", "zh": "合肥市"},
        "province": "Anhui",
        "level": "prefecture",
        "year": 2013,
        "source": "list of 2013",
    }
    return Pilot(**{**usual, **changes})


def test_cities_come_back_sorted_by_code_with_their_names(store):
    table = store.cities()

    assert table.select("code", "name_en", "name_zh", "level").rows() == [
        ("110000", "Beijing", "北京市", "municipality"),
        ("340100", "Hefei", "合肥市", "prefecture"),
    ]


def test_what_is_not_known_of_a_city_is_null(store):
    row = store.cities().row(0, named=True)

    assert (row["latitude"], row["longitude"], row["province_en"]) == (None, None, None)


def test_a_number_of_zero_is_a_number(store):
    store.add_cities([City("1", {"en": "a"}, "city", latitude=0.0, longitude=0.0)], by="ann", reason="r")

    assert store.cities().select("latitude", "longitude").row(0) == (0.0, 0.0)


def test_a_city_keeps_place_province_and_parent(store):
    district = City(
        "110101", {"en": "Dongcheng"}, "district", {"en": "Beijing"}, 39.9, 116.4, "110000", "core"
    )
    store.add_cities([district], by="ann", reason="districts")

    row = store.cities().row(1)

    place = ("110101", "Dongcheng", None, "Beijing", None, "district", 39.9, 116.4, "110000", "core")
    assert row == (*place, "", "")


def test_a_parent_may_come_with_its_child(store):
    cities = [City("2", {"en": "child"}, "district", parent="1"), City("1", {"en": "parent"}, "prefecture")]
    store.add_cities(cities, by="ann", reason="both at once")

    assert store.cities().filter(code="2")["parent"].to_list() == ["1"]


def test_every_unknown_parent_is_named_and_nothing_is_stored(store):
    cities = [
        City("1", {"en": "a"}, "district", parent="11000"),
        City("2", {"en": "b"}, "district", parent="34010"),
    ]

    with pytest.raises(InputError) as caught:
        store.add_cities(cities, by="ann", reason="districts")

    assert len(caught.value.faults) == 2
    assert "did you mean '110000'?" in str(caught.value)
    assert store.cities().height == 2


def test_a_changed_city_is_a_new_version_with_before_and_after_in_the_log(store):
    store.add_cities([City("340100", {"en": "Hofei"}, "prefecture")], by="ann", reason="old spelling")

    entry = store.audit().row(-1, named=True)
    assert store.cities().filter(code="340100")["name_en"].to_list() == ["Hofei"]
    assert json.loads(entry["before"])["cities"]["340100"]["name"] == {"en": "Hefei", "zh": "合肥市"}
    assert json.loads(entry["after"])["cities"]["340100"]["name"] == {"en": "Hofei"}
    assert (entry["who"], entry["why"]) == ("ann", "old spelling")


def test_a_city_known_so_already_is_no_change(store):
    before = store.audit().height
    store.add_cities(
        [City("340100", {"zh": "合肥市", "en": "Hefei"}, "prefecture")], by="ann", reason="again"
    )

    assert store.audit().height == before


def test_a_city_given_twice_is_refused(store):
    city = City("1", {"en": "a"}, "district")

    with pytest.raises(InputError, match="listed twice"):
        store.add_cities([city, city], by="ann", reason="twice")


def test_a_city_without_a_code_is_refused(store):
    with pytest.raises(InputError, match="a city has no code"):
        store.add_cities([City(" ", {"en": "a"}, "district")], by="ann", reason="nameless")


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("ann", " "), ("an\0n", "why"), ("ann", "\udc80")])
def test_a_change_says_who_and_why_in_plain_text(store, by, reason):
    with pytest.raises(InputError):
        store.add_cities([City("1", {"en": "a"}, "district")], by=by, reason=reason)


def test_sources_come_back_as_they_were_given(store):
    about = ("United Nations", "World Urbanization Prospects", "2018", "CC BY 3.0", "url", "note")
    source = Source("wup", *about, Quality.ESTIMATE)
    store.add_sources([source], by="ann", reason="projections")

    assert store.sources()["wup"] == source


def test_a_changed_source_is_its_newest_version(store):
    store.add_sources([Source("own", "Programme office", "Survey", "2015")], by="ann", reason="new edition")

    assert store.sources()["own"].year == "2015"


def test_a_pilot_belongs_to_a_round_and_maybe_to_a_city(store):
    store.add_pilots([pilot(city="340100"), pilot(round="2", kind="widened")], by="ann", reason="rounds")

    assert store.pilots().select("round", "kind", "name_zh", "year", "city").rows() == [
        ("1", "new", "合肥市", 2013, "340100"),
        ("2", "widened", "合肥市", 2013, ""),
    ]


def test_a_pilot_whose_city_becomes_known_stays_one_pilot(store):
    store.add_pilots([pilot()], by="ann", reason="list")
    store.add_pilots([pilot(city="340100")], by="ann", reason="matched")

    assert store.pilots()["city"].to_list() == ["340100"]


def test_a_pilot_of_an_unknown_city_is_refused(store):
    with pytest.raises(InputError, match="there is no city '340199'"):
        store.add_pilots([pilot(city="340199")], by="ann", reason="list")
