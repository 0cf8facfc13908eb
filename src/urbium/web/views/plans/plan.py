"""Plan: when what starts, who pays it, how good it is proven to be, and why each project is in or out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import City
from urbium.programme import Programme
from urbium.programme.results.plan_tables import PlanTables
from urbium.publish.wheel import wheel_name
from urbium.spelling import in_order
from urbium.text import Text, paragraph, say, text
from urbium.text.naming import first_named
from urbium.units import million_at
from urbium.web.rendering.listing import CITY_CODE, Listed, Listing
from urbium.web.rendering.parameters import FromDrawer, FromOffice, OfCity, PageNumber, Word, Words
from urbium.web.views.finding import city_typed
from urbium.web.views.frames import lasting, matching, projects, provinces_of
from urbium.web.views.licences import PROJECTS, about_list, terms
from urbium.web.views.plans.checking import checked
from urbium.web.views.plans.later_money import later_money, sources_and_uses
from urbium.web.views.plans.owed import cost_only, liabilities, signed, unsigned
from urbium.web.views.plans.plan_limits import budgets, missed, payers, people, similarities, tight
from urbium.web.views.plans.plan_people import staff
from urbium.web.views.plans.plan_years import when, where
from urbium.web.views.plans.project import effects_found, weakest_behind
from urbium.web.views.plans.spending import spending

_LISTED: tuple[Listed, ...] = (
    Listed("solution", "project.title", by="title"), Listed("field", by="domain", is_extra=True),
    CITY_CODE, Listed("city", by="in_order", cell="name"), Listed("start", "build_years", by="years"),
    Listed("cost", "capital", by="capital"),
    Listed("operation", is_extra=True), Listed("value", "project.share", by="share"),
    Listed("evidence", "cost.evidence", is_extra=True), Listed("why", by=None, title=text("Why or why not")),
)  # fmt: skip
"""What is shown of the projects."""
_SIZE = 20

_YEARS = range(1900, 2201)
_NEAREST = 20
"""How many cities are listed that have the least left for running costs."""
_ROUNDING = 1e-9
_TOLERANCE = 1e-5
"""What the independent check tolerates."""


_TOPICS: Mapping[str, tuple[str, ...]] = {
    "summary": ("loans", "units", "upkeep", "missed", "late"),
    "money": ("funding", "loans", "budgets"),
    "after": ("upkeep", "loans", "repayments"),
    "places": ("projects", "after"),
    "staff": ("people",),
    "risks": ("late", "missed", "similarity", "evidence"),
    "projects": ("fields", "recommended"),
    "proof": (),
}
"""The topics of the plan in words that each of its pages says."""


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which projects are listed.

    Parameters
    ----------
    words, province, solution, start : words in names, and the year of start
    """

    words: str = ""
    province: str = ""
    solution: str = ""
    start: int | None = None

    @property
    def asked(self) -> dict[str, str]:
        """What an address says of it."""
        named = {"q": self.words, "province": self.province, "solution": self.solution}
        return named | {"start": str(self.start or "")}


@dataclass(frozen=True)
class _Adopted:
    """The adopted plan as the pages read it: its tables, and its projects with names."""

    plan: Any
    tables: PlanTables
    projects: pl.DataFrame
    said: Mapping[str, list[tuple[Text, Text]]]


def _adopted(office: Programme) -> _Adopted | None:
    """Return the adopted plan, None where there is none."""
    plan, table = office.adopted("plan"), projects(office)
    if plan is None or table is None:
        return None
    tables = office.plan_tables()
    table = table.join(tables.shares(), on="project", how="left", maintain_order="left")
    return _Adopted(plan, tables, table, said_of_plan(office))


def _money(plan: Any) -> Text | str:  # noqa: ANN401 - the plan's own class
    """Return the unit of the money of the plan; nothing where its prices are not of one year."""
    prices = plan.roadmap.settings.price_year
    if not prices:
        return ""
    return million_at(plan.currency, prices)


