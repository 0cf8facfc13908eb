"""Reasons: the messages behind a column of reasons, so that a face can say them in the reader's language.

A column of polars keeps a message as its English sentence and forgets which message it was. A result that
has such a column keeps the messages beside it, by that sentence; nothing takes a sentence apart.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from urbium.text import Text


def by_sentence(messages: Iterable[str]) -> Mapping[str, Text]:
    """Return the messages among ``messages`` by their English sentences.

    >>> from urbium.text import text
    >>> by_sentence([text("{rows} are known", rows="no ages"), ""])["no ages are known"].message
    '{rows} are known'
    """
    return MappingProxyType({str(said): said for said in messages if isinstance(said, Text)})


def recalled(sentence: str | None, messages: Mapping[str, Text]) -> str:
    """Return the message that a table keeps as a sentence; the sentence where no message is kept for it."""
    return messages.get(sentence or "", sentence or "")
