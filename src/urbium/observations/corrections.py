"""Corrections: figures that were replaced by another value of the same source, with what stood before."""

from typing import Final

import polars as pl

_FIGURE: Final = ("city", "variable", "period", "area", "source")
"""What tells a figure from others: a source says it once for a place, a period and a boundary."""


def corrections(history: pl.DataFrame) -> pl.DataFrame:
    """Return every correction of a figure, the newest first: its new version, and ``before``, its old value.

    Parameters
    ----------
    history : every version of every observation, with the columns of :data:`urbium.model.OBSERVATION`

    >>> row = {"city": "X", "variable": "gdp", "period": "2020", "area": "city", "source": "S"}
    >>> versions = [row | {"value": value, "recorded_at": at} for at, value in enumerate([7.0, 8.0])]
    >>> corrections(pl.DataFrame(versions)).select("before", "value").rows()
    [(7.0, 8.0)]
    """
    return (
        history.sort("recorded_at", maintain_order=True)
        .with_columns(before=pl.col("value").shift(1).over(_FIGURE))
        .filter(pl.col("before") != pl.col("value"))
        .sort("recorded_at", descending=True, maintain_order=True)
    )
