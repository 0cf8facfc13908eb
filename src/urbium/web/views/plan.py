"""Plan: when what starts, who pays it, how good it is proven to be, and why each project is in or out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from urbium import charts
from urbium.errors import NotFoundError
from urbium.web.drawing import Drawer
from urbium.web.needs import Office
from urbium.web.views.frames import matching, one_page, projects

__all__ = ["ORDERS", "PlanQuery", "plan", "why"]

ORDERS: Mapping[str, tuple[str, list[str], bool]] = {
    "start": ("Start", ["start", "name_en", "title"], False),
    "city": ("City", ["name_en", "start", "title"], False),
    "solution": ("Solution", ["title", "start", "name_en"], False),
    "cost": ("Cost to build", ["capital"], True),
    "value": ("Value", ["value"], True),
}
"""How the projects may be ordered: what it is called, its columns, and whether the largest comes first."""

_MOST_ROWS = 30
_OPERATION = "Operation of what is built"


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which projects are shown: words in names, a province, a solution, a year of start; order and page."""

    words: str = ""
    province: str = ""
    solution: str = ""
    year: int | None = None
    order: str = "start"
    page: int = 1


def plan(office: Office, drawer: Drawer, query: PlanQuery) -> dict[str, Any]:
    """Gather the page of the plan; a programme without a plan says how to make one."""
    made, table = office.adopted("plan"), projects(office)
    context: dict[str, Any] = {
        "page": "plan",
        "plan": None,
        "query": query,
        "orders": {key: text for key, (text, _, _) in ORDERS.items()},
    }
    if made is None or table is None:
        return context
    worth = made.objective or None
    shown = _asked(table.with_columns(share=pl.col("value") / worth if worth else pl.lit(None)), query)
    money = _money(office, made)
    return context | {
        "plan": made,
        "currency": made.currency,
        "cards": _totals(table),
        "proof": _proof(made),
        "starts": drawer.draw(charts.starts(_starts(shown), row="title")) if shown.height else None,
        "starts_said": _starts_said(shown),
        "money": drawer.draw(_bars(money, made.currency)) if money.height else None,
        "money_rows": _by_year(money),
        "money_funds": sorted(money["fund"].unique().to_list()),
        "table": one_page(shown, query.page),
        "provinces": sorted(table["province_en"].drop_nulls().unique().to_list()),
        "solutions": sorted({(row["title"], row["solution"]) for row in table.to_dicts()}),
        "all_solutions": sorted((each.name, code) for code, each in office.catalogue.solutions.items()),
        "years": sorted(table["start"].unique().to_list()),
        "evidence": table.group_by("evidence").agg(count=pl.len()).sort("count", descending=True).to_dicts(),
    }


def why(office: Office, code: str, solution: str) -> dict[str, Any]:
    """Gather the page that says why a solution is, or is not, in the plan of a city."""
    place = office.city(code)
    known = office.catalogue.solutions
    if solution not in known:
        raise NotFoundError.named("solution", solution, known)
    table = projects(office)
    own = (
        None
        if table is None
        else table.filter((pl.col("city") == place.code) & (pl.col("solution") == solution))
    )
    return {
        "page": "plan",
        "place": place,
        "solution": known[solution],
        "project": own.row(0, named=True) if own is not None and own.height else None,
        "explanation": office.explain(place.code, "project", solution),
        "effects": [effect for effect in office.catalogue.effects if effect.solution == solution],
        "sources": [
            office.catalogue.sources[key]
            for key in known[solution].sources
            if key in office.catalogue.sources
        ],
    }


