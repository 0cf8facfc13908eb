"""Project: one project of a city, in the plan or not: what, when, who pays, what for, and what instead."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import polars as pl

from urbium.access import Actor
from urbium.errors import NotFoundError
from urbium.model import City, Effect, Evidence, Solution, rank, weakest
from urbium.periods import span
from urbium.programme import Programme
from urbium.text import Text, declared, text, texts
from urbium.web.desk.cards import Card, card_of
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.rendering.words import amount
from urbium.web.views.frames import projects
from urbium.web.views.plans.noticed import found_of
from urbium.web.views.plans.owed import project_returns
from urbium.whole_numbers import whole_shares

_ALTERNATIVES: Final = 3
_MILLION: Final = 1e6
_ELSEWHERE: Final = text("Found elsewhere")
_FOUND: Final[Mapping[str, Text]] = {
    Evidence.PUBLISHED: text("Published figures"),
    Evidence.MEASURED_HERE: text("Measured here"),
    Evidence.MEASURED_ELSEWHERE: _ELSEWHERE,
    Evidence.PUBLISHED_ELSEWHERE: _ELSEWHERE,
    Evidence.DERIVED: text("Derived from other figures"),
    Evidence.STUDY_LIMIT: text("The most that a study considers possible"),
    Evidence.BY_CONSTRUCTION: text("By definition"),
    Evidence.ASSUMPTION: text("Assumed"),
}
"""The headings under which effects stand, by their evidence."""


def project(office: FromOffice, actor: FromActor, code: Segment, solution: Segment) -> dict[str, Any]:
    """Gather the page of a project; raise NotFoundError where there is no such city or solution."""
    place = office.city(code)
    names = office.solution_names(place.code)
    if solution not in names:
        raise NotFoundError.named("solution", solution, names)
    plan = office.adopted("plan")
    head = {"place": place, "code": solution, "name": names[solution], "plan": plan}
    if plan is None:
        return head
    key = plan.project_of(place.code, solution)
    facts = _facts(office, plan, key)
    reason = office.plan_reasons.reason(place.code, solution)
    is_declared = office.plan_reasons.is_of_catalogue(place.code, solution)
    declared = office.catalogue_of("plan").solutions.get(solution) if is_declared else None
    head |= {
        "key": key,
        "facts": facts,
        "past": office.plan_reasons.past_words(),
        "reason": reason,
        "prices": plan.roadmap.settings.price_year,
        "declared": declared,
        "state": _state(office, actor, place.code, key),
    }
    if facts is None:
        return head | {"verdict": [_absent(place), reason], "others": ()}
    tables, people = office.plan_tables(), _people(plan, place.code)
    payers = office.finances.payers(key)
    needed_by = _named(tables.needed_by(key), names)
    funds, shares = plan.roadmap.named("funds"), whole_shares(payers["amount"].to_list())
    money = {
        "payers": [row | {"name": funds[row["fund"]] or row["name"], "share": share}
                   for row, share in zip(payers.to_dicts(), shares, strict=True)],
        "unsigned": payers["unsigned"].sum(), "currency": plan.currency,
    }  # fmt: skip
    serving = [row for row in needed_by if row["kind"] == "hard" and row["start"]]
    return head | money | {
        "verdict": _verdict(place, people, facts, money, len(serving))
        if facts["start"]
        else [_absent(place), reason, _would(people, facts, plan.currency)],
        "people": people,
        "weakest": weakest_behind(facts["evidence"], declared, people["evidence"] if people else ""),
        "share": tables.share_of(key),
        "noticed": [*tables.project_words(place.code).get(key, ()), *found_of(office, solution)],
        "effects": tables.effects(key),
        "found": effects_found(office, solution),
        "upkeep": partial(office.finances.upkeep_words, key),
        "loans": partial(office.finances.loan_words, [key]),
        "life_cost": _life_cost(office, key),
        "returns": partial(project_returns, office, key) if facts["start"] else None,
        "risks": partial(_risks, office, key) if head["state"]["offered"] else (),
        "needs": _named(tables.needs(key), names),
        "needed_by": needed_by,
        "others": _named(tables.improves_same(key).head(_ALTERNATIVES), names),
    }  # fmt: skip


def weakest_behind(cost: str, solution: Solution | None, people: str = "") -> str:
    """Return the weakest evidence behind the amounts of a project: cost per head, people, and their size."""
    is_scaled = solution is not None and solution.has_fixed_part
    return weakest([cost, people, Evidence.ASSUMPTION if is_scaled else ""])


def _facts(office: Programme, plan: Any, key: str) -> dict[str, Any] | None:  # noqa: ANN401 - the plan's own class
    """A project as the plan has it, or as the roadmap has a candidate; None where it is neither.

    ``first_use``, ``last_use`` and ``life`` say when it is used, where a life is declared.
    """
    rows = plan.roadmap.projects.filter(project=key)
    if rows.is_empty():
        return None
    table = projects(office)
    solution = office.catalogue_of("plan").solutions.get(rows["solution"].item())
    facts: dict[str, Any] = rows.row(0, named=True) | {"start": None, "finish": None}
    facts |= {"domain": solution.domain if solution else "own"}
    planned = rows.clear() if table is None else table.filter(project=key)
    if planned.height:
        facts |= planned.row(0, named=True)
    facts |= {"yearly": facts["operation"] + (facts["renewal"] or 0)}
    if planned.is_empty():
        return facts
    life = round(solution.lifetime) if solution else None
    first = facts["finish"] + 1
    return facts | {"life": life, "first_use": first, "last_use": first + life - 1 if life else None}


def _people(plan: Any, code: str) -> dict[str, Any] | None:  # noqa: ANN401 - the plan's own class
    """The people of a city whom its projects are sized for; None where the plan counts something else."""
    rows = plan.roadmap.cities.filter(city=code)
    if not plan.roadmap.settings.counts_people or rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return {
        "count": row["weight"] * _MILLION,
        "evidence": row["evidence"],
        "note": plan.roadmap.words(row["note"]),
    }


def effects_found(office: Programme, solution: str) -> list[dict[str, Any]]:
    """The effects of a solution, those found before those assumed.

    Of each: the kind of its evidence, the effect, how much, a note, and the source that names it.
    """
    rows = sorted(office.market.effects_found(solution), key=lambda row: rank(row[0].evidence))
    return [
        {"kind": _FOUND[one.evidence], "effect": one, "change": change, "note": _note(one), "source": source}
        for one, change, source in rows
    ]


def _note(effect: Effect) -> Text | str:
    """Return the note of an effect; of one that was derived without saying how, that this is not recorded."""
    if effect.note or effect.evidence != Evidence.DERIVED:
        return declared(effect.note) if effect.note else ""
    return text("How it was derived is not recorded.")


def _named(rows: pl.DataFrame, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Projects with the names of their solutions, and the years in which they are built."""
    return [
        row
        | {"name": names.get(row["solution"], row["solution"]), "years": span(row["start"], row["finish"])}
        for row in rows.to_dicts()
    ]


