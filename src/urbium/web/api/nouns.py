"""API: the programme's nouns as JSON, and the same tables as CSV. Read only."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

import polars as pl
from litestar import Request, Response

from urbium.columns import for_file, vocabulary
from urbium.csv_text import as_csv
from urbium.errors import ConflictError, NotFoundError
from urbium.programme import Programme
from urbium.programme.base.stages import STAGES
from urbium.publish.wheel import wheel, wheel_name
from urbium.text import Text, coded, say, text
from urbium.web.api.results import RESULTS
from urbium.web.rendering.parameters import FromOffice, Given, OfCity, Segment, Word, Words
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import KEPT, LARGE
from urbium.web.server.prefix import origin
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import OPEN
from urbium.web.views.cities.city import check_explained
from urbium.web.views.cities.ranking import sources_of_cities
from urbium.web.views.data import FindingsQuery, selected_faults
from urbium.web.views.frames import SORTED_BY, named_projects, ranked
from urbium.web.views.framework import indices as listed_indices
from urbium.web.views.framework import record
from urbium.web.views.licences import PROJECTS, about_list, ranking_title, terms
from urbium.web.views.plans.checking import checked
from urbium.web.views.whatif import answered

_noun = partial(noun, opt=OPEN | KEPT, responses=refusals(*OPENS, 409))
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BESIDE = "-metadata.json"
_PATIENCE = 10.0
"""Seconds to wait for the check of a plan."""
_KEYS = ("severity", "sheet", "cell", "city", "variable", "period", "value", "rule", "message", "remedy")


def _cities(office: Programme) -> pl.DataFrame:
    return _for_file(ranked(office).drop(*SORTED_BY))


def _projects(office: Programme) -> pl.DataFrame:
    return _for_file(named_projects(office, office.required("plan")).drop(*SORTED_BY))


def _for_file(table: pl.DataFrame) -> pl.DataFrame:
    columns = vocabulary()
    kinds = {name: columns[name].kind for name in table.columns if name in columns}
    return table.with_columns(for_file(cells, kinds.get(cells.name, "")) for cells in table)


def _starts(office: Programme) -> pl.DataFrame:
    schedule: pl.DataFrame = office.required("plan").table
    return schedule.select("project", "start")


def _certificate(office: Programme) -> pl.DataFrame:
    certificate = checked(office.required("plan"), _PATIENCE)
    if certificate is None:
        raise ConflictError(
            coded("web.plan.checking", "the plan is being checked again from the raw data"),
            remedy=text("try again in a minute"),
        )
    return pl.DataFrame(certificate.shown)


def _faults(office: Programme) -> pl.DataFrame:
    return office.faults().drop("said")


@_noun("/api/summary", "Summary")
def summary(office: FromOffice) -> object:
    """Return the key figures of the programme."""
    return {name: value for name, value in office.summary().items() if name != "store"}


@_noun("/api/stages", "StageRow[]")
def stages(office: FromOffice) -> object:
    """Return the stages of the programme: which are adopted, and what to run for the others."""
    return [
        {
            "name": stage.name,
            "title": stage.title,
            "follows": stage.follows,
            "needs": list(stage.needs),
            "is_adopted": office.workspace.is_adopted(stage.name),
            "remedy": stage.basis.remedy,
        }
        for stage in STAGES.values()
    ]


@_noun("/api/stages/{name:str}", "StageAnswer")
def stage(office: FromOffice, name: Segment) -> object:
    """Return the adopted result of a stage: how it was made, and its rows."""
    if name not in STAGES:
        raise NotFoundError.named(text("stage"), name, STAGES)
    return office.required(name).record()


@_noun("/api/cities", "CityRow[]")
def cities(office: FromOffice) -> object:
    """Return every city: names, place, score, rank, coverage, outlook, number of planned projects."""
    return _cities(office).to_dicts()


@_noun("/api/cities/{code:str}", "CityFigures")
def city(office: FromOffice, code: Segment) -> object:
    """Return one city with every stored figure, the suspect ones included, each with its origin."""
    place = office.city(code)
    row = _cities(office).filter(pl.col("city") == place.code)
    ranking = row.row(0, named=True) if row.height else {}
    observations = office.figures_of(place.code).to_dicts()
    return {**ranking, "note": place.note, "observations": observations}


@_noun("/api/cities/{code:str}/explain/{what:str}", "Explained")
def explain(
    office: FromOffice, code: Segment, what: Segment, *, name: Word = "", period: Word = "", area: Word = ""
) -> object:
    """Return how a score, a population outlook or a figure came about, down to file, sheet and cell."""
    check_explained(what)
    return office.explain(code, what, name, period=period, area=area).record()


@_noun("/api/indices", "IndexRow[]")
def indices(office: FromOffice) -> object:
    """Return the declared indices; the adopted one carries the year it was measured for."""
    return list(listed_indices(office)["indices"])


@_noun("/api/indices/{name:str}", "IndexAnswer")
def index(office: FromOffice, name: Segment) -> object:
    """Return an index: its rules, its tree with effective weights, its ranking with intervals and tiers."""
    return record(office, name)


@_noun("/api/indices/{name:str}/what-if", "WhatIfAnswer")
def what_if(office: FromOffice, given: Given, name: Segment) -> object:
    """Return every city's score and rank before and after a change; nothing is stored.

    ``w.NODE`` is a weight from 0 to 100 beside the declared percents of the node's siblings, ``way`` the way
    to one scale (min-max, z-score, rank), ``mean`` the mean (arithmetic, geometric, harmonic); ``of`` is a
    city whose ``figure`` (an indicator) is to have the ``value``, or none where that is empty.
    """
    return answered(office, name, given)


@_noun("/api/outlook/{code:str}", "OutlookRow[]")
def outlook(office: FromOffice, code: Segment) -> object:
    """Return the population outlook of a city, with bands, and how often such bands held in earlier years."""
    place, result = office.city(code), office.required("outlook")
    rows = result.table.filter(pl.col("city") == place.code).to_dicts()
    held = {area: result.band_record(area) for area in {row["area"] for row in rows}}
    return [row | {"held": held[row["area"]]} for row in rows]


@_noun("/api/ages/{code:str}", "StageAnswer")
def ages_of_city(office: FromOffice, code: Segment) -> object:
    """Return people of a city by age ahead, with bands: by its own two counts, or by the nation's ages."""
    place = office.city(code)
    result = office.outlook.ages_of(place.code, office.required("outlook").settings)
    return result.record()


