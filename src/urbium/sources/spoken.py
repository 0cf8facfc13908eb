"""Spoken: how our own tables say their codes in a language: grades, states, units, names of variables.

A template is written in the language of who asks for it, and every language with a catalogue is read.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from urbium.model import Quality, Status, Variable
from urbium.text import Text, languages, text
from urbium.units import unit_words

STATUS_WORDS: Final[Mapping[Status, Text]] = {
    Status.REPORTED: text("reported"),
    Status.PROJECTED: text("projected"),
}
"""What the states are called that a file may give."""


def meanings(variables: Mapping[str, Variable]) -> dict[str, dict[str, str]]:
    """Return by part of an observation what its words in any language mean; names of several mean none.

    >>> grades = meanings({})["quality"]
    >>> grades["personal estimate"], grades["个人估算"]
    ('personal estimate', 'personal estimate')
    """
    tongues = languages()
    names = [(name.strip(), one.id) for one in variables.values() for name in set(one.name.values())]
    bearers = Counter(name for name, _ in names)
    units = {one.unit for one in variables.values()}
    return {
        "variable": {name: id_ for name, id_ in names if bearers[name] == 1 and name not in variables},
        "unit": {unit_words(unit).render(tongue): unit for unit in units for tongue in tongues},
        "quality": {grade.label.render(tongue): grade.value for grade in Quality for tongue in tongues},
        "status": {
            said.render(tongue): status.value for status, said in STATUS_WORDS.items() for tongue in tongues
        },
    }
