"""Upkeep: what a plan costs its places in the years after it, in sentences: running, renewal, repayments."""

from collections.abc import Iterator, Mapping

import polars as pl

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import PAYERS, money_words
from urbium.plan.result.years import later_use, peak_of, upkeep_use
from urbium.plan.rules import FULL
from urbium.plan.rules.repayments import repaid
from urbium.plan.verify.result import TOLERANCE
from urbium.text import Text, coded, text
from urbium.text.naming import NAMED

_TIGHT = 0.9
"""From which used share on the cities' limits on running costs are said to leave little room."""


def upkeep_words(plan: Plan) -> Iterator[Text]:
    """Say what running and renewal take of the limits after the plan, and what these limits rest on."""
    use = upkeep_use(plan)
    if use.is_empty():
        return
    amount, used = use.select(pl.col("amount").sum(), pl.col("used").sum()).row(0)
    above = use.filter(pl.col("used") > pl.col("amount") * (1 + TOLERANCE)).height
    facts = {
        "year": use["since"].min(),
        "amount": money_words(amount, plan.currency),
        "share": used / amount if amount else None,
    }
    if not above:
        yield coded(
            "plan.summary.upkeep_kept",
            "From {year} on, running costs and renewal take {share:.0%} of the {amount} a year that the "
            "limits allow. No place exceeds its limit in any later year.",
            **facts,
        )
    else:
        yield coded(
            "plan.summary.upkeep_use",
            "From {year} on, running costs and renewal take {share:.0%} of the {amount} a year that the "
            "limits allow. Places that exceed their limit in at least one later year: {above:,} of "
            "{count:,}.",
            count=use.height,
            above=above,
            **facts,
        )
    yield from _limits_rest(plan)


def tight_upkeep(plan: Plan) -> Text | None:
    """Say how little room the cities' limits on running costs leave; None where they leave a tenth."""
    use = upkeep_use(plan).filter(pl.col("amount") > 0, pl.col("place") != NATIONWIDE)
    used, amount = use.select(pl.col("used").sum(), pl.col("amount").sum()).row(0)
    if not amount or used / amount < _TIGHT:
        return None
    return text(
        "A limit that leaves less room for more projects is that on running costs and renewal after the "
        "plan: {share:.0%} of it is used over all cities, and {full:,} of {places:,} cities have used theirs "
        "fully ({most:.0%} or more; repayments are not counted here).",
        share=used / amount, places=use.height, most=FULL,
        full=use.filter(pl.col("used") >= FULL * pl.col("amount")).height,
    )  # fmt: skip


def _limits_rest(plan: Plan) -> Iterator[Text]:
    """Say what the limits are, where all of them are assumptions: the commonest note, and that of budgets."""
    road = plan.roadmap
    if set(road.upkeep["evidence"]) != {"assumption"}:
        return
    note, count = _commonest(road, road.upkeep["note"])
    first = road.budgets.filter(pl.col("place") != NATIONWIDE, pl.col("year") == pl.col("year").min())
    if not note:
        return
    if count == road.upkeep.height:
        yield coded(
            "plan.summary.limits_rest", "The limits are assumptions, not agreed budgets: {note}.", note=note
        )
    else:
        yield coded(
            "plan.summary.limits_rest_mostly",
            "The limits are assumptions, not agreed budgets (basis in {count:,} of {places:,} "
                "places: {note}).",
            count=count, places=road.upkeep.height, note=note
        )  # fmt: skip
    budget, alike = _commonest(road, first["note"])
    if budget and set(first["evidence"]) == {"assumption"}:
        yield coded(
            "plan.summary.budgets_rest",
            "The budget of a plan year is itself an estimate; its basis in {alike:,} of {cities:,} "
            "cities is {budget}.",
            budget=budget, alike=alike, cities=first.height
        )  # fmt: skip


def _commonest(road: Roadmap, notes: pl.Series) -> tuple[str, int]:
    """Return the note that most rows have, and how many have it; nothing of none."""
    counts = notes.value_counts().sort("count", notes.name, descending=[True, False])
    note, count = counts.row(0) if counts.height else ("", 0)
    return road.words(note), count


