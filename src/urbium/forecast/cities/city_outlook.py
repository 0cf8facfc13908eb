"""The outlook: yearly population of each city with bands, and how every figure of it came about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation, observed
from urbium.forecast.band_text import band_of_persons
from urbium.forecast.cities.backtest_report import METHOD, REPORT
from urbium.forecast.cities.joint_draws import CommonErrors, draw_jointly
from urbium.forecast.cities.vintage import SOURCE
from urbium.forecast.paths import Paths
from urbium.model import Source
from urbium.result import Result
from urbium.text import text, texts

__all__ = ["BACKTEST", "CAVEATS", "CURVE", "REFUSED", "TABLE", "Outlook"]

TABLE: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "city": pl.String(),
        "area": pl.String(),
        "year": pl.Int64(),
        "value": pl.Float64(),
        "low80": pl.Float64(),
        "high80": pl.Float64(),
        "low95": pl.Float64(),
        "high95": pl.Float64(),
        "kind": pl.String(),
        "curve": pl.String(),
    }
)
"""The columns of an outlook; value and band limits in persons, limits null where observed."""

CURVE: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "city": pl.String(),
        "variable": pl.String(),
        "area": pl.String(),
        "country": pl.String(),
        "first": pl.Int64(),
        "latest": pl.Int64(),
        "figures": pl.Int64(),
        "curve": pl.String(),
        "why": pl.String(),
        "growth": pl.Float64(),
        "before": pl.Float64(),
        "pool": pl.Float64(),
        "ahead": pl.Float64(),
        "is_straight": pl.Boolean(),
        "reach": pl.Float64(),
        "errors": pl.Int64(),
    }
)
"""The columns of the table of curves used."""

BACKTEST: Mapping[str, pl.DataType] = MappingProxyType(
    {"variable": pl.String(), "area": pl.String()} | dict(REPORT)
)
"""The columns of the back-test report of an outlook."""

REFUSED: Mapping[str, pl.DataType] = MappingProxyType({"city": pl.String(), "reason": pl.String()})
"""The columns of the list of refused cities."""

CAVEATS: Mapping[str, str] = MappingProxyType(
    {
        "population_agglomeration": (
            text(
                "forecast.cities.caveat_agglomeration",
                "Estimates of the UN, interpolated between censuses and extrapolated after the last one: at"
                " short horizons a straight line is right by construction, and errors look smaller than"
                " they are. The cities were chosen because they had more than 300,000 people by 2018, so"
                " those that stopped growing are missing from the back-test.",
            )
        ),
        "population_year_end": (
            text(
                "forecast.cities.caveat_registered",
                "Registered population of the whole prefecture, rural included: another boundary and"
                " another definition than the agglomeration, never mixed with it. The series is short, so"
                " coefficients and bands are those learned on the world's agglomerations.",
            )
        ),
    }
)
"""What must be said of a forecast from these variables."""

NO_VINTAGE = text(
    "forecast.cities.no_vintage",
    "No stored projection of a source can be compared with later figures: none has been published.",
)
"""What must be said where sources' own projections could not be judged."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Outlook(Result):
    """Population of cities, observed and projected.

    Attributes
    ----------
    table : city, area, year, value, low80, high80, low95, high95 (persons), kind (``observed`` or
        ``projected``), curve
    to : last year
    curves : one row a city: variable, area, country, first and latest (years of the figures used), figures
        (count), curve, why (whose coefficients), growth and before (log growth a year over the last five
        years and the five before; null where unknown), pool (of the other cities of its country), ahead (the
        next ten years), is_straight (the source drew one line through the last two steps), reach (years
        back-tested), errors (their number behind the bands; 0 where the bands are declared)
    backtest : variable, area and the columns of :data:`.backtest_report.REPORT`, of origins held out;
        the method "its source" is the projection of the source itself, where what it projected has come
    refused : city, reason
    excluded : city, variable, area, period, value, reason: figures left out
    figures : the observations used, with year and persons
    names : English names by city code
    sources : publishers by id
    common : what errors have in common, by variable and area
    """

    stage: ClassVar[str] = "outlook"
    to: int
    curves: pl.DataFrame
    backtest: pl.DataFrame
    refused: pl.DataFrame
    excluded: pl.DataFrame
    figures: pl.DataFrame
    names: Mapping[str, str]
    sources: Mapping[str, Source]
    common: Mapping[tuple[str, str], CommonErrors]

    def __repr__(self) -> str:
        count, refused = self.curves.height, self.refused.height
        if refused:
            return texts(
                "forecast.cities.title_refused",
                "Outlook of {count} city to {to} ({refused} refused)",
                "Outlook of {count} cities to {to} ({refused} refused)",
                count=count,
                to=self.to,
                refused=refused,
            ).render()
        return texts(
            "forecast.cities.title",
            "Outlook of {count} city to {to}",
            "Outlook of {count} cities to {to}",
            count=count,
            to=self.to,
        ).render()

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said along with these figures."""
        said = tuple(CAVEATS[name] for name in self.curves["variable"].unique().sort() if name in CAVEATS)
        return said if SOURCE in self.backtest["method"] else (*said, NO_VINTAGE)

    @property
    def overview(self) -> pl.DataFrame:
        """One row a city: its people when last observed and in the last year, with bands."""
        seen = self.table.filter(pl.col("kind") == "observed").group_by("city", maintain_order=True).last()
        ahead = self.table.filter(pl.col("year") == self.to)
        return seen.select("city", "area", since="year", people="value").join(
            ahead.select("city", "year", *list(TABLE)[3:8]), on="city"
        )

    def growth(self, year: int) -> pl.DataFrame:
        """Return how many times its last counted people each city is expected to have in a year (median).

        Columns city, variable (the boundary), since (the year of the last figure), growth. Cities that were
        not forecast, or counted later, are not there.
        """
        ahead = self.table.filter(pl.col("year") == year, pl.col("kind") == "projected")
        seen = self.overview.select("city", "since", "people")
        return (
            self.curves.select("city", "variable")
            .join(seen, on="city", maintain_order="left")
            .join(ahead.select("city", "value"), on="city", maintain_order="left")
            .select("city", "variable", "since", growth=pl.col("value") / pl.col("people"))
            .drop_nulls("growth")
        )

    def paths(self, cities: Sequence[str] = (), *, paths: int = 1000, seed: int = 0) -> Paths:
        """Draw equally likely futures of cities whose latest figures are of one year.

        Their bands are those of the table; cities of one country err together, and errors last. A city's
        paths depend on the seed and on its own and its country's code alone: whoever draws the cities in
        parts, country by country, gets the same as whoever draws them at once, and holds less in memory.

        Parameters
        ----------
        cities : codes of cities of one variable and area; all that were forecast where none is named
        paths : how many futures
        seed : seed of the draws

        Raises
        ------
        InputError : the cities are of several boundaries, or their latest figures of several years
        NotFoundError : a city was not forecast
        """
        for city in cities:
            self._known(city)
        curves = self.curves.filter(pl.col("city").is_in(cities)) if cities else self.curves
        if curves.select("variable", "area", "latest").n_unique() != 1:
            raise InputError(
                text(
                    "forecast.cities.paths_mixed",
                    "paths are drawn for cities of one boundary whose latest figures are of one year",
                ),
                place="paths",
                remedy=text(
                    "forecast.cities.paths_mixed.remedy",
                    "name cities with the same variable, area and latest year",
                ),
            )
        rows = self.table.filter(pl.col("city").is_in(curves["city"]), pl.col("kind") == "projected")
        rows = rows.sort("city", "year")
        years = rows["year"].unique().sort().to_numpy()
        shape = (curves.height, len(years))
        centre = np.log(rows["value"].to_numpy())
        reach = np.log(rows.select("high80", "high95").to_numpy()) - centre[:, None]
        return draw_jointly(
            centre.reshape(shape),
            reach.reshape(*shape, 2),
            cities=curves["city"].to_list(),
            countries=curves["country"].to_list(),
            years=years,
            common=self.common[curves["variable"][0], curves["area"][0]],
            paths=paths,
            seed=seed,
        )

    def chart(self, city: str = "") -> dict[str, Any]:
        """Return the fan chart of one city; without a city, the sum of those observed in the same years.

        The sum has no bands: cities of one time err together, so bands of cities do not add up.
        """
        from urbium.charts import fan  # noqa: PLC0415 - only when a chart is drawn

        if city:
            self._known(city)
            title = text(
                "forecast.cities.chart_one", "{name}: population to {to}", name=self._name(city), to=self.to
            )
            return dict(
                fan(
                    self.table.filter(pl.col("city") == city),
                    title=title,
                    y_title=text("forecast.unit.persons_axis", "Persons"),
                )
            )
        if self.table.is_empty():
            raise NotFoundError(
                text("forecast.cities.none", "no city was forecast"),
                remedy=text("forecast.cities.none.remedy", "see the reasons in the list of refused cities"),
            )
        area = str(self.table["area"].mode().sort()[0])
        rows = self.table.filter(pl.col("area") == area)
        total = (
            rows.group_by("year", "kind")
            .agg(pl.col("value").sum(), cities=pl.col("city").n_unique())
            .filter(pl.col("cities") == rows["city"].n_unique())
            .with_columns(pl.lit(None, pl.Float64).alias(limit) for limit in list(TABLE)[4:8])
        )
        title = text(
            "forecast.cities.chart_all",
            "{count} cities ({area}): population to {to}",
            count=rows["city"].n_unique(),
            area=area,
            to=self.to,
        )
        return dict(fan(total, title=title, y_title=text("forecast.unit.persons_axis", "Persons")))

    def explain(self, key: str) -> Explanation:
        """Say how the forecast of the city with the code ``key`` came about, down to cells of files.

        Raises NotFoundError, with the reason, for a city that was refused or not asked for.
        """
        self._known(key)
        curve = self.curves.row(by_predicate=pl.col("city") == key, named=True)
        last = self.table.row(by_predicate=(pl.col("city") == key) & (pl.col("year") == self.to), named=True)
        return Explanation(
            text("forecast.cities.population_of", "Population of {name}", name=self._name(key)),
            value=last["value"],
            unit="persons",
            period=str(self.to),
            area=last["area"],
            kind="forecast",
            note=band_of_persons(last),
            children=(
                _curve(curve),
                self._errors(curve),
                Explanation(
                    text("forecast.cities.boundary", "Boundary: {area}", area=curve["area"]),
                    kind="setting",
                    note=CAVEATS.get(curve["variable"], ""),
                ),
                *self._observations(key),
                *self._left_out(key, curve),
            ),
        )

    def _name(self, city: str) -> str:
        return self.names.get(city, city)

    def _known(self, city: str) -> None:
        """Raise NotFoundError unless the city was forecast."""
        if city in self.curves["city"]:
            return
        reasons = dict(self.refused.select("city", "reason").iter_rows())
        if city in reasons:
            raise NotFoundError(
                text(
                    "forecast.cities.refused",
                    "there is no forecast of {name}: {reasons}",
                    name=self._name(city),
                    reasons=reasons[city],
                ),
                remedy=text("forecast.cities.refused.remedy", "load figures of its population"),
            )
        raise NotFoundError.named("forecast city", city, self.curves["city"])

    def _errors(self, curve: Mapping[str, Any]) -> Explanation:
        """The back-test of the curve, horizon by horizon."""
        report = self.backtest.filter(
            pl.col("variable") == curve["variable"],
            pl.col("area") == curve["area"],
            pl.col("method") == METHOD,
        )
        children = tuple(
            Explanation(
                texts(
                    "forecast.cities.median_error",
                    "Median error {count} year ahead",
                    "Median error {count} years ahead",
                    count=row["horizon"],
                ),
                value=100 * row["median_ape"],
                unit="%",
                kind="forecast",
                note=text(
                    "forecast.cities.held_out",
                    "{errors} errors of {cities} cities at {origins} held-out origins; {coverage80:.0%}"
                    " within 80 % bands,"
                    " {coverage95:.0%} within 95 % bands",
                    **{
                        name: row[name]
                        for name in ("errors", "cities", "origins", "coverage80", "coverage95")
                    },
                ),
            )
            for row in report.iter_rows(named=True)
        )
        counted = (
            text(
                "forecast.cities.bands_counted",
                "the bands come from errors of earlier forecasts up to {reach:.0f} years ahead, scaled by"
                " the growth"
                " of the city and its distance from that of its country; beyond, they widen with the power"
                " 1.5",
                reach=curve["reach"],
            )
            if curve["errors"]
            else text(
                "forecast.cities.bands_declared",
                "too few errors here: the bands are those of the world's agglomerations up to {reach:.0f}"
                " years"
                " ahead; beyond, they widen with the power 1.5",
                reach=curve["reach"],
            )
        )
        return Explanation(
            text("forecast.cities.backtest", "Back-test"),
            value=curve["errors"],
            unit=text("forecast.unit.errors", "errors"),
            kind="forecast",
            note=counted,
            children=children,
        )

    def _observations(self, city: str) -> tuple[Explanation, ...]:
        rows = self.figures.filter(pl.col("city") == city).sort("year", descending=True)
        return tuple(observed(row, self.sources) for row in rows.iter_rows(named=True))

    def _left_out(self, city: str, curve: Mapping[str, Any]) -> tuple[Explanation, ...]:
        rows = self.excluded.filter(
            pl.col("city") == city,
            pl.col("variable") == curve["variable"],
            pl.col("area") == curve["area"],
        )
        return tuple(
            Explanation(
                text("forecast.cities.left_out", "{variable}, not used", variable=row["variable"]),
                value=row["value"],
                period=row["period"],
                kind="missing",
                note=row["reason"],
            )
            for row in rows.iter_rows(named=True)
        )


def _curve(curve: Mapping[str, Any]) -> Explanation:
    """The model used, whose coefficients it has, and the growth that set it."""
    rates = (
        (text("forecast.cities.growth_last", "Growth over the last five years"), curve["growth"]),
        (text("forecast.cities.growth_before", "Growth over the five years before"), curve["before"]),
        (text("forecast.cities.growth_pool", "Growth of the other cities of its country"), curve["pool"]),
        (text("forecast.cities.growth_ahead", "Growth over the next ten years"), curve["ahead"]),
    )
    children = [
        Explanation(
            what, value=100 * rate, unit=text("forecast.unit.percent_a_year", "% per year"), kind="setting"
        )
        for what, rate in rates
        if rate is not None
    ]
    if curve["is_straight"]:
        children.append(
            Explanation(
                text("forecast.cities.one_line", "One straight line through the last two steps"),
                kind="assumption",
                note=text("forecast.cities.one_line.note", "drawn by the source"),
            )
        )
    return Explanation(
        text("forecast.cities.curve", "Curve"),
        value=curve["curve"],
        kind="setting",
        note=text(
            "forecast.cities.curve_note",
            "{why}; from {figures} figures of {first} to {latest}",
            why=curve["why"],
            figures=curve["figures"],
            first=curve["first"],
            latest=curve["latest"],
        ),
        children=tuple(children),
    )
