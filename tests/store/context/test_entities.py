"""Entities as they are stored: found by what they have, kept over time, written whole and once."""

import pytest

from urbium.store import Decision, EntityChange, Instance, Match, Range, Reading
from urbium.store.context.words import TYPE

NOW = 1_700_000_000_000_000


def spot(number, **other):
    index = [("temperature", float(number), None), ("street", None, f"street {number % 3}")]
    fields = {"box": (4.0 + number / 100, 52.0, 4.0 + number / 100, 52.0), "index": index} | other
    return EntityChange(f"urn:x:{number}", ["Spot"], f'{{"n":{number}}}', NOW, NOW, **fields)


def written(store, *changes, tenant="0503"):
    store.context.change(tenant, [one.uri for one in changes], lambda _: Decision(changes))


def uris(store, tenant="0503", **asked):
    return [one.uri for one in store.context.within(tenant, Range(**asked))]


def test_entities_are_found_by_type_number_and_word(store):
    written(store, *(spot(number) for number in range(9)))

    warm = Match("temperature", low=6.0)
    assert uris(store, types=["Spot"], matches=[[warm]]) == ["urn:x:6", "urn:x:7", "urn:x:8"]
    assert uris(store, matches=[[warm], [Match("street", "street 1")]]) == ["urn:x:7"]
    assert uris(store, matches=[[Match("temperature", high=0.0), Match("street", "street 2")]]) == [
        "urn:x:0", "urn:x:2", "urn:x:5", "urn:x:8"
    ]  # fmt: skip
    assert uris(store, types=["Other"]) == []


def test_what_many_have_is_found_as_what_few_have(store):
    written(store, *(spot(number) for number in range(700)))

    asked = {"types": ["Spot"], "matches": [[Match("temperature", low=100.0)]]}
    assert len(store.context.within("0503", Range(**asked))) == 600
    assert store.context.count("0503", Range(**asked)) == 600
    page = store.context.within("0503", Range(**asked), most=2)
    assert [one.uri for one in page] == ["urn:x:100", "urn:x:101"]
    following = store.context.within("0503", Range(**asked), after=page[-1].number, most=1)
    assert following[0].uri == "urn:x:102"


def test_another_place_sees_nothing(store):
    written(store, spot(1))

    assert uris(store, tenant="0599") == []
    assert store.context.named("0599", ["urn:x:1"]) == {}


def test_places_are_found_by_the_box_of_their_location(store):
    written(store, *(spot(number) for number in range(9)))

    assert uris(store, box=(4.015, 51.0, 4.035, 53.0)) == ["urn:x:2", "urn:x:3"]


def test_a_change_that_raises_leaves_nothing_not_even_names(store):
    def fails(_):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.context.change("0503", ["urn:x:1"], fails)
    assert store.context.named("0503", ["urn:x:1"]) == {}


def test_an_instance_that_is_told_twice_is_kept_once(store):
    one = Instance("temperature", "", NOW, 7, NOW, 21.5, "{}")
    for _ in range(2):
        written(store, spot(1, instances=[one]))

    number = store.context.named("0503", ["urn:x:1"])["urn:x:1"].number
    assert list(store.context.past.instances("0503", number)) == [one]
    assert store.context.past.numbers("0503", "temperature", type_="Spot") == [
        Reading("urn:x:1", NOW, 21.5, None)
    ]


def test_numbers_come_with_the_unit_in_which_they_were_sent(store):
    one = Instance("temperature", "", NOW, 7, NOW, 21.5, '{"value": 21.5, "unitCode": "CEL"}')
    written(store, spot(1, instances=[one]))

    assert store.context.past.numbers("0503", "temperature") == [Reading("urn:x:1", NOW, 21.5, "CEL")]


def test_the_newest_number_of_each_is_told_with_since_when_it_is_the_same(store):
    values = [3.0, 7.0, 7.0, 7.0]
    past = [Instance("temperature", "", NOW + at, at, NOW, value, "{}") for at, value in enumerate(values)]
    written(store, spot(1, instances=past), spot(2, instances=past[:1]), spot(3))

    assert store.context.past.newest("0503", "Spot", "temperature") == [
        ("urn:x:1", NOW + 3, 7.0, NOW + 1), ("urn:x:2", NOW, 3.0, NOW)
    ]  # fmt: skip
    assert store.context.past.newest("0503", "Other", "temperature") == []


def test_a_deleted_entity_is_found_no_more_and_keeps_its_past(store):
    one = Instance("temperature", "", NOW, 7, NOW, 21.5, "{}")
    written(store, spot(1, instances=[one]))
    written(store, EntityChange("urn:x:1", ["Spot"], None, NOW, NOW))

    assert uris(store, types=["Spot"]) == []
    assert store.context.past.numbers("0503", "temperature", type_="Spot") == [
        Reading("urn:x:1", NOW, 21.5, None)
    ]


def test_of_each_attribute_the_last_instances_come_newest_first(store):
    past = [Instance("temperature", "", NOW + at, at, NOW, float(at), "{}") for at in range(5)]
    written(store, spot(1, instances=past))

    number = store.context.named("0503", ["urn:x:1"])["urn:x:1"].number
    assert [one.number for one in store.context.past.instances("0503", number, last=2)] == [4.0, 3.0]
    inside = store.context.past.instances("0503", number, start=NOW + 1, end=NOW + 3)
    assert [one.number for one in inside] == [1.0, 2.0]


def test_types_and_attributes_are_told_with_how_many_have_them(store):
    written(store, spot(1), spot(2))

    assert store.context.attributes("0503") == [
        ("Spot", TYPE, 2), ("Spot", "street", 2), ("Spot", "temperature", 2)
    ]  # fmt: skip
