"""Plan limits: what the plan uses of money and staff, what it misses, and how similar its parts are."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium import charts
from urbium.programme import Programme
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, say, text, texts
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.words import named_rows
from urbium.web.views.plans.plan_people import short_words

OPERATION = text("Operation of completed projects")
"""What the cost of running is called among the payers."""

RENEWAL = text("Set aside for renewal")
"""What is set aside for renewal is called among the payers."""

TRAINING = text("Training of staff")
"""What the cost of training is called among the payers."""

_SHOWN = 50


def payers(office: Programme, drawer: Drawer, tables: PlanTables) -> dict[str, Any]:
    """Gather the money by year and payer, as bars and as a table."""
    running = [str(say(title)) for title in (OPERATION, RENEWAL, TRAINING)]
    money = _money(office, tables, *running)
    used = set(money["fund"])
    order = [*sorted(used - set(running)), *(title for title in running if title in used)]
    currency = tables.plan.currency
    bars = charts.money(money, order=order, currency=currency)
    return {
        "chart": drawer.draw(bars) if money.height else None,
        "rows": _by_year(money),
        "funds": order,
    }


def _money(
    office: Programme, tables: PlanTables, operation: str, renewal: str, training: str
) -> pl.DataFrame:
    """Money by year and fund, with the funds' names: that of the costs, or the plan's own."""
    costs = office.adopted("costs")
    table: pl.DataFrame = tables.plan.money if costs is None else costs.table
    names = named_rows(office.catalogue.funds)
    payer = pl.col("kind").replace_strict(
        {"operation": operation, "renewal": renewal}, default=pl.col("fund").replace(names)
    )
    trained = tables.years().select(pl.lit(training).alias("fund"), "year", amount="training")
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


def budgets(drawer: Drawer, tables: PlanTables) -> dict[str, Any] | None:
    """Gather how much of the budgets is used, the nation's and the cities'; None where none limits."""
    totals = tables.budget_totals()
    if totals.is_empty():
        return None
    plan = tables.plan
    parts = ((whose, totals.filter(pl.col("whose") == whose).sort("year")) for whose in ("nation", "cities"))
    sides = [_side(drawer, whose, rows, tables) for whose, rows in parts if rows.height]
    return {
        "sides": sides,
        "years": sorted({row["year"] for side in sides for row in side["rows"]}),
        "evidence": _evidence(plan.roadmap.budgets),
        "carry_over": plan.roadmap.settings.carry_over,
    }


def _side(drawer: Drawer, whose: str, rows: pl.DataFrame, tables: PlanTables) -> dict[str, Any]:
    """The budget of the nation, or of all cities: its name, what is said of it, its chart and rows."""
    plan = tables.plan
    currency, in_plan = plan.currency, rows.filter(pl.col("year").is_in(list(plan.start_years)))
    budget, spent = in_plan.select(pl.col("budget").sum(), pl.col("spent").sum()).row(0)
    peak = in_plan.sort("share", "year", descending=[True, False], nulls_last=True).head(1).to_dicts()
    named = _nation_side(tables) if whose == "nation" else _cities_side(rows)
    used = (
        text(
            "{currency} {spent:compact} of {currency} {budget:compact} is used in the plan years, "
                "{first} to {last} ({share:.0%}); in these years, use is highest in {year}, at "
                "{most:.0%} of that year's budget.",
            currency=currency, spent=1e6 * spent, budget=1e6 * budget,
            first=plan.start_years[0], last=plan.start_years[-1],
            share=spent / budget, year=peak[0]["year"], most=peak[0]["share"]
        )
        if budget
        else text("It has no funding in any year.")
    )  # fmt: skip
    return named | {
        "whose": whose,
        "rows": rows.to_dicts(),
        "said": text("{used} {full}", used=used, full=named["full"]),
        "chart": drawer.draw(charts.budgets(rows, currency=currency, full=PlanTables.full())),
    }


def _nation_side(tables: PlanTables) -> dict[str, Any]:
    return {
        "name": text("National budget"),
        "label": text("National budget and spending from it, by year"),
        "budget_title": text("National budget"),
        "full": tables.tight_upkeep() or "",
    }


def _cities_side(rows: pl.DataFrame) -> dict[str, Any]:
    return {
        "name": text("Budgets of all cities together"),
        "label": text("Budgets of all cities and spending from them, by year"),
        "budget_title": text("City budgets"),
        "full": _full_words(rows),
    }


def tight(office: Programme, tables: PlanTables) -> list[tuple[Text, str, Text]]:
    """Return what leaves little room: what is said, and the address and the name of its page."""
    said: list[tuple[Text, str, Text]] = []
    cities = tables.budget_totals().filter(whose="cities")
    if cities["full"].max():
        said.append((_full_words(cities), "/plan/money#budgets", text("Money")))
    staff = office.adopted("talent")
    if staff is not None and staff.shortage.table["chance"].max():
        said.append((short_words(staff), "/plan/staff#staff", text("Staff")))
    return said


def _full_words(rows: pl.DataFrame) -> Text:
    """Say how many cities have used their budgets in the year in which most have."""
    most = rows.sort("full", "year", descending=[True, False]).row(0, named=True)
    return texts(
        "In {year}, {count} of {places:,} cities has fully used its budget (99% or more).",
        "In {year}, {count:,} of {places:,} cities have fully used their budgets (99% or more).",
        count=most["full"],
        year=most["year"],
        places=most["places"],
    )


def _evidence(table: pl.DataFrame) -> list[dict[str, Any]]:
    counted = table.group_by(pl.col("evidence").replace("", None)).agg(count=pl.len())
    return counted.sort("count", descending=True).to_dicts()


def city_budget(drawer: Drawer, tables: PlanTables, code: str) -> dict[str, Any] | None:
    """Gather what the plan uses of one city's budget; None where it has none."""
    rows = tables.budgets().filter(pl.col("place") == code).sort("year")
    if rows.is_empty():
        return None
    in_plan = rows.filter(pl.col("year").is_in(list(tables.plan.start_years)))
    budget, spent = in_plan.select(pl.col("budget").sum(), pl.col("spent").sum()).row(0)
    limit = tables.plan.roadmap.budgets.filter(pl.col("place") == code).row(0, named=True)
    return {
        "chart": drawer.apart(charts.budgets(rows, currency=tables.plan.currency, full=tables.full())),
        "rows": rows.to_dicts(),
        "budget": budget,
        "spent": spent,
        "share": spent / budget if budget else None,
        "evidence": limit["evidence"],
        "note": tables.plan.roadmap.words(limit["note"]),
    }


