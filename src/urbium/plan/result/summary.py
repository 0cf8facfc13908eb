"""Summary: a plan in a few sentences, each with its figures, for a person who reads nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from urbium.catalogue.words import DOMAINS
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.benefit import benefit_by_effect
from urbium.plan.result.late import completed_after, late_words
from urbium.plan.result.natural_units import changes_words
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import evidence_shares
from urbium.plan.result.similarity import Similarity, similarity
from urbium.plan.result.wording import count_of_cities, count_of_projects, money_words
from urbium.plan.result.years import (
    budget_totals,
    later_use,
    order_kept,
    people_use,
    shortfall_words,
    shortfalls,
    upkeep_use,
)
from urbium.plan.rules import FULL
from urbium.plan.verify.result import TOLERANCE
from urbium.text import Text, coded, text, texts

_NAMED = 3
"""How many places are named in a sentence."""
_LEAST_SHARE = 0.005
"""A share below it would be written as 0 %."""


def summary(
    plan: Plan,
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    solutions: Mapping[str, str] = MappingProxyType({}),
    alike: Similarity | None = None,
) -> tuple[tuple[Text, Text], ...]:
    """Return a plan in words: (about, sentence) pairs, in the order in which a reader asks.

    Parameters
    ----------
    plan : must have a project at least, or there is one sentence only
    names : of cities by code; those of the roadmap unless given
    solutions : their names by code
    alike : the similarity of the cities' plans; found out unless given
    """
    if plan.table.is_empty():
        nothing = (
            coded(
                "plan.summary.unproven",
                "No project was found to be of use within these years and budgets, but it is not proven "
                "that none is.",
            )
            if plan.gap
            else coded(
                "plan.summary.nothing", "Nothing: no project is of use within these years and budgets."
            )
        )
        return ((coded("plan.summary.projects", "Projects"), nothing),)
    of_roadmap = dict(plan.roadmap.cities.select("city", "name").iter_rows())
    called = {code: name for code, name in (of_roadmap | dict(names)).items() if name}
    return tuple(_sentences(plan, called, solutions, alike or similarity(plan)))


def _sentences(
    plan: Plan, names: Mapping[str, str], solutions: Mapping[str, str], alike: Similarity
) -> Iterator[tuple[Text, Text]]:
    yield coded("plan.summary.projects", "Projects"), _projects(plan)
    benefit = coded("plan.summary.benefit", "Plan benefit")
    yield benefit, plan.closed_words
    yield benefit, plan.proof_words
    late = late_words(plan.roadmap, solutions)
    if late is not None:
        yield coded("plan.summary.late", "Not achievable in time"), late
    after = completed_after(plan, solutions)
    if after is not None:
        yield coded("plan.summary.after", "Completed after the plan"), after
    fields = coded("plan.summary.fields", "What improves")
    yield from ((fields, sentence) for sentence in _fields(plan, solutions))
    yield coded("plan.summary.funding", "Funding"), _funding(plan)
    budgets = coded("plan.summary.budgets", "Budgets")
    yield from ((budgets, sentence) for sentence in _budgets(plan))
    upkeep = coded("plan.summary.upkeep", "Running costs and renewal after the plan")
    yield from ((upkeep, sentence) for sentence in _upkeep(plan))
    repayments = coded("plan.summary.repayments", "Repayments")
    yield from ((repayments, sentence) for sentence in _repayments(plan, names))
    people = coded("plan.summary.people", "People")
    yield from ((people, sentence) for sentence in _people(plan))
    missed = coded("plan.summary.missed", "Targets missed")
    yield from ((missed, sentence) for sentence in _missed(plan, names))
    order = coded("plan.summary.recommended", "Recommended order")
    yield from ((order, sentence) for sentence in _order(plan))
    likeness = coded("plan.summary.similarity", "Similarity of city plans")
    yield from ((likeness, sentence) for sentence in _similarity(alike))
    evidence = coded("plan.summary.evidence", "Evidence")
    yield from ((evidence, sentence) for sentence in _evidence(plan))


def _projects(plan: Plan) -> Text:
    table = plan.table
    first, last, finish, capital, operation, renewal = table.select(
        pl.col("start").min().alias("first"),
        pl.col("start").max().alias("last"),
        pl.col("finish").max(),
        pl.col("capital").sum(),
        pl.col("operation").sum(),
        pl.col("renewal").sum(),
    ).row(0)
    kinds = table["solution"].n_unique()
    return coded(
        "plan.summary.built",
        "{projects} of {kinds} in {cities}, starting from {first} to {last} and all completed by "
        "{finish}. They cost {capital} to build, {payers}, and, once all are in operation, {operation} "
        "a year to operate; {renewal} a year is set aside for renewal.",
        projects=count_of_projects(table.height),
        kinds=texts("{count} kind", "{count:,} kinds", count=kinds),
        cities=count_of_cities(table["city"].n_unique()),
        first=first, last=last, finish=finish, payers=plan.payers,
        capital=money_words(capital, plan.currency),
        operation=money_words(operation, plan.currency),
        renewal=money_words(renewal, plan.currency)
    )  # fmt: skip


def _fields(plan: Plan, solutions: Mapping[str, str]) -> Iterator[Text]:
    """Say in which fields life improves, by which solutions and on what evidence, the largest first."""
    gains = benefit_by_effect(plan).join(plan.table.select("project", "solution", "capital"), on="project")
    whole = float(gains["amount"].sum())
    if whole <= 0:
        return
    fields = plan.closed.group_by("domain").agg(pl.col("closed", "improvable").sum())
    rows = fields.sort("closed", "domain", descending=[True, False])
    shares = [
        coded(
            "plan.summary.field",
            "{field} {share:.0%} ({closed:.2g} %)",
            field=DOMAINS.get(field, field),
            share=amount / whole,
            closed=100 * amount / most,
        )
        for field, amount, most in rows.head(_NAMED).iter_rows()
        if amount > 0
    ]
    rest = float(rows["closed"][_NAMED:].sum()) / whole
    others = [coded("plan.summary.other_fields", "other fields {share:.0%}", share=rest)] if rest > 0 else []
    yield coded(
        "plan.summary.improved",
        "The improvement comes from these fields (in brackets, the share of the possible improvement "
        "in each field that the plan achieves): {shares:list}.",
        shares=[*shares, *others],
    )
    largest = gains.group_by("solution").agg(pl.col("amount").sum(), pl.col("city").n_unique())
    largest = largest.sort("amount", "solution", descending=[True, False])
    before = pl.col("amount").cum_sum() - pl.col("amount")
    yield coded(
        "plan.summary.largest",
        "More than half of it comes from {solutions:list}.",
        solutions=[
            coded(
                "plan.summary.source",
                "{solution} in {cities} ({share:.0%}; evidence of the effects: {evidence:list})",
                solution=solutions.get(code, code),
                cities=count_of_cities(count),
                share=amount / whole,
                evidence=evidence_shares(gains.filter(pl.col("solution") == code)),
            )
            for code, amount, count in largest.filter(before < whole / 2).iter_rows()
        ],
    )
    yield from changes_words(plan.changes, plan.roadmap.last_counted)
    yield from _serving(plan, solutions)


def _serving(plan: Plan, solutions: Mapping[str, str]) -> Iterator[Text]:
    """Say which solutions are there only because others require them, with their share of the capital."""
    chosen = plan.table.select("project", "solution", "capital").join(plan.benefit_by_project, on="project")
    required = plan.roadmap.hard_prerequisites.filter(pl.col("project").is_in(chosen["project"].implode()))
    serving = chosen.filter(pl.col("benefit") <= 0, pl.col("project").is_in(required["requires"].implode()))
    capital, whole = serving.group_by("solution").agg(pl.col("capital").sum()), float(chosen["capital"].sum())
    if serving.is_empty() or not whole:
        return
    yield coded(
        "plan.summary.serving",
        "{share:.0%} of the construction cost is for projects that have no counted effect of their own and "
        "are needed only because other projects require them: {solutions:list}.",
        share=float(serving["capital"].sum()) / whole,
        solutions=[
            _share(solutions.get(code, code), amount / whole)
            for code, amount in capital.sort("capital", "solution", descending=[True, False]).iter_rows()
        ],
    )


def _share(fund: str, share: float) -> Text:
    if 0 < share < _LEAST_SHARE:
        return coded("plan.summary.small_share", "{fund} less than 1 %", fund=fund)
    return coded("plan.summary.share", "{fund} {share:.0%}", fund=fund, share=share)


def _funding(plan: Plan) -> Text:
    names = dict(plan.roadmap.funds.select("fund", "name").iter_rows())
    capital = plan.money.filter(pl.col("kind") == "capital").group_by("fund").agg(pl.col("amount").sum())
    whole = capital["amount"].sum()
    if not whole:
        return coded("plan.summary.no_capital", "There are no construction costs to pay.")
    shares = [
        _share(names.get(fund) or fund, amount / whole)
        for fund, amount in capital.sort("amount", "fund", descending=[True, False]).iter_rows()
    ]
    if plan.roadmap.settings.operation_by == "city":
        return coded(
            "plan.summary.paid_by_cities",
            "Construction costs are paid as follows: {shares:list}. The cities operate and renew what "
            "is built.",
            shares=shares,
        )
    return coded(
        "plan.summary.paid_by_nation",
        "Construction costs are paid as follows: {shares:list}. The nation operates and renews what is "
        "built.",
        shares=shares,
    )


def _budgets(plan: Plan) -> Iterator[Text]:
    totals, last = budget_totals(plan), plan.start_years[-1]
    nation = coded("plan.summary.nation_budget", "The nation's budget")
    cities = coded("plan.summary.city_budgets", "The cities' budgets together")
    running = coded(
        "plan.summary.city_budgets_running",
        "The cities' budgets together, with running costs, renewal and repayments",
    )
    of_cities = running if plan.roadmap.settings.operation_by == "city" else cities
    for whose, title, in_plan in (("nation", nation, nation), ("cities", cities, of_cities)):
        of_whose = totals.filter(pl.col("whose") == whose)
        rows = of_whose.filter(pl.col("year") <= last)
        budget, spent = rows.select(pl.col("budget").sum(), pl.col("spent").sum()).row(0)
        if budget:
            most = rows.sort("share", descending=True, nulls_last=True).row(0, named=True)
            yield coded(
                "plan.summary.budget",
                "{whose}: {spent} of {budget} ({share:.0%}) is used in the plan years; the peak is "
                "{year}, with {most:.0%} of that year's budget.",
                whose=in_plan,
                spent=money_words(spent, plan.currency),
                budget=money_words(budget, plan.currency),
                share=spent / budget,
                year=most["year"],
                most=most["share"],
            )
        later = of_whose.filter(pl.col("year") > last, pl.col("spent") > 0).sort("year")
        for year, budget, spent in later.select("year", "budget", "spent").iter_rows():
            yield coded(
                "plan.summary.budget_later",
                "{whose} in {year}, after the plan: {spent} of {budget} is used.",
                whose=title,
                year=year,
                spent=money_words(spent, plan.currency),
                budget=money_words(budget, plan.currency),
            )
    rests_on = plan.roadmap.budgets.filter(pl.col("place") == NATIONWIDE)["note"].head(1).to_list()
    if rests_on and rests_on[0]:
        yield coded("plan.summary.budget_rests", "The nation's budget: {note}.", note=rests_on[0])


def _upkeep(plan: Plan) -> Iterator[Text]:
    use = upkeep_use(plan)
    if use.is_empty():
        return
    amount, used = use.select(pl.col("amount").sum(), pl.col("used").sum()).row(0)
    above = use.filter(pl.col("used") > pl.col("amount") * (1 + TOLERANCE)).height
    facts = {
        "year": use["since"].min(),
        "used": money_words(used, plan.currency),
        "renewal": money_words(float(use["renewal"].sum()), plan.currency),
        "amount": money_words(amount, plan.currency),
        "share": used / amount if amount else None,
    }
    if not above:
        yield coded(
            "plan.summary.upkeep_kept",
            "From {year} on, operating and renewing what is built costs {used} a year, {share:.0%} of "
            "the {amount} that the limits allow; {renewal} of it is set aside for renewal. No place "
            "exceeds its limit in any later year.",
            **facts,
        )
        return
    yield coded(
        "plan.summary.upkeep_use",
        "From {year} on, operating and renewing what is built costs {used} a year, {share:.0%} of the "
        "{amount} that the limits allow; {renewal} of it is set aside for renewal. In at least one "
        "later year {above} of {count} place exceeds its limit.",
        "From {year} on, operating and renewing what is built costs {used} a year, {share:.0%} of the "
        "{amount} that the limits allow; {renewal} of it is set aside for renewal. In at least one "
        "later year {above} of {count:,} places exceed their limit.",
        count=use.height,
        above=above,
        **facts,
    )


def _repayments(plan: Plan, called: Mapping[str, str]) -> Iterator[Text]:
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
    peak = (
        use.group_by("year")
        .agg(pl.col("repaid", "used").sum())
        .sort("used", "year", descending=[True, False])
    )
    year, back, used = peak.row(0)
    is_above = pl.col("used") > pl.col("amount") * (1 + TOLERANCE)
    above = use.filter(is_above).select("place", "year").sort("place", "year")
    yield coded(
        "plan.summary.repayments_peak",
        "Running costs, renewal and repayments together peak in {year}: {used}, of which {repaid} is "
        "repaid; the last repayment is due in {last}.",
        year=year,
        used=money_words(used, plan.currency),
        repaid=money_words(back, plan.currency),
        last=use.filter(pl.col("repaid") > 0)["year"].max() or year,
    )
    count = above["place"].n_unique()
    first = above.group_by("place", maintain_order=True).agg(pl.col("year").min()).head(_NAMED)
    if use["amount"].null_count() == use.height:
        yield coded(
            "plan.summary.repayments_free",
            "Nothing limits running costs, renewal and repayments after the plan.",
        )
    elif count == 0:
        is_full = pl.col("used") >= FULL * pl.col("amount")
        yield coded(
            "plan.summary.repayments_kept",
            "No place exceeds its limit on running costs, renewal and repayments in any year to "
            "{last}; {full:,} of {places:,} use {share:.0%} or more of it in at least one year.",
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


def _repaid_by_users(plan: Plan) -> Iterator[Text]:
    """Say what users are taken to repay, and which part of it is of projects that bring in nothing."""
    road = plan.roadmap
    terms = road.repayments.filter(pl.col("payer") == "users").select("fund", "share")
    repaid = (
        plan.money.filter(pl.col("kind") == "capital")
        .join(terms, on="fund")
        .select("project", amount=pl.col("amount") * pl.col("share"))
    )
    amount = float(repaid["amount"].sum())
    if amount <= 0:
        return
    if road.inflows.is_empty():
        yield coded(
            "plan.summary.users",
            "Users are assumed to repay {amount} more; whatever they do not pay falls to the cities.",
            amount=money_words(amount, plan.currency),
        )
        return
    earning = road.inflows.filter(pl.col("kind") != "none")["project"]
    barren = float(repaid.filter(~pl.col("project").is_in(earning.implode()))["amount"].sum())
    yield coded(
        "plan.summary.users_barren",
        "Users are assumed to repay {amount} more, {share:.0%} of it for projects without a known "
        "income; whatever they do not pay falls to the cities.",
        amount=money_words(amount, plan.currency),
        share=barren / amount,
    )


def _people(plan: Plan) -> Iterator[Text]:
    use = people_use(plan)
    if use.is_empty():
        return
    occupations = plan.roadmap.occupations.select("occupation", "name").iter_rows()
    use = use.with_columns(pl.col("occupation").replace({code: name for code, name in occupations if name}))
    peak = use.group_by("year").agg(pl.col("needed").sum()).sort("needed", "year", descending=[True, False])
    year, needed = peak.row(0)
    limited = use["occupation"].unique().sort().to_list()
    scarce = use.filter(pl.col("share") >= FULL).group_by("occupation").agg(pl.col("year"))
    if scarce.is_empty():
        yield coded(
            "plan.summary.people_enough",
            "The plan limits the numbers of {occupations:list} only: demand for them peaks in {year}, at "
            "{needed:,.0f} full-time posts. They do not reach their limits.",
            occupations=limited,
            year=year,
            needed=needed,
        )
        return
    yield coded(
        "plan.summary.people_scarce",
        "The plan limits the numbers of {limited:list} only: demand for them peaks in {year}, at "
        "{needed:,.0f} full-time posts. Occupations at {share:.0%} or more of what the nation can lend: "
        "{occupations:list}.",
        limited=limited,
        year=year,
        needed=needed,
        share=FULL,
        occupations=[
            _in_years(row["occupation"], row["year"])
            for row in scarce.sort("occupation").iter_rows(named=True)
        ],
    )


def _in_years(occupation: str, years: Sequence[int]) -> Text:
    if min(years) == max(years):
        return coded("plan.summary.in_year", "{name} ({year})", name=occupation, year=years[0])
    return coded(
        "plan.summary.in_years", "{name} ({first}-{last})", name=occupation, first=min(years), last=max(years)
    )


def _missed(plan: Plan, names: Mapping[str, str]) -> Iterator[Text]:
    nation = text("the nation")
    for (kind,), rows in shortfalls(plan).group_by("kind", maintain_order=True):
        codes = rows["place"].unique(maintain_order=True)
        places = [nation if code == NATIONWIDE else names.get(code, code) for code in codes]
        more = len(places) - _NAMED
        rest = [coded("plan.summary.more", "{count} more", "{count:,} more", count=more)] if more > 0 else []
        yield coded(
            "plan.summary.cases",
            "{kind}: {count} case ({places:list}).",
            "{kind}: {count:,} cases ({places:list}).",
            count=rows.height,
            kind=shortfall_words(str(kind)),
            places=[*places[:_NAMED], *rest],
        )


def _order(plan: Plan) -> Iterator[Text]:
    kept, count = order_kept(plan)
    if count:
        yield coded(
            "plan.summary.order",
            "{kept} of {count} recommended preceding project is completed in time (advisory: it does not "
            "affect the plan benefit).",
            "{kept:,} of {count:,} recommended preceding projects are completed in time (advisory: it does "
            "not affect the plan benefit).",
            count=count,
            kept=kept,
        )


def _similarity(alike: Similarity) -> Iterator[Text]:
    table = alike.table.drop_nulls("alike")
    if table.is_empty():
        return
    yield coded(
        "plan.summary.alike",
        "Two cities share {mean:.0%} of their solutions on average ({chance:.0%} would be expected by "
        "chance). {twins:,} of {cities:,} cities have exactly the same solutions as another city, and a "
        "single standard list would reproduce {listed:.0%} of the selected projects.",
        mean=alike.alike,
        chance=alike.by_chance,
        twins=table.filter(pl.col("same") > 0).height,
        cities=table.height,
        listed=alike.in_list,
    )


def _evidence(plan: Plan) -> Iterator[Text]:
    note = plan.roadmap.settings.note
    yield coded(
        "plan.summary.costs_evidence",
        "Evidence for the costs, by projects: {shares:list}.",
        shares=evidence_shares(plan.table.select("evidence", amount=pl.lit(1))),
    )
    effects = plan.benefit.filter(pl.col("amount") > 0)
    if effects.height:
        yield coded(
            "plan.summary.effects_evidence",
            "Evidence for the effects, by what they improve: {shares:list}.",
            shares=evidence_shares(effects),
        )
    if note:
        yield coded("plan.summary.amounts", "Amounts: {note}.", note=note)
