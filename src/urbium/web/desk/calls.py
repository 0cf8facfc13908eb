"""Calls: those that take applications, what an applicant should know of one, and those not yet answered."""

from datetime import date
from typing import Any
from urllib.parse import quote

from urbium.access import ANYBODY, Actor, clauses
from urbium.errors import NotFoundError
from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.calls.applications import Application
from urbium.pilot.calls.calls import OPEN, closing_words, takes_applications
from urbium.pilot.calls.completeness import begun_before
from urbium.pilot.calls.rounds import Round
from urbium.pilot.calls.rulesets import RuleSet, rules_of_round
from urbium.pilot.steps import CREATE, DRAFT
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.next_decision import closed_on
from urbium.programme.cases.sight import Seen
from urbium.text import Text, text, texts
from urbium.web.desk.asking import cities_of

OVER = "withdrawn"


def open_calls(office: Programme) -> list[dict[str, Any]]:
    """Return the calls that take applications today, the one that ends first before the others."""
    today = office.settings.today()
    calls = [
        (date_of(call.closes) or date.max, sight.dossier.code, call)
        for sight in office.casework.listed(ANYBODY, "round")
        for call in [sight.dossier.content_as(Round)]
        if takes_applications(call, sight.dossier.state, today)
    ]
    return [
        {
            "code": code,
            "title": call.title,
            "address": _address(code),
            "last": last_day(call),
        }
        for _, code, call in sorted(calls, key=lambda one: one[:2])
    ]


def _address(code: str) -> str:
    """Return where everybody reads a call."""
    return f"/programme/rounds/{quote(code)}"


def last_day(call: Round) -> Text | str:
    """Say until when a call takes applications; empty where no day is set."""
    last = date_of(call.closes)
    return text("Last day to apply: {day:date}", day=last) if last else ""


def closing_said(office: Programme, round_: Dossier) -> Text | str:
    """Say until when a call takes applications, or when it was closed; empty where no day is set."""
    closed = closed_on(office.casework, ANYBODY, round_, office.settings.zone())
    return closing_words(round_.content_as(Round), closed)


def rules_of_call(round_: Dossier) -> RuleSet:
    """Return the rules of a call; empty ones where its set of rules was taken away."""
    try:
        return rules_of_round(round_.content)
    except NotFoundError:
        return RuleSet("")


def terms_of(round_: Dossier) -> dict[str, Any]:
    """Return what an applicant should know of a call before anything is filled in."""
    call = round_.content_as(Round)
    return {
        "title": call.title,
        "last": last_day(call) if round_.state == OPEN else "",
        "rules": rules_of_call(round_),
        "address": _address(round_.code),
    }


def call_of(office: Programme, actor: Actor, sight: Seen) -> dict[str, Any] | None:
    """Return what a call asks: of one that is published, of a review, of an application in hand."""
    of = sight.dossier
    if of.kind == "round":
        return None if of.state == DRAFT else terms_of(of)
    if of.kind != "review" and (of.kind != "application" or not sight.actions):
        return None
    try:
        return terms_of(office.casework.opened(actor, "round", of.round).dossier)
    except NotFoundError:
        return None


def begun_early(office: Programme, actor: Actor, sight: Seen) -> Text | str:
    """Say to who judges an application that some of its projects start before its call closes."""
    of = sight.dossier
    if of.kind != "application" or not of.round or "projects" not in of.content:
        return ""
    try:
        call = office.casework.opened(actor, "round", of.round).dossier
    except NotFoundError:
        return ""
    day = date_of(call.content_as(Round).closes)
    count = begun_before(of.content_as(Application), day.year if day else None)
    if day is None or not count:
        return ""
    return texts(
        "{count} project of this application starts before {year:d}, the year in which the call closes.",
        "{count} projects of this application start before {year:d}, the year in which the call closes.",
        count=count, year=day.year,
    )  # fmt: skip


def unanswered(office: Programme, actor: Actor) -> list[dict[str, Any]]:
    """Return the open calls for which a city of an actor has not applied, for who may apply."""
    cities = [code for code, _ in cities_of(office, actor)]
    if not cities or not clauses(actor, "application", CREATE):
        return []
    applied = {
        (one.dossier.round, one.dossier.city)
        for one in office.casework.listed(actor, "application", where={"city": cities})
        if one.dossier.state != OVER and not one.dossier.content.get("is_test")
    }
    return [
        one | {"verb": KINDS["application"].verb}
        for one in open_calls(office)
        if any((one["code"], city) not in applied for city in cities)
    ]
