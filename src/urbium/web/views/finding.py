"""Finding: where who looks is led: to the only city that matches, to a problem, a solution, or to all."""

import re
from urllib.parse import quote, urlencode

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import City
from urbium.programme import Programme
from urbium.spelling import plain
from urbium.text import say
from urbium.web.views.frames import matching, ranked, solutions_planned
from urbium.web.views.reports import kind_searched

_WORD = re.compile(r"\w+")
_PARTING = re.compile(r"[\s'’-]+")
SEARCHED = ("sought",)
"""In which columns the words of a search are looked for."""


def city_typed(office: Programme, words: str) -> City:
    """Return the city that somebody typed: by code, name, or by the sounds or initials of its name.

    Raises NotFoundError, with the nearest name, where there is none.
    """
    try:
        return office.city(words)
    except NotFoundError:
        hits = _begun(ranked(office), words, is_whole=True)
        if words.strip() and hits.height == 1:
            return office.city(hits["city"].item())
        raise


def _hits(office: Programme, words: str) -> pl.DataFrame:
    """Return the cities that words match; of several the one of which a spelling begins with them."""
    hits = matching(ranked(office), words, *SEARCHED)
    begun = _begun(hits, words)
    return begun if begun.height == 1 else hits


def _begun(cities: pl.DataFrame, words: str, *, is_whole: bool = False) -> pl.DataFrame:
    """Return the cities of which a spelling begins with words, or is them, whatever parts its syllables."""
    start = _joined(words)
    begun = [
        any(one == start if is_whole else one.startswith(start) for one in map(_joined, said.split("\n")))
        for said in cities["sought"]
    ]
    return cities.filter(pl.Series(begun, dtype=pl.Boolean))


def _joined(words: str) -> str:
    return _PARTING.sub("", plain(words))


def address_of(office: Programme, words: str) -> str:
    """Return the address of the only city that the words match, or of the list of those that they match.

    Words that match none, and name a problem that citizens report, lead to its form; those that name one
    solution, to its projects.
    """
    hits = _hits(office, words)
    if words.strip() and hits.height == 1:
        return f"/cities/{quote(hits['city'].item(), safe='')}"
    if hits.is_empty() and (kind := kind_searched(office, words)) is not None:
        return f"/report?{urlencode({'kind': kind})}" if kind else "/report"
    if hits.is_empty() and len(named := solutions_found(office, words)) == 1:
        return projects_of(*named)
    return f"/cities?{urlencode({'q': words})}"


def solutions_found(office: Programme, words: str) -> dict[str, str]:
    """Return the solutions of the planned projects with a name in which words begin, each with its name."""
    wanted, planned = _WORD.findall(plain(words)), set(solutions_planned(office).values())
    named = {code: str(say(name)) for code, name in office.solution_names().items() if code in planned}
    return {
        code: name
        for code, name in named.items()
        if wanted and all(any(one.startswith(each) for one in _WORD.findall(plain(name))) for each in wanted)
    }


def projects_of(solution: str) -> str:
    """Return the address of the planned projects with a solution."""
    return f"/plan/projects?{urlencode({'solution': solution})}"
