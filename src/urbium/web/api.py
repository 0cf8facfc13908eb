"""API: the programme's nouns as JSON, and the same tables as CSV. Read only."""

from functools import partial
from typing import Any

import polars as pl
from litestar import HttpMethod, Response, route

from urbium.errors import NotFoundError
from urbium.plan import budget_use, by_city_year, by_year, people_use, shortfalls
from urbium.programme import Programme
from urbium.web.parameters import FromOffice, Given, OfCity, Segment, Word, Words
from urbium.web.security import PUBLIC
from urbium.web.views.city import check_explained
from urbium.web.views.data import FindingsQuery, selected_faults
from urbium.web.views.frames import named_projects, ranked
from urbium.web.views.framework import indices as listed_indices
from urbium.web.views.framework import record
from urbium.web.views.whatif import answered

__all__ = ["NOUNS"]

_noun = partial(route, http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=PUBLIC, sync_to_thread=True)
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEYS = ("severity", "sheet", "cell", "city", "variable", "period", "value", "rule", "message", "remedy")


def _projects(office: Programme) -> pl.DataFrame:
    return named_projects(office, office.required("plan"))


def _faults(office: Programme) -> pl.DataFrame:
    return office.faults()


@_noun("/api/summary")
def summary(office: FromOffice) -> dict[str, Any]:
    """Return the key figures of the programme."""
    return dict(office.summary())


@_noun("/api/cities")
def cities(office: FromOffice) -> list[dict[str, Any]]:
    """Return every city: names, place, score, rank, coverage, outlook, number of planned projects."""
    return ranked(office).to_dicts()


