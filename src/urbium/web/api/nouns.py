"""API: the programme's nouns as JSON, and the same tables as CSV. Read only."""

from functools import partial
from typing import cast

import polars as pl
from litestar import HttpMethod, Response, route

from urbium.csv_text import as_csv
from urbium.errors import NotFoundError, retold
from urbium.programme import Programme
from urbium.programme.base.stages import STAGES
from urbium.text import say, text
from urbium.web.api import answers
from urbium.web.rendering.parameters import FromOffice, Given, OfCity, Segment, Word, Words
from urbium.web.server.kept_answers import KEPT, LARGE
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import PUBLIC
from urbium.web.views.cities.city import check_explained
from urbium.web.views.data import FindingsQuery, selected_faults
from urbium.web.views.frames import named_projects, ranked
from urbium.web.views.framework import indices as listed_indices
from urbium.web.views.framework import record
from urbium.web.views.whatif import answered

_noun = partial(
    route,
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC | KEPT,
    sync_to_thread=True,
    responses=refusals(*OPENS, 409),
)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEYS = ("severity", "sheet", "cell", "city", "variable", "period", "value", "rule", "message", "remedy")


def _projects(office: Programme) -> pl.DataFrame:
    return named_projects(office, office.required("plan"))


def _faults(office: Programme) -> pl.DataFrame:
    return office.faults().drop("said")


@_noun("/api/summary")
def summary(office: FromOffice) -> answers.Summary:
    """Return the key figures of the programme."""
    facts = {name: value for name, value in office.summary().items() if name != "store"}
    return cast("answers.Summary", facts)


@_noun("/api/stages")
def stages(office: FromOffice) -> list[answers.StageRow]:
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


@_noun("/api/stages/{name:str}")
def stage(office: FromOffice, name: Segment) -> answers.StageAnswer:
    """Return the adopted result of a stage: how it was made, and its rows."""
    if name not in STAGES:
        raise NotFoundError.named(text("stage"), name, STAGES)
    return cast("answers.StageAnswer", office.required(name).record())


@_noun("/api/cities")
def cities(office: FromOffice) -> list[answers.CityRow]:
    """Return every city: names, place, score, rank, coverage, outlook, number of planned projects."""
    return cast("list[answers.CityRow]", ranked(office).to_dicts())


@_noun("/api/cities/{code:str}")
def city(office: FromOffice, code: Segment) -> answers.CityFigures:
    """Return one city with every stored figure, the suspect ones included, each with its origin."""
    place = office.city(code)
    row = ranked(office).filter(pl.col("city") == place.code)
    ranking = row.row(0, named=True) if row.height else {}
    observations = office.figures_of(place.code).to_dicts()
    return cast("answers.CityFigures", {**ranking, "note": place.note, "observations": observations})


@_noun("/api/cities/{code:str}/explain/{what:str}")
def explain(
    office: FromOffice, code: Segment, what: Segment, *, name: Word = "", period: Word = "", area: Word = ""
) -> answers.Explained:
    """Return how a score, a population outlook or a figure came about, down to file, sheet and cell."""
    check_explained(what)
    return cast("answers.Explained", office.explain(code, what, name, period=period, area=area).record())


@_noun("/api/scores")
def scores(office: FromOffice) -> answers.ScoresAnswer:
    """Return the adopted scores: how they were made, one row a city, the pillars."""
    result = office.required("scores")
    return cast("answers.ScoresAnswer", {**result.record(), "pillars": result.pillars.to_dicts()})


@_noun("/api/indices")
def indices(office: FromOffice) -> list[answers.IndexRow]:
    """Return the declared indices; the adopted one carries the year it was measured for."""
    return cast("list[answers.IndexRow]", list(listed_indices(office)["indices"]))


@_noun("/api/indices/{name:str}")
def index(office: FromOffice, name: Segment) -> answers.IndexAnswer:
    """Return an index: its rules, its tree with effective weights, its ranking with intervals and tiers."""
    return cast("answers.IndexAnswer", record(office, name))


@_noun("/api/indices/{name:str}/what-if")
def what_if(office: FromOffice, given: Given, name: Segment) -> answers.WhatIfAnswer:
    """Return every city's score and rank before and after a change; nothing is stored.

    ``w.NODE`` is a weight from 0 to 100 beside the declared percents of the node's siblings, ``way`` the way
    to one scale (min-max, z-score, rank), ``mean`` the mean (arithmetic, geometric, harmonic); ``of`` is a
    city whose ``figure`` (an indicator) is to have the ``value``, or none where that is empty.
    """
    return cast("answers.WhatIfAnswer", answered(office, name, given))


