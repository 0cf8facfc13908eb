"""Units as people write them in headings: (R$ mil), [osoba], nghìn người, µg/m³.

Counting words (thousand, million) and the names of money are those of the Unicode CLDR, in the languages of
the nation and in English; words for other units, and further counting words, are rows of
``data/unit_words.csv``.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from urbium.nations import nation, official_languages
from urbium.packaged import packaged_rows
from urbium.sources.headings.heading_words import is_label_of_unit
from urbium.units import units

_BRACKETS = re.compile(r"[(（\[]([^)）\]]+)[)）\]]")
_TAIL = re.compile(r"[_,，]\s*([^_,，()]+)$")
_PARTED = re.compile(r"\s[-–—/|]\s|[;；\n]")
_THOUSANDS: Final = ("1000", "1.000", "1,000", "1 000", "'000", "000")
_PEOPLE: Final = {1: "persons", 1_000: "1k persons", 10_000: "10k persons", 1_000_000: "million persons"}
_MONEY: Final = {
    1: "",
    1_000: "1k ",
    10_000: "10k ",
    1_000_000: "million ",
    100_000_000: "100 million ",
    1_000_000_000: "billion ",
}
_PER_PERSON: Final = "per person"


class UnitWords:
    """What the units in headings mean, in the languages and the money of a nation.

    Parameters
    ----------
    nation_code : of ISO 3166; empty where a programme is of no nation, or of several

    >>> words = UnitWords("BRA")
    >>> words.unit("Receita (R$ mil)"), words.unit("PIB per capita (R$)"), words.unit("PM2,5 (µg/m³)")
    ('1k BRL', 'BRL per person', 'ug/m3')
    >>> UnitWords("VNM").unit("Dân số (nghìn người)"), UnitWords("POL").unit("ogółem [tys. osób]")
    ('1k persons', '1k persons')
    """

    def __init__(self, nation_code: str = "") -> None:
        self._known = {_plain(unit.id): unit.id for unit in units().values()}
        for unit in units().values():
            for word in _BRACKETS.findall(unit.name):
                self._known.setdefault(_plain(word), unit.id)
        words = {_plain(row["word"]): row["unit"] for row in packaged_rows("unit_words")}
        self._known |= {word: unit for word, unit in words.items() if not unit.isdigit()}
        self._counts = {word: int(size) for word, size in words.items() if size.isdigit()}
        self._counts |= {_plain(word): 1_000 for word in _THOUSANDS}
        self._money: dict[str, str] = {}
        for language in _languages(nation_code):
            self._counts |= dict(_counting_words(language))
            if nation_code and (currency := nation(nation_code).currency):
                self._money |= dict.fromkeys(_money_words(language, currency), currency)

    def unit(self, heading: str) -> str:
        """Return the unit that a heading names in brackets or at its end, or that it is; or nothing."""
        for words in (*reversed(_BRACKETS.findall(heading)), *_TAIL.findall(heading), heading):
            unit = self._meant(words)
            if unit:
                of_head = _plain(heading)
                per_person = any(
                    word in of_head for word, unit_id in self._known.items() if unit_id == _PER_PERSON
                )
                is_money = unit in self._money.values()
                return (
                    f"{unit} {_PER_PERSON}"
                    if per_person and is_money
                    else ""
                    if unit == _PER_PERSON
                    else unit
                )
        return ""

    def of_titles(self, titles: Iterable[str]) -> tuple[frozenset[str], str]:
        """Return the units that titles name after a colon, and the first text there that is not understood.

        >>> UnitWords("VNM").of_titles(["Table 2", "Đơn vị: 1000 người - Unit: Thous. pers."])
        (frozenset({'1k persons'}), '')
        >>> UnitWords().of_titles(["Unit:", "Crowns a head", "Source: an office"])
        (frozenset(), 'Crowns a head')
        """
        meant, unread = set[str](), ""
        for piece in _pieces(titles):
            label, sign, rest = piece.partition(":")
            unit = self.unit(rest.strip() if sign else piece)
            meant |= {unit} - {""}
            if sign and not unit and is_label_of_unit(label):
                unread = unread or rest.strip()
        return frozenset(meant), unread

    def is_unread(self, heading: str) -> bool:
        """Whether something stands in brackets, where units stand, that is not understood as one.

        >>> UnitWords().is_unread("Revenue (crowns a head)"), UnitWords().is_unread("Population (persons)")
        (True, False)
        """
        return bool(_BRACKETS.search(heading)) and not self.unit(heading)

    def bare(self, heading: str) -> str:
        """Return a heading without what stands in brackets, and without a unit after its last comma.

        >>> UnitWords().bare("Hospitals (number)"), UnitWords().bare("Population, persons")
        ('Hospitals', 'Population')
        """
        bare = _BRACKETS.sub("", heading).strip()
        tail = _TAIL.search(bare)
        return bare[: tail.start()].strip() if tail and self._meant(tail[1]) else bare

    def _meant(self, words: str) -> str:
        """Return the unit that some words are: one by its name, or a counting word and what is counted."""
        plain = _plain(words)
        if plain in self._known:
            return self._known[plain]
        if plain in self._money:
            return self._money[plain]
        for word, count in sorted(self._counts.items(), key=lambda pair: -len(pair[0])):
            if word and (rest := _without(plain, word)) is not None:
                if rest in self._money and count in _MONEY:
                    return f"{_MONEY[count]}{self._money[rest]}"
                if self._known.get(rest) == "persons" and count in _PEOPLE:
                    return _PEOPLE[count]
        return ""


def _pieces(titles: Iterable[str]) -> Iterator[str]:
    """Yield the parts of titles, each language alone; a label that ends in a colon with the cell after it."""
    label = ""
    for title in titles:
        whole = f"{label} {title.replace('：', ':')}".strip()
        label = whole if whole.endswith(":") else ""
        if not label:
            yield from (piece for part in _PARTED.split(whole) if (piece := part.strip(" ()（）.")))


def _without(words: str, word: str) -> str | None:
    """Return words without one that stands first or last, or None where it does not."""
    if words.startswith(f"{word} "):
        return words[len(word) :].removeprefix(" de ").strip()
    return words.removesuffix(word).strip() if words.endswith(f" {word}") else None


def _plain(words: str) -> str:
    """Return words without regard to case, kinds of letters, and points after short forms.

    >>> _plain("tys. osób"), _plain("µg/m³"), _plain("Hab.")
    ('tys osób', 'ug/m3', 'hab')
    """
    folded = unicodedata.normalize("NFKC", words).casefold().replace("μ", "u").replace("^", "")
    return " ".join(re.sub(r"\.(?!\d)", " ", folded).split())


def _languages(nation_code: str) -> list[str]:
    """Return the languages in which a nation's files may be written, and English."""
    return list(dict.fromkeys((*official_languages(nation_code, de_facto=True, regional=True), "en")))


def _counting_words(language: str) -> Iterator[tuple[str, int]]:
    """Yield the words for thousands, millions and the like, in all their forms."""
    from babel import Locale  # noqa: PLC0415

    for forms in Locale.parse(language).compact_decimal_formats.values():
        for sizes in forms.values():
            for size, pattern in sizes.items():
                word = _plain(re.sub(r"[0'\s]+", " ", pattern.pattern))
                if word and pattern.pattern.count("0") == 1:
                    yield word, int(size)


def _money_words(language: str, currency: str) -> Iterator[str]:
    """Yield what a language calls a currency: its code, its sign, and the noun of its name in all forms."""
    from babel.numbers import get_currency_name, get_currency_symbol  # noqa: PLC0415

    yield _plain(currency)
    yield _plain(get_currency_symbol(currency, language))
    for count in (None, 1, 2, 5):
        words = _plain(get_currency_name(currency, count, language)).split()
        yield words[-1] if language == "en" else words[0]