def people(drawer: Drawer, tables: PlanTables) -> dict[str, Any] | None:
    """Gather the staff needed against the staff available; None where the plan has no limits on staff."""
    use = tables.people()
    if use.is_empty():
        return None
    rows = use.with_columns(occupation=pl.col("occupation").replace(_occupations(tables)))
    drawn = rows.filter(pl.col("share").is_not_null())
    lent = text("share of lendable staff on loan")
    return {
        "chart": drawer.draw(charts.shares(drawn, share_title=lent, full=tables.full()))
        if drawn.height
        else None,
        "rows": rows.to_dicts(),
        "said": _people_said(rows),
        "evidence": _evidence(tables.plan.roadmap.tables["pools"]),
    }


def _people_said(rows: pl.DataFrame) -> Text:
    """What the chart of staff shows, when most are needed, and which occupations reach their limit."""
    sums = rows.group_by("year").agg(pl.col("needed").sum())
    peak = sums.sort("needed", "year", descending=[True, False]).row(0, named=True)
    full = rows.filter(pl.col("share") >= PlanTables.full())["occupation"].unique().sort().to_list()
    trained = float(rows["trained"].max() or 0)  # type: ignore[arg-type]
    shown = text(
        "Each cell shows how much of the staff that the nation can lend to cities is in use that year; "
        "orange means all of it. The plan limits only the numbers of {limited:list}: demand for them "
        "peaks in {year}, at {needed:,.0f} full-time posts.",
        limited=rows["occupation"].unique().sort().to_list(), year=peak["year"], needed=peak["needed"]
    )  # fmt: skip
    limit = (
        text("At their limit in at least one year: {names:list}.", names=full)
        if full
        else text("These occupations do not reach their limits.")
    )
    taught = text("At most {count:,.0f} of these people are trained under the plan.", count=trained)
    return text("{shown} {limit} {taught}", shown=shown, limit=limit,
                taught=taught if trained else "")  # fmt: skip


