"""Own words: what a programme holds in one language only, such as a title, as it is worded in others.

Whoever writes a title writes it once. Where the programme keeps how else it is worded, faces say that: they
ask here for every word that is no text of ours (:func:`urbium.text.say`), and hear the same word where
nothing is kept.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property

__all__ = ["in_own_words", "own_words"]


class _Own:
    """Looks for the words of a programme when the first is asked for, and once."""

    def __init__(self, find: Callable[[], Mapping[str, str]]) -> None:
        self._find = find

    @cached_property
    def words(self) -> Mapping[str, str]:
        return self._find()


_own: ContextVar[_Own | None] = ContextVar("own_words", default=None)


@contextmanager
def own_words(find: Callable[[], Mapping[str, str]]) -> Iterator[None]:
    """Say inside the block what a programme wrote as it is worded in the reader's language.

    >>> from urbium.text import language, named, say
    >>> with own_words(lambda: {"First round": named({"en": "First round", "zh": "第一批"})}), language("zh"):
    ...     say("First round"), say("Second round")
    ('第一批', 'Second round')
    """
    token = _own.set(_Own(find))
    try:
        yield
    finally:
        _own.reset(token)


def in_own_words(said: str) -> str:
    """Return the text of a word that the programme has worded in other languages; else the word."""
    own = _own.get()
    return said if own is None else own.words.get(said, said)