def _asked(table: pl.DataFrame, query: PlanQuery) -> pl.DataFrame:
    """The projects that are asked for, in the order asked for."""
    shown = matching(table, query.words, "city", "name_en", "name_zh", "province_en", "title", "solution")
    for column, wanted in (
        ("province_en", query.province),
        ("solution", query.solution),
        ("start", query.year),
    ):
        if wanted:
            shown = shown.filter(pl.col(column) == wanted)
    _, columns, falling = ORDERS.get(query.order, ORDERS["start"])
    there = [name for name in columns if name in shown.columns]
    return shown.sort([*there, "project"], descending=[*(falling for _ in there), False], nulls_last=True)


def _starts(table: pl.DataFrame) -> pl.DataFrame:
    """How many projects of each solution start in each year; the least frequent solutions are left out."""
    most = (
        table.group_by("title").len().sort("len", "title", descending=[True, False]).head(_MOST_ROWS)["title"]
    )
    kept = table.filter(pl.col("title").is_in(most.to_list()))
    return kept.group_by("title", year="start").agg(projects=pl.len().cast(pl.Int64)).sort("title", "year")


def _starts_said(table: pl.DataFrame) -> str:
    if table.is_empty():
        return ""
    kinds = table["title"].n_unique()
    peak = table.group_by("start").len().sort("len", "start", descending=[True, False]).row(0, named=True)
    cut = f" The {_MOST_ROWS} most frequent of {kinds} solutions are shown." if kinds > _MOST_ROWS else ""
    return (
        f"Each cell says how many projects of a solution start in that year. "
        f"Most projects, {peak['len']:,} of {table.height:,}, start in {peak['start']}.{cut}"
    )


def _money(office: Office, made: Any) -> pl.DataFrame:  # noqa: ANN401 - the plan's own class
    """Money by year and fund, with the funds' names: that of the costs, or the plan's own."""
    costs = office.adopted("costs")
    table: pl.DataFrame = made.money if costs is None else costs.table
    names = {code: fund.name.get("en", code) for code, fund in office.catalogue.funds.items()}
    payer = pl.col("fund").replace(names)
    if "kind" in table.columns:
        payer = pl.when(pl.col("kind") == "operation").then(pl.lit(_OPERATION)).otherwise(payer)
    return (
        table.with_columns(fund=payer)
        .group_by("year", "fund")
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") != 0)
        .sort("year", "fund")
    )


def _bars(money: pl.DataFrame, currency: str) -> dict[str, Any]:
    """The money by year as bars, operation on top."""
    funds = sorted(set(money["fund"]) - {_OPERATION})
    running = [_OPERATION] if _OPERATION in money["fund"] else []
    return charts.money(money, y_title=f"Million {currency}", order=[*funds, *running])


def _by_year(money: pl.DataFrame) -> list[dict[str, Any]]:
    """The same money as a table: one row a year, one column a fund."""
    if money.is_empty():
        return []
    wide = money.pivot(on="fund", index="year", values="amount", sort_columns=True).sort("year")
    return [
        {"year": row.pop("year"), "funds": row, "total": sum(value or 0.0 for value in row.values())}
        for row in wide.to_dicts()
    ]


def _totals(table: pl.DataFrame) -> dict[str, Any]:
    return {
        "projects": table.height,
        "cities": table["city"].n_unique(),
        "solutions": table["solution"].n_unique(),
        "capital": table["capital"].sum(),
        "operation": table["operation"].sum(),
        "first": table["start"].min(),
        "last": table["finish"].max(),
    }


def _proof(made: Any) -> dict[str, Any]:  # noqa: ANN401 - the plan's own class
    """What is proven of the plan: its value, the solver's bound and the recomputed one, and the checks."""
    certificate = made.certificate
    recomputed = getattr(made, "gap_recomputed", None)
    return {
        "objective": made.objective,
        "bound": made.bound,
        "gap": made.gap if math.isfinite(made.gap) else None,
        "bound_recomputed": getattr(made, "bound_recomputed", None),
        "gap_recomputed": recomputed if recomputed is not None and math.isfinite(recomputed) else None,
        "is_valid": certificate.is_valid,
        "checks": certificate.checks,
    }
