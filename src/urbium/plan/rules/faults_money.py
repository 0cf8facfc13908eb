"""Funds can pay somebody, and their limits have something to stand on."""

from collections.abc import Iterator

import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import Tables, fault

__all__ = ["money"]

_ROUNDING = 1e-6


def money(tables: Tables, years: range) -> Iterator[Fault]:
    """Yield the faults of funds; the references hold."""
    yield from _useless_funds(tables)
    yield from _useless_shares(tables)
    yield from _unpaid(tables)
    yield from _without_budgets(tables, years)
    yield from _wrong_outlays(tables)


def _models(table: pl.DataFrame) -> set[str]:
    """Return all finance models that a table names."""
    return {model for text in table["finance_models"].unique() for model in text.split(";")} - {""}


def _useless_funds(tables: Tables) -> Iterator[Fault]:
    used = _models(tables["projects"])
    for fund, models in tables["funds"].select("fund", "finance_models").iter_rows():
        if tables["projects"].height and not used & set(models.split(";")):
            text = f"{fund} pays {models or 'nothing'}, which no project takes"
            yield fault("fund", "funds", fund, text, f"projects take {', '.join(sorted(used))}")


def _useless_shares(tables: Tables) -> Iterator[Fault]:
    """A project's own share of a fund is one of a fund that may pay the project."""
    models = {
        name: set(text.split(";")) - {""}
        for table, key in (("projects", "project"), ("funds", "fund"))
        for name, text in tables[table].select(key, "finance_models").iter_rows()
    }
    for project, fund in tables["fund_shares"].select("project", "fund").iter_rows():
        if not models[project] & models[fund]:
            text = f"{fund} may not pay {project} at all: they share no finance model"
            yield fault(
                "fund", "fund_shares", f"{project}, {fund}", text, "drop the row or give a common model"
            )


def _unpaid(tables: Tables) -> Iterator[Fault]:
    """What must be built is paid by some fund."""
    known = _models(tables["funds"])
    forced = tables["projects"].filter(
        pl.col("status").is_in(["mandatory", "committed"]), pl.col("capital") > 0
    )
    for project, status, models in forced.select("project", "status", "finance_models").iter_rows():
        if not known & set(models.split(";")):
            text = f"is {status}, and no fund pays {models or 'it'}"
            remedy = f"give it a finance model of a fund: {', '.join(sorted(known)) or 'there is none'}"
            yield fault("fund", "projects", project, text, remedy)


def _without_budgets(tables: Tables, years: range) -> Iterator[Fault]:
    """A fund that is limited by a city's budgets of all years needs a budget of each year."""
    limited = tables["funds"].filter(pl.col("city_budgets_share_max").is_not_null())["fund"].to_list()
    if not limited:
        return
    known = set(tables["budgets"].select("place", "year").iter_rows())
    for city in tables["cities"]["city"]:
        lacking = [str(year) for year in years if (city, year) not in known]
        if lacking:
            text = f"{limited[0]} is limited by the budgets of {city}, which has none in {', '.join(lacking)}"
            remedy = "give a budget of every year, or leave city_budgets_share_max empty"
            yield fault("budgets", "funds", limited[0], text, remedy)


def _wrong_outlays(tables: Tables) -> Iterator[Fault]:
    """Outlays of a committed project are of its build years, and add up to its capital."""
    outlays = tables["outlays"]
    committed = tables["projects"].filter(
        (pl.col("status") == "committed") & pl.col("project").is_in(outlays["project"].implode())
    )
    for row in committed.iter_rows(named=True):
        own = outlays.filter(pl.col("project") == row["project"]).sort("year")
        build = list(range(row["start"], row["start"] + row["build_years"]))
        if own["year"].to_list() != build:
            text = f"the outlays of {row['project']} are not of its build years"
            yield fault("outlay", "outlays", row["project"], text, f"give {build[0]} to {build[-1]}")
        elif abs(own["amount"].sum() - row["capital"]) > _ROUNDING * max(row["capital"], 1.0):
            text = f"the outlays of {row['project']} add up to {own['amount'].sum():g}"
            yield fault("outlay", "outlays", row["project"], text, f"its capital is {row['capital']:g}")
