"""City plan: one city's part of the plan: its timeline, its budget, who pays, and what is left out."""

from functools import partial
from typing import Any

import polars as pl

from urbium import charts
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.programme.results.plan_tables import PlanTables
from urbium.spelling import in_order
from urbium.text import say
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Segment
from urbium.web.rendering.words import named_rows
from urbium.web.views.cities.city import city_head, usual
from urbium.web.views.frames import projects
from urbium.web.views.plans.later_money import city_appraisal, city_money
from urbium.web.views.plans.owed import city_mix
from urbium.web.views.plans.plan_limits import city_budget
from urbium.web.views.plans.plan_people import city_staff
from urbium.web.views.plans.spending import city_stretch
from urbium.whole_numbers import whole_shares


def city_plan(office: FromOffice, drawer: FromDrawer, code: Segment) -> dict[str, Any]:
    """Gather one city's part of the plan, and the solutions that are not in it; None without a plan."""
    head = city_head(office, code, "plan")
    return head | {"plan": _plan(office, drawer, head["place"].code)}


def _plan(office: Programme, drawer: Drawer, code: str) -> dict[str, Any] | None:
    table = projects(office)
    if table is None:
        return None
    here = table.filter(pl.col("city") == code).sort("start", "title")
    projects_here = here.with_columns(yearly=PlanTables.yearly_cost())
    chosen = set(projects_here["solution"])
    left = [(name, key) for key, name in office.solution_names(code).items() if key not in chosen]
    adopted = office.adopted("plan")
    paid = _paid(adopted, projects_here)
    funds = named_rows(office.catalogue_of("plan").funds)
    return {
        "past": office.plan_reasons.past_words(),
        "fund_names": funds,
        "currency": adopted.currency,
        "rows": [row | {"funds": paid.get(row["project"], [])} for row in projects_here.to_dicts()],
        "chart": drawer.apart(charts.timeline(_in_words(projects_here), label="title", kind="domain"))
        if projects_here.height
        else None,
        "first": projects_here["start"].min(),
        "last": projects_here["finish"].max(),
        "capital": projects_here["capital"].sum(),
        "yearly": projects_here["yearly"].sum(),
        "left": sorted(left, key=lambda pair: in_order(str(say(pair[0])))),
        "all": len(left) + len(chosen),
        "late": office.plan_tables().late_words(office.solution_names(code), code),
        "completed_after": office.plan_tables().completed_after(office.solution_names(code), code),
        "changes": office.plan_tables().changes_words(code),
        "ends": adopted.start_years[-1],
        "budget": city_budget(drawer, office.plan_tables(), code) if projects_here.height else None,
        "prices": adopted.roadmap.settings.price_year,
        "weakest": office.adopted("costs").evidence["capital"],
        "founded": usual(projects_here["evidence"]),
        "money": partial(city_money, office, drawer, code) if projects_here.height else None,
        "appraisal": partial(city_appraisal, office, code),
        "mix": partial(city_mix, office, code) if projects_here.height else None,
        "stretch": partial(city_stretch, office, code),
        "staff": partial(city_staff, office, drawer, code),
        "alike": _most_similar(office, code),
    }


def _in_words(rows: pl.DataFrame) -> pl.DataFrame:
    """Return projects with the domain of each in words, for the chart's key."""
    words = {code: label(code) for code in rows["domain"].unique()}
    return rows.with_columns(pl.col("domain").replace_strict(words, return_dtype=pl.String))


def _most_similar(office: Programme, code: str) -> dict[str, Any] | None:
    """The city whose plan is most like this one's; None when it is the only one with projects."""
    compared = office.similarity().table.filter(pl.col("city") == code).drop_nulls("likeness")
    if compared.is_empty():
        return None
    row: dict[str, Any] = compared.row(0, named=True)
    names = office.register.names()
    return row | {"name": names.get(row["nearest"], row["nearest"])}


def _paid(plan: Any, own: pl.DataFrame) -> dict[str, list[tuple[str, float]]]:  # noqa: ANN401 - the plan's own class
    """Who pays each project, in whole per cent of its capital, when the plan says so by project."""
    money = plan.money
    if "project" not in money.columns or own.is_empty():
        return {}
    if "kind" in money.columns:
        money = money.filter(pl.col("kind") == "capital")
    sums = (
        money.filter(pl.col("project").is_in(own["project"].to_list()), pl.col("amount") > 0)
        .group_by("project", "fund")
        .agg(pl.col("amount").sum())
        .sort("amount", descending=True)
    )
    return {
        project: list(zip(part["fund"], whole_shares(part["amount"].to_list()), strict=True))
        for (project,), part in sums.group_by("project", maintain_order=True)
    }
