"""Which city is meant: by its code, or by any of its names when only one city has it."""

import difflib
import unicodedata
from collections.abc import Mapping

import polars as pl

from urbium.errors import nearest
from urbium.text import text as sentence

__all__ = ["Places"]

_ALIKE = 0.6
"""Two names of which this share of the letters agrees may be spellings of one name."""

_SHORTEST = 3
"""Fewer Latin letters stand in another name by chance."""

_NAME_COLUMNS = ("name_en", "name_zh", "name", "panel_names")


class Places:
    """The names and codes of cities, looked up without regard to case.

    Parameters
    ----------
    cities : table with ``code`` and any of ``name_en``, ``name_zh``, ``name``, ``panel_names`` (several
        parted by ``|``)
    names : further names that a mapping file gives, to codes

    >>> places = Places(pl.DataFrame({"code": ["340100"], "name_zh": ["合肥市"], "name_en": ["Hefei"]}))
    >>> places.find("合肥"), places.find("hefei"), places.find("340100")
    ('340100', '340100', '340100')
    >>> places.why_not("Hefey")
    ("there is no city 'Hefey'", "did you mean 'Hefei'?")
    """

    def __init__(self, cities: pl.DataFrame, names: Mapping[str, str] | None = None) -> None:
        self._codes = {str(code): str(code) for code in cities["code"]}
        self._known: dict[str, set[str]] = {}
        self._shown: dict[str, None] = {}
        self._names: dict[str, list[str]] = {}
        for column in _NAME_COLUMNS:
            if column in cities.columns:
                for code, cell in cities.select("code", column).drop_nulls().iter_rows():
                    for name in str(cell).split("|"):
                        self._add(name, str(code))
        for name, code in (names or {}).items():
            self._known.pop(name.strip().casefold(), None)
            self._add(name, code)

    def _add(self, name: str, code: str) -> None:
        name = name.strip()
        if not name:
            return
        self._shown[name] = None
        self._names.setdefault(code, []).append(name)
        short = name.removesuffix("市")
        for form in {name, short} if len(short) > 1 else {name}:
            self._known.setdefault(form.casefold(), set()).add(code)

    def find(self, text: str) -> str | None:
        """Return the code of the one city meant, or None."""
        if text in self._codes:
            return text
        codes = self._known.get(text.casefold(), set())
        code = next(iter(codes)) if len(codes) == 1 else None
        return code if code in self._codes else None

    def __contains__(self, code: str) -> bool:
        """Whether a city has that code."""
        return code in self._codes

    def name(self, code: str) -> str:
        """Return the first name of a city, or its code where it has none."""
        return next(iter(self._names.get(code, [])), code)

    def whose(self, text: str) -> set[str]:
        """Return the codes of the cities that bear a name."""
        return self._known.get(text.casefold(), set())

    def agrees(self, code: str, name: str) -> bool:
        """Whether a name may be that of a city: one of its names, or a spelling of one.

        A name that another city bears, and this one does not, never is; one in a script in which the city has
        no name cannot be told, and is taken.

        >>> places = Places(pl.DataFrame({"code": ["1", "2"], "name_en": ["León", "Monterrey"]}))
        >>> places.agrees("1", "Leon de los Aldama"), places.agrees("1", "Monterrey")
        (True, False)
        """
        if name == code:
            return True
        bearers = self.whose(name)
        if bearers:
            return code in bearers
        given = _plain(name)
        alike = [
            known for known in map(_plain, self._names.get(code, ())) if known.isascii() == given.isascii()
        ]
        return not alike or any(
            _holds(given, known)
            or _holds(known, given)
            or difflib.SequenceMatcher(None, known, given, autojunk=False).ratio() >= _ALIKE
            for known in alike
        )

    def contradiction(self, given: str, code: str, name: str) -> tuple[str, str]:
        """Return message and remedy for a row in which the city that is given and its name are two cities."""
        others = sorted(self.whose(name) - {code})
        if others:
            return sentence(
                "sources.city.contradiction",
                "the row has the code {given!r}, which is {city}, and the name {second!r}, which is "
                "{others:list}",
                given=given[:60],
                city=self.name(code),
                second=name[:60],
                others=others[:3],
            ), sentence("sources.city.contradiction.remedy", "correct the code or the name")
        return sentence(
            "sources.city.other_name",
            "the row has the code {given!r}, which is {city}, and the name {second!r}",
            given=given[:60],
            city=self.name(code),
            second=name[:60],
        ), sentence(
            "sources.city.other_name.remedy",
            "correct the code or the name; if the city bears this name too, say so in the [names] of a "
            "mapping file",
        )

    def why_not(self, text: str) -> tuple[str, str]:
        """Return message and remedy for a text that means no city, or several."""
        codes = sorted(self._known.get(text.casefold(), set()))
        if len(codes) > 1:
            return (
                sentence(
                    "sources.city.ambiguous",
                    "{text!r} is the name of several cities ({names})",
                    text=text,
                    names=", ".join(codes),
                ),
                sentence("sources.city.ambiguous.remedy", "write the code of the city"),
            )
        if codes:
            return sentence(
                "sources.city.no_code",
                "{text!r} stands for {found!r}, which is no code of a city",
                text=text,
                found=codes[0],
            ), sentence("sources.city.no_code.remedy", "register the city first")
        return sentence("sources.city.unknown", "there is no city {text!r}", text=text[:60]), nearest(
            text, [*self._shown, *self._codes]
        )


def _holds(whole: str, part: str) -> bool:
    return part in whole and len(part) >= (_SHORTEST if part.isascii() else 1)


def _plain(name: str) -> str:
    """Return a name in small letters without accents.

    >>> _plain("León")
    'leon'
    """
    parted = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).strip()
