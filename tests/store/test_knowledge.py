"""What was known on an instant can be read again at any later time."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from seeds import tries
from urbium.errors import InputError
from urbium.store import audit_log

KEY = ["city", "variable", "period", "area", "source"]


def test_a_corrected_figure_is_still_read_as_it_was_known(store, load, figures):
    first = load(figures({"value": 1.0}))
    second = load(figures({"value": 2.0}))

    assert store.observations(as_known_on=first.recorded_at)["value"].to_list() == [1.0]
    assert store.observations(as_known_on=second.recorded_at)["value"].to_list() == [2.0]


def test_before_anything_was_recorded_nothing_was_known(store, load, figures):
    receipt = load(figures())

    before = receipt.recorded_at - timedelta(microseconds=1)
    assert store.observations(as_known_on=before).is_empty()


def test_an_instant_is_the_same_in_every_time_zone(store, load, figures):
    receipt = load(figures())
    load(figures({"value": 2.0}))

    shanghai = receipt.recorded_at.astimezone(tz=datetime.strptime("+0800", "%z").tzinfo)
    assert store.observations(as_known_on=shanghai)["value"].to_list() == [4164.34]


def test_an_instant_without_a_time_zone_is_refused(store):
    with pytest.raises(InputError, match="has no time zone"):
        store.observations(as_known_on=datetime(2026, 1, 1))  # noqa: DTZ001 - the fault that is tested


def test_the_state_after_the_last_change_can_be_pinned(store, load, figures):
    load(figures())
    pinned, seen = store.last_change(), store.observations()

    load(figures({"value": 2.0}, {"period": "2011"}))

    assert_frame_equal(store.observations(as_known_on=pinned), seen, check_exact=True)


def test_history_gives_every_version_first_recorded_first(store, load, figures):
    load(figures({"value": 1.0}))
    second = load(figures({"value": 2.0}))
    load(figures({"value": 3.0}))

    assert store.observations(history=True)["value"].to_list() == [1.0, 2.0, 3.0]
    known = store.observations(history=True, as_known_on=second.recorded_at)
    assert known["value"].to_list() == [1.0, 2.0]


def test_changes_bear_rising_instants_even_when_the_clock_runs_back(store, load, figures, monkeypatch):
    first = load(figures({"value": 1.0}))
    back = audit_log._now() - timedelta(minutes=5)  # as a clock does that is set by the network
    monkeypatch.setattr(audit_log, "_now", lambda: back)

    second = load(figures({"value": 2.0}))

    assert second.recorded_at == first.recorded_at + timedelta(microseconds=1)
    assert store.observations(as_known_on=first.recorded_at)["value"].to_list() == [1.0]
    store.verify()


FIGURE = st.fixed_dictionaries(
    {
        "city": st.sampled_from(["340100", "110000"]),
        "period": st.sampled_from(["2011", "2012"]),
        "area": st.sampled_from(["prefecture", "urban"]),
        "source": st.sampled_from(["ccsy", "own"]),
        "value": st.sampled_from([1.0, 2.0, 3.0]),
        "unit": st.sampled_from(["CNY", "10k CNY"]),
    }
)
LOAD = st.lists(
    FIGURE,
    min_size=1,
    max_size=5,
    unique_by=lambda figure: (figure["city"], figure["period"], figure["area"], figure["source"]),
)


@settings(max_examples=tries(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=st.lists(LOAD, min_size=1, max_size=4), pick=st.integers(0, 3))
def test_what_was_known_equals_a_replay_of_the_loads_in_memory(store, load, figures, loads, pick):
    state = {
        tuple(row[name] for name in KEY): (row["value"], row["unit"])
        for row in store.observations().to_dicts()
    }
    replay = []
    for changes in loads:
        receipt = load(figures(*changes))
        for change in changes:
            key = (change["city"], "gdp", change["period"], change["area"], change["source"])
            state[key] = (change["value"], change["unit"])
        replay.append((receipt.recorded_at, dict(state)))

    instant, expected = replay[pick % len(replay)]

    known = store.observations(as_known_on=instant).select(*KEY, "value", "unit")
    assert {row[:5]: row[5:] for row in known.rows()} == expected
    assert known.select(pl.struct(KEY).is_unique().all()).item()
