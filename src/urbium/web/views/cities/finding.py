"""Finding: where who looks for a city is led: to the only one that matches, or to all that do."""

from urllib.parse import quote, urlencode

from urbium.programme import Programme
from urbium.web.views.frames import matching, ranked

SEARCHED = ("city", "name_en", "name_zh", "province_en", "province_zh")
"""In which columns the words of a search are looked for."""


def address_of(office: Programme, words: str) -> str:
    """Return the address of the only city that the words match, or of the list of those that they match."""
    hits = matching(ranked(office), words, *SEARCHED)
    if words.strip() and hits.height == 1:
        return f"/cities/{quote(hits['city'].item(), safe='')}"
    return f"/cities?{urlencode({'q': words})}"
