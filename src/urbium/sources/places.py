"""Which city is meant: by its code, or by any of its names when only one city has it."""

from collections.abc import Mapping

import polars as pl

from urbium.errors import nearest
from urbium.text import text as sentence

__all__ = ["Places"]

_MOST_SUGGESTIONS = 100
_NAME_COLUMNS = ("name_en", "name_zh", "name", "panel_names")


class Places:
    """The names and codes of cities, looked up without regard to case.

    Parameters
    ----------
    cities : table with ``code`` and any of ``name_en``, ``name_zh``, ``name``, ``panel_names`` (several
        parted by ``|``)
    names : further names that a mapping file gives, to codes

    >>> places = Places(pl.DataFrame({"code": ["0503"], "name_zh": ["代尔夫特市"], "name_en": ["Delft"]}))
    >>> places.find("代尔夫特"), places.find("delft"), places.find("0503")
    ('0503', '0503', '0503')
    >>> places.why_not("Delfd")
    ("there is no city 'Delfd'", "did you mean 'Delft'?")
    """

    def __init__(self, cities: pl.DataFrame, names: Mapping[str, str] | None = None) -> None:
        self._codes = {str(code): str(code) for code in cities["code"]}
        self._known: dict[str, set[str]] = {}
        self._shown: dict[str, None] = {}
        self._suggested = 0
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
        self._suggested += 1
        if self._suggested > _MOST_SUGGESTIONS:
            return sentence("sources.city.unknown", "there is no city {text!r}", text=text[:60]), sentence(
                "sources.city.unknown.remedy", "write the code of a registered city"
            )
        return sentence("sources.city.unknown", "there is no city {text!r}", text=text[:60]), nearest(
            text, [*self._shown, *self._codes]
        )
