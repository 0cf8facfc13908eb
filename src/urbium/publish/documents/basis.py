"""Basis: what documents are composed of: the adopted results of a programme and its figures in force.

Figures that are suspect or rejected are not in it; a stage that was not run says why it is missing. All is
looked up, summed and named here, so that documents only say it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.scope import NORMS_TABLE, borrowed
from urbium.market.sheets import GRADE_WORDS
from urbium.measure import needed_figures
from urbium.measure.review.standings import Sides, strengths_and_weaknesses
from urbium.model import City, Source
from urbium.model.words import AREAS
from urbium.observations.in_force import figures_in_force
from urbium.observations.population import first_known, latest_people
from urbium.observations.reasons import graded
from urbium.periods import span_form, year_form
from urbium.publish.documents.document import Figure
from urbium.text import Text, named, paragraph, say, text
from urbium.text.formats import DASH
from urbium.text.naming import names_by_code
from urbium.text.own_words import in_own_words
from urbium.units import is_money, million_at, readable, unit_words

_SHORT: Final = ("already short", "runs short")
_SMALL, _LARGE = 100, 1000


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a programme knows when documents are written.

    Parameters
    ----------
    programme, nation, currency, projection : of its settings
    rings, credit : the borders that maps show, in degrees, and whose they are
    created : when the store last changed
    past : that the years of the plan had passed when it was made, where they had
    cities : the register
    observations : every stored figure; only those in force are read
    doubted : city, variable, year: figures of rows that may be for another year or place
    catalogue : that of the adopted plan
    sources : by id
    results : the adopted result of each stage
    missing : why a stage has none, by stage
    """

    programme: str
    nation: str
    currency: str
    projection: str
    rings: Sequence[Any]
    credit: Text | str
    created: datetime
    past: Text | None
    cities: pl.DataFrame
    observations: pl.DataFrame
    doubted: pl.DataFrame
    catalogue: Catalogue
    sources: Mapping[str, Source]
    results: Mapping[str, Any]
    missing: Mapping[str, Text]
    _tables: dict[str, dict[str, pl.DataFrame]] = field(default_factory=dict, init=False, repr=False)

    def first(self, words: Sequence[Text]) -> Text:
        """Return what stands first in a document: of a plan that came too late, that it did."""
        return paragraph([*([self.past] if self.past else []), *words])

    def of_city(self, name: str, table: pl.DataFrame, code: str, column: str = "city") -> pl.DataFrame:
        """Return the rows of a table that are a city's; the table is parted once for all cities."""
        if name not in self._tables:
            parts = table.partition_by(column, as_dict=True, maintain_order=True)
            self._tables[name] = {str(key[0]): part for key, part in parts.items()}
        return self._tables[name].get(code, table.clear())

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of cities in the language that is spoken."""
        return {code: name.render() for code, name in names_by_code(self.cities).items()}

    @cached_property
    def figures(self) -> pl.DataFrame:
        """The latest figure in force of each city, variable and boundary."""
        stored = figures_in_force(self.observations, self.catalogue.variables)
        return (
            stored.sort("period")
            .unique(["city", "variable", "area"], keep="last", maintain_order=True)
            .sort("city", "variable", "area")
        )

    @cached_property
    def _variable(self) -> str:
        """The variable that counts people: the registered ones where any city has it, else the urban ones."""
        roles = self.catalogue.roles
        names = (*roles.variables("registered_population"), *roles.variables("urban_population"))
        return first_known(self.observations, names)

    @cached_property
    def people(self) -> pl.DataFrame:
        """The latest people of each city, by one variable within its own boundary: city, persons, period."""
        return latest_people(self.observations, self._variable, self.catalogue.variables)

    @cached_property
    def counted(self) -> Text | str:
        """What the variable that counts people is called, and within which boundary."""
        declared = self.catalogue.variables.get(self._variable)
        if declared is None:
            return DASH
        return text("{variable}, {area}",
                    variable=called(declared.name), area=area_words(declared.area))  # fmt: skip

    def figures_of(self, code: str, variables: tuple[str, ...] = ()) -> list[Figure]:
        """Return the latest figures of a city, all or those of some variables, each with its basis."""
        rows = self.of_city("figures", self.figures, code)
        if variables:
            rows = rows.filter(pl.col("variable").is_in(variables))
        return [self._figure(row) for row in rows.iter_rows(named=True)]

    def _figure(self, row: Mapping[str, Any]) -> Figure:
        declared = self.catalogue.variables.get(row["variable"])
        source = self.sources.get(row["source"])
        value, unit = readable(row["value"], row["unit"])
        return Figure(
            called(declared.name) if declared else row["variable"],
            estimate(value) if unit == "persons" or is_money(unit) else number(value),
            unit_words(unit),
            str(row["period"]),
            text("{publisher}; {area}; {grade}",
                 publisher=in_own_words(source.publisher if source else row["source"]),
                 area=area_words(row["area"]), grade=graded(row["status"], row["quality"])),
        )  # fmt: skip

    def sources_of(self, code: str = "") -> list[Source]:
        """Return the sources of the figures of a city, or of all."""
        rows = self.of_city("figures", self.figures, code) if code else self.figures
        return [self.sources[name] for name in sorted(set(rows["source"])) if name in self.sources]

    def score_of(self, code: str) -> dict[str, Any] | None:
        """Return the row of a city in the adopted scores; None where it was not measured."""
        scores = self.results.get("scores")
        if scores is None:
            return None
        rows = scores.table.filter(city=code)
        return rows.row(0, named=True) | {"of": scores.table["score"].count()} if rows.height else None

    def sides_of(self, code: str) -> Sides | None:
        """Return the indicators in which a city stands best and worst; None where it was not measured."""
        scores = self.results.get("scores")
        if scores is None or code not in scores.build.raw.rows:
            return None
        leaves = scores.catalogue.indicators
        names = {name: called(leaves[name].name) for name in scores.build.raw.columns}
        units = {name: leaves[name].unit for name in scores.build.raw.columns}
        return strengths_and_weaknesses(scores.build.raw, code, names=names, units=units)

    def needed_for_score(self, code: str) -> list[str]:
        """Return the figures that would give a city a score, by name; none where none would."""
        scores = self.results["scores"]
        variables = scores.catalogue.variables
        stored = self.observations.filter(city=code, period=str(scores.period))
        sound = set(figures_in_force(stored, variables)["variable"])
        return [called(variables[name].name) for name in needed_figures(scores, code, sound)]

    def outlook_of(self, code: str) -> pl.DataFrame:
        """Return the outlook of a city within the boundary that is projected, the built-up one first."""
        outlook = self.results.get("outlook")
        if outlook is None:
            return pl.DataFrame()
        rows = self.of_city("outlook", outlook.table, code)
        ahead = rows.filter(kind="projected")
        areas = sorted(ahead["area"].unique(), key=[*AREAS].index) if ahead.height else []
        return rows.filter(area=areas[0]).sort("year") if areas else rows.clear()

    def services_of(self, code: str) -> list[dict[str, Any]]:
        """Return the services of a city whose need and capacity are known, those that run short first."""
        pressure = self.results.get("pressure")
        if pressure is None:
            return []
        norms = {norm.service: called(norm.name) for norm in pressure.norms.values()}
        rows = self.of_city("short", pressure.short, code).drop_nulls("capacity")
        judged = [
            row
            | {"name": norms.get(row["service"], row["service"]), "words": pressure.told(row)}
            | {"is_short": row["status"] in _SHORT}
            for row in rows.iter_rows(named=True)
        ]
        return sorted(judged, key=lambda row: (not row["is_short"], row["year"] or 0, row["name"]))

    def norms_of_others(self, services: Collection[str]) -> list[Text]:
        """Say by which norms of another nation the demand for services is computed."""
        called_here = {norm.service: called(norm.name) for norm in self.catalogue.norms.values()}
        return [
            text(
                "Adopted from elsewhere: the norms for {services:list} were made for another nation "
                "({nation}) and are used here because the programme has not declared its own.",
                services=[called_here[name] for name in named],
                nation=row.nation_name,
            )
            for row in borrowed(self.catalogue, [self.nation] if self.nation else [])
            if row.table == NORMS_TABLE and (named := [name for name in row.names if name in services])
        ]

    def shortages(self) -> pl.DataFrame:
        """Return how many cities each service is, or runs, short in, of those in which that is known."""
        pressure = self.results.get("pressure")
        if pressure is None:
            return pl.DataFrame()
        norms = {norm.service: called(norm.name) for norm in pressure.norms.values()}
        table: pl.DataFrame = pressure.short
        return (
            table.drop_nulls("capacity")
            .group_by("service")
            .agg(
                already=(pl.col("status") == _SHORT[0]).sum(),
                later=(pl.col("status") == _SHORT[1]).sum(),
                judged=pl.len(),
            )
            .with_columns(short=pl.col("already") + pl.col("later"))
            .with_columns(name=pl.col("service").replace_strict(norms, default=pl.col("service")))
            .sort("already", "later", "name", descending=[True, True, False])
        )

    @property
    def solutions(self) -> Mapping[str, str]:
        """The names of solutions by code."""
        return {code: str(say(solution.name)) for code, solution in self.catalogue.solutions.items()}

    @property
    def standards(self) -> Mapping[str, str]:
        """The names of the standards that cities owe, by code."""
        return {code: called(row.name) for code, row in self.catalogue.promises.items()}

    @cached_property
    def projects(self) -> pl.DataFrame:
        """The projects of the adopted plan with title, domain and evidence; no rows without a plan."""
        plan = self.results.get("plan")
        if plan is None:
            return pl.DataFrame(schema=dict.fromkeys(("city", "solution", "title", "domain"), pl.String))
        solutions = self.catalogue.solutions
        declared = pl.DataFrame(
            [(code, str(say(one.name)), one.domain, str(one.evidence)) for code, one in solutions.items()],
            schema=dict.fromkeys(("solution", "title", "domain", "rated"), pl.String), orient="row",
        )  # fmt: skip
        evidence = pl.col("evidence") if "evidence" in plan.table.columns else pl.lit(None, pl.String)
        table: pl.DataFrame = plan.table.with_columns(evidence=evidence.replace("", None))
        return (
            table.join(declared, on="solution", how="left")
            .with_columns(
                pl.coalesce("title", "solution"),
                pl.col("domain").fill_null(""),
                evidence=pl.coalesce("evidence", "rated", pl.lit("assumption")),
                years=pl.when(pl.col("start") == pl.col("finish")).then(pl.format(year_form(), "start"))
                .otherwise(pl.format(span_form(), "start", "finish")),
            )
            .sort("city", "start", "title")
        )  # fmt: skip

    def projects_of(self, code: str) -> pl.DataFrame:
        """Return the projects of a city in the order of their start."""
        return self.of_city("projects", self.projects, code)

    @cached_property
    def money(self) -> pl.DataFrame:
        """Capital of the plan by city, year and fund (its name), in millions; no rows without a plan."""
        plan = self.results.get("plan")
        if plan is None:
            return pl.DataFrame(schema={"city": pl.String})
        funds = {code: called(fund.name) for code, fund in self.catalogue.funds.items()}
        table: pl.DataFrame = plan.money
        return (
            table.filter(kind="capital")
            .group_by("city", "year", fund=pl.col("fund").replace(funds))
            .agg(pl.col("amount").sum())
            .filter(pl.col("amount") != 0)
            .sort("city", "year", "fund")
        )

    def money_of(self, code: str = "") -> pl.DataFrame:
        """Return capital by year and fund of a city, or of all."""
        if code:
            return self.of_city("money", self.money, code)
        return self.money.group_by("year", "fund").agg(pl.col("amount").sum()).sort("year", "fund")

    @cached_property
    def prices(self) -> Text:
        """The unit of the money of the plan."""
        plan = self.results["plan"]
        return million_at(plan.currency, plan.roadmap.settings.price_year)


def called(names: Mapping[str, str]) -> str:
    """Return the name of a declared thing in the language that is spoken.

    >>> called({"en": "Delft", "nl": "Delft"})
    'Delft'
    """
    return named(names).render()


def every_name(place: City) -> str:
    """Return a city by all its names, the first in the language that is spoken."""
    return " ".join(dict.fromkeys([called(place.name), *place.name.values()]))


def number(value: float | None) -> Text:
    """Return a figure with thousands apart; its digits follow its size.

    >>> number(3704500.0), number(61.234), number(0.01234), number(None)
    ('3,704,500', '61.234', '0.01234', '–')
    """
    if value is None or float(value).is_integer() or abs(value) >= _LARGE:
        return text("{value:,.0f}", value=value)
    if abs(value) < 1 or abs(value) >= _SMALL:
        return text("{value:,.4g}", value=value)
    return text("{value:,.5g}", value=value)


def amount(millions: float | None) -> Text:
    """Return money in millions: three digits, or whole millions.

    >>> amount(12_345.6), amount(999.7), amount(22.294), amount(0.0512), amount(None)
    ('12,346', '1,000', '22.3', '0.0512', '–')
    """
    if millions is None or round(abs(millions)) >= _LARGE:
        return text("{value:,.0f}", value=millions)
    return text("{value:,.3g}", value=millions)


def estimate(value: float | None) -> Text:
    """Return what is projected as it is spoken: its digits say no more than the outlook knows.

    >>> estimate(4_800_268.0), estimate(None)
    ('4.8 million', '–')
    """
    return text("{value:compact}", value=value)


def area_words(code: str) -> Text | str:
    """Return what a boundary is called."""
    return AREAS.get(code, code)


def evidence_words(grade: str) -> Text | str:
    """Return what a grade of evidence is called."""
    return GRADE_WORDS.get(grade, grade)
