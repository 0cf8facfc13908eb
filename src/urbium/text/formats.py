"""Formats: numbers, shares, dates and lists as a language writes them; what is not known is a dash.

See ADR 0126.
"""

import csv
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_decimal, format_decimal, format_percent, get_currency_name

from urbium.text import ENGLISH, FOLDER, MARKS

DASH = "–"
MINUS: Final = "−"
"""The sign before a number in languages whose signs are as wide as their characters."""
_INTERNATIONAL = "en_GB"
_SMALLEST, _LARGEST = 1e-12, 1e18
"""No figure of a nation lies outside; Babel's decimals end some ten digits later."""

_FIGURES = 3
"""How many figures of a long number count where it is written in words: 1.24 billion."""
_IN_WORDS = 1_000_000
"""From where a number is written in words in English; smaller ones keep their thousands apart."""
_LARGEST_COUNTED: Final = 1e10
"""Beyond this no larger size is chosen for a whole table."""
_WORDED: Final = {"compact": 1, "millions": _IN_WORDS}
"""What is written with a word for its size, by what it is counted in."""
_JOINED: Final = {"commas": (", ", "、"), "semicolons": ("; ", "；"), "sentences": (" ", "")}
"""What stands between parts: in most scripts, and in those whose signs are as wide as their characters."""
LISTS: Final = frozenset({"list", *_JOINED})
"""What is written of several parts."""
_WIDE: Final = Context(prec=400, rounding=ROUND_HALF_UP)
"""Room for the digits of every number there is."""
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PART_OF_YEAR: Final = re.compile(r"(?P<year>\d{4})-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))")
_SPEC = re.compile(r"(?P<group>,?)(?:\.(?P<digits>\d+))?(?P<kind>[fgd%]?)$")


def written(value: Any, spec: str, name: str) -> str:  # noqa: ANN401, PLR0911 - whatever a message holds
    """Return a value as a language writes it.

    Parameters
    ----------
    value : a number, word, date or list; None is a dash
    spec : as Python formats numbers (``,.0f``, ``.1%``, ``.4g``), ``compact`` (three figures that count, with
        the language's word for millions), ``millions`` (the same of an amount given in millions), ``list``,
        ``commas``, ``semicolons``, ``sentences`` (one after the other), ``date``, ``money`` (a currency, by
        its code in English and by its name elsewhere), ``period`` (a period of SDMX; a month or quarter in
        words), ``r`` (in quotes), or empty
    name : the language

    >>> written(1234.5, ",.1f", "en"), written(0.125, ".1%", "en"), written(None, "", "en")
    ('1,234.5', '12.5%', '–')
    >>> written(12_345_000_000, "compact", "en"), written(12_345_000_000, "compact", "zh")
    ('12.3 billion', '123亿')
    >>> written(332.8, "millions", "zh"), written(3.45, "millions", "en")
    ('3.33亿', '3.45 million')
    >>> written(586_396, "compact", "en"), written(999_600, "compact", "en"), written(166.39, "compact", "zh")
    ('586,000', '1 million', '166')
    >>> written(["beds", "doctors"], "list", "en"), written(["rank 3", "tier 1"], "semicolons", "zh")
    ('beds and doctors', 'rank 3；tier 1')
    >>> written("USD", "money", "zh"), written(0.125, ".1%", "zh"), written(-12, ",.0f", "zh")
    ('美元', '12.5%', '−12')
    >>> written("2026-11", "period", "en"), written("2026-Q3", "period", "zh"), written("26", "period", "zh")
    ('Nov 2026', '2026年第3季度', '26')
    >>> written(1.42e-14, ".4g", "en"), written(1.42e-14, ".4g", "zh"), written(4e-05, ".4g", "en")
    ('1.42 × 10⁻¹⁴', '1.42×10⁻¹⁴', '0.00004')
    """
    if value is None:
        return DASH
    locale = locale_of(name)
    if spec == "money":
        return str(value) if locale.language == ENGLISH else _currency_word(value, locale)
    if spec == "period":
        return _period(str(value), locale)
    if spec in LISTS:
        return _joined([str(part) for part in _listed(value)], spec, locale)
    if isinstance(value, datetime | date):
        return format_date(value, locale=locale) if spec in ("", "date") else format(value, spec)
    match = _SPEC.match("" if spec in _WORDED else spec)
    if isinstance(value, bool) or not isinstance(value, int | float) or match is None or not spec:
        return format(value, spec)
    if not math.isfinite(value):
        return DASH
    sign = MINUS if value < 0 and is_full_width(name) else ""
    return sign + _figure(-value if sign else value, spec, match, locale)


