"""Packed days: what comes out is what went in, and what is thinned is what a plain count gives."""

import json
import statistics

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.store.context.blocks import (
    DAY,
    HOUR,
    WHOLE,
    Block,
    Entry,
    entry_of,
    hours_of,
    packed,
    thinned,
    unpacked,
    written,
)

MINUTE = 60_000_000
NUMBERS = st.floats(-1e6, 1e6) | st.integers(-(2**40), 2**40)


def sent(observed, number, at, **more):
    value = {"type": "Property", "value": number, "observedAt": at, **more}
    return entry_of(observed, observed + 5, float(number), msgspec.json.encode(value).decode()), value


@settings(deadline=None, max_examples=tries(60), derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 86_399_999_999), NUMBERS), min_size=1, max_size=40))
def test_a_packed_day_is_unpacked_as_it_was(values):
    entries = [
        entry_of(at, at - 7, float(number), msgspec.json.encode({"value": number, "at": at}).decode())
        for at, number in sorted(values)
    ]
    assert list(unpacked(packed(Block(WHOLE, entries)))) == entries


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-01T00:01:00Z",
        "2026-03-01T00:01:00.000Z",
        "2026-03-01T00:01:00.000000Z",
        "2026-03-01T00:01:00,0Z",
    ],
)
@pytest.mark.parametrize("number", [21.5, 21, 21.0, -0.5, 1e22, 2**60])
def test_what_is_written_again_is_what_was_sent(at, number):
    observed = 1_772_323_260_000_000
    entry, value = sent(observed, number, at, unitCode="GQ")

    assert json.loads(written(entry.template, observed, entry.number)) == value


def test_values_that_differ_in_nothing_else_share_one_template():
    entries = [sent(at * MINUTE, at / 10, f"1970-01-01T00:{at:02}:00Z")[0] for at in range(60)]

    assert len({one.template for one in entries if one.number != int(one.number)}) == 1


def test_text_and_value_within_a_value_are_left_alone():
    text = '{"type":"Property","value":3,"quality":[{"type":"Property","value":35}],"observedAt":"now"}'

    assert written(entry_of(0, 0, 3.0, text).template, 0, 3.0) == text


@settings(deadline=None, max_examples=tries(40), derandomize=True)
@given(st.dictionaries(st.integers(0, 1439), st.floats(-1e3, 1e3), min_size=1, max_size=200))
def test_hours_and_days_are_those_of_a_plain_count(by_minute):
    values = sorted(by_minute.items())
    entries = [Entry(at * MINUTE, 0, number, '{"type":"Property","value":0}') for at, number in values]
    hours = thinned(Block(WHOLE, entries), HOUR)

    expected = {}
    for at, number in values:
        expected.setdefault(at // 60 * 60 * MINUTE, []).append(number)
    assert {one.observed: (one.values, one.low, one.high) for one in hours.entries} == {
        at: (len(some), min(some), max(some)) for at, some in expected.items()
    }
    means = {one.observed: one.number for one in hours.entries}
    assert hours_of(packed(Block(WHOLE, entries))) == hours.entries
    assert means == pytest.approx({at: statistics.fmean(some) for at, some in expected.items()}, abs=1e-9)
    (day,) = thinned(hours, DAY).entries
    assert day.number == pytest.approx(statistics.fmean(number for _, number in values), abs=1e-9)
    assert (day.values, day.low, day.high) == (
        len(values), min(number for _, number in values), max(number for _, number in values)
    )  # fmt: skip


def test_of_two_numbers_of_one_instant_the_one_that_was_recorded_last_counts():
    entries = [Entry(0, 9, 5.0, "{}"), Entry(0, 7, 1.0, "{}"), Entry(MINUTE, 0, 7.0, "{}")]

    (hour,) = thinned(Block(WHOLE, entries), HOUR).entries
    assert (hour.number, hour.values) == (6.0, 2)
    assert hours_of(packed(Block(WHOLE, entries))) is None


def test_numbers_of_two_units_stay_apart():
    entries = [sent(MINUTE, 1.0, "x", unitCode="GQ")[0], sent(2 * MINUTE, 3.0, "x", unitCode="GP")[0]]

    assert [one.number for one in thinned(Block(WHOLE, entries), HOUR).entries] == [1.0, 3.0]


def test_of_what_is_no_number_the_last_of_an_hour_is_kept():
    entries = [Entry(at * MINUTE, 0, None, f'{{"value":"{at}"}}') for at in (1, 2, 61)]

    hours = thinned(Block(WHOLE, entries), HOUR).entries
    assert [(one.observed, one.template, one.values) for one in hours] == [
        (2 * MINUTE, '{"value":"2"}', 2), (61 * MINUTE, '{"value":"61"}', 1)
    ]  # fmt: skip


def test_a_minute_value_needs_less_than_a_third_of_forty_bytes():
    entries = [sent(at * MINUTE, (at * 7919 % 1000) / 10, "1970-01-01T00:00:00Z")[0] for at in range(1440)]

    assert len(packed(Block(WHOLE, entries))) / 1440 < 13
