"""Facts of any project, in a plan or not: its cost and what it improves."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from urbium.explanation import Explanation, Kind, kind_of
from urbium.model import Evidence
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.natural_units import amount_words, base_words, changes_table
from urbium.plan.result.plan import Plan, known_project
from urbium.text import Text, coded, sentences, text
from urbium.units import million, million_a_year

WHOLE: Final = 100
"""Per cent of what is improved in a city; only a target that is missed takes off more."""
OF_IMPROVEMENT: Final = coded("plan.why.of_improvement", "% of the plan's improvement")
"""The unit of what is lost or added, as reasons say it."""


def percent_of(plan: Plan, amount: float, city: str = "") -> float | None:
    """Return an amount of the plan benefit in per cent of what the plan improves, in all or in a city."""
    share = plan.share_of(amount, city)
    return None if share is None else 100 * share


def by_itself(plan: Plan, city: str, amount: float) -> Text:
    """Say what a project adds, or takes off, when it alone comes or goes and nothing takes its place."""
    if not amount:
        return coded("plan.why.adds_nothing", "by itself, it adds nothing to the plan's improvement")
    shares = {"share": percent_of(plan, abs(amount))}
    if amount < 0:
        return coded(
            "plan.why.lowers",
            "by itself, it reduces the plan's improvement by the equivalent of {share:.2g}%",
            **shares,
        )
    here = percent_of(plan, amount, city)
    if here is not None and here > WHOLE:
        return coded(
            "plan.why.raises_all",
            "without this project, and with nothing in its place, a target would be missed: the "
            "plan would lose the equivalent of {share:.2g}% of its improvement, which is more than "
            "its entire improvement in this city",
            **shares,
        )
    if here is None:
        return coded(
            "plan.why.raises",
            "without this project, and with nothing in its place, the plan would lose {share:.2g}% "
            "of its improvement",
            **shares,
        )
    return coded(
        "plan.why.raises_here",
        "without this project, and with nothing in its place, the plan would lose {share:.2g}% of "
        "its improvement, which is {here:.2g}% of its improvement in this city",
        here=here,
        **shares,
    )


def cost(plan: Plan, row: Mapping[str, Any]) -> Iterator[Explanation]:
    """Yield what a project costs to build and to run, and what the figures rest on."""
    settings = plan.roadmap.settings
    prices = coded("plan.why.prices", "prices of {year}", year=settings.price_year)
    yield Explanation(
        coded("plan.why.capital", "cost to build"),
        row["capital"],
        million(plan.currency),
        kind=Kind.SETTING,
        grade=row["evidence"],
        note=sentences(
            [
                plan.roadmap.words(known_project(plan, row["project"])["note"]),
                plan.roadmap.words(settings.note),
                prices if settings.price_year else "",
            ]
        ),
    )
    yearly = [(coded("plan.why.operation", "cost to run"), row["operation"])]
    if row["renewal"]:
        yearly.append((coded("plan.why.renewal", "set aside for renewal"), row["renewal"]))
    for title, amount in yearly:
        yield Explanation(
            title, amount, million_a_year(plan.currency), kind=Kind.SETTING, grade=row["evidence"]
        )


def effects(plan: Plan, project: str) -> Iterator[Explanation]:
    """Yield which indicators a project improves, by how much, and how large their gaps are."""
    road = plan.roadmap
    city = known_project(plan, project)["city"]
    rows = road.effects.filter(pl.col("project") == project).join(
        road.indicators.select("indicator", "name", "weight"),
        on="indicator",
        how="left",
        maintain_order="left",
    )
    if rows.is_empty():
        yield Explanation(
            coded("plan.why.no_effect", "none of its own effects counts in the plan"),
            kind=Kind.MISSING,
            note=coded("plan.why.serves_only", "it counts only as a prerequisite for other projects"),
        )
    gaps = road.gaps.filter(pl.col("city") == city)
    figures = {row["figure"]: row for row in road.figures.filter(pl.col("city") == city).to_dicts()}
    for row in rows.iter_rows(named=True):
        yield Explanation(
            coded(
                "plan.why.effect",
                "accounts for {share:.0%} of the improvement in {indicator} that the solutions in the "
                "catalogue could achieve",
                share=row["effect"],
                indicator=_indicator(road, row),
            ),
            kind=Kind.INDICATOR,
            grade=row["evidence"],
            note=sentences([road.words(row["note"]), _delay(row["lag"])]),
            children=(
                *(
                    _need(road, gap, figures)
                    for gap in gaps.filter(indicator=row["indicator"]).head(1).iter_rows(named=True)
                ),
                *_change(plan, project, row["indicator"]),
            ),
        )


def _change(plan: Plan, project: str, indicator: str) -> Iterator[Explanation]:
    """Say what a chosen project changes of an outcome in natural units, or that it is not known."""
    here = plan.changes.filter(project=project, indicator=indicator)
    for row in changes_table(here).iter_rows(named=True):
        yield Explanation(
            coded(
                "plan.why.change",
                "{name}: {change}",
                name=plan.roadmap.words(row["name"]),
                change=amount_words(row),
            ),
            kind=kind_of(row["evidence"]),
            grade=row["evidence"],
            note=base_words(row["base"]),
        )
    if here.height and not here["unit"][0]:
        yield Explanation(
            coded(
                "plan.why.change_unknown", "the size of this effect in natural units is unknown for the city"
            ),
            kind=Kind.MISSING,
            note=coded("plan.why.no_base", "the city's figure is not stored, and no source states an amount"),
        )


def _indicator(road: Roadmap, row: Mapping[str, Any]) -> Text:
    name = road.words(row["name"]) or row["indicator"]
    return text("{name}", name=name, indicator=row["indicator"])


def _need(road: Roadmap, gap: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]) -> Explanation:
    """Say how large a gap is, how sure that is, and which of the city's figures tell it."""
    return Explanation(
        _gap(gap),
        kind=kind_of(gap["evidence"]),
        grade=gap["evidence"],
        note=road.words(gap["note"]),
        children=tuple(_figure(road, figures[name]) for name in gap["figures"].split(";") if name in figures),
    )


