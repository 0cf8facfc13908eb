"""Correspondence: comments on a case or a figure, the answer that a case has had, letters to many cities.

Who sees a case or a figure does not see its comments for that: those of the office are for the city or for
the office alone, those of a city are for the office
(:mod:`urbium.programme.cases.rules.comment_rules`).
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from urbium.access import Actor, Role, clauses
from urbium.model.dossiers import Dossier
from urbium.periods import date_of
from urbium.pilot.fields import field_words
from urbium.pilot.steps import CREATE, state, states_of
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.rules.comment_rules import receivers
from urbium.programme.cases.sight import Seen
from urbium.web.desk.cards import card_of

COMMENT: Final = "comment"
_LETTER: Final = "city_letter"
_OPEN: Final = ("for_city", "for_office", "internal")
_ASKING: Final = ("data_request", "interest", "mandate")
"""Kinds in which somebody asks for an answer."""
_OVER: Final = frozenset({"cancelled", "closed", "withdrawn"})


def thread_of(office: Programme, actor: Actor, of: Dossier) -> dict[str, Any] | None:
    """Return the comments on a case; None for who can neither see nor write any."""
    if of.kind not in KINDS[COMMENT].parents:
        return None
    there = office.casework.listed(actor, COMMENT, where={"parent": of.code, "parent_kind": of.kind})
    return _thread(office, actor, there, {"kind": of.kind, "code": of.code, "city": of.city}, of)


def thread_of_figure(office: Programme, actor: Actor, city: str, about: str) -> dict[str, Any] | None:
    """Return the comments on a figure of a city; ``about`` is as :func:`figure_named` has it."""
    sights = office.casework.listed(actor, COMMENT, where={"city": city})
    there = [one for one in sights if one.dossier.content["about"] == about]
    return _thread(office, actor, there, {"city": city, "about": about})


def figure_named(what: str, **asked: str) -> str:
    """Return a figure as the address of its explanation names it behind that of its city.

    >>> figure_named("figure", name="gdp", period="2020", area="")
    'figure?name=gdp&period=2020'
    """
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{what}?{query}" if query else what


def _thread(
    office: Programme,
    actor: Actor,
    sights: list[Seen],
    names: Mapping[str, str],
    above: Dossier | None = None,
) -> dict[str, Any] | None:
    may_write = any(
        one.place == "all" or (one.place, one.value) == ("city", names["city"])
        for one in clauses(actor, COMMENT, CREATE)
    )
    to = receivers(above, is_office=Role.OFFICE in actor.roles) if may_write else ()
    if not (sights or to):
        return None
    rows = sorted((_row(office, actor, one) for one in sights), key=lambda row: row["at"])
    words = field_words(COMMENT, "to").words
    return {
        "open": [row for row in rows if row["is_open"]],
        "done": [row for row in rows if not row["is_open"]],
        "to": [(name, words[name]) for name in to],
        "names": names,
    }


def _row(office: Programme, actor: Actor, sight: Seen) -> dict[str, Any]:
    """Return a comment as its thread shows it, with who closed it and when."""
    dossier = sight.dossier
    is_open = dossier.state in _OPEN
    first = dossier if is_open else office.casework.history(actor, COMMENT, dossier.code)[0].dossier
    return {
        "code": dossier.code,
        "version": dossier.version,
        "text": dossier.content["text"],
        "by": first.recorded_by,
        "at": first.recorded_at,
        "state": state(COMMENT, dossier.state).title,
        "is_open": is_open,
        "closed_by": dossier.recorded_by,
        "closed_at": dossier.recorded_at,
        "steps": sight.actions,
    }


# --- answers --------------------------------------------------------------------------------------------


def answer_of(office: Programme, actor: Actor, sight: Seen) -> dict[str, Any] | None:
    """Return the answer that a case has had, with who gave it and when; None where it has none."""
    kind, answer = sight.dossier.kind, sight.dossier.content.get("answer")
    if not answer:
        return None
    answered = sight.dossier
    for one in reversed(office.casework.history(actor, kind, answered.code)):
        if one.dossier.content.get("answer") != answer:
            break
        answered = one.dossier
    title = field_words(kind, "answer").title
    return {"title": title, "text": answer, "at": answered.recorded_at, "by": answered.recorded_by}


def answers_to(office: Programme, actor: Actor) -> list[dict[str, Any]]:
    """Return the answers to what somebody has asked, the newest first, until the asker closes the case."""
    sights = [
        one
        for kind in _ASKING
        for one in (
            office.casework.listed(actor, kind, where={"owner": actor.account}) if actor.account else ()
        )
        if one.dossier.state not in _OVER
    ]
    rows = [(card_of(office, one), answer_of(office, actor, one)) for one in sights]
    answers = [answer | {"card": card} for card, answer in rows if answer]
    return sorted(answers, key=lambda one: one["at"], reverse=True)


# --- letters to many cities -----------------------------------------------------------------------------


def circular_shown(office: Programme, actor: Actor, sight: Seen) -> dict[str, Any] | None:
    """Return where a circular goes, or what became of it; None for one that was discarded, and any other."""
    dossier = sight.dossier
    if dossier.kind != "circular" or dossier.state == "discarded":
        return None
    letters = office.casework.listed(actor, _LETTER, where={"parent": dossier.code})
    people = office.casework.listed(actor, "account", where={"state": "active"})
    reached = {grant["code"] for one in people for grant in one.dossier.content["grants"]}
    if letters:
        cards = [card_of(office, one) for one in letters]
        groups = [
            (state(_LETTER, name).title, [card for card in cards if card.sight.dossier.state == name])
            for name in reversed(states_of(_LETTER))
        ]
        unread = [card.city for card in cards if card.sight.dossier.city not in reached]
        return {"letters": [(title, group) for title, group in groups if group], "unread": unread}
    if faults := office.circulars.unknown(dossier):
        return {"letters": [], "faults": faults}
    cities = office.circulars.cities(dossier)
    return {
        "letters": [],
        "cities": cities,
        "faults": [],
        "by": date_of(dossier.content["answer_by"]),
        "unread": [name for code, name in cities.items() if code not in reached],
    }
