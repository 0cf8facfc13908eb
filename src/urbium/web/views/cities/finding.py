"""Finding: where who looks is led: to the only city that matches, to a report of a problem, or to all."""

from urllib.parse import quote, urlencode

from urbium.programme import Programme
from urbium.web.views.frames import matching, ranked
from urbium.web.views.reports import kind_searched

SEARCHED = ("sought",)
"""In which columns the words of a search are looked for."""


def address_of(office: Programme, words: str) -> str:
    """Return the address of the only city that the words match, or of the list of those that they match.

    Words that match none, and name a problem that citizens report, lead to its form.
    """
    hits = matching(ranked(office), words, *SEARCHED)
    if words.strip() and hits.height == 1:
        return f"/cities/{quote(hits['city'].item(), safe='')}"
    if hits.is_empty() and (kind := kind_searched(office, words)) is not None:
        return f"/report?{urlencode({'kind': kind})}" if kind else "/report"
    return f"/cities?{urlencode({'q': words})}"
