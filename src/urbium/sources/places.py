"""Which city is meant: by its code, or by any of its names when only one city has it.

A name is looked for as it is written, whatever its case and however its accents are encoded; where no city
bears it so, without the accents of Latin and Greek letters. Marks of other scripts part letters and stay.
"""

import difflib
from collections.abc import Mapping

import polars as pl

from urbium.errors import nearest
from urbium.spelling import folded, plain
from urbium.text import coded
from urbium.text import text as sentence
from urbium.text.advice import advice

WITHIN = "\N{SYMBOL FOR UNIT SEPARATOR}"
"""What stands between a city and the nation or region that it lies within, in one text."""

_ALIKE = 0.6
"""Two names of which this share of the letters agrees may be spellings of one name."""

_SHORTEST = 3
"""Fewer Latin letters stand in another name by chance."""


class Places:
    """The names and codes of cities, looked up without regard to case, and to accents where none is doubtful.

    Parameters
    ----------
    cities : table with ``code`` and any of ``name_en`` and so on for any language, ``name``, ``panel_names``
        (several parted by ``|``); with ``parent`` and the names of provinces a city is also told by where it
        lies
    names : further names that a mapping file gives, to codes

    >>> places = Places(pl.DataFrame({"code": ["0503"], "name_zh": ["代尔夫特市"], "name_en": ["Delft"]}))
    >>> places.find("代尔夫特"), places.find("delft"), places.find("0503")
    ('0503', '0503', '0503')
    >>> places.why_not("Delfd")
    ("there is no city 'Delfd'", "did you mean 'Delft'?")
    >>> twice = {"code": ["MX1", "ES1"], "name": ["León", "León"], "parent": ["MEX", "ESP"]}
    >>> many = Places(pl.DataFrame(twice))
    >>> many.find("León"), many.find("León" + WITHIN + "ESP")
    (None, 'ES1')
    >>> some = Places(pl.DataFrame({"code": ["1", "2", "3"], "name": ["Málaga", "Mérida", "Merida"]}))
    >>> some.find("malaga"), some.find("Merida"), some.find("Mérida")
    ('1', '3', '2')
    """

    def __init__(self, cities: pl.DataFrame, names: Mapping[str, str] | None = None) -> None:
        self._codes = {str(code): str(code) for code in cities["code"]}
        self._small_codes = {code.casefold(): code for code in self._codes}
        self._known: dict[str, set[str]] = {}
        self._plain: dict[str, set[str]] = {}
        self._shown: dict[str, None] = {}
        self._names: dict[str, list[str]] = {}
        for column in _name_columns(cities):
            for code, cell in cities.select("code", column).drop_nulls().iter_rows():
                for name in str(cell).split("|"):
                    self._add(name, str(code))
        self._whole = _wholes(cities)
        for name, code in (names or {}).items():
            self._known.pop(folded(name), None)
            self._add(name, code)

    def _add(self, name: str, code: str) -> None:
        name = name.strip()
        if not name:
            return
        self._shown[name] = None
        self._names.setdefault(code, []).append(name)
        short = name.removesuffix("市")
        for form in {name, short} if len(short) > 1 else {name}:
            self._known.setdefault(folded(form), set()).add(code)
            self._plain.setdefault(plain(form), set()).add(code)

    def find(self, text: str) -> str | None:
        """Return the code of the one city meant, or None.

        ``text`` may say after :data:`WITHIN` in which nation or region the city lies, by name or code.
        """
        text, _, whole = text.partition(WITHIN)
        code = text if text in self._codes else self._small_codes.get(text.casefold())
        codes = {code} if code else self.whose(text)
        if whole:
            codes = {code for code in codes if whole.strip().casefold() in self._whole.get(code, ())}
        code = next(iter(codes)) if len(codes) == 1 else None
        return code if code in self._codes else None

    def __contains__(self, code: str) -> bool:
        """Whether a city has that code."""
        return code in self._codes

    def name(self, code: str) -> str:
        """Return the first name of a city, or its code where it has none."""
        return next(iter(self._names.get(code, [])), code)

    def whose(self, text: str) -> set[str]:
        """Return the codes of the cities that bear a name; where none does, but for accents."""
        return self._known.get(folded(text)) or self._plain.get(plain(text), set())

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
        bearers = self._known.get(folded(name), set())
        if bearers:
            return code in bearers
        given = plain(name)
        alike = [
            spelling
            for spelling in map(plain, self._names.get(code, ()))
            if spelling.isascii() == given.isascii()
        ]
        return not alike or any(
            _holds(given, spelling)
            or _holds(spelling, given)
            or difflib.SequenceMatcher(None, spelling, given, autojunk=False).ratio() >= _ALIKE
            for spelling in alike
        )

    def contradiction(self, given: str, code: str, name: str) -> tuple[str, str]:
        """Return message and remedy for a row in which the city that is given and its name are two cities."""
        others = sorted(self.whose(name) - {code})
        if others:
            return coded(
                "sources.city.contradiction",
                "the row has the code {given!r}, which belongs to {city}, but the name {second!r}, "
                "which belongs to {others:list}",
                given=given[:60],
                city=self.name(code),
                second=name[:60],
                others=others[:3],
            ), sentence("correct the code or the name")
        return coded(
            "sources.city.other_name",
            "the row has the code {given!r}, which belongs to {city}, but the name {second!r}",
            given=given[:60],
            city=self.name(code),
            second=name[:60],
        ), advice(
            sentence(
                "correct the code or the name; if the city also has this name, add it under "
                "[names] in a mapping file"
            ),
            sentence("correct the code or the name"),
        )

    def why_not(self, text: str) -> tuple[str, str]:
        """Return message and remedy for a text that means no city, or several."""
        text, _, whole = text.partition(WITHIN)
        codes = sorted(self.whose(text))
        if whole:
            return self._not_within(text, whole)
        if len(codes) > 1:
            return (
                coded(
                    "sources.city.ambiguous",
                    "{text!r} is the name of several cities ({names})",
                    text=text,
                    names=", ".join(codes),
                ),
                sentence("write the code of the city"),
            )
        if codes:
            return coded(
                "sources.city.no_code",
                "{text!r} maps to {found!r}, which is not the code of a city",
                text=text,
                found=codes[0],
            ), sentence("register the city first")
        return coded("sources.city.unknown", "there is no city {text!r}", text=text[:60]), nearest(
            text, [*self._shown, *self._codes]
        )

    def _not_within(self, text: str, whole: str) -> tuple[str, str]:
        """Return message and remedy for a city that is not known in a nation or region."""
        codes = sorted(self.whose(text))
        where = {name for code in codes for name in self._whole.get(code, ())}
        return coded(
            "sources.city.not_within",
            "there is no city {text!r} in {whole!r}",
            text=text[:60],
            whole=whole[:60],
        ), nearest(whole, where) if where else nearest(text, [*self._shown, *self._codes])


def _name_columns(cities: pl.DataFrame) -> list[str]:
    """Return the columns that name the cities: those of each language in their order, then the others."""
    of_languages = [column for column in cities.columns if column.startswith("name_")]
    return [*of_languages, *(column for column in ("name", "panel_names") if column in cities.columns)]


def _wholes(cities: pl.DataFrame) -> dict[str, set[str]]:
    """Return for each city the codes and names, in small letters, of what it lies within."""
    names: dict[str, set[str]] = {}
    for column in _name_columns(cities):
        for code, name in cities.select("code", column).drop_nulls().iter_rows():
            names.setdefault(str(code), set()).update(
                part.strip().casefold() for part in str(name).split("|")
            )
    wholes: dict[str, set[str]] = {}
    for column in cities.columns:
        if column != "parent" and not column.startswith("province_"):
            continue
        for code, whole in cities.select("code", column).drop_nulls().iter_rows():
            said = wholes.setdefault(str(code), set())
            said.add(str(whole).casefold())
            said |= names.get(str(whole), set()) if column == "parent" else set()
    return wholes


def _holds(whole: str, part: str) -> bool:
    return part in whole and len(part) >= (_SHORTEST if part.isascii() else 1)
