"""Labels: what the codes that stand in tables are called on a face: grades, states, series, sectors, limits.

A code without a label is shown as it is: it is data.
"""

from collections.abc import Mapping

from urbium.model import NATION, Evidence
from urbium.model.words import AREAS, DOMAINS
from urbium.observations.reasons import GRADES
from urbium.packaged import words_of
from urbium.text import Text, say, text

LABELS: Mapping[str, Text] = {
    **GRADES,
    **{evidence.value: evidence.label for evidence in Evidence},
    **words_of("label"),
    **words_of("severity"),
    **AREAS,
    **DOMAINS,
}
"""What each code is called."""

_NATION = text("nation")


def label(code: str | None) -> str:
    """Return what a code is called; the code itself when it has no label, nothing for none.

    >>> label("by_construction"), label("GDP"), label(None)
    ('by definition', 'GDP', '')
    """
    if not code:
        return ""
    return str(say(LABELS.get(str(code), code)))


def level(code: str, word: str = "") -> str:
    """Return what a level of places is called: the programme's word, else the code itself.

    >>> level("metro", "metropolitan area"), level("metro"), level("nation")
    ('metropolitan area', 'metro', 'nation')
    """
    return word or (str(say(_NATION)) if code == NATION else code)
