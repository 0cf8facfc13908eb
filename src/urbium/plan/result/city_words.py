"""City words: what a plan costs one city, in sentences: who pays for building, and what it pays each year."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import money_words
from urbium.plan.result.years import later_use, peak_of, upkeep_use
from urbium.text import Text, coded
from urbium.whole_numbers import whole_shares

_SMALLEST: Final = 1e-6
"""Millions: what is less is the rounding of sums."""


def paid_by_city(plan: Plan) -> pl.DataFrame:
    """Return who pays for building in each city: city, payer (city, nation or outside), amount (millions)."""
    return (
        plan.money.filter(kind="capital")
        .join(plan.roadmap.funds.select("fund", "payer"), on="fund", maintain_order="left")
        .group_by("city", "payer", maintain_order=True)
        .agg(pl.col("amount").sum())
        .filter(pl.col("amount") > _SMALLEST)
    )


def shares_over_cities(plan: Plan) -> Text | None:
    """Say how the cities' own share differs, and how many receive no grant; None where there is one city.

    The shares are of the construction cost of each city that has any.
    """
    rows = paid_by_city(plan)
    is_by_city = pl.col("payer") == "city"
    cities = rows.group_by("city").agg(
        share=pl.col("amount").filter(is_by_city).sum() / pl.col("amount").sum(),
        is_granted=(pl.col("payer") == "nation").any(),
    )
    if cities.height < 2 or rows.filter(is_by_city).is_empty():  # noqa: PLR2004 - one city has no range
        return None
    least, middle, most = cities.select(
        least=pl.col("share").min(), middle=pl.col("share").median(), most=pl.col("share").max()
    ).row(0)
    facts = {"least": least, "most": most, "middle": middle, "cities": cities.height}
    without = cities.filter(~pl.col("is_granted")).height
    if without == cities.height:
        return coded(
            "plan.summary.shares_ungranted",
            "A city's own share ranges from {least:.0%} to {most:.0%} (median city {middle:.0%}); none "
            "of the {cities:,} cities receives a national grant.",
            **facts,
        )
    return coded(
        "plan.summary.shares",
        "A city's own share ranges from {least:.0%} to {most:.0%} (median city {middle:.0%}); {count} "
        "of {cities:,} cities receives no national grant.",
        "A city's own share ranges from {least:.0%} to {most:.0%} (median city {middle:.0%}); "
        "{count:,} of {cities:,} cities receive no national grant.",
        count=without,
        **facts,
    )


def funding_here(plan: Plan, city: str, name: str) -> Iterator[Text]:
    """Say what building costs in a city, and how much the city, the nation and others pay of it."""
    paid = dict(paid_by_city(plan).filter(city=city).select("payer", "amount").iter_rows())
    whole = sum(paid.values())
    if not whole:
        return
    facts = {"city": name, "capital": money_words(whole, plan.currency)}
    if set(paid) == {"city"}:
        yield coded(
            "plan.here.paid_alone",
            "The total construction cost is {capital}. {city} pays all of it: the plan has no "
            "national grant and no loan or partner for it.",
            **facts,
        )
    else:
        parts = {payer: paid.get(payer, 0.0) for payer in ("city", "nation", "outside")}
        amounts = {
            payer: coded(
                "plan.here.share", "{amount} ({share:.0%})",
                amount=money_words(part, plan.currency), share=share,
            )
            for (payer, part), share in zip(parts.items(), whole_shares([*parts.values()]), strict=True)
        }  # fmt: skip
        yield coded(
            "plan.here.paid",
            "The total construction cost is {capital}: {city} pays {share}, the nation {grant}, "
                "and loans and partners {outside}.",
            share=amounts["city"], grant=amounts["nation"], outside=amounts["outside"], **facts
        )  # fmt: skip
    yield coded("plan.here.unsigned", "Until agreements are signed, who pays is an assumption of the plan.")


def upkeep_here(plan: Plan, city: str, name: str) -> Iterator[Text]:
    """Say what a city pays each year for what is built: running, renewal, repayments, beside its limit."""
    road = plan.roadmap
    place = city if road.settings.operation_by == "city" else NATIONWIDE
    running, renewal = plan.table.filter(city=city).select(pl.col("operation", "renewal").sum()).row(0)
    facts = {
        "city": name,
        "used": money_words(running + renewal, plan.currency),
        "running": money_words(running, plan.currency),
        "renewal": money_words(renewal, plan.currency),
    }
    if place == NATIONWIDE:
        yield coded(
            "plan.here.run_by_nation",
            "For as long as these projects are in use, the nation pays {used} a year for them: "
            "{running} to operate them and {renewal} set aside for renewal.",
            **facts,
        )
        return
    yield coded(
        "plan.here.yearly",
        "For as long as these projects are in use, {city} pays {used} a year for them: {running} to "
        "operate them and {renewal} set aside for renewal.",
        **facts,
    )
    limits = road.upkeep.filter(place=city)
    if limits.is_empty():
        yield coded("plan.here.unlimited", "The plan sets no limit on these costs.")
        return
    with_repayments = later_use(plan).filter(pl.col("place") == city, pl.col("amount").is_not_null())
    alone = upkeep_use(plan).filter(place=city).rename({"since": "year"}).with_columns(repaid=pl.lit(0.0))
    row = peak_of(alone if with_repayments.is_empty() else with_repayments)
    facts = {
        "year": row["year"],
        "used": money_words(row["used"], plan.currency),
        "share": row["share"],
        "amount": money_words(row["amount"], plan.currency),
    }
    if row["repaid"] > _SMALLEST:
        yield coded(
            "plan.here.peak",
            "Including repayments ({repaid}), these costs peak in {year}: {used}, {share:.0%} of "
            "the limit of {amount}.",
            repaid=money_words(row["repaid"], plan.currency),
            **facts,
        )
    else:
        yield coded("plan.here.of_limit", "This is {share:.0%} of the limit of {amount}.", **facts)
    yield from _limit_rests(plan, city)


def _limit_rests(plan: Plan, city: str) -> Iterator[Text]:
    """Say what a city's limit is of its budget in the plan, and what that rests on, if it is assumed."""
    limit = plan.roadmap.upkeep.filter(pl.col("place") == city).row(0, named=True)
    budgets = plan.roadmap.budgets.filter(pl.col("place") == city).sort("year")
    words = plan.roadmap.words
    if limit["evidence"] != "assumption":
        return
    amount, note = budgets.select("amount", "note").row(0) if budgets.height else (0.0, "")
    if not (amount and note):
        yield coded(
            "plan.here.limit",
            "The limit is an assumption, not an agreed budget: {note}.",
            note=words(limit["note"]),
        )
        return
    yield coded(
        "plan.here.limit_of_budget",
        "The limit is an assumption, not an agreed budget: {share:.0%} of {budget} a year, which is {note}.",
        share=limit["amount"] / amount,
        budget=money_words(amount, plan.currency),
        note=words(note),
    )
