"""Rows: the reconciled futures of a nation as tables of what was observed and what is projected."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.forecast.nation.hierarchy import BaseForecasts
from urbium.forecast.nation.nation_outlook import AREAS, COUNTED, MOVED, OUTSIDE, SHARE, TABLE
from urbium.forecast.nation.urbanisation import NationalFigures
from urbium.forecast.paths import LIMITS, Floats, limits


@dataclass(frozen=True, slots=True)
class UrbanFigures:
    """What is known of the cities, and in the years in which the urban population is known too, their sum."""

    figures: pl.DataFrame
    years: NDArray[np.int64]
    outside_share: Floats
    all_cities: set[str]


def stacked(futures: BaseForecasts) -> Floats:
    """All places in one array, (C + 4, Y, P), the four in the order of PLACES."""
    four = np.stack([futures.other, futures.rural, futures.urban, futures.nation])
    return np.concatenate([futures.cities.astype(np.float64, copy=False), four])


def nation_rows(
    keys: tuple[str, ...],
    years: NDArray[np.int64],
    bands: Floats,
    urban: UrbanFigures,
    past: NationalFigures,
    *,
    within: str = COUNTED,
) -> pl.DataFrame:
    """Lay out every place and year, as observed or projected with its bands: columns of ``TABLE``."""
    count = len(years)
    projected = pl.DataFrame(
        {
            "place": np.repeat(np.array(keys), count),
            "area": np.repeat(np.array([AREAS.get(key, within) for key in keys]), count),
            "year": np.tile(years, len(keys)),
        }
        | dict(zip(LIMITS, bands.reshape(-1, len(LIMITS)).T, strict=True))
    ).with_columns(kind=pl.lit("projected"))
    seen = urban.figures.select(place="city", area="area", year="year", value="persons")
    nation = {"nation": past.total, "urban": past.urban, "rural": past.total - past.urban}
    rows = [
        (name, AREAS[name], int(year), float(value))
        for name, values in nation.items()
        for year, value in zip(past.years, values, strict=True)
        if np.isfinite(value)
    ]
    whole = dict(zip(past.years.tolist(), past.urban.tolist(), strict=True))
    rows += [
        ("other urban", AREAS["other urban"], int(year), float(share * whole[int(year)]))
        for year, share in zip(urban.years, urban.outside_share, strict=True)
    ]
    national = pl.DataFrame(rows, schema=["place", "area", "year", "value"], orient="row")
    observed = pl.concat([seen, national]).with_columns(kind=pl.lit("observed"))
    projected = projected.join(observed, on=["place", "year"], how="anti")
    empty = pl.DataFrame(schema=TABLE)
    order = {key: at for at, key in enumerate(keys)}
    return pl.concat([empty, observed, projected], how="diagonal").select(*TABLE).sort(
        pl.col("place").replace_strict(order, return_dtype=pl.Int64), "year"
    )  # fmt: skip


def share_rows(years: NDArray[np.int64], settled: BaseForecasts, past: NationalFigures) -> pl.DataFrame:
    """Lay out the urban share by year: columns of ``SHARE``."""
    bands = limits(settled.urban / np.maximum(settled.nation, 1.0))
    seen = pl.DataFrame({"year": past.years, "value": past.share, "kind": ["observed"] * len(past.years)})
    ahead = pl.DataFrame({"year": years} | dict(zip(LIMITS, bands.T, strict=True))).with_columns(
        kind=pl.lit("projected")
    )
    ahead = ahead.filter(~pl.col("year").is_in(past.years.tolist()))
    return pl.concat([pl.DataFrame(schema=SHARE), seen, ahead], how="diagonal").select(*SHARE)


def moved_rows(
    keys: tuple[str, ...], years: NDArray[np.int64], before: Floats, after: Floats
) -> pl.DataFrame:
    """How far each place was moved in the median, and how much narrower its inner band became."""
    wide_before, wide_after = (bands[..., 2] - bands[..., 1] for bands in (before, after))
    table = pl.DataFrame(
        {
            "place": np.repeat(np.array(keys), len(years)),
            "year": np.tile(years, len(keys)),
            "before": before[..., 0].ravel(),
            "after": after[..., 0].ravel(),
            "wide_before": wide_before.ravel(),
            "wide_after": wide_after.ravel(),
        }
    )
    return table.with_columns(
        moved=pl.when(pl.col("before") > 0).then(pl.col("after") / pl.col("before") - 1),
        narrowed=pl.when(pl.col("wide_before") > 0).then(pl.col("wide_after") / pl.col("wide_before")),
    ).select(*MOVED)


def outside_rows(cities: list[str], areas: list[str], reason: str) -> pl.DataFrame:
    """List cities that are not counted one by one: columns of ``OUTSIDE``."""
    return pl.DataFrame({"city": cities, "area": areas, "reason": [reason] * len(cities)}, schema=OUTSIDE)
