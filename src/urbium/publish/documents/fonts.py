"""Fonts: the letters that documents can be written in; another is refused, and never drawn as a box."""

import base64
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Final

import noto_cjk_sans_otc

from urbium.errors import InputError
from urbium.text import text

__all__ = ["FONT", "FONTS", "check_letters", "face"]

FONTS: Final = Path(noto_cjk_sans_otc.__file__).parent
"""The folder of the fonts of documents."""
FONT: Final = "Noto Sans CJK SC"
"""The family that documents are written in: Latin, Greek, Cyrillic, Chinese, Japanese and Korean."""
_LABEL: Final = re.compile(r"<text[^>]*>([^<]*)<")
_INVISIBLE: Final = frozenset("\n\t\u00ad\u200b")
_FILE: Final = FONTS / noto_cjk_sans_otc.FONT_FILE
_LATIN: Final = 0x24F
_SIGNS: Final = frozenset("–—‘’“”…·€×−≤≥→")
"""Signs that every system has beside Latin letters."""
_LAYOUT: Final = ["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
_CUT: Final[dict[str, Any]] = {
    "font_number": 0, "flavor": "woff", "layout_features": [], "drop_tables": _LAYOUT, "hinting": False,
}  # fmt: skip
_FACE: Final = f'@font-face {{ font-family: "{FONT}"; src: url(data:font/woff;base64,%s); }}'
_SHOWN: Final = 10
"""Letters that are named when they are missing."""


def check_letters(words: Mapping[str, Any], place: str) -> None:
    """Refuse words with letters that the font of documents lacks; InputError names them.

    >>> check_letters({"title": "代尔夫特 Delft"}, "design")
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


def face(words: object) -> str:
    """Return a rule of CSS that brings the letters which a reader's own fonts may lack; empty for none.

    >>> face("Delft")
    ''
    """
    letters = {letter for each in _words(words) for letter in each if ord(letter) > _LATIN}
    rare = "".join(sorted(letter for letter in letters if letter not in _SIGNS))
    return _FACE % base64.b64encode(_cut(rare)).decode() if rare else ""


@cache
def _cut(letters: str) -> bytes:
    """Return the font with some letters only."""
    from fontTools import subset  # noqa: PLC0415 - loads a library, and only web pages need it

    options = subset.Options(**_CUT)
    with subset.load_font(str(_FILE), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=letters)
        cutter.subset(font)
        written = io.BytesIO()
        subset.save_font(font, written, options)
    return written.getvalue()


@cache
def _letters() -> frozenset[str]:
    from fontTools.ttLib import TTCollection  # noqa: PLC0415 - reads a font of 19 MB, once in a process

    with TTCollection(_FILE, lazy=True) as fonts:
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
