"""Programme: what everybody may read of the work of people: calls, pilots, agreements, grades, projects."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from urbium.access import ANYBODY
from urbium.model.dossiers import Dossier
from urbium.packaged import words_of
from urbium.periods import date_of
from urbium.pilot.calls.calls import closed_because, decision_words
from urbium.pilot.calls.rounds import Round
from urbium.programme import Programme
from urbium.programme.cases.next_decision import closed_on, deciders
from urbium.text import Text, text
from urbium.web.desk.calls import closing_said, open_calls, rules_of_call
from urbium.web.desk.cards import Card, card_of
from urbium.web.desk.case import public_case, room_open
from urbium.web.desk.data_rooms import money_facts
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment

_SAID_BY_RULES = frozenset({"rules", "conditions", "documents", "criteria"})
"""Fields of a call whose content its rules hold in words."""
OFFICES: Mapping[str, Text] = {"city": text("by the city"), "province": text("by the province")}
"""Who hands in a document."""
_NO_PARTY = text("all parties together")
_STATES: Mapping[str, Text] = words_of("state of a promise")


def programme_page(office: FromOffice) -> dict[str, Any]:
    """Gather the page of the programme, as somebody sees it who has not signed in."""
    listed = {
        kind: [card_of(office, sight) for sight in office.casework.listed(ANYBODY, kind)]
        for kind in (
            "round",
            "application",
            "agreement",
            "taskbook",
            "report",
            "grade",
            "project",
            "organisation",
        )
    }
    return {
        "calls": open_calls(office),
        "rounds": [
            (card, closing_said(office, card.sight.dossier))
            for card in sorted(listed["round"], key=_opens, reverse=True)
        ],
        "selected": listed["application"],
        "agreements": [(card, _promises(card)) for card in listed["agreement"]],
        "contracts": [*listed["taskbook"], *listed["report"]],
        "grades": sorted(listed["grade"], key=lambda card: -int(card.sight.dossier.content["stars"])),
        "projects": listed["project"],
        "organisations": listed["organisation"],
        "said": office.pilots_register.said(),
    }


def programme_case(office: FromOffice, actor: FromActor, kind: Segment, code: Segment) -> dict[str, Any]:
    """Gather one dossier as everybody may read it; of an offer, with the data room open to its reader."""
    case = public_case(office, ANYBODY, kind, code)
    dossier = case["card"].sight.dossier
    case["room"] = room_open(office, actor, dossier)
    case["money"] = money_facts(office, actor, dossier)
    is_alert = case["kind"].name == "alert"
    case |= _call(office, case) if case["kind"].name == "round" else {"rules": None}
    return case | {"alert_said": office.operations.said(case["card"].sight.dossier) if is_alert else None}


def _call(office: Programme, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a call says beside its fields: what to hand in, and how it judges, by its set of rules."""
    round_ = case["card"].sight.dossier
    return {
        "content": [one for one in case["content"] if one.name not in _SAID_BY_RULES],
        "rules": rules_of_call(round_),
        "by": OFFICES,
        "decided": _decided(office, round_),
        "closed": closed_because(round_.content_as(Round), round_.state, office.settings.today()),
    }


def _decided(office: Programme, of: Dossier) -> list[Text]:
    """Say who decides the selection of a call, and by when; or when it was decided."""
    call = of.content_as(Round)
    if of.state == "decided":
        day = date_of(call.decided_on) or (
            of.recorded_at and of.recorded_at.astimezone(office.settings.zone())
        )
        return [text("The selection was decided on {day:date}.", day=day)] if day else []
    who = text(
        "Who decides: {who:list}. One person proposes the selection based on the experts' points, and "
        "a second person decides.",
        who=deciders("round", "decide"),
    )
    closed = closed_on(office.casework, ANYBODY, of, office.settings.zone())
    return [who, decision_words(call, of.state, office.settings.today(), closed)]


def _opens(card: Card) -> str:
    return str(card.sight.dossier.content["opens"])


def _promises(card: Card) -> list[dict[str, Any]]:
    """Return for each party of an agreement how many of its promises stand where."""
    content = card.sight.dossier.content
    titles = {one["code"]: one["title"] for one in content["parties"]}
    counts: dict[str, Counter[str]] = {code: Counter() for code in titles}
    for one in content["commitments"]:
        counts.setdefault(one["party"], Counter())[one["state"]] += 1
    return [
        {
            "party": titles.get(code, code) or _NO_PARTY,
            "number": sum(states.values()),
            "states": [(title, states[name]) for name, title in _STATES.items() if states[name]],
        }
        for code, states in counts.items()
    ]
