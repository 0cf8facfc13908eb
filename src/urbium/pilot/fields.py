"""Fields: what the fields of dossiers are called, what helps to fill them in, which words they take.

They are configuration: rows of ``data/rules/fields.csv``. A row without ``kind`` holds for every kind; a
field of a record in a list is named with its list, as ``projects.cost``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from urbium.packaged import choices_of, packaged_rows

MILLIONS: Final = frozenset({"million", "million beside"})
"""Measures of money that is kept in millions, and typed as a language counts it."""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How a field is spoken of.

    Parameters
    ----------
    title : what it is called
    help : what helps to fill it in; empty where the title says enough
    words : the values it takes and what each is called; empty where anything can be written
    measure : what its number is: ``money``, ``million`` (of money), ``million beside`` (of money whose
        currency stands in a field beside it), ``year``, ``count``, ``points``, ``per cent``, ``rate``
        (typed in per cent, kept as a share), ``share``, ``bytes``, ``day``, ``period`` (of SDMX), ``unit``
        (its code), ``readiness`` (a choice that may be made for all records at once), ``of unit`` (the
        record says its unit); ``code`` of what a record is called by programs, made of its title where none
        is typed, and ``hidden code`` where nobody types one; empty for anything else
    """

    title: str
    help: str
    words: Mapping[str, str]
    measure: str


@cache
def _rows() -> Mapping[tuple[str, str], FieldWords]:
    return {
        (row["kind"], row["field"]): FieldWords(
            row["title_en"], row["help_en"], choices_of(row["words_en"]), row["measure"]
        )
        for row in packaged_rows("rules/fields")
    }


def field_words(kind: str, field: str) -> FieldWords:
    """Return how a field of a kind is spoken of; a field that no row describes is called by its name.

    >>> field_words("application", "projects.clearances").title
    'Clearances are granted'
    """
    plain = FieldWords(field.rpartition(".")[2].replace("_", " ").capitalize(), "", {}, "")
    return _rows().get((kind, field)) or _rows().get(("", field), plain)
