"""The outlook: yearly population of each city with bands, and how every figure of it came about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import polars as pl

from urbium.errors import InputError, NotFoundError, nearest
from urbium.explanation import Explanation, observed
from urbium.forecast.band_text import band_of_persons
from urbium.forecast.cities.joint_draws import CommonErrors, draw_jointly
from urbium.forecast.cities.outlook_explanation import (
    band_record,
    band_record_words,
    curve_explanation,
    errors_explanation,
    lever_explanation,
)
from urbium.forecast.cities.outlook_shapes import (
    CAVEATS,
    CONDITIONAL,
    EXPECTED,
    LEVERS,
    NO_VINTAGE,
    TABLE,
)
from urbium.forecast.cities.vintage import SOURCE
from urbium.forecast.paths import Paths
from urbium.model import Source
from urbium.model.words import AREAS
from urbium.result import Result
from urbium.text import Text, coded, text, texts

_LEAST_MOVE = 0.0005
"""The smallest change by reconciliation that is worth a word."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Outlook(Result):
    """Population of cities, observed and projected.

    Attributes
    ----------
    table : city, area, year, value, low80, high80, low95, high95 (persons), kind (``observed`` or
        ``projected``), curve
    to : last year
    curves : one row a city: variable, area, country, first and latest (years of the figures used), figures
        (count), curve, why (whose coefficients), growth and before (log growth a year over the last ten
        years and the ten before; null where unknown), pool (of the other cities of its country), ahead (the
        next ten years), is_count (whether the latest figure is a real count), record (how many times as wide
        as the world's its country's own past errors make the bands), reach (years back-tested), errors (their
        number behind the record)
    backtest : variable, area and the columns of :data:`.backtest_report.REPORT`, of origins held out;
        the method "its source" is the projection of the source itself, where what it projected has come
    refused : city, reason
    excluded : city, variable, area, period, value, reason: figures left out
    figures : the observations used, with year and persons
    names : English names by city code
    sources : publishers by id
    common : what errors have in common, by variable and area
    levers : what was moved beside what is expected, with the columns of :data:`LEVERS`; no row in an outlook
    settled : futures that the cities were given, such as those that add up to their nation; the table holds
        their bands. Empty where every city stands alone
    before : persons of each city in the last year as forecast alone, by code, where it was given others
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
    levers: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LEVERS))
    settled: tuple[Paths, ...] = ()
    before: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        count, refused = self.curves.height, self.refused.height
        if refused and not count:
            return text(
                "Outlook to {to}: no city could be forecast ({refused} refused: {reason})",
                to=self.to,
                refused=refused,
                reason=self.refused["reason"].mode().sort()[0],
            ).render()
        if refused:
            return texts(
                "Outlook for {count} city to {to} ({refused} refused)",
                "Outlook for {count} cities to {to} ({refused} refused)",
                count=count,
                to=self.to,
                refused=refused,
            ).render()
        return texts(
            "Outlook for {count} city to {to}", "Outlook for {count} cities to {to}", count=count, to=self.to
        ).render()

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said along with these figures."""
        said = tuple(CAVEATS[name] for name in self.curves["variable"].unique().sort() if name in CAVEATS)
        if self.curves.is_empty() and self.refused.height:
            reason = self.refused["reason"].mode().sort()[0]
            said = (
                text("no city has a forecast: {reason}", reason=reason),
                *said,
            )
        if not self.levers.is_empty():
            said = (CONDITIONAL, *said)
        areas = self.curves["area"].unique().sort()
        said = (*said, *map(self.band_record_words, areas))
        return said if SOURCE in self.backtest["method"] else (*said, NO_VINTAGE)

    def band_record(self, area: str) -> dict[str, float] | None:
        """Return how often 80% bands held in the back-test (:func:`.outlook_explanation.band_record`)."""
        return band_record(self.backtest, area)

    def band_record_words(self, area: str) -> Text:
        """Say in how many of ten cases 80% bands held in the back-test of this nation, within a boundary."""
        return band_record_words(self.backtest, area)

    def doubt_words(self, doubted: pl.DataFrame, city: str, area: str) -> list[Text]:
        """Say that the people of a city on whom its projection rests may be of another year, where so.

        Parameters
        ----------
        doubted : city, variable, year: figures that may be for another year or place
        """
        last = self.curves.filter(city=city, area=area).select("city", "variable", year="latest")
        rows = last.cast({"year": pl.Int64}).join(doubted, on=["city", "variable", "year"], how="semi")
        return [
            text(
                "In doubt: the population of {year}, on which the projection rests, may be for another year "
                "or place.",
                year=str(year),
            )
            for year in rows["year"]
        ]

    @property
    def overview(self) -> pl.DataFrame:
        """One row a city: its people when last observed and in the last year, with bands."""
        seen = self.table.filter(pl.col("kind") == "observed").group_by("city", maintain_order=True).last()
        ahead = self.table.filter(pl.col("year") == self.to)
        return seen.select("city", "area", since="year", people="value").join(
            ahead.select("city", "year", *list(TABLE)[3:8]), on="city"
        )

    def growth(self, year: int, *, paths: int = 1000) -> pl.DataFrame:
        """Return how many times its last counted people each city is expected to have in a year.

        Columns city, variable (the boundary), since (the year of the last figure), growth (mean over the
        paths that :meth:`paths` draws: what a plan has to expect), low80 and high80 (a tenth of the paths is
        below, a tenth above). Cities that were not forecast, or counted later, are not there.
        """
        seen = self.overview.select("city", "since", "people")
        parts = [pl.DataFrame(schema=EXPECTED)]
        for _, part in self.curves.group_by("variable", "area", "latest", maintain_order=True):
            drawn = self.paths(part["city"].to_list(), paths=paths)
            at = np.flatnonzero(drawn.years == year)
            if not at.size:
                continue
            people = drawn.values[:, at[0]].astype(np.float64)
            low, high = np.quantile(people, [0.1, 0.9], axis=1)
            expected = {"city": drawn.keys, "mean": people.mean(axis=1), "low": low, "high": high}
            parts.append(
                part.select("city", "variable")
                .join(seen, on="city", maintain_order="left")
                .join(pl.DataFrame(expected), on="city", maintain_order="left")
                .select(
                    "city",
                    "variable",
                    "since",
                    growth=pl.col("mean") / pl.col("people"),
                    low80=pl.col("low") / pl.col("people"),
                    high80=pl.col("high") / pl.col("people"),
                )
            )
        return pl.concat(parts).sort("city")

    def paths(self, cities: Sequence[str] = (), *, paths: int = 1000, seed: int = 0) -> Paths:
        """Draw equally likely futures of cities whose latest figures are of one year.

        Their bands are those of the table; cities of one country err together, and errors last. A city's
        paths depend on the seed and on its own and its country's code alone: whoever draws the cities in
        parts, country by country, gets the same as whoever draws them at once, and holds less in memory.

        Parameters
        ----------
        cities : codes of cities of one variable and area; all that were forecast where none is named
        paths : how many futures; of settled ones the first so many
        seed : seed of the draws; settled futures are what they are

        Raises
        ------
        InputError : more futures are asked for than were settled, the cities are of several boundaries, or
            their latest figures of several years
        NotFoundError : a city was not forecast
        """
        for city in cities:
            self._known(city)
        curves = self.curves.filter(pl.col("city").is_in(cities)) if cities else self.curves
        if curves.select("variable", "area", "latest").n_unique() != 1:
            raise InputError(
                coded(
                    "forecast.cities.paths_mixed",
                    "paths can be drawn only for cities with the same variable, boundary and latest year",
                ),
                place="paths",
                remedy=text("name cities with the same variable, area and latest year"),
            )
        for given in self.settled:
            if set(curves["city"]) <= set(given.keys):
                return _chosen(given, curves["city"].to_list(), paths)
        rows = self.table.filter(
            pl.col("city").is_in(curves["city"].to_list()), pl.col("kind") == "projected"
        )
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

    def settle(self, futures: Sequence[Paths]) -> "Outlook":
        """Return this outlook with other futures of some cities, and their bands in its table.

        Whoever reads the table or draws paths from then on reads the same number.

        Parameters
        ----------
        futures : of cities of this outlook, one set for each boundary and latest year, persons
        """
        bands = pl.concat([paths.table() for paths in futures])
        limits = [name for name in bands.columns if name not in ("city", "year")]
        table = self.table.join(
            bands, on=["city", "year"], how="left", suffix=" settled", maintain_order="left"
        )
        is_ahead = (pl.col("kind") == "projected") & pl.col("value settled").is_not_null()
        alone = self.table.filter(
            pl.col("year") == self.to, pl.col("city").is_in(bands["city"].unique().to_list())
        )
        return replace(
            self,
            table=table.with_columns(
                pl.when(is_ahead).then(pl.col(f"{name} settled")).otherwise(name).alias(name)
                for name in limits
            ).select(self.table.columns),
            settled=tuple(futures),
            before=MappingProxyType(dict(alone.select("city", "value").iter_rows())),
        )

    def chart(self, city: str = "") -> dict[str, Any]:
        """Return the fan chart of one city; without a city, the sum of those observed in the same years.

        The sum has no bands: cities of one time err together, so bands of cities do not add up.
        """
        from urbium.charts import fan  # noqa: PLC0415 - only when a chart is drawn

        if city:
            self._known(city)
            title = text("{name}: population to {to}", name=self._name(city), to=self.to)
            return dict(
                fan(
                    self.table.filter(pl.col("city") == city),
                    title=title,
                    y_title=text("Persons"),
                )
            )
        if self.table.is_empty():
            raise NotFoundError(
                coded("forecast.cities.none", "no city has a forecast"),
                remedy=text("see the reasons in the list of refused cities"),
            )
        area = str(self.table["area"].mode().sort()[0])
        rows = self.table.filter(pl.col("area") == area)
        total = (
            rows.group_by("year", "kind")
            .agg(pl.col("value").sum(), cities=pl.col("city").n_unique())
            .filter(pl.col("cities") == rows["city"].n_unique())
            .with_columns(pl.lit(None, pl.Float64).alias(limit) for limit in list(TABLE)[4:8])
        )
        title = texts(
            "{count} city ({area}): population to {to}",
            "{count:,} cities ({area}): population to {to}",
            count=rows["city"].n_unique(),
            area=area,
            to=self.to,
        )
        return dict(fan(total, title=title, y_title=text("Persons")))

    def explain(self, key: str) -> Explanation:
        """Say how the forecast of the city with the code ``key`` came about, down to cells of files.

        Raises NotFoundError, with the reason, for a city that was refused or not asked for.
        """
        self._known(key)
        curve = self.curves.row(by_predicate=pl.col("city") == key, named=True)
        last = self.table.row(by_predicate=(pl.col("city") == key) & (pl.col("year") == self.to), named=True)
        return Explanation(
            coded("forecast.cities.population_of", "Population of {name}", name=self._name(key)),
            value=last["value"],
            unit="persons",
            period=str(self.to),
            area=last["area"],
            kind="forecast",
            note=band_of_persons(last),
            children=(
                *self._settling(key, last["value"]),
                curve_explanation(curve),
                errors_explanation(self.backtest, curve),
                Explanation(
                    coded(
                        "forecast.cities.boundary",
                        "Boundary: {area}",
                        area=AREAS.get(curve["area"], curve["area"]),
                    ),
                    kind="setting",
                    note=CAVEATS.get(curve["variable"], ""),
                ),
                *(lever_explanation(row) for row in self.levers.filter(city=key).iter_rows(named=True)),
                *self._observations(key),
                *self._left_out(key, curve),
            ),
        )

    def _settling(self, city: str, value: float) -> Iterator[Explanation]:
        """What the city's own forecast was before it had to add up with the others, where it was moved."""
        alone = self.before.get(city)
        if alone is None or abs(value / alone - 1) < _LEAST_MOVE:
            return
        yield Explanation(
            coded("forecast.cities.before", "Forecast for the city on its own"),
            value=alone,
            unit="persons",
            period=str(self.to),
            kind="forecast",
            note=text(
                "changed by {moved:+.1%} so that the cities, other urban areas and rural areas add up "
                "to the nation",
                moved=value / alone - 1,
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
                coded(
                    "forecast.cities.refused",
                    "there is no forecast for {name}: {reasons}",
                    name=self._name(city),
                    reasons=reasons[city],
                ),
                remedy=text("load figures for its population"),
            )
        raise NotFoundError(
            coded("forecast.no_city", "there is no forecast for {city!r}", city=city),
            remedy=nearest(city, self.curves["city"]),
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
                coded("forecast.cities.left_out", "{variable}, not used", variable=row["variable"]),
                value=row["value"],
                period=row["period"],
                kind="missing",
                note=row["reason"],
            )
            for row in rows.iter_rows(named=True)
        )


def _chosen(given: Paths, cities: Sequence[str], paths: int) -> Paths:
    """Return the rows of some cities, and the first so many futures."""
    count = given.values.shape[-1]
    if paths > count:
        raise InputError(
            coded("forecast.cities.few_settled", "there are only {count} settled futures", count=count),
            place="paths",
            remedy=text("request at most {count}", count=count),
        )
    rows = [given.keys.index(city) for city in cities]
    return Paths(tuple(cities), given.years, given.values[rows][..., :paths])
