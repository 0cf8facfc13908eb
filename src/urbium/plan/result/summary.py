"""Summary: a plan in a few sentences, each with its figures, for a person who reads nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from urbium.model.words import DOMAINS
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.benefit import benefit_by_effect
from urbium.plan.result.city_words import shares_over_cities
from urbium.plan.result.late import completed_after, late_words
from urbium.plan.result.missed_words import missed_words
from urbium.plan.result.natural_units import changes_words
from urbium.plan.result.plan import Plan
from urbium.plan.result.proof import evidence_shares, is_measured
from urbium.plan.result.similarity import Similarity, similarity
from urbium.plan.result.upkeep_words import loan_words, repayment_words, upkeep_words
from urbium.plan.result.wording import count_of_cities, count_of_projects, money_words
from urbium.plan.result.years import (
    YEARLY_COST,
    budget_totals,
    order_kept,
    people_use,
)
from urbium.plan.rules import FULL
from urbium.text import Text, coded, texts
from urbium.text.naming import NAMED
from urbium.whole_numbers import whole_shares

_LEAST_SHARE = 0.005
"""A share below it would be written as 0%."""


def summary(
    plan: Plan,
    *,
    names: Mapping[str, str] = MappingProxyType({}),
    solutions: Mapping[str, str] = MappingProxyType({}),
    standards: Mapping[str, str] = MappingProxyType({}),
    alike: Similarity | None = None,
) -> tuple[tuple[Text, Text], ...]:
    """Return a plan in words: (about, sentence) pairs, in the order in which a reader asks.

    Parameters
    ----------
    plan : must have a project at least, or there is one sentence only
    names : of cities by code; those of the roadmap unless given
    solutions, standards : their names by code
    alike : the similarity of the cities' plans; found out unless given
    """
    if plan.table.is_empty():
        nothing = (
            coded(
                "plan.summary.unproven",
                "No useful project was found within these years and budgets, but it has not been "
                "proven that none exists.",
            )
            if plan.gap
            else coded(
                "plan.summary.nothing", "Nothing: no project is useful within these years and budgets."
            )
        )
        return ((coded("plan.summary.projects", "Projects"), nothing),)
    of_roadmap = dict(plan.roadmap.cities.select("city", "name").iter_rows())
    called = {code: name for code, name in (of_roadmap | dict(names)).items() if name}
    return tuple(_sentences(plan, called, solutions, standards, alike or similarity(plan)))


def _sentences(
    plan: Plan,
    names: Mapping[str, str],
    solutions: Mapping[str, str],
    standards: Mapping[str, str],
    alike: Similarity,
) -> Iterator[tuple[Text, Text]]:
    projects = coded("plan.summary.projects", "Projects")
    shares = shares_over_cities(plan)
    yield from (
        (projects, sentence)
        for sentence in (_projects(plan), shares, _yearly(plan), _a_head(plan))
        if sentence
    )
    upkeep = coded("plan.summary.upkeep", "Running costs and renewal after the plan")
    yield from ((upkeep, sentence) for sentence in upkeep_words(plan))
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
    changed = coded("plan.summary.units", "What changes in natural units")
    yield from ((changed, sentence) for sentence in changes_words(plan.changes, plan.roadmap))
    yield coded("plan.summary.funding", "Funding"), _funding(plan)
    budgets = coded("plan.summary.budgets", "Budgets")
    yield from ((budgets, sentence) for sentence in _budgets(plan))
    loans = coded("plan.summary.loans", "Loans and partners")
    yield from ((loans, sentence) for sentence in loan_words(plan))
    repayments = coded("plan.summary.repayments", "Repayments")
    yield from ((repayments, sentence) for sentence in repayment_words(plan, names))
    people = coded("plan.summary.people", "Staff")
    yield from ((people, sentence) for sentence in _people(plan))
    missed = coded("plan.summary.missed", "Targets missed")
    yield from ((missed, sentence) for sentence in missed_words(plan, names, standards))
    order = coded("plan.summary.recommended", "Recommended order")
    yield from ((order, sentence) for sentence in _order(plan))
    likeness = coded("plan.summary.similarity", "Similarity of city plans")
    yield from ((likeness, sentence) for sentence in _similarity(alike))
    evidence = coded("plan.summary.evidence", "Evidence")
    measured = _measured(plan)
    if measured is not None:
        yield evidence, measured
    yield from ((evidence, sentence) for sentence in _evidence(plan))


def _projects(plan: Plan) -> Text:
    table = plan.table
    first, last, finish, capital = table.select(
        pl.col("start").min().alias("first"),
        pl.col("start").max().alias("last"),
        pl.col("finish").max(),
        pl.col("capital").sum(),
    ).row(0)
    kinds = table["solution"].n_unique()
    return coded(
        "plan.summary.built",
        "{projects} of {kinds} in {cities}, started between {first} and {last} and completed by {finish}. "
        "Cost to build: {capital}, {payers}.",
        projects=count_of_projects(table.height),
        kinds=texts("{count} kind", "{count:,} kinds", count=kinds),
        cities=count_of_cities(table["city"].n_unique()),
        first=first, last=last, finish=finish, payers=plan.payers,
        capital=money_words(capital, plan.currency)
    )  # fmt: skip


def _measured(plan: Plan) -> Text | None:
    """Say how many needs are measured, and how much of the improvement comes of these; None for none."""
    needs = plan.roadmap.gaps.filter(is_measured()).select("city", "indicator")
    share = plan.share_of(
        float(plan.closed.join(needs, on=["city", "indicator"], how="semi")["closed"].sum())
    )
    if needs.is_empty() or share is None:
        return None
    facts = {"measured": 100 * needs.height / plan.roadmap.gaps.height}
    if not share:
        return coded(
            "plan.summary.measured_none",
            "{measured:.2g}% of the cities' needs are measured, and none of the plan's improvement "
            "comes from meeting these: all of it comes from meeting needs that are estimated or "
            "assumed.",
            **facts,
        )
    return coded(
        "plan.summary.measured",
        "{measured:.2g}% of the cities' needs are measured, and {share:.2g}% of the plan's "
            "improvement comes from meeting these.",
        share=100 * share, **facts,
    )  # fmt: skip


def _yearly(plan: Plan) -> Text:
    """Say what is paid each year for all that is built, and by whom."""
    running, renewal = plan.table.select(pl.col("operation", "renewal").sum()).row(0)
    facts = {
        "used": money_words(running + renewal, plan.currency),
        "running": money_words(running, plan.currency),
        "renewal": money_words(renewal, plan.currency),
    }
    if plan.roadmap.settings.operation_by == "city":
        return coded(
            "plan.summary.yearly",
            "For as long as the projects are in use, the cities pay {used} a year: {running} to "
            "operate them and {renewal} set aside for renewal.",
            **facts,
        )
    return coded(
        "plan.summary.yearly_of_nation",
        "For as long as the projects are in use, the nation pays {used} a year: {running} to operate "
        "them and {renewal} set aside for renewal.",
        **facts,
    )


def _a_head(plan: Plan) -> Text | None:
    """Say what the plan costs for each inhabitant of the cities it builds in, where it counts people."""
    cities = plan.table["city"].unique().to_list()
    people = 1e6 * plan.weight_of(cities) if plan.roadmap.settings.counts_people else 0
    if people <= 0:
        return None
    capital, yearly = (
        1e6 * amount / people
        for amount in plan.table.select(pl.col("capital").sum(), YEARLY_COST.sum()).row(0)
    )
    return coded(
        "plan.summary.a_head",
        "That is {build} for each of the {people:compact} people in the {cities:,} cities where "
        "the plan builds, and {run} a year to operate and renew what is built.",
        cities=len(cities), people=people,
        build=money_words(capital / 1e6, plan.currency), run=money_words(yearly / 1e6, plan.currency),
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
            "{field} {share:.0%} ({closed:.2g}%)",
            field=DOMAINS.get(field, field),
            share=amount / whole,
            closed=100 * amount / most,
        )
        for field, amount, most in rows.head(NAMED).iter_rows()
        if amount > 0
    ]
    rest = float(rows["closed"][NAMED:].sum()) / whole
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
        "More than half of the improvement comes from {solutions:list}.",
        solutions=[
            coded(
                "plan.summary.source",
                "{solution} in {cities} ({share:.0%}; evidence for the effects: {evidence:list})",
                solution=solutions.get(code, code),
                cities=count_of_cities(count),
                share=amount / whole,
                evidence=evidence_shares(gains.filter(pl.col("solution") == code)),
            )
            for code, amount, count in largest.filter(before < whole / 2).iter_rows()
        ],
    )
    yield from _serving(plan, solutions)


def _serving(plan: Plan, solutions: Mapping[str, str]) -> Iterator[Text]:
    """Say which solutions are there only because others require them, with their share of the capital."""
    chosen = plan.table.select("project", "solution", "capital").join(plan.benefit_by_project, on="project")
    required = plan.roadmap.hard_prerequisites.filter(pl.col("project").is_in(chosen["project"].implode()))
    serving = chosen.filter(pl.col("benefit") <= 0, pl.col("project").is_in(required["requires"].implode()))
    capital, whole = serving.group_by("solution").agg(pl.col("capital").sum()), float(chosen["capital"].sum())
    if serving.is_empty() or not whole:
        return
    capital = capital.sort("capital", "solution", descending=[True, False])
    shares = whole_shares(capital["capital"].to_list(), whole)
    yield coded(
        "plan.summary.serving",
        "{share:.0%} of the construction cost is for projects that have no counted effect of their own and "
        "are needed only because other projects require them: {solutions:list}.",
        share=float(serving["capital"].sum()) / whole,
        solutions=[
            _share(solutions.get(code, code), share or _LEAST_SHARE / 2)
            for code, share in zip(capital["solution"], shares, strict=True)
        ],
    )


def _share(fund: str, share: float) -> Text:
    if 0 < share < _LEAST_SHARE:
        return coded("plan.summary.small_share", "{fund} less than 1%", fund=fund)
    return coded("plan.summary.share", "{fund} {share:.0%}", fund=fund, share=share)


def _funding(plan: Plan) -> Text:
    names = plan.roadmap.named("funds")
    capital = plan.money.filter(pl.col("kind") == "capital").group_by("fund").agg(pl.col("amount").sum())
    whole = capital["amount"].sum()
    if not whole:
        return coded("plan.summary.no_capital", "There are no construction costs to pay.")
    capital = capital.sort("amount", "fund", descending=[True, False])
    shares = [
        _share(names.get(fund) or fund, share or _LEAST_SHARE / 2)
        for fund, share in zip(capital["fund"], whole_shares(capital["amount"].to_list()), strict=True)
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
        "The cities' combined budgets, with running costs, renewal and repayments",
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
                "{whose}: {spent} of {budget} ({share:.0%}) is used in the plan years; the peak year "
                "is {year}, with {most:.0%} of that year's budget.",
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
        yield coded(
            "plan.summary.budget_rests", "The nation's budget: {note}.", note=plan.roadmap.words(rests_on[0])
        )


def _people(plan: Plan) -> Iterator[Text]:
    use = people_use(plan)
    if use.is_empty():
        return
    names = {code: name or code for code, name in plan.roadmap.named("occupations").items()}
    peak = use.group_by("year").agg(pl.col("needed").sum()).sort("needed", "year", descending=[True, False])
    year, needed = peak.row(0)
    limited = [names.get(code, code) for code in use["occupation"].unique().sort()]
    scarce = use.filter(pl.col("share") >= FULL).group_by("occupation").agg(pl.col("year"))
    if scarce.is_empty():
        yield coded(
            "plan.summary.people_enough",
            "The plan limits only the numbers of {occupations:list}: demand for them peaks in {year}, "
            "at {needed:,.0f} full-time posts. At the planned figures, these numbers stay below their "
            "limits.",
            occupations=limited,
            year=year,
            needed=needed,
        )
        return
    yield coded(
        "plan.summary.people_scarce",
        "The plan limits only the numbers of {limited:list}: demand for them peaks in {year}, at "
        "{needed:,.0f} full-time posts. Occupations at {share:.0%} or more of what the nation can "
        "lend: {occupations:list}.",
        limited=limited,
        year=year,
        needed=needed,
        share=FULL,
        occupations=[
            _in_years(names.get(row["occupation"], row["occupation"]), row["year"])
            for row in scarce.sort("occupation").iter_rows(named=True)
        ],
    )


def _in_years(occupation: str, years: Sequence[int]) -> Text:
    if min(years) == max(years):
        return coded("plan.summary.in_year", "{name} ({year})", name=occupation, year=years[0])
    return coded(
        "plan.summary.in_years", "{name} ({first}-{last})", name=occupation, first=min(years), last=max(years)
    )


def _order(plan: Plan) -> Iterator[Text]:
    kept, count = order_kept(plan)
    if count:
        yield coded(
            "plan.summary.order",
            "Recommended preceding projects that are completed in time: {kept:,} of {count:,} "
            "(this is advisory and does not affect the plan benefit).",
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
        "Evidence for the costs, by cost to build: {shares:list}; by number of projects: {counted:list}.",
        shares=evidence_shares(plan.table.select("evidence", amount="capital")),
        counted=evidence_shares(plan.table.select("evidence", amount=pl.lit(1))),
    )
    effects = plan.benefit.filter(pl.col("amount") > 0)
    if effects.height:
        yield coded(
            "plan.summary.effects_evidence",
            "Evidence for the effects, by size of improvement: {shares:list}.",
            shares=evidence_shares(effects),
        )
    if note:
        yield coded("plan.summary.amounts", "Amounts: {note}.", note=plan.roadmap.words(note))
