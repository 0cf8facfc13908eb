"""The result of the forecast of pressure: what runs short when, and how every figure of it came about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

from urbium.errors import FEW_OF_A_KIND, NotFoundError, few
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.cities.outlook_shapes import CAVEATS
from urbium.forecast.households.households import Households
from urbium.forecast.pressure.capacity import Capacity
from urbium.forecast.pressure.service_verdict import ServiceVerdict
from urbium.model import Norm, Source, Variable
from urbium.model.words import AREAS
from urbium.result import Result
from urbium.text import Text, named, paragraph, text, texts

AGES_OF_NATION = text("For cities without their own age data, those of the nation are used (assumption).")
"""What must be said where a national structure by age stands in for that of a city."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Pressure(Result):
    """Need against capacity of services of cities, and when each runs short.

    Attributes
    ----------
    table : one row a city, service and year in which a norm holds: area (boundary), unit, drivers (persons,
        or units of the service that drives this one, in the middle path), demand with its bands, capacity
        with what is planned, shortfall (demand less capacity; below zero there is room) with its bands,
        utilisation (demand over capacity), share_short (of paths short in that year), share_by_then (of
        paths that have run short by then), reason (why no capacity is known)
    short : one row a city and service: status, year (the first by which half of the paths have run short)
        with the years of the bands (null where not by the horizon), share (of paths that run short by the
        horizon), since (first year looked at), demand and capacity in the last year, reason
    to : last year, the horizon
    norms : rows of norms by id
    capacity : what is known of capacity, and what is planned
    population : area, city, year, value and bands of the population that was used
    outlooks : the forecasts of population by boundary, where they were given
    households : the forecast of households, where one was given
    names, provinces : of the cities, by code
    age_places : places whose own structure by age was given
    sources : publishers by id
    """

    stage: ClassVar[str] = "pressure"
    to: int
    short: pl.DataFrame
    norms: Mapping[str, Norm]
    capacity: Capacity
    population: pl.DataFrame
    outlooks: Mapping[str, Outlook]
    households: Households | None = None
    names: Mapping[str, str]
    provinces: Mapping[str, str]
    age_places: frozenset[str]
    sources: Mapping[str, Source]

    def __repr__(self) -> str:
        cities, services = self.short["city"].n_unique(), self.short["service"].n_unique()
        return text(
            "Pressure on {services} in {cities} to {to}",
            services=texts("{count} service", "{count} services", count=services),
            cities=texts("{count} city", "{count} cities", count=cities),
            to=self.to,
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many services of cities are already short, run short, last, or are not known."""
        return {"verdicts": dict(self.short["status"].value_counts(sort=True).iter_rows())}

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said along with these figures."""
        used = sorted({name for area in self.outlooks for name in self._series(area)})
        spoken = [CAVEATS[name] for name in used if name in CAVEATS]
        if self.age_places and not self.age_places >= self.names.keys():
            spoken.append(AGES_OF_NATION)
        if self.overview.is_empty():
            spoken.append(self._nothing())
        return tuple(spoken)

    def _nothing(self) -> Text:
        """Say why no service can be judged, and what is needed."""
        reasons = dict.fromkeys(self.said(reason) for reason in self.short["reason"] if reason)
        variables = dict.fromkeys(name for norm in self.norms.values() for name in norm.capacity[:1])
        return text(
            "there is no service for which both demand and capacity are known: {reasons}; load figures "
            "for {variables}",
            reasons=few([str(reason) for reason in reasons], FEW_OF_A_KIND),
            variables=few(list(variables)),
        )

    def chart(self, city: str = "") -> dict[str, Any]:
        """Return the strip of services by years of a city, coloured by utilisation.

        Without a city: the share of cities in which each service has run short, by year.
        """
        from urbium.charts.pressure import pressure_strip, pressure_tide  # noqa: PLC0415 - only when a chart is drawn

        names = {norm.service: named(norm.name, norm.service).render() for norm in self.norms.values()}
        if not city:
            judged = self.table.drop_nulls("capacity")
            title = texts(
                "Service shortages in {count} city to {to}",
                "Service shortages in {count:,} cities to {to}",
                count=judged["city"].n_unique(),
                to=self.to,
            )
            return dict(pressure_tide(judged, names=names, title=title))
        self._known(city)
        of_city = pl.col("city") == city
        labels = {
            row["service"]: self._label(row) for row in self.short.filter(of_city).iter_rows(named=True)
        }
        title = text("{name}: demand and capacity to {to}", name=self.name(city), to=self.to)
        return dict(pressure_strip(self.table.filter(of_city), names=names, labels=labels, title=title))

    @property
    def overview(self) -> pl.DataFrame:
        """What runs short, the first to do so first; services whose capacity is unknown are left out."""
        order = {
            ServiceVerdict.ALREADY.value: 0,
            ServiceVerdict.RUNS_SHORT.value: 1,
            ServiceVerdict.LASTS.value: 2,
        }
        judged = self.short.filter(pl.col("status").is_in(list(order)))
        when = [self.told(row).render() for row in judged.iter_rows(named=True)]
        turn = pl.col("status").replace_strict(order, return_dtype=pl.Int64)
        return (
            judged.with_columns(when=pl.Series(when, dtype=pl.String))
            .sort(turn, "year", "city", "service", nulls_last=True)
            .select("city", "service", "when", "demand", "capacity", "unit")
        )

    def told(self, row: Mapping[str, Any]) -> Text:
        """Say in a few words what a row of ``short`` means.

        >>> from types import SimpleNamespace
        >>> row = {"status": "runs short", "year": 2021, "low80": 2016, "high80": None, "since": 2012}
        >>> Pressure.told(SimpleNamespace(to=2035), row)
        'shortage from 2021 (2016 to after 2035)'
        """
        match row["status"]:
            case ServiceVerdict.ALREADY:
                return text("already a shortage in {since}", since=row["since"])
            case ServiceVerdict.RUNS_SHORT:
                return Pressure._when(self, row)
            case ServiceVerdict.LASTS:
                return text(
                    "sufficient until {to} if the capacity of {since} is kept", to=self.to, since=row["since"]
                )
            case status:
                return text(
                    "{status}: {reason}",
                    status=ServiceVerdict(status).label,
                    reason=Pressure.said(self, row["reason"]),
                )

    def _when(self, row: Mapping[str, Any]) -> Text:
        """Say from when a service runs short, with the years of the 80% band where these differ."""
        if row["low80"] == row["high80"] == row["year"]:
            return text("shortage from {year}", year=row["year"])
        if row["high80"] is None:
            return text(
                "shortage from {year} ({low80} to after {to})",
                year=row["year"],
                low80=row["low80"],
                to=self.to,
            )
        return text(
            "shortage from {year} ({low80} to {high80})",
            year=row["year"],
            low80=row["low80"],
            high80=row["high80"],
        )

    def verdict(self, city: str, service: str) -> Mapping[str, Any]:
        """Return the row of ``short`` of a city's service; raise NotFoundError for one not asked for."""
        self._known(city)
        rows = self.short.filter(pl.col("city") == city, pl.col("service") == service)
        if rows.is_empty():
            raise NotFoundError.named("service", service, self.short["service"].unique())
        return rows.row(0, named=True)

    def whose_words(self, city: str, area: str, variables: Mapping[str, Variable]) -> Text | None:
        """Say on whose numbers the demand of a city rests, within a boundary; None where nobody is counted.

        Parameters
        ----------
        variables : by id, for what the people are called
        """
        people = self.population.filter(city=city, area=area).sort("year")
        if people.is_empty():
            return None
        now, then = people.row(0, named=True), people.row(-1, named=True)
        counted = self._counted(city, area, variables)
        numbers = {
            "area": AREAS.get(area, area), "now": now["value"], "year_now": str(now["year"]),
            "then": then["value"], "year_then": str(then["year"]), "counted": counted,
        }  # fmt: skip
        said = (
            text(
                "Demand is calculated for the people of the {area} ({counted}): {now:compact} in "
                "{year_now}, {then:compact} in {year_then}.",
                **numbers,
            )
            if counted
            else text(
                "Demand is calculated for the people of the {area}: {now:compact} in {year_now}, "
                "{then:compact} in {year_then}.",
                **numbers,
            )
        )
        return paragraph([said, *self._larger(city, counted, then, variables)])

    def _larger(
        self, city: str, counted: Text | None, than: Mapping[str, Any], variables: Mapping[str, Variable]
    ) -> Iterator[Text]:
        """Yield which other counts of a city's people are larger, such as residents of a part of it."""
        is_larger = (pl.col("year") == than["year"]) & (pl.col("value") > than["value"])
        for row in self.population.filter(pl.col("city") == city, is_larger).iter_rows(named=True):
            other = self._counted(city, row["area"], variables)
            if other and other != counted:
                yield text(
                    "The {area} has {people:compact} people in {year}, counted in another way ({counted}): "
                    "the two numbers cannot be compared.",
                    area=AREAS.get(row["area"], row["area"]), people=row["value"],
                    year=str(row["year"]), counted=other,
                )  # fmt: skip

    def _counted(self, city: str, area: str, variables: Mapping[str, Variable]) -> Text | None:
        """Return what the people of a city are called that are forecast within a boundary."""
        chosen = self.outlooks[area].curves.filter(city=city)["variable"] if area in self.outlooks else ()
        return next((named(variables[name].name, name) for name in chosen if name in variables), None)

    def name(self, city: str) -> str:
        """Return the name of a city, or its code."""
        return self.names.get(city) or city

    def _label(self, row: Mapping[str, Any]) -> str:
        """Say what stands at the end of a row of the strip: the verdict, or else the need."""
        if row["status"] != ServiceVerdict.UNKNOWN:
            return self.told(row)
        return text(
            "demand in {to}: {demand:,.0f} {unit}; {status}",
            demand=row["demand"],
            unit=row["unit"],
            to=self.to,
            status=ServiceVerdict(row["status"]).label,
        )

    def _known(self, city: str) -> None:
        """Raise NotFoundError unless the city was asked for."""
        if city not in self.names:
            raise NotFoundError.named("city", city, self.names)

    def _series(self, area: str) -> list[str]:
        curves = self.outlooks[area].curves
        return curves.filter(pl.col("area") == area)["variable"].unique().sort().to_list()
