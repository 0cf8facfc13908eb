"""Subjects: what a map of cities may show: the index, its groups and indicators, the plan, stored figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import polars as pl

from urbium.model import Status
from urbium.observations.in_force import base_value, figures_in_force
from urbium.programme import Programme
from urbium.text import Text, named, text
from urbium.units import UNSAID, million, unit_words, units
from urbium.web.rendering.words import amount, measured, number
from urbium.web.views.frames import lasting, projects

PROJECTS: Final = "projects"
"""The subject of the adopted plan's projects."""
_YEAR: Final = 4
"""Letters of a year; figures of months are no map of a year."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a map may show.

    Parameters
    ----------
    key : in its address
    title : what it is called
    group : under which heading it is chosen
    years : of which there is something, the latest first; empty stands for the whole plan
    unit : of the values; empty for scores; the currency of projects
    """

    key: str
    title: str
    group: Text
    years: tuple[str, ...]
    unit: str = ""

    @property
    def absent(self) -> Text:
        """What is said of a city without a value."""
        return text("no project") if self.key == PROJECTS else text("no figure")

    @property
    def with_unit(self) -> Text | str:
        """What it is called, with the unit of its values."""
        if self.unit in UNSAID:
            return self.title
        unit = million(self.unit) if self.key == PROJECTS else unit_words(self.unit)
        return text("{title} ({unit})", title=self.title, unit=unit)

    def written(self, value: float | None) -> str:
        """Return a value as it is read."""
        if self.key == PROJECTS:
            return amount(value, self.unit)
        return measured(value, self.unit) if self.unit else number(value, 1)


def subjects(office: Programme) -> Mapping[str, Subject]:
    """Return all that a map may show: index, groups, indicators, projects, figures of cities."""
    return lasting(office, "subjects of the map", lambda: _subjects(office))


def _subjects(office: Programme) -> dict[str, Subject]:
    ranked = (*_of_index(office.adopted("scores")), *_of_plan(office.adopted("plan")))
    every = {subject.key: subject for subject in ranked}
    for variable, years in _years_of_figures(office).items():
        declared = office.catalogue.variables[variable]
        title = named(declared.name, variable)
        figure = Subject(variable, title, text("Figures for the cities"), years, declared.unit)
        every.setdefault(variable, figure)
    return every


def index_subject(office: Programme) -> Subject | None:
    """Return the adopted index; None where none is adopted."""
    return next(_of_index(office.adopted("scores")), None)


def _of_index(scores: Any) -> Iterator[Subject]:  # noqa: ANN401 - the scores' own class
    """Yield the index and its groups, then its indicators."""
    if scores is None:
        return
    counted = dict(scores.indicators.select("indicator", "unit").unique("indicator").iter_rows())
    years = (str(scores.period),)
    for node in sorted(scores.index.nodes, key=lambda node: node.id in counted):
        group = text("Indicators of the index") if node.id in counted else text("Index and its groups")
        yield Subject(node.id, named(node.name, node.id), group, years, counted.get(node.id) or "")


def _of_plan(plan: Any) -> Iterator[Subject]:  # noqa: ANN401 - the plan's own class
    """Yield the projects of the plan, in all years and in each."""
    if plan is None or plan.table.is_empty():
        return
    years = range(plan.table["start"].min(), plan.table["finish"].max() + 1)
    title = text("Projects, by cost to build")
    yield Subject(PROJECTS, title, text("Plan"), ("", *map(str, years)), plan.currency)


def _years_of_figures(office: Programme) -> dict[str, tuple[str, ...]]:
    """Return the years of which there are figures of cities, by variable."""
    declared = office.catalogue.variables
    areas = pl.DataFrame(
        {"variable": list(declared), "area": [one.area for one in declared.values()]},
        schema={"variable": pl.String, "area": pl.String},
    )
    cities = office.cities()["code"].to_list()
    stored = office.observations().join(areas, on=["variable", "area"]).filter(
        pl.col("city").is_in(cities), pl.col("period").str.len_chars() == _YEAR,
        ~pl.col("status").is_in([Status.SUSPECT, Status.REJECTED, Status.PROJECTED]),
    )  # fmt: skip
    table = stored.group_by("variable").agg(pl.col("period").unique().sort(descending=True)).sort("variable")
    return {variable: tuple(years) for variable, years in table.iter_rows()}


def values_of(office: Programme, subject: Subject, year: str) -> pl.DataFrame:
    """Return the value of each city: city, value, and how many projects it counts (of projects alone).

    Of a figure or indicator also its ``period``, and whether it ``is_doubted``: its row in the source may be
    for another year or place (:meth:`urbium.programme.base.register.Register.doubted`).
    """
    scores = office.adopted("scores")
    if subject.key == PROJECTS:
        return _projects(office, year)
    nodes = {} if scores is None else {one.id: one for one in scores.index.nodes}
    if subject.key in nodes:
        if not nodes[subject.key].parent:
            of_index = scores.table.select("city", value="score")
        elif subject.key in scores.index.indicators:
            of_index = _doubted(
                office, scores.indicators.filter(indicator=subject.key).select("city", "value", "period")
            )
        else:
            of_index = scores.pillars.filter(node=subject.key).select("city", value="score")
        return cast("pl.DataFrame", of_index)
    declared = office.catalogue.variables
    stored = office.observations(variables=[subject.key], periods=[year])
    chosen = figures_in_force(stored, declared).filter(area=declared[subject.key].area)
    unit = units().get(subject.unit)
    value = base_value() / (unit.factor if unit else 1.0)  # sources may count in other units
    return _doubted(office, chosen.select("city", "period", value=value).unique("city", maintain_order=True))


def _doubted(office: Programme, values: pl.DataFrame) -> pl.DataFrame:
    rows = office.register.doubted().select("city", period=pl.col("year").cast(pl.String)).unique()
    return values.join(
        rows.with_columns(is_doubted=True), on=["city", "period"], how="left", maintain_order="left"
    )


def _projects(office: Programme, year: str) -> pl.DataFrame:
    """Return the cost in millions of the projects that each city builds, in a year or in all."""
    table = projects(office)
    if table is None:
        return pl.DataFrame(schema={"city": pl.String, "value": pl.Float64, "projects": pl.Int64})
    if year:
        table = table.filter(pl.col("start") <= int(year), pl.col("finish") >= int(year))
    return table.group_by("city").agg(value=pl.col("capital").sum(), projects=pl.len().cast(pl.Int64))


def chosen_subject(office: Programme, key: str, year: str) -> tuple[Subject | None, str]:
    """Return the subject and year of an address: the first there is where it names none that there is."""
    every = subjects(office)
    subject: Any = every.get(key) or next(iter(every.values()), None)
    if subject is None:
        return None, ""
    return subject, year if year in subject.years else subject.years[0]
