"""Missed: the targets that a plan misses, in sentences: in all cities, and in one."""

from collections.abc import Iterator, Mapping

import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.result.plan import Plan
from urbium.plan.result.wording import money_words, standard_code
from urbium.plan.result.years import shortfall_words, shortfalls
from urbium.text import Text, coded, text
from urbium.text.naming import first_named

_STANDARD, _LEAST = "standard", "least_closing"
_MAINLY = 0.5
"""From this share of what a plan loses without a project on, the standard is why it is there."""


def missed_words(plan: Plan, names: Mapping[str, str], standards: Mapping[str, str]) -> Iterator[Text]:
    """Say how many targets of each kind are missed, a standard by its name, and what those cities share.

    Parameters
    ----------
    names, standards : what cities and standards are called, by their codes
    """
    nation = text("the nation")
    rows = shortfalls(plan)
    owed = [standard_code(what, place) for what, place in rows.select("what", "place").iter_rows()]
    title = pl.when(pl.col("kind") == _STANDARD).then(pl.Series(owed, dtype=pl.String)).otherwise(pl.lit(""))
    grouped = rows.with_columns(title=title).group_by("kind", "title", maintain_order=True)
    for (kind, standard), cases in grouped:
        codes = cases["place"].unique(maintain_order=True)
        places = [nation if code == NATIONWIDE else names.get(code, code) for code in codes]
        facts = {"kind": shortfall_words(str(kind)), "places": first_named(places)}
        if standard:
            yield coded(
                "plan.summary.cases_of",
                "{kind} ({standard}): {count} case ({places:list}).",
                "{kind} ({standard}): {count:,} cases ({places:list}).",
                count=cases.height,
                standard=standards.get(str(standard), str(standard)),
                **facts,
            )
            continue
        yield coded(
            "plan.summary.cases",
            "{kind}: {count} case ({places:list}).",
            "{kind}: {count:,} cases ({places:list}).",
            count=cases.height,
            **facts,
        )
    yield from _below_for_standards(plan)


def _owed(what: str, place: str, standards: Mapping[str, str]) -> str:
    """Return what a standard is called: ``340100:PLATFORM`` by what the city owes."""
    code = standard_code(what, place)
    return standards.get(code, code)


def _below_for_standards(plan: Plan) -> Iterator[Text]:
    """Say where all cities below their minimum meet every standard, and what that takes of their money."""
    below = plan.shortfalls.filter(kind=_LEAST)["place"].unique()
    missed = plan.shortfalls.filter(kind=_STANDARD)["place"].unique()
    owing = plan.roadmap.standards["city"].unique()
    if below.is_empty() or missed.is_empty() or not set(below) <= set(owing) - set(missed):
        return
    serving = _for_standards(plan)
    here = plan.table.filter(pl.col("city").is_in(below.implode()))
    whole = float(here["capital"].sum())
    if not whole:
        return
    yield coded(
        "plan.summary.below_for_standards",
        "This city meets all of its standards: {share:.0%} of its construction cost is for the "
        "standards and what they require ({all:.0%} in all cities).",
        "These {count:,} cities meet all of their standards: {share:.0%} of their construction "
        "cost is for the standards and what they require ({all:.0%} in all cities).",
        count=below.len(),
        share=float(here.filter(pl.col("project").is_in(serving))["capital"].sum()) / whole,
        all=float(plan.table.filter(pl.col("project").is_in(serving))["capital"].sum())
        / float(plan.table["capital"].sum()),
    )


def _for_standards(plan: Plan) -> list[str]:
    """Return the chosen projects that cover a standard, and all that these require."""
    chosen = set(plan.table["project"])
    serving = set(plan.roadmap.covers["project"]) & chosen
    pairs = plan.roadmap.hard_prerequisites.select("project", "requires").rows()
    while more := {required for project, required in pairs if project in serving} - serving:
        serving |= more
    return sorted(serving & chosen)


def missed_here(
    plan: Plan, city: str, solutions: Mapping[str, str], standards: Mapping[str, str]
) -> list[Text]:
    """Say which targets a plan misses in one city, and what it builds there mainly to meet a standard.

    Nothing where no target holds in the city.

    Parameters
    ----------
    solutions, standards : what they are called, by their codes
    """
    road = plan.roadmap
    least = road.fairness.filter(rule=_LEAST, place=city)["share"].to_list()
    if not least and road.standards.filter(city=city).is_empty():
        return []
    rows = shortfalls(plan).filter(place=city)
    codes = rows.filter(kind=_STANDARD)["what"].unique(maintain_order=True)
    missed = [_owed(code, city, standards) for code in codes]
    said: list[Text] = []
    if missed:
        said.append(
            coded("plan.here.standards", "Not met by the deadline: {standards:list}.", standards=missed)
        )
    below = float(rows.filter(kind=_LEAST)["amount"].sum())
    if below > 0 and least:
        said.append(
            coded(
                "plan.here.below",
                "Below its minimum improvement: {reached:.2g}% of the city's needs are met by {year}; "
                "the minimum is {least:.2g}%.",
                reached=100 * max(least[0] - below, 0.0),
                least=100 * least[0],
                year=plan.years[-1],
            )
        )
    others = rows.filter(~pl.col("kind").is_in([_STANDARD, _LEAST]))
    said += [
        coded("plan.here.missed", "{kind}: {count} case.", "{kind}: {count:,} cases.",
              kind=shortfall_words(str(kind)), count=count)
        for kind, count in others.group_by("kind", maintain_order=True).len().iter_rows()
    ]  # fmt: skip
    if not said:
        said.append(coded("plan.here.none_missed", "The plan misses none of its targets in this city."))
    return [*said, *_mainly_for_standards(plan, city, solutions)]


def _mainly_for_standards(plan: Plan, city: str, solutions: Mapping[str, str]) -> Iterator[Text]:
    """Say what is built mainly to meet a standard: the price of missing it is most of what it is worth.

    What other projects require, which are there for their own improvement, is not.
    """
    road = plan.roadmap
    built = plan.table.filter(city=city)
    in_time = (
        road.covers.join(road.standards, on="standard")
        .join(built.select("project", "finish"), on="project")
        .filter(pl.col("finish") <= pl.col("deadline"))
    )
    alone = in_time.filter(pl.len().over("standard") == 1).group_by("project").agg(standards=pl.len())
    price = road.settings.shortfall_price
    for_others = road.hard_prerequisites.join(built, on="project", how="semi").join(
        road.covers, on="project", how="anti"
    )["requires"]
    mainly = built.join(alone, on="project", maintain_order="left").filter(
        ~pl.col("project").is_in(for_others.implode()),
        pl.col("lost_without_it") > 0,
        price * pl.col("standards") > _MAINLY * pl.col("lost_without_it"),
    )
    if mainly.is_empty():
        return
    yield coded(
        "plan.here.for_standards",
        "Included mainly to meet a standard, not for the improvement it brings: {titles:list} "
        "({amount} of the {capital} for construction).",
        "Included mainly to meet standards, not for the improvement they bring: {titles:list} "
        "({amount} of the {capital} for construction).",
        count=mainly.height,
        titles=[solutions.get(code, code) for code in mainly["solution"]],
        amount=money_words(float(mainly["capital"].sum()), plan.currency),
        capital=money_words(float(built["capital"].sum()), plan.currency),
    )
