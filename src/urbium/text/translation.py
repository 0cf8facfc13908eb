"""Translation: which language is spoken, and what its catalogue file says in place of an English sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final, Protocol

ENGLISH = "en"
FOLDER = Path(__file__).parent / "locale"
"""One folder a language, as gettext has it: ``zh/LC_MESSAGES/urbium.po``."""

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)

MARKS: Final = ("\ue000", "\ue001", "\ue002")
"""Signs of private use around what is said in another language than the one that is spoken, for a page."""
_marking: ContextVar[bool] = ContextVar("marking", default=False)


class Translator(Protocol):
    """What a language says in place of an English message."""

    def __call__(self, context: str, message: str, plural: str, count: int) -> str:
        """Return the message of the language, with the same parameters in braces; the English one if none."""


_installed: dict[str, Translator] = {}
_WORD: Final = re.compile("[A-Za-z]{2}")


def install(name: str, translator: Translator) -> None:
    """Let a language be spoken by ``translator`` in place of its catalogue file."""
    _installed[name] = translator


@contextmanager
def language(name: str) -> Iterator[None]:
    """Speak another language inside the block; what was spoken before is spoken after it."""
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


@contextmanager
def marking() -> Iterator[None]:
    """Mark inside the block what is said in another language than the one that is spoken: :data:`MARKS`.

    >>> from urbium.text import named
    >>> with language("zh"), marking():
    ...     named({"es": "León"}).render() == "\ue000es\ue001León\ue002"
    True
    """
    token = _marking.set(True)
    try:
        yield
    finally:
        _marking.reset(token)


def marked(said: str, tongue: str, wanted: str) -> str:
    """Return what is said in a language, marked where marks are asked for and another language is wanted."""
    if not _marking.get() or not tongue or tongue.partition("-")[0] == wanted.partition("-")[0]:
        return said
    return f"{MARKS[0]}{tongue}{MARKS[1]}{said}{MARKS[2]}"


def languages() -> list[str]:
    """Return the languages that can be spoken, English first: those installed, and those with a folder."""
    folders = (path.name for path in FOLDER.iterdir() if path.is_dir()) if FOLDER.is_dir() else ()
    return [ENGLISH, *sorted({*_installed, *folders} - {ENGLISH})]


def spoken() -> str:
    """Return the language that is spoken now."""
    return _language.get()


def translate(message: str, plural: str = "", count: int = 1, *, context: str = "") -> str:
    """Return a sentence in the language that is spoken, unfilled.

    >>> translate("%(count)s city", "%(count)s cities", 3)
    '%(count)s cities'
    """
    said = translated(spoken(), context, message, plural, count)
    return said if has_own(spoken(), context, message) else marked(said, ENGLISH, spoken())


def english(message: str, plural: str, count: int) -> str:
    """Return the English sentence for a count, unfilled."""
    return plural if plural and count != 1 else message


def translated(name: str, context: str, message: str, plural: str, count: int) -> str:
    """Return a sentence in a language, unfilled; the English one where the language has none."""
    if name == ENGLISH:
        return english(message, plural, count)
    speaker = _installed.get(name) or _catalogue(name)
    return speaker(context, message, plural, count)


def has_own(name: str, context: str, message: str) -> bool:
    """Whether a language has its own words for a sentence, or the sentence has no words."""
    if not _marking.get() or name == ENGLISH or name in _installed:
        return True
    return (context, message) in _catalogue(name) or not any(
        _WORD.search(part) for part in _literals(message)
    )


def _literals(message: str) -> Iterable[str]:
    """Return what a message says besides its parameters."""
    parts = pieces(message)
    return [message] if parts is None else [literal for literal, *_ in parts]


class _Catalogue:
    """What a language's catalogue file says; what it does not say is said in English."""

    def __init__(self, translations: Mapping[tuple[str, str], Sequence[str]], rule: str | None) -> None:
        self._translations, self._which = translations, _plural_rule(rule)

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._translations

    def __call__(self, context: str, message: str, plural: str, count: int) -> str:
        """Return the sentence in the language; the English one where it has none."""
        forms = self._translations.get((context, message))
        if not forms:
            return english(message, plural, count)
        return forms[min(self._which(count), len(forms) - 1)] if plural else forms[0]


@cache
def _catalogue(name: str) -> _Catalogue:
    """Return what the language's catalogue file says."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only where another language is spoken

    path = FOLDER / name / "LC_MESSAGES" / "urbium.po"
    translations: dict[tuple[str, str], Sequence[str]] = {}
    rule = None
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=name)
        rule = catalogue.plural_expr
        for item in catalogue:
            if item.id and item.string and not item.fuzzy:  # fuzzy: of an older English, not yet reviewed
                first = item.id if isinstance(item.id, str) else item.id[0]
                translations[item.context or "", first] = (
                    [item.string] if isinstance(item.string, str) else item.string
                )
    return _Catalogue(translations, rule)


def _plural_rule(expression: str | None) -> Any:  # noqa: ANN401 - a function of a count
    from gettext import c2py  # noqa: PLC0415

    return c2py(expression or "(n != 1)")


@cache
def pieces(message: str) -> tuple[tuple[str, str | None, str, str | None], ...] | None:
    """Take a message apart, once for all its fillings; None where a parameter is more than its name."""
    parts = tuple(
        (literal, field, spec or "", conversion)
        for literal, field, spec, conversion in Formatter().parse(message)
    )
    is_plain = all(field is None or (field.isidentifier() and "{" not in spec) for _, field, spec, _ in parts)
    return parts if is_plain else None
