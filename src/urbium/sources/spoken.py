"""Spoken: how our own tables say codes in a language: grades, states, units, boundaries, variables.

A template is written in the language of who asks for it, and every language with a catalogue is read.
"""

from collections.abc import Mapping
from typing import Final

from urbium.model import Quality, Status, Variable
from urbium.model.words import AREAS
from urbium.sources.headings.headings import folded
from urbium.text import ENGLISH, Name, Text, languages, named, text
from urbium.units import unit_words, units

STATUS_WORDS: Final[Mapping[Status, Text]] = {
    Status.REPORTED: text("reported"),
    Status.PROJECTED: text("projected"),
}
"""What the states are called that a file may give."""


def meanings(variables: Mapping[str, Variable]) -> dict[str, dict[str, str]]:
    """Return by part of an observation what its words in any language mean; variables: :func:`by_name`.

    >>> grades = meanings({})["quality"]
    >>> grades["personal estimate"], grades["个人估算"]
    ('personal estimate', 'personal estimate')
    """
    tongues = languages()
    scales = units()
    kinds = {scales[one.unit].dimension for one in variables.values() if one.unit in scales}
    alike = [unit for unit, scale in scales.items() if scale.dimension in kinds]
    return {
        "area": {said.render(tongue): area for area, said in AREAS.items() for tongue in tongues},
        "unit": {unit_words(unit).render(tongue): unit for unit in alike for tongue in tongues},
        "quality": {grade.label.render(tongue): grade.value for grade in Quality for tongue in tongues},
        "status": {
            said.render(tongue): status.value for status, said in STATUS_WORDS.items() for tongue in tongues
        },
    }


def in_words(code: str, said: Text | Mapping[str, str]) -> Name:
    """Return a code of our tables as they say it: itself in English, in words in every other language.

    >>> in_words("not graded", Quality.NOT_GRADED.label).render("zh")
    '未评级（来源未注明质量）'
    """
    others = (tongue for tongue in languages() if tongue != ENGLISH)
    words = {one: said.render(one) for one in others} if isinstance(said, Text) else said
    return named({**words, ENGLISH: code}, code)


def variable_words(variables: Mapping[str, Variable], id_: str) -> str:
    """Return what a variable is called; what is not a variable as it is."""
    return named(variables[id_].name if id_ in variables else {}, id_)


def bearers(variables: Mapping[str, Variable]) -> dict[str, list[str]]:
    """Return the ids of variables by each of their names in any language, folded.

    >>> beds = {"en": "Beds", "zh": "床位数（张）"}
    >>> bearers({id_: Variable(id_, beds, "beds", "city") for id_ in ("a", "b")})
    {'beds': ['a', 'b'], '床位数(张)': ['a', 'b']}
    """
    found: dict[str, list[str]] = {}
    for one in variables.values():
        for name in {folded(name): None for name in one.name.values()}:
            found.setdefault(name, []).append(one.id)
    return found


def by_name(variables: Mapping[str, Variable]) -> dict[str, str]:
    """Return the ids of variables by id and by name in any language, folded; a name of several means none."""
    named = {name: ids[0] for name, ids in bearers(variables).items() if len(ids) == 1}
    return named | {folded(id_): id_ for id_ in variables}
