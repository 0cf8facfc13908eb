"""Plan: when what starts, who pays it, how good it is proven to be, and why each project is in or out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from urbium.errors import NotFoundError
from urbium.programme import Programme
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, paragraph, text
from urbium.web.rendering.parameters import FromDrawer, FromOffice, OfCity, PageNumber, Word, Words
from urbium.web.views.frames import lasting, matching, one_page, projects
from urbium.web.views.plans.checking import checked
from urbium.web.views.plans.later_money import later_money, sources_and_uses
from urbium.web.views.plans.owed import cost_only, liabilities, project_returns, signed
from urbium.web.views.plans.plan_compare import scenarios
from urbium.web.views.plans.plan_limits import budgets, missed, payers, people, similarities
from urbium.web.views.plans.plan_people import staff
from urbium.web.views.plans.plan_years import when, where
from urbium.web.views.plans.spending import spending

ORDERS: Mapping[str, tuple[Text, list[str], bool]] = {
    "start": (text("Start"), ["start", "name_en", "title"], False),
    "city": (text("City"), ["name_en", "start", "title"], False),
    "solution": (text("Solution"), ["title", "start", "name_en"], False),
    "cost": (text("Cost to build"), ["capital"], True),
    "value": (text("Share of the improvement"), ["share"], True),
}
"""How the projects may be ordered: what it is called, its columns, and whether the largest comes first."""


_YEARS = range(1900, 2201)
_LATE = "plan.late.anywhere"
"""The sentence of the summary that stands at the head of the page."""
_NEAREST = 20
"""How many cities are listed that have the least left for running costs."""
_ROUNDING = 1e-9
_TOLERANCE = 1e-5
"""What the independent check tolerates."""


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which year the map shows, and which projects are listed.

    Parameters
    ----------
    year : of the map; the busiest one when there is none
    words, province, solution, start : words in names, and the year of start, of what is listed
    order, page : of the list
    """

    year: int | None = None
    words: str = ""
    province: str = ""
    solution: str = ""
    start: int | None = None
    order: str = "start"
    page: int = 1


