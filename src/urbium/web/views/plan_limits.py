"""Plan limits: what the plan uses of money and people, what it misses, and how alike its parts are."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium import charts
from urbium.plan import (
    NATIONWIDE,
    budget_totals,
    budget_use,
    by_year,
    people_use,
    shortfall_words,
    shortfalls,
    similarity,
)
from urbium.plan.rules import FULL
from urbium.web.drawing import Drawer
from urbium.web.parameters import Office

__all__ = ["OPERATION", "alike", "budgets", "city_budget", "likenesses", "missed", "payers", "people"]

OPERATION = "Operation of what is built"
"""What the cost of running is called among the payers."""

TRAINING = "Training of people"
"""What the cost of training people is called among the payers."""

_WHOSE = {"nation": "The nation", "cities": "All cities together"}
_SHOWN = 50


def payers(office: Office, drawer: Drawer, made: Any) -> dict[str, Any]:  # noqa: ANN401 - the plan's own class
    """Gather the money by year and payer, as bars and as a table."""
    money = _money(office, made)
    funds = sorted(set(money["fund"]) - {OPERATION, TRAINING})
    running = [name for name in (OPERATION, TRAINING) if name in money["fund"]]
    bars = charts.money(money, y_title=f"Million {made.currency}", order=[*funds, *running])
    return {
        "chart": drawer.draw(bars) if money.height else None,
        "rows": _by_year(money),
        "funds": [*funds, *running],
        "prices": made.roadmap.settings.price_year,
    }


def _money(office: Office, made: Any) -> pl.DataFrame:  # noqa: ANN401 - the plan's own class
    """Money by year and fund, with the funds' names: that of the costs, or the plan's own."""
    costs = office.adopted("costs")
    table: pl.DataFrame = made.money if costs is None else costs.table
    names = {code: fund.name.get("en", code) for code, fund in office.catalogue.funds.items()}
    payer = (
        pl.when(pl.col("kind") == "operation")
        .then(pl.lit(OPERATION))
        .otherwise(pl.col("fund").replace(names))
    )
    trained = by_year(made).select(pl.lit(TRAINING).alias("fund"), "year", amount="training")
    paid = table.with_columns(fund=payer).select("fund", pl.col("year").cast(pl.Int64), "amount")
    return (
        pl.concat([paid, trained])
        .group_by("year", "fund")
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") != 0)
        .sort("year", "fund")
    )


def _by_year(money: pl.DataFrame) -> list[dict[str, Any]]:
    """The same money as a table: one row a year, one column a fund."""
    if money.is_empty():
        return []
    wide = money.pivot(on="fund", index="year", values="amount", sort_columns=True).sort("year")
    return [
        {"year": row.pop("year"), "funds": row, "total": sum(value or 0.0 for value in row.values())}
        for row in wide.to_dicts()
    ]


def budgets(drawer: Drawer, made: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the plan's own class
    """Gather how much of the budgets is used, the nation's and the cities'; None where none limits."""
    totals = budget_totals(made)
    if totals.is_empty():
        return None
    sides = []
    for whose, words in _WHOSE.items():
        own = totals.filter(pl.col("whose") == whose).sort("year")
        if own.is_empty():
            continue
        budget, spent = own.select(pl.col("budget").sum(), pl.col("spent").sum()).row(0)
        most = own.sort("share", "year", descending=[True, False], nulls_last=True).row(0, named=True)
        full = own.sort("full", "year", descending=[True, False]).row(0, named=True)
        sides.append(
            {"whose": whose, "name": words, "rows": own.to_dicts(), "budget": budget, "spent": spent,
             "share": spent / budget if budget else None, "most": most, "full": full,
             "chart": drawer.draw(charts.budgets(own, y_title=f"Million {made.currency}", full=FULL))}
        )  # fmt: skip
    return {
        "sides": sides,
        "years": sorted({row["year"] for side in sides for row in side["rows"]}),
        "evidence": _evidence(made.roadmap.budgets),
        "carry_over": getattr(made.roadmap.settings, "carry_over", 0.0),
    }


def _evidence(table: pl.DataFrame) -> list[dict[str, Any]]:
    counted = table.group_by(pl.col("evidence").replace("", None)).agg(count=pl.len())
    return counted.sort("count", descending=True).to_dicts()


def city_budget(drawer: Drawer, made: Any, code: str) -> dict[str, Any] | None:  # noqa: ANN401 - the plan's own class
    """Gather what the plan uses of one city's budget; None where it has none."""
    own = budget_use(made).filter(pl.col("place") == code).sort("year")
    if own.is_empty():
        return None
    budget, spent = own.select(pl.col("budget").sum(), pl.col("spent").sum()).row(0)
    limit = made.roadmap.budgets.filter(pl.col("place") == code).row(0, named=True)
    return {
        "chart": drawer.draw(charts.budgets(own, y_title=f"Million {made.currency}", full=FULL)),
        "rows": own.to_dicts(),
        "budget": budget,
        "spent": spent,
        "share": spent / budget if budget else None,
        "evidence": limit["evidence"],
        "note": limit["note"],
    }