def _period(written: str, locale: Locale) -> str:
    match = _PART_OF_YEAR.fullmatch(written)
    if match is None:
        return written
    month = int(match["month"] or 3 * int(match["quarter"]))
    form = "yMMM" if match["month"] else "yQQQ"
    return format_skeleton(form, date(int(match["year"]), month, 1), locale=locale)


def _figure(value: float, spec: str, match: re.Match[str], locale: Locale) -> str:
    """Write a number as :func:`written` does."""
    if spec in _WORDED:
        return _compact(float(value) * _WORDED[spec], locale)
    digits, kind = match["digits"], match["kind"]
    if kind == "%":
        places = int(digits or 0)
        pattern = "#,##0" + ("." + "0" * places if places else "") + percent_sign(locale)
        return format_percent(half_up(value, places + 2), format=pattern, locale=locale)
    if kind == "g" or (kind == "" and digits):
        return _significant(float(value), int(digits or 6), locale, grouped=bool(match["group"]))
    places = int(digits if digits is not None else (6 if kind == "f" else 0))
    pattern = ("#,##0" if match["group"] else "0") + ("." + "0" * places if places else "")
    if not value:
        return format_decimal(value, format=pattern, locale=locale)
    return _decimal(value, places, pattern, locale)


def half_up(value: float, places: int) -> Decimal:
    """Return a number rounded as spreadsheets and people do: of the digits it is written with, ties up.

    >>> half_up(62.625, 2), half_up(76.25, 1), half_up(-2.5, 0), half_up(1250, -2)
    (Decimal('62.63'), Decimal('76.3'), Decimal('-3'), Decimal('1.3E+3'))
    """
    return Decimal(str(value)).quantize(Decimal((0, (1,), -places)), context=_WIDE)


@lru_cache(maxsize=1 << 14, typed=True)
def _decimal(value: float, places: int, pattern: str, locale: Locale) -> str:
    """Write a number that is not nought (of which there are two, alike to a cache) by a pattern."""
    return format_decimal(half_up(value, places), format=pattern, locale=locale)


@lru_cache(maxsize=1 << 14)
def _significant(value: float, digits: int, locale: Locale, *, grouped: bool) -> str:
    """Write so many figures that count, without noughts at the end; a power of ten only beyond all sizes."""
    if value == 0:
        return format_decimal(0, format="0", locale=locale)
    if not _SMALLEST <= abs(value) < _LARGEST:
        figures, power = f"{value:.{digits - 1}e}".split("e")
        times = "×" if is_full_width(str(locale)) else " × "
        said = _significant(float(figures), digits, locale, grouped=grouped)
        return f"{said}{times}10{str(int(power)).translate(_RAISED)}"
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    pattern = ("#,##0" if grouped else "0") + ("." + "#" * places if places else "")
    return format_decimal(half_up(value, places), format=pattern, locale=locale, decimal_quantization=False)


def _compact(value: float, locale: Locale) -> str:
    """Write a large number with the language's own word for its size."""
    places = _FIGURES - len(f"{abs(value):.0f}")
    rounded = half_up(value, places)
    least = (
        _IN_WORDS if locale.language == ENGLISH else min(dict(compact_words(str(locale))), default=math.inf)
    )
    if abs(rounded) < least:
        pattern = "#,##0" + ("." + "#" * places if places > 0 else "")
        return format_decimal(rounded, format=pattern, locale=locale)
    for places in range(_FIGURES - 1, -1, -1):
        said = format_compact_decimal(value, format_type="long", locale=locale, fraction_digits=places)
        if sum(sign.isdigit() for sign in said) <= _FIGURES:
            return said
    return said


