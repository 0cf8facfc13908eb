"""Words: how figures are written on a page, in the language of its reader; what is not known is a dash."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from urbium.packaged import words_of
from urbium.periods import date_of, span
from urbium.pilot.contracts.taskbooks import unit_said
from urbium.programme.results.plan_tables import PlanTables
from urbium.text import Text, named, say, sentences, spoken, text
from urbium.text.formats import DASH, half_up, is_full_width, written
from urbium.units import UNSAID, money_size, readable, sized, unit_words

_MILLION = 1e6
_FROM_ONE: Final = 10
"""A table counts in a size from ten of it on, a single amount from one on."""
_LEAST_CHANCE = 0.001
_YEARS: Final = re.compile(r"(\d{4})-(\d{4})")


def number(value: float | str | None, digits: int | None = None) -> str:
    """Write a number with thousands separated; the digits follow its size unless they are given.

    >>> [number(value) for value in (None, 12, 3704500.0, 61.234, 0.01234)]
    ['–', '12', '3,704,500', '61.23', '0.01234']
    """
    if value is None or value == "":
        return DASH
    if isinstance(value, str):
        return str(say(value))
    return written(value, f",.{digits}f" if digits is not None else _shape(value), spoken())


def as_stored(value: float | None) -> str:
    """Write a figure that leads to its cell with every digit that it was given.

    >>> [as_stored(value) for value in (None, 1612.35, 3704500.0, 0.01234567)]
    ['–', '1,612.35', '3,704,500', '0.01234567']
    """
    return written(value, ",.15g", spoken())


def _shape(value: float) -> str:
    size = abs(value)
    if float(value).is_integer() or size >= 1000:  # noqa: PLR2004 - four digits need no decimals
        return ",.0f"
    return ",.4g" if size < 1 or round(size, 2) < 100 else ",.5g"  # noqa: PLR2004 - two decimals at most


def measured(value: float | None, unit: str, of: str = "") -> str:
    """Write a figure with its unit, in one that a reader takes at sight; without one that its name says.

    >>> measured(0.003048, "per 1k persons"), measured(None, "t")
    ('3.05 per million persons', '– t')
    >>> measured(2.463, "per 1k persons", of="Doctors per 1,000 persons")
    '2.463'
    >>> measured(59.7, "%"), measured(59.7, "per 100k persons")
    ('59.7%', '59.7 per 100,000 persons')
    """
    if of and not _unit(unit, of):
        return number(value)
    shown, name = (value, unit) if value is None else readable(value, unit)
    return with_unit(number(shown) if name == unit else people(shown), name)


def with_unit(figure: str, unit: str) -> str:
    """Return a figure in words with its unit, as the language that is spoken places it; none of a ratio.

    >>> from urbium.text import language
    >>> with_unit("5", "t"), with_unit("1.37", "ratio"), with_unit("55", "ug/m3")
    ('5 t', '1.37', '55 ug/m3')
    >>> with language("zh"):
    ...     with_unit("479.51", "per 100k persons"), with_unit("5", "t"), with_unit("5", "km")
    ('每10万人479.51', '5吨', '5公里')
    """
    called = str(say(_called(unit)))
    if unit in UNSAID:
        return figure
    if unit.startswith("per "):
        return str(say(text("{figure} {rate}", figure=figure, rate=called)))  # which may stand first
    return f"{figure}{_part_from(unit)}{called}"


def _part_from(unit: str) -> str:
    """Return what parts a number from its unit: nothing from a sign; it is times one that is a number itself.

    Nothing stands between a number and characters that are as wide as those of Chinese.

    >>> _part_from("%"), _part_from("10k persons"), _part_from("t")
    ('', ' × ', ' ')
    """
    called = str(say(_called(unit)))
    if called[:1].isdigit():
        return " × "
    is_wide = is_full_width(spoken()) and not called[:1].isascii()
    return "" if unit == "%" or is_wide else " "


def _called(unit: str) -> Text | str:
    """Return a unit in words, with its numbers written out."""
    return words_of("unit on a page").get(unit) or unit_words(unit)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share (0 to 1) in percent.

    >>> percent(0.0083, 1)
    '0.8%'
    """
    return written(share, f".{digits}%", spoken())