@_noun("/api/cities/{code:str}")
def city(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Return one city with every stored figure, the suspect ones included, each with its origin."""
    place = office.city(code)
    row = ranked(office).filter(pl.col("city") == place.code)
    return {**(row.row(0, named=True) if row.height else {}), "note": place.note,
            "observations": office.observations(cities=[place.code]).to_dicts()}  # fmt: skip


@_noun("/api/cities/{code:str}/explain/{what:str}")
def explain(
    office: FromOffice, code: Segment, what: Segment, *, name: Word = "", period: Word = "", area: Word = ""
) -> dict[str, Any]:
    """Return how a score, a population outlook or a figure came about, down to file, sheet and cell."""
    check_explained(what)
    return office.explain(code, what, name, period=period, area=area).record()  # type: ignore[arg-type]


@_noun("/api/scores")
def scores(office: FromOffice) -> dict[str, Any]:
    """Return the adopted scores: how they were made, one row a city, the pillars."""
    made = office.required("scores")
    return {**made.record(), "pillars": made.pillars.to_dicts()}


@_noun("/api/indices")
def indices(office: FromOffice) -> list[dict[str, Any]]:
    """Return the declared indices; the adopted one carries the year it was measured for."""
    return list(listed_indices(office)["indices"])


@_noun("/api/indices/{name:str}")
def index(office: FromOffice, name: Segment) -> dict[str, Any]:
    """Return an index: its rules, its tree with effective weights, its ranking with intervals and tiers."""
    return record(office, name)


@_noun("/api/indices/{name:str}/what-if")
def what_if(office: FromOffice, given: Given, name: Segment) -> dict[str, Any]:
    """Return every city's score and rank before and after a change; nothing is stored.

    ``w.NODE`` is a weight from 0 to 100 beside the declared percents of the node's siblings, ``way`` the way
    to one scale (min-max, z-score, rank), ``mean`` the mean (arithmetic, geometric, harmonic); ``of`` is a
    city whose ``figure`` (an indicator) is to have the ``value``, or none where that is empty.
    """
    return answered(office, name, given)


@_noun("/api/outlook/{code:str}")
def outlook(office: FromOffice, code: Segment) -> list[dict[str, Any]]:
    """Return the population outlook of a city, with bands of 80 % and 95 %."""
    place = office.city(code)
    table: pl.DataFrame = office.required("outlook").table
    return table.filter(pl.col("city") == place.code).to_dicts()


@_noun("/api/nation")
def nation(office: FromOffice) -> dict[str, Any]:
    """Return the nation ahead: cities, other urban, rural and all, adding up, with bands; the urban share."""
    made = office.required("nation")
    return {**made.record(), "share": made.share.to_dicts(), "notes": list(made.notes)}


@_noun("/api/ages")
def ages(office: FromOffice) -> dict[str, Any]:
    """Return people by age and sex ahead, with bands, and what was assumed of births, deaths and moves."""
    made = office.required("ages")
    return {**made.record(), "assumed": made.assumed.to_dicts()}


@_noun("/api/workforce")
def workforce(office: FromOffice) -> dict[str, Any]:
    """Return shares of sectors in output and in employment, and jobs, with bands."""
    made = office.required("workforce")
    return {**made.record(), "jobs": made.jobs.to_dicts(), "notes": list(made.notes)}


@_noun("/api/pressure/{code:str}")
def pressure(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Return what a city needs of each service by year, what there is, and when each runs short."""
    place = office.city(code)
    made = office.required("pressure")
    own = pl.col("city") == place.code
    return {
        "short": made.short.filter(own).to_dicts(),
        "years": made.table.filter(own).to_dicts(),
        "notes": list(made.notes),
    }


@_noun("/api/plan")
def plan(office: FromOffice) -> dict[str, Any]:
    """Return the adopted plan: value, bound, gap, and its projects."""
    return dict(office.required("plan").record())


@_noun("/api/plan/years")
def plan_years(office: FromOffice) -> dict[str, Any]:
    """Return the adopted plan by year: what is built and finished, and the use of budgets and people."""
    made = office.required("plan")
    return {
        "years": by_year(made).to_dicts(),
        "cities": by_city_year(made).to_dicts(),
        "budgets": budget_use(made).to_dicts(),
        "people": people_use(made).to_dicts(),
        "shortfalls": shortfalls(made).to_dicts(),
        "currency": f"m {made.currency}",
    }


@_noun("/api/plans")
def plans(office: FromOffice) -> list[dict[str, Any]]:
    """Return the plans that are kept as scenarios, each in its newest version."""
    return office.plans().to_dicts()


@_noun("/api/plan/compare")
def plan_compare(office: FromOffice, a: Word = "adopted", b: Word = "adopted") -> dict[str, Any]:
    """Return two plans side by side: figures, what was asked differently, money by year, projects, cities."""
    found = office.compare(a, b)
    return {
        **found.record(),
        "sides": found.sides.to_dicts(),
        "inputs": found.inputs.to_dicts(),
        "years": found.by_year.to_dicts(),
        "cities": found.by_city.to_dicts(),
    }


@_noun("/api/plan/explain")
def plan_explain(office: FromOffice, code: OfCity, solution: Word) -> dict[str, Any]:
    """Return why a solution is, or is not, in the plan of a city, with the price of having it."""
    return office.explain(code, "project", solution).record()


@_noun("/api/faults")
def faults(
    office: FromOffice, words: Words = "", severity: Word = "", rule: Word = ""
) -> list[dict[str, Any]]:
    """Return the findings of every load: what is suspect, in which cell, by which rule, and what to do."""
    found = selected_faults(office, FindingsQuery(words, severity, rule))
    return found.select(*_KEYS, *(name for name in found.columns if name == "file")).to_dicts()


@_noun("/downloads/{file:str}", include_in_schema=False)
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
    return Response(
        ("\ufeff" + frame.write_csv()).encode(), media_type="text/csv; charset=utf-8", headers=name
    )


NOUNS = (
    summary,
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
    workforce,
    pressure,
    plan,
    plan_years,
    plans,
    plan_compare,
    plan_explain,
    faults,
    table,
)
"""Every address of the API."""
