"""The past of entities: what is read is the same packed or not, and says what it is once it is thinned."""

import msgspec
import pytest

from urbium.store import Decision, EntityChange, Instance
from urbium.store.context.blocks import DAY, HOUR

LENGTH = 86_400_000_000
START = 20_000 * LENGTH
NOW = START + 40 * LENGTH
STEP = 600_000_000
TYPE = "Air"


def value(number, **more):
    return msgspec.json.encode({"type": "Property", "value": number} | more).decode()


def values(count, *, start=START, number=float, **more):
    return [
        Instance(
            "NO2", "", start + at * STEP, at, start + at * STEP + 5, number(at), value(number(at), **more)
        )
        for at in range(count)
    ]


def write(store, instances, uri="urn:x:1", tenant="0503", types=(TYPE,)):
    change = EntityChange(uri, list(types), "{}", START, START, instances=instances)
    store.context.change(tenant, [uri], lambda _: Decision([change]))


def numbers(store, **more):
    return store.context.past.numbers("0503", "NO2", type_=TYPE, **more)


def past(store, **more):
    number = store.context.named("0503", ["urn:x:1"])["urn:x:1"].number
    return [
        (one.observed, one.recorded, one.number, one.text, one.step)
        for one in instances(store, number, **more)
    ]


def instances(store, number, **more):
    return store.context.past.instances("0503", number, **more)


def thin(store, step, *, days=30):
    (kept,) = store.context.past.kept()
    return store.context.past.thin(kept, step, before=NOW - days * LENGTH, packed_before=NOW + 1)


@pytest.fixture
def three_days(store):
    write(store, values(3 * 144, unitCode="GQ"))
    return store


ASKED = [
    {}, {"start": START + 9 * STEP, "end": START + 150 * STEP}, {"last": 5}, {"last": 200},
    {"last": 3, "end": START + 146 * STEP}, {"by_recording": True, "start": START + 144 * STEP + 5},
    {"attributes": ["NO2"]},
]  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_packing_changes_nothing_that_is_read(three_days, asked):
    before = past(three_days, **asked)

    assert three_days.context.past.pack(now=NOW) == 3 * 144
    assert past(three_days, **asked) == before
    assert before


def test_numbers_and_the_newest_are_the_same_packed(three_days):
    def told():
        some = {"start": START + 9 * STEP, "end": START + 150 * STEP}
        return (
            numbers(three_days),
            numbers(three_days, **some),
            three_days.context.past.newest("0503", TYPE, "NO2"),
        )

    before = told()
    three_days.context.past.pack(now=NOW)
    assert told() == before
    assert len(before[0]) == 3 * 144
    assert before[0][0].unit == "GQ"


def test_hours_stand_for_their_values_only_where_they_may_and_nothing_came_late(three_days):
    three_days.context.past.pack(now=NOW)
    hours = numbers(three_days, may_sum=True)
    assert [(one.number, one.values, one.step) for one in hours[:2]] == [(2.5, 6, HOUR), (8.5, 6, HOUR)]
    assert len(hours) == 72

    write(three_days, [Instance("NO2", "", START, 1, NOW, 99.0, value(99.0))])
    mixed = numbers(three_days, may_sum=True)
    assert [one.step for one in mixed] == [0] * 144 + [HOUR] * 48
    assert mixed[0].number == 99.0
    number = three_days.context.named("0503", ["urn:x:1"])["urn:x:1"].number
    assert [one.step for one in instances(three_days, number, may_sum=True)] == [0] * 145 + [HOUR] * 48


def test_the_day_that_runs_and_days_of_few_values_are_not_packed(store):
    write(store, values(7) + values(20, start=NOW - NOW % LENGTH))

    assert store.context.past.pack(now=NOW) == 0
    assert store.context.past.pack(now=NOW + LENGTH) == 20


def test_a_value_is_since_when_it_is_the_same_over_packed_days(store):
    write(store, values(288, number=lambda at: 1.0 if at < 60 else 7.0))
    before = store.context.past.newest("0503", TYPE, "NO2")
    store.context.past.pack(now=NOW)
    assert store.context.past.newest("0503", TYPE, "NO2") == before
    assert before[0].since == START + 60 * STEP

    write(store, values(2, start=START + 288 * STEP, number=lambda _: 7.0))
    (newest,) = store.context.past.newest("0503", TYPE, "NO2")
    assert (newest.observed, newest.since) == (START + 289 * STEP, START + 60 * STEP)
    write(store, values(1, start=START + 291 * STEP, number=lambda _: 8.0))
    (newest,) = store.context.past.newest("0503", TYPE, "NO2")
    assert (newest.number, newest.since) == (8.0, START + 291 * STEP)


def test_what_comes_late_is_packed_with_its_day_and_a_correction_counts(three_days):
    three_days.context.past.pack(now=NOW)
    at = START + 10 * STEP
    late = [
        Instance("NO2", "", at, 1, NOW, 99.0, value(99.0)),
        Instance("NO2", "", at + 30_000_000, 2, NOW, 5.5, value(5.5)),
    ]
    write(three_days, late)
    before = numbers(three_days, end=START + 12 * STEP)
    assert [one.number for one in before[9:]] == [9.0, 99.0, 5.5, 11.0]

    assert three_days.context.past.pack(now=NOW) == 2
    assert numbers(three_days, end=START + 12 * STEP) == before
    assert len(past(three_days, end=START + 12 * STEP)) == 14