def _joined(parts: list[str], spec: str, locale: Locale) -> str:
    if spec == "list":
        return format_list(parts, locale=locale)
    return _JOINED[spec][is_full_width(str(locale))].join(parts)


def quoted(words: str, name: str) -> str:
    r"""Return words in quotes as a language writes them: full-width ones beside characters as wide.

    What has no shape is written as Python escapes it, as by ``repr``.

    >>> print(quoted("a town", "es"), quoted("某\n市", "zh"))
    'a town' “某\n市”
    """
    first, last = "“”" if is_full_width(name) else "''"
    seen = (sign if sign.isprintable() or sign in MARKS else ascii(sign)[1:-1] for sign in words)
    return f"{first}{''.join(seen)}{last}"


@cache
def is_full_width(name: str) -> bool:
    """Whether a language parts words by signs that are as wide as its characters.

    >>> is_full_width("zh"), is_full_width("es")
    (True, False)
    """
    return str(locale_of(name).list_patterns["standard"]["middle"]) == "{0}、{1}"


def percent_sign(locale: Locale) -> str:
    r"""Return the sign of per cent with the space before it that the language wants.

    >>> percent_sign(locale_of("en")), percent_sign(locale_of("de"))
    ('%', '\xa0%')
    """
    return str(locale.percent_formats[None].suffix[0])


def _currency_word(code: str, locale: Locale) -> str:
    return _currency_words(str(locale)).get(code) or str(get_currency_name(code, locale=locale))


@cache
def _currency_words(name: str) -> Mapping[str, str]:
    """Return what a language's folder calls currencies after an amount, where CLDR's names are not used."""
    path = FOLDER / name / "currencies.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["currency"]: row["word"] for row in csv.DictReader(file)}


@cache
def compact_words(name: str) -> tuple[tuple[int, str], ...]:
    """Return the sizes for which a language has a short word, the largest first, by CLDR.

    >>> compact_words("zh")
    ((1000000000000, '万亿'), (100000000, '亿'), (10000, '万'))
    """
    words = {}
    for size, pattern in locale_of(name).compact_decimal_formats["short"]["other"].items():
        digits, word = pattern.pattern.count("0"), pattern.pattern.strip("0")
        words[int(size) // 10 ** (digits - 1)] = word
    return tuple((size, word) for size, word in sorted(words.items(), reverse=True) if word)


@cache
def year_word(name: str) -> str:
    """Return what a language writes behind a year.

    >>> year_word("en"), year_word("zh")
    ('', '年')
    """
    return format_skeleton("y", date(2000, 1, 1), locale=locale_of(name)).removeprefix("2000")


def size_of_millions(name: str, most: float = 0.0) -> tuple[int, str]:
    """Return the size in which a language counts money given in millions, and its word where it has another.

    Parameters
    ----------
    name : the language
    most : the largest amount that stands beside the others; from ten of a larger size on all count in it

    >>> size_of_millions("en", 8e10), size_of_millions("zh"), size_of_millions("zh", 8e10)
    ((1000000, ''), (10000, '万'), (100000000, '亿'))
    """
    sizes = dict(compact_words(name))
    if _IN_WORDS in sizes:
        return _IN_WORDS, ""
    fitting = (one for one in sizes if one < _IN_WORDS or 10 * one <= min(most, _LARGEST_COUNTED))
    size = max(fitting, default=_IN_WORDS)
    return size, sizes.get(size, "")


def _listed(value: Any) -> Iterable[Any]:  # noqa: ANN401
    return [value] if isinstance(value, str) or not isinstance(value, Iterable) else value


@cache
def locale_of(name: str) -> Locale:
    """Return Babel's locale of a language: international English for English, and where Babel has none."""
    try:
        return Locale.parse(_INTERNATIONAL if name == "en" else name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_INTERNATIONAL)