def _occupations(tables: PlanTables) -> dict[str, str]:
    names = tables.plan.roadmap.named("occupations")
    return {code: str(say(name)) for code, name in names.items() if name}


def missed(office: Programme, tables: PlanTables) -> dict[str, Any] | None:
    """Gather the targets that the plan misses, by kind and place; None when it misses none."""
    shortfalls = tables.shortfalls()
    if shortfalls.is_empty():
        return None
    nation = text("the nation")
    names: dict[str, str] = {
        **office.register.names(),
        tables.nationwide: nation,
    }
    called = {**office.solution_names(), **office.plan_reasons.standard_names(), "closing": ""}
    words = {kind: tables.shortfall_words(kind) for kind in shortfalls["kind"].unique()}
    rows = shortfalls.sort("kind", "amount", descending=[False, True])
    shown = [
        row
        | {
            "name": names.get(row["place"], row["place"]),
            "words": words[row["kind"]],
            "what": called.get(row["what"].rpartition(":")[2], row["what"]),
        }
        for row in rows.head(_SHOWN).to_dicts()
    ]
    counts = rows.group_by("kind", maintain_order=True).agg(count=pl.len()).to_dicts()
    return {
        "rows": shown,
        "total": rows.height,
        "kinds": [row | {"words": words[row["kind"]]} for row in counts],
    }


def similarities(
    drawer: Drawer,
    adopted: Any,  # noqa: ANN401 - urbium.plan.Plan
    similarity: Any,  # noqa: ANN401 - urbium.plan.Similarity
    names: Mapping[str, str],
) -> dict[str, Any] | None:
    """Gather how similar the cities' plans are; None where fewer than two cities have projects."""
    table = similarity.table.drop_nulls("alike")
    if table.is_empty():
        return None
    rows = [
        row | {"name": names.get(row["city"], row["city"])} for row in table.sort("alike", "city").to_dicts()
    ]
    shared = text("Solutions shared with the other cities, on average (%)")
    percents = table.with_columns(percent=100 * pl.col("alike"))
    return {
        "chart": drawer.draw(charts.histogram(percents, value="percent", value_title=shared)),
        "said": _similarity_said(similarity, table),
        "least": rows[:5],
        "most": rows[-5:][::-1],
        "uniform": _uniform(adopted.roadmap.gaps),
    }


def _similarity_said(similarity: Any, table: pl.DataFrame) -> Text:  # noqa: ANN401 - urbium.plan.Similarity
    """How much the cities share, how many have the same plan, and what is counted twice within a city."""
    overlaps = similarity.overlaps
    shared = text(
        "On average, two cities share {share:.0%} of their solutions (of all the solutions that "
            "either of them has, regardless of the year); by chance, the share would be {chance:.0%}.",
        share=similarity.alike, chance=similarity.by_chance
    )  # fmt: skip
    same = text(
        "{same:,} of {cities:,} cities have exactly the same solutions as another city, and a single "
        "standard list would reproduce {share:.0%} of the selected projects.",
        same=table.filter(pl.col("same") > 0).height, cities=table.height, share=similarity.in_list
    )  # fmt: skip
    overlap = texts(
        "Overlap within cities, which reduces the effect: {count} case (cities: {cities}).",
        "Overlap within cities, which reduces the effect: {count:,} cases (cities: {cities:,}).",
        count=overlaps.height, cities=overlaps["city"].n_unique()
    )  # fmt: skip
    return text("{shared} {same} {overlap}", shared=shared, same=same,
                overlap=overlap if overlaps.height else "")  # fmt: skip


def _uniform(gaps: pl.DataFrame) -> float:
    """The share of the needs that are assumed, and assumed alike for every city."""
    if gaps.is_empty():
        return 0.0
    same = (pl.col("need").n_unique().over("indicator") == 1) & (pl.len().over("indicator") > 1)
    return gaps.filter(same & (pl.col("evidence") == "assumption")).height / gaps.height
