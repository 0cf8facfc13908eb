"""Planning: the verbs that make a plan, keep it as a scenario, set two side by side, and say its cost."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter, Token, convert

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.choosing import CHOOSING, Choosing
from urbium.cli.finances import say_returns
from urbium.cli.opening import opened
from urbium.cli.searching import ADOPTING, LIMITS, Adopting, Limits, check_first, search
from urbium.cli.show import (
    COMMON,
    SAVING,
    Common,
    Saving,
    named,
    remark,
    say_facts,
    say_result,
    say_table,
    say_written,
    show,
    tell,
)
from urbium.errors import InputError
from urbium.plan_rules import PlanRule
from urbium.text import coded, sentences, text, texts


def _spaced(_type: object, tokens: Sequence[Token]) -> list[str]:
    """Return the words of rules as they are declared, whether their parts are joined by hyphens or not."""
    return [str(convert(PlanRule, [token.value.replace("-", " ")])) for token in tokens]


Without = Annotated[list[PlanRule] | None, Parameter(converter=_spaced, consume_multiple=False)]

_ADOPTED = "adopted"
_SPACE = ("year", "running", "renewal", "repaid", "limit", "room", "above", "users", "capital")
"""The columns of fiscal space by year, what matters most first: a narrow screen shows no more."""
_SHOWN = ("name", "years", "projects", "capital", "currency", "closed", "gap", "version", "reason")


def roadmap(
    path: Path,
    /,
    *,
    years: str = "",
    budget: str = "",
    without: Without = None,
    of: str = _ADOPTED,
    choosing: Choosing = CHOOSING,
    common: Common = COMMON,
) -> None:
    """Write what could be built, and within which limits, as tables that can be edited and used for planning.

    With years and a budget, the roadmap is made from the catalogue; without them, it is the roadmap of a
    plan.

    Parameters
    ----------
    path
        A workbook with one sheet per table (.xlsx), a folder for CSV tables, or a mathematical model that
        any solver can read (.mps, .lp).
    years
        The plan years, for example 2016-2020.
    budget
        The national budget, for example "12 bn EUR/year".
    without
        A declared rule to omit: people, standards, fairness, floor (what the nation adds to the budgets of
        the cities with the lowest budgets per head), soft-prerequisites, upkeep (running costs and renewal
        after the plan), repayments (to banks and partners), or growth (cities are then sized for today's
        population). May be given several times.
    of
        The plan whose roadmap is written if no years are given: the word adopted, or the name of a kept plan.
    """
    with opened(common) as programme:
        if years or budget or without:
            road = programme.roadmap(
                years=years, budget=budget, without=without or (), choices=choosing.choices
            )
        else:
            road = programme.plan_called(of).roadmap
        written = programme.publications.roadmap_files(road, path)
    say_facts({"roadmap": repr(road), "written": str(written)}, common)


def plan(
    *,
    years: str | None = None,
    budget: str | None = None,
    roadmap: Path | None = None,
    limits: Limits = LIMITS,
    gap: float | None = None,
    begin: str = "",
    seed: int = 0,
    without: Without = None,
    workbook: Path | None = None,
    keep: str = "",
    adopting: Adopting = ADOPTING,
    choosing: Choosing = CHOOSING,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Select projects and start years within the budgets, with a proven bound.

    Parameters
    ----------
    years
        The plan years, for example 2016-2020.
    budget
        The national budget, for example "12 bn EUR/year".
    roadmap
        Instead, plan your own roadmap, from a workbook (.xlsx) or a folder of CSV tables, as written by
        urbium roadmap. It has its own years, budgets and rules.
    gap
        Stop as soon as the plan is proven to be within this share of the best, for example 0.01.
    begin
        The plan from which the search starts: the name of a kept plan, or the word none to start from
        scratch; by default, the adopted plan. The starting plan is used if it meets every limit; its dual
        prices are used in any case, so that a bound is found sooner.
    seed
        Seed of the search's random choices: a different seed may find a different plan.
    without
        A declared rule that the plan need not meet: people, standards, fairness, floor (what the nation
        adds to the budgets of the cities with the lowest budgets per head), soft-prerequisites, upkeep
        (running costs and renewal after the plan), repayments (to banks and partners), or growth (cities
        are then sized for today's population). May be given several times.
    workbook
        Write the whole plan here as a readable Excel workbook (.xlsx).
    keep
        Keep the plan as a scenario under this name, next to the adopted plan; urbium compare reads it.
    """
    check_first(author if keep or adopting.adopt else None, save=common.save, workbook=workbook, keep=keep)
    with opened(common, by=author.by) as programme:
        first = programme.plans.to_begin_with(begin)
        if first is not None and not begin:
            tell(text("the search starts from the adopted plan; with --begin none it starts from scratch"))
        with search(limits.time_limit) as progress:
            plan = programme.plan(
                roadmap, years=years, budget=budget, on_progress=progress, without=without or (),
                choices=choosing.choices, gap=gap, seed=seed, first=first, **vars(limits),
            )  # fmt: skip
            most = plan.bound - plan.worth_of_nothing
            progress(plan.settings.get("seconds", 0.0), plan.gain, most, plan.table.height)
        remark(plan)
        if keep:
            version = programme.keep_plan(plan, name=keep, by=author.by, reason=author.reason)
            tell(
                text(
                    "kept: {name}, version {version}; see urbium compare '{name}'", name=keep, version=version
                )
            )
        if workbook:
            say_written(programme.plan_book(workbook, plan=plan))
        try:  # before it is printed, for whoever reads may go away; one that is refused is seen all the same
            adopting.of(programme, plan, author)
        finally:
            if roadmap is None and not common.json:  # before anything that rests on them
                for row in programme.doctor.borrowed_by_plans():
                    show(text("note: {note}", note=row.words))
            say_result(plan, common, names=programme.cities())
            from urbium.programme.results.plan_tables import PlanTables

            tables, solutions = PlanTables(plan), programme.solution_names()
            for note in (tables.late_words(solutions), tables.completed_after(solutions)):
                if note and not common.json:
                    show(text("note: {note}", note=note))