@_noun("/api/pressure/{code:str}", "PressureAnswer")
def pressure(office: FromOffice, code: Segment) -> object:
    """Return what a city needs of each service by year, what there is, and when each runs short."""
    place = office.city(code)
    result = office.required("pressure")
    of_city = pl.col("city") == place.code
    return {
        "short": result.short.filter(of_city).to_dicts(),
        "years": result.table.filter(of_city).to_dicts(),
        "notes": list(result.notes),
    }


@_noun("/api/plan/years", "PlanYears")
def plan_years(office: FromOffice) -> object:
    """Return the adopted plan by year: what is built and finished, and the use of budgets and people."""
    tables = office.plan_tables()
    return {
        "years": tables.years().to_dicts(),
        "cities": tables.cities().to_dicts(),
        "budgets": tables.budgets().to_dicts(),
        "people": tables.people().to_dicts(),
        "shortfalls": tables.shortfalls().to_dicts(),
        "currency": f"{tables.plan.currency} million",
    }


@_noun("/api/finance/space", "SpaceAnswer")
def fiscal_space(office: FromOffice) -> object:
    """Return what upkeep and repayments leave of each city's limit by year, to the last payment."""
    result = office.finances.space()
    return {
        "years": result.yearly(result.table).to_dicts(),
        "cities": result.table.to_dicts(),
        "unit": str(result.facts["unit"]),
        "evidence": dict(result.evidence),
        "last": result.last,
    }


@_noun("/api/finance/uses", "UsesAnswer")
def uses(office: FromOffice) -> object:
    """Return who pays for what in each year of the adopted plan: building, running, training, repaying."""
    costs = office.required("costs")
    settings = costs.plan.roadmap.settings
    return {
        "rows": costs.sources_and_uses.to_dicts(),
        "currency": f"{costs.plan.currency} million",
        "prices": settings.price_year,
    }


@_noun("/api/talent/{code:str}", "TalentOfCity")
def talent_of_city(office: FromOffice, code: Segment) -> object:
    """Return the people of a city's part of the adopted plan by occupation and year, and whom it lacks."""
    place = office.city(code)
    result = office.required("talent")
    short = result.shortage.by_city
    return {
        "unit": result.facts["unit"],
        "occupations": result.by_occupation(place.code).to_dicts(),
        "lacking": short.filter(pl.col("city") == place.code).to_dicts(),
    }


@_noun("/api/spending", "SpendingAnswer")
def spending(office: FromOffice) -> object:
    """Return the money of accepted reports by stage, and what the plan asks beside what was ever spent."""
    return {
        "stages": office.spending.by_stage("city", "year").to_dicts(),
        "stretch": office.spending.stretch().to_dicts(),
        "currency": f"{office.required('plan').currency} million",
    }