def people(drawer: Drawer, made: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the plan's own class
    """Gather who is needed against who there is; None where the plan has no limits on people."""
    use = people_use(made)
    if use.is_empty():
        return None
    names = _occupations(made)
    rows = use.with_columns(occupation=pl.col("occupation").replace(names))
    peak = use.group_by("year").agg(pl.col("needed").sum()).sort("needed", "year", descending=[True, False])
    full = rows.filter(pl.col("share") >= FULL)["occupation"].unique().sort().to_list()
    drawn = rows.filter(pl.col("share").is_not_null())
    return {
        "chart": drawer.draw(charts.shares(drawn, share_title="lent of what can be lent", full=FULL))
        if drawn.height
        else None,
        "rows": rows.to_dicts(),
        "peak": peak.row(0, named=True),
        "full": full,
        "trained": float(use["trained"].max() or 0),  # type: ignore[arg-type]
        "evidence": _evidence(made.roadmap.tables["pools"]),
    }


def _occupations(made: Any) -> dict[str, str]:  # noqa: ANN401 - the plan's own class
    table = made.roadmap.tables.get("occupations")
    if table is None or "name" not in table.columns:
        return {}
    return {code: name for code, name in table.select("occupation", "name").iter_rows() if name}


def missed(office: Office, made: Any) -> dict[str, Any] | None:  # noqa: ANN401 - the plan's own class
    """Gather what the plan misses, by kind and place; None when it misses nothing."""
    found = shortfalls(made)
    if found.is_empty():
        return None
    names = {**dict(office.cities().select("code", "name_en").iter_rows()), NATIONWIDE: "the nation"}
    words = {kind: shortfall_words(kind) for kind in found["kind"].unique()}
    rows = found.with_columns(name=pl.col("place").replace(names), words=pl.col("kind").replace(words)).sort(
        "kind", "amount", descending=[False, True]
    )
    return {
        "rows": rows.head(_SHOWN).to_dicts(),
        "total": rows.height,
        "kinds": rows.group_by("words", maintain_order=True).agg(count=pl.len()).to_dicts(),
    }


def alike(office: Office, made: Any) -> Any:  # noqa: ANN401 - the plan's own class, urbium.plan.Similarity
    """Return how alike the cities' plans are, found out once."""
    return office.once("likeness", lambda: similarity(made))


def likenesses(drawer: Drawer, made: Any, found: Any, names: Mapping[str, str]) -> dict[str, Any] | None:  # noqa: ANN401
    """Gather how alike the cities' plans are; None where fewer than two cities have projects."""
    table = found.table.drop_nulls("alike")
    if table.is_empty():
        return None
    own = table.sort("alike", "city")
    doubled = found.overlaps
    return {
        "chart": drawer.draw(
            charts.histogram(
                table.with_columns(percent=100 * pl.col("alike")),
                value="percent",
                value_title="Solutions shared with the other cities, on average (%)",
            )
        ),
        "mean": found.alike,
        "chance": found.by_chance,
        "one_list": found.in_list,
        "same": table.filter(pl.col("same") > 0).height,
        "cities": table.height,
        "doubled": doubled.height,
        "doubling": doubled["city"].n_unique(),
        "least": [row | {"name": names.get(row["city"], row["city"])} for row in own.head(5).to_dicts()],
        "most": [row | {"name": names.get(row["city"], row["city"])} for row in own.tail(5).to_dicts()[::-1]],
        "uniform": _uniform(made.roadmap.gaps),
    }


def _uniform(gaps: pl.DataFrame) -> float:
    """The share of the needs that are assumed, and assumed alike for every city."""
    if gaps.is_empty():
        return 0.0
    same = (pl.col("need").n_unique().over("indicator") == 1) & (pl.len().over("indicator") > 1)
    return gaps.filter(same & (pl.col("evidence") == "assumption")).height / gaps.height
