"""Figures as they are stored, from the few words that matter to a test of roadmaps."""

from datetime import UTC, datetime

import polars as pl

from urbium.model import OBSERVATION


def observed(*rows):
    """Observations of (city, variable, period, value, unit, status), of the areas the catalogue declares."""
    stamp = datetime(2015, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        [
            dict.fromkeys(OBSERVATION, "") | {"recorded_at": stamp}
            | {"area": "agglomeration" if row[1] == "population_agglomeration" else "prefecture"}
            | dict(zip(("city", "variable", "period", "value", "unit", "status"), row, strict=True))
            for row in rows
        ],
        schema=dict(OBSERVATION),
    )  # fmt: skip
