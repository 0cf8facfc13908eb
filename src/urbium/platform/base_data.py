"""Base data: the base databases that a programme asks of its cities: how complete, up to date and linked.

Which are asked is a set of the programme's catalogue. Completeness is records against the people or
enterprises that there are by the figures in force; without such a figure it is not measurable. Linkage is the
share of the identifiers of one database that are found in another, of counts or of two lists of hashes:
identifiers themselves are never handed in.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from urbium.errors import InputError, NotFoundError
from urbium.model.dossiers import Internal, Open
from urbium.model.platform import BaseDatabase
from urbium.platform.resources import day_of
from urbium.text import Text, coded, text

_HASH: Final = re.compile(r"[0-9a-f]{64}")
MEASURES: Final = ("completeness", "linkage", "freshness")


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """How many identifiers of a database are found in another, and how that is known."""

    database: str
    linked: int
    basis: str = "counted"


class BaseReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a city reports of a base database.

    Attributes
    ----------
    title, database : what it is called; a code of the set of the programme
    as_of, updated : the day of the counts, and the day on which the database was brought up to date last
    records, identified : all of them, and those that bear the identifier
    links : to other databases
    source : where this can be looked up
    """

    title: Open[str]
    database: Open[str] = ""
    as_of: Open[str] = ""
    records: Open[int | None] = None
    identified: Open[int | None] = None
    updated: Open[str] = ""
    links: Open[list[Link]] = []
    source: Open[str] = ""
    note: Internal[str] = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """How many records are expected, and by which figure that is known."""

    count: float
    basis: Text | str


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure of a base database.

    Parameters
    ----------
    share : 0 to 1, or more where there are more records than expected; None where it is not measurable
    why : what it rests on, or why it is not measurable
    """

    share: float | None
    why: Text | str


def base_databases(declared: Iterable[BaseDatabase], name: str) -> tuple[BaseDatabase, ...]:
    """Return the base databases of a set; none for an empty name, NotFoundError for an unknown one."""
    rows = tuple(declared)
    sets = dict.fromkeys(row.set for row in rows)
    if name and name not in sets:
        raise NotFoundError.named(text("set of base databases"), name, sets)
    return tuple(row for row in rows if row.set == name)


def measured(
    database: BaseDatabase, report: BaseReport | None, expected: Expected | None, on: date
) -> dict[str, Measured]:
    """Return completeness, linkage and freshness of a base database by the newest report of its city.

    Freshness is 1 while it is up to date, and the allowed days by the days since then after that; linkage is
    that of the database that is linked least.
    """
    if report is None:
        silent = text("not measurable: the city has no accepted report")
        return dict.fromkeys(MEASURES, Measured(None, silent))
    return {
        "completeness": _completeness(report, expected),
        "linkage": _linkage(report),
        "freshness": _freshness(database, report, on),
    }


def _completeness(report: BaseReport, expected: Expected | None) -> Measured:
    if report.records is None or expected is None or expected.count <= 0:
        why = text("not measurable: no figure shows how many records to expect")
        return Measured(None, why)
    why = text(
        "{records:,} records, compared with {expected:,.0f} expected ({basis})",
        records=report.records,
        expected=expected.count,
        basis=expected.basis,
    )
    return Measured(report.records / expected.count, why)


def _linkage(report: BaseReport) -> Measured:
    base = report.identified if report.identified is not None else report.records
    if not report.links or not base:
        return Measured(None, text("not measurable: no links were counted"))
    least = min(report.links, key=lambda one: one.linked)
    why = text(
        "identifiers found in {database}: {linked:,} of {base:,}",
        linked=least.linked,
        base=base,
        database=least.database,
    )
    return Measured(least.linked / base, why)


def _freshness(database: BaseDatabase, report: BaseReport, on: date) -> Measured:
    updated = day_of(report.updated)
    if updated is None:
        why = text("not measurable: the date of the database's last update is not stated")
        return Measured(None, why)
    age = max((on - updated).days, 0)
    why = text("days since the last update: {age:,}; allowed: {days:,}", age=age, days=database.days)
    return Measured(min(database.days / max(age, 1), 1.0), why)


# --- lists of hashes ----------------------------------------------------------------------------------------


def hashed(identifiers: Iterable[str], key: bytes) -> list[str]:
    """Return the hashes of identifiers (HMAC-SHA-256), sorted; whoever has no key cannot tell them.

    Both databases must be hashed with one key, which stays with the city.
    """
    clean = {one.strip() for one in identifiers} - {""}
    return sorted(hmac.new(key, one.encode(), hashlib.sha256).hexdigest() for one in clean)


def linkage(first: Sequence[str], second: Sequence[str]) -> tuple[int, int]:
    """Return how many of the first list of hashes stand in the second, and how many there are.

    Raises InputError for a line that is no hash: identifiers themselves are not taken.

    >>> a, b = hashed(["1", "2"], b"key"), hashed(["2", "3"], b"key")
    >>> linkage(a, b)
    (1, 2)
    """
    sets = []
    for number, lines in enumerate((first, second), 1):
        kept = {one.strip() for one in lines} - {""}
        wrong = sum(1 for one in kept if not _HASH.fullmatch(one))
        if wrong or not kept:
            raise InputError(
                coded(
                    "platform.base.not_hashed",
                    "list {number:d}: {count} line is not a hash",
                    "list {number:d}: {count:,} lines are not hashes",
                    count=wrong,
                    number=number,
                )
                if kept
                else coded("platform.base.no_hash", "list {number:d} is empty", number=number),
                remedy=text(
                    "hash the identifiers first, both lists with the same key (urbium base-data hash)"
                ),
            )
        sets.append(kept)
    return len(sets[0] & sets[1]), len(sets[0])
