"""Spelling: when two ways to write a name are one name (ADR 0059).

Case and the encoding of accents never part two names. Accents of Latin and Greek letters do where both are
names; marks of other scripts part letters, and stay.
"""

import unicodedata
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