def said_of_plan(office: Programme) -> Mapping[str, list[tuple[Text, Text]]]:
    """Return the adopted plan in words: pairs of about and sentence, by topic."""
    names, solutions = office.register.names(), office.solution_names()
    standards = office.plan_reasons.standard_names()
    similarity, tables = office.similarity(), office.plan_tables()
    words = lasting(office, "plan in short", lambda: tables.summary(names, solutions, standards, similarity))
    said: dict[str, list[tuple[Text, Text]]] = {}
    for about, sentence in words:
        said.setdefault(about.code.rpartition(".")[2], []).append((about, sentence))
    return said


def _page(office: Programme, name: str, gather: Callable[[_Adopted], dict[str, Any]]) -> dict[str, Any]:
    """Gather a page of the plan: what all of them say, and its own; none without a plan."""
    adopted = _adopted(office)
    if adopted is None:
        return {"plan": None}
    return {
        "plan": adopted.plan,
        "past": office.plan_reasons.past_words(),
        "currency": adopted.plan.currency,
        "prices": adopted.plan.roadmap.settings.price_year,
        "weakest": office.adopted("costs").evidence["capital"],
        "in_short": [row for topic in _TOPICS[name] for row in adopted.said.get(topic, ())],
        **gather(adopted),
    }


def plan(office: FromOffice, drawer: FromDrawer) -> dict[str, Any]:
    """Gather the first page of the plan: what it builds, brings, costs and misses, on one screen."""

    def gather(adopted: _Adopted) -> dict[str, Any]:
        fields = adopted.tables.fields().filter(pl.col("closed").max() > 0)
        return {
            "closed": adopted.plan.closed_words,
            "cards": _totals(adopted.projects) | {"payers": adopted.plan.payers},
            "proof": _proof(adopted.plan),
            "fields": fields.to_dicts(),
            "payers": payers(office, drawer, adopted.tables),
            "decisions": office.finances.decisions(),
            "instead": (again := office.finances.instead(adopted.plan)) and again.name,
        }

    return _page(office, "summary", gather)


def plan_money(office: FromOffice, drawer: FromDrawer) -> dict[str, Any]:
    """Gather who pays, how much of the budgets is used, and what is owed and run after the plan."""
    return _page(
        office,
        "money",
        lambda adopted: {
            "payers": payers(office, drawer, adopted.tables),
            "uses": partial(sources_and_uses, office),
            "unsigned": unsigned(office),
            "budgets": budgets(drawer, adopted.tables),
            "spending": partial(spending, office),
            "cost_only": partial(cost_only, office),
        },
    )


def plan_after(office: FromOffice, drawer: FromDrawer) -> dict[str, Any]:
    """Gather what is to be run, renewed and repaid after the plan, and what is owed."""
    return _page(
        office,
        "after",
        lambda adopted: {
            "upkeep": _upkeep(office, adopted.tables),
            "later": partial(later_money, office, drawer, adopted.tables),
            "owed": partial(liabilities, office, drawer),
        },
    )


def plan_places(office: FromOffice, drawer: FromDrawer, year: Word = "") -> dict[str, Any]:
    """Gather what is built when, and where: the map of a year, of the busiest unless one is asked for."""
    return _page(
        office,
        "places",
        lambda adopted: {
            "when": when(drawer, adopted.tables, adopted.projects),
            "where": partial(where, office, drawer, adopted.tables, _year(year)),
            "has_training": not adopted.tables.people().is_empty(),
        },
    )


def plan_staff(office: FromOffice, drawer: FromDrawer) -> dict[str, Any]:
    """Gather the people that the plan needs, and who is short."""
    return _page(
        office,
        "staff",
        lambda adopted: {
            "people": people(drawer, adopted.tables),
            "staff": partial(staff, office, drawer),
        },
    )


