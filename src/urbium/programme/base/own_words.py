"""Own words: how what a programme holds in one language is worded in others: titles, reasons of findings.

See ADR 0132.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from urbium.errors import retold
from urbium.programme.base.workspace import Workspace
from urbium.text import Text, packed, sentences, text, unpacked

_KIND, _ID = "programme", "words"
_NOTHING: Final[Mapping[str, Any]] = {}


def words_of(workspace: Workspace) -> Mapping[str, Text]:
    """Return the texts of what is held in one language, by how it reads there."""

    def read() -> Mapping[str, Text]:
        return _reasons(workspace.store.faults()) | {
            said: unpacked(one) for said, one in _kept(workspace).items()
        }

    return workspace.once("own words", read)


def keep_words(workspace: Workspace, said: Iterable[Text], *, by: str, reason: str) -> None:
    """Keep how what was written is worded in other languages, beside what is kept already."""
    words = _kept(workspace) | {str(one): packed(one) for one in said}
    workspace.store.keep(_KIND, _ID, words, by=by, reason=reason)


def _kept(workspace: Workspace) -> dict[str, Any]:
    return dict(workspace.store.kept(_KIND, _ID) or _NOTHING)


def _reasons(faults: pl.DataFrame) -> dict[str, Text]:
    """Return why figures are suspect, as it is stored with them: what all rules say of one figure."""
    found: dict[tuple[Any, ...], list[Text]] = {}
    for row in faults.filter(severity="warning").iter_rows(named=True):
        said = text("{rule}: {message}", rule=row["rule"], message=retold(row)["message"])
        found.setdefault((row["city"], row["variable"], row["period"]), []).append(said)
    every = [sentences(said) for said in found.values()]
    return {str(one): one for one in every}