def plan(
    office: FromOffice,
    drawer: FromDrawer,
    *,
    year: Word = "",
    words: Words = "",
    province: Word = "",
    solution: Word = "",
    start: Word = "",
    order: Word = "start",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the page of the plan; a programme without a plan says how to make one."""
    query = PlanQuery(_year(year), words, province, solution, _year(start), order, page)
    adopted, table = office.adopted("plan"), projects(office)
    context: dict[str, Any] = {
        "plan": None,
        "query": query,
        "orders": {key: title for key, (title, _, _) in ORDERS.items()},
        "kept": scenarios(office),
    }
    if adopted is None or table is None:
        return context
    tables = office.plan_tables()
    table = table.join(tables.shares(), on="project", how="left", maintain_order="left")
    shown = _asked(table, query)
    similarity = office.similarity()
    names, solutions = dict(office.cities().select("code", "name_en").iter_rows()), office.solution_names()
    standards = office.plans.standard_names()
    in_short = lasting(
        office, "plan in short", lambda: tables.summary(names, solutions, standards, similarity)
    )
    return context | {
        "plan": adopted,
        "currency": adopted.currency,
        "in_short": [row for row in in_short if getattr(row[1], "code", "") != _LATE],
        "late": tables.late_words(solutions),
        "ends": adopted.start_years[-1],
        "closed": adopted.closed_words,
        "fields": tables.fields().to_dicts(),
        "changes": tables.changes().to_dicts(),
        "last_counted": adopted.roadmap.last_counted,
        "cards": _totals(table) | {"payers": adopted.payers},
        "proof": _proof(adopted),
        "benefit": _parts(tables),
        "upkeep": _upkeep(office, tables),
        "later": partial(later_money, office, drawer, tables),
        "uses": partial(sources_and_uses, office),
        "owed": partial(liabilities, office, drawer),
        "signed": partial(signed, office, tables),
        "cost_only": partial(cost_only, office),
        "prices": adopted.roadmap.settings.price_year,
        "weakest": office.adopted("costs").evidence["capital"],
        "when": when(drawer, tables, shown),
        "where": partial(where, office, drawer, tables, query.year),
        "payers": payers(office, drawer, tables),
        "budgets": budgets(drawer, tables),
        "people": people(drawer, tables),
        "staff": partial(staff, office, drawer),
        "spending": partial(spending, office),
        "missed": partial(missed, office, tables),
        "alike": similarities(drawer, adopted, similarity, names),
        "table": one_page(shown, query.page),
        "provinces": sorted(table["province_en"].drop_nulls().unique().to_list()),
        "solutions": sorted(set(table.select("title", "solution").iter_rows())),
        "all_solutions": sorted((name, code) for code, name in solutions.items()),
        "years": sorted(table["start"].unique().to_list()),
    }


def _parts(tables: PlanTables) -> dict[str, Any]:
    """The arithmetic of the plan benefit: its parts, which add up, and its bounds."""
    parts = tables.benefit()
    return {
        "rows": parts.filter(pl.col("amount").abs() > _ROUNDING).to_dicts(),
        "total": float(parts["amount"].sum()),
        "said": tables.plan.benefit_words,
        "unit": tables.plan.benefit_unit,
    }


def _upkeep(office: Programme, tables: PlanTables) -> dict[str, Any] | None:
    """What is needed after the plan to run all that is built, and the cities nearest their limit."""
    use = tables.upkeep()
    if use.is_empty():
        return None
    names = dict(office.cities().select("code", "name_en").iter_rows())
    nearest = use.sort("share", descending=True, nulls_last=True).head(_NEAREST).to_dicts()
    used, amount = use.select(pl.col("used").sum(), pl.col("amount").sum()).row(0)
    return {
        "since": use["since"].min(),
        "used": used,
        "amount": amount,
        "share": used / amount if amount else None,
        "above": use.filter(pl.col("used") > pl.col("amount") * (1 + _TOLERANCE)).height,
        "rows": [row | {"name": names.get(row["place"], row["place"])} for row in nearest],
    }


def why(office: FromOffice, code: OfCity, solution: Word) -> dict[str, Any]:
    """Gather the page that says why a solution is, or is not, in the plan of a city."""
    place = office.city(code)
    names = office.solution_names(place.code)
    if solution not in names:
        raise NotFoundError.named("solution", solution, names)
    is_declared = office.plans.is_of_catalogue(place.code, solution)
    catalogue = office.catalogue_of("plan")
    declared = catalogue.solutions.get(solution) if is_declared else None
    table = projects(office)
    city_rows = (
        None
        if table is None
        else table.filter((pl.col("city") == place.code) & (pl.col("solution") == solution))
    )
    adopted = office.adopted("plan")
    return {
        "place": place,
        "currency": office.settings().currency if adopted is None else adopted.currency,
        "is_planned": adopted is not None,
        "prices": "" if adopted is None else adopted.roadmap.settings.price_year,
        "name": names[solution],
        "solution": declared,
        "project": city_rows.row(0, named=True) if city_rows is not None and city_rows.height else None,
        "explanation": office.explain(place.code, "project", solution),
        "returns": partial(project_returns, office, city_rows["project"].item())
        if city_rows is not None and city_rows.height == 1
        else None,
        "effects": [
            effect
            for effect in catalogue.effects
            if is_declared and effect.solution == solution and effect.is_of_city
        ],
        "sources": [
            catalogue.sources[key]
            for key in (declared.sources if declared else ())
            if key in catalogue.sources
        ],
    }


def _asked(table: pl.DataFrame, query: PlanQuery) -> pl.DataFrame:
    """The projects that are asked for, in the order asked for."""
    shown = matching(table, query.words, "city", "name_en", "name_zh", "province_en", "title", "solution")
    for column, wanted in (
        ("province_en", query.province),
        ("solution", query.solution),
        ("start", query.start),
    ):
        if wanted:
            shown = shown.filter(pl.col(column) == wanted)
    _, columns, falling = ORDERS.get(query.order, ORDERS["start"])
    there = [name for name in columns if name in shown.columns]
    return shown.sort([*there, "project"], descending=[*(falling for _ in there), False], nulls_last=True)


def _year(written: str) -> int | None:
    """Return the year that is asked for; None for what is none, such as the form's "any year"."""
    return int(written) if re.fullmatch("[0-9]{4}", written) and int(written) in _YEARS else None


def _totals(table: pl.DataFrame) -> dict[str, Any]:
    return {
        "projects": table.height,
        "cities": table["city"].n_unique(),
        "solutions": table["solution"].n_unique(),
        "capital": table["capital"].sum(),
        "operation": table["operation"].sum(),
        "renewal": table["renewal"].sum(),
        "first": table["start"].min(),
        "last": table["finish"].max(),
    }


def _proof(adopted: Any) -> dict[str, Any]:  # noqa: ANN401 - the plan's own class
    """What is proven of the plan: the solver's bound and the recomputed one, and the checks.

    ``is_valid`` is None, and ``is_checking`` true, while the plan is still being checked from the raw tables.
    """
    certificate = checked(adopted)
    proof = {
        "said": _bound(adopted, None),
        "gap": adopted.gap if adopted.has_useful_bound else None,
        "gap_of_improvement": adopted.gap_of_improvement,
        "condition": paragraph([adopted.proof_words, adopted.work_words or ""]),
        "gap_recomputed": None,
        "is_valid": None,
        "is_checking": certificate is None,
        "checks": (),
    }
    if certificate is None:
        return proof
    return proof | {
        "said": _bound(adopted, adopted.bound_recomputed),
        "gap_recomputed": adopted.gap_recomputed,
        "is_valid": certificate.is_valid,
        "checks": certificate.checks,
    }


def _bound(adopted: Any, recomputed: float | None) -> Text:  # noqa: ANN401 - the plan's own class
    """What the plan benefit could be at most; what it is, and in which unit, its own sentence says."""
    bound = text(
        "The solver proves, to its tolerance, that no plan can exceed a plan benefit of {bound:,.3f}.",
        bound=adopted.bound,
    )
    if recomputed is None:
        return bound
    again = text(
        "Dual prices and sums alone prove {bound:,.3f}; they do not repeat the solver's branching.",
        bound=recomputed,
    )
    return paragraph([bound, again])