@_noun("/api/outlook/{code:str}")
def outlook(office: FromOffice, code: Segment) -> list[answers.OutlookRow]:
    """Return the population outlook of a city, with bands, and how often such bands held in earlier years."""
    place, result = office.city(code), office.required("outlook")
    rows = result.table.filter(pl.col("city") == place.code).to_dicts()
    held = {area: result.band_record(area) for area in {row["area"] for row in rows}}
    return cast("list[answers.OutlookRow]", [row | {"held": held[row["area"]]} for row in rows])


@_noun("/api/nation")
def nation(office: FromOffice) -> answers.NationAnswer:
    """Return the nation ahead: cities, other urban, rural and all, adding up, with bands; the urban share."""
    result = office.required("nation")
    more = {"share": result.share.to_dicts(), "notes": list(result.notes)}
    return cast("answers.NationAnswer", {**result.record(), **more})


@_noun("/api/ages")
def ages(office: FromOffice) -> answers.AgesAnswer:
    """Return people by age and sex ahead, with bands, and what was assumed of births, deaths and moves."""
    result = office.required("ages")
    more = {"assumed": result.assumed.to_dicts()}
    return cast("answers.AgesAnswer", {**result.record(), **more})


@_noun("/api/ages/{code:str}")
def ages_of_city(office: FromOffice, code: Segment) -> answers.StageAnswer:
    """Return people of a city by age ahead, with bands: by its own two counts, or by the nation's ages."""
    place = office.city(code)
    result = office.outlook.ages_of(place.code, office.required("outlook").settings)
    return cast("answers.StageAnswer", result.record())


@_noun("/api/households")
def households(office: FromOffice) -> answers.StageAnswer:
    """Return households of cities and of the nation ahead, with bands, and what they rest on."""
    return cast("answers.StageAnswer", office.required("households").record())


@_noun("/api/workforce")
def workforce(office: FromOffice) -> answers.Work:
    """Return shares of sectors in output and in employment, and jobs, with bands."""
    result = office.required("workforce")
    more = {"jobs": result.jobs.to_dicts(), "notes": list(result.notes)}
    return cast("answers.Work", {**result.record(), **more})


@_noun("/api/pressure/{code:str}")
def pressure(office: FromOffice, code: Segment) -> answers.PressureAnswer:
    """Return what a city needs of each service by year, what there is, and when each runs short."""
    place = office.city(code)
    result = office.required("pressure")
    of_city = pl.col("city") == place.code
    return {
        "short": result.short.filter(of_city).to_dicts(),
        "years": result.table.filter(of_city).to_dicts(),
        "notes": list(result.notes),
    }


@_noun("/api/plan")
def plan(office: FromOffice) -> answers.PlanAnswer:
    """Return the adopted plan: what it closes of what could be improved, its gap, and its projects."""
    return cast("answers.PlanAnswer", office.required("plan").record())


@_noun("/api/plan/years")
def plan_years(office: FromOffice) -> answers.PlanYears:
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


@_noun("/api/finance/space")
def fiscal_space(office: FromOffice) -> answers.SpaceAnswer:
    """Return what upkeep and repayments leave of each city's limit by year, to the last payment."""
    result = office.finances.space()
    return {
        "years": result.yearly(result.table).to_dicts(),
        "cities": result.table.to_dicts(),
        "unit": str(result.facts["unit"]),
        "evidence": dict(result.evidence),
        "last": result.last,
    }


@_noun("/api/finance/uses")
def uses(office: FromOffice) -> answers.UsesAnswer:
    """Return who pays for what in each year of the adopted plan: building, running, training, repaying."""
    costs = office.required("costs")
    settings = costs.plan.roadmap.settings
    return {
        "rows": costs.sources_and_uses.to_dicts(),
        "currency": f"{costs.plan.currency} million",
        "prices": settings.price_year,
    }


@_noun("/api/talent")
def talent(office: FromOffice) -> answers.TalentAnswer:
    """Return the people of the adopted plan by occupation and year, what is short, and what helps."""
    return cast("answers.TalentAnswer", office.required("talent").record())