@_noun("/api/plan/explain", "Explained")
def plan_explain(office: FromOffice, code: OfCity, solution: Word) -> object:
    """Return why a solution is, or is not, in the plan of a city, with the price of having it."""
    return office.explain(code, "project", solution).record()


def _plain(value: object) -> object:
    return str(say(value)) if isinstance(value, str) else value


@_noun("/api/faults", "FindingAnswer[]")
def faults(office: FromOffice, words: Words = "", severity: Word = "", rule: Word = "") -> object:
    """Return the findings of every load: what is suspect, in which cell, by which rule, and what to do."""
    faults = selected_faults(office, FindingsQuery(words, severity, rule))
    names = [*_KEYS, *(name for name in faults.columns if name == "file")]
    return [{name: _plain(finding[name]) for name in names} for finding in faults.to_dicts()]


class _Table(NamedTuple):
    """A table that can be downloaded.

    Parameters
    ----------
    make : makes it
    page : the page that it is of
    stage : whose figures it holds; empty for what is stored
    title : what it is called; the ranking is called by its index
    sources : of which sources it is made, by id; those of all figures where it is None
    """

    make: Callable[[Programme], pl.DataFrame]
    page: str
    stage: str = ""
    title: Text | None = None
    sources: Callable[[Programme], list[str]] | None = None


_TABLES: Final[Mapping[str, _Table]] = {
    "cities": _Table(_cities, "/cities", "scores", sources=sources_of_cities),
    "projects": _Table(_projects, "/plan/projects", "plan", PROJECTS),
    "faults": _Table(_faults, "/data", "", text("Findings in the figures that were loaded")),
    "starts": _Table(_starts, "/plan/proof", "plan", text("Start of every project of the adopted plan")),
    "certificate": _Table(_certificate, "/plan/proof", "plan", text("Checks of the adopted plan")),
}


@_noun("/downloads/{file:str}", opt=OPEN | LARGE, include_in_schema=False)
def table(request: Request[Any, Any, Any], office: FromOffice, file: Segment) -> Response[bytes]:
    """Return a table as CSV: cities, projects, faults, or starts and certificate of the adopted plan.

    Beside each stands a file that says whence it is, of which day and under which licences. The plan itself
    is a workbook, plan.xlsx, and with all that its check reads plan.json; the program that checks it is a
    wheel.
    """
    if file == wheel_name():
        content = wheel()
        headers = {
            "Content-Disposition": f'attachment; filename="{file}"',
            "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
        }
        return Response(content, media_type="application/zip", headers=headers)
    if file == "plan.json":
        name = {"Content-Disposition": 'attachment; filename="plan.json"'}
        return Response(office.plans.file(), media_type="application/json", headers=name)
    if file == "plan.xlsx":
        name = {"Content-Disposition": 'attachment; filename="plan.xlsx"'}
        return Response(office.plan_workbook(), media_type=_WORKBOOK, headers=name)
    noun = file.removesuffix(_BESIDE).removesuffix(".csv")
    if noun not in _TABLES:
        raise NotFoundError.named(
            "table", file, ["plan.xlsx", "plan.json", wheel_name(), *(f"{name}.csv" for name in _TABLES)]
        )
    download = _TABLES[noun]
    frame, here = download.make(office), origin(request)
    if file.endswith(_BESIDE):
        title = download.title or ranking_title(office)
        handed_out = terms(office, title, download.page, download.stage, here)
        about = about_list(
            office, handed_out, frame.columns, f"{noun}.csv", keys=vocabulary(), origin=here,
            used=download.sources(office) if download.sources else (),
        )  # fmt: skip
        return Response(about, media_type="application/csvm+json")
    link = f'</downloads/{noun}{_BESIDE}>; rel="describedby"; type="application/csvm+json"'
    name = {"Content-Disposition": f'attachment; filename="{noun}.csv"', "Link": link}
    return Response(("\ufeff" + as_csv(frame)).encode(), media_type="text/csv; charset=utf-8", headers=name)


NOUNS = (
    *RESULTS,
    summary,
    stages,
    stage,
    cities,
    city,
    explain,
    indices,
    index,
    what_if,
    outlook,
    ages_of_city,
    pressure,
    plan_years,
    fiscal_space,
    uses,
    talent_of_city,
    spending,
    plan_explain,
    faults,
    table,
)
"""Every address of the API."""