def _gap(gap: Mapping[str, Any]) -> Text:
    low, high = gap["low"], gap["high"]
    if low is None or high is None or low == high:
        return coded("plan.why.need", "remaining gap {share:.1%}", share=gap["need"])
    if gap["evidence"] == Evidence.ASSUMPTION.value and not gap["figures"]:
        return coded(
            "plan.why.need_unknown",
            "remaining gap unknown: between {low:.0%} and {high:.0%}; the plan assumes {share:.0%}",
            low=low, high=high, share=gap["need"]
        )  # fmt: skip
    if gap["evidence"] == Evidence.MEASURED_HERE.value:
        return coded(
            "plan.why.need_measured",
            "remaining gap {share:.0%} (between {low:.0%} and {high:.0%}), measured in the city",
            share=gap["need"], low=low, high=high
        )  # fmt: skip
    if gap["figures"]:
        return coded(
            "plan.why.need_estimated",
            "remaining gap {share:.0%} (between {low:.0%} and {high:.0%}), estimated from other figures "
            "and not measured",
            share=gap["need"], low=low, high=high
        )  # fmt: skip
    return coded(
        "plan.why.need_range", "remaining gap {share:.0%} (between {low:.0%} and {high:.0%})",
        share=gap["need"], low=low, high=high
    )  # fmt: skip


def _figure(road: Roadmap, row: Mapping[str, Any]) -> Explanation:
    """Say what a figure of the city tells of the gap, and what it does not see."""
    return Explanation(
        coded("plan.why.figure", "{name}", name=road.words(row["name"]) or row["figure"]),
        row["value"],
        row["unit"],
        row["period"],
        kind=kind_of(row["evidence"]),
        grade=row["evidence"],
        note=sentences(
            [
                coded(
                    "plan.why.figure_tells",
                    "indicates a remaining gap of {share:.0%} (no gap at {none_at:,.4g}, a full gap at "
                    "{all_at:,.4g})",
                    share=row["need"], none_at=row["none_at"], all_at=row["all_at"]
                ),
                road.words(row["note"]),
                _unseen(road.words(row["unseen"])),
            ]
        ),
    )  # fmt: skip


def _unseen(what: str) -> Text | str:
    return coded("plan.why.figure_unseen", "not taken into account: {what}", what=what) if what else ""


def _delay(lag: int) -> Text | str:
    """Say from when on something works; nothing when it does at once."""
    if not lag:
        return ""
    return coded(
        "plan.why.works_after",
        "takes effect {count} year after completion",
        "takes effect {count} years after completion",
        count=lag,
    )