@_noun("/api/talent/{code:str}")
def talent_of_city(office: FromOffice, code: Segment) -> answers.TalentOfCity:
    """Return the people of a city's part of the adopted plan by occupation and year, and whom it lacks."""
    place = office.city(code)
    result = office.required("talent")
    short = result.shortage.by_city
    return {
        "unit": result.facts["unit"],
        "occupations": result.by_occupation(place.code).to_dicts(),
        "lacking": short.filter(pl.col("city") == place.code).to_dicts(),
    }


@_noun("/api/spending")
def spending(office: FromOffice) -> answers.SpendingAnswer:
    """Return the money of accepted reports by stage, and what the plan asks beside what was ever spent."""
    return {
        "stages": office.spending.by_stage("city", "year").to_dicts(),
        "stretch": office.spending.stretch().to_dicts(),
        "currency": f"{office.required('plan').currency} million",
    }


@_noun("/api/plans")
def plans(office: FromOffice) -> list[answers.KeptPlan]:
    """Return the plans that are kept as scenarios, each in its newest version."""
    return cast("list[answers.KeptPlan]", office.plans().to_dicts())


@_noun("/api/plan/compare")
def plan_compare(office: FromOffice, a: Word = "adopted", b: Word = "adopted") -> answers.Compared:
    """Return two plans side by side: figures, what was asked differently, money by year, projects, cities."""
    comparison = office.compare(a, b)
    more = {
        "sides": comparison.sides.to_dicts(),
        "inputs": comparison.inputs.to_dicts(),
        "years": comparison.by_year.to_dicts(),
        "cities": comparison.by_city.to_dicts(),
    }
    return cast("answers.Compared", {**comparison.record(), **more})


@_noun("/api/plan/explain")
def plan_explain(office: FromOffice, code: OfCity, solution: Word) -> answers.Explained:
    """Return why a solution is, or is not, in the plan of a city, with the price of having it."""
    return cast("answers.Explained", office.explain(code, "project", solution).record())


def _plain(value: object) -> object:
    return str(say(value)) if isinstance(value, str) else value


@_noun("/api/faults")
def faults(
    office: FromOffice, words: Words = "", severity: Word = "", rule: Word = ""
) -> list[answers.FindingAnswer]:
    """Return the findings of every load: what is suspect, in which cell, by which rule, and what to do."""
    faults = selected_faults(office, FindingsQuery(words, severity, rule))
    names = [*_KEYS, *(name for name in faults.columns if name == "file")]
    rows = [{name: _plain(finding[name]) for name in names} for finding in map(retold, faults.to_dicts())]
    return cast("list[answers.FindingAnswer]", rows)


@_noun("/api/disagreements")
def disagreements(office: FromOffice) -> list[answers.Disagreement]:
    """Return where sources differ for one place, variable, boundary and period: which counts, and why."""
    return cast("list[answers.Disagreement]", office.disagreements().to_dicts())


@_noun("/downloads/{file:str}", opt=PUBLIC | LARGE, include_in_schema=False)
def table(office: FromOffice, file: Segment) -> Response[bytes]:
    """Return a table as CSV: cities, projects, or faults; or the adopted plan as a workbook, plan.xlsx."""
    if file == "plan.xlsx":
        name = {"Content-Disposition": 'attachment; filename="plan.xlsx"'}
        return Response(office.plan_workbook(), media_type=_WORKBOOK, headers=name)
    tables = {"cities": ranked, "projects": _projects, "faults": _faults}
    noun = file.removesuffix(".csv")
    if noun not in tables:
        raise NotFoundError.named("table", file, ["plan.xlsx", *(f"{name}.csv" for name in tables)])
    frame = tables[noun](office)
    name = {"Content-Disposition": f'attachment; filename="{noun}.csv"'}
    return Response(("\ufeff" + as_csv(frame)).encode(), media_type="text/csv; charset=utf-8", headers=name)


NOUNS = (
    summary,
    stages,
    stage,
    cities,
    city,
    explain,
    scores,
    indices,
    index,
    what_if,
    outlook,
    nation,
    ages,
    ages_of_city,
    households,
    workforce,
    pressure,
    plan,
    plan_years,
    fiscal_space,
    uses,
    talent,
    talent_of_city,
    spending,
    plans,
    plan_compare,
    plan_explain,
    faults,
    disagreements,
    table,
)
"""Every address of the API."""
