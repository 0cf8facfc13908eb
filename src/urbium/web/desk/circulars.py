"""Circulars: to whom a letter goes, how a city will see it, and which cities have read and answered it."""

from typing import Any

from urbium.access import Actor
from urbium.errors import UrbiumError
from urbium.periods import date_of
from urbium.pilot.steps import state, states_of
from urbium.programme import Programme
from urbium.programme.cases.casework import Seen
from urbium.web.desk.cards import card_of

_LETTER = "city_letter"


def circular_shown(office: Programme, actor: Actor, sight: Seen) -> dict[str, Any] | None:
    """Return where a circular goes, or what became of it; None for any other dossier."""
    dossier = sight.dossier
    if dossier.kind != "circular":
        return None
    letters = office.casework.listed(actor, _LETTER, where={"parent": dossier.code})
    if letters:
        cards = [card_of(office, one) for one in letters]
        groups = [
            (state(_LETTER, name).title, [card for card in cards if card.sight.dossier.state == name])
            for name in reversed(states_of(_LETTER))
        ]
        return {"letters": [(title, group) for title, group in groups if group]}
    try:
        cities = office.circulars.cities(dossier)
    except UrbiumError as error:
        return {"letters": [], "problem": error.problem()}
    return {"letters": [], "cities": cities, "problem": None, "by": date_of(dossier.content["answer_by"])}
