"""Spelling: when two ways to write a name are one name (ADR 0059).

Case and the encoding of accents never part two names. Accents of Latin and Greek letters do where both are
names; marks of other scripts part letters, and stay. Chinese characters are typed by their sounds, and sorted
by them; no other language has a rule of its own here (ADR 0126).
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product
from typing import Final

import polars as pl

_ACCENTED: Final = ("LATIN ", "GREEK ")
"""Scripts in which a letter without its accent is a way to write it."""


def folded(name: str) -> str:
    """Return a name in small letters, its accents in one encoding.

    >>> folded("LEO\N{COMBINING ACUTE ACCENT}N")
    'león'
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def plain(name: str) -> str:
    """Return a name in small letters without the accents of Latin and Greek letters.

    >>> plain("León"), plain("がき") == plain("かき")
    ('leon', False)
    """
    letters: list[str] = []
    base = ""
    for sign in unicodedata.normalize("NFKD", name.casefold()):
        if not unicodedata.combining(sign):
            base = sign
        elif unicodedata.name(base, "").startswith(_ACCENTED):
            continue
        letters.append(sign)
    return unicodedata.normalize("NFKC", "".join(letters)).strip()


_HAN: Final = re.compile("[\u3400-\u9fff]")
_DIGITS: Final = "〇一二三四五六七八九"
_ORDINAL: Final = re.compile("第([一二三四五六七八九])(?![〇一二三四五六七八九十百])")
_MOST_WAYS: Final = 64
"""How many ways to sound a text are looked for; a character may have several."""


@lru_cache(maxsize=1 << 14)
def in_order(name: str) -> str:
    """Return what names are sorted by: letters without accents, and Chinese characters by their sounds.

    >>> sorted(["Zürich", "Äänekoski", "乌得勒支", "鹿特丹", "代尔夫特"], key=in_order)
    ['Äänekoski', '代尔夫特', '鹿特丹', '乌得勒支', 'Zürich']

    What sounds alike is sorted by its tones, and a small ordinal by its number.

    >>> sorted(["陕西", "山西"], key=in_order), sorted(["第三批", "第一批", "第二批"], key=in_order)
    (['山西', '陕西'], ['第一批', '第二批', '第三批'])
    """
    counted = _ORDINAL.sub(lambda match: f"第{_DIGITS.index(match[1])}", name)
    sounds = " ".join(_sounds(counted))
    return f"{sounds}\0{' '.join(_tones(counted))}" if sounds else plain(name)


def typed(name: str | None) -> tuple[str, ...]:
    """Return how a name is typed: as it is, and Chinese characters by their sounds, and by initials of these.

    >>> typed("鹿特丹"), typed("León"), typed(None)
    (('鹿特丹', 'lutedan', 'ltd'), ('leon',), ())
    """
    if not name:
        return ()
    sounds = _sounds(name)
    if not sounds:
        return (plain(name),)
    return (plain(name), "".join(sounds), "".join(sound[0] for sound in sounds))


def sounded(words: str) -> tuple[str, ...]:
    """Return how words may sound, which is the same in simplified and in traditional characters.

    >>> "guangchang" in sounded("廣場"), "guangchang" in sounded("广场"), sounded("Delft")
    (True, True, ())
    """
    if not _HAN.search(words):
        return ()
    from pypinyin import Style, pinyin  # noqa: PLC0415 - as below

    ways = product(*pinyin(words, style=Style.NORMAL, heteronym=True))
    return tuple(dict.fromkeys("".join(way) for way in islice(ways, _MOST_WAYS)))


@lru_cache(maxsize=1 << 12)
def _sounds(name: str) -> tuple[str, ...]:
    """Return the sounds of a name with Chinese characters, and what stands between them; none of others."""
    if not _HAN.search(name):
        return ()
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its table of words, where there is one to look up

    return tuple(sound for part in lazy_pinyin(name) for sound in plain(part).split())


@lru_cache(maxsize=1 << 12)
def _tones(name: str) -> tuple[str, ...]:
    """Return the sounds of a name with the number of the tone of each."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - as above

    return tuple(lazy_pinyin(name, style=Style.TONE3))


def plain_words(words: pl.Expr) -> pl.Expr:
    """Return a column of texts as :func:`plain` gives one; an empty text where there is none.

    >>> table = pl.DataFrame({"name": ["León", None, "がき"]})
    >>> table.select(plain_words(pl.col("name"))).to_series().to_list() == ["leon", "", plain("がき")]
    True
    """
    small = words.fill_null("").str.to_lowercase().str.replace_many({"ς": "σ", "ß": "ss"})  # as casefold does
    parted = small.str.normalize("NFKD")
    bare = parted.str.replace_all(r"([\p{Latin}\p{Greek}])\p{M}+", "${1}")
    return bare.str.normalize("NFKC").str.strip_chars()
