"""Finding: where who looks is led: to the only city that matches, to a report of a problem, or to all."""

import re
from urllib.parse import quote, urlencode

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import City
from urbium.programme import Programme
from urbium.spelling import plain
from urbium.web.views.frames import matching, ranked
from urbium.web.views.reports import kind_searched

_PARTING = re.compile(r"[\s'’-]+")
SEARCHED = ("sought",)
"""In which columns the words of a search are looked for."""


def city_typed(office: Programme, words: str) -> City:
    """Return the city that somebody typed: by code or name, or as the search finds it where it finds one.

    Raises NotFoundError, with the nearest name, where there is none.
    """
    try:
        return office.city(words)
    except NotFoundError:
        hits = _hits(office, words)
        if words.strip() and hits.height == 1:
            return office.city(hits["city"].item())
        raise


def _hits(office: Programme, words: str) -> pl.DataFrame:
    """Return the cities that words match; of several the one of which a spelling begins with them."""
    hits, start = matching(ranked(office), words, *SEARCHED), _joined(words)
    begun = [any(_joined(line).startswith(start) for line in said.split("\n")) for said in hits["sought"]]
    return hits.filter(pl.Series(begun, dtype=pl.Boolean)) if sum(begun) == 1 else hits


def _joined(words: str) -> str:
    return _PARTING.sub("", plain(words))


def address_of(office: Programme, words: str) -> str:
    """Return the address of the only city that the words match, or of the list of those that they match.

    Words that match none, and name a problem that citizens report, lead to its form.
    """
    hits = _hits(office, words)
    if words.strip() and hits.height == 1:
        return f"/cities/{quote(hits['city'].item(), safe='')}"
    if hits.is_empty() and (kind := kind_searched(office, words)) is not None:
        return f"/report?{urlencode({'kind': kind})}" if kind else "/report"
    return f"/cities?{urlencode({'q': words})}"
