"""How we did: an outlook that was made earlier, held against the figures that came since.

In: every figure of a place and year that was projected then and is known now, whether it lies in the band,
and how far off "no change" would have been. Not in: back-tests, which make forecasts of years long known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.nation.nation_outlook import NationOutlook
from urbium.forecast.nation.urbanisation import NationalFigures
from urbium.forecast.paths import LIMITS
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, text, texts

_BAND = {name: pl.Float64() for name in LIMITS}
HELD = {
    "outlook": pl.String(), "what": pl.String(), "place": pl.String(), "year": pl.Int64(),
    "observed": pl.Float64(), **_BAND, "last": pl.Float64(),
    "inside80": pl.Boolean(), "inside95": pl.Boolean(),
}  # fmt: skip
"""The columns of what came, beside what was projected; ``last`` is the last figure known then."""

_WHAT: Final = words_of("outlook")


@dataclass(frozen=True, kw_only=True, repr=False)
class HowWeDid(Result):
    """Earlier outlooks against what came.

    Attributes
    ----------
    table : columns of HELD, one row an outlook, place and year that was projected then and is known now
    outlooks : how many were looked at
    """

    stage: ClassVar[str] = "how we did"
    words: ClassVar = {"what": _WHAT}
    outlooks: int

    def __repr__(self) -> str:
        return text(
            "Accuracy of {outlooks}, based on {figures}",
            outlooks=texts("{count} outlook", "{count} outlooks", count=self.outlooks),
            figures=texts(
                "{count:,} later figure",
                "{count:,} later figures",
                count=self.table.height,
            ),
        ).render()

    @property
    def notes(self) -> tuple[Text, ...]:
        """What to do where nothing can be judged yet."""
        if self.table.height:
            return ()
        return (
            text(
                "no figure for a projected year has been received since an outlook was adopted; load "
                "newer figures first"
            ),
        )

    @property
    def overview(self) -> pl.DataFrame:
        """One row an outlook and kind of place: errors beside those of no change, and how often bands held.

        ``median_error`` and ``no_change`` are shares of what came; ``inside80`` and ``inside95`` of figures.
        """
        error = (pl.col("value") / pl.col("observed") - 1).abs()
        still = (pl.col("last") / pl.col("observed") - 1).abs()
        return (
            self.table.group_by("outlook", "what")
            .agg(
                figures=pl.len(),
                first=pl.col("year").min(),
                latest=pl.col("year").max(),
                median_error=error.median(),
                no_change=still.median(),
                inside80=pl.col("inside80").mean(),
                inside95=pl.col("inside95").mean(),
            )
            .sort("outlook", "what")
        )

    def explain(self, key: str) -> Explanation:
        """Say how the figure of a place came beside its band, year by year; NotFoundError where none came."""
        rows = self.table.filter(pl.col("place") == key).sort("outlook", "year")
        if rows.is_empty():
            raise NotFoundError.named("place", key, self.table["place"].unique())
        return Explanation(
            key,
            kind="forecast",
            children=tuple(
                Explanation(
                    row["outlook"],
                    value=row["observed"],
                    unit="persons",
                    period=str(row["year"]),
                    kind="observation",
                    note=text(
                        "projected {value:,.0f}, 80% band {low80:,.0f} to {high80:,.0f}",
                        value=row["value"],
                        low80=row["low80"],
                        high80=row["high80"],
                    ),
                )
                for row in rows.iter_rows(named=True)
            ),
        )


def hold_outlook(
    outlook: Outlook,
    nation: NationOutlook | None,
    people: pl.DataFrame,
    national: NationalFigures | None,
    *,
    name: str,
) -> pl.DataFrame:
    """Return the rows of HELD of one outlook.

    Parameters
    ----------
    outlook, nation : as they were made then
    people : city, area, year, persons: the figures of cities in force now
    national : those of the nation in force now
    name : what the outlook is called, such as the day it was adopted
    """
    parts = [pl.DataFrame(schema=HELD), _of_cities(outlook, people)]
    if nation is not None and national is not None:
        parts += list(_of_nation(nation, national))
    rows = pl.concat(parts, how="diagonal_relaxed").with_columns(
        outlook=pl.lit(name),
        inside80=pl.col("observed").is_between("low80", "high80"),
        inside95=pl.col("observed").is_between("low95", "high95"),
    )
    return rows.select(pl.col(column).cast(kind) for column, kind in HELD.items())


def _of_cities(outlook: Outlook, people: pl.DataFrame) -> pl.DataFrame:
    seen = outlook.table.filter(pl.col("kind") == "observed").sort("year")
    last = seen.group_by("city", "area", maintain_order=True).agg(last=pl.col("value").last())
    ahead = outlook.table.filter(pl.col("kind") == "projected").drop("kind")
    return (
        ahead.join(people.select("city", "area", "year", observed="persons"), on=["city", "area", "year"])
        .join(last, on=["city", "area"])
        .select("year", "observed", *LIMITS, "last", what="area", place="city")
    )


def _of_nation(nation: NationOutlook, national: NationalFigures) -> Iterator[pl.DataFrame]:
    for place, values in (("nation", national.total), ("urban", national.urban)):
        rows = nation.table.filter(pl.col("place") == place).sort("year")
        seen = rows.filter(pl.col("kind") == "observed")
        if seen.is_empty():
            continue
        is_published = np.isfinite(values)
        came = pl.DataFrame({"year": national.years[is_published], "observed": values[is_published]})
        yield (
            rows.filter(pl.col("kind") == "projected")
            .join(came, on="year")
            .with_columns(last=pl.lit(seen["value"][-1]))
            .select("year", "observed", *LIMITS, "last", what=pl.lit(place), place=pl.lit(place))
        )


def gather(parts: Sequence[pl.DataFrame]) -> HowWeDid:
    """Return the result of several outlooks, each with its rows of HELD."""
    return HowWeDid(table=pl.concat([pl.DataFrame(schema=HELD), *parts]), outlooks=len(parts))
