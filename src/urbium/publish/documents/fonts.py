"""Fonts: the letters that documents can be written in; another is refused, and never drawn as a box."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Final

import noto_cjk_sans_otc

from urbium.errors import InputError
from urbium.text import text

__all__ = ["FONT", "FONTS", "check_letters"]

FONTS: Final = Path(noto_cjk_sans_otc.__file__).parent
"""The folder of the fonts of documents."""
FONT: Final = "Noto Sans CJK SC"
"""The family that documents are written in: Latin, Greek, Cyrillic, Chinese, Japanese and Korean."""
_LABEL: Final = re.compile(r"<text[^>]*>([^<]*)<")
_INVISIBLE: Final = frozenset("\n\t\u00ad\u200b")
_SHOWN: Final = 10
"""Letters that are named when they are missing."""


def check_letters(words: Mapping[str, Any], place: str) -> None:
    """Refuse words with letters that the font of documents lacks; InputError names them.

    >>> check_letters({"title": "合肥市 Hefei"}, "design")
    """
    lacking = sorted({letter for each in _words(words) for letter in each} - _letters() - _INVISIBLE)
    if lacking:
        named = [f"{letter} (U+{ord(letter):04X})" for letter in lacking[:_SHOWN]]
        raise InputError(
            text("publish.document.letters", "the fonts of documents lack {letters:list}", letters=named),
            place=place,
            remedy=text("publish.document.letters.remedy",
                "correct the name that holds them, or write it in other letters"),
        )  # fmt: skip


@cache
def _letters() -> frozenset[str]:
    from fontTools.ttLib import TTCollection  # noqa: PLC0415 - reads a font of 19 MB, once in a process

    (path,) = FONTS.glob("*.ttc")
    with TTCollection(path, lazy=True) as fonts:
        return frozenset(map(chr, fonts[0].getBestCmap()))


def _words(part: object, name: str = "") -> Iterator[str]:
    """Yield all words of a layout; of a drawing its labels."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            yield from _words(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from _words(value, name)
    elif isinstance(part, str):
        yield from map(unescape, _LABEL.findall(part)) if name == "svg" else (part,)