def test_what_is_sent_again_is_kept_once(three_days):
    before = past(three_days)
    three_days.context.past.pack(now=NOW)
    write(three_days, values(3 * 144, unitCode="GQ"))

    assert past(three_days) == before
    three_days.context.past.pack(now=NOW)
    assert past(three_days) == before


def test_thinned_days_say_count_mean_least_and_greatest_of_each_hour(three_days):
    three_days.context.past.pack(now=NOW)
    assert thin(three_days, HOUR) == 3
    assert thin(three_days, HOUR) == 0

    rows = numbers(three_days)
    assert len(rows) == 72
    assert (rows[1].number, rows[1].values, rows[1].step, rows[1].unit) == (8.5, 6, HOUR, "GQ")
    number = three_days.context.named("0503", ["urn:x:1"])["urn:x:1"].number
    first = next(instances(three_days, number))
    assert (first.low, first.high, first.values, first.step) == (0.0, 5.0, 6, HOUR)
    assert msgspec.json.decode(first.text) == {
        "type": "Property", "value": 2.5, "unitCode": "GQ", "observedAt": "2024-10-04T00:00:00Z"
    }  # fmt: skip
    assert thin(three_days, DAY) == 3
    assert [(one.number, one.values, one.step) for one in numbers(three_days)] == [
        (71.5, 144, DAY), (215.5, 144, DAY), (359.5, 144, DAY)
    ]  # fmt: skip


def test_only_days_that_are_old_and_to_which_nothing_came_lately_are_thinned(three_days):
    three_days.context.past.pack(now=NOW)
    (kept,) = three_days.context.past.kept()
    thinned = three_days.context.past.thin

    assert thinned(kept, HOUR, before=START + 2 * LENGTH, packed_before=NOW) == 0
    assert thinned(kept, HOUR, before=START + 2 * LENGTH, packed_before=NOW + 1) == 2
    assert {one.step for one in numbers(three_days, start=START + 2 * LENGTH)} == {0}


def test_what_comes_for_a_thinned_day_is_left_out(three_days):
    three_days.context.past.pack(now=NOW)
    thin(three_days, HOUR)
    before = numbers(three_days), past(three_days)
    write(three_days, values(20))

    assert (numbers(three_days), past(three_days)) == before
    assert three_days.context.past.pack(now=NOW) == 0
    assert (numbers(three_days), past(three_days)) == before


def test_days_are_dropped_and_those_of_other_places_stay(store):
    write(store, values(288))
    write(store, values(288), tenant="0599")
    store.context.past.pack(now=NOW)
    kept = next(one for one in store.context.past.kept() if one.tenant == "0503")

    assert store.context.past.drop(kept, before=START + LENGTH, packed_before=NOW) == 0
    assert store.context.past.drop(kept, before=START + LENGTH, packed_before=NOW + 1) == 1
    assert len(numbers(store)) == 144
    assert len(store.context.past.numbers("0599", "NO2")) == 288


def test_a_deleted_entity_keeps_its_packed_past(three_days):
    three_days.context.past.pack(now=NOW)
    gone = EntityChange("urn:x:1", [TYPE], None, NOW, NOW)
    three_days.context.change("0503", ["urn:x:1"], lambda _: Decision([gone]))

    assert len(numbers(three_days)) == 3 * 144
    assert three_days.context.past.newest("0503", TYPE, "NO2") == []


# --- what is deleted or changed -------------------------------------------------------------------------


@pytest.fixture(params=["rows", "packed"])
def kept(request, three_days):
    if request.param == "packed":
        assert three_days.context.past.pack(now=NOW)
    return three_days


def number_of(store):
    return store.context.named("0503", ["urn:x:1"])["urn:x:1"].number


def test_one_instance_is_replaced_and_no_other(kept):
    number = number_of(kept)
    before = list(instances(kept, number))
    new = Instance("NO2", "", before[5].observed, 99, NOW, 7.5, value(7.5))

    assert kept.context.corrections.replace("0503", number, before[5], new, by="ann")
    after = list(instances(kept, number))
    assert [one.number for one in after] == [
        7.5 if place == 5 else one.number for place, one in enumerate(before)
    ]
    assert not kept.context.corrections.replace("0503", number, before[5], None, by="ann")
    assert kept.context.corrections.replace("0503", number, after[5], None, by="ann")
    assert [one.text for one in instances(kept, number)] == [one.text for one in before if one != before[5]]


def test_a_value_that_came_again_after_its_day_was_packed_goes_with_it(three_days):
    number = number_of(three_days)
    before = list(instances(three_days, number))
    three_days.context.past.pack(now=NOW)
    write(three_days, [before[5]._replace(recorded=NOW)])

    assert three_days.context.corrections.replace("0503", number, before[5], None, by="ann")
    assert [one.observed for one in instances(three_days, number)] == [
        one.observed for one in before if one.observed != START + 5 * STEP
    ]


def test_all_of_an_attribute_goes_and_nothing_of_other_entities(kept):
    write(kept, [Instance("NO2", "", START, 1, START, 1.0, value(1.0))], uri="urn:x:2")

    assert not kept.context.corrections.forget("0503", number_of(kept), "O3", by="ann")
    assert not kept.context.corrections.forget("0503", number_of(kept), "NO2", "urn:x:set", by="ann")
    assert kept.context.corrections.forget("0503", number_of(kept), "NO2", "", by="ann")
    assert not list(instances(kept, number_of(kept)))
    assert [one.uri for one in kept.context.past.numbers("0503", "NO2")] == ["urn:x:2"]
