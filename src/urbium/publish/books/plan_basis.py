"""Plan basis: what is not in a plan, what its figures rest on, and what was checked, as sheets of a book."""

from collections.abc import Iterator

import polars as pl

from urbium.market.sheets import change_words
from urbium.publish.books.band_columns import Listing, heads
from urbium.publish.books.plan_names import NamedPlan, money, ordered
from urbium.text import Text, declared, say, text
from urbium.units import range_words


def left_out(named: NamedPlan) -> Listing:
    """Return what is not in the plan, and why."""
    road, chosen = named.plan.roadmap, named.plan.table.select("project")
    omitted = road.omitted.select("city", "solution", "reason", capital=pl.lit(None, pl.Float64))
    turned_down = road.projects.join(chosen, on="project", how="anti")
    reason = (
        pl.when(pl.col("status") == "forbidden")
        .then(_said(text("forbidden")))
        .otherwise(_said(text("a candidate that was not chosen")))
    )
    rows = pl.concat([omitted, turned_down.select("city", "solution", reason=reason, capital="capital")])
    title = pl.col("solution").replace(named.titles)
    return Listing(
        "Left out",
        text("Projects not in the plan, and why: {count:,}", count=rows.height),
        text(
            "The page of a project, under Plan and Projects, says what prevents it and names the "
                "smallest change that would get it into the plan, where one was found."
        ),
        named.placed(rows)
        .sort("reason", *ordered(title, "name"), descending=[True, False, False])
        .with_columns(title=title),
        heads("project.title", "city.name", "province", "reason", "capital", "solution", "code.city",
              money=money(named.plan)),
    )  # fmt: skip


def assumptions(named: NamedPlan) -> Listing:
    """Return what the figures rest on, with evidence and source."""
    rows = [
        tuple(str(say(cell)) for cell in row)
        for row in (*_of_costs(named), *_of_effects(named), *_of_roadmap(named), *_of_settings(named))
    ]
    columns = ("about", "what", "value", "evidence", "note", "source")
    return Listing(
        "Assumptions",
        text("Basis of the figures"),
        text(
            "Evidence: published by a source, derived from published figures, or an assumption of the "
            "programme."
        ),
        pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row"),
        heads("about", "what", "assumptions.value", "evidence", "note", "source"),
    )


_Row = tuple[str, str, str, str, str, str]


def _of_costs(named: NamedPlan) -> Iterator[_Row]:
    solutions = named.catalogue.solutions
    for code in sorted(set(named.plan.table["solution"]) & set(solutions)):
        solution = solutions[code]
        value = text(
            "{range} at {year} prices",
            range=range_words(solution.capital_low, solution.capital_high, str(solution.cost_unit)),
            year=solution.price_year
        )  # fmt: skip
        about = text("cost to build")
        note = declared(solution.note)
        yield about, solution.name, value, str(solution.evidence), note, ", ".join(solution.sources)


def _of_effects(named: NamedPlan) -> Iterator[_Row]:
    chosen = set(named.plan.table["solution"])
    for effect in named.catalogue.effects:
        if effect.solution in chosen:
            what = text(
                "{solution} on {indicator}",
                solution=named.titles.get(effect.solution, effect.solution),
                indicator=effect.title,
            )
            about = text("effect")
            value = change_words(effect)
            yield about, what, value, str(effect.evidence), declared(effect.note), effect.source


def _of_roadmap(named: NamedPlan) -> Iterator[_Row]:
    road = named.plan.roadmap
    about = text("fund")
    for row in road.funds.iter_rows(named=True):
        value = text("at most {share:.0%} of a project's capital in a year", share=row["share_max"])
        yield about, row["name"] or row["fund"], value, row["evidence"], row["note"], ""
    for subject, table in (
        (text("needs of cities"), road.gaps),
        (text("sizes of cities"), road.cities),
        (text("budgets by place and year"), road.budgets),
        (text("weights of indicators"), road.indicators),
    ):
        counted = (
            table.group_by("evidence", "note")
            .len()
            .sort("len", "note", "evidence", descending=[True, False, False])
        )
        for evidence, note, count in counted.iter_rows():
            share = text("{count:,} of {total:,}", count=count, total=table.height)
            yield subject, share, "", evidence or text("not stated"), note, ""


def _of_settings(named: NamedPlan) -> Iterator[_Row]:
    settings = named.plan.roadmap.settings
    unknown = text("not stated")
    about = text("setting")
    origin = text("a setting of this plan")
    for what, value in (
        (
            text("discount rate per year: later improvement counts for less"),
            text("{rate:.1%}", rate=settings.discount_rate),
        ),
        (
            text("foreign money: largest share of a year's capital"),
            text("{share:.0%}", share=settings.foreign_share_max),
        ),
        (
            text("plan benefit lost per million spent"),
            text("{price:.6g}", price=settings.spending_price),
        ),
        (text("prices"), settings.price_year or unknown),
        (text("amounts"), settings.note or unknown),
    ):
        yield about, what, str(value) if isinstance(value, int) else value, "assumption", origin, ""


def sources(named: NamedPlan) -> Listing:
    """Return who published what costs and effects rest on."""
    chosen = set(named.plan.table["solution"])
    used = {
        name
        for code, solution in named.catalogue.solutions.items()
        if code in chosen
        for name in solution.sources
    }
    used |= {effect.source for effect in named.catalogue.effects if effect.solution in chosen}
    names = sorted(name for name in used if name in named.sources)
    columns = {"id": names} | {
        column: [str(say(getattr(named.sources[name], column))) for name in names]
        for column in ("publisher", "title", "year", "licence", "origin")
    }
    columns["note"] = [str(say(declared(named.sources[name].note))) for name in names]
    return Listing(
        "Sources",
        text("Publishers of the evidence for costs and effects"),
        text("City figures have their own sources: see the city pages."),
        pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)),
        heads("sources.id", "publisher", "sources.title", "sources.year", "licence", "origin", "note"),
        fixed=1,
    )


def proof(named: NamedPlan) -> Listing:
    """Return what was checked of the plan, and the outcome."""
    certificate = named.plan.certificate
    kept = str(say(text("kept")))
    rows = [
        (
            str(say(check.title)),
            check.counted,
            check.violation,
            kept if check.is_kept else str(say(text("broken at {where}", where=check.where))),
        )
        for check in certificate.checks
    ]
    kinds = {"limit": pl.String, "counted": pl.Int64, "violation": pl.Float64, "outcome": pl.String}
    return Listing(
        "Proof",
        text("Checks of the plan against its raw tables, without the solver"),
        text("Independent check passed.")
        if certificate.is_valid
        else text("Independent check FAILED: do not use this plan."),
        pl.DataFrame(rows, schema=kinds, orient="row"),
        heads("proof.limit", "proof.counted", "violation", "outcome"),
        fixed=1,
    )


def _said(words: Text) -> pl.Expr:
    return pl.lit(str(say(words)))
