"""Own words: how a programme's titles and sentences are worded in other languages, kept beside them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from urbium.programme.base.workspace import Workspace
from urbium.text import Text, packed, unpacked

_KIND, _ID = "programme", "words"
_NOTHING: Final[Mapping[str, Any]] = {}


def words_of(workspace: Workspace) -> Mapping[str, Text]:
    """Return the texts of what the programme wrote in one language, by what it wrote."""

    def read() -> Mapping[str, Text]:
        return {said: unpacked(one) for said, one in _kept(workspace).items()}

    return workspace.once("own words", read, is_pinned=True)


def keep_words(workspace: Workspace, said: Iterable[Text], *, by: str, reason: str) -> None:
    """Keep how what was written is worded in other languages, beside what is kept already."""
    words = _kept(workspace) | {str(one): packed(one) for one in said}
    workspace.store.keep(_KIND, _ID, words, by=by, reason=reason)


def _kept(workspace: Workspace) -> dict[str, Any]:
    return dict(workspace.store.kept(_KIND, _ID) or _NOTHING)
