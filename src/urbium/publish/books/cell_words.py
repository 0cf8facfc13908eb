"""Cell words: what the codes in the columns of a workbook are called, in the language that is spoken."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from urbium.model.words import AREAS, DOMAINS
from urbium.observations.reasons import GRADES
from urbium.packaged import words_of
from urbium.text import say
from urbium.units import unit_words

_LABELS: Final = words_of("label")
_LABELLED: Final = (
    "about", "curve", "kind", "kind_of_employment", "quantity", "series", "what",
)  # fmt: skip
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    **{column: {**GRADES, **_LABELS} for column in _LABELLED},
    "area": {**_LABELS, **AREAS},
    "domain": DOMAINS,
    "evidence": words_of("Evidence"),
    "method": {**words_of("method of sectors"), **_LABELS},
    "quality": GRADES,
    "readiness": words_of("readiness"),
    "sector": {**_LABELS, **DOMAINS},
    "sex": words_of("sex"),
    "state": {**_LABELS, **GRADES},
    "status": {**_LABELS, **GRADES, **words_of("status of a project")},
}
"""Words of codes by the name of their column; a code without words is data."""


def cell_words(column: str, cells: Iterable[Any]) -> dict[str, str]:
    """Return what each text of a column reads as.

    >>> cell_words("evidence", ["by_construction", "of ours"]), cell_words("unit", ["t"])
    ({'by_construction': 'by definition', 'of ours': 'of ours'}, {'t': 't'})
    """
    codes = _CODES.get(column, {})
    return {
        cell: str(say(unit_words(cell) if column == "unit" else codes.get(cell) or cell))
        for cell in dict.fromkeys(cells)
        if isinstance(cell, str)
    }