def signed(value: float | None, digits: int = 0) -> str:
    """Write a change with its sign.

    >>> signed(2.5, 1), signed(-3), signed(-0.01, 1)
    ('+2.5', '-3', '+0.0')
    """
    if value is None:
        return DASH
    value = float(half_up(value, digits)) + 0.0  # no minus before a zero
    plus = "+" if value >= 0 else ""
    return plus + written(value, f",.{digits}f", spoken())


def people(count: float | None) -> str:
    """Write a number of persons, large ones in words.

    >>> people(1_419_360_000), people(3_704_500), people(-296_400)
    ('1.42 billion', '3.7 million', '-296,000')
    """
    return written(count, "compact", spoken())


def amount(millions: float | None, currency: str) -> str:
    """Write money given in millions.

    >>> amount(12_345.0, "EUR"), amount(3.456, "MXN")
    ('EUR 12.3 billion', 'MXN 3.46 million')
    """
    if millions is None:
        return DASH
    money = text("{currency} {money:compact}", currency=currency, money=millions * _MILLION)
    return money.render()


def chance(probability: float | None) -> str:
    """Write a p-value: to three digits, or that it is smaller than any of them.

    >>> chance(0.0314), chance(1e-9)
    ('0.031', '< 0.001')
    """
    if probability is not None and probability < _LEAST_CHANCE:
        return f"< {written(_LEAST_CHANCE, '.3f', spoken())}"
    return written(probability, ".3f", spoken())


def gap(share: float | None) -> str:
    """Write a proven gap: rounded up, or that there is no useful bound.

    >>> gap(0.046742), gap(22.14)
    ('4.68%', 'no useful bound yet')
    """
    return str(say(PlanTables.gap_words(share)))


def named_rows(rows: Mapping[str, Any]) -> dict[str, str]:
    """Return what declared rows are called in the language that is spoken, by code."""
    return {code: named(row.name, code).render() for code, row in rows.items()}


def capital(sentence: str) -> str:
    """Write a sentence with a capital letter first, in the language that is spoken.

    >>> capital("no plan can be better")
    'No plan can be better'
    """
    said = str(say(sentence))
    return said[:1].upper() + said[1:]


def sentence(words: str, *more: str | None) -> str:
    """Write words as a sentence: a capital letter first, and a full stop last unless another sign ends it.

    >>> sentence("no plan can be better"), sentence("no such city", "did you mean Aston?")
    ('No plan can be better.', 'No such city; did you mean Aston?')
    """
    said = capital(sentences([words, *(each or "" for each in more)]))
    return said if said.endswith((".", "?", "!", "。", "？", "！")) else text("{words}.", words=said).render()


def day(value: date | str) -> str:
    """Write a day in the language that is spoken; words that are none stay.

    >>> day(date(2026, 3, 12)), day("2026-03-12"), day("soon")
    ('12 Mar 2026', '12 Mar 2026', 'soon')
    """
    whole = date_of(value) if isinstance(value, str) else value
    return str(value) if whole is None else text("{day:date}", day=whole).render()


def period(written_: str | None) -> str:
    """Write a period of SDMX in the language that is spoken; none is a dash.

    >>> period("2026-11"), period("2012")
    ('Nov 2026', '2012')
    """
    return written(written_, "period", spoken())


def years(written: str) -> str:
    """Write years as they were typed, such as ``2016-2020``, in the language that is spoken; others stay.

    >>> years("2016-2020"), years("soon")
    ('2016–2020', 'soon')
    """
    typed = _YEARS.fullmatch(written)
    return span(typed[1], typed[2]).render() if typed else written


