"""Finances API: what a plan owes, what of its money is signed, the cheapest mix, and what a project earns."""

from functools import partial
from typing import Final

from urbium.programme.money.finances import facts_of_returns
from urbium.web.rendering.parameters import FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import LARGE
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.security import OPEN

_noun = partial(noun, opt=OPEN | LARGE, responses=refusals(*OPENS))


@_noun("/api/finance/liabilities", "LiabilitiesAnswer")
def liabilities(office: FromOffice) -> object:
    """Return what cities and nation owe of the adopted plan by year, to the last payment."""
    debt = office.finances.debt()
    return {
        "years": debt.by_year.to_dicts(),
        "places": debt.table.to_dicts(),
        "risk": office.finances.currency_risk(debt).to_dicts(),
        "unit": str(debt.unit),
        "terms": debt.settings["terms"],
        "inflation": debt.settings["inflation"],
        "evidence": debt.evidence,
    }


@_noun("/api/finance/signed", "SignedAnswer")
def signed(office: FromOffice) -> object:
    """Return which money of the adopted plan agreements sign, and what stands without the rest."""
    result = office.finances.signed()
    return {
        "years": result.table.to_dicts(),
        "agreements": result.agreements.to_dicts(),
        "projects": result.standing.height,
        "standing": result.standing.filter("stands").height,
        "unit": str(result.unit),
    }


@_noun("/api/finance/mix", "MixAnswer")
def mix(office: FromOffice, *, code: Word = "") -> object:
    """Return the cheapest mix of money for the adopted plan, or a city or project of it, and why no other."""
    if not code:
        result = office.once("mix of the plan", office.finances.mix, is_pinned=True)
    elif code in set(office.required("plan").table["project"]):
        result = office.finances.mix(project=code)
    else:
        result = office.finances.mix(city=office.city(code).code)
    facts = result.facts
    return {
        "instruments": result.table.to_dicts(),
        "reasons": result.reasons.to_dicts(),
        "short": result.mix.short.to_dicts(),
        "unit": str(result.unit),
        "discount": facts["discount"],
        "inflation": facts["inflation"],
        "terms": facts["terms"],
    }


@_noun("/api/finance/projects/{code:str}", "ProjectReturnsAnswer")
def returns(office: FromOffice, code: Segment) -> object:
    """Return what a project of the adopted plan earns; of a cost-only one only that it is."""
    return facts_of_returns(code, office.finances.returns([code]))


FINANCES: Final = (liabilities, signed, mix, returns)
"""Every address of finances that programs ask."""
