"""Nations and currencies by their international codes, with the names that CLDR gives them.

ISO 3166 names nations, ISO 4217 their money; both lists, and what a nation pays with today, are those of the
Unicode CLDR as Babel packs it. Nothing here knows any nation by itself.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from urbium.errors import NotFoundError
from urbium.text import FOLDER, languages, text

NO_CURRENCY: Final = "XXX"
"""The code of ISO 4217 for amounts of which nobody said the currency."""

_LENGTH = 3
_ASSIGNED_BY_USERS: Final = 900
"""From this number on, a code is not one of ISO 3166."""


@dataclass(frozen=True, slots=True)
class Nation:
    """A nation: its codes of three and of two letters, its names by language, what it pays with today.

    ``currency`` is empty where CLDR names none, or several.
    """

    code: str
    short: str
    name: dict[str, str]
    currency: str


@cache
def _short_codes() -> dict[str, str]:
    """Return the code of two letters by that of three, for the nations of ISO 3166 in force.

    CLDR lists also codes that users assign (numbers from 900 on), of which those count where a language is
    official, and, for a nation that replaced another, the withdrawn code too, which lacks the two letters of
    the one in force: BUR, MMR of MM.
    """
    from babel.core import get_global  # noqa: PLC0415 - Babel loads when a nation is asked for
    from babel.languages import get_official_languages  # noqa: PLC0415 - as above

    aliases = [(code, of[0]) for code, of in get_global("territory_aliases").items() if len(of) == 1]
    numbered = {
        short
        for code, short in aliases
        if code.isdigit() and (int(code) < _ASSIGNED_BY_USERS or get_official_languages(short))
    }
    longs: dict[str, list[str]] = {}
    for code, short in aliases:
        if len(code) == _LENGTH and code.isalpha() and short in numbered:
            longs.setdefault(short, []).append(code)
    return {
        code: short
        for short, codes in longs.items()
        for code in codes
        if len(codes) == 1 or re.search(".*".join(short), code)
    }


def is_nation(code: str) -> bool:
    """Say whether a code of three letters is one of ISO 3166.

    >>> is_nation("MEX"), is_nation("340100"), is_nation("MEXICO")
    (True, False, False)
    """
    return code in _short_codes()


@cache
def _all_codes() -> dict[str, frozenset[str]]:
    """Return all codes of a nation by each of them: of two letters, of three, and of three digits."""
    from babel.core import get_global  # noqa: PLC0415

    by_short: dict[str, set[str]] = {}
    for code, shorts in get_global("territory_aliases").items():
        if len(code) == _LENGTH and len(shorts) == 1 and shorts[0] in _short_codes().values():
            by_short.setdefault(shorts[0], {shorts[0]}).add(code)
    return {code: frozenset(codes) for codes in by_short.values() for code in codes}


def codes_of(code: str) -> frozenset[str]:
    """Return the codes by which files name a nation; the code alone for one that is not a nation's.

    >>> sorted(codes_of("MEX")), sorted(codes_of("X"))
    (['484', 'MEX', 'MX'], ['X'])
    """
    return _all_codes().get(code.strip().upper(), frozenset((code.strip().upper(),)))


def is_nation_code(code: str) -> bool:
    """Say whether a code is one of a nation in any of its spellings: ``MX``, ``MEX``, ``484``."""
    return code in _all_codes()


def nation(code: str) -> Nation:
    """Return the nation with a code of two or three letters; NotFoundError with the nearest otherwise.

    >>> nation("MX").code, nation("mex").currency, nation("ES").name["en"]
    ('MEX', 'MXN', 'Spain')
    """
    from babel.numbers import get_territory_currencies  # noqa: PLC0415

    given = code.strip().upper()
    longs = _short_codes()
    shorts = {short: long for long, short in longs.items()}
    long = given if given in longs else shorts.get(given, "")
    if not long:
        raise NotFoundError.named(text("nation as an ISO 3166 code"), code, [*longs, *shorts])
    short = longs[long]
    tender = get_territory_currencies(short)
    return Nation(
        long,
        short,
        {language: territory_names(language)[short] for language in languages()},
        tender[0] if len(tender) == 1 else "",
    )


def nation_names(language: str) -> dict[str, str]:
    """Return what every nation of ISO 3166 in force is called in a language, by its code of three letters.

    They stand in the order in which the language sorts names.

    >>> nation_names("en")["NLD"], len(nation_names("en"))
    ('Netherlands', 250)
    """
    from urbium.spelling import in_order  # noqa: PLC0415 - brings a library of tables

    names = territory_names(language)
    said = {long: names.get(short, long) for long, short in _short_codes().items()}
    return dict(sorted(said.items(), key=lambda pair: in_order(pair[1])))


@cache
def territory_names(language: str) -> Mapping[str, str]:
    """Return what territories are called in a language, by their codes of two letters.

    By CLDR, and where the official usage of a language is another, by ``territories.csv`` in the language's
    folder.

    >>> territory_names("en")["NL"], territory_names("zh")["HK"]
    ('Netherlands', '中国香港')
    """
    from babel import Locale  # noqa: PLC0415

    names = dict(Locale.parse(language).territories)
    path = FOLDER / language / "territories.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            names |= {row["territory"]: row["name"] for row in csv.DictReader(file)}
    return names


def official_languages(code: str, **which: bool) -> tuple[str, ...]:
    """Return the official languages of a nation of which Babel knows how they write; none for an empty code.

    Parameters
    ----------
    code : of the nation
    which : ``de_facto`` and ``regional`` languages, too

    Examples
    --------
    >>> official_languages("VNM"), official_languages("TLS")
    (('vi',), ('pt',))
    """
    from babel import localedata  # noqa: PLC0415
    from babel.languages import get_official_languages  # noqa: PLC0415

    languages = get_official_languages(nation(code).short, **which) if code else ()
    return tuple(language for language in languages if localedata.exists(language))


def check_currency(code: str) -> str:
    """Return a code of ISO 4217 in capitals; raise NotFoundError with the nearest one otherwise.

    >>> check_currency("mxn")
    'MXN'
    """
    from babel.numbers import list_currencies  # noqa: PLC0415

    given = code.strip().upper()
    if given not in list_currencies() or given == NO_CURRENCY:
        raise NotFoundError.named(text("ISO 4217 currency code"), code, tenders())
    return given


@cache
def tenders() -> tuple[str, ...]:
    """Return the codes of what nations pay with today, in their order.

    >>> {"CHF", "EUR", "MXN", "USD"} < set(tenders())
    True
    """
    from babel.numbers import get_territory_currencies  # noqa: PLC0415

    return tuple(
        sorted({code for short in _short_codes().values() for code in get_territory_currencies(short)})
    )
