"""Finances: what a plan owes, what of its money is signed, the cheapest mix, and what a project earns."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from urbium.cli.opening import opened
from urbium.cli.show import COMMON, Common, say_facts, say_saved, say_table, say_written, show
from urbium.text import text

if TYPE_CHECKING:
    from urbium.programme import Programme

_OWED: Final = ("year", "debt", "commitments", "contingent", "interest", "repaid", "payments", "calls_high")
_BOTH: Final = ("year", "deficit_without", "deficit_with", "debt_without", "debt_with")


def liabilities(
    *,
    city: str = "",
    base: Path | None = None,
    at: float = 0.5,
    save: Path | None = None,
    common: Common = COMMON,
) -> None:
    """Report, by year, what the cities and the nation owe for the adopted plan and what they spend on it.

    Parameters
    ----------
    city
        Only this city, by code or name; by default, all places together.
    base
        What places earn, spend and owe without the plan: a table with place (a city's code, or the word
        nation), year, revenue, spending and debt, in millions at the plan's prices. Without this table, only
        changes are known.
    at
        Position of an instrument within the range of its terms: 0 for the low end, 1 for the high end.
    save
        Write the table of all places and years here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        debt = programme.finances.liabilities(base, at=at)
        place = programme.city(city) if city else None
        risk = programme.finances.currency_risk(debt)
    if save:
        say_written(debt.save(save))
    years = debt.by_year if place is None else debt.yearly(debt.table.filter(place=place.code))
    if common.json:
        say_facts({**debt.facts, "years": years.to_dicts(), "currency risk": risk.to_dicts()}, common)
        return
    title = (
        text("{about}. By year, for cities and the nation", about=repr(debt))
        if place is None
        else text("What {city} owes for the plan, by year, {unit}", city=str(place), unit=debt.unit)
    )
    say_table(years.select(_OWED), common, title=title, of="owed")
    if debt.is_change:
        title = text(
            "Spending and debt of the programme, all of it counted as additional, {unit}; use --base "
            "to include what is spent and owed without the plan",
            unit=debt.unit,
        )
        say_table(years.select("year", "deficit_with", "debt_with"), common, title=title)
    else:
        title = text("Deficit and debt without and with the plan, {unit}", unit=debt.unit)
        say_table(years.select(_BOTH), common, title=title)
    if risk.height:
        title = text(
            "Foreign debt service across draws of exchange rates: 5%, 50% and 95% quantiles, in "
            "{currency} million (nominal)",
            currency=debt.basis.currency,
        )
        say_table(risk, common, title=title)
    show(
        text(
            "terms: those of {terms}, inflation {inflation:.1%} a year (assumption); weakest evidence: "
            "{evidence}",
            terms=str(debt.facts["terms"]),
            inflation=debt.facts["inflation"],
            evidence=debt.evidence,
        )
    )


def signed(*, save: Path | None = None, common: Common = COMMON) -> None:
    """Show how much of the adopted plan's money agreements cover, and what can be built without the rest.

    Parameters
    ----------
    save
        Write the table of capital by year here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        result = programme.finances.signed()
    if save:
        say_written(result.save(save))
    if common.json:
        rows = {"years": result.table.to_dicts(), "agreements": result.agreements.to_dicts()}
        say_facts({**result.facts, "unit": result.unit, **rows}, common)
        return
    say_table(result.table, common, title=repr(result))
    if result.agreements.is_empty():
        show(text("no agreement in force funds a project in the plan"))
        return
    title = text(
        "For each agreement: the nominal amount in the agreement's own currency, and the "
        "converted, planned and counted amounts in {currency} million",
        currency=result.basis.currency,
    )
    say_table(result.agreements, common, title=title)


def mix(
    project: str = "",
    /,
    *,
    city: str = "",
    signed_only: bool = False,
    at: float = 0.5,
    save: Path | None = None,
    common: Common = COMMON,
) -> None:
    """Show which funding is cheapest for the adopted plan, a city or a project, and why no other is chosen.

    Budgets provide no more than in the plan; debt service stays within each city's limit.

    Parameters
    ----------
    project
        The code of a project, such as 340100:LED_SL; by default, all projects in the plan or city.
    city
        Only the projects of this city, by code or name.
    signed_only
        Count only money that is certain to be signed.
    at
        Position of an instrument within the range of its terms: 0 for the low end, 1 for the high end.
    save
        Write the table of instruments here (.csv, .xlsx, .json, .parquet).
    """
    with opened(common) as programme:
        code = programme.city(city).code if city else ""
        result = programme.finances.mix(city=code, project=project, signed_only=signed_only, at=at)
    if save:
        say_written(result.save(save))
    if common.json:
        rows = {"instruments": result.table.to_dicts(), "reasons": result.reasons.to_dicts()}
        say_facts({**result.facts, **rows, "short": result.mix.short.to_dicts()}, common)
        return
    say_table(result.table, common, title=repr(result))
    title = text("Why an instrument provides nothing, and for how many projects")
    say_table(result.reasons.select("name", "projects", "reason"), common, title=title)
    if result.mix.short.height:
        title = text("Amounts without a payer, {unit}", unit=result.unit)
        say_table(result.mix.short, common, title=title)


def say_returns(programme: "Programme", project: str, common: Common) -> None:
    """Print what a project earns: its internal rates, its value at several rates, the cover of its debt."""
    from urbium.programme.money.finances import facts_of_returns

    earns = programme.finances.returns([project])
    if earns is not None:
        say_saved(earns.profile, common)
    if common.json:
        say_facts(facts_of_returns(project, earns), common)
        return
    if earns is None:
        show(
            text(
                "{project} is cost-only: no net present value, return or debt cover is shown",
                project=project,
            )
        )
        return
    title = text(
        "{project}: {said}; weakest evidence: {evidence}",
        project=project, said=earns.words, evidence=earns.evidence
    )  # fmt: skip
    say_table(earns.steps, common, title=title)
    if earns.cover.is_empty():
        show(text("the plan takes on no debt for this project"))
        return
    title = text(
        "Debt cover by year, with cash at the low and high ends of its range, {unit}",
        unit=earns.nominal_unit
    )  # fmt: skip
    say_table(earns.cover, common, title=title, of="cover")


VERBS: Final[tuple[Callable[..., None], ...]] = (liabilities, signed, mix)
"""Every verb of this file, in the order of the help."""