def repayment_words(plan: Plan, called: Mapping[str, str]) -> Iterator[Text]:
    """Say what is repaid and which limits that exceeds; or that nothing is repaid in this plan."""
    use = later_use(plan)
    if use.is_empty():
        outside = plan.roadmap.funds.filter(pl.col("payer") == "outside")["fund"]
        paid = float(plan.money.filter(pl.col("fund").is_in(outside.implode()))["amount"].sum())
        if paid > 0:
            yield coded(
                "plan.summary.no_repayments",
                "{paid} of loans and partners' money is not repaid in this plan: repayments were left "
                "out, so they are not included in any budget or limit after the plan.",
                paid=money_words(paid, plan.currency),
            )
        return
    peak = peak_of(use.group_by("year").agg(pl.col("repaid", "used").sum()))
    is_above = pl.col("used") > pl.col("amount") * (1 + TOLERANCE)
    above = use.filter(is_above).select("place", "year").sort("place", "year")
    yield coded(
        "plan.summary.repayments_peak",
        "Running costs, renewal and repayments together peak in {year}: {used}, of which {repaid} is "
        "for repayments.",
        year=peak["year"],
        used=money_words(peak["used"], plan.currency),
        repaid=money_words(peak["repaid"], plan.currency),
    )
    count = above["place"].n_unique()
    first = above.group_by("place", maintain_order=True).agg(pl.col("year").min()).head(NAMED)
    if use["amount"].null_count() == use.height:
        yield coded(
            "plan.summary.repayments_free",
            "There is no limit on running costs, renewal and repayments after the plan.",
        )
    elif count == 0:
        is_full = pl.col("used") >= FULL * pl.col("amount")
        yield coded(
            "plan.summary.repayments_kept",
            "No place exceeds its limit on running costs, renewal and repayments in any year to "
            "{last}; places that use {share:.0%} or more of their limit in at least one year: "
            "{full:,} of {places:,}.",
            last=use["year"].max(),
            full=use.filter(is_full)["place"].n_unique(),
            places=use["place"].n_unique(),
            share=FULL,
        )
    else:
        yield coded(
            "plan.summary.repayments_above",
            "{count} place exceeds its limit on running costs, renewal and repayments after the plan, "
            "because of existing commitments: {places:list}.",
            "{count:,} places exceed their limit on running costs, renewal and repayments after the "
            "plan, because of existing commitments: {places:list}.",
            count=count,
            places=[f"{called.get(place, place)} ({since})" for place, since in first.iter_rows()],
        )
    yield from _repaid_by_users(plan)


def loan_words(plan: Plan) -> Iterator[Text]:
    """Say what is repaid in all beside what was borrowed for it, by whom, and until when."""
    back = repaid(plan.roadmap, plan.money)
    funds = plan.roadmap.repayments.filter(pl.col("payer") != "users")["fund"]
    borrowed = plan.money.filter(pl.col("kind") == "capital", pl.col("fund").is_in(funds.implode()))
    amount = float(back["amount"].sum())
    if amount <= 0:
        return
    places = set(back.filter(pl.col("amount") > 0)["place"])
    payers = [PAYERS["city"]] if places - {NATIONWIDE} else []
    yield coded(
        "plan.summary.repaid_in_all",
        "By {last}, a total of {repaid} will be repaid on {borrowed} from loans and partners, "
        "including interest and returns (constant prices); paid by: {payers:list}.",
        payers=[*payers, *([PAYERS["nation"]] if NATIONWIDE in places else [])],
        borrowed=money_words(float(borrowed["amount"].sum()), plan.currency),
        repaid=money_words(amount, plan.currency),
        last=back.filter(pl.col("amount") > 0)["year"].max(),
    )


def _repaid_by_users(plan: Plan) -> Iterator[Text]:
    """Say what users are taken to repay, and which part of it is of projects that bring in nothing."""
    road = plan.roadmap
    terms = road.repayments.filter(pl.col("payer") == "users").select("fund", "share")
    back = (
        plan.money.filter(pl.col("kind") == "capital")
        .join(terms, on="fund")
        .select("project", amount=pl.col("amount") * pl.col("share"))
    )
    amount = float(back["amount"].sum())
    if amount <= 0:
        return
    if road.inflows.is_empty():
        yield coded(
            "plan.summary.users",
            "Users are assumed to repay a further {amount}; whatever they do not pay falls to the cities.",
            amount=money_words(amount, plan.currency),
        )
        return
    earning = road.inflows.filter(pl.col("kind") != "none")["project"]
    barren = float(back.filter(~pl.col("project").is_in(earning.implode()))["amount"].sum())
    yield coded(
        "plan.summary.users_barren",
        "Users are assumed to repay a further {amount}, {share:.0%} of it for projects without a known "
        "income; whatever they do not pay falls to the cities.",
        amount=money_words(amount, plan.currency),
        share=barren / amount,
    )
