"""Periods of time as statistics write them: an interval with a start and an end (ADR 0058).

Written in the SDMX forms ``2012`` (year), ``2012-S1`` (half), ``2012-Q3`` (quarter), ``2012-07`` (month)
and ``2012-07-31`` (day).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from urbium.errors import InputError
from urbium.text import Text, coded, say
from urbium.text import text as sentence

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How a day is written; Python would read "2015-W38-4" and "20150917" as days, too."""

_FORM = re.compile(r"^(\d{4})(?:-(?:S([12])|Q([1-4])|(\d{2})(?:-(\d{2}))?))?$")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """An interval of whole days, both ends included.

    >>> Period.parse("2012-Q1")
    Period(start=datetime.date(2012, 1, 1), end=datetime.date(2012, 3, 31))
    >>> str(Period.parse("2012"))
    '2012'
    """

    start: date
    end: date

    @classmethod
    def parse(cls, text: str | int) -> "Period":
        """Read an SDMX time period; raise InputError for anything else."""
        match = _FORM.match(str(text).strip())
        if match is None:
            raise _unreadable(text)
        year, half, quarter, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None  # noqa: S101 - the expression always captures it
        try:
            if half:
                return cls(date(year, 6 * half - 5, 1), _month_end(year, 6 * half))
            if quarter:
                return cls(date(year, 3 * quarter - 2, 1), _month_end(year, 3 * quarter))
            if month and day:
                return cls(date(year, month, day), date(year, month, day))
            if month:
                return cls(date(year, month, 1), _month_end(year, month))
            return cls(date(year, 1, 1), date(year, 12, 31))
        except ValueError as error:
            raise _unreadable(text) from error

    @property
    def year(self) -> int:
        """The year in which the period starts."""
        return self.start.year

    @property
    def at(self) -> float:
        """Where the middle of the period lies among years, of which each stands at its number.

        A period of a year or more stands at the year in which it starts, also where that is a fiscal year.

        >>> Period.parse("2012").at, round(Period.parse("2012-01").at, 3)
        (2012, 2011.542)
        """
        days = (self.end - self.start).days + 1
        if days >= 365:  # noqa: PLR2004 - a year
            return self.year
        first = date(self.year, 1, 1)
        year_days = (date(self.year + 1, 1, 1) - first).days
        return self.year - 0.5 + ((self.start - first).days + days / 2) / year_days

    def __str__(self) -> str:
        year = self.start.year
        forms = [
            f"{year:04d}",
            *(f"{year:04d}-S{half}" for half in (1, 2)),
            *(f"{year:04d}-Q{quarter}" for quarter in range(1, 5)),
            f"{year:04d}-{self.start.month:02d}",
            self.start.isoformat(),
        ]
        written = next((form for form in forms if Period.parse(form) == self), None)
        return written or f"{self.start.isoformat()}/{(self.end - self.start + timedelta(1)).days}D"


PeriodLike = Period | str | int
"""A period as people give it: itself, a text such as ``2012-Q3``, or a year as a number."""


@cache
def fiscal_year(year: int, month: int) -> Period:
    """Return the fiscal year that bears the number of the calendar year in which it begins.

    ``month`` is the one it begins in, 1 to 12.

    >>> fiscal_year(2017, 4)
    Period(start=datetime.date(2017, 4, 1), end=datetime.date(2018, 3, 31))
    """
    begins, next_begins = date(year, month, 1), date(year + 1, month, 1)
    return Period(begins, next_begins - timedelta(days=1))


def year_of(period: PeriodLike) -> int:
    """Return the year that a period is; raise InputError for one that is no whole year.

    >>> year_of("2012"), year_of(2012), year_of(Period.parse(2012))
    (2012, 2012, 2012)
    """
    read = period if isinstance(period, Period) else Period.parse(period)
    if read != Period.parse(read.year):
        raise InputError(
            coded("periods.no_year", "{period} is not a whole year", period=str(period)),
            remedy=sentence("enter a year, such as {year:d}", year=read.year),
        )
    return read.year


def year_range(text: str) -> range:
    """Read ``2016-2020`` (or ``2016``) as a range of years, both ends included.

    >>> year_range("2016-2020")
    range(2016, 2021)
    """
    match = re.fullmatch(r"\s*(\d{4})\s*(?:[-:]\s*(\d{4}))?\s*", text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if last < first:
        raise InputError(
            coded("periods.span", "{text!r} is not a span of years", text=text),
            remedy=sentence("write for example 2016-2020"),
        )
    return range(first, last + 1)


def span(first: int | str, last: int | str) -> Text:
    """Return a span of years in words; one year where both ends are the same.

    >>> span(2016, 2020), span(2016, 2016)
    ('2016–2020', '2016')
    """
    if first == last:
        return sentence("{year}", year=str(first))
    return sentence("{first}–{last}", first=str(first), last=str(last))


def year_form() -> str:
    """Return how a year that stands alone is written in the language that is spoken, with braces for it.

    >>> year_form()
    '{}'
    """
    return str(say(sentence("{year}", year="{}")))


def span_form() -> str:
    """Return how a span of years is written in the language that is spoken, with braces for its two ends.

    >>> span_form()
    '{}–{}'
    """
    return str(say(sentence("{first}–{last}", first="{}", last="{}")))


def date_of(written: str) -> date | None:
    """Return the day that is written as year, month and day; None for anything else.

    >>> date_of("2026-03-31"), date_of("2015-W38-4"), date_of("2026-02-30")
    (datetime.date(2026, 3, 31), None, None)
    """
    try:
        return date.fromisoformat(written) if _DAY.fullmatch(written) else None
    except ValueError:
        return None


def end_of_day(last: date, zone: tzinfo = UTC) -> datetime:
    """Return the last instant of a day in a time zone.

    >>> end_of_day(date(2026, 3, 31)).isoformat()
    '2026-03-31T23:59:59.999999+00:00'
    """
    return datetime.combine(last, time.max, zone)


def instant(written: str, zone: tzinfo = UTC, *, ends_day: bool = True) -> datetime | None:
    """Return an instant as somebody typed it; None where nothing stands.

    Parameters
    ----------
    written : a day, or day and time; the time may name its own offset from UTC
    zone : of what names none
    ends_day : whether a day without a time is its end, or its beginning

    Raises InputError for what is neither.

    >>> instant("2026-03-31T12:00").isoformat(), instant("2026-03-31").isoformat()
    ('2026-03-31T12:00:00+00:00', '2026-03-31T23:59:59.999999+00:00')
    """
    if not written:
        return None
    whole = date_of(written)
    if whole is not None:
        return end_of_day(whole, zone) if ends_day else datetime.combine(whole, time.min, zone)
    try:
        moment = datetime.fromisoformat(written) if _DAY.match(written) else None
    except ValueError:
        moment = None
    if moment is None:
        raise InputError(
            coded("periods.instant", "{written!r} is neither a date nor a date and time", written=written),
            remedy=sentence("write it in the form 2026-03-31 or 2026-03-31T12:00"),
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _unreadable(text: str | int) -> InputError:
    return InputError(
        coded("periods.unreadable", "{text!r} is not a period", text=text),
        remedy=sentence("write 2012, 2012-Q1, 2012-03 or 2012-03-31"),
    )