def plan_risks(office: FromOffice, drawer: FromDrawer) -> dict[str, Any]:
    """Gather what threatens the plan: unsigned money, missed targets, and what is only assumed."""
    return _page(
        office,
        "risks",
        lambda adopted: {
            "signed": partial(signed, office, adopted.tables),
            "limits": partial(tight, office, adopted.tables),
            "missed": partial(missed, office, adopted.tables),
            "alike": similarities(
                drawer,
                adopted.plan,
                office.similarity(),
                office.register.names(),
            ),
        },
    )


def plan_projects(
    office: FromOffice,
    *,
    words: Words = "",
    province: Word = "",
    solution: Word = "",
    start: Word = "",
    order: Word = "",
    page: PageNumber = 1,
) -> dict[str, Any]:
    """Gather the list of projects, as it is asked for."""
    query = PlanQuery(words, province, solution, _year(start))

    def gather(adopted: _Adopted) -> dict[str, Any]:
        table, handed_out = adopted.projects, terms(office, PROJECTS, "/plan/projects", "plan")
        return {
            "query": query,
            "order": order,
            "ends": adopted.plan.start_years[-1],
            "table": Listing(
                _asked(table, query),
                _LISTED,
                "/plan/projects",
                query.asked,
                order or "start",
                page,
                _SIZE,
                money=_money(adopted.plan),
                about=partial(about_list, office, handed_out),
            ),
            "provinces": provinces_of(office, table),
            "solutions": sorted(
                set(table.select("title", "solution").iter_rows()), key=lambda pair: in_order(pair[0])
            ),
            "all_solutions": sorted(
                ((name, code) for code, name in office.solution_names().items()),
                key=lambda pair: in_order(str(say(pair[0]))),
            ),
            "years": sorted(table["start"].unique().to_list()),
            "terms": handed_out,
        }

    return _page(office, "projects", gather)


def plan_proof(office: FromOffice) -> dict[str, Any]:
    """Gather what is proven of the plan, and the arithmetic of its benefit."""
    return _page(
        office,
        "proof",
        lambda adopted: {
            "proof": _proof(adopted.plan),
            "wheel": wheel_name(),
            "benefit": _parts(adopted.tables),
            "closed": adopted.plan.closed_words,
            "fields": adopted.tables.fields().to_dicts(),
            "changes": adopted.tables.changes().to_dicts(),
            "last_counted": adopted.plan.roadmap.last_counted,
        },
    )


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
    names = office.register.names()
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
    place = city_typed(office, code)
    names = office.solution_names(place.code)
    if solution not in names:
        raise NotFoundError.named("solution", solution, names)
    is_declared = office.plan_reasons.is_of_catalogue(place.code, solution)
    catalogue = office.catalogue_of("plan")
    declared = catalogue.solutions.get(solution) if is_declared else None
    table = projects(office)
    city_rows = (
        None
        if table is None
        else table.filter((pl.col("city") == place.code) & (pl.col("solution") == solution)).with_columns(
            yearly=PlanTables.yearly_cost()
        )
    )
    adopted = office.adopted("plan")
    planned = city_rows.row(0, named=True) if city_rows is not None and city_rows.height else None
    return {
        "place": place,
        "currency": office.settings().currency if adopted is None else adopted.currency,
        "is_planned": adopted is not None,
        "prices": "" if adopted is None else adopted.roadmap.settings.price_year,
        "code": solution,
        "name": names[solution],
        "solution": declared,
        "project": planned,
        "weakest": weakest_behind(planned["evidence"], declared) if planned else "",
        "plainly": None if adopted is None else _plainly(office, place, solution, names),
        "explanation": office.explain(place.code, "project", solution),
        "found": effects_found(office, solution) if is_declared else [],
        "sources": [
            catalogue.sources[key]
            for key in (declared.sources if declared else ())
            if key in catalogue.sources
        ],
    }


