"""Explanation of a verdict: from what runs short when down to the norm, the people and the cells of files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from urbium.explanation import Explanation, Origin, explain, figure, observed
from urbium.forecast.pressure.demand import base_of, chain
from urbium.forecast.pressure.pressure_result import Pressure
from urbium.model import Norm

__all__ = ["explain_verdict"]

_PEOPLE: Final[Mapping[str, str]] = {"person": "Population", "worker": "People who work"}
Row = Mapping[str, Any]


@explain.register
def explain_verdict(pressure: Pressure, key: str) -> Explanation:
    """Explain the verdict on ``city/service``, down to the norm and the cells of files.

    Raises NotFoundError for a city or service that was not asked for.
    """
    city, _, service = key.partition("/")
    return _Walk(pressure, pressure.verdict(city, service)).root()


@dataclass(frozen=True)
class _Walk:
    """One verdict and what it was made of."""

    pressure: Pressure
    row: Row

    def root(self) -> Explanation:
        """The verdict, then need, capacity and boundary."""
        p, row = self.pressure, self.row
        norm = self._services()[row["service"]]
        share = row["share"]
        paths = p.settings["paths"]
        return Explanation(
            f"{_called(norm)}, {p.name(row['city'])}",
            value=p.told(row),
            period=f"{row['since']} to {p.to}" if row["since"] else "",
            area=row["area"],
            kind="forecast",
            note="" if share is None else f"{share:.0%} of {paths:,} paths run short by {p.to}",
            children=(*self._need(norm), *self._capacity(norm), *self._use(norm), *self._boundary()),
        )

    def _services(self) -> dict[str, Norm]:
        return {norm.service: norm for norm in self.pressure.norms.values()}

    def _year(self) -> Row | None:
        """The row of the year that is explained: when it runs short, or else the last."""
        year = self.row["year"] or self.pressure.to
        own = self.pressure.table.filter(
            pl.col("city") == self.row["city"],
            pl.col("service") == self.row["service"],
            pl.col("year") == year,
        )
        return None if own.is_empty() else own.row(0, named=True)

    def _need(self, norm: Norm) -> Iterator[Explanation]:
        year = self._year()
        if year is None:
            yield Explanation("Need", kind="missing", note=self.row["reason"])
            return
        yield Explanation(
            "Need",
            value=year["demand"],
            unit=norm.unit,
            period=str(year["year"]),
            area=year["area"],
            kind="forecast",
            note=_banded(year),
            children=(*self._people(norm, year), *self._norms(norm, year["year"])),
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
                note=_banded(people),
                children=(p.outlooks[area].explain(city),) if self._is_told(city, area) else (),
            )
        elif norm.driver == base.driver:
            yield Explanation(_PEOPLE[base.driver], value=year["drivers"], unit="persons", kind="forecast")
        if base.ages is not None:
            first, last = base.ages
            of_nation = city not in p.age_places
            yield Explanation(
                f"Ages {first} to {last}" if last is not None else f"Ages {first} and over",
                kind="assumption" if of_nation else "setting",
                note=f"the structure of {p.settings['nation']} is taken for that of the city (assumption)"
                if of_nation
                else "the structure of the city itself",
            )

    def _is_told(self, city: str, area: str) -> bool:
        outlooks = self.pressure.outlooks
        return area in outlooks and city in outlooks[area].curves["city"]

    def _norms(self, norm: Norm, year: int) -> Iterator[Explanation]:
        """The norm in force and those of the services that drive it."""
        rows: dict[str, list[Norm]] = {}
        for each in self.pressure.norms.values():
            rows.setdefault(each.service, []).append(each)
        for link in chain(norm.service, self.pressure.provinces[self.row["city"]], rows):
            now = max((each for each in link if each.valid_from <= year), key=lambda each: each.valid_from)
            yield self._norm(now)

    def _norm(self, norm: Norm) -> Explanation:
        services = self._services()
        driver = services[norm.driver].unit if norm.driver in services else f"{norm.driver}s"
        per = f"{figure(norm.per)} {driver}" if norm.per != 1 else driver.removesuffix("s")
        source = self.pressure.sources.get(norm.source)
        return Explanation(
            f"Norm: {_called(norm)}",
            value=norm.value,
            unit=f"{norm.unit} per {per}",
            period=f"from {norm.valid_from}",
            kind="assumption",
            grade=f"{norm.evidence}, {norm.status}",
            origin=Origin(source.publisher, source.title, source.year, source.licence, source.origin)
            if source
            else None,
            note=f"{figure(norm.low)} to {figure(norm.high)}; {norm.note}",
        )

    def _capacity(self, norm: Norm) -> Iterator[Explanation]:
        p, row = self.pressure, self.row
        own = p.capacity.known.filter(
            pl.col("city") == row["city"], pl.col("service") == norm.service, pl.col("area") == row["area"]
        )
        if own.is_empty():
            if row["area"]:
                (reason,) = p.capacity.reasons(norm, row["area"], [row["city"]])
                yield Explanation("Capacity", kind="missing", note=reason)
            return
        known = own.row(0, named=True)
        note = ""
        if known["persons"] is not None:
            note = f"times {known['persons']:,.0f} persons of the same boundary and year"
        yield Explanation(
            "Capacity",
            value=row["capacity"] if row["capacity"] is not None else known["capacity"],
            unit=norm.unit,
            period=str(p.to),
            area=row["area"],
            kind="setting",
            note="the newest figure holds for all years; planned projects are added",
            children=(
                *self._observed(known["variable"], row["area"], note),
                *self._planned(norm, known["year"]),
            ),
        )

    def _planned(self, norm: Norm, since: int) -> Iterator[Explanation]:
        rows = self.pressure.capacity.planned.filter(
            pl.col("city") == self.row["city"], pl.col("service") == norm.service
        )
        for each in rows.sort("year", "project").iter_rows(named=True):
            counted = each["year"] > since
            yield Explanation(
                each["project"] or "Planned project",
                value=each["adds"],
                unit=norm.unit,
                period=str(each["year"]),
                kind="project",
                note="" if counted else f"in service by {since}: in the figure of that year, not added again",
            )

    def _use(self, norm: Norm) -> Iterator[Explanation]:
        """What is used now within the same boundary: it says nothing about how much there is."""
        note = "in use, which says nothing about how much there is"
        yield from self._observed(norm.use, self.row["area"], note)

    def _observed(self, variable: str, area: str, note: str) -> Iterator[Explanation]:
        p = self.pressure
        own = p.capacity.figures.filter(
            pl.col("city") == self.row["city"], pl.col("variable") == variable, pl.col("area") == area
        )
        for each in own.iter_rows(named=True):
            told = observed(each, p.sources)
            yield replace(told, note="; ".join(part for part in (note, told.note) if part))

    def _boundary(self) -> Iterator[Explanation]:
        area = self.row["area"]
        if area:
            areas = self._services()[self.row["service"]].areas
            note = "need and capacity are of this boundary; figures of others are not used"
            if rather := areas[: areas.index(area)]:
                note += f"; it would rather be used within {' or '.join(rather)}, of which less is known"
            yield Explanation(f"Boundary: {area}", kind="setting", note=note)


def _called(norm: Norm) -> str:
    return norm.name.get("en", norm.service)


def _banded(row: Row) -> str:
    """The bands of a figure, in words."""
    return ", ".join(
        f"{share} % band {figure(row[f'low{share}'])} to {figure(row[f'high{share}'])}" for share in (80, 95)
    )
