"""Explanation of a verdict: from what runs short when down to the norm, the people and the cells of files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Origin, explain, observed
from urbium.forecast.band_text import band_of_figures
from urbium.forecast.pressure.demand import base_of, by_households, chain
from urbium.forecast.pressure.pressure_result import Pressure
from urbium.model import Norm
from urbium.packaged import words_of
from urbium.text import Text, coded, declared, named, sentences, text
from urbium.units import unit_words

_PEOPLE: Final[Mapping[str, str]] = words_of("people of a norm")
_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "person": (text("person"), text("persons")),
    "worker": (text("worker"), text("workers")),
}
Row = Mapping[str, Any]


@explain.register
def explain_verdict(pressure: Pressure, key: str) -> Explanation:
    """Explain the verdict on ``city/service``, down to the norm and the cells of files.

    The demand explained is that of the year it runs short and of the last; or of the year of
    ``city/service/year``. Raises NotFoundError for a city, service or year that was not asked for.
    """
    city, _, rest = key.partition("/")
    service, _, year = rest.partition("/")
    return _Walk(pressure, pressure.verdict(city, service), year).root()


@dataclass(frozen=True)
class _Walk:
    """One verdict and what it was made of."""

    pressure: Pressure
    row: Row
    asked: str

    def root(self) -> Explanation:
        """The verdict, then need, capacity and boundary."""
        p, row = self.pressure, self.row
        norm = self._services()[row["service"]]
        share = row["share"]
        return Explanation(
            coded(
                "forecast.pressure.of_city",
                "{service}, {city}",
                service=_called(norm),
                city=p.name(row["city"]),
            ),
            value=p.told(row),
            period=text("{first} to {last}", first=row["since"], last=p.to) if row["since"] else "",
            area=row["area"],
            kind="forecast",
            note="" if share is None else self._chance(norm, share),
            children=(*self._need(norm), *self._capacity(norm), *self._use(norm), *self._boundary()),
        )

    def _chance(self, norm: Norm, share: float) -> Text:
        """Say how many paths run short, and that this holds for the capacity that was counted."""
        p, figure = self.pressure, self._counted(norm).row(0, named=True)
        facts = {"share": share, "paths": p.settings["paths"], "to": p.to, "counted": figure["year"]}
        planned = p.capacity.planned.filter(
            pl.col("year") > figure["year"], city=self.row["city"], service=norm.service
        )
        if planned.is_empty():
            return text(
                "{share:.0%} of {paths:,} paths have a shortage by {to} if capacity stays as counted in "
                "{counted}",
                **facts,
            )
        return text(
            "{share:.0%} of {paths:,} paths have a shortage by {to} if capacity stays as counted in "
            "{counted}, apart from planned projects",
            **facts,
        )

    def _counted(self, norm: Norm) -> pl.DataFrame:
        """Return the capacity in place that was counted; no row where none is known."""
        return self.pressure.capacity.in_place.filter(
            city=self.row["city"], service=norm.service, area=self.row["area"]
        )

    def _services(self) -> dict[str, Norm]:
        return {norm.service: norm for norm in self.pressure.norms.values()}

    def _years(self) -> Sequence[Row]:
        """The rows of the years explained: the one asked for; else when it runs short, then the last."""
        of_service = self.pressure.table.filter(city=self.row["city"], service=self.row["service"])
        last = str(self.pressure.to)
        years = [self.asked] if self.asked else [str(self.row["year"] or last), last]
        rows = of_service.filter(pl.col("year").cast(pl.String).is_in(years)).sort("year")
        if self.asked and rows.is_empty():
            raise NotFoundError.named(text("year"), self.asked, of_service["year"].cast(pl.String))
        return rows.to_dicts()

    def _need(self, norm: Norm) -> Iterator[Explanation]:
        years = self._years()
        if not years:
            yield Explanation(
                coded("forecast.pressure.demand", "Demand"),
                kind="missing",
                note=self.pressure.said(self.row["reason"]),
            )
        for at, year in enumerate(years):
            norms = self._norms(norm, year["year"])
            yield Explanation(
                coded("forecast.pressure.demand_in", "Demand in {year}", year=str(year["year"]))
                if at
                else coded("forecast.pressure.demand", "Demand"),
                value=year["demand"],
                unit=norm.unit,
                period=str(year["year"]),
                area=year["area"],
                kind="forecast",
                note=sentences([band_of_figures(year), self._drawn(norms)]),
                children=(
                    *(
                        self._households(year)
                        if self._by_households(norm)
                        else (*self._people(norm, year), *self._heads(norm))
                    ),
                    *map(self._norm, norms),
                ),
            )

    def _drawn(self, norms: Sequence[Norm]) -> Text | str:
        """Say why the demand is not just the people times the norms, where a norm is a range."""
        if all(norm.low == norm.high for norm in norms):
            return ""
        return text(
            "this is the median of {paths:,} paths, each with a norm drawn from its range, so it differs "
            "from people multiplied by the norm",
            paths=self.pressure.settings["paths"],
        )

    def _people(self, norm: Norm, year: Row) -> Iterator[Explanation]:
        p, city, area = self.pressure, self.row["city"], self.row["area"]
        base = base_of(norm.service, self._services())
        of_year = p.population.filter(
            pl.col("city") == city, pl.col("area") == area, pl.col("year") == year["year"]
        )
        if base.driver == "person" and not of_year.is_empty():
            people = of_year.row(0, named=True)
            yield Explanation(
                _PEOPLE["person"],
                value=people["value"],
                unit="persons",
                period=str(year["year"]),
                area=area,
                kind="forecast",
                note=band_of_figures(people),
                children=(p.outlooks[area].explain(city),) if self._is_told(city, area) else (),
            )
        elif norm.driver == base.driver:
            yield Explanation(_PEOPLE[base.driver], value=year["drivers"], unit="persons", kind="forecast")
        if base.ages is not None:
            first, last = base.ages
            of_nation = city not in p.age_places
            yield Explanation(
                coded("forecast.pressure.ages_between", "Ages {first} to {last}", first=first, last=last)
                if last is not None
                else coded("forecast.pressure.ages_over", "Ages {first} and over", first=first),
                kind="assumption" if of_nation else "setting",
                note=text(
                    "the age structure of {nation} is used for the city (assumption)",
                    nation=p.settings["nation"],
                )
                if of_nation
                else text("the city's own age structure"),
            )

    def _by_households(self, norm: Norm) -> bool:
        """Whether the need was counted by the households forecast."""
        households = self.pressure.households
        paths = None if households is None else households.paths.get(self.row["area"])
        return self._counts_households(norm) and paths is not None and self.row["city"] in paths.keys

    def _counts_households(self, norm: Norm) -> bool:
        return by_households(chain(norm.service, "", self._rows())) is not None

    def _households(self, year: Row) -> Iterator[Explanation]:
        if self.pressure.households is not None:
            yield self.pressure.households.explain(f"{self.row['city']} {year['year']}")

    def _heads(self, norm: Norm) -> Iterator[Explanation]:
        """Say that households are those of the norm, where the need rests on them."""
        if self._counts_households(norm):
            yield Explanation(
                coded("forecast.pressure.by_heads", "Households"),
                kind="assumption",
                note=text(
                    "households in the city are not forecast: they are derived from its population "
                    "using the norm"
                ),
            )

    def _rows(self) -> dict[str, list[Norm]]:
        rows: dict[str, list[Norm]] = {}
        for norm_row in self.pressure.norms.values():
            rows.setdefault(norm_row.service, []).append(norm_row)
        return rows

    def _is_told(self, city: str, area: str) -> bool:
        outlooks = self.pressure.outlooks
        return area in outlooks and city in outlooks[area].curves["city"]

    def _norms(self, norm: Norm, year: int) -> list[Norm]:
        """The norm in force and those of the services that drive it."""
        links = chain(norm.service, self.pressure.provinces[self.row["city"]], self._rows())
        return [
            max((row for row in link if row.valid_from <= year), key=lambda row: row.valid_from)
            for link in (links[: by_households(links)] if self._by_households(norm) else links)
        ]

    def _norm(self, norm: Norm) -> Explanation:
        services = self._services()
        unit = services[norm.driver].unit if norm.driver in services else ""
        one, many = (unit.removesuffix("s"), unit) if unit else _UNITS[norm.driver]
        per = (
            text(
                "{unit} per {per:,.5g} {driver}",
                unit=unit_words(norm.unit),
                per=norm.per,
                driver=unit_words(many),
            )
            if norm.per != 1
            else text("{unit} per {driver}", unit=unit_words(norm.unit), driver=unit_words(one))
        )
        source = self.pressure.sources.get(norm.source)
        return Explanation(
            coded("forecast.pressure.norm", "Norm: {service}", service=_called(norm)),
            value=norm.value,
            unit=per,
            period=text("from {year}", year=norm.valid_from),
            kind="assumption",
            grade=text("{evidence}, {status}", evidence=str(norm.evidence), status=str(norm.status)),
            origin=Origin(source.publisher, source.title, source.year, source.licence, source.read_at)
            if source
            else None,
            note=text(
                "{low:,.5g} to {high:,.5g}; {note}", low=norm.low, high=norm.high, note=declared(norm.note)
            ),
        )

    def _capacity(self, norm: Norm) -> Iterator[Explanation]:
        p, row, figures = self.pressure, self.row, self._counted(norm)
        if figures.is_empty():
            if row["area"]:
                (reason,) = p.capacity.reasons(norm, row["area"], [row["city"]])
                yield Explanation(
                    coded("forecast.pressure.capacity", "Capacity"), kind="missing", note=reason
                )
            return
        figure = figures.row(0, named=True)
        note = ""
        if figure["persons"] is not None:
            note = text(
                "multiplied by the population of {persons:,.0f} for the same boundary and year",
                persons=figure["persons"],
            )
        yield Explanation(
            coded("forecast.pressure.capacity", "Capacity"),
            value=row["capacity"] if row["capacity"] is not None else figure["capacity"],
            unit=norm.unit,
            period=str(p.to),
            area=row["area"],
            kind="setting",
            note=text("the latest figure is used for all years; planned projects are added"),
            children=(
                *self._observed(figure["variable"], row["area"], note),
                *self._planned(norm, figure["year"]),
            ),
        )

    def _planned(self, norm: Norm, since: int) -> Iterator[Explanation]:
        rows = self.pressure.capacity.planned.filter(
            pl.col("city") == self.row["city"], pl.col("service") == norm.service
        )
        for project in rows.sort("year", "project").iter_rows(named=True):
            counted = project["year"] > since
            yield Explanation(
                project["project"] or coded("forecast.pressure.project", "Planned project"),
                value=project["adds"],
                unit=norm.unit,
                period=str(project["year"]),
                kind="project",
                note=""
                if counted
                else text(
                    "in service by {since}: included in the figure for that year, not added again",
                    since=since,
                ),
            )

    def _use(self, norm: Norm) -> Iterator[Explanation]:
        """What is used now within the same boundary: it says nothing about how much there is."""
        note = text("quantity in use, which does not show the capacity")
        yield from self._observed(norm.use, self.row["area"], note)

    def _observed(self, variable: str, area: str, note: str) -> Iterator[Explanation]:
        p = self.pressure
        figures = p.capacity.figures.filter(
            pl.col("city") == self.row["city"], pl.col("variable") == variable, pl.col("area") == area
        )
        for figure in figures.iter_rows(named=True):
            explanation = observed(figure, p.sources)
            yield replace(explanation, note=sentences([note, explanation.note]))

    def _boundary(self) -> Iterator[Explanation]:
        area = self.row["area"]
        if area:
            areas = self._services()[self.row["service"]].areas
            note = text(
                "demand and capacity are for this boundary; figures for other boundaries are not used"
            )
            if preferred := areas[: areas.index(area)]:
                less = text(
                    "boundaries that would be preferred but have fewer figures: {names:list}", names=preferred
                )
                note = sentences([note, less])
            yield Explanation(
                coded("forecast.cities.boundary", "Boundary: {area}", area=area), kind="setting", note=note
            )


def _called(norm: Norm) -> str:
    return named(norm.name, norm.service)