def _verdict(
    place: City, people: Mapping[str, Any] | None, facts: Mapping[str, Any], money: Mapping[str, Any],
    serving: int,
) -> list[Text]:  # fmt: skip
    """Say of a planned project whom it serves, when and for how much; whose money it is, and what waits."""
    currency = money["currency"]
    costs = {
        "city": place.title, "years": facts["years"], "capital": amount(facts["capital"], currency),
        "yearly": amount(facts["yearly"], currency),
    }  # fmt: skip
    what = (
        text(
            "It serves {city}, is built in {years} for {capital}, and then costs {yearly} a year to run and "
            "renew.",
            **costs,
        )
        if people is None
        else text(
            "It serves the {people:compact} people of {city}, is built in {years} for {capital}, and then "
            "costs {yearly} a year to run and renew.",
            people=people["count"], **costs,
        )
    )  # fmt: skip
    paid = [
        text("{name} ({share:.0%})", name=row["name"], share=row["share"])
        if row["share"]
        else text("{name} (under 1%)", name=row["name"])
        for row in money["payers"]
    ]
    return [what, _paid(paid, money["unsigned"], serving, currency)]


def _paid(payers: list[Text], unsigned: float, serving: int, currency: str) -> Text:
    """Say whose money builds a project, what of it is not signed, and how many projects depend on it."""
    if unsigned > 0 and serving:
        return texts(
            "It is paid for by {payers:list}; {unsigned} of this money has not been signed for, and "
            "{count} planned project requires this one.",
            "It is paid for by {payers:list}; {unsigned} of this money has not been signed for, and "
            "{count} planned projects require this one.",
            payers=payers, unsigned=amount(unsigned, currency), count=serving,
        )  # fmt: skip
    if unsigned > 0:
        return text(
            "It is paid for by {payers:list}; {unsigned} of this money has not been signed for, and no "
            "other planned project requires this one.",
            payers=payers, unsigned=amount(unsigned, currency),
        )  # fmt: skip
    if serving:
        return texts(
            "It is paid for by {payers:list}, and {count} planned project requires it.",
            "It is paid for by {payers:list}, and {count} planned projects require it.",
            payers=payers, count=serving,
        )  # fmt: skip
    return text("It is paid for by {payers:list}, and no other planned project requires it.", payers=payers)