def plans(*, common: Common = COMMON) -> None:
    """List the plans kept as scenarios, each in its latest version."""
    with opened(common) as programme:
        kept = programme.plans()
    if kept.is_empty() and not common.json:
        show(
            text(
                "there are no kept plans; keep one with urbium plan --years FIRST-LAST --budget "
                "'AMOUNT' --keep NAME"
            )
        )
        return
    if not common.json:
        kept = kept.select(*_SHOWN, kept_at=kept["kept_at"].dt.strftime("%Y-%m-%d %H:%M"), by="kept_by")
    title = texts(
        "{count} kept plan; capital in millions; achieved: share of the possible improvement; gap: "
        "how much more a better plan could gain, as a share",
        "{count} kept plans; capital in millions; achieved: share of the possible improvement; "
        "gap: how much more a better plan could gain, as a share",
        count=kept.height,
    )
    say_table(kept, common, title=title)


def compare(a: str, b: str = _ADOPTED, /, *, save: Path | None = None, common: Common = COMMON) -> None:
    """Compare two plans side by side: what they achieve, money by year, and which projects differ.

    Parameters
    ----------
    a
        The name of a kept plan (see urbium plans), or "adopted" for the adopted plan.
    b
        The other plan, named in the same way.
    save
        Write the table of projects here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        comparison = programme.compare(a, b)
        names = programme.cities()
    if save:
        say_written(comparison.save(save))
    if common.json:
        say_result(comparison, common)
        return
    say_table(comparison.shown_sides, common, title=repr(comparison))
    if comparison.inputs.height:
        title = text("The plans answer different questions; these inputs differ")
        say_table(comparison.shown_inputs, common, title=title)
    else:
        show(text("Both plans answer the same question: limits, costs, needs and weights are identical."))
    title = text("Capital by year, {currency} million", currency=comparison.currency)
    say_table(comparison.by_year, common, title=title)
    title = text("Projects that differ: {count:,}", count=comparison.overview.height)
    say_table(named(comparison.shown, names), common, title=title)


def certify(
    name: str = _ADOPTED, /, *, starts: Path | None = None, save: Path | None = None, common: Common = COMMON
) -> None:
    """Check a plan against the raw tables, without the solver: every limit, the plan's benefit and the bound.

    Parameters
    ----------
    name
        The name of a kept plan (see urbium plans), or "adopted" for the adopted plan; or plan.json,
        which can be downloaded from the page with a plan's proof: that file holds everything the check reads,
        so no database is opened.
    starts
        Instead of the plan itself, check any other plan for the same roadmap: a CSV file with the columns
        project and start. urbium works out the payers and the training.
    save
        Write the table of checks here (.csv, .xlsx, .json, .parquet).
    """
    from urbium.programme import certify_file
    from urbium.result import save_table

    if name.endswith(".json"):
        certificate = certify_file(name, starts=starts)
    else:
        with opened(common) as programme:
            certificate = programme.certify(name, starts=starts)
    if save:
        say_written(save_table(certificate.table, save))
    shown = certificate.table if common.json else certificate.outcome
    say_table(shown, common, title=certificate.said, of="proof", is_whole=True)
    if not certificate.is_valid:
        raise InputError(
            coded(
                "cli.certify.checks",
                "{count} check fails",
                "{count} checks fail",
                count=len(certificate.faults),
            ),
            place=str(starts or name),
            remedy=sentences([fault.words for fault in certificate.faults]),
        )


def finance(*, workbook: Path | None = None, common: Saving = SAVING) -> None:
    """Report what the adopted plan costs, by year and fund.

    Parameters
    ----------
    workbook
        Write the whole adopted plan here, with its costs, as one Excel workbook (.xlsx).
    """
    with opened(common) as programme:
        if workbook:
            say_written(programme.plan_book(workbook))
        say_result(programme.finance(), common)


def appraise(
    *,
    years: int | None = None,
    rate: float | None = None,
    draws: int = 0,
    project: str = "",
    common: Saving = SAVING,
) -> None:
    """Report what each project in the adopted plan costs over its life, and what its inflows are worth.

    A project without an inflow at the required level of evidence is cost-only: no return is shown for it.

    Parameters
    ----------
    years
        How many years to appraise, from the first year of the plan; by default, a declared assumption.
    rate
        The real annual discount rate as a share, for example 0.04; by default, a declared assumption.
    draws
        Draw costs and inflows from their ranges this many times, and show bands and the main drivers.
    project
        Only this project, such as 340100:LED_SL: its internal rates of return, its value at several rates,
        and how its cash covers its debt by year. All of this is read from the adopted appraisal; --save
        writes the values.
    """
    with opened(common) as programme:
        if project:
            say_returns(programme, project, common)
            return
        appraisal = programme.appraise(years=years, rate=rate)
        names = programme.cities()
        bands = programme.finances.appraisal_bands(appraisal, draws=draws) if draws else None
    say_result(bands or appraisal, common, names=names)
    if bands is not None and not common.json:
        title = text("Main drivers, with the value at the low and the high figure of each")
        say_table(bands.tornado(), common, title=title)


def space(
    *,
    city: str = "",
    beyond: int | None = None,
    save: Path | None = None,
    common: Common = COMMON,
) -> None:
    """Show what is left of each city's limit after the adopted plan's running costs, renewal and repayments.

    Parameters
    ----------
    city
        Only this city, by code or name, year by year; by default, all cities together.
    beyond
        The number of years to include after the plan; by default, up to the last payment, and at least ten
        years.
    save
        Write the table of all cities and years here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        result = programme.finances.space(beyond=beyond)
        place = programme.city(city) if city else None
    if save:
        say_written(result.save(save))
    rows = result.table if place is None else result.table.filter(city=place.code)
    if common.json:
        facts = {**result.facts, "years": result.yearly(rows).to_dicts(), "cities": rows.to_dicts()}
        say_facts(facts, common)
        return
    title = (
        text(
            "{about}. By year, all cities, {unit}; in plan years the limit is the budget less the "
            "construction costs that the cities pay from it",
            about=repr(result), unit=result.facts["unit"]
        )
        if place is None
        else text(
            "How much of the limit of {city} the plan uses, by year, {unit}; in plan years the limit "
            "is the budget less the construction costs that the city pays from it",
            city=str(place), unit=result.facts["unit"]
        )
    )  # fmt: skip
    say_table(result.yearly(rows).select(*_SPACE), common, title=title, of="space")
    founded = text(
        "weakest evidence: running costs {running}, repayments {repaid}, limits {limit}",
        **{name: grade or text("not stated")
           for name, grade in result.evidence.items()}
    )  # fmt: skip
    show(founded)


VERBS: Final[tuple[Callable[..., None], ...]] = (
    roadmap, plan, plans, compare, certify, finance, space, appraise
)  # fmt: skip
"""Every verb of this file, in the order of the help."""