def _plainly(office: Programme, place: City, solution: str, names: Mapping[str, str]) -> Text | None:
    """Say in one sentence what a planned project is good for; None of what is not planned."""
    plan, tables = office.adopted("plan"), office.plan_tables()
    key = plan.project_of(place.code, solution)
    if plan.table.filter(project=key).is_empty():
        return None
    road = plan.roadmap
    improved = road.effects.filter(project=key).sort("effect", descending=True, maintain_order=True)
    improved = improved.join(road.indicators, on="indicator", maintain_order="left")
    needing = tables.needed_by(key).filter(pl.col("kind") == "hard", pl.col("start").is_not_null())
    facts = {
        "city": place.title,
        "outcomes": first_named([road.words(name) for name in improved["name"].unique(maintain_order=True)]),
        "projects": first_named([names.get(one, one) for one in needing["solution"]]),
    }  # fmt: skip
    if improved.is_empty():
        return text("It is built in {city} because other projects need it: {projects:list}.", **facts)
    if needing.is_empty():
        return text("It is built in {city} to improve {outcomes:list}.", **facts)
    return text(
        "It is built in {city} to improve {outcomes:list}, and because other projects need it: "
        "{projects:list}.",
        **facts,
    )


def _asked(table: pl.DataFrame, query: PlanQuery) -> pl.DataFrame:
    """The projects that are asked for, by year, city and solution."""
    shown = matching(table, query.words, "sought", "title", "solution")
    for column, wanted in (
        ("province", query.province),
        ("solution", query.solution),
        ("start", query.start),
    ):
        if wanted:
            shown = shown.filter(pl.col(column) == wanted)
    return shown.sort("start", "in_order", "title", "project", nulls_last=True)


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
    solved = {
        "by": text("the solver, within its tolerance"),
        "most": adopted.bound - adopted.worth_of_nothing,
        "gap": adopted.gap,
        "of_improvement": adopted.gap_of_improvement,
    }
    proof = {
        "said": _bound(adopted, None),
        "gap": adopted.gap if adopted.has_useful_bound else None,
        "gap_of_improvement": adopted.gap_of_improvement,
        "gap_recomputed": None,
        "condition": paragraph([adopted.proof_words, adopted.work_words or ""]),
        "bounds": [solved],
        "gain": adopted.gain,
        "base": text(
            "Gains are in units of the plan benefit. Doing nothing has a benefit of "
            "{nothing:,.2f}, because a deduction is made for every missed standard. Of this plan's "
            "gain, {improvement:,.2f} is improvement.",
            nothing=adopted.worth_of_nothing,
            improvement=adopted.improvement,
        ),
        "is_valid": None,
        "is_checking": certificate is None,
        "printed": "",
        "checks": (),
    }
    if certificate is None:
        return proof
    again = {
        "by": text("the check without the solver"),
        "most": None
        if adopted.bound_recomputed is None
        else adopted.bound_recomputed - adopted.worth_of_nothing,
        "gap": adopted.gap_recomputed,
        "of_improvement": adopted.gap_of_improvement_recomputed,
    }
    return proof | {
        "said": _bound(adopted, adopted.bound_recomputed),
        "gap_recomputed": adopted.gap_recomputed,
        "bounds": [solved] if adopted.bound_recomputed is None else [solved, again],
        "is_valid": certificate.is_valid,
        "printed": certificate.said,
        "checks": certificate.checks,
    }


def _bound(adopted: Any, recomputed: float | None) -> Text:  # noqa: ANN401 - the plan's own class
    """What the plan benefit could be at most; what it is, and in which unit, its own sentence says."""
    bound = text(
        "The solver proves, within its tolerance, that no plan can exceed a plan benefit of {bound:,.3f}.",
        bound=adopted.bound,
    )
    if recomputed is None:
        return bound
    again = text(
        "A bound of {bound:,.3f} can be proven from dual prices and sums alone, without repeating "
        "the solver's branching.",
        bound=recomputed,
    )
    return paragraph([bound, again])
