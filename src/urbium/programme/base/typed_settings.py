"""Typed settings: how each setting of a programme is typed as text, and whether one person may change it.

What a setting may be is checked where it is changed (``settings.py``). See ADR 0143.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from urbium.errors import InputError, NotFoundError
from urbium.model import ProgrammeSettings
from urbium.text import coded, text
from urbium.whole_numbers import whole_number

ALONE: Final = (
    "name", "languages", "projection", "words", "licence", "project_prefix", "profiles", "base_data",
)  # fmt: skip
"""Settings that one person of the office changes."""
TOGETHER: Final = (
    "currency", "price_year", "fiscal_year", "rates", "time_zone", "sender", "outbound_hosts", "embed_hosts",
)  # fmt: skip
"""Settings that decide on money and deadlines, or on what leaves the programme: a second person approves."""
SERVER: Final = MappingProxyType(
    {
        "address": "urbium settings --address https://urbium.example.org --database DATABASE",
        "mail": "urbium settings --mail smtps://robot@mail.example.org --database DATABASE",
        "provider": "urbium settings --provider https://id.example.org --database DATABASE",
        "client": "urbium settings --client CLIENT-ID --database DATABASE",
    }
)
"""Settings that go with secrets of the server, or that it reads when it starts; each with its command."""
_LISTS: Final = frozenset({"outbound_hosts", "embed_hosts", "profiles"})
LINES: Final = _LISTS | {"name", "words", "rates"}
"""Settings that are typed one line each."""
_ADDED: Final = frozenset({"words", "rates"})
"""Settings of which what is typed is added to what there is."""


def typed_setting(settings: ProgrammeSettings, name: str) -> list[str]:
    """Return a setting as the lines that are typed; nothing of what is only added to.

    >>> typed_setting(ProgrammeSettings(languages=("es", "en")), "languages")
    ['es,en']
    """
    if name in _ADDED:
        return []
    value = getattr(settings, name)
    if name == "name":
        return [f"{language}:{called}" for language, called in value.items()]
    if name == "languages":
        return [",".join(value)]
    return list(value) if name in _LISTS else lines_of(str(value))


def lines_of(typed: str) -> list[str]:
    """Return what was typed as lines, without empty ones."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def read_setting(name: str, lines: Sequence[str]) -> Any:  # noqa: ANN401 - of any setting
    """Return the lines that were typed as the settings of the programme understand them.

    Raises NotFoundError for what is no setting that can be changed on a page, InputError for another form.

    >>> read_setting("embed_hosts", ["www.example.org"]), read_setting("fiscal_year", ["4"])
    (['www.example.org'], 4)
    """
    if name not in ALONE + TOGETHER:
        raise NotFoundError.named(text("setting"), name, ALONE + TOGETHER)
    if name in LINES and name not in _LISTS and not lines:
        raise InputError(coded("programme.settings.empty", "nothing was entered"))
    if name == "name":
        return read_names(lines)
    if name == "words":
        return read_words(lines)
    if name in LINES:
        return list(lines)
    return _month("\n".join(lines)) if name == "fiscal_year" else "\n".join(lines)


def _month(typed: str) -> int:
    month = whole_number(typed)
    if month < 0:
        raise InputError(
            coded("programme.settings.no_month", "{typed!r} is not the number of a month", typed=typed[:40]),
            remedy=text("enter 1 (January) to 12 (December)"),
        )
    return month


def read_names(given: Sequence[str]) -> str | dict[str, str]:
    """Return one name as it is, several by the language before their colon.

    >>> read_names(["en:Cities", "es:Ciudades"]), read_names(["Cities: a try"])
    ({'en': 'Cities', 'es': 'Ciudades'}, 'Cities: a try')
    """
    parts = [name.partition(":") for name in given]
    if all(colon and language.isalpha() and language.islower() for language, colon, _ in parts):
        return {language: name.strip() for language, _, name in parts}
    if len(given) == 1:
        return given[0]
    raise InputError(
        coded("programme.settings.names", "several names are given without stating their languages"),
        remedy=text('write each as "LANGUAGE:NAME", such as "es:Ciudades"'),
    )


def read_words(given: Sequence[str]) -> Mapping[str, str]:
    """Return what levels and parts of the nation are called, by key.

    >>> read_words(["region=state"])
    {'region': 'state'}
    """
    parts = [word.partition("=") for word in given]
    wrong = [key for key, sign, word in parts if not (sign and key.strip() and word.strip())]
    if wrong:
        raise InputError(
            coded(
                "programme.settings.word",
                "{given!r} does not pair a term with a word to use for it",
                given=wrong[0],
            ),
            remedy=text('write the term and the word to use for it: "region=state"'),
        )
    return {key.strip(): word.strip() for key, _, word in parts}
