"""Corrections: a figure that its source replaces is listed with both values; a new figure is none."""

from datetime import UTC, datetime, timedelta

import polars as pl

from urbium.observations.corrections import corrections

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def version(day, value, **other):
    figure = {"city": "A", "variable": "gdp", "period": "2020", "area": "city", "source": "yearbook"}
    return figure | {"value": value, "recorded_at": BEGIN + timedelta(days=day)} | other


def test_the_newest_correction_comes_first_and_what_is_sent_again_or_said_by_another_source_is_none():
    history = pl.DataFrame(
        [
            version(0, 10.0), version(1, 12.0), version(2, 12.0), version(3, 13.0),
            version(4, 50.0, source="office"), version(5, 9.0, period="2021"),
        ]
    )  # fmt: skip
    found = corrections(history).select("before", "value", "recorded_at").rows()
    assert found == [(12.0, 13.0, BEGIN + timedelta(days=3)), (10.0, 12.0, BEGIN + timedelta(days=1))]
