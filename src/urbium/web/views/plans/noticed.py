"""Noticed: what a project changes, in everyday words, each with its evidence.

What the plan changes in natural units comes first (``PlanTables.project_words``); here is what the catalogue
says of a solution: what comes of it, the best founded first, else what is built.
"""

from typing import Final

from urbium.model import Effect, ResultKind, rank
from urbium.programme import Programme
from urbium.text import Text, declared, text
from urbium.units import range_words

_OF_VALUE: Final = ("pct", "pp")
_NO_CHANGE: Final = "ratio"
"""The unit of effects that say how large something is, and not by how much it changes."""


def found_of(office: Programme, solution: str) -> list[tuple[Text, str]]:
    """Say what a solution changes, as found or assumed: sentences, and how well each is founded."""
    effects = [one for one, *_ in office.market.effects_found(solution) if one.unit != _NO_CHANGE]
    outcomes = [one for one in effects if one.kind == ResultKind.OUTCOME]
    best = sorted(outcomes or effects, key=lambda one: (one.unit in _OF_VALUE, rank(one.evidence)))
    return [(_said(one), one.evidence) for one in best]


def _said(effect: Effect) -> Text:
    about = {"what": effect.plain_title, "size": range_words(effect.low, effect.high, effect.unit)}
    if effect.scope == "citywide":
        return (
            text("{what}: {size} more", **about)
            if effect.direction == "up"
            else text("{what}: {size} less", **about)
        )
    about |= {"scope": declared(effect.scope)}
    return (
        text("{what}: {size} more ({scope})", **about)
        if effect.direction == "up"
        else text("{what}: {size} less ({scope})", **about)
    )