def moment(at: datetime | str, zone: tzinfo) -> str:
    """Write an instant, ISO 8601 or UTC where it says no zone, in a time zone with what that is ahead of UTC.

    >>> from datetime import timezone
    >>> moment(datetime(2026, 12, 1, 0, 10, tzinfo=UTC), timezone(timedelta(hours=5, minutes=30)))
    '2026-12-01 05:40 UTC+5:30'
    """
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    here = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone)
    minutes = round((here.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    ahead = f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
    return text("{at:%Y-%m-%d %H:%M} UTC{ahead}", at=here, ahead=ahead).render()


def _unit(name: str, of: str = "") -> Text | str:
    """Return the unit behind a number in words; a number of things needs none, nor one that its name says.

    >>> _unit("count"), _unit("beds")
    ('', 'beds')
    >>> _unit("per 1k persons", "Doctors per 1,000 persons"), _unit("per 1k persons", "Doctors")
    ('', 'per 1,000 persons')
    """
    called = words_of("unit on a page").get(name) or unit_said(name)
    rate = name.startswith("per ") and _rate_word(str(say(called)))
    return "" if name == "count" or (rate and rate in str(say(of))) else called


def _rate_word(called: str) -> str:
    """Return the word with which a rate begins in the language that is spoken, such as per."""
    return called[:1] if is_full_width(spoken()) else f" {called.split(maxsplit=1)[0]} "


FILTERS: dict[str, Any] = {
    "number": number,
    "as_stored": as_stored,
    "measured": measured,
    "percent": percent,
    "signed": signed,
    "people": people,
    "amount": amount,
    "chance": chance,
    "gap": gap,
    "capital": capital,
    "sentence": sentence,
    "day": day,
    "period": period,
    "years": years,
    "unit": _unit,
    "part_from": _part_from,
    "with_unit": with_unit,
    "sized": sized,
    "said": lambda words: str(say(words)),
    "tender": lambda currency: str(say(tender(currency))),
}
"""The filters of the templates."""


def read_back(millions: float, currency: str, per_million: int) -> Text | str:
    """Return an amount as the language says it, where that is in a larger size than it was typed in.

    Parameters
    ----------
    millions, currency : the amount
    per_million : how many of the size in which it was typed make a million

    >>> from urbium.text import language
    >>> read_back(20.0, "EUR", 1_000_000), read_back(20.0, "EUR", 1)
    ('that is EUR 20 million', '')
    >>> with language("zh"):
    ...     read_back(125.0, "EUR", 100).parameters["amount"].render(), read_back(1.25, "EUR", 100)
    ('1.25亿欧元', '')
    """
    size = money_size(currency, [_FROM_ONE * millions])
    if not currency or size.factor >= per_million or abs(size.of(millions)) < 1:
        return ""
    return text("that is {amount}", amount=money_in_size(millions, currency))


def money_in_size(millions: float, currency: str) -> Text:
    """Return an amount of millions with its currency, in the size that the language counts money in.

    >>> from urbium.text import language
    >>> money_in_size(54.46, "EUR")
    'EUR 54.46 million'
    >>> with language("zh"):
    ...     [money_in_size(amount, "EUR").render() for amount in (9.06, 101.82, 250.0)]
    ['906万欧元', '1.0182亿欧元', '2.5亿欧元']
    """
    size = money_size(currency, [_FROM_ONE * millions])
    if size.digits is None:
        return text("{currency} {amount} million", currency=currency, amount=number(millions))
    return text("{amount} {unit}", amount=as_stored(size.of(millions)), unit=size.words)


def currency_unit(currency: str) -> str:
    """Return in what unit money stands where each amount or table says its own size, if its language has any.

    >>> currency_unit("EUR")
    'EUR million'
    """
    size = money_size(currency)
    return size.words if size.digits is None else tender(currency)


def tender(currency: str) -> Text:
    """Return a currency: by its code in English, by its name elsewhere."""
    return text("{currency:money}", currency=currency)