def _absent(place: City) -> Text:
    return text("It is not in the plan of {city}.", city=place.title)


def _would(people: Mapping[str, Any] | None, facts: Mapping[str, Any], currency: str) -> Text:
    """Say what a candidate would cost, and whom it would serve."""
    costs = {
        "capital": amount(facts["capital"], currency),
        "yearly": amount(facts["yearly"], currency),
    }
    if people is None:
        return text("It would cost {capital} to build and {yearly} a year to run and renew.", **costs)
    return text(
        "It would serve {people:compact} people and would cost {capital} to build and {yearly} a year "
        "to run and renew.",
        people=people["count"], **costs,
    )  # fmt: skip


def _life_cost(office: Programme, key: str) -> dict[str, Any] | None:
    """What a planned project costs over the years that are appraised; None of what is not planned."""
    appraisal = office.adopted("appraisal")
    rows = appraisal.table.filter(project=key)
    return (dict(appraisal.facts) | rows.row(0, named=True)) if rows.height else None


def _risks(office: Programme, key: str) -> list[Text | str]:
    """Return the risks that the paper of a project on the market names."""
    return list(office.market.sheet(key).risks)


def _state(office: Programme, actor: Actor, city: str, key: str) -> dict[str, Any]:
    """What the reader may see of its contract (agreements, its task, reports), and its offer."""
    agreements = office.finances.signed().agreements.filter(project=key)
    books = [
        (card, task)
        for card in _cards(office, actor, "taskbook", city=city)
        for task in card.sight.dossier.content.get("tasks", ())
        if task["code"] == key
    ]
    reports = [
        (card, row)
        for book, _ in books
        for card in _cards(office, actor, "report", parent=book.code)
        for row in card.sight.dossier.content.get("progress", ())
        if row["task"] == key
    ]
    offered = [one for one in office.market.pipeline().prospects if one.code == key]
    offers = [one for one in _cards(office, actor, "offer", city=city, state="open")
              if one.sight.dossier.content["project"] == key]  # fmt: skip
    offer = offers[0] if offers else None
    return {
        "agreements": agreements.to_dicts(), "books": books, "reports": reports,
        "offered": offered[0] if offered else None,
        "offer": offer, "room": office.market.rooms(actor).get(offer.code, "") if offer else "",
    }  # fmt: skip


def _cards(office: Programme, actor: Actor, kind: str, **where: str) -> list[Card]:
    return [card_of(office, sight) for sight in office.casework.listed(actor, kind, where=where)]
