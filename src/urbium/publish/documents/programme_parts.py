"""Programme parts: what documents say of a programme: cities, outlook, shortages, plan, money, people."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from urbium import charts
from urbium.catalogue.scope import PLAN_TABLE, borrowed
from urbium.columns import heading, headings
from urbium.periods import span
from urbium.plan import by_year, similarity, summary, surveys
from urbium.plan.result.proof import gap_words
from urbium.plan.result.wording import money_words
from urbium.publish.documents.basis import Basis, called, estimate, evidence_words, number
from urbium.publish.documents.city_parts import money_parts, people_parts
from urbium.publish.documents.document import Figure, Part, Picture, Table, figures
from urbium.text import Text, paragraph, text
from urbium.text.formats import DASH
from urbium.units import size_of

_TOP: Final = 5
_VERDICT: Final = frozenset(
    f"plan.{name}"
    for name in (
        "summary.nothing", "summary.unproven", "summary.built", "summary.yearly", "summary.yearly_of_nation",
        "summary.a_head", "summary.repaid_in_all", "benefit.closed", "benefit.closed_between", "benefit.none",
        "summary.measured", "summary.measured_none",
    )
)  # fmt: skip
"""Sentences of a plan that say what it builds, costs and achieves, and how much of that is known."""
_SHORT: Final = _VERDICT | frozenset(
    f"plan.{name}"
    for name in (
        "late.anywhere", "late.completed_after", "summary.improved", "summary.largest", "summary.serving",
        "units.change", "units.stated", "units.unknown", "summary.shares", "summary.shares_ungranted",
        "summary.upkeep_use", "summary.upkeep_kept", "summary.limits_rest", "summary.limits_rest_mostly",
        "summary.cases", "summary.cases_of", "summary.below_for_standards", "summary.costs_evidence",
        "proof.none", "proof.best", "proof.gap", "proof.gap_net",
    )
)  # fmt: skip
"""Sentences of a plan for somebody who reads a few only."""


def key_figures(basis: Basis) -> Table:
    """Return the programme in a few figures."""
    scores, plan, costs = (basis.results.get(stage) for stage in ("scores", "plan", "costs"))
    of_register = text("register of the programme")
    as_known = str(basis.created.year)
    rows = [
        Figure(text("Cities in the register"), number(basis.cities.height),
               text("cities"), as_known, of_register)
    ]  # fmt: skip
    if scores is not None:
        rows.append(Figure(text("Cities with a score"),
                           number(scores.table["score"].count()),
                           text("cities"), str(scores.period),
                           called(scores.index.name)))  # fmt: skip
    if plan is not None and costs is not None:
        in_plan, in_all = (span(years[0], years[-1]) for years in (plan.start_years, plan.years))
        of_plan = text(
            "adopted plan; basis of the costs: {grade}", grade=evidence_words(costs.evidence["capital"])
        )
        size = size_of(basis.prices, [costs.capital])
        rows += [
            Figure(text("Projects planned"), number(plan.table.height),
                   text("projects"), in_plan,
                   text("adopted plan")),
            Figure(text("Cost of building these projects"),
                   number(round(size.of(costs.capital), size.digits)), size.words, in_all, of_plan),
            Figure(text("Interim running cost"),
                   number(round(size.of(costs.operation), size.digits)), size.words, in_all, of_plan),
        ]  # fmt: skip
    return figures(rows)


def map_of_cities(basis: Basis) -> list[Part]:
    """Show where the cities are, how large, and how they score."""
    scores = basis.results.get("scores")
    if scores is None or basis.cities["longitude"].count() == 0:
        return [basis.missing.get("scores", text("No city has a location on the map."))]
    table = (
        basis.cities.join(scores.table.select("city", "score"), left_on="code", right_on="city")
        .join(basis.people.select("city", population="persons"), left_on="code", right_on="city", how="left")
        .with_columns(name=pl.col("code").replace(basis.names))
    )
    ranked = scores.table.drop_nulls("score").sort("rank")
    best = [basis.names.get(code, code) for code in ranked["city"].head(_TOP)]
    alt = text("Map of {count} cities as circles; a darker colour means a higher score. Highest "
               "scores: {best:list}.",
               count=table.height, best=best)  # fmt: skip
    origin = text("Scores: {index}, {year}. Circle size: {variable}, latest figure.",
                  variable=basis.counted, index=called(scores.index.name),
                  year=str(scores.period))  # fmt: skip
    return [
        Picture(
            charts.place_map(table, projection=basis.projection, rings=basis.rings, credit=basis.credit),
            alt,
            origin,
        )
    ]


def outlook(basis: Basis) -> list[Part]:
    """Say how many people live where in the years to come."""
    nation = basis.results.get("nation")
    if nation is None:
        return [basis.missing["nation"]]
    rows = nation.table.filter(pl.col("place").is_in(["nation", "urban"])).sort("place", "year")
    ends = rows.group_by("place", maintain_order=True).agg(pl.all().last())
    names = {
        "nation": text("Nation"),
        "urban": text("Urban population"),
    }
    origin = text("Adopted outlook; 80% bands.")
    head = headings("population", "year", "persons", "low80", "high80")
    cells = [(names[one["place"]], str(one["year"]),
              *map(estimate, (one["value"], one["low80"], one["high80"])))
             for one in ends.iter_rows(named=True)]  # fmt: skip
    alt = text("Stacked areas of the population in cities, other urban places and the countryside, "
               "with bands around the totals, to {year}.",
               year=str(rows["year"].max()))  # fmt: skip
    return [
        Picture(nation.chart(), alt, origin),
        Table(head, cells, origin, frozenset({2, 3, 4})),
        *_record(basis),
        *nation.notes,
    ]


def _record(basis: Basis) -> list[Part]:
    """Say that bands of the nation were not tested, and how often those of its cities held."""
    cities = basis.results.get("outlook")
    if cities is None or cities.table.is_empty():
        return []
    rows = cities.table.filter(kind="projected")["area"].value_counts().sort("count", descending=True)
    untested = text("These bands have not been tested for the nation as a whole. For its cities:")
    return [paragraph([untested, cities.band_record_words(rows["area"][0])])]


def shortages(basis: Basis) -> list[Part]:
    """Say which services are short, or run short, in how many cities."""
    pressure = basis.results.get("pressure")
    rows = basis.shortages()
    if pressure is None or rows.is_empty():
        return [
            basis.missing.get(
                "pressure",
                text("There is no service for which both demand and capacity are known."),
            )
        ]
    year = str(pressure.to)
    later = text("Other cities with a shortage by {year}", year=year)
    together = text("All cities with a shortage by {year}", year=year)
    head = (*headings("service", "already"), later, together, *headings("judged"))
    cells = [
        (one["name"], *(number(one[name]) for name in ("already", "later", "short", "judged")))
        for one in rows.iter_rows(named=True)
    ]
    origin = text("Demand according to the declared norms and the adopted outlook to {year}; capacity "
                  "as last reported.",
                  year=str(pressure.to))  # fmt: skip
    foreign = basis.norms_of_others(set(rows["service"]))
    return [*foreign, Table(head, cells, origin, frozenset({1, 2, 3, 4}))]


def verdict(basis: Basis) -> list[Part]:
    """Return the few sentences that somebody reads who reads nothing else."""
    rows = [row for row in _plan_sentences(basis) if row[1].code in _VERDICT]
    return [*_of_others(basis), *_said(rows)] if rows else [basis.missing["plan"]]


def in_short(basis: Basis) -> list[Part]:
    """Return what else somebody should know of the plan who reads one page only."""
    rows = [row for row in _plan_sentences(basis) if row[1].code in _SHORT - _VERDICT]
    if "plan" not in basis.results:
        return [basis.missing["plan"]]
    return [*_said(rows), *_signed(basis), _checked(basis)]


def _checked(basis: Basis) -> Text:
    """Say what the independent check of the plan recomputed, and what it did not."""
    plan = basis.results["plan"]
    certificate = plan.certificate
    facts = {"count": len(certificate.checks), "faults": len(certificate.faults)}
    if not certificate.is_valid:
        return text("In the independent check, the plan failed {faults:,} of {count:,} checks.", **facts)
    if certificate.is_bound_recomputed:
        return text("The independent check recomputed the limits, the plan benefit and how much better a "
                    "plan could be: all {count:,} checks passed.", **facts)  # fmt: skip
    if plan.gap_recomputed is not None:
        return text("The independent check recomputed the limits and the plan benefit: all {count:,} checks "
            "passed. On its own, the check proves that no plan is better by more than {gap}; the "
            "tighter bound rests on the solver.",
                    gap=gap_words(plan.gap_recomputed), **facts)  # fmt: skip
    return text("The independent check recomputed the limits and the plan benefit: all {count:,} "
                "checks passed. It did not recompute how much better a plan could be: that rests on "
                "the solver.",
                **facts)  # fmt: skip


def _of_others(basis: Basis) -> list[Part]:
    """Say which numbers of other nations the plan is made of, before anything that rests on them."""
    return [
        text("Adopted from elsewhere: {words}.", words=row.words)
        for row in borrowed(basis.catalogue, [basis.nation] if basis.nation else [])
        if row.table == PLAN_TABLE
    ]


def _signed(basis: Basis) -> list[Part]:
    """Say which money of the plan someone still has to sign, and what stands without it."""
    money = basis.results.get("signed")
    if money is None or not money.facts["unsigned"] > 0:
        return []
    facts, currency = money.facts, money.basis.currency
    using, standing = facts["projects with unsigned money"], facts["projects without unsigned money"]
    signed = (
        text("agreements in force cover {signed} of it", signed=money_words(facts["signed"], currency))
        if facts["signed"] > 0
        else text("no agreement in force covers any of it")
    )
    more = facts["projects"] - using - standing
    capital, kept = facts["capital"], facts["capital without unsigned money"]
    use = facts["capital of projects with unsigned money"]
    return [
        money.without_words(basis.results["plan"].benefit_by_project),
        text(
            "Loans, partners and other sources outside the budgets are expected to provide "
                "{outside}; {signed}. Projects that use the unsigned money: {using:,} ({using_cost} to "
                "build); further projects that depend on one of these: {more:,} ({more_cost}). Without "
                "the unsigned money, {standing:,} of {projects:,} projects can be built, at a cost of "
                "{kept} out of a total of {capital}.",
            outside=money_words(facts["signed"] + facts["unsigned"], currency), signed=signed,
            using=using, using_cost=money_words(use, currency),
            more=more, more_cost=money_words(capital - kept - use, currency),
            standing=standing, projects=facts["projects"],
            kept=money_words(kept, currency), capital=money_words(capital, currency),
        )
    ]  # fmt: skip


def decisions(basis: Basis) -> list[Part]:
    """Say what has to be decided before the plan can be carried out."""
    plan = basis.results.get("plan")
    if plan is None or plan.table.is_empty():
        return [basis.missing.get("plan", text("There is nothing to decide yet."))]
    rows = [row for one in basis.results["decisions"] for row in one.in_short]
    return [Table((heading("about"), text("Decision")), rows, is_labelled=True)]


def plan_words(basis: Basis, *, beside_short: bool = False) -> list[Part]:
    """Return the plan in sentences, each with its figures: all, or those that are not in short."""
    plan = basis.results.get("plan")
    if plan is None:
        return [basis.missing["plan"]]
    collect = text("To collect first")
    rows = [*_plan_sentences(basis), (collect, surveys(plan).sentence)]
    return _said([row for row in rows if not (beside_short and row[1].code in _SHORT)]) or _said(rows)


def _plan_sentences(basis: Basis) -> Sequence[tuple[Text, Text]]:
    plan = basis.results.get("plan")
    return (
        ()
        if plan is None
        else summary(
            plan,
            names=basis.names,
            solutions=basis.solutions,
            standards=basis.standards,
            alike=similarity(plan),
        )
    )


def _said(rows: Sequence[tuple[Text, Text]]) -> list[Part]:
    """Return sentences beside what they are about, which is named once."""
    cells = [
        ("" if place and rows[place - 1][0] == about else about, sentence)
        for place, (about, sentence) in enumerate(rows)
    ]
    return [Table(headings("about", "sentence"), cells, is_labelled=True)] if cells else []


def schedule(basis: Basis) -> list[Part]:
    """Say how many projects start, are being built and are finished in each year."""
    plan = basis.results.get("plan")
    if plan is None:
        return [basis.missing["plan"]]
    years = by_year(plan)
    size = size_of(basis.prices, years["capital"])
    origin = text("Adopted plan; {unit}.", unit=size.words)
    alt = text("Stacked bars of projects completed earlier, under construction and not started, "
               "{first} to {last}; the table below gives the counts.",
               first=str(plan.years[0]), last=str(plan.years[-1]))  # fmt: skip
    year, starts, building, *money = headings(
        "year", "starts", "building", "years.capital", "years.operation"
    )
    head = (year, starts, building, text("Completed so far"), *money)
    shown, paid = ("starts", "building", "finished"), ("capital", "operation")
    cells = [
        (
            str(one["year"]),
            *(number(one[name]) for name in shown),
            *(number(round(size.of(one[name]), size.digits)) for name in paid),
        )
        for one in years.iter_rows(named=True)
    ]
    return [Picture(charts.phases(years), alt, origin), Table(head, cells, origin, frozenset(range(1, 6)))]


def money(basis: Basis) -> list[Part]:
    """Say who pays for building in each year."""
    if basis.results.get("plan") is None:
        return [basis.missing["plan"]]
    return money_parts(basis, basis.money_of(), basis.programme)


def people(basis: Basis) -> list[Part]:
    """Say which occupations the plan needs, and what is assumed of them."""
    staff = basis.results.get("talent")
    if staff is None:
        return [basis.missing["talent"]]
    return [
        *staff.main_words,
        *people_parts(staff.titled(staff.most())),
        text("Staff available: {said}.", said=staff.about_supply),
        *staff.notes,
    ]


def cities(basis: Basis) -> list[Part]:
    """Return the figures of every city in one table."""
    scores, staged = basis.results.get("scores"), basis.projects
    counts = dict(staged.group_by("city").len().iter_rows())
    ranks = {} if scores is None else {one["city"]: one for one in scores.table.iter_rows(named=True)}
    people = {one["city"]: one for one in basis.people.iter_rows(named=True)}
    score = heading("score")
    head = (*headings("city"), basis.counted, *headings("year"), score, *headings("rank", "projects"))
    cells = []
    for code in basis.cities["code"]:
        row, rank = people.get(code, {}), ranks.get(code, {})
        cells.append((
            basis.names.get(code, code), number(row.get("persons")), str(row.get("period", DASH)),
            text("{score:.1f}", score=rank.get("score")),
            number(rank.get("rank")),
            number(counts.get(code, 0) if "plan" in basis.results else None),
        ))  # fmt: skip
    origin = text(
        "People: {variable}, the latest figure in force. Score: {index}. Projects: adopted plan. A "
        "dash: unknown, or left out as suspect.",
        variable=basis.counted,
        index=called(scores.index.name) if scores is not None else text("none"),
    )
    return [Table(head, cells, origin, frozenset({1, 3, 4, 5}))]
