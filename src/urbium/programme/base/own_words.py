"""Own words: how what is held in one language is worded in others: titles, reasons of findings, sources.

Publishers and publications have the names that they give themselves (``data/source_names.csv``); where none
is known in a language, they keep the one that they have. See ADR 0138.
"""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from urbium.errors import retold
from urbium.programme.base.workspace import Workspace
from urbium.text import Text, named, packed, sentences, unpacked
from urbium.text.naming import by_language

_KIND, _ID = "programme", "words"
_NOTHING: Final[Mapping[str, Any]] = {}


def words_of(workspace: Workspace) -> Mapping[str, Text]:
    """Return the texts of what is held in one language, by how it reads there."""

    def read() -> Mapping[str, Text]:
        kept = {said: unpacked(one) for said, one in _kept(workspace).items()}
        return _sources() | _reasons(workspace.store.faults()) | kept

    return workspace.once("own words", read)


def keep_words(workspace: Workspace, said: Iterable[Text], *, by: str, reason: str) -> None:
    """Keep how what was written is worded in other languages, beside what is kept already."""
    words = _kept(workspace) | {str(one): packed(one) for one in said}
    workspace.store.keep(_KIND, _ID, words, by=by, reason=reason)


@cache
def _sources() -> dict[str, Text]:
    path = Path(__file__).parents[2] / "data" / "source_names.csv"
    with path.open(encoding="utf-8", newline="") as table:
        return {row["name_en"]: named(by_language(row)) for row in csv.DictReader(table)}


def _kept(workspace: Workspace) -> dict[str, Any]:
    return dict(workspace.store.kept(_KIND, _ID) or _NOTHING)


def _reasons(faults: pl.DataFrame) -> dict[str, Text]:
    """Return why figures are suspect, as it is stored with them: with the codes of the rules, and without.

    The codes are for who reads them in English; in another language the message alone is said.
    """
    found: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    for row in faults.filter(severity="warning").iter_rows(named=True):
        message = retold(row)["message"]
        found.setdefault((row["city"], row["variable"], row["period"]), []).append(
            (f"{row['rule']}: {message!s}", message)
        )
    said: dict[str, str] = {}
    for pairs in found.values():
        stored, messages = zip(*pairs, strict=True)
        whole = sentences(messages)
        said |= {str(sentences(stored)): whole, str(whole): whole}
        said |= {key: message for with_code, message in pairs for key in (with_code, message)}
    return {key: one for key, one in said.items() if isinstance(one, Text)}
