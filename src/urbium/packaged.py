"""Packaged: tables that come along under ``data``, and the words that ``words.csv`` there has for codes.

A list of words has a name, and a row for each of its codes: programs read the codes, and a row whose words
are read by programs too has the code of its message; the context parts two meanings of the same English.
What reads a catalogue of a programme stands in ``catalogue/tables``.
"""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from urbium.text import Text, declared

_DATA: Final = Path(__file__).parent / "data"


@cache
def packaged_rows(table: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table that comes along, by its place under ``data``; its English words are texts.

    >>> [row["id"] for row in packaged_rows("market/preferences")][:2]
    ['evidence', 'readiness']
    """
    with (_DATA / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        said = [name for name in rows.fieldnames or () if name.endswith("_en")]
        return tuple(row | {name: declared(row[name]) for name in said} for row in rows)


def is_packaged(sha256: str) -> bool:
    """Say whether a file of figures is one of those that come along, which urbium made of their sources.

    >>> is_packaged("0" * 64)
    False
    """
    return sha256 in _figure_files()


@dataclass(frozen=True, slots=True)
class Original:
    """Where a figure of the demo stands in the file of its source.

    ``row`` holds what the row says under some of its headings; together they tell it from all others.
    """

    file: str
    sheet: str
    row: tuple[str, ...]
    heading: str


def original(source: str, variable: str, city: str, period: str) -> Original | None:
    """Return where a figure of the demo stands in the file of its source; None where that is not known.

    >>> found = original("wup18", "population_agglomeration", "530100", "2015")
    >>> found.sheet, found.row, found.heading
    ('Data', ('City Code = 20590',), '2015')
    """
    for table in packaged_rows("demo/originals"):
        if (table["source"], table["variable"]) == (source, variable) and (
            place := _demo_cities().get(city, {}).get(table["city_column"])
        ):
            by_period = table["period_heading"]
            named = f"{table['city_heading']} = {place.replace('|', ' / ')}"
            row = (named, f"{by_period} = {period}") if by_period else (named,)
            return Original(table["file"], table["sheet"], row, table["heading"] or period)
    return None


@cache
def _demo_cities() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in packaged_rows("demo/cities")}


@cache
def _figure_files() -> frozenset[str]:
    tables = (table for folder in ("demo", "examples") for table in (_DATA / folder).rglob("*.csv"))
    return frozenset(hashlib.sha256(table.read_bytes()).hexdigest() for table in tables)


def choices_of(written: str) -> dict[str, Text]:
    """Return the values that a field takes and what each is called, as a cell of ``rules/fields`` has them.

    >>> choices_of("loan=loan|ppp=public-private partnership")
    {'loan': 'loan', 'ppp': 'public-private partnership'}
    """
    pairs = (pair.partition("=") for pair in written.split("|") if pair)
    return {value: declared(title) for value, _, title in pairs}


@cache
def words_of(name: str) -> Mapping[str, Text]:
    """Return the words of a list, by code, in its order.

    >>> dict(words_of("payer"))
    {'city': 'the cities', 'nation': 'the nation', 'outside': 'loans and partners'}
    """
    rows = (row for row in packaged_rows("words") if row["list"] == name)
    return MappingProxyType({row["code"]: _words(row) for row in rows})


def _words(row: Mapping[str, str]) -> Text:
    said = declared(row["says_en"]).message
    return Text(said, {}, code=row["message"], context=row["context"])
